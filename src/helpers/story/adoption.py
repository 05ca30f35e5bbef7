"""Notebook 03: how fast is the outcome being adopted, will the target be met?"""

import pandas as pd

from helpers import words
from helpers.analysis.adoption import HORIZON, Series
from helpers.sheet import ReviewSheet
from helpers.show import Answer, Table, Text
from helpers.story import common

NOTES = {
    "": ("", ""),
    "few": ("点が足りず不確かさを言えない", "too few points to tell how sure"),
    "gap": ("年度が抜けている", "years are missing"),
    "flat": ("普及が進んでいない", "no growth to fit"),
    "outside": ("当てはめた率が0〜1を外れる", "fitted hazard outside 0–1"),
}
TIMING = {
    "end": ("年度末の値と読めば", "if measured at year end"),
    "start": ("年度初めの値と読めば", "if measured at year start"),
}


def answer(
    sheet: ReviewSheet,
    series: Series,
    odds: pd.DataFrame,
    pace: pd.DataFrame,
    lead: str,
    lang: str,
) -> Answer:
    """The opening answer: where the indicator stands, P(target) by model, needed pace."""
    title = words.say(lang, "目標は達成されるか", "Will the target be met?")
    numbers = dict.fromkeys(
        ["indicator", "last_year", "last_actual", "lead_model", "p_lead", "p_low", "p_high"]
    )
    numbers["target"], numbers["target_year"] = series.target, series.target_year
    if not len(series.values):
        text = words.say(
            lang,
            f"{common.project(sheet, lang)}: 実績値のある成果指標がシートにないため、"
            "普及の速さも目標達成の見込みも言えません。",
            f"{common.project(sheet, lang)}: the sheet prints no outcome with an actual value, so "
            "neither the pace of adoption nor the odds of the target can be told.",
        )
        return Answer(text, headline=common.headline(sheet, title, lang, **numbers))
    last, value = int(series.years[-1]), float(series.values[-1])
    numbers |= {"indicator": series.indicator, "last_year": last, "last_actual": value}
    paragraphs = [_stands(sheet, series, lang)]
    known = odds.dropna(subset=["p"])
    if not series.target_open:
        paragraphs.append(_closed(series, lang))
    elif known.empty:
        paragraphs.append(
            words.say(
                lang,
                f"{len(series.values)}点の実績からは、選ばれたモデルは達成の確率を言えません。",
                f"With {words.count(len(series.values), 'actual value')} the models chosen can "
                "give no odds of the target.",
            )
        )
    else:
        numbers |= {"lead_model": lead, "p_low": known["p"].min(), "p_high": known["p"].max()}
        base = known[known["observed_at"] == series.observed_at]
        leading = base.loc[base["model"] == lead, "p"]
        numbers["p_lead"] = float(leading.iloc[0]) if len(leading) else None
        paragraphs.append(_chances(series, known, lead, lang))
    if series.target_open and series.met(series.values[-1]):
        paragraphs.append(_held(lang))
    if len(pace):
        paragraphs.append(_needed(series, pace, lang))
    return Answer(*paragraphs, headline=common.headline(sheet, title, lang, **numbers))


def _stands(sheet: ReviewSheet, series: Series, lang: str) -> str:
    last = int(series.years[-1])
    value = f"{words.number(series.values[-1])} {series.unit}"
    known = series.target is not None
    due = "" if series.target_year is None else words.year(series.target_year, lang)
    target_ja = f"目標は{due}末までに{words.number(series.target)} {series.unit}" if known else ""
    target_en = f"the target is {words.number(series.target)} by the end of {due}" if known else ""
    if known and not due:
        target_ja = f"目標は{words.number(series.target)} {series.unit}(年度の記載なし)"
        target_en = f"the target is {words.number(series.target)}, without a year"
    return words.say(
        lang,
        f"{common.project(sheet, lang)}: 成果指標「{series.indicator}」は"
        f"{words.year(last, lang)}に{value}、{target_ja or '目標値の記載はありません'}です。"
        if known
        else f"{common.project(sheet, lang)}: 成果指標「{series.indicator}」は"
        f"{words.year(last, lang)}に{value}で、目標値の記載はありません。",
        f"{common.project(sheet, lang)}: the outcome “{series.indicator}” stood at {value} "
        f"in {words.year(last, lang)}; {target_en or 'the sheet states no target'}.",
    )


