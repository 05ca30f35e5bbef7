"""Figures of notebook 05: did intervals hold, how large were errors, what chances meant."""

from functools import cache

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.ticker import FixedLocator, NullLocator
from matplotlib.transforms import IdentityTransform

from helpers import words
from helpers.charts import style

LEVELS = {"in80": (style.FORECAST, "o"), "in95": (style.GREY, "D")}
RULES = {
    "own": (style.FORECAST, "o"),
    "drift": (style.GREY, "D"),
    "mean3": (style.GREY, "s"),
    "peers": (style.GREY, "^"),
}
QUANTITIES = {
    "outcome": (style.ORANGE, "o"),
    "rate": (style.EXECUTED, "D"),
    "outturn": (style.FORECAST, "s"),
}
RATIOS = (0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8, 16)
"""Ticks of an axis of ratios, as far as it reaches."""
NUMBERS = ["forecasts", "value", "low", "high"]
LABEL, SIZE = 2.3, 9.0
"""Inches and points of a row's name."""


@style.drawn
def origins(
    table: pd.DataFrame, title: str, source: str, near: float, ax: Axes | None = None
) -> Axes | None:
    """The share of truths in 80 % intervals by origin, of `story.track.intervals.origins`, a line
    for every quantity; shares within `near` of the nominal are shaded; nothing is drawn for an
    empty table."""
    if table.empty:
        return None
    axes = style.canvas(ax, height=3.4)
    names = {name: words.quantity(name) for name in QUANTITIES if name in set(table["quantity"])}
    axes.axhspan(100 * (0.8 - near), 100 * (0.8 + near), color="#e8eef3", lw=0, zorder=0)
    axes.axhline(80, color=style.INK, ls="--", lw=1, zorder=1)
    for turn, name in enumerate(names):
        part, (colour, mark) = table[table["quantity"] == name], QUANTITIES[name]
        # Side by side, that the lines of their intervals do not hide each other.
        x = part["origin"] + 0.1 * (turn - (len(names) - 1) / 2)
        axes.vlines(x, 100 * part["low"], 100 * part["high"], color=colour, lw=1.3)
        axes.plot(x, 100 * part["value"], color=colour, marker=mark, ms=5, lw=1, label=names[name])
    years = sorted(table["origin"].unique())
    style.named(axes.xaxis, years, list(map(str, years)))
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, 70), max(high, 90))
    axes.set_xlabel(words.say("予測の起点(シートの公表年)", "Forecast from the sheets of"))
    _legend(axes, 3)
    style.finish(
        axes,
        title,
        source,
        _told(table.assign(heading=""), names, "quantity"),
        words.say("80 %予測区間に入った実績の割合(%)", "Share in 80 % intervals, %"),
        _data(table, ["quantity", "label"]),
    )
    return axes


@style.drawn
def money(table: pd.DataFrame, title: str, source: str, ax: Axes | None = None) -> Axes | None:
    """The share of truths in 80 % intervals of rates and outturns, of
    `story.track.intervals.money`: sizes, and what became of the budget, down; nothing is drawn for
    an empty table."""
    if table.empty:
        return None
    question = words.say(
        "執行率と執行額の80 %区間に入った割合(%)", "Rates and outturns in 80 % intervals, %"
    )
    return _inside80(table, title, question, source, ax)


@style.drawn
def coverage(table: pd.DataFrame, title: str, source: str, ax: Axes | None = None) -> Axes | None:
    """The share of truths in 80 and 95 % intervals, of `story.track.intervals.coverage`: groups
    down, with the 95 % interval of each share; nothing is drawn for an empty table."""
    if table.empty:
        return None
    names = {
        "in80": words.say("80 %区間", "80 % intervals"),
        "in95": words.say("95 %区間", "95 % intervals"),
    }
    axes = dots(ax, table, LEVELS, names, "measure")
    for nominal, (colour, _) in zip((80, 95), LEVELS.values(), strict=True):
        axes.axvline(nominal, color=colour, ls="--", lw=1, zorder=1)
    axes.set_xlim(min(axes.get_xlim()[0], 70), 101)
    question = words.say("成果が予測区間に入った割合(%)", "Outcomes in forecast intervals, %")
    told = _told(table, names, "measure")
    style.finish(axes, title, source, told, question, _data(table, ["heading", "label", "nominal"]))
    return axes


