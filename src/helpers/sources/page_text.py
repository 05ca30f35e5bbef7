"""Read the text of a printed review-sheet page (the layout of data/sheets) into a ReviewSheet."""

import math
import re
from pathlib import Path

from helpers import paths
from helpers.sheet import ReviewSheet, Rows, SheetError
from helpers.sources import cells, layout, page_tables, units
from helpers.sources.blocks import blocks_of
from helpers.sources.cells import Unreadable, nfkc
from helpers.sources.layout import Line, Remarks

HEAD = ("府省庁", "事業番号", "担当部局", "事業期間", "会計区分", "実施方法")
REQUIRED = HEAD[:2]
A_PAGE = (
    "a review-sheet page: the project's name, then lines such as 府省庁: 総務省, 事業番号: 0042"
)

_KEY = re.compile(r"(?P<key>[^:：]{1,20})[:：](?P<value>.*)")


def read_page(path: str | Path) -> ReviewSheet:
    """The tables of one page of text; `source_format` is "page text".

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
    return ReviewSheet.build(**rows(path))


def rows(path: str | Path) -> Rows:
    """The same as `read_page`, as plain rows; what is missing is None. Raises SheetError."""
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
    lines, encoding = layout.lines(content)
    if not lines:
        raise Unreadable("an empty file", A_PAGE)
    if encoding != "UTF-8":
        remarks.add("encoding", "sheet", observed=encoding, proposed="UTF-8")
    head, sections = layout.sections(lines[1:])
    of_money = [line for line in head if not _is_key(line) and _names_a_unit(line)]
    facts = _facts(lines[0], [line for line in head if line not in of_money], remarks)
    for heading, table in layout.SECTIONS.items():
        if heading not in sections:
            remarks.add("missing_section", table or "sheet", heading)
            continue
        if not table:
            continue
        if table in layout.MONEY:
            # A unit at the page's top is that of the first amounts, and they hand it on.
            sections[heading], of_money = [*of_money, *sections[heading]], []
        blocks = blocks_of(sections[heading], table)
        if table == "budget":
            tables[table], unit = page_tables.budget(blocks, heading, remarks)
        elif table == "payment":
            tables[table] = page_tables.payment(blocks, heading, remarks, unit)
        else:
            tables[table] = page_tables.indicators(blocks, table, heading, remarks)
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
        row["status"] = cells.status(row["fiscal_year"], year)
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


def _is_key(line: Line) -> bool:
    match = _KEY.fullmatch(line.text)
    return match is not None and nfkc(match["key"]) in HEAD


def _names_a_unit(line: Line) -> bool:
    with layout.at(line):
        return units.money(line.text) is not None


def _facts(name: Line, head: list[Line], remarks: Remarks) -> dict:
    if (match := _KEY.fullmatch(name.text)) and nfkc(match["key"]) in HEAD:
        raise Unreadable(repr(name.text), A_PAGE, name.number)
    said, places = {}, {}
    for line in head:
        match = _KEY.fullmatch(line.text)
        key = nfkc(match["key"]) if match else ""
        if key in HEAD and key not in said:
            said[key], places[key] = cells.words(match["value"].strip()), line
        else:
            rule = "repeated_key" if key in said else "unknown_key" if key else "unread_line"
            remarks.add(rule, "sheet", line, observed=line.text)
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
        remarks.add("period_unread", "sheet", places["事業期間"], column, text)
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
