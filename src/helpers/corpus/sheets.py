"""Sheets and projects out of a corpus, with what the project's other sheets print beside them."""

from collections.abc import Iterable, Iterator

import pandas as pd
import pyarrow as pa

from helpers import sheet as tables
from helpers import words
from helpers.checks import NO_SECTION
from helpers.checks.finding import LABEL
from helpers.checks.indicators import PRINTED
from helpers.corpus import vintages
from helpers.corpus.store import OF_A_SHEET, Store
from helpers.sheet import COLUMNS, STATED, ReviewSheet, Rows, SheetError, among, records
from helpers.sources.cells import narrow

PROJECT = "project of a corpus"
"""The `source_format` of a project's sheets joined."""

PRINTED_ROWS = [
    name for name in OF_A_SHEET if name not in ("sheet", "budget", "outcome", "output", "remark")
]
"""The tables whose rows no other sheet adds to."""

INDICATOR = {"indicator": ["sheet_id", "table", "number", "indicator_id"]}
EVERY = dict.fromkeys(OF_A_SHEET) | INDICATOR
"""All tables of a sheet, all their columns, and which series its indicators belong to."""


def rows_of(
    store: Store,
    sheet_ids: Iterable[str],
    project: pd.DataFrame,
    printed: pd.DataFrame,
    names: Iterable[str] = OF_A_SHEET,
) -> dict[str, Rows]:
    """The tables of the sheets, or some of them, as they are printed, by sheet_id, and in `vintage`
    what the other sheets of their project print: `printed`, as `vintages.other_sheets` gives it.

    A link to the project's previous sheet (in the table `project`) that their budgets contradict is
    a remark.
    """
    wanted = set(sheet_ids)
    own = project[among(project["sheet_id"], wanted)]
    years = own["sheet_year"].unique().tolist()
    found: dict[str, Rows] = {sheet_id: {} for sheet_id in own["sheet_id"]}
    for name in names:
        for row in store.rows(name, years, sheet_id=found):
            sheet_id = row["sheet_id"] if name == "sheet" else row.pop("sheet_id")
            found[sheet_id].setdefault(name, []).append(row)
    printed = printed[among(printed["of"], wanted)]
    for row in pa.Table.from_pandas(printed, preserve_index=False).to_pylist():
        found[row.pop("of")].setdefault("vintage", []).append(row)
    for remark in _contradicted(own):
        found[remark["row"]].setdefault("remark", []).append(remark)
    return found


def one_sheet(store: Store, sheet_id: str, as_of: int | None = None) -> ReviewSheet:
    """A sheet as it was printed, with what `later` sheets of its project print; see `rows_of`.
    Raises SheetError where it is not there."""
    years = [year for year in store.years if as_of is None or year <= as_of]
    own = store.table("project", years, ["project_id", "sheet_year"], sheet_id=[sheet_id])
    if own.empty:
        seen = "" if as_of is None else f" up to sheet year {as_of}"
        raise SheetError(
            store.folder, f"no sheet {sheet_id}{seen}", f"an id such as {_some(store, 'sheet_id')}"
        )
    project = store.table("project", years, project_id=own["project_id"])
    frames = _frames(store, project, vintages.READ | INDICATOR) | {"sheet": project}
    values = vintages.values(frames, project, frames["indicator"])
    printed = vintages.other_sheets(values, [sheet_id])
    rows = rows_of(store, [sheet_id], project, printed)[sheet_id]
    indicator = frames["indicator"][frames["indicator"]["sheet_id"] == sheet_id]
    later = vintages.since(values, sheet_id, own["sheet_year"].max(), indicator)
    return ReviewSheet.build(**rows).with_later(later)


def stitched(store: Store, project_id: str, as_of: int | None = None) -> ReviewSheet:
    """A project's sheets as one, as the public pages show it, from sheets up to `as_of`.

    The facts are those of its last sheet, the budget has every fiscal year that any sheet prints,
    each number from the last sheet that prints it, but no total that was printed while its year ran
    beside an outturn of later; outcomes and outputs are those of the last sheet that has any, with
    the years that earlier sheets print for the same indicator; payments, and what else has a year,
    are named by one sheet for each year, what has none by the last sheet alone. An outcome's
    direction, kind and term are those of the last sheet that states one, its `result` that of the
    last sheet alone: words have no year. A year's `achievement` is there where one sheet prints it
    and the numbers in force. `vintage` holds the
    numbers of the other sheets. Raises SheetError where there is no such project.
    """
    project = store.table("project", project_id=[project_id])
    if as_of is not None:
        project = project[project["sheet_year"] <= as_of]
    if project.empty:
        seen = "" if as_of is None else f" with a sheet up to {as_of}"
        raise SheetError(
            store.folder,
            f"no project {project_id}{seen}",
            f"an id such as {_some(store, 'project_id')}",
        )
    frames = _frames(store, project)
    facts = frames["sheet"].sort_values("sheet_year").tail(1)
    facts = facts.assign(source_format=PROJECT, source_path=f"{store.folder}#{project_id}")
    values = vintages.values(frames, project, frames["indicator"])
    last = vintages.latest(values)
    rows = {name: _newest(frames, name) for name in PRINTED_ROWS}
    rows |= {"sheet": facts, "budget": _budget(frames, last)}
    years = sorted(project["sheet_year"])
    remarks = [
        *_contradicted(project),
        {"table": "sheet", "rule": "stitched", "observed": ", ".join(map(str, years))},
    ]
    numbers = {}
    for table in ("outcome", "output"):
        rows[table], own, dropped = _indicators(table, frames, last)
        remarks += dropped
        numbers |= own
    rows["remark"] = [*_last_remarks(frames, facts["sheet_id"].iloc[0], rows), *remarks]
    rows["vintage"] = _others(values, _shown(last, frames), numbers)
    # No sheet of it is left to come.
    return ReviewSheet.build(**rows).with_later(tables.table("vintage", []))


