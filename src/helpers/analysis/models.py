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

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import statsmodels.api as sm
from statsmodels.genmod.families import links
from statsmodels.tools.sm_exceptions import DomainWarning, PerfectSeparationWarning

from helpers.analysis import predictive

if TYPE_CHECKING:
    from helpers.analysis.adoption import Series


@dataclass(frozen=True)
class Fit:
    """One fitted model.

    observations: what the fit used, values or (drift, bass) yearly changes; estimate: coefficients;
    df: residual degrees of freedom; dispersion: Pearson's (binomial models) or the residual
    variance (drift, ols), as estimated; floor: the least that its draws may be;
    path(years) -> values;
    draws(years) -> array (DRAWS, len(years)) of futures, None where the model is not `identified`:
    then `note` says why ("few": no degree of freedom is left, "gap": years are missing, "flat": no
    course of adoption to fit: nothing, everything, or one jump; "outside": a fitted hazard is no
    probability). Asking draws for a year that is no future one raises ValueError.
    """

    model: str
    observations: int
    estimate: np.ndarray
    df: int
    dispersion: float
    floor: float
    note: str
    path: Callable[[list[int]], np.ndarray]
    draws: Callable[[list[int]], np.ndarray | None]

    @property
    def identified(self) -> bool:
        """Whether the data leave a degree of freedom to tell how sure the model can be."""
        return not self.note


def fit(name: str, series: "Series") -> Fit:
    """Fit the model `name` to `series`. Raises ValueError for an unknown model, or a model that
    needs a ceiling where there is none."""
    if name not in MODELS:
        raise ValueError(f"no model {name!r}: choose from {', '.join(MODELS)}")
    model = MODELS[name]
    if model.ceiling and not series.ceiling:
        raise ValueError(f"model {name} needs a population: give one, or choose drift or ols")
    return model.fit(name, series)


def _curve(name: str, series: "Series") -> Fit:
    """Quasi-binomial GLM of the share on time; statsmodels' link of the same name."""
    link = {"logit": links.Logit, "probit": links.Probit, "cloglog": links.CLogLog}.get(
        name, links.LogLog
    )()
    size, last = series.ceiling, series.years[-1]
    share = series.values / size
    if len(share) < 2:
        return _unfit(name, series, "few")
    # With fewer than two shares inside (0, 1) the curve is a jump, and its slope infinite.
    if np.sum((share > 0) & (share < 1)) < 2:
        return _unfit(name, series, "flat")
    result = _binomial(share, sm.add_constant(_since(series.years, last)), size, link)
    df = int(result.df_resid)
    mean = result.fittedvalues * (1 - result.fittedvalues)
    rounding = predictive.rounding(series.values) / size / max(mean.mean(), 1e-9)
    floor = 1.0 if _counts(series) else rounding

    def design(years):
        return sm.add_constant(_since(years, last), has_constant="add")

    def inverse(predictor):
        return link.inverse(np.clip(predictor, -500, 500))  # exp of more overflows

    def path(years):
        return size * inverse(design(years) @ result.params)

    def draws(years):
        rng = np.random.default_rng(predictive.SEED)
        phis = predictive.dispersions(_scale(result), df, rng, floor)
        b = predictive.coefficients(result.params, result.normalized_cov_params, phis, rng)
        mean = inverse(b @ design(years).T)
        return size * predictive.shares(mean, phis[:, None] / size, rng)

    return _fit(name, series, result, floor, path, draws)


def _bass(name: str, series: "Series") -> Fit:
    """Discrete-time Bass (1969) model: new adopters / not yet adopted = p + q * share adopted, a
    quasi-binomial GLM with identity link, each year weighted by those not yet adopted."""
    size, values = series.ceiling, series.values
    if np.any(np.diff(series.years) != 1):
        return _unfit(name, series, "gap")
    if len(values) < 3:
        return _unfit(name, series, "few")
    left = size - values[:-1]
    if np.any(left <= 0) or np.ptp(values[:-1]) == 0:
        return _unfit(name, series, "flat")
    hazard = np.diff(values) / left
    if np.any(hazard < 0) or hazard.max() == 0:
        return _unfit(name, series, "flat")
    design = sm.add_constant(values[:-1] / size, has_constant="add")
    start = np.array([hazard.mean(), 0.0])
    result = _binomial(hazard, design, left, links.Identity(), start_params=start)
    df = int(result.df_resid)
    fitted = result.fittedvalues
    if not np.all((fitted > 0) & (fitted < 1)):
        return _unfit(name, series, "outside")
    rounding = 2 * predictive.rounding(values) / np.mean(left * fitted * (1 - fitted))
    floor = 1.0 if _counts(series) else rounding

    def walk(coefficients, years, step):
        state = np.full(len(coefficients), values[-1])
        futures = {}
        for year in range(series.years[-1] + 1, max(years) + 1):
            chance = np.clip(coefficients[:, 0] + coefficients[:, 1] * state / size, 0, 1)
            state = state + (size - state) * step(chance, np.maximum(size - state, 1e-9))
            futures[year] = state
        return np.column_stack([futures[year] for year in years])

    def path(years):
        known = dict(zip(series.years, values, strict=True))
        later = [year for year in years if year > series.years[-1]]
        ahead = walk(result.params[None, :], later, lambda chance, _: chance)[0] if later else []
        known.update(zip(later, ahead, strict=True))
        return np.array([known.get(year, np.nan) for year in years])

    def draws(years):
        rng = np.random.default_rng(predictive.SEED)
        phis = predictive.dispersions(_scale(result), df, rng, floor)
        b = predictive.coefficients(result.params, result.normalized_cov_params, phis, rng)
        return walk(b, years, lambda chance, n: predictive.shares(chance, phis / n, rng))

    return _fit(name, series, result, floor, path, draws)


