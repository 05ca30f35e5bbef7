"""What the rules share: Finding, a remark still without words; Rule, its words; small readings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from helpers.payee_names import payee_key
from helpers.sheet import COLUMNS, YEAR, Rows

ERROR, WARNING, NOTE = SEVERITIES = ("error", "warning", "note")


class Rule(NamedTuple):
    """How a rule speaks: its severity, and its reason as a sentence in Japanese and in English.

    A `{fact:kind}` in a sentence is filled from the finding's facts: see `catalogue._Sentence`.
    """

    severity: str
    ja: str
    en: str


@dataclass(frozen=True)
class Finding:
    """A defect or an oddity, found by one rule.

    `key` names a template of `catalogue.RULES`; `facts` fill it. `row` holds the parts of the
    row's label (an int is a fiscal year). `at` are the positions in `table` whose `column` a
    repair would set to `proposed` where there is one, `also` the further columns and values that
    go with it; `proved` says that the repair is proved, by the sheet's own text (quoted in
    `proof`), by its other numbers and dates, or by its project's other sheets.
    """

    key: str
    table: str
    row: tuple
    column: str
    observed: object
    proposed: object = None
    proof: str = ""
    at: tuple[int, ...] = ()
    also: tuple[tuple[str, object], ...] = ()
    proved: bool = False
    facts: dict = field(default_factory=dict)


_BLANK = {table: dict.fromkeys(columns) for table, columns in COLUMNS.items()}


def records(frame: pd.DataFrame) -> list[dict]:
    """The rows of a table as dicts, None where a value is missing."""
    columns = {
        name: [None if value is pd.NA or value != value else value for value in column.tolist()]
        for name, column in frame.items()
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def located(sheet: Rows) -> Rows:
    """What the rules read: every table, every row with all its columns and `at`, its position."""
    full = {}
    for table, blank in _BLANK.items():
        full[table] = [{**blank, **row, "at": at} for at, row in enumerate(sheet.get(table, ()))]
    for row in full["payment"]:
        if row["payee_key"] is None and row["payee"] is not None:
            row["payee_key"] = payee_key(row["payee"])
    return full


def fact(sheet: Rows, column: str):
    """A value of the table `sheet`, None where it is missing or the table is empty."""
    return first(sheet["sheet"], column)


def elsewhere(
    sheet: Rows, table: str, column: str, number: int | None = None, year: int | None = None
) -> dict[int, float]:
    """What other sheets of the project print for a cell: sheet year -> value, in order.

    `number` is the indicator's in this sheet, `year` the fiscal year; {} for a sheet read alone.
    A year is an int again: the table `vintage` holds the numbers of all columns as one kind.
    """
    wanted = (table, column, number, year)
    as_printed = int if COLUMNS[table][column] == YEAR else float
    printed = {
        row["sheet_year"]: as_printed(row["value"])
        for row in sheet["vintage"]
        if (row["table"], row["column"], row["number"], row["fiscal_year"]) == wanted
        and row["value"] is not None
    }
    return dict(sorted(printed.items()))


def indicators(sheet: Rows, table: str) -> Iterator[tuple[str, list[dict]]]:
    """Label and rows of each indicator in `outcome` or `output`, in the printed order."""
    groups: dict[object, list[dict]] = {}
    for row in sheet[table]:
        groups.setdefault(row["number"], []).append(row)
    for number, rows in groups.items():
        name = shortened(first(rows, "indicator") or first(rows, "goal") or "")
        yield f"{number}. {name}" if number is not None else name, rows


def shortened(text: str) -> str:
    """A text of a sheet as a label: on one line, at most 40 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"


def first(rows: list[dict], column: str):
    """The first value of a column that is not missing; None without one or without the column."""
    return next((row[column] for row in rows if row.get(column) is not None), None)


def years(rows: list[dict]) -> list[int]:
    """The fiscal years of the rows, each once, in order."""
    return sorted({row["fiscal_year"] for row in rows if row["fiscal_year"] is not None})


def gaps(found: list[int]) -> list[int]:
    """The years missing between the first and the last of `found`."""
    return sorted(set(range(found[0], found[-1])) - set(found)) if found else []


def rounding(value: float) -> float:
    """Half a unit of the last printed digit of a value in million yen; 0 for a printed 0.

    A whole number counts as rounded to a million yen, other numbers to their own last decimal, at
    the finest to one yen.
    """
    if value == 0:
        return 0.0
    decimals = len(f"{value:.6f}".rstrip("0").partition(".")[2])
    return 0.5 * 10.0**-decimals
