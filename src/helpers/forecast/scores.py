"""How good forecasts were: scores of quantiles, intervals and probabilities against the truth.

All take arrays with a row a forecast and give a value a row, unless they say that they sum up.
Definitions: Gneiting and Raftery (2007), "Strictly proper scoring rules, prediction, and
estimation"; Hersbach (2000) for the reading of the CRPS.
"""

import numpy as np
import pandas as pd


def pinball(truth: np.ndarray, quantiles: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Pinball (quantile) loss, in the unit of the truth: the mean over the levels."""
    error = np.asarray(truth, float)[:, None] - quantiles
    levels = np.asarray(levels, float)
    return np.maximum(levels * error, (levels - 1) * error).mean(axis=1)


def covered(truth: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Whether the truth lies in the interval, its ends included."""
    return (truth >= lower - 1e-9) & (truth <= upper + 1e-9)


def interval_score(
    truth: np.ndarray, lower: np.ndarray, upper: np.ndarray, level: float
) -> np.ndarray:
    """Width of the interval, and 2 / (1 - level) for each unit by which it misses the truth."""
    missed = np.maximum(lower - truth, 0) + np.maximum(truth - upper, 0)
    return upper - lower + 2 / (1 - level) * missed


def brier(p: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """Squared error of a probability."""
    return (np.asarray(p, float) - np.asarray(happened, float)) ** 2


def reliability(p: np.ndarray, happened: np.ndarray, bins: int = 10) -> pd.DataFrame:
    """How often it happened where a probability was given, in bins of equal width: forecasts, p
    (the mean given), happened (the share). Sums up; bins without a forecast are left out."""
    table = pd.DataFrame({"p": np.asarray(p, float), "happened": np.asarray(happened, float)})
    bin_ = np.minimum((table["p"] * bins).astype(int), bins - 1)
    grouped = table.groupby(bin_.rename("bin")).agg(
        forecasts=("p", "size"), p=("p", "mean"), happened=("happened", "mean")
    )
    return grouped.reset_index(drop=True)


def pit(
    truth: np.ndarray, quantiles: np.ndarray, levels: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """The truth's place in its forecast distribution, uniform on 0 to 1 where forecasts are right:
    drawn evenly between the levels of the quantiles around it, at a point mass between those of the
    mass (Czado, Gneiting and Held 2009)."""
    truth = np.asarray(truth, float)[:, None]
    ends = np.concatenate([[0.0], np.asarray(levels, float), [1.0]])
    below, upto = (quantiles < truth - 1e-9).sum(axis=1), (quantiles <= truth + 1e-9).sum(axis=1)
    mass = upto > below
    # A mass begins at the level of its first quantile and ends at that of its last, or at 0 and 1.
    low = ends[np.where(mass & (below > 0), below + 1, below)]
    high = ends[np.where(mass & (upto < len(levels)), upto, upto + 1)]
    return rng.uniform(low, high)


def redrawn(clusters: int, rng: np.random.Generator, draws: int) -> np.ndarray:
    """How often each of so many clusters (projects) is in a draw of as many of them with
    replacement, a row a draw: whole clusters are drawn, because the forecasts of one are not
    independent (Efron and Tibshirani 1993, the bootstrap)."""
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), draws).astype(np.float32)


def weighted_median(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The value up to which half of the weight lies, for each row of `weights`."""
    order = np.argsort(values, kind="stable")
    summed = np.cumsum(weights[:, order], axis=1, dtype=float)
    return np.asarray(values)[order][(summed < summed[:, -1:] / 2).sum(axis=1)]


def auc(p: np.ndarray, happened: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The chance that what happened was given a higher probability than what did not (ties count
    half), for each row of `weights`; NaN where all happened, or nothing."""
    order = np.argsort(p, kind="stable")
    starts = np.flatnonzero(np.diff(np.asarray(p)[order], prepend=-1))
    if not len(starts):
        return np.full(len(weights), np.nan)
    did = np.asarray(happened, bool)[order]
    hits, misses = (
        np.add.reduceat(weights[:, order] * side, starts, axis=1, dtype=float)
        for side in (did, ~did)
    )
    before = np.cumsum(misses, axis=1) - misses
    pairs = hits.sum(axis=1) * misses.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (hits * (before + misses / 2)).sum(axis=1) / pairs
