"""Read a CSV file of the RS system: which of them it is, and its rows by project.

`rs_headers.csv` is the crosswalk, a row a header: `file` ("" for a header that every file has),
`header`, `column` and `use`: needed, optional, known, which is not read (`why` says why), numbered,
where the header is a pattern and the column a prefix, or title, where it is the file's own name.
"""

import csv
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO, NamedTuple

from helpers.sheet import SheetError
from helpers.sources import cells
from helpers.sources.cells import DASHES, Unreadable, narrow

BASES = {"1-2", "2-1"}
"""The files that can say which projects there are."""

ALIKE = 0.5
"""From this share of headers in common on a header is that of a file; the headers of different
files of 2024 and 2025 have at most a quarter in common, those of one file at least four fifths."""

LEAST = 0.2
"""From this share on a header with all that a file needs is that file's, whatever more it has; what
6-1 needs stands in others too."""

HEAD = 2**16
"""Bytes in which a header ends; the longest, of 3-1, has 1,700."""

# What zipfile and its decompressors raise for a damaged or hostile archive.
BROKEN_ZIP = (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error)
BROKEN_ZIP += (lzma.LZMAError, struct.error, LookupError, OverflowError, MemoryError)

_DASH_TO_HYPHEN = str.maketrans(dict.fromkeys(DASHES, "-"))


def plain(header: str) -> str:
    """A header in one width, without blanks, every dash a hyphen: the file mixes all of these."""
    return narrow(header).translate(_DASH_TO_HYPHEN)


class Kind(NamedTuple):
    """One of the files: `columns` has a header's column, "" for one that is known and not read.

    `needed` headers must be there, `own` ones tell the file from the others, `numbered` are
    patterns of headers that come numbered, with the prefix of their columns.
    """

    title: str
    columns: dict[str, str]
    needed: list[str]
    own: frozenset[str]
    numbered: list[tuple[re.Pattern, str]]

    def column(self, header: str) -> str | None:
        """The column of a header; "" for one that is known and not read, None for an unknown."""
        name = plain(header)
        for pattern, prefix in self.numbered:
            if match := pattern.fullmatch(name):
                return prefix + match[1]
        return self.columns.get(name)

    def common(self, names: set[str]) -> float:
        """How much of the file's own headers and of `names` the two have in common."""
        others = {
            name
            for name in names - _SHARED
            if not any(pattern.fullmatch(name) for pattern, _ in self.numbered)
        }
        return len(self.own & others) / len(self.own | others)


with (files(__package__) / "rs_headers.csv").open(encoding="utf-8") as _file:
    _ROWS = list(csv.DictReader(_file))

_AS_PRINTED = {plain(row["header"]): row["header"] for row in _ROWS}
_SHARED = {plain(row["header"]) for row in _ROWS if row["file"] == ""}
_KEY = {plain(row["header"]) for row in _ROWS if row["file"] == "" and row["use"] == "needed"}
"""What every file has."""


def _kind(title: dict) -> Kind:
    rows = [row for row in _ROWS if row["file"] in ("", title["file"]) and row is not title]
    numbered = [row for row in rows if row["use"] == "numbered"]
    columns = {plain(row["header"]): row["column"] for row in rows if row not in numbered}
    return Kind(
        title["header"],
        columns,
        [plain(row["header"]) for row in rows if row["use"] == "needed"],
        frozenset(columns.keys() - _SHARED),
        [(re.compile(row["header"]), row["column"]) for row in numbered],
    )


KINDS = {row["file"]: _kind(row) for row in _ROWS if row["use"] == "title"}
"""Number of a file -> what it holds; all files that the system gives out."""


def title(kind: str) -> str:
    """A file as its name says it: 2-1 予算・執行_サマリ."""
    return f"{kind} {KINDS[kind].title}"