def _drift(name: str, series: "Series") -> Fit:
    """Random walk with drift: OLS of the yearly changes on a constant (gaps weighted by length)."""
    if len(series.values) < 2:
        return _unfit(name, series, "few")
    steps = np.diff(series.years).astype(float)
    change = np.diff(series.values)
    result = sm.WLS(change / steps, np.ones(len(steps)), weights=steps).fit()
    df, last = int(result.df_resid), series.values[-1]
    counting = abs(result.params[0]) if _counts(series) else 0.0
    floor = max(2 * predictive.rounding(series.values), counting)

    def path(years):
        return _bounded(last + result.params[0] * _since(years, series.years[-1]), series)

    def draws(years):
        rng = np.random.default_rng(predictive.SEED)
        phis = predictive.dispersions(_scale(result), df, rng, floor)
        unscaled = result.normalized_cov_params
        slope = predictive.coefficients(result.params, unscaled, phis, rng)
        ahead = np.arange(1, max(_since(years, series.years[-1])) + 1)
        noise = np.cumsum(rng.standard_normal((len(phis), len(ahead))), axis=1)
        walk = last + slope * ahead + np.sqrt(phis)[:, None] * noise
        return _bounded(walk[:, (_since(years, series.years[-1]) - 1).astype(int)], series)

    return _fit(name, series, result, floor, path, draws)


def _ols(name: str, series: "Series") -> Fit:
    """Ordinary least squares on the year."""
    if len(series.values) < 2:
        return _unfit(name, series, "few")
    last = series.years[-1]
    design = sm.add_constant(_since(series.years, last))
    result = sm.OLS(series.values, design).fit()
    df = int(result.df_resid)
    counting = abs(result.params[1]) if _counts(series) else 0.0
    floor = max(predictive.rounding(series.values), counting)

    def mean(years, coefficients):
        return coefficients @ sm.add_constant(_since(years, last), has_constant="add").T

    def path(years):
        return _bounded(mean(years, result.params), series)

    def draws(years):
        rng = np.random.default_rng(predictive.SEED)
        phis = predictive.dispersions(_scale(result), df, rng, floor)
        b = predictive.coefficients(result.params, result.normalized_cov_params, phis, rng)
        noise = np.sqrt(phis)[:, None] * rng.standard_normal((len(phis), len(years)))
        return _bounded(mean(years, b) + noise, series)

    return _fit(name, series, result, floor, path, draws)


@dataclass(frozen=True)
class Model:
    """How a model is fitted and whether it needs a ceiling."""

    fit: Callable[[str, "Series"], Fit]
    ceiling: bool


MODELS = {
    "drift": Model(_drift, False),
    "ols": Model(_ols, False),
    "logit": Model(_curve, True),
    "probit": Model(_curve, True),
    "cloglog": Model(_curve, True),
    "loglog": Model(_curve, True),
    "bass": Model(_bass, True),
}
"""Drift stands first and leads: of these models its intervals held best out of time."""


def _fit(name, series, result, floor, path, draws) -> Fit:
    df = int(result.df_resid)
    note = "" if df > 0 else "few"
    last = series.years[-1]

    def future(years):
        if min(years) <= last:
            raise ValueError(f"draws are of years after {last}, asked for {min(years)}")
        return None if note else draws(np.asarray(years))

    return Fit(
        model=name,
        observations=int(result.nobs),
        estimate=np.asarray(result.params),
        df=df,
        dispersion=_scale(result) if df > 0 else np.nan,
        floor=float(floor) if df > 0 else np.nan,
        note=note,
        path=lambda years: path(np.asarray(years)),
        draws=future,
    )


def _unfit(name, series, note) -> Fit:
    return Fit(
        model=name,
        observations=len(series.values),
        estimate=np.array([]),
        df=0,
        dispersion=np.nan,
        floor=np.nan,
        note=note,
        path=lambda years: np.full(len(years), np.nan),
        draws=lambda _: None,
    )


def _scale(result) -> float:
    """Pearson's dispersion (GLM) or residual variance (least squares); 0 where no degree of freedom
    is left, and `note` bars its use."""
    squares = result.pearson_chi2 if hasattr(result, "pearson_chi2") else result.ssr
    return float(squares / max(result.df_resid, 1))


def _binomial(share, design, weights, link, **options):
    with warnings.catch_warnings():
        # The identity link is chosen knowingly, and a share of exactly 0 or 1 separates nothing.
        warnings.simplefilter("ignore", DomainWarning)
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        family = sm.families.Binomial(link)
        weights = np.broadcast_to(weights, share.shape)
        # With as many parameters as points statsmodels divides by zero on its way to a scale that
        # `_fit` then does not use.
        with np.errstate(divide="ignore", invalid="ignore"):
            return sm.GLM(share, design, family=family, var_weights=weights).fit(**options)


def _since(years, last) -> np.ndarray:
    return np.asarray(years, float) - last


def _counts(series: "Series") -> bool:
    # The noise of counting depends on the unit: of tonnes or indices it says nothing.
    return not series.is_percent and np.array_equal(series.values, np.round(series.values))


def _bounded(values, series: "Series"):
    low = 0 if series.values.min() >= 0 else -np.inf
    return np.clip(values, low, series.ceiling or np.inf)
