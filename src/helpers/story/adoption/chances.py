"""The chance of meeting the target: the leading forecast, what stands behind it, all models."""

import numpy as np
import pandas as pd

from helpers import digits, words
from helpers.analysis.series import IndicatorSeries
from helpers.forecast.models import POOLED, Backing
from helpers.sentences import Sentences
from helpers.story import common

say = Sentences("adoption/chances")

NEARLY_ALL = 0.9
"""Part of the way from 0 to the ceiling."""

MANY = 10
"""Times the range of the history beyond which an interval says nothing."""


def chances(
    series: IndicatorSeries,
    futures: pd.DataFrame,
    odds: pd.DataFrame,
    lead: str,
    backing: Backing | None,
) -> list[str]:
    """Paragraphs on P(target): of the leading model, and the range over all of them (`odds`, of
    `adoption.sensitivity`, that hold at least one)."""
    known = odds.dropna(subset="p")
    leading = known[known["model"] == lead].groupby("observed_at", sort=False)["p"].first()
    if backing is None or leading.empty:
        facts = {"leading": dict(leading), "lead": lead}
        return [say("single", **facts, **_alone(series, known))]
    paragraphs = [_pooled(series, futures, leading, backing), held(backing)]
    if (odds["model"] != POOLED).any():
        alone = known[known["model"] != POOLED]
        paragraphs.append(say("range", **_alone(series, alone)))
    return paragraphs


def held(backing: Backing) -> str:
    """How past forecasts like this one did."""
    return say("held", **backing._asdict())


def beyond(series: IndicatorSeries, backing: Backing, below: bool = False) -> str:
    """What of the forecast lies outside of what was learned from, and how few values there are; of
    one that is only shown in the figure `below`."""
    return say("beyond", below=below, points=len(series.values), **backing._asdict())


def vague(low: float, high: float, series: IndicatorSeries) -> bool:
    """Whether the 80 % interval of a forecast says nothing: it spans nearly all that is possible;
    or reaches from half of the lowest value to double the highest; or is many times as wide as the
    range of the history, and wider than its largest value."""
    values = series.values
    if series.ceiling:
        return bool(high - low > NEARLY_ALL * series.ceiling)
    if values.min() > 0 and low <= values.min() / 2 and high >= 2 * values.max():
        return True
    return bool(high - low > max(MANY * np.ptp(values), np.abs(values).max(), 1))


def _pooled(
    series: IndicatorSeries, futures: pd.DataFrame, leading: pd.Series, backing: Backing
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
        leading=dict(leading),
        backing=backing,
        beyond=beyond(series, backing),
        due=series.target_column,
        forecast=forecast,
        ceiling=series.ceiling,
        unit=series.unit,
    )


def _alone(series: IndicatorSeries, known: pd.DataFrame) -> dict:
    """Facts of the `known` odds of models that look at this series alone."""
    if known.empty:
        return {"models": 0, "points": len(series.values), "span": "", "paths": "", "same": ""}
    ends = known["p"].min(), known["p"].max()
    low, high = map(words.probability, ends)
    reached = known.groupby("observed_at", sort=False)["path"].agg(["min", "max"])
    paths = {
        at: common.span(words.estimate(row["min"]), words.estimate(row["max"]))
        for at, row in reached.iterrows()
    }
    return {
        "models": known["model"].nunique(),
        "points": len(series.values),
        "span": common.chances(*ends),
        "paths": say("paths", paths=paths, unit=series.unit),
        "same": low if low == high else "",
    }
