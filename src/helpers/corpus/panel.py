"""All projects at once, as the sheets up to one sheet year show them: nothing printed later.

Each number is the last that was printed for its cell by then. Fund and segment sheets are no
projects and left out. What is worked out from sheets of all
years (findings that another year's sheet proves, say) is not used.
"""

import pandas as pd

from helpers.checks.budget import not_given
from helpers.corpus.store import Store
from helpers.sheet import BUDGET_MONEY, NO_PROJECT, STATED, TEXT

FACTS = ["sheet_id", "ministry", "methods", "start_year", "end_year", "is_branch"]


def spending(store: Store, as_of: int) -> pd.DataFrame:
    """The budgets of all projects: one row a project x fiscal year, in this order.

    Columns: project_id; sheet_id, ministry, methods, start_year, end_year, is_branch (whether it is
    a branch sheet) of the project's last sheet up to the sheet year `as_of`, and last_sheet, that
    sheet's year; the columns of `budget` (million yen) from the last sheet that prints a row of
    more than 0 for the year, and in it more than the initial budget if any does, `requested` from
    the last that gives one; `sheet_year`, that sheet's; `closed`, whether the year was over by
    then. Years of nothing but 0 are left out.
    """
    sheets = _sheets(store, as_of)
    rows = store.table("budget", sorted(sheets["sheet_year"].unique()))
    rows = rows.merge(sheets[["sheet_id", "project_id", "sheet_year"]], on="sheet_id")
    cell = ["project_id", "fiscal_year"]
    # An initial budget alone, which the RS system's API repeats, does not undo what a sheet told.
    in_force = rows[BUDGET_MONEY].drop(columns=["requested", "initial"])
    rows["more"] = in_force.notna().any(axis=1)
    rows = rows.sort_values([*cell, "more", "sheet_year"], kind="stable")
    given = rows["requested"].mask(not_given(rows["requested"], rows["initial"]))
    asked = given.groupby([rows[name] for name in cell]).last()
    numbers = rows[BUDGET_MONEY].fillna(0)
    printed = rows[numbers.ne(0).any(axis=1)].drop_duplicates(cell, keep="last")
    table = printed.drop(columns=["sheet_id", "requested", "more"]).merge(
        asked, on=cell, how="left"
    )
    table = table.merge(_last(sheets), on="project_id")
    table["closed"] = table["fiscal_year"] < table["sheet_year"]
    return table.reset_index(drop=True)


def outcomes(store: Store, as_of: int) -> pd.DataFrame:
    """The outcome indicators of all projects: one row an indicator x fiscal year, in this order.

    Columns: indicator_id, project_id, the facts of `spending`; number, indicator, goal, unit,
    target and target_year as the last sheet with that indicator up to `as_of` has them, and
    `stated`, that sheet's year; direction, kind and term of the last of these sheets that states
    one (sheets before 2024 state none), missing without; `actual`, the last number printed for the
    fiscal year, with the `expected` and the `sheet_year` of the sheet that prints it. Years without
    one are left out, as are all years of an indicator that a link joins to other numbers
    (`verified` "contradicts") before that link, and indicators last stated as qualitative. A target
    year is repaired where the sheet's own text proves another.
    """
    sheets = _sheets(store, as_of)
    years = sorted(sheets["sheet_year"].unique())
    rows = store.table("outcome", years)
    linked = store.table("indicator", years)
    linked = linked[linked["table"] == "outcome"]
    key = ["sheet_id", "number"]
    rows = rows.merge(linked[[*key, "indicator_id", "verified"]], on=key)
    rows = rows.merge(sheets[["sheet_id", "project_id", "sheet_year"]], on="sheet_id")
    rows["target_year"] = _repaired(store, rows, years)
    rows = rows.sort_values(["indicator_id", "fiscal_year", "sheet_year"], kind="stable")
    broken = rows[rows["verified"] == "contradicts"].groupby("indicator_id")["sheet_year"].max()
    since = rows["indicator_id"].map(broken).fillna(0)
    rows = rows[rows["sheet_year"] >= since]
    stated = rows.sort_values("sheet_year", kind="stable")
    stated = stated.drop_duplicates("indicator_id", keep="last")
    stated = stated.rename(columns={"sheet_year": "stated"})
    texts = ["indicator", "goal", "unit"]
    names = ["indicator_id", "project_id", "number", *texts, "target", "target_year", "stated"]
    known = rows.dropna(subset=["fiscal_year", "actual"])
    known = known.drop_duplicates(["indicator_id", "fiscal_year"], keep="last")
    table = known[["indicator_id", "fiscal_year", "actual", "expected", "sheet_year"]]
    table = table.merge(stated[names], on="indicator_id")
    rows = rows.sort_values("sheet_year", kind="stable")
    for column in STATED:
        last = rows.dropna(subset=[column]).drop_duplicates("indicator_id", keep="last")
        words = last.set_index("indicator_id")[column]
        table[column] = table["indicator_id"].map(words).astype(TEXT)
    table = table[table["kind"].ne("qualitative")]
    return table.merge(_last(sheets), on="project_id").reset_index(drop=True)


def _sheets(store: Store, as_of: int) -> pd.DataFrame:
    years = [year for year in store.years if year <= as_of]
    facts = ["sheet_id", "sheet_year", "ministry", "methods", "start_year", "end_year"]
    sheets = store.table("sheet", years, [*facts, "parent_number", "sheet_type"])
    sheets = sheets[~sheets.pop("sheet_type").isin(NO_PROJECT)]
    sheets["is_branch"] = sheets.pop("parent_number").fillna("").ne("")
    project = store.table("project", years, ["sheet_id", "project_id"])
    return sheets.merge(project, on="sheet_id")


def _last(sheets: pd.DataFrame) -> pd.DataFrame:
    last = sheets.sort_values("sheet_year", kind="stable").drop_duplicates(
        "project_id", keep="last"
    )
    last = last.rename(columns={"sheet_year": "last_sheet"})
    return last[["project_id", "last_sheet", *FACTS]]


def _repaired(store: Store, rows: pd.DataFrame, years: list[int]) -> pd.Series:
    found = store.table("finding", years)
    found = found[(found["table"] == "outcome") & (found["column"] == "target_year")]
    # Proved by words of the sheet itself: what only a later sheet shows was not known then.
    found = found[found["proved"] & found["proof"].fillna("").ne("")]
    number = found["row"].str.extract(r"^(\d+)\.", expand=False)
    found = found.assign(number=number.astype("Int64"), meant=found["proposed"].astype("Int64"))
    found = found.dropna(subset="number").drop_duplicates(["sheet_id", "number"])
    meant = rows[["sheet_id", "number"]].merge(
        found[["sheet_id", "number", "meant"]], on=["sheet_id", "number"], how="left"
    )["meant"]
    return meant.set_axis(rows.index).fillna(rows["target_year"])
