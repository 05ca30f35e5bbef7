"""Turn the records of 3-1 効果発現経路_目標・実績 into the rows of outcome, output and activity."""

import re

from helpers.sheet import COLUMNS, Remarks
from helpers.sources import cells
from helpers.sources.cells import Unreadable, narrow, nfkc
from helpers.sources.rs_rows import ELEMENTS, TERMS, read, renamed
from helpers.sources.rs_tables import Record, Records
from helpers.words import exact

SERIES = {
    "目標年度": "target_year",
    "目標値": "expected",
    "実績値": "actual",
    "達成率": "achievement",
}
"""What a row holds, its leading number apart -> what becomes of it."""

VALUES = ("expected", "actual", "achievement")

STATED = {
    "direction": ("direction", {"上がると良い指標": "up", "下がると良い指標": "down"}),
    "goal_kind": ("kind", {"定量的": "quantitative", "定性的": "qualitative"}),
    "term": (
        "term",
        # A few cells leave the digit out.
        {"1.短期": "short", "2.中期": "middle", "3.長期": "long"} | TERMS,
    ),
}
"""What an outcome's rows state in fixed words: column of the file -> ours, and the words."""

OF_ACTIVITY = {
    "number": "element_number",
    "goal": "activity",
    "kpi_document": "kpi_document",
    "kpi_place": "kpi_place",
    "kpi_url": "kpi_url",
}
"""Column of 3-1 -> that of the table activity."""

NOT_FLAGGED = ("", "0", "FALSE")

_PLAIN = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?")


def indicators(records: Records, _: int, remarks: Remarks) -> dict[str, list[dict]]:
    """The tables outcome and output from 3-1, a row an indicator and year with a value, and
    activity, a row each.

    An indicator has a row of the file for its target years (a flag in the year's column), its
    target values, its actual values and the rates of achievement. `target_year` is the last year
    flagged and `target` the target value of that year; both stay missing without a flag. A
    qualitative outcome has one row, without a year: what stands in its years is no measurement. So
    has an indicator without any value.
    """
    tables: dict[str, list[dict]] = {"outcome": [], "output": [], "activity": []}
    counts = dict.fromkeys(tables, 0)
    for rows in _grouped(records.get("3-1", [])):
        first = rows[0]
        kind = nfkc(first.text("kind"))
        if kind not in ELEMENTS:
            if kind or any(column.startswith("year.") for row in rows for column in row.cells):
                remarks.add("unread_line", "outcome", first.row, "", kind)
        elif (table := ELEMENTS[kind]) == "activity":
            tables[table] += read(renamed(rows, OF_ACTIVITY), table, remarks)
        else:
            counts[table] += 1
            tables[table] += _of_indicator(rows, table, counts[table], remarks)
    return tables


def _of_indicator(rows: list[Record], table: str, number: int, remarks: Remarks) -> list[dict]:
    first = rows[0]
    goal, indicator = first.text("goal"), first.text("indicator")
    unit = _printed(rows, "unit", table, remarks)
    if not (indicator or goal):
        remarks.add("unnamed_indicator", table, first.row)
    common = {"number": number, "indicator": indicator, "unit": unit}
    common |= _stated(rows, table, remarks)
    [element] = read(renamed(rows[:1], {"number": "element_number"}), table, remarks) or [{}]
    common |= element
    series = _series(rows, table, unit, remarks)
    common |= {"goal": goal}
    if table == "outcome":
        common |= _target(series)
    elif not indicator:
        common["indicator"] = goal
    if common.get("kind") == "qualitative":
        return [_in_words(common, series, first, remarks)]
    years = sorted({year for name in VALUES for year in series[name]})
    if not years:
        remarks.add("table_without_rows", table, first.row, "", indicator or goal)
        return [common]
    return [
        common
        | {"fiscal_year": year}
        | {name: series[name][year] for name in VALUES if year in series[name]}
        for year in years
    ]


