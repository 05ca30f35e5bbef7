"""The figures of notebook 02: budget, execution, unspent money, payees."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from seaborn.utils import relative_luminance

from helpers import digits, money, precision, words
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


STEPS = {
    "requested": {"width": 0.86, "facecolor": "none", "edgecolor": style.REQUESTED, "ls": "--"},
    "initial": {"width": 0.66, "facecolor": style.INITIAL, "edgecolor": style.BLUE},
    "budget_net": {"width": 0.46, "facecolor": style.BUDGET, "edgecolor": "none"},
    "executed": {"width": 0.26, "facecolor": style.EXECUTED, "edgecolor": "none"},
}
"""Step from the request to the outturn -> how its bar looks, each within the one before."""


@style.drawn
def cascade(table: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """The cascade of `execution.cascade` by year: nested bars from the request (outline) to the
    outturn (dark); nothing is drawn for an empty table."""
    if table.empty:
        return None
    axes = style.canvas(ax, height=3.4)
    year = table["fiscal_year"].to_numpy(int)
    unit = money.unit(np.ravel(table[list(STEPS)]), 10_000)
    shown = table[list(STEPS)] / unit.million
    for column, look in STEPS.items():
        if table[column].notna().any():
            axes.bar(year, shown[column], label=words.term(column), **look)
    top = shown.max(axis=1)
    pairs = [
        (words.number(spent), words.number(net)) if pd.notna(spent) or pd.notna(net) else ("", "")
        for spent, net in zip(shown["executed"], shown["budget_net"], strict=True)
    ]
    both = words.say("棒の上は 執行額/予算計", "above the bars: executed / net budget")
    one = words.say("棒の上は執行額", "above the bars: executed")
    ways = [
        (["/".join(filter(None, pair)) for pair in pairs], both),
        (["\n/".join(filter(None, pair)) for pair in pairs], both),
        ([spent.replace("–", "") for spent, _ in pairs], one),
        ([""] * len(pairs), ""),
    ]
    labels = style.roomy([labels for labels, _ in ways], np.ptp(year) + 1, 8.5)
    above = next(said for way, said in ways if way is labels)
    for at, label in enumerate(labels):
        style.label(axes, (year[at], top[at]), label, 3, ha="center", size=8.5)
    axes.margins(y=0.15)
    axes.axhline(0, color=style.FAINT, lw=0.8)
    style.quantity_axis(axes)
    style.year_axis(axes, year)
    look = {"ncols": 4, "handlelength": 1.2, "columnspacing": 1, "handletextpad": 0.5}
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False, borderpad=0, **look)
    missing = words.say("要求額はシートにない", "the sheet gives no requests")
    rows = [
        f"{words.year(row.fiscal_year)} "
        + "→".join(words.number(getattr(row, column)) for column in STEPS)
        for row in table.itertuples()
    ]
    style.finish(
        axes,
        _largest_step(table),
        style.source(sheet),
        words.say(
            "年度別の棒グラフ、要求額→当初予算→予算計→執行額(百万円): ",
            "Bars by year, requested→initial→net budget→executed, million yen: ",
        )
        + "; ".join(rows)
        + words.rounded(np.ravel(table[list(STEPS)])),
        question=words.say("、", "; ").join(
            filter(
                None,
                (
                    words.say(f"要求から執行まで({unit.name})", f"Request to outturn, {unit.name}"),
                    above,
                    missing if table["requested"].isna().all() else "",
                ),
            )
        ),
        data=table[["fiscal_year", *STEPS]],
    )
    return axes


def _largest_step(table: pd.DataFrame) -> str:
    """At which step most was lost, in the years whose two amounts are known."""
    lost = table[["cut", "adjusted", "unspent"]].sum()
    step = digits.highest(lost)
    if not digits.less(0, lost[step]):
        return words.say("どの段階でも減っていない", "No drop at any step")
    where = words.say(
        *{
            "cut": ("要求から当初予算まで", "from request to initial budget"),
            "adjusted": ("当初予算から予算計まで", "from initial to net budget"),
            "unspent": ("予算計から執行まで", "from net budget to outturn"),
        }[step]
    )
    amount = money.yen(lost[step])
    return words.say(f"最も減ったのは{where}({amount})", f"Largest drop: {where} ({amount})")


TOO_WIDE = 0.9
"""An 80 % interval of a rate that is as wide says nothing, and is not drawn."""


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
    axes = style.canvas(ax, height=3.4)
    behind(axes, band)
    if pool.tells:
        limits = [100 * limit for limit in pool.t]
        axes.axhspan(*limits, color=style.EXECUTED, alpha=0.1, lw=0)
    if len(year) > 1:
        axes.axhline(100 * pool.rate, color=style.EXECUTED, lw=1.2)
    axes.plot(year, 100 * known["execution_rate"], color=style.INK, lw=1, alpha=0.5)
    area = 30 + 130 * known["budget_net"] / known["budget_net"].max()
    axes.scatter(year, 100 * known["execution_rate"], s=area, color=style.INK, zorder=3)
    texts = [words.whole_percent(rate) for rate in known["execution_rate"]]
    look = {"ha": "center", "size": 9, "zorder": 4}
    look["bbox"] = {"facecolor": "white", "edgecolor": "none", "alpha": 0.6, "pad": 0.5}
    places = ahead - year[0] + 1
    for at, rate, text in zip(
        year,
        known["execution_rate"],
        style.roomy([texts, [""] * len(year)], places, 9),
        strict=True,
    ):
        style.label(axes, (at, 100 * rate), text, 8, **look)
    for row in forecast.itertuples():
        says = digits.less(row.upper80 - row.lower80, TOO_WIDE)
        if says:
            ends = [100 * end for end in (row.lower80, row.upper80)]
            axes.vlines(ahead, *ends, color=style.FORECAST, lw=5)
            axes.vlines(ahead, 100 * row.lower95, 100 * row.upper95, color=style.FORECAST, lw=1.6)
        face, edge = ("white", "white") if says else ("white", style.FORECAST)
        axes.scatter(ahead, 100 * row.median, color=face, edgecolor=edge, s=26, zorder=4)
        label = words.say("予測", "forecast") if says else words.say("予測 ?", "forecast ?")
        top = row.upper95 if says else row.median
        named = {"ha": "left", "va": "bottom", "size": 9, "color": style.FORECAST}
        named["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        style.label(axes, (ahead, 100 * top), label, 4, -8, **named)
    axes.set_ylim(min(0, 100 * known["execution_rate"].min()), None)
    axes.set_ylim(top=max(108, 104 * known["execution_rate"].max()))
    if len(earlier):
        style.rings(axes, earlier["fiscal_year"], 100 * earlier["execution_rate"])
    axes.set_xlim(year[0] - 0.5, ahead + 0.6)
    style.year_axis(axes, [*year, ahead])
    mean, decimals = words.percent(pool.rate, pool.decimals), precision.of_rates(known)
    spans = ""
    if pool.tells:
        span = words.limits(*pool.t, pool.decimals)
        spans = words.say(
            f"、平均の執行率の95 %区間 {span}", f", 95 % interval for the mean rate {span}"
        )
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
    drawn = (
        words.say("線は全期間", "line: all years") if len(year) > 1 else "",
        words.say("、帯は平均の95 %区間", ", band: 95 % interval for the mean")
        if pool.tells
        else "",
        words.say("、灰色は同規模の事業", ", grey: projects of its size") if len(band) else "",
        words.say("、輪はほかのシートの値", ", rings: other sheets") if len(earlier) else "",
    )
    legend = "".join(drawn).lstrip("、, ")
    style.finish(
        axes,
        _level(known, mean, decimals),
        style.source(sheet),
        words.say("年度別の執行率: ", "Execution rate by year: ")
        + by_year
        + words.say(
            f"。全期間 {mean}{spans}",
            f". All years {mean}{spans}",
        )
        + coming
        + behind_alt(band)
        + style.ring_alt(earlier, "execution_rate", lambda rate: words.percent(rate, decimals)),
        question=words.say("執行額 ÷ 予算計、%", "Executed / net budget, %")
        + (words.say(f"({legend})", f" ({legend})") if legend else ""),
        data=known[["fiscal_year", "budget_net", "executed", "execution_rate"]],
    )
    return axes


def _level(known: pd.DataFrame, mean: str, decimals: int) -> str:
    """The rates in a sentence: all years together, and the lowest of them."""
    if len(known) == 1:
        year = words.year(known["fiscal_year"].iloc[0])
        return words.say(f"分かるのは{year}だけ: {mean}", f"{year} alone is known: {mean}")
    row = known.loc[digits.lowest(known["execution_rate"])]
    year, low = words.year(row["fiscal_year"]), words.percent(row["execution_rate"], decimals)
    return words.say(
        f"全期間で{mean}、最も低い{year}は{low}",
        f"{mean} over all years; {low} in {year}, the lowest",
    )


@style.drawn
def unspent(table: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """The table of `execution.unspent` by year; nothing is drawn where nothing was left, or is
    known."""
    if not table["unspent"].any():
        return None
    year = table["fiscal_year"].to_numpy(int)
    unit, total = money.unit(table["unspent"], 10_000), table["cumulated"].iloc[-1]
    shown = table["unspent"] / unit.million
    axes = style.canvas(ax, height=2.9)
    colours = [style.UNSPENT if value >= 0 else style.EXECUTED for value in shown]
    axes.bar(year, shown, color=colours, width=0.6)
    texts = [words.number(value) for value in shown]
    labels = style.roomy([texts, [""] * len(year)], np.ptp(year) + 1, 8.5)
    for at, value, label in zip(year, shown, labels, strict=True):
        style.label(axes, (at, value), label, 4 if value >= 0 else -11, ha="center", size=8.5)
    axes.margins(y=0.2)
    axes.axhline(0, color=style.FAINT, lw=0.8)
    if shown.min() >= 0:
        axes.set_ylim(bottom=0)
    axes.set_xlim(year[0] - 0.8, year[-1] + 0.8)
    style.quantity_axis(axes)
    style.year_axis(axes, year)
    by_year = ", ".join(
        f"{words.year(at)} {words.number(value)}"
        for at, value in zip(year, table["unspent"], strict=True)
    )
    style.finish(
        axes,
        _left(table, total),
        style.source(sheet),
        words.say("年度別の不用額(百万円): ", "Unspent by year, million yen: ")
        + by_year
        + words.say(f"。累計 {words.number(total)}", f". Cumulated {words.number(total)}")
        + words.rounded([*table["unspent"], total]),
        question=words.say(
            f"不用額 = 予算計 − 執行額({unit.name})", f"Net budget − executed, {unit.name}"
        ),
        data=table,
    )
    return axes


def _left(table: pd.DataFrame, total: float) -> str:
    """What was left in all, and in which year most."""
    most = table.loc[digits.highest(table["unspent"])]
    year, top = words.year(most["fiscal_year"]), money.yen(most["unspent"])
    if len(table) == 1 or not digits.less(0, most["unspent"]):
        span = words.span(int(table["fiscal_year"].iloc[0]), int(table["fiscal_year"].iloc[-1]))
        if digits.less(total, 0):
            return words.say(
                f"{span}は予算計を{money.yen(-total)}超えた",
                f"{money.yen(-total)} above the net budget in {span}",
            )
        return words.say(
            f"{span}に使われなかったのは{money.yen(total)}",
            f"{money.yen(total)} unspent in {span}",
        )
    return words.say(
        f"使われなかったのは計{money.yen(total)}、最大は{year}の{top}",
        f"{money.yen(total)} unspent in all; most in {year} ({top})",
    )


@style.drawn
def payments(table: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """The table of `payees.by_year` with its amounts: a heat map, of a single year bars; nothing
    is drawn without a named payment."""
    if table.index.equals(pd.Index(["unnamed"])):
        return None
    table = table.dropna(how="all").dropna(how="all", axis="columns")
    rename = {
        "others": words.say("その他", "others"),
        "unnamed": words.say("支出先の記載なし", "executed, not named"),
    }
    unit = money.unit(np.ravel(table), 10_000)
    draw = _bars if table.shape[1] == 1 else _cells
    axes = style.canvas(ax, height=(1.1 if draw is _bars else 1.4) + 0.3 * len(table))
    names = [rename.get(row, row) for row in table.index]
    labels = draw(axes, table if draw is _bars else table / unit.million, names)
    axes.set_yticks(np.arange(len(labels)) + 0.5, labels, fontsize=9)
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
    span = words.span(int(table.columns[0]), int(table.columns[-1]))
    style.finish(
        axes,
        _most_paid(table),
        style.source(sheet),
        words.say("支出先×年度の表(百万円): ", "Payee by year, million yen: ")
        + "; ".join(rows)
        + words.rounded(np.ravel(table)),
        question=words.say(f"支出先への支払い、{span}", f"Payments by payee, {span}")
        + ("" if draw is _bars else words.say(f"({unit.name})", f", {unit.name}")),
        data=table.rename(index=rename).rename_axis("payee").reset_index(),
    )
    return axes


def _most_paid(table: pd.DataFrame) -> str:
    rest = table.index.isin(["others", "unnamed"]) | table.index.str.startswith("その他")
    named = table[~rest].sum(axis=1)
    if named.empty:
        return words.say("支出先は「その他」だけ", "No payee is named but others")
    payee = digits.highest(named)
    name, amount = style.shorten(str(payee), 24), money.yen(named[payee])
    return words.say(f"最も多い支払いは{name}({amount})", f"{name} was paid most ({amount})")


def _bars(axes: Axes, table: pd.DataFrame, names: list[str]) -> list[str]:
    """A bar a payee with its amount at the end; gives the names as they fit."""
    amounts = table.iloc[:, 0]
    texts = [money.yen(value) for value in amounts]
    end = max(style.measured(text, 9) for text in texts) + 0.15
    colours = [style.PEERS if row == "unnamed" else style.EXECUTED for row in table.index]
    axes.barh(np.arange(len(table)) + 0.5, amounts, color=colours, height=0.6)
    for at, (value, text) in enumerate(zip(amounts, texts, strict=True)):
        look = {"va": "center", "size": 9, "in_layout": False}
        style.label(axes, (max(value, 0), at + 0.5), text, 0, 4, **look)
    room = style.WIDTH - 2 * style.PAD - 1.2 - end
    labels = [style.fitted(name, room, 9) for name in names]
    width = style.WIDTH - 2 * style.PAD - 0.1 - max(style.measured(name, 9) for name in labels)
    low, high = min(0, amounts.min()), max(0, amounts.max())
    axes.set_xlim(low, low + (high - low or 1) * width / (width - end))
    axes.set_xticks([])
    return labels


def _cells(axes: Axes, table: pd.DataFrame, names: list[str]) -> list[str]:
    """A cell a payee and year, the darker the more; gives the names as they fit."""
    amounts = table.to_numpy(float)
    texts = np.array([[words.number(value) for value in row] for row in amounts])
    most, is_named = np.nanmax(amounts), (table.index != "unnamed")[:, None]
    widest = max(style.measured(text, 9) for text in texts.ravel())
    room = style.WIDTH - 2 * style.PAD - 0.15 - table.shape[1] * (widest + 0.08)
    labels = [style.fitted(name, max(room, 1.2), 9) for name in names]
    place = style.WIDTH - 2 * style.PAD - 0.15 - max(style.measured(name, 9) for name in labels)
    # Of more years than there is room for, only the colours and the table below tell.
    size = 9 if widest < place / table.shape[1] else 0
    for cmap, top, hidden in (("Blues", most, ~is_named), ("Greys", 2 * most, is_named)):
        aside = hidden | np.isnan(amounts)
        shown = np.ma.masked_where(aside, amounts)
        mesh = axes.pcolormesh(shown, cmap=cmap, vmin=0, vmax=top, edgecolors="white", lw=1.5)
        colours = mesh.to_rgba(shown)
        for row, column in np.argwhere(~aside) if size else ():
            dark = relative_luminance(colours[row, column]) < 0.41
            look = {"ha": "center", "va": "center", "color": "white" if dark else style.INK}
            axes.text(column + 0.5, row + 0.5, texts[row, column], size=size, **look)
    years = [str(year) for year in table.columns]
    step = -(-style.measured("2020 ", 9.5) * table.shape[1] // place)
    axes.set_xticks(np.arange(0, len(years), int(step)) + 0.5, years[:: int(step)])
    return labels
