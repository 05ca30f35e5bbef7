"""Whether more or less of an outcome is better, where its sheet does not say so itself."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from helpers import digits
from helpers.checks.indicators import FLOORS, bounds

PERCENT_UNITS = ("%", "パーセント")
"""After NFKC, which makes the full-width sign a plain one."""

_RISES = (*FLOORS, "増加", "向上")
# 前年度以上, 対前年度比で減少: the target is what the year before came to.
_YEAR_BEFORE = re.compile(
    r"前年(?:度|同期)?[^。\n\d]{0,12}?(以上|超え|増加|向上|上回|以下|未満|減少|削減|減ら|下回)"
)
_OTHER = re.compile("[歳代年月]|%|パーセント")
"""Units that a bound may have without being the indicator's: 65歳以上, 1か月以内, 20%以上削減."""
_RATE = re.compile("達成(率|度|割合)")
_REDUCED = re.compile("削減|減少|低減|縮減|抑制|短縮|減ら|半減|低下|引き?下げ|解消|ゼロ")


class Assumed(NamedTuple):
    """A direction that a sheet does not state: `up` where more is better.

    why: "bound" (the goal's words put 以上 or 以下 to the target or to the year before), "rate" (a
    rate of achievement), "zero" (a target of 0 that no value is below), "ahead" (the target is
    above the first value), "level" (it equals the first value), "risen" (it is below the first
    value, the values rose), "reduce" (it is below the first value, and the words speak of
    reducing), "through" (no word does, and the values fell from above it to below), "falls" (or are
    above it and fall every year, and are no percentages), "held" (or are above it); without a
    target "rose", "fell" or "still". `words` are the sheet's own that tell, "" without any.
    """

    up: bool
    why: str
    words: str = ""


def assumed(
    values: Sequence[float], target: float | None, unit: str, indicator: str, goal: str
) -> Assumed:
    """The direction to assume from the values in their order, the target and the words.

    Of the 1,670 indicators in sheets of 2017-2019 whose words put 以上 or 以下 to the target, the
    rules after the first say the same for .91 (the target against the first value, and whether the
    values rose, alone: .66).
    """
    first, last = values[0], values[-1]
    rose = digits.less(first, last)
    if bound := _bound(target, unit, indicator, goal):
        return bound
    if in_percent(unit) and _RATE.search(_plain(indicator).split("\n")[0]):
        return Assumed(True, "rate")
    if target is None:
        fell = digits.less(last, first)
        return Assumed(bool(rose), "rose" if rose else "fell" if fell else "still")
    if target == 0 and min(values) >= 0:
        return Assumed(False, "zero")
    if digits.at_least(target, first):
        return Assumed(True, "ahead" if digits.less(first, target) else "level")
    if rose:
        return Assumed(True, "risen")
    if reduced := _REDUCED.search(_plain(f"{goal}\n{indicator}")):
        return Assumed(False, "reduce", reduced[0])
    if digits.less(last, target):
        return Assumed(True, "through")
    falls = len(values) > 2 and all(digits.less(b, a) for a, b in pairwise(values))
    return Assumed(False, "falls") if falls and not in_percent(unit) else Assumed(True, "held")


def in_percent(unit: str) -> bool:
    """Whether a unit is a percentage."""
    return unicodedata.normalize("NFKC", unit).strip() in PERCENT_UNITS


@lru_cache(maxsize=2**16)
def _bound(target: float | None, unit: str, indicator: str, goal: str) -> Assumed | None:
    """What 以上 or 以下 says where it stands with the target in the target's own unit, or with the
    year before."""
    own, percent = _plain(unit), in_percent(unit)
    found = []
    for bound in bounds(_plain(f"{goal}\n{indicator}")):
        other = _OTHER.search(bound.unit)
        if percent:
            fits = bool(other) and other[0] in PERCENT_UNITS
        else:
            fits = other is None or other[0] in own
        if fits and target is not None and digits.equal(bound.value, target):
            found.append(Assumed(bound.up, "bound", bound.words))
    if not found:
        before = _YEAR_BEFORE.finditer(_plain(goal))
        found = [Assumed(each[1] in _RISES, "bound", each[0]) for each in before]
    return found[0] if len({each.up for each in found}) == 1 else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
