"""Next year's outturn."""

import pandas as pd

from helpers import words
from helpers.show import Table, Text
from helpers.story import common

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
        "予測しません。パラメーターbudgetで与えられます。",
        "No forecast: the sheet gives no budget for the year after the last closed one (the project "
        "has ended, or the year is outside the span). The parameter budget can give one.",
    ),
}


def forecast_table(forecast: pd.DataFrame, obstacle: str, lang: str) -> Table | Text:
    """The forecast of the next year's outturn, or the `obstacle` to it (`outlook.obstacle`)."""
    if obstacle:
        return Text(words.say(lang, *OBSTACLES[obstacle]))
    columns = ["fiscal_year", "budget", "level"]
    columns += ["executed_lower", "executed_median", "executed_upper", "lower", "upper"]
    shares = dict.fromkeys(("lower", "upper"), words.percent)
    money = dict.fromkeys(("executed_lower", "executed_median", "executed_upper"), words.estimate)
    headings = {
        "budget": words.term("budget_net", lang),
        "level": words.say(lang, "予測区間", "Forecast interval"),
        "executed_lower": words.say(lang, "執行額 下限", "Outturn, lower"),
        "executed_upper": words.say(lang, "執行額 上限", "Outturn, upper"),
        "executed_median": words.say(lang, "執行額 中央値", "Outturn, median"),
        "lower": words.say(lang, "執行率 下限", "Rate, lower"),
        "upper": words.say(lang, "執行率 上限", "Rate, upper"),
    }
    formats = {"fiscal_year": str, "level": words.level, **shares, **money}
    caption = words.say(lang, "金額は百万円", "amounts in million yen")
    shown = forecast[columns].copy()
    for name in money:
        pairs = zip(shown[name], shown["budget"], strict=True)
        shown[name] = [common.as_coarse(value, budget) for value, budget in pairs]
    return Table(shown, lang, caption, formats, headings)


def read_forecast(forecast: pd.DataFrame, lang: str) -> Text:
    """What the forecast rests on."""
    if forecast.empty:
        return Text()
    return Text(
        words.say(
            lang,
            "区間は平均ではなく、その年度の執行額そのものの予測区間です。母数の不確かさと年度ごとの"
            "ばらつきを乱数で引いて作りました。予算計は補正や繰越しで変わりますが、ここでは確定とみなします。",
            "These are intervals for the outturn itself, not for a mean: the uncertainty of the "
            "parameters and the variation between years are both drawn. The net budget may still "
            "change by supplements and carry-over; here it is taken as certain.",
        )
    )
