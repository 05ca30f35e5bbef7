"""Take a section of a page of text apart: its lines into tables with the lines above them."""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import zip_longest

from helpers.sheet import COLUMNS, NUMBER
from helpers.sources import cells, units
from helpers.sources.cells import DASH, Unreadable, nfkc
from helpers.sources.layout import MONEY, Line

HEADERS = {
    "年度": "fiscal_year",
    "要求額": "requested",
    "当初予算": "initial",
    "補正予算": "supplementary",
    "前年度から繰越し": "carried_in",
    "翌年度へ繰越し": "carried_out",
    "予備費等": "reserve",
    "予算計": "budget_net",
    "執行額": "executed",
    "当初見込み": "expected",
    "成果実績": "actual",
    "活動実績": "actual",
    "支出先": "payee",
    "業務概要": "work",
    "支出額": "amount",
}
"""Header of any table of the page (after NFKC) -> column."""

FREE = ("payee", "work")
"""Columns whose text may hold a pipe."""

_RULE = re.compile(rf"[|｜]?(\s*:?{DASH}+:?\s*[|｜\t])+(\s*:?{DASH}+:?)?\s*")
# Blanks around it make a pipe a separator, so that TOKYO｜PHOTO stays one cell.
_SPACED, _BARE = re.compile(r"(?<=\s)([|｜])(?=\s|$)"), re.compile(r"([|｜])")
_TAB, _OPENING = re.compile(r"(\t)"), re.compile(r"\s*[|｜]\s*")


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
    known = {name: column for name, column in HEADERS.items() if column in COLUMNS[table]}
    columns, named = [], {}
    for name in names[:-1] if closed else names:
        plain = nfkc(name).strip("*")
        title = max((one for one in known if plain.startswith(one)), key=len, default="")
        column, unit = known.get(title), plain[len(title) :].strip()
        may = table in MONEY and column and COLUMNS[table][column] == NUMBER
        if not title or (unit and not (may and units.stated(unit))):
            raise Unreadable(
                f"the header {name.strip()!r}", f"one of {', '.join(known)}", line.number
            )
        columns.append(column)
        if unit:
            named[column] = units.money(unit)
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
