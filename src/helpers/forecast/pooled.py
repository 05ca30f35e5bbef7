"""The pooled forecast of one series, as a model beside those that know nothing but the series."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.analysis.series import Series
from helpers.forecast import outcome_points, outcome_pool
from helpers.forecast.fits import LIMITS, Fit, no_fit
from helpers.forecast.outcome_pool import QUANTILES
from helpers.forecast.quantiles import LEVELS
from helpers.forecast.track_scores import Applying, applying

AT = [QUANTILES[LEVELS.index(level)] for level in LIMITS]
MEDIAN = QUANTILES[LEVELS.index(0.5)]


@dataclass(frozen=True)
class PooledFit(Fit):
    """A Fit whose limits and P(target) are those of `outcome_pool.forecast`; `observations` are the
    cases of its `kind` of series that the pool was fitted to. Its path is the median."""

    pool: dict
    series: Series
    kind: str

    def forecast(self, years: list[int], series: Series | None = None) -> pd.DataFrame:
        """What `outcome_pool.forecast` gives for fiscal years after the last of the series."""
        points = outcome_points.shaped(outcome_points.of_series(series or self.series))
        rows = points.loc[[0] * len(years)].reset_index(drop=True)
        rows["fiscal_year"] = np.asarray(years, int)
        rows["h"] = rows["fiscal_year"] - rows["last_year"]
        if (rows["h"] <= 0).any():
            raise ValueError(f"forecasts are of years after {self.series.years[-1]}")
        return outcome_pool.forecast(self.pool, rows)

    def limits(self, years: list[int]) -> np.ndarray:
        """See `Fit.limits`."""
        return self.forecast(years)[AT].to_numpy().T

    def chance(self, series: Series) -> float:
        """See `Fit.chance`; the logistic regression's, not the share of the quantiles."""
        return float(self.forecast([series.target_column], series)["p_target"].iloc[0])


class Backing(NamedTuple):
    """What stands behind a pooled forecast: the kind of series, how many indicators of it it was
    learned from, the years ahead that these reach (`horizon`), of which sheets; of the forecast for
    the target's year (or the last shown) how many years ahead it is, what of it is outside of that,
    its P(target) before the correction, and the record of such forecasts (None without one)."""

    kind: str
    indicators: int
    horizon: int
    sheets: list[int]
    ahead: int
    outside: list[str]
    uncorrected: float
    record: Applying | None


def backing(fit: Fit, years: list[int], scores: pd.DataFrame) -> Backing | None:
    """The `Backing` of a pooled fit in `years`, of the `track_scores`; None for another model."""
    if not isinstance(fit, PooledFit):
        return None
    due = fit.series.target_column if fit.series.target_open else years[-1]
    facts, ahead = fit.pool["kinds"][fit.kind], int(due - fit.series.years[-1])
    made = fit.forecast([due]).iloc[0]
    return Backing(
        fit.kind,
        facts["indicators"],
        facts["horizon"],
        fit.pool["sheets"],
        ahead,
        made["outside"].split(),
        float(made["uncorrected"]),
        applying(scores, "outcome", fit.kind, ahead),
    )


def pooled(name: str, series: Series, pool: dict) -> Fit:
    """The pooled forecast of `series`, from two points on, by what `outcome_pool.fit` gives."""
    if len(series.values) < 2:
        return no_fit(name, series, "few")
    shaped = outcome_points.shaped(outcome_points.of_series(series))
    kind = shaped["kind"].iloc[0]
    fit = PooledFit(
        model=name,
        observations=pool["kinds"][kind]["cases"],
        estimate=np.array([]),
        df=0,
        dispersion=np.nan,
        floor=np.nan,
        note="",
        path=lambda years: fit.forecast(years)[MEDIAN].to_numpy(),
        draws=lambda _: None,
        pool=pool,
        series=series,
        kind=kind,
    )
    return fit
