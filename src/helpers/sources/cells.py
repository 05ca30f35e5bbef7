"""Read what one printed cell says: a number, a quantity and its unit, a year, a period."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from helpers import eras
from helpers.errors import ReviewSheetError

DASHES = "-‐‑‒–—―−－ーｰ─"
"""What a page prints for "nothing": NaN for a number, "" for a text, never 0."""

DASH = rf"[{re.escape(DASHES)}]"
"""One of them, as a pattern."""

LARGEST = 10**18
"""No count, amount or number of the sheets comes near."""

ID_PART = re.compile(r"[\w・.()-]{1,60}")
"""A ministry or project number after NFKC: part of a sheet's id, and so of the names of files."""

_BRANCH = re.compile(r"(?P<parent>(?:20[0-9]{2}-[^-]+-)?(?:新?[0-9]{2}-)?[0-9]{4})-[0-9]{1,3}")

NO_YEAR = ("", "終了予定なし", "終了予定無し", "予定なし", "未定", "不明")
NO_YEAR += tuple(
    f"{end}年度{word}" for end in ("開始", "終了") for word in ("不明", "未定", "なし")
)

MARKS = "\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
"""Letters without a width, as in a class of a pattern: pasted along with a text, said by nobody."""

_MARKS = re.compile(f"[{MARKS}]")

# Keeps the length, unlike NFKC: what is found in the narrow text can be cut from the printed one.
# And it leaves 10³ and ½ alone, of which NFKC makes 103 and 1⁄2.
_HALF_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_DIGITS = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,5}"
    # "5 100万円" is five in units of 100万円, as pages part a number from its unit.
    r"|[1-9][0-9]{0,2}(?:[^\S\r\n](?!100[万億])[0-9]{3}(?![0-9])){1,5}|[0-9]{1,18})(?:\.[0-9]{1,20})?"
)
_NUMBER = re.compile(
    # A dash makes a negative only where it touches: "- 100万円" is nothing, in units of 100万円.
    rf"(?P<sign>[△▲]\s*|[+]|{DASH}|)(?P<digits>{_DIGITS})(?![0-9.,])"
)
_COUNT = "[百千]?[万億兆]|[百千]"
_SPELT = re.compile(
    rf"(?P<sign>[△▲]\s*|[+]|{DASH}|)(?P<parts>(?:{_DIGITS}(?:{_COUNT}))+{_DIGITS}(?:{_COUNT}|))"
)
_PART = re.compile(rf"(?P<digits>{_DIGITS})(?P<count>{_COUNT}|)")
_NOTHING = re.compile(rf"{DASH}*(?=\s|$)")
_BEFORE, _BEHIND = "約|およそ|おおよそ|おおむね|概ね|ほぼ", "程度|前後|ほど|くらい|ぐらい"
_ABOUT = re.compile(rf"(?:{_BEFORE})\s*(?=[0-9])")
BOUND = re.compile(rf"(?P<unit>.*?)\s*(?P<bound>以上|以下|以内|未満|超|{_BEHIND})")
"""A unit with a word behind it that says the number less exactly."""

APPROXIMATE = re.compile(f"({_BEFORE}|{_BEHIND})+")
"""Words that leave a number as it is; 以上, 未満 make it the bound of what is not said."""

# Digits that belong to a unit's name: m3, t-CO2 and, parted from the number, 100万円.
_IN_A_NAME = re.compile(r"(?<=[A-Za-z])[0-9](?![0-9.,])|^\s+10{1,3}(?=[万億])")

COUNTS = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "億": 10**8, "兆": 10**12}
"""A word that multiplies the number before it -> by how much."""

_SCALE = re.compile(r"(?P<count>(?:10{0,3}|[十百千])?[万億兆]|[十百千]|)(?P<base>.*)")
_ASIDE = re.compile(r"\([^()]*\)$|数$")


class Unreadable(ReviewSheetError):
    """Something else than its place asks for: what a SheetError says, but for the file."""

    def __init__(self, found: str, expected: str, line: int | None = None):
        self.found, self.expected, self.line = found, expected, line
        super().__init__(f"found {found}; expected {expected}")


