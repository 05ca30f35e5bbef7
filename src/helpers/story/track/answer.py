"""The answer that opens notebook 05: how good were past forecasts?"""

import pandas as pd

from helpers import words
from helpers.sentences import Sentences
from helpers.show import Answer, Fold, Text
from helpers.story.track import design, intervals
from helpers.story.track.intervals import EVEN, NEAR, TIED

say = Sentences("track/answer")

MEASURES = ("in80", "in95", "mean_error", "interval80", "brier_skill")
"""Measures of all forecasts of a quantity that are headline numbers."""


def answer(record: dict) -> Answer:
    """The opening answer: how often forecasts held, where they did not, what they are good for."""
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
    lowest, highest = min(shares, key=shares.__getitem__), max(shares.values())
    chances = {words.chance(share) for share in shares.values()}
    origins, to = design.origins_of(about), {n: max(at) for n, at in about["origins"].items()}
    earlier = {name: year for name, year in to.items() if year < origins[-1]}
    bad = [intervals.worst(scores, bys) for bys in (("kind", "budget", "h"), ("origin",))]
    errors = {name: known.get(("mean_error", name), {}).get("value") for name in shares}
    facts = [
        say("each", shares=shares, **_sides(shares)),
        say("bad", bad=[row for row in bad if row]),
        say("beaten", gains={name: 1 - value for name, value in errors.items() if value}),
    ]
    more = say.paragraphs(
        "method", first=origins[0], last=origins[-1], earlier=earlier, tied=_is_tied(shares)
    )
    return Answer(
        say("inside", low=shares[lowest], high=highest),
        (words.chance(shares[lowest]), say("of_what", lowest=lowest if len(chances) > 1 else "")),
        facts,
        more,
        headline=headline,
    )


def _sides(shares: dict[str, float]) -> dict[str, list[str]]:
    """The quantities whose intervals were about right, too narrow and too wide. More rates lie
    inside for their ties alone, which makes no interval too wide."""
    off = {name: share - 0.8 for name, share in shares.items()}
    if _is_tied(shares):
        del off[TIED]
    return {
        "about_right": [name for name, by in off.items() if abs(by) <= NEAR],
        "too_narrow": [name for name, by in off.items() if by < -NEAR],
        "too_wide": [name for name, by in off.items() if by > NEAR],
    }


def _is_tied(shares: dict[str, float]) -> bool:
    return shares.get(TIED, 0) - 0.8 > NEAR


def _held(known: dict) -> list[str]:
    return [name for name in words.QUANTITIES if ("in80", name) in known]


def read_origins(record: dict, table: pd.DataFrame) -> Text:
    """Where the intervals of `intervals.origins` were about right and where not. More than the
    nominal share of rates lie inside for their ties alone, where their PIT is even."""
    if table.empty:
        return Text()
    known = design.whole(record["scores"])
    shares = {name: known["in80", name]["value"] for name in _held(known)}
    pit_off = intervals.deviation(record["pit"], TIED)
    low = intervals.narrow(table).to_dict("records")
    return Text(
        *say.paragraphs(
            "origins",
            verdicts=[say(side, names=those) for side, those in _sides(shares).items() if those],
            low=[say("low", row=row) for row in low],
            tied=_is_tied(shares),
            pit_off=pit_off,
            pit_even=pit_off is not None and pit_off <= EVEN,
        )
    )


def below_origins(table: pd.DataFrame) -> list[Fold]:
    """How to read the figure of `intervals.origins`, and its numbers, folded."""
    if table.empty:
        return []
    numbers = design.by_origin(table, say("by_origin"), say("origin"), words.percent)
    return [design.how(say("how_origins", near=NEAR)), design.folded(numbers)]
