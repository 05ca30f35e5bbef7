"""Rules about outcomes and outputs: what must be found, and what nearly is and must not."""

import pytest
from sheet_examples import TRIGGERS, found, outcome, output, sheet

from helpers.checks import findings

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
