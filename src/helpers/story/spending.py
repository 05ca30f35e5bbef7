"""Notebook 02: how much of the budget was not spent, is that unusual, what follows?"""

import numpy as np
import pandas as pd

from helpers import words
from helpers.analysis.execution import Pooled
from helpers.sheet import ReviewSheet
from helpers.show import Answer, Table, Text
from helpers.story import common


def answer(sheet: ReviewSheet, pool: Pooled, forecast: pd.DataFrame, lang: str) -> Answer:
    """The opening answer: executed of the budget, its interval, next year's forecast."""
    title = words.say(
        lang, "予算はどれだけ使われなかったか", "How much of the budget was not spent?"
    )
    if not pool.years:
        text = words.say(
            lang,
            f"{common.project(sheet, lang)}: 予算と執行額がともに分かる年度がないため、"
            "執行率は計算できません。",
            f"{common.project(sheet, lang)}: no year has both a budget and a known outturn, so no "
            "execution rate can be computed.",
        )
        names = ("executed", "budget_net", "execution_rate", "rate_low", "rate_high")
        empty = dict.fromkeys((*names, "first_year", "last_year"))
        return Answer(text, headline=common.headline(sheet, title, lang, **empty))
    years = words.span(pool.years[0], pool.years[-1], lang)
    rate, money = words.percent(pool.rate), words.number
    paragraphs = [
        words.say(
            lang,
            f"{common.project(sheet, lang)}: {years}の予算計{money(pool.budget)}百万円のうち"
            f"{money(pool.executed)}百万円が執行されました。執行率(純額)は{rate}、不用額は"
            f"{money(pool.budget - pool.executed)}百万円です。",
            f"{common.project(sheet, lang)}: {money(pool.executed)} of "
            f"{money(pool.budget)} million yen were executed in {years}, a net execution rate of "
            f"{rate}; {money(pool.budget - pool.executed)} million yen were not spent.",
        ),
        _how_sure(pool, lang),
    ]
    if len(forecast):
        paragraphs.append(_coming(forecast, lang))
    low, high = pool.t
    headline = common.headline(
        sheet,
        title,
        lang,
        executed=pool.executed,
        budget_net=pool.budget,
        execution_rate=pool.rate,
        rate_low=low,
        rate_high=high,
        first_year=pool.years[0],
        last_year=pool.years[-1],
    )
    return Answer(*paragraphs, headline=headline)


def _how_sure(pool: Pooled, lang: str) -> str:
    if np.isnan(pool.t[0]) and pool.dispersion > 0:
        return words.say(
            lang,
            "予算計を超えて(または負の額で)執行された年度があり、0〜100 %の割合のモデルに合わない"
            "ため、区間は出せません。",
            "Some years were executed above their net budget (or below nothing), which a model of "
            "shares from 0 to 100 % does not fit, so no interval can be given.",
        )
    if np.isnan(pool.t[0]):
        return words.say(
            lang,
            "年度の間に違いがない(または1年しかない)ため、区間は出せません。",
            "The years do not differ (or there is only one), so no interval can be given.",
        )
    normal, t = words.interval(*pool.normal), words.interval(*pool.t)
    return words.say(
        lang,
        f"平均の執行率の95 %区間は、年度間のばらつき(散らばり{pool.dispersion:.1f}倍)を入れた"
        f"疑似二項モデルで、正規近似なら{normal}、{len(pool.years)}年しかないことも入れたt分布なら"
        f"{t}です。図と一覧にはt分布の区間を使います。",
        f"The 95 % interval for the mean rate, from a quasi-binomial model that carries the "
        f"variation between years (dispersion {pool.dispersion:.1f}), is {normal} by the normal "
        f"approximation and {t} by the t distribution that {len(pool.years)} years call for; "
        "figures and lists use the latter.",
    )


def _coming(forecast: pd.DataFrame, lang: str) -> str:
    row = forecast.iloc[0]
    year = words.year(int(row["fiscal_year"]), lang)
    low, high = (words.estimate(row[f"executed_{end}"]) for end in ("lower", "upper"))
    budget = words.number(row["budget"])
    return words.say(
        lang,
        f"{year}は予算計{budget}百万円で、執行額の{words.level(row['level'])}予測区間は{low}〜{high}百万円、"
        f"執行率が70 %を下回る確率は{words.probability(row['p_below_70'])}です"
        "(この事業の過去の年度だけによる予測)。",
        f"For {year}, with a net budget of {budget} million yen, the "
        f"{words.level(row['level'])} forecast interval of the outturn is {low}–{high} "
        "million yen and the chance of executing less than 70 % is "
        f"{words.probability(row['p_below_70'])} (from this project's past years alone).",
    )


