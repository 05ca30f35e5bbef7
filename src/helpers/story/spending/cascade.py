"""From request to outturn, and what was left."""

import numpy as np
import pandas as pd

from helpers import digits, precision, words
from helpers.show import Table, Text
from helpers.story.spending import amounts


def read_cascade(cascade: pd.DataFrame) -> Text:
    """How to read the cascade, what went at which step, and the boldest request."""
    if cascade.empty:
        return Text(words.say("予算の数字がありません。", "The sheet gives no budget numbers."))
    how = words.say(
        "破線の枠が要求額、薄い棒が当初予算と予算計、濃い棒が執行額です。その差が各段階で減った分です。",
        "Dashed outline: request; light bars: initial and net budget; dark bar: outturn. The "
        "gaps are the differences at each step.",
    )
    paragraphs = [how]
    asked = cascade.dropna(subset=["requested", "initial"])
    if len(asked):
        total, granted = asked["requested"].sum(), asked["initial"].sum()
        decimals = precision.of_pooled(asked, "initial", "requested")
        share = words.percent(granted / total, decimals) if total else "–"
        count = len(asked)
        paragraphs.append(
            words.say(
                f"要求額と当初予算がともに分かる{count}年では、{words.number(total)}百万円の要求に"
                f"{words.number(granted)}百万円の予算が付きました({share})。",
                f"In the {words.count(count, 'year')} with both known, {words.number(total)} "
                f"million yen were requested and {words.number(granted)} granted ({share}).",
            )
            if total > 0
            else words.say(
                "分かっている要求額はいずれも0です。", "Every request that is known is 0."
            )
        )
    known = cascade["known_outturn"].where(cascade["known_outturn"] > 0)
    bold = cascade[digits.less(2 * known, cascade["requested"])]
    if len(bold):
        row = bold.loc[digits.highest(bold["requested"] / bold["known_outturn"])]
        times = amounts.times(row["requested"], row["known_outturn"], row["half_unit"])
        year = int(row["fiscal_year"])
        paragraphs.append(
            words.say(
                f"{year}年度の要求額は{words.number(row['requested'])}百万円でした。要求の時点で分かって"
                f"いた最後の執行額は{year - 2}年度の{words.number(row['known_outturn'])}百万円で、"
                f"その{times}です。",
                f"For FY{year} {words.number(row['requested'])} million yen were requested, {times} "
                f"the last outturn known at the time (FY{year - 2}: "
                f"{words.number(row['known_outturn'])} million yen).",
            )
        )
    return Text(*paragraphs)


def cascade_table(cascade: pd.DataFrame) -> Table | Text:
    """What each step took off or added, by year, and what was left unspent: positive as everywhere."""
    if cascade.empty:
        return Text()
    columns = ["fiscal_year", "requested", "cut", "initial", "adjusted", "budget_net", "executed"]
    headings = {
        "cut": words.say("査定による増減", "Changed when granted"),
        "adjusted": words.say("補正・繰越し等による増減", "Changed in the year"),
    }
    shown = cascade[[*columns, "unspent"]]
    caption = amounts.in_millions(shown.drop(columns="fiscal_year")) + words.say(
        "。増減は減った分が負。不用額 = 予算計 − 執行額",
        "; changes are negative where less came out; unspent = net budget − executed",
    )
    formats = dict.fromkeys(["cut", "adjusted"], lambda value: words.number(-value))
    if shown["requested"].isna().all():
        shown = shown.drop(columns=["requested", "cut"])
    return Table(shown, caption, formats, headings)


def read_unspent(unspent: pd.DataFrame) -> Text:
    """Where the unspent money lies."""
    if unspent.empty:
        return Text(words.say("不用額は計算できません。", "Unspent money cannot be computed."))
    if not unspent["unspent"].any():
        return Text(
            words.say(
                "執行額が分かるどの年度も、予算計と同じ額が執行され、不用額はありません。",
                "In every year with a known outturn the whole net budget was executed: nothing was "
                "left.",
            )
        )
    total, most = unspent["unspent"].sum(), unspent["unspent"].max()
    share = most / total if total > 0 else np.nan
    years = [
        words.year(year)
        for year in unspent.loc[digits.equal(unspent["unspent"], most), "fiscal_year"]
    ]
    each = "" if len(years) == 1 else words.say("それぞれ", " each")
    sums = words.say(
        f"累計は{words.number(total)}百万円",
        f"In all {words.number(total)} million yen",
    ) + words.rounded([*unspent["unspent"], total])
    return Text(
        words.say(
            "上は年度ごと、下はその累計です。不用額は予算計から執行額を引いたもので、節約による分と"
            "実施できなかった分は、このシートからは分けられません。",
            "Top: by year; bottom: added up. Unspent is net budget less outturn; the sheet does "
            "not tell savings from work not done.",
        ),
        words.say(
            f"{sums}で、最も多いのは{words.listed(years)}の{each}{words.number(most)}百万円"
            f"(累計の{words.percent(share, 0)})です。",
            f"{sums}; most in {words.listed(years)}, {words.number(most)} million yen{each} "
            f"({words.percent(share, 0)} of it).",
        )
        if total > 0 and share <= 1
        else words.say(
            f"{sums}です"
            + (
                "(予算計を超えて執行した年度の分は引いてあります)。"
                if unspent["unspent"].min() < 0
                else "。"
            ),
            sums
            + (
                " (years executed above the net budget are taken off)."
                if unspent["unspent"].min() < 0
                else "."
            ),
        ),
    )
