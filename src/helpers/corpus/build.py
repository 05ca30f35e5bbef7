"""Build a corpus from sources, or add to one: read, check, write, then link the years."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from helpers import checks, sources
from helpers.corpus import derive, findings
from helpers.corpus.draft import changing
from helpers.corpus.store import OF_A_SHEET, arrow
from helpers.paths import find as locate
from helpers.processes import mapping, usable_cores
from helpers.sheet import Rows, SheetError, located, records
from helpers.sources import judgit_json, rs_csv
from helpers.sources.json_files import Piece
from helpers.sources.kinds import JUDGIT, RS
from helpers.sources.rs_files import LeftOut

CHUNK, CHUNK_BYTES = 250, 32 * 2**20
MOST_WORKERS = 61
"""What a pool takes on Windows; elsewhere more would not help either."""


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

    The sheets in it are neither read nor written again; links, revisions and findings by them are
    worked out anew. A sheet that it has already is rejected.
    """
    return _change(paths, Path(folder), False, workers, on_progress)


def _change(paths, folder: Path, anew: bool, workers: int | None, on_progress) -> Result:
    paths, known, rejected = list(paths), set(), []
    workers = min(workers or usable_cores(), MOST_WORKERS)
    with changing(folder, anew) as draft, mapping(workers) as over:
        if not anew:
            known = set(draft.read("sheet", columns=["sheet_id"])["sheet_id"])
            rejected = records(draft.rejected())
        sheets_before, rejected_before = len(known), len(rejected)
        for digest in over(_digest, _chunks(paths)):
            rejected += digest.rejected
            rejected += _without_known(digest, known)
            for (table, year), rows in digest.tables.items():
                draft.append(table, year, rows)
            known.update(digest.ids)
            on_progress(len(digest.ids))
        if len(known) == sheets_before:
            raise SheetError(
                ", ".join(map(str, paths)),
                f"no sheet that could be taken in ({_first(rejected[rejected_before:])})",
                "sources with sheets",
            )
        draft.finish()
        draft.reject(rejected)
        derive.all_years(draft, over)
    unread = [column for path in paths for column in _unread(path)]
    return Result(len(known) - sheets_before, rejected[rejected_before:], unread)


def _parsed(item: Rows | Piece | SheetError) -> Rows:
    if isinstance(item, SheetError):
        raise item
    return item if isinstance(item, dict) else judgit_json.parse(item[2], *item[:2])


def _without_known(digest: _Digest, known: set[str]) -> list[dict]:
    """Take the sheets that came before out of a digest, and say so of each."""
    again = known & digest.ids.keys()
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


def _items(path: str | Path) -> Iterator[Rows | Piece | SheetError]:
    """The sheets of a source, those of JUDGIT still as bytes: workers parse them."""
    if _kind(path) == JUDGIT:
        yield from judgit_json.lines(locate(path))
    else:
        yield from sources.stream(path)


def _digest(chunk: list) -> _Digest:
    """Read and check the sheets of a chunk: raw lines, rows, or errors in the place of sheets."""
    rows: dict[tuple[str, int], list[dict]] = {}
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
        found = checks.found(sheet)
        for table in OF_A_SHEET:
            rows.setdefault((table, year), []).extend(
                {**row, "sheet_id": sheet_id} for row in sheet[table]
            )
        rows.setdefault(("finding", year), []).extend(
            findings.row(finding, sheet_id) for finding in found
        )
    tables = {key: arrow(key[0], part) for key, part in rows.items() if part}
    return _Digest(tables, ids, rejected)
