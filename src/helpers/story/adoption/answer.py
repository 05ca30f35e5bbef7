"""The answer that opens notebook 03: where the indicator stands against its target."""

import numpy as np
import pandas as pd

from helpers import digits, words
from helpers.analysis.series import HORIZON, IndicatorSeries, indicators
from helpers.forecast.models import Backing
from helpers.sentences import Sentences
from helpers.sheet import ReviewSheet
from helpers.show import Answer
from helpers.story import common
from helpers.story.adoption.chances import beyond, chances

say = Sentences("adoption/answer")

DOUBTFUL = ("risen", "through", "falls", "held")
"""Assumed from the values alone, where the other direction reverses the conclusion."""


def answer(
    sheet: ReviewSheet,
    series: IndicatorSeries,
    futures: pd.DataFrame,
    odds: pd.DataFrame,
    pace: pd.DataFrame,
    lead: str,
    backing: Backing | None,
) -> Answer:
    """The opening answer: where the indicator stands, P(target) by the leading model (what stands
    behind it is `backing`) and over all, needed pace."""
    numbers = dict.fromkeys(
        ["indicator", "last_year", "last_actual", "lead_model", "p_lead", "p_low", "p_high"]
    )
    numbers["target"], numbers["target_year"] = series.target, series.target_year
    if not len(series.values):
        numbers["indicator"] = series.indicator or None
        paragraphs = [_nothing(sheet)]
        if series.qualitative:
            paragraphs = [*in_words(sheet, series), _chosen(sheet, series)]
        headline = common.headline(sheet, say("title"), **numbers)
        paragraphs = [*filter(None, paragraphs)]
        return Answer(paragraphs[0], more=paragraphs[1:], headline=headline)
    last, value = int(series.years[-1]), float(series.values[-1])
    numbers |= {"indicator": series.indicator, "last_year": last, "last_actual": value}
    verdict = against(series) if series.target_open else closed(series)
    paragraphs = [
        _stands(sheet, series),
        common.joined([_better(series), verdict, _printed_rate(series)]),
    ]
    known = odds.dropna(subset=["p"])
    if series.target_open and known.empty:
        paragraphs.append(say("no_chance", points=len(series.values)))
    elif series.target_open:
        numbers |= {"lead_model": lead, "p_low": known["p"].min(), "p_high": known["p"].max()}
        base = known[known["observed_at"] == series.observed_at]
        leading = base.loc[base["model"] == lead, "p"]
        numbers["p_lead"] = float(leading.iloc[0]) if len(leading) else None
        paragraphs += chances(series, futures, odds, lead, backing)
    elif backing:
        paragraphs.append(beyond(series, backing, below=True))
    if len(pace):
        unit = common.difference_unit(series)
        needed = {row.observed_at: common.pace(row.needed, unit) for row in pace.itertuples()}
        observed = common.pace(pace["observed"].iloc[0], unit)
        paragraphs.append(say("needed", needed=needed, observed=observed))
    paragraphs += [_chosen(sheet, series), *common.doubts(sheet)]
    headline = common.headline(sheet, say("title"), **numbers)
    paragraphs = [*filter(None, paragraphs)]
    return Answer(paragraphs[0], more=paragraphs[1:], headline=headline)


def in_words(sheet: ReviewSheet, series: IndicatorSeries) -> list[str]:
    """What a sheet tells of a qualitative outcome."""
    name, goal = words.cut(series.indicator), words.cut(series.goal)
    return say.paragraphs(
        "in_words",
        project=common.project(sheet),
        name=name,
        goal="" if goal == name else goal,
        result=" ".join(series.result.split()),
    )


def no_values(series: IndicatorSeries) -> str:
    """The sentence of a section that needs values, where there are none."""
    return say("no_values", qualitative=series.qualitative)


