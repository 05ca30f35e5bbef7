"""Do probabilities come true?"""

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from helpers import digits, words
from helpers.forecast.track_scores import ALL
from helpers.sentences import Sentences
from helpers.show import Fold, Table, Text
from helpers.story.track import design

say = Sentences("track/probabilities")

MEASURES = ["brier_skill", "drift_brier_skill", "auc"]
EDGES = [0, 0.3, 0.5, 0.7, 1]
"""Bins are taken together between these: a run of small ones all on one side is no chance."""


def together(reliability: pd.DataFrame) -> pd.DataFrame:
    """The bins of `track_scores.reliability` taken together between `EDGES`.

    Columns: quantity, above and below (the edges), forecasts, came (how many came true), p (mean
    given), share (came true), low, high (its 95 % Wilson interval), apart (1: given too high, -1:
    too low).
    """
    at = np.searchsorted(EDGES[1:-1], reliability["p"], side="right")
    given = reliability["p"] * reliability["forecasts"]
    came = digits.rounded(reliability["happened"] * reliability["forecasts"])
    table = reliability.assign(below=np.array(EDGES[1:], float)[at], given=given, came=came)
    sums = ["forecasts", "came", "given"]
    table = table.groupby(["quantity", "below"], sort=False)[sums].sum().reset_index()
    low, high = proportion_confint(table["came"], table["forecasts"], method="wilson")
    p, share = (table[name] / table["forecasts"] for name in ("given", "came"))
    apart = (p > high).astype(int) - (p < low).astype(int)
    above = table["below"].map(dict(zip(EDGES[1:], EDGES[:-1], strict=True)))
    return table.assign(above=above, p=p, share=share, low=low, high=high, apart=apart)


def edges(low: float, high: float) -> str:
    """The probabilities between two of `EDGES`, in words."""
    return say("range", low=low, high=high)


def bins_off(bins: pd.DataFrame) -> pd.DataFrame:
    """The bins whose mean probability lies outside the interval of the share that came true."""
    return bins[~bins["p"].between(bins["low"], bins["high"])]


def read_probabilities(reliability: pd.DataFrame) -> Text:
    """Where probabilities and shares differ: in which bins taken together."""
    if reliability.empty:
        return Text(say("none"))
    joined = together(reliability)
    joined = joined[joined["apart"] != 0]
    sentences = []
    for name, bins in reliability.groupby("quantity", sort=False):
        sentences.append(
            say(
                "bins",
                name=name,
                forecasts=bins["forecasts"].sum(),
                ranges_off=[
                    say("range_off", row=row, range=edges(row.above, row.below))
                    for row in joined[joined["quantity"] == name].itertuples()
                ],
            )
        )
    return Text(*sentences)


def how(reliability: pd.DataFrame) -> Fold:
    """How to read the diagram, and the single bins that are off."""
    off = [
        say("bins_off", name=name, pairs=list(zip(bins["p"], bins["happened"], strict=True)))
        for name, bins in bins_off(reliability).groupby("quantity", sort=False)
    ]
    return design.how(say("how", ranges=list(map(edges, EDGES[:-1], EDGES[1:]))), *off)


def seen(reliability: pd.DataFrame) -> str:
    """The title of the diagram: by how much probabilities and shares differ at most, taken
    together."""
    joined = together(reliability)
    return say("seen", most=(joined["p"] - joined["share"]).abs().max())


def probabilities_table(scores: pd.DataFrame) -> Fold | Text:
    """Brier skill of the forecasts and of drift, and AUC, with 95 % intervals, by group."""
    table = design.in_groups(scores, [ALL, "span", "kind"], MEASURES)
    if table.empty:
        return Text()
    table["text"] = [
        f"{words.ratio(row.value)} ({words.ratios(row.low, row.high)})".replace("-", "−")
        for row in table.itertuples()
    ]
    frame = design.by_measure(table, ["heading", "label"], MEASURES, "text")
    headings = {name: say(name) for name in MEASURES}
    shown = Table(frame, say("caption"), headings=design.headings() | headings)
    return design.folded(shown)
