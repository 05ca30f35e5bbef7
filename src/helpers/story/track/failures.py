"""For whom intervals do not hold: ministries, kinds and years ahead."""

import pandas as pd

from helpers import words
from helpers.show import Table, Text
from helpers.story.track import design
from helpers.story.track.intervals import NONE, all_intervals

SHOWN = 10
"""Groups above the nominal level that a table names: those below it matter more."""


def ministries(scores: pd.DataFrame) -> pd.DataFrame:
    """The shares in 80 % intervals by ministry, for the figure: ministries with a share significantly
    below the nominal first, then by their lowest share."""
    table = design.with_apart(design.in_groups(scores, ["ministry"], ["in80"]))
    by = table.groupby("label")
    keys = pd.DataFrame({"below": by["apart"].min().clip(upper=0), "value": by["value"].min()})
    order = {label: at for at, label in enumerate(keys.sort_values(["below", "value"]).index)}
    return table.sort_values("label", key=lambda labels: labels.map(order), kind="stable")


def read_ministries(table: pd.DataFrame) -> Text:
    """How to read the shares by ministry, and which are off."""
    if table.empty:
        return Text(words.say(*NONE.values()))
    how = words.say(
        "塗りつぶした点は、95 %区間が名目の80 %を含まないものです。有意に低い点のある府省庁を先に、次にそのほかを、"
        "それぞれ最も低い点の順に並べています。予測の数が少ない府省庁は横線が長く、点が離れていても偶然かも"
        "しれません。",
        "Filled: the 95 % interval misses the nominal 80 %. Ministries with a share significantly below "
        "come first, then the others, each from the lowest share up. Ministries with few forecasts "
        "have long lines: a dot far off may be chance.",
    )
    below, above = (table[table["apart"] == side] for side in (-1, 1))
    named = [
        words.say(
            f"{row.label}の{row.heading}({words.percent(row.value)})",
            f"{row.label}, {words.QUANTITIES[row.quantity][1]} ({words.percent(row.value)})",
        )
        for row in below.itertuples()
    ]
    of_below = words.say(
        f"有意に低いのは{'、'.join(named)}" if named else "有意に低いものはなく",
        f"significantly low: {'; '.join(named)}" if named else "none is significantly low",
    )
    return Text(
        how,
        words.say(
            f"図の{len(table)}の割合のうち、{of_below}{'で、' if named else '、'}高いのは{len(above)}です"
            f"{of_tied(above)}。",
            f"Of the {words.count(len(table), 'share')} drawn, {of_below}; significantly high: "
            f"{len(above)}{of_tied(above)}.",
        ),
    )


def of_tied(above: pd.DataFrame) -> str:
    """How many of the shares above the nominal are of rates; empty without any."""
    many = int((above["quantity"] == design.TIED).sum())
    if not many:
        return ""
    rates, every = words.QUANTITIES[design.TIED], many == len(above)
    return words.say(
        f"({'すべて' if every else f'うち{many}は'}{rates[0]}で、ちょうど100 %の年度が多いことによるものを含みます)",
        f" ({'all' if every else f'{many} of them'} of {rates[1]}, in part because so many years are at "
        "exactly 100 %)",
    )


def failures_table(scores: pd.DataFrame) -> Table | Text:
    """The shares significantly off the nominal level: those below it first, with the most misses,
    then the farthest above it."""
    table = all_intervals(scores)
    if table.empty:
        return Text(words.say(*NONE.values()))
    off = table[table["apart"] != 0]
    chance = 0.05 * len(table)
    if off.empty:
        return Text(
            words.say(
                f"比べた{len(table)}の割合に、名目から有意に(95 %)外れたものはありません。",
                f"Of {words.count(len(table), 'share')} compared none is significantly (95 %) off its "
                "nominal level.",
            )
        )
    off = off.assign(misses=(1 - off["value"]) / (1 - off["nominal"]))
    below = off[off["apart"] < 0].sort_values("misses", ascending=False, kind="stable")
    above = off[off["apart"] > 0].sort_values("misses", kind="stable")
    off = pd.concat([below, above.head(SHOWN)])
    frame = pd.DataFrame(
        {
            "heading": off["heading"],
            "label": off["label"],
            "level": off["nominal"].map(words.level),
            "share": off["value"].map(words.percent),
            "interval": [
                words.interval(*ends) for ends in zip(off["low"], off["high"], strict=True)
            ],
            "misses": [words.fixed(ratio, 1) for ratio in off["misses"]],
            "forecasts": off["forecasts"],
            "projects": off["projects"],
        }
    )
    more = len(above) - len(off) + len(below)
    rest = words.say(f"。高い残りの{more}は省略", f"; {more} more above it are left out")
    caption = words.say(
        f"名目の割合から有意に(95 %)外れたもの: 比べた{len(table)}のうち、低い{len(below)}と高い{len(above)}"
        f"{of_tied(above)}。偶然だけでも合わせて{words.fixed(chance, 0)}ほど",
        f"Shares significantly (95 %) off their nominal level: of {len(table)} compared, {len(below)} below "
        f"and {len(above)} above{of_tied(above)}; about {words.fixed(chance, 0)} by chance alone",
    ) + (rest if more else "")
    headings = {
        "heading": words.say("予測", "Forecast"),
        "label": words.say("区分", "Group"),
        "level": words.say("名目", "Nominal"),
        "share": words.say("入った割合", "Inside"),
        "interval": words.say("その95 %区間", "95 % interval"),
        "misses": words.say("外れ ÷ 名目", "Misses / nominal"),
        "forecasts": words.say("予測の数", "Forecasts"),
        "projects": words.say("事業数", "Projects"),
    }
    return Table(frame, caption, headings=headings)
