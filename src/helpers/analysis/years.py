"""Spans of fiscal years, and the years in which what is read was published."""

import pandas as pd

from helpers.sheet import ReviewSheet


def within(table: pd.DataFrame, first: int | None, last: int | None) -> pd.DataFrame:
    """The rows of `table` with `fiscal_year` from `first` to `last`; None leaves an end open."""
    year = table["fiscal_year"]
    return table[(year >= (first or 0)) & (year <= (last or 9999))]


def between(table: pd.DataFrame, first: int | None, last: int | None) -> pd.DataFrame:
    """The rows of `within`, numbered anew.

    Raises ValueError for a span that ends before it begins, or that no row of a table falls in.
    """
    if first is not None and last is not None and first > last:
        raise ValueError(f"first_year {first} is after last_year {last}: exchange them")
    inside = within(table, first, last).reset_index(drop=True)
    if inside.empty and len(table):
        year = table["fiscal_year"]
        raise ValueError(
            f"no value in the years {first or ''} to {last or ''}: "
            f"the sheet has {year.min()} to {year.max()}; give other years"
        )
    return inside


def published(sheet: ReviewSheet) -> list[int]:
    """The sheet years of what is read: of one sheet its own, of a project joined from several (the
    remark "stitched") all of theirs, in order."""
    rules = zip(sheet.remark["rule"], sheet.remark["observed"], strict=True)
    joined = [years.split(", ") for rule, years in rules if rule == "stitched"]
    return sorted(int(year) for years in joined for year in years) or [sheet.year]
