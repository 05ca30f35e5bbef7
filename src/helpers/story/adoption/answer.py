"""The answer that opens notebook 03: where the indicator stands against its target."""

from functools import partial

import numpy as np
import pandas as pd

from helpers import digits, words
from helpers.analysis.every_indicator import every_indicator
from helpers.analysis.series import HORIZON, IndicatorSeries, aimed, listed
from helpers.analysis.years import published
from helpers.forecast.models import Backing
from helpers.sentences import Sentences
from helpers.sheet import ReviewSheet, records
from helpers.show import Answer
from helpers.story import common
from helpers.story.adoption.chances import ahead, beyond, chances, leading, outsides, sure, verdict

say = Sentences("adoption/answer")

DOUBTFUL = ("risen", "through", "falls", "held")
"""Assumed from the values alone, where the other direction reverses the conclusion."""

SAME, MANY = 0.9, 10
"""Times the observed pace: below SAME less is needed, above 1 / SAME more; from MANY on the pace so
far is next to none."""

STALE = 2
"""Years from the latest value to the sheet that prints it, as a rule no more."""

NAME, WHY = 60, 200
"""Signs of an indicator's name, and of a sheet's reason, that a sentence has room for."""


def answer(
    sheet: ReviewSheet,
    series: IndicatorSeries,
    futures: pd.DataFrame,
    odds: pd.DataFrame,
    pace: pd.DataFrame,
    lead: str,
    backing: Backing | None,
) -> Answer:
    """The opening answer: whether the target will be met, the chance by the leading model (what
    stands behind it is `backing`) or how far the target is, what follows, and how sure it is."""
    numbers = dict.fromkeys(
        ["indicator", "last_year", "last_actual", "lead_model", "p_lead", "p_low", "p_high"]
    )
    numbers["target"], numbers["target_year"] = series.target, series.target_year
    numbers["indicator"] = series.indicator or None
    if not len(series.values):
        case = "in_words" if series.qualitative else "nothing"
        more = [*in_words(sheet, series), chosen(sheet, series)] if series.qualitative else []
        headline = common.headline(sheet, say("title"), **numbers)
        if series.target is not None:
            more = [chosen(sheet, series)]
            one = [one_of(sheet, series)]
            return Answer(*_no_result(sheet, series), one, more, headline=headline)
        facts = {"held": not common.not_held(sheet), "file": common.missing_file(sheet)}
        hint = say("elsewhere", unread=case == "nothing" and common.not_held(sheet))
        facts["why"] = why = _unquantified(sheet)
        hint = one_of(sheet, series) if series.qualitative else hint or why
        return Answer(say(case, **facts), facts=[hint], more=more, headline=headline)
    numbers |= {"last_year": int(series.years[-1]), "last_actual": float(series.values[-1])}
    rows = records(odds)
    known = [row for row in rows if row["p"] is not None]
    more = [
        _stands(sheet, series),
        common.joined([_better(series), _verdict(series), _printed_rate(series)]),
    ]
    terms: list[str] = []
    if series.target_open and known:
        every = [row["p"] for row in known]
        numbers |= {"lead_model": lead, "p_low": min(every), "p_high": max(every)}
        chances_of = leading(known, lead)
        numbers["p_lead"] = chances_of.get(series.observed_at)
        sentence, number = _foreseen(series, known, chances_of, pace)
        # Where there is a record of such forecasts it says so itself.
        outside = outsides(backing) if backing and chances_of and not backing.record else ""
        facts = [
            _where(series, pace),
            *ahead(series, futures, backing),
            sure(known, lead, backing),
            *_flags(series, chances_of, outside),
        ]
        more += chances(series, futures, rows, lead, backing)
        terms = ["chance", "interval80"]
    else:
        sentence, number = _known(series)
        facts = [
            _where(series, pace) if series.target_open else "",
            _full_rates(sheet) if series.target is None else "",
            *_flags(series, {}, ""),
        ]
        if series.target_open:
            more.append(say("no_chance", points=len(series.values)))
        elif backing:
            more.append(beyond(series, backing, below=True))
    facts = [one_of(sheet, series), *facts]
    facts += [_stale(sheet, series), _repaired(sheet, series), *common.doubts(sheet)]
    if len(pace):
        unit = series.difference_unit
        needed = {at: _paced(value, unit) for at, value in _needed(pace).items()}
        more.append(say("needed", needed=needed, observed=_paced(pace["observed"].iloc[0], unit)))
    more.append(chosen(sheet, series))
    headline = common.headline(sheet, say("title"), **numbers)
    return Answer(sentence, number, facts, more, terms, headline=headline)


