"""What direction is assumed where a sheet states none, and that a stated one decides."""

import numpy as np
import pytest

from helpers import fitted
from helpers.analysis.direction import assumed
from helpers.analysis.series import pick
from helpers.forecast import adoption
from helpers.forecast.outcome_pool import points
from outcome_world import of_series
from panels import outcome_panel as panel
from simulate import history, outcome_sheet

POOL = fitted.SHIPPED.outcomes
METI = {2022: 100.0, 2023: 83.0, 2024: 72.0}
"""A real indicator of 2025: up is good, the target of 80 % was missed."""


class TestAssumed:
    @pytest.mark.parametrize(
        ("values", "target", "up", "why"),
        [
            ([10, 12], 20, True, "ahead"),
            ([10, 8], 20, True, "ahead"),
            ([10, 12], 10, True, "level"),
            ([20, 25], 10, True, "risen"),
            ([100, 83, 72], 80, True, "through"),
            ([30, 25, 20], 10, False, "falls"),
            ([30, 20, 25], 10, True, "held"),
            ([30, 25], 10, True, "held"),
            ([30, 30, 30], 10, True, "held"),
            ([0, 0, 0], 0, False, "zero"),
            ([2, 5, 7], 0, False, "zero"),
            ([0, 1, 0], 0, False, "zero"),
            ([-3, -2, 1], 0, True, "ahead"),
            ([10, 12], None, True, "rose"),
            ([12, 10], None, False, "fell"),
            ([10, 10], None, False, "still"),
        ],
    )
    def test_from_the_values(self, values, target, up, why):
        found = assumed(values, target, "件", "相談の数", "相談に応じる")
        assert (found.up, found.why, found.words) == (up, why, "")

    @pytest.mark.parametrize(
        ("values", "target", "unit", "goal", "up", "words"),
        [
            ([95, 92, 88], 80, "％", "満足度８０％以上を保つ", True, "80%以上"),
            ([95, 92, 88], 80, "%", "満足度が80 %を超えるようにする", True, "80 %を超え"),
            ([900, 950], 1200, "件", "事故を1,200件以下に抑える", False, "1,200件以下"),
            ([9, 9.4], 10, "月", "通知まで10月以内とする", False, "10月以内"),
            ([40, 30], 35, "隻", "事故隻数を35隻未満に減少させる", False, "35隻未満"),
            (
                [117, 120, 127],
                127,
                "件",
                "死傷者数を対前年度比で減少させる",
                False,
                "前年度比で減少",
            ),
            ([240, 211, 199], 199, "人", "参加者数を前年度以上にする", True, "前年度以上"),
            ([12, 9], None, "件", "件数を前年度より増加又は維持", True, "前年度より増加"),
            ([30, 22, 25], 20, "件", "苦情の件数を減らす", False, "減ら"),
            ([30, 22, 18], 20, "件", "苦情の件数を削減する", False, "削減"),
        ],
    )
    def test_from_the_words_of_the_goal(self, values, target, unit, goal, up, words):
        found = assumed(values, target, unit, "指標", goal)
        assert found.up == up
        assert found.words.startswith(words)

    @pytest.mark.parametrize(
        ("target", "unit", "goal"),
        [
            (65, "人", "65歳以上の事故の死者を90人にする"),  # an age
            (20, "円", "費用を20%以上削減する"),  # a share, of yen
            (20, "％", "20歳以上の割合"),
            (80, "％", "180%以上"),
            (80, "％", "80%以上、できれば80%以下"),  # both
            (80, "％", "前年度以上だが、前年度比の増加率は前年度以下"),
        ],
    )
    def test_what_is_no_bound_of_the_target(self, target, unit, goal):
        assert assumed([10, 12], target, unit, "指標", goal).why == "ahead"

    def test_a_rate_of_achievement_is_never_turned_round(self):
        rate = assumed([100, 83, 90], 80, "％", "目標達成率", "削減の取組")
        assert (rate.up, rate.why) == (True, "rate")
        assert assumed([100, 83], None, "%", "事業の達成度", "").up
        # In a number of cases 達成率 is how they are counted.
        assert not assumed([30, 25, 20], 10, "件", "事故件数(達成率は目標÷実績)", "").up


class TestStated:
    def of(self, actual: dict[int, float], direction=None, given=None, **facts):
        facts = {"target": 80.0, "target_year": 2029, "direction": direction} | facts
        return pick(outcome_sheet(actual, "％", **facts), direction=given)

    def test_the_parameter_comes_before_the_sheet_and_the_sheet_before_the_history(self):
        falling = {2016: 90.0, 2017: 86.0, 2018: 82.0}
        goal = {"goal": "80%以下に減らす"}
        assert not self.of(falling, **goal).rising
        assert self.of(falling, "up", **goal).rising
        assert not self.of(falling, "up", "down", **goal).rising
        assert self.of(falling, "down", "up", **goal).rising

    def test_a_missed_target_is_not_met(self):
        series = self.of(METI, "up")
        assert series.met(series.values).tolist() == [True, True, False]
        down = self.of(METI, "down")
        assert down.met(down.values).tolist() == [False, False, True]

    def test_every_model_and_the_pace_follow_it(self):
        up, down = (self.of(METI, way) for way in ("up", "down"))
        odds = [
            adoption.p_target(adoption.fit_all(each, None, POOL), each)
            .set_index("model")["p"]
            .dropna()
            for each in (up, down)
        ]
        single = odds[0].index.drop("pooled")
        assert len(single) == 6
        # A draw meets the one or the other, but for one that ends on the target.
        np.testing.assert_allclose(odds[0][single] + odds[1][single], 1, atol=0.01)
        assert odds[0]["drift"] < 0.2
        assert len(adoption.pace(up)) == 2
        assert adoption.pace(down).empty, "less is better: 72 is met already"

    def test_the_chance_is_that_of_the_stated_side(self):
        """Walks that fall by 3 a year: how often they are at 88 or more, or less, after two."""
        rng = np.random.default_rng(20241128)
        steps = rng.normal(-3, 4, (60, 7))
        walks = 100 + np.cumsum(steps, axis=1)
        share = np.mean(walks[:, -1] >= 82)
        for way, happened in (("up", share), ("down", 1 - share)):
            chances = []
            for walk in walks:
                series = history(walk[:5], target=82.0, target_year=2020, stated=way)
                fits = adoption.fit_all(series, ["drift"])
                chances.append(adoption.p_target(fits, series)["p"].iloc[0])
            assert abs(np.mean(chances) - happened) < 0.12

    @pytest.mark.parametrize("way", ["up", "down"])
    def test_the_panel_follows_it_as_the_series_does(self, way):
        facts = {"target": 80.0, "target_year": 2029, "unit": "％"}
        row = points(panel(METI, direction=way, **facts)).iloc[0]
        assert row["rising"] == (way == "up")
        assert of_series(self.of(METI, way)).iloc[0]["rising"] == row["rising"]

    @pytest.mark.parametrize("goal", ["80%以上とする", "80%以下とする", "減らす", ""])
    @pytest.mark.parametrize("values", [(100, 83, 72), (95, 90, 85), (90, 92, 95), (60, 70, 75)])
    def test_panel_and_series_assume_alike(self, values, goal):
        actual = dict(zip((2016, 2017, 2018), map(float, values), strict=True))
        row = points(panel(actual, unit="％", target=80.0, target_year=2029, goal=goal)).iloc[0]
        assert row["rising"] == self.of(actual, goal=goal).rising

    def test_without_one_it_is_none(self):
        assert self.of(METI).stated is None
        assert history([1, 2]).stated is None