def _frames(
    store: Store, project: pd.DataFrame, columns: dict[str, list[str] | None] = EVERY
) -> dict[str, pd.DataFrame]:
    """The tables of the sheets in `project` that are named in `columns`, and their columns."""
    years, ids = project["sheet_year"].unique().tolist(), set(project["sheet_id"])
    return {name: store.table(name, years, some, sheet_id=ids) for name, some in columns.items()}


def _dated(frames: dict, table: str) -> pd.DataFrame:
    """A table with the sheet_year of each row."""
    years = frames["sheet"].set_index("sheet_id")["sheet_year"]
    return frames[table].assign(sheet_year=frames[table]["sheet_id"].map(years))


def _contradicted(project: pd.DataFrame) -> Iterator[dict]:
    """A remark for each sheet whose budgets contradict its link; `row` is the sheet."""
    place = {"table": "sheet", "column": "sheet_id", "rule": "link_contradicted"}
    columns = (project[name].tolist() for name in ("verified", "sheet_id", "previous_id"))
    for verified, sheet_id, previous_id in zip(*columns, strict=True):
        if verified == "contradicts":
            yield place | {"row": sheet_id, "observed": previous_id}


def _budget(frames: dict, last: pd.DataFrame) -> pd.DataFrame:
    """The budget rows; a year's status is that in the last sheet that prints the year."""
    rows = _dated(frames, "budget")
    rows = rows.dropna(subset="fiscal_year").sort_values("sheet_year")
    years = rows[["fiscal_year", "status"]].drop_duplicates("fiscal_year", keep="last")
    cells = _settled(last[last["table"] == "budget"])
    wide = _filled(years[["fiscal_year"]], cells).merge(years)
    wide = wide.sort_values("fiscal_year").reindex(columns=list(COLUMNS["budget"]))
    return wide.assign(budget_gross=wide["budget_net"] - wide["carried_out"].fillna(0))


def _settled(cells: pd.DataFrame) -> pd.DataFrame:
    """The values of a budget but for those that were printed while their year ran and do not go
    with its outturn, where a later sheet gives that without a total."""
    known = cells[~cells["blank"]]
    total, outturn = (
        cells["fiscal_year"].map(
            known[known["column"] == column].set_index("fiscal_year")["sheet_year"]
        )
        for column in ("budget_net", "executed")
    )
    ran = (total <= cells["fiscal_year"]) & (outturn > total)
    return cells[cells["column"].isin(["requested", "initial", "executed"]) | ~ran.fillna(False)]


def _last_remarks(frames: dict, sheet_id: str, rows: Rows) -> Iterator[dict]:
    """The remarks about the last sheet, but where it lacks a table that an earlier one has."""
    for remark in records(frames["remark"][frames["remark"]["sheet_id"] == sheet_id]):
        table = remark.pop("table")
        if remark["rule"] in NO_SECTION and len(rows.get(table, ())):
            given = _dated(frames, table)["sheet_year"].max()
            yield {"table": table, "rule": "from_earlier_sheet", "observed": str(given)}
        else:
            del remark["sheet_id"]
            yield {"table": table, **remark}


def _newest(frames: dict, table: str) -> pd.DataFrame:
    """The rows of each fiscal year as the last sheet that has any prints them; those without one
    as the last sheet does."""
    rows = _dated(frames, table)
    if "fiscal_year" in COLUMNS[table]:
        rows = rows.sort_values("fiscal_year", kind="stable")
    taken = pd.Series(frames["sheet"]["sheet_year"].max(), rows.index)
    if "fiscal_year" in COLUMNS[table]:
        taken = rows.groupby("fiscal_year")["sheet_year"].transform("max").fillna(taken)
    return rows.loc[rows["sheet_year"] == taken, list(COLUMNS[table])]


