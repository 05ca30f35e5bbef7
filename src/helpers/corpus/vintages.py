"""What the sheets of one project print for the same cell in different years: its vintages."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

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
_SMALL = {"table": np.int8, "column": np.int8, "indicator_id": np.int32, "sheet_id": np.int32}
"""What stands for texts, in less memory: a million rows are sorted, and moved to their order."""


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
    ids, projects = texts(sheets["sheet_id"]), texts(project["project_id"])
    at = places(ids, texts(project["sheet_id"]))
    _complete(at, ids, "project_id")
    of_sheets = projects.take(pa.array(at))
    projects = of_sheets.unique().sort()
    series = texts(indicator["indicator_id"])
    names = pa.concat_arrays([pa.array([""], series.type), series.unique()])
    known = {
        "table": places(texts(indicator["table"]), pa.array(BY_YEAR, series.type)),
        "indicator": _pairs(places(texts(indicator["sheet_id"]), ids), whole(indicator["number"])),
        "code": places(series, names),
    }
    sheet_years = whole(sheets["sheet_year"])
    parts = [_long(name, tables[name], ids, sheet_years, known) for name in BY_YEAR]
    long = {
        name: np.concatenate([part[name] for part in parts], dtype=_SMALL.get(name))
        for name in parts[0]
    }
    long["project_id"] = places(of_sheets, projects).astype(np.int32)[long["sheet_id"]]
    # One row each, the value that is not missing first.
    keys = [*CELL, "sheet_year"]
    order = np.lexsort([np.isnan(long["value"]), *(long[name] for name in reversed(keys))])
    ordered: dict = {name: long[name][order] for name in _ORDER}
    first = _changes([ordered[name] for name in keys])
    ordered = {name: column[first] for name, column in ordered.items()}
    categories = {"project_id": projects, "indicator_id": names, "sheet_id": ids}
    kinds = {"table": _TABLE, "column": _COLUMN} | {
        name: pd.CategoricalDtype(pd.Index(sheet.dtype(sheet.TEXT).__from_arrow__(those)))
        for name, those in categories.items()
    }
    for name, kind in kinds.items():
        ordered[name] = pd.Categorical.from_codes(ordered[name], dtype=kind)
    for name in ("fiscal_year", "sheet_year", "number"):
        ordered[name] = pd.arrays.IntegerArray(ordered[name], ordered[name] == NONE)
    return pd.DataFrame(ordered)


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
    value, blank = values["value"].to_numpy(), values["blank"].to_numpy()
    at = np.flatnonzero(~_starts(values))
    # Most numbers are printed again as they were.
    at = at[(blank[at] != blank[at - 1]) | ~blank[at] & (value[at] != value[at - 1])]
    later, earlier = values.iloc[at], values.iloc[at - 1]
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


def since(values: pd.DataFrame, sheet_id: str, year: int, indicator: pd.DataFrame) -> pd.DataFrame:
    """What the other sheets of a sheet's project print from its sheet year on: each number the last
    time it is printed, in the columns of the table `vintage`.

    Takes what `values` gives of one project; `indicator` holds number and indicator_id of the
    sheet's own indicators, whose numbers the rows have. Other indicators are left out.
    """
    last = latest(values[_codes(values["sheet_year"]) >= year])
    names, numbers = texts(indicator["indicator_id"]), whole(indicator["number"])
    every = np.arange(len(last))
    at = places(pa.array(_uncoded(last["indicator_id"], every)), names)
    other = ~last["blank"].to_numpy() & (last["sheet_id"] != sheet_id).to_numpy()
    kept = other & ((at >= 0) | (last["table"] == "budget").to_numpy())
    # Those of a table in the order of the sheet's indicators.
    order = np.lexsort([at, _codes(last["table"])])
    order = order[kept[order]]
    found = {name: _uncoded(last[name], order) for name in sheet.COLUMNS["vintage"]}
    number = np.append(numbers, NONE)[at[order]]
    return pd.DataFrame(found | {"number": pd.arrays.IntegerArray(number, number == NONE)})


def other_sheets(values: pd.DataFrame, sheet_ids: Iterable[str]) -> pd.DataFrame:
    """The tables `vintage` of some sheets: what the others of their projects print for their cells.

    Takes what `values` gives. Besides the columns of the table `of`, the sheet whose cell it is.
    Missing values are left out.
    """
    row = np.cumsum(_changes([_codes(values[name]) for name in CELL[:-1]]))
    of = values["sheet_id"].cat
    sheets = of.codes.to_numpy().astype(int)
    own = np.flatnonzero(np.isin(sheets, of.categories.get_indexer(list(sheet_ids))))
    # A row of a sheet once, in the order of its first cells.
    first = np.unique(row[own] * len(of.categories) + sheets[own], return_index=True)[1]
    own = own[np.sort(first)]
    others = np.flatnonzero(~values["blank"].to_numpy())
    of, at = ranges(*(np.searchsorted(row[others], row[own], side) for side in ("left", "right")))
    mine, theirs = own[of], others[at]
    apart = sheets[mine] != sheets[theirs]
    mine, theirs = mine[apart], theirs[apart]
    found = {"of": _uncoded(values["sheet_id"], mine)}
    for name in sheet.COLUMNS["vintage"]:
        found[name] = _uncoded(values[name], mine if name == "number" else theirs)
    return pd.DataFrame(found)


def _uncoded(column: pd.Series, at: np.ndarray):
    """Some values of a column, texts as texts."""
    values = column.array
    if isinstance(values, pd.Categorical):
        return values.categories.array.take(values.codes[at])
    return values[at]


def _complete(at: np.ndarray, sheet_id: pa.Array, column: str) -> None:
    if (at < 0).any():
        lacking = sheet_id[int(np.argmax(at < 0))]
        raise KeyError(f"no {column} for sheet {lacking}: link before keeping vintages")


def texts(column: pd.Series) -> pa.Array:
    return pa.array(column, pa.large_string())


def places(of: pa.Array, names: pa.Array) -> np.ndarray:
    """Where each text stands among the names; NONE for one that does not."""
    return pc.index_in(of, names).fill_null(NONE).to_numpy().astype("int64")


def whole(column: pd.Series) -> np.ndarray:
    """Whole numbers, NONE for a missing one."""
    return column.to_numpy("int64", na_value=NONE)


def ranges(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of all ranges, and for each the place of its range."""
    many = end - start
    of = np.repeat(np.arange(len(start)), many)
    return of, np.arange(len(of)) + np.repeat(end - np.cumsum(many), many)


