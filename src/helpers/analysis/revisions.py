"""What the project's other sheets print for the same cell, and where it differs from this sheet.

A sheet read alone has no other sheets (`vintage` is empty), and every table here is empty.
"""

import numpy as np
import pandas as pd

from helpers.analysis.series import Series
from helpers.checks.budget import LOST_UNTIL
from helpers.corpus.rounding import restated, times
from helpers.corpus.vintages import BY_YEAR, FACTS, SLIPS
from helpers.sheet import ReviewSheet

CELL = ["table", "number", "fiscal_year", "column"]
CELLS = [*CELL, "indicator", "unit", "value", "elsewhere", "kind"]
RATES = ["fiscal_year", "sheet_year", "execution_rate", "present"]
ACTUALS = ["fiscal_year", "sheet_year", "value", "present"]

KINDS = ("closed", "target", "open", "late", "lost")
"""Most telling first. "closed": the year was over when the earlier of the two values was printed;
"target"; "open": the number of a running or coming year; "late": this sheet should have it and has
none; "lost": a negative number that the database turned into 0."""

TELLING = ("executed", "actual", "budget_net", "target", "target_year")
SAME = 0.001
"""Rates that are printed alike."""


def cells(sheet: ReviewSheet) -> pd.DataFrame:
    """The cells for which another sheet prints another number, most telling first.

    Columns: those of `CELL` (no fiscal_year for a target), indicator, unit, value (here; NaN where
    none is), elsewhere (dict: value -> the sheet years that print it, in order), kind (see
    `KINDS`). Numbers that rounding alone can tell apart are one number; a 0 in a budget row of
    nothing but 0 is no number.
    """
    own = _own(sheet)
    both = _told(sheet).rename(columns={"value": "other"}).merge(own, how="left", on=CELL)
    both = both[~restated(both["value"], both["other"])]
    both["kind"] = _kinds(both, sheet.year)
    both = both[both["kind"] != ""].sort_values("sheet_year")
    most = _largest(own, sheet.vintage)
    rows = []
    for _, part in both.groupby(CELL, dropna=False, sort=False):
        first = part.iloc[0]
        elsewhere: dict[float, list[int]] = {}
        for year, other in zip(part["sheet_year"], part["other"], strict=True):
            elsewhere.setdefault(float(other), []).append(int(year))
        size = (part["other"] - part["value"].fillna(0)).abs().max()
        rank = min(map(KINDS.index, part["kind"]))
        scale = 10 if first["column"] == "target_year" else most[_group(first)] or 1
        order = (rank, first["column"] not in TELLING, -size / scale)
        rows.append([*first[CELL], first["value"], elsewhere, KINDS[rank], order])
    table = pd.DataFrame(rows, columns=[*CELL, "value", "elsewhere", "kind", "order"])
    table = table.astype({"table": "str", "number": "Int64", "fiscal_year": "Int64"})
    table = table.sort_values("order", kind="stable")
    table = table.merge(_names(sheet), how="left", on=["table", "number"])
    return table[CELLS].reset_index(drop=True)


def rates(sheet: ReviewSheet, rates: pd.DataFrame) -> pd.DataFrame:
    """The execution rates that other sheets' numbers give for the modelled years of `rates`.

    Columns: fiscal_year, sheet_year, execution_rate, present (the rate in `rates`). Only those that
    differ from `present` and from each other; an outturn of 0, which was mostly not known yet, and
    numbers in another unit of money are left out.
    """
    money = sheet.vintage[sheet.vintage["table"] == "budget"]
    wide = money.pivot_table("value", ["fiscal_year", "sheet_year"], "column")
    wide = wide.reindex(columns=["budget_net", "executed"]).dropna().reset_index()
    known = rates.loc[
        rates["modelled"], ["fiscal_year", "budget_net", "executed", "execution_rate"]
    ]
    both = known.rename(columns={"execution_rate": "present"}).merge(
        wide, on="fiscal_year", suffixes=("", " other")
    )
    both = both[(both["budget_net other"] > 0) & (both["executed other"] > 0)]
    both = both[both["fiscal_year"] < both["sheet_year"]]
    pairs = [(both[name], both[f"{name} other"]) for name in ("budget_net", "executed")]
    same = np.all([restated(*pair) for pair in pairs], axis=0)
    slipped = np.any([times(*map(np.asarray, pair), SLIPS) for pair in pairs], axis=0)
    both["execution_rate"] = both["executed other"] / both["budget_net other"]
    apart = (both["execution_rate"] - both["present"]).abs() >= SAME
    return _distinct(both[apart & ~same & ~slipped], "execution_rate")[RATES]


