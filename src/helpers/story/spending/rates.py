"""The execution rate by year, its trend, and the scale of PEFA."""

from functools import partial

import pandas as pd

from helpers import digits, precision, words
from helpers.analysis.execution import WIDE, Overall
from helpers.show import Table, Text
from helpers.story.spending import amounts
from helpers.story.spending.peers_words import read_band

VAGUE = 0.1
"""A rate that rounding leaves open by more than this is said to be uncertain."""

FAR = 100
"""An odds ratio whose limits are so many times apart can be anything."""


def read_rate(
    rates: pd.DataFrame,
    pool: Overall,
    forecast: pd.DataFrame,
    band: pd.DataFrame,
    earlier: pd.DataFrame,
) -> Text:
    """How to read the rates: what is drawn, peers (`peers.band`) behind it, the lowest year, what
    other sheets gave (`earlier`)."""
    known = rates[rates["modelled"]]
    if known.empty:
        return Text(words.say("執行率が分かる年度はありません。", "No year has a known rate."))
    decimals = precision.of_rates(known)
    shown = [words.percent(rate, decimals) for rate in known["execution_rate"]]
    least = words.percent(known["execution_rate"].min(), decimals)
    at = [year for year, rate in zip(known["fiscal_year"], shown, strict=True) if rate == least]
    lowest = words.listed([words.year(year) for year in at])
    drawn = words.say("点の大きさは予算の大きさです。", "Dot size: budget.")
    if pool.tells:
        drawn = words.say(
            "点の大きさは予算の大きさ、帯は平均の執行率の95 %区間です。個々の年度は帯の外に出る"
            "こともあります。",
            "Dot size: budget. The band is the 95 % interval for the mean rate, so single years "
            "may lie outside.",
        )
    if len(forecast):
        drawn += words.say(
            "橙は次の年度の予測区間(太線80 %、細線95 %)です。",
            " Orange: forecast intervals of the next year (thick 80 %, thin 95 %).",
        )
    paragraphs = [
        f"{drawn}{words.say('', ' ')}{read_band(band)}".strip(),
        words.say(
            f"最も低いのは{lowest}の{least}です。",
            f"The lowest is {lowest} with {least}.",
        )
        if len(at) < len(known)
        else words.say(
            f"執行率が分かるのは{lowest}だけです。"
            if len(known) == 1
            else f"どの年度も{least}です。",
            f"Only {lowest} has a known rate."
            if len(known) == 1
            else f"It is {least} in every year.",
        ),
        *_vague(known),
    ]
    if (known["execution_rate"] - known["rate_gross"]).max() > 0.0005:
        paragraphs.append(
            words.say(
                "翌年度への繰越しがあるため、総額の執行率(執行額 ÷ 歳出予算現額、RSシステムの執行率は"
                "こちら)は純額より低くなります(下の表)。",
                "Money was carried out, so the gross rate (executed / gross budget, the one that the "
                "RS system publishes) is lower than the net rate (table below).",
            )
        )
    return Text(*paragraphs, *_earlier(earlier, decimals))


def _vague(known: pd.DataFrame) -> list[str]:
    """The year whose rate the rounding of the printed amounts leaves most open, where it is much."""
    half, spent, net = (known[name] for name in ("half_unit", "executed", "budget_net"))
    low = ((spent - half) / (net + half)).clip(lower=0)
    high = (spent + half) / (net - half).where(net > half)
    high = high.clip(upper=known["execution_rate"].clip(lower=1)).fillna(1)
    width = (high - low).where(half > 0.4)
    if not width.max() > VAGUE:
        return []
    most = digits.highest(width)
    year = words.year(known.loc[most, "fiscal_year"])
    between = words.interval(low[most], high[most], 0)
    return [
        words.say(
            f"金額が百万円単位なので、予算の小さい年度の執行率は大まかです({year}は{between}のどこか)。",
            "Amounts are in whole millions, so the rates of small budgets are rough "
            f"({year}: somewhere in {between}).",
        )
    ]


def _earlier(earlier: pd.DataFrame, decimals: int) -> list[str]:
    if earlier.empty:
        return []
    row = earlier.loc[digits.highest((earlier["execution_rate"] - earlier["present"]).abs())]
    year, published = words.year(row["fiscal_year"]), int(row["sheet_year"])
    pair = row["execution_rate"], row["present"]
    if words.percent(pair[0], decimals) == words.percent(pair[1], decimals):
        decimals = 1
    rates = [words.percent(rate, decimals) for rate in pair]
    # Of the rates as they are shown, so that a reader can take one from the other.
    ends = [float(rate.removesuffix(" %").replace(",", "")) for rate in rates]
    points = words.number(digits.rounded(abs(ends[0] - ends[1]), 1))
    count = earlier["fiscal_year"].nunique()
    return [
        words.say(
            f"灰色の輪は、ほかの年に公表されたシートの数字による執行率です。{count}つの年度で違い、最も大きい"
            f"のは{year}の{rates[0]}({published}年公表)で、ここの{rates[1]}と{points}ポイント違います。",
            f"Grey rings: the rate by the numbers of sheets published in other years. It differs in "
            f"{words.count(count, 'year')}, most in {year}: {rates[0]} as published in {published} "
            f"against {rates[1]} here ({points} percentage points).",
        )
    ]


