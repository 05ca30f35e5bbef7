"""The answer that opens notebook 02."""

import numpy as np
import pandas as pd

from helpers import digits, words
from helpers.analysis import execution, precision
from helpers.analysis.execution import WIDE, Overall
from helpers.analysis.peers import ENOUGH
from helpers.sheet import ReviewSheet
from helpers.show import Answer
from helpers.story import common
from helpers.story.spending import amounts

LEAST = 5e-7
"""Million yen that are less than one yen."""

OVER = 1.2
"""Executed so far above the budget, the money came from elsewhere."""


def answer(
    sheet: ReviewSheet,
    rates: pd.DataFrame,
    pool: Overall,
    forecast: pd.DataFrame,
    places: pd.DataFrame,
) -> Answer:
    """The opening answer: executed of the budget, its interval and its place among all projects
    (`standing.standing`), next year's forecast, and the years that the rate cannot speak of."""
    title = words.say("予算はどれだけ使われなかったか", "How much of the budget was not spent?")
    if not pool.years:
        text = words.say(
            f"{common.project(sheet)}: 予算と執行額がともに分かる年度がないため、"
            "執行率は計算できません。",
            f"{common.project(sheet)}: no year has both a budget and a known outturn, so no "
            "execution rate can be computed.",
        )
        names = ("executed", "budget_net", "unspent", "execution_rate", "rate_low", "rate_high")
        names += ("rate_decimals", "first_year", "last_year")
        empty = {**dict.fromkeys(names), "rates": []}
        return Answer(
            text,
            *_left_out(sheet, rates),
            *common.doubts(sheet),
            headline=common.headline(sheet, title, **empty),
        )
    years = words.span(pool.years[0], pool.years[-1])
    if pool.years[-1] - pool.years[0] >= len(pool.years):
        years += words.say(
            f"のうち分かる{len(pool.years)}年",
            f" (the {words.count(len(pool.years), 'year')} known)",
        )
    left = digits.difference(pool.budget, pool.executed)
    rate, money = words.percent(pool.rate, pool.decimals), words.number
    rounded = words.rounded([pool.budget, pool.executed, left])
    if abs(left) < LEAST:
        rest = words.say("不用額はありません。", "nothing was left.")
    elif left > 0:
        rest = words.say(
            f"不用額は{money(left)}百万円です{rounded}。",
            f"{money(left)} million yen were not spent{rounded}.",
        )
    else:
        rest = words.say(
            f"予算計を{money(-left)}百万円超えています{rounded}。",
            f"{money(-left)} million yen more than the net budget{rounded}.",
        )
    paragraphs = [
        words.say(
            f"{common.project(sheet)}: {years}の予算計{money(pool.budget)}百万円のうち"
            f"{money(pool.executed)}百万円が執行されました。執行率(純額)は{rate}、{rest}",
            f"{common.project(sheet)}: {money(pool.executed)} of "
            f"{money(pool.budget)} million yen were executed in {years}, a net execution rate of "
            f"{rate}; {rest}",
        ),
        _how_sure(pool, rates),
        *_among(places),
    ]
    if len(forecast):
        paragraphs.append(_coming(forecast))
    paragraphs += [*_left_out(sheet, rates), *common.doubts(sheet)]
    low, high = pool.t
    by_year = rates[rates["modelled"]].set_index("fiscal_year")["execution_rate"]
    headline = common.headline(
        sheet,
        title,
        executed=pool.executed,
        budget_net=pool.budget,
        unspent=left,
        execution_rate=pool.rate,
        rate_low=low if pool.tells else None,
        rate_high=high if pool.tells else None,
        rate_decimals=pool.decimals,
        first_year=pool.years[0],
        last_year=pool.years[-1],
        rates=[by_year.get(year) for year in range(pool.years[0], pool.years[-1] + 1)],
    )
    return Answer(*paragraphs, headline=headline)


def _among(places: pd.DataFrame) -> list[str]:
    """The rate's place among all projects, in a sentence, where there is one."""
    rate = places[places["measure"].eq("execution_rate") & (places["count"] > 0)]
    groups = rate.set_index("group")["below"].dropna()
    if "all" not in groups.index:
        return []
    below = {group: words.share(value) for group, value in groups.items()}
    ja = [f"全体の{below['all']}"]
    en = [f"{below['all']} of all"]
    if "ministry" in below:
        ja.append(f"同じ府省庁の{below['ministry']}")
        en.append(f"{below['ministry']} of its ministry's")
    if "size" in below:
        ja.append(f"同じ規模の{below['size']}")
        en.append(f"{below['size']} of its size")
    return [
        words.say(
            f"執行率がこの事業より低いのは、{words.listed(ja)}です(執行率の分かる年度が{ENOUGH}年以上ある"
            "事業の中で)。"
            if rate["unit"].iloc[0] == "project"
            else f"執行率がこの事業より低いのは、{words.listed(ja)}です(各事業の1年ごとの執行率の中で)。",
            f"Among projects with {ENOUGH} or more years known, {words.listed(en)} have a "
            "lower rate."
            if rate["unit"].iloc[0] == "project"
            else f"Among single years of projects, {words.listed(en)} have a lower rate.",
        )
    ]


