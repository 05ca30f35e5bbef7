"""Amounts of money as people read them: 1億9,500万円, 72兆6,385億円; ¥195 million, ¥72.6 trillion.

Amounts are million yen everywhere, floats. `yen` is for sentences and labels, `unit` for what
stands below each other: a table's column, an axis. Sheets print million yen.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from helpers import digits, words

STEPS = {
    "ja": ((1e12, "兆"), (1e8, "億"), (1e4, "万"), (1, "")),
    "en": ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"), (1, "")),
}
"""Yen -> what so many are called, largest first."""

FINENESS = ((1e6, -2), (1e4, 0), (0.1, 2), (0, 6))
"""In Japanese: amounts of so many million yen and more have so many decimals of a million."""


class Unit(NamedTuple):
    """A unit of money for a table or an axis: so many million yen, and its name."""

    million: float
    name: str


UNITS = {
    "ja": (Unit(1, "百万円"), Unit(100, "億円"), Unit(1e6, "兆円")),
    "en": (Unit(1, "million yen"), Unit(1e3, "billion yen"), Unit(1e6, "trillion yen")),
}


def unit(amounts: Iterable[float], most: float = 100_000) -> Unit:
    """The unit of a table or an axis of these amounts (million yen): the smallest in which the
    largest stays below `most`.

    >>> unit([94, 277]).name, unit([276_540]).name, unit([72_638_500]).name
    ('百万円', '億円', '兆円')
    """
    top = max((abs(float(each)) for each in amounts if math.isfinite(each)), default=0)
    units = UNITS[words.language()]
    return next((each for each in units if digits.less(top / each.million, most)), units[-1])


def yen(value: float) -> str:
    """An amount (million yen) as it is read in a sentence; – where unknown. In Japanese two steps
    of 10,000 at most, from 10 billion yen on in whole millions, in English three digits.

    >>> yen(195), yen(72_638_512.3), yen(8.5), yen(0.084)
    ('1億9,500万円', '72兆6,385億円', '850万円', '8万4,000円')
    """
    if not math.isfinite(value):
        return words.number(value)
    sign = "−" if value < 0 and shown(value) else ""
    whole = round(abs(shown(value)) * 1e6)
    return sign + words.say(_japanese(whole), _english(whole))


def yens(low: float, high: float) -> str:
    """Two amounts (million yen) as a range: 2,900万〜8,500万円; ¥29–85 million.

    >>> yens(29, 85)
    '2,900万〜8,500万円'
    """
    first, last = yen(low), yen(high)
    if first == last or not (math.isfinite(low) and math.isfinite(high)):
        return last if first == last else words.number(math.nan)
    if words.language() == "ja":
        return f"{first.removesuffix('円')}〜{last}"
    number, _, step = first.partition(" ")
    same = step == last.partition(" ")[2] and last.startswith("¥") and number.startswith("¥")
    return f"{number}–{last[1:]}" if same else f"{first} to {last}"


def size(name: str) -> str:
    """A class of `peers.SIZES` for a reader.

    >>> size("10-100"), size("> 100000")
    ('1,000万〜1億円', '1,000億円超')
    """
    ends = [float(end) for end in name.strip("<>= ").split("-")]
    if name.startswith("<"):
        return words.say(f"{yen(ends[0])}以下", f"up to {yen(ends[0])}")
    return words.say(f"{yen(ends[0])}超", f"over {yen(ends[0])}") if ends[1:] == [] else yens(*ends)


def shown(value: float) -> float:
    """What `yen` shows of an amount, in million yen: the amount, rounded.

    >>> float(shown(72_638_512.3))
    72638500.0
    """
    size = abs(value)
    if words.language() == "en":
        return digits.rounded(value, 6) if size < 1e-3 else digits.significant(value, 3) + 0.0
    decimals = next(many for least, many in FINENESS if digits.at_least(size, least))
    return digits.rounded(value, decimals)


def _japanese(yen: int) -> str:
    parts, rest = [], yen
    for size, name in STEPS["ja"]:
        many, rest = divmod(rest, int(size))
        parts += [f"{many:,}{name}"] if many else []
    return ("".join(parts) or "0") + "円"


def _english(yen: int) -> str:
    size, name = next((step for step in STEPS["en"] if yen >= step[0]), STEPS["en"][-1])
    return f"¥{words.significant(yen / size, 6)}{name}"
