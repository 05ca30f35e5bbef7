"""The odds of the target and the pace it takes, for notebook 03."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import words
from helpers.analysis.series import Series
from helpers.charts import style
from helpers.sheet import ReviewSheet

NEEDED = {
    "end": ("必要\n年度末の値", "needed\n(year end)"),
    "start": ("必要\n年度初めの値", "needed\n(year start)"),
}
"""When values were measured -> the label of the pace needed then."""


@style.drawn
def target_odds(table: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """P(target) of `adoption.sensitivity`: models down, a mark for every assumption; nothing is
    drawn without one known P."""
    if table.empty or table["p"].isna().all():
        return None
    models = list(dict.fromkeys(table["model"]))
    assumptions = list(
        dict.fromkeys(zip(table["observed_at"], table["population"].fillna(0), strict=True))
    )
    axes = style.canvas(ax, height=2.0 + 0.42 * len(models))
    marks = ["o", "D", "s", "^", "v", "P"]
    colours = {"end": style.BLUE, "start": style.ORANGE}
    texts = []
    for at, (observed_at, population) in enumerate(assumptions):
        part = table[
            (table["observed_at"] == observed_at) & (table["population"].fillna(0) == population)
        ]
        height = [models.index(model) for model in part["model"]]
        offset = (at - (len(assumptions) - 1) / 2) * 0.16
        face = colours[observed_at] if at % 2 == 0 else "white"
        label = _assumption(observed_at, population)
        axes.scatter(
            part["p"],
            np.array(height) + offset,
            marker=marks[at % len(marks)],
            s=46,
            facecolor=face,
            edgecolor=colours[observed_at],
            label=label,
            zorder=3,
        )
        known = part.dropna(subset=["p"])
        texts.append(
            f"{label}: "
            + ", ".join(
                f"{words.model(model)} {words.probability(p)}"
                for model, p in zip(known["model"], known["p"], strict=True)
            )
        )
    for model in models:
        if table.loc[table["model"] == model, "p"].isna().all():
            note = words.say("算出できない", "cannot be told")
            look = {"ha": "center", "va": "center", "size": 8.5, "color": "#777777"}
            axes.text(0.5, models.index(model), note, **look)
    axes.set_yticks(range(len(models)), [words.model(model) for model in models])
    axes.set_ylim(len(models) - 0.5, -0.5)
    axes.set_xlim(-0.02, 1.02)
    axes.grid(True, axis="x")
    axes.set_xlabel(words.say("P(目標達成)", "P(target met)"))
    axes.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1.0), frameon=False, fontsize=8.5)
    style.finish(
        axes,
        words.say("目標達成の確率: モデルと前提ごとに", "P(target met) by model and assumption"),
        style.source(sheet),
        words.say("目標達成の確率。", "P(target met). ") + "; ".join(texts),
    )
    return axes


def _assumption(observed_at: str, population: float) -> str:
    when = words.say(
        *{
            "end": ("年度末の値", "measured at year end"),
            "start": ("年度初めの値", "at year start"),
        }[observed_at],
    )
    if not population:
        return when
    return when + words.say(
        f"、上限 {words.number(population)}", f", ceiling {words.number(population)}"
    )


@style.drawn
def pace(
    changes: pd.DataFrame,
    table: pd.DataFrame,
    series: Series,
    sheet: ReviewSheet,
    ax: Axes | None = None,
) -> Axes | None:
    """The yearly changes of `adoption.changes`, their mean, and the needed pace of `adoption.pace`
    under each measurement date, in the unit of `series`; nothing is drawn for an empty `table`."""
    if table.empty:
        return None
    axes = style.canvas(ax, height=3.5)
    change = changes["change"]
    labels = [words.year(year) for year in changes["fiscal_year"]]
    axes.bar(labels, change, color=style.INK, width=0.5)
    mean = words.say("実績の平均", "observed mean")
    axes.bar([mean], [table["observed"].iloc[0]], color=style.BLUE, width=0.5)
    needed = {}
    for row in table.itertuples():
        label = words.say(*NEEDED[row.observed_at])
        needed[label] = row.needed
    axes.bar(
        list(needed),
        list(needed.values()),
        width=0.5,
        facecolor="white",
        edgecolor=style.RED,
        hatch="///",
    )
    for at, value in enumerate([*change, table["observed"].iloc[0], *needed.values()]):
        look = {"ha": "center", "va": "bottom" if value >= 0 else "top", "size": 9}
        style.label(axes, (at, value), words.number(value), 3 if value >= 0 else -3, **look)
    style.quantity_axis(axes)
    axes.axhline(0, color=style.FAINT, lw=0.8)
    axes.margins(y=0.15)
    unit = style.shorten(series.unit, 16)
    if series.is_percent:
        unit = words.say("ポイント", "percentage points")
    axes.set_ylabel(words.say(f"年あたり({unit})", f"{unit} a year"))
    style.finish(
        axes,
        words.say("必要なペースと実績のペース", "Needed and observed pace"),
        style.source(sheet),
        words.say("年あたりの増減: ", "Change a year: ")
        + ", ".join(
            f"{label} {words.number(value)}"
            for label, value in [
                *zip(labels, change, strict=True),
                (mean, table["observed"].iloc[0]),
            ]
        )
        + "; "
        + ", ".join(
            f"{label} {words.number(value)}".replace("\n", " ") for label, value in needed.items()
        ),
    )
    return axes
