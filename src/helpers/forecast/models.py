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

from helpers.analysis.series import Series
from helpers.forecast.ceiling_models import bass, curve
from helpers.forecast.fits import Fit
from helpers.forecast.open_models import drift, ols
from helpers.forecast.pooled import pooled


@dataclass(frozen=True)
class Model:
    """How a model is fitted and whether it needs a ceiling."""

    fit: Callable[[str, Series], Fit]
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


def names(series: Series, pool: dict | None) -> list[str]:
    """The models that `series` allows, the one that leads first."""
    single = [name for name, model in MODELS.items() if series.ceiling or not model.ceiling]
    return [POOLED, *single] if pool else single


def fit(name: str, series: Series, pool: dict | None = None) -> Fit:
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
