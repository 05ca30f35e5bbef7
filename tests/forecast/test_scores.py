import numpy as np
import pytest
from scipy import stats

from helpers.forecast import scores
from helpers.forecast.quantiles import LEVELS

LEVEL = np.array(LEVELS)
LINE = stats.norm.ppf(LEVEL)


def forecasts(count: int, spread: float = 1.0) -> np.ndarray:
    """The quantiles of a normal of the given spread, a row each."""
    return np.tile(spread * LINE, (count, 1))


class TestPinball:
    def test_by_hand(self):
        # At level .1: 1 x .1 and 2 x .9; at .5 and .9 likewise.
        found = scores.pinball([3, 0], [[2, 3, 5], [2, 3, 5]], [0.1, 0.5, 0.9])
        hand = [(0.1 * 1 + 0 + 0.1 * 2) / 3, (0.9 * 2 + 0.5 * 3 + 0.1 * 5) / 3]
        assert found == pytest.approx(hand)

    def test_the_quantile_itself_is_the_best(self):
        truth = np.random.default_rng(61).standard_normal(4000)
        best, *others = (
            scores.pinball(truth, forecasts(len(truth)) + off, LEVEL).mean()
            for off in (0, -0.2, 0.2)
        )
        assert all(best < other for other in others)

    def test_a_single_value_costs_half_its_error(self):
        assert scores.pinball([7], np.full((1, 13), 4.0), LEVEL) == pytest.approx([1.5])


class TestIntervals:
    def test_the_ends_are_in(self):
        found = scores.covered(np.array([1, 2, 3, 0.9, 3.1]), np.full(5, 1), np.full(5, 3))
        assert found.tolist() == [True, True, True, False, False]

    def test_interval_score(self):
        # Width 2; a miss by 1 costs 2 / .2 at the 80 %, 2 / .05 at the 95 % level.
        truth, low, high = np.array([2.0, 0, 4]), np.ones(3), np.full(3, 3.0)
        assert scores.interval_score(truth, low, high, 0.8) == pytest.approx([2, 12, 12])
        assert scores.interval_score(truth, low, high, 0.95) == pytest.approx([2, 42, 42])


class TestProbabilities:
    def test_brier(self):
        # Rain forecasts: .7 and it rained, .3 and it did not, 1 and it did not
        found = scores.brier([0.7, 0.3, 1], [True, False, False])
        assert found == pytest.approx([0.09, 0.09, 1])

    @staticmethod
    def auc(p, happened) -> float:
        once = np.ones((1, len(p)))
        return scores.auc(np.asarray(p, float), np.asarray(happened), once)[0]

    def test_auc(self):
        assert self.auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) == 0.75
        assert self.auc([0.2, 0.9], [True, False]) == 0

    def test_auc_with_ties(self):
        # Of 2 x 3 pairs three are right, two tied, one wrong.
        p, happened = [0.5, 0.7, 0.5, 0.5, 0.6], [1, 1, 0, 0, 0]
        assert self.auc(p, happened) == pytest.approx((3 + 2 / 2) / 6)
        assert self.auc(np.full(5, 0.3), happened) == 0.5

    def test_auc_of_one_kind_is_unknown(self):
        assert np.isnan(self.auc([0.1, 0.2], [1, 1]))
        assert np.isnan(self.auc([0.1, 0.2], [0, 0]))
        assert np.isnan(self.auc([], []))

    def test_a_weight_is_how_often_a_forecast_is_there(self):
        rng = np.random.default_rng(60)
        p, happened, values = rng.random(9).round(1), rng.random(9) < 0.5, rng.normal(size=9)
        weights = rng.integers(0, 4, (5, 9))
        twice = [np.repeat(np.arange(9), row) for row in weights]
        aucs = [self.auc(p[rows], happened[rows]) for rows in twice]
        assert scores.auc(p, happened, weights) == pytest.approx(aucs, nan_ok=True)
        medians = [np.quantile(values[rows], 0.5, method="inverted_cdf") for rows in twice]
        assert scores.weighted_median(values, weights) == pytest.approx(medians)

    def test_reliability(self):
        found = scores.reliability([0.05, 0.1, 0.18, 0.95, 1.0, 0.0], [0, 1, 0, 1, 1, 0])
        assert found["forecasts"].tolist() == [2, 2, 2]
        assert found["p"].tolist() == pytest.approx([0.025, 0.14, 0.975])
        assert found["happened"].tolist() == [0, 0.5, 1]

    def test_reliability_in_other_bins(self):
        found = scores.reliability([0.1, 0.4, 0.6], [1, 0, 1], bins=2)
        assert found["forecasts"].tolist() == [2, 1]


