"""Spans of fiscal years, and the years in which what is read was published."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from helpers.parameters import ParameterError, check_order
from helpers.sheet import ReviewSheet


def within(table: pd.DataFrame, first: int | None, last: int | None) -> pd.DataFrame:
    """The rows of `table` with `fiscal_year` from `first` to `last`; None leaves an end open."""
    year = table["fiscal_year"].to_numpy(float, na_value=np.nan)
    inside = (year >= (first or 0)) & (year <= (last or 9999))
    return table if inside.all() else table[inside]


def rows_within(rows: list[dict], first: int | None, last: int | None) -> list[dict]:
    """`within` of plain rows."""
    low, high = first or 0, last or 9999
    known = (row for row in rows if row["fiscal_year"] is not None)
    return [row for row in known if low <= row["fiscal_year"] <= high]


def between(table: pd.DataFrame, first: int | None, last: int | None) -> pd.DataFrame:
    """The rows of `within`, numbered anew.

    Raises ParameterError for a span that ends before it begins, or that no row of a table falls in.
    """
    inside = within(table, first, last).reset_index(drop=True)
    _check(table["fiscal_year"], len(inside), first, last)
    return inside


def rows_between(rows: list[dict], first: int | None, last: int | None) -> list[dict]:
    """`between` of plain rows."""
    inside = rows_within(rows, first, last)
    _check([row["fiscal_year"] for row in rows], len(inside), first, last)
    return inside


def _check(years: Collection[int], inside: int, first: int | None, last: int | None) -> None:
    given = {"first_year": first, "last_year": last}
    check_order(given)
    if len(years) and not inside:
        asked = ", ".join(f"{name}: found {at}" for name, at in given.items() if at is not None)
        known = [year for year in years if pd.notna(year)]
        span = f"{min(known)} to {max(known)}"
        raise ParameterError(f"{asked}; expected years of which some are the sheet's, {span}")


def published(sheet: ReviewSheet) -> list[int]:
    """The sheet years of what is read: of one sheet its own, of a project joined from several (the
    remark "stitched") all of theirs, in order."""
    remarks = sheet.rows("remark")
    joined = [row["observed"].split(", ") for row in remarks if row["rule"] == "stitched"]
    return sorted(int(year) for years in joined for year in years) or [sheet.year]
