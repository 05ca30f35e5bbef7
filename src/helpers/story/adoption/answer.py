"""The answer that opens notebook 03."""

import numpy as np
import pandas as pd

from helpers import words
from helpers.analysis.series import HORIZON, Series, indicators
from helpers.forecast.models import Backing
from helpers.sheet import ReviewSheet
from helpers.show import Answer
from helpers.story import common
from helpers.story.adoption.chances import TIMING, chances
from helpers.story.adoption.standing import (
    against,
    better,
    chosen,
    in_words,
    printed_rate,
    proposed,
)


def answer(
    sheet: ReviewSheet,
    series: Series,
    futures: pd.DataFrame,
    odds: pd.DataFrame,
    pace: pd.DataFrame,
    lead: str,
    backing: Backing | None,
) -> Answer:
    """The opening answer: where the indicator stands, P(target) by the leading model (what stands
    behind it is `backing`) and over all, needed pace."""
    title = words.say("目標は達成されるか", "Will the target be met?")
    numbers = dict.fromkeys(
        ["indicator", "last_year", "last_actual", "lead_model", "p_lead", "p_low", "p_high"]
    )
    numbers["target"], numbers["target_year"] = series.target, series.target_year
    if not len(series.values):
        numbers["indicator"] = series.indicator or None
        headline = common.headline(sheet, title, **numbers)
        if not series.qualitative:
            nothing = f"{common.project(sheet)}: {_nothing(sheet)}"
            return Answer(nothing, headline=headline)
        told = [*in_words(series), chosen(indicators(sheet), series)]
        return Answer(
            f"{common.project(sheet)}: {told[0]}", *filter(None, told[1:]), headline=headline
        )
    last, value = int(series.years[-1]), float(series.values[-1])
    numbers |= {"indicator": series.indicator, "last_year": last, "last_actual": value}
    verdict = against(series) if series.target_open else closed(series)
    facts = [better(series), verdict, printed_rate(series)]
    paragraphs = [
        common.joined([_stands(sheet, series), proposed(series)]),
        common.joined(facts),
    ]
    known = odds.dropna(subset=["p"])
    if series.target_open and known.empty:
        paragraphs.append(
            words.say(
                f"{len(series.values)}点の実績だけでは、どのモデルも達成の確率を算出できません。",
                f"With only {words.count(len(series.values), 'actual value')} no model can give a "
                "probability of meeting the target.",
            )
        )
    elif series.target_open:
        numbers |= {"lead_model": lead, "p_low": known["p"].min(), "p_high": known["p"].max()}
        base = known[known["observed_at"] == series.observed_at]
        leading = base.loc[base["model"] == lead, "p"]
        numbers["p_lead"] = float(leading.iloc[0]) if len(leading) else None
        paragraphs += chances(series, futures, odds, lead, backing)
    if len(pace):
        paragraphs.append(_needed(series, pace))
    paragraphs += [chosen(indicators(sheet), series), *common.doubts(sheet)]
    return Answer(*filter(None, paragraphs), headline=common.headline(sheet, title, **numbers))


def _nothing(sheet: ReviewSheet) -> str:
    """Why there is no history."""
    remark = sheet.remark[sheet.remark["table"] == "outcome"]
    if sheet.outcome.empty and remark["rule"].isin(["not_in_source", "file_missing"]).any():
        return words.say(
            "元の資料に成果指標が収録されていないため、普及の速さも目標達成の見込みも言えません。シート自体に"
            "ないとは限りません。",
            "the source holds no outcomes, so neither the pace of adoption nor the chance of meeting "
            "a target can be told. The printed sheet may have them.",
        )
    return words.say(
        "実績値のある成果指標がシートにないため、普及の速さも目標達成の見込みも言えません。",
        "the sheet prints no outcome with an actual value, so neither the pace of adoption nor the "
        "chance of meeting the target can be told.",
    )


