"""What the project's other sheets print for the same cell, and where it differs from this sheet.

A sheet read alone has no other sheets (`vintage` is empty), and every table here is empty.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from helpers.analysis.series import IndicatorSeries
from helpers.checks.budget import LOST_UNTIL, not_given
from helpers.precision import restated, unit_slip
from helpers.sheet import BY_YEAR, NUMBER, TARGETS, TEXT, YEAR, ReviewSheet, first_of, typed

CELL = {"table": TEXT, "number": YEAR, "fiscal_year": YEAR, "column": TEXT}
CELLS = CELL | {"indicator": TEXT, "unit": TEXT, "value": NUMBER, "elsewhere": object, "kind": TEXT}
RATES = {"fiscal_year": YEAR, "sheet_year": YEAR, "execution_rate": NUMBER, "present": NUMBER}
ACTUALS = {"fiscal_year": YEAR, "sheet_year": YEAR, "value": NUMBER, "present": NUMBER}

KINDS = ("closed", "target", "open", "late", "lost")
"""Most telling first. "closed": the year was over when the earlier of the two values was printed;
"target"; "open": the number of a running or coming year; "late": this sheet should have it and has
none; "lost": a negative number that the database turned into 0."""

TELLING = ("executed", "actual", "budget_net", "target", "target_year")
PRINTED = 3
"""Closed years of which a sheet prints the values, at least."""

SAME = 0.001
"""Rates that are printed alike."""


def cells(sheet: ReviewSheet) -> pd.DataFrame:
    """The cells for which another sheet prints another number, most telling first.

    Columns: those of `CELL` (no fiscal_year for a target), indicator, unit, value (here; NaN where
    none is), elsewhere (dict: value -> the sheet years that print it, in order), kind (see
    `KINDS`). Numbers that rounding alone can tell apart are one number; a 0 in a budget row of
    nothing but 0 is no number.
    """
    own, names = _own(sheet), _names(sheet)
    told = sorted(_told(sheet, names), key=lambda row: row["sheet_year"])
    here = [own.get(_cell(row)) for row in told]
    differing: dict[tuple, list[dict]] = {}
    for row, value, same in zip(told, here, _restated(told, here), strict=True):
        kind = "" if same else _kind(row, value, sheet.year)
        if kind:
            differing.setdefault(_cell(row), []).append(row | {"kind": kind})
    most = _largest([*own.items(), *((_cell(row), row["value"]) for row in told)])
    found = []
    for cell, rows in differing.items():
        value, elsewhere = own.get(cell), {}
        for row in rows:
            elsewhere.setdefault(row["value"], []).append(row["sheet_year"])
        kind = min((row["kind"] for row in rows), key=KINDS.index)
        size = max(abs(other - (value or 0)) for other in elsewhere)
        scale = 10 if cell[-1] == "target_year" else most[cell[:2]] or 1
        order = (KINDS.index(kind), cell[-1] not in TELLING, -size / scale)
        found.append((order, [*cell, *names.get(cell[:2], ("", "")), value, elsewhere, kind]))
    found.sort(key=lambda each: each[0])
    return _table([row for _, row in found], CELLS)


def rates(sheet: ReviewSheet, rates: pd.DataFrame) -> pd.DataFrame:
    """The execution rates that other sheets' numbers give for the modelled years of `rates`.

    Columns: fiscal_year, sheet_year, execution_rate, present (the rate in `rates`). Only those that
    differ from `present` and from each other; an outturn of 0, which was mostly not known yet, and
    numbers in another unit of money are left out.
    """
    known = rates[rates["modelled"]]
    columns = [known[name] for name in ("budget_net", "executed", "execution_rate")]
    here = dict(zip(known["fiscal_year"], zip(*columns, strict=True), strict=True))
    both = [
        (*years, *here[years[0]], net, executed)
        for years, net, executed in _outturns(sheet)
        if years[0] in here and years[0] < years[1] and net > 0 and executed > 0
    ]
    if not both:
        return _table([], RATES)
    year, published, net, executed, present, net_there, executed_there = np.array(both).T
    pairs = [(net, net_there), (executed, executed_there)]
    same = np.all([restated(*pair) for pair in pairs], axis=0)
    slipped = np.any([unit_slip(*pair) for pair in pairs], axis=0)
    rate = executed_there / net_there
    kept = (np.abs(rate - present) >= SAME) & ~same & ~slipped
    return _distinct(zip(*(x[kept] for x in (year, published, rate, present)), strict=True), RATES)


def actuals(sheet: ReviewSheet, series: IndicatorSeries) -> pd.DataFrame:
    """The actual values that other sheets print for the years of `series`: fiscal_year,
    sheet_year, value, present (the value in `series`); only those that differ."""
    now = dict(zip(series.years.tolist(), series.values.tolist(), strict=True))
    told = [
        row
        for row in _told(sheet, _names(sheet))
        if (row["table"], row["column"], row["number"]) == ("outcome", "actual", series.number)
        and row["fiscal_year"] in now
    ]
    present = [now[row["fiscal_year"]] for row in told]
    rows = [
        (row["fiscal_year"], row["sheet_year"], row["value"], value)
        for row, value, same in zip(told, present, _restated(told, present), strict=True)
        if not same
    ]
    return _distinct(rows, ACTUALS)


def gone(sheet: ReviewSheet) -> list[dict]:
    """The values and targets of this sheet's indicators that later sheets print no more, as far as
    it can be told: those that the last later sheet lacks which prints the indicator and, of a
    year's value, has the year among its `PRINTED`.

    Rows of `CELL`, with value and sheet_year (of the sheet that lacks it). Of sheets that were
    joined there is none: a number of theirs is the last that was printed.
    """
    told = [row for row in _told(sheet, _names(sheet)) if row["sheet_year"] > sheet.year]
    printed = {(*_cell(row), row["sheet_year"]) for row in told}
    later: dict[tuple, set[int]] = {}
    for row in told:
        later.setdefault((row["table"], row["number"]), set()).add(row["sheet_year"])
    found = []
    for cell, value in _own(sheet).items():
        table, number, year, column = cell
        if table == "budget" or column == "target_year":
            continue
        could = [
            published
            for published in later.get((table, number), ())
            if year is None or published - PRINTED <= year < published
        ]
        if could and (*cell, max(could)) not in printed:
            row = dict(zip(CELL, cell, strict=True))
            found.append(row | {"value": value, "sheet_year": max(could)})
    return found


def _told(sheet: ReviewSheet, names: dict[tuple, tuple]) -> list[dict]:
    """The vintages that can be compared: an indicator that shares its text with another of the
    sheet cannot be told from it in other sheets."""
    texts = [(table, *text) for (table, _), text in names.items()]
    shared = {cell for cell, text in zip(names, texts, strict=True) if texts.count(text) > 1}
    return [row for row in sheet.rows("vintage") if (row["table"], row["number"]) not in shared]


def _outturns(sheet: ReviewSheet) -> Iterator[tuple[tuple[int, int], float, float]]:
    """What other sheets print of a year's outturn: (fiscal year, sheet year), budget_net, executed;
    the mean of two sheets of one year."""
    printed: dict[tuple, dict[str, list[float]]] = {}
    for row in sheet.rows("vintage"):
        if row["table"] == "budget" and row["column"] in ("budget_net", "executed"):
            columns = printed.setdefault((row["fiscal_year"], row["sheet_year"]), {})
            columns.setdefault(row["column"], []).append(row["value"])
    for years, columns in sorted(printed.items()):
        if len(columns) == 2:
            yield years, np.mean(columns["budget_net"]), np.mean(columns["executed"])


def _own(sheet: ReviewSheet) -> dict[tuple, float]:
    """This sheet's own numbers by cell."""
    own: dict[tuple, float] = {}
    for table, columns in BY_YEAR.items():
        for row in sheet.rows(table):
            numbers = {name: row[name] for name in columns if row[name] is not None}
            nothing = table == "budget" and not any(numbers.values())
            if not_given(numbers.get("requested"), numbers.get("initial") or 0):
                del numbers["requested"]
            if row["fiscal_year"] is not None and not nothing:
                for column, value in numbers.items():
                    own.setdefault((table, row.get("number"), row["fiscal_year"], column), value)
    for table, columns in TARGETS.items():
        for row in first_of(sheet.rows(table), "number").values():
            cells = {(table, row["number"], None, column): row[column] for column in columns}
            own |= {cell: float(value) for cell, value in cells.items() if value is not None}
    return own


