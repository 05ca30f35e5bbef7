"""Adoption models without a ceiling: drift and the straight line."""

import numpy as np
import statsmodels.api as sm

from helpers.analysis import predictive
from helpers.analysis.fits import Fit, as_fit, no_fit, scale, since
from helpers.analysis.series import Series


def drift(name: str, series: Series) -> Fit:
    """Random walk with drift: OLS of the yearly changes on a constant (gaps weighted by length)."""
    if len(series.values) < 2:
        return no_fit(name, series, "few")
    steps = np.diff(series.years).astype(float)
    change = np.diff(series.values)
    result = sm.WLS(change / steps, np.ones(len(steps)), weights=steps).fit()
    df, last = int(result.df_resid), series.values[-1]
    counting = abs(result.params[0]) if series.is_count else 0.0
    floor = max(2 * predictive.rounding(series.values), counting)

    def path(years):
        return _bounded(last + result.params[0] * since(years, series.years[-1]), series)

    def draws(years):
        rng = np.random.default_rng(predictive.SEED)
        phis = predictive.dispersions(scale(result), df, rng, floor)
        unscaled = result.normalized_cov_params
        slope = predictive.coefficients(result.params, unscaled, phis, rng)
        ahead = np.arange(1, max(since(years, series.years[-1])) + 1)
        noise = np.cumsum(rng.standard_normal((len(phis), len(ahead))), axis=1)
        walk = last + slope * ahead + np.sqrt(phis)[:, None] * noise
        return _bounded(walk[:, (since(years, series.years[-1]) - 1).astype(int)], series)

    return as_fit(name, series, result, floor, path, draws)


def ols(name: str, series: Series) -> Fit:
    """Ordinary least squares on the year."""
    if len(series.values) < 2:
        return no_fit(name, series, "few")
    last = series.years[-1]
    design = sm.add_constant(since(series.years, last))
    result = sm.OLS(series.values, design).fit()
    df = int(result.df_resid)
    counting = abs(result.params[1]) if series.is_count else 0.0
    floor = max(predictive.rounding(series.values), counting)

    def mean(years, coefficients):
        return coefficients @ sm.add_constant(since(years, last), has_constant="add").T

    def path(years):
        return _bounded(mean(years, result.params), series)

    def draws(years):
        rng = np.random.default_rng(predictive.SEED)
        phis = predictive.dispersions(scale(result), df, rng, floor)
        b = predictive.coefficients(result.params, result.normalized_cov_params, phis, rng)
        noise = np.sqrt(phis)[:, None] * rng.standard_normal((len(phis), len(years)))
        return _bounded(mean(years, b) + noise, series)

    return as_fit(name, series, result, floor, path, draws)


def _bounded(values, series: Series):
    low = 0 if series.values.min() >= 0 else -np.inf
    return np.clip(values, low, series.ceiling or np.inf)
