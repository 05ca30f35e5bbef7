"""Figures of notebook 03: the adoption curve, the chance of the target, the pace."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import digits, words
from helpers.analysis.series import MOST_AHEAD, IndicatorSeries
from helpers.charts import style
from helpers.sheet import ReviewSheet, records

PLOT, TALL = 4.3, 2.0
"""About the inches that the axes of a figure are wide, with what stands beside them, and high: what
is measured before they are placed."""
LINE = 0.165
"""Inches that a label of 9 points is high."""
NAME = 44
"""Signs of an indicator's name that a figure has room for."""


class Beside(NamedTuple):
    """A label to the right of what it names: its height in the units of the axes."""

    at: float
    text: str
    colour: str


@style.drawn
def curve(
    series: IndicatorSeries,
    forecasts: pd.DataFrame,
    lead: str,
    earlier: pd.DataFrame,
    sheet: ReviewSheet,
    ax: Axes | None = None,
) -> Axes | None:
    """The indicator's history, its target, the path of `lead` with its 80 % band (of `forecasts` as
    `adoption.telling` gives them; in years in which it is `vague` it is not drawn but named), the
    other models as a grey bundle, and rings where other sheets print another value (`earlier`, of
    `revisions.actuals`); nothing is drawn for an empty series."""
    if not len(series.values):
        return None
    axes = style.canvas(ax, height=3.7)
    last, value = int(series.years[-1]), float(series.values[-1])
    if series.target_open:
        # The year after is forecast for the other reading of when values are measured.
        forecasts = forecasts[forecasts["fiscal_year"] <= series.target_column]
    paths = {
        model: table
        for model, table in forecasts.groupby("model", sort=False)
        if table["path"].notna().any()
    }
    end = max([last, *(int(table["fiscal_year"].max()) for table in paths.values())])
    due = None if series.target is None else series.target_column
    if due is not None:
        end = max(end, min(due, last + MOST_AHEAD))
    own = paths.get(lead)
    limits = forecasts[forecasts["model"] == lead].dropna(subset=["lower80"])
    band, wide = limits[~limits["vague"]], limits.loc[limits["vague"], "fiscal_year"].tolist()
    low, high = _limits(series, own, band)
    axes.set_ylim(low, high)
    labels = []
    for model, table in paths.items():
        if model != lead:
            years = [last, *table["fiscal_year"]]
            axes.plot(years, [value, *table["path"]], color=style.FAINT, lw=1, zorder=1)
    others = [table["path"].iloc[-1] for model, table in paths.items() if model != lead]
    seen = [path for path in others if not (digits.less(path, low) or digits.less(high, path))]
    if seen:
        text = words.say("ほかのモデル", "other models")
        labels.append(Beside(float(np.median(seen)), text, style.GREY))
    if len(band):
        ends = [[value, *band[name]] for name in ("lower80", "upper80")]
        look = {"color": style.FORECAST, "alpha": 0.18, "lw": 0, "zorder": 2}
        axes.fill_between([last, *band["fiscal_year"]], *ends, **look)
    if own is not None:
        years, path = [last, *own["fiscal_year"]], [value, *own["path"]]
        axes.plot(years, path, color=style.FORECAST, lw=2.2, zorder=4)
        text = words.say("予測 ", "forecast ") + words.estimate(path[-1])
        labels.append(Beside(path[-1], text, style.FORECAST))
    if series.target is not None:
        look = {"color": style.TARGET, "lw": 1.3, "zorder": 3}
        axes.hlines(series.target, series.years[0] - 0.4, end, ls=(0, (6, 3)), **look)
        if series.target_column is not None and series.target_column <= end:
            axes.plot(series.target_column, series.target, marker="D", ms=6, **look)
        text = words.say("目標 ", "target ") + words.printed(series.target)
        labels.append(Beside(series.target, text, style.TARGET))
    at_target = series.target is not None and digits.equal(series.ceiling or 0, series.target)
    if series.ceiling and not digits.less(high, series.ceiling) and not at_target:
        axes.hlines(series.ceiling, series.years[0] - 0.4, end, color=style.FAINT, lw=1)
        text = words.say("上限 ", "ceiling ") + words.number(series.ceiling)
        labels.append(Beside(series.ceiling, text, style.GREY))
    axes.plot(series.years, series.values, color=style.OBSERVED, marker="o", ms=5, lw=1.4, zorder=5)
    if len(earlier):
        style.rings(axes, earlier["fiscal_year"], earlier["value"])
        low, high = axes.get_ylim()
    start = series.years[0] - 0.4
    inch = _beside(axes, labels, start, end)
    _number(axes, series, inch)
    style.quantity_axis(axes)
    style.year_axis(axes, [*series.years, end], most=7)
    beyond = ""
    if due is not None and due > end:
        year = words.year(due)
        beyond = words.say(f"、期限の{year}は図の先", f"; due in {year}, beyond the figure")
    rings = (
        words.say("、灰色の輪はほかのシートの値", "; rings: other sheets") if len(earlier) else ""
    )
    unit = style.shorten(words.unit(series.unit), 24)
    name = style.shorten(words.cut(series.indicator), NAME)
    what = words.say(
        f"「{name}」の実績{'と予測' if own is not None else ''}",
        f"{name}: actual{' and forecast' if own is not None else ''}",
    )
    notes = f"{unit}{_band_note(len(band) > 0, wide)}{beyond}{rings}".lstrip("、; ")
    style.finish(
        axes,
        _title(series, own),
        style.source(sheet),
        _curve_alt(series, paths, band, lead, wide) + style.ring_alt(earlier, "value"),
        question=what + (words.say(f"({notes})", f" ({notes})") if notes else ""),
        data=_curve_data(series, paths, limits),
    )
    return axes


