"""How many digits the rates of a sheet can be shown with, by the digits of its amounts."""

import numpy as np
import pandas as pd

from helpers import digits
from helpers.precision import decimals, error, half_unit, of_sum


def half_units(amounts: pd.DataFrame, by_row: bool) -> np.ndarray:
    """Half a unit of the last digit that the amounts (million yen) are printed with, a number a
    row: the finest in use in the row, or in all rows. NaN for a row without an amount."""
    numbers = amounts.to_numpy(float, na_value=np.nan)
    # Eight digits are more than any rate needs, and fewer than noise has.
    halves = half_unit(digits.significant(numbers, 8))
    # A 0 says nothing of the digits: counted as whole.
    halves[numbers == 0] = 0.5
    halves[np.isnan(numbers)] = np.inf
    finest = halves.min(axis=1, initial=np.inf)
    if not by_row:
        finest = np.full(len(numbers), finest.min(initial=np.inf))
    return np.where(np.isinf(finest), np.nan, finest)


def of_rates(rates: pd.DataFrame, part: str = "executed", whole: str = "budget_net") -> int:
    """The decimals, in per cent, that every rate part / whole of the rows can be shown with.

    `rates` are rows of `execution.rates`.
    """
    known = rates[rates[part].notna() & (rates[whole] > 0)]
    if known.empty:
        return 1
    each = error(known[part], known[whole], known["half_unit"], known["half_unit"])
    return decimals(100 * each.max())


def of_amounts(part: pd.Series, whole: pd.Series) -> int:
    """The decimals, in per cent, that every part / whole (million yen) can be shown with, each of
    the two printed as finely as its own numbers say."""
    known = pd.DataFrame({"part": part, "whole": whole}).dropna()
    known = known[known["whole"] > 0]
    if known.empty:
        return 1
    halves = [half_units(known[[name]], by_row=False)[0] for name in known]
    return decimals(100 * error(known["part"], known["whole"], *halves).max())


def of_pooled(rates: pd.DataFrame, part: str = "executed", whole: str = "budget_net") -> int:
    """The decimals, in per cent, of the sum of part / the sum of whole."""
    known = rates[rates[part].notna() & (rates[whole] > 0)]
    if known.empty:
        return 1
    half = of_sum(known["half_unit"])
    return decimals(100 * error(known[part].sum(), known[whole].sum(), half, half))
