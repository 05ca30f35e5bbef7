"""What other sheets print for the same cell: revisions told from updates and from rounding."""

from helpers.analysis import execution, revisions
from helpers.analysis.series import pick
from helpers.sheet import ReviewSheet

HEAD = {"sheet_id": "2019-省-1", "sheet_year": 2019, "ministry": "省", "project_number": "1"}
MONEY = {"initial": 50.0, "budget_net": 50.0, "status": "closed"}


def printed(*cells, table="budget", number=None) -> list[dict]:
    """Rows of `vintage`: (fiscal_year, column, sheet_year, value)."""
    names = ("fiscal_year", "column", "sheet_year", "value")
    fixed = {"table": table, "number": number, "sheet_id": "x"}
    return [{**fixed, **dict(zip(names, cell, strict=True))} for cell in cells]


def sheet(vintage=(), head=HEAD, **tables) -> ReviewSheet:
    budget = [{"fiscal_year": year, "executed": 40.0, **MONEY} for year in (2016, 2017, 2018)]
    return ReviewSheet.build(**{"sheet": [head], "budget": budget, "vintage": vintage, **tables})


def outcomes(actuals: dict[int, float], number=1, name="数", **facts) -> list[dict]:
    row = {"number": number, "indicator": name, "unit": "件", **facts}
    return [{**row, "fiscal_year": year, "actual": value} for year, value in actuals.items()]


def found(one: ReviewSheet) -> list[tuple]:
    table = revisions.cells(one)
    columns = ["fiscal_year", "column", "elsewhere", "kind"]
    return [tuple(row) for row in table[columns].itertuples(index=False)]


def test_a_sheet_read_alone_has_no_revisions():
    alone = sheet(outcome=outcomes({2017: 5, 2018: 8}))
    assert revisions.cells(alone).empty
    assert list(revisions.cells(alone).columns) == list(revisions.CELLS)
    assert revisions.rates(alone, execution.rates(alone)).empty
    assert revisions.actuals(alone, pick(alone)).empty


def test_a_number_of_a_closed_year_is_revised_and_one_of_an_open_year_updated():
    vintage = printed(
        (2016, "executed", 2017, 35), (2016, "executed", 2018, 35), (2018, "budget_net", 2018, 60)
    )
    assert found(sheet(vintage)) == [
        (2016, "executed", {35: [2017, 2018]}, "closed"),
        (2018, "budget_net", {60: [2018]}, "open"),
    ]


def test_rounding_alone_is_no_revision():
    one = sheet(printed((2016, "executed", 2017, 40.4), (2016, "executed", 2018, 39.6)))
    assert found(one) == []


def test_what_later_sheets_print_no_more():
    outcome = outcomes({2016: 4, 2017: 5, 2018: 8}, target=9.0, target_year=2022, expected=7.0)
    given = {"table": "outcome", "number": 1}
    later = printed((2018, "actual", 2020, 8), (2018, "expected", 2020, 7), **given)
    gone = revisions.gone(sheet(later, outcome=outcome))
    # 2016 is no year that a sheet of 2020 prints.
    assert [(row["fiscal_year"], row["column"], row["value"]) for row in gone] == [
        (2017, "expected", 7.0),
        (2017, "actual", 5.0),
        (None, "target", 9.0),
    ]
    assert {row["sheet_year"] for row in gone} == {2020}
    # It is there again.
    again = printed((None, "target", 2021, 12), (2018, "actual", 2021, 8), **given)
    again += printed((2018, "expected", 2021, 7), (2017, "actual", 2020, 6), **given)
    gone = revisions.gone(sheet([*later, *again], outcome=outcome))
    assert [(row["fiscal_year"], row["column"]) for row in gone] == [(2017, "expected")]


def test_nothing_is_gone_where_no_later_sheet_has_the_indicator():
    outcome = outcomes({2017: 5, 2018: 8}, target=9.0)
    earlier = printed((2017, "actual", 2018, 5), table="outcome", number=1)
    other = printed((2018, "actual", 2020, 3), table="outcome", number=2)
    assert revisions.gone(sheet(outcome=outcome)) == []
    both = [*outcome, *outcomes({2018: 3}, number=2, name="別")]
    assert revisions.gone(sheet([*earlier, *other], outcome=both)) == []


