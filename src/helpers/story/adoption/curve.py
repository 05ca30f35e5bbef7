"""The indicators, and how to read the curve."""

import numpy as np
import pandas as pd

from helpers import digits, words
from helpers.analysis.series import Series
from helpers.forecast.models import POOLED, Backing
from helpers.show import Table, Text
from helpers.story import common
from helpers.story.adoption.chances import held
from helpers.story.adoption.standing import BETTER, no_values

SAID = ("kind", "direction", "result")
"""What a sheet may state of an indicator: columns of `series.indicators`."""


def indicators(table: pd.DataFrame, series: Series) -> Table | Text:
    """The outcome indicators that the parameter `indicator` can choose."""
    if table.empty:
        return Text(
            words.say("載せる成果指標がありません。", "There is no outcome indicator to list.")
        )
    frame = table.copy()
    # What most sheets do not state has no column then.
    frame = frame.drop(columns=[name for name in SAID if frame[name].isna().all()])
    used = frame["number"] == series.number
    frame["used"] = ["●" if here else "" for here in used]
    # The parameters may replace what the sheet says.
    frame.loc[used, "target"] = np.nan if series.target is None else series.target
    frame.loc[used, "target_year"] = pd.NA if series.target_year is None else series.target_year
    frame["indicator"] = [common.cut(name) for name in frame["indicator"]]
    if "result" in frame:
        frame["result"] = [
            common.cut(text) if isinstance(text, str) else "" for text in frame["result"]
        ]
    formats = dict.fromkeys(("kind", "direction"), words.stated)
    headings = {
        "number": words.say("番号", "Number"),
        "actuals": words.say("実績の数", "Actual values"),
        "used": words.say("分析対象", "Analysed"),
    }
    formats["target_year"] = words.bare_year
    return Table(frame, formats=formats, headings=headings)


def read_curve(
    series: Series,
    forecasts: pd.DataFrame,
    lead: str,
    backing: Backing | None,
    why: str,
    earlier: pd.DataFrame,
) -> Text:
    """How to read the curve; `backing` is what stands behind the leading forecast, `why` the reason
    given for the ceiling, "" without one, `earlier` what other sheets print
    (`revisions.actuals`)."""
    if not len(series.values):
        return Text(no_values(series))
    name = words.model(lead)
    fan = forecasts.loc[forecasts["model"] == lead, "lower80"].notna().any()
    paragraphs = [_legend(series, forecasts, name, bool(fan))]
    if not fan:
        paragraphs.append(
            words.say(
                "点が足りないか動きがないため、帯は描けません。",
                "There are too few points, or no change, to draw a fan.",
            )
        )
    elif series.ceiling:
        paragraphs.append(
            words.say(
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
                "普及の上限が分からないため、上限の要るモデルは使いません。",
                "The number of possible adopters is unknown: models that need a ceiling are left "
                "out.",
            )
        )
    top = forecasts.loc[forecasts["model"] == lead]
    capped = top[digits.at_least(top["path"], series.ceiling or np.inf)]
    if len(capped) and lead != POOLED:
        year = words.year(capped["fiscal_year"].iloc[0])
        paragraphs.append(
            words.say(
                f"{name}は頭打ちを知らず、{year}に上限に達します。経路も区間も上限で切ってあります。",
                f"The {name} model knows no saturation and reaches the ceiling in {year}; its path and "
                "intervals are cut there.",
            )
        )
    if backing:
        paragraphs.append(held(backing))
    return Text(*filter(None, paragraphs), *_earlier(series, earlier))


def _legend(series: Series, forecasts: pd.DataFrame, name: str, fan: bool) -> str:
    """What the marks of the curve are, of those that are there."""
    parts = [words.say("黒は実績", "black: actual")]
    if series.target is not None:
        star = words.say("星は目標", "star: target")
        if series.target_open:
            star += words.say(
                "(白い星は測定の時点をもう一方に読んだ場合)",
                " (white star: under the other measurement date)",
            )
        parts.append(star)
    if forecasts["path"].notna().any():
        parts.append(words.say("線は各モデル", "lines: every model's path"))
    what = ""
    if fan:
        parts.append(
            words.say(
                f"帯は{name}の予測区間(濃い80 %、薄い95 %)",
                f"fan: forecast interval of the {name} model (dark 80 %, light 95 %) for the value that will "
                "be observed, not for a mean",
            )
        )
        what = words.say("帯は平均ではなく、観測される値そのものの区間です。", "")
    marks = words.say(f"{'、'.join(parts)}です。{what}", f"{'; '.join(parts)}.".capitalize())
    known = series.direction or series.stated
    if not known and series.target is None:
        return marks
    ja, en = BETTER[series.rising]
    return marks + words.say(
        f"{ja}ほど良い指標です。" if known else f"{ja}ほど良いとみなします。",
        f" {en} is better." if known else f" {en} is taken as better.",
    )


def _earlier(series: Series, earlier: pd.DataFrame) -> list[str]:
    if earlier.empty:
        return []
    row = earlier.loc[digits.highest((earlier["value"] - earlier["present"]).abs())]
    year, published = words.year(row["fiscal_year"]), int(row["sheet_year"])
    value, present = (common.amount(row[name], series.unit) for name in ("value", "present"))
    count = earlier["fiscal_year"].nunique()
    return [
        words.say(
            f"灰色の輪は、ほかの年に公表されたシートに印字された値です。{count}つの年度で違い、最も大きい違いは"
            f"{year}の{value}({published}年公表)で、ここでは{present}です。",
            f"Grey rings: values printed in sheets of other years. They differ in "
            f"{words.count(count, 'year')}, most in {year}: {value} as published in "
            f"{published}, {present} here.",
        )
    ]
