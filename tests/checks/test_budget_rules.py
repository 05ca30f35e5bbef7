"""Rules about the budget table: what must be found, and what nearly is and must not."""

import pytest
from sheet_examples import LOST, TRIGGERS, accounts, budget, elsewhere, found, items

from helpers.checks import repaired


@pytest.mark.parametrize(
    ("row", "proposed"),
    [
        ({"initial": 20.0, "budget_net": 25.0}, "20"),
        ({"initial": 20.0, "budget_net": 21.6}, "20"),
        ({"initial": 4.912, "budget_net": 4.914}, "4.912"),
        ({"initial": 100.0, "carried_in": 10.0, "carried_out": -30.0, "budget_net": 110.0}, "80"),
        ({"initial": 20.0, "carried_out": 5.0, "budget_net": 99.0}, "25"),
    ],
)
def test_identity_fails(row, proposed):
    (row,) = found(budget(row), "budget_identity")
    assert (row.severity, row.proposed, row.column) == ("error", proposed, "budget_net")


@pytest.mark.parametrize(
    "row",
    [
        {"initial": 20.0, "budget_net": 21.0},
        {"initial": 20.0, "supplementary": 1.0, "reserve": -1.0, "budget_net": 22.0},
        {"initial": 4.912, "budget_net": 4.911},
        {"initial": 0.1, "supplementary": 0.2, "budget_net": 0.3},
        {"initial": 100.0, "carried_in": 10.0, "carried_out": -30.0, "budget_net": 80.0},
        {"initial": None, "supplementary": 5.0, "budget_net": 20.0},
        {"initial": 20.0, "budget_net": None},
        {"initial": 20.0, "carried_out": 5.0, "budget_net": 15.0},
    ],
)
def test_identity_holds_or_cannot_be_judged(row):
    assert found(budget(row), "budget_identity") == []


def test_lost_negative_is_proposed_as_the_carry_out_that_the_next_year_confirms():
    (row,) = found(TRIGGERS["negative_lost.carried"], "negative_lost")
    assert (row.column, row.observed, row.proposed) == ("carried_out", "0", "-20")
    (row,) = found(TRIGGERS["negative_lost"], "negative_lost")
    assert (row.column, row.proposed) == ("budget_net", "")


@pytest.mark.parametrize(
    "made",
    [
        budget(LOST, sheet_year=2017),
        budget(LOST, {"supplementary": -1.0}, sheet_year=2016),
        budget(LOST | {"budget_net": 40.0}, sheet_year=2016),
    ],
)
def test_no_lost_negative_in_later_sheets_nor_beside_negatives_nor_in_a_total_too_large(made):
    assert found(made, "negative_lost") == []
    assert len(found(made, "budget_identity")) == 1


def test_old_years_of_a_joined_page_lost_their_negatives_too():
    rows = (LOST | {"fiscal_year": 2013}, {"fiscal_year": 2018, "carried_out": -1.0})
    assert len(found(budget(*rows, sheet_year=2019), "negative_lost")) == 1
    late = LOST | {"fiscal_year": 2014}
    assert len(found(budget(late, sheet_year=2019), "budget_identity")) == 1


def test_a_later_sheet_that_prints_another_carry_out_takes_the_proof_away():
    rows = (LOST, {"carried_in": 20.0})
    other = elsewhere("budget", "carried_out", -7.0, 2018) | {"sheet_year": 2017}
    lost_as_well = elsewhere("budget", "carried_out", 0.0, 2018) | {"sheet_year": 2015}
    for vintage, column in (([lost_as_well], -20.0), ([other], 0.0)):
        fixed, _ = repaired(budget(*rows, sheet_year=2016, vintage=vintage))
        assert fixed.budget["carried_out"].iloc[0] == column


def test_carry_out_with_the_wrong_sign_is_one_defect():
    (row,) = found(TRIGGERS["carry_out_sign.added"], "carry_out_sign", "en")
    assert (row.observed, row.proposed) == ("5", "-5")
    assert "15 million yen" in row.reason
    assert found(TRIGGERS["carry_out_sign.added"], "budget_identity") == []


