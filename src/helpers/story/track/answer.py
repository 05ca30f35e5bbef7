"""The answer that opens notebook 05: how good were past forecasts?"""

import pandas as pd

from helpers import words
from helpers.sentences import Sentences
from helpers.show import Answer, Text
from helpers.story.track import design, intervals
from helpers.story.track.intervals import NEAR, TIED

say = Sentences("track/answer")

MEASURES = ("in80", "in95", "mean_error", "interval80", "brier_skill")
"""Measures of all forecasts of a quantity that are headline numbers."""

EVEN = 0.02
"""Tenths of the PIT that are off by no more than this are called nearly even."""


def answer(record: dict) -> Answer:
    """The opening answer: of 100 intervals how many held what came."""
    scores, about = record["scores"], record["about"]
    known = design.whole(scores)
    headline = {
        "lang": words.language(),
        "title": say("title"),
        "origins": design.origins_of(about),
        "quantities": design.quantities(scores),
        **{
            f"{measure}_{name}": known.get((measure, name), {}).get("value")
            for name in words.QUANTITIES
            for measure in MEASURES
            if not (name == "outturn" and measure == "brier_skill")
        },
    }
    shares = {name: known["in80", name]["value"] for name in _held(known)}
    if not shares:
        return Answer(say("too_few"), headline=headline)
    origins, to = design.origins_of(about), {n: max(at) for n, at in about["origins"].items()}
    counts = [
        say("count", name=name, share=share, until=to[name] if to[name] < origins[-1] else None)
        for name, share in shares.items()
    ]
    said = say("inside", counts=counts, first=origins[0], last=origins[-1])
    return Answer(said, headline=headline)


def _held(known: dict) -> list[str]:
    return [name for name in words.QUANTITIES if ("in80", name) in known]


def read_origins(record: dict, table: pd.DataFrame) -> Text:
    """How to read the figure of the shares by origin (`intervals.origins`): where the intervals
    were about right and where not. More than the nominal share of rates lie inside for their ties
    alone, where their PIT is even."""
    if table.empty:
        return Text()
    known = design.whole(record["scores"])
    off = {name: known["in80", name]["value"] - 0.8 for name in _held(known)}
    tied = off.get(TIED, 0) > NEAR
    if tied:
        del off[TIED]
    sides = {
        "about_right": [name for name, by in off.items() if abs(by) <= NEAR],
        "too_narrow": [name for name, by in off.items() if by < -NEAR],
        "too_wide": [name for name, by in off.items() if by > NEAR],
    }
    pit_off = intervals.deviation(record["pit"], TIED)
    lowest = table[(table["value"] < 0.8 - NEAR) & (table["apart"] < 0)]
    return Text(
        *say.paragraphs(
            "origins",
            near=NEAR,
            verdicts=[say(side, names=those) for side, those in sides.items() if those],
            low=[say("low", row=row) for row in lowest.to_dict("records")],
            tied=tied,
            pit_off=pit_off,
            pit_even=pit_off is not None and pit_off <= EVEN,
        )
    )
