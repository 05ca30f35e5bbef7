"""One rounding and one comparison for every number that is shown or decides what is said.

The last bits of a computed number differ between processors, and between orders of a sum. Many
numbers of a sheet's few digits are ties by construction (a mean of 1290 and 1291, a rate of exactly
70 %): rounded or compared as they come, they would fall to either side. Here all that lie within
`NOISE` of a tie fall to one: away from 0 when rounded, to "equal" when compared.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

NOISE = 3e-9
"""Relative: more than computing adds, less than any printed number says."""
TIE = 2.7e-4
"""Of a last digit: what is left of noise in a difference of two larger numbers."""


ARRAYS_FROM = 1e200
"""A number from which on digits that are cut off might overflow."""


def rounded(values, decimals=0):
    """`values` (a number, an array or a frame) to so many decimals, ties away from 0, never -0.0;
    NaN and infinity stay. `decimals` may be negative (1,284 to -2 is 1,300) or an array."""
    if type(values) is float and type(decimals) is int and abs(values) < ARRAYS_FROM:
        # As below, step by step: numpy takes twenty times as long for one number.
        up, down = 10.0 ** max(decimals, 0), 10.0 ** max(-decimals, 0)
        scaled = abs(values) * up / down
        nearest = math.floor(scaled + 0.5 + min(TIE + NOISE * scaled, 0.25)) / up * down
        return -nearest if values < 0 and nearest else nearest
    up, down = 10.0 ** np.maximum(decimals, 0), 10.0 ** np.maximum(np.negative(decimals), 0)
    scaled = np.abs(values) * up / down
    # A quarter at most: of a number with more digits than NOISE leaves, only itself is near.
    shift = np.minimum(TIE + NOISE * scaled, 0.25)
    return np.sign(values) * np.floor(scaled + 0.5 + shift) / up * down + 0.0


def significant(values, digits: int):
    """`values` to so many significant digits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.floor(np.log10(np.abs(values) * (1 + NOISE)))
    return rounded(values, digits - 1 - np.where(np.isfinite(first), first, 0))


def stored(values) -> list | float:
    """A number or lists of them, for a file that is compared: six decimals. Of a coefficient that
    is next to nothing further digits would be noise."""
    return rounded(np.asarray(values, float), 6).tolist()


def settled(values):
    """`values` to sort, rank or class by: what are ties but for noise are ties."""
    return significant(values, 7)


def equal(one, other):
    """Whether two numbers (or arrays) are the same but for noise; False where one is NaN."""
    with np.errstate(invalid="ignore"):
        gap, scale = np.abs(one - other), np.maximum(np.abs(one), np.abs(other))
        return (one == other) | (gap <= NOISE * scale) & (scale < np.inf)


def less(one, other):
    """Whether `one` is less than `other` by more than noise; False where one is NaN."""
    return (one < other) & ~np.asarray(equal(one, other))


def at_least(one, other):
    """Whether `one` is `other` or more, but for noise; False where one is NaN."""
    return (one >= other) | equal(one, other)


def difference(one, other):
    """`one` - `other`, exactly 0 where they are equal but for noise."""
    return (one - other) * (1 - equal(one, other))


def sized(values, scale: float = 1.0):
    """`values`, exactly 0 where they are nothing but noise of numbers as large as `scale`."""
    return np.where(np.abs(values) <= NOISE * scale, 0.0, values)


def highest(values: pd.Series):
    """The first label whose value is the largest but for noise."""
    return settled(values).idxmax()


def lowest(values: pd.Series):
    """The first label whose value is the smallest but for noise."""
    return settled(values).idxmin()
