"""What came: the forecast is that of its time, the value that which was printed last."""

import numpy as np
import pandas as pd
import pytest

from corpus_sheets import made, outcome, sheet
from helpers import Adoption, Spending, fitted, load, paths
from helpers.analysis import series
from helpers.forecast import came
from helpers.front import later
from helpers.story import came as story
from speaking import told

NOTHING = load(paths.DEFAULT_SHEET).vintage


@pytest.fixture(scope="module")
def default():
    return load(paths.DEFAULT_SHEET)


def since(default, as_of=None) -> pd.DataFrame:
    return later.printed_since(default, as_of)


class TestDefaultSheet:
    def test_execution(self, default):
        got = came.execution(default, since(default), fitted.shipped)
        assert got[["as_of", "sheets", "fiscal_year", "quantity"]].to_numpy().tolist() == [
            [2018, 2018, 2018, "rate"],
            [2018, 2018, 2018, "outturn"],
            [2019, 2019, 2019, "rate"],
            [2019, 2019, 2019, "outturn"],
        ]
        # 43 of 71 million yen, printed by the sheet itself; 14 of 94, by that of 2020.
        assert got["value"].tolist() == pytest.approx([43 / 71, 43, 14 / 94, 14])
        assert got["printed"].tolist() == [2019, 2019, 2020, 2020]
        assert got["inside"].tolist() == [
            low <= value <= high
            for low, value, high in got[["lower80", "value", "upper80"]].to_numpy()
        ]

    def test_the_forecast_as_of_the_sheet_is_its_report_s(self):
        spending, adoption = Spending(paths.DEFAULT_SHEET), Adoption(paths.DEFAULT_SHEET)
        row, outturn = spending.forecast.iloc[0], spending.came.iloc[3]
        assert (outturn["lower80"], outturn["upper80"]) == pytest.approx(
            (row["executed_lower80"], row["executed_upper80"])
        )
        fan = adoption.forecasts[adoption.forecasts["model"] == "pooled"].set_index("fiscal_year")
        got = adoption.came.set_index("fiscal_year")
        for year in (2019, 2020):
            ends = fan.loc[year, ["lower80", "path", "upper80"]].astype(float)
            assert got.loc[year, ["lower80", "median", "upper80"]].tolist() == pytest.approx(
                ends.tolist()
            )
        assert got["value"].tolist() == [1060, 1182, 1279]
        assert got["printed"].tolist() == [2020, 2020, 2021]

    def test_nothing_later_than_as_of(self):
        for year, printed in ((2019, {2019}), (2020, {2019, 2020})):
            assert set(Spending(paths.DEFAULT_SHEET, year).came["printed"]) == printed
        assert set(Adoption(paths.DEFAULT_SHEET, 2019).came["printed"]) == {2019}


def test_a_forecast_of_a_year_before_does_not_know_what_the_sheet_says_of_it(default):
    got = came.execution(default, NOTHING, fitted.shipped)
    assert set(got["as_of"]) == {2018}
    budget = default.budget.copy()
    now = budget["fiscal_year"] == 2018
    wild = {"supplementary": 900.0, "carried_out": -5.0, "budget_net": 966.0, "executed": 960.0}
    for name, value in wild.items():
        budget.loc[now, name] = value
    budget.loc[budget["fiscal_year"] > 2018, ["initial", "budget_net"]] = 9e6
    absurd = came.execution(default.with_table("budget", budget), NOTHING, fitted.shipped)
    limits = ["lower80", "median", "upper80"]
    assert absurd[limits].to_numpy() == pytest.approx(got[limits].to_numpy())
    assert absurd["value"].tolist() == pytest.approx([960 / 966, 960])
    # The target of the sheet may have been set since, and its last value came.
    of = series.pick(default)
    first = came.outcome(default, of, NOTHING, fitted.shipped)
    rows = default.outcome.assign(target=9e6, target_year=2030)
    rows.loc[rows["fiscal_year"] == 2018, "actual"] = 5.0
    changed = default.with_table("outcome", rows)
    again = came.outcome(changed, series.pick(changed), NOTHING, fitted.shipped)
    assert again[limits].to_numpy() == pytest.approx(first[limits].to_numpy())
    assert (first["value"].tolist(), again["value"].tolist()) == ([1067], [5])