def _grouped(records: list[Record]) -> list[list[Record]]:
    """The records of each indicator; one of them without the term belongs to the others."""
    grouped: dict[tuple, list[Record]] = {}
    terms: dict[tuple, list[tuple]] = {}
    for record in records:
        key = tuple(map(record.text, ("kind", "number", "goal", "indicator")))
        term = narrow(record.text("term"))
        whole = (*key, STATED["term"][1].get(term, term))
        if whole not in grouped and term:
            terms.setdefault(key, []).append(whole)
        grouped.setdefault(whole, []).append(record)
    for key, named in terms.items():
        if len(named) == 1 and (*key, "") in grouped:
            grouped[named[0]] += grouped.pop((*key, ""))
    return list(grouped.values())


def _printed(rows: list[Record], column: str, table: str, remarks: Remarks) -> str:
    """What the rows of an indicator print in a column: all of them the same, as a rule.

    Of fixed words that contradict each other none is taken.
    """
    name, known = STATED.get(column, (column, {}))
    said = next(filter(None, (row.text(column) for row in rows)), "")
    odd: dict[str, tuple[Record, str]] = {}
    for row in rows:
        text = row.text(column)
        if text != said and len({known.get(narrow(one), narrow(one)) for one in (text, said)}) > 1:
            rule = "cells_partly" if not text else "cells_contradict" if known else "cells_differ"
            odd.setdefault(rule, (row, text))
    for rule, (row, text) in odd.items():
        remarks.add(rule, table, row.row, name, text, said)
    return "" if "cells_contradict" in odd else said


def _stated(rows: list[Record], table: str, remarks: Remarks) -> dict:
    """The direction, kind and term of an outcome, and the result of a qualitative one."""
    found = {}
    for column, (name, known) in STATED.items():
        text = _printed(rows, column, table, remarks)
        value = known.get(narrow(text)) if table == "outcome" else None
        if value:
            found[name] = value
        elif text:
            remarks.add("unread_line", table, rows[0].row, name, text)
    for column in ("statistics", "result", "qualitative_reason"):
        if column in COLUMNS[table] and (text := _printed(rows, column, table, remarks)):
            found[column] = text
    return found


def _in_words(common: dict, series: dict[str, dict], first: Record, remarks: Remarks) -> dict:
    """The row of a qualitative outcome; the 1 that some print as its target measures nothing."""
    numbers = [
        f"{title} {year}: {exact(series[name][year])}"
        for title, name in SERIES.items()
        if name in VALUES
        for year in sorted(series[name])
    ]
    if numbers:
        name = common["indicator"] or common["goal"]
        remarks.add("qualitative_number", "outcome", first.row, "", ", ".join(numbers), name)
    return {column: value for column, value in common.items() if column != "target"}


def _series(rows: list[Record], table: str, unit: str, remarks: Remarks) -> dict[str, dict]:
    found: dict[str, dict] = {name: {} for name in SERIES.values()}
    for record in rows:
        printed = {
            int(column[5:]): cell
            for column, cell in record.cells.items()
            if column.startswith("year.")
        }
        name = re.sub(r"^[0-9]+[.\s]*", "", nfkc(record.text("series")))
        column = SERIES.get(name)
        if column is None:
            if printed:
                remarks.add("unread_line", table, record.row, "", record.text("series"))
        elif column == "target_year":
            flagged = {year for year, cell in printed.items() if nfkc(cell) not in NOT_FLAGGED}
            found["target_year"] |= dict.fromkeys(flagged, True)
        else:
            for year, cell in printed.items():
                of = "%" if column == "achievement" else unit
                value = _value(cell, record, column, table, of, remarks)
                if value is None:
                    continue
                kept = found[column].setdefault(year, value)
                if kept != value:
                    said, taken = (f"{year}: {exact(number)}" for number in (value, kept))
                    remarks.add("cells_differ", table, record.row, column, said, taken)
    return found


def _value(
    cell: str, record: Record, column: str, table: str, unit: str, remarks: Remarks
) -> float | None:
    if _PLAIN.fullmatch(cell):
        return float(cell)
    try:
        return cells.number_of(cell, unit)
    except Unreadable:
        remarks.add("unread_line", table, record.row, column, cell)
        return None


def _target(series: dict[str, dict]) -> dict:
    if not series["target_year"]:
        return {}
    year = max(series["target_year"])
    known = {"target_year": year, "target_year_printed": year}
    return known | ({"target": series["expected"][year]} if year in series["expected"] else {})
