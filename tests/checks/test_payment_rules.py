"""Rules about payments: what must be found, and what nearly is and must not."""

import pytest
from sheet_examples import TRIGGERS, USED, direct, found, payments, sheet

from helpers.checks.payments import check_digit, is_valid

CITY, TAX_AGENCY = "8000020041009", "7000012050002"


def test_partly_named_says_how_much():
    (row,) = found(payments({"amount": 20.0}, executed=38.0), "payments_partly_named", "en")
    assert (row.observed, row.row) == ("20", "FY2018")
    assert "20 million yen of the 38 million yen executed (53 %)" in row.reason


@pytest.mark.parametrize(
    ("rows", "executed"),
    [
        ([{"amount": 52.0}, {"amount": 1.0}], 54.0),
        ([{"amount": 99.0}], 100.0),
        ([{"amount": 60.0, "block": "A"}, {"amount": 60.0, "block": "B"}], 100.0),
        ([{"amount": 100.0}], 0.0),
        ([{"amount": 100.0}], None),
        ([{"amount": 0.4, "block": "A"}, {"amount": 0.6, "block": "A"}], 1.0),
    ],
)
def test_named_agrees_with_executed_or_cannot_be_judged(rows, executed):
    made = payments(*rows, executed=executed)
    for rule in ("payments_partly_named", "payments_over_executed", "payments_missing"):
        assert found(made, rule) == []


@pytest.mark.parametrize(
    ("rows", "severity", "says"),
    [
        ([{"amount": 120.0, "payee": "乙"}], "error", "“乙” alone"),
        ([{"amount": 105.0, "payee": "乙"}], "warning", "“乙” alone"),
        ([{"amount": 60.0, "block": "B"}, {"amount": 70.0, "block": "B"}], "error", "block B"),
        ([{"amount": 52.0, "block": "B"}, {"amount": 53.0, "block": "B"}], "warning", "105 %"),
        ([{"amount": 70.0}, {"amount": 70.0}], "warning", "140 %"),
    ],
)
def test_named_exceeds_executed(rows, severity, says):
    (row,) = found(payments(*rows), "payments_over_executed", "en")
    assert row.severity == severity
    assert says in row.reason


@pytest.mark.parametrize(("refund", "block"), [(-30.0, "A"), (-30.0, "B")])
def test_block_may_exceed_where_another_amount_is_negative(refund, block):
    rows = [{"amount": 65.0, "block": "A"}, {"amount": 65.0, "block": "A"}]
    made = payments(*rows, {"amount": refund, "block": block})
    assert bool(found(made, "payments_over_executed")) == (block == "B")


def test_years_without_any_payee_are_one_finding():
    spent = [{"fiscal_year": year, "executed": 5.0} for year in (2016, 2017, 2018)]
    paid = [{"fiscal_year": year, "payee": "甲", "amount": 5.0} for year in (2014, 2017)]
    (row,) = found(sheet(budget=spent, payment=paid), "payments_missing", "en")
    assert "FY2016 and FY2018" in row.reason
    (row,) = found(sheet(budget=spent), "payments_missing", "en")
    assert "FY2016, FY2017 and FY2018" in row.reason


def test_sheet_that_names_payees_for_its_latest_year_only_misses_none_earlier():
    spent = [{"fiscal_year": year, "executed": 5.0} for year in (2016, 2017, 2018)]
    paid = [{"fiscal_year": 2018, "payee": "甲", "amount": 5.0}]
    assert found(sheet(budget=spent, payment=paid), "payments_missing") == []
    (row,) = found(
        sheet(budget=spent, payment=[paid[0] | {"fiscal_year": 2017}]), "payments_missing"
    )
    assert row.row == "2018年度"


def test_spellings_of_one_payee_propose_the_most_frequent():
    rows = [{"payee": "ITbook株式会社"}, {"payee": "ＩＴｂｏｏｋ㈱"}, {"payee": "ITbook株式会社"}]
    (row,) = found(payments(*rows), "duplicate_payee")
    assert row.proposed == "ITbook株式会社"
    assert row.observed == "ITbook株式会社, ＩＴｂｏｏｋ㈱"


def test_spellings_with_different_legal_forms_may_be_two_payees():
    (row,) = found(TRIGGERS["duplicate_payee.forms"], "duplicate_payee")
    assert row.proposed == ""
    (row,) = found(TRIGGERS["duplicate_payee.form"], "duplicate_payee")
    assert row.proposed == "甲株式会社"


@pytest.mark.parametrize(
    "rows",
    [
        [{"payee": "甲株式会社"}, {"payee": "甲株式会社"}],
        [{"payee": "甲"}, {"payee": "乙"}],
        [{"payee": None}, {"payee": None}],
        [{"payee": "個人H"}, {"payee": "個人Ｈ"}],
        [{"payee": "研究代表者Bほか"}, {"payee": "研究代表者bほか"}],
        [{"payee": "Ａ社"}, {"payee": "A社"}],
        [
            {"payee": "甲株式会社", "corporate_number": CITY},
            {"payee": "株式会社甲", "corporate_number": TAX_AGENCY},
        ],
    ],
)
def test_different_payees_are_not_joined(rows):
    assert found(payments(*rows), "duplicate_payee") == []