def _names(sheet: ReviewSheet) -> dict[tuple, tuple]:
    """Table and number of each indicator -> its text and unit."""
    return {
        (table, row["number"]): (row["indicator"], row["unit"])
        for table in ("outcome", "output")
        for row in first_of(sheet.rows(table), "number").values()
    }


def _kind(row: dict, here: float | None, year: int) -> str:
    """One of `KINDS`, "" for a number that could not stand here."""
    of, other = row["fiscal_year"], row["value"]
    if here is None:
        # A budget's empty 0 is no number, and a year that was not over could not have one.
        awaited = of is not None and of < year and other != 0 and row["column"] != "requested"
        return "late" if awaited else ""
    if of is None:
        return "target"
    if here < 0 and other == 0 and row["sheet_year"] <= LOST_UNTIL:
        return "lost"
    if here == 0 and other < 0 and year <= LOST_UNTIL:
        return "lost"
    return "closed" if of < min(row["sheet_year"], year) else "open"


def _largest(numbers: Iterable[tuple[tuple, float]]) -> dict[tuple, float]:
    """The largest number of the budget and of each indicator, to measure differences by."""
    largest: dict[tuple, float] = {}
    for (*group, _, column), value in numbers:
        if column != "target_year":
            largest[tuple(group)] = max(largest.get(tuple(group), 0), abs(value))
    return largest


def _restated(told: list[dict], here: list[float | None]) -> np.ndarray:
    return restated(here, [row["value"] for row in told])


def _cell(row: dict) -> tuple:
    return tuple(row[name] for name in CELL)


def _distinct(rows: Iterable[tuple], kinds: dict) -> pd.DataFrame:
    """Each differing value of a year once, as the first sheet that prints it: fiscal year, sheet
    year, value and what stands here."""
    first: dict[tuple, tuple] = {}
    for year, published, value, present in sorted(rows, key=lambda row: row[:2]):
        first.setdefault((year, value), (year, published, value, present))
    return _table(list(first.values()), kinds)


def _table(rows: list, kinds: dict) -> pd.DataFrame:
    return typed([dict(zip(kinds, row, strict=True)) for row in rows], kinds)