def actuals(sheet: ReviewSheet, series: Series) -> pd.DataFrame:
    """The actual values that other sheets print for the years of `series`: fiscal_year,
    sheet_year, value, present (the value in `series`); only those that differ."""
    printed = _told(sheet)
    printed = printed[(printed["table"] == "outcome") & (printed["column"] == "actual")]
    printed = printed[printed["number"] == (-1 if series.number is None else series.number)]
    now = pd.DataFrame({"fiscal_year": series.years, "present": series.values})
    both = printed.merge(now.astype({"fiscal_year": "Int64"}), on="fiscal_year")
    both = both[~restated(both["value"], both["present"])]
    return _distinct(both, "value")[ACTUALS]


def _told(sheet: ReviewSheet) -> pd.DataFrame:
    """The vintages that can be compared: an indicator that shares its text with another of the
    sheet cannot be told from it in other sheets."""
    names = _names(sheet)
    shared = names[names.duplicated(["table", "indicator", "unit"], keep=False)]
    unclear = sheet.vintage.merge(shared[["table", "number"]], how="left", indicator=True)
    return sheet.vintage[(unclear["_merge"] == "left_only").to_numpy()]


def _distinct(table: pd.DataFrame, value: str) -> pd.DataFrame:
    """Each differing value of a year once, as the first sheet that prints it."""
    table = table.sort_values(["fiscal_year", "sheet_year"])
    return table.drop_duplicates(["fiscal_year", value]).reset_index(drop=True)


def _own(sheet: ReviewSheet) -> pd.DataFrame:
    """This sheet's own numbers, a row a cell."""
    parts = []
    for name, columns in BY_YEAR.items():
        rows = getattr(sheet, name).dropna(subset="fiscal_year")
        if name == "budget":
            rows = rows.assign(number=pd.array([pd.NA] * len(rows), dtype="Int64"))
            rows = rows[rows[columns].fillna(0).ne(0).any(axis=1)]
        parts.append(rows.melt(["number", "fiscal_year"], columns, "column").assign(table=name))
    for name, columns in FACTS.items():
        rows = getattr(sheet, name).drop_duplicates("number").astype(dict.fromkeys(columns, float))
        rows = rows.assign(fiscal_year=pd.array([pd.NA] * len(rows), dtype="Int64"))
        parts.append(rows.melt(["number", "fiscal_year"], columns, "column").assign(table=name))
    own = pd.concat([part.dropna(subset="value") for part in parts])
    return own.drop_duplicates(CELL)[[*CELL, "value"]].astype({"table": "str", "column": "str"})


def _kinds(both: pd.DataFrame, year: int) -> np.ndarray:
    here, other = both["value"].to_numpy(), both["other"].to_numpy()
    of = both["fiscal_year"].fillna(9999)
    earlier = both["sheet_year"].clip(upper=year)
    lost = (here < 0) & (other == 0) & (both["sheet_year"] <= LOST_UNTIL)
    lost |= (here == 0) & (other < 0) & (year <= LOST_UNTIL)
    none = np.isnan(here)
    # A budget's empty 0 is no number, and a year that was not over could not have one.
    awaited = none & (of < year) & (other != 0) & (both["column"] != "requested")
    cases = [both["fiscal_year"].isna() & ~none, lost & ~none, awaited, none, of < earlier]
    return np.select(cases, ["target", "lost", "late", "", "closed"], "open")


def _group(cell: pd.Series) -> tuple:
    return cell["table"], -1 if pd.isna(cell["number"]) else int(cell["number"])


def _largest(own: pd.DataFrame, vintage: pd.DataFrame) -> dict[tuple, float]:
    """The largest number of the budget and of each indicator, to measure differences by."""
    numbers = pd.concat([own, vintage[[*CELL, "value"]]])
    numbers = numbers[numbers["column"] != "target_year"]
    keys = [numbers["table"], numbers["number"].fillna(-1).astype(int)]
    return numbers["value"].abs().groupby(keys).max().to_dict()


def _names(sheet: ReviewSheet) -> pd.DataFrame:
    parts = [
        getattr(sheet, name).drop_duplicates("number").assign(table=name)
        for name in ("outcome", "output")
    ]
    names = pd.concat(parts)[["table", "number", "indicator", "unit"]]
    return names.astype({"table": "str", "number": "Int64"})
