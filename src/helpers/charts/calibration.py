"""The calibration of forecasts, for notebook 05: probabilities, and places of the truth."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import words
from helpers.charts import style

EVENTS = {
    "outcome": ("成果の目標が達成される", "the outcome's target is met"),
    "rate": ("執行率が70 %を下回る", "the execution rate is under 70 %"),
}
"""Quantity -> what its probabilities are of."""

HALF, ROOM = 0.03, 0.1
"""Of the axes: half the width of a count beside its dot, and the room that one below it needs."""


@style.drawn
def reliability(table: pd.DataFrame, source: str, ax: Axes | None = None) -> Axes | None:
    """Of the table of `track_scores.reliability`, for every quantity: how often it happened where a
    probability was given, with Wilson intervals and the number of forecasts; nothing is drawn for
    an empty table."""
    if table.empty:
        return None
    quantities = list(table["quantity"].unique())
    panels, texts = _panels(ax, len(quantities), 3.4), []
    for axes, quantity in zip(panels, quantities, strict=True):
        part, event = table[table["quantity"] == quantity], words.say(*EVENTS[quantity])
        given, came = 100 * part["p"], 100 * part["happened"]
        axes.plot([0, 100], [0, 100], color=style.FAINT, lw=1.2, ls="--", zorder=1)
        axes.vlines(given, 100 * part["low"], 100 * part["high"], color=style.BLUE, lw=1.6)
        axes.scatter(given, came, s=34, color=style.BLUE, zorder=3)
        for row in part.itertuples():
            # On the dot's own side of the dashed line, as far off as half the text is wide.
            under = row.happened < row.p and row.low > ROOM
            y = min(row.low, row.p - HALF) if under else max(row.high, row.p + HALF)
            look = {"ha": "center", "va": "top" if under else "bottom", "size": 8}
            look["bbox"] = {"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.3}
            text, up = f"{int(row.forecasts):,}", -3 if under else 3
            style.label(axes, (100 * row.p, 100 * y), text, up, color=style.GREY, **look)
        axes.set_xlim(-2, 102)
        axes.set_ylim(-4, 114)
        axes.set_yticks(range(0, 101, 20))
        axes.set_ylabel(words.say("実際の割合 %", "Came true, %"))
        style.subtitle(axes, event[0].upper() + event[1:])
        pairs = [
            f"{words.percent(row.p)} → {words.percent(row.happened)} ({int(row.forecasts):,})"
            for row in part.itertuples()
        ]
        texts.append(f"{event}: {', '.join(pairs)}")
    panels[-1].set_xlabel(words.say("予測した確率 %", "Probability given, %"))
    head = words.say("予測した確率 → 実際の割合(件数)。", "Given → came true (forecasts). ")
    style.finish(
        panels[0],
        words.say("予測した確率は実際の割合と合うか", "Do probabilities come true?"),
        source,
        head + "; ".join(texts),
    )
    return panels[0]


@style.drawn
def pit(table: pd.DataFrame, source: str, ax: Axes | None = None) -> Axes | None:
    """The histograms of `track_scores.pit`, one for every quantity; nothing is drawn for an empty
    table."""
    if table.empty:
        return None
    quantities = list(table["quantity"].unique())
    panels, texts = _panels(ax, len(quantities), 2.6 if len(quantities) == 1 else 1.9), []
    for axes, quantity in zip(panels, quantities, strict=True):
        part, name = table[table["quantity"] == quantity], words.QUANTITIES[quantity]
        name = words.say(*name)
        middle, share = 50 * (part["from"] + part["to"]), 100 * part["share"]
        axes.bar(middle, share, width=9.4, color=style.BLUE)
        axes.axhline(10, color=style.INK, ls="--", lw=1)
        for x, y in zip(middle, share, strict=True):
            # At the foot of its bar, clear of the dashed line; above a bar that has no room.
            foot, colour = (0, "white") if y > 3 else (y, style.INK)
            style.label(axes, (x, foot), words.fixed(y, 1), 4, ha="center", size=8, color=colour)
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 1.1 * max(share.max(), 10))
        axes.locator_params(axis="y", nbins=4, steps=[1, 5, 10])
        axes.set_ylabel(words.say("実績の割合 %", "Truths, %"))
        style.subtitle(axes, name[0].upper() + name[1:])
        texts.append(f"{name}: {', '.join(f'{words.fixed(y, 1)} %' for y in share)}")
    panels[-1].set_xticks(range(0, 101, 10))
    panels[-1].set_xlabel(
        words.say("予測分布の中での実績の位置 %", "Place of the truth in its forecast, %")
    )
    head = words.say("予測分布の下から10 %ごとの割合。", "Share in each tenth, from below. ")
    style.finish(
        panels[0],
        words.say("実績は予測分布のどこに落ちたか", "Where the truth fell in its forecast (PIT)"),
        source,
        head + "; ".join(texts),
    )
    return panels[0]


def _panels(ax: Axes | None, many: int, height: float) -> np.ndarray:
    return np.atleast_1d(style.canvas(ax, height=1.3 + height * many, rows=many))
