"""Find the CSV files of the RS system in a folder, bare or in zips, and refuse unsafe ones."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from helpers.sheet import SheetError
from helpers.sources.cells import nfkc
from helpers.sources.json_files import walk
from helpers.sources.rs_tables import BROKEN_ZIP, KINDS, Source, kind_of, plain

LARGEST = 2**30
"""Bytes of CSV that a file and a year may hold, because all of a year is held in memory; the six
files of 2024 at hand have 62 million."""

LARGEST_RATIO = 300
SMALL = 2**24
"""A member above `SMALL` bytes that is packed more than `LARGEST_RATIO` times is taken for a zip
bomb; the files of 2024 are packed 4 to 17 times."""

A_FOLDER = "a folder with the zips or CSV files as downloaded, such as 1-2_RS_2024_….zip"

_UTF8 = 0x800
_NO_TABLE = (
    "no table of the RS system",
    "a table with 予算事業ID whose header is that of none of the system's files: give the file as "
    "downloaded if it is one",
)


class LeftOut(NamedTuple):
    """What goes into no table, and why."""

    place: str
    why: str


class Files(NamedTuple):
    """The files to read, by their kind, and the others."""

    tables: dict[str, list[Source]]
    left_out: list[LeftOut]


def find(folder: Path) -> Files:
    """The CSV files of the RS system in a folder and the folders in it, bare or in zips.

    The header says what a file is, whatever it is called; where the header is none of the
    system's, the name does, and reading the file says what is wrong with it. Raises SheetError for
    a zip that is damaged or unsafe or holds a zip, and for a file that is too large.
    """
    tables: dict[str, list[Source]] = {}
    left_out = []
    for source in _sources(folder):
        if isinstance(source, LeftOut):
            left_out.append(source)
            continue
        header = source.header()
        kind = kind_of(header) or _named(source.name)
        if kind is None:
            of_projects = plain("予算事業ID") in map(plain, header)
            left_out.append(LeftOut(source.place, _NO_TABLE[of_projects]))
        elif same := _same(source, tables.setdefault(kind, [])):
            left_out.append(LeftOut(source.place, f"the same as {same.place}, byte for byte"))
        else:
            tables[kind].append(source)
    return Files({kind: tables[kind] for kind in sorted(tables)}, left_out)


def _named(name: str) -> str | None:
    """The kind that a name says, if it is one to be read."""
    match = re.match(r"([0-9]-[0-9])(?![0-9])", nfkc(name))
    return match[1] if match and match[1] in KINDS else None


def _same(source: Source, others: list[Source]) -> Source | None:
    """The one of the others that has the same bytes: a zip is often kept beside what was in it."""
    alike = [other for other in others if other.size == source.size]
    try:
        return next((other for other in alike if other.content() == source.content()), None)
    except SheetError:
        return None


def _sources(folder: Path) -> Iterator[Source | LeftOut]:
    """The CSV files of a folder, in the order of their names, and what holds none."""
    try:
        paths = list(walk(folder, (".csv", ".zip")))
    except ValueError as error:
        raise SheetError(folder, f"no readable folder ({error})", A_FOLDER) from error
    for path in paths:
        if isinstance(path, SheetError):
            raise SheetError(path.path, path.found, A_FOLDER)
        if not path.is_file():
            yield LeftOut(str(path), "no regular file")
        elif path.suffix.lower() == ".gz":
            yield LeftOut(str(path), "a gzip file: unpack it")
        elif path.suffix.lower() == ".csv":
            yield bare(path)
        else:
            yield from zipped(path)


def bare(path: Path) -> Source:
    """A CSV file. Raises SheetError for one that is too large."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise SheetError(path, f"no readable file ({error.strerror})", A_FOLDER) from error
    if size > LARGEST:
        raise SheetError(path, f"a file of {size:,} bytes", f"at most {LARGEST:,} bytes")
    return Source(path, size, path.name)


def zipped(path: Path) -> Iterator[Source | LeftOut]:
    """The CSV files in a zip. Raises SheetError for one that is damaged, unsafe or holds a zip."""
    members = _members(path)
    if not members:
        if re.match("[0-9]-[0-9]", nfkc(path.name)):
            raise SheetError(path, "a zip without a CSV file", "the zip as downloaded")
        yield LeftOut(str(path), "a zip without a CSV file")
    for member in members:
        shown = _legible(member)
        base = shown.rpartition("/")[2]
        # A tool that does not know Japanese names garbles the member's, not the zip's.
        named = base if len(members) > 1 or re.match("[0-9]-[0-9]", base) else path.name
        yield Source(path, member.file_size, named, member.filename, shown)


def _legible(member: zipfile.ZipInfo) -> str:
    """A member's name; where the zip does not say that it is UTF-8, zipfile took it for the code
    page of old DOS, and it mostly is Shift_JIS."""
    name = member.filename
    if not member.flag_bits & _UTF8:
        for encoding in ("utf-8", "cp932"):
            with suppress(UnicodeError):
                return name.encode("cp437").decode(encoding)
    return name


def _members(path: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except BROKEN_ZIP as error:
        expected = "a zip file; download it again"
        raise SheetError(path, f"no readable zip ({error})", expected) from error
    wanted = []
    for member in members:
        name = _legible(member)
        place = f"{path}:{name}"
        parts = re.split(r"[/\\]", name)
        if ".." in parts or not parts[0] or re.match("[A-Za-z]:", name):
            expected = "member names inside the zip: do not use this file"
            raise SheetError(place, "an absolute path or one with ..", expected)
        if "__MACOSX" in parts or not name.lower().endswith((".csv", ".zip")):
            continue
        if name.lower().endswith(".zip"):
            expected = "a zip of CSV files: unpack this one, and give the folder it unpacks to"
            raise SheetError(place, "a zip in a zip", expected)
        size, packed = member.file_size, max(member.compress_size, 1)
        if size > LARGEST or (size > SMALL and size > LARGEST_RATIO * packed):
            found = f"a member of {size:,} bytes packed into {packed:,} (a zip bomb?)"
            expected = f"at most {LARGEST:,} bytes, packed at most {LARGEST_RATIO} times"
            raise SheetError(place, found, expected)
        wanted.append(member)
    return wanted
