"""Rules about contracts: what must be found, and what nearly is and must not."""

import pytest
from sheet_examples import TENDER_OF_ONE, contracts, found

PASSED_ON = [{"fiscal_year": 2018, "block": "A", "tier": "sub", "payee": "乙", "amount": 1.0}]


def test_single_bids_are_one_finding_with_the_largest():
    rows = [TENDER_OF_ONE, TENDER_OF_ONE | {"payee": "乙", "amount": 3000.0}, {"bidders": 4}]
    (row,) = found(contracts(*rows), "single_bid", "en")
    assert "2 of 3 contracts let in" in row.reason
    assert "5,000 million yen, 71.4 %" in row.reason
    assert "3,000 million yen, went to “乙”" in row.reason


def test_contracts_of_several_years_are_told_apart():
    made = contracts(TENDER_OF_ONE, table="commitment")
    (row,) = found(made, "single_bid", "en")
    assert row.table == "commitment"
    assert "1 contract of several years" in row.reason


@pytest.mark.parametrize(
    "rows",
    [
        [{"bidders": None}],
        [{"bidders": 2}],
        [TENDER_OF_ONE | {"amount": 99.0}],
        [TENDER_OF_ONE, {"bidders": 2, "amount": 2001.0}],
        [TENDER_OF_ONE | {"contract_group": "other", "contract_detail": "再委託"}],
        [TENDER_OF_ONE | {"contract_group": "small"}],
        [TENDER_OF_ONE | {"bundled": True}],
        [TENDER_OF_ONE | {"bundled_payee": True}],
        [TENDER_OF_ONE | {"amount": None}],
    ],
)
def test_what_is_no_tender_of_one(rows):
    assert found(contracts(*rows), "single_bid") == []


def test_what_a_payee_passes_on_is_not_let_by_the_state():
    made = contracts(TENDER_OF_ONE, {"contract_group": "sole", "block": "B"}, payment=PASSED_ON)
    assert found(made, "single_bid") == []
    assert len(found(made, "no_competition")) == 1
    # The blocks of another year have letters of their own.
    earlier = [PASSED_ON[0] | {"fiscal_year": 2017}]
    assert len(found(contracts(TENDER_OF_ONE, payment=earlier), "single_bid")) == 1
    years = [*PASSED_ON, {**earlier[0], "tier": "first"}]
    made = contracts(TENDER_OF_ONE, table="commitment", payment=years)
    assert found(made, "single_bid") == []


@pytest.mark.parametrize(
    ("row", "near"),
    [
        ({"winning_rate": 99.0}, 1),
        ({"winning_rate": 98.9}, 0),
        ({"winning_rate": None}, 0),
        ({"winning_rate": 100.0, "contract_group": "sole"}, 0),
    ],
)
def test_winning_rates_are_of_tenders(row, near):
    assert len(found(contracts(row), "winning_rate")) == near


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"contract_group": "sole"}, "no_competition"),
        ({"contract_group": "sole", "amount": 999.9}, ""),
        ({"contract_group": "sole", "single_bid_reason": None}, "single_bid_reason"),
        (TENDER_OF_ONE | {"single_bid_reason": "－"}, "single_bid_reason"),
        (TENDER_OF_ONE, ""),
        ({"bidders": 2, "single_bid_reason": None}, ""),
        ({"contract_group": "grant", "single_bid_reason": None}, ""),
    ],
)
def test_a_large_contract_is_said_once(row, rule):
    made = contracts(row)
    for name in ("no_competition", "single_bid_reason"):
        assert len(found(made, name)) == (name == rule)
