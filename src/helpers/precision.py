"""What rounding leaves open: how many digits of a ratio, and whether two prints are one number.

Sheets of whole million yen leave half a million open in each amount: 7 of 24 million is any rate
from 27 to 32 %. The errors of rounding are spread evenly and are independent of each other, so one
of half a unit h has the standard error h / sqrt(3), and those of a sum add as squares.
"""

import numpy as np

from helpers.digits import NOISE

SURE = 4
"""Units of its last digit that a number's standard error may be: about three digits for a rate of
100 million yen in whole millions (95.0 %), two below (29 % for 7 of 24 million)."""
FINEST = 6
"""Decimals that are looked at: one yen in million yen."""
SLIPS = (1e3, 1e6)
"""Factors between the units of money, one of which a sheet may have taken for another."""


def error(part, whole, half_part, half_whole):
    """The standard error of part / whole by the rounding of the two to +- half_part and half_whole.

    Numbers or columns of them.
    """
    with np.errstate(over="ignore"):
        # Not by squares, which overflow for a whole that is next to nothing.
        spread = np.hypot(half_part, np.multiply(part / whole, half_whole)) / np.sqrt(3)
        return spread / np.abs(whole)


def of_sum(halves) -> float:
    """What a sum has in place of half a unit, given those of its terms."""
    return float(np.sqrt(np.sum(np.asarray(halves, float) ** 2)))


def decimals(error: float, most: int = 1) -> int:
    """The decimals that a number of this standard error is shown with, 0 to `most`."""
    if not error > 0:
        return most
    if not SURE / error > 0:
        return 0
    return int(np.clip(np.floor(np.log10(SURE / error) + NOISE), 0, most))


def half_unit(values: np.ndarray) -> np.ndarray:
    """Half a unit of each one's last printed digit; 0 for a printed 0."""
    values = np.asarray(values, dtype=float)
    finest = np.round(values, FINEST)
    decimals = np.full(values.shape, FINEST)
    for fewer in range(FINEST - 1, -1, -1):
        decimals[np.round(values, fewer) == finest] = fewer
    return np.where(values == 0, 0.0, 0.5 * 10.0**-decimals)


def restated(one: np.ndarray, other: np.ndarray, scale: float = 1.0) -> np.ndarray:
    """Whether `one` and `scale` * `other` are one number, printed with more or fewer digits.

    They may differ by the rounding of the coarser print, and not at all where both have the same
    number of decimals: 34 and 34.4 are one number, 34 and 35 two. False where one is missing.
    """
    one, other = np.asarray(one, dtype=float), scale * np.asarray(other, dtype=float)
    coarse, fine = half_unit(one), scale * half_unit(other / scale)
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
    digits = half_unit(small) <= 0.05 * np.abs(small)
    return np.any(exact, axis=0) | (np.any(rounded, axis=0) & digits)
