"""What a fitted adoption model is: its coefficients, its path, its draws of the future."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from helpers import digits
from helpers.analysis.series import Series

LIMITS = (0.1, 0.9, 0.025, 0.975)
"""The levels of the limits of an 80 % and a 95 % interval."""


@dataclass(frozen=True)
class Fit:
    """One fitted model.

    observations: what the fit used, values or (drift, bass) yearly changes; estimate: coefficients;
    df: residual degrees of freedom; dispersion: Pearson's (binomial models) or the residual
    variance (drift, ols), as estimated; floor: the least that its draws may be;
    path(years) -> values;
    draws(years) -> array (DRAWS, len(years)) of futures, None where the model is not `identified`
    (or, as `pooled.PooledFit`, gives its limits otherwise):
    then `note` says why ("few": no degree of freedom is left, "gap": years are missing, "flat": no
    change, or one jump; "inside": fewer than two values between 0 and the ceiling; "falls": a value
    below the one before; "full": the ceiling was reached before the last; "outside": a fitted
    hazard is no probability). Asking draws for a year that is no future one raises ValueError.
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

    def limits(self, years: list[int]) -> np.ndarray:
        """The quantiles at `LIMITS` of the values to be observed, an array (4, years); NaN where
        the model is not identified."""
        drawn = self.draws(years)
        if drawn is None:
            return np.full((len(LIMITS), len(years)), np.nan)
        return np.quantile(drawn, LIMITS, axis=0)

    def chance(self, series: Series) -> float:
        """P(target met when due), by the target and its date in `series`; NaN where the model is
        not identified."""
        drawn = self.draws([series.target_column])
        return np.nan if drawn is None else float(np.mean(series.met(drawn[:, 0])))


def as_fit(name, series, result, floor, path, draws) -> Fit:
    """The Fit of a statsmodels `result`; `path` and `draws` take an array of years."""
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
        estimate=digits.sized(result.params, max(1.0, np.abs(result.params).max())),
        df=df,
        dispersion=scale(result) if df > 0 else np.nan,
        floor=float(floor) if df > 0 else np.nan,
        note=note,
        path=lambda years: path(np.asarray(years)),
        draws=future,
    )


def no_fit(name, series, note) -> Fit:
    """The Fit of a model that cannot be fitted to `series`: no path, no draws, `note` says why."""
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


def scale(result) -> float:
    """Pearson's dispersion (GLM) or residual variance (least squares); 0 where no degree of freedom
    is left, and `note` bars its use."""
    squares = result.pearson_chi2 if hasattr(result, "pearson_chi2") else result.ssr
    return float(squares / max(result.df_resid, 1))


def since(years, last) -> np.ndarray:
    """Years counted from the last of the history."""
    return np.asarray(years, float) - last
