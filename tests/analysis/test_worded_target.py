"""Targets that stand in a goal's words alone."""

import pytest

from helpers.analysis.series import pick
from helpers.analysis.worded_target import proposal
from simulate import outcome_sheet


@pytest.mark.parametrize(
    ("goal", "unit", "found"),
    [
        ("キャッシュレス決済比率\n20.0％(2016年)→40％(2025年)", "％", (40, 2025)),
        ("利用率を２０２５年度までに４０％にする。", "%", (40, 2025)),
        ("利用率を令和7年度までに40パーセントとする", "％", (40, 2025)),
        ("利用率を平成37年までに40%以上とする(2010年度比)", "％", (40, 2025)),
        ("利用率(令和7年:40%)", "％", (40, 2025)),
        ("2010年度実績12%の利用率を、2025年度に40%まで引き上げる", "％", None),  # two values
        ("利用率を2022年度に30%、2025年度に40%とする", "％", None),  # a step and the target
        ("利用率を2025年度までに40%とする。2030年度までに60%とする。", "％", None),
        ("利用率を2025年度までに40%向上させる", "％", None),  # a change
        ("利用率を2025年度までに40%ポイント高める", "％", None),
        ("利用率を2025年度までに40%台とする", "％", None),
        ("利用率は中間目標として2025年度に40%", "％", None),
        ("毎年度40%を保つ(2025年度まで)", "％", None),
        ("利用率を2015年度までに40%とする", "％", None),  # past
        ("利用率を2090年度までに40%とする", "％", None),  # too far
        ("利用率を40%とする", "％", None),  # no year
        ("2025年度までに利用者を40万人とする", "人", None),  # ten thousands
        ("2025年度までに利用者を1,200人とする", "人", (1200, 2025)),
        ("2025年度までに利用者を1,200人とする", "千人", None),
        ("2025年度までに利用者を1,200人とする", "", None),
        ("2025年度に開始する", "年", None),
        ("2025年度までに基礎研究の利用者数の把握を完了した施設40箇所", "箇所", None),  # done
    ],
)
def test_only_what_is_clear_is_proposed(goal, unit, found):
    got = proposal("利用率(利用者数)", goal, unit, 2018)
    assert (got and got[:2]) == found
    if got:
        assert got.words


def test_words_of_another_thing_are_left_alone():
    goal = "国際会議に出席する職員を2025年度までに40人とする"
    assert proposal("国際会議に出席する職員数", goal, "人", 2018)[:2] == (40, 2025)
    assert proposal("農産物の輸出に取り組む農家", goal, "人", 2018) is None


class TestPicked:
    goal = "登録事業者の数を2025年度までに400者とする"

    def of(self, goal=goal, given=None, **facts):
        actual = {2016: 200.0, 2017: 213.0, 2018: 241.0}
        return pick(outcome_sheet(actual, "者", goal=goal, **facts), **(given or {}))

    def test_it_is_proposed_and_not_used(self):
        series = self.of(indicator="登録事業者の数")
        assert (series.target, series.target_year) == (None, None)
        assert series.proposed[:2] == (400, 2025)

    def test_not_where_the_table_or_the_parameters_have_one(self):
        table = {"indicator": "登録事業者の数", "target": 300.0, "target_year": 2020}
        assert self.of(**table).proposed is None
        given = {"target": 400.0, "target_year": 2025}
        assert self.of(indicator="登録事業者の数", given=given).proposed is None

    def test_where_the_table_has_half_of_it(self):
        name = {"indicator": "登録事業者の数"}
        assert self.of(**name, target_year=2025).proposed is not None
        assert self.of(**name, target_year=2023).proposed is None
        assert self.of(**name, target=400.0).proposed is not None
        assert self.of(**name, target=410.0).proposed is None

    def test_not_where_it_counts_something_else(self):
        goal = "登録事業者の数を2025年度までに40,000者とする"
        assert self.of(goal, indicator="登録事業者の数").proposed is None
