"""The corpus on disk: versions of its tables, and the manifest that says which is in force.

    corpus.json               the manifest: the version in force and its files
    versions/VERSION/         rejected.parquet, TABLE/SHEET_YEAR/*.parquet; never changed
    TABLE -> current/TABLE    links for other programs; current -> versions/VERSION

A change writes a version of its own and then replaces the manifest, in one step: a reader sees the
old state or the new one, and a change that fails leaves the old one. A version that is no longer in
force stays until the next change that finds no process reading it.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa

from helpers.checks import FINDING
from helpers.corpus import locks, parquet
from helpers.sheet import COLUMNS, FLAG, NUMBER, TEXT, YEAR, SheetError

MANIFEST = "corpus.json"
REJECTED = "rejected.parquet"
VERSIONS = "versions"
FORMAT = 2

OF_A_SHEET = [name for name in COLUMNS if name != "vintage"]
"""The tables of `sheet.COLUMNS` that are kept: what other sheets print is worked out from them."""

_SHEET = {"sheet_id": TEXT}
TABLES = {
    **{name: _SHEET | COLUMNS[name] for name in OF_A_SHEET},
    "finding": _SHEET
    | {name: kind for name, kind in FINDING.items() if name != "applied"}
    | {"proved": FLAG, "reason_en": TEXT},
    "rejected": {"source_path": TEXT, "line": YEAR, "sheet_id": TEXT, "reason": TEXT},
    "project": _SHEET
    | {
        "sheet_year": YEAR,
        "project_id": TEXT,
        "previous_id": TEXT,
        "evidence": TEXT,
        "verified": TEXT,
        "years_compared": YEAR,
        "years_agreeing": YEAR,
    },
    "indicator": _SHEET
    | {
        "table": TEXT,
        "number": YEAR,
        "indicator_id": TEXT,
        "previous_id": TEXT,
        "previous_number": YEAR,
        "evidence": TEXT,
        "verified": TEXT,
        "years_compared": YEAR,
        "years_agreeing": YEAR,
    },
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
_DTYPES = {arrow: kind for kind, arrow in _ARROW.items() if kind in (TEXT, YEAR)}
SCHEMAS = {
    name: pa.schema([(column, _ARROW[kind]) for column, kind in columns.items()])
    for name, columns in TABLES.items()
}
BY_YEAR = [name for name in TABLES if name != "rejected"]
"""The tables that lie by sheet year; in their files each row has its `sheet_year`, as an integer,
whatever the program that reads them."""


class Store:
    """The files that `manifest` names: in its version or, not yet in force, in `staging`."""

    def __init__(self, folder: Path, manifest: dict, staging: Path | None = None):
        self.folder, self.manifest, self.staging = folder, manifest, staging

    @classmethod
    def open(cls, folder: str | Path) -> "Store":
        """The version in force in a corpus's folder; its files stay as long as the store is used,
        whatever is built meanwhile. Raises SheetError where there is no corpus."""
        folder = Path(folder)
        manifest = manifest_of(folder)
        while True:
            store = cls(folder, manifest)
            try:
                locks.while_used(store, locks.lock(store.tables, alone=False))
            except (BlockingIOError, FileNotFoundError) as error:
                # Was it replaced, and removed, since the manifest was read?
                manifest, before = manifest_of(folder), manifest
                if manifest == before:
                    expected = "the corpus's tables: build the corpus again"
                    raise SheetError(store.tables, "no such folder", expected) from error
            else:
                return store

    @property
    def tables(self) -> Path:
        """The folder of the version: TABLE/SHEET_YEAR/*.parquet."""
        return self.folder / VERSIONS / self.manifest["version"]

    @property
    def years(self) -> list[int]:
        """The sheet years in it, in order."""
        return sorted(int(year) for year in self.manifest["tables"]["sheet"])

    def read(
        self,
        table: str,
        years: list[int] | None = None,
        columns: list[str] | None = None,
        **among: Iterable,
    ) -> pd.DataFrame:
        """A table as in `TABLES`, of the sheet years given or all of them, in the sources' order.

        `among` keeps the rows whose column holds one of the values: `sheet_id=[...]`. Raises
        SheetError for a file that is gone or damaged.
        """
        found = self._found(table, years, columns, among)
        return _pandas(found, use_threads=not among)

    def rows(self, table: str, years: list[int], **among: Iterable) -> list[dict]:
        """What `read` reads as plain rows, None where a value is missing."""
        found = self._found(table, years, None, among)
        columns = {name: found[name].to_pylist() for name in found.column_names}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def rejected(self) -> pd.DataFrame:
        """The sheets that could not be read: source_path, line, sheet_id, reason."""
        return _pandas(self._read(REJECTED, SCHEMAS["rejected"], {}))

    def _found(
        self, table: str, years: list[int] | None, columns: list[str] | None, among: dict
    ) -> pa.Table:
        schema = SCHEMAS[table]
        sought = {
            name: pa.array(sorted(set(values)), schema.field(name).type)
            for name, values in among.items()
        }
        if columns is not None:
            schema = pa.schema([schema.field(name) for name in columns])
        wanted = None if years is None else {str(year) for year in years}
        by_year = self.manifest["tables"].get(table, {})
        parts = [
            self._read(name, schema, sought)
            for year, names in sorted(by_year.items())
            if wanted is None or year in wanted
            for name in names
        ]
        return pa.concat_tables([schema.empty_table(), *parts])

    def _read(self, name: str, schema: pa.Schema, among: parquet.Values) -> pa.Table:
        path = self._path(name)
        try:
            return parquet.read(path, schema, among)
        except (OSError, KeyError, pa.ArrowException) as error:
            expected = "the corpus's file: build the corpus again"
            if not self.tables.exists():
                # Only where there are no locks: else a version that is used stays.
                expected = "a version that is still there: open the corpus again"
            raise SheetError(path, f"no readable table ({error})", expected) from error

    def _path(self, name: str) -> Path:
        staged = self.staging and self.staging / name
        return staged if staged and staged.exists() else self.tables / name


def arrow(table: str, rows: list[dict] | pd.DataFrame) -> pa.Table:
    """Rows as `table` has them on disk; keys that it does not have are left out."""
    if isinstance(rows, pd.DataFrame):
        return pa.Table.from_pandas(rows, SCHEMAS[table], preserve_index=False)
    return pa.Table.from_pylist(rows, SCHEMAS[table])


def _pandas(rows: pa.Table, use_threads: bool = False) -> pd.DataFrame:
    """Rows with the dtypes of `TABLES`."""
    return rows.to_pandas(types_mapper=_DTYPES.get, use_threads=use_threads)


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
