"""What notebook 06 says of contracts: tenders apart from what is negotiated in law."""

import pandas as pd
import pytest

from helpers import words
from helpers.analysis import every_payee
from helpers.show import Table
from helpers.story import payees as story

GROUPS = ["tender", "proposals", "proposals", "proposals", "sole", "sole", "small"]
FACTS = {"sheet_id": "2024-甲省-1", "name": "事業", "project_id": "1", "fiscal_year": 2023}
FACTS |= {"kind": "company", "work": None, "amount": 10.0, "winning_rate": None}
FACTS |= {"contracts_of": "commitment", "single_bid_reason": None}


def contracts(*ministries: str) -> pd.DataFrame:
    """Of each ministry a tender and three calls with one bidder, and three negotiated contracts
    that print one bidder as well."""
    rows = [
        FACTS | {"ministry": ministry, "payee": "甲", "payee_id": "甲"} | {"contract_group": group}
        for ministry in ministries
        for group in GROUPS
    ]
    table = pd.DataFrame(rows).assign(bidders=1)
    return table.assign(single=table["contract_group"].isin(["tender", "proposals"]))


def said(made: pd.DataFrame) -> list[str]:
    sole = every_payee.sole_bidders(made)
    payees = pd.DataFrame({"payee_id": ["甲"], "payee": "甲", "kind": "company", "amount": 1.0})
    payees = payees.assign(direct=1.0, untold=None, handed_on=None)
    coverage = pd.DataFrame({"fiscal_year": [2023], "sheets": 1, "first_only": 0})
    facts = {"one": None, "ministry": None, "first": 2023, "last": 2023, "alone": False}
    facts |= {"sheets": 1, "sheet_years": (2024, 2024)}
    none = pd.DataFrame(columns=["fiscal_year", "first_only", "money", "bundled", "classes"])
    none = none.assign(named_share=None, executed=None).astype({"first_only": bool})
    return [
        story.answer(facts, payees, none, sole, made).facts[-1],
        repr(story.read_purchases(made, coverage)),
        repr(story.read_sole(sole, made, False)),
    ]


def test_repeated_single_bids_are_of_competitions_and_in_pairs():
    answer, purchases, sole = said(contracts("甲省", "乙省"))
    assert "入札と企画競争・公募8件のうち" in answer
    assert "組が2組(1者)あり、合わせて8件(入札2件、制度上は随意契約の企画競争・公募6件)" in answer
    assert (
        "入札2件、企画競争・公募(制度上は随意契約)6件、その他の随意契約4件、少額の随意契約2件"
        in purchases
    )
    assert "載るのは8件で、8件が一者です(入札2件、企画競争・公募6件)" in purchases
    assert "1者(2組)が" in sole
    assert "4件中4件です(入札は1件中1件、企画競争・公募は3件中3件)" in sole
    with words.speaking("en"):
        answer, purchases, sole = said(contracts("甲省", "乙省"))
    assert "Of the 8 contracts by tender, proposals or open call whose bidders are" in answer
    assert "printed, 8 went to a payee that bid alone" in answer
    assert "2 pairs of a payee and a ministry, 1 payee." in answer
    assert "2 were tenders; 6 were by proposals or an open call (in law negotiated); 4" in purchases
    assert "1 payee (in 2 pairs of a payee and a ministry) bid alone" in sole
    assert "4 of 4 (1 of 1 tender, 3 of 3 by proposals or an open call)" in sole


def test_of_one_single_bid_none_is_repeated():
    made = contracts("甲省")[:1]
    answer, _, sole = said(made)
    assert "公募1件に、同じ府省庁で2件以上を一者で応札した支出先はありません" in answer
    assert "2件以上の一者応札はありません" in sole
    with words.speaking("en"):
        assert "Of the 1 contract by tender" in said(made)[0]
        assert "1 was a tender; 0 were by proposals" in said(made)[1]


@pytest.mark.parametrize(
    ("untold", "sheets", "twice", "missing"),
    [(5.0, (300, 400), True, True), (None, (400, 400), False, False)],
)
def test_what_may_be_twice_or_missing_is_said_of_the_largest(untold, sheets, twice, missing):
    coverage = pd.DataFrame({"fiscal_year": [2022, 2023], "sheets": sheets, "first_only": 0})
    coverage = coverage.assign(untold=pd.Series([untold, None], dtype=float))
    text = repr(story.read_largest({}, coverage))
    assert ("同じお金が一つのシートの支出先に二度入っていることがあります" in text) == twice
    assert ("300枚(2022年度)から400枚(2023年度)" in text) == missing
    assert ("額が少なくても支出が減ったとは言えません" in text) == missing
    with words.speaking("en"):
        text = repr(story.read_largest({}, coverage))
    assert ("the same money may stand twice" in " ".join(text.split())) == twice
    assert ("less money need not mean that less was spent" in text) == missing


def test_of_contracts_without_competition_no_single_bid_is_counted():
    made = contracts("甲省")
    whole, each = story.purchases_tables(every_payee.purchases(made), made, pd.Series(dtype=str))
    assert isinstance(whole, Table)
    at = whole.headings.index("一者応札")
    assert [row[at] for row in whole.rows] == ["1", "3", "–", "–"]
    # Its payee is in no list of payments, yet has a name.
    assert "甲" in repr(each)
    assert "nan" not in repr(each)
