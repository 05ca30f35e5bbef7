"""The figures of notebook 02: budget, execution, unspent money, payees."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from seaborn.utils import relative_luminance

from helpers import precision, words
from helpers.analysis.execution import Overall
from helpers.charts import style
from helpers.sheet import ReviewSheet


def behind(axes: Axes, band: pd.DataFrame) -> None:
    """The table of `band` in per cent: a grey column a year from p10 to p90, a darker one
    from p25 to p75, a line at the median; lighter where the years are taken together."""
    look = {"color": style.FAINT, "lw": 0, "zorder": 0.5}
    for row in band.itertuples():
        faint = 0.5 if row.all_years else 1
        for low, high, alpha in ((row.p10, row.p90, 0.25), (row.p25, row.p75, 0.45)):
            axes.bar(
                row.fiscal_year,
                100 * (high - low),
                bottom=100 * low,
                width=0.72,
                alpha=alpha * faint,
                **look,
            )
        ends = (row.fiscal_year - 0.36, row.fiscal_year + 0.36)
        axes.hlines(100 * row.p50, *ends, color=style.GREY, lw=1, alpha=faint, zorder=0.6)


def behind_alt(band: pd.DataFrame) -> str:
    """The same in words, for the figure's text; empty without peers."""
    if band.empty:
        return ""
    rows = [
        f"{words.year(row.fiscal_year)} {words.percent(row.p50)} "
        f"({words.percent(row.p10)}–{words.percent(row.p90)})"
        for row in band.itertuples()
    ]
    head = words.say(
        "。同じような事業の中央値(10〜90 %点): ",
        ". Median of its peers (10th to 90th percentile): ",
    )
    return head + ", ".join(rows)