def read_cascade(cascade: pd.DataFrame, lang: str) -> Text:
    """How to read the cascade, what was lost at which step, and the boldest request."""
    how = words.say(
        lang,
        "破線の枠が要求額、薄い棒が当初予算と予算計、濃い棒が執行額です。枠と棒の差が各段階で失われた分です。",
        "Dashed outline: request; light bars: initial and net budget; dark bar: outturn. The gaps "
        "are what was lost at each step.",
    )
    paragraphs = [how]
    asked = cascade.dropna(subset=["requested", "initial"])
    if len(asked):
        total, granted = asked["requested"].sum(), asked["initial"].sum()
        share = words.percent(granted / total) if total else "–"
        count = len(asked)
        paragraphs.append(
            words.say(
                lang,
                f"要求額と当初予算がともに分かる{count}年では、{words.number(total)}百万円の要求に"
                f"{words.number(granted)}百万円の予算が付きました({share})。",
                f"In the {count} years with both known, {words.number(granted)} of "
                f"{words.number(total)} million yen requested were granted "
                f"({share}).",
            )
            if total > 0
            else words.say(lang, "要求額はいずれも0です。", "All requests are 0.")
        )
    bold = cascade[cascade["requested"] > 2 * cascade["known_outturn"]]
    if len(bold):
        ratio = bold["requested"] / bold["known_outturn"].where(bold["known_outturn"] > 0)
        row = bold.loc[ratio.idxmax() if ratio.notna().any() else bold.index[-1]]
        year = int(row["fiscal_year"])
        paragraphs.append(
            words.say(
                lang,
                f"{year}年度の要求額は{words.number(row['requested'])}百万円で、要求の時点で分かって"
                f"いた最後の執行額({year - 2}年度{words.number(row['known_outturn'])}百万円)の"
                "2倍を超えます。",
                f"For FY{year} {words.number(row['requested'])} million yen were requested, more "
                f"than twice the last outturn known at the time (FY{year - 2}: "
                f"{words.number(row['known_outturn'])} million yen).",
            )
        )
    return Text(*paragraphs)


def cascade_table(cascade: pd.DataFrame, lang: str) -> Table:
    """What was lost at each step, by year."""
    losses = ["cut", "adjusted", "unspent"]
    columns = ["fiscal_year", "requested", "cut", "initial", "adjusted", "budget_net", "unspent"]
    headings = {
        "cut": words.say(lang, "査定で減", "Not granted"),
        "adjusted": words.say(lang, "補正・繰越し等で減", "Taken off in the year"),
    }
    minus = dict.fromkeys(losses, lambda value: words.number(-value))
    caption = words.say(
        lang,
        "百万円。各段階で減った分は負、増えた分は正",
        "million yen; what a step took off is negative, what it added positive",
    )
    formats = {"fiscal_year": str, **minus}
    return Table(cascade[[*columns, "executed"]], lang, caption, formats, headings)


def read_rate(rates: pd.DataFrame, trend: pd.DataFrame, out: pd.DataFrame, lang: str) -> Text:
    """How to read the rates: the lowest year, the trend, the years that stand out."""
    known = rates[rates["modelled"]]
    if known.empty:
        return Text(
            words.say(lang, "執行率が分かる年度はありません。", "No year has a known rate.")
        )
    lowest = known.loc[known["execution_rate"].idxmin()]
    paragraphs = [
        words.say(
            lang,
            "点の大きさは予算の大きさ、帯は平均の執行率の95 %区間です。個々の年度は帯の外に出る"
            "こともあります。橙は次の年度の予測区間(太線80 %、細線95 %)です。",
            "Dot size: budget. The band is the 95 % interval for the mean rate, so single years "
            "may lie outside. Orange: forecast intervals of the next year (thick 80 %, thin 95 %).",
        ),
        words.say(
            lang,
            f"最も低いのは{words.year(lowest['fiscal_year'], lang)}の"
            f"{words.percent(lowest['execution_rate'])}です。{_trend(trend, lang)}",
            f"The lowest is {words.year(lowest['fiscal_year'], lang)} with "
            f"{words.percent(lowest['execution_rate'])}. {_trend(trend, lang)}",
        ),
        _outside(out, lang),
    ]
    if (known["execution_rate"] - known["rate_gross"]).max() > 0.0005:
        paragraphs.append(
            words.say(
                lang,
                "翌年度への繰越しがあるため、総額の執行率(執行額 ÷ 歳出予算現額)は純額より低く"
                "なります(下の表)。",
                "Money was carried out, so the gross rate (executed / gross budget) is lower than "
                "the net rate (table below).",
            )
        )
    return Text(*paragraphs)


