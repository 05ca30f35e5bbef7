"""The corpus on disk: versions of its tables, and the manifest that says which is in force.

    corpus.json               the manifest: the version in force and its files
    versions/VERSION/         rejected.parquet, TABLE/SHEET_YEAR/*.parquet; never changed
    TABLE -> current/TABLE    links for other programs; current -> versions/VERSION

A change writes a version of its own and then replaces the manifest, in one step: a reader sees the
old state or the new one, and a change that fails leaves the old one. A version that is no longer in
force stays until the next change that finds no process reading it.
"""

import json
import os
import re
import weakref
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache, reduce
from itertools import chain
from operator import itemgetter
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.checks import FINDING
from helpers.corpus import MANIFEST
from helpers.sheet import COLUMNS, FLAG, MAYBE, NUMBER, TEXT, YEAR, SheetError, dtype

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

REJECTED = "rejected.parquet"
VERSIONS = "versions"
FORMAT = 3

OF_A_SHEET = [name for name in COLUMNS if name != "vintage"]
"""The tables of `sheet.COLUMNS` that are kept: what other sheets print is worked out from them."""

_SHEET = {"sheet_id": TEXT}
_LINK = {"evidence": TEXT, "verified": TEXT, "years_compared": YEAR, "years_agreeing": YEAR}
TABLES = {
    **{name: _SHEET | COLUMNS[name] for name in OF_A_SHEET},
    "finding": _SHEET
    | {name: kind for name, kind in FINDING.items() if name != "applied"}
    | {"proved": FLAG, "reason_en": TEXT},
    "rejected": {"source_path": TEXT, "line": YEAR, "sheet_id": TEXT, "reason": TEXT},
    "file": {
        "sheet_year": YEAR,
        "file": TEXT,
        "source_path": TEXT,
        "rows": YEAR,
        "columns_read": YEAR,
        "columns_known": TEXT,
        "columns_unknown": TEXT,
    },
    "project": _SHEET | {"sheet_year": YEAR, "project_id": TEXT, "previous_id": TEXT} | _LINK,
    "indicator": _SHEET
    | {
        "table": TEXT,
        "number": YEAR,
        "indicator_id": TEXT,
        "previous_id": TEXT,
        "previous_number": YEAR,
    }
    | _LINK,
    "revision": _SHEET
    | {
        "project_id": TEXT,
        "table": TEXT,
        "indicator_id": TEXT,
        "fiscal_year": YEAR,
        "column": TEXT,
        "sheet_year": YEAR,
        "previous_id": TEXT,
        "previous_year": YEAR,
        "previous_value": NUMBER,
        "value": NUMBER,
        "kind": TEXT,
        "closed": FLAG,
    },
}
"""Columns of every table on disk and their dtypes; all but `rejected` lie by sheet year."""

_ARROW = {TEXT: pa.string(), NUMBER: pa.float64(), YEAR: pa.int64(), FLAG: pa.bool_()}
_ARROW[MAYBE] = pa.bool_()
_MAYBE = {name for columns in TABLES.values() for name, kind in columns.items() if kind == MAYBE}
_DTYPES = {arrow: dtype(kind) for kind, arrow in _ARROW.items() if kind in (TEXT, YEAR)}
SCHEMAS = {
    name: pa.schema([(column, _ARROW[kind]) for column, kind in columns.items()])
    for name, columns in TABLES.items()
}
BY_YEAR = [name for name in TABLES if name != "rejected"]
"""The tables that lie by sheet year; in their files each row has its `sheet_year`, as an integer,
whatever the program that reads them."""

SMALL = 100_000
"""Bytes of a file whose rows are kept, about a megabyte of them: every look-up of a sheet reads
those of the table `project`."""
FILES = 512
"""Files of which the rows, or of a larger one the footer, are kept."""
GROUPS = 64
"""Groups of rows that are kept, a quarter of a megabyte each: a project is read from about 30, and
the next sheets of a year lie in the same."""

File = tuple[Path, int, int]
"""A file as it was: its path, when it was changed, its bytes."""

MANY = 200
"""Values sought of which every group of rows has some, so that it is not asked which do."""

Values = dict[str, pa.Array]
"""Column -> the values of which a row is to have one."""


