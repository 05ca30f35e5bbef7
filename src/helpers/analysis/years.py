"""Spans of fiscal years, and the years in which what is read was published."""

from collections.abc import Iterable

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
    within_span(table["fiscal_year"].dropna().tolist(), first, last)
    return within(table, first, last).reset_index(drop=True)


def within_span(years: Iterable[int], first: int | None, last: int | None) -> list[int]:
    """The years from `first` to `last`, in order; raises as `between`."""
    given, every = {"first_year": first, "last_year": last}, sorted(years)
    check_order(given)
    inside = [year for year in every if (first or 0) <= year <= (last or 9999)]
    if every and not inside:
        asked = ", ".join(f"{name}: found {at}" for name, at in given.items() if at is not None)
        span = f"{every[0]} to {every[-1]}"
        raise ParameterError(f"{asked}; expected years of which some are the sheet's, {span}")
    return inside


def published(sheet: ReviewSheet) -> list[int]:
    """The sheet years of what is read: of one sheet its own, of a project joined from several (the
    remark "stitched") all of theirs, in order."""
    remarks = sheet.rows("remark")
    joined = [row["observed"].split(", ") for row in remarks if row["rule"] == "stitched"]
    return sorted(int(year) for years in joined for year in years) or [sheet.year]
