import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.forecast import quantiles
from helpers.forecast.quantiles import LEVELS
from simulate import assert_share

LEVEL = np.array(LEVELS)
NORMAL = stats.norm(10, 3)
LINE = NORMAL.ppf(LEVEL)[None, :]


def below(values, line, levels=LEVEL) -> np.ndarray:
    """P(future < each of `values`) under one forecast."""
    values = np.asarray(values, float)
    return quantiles.below(values, np.repeat(np.atleast_2d(line), len(values), axis=0), levels)


class TestFit:
    """y = 2 + 3 x + (1 + 2 x) e: its quantile at a level is 2 + z + (3 + 2 z) x, z the normal's."""

    @pytest.fixture(scope="class")
    @staticmethod
    def world():
        rng = np.random.default_rng(51)
        x = rng.uniform(0, 2, 6000)
        features = pd.DataFrame({"1": 1.0, "x": x})
        return features, 2 + 3 * x + (1 + 2 * x) * rng.standard_normal(len(x))

    @pytest.fixture(scope="class")
    @staticmethod
    def fitted(world):
        features, y = world
        return quantiles.fit(y, features)

    def test_finds_the_lines(self, fitted):
        z = stats.norm.ppf(LEVEL)
        assert fitted.index.tolist() == list(LEVELS)
        assert fitted.columns.tolist() == ["1", "x"]
        # Four standard errors at the median of this many points; half as much again in the tails.
        assert fitted["1"].to_numpy() == pytest.approx(2 + z, abs=0.3)
        assert fitted["x"].to_numpy() == pytest.approx(3 + 2 * z, abs=0.45)

    def test_the_share_below_a_line_is_its_level(self, fitted):
        rng = np.random.default_rng(52)
        x = rng.uniform(0, 2, 4000)
        y = 2 + 3 * x + (1 + 2 * x) * rng.standard_normal(len(x))
        found = quantiles.predict(fitted, pd.DataFrame({"x": x, "1": 1.0}))
        for at, level in enumerate(LEVELS):
            assert_share(y < found[:, at], level - 0.015, level + 0.015)

    def test_equal_values_are_their_own_quantiles(self):
        # The reweighting of statsmodels circles here, and its standard errors divide by zero.
        y = np.r_[np.zeros(150), np.linspace(1, 5, 50)]
        fitted = quantiles.fit(y, pd.DataFrame({"1": np.ones(200)}), (0.2, 0.5, 0.9))
        assert fitted["1"].to_numpy() == pytest.approx([0, 0, np.quantile(y, 0.9)], abs=0.1)


class TestPredict:
    def test_lines_that_cross_are_sorted(self):
        lines = pd.DataFrame({"1": [0.0, 2, 1], "x": [0.0, -1, 1]}, index=[0.1, 0.5, 0.9])
        found = quantiles.predict(lines, pd.DataFrame({"1": 1.0, "x": [0.0, 1, 3]}))
        assert found.tolist() == [[0, 1, 2], [0, 1, 2], [-1, 0, 4]]

    def test_columns_are_taken_by_name(self):
        lines = pd.DataFrame({"a": [1.0], "b": [10.0]}, index=[0.5])
        rows = pd.DataFrame({"unused": [99.0], "b": [2.0], "a": [3.0]})
        assert quantiles.predict(lines, rows).tolist() == [[23]]


class TestBelow:
    def test_a_normal(self):
        values = NORMAL.ppf(np.linspace(0.026, 0.974, 200))
        assert below(values, LINE) == pytest.approx(NORMAL.cdf(values), abs=0.01)

    def test_at_a_quantile_it_is_the_level(self):
        assert below(LINE[0], LINE) == pytest.approx(LEVEL)

    def test_between_two_quantiles_by_a_straight_line(self):
        assert below([12.5], [[0, 10, 20]], [0.2, 0.4, 0.8]) == pytest.approx([0.5])

    def test_tails_of_a_normal(self):
        values = NORMAL.ppf([0.001, 0.01, 0.02, 0.98, 0.99, 0.999])
        assert below(values, LINE) == pytest.approx(NORMAL.cdf(values), abs=0.004)

    def test_monotone_within_0_and_1_and_without_a_jump(self):
        values = np.linspace(-200, 220, 20001)
        p = below(values, LINE)
        assert p.min() >= 0
        assert p.max() <= 1
        assert (p[0], p[-1]) == pytest.approx((0, 1), abs=1e-6)
        assert (np.diff(p) >= -1e-12).all()
        assert np.diff(p).max() < 0.005

    def test_the_tail_goes_on_with_the_slope_of_the_last_piece(self):
        step = 1e-6
        for end, near in ((LINE[0, 0], LINE[0, 1]), (LINE[0, -1], LINE[0, -2])):
            out, inside = end - np.sign(near - end) * step, (end + near) / 2
            slopes = [(below([at + step], LINE) - below([at - step], LINE)) for at in (out, inside)]
            assert slopes[0] == pytest.approx(slopes[1], rel=1e-3)

    def test_a_point_mass_counts_as_not_below_itself(self):
        line, levels = [[0, 5, 5, 5, 8]], [0.1, 0.3, 0.5, 0.7, 0.9]
        p = below([4.999999, 5, 5.000001], line, levels)
        assert p == pytest.approx([0.3, 0.3, 0.7], abs=1e-5)

    @pytest.mark.parametrize(("where", "p"), [("low", [0, 0.1, 0.5]), ("high", [0.5, 0.5, 1])])
    def test_a_mass_at_an_end(self, where, p):
        line = [[5, 5, 5, 6, 7]] if where == "low" else [[3, 4, 5, 5, 5]]
        found = below([5 - 1e-6, 5, 5 + 1e-6], line, [0.1, 0.3, 0.5, 0.7, 0.9])
        assert found == pytest.approx(p, abs=1e-5)

    def test_a_certain_forecast(self):
        line = np.full((1, len(LEVEL)), 5.0)
        assert below([4, 6], line) == pytest.approx([0, 1])
        assert below([5], line)[0] <= LEVEL[0]

    def test_a_row_each(self):
        lines = np.vstack([LINE[0], LINE[0] + 3])
        assert quantiles.below([10, 10], lines, LEVEL) == pytest.approx(
            [0.5, NORMAL.cdf(7)], abs=0.01
        )


