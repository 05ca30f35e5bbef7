"""Turn the sections of a page of text into the rows of a ReviewSheet's tables."""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from helpers.sheet import COLUMNS, MILLION_YEN, NUMBER
from helpers.sources import cells
from helpers.sources.blocks import HEADERS, Block
from helpers.sources.cells import Unreadable, nfkc
from helpers.sources.layout import Line, Remarks

MILLION = Fraction(1)

_UNIT = re.compile(r"[※(\s]*単位\s*[は:]\s*(?P<unit>[^)\s]*)\)?")


def budget(
    blocks: list[Block], heading: str, remarks: Remarks
) -> tuple[list[dict], Fraction | None]:
    """Rows of the table budget without `status`, and the money unit the section names."""
    unit = _money_unit(blocks, "budget", remarks)
    rows = _money_rows(blocks, "budget", unit, heading, remarks)
    for row in rows:
        row["budget_gross"] = row["budget_net"] - row["carried_out"]
    return rows, unit


def payment(
    blocks: list[Block], heading: str, remarks: Remarks, unit: Fraction | None
) -> list[dict]:
    """Rows of the table payment; `unit` is the budget's, for a page that names none here."""
    unit = _money_unit(blocks, "payment", remarks) or unit
    return [row | {"block": ""} for row in _money_rows(blocks, "payment", unit, heading, remarks)]


def indicators(blocks: list[Block], table: str, heading: str, remarks: Remarks) -> list[dict]:
    """Rows of the table outcome or output, from a block per indicator.

    The line above an outcome's table is its heading, the lines above that the goal; all lines above
    an output's table are its indicator. The indicator's unit is the target's, else the first one
    printed in a cell; a row whose actual (or, without one, expected) value has another keeps that.
    """
    rows, number = [], 0
    for block in blocks:
        texts = [line.text for line in block.texts]
        if not block.columns:
            for line in block.texts:
                remarks.add("text_without_table", table, line, observed=line.text)
            continue
        number += 1
        place = block.texts[-1] if texts else heading
        if table == "outcome":
            *goal, title = texts or [""]
            target = cells.target(title)
            for column, text in target.unread:
                remarks.add("target_unread", table, place, column, text)
            common = {
                "indicator": target.indicator,
                "goal": cells.words("\n".join(goal)),
                "target": target.value,
                "target_year": target.year,
                "target_year_printed": target.year,
            }
            unit = target.unit
        else:
            common, unit = {"indicator": "\n".join(texts)}, ""
        if not common["indicator"]:
            remarks.add("unnamed_indicator", table, place)
        if not block.rows:
            remarks.add("table_without_rows", table, place, observed=common["indicator"])
        _remark_missing_columns(block, table, heading, remarks)
        common["number"] = number
        rows += [common | row for row in _quantity_rows(block, table, unit, remarks)]
    return rows


def _quantity_rows(block: Block, table: str, unit: str, remarks: Remarks) -> list[dict]:
    rows, printed = [], []
    for row in block.rows:
        with _at(row.line):
            quantities = {
                column: cells.quantity(row.cells.get(column, ""))
                for column in ("actual", "expected")
            }
            rows.append({"fiscal_year": cells.fiscal_year(row.cells["fiscal_year"])})
        rows[-1] |= {column: value for column, (value, _) in quantities.items()}
        printed.append(quantities)
        _refuse_repeated_year(rows, row.line)
    named = [name for quantities in printed for _, name in quantities.values() if name]
    unit = unit or next(iter(named), "")
    for row, source, quantities in zip(rows, block.rows, printed, strict=True):
        differing = {
            column: name
            for column, (_, name) in quantities.items()
            if name and nfkc(name) != nfkc(unit)
        }
        for column in differing:
            remarks.add("unit_differs", table, source.line, column, source.cells[column], unit)
        known = [column for column, (value, _) in quantities.items() if not math.isnan(value)]
        row["unit"] = differing.get(known[0], unit) if known else unit
    return rows


def _money_rows(
    blocks: list[Block], table: str, unit: Fraction | None, heading: str, remarks: Remarks
) -> list[dict]:
    rows = []
    numbers = [column for column, kind in COLUMNS[table].items() if kind == NUMBER]
    for block in blocks:
        if not block.columns:
            continue
        _remark_missing_columns(block, table, heading, remarks)
        if unit is None and set(numbers) & set(block.columns) - set(block.units):
            remarks.add("money_unit_missing", table, heading, proposed="百万円")
        for row in block.rows:
            if row.readings:
                text, readings = row.line.text, " / ".join(row.readings)
                remarks.add("cells_joined", table, row.line, observed=text, proposed=readings)
            read = dict.fromkeys(numbers, math.nan)
            with _at(row.line):
                for column, text in row.cells.items():
                    if column == "fiscal_year":
                        read[column] = cells.fiscal_year(text)
                    elif column in numbers:
                        read[column] = cells.money(text, block.units.get(column, unit or MILLION))
                    else:
                        read[column] = cells.words(text)
            rows.append(read)
            if table == "budget":
                _refuse_repeated_year(rows, row.line)
    return rows


def _money_unit(blocks: list[Block], table: str, remarks: Remarks) -> Fraction | None:
    unit = None
    for line in (line for block in blocks for line in block.texts):
        match = _UNIT.fullmatch(nfkc(line.text))
        if not match or unit is not None:
            remarks.add("unread_line", table, line, observed=line.text)
        elif match["unit"] in MILLION_YEN:
            unit = MILLION_YEN[match["unit"]]
        else:
            known = ", ".join(MILLION_YEN)
            raise Unreadable(f"the unit {match['unit']!r}", f"one of {known}", line.number)
    return unit


def _remark_missing_columns(block: Block, table: str, heading: str, remarks: Remarks) -> None:
    for column in COLUMNS[table]:
        if column in HEADERS.values() and column not in block.columns:
            remarks.add("missing_column", table, heading, column)


def _refuse_repeated_year(rows: list[dict], line: Line) -> None:
    *earlier, last = [row["fiscal_year"] for row in rows]
    if last in earlier:
        raise Unreadable(f"the fiscal year {last} again", "each fiscal year once", line.number)


@contextmanager
def _at(line: Line) -> Iterator[None]:
    try:
        yield
    except Unreadable as error:
        raise Unreadable(error.found, error.expected, line.number) from error