class TestPit:
    @staticmethod
    def shares(spread: float) -> np.ndarray:
        rng = np.random.default_rng(62)
        truth = rng.standard_normal(6000)
        place = scores.pit(truth, forecasts(len(truth), spread), LEVEL, rng)
        return np.histogram(place, np.linspace(0, 1, 11))[0] / len(truth)

    def test_uniform_for_a_right_forecast(self):
        # Four standard errors of a tenth of 6,000
        assert self.shares(1).tolist() == pytest.approx([0.1] * 10, abs=0.0155)

    def test_u_shaped_for_one_too_sure(self):
        shares = self.shares(0.5)
        assert min(shares[0], shares[-1]) > 0.2
        assert max(shares[4:6]) < 0.08

    def test_a_hump_for_one_not_sure_enough(self):
        shares = self.shares(2)
        assert max(shares[0], shares[-1]) < 0.05
        assert min(shares[4:6]) > 0.15

    def test_between_the_quantiles_around_the_truth(self):
        rng = np.random.default_rng(63)
        line = np.tile([1.0, 2, 3], (2000, 1))
        for truth, (low, high) in {1.5: (0.2, 0.5), 0: (0, 0.2), 9: (0.9, 1)}.items():
            place = scores.pit(np.full(2000, truth), line, [0.2, 0.5, 0.9], rng)
            assert low <= place.min() < low + 0.01
            assert high - 0.01 < place.max() <= high

    def test_a_point_mass_is_spread_over_its_levels(self):
        rng = np.random.default_rng(64)
        line = np.tile([0.0, 1, 1, 1, 2], (2000, 1))
        place = scores.pit(np.ones(2000), line, [0.1, 0.2, 0.5, 0.7, 0.9], rng)
        # Of the mass no more is known than that it holds .2 to .7, and neither .1 nor .9.
        assert 0.1 <= place.min() < 0.21
        assert 0.69 < place.max() <= 0.9
        assert 0.4 < place.mean() < 0.55

    def test_uniform_with_a_point_mass(self):
        # Half of the truths are 0 exactly, and the forecast knows.
        rng = np.random.default_rng(65)
        truth = np.maximum(rng.standard_normal(6000), 0)
        line = np.tile(np.maximum(LINE, 0), (6000, 1))
        shares = np.histogram(scores.pit(truth, line, LEVEL, rng), np.linspace(0, 1, 11))[0] / 6000
        assert shares[5:].tolist() == pytest.approx([0.1] * 5, abs=0.02)
        assert shares[:5].sum() == pytest.approx(0.5, abs=0.03)


class TestRedrawn:
    TRUTH = 5.0

    def means(self, rng, clusters: int = 40, size: int = 6, draws: int = 200):
        """The mean of forecasts of which those of a cluster share most of their error, its draws,
        and its standard error if all were independent."""
        shared = np.repeat(rng.normal(0, 1, clusters), size)
        value = self.TRUTH + shared + rng.normal(0, 0.4, clusters * size)
        drawn = scores.redrawn(clusters, rng, draws)
        return (
            value.mean(),
            drawn @ value.reshape(clusters, size).mean(1) / clusters,
            (value.std(ddof=1) / np.sqrt(len(value))),
        )

    def test_as_many_are_drawn_as_there_are(self):
        drawn = scores.redrawn(7, np.random.default_rng(68), 300)
        assert set(drawn.sum(axis=1)) == {7}
        assert drawn.mean(axis=0) == pytest.approx(np.ones(7), abs=0.25)
        # Of seven drawn seven times (1 - 1/7)^7 = .34 are not there.
        assert (drawn == 0).mean() == pytest.approx((6 / 7) ** 7, abs=0.03)

    def test_holds_the_truth_as_often_as_it_says(self):
        rng = np.random.default_rng(66)
        held, naive = [], []
        for _ in range(300):
            mean, drawn, error = self.means(rng)
            low, high = np.quantile(drawn, [0.025, 0.975])
            held.append(low <= self.TRUTH <= high)
            naive.append(abs(mean - self.TRUTH) < 1.96 * error)
        # A percentile interval of 40 clusters holds a little less than its 95 %.
        assert 0.9 <= np.mean(held) <= 0.98
        assert np.mean(naive) < 0.75