def _trend(trend: pd.DataFrame, lang: str) -> str:
    if trend.empty:
        return words.say(
            lang,
            "年度が4つに満たないか変化がないため、傾向は言えません。",
            "With fewer than four years, or no variation, no trend can be told.",
        )
    row = trend.iloc[0]
    odds = f"{row['odds_ratio']:.2f}"
    limits = f"{row['odds_low']:.2f}–{row['odds_high']:.2f}"
    if row["odds_low"] <= 1 <= row["odds_high"]:
        return words.say(
            lang,
            f"傾向は上がるとも下がるとも言えません(年あたりのオッズ比{odds}、95 %区間{limits})。",
            f"No trend up or down can be told (odds ratio a year {odds}, 95 % interval {limits}).",
        )
    direction = words.say(
        lang, *(("上がって", "rising") if row["odds_ratio"] > 1 else ("下がって", "falling"))
    )
    return words.say(
        lang,
        f"執行率は{direction}います(年あたりのオッズ比{odds}、95 %区間{limits})。",
        f"The rate is {direction} (odds ratio a year {odds}, 95 % interval {limits}).",
    )


def _outside(out: pd.DataFrame, lang: str) -> str:
    if out.empty:
        return words.say(
            lang,
            "年度が4つに満たないため、際立つ年度かどうかは言えません。",
            "With fewer than four years it cannot be told which of them stand out.",
        )
    level, chance = words.level(out["level"].iloc[0]), (1 - out["level"]).sum()
    width = words.number(round(100 * (out["upper"] - out["lower"]).median()))
    years = [words.year(year, lang) for year in out.loc[out["outside"], "fiscal_year"]]
    if years:
        return words.say(
            lang,
            f"他の年度から見た{level}予測区間の外に出るのは{words.listed(years, lang)}です"
            f"(偶然だけでも、{len(out)}年のうち{chance:.1f}年ほどは外に出ます)。",
            f"Outside the {level} interval forecast from the other years: "
            f"{words.listed(years, lang)} (by chance alone about {chance:.1f} of {len(out)} years "
            "would be).",
        )
    return words.say(
        lang,
        f"他の年度から見た{level}予測区間の外に出る年度はありません(区間の幅は中央値で{width}ポイント)。",
        f"No year lies outside the {level} interval forecast from the other years (median width of "
        f"these intervals: {width} percentage points).",
    )


def rates_table(rates: pd.DataFrame, lang: str) -> Table:
    """The rates by year, net, gross and against the initial budget."""
    columns = ["fiscal_year", "initial", "budget_net", "budget_gross", "executed", "unspent"]
    shares = ["execution_rate", "rate_gross", "rate_initial"]
    headings = {
        "execution_rate": words.say(lang, "執行率(純額)", "Net rate"),
        "rate_gross": words.say(lang, "執行率(総額)", "Gross rate"),
        "rate_initial": words.say(lang, "対当初予算", "Of initial"),
    }
    formats = {"fiscal_year": str} | dict.fromkeys(shares, words.percent)
    caption = words.say(lang, "金額は百万円", "amounts in million yen")
    return Table(rates[columns + shares], lang, caption, formats, headings)


def read_unspent(unspent: pd.DataFrame, lang: str) -> Text:
    """Where the unspent money lies."""
    if unspent.empty:
        return Text(words.say(lang, "不用額は計算できません。", "Nothing can be computed."))
    total, most = unspent["unspent"].sum(), unspent.loc[unspent["unspent"].idxmax()]
    share = most["unspent"] / total if total > 0 else np.nan
    return Text(
        words.say(
            lang,
            "上は年度ごと、下はその累計です。不用額は予算計から執行額を引いたもので、節約による分と"
            "実施できなかった分は、このシートからは分けられません。",
            "Top: by year; bottom: added up. Unspent is net budget less outturn; the sheet does "
            "not tell savings from work not done.",
        ),
        words.say(
            lang,
            f"累計は{words.number(total)}百万円で、最も多いのは"
            f"{words.year(most['fiscal_year'], lang)}の{words.number(most['unspent'])}百万円"
            f"(累計の{words.percent(share)})です。",
            f"In all {words.number(total)} million yen; most in "
            f"{words.year(most['fiscal_year'], lang)}, {words.number(most['unspent'])} million yen "
            f"({words.percent(share)} of it).",
        ),
    )


