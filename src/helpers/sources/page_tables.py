"""Turn the sections of a page of text into the rows of a ReviewSheet's tables."""

import math
from fractions import Fraction

from helpers.sheet import COLUMNS, NUMBER
from helpers.sources import cells, layout, targets, units
from helpers.sources.blocks import HEADERS, Block
from helpers.sources.cells import Unreadable
from helpers.sources.layout import Line, Remarks

MILLION = Fraction(1)


def budget(
    blocks: list[Block], heading: str, remarks: Remarks
) -> tuple[list[dict], Fraction | None]:
    """Rows of the table budget without `status`, and the money unit the section names."""
    unit = _money_unit(blocks, "budget", remarks)
    rows = _money_rows(blocks, "budget", unit, heading, remarks)
    for row in rows:
        row["budget_gross"] = row["budget_net"] - row["carried_out"]
    of_headers = {named for block in blocks for named in block.units.values()}
    return rows, unit or (of_headers.pop() if len(of_headers) == 1 else None)


def payment(
    blocks: list[Block], heading: str, remarks: Remarks, unit: Fraction | None
) -> list[dict]:
    """Rows of the table payment; `unit` is the budget's, for a page that names none here."""
    unit = _money_unit(blocks, "payment", remarks) or unit
    return [row | {"block": ""} for row in _money_rows(blocks, "payment", unit, heading, remarks)]


def indicators(blocks: list[Block], table: str, heading: str, remarks: Remarks) -> list[dict]:
    """Rows of the table outcome or output, from a block per indicator.

    The line above an outcome's table is its heading, the lines above that the goal; all lines above
    an output's table are its indicator. The numbers of a table, its target among them, have the
    unit that most of them name: a number in another one is converted, or left out.
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
        quantities = []
        if table == "outcome":
            *goal, title = texts or [""]
            target = targets.target(title)
            for column, text in target.unread:
                remarks.add("target_unread", table, place, column, text)
            if target.dated:
                said = str(target.year)
                remarks.add("target_dated", table, place, "target_year", target.dated, said)
            common = {
                "indicator": target.indicator,
                "goal": cells.words("\n".join(goal)),
                "target_year": target.year,
                "target_year_printed": target.year,
            }
            quantities.append((common, place, "target", target.value))
        else:
            common = {"indicator": "\n".join(texts)}
        if not common["indicator"]:
            remarks.add("unnamed_indicator", table, place)
        if not block.rows:
            remarks.add("table_without_rows", table, place, observed=common["indicator"])
        _remark_missing_columns(block, table, heading, remarks)
        common["number"] = number
        years = []
        for row in block.rows:
            with layout.at(row.line):
                years.append({"fiscal_year": cells.fiscal_year(row.cells["fiscal_year"])})
            _refuse_repeated_year(years, row.line)
            for column in ("actual", "expected"):
                quantities.append((years[-1], row.line, column, row.cells.get(column, "")))
        common["unit"] = _fill_in(quantities, table, remarks)
        rows += [common | row for row in years]
    return rows


def _fill_in(
    quantities: list[tuple[dict, Line | str, str, str]], table: str, remarks: Remarks
) -> str:
    """Put each text's number into its row, in the one unit of all of them; returns the unit."""
    read = []
    for _, _, _, text in quantities:
        try:
            read.append(cells.quantity(text))
        except Unreadable:
            read.append(None)
    agreed = units.agree(read)
    read = [one if one and (agreed or not one.odd) else None for one in read]
    unit = units.of_series(read)
    for (row, place, column, text), one in zip(quantities, read, strict=True):
        rule = "target_unread" if column == "target" else "unread_cell"
        row[column] = math.nan
        if one is not None:
            row[column], rule = units.value_in(one, unit, bounds=column != "actual")
        if rule:
            said = "" if math.isnan(row[column]) else f"{row[column]:.15g} "
            proposed = "" if one is None else f"{said}{unit}".strip()
            remarks.add(rule, table, place, column, text, proposed)
    return unit


def _money_rows(
    blocks: list[Block], table: str, unit: Fraction | None, heading: str, remarks: Remarks
) -> list[dict]:
    rows = []
    numbers = [column for column, kind in COLUMNS[table].items() if kind == NUMBER]
    for block in blocks:
        if not block.columns:
            continue
        _remark_missing_columns(block, table, heading, remarks)
        bare = [name for name in block.columns if name in numbers and name not in block.units]
        if bare and block.units and unit is None:
            raise Unreadable(
                f"a unit of money in some headers of {block.line.text!r}, and none in others",
                "a unit in every header of an amount, or a line ※単位は千円 above the table",
                block.line.number,
            )
        if bare and unit is None:
            remarks.add("money_unit_missing", table, heading, proposed="百万円")
        for row in block.rows:
            if row.readings:
                text, readings = row.line.text, " / ".join(row.readings)
                remarks.add("cells_joined", table, row.line, observed=text, proposed=readings)
            read = dict.fromkeys(numbers, math.nan)
            with layout.at(row.line):
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
    """The unit that the lines of a section name, in million yen; None where no line does."""
    unit, by = None, None
    for line in (line for block in blocks for line in block.texts):
        with layout.at(line):
            named = units.money(line.text)
        if named is None:
            remarks.add("unread_line", table, line, observed=line.text)
        elif unit not in (None, named):
            raise Unreadable(
                f"the unit {line.text!r}",
                f"the same unit as line {by.number}, {by.text!r}",
                line.number,
            )
        else:
            unit, by = named, line
    for block in blocks:
        if unit is not None and set(block.units.values()) - {unit}:
            raise Unreadable(
                f"another unit in the header {block.line.text!r} than in line {by.number}, "
                f"{by.text!r}",
                "one unit for the amounts of a section",
                block.line.number,
            )
    return unit


def _remark_missing_columns(block: Block, table: str, heading: str, remarks: Remarks) -> None:
    for column in COLUMNS[table]:
        if column in HEADERS.values() and column not in block.columns:
            remarks.add("missing_column", table, heading, column)


def _refuse_repeated_year(rows: list[dict], line: Line) -> None:
    *earlier, last = [row["fiscal_year"] for row in rows]
    if last in earlier:
        raise Unreadable(f"the fiscal year {last} again", "each fiscal year once", line.number)
