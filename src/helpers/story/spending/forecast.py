"""Next year's outturn."""

import pandas as pd

from helpers import words
from helpers.show import Table, Text


def forecast_table(forecast: pd.DataFrame, lang: str) -> Table | Text:
    """The forecast of the next year's outturn."""
    if forecast.empty:
        return Text(
            words.say(
                lang,
                "次の年度は予測しません。予算と執行額が分かる年度が3つに満たないか、モデルが使えないか、"
                "対象の年度の中に次の年度の予算がないためです。",
                "No forecast: fewer than three years with budget and outturn, no interval for the "
                "rate, or no budget for a coming year among the years looked at.",
            )
        )
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
    return Table(forecast[columns], lang, caption, formats, headings)


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
