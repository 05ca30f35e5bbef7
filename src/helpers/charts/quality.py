"""The figure of notebook 01."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from helpers import words
from helpers.charts import style
from helpers.sheet import ReviewSheet

NOUGHT = Path.unit_circle().transformed(Affine2D().scale(0.75, 1))
STATES = {
    "value": ("●", "値あり", "value"),
    "zero": ("0", "0と印字", "printed 0"),
    "missing": ("–", "「-」(値なし)", '"-" (no value)'),
}
MARKS = {
    "value": {"marker": "o", "ms": 8.5, "color": style.BLUE},
    "zero": {"marker": NOUGHT, "ms": 7.5, "mfc": "none", "mec": style.GREY, "mew": 1.1},
    "missing": {"marker": "_", "ms": 6, "mec": style.ORANGE},
}
"""A state's look. Drawn and not written: a map has some hundred of them."""


@style.drawn
def presence(table: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """The presence map: a mark for every item (rows) and fiscal year (columns) of
    `analysis.presence.presence`; nothing is drawn for an empty table."""
    if table.empty:
        return None
    items = list(dict.fromkeys(zip(table["table"], table["item"], strict=True)))
    height = [items.index(item) for item in zip(table["table"], table["item"], strict=True)]
    years = sorted(table["fiscal_year"].unique())
    axes = style.canvas(ax, height=1.7 + 0.27 * len(items))
    year, height = table["fiscal_year"].to_numpy(), np.array(height)
    for state, look in MARKS.items():
        here = (table["state"] == state).to_numpy()
        axes.plot(year[here], height[here], ls="", **look)
    axes.set_yticks(range(len(items)), [_label(*item, sheet) for item in items], fontsize=8.5)
    axes.set_ylim(len(items) - 0.4, -0.6)
    axes.set_xlim(min(years) - 0.6, max(years) + 0.6)
    for at in range(1, len(items)):
        if items[at][0] != items[at - 1][0]:
            axes.axhline(at - 0.5, color=style.FAINT, lw=0.8)
    axes.grid(False)
    axes.tick_params(length=0)
    style.year_axis(axes, years)
    legend = "   ".join(f"{mark}: {words.say(ja, en)}" for mark, ja, en in STATES.values())
    style.subtitle(axes, legend + words.say("   空白: 行なし", "   blank: no row"))
    counts = table["state"].value_counts()
    shown = [
        f"{words.say(ja, en)}: {counts.get(state, 0)}" for state, (_, ja, en) in STATES.items()
    ]
    style.finish(
        axes,
        words.say("シートに印字されたもの(年度別)", "What the sheet prints, by fiscal year"),
        style.source(sheet),
        words.say(
            f"{len(items)}項目×{years[0]}〜{years[-1]}年度の有無の図。",
            f"Map of {len(items)} items by fiscal year {years[0]} to {years[-1]}: ",
        )
        + words.listed(shown),
    )
    return axes


def _label(table: str, item: str, sheet: ReviewSheet) -> str:
    if table == "budget":
        return words.term(item)
    if table == "payment":
        return f"{words.term(table)}: {words.term(item)}"
    number, column = item.split(" ")
    frame = getattr(sheet, table)
    name = frame.loc[frame["number"] == int(number), "indicator"].iloc[0]
    kind = words.say(*{"outcome": ("成果", "Outcome"), "output": ("活動", "Output")}[table])
    return f"{kind} {style.shorten(name, 16)}: {words.term(column)}"
