"""Which indicators of two sheets print the same actuals.

A side's actuals are a table with a row each: place (of the indicator), pair (of sheets),
fiscal_year, actual.
"""

import pandas as pd

from helpers.corpus.rounding import restated

TRIVIAL = (0, 1, 100)
"""Actuals that so many indicators print that two equal ones show nothing."""
CROWD = 20
"""Indicators of a sheet that print one actual for one year: more tell none of them apart."""


def sharing(later: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """The indicators of a pair of sheets that share an actual: later, earlier."""
    cell = ["pair", "fiscal_year", "actual"]
    few = [
        side[side.groupby(cell)["place"].transform("size") <= CROWD] for side in (later, earlier)
    ]
    merged = few[0].merge(few[1], on=cell, suffixes=("_later", "_earlier"))
    merged = merged.rename(columns={"place_later": "later", "place_earlier": "earlier"})
    return merged[["later", "earlier"]].drop_duplicates()


def compared(candidates: pd.DataFrame, later: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """The candidates with years_compared, years_agreeing, and of these the `telling` ones."""
    ends, counts = ["later", "earlier"], ["years_compared", "years_agreeing", "telling"]
    cells = [
        side[["place", "fiscal_year", "actual"]].rename(
            columns={"place": end, "actual": f"{end} a"}
        )
        for side, end in ((later, "later"), (earlier, "earlier"))
    ]
    both = (
        candidates[ends].merge(cells[0], on="later").merge(cells[1], on=["earlier", "fiscal_year"])
    )
    both["years_compared"] = 1
    both["years_agreeing"] = restated(both["later a"], both["earlier a"]).astype(int)
    both["telling"] = both["years_agreeing"].mask(both["later a"].isin(TRIVIAL), 0)
    counted = candidates.merge(both.groupby(ends)[counts].sum(), how="left", on=ends)
    return counted.fillna(dict.fromkeys(counts, 0)).astype(dict.fromkeys(counts, int))


def alone(candidates: pd.DataFrame) -> pd.DataFrame:
    """The candidates of which each end stands in no other: later, earlier."""
    twice = [candidates[end].duplicated(keep=False) for end in ("later", "earlier")]
    return candidates.loc[~(twice[0] | twice[1]), ["later", "earlier"]]
