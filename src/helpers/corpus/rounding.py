"""Compare many printed numbers at once: what rounding alone can make of one."""

import numpy as np

DECIMALS = 6


def half_unit(values: np.ndarray) -> np.ndarray:
    """`helpers.precision.half_unit` for an array: half a unit of each one's last digit."""
    values = np.asarray(values, dtype=float)
    finest = np.round(values, DECIMALS)
    decimals = np.full(values.shape, DECIMALS)
    for fewer in range(DECIMALS - 1, -1, -1):
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


def times(one: np.ndarray, other: np.ndarray, factors: tuple[float, ...]) -> np.ndarray:
    """Whether one number is the other times one of `factors`: exactly, or as rounded as printed.

    A number of a single digit says too little to be rounded: 1 and 1,400 are not taken together.
    """
    swap = np.abs(one) > np.abs(other)
    great, small = np.where(swap, one, other), np.where(swap, other, one)
    exact = [np.isclose(great, factor * small, rtol=1e-9, atol=0) for factor in factors]
    rounded = [restated(great, small, factor) for factor in factors]
    digits = half_unit(small) <= 0.05 * np.abs(small)
    return np.any(exact, axis=0) | (np.any(rounded, axis=0) & digits)