class TestMean:
    def test_symmetric(self):
        assert quantiles.mean(LINE, LEVEL) == pytest.approx([10])

    def test_uniform_by_hand(self):
        # Ends held: .25 * .25 + (.25 + .75) / 2 * .5 + .75 * .25
        assert quantiles.mean(np.array([[0.25, 0.75]]), [0.25, 0.75]) == pytest.approx([0.5])

    def test_skewed_by_hand(self):
        # .2 * 1 + .3 * (1 + 2) / 2 + .4 * (2 + 10) / 2 + .1 * 10
        found = quantiles.mean(np.array([[1.0, 2, 10]]), [0.2, 0.5, 0.9])
        assert found == pytest.approx([4.05])

    def test_an_exponential_but_for_its_tail(self):
        found = quantiles.mean(stats.expon.ppf(LEVEL)[None, :], LEVEL)[0]
        assert 0.95 < found < 1.01


class TestAt:
    def test_known_levels(self):
        line = np.array([[0.0, 2.0, 3.0, 7.0]])
        levels = np.array([0.1, 0.3, 0.5, 0.9])
        assert quantiles.at(levels, line, levels).tolist() == line.tolist()
        assert quantiles.at(np.array([0.2, 0.7]), line, levels) == pytest.approx(
            np.array([[1.0, 5.0]])
        )
        # The density of the first piece, .1 a unit, goes on as an exponential: rate 1.
        assert quantiles.at(np.array([0.05]), line, levels)[0, 0] == pytest.approx(-np.log(2))

    def test_the_inverse_of_below(self):
        wanted = np.array([1e-4, 0.01, 0.025, 0.07, 0.5, 0.66, 0.98, 0.9999])
        found = quantiles.at(wanted, LINE, LEVEL)
        assert below(found[0], LINE) == pytest.approx(wanted)

    def test_levels_of_each_row(self):
        lines = np.vstack([LINE, LINE + 100])
        found = quantiles.at(np.array([[0.5], [0.1]]), lines, LEVEL)
        assert found[:, 0] == pytest.approx([10, 100 + NORMAL.ppf(0.1)])


class TestMixture:
    MIXED = quantiles.Mixture(np.array([10.0]), np.array([0.4]), LINE, LEVEL)

    def test_by_hand(self):
        """.3 below the mass at 10, .4 in it, .3 above."""
        assert self.MIXED.below(np.array([10.0])) == pytest.approx([0.3])
        assert self.MIXED.below(np.array([10.0 + 1e-9])) == pytest.approx([0.7])
        found = self.MIXED.at(np.array([0.06, 0.29, 0.31, 0.69, 0.71, 0.94]))[0]
        low, high = NORMAL.ppf(0.1), NORMAL.ppf(0.9)
        assert found[[0, 2, 3, 5]] == pytest.approx([low, 10, 10, high])
        assert low < found[1] < 10 < found[4] < high

    def test_as_it_is_drawn(self):
        rng = np.random.default_rng(53)
        drawn = np.where(rng.random(200_000) < 0.4, 10, NORMAL.rvs(200_000, random_state=rng))
        found = self.MIXED.at(LEVEL)[0]
        # The straight lines between the levels of the normal are off by less than a tenth.
        assert found == pytest.approx(np.quantile(drawn, LEVEL), abs=0.1)

    def test_without_mass_it_is_what_it_was(self):
        plain = self.MIXED._replace(mass=np.zeros(1))
        assert plain.at(LEVEL).tolist() == LINE.tolist()
        assert plain.below(np.array([10.0])) == pytest.approx(below([10.0], LINE))

    def test_some_rows(self):
        two = quantiles.Mixture(
            np.array([10.0, 0.0]), np.array([0.4, 0.0]), np.vstack([LINE, LINE - 10]), LEVEL
        )
        second = two.only(np.array([False, True]))
        assert second.at(LEVEL)[0].tolist() == two.at(LEVEL)[1].tolist() == (LINE - 10)[0].tolist()