def _stands(sheet: ReviewSheet, series: Series) -> str:
    last = int(series.years[-1])
    value = common.amount(series.values[-1], series.unit)
    printed = _printed(sheet, series)
    name = common.cut(series.indicator) or words.say("(名前なし)", "(no name)")
    known = series.target is not None
    due = "" if series.target_year is None else words.year(series.target_year)
    target_ja = f"目標は{due}末までに{common.amount(series.target, series.unit)}" if known else ""
    target_en = f"the target is {words.printed(series.target)} by the end of {due}" if known else ""
    if known and not due:
        target_ja = f"目標は{common.amount(series.target, series.unit)}(年度の記載なし)"
        target_en = f"the target is {words.printed(series.target)}, without a year"
    # Words of the goal may have what the table has not: `proposed` says so.
    none_ja = "目標値の記載はありません"
    none_en = "the sheet states no target"
    if series.proposed:
        none_ja, none_en = "シートの表に目標値はありません", "the table of the sheet has no target"
    yearly = "" if known else _yearly(series)
    if yearly and not series.proposed:
        none_ja, none_en = "最終的な目標値の記載はありません", "the sheet states no final target"
    told_ja = f"、{target_ja}です" if known else f"で、{none_ja}"
    return words.say(
        f"{common.project(sheet)}: 成果指標「{name}」は{words.year(last)}に{value}"
        f"{told_ja}。{yearly}{printed}",
        f"{common.project(sheet)}: the outcome “{name}” stood at {value} "
        f"in {words.year(last)}; {target_en or none_en}.{yearly}{printed}",
    )


def _yearly(series: Series) -> str:
    """The latest of the targets that a sheet has for single years, beside its actual value."""
    if series.expected is None or np.isnan(series.expected).all():
        return ""
    at = np.flatnonzero(~np.isnan(series.expected))[-1]
    year = words.year(series.years[at])
    plan, value = (
        common.amount(number, series.unit) for number in (series.expected[at], series.values[at])
    )
    return words.say(
        f"年度ごとの目標はあり、{year}は目標{plan}に対し実績{value}です。",
        f" It has targets for single years: {plan} in {year}, against an actual {value}.",
    )


def _printed(sheet: ReviewSheet, series: Series) -> str:
    """The target year as the sheet prints it, where another is used."""
    rows = sheet.outcome[sheet.outcome["number"] == series.number]
    years = rows["target_year_printed"].dropna()
    if years.empty or series.target_year is None or years.iloc[0] == series.target_year:
        return ""
    year = int(years.iloc[0])
    return words.say(
        f"(シートの表に印字された目標年度は{words.year(year)}です。)",
        f" (The target year printed in the sheet's table is {year}.)",
    )


def closed(series: Series) -> str:
    """Why no probability is computed, and whether a target that is due was met."""
    if series.target is None or series.target_year is None:
        return words.say(
            "達成すべき目標値か、その期限の年度がないため、達成の見込みは計算しません。",
            "Without a final target and its year no probability is computed.",
        )
    if series.target_column - series.years[-1] > HORIZON:
        return words.say(
            f"目標年度{series.target_year}は{HORIZON}年より先なので、達成の見込みは計算しません。",
            f"The target year {series.target_year} is more than {HORIZON} years away: no "
            "probability is computed.",
        )
    at = series.values[series.years == series.target_column]
    if not len(at):
        return words.say(
            "目標年度は過ぎていますが、その年度の実績がシートにありません。",
            "The target year has passed, but its actual value is not on the sheet.",
        )
    met = series.met(at[0])
    other = ""
    if series.observed_at == "end" and series.target_year == series.years[-1]:
        other = words.say(
            "年度初めの値とみれば、期限の値はまだシートにありません。",
            " If measured at year start, the value when due is not on the sheet yet.",
        )
    return (
        words.say(
            f"目標年度は既に来ており、実績は{common.amount(at[0], series.unit)}で、"
            f"目標は{'達成されました' if met else '達成されていません'}。",
            f"The target has fallen due: the actual value is {common.amount(at[0], series.unit)}, "
            f"so it was {'met' if met else 'not met'}.",
        )
        + other
    )


def _needed(series: Series, pace: pd.DataFrame) -> str:
    unit = common.difference_unit(series)
    needed = [
        words.say(
            f"{TIMING[row.observed_at][0]}年{common.pace(row.needed, unit)}",
            f"{common.pace(row.needed, unit)} a year {TIMING[row.observed_at][1]}",
        )
        for row in pace.itertuples()
    ]
    observed = common.pace(pace["observed"].iloc[0], unit)
    return words.say(
        f"必要なペースは{words.listed(needed)}、実績の平均は年{observed}です。",
        f"Needed: {words.listed(needed)}; observed so far: {observed} a year.",
    )
