"""Test the pooled forecasts on the past of a corpus: the tables of the track record."""

import pandas as pd

from helpers.analysis import track, track_scores
from helpers.corpus import Corpus
from helpers.forecasting import panels


def record(corpus: Corpus, as_of: int | None = None) -> pd.DataFrame:
    """Every forecast and what came of it (`track.FORECASTS`), from sheets up to `as_of`."""
    spent = track.spending(panels.spending(corpus, as_of))
    return pd.concat([track.outcomes(panels.outcomes(corpus, as_of)), spent], ignore_index=True)


def summed(record: pd.DataFrame) -> dict:
    """What `fitted.track_record` gives: about, and the tables scores, reliability, pit."""
    origins = sorted(int(year) for year in record["origin"].unique())
    counts = record.groupby(["quantity", "part"]).agg(
        forecasts=("h", "size"), projects=("project_id", "nunique")
    )
    return {
        "about": {
            "origins": origins,
            "held_out": track.HELD_OUT,
            "counts": counts.reset_index().to_dict("records"),
        },
        "scores": track_scores.table(record),
        "reliability": track_scores.reliability(record),
        "pit": track_scores.pit(record),
    }
