"""Sheets and series made for the tests of the analysis, with known truth behind them."""

import numpy as np
import pandas as pd
from scipy import stats

from helpers.analysis import execution
from helpers.analysis.series import IndicatorSeries
from helpers.sheet import ReviewSheet

FACTS = {
    "sheet_id": "2019-総務省-0042",
    "sheet_year": 2019,
    "ministry": "総務省",
    "project_number": "0042",
    "name": "自治体クラウドの取組の加速に向けた調査研究等",
}
EXECUTED = np.array([8.0, 19, 27, 38, 53, 7, 43])
BUDGET = np.array([20.0, 20, 34, 41, 67, 24, 71])
"""The default sheet's closed years, 2012 to 2018, million yen."""


def budget_sheet(executed, budget, first_year: int = 2012, **columns) -> ReviewSheet:
    """A sheet of consecutive budget years; `columns` replaces or adds columns of `budget`."""
    values = {"executed": executed, "budget_net": budget, "budget_gross": budget, "initial": budget}
    table = pd.DataFrame({**values, **columns}, dtype=float)
    table["fiscal_year"] = np.arange(first_year, first_year + len(table))
    return ReviewSheet.build(sheet=[FACTS], budget=table)


def rates(executed, budget, **columns) -> pd.DataFrame:
    """`execution.rates` of such a sheet."""
    return execution.rates(budget_sheet(executed, budget, **columns))


def outcome_sheet(actual: dict[int, float], unit: str = "団体", **columns) -> ReviewSheet:
    """A sheet with one outcome indicator: fiscal year -> actual."""
    row = {"number": 1, "indicator": "導入数", "unit": unit, **columns}
    years = [{**row, "fiscal_year": year, "actual": value} for year, value in actual.items()]
    return ReviewSheet.build(sheet=[FACTS], outcome=years)


def default_sheet() -> ReviewSheet:
    """The default sheet's numbers, without its page and the reader."""
    unknown = np.nan
    sheet = budget_sheet(
        [*EXECUTED, unknown, unknown],
        [*BUDGET, 94, unknown],
        requested=[unknown, unknown, unknown, unknown, 67, 30, 121, 106, 95],
    )
    outcome = outcome_sheet({2016: 842, 2017: 950, 2018: 1067}, target=1600, target_year=2023)
    return sheet.with_table("outcome", outcome.outcome)


def history(values, ceiling=None, unit="団体", years=None, **more) -> IndicatorSeries:
    """A IndicatorSeries whose years end in 2018 unless `years` says otherwise."""
    values = np.asarray(values, float)
    years = np.arange(2019 - len(values), 2019) if years is None else np.asarray(years)
    more = {"target": None, "target_year": None, **more}
    return IndicatorSeries("導入数", unit, years, values, ceiling, **more)


def beta_shares(rng, mean, relative_variance) -> np.ndarray:
    """Shares with the given mean and variance relative_variance * mean * (1 - mean)."""
    precision = 1 / np.asarray(relative_variance) - 1
    return rng.beta(mean * precision, (1 - np.asarray(mean)) * precision)


def assert_share(hits, low: float, high: float) -> None:
    """The true share of `hits` may lie between `low` and `high`, Monte-Carlo error allowed for.

    Fails one time in a thousand, were the seeds not fixed, when the truth is at a limit.
    """
    n, found = len(hits), np.sum(hits)
    least, most = stats.binom.ppf(0.001, n, low), stats.binom.ppf(0.999, n, high)
    assert least <= found <= most, (
        f"{found} of {n} ({found / n:.3f}) outside {least:.0f} to {most:.0f}"
    )


def assert_coverage(pit, level: float, tolerance: tuple[float, float] = (0.0, 0.0)) -> None:
    """Central intervals of `level` cover the truth as often as they say, give or take `tolerance`.

    `pit` is the share of drawn futures at or below the truth, one a simulation.
    """
    tail = (1 - level) / 2
    covered = (np.asarray(pit) > tail) & (np.asarray(pit) < 1 - tail)
    assert_share(covered, level - tolerance[0], min(level + tolerance[1], 1))


def quantile_tolerance(distribution, probability: float, draws: int) -> float:
    """Four standard errors of a sample quantile of `draws` draws from a scipy distribution."""
    error = np.sqrt(probability * (1 - probability) / draws)
    return 4 * error / distribution.pdf(distribution.ppf(probability))
