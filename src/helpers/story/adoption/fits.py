"""The models fitted to the history, and their forecasts."""

import numpy as np
import pandas as pd

from helpers import digits, words
from helpers.analysis.series import Series
from helpers.forecast.fits import RECENT
from helpers.show import Table, Text
from helpers.story.adoption.standing import no_values

COLUMNS = 8
"""Years that a table of forecasts has room for."""

NOTES = {
    "": ("", ""),
    "few": ("点が足りず不確かさを言えない", "too few points to tell how sure"),
    "gap": ("年度が抜けている", "years are missing"),
    "flat": (
        "当てはめる動きがない(変化なし、または一度の跳び)",
        "no course to fit (no change, or one jump)",
    ),
    "inside": (
        "0と上限の間にある実績が2つに満たない",
        "fewer than two values between 0 and the ceiling",
    ),
    "falls": ("実績が減る年がある", "the values fall in a year, which uptake does not"),
    "full": ("途中で上限に達している", "the ceiling was reached before the last value"),
    "outside": ("当てはめた率が0〜1を外れる", "fitted hazard outside 0–1"),
}


def fits_table(fits: pd.DataFrame) -> Table | Text:
    """The fits side by side."""
    if fits.empty:
        return Text()
    frame = fits.copy()
    frame["model"] = [words.model(model) for model in frame["model"]]
    frame["note"] = [words.say(*NOTES[note]) for note in frame["note"]]
    headings = {
        "model": words.say("モデル", "Model"),
        "observations": words.say("観測", "Observations"),
        "df": words.say("自由度", "Degrees of freedom"),
        "dispersion": words.say("散らばり", "Dispersion"),
        "floor": words.say("散らばりの下限", "Least dispersion"),
        "estimate": words.say("係数", "Estimates"),
        "note": words.say("注", "Note"),
    }
    # In the square of the unit of account, they are worth no more digits.
    formats = dict.fromkeys(("dispersion", "floor"), words.estimate)
    return Table(frame, formats=formats, headings=headings)


def read_fits(series: Series, fits: pd.DataFrame) -> Text:
    """What the table of fits to `series` allows to say."""
    if not len(series.values):
        return Text(no_values(series))
    if fits.empty:
        return Text(
            words.say(
                "この指標だけに当てはめたモデルはありません。",
                "No model of this series alone was fitted.",
            )
        )
    paragraphs = [
        words.say(
            "観測は、ドリフトとバスでは前年からの増減、ほかでは実績の値です。自由度は観測の数から係数の"
            "数を引いたもので、0なら不確かさを言えず、1では推定した散らばり自体がほとんど当てになりません。係数は、直線"
            "と比率のモデルでは最後の年度の水準と年あたりの変化、ドリフトでは年あたりの増減、バスでは革新pと"
            "模倣qです。",
            "Observations are the changes from year to year for drift and Bass, the values for the "
            "others. Degrees of freedom are observations less coefficients: with 0 nothing can be "
            "said about uncertainty, with 1 the estimated dispersion itself is hardly known. The "
            "coefficients are the level in the last year and the change a year (line and share models), the change "
            "a year (drift), innovation p and imitation q (Bass).",
        ),
        words.say(
            "散らばりは、比率のモデルでは二項分布に対する倍率、ドリフトと直線では残差の分散です。予測では、"
            "計数や丸めだけで生じる分を下限とします。少ない点は偶然によく並ぶからです。",
            "Dispersion is relative to the binomial for the share models, the residual variance "
            "for drift and line. Forecasts use no less than counting or rounding alone would give, "
            "because few points fall on a line by chance.",
        ),
    ]
    if len(series.values) > RECENT and fits["model"].isin(["drift", "ols"]).any():
        paragraphs.append(
            words.say(
                f"直線とドリフトの傾きは最後の{RECENT}点からとります。つないだシートで試すと、伸びている指標では"
                "それより古い年度を入れるほど次の年度以降の誤差が大きくなりました(普及は次第に遅くなるため)。"
                "ドリフトの散らばりは全期間から見積もります。",
                f"Line and drift take their slope from the latest {RECENT} points: tried on joined "
                "sheets, older years made the forecasts of growing outcomes worse (uptake slows). "
                "Drift's dispersion is estimated from the whole history.",
            )
        )
    known = fits.dropna(subset=["floor"])
    if len(known) and digits.less(known["dispersion"], known["floor"]).all():
        paragraphs.append(
            words.say(
                "ここでは区間を出せるどのモデルでも推定値が下限を下回るので、予測区間の幅と達成の確率は"
                "主に下限で決まっています。モデルの形を選び損なう不確かさは入っておらず、区間は狭めに出ます。",
                "Here the estimate of every model with an interval lies below that floor, so the "
                "floor largely sets the width of the intervals and the probabilities. That the form "
                "of the model may be wrong is not in them: they are too narrow.",
            )
        )
    bass = fits.loc[fits["model"] == "bass", "estimate"]
    if bass.str.startswith("-").any():
        paragraphs.append(
            words.say(
                "バスの革新pが負なのは理論に合わず、このモデルの形がこの実績に合わないことを示します。",
                "The negative innovation p of Bass contradicts its theory: the form does not suit "
                "this history.",
            )
        )
    return Text(*paragraphs)


def forecasts_table(forecasts: pd.DataFrame) -> Table | Text:
    """Every model's path with its 80 % forecast interval, a row a model, a column a year; of more
    years than a page has room for, some."""
    if forecasts["path"].isna().all():
        return Text()
    years = np.sort(forecasts["fiscal_year"].unique())
    kept = digits.rounded(np.linspace(0, len(years) - 1, min(len(years), COLUMNS))).astype(int)
    # The last two are the columns in which the target may fall due.
    kept = {*kept, len(years) - 2}
    forecasts = forecasts[forecasts["fiscal_year"].isin([years[at] for at in kept])]
    rows: dict[str, dict[str, str]] = {}
    for row in forecasts.itertuples():
        cell = words.estimate(row.path)
        if pd.notna(row.lower80):
            cell += f"\n({words.estimate(row.lower80)}–{words.estimate(row.upper80)})"
        of_model = rows.setdefault(row.model, {"model": words.model(row.model)})
        of_model[str(row.fiscal_year)] = cell
    frame = pd.DataFrame(list(rows.values()))
    headings = {year: words.year(year) for year in frame.columns[1:]}
    headings["model"] = words.say("モデル", "Model")
    caption = words.say(
        "経路の値(括弧内は80 %予測区間)", "path (in brackets: 80 % forecast interval)"
    )
    return Table(frame, caption, headings=headings)
