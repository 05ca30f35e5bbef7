"""Rules about outcomes and outputs, and what outcomes state: what must be found, and what nearly is
and must not."""

import pytest
from sheet_examples import TRIGGERS, found, hit, outcome, output, rated, sheet, targets, twice

from helpers.checks import findings

UP, DOWN = "up", "down"
SPENT = {2016: 53.0, 2017: 7.0, 2018: 43.0}


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("百万円", 1), ("円", 1e6), ("千円", 1e3), ("万円", 100), ("億円", 0.01), (" 百万　円 ", 1)],
)
def test_output_that_restates_spending_in_any_unit(unit, factor):
    actuals = {2016: 51.0 * factor, 2017: 7.0 * factor, 2018: 43.0 * factor}
    (row,) = found(output(actuals, SPENT, unit), "output_in_money", "en")
    assert "FY2016 51 / 53, FY2017 7 / 7 and FY2018 43 / 43" in row.reason


@pytest.mark.parametrize(
    ("actuals", "executed", "unit"),
    [
        (SPENT, SPENT, "件"),
        (SPENT, SPENT, "百万円/件"),
        (SPENT, SPENT, None),
        ({2018: 43.0}, SPENT, "百万円"),
        ({2016: 20.0, 2017: 3.0, 2018: 43.0}, SPENT, "百万円"),
        ({2016: 49.0, 2017: 10.0, 2018: 43.0}, SPENT, "百万円"),
        ({2017: 0.0, 2018: 0.0}, {2017: 0.0, 2018: 0.0}, "百万円"),
        ({2017: 0.2, 2018: 0.9}, {2017: 0.7, 2018: 0.3}, "百万円"),
        ({2017: None, 2018: 43.0}, SPENT, "百万円"),
    ],
)
def test_output_that_does_not_restate_spending(actuals, executed, unit):
    assert found(output(actuals, executed, unit), "output_in_money") == []


def test_unit_that_changes_within_an_indicator_counts_by_its_row():
    rows = [
        {"number": 1, "indicator": "報告書", "unit": unit, "fiscal_year": year, "actual": actual}
        for year, unit, actual in [
            (2017, "百万円", 7.0),
            (2018, "千円", 43000.0),
            (2016, "件", 53.0),
        ]
    ]
    spent = [{"fiscal_year": year, "executed": value} for year, value in SPENT.items()]
    (row,) = found(sheet(budget=spent, output=rows), "output_in_money", "en")
    assert "2 of 2" in row.reason


@pytest.mark.parametrize(
    ("rows", "severity"),
    [
        ([{"fiscal_year": 2018}, {"fiscal_year": 2019, "actual": None}], None),
        ([{"fiscal_year": 2017}, {"fiscal_year": 2018, "actual": None}], "note"),
        ([{"fiscal_year": 2018, "actual": None}], "note"),
        ([{"fiscal_year": 2017, "actual": None}, {"fiscal_year": 2018}], "warning"),
        ([{"fiscal_year": 2010, "actual": None}, {"fiscal_year": 2018}], None),
    ],
)
def test_missing_actual_by_the_age_of_its_year(rows, severity):
    seen = [row.severity for row in found(outcome(*rows), "actual_missing")]
    assert seen == ([severity] if severity else [])


def test_missing_actuals_are_one_finding_for_each_indicator():
    rows = [{"fiscal_year": year, "actual": None} for year in (2015, 2016, 2018)]
    (row,) = found(outcome(*rows, {"fiscal_year": 2017}), "actual_missing", "en")
    assert "FY2015, FY2016 and FY2018" in row.reason


def test_outcome_with_target_and_interim_values():
    rows = ({"fiscal_year": 2017, "target": 9.0, "expected": None}, {"fiscal_year": 2018})
    made = outcome(*rows, expected=5.0)
    for rule in ("outcome_missing", "outcome_without_target", "expected_missing"):
        assert found(made, rule) == []