def _unquantified(sheet: ReviewSheet) -> str:
    """Why a sheet without outcomes sets no goal in numbers, as it says itself; "" where it does
    not."""
    remarks = [] if sheet.rows("outcome") else sheet.rows("remark")
    said = (row["observed"] for row in remarks if row["rule"] == "goal_not_quantified")
    return say("unquantified", why=words.cut(next(said, None) or "", WHY))


def _no_result(sheet: ReviewSheet, series: IndicatorSeries) -> tuple[str, tuple[str, str]]:
    """The sentence of a target that has no actual value yet, and the target."""
    due = series.target_year
    target = words.amount(series.target, series.unit)
    running = due is None or pd.isna(sheet.facts["sheet_year"]) or due >= sheet.facts["sheet_year"]
    said = say("no_result", target=target, due=due, open=bool(running))
    return said, (target, say("no_result_of", name=named(series), due=due))


def named(series: IndicatorSeries) -> str:
    """The indicator's name as a sentence has room for it: without the notes behind a 「※」."""
    name = series.indicator.partition("※")[0].rstrip(" \u3000(\uff08")
    return words.cut(name or series.indicator, NAME)


def _foreseen(
    series: IndicatorSeries, known: list[dict], chances_of: dict[str, float], pace: pd.DataFrame
) -> tuple[str, tuple[str, str]]:
    """The sentence on a target that is not due yet, and the chance."""
    met, p = series.met(series.values[-1]), chances_of.get(series.observed_at)
    facts = {"met": met, "due": series.target_year, **steps(series, pace)}
    others = [value for at, value in chances_of.items() if at != series.observed_at]
    if p is None:
        every = [row["p"] for row in known]
        span = common.chances(min(every), max(every))
        sentence, large = say("split", span=span), span
    else:
        called, enough = verdict(p), facts.pop("enough")
        # The pace alone must not suggest the opposite of what the chance says.
        slows = enough and "unlikely" in called
        opposed = not enough and "likely" in called.split()
        sentence = say("foreseen", verdict=called, slows=slows, opposed=opposed, **facts)
        large = words.share(p)
    of = say(
        "chance_of",
        name=named(series),
        met=met,
        more=series.rising,
        target=words.amount(series.target, series.unit),
        due=series.target_year,
        chance="" if p is None else words.chance(p),
        other=[words.share(value) for value in others if words.share(value) != large],
        at=series.observed_at,
    )
    return sentence, (large, of)


def steps(series: IndicatorSeries, pace: pd.DataFrame) -> dict:
    """Facts of the pace needed and observed, as short as a sentence or a title has them."""
    if pace.empty:
        return {"needed": "", "observed": "", "up": True, "towards": 0, "enough": True}
    unit = series.difference_unit
    # The reading of the series stands for both: the other one's due date is a year apart.
    own = pace[pace["observed_at"] == series.observed_at].iloc[0]
    return {
        "needed": brief(abs(own["needed"]), unit),
        "observed": brief(abs(own["observed"]), unit),
        "up": own["needed"] > 0,
        "towards": int(np.sign(own["observed"] * own["needed"])),
        "enough": bool(own["ratio"] > 0 and not digits.less(1, own["ratio"])),
    }


def brief(value: float, unit: str) -> str:
    """A change with its unit, to three digits."""
    return words.amount(value, unit, partial(words.significant, most=3))


