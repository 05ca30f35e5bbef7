"""Figures of notebook 04: the money of all projects, where to look first, what rankings held."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import digits, money, words
from helpers.analysis.leads import NOTABLE
from helpers.charts import style
from helpers.charts.spending import MOST, NESTED, SIZE
from helpers.charts.track import dots

SHARES = {"rate": (style.UNSPENT, "o"), "carried": (style.GREY, "s")}
"""Column of `sums.with_rate` -> its look."""

RULES = {
    "forecast": (style.FORECAST, "o"),
    "last share": (style.GREY, "D"),
    "last": (style.GREY, "s"),
    "size": (style.GREY, "^"),
    "random": (style.FAINT, "v"),
}

NAME, RANKED = 2.5, 1.9
"""Inches of a ministry's name, and of a project's."""

MANY = 25
"""Ministries that the figure has."""


@style.drawn
def money_years(
    table: pd.DataFrame, title: str, source: str, names: dict[str, str], ax: Axes | None = None
) -> Axes | None:
    """The sums by fiscal year of `sums.with_rate`: nested bars from the request to the outturn,
    and below what share was left and carried out (their `names`). None for an empty table."""
    if table.empty:
        return None
    above, below = style.canvas(ax, height=4.6, rows=2)
    year = table["fiscal_year"].to_numpy(int)
    unit = money.unit(np.ravel(table[list(NESTED)].to_numpy(float)), MOST)
    for column, look in NESTED.items():
        shown = table[column].to_numpy(float) / unit.million
        if np.isfinite(shown).any():
            above.bar(year, shown, label=words.term(column), **look)
    style.legend(above, 4)
    style.quantity_axis(above)
    shares = 100 * table[list(SHARES)].astype(float)
    for column, (colour, mark) in SHARES.items():
        if shares[column].notna().any():
            look = {"color": colour, "marker": mark, "ms": 5, "lw": 1.2}
            below.plot(year, shares[column], label=names[column], **look)
    top = np.nanmax([*shares.max(), 1])
    below.set_ylim(min(-0.2 * top, np.nanmin([*shares.min(), 0])), 1.3 * top)
    for at, value, other in zip(year, shares["rate"], shares["carried"], strict=True):
        if np.isfinite(value):
            # On the side away from the other line.
            under = np.isfinite(other) and other > value
            text, up = words.fixed(value, 1), -4 if under else 4
            look = {"ha": "center", "va": "top" if under else "bottom", "size": SIZE}
            style.label(below, (at, value), text, up, color=style.UNSPENT, **look)
    style.legend(below, 2)
    style.year_axis(below, year)
    below.set_xlim(year[0] - 0.7, year[-1] + 0.7)
    rows = [
        f"{words.year(row.fiscal_year)} "
        + ", ".join(f"{words.term(name)} {money.yen(getattr(row, name))}" for name in NESTED)
        + f", {names['rate']} {words.percent(row.rate)}"
        for row in table.itertuples()
    ]
    question = words.say(
        f"要求から執行まで({unit.name})と、予算計に対する割合(%)",
        f"From request to outturn, {unit.name}, and shares of the net budget, %",
    )
    data = table[["fiscal_year", *NESTED, "unspent", "carried_out"]]
    alt = words.say("年度別の棒と線: ", "Bars and lines by year: ") + "; ".join(rows)
    style.finish(above, title, source, alt, question, data)
    return above


@style.drawn
def money_ministries(
    table: pd.DataFrame, own: str | None, title: str, source: str, ax: Axes | None = None
) -> Axes | None:
    """Of `sums.ministries`: bars of the money left by ministry, most first, with its share of their
    net budget; the one asked for (`own`) stands out. None for an empty table."""
    if table.empty:
        return None
    table = table.head(MANY)
    axes = style.canvas(ax, height=1.4 + 0.23 * len(table))
    unit = money.unit(table["unspent"], MOST)
    shown, places = table["unspent"] / unit.million, np.arange(len(table))
    colours = [
        style.UNSPENT if own in (None, ministry) else style.FAINT for ministry in table["ministry"]
    ]
    axes.barh(places, shown, height=0.66, color=colours)
    texts = [
        f"{money.yen(left)} · {words.percent(rate)}"
        for left, rate in zip(table["unspent"], table["rate"], strict=True)
    ]
    for place, value, text in zip(places, shown, texts, strict=True):
        style.label(axes, (max(value, 0), place), text, 0, 3, va="center", size=SIZE)
    ministries = [words.ministry(name) for name in table["ministry"]]
    labels = [style.fitted(name, NAME, 9.0) for name in ministries]
    axes.set_yticks(places, labels, fontsize=9.0)
    axes.set_ylim(len(table) - 0.4, -0.6)
    # Room for the text beside the longest bar.
    beside = max(style.measured(name, 9.0) for name in labels)
    room = max(style.measured(text, SIZE) for text in texts) / (style.WIDTH - beside - 0.5)
    axes.set_xlim(min(0, shown.min()), max(shown.max(), 1e-9) / max(1 - 1.15 * room, 0.3))
    axes.tick_params(axis="y", length=0)
    axes.grid(False)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    year = words.year(table["fiscal_year"].iloc[0])
    question = words.say(
        f"{year}に残ったお金と、予算計に対する割合",
        f"Money left of {year}, and its share of the net budget",
    )
    told = "; ".join(f"{name} {text}" for name, text in zip(ministries, texts, strict=True))
    data = table[["ministry", "outturns", "budget_known", "executed", "unspent", "rate"]]
    data = data.assign(ministry=ministries).rename(columns={"rate": words.say("割合", "Share")})
    alt = words.say("府省庁別の棒グラフ: ", "Bars by ministry: ") + told
    style.finish(axes, title, source, alt, question, data)
    return axes


@style.drawn
def reasons(
    rows: pd.DataFrame, names: dict[str, str], title: str, source: str, ax: Axes | None = None
) -> Axes | None:
    """Projects (of `leads`) down, reasons (their short `names`) across: the percentile among those
    of the same size, the darker the higher, written where it is notable. None without a
    project."""
    if rows.empty:
        return None
    axes = style.canvas(ax, height=1.5 + 0.23 * len(rows))
    shown = rows[[f"{reason}_percentile" for reason in names]].to_numpy(float)
    # Here and not above: other figures do not wait for it.
    from seaborn import light_palette

    colours = light_palette(style.FORECAST, as_cmap=True)
    axes.imshow(np.ma.masked_invalid(shown), cmap=colours, vmin=0.4, vmax=1, aspect="auto")
    for place, column in np.ndindex(shown.shape):
        value = shown[place, column]
        known = np.isfinite(value)
        if known and not digits.at_least(value, NOTABLE):
            continue
        dark = known and style.luminance(colours((value - 0.4) / 0.6)[:3]) < 0.4
        look = {"color": "white" if dark else style.INK, "size": SIZE, "va": "center"}
        text = words.whole_percent(value) if known else "–"
        axes.text(column, place, text, ha="center", **look)
    axes.set_xticks(range(len(names)), list(names.values()), fontsize=SIZE)
    axes.xaxis.tick_top()
    labels = [
        style.fitted(f"{int(row.order)}. {row.name}", RANKED, SIZE) for row in rows.itertuples()
    ]
    axes.set_yticks(range(len(rows)), labels, fontsize=SIZE)
    axes.tick_params(length=0)
    axes.grid(False)
    for side in axes.spines.values():
        side.set_visible(False)
    told = [
        f"{int(row.order)}. {row.name}: "
        + ", ".join(
            f"{name} {words.whole_percent(value) if np.isfinite(value) else '–'}"
            for name, value in zip(names.values(), values, strict=True)
        )
        for row, values in zip(rows.itertuples(), shown, strict=True)
    ]
    question = words.say(
        "理由ごとの百分位(同じ規模の事業のうち、それより低い割合、%)",
        "Percentile by each reason: % of the projects of its size that are lower",
    )
    heads = {f"{reason}_percentile": name for reason, name in names.items()}
    data = rows[["order", "name", "ministry", *heads]].rename(columns=heads)
    alt = words.say("理由ごとの百分位の表: ", "Percentiles by reason: ") + "; ".join(told)
    style.finish(axes, title, source, alt, question, data)
    return axes


@style.drawn
def rankings(
    table: pd.DataFrame, names: dict[str, str], title: str, source: str, ax: Axes | None = None
) -> Axes | None:
    """Of `record.drawn`: what the first of each ranking (their `names`) held, with 95 % intervals.
    None for an empty table."""
    if table.empty:
        return None
    axes = dots(ax, table, RULES, names, "rule", each=0.3)
    axes.set_xlim(-1, 103)
    told = [
        f"{heading}, {label}: "
        + ", ".join(
            f"{names[rule]} {words.percent(value)}"
            for rule, value in zip(part["rule"], part["value"], strict=True)
        )
        for (heading, label), part in table.groupby(["heading", "label"], sort=False)
    ]
    question = words.say(
        "過去の年の順位の上位が、その後に持っていた割合(%、線は95 %区間)",
        "What the first of past rankings turned out to hold, % (lines: 95 % intervals)",
    )
    alt = words.say("点と95 %区間の図: ", "Dots with 95 % intervals: ") + "; ".join(told)
    numbers = table[["value", "low", "high", "known"]]
    data = numbers.assign(question=table["heading"], label=table["label"])
    data.insert(0, "rule", table["rule"].map(names))
    named = {
        "rule": words.say("順", "Ranking"),
        "question": words.say("何の割合か", "Share"),
        "label": words.say("上位", "First"),
        "value": words.say("値", "Value"),
        "low": words.say("95 %区間の下端", "95 % interval, low"),
        "high": words.say("95 %区間の上端", "95 % interval, high"),
        "known": words.say("結果の分かった事業", "Projects that became known"),
    }
    style.finish(axes, title, source, alt, question, data[list(named)].rename(columns=named))
    return axes
