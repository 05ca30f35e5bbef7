"""The figures of notebook 02: budget, execution, unspent money, payees."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator

from helpers import digits, money, precision, words
from helpers.analysis.execution import WIDE, Overall
from helpers.charts import style
from helpers.sheet import ReviewSheet

MOST = 10_000
"""Of what stands on axes and in cells: from so many on a larger unit is taken."""

SIZE = 8.5
"""Points of the numbers in a figure."""

NESTED = {
    "requested": {"width": 0.86, "facecolor": "none", "edgecolor": style.REQUESTED, "ls": "--"},
    "initial": {"width": 0.7, "facecolor": style.INITIAL, "edgecolor": "none"},
    "budget_net": {"width": 0.5, "facecolor": style.BUDGET, "edgecolor": "none"},
    "executed": {"width": 0.3, "facecolor": style.EXECUTED, "edgecolor": "none"},
}
"""The bars of a year, each within the one before."""

BESIDE = 1.0
"""Inches of a figure's width that its axes leave to ticks and margins."""


def _fits(texts: list[str], years: np.ndarray, beside: float = BESIDE) -> bool:
    """Whether these texts have room side by side over these years."""
    slot = (style.WIDTH - beside) / max(4, np.ptp(years) + 1)
    return max(style.measured(line, SIZE) for text in texts for line in text.split("\n")) < slot


def _around(axes: Axes, years: np.ndarray) -> None:
    """Room around the years, so that a single one is no wall."""
    aside = max(0.6, (4 - np.ptp(years)) / 2)
    axes.set_xlim(years[0] - aside, years[-1] + aside)


def behind(axes: Axes, band: pd.DataFrame) -> None:
    """The table of `band` in per cent: a grey column a year from p10 to p90, a darker one
    from p25 to p75, a line at the median; lighter where the years are taken together. A column that
    holds nearly everything is left out."""
    look = {"facecolor": style.PEERS, "lw": 0, "zorder": 0.5, "width": 0.72}
    together = band["all_years"].to_numpy(bool)
    for faint, kept in ((1, ~together), (0.5, together)):
        year = band["fiscal_year"].to_numpy(float)[kept]
        p10, p25, p50, p75, p90 = band[["p10", "p25", "p50", "p75", "p90"]].to_numpy(float)[kept].T
        for low, high, alpha in ((p10, p90, 0.25), (p25, p75, 0.45)):
            end = np.where(high - low >= WIDE, np.nan, 100 * high)
            style.bars(axes, year, 100 * low, end, alpha=alpha * faint, **look)
        ends = (year - 0.36, year + 0.36)
        axes.hlines(100 * p50, *ends, color=style.GREY, lw=1, alpha=faint, zorder=0.6)


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
    axes = style.canvas(ax, height=3.4)
    year = table["fiscal_year"].to_numpy(int)
    amounts = {name: table[name].to_numpy(float) for name in NESTED}
    unit = money.unit(np.concatenate([*amounts.values()]), MOST)
    shown = {name: values / unit.million for name, values in amounts.items()}
    for column, look in NESTED.items():
        if not np.isnan(shown[column]).all():
            style.bars(axes, year, 0, shown[column], label=words.term(column), **look)
    number = words.column([*shown["executed"], *shown["budget_net"]])
    pairs = [
        (number(spent), number(net))
        for spent, net in zip(shown["executed"], shown["budget_net"], strict=True)
    ]
    texts = next(
        (
            texts
            for between in ("/", "\n/")
            if _fits(texts := [between.join(pair) for pair in pairs], year)
        ),
        None,
    )
    tops = np.fmax.reduce([np.zeros(len(year)), *shown.values()])
    known = ~np.isnan([shown["executed"], shown["budget_net"]]).all(axis=0)
    for at, top, text, there in zip(year, tops, texts or (), known, strict=False):
        if there:
            style.label(axes, (at, top), text, 3, ha="center", size=SIZE)
    axes.margins(y=0.15)
    axes.axhline(0, color=style.FAINT, lw=0.8)
    _around(axes, year)
    style.quantity_axis(axes)
    style.year_axis(axes, year)
    if axes.get_ylim()[0] == axes.get_ylim()[1] or not np.nanmax(np.abs([*shown.values()])):
        axes.set_ylim(0, 1)
    style.legend(axes, 4)
    rows = [
        f"{words.year(at)} " + "→".join(map(money.yen, steps))
        for at, *steps in zip(year, *amounts.values(), strict=True)
    ]
    what = words.say("執行額/予算計", "executed / net budget") if texts else ""
    question = words.say(
        f"要求から執行まで({unit.name}{f'、棒の上は{what}' if what else ''})",
        f"From request to outturn, {unit.name}{f' (above the bars: {what})' if what else ''}",
    )
    style.finish(
        axes,
        _went(table),
        style.source(sheet),
        words.say(
            "年度別の棒グラフ、要求額→当初予算→予算計→執行額: ",
            "Bars by year, requested→initial→net budget→executed: ",
        )
        + "; ".join(rows),
        question,
        table[["fiscal_year", *NESTED]],
    )
    return axes


