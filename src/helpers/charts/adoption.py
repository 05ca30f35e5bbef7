"""Figures of notebook 03: the adoption curve, the chance of the target, the pace."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import words
from helpers.analysis.series import IndicatorSeries
from helpers.charts import style
from helpers.sheet import ReviewSheet

LOOKS = {
    "pooled": (style.BLUE, "-"),
    "drift": ("#00756f", (0, (7, 2))),
    "ols": (style.GREY, "--"),
    "logit": (style.ORANGE, "-."),
    "probit": (style.BROWN, (0, (1, 1))),
    "cloglog": (style.GREEN, (0, (5, 1))),
    "loglog": (style.RED, (0, (3, 1, 1, 1, 1, 1))),
    "bass": (style.PURPLE, ":"),
}
"""Model -> colour and line style: the style tells them apart without colour."""


@style.drawn
def curve(
    series: IndicatorSeries,
    forecasts: pd.DataFrame,
    lead: str,
    earlier: pd.DataFrame,
    sheet: ReviewSheet,
    ax: Axes | None = None,
) -> Axes | None:
    """The indicator's history, its target, every model's path, the 80 and 95 % fan of `lead`, and
    rings where other sheets print another value (`earlier`, of `revisions.actuals`); nothing is
    drawn for an empty series."""
    if not len(series.values):
        return None
    axes = style.canvas(ax, height=4.9)
    last, value = int(series.years[-1]), series.values[-1]
    fan = forecasts[forecasts["model"] == lead].dropna(subset=["lower80"])
    if len(fan):
        years = [last, *fan["fiscal_year"]]
        colour = LOOKS[lead][0]
        for level, alpha in ((95, 0.10), (80, 0.18)):
            low, high = [value, *fan[f"lower{level}"]], [value, *fan[f"upper{level}"]]
            axes.fill_between(years, low, high, color=colour, alpha=alpha, lw=0)
    paths = {
        model: table
        for model, table in forecasts.groupby("model", sort=False)
        if table["path"].notna().any()
    }
    for model, table in paths.items():
        colour, dash = LOOKS[model]
        width = 2.2 if model == lead else 1.4
        axes.plot(
            [last, *table["fiscal_year"]], [value, *table["path"]], color=colour, ls=dash, lw=width
        )
    axes.plot(series.years, series.values, color=style.INK, marker="o", ms=6, lw=1.2, zorder=5)
    for year, actual in zip(series.years, series.values, strict=True):
        style.label(axes, (year, actual), words.printed(actual), 8, ha="center", size=8.5)
    _widen(axes, value)
    end = int(forecasts["fiscal_year"].max()) if len(forecasts) else last
    if series.target is not None:
        due = series.target_column or end
        look = {"color": style.INK, "lw": 0.9, "ls": (0, (6, 3))}
        axes.hlines(series.target, series.years[0] - 0.4, max(end, due) + 0.25, **look)
        axes.plot(due, series.target, marker="*", ms=15, color=style.INK, zorder=6)
        if series.target_open:
            other = due - 1 if series.observed_at == "start" else due + 1
            look = {"marker": "*", "ms": 14, "mfc": "white", "mec": style.INK, "zorder": 6}
            axes.plot(other, series.target, **look)
        label = words.say(
            f"目標 {words.printed(series.target)}", f"target {words.printed(series.target)}"
        )
        _widen(axes, value)
        # Where it is farthest from the values, or beyond them: it must not cover one.
        away = np.abs(series.values - series.target)
        low, high = axes.get_ylim()
        near = away.max() < 0.12 * (high - low)
        clear = (last + end) / 2 if near else series.years[away.argmax()]
        style.label(axes, (clear, series.target), label, -12 if near else 4, size=9)
    if series.ceiling:
        axes.hlines(series.ceiling, series.years[0] - 0.4, end + 0.25, color=style.FAINT, lw=1)
        label = words.say(
            f"上限 {words.number(series.ceiling)}", f"ceiling {words.number(series.ceiling)}"
        )
        _widen(axes, value)
        # The first value has its own number above it.
        low, high = axes.get_ylim()
        near = abs(series.values[0] - series.ceiling) < 0.12 * (high - low)
        place = (last + end) / 2 if near else series.years[0], series.ceiling
        style.label(axes, place, label, 4, size=8.5, color="#777777")
    if paths:
        low, high = axes.get_ylim()
        ends = [table["path"].iloc[-1] for table in paths.values()]
        places = np.asarray(style.spread(ends, (high - low) * 0.052))
        places += max(0, low - places.min())  # below are the years
        for model, at, end_value in zip(paths, places, ends, strict=True):
            line = {"color": style.FAINT, "lw": 0.6, "clip_on": False, "scaley": False}
            axes.plot([end, end + 0.3], [end_value, at], **line)
            name = words.model(model)
            axes.text(end + 0.35, at, name, color=LOOKS[model][0], size=9, va="center")
    if len(earlier):
        style.rings(axes, earlier["fiscal_year"], earlier["value"])
        note = words.say("灰色の輪はほかのシートの値", "grey rings: other sheets")
        style.subtitle(axes, note, style.GREY)
    axes.set_xlim(series.years[0] - 0.4, end + 1.9)
    unit = f" ({style.shorten(series.unit, 6)})" if series.unit else ""
    axes.set_ylabel(style.shorten(series.indicator, 18) + unit, fontsize=9)
    style.quantity_axis(axes)
    style.year_axis(axes, [*series.years, end])
    style.finish(
        axes,
        _title(series, paths, fan, lead),
        style.source(sheet),
        _curve_alt(series, paths, fan, lead) + style.ring_alt(earlier, "value"),
    )
    return axes


def _widen(axes: Axes, value: float) -> None:
    """Values that differ in the last bit would be drawn as far apart as the figure is high."""
    low, high = axes.dataLim.intervaly
    room = max(0.1 * abs(value), 1)
    if high - low < 1e-6 * max(abs(value), 1):
        axes.set_ylim(value - room, value + room)
    else:
        axes.autoscale(axis="y")


def _title(series, paths, fan, lead) -> str:
    parts = [words.say("実績", "Actual")]
    if series.target is not None:
        parts.append(words.say("目標", "target"))
    if paths:
        parts.append(words.say("各モデルの経路", "every model's path"))
    title = words.say("・", ", ").join(parts)
    notes = []
    if len(fan):
        name = words.model(lead)
        notes.append(
            words.say(f"帯は{name}の80 %・95 %予測区間", f"fan: 80 and 95 % forecast of {name}")
        )
    return title + (words.say(f"({'、'.join(notes)})", f" ({'; '.join(notes)})") if notes else "")


def _curve_alt(series, paths, fan, lead) -> str:
    parts = [
        words.say(f"{series.indicator}の実績 ", f"Actual {series.indicator}: ")
        + ", ".join(
            f"{words.year(year)} {words.printed(value)}"
            for year, value in zip(series.years, series.values, strict=True)
        )
    ]
    if series.target is not None:
        target = words.printed(series.target)
        due = "" if series.target_year is None else words.year(series.target_year)
        by = f" by the end of {due}" if due else ""
        parts.append(words.say(f"目標 {due} {target}", f"target {target}{by}"))
    parts += [
        f"{words.model(model)} {words.year(table['fiscal_year'].iloc[-1])} "
        f"{words.estimate(table['path'].iloc[-1])}"
        for model, table in paths.items()
    ]
    if len(fan):
        row = fan.iloc[-1]
        limits = f"{words.estimate(row['lower80'])}–{words.estimate(row['upper80'])}"
        parts.append(
            words.say(
                f"{words.model(lead)}の80 %予測区間 {limits}",
                f"80 % forecast interval of {words.model(lead)} {limits}",
            )
        )
    return "; ".join(parts)


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
    series: IndicatorSeries,
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
