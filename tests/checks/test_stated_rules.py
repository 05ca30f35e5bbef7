"""Rules about what outcomes state: what contradicts the numbers, and what only nearly does."""

import pytest
from sheet_examples import found, outcome, rated, sheet, targets

from helpers.checks import findings

UP, DOWN = "up", "down"


# Values of real sheets of the RS system, one of them each: actual, target, printed rate.
@pytest.mark.parametrize("direction", [UP, DOWN, None])
@pytest.mark.parametrize(
    ("actual", "target", "rate"),
    [
        (20.0, 21.0, 95.2381),
        (100.0, 99.99, 100.01),
        (72.0, 80.0, 90.0),
        (9941.0, 20000.0, 49.705),
        (16.5, 15.5, 106.45161),
        (17.4, 15.0, 116.0),
        (11.7, 12.0, 97.5),
        (2568.0, 2124.0, 120.90395),
        (13.36, 11.3, 118.23009),
        # Rounded to a whole per cent, and cut off.
        (2.0, 3.0, 67.0),
        (2.0, 3.0, 66.6),
        (0.0, 3.0, 0.0),
    ],
)
def test_a_rate_that_is_actual_by_target_is_right_in_either_direction(
    actual, target, rate, direction
):
    assert found(rated(actual, target, rate, direction=direction), "achievement_differs") == []


@pytest.mark.parametrize(
    ("actual", "target", "rate", "words"),
    [
        (16.5, 15.5, 93.93939, "turned round"),
        # 100 - 6.45161: how far the target was missed, taken off.
        (16.5, 15.5, 93.54839, "turned round"),
        (72.0, 80.0, 0.9, "share"),
        (72.0, 80.0, 91.0001, "should be looked at"),
        (72.0, 80.0, 89.9, ""),
        (72.0, 80.0, 88.9, "should be looked at"),
        (0.0, 80.0, 100.0, "should be looked at"),
    ],
)
def test_a_rate_that_contradicts_its_numbers(actual, target, rate, words):
    rows = found(rated(actual, target, rate, direction=DOWN), "achievement_differs", "en")
    assert [words in row.reason for row in rows] == ([True] if words else [])
    assert all("FY2018" in row.reason for row in rows)


@pytest.mark.parametrize(("actual", "target"), [(None, 80.0), (72.0, None), (72.0, 0.0)])
def test_a_rate_of_which_a_number_is_missing_is_not_judged(actual, target):
    assert found(rated(actual, target, 55.0), "achievement_differs") == []


def test_the_rates_of_an_indicator_that_differ_alike_are_one_finding():
    rows = [
        {"fiscal_year": year, "actual": 8.0, "expected": 10.0, "achievement": rate}
        for year, rate in ((2016, 125.0), (2017, 125.0), (2018, 60.0))
    ]
    turned, other = found(outcome(*rows), "achievement_differs", "en")
    assert turned.observed == "125, 125"
    assert "FY2016 and FY2017" in turned.reason
    assert other.observed == "60"


@pytest.mark.parametrize(
    ("values", "direction", "against"),
    [
        ((15.5, 15.0, 14.5), DOWN, False),
        ((15.5, 15.0, 14.5), UP, True),
        ((2500.0, 3000.0, 3500.0), UP, False),
        ((2500.0, 3000.0, 3500.0), DOWN, True),
        # Amounts of work that run out, with a halt, and too few of them.
        ((25.0, 28.0, 21.0, 1.0), UP, False),
        ((9.0, 9.0, 8.0), UP, False),
        ((9.0, 8.0), UP, False),
        ((9.0, 8.0, 7.0), None, False),
    ],
)
def test_targets_that_move_against_the_direction(values, direction, against):
    rows = found(targets(*values, direction=direction), "direction_against_targets")
    assert bool(rows) == against
    assert all(row.severity == "note" for row in rows)


@pytest.mark.parametrize(
    ("goal", "unit", "direction", "against"),
    [
        ("実用化率：９％以上", "%", UP, False),
        ("実用化率：９％以上", "%", DOWN, True),
        ("９％未満に抑える", "％", UP, True),
        ("9日以内に終える", "日", DOWN, False),
        ("9日以内に終える", "日", UP, True),
        ("9%を超える", "%", DOWN, True),
        ("9%を超える", "%", UP, False),
        ("9%上回る", "%", DOWN, True),
        ("9キログラムCO2以下", "キログラムCO2", UP, True),
        # Another number, another unit, no bound.
        ("9%以上", "%ポイント", DOWN, False),
        ("19日以内に終える", "日", UP, False),
        ("9日以内に終える", "件", UP, False),
        ("9日に終える", "日", UP, False),
        ("9日以内に終える", None, UP, False),
    ],
)
def test_a_goal_that_bounds_the_target_on_the_other_side(goal, unit, direction, against):
    made = outcome(goal=goal, unit=unit, direction=direction)
    rows = found(made, "direction_against_goal")
    assert bool(rows) == against
    assert all(row.observed in ("上がると良い指標", "下がると良い指標") for row in rows)


def test_one_indicator_under_two_activities_has_one_direction():
    def pair(**second):
        first = {"number": 1, "indicator": "待ち時間", "unit": "分", "direction": DOWN}
        return sheet(outcome=[first, first | {"number": 2, "indicator": "待ち 時間"} | second])

    (row,) = found(pair(direction=UP), "direction_differs", "en")
    assert row.row.startswith("2.")
    assert "“up is better”" in row.reason
    assert found(pair(), "direction_differs") == []
    assert found(pair(direction=UP, unit="件"), "direction_differs") == []
    assert found(pair(direction=None), "direction_differs") == []


def test_a_qualitative_outcome_lacks_neither_target_nor_values():
    row = {"number": 1, "indicator": "", "goal": "広げる", "kind": "qualitative"}
    reported = sheet(outcome=[row | {"result": "手引きを配った。"}])
    assert findings(reported).empty
    assert [found.rule for found in findings(sheet(outcome=[row])).itertuples()] == [
        "result_missing"
    ]


def test_the_year_of_the_target_lies_beyond_the_table_and_leaves_no_gap():
    rows = [{"fiscal_year": 2017}, {"fiscal_year": 2018}, {"fiscal_year": 2028, "actual": None}]
    assert found(outcome(*rows, target_year=2028), "indicator_year_gap") == []
    assert len(found(outcome(*rows, target_year=2030), "indicator_year_gap")) == 1
    rows[2]["actual"] = 3.0
    assert len(found(outcome(*rows, target_year=2028), "indicator_year_gap")) == 1


def test_a_goal_without_numbers_is_no_missing_outcome():
    said = {"table": "outcome", "rule": "goal_not_quantified", "observed": "調査なので。"}
    rules = set(findings(sheet(remark=[said]))["rule"])
    assert rules == {"goal_not_quantified"}