def test_carry_out_larger_than_the_rest_is_no_matter_of_sign():
    (row,) = found(TRIGGERS["carry_out_sign.misplaced"], "carry_out_sign")
    assert row.proposed == ""


def test_a_slip_of_units_shows_without_a_net_budget_as_well():
    other = [elsewhere("budget", column, 9.0, 2018) for column in ("initial", "executed")]
    other[1]["value"] = 8.0
    made = budget({"initial": 9000.0, "executed": 8000.0}, vintage=other)
    (row,) = found(made, "unit_slip", "en")
    assert "published in 2018: one of the two" in row.reason


@pytest.mark.parametrize("value", [0.0, -5.0, None])
def test_carry_out_sign_is_right(value):
    assert found(budget({"carried_out": value}), "carry_out_sign") == []


@pytest.mark.parametrize(
    ("row", "severity"),
    [
        ({"budget_net": 100.0, "executed": 106.0}, "error"),
        ({"budget_net": 100.0, "executed": 105.0}, "warning"),
        ({"budget_net": 100.0, "carried_out": -50.0, "executed": 120.0}, "warning"),
        ({"budget_net": 100.0, "budget_gross": 130.0, "executed": 120.0}, "warning"),
        ({"budget_net": 0.0, "executed": 5.0}, "warning"),
        ({"initial": 9.0, "carried_out": -9.0, "budget_net": 0.0, "executed": 12.0}, "error"),
    ],
)
def test_executed_over_budget(row, severity):
    (row,) = found(budget(row), "executed_over_budget")
    assert row.severity == severity


@pytest.mark.parametrize(
    "row",
    [
        {"budget_net": 100.0, "executed": 101.0},
        {"budget_net": 4.912, "executed": 4.913},
        {"budget_net": 100.0, "executed": None},
        {"budget_net": None, "executed": 100.0},
    ],
)
def test_executed_within_budget(row):
    assert found(budget(row), "executed_over_budget") == []


@pytest.mark.parametrize(
    ("requested", "initial", "rules"),
    [
        (30.0, 24.0, []),
        (30.0, 23.9, ["request_cut"]),
        (30.0, 31.0, []),
        (30.0, 31.6, ["granted_over_request"]),
        (0.0, 5.0, []),
        (30.0, None, []),
        (None, 30.0, []),
    ],
)
def test_requested_against_initial(requested, initial, rules):
    made = budget({"requested": requested, "initial": initial})
    seen = [rule for rule in ("request_cut", "granted_over_request") if found(made, rule)]
    assert seen == rules


@pytest.mark.parametrize(
    "rows",
    [
        ({"initial": 30.0, "budget_net": 30.0, "executed": 9.0}, {}, {"requested": 30.0}),
        ({"initial": 30.0, "budget_net": 30.0, "executed": 8.0}, {}, {"requested": 29.0}),
        ({"initial": 30.0, "budget_net": 30.0, "executed": 8.0}, {"requested": 30.0}),
        ({"initial": 0.0, "budget_net": 0.0, "executed": 0.0}, {}, {"requested": 30.0}),
        ({"initial": 30.0, "budget_net": 30.0, "executed": None}, {}, {"requested": 30.0}),
    ],
)
def test_request_that_follows_the_outturn_or_could_not_know_it(rows):
    assert found(budget(*rows), "request_ignores_outturn") == []


@pytest.mark.parametrize(
    "row",
    [{"initial": 0.0, "executed": 1.0}, {"requested": 0.0}, {"initial": None}, {"initial": 1.0}],
)
def test_year_that_is_not_all_zero(row):
    assert found(budget(row), "zero_year") == []


def test_gap_names_every_missing_year():
    (row,) = found(TRIGGERS["budget_year_gap"], "budget_year_gap", "en")
    assert "FY2015 and FY2016" in row.reason


