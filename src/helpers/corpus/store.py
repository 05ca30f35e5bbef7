"""The corpus on disk: Parquet files by sheet year, and the manifest that says which are in force.

A change writes its files beside the old ones and then replaces the manifest, in one step: a reader
sees the old state or the new one, and a change that fails leaves the old one.
"""

import copy
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from helpers import files
from helpers.checks import FINDING
from helpers.sheet import COLUMNS, NUMBER, TEXT, YEAR, SheetError

MANIFEST = "corpus.json"
REJECTED = "rejected.parquet"
STAGING = ".writing."
FORMAT = 1
BUFFERED_ROWS = 50_000
FLAG = "bool"

_SHEET = {"sheet_id": TEXT}
TABLES = {
    **{name: _SHEET | columns for name, columns in COLUMNS.items() if name != "vintage"},
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
SCHEMAS = {
    name: pa.schema([(column, _ARROW[kind]) for column, kind in columns.items()])
    for name, columns in TABLES.items()
}


class Store:
    """The files that `manifest` names, in `folder` or, not yet in force, in `staging`."""

    def __init__(self, folder: Path, manifest: dict, staging: Path | None = None):
        self.folder, self.manifest, self.staging = folder, manifest, staging or folder

    @classmethod
    def open(cls, folder: str | Path) -> "Store":
        """The files in force in a corpus's folder. Raises SheetError where there is no corpus."""
        return cls(Path(folder), _manifest(Path(folder)))

    @property
    def years(self) -> list[int]:
        """The sheet years in it, in order."""
        return sorted(int(year) for year in self.manifest["tables"]["sheet"])

    def read(
        self,
        table: str,
        years: list[int] | None = None,
        columns: list[str] | None = None,
        **among: list,
    ) -> pd.DataFrame:
        """A table as in `TABLES`, of the sheet years given or all of them, in the sources' order.

        `among` keeps the rows whose column holds one of the values: `sheet_id=[...]`. Raises
        SheetError for a file that is gone or damaged.
        """
        kinds = {name: TABLES[table][name] for name in columns or TABLES[table]}
        filters = [
            (column, "in", pa.array(list(values), _ARROW[TABLES[table][column]]))
            for column, values in among.items()
        ]
        wanted = None if years is None else {str(year) for year in years}
        by_year = self.manifest["tables"].get(table, {})
        parts = [
            self._read(name, list(kinds), filters)
            for year, names in sorted(by_year.items())
            if wanted is None or year in wanted
            for name in names
        ]
        if not parts:
            return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
        return pa.concat_tables(parts).to_pandas().astype(kinds)

    def rejected(self) -> pd.DataFrame:
        """The sheets that could not be read: source_path, line, sheet_id, reason."""
        kinds = TABLES["rejected"]
        return self._read(REJECTED, list(kinds), []).to_pandas().astype(kinds)

    def _read(self, name: str, columns: list[str], filters) -> pa.Table:
        path = self._path(name)
        try:
            read = (
                pq.read_table(path, columns=columns, filters=filters, partitioning=None)
                if filters
                else pq.ParquetFile(path).read(columns)
            )
            return read.select(columns)
        except (OSError, KeyError, pa.ArrowException) as error:
            raise SheetError(
                path, f"no readable table ({error})", "the corpus's file: build the corpus again"
            ) from error

    def _path(self, name: str) -> Path:
        staged = self.staging / name
        return staged if staged.exists() else self.folder / name


class Draft(Store):
    """The next state of a corpus: reads see what it holds so far, `folder` stays as it was."""

    def __init__(self, folder: Path, manifest: dict):
        super().__init__(folder, manifest, folder / f"{STAGING}{os.getpid()}")
        self._writers: dict[tuple[str, str], pq.ParquetWriter] = {}
        self._buffers: dict[tuple[str, str], list[pa.Table]] = {}

    def reader(self) -> Store:
        """What the draft holds now, for other processes too."""
        return Store(self.folder, copy.deepcopy(self.manifest), self.staging)

    def append(self, table: str, year: int | None, rows: pa.Table) -> None:
        """Add rows to a table's sheet year; `finish` makes them readable."""
        key = (table, str(year))
        self._buffers.setdefault(key, []).append(rows)
        if sum(part.num_rows for part in self._buffers[key]) >= BUFFERED_ROWS:
            self._flush(key)

    def finish(self) -> None:
        """Close what was appended; each becomes one more file of its table and sheet year."""
        for key in list(self._buffers):
            self._flush(key)
        for (table, year), writer in self._writers.items():
            writer.close()
            self._take(table, year, Path(writer.where))
        self._writers.clear()

    def replace(self, table: str, year: int, rows: pd.DataFrame) -> None:
        """A table's sheet year anew."""
        self.manifest["tables"].setdefault(table, {}).pop(str(year), None)
        if len(rows):
            frame = rows.reindex(columns=list(TABLES[table])).astype(TABLES[table])
            self.append(table, year, arrow(table, frame))
            self.finish()

    def reject(self, rows: list[dict]) -> None:
        """Set what could not be read, as in `rejected`; what was rejected before is left out."""
        self.staging.mkdir(parents=True, exist_ok=True)
        pq.write_table(arrow("rejected", rows), self.staging / REJECTED)

    def commit(self) -> None:
        """Bring the draft into force, and remove what no longer is."""
        names = {
            name
            for by_year in self.manifest["tables"].values()
            for listed in by_year.values()
            for name in listed
        }
        text = json.dumps(self.manifest, ensure_ascii=False, indent=1, sort_keys=True)
        # Written before any file moves: from here on nothing needs more room.
        files.write(self.staging / MANIFEST, f"{text}\n")
        for name in [*sorted(names), REJECTED, MANIFEST]:
            if (self.staging / name).exists():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                (self.staging / name).replace(self.folder / name)
        for path in self.folder.glob("*/sheet_year=*/*.parquet"):
            if path.relative_to(self.folder).as_posix() not in names:
                path.unlink()

    def discard(self) -> None:
        """Remove what is not in force. The draft cannot be used any more."""
        for writer in self._writers.values():
            # Else it would write its end when it is collected, and complain to the terminal.
            writer.is_open = False
            with suppress(OSError):
                writer.file_handle.close()
        shutil.rmtree(self.staging, ignore_errors=True)

    def _flush(self, key: tuple[str, str]) -> None:
        table, year = key
        rows = pa.concat_tables(self._buffers.pop(key, []))
        if key not in self._writers:
            folder = self.staging / table / f"sheet_year={year}"
            folder.mkdir(parents=True, exist_ok=True)
            place = folder / f"{len(self._writers)}.part"
            self._writers[key] = pq.ParquetWriter(place, SCHEMAS[table], compression="zstd")
        self._writers[key].write_table(rows)

    def _take(self, table: str, year: str, written: Path) -> None:
        with written.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()[:16]
        path = written.replace(written.with_name(f"{digest}.parquet"))
        name = path.relative_to(self.staging).as_posix()
        listed = self.manifest["tables"].setdefault(table, {}).setdefault(year, [])
        if name not in listed:
            listed.append(name)


@contextmanager
def changing(folder: Path, anew: bool) -> Iterator[Draft]:
    """A draft of `folder`'s next state, which comes into force only if the block succeeds.

    It starts empty (`anew`) or from what is in force. Raises SheetError where there is no corpus to
    start from or another change came first, OSError where nothing can be written.
    """
    manifest = {"format": FORMAT, "tables": {"sheet": {}}}
    _sweep(folder)
    seen = (folder / MANIFEST).read_bytes() if (folder / MANIFEST).exists() else None
    if anew and seen is None and folder.is_dir() and any(folder.iterdir()):
        raise SheetError(folder, "a folder that holds something else", "a new or empty folder")
    draft = Draft(folder, manifest if anew else _manifest(folder))
    fresh = not folder.exists()
    files.writable(folder)
    try:
        yield draft
        now = (folder / MANIFEST).read_bytes() if (folder / MANIFEST).exists() else None
        if now != seen:
            raise SheetError(
                folder, "a corpus changed meanwhile", "one change at a time: run again"
            )
        draft.commit()
    except ChildProcessError:
        raise
    except OSError as error:
        raise OSError(
            f"cannot write the corpus in {folder} ({error.strerror or error}): what was there is "
            "unchanged; free space or choose another folder"
        ) from error
    finally:
        draft.discard()
        if fresh and not (folder / MANIFEST).exists():
            shutil.rmtree(folder, ignore_errors=True)


def arrow(table: str, rows: list[dict] | pd.DataFrame) -> pa.Table:
    """Rows as `table` has them on disk; keys that it does not have are left out."""
    if isinstance(rows, pd.DataFrame):
        return pa.Table.from_pandas(rows, SCHEMAS[table], preserve_index=False)
    return pa.Table.from_pylist(rows, SCHEMAS[table])


def _sweep(folder: Path) -> None:
    """Remove what changes that were killed have left."""
    for left in folder.glob(f"{STAGING}*"):
        owner = left.name.removeprefix(STAGING)
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _manifest(folder: Path) -> dict:
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
    if not _lists_files(manifest.get("tables")):
        raise SheetError(path, "no list of the corpus's files", f"{expected}; build it again")
    return manifest


def _lists_files(tables) -> bool:
    try:
        return "sheet" in tables and all(
            re.fullmatch(r"\d+", year)
            and all(re.fullmatch(r"\w+/sheet_year=\d+/\w+\.parquet", name) for name in names)
            for by_year in tables.values()
            for year, names in by_year.items()
        )
    except (AttributeError, TypeError):
        return False
