"""Distribution regression: P(value < cut) at each of several cuts, a logit each.

Foresi and Peracchi (1995); Chernozhukov, Fernandez-Val and Melly (2013). The chances are what is
fitted, so that quantiles, means and point masses are read from one distribution. Each logit is
drawn to its neighbour's coefficients by a quadratic penalty, from a first cut outwards: few values
lie between two cuts, and what a feature says changes little from one to the next.
"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import expit

FIRST, NEXT = 20.0, 200.0
"""How strongly the first logit's coefficients are drawn to 0, and each next one's to those of its
neighbour: a multiple of the penalties, chosen on the outturns of FY2019 to FY2023 (100 and 1,000,
or 20 and 50, score alike: it matters little)."""

LAST = 1e-6
"""Log likelihood that the last step may still win. Newton's steps square what is left, so that
after it no digit that is kept hangs on the processor's sums."""

Design = Callable[[int], np.ndarray]
"""The features as the cut of that number takes them: (rows, features)."""


def fit(
    y: np.ndarray, design: Design, cuts: Sequence[float], first: int, penalty: np.ndarray
) -> np.ndarray:
    """The coefficients (cuts, features) of P(y < cut). `first` is the number of the cut to begin
    with, `penalty` a number a feature, per squared coefficient."""
    found: list[np.ndarray] = [np.zeros(len(penalty))] * len(cuts)
    order = [*range(first, len(cuts)), *range(first - 1, -1, -1)]
    for at in order:
        near = at if at == first else at - 1 if at > first else at + 1
        strength = FIRST if at == first else NEXT
        below = (np.asarray(y) < cuts[at]).astype(float)
        found[at] = drawn_logit(below, design(at), strength * penalty, found[near])
    return np.array(found)


def below(coefficients: np.ndarray, design: Design, rows: int) -> np.ndarray:
    """P(value < cut) of each row, in order of the cuts: chances that cross are sorted
    (Chernozhukov, Fernandez-Val and Galichon 2010)."""
    chances = np.empty((rows, len(coefficients)))
    for at, each in enumerate(coefficients):
        chances[:, at] = expit(design(at) @ each)
    return np.sort(chances, axis=1)


def drawn_logit(
    y: np.ndarray, x: np.ndarray, penalty: np.ndarray, towards: np.ndarray
) -> np.ndarray:
    """A logit's coefficients, drawn `towards` others: the least of minus the log likelihood and
    half of `penalty` times the squared differences. Newton's method, steps halved until they win.

    With a penalty of 0 it is `sm.Logit`, which knows none."""
    b = towards.copy()

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        index = x @ b
        fall = penalty * (b - towards) ** 2
        return float(np.sum(np.logaddexp(0, index) - y * index) + fall.sum() / 2), index

    least, index = loss(b)
    for _ in range(50):
        p = expit(index)
        slope = x.T @ (y - p) - penalty * (b - towards)
        bend = (x * (p * (1 - p))[:, None]).T @ x
        # The little more lets a feature through that does not vary: its coefficient stays.
        bend[np.diag_indices_from(bend)] += penalty + 1e-6
        step = np.linalg.solve(bend, slope)
        if slope @ step < LAST:
            return b + step
        for _ in range(20):
            now, there = loss(b + step)
            if now < least:
                break
            step = step / 2
        else:
            break
        b, least, index = b + step, now, there
    return b


def inverse(levels: Sequence[float], grid: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """The quantiles (rows, levels) of distributions P(value <= grid), a row each, which rise by
    straight lines between the points of `grid`. A point mass is a point that stands there twice,
    with the chances before and after it; the last chance is 1."""
    found = np.empty((len(chances), len(levels)))
    for at, level in enumerate(levels):
        after = np.clip((chances <= level).sum(axis=1), 1, len(grid) - 1)
        low, high = (np.take_along_axis(chances, after[:, None] - back, 1)[:, 0] for back in (1, 0))
        part = np.clip((level - low) / np.maximum(high - low, 1e-12), 0, 1)
        found[:, at] = grid[after - 1] + part * (grid[after] - grid[after - 1])
    return found