def test_rows_without_order_have_no_gap():
    made = budget({"fiscal_year": 2017}, {"fiscal_year": 2015}, {"fiscal_year": 2016})
    assert found(made, "budget_year_gap") == []


@pytest.mark.parametrize(
    ("requested", "initial", "many"),
    [(0.0, 5.0, 1), (0.0, 0.0, 0), (0.0, None, 0), (0.1, 5.0, 0), (None, 5.0, 0)],
)
def test_a_request_of_0_with_a_budget_granted_is_not_given(requested, initial, many):
    seen = found(budget({"requested": requested, "initial": initial}), "request_not_given", "en")
    assert len(seen) == many
    for row in seen:
        assert (row.severity, row.column, row.observed, row.proposed) == (
            "note",
            "requested",
            "0",
            "",
        )
        assert "5 million yen were granted" in row.reason


def test_ratios_have_the_digits_of_their_amounts():
    made = budget({"initial": 24.0, "budget_net": 24.0, "executed": 7.0}, {}, {"requested": 106.0})
    (row,) = found(made, "request_ignores_outturn", "en")
    assert "(29 %)" in row.reason
    assert "; 106 million yen were requested for FY" in row.reason
    assert "4.4 times" in row.reason
    made = budget({"initial": 24.0, "budget_net": 24.0, "executed": 7.0}, {}, {"requested": 24.0})
    (row,) = found(made, "request_ignores_outturn", "en")
    assert "24 million yen, equalled the initial budget of FY" in row.reason
    assert "times" not in row.reason
    (row,) = found(made, "request_ignores_outturn", "ja")
    assert "の要求額24百万円は" in row.reason
    assert "当初予算と同額。" in row.reason


def test_an_account_over_its_own_budget_is_named():
    (row,) = found(TRIGGERS["account_over_budget"], "account_over_budget", "en")
    assert (row.severity, row.row) == ("error", "FY2018 労働保険")
    assert "executed 50 million yen of a budget in force of 40 million yen" in row.reason


@pytest.mark.parametrize(
    ("rows", "executed"),
    [
        ([{"budget_gross": 40.0, "executed": 40.4}], 90.0),
        ([{"budget_gross": 40.0, "executed": 50.0}], 102.0),
        ([{"budget_gross": 40.0, "executed": 50.0}], None),
        ([{"budget_gross": None, "executed": 50.0}], 90.0),
        ([{"budget_gross": -1.0, "executed": 0.0}], 90.0),
        (
            [{"budget_gross": 40.0, "executed": 50.0}, {"budget_gross": 20.0, "executed": 9.0}],
            90.0,
        ),
        (
            [
                {"sub_account": "雇用勘定", "budget_gross": 40.0, "executed": 40.0},
                {"sub_account": "労災勘定", "budget_gross": 20.0, "executed": 9.0},
            ],
            90.0,
        ),
    ],
)
def test_an_account_within_its_budget_or_that_cannot_be_judged(rows, executed):
    assert found(accounts(*rows, executed=executed), "account_over_budget") == []


@pytest.mark.parametrize(
    ("rows", "account", "keys"),
    [
        ([{"budgeted": 60.0}, {"budgeted": 40.0}], {"initial": 100.0}, []),
        ([{"budgeted": 60.0}], {"initial": 100.0}, ["FY2018"]),
        ([{"budgeted": 100.0}], {"initial": 90.0}, ["FY2018 労働保険"]),
        ([{"budgeted": 100.0}, {"budgeted": 7.0, "budget_kind": "第1次補正予算"}], {}, []),
        ([{"budgeted": None}], {}, []),
        ([{"budgeted": 60.0, "fiscal_year": 2017}], {}, []),
    ],
)
def test_items_add_up_to_the_initial_budget(rows, account, keys):
    assert [row.row for row in found(items(*rows, **account), "items_differ", "en")] == keys
