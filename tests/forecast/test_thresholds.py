import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit

from helpers.forecast import thresholds


@pytest.fixture(scope="module")
def rng():
    return np.random.default_rng(14)


def simulated(rng, n: int):
    """Features, and values whose chances are logits of them: logistic noise around a line."""
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    return x, x @ [0.5, 1.0, -0.5] + rng.logistic(size=n)


def test_a_logit_is_that_of_statsmodels(rng):
    x, y = simulated(rng, 2000)
    below = (y < 0).astype(float)
    found = thresholds.drawn_logit(below, x, np.zeros(3), np.zeros(3))
    assert found == pytest.approx(sm.Logit(below, x).fit(disp=False).params, abs=2e-3)


def test_a_penalty_draws_to_the_neighbour(rng):
    x, y = simulated(rng, 500)
    below, near = (y < 0).astype(float), np.array([1.0, 2.0, 3.0])
    free, drawn, held = (
        thresholds.drawn_logit(below, x, np.full(3, strength), near) for strength in (0, 50, 1e9)
    )
    assert held == pytest.approx(near, abs=1e-4)
    assert np.all(abs(drawn - near) < abs(free - near))
    # Where the penalised likelihood is highest its slope is 0.
    slope = x.T @ (below - expit(x @ drawn)) - 50 * (drawn - near)
    assert abs(slope).max() < 0.5


def test_values_on_one_side_of_a_cut_have_an_end():
    x = np.ones((50, 1))
    (found,) = thresholds.drawn_logit(np.zeros(50), x, np.array([0.1]), np.zeros(1))
    assert -10 < found < -3


def test_the_distribution_is_recovered(rng):
    x, y = simulated(rng, 20_000)
    cuts = (-2.0, -1.0, 0.0, 1.0, 2.0)
    found = thresholds.fit(y, lambda _: x, cuts, 2, np.full(3, 0.001))
    for cut, coefficients in zip(cuts, found, strict=True):
        assert coefficients == pytest.approx([cut - 0.5, -1.0, 0.5], abs=0.12)
    chances = thresholds.below(found, lambda _: x, len(x))
    assert (np.diff(chances) >= 0).all()
    assert chances.mean(axis=0) == pytest.approx([(y < cut).mean() for cut in cuts], abs=0.002)


def test_quantiles_by_hand():
    # A fifth at 0, half evenly between 0 and 2, the rest at 2; and nothing but 1.
    grid = np.array([0.0, 1.0, 1.0, 2.0, 2.0])
    chances = np.array([[0.2, 0.45, 0.45, 0.7, 1.0], [0.0, 0.0, 1.0, 1.0, 1.0]])
    found = thresholds.inverse([0.1, 0.2, 0.45, 0.575, 0.7, 0.9], grid, chances)
    assert found[0] == pytest.approx([0, 0, 1, 1.5, 2, 2])
    assert found[1] == pytest.approx([1] * 6)
