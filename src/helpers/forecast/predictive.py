"""Draw from the predictive distribution of a quasi-likelihood model: parameters and noise.

A GLM's own interval is for the mean. What a reader wants is an interval for the *next value*, which
must carry three uncertainties: the dispersion's (estimated from few residuals), the parameters' and
the observation's. Dispersion is drawn as phi * df / chi2(df), parameters as normal given that
dispersion (so that, without noise, they are multivariate t), the observation given both.
"""

from collections.abc import Callable
from functools import cache

import numpy as np

from helpers import digits

SEED = 20190401
DRAWS = 10_000

Parameters = Callable[[], tuple[np.ndarray, np.ndarray, np.random.Generator]]


def parameters(
    phi: float, df: int, floor: float, estimate: np.ndarray, unscaled: np.ndarray
) -> Parameters:
    """Gives, as often as asked, the same draws of `dispersions` and of `coefficients`, and a
    generator that goes on from there: what is drawn from a model starts alike for every year."""

    @cache
    def first():
        rng = np.random.default_rng(SEED)
        phis = dispersions(phi, df, rng, floor)
        return phis, coefficients(estimate, unscaled, phis, rng), rng.bit_generator.state

    def again():
        phis, drawn, state = first()
        rng = np.random.default_rng(SEED)
        rng.bit_generator.state = state
        return phis, drawn, rng

    return again


def dispersions(
    phi: float, df: int, rng: np.random.Generator, floor: float = 0.0, draws: int = DRAWS
) -> np.ndarray:
    """Draws of the dispersion given its estimate `phi` on `df` residual degrees of freedom.

    None is below `floor`, the noise that counting or rounding alone makes.
    """
    return np.maximum(phi * df / rng.chisquare(df, draws), floor)


def rounding(values: np.ndarray) -> float:
    """Variance of the rounding error of `values`: unit of the last digit in use, squared / 12."""
    printed = (np.allclose(values, np.round(values, d), digits.NOISE, 1e-9) for d in range(7))
    decimals = next((d for d, whole in enumerate(printed) if whole), 7)
    return 10.0 ** (-2 * decimals) / 12


def coefficients(
    estimate: np.ndarray, unscaled: np.ndarray, phi: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Draws (len(phi), k) of coefficients with covariance phi * `unscaled` around `estimate`."""
    noise = rng.multivariate_normal(np.zeros(len(estimate)), unscaled, len(phi), method="eigh")
    return estimate + np.sqrt(phi)[:, None] * noise


def shares(mean: np.ndarray, relative_variance: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draws of a share with the given mean and variance relative_variance * mean * (1 - mean).

    Beta distributed. `relative_variance` is cut at .98: a share cannot vary more than a coin.
    """
    mean = np.clip(mean, 1e-9, 1 - 1e-9)
    precision = 1 / np.clip(relative_variance, 1e-12, 0.98) - 1
    a, b = np.maximum(mean * precision, 1e-6), np.maximum((1 - mean) * precision, 1e-6)
    return rng.beta(a, b)
