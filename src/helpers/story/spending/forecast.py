"""Next year's outturn."""

import pandas as pd

from helpers import words
from helpers.analysis.execution import WIDE
from helpers.forecast.outlook import Backing
from helpers.show import Table, Text
from helpers.story.spending import amounts

OUTSIDE = {
    "year": (
        "学んだ年度より2年を超えて後の年度の予測です。",
        "It is for a year more than two years after those that were learned from. ",
    ),
    "ministry": (
        "この府省庁の事業からは学んでいません。",
        "No project of this ministry was learned from. ",
    ),
    "budget": (
        "予算の大きさが、学んだ事業の範囲の外にあります。",
        "Its budget is outside the range of those that were learned from. ",
    ),
    "no_history": (
        "直近3年の執行率が分からないため、主に同じ府省庁・規模の事業の値によります。",
        "No rate of its last three years is known: it rests mainly on its ministry and size.",
    ),
}
"""`execution_pool.outside` -> what to say of it."""

OBSTACLES = {
    "few": (
        "予算と執行額が分かる年度が3つに満たないため、次の年度は予測しません。",
        "No forecast: fewer than three years have both a budget and an outturn.",
    ),
    "equal": (
        "どの年度も執行率が同じで、ばらつきを見積もれないため、次の年度は予測しません。",
        "No forecast: the rate is the same in every year, which tells nothing of how it varies.",
    ),
    "over": (
        "予算計を大きく超える(または負の)執行があって割合のモデルに合わないため、次の年度は予測しません。",
        "No forecast: years executed so far above their budget (or below nothing) do not fit a model "
        "of shares.",
    ),
    "budget": (
        "終わった年度の次の年度の予算がシートにない(事業が終わった、または対象の年度の外にある)ため、"
        "予測しません。パラメータbudgetで与えられます。",
        "No forecast: the sheet gives no budget for the year after the last closed one (the project "
        "has ended, or the year is outside the span). The parameter budget can give one.",
    ),
}


def forecast_table(forecast: pd.DataFrame, obstacle: str) -> Table | Text:
    """The forecast of the next year's outturn, or the `obstacle` to it (`outlook.obstacle`)."""
    if obstacle:
        return Text(words.say(*OBSTACLES[obstacle]))
    columns = ["fiscal_year", "budget", "level"]
    columns += ["executed_lower", "executed_median", "executed_upper", "lower", "median", "upper"]
    shares = dict.fromkeys(("lower", "median", "upper"), lambda rate: words.percent(rate, 0))
    money = ["executed_lower", "executed_median", "executed_upper"]
    headings = {
        "budget": words.term("budget_net"),
        "level": words.say("予測区間", "Forecast interval"),
        "executed_lower": words.say("執行額 下限", "Outturn, lower"),
        "executed_upper": words.say("執行額 上限", "Outturn, upper"),
        "executed_median": words.say("執行額 中央値", "Outturn, median"),
        "lower": words.say("執行率 下限", "Rate, lower"),
        "median": words.say("執行率 中央値", "Rate, median"),
        "upper": words.say("執行率 上限", "Rate, upper"),
    }
    formats = {"level": words.level, **shares}
    caption = words.say(
        "金額は百万円。執行額は今の予算計から、執行率は最終的な予算計に対する、別の予測",
        "amounts in million yen; the outturn is forecast from today's net budget, the rate of the "
        "final one: two forecasts",
    )
    if forecast["model"].iloc[0] == "alone":
        caption = words.say("金額は百万円", "amounts in million yen")
    shown = forecast[columns].copy()
    for name in money:
        ends = (shown[name], forecast["executed_lower"], forecast["executed_upper"])
        shown[name] = [amounts.coarse(*parts) for parts in zip(*ends, strict=True)]
    return Table(shown, caption, formats, headings)


