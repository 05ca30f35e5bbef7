"""Build a corpus from sources, or add to one: read, check, write, then link the years."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers import checks, sources, words
from helpers.checks.finding import Finding
from helpers.checks.reasons import placed, reason
from helpers.checks.reviews import REDUCED, REFORM
from helpers.corpus import indicators, links, vintages
from helpers.corpus.draft import Draft, changing
from helpers.corpus.sheets import rows_of
from helpers.corpus.store import OF_A_SHEET, TABLES, Gathered, Store, arrow, as_table
from helpers.paths import find as locate
from helpers.processes import Map, mapping, usable_cores
from helpers.sheet import Rows, SheetError, among, located, records
from helpers.sources import JUDGIT, RS, judgit_json, rs_csv
from helpers.sources.collection import parts
from helpers.sources.json_files import Piece
from helpers.sources.rs_files import LeftOut

CHUNK, CHUNK_BYTES = 250, 32 * 2**20
MOST_WORKERS = 61
"""What a pool takes on Windows; elsewhere more would not help either."""
SHARD, SMALLEST_SHARD = 28_000, 1000
"""Sheets that all workers together work on at a time, and the fewest that one does: each lot reads
every file, so that few are quicker."""
REASONS = 20_000
"""Sentences that are kept, to be said of other findings, too."""
REACH = 5
"""A project is looked for so many sheet years back."""

UNSETTLED = [
    *("negative_lost", "target_year_era", "target_year_impossible"),
    *("unit_slip", "link_contradicted"),
]
"""Of what the rules `checks.BY_OTHERS` find: what other sheets may settle or have made."""

_TEXTS = {"outcome": ["indicator", "goal", "unit", "term"], "output": ["indicator", "unit"]}
"""Table -> the columns that its indicators are linked by."""

_Traits = dict[str, links.Traits]
"""What links compare of the sheets of a year, by sheet_id."""

_reasons: dict[tuple[str, str], dict[str, str]] = {}


@dataclass(frozen=True)
class Result:
    """What a build or an addition did: how many sheets came in, what was rejected, and what of the
    RS system's folders was left out: as `rs_csv.unread` gives it."""

    sheets: int
    rejected: list[dict]
    unread: list[LeftOut]


@dataclass
class _Digest:
    """What a worker makes of a chunk: tables by name and sheet year, ids and their lines in order,
    rejects."""

    tables: dict
    ids: dict[str, int | None]
    rejected: list[dict]