def _closed(series: Series, lang: str) -> str:
    if series.target is None or series.target_year is None:
        return words.say(
            lang,
            "目標値か目標年度がないため、達成の見込みは計算しません。",
            "Without a target and its year no odds are computed.",
        )
    if series.target_column - series.years[-1] > HORIZON:
        return words.say(
            lang,
            f"目標年度{series.target_year}は{HORIZON}年より先なので、達成の見込みは計算しません。",
            f"The target year {series.target_year} is more than {HORIZON} years away: no odds are "
            "computed.",
        )
    at = series.values[series.years == series.target_column]
    if not len(at):
        return words.say(
            lang,
            "目標年度は過ぎていますが、その年度の実績がシートにありません。",
            "The target year has passed, but its actual value is not on the sheet.",
        )
    met = series.met(at[0])
    other = ""
    if series.observed_at == "end" and series.target_year == series.years[-1]:
        other = words.say(
            lang,
            "年度初めの値と読めば、期限の値はまだシートにありません。",
            " If measured at year start, the value when due is not on the sheet yet.",
        )
    return (
        words.say(
            lang,
            f"目標年度は既に来ており、実績は{words.number(at[0])} {series.unit}で、"
            f"目標は{'達成されました' if met else '達成されていません'}。",
            f"The target has fallen due: the actual value is {words.number(at[0])} {series.unit}, "
            f"so it was {'met' if met else 'not met'}.",
        )
        + other
    )


def _held(lang: str) -> str:
    return words.say(
        lang,
        "最新の実績は既に目標に達しています。期限まで保てるかが問いです。",
        "The latest value meets the target already; the question is whether it is held until the "
        "target is due.",
    )


def _chances(series: Series, known: pd.DataFrame, lead: str, lang: str) -> str:
    paths = known.loc[known["observed_at"] == series.observed_at, "path"]
    low, high = (words.estimate(value) for value in (paths.min(), paths.max()))
    leading = known[known["model"] == lead].groupby("observed_at", sort=False)["p"].first()
    each = [
        words.say(
            lang,
            f"{TIMING[observed_at][0]}{words.probability(p)}",
            f"{words.probability(p)} {TIMING[observed_at][1]}",
        )
        for observed_at, p in leading.items()
    ]
    spread = f"{words.probability(known['p'].min())}–{words.probability(known['p'].max())}"
    count = known["model"].nunique()
    points = len(series.values)
    name = words.model(lead, lang)
    first = (
        words.say(
            lang,
            f"{points}点の実績からは達成の確率を一つに決められません。先頭に置く{name}モデルでは"
            f"{words.listed(each, lang)}ですが、",
            f"{words.count(points, 'point')} do not fix the odds. The leading {name} model gives "
            f"{words.listed(each, lang)}, but ",
        )
        if each
        else ""
    )
    return first + words.say(
        lang,
        f"{count}つのモデルと前提を通して見ると{spread}の幅があり、目標の時点の経路も{low}〜{high} "
        f"{series.unit}に分かれます。一つの確率だけを引用しないでください。",
        f"over {words.count(count, 'model')} and the assumptions they range over {spread}, with "
        f"paths from {low} to {high} {series.unit} when the target is due: do not quote one P "
        "alone.",
    )


def _needed(series: Series, pace: pd.DataFrame, lang: str) -> str:
    needed = [
        words.say(
            lang,
            f"{TIMING[row.observed_at][0]}年{words.number(row.needed)} {series.unit}",
            f"{words.number(row.needed)} {series.unit} a year {TIMING[row.observed_at][1]}",
        )
        for row in pace.itertuples()
    ]
    observed = words.number(pace["observed"].iloc[0])
    return words.say(
        lang,
        f"必要なペースは{words.listed(needed, lang)}、実績の平均は年{observed} {series.unit}です。",
        f"Needed: {words.listed(needed, lang)}; observed so far: {observed} a year.",
    )


def indicators(table: pd.DataFrame, series: Series, lang: str) -> Table | Text:
    """The outcome indicators that the parameter `indicator` can choose."""
    if table.empty:
        return Text(
            words.say(lang, "成果指標がありません。", "The sheet has no outcome indicator.")
        )
    frame = table.copy()
    frame["used"] = ["●" if name == series.indicator else "" for name in frame["indicator"]]
    headings = {
        "number": words.say(lang, "番号", "Number"),
        "actuals": words.say(lang, "実績の数", "Actual values"),
        "used": words.say(lang, "分析対象", "Analysed"),
    }
    return Table(frame, lang, formats={"target_year": words.bare_year}, headings=headings)