def read_variation(rates: pd.DataFrame, trend: pd.DataFrame, out: pd.DataFrame) -> Text:
    """Whether the rate has a trend (`execution.trend`), and which years stand out of the others
    (`outlook.standing_out`)."""
    if rates["modelled"].sum() < 4:
        return Text(
            words.say(
                "執行率の分かる年度が4つに満たないため、傾向も、際立つ年度かどうかも言えません。",
                "With fewer than four years with a rate, neither a trend nor years that stand out "
                "can be told.",
            )
        )
    return Text(_trend(trend), _outside(out))


def _trend(trend: pd.DataFrame) -> str:
    if trend.empty:
        return words.say(
            "執行率に変化がない(または0と100 %の間の一度の跳びしかない)ため、傾向は言えません。",
            "The rate does not vary (or jumps once between nothing and all): no trend can be told.",
        )
    row = trend.iloc[0]
    odds = words.ratio(row["odds_ratio"])
    limits = words.ratios(row["odds_low"], row["odds_high"])
    if row["odds_high"] > FAR * row["odds_low"]:
        return words.say(
            "傾向については、年度ごとの違いが大きく、何も言えません。",
            "The years differ too much to say anything about a trend.",
        )
    if row["odds_low"] <= 1 <= row["odds_high"]:
        return words.say(
            f"傾向は上がるとも下がるとも言えません(年度を同じ重みで見た年あたりのオッズ比{odds}、95 %区間{limits})。",
            f"No trend up or down can be told (years weighing the same, odds ratio a year {odds}, 95 % interval {limits}).",
        )
    direction = words.say(
        *(("上がって", "rising") if row["odds_ratio"] > 1 else ("下がって", "falling"))
    )
    return words.say(
        f"執行率は{direction}います(年あたりのオッズ比{odds}、95 %区間{limits})。",
        f"The rate is {direction} (odds ratio a year {odds}, 95 % interval {limits}).",
    )


def _outside(out: pd.DataFrame) -> str:
    level, chance = words.level(out["level"].iloc[0]), (1 - out["level"]).sum()
    width = words.fixed(100 * (out["upper"] - out["lower"]).median(), 0)
    years = [words.year(year) for year in out.loc[out["outside"], "fiscal_year"]]
    if years:
        return words.say(
            f"他の年度から見た{level}予測区間の外に出るのは{words.listed(years)}です"
            f"(偶然だけでも、{len(out)}年のうち{words.fixed(chance, 1)}年ほどは外に出ます)。",
            f"Outside the {level} interval forecast from the other years: "
            f"{words.listed(years)} (by chance alone about {words.fixed(chance, 1)} of {len(out)} years "
            "would be).",
        )
    said = words.say(
        f"他の年度から見た{level}予測区間の外に出る年度はありません(区間の幅は中央値で{width}ポイント)。",
        f"No year lies outside the {level} interval forecast from the other years (median width of "
        f"these intervals: {width} percentage points).",
    )
    if (out["upper"] - out["lower"]).median() > WIDE:
        said += words.say(
            "区間がこれほど広いと、際立つ年度はまず見つかりません。",
            " With intervals this wide hardly any year could stand out.",
        )
    return said


def rates_table(rates: pd.DataFrame) -> Table | Text:
    """The rates by year, net, gross and against the initial budget."""
    rates = rates.dropna(subset=["initial", "budget_net", "executed"], how="all")
    if rates.empty:
        return Text()
    columns = ["fiscal_year", "initial", "budget_net", "budget_gross", "executed", "unspent"]
    shares = {
        "execution_rate": "budget_net",
        "rate_gross": "budget_gross",
        "rate_initial": "initial",
    }
    headings = {
        "execution_rate": words.say("執行率(純額)", "Net rate"),
        "rate_gross": words.say("執行率(総額)", "Gross rate"),
        "rate_initial": words.say("対当初予算", "Of initial"),
    }
    formats = {
        rate: partial(words.percent, decimals=precision.of_rates(rates, whole=base))
        for rate, base in shares.items()
    }
    caption = amounts.in_millions(rates[columns[1:]])
    return Table(rates[[*columns, *shares]], caption, formats, headings)


def pefa_table(graded: tuple[str | None, pd.DataFrame]) -> Table | Text:
    """The last three years on the scale of PEFA PI-1."""
    grade, years = graded
    if grade is None:
        return Text(
            words.say(
                "当初予算と執行額が分かる年度が3つないため、PEFA PI-1の尺度は使えません。",
                "PEFA PI-1 needs three years with an initial budget and an outturn.",
            )
        )
    headings = {
        "rate_initial": words.say("対当初予算", "Of initial"),
        "band": words.say("評価", "Grade"),
    }
    caption = words.say(
        f"PEFA PI-1の尺度では{grade}(A 95–105 %、B 90–110 %、C 85–115 %、3年のうち2年)",
        f"On the scale of PEFA PI-1: {grade} (A 95–105 %, B 90–110 %, C 85–115 %, in two of three "
        "years)",
    )
    decimals = precision.of_rates(years, whole="initial")
    formats = {"rate_initial": partial(words.percent, decimals=decimals)}
    return Table(years.drop(columns="half_unit"), caption, formats, headings)
