"""Made-up tables of a track record, as `track_scores` gives them: all three quantities."""

import pandas as pd

from helpers.analysis.peers import SIZES
from helpers.forecast.track_scores import SCORES

MINISTRIES = ["総務省", "財務省", "農林水産省", "国土交通省", "厚生労働省"]
GROUPS = {
    "outcome": [
        *(("all", "all"), ("origin", "2016"), ("origin", "2017"), ("span", "1-3")),
        *(("h", f"{h}.0") for h in (1, 2, 3)),
        *(("kind", kind) for kind in ("steady", "towards", "trending", "wavering")),
        *(("kind and h", f"{kind} {h}") for kind in ("towards", "wavering") for h in (1, 2)),
        *(("ministry", ministry) for ministry in MINISTRIES),
    ],
    "rate": [
        *(("all", "all"), ("origin", "2016"), ("origin", "2017")),
        *(("kind", size) for size in sorted(SIZES)),
        *(("budget", moved) for moved in ("fell", "rose", "stayed")),
        *(("ministry", ministry) for ministry in MINISTRIES),
    ],
}
GROUPS["outturn"] = GROUPS["rate"]

MEASURES = {
    **{"median_error": 0.8, "mean_error": 0.95, "squared_error": 0.9},
    **{"drift_mean_error": 1.1, "drift_squared_error": 1.02},
    **{"mean3_mean_error": 1.2, "mean3_squared_error": 1.03},
    **{"pinball": 0.7, "interval80": 0.6, "interval95": 0.3},
    **{"in80": 0.81, "in95": 0.95},
    **{"brier_skill": 0.44, "drift_brier_skill": 0.3, "auc": 0.88},
    **{"mae": 0.1, "rmse": 0.18, "is80": 0.5, "brier": 0.11},
}
PEERS = {"peers_mean_error": 5.5, "peers_squared_error": 1.1}
OF_RATES = {"mean_error": 0.9, "squared_error": 0.85, "in80": 0.84, "in95": 0.93}
ODDS = ("brier_skill", "drift_brier_skill", "auc", "brier")


def record(*quantities: str) -> dict:
    """What `fitted.track_record` gives, of these quantities; scores of rates have no drift."""
    rows = []
    for quantity in quantities:
        found = MEASURES | (OF_RATES | PEERS if quantity != "outcome" else {})
        absent = {"outcome": (), "rate": ("drift_brier_skill",), "outturn": ODDS}[quantity]
        for by, group in GROUPS[quantity]:
            for name, value in found.items():
                if name not in absent:
                    row = (quantity, by, group, name, value, value - 0.02, value + 0.02, 1200, 700)
                    rows.append(row)
    tenths = [at / 10 for at in range(10)]
    bins = {"forecasts": 1200, "p": [at + 0.05 for at in tenths]}
    bins |= {"happened": [at + 0.06 for at in tenths], "low": [at + 0.02 for at in tenths]}
    bins |= {"high": [at + 0.1 for at in tenths]}
    odds = [pd.DataFrame(bins).assign(quantity=q) for q in quantities if q != "outturn"]
    place = {"from": tenths, "to": [at + 0.1 for at in tenths], "share": 0.1}
    places = [pd.DataFrame(place).assign(quantity=q) for q in quantities]
    came = {"forecasts": 1200, "projects": 700, "first": 2016, "last": 2018}
    none = pd.DataFrame(columns=["quantity", *bins])
    return {
        "about": {
            "sheets": [2015, 2019],
            "origins": {quantity: [2016, 2017, 2018] for quantity in quantities},
            "chosen": 2023,
            "counts": [{"quantity": quantity, **came} for quantity in quantities],
        },
        "scores": pd.DataFrame(rows, columns=SCORES),
        "reliability": pd.concat(odds, ignore_index=True) if odds else none,
        "pit": pd.concat(places) if places else pd.DataFrame(columns=["quantity", *place]),
    }


def score(record: dict, value: float, ends: tuple, **where) -> None:
    """Set the scores that fit `where` to a value with its interval."""
    scores = record["scores"]
    here = pd.concat([scores[key] == at for key, at in where.items()], axis=1).all(axis=1)
    assert here.any(), where
    scores.loc[here, ["value", "low", "high"]] = [value, *ends]
