"""Rules about target years: a repair needs the sheet's own text, a genuine year is left alone."""

import pytest
from sheet_examples import TRIGGERS, elsewhere, found, outcome, target

from helpers.checks import findings
from speaking import told

RULES = ["target_year_era", "target_year_impossible", "target_year_before_start"]
RULES += ["target_year_past"]


def seen(made) -> list[tuple]:
    return [
        (row.rule, row.severity, row.proposed, row.proof)
        for rule in RULES
        for row in found(made, rule)
    ]


@pytest.mark.parametrize(
    ("made", "proposed", "proof"),
    [
        (target(1993, "令和5年度末までに約1,600団体"), "2023", "令和5年度"),
        (target(1993, "Ｒ５年度までに"), "2023", "Ｒ５年度"),
        (target(1989, "令和元年度までに"), "2019", "令和元年度"),
        (target(1995, "2025年までに1000人"), "2025", "2025年"),
        (target(1995, indicator="令和７年度の出荷量"), "2025", "令和７年度"),
        (target(2009, "令和21年度", start_year=2005), "2039", "令和21年度"),
        (target(2000, "令和12年度までに平成12年度比で半減"), "2030", "令和12年度"),
        (target(2018, "令和30年度までに", start_year=2000), "2048", "令和30年度"),
        (target(2050, "平成32年度までに", sheet_year=2020), "2020", "平成32年度"),
    ],
)
def test_era_misreading_proved_by_the_text(made, proposed, proof):
    assert seen(made) == [("target_year_era", "error", proposed, proof)]


def test_project_dates_prove_a_rereading_only_where_they_exclude_the_printed_year():
    assert seen(target(1993, start_year=2011)) == [("target_year_era", "error", "2023", "")]
    assert seen(target(2050, sheet_year=2020, end_year=2021))[0][1:3] == ("error", "2020")
    assert seen(target(2050, sheet_year=2020, end_year=2019))[0][1:3] == ("warning", "2020")
    assert seen(target(1993, start_year=2018, end_year=2019))[0][1:3] == ("error", "2023")


def test_another_sheet_proves_a_rereading_unless_one_prints_the_same_year():
    said = [elsewhere("outcome", "target_year", 2023.0, number=1)]
    same = [elsewhere("outcome", "target_year", 1993.0, number=1) | {"sheet_year": 2020}]
    assert seen(target(1993, start_year=1956, vintage=said))[0][1] == "error"
    assert seen(target(1993, start_year=1956, vintage=said + same))[0][1] == "warning"
    for value, severity in ((2018, "error"), (2028, "error"), (2017, "warning"), (2031, "warning")):
        near = [elsewhere("outcome", "target_year", float(value), number=1)]
        assert seen(target(1993, start_year=1956, vintage=near))[0][1] == severity


@pytest.mark.parametrize(
    ("made", "proposed"),
    [
        (target(1993, start_year=1956), "2023"),
        (target(1993, start_year=None), "2023"),
        (target(1993, "令和6年度の調査による", start_year=1956), "2023"),
        (target(2045, sheet_year=2020), "2015"),
        (target(2050, "2020年までに", sheet_year=2020), "2020"),
        (target(2050, "平成32年度比で", sheet_year=2020), "2020"),
    ],
)
def test_era_misreading_without_a_text_is_only_proposed(made, proposed):
    assert seen(made) == [("target_year_era", "warning", proposed, "")]


@pytest.mark.parametrize(
    "made",
    [
        target(2050, "2050年までに排出量を80%削減", sheet_year=2020),
        target(2050, "令和32年度までに", sheet_year=2020),
        target(2045, "2060年に向けて", sheet_year=2021),
        target(2050, "2050年までに80%削減（平成32年度に中間評価）", sheet_year=2020),
        target(2050, sheet_year=2018),
        target(2044, start_year=2016),
        target(2051, "ステップ２完了から３０～４０年後の廃止措置終了"),
        target(2039),
        target(2019),
        target(2040, "平成22年度比", sheet_year=2020),
        outcome(goal="令和5年度までに"),
    ],
)
def test_genuine_target_year_is_left_alone(made):
    assert seen(made) == []


@pytest.mark.parametrize(
    ("made", "rule"),
    [
        (target(2010), "target_year_before_start"),
        (target(1993, "1993年の水準", start_year=2000), "target_year_before_start"),
        (target(1993, sheet_year=2018), "target_year_before_start"),
        (target(2015), "target_year_past"),
        (target(2020, "2050年の脱炭素に向けて", sheet_year=2021), "target_year_past"),
        (target(2000, "平成12年度までに", start_year=1990), "target_year_past"),
    ],
)
def test_past_target_year_without_rereading(made, rule):
    ((found_rule, _, proposed, _),) = seen(made)
    assert (found_rule, proposed) == (rule, "")


@pytest.mark.parametrize(
    ("made", "proposed", "proof"),
    [
        (target(4010, "2022年度までに", sheet_year=2018), "2022", "2022年度"),
        (target(4010, sheet_year=2018), "2022", ""),
        (target(4043, sheet_year=2020), "2025", ""),
        (target(4000, sheet_year=2019), "", ""),
        (target(9999), "", ""),
    ],
)
def test_western_year_read_as_an_era_year(made, proposed, proof):
    assert seen(made) == [("target_year_impossible", "error", proposed, proof)]


def test_one_finding_for_each_indicator_and_not_for_each_row():
    made = TRIGGERS["target_year_era.proved"]
    assert len(made.outcome) == 3
    assert len(seen(made)) == 1


def test_sheet_without_years_judges_only_what_the_text_proves():
    assert seen(target(2010, sheet_year=None, start_year=None)) == []
    made = target(1993, "令和5年度", sheet_year=None, start_year=None)
    assert seen(made) == [("target_year_era", "error", "2023", "令和5年度")]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("rule", ["target_year_era.near", "target_year_impossible.near"])
def test_a_year_that_another_sheet_prints_is_a_year_and_no_amount(rule, lang):
    (row,) = [
        row for row in told(lang, findings, TRIGGERS[rule]).itertuples() if "2020" in row.reason
    ]
    assert "2,0" not in row.reason + row.observed + row.proposed
