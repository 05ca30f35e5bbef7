"""The answer that opens notebook 05: how good were past forecasts?"""

import pandas as pd

from helpers import digits, words
from helpers.sentences import Sentences
from helpers.show import Answer
from helpers.story.track import design, errors, intervals, probabilities
from helpers.story.track.intervals import TIED

say = Sentences("track/answer")

ERRORS = ("mean_error", "median_error")
MEASURES = ("in80", "in95", *ERRORS, "crps", "brier_skill")
"""Measures of all held-out forecasts of a quantity that are headline numbers."""

NEAR = 0.03
"""An interval that held so much more or less often than it promised is called about right."""

EVEN = 0.02
"""Tenths of the PIT that are off by no more than this are called nearly even."""


def answer(record: dict) -> Answer:
    """The opening answer: of 100 intervals how many held, how large the errors were against those
    of the last value, whether probabilities came true."""
    scores, about = record["scores"], record["about"]
    names = design.quantities(scores)
    known = design.held_out(scores)
    headline = {
        "lang": words.language(),
        "title": say("title"),
        "held_out": about["held_out"],
        "quantities": names,
        **{
            f"{measure}_{name}": known.get((measure, name), {}).get("value")
            for name in words.QUANTITIES
            for measure in MEASURES
            if not (name == "outturn" and measure == "brier_skill")
        },
    }
    names = [name for name in names if ("in80", name) in known]
    years = design.held_out_years(about)
    if not names:
        return Answer(say("too_few", years=years), headline=headline)
    paragraphs = [
        say("inside", years=years, **_inside(names, known, record["pit"])),
        *say.paragraphs(
            "errors",
            errors=list(filter(None, (_error(names, known, name) for name in ERRORS))),
            kinds=_kinds(names, scores),
            worse=_worse(names, scores),
        ),
        say("probabilities", events=_events(names, known, record["reliability"])),
        _split(scores),
        say("one_year", years=years),
    ]
    return Answer(*filter(None, paragraphs), headline=headline)


def _inside(names: list[str], known: dict, pit: pd.DataFrame) -> dict:
    """How many of 100 80 % intervals contained the actual value, by quantity, and whether they were
    about right; more than the nominal share of rates lie inside for their ties alone, where their
    PIT is even."""
    shares = {name: known["in80", name]["value"] for name in names}
    off = {name: share - 0.8 for name, share in shares.items()}
    tied = off.get(TIED, 0) > NEAR
    if tied:
        del off[TIED]
    sides = {
        "about_right": [name for name, by in off.items() if abs(by) <= NEAR],
        "too_narrow": [name for name, by in off.items() if by < -NEAR],
        "too_wide": [name for name, by in off.items() if by > NEAR],
    }
    pit_off = intervals.deviation(pit, TIED)
    return {
        "counts": [say("count", name=name, share=share) for name, share in shares.items()],
        "verdicts": [say(side, names=those) for side, those in sides.items() if those],
        "tied": tied,
        "pit_off": pit_off,
        "pit_even": pit_off is not None and pit_off <= EVEN,
    }


def _error(names: list[str], known: dict, measure: str) -> str:
    """The error of all held-out forecasts of each quantity over that of the last value; empty
    without any."""
    rows = {name: known[measure, name] for name in names if (measure, name) in known}
    if not rows:
        return ""
    return say(
        "error",
        error=errors.say(measure),
        ratios=[say("error_of", name=name, ratio=_ratio(row)) for name, row in rows.items()],
        doubtful=[name for name, row in rows.items() if _is_doubtful(row)],
        worse=[name for name, row in rows.items() if row["low"] > 1],
    )


def _kinds(names: list[str], scores: pd.DataFrame) -> list[str]:
    """The kind of indicator or size of budget with the smallest mean error, and with the largest;
    none where nothing was split, or nothing differs."""
    split = scores[(scores["by"] == "kind") & (scores["measure"] == "mean_error")]
    parts = []
    for name in names:
        rows = split[(split["quantity"] == name) & split["value"].notna()]
        if rows["value"].nunique() > 1:
            least, most = (
                _kind(rows.loc[of(rows["value"])]) for of in (digits.lowest, digits.highest)
            )
            parts.append(say("kind", name=name, least=least, most=most))
    return parts


def _kind(row: pd.Series) -> dict[str, str]:
    ratio = _ratio(row, doubtful=_is_doubtful(row))
    return {"label": design.group_label("kind", row["group"]), "ratio": ratio}


def _worse(names: list[str], scores: pd.DataFrame) -> list[str]:
    """The kinds and sizes for which the last value does significantly better."""
    table = design.in_groups(scores, ["kind"], list(ERRORS))
    table = table[table["quantity"].isin(names) & (table["low"] > 1)]
    return [
        say("worse_group", row=row, error=errors.say(row["measure"]), ratio=_ratio(row))
        for row in table.to_dict("records")
    ]


def _is_doubtful(row: pd.Series | dict) -> bool:
    """Whether the 95 % interval of a ratio includes 1, or is not known."""
    return not (row["low"] > 1 or row["high"] < 1)


def _ratio(row: pd.Series | dict, doubtful: bool = False) -> str:
    """A ratio with its 95 % interval where it is known, said to be `doubtful` if it is."""
    return say("ratio", row=row, known=not pd.isna(row["low"] + row["high"]), doubtful=doubtful)


def _events(names: list[str], known: dict, reliability: pd.DataFrame) -> list[str]:
    """For each quantity with probabilities: in how many bins they agree with the share that came
    true, the bins taken together that were too high or too low, and the Brier skill."""
    parts = []
    for name in names:
        bins = reliability[reliability["quantity"] == name]
        if bins.empty or ("brier_skill", name) not in known:
            continue
        joined = probabilities.together(bins)
        off = [
            say("range_off", row=row, range=probabilities.edges(row.above, row.below))
            for row in joined[joined["apart"] != 0].itertuples()
        ]
        fit = len(bins) - len(probabilities.bins_off(bins))
        skill = known["brier_skill", name]
        parts.append(say("event", name=name, fit=fit, bins=len(bins), off=off, skill=skill))
    return parts


def _split(scores: pd.DataFrame) -> str:
    """How many of the shares inside intervals, by every grouping, are off; empty without any."""
    table = intervals.all_shares(scores)
    if table.empty:
        return ""
    above = table[table["apart"] > 0]
    return say(
        "split",
        shares=len(table),
        below=(table["apart"] < 0).sum(),
        above=len(above),
        tied=intervals.of_tied(above),
    )