def test_section_that_the_reader_misses_is_not_reported_twice():
    remarks = [
        {"table": table, "row": table, "rule": "missing_section"}
        for table in ("outcome", "payment")
    ]
    made = sheet(budget=[{"fiscal_year": 2018, "executed": 1.0}], remark=remarks)
    assert len(found(made, "missing_section")) == 2
    assert found(made, "outcome_missing") == found(made, "payments_missing") == []


@pytest.mark.parametrize(("unit", "value"), [("%", 100.0), ("団体", 101.0), ("%ポイント", 101.0)])
def test_percent_within_100_or_not_a_percentage(unit, value):
    assert found(outcome(unit=unit, actual=value), "percent_over_100") == []


def test_gap_in_an_indicator_names_the_year():
    (row,) = found(TRIGGERS["indicator_year_gap"], "indicator_year_gap", "en")
    assert "no row for FY2015" in row.reason
    assert found(outcome(), "indicator_year_gap") == []


def test_numbers_that_the_tables_have_are_not_more():
    goal = "900団体から、2,000人を含め1,600団体に"
    known = outcome({"goal": goal, "unit": "団体", "target": 1600.0, "actual": 900.0})
    assert not {"goal_names_more", "target_approximate"} & set(findings(known)["rule"])


def test_a_year_that_the_goal_names_is_a_year_and_no_amount():
    made = outcome(goal="2020年までに10年", unit="年", target=10.0)
    (row,) = found(made, "goal_names_more")
    assert row.observed == "2020"
    assert "2020年" in row.reason


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


def test_targets_that_are_hit_every_year_name_the_years():
    (row,) = found(TRIGGERS["targets_hit"], "targets_hit", "en")
    assert "(FY2015 7, FY2016 9, FY2017 12)" in row.reason
    assert row.severity == "note"


@pytest.mark.parametrize(
    "made",
    [
        hit(100.0, 100.0, 100.0, 100.0),
        hit(7.0, 8.0, 9.0),
        hit(7.0, 12.0),
        hit(7.0, 12.0, 7.0),
        hit(7.0, 9.0, 12.0, sheet_year=2017),
        hit(7.0, 9.0, 12.0, sheet_year=None),
        outcome(
            *(
                {"fiscal_year": y, "expected": 5.0 * y, "actual": 5.0 * y}
                for y in range(2014, 2018)
            ),
            {"fiscal_year": 2018, "expected": 20.0, "actual": 21.0},
        ),
    ],
)
def test_targets_that_are_not_hit_or_might_be_by_plan(made):
    assert found(made, "targets_hit") == []


def test_a_year_not_closed_does_not_count_as_missed():
    rows = [
        {"fiscal_year": 2015 + at, "expected": v, "actual": v} for at, v in enumerate((7, 9, 12))
    ]
    made = outcome(*rows, {"fiscal_year": 2019, "expected": 20.0, "actual": 3.0})
    assert len(found(made, "targets_hit")) == 1


@pytest.mark.parametrize(
    ("second", "many"),
    [
        ({"goal": "別の目標"}, 1),
        ({"term": "long"}, 1),
        ({"indicator": "導入　数", "unit": "団 体"}, 1),
        ({"indicator": "導入数(累計)"}, 0),
        ({"unit": "件"}, 0),
        ({"actual": 2.0}, 0),
        ({"fiscal_year": 2017}, 0),
    ],
)
def test_one_indicator_under_two_goals(second, many):
    rows = found(twice(**second), "indicator_repeated", "en")
    assert len(rows) == many
    for row in rows:
        assert "stands here 2 times" in row.reason


def test_indicators_without_numbers_are_not_repeated():
    none = {"actual": None, "expected": None}
    made = outcome({"fiscal_year": 2018, **none}, {"fiscal_year": 2018, "number": 2, **none})
    assert found(made, "indicator_repeated") == []