def _indicators(
    table: str, frames: dict, last: pd.DataFrame
) -> tuple[pd.DataFrame, dict, list[dict]]:
    """The rows of `outcome` or `output`; indicator_id -> number; a remark for each one dropped or
    turned round."""
    every = _dated(frames, table).sort_values("sheet_year", kind="stable")
    series = frames["indicator"][frames["indicator"]["table"] == table]
    every = every.merge(series, on=["sheet_id", "number"])
    texts = every.drop_duplicates("indicator_id", keep="last")
    newest = texts[texts["sheet_year"] == texts["sheet_year"].max()].copy()
    numbers = dict(zip(newest["indicator_id"], newest["number"], strict=True))
    part = last[last["table"] == table].astype({"indicator_id": tables.TEXT})
    part = part.dropna(subset="fiscal_year")
    years = every[["indicator_id", "fiscal_year"]].dropna().drop_duplicates()
    remarks = []
    if table == "outcome":
        stated = every.groupby("indicator_id")[STATED].last()
        for column in STATED:
            newest[column] = newest["indicator_id"].map(stated[column])
        # What was counted once is no number of a goal that is now stated in words.
        in_words = stated.index[stated["kind"].eq("qualitative")]
        years = years[~years["indicator_id"].isin(in_words)]
        remarks += _turned(every, newest)
    filled = _filled(years, part)
    filled = filled.merge(_rates(every, part), "left", on=["indicator_id", "fiscal_year"])
    rows = newest.drop(columns=filled.columns.drop("indicator_id"))
    rows = rows.merge(filled, "left", on="indicator_id")
    rows = rows.reindex(columns=list(COLUMNS[table])).sort_values(["number", "fiscal_year"])
    # One whose words stand in the last sheet was not dropped, though nothing links the two.
    kept = set(newest["indicator"].astype(str).map(narrow)) - {""}
    dropped = texts[~texts["indicator_id"].isin(list(numbers))]
    dropped = dropped[~dropped["indicator"].astype(str).map(narrow).isin(kept)]
    remarks += [_dropped(table, one) for one in dropped.itertuples()]
    return rows, numbers, remarks


def _rates(printed: pd.DataFrame, last: pd.DataFrame) -> pd.DataFrame:
    """indicator_id, fiscal_year, achievement: the rates printed by the sheets whose numbers are
    in force."""
    cell = ["indicator_id", "fiscal_year"]
    known = last[~last["blank"]].astype({"sheet_id": tables.TEXT})
    known = known[known.groupby(cell)["sheet_id"].transform("nunique") == 1]
    rates = printed[[*cell, "sheet_id", "achievement"]].dropna()
    return rates.merge(known[[*cell, "sheet_id"]].drop_duplicates())[[*cell, "achievement"]]


def _turned(every: pd.DataFrame, newest: pd.DataFrame) -> Iterator[dict]:
    """A remark for each indicator that an earlier sheet states to be better the other way."""
    now = every["indicator_id"].map(newest.set_index("indicator_id")["direction"])
    other = every[every["direction"].notna() & now.notna() & (every["direction"] != now)]
    for one in other.drop_duplicates("indicator_id", keep="last").itertuples():
        yield _dropped("outcome", one) | {
            "column": "direction",
            "rule": "direction_changed",
            "proposed": PRINTED[one.direction],
        }


def _filled(rows: pd.DataFrame, last: pd.DataFrame) -> pd.DataFrame:
    """The rows with the values in force: a column for each `column` of `last`."""
    keys = list(rows.columns)
    named = last.astype({"column": tables.TEXT})
    wide = named.pivot(index=keys, columns="column", values="value")  # noqa: PD010 (no cell twice)
    return rows.merge(wide.reset_index(), how="left", on=keys)


def _shown(last: pd.DataFrame, frames: dict) -> pd.DataFrame:
    """Of the values in force those that stand in the rows: a target, of the last sheet alone."""
    newest = _dated(frames, "outcome")["sheet_year"].max()
    return last[last["fiscal_year"].notna() | (last["sheet_year"] == newest)]


def _others(values: pd.DataFrame, last: pd.DataFrame, numbers: dict[str, int]) -> pd.DataFrame:
    """The values that are not those in force, of the budget and of the indicators `numbers`."""
    cell = [*vintages.CELL, "sheet_id"]
    kept = values.merge(last[cell].assign(in_force=True), how="left", on=cell)
    rest = kept[kept["in_force"].isna() & ~kept["blank"]]
    rest = rest[(rest["table"] == "budget") | rest["indicator_id"].isin(list(numbers))]
    rest = rest.assign(number=rest["indicator_id"].astype(str).map(numbers))
    return rest[list(COLUMNS["vintage"])]


def _dropped(table: str, indicator) -> dict:
    return {
        "table": table,
        "row": f"{indicator.sheet_year}",
        "column": "indicator",
        "rule": "indicator_dropped",
        "observed": words.cut(str(indicator.indicator or indicator.goal or ""), LABEL),
    }


def _some(store: Store, column: str) -> str:
    return store.table("project", store.years[-1:], [column])[column].iloc[0]
