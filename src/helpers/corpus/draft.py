"""The next state of a corpus: written beside the one in force, and swapped for it in one step."""

import copy
import errno
import filecmp
import hashlib
import itertools
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from helpers import files
from helpers.corpus.store import (
    BY_YEAR,
    FORMAT,
    MANIFEST,
    REJECTED,
    VERSIONS,
    Store,
    arrow,
    lock,
    manifest_of,
    names_version,
    unlock,
)
from helpers.sheet import SheetError

BUFFERED_ROWS = 4000
ROW_GROUP = 2000
"""Rows that are read together, those of some hundred sheets: so few that a reader can leave out
most of what it does not need."""
LEVEL = 1
"""Of zstd: 3 takes a fifth longer, for a thirtieth of the bytes."""

CURRENT = "current"
LINKS = {name: f"{CURRENT}/{name}" for name in [*BY_YEAR, REJECTED]}
"""What leads other programs to the tables in force, by the one link that a change replaces."""

NO_LINKS = {errno.EPERM, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
"""What a file system says that has no links, and Windows where they are not allowed."""


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
            self._flush(key, whole=True)

    def finish(self) -> None:
        """Close what was appended; each becomes one more file of its table and sheet year."""
        for key in list(self._buffers):
            self._flush(key)
        for (table, year), writer in self._writers.items():
            writer.close()
            self._take(table, year, Path(writer.where))
        self._writers.clear()

    def rows_of(self, table: str, year: int) -> pa.Table:
        """A table's sheet year as it stands."""
        return self._rows(table, [year], None, {})

    def replace(self, table: str, year: int, rows: pa.Table) -> None:
        """A table's sheet year anew."""
        self.manifest["tables"].setdefault(table, {}).pop(str(year), None)
        if len(rows):
            self.append(table, year, rows)
            self.finish()

    def reject(self, rows: list[dict]) -> None:
        """Set what could not be read, as in `rejected`; what was rejected before is left out."""
        self.staging.mkdir(parents=True, exist_ok=True)
        pq.write_table(arrow("rejected", rows), self.staging / REJECTED)

    def commit(self) -> None:
        """Bring the draft into force: whatever takes room comes first, the manifest in one step."""
        before, tables = self.tables, self.manifest["tables"]
        for name in BY_YEAR if self.years else ():
            if not tables.get(name):
                # So that other programs find every table, with its columns.
                self.append(name, self.years[0], arrow(name, []))
        self.finish()
        names = {
            one for by_year in tables.values() for listed in by_year.values() for one in listed
        }
        for path in self.staging.glob("*/*/*.parquet"):
            if path.relative_to(self.staging).as_posix() not in names:
                path.unlink()
        for name in sorted(names):
            if not (self.staging / name).exists():
                _repeat(before / name, self.staging / name)
        self.manifest["version"] = self._version([*names, REJECTED])
        text = json.dumps(self.manifest, ensure_ascii=False, indent=1, sort_keys=True)
        for name, target in LINKS.items():
            if not os.path.lexists(self.folder / name):
                _link(self.folder / name, target)
        link = _hidden_link(self.folder / CURRENT, f"{VERSIONS}/{self.manifest['version']}")
        if not self.tables.exists():
            self.tables.parent.mkdir(exist_ok=True)
            self.staging.rename(self.tables)
        files.write(self.folder / MANIFEST, f"{text}\n")
        if link:
            _put(link, self.folder / CURRENT)

    def _version(self, names: list[str]) -> str:
        """A name for what is staged: the same files give the same name, and where that name's were
        damaged another one."""
        digest = hashlib.sha256(json.dumps(self.manifest["tables"], sort_keys=True).encode())
        digest.update((self.staging / REJECTED).read_bytes())
        name = plain = digest.hexdigest()[:16]
        for number in itertools.count(2):
            there = self.folder / VERSIONS / name
            if not there.exists() or _same(self.staging, there, names):
                break
            name = f"{plain}-{number}"
        return name

    def discard(self) -> None:
        """Remove what is not in force. The draft cannot be used any more."""
        for writer in self._writers.values():
            # Else it would write its end when it is collected, and complain to the terminal.
            writer.is_open = False
            with suppress(OSError):
                writer.file_handle.close()
        shutil.rmtree(self.staging, ignore_errors=True)

    def _flush(self, key: tuple[str, str], whole: bool = False) -> None:
        """Write what is buffered, or the `whole` groups of it."""
        table, year = key
        rows = pa.concat_tables(self._buffers.pop(key, []))
        if whole and (rest := len(rows) % ROW_GROUP):
            self._buffers[key] = [rows.slice(len(rows) - rest)]
            rows = rows.slice(0, len(rows) - rest)
        if "sheet_year" not in rows.column_names:
            years = pa.repeat(pa.scalar(int(year), pa.int64()), len(rows))
            rows = rows.add_column(1, "sheet_year", years)
        if key not in self._writers:
            folder = self.staging / table / year
            folder.mkdir(parents=True, exist_ok=True)
            place = folder / f"{len(self._writers)}.part"
            self._writers[key] = pq.ParquetWriter(
                place,
                rows.schema,
                compression="zstd",
                compression_level=LEVEL,
                use_dictionary=_repetitive(rows.schema),
                write_statistics=[name for name in rows.column_names if name.endswith("_id")],
            )
        self._writers[key].write_table(rows, ROW_GROUP)

    def _take(self, table: str, year: str, written: Path) -> None:
        with written.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()[:16]
        path = written.replace(written.with_name(f"{digest}.parquet"))
        name = path.relative_to(self.staging).as_posix()
        listed = self.manifest["tables"].setdefault(table, {}).setdefault(year, [])
        if name not in listed:
            listed.append(name)


def _repetitive(schema: pa.Schema) -> list[str]:
    """The columns of which a dictionary makes the file smaller. Amounts and what each payee did
    rarely stand twice in a group, and the rows of one sheet, which share an id, lie together."""
    return [
        field.name
        for field in schema
        if field.type != pa.float64() and field.name != "work" and not field.name.endswith("_id")
    ]


@contextmanager
def changing(folder: Path, anew: bool) -> Iterator[Draft]:
    """A draft of `folder`'s next state, which comes into force only if the block succeeds.

    It starts empty (`anew`) or from what is in force. Raises SheetError where there is no corpus to
    start from or another change is being made, OSError where nothing can be written.
    """
    if not anew:
        manifest_of(folder)
    elif _holds_something_else(folder):
        raise SheetError(folder, "a folder that holds something else", "a new or empty folder")
    fresh = not folder.exists()
    held = _alone(folder)
    seen, replaced = _in_force(folder), _version_in_force(folder)
    try:
        _settle(folder)
        manifest = {"format": FORMAT, "version": "", "tables": {"sheet": {}}}
        draft = Draft(folder, manifest if anew else manifest_of(folder))
        try:
            yield draft
            if _in_force(folder) != seen:
                # Only where there are no locks.
                raise _changing_already(folder)
            draft.commit()
        finally:
            draft.discard()
    except ChildProcessError:
        raise
    except OSError as error:
        raise OSError(
            f"cannot write the corpus in {folder} ({error.strerror or error}): what was there is "
            "unchanged; free space or choose another folder"
        ) from error
    finally:
        with suppress(OSError):
            # Else the next change does it.
            _settle(folder, replaced)
        if fresh:
            with suppress(OSError):
                folder.rmdir()
        unlock(held)


def _alone(folder: Path) -> int | None:
    """The lock that a change holds from its beginning to its end; makes the folder."""
    while True:
        files.writable(folder)
        try:
            return lock(folder, alone=True)
        except BlockingIOError as error:
            raise _changing_already(folder) from error
        except FileNotFoundError:
            # A first build has failed and removed its empty folder.
            continue


def _changing_already(folder: Path) -> SheetError:
    found = "a corpus that another `corpus build` or `corpus add` is changing"
    return SheetError(folder, found, "one change at a time: run again when that has ended")


def _in_force(folder: Path) -> bytes | None:
    path = folder / MANIFEST
    return path.read_bytes() if path.exists() else None


def _version_in_force(folder: Path) -> str:
    """Its name; "" where there is no manifest that names one."""
    try:
        return manifest_of(folder)["version"]
    except SheetError:
        return ""


def _settle(folder: Path, replaced: str = "") -> None:
    """Make the folder what its manifest says: remove what a change that was stopped has left, and
    the versions that no process reads, and lead the links to the version in force.

    Only for whom has the lock on it. Where there are no locks, the version `replaced` just now is
    left to the next change.
    """
    files.sweep(folder)
    files.clear(folder)
    version = _version_in_force(folder)
    if version:
        for name, target in {**LINKS, CURRENT: f"{VERSIONS}/{version}"}.items():
            path = folder / name
            if not (path.is_symlink() and os.readlink(path) == target):
                _link(path, target)
    elif _in_force(folder) is not None:
        # Of another version of the program, or damaged: not ours to tidy.
        return
    else:
        for path in folder.iterdir():
            if path.is_symlink() and _is_ours(path):
                path.unlink()
    for path in (folder / VERSIONS).glob("*"):
        if path.name != version:
            _remove_unread(path, path.name == replaced)
    if not version:
        with suppress(OSError):
            (folder / VERSIONS).rmdir()


def _remove_unread(path: Path, keep: bool) -> None:
    """Remove a version that no process reads; where there are no locks, if not to `keep`."""
    try:
        held = lock(path, alone=True)
    except (BlockingIOError, FileNotFoundError):
        return
    if held is not None or not keep:
        _remove(path, path.parents[1])
    unlock(held)


def _remove(path: Path, folder: Path) -> None:
    """Take a folder away in one step: what is left of it at a kill, the next change sweeps."""
    away = files.staging(folder)
    path.rename(away)
    shutil.rmtree(away, ignore_errors=True)


def _link(path: Path, target: str) -> None:
    if link := _hidden_link(path, target):
        _put(link, path)


def _hidden_link(path: Path, target: str) -> Path | None:
    """A link to be put in the place of `path`; None on a file system without links."""
    hidden = files.partial(path)
    hidden.unlink(missing_ok=True)
    try:
        hidden.symlink_to(target, target_is_directory=True)
    except NotImplementedError:
        return None
    except OSError as error:
        if error.errno in NO_LINKS:
            return None
        raise
    return hidden


def _put(link: Path, path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        # Of a copy that followed the links, or of a corpus of an earlier version of the program.
        _remove(path, path.parent)
    link.replace(path)


def _repeat(file: Path, at: Path) -> None:
    """The same file under a second name; a copy where the file system has no such names."""
    at.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, at)
    except FileNotFoundError as error:
        expected = "the corpus's file: build the corpus again"
        raise SheetError(file, "no readable table (no such file)", expected) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        shutil.copy2(file, at)


def _same(one: Path, other: Path, names: list[str]) -> bool:
    return len(filecmp.cmpfiles(one, other, names, shallow=False)[0]) == len(names)


def _holds_something_else(folder: Path) -> bool:
    """Whether there is anything but a corpus, or what a first build that was killed has left."""
    if not folder.is_dir() or (folder / MANIFEST).exists():
        return False
    return any(
        not re.fullmatch(r"\.writing\.\d+|\..*\.partial-\d+(\.\w+)?", path.name)
        and not _is_ours(path)
        for path in folder.iterdir()
    )


def _is_ours(path: Path) -> bool:
    if path.is_symlink():
        return path.name == CURRENT or os.readlink(path) == LINKS.get(path.name)
    return path.name == VERSIONS and all(names_version(one.name) for one in path.iterdir())
