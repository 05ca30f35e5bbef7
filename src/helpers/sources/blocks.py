"""Take a section of a page of text apart: its lines into tables with the lines above them."""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import zip_longest

from helpers.sheet import COLUMNS, MILLION_YEN
from helpers.sources import cells
from helpers.sources.cells import DASH, Unreadable, nfkc
from helpers.sources.layout import Line

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

MONEY = ("budget", "payment")
"""Tables whose headers may name a unit: 支出額(百万円)."""

_RULE = re.compile(rf"(\s*{DASH}{{3,}}\s*[|｜])+\s*({DASH}+\s*)?")
# Blanks around it make a pipe a separator, so that TOKYO｜PHOTO stays one cell.
_SPACED, _BARE = re.compile(r"(?<=\s)([|｜])(?=\s|$)"), re.compile(r"([|｜])")


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
    columns: list[str] = field(default_factory=list)
    units: dict[str, Fraction] = field(default_factory=dict)
    pipe: re.Pattern = _SPACED
    closed: bool = True
    rows: list[Row] = field(default_factory=list)


def blocks_of(section: list[Line], table: str) -> list[Block]:
    """The tables of a section, whose columns must be those of `table`. Raises Unreadable."""
    found, texts, rule = [], [], None
    for line, following in zip_longest(section, section[1:]):
        if line is rule:
            continue
        ruled = following is not None and _RULE.fullmatch(following.text)
        if ruled or nfkc(_BARE.split(line.text)[0]) == "年度":
            found.append(_header(line, table, texts))
            if not ruled or len(_BARE.split(following.text)) != len(_BARE.split(line.text)):
                raise Unreadable(
                    "a header without the rule below it: the file may be cut",
                    "a line ---|---| with as many cells",
                    line.number,
                )
            texts, rule = [], following
        elif _is_row(line.text):
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


def _is_row(text: str) -> bool:
    first, *more = _BARE.split(text)
    if text[-1] in "|｜":
        return True
    try:
        cells.year(first)
    except Unreadable:
        return bool(more and re.fullmatch("[0-9]{1,4}", nfkc(first)))
    return bool(more)


def _header(line: Line, table: str, texts: list[Line]) -> Block:
    pipe = _SPACED if _SPACED.search(line.text) else _BARE
    names = pipe.split(line.text)[::2]
    closed = not names[-1].strip()
    known = {name: column for name, column in HEADERS.items() if column in COLUMNS[table]}
    columns, units = [], {}
    for name in names[:-1] if closed else names:
        plain, unit = re.fullmatch(r"(.*?)(?:\(([^()]*)\))?", nfkc(name), re.DOTALL).groups()
        if plain not in known or (unit and (table not in MONEY or unit not in MILLION_YEN)):
            raise Unreadable(
                f"the header {name.strip()!r}", f"one of {', '.join(known)}", line.number
            )
        columns.append(known[plain])
        if unit:
            units[known[plain]] = MILLION_YEN[unit]
    if "fiscal_year" not in columns or len(set(columns)) < len(columns):
        raise Unreadable(
            f"the header {line.text!r}", "年度 and every other column once", line.number
        )
    return Block(texts, columns, units, pipe, closed)


def _row(line: Line, block: Block) -> Row:
    columns, parts = block.columns, block.pipe.split(line.text)
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
