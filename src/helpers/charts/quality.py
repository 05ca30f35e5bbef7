"""The figure of notebook 01."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from helpers import words
from helpers.analysis.presence import COLUMNS, shared
from helpers.charts import style
from helpers.sheet import ReviewSheet

NOUGHT = Path.unit_circle().transformed(Affine2D().scale(0.75, 1))
STATES = {
    "value": ("●", "値", "a value"),
    "zero": ("○", "印字された0", "a printed 0"),
    "missing": ("–", "印字された「-」", 'a printed "-"'),
    "absent": ("", "行なし", "no row"),
}
MARKS = {
    "value": {"marker": "o", "ms": 7.5, "color": style.OBSERVED},
    "zero": {"marker": NOUGHT, "ms": 7, "mfc": "none", "mec": style.GREY, "mew": 1.1},
    "missing": {"marker": "_", "ms": 6, "mec": style.ORANGE, "mew": 1.5},
}
"""A state's look. Drawn and not written: a map has some hundred of them."""

LABEL, SIZE = 2.3, 9.0
"""Inches and points of an item's name."""


@style.drawn
def presence(table: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """The presence map: a mark for every item (rows) and fiscal year (columns) of
    `analysis.presence.presence`; nothing is drawn for an empty table."""
    if table.empty:
        return None
    names, of, year, states = (table[column].tolist() for column in COLUMNS)
    every = list(zip(names, of, strict=True))
    items, years = list(dict.fromkeys(every)), sorted(set(year))
    axes = style.canvas(ax, height=1.5 + 0.23 * len(items))
    heights = [items.index(item) for item in every]
    for kind, look in MARKS.items():
        here = np.array([state == kind for state in states])
        axes.plot(np.array(year)[here], np.array(heights)[here], ls="", **look)
    labels = [_label(*item, sheet) for item in items]
    style.item_axis(axes.yaxis, range(len(items)), labels, SIZE)
    axes.set_ylim(len(items) - 0.4, -0.6)
    axes.set_xlim(min(years) - 0.6, max(years) + 0.6)
    for at in range(1, len(items)):
        if items[at][0] != items[at - 1][0]:
            axes.axhline(at - 0.5, color=style.FAINT, lw=0.8)
    axes.grid(False)
    axes.tick_params(length=0)
    room = style.WIDTH - 0.35 - max(style.measured(label, SIZE) for label in labels)
    style.year_axis(axes, years, most=max(2, int(room / (style.measured("2018", 9.5) + 0.08))))
    shown = [f"{words.say(*said)} {states.count(state)}" for state, (_, *said) in STATES.items()]
    of_marks = [f"{mark} {words.say(*said)}".strip() for mark, *said in STATES.values() if mark]
    data = pd.DataFrame(
        {
            "table": map(words.term, names),
            words.say("項目", "Item"): [labels[height] for height in heights],
            "fiscal_year": year,
            words.say("記載", "Stated"): [words.say(*STATES[state][1:]) for state in states],
        }
    )
    style.finish(
        axes,
        _seen(shared(table)),
        style.source(sheet),
        words.say(
            f"{len(items)}項目×{years[0]}〜{years[-1]}年度の有無の図。",
            f"Map of {len(items)} items by fiscal year {years[0]} to {years[-1]}: ",
        )
        + words.listed(shown),
        words.say("どの年度の値が書かれているか: ", "What is stated for which fiscal year: ")
        + words.say("、", ", ").join(of_marks),
        data,
    )
    return axes


def _seen(both: list[int]) -> str:
    """For how many years there is both, what was spent and what came of it."""
    if not both:
        return words.say(
            "執行額と成果の実績がそろう年度はない",
            "No year has both an outturn and an outcome",
        )
    many, span = len(both), words.fiscal_years(both)
    return words.say(
        f"執行額と成果の実績がそろうのは{many}年({span})",
        f"{words.count(many, 'year')} with both an outturn and an outcome: {span}",
    )


def _label(table: str, item: str, sheet: ReviewSheet) -> str:
    if table == "budget":
        return words.term(item)
    if table == "payment":
        return words.term(table)
    number, column = item.split(" ")
    rows = sheet.rows(table)
    name = next(row["indicator"] for row in rows if row["number"] == int(number))
    kind = words.say(*{"outcome": ("成果", "Outcome"), "output": ("活動", "Output")}[table])
    ends = f"{kind} ", f": {words.term(column, table)}"
    room = LABEL - style.measured("".join(ends), SIZE)
    return style.fitted(str(name or ""), room, SIZE).join(ends)
