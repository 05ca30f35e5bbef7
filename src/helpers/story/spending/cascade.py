"""From request to outturn, and what was left."""

import numpy as np
import pandas as pd

from helpers import digits, words
from helpers.show import Table, Text


def read_cascade(cascade: pd.DataFrame, lang: str) -> Text:
    """How to read the cascade, what went at which step, and the boldest request."""
    if cascade.empty:
        return Text(
            words.say(lang, "予算の数字がありません。", "The sheet gives no budget numbers.")
        )
    how = words.say(
        lang,
        "破線の枠が要求額、薄い棒が当初予算と予算計、濃い棒が執行額です。その差が各段階で減った分です。",
        "Dashed outline: request; light bars: initial and net budget; dark bar: outturn. The "
        "gaps are the differences at each step.",
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
                f"In the {words.count(count, 'year')} with both known, {words.number(total)} "
                f"million yen were requested and {words.number(granted)} granted ({share}).",
            )
            if total > 0
            else words.say(lang, "要求額はいずれも0です。", "All requests are 0.")
        )
    known = cascade["known_outturn"].where(cascade["known_outturn"] > 0)
    bold = cascade[digits.less(2 * known, cascade["requested"])]
    if len(bold):
        row = bold.loc[digits.highest(bold["requested"] / bold["known_outturn"])]
        times = words.number(digits.rounded(row["requested"] / row["known_outturn"], 1))
        year = int(row["fiscal_year"])
        paragraphs.append(
            words.say(
                lang,
                f"{year}年度の要求額は{words.number(row['requested'])}百万円でした。要求の時点で分かって"
                f"いた最後の執行額は{year - 2}年度の{words.number(row['known_outturn'])}百万円で、"
                f"その{times}倍です。",
                f"For FY{year} {words.number(row['requested'])} million yen were requested, {times} "
                f"times the last outturn known at the time (FY{year - 2}: "
                f"{words.number(row['known_outturn'])} million yen).",
            )
        )
    return Text(*paragraphs)


def cascade_table(cascade: pd.DataFrame, lang: str) -> Table | Text:
    """What each step took off or added, by year."""
    if cascade.empty:
        return Text()
    losses = ["cut", "adjusted", "unspent"]
    columns = ["fiscal_year", "requested", "cut", "initial", "adjusted", "budget_net", "unspent"]
    headings = {
        "cut": words.say(lang, "査定による増減", "Changed when granted"),
        "adjusted": words.say(lang, "補正・繰越し等による増減", "Changed in the year"),
    }
    minus = dict.fromkeys(losses, lambda value: words.number(-value))
    caption = words.say(
        lang,
        "百万円。各段階で減った分は負、増えた分は正",
        "million yen; what a step took off is negative, what it added positive",
    )
    formats = {"fiscal_year": str, **minus}
    shown = cascade[[*columns, "executed"]]
    if shown["requested"].isna().all():
        shown = shown.drop(columns=["requested", "cut"])
    return Table(shown, lang, caption, formats, headings)


def read_unspent(unspent: pd.DataFrame, lang: str) -> Text:
    """Where the unspent money lies."""
    if unspent.empty:
        return Text(
            words.say(lang, "不用額は計算できません。", "Unspent money cannot be computed.")
        )
    if not unspent["unspent"].any():
        return Text(
            words.say(
                lang,
                "執行額が分かるどの年度も、予算計と同じ額が執行され、不用額はありません。",
                "In every year with a known outturn the whole net budget was executed: nothing was "
                "left.",
            )
        )
    total, most = unspent["unspent"].sum(), unspent.loc[digits.highest(unspent["unspent"])]
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
        )
        if total > 0 and share <= 1
        else words.say(
            lang,
            f"累計は{words.number(total)}百万円です"
            + (
                "(予算計を超えて執行した年度の分は引いてあります)。"
                if unspent["unspent"].min() < 0
                else "。"
            ),
            f"In all {words.number(total)} million yen"
            + (
                " (years executed above the net budget are taken off)."
                if unspent["unspent"].min() < 0
                else "."
            ),
        ),
    )