def _limits(series: IndicatorSeries, own, band: pd.DataFrame) -> tuple[float, float]:
    """The ends of the axis: with room for all but the grey bundle, and for the numbers."""
    shown = [*series.values, *([] if series.target is None else [series.target])]
    if own is not None:
        shown += [*own["path"].dropna()]
    shown += [*band["lower80"], *band["upper80"]]
    low, high = float(min(shown)), float(max(shown))
    # Values that differ in the last bit would be drawn as far apart as the figure is high.
    if high - low < 1e-6 * max(abs(high), abs(low), 1):
        room = max(0.1 * abs(high), 1)
        return low - room, high + room
    return low - 0.06 * (high - low), high + 0.14 * (high - low)


def _beside(axes: Axes, labels: list[Beside], start: float, end: float) -> float:
    """Write `labels` to the right of `end`, none upon another, each with a line to its place; gives
    the years that an inch of the axes is."""
    wide = max((style.measured(style.legible(each.text), 9) for each in labels), default=0)
    inch = (end - start + 0.15) / max(PLOT - wide - 0.35, 1)
    axes.set_xlim(start, end + 0.15 + (wide + 0.35 if labels else 0.15) * inch)
    low, high = axes.get_ylim()
    gap = LINE / TALL * (high - low)
    inside = [min(max(each.at, low), high) for each in labels]
    places = style.spread(inside, gap)
    if len(places):
        places += max(0, low + gap / 2 - places.min())
        places -= max(0, places.max() - high)
    for each, at, place in zip(labels, inside, places, strict=True):
        line = {"color": style.FAINT, "lw": 0.6, "scalex": False, "scaley": False}
        axes.plot([end + 0.04 * inch, end + 0.28 * inch], [at, place], **line)
        look = {"color": each.colour, "size": 9, "va": "center"}
        axes.text(end + 0.32 * inch, place, style.legible(each.text), **look)
    return inch


