"""What the sheet prints for which year."""

import pandas as pd

from helpers.sheet import ReviewSheet

MONEY = [
    *("requested", "initial", "supplementary", "carried_in", "carried_out", "reserve"),
    *("budget_net", "executed"),
]


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
    shown = table[pd.Series([each not in left for each in of], dtype=bool)]
    return shown.reset_index(drop=True), len(left)


def shared(table: pd.DataFrame) -> list[int]:
    """The fiscal years of `presence` with both an amount executed and an actual of an outcome."""
    stated = table[table["state"].isin(["value", "zero"])]
    spent = stated["table"].eq("budget") & stated["item"].eq("executed")
    came = stated["table"].eq("outcome") & stated["item"].str.endswith(" actual")
    years = [set(stated.loc[kind, "fiscal_year"]) for kind in (spent, came)]
    return sorted(map(int, years[0] & years[1]))


def presence(sheet: ReviewSheet) -> pd.DataFrame:
    """One row a table x item x fiscal year: table, item, fiscal_year, state.

    `item` is a budget column, "N expected" or "N actual" for indicator number N of the tables
    outcome and output, and "amount" for payments. state: "value", "zero" (a printed 0), "missing"
    (the row is printed, the value is not: "-"), "absent" (no row for that year).
    """
    rows = [
        ("budget", column, year, value)
        for column in MONEY
        for year, value in zip(sheet.budget["fiscal_year"], sheet.budget[column], strict=True)
    ]
    for name in ("outcome", "output"):
        for record in getattr(sheet, name).itertuples():
            for column in ("expected", "actual"):
                item = f"{record.number} {column}"
                rows.append((name, item, record.fiscal_year, getattr(record, column)))
    paid = sheet.payment.groupby("fiscal_year")["amount"].sum(min_count=1)
    rows += [("payment", "amount", year, value) for year, value in paid.items()]
    # An indicator without a year of its own, or a year printed twice, keeps its first row.
    printed: dict[tuple, float] = {}
    for name, item, year, value in rows:
        if pd.notna(year):
            printed.setdefault((name, item, int(year)), value)
    items = dict.fromkeys((name, item) for name, item, _ in printed)
    known = [year for *_, year in printed]
    years = range(min(known), max(known) + 1) if known else ()
    grid = [(*item, year, _state(printed, (*item, year))) for item in items for year in years]
    return pd.DataFrame(grid, columns=["table", "item", "fiscal_year", "state"])


def _state(printed: dict[tuple, float], cell: tuple) -> str:
    if cell not in printed:
        return "absent"
    if pd.isna(printed[cell]):
        return "missing"
    return "zero" if printed[cell] == 0 else "value"