def _went(table: pd.DataFrame) -> str:
    """What the cascade shows: how much of which budget was executed, and how much was granted of
    what was asked for."""
    done = table.dropna(subset=["executed", "budget_net"])
    if done.empty or not done["budget_net"].sum() > 0:
        known = table.dropna(subset=["executed"])
        if len(known):
            return words.say(
                f"{money.yen(known['executed'].sum())}が執行された",
                f"{money.yen(known['executed'].sum())} was executed",
            )
        return words.say("執行額はまだ分からない", "The outturn is not known yet")
    spent, net = done["executed"].sum(), done["budget_net"].sum()
    years = (int(done["fiscal_year"].iloc[0]), int(done["fiscal_year"].iloc[-1]))
    return words.say(
        f"{words.span(*years)}の予算{money.yen(net)}に対し、執行は{money.yen(spent)}",
        f"{money.yen(spent)} was executed of {money.yen(net)} budgeted in {words.span(*years)}",
    )


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
    rate of all years, the next year's forecast intervals where they tell something, and rings where
    other sheets give another rate (`earlier`, of `revisions.rates`); nothing is drawn without a
    rate of all years."""
    if not pool.years:
        return None
    known = rates[rates["modelled"]]
    year = known["fiscal_year"].to_numpy(int)
    rate = known["execution_rate"].to_numpy()
    share, net = 100 * rate, known["budget_net"].to_numpy()
    forecast = forecast.dropna(subset="median")
    forecast = forecast[forecast["upper80"] - forecast["lower80"] < WIDE]
    ahead = int(forecast["fiscal_year"].iloc[0]) if len(forecast) else int(year[-1])
    axes = style.canvas(ax, height=3.4)
    behind(axes, band)
    if len(known) > 1:
        axes.axhline(100 * pool.rate, color=style.EXECUTED, lw=1, ls="--")
        axes.plot(year, share, color=style.EXECUTED, lw=1.4)
    area = 20 + 70 * net / net.max()
    axes.scatter(year, share, s=area, color=style.EXECUTED, zorder=3)
    texts = list(map(words.whole_percent, rate))
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.5}
    look = {"ha": "center", "va": "bottom", "size": SIZE, "zorder": 4, "bbox": box}
    if _fits(texts, np.array([year[0], ahead])):
        for at, height, text in zip(year, share, texts, strict=True):
            style.label(axes, (at, height), text, 6.5, **look)
    for row in forecast.itertuples():
        axes.vlines(ahead, 100 * row.lower80, 100 * row.upper80, color=style.FORECAST, lw=6)
        axes.vlines(ahead, 100 * row.lower95, 100 * row.upper95, color=style.FORECAST, lw=1.6)
        axes.scatter(ahead, 100 * row.median, color="white", s=22, zorder=4)
    # A lane above all that is drawn, for what the lines are.
    low, high = min(0.0, share.min()), max(104.0, share.max())
    axes.set_ylim(low, high)
    if len(earlier):
        style.rings(axes, earlier["fiscal_year"], 100 * earlier["execution_rate"])
    low, high = axes.get_ylim()
    places = [tick for tick in axes.get_yticks() if low <= tick <= high]
    axes.yaxis.set_major_locator(FixedLocator(places))
    axes.set_ylim(low, high + 0.24 * (high - low))
    _around(axes, np.array([year[0], ahead]))
    style.quantity_axis(axes)
    style.year_axis(axes, [*year, ahead])
    mean, decimals = words.percent(pool.rate, pool.decimals), precision.of_rates(known)
    above = {"transform": axes.transAxes, "va": "top", "size": 9}
    if len(known) > 1:
        text = words.say(f"- - 全期間 {mean}", f"- - all years {mean}")
        axes.text(0.01, 0.99, text, color=style.EXECUTED, **above)
    if len(forecast):
        text = words.say("予測(80・95 %区間)", "forecast (80, 95 %)")
        axes.text(0.99, 0.99, text, color=style.FORECAST, ha="right", **above)
    limits = ""
    if pool.tells:
        span = words.limits(*pool.t, pool.decimals)
        limits = words.say(
            f"、平均の執行率の95 %区間 {span}", f", 95 % interval for the mean rate {span}"
        )
    notes = [words.say("灰色は同じような事業", "grey: its peers")] if len(band) else []
    if len(earlier):
        notes.append(words.say("輪はほかのシートの値", "rings: other sheets"))
    noted = words.say("。", "; ") + words.say("、", ", ").join(notes) if notes else ""
    by_year = ", ".join(
        f"{words.year(at)} {words.percent(each, decimals)}"
        for at, each in zip(year, rate, strict=True)
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
    columns = ["fiscal_year", "budget_net", "executed", "execution_rate"]
    style.finish(
        axes,
        _varied(known, decimals),
        style.source(sheet),
        words.say("年度別の執行率: ", "Execution rate by year: ")
        + by_year
        + words.say(f"。全期間 {mean}{limits}", f". All years {mean}{limits}")
        + coming
        + behind_alt(band)
        + style.ring_alt(earlier, "execution_rate", lambda rate: words.percent(rate, decimals)),
        words.say("執行率(執行額 ÷ 予算計、%)", "Executed / net budget, %") + noted,
        known[columns],
    )
    return axes


def _varied(known: pd.DataFrame, decimals: int) -> str:
    """What the rates show: from where to where they go, or the one there is."""
    low, high = known["execution_rate"].min(), known["execution_rate"].max()
    ends = [words.percent(rate, 0) for rate in (low, high)]
    if len(known) == 1:
        year, rate = (
            words.year(known["fiscal_year"].iloc[0]),
            words.percent(low, 0 if low in (0, 1) else decimals),
        )
        return words.say(f"{year}の執行率は{rate}", f"{rate} was executed in {year}")
    if ends[0] == ends[1]:
        return words.say(f"執行率はどの年度も{ends[0]}", f"{ends[0]} was executed every year")
    least = known.loc[digits.lowest(known["execution_rate"]), "fiscal_year"]
    most = known.loc[digits.highest(known["execution_rate"]), "fiscal_year"]
    return words.say(
        f"執行率は{words.year(least)}の{ends[0]}から{words.year(most)}の{ends[1]}まで",
        f"From {ends[0]} executed in {words.year(least)} to {ends[1]} in {words.year(most)}",
    )


@style.drawn
def unspent(table: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """The table of `execution.unspent` by year; nothing is drawn where nothing was left, or is
    known."""
    if not table["unspent"].any():
        return None
    year, unit = table["fiscal_year"].to_numpy(int), money.unit(table["unspent"], MOST)
    shown = table["unspent"] / unit.million
    total, number = table["unspent"].sum(), words.column(shown)
    axes = style.canvas(ax, height=2.9)
    style.bars(axes, year, 0, shown, width=0.6, facecolor=style.UNSPENT)
    texts = [style.signed(number(value)) for value in shown]
    if _fits(texts, year):
        for at, value, text in zip(year, shown, texts, strict=True):
            up, va = (3, "bottom") if value >= 0 else (-3, "top")
            style.label(axes, (at, value), text, up, ha="center", va=va, size=SIZE)
    axes.margins(y=0.2)
    axes.axhline(0, color=style.FAINT, lw=0.8)
    if min(shown) >= 0:
        axes.set_ylim(bottom=0)
    _around(axes, year)
    style.quantity_axis(axes)
    style.year_axis(axes, year)
    most = table.loc[digits.highest(table["unspent"])]
    at, largest = words.year(most["fiscal_year"]), money.yen(most["unspent"])
    if len(table) == 1:
        left = money.yen(abs(total))
        seen = (
            words.say(f"{at}は{left}が残った", f"{left} was left in {at}")
            if total > 0
            else words.say(f"{at}は予算を{left}上回った", f"{left} over the budget in {at}")
        )
    elif total > 0:
        seen = words.say(
            f"{len(year)}年で{money.yen(total)}が残り、最大は{at}の{largest}",
            f"{money.yen(total)} was left in {len(year)} years, most in {at} ({largest})",
        )
    else:
        seen = words.say(
            f"{len(year)}年を通すと予算を{money.yen(-total)}上回った",
            f"Over {len(year)} years, {money.yen(-total)} above the budget",
        )
    by_year = ", ".join(
        f"{words.year(at)} {money.yen(value)}"
        for at, value in zip(year, table["unspent"], strict=True)
    )
    style.finish(
        axes,
        seen,
        style.source(sheet),
        words.say("年度別の不用額: ", "Unspent by year: ")
        + by_year
        + words.say(f"。合計 {money.yen(total)}", f". In all {money.yen(total)}"),
        words.say(f"不用額(予算計 − 執行額、{unit.name})", f"Net budget − executed, {unit.name}"),
        table,
    )
    return axes


NAMES = 1.75
"""Inches for the names of payees."""


@style.drawn
def payments(table: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """The table of `payees.by_year` with its amounts: a heat map, of a single year bars; nothing
    is drawn without a named payment."""
    if table.index.equals(pd.Index(["unnamed"])):
        return None
    table = table.dropna(how="all")
    others = words.say("上記以外", "all others")
    unnamed = words.say("支出先の記載なし", "executed, not named")
    rename = {"others": others, "unnamed": unnamed}
    labels = [style.fitted(rename.get(row, row), NAMES, SIZE) for row in table.index]
    unit = money.unit(np.ravel(table), MOST)
    one_year = table.shape[1] == 1
    axes = style.canvas(ax, height=(1.1 if one_year else 1.5) + 0.27 * len(table))
    style.item_axis(axes.yaxis, np.arange(len(labels)) + 0.5, labels, SIZE)
    inches = style.WIDTH - 0.45 - max(style.measured(label, SIZE) for label in labels)
    (_bars if one_year else _cells)(axes, table / unit.million, inches)
    axes.invert_yaxis()
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.grid(False)
    rows = [
        f"{rename.get(row, row)} "
        + ", ".join(f"{words.year(at)} {money.yen(value)}" for at, value in paid.dropna().items())
        for row, paid in table.iterrows()
        if paid.notna().any()
    ]
    first = table.index[0]
    name, paid = style.fitted(first, 2.6, 12), money.yen(table.loc[first].sum())
    span = int(table.columns[0]), int(table.columns[-1])
    style.finish(
        axes,
        words.say(f"最も多く支払われたのは{name}({paid})", f"Most was paid to {name} ({paid})"),
        style.source(sheet),
        words.say("支出先×年度の表: ", "Payee by year: ") + "; ".join(rows),
        words.say(
            f"支出先別、{words.span(*span)}({unit.name})",
            f"By payee, {words.span(*span)}, {unit.name}",
        ),
        table.rename(rename).rename(columns=str).rename_axis("payee").reset_index(),
    )
    return axes


def _bars(axes: Axes, table: pd.DataFrame, inches: float) -> None:
    """A bar a payee of the one year, its amount at its end."""
    amounts = table.iloc[:, 0]
    number = words.column(amounts)
    texts = [number(value) for value in amounts]
    end = max(style.measured(text, SIZE) for text in texts) + 0.15
    colours = [style.PEERS if row == "unnamed" else style.EXECUTED for row in table.index]
    axes.barh(np.arange(len(table)) + 0.5, amounts, color=colours, height=0.6)
    for at, (value, text) in enumerate(zip(amounts, texts, strict=True)):
        look = {"va": "center", "size": SIZE, "in_layout": False}
        style.label(axes, (max(value, 0), at + 0.5), text, 0, 4, **look)
    low, high = min(0, amounts.min()), max(0, amounts.max())
    axes.set_xlim(low, low + ((high - low) or 1) * inches / (inches - end))
    axes.set_xticks([])


def _cells(axes: Axes, table: pd.DataFrame, inches: float) -> None:
    """A cell a payee and year, the darker the more."""
    amounts = table.to_numpy(float)
    number = words.column(amounts[np.isfinite(amounts)])
    most, is_named = np.nanmax(amounts), (table.index != "unnamed")[:, None]
    slot = inches / table.shape[1]
    for cmap, top, hidden in (("Blues", most, ~is_named), ("Greys", 2 * most, is_named)):
        aside = hidden | np.isnan(amounts)
        shown = np.ma.masked_where(aside, amounts)
        look = {"vmin": -top / 10, "vmax": top, "edgecolors": "white", "lw": 1.5}
        colours = axes.pcolormesh(shown, cmap=cmap, **look).to_rgba(shown)
        for row, column in np.argwhere(~aside):
            text = number(amounts[row, column])
            if style.measured(text, SIZE) > slot:
                continue
            dark = style.luminance(colours[row, column]) < 0.41
            look = {"ha": "center", "va": "center", "color": "white" if dark else style.INK}
            axes.text(column + 0.5, row + 0.5, text, size=SIZE, **look)
    years = [str(year) for year in table.columns]
    every = int(np.ceil((style.measured("2018", 9.5) + 0.06) / slot))
    ticks = np.arange(len(years))[::every]
    style.named(axes.xaxis, ticks + 0.5, [years[at] for at in ticks])
    axes.set_xlabel(words.term("fiscal_year"))