@pytest.mark.parametrize("number", [CITY, TAX_AGENCY, None, "", "-", "－"])
def test_corporate_number_right_or_absent(number):
    assert found(payments({"corporate_number": number}), "corporate_number_invalid") == []


@pytest.mark.parametrize("number", ["1000020041009", "800002004100", "80000200410090", "仙台市"])
def test_corporate_number_wrong(number):
    rows = [{"corporate_number": number}, {"corporate_number": number}]
    (row,) = found(payments(*rows), "corporate_number_invalid")
    assert row.observed == number


@pytest.mark.parametrize("number", ["8700110005901", CITY, TAX_AGENCY])
def test_check_digit_of_published_numbers(number):
    # 8700110005901 is the worked example of the National Tax Agency.
    assert check_digit(number[1:]) == int(number[0])
    assert is_valid(number)
    assert not is_valid("0" + number[1:])


@pytest.mark.parametrize("twelve", ["000020041009", "987654321098", "111111111111", "999999999999"])
def test_check_digit_is_the_sum_of_the_ordinance(twelve):
    weighted = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(twelve))]
    assert check_digit(twelve) == 9 - sum(weighted) % 9


def test_numbers_of_commitments_are_checked_once():
    wrong = {"payee": "甲", "corporate_number": "1000020041009"}
    made = payments(wrong).with_table("commitment", sheet(commitment=[wrong]).commitment)
    assert [row.table for row in found(made, "corporate_number_invalid")] == ["payment"]
    (row,) = found(sheet(commitment=[wrong]), "corporate_number_invalid")
    assert row.table == "commitment"


def test_companies_without_a_number_say_how_much():
    rows = [{"payee": "㈱甲", "amount": 30.0}, {"payee": "一般財団法人乙", "amount": 20.0}]
    made = direct(*rows, {"payee": "仙台市", "amount": 50.0, "corporate_number": CITY})
    (row,) = found(made, "corporate_number_missing", "en")
    assert "2 directly paid payees with a legal form in the name, such as “㈱甲”" in row.reason
    assert "(50 million yen, 50.0 % of the direct payments)" in row.reason


@pytest.mark.parametrize(
    "row",
    [
        {"payee": "株式会社甲", "corporate_number": TAX_AGENCY},
        {"payee": "個人Ａ"},
        {"payee": "九州農政局"},
        {"payee": "甲 Inc."},
        {"payee": "株式会社甲ほか3件"},
        {"payee": "株式会社甲・乙大学共同研究体"},
        {"payee": "株式会社甲", "corporate_kind": "401"},
        {"payee": "その他株式会社", "bundled_payee": True},
        {"payee": "株式会社甲", "tier": "sub"},
        {"payee": "株式会社甲", "amount": 9.0},
    ],
)
def test_payees_that_bear_a_number_or_need_none(row):
    made = direct(row, {"payee": "仙台市", "corporate_number": CITY})
    assert found(made, "corporate_number_missing") == []


def test_sheet_that_prints_no_number_at_all_lacks_none():
    assert found(direct({"payee": "株式会社甲"}), "corporate_number_missing") == []


def test_bundles_are_compared_with_the_direct_money():
    bundle = {"payee": "その他", "bundled_payee": True}
    passed_on = {"payee": "乙", "tier": "sub", "block": "B", "amount": 900.0}
    (row,) = found(direct({"amount": 40.0}, bundle, passed_on), "payees_bundled", "en")
    assert "Of 140 million yen paid directly, 100 million yen (71.4 %)" in row.reason
    assert "block A" in row.reason
    assert found(direct({}, bundle), "payees_bundled") == []
    assert found(direct({}, passed_on | bundle), "payees_bundled") == []
    assert found(direct(bundle | {"amount": 0.0}), "payees_bundled") == []


@pytest.mark.parametrize(("declared", "many"), [(1, 1), (2, 0), (9, 0), (0, 0), (None, 0)])
def test_a_block_declares_no_fewer_payees_than_it_names(declared, many):
    block = [{"fiscal_year": 2018, "block": "A", "payees": declared}]
    made = direct({"work": "甲"}, {"work": "乙"}, {"payee": "その他"}, block=block)
    assert len(found(made, "payees_declared")) == many


@pytest.mark.parametrize(
    ("used", "many"),
    [
        ([101.0], 1),
        ([60.0, 41.0], 1),
        ([99.0], 0),
        ([100.0004], 0),
        ([150.0, -50.0], 0),
        ([101.0, None], 0),
    ],
)
def test_uses_stay_within_what_the_payee_was_paid(used, many):
    made = direct({"amount": 60.0}, {"amount": 40.0}, use=[USED | {"amount": v} for v in used])
    assert len(found(made, "uses_over_payment")) == many
    other = [USED | {"block": "B", "amount": value} for value in used]
    assert found(direct({}, use=other), "uses_over_payment") == []
