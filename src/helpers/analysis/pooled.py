"""The pooled forecast of one series, as a model beside those that know nothing but the series."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.analysis import outcome_points, outcome_pool
from helpers.analysis.fits import LIMITS, Fit, no_fit
from helpers.analysis.outcome_pool import QUANTILES
from helpers.analysis.quantiles import LEVELS
from helpers.analysis.series import Series

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
