"""Bounds in a sheet's words: 80%以上, 9日以内."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

FLOORS = ("以上", "超え", "上回")
_CEILINGS = ("以下", "未満", "以内", "下回")


class Bound(NamedTuple):
    """A number that words make a floor (`up`) or a ceiling; `unit` stands between the two."""

    value: float
    unit: str
    up: bool
    words: str


def bounds(text: str, unit: str = "") -> Iterator[Bound]:
    """The bounds that a text names, in its order; it is in one width, as NFKC makes it.

    What stands between the number and the word is short, or it is `unit`, of any length.
    """
    for found in _pattern(unit).finditer(text):
        number, between, word = found.groups()
        yield Bound(float(number.replace(",", "")), between, word.endswith(FLOORS), found[0])


@lru_cache(maxsize=2**12)
def _pattern(unit: str) -> re.Pattern:
    own = f"{re.escape(unit)}|" if unit else ""
    words = "|".join(f"を?{word}" for word in FLOORS + _CEILINGS)
    number = r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?)"
    return re.compile(rf"{number}\s?({own}[^\d\s、。,.()「」]{{0,5}}?)({words})")
