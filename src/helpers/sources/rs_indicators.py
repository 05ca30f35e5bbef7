"""Turn the records of 3-1 効果発現経路_目標・実績 into the rows of outcome and output."""

import re

from helpers.sources import cells
from helpers.sources.cells import Unreadable, nfkc
from helpers.sources.layout import Remarks
from helpers.sources.rs_records import Record

TABLES = {"アウトカム": "outcome", "アウトプット": "output", "アクティビティ": ""}
"""Kind of an indicator -> table; an activity is described and not measured."""

SERIES = {"目標年度": "target_year", "目標値": "expected", "実績値": "actual", "達成率": ""}
"""What a row holds, its leading number apart -> what becomes of it; the rate is only derived."""

NOT_FLAGGED = ("", "0", "FALSE")

_PLAIN = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?")


def indicators(records: list[Record], remarks: Remarks) -> dict[str, list[dict]]:
    """Rows of the tables outcome and output, a row an indicator and year with a value.

    An indicator has a row of the file for its target years (a flag in the year's column), its
    target values, its actual values and the rates of achievement. `target_year` is the last year
    flagged and `target` the target value of that year; both stay missing without a flag.
    """
    tables: dict[str, list[dict]] = {"outcome": [], "output": []}
    counts = dict.fromkeys(tables, 0)
    grouped: dict[tuple, list[Record]] = {}
    for record in records:
        parts = ("kind", "number", "term", "goal", "indicator")
        grouped.setdefault(tuple(map(record.text, parts)), []).append(record)
    for (kind, _, _, goal, indicator), rows in grouped.items():
        first, kind = rows[0], nfkc(kind)
        if kind not in TABLES:
            if kind or any(column.startswith("year.") for row in rows for column in row.cells):
                remarks.add("unread_line", "outcome", first.row, "", kind)
            continue
        if not (table := TABLES[kind]):
            continue
        counts[table] += 1
        common = {
            "number": counts[table],
            "indicator": indicator,
            "unit": next(filter(None, (row.text("unit") for row in rows)), ""),
        }
        if not (indicator or goal):
            remarks.add("unnamed_indicator", table, first.row)
        series = _series(rows, table, common["unit"], remarks)
        if table == "outcome":
            common |= {"goal": goal} | _target(series)
        elif not indicator:
            common["indicator"] = goal
        years = sorted({year for name in ("expected", "actual") for year in series[name]})
        if not years:
            remarks.add("table_without_rows", table, first.row, "", indicator or goal)
        tables[table] += [
            common
            | {"fiscal_year": year}
            | {name: series[name][year] for name in ("expected", "actual") if year in series[name]}
            for year in years
        ]
    return tables


def _series(rows: list[Record], table: str, unit: str, remarks: Remarks) -> dict[str, dict]:
    found: dict[str, dict] = {"target_year": {}, "expected": {}, "actual": {}}
    for record in rows:
        printed = {
            int(column[5:]): cell
            for column, cell in record.cells.items()
            if column.startswith("year.")
        }
        name = re.sub(r"^[0-9]+[.\s]*", "", nfkc(record.text("series")))
        if name not in SERIES:
            if printed:
                remarks.add("unread_line", table, record.row, "", record.text("series"))
        elif SERIES[name] == "target_year":
            flagged = {year for year, cell in printed.items() if nfkc(cell) not in NOT_FLAGGED}
            found["target_year"] |= dict.fromkeys(flagged, True)
        elif column := SERIES[name]:
            for year, cell in printed.items():
                value = _value(cell, record, column, table, unit, remarks)
                if value is not None:
                    found[column][year] = value
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
