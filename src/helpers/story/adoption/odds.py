"""P(target) by model and assumption, when the target is reached, and the pace it takes."""

import pandas as pd

from helpers import digits, words
from helpers.analysis.series import IndicatorSeries
from helpers.sentences import Sentences
from helpers.show import Fold, Table, Text
from helpers.story import common
from helpers.story.adoption.answer import against, closed, no_values

say = Sentences("adoption/odds")

NEVER = "never"
"""A path that does not meet the target within the years that are followed."""


def read_odds(series: IndicatorSeries, odds: pd.DataFrame) -> Text:
    """How far the odds of the target depend on what is assumed."""
    known = odds.dropna(subset=["p"])
    if not len(series.values):
        return Text(no_values(series))
    if not series.target_open:
        return Text(closed(series))
    if known.empty:
        return Text(say("no_odds"))
    by_model = known.groupby("model", sort=False)["p"]
    first = known["model"].iloc[0]
    spans = {model: common.chances(part.min(), part.max()) for model, part in by_model}
    means = by_model.mean()
    return Text(
        say(
            "odds",
            low=digits.lowest(means),
            high=digits.highest(means),
            spans=spans,
            shift=_points(known.groupby("observed_at", sort=False)["p"].mean()),
            lead=first,
            moved=_points(known.loc[known["model"] == first, "p"]),
        )
    )


def odds_evidence(series: IndicatorSeries, odds: pd.DataFrame) -> Fold | Text:
    """How to read the figure, and what some models cannot tell."""
    known = odds.dropna(subset=["p"])
    if not series.target_open or known.empty:
        return Text()
    ceiling = series.ceiling
    blank = odds["model"][~odds["model"].isin(known["model"])].unique()
    paragraphs = say.paragraphs(
        "assumptions",
        blank=list(blank),
        at_ceiling=ceiling is not None and digits.equal(series.target, ceiling),
    )
    return Fold(say("reading"), Text(*paragraphs))


def read_when(series: IndicatorSeries, odds: pd.DataFrame) -> Text:
    """In which year the leading model's path meets the target."""
    own = odds[odds["observed_at"] == series.observed_at]
    if own["path"].isna().all():
        return Text(say("no_table"))
    lead = own["model"].iloc[0]
    leading, others = (own[own["model"] == lead].iloc[0], own[own["model"] != lead])
    reached = others["reaches"].dropna()
    return Text(
        say(
            "when",
            lead=lead,
            told=pd.notna(leading["path"]),
            due=int(leading["column"]),
            year=None if pd.isna(leading["reaches"]) else int(leading["reaches"]),
            first=None if reached.empty else int(reached.min()),
            last=None if reached.empty else int(reached.max()),
            never=bool(others[others["path"].notna()]["reaches"].isna().any()),
        )
    )


def odds_table(odds: pd.DataFrame) -> Fold | Text:
    """Path and P(target) when due under both measurement dates, and the column that reaches the
    target: a row a model, under the leading ceiling."""
    if odds["path"].isna().all():
        return Text()
    lead = odds[odds["population"].fillna(0) == odds["population"].fillna(0).iloc[:1].sum()]
    frame = pd.DataFrame(index=lead["model"].drop_duplicates())
    frame["name"] = frame.index.map(words.model)
    kinds = {"reaches": _reached, "path": words.estimate, "p": words.probability}
    headings, formats = {"name": say("model")}, {}
    # The pooled forecast's path differs with the date of measurement.
    for observed_at, part in lead.groupby("observed_at", sort=False):
        rows = part.set_index("model")
        # A model without a path says nothing of when.
        never = rows["reaches"].isna() & rows["path"].notna()
        rows["reaches"] = rows["reaches"].astype(object).mask(never, NEVER)
        for name, kind in kinds.items():
            column = f"{name} {observed_at}"
            frame[column], formats[column] = rows[name], kind
            headings[column] = say(name, at=observed_at, due=rows["column"].iloc[0])
    return Fold(say("by_model"), Table(frame, formats=formats, headings=headings))


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


def _points(probabilities: pd.Series) -> str:
    """How far apart probabilities are, in whole points; what is no whole one may still be seen
    between two that were rounded."""
    difference = digits.difference(probabilities.max(), probabilities.min())
    seen = digits.rounded(difference, 5) > 0 and digits.less(difference, 0.005)
    return say("points", points=words.whole_percent(difference), less_than_one=seen)


def _reached(column) -> str:
    return say("never") if isinstance(column, str) else words.bare_year(column)