@dataclass(frozen=True)
class Quantity:
    """A number and the unit printed behind it; `value` is None where a dash or nothing stands.

    `bound` holds the words that say it less exactly (約, 以上); `odd` says that digits in the unit
    may be another number.
    """

    value: Fraction | None
    unit: str
    bound: str = ""
    odd: bool = False


def nfkc(text: str) -> str:
    """The text in one width and without marks of no width, to compare it with."""
    return unmarked(unicodedata.normalize("NFKC", text)).strip()


def half_width(text: str) -> str:
    """The text in one width, letter for letter: a place in it is the same place in the printed."""
    return text.translate(_HALF_WIDTH)


def unmarked(text: str) -> str:
    """The text without the letters that have no width."""
    return text if text.isascii() else _MARKS.sub("", text)


def parent_number(project_number: str) -> str:
    """The project number of a branch sheet's parent (0003 of 0003-15); "" for what is no branch."""
    match = _BRANCH.fullmatch(project_number)
    return match["parent"] if match else ""


def status(fiscal_year: int, sheet_year: int) -> str:
    """What a budget row speaks of: a "closed" year, the "current" one, one only "requested"."""
    ahead = fiscal_year - sheet_year
    return "closed" if ahead < 0 else "requested" if ahead > 0 else "current"


def narrow(text: str) -> str:
    """The text in one width and without blanks, to compare it with."""
    return "".join(nfkc(text).split())


def blank_if_dash(text: str) -> str:
    """A text as printed; "" where only dashes stand."""
    return "" if not text.strip(DASHES) else text


def money(text: str, unit: Fraction) -> float:
    """A cell of nothing but a number, in million yen. Raises Unreadable."""
    value, rest = _leading_number(unmarked(text).strip())
    if rest:
        raise Unreadable(repr(text), 'a number or "-"')
    return math.nan if value is None else float(value * unit)


def quantity(text: str) -> Quantity:
    """What a cell such as `1,067 団体`, `- 団体` or `約1万2千団体` says. Raises Unreadable.

    A cell that says more than one number, or another thing than its leading digits, is refused:
    1000～1067, 3/5, 10³, 12:30, 842団体(前年790団体).
    """
    text = unmarked(text).strip()
    about = _ABOUT.match(half_width(text))
    value, rest = _leading_number(text[about.end() :] if about else text)
    apart = value is None or rest[:1].isspace()
    name = unicodedata.normalize("NFKC", rest)
    odd = any(letter.isdigit() for letter in _IN_A_NAME.sub("", name))
    begins = not rest or name[0].isalpha() or name[0] in "%‰°'\"$¥€£("
    if re.match(rf"\s*(?:[~〜]|(?:[/:×xX*^±]|[eE][+-]?|{DASH})\s*[0-9])", name):
        raise _no_quantity(text)
    if not apart and (odd or not begins or rest[:1] in (*DASHES,)):
        raise _no_quantity(text)
    unit, bound = blank_if_dash(rest.strip()), about[0].strip() if about else ""
    if not apart and (less := BOUND.fullmatch(unit)):
        unit, bound = less["unit"], bound + less["bound"]
    return Quantity(value, unit, bound, odd)


def number_of(text: str, unit: str) -> float | None:
    """A cell of a number, the `unit` known for it, or both; None for no number. Raises Unreadable.

    696～890 and 3便、維持 begin with a number too, and say another thing.
    """
    if not (printed := nfkc(text)) or printed == nfkc(unit):
        return None
    read = quantity(text)
    if read.bound or (read.unit and nfkc(read.unit) != nfkc(unit)):
        raise Unreadable(repr(text), "a number, or a number and its unit")
    return None if read.value is None else float(read.value)


def unit_of_series(read: Iterable[Quantity | None]) -> str:
    """The unit that most of the numbers have, the first of these as printed."""
    names = [one.unit for one in read if one and one.unit]
    counted = Counter(map(nfkc, names))
    return max(names, key=lambda name: counted[nfkc(name)], default="")


def all_same_unit(read: Iterable[Quantity | None]) -> bool:
    """Whether every text names the same unit, so that even 5～1 is one, and not a range."""
    names = [nfkc(one.unit) for one in read if one and (one.unit or one.value is not None)]
    return len(names) > 1 and len(set(names)) == 1


