"""Bring the numbers of one series to one unit, and read the lines that name a unit of money."""

import math
import re
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from helpers.sheet import MILLION_YEN
from helpers.sources import cells
from helpers.sources.cells import COUNTS, Quantity, Unreadable, nfkc

APPROXIMATE = re.compile("(約|およそ|おおよそ|おおむね|概ね|ほぼ|程度|前後|ほど|くらい|ぐらい)+")
"""Words that leave a number as it is; 以上, 未満 make it the bound of what is not said."""

_SCALE = re.compile(r"(?P<count>(?:10{0,3}|[十百千])?[万億兆]|[十百千]|)(?P<base>.*)")
_ASIDE = re.compile(r"\([^()]*\)$|数$")

_YEN = "100万円|10億円|[十百千]?[万億兆]円|[百千]円|円"
# An amount has a number before it, a rounding 未満 behind; 円滑 and 円建て are other words.
_NAMED = re.compile(
    rf"(?<![0-9.,十百千万億兆])(?:{_YEN}(?:(?=単位|表示|表記)|(?![一-鿿ァ-ヺ])))(?![未以])"
)
_AMONG = re.compile(
    "(?:[※*()\\[\\]【】〔〕<>《》「」:=、。,.・/]|注|単位|全て|すべて|いずれも|以下|各|金|"
    "(?:予算|執行|支出|計上|交付|契約)?額|予算|執行|支出|表示|表記|記載|"
    "です|である|とする|している|しています|で|は|の|が|を|に|も|税込み?|税抜き?)*"
)
_UNIT, _SHOWN = re.compile("単位(?!未満)"), re.compile("表示|表記|記載|換算")
_ENGLISH = re.compile(r"\b(?:yen|jpy)\b|\bunits?\s*[:=]", re.IGNORECASE)


def of_series(read: Iterable[Quantity | None]) -> str:
    """The unit that most of the numbers have, the first of these as printed."""
    names = [one.unit for one in read if one and one.unit]
    counted = Counter(map(nfkc, names))
    return max(names, key=lambda name: counted[nfkc(name)], default="")


def agree(read: Iterable[Quantity | None]) -> bool:
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
    if named and named != nfkc(unit) and (less := cells.BOUND.fullmatch(named)):
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


def money(line: str) -> Fraction | None:
    """The unit of money that a line near a table names, in million yen; None for another line.

    Raises Unreadable for a line that speaks of a unit and names none that is known, or several.
    """
    plain = cells.narrow(line)
    named = set(_NAMED.findall(plain))
    if not stated(line) and not _UNIT.search(plain) and not _ENGLISH.search(nfkc(line)):
        named = {name for name in named if not name[0].isdigit()}
        if not named or not _SHOWN.search(plain):
            return None
    if len(named) != 1 or named - set(MILLION_YEN):
        known = ", ".join(MILLION_YEN)
        raise Unreadable(f"the unit {line!r}", f"one of {known}, as in ※単位は千円")
    return MILLION_YEN[named.pop()]


def stated(text: str) -> bool:
    """Whether a text is nothing but the naming of a unit of money: (単位：千円), 【百万円】."""
    plain = cells.narrow(text)
    found = _NAMED.findall(plain)
    if len(found) != 1 or (found[0][0].isdigit() and not re.search(r"単位|[※(\[【〔]", plain)):
        return False
    return _AMONG.fullmatch(plain.replace(found[0], "", 1)) is not None


def _factor(named: str, unit: str) -> Fraction | None:
    if named in ("", unit):
        return Fraction(1)
    (count, base), (other_count, other) = _scale(named), _scale(unit)
    plain, other_plain = _ASIDE.sub("", base), _ASIDE.sub("", other)
    if base != other and plain != other_plain and "" not in (base, other):
        return None
    return Fraction(count, other_count)


def _scale(unit: str) -> tuple[int, str]:
    count, base = _SCALE.fullmatch(cells.narrow(unit)).groups()
    digits = re.match("[0-9]*", count)[0]
    return math.prod([int(digits or 1), *(COUNTS[word] for word in count[len(digits) :])]), base
