"""Split files and folders of JSON into the bytes of single documents, within bounded memory."""

import codecs
import gzip
import json
import os
import re
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from typing import Any, BinaryIO

from helpers.sheet import SheetError

DOCUMENT_BYTES = 16 * 2**20
"""Longest document read; the longest sheet of 2015-2019 has 0.2 MB."""

ENDINGS = (".json", ".ndjson", ".jsonl")
"""Endings of JSON files, each also followed by .gz."""

LIST = "list.json"
"""The list of a year's sheets in a folder of answers of the RS system's API."""

EXPECTED = "JSON sheets: one in a file, one a line, or a list of them"
TOO_LONG = f"more than {DOCUMENT_BYTES // 2**20} MB"
ONE_EACH = f"sheets of at most {DOCUMENT_BYTES // 2**20} MB each: split what is no single sheet"

_CHUNK = 2**20
_OPENING, _COMMA = re.compile(r"\s*\[\s*"), re.compile(r"\s*,\s*")
_GAP = re.compile(r"[\s,]*")
_CLOSING, _EMPTY = re.compile(r"\s*\]\s*"), re.compile(r"\s*\[\s*\]\s*")

_LIST = re.compile(rb'\s*\{.*"results"\s*:\s*\[', re.DOTALL)

Piece = tuple[str, int | None, bytes]
"""File, line where the document starts (None where the file is the document), its bytes."""


def pieces(path: str | Path) -> Iterator[Piece | SheetError]:
    """The documents under `path`, in order; a SheetError stands for whatever cannot be had.

    A folder is walked in the order of its names, its files before its folders, hidden entries and
    other endings left out. A file is unpacked if it is gzip, and holds a list of documents, one a
    line (endings .ndjson and .jsonl, or whose first line is a document), or a single one.
    """
    path = Path(path)
    for file in walk(path, ENDINGS) if path.is_dir() else [path]:
        yield from [file] if isinstance(file, SheetError) else _of_file(file)


def is_list(head: bytes) -> bool:
    """Whether a file that begins like this is the list of a year's sheets."""
    return _LIST.match(head) is not None


def parsed(content: bytes, path: str | Path, expected: str, line: int | None = None) -> Any:
    """The JSON document in some bytes, which starts in `line` of `path`. Raises SheetError."""
    try:
        return json.loads(content.decode("utf-8-sig").rstrip())
    except UnicodeDecodeError as error:
        where = "of the file" if line is None else "of the line"
        found = f"bytes that are not UTF-8 (byte offset {error.start} {where})"
        raise SheetError(path, found, "JSON in UTF-8", line) from error
    except json.JSONDecodeError as error:
        found = f"broken JSON (column {error.colno}: {error.msg})"
        raise SheetError(path, found, expected, error.lineno + (line or 1) - 1) from error
    except (ValueError, RecursionError) as error:
        raise SheetError(path, f"JSON that cannot be read ({error})", expected, line) from error


