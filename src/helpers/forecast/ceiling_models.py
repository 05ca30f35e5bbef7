"""Adoption models of a share of a ceiling: the curves and Bass."""

import warnings

import numpy as np
import statsmodels.api as sm
from statsmodels.genmod.families import links
from statsmodels.tools.sm_exceptions import DomainWarning, PerfectSeparationWarning

from helpers import digits
from helpers.analysis.series import Series
from helpers.forecast import predictive
from helpers.forecast.fits import Fit, as_fit, no_fit, scale, since


def curve(name: str, series: Series) -> Fit:
    """Quasi-binomial GLM of the share on time; statsmodels' link of the same name."""
    link = {"logit": links.Logit, "probit": links.Probit, "cloglog": links.CLogLog}.get(
        name, links.LogLog
    )()
    size, last = series.ceiling, series.years[-1]
    share = series.values / size
    share = np.where(digits.at_least(share, 1), 1.0, share)
    if len(share) < 2:
        return no_fit(name, series, "few")
    # With fewer than two shares inside (0, 1) the curve is a jump, and its slope infinite.
    if np.sum((share > 0) & (share < 1)) < 2:
        return no_fit(name, series, "inside")
    result = _binomial(share, sm.add_constant(since(series.years, last)), size, link)
    df = int(result.df_resid)
    mean = result.fittedvalues * (1 - result.fittedvalues)
    rounding = predictive.rounding(series.values) / size / max(mean.mean(), 1e-9)
    floor = 1.0 if series.is_count else rounding

    def design(years):
        return sm.add_constant(since(years, last), has_constant="add")

    def inverse(predictor):
        return link.inverse(np.clip(predictor, -500, 500))  # exp of more overflows

    def path(years):
        return size * inverse(design(years) @ result.params)

    drawn = predictive.parameters(
        scale(result), df, floor, result.params, result.normalized_cov_params
    )

    def draws(years):
        phis, b, rng = drawn()
        mean = inverse(b @ design(years).T)
        return size * predictive.shares(mean, phis[:, None] / size, rng)

    return as_fit(name, series, result, floor, path, draws)


def bass(name: str, series: Series) -> Fit:
    """Discrete-time Bass (1969) model: new adopters / not yet adopted = p + q * share adopted, a
    quasi-binomial GLM with identity link, each year weighted by those not yet adopted."""
    size, values = series.ceiling, series.values
    if np.any(np.diff(series.years) != 1):
        return no_fit(name, series, "gap")
    if len(values) < 3:
        return no_fit(name, series, "few")
    left = digits.difference(size, values[:-1])
    if np.any(left <= 0):
        return no_fit(name, series, "full")
    if digits.equal(values[:-1].max(), values[:-1].min()):
        return no_fit(name, series, "flat")
    hazard = digits.difference(values[1:], values[:-1]) / left
    if np.any(hazard < 0):
        return no_fit(name, series, "falls")
    if hazard.max() == 0:
        return no_fit(name, series, "flat")
    design = sm.add_constant(values[:-1] / size, has_constant="add")
    start = np.array([hazard.mean(), 0.0])
    result = _binomial(hazard, design, left, links.Identity(), start_params=start)
    df = int(result.df_resid)
    fitted = result.fittedvalues
    if not np.all((fitted > 0) & (fitted < 1)):
        return no_fit(name, series, "outside")
    rounding = 2 * predictive.rounding(values) / np.mean(left * fitted * (1 - fitted))
    floor = 1.0 if series.is_count else rounding

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

    drawn = predictive.parameters(
        scale(result), df, floor, result.params, result.normalized_cov_params
    )

    def draws(years):
        phis, b, rng = drawn()
        return walk(b, years, lambda chance, n: predictive.shares(chance, phis / n, rng))

    return as_fit(name, series, result, floor, path, draws)


def _binomial(share, design, weights, link, **options):
    with warnings.catch_warnings():
        # The identity link is chosen knowingly, and a share of exactly 0 or 1 separates nothing.
        warnings.simplefilter("ignore", DomainWarning)
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        family = sm.families.Binomial(link)
        weights = np.broadcast_to(weights, share.shape)
        # With as many parameters as points statsmodels divides by zero on its way to a scale that
        # `as_fit` then does not use.
        with np.errstate(divide="ignore", invalid="ignore"):
            return sm.GLM(share, design, family=family, var_weights=weights).fit(**options)
