"""How good forecasts were: scores of quantiles, intervals and probabilities against the truth.

All take arrays with a row a forecast and give a value a row, unless they say that they sum up.
Definitions: Gneiting and Raftery (2007), "Strictly proper scoring rules, prediction, and
estimation"; Hersbach (2000) for the reading of the CRPS.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.stats import rankdata


def pinball(truth: np.ndarray, quantiles: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Pinball (quantile) loss, in the unit of the truth: the mean over the levels."""
    error = np.asarray(truth, float)[:, None] - quantiles
    levels = np.asarray(levels, float)
    return np.maximum(levels * error, (levels - 1) * error).mean(axis=1)


def crps(truth: np.ndarray, quantiles: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Continuous ranked probability score: twice the pinball loss integrated over the levels, by
    the trapezoid rule between the outer levels."""
    error = np.asarray(truth, float)[:, None] - quantiles
    levels = np.asarray(levels, float)
    return 2 * np.trapezoid(np.maximum(levels * error, (levels - 1) * error), levels, axis=1)


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


def skill(score: np.ndarray, reference: np.ndarray) -> float:
    """1 - mean score / mean score of a reference; 1 is perfect, 0 no better. NaN for none."""
    base = np.sum(reference)
    return float(1 - np.sum(score) / base) if base > 0 else np.nan


def auc(p: np.ndarray, happened: np.ndarray) -> float:
    """The chance that what happened was given a higher probability than what did not (ties count
    half); NaN where all happened, or nothing."""
    happened = np.asarray(happened, bool)
    hits, misses = happened.sum(), (~happened).sum()
    if not hits or not misses:
        return np.nan
    ranks = rankdata(p)
    return float((ranks[happened].sum() - hits * (hits + 1) / 2) / (hits * misses))


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


def bootstrap(
    table: pd.DataFrame,
    cluster: str,
    statistics: Callable[[pd.DataFrame], pd.Series],
    rng: np.random.Generator,
    draws: int = 200,
    level: float = 0.95,
) -> dict[str, tuple[float, float]]:
    """Percentile interval of each statistic of `table`, by its name: whole clusters (projects) are
    drawn again, because the forecasts of one are not independent (Efron and Tibshirani 1993)."""
    codes, names = pd.factorize(table[cluster])
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(names) + 1))
    found = []
    for _ in range(draws):
        drawn = rng.integers(0, len(names), len(names))
        rows = np.concatenate([order[starts[at] : starts[at + 1]] for at in drawn])
        found.append(statistics(table.iloc[rows]))
    tail = (1 - level) / 2
    limits = pd.DataFrame(found).quantile([tail, 1 - tail])
    return {name: (float(ends.iloc[0]), float(ends.iloc[1])) for name, ends in limits.items()}
