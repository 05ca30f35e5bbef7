"""Pooled quantile regression: the quantiles of a future value from what is known now.

Fitted on many projects, so that a level means what it says among projects, not under a model.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from statsmodels.tools.sm_exceptions import IterationLimitWarning

from helpers import regression as sm

LEVELS = (0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975)
"""The levels at which a forecast is fitted: the limits of its 80 and 95 % intervals among them."""

NAMES = [f"q{1000 * level:03.0f}" for level in LEVELS]
"""The columns of a table of forecasts that hold the quantiles at `LEVELS`."""

LIMITS = {"median": 0.5, "lower80": 0.1, "upper80": 0.9, "lower95": 0.025, "upper95": 0.975}
"""The columns of every table of forecasts for the median and the limits of the 80 and the 95 %
interval, and the levels of these."""


def limits(quantiles: np.ndarray, prefix: str = "") -> dict[str, np.ndarray]:
    """The columns `LIMITS` of quantiles at `LEVELS`, a row each."""
    return {f"{prefix}{name}": quantiles[:, LEVELS.index(at)] for name, at in LIMITS.items()}


def named(quantiles: np.ndarray, prefix: str = "") -> dict[str, np.ndarray]:
    """The columns `NAMES` of quantiles at `LEVELS`, a row each."""
    return {f"{prefix}{name}": quantiles[:, at] for at, name in enumerate(NAMES)}


def fit(y: np.ndarray, features: pd.DataFrame, levels: tuple[float, ...] = LEVELS) -> pd.DataFrame:
    """Coefficients of a linear quantile regression: index level, a column a feature.

    `sm.QuantReg` (Koenker and Bassett 1978), a regression a level. No intercept is added.
    """
    model = sm.QuantReg(np.asarray(y, float), features.to_numpy(float))
    # Where most values are equal its standard errors, which are not used here, divide by zero.
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        # The reweighting circles in the last digits where many values are equal.
        warnings.simplefilter("ignore", IterationLimitWarning)
        found = [model.fit(q=level, max_iter=500, p_tol=1e-5).params for level in levels]
    return pd.DataFrame(found, index=pd.Index(levels, name="level"), columns=features.columns)


def predict(coefficients: pd.DataFrame, features: pd.DataFrame) -> np.ndarray:
    """The quantiles (rows of `features`, levels), in order: fitted lines that cross are sorted
    (Chernozhukov, Fernandez-Val and Galichon 2010)."""
    return np.sort(features[coefficients.columns].to_numpy(float) @ coefficients.to_numpy().T, 1)


def below(values: np.ndarray, quantiles: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """P(future < value), a row each: between the quantiles by straight lines.

    Beyond the outer ones the tail goes on as an exponential with the slope of the last piece. Where
    quantiles are equal (a point mass) a value there counts as below the mass.
    """
    values, quantiles = np.asarray(values, float)[:, None], np.asarray(quantiles, float)
    levels = np.asarray(levels, float)
    under = (quantiles < values).sum(1)
    at = np.clip(under - 1, 0, len(levels) - 2)[:, None]
    low, high = (np.take_along_axis(quantiles, at + step, 1) for step in (0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(high > low, (values - low) / (high - low), 0.0)
        inside = levels[at] + np.clip(part, 0, 1) * (levels[at + 1] - levels[at])
        left = _tail(quantiles[:, :1] - values, quantiles[:, 1:2] - quantiles[:, :1], levels[:2])
        ends = 1 - levels[::-1]
        right = _tail(values - quantiles[:, -1:], quantiles[:, -1:] - quantiles[:, -2:-1], ends[:2])
    p = np.where(under[:, None] == 0, left, inside)
    return np.where(under[:, None] == len(levels), 1 - right, p)[:, 0]


def at(wanted: np.ndarray, quantiles: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """The quantiles at the levels `wanted` (of all rows, or a row each), between and beyond those
    at `levels` as in `below`, of which this is the inverse."""
    levels, wanted = np.asarray(levels, float), np.asarray(wanted, float)
    wanted = np.clip(np.broadcast_to(wanted, (len(quantiles), wanted.shape[-1])), 1e-9, 1 - 1e-9)
    piece = np.clip(np.searchsorted(levels, wanted) - 1, 0, len(levels) - 2)
    low, high = (np.take_along_axis(quantiles, piece + step, 1) for step in (0, 1))
    part = (wanted - levels[piece]) / (levels[piece + 1] - levels[piece])
    inside = low + np.clip(part, 0, 1) * (high - low)
    left = _beyond(wanted, high - low, levels[:2])
    right = _beyond(1 - wanted, high - low, 1 - levels[::-1][:2])
    return inside - np.where(part < 0, left, 0) + np.where(part > 1, right, 0)


class Mixture(NamedTuple):
    """A distribution a row: the `value` with probability `mass` (below 1), else what has the
    `quantiles` at `levels`."""

    value: np.ndarray
    mass: np.ndarray
    quantiles: np.ndarray
    levels: np.ndarray

    def below(self, values: np.ndarray) -> np.ndarray:
        """P(future < value), a row each."""
        rest = below(values, self.quantiles, self.levels)
        return np.where(self.value < values, self.mass, 0) + (1 - self.mass) * rest

    def at(self, wanted: np.ndarray) -> np.ndarray:
        """The quantiles at the levels `wanted`: as the function `at`."""
        value, mass = self.value[:, None], self.mass[:, None]
        wanted = np.broadcast_to(wanted, (len(value), np.shape(wanted)[-1]))
        under = self.below(self.value)[:, None]
        low, high = wanted < under, wanted > under + mass
        found = at((wanted - np.where(high, mass, 0)) / (1 - mass), self.quantiles, self.levels)
        found = np.where(low, np.minimum(found, value), np.maximum(found, value))
        return np.where(low | high | (mass == 0), found, value)

    def only(self, rows: np.ndarray) -> "Mixture":
        """That of some rows, by a mask."""
        return Mixture(self.value[rows], self.mass[rows], self.quantiles[rows], self.levels)


def mean(quantiles: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """The mean of the distribution, a row each: its quantiles integrated over the levels by the
    trapezoid rule, the outer ones held on to 0 and 1."""
    ends = np.concatenate([[0.0], np.asarray(levels, float), [1.0]])
    full = np.concatenate([quantiles[:, :1], quantiles, quantiles[:, -1:]], axis=1)
    return np.trapezoid(full, ends, axis=1)


def reasons(conditions: Mapping[str, Sequence[bool] | np.ndarray]) -> np.ndarray:
    """The names of the conditions that hold, a row each, with a space between; "" for none."""
    named = [np.where(holds, f"{name} ", "") for name, holds in conditions.items()]
    return np.array(["".join(row).rstrip() for row in zip(*named, strict=True)], dtype=object)


def _tail(beyond: np.ndarray, piece: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """P(further out than `beyond` the outer quantile), with the density of the outer `piece`."""
    rate = (levels[1] - levels[0]) / np.maximum(piece, 1e-12) / levels[0]
    return levels[0] * np.exp(-np.minimum(rate * np.maximum(beyond, 0), 700))


def _beyond(level: np.ndarray, piece: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """How far beyond the outer quantile `level` lies: the inverse of `_tail`."""
    rate = (levels[1] - levels[0]) / np.maximum(piece, 1e-12) / levels[0]
    return np.log(levels[0] / np.minimum(level, levels[0])) / rate
