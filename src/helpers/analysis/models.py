"""The adoption models, each a fit with a path and draws of the future.

| model | form | needs |
|---|---|---|
| logit, probit, cloglog, loglog (Gompertz) | share = link^-1(a + b t) | a ceiling |
| bass | hazard of adopting = p + q * share adopted; discrete time | a ceiling |
| drift | yearly change constant, errors add up (random walk) | |
| ols | straight line, errors do not add up | |

Dispersion is estimated from the residuals, but its draws never go below the noise of counting (for
whole numbers) or rounding (for percentages and decimals): three points lie on a line by chance
often enough.
"""

from collections.abc import Callable
from dataclasses import dataclass

from helpers.analysis.ceiling_models import bass, curve
from helpers.analysis.fits import Fit
from helpers.analysis.open_models import drift, ols
from helpers.analysis.series import Series


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
"""Drift stands first and leads: of these models its intervals held best out of time."""


def fit(name: str, series: Series) -> Fit:
    """Fit the model `name` to `series`. Raises ValueError for an unknown model, or a model that
    needs a ceiling where there is none."""
    if name not in MODELS:
        raise ValueError(f"no model {name!r}: choose from {', '.join(MODELS)}")
    model = MODELS[name]
    if model.ceiling and not series.ceiling:
        raise ValueError(f"model {name} needs a population: give one, or choose drift or ols")
    return model.fit(name, series)