def _number(axes: Axes, series: IndicatorSeries, inch: float) -> None:
    """The values above their points: the last, the first, the highest and the lowest, and of the
    others those that cover none of these; `inch` is so many years."""
    low, high = axes.get_ylim()
    values = series.values
    order = [len(values) - 1, 0, int(values.argmax()), int(values.argmin()), *range(len(values))]
    boxes: list[tuple[float, float, float]] = []
    for at in dict.fromkeys(order):
        text = words.printed(values[at])
        across = series.years[at] / inch
        up = (values[at] - low) / (high - low) * TALL
        half = style.measured(text, 9) / 2 + 0.03
        # A wide one centred on the first point would reach into the numbers of the axis.
        side = "left" if at == 0 and half * inch > 0.4 else "center"
        across += half if side == "left" else 0
        if any(abs(across - x) < half + w and abs(up - y) < LINE * 1.2 for x, y, w in boxes):
            continue
        boxes.append((across, up, half))
        style.label(axes, (series.years[at], values[at]), text, 6, ha=side, size=9, zorder=7)


def _title(series: IndicatorSeries, own) -> str:
    """What is seen: how far the target is and what is forecast, or whence the values have come."""
    first, last = series.years[0], series.years[-1]
    value, target, unit = series.values[-1], series.target, series.unit
    if target is None:
        to = words.amount(value, unit)
        if len(series.values) == 1:
            return words.say(f"{words.year(last)}は{to}", f"{to} in {words.year(last)}")
        was = words.printed(series.values[0])
        return words.say(
            f"{words.year(first)}の{was}から{words.year(last)}の{to}へ",
            f"From {was} in {words.year(first)} to {to} in {words.year(last)}",
        )
    due = series.years == series.target_column
    if due.any():
        value = series.values[due][0]
    gap = words.amount(abs(value - target), series.difference_unit)
    side = int(np.sign(digits.difference(value, target)))
    if side == 0:
        title = words.say("目標と同じ値", "Equal to the target")
    elif side > 0:
        title = words.say(f"目標を{gap}上回る", f"{gap} above the target")
    elif series.target_open and not series.met(value):
        title = words.say(f"目標まであと{gap}", f"{gap} short of the target")
    else:
        title = words.say(f"目標を{gap}下回る", f"{gap} below the target")
    at = None if own is None else own[own["fiscal_year"] == series.target_column]
    if not series.target_open or at is None or at.empty:
        return title
    path = words.estimate(at["path"].iloc[0])
    year = words.year(series.target_column)
    return title + words.say(f"、{year}の予測は{path}", f"; {path} forecast for {year}")


def _band_note(drawn: bool, wide: list[int]) -> str:
    """What the band is, and in which years it is too `wide` to say anything and is not drawn."""
    if not wide:
        return words.say("、帯は80 %区間", "; band: 80 % range") if drawn else ""
    years = words.fiscal_years(wide)
    if not drawn:
        return words.say(
            f"、{years}の80 %区間は広すぎて描かない", f"; 80 % range for {years} too wide to draw"
        )
    return words.say(
        f"、帯は80 %区間で、{years}は広すぎて描かない",
        f"; band: 80 % range, for {years} too wide to draw",
    )


def _curve_data(series: IndicatorSeries, paths: dict, band: pd.DataFrame) -> pd.DataFrame:
    """The values and paths, a row a fiscal year, and the limits of the leading forecast, those that
    are not drawn, too."""
    of = {"actual": (series.years, series.values)}
    of |= {
        words.model(model): (table["fiscal_year"], table["path"]) for model, table in paths.items()
    }
    years = sorted({int(year) for each, _ in of.values() for year in each})
    if len(band):
        low, high = words.say("80 %区間の下端", "80 % from"), words.say("80 %区間の上端", "80 % to")
        of[low], of[high] = ((band["fiscal_year"], band[end]) for end in ("lower80", "upper80"))
    columns = {"fiscal_year": years}
    for name, (each, values) in of.items():
        known = dict(zip(each, values, strict=True))
        columns[name] = [known.get(year, np.nan) for year in years]
    return pd.DataFrame(columns).assign(target=np.nan if series.target is None else series.target)


