"""How many digits the rounding of two amounts leaves to their ratio.

Sheets of whole million yen leave half a million open in each amount: 7 of 24 million is any rate
from 27 to 32 %. The errors of rounding are spread evenly and are independent of each other, so one
of half a unit h has the standard error h / sqrt(3), and those of a sum add as squares.
"""

import numpy as np

from helpers.digits import NOISE

SURE = 4
"""Units of its last digit that a number's standard error may be: about three digits for a rate of
100 million yen in whole millions (95.0 %), two below (29 % for 7 of 24 million)."""


def half_unit(value: float) -> float:
    """Half a unit of the last printed digit of a value in million yen; 0 for a printed 0.

    A whole number counts as rounded to a million yen, other numbers to their own last decimal, at
    the finest to one yen.
    """
    if value == 0:
        return 0.0
    decimals = len(f"{value:.6f}".rstrip("0").partition(".")[2])
    return 0.5 * 10.0**-decimals


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
    return int(min(max(np.floor(np.log10(SURE / error) + NOISE), 0), most))