def test_the_budget_that_a_sheet_of_then_prints_is_used(default):
    told = {"table": "budget", "fiscal_year": 2018, "sheet_year": 2018, "sheet_id": "x"}
    cells = [told | {"column": name, "value": 100.0} for name in ("initial", "budget_net")]
    cells += [told | {"column": "executed", "value": 99.0}]
    cells += [told | {"column": "requested", "fiscal_year": 2019, "value": 7.0}]
    cells += [told | {"column": "budget_net", "sheet_year": 2020, "value": 55.0}]
    known = came.before(default.with_table("vintage", pd.DataFrame(cells))).budget
    row = known[known["fiscal_year"] == 2018].iloc[0]
    assert (row["budget_net"], row["status"]) == (100, "current")
    assert np.isnan(row["executed"])
    coming = known[known["fiscal_year"] == 2019].iloc[0]
    assert (coming["requested"], coming["status"]) == (7, "requested")
    assert np.isnan(coming["initial"])
    # Without one: what was approved and carried in.
    row = came.before(default).budget.set_index("fiscal_year").loc[2018]
    assert row["budget_net"] == row["initial"] + row["carried_in"]


class TestOfACorpus:
    @pytest.fixture(scope="class")
    @staticmethod
    def folder(tmp_path_factory):
        values = {year: 10.0 * (year - 2010) for year in range(2013, 2022)}
        sheets = []
        for year in (2018, 2019, 2020, 2021):
            shown = {past: values[past] for past in range(year - 3, year)}
            other = outcome(dict.fromkeys(shown, 1.0), 成果指標="ほかの指標")
            mine = outcome(shown)
            # The order of the indicators changes from 2020 on.
            both = [mine, other] if year < 2020 else [other, mine]
            budget = {past: {"executed": float(past - 2000)} for past in range(year - 3, year)}
            sheets.append(sheet(year, 7, budget, both))
        return made(tmp_path_factory.mktemp("came"), *sheets).folder

    @pytest.mark.parametrize(
        ("as_of", "outturns", "values"),
        [
            (None, {2019: 19, 2020: 20}, {2019: 90, 2020: 100}),
            (2020, {2019: 19}, {2019: 90}),
            (2019, {}, {}),
        ],
    )
    def test_what_later_sheets_print(self, folder, as_of, outturns, values):
        got = load(f"{folder}#2019-国土交通省-0007", as_of).later
        assert (got["sheet_year"] > 2019).all()
        new = got[got["fiscal_year"] >= 2019]
        executed = new[new["column"] == "executed"].set_index("fiscal_year")["value"]
        actual = new[(new["column"] == "actual") & (new["table"] == "outcome")]
        assert executed.to_dict() == outturns
        assert actual[actual["number"] == 1].set_index("fiscal_year")["value"].to_dict() == values

    def test_a_project_s_sheets_are_all_read(self, folder):
        assert load(f"{folder}#P2018-国土交通省-0007").later.empty

    def test_report(self, folder):
        of = f"{folder}#2019-国土交通省-0007"
        execution, outcomes = Spending(of).came, Adoption(of, indicator=1).came
        assert execution[["fiscal_year", "printed"]].drop_duplicates().to_numpy().tolist() == [
            [2018, 2021],
            [2019, 2021],
        ]
        assert outcomes[["as_of", "fiscal_year", "value"]].to_numpy().tolist() == [
            [2018, 2018, 80],
            [2019, 2019, 90],
            [2019, 2020, 100],
        ]
        assert set(Spending(of, 2019).came["printed"]) == {2019}

    def test_nothing_of_the_example_is_taken_for_a_corpus_s(self, folder, default):
        of_a_corpus = default.with_later(load(f"{folder}#2021-国土交通省-0007").later)
        assert later.printed_since(of_a_corpus, None).empty


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_told(lang, default):
    got = came.execution(default, since(default), fitted.shipped)
    shown = [
        repr(told(lang, what, got, *more))
        for what, more in (
            (story.heading, ()),
            (story.came_table, ()),
            (story.read_came, ()),
            (story.made, (default.year,)),
        )
    ]
    head, table, text, made = shown
    assert {"ja": "前の予測は当たったか", "en": "What came of earlier forecasts?"}[lang] == head
    assert {"ja": "外れた", "en": "outside"}[lang] in table
    held = got["inside"].sum()
    assert {"ja": f"4件のうち{held}件", "en": f"In {held} of 4 forecasts"}[lang] in text
    assert {"ja": "後のシートのもの", "en": "those of later sheets"}[lang] in made
    assert {"ja": "万円", "en": "¥"}[lang] in table
    none = got.iloc[:0]
    assert repr(told(lang, story.heading, none)) == ""
    assert repr(told(lang, story.read_came, none)) == ""
    assert repr(told(lang, story.made, none, default.year)) == ""


def test_a_fund_has_none(default):
    fund = default.with_table("sheet", default.sheet.assign(sheet_type="fund"))
    assert came.execution(fund, NOTHING, fitted.shipped).empty
