"""Read a CSV file of the RS system into records by project."""

from functools import lru_cache
from typing import NamedTuple

from helpers.sheet import SheetError
from helpers.sources import cells, rs_files, rs_headers
from helpers.sources.cells import Unreadable
from helpers.sources.rs_files import Source


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
        return cells.words(cell) if cell else ""

    def yen(self, column: str) -> int | float | None:
        """An amount, None where the cell is empty. Raises SheetError."""
        text = self.cells.get(column)
        if text is None:
            return None
        if len(text) < 16 and text.isascii() and text.isdigit():
            return int(text)
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
        header = rs_headers.printed(self.kind, column)
        found = f"{header} {self.cells.get(column, '')[:40]!r}"
        return SheetError(self.place, found, expected, self.line)


class Table(NamedTuple):
    """A file read: the records of each project in the file's order.

    `broken` has the first error of each project that has a row that cannot be read.
    """

    place: str
    records: dict[str, list[Record]]
    broken: dict[str, SheetError]


def years(source: Source, kind: str) -> dict[int, int]:
    """The sheet years of a file and the line where each comes first; {} for one without rows.

    Raises SheetError for a file without the kind's headers, and one whose rows say no year.
    """
    rows = rs_files.rows(source)
    columns = _columns(next(rows, (0, []))[1], kind, source.place)
    at, lines, wrong, printed = columns.index("sheet_year"), {}, None, set()
    for line, row in rows:
        if len(row) == len(columns) and row[at] not in printed:
            printed.add(row[at])
            year = _sheet_year(row[at])
            if isinstance(year, int):
                lines.setdefault(year, line)
            else:
                found = f"事業年度 {row[at][:40]!r}"
                wrong = wrong or SheetError(source.place, found, year, line)
    if wrong and not lines:
        raise wrong
    return lines


def load(source: Source, kind: str, year: int) -> Table:
    """All records of a sheet year in a file that has the kind's headers.

    A row without its project, its year or some of its cells breaks its project only, in the year of
    the row before it. Raises SheetError for the rest.
    """
    rows = rs_files.rows(source)
    columns = _columns(next(rows, (0, []))[1], kind, source.place)
    where = {name: at for at, name in enumerate(columns)}
    records, broken, of = {}, {}, year
    for line, row in rows:
        if not row:
            continue
        project = row[where["project"]].strip() if len(row) > where["project"] else ""
        found = expected = None
        if len(row) != len(columns):
            found, expected = f"{len(row)} fields", f"{len(columns)}, as in the header"
        elif not isinstance(said := _sheet_year(printed := row[where["sheet_year"]]), int):
            found, expected = f"事業年度 {printed[:40]!r}", said
        else:
            of = said
            if not project:
                found, expected = "no 予算事業ID", "the number of a project"
        if of != year:
            continue
        kept = records.setdefault(project, [])
        if found:
            broken.setdefault(project, SheetError(source.place, found, expected, line))
            continue
        held = {
            name: cell
            for name, text in zip(columns, row, strict=True)
            if text and name and (cell := text.strip())
        }
        kept.append(Record(kind, source.place, line, held))
    return Table(source.place, records, broken)


def _columns(found: list[str], kind: str, place: str) -> list[str | None]:
    if not found:
        raise SheetError(place, "an empty file", f"the table {rs_headers.title(kind)}")
    columns = [rs_headers.column_of(kind, name) for name in found]
    missing = [name for name, c in rs_headers.KINDS[kind].needed.items() if c not in columns]
    twice = {name for name, c in zip(found, columns, strict=True) if c and columns.count(c) > 1}
    if missing or twice:
        what = f"no header {', '.join(missing)}" if missing else f"twice {', '.join(sorted(twice))}"
        expected = f"the headers of {rs_headers.title(kind)}, each once"
        raise SheetError(place, what, expected, 1)
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
