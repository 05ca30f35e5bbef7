"""The figure of all indicators of a sheet: a small panel each."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.transforms import offset_copy

from helpers import words
from helpers.analysis.every_indicator import EveryIndicator
from helpers.charts import style
from helpers.sheet import ReviewSheet

COLUMNS = 2
HEIGHT = 1.75
"""Inches that a row of panels takes."""
HEADER, FOOTER, GAP = 0.37, 0.15, 0.08
"""What a panel leaves free above and below of a row, and between two of the figure's width."""
SPOKEN = {"outcome": ("成果", "Outcome "), "output": ("活動", "Output ")}


@style.drawn
def every_indicator(
    every: EveryIndicator, sheet: ReviewSheet, ax: Axes | None = None
) -> Axes | None:
    """A panel for every indicator of `analysis.every_indicator`: actual and expected values, the
    target, what is stated of it; nothing is drawn without a value."""
    if every.history.empty:
        return None
    table = every.indicators.reset_index(drop=True)
    rows = -(-len(table) // COLUMNS)
    axes = style.canvas(ax, height=0.9 + HEIGHT * rows)
    axes.grid(False)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    years = every.history["fiscal_year"]
    span = (int(years.min()), int(years.max()))
    each = (1 - GAP) / COLUMNS if len(table) > 1 else 1
    for place, row in enumerate(table.itertuples(index=False)):
        down, right = divmod(place, COLUMNS)
        bottom = 1 - (down + 1 - FOOTER) / rows
        panel = axes.inset_axes((right * (each + GAP), bottom, each, (1 - HEADER - FOOTER) / rows))
        own = (every.history["table"] == row.table) & (every.history["number"] == row.number)
        _draw(panel, row, every.history[own], span)
    axes.set_xlabel(words.term("fiscal_year"), fontsize=9, labelpad=0)
    style.subtitle(
        axes,
        words.say(
            "黒: 実績  青: 各年度の見込み・目標値  破線: 最終の目標値",
            "black: actual   blue: expected of each year   dashed: the target",
        ),
    )
    style.finish(
        axes,
        words.say("シートのすべての指標", "All indicators of the sheet"),
        style.source(sheet),
        " / ".join(_told(row, every.history) for row in table.itertuples(index=False)),
    )
    return axes


def _draw(panel: Axes, row, values: pd.DataFrame, span: tuple[int, int]) -> None:
    panel.grid(False)
    if row.analysed:
        panel.set_facecolor("#eef4fb")
    year = values["fiscal_year"].to_numpy(int)
    expected, actual = (values[name].to_numpy(float) for name in ("expected", "actual"))
    panel.plot(year, expected, color=style.BLUE, lw=1, ls=":", marker="o", ms=3.5, mfc="white")
    panel.plot(year, actual, color=style.INK, lw=1.2, marker="o", ms=3.5)
    if pd.notna(row.target):
        panel.axhline(row.target, color=style.INK, lw=0.9, ls=(0, (6, 3)))
    # Without an actual value what was expected tells how steep the panel is.
    told = expected if np.isnan(actual).all() else actual
    colour = style.INK if told is actual else style.BLUE
    known = np.flatnonzero(~np.isnan(told))
    # The first to the left of its point and the last to the right, away from what was expected.
    ends = {"right": known[:1], "left": known[-1:] if len(known) > 1 else known[:0]}
    for side, places in ends.items():
        for at in places:
            text, below = words.number(told[at]), told[at] < expected[at]
            look = {"ha": side, "va": "top" if below else "bottom", "size": min(8, 80 / len(text))}
            look["color"] = colour
            look["path_effects"] = [withStroke(linewidth=2, foreground=panel.get_facecolor())]
            shift = (-1 if below else 1, -3 if side == "right" else 3)
            style.label(panel, (year[at], told[at]), text, *shift, **look)
    room = 0.2 * (span[1] - span[0]) + 0.5
    panel.set_xlim(span[0] - room, span[1] + room)
    panel.margins(y=0.35)
    panel.autoscale(axis="y")
    panel.set_yticks([])
    panel.set_xticks(sorted({*span}), [str(each) for each in sorted({*span})], fontsize=7.5)
    panel.tick_params(length=2, pad=1)
    texts = [(text, 7.5, style.GREY) for text in (_rated(row), _aimed(row), _stated(row)) if text]
    for line, (text, size, colour) in enumerate([*texts, (_title(row), 9, style.INK)]):
        above = offset_copy(panel.transAxes, panel.figure, 0, 2 + 10 * line, units="points")
        shown = style.legible(text)
        panel.text(0, 1, shown, transform=above, va="bottom", size=size, color=colour)


def _title(row) -> str:
    mark = "● " if row.analysed else ""
    name = style.shorten(words.cut(row.name), 20)
    return f"{mark}{words.say(*SPOKEN[row.table])}{row.number} {name}"


def _stated(row) -> str:
    unit = style.shorten(row.unit, 8)
    parts = [words.say(f"単位 {unit}", f"unit {unit}")] if row.unit else []
    parts += [words.stated(each) for each in (row.term, row.direction) if pd.notna(each)]
    return words.say("、", ", ").join(parts)


def _aimed(row) -> str:
    parts = [] if row.actuals else [words.say("実績なし", "no actual value")]
    if pd.notna(row.target):
        due = f"({words.year(row.target_year)})" if pd.notna(row.target_year) else ""
        text = words.printed(row.target)
        parts.append(words.say(f"目標 {text}{due}", f"target {text} {due}".rstrip()))
    return words.say("、", ", ").join(parts)


def _rated(row) -> str:
    if pd.isna(row.rate):
        return ""
    rate, year = f"{words.number(row.rate)} %", words.year(row.rate_year)
    if pd.isna(row.rate_of):
        return words.say(f"達成率 {rate}({year})", f"achieved {rate} ({year})")
    # Against what: the target beside it is of another year, as a rule.
    of = words.printed(row.rate_of)
    aim = "目標" if row.table == "outcome" else "見込み"
    return words.say(
        f"達成率 {rate}({year}の{aim}{of}に対して)", f"{rate} of the {of} expected in {year}"
    )


def _told(row, history: pd.DataFrame) -> str:
    own = history[(history["table"] == row.table) & (history["number"] == row.number)]
    column = "actual" if row.actuals else "expected"
    values = own.dropna(subset=[column])
    each = [
        f"{words.year(year)} {words.printed(value)}"
        for year, value in zip(values["fiscal_year"], values[column], strict=True)
    ]
    if not row.actuals:
        each[:1] = [words.say("見込み・目標 ", "expected ") + one for one in each[:1]]
    mark = words.say("(分析する指標)", " (analysed)") if row.analysed else ""
    name = f"{words.say(*SPOKEN[row.table])}{row.number}{mark} {row.name}"
    return "; ".join(filter(None, [name, ", ".join(each), _stated(row), _aimed(row), _rated(row)]))