def against(series: IndicatorSeries) -> str:
    """The latest value against a target that is not due yet."""
    value, target = series.values[-1], series.target
    earlier = series.years[:-1][series.met(series.values[:-1])]
    return say(
        "against",
        side=int(np.sign(digits.difference(value, target))),
        gap=common.amount(abs(value - target), common.difference_unit(series)),
        met=series.met(value),
        always_met=target == 0 and series.rising and series.values.min() >= 0,
        met_before=earlier[-1] if len(earlier) else None,
    )


def closed(series: IndicatorSeries) -> str:
    """Why no probability is computed, and whether a target that is due was met."""
    known = series.target is not None and series.target_year is not None
    at = series.values[series.years == series.target_column]
    return say(
        "closed",
        known=known,
        year=series.target_year,
        horizon=HORIZON,
        far=known and series.target_column - series.years[-1] > HORIZON,
        value=common.amount(at[0], series.unit) if len(at) else None,
        met=known and len(at) and series.met(at[0]),
        # Of a value of 1 April the one when due stands in the next column.
        other_reading=series.observed_at == "end" and series.target_year == series.years[-1],
    )


def _nothing(sheet: ReviewSheet) -> str:
    """Why there is no history."""
    facts = {"not_held": common.not_held(sheet), "file": common.missing_file(sheet)}
    return say("nothing", project=common.project(sheet), **facts)


def _stands(sheet: ReviewSheet, series: IndicatorSeries) -> str:
    """The latest value and the target; one that stands in the sheet's words alone is proposed."""
    yearly = worded = None
    at = _latest(series.expected) if series.target is None else None
    if at is not None:
        plan, actual = series.expected[at], series.values[at]
        yearly = {"year": series.years[at], "plan": common.amount(plan, series.unit)}
        yearly["actual"] = common.amount(actual, series.unit)
    if series.proposed:
        target, due, text = series.proposed
        given = f"-p target {words.exact(target).replace(',', '')} -p target_year {due}"
        worded = {"text": words.cut(text), "parameters": given}
    rows = sheet.outcome[sheet.outcome["number"] == series.number]
    printed = rows["target_year_printed"].dropna()
    differs = len(printed) and series.target_year not in (None, printed.iloc[0])
    return say(
        "stands",
        project=common.project(sheet),
        name=words.cut(series.indicator),
        year=series.years[-1],
        value=series.values[-1],
        unit=series.unit,
        target=series.target,
        due=series.target_year,
        yearly=yearly,
        printed_year=int(printed.iloc[0]) if differs else None,
        worded=worded,
    )


def _better(series: IndicatorSeries) -> str:
    """Whether more or less is better, and who says so; "" where nobody does and no target is there
    for it to matter."""
    assumes = not series.direction and not series.stated and series.target is not None
    return say(
        "better",
        more=series.rising,
        given=series.direction,
        stated=series.stated,
        assumed=series.assumed.why if assumes else "",
        doubtful=series.assumed.why in DOUBTFUL,
        text=words.cut(series.assumed.words),
    )


def _printed_rate(series: IndicatorSeries) -> str:
    """The rate of achievement that the sheet prints for its latest year, beside ours."""
    at = _latest(series.achievement)
    if at is None:
        return ""
    plan = series.expected[at]
    own = 100 * series.values[at] / plan if plan else np.nan
    return say(
        "printed_rate",
        year=series.years[at],
        rate=words.number(series.achievement[at]),
        own="" if np.isnan(own) else words.number(own),
        more=series.rising,
    )


def _chosen(sheet: ReviewSheet, series: IndicatorSeries) -> str:
    """Which of the sheet's indicators is analysed, and why; "" for the only one."""
    table = indicators(sheet)
    if len(table) < 2 or series.number is None:
        return ""
    row = table[table["number"] == series.number]
    return say(
        "chosen",
        all=len(table),
        number=series.number,
        asked=series.asked,
        qualitative=series.qualitative,
        aimed=row[["target", "target_year"]].notna().all(axis=None),
    )


def _latest(values: np.ndarray | None) -> int | None:
    """Where the last of `values` that is known stands; None where none is."""
    known = [] if values is None else np.flatnonzero(~np.isnan(values))
    return int(known[-1]) if len(known) else None
