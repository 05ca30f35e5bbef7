import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

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


class TestCrps:
    @pytest.mark.parametrize("truth", [-2.0, -0.3, 0.0, 1.1, 2.5])
    def test_a_normal(self, truth):
        # Gneiting and Raftery (2007), equation 21
        closed = truth * (2 * stats.norm.cdf(truth) - 1) + 2 * stats.norm.pdf(truth)
        closed -= 1 / np.sqrt(np.pi)
        # What is left out: twice the pinball loss below .025 and above .975.
        missing = sum(
            integrate.quad(lambda q: 2 * self.loss(truth, q), *ends)[0]
            for ends in ((1e-12, 0.025), (0.975, 1 - 1e-12))
        )
        found = scores.crps([truth], forecasts(1), LEVEL)[0]
        assert found == pytest.approx(closed - missing, abs=0.02)
        assert missing < 0.15 * closed

    @staticmethod
    def loss(truth, level):
        error = truth - stats.norm.ppf(level)
        return max(level * error, (level - 1) * error)

    def test_by_hand(self):
        # Losses at .25 and .75 are .25 and .25, so 2 x .25 x .5.
        assert scores.crps([1], [[0, 2]], [0.25, 0.75]) == pytest.approx([0.25])


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

    def test_skill(self):
        assert scores.skill(np.array([1.0, 1]), np.array([2.0, 6])) == 0.75
        assert scores.skill(np.array([4.0]), np.array([2.0])) == -1
        assert np.isnan(scores.skill(np.array([1.0]), np.array([0.0])))

    def test_auc(self):
        assert scores.auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) == 0.75
        assert scores.auc([0.2, 0.9], [True, False]) == 0

    def test_auc_with_ties(self):
        # Of 2 x 3 pairs three are right, two tied, one wrong.
        p, happened = [0.5, 0.7, 0.5, 0.5, 0.6], [1, 1, 0, 0, 0]
        assert scores.auc(p, happened) == pytest.approx((3 + 2 / 2) / 6)
        assert scores.auc(np.full(5, 0.3), happened) == 0.5

    def test_auc_of_one_kind_is_unknown(self):
        assert np.isnan(scores.auc([0.1, 0.2], [1, 1]))
        assert np.isnan(scores.auc([0.1, 0.2], [0, 0]))

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


class TestBootstrap:
    TRUTH = 5.0

    def clustered(self, rng, clusters: int = 40, size: int = 6) -> pd.DataFrame:
        """Forecasts of which those of a cluster share most of their error."""
        shared = np.repeat(rng.normal(0, 1, clusters), size)
        value = self.TRUTH + shared + rng.normal(0, 0.4, clusters * size)
        return pd.DataFrame({"project": np.repeat(np.arange(clusters), size), "value": value})

    @staticmethod
    def mean(table: pd.DataFrame) -> pd.Series:
        return pd.Series({"mean": table["value"].mean()})

    def test_holds_the_truth_as_often_as_it_says(self):
        rng = np.random.default_rng(66)
        held, naive = [], []
        for _ in range(130):
            table = self.clustered(rng)
            low, high = scores.bootstrap(table, "project", self.mean, rng, 80)["mean"]
            held.append(low <= self.TRUTH <= high)
            half = 1.96 * table["value"].sem()
            naive.append(abs(table["value"].mean() - self.TRUTH) < half)
        # A percentile interval of 40 clusters holds a little less than its 95 %.
        assert 0.86 <= np.mean(held) <= 0.99
        assert np.mean(naive) < 0.75

    def test_wider_than_one_that_takes_rows_for_independent(self):
        rng = np.random.default_rng(67)
        table = self.clustered(rng)
        clusters = scores.bootstrap(table, "project", self.mean, rng)["mean"]
        rows = scores.bootstrap(table.reset_index(), "index", self.mean, rng)["mean"]
        assert np.diff(clusters) > 1.7 * np.diff(rows)

    def test_the_level_sets_the_width(self):
        rng = np.random.default_rng(68)
        table = self.clustered(rng)
        narrow, wide = (
            np.diff(scores.bootstrap(table, "project", self.mean, rng, 400, level)["mean"])[0]
            for level in (0.5, 0.95)
        )
        # As of a normal: .674 to 1.96
        assert wide / narrow == pytest.approx(1.96 / 0.674, rel=0.2)

    def test_whole_clusters_are_drawn_wherever_their_rows_stand(self):
        rng = np.random.default_rng(69)
        table = pd.DataFrame({"project": list("abab"), "value": [1.0, -1, 1, -1]})
        seen = set()

        def note(drawn: pd.DataFrame) -> pd.Series:
            seen.add(tuple(sorted(drawn["value"])))
            return pd.Series({"mean": drawn["value"].mean(), "size": float(len(drawn))})

        found = scores.bootstrap(table, "project", note, rng, 60)
        assert seen == {(1, 1, 1, 1), (-1, -1, 1, 1), (-1, -1, -1, -1)}
        assert found["size"] == (4, 4)
        assert found["mean"] == (-1, 1)
