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
    indicator = table["table"].isin(["outcome", "output"])
    names = table["table"] + " " + table["item"].str.split(" ").str[0]
    kept = set()
    for _, part in names[indicator].groupby(table["table"]):
        kept.update(part.drop_duplicates().head(most))
    shown = table[~indicator | names.isin(kept)].reset_index(drop=True)
    return shown, names[indicator].nunique() - len(kept)


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
    table = pd.DataFrame(rows, columns=["table", "item", "fiscal_year", "value"])
    table = table.dropna(subset=["fiscal_year"]).astype({"fiscal_year": int, "value": float})
    if table.empty:
        return table.drop(columns="value").assign(state=pd.Series(dtype=str))
    items = table[["table", "item"]].drop_duplicates()
    years = range(table["fiscal_year"].min(), table["fiscal_year"].max() + 1)
    grid = items.merge(pd.DataFrame({"fiscal_year": years}), how="cross")
    # An indicator without a year of its own, or a year printed twice, keeps its first row.
    table = table.drop_duplicates(["table", "item", "fiscal_year"])
    grid = grid.merge(table, how="left", indicator=True)
    grid["state"] = "value"
    grid.loc[grid["value"] == 0, "state"] = "zero"
    grid.loc[grid["value"].isna(), "state"] = "missing"
    grid.loc[grid["_merge"] == "left_only", "state"] = "absent"
    return grid[["table", "item", "fiscal_year", "state"]]
