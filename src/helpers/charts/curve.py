"""The adoption curve of notebook 03."""

import pandas as pd

from helpers import words
from helpers.analysis.series import Series
from helpers.charts import style
from helpers.sheet import ReviewSheet

LOOKS = {
    "drift": (style.BLUE, "-"),
    "ols": (style.GREY, "--"),
    "logit": (style.ORANGE, "-."),
    "probit": (style.BROWN, (0, (1, 1))),
    "cloglog": (style.GREEN, (0, (5, 1))),
    "loglog": (style.RED, (0, (3, 1, 1, 1, 1, 1))),
    "bass": (style.PURPLE, ":"),
}
"""Model -> colour and line style: the style tells them apart without colour."""


def curve(
    series: Series, forecasts: pd.DataFrame, lead: str, sheet: ReviewSheet, lang: str
) -> None:
    """The indicator's history, its target, every model's path, and the 80 and 95 % fan of `lead`;
    nothing is drawn for an empty series."""
    if not len(series.values):
        return
    _, axes = style.canvas(height=4.8)
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
        axes.annotate(
            words.number(actual),
            (year, actual),
            (0, 8),
            textcoords="offset points",
            ha="center",
            size=8.5,
        )
    end = int(forecasts["fiscal_year"].max()) if len(forecasts) else last
    if series.target is not None:
        due = series.target_column or end
        axes.axhline(series.target, color=style.INK, lw=0.9, ls=(0, (6, 3)))
        axes.plot(due, series.target, marker="*", ms=15, color=style.INK, zorder=6)
        if series.target_open:
            other = due - 1 if series.observed_at == "start" else due + 1
            look = {"marker": "*", "ms": 14, "mfc": "white", "mec": style.INK, "zorder": 6}
            axes.plot(other, series.target, **look)
        label = words.say(
            lang, f"目標 {words.number(series.target)}", f"target {words.number(series.target)}"
        )
        axes.annotate(
            label,
            (series.years[0], series.target),
            (0, 4),
            textcoords="offset points",
            size=9,
        )
    if series.ceiling:
        axes.axhline(series.ceiling, color=style.FAINT, lw=1)
        label = words.say(
            lang, f"上限 {words.number(series.ceiling)}", f"ceiling {words.number(series.ceiling)}"
        )
        axes.annotate(
            label,
            (series.years[0], series.ceiling),
            (0, 4),
            textcoords="offset points",
            size=8.5,
            color="#777777",
        )
    if paths:
        low, high = axes.get_ylim()
        ends = [table["path"].iloc[-1] for table in paths.values()]
        for model, at, end_value in zip(
            paths, style.spread(ends, (high - low) * 0.052), ends, strict=True
        ):
            axes.annotate(
                words.model(model, lang),
                (end, end_value),
                (end + 0.35, at),
                color=LOOKS[model][0],
                size=9,
                va="center",
                annotation_clip=False,
                arrowprops={"arrowstyle": "-", "color": style.FAINT, "lw": 0.6},
            )
    axes.set_xlim(series.years[0] - 0.4, end + 1.9)
    axes.set_ylabel(f"{style.shorten(series.indicator, 24)} ({style.legible(series.unit)})")
    style.year_axis(axes, [*series.years, end], lang)
    style.finish(
        axes,
        words.say(
            lang,
            f"実績・目標・各モデルの経路(帯は{words.model(lead, lang)}の80 %・95 %予測区間)",
            f"Actual, target, every model's path (fan: 80 and 95 % forecast of {lead})",
        ),
        style.source(sheet.facts, lang),
        _curve_alt(series, paths, fan, lead, lang),
    )


def _curve_alt(series, paths, fan, lead, lang) -> str:
    parts = [
        words.say(lang, f"{series.indicator}の実績 ", f"Actual {series.indicator}: ")
        + ", ".join(
            f"{words.year(year, lang)} {words.number(value)}"
            for year, value in zip(series.years, series.values, strict=True)
        )
    ]
    if series.target is not None:
        due = "" if series.target_year is None else words.year(series.target_year, lang)
        parts.append(
            words.say(
                lang,
                f"目標 {due} {words.number(series.target)}",
                f"target {words.number(series.target)} by the end of {due}",
            )
        )
    parts += [
        f"{words.model(model, lang)} {words.year(table['fiscal_year'].iloc[-1], lang)} "
        f"{words.estimate(table['path'].iloc[-1])}"
        for model, table in paths.items()
    ]
    if len(fan):
        row = fan.iloc[-1]
        limits = f"{words.estimate(row['lower80'])}–{words.estimate(row['upper80'])}"
        parts.append(
            words.say(
                lang,
                f"{words.model(lead, lang)}の80 %予測区間 {limits}",
                f"80 % forecast interval of {words.model(lead, lang)} {limits}",
            )
        )
    return "; ".join(parts)