def value_in(read: Quantity, unit: str, bounds: bool) -> tuple[float, str]:
    """The number in `unit`, NaN where it has none, and the rule of the remark that is due, or "".

    `bounds` says whether 以上 and the like leave a value, as they do for a target.
    """
    if read.value is None:
        return math.nan, ""
    named, bound, rule = nfkc(read.unit), read.bound, ""
    if named and named != nfkc(unit) and (less := BOUND.fullmatch(named)):
        named, bound = less["unit"].strip(), bound + less["bound"]
    factor = _factor(named, nfkc(unit))
    if bound:
        rule = "number_qualified"
        if not bounds and not APPROXIMATE.fullmatch(bound):
            return math.nan, "bound_unread"
    if factor is None:
        return math.nan, "unit_differs"
    if factor != 1:
        rule = "unit_converted"
    elif not rule and named and named != nfkc(unit):
        rule = "unit_alike"
    return float(read.value * factor), rule


def year(text: str) -> int:
    """A western year of four digits or one era year, with or without 年 or 年度.

    Raises Unreadable for anything else, a year of two digits without its era included.
    """
    plain = nfkc(text)
    if match := re.fullmatch(r"([0-9]{4})\s*(年度?)?", plain):
        return int(match[1])
    found = eras.find(plain)
    if [era_year.text for era_year in found] == [plain] and plain[-1] in "年度":
        return found[0].year
    raise Unreadable(repr(text), "a year such as 2018 or 平成30年度")


def fiscal_year(text: str) -> int:
    """The year a row speaks of. Raises Unreadable for what is no year between 1868 and 2100."""
    value = year(text)
    if not 1868 <= value <= 2100:
        raise Unreadable(repr(text), "a fiscal year between 1868 and 2100")
    return value


def period(text: str) -> tuple[list[int | None], list[tuple[str, str]]]:
    """Start and end year of `2011年〜終了予定なし`, None where open; and what says no year.

    The second list holds (column, text).
    """
    years, unread = [], []
    parts = re.split(rf"\s*(?:[〜~]|{DASH})\s*", nfkc(text), maxsplit=1)
    for column, part in zip(("start_year", "end_year"), [*parts, ""], strict=False):
        try:
            years.append(None if part in NO_YEAR else year(part))
        except Unreadable:
            years.append(None)
            unread.append((column, part))
    return years, unread


def _leading_number(text: str) -> tuple[Fraction | None, str]:
    """The number that a text begins with, and the rest of it as printed."""
    plain = half_width(text)
    if match := _SPELT.match(plain):
        value = _spelt(match["parts"])
    elif match := _NUMBER.match(plain):
        value = _fraction(match["digits"])
    elif match := _NOTHING.match(plain):
        return None, text[match.end() :].rstrip()
    else:
        raise _no_quantity(text)
    if value is None or value >= LARGEST or plain[match.end() : match.end() + 1] in (*".,",):
        raise _no_quantity(text)
    negative = match["sign"] not in ("", "+")
    return -value if negative else value, text[match.end() :].rstrip()


def _spelt(parts: str) -> Fraction | None:
    """1万2千 and 3億5,000万, whose parts become smaller; None for another order."""
    value, least = Fraction(0), None
    for part in _PART.finditer(parts):
        count = math.prod(COUNTS[letter] for letter in part["count"])
        amount = _fraction(part["digits"]) * count
        if least is not None and amount >= least:
            return None
        value, least = value + amount, count
    return value


def _fraction(digits: str) -> Fraction:
    return Fraction(re.sub(r"[\s,]", "", digits))


def _no_quantity(text: str) -> Unreadable:
    return Unreadable(repr(text), 'a number or "-"')


def _factor(named: str, unit: str) -> Fraction | None:
    if named in ("", unit):
        return Fraction(1)
    (count, base), (other_count, other) = _scale(named), _scale(unit)
    plain, other_plain = _ASIDE.sub("", base), _ASIDE.sub("", other)
    if base != other and plain != other_plain and "" not in (base, other):
        return None
    return Fraction(count, other_count)


def _scale(unit: str) -> tuple[int, str]:
    count, base = _SCALE.fullmatch(narrow(unit)).groups()
    digits = re.match("[0-9]*", count)[0]
    return math.prod([int(digits or 1), *(COUNTS[word] for word in count[len(digits) :])]), base
