"""The figure of all indicators of a sheet: a line of text, curve and numbers each."""

from collections import Counter
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox, BboxTransform, offset_copy

from helpers import digits, words
from helpers.analysis.every_indicator import INDICATORS, VALUES, EveryIndicator
from helpers.charts import style
from helpers.sheet import ReviewSheet, typed

ROW = 0.66
"""Inches that an indicator takes."""
NAME, NUMBERS = 2.3, 3.52
"""Inches from the left at which the names end and the numbers begin; the curve lies between."""
INSIDE = style.WIDTH - 0.2
"""Inches of a figure inside of its margins."""
SPOKEN = {"outcome": ("成果", "Outcome "), "output": ("活動", "Output ")}


@style.drawn
def every_indicator(
    every: EveryIndicator, sheet: ReviewSheet, ax: Axes | None = None
) -> Axes | None:
    """A line for every indicator of `analysis.every_indicator`: its name and unit, the curve of
    actual and expected values with the target, and the latest numbers; nothing is drawn without a
    value."""
    rows = every.rows
    years = [year["fiscal_year"] for row in rows for year in row["years"]]
    if not years:
        return None
    axes = style.canvas(ax, height=1.1 + ROW * len(rows))
    axes.set_axis_off()
    span, histories = (min(years), max(years)), [_history(row) for row in rows]
    for place, (row, own) in enumerate(zip(rows, histories, strict=True)):
        top = 1 - place / len(rows)
        height = 1 / len(rows)
        where = (NAME / INSIDE + 0.02, top - 0.86 * height, (NUMBERS - NAME) / INSIDE - 0.05)
        _draw(axes, row, own, span, (*where, 0.72 * height))
        _write(axes, row, top, own)
        if place:
            axes.axhline(top, color="#e6e6e6", lw=0.8, xmin=0, xmax=1)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    style.finish(
        axes,
        _finding(rows),
        style.source(sheet),
        " / ".join(map(_told, rows, histories)),
        question=words.say(
            f"{words.span(*span)}。黒: 実績、青: {_planned(rows)}、緑の破線: 最終の目標",
            f"{words.span(*span)}. Black: actual; blue: {_planned(rows)}; green dashes: the final "
            "target",
        ),
        data=_data(every),
    )
    return axes


def _planned(rows: list[dict]) -> str:
    """What a sheet calls what it expects of a year: of outcomes it is a target."""
    kinds = [kind for kind in SPOKEN if any(row["table"] == kind for row in rows)]
    names = {kind: words.term("expected", kind) for kind in kinds}
    if len(names) == 1:
        return words.say(names[kinds[0]], names[kinds[0]].lower())
    return words.say(
        "、".join(f"{words.say(*SPOKEN[kind])}は{name}" for kind, name in names.items()),
        " or ".join(f"{name.lower()} ({kind}s)" for kind, name in names.items()),
    )


def _finding(rows: list[dict]) -> str:
    """How many have achieved what was expected in their latest year."""
    rates = [row["rate"] for row in rows if row["rate"] is not None]
    if not rates:
        many = Counter(row["table"] for row in rows)
        kinds = [
            words.say(f"{words.say(*SPOKEN[kind])}{many[kind]}", words.count(many[kind], kind))
            for kind in SPOKEN
            if kind in many
        ]
        return words.listed(kinds) + words.say("の指標の推移", " over the years")
    full = int(digits.at_least(np.array(rates), 100.0).sum())
    if len(rates) == 1:
        return words.say(
            f"達成率の分かる指標は1つで、{'100 %以上' if full else '100 %未満'}",
            f"The one indicator with a rate of achievement is {'at' if full else 'below'} 100 %"
            f"{' or more' if full else ''}",
        )
    return words.say(
        f"達成率の分かる{len(rates)}指標のうち、100 %以上は{full}",
        f"{full} of {len(rates)} indicators with a rate of achievement"
        f" {'is' if full == 1 else 'are'} at 100 % or more",
    )


class Stated(NamedTuple):
    """What a sheet says of a year; NaN where it says nothing."""

    fiscal_year: int
    expected: float
    actual: float


def _history(row: dict) -> list[Stated]:
    names = ("expected", "actual")
    said = np.array([[year[name] for name in names] for year in row["years"]], float).tolist()
    pairs = zip(row["years"], said, strict=True)
    return [Stated(year["fiscal_year"], *each) for year, each in pairs]


def _draw(axes: Axes, row, values: list[Stated], span: tuple[int, int], place: tuple) -> None:
    """The curve, within a place of the axes (left, bottom, width, height). Axes of its own would
    take longer than all that stands in them."""
    year, expected, actual = zip(*values, strict=True)
    known = np.array([*expected, *actual, row["target"]], float)
    known = known[np.isfinite(known)]
    low, high = axes.yaxis.get_major_locator().nonsingular(known.min(), known.max())
    room = 0.15 * (high - low)
    limits = Bbox([[span[0] - 0.5, low - room], [span[1] + 0.5, high + room]])
    whole = BboxTransform(limits, Bbox.from_bounds(*place)) + axes.transAxes
    look = {"color": style.FORECAST, "lw": 1, "ls": ":", "marker": "o", "ms": 3, "mfc": "white"}
    axes.add_artist(Line2D(year, expected, transform=whole, **look))
    look = {"color": style.OBSERVED, "lw": 1.4, "marker": "o", "ms": 3.5}
    axes.add_artist(Line2D(year, actual, transform=whole, **look))
    if row["target"] is not None:
        look = {"color": style.TARGET, "lw": 1, "ls": (0, (6, 3))}
        axes.add_artist(Line2D(limits.intervalx, [row["target"]] * 2, transform=whole, **look))