@style.drawn
def errors(table: pd.DataFrame, title: str, source: str, ax: Axes | None = None) -> Axes | None:
    """Errors as ratios to those of the last value, of `story.track.errors`: measures down, a mark
    for every rule; nothing is drawn for an empty table."""
    if table.empty:
        return None
    names = dict(zip(table["rule"], table["rule_label"], strict=True))
    axes = dots(ax, table, RULES, names, "rule", log=True)
    axes.axvline(1, color=style.INK, ls="--", lw=1, zorder=1)
    low, high = axes.get_xlim()
    ticks = [tick for tick in RATIOS if low <= tick <= high]
    style.named(axes.xaxis, ticks, [words.number(tick) for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    question = words.say(
        "誤差が、直近の値をそのまま使う予測の何倍か(対数目盛)",
        "Errors over those of taking the last value (log scale)",
    )
    told = _told(table, names, "rule", words.number)
    data = _data(table, ["heading", "label", "rule_label"])
    style.finish(axes, title, source, told, question, data)
    return axes


@style.drawn
def ministries(table: pd.DataFrame, title: str, source: str, ax: Axes | None = None) -> Axes | None:
    """The share of truths in 80 % intervals by ministry, of `story.track.intervals.ministries`, a
    mark for every quantity; nothing is drawn for an empty table."""
    if table.empty:
        return None
    question = words.say(
        "府省庁ごとの、80 %区間に入った割合(%)", "Share in 80 % intervals by ministry, %"
    )
    return _inside80(table, title, question, source, ax)


def _inside80(table: pd.DataFrame, title: str, question: str, source: str, ax: Axes | None) -> Axes:
    """Groups down, a mark for every quantity: the share of truths in 80 % intervals."""
    names = {name: words.quantity(name) for name in table["quantity"].unique()}
    table = table.assign(heading="")
    axes = dots(ax, table, QUANTITIES, names, "quantity")
    axes.axvline(80, color=style.INK, ls="--", lw=1, zorder=1)
    told = _told(table, names, "quantity")
    style.finish(axes, title, source, told, question, _data(table, ["quantity", "label"]))
    return axes


def dots(
    ax: Axes | None,
    table: pd.DataFrame,
    looks: dict,
    names: dict,
    by: str,
    log: bool = False,
    each: float = 0.21,
) -> Axes:
    """A row for every `label` of a `heading`, a mark with its interval for every value of `by`;
    filled where the interval is apart from the nominal value. In per cent unless `log`; a row is
    `each` inches high."""
    rows: dict[str, dict[str, list[int]]] = {}
    for at, (heading, label) in enumerate(zip(table["heading"], table["label"], strict=True)):
        rows.setdefault(heading, {}).setdefault(label, []).append(at)
    lines: list[tuple[str, str | None]] = []
    known = set(table[by])
    scale, shown = 1 if log else 100, [name for name in looks if name in known]
    places = np.empty(len(table))
    for heading, labels in rows.items():
        lines += [(heading, None)] if heading else []
        for label, several in labels.items():
            beside = np.arange(len(several)) - (len(several) - 1) / 2
            places[several] = len(lines) + beside * (0.6 / len(shown))
            lines.append((heading, label))
    axes = style.canvas(ax, height=1.5 + each * len(lines))
    order = np.argsort([shown.index(name) for name in table[by]], kind="stable")
    table, places = table.iloc[order], places[order]
    colours, marks = zip(*(looks[name] for name in table[by]), strict=True)
    low, value, high = (scale * table[name] for name in ("low", "value", "high"))
    axes.hlines(places, low, high, color=colours, lw=1.3)
    face = [
        colour if apart else "white" for colour, apart in zip(colours, table["apart"], strict=True)
    ]
    look = {"linewidths": 1.2, "zorder": 3}
    dots = axes.scatter(value, places, s=24, facecolor=face, edgecolor=colours, **look)
    dots.set_paths(list(map(_mark, marks)))
    if log:
        axes.set_xscale("log")
    for at, (heading, label) in enumerate(lines):
        if label is None:
            axes.axhspan(at - 0.5, at + 0.5, color="#eef2f5", lw=0, zorder=0)
            place = {"va": "center", "transform": axes.get_yaxis_transform()}
            axes.text(0.01, at, heading, size=SIZE, **place)
    named = {at: style.fitted(label, LABEL, SIZE) for at, (_, label) in enumerate(lines) if label}
    style.item_axis(axes.yaxis, list(named), list(named.values()), SIZE)
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    keys = [
        PathCollection([_mark(mark)], [24], color=colour, transform=IdentityTransform(), **look)
        for colour, mark in (looks[name] for name in shown)
    ]
    columns = 2 if len(shown) > 3 else len(shown)
    _legend(axes, columns, handles=keys, labels=[names[name] for name in shown])
    return axes


@cache
def _mark(name: str) -> Path:
    mark = MarkerStyle(name)
    return mark.get_path().transformed(mark.get_transform())


def _legend(axes: Axes, columns: int, **of) -> None:
    """What the marks mean, above the axes from their right end; over rows' names there is room."""
    place = {"loc": "lower right", "bbox_to_anchor": (1.01, 1), "borderaxespad": 0.1}
    close = {"columnspacing": 1.2, "handletextpad": 0.4, "handlelength": 1.2}
    axes.legend(ncols=columns, frameon=False, **place, **close, **of)


def _data(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """What was drawn, in the words of the figure."""
    named = {
        "quantity": words.say("予測", "Forecast"),
        "heading": words.say("予測", "Forecast"),
        "label": words.say("区分", "Group"),
        "rule_label": words.say("規則", "Rule"),
        "nominal": words.say("名目", "Nominal"),
        "forecasts": words.say("予測の数", "Forecasts"),
        "value": words.say("値", "Value"),
        "low": words.say("95 %区間の下端", "95 % interval, low"),
        "high": words.say("95 %区間の上端", "95 % interval, high"),
    }
    data = table[[*keys, *NUMBERS]].rename(columns=named)
    if "quantity" in keys:
        data[named["quantity"]] = list(map(words.quantity, table["quantity"]))
    return data


def _told(table: pd.DataFrame, names: dict, by: str, text=words.percent) -> str:
    """The dots in words."""
    said: dict[tuple, list[str]] = {}
    columns = (table[name] for name in ("heading", "label", by, "value"))
    for heading, label, name, value in zip(*columns, strict=True):
        said.setdefault((heading, label), []).append(f"{names[name]} {text(value)}")
    parts = [
        " ".join(filter(None, (heading, f"{label}:", ", ".join(values))))
        for (heading, label), values in said.items()
    ]
    return words.say("点と95 %区間の図。", "Dots with 95 % intervals. ") + "; ".join(parts)


EVENTS = {
    "outcome": ("成果の目標が達成される", "the outcome's target is met"),
    "rate": ("執行率が70 %を下回る", "the execution rate is under 70 %"),
}
"""Quantity -> what its probabilities are of."""

HALF, ROOM = 0.03, 0.1
"""Of the axes: half the width of a count beside its dot, and the room that one below it needs."""


@style.drawn
def reliability(
    table: pd.DataFrame, title: str, source: str, ax: Axes | None = None
) -> Axes | None:
    """Of the table of `track_scores.reliability`, for every quantity: how often it happened where a
    probability was given, with Wilson intervals and the number of forecasts; nothing is drawn for
    an empty table."""
    if table.empty:
        return None
    quantities = list(table["quantity"].unique())
    panels, texts = _panels(ax, len(quantities), 2.2), []
    for axes, quantity in zip(panels, quantities, strict=True):
        part, event = table[table["quantity"] == quantity], words.say(*EVENTS[quantity])
        given, came = 100 * part["p"], 100 * part["happened"]
        axes.plot([0, 100], [0, 100], color=style.FAINT, lw=1.2, ls="--", zorder=1)
        axes.vlines(given, 100 * part["low"], 100 * part["high"], color=style.FORECAST, lw=1.6)
        axes.scatter(given, came, s=34, color=style.FORECAST, zorder=3)
        for row in part.itertuples():
            # On the dot's own side of the dashed line, as far off as half the text is wide.
            under = row.happened < row.p and row.low > ROOM
            y = min(row.low, row.p - HALF) if under else max(row.high, row.p + HALF)
            look = {"ha": "center", "va": "top" if under else "bottom", "size": 8.5}
            look["bbox"] = {"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.3}
            text, up = f"{int(row.forecasts):,}", -3 if under else 3
            style.label(axes, (100 * row.p, 100 * y), text, up, color=style.GREY, **look)
        axes.set_xlim(-2, 102)
        axes.set_ylim(-4, 114)
        axes.yaxis.set_major_locator(FixedLocator(range(0, 101, 20)))
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
        title,
        source,
        head + "; ".join(texts),
        words.say(
            "予測した確率ごとの、実際に起きた割合(%、数字は予測の数)",
            "What came true by the probability given, % (numbers: forecasts)",
        ),
        table.assign(quantity=[words.quantity(name) for name in table["quantity"]]),
    )
    return panels[0]


@style.drawn
def pit(table: pd.DataFrame, title: str, source: str, ax: Axes | None = None) -> Axes | None:
    """The histograms of `track_scores.pit`, one for every quantity; nothing is drawn for an empty
    table."""
    if table.empty:
        return None
    quantities = list(table["quantity"].unique())
    panels, texts = _panels(ax, len(quantities), 1.9 if len(quantities) == 1 else 1.35), []
    for axes, quantity in zip(panels, quantities, strict=True):
        part, name = table[table["quantity"] == quantity], words.QUANTITIES[quantity]
        name = words.say(*name)
        middle, share = 50 * (part["from"] + part["to"]), 100 * part["share"]
        style.bars(axes, middle, 0, share, 9.4, facecolor=style.FORECAST)
        axes.axhline(10, color=style.INK, ls="--", lw=1)
        for x, y in zip(middle, share, strict=True):
            # At the foot of its bar, clear of the dashed line; above a bar that has no room.
            foot, colour = (0, "white") if y > 3 else (y, style.INK)
            style.label(axes, (x, foot), words.fixed(y, 1), 4, ha="center", size=8.5, color=colour)
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 1.1 * max(share.max(), 10))
        axes.locator_params(axis="y", nbins=4, steps=[1, 5, 10])
        style.subtitle(axes, name[0].upper() + name[1:])
        texts.append(f"{name}: {', '.join(f'{words.fixed(y, 1)} %' for y in share)}")
    panels[-1].xaxis.set_major_locator(FixedLocator(range(0, 101, 10)))
    panels[-1].set_xlabel(
        words.say("予測分布の中での実績の位置 %", "Place of the truth in its forecast, %")
    )
    head = words.say("予測分布の下から10 %ごとの割合。", "Share in each tenth, from below. ")
    style.finish(
        panels[0],
        title,
        source,
        head + "; ".join(texts),
        words.say("予測分布を10等分した各部分に落ちた実績の割合(%)", "Share in each tenth, %"),
        table.assign(quantity=[words.quantity(name) for name in table["quantity"]]),
    )
    return panels[0]


def _panels(ax: Axes | None, many: int, height: float) -> np.ndarray:
    return np.atleast_1d(style.canvas(ax, height=1.3 + height * many, rows=many))
