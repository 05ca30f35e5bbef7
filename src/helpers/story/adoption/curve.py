"""The history, the models fitted to it, and their forecasts."""

import numpy as np
import pandas as pd

from helpers import words
from helpers.analysis.series import Series
from helpers.show import Table, Text

NOTES = {
    "": ("", ""),
    "few": ("点が足りず不確かさを言えない", "too few points to tell how sure"),
    "gap": ("年度が抜けている", "years are missing"),
    "flat": (
        "当てはめる動きがない(変化なし、または一度の跳び)",
        "no course to fit (no change, or one jump)",
    ),
    "outside": ("当てはめた率が0〜1を外れる", "fitted hazard outside 0–1"),
}


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


def read_curve(series: Series, forecasts: pd.DataFrame, lead: str, why: str, lang: str) -> Text:
    """How to read the curve; `why` is the reason given for the ceiling, "" without one."""
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
                f"上限{words.number(series.ceiling)}はシートにない前提です{why and f'({why})'}。"
                if not series.is_percent
                else f"上限は100 %です{why and f'({why})'}。",
                f"The ceiling {words.number(series.ceiling)} is an assumption that the sheet does "
                f"not state{why and f' ({why})'}."
                if not series.is_percent
                else f"The ceiling is 100 %{why and f' ({why})'}.",
            )
        )
    else:
        paragraphs.append(
            words.say(
                lang,
                "普及の上限が分からないため、上限のないモデルだけを使います。",
                "The number of possible adopters is unknown, so only models without a ceiling are "
                "used.",
            )
        )
    top = forecasts.loc[forecasts["model"] == lead]
    capped = top[top["path"] >= (series.ceiling or np.inf)]
    if len(capped):
        year = words.year(capped["fiscal_year"].iloc[0], lang)
        paragraphs.append(
            words.say(
                lang,
                f"{name}は頭打ちを知らず、{year}に上限に達します。経路も区間も上限で切ってあります。",
                f"The {name} model knows no saturation and reaches the ceiling in {year}; its path and "
                "intervals are cut there.",
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
        "observations": words.say(lang, "観測", "Observations"),
        "df": words.say(lang, "自由度", "Degrees of freedom"),
        "dispersion": words.say(lang, "散らばり", "Dispersion"),
        "floor": words.say(lang, "散らばりの下限", "Least dispersion"),
        "estimate": words.say(lang, "係数", "Estimates"),
        "note": words.say(lang, "注", "Note"),
    }
    return Table(frame, lang, headings=headings)


def read_fits(fits: pd.DataFrame, lang: str) -> Text:
    """What the table of fits allows to say."""
    if fits.empty:
        return Text(words.say(lang, "当てはめたモデルはありません。", "No model was fitted."))
    paragraphs = [
        words.say(
            lang,
            "観測は、ドリフトとバスでは前年からの増減、ほかでは実績の値です。自由度は観測の数から係数の"
            "数を引いたもので、0なら不確かさを言えず、1では95 %区間が非常に広くなります。係数は、直線"
            "と比率のモデルでは最後の年度の水準と年あたりの変化、ドリフトでは年あたりの増減、バスでは革新pと"
            "模倣qです。",
            "Observations are the changes from year to year for drift and Bass, the values for the "
            "others. Degrees of freedom are observations less coefficients: with 0 nothing can be "
            "said about uncertainty, with 1 the 95 % intervals are very wide. The coefficients are "
            "the level in the last year and the change a year (line and share models), the change "
            "a year (drift), innovation p and imitation q (Bass).",
        ),
        words.say(
            lang,
            "散らばりは、比率のモデルでは二項分布に対する倍率、ドリフトと直線では残差の分散です。予測では、"
            "計数や丸めだけで生じる分を下限とします。少ない点は偶然によく並ぶからです。",
            "Dispersion is relative to the binomial for the share models, the residual variance "
            "for drift and line. Forecasts use no less than counting or rounding alone would give, "
            "because few points fall on a line by chance.",
        ),
    ]
    known = fits.dropna(subset=["floor"])
    if len(known) and (known["dispersion"] < known["floor"]).all():
        paragraphs.append(
            words.say(
                lang,
                "ここでは区間を出せるどのモデルでも推定値が下限を下回るので、予測区間の幅と達成の確率は"
                "主に下限で決まっています。",
                "Here the estimate of every model with an interval lies below that floor, so the "
                "floor largely sets the width of the intervals and the probabilities.",
            )
        )
    bass = fits.loc[fits["model"] == "bass", "estimate"]
    if bass.str.startswith("-").any():
        paragraphs.append(
            words.say(
                lang,
                "バスの革新pが負なのは理論に合わず、このモデルの形がこの実績に合わないことを示します。",
                "The negative innovation p of Bass contradicts its theory: the form does not suit "
                "this history.",
            )
        )
    return Text(*paragraphs)


def forecasts_table(forecasts: pd.DataFrame, lang: str) -> Table:
    """Every model's path with its 80 % forecast interval, a row a model, a column a year."""
    cells = [
        words.estimate(row.path)
        + (
            ""
            if pd.isna(row.lower80)
            else f"\n({words.estimate(row.lower80)}–{words.estimate(row.upper80)})"
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
