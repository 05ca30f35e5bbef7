"""Read the text of a printed review-sheet page (the layout of data/sheets) into plain rows."""

import math
import re
from fractions import Fraction
from pathlib import Path

from helpers import paths
from helpers.sheet import COLUMNS, NUMBER, Remarks, Rows, SheetError
from helpers.sources import cells, page_layout, targets
from helpers.sources.cells import Unreadable, nfkc
from helpers.sources.page_layout import HEADERS, Block, Line

HEAD = ("府省庁", "事業番号", "担当部局", "事業期間", "会計区分", "実施方法")
REQUIRED = HEAD[:2]
A_PAGE = (
    "a review-sheet page: the project's name, then lines such as 府省庁: 総務省, 事業番号: 0042"
)
MILLION = Fraction(1)

_KEY = re.compile(r"(?P<key>[^:：]{1,20})[:：](?P<value>.*)")


def rows(path: str | Path) -> Rows:
    """The tables of one page of text; what is missing is None, `source_format` "page text".

    Money becomes million yen by the line that names the page's or the section's unit, or by the
    headers' own. An indicator has one unit, the one most of its numbers name: numbers in another
    are converted or NaN, as is a cell that is not one number. `target_year` is a fiscal year.
    `budget_gross` is not printed: it is budget_net - carried_out, NaN where either is. `sheet_year`
    is the file name's (`2019-...`), else inferred from the budget table. A printed dash is NaN for
    a number, "" for a text; corporate_number is missing, block "", rank <NA>.
    `remark` has a row for each decision of the reader: `row` is the line ("L57") or the heading,
    `rule` one of encoding, missing_key, unknown_key, repeated_key, unread_line, missing_section,
    empty_section, missing_column, money_unit_missing, period_unread, unnamed_indicator,
    target_unread, target_dated, text_without_table, table_without_rows, unread_cell,
    number_qualified, bound_unread, unit_converted, unit_alike, unit_differs, cells_joined
    (`proposed` lists every reading, payee ‖ work, the one taken first), sheet_year_inferred,
    sheet_year_differs. Raises SheetError for whatever is not such a page, one without a row of any
    table and one whose unit of money is unknown or contradicted included.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SheetError(path, f"no readable file ({reason})", A_PAGE) from error
    try:
        return _read(path, content)
    except Unreadable as error:
        raise SheetError(path, error.found, error.expected, error.line) from error


def _read(path: Path, content: bytes) -> Rows:
    remarks, tables, unit = Remarks(), {}, None
    lines, encoding = page_layout.lines(content)
    if not lines:
        raise Unreadable("an empty file", A_PAGE)
    if encoding != "UTF-8":
        remarks.add("encoding", "sheet", observed=encoding, proposed="UTF-8")
    head, sections = page_layout.sections(lines[1:])
    of_money = [
        line for line in head if _key_of(line)[0] not in HEAD and page_layout.money_unit(line)
    ]
    facts = _facts(lines[0], [line for line in head if line not in of_money], remarks)
    for heading, table in page_layout.SECTIONS.items():
        if heading not in sections:
            remarks.add("missing_section", table or "sheet", heading)
            continue
        if not table:
            continue
        if table in page_layout.MONEY:
            # A unit at the page's top is that of the first amounts, and they hand it on.
            sections[heading], of_money = [*of_money, *sections[heading]], []
        blocks = page_layout.blocks_of(sections[heading], table)
        if table in page_layout.MONEY:
            # Payments that name no unit have the budget's.
            unit = _money_unit(blocks, table, remarks) or unit
            tables[table] = _money_rows(blocks, table, unit, heading, remarks)
            of_headers = {named for block in blocks for named in block.units.values()}
            unit = unit or (of_headers.pop() if len(of_headers) == 1 else None)
        else:
            tables[table] = _indicators(blocks, table, heading, remarks)
        if not tables[table]:
            remarks.add("empty_section", table, heading)
    if not any(tables.values()):
        raise Unreadable(
            f"no row of any table, under {', '.join(sections) or 'no heading that is known'}",
            "headings such as 予算額・執行額 as lines of their own, and below them tables: "
            "年度 | 執行額 | with a line ---|---| under it, or cells parted by tabs",
        )
    year = _sheet_year(path, tables.get("budget", []), remarks)
    for row in tables.get("budget", []):
        row["budget_gross"] = row["budget_net"] - row["carried_out"]
        row["status"] = cells.status(row["fiscal_year"], year)
    for row in tables.get("payment", []):
        row["block"] = ""
    facts |= {
        "sheet_id": f"{year}-{facts['ministry']}-{facts['project_number']}",
        "sheet_year": year,
        "source_format": "page text",
        "source_path": paths.shown(path),
    }
    tables |= {"sheet": [facts], "remark": remarks}
    return {
        name: [
            {key: None if value != value else value for key, value in row.items()} for row in rows
        ]
        for name, rows in tables.items()
    }


def _key_of(line: Line) -> tuple[str, str]:
    """The key of a line such as 府省庁: 総務省 and what it says; "" for other lines."""
    match = _KEY.fullmatch(line.text)
    return (nfkc(match["key"]), match["value"].strip()) if match else ("", "")


def _facts(name: Line, head: list[Line], remarks: Remarks) -> dict:
    if _key_of(name)[0] in HEAD:
        raise Unreadable(repr(name.text), A_PAGE, name.number)
    said, places = {}, {}
    for line in head:
        key, value = _key_of(line)
        if key in HEAD and key not in said:
            said[key], places[key] = cells.blank_if_dash(value), line
        else:
            rule = "repeated_key" if key in said else "unknown_key" if key else "unread_line"
            remarks.add(rule, "sheet", line.row, observed=line.text)
    for key in REQUIRED:
        if not said.get(key):
            raise Unreadable(f"no line {key}: under {name.text[:40]!r}", A_PAGE)
        if not cells.ID_PART.fullmatch(nfkc(said[key])):
            expected = "at most 60 letters, digits, hyphens"
            raise Unreadable(f"{key}: {said[key]!r}", expected, places[key].number)
    for key in HEAD:
        if key not in said:
            remarks.add("missing_key", "sheet", key)
    ministry, number, office, period, accounts, methods = (said.get(key, "") for key in HEAD)
    bureau, division = [*re.split(r"\s+", office, maxsplit=1), ""][:2]
    (start, end), unread = cells.period(period)
    for column, text in unread:
        remarks.add("period_unread", "sheet", places["事業期間"].row, column, text)
    return {
        "ministry": nfkc(ministry),
        "project_number": nfkc(number),
        "parent_number": cells.parent_number(nfkc(number)),
        "official_id": "",
        "past_ids": "",
        "name": name.text,
        "bureau": bureau,
        "division": division,
        "start_year": start,
        "end_year": end,
        "accounts": accounts,
        "methods": methods,
    }


def _sheet_year(path: Path, budget: list[dict], remarks: Remarks) -> int:
    def years(*columns: str) -> set[int]:
        return {
            row["fiscal_year"]
            for row in budget
            if not all(math.isnan(row[column]) for column in columns)
        }

    budgeted, executed = years("initial", "budget_net"), years("executed")
    shown = None
    if current := budgeted - executed:
        shown = max(current)
    elif requested := years("requested") - budgeted - executed:
        shown = max(requested) - 1
    elif executed:
        shown = max(executed) + 1
    named = re.match(r"20[0-9]{2}(?=-)", path.name)
    if named is None and shown is None:
        raise Unreadable(
            "no sheet year, in the file's name or the budget table",
            "a file name that begins with it, such as 2019-総務省-0042.txt",
        )
    if named is None:
        remarks.add("sheet_year_inferred", "sheet", "", "sheet_year", proposed=str(shown))
        return shown
    if shown not in (None, int(named[0])):
        remarks.add("sheet_year_differs", "sheet", "", "sheet_year", named[0], str(shown))
    return int(named[0])


def _indicators(blocks: list[Block], table: str, heading: str, remarks: Remarks) -> list[dict]:
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
                remarks.add("text_without_table", table, line.row, observed=line.text)
            continue
        number += 1
        place = block.texts[-1].row if texts else heading
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
                "goal": cells.blank_if_dash("\n".join(goal)),
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
            with page_layout.at(row.line):
                years.append({"fiscal_year": cells.fiscal_year(row.cells["fiscal_year"])})
            _refuse_repeated_year(years, row.line)
            for column in ("actual", "expected"):
                quantities.append((years[-1], row.line.row, column, row.cells.get(column, "")))
        common["unit"] = _fill_in(quantities, table, remarks)
        rows += [common | row for row in years]
    return rows


def _fill_in(quantities: list[tuple[dict, str, str, str]], table: str, remarks: Remarks) -> str:
    """Put each text's number into its row, in the one unit of all of them; returns the unit."""
    read = []
    for _, _, _, text in quantities:
        try:
            read.append(cells.quantity(text))
        except Unreadable:
            read.append(None)
    agreed = cells.all_same_unit(read)
    read = [one if one and (agreed or not one.odd) else None for one in read]
    unit = cells.unit_of_series(read)
    for (row, place, column, text), one in zip(quantities, read, strict=True):
        rule = "target_unread" if column == "target" else "unread_cell"
        row[column] = math.nan
        if one is not None:
            row[column], rule = cells.value_in(one, unit, bounds=column != "actual")
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
                remarks.add("cells_joined", table, row.line.row, observed=text, proposed=readings)
            read = dict.fromkeys(numbers, math.nan)
            with page_layout.at(row.line):
                for column, text in row.cells.items():
                    if column == "fiscal_year":
                        read[column] = cells.fiscal_year(text)
                    elif column in numbers:
                        read[column] = cells.money(text, block.units.get(column, unit or MILLION))
                    else:
                        read[column] = cells.blank_if_dash(text)
            rows.append(read)
            if table == "budget":
                _refuse_repeated_year(rows, row.line)
    return rows


def _money_unit(blocks: list[Block], table: str, remarks: Remarks) -> Fraction | None:
    """The unit that the lines of a section name, in million yen; None where no line does."""
    unit, by = None, None
    for line in (line for block in blocks for line in block.texts):
        named = page_layout.money_unit(line)
        if named is None:
            remarks.add("unread_line", table, line.row, observed=line.text)
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
        if column in HEADERS[table].values() and column not in block.columns:
            remarks.add("missing_column", table, heading, column)


def _refuse_repeated_year(rows: list[dict], line: Line) -> None:
    *earlier, last = [row["fiscal_year"] for row in rows]
    if last in earlier:
        raise Unreadable(f"the fiscal year {last} again", "each fiscal year once", line.number)
