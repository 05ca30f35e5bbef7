"""P(target) by model and assumption, when the target is reached, and the pace it takes."""

import numpy as np
import pandas as pd

from helpers import digits, words
from helpers.analysis.series import IndicatorSeries
from helpers.forecast.adoption import AHEAD
from helpers.forecast.models import Backing
from helpers.sentences import Sentences
from helpers.sheet import records
from helpers.show import Fold, Table, Text
from helpers.story import common
from helpers.story.adoption.answer import against, closed, no_values

say = Sentences("adoption/odds")

NEVER = "never"
"""A path that does not meet the target within the years that are followed."""


def read_odds(series: IndicatorSeries, odds: pd.DataFrame) -> Text:
    """How far the odds of the target depend on what is assumed."""
    known = [row for row in records(odds) if row["p"] is not None]
    if not len(series.values):
        return Text(no_values(series))
    if not series.target_open:
        return Text(closed(series))
    if not known:
        return Text(say("no_odds"))
    by_model: dict[str, list[float]] = {}
    by_date: dict[str, list[float]] = {}
    for row in known:
        by_model.setdefault(row["model"], []).append(row["p"])
        by_date.setdefault(row["observed_at"], []).append(row["p"])
    first = known[0]["model"]
    spans = {model: common.chances(min(part), max(part)) for model, part in by_model.items()}
    means = pd.Series({model: np.mean(part) for model, part in by_model.items()})
    return Text(
        say(
            "odds",
            low=digits.lowest(means),
            high=digits.highest(means),
            spans=spans,
            shift=_points([np.mean(part) for part in by_date.values()]),
            lead=first,
            moved=_points(by_model[first]),
        )
    )


def odds_evidence(series: IndicatorSeries, odds: pd.DataFrame) -> Fold | Text:
    """How to read the figure, and what some models cannot tell."""
    models = odds["model"].tolist()
    known = {model for model, p in zip(models, odds["p"].tolist(), strict=True) if p == p}
    if not series.target_open or not known:
        return Text()
    ceiling = series.ceiling
    paragraphs = say.paragraphs(
        "assumptions",
        blank=[model for model in dict.fromkeys(models) if model not in known],
        at_ceiling=ceiling is not None and digits.equal(series.target, ceiling),
    )
    return Fold(say("reading"), Text(*paragraphs))


def read_when(series: IndicatorSeries, odds: pd.DataFrame, backing: Backing | None = None) -> Text:
    """In which year the leading model's path meets the target, and whether that is farther ahead
    than what forecasts were learned from (`backing`) or tried on."""
    own = [row for row in records(odds) if row["observed_at"] == series.observed_at]
    if all(row["path"] is None for row in own):
        return Text(say("no_table"))
    leading = own[0]
    others = [row for row in own if row["model"] != leading["model"]]
    reached = [row["reaches"] for row in others if row["reaches"] is not None]
    horizon = backing.horizon if backing else AHEAD
    farthest = max(row["reaches"] or 0 for row in own) - int(series.years[-1])
    return Text(
        say(
            "when",
            lead=leading["model"],
            told=leading["path"] is not None,
            due=leading["column"],
            year=leading["reaches"],
            first=min(reached, default=None),
            last=max(reached, default=None),
            never=any(map(_never, others)),
            farthest=farthest if farthest > horizon else None,
            learned=backing is not None,
            horizon=horizon,
        )
    )


def odds_table(odds: pd.DataFrame) -> Fold | Text:
    """Path and P(target) when due under both measurement dates, and the column that reaches the
    target: a row a model, under the leading ceiling."""
    rows = records(odds)
    if all(row["path"] is None for row in rows):
        return Text()
    # The pooled forecast's path differs with the date of measurement.
    dates: dict[str, dict[str, dict]] = {}
    for row in rows:
        if row["population"] == rows[0]["population"]:
            reaches = NEVER if _never(row) else row["reaches"]
            dates.setdefault(row["observed_at"], {})[row["model"]] = row | {"reaches": reaches}
    models = next(iter(dates.values()))
    frame = pd.DataFrame({"name": map(words.model, models)})
    kinds = {"reaches": _reached, "path": words.estimate, "p": words.probability}
    headings, formats = {"name": say("model")}, {}
    for observed_at, of in dates.items():
        for name, kind in kinds.items():
            column, values = f"{name} {observed_at}", [of[model][name] for model in models]
            # Of years of which some may be words no column is one of numbers.
            frame[column] = np.array(values, object if name == "reaches" else float)
            formats[column] = kind
            headings[column] = say(name, at=observed_at, due=of[rows[0]["model"]]["column"])
    return Fold(say("by_model"), Table(frame, formats=formats, headings=headings))


def _never(row: dict) -> bool:
    """Whether a path never meets the target; a model without a path says nothing of when."""
    return row["reaches"] is None and row["path"] is not None


def read_pace(series: IndicatorSeries, pace: pd.DataFrame) -> Text:
    """What the needed pace says."""
    if not len(series.values):
        return Text(no_values(series))
    if series.target_open and series.met(series.values[-1]):
        return Text(against(series))
    if pace.empty:
        return Text(say("no_pace"))
    ratios = dict(zip(pace["observed_at"], pace["ratio"], strict=True))
    several = {at: not digits.less(ratio, 5) for at, ratio in ratios.items()}
    towards = (pace["ratio"] > 0).all()
    return Text(say("pace", towards=towards, ratios=ratios, several=several))


def pace_table(series: IndicatorSeries, pace: pd.DataFrame) -> Fold | Text:
    """The years that are left, what is missing, and the pace that makes."""
    if pace.empty:
        return Text()
    frame = pace[["observed_at", "column", "years_left", "needed", "observed"]].copy()
    frame["observed_at"] = [say("date", at=at) for at in frame["observed_at"]]
    frame.insert(3, "gap", abs(series.target - series.values[-1]))
    headings = {name: say(f"pace_{name}") for name in frame}
    formats = {"column": words.bare_year, "gap": words.printed}
    unit = words.unit(series.difference_unit)
    return Fold(
        say("pace_heading"), Table(frame, say("pace_caption", unit=unit), formats, headings)
    )


def _points(probabilities: list[float]) -> str:
    """How far apart probabilities are, in whole points; what is no whole one may still be seen
    between two that were rounded."""
    difference = digits.difference(max(probabilities), min(probabilities))
    seen = digits.rounded(difference, 5) > 0 and digits.less(difference, 0.005)
    return say("points", points=words.whole_percent(difference), less_than_one=seen)


def _reached(column) -> str:
    return say("never") if isinstance(column, str) else words.bare_year(column)
