"""Read what one printed cell says: a number, a quantity, a year, a period, a target."""

import math
import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from helpers import eras

DASHES = "-‐‑‒–—―−－ーｰ─"
"""What a page prints for "nothing": NaN for a number, "" for a text, never 0."""

DASH = rf"[{re.escape(DASHES)}]"
"""One of them, as a pattern."""

ID_PART = re.compile(r"[\w・.()-]{1,60}")
"""A ministry or project number after NFKC: part of a sheet's id, and so of the names of files."""

_BRANCH = re.compile(r"(?P<parent>(?:20[0-9]{2}-[^-]+-)?(?:新?[0-9]{2}-)?[0-9]{4})-[0-9]{1,3}")

NO_YEAR = ("", "終了予定なし", "終了予定無し", "予定なし", "未定", "不明")
NO_YEAR += tuple(
    f"{end}年度{word}" for end in ("開始", "終了") for word in ("不明", "未定", "なし")
)

# Keeps the length, unlike NFKC: what is found in the narrow text can be cut from the printed one.
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_NUMBER = re.compile(
    # A dash makes a negative only where it touches: "- 100万円" is nothing, in units of 100万円.
    rf"(?P<sign>[△▲]\s*|[+]|{DASH}|)(?P<whole>[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,5}}|[0-9]{{1,18}})"
    r"(?P<rest>\.[0-9]{1,20})?(?![0-9.,])"
)
_NOTHING = re.compile(rf"{DASH}*(?=\s|$)")
_TARGET = re.compile(r"(?P<indicator>.*\s|)\(目標:(?P<inside>.*)\)")
_YEAR_OF_TARGET = re.compile(r"(?P<year>[^年]*年度?)に")


class Unreadable(ValueError):
    """Something else than its place asks for: what a SheetError says, but for the file."""

    def __init__(self, found: str, expected: str, line: int | None = None):
        self.found, self.expected, self.line = found, expected, line
        super().__init__(f"found {found}; expected {expected}")


@dataclass(frozen=True)
class Target:
    """An outcome's heading taken apart; `unread` holds the (column, text) that say no number."""

    indicator: str
    year: int | None = None
    value: float = math.nan
    unit: str = ""
    unread: tuple[tuple[str, str], ...] = ()


def nfkc(text: str) -> str:
    """The text in one width, to compare it with."""
    return unicodedata.normalize("NFKC", text).strip()


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


def words(text: str) -> str:
    """A text as printed; "" where only dashes stand."""
    return "" if not text.strip(DASHES) else text


def money(text: str, unit: Fraction) -> float:
    """A cell of nothing but a number, in million yen. Raises Unreadable."""
    value, rest = _leading_number(text, unit)
    if rest:
        raise Unreadable(repr(text), 'a number or "-"')
    return value


def quantity(text: str) -> tuple[float, str]:
    """Number and unit of a cell such as `1,067 団体` or `- 団体`. Raises Unreadable."""
    value, rest = _leading_number(text, Fraction(1))
    return value, words(rest)


def number_of(text: str, unit: str) -> float | None:
    """A cell of a number, the `unit` known for it, or both; None for no number. Raises Unreadable.

    696～890 and 3便、維持 begin with a number too, and say another thing.
    """
    try:
        value, printed = quantity(text)
    except Unreadable:
        value, printed = math.nan, text
    if printed and nfkc(printed) != nfkc(unit):
        raise Unreadable(repr(text), "a number, or a number and its unit")
    return None if math.isnan(value) else value


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


def target(heading: str) -> Target:
    """`<indicator> (目標:<year>年度に<value> <unit>)`, of which any part may be missing.

    A year or value in words (前年度以上) is a thing sheets print: it comes back in `unread`.
    """
    narrow = heading.translate(_NARROW)
    match = _TARGET.fullmatch(narrow)
    if not match:
        unread = (("target", heading),) if "(目標:" in narrow else ()
        return Target(heading, unread=unread)
    said, value, unit, unread = None, math.nan, "", []
    start, end = match.span("inside")
    if printed := _YEAR_OF_TARGET.match(narrow, start, end):
        start = printed.end()
        try:
            said = None if printed["year"].strip(f" 年度{DASHES}") == "" else year(printed["year"])
        except Unreadable:
            unread.append(("target_year", printed["year"]))
    try:
        value, unit = quantity(heading[start:end].strip())
    except Unreadable:
        unread.append(("target", heading[start:end].strip()))
    indicator = heading[: match.end("indicator")].strip()
    return Target(indicator, said, value, unit, tuple(unread))


def _leading_number(text: str, unit: Fraction) -> tuple[float, str]:
    narrow = text.translate(_NARROW)
    if match := _NUMBER.match(narrow):
        digits = match["whole"].replace(",", "") + (match["rest"] or "")
        sign = 1 if match["sign"] in ("", "+") else -1
        value = float(sign * Fraction(digits) * unit)
    elif match := _NOTHING.match(narrow):
        value = math.nan
    else:
        raise Unreadable(repr(text), 'a number or "-"')
    return value, text[match.end() :].strip()
