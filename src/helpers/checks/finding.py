"""What the rules share: Finding, a remark still without words, and how they read a sheet."""

from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from helpers import precision, words
from helpers.precision import half_unit
from helpers.sheet import COLUMNS, YEAR, Located
from helpers.sources.cells import narrow

SEVERITIES = tuple(words.SEVERITIES)
"""Gravest first."""

LABEL = 40
"""Characters of an indicator's name in the label of a row."""


# Not frozen, which takes six times as long to make one.
@dataclass(slots=True)
class Finding:
    """A defect or an oddity, found by one rule.

    `key` names a rule of `rules.csv`, and the block of its sentence, which `facts` fill. `row`
    holds the parts of the row's label (an int is a fiscal year). `at` are the positions in `table`
    whose `column` a repair would set to `proposed` where there is one, `also` the further columns
    and values that go with it; `proved` says that the repair is proved, by the sheet's own text
    (quoted in `proof`), by its other numbers and dates, or by its project's other sheets.
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


class Indicator(NamedTuple):
    """An indicator of the table `outcome` or `output`: its rows in the printed order; of each its
    fiscal year, expected and actual value; the fiscal years, each once and in order; and the units
    that it prints, in one width."""

    table: str
    rows: list[dict]
    values: list[tuple[int | None, float | None, float | None]]
    years: list[int]
    units: set[str]

    @property
    def label(self) -> str:
        """What names it as a row of its table."""
        number = self.rows[0]["number"]
        named = first(self.rows, "indicator") or first(self.rows, "goal") or ""
        name = words.cut(named, LABEL)
        return f"{number}. {name}" if number is not None else name


def fact(sheet: Located, column: str):
    """A value of the table `sheet`, None where it is missing or the table is empty."""
    return sheet["sheet"][0][column] if sheet["sheet"] else None


def elsewhere(
    sheet: Located, table: str, column: str, number: int | None = None, year: int | None = None
) -> dict[int, float]:
    """What other sheets of the project print for a cell: sheet year -> value, in order.

    `number` is the indicator's in this sheet, `year` the fiscal year; {} for a sheet read alone.
    A year is an int again: the table `vintage` holds the numbers of all columns as one kind.
    """
    if not sheet["vintage"]:
        return {}
    as_printed = int if COLUMNS[table][column] == YEAR else float
    rows = sheet.once(_by_cell).get((table, column, number, year), ())
    printed = {row["sheet_year"]: as_printed(row["value"]) for row in rows}
    return dict(sorted(printed.items()))


def indicators(sheet: Located, table: str | None = None) -> list[Indicator]:
    """The indicators in `outcome` or `output`, or in both, in the printed order."""
    return sheet.once(_indicators)[table]


def _by_cell(sheet: Located) -> dict[tuple, list[dict]]:
    """The rows of `vintage` that have a value, by what names their cell."""
    found: dict[tuple, list[dict]] = {}
    for row in sheet["vintage"]:
        if row["value"] is not None:
            cell = row["table"], row["column"], row["number"], row["fiscal_year"]
            found.setdefault(cell, []).append(row)
    return found


def _indicators(sheet: Located) -> dict[str | None, list[Indicator]]:
    found: dict[str | None, list[Indicator]] = {}
    for table in ("outcome", "output"):
        groups: dict[object, list[dict]] = {}
        for row in sheet[table]:
            groups.setdefault(row["number"], []).append(row)
        found[table] = []
        for rows in groups.values():
            values = list(map(_VALUES, rows))
            own = sorted({year for year, *_ in values if year is not None})
            units = {_plain(unit) for unit in {row["unit"] for row in rows}}
            found[table].append(Indicator(table, rows, values, own, units))
    return found | {None: found["outcome"] + found["output"]}


@lru_cache(maxsize=2**12)
def _plain(unit: str | None) -> str:
    return narrow(unit or "")


_VALUES = itemgetter("fiscal_year", "expected", "actual")


def first(rows: list[dict], column: str):
    """The first value of a column that is not missing; None without one or without the column."""
    for row in rows:
        value = row.get(column)
        if value is not None:
            return value
    return None


def years(rows: list[dict]) -> list[int]:
    """The fiscal years of the rows, each once, in order."""
    return sorted({row["fiscal_year"] for row in rows if row["fiscal_year"] is not None})


def gaps(found: list[int]) -> list[int]:
    """The years missing between the first and the last of `found`."""
    if not found or found[-1] - found[0] < len(found):
        return []
    return sorted(set(range(found[0], found[-1])) - set(found))


def percent(part: float, whole: float) -> str:
    """A share of two printed amounts in per cent, with the digits that their rounding leaves it."""
    return words.percent(part / whole, precision.decimals_in_percent(_error(part, whole)))


def times(part: float, whole: float) -> str:
    """The ratio of two printed amounts, with the digits that their rounding leaves it."""
    return words.fixed(part / whole, precision.decimals(_error(part, whole)))


def _error(part: float, whole: float) -> float:
    return precision.error(part, whole, half_unit(part), half_unit(whole))
