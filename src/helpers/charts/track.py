"""Dot plots of notebook 05: how often intervals held, how large errors were."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import words
from helpers.charts import style

LEVELS = {"in80": (style.BLUE, "o"), "in95": (style.ORANGE, "D")}
RULES = {
    "own": (style.BLUE, "o"),
    "drift": (style.ORANGE, "D"),
    "mean3": (style.GREEN, "s"),
    "peers": (style.PURPLE, "^"),
}
QUANTITIES = {
    "outcome": (style.BLUE, "o"),
    "rate": (style.ORANGE, "D"),
    "outturn": (style.GREEN, "s"),
}
RATIOS = (0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8, 16)
"""Ticks of an axis of ratios, as far as it reaches."""


@style.drawn
def coverage(table: pd.DataFrame, source: str, ax: Axes | None = None) -> Axes | None:
    """The share of truths in 80 and 95 % intervals, of `story.track.intervals.coverage`: groups
    down, with the 95 % interval of each share; nothing is drawn for an empty table."""
    if table.empty:
        return None
    names = {
        "in80": words.say("80 %区間", "80 % intervals"),
        "in95": words.say("95 %区間", "95 % intervals"),
    }
    axes = _dots(ax, table, LEVELS, names, "measure")
    for nominal, (colour, _) in zip((80, 95), LEVELS.values(), strict=True):
        axes.axvline(nominal, color=colour, ls="--", lw=1, zorder=1)
    axes.set_xlim(min(axes.get_xlim()[0], 70), 101)
    axes.set_xlabel(words.say("実績が区間に入った割合 %", "Truths inside the interval, %"))
    style.finish(
        axes,
        words.say("予測区間に実績が入った割合", "How often forecast intervals held the truth"),
        source,
        _told(table, names, "measure"),
    )
    return axes


@style.drawn
def errors(table: pd.DataFrame, source: str, ax: Axes | None = None) -> Axes | None:
    """Errors as ratios to those of the last value, of `story.track.errors`: measures down, a mark
    for every rule; nothing is drawn for an empty table."""
    if table.empty:
        return None
    names = dict(zip(table["rule"], table["rule_label"], strict=True))
    axes = _dots(ax, table, RULES, names, "rule", log=True)
    axes.axvline(1, color=style.INK, ls="--", lw=1, zorder=1)
    low, high = axes.get_xlim()
    ticks = [tick for tick in RATIOS if low <= tick <= high]
    axes.set_xticks(ticks, [words.number(tick) for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlabel(
        words.say(
            "直近の値をそのまま使う予測との比(対数目盛)",
            "Ratio to taking the last value (log scale)",
        )
    )
    style.finish(
        axes,
        words.say(
            "予測の誤差: 直近の値をそのまま使う予測 = 1",
            "Errors of the forecasts: taking the last value = 1",
        ),
        source,
        _told(table, names, "rule", words.number),
    )
    return axes


@style.drawn
def ministries(table: pd.DataFrame, source: str, ax: Axes | None = None) -> Axes | None:
    """The share of truths in 80 % intervals by ministry, of `story.track.intervals.ministries`, a
    mark for every quantity; nothing is drawn for an empty table."""
    if table.empty:
        return None
    names = {name: words.quantity(name) for name in table["quantity"].unique()}
    axes = _dots(ax, table.assign(heading=""), QUANTITIES, names, "quantity")
    axes.axvline(80, color=style.INK, ls="--", lw=1, zorder=1)
    axes.set_xlabel(words.say("実績が80 %区間に入った割合 %", "Truths inside 80 % intervals, %"))
    style.finish(
        axes,
        words.say("80 %区間に実績が入った割合: 府省庁別", "80 % intervals by ministry"),
        source,
        _told(table.assign(heading=""), names, "quantity"),
    )
    return axes


def _dots(
    ax: Axes | None, table: pd.DataFrame, looks: dict, names: dict, by: str, log: bool = False
) -> Axes:
    """A row for every `label` of a `heading`, a mark with its interval for every value of `by`;
    filled where the interval is apart from the nominal value. In per cent unless `log`."""
    lines: list[tuple[str, str | None]] = []
    for heading, part in table.groupby("heading", sort=False):
        lines += [(heading, None)] if heading else []
        lines += [(heading, label) for label in dict.fromkeys(part["label"])]
    axes = style.canvas(ax, height=1.7 + 0.27 * len(lines))
    places = [lines.index(line) for line in zip(table["heading"], table["label"], strict=True)]
    scale, shown = 1 if log else 100, [name for name in looks if name in set(table[by])]
    beside = table.groupby(["heading", "label"], sort=False)["value"]
    turn, many = beside.cumcount().to_numpy(), beside.transform("size").to_numpy()
    places = np.array(places) + (turn - (many - 1) / 2) * (0.6 / len(shown))
    for name in shown:
        here = (table[by] == name).to_numpy()
        part, height, (colour, mark) = table[here], places[here], looks[name]
        axes.hlines(height, scale * part["low"], scale * part["high"], color=colour, lw=1.3)
        face = [colour if apart else "white" for apart in part["apart"]]
        look = {"s": 26, "marker": mark, "edgecolor": colour, "linewidth": 1.2, "zorder": 3}
        axes.scatter(scale * part["value"], height, facecolor=face, **look)
        axes.scatter([], [], label=names[name], facecolor=colour, **look)
    if log:
        axes.set_xscale("log")
    for at, (heading, label) in enumerate(lines):
        if label is None:
            axes.axhspan(at - 0.5, at + 0.5, color="#eef2f5", lw=0, zorder=0)
            look = {"size": 9, "va": "center", "transform": axes.get_yaxis_transform()}
            axes.text(0.01, at, heading, **look)
    rows = {at: label for at, (_, label) in enumerate(lines) if label is not None}
    axes.set_yticks(list(rows), list(rows.values()), fontsize=8.5)
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.legend(ncols=4, loc="lower left", bbox_to_anchor=(-0.02, 1), frameon=False, fontsize=8.5)
    return axes


def _told(table: pd.DataFrame, names: dict, by: str, text=words.percent) -> str:
    """The dots in words."""
    parts = []
    for (heading, label), part in table.groupby(["heading", "label"], sort=False):
        values = [
            f"{names[name]} {text(value)}"
            for name, value in zip(part[by], part["value"], strict=True)
        ]
        parts.append(" ".join(filter(None, (heading, f"{label}:", ", ".join(values)))))
    return words.say("点と95 %区間の図。", "Dots with 95 % intervals. ") + "; ".join(parts)
