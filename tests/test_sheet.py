import pickle

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.sheet import COLUMNS, ReviewSheet, SheetError, records, table, with_columns

ODD = {
    "sheet": [{"sheet_id": 2019, "sheet_year": 2019.0}],
    "budget": [{"fiscal_year": 2018, "executed": 43}, {"executed": float("nan"), "status": pd.NA}],
    "outcome": [{"number": 1, "indicator": None, "goal": "目標", "target_year": None}],
    "output": pd.DataFrame({"number": [1.0, None], "indicator": ["件数", None]}),
    "payment": [{"payee": "㈱甲", "bundled_payee": True}, {"payee": None, "bundled_payee": None}],
}
"""Rows whose values are not of the kinds that their columns hold."""


def test_a_sheet_has_every_table_with_its_columns_and_dtypes():
    sheet = ReviewSheet.build(sheet=[{"sheet_id": "2019-省-0042", "project_number": "0042"}])
    for name, frame in sheet.tables().items():
        assert dict(frame.dtypes.astype(str)) == COLUMNS[name]
    assert sheet.facts["project_number"] == "0042"


def test_an_unknown_column_is_refused():
    with pytest.raises(KeyError, match="spent"):
        table("budget", [{"spent": 1}])


def test_replacing_a_table_leaves_the_original():
    sheet = ReviewSheet.build(budget=[{"fiscal_year": 2018, "executed": 43}])
    other = sheet.with_table("budget", sheet.budget.assign(executed=44.0))
    assert sheet.budget["executed"].tolist() == [43]
    assert other.budget["executed"].tolist() == [44]


def test_a_missing_value_is_not_zero():
    budget = table("budget", [{"fiscal_year": 2018}])
    assert budget["executed"].isna().all()
    assert pd.isna(budget["executed"].sum(min_count=1))


def test_the_error_names_file_line_and_both_sides():
    error = SheetError("a.txt", "'二十'", "a number", line=17)
    assert str(error) == "a.txt, line 17: found '二十'; expected a number"


def test_a_payee_gets_its_key_unless_it_has_one():
    payment = table("payment", [{"payee": "㈱ＩＴｂｏｏｋ"}, {"payee": "甲", "payee_key": "k"}, {}])
    assert payment["payee_key"].tolist()[:2] == ["ITBOOK", "k"]
    assert payment["payee_key"].isna().tolist() == [False, False, True]


def test_rows_are_those_of_the_table():
    for odd in (ODD, {name: pd.DataFrame(rows) for name, rows in ODD.items()}):
        sheet = ReviewSheet.build(**odd)
        for name in COLUMNS:
            before = sheet.rows(name)
            assert (
                before == records(table(name, odd.get(name, []))) == records(getattr(sheet, name))
            )
            assert before == sheet.rows(name)
            assert list(map(type, before[:1])) == [dict] * len(before[:1])


def test_rows_follow_a_table_that_is_changed_in_place():
    sheet = ReviewSheet.build(**ODD)
    sheet.budget.loc[0, "executed"] = 44.0
    assert [row["executed"] for row in sheet.rows("budget")] == [44.0, None]


@pytest.mark.parametrize("later", [None, table("vintage", [{"table": "budget", "value": 1.5}])])
def test_a_pickled_sheet_is_the_same(later):
    sheet = ReviewSheet.build(**ODD).with_later(later)
    sheet.budget.loc[0, "executed"] = 44.0
    again = pickle.loads(pickle.dumps(sheet))
    for name, frame in sheet.tables().items():
        pd.testing.assert_frame_equal(getattr(again, name), frame)
    if later is None:
        assert again.later is None
    else:
        pd.testing.assert_frame_equal(again.later, later)


def test_a_sheet_lists_its_tables_and_has_no_others():
    sheet = ReviewSheet.build()
    assert set(COLUMNS) <= set(dir(sheet))
    with pytest.raises(AttributeError, match="no table budgets"):
        _ = sheet.budgets


def test_columns_are_put_beside_and_in_the_place_of_others():
    rows = [{"fiscal_year": year, "executed": 43, "status": "closed"} for year in (2017, 2018)]
    frame = table("budget", rows).iloc[1:]
    columns = {"executed": np.array([44.0]), "known": np.array([True]), "as_of": 2019}
    assert_frame_equal(with_columns(frame, columns), frame.assign(**columns))
    assert frame["executed"].tolist() == [43]
