"""Contracts by method, single bids, and payees of several years: by hand."""

import numpy as np
import pytest

from bought import ABROAD, NAMED, STATE, contract, links, paid, sheet
from helpers.analysis import contracts


def methods(page):
    return contracts.methods(contracts.contracts(page)).set_index("contract_group")


def test_a_method_has_its_contracts_amount_bidders_and_rate():
    page = sheet(
        contract=[
            contract("tender", 60, 1, winning_rate=99.0),
            contract("tender", 20, 4, winning_rate=80.0),
            contract("tender", 10, None, winning_rate=97.0),
            contract("grant", 110),
        ]
    )
    found = methods(page)
    assert found.index.to_list() == ["tender", "grant"]
    tender = found.loc["tender"].to_dict()
    assert (tender["contracts"], tender["known"], tender["single"]) == (3, 2, 1)
    assert (tender["amount"], tender["single_amount"], tender["winning_rate"]) == (90, 60, 97)
    assert tender["share"] == pytest.approx(0.45)
    assert found.loc["grant", ["known", "single"]].tolist() == [0, 0]
    assert np.isnan(found.loc["grant", "winning_rate"])


def test_what_is_handed_on_is_no_contract_of_the_state():
    page = sheet(
        flow=links("-A A-B"),
        contract=[
            contract("tender", 60, 1),
            contract("tender", 20, 1, block="B"),
            contract("other", 5, 1, contract_detail="再委託(随意契約)"),
            contract("other", 7, contract_detail="合庁分担金"),
        ],
    )
    assert contracts.contracts(page)["handed_on"].tolist() == [False, True, True, False]
    found = methods(page)
    assert found["amount"].to_dict() == {"tender": 60, "other": 7}
    assert found["single"].sum() == 1


def test_what_is_below_another_body_of_the_state_is_no_contract_of_a_payee():
    page = sheet(
        flow=links("-A A-B B-C -D D-E"),
        payment=[paid("A", "乙省", 9, corporate_number=STATE)]
        + [paid(block, "甲", 9, corporate_number=NAMED) for block in "BCDE"],
        contract=[contract("tender", 1, 1, block=block) for block in "ABCE"],
    )
    found = contracts.contracts(page)
    assert found["handed_on"].tolist() == [False, True, True, True]
    assert found["by_state"].tolist() == [False, True, False, False]


def test_commitments_by_method():
    rows = [
        {"contract_group": "tender", "contract_amount": 70, "bidders": 1},
        {"contract_method": "新しい方式", "contract_amount": 30},
    ]
    found = contracts.commitments(sheet(commitment=rows)).set_index("contract_group")
    assert found["amount"].to_dict() == {"tender": 70, "other": 30}
    assert found["single"].tolist() == [1, 0]


def test_years_that_name_the_first_payees_alone_are_told():
    page = sheet(
        payment=[paid("A", "甲", 5, fiscal_year=2023), paid("A", "甲", 5)],
        use=[{"block": "A", "payee": "甲", "amount": 5, "fiscal_year": 2023}],
    )
    assert contracts.repeats(page)["first_only"].tolist() == [[2023]]


def test_no_method_and_an_unknown_one_are_told_apart():
    rows = [
        contract(None, 1),
        contract(None, 2, contract_method="新しい方式"),
        contract("small", 3),
    ]
    found = contracts.contracts(sheet(contract=rows))
    assert found["contract_group"].tolist() == ["", "other", "small"]
    assert contracts.labelled(found).values.tolist() == [[2024, 3, 1, 1]]


def test_a_payee_is_one_by_its_number_else_by_its_name():
    page = sheet(
        payment=[
            paid("A", "株式会社甲", 5, fiscal_year=2022),
            paid("A", "㈱甲", 7, fiscal_year=2023, corporate_number=NAMED),
            paid("A", "甲ホールディングス", 8, corporate_number=NAMED),
            paid("A", "乙", 50, corporate_number=ABROAD),
            paid("A", "乙", 40, fiscal_year=2023),
            paid("A", "丙", 99),
        ]
    )
    found = contracts.repeats(page)
    assert found["paid_in"].tolist() == [[2022, 2023, 2024], [2023, 2024], [2024]]
    assert found["amount"].tolist() == [20, 90, 99]
    assert found["of"].tolist() == [3, 3, 3]
    assert contracts.repeats(page, 2023, 2024)["amount"].tolist() == [90, 15, 99]


def test_who_is_not_named_or_not_paid_by_the_state_is_no_payee():
    page = sheet(
        payment=[
            paid("A", name, 5, fiscal_year=year, **more)
            for year in (2023, 2024)
            for name, more in (
                *(("その他", {}), ("甲ほか", {"bundled_payee": True}), ("個人A", {}), ("B社", {})),
                ("丁", {"tier": "sub"}),
            )
        ]
        + [paid("A", "戊", 0), paid("A", "己", None)]
    )
    assert contracts.repeats(page).empty


def test_a_sheet_without_contracts():
    page = sheet()
    found = contracts.contracts(page)
    assert contracts.methods(found).empty
    assert contracts.labelled(found).empty
    assert contracts.repeats(page).empty
