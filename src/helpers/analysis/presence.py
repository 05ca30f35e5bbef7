"""What the sheet prints for which year."""

import pandas as pd

from helpers.sheet import ReviewSheet

MONEY = [
    *("requested", "initial", "supplementary", "carried_in", "carried_out", "reserve"),
    *("budget_net", "executed"),
]

COLUMNS = ["table", "item", "fiscal_year", "state"]

INDICATORS = 8
"""Indicators of a kind that a map has room for."""


def leading(table: pd.DataFrame, most: int = INDICATORS) -> tuple[pd.DataFrame, int]:
    """The rows of `presence` without the outcomes and outputs after the first `most` of each, and
    how many indicators that leaves out."""
    numbers: dict[str, list[str]] = {"outcome": [], "output": []}
    of = [
        (name, item.split(" ")[0]) for name, item in zip(table["table"], table["item"], strict=True)
    ]
    for name, number in dict.fromkeys(of):
        if name in numbers:
            numbers[name].append(number)
    left = {(name, number) for name, found in numbers.items() for number in found[most:]}
    if not left:
        return table, 0
    shown = table[[each not in left for each in of]]
    return shown.reset_index(drop=True), len(left)


def shared(table: pd.DataFrame) -> list[int]:
    """The fiscal years of `presence` with both an amount executed and an actual of an outcome."""
    spent, came = set(), set()
    for name, item, year, state in zip(
        *(table[column].tolist() for column in COLUMNS), strict=True
    ):
        if state in ("value", "zero"):
            if (name, item) == ("budget", "executed"):
                spent.add(year)
            elif name == "outcome" and item.endswith(" actual"):
                came.add(year)
    return sorted(spent & came)


def presence(sheet: ReviewSheet) -> pd.DataFrame:
    """One row a table x item x fiscal year: table, item, fiscal_year, state.

    `item` is a budget column, "N expected" or "N actual" for indicator number N of the tables
    outcome and output, and "amount" for payments. state: "value", "zero" (a printed 0), "missing"
    (the row is printed, the value is not: "-"), "absent" (no row for that year).
    """
    cells = [
        (("budget", column, row["fiscal_year"]), row[column])
        for column in MONEY
        for row in sheet.rows("budget")
    ]
    cells += [
        ((name, f"{row['number']} {column}", row["fiscal_year"]), row[column])
        for name in ("outcome", "output")
        for row in sheet.rows(name)
        for column in ("expected", "actual")
    ]
    paid: dict[int | None, list[float]] = {}
    for row in sheet.rows("payment"):
        amounts = paid.setdefault(row["fiscal_year"], [])
        amounts += [] if row["amount"] is None else [row["amount"]]
    cells += [
        (("payment", "amount", year), sum(amounts) if amounts else None)
        for year, amounts in paid.items()
    ]
    # An indicator without a year of its own, or a year printed twice, keeps its first row.
    printed: dict[tuple, float | None] = {}
    for cell, value in cells:
        if cell[-1] is not None:
            printed.setdefault(cell, value)
    items = dict.fromkeys((name, item) for name, item, _ in printed)
    known = [year for *_, year in printed]
    years = range(min(known), max(known) + 1) if known else ()
    grid = [(*item, year, _state(printed, (*item, year))) for item in items for year in years]
    return pd.DataFrame(grid, columns=COLUMNS)


def _state(printed: dict[tuple, float | None], cell: tuple) -> str:
    if cell not in printed:
        return "absent"
    if printed[cell] is None:
        return "missing"
    return "zero" if printed[cell] == 0 else "value"