def pefa_table(graded: tuple[str | None, pd.DataFrame], lang: str) -> Table | Text:
    """The last three years on the scale of PEFA PI-1."""
    grade, years = graded
    if grade is None:
        return Text(
            words.say(
                lang,
                "当初予算と執行額が分かる年度が3つないため、PEFA PI-1の尺度は使えません。",
                "PEFA PI-1 needs three years with an initial budget and an outturn.",
            )
        )
    headings = {
        "rate_initial": words.say(lang, "対当初予算", "Of initial"),
        "band": words.say(lang, "幅", "Band"),
    }
    caption = words.say(
        lang,
        f"PEFA PI-1の尺度では{grade}(A 95–105 %、B 90–110 %、C 85–115 %、3年のうち2年)",
        f"On the scale of PEFA PI-1: {grade} (A 95–105 %, B 90–110 %, C 85–115 %, in two of three "
        "years)",
    )
    formats = {"fiscal_year": str, "rate_initial": words.percent}
    return Table(years, lang, caption, formats, headings)


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


def read_payments(totals: pd.DataFrame, concentration: pd.DataFrame, lang: str) -> Text:
    """Who received most, how concentrated it is, how much is named."""
    if totals.empty:
        return Text(
            words.say(
                lang,
                "支出先の記載がないため、誰に支払われたかはこのシートからは分かりません。",
                "No payee is named: the sheet does not tell who was paid.",
            )
        )
    sums = totals.groupby("payee", sort=False)["amount"].sum()
    top, share = sums.index[0], sums.iloc[0] / sums.sum() if sums.sum() > 0 else np.nan
    both = concentration[(concentration["named"] > 0) & concentration["named_share"].notna()]
    named, spent = both["named"].sum(), both["executed"].sum()
    silent = concentration[(concentration["payees"] == 0) & (concentration["executed"] > 0)]
    paragraphs = [
        words.say(
            lang,
            "濃い青ほど支出が多く、灰色は執行額のうち支出先の名前がない分です。",
            "The darker the blue the larger the payment; grey is what was executed without a named "
            "payee.",
        ),
        words.say(
            lang,
            f"最も多いのは{top}の{words.number(sums.iloc[0])}百万円で、名前のある支出の"
            f"{words.percent(share)}です。",
            f"The largest is {top} with {words.number(sums.iloc[0])} million yen, "
            f"{words.percent(share)} of what is named.",
        ),
    ]
    if spent > 0:
        paragraphs.append(
            words.say(
                lang,
                f"支出先が書かれた年度では、執行額{words.number(spent)}百万円のうち"
                f"{words.number(named)}百万円({words.percent(named / spent)})に名前があります。",
                f"In the years with payees, {words.number(named)} of {words.number(spent)} million "
                f"yen executed ({words.percent(named / spent)}) are named.",
            )
        )
    if len(silent):
        years = words.listed([words.year(year, lang) for year in silent["fiscal_year"]], lang)
        paragraphs.append(
            words.say(lang, f"支出先の記載がない年度: {years}。", f"No payee is named for {years}.")
        )
    return Text(*paragraphs)


def concentration_table(concentration: pd.DataFrame, lang: str) -> Table:
    """Named payments and their concentration by year."""
    columns = ["fiscal_year", "executed", "named", "named_share", "payees", "top_share", "hhi"]
    headings = {
        "named": words.say(lang, "名前のある支出", "Named"),
        "named_share": words.say(lang, "執行額に占める割合", "Share of executed"),
        "payees": words.say(lang, "支出先の数", "Payees"),
        "top_share": words.say(lang, "最大の支出先の割合", "Top payee's share"),
        "hhi": words.say(lang, "集中度(HHI)", "HHI"),
    }
    formats = {
        "fiscal_year": str,
        "named_share": words.percent,
        "top_share": words.percent,
        "hhi": lambda value: "–" if pd.isna(value) else f"{value:.2f}",
    }
    caption = words.say(
        lang,
        "金額は百万円。HHIは名前のある支出の割合の二乗和(1なら1者のみ)",
        "amounts in million yen; HHI: sum of squared shares of what is named (1: a single payee)",
    )
    return Table(concentration[columns], lang, caption, formats, headings)