class Store:
    """The files that `manifest` names: in its version or, not yet in force, in `staging`."""

    def __init__(self, folder: Path, manifest: dict, staging: Path | None = None):
        self.folder, self.manifest, self.staging = folder, manifest, staging

    @property
    def tables(self) -> Path:
        """The folder of the version: TABLE/SHEET_YEAR/*.parquet."""
        return self.folder / VERSIONS / self.manifest["version"]

    @property
    def years(self) -> list[int]:
        """The sheet years in it, in order."""
        return sorted(int(year) for year in self.manifest["tables"]["sheet"])

    def table(
        self,
        name: str,
        years: list[int] | None = None,
        columns: list[str] | None = None,
        **among: Iterable,
    ) -> pd.DataFrame:
        """A table as in `TABLES`, of the sheet years given or all of them, in the sources' order.

        `among` keeps the rows whose column holds one of the values: `sheet_id=[...]`. Raises
        SheetError for a file that is gone or damaged.
        """
        return _pandas(self._rows(name, years, columns, among), use_threads=not among)

    def rows(self, name: str, years: list[int] | None, **among: Iterable) -> list[dict]:
        """What `table` reads as plain rows, None where a value is missing."""
        return self._rows(name, years, None, among).to_pylist()

    def rejected(self) -> pd.DataFrame:
        """The sheets that could not be read: source_path, line, sheet_id, reason."""
        return _pandas(self._read(REJECTED, SCHEMAS["rejected"], {}))

    def _rows(
        self, name: str, years: list[int] | None, columns: list[str] | None, among: dict
    ) -> pa.Table:
        schema, by_year = SCHEMAS[name], self.manifest["tables"].get(name)
        if not by_year:
            return schema.empty_table().select(columns or schema.names)
        sought = {
            column: pa.array(set(values), schema.field(column).type)
            for column, values in among.items()
        }
        if columns is not None:
            schema = pa.schema([schema.field(column) for column in columns])
        parts = [
            self._read(file, schema, sought)
            for year, files in sorted(by_year.items())
            if years is None or int(year) in years
            for file in files
        ]
        return pa.concat_tables([schema.empty_table(), *parts])

    def _read(self, file: str, schema: pa.Schema, among: Values) -> pa.Table:
        path = self.tables / file
        if self.staging and (self.staging / file).exists():
            path = self.staging / file
        try:
            return read(path, schema, among)
        except (OSError, KeyError, pa.ArrowException) as error:
            expected = "the corpus's file: build the corpus again"
            if not self.tables.exists():
                # Only where there are no locks: else a version that is used stays.
                expected = "a version that is still there: open the corpus again"
            raise SheetError(path, f"no readable table ({error})", expected) from error


def arrow(table: str, rows: list[dict] | pd.DataFrame) -> pa.Table:
    """Rows as `table` has them on disk; keys that it does not have are left out."""
    if isinstance(rows, pd.DataFrame):
        return pa.Table.from_pandas(rows, SCHEMAS[table], preserve_index=False)
    schema = SCHEMAS[table]
    columns = [[row.get(name) for row in rows] for name in schema.names]
    return pa.table(list(map(pa.array, columns, schema.types)), schema)


def as_table(name: str, frame: pd.DataFrame) -> pa.Table:
    """A frame that has the columns of a table, in whatever order and of whatever dtypes."""
    return arrow(name, frame.reindex(columns=list(TABLES[name])).astype(TABLES[name]))


class Gathered:
    """The rows of a table of sheets, gathered sheet by sheet, as what each column holds: while a
    sheet's rows are at hand, which is quicker than to come back to thousands of them."""

    def __init__(self, table: str):
        self._schema = SCHEMAS[table]
        self._sheet_ids: list[str] = []
        # Row after row: a tuple for each would stay until the end.
        self._values: list = []
        self._of_row = itemgetter(*self._schema.names[1:])

    def add(self, sheet_id: str, rows: list[dict]) -> None:
        """Add rows that have all columns, each with its sheet's id."""
        self._sheet_ids += [sheet_id] * len(rows)
        self._values += chain.from_iterable(map(self._of_row, rows))

    def table(self) -> pa.Table:
        """All of them, as they lie on disk; there is at least one."""
        width = len(self._schema) - 1
        columns = [self._sheet_ids, *(self._values[at::width] for at in range(width))]
        return pa.table(list(map(pa.array, columns, self._schema.types)), self._schema)


def _pandas(rows: pa.Table, use_threads: bool = False) -> pd.DataFrame:
    """Rows with the dtypes of `TABLES`."""
    frame = rows.to_pandas(types_mapper=_DTYPES.get, use_threads=use_threads)
    for name in _MAYBE.intersection(frame.columns):
        frame[name] = frame[name].astype(MAYBE)
    return frame


def manifest_of(folder: Path) -> dict:
    """What is in force in a folder. Raises SheetError where there is no corpus."""
    path = folder / MANIFEST
    expected = "a folder made by `review-sheets corpus build`"
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SheetError(path, error.strerror or str(error), expected) from error
    except (ValueError, RecursionError) as error:
        raise SheetError(path, f"no JSON ({error})", f"{expected}; build it again") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise SheetError(path, "another version's corpus", f"{expected}; build it again")
    if not (names_version(manifest.get("version")) and _lists_files(manifest.get("tables"))):
        raise SheetError(path, "no list of the corpus's files", f"{expected}; build it again")
    return manifest


def names_version(version: object) -> bool:
    """Whether this is a name that a change gives to a version."""
    return isinstance(version, str) and bool(re.fullmatch(r"[0-9a-f]{16}(-\d+)?", version))


def _lists_files(tables) -> bool:
    try:
        return "sheet" in tables and all(
            re.fullmatch(r"\d+", year)
            and all(re.fullmatch(r"\w+/\d+/\w+\.parquet", name) for name in names)
            for by_year in tables.values()
            for year, names in by_year.items()
        )
    except (AttributeError, TypeError):
        return False