def kind_of(header: list[str]) -> str | None:
    """The kind that a whole header is of; None for that of no kind.

    It is the one with most in common of those whose own needed headers all stand there, and else of
    those that are `ALIKE`: what such a one lacks shows when it is read.
    """
    names = set(map(plain, header))
    if not names >= _KEY:
        return None
    fits = {}
    for kind, known in KINDS.items():
        common = known.common(names)
        own = known.own.intersection(known.needed)
        whole = bool(own) and names.issuperset(known.needed) and common >= LEAST
        if whole or common >= ALIKE:
            fits[kind] = whole, common
    return max(fits, key=fits.get) if fits else None


class Source(NamedTuple):
    """One CSV file of `size` bytes; `member` is its name in the zip at `path`, "" for a bare file.

    `name` is that of the file itself, `shown` the member's as messages give it.
    """

    path: Path
    size: int
    name: str
    member: str = ""
    shown: str = ""

    @property
    def place(self) -> str:
        """The file as a message names it."""
        return f"{self.path}:{self.shown}" if self.member else str(self.path)

    def content(self, most: int = -1) -> bytes:
        """Its bytes, or the first of them. Raises SheetError."""
        try:
            if not self.member and most < 0:
                return self.path.read_bytes()
            with self._opened() as file:
                return file.read(most)
        except BROKEN_ZIP as error:
            expected = "a file that can be read; download it again"
            raise SheetError(self.place, f"a damaged file ({error})", expected) from error

    def header(self) -> list[str]:
        """The first row; [] for an empty file and one that cannot be read."""
        first = []
        for encoding in ("utf-8-sig", "cp932", "utf-16"):
            try:
                # The end may be cut inside of a letter.
                text = self.content(HEAD).decode(encoding, errors="ignore")
                row = next(csv.reader(io.StringIO(text, newline=""), strict=True), [])
            except (SheetError, csv.Error, UnicodeError):
                # Reading the whole of it says what is wrong.
                continue
            if kind_of(row):
                return row
            first = first or row
        return first

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line and cells of each row, the header first. Raises SheetError."""
        text = _decoded(self.content(), self.place)
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        line = 1
        try:
            for row in reader:
                yield line, row
                line = reader.line_num + 1
        except csv.Error as error:
            expected = "quotes in pairs and one record a row; download the file again"
            raise SheetError(self.place, f"broken CSV ({error})", expected, line) from error

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        if not self.member:
            with self.path.open("rb") as file:
                yield file
            return
        with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as file:
            yield file


class Record(NamedTuple):
    """A row: the columns that are not empty, and where it stands."""

    kind: str
    place: str
    line: int
    cells: dict[str, str]

    @property
    def row(self) -> str:
        """The row as a remark names it."""
        return f"{self.kind} L{self.line}"

    def text(self, column: str) -> str:
        """The cell, "" where it is empty or holds only dashes."""
        cell = self.cells.get(column)
        return cells.blank_if_dash(cell) if cell else ""

    def yen(self, column: str) -> int | float | None:
        """An amount, None where the cell is empty. Raises SheetError."""
        text = self.cells.get(column)
        if text is None:
            return None
        # 2-1 writes its requests as 12.0.
        whole = text.removesuffix(".0")
        if len(whole) < 16 and whole.isascii() and whole.removeprefix("-").isdigit():
            return int(whole)
        try:
            value = cells.money(text, 1)
        except Unreadable as error:
            raise self.error(column, "an amount of yen") from error
        if value != value:
            return None
        return int(value) if value.is_integer() else value

    def year(self, column: str) -> int:
        """A fiscal year. Raises SheetError."""
        try:
            return _year(self.cells.get(column, ""))
        except Unreadable as error:
            raise self.error(column, error.expected) from error

    def error(self, column: str, expected: str) -> SheetError:
        """What to raise for a cell; says its header and text."""
        columns = KINDS[self.kind].columns
        header = next((name for name in columns if columns[name] == column), "")
        printed = header or column.rpartition(".")[2]
        found = f"{printed} {self.cells.get(column, '')[:40]!r}"
        return SheetError(self.place, found, expected, self.line)


Records = dict[str, list[Record]]
"""Number of a file -> the records of one project in it."""


class Table(NamedTuple):
    """A file read: the records of each project in the file's order.

    `broken` has the first error of each project that has a row that cannot be read.
    """

    place: str
    records: dict[str, list[Record]]
    broken: dict[str, SheetError]


class OfYear(NamedTuple):
    """A sheet year of a file: the `line` where it comes first, the number of its `rows`."""

    line: int
    rows: int


def years(source: Source, kind: str) -> dict[int, OfYear]:
    """The sheet years of a file; {} for one without rows.

    Raises SheetError for a file without the kind's headers, and one whose rows say no year.
    """
    changed = source.path.stat().st_mtime_ns if source.path.exists() else 0
    return _years(source, kind, changed)


# Asked for before the first sheet, and once more for what the corpus says of its files.
@lru_cache(maxsize=64)
def _years(source: Source, kind: str, changed: int) -> dict[int, OfYear]:  # noqa: ARG001
    rows = source.rows()
    columns = _columns(next(rows, (0, []))[1], kind, source.place)
    at, lines, wrong = columns.index("sheet_year"), {}, None
    counts: Counter[str] = Counter()
    for line, row in rows:
        if len(row) == len(columns):
            counts[row[at]] += 1
            if counts[row[at]] == 1:
                lines[row[at]] = line
    found: dict[int, OfYear] = {}
    for printed, count in counts.items():
        year = _sheet_year(printed)
        if isinstance(year, int):
            line, before = found.get(year, OfYear(lines[printed], 0))
            found[year] = OfYear(line, before + count)
        else:
            text = f"事業年度 {printed[:40]!r}"
            wrong = wrong or SheetError(source.place, text, year, lines[printed])
    if wrong and not found:
        raise wrong
    return found


def load(source: Source, kind: str, year: int) -> Table:
    """All records of a sheet year in a file that has the kind's headers.

    A row without its project, its year or some of its cells breaks its project only, in the year of
    the row before it. Raises SheetError for the rest.
    """
    rows = source.rows()
    columns = _columns(next(rows, (0, []))[1], kind, source.place)
    of_project, of_year = columns.index("project"), columns.index("sheet_year")
    # What all files print of a project is read in the ones that may say which projects there are.
    left = set() if kind in BASES else {KINDS[kind].columns[name] for name in _SHARED - _KEY}
    wanted = [(at, name) for at, name in enumerate(columns) if name and name not in left]
    records, broken, latest, place = {}, {}, year, source.place
    for line, row in rows:
        if not row:
            continue
        project = row[of_project].strip() if len(row) > of_project else ""
        found = expected = None
        if len(row) != len(columns):
            found, expected = f"{len(row)} fields", f"{len(columns)}, as in the header"
        elif not isinstance(said := _sheet_year(row[of_year]), int):
            found, expected = f"事業年度 {row[of_year][:40]!r}", said
        else:
            latest = said
            if not project:
                found, expected = "no 予算事業ID", "the number of a project"
        if latest != year:
            continue
        kept = records.setdefault(project, [])
        if found:
            broken.setdefault(project, SheetError(place, found, expected, line))
            continue
        held = {name: cell for at, name in wanted if (text := row[at]) and (cell := text.strip())}
        kept.append(Record(kind, place, line, held))
    return Table(place, records, broken)


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


def _columns(header: list[str], kind: str, place: str) -> list[str | None]:
    if not header:
        raise SheetError(place, "an empty file", f"the table {title(kind)}")
    known = KINDS[kind]
    columns = [known.column(name) for name in header]
    missing = [name for name in known.needed if known.columns[name] not in columns]
    twice = {name for name, c in zip(header, columns, strict=True) if c and columns.count(c) > 1}
    if missing or twice:
        listed = ", ".join(_AS_PRINTED[name] for name in missing)
        what = f"no header {listed}" if missing else f"twice {', '.join(sorted(twice))}"
        raise SheetError(place, what, f"the headers of {title(kind)}, each once", 1)
    return columns


@lru_cache(maxsize=1024)
def _year(text: str) -> int:
    return cells.fiscal_year(text)


@lru_cache(maxsize=1024)
def _sheet_year(text: str) -> int | str:
    """The year that 事業年度 says; what was expected there instead of one that cannot be read."""
    try:
        return _year(text)
    except Unreadable as error:
        return error.expected
