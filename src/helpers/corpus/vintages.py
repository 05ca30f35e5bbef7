"""What the sheets of one project print for the same cell in different years: its vintages."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers import sheet
from helpers.checks.budget import LOST_UNTIL, not_given, without_total
from helpers.precision import restated, unit_slip
from helpers.sheet import BY_YEAR, TARGETS

_OF = {"budget": [], "outcome": ["number"], "output": ["number"]}
READ = {
    name: ["sheet_id", *_OF[name], "fiscal_year", *BY_YEAR[name], *TARGETS.get(name, [])]
    for name in BY_YEAR
}
"""Table -> the columns that `values` reads."""

NONE = -1
"""In place of a year or number that is missing, where arrays are at work."""

CELL = ["project_id", "table", "indicator_id", "fiscal_year", "column"]
"""What names one printed number, whatever the sheet."""

_TABLE = pd.CategoricalDtype(BY_YEAR)
_COLUMN = pd.CategoricalDtype(
    dict.fromkeys(
        column for part in (BY_YEAR, TARGETS) for columns in part.values() for column in columns
    )
)
_ORDER = [*CELL, "sheet_year", "sheet_id", "number", "value", "blank"]


def values(
    tables: dict[str, pd.DataFrame], project: pd.DataFrame, indicator: pd.DataFrame
) -> pd.DataFrame:
    """Every number that the sheets print, one row each, ordered by cell, then by sheet year.

    `tables` holds sheet, budget, outcome and output with their `sheet_id`, `project` sheet_id and
    project_id, `indicator` sheet_id, table, number and indicator_id. Gives project_id, table,
    indicator_id ("" for a budget), fiscal_year (<NA> for a target and its year), column,
    sheet_year, sheet_id, number (the indicator's in that sheet), value, blank. The texts are
    categories.

    A missing value has a row only where the year was over when the sheet was published and its row
    has a total (`budget.without_total`); a request is printed once, and its absence later says
    nothing. `blank` marks the missing values, every
    0 of a budget row that has nothing but 0 (mostly a "-", which JUDGIT does not keep) and a
    request that is 0 because it is not given (`outturn.not_given`). Where a
    sheet year prints a cell twice, the first value that is not missing counts. Raises KeyError for
    a sheet without a project and for an indicator without an id.
    """
    sheets = tables["sheet"]
    at = pd.Index(project["sheet_id"]).get_indexer(sheets["sheet_id"])
    _complete(at, sheets["sheet_id"], "project_id")
    projects = project["project_id"].iloc[at].astype("category").cat
    names = pd.Index(["", *indicator["indicator_id"].unique()])
    known = indicator.assign(indicator_id=names.get_indexer(indicator["indicator_id"]))
    parts = [_long(name, tables[name], sheets, known[known["table"] == name]) for name in BY_YEAR]
    long = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    long["project_id"] = projects.codes.to_numpy()[long["sheet_id"]]
    # One row each, the value that is not missing first.
    keys = [long[name] for name in [*CELL, "sheet_year"]]
    order = np.lexsort([np.isnan(long["value"]), *reversed(keys)])
    order = order[_changes([key[order] for key in keys])]
    texts = {
        "project_id": pd.CategoricalDtype(projects.categories),
        "indicator_id": pd.CategoricalDtype(names),
        "sheet_id": pd.CategoricalDtype(sheets["sheet_id"]),
        "table": _TABLE,
        "column": _COLUMN,
    }
    ordered = {name: column[order] for name, column in long.items()}
    for name, kind in texts.items():
        ordered[name] = pd.Categorical.from_codes(ordered[name], dtype=kind)
    for name in ("fiscal_year", "sheet_year", "number"):
        ordered[name] = pd.arrays.IntegerArray(ordered[name], ordered[name] == NONE)
    return pd.DataFrame(ordered)[_ORDER]


def revisions(values: pd.DataFrame) -> pd.DataFrame:
    """One row each time a sheet prints another number for a cell than the sheet before it.

    Takes what `values` gives. Columns: project_id, table, indicator_id, fiscal_year, column,
    sheet_year, sheet_id, previous_year, previous_id, previous_value, value, kind, closed.

    kind: "filled" (there was none), "removed" (there is none any more), "rescaled" (one of
    `precision.SLIPS` times the other, up to rounding), "negative restored" (a `closed` 0 up to
    `LOST_UNTIL`), "changed". `closed`: the year was over when the earlier sheet was published,
    so that this is no update in the normal course of things; False for targets. What rounding can
    explain is no revision, and in a budget neither is a 0 for a "-" or for a request not given.
    """
    again = ~_starts(values)
    later, earlier = values[again], values[np.roll(again, -1)]
    now, before = later["value"].to_numpy(), earlier["value"].to_numpy()
    none_now, none_before = later["blank"].to_numpy(), earlier["blank"].to_numpy()
    both = ~none_now & ~none_before & ~restated(now, before)
    budget = (later["table"] == "budget").to_numpy()
    asked = (later["column"] == "requested").to_numpy()
    year, previous_year = (_codes(side["sheet_year"]) for side in (later, earlier))
    lost = (previous_year <= LOST_UNTIL) & (year > LOST_UNTIL)
    closed = later["fiscal_year"].notna().to_numpy() & (
        _codes(later["fiscal_year"]) < previous_year
    )
    kinds = {
        "filled": none_before & ~none_now & ~(budget & (now == 0)),
        "removed": none_now & ~none_before & ~(budget & (before == 0)) & ~asked,
        "negative restored": both & (before == 0) & (now < 0) & lost & closed,
        "rescaled": both & unit_slip(now, before),
        "changed": both,
    }
    revised = later[CELL].assign(
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
    row = np.cumsum(_changes([_codes(values[name]) for name in CELL[:-1]]))
    rows = values[["table", "fiscal_year", "column", "sheet_year", "sheet_id", "value"]]
    rows = rows.assign(row=row)
    is_own = values["sheet_id"].isin(list(sheet_ids)).to_numpy()
    own = pd.DataFrame({"row": row, "of": values["sheet_id"], "number": values["number"]})[is_own]
    own = own.drop_duplicates(["row", "of"])
    others = rows[~values["blank"].to_numpy() & np.isin(row, own["row"])]
    found = own.merge(others, on="row")
    found = found[_codes(found["of"]) != _codes(found["sheet_id"])]
    columns = sheet.COLUMNS["vintage"]
    return found[["of", *columns]].astype({"of": sheet.TEXT, **columns}).reset_index(drop=True)


def _complete(at: np.ndarray, sheet_id: pd.Series, column: str) -> None:
    if (at < 0).any():
        lacking = sheet_id[at < 0].iloc[0]
        raise KeyError(f"no {column} for sheet {lacking}: link before keeping vintages")


def _long(
    name: str, rows: pd.DataFrame, sheets: pd.DataFrame, indicator: pd.DataFrame
) -> dict[str, np.ndarray]:
    """The values of a table's columns in long form: a number for each text, NONE for none."""
    ids = pd.Index(sheets["sheet_id"])
    of = ids.get_indexer(rows["sheet_id"])
    rows, of = rows[of >= 0], of[of >= 0]
    year = rows["fiscal_year"].to_numpy("int64", na_value=NONE)
    sheet_year = sheets["sheet_year"].to_numpy("int64")[of]
    number, code = np.full(len(of), NONE), np.zeros(len(of), int)
    nothing = unasked = np.zeros(len(of), bool)
    over = (year < sheet_year) & (year != NONE)
    if name == "budget":
        nothing = (rows[BY_YEAR[name]].fillna(0) == 0).all(axis=1).to_numpy()
        unasked = not_given(rows["requested"], rows["initial"]).to_numpy()
        over &= ~without_total(rows).to_numpy()
    else:
        number = rows["number"].to_numpy("int64", na_value=NONE)
        numbers = indicator["number"].to_numpy("int64", na_value=NONE)
        named = _pairs(ids.get_indexer(indicator["sheet_id"]), numbers)
        at = named.get_indexer(_pairs(of, number))
        _complete(at, rows["sheet_id"], "indicator_id")
        code = indicator["indicator_id"].to_numpy()[at]
    at, column, value = _cells(name, rows, over, _pairs(of, number))
    is_fact = np.isin(column, _COLUMN.categories.get_indexer(TARGETS.get(name, [])))
    return {
        "table": np.full(len(at), _TABLE.categories.get_loc(name)),
        "indicator_id": code[at],
        "fiscal_year": np.where(is_fact, NONE, year[at]),
        "column": column,
        "sheet_year": sheet_year[at],
        "sheet_id": of[at],
        "number": number[at],
        "value": value,
        "blank": np.isnan(value)
        | nothing[at]
        | unasked[at] & (column == _COLUMN.categories.get_loc("requested")),
    }


def _cells(
    name: str, rows: pd.DataFrame, over: np.ndarray, indicator: pd.Index
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each cell that counts its row, its column and its value. `over`: the rows' years were."""
    dated = rows["fiscal_year"].notna().to_numpy()
    found = []
    for column in [*BY_YEAR[name], *TARGETS.get(name, [])]:
        value = rows[column].to_numpy(float, na_value=np.nan)
        known = ~np.isnan(value)
        if column in TARGETS.get(name, []):
            at = np.flatnonzero(known)
            at = at[~indicator[at].duplicated()]
        else:
            at = np.flatnonzero(known & dated | over & (column != "requested"))
        found.append((at, np.full(len(at), _COLUMN.categories.get_loc(column)), value[at]))
    return tuple(map(np.concatenate, zip(*found, strict=True)))


def _pairs(sheet: np.ndarray, number: np.ndarray) -> pd.Index:
    """One number for each pair of a sheet and an indicator's number."""
    return pd.Index(sheet * 2**32 + number)


def _starts(values: pd.DataFrame) -> np.ndarray:
    """Whether a row is the first of its cell."""
    return _changes([_codes(values[name]) for name in CELL])


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