def read(path: Path, schema: pa.Schema, among: Values) -> pa.Table:
    """The columns of `schema` in a file, of all rows or of those `among` the values given.

    Raises OSError, KeyError or pyarrow's exceptions for a file that is gone or damaged.
    """
    if not among or any(len(values) > MANY for values in among.values()):
        with pq.ParquetFile(path) as opened:
            rows = opened.read(list(dict.fromkeys([*schema.names, *among])))
        return (_among(rows, among) if among else rows).select(schema.names)
    stat = path.stat()
    file = (path, stat.st_mtime_ns, stat.st_size)
    if stat.st_size <= SMALL:
        rows = _whole(*file)
    else:
        groups, columns = _groups(file, among), (*schema.names, *among)
        if not groups:
            return schema.empty_table()
        one = len(groups) == 1
        rows = _group(*file, groups[0], columns) if one else _read(file, groups, columns)
    return _among(rows, among).select(schema.names)


def _groups(file: File, among: Values) -> list[int]:
    """The groups of rows that have a value sought: by what the footer tells of them, and where that
    leaves several, as in files that are not in the order of the values, by the values."""
    sought = {name: values.to_pylist() for name, values in among.items()}
    groups = [
        group
        for group in range(_footer(*file).num_row_groups)
        if all(
            extent is None or any(extent[0] <= value <= extent[1] for value in sought[name])
            for name in among
            for extent in [_extents(*file, name)[group]]
        )
    ]
    if len(groups) < 2:
        return groups
    return [
        group
        for group in groups
        if all(
            not _distinct(*file, name, group).isdisjoint(values) for name, values in sought.items()
        )
    ]


def _read(file: File, groups: list[int], columns: tuple[str, ...]) -> pa.Table:
    with pq.ParquetFile(file[0], metadata=_footer(*file)) as opened:
        # Without threads: for so few rows they cost more than they save.
        return opened.read_row_groups(groups, columns, use_threads=False)


@lru_cache(GROUPS)
def _group(path: Path, changed: int, size: int, group: int, columns: tuple[str, ...]) -> pa.Table:
    return _read((path, changed, size), [group], columns)


def _among(rows: pa.Table, among: Values) -> pa.Table:
    wanted = [pc.is_in(rows[name], values) for name, values in among.items()]
    return rows.filter(reduce(pc.and_, wanted))


@lru_cache(FILES)
def _whole(path: Path, changed: int, size: int) -> pa.Table:  # noqa: ARG001 (another file else)
    with pq.ParquetFile(path) as opened:
        return opened.read(use_threads=False)


@lru_cache(FILES)
def _footer(path: Path, changed: int, size: int) -> pq.FileMetaData:  # noqa: ARG001 (as above)
    return pq.read_metadata(path)


@lru_cache(FILES)
def _extents(path: Path, changed: int, size: int, column: str) -> list[tuple | None]:
    """The least and the greatest value of a column in each group of rows, where that is known."""
    footer = _footer(path, changed, size)
    at = {name: place for place, name in enumerate(footer.schema.names)}[column]
    groups = map(footer.row_group, range(footer.num_row_groups))
    known = [group.column(at).statistics for group in groups]
    return [(each.min, each.max) if each and each.has_min_max else None for each in known]


@lru_cache(16 * FILES)
def _distinct(path: Path, changed: int, size: int, column: str, group: int) -> frozenset:
    """The values that a column has in a group of rows."""
    values = _read((path, changed, size), [group], (column,))[column]
    return frozenset(values.unique().to_pylist())


def lock(folder: Path, alone: bool) -> int | None:
    """Lock a folder, for this process `alone` or beside others that do not ask for it alone.

    Returns the number of an open file, whose closing gives the lock back; None where the system or
    the file system has no such locks. Raises BlockingIOError where another process's lock is in the
    way, FileNotFoundError where there is no such folder (any more).
    """
    if fcntl is None:
        if not folder.is_dir():
            raise FileNotFoundError(folder)
        return None
    number = None
    try:
        number = os.open(folder, os.O_RDONLY)
        fcntl.flock(number, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        # Another folder may have come in its place before the lock was there.
        if not os.path.samestat(os.fstat(number), folder.stat()):
            raise FileNotFoundError(folder)
    except OSError as error:
        if number is not None:
            os.close(number)
        if isinstance(error, BlockingIOError | FileNotFoundError):
            raise
        return None
    return number


def unlock(number: int | None) -> None:
    """Give back what `lock` returned."""
    if number is not None:
        os.close(number)


def while_used(user: object, number: int | None) -> None:
    """Give back what `lock` returned once nothing refers to `user` any more."""
    if number is not None:
        weakref.finalize(user, _close, number, os.getpid()).atexit = False


def _close(number: int, owner: int) -> None:
    # In a forked child the number may by now be another file's.
    if os.getpid() == owner:
        with suppress(OSError):
            os.close(number)
