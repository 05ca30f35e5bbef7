"""The chance of meeting the target: the leading forecast, what stands behind it, all models."""

import pandas as pd

from helpers import digits, words
from helpers.analysis.series import MOST_AHEAD, IndicatorSeries
from helpers.forecast.adoption import NEARLY_ALL, vague
from helpers.forecast.models import POOLED, Backing
from helpers.sentences import Sentences
from helpers.sheet import first_of
from helpers.story import common

say = Sentences("adoption/chances")

SCALE = (
    *((0.9, "very likely"), (0.7, "likely"), (0.6, "rather likely"), (0.4, "even")),
    *((0.3, "rather unlikely"), (0.1, "unlikely")),
)
"""From so high a chance on it is called so; below, "very unlikely". Only what lies within ten
points of a half is called even, and a chance and its complement are called alike."""


def verdict(p: float) -> str:
    """What a chance is called: of `SCALE`.

    >>> verdict(0.41), verdict(0.35), verdict(0.05)
    ('even', 'rather unlikely', 'very unlikely')
    """
    return next((name for least, name in SCALE if digits.at_least(p, least)), "very unlikely")


def leading(known: list[dict], lead: str) -> dict[str, float]:
    """P(target) by the leading model for each date of measurement, of the `known` odds."""
    of = [row for row in known if row["model"] == lead]
    return {at: row["p"] for at, row in first_of(of, "observed_at").items()}


def ahead(series: IndicatorSeries, futures: pd.DataFrame, backing: Backing | None) -> list[str]:
    """What range the pooled forecast has for the value when the target is due, and whether the
    target lies in it; or that it is due after the years that are forecast."""
    at = futures[(futures["model"] == POOLED) & (futures["fiscal_year"] == series.target_column)]
    if backing is None:
        return []
    if at.empty:
        return [say("too_far", due=series.target_column, most=MOST_AHEAD)]
    low, high = at.iloc[0][["lower80", "upper80"]]
    ends = [words.estimate(low), words.estimate(high)]
    met = [bool(series.met(end)) for end in (low, high)]
    return [
        say(
            "ahead",
            due=series.target_column,
            low=ends[0],
            high=words.estimated(high, series.unit),
            still=ends[0] == ends[1],
            vague=vague(low, high, series),
            met=all(met),
            missed=not any(met),
            target=series.target,
            unit=series.unit,
        )
    ]


def sure(known: list[dict], lead: str, backing: Backing | None) -> str:
    """How far such a forecast has been right (and that this one lies outside of what was learned
    from), or how far apart the models are."""
    if backing and lead == POOLED and backing.record:
        record = backing.record
        low, high = record.limits["in80"]
        narrow, wide = digits.less(high, 0.8), digits.less(0.8, low)
        facts = {"forecasts": record.forecasts, "in80": record.scores["in80"], "by": record.by}
        outside, ahead = outsides(backing), backing.ahead
        return say(
            "sure", narrow=bool(narrow), wide=bool(wide), outside=outside, ahead=ahead, **facts
        )
    models, every = {row["model"] for row in known}, [row["p"] for row in known]
    if len(models) < 2:
        return ""
    span = common.chances(min(every), max(every))
    return say("models_differ", models=len(models), span=span)


def outsides(backing: Backing) -> str:
    """What of the forecast lies outside of what was learned from, in brief; "" for nothing."""
    return say("outsides", outside=backing.outside, ahead=backing.ahead)


def chances(
    series: IndicatorSeries,
    futures: pd.DataFrame,
    odds: list[dict],
    lead: str,
    backing: Backing | None,
) -> list[str]:
    """Paragraphs on P(target): of the leading model, and the range over all of them (`odds`, rows
    of `adoption.sensitivity`, that hold at least one)."""
    own = leading([row for row in odds if row["p"] is not None], lead)
    if backing is None or not own:
        return [say("single", leading=own, lead=lead, **_alone(series, odds)), say("scale")]
    paragraphs = [_pooled(series, futures, own, backing), held(backing)]
    if alone := [row for row in odds if row["model"] != POOLED]:
        paragraphs.append(say("range", **_alone(series, alone)))
    return [*paragraphs, say("scale")]


def held(backing: Backing) -> str:
    """How past forecasts like this one did."""
    return say("held", **backing._asdict())


def beyond(series: IndicatorSeries, backing: Backing, below: bool = False) -> str:
    """What of the forecast lies outside of what was learned from, and how few values there are; of
    one that is only shown in the figure `below`."""
    return say("beyond", below=below, points=len(series.values), **backing._asdict())


def _pooled(
    series: IndicatorSeries, futures: pd.DataFrame, own: dict[str, float], backing: Backing
) -> str:
    """P(target) of the pooled forecast, and its interval when the target is due."""
    at = futures[(futures["model"] == POOLED) & (futures["fiscal_year"] == series.target_column)]
    forecast: dict | None = None
    # A target that is far away is due after the years that are forecast.
    if len(at):
        forecast, ceiling = at.iloc[0].to_dict(), series.ceiling
        wide95 = ceiling and forecast["upper95"] - forecast["lower95"] > NEARLY_ALL * ceiling
        forecast |= {
            "vague": vague(forecast["lower80"], forecast["upper80"], series),
            "to_ceiling": ceiling and digits.equal(forecast["upper80"], ceiling),
            "wide95": wide95,
            "hindsight": series.years[-1] + 1 < backing.sheets[1],
        }
    return say(
        "pooled",
        leading=own,
        backing=backing,
        beyond=beyond(series, backing),
        due=series.target_column,
        forecast=forecast,
        ceiling=series.ceiling,
        unit=series.unit,
    )


def _alone(series: IndicatorSeries, odds: list[dict]) -> dict:
    """Facts of the odds of models that look at this series alone; some may tell none."""
    known = [row for row in odds if row["p"] is not None]
    if not known:
        none = dict.fromkeys(["span", "paths", "same"], "")
        return none | {"models": 0, "fitted": 0, "points": len(series.values)}
    every = [row["p"] for row in known]
    ends = min(every), max(every)
    low, high = map(words.probability, ends)
    reached: dict[str, list[float]] = {}
    for row in known:
        reached.setdefault(row["observed_at"], []).append(row["path"])
    paths = {
        at: common.span(words.estimate(min(those)), words.estimate(max(those)))
        for at, those in reached.items()
    }
    return {
        "models": len({row["model"] for row in known}),
        "fitted": len({row["model"] for row in odds}),
        "points": len(series.values),
        "span": common.chances(*ends),
        "paths": say("paths", paths=paths, unit=series.unit),
        "same": low if low == high else "",
    }