def _how_sure(pool: Overall, rates: pd.DataFrame) -> str:
    if np.isnan(pool.t[0]) and pool.dispersion > 0:
        return words.say(
            "予算計を超えて(または負の額で)執行された年度があり、0〜100 %の割合のモデルに合わない"
            "ため、区間は出せません。",
            "Some years were executed above their net budget (or below nothing), which a model of "
            "shares from 0 to 100 % does not fit, so no interval can be given.",
        )
    if len(pool.years) == 1:
        return words.say(
            "1年しかないため、区間は出せません。",
            "There is only one year, so no interval can be given.",
        )
    if np.isnan(pool.t[0]):
        return words.say(
            "年度の間に違いがないため、区間は出せません。",
            "The years do not differ, so no interval can be given.",
        )
    known = rates.loc[rates["modelled"], "execution_rate"]
    span = words.limits(known.min(), known.max(), precision.of_rates(rates[rates["modelled"]]))
    varies = words.say(
        f"年度ごとの執行率は{span}です。",
        f"By year the rate was {span}. ",
    )
    if not pool.tells:
        return varies + words.say(
            f"違いが大きく、この{len(pool.years)}年からは、長い目で見た平均の執行率について何も言えません。",
            f"The years differ so much that these {len(pool.years)} say nothing about the mean rate "
            "in the long run.",
        )
    normal, t = (words.limits(*ends, pool.decimals) for ends in (pool.normal, pool.t))
    return varies + words.say(
        f"長い目で見た平均の執行率の95 %区間は{t}です(疑似二項モデル。{len(pool.years)}年しかないため"
        f"t分布による。正規近似では{normal})。",
        f"The 95 % interval for the mean rate in the long run is {t} (quasi-binomial model; t "
        f"distribution, as there are only {words.count(len(pool.years), 'year')}; {normal} by the "
        "normal approximation).",
    )


def _left_out(sheet: ReviewSheet, rates: pd.DataFrame) -> list[str]:
    """Closed years whose outturn is unknown or doubtful, and outturns without a budget."""
    sentences = []
    open_years = execution.unknown(rates)["fiscal_year"]
    if len(open_years):
        years = words.listed([words.year(year) for year in open_years])
        sentences.append(
            words.say(
                f"{years}は終わっていますが、執行額がシートになく、執行率に入っていません。",
                f"{years}: closed, but the sheet gives no outturn; not in the rate.",
            )
        )
    known = rates[rates["modelled"]]
    if digits.less(OVER * known["budget_net"].sum(), known["executed"].sum()):
        sentences.append(
            words.say(
                "予算計を大きく超える執行は、シートの予算計にない予算(支出の委任や移替えなど)からの支出か誤記と"
                "みられ、執行率としては読めません。",
                "An outturn so far above the net budget was probably paid from money that is not in "
                "it (entrusted or transferred funds), or is an error: it is no execution rate.",
            )
        )
    zero = rates.loc[rates["modelled"] & (rates["executed"] == 0), "fiscal_year"]
    if len(zero) and sheet.facts["source_format"] != "page text":
        years = words.listed([words.year(year) for year in zero])
        sentences.append(
            words.say(
                f"{years}の執行額は0とあります。執行がなかったとみなしましたが、データベースは不明の値も"
                "0とするため、確かではありません。",
                f"The outturn of {years} is given as 0 and taken as such; the database writes 0 "
                "for an unknown value, too.",
            )
        )
    spent = execution.without_budget(rates)
    if len(spent):
        years = words.listed([words.year(year) for year in spent["fiscal_year"]])
        amount = words.number(spent["executed"].sum())
        parent = sheet.facts["parent_number"]
        branch = pd.notna(parent) and parent != ""
        sentences.append(
            words.say(
                f"{years}の執行額({amount}百万円)には、それに見合う予算計がシートになく、執行率に"
                "入っていません。"
                + (f"予算は親のシート{parent}にあるとみられます。" if branch else ""),
                f"{years}: an outturn ({amount} million yen) without a net budget that could have "
                "paid for it; not in the rate."
                + (f" The budget probably stands in the parent sheet {parent}." if branch else ""),
            )
        )
    return sentences


def _coming(forecast: pd.DataFrame) -> str:
    row = forecast.iloc[0]
    year, budget = words.year(int(row["fiscal_year"])), words.number(row["budget"])
    level, chance = words.level(row["level"]), words.probability(row["p_below_70"])
    ends = row["executed_lower"], row["executed_upper"]
    low, high = (words.number(amounts.coarse(end, *ends)) for end in ends)
    if ends[1] - ends[0] > WIDE * row["budget"]:
        text = words.say(
            f"{year}は予算計{budget}百万円ですが、執行額の{level}予測区間({low}〜{high}百万円)が広く、金額は予測できません。",
            f"For {year}, with a net budget of {budget} million yen, the {level} forecast interval "
            f"of the outturn is so wide ({low}–{high} million yen) that the amount cannot be told. ",
        )
    else:
        text = words.say(
            f"{year}は予算計{budget}百万円で、執行額の{level}予測区間は{low}〜{high}百万円です。",
            f"For {year}, with a net budget of {budget} million yen, the {level} forecast interval "
            f"of the outturn is {low}–{high} million yen. ",
        )
    if row["model"] == "alone":
        return text + words.say(
            f"執行率が70 %を下回る確率は{chance}です(この事業の過去の年度だけによる予測)。",
            f"The chance of executing less than 70 % is {chance} (both from this project's past "
            "years alone).",
        )
    return text + words.say(
        "執行額は補正や繰越しで予算計が変わる分も含めた予測です。最終的な予算計の70 %未満しか執行されない確率は"
        f"{chance}で、こちらは分母の違う別の予測です(どちらも全事業の実績から学んだもの)。",
        "That forecast takes in later changes of the budget, by supplements and carry-over. The "
        f"chance that less than 70 % of the final net budget is executed is {chance}: another "
        "measure, of another denominator (both learned from all projects).",
    )