def _write(axes: Axes, row, top: float, values: list[Stated]) -> None:
    """The name and the unit to the left of the curve, the latest numbers to its right."""
    name = _lines(_title(row), NAME - 0.08, 9, 2)
    left = [(line, 9, style.INK) for line in name] + [(_stated(row), 8.5, style.GREY)]
    aims = [
        (_latest(row, values), style.INK),
        (_aimed(row), style.TARGET),
        (_rated(row, _last(row, values).fiscal_year), style.GREY),
    ]
    right = [(text, 8.5, colour) for text, colour in aims]
    for x, width, lines in ((0, NAME - 0.08, left), (NUMBERS, INSIDE - NUMBERS, right)):
        shown = [line for line in lines if line[0]]
        for line, (text, size, colour) in enumerate(shown):
            below = offset_copy(axes.transAxes, axes.figure, 0, -4 - 13 * line, units="points")
            look = {"size": size, "color": colour, "va": "top"}
            text = style.fitted(text, width, size)
            axes.text(x / INSIDE, top, text, transform=below, **look)


def _lines(text: str, inches: float, size: float, most: int) -> list[str]:
    """A text in so many lines, the last of them cut."""
    lines = style.wrapped(text, inches - size / 72, size).split("\n")
    return [*lines[: most - 1], "".join(lines[most - 1 :])] if len(lines) > most else lines


def _title(row) -> str:
    mark = "● " if row["analysed"] else ""
    name = " ".join(row["name"].split())
    return f"{mark}{words.say(*SPOKEN[row['table']])}{row['number']} {name}".rstrip()


def _stated(row) -> str:
    unit = style.shorten(words.unit(row["unit"]), 14)
    parts = [words.say(f"単位 {unit}", f"unit: {unit}")] if unit else []
    parts += [words.stated(each) for each in (row["term"], row["direction"]) if each]
    return words.say("、", ", ").join(parts)


def _latest(row, values: list[Stated]) -> str:
    """The latest actual value, of one without any the latest expected."""
    last = _last(row, values)
    if row["actuals"]:
        return f"{words.printed(last.actual)} ({last.fiscal_year})"
    return f"{_plan(row)} {words.printed(last.expected)} ({last.fiscal_year})"


def _plan(row) -> str:
    """The word for what is expected of a year, within a line."""
    if row["table"] == "outcome":
        return words.say("年度の目標", "year's target")
    return words.say("見込み", "expected")


def _last(row, values: list[Stated]) -> Stated:
    return [year for year in values if not np.isnan(_main(row, year))][-1]


def _main(row, year: Stated) -> float:
    """Of an indicator without actual values, what was expected."""
    return year.actual if row["actuals"] else year.expected


def _aimed(row) -> str:
    if row["target"] is None:
        return ""
    due = "" if row["target_year"] is None else f" ({row['target_year']})"
    text = words.printed(row["target"])
    return words.say(f"目標 {text}{due}", f"target {text}{due}")


def _rated(row, shown: int) -> str:
    """The rate of achievement, with its year where that is not the one `shown`."""
    if row["rate"] is None:
        return "" if row["actuals"] else words.say("実績なし", "no actual value")
    at = "" if row["rate_year"] == shown else f" ({row['rate_year']})"
    return words.say("達成率 ", "achieved ") + f"{words.number(row['rate'])} %{at}"


def _data(every: EveryIndicator) -> pd.DataFrame:
    rows = [
        row | year | {"table": words.term(row["table"]), "unit": words.unit(row["unit"])}
        for row in every.rows
        for year in row["years"]
    ]
    names = ("table", "number", "name", "unit", "fiscal_year", "expected", "actual")
    kinds = INDICATORS | VALUES
    data = typed(rows, {name: kinds[name] for name in (*names, "target", "target_year")})
    return data.rename(columns={"name": words.term("indicator")})


def _told(row, values: list[Stated]) -> str:
    each = [
        f"{words.year(year.fiscal_year)} {words.printed(_main(row, year))}"
        for year in values
        if not np.isnan(_main(row, year))
    ]
    if not row["actuals"]:
        each[:1] = [f"{_plan(row)} {one}" for one in each[:1]]
    mark = words.say("(分析する指標)", " (analysed)") if row["analysed"] else ""
    name = f"{words.say(*SPOKEN[row['table']])}{row['number']}{mark} {row['name']}"
    of_rate = row["rate_of"] is not None
    rated = _rated(row, row["rate_year"] if of_rate else _last(row, values).fiscal_year)
    if of_rate:
        # Against what: the target beside it is of another year, as a rule.
        of, year = words.printed(row["rate_of"]), words.year(row["rate_year"])
        rated += (
            words.say(f"({year}の目標{of}に対して)", f" of the target of {of} for {year}")
            if row["table"] == "outcome"
            else words.say(f"({year}の見込み{of}に対して)", f" of the {of} expected in {year}")
        )
    return "; ".join(filter(None, [name, ", ".join(each), _stated(row), _aimed(row), rated]))