def read_curve(series: Series, forecasts: pd.DataFrame, lead: str, lang: str) -> Text:
    """How to read the curve."""
    if not len(series.values):
        return Text(
            words.say(lang, "描ける実績がありません。", "There is no actual value to draw.")
        )
    name = words.model(lead, lang)
    better = words.say(
        lang,
        "大きいほど良い" if series.rising else "小さいほど良い",
        "More" if series.rising else "Less",
    )
    paragraphs = [
        words.say(
            lang,
            f"黒は実績、星は目標(白い星は測定の時点をもう一方に読んだ場合)、"
            f"線は各モデル、帯は{name}の予測区間(濃い80 %、薄い95 %)です。"
            f"帯は平均ではなく、観測される値そのものの区間です。{better}とみなします。",
            f"Black: actual; star: target (white star: under the other measurement date); lines: "
            f"every model's path; fan: forecast interval of {name} (dark 80 %, light 95 %) "
            f"for the value that will be observed, not for a mean. {better} is taken as better.",
        )
    ]
    if forecasts.empty or forecasts.loc[forecasts["model"] == lead, "lower80"].isna().all():
        paragraphs.append(
            words.say(
                lang,
                "点が足りないため、帯は描けません。",
                "There are too few points to draw a fan.",
            )
        )
    elif series.ceiling:
        paragraphs.append(
            words.say(
                lang,
                f"上限{words.number(series.ceiling)}はシートにない前提です(パラメーターpopulation)。"
                if not series.is_percent
                else "上限は100 %です。",
                f"The ceiling {words.number(series.ceiling)} is an assumption that the sheet does "
                "not state (parameter population)."
                if not series.is_percent
                else "The ceiling is 100 %.",
            )
        )
    else:
        paragraphs.append(
            words.say(
                lang,
                "普及の上限(母数)が分からないため、上限のないモデルだけを使います。",
                "The number of possible adopters is unknown, so only models without a ceiling are "
                "used.",
            )
        )
    return Text(*paragraphs)


def fits_table(fits: pd.DataFrame, lang: str) -> Table:
    """The fits side by side."""
    frame = fits.copy()
    frame["model"] = [words.model(model, lang) for model in frame["model"]]
    frame["note"] = [words.say(lang, *NOTES[note]) for note in frame["note"]]
    headings = {
        "model": words.say(lang, "モデル", "Model"),
        "points": words.say(lang, "点", "Points"),
        "parameters": words.say(lang, "母数", "Parameters"),
        "df": words.say(lang, "自由度", "Degrees of freedom"),
        "dispersion": words.say(lang, "散らばり", "Dispersion"),
        "estimate": words.say(lang, "係数", "Estimates"),
        "note": words.say(lang, "注", "Note"),
    }
    return Table(frame, lang, headings=headings)


def read_fits(fits: pd.DataFrame, lang: str) -> Text:
    """What the table of fits allows to say."""
    if fits.empty:
        return Text(words.say(lang, "当てはめたモデルはありません。", "No model was fitted."))
    return Text(
        words.say(
            lang,
            "自由度は点の数から母数の数を引いたもので、0なら不確かさを言えません。1しかないと区間は"
            "t分布の裾で非常に広くなります。散らばりは、比率のモデルでは二項分布に対する倍率、"
            "ドリフトと直線では残差の分散です。予測では、計数や丸めだけで生じるばらつきを下回らせません。",
            "Degrees of freedom are points less parameters: with 0 nothing can be said about "
            "uncertainty, with 1 the t distribution makes intervals very wide. Dispersion is "
            "relative to the binomial for the share models and the residual variance for drift and "
            "line. Forecasts never use less than the noise of counting or rounding.",
        )
    )


def forecasts_table(forecasts: pd.DataFrame, lang: str) -> Table:
    """Every model's path with its 80 % forecast interval, a row a model, a column a year."""
    cells = [
        words.estimate(row.path)
        + (
            ""
            if pd.isna(row.lower80)
            else f" ({words.estimate(row.lower80)}–{words.estimate(row.upper80)})"
        )
        for row in forecasts.itertuples()
    ]
    frame = forecasts.assign(cell=cells).pivot_table(
        index="model", columns="fiscal_year", values="cell", aggfunc="first", sort=False
    )
    years = {str(year): words.year(year, lang) for year in frame.columns}
    frame.columns = list(years)
    frame.insert(0, "model", [words.model(model, lang) for model in frame.index])
    headings = {"model": words.say(lang, "モデル", "Model"), **years}
    caption = words.say(
        lang, "経路の値(括弧内は80 %予測区間)", "path (in brackets: 80 % forecast interval)"
    )
    return Table(frame, lang, caption, headings=headings)


