"""Find the CSV files of the RS system, bare or in zips, and read them into rows."""

import csv
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from helpers.sheet import SheetError
from helpers.sources import rs_headers
from helpers.sources.cells import nfkc

LARGEST = 2**30
"""Bytes of CSV that a folder may hold, because all of a year is held in memory; the six files of
2024 at hand have 62 million."""

LARGEST_RATIO = 300
SMALL = 2**24
"""A member above `SMALL` bytes that is packed more than `LARGEST_RATIO` times is taken for a zip
bomb; the files of 2024 are packed 4 to 17 times."""

A_FOLDER = "a folder with the zips or CSV files of one year, such as 1-2_RS_2024_….zip"

# What zipfile and its decompressors raise for a damaged or hostile archive.
_BROKEN_ZIP = (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error)
_BROKEN_ZIP += (lzma.LZMAError, struct.error, LookupError, OverflowError, MemoryError)


class Source(NamedTuple):
    """One CSV file; `member` is its name in the zip at `path`, "" for a bare file."""

    path: Path
    member: str = ""

    @property
    def place(self) -> str:
        """The file as a message names it."""
        return f"{self.path}:{self.member}" if self.member else str(self.path)

    def content(self) -> bytes:
        """Its bytes. Raises SheetError."""
        try:
            if not self.member:
                return self.path.read_bytes()
            with zipfile.ZipFile(self.path) as archive:
                return archive.read(self.member)
        except _BROKEN_ZIP as error:
            expected = "a file that can be read; download it again"
            raise SheetError(self.place, f"a damaged file ({error})", expected) from error


def find(folder: Path) -> tuple[dict[str, Source], list[Source]]:
    """The files to read by their kind, and the CSV files that are none of the RS system's.

    Raises SheetError for two files of one kind, a zip that is damaged or unsafe, too much data.
    """
    found, alien, total = {}, [], 0
    for source, name, size in _csv_files(folder):
        if match := re.match(r"([0-9]-[0-9])(?![0-9])", nfkc(name)):
            kind = match[1]
            if kind not in rs_headers.KINDS:
                continue
        else:
            kind = _kind_by_header(source, size)
        if kind is None:
            alien.append(source)
            continue
        if kind in found:
            expected = f"one file of {rs_headers.title(kind)}: remove one"
            raise SheetError(source.place, f"the same table as {found[kind].place}", expected)
        found[kind] = source
        total += size
        if total > LARGEST:
            expected = f"at most {LARGEST:,} bytes of CSV in a folder"
            raise SheetError(source.place, f"{total:,} bytes with the files before", expected)
    return found, alien


def header(source: Source) -> list[str]:
    """The first row of a file, [] for an empty one. Raises SheetError."""
    return next(rows(source), (0, []))[1]


def rows(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row of a file, its header first. Raises SheetError."""
    content, place = source.content(), source.place
    text = _decoded(content, place)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for row in lines:
            yield line, row
            line = lines.line_num + 1
    except csv.Error as error:
        expected = "quotes in pairs and one record a row; download the file again"
        raise SheetError(place, f"broken CSV ({error})", expected, line) from error


def _kind_by_header(source: Source, size: int) -> str | None:
    try:
        return rs_headers.kind_of(header(source)) if size <= LARGEST else None
    except SheetError:
        return None


def _csv_files(folder: Path) -> Iterator[tuple[Source, str, int]]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_file())
        sizes = {path: path.stat().st_size for path in paths}
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SheetError(folder, f"no readable folder ({reason})", A_FOLDER) from error
    for path in paths:
        if path.suffix.lower() == ".csv":
            yield Source(path), path.name, sizes[path]
        elif path.suffix.lower() == ".zip":
            members = _members(path)
            if not members and re.match("[0-9]-[0-9]", nfkc(path.name)):
                raise SheetError(path, "a zip without a CSV file", "the zip as downloaded")
            for member in members:
                base = member.filename.rpartition("/")[2]
                # A tool that does not know Japanese names garbles the member's, not the zip's.
                named = base if len(members) > 1 or re.match("[0-9]-[0-9]", base) else path.name
                yield Source(path, member.filename), named, member.file_size


def _members(path: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except _BROKEN_ZIP as error:
        expected = "a zip file; download it again"
        raise SheetError(path, f"no readable zip ({error})", expected) from error
    wanted = []
    for member in members:
        name, place = member.filename, f"{path}:{member.filename}"
        parts = re.split(r"[/\\]", name)
        if ".." in parts or not parts[0] or re.match("[A-Za-z]:", name):
            expected = "member names inside the zip: do not use this file"
            raise SheetError(place, "an absolute path or one with ..", expected)
        if not name.lower().endswith(".csv") or "__MACOSX" in parts:
            continue
        size, packed = member.file_size, max(member.compress_size, 1)
        if size > LARGEST or (size > SMALL and size > LARGEST_RATIO * packed):
            found = f"a member of {size:,} bytes packed into {packed:,} (a zip bomb?)"
            expected = f"at most {LARGEST:,} bytes, packed at most {LARGEST_RATIO} times"
            raise SheetError(place, found, expected)
        wanted.append(member)
    return wanted


def _decoded(content: bytes, place: str) -> str:
    expected = "text in UTF-8, as downloaded: do not save it anew from a spreadsheet"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetError(place, "UTF-16 text (byte offset 0)", expected, 1)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"bytes that are not UTF-8 at byte offset {error.start}"
        raise SheetError(place, found, expected, line) from error
    if (at := content.find(b"\0")) >= 0:
        line = content.count(b"\n", 0, at) + 1
        raise SheetError(place, f"a binary file (NUL at byte offset {at})", expected, line)
    return text.removeprefix("\ufeff")
