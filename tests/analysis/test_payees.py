import pandas as pd
import pytest

from helpers.analysis import payees
from helpers.analysis.years import rows_within, within
from helpers.sheet import ReviewSheet, records, table
from simulate import FACTS, budget_sheet


def paid_sheet(payments, executed=(), budget=(), first_year=2016):
    names = ["fiscal_year", "payee", "amount"]
    rows = table("payment", pd.DataFrame(payments, columns=names))
    return budget_sheet(executed, budget, first_year).with_table("payment", rows)


@pytest.fixture
def sheet():
    return paid_sheet(
        [
            (2016, "日本電気株式会社", 24),
            (2016, "ＩＴｂｏｏｋ株式会社", 21),
            (2016, "㈱日立コンサルティング", 5),
            (2017, "ITbook(株)", 7),
            (2017, "ITBOOK株式会社", 3),
            (2018, "株式会社日立コンサルティング", 32),
            (2018, "株式会社日立コンサルティング", 10),
            (2018, "名前だけ", None),
            (2018, None, 4),
            (None, "年度なし", 4),
        ],
        executed=[53, 7, 0, 12],
        budget=[67, 24, 71, 20],
    )


class TestTotals:
    def test_spellings_of_one_payee_are_joined(self, sheet):
        totals = payees.totals(sheet)
        assert totals.groupby("payee_key", sort=False)["amount"].sum().to_dict() == {
            "日立コンサルティング": 47,
            "ITBOOK": 31,
            "日本電気": 24,
        }
        assert len(totals) == 5
        assert totals.columns.to_list() == ["payee_key", "payee", "fiscal_year", "amount"]

    def test_most_frequent_spelling_names_the_payee(self, sheet):
        totals = payees.totals(sheet)
        assert totals["payee"][0] == "株式会社日立コンサルティング"
        assert totals.groupby("payee_key")["payee"].nunique().eq(1).all()

    def test_years_are_cut(self, sheet):
        assert set(payees.totals(sheet, 2017, 2017)["fiscal_year"]) == {2017}
        assert set(payees.totals(sheet, last_year=2016)["fiscal_year"]) == {2016}

    def test_no_payment(self):
        empty = payees.totals(ReviewSheet.build(sheet=[FACTS]))
        assert empty.empty
        assert empty.columns.to_list() == ["payee_key", "payee", "fiscal_year", "amount"]


class TestConcentration:
    def test_by_hand(self, sheet):
        found = payees.concentration(payees.totals(sheet), sheet.budget).set_index("fiscal_year")
        first = found.loc[2016]
        assert (first["named"], first["payees"], first["top_payee"]) == (50, 3, "日本電気株式会社")
        assert first["named_share"] == pytest.approx(50 / 53)
        assert first["top_share"] == pytest.approx(24 / 50)
        assert first["hhi"] == pytest.approx((24**2 + 21**2 + 5**2) / 50**2)

    def test_one_payee_is_an_index_of_one(self, sheet):
        found = payees.concentration(payees.totals(sheet), sheet.budget).set_index("fiscal_year")
        assert found.loc[2017, ["payees", "top_share", "hhi"]].to_list() == [1, 1, 1]

    def test_named_beyond_executed_is_shown_as_it_is(self, sheet):
        found = payees.concentration(payees.totals(sheet), sheet.budget).set_index("fiscal_year")
        assert found.loc[2017, "named_share"] == pytest.approx(10 / 7)

    def test_payment_in_a_year_without_outturn(self, sheet):
        found = payees.concentration(payees.totals(sheet), sheet.budget).set_index("fiscal_year")
        assert found.loc[2018, ["executed", "named"]].to_list() == [0, 42]
        assert pd.isna(found.loc[2018, "named_share"])

    def test_outturn_without_payment(self, sheet):
        found = payees.concentration(payees.totals(sheet), sheet.budget).set_index("fiscal_year")
        assert found.loc[2019, ["named", "named_share", "payees"]].to_list() == [0, 0, 0]
        assert found.loc[2019, ["top_payee", "top_share", "hhi"]].isna().all()

    def test_nothing_at_all(self):
        empty = ReviewSheet.build(sheet=[FACTS])
        found = payees.concentration(payees.totals(empty), empty.budget)
        assert found.empty
        assert found.columns.to_list() == payees.CONCENTRATION


class TestByYear:
    def test_named_and_unnamed_make_the_outturn(self, sheet):
        totals = payees.totals(sheet)
        wide = payees.by_year(totals, payees.concentration(totals, sheet.budget))
        assert wide.index.to_list()[-1] == "unnamed"
        assert wide.columns.to_list() == [2016, 2017, 2018, 2019]
        assert wide[2016].sum() == 53
        assert wide[2019].sum() == 12
        assert wide.loc["unnamed"].isna().to_list() == [False, True, True, False]

    def test_smaller_payees_are_summed(self, sheet):
        totals = payees.totals(sheet)
        wide = payees.by_year(totals, payees.concentration(totals, sheet.budget), top=1)
        assert wide.index.to_list() == ["株式会社日立コンサルティング", "others", "unnamed"]
        assert wide.loc["others", 2016] == 45

    def test_nothing_at_all(self):
        empty = ReviewSheet.build(sheet=[FACTS])
        totals = payees.totals(empty)
        assert payees.by_year(totals, payees.concentration(totals, empty.budget)).shape == (1, 0)


def test_what_payees_paid_on_is_listed_and_not_added():
    paid = [
        {"fiscal_year": 2018, "payee": "甲", "amount": 10.0, "tier": "first"},
        {"fiscal_year": 2018, "payee": "乙", "amount": 6.0, "tier": "sub"},
        {"fiscal_year": 2018, "payee": "丙", "amount": 2.0},
    ]
    sheet = ReviewSheet.build(sheet=[{"sheet_id": "x"}], payment=paid)
    assert payees.totals(sheet)["payee"].to_list() == ["甲", "丙"]
    assert payees.listed(sheet)["payee"].to_list() == ["甲", "丙", "乙"]
    assert payees.listed(sheet, 2019).empty


def test_a_sheet_that_names_one_years_payees_says_nothing_of_the_others():
    paid = [{"fiscal_year": 2018, "payee": "甲", "amount": 10.0}]
    sheet = ReviewSheet.build(sheet=[{"sheet_id": "x"}], payment=paid)
    budget = pd.DataFrame({"fiscal_year": [2017, 2018], "executed": [9.0, 12.0]})
    assert payees.concentration(payees.totals(sheet), budget)["fiscal_year"].to_list() == [2018]


def test_one_payees_spelling_is_that_among_many():
    spellings = pd.Series(["乙社", "甲社", "甲社", "(株)甲", "(株)甲", "丙社"])
    among = payees.most_frequent(pd.Series("甲", spellings.index), spellings)
    assert payees.commonest(spellings) == among["甲"] == "(株)甲"


def test_others_are_nobody_row_by_row_too():
    keys = pd.DataFrame({"payee_key": ["その他", "その他3者", "甲", None]})
    assert payees.bundled(keys).to_list() == [True, True, False, False]
    assert [payees.is_others(key) for key in ("その他3者", "甲", None)] == [True, False, False]


@pytest.mark.parametrize("span", [(None, None), (2017, None), (None, 2016), (2017, 2017)])
def test_rows_of_a_span_are_those_of_the_table(sheet, span):
    rows = rows_within(sheet.rows("payment"), *span)
    assert rows == records(within(sheet.payment, *span))