def walk(folder: Path, endings: tuple[str, ...]) -> Iterator[Path | SheetError]:
    """The files of such endings in a folder, by their names, then those of its folders.

    Hidden entries are left out, links to folders not followed; a SheetError at the end stands for
    each folder that cannot be read.
    """
    failed = []
    for place, folders, names in os.walk(folder, onerror=failed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and ending(name) in endings:
                yield Path(place, name)
    for error in failed:
        yield SheetError(error.filename, f"no readable folder ({error.strerror})", EXPECTED)


def ending(name: str) -> str:
    """The ending of a file's name in lower case; that of what is packed, for a .gz."""
    return Path(name.lower().removesuffix(".gz")).suffix


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A regular file's bytes, unpacked if they are gzip.

    Raises OSError, and EOFError or zlib.error while the bytes of a broken gzip are read.
    """
    # A pipe would be waited for, a device has no end.
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(None, "not a regular file")
    with path.open("rb") as file:
        if file.peek(2)[:2] != b"\x1f\x8b":
            yield file
            return
        with gzip.GzipFile(fileobj=file) as unpacked:
            yield unpacked


def _of_file(path: Path) -> Iterator[Piece | SheetError]:
    reached = 0
    try:
        with opened(path) as file:
            for found in _documents(file, path):
                reached = (found.line if isinstance(found, SheetError) else found[1]) or reached
                yield found
    except EOFError:
        found = f"a gzip that ends early, after line {reached}" if reached else "half a gzip"
        yield SheetError(path, found, "the whole file: fetch it again")
    except (OSError, ValueError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        yield SheetError(path, f"no readable file ({reason})", EXPECTED)


def _documents(file: BinaryIO, path: Path) -> Iterator[Piece | SheetError]:
    place, per_line = str(path), ending(path.name) in ENDINGS[1:]
    if file.peek(64)[:64].removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"[" and not per_line:
        yield from _elements(file, place)
        return
    lines = _lines(file)
    first = next(lines, None)
    if first is None:
        yield SheetError(place, "an empty file", EXPECTED)
    elif per_line or first[1] is None or _is_document(first[1]):
        for line, content in chain([first], lines):
            if content is None:
                yield SheetError(place, f"a line of {TOO_LONG}", ONE_EACH, line)
            else:
                yield place, line, content
    else:
        file.seek(0)
        content = file.read(DOCUMENT_BYTES + 1)
        if len(content) > DOCUMENT_BYTES:
            yield SheetError(place, f"one document of {TOO_LONG}", ONE_EACH)
        else:
            yield place, None, content


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """The lines that are not blank, by number; None for one that is too long to be read."""
    for line in count(1):
        content = file.readline(DOCUMENT_BYTES + 1)
        if not content:
            return
        if len(content) > DOCUMENT_BYTES:
            while content and not content.endswith(b"\n"):
                content = file.readline(_CHUNK)
            yield line, None
        elif content.removeprefix(codecs.BOM_UTF8).strip():
            yield line, content


def _is_document(content: bytes) -> bool:
    try:
        json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return True


def _elements(file: BinaryIO, place: str) -> Iterator[Piece | SheetError]:
    """The elements of the list that a file is, a few of them in memory at a time."""
    decode = json.JSONDecoder().raw_decode
    buffer, at, line, before, problem = "", 0, 1, _OPENING, ""
    for text in _texts(file):
        buffer, at = buffer[at:] + text, 0
        while start := before.match(buffer, at):
            try:
                _, end = decode(buffer, start.end())
            except (ValueError, RecursionError) as error:
                # Broken, or not there to its end yet: what follows in the file tells which.
                problem = getattr(error, "msg", None) or str(error)
                break
            line += buffer.count("\n", at, start.end())
            yield place, line, buffer[start.end() : end].encode()
            line += buffer.count("\n", start.end(), end)
            at, before = end, _COMMA
        if len(buffer) - at > DOCUMENT_BYTES:
            yield SheetError(place, f"an element of {TOO_LONG}", ONE_EACH, line)
            return
    if _EMPTY.fullmatch(buffer, at):
        yield SheetError(place, "an empty list", EXPECTED)
    elif not _CLOSING.fullmatch(buffer, at):
        line += buffer.count("\n", at, _GAP.match(buffer, at).end())
        found = f"a list that breaks off or is broken here ({problem or 'no comma or bracket'})"
        yield SheetError(place, found, "a list of sheets, [{...}, {...}]", line)


def _texts(file: BinaryIO) -> Iterator[str]:
    """The file's text in chunks. Raises ValueError that names the byte which is not UTF-8."""
    decoder, at = codecs.getincrementaldecoder("utf-8-sig")(), 0
    while True:
        held, content = len(decoder.getstate()[0]), file.read1(_CHUNK)
        try:
            yield decoder.decode(content, final=not content)
        except UnicodeDecodeError as error:
            raise ValueError(f"not UTF-8 at byte offset {at - held + error.start}") from error
        at += len(content)
        if not content:
            return