def _known(series: IndicatorSeries) -> tuple[str, tuple[str, str]]:
    """The sentence where no chance can be given, and what is known instead: how far the target is,
    the rate of achievement, the value."""
    value, target, unit = series.values[-1], series.target, series.unit
    name = named(series)
    facts = {
        "year": series.years[-1],
        "value": words.amount(value, unit),
        "due": series.target_year,
    }
    facts |= {"points": len(series.values), "horizon": HORIZON, "name": name, "plan": ""}
    if target is None:
        rate = _rate(series)
        case = "rated" if rate else "untargeted"
        facts |= rate
        number = facts["rate"] if rate else facts["value"]
        return say(case, **facts), (number, say(f"{case}_of", **facts))
    facts["target"] = words.amount(target, unit)
    if series.target_open:
        case, value = "few", value
    elif series.target_year is None:
        case = "undated"
    elif series.target_column > series.years[-1]:
        case = "far"
    else:
        at = series.values[series.years == series.target_column]
        case = "unknown" if not len(at) else "met" if series.met(at[0]) else "missed"
        if len(at):
            value = at[0]
            facts |= {"year": series.target_column, "value": words.amount(value, unit)}
    gap = digits.difference(value, target)
    facts |= {"side": int(np.sign(gap)), "reached": series.met(value)}
    # Of a value of 1 April the one when due stands in the next column, as `closed` tells.
    facts["figures"] = series.observed_at == "end" and series.target_year == series.years[-1]
    number = words.amount(abs(gap), series.difference_unit)
    return say(case, **facts), (number, say("gap_of", **facts))


def _rate(series: IndicatorSeries) -> dict:
    """The latest year's target and how much of it was achieved: as printed, else computed. Empty
    where neither can be told."""
    plans = np.full(len(series.values), np.nan) if series.expected is None else series.expected
    at = latest(plans)
    printed = latest(series.achievement)
    if printed is not None and (at is None or printed >= at):
        at, rate = printed, series.achievement[printed]
    elif at is not None and plans[at]:
        rate = 100 * series.values[at] / plans[at]
    else:
        return {}
    return {
        "rate": f"{words.number(rate)} %",
        "year": series.years[at],
        "value": words.amount(series.values[at], series.unit),
        "plan": "" if np.isnan(plans[at]) else words.amount(plans[at], series.unit),
    }


def _where(series: IndicatorSeries, pace: pd.DataFrame) -> str:
    """How far the target is, and what pace that takes."""
    value, target = series.values[-1], series.target
    ratio = np.nan
    if len(pace):
        ratio = pace.loc[pace["observed_at"] == series.observed_at, "ratio"].iloc[0]
    lasts = not digits.less(1 / SAME, ratio) if ratio == ratio else False
    return say(
        "where",
        year=series.years[-1],
        value=words.amount(value, series.unit),
        target=target,
        unit=series.unit,
        gap=abs(value - target),
        gap_unit=series.difference_unit,
        side=int(np.sign(digits.difference(value, target))),
        met=series.met(value),
        up=target > value,
        left=series.target_column - int(series.years[-1]),
        paced=len(pace) > 0,
        times="" if not ratio > 0 else words.fixed(ratio, 1),
        kept=lasts and not digits.less(ratio, SAME),
        slower=lasts and digits.less(ratio, SAME),
        many=bool(ratio > MANY),
    )


def _flags(series: IndicatorSeries, chances_of: dict[str, float], outside: str) -> list[str]:
    """What changes the meaning of the answer, in a few words each; `outside` is what of the
    forecast lies outside of what was learned from."""
    given = series.direction or series.stated
    kinds = {at: verdict(p) for at, p in chances_of.items()}
    return [
        say(
            "assumed_flag",
            doubtful=not given and series.target is not None and series.assumed.why in DOUBTFUL,
            opposed=bool(series.direction and series.stated not in (None, series.direction)),
            more=series.rising,
        ),
        say(
            "date_flag",
            differs=len(set(kinds.values())) > 1,
            kinds=kinds,
            own=series.observed_at,
        ),
        say(
            "outside_flag",
            outside=outside,
            points=len(series.values),
        ),
        say("zero_flag", always_met=_always_met(series)),
        say("worded_flag", text=words.cut(series.proposed[2], NAME) if series.proposed else ""),
    ]


def _repaired(sheet: ReviewSheet, series: IndicatorSeries) -> str:
    """That the target's year is not the one printed; "" where it is."""
    return say("year_flag", printed=_printed_year(sheet, series), due=series.target_year)


