"""The execution rate by year, its trend, and the scale of PEFA."""

import pandas as pd

from helpers import words
from helpers.show import Table, Text


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
            f"傾向は上がるとも下がるとも言えません(年度を同じ重みで見た年あたりのオッズ比{odds}、95 %区間{limits})。",
            f"No trend up or down can be told (years weighing the same, odds ratio a year {odds}, 95 % interval {limits}).",
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