def _curve_alt(series, paths, fan, lead, wide=()) -> str:
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
        # The fan may end before the path does: of years in which it says nothing none is drawn.
        year = words.year(row["fiscal_year"])
        parts.append(
            words.say(
                f"{words.model(lead)}の80 %予測区間 {year} {limits}",
                f"80 % forecast interval of {words.model(lead)} for {year} {limits}",
            )
        )
    if wide:
        parts.append(_band_note(False, wide).lstrip("、; "))
    return "; ".join(parts)


NEEDED = {
    "end": ("必要(年度末) ", "needed (year end) "),
    "start": ("必要(年度初め) ", "needed (year start) "),
}
"""When values are measured -> the label of the pace needed then."""

DATES = {
    "end": ("年度末の値", "measured at year end"),
    "start": ("年度初めの値", "at year start"),
}


@style.drawn
def target_odds(table: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """P(target) of `adoption.sensitivity`: a line for every assumption, on it the leading model
    large and labelled, the others grey; nothing is drawn without one known P."""
    rows = records(table)
    known = [row for row in rows if row["p"] is not None]
    if not known:
        return None
    lead = rows[0]["model"]
    lines: dict[tuple, list[dict]] = {(row["observed_at"], row["population"]): [] for row in rows}
    for row in known:
        lines[row["observed_at"], row["population"]].append(row)
    axes = style.canvas(ax, height=1.75 + 0.36 * len(lines))
    for at, part in enumerate(lines.values()):
        other = [row["p"] for row in part if row["model"] != lead]
        own = [row["p"] for row in part if row["model"] == lead]
        axes.hlines(at, 0, 1, color="#e6e6e6", lw=1, zorder=1)
        axes.scatter(other, [at] * len(other), s=30, color=style.FAINT, zorder=2)
        axes.scatter(own, [at] * len(own), s=80, color=style.FORECAST, zorder=3)
        for p in own:
            look = {"ha": "center", "size": 9, "color": style.FORECAST}
            place = min(max(p, 0.03), 0.97)
            style.label(axes, (place, at), words.probability(p), 7, **look)
    style.named(axes.yaxis, range(len(lines)), [_assumption(*key) for key in lines])
    axes.set_ylim(len(lines) - 0.5, -0.75)
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(-0.02, 1.04)
    axes.grid(False)
    ticks = np.linspace(0, 1, 5)
    style.named(axes.xaxis, ticks, [words.level(tick) for tick in ticks])
    name, texts = words.model(lead), [_spoken(key, part) for key, part in lines.items()]
    others = any(row["model"] != lead for row in known)
    few = words.say("、灰色: ほかのモデル", "; grey: other models") if others else ""
    data = {
        words.say("測定の時点", "Measured"): [
            words.say(*DATES[row["observed_at"]]) for row in rows
        ],
        words.say("上限", "Ceiling"): table["population"],
        words.say("モデル", "Model"): [words.model(row["model"]) for row in rows],
        words.say("達成の確率", "Chance"): table["p"],
    }
    style.finish(
        axes,
        _odds_title(known, lead),
        style.source(sheet),
        words.say("目標達成の確率。", "P(target met). ") + "; ".join(texts),
        question=words.say("目標達成の確率(青: ", "Chance of meeting the target (blue: ")
        + f"{name}{few})",
        data=pd.DataFrame(data),
    )
    return axes


def _odds_title(known: list[dict], lead: str) -> str:
    """How far the choice of model and the assumptions move the chance."""
    chances = [row["p"] for row in known]
    own = [row["p"] for row in known if row["model"] == lead]
    every = words.probabilities(min(chances), max(chances))
    if not own or len({row["model"] for row in known}) == 1:
        return words.say(f"前提により{every}", f"{every}, by assumption")
    span = words.probabilities(min(own), max(own))
    low, high = map(words.probability, (min(own), max(own)))
    if low == high:
        return words.say(
            f"モデルの違いで{every}、前提が違っても{low}",
            f"{every} by model; {low} whatever is assumed",
        )
    return words.say(
        f"モデルの違いで{every}、前提の違いで{span}", f"{every} by model; {span} by assumption"
    )


def _spoken(key: tuple, part: list[dict]) -> str:
    each = [f"{words.model(row['model'])} {words.probability(row['p'])}" for row in part]
    return f"{_assumption(*key)}: ".replace("\n", words.say("、", ", ")) + ", ".join(each)


def _assumption(observed_at: str, population: float | None) -> str:
    when = words.say(*DATES[observed_at])
    if not population:
        return when
    return f"{when}\n" + words.say(
        f"上限 {words.number(population)}", f"ceiling {words.number(population)}"
    )


@style.drawn
def pace(
    changes: pd.DataFrame,
    table: pd.DataFrame,
    series: IndicatorSeries,
    sheet: ReviewSheet,
    ax: Axes | None = None,
) -> Axes | None:
    """The yearly changes of `adoption.changes` as bars, their mean and the needed pace of
    `adoption.pace` under each measurement date as lines, in the unit of `series`; nothing is drawn
    for an empty `table`."""
    if table.empty:
        return None
    axes = style.canvas(ax, height=3.3)
    years, change = changes["fiscal_year"].to_numpy(int), changes["change"].to_numpy(float)
    mean = float(table["observed"].iloc[0])
    lines = [Beside(mean, words.say("実績の平均 ", "mean so far ") + _short(mean), style.OBSERVED)]
    for row in table.itertuples():
        when = (
            words.say(*NEEDED[row.observed_at]) if len(table) > 1 else words.say("必要 ", "needed ")
        )
        lines.append(Beside(row.needed, when + _short(row.needed), style.TARGET))
    every = [0.0, *change, *(line.at for line in lines)]
    room = 0.12 * (max(every) - min(every)) or 1
    axes.set_ylim(min(every) - room * (min(every) < 0), max(every) + room * (max(every) > 0))
    style.bars(axes, years, 0, change, width=0.5, facecolor=style.FAINT)
    start, end = years[0] - 0.6, years[-1] + 0.4
    for line, dash in zip(lines, ["-", (0, (6, 3)), (0, (2, 2))], strict=False):
        axes.hlines(line.at, start, end, color=line.colour, lw=1.5, ls=dash)
    _beside(axes, lines, start, end)
    axes.axhline(0, color=style.FAINT, lw=0.8)
    style.quantity_axis(axes)
    style.year_axis(axes, years, most=7)
    unit = style.shorten(words.unit(series.difference_unit), 24)
    name = style.shorten(words.cut(series.indicator), NAME)
    notes = words.say(f"({unit})" if unit else "", f", {unit}" if unit else "")
    own = table[table["observed_at"] == series.observed_at].iloc[0]
    labels = [words.year(year) for year in years]
    told = [*zip(labels, change, strict=True), (words.say("実績の平均", "observed mean"), mean)]
    told += [
        (words.say(*NEEDED[row.observed_at]).strip(), row.needed) for row in table.itertuples()
    ]
    rows = {words.say("何の", "Of"): [name for name, _ in told]}
    rows[words.say("年あたりの増減", "Change a year")] = [value for _, value in told]
    style.finish(
        axes,
        words.say(
            f"年{_short(own['needed'])}が必要、これまでは年{_short(mean)}",
            f"Needed: {_short(own['needed'])} a year; so far: {_short(mean)}",
        ),
        style.source(sheet),
        words.say("年あたりの増減: ", "Change a year: ")
        + ", ".join(f"{label} {words.number(value)}" for label, value in told),
        question=words.say(f"「{name}」の年あたりの増減{notes}", f"{name}: change a year{notes}"),
        data=pd.DataFrame(rows),
    )
    return axes


def _short(value: float) -> str:
    return style.signed(words.significant(value, 3))
