"""The places that a command names: paths, globs and folders, taken apart into sources."""

import glob
from collections.abc import Iterable, Iterator
from pathlib import Path

from helpers import paths, sources
from helpers.corpus import is_corpus
from helpers.corpus.store import MANIFEST
from helpers.sheet import SheetError
from helpers.sources import json_files, rs_files

RUN_FILES = ("index.html", "index.json", "index.csv", "render.log", "manifest.json")
"""What a run writes beside its reports: no folder of a sheet is called so, and none is a source."""

Place = tuple[str, str]
"""A source's path, and the name of the sheet behind its #; "" stands for all of its sheets."""


def places(text: str) -> Iterator[Place | SheetError]:
    """The sources meant by a path, `PATH#name` or a glob, from the working directory or the
    repository root.

    A folder stands for each file in it, and for the corpora and the RS system's folders in it;
    hidden files and what a run wrote are left out. A SheetError stands for what cannot be had.
    """
    if not text.strip():
        yield SheetError(repr(text), "no name", sources.EXPECTED)
        return
    base, mark, name = text.rpartition("#")
    if not paths.exists(text):
        if mark and name and paths.exists(base):
            yield base, name
            return
        if glob.has_magic(text):
            yield from _of_pattern(text)
            return
    elif paths.find(text).is_dir() and not is_corpus(text):
        yield from _of_folder(paths.find(text))
        return
    yield text, ""


def portable(path: str) -> str:
    """The path as a report names it: from the repository's root where it is in there."""
    try:
        found = paths.find(path).resolve()
        if found.is_relative_to(paths.ROOT):
            from_root = found.relative_to(paths.ROOT)
            if paths.find(from_root).resolve() == found:
                return from_root.as_posix()
    except (OSError, RuntimeError, ValueError):
        # No usable path: reading it says so.
        pass
    return path


def resolved(path: str) -> Path:
    """The file itself, whatever way leads to it; a path that cannot be used stays as it is."""
    try:
        return paths.find(path).resolve()
    except (OSError, RuntimeError, ValueError):
        return Path(path)


def _of_pattern(pattern: str) -> Iterator[Place | SheetError]:
    found = []
    try:
        given = str(Path(pattern).expanduser())
        for root in (Path(), paths.ROOT):
            found = found or sorted(glob.glob(given, root_dir=root, recursive=True))
    except (OSError, RuntimeError, ValueError) as error:
        yield SheetError(pattern, f"no usable path ({error})", sources.EXPECTED)
        return
    if not found:
        yield SheetError(pattern, "no file of such a name", sources.EXPECTED)
    for path in found:
        yield from places(path)


def _of_folder(folder: Path) -> Iterator[Place | SheetError]:
    found: dict[str, Place | SheetError] = {}
    for file in [*sources.pages(folder), *json_files.walk(folder, json_files.ENDINGS)]:
        if isinstance(file, SheetError):
            found[file.path] = file
        elif file.name == MANIFEST and is_corpus(file.parent):
            found[str(file.parent)] = str(file.parent), ""
        elif file.name not in RUN_FILES:
            found[str(file)] = str(file), ""
    for root in _of_tables(folder, found):
        try:
            if rs_files.find(root).tables:
                found[str(root)] = str(root), ""
        except SheetError as error:
            found[str(root)] = error
    # Reading a folder of nothing says what it holds instead.
    yield from found.values() or [(str(folder), "")]


def _of_tables(folder: Path, others: Iterable[str]) -> Iterable[Path]:
    """The folders of CSV and zip files: those above them too, as long as they hold nothing else."""
    taken = {place for other in others for place in (Path(other), *Path(other).parents)}
    roots: dict[Path, None] = {}
    for file in json_files.walk(folder, (".csv", ".zip")):
        if isinstance(file, Path):
            root = file.parent
            while root != folder and root.parent not in taken:
                root = root.parent
            roots[root] = None
    return roots