def read_odds(series: Series, odds: pd.DataFrame, lang: str) -> Text:
    """How far the odds of the target depend on what is assumed."""
    known = odds.dropna(subset=["p"])
    if known.empty:
        return Text(
            words.say(
                lang,
                "目標値・目標年度・実績のいずれかが足りず、達成の確率は計算できません。",
                "A target, its year or enough actual values are missing: no odds can be computed.",
            )
        )
    by_model = known.groupby("model", sort=False)["p"].mean()
    low, high = by_model.idxmin(), by_model.idxmax()
    timing = known.groupby("observed_at", sort=False)["p"].mean()
    shift = float(timing.max() - timing.min()) if len(timing) > 1 else 0.0
    blank = [model for model in odds["model"].unique() if model not in by_model.index]
    unknown = words.listed([words.model(model, lang) for model in blank], lang)
    return Text(
        words.say(
            lang,
            "印は前提(測定の時点と上限)ごとの確率です。印が左右に広がるほど、答えはデータではなく前提で決まっています。",
            "Each mark is the probability under one assumption (measurement date and ceiling). The "
            "wider the marks spread, the more the answer comes from assumptions and not from data.",
        ),
        words.say(
            lang,
            f"平均すると{words.model(low, lang)}が最も低く({words.probability(by_model.min())})、"
            f"{words.model(high, lang)}が最も高い({words.probability(by_model.max())})。"
            f"測定の時点の読みだけで平均{words.number(100 * round(shift, 2))}ポイント変わります。",
            f"On average {words.model(low, lang)} is lowest ({words.probability(by_model.min())}) "
            f"and {words.model(high, lang)} highest ({words.probability(by_model.max())}). The "
            f"measurement date alone moves the mean by {words.number(100 * round(shift, 2))} "
            "percentage points.",
        ),
        *(
            [
                words.say(
                    lang,
                    f"{unknown}は確率を言えません(理由は上のモデルの表)。",
                    f"{unknown}: no probability can be given (the table of models above says why).",
                )
            ]
            if blank
            else []
        ),
        *(
            [
                words.say(
                    lang,
                    "目標が上限そのものなので、上限に近づくだけで届かない曲線(ロジット、プロビット、"
                    "補対数対数、ゴンペルツ)の確率は、形の上からほぼ0になります。",
                    "The target is the ceiling itself: curves that approach a ceiling without "
                    "reaching it (logit, probit, cloglog, Gompertz) give it next to no chance by "
                    "their form alone.",
                )
            ]
            if series.target == series.ceiling
            else []
        ),
    )


def odds_table(odds: pd.DataFrame, lang: str) -> Table:
    """Path and P(target) when due under both measurement dates, and the column that reaches the
    target: a row a model, under the leading ceiling."""
    lead = odds[odds["population"].fillna(0) == odds["population"].fillna(0).iloc[:1].sum()]
    frame = lead[["model", "reaches"]].drop_duplicates("model").set_index("model")
    headings = {
        "name": words.say(lang, "モデル", "Model"),
        "reaches": words.say(lang, "達する列", "Column reached"),
    }
    for observed_at, part in lead.groupby("observed_at", sort=False):
        due = part["column"].iloc[0]
        frame[f"path {observed_at}"] = part.set_index("model")["path"]
        frame[f"p {observed_at}"] = part.set_index("model")["p"]
        headings[f"path {observed_at}"] = words.say(
            lang, f"{TIMING[observed_at][0]}、{due}の列", f"Column {due} ({TIMING[observed_at][1]})"
        )
        headings[f"p {observed_at}"] = words.say(lang, "P(目標達成)", "P(target met)")
    frame.insert(0, "name", [words.model(model, lang) for model in frame.index])
    frame = frame[[column for column in frame if column != "reaches"] + ["reaches"]]
    kinds = {"p": words.probability, "path": words.estimate}
    formats = {name: kinds[name.split(" ")[0]] for name in frame if " " in name}
    never = words.say(lang, "達しない", "never")
    formats["reaches"] = lambda value: never if pd.isna(value) else str(value)
    return Table(frame, lang, formats=formats, headings=headings)


def read_pace(series: Series, pace: pd.DataFrame, lang: str) -> Text:
    """What the needed pace says."""
    if series.target_open and series.met(series.values[-1]):
        return Text(_held(lang))
    if pace.empty:
        return Text(
            words.say(
                lang,
                "これからの目標か、2つ以上の実績がないため、必要なペースは計算できません。",
                "No open target or fewer than two actual values: no needed pace can be computed.",
            )
        )
    ratios = pace.dropna(subset=["ratio"])
    parts = [
        words.say(
            lang,
            f"{TIMING[row.observed_at][0]}実績の{words.level(row.ratio)}",
            f"{words.level(row.ratio)} of the observed {TIMING[row.observed_at][1]}",
        )
        for row in ratios.itertuples()
    ]
    return Text(
        words.say(
            lang,
            "黒は年ごとの増減、青はその平均、斜線は目標に届くために必要な年あたりの増減です。",
            "Black: change from year to year; blue: its mean; hatched: the change a year needed to "
            "meet the target.",
        ),
        words.say(
            lang,
            f"必要なペースは、{words.listed(parts, lang)}です。普及は終わりに近づくほど遅くなるのが"
            "普通なので、同じペースが続くとは限りません。",
            f"The needed pace is {words.listed(parts, lang)}. Uptake usually slows towards its "
            "end, so the observed pace need not last.",
        ),
    )
