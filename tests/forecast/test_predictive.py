import numpy as np
import pytest
from scipy import stats

from helpers.forecast import predictive


@pytest.fixture
def rng():
    return np.random.default_rng(11)


class TestDispersions:
    @pytest.mark.parametrize("df", [1, 3, 6])
    def test_scaled_inverse_chi_square(self, rng, df):
        drawn = predictive.dispersions(8.5, df, rng)
        assert len(drawn) == predictive.DRAWS
        assert stats.kstest(8.5 * df / drawn, stats.chi2(df).cdf).pvalue > 0.001

    def test_floor(self, rng):
        drawn = predictive.dispersions(0.01, 1, rng, floor=2.0, draws=500)
        assert len(drawn) == 500
        assert drawn.min() == 2.0
        assert np.mean(drawn > 2) == pytest.approx(stats.chi2(1).cdf(0.01 / 2), abs=0.04)


class TestParameters:
    def test_they_and_what_follows_are_the_same_each_time(self):
        estimate, unscaled = np.array([1.0, -2.0]), np.array([[0.5, 0.2], [0.2, 0.3]])
        ask = predictive.parameters(4.0, 5, 0.0, estimate, unscaled)
        first, again = ([*drawn, rng.random(3)] for *drawn, rng in (ask(), ask()))
        for one, other in zip(first, again, strict=True):
            np.testing.assert_array_equal(one, other)

    def test_they_are_those_drawn_one_after_the_other(self):
        estimate, unscaled = np.array([1.0]), np.array([[0.5]])
        phis, drawn, rng = predictive.parameters(4.0, 5, 1.5, estimate, unscaled)()
        one = np.random.default_rng(predictive.SEED)
        np.testing.assert_array_equal(phis, predictive.dispersions(4.0, 5, one, 1.5))
        expected = predictive.coefficients(estimate, unscaled, phis, one)
        np.testing.assert_array_equal(drawn, expected)
        assert rng.random() == one.random()


class TestCoefficients:
    def test_students_t_after_the_dispersion(self, rng):
        unscaled = np.array([[0.5, 0.2], [0.2, 0.3]])
        phi = predictive.dispersions(4.0, 5, rng)
        drawn = predictive.coefficients(np.array([1.0, -2.0]), unscaled, phi, rng)
        assert drawn.shape == (predictive.DRAWS, 2)
        contrast = np.array([1.0, 3.0])
        error = np.sqrt(4 * contrast @ unscaled @ contrast)
        standard = (drawn @ contrast + 5) / error
        assert stats.kstest(standard, stats.t(5).cdf).pvalue > 0.001

    def test_covariance_given_the_dispersion(self, rng):
        unscaled = np.array([[0.5, -0.4], [-0.4, 0.9]])
        drawn = predictive.coefficients(np.zeros(2), unscaled, np.full(40_000, 2.0), rng)
        assert np.cov(drawn.T) == pytest.approx(2 * unscaled, abs=0.05)


class TestShares:
    @pytest.mark.parametrize(
        ("mean", "relative"), [(0.5, 0.1), (0.9, 0.4), (0.05, 0.01), (0.7, 0.9)]
    )
    def test_mean_and_variance(self, rng, mean, relative):
        drawn = predictive.shares(np.full(40_000, mean), np.full(40_000, relative), rng)
        variance = relative * mean * (1 - mean)
        assert drawn.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / 40_000))
        assert drawn.var() == pytest.approx(variance, rel=0.06)

    def test_no_more_than_a_coin(self, rng):
        drawn = predictive.shares(np.full(40_000, 0.3), np.full(40_000, 50.0), rng)
        assert drawn.mean() == pytest.approx(0.3, abs=0.01)
        assert drawn.var() == pytest.approx(0.98 * 0.21, rel=0.03)

    def test_limits_of_the_mean_and_no_variance(self, rng):
        drawn = predictive.shares(np.array([0.0, 1.0, 0.5]), np.array([0.1, 0.1, 0.0]), rng)
        assert drawn == pytest.approx([0, 1, 0.5], abs=1e-3)


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        ([842, 950], 1),
        ([0, 0], 1),
        ([88.5, 90], 0.1),
        ([1.02, 1.1], 0.01),
        ([84210.4, 7], 0.1),
        ([1 / 3, 1], 1e-7),
    ],
)
def test_rounding_has_the_variance_of_a_uniform_error(values, unit):
    assert predictive.rounding(np.array(values)) == pytest.approx(unit**2 / 12, rel=1e-9, abs=0)