def _long(
    name: str, rows: pd.DataFrame, sheets: pa.Array, sheet_years: np.ndarray, known: dict
) -> dict[str, np.ndarray]:
    """The values of a table's columns in long form: a number for each text, NONE for none."""
    of = places(texts(rows["sheet_id"]), sheets)
    if (of < 0).any():
        rows, of = rows[of >= 0], of[of >= 0]
    year, sheet_year = whole(rows["fiscal_year"]), sheet_years[of]
    amounts = {
        column: rows[column].to_numpy(float, na_value=np.nan)
        for column in [*BY_YEAR[name], *TARGETS.get(name, [])]
    }
    number, code = np.full(len(of), NONE), np.zeros(len(of), int)
    nothing = unasked = np.zeros(len(of), bool)
    over = (year < sheet_year) & (year != NONE)
    if name == "budget":
        printed = np.stack(list(amounts.values()))
        nothing = (np.isnan(printed) | (printed == 0)).all(axis=0)
        unasked = not_given(amounts["requested"], amounts["initial"])
        over &= ~without_total(amounts)
    else:
        number = whole(rows["number"])
        of_table = known["table"] == list(BY_YEAR).index(name)
        at = known["indicator"][of_table].get_indexer(_pairs(of, number))
        _complete(at, rows["sheet_id"].array, "indicator_id")
        code = known["code"][of_table][at]
    at, column, value = _cells(amounts, year != NONE, over, _pairs(of, number))
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
    amounts: dict[str, np.ndarray], dated: np.ndarray, over: np.ndarray, indicator: pd.Index
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each cell that counts its row, its column and its value. `over`: the rows' years were."""
    found = []
    for column, value in amounts.items():
        known = ~np.isnan(value)
        if any(column in facts for facts in TARGETS.values()):
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