def test_the_most_telling_stands_first():
    vintage = printed(
        *((2016, "initial", 2017, 20), (2017, "executed", 2018, 39), (2016, "executed", 2017, 10))
    )
    assert [row[:2] for row in found(sheet(vintage))] == [
        (2016, "executed"),
        (2017, "executed"),
        (2016, "initial"),
    ]


def test_a_negative_number_that_the_database_lost_is_told_apart():
    budget = [{"fiscal_year": 2014, "carried_out": -9.0, "executed": 40.0, **MONEY}]
    one = sheet(printed((2014, "carried_out", 2015, 0)), budget=budget)
    assert found(one) == [(2014, "carried_out", {0: [2015]}, "lost")]


def test_a_number_missing_here_is_late_where_its_year_was_closed():
    budget = [
        {"fiscal_year": 2018, "initial": 50.0, "budget_net": 50.0},
        {"fiscal_year": 2019, "initial": 50.0, "budget_net": 50.0},
    ]
    one = sheet(printed((2018, "executed", 2020, 41), (2019, "executed", 2020, 42)), budget=budget)
    assert found(one) == [(2018, "executed", {41: [2020]}, "late")]


def test_a_row_of_nothing_but_0_prints_no_number():
    zeros = dict.fromkeys(("initial", "budget_net", "executed"), 0.0)
    one = sheet(printed((2020, "initial", 2020, 5)), budget=[{"fiscal_year": 2020, **zeros}])
    assert found(one) == []


def test_targets_are_compared_without_a_year():
    vintage = printed(
        (None, "target", 2018, 10), (None, "target_year", 2018, 2020), table="outcome", number=1
    )
    one = sheet(vintage, outcome=outcomes({2018: 5}, target=12, target_year=2023))
    assert [row[1:] for row in found(one)] == [
        ("target_year", {2020: [2018]}, "target"),
        ("target", {10: [2018]}, "target"),
    ]


def test_indicators_that_share_a_text_are_not_compared():
    vintage = printed((2017, "actual", 2018, 4), table="outcome", number=1)
    both = outcomes({2017: 5}) + outcomes({2017: 9}, number=2)
    assert found(sheet(vintage, outcome=both)) == []
    apart = outcomes({2017: 5}) + outcomes({2017: 9}, number=2, name="別")
    assert len(found(sheet(vintage, outcome=apart))) == 1


def test_rates_of_other_sheets():
    vintage = printed(
        *((2016, "executed", 2017, 30), (2016, "budget_net", 2017, 50)),
        *((2016, "executed", 2018, 30), (2016, "budget_net", 2018, 50)),
        # Not yet known, in thousand yen, and the rate that stands here.
        *((2017, "executed", 2018, 0), (2017, "budget_net", 2018, 50)),
        *((2017, "executed", 2020, 40_000), (2017, "budget_net", 2020, 50)),
        *((2018, "executed", 2020, 40), (2018, "budget_net", 2020, 50)),
    )
    one = sheet(vintage)
    table = revisions.rates(one, execution.rates(one))
    assert table.to_dict("records") == [
        {"fiscal_year": 2016, "sheet_year": 2017, "execution_rate": 0.6, "present": 0.8}
    ]


def test_actuals_of_other_sheets_belong_to_the_indicator_looked_at():
    vintage = printed((2017, "actual", 2018, 4), table="outcome", number=1)
    vintage += printed((2017, "actual", 2018, 7), table="outcome", number=2)
    both = outcomes({2017: 5, 2018: 8}) + outcomes({2017: 9}, number=2, name="別")
    one = sheet(vintage, outcome=both)
    assert revisions.actuals(one, pick(one)).to_dict("records") == [
        {"fiscal_year": 2017, "sheet_year": 2018, "value": 4, "present": 5}
    ]
    assert revisions.actuals(one, pick(one, 2))["value"].to_list() == [7]
