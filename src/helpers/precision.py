"""How exactly printed amounts are known: the digits of ratios, and whether two are one number.

Sheets of whole million yen leave half a million open in each amount: 7 of 24 million is any rate
from 27 to 32 %. The errors of rounding are spread evenly and are independent of each other, so one
of half a unit h has the standard error h / sqrt(3), and those of a sum add as squares.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from helpers import digits

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

FINEST = 6
"""Decimals that are looked at: one yen in million yen."""

SURE = 4
"""Units of its last digit that a number's standard error may be: about three digits for a rate of
100 million yen in whole millions (95.0 %), two below (29 % for 7 of 24 million)."""

SLIPS = (1e3, 1e6)
"""Factors between the units of money, one of which a sheet may have taken for another."""


def half_unit(value: float) -> float:
    """Half a unit of the last printed digit of a value in million yen; 0 for a printed 0.

    A whole number counts as rounded to a million yen, other numbers to their own last decimal, at
    the finest to one yen.
    """
    if value % 1 == 0:
        return 0.5 if value else 0.0
    decimals = len(f"{value:.6f}".rstrip("0").partition(".")[2])
    return 0.5 * 10.0**-decimals


def half_units(values: np.ndarray) -> np.ndarray:
    """`half_unit` of each value of an array."""
    values = np.asarray(values, dtype=float)
    finest = np.round(values, FINEST)
    decimals = np.full(values.shape, FINEST)
    for fewer in range(FINEST - 1, -1, -1):
        decimals[np.round(values, fewer) == finest] = fewer
    return np.where(values == 0, 0.0, 0.5 * 10.0**-decimals)


def finest_half_units(numbers: np.ndarray, by_row: bool) -> np.ndarray:
    """Half a unit of the last digit that amounts (million yen; rows x columns) are printed with, a
    number a row: the finest in use in the row, or in all rows. NaN for a row without an amount."""
    # Eight digits are more than any rate needs, and fewer than noise has.
    halves = half_units(digits.significant(numbers, 8))
    # A 0 says nothing of the digits: counted as whole.
    halves[numbers == 0] = 0.5
    halves[np.isnan(numbers)] = np.inf
    finest = halves.min(axis=1, initial=np.inf)
    if not by_row:
        finest = np.full(len(numbers), finest.min(initial=np.inf))
    return np.where(np.isinf(finest), np.nan, finest)


def restated(one: np.ndarray, other: np.ndarray, scale: float = 1.0) -> np.ndarray:
    """Whether `one` and `scale` * `other` are one number, printed with more or fewer digits.

    They may differ by the rounding of the coarser print, and not at all where both have the same
    number of decimals: 34 and 34.4 are one number, 34 and 35 two. False where one is missing.
    """
    one, other = np.asarray(one, dtype=float), scale * np.asarray(other, dtype=float)
    coarse, fine = half_units(one), scale * half_units(other / scale)
    allowed = np.where(np.isclose(coarse, fine), 0.0, np.maximum(coarse, fine))
    with np.errstate(invalid="ignore"):
        return np.abs(one - other) <= allowed + 1e-9 * np.maximum(1.0, np.abs(one))


def unit_slip(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether one number is the other times one of `SLIPS`: exactly, or as rounded as printed.

    A number of a single digit says too little to be rounded: 1 and 1,400 are not taken together.
    """
    swap = np.abs(one) > np.abs(other)
    great, small = np.where(swap, one, other), np.where(swap, other, one)
    exact = [np.isclose(great, factor * small, rtol=1e-9, atol=0) for factor in SLIPS]
    rounded = [restated(great, small, factor) for factor in SLIPS]
    enough = half_units(small) <= 0.05 * np.abs(small)
    return np.any(exact, axis=0) | (np.any(rounded, axis=0) & enough)


def error(part, whole, half_part, half_whole):
    """The standard error of part / whole by the rounding of the two to +- half_part and half_whole.

    Numbers or columns of them.
    """
    if type(part) is float:
        # As below: numpy takes ten times as long for one number.
        return math.hypot(half_part, part / whole * half_whole) / math.sqrt(3) / abs(whole)
    with np.errstate(over="ignore"):
        # Not by squares, which overflow for a whole that is next to nothing.
        spread = np.hypot(half_part, np.multiply(part / whole, half_whole)) / np.sqrt(3)
        return spread / np.abs(whole)


def of_sum(halves) -> float:
    """What a sum has in place of half a unit, given those of its terms."""
    return float(np.sqrt(np.sum(np.asarray(halves, float) ** 2)))


def decimals(error: float, times: float = 1.0) -> int:
    """The decimals that `times` a number of this standard error is shown with, 0 or 1."""
    if not error > 0:
        return 1
    # Not `times * error`, which overflows for a share of a whole that is next to nothing.
    finest = SURE / times / error
    if not finest > 0:
        return 0
    return int(math.log10(finest) + digits.NOISE >= 1)


def decimals_in_percent(error: float) -> int:
    """The decimals that a share of this standard error is shown with in per cent, 0 or 1."""
    return decimals(error, 100.0)


def of_rates(rates: pd.DataFrame, part: str = "executed", whole: str = "budget_net") -> int:
    """The decimals, in per cent, that every rate part / whole of the rows can be shown with.

    `rates` are rows of `execution.rates`.
    """
    parts, wholes, halves = _known(rates, part, whole)
    if not len(parts):
        return 1
    return decimals_in_percent(np.fmax.reduce(error(parts, wholes, halves, halves)))


def of_amounts(part: ArrayLike, whole: ArrayLike) -> int:
    """The decimals, in per cent, that every part / whole (million yen) can be shown with, each of
    the two printed as finely as its own numbers say."""
    parts, wholes = np.asarray(part, float), np.asarray(whole, float)
    known = ~np.isnan(parts) & (wholes > 0)
    if not known.any():
        return 1
    amounts = parts[known], wholes[known]
    halves = [finest_half_units(each[:, None], by_row=False)[0] for each in amounts]
    return decimals_in_percent(np.fmax.reduce(error(*amounts, *halves)))


def of_pooled(rates: pd.DataFrame, part: str = "executed", whole: str = "budget_net") -> int:
    """The decimals, in per cent, of the sum of part / the sum of whole."""
    parts, wholes, halves = _known(rates, part, whole)
    if not len(parts):
        return 1
    half = of_sum(halves)
    return decimals_in_percent(error(parts.sum(), wholes.sum(), half, half))


def _known(rates: pd.DataFrame, part: str, whole: str) -> tuple[np.ndarray, ...]:
    """Part, whole and half a unit of the rows with a part of something."""
    columns = [rates[name].to_numpy(float) for name in (part, whole, "half_unit")]
    known = ~np.isnan(columns[0]) & (columns[1] > 0)
    return tuple(column[known] for column in columns)


def to_yen(amount: float) -> float:
    """A sum of amounts in million yen to the yen, without what adding them up leaves behind."""
    return round(amount, 6)
