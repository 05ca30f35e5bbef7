"""The next state of a corpus: written beside the one in force, and swapped for it in one step."""

import copy
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers import files
from helpers.corpus import parquet
from helpers.corpus.store import (
    FORMAT,
    MANIFEST,
    REJECTED,
    SCHEMAS,
    TABLES,
    Store,
    arrow,
    manifest_of,
)
from helpers.sheet import SheetError

BUFFERED_ROWS = 50_000


class Draft(Store):
    """The next state of a corpus: reads see what it holds so far, `folder` stays as it was."""

    def __init__(self, folder: Path, manifest: dict):
        super().__init__(folder, manifest, files.staging(folder))
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
            self._writers[key] = parquet.writer(place, SCHEMAS[table])
        parquet.write(self._writers[key], rows)

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
    files.sweep(folder)
    seen = _in_force(folder)
    if anew and seen is None and folder.is_dir() and any(folder.iterdir()):
        raise SheetError(folder, "a folder that holds something else", "a new or empty folder")
    draft = Draft(folder, manifest if anew else manifest_of(folder))
    fresh = not folder.exists()
    files.writable(folder)
    try:
        yield draft
        if _in_force(folder) != seen:
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


def _in_force(folder: Path) -> bytes | None:
    path = folder / MANIFEST
    return path.read_bytes() if path.exists() else None
