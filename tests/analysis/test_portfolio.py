"""Money by ministry and year: each project's year once, nothing filled in."""

import pandas as pd
import pytest

from helpers.analysis import portfolio
from helpers.sheet import COLUMNS, typed

SHEET = {"sheet_id": COLUMNS["sheet"]["sheet_id"]} | COLUMNS["sheet"]
BUDGET = {"sheet_id": COLUMNS["sheet"]["sheet_id"]} | COLUMNS["budget"]


def year(fiscal_year: int, net: float | None, executed: float | None = None, **more) -> dict:
    amounts = {"fiscal_year": fiscal_year, "initial": net, "budget_net": net, "executed": executed}
    return amounts | {"budget_gross": net} | more


def tables(*sheets: tuple[str, list[dict], dict]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Budget and sheet of sheets (id "2019-甲省-1", rows, facts)."""
    rows = [{"sheet_id": name} | row for name, budget, _ in sheets for row in budget]
    facts = []
    for name, _, more in sheets:
        published, ministry, number = name.split("-", 2)
        known = {"sheet_id": name, "sheet_year": int(published), "ministry": ministry}
        facts.append(known | {"project_number": number, "name": name, "sheet_type": None} | more)
    return typed(rows, BUDGET), typed(facts, SHEET)


def money(*sheets, as_of: int = 2019) -> pd.DataFrame:
    budget, sheet = tables(*sheets)
    table = portfolio.money(portfolio.rows(budget, sheet), sheet, as_of)
    return table.set_index(["ministry", "fiscal_year"])


def one(name: str, *rows: dict, **facts) -> tuple[str, list[dict], dict]:
    return name, list(rows), facts


TWO_YEARS = [
    one(
        "2018-甲省-1",
        year(2017, 90.0, 80.0),
        year(2018, 100.0),
        {"fiscal_year": 2019, "requested": 130.0},
    ),
    one("2018-甲省-2", year(2018, 50.0)),
    one(
        "2019-甲省-1",
        year(2017, 90.0, 80.0),
        year(2018, 95.0, 60.0, carried_out=-5.0),
        year(2019, 120.0),
        {"fiscal_year": 2020, "requested": 70.0},
    ),
    one("2019-甲省-3", year(2018, 10.0, 11.5), year(2019, 9.0)),
    one("2019-乙省-1", year(2018, None, 4.0), year(2019, 9.0)),
    one("2019-乙省-2", year(2018, 30.0), year(2019, 9.0)),
]


def test_a_year_is_read_off_the_sheets_of_the_year_after():
    table = money(*TWO_YEARS)
    row = table.loc["甲省", 2018]
    assert row[["sheet_year", "projects", "outturns"]].tolist() == [2019, 2, 2]
    assert row[["budget_net", "budget_known", "executed"]].tolist() == [105, 105, 71.5]
    # 35 left of the one, 1.5 too much of the other.
    assert row[["unspent", "over", "carried_out"]].tolist() == [33.5, 1.5, -5]
    assert row["budget_known"] - row["executed"] == row["unspent"]
    # Of the year itself two projects are known, of which one has no sheet any more.
    assert row[["projects_before", "initial_before"]].tolist() == [2, 150]


def test_the_running_year_has_no_outturn_and_the_next_a_request_alone():
    table = money(*TWO_YEARS)
    now, then = table.loc["甲省", 2019], table.loc["甲省", 2020]
    assert now[["sheet_year", "requested", "initial"]].tolist() == [2019, 130, 129]
    assert now[["executed", "unspent", "carried_out"]].isna().all()
    assert then["requested"] == 70
    assert then[["sheet_year", "initial", "budget_net"]].isna().all()
    # Asked in the sheets of 2018 is known as of 2018, what was granted is not.
    early = money(*TWO_YEARS, as_of=2018).loc["甲省", 2019]
    assert early["requested"] == 130
    assert pd.isna(early["initial"])


def test_what_is_not_known_is_in_no_sum():
    row = money(*TWO_YEARS).loc["乙省", 2018]
    # 4 were spent without a budget, of 30 it is not known what was.
    assert row[["projects", "outturns", "budget_net", "without_budget"]].tolist() == [2, 0, 30, 4]
    assert row[["executed", "unspent", "budget_known"]].isna().all()


def test_branches_and_funds_are_in_no_sum():
    whole = one("2019-甲省-1", year(2018, 95.0, 60.0))
    branch = one("2019-甲省-1-1", year(2018, 95.0, 20.0), parent_number="1")
    fund = one("2019-甲省-9", year(2018, 500.0, 1.0), sheet_type="fund")
    budget, sheet = tables(whole, branch, fund)
    rows = portfolio.rows(budget, sheet).set_index("sheet_id")
    assert rows["left_out"].to_dict() == {"2019-甲省-1": "", "2019-甲省-1-1": "branch sheet"}
    assert money(whole, branch, fund)["budget_net"].tolist() == [95]


@pytest.mark.parametrize(
    ("one_of", "other", "left"),
    [
        # Equal in two years: one outturn, and the sheet of the larger budget has it.
        ([(2300.0, 2100.0), (2400.0, 2200.0)], [(2500.0, 2100.0), (2600.0, 2200.0)], [True, False]),
        # In one year alone, as may happen by chance.
        ([(2300.0, 2100.0), (2400.0, 2250.0)], [(2500.0, 2100.0), (2600.0, 2200.0)], [False] * 2),
        # Far above its own budget, in one year, and large.
        ([(300.0, 30_000.0), (1.0, 1.0)], [(40_000.0, 30_000.0), (2.0, 2.0)], [True, False]),
        # Equal and small: by chance.
        ([(90.0, 80.0), (91.0, 81.0)], [(100.0, 80.0), (99.0, 81.0)], [False] * 2),
    ],
)
def test_an_outturn_that_two_sheets_print_counts_once(one_of, other, left):
    sheets = [
        one(name, *(year(2018 - at, *pair) for at, pair in enumerate(pairs)))
        for name, pairs in (("2019-甲省-1", one_of), ("2019-甲省-2", other))
    ]
    rows = portfolio.rows(*tables(*sheets))
    last = rows[rows["fiscal_year"] == 2018].set_index("sheet_id")["left_out"]
    assert (last == "shared outturn").tolist() == left
    # Of another ministry it is another's.
    away = [sheets[0], ("2019-乙省-2", *sheets[1][1:])]
    assert (portfolio.rows(*tables(*away))["left_out"] == "").all()


def test_sheets_that_print_an_outturn_together_are_named_whichever_counts():
    """A year of which one sheet prints the outturn of all, and the others 0, comes with years in
    which all print it."""
    before = {net: [year(2018 - k, net, 9000.0 + k) for k in (1, 2)] for net in (3000.0, 8000.0)}
    sheets = [
        one("2019-甲省-1", year(2018, 3000.0, 20000.0), *before[3000.0]),
        one("2019-甲省-2", year(2018, 8000.0, 0.0), *before[8000.0]),
    ]
    alone = one("2019-甲省-3", year(2018, 9000.0, 0.0), year(2017, 9000.0, 8000.0))
    rows = portfolio.rows(*tables(*sheets, alone))
    assert portfolio.sharing(rows) == {"2019-甲省-1", "2019-甲省-2"}
    assert (rows.loc[rows["fiscal_year"] == 2018, "left_out"] == "").all()


def test_a_carry_out_that_is_added_makes_no_budget():
    wrong = one("2019-甲省-1", year(2018, 300.0, 100.0, carried_out=100.0))
    slight = one("2019-甲省-2", year(2018, 300.0, 100.0, carried_out=0.5))
    rows = portfolio.rows(*tables(wrong, slight)).set_index("sheet_id")["left_out"]
    assert rows.tolist() == ["carry-out sign", ""]


def test_years_that_few_sheets_print_are_read_off_those_before():
    """As of the RS system's API, whose sheets have hardly any budget."""
    before = [one(f"2018-甲省-{n}", year(2018, 10.0)) for n in range(3)]
    after = [one(f"2019-甲省-{n}") for n in range(3)]
    after[0] = one("2019-甲省-0", year(2018, 11.0, 5.0))
    row = money(*before, *after).loc["甲省", 2018]
    assert row[["sheet_year", "projects", "budget_net"]].tolist() == [2018, 3, 30]
    assert pd.isna(row["executed"])


def test_sheets_that_lost_negative_numbers_tell_no_carry_out():
    old = one("2016-甲省-1", year(2015, 95.0, 60.0, carried_out=0.0))
    assert pd.isna(money(old, as_of=2016).loc["甲省", 2015]["carried_out"])


def test_the_years_are_the_sums_of_the_ministries():
    table = money(*TWO_YEARS).reset_index()
    years = portfolio.years(table).set_index("fiscal_year")
    assert years.loc[2018, ["projects", "budget_net", "executed", "unspent"]].tolist() == [
        *(4, 135, 71.5, 33.5)
    ]
    assert pd.isna(years.loc[2019, "executed"])