def read_forecast(forecast: pd.DataFrame, alone: pd.DataFrame, backing: Backing | None) -> Text:
    """What the forecast rests on, how such forecasts did, and what the project's own years alone
    (`alone`, of `outlook.alone`) would say."""
    if forecast.empty:
        return Text()
    what = words.say(
        f"執行率の予測は、平均で{words.percent(forecast['mean'].iloc[0], 0)}です。区間は平均ではなく、その年度の執行額そのものの"
        "予測区間です。",
        f"The rate is forecast at {words.percent(forecast['mean'].iloc[0], 0)} in the mean. The intervals "
        "are for the outturn itself, not for a mean. ",
    )
    if backing is None:
        return Text(
            what
            + words.say(
                "この事業の過去の年度だけから、母数の不確かさと年度ごとのばらつきを乱数で引いて作りました。予算計は補正や"
                "繰越しで変わりますが、ここでは確定とみなします。",
                "They come from this project's own years: the uncertainty of the parameters and the "
                "variation between years are both drawn. The net budget may still change by "
                "supplements and carry-over; here it is taken as certain.",
            )
        )
    first, last = backing.sheets
    seen = ""
    if int(forecast["fiscal_year"].iloc[0]) < last:
        seen = words.say(
            "この年度の実績も学習に入っているため、当時出せた予測ではありません。",
            " The outturn of that year was among what was learned from: this is no forecast as it "
            "could have been made then.",
        )
    learned = words.say(
        f"{first}〜{last}年公表のシートの{backing.projects:,}事業で、予算と過去3年の執行からその年度の執行がどうなったかを学んだ"
        "予測です。執行額の区間には、補正や繰越しで予算計が変わる分も入っています(執行率は最後の予算計に対するもの)。",
        f"They were learned from what {backing.projects:,} projects in the sheets published "
        f"{first}–{last} executed, given their budgets and past three years. Those of the outturn "
        "carry the changes that the net budget still sees (the rate is of the final budget).",
    )
    return Text(what + learned + seen, _record(backing), *_alone(alone))


def _record(backing: Backing) -> str:
    text = ""
    if backing.rate and backing.outturn:
        hits = [
            words.whole_percent(held.scores["in80"]) for held in (backing.rate, backing.outturn)
        ]
        many = f"{backing.rate.forecasts:,}"
        similar = backing.rate.by != "part"
        text = words.say(
            "同じ方法を検証用の年度の実績なしで推定し、その年度の実績で確かめると、"
            f"{'同じ規模の事業の' if similar else ''}予測{many}件で、80 %予測区間100のうち、執行率で{hits[0]}、執行額で{hits[1]}が"
            "実際の値を含みました。",
            "The same method, fitted without a held-out year and tested on it: for "
            f"{many} forecasts{' of its size' if similar else ''}, of 100 such 80 % intervals "
            f"{hits[0]} contained the actual rate and {hits[1]} the actual outturn. ",
        )
    return (text + "".join(words.say(*OUTSIDE[name]) for name in backing.outside)).strip()


def _alone(alone: pd.DataFrame) -> list[str]:
    if alone.empty:
        return []
    row = alone.iloc[0]
    ends = row["executed_lower"], row["executed_upper"]
    if ends[1] - ends[0] > WIDE * row["budget"]:
        return [
            words.say(
                "この事業の過去の年度だけからは、ばらつきが大きく、次の年度について何も言えません。",
                "This project's past years alone vary too much to say anything about the next one.",
            )
        ]
    low, high = (words.number(amounts.coarse(end, *ends)) for end in ends)
    chance = words.probability(row["p_below_70"])
    return [
        words.say(
            f"この事業の過去の年度だけによるモデルでは、{words.level(row['level'])}予測区間は{low}〜{high}百万円、"
            f"執行率が70 %を下回る確率は{chance}です。",
            f"A model of this project's past years alone gives an {words.level(row['level'])} "
            f"forecast interval of {low}–{high} million yen, and a chance of {chance} of executing "
            "less than 70 %.",
        )
    ]
