"""Take a page of text apart: its bytes into lines, these into sections, a section into tables with
the lines above them; and read the lines that name a unit of money."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from importlib.resources import files
from itertools import zip_longest

from helpers.sheet import COLUMNS, MILLION_YEN, NUMBER
from helpers.sources import cells
from helpers.sources.cells import DASH, MARKS, Unreadable, narrow, nfkc

with (files(__package__) / "page_headers.csv").open(encoding="utf-8") as _file:
    _ROWS = list(csv.DictReader(_file))

SECTIONS = {row["section"]: row["table"] for row in _ROWS}
"""Section heading (after NFKC, in the page's order) -> table; free text goes into no table."""

HEADERS = {
    table: {row["header"]: row["column"] for row in _ROWS if row["table"] == table}
    for table in filter(None, SECTIONS.values())
}
"""Table -> header in it (after NFKC) -> column."""

MONEY = ("budget", "payment")
"""Tables of money, whose sections and headers may name its unit."""

FREE = ("payee", "work")
"""Columns whose text may hold a pipe."""

_AROUND = re.compile(rf"^[\s{MARKS}]*(?:#{{1,6}}\s[\s{MARKS}]*)?|[\s{MARKS}]+$")
_HEADING = re.compile(
    rf"(?:\*\*)?({'|'.join(map(re.escape, SECTIONS))}|.*?)(?:\*\*)?[\s#]*([(\[【〔※].*|)", re.DOTALL
)

_RULE = re.compile(rf"[|｜]?(\s*:?{DASH}+:?\s*[|｜\t])+(\s*:?{DASH}+:?)?\s*")
# Blanks around it make a pipe a separator, so that TOKYO｜PHOTO stays one cell.
_SPACED, _BARE = re.compile(r"(?<=\s)([|｜])(?=\s|$)"), re.compile(r"([|｜])")
_TAB, _OPENING = re.compile(r"(\t)"), re.compile(r"\s*[|｜]\s*")

_YEN = "100万円|10億円|[十百千]?[万億兆]円|[百千]円|円"
# An amount has a number before it, a rounding 未満 behind; 円滑 and 円建て are other words.
_NAMED = re.compile(
    rf"(?<![0-9.,十百千万億兆])(?:{_YEN}(?:(?=単位|表示|表記)|(?![一-鿿ァ-ヺ])))(?![未以])"
)
_AMONG = re.compile(
    "(?:[※*()\\[\\]【】〔〕<>《》「」:=、。,.・/]|注|単位|全て|すべて|いずれも|以下|各|金|"
    "(?:予算|執行|支出|計上|交付|契約)?額|予算|執行|支出|表示|表記|記載|"
    "です|である|とする|している|しています|で|は|の|が|を|に|も|税込み?|税抜き?)*"
)
_UNIT, _SHOWN = re.compile("単位(?!未満)"), re.compile("表示|表記|記載|換算")
_ENGLISH = re.compile(r"\b(?:yen|jpy)\b|\bunits?\s*[:=]", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """A line that is not blank; `number` counts from 1.

    `text` is without what no one sees around it and without Markdown's # of a heading; `printed` is
    the whole line, whose tabs at the end are empty cells.
    """

    number: int
    text: str
    printed: str

    @property
    def row(self) -> str:
        """The line as a remark names it."""
        return f"L{self.number}"


@dataclass(frozen=True)
class Row:
    """A table's row: column -> text; `readings` are the ways to read it if a text held a pipe."""

    line: Line
    cells: dict[str, str]
    readings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A table with the lines above it; the last one of a section may be lines without a table."""

    texts: list[Line]
    line: Line | None = None
    columns: list[str] = field(default_factory=list)
    units: dict[str, Fraction] = field(default_factory=dict)
    separator: re.Pattern = _SPACED
    opened: bool = False
    closed: bool = True
    rows: list[Row] = field(default_factory=list)


@contextmanager
def at(line: Line) -> Iterator[None]:
    """Name the line in an Unreadable that knows none."""
    try:
        yield
    except Unreadable as error:
        raise Unreadable(error.found, error.expected, line.number) from error


def lines(content: bytes) -> tuple[list[Line], str]:
    """The lines of a file, stripped, blank ones left out, and its encoding: UTF-8 or cp932.

    Raises Unreadable.
    """
    expected = "text in UTF-8 (or cp932)"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("UTF-16 text", expected)
    if b"\0" in content:
        raise Unreadable(f"a binary file (NUL at byte offset {content.index(0)})", expected)
    failed = {}
    for encoding in ("UTF-8", "cp932"):
        try:
            text = content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            failed[encoding] = error.start
            continue
        numbered = enumerate(re.split(r"\r\n?|\n", text), 1)
        found = [Line(number, _AROUND.sub("", line), line) for number, line in numbered]
        return [line for line in found if line.text], encoding
    tried = " nor ".join(f"{encoding} (byte offset {at})" for encoding, at in failed.items())
    line = content.count(b"\n", 0, max(failed.values())) + 1
    raise Unreadable(f"bytes that are neither {tried}", expected, line)


def sections(page: list[Line]) -> tuple[list[Line], dict[str, list[Line]]]:
    """The lines before the first section, and those of each section by its heading.

    A heading counts as a whole line, and only after the headings that the page has before it. The
    unit of money that stands behind a heading or above it is the first line of its section.
    """
    head, found, awaited = [], {}, list(SECTIONS)
    current = head
    for line in page:
        heading, unit = _HEADING.fullmatch(nfkc(line.text)).groups()
        if heading in awaited and (not unit or "単位" in unit or is_money_unit(unit)):
            del awaited[: awaited.index(heading) + 1]
            above, current = current, []
            found[heading] = current
            if unit:
                current.append(Line(line.number, unit, unit))
            elif SECTIONS[heading] in MONEY and above and is_money_unit(above[-1].text):
                current.append(above.pop())
        else:
            current.append(line)
    return head, found


def blocks_of(section: list[Line], table: str) -> list[Block]:
    """The tables of a section, whose columns must be those of `table`. Raises Unreadable.

    A table's cells are parted by pipes, with a line of dashes below the header, or by tabs.
    """
    found, texts, rule = [], [], None
    for line, following in zip_longest(section, section[1:]):
        if line is rule:
            continue
        ruled = following is not None and _RULE.fullmatch(following.printed)
        if ruled or nfkc(_first(line)).strip("*") == "年度":
            block = _header(line, table, texts)
            found.append(block)
            if ruled and len(re.findall(f"{DASH}+", following.text)) == len(block.columns):
                rule = following
            elif ruled or block.separator is not _TAB:
                raise Unreadable(
                    "a header without the rule below it: the file may be cut",
                    "a line ---|---| with as many cells",
                    line.number,
                )
            texts = []
        elif _is_row(line, found[-1] if found else None):
            if texts or not found:
                raise Unreadable(
                    f"the row {line.text!r}",
                    "its table's header line (年度 | ...) above",
                    line.number,
                )
            found[-1].rows.append(_row(line, found[-1]))
        else:
            texts.append(line)
    if texts and re.fullmatch("[0-9]{1,4}", nfkc(texts[-1].text)):
        raise Unreadable(f"{texts[-1].text!r}", "a whole row or text", texts[-1].number)
    return [*found, Block(texts)] if texts else found


def money_unit(line: Line) -> Fraction | None:
    """The unit of money that a line near a table names, in million yen; None for another line.

    Raises Unreadable for a line that speaks of a unit and names none that is known, or several.
    """
    plain = narrow(line.text)
    named = set(_NAMED.findall(plain))
    if (
        not is_money_unit(line.text)
        and not _UNIT.search(plain)
        and not _ENGLISH.search(nfkc(line.text))
    ):
        named = {name for name in named if not name[0].isdigit()}
        if not named or not _SHOWN.search(plain):
            return None
    if len(named) != 1 or named - set(MILLION_YEN):
        known = ", ".join(MILLION_YEN)
        raise Unreadable(
            f"the unit {line.text!r}", f"one of {known}, as in ※単位は千円", line.number
        )
    return MILLION_YEN[named.pop()]


def is_money_unit(text: str) -> bool:
    """Whether a text is nothing but the naming of a unit of money: (単位：千円), 【百万円】."""
    plain = narrow(text)
    found = _NAMED.findall(plain)
    if len(found) != 1 or (found[0][0].isdigit() and not re.search(r"単位|[※(\[【〔]", plain)):
        return False
    return _AMONG.fullmatch(plain.replace(found[0], "", 1)) is not None


def _first(line: Line) -> str:
    return re.split(r"[|｜\t]", line.text.lstrip("|｜ "), maxsplit=1)[0]


def _is_row(line: Line, block: Block | None) -> bool:
    if line.text[-1] in "|｜" or line.text[0] in "|｜":
        return True
    if block and block.separator is _TAB and line.printed.count("\t") + 1 >= len(block.columns):
        return True
    first = _first(line)
    more = first != line.text
    try:
        cells.year(first)
    except Unreadable:
        return more and re.fullmatch("[0-9]{1,4}", nfkc(first)) is not None
    return more


def _parts(line: Line, separator: re.Pattern, opened: bool) -> list[str]:
    """The cells of a line with the separators between them."""
    if separator is _TAB:
        # Empty cells at the end are what a browser copies, and what an editor leaves.
        return _TAB.split(line.printed)
    return separator.split(_OPENING.sub("", line.text, count=1) if opened else line.text)


def _header(line: Line, table: str, texts: list[Line]) -> Block:
    separator = _SPACED if _SPACED.search(line.text) else _BARE
    if "\t" in line.printed and not _BARE.search(line.text):
        separator = _TAB
    opened = line.text[0] in "|｜"
    names = _parts(line, separator, opened)[::2]
    while separator is _TAB and not names[-1].strip():
        del names[-1]
    closed = not names[-1].strip()
    known = HEADERS[table]
    columns, named = [], {}
    for name in names[:-1] if closed else names:
        plain = nfkc(name).strip("*")
        title = max((one for one in known if plain.startswith(one)), key=len, default="")
        column, unit = known.get(title), plain[len(title) :].strip()
        may = table in MONEY and column and COLUMNS[table][column] == NUMBER
        if not title or (unit and not (may and is_money_unit(unit))):
            raise Unreadable(
                f"the header {name.strip()!r}", f"one of {', '.join(known)}", line.number
            )
        columns.append(column)
        if unit:
            named[column] = money_unit(Line(line.number, unit, unit))
    if "fiscal_year" not in columns or len(set(columns)) < len(columns):
        raise Unreadable(
            f"the header {line.text!r}", "年度 and every other column once", line.number
        )
    return Block(texts, line, columns, named, separator, opened, closed)


def _row(line: Line, block: Block) -> Row:
    columns = block.columns
    parts = _parts(line, block.separator, block.opened and line.text[0] in "|｜")
    while block.separator is _TAB and len(parts) // 2 >= len(columns) and not parts[-1].strip():
        del parts[-2:]
    if block.closed and parts[-1].strip():
        raise Unreadable(
            f"the row {line.text!r}", "a row that ends with | (is the file cut?)", line.number
        )
    if not parts[-1].strip() and (block.closed or len(parts) // 2 >= len(columns)):
        del parts[-2:]
    extra = len(parts) // 2 + 1 - len(columns)
    free = [column for column in columns if column in FREE]
    start = columns.index(free[0]) if free else 0
    if extra < 0 or (extra > 0 and (not free or columns[start : start + len(free)] != free)):
        raise Unreadable(
            f"{len(columns) + extra} cells in {line.text!r}", f"{len(columns)} cells", line.number
        )

    def cell(first: int, last: int) -> str:
        return "".join(parts[2 * first : 2 * last + 1]).strip()

    if not extra:
        found = [cell(place, place) for place in range(len(columns))]
        return Row(line, dict(zip(columns, found, strict=True)))
    end = start + len(free) - 1 + extra
    # A dozen readings are enough to see that it is ambiguous.
    cuts = range(start, start + extra + 1)[:12] if len(free) == 2 else [end]
    readings = [[cell(start, cut), cell(cut + 1, end)][: len(free)] for cut in cuts]
    before = [cell(place, place) for place in range(start)]
    after = [cell(place, place) for place in range(end + 1, len(columns) + extra)]
    values = [*before, *readings[0], *after]
    return Row(line, dict(zip(columns, values, strict=True)), tuple(map(" ‖ ".join, readings)))