def build(
    paths: Iterable[str | Path],
    out: Path,
    workers: int | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Result:
    """A corpus in `out` of all sheets in the sources; one that stood there is replaced at the end.

    `workers` processes read and check (default: one a core). A sheet that cannot be read, or whose
    id came before, is rejected with its reason, and the rest goes on. Raises SheetError where no
    source can be read at all or `out` holds something else, OSError where it cannot be written.
    """
    return _change(paths, Path(out), True, workers, on_progress)


def add(
    paths: Iterable[str | Path],
    folder: Path,
    workers: int | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Result:
    """Bring further sheets into the corpus in `folder`; see `build`.

    The sheets in it are not written again. Links, indicators and revisions are worked out anew from
    the first sheet year on that gets sheets, and so are findings of their projects that the sheets
    added may prove: the result is that of building all at once. A sheet that it has already is
    rejected.
    """
    return _change(paths, Path(folder), False, workers, on_progress)


def _change(paths, folder: Path, anew: bool, workers: int | None, on_progress) -> Result:
    paths, known, rejected = [part for path in paths for part in parts(path)], set(), []
    years: set[int] = set()
    workers = min(workers or usable_cores(), MOST_WORKERS)
    with changing(folder, anew) as draft, mapping(workers) as over, _lean():
        if not anew:
            known = set(draft.table("sheet", columns=["sheet_id"])["sheet_id"])
            rejected = records(draft.rejected())
        sheets_before, rejected_before = len(known), len(rejected)
        for digest in over(_digest, _chunks(paths)):
            rejected += digest.rejected
            rejected += _without_known(digest, known)
            for (table, year), rows in digest.tables.items():
                draft.append(table, year, rows)
                years.add(year)
            known.update(digest.ids)
            on_progress(len(digest.ids))
        if len(known) == sheets_before:
            raise SheetError(
                ", ".join(map(str, paths)),
                f"no sheet that could be taken in ({_first(rejected[rejected_before:])})",
                "sources with sheets",
            )
        for path in paths:
            for row in _inventory(path):
                draft.append("file", row["sheet_year"], arrow("file", [row]))
        draft.finish()
        draft.reject(rejected)
        _derive(draft, over, min(years), workers)
    unread = [column for path in paths for column in _unread(path)]
    return Result(len(known) - sheets_before, rejected[rejected_before:], unread)


@contextmanager
def _lean() -> Iterator[None]:
    """No search for garbage in cycles, of which rows and tables make none: it would pass over all
    rows at hand time and again. And memory from the system, which gets back what is freed: Arrow's
    own pool keeps a quarter of the peak."""
    collected, pool = gc.isenabled(), pa.default_memory_pool()
    gc.disable()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(pool)
        if collected:
            gc.enable()


def _parsed(item: Rows | Piece | SheetError) -> Rows:
    if isinstance(item, SheetError):
        raise item
    return item if isinstance(item, dict) else judgit_json.parse(item[2], *item[:2])


def _without_known(digest: _Digest, known: set[str]) -> list[dict]:
    """Take the sheets that came before out of a digest, and say so of each."""
    again = known.intersection(digest.ids)
    if not again:
        return []
    twice, kept = [], {}
    for (table, year), rows in digest.tables.items():
        if table == "sheet":
            facts = [row for row in rows.to_pylist() if row["sheet_id"] in again]
            twice += [_twice(row, digest.ids[row["sheet_id"]]) for row in facts]
        new = rows.filter(pc.invert(pc.is_in(rows["sheet_id"], pa.array(sorted(again)))))
        if len(new):
            kept[table, year] = new
    digest.tables = kept
    return twice


def _reject(error: SheetError) -> dict:
    reason = f"found {error.found}; expected {error.expected}"
    return {"source_path": error.path, "line": error.line, "sheet_id": None, "reason": reason}


def _twice(facts: dict, line: int | None) -> dict:
    reason = (
        f"found sheet {facts['sheet_id']} again; expected each sheet once: the first one counts"
    )
    return {
        "source_path": facts["source_path"],
        "line": line,
        "sheet_id": facts["sheet_id"],
        "reason": reason,
    }


def _first(rejected: list[dict]) -> str:
    return "{source_path}: {reason}".format(**rejected[0]) if rejected else "nothing in them"


def _chunks(paths) -> Iterator[list]:
    for path in paths:
        chunk, size = [], 0
        for item in _items(path):
            chunk.append(item)
            size += len(item[2]) if isinstance(item, tuple) else 0
            if len(chunk) == CHUNK or size > CHUNK_BYTES:
                yield chunk
                chunk, size = [], 0
        yield chunk


def _kind(path: str | Path) -> str:
    """The kind of a source; "" for none, and for a single sheet of one."""
    try:
        return "" if "#" in str(path) else sources.kind(path)
    except SheetError:
        return ""


def _unread(path: str | Path) -> list[LeftOut]:
    try:
        return rs_csv.unread(locate(path)) if _kind(path) == RS else []
    except SheetError:
        # Reading its sheets met the same, and it stands among the rejected.
        return []


def _inventory(path: str | Path) -> Iterator[dict]:
    """The files of a source and their columns; nothing for one whose sheets could not be read."""
    try:
        yield from rs_csv.inventory(locate(path)) if _kind(path) == RS else ()
    except SheetError:
        # As in `_unread`.
        return


def _items(path: str | Path) -> Iterator[Rows | Piece | SheetError]:
    """The sheets of a source, those of JUDGIT still as bytes: workers parse them."""
    if _kind(path) == JUDGIT:
        yield from judgit_json.lines(locate(path))
    else:
        yield from sources.stream(path)


@_lean()
def _digest(chunk: list) -> _Digest:
    """Read and check the sheets of a chunk: raw lines, rows, or errors in the place of sheets."""
    rows: dict[tuple[str, int], Gathered] = {}
    found: dict[int, dict[str, list[Finding]]] = {}
    ids, rejected = {}, []
    for item in chunk:
        try:
            sheet = located(_parsed(item))
        except SheetError as error:
            rejected.append(_reject(error))
            continue
        facts = sheet["sheet"][0]
        sheet_id, year = facts["sheet_id"], facts["sheet_year"]
        line = item[1] if isinstance(item, tuple) else None
        if sheet_id in ids:
            rejected.append(_twice(facts, line))
            continue
        ids[sheet_id] = line
        if of_sheet := checks.found(sheet):
            found.setdefault(year, {})[sheet_id] = of_sheet
        for table in filter(sheet.get, OF_A_SHEET):
            if (table, year) not in rows:
                rows[table, year] = Gathered(table)
            rows[table, year].add(sheet_id, sheet[table])
    tables = {key: part.table() for key, part in rows.items()}
    for year, those in found.items():
        findings = Gathered("finding")
        for sheet_id, of_sheet in _finding_rows(those).items():
            findings.add(sheet_id, of_sheet)
        tables["finding", year] = findings.table()
    return _Digest(tables, ids, rejected)


def _finding_rows(found: dict[str, list[Finding]]) -> dict[str, list[dict]]:
    """What the rules found in sheets, by their ids, as the corpus's table `finding` holds it: with
    its reason in both languages. Of many sheets at once: what speaks is at hand then."""
    reasons = _in_both_languages(list(chain(*found.values())))
    with words.speaking("ja"):
        return {
            sheet_id: [
                {**placed(one), "sheet_id": sheet_id, "proved": one.proved, **next(reasons)}
                for one in findings
            ]
            for sheet_id, findings in found.items()
        }


def _in_both_languages(findings: list[Finding]) -> Iterator[dict[str, str]]:
    """Their reasons, which three in four findings share with another sheet's."""
    if len(_reasons) > REASONS:
        _reasons.clear()
    said = [(finding.key, repr(finding.facts)) for finding in findings]
    new = {key: one for key, one in zip(said, findings, strict=True) if key not in _reasons}
    each = words.in_each(lambda: list(map(reason, new.values())))
    for key, japanese, english in zip(new, *each, strict=True):
        _reasons[key] = {"reason": japanese, "reason_en": english}
    return map(_reasons.__getitem__, said)


@dataclass(frozen=True)
class _Shard:
    """What was worked out for some projects, and which sheets were checked again."""

    indicator: pa.Table
    revision: pa.Table
    finding: pa.Table
    again: list[str]


def _derive(draft: Draft, over: Map, first: int, workers: int) -> None:
    """Write the tables `project`, `indicator` and `revision` of the sheet years from `first` on,
    the first that got sheets: nothing later changes those of the years before it. And check those
    sheets again of which another sheet of their project says more than it did."""
    before = draft.table("project")
    project = _projects(draft, over, before[before["sheet_year"] < first], workers)
    for year, rows in project[project["sheet_year"] >= first].groupby("sheet_year"):
        draft.replace("project", year, as_table("project", rows))
    new = pd.concat(
        [side.loc[side["sheet_year"] >= first, "project_id"] for side in (before, project)]
    )
    touched = project[among(project["project_id"], new.tolist())]
    # Where sheets stood there before, links and proofs may have gone, too.
    news = first if (before["sheet_year"] < first).all() else 0
    # What reading and linking have freed goes back to the system before the most is needed.
    pa.default_memory_pool().release_unused()
    shards = list(over(partial(_shard, draft.reader(), first, news), _shares(touched, workers)))
    ids = pa.array(project["sheet_id"])
    years = project["sheet_year"].to_numpy()
    for name in ("indicator", "revision"):
        rows, place = _in_order([getattr(shard, name) for shard in shards], ids)
        for year in filter(first.__le__, draft.years):
            draft.replace(name, year, rows.filter(years[place] == year))
    again = pa.array([sheet_id for shard in shards for sheet_id in shard.again], pa.string())
    found, place = _in_order([shard.finding for shard in shards], ids)
    for year in sorted(set(years[pc.index_in(again, ids)])):
        as_was = draft.rows_of("finding", year)
        kept = as_was.filter(pc.invert(pc.is_in(as_was["sheet_id"], again)))
        rows, _ = _in_order([kept, found.filter(years[place] == year)], ids)
        if not rows.equals(as_was):
            draft.replace("finding", year, rows)


def _in_order(parts: list[pa.Table], ids: pa.Array) -> tuple[pa.Table, np.ndarray]:
    """The rows of all parts in the order of the sheets, so that a sheet's lie together in the file;
    and the place of each row's sheet among `ids`."""
    rows = pa.concat_tables(parts)
    place = pc.index_in(rows["sheet_id"], ids).to_numpy()
    order = np.argsort(place, kind="stable")
    return rows.take(order), place[order]


def _shares(project: pd.DataFrame, workers: int) -> list[pd.DataFrame]:
    """The table `project` in parts of whole projects, as many for each worker."""
    of = project["project_id"].astype("category").cat.codes.to_numpy()
    many = workers * -(-len(project) // SHARD)
    many = min(many, -(-len(project) // SMALLEST_SHARD))
    return [project[of % many == number] for number in range(many)]


def _projects(draft: Draft, over: Map, kept: pd.DataFrame, workers: int) -> pd.DataFrame:
    """The table `project`: each sheet year linked to the one before, what is left to older ones.
    What is `kept` of it stands; the years after those are linked."""
    years, reader = draft.years, draft.reader()
    new = years[kept["sheet_year"].nunique() :]
    near, *farther = (
        [pair for pair in zip(years, years[apart:], strict=False) if pair[1] in new]
        for apart in range(1, REACH + 1)
    )
    made = [kept[links.COLUMNS].dropna(subset="previous_id")]
    # Each worker reads years that follow each other once.
    share = -(-len(near) // workers) or 1
    runs = [near[at : at + share] for at in range(0, len(near), share)]
    left: dict[int, _Traits] = {}
    for found, free in over(partial(_link, reader), runs):
        made.append(found)
        for year, those in free.items():
            left.setdefault(year, {}).update(those)
    older = sorted(set(chain(*chain(*farther))) - left.keys())
    taken = _ends(made)[1]
    left |= zip(older, over(partial(_traits, reader, taken), older), strict=True)
    for pairs in farther:
        linked, continued = _ends(made)
        sides = [
            (_without(continued, left[before]), _without(linked, left[after]))
            for before, after in pairs
        ]
        # The same whichever of two pairs as far apart comes first.
        made += over(_between, sides)
    found = pd.concat(made, ignore_index=True).astype({"sheet_id": "str", "previous_id": "str"})
    rows = reader.table("sheet", new, ["sheet_id", "sheet_year"])
    rows = rows.merge(links.projects(rows, found)).merge(found, "left", on="sheet_id")
    columns = TABLES["project"]
    return pd.concat([kept, rows.reindex(columns=list(columns)).astype(columns)], ignore_index=True)


def _ends(made: list[pd.DataFrame]) -> tuple[set[str], set[str]]:
    """The sheets that are linked to an earlier one, and those that a later one continues."""
    linked, continued = (
        {sheet_id for part in made for sheet_id in part[side].tolist()}
        for side in ("sheet_id", "previous_id")
    )
    return linked, continued


def _without(taken: set[str], those: _Traits) -> _Traits:
    return {sheet_id: one for sheet_id, one in those.items() if sheet_id not in taken}


@_lean()
def _link(reader: Store, pairs: list[tuple[int, int]]) -> tuple[pd.DataFrame, dict[int, _Traits]]:
    """The links between years that follow each other, of which nothing is linked yet; and by year
    the sheets that may still be linked over more."""
    found: list[pd.DataFrame] = []
    free: dict[int, _Traits] = {}
    after: _Traits = {}
    for before, year in pairs:
        earlier = after or _traits(reader, set(), before)
        after = _traits(reader, set(), year)
        found.append(_between((earlier, after)))
        linked, continued = _ends(found[-1:])
        free.setdefault(before, {}).update(_without(continued, earlier))
        free.setdefault(year, {}).update(_without(linked, after))
    return pd.concat(found), free


@_lean()
def _between(sides: tuple[_Traits, _Traits]) -> pd.DataFrame:
    """The links between two years, as a table: a candidate holds what is compared of its sheets."""
    return links.table(links.between(*(those.values() for those in sides)))


def _traits(reader: Store, taken: set[str], year: int) -> _Traits:
    """What links compare of the sheets of a year, but for those that are `taken`."""
    sheets = reader.table("sheet", [year], links.FACTS)
    sheets = sheets[~among(sheets["sheet_id"], taken)]
    budgets = reader.table("budget", [year], links.BUDGET, sheet_id=sheets["sheet_id"].tolist())
    return {one.sheet_id: one for one in links.traits(sheets, budgets)}


@_lean()
def _shard(reader: Store, first: int, news: int, project: pd.DataFrame) -> _Shard:
    """`first` as in `_derive`; of the years before it those sheets are checked again for whose
    cells a sheet of `news` or later prints a number."""
    ids = project["sheet_id"].tolist()
    new = project.loc[project["sheet_year"] >= first, "sheet_id"].tolist()
    columns = {
        name: list(dict.fromkeys([*vintages.READ[name], *_TEXTS.get(name, [])]))
        for name in vintages.READ
    }
    tables = {name: reader.table(name, None, some, sheet_id=ids) for name, some in columns.items()}
    tables["sheet"] = project[["sheet_id", "sheet_year"]]
    years = [year for year in reader.years if year < first]
    indicator = _indicators(tables, project, reader.table("indicator", years, sheet_id=ids))
    values = vintages.values(tables, project, indicator)
    # Their texts would take a fifth of the memory.
    del tables
    revision = vintages.revisions(values)
    again = _unsettled(reader, project, revision)
    printed = vintages.other_sheets(values, again)
    del values
    if news:
        told = {*printed.loc[printed["sheet_year"] >= news, "of"].tolist(), *new}
        again = [sheet_id for sheet_id in again if sheet_id in told]
    some = project[among(project["sheet_id"], again)]
    return _Shard(
        as_table("indicator", indicator[among(indicator["sheet_id"], new)]),
        as_table("revision", revision[revision["sheet_year"] >= first]),
        arrow("finding", _checked_again(reader, some, printed)),
        again,
    )


def _checked_again(reader: Store, project: pd.DataFrame, printed: pd.DataFrame) -> list[dict]:
    """The findings of sheets, those anew for which it counts what other sheets have `printed`."""
    ids = project["sheet_id"].tolist()
    rows = rows_of(reader, ids, project, printed, checks.OF_OTHERS)
    before: dict[str, list[dict]] = {sheet_id: [] for sheet_id in ids}
    years = project["sheet_year"].unique().tolist()
    for row in reader.rows("finding", years, sheet_id=ids):
        before[row["sheet_id"]].append(row)
    anew = _finding_rows(
        {sheet_id: checks.found(located(rows[sheet_id]), checks.BY_OTHERS) for sheet_id in ids}
    )
    return [row for sheet_id in ids for row in checks.merged(before[sheet_id], anew[sheet_id])]


def _indicators(tables: dict, project: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The table `indicator` of some projects, of which the rows `known` stand."""
    rows = pd.concat(
        [tables[name].assign(table=name) for name in ("outcome", "output")], ignore_index=True
    )
    pairs = project[["sheet_id", "previous_id"]].dropna()
    found = indicators.link(rows, pairs, rows, known)
    linked = known.dropna(subset="previous_id")[found.columns]
    return indicators.series(rows, pd.concat([linked, found], ignore_index=True))


def _unsettled(reader: Store, project: pd.DataFrame, revision: pd.DataFrame) -> list[str]:
    """The sheets on which the other sheets of their project may throw light, or have thrown it:
    what came of a reduction stands in the next year's."""
    ids = project["sheet_id"].tolist()
    found = reader.table("finding", columns=["sheet_id", "rule"], sheet_id=ids)
    said = found.loc[found["rule"].isin(UNSETTLED), "sheet_id"]
    slips = revision[revision["kind"] == "rescaled"]
    contradicted = project.loc[project["verified"] == "contradicts", "sheet_id"]
    review = reader.table("review", columns=["sheet_id", "opinion", "reaction"], sheet_id=ids)
    reduced = review["reaction"].isin(REDUCED) | review["opinion"].isin(REFORM)
    parts = [said, slips["sheet_id"], slips["previous_id"], contradicted]
    parts.append(review.loc[reduced, "sheet_id"])
    return sorted({sheet_id for part in parts for sheet_id in part.dropna().tolist()})
