import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.sheet import COLUMNS, ReviewSheet, SheetError, table, with_columns


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


def test_columns_are_put_beside_and_in_the_place_of_others():
    rows = [{"fiscal_year": year, "executed": 43, "status": "closed"} for year in (2017, 2018)]
    frame = table("budget", rows).iloc[1:]
    columns = {"executed": np.array([44.0]), "known": np.array([True]), "as_of": 2019}
    assert_frame_equal(with_columns(frame, columns), frame.assign(**columns))
    assert frame["executed"].tolist() == [43]
