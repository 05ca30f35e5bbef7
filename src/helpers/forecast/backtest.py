"""Test the pooled forecasts on the past of a corpus: the tables of the track record."""

import pandas as pd

from helpers.corpus import Corpus
from helpers.forecast import panels, track, track_scores

FEWEST_YEARS = 3
"""Sheet years: to fit on the first, forecast from the second, and see in the third what came."""

DECIMALS = 4
"""Of the scores, ratios and shares all: their intervals are wider than that."""


def record(corpus: Corpus, as_of: int | None = None) -> pd.DataFrame:
    """Every forecast and what came of it, from sheets up to `as_of`: `track.FORECASTS`, and falls
    and in_percent of outcomes. Raises ValueError for a corpus of too few sheets."""
    years = panels.years(corpus, as_of)
    if len(years) < FEWEST_YEARS:
        raise ValueError(
            f"sheets of {len(years)} years, and {FEWEST_YEARS} are needed: add more with "
            "`review-sheets corpus add`"
        )
    spent = track.spending(panels.spending(corpus, as_of))
    made = pd.concat([track.outcomes(panels.outcomes(corpus, as_of)), spent], ignore_index=True)
    return made[[*track.FORECASTS, "falls", "in_percent"]].astype({"in_percent": "boolean"})


def summed(record: pd.DataFrame, years: list[int]) -> dict:
    """What `fitted.track_record` gives, of a record from the sheets of `years`: about, and the
    tables scores, reliability, pit (the last two without a row where nothing was held out)."""
    origins = sorted(int(year) for year in record["origin"].unique())
    counts = record.groupby(["quantity", "part"]).agg(
        forecasts=("h", "size"), projects=("project_id", "nunique")
    )
    held = record["part"].eq("held out").any()
    return {
        "about": {
            "sheets": [years[0], years[-1]],
            "origins": origins,
            "held_out": track.HELD_OUT,
            "counts": counts.reset_index().to_dict("records"),
        },
        "scores": track_scores.table(record).round(DECIMALS),
        "reliability": track_scores.reliability(record).round(DECIMALS) if held else pd.DataFrame(),
        "pit": track_scores.pit(record).round(DECIMALS) if held else pd.DataFrame(),
    }