@style.drawn
def cascade(table: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """The cascade of `execution.cascade` by year: nested bars from the request (outline) to the
    outturn (dark); nothing is drawn for an empty table."""
    if table.empty:
        return None
    axes = style.canvas(ax, height=4.0)
    year = table["fiscal_year"].to_numpy(int)
    looks = {
        "requested": {"width": 0.86, "facecolor": "none", "edgecolor": style.ORANGE, "ls": "--"},
        "initial": {"width": 0.66, "facecolor": "#cfe3ef", "edgecolor": style.BLUE},
        "budget_net": {"width": 0.46, "facecolor": "#8fc1de", "edgecolor": "none"},
        "executed": {"width": 0.26, "facecolor": "#0b3c5d", "edgecolor": "none"},
    }
    for column, look in looks.items():
        if table[column].notna().any():
            axes.bar(year, table[column], label=words.term(column), **look)
    top = table[list(looks)].max(axis=1)
    pairs = [
        (words.number(spent), words.number(net))
        for spent, net in zip(table["executed"], table["budget_net"], strict=True)
    ]
    # Side by side, long numbers of many years would run into each other.
    between = "/" if max(len(a) + len(b) for a, b in pairs) * np.ptp(year) < 75 else "\n/"
    size = 8 if np.ptp(year) < 11 else 6.5
    for at, (spent, net) in enumerate(zip(table["executed"], table["budget_net"], strict=True)):
        if pd.notna(spent) or pd.notna(net):
            text = between.join(pairs[at])
            style.label(axes, (year[at], top[at]), text, 3, ha="center", size=size)
    axes.margins(y=0.15)
    axes.set_ylabel(words.say("百万円", "million yen"))
    style.quantity_axis(axes)
    style.year_axis(axes, year)
    axes.legend(ncols=4, loc="upper left", bbox_to_anchor=(0, 1.1), frameon=False, fontsize=8.5)
    rows = [
        f"{words.year(row.fiscal_year)} "
        + "→".join(words.number(getattr(row, column)) for column in looks)
        for row in table.itertuples()
    ]
    style.finish(
        axes,
        words.say(
            "要求から執行まで(棒の上は 執行額/予算計)",
            "From request to outturn (above the bars: executed / net budget)",
        ),
        style.source(sheet),
        words.say(
            "年度別の棒グラフ、要求額→当初予算→予算計→執行額(百万円): ",
            "Bars by year, requested→initial→net budget→executed, million yen: ",
        )
        + "; ".join(rows)
        + words.rounded(np.ravel(table[list(looks)])),
    )
    return axes


@style.drawn
def execution_rate(
    rates: pd.DataFrame,
    pool: Overall,
    forecast: pd.DataFrame,
    band: pd.DataFrame,
    earlier: pd.DataFrame,
    sheet: ReviewSheet,
    ax: Axes | None = None,
) -> Axes | None:
    """The net execution rate by year (dot area: budget) before its peers' (`band`), the
    rate of all years with its 95 % interval, the next year's forecast intervals, and rings where
    other sheets give another rate (`earlier`, of `revisions.rates`); nothing is drawn without a
    rate of all years."""
    if not pool.years:
        return None
    known = rates[rates["modelled"]]
    year = known["fiscal_year"].to_numpy(int)
    forecast = forecast.dropna(subset="median")
    ahead = int(forecast["fiscal_year"].iloc[0]) if len(forecast) else int(year[-1])
    axes = style.canvas(ax, height=4.0)
    behind(axes, band)
    if pool.tells:
        axes.axhspan(*(100 * limit for limit in pool.t), color=style.BLUE, alpha=0.13, lw=0)
    axes.axhline(100 * pool.rate, color=style.BLUE, lw=1.4)
    axes.plot(year, 100 * known["execution_rate"], color=style.INK, lw=1, alpha=0.5)
    area = 30 + 170 * known["budget_net"] / known["budget_net"].max()
    axes.scatter(year, 100 * known["execution_rate"], s=area, color=style.INK, zorder=3)
    for at, rate in zip(year, known["execution_rate"], strict=True):
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.6, "pad": 0.5}
        text = words.whole_percent(rate)
        style.label(axes, (at, 100 * rate), text, 6, 10, size=9, zorder=4, bbox=box)
    for row in forecast.itertuples():
        axes.vlines(ahead, 100 * row.lower80, 100 * row.upper80, color=style.ORANGE, lw=5)
        axes.vlines(ahead, 100 * row.lower95, 100 * row.upper95, color=style.ORANGE, lw=1.6)
        axes.scatter(ahead, 100 * row.median, color="white", s=26, zorder=4)
        label = words.say("予測 80/95 %", "forecast 80/95 %")
        look = {"ha": "center", "va": "bottom", "size": 8, "color": style.RED}
        look["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        style.label(axes, (ahead, 100 * row.upper95), label, 3, **look)
    axes.set_ylim(min(0, 100 * known["execution_rate"].min()), None)
    axes.set_ylim(top=max(108, 104 * known["execution_rate"].max()))
    if len(earlier):
        style.rings(axes, earlier["fiscal_year"], 100 * earlier["execution_rate"])
    axes.set_xlim(year[0] - 0.5, ahead + 0.7)
    axes.set_ylabel(words.say("執行率(純額) %", "Net execution rate, %"))
    style.year_axis(axes, [*year, ahead])
    mean, decimals = words.percent(pool.rate, pool.decimals), precision.of_rates(known)
    pooled_text = words.say(f"全期間 {mean}", f"all years {mean}")
    limits = ""
    if pool.tells:
        pooled_text += words.say(
            "、帯は平均の執行率の95 %区間(t)",
            "; band: 95 % interval (t) for the mean rate",
        )
        span = words.limits(*pool.t, pool.decimals)
        limits = words.say(
            f"、平均の執行率の95 %区間 {span}", f", 95 % interval for the mean rate {span}"
        )
    if len(earlier):
        pooled_text += words.say("、灰色の輪はほかのシートの値", "; grey rings: other sheets")
    style.subtitle(axes, pooled_text, style.BLUE)
    by_year = ", ".join(
        f"{words.year(at)} {words.percent(rate, decimals)}"
        for at, rate in zip(year, known["execution_rate"], strict=True)
    )
    coming = "".join(
        words.say(
            f"、{words.year(ahead)}の{level} %予測区間 ",
            f"; {level} % forecast interval for {words.year(ahead)} ",
        )
        + words.interval(*(row[f"{end}{level}"] for end in ("lower", "upper")), 0)
        for _, row in forecast.iterrows()
        for level in (80, 95)
    )
    style.finish(
        axes,
        words.say("執行率(執行額 ÷ 予算計)", "Execution rate (executed / net budget)"),
        style.source(sheet),
        words.say("年度別の執行率: ", "Execution rate by year: ")
        + by_year
        + words.say(
            f"。全期間 {mean}{limits}",
            f". All years {mean}{limits}",
        )
        + coming
        + behind_alt(band)
        + style.ring_alt(earlier, "execution_rate", lambda rate: words.percent(rate, decimals)),
    )
    return axes


@style.drawn
def unspent(table: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """The table of `execution.unspent` by year (top) and added up (bottom); nothing is drawn where
    nothing was left, or is known."""
    if not table["unspent"].any():
        return None
    year = table["fiscal_year"].to_numpy(int)
    total = table["cumulated"].to_numpy()
    above, below = style.canvas(ax, height=4.7, rows=2)
    above.bar(year, table["unspent"], color=style.ORANGE, width=0.6)
    below.fill_between(year, total, color=style.ORANGE, alpha=0.25, lw=0)
    below.plot(year, total, color=style.RED, marker="o", ms=4)
    for axes, values in ((above, table["unspent"]), (below, total)):
        for at, value in zip(year, values, strict=True):
            up = 4 if value >= 0 else -11
            style.label(axes, (at, value), words.number(value), up, ha="center", size=8.5)
        axes.margins(y=0.2)
        axes.axhline(0, color=style.FAINT, lw=0.8)
        if min(values) >= 0:
            axes.set_ylim(bottom=0)
    above.set_ylabel(words.say("年度別\n百万円", "by year\nmillion yen"))
    below.set_ylabel(words.say("累計\n百万円", "cumulated\nmillion yen"))
    below.set_xlim(year[0] - 0.8, year[-1] + 0.8)
    style.quantity_axis(above, below)
    style.year_axis(below, year)
    by_year = ", ".join(
        f"{words.year(at)} {words.number(value)}"
        for at, value in zip(year, table["unspent"], strict=True)
    )
    style.finish(
        above,
        words.say("不用額(予算計 − 執行額)", "Unspent money (net budget − executed)"),
        style.source(sheet),
        words.say("年度別の不用額(百万円): ", "Unspent by year, million yen: ")
        + by_year
        + words.say(f"。累計 {words.number(total[-1])}", f". Cumulated {words.number(total[-1])}")
        + words.rounded([*table["unspent"], total[-1]]),
    )
    return above


@style.drawn
def payments(table: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """The table of `payees.by_year` as a heat map with its amounts; nothing is drawn without a
    named payment."""
    if table.index.equals(pd.Index(["unnamed"])):
        return None
    table = table.dropna(how="all")
    others = words.say("その他", "others")
    unnamed = words.say("支出先の記載なし", "executed, not named")
    rename = {"others": others, "unnamed": unnamed}
    labels = [style.shorten(rename.get(row, row), 20) for row in table.index]
    axes = style.canvas(ax, height=1.8 + 0.32 * len(table))
    amounts = table.to_numpy(float)
    most, is_named = np.nanmax(amounts), (table.index != "unnamed")[:, None]
    for cmap, top, hidden in (("Blues", most, ~is_named), ("Greys", 2 * most, is_named)):
        aside = hidden | np.isnan(amounts)
        shown = np.ma.masked_where(aside, amounts)
        mesh = axes.pcolormesh(shown, cmap=cmap, vmin=0, vmax=top, edgecolors="white", lw=1.5)
        colours = mesh.to_rgba(shown)
        for row, column in np.argwhere(~aside):
            dark = relative_luminance(colours[row, column]) < 0.41
            look = {"ha": "center", "va": "center", "color": "white" if dark else style.INK}
            axes.text(column + 0.5, row + 0.5, words.number(amounts[row, column]), **look)
    axes.set_yticks(np.arange(len(labels)) + 0.5, labels, fontsize=8.5)
    axes.set_xticks(np.arange(table.shape[1]) + 0.5, [str(year) for year in table.columns])
    axes.set_xlabel(words.term("fiscal_year"))
    axes.invert_yaxis()
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.grid(False)
    rows = [
        f"{rename.get(row, row)} "
        + ", ".join(
            f"{words.year(at)} {words.number(value)}" for at, value in amounts.dropna().items()
        )
        for row, amounts in table.iterrows()
        if amounts.notna().any()
    ]
    style.finish(
        axes,
        words.say("支出先と年度(百万円)", "Payments by payee and year (million yen)"),
        style.source(sheet),
        words.say("支出先×年度の表(百万円): ", "Payee by year, million yen: ")
        + "; ".join(rows)
        + words.rounded(np.ravel(table)),
    )
    return axes