def _stale(sheet: ReviewSheet, series: IndicatorSeries) -> str:
    """That the values of joined sheets end long before the last of these; "" where they do not."""
    sheets, last = published(sheet), int(series.years[-1])
    return say(
        "stale_flag",
        stale=len(sheets) > 1 and sheets[-1] - last > STALE,
        last=last,
        sheet=sheets[-1],
    )


def _full_rates(sheet: ReviewSheet) -> str:
    """How many of the outcomes have achieved what was expected in their latest year."""
    outcomes = [row for row in every_indicator(sheet).rows if row["table"] == "outcome"]
    rates = [row["rate"] for row in outcomes if row["rate"] is not None]
    full = sum(digits.at_least(rate, 100.0) for rate in rates)
    return say("full_rates", rates=len(rates), full=int(full))


def _needed(pace: pd.DataFrame) -> dict[str, float]:
    return dict(zip(pace["observed_at"], pace["needed"], strict=True))


def _paced(value: float, unit: str) -> str:
    return words.amount(value, unit, words.number)


def _verdict(series: IndicatorSeries) -> str:
    return against(series) if series.target_open else closed(series)


def in_words(sheet: ReviewSheet, series: IndicatorSeries) -> list[str]:
    """What a sheet tells of a qualitative outcome."""
    name, goal = words.cut(series.indicator), words.cut(series.goal)
    return say.paragraphs(
        "told",
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
        gap=words.amount(abs(value - target), series.difference_unit),
        met=series.met(value),
        always_met=_always_met(series),
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
        value=words.amount(at[0], series.unit) if len(at) else None,
        met=known and len(at) and series.met(at[0]),
        # Of a value of 1 April the one when due stands in the next column.
        other_reading=series.observed_at == "end" and series.target_year == series.years[-1],
    )


def _always_met(series: IndicatorSeries) -> bool:
    """Whether a target of 0 is one that every value meets."""
    return bool(series.target == 0 and series.rising and series.values.min() >= 0)


def _stands(sheet: ReviewSheet, series: IndicatorSeries) -> str:
    """The latest value and the target; one that stands in the sheet's words alone is proposed."""
    yearly = worded = None
    at = latest(series.expected) if series.target is None else None
    if at is not None:
        plan, actual = series.expected[at], series.values[at]
        yearly = {"year": series.years[at], "plan": words.amount(plan, series.unit)}
        yearly["actual"] = words.amount(actual, series.unit)
    if series.proposed:
        target, due, text = series.proposed
        given = f"-p target {words.exact(target).replace(',', '')} -p target_year {due}"
        worded = {"text": words.cut(text), "parameters": given}
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
        printed_year=_printed_year(sheet, series),
        worded=worded,
    )


def _printed_year(sheet: ReviewSheet, series: IndicatorSeries) -> int | None:
    """The target year that the sheet prints, where another one is used."""
    of = (row for row in sheet.rows("outcome") if row["number"] == series.number)
    printed = next((year for row in of if (year := row["target_year_printed"]) is not None), None)
    return None if series.target_year in (None, printed) else printed


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
    at = latest(series.achievement)
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


def chosen(sheet: ReviewSheet, series: IndicatorSeries) -> str:
    """Which of the sheet's indicators is analysed, and why; "" for the only one."""
    known = listed(sheet)
    if len(known) < 2 or series.number is None:
        return ""
    row = next(row for row in known if row["number"] == series.number)
    return say(
        "chosen",
        all=len(known),
        number=series.number,
        asked=series.asked,
        qualitative=series.qualitative,
        aimed=aimed(row),
    )


def one_of(sheet: ReviewSheet, series: IndicatorSeries) -> str:
    """That the answer speaks of one of several outcomes, and how to choose another; "" for the
    only one."""
    return say("one_of", all=len(listed(sheet)), number=series.number)


def latest(values: np.ndarray | None) -> int | None:
    """Where the last of `values` that is known stands; None where none is."""
    known = [] if values is None else np.flatnonzero(~np.isnan(values))
    return int(known[-1]) if len(known) else None
