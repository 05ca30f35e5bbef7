"""What the sheets of one project print for the same cell in different years: its vintages."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers import sheet
from helpers.checks.budget import LOST_UNTIL
from helpers.corpus.rounding import restated, times

BY_YEAR = {
    "budget": [
        *("initial", "supplementary", "carried_in", "carried_out", "reserve"),
        *("budget_net", "executed", "requested"),
    ],
    "outcome": ["expected", "actual"],
    "output": ["expected", "actual"],
}
"""Table -> columns with a value for each fiscal year."""
FACTS = {"outcome": ["target", "target_year"]}
"""Table -> columns with one value for an indicator, whatever the year."""

SLIPS = (1e3, 1e6)
"""Factors between the units of money, one of which a sheet may have taken for another."""

_CELL = ["project_id", "table", "indicator_id", "fiscal_year", "column"]
_TABLE = pd.CategoricalDtype(BY_YEAR)
_COLUMN = pd.CategoricalDtype(
    dict.fromkeys(
        column for part in (BY_YEAR, FACTS) for columns in part.values() for column in columns
    )
)
_ORDER = [*_CELL, "sheet_year", "sheet_id", "number", "value", "blank"]


def values(
    tables: dict[str, pd.DataFrame], project: pd.DataFrame, indicator: pd.DataFrame
) -> pd.DataFrame:
    """Every number that the sheets print, one row each, ordered by cell, then by sheet year.

    `tables` holds sheet, budget, outcome and output with their `sheet_id`, `project` sheet_id and
    project_id, `indicator` sheet_id, table, number and indicator_id. Gives project_id, table,
    indicator_id ("" for a budget), fiscal_year (<NA> for a target and its year), column,
    sheet_year, sheet_id, number (the indicator's in that sheet), value, blank. The texts are
    categories.

    A missing value has a row only where the year was over when the sheet was published; a request
    is printed once, and its absence later says nothing. `blank` marks the missing values and every
    0 of a budget row that has nothing but 0: mostly a "-", which JUDGIT does not keep. Where a
    sheet year prints a cell twice, the first value that is not missing counts. Raises KeyError for
    a sheet without a project and for an indicator without an id.
    """
    sheets = tables["sheet"][["sheet_id", "sheet_year"]].merge(
        project[["sheet_id", "project_id"]], on="sheet_id", how="left"
    )
    _complete(sheets, "project_id")
    sheets["project_id"] = sheets["project_id"].astype("category")
    names = ["", *indicator["indicator_id"].unique()]
    ids = indicator[["sheet_id", "table", "number"]].assign(
        indicator_id=pd.Categorical(indicator["indicator_id"], names)
    )
    parts = []
    for name, columns in BY_YEAR.items():
        facts = FACTS.get(name, [])
        if name == "budget":
            rows = tables[name][["sheet_id", "fiscal_year", *columns]].merge(sheets, on="sheet_id")
            rows["number"] = pd.array([pd.NA] * len(rows), dtype="Int64")
            rows["indicator_id"] = pd.Categorical([""] * len(rows), names)
            rows["nothing"] = (rows[columns].fillna(0) == 0).all(axis=1)
        else:
            rows = tables[name][["sheet_id", "number", "fiscal_year", *columns, *facts]]
            known = ids[ids["table"] == name].drop(columns="table")
            rows = rows.merge(sheets, on="sheet_id")
            rows = rows.merge(known, on=["sheet_id", "number"], how="left")
            _complete(rows, "indicator_id")
            rows["nothing"] = False
        rows["sheet_id"] = pd.Categorical(rows["sheet_id"], categories=sheets["sheet_id"])
        parts += [_part(rows.dropna(subset="fiscal_year"), name, column) for column in columns]
        for column in facts:
            once = rows.dropna(subset=column).drop_duplicates(["sheet_id", "number"])
            once = once.assign(fiscal_year=pd.array([pd.NA] * len(once), dtype="Int64"))
            parts.append(_part(once, name, column))
    return _ordered(pd.concat(parts, ignore_index=True))


def revisions(values: pd.DataFrame) -> pd.DataFrame:
    """One row each time a sheet prints another number for a cell than the sheet before it.

    Takes what `values` gives. Columns: project_id, table, indicator_id, fiscal_year, column,
    sheet_year, sheet_id, previous_year, previous_id, previous_value, value, kind, closed.

    kind: "filled" (there was none), "removed" (there is none any more), "rescaled" (one of `SLIPS`
    times the other, up to rounding), "negative restored" (a `closed` 0 of a sheet year up to
    `LOST_UNTIL`), "changed". `closed`: the year was over when the earlier sheet was published,
    so that this is no update in the normal course of things; False for targets. What rounding can
    explain is no revision, and in a budget neither is a 0 for a "-".
    """
    again = ~_starts(values)
    later, earlier = values[again], values[np.roll(again, -1)]
    now, before = later["value"].to_numpy(), earlier["value"].to_numpy()
    none_now, none_before = later["blank"].to_numpy(), earlier["blank"].to_numpy()
    both = ~none_now & ~none_before & ~restated(now, before)
    budget = (later["table"] == "budget").to_numpy()
    year, previous_year = (_codes(side["sheet_year"]) for side in (later, earlier))
    lost = (previous_year <= LOST_UNTIL) & (year > LOST_UNTIL)
    closed = later["fiscal_year"].notna().to_numpy() & (
        _codes(later["fiscal_year"]) < previous_year
    )
    kinds = {
        "filled": none_before & ~none_now & ~(budget & (now == 0)),
        "removed": none_now & ~none_before & ~(budget & (before == 0)),
        "negative restored": both & (before == 0) & (now < 0) & lost & closed,
        "rescaled": both & times(now, before, SLIPS),
        "changed": both,
    }
    revised = later[["project_id", "table", "indicator_id", "fiscal_year", "column"]].assign(
        sheet_year=later["sheet_year"],
        sheet_id=later["sheet_id"],
        previous_year=earlier["sheet_year"].array,
        previous_id=earlier["sheet_id"].array,
        previous_value=before,
        value=now,
        kind=np.select(list(kinds.values()), list(kinds), ""),
        closed=closed,
    )
    return revised[revised["kind"] != ""].reset_index(drop=True)


def latest(values: pd.DataFrame, as_of: int | None = None) -> pd.DataFrame:
    """Of what `values` gives, the last number of each cell in sheets up to the sheet year `as_of`.

    A number stays in force where a later sheet prints none, or only a 0 that is `blank`.
    """
    seen = values if as_of is None else values[values["sheet_year"] <= as_of]
    cell = np.cumsum(_starts(seen)) - 1
    place, printed = np.arange(len(seen)), ~seen["blank"].to_numpy()
    # Of several values assigned to one place the last one stays: that of the latest sheet.
    last = np.empty(cell[-1] + 1 if len(seen) else 0, dtype=int)
    last[cell] = place
    last[cell[printed]] = place[printed]
    return seen.iloc[last].reset_index(drop=True)


def other_sheets(values: pd.DataFrame, sheet_ids: Iterable[str]) -> pd.DataFrame:
    """The tables `vintage` of some sheets: what the others of their projects print for their cells.

    Takes what `values` gives. Besides the columns of the table `of`, the sheet whose cell it is.
    Missing values are left out.
    """
    row = ["project_id", "table", "indicator_id", "fiscal_year"]
    own = values[values["sheet_id"].isin(list(sheet_ids))]
    own = own[[*row, "sheet_id", "number"]].drop_duplicates([*row, "sheet_id"])
    own = own.rename(columns={"sheet_id": "of"})
    others = values[~values["blank"] & values["project_id"].isin(own["project_id"])]
    found = own.merge(others.drop(columns="number"), on=row)
    found = found[found["of"].astype(sheet.TEXT) != found["sheet_id"].astype(sheet.TEXT)]
    columns = sheet.COLUMNS["vintage"]
    return found[["of", *columns]].astype({"of": sheet.TEXT, **columns}).reset_index(drop=True)


def _complete(rows: pd.DataFrame, column: str) -> None:
    lacking = rows.loc[rows[column].isna(), "sheet_id"]
    if len(lacking):
        raise KeyError(f"no {column} for sheet {lacking.iloc[0]}: link before keeping vintages")


def _part(rows: pd.DataFrame, table: str, column: str) -> pd.DataFrame:
    """The values of one column of a table, in long form."""
    missing = rows[column].isna()
    over = (rows["fiscal_year"] < rows["sheet_year"]) & (column != "requested")
    kept = rows[~missing | over]
    part = kept[["project_id", "indicator_id", "fiscal_year", "sheet_year", "sheet_id", "number"]]
    size = np.zeros(len(kept), dtype=int)
    return part.assign(
        table=pd.Categorical.from_codes(size + _TABLE.categories.get_loc(table), dtype=_TABLE),
        column=pd.Categorical.from_codes(size + _COLUMN.categories.get_loc(column), dtype=_COLUMN),
        value=kept[column].astype(float),
        blank=kept[column].isna() | kept["nothing"],
    )


def _ordered(long: pd.DataFrame) -> pd.DataFrame:
    """The rows by cell and sheet year, one for each."""
    keys = [_codes(long[name]) for name in [*_CELL, "sheet_year"]]
    order = np.lexsort([long["value"].isna(), *reversed(keys)])
    first = _changes([key[order] for key in keys])
    return long[_ORDER].take(order[first]).reset_index(drop=True)


def _starts(values: pd.DataFrame) -> np.ndarray:
    """Whether a row is the first of its cell."""
    return _changes([_codes(values[name]) for name in _CELL])


def _changes(keys: list[np.ndarray]) -> np.ndarray:
    """Whether any of the keys differs from the one before; True for the first."""
    first = np.zeros(len(keys[0]), dtype=bool)
    first[:1] = True
    for key in keys:
        first[1:] |= np.diff(key) != 0
    return first


def _codes(column: pd.Series) -> np.ndarray:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy()
    return column.to_numpy(dtype="int64", na_value=0)
