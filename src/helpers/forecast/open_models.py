"""Adoption models without a ceiling: drift and the straight line."""

from dataclasses import replace

import numpy as np
import statsmodels.api as sm

from helpers import digits
from helpers.analysis.series import Series
from helpers.forecast import predictive
from helpers.forecast.fits import Fit, as_fit, no_fit, scale, since

RECENT = 3
"""Points that the slope is taken from. On histories of four to six points joined from the sheets up
to 2017 and 2018, its error over growing outcomes is .68 and .80 of the naive forecast's, with all
points .80 and 1.09; 80 % intervals of drift hold .81 and .76 (.78, .75), of ols .76 and .76
(.55, .69)."""


def drift(name: str, series: Series) -> Fit:
    """Random walk with drift: yearly changes around a constant (gaps weighted by length). The slope
    is the mean of the `RECENT` points' changes, the dispersion that of all changes."""
    if len(series.values) < 2:
        return no_fit(name, series, "few")
    steps = np.diff(series.years).astype(float)
    change = np.diff(series.values)
    result = _changes(change, steps)
    recent = _changes(change[1 - RECENT :], steps[1 - RECENT :])
    df, last = int(result.df_resid), series.values[-1]
    counting = abs(recent.params[0]) if series.is_count else 0.0
    floor = max(2 * predictive.rounding(series.values), counting)

    def path(years):
        return _bounded(last + recent.params[0] * since(years, series.years[-1]), series)

    drawn = predictive.parameters(
        scale(result), df, floor, recent.params, recent.normalized_cov_params
    )

    def draws(years):
        phis, slope, rng = drawn()
        ahead = np.arange(1, max(since(years, series.years[-1])) + 1)
        noise = np.cumsum(rng.standard_normal((len(phis), len(ahead))), axis=1)
        walk = last + slope * ahead + np.sqrt(phis)[:, None] * noise
        return _bounded(walk[:, (since(years, series.years[-1]) - 1).astype(int)], series)

    return replace(
        as_fit(name, series, result, floor, path, draws),
        estimate=digits.sized(recent.params, np.abs(series.values).max()),
    )


def ols(name: str, series: Series) -> Fit:
    """Ordinary least squares of the `RECENT` points on the year."""
    if len(series.values) < 2:
        return no_fit(name, series, "few")
    years, values = series.years[-RECENT:], series.values[-RECENT:]
    last = years[-1]
    design = sm.add_constant(since(years, last))
    result = sm.OLS(values, design).fit()
    df = int(result.df_resid)
    counting = abs(result.params[1]) if series.is_count else 0.0
    floor = max(predictive.rounding(series.values), counting)

    def mean(years, coefficients):
        return coefficients @ sm.add_constant(since(years, last), has_constant="add").T

    def path(years):
        return _bounded(mean(years, result.params), series)

    drawn = predictive.parameters(
        scale(result), df, floor, result.params, result.normalized_cov_params
    )

    def draws(years):
        phis, b, rng = drawn()
        noise = np.sqrt(phis)[:, None] * rng.standard_normal((len(phis), len(years)))
        return _bounded(mean(years, b) + noise, series)

    return as_fit(name, series, result, floor, path, draws)


def _changes(change, steps):
    return sm.WLS(change / steps, np.ones(len(steps)), weights=steps).fit()


def _bounded(values, series: Series):
    low = 0 if series.values.min() >= 0 else -np.inf
    return np.clip(values, low, series.ceiling or np.inf)
