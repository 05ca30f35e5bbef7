"""The adoption models, each a fit with a path and draws of the future.

| model | form | needs |
|---|---|---|
| pooled | quantiles from how all projects' outcomes went on (`outcome_pool`) | the pool, 2 points |
| logit, probit, cloglog, loglog (Gompertz) | share = link^-1(a + b t) | a ceiling |
| bass | hazard of adopting = p + q * share adopted; discrete time | a ceiling |
| drift | yearly change constant, errors add up (random walk) | |
| ols | straight line, errors do not add up | |

All others know the series alone. Their dispersion is estimated from the residuals, but its draws
never go below the noise of counting (for whole numbers) or rounding (for percentages and decimals):
three points lie on a line by chance often enough.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.analysis.series import IndicatorSeries
from helpers.forecast import outcome_pool
from helpers.forecast.fits import ENDS, Fit, bass, curve, drift, no_fit, ols
from helpers.forecast.outcome_pool import Columns
from helpers.forecast.track_scores import Applying, applying


@dataclass(frozen=True)
class PooledFit(Fit):
    """A Fit whose limits and P(target) are those of `outcome_pool.forecast`; `observations` are the
    cases of its `kind` of series that the pool was fitted to. Its path is the median; `points` are
    the columns that `outcome_pool.shaped` gives of its series."""

    pool: dict
    series: IndicatorSeries
    points: Columns

    @property
    def kind(self) -> str:
        """Of the series: one of `outcome_pool.KINDS`."""
        return str(self.points["kind"][0])

    def forecast(self, years: list[int], series: IndicatorSeries | None = None) -> Columns:
        """What `outcome_pool.foreseen` gives for fiscal years after the last of the series."""
        own = series is None or series is self.series
        points = self.points if own else outcome_pool.shape(outcome_pool.of_series(series))
        ahead = np.asarray(years, int) - points["last_year"][0]
        if (ahead <= 0).any():
            raise ValueError(f"forecasts are of years after {self.series.years[-1]}")
        rows = {name: column.repeat(len(years)) for name, column in points.items()}
        return outcome_pool.foreseen(self.pool, rows | {"h": ahead})

    def limits(self, years: list[int]) -> np.ndarray:
        """See `Fit.limits`."""
        made = self.forecast(years)
        return np.array([made[name] for name in ENDS])

    def chance(self, series: IndicatorSeries) -> float:
        """See `Fit.chance`."""
        return float(self.forecast([series.target_column], series)["p_target"][0])


class Backing(NamedTuple):
    """What stands behind a pooled forecast: the kind of series, how many indicators of it it was
    learned from, the years ahead that these reach (`horizon`), of which sheets; of the forecast for
    the target's year (or the last shown) how many years ahead it is, what of it is outside of that,
    and the record of such forecasts (None without one)."""

    kind: str
    indicators: int
    horizon: int
    sheets: list[int]
    ahead: int
    outside: list[str]
    record: Applying | None


def backing(fit: Fit, years: list[int], scores: pd.DataFrame) -> Backing | None:
    """The `Backing` of a pooled fit in `years`, of the `track_scores`; None for another model."""
    if not isinstance(fit, PooledFit):
        return None
    due = fit.series.target_column if fit.series.target_open else years[-1]
    facts, ahead = fit.pool["kinds"][fit.kind], int(due - fit.series.years[-1])
    return Backing(
        fit.kind,
        facts["indicators"],
        facts["horizon"],
        fit.pool["sheets"],
        ahead,
        fit.forecast([due])["outside"][0].split(),
        applying(scores, "outcome", fit.kind, ahead),
    )


def pooled(name: str, series: IndicatorSeries, pool: dict) -> Fit:
    """The pooled forecast of `series`, from two points on, by what `outcome_pool.fit` gives."""
    if len(series.values) < 2:
        return no_fit(name, series, "few")
    points = outcome_pool.shape(outcome_pool.of_series(series))
    fit = PooledFit(
        model=name,
        observations=pool["kinds"][points["kind"][0]]["cases"],
        estimate=np.array([]),
        df=0,
        dispersion=np.nan,
        floor=np.nan,
        note="",
        path=lambda years: fit.forecast(years)["median"],
        draws=lambda _: None,
        pool=pool,
        series=series,
        points=points,
    )
    return fit


@dataclass(frozen=True)
class Model:
    """How a model is fitted and whether it needs a ceiling."""

    fit: Callable[[str, IndicatorSeries], Fit]
    ceiling: bool


MODELS = {
    "drift": Model(drift, False),
    "ols": Model(ols, False),
    "logit": Model(curve, True),
    "probit": Model(curve, True),
    "cloglog": Model(curve, True),
    "loglog": Model(curve, True),
    "bass": Model(bass, True),
}
"""The models of a single series. Drift stands first: its intervals held best of these."""

POOLED = "pooled"
"""The model that leads where there is a pool: on past sheets it did what it says."""


def names(series: IndicatorSeries, pool: dict | None) -> list[str]:
    """The models that `series` allows, the one that leads first."""
    single = [name for name, model in MODELS.items() if series.ceiling or not model.ceiling]
    return [POOLED, *single] if pool else single


def fit(name: str, series: IndicatorSeries, pool: dict | None = None) -> Fit:
    """Fit the model `name` to `series`. Raises ValueError for an unknown model, a model that needs
    a ceiling where there is none, and "pooled" without a `pool`."""
    if name == POOLED and pool:
        return pooled(name, series, pool)
    if name not in MODELS:
        known = [POOLED, *MODELS] if pool else MODELS
        raise ValueError(f"no model {name!r}: choose from {', '.join(known)}")
    model = MODELS[name]
    if model.ceiling and not series.ceiling:
        raise ValueError(f"model {name} needs a population: give one, or choose drift or ols")
    return model.fit(name, series)
