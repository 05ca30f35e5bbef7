"""The figures of notebook 06: payees of all projects."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import digits, money, words
from helpers.charts import style
from helpers.charts.spending import MOST

SIZE = 9.5
"""Points of the figures' text."""

NAME = 2.3
"""Inches that names beside bars may take."""

DIRECT, UNTOLD = style.EXECUTED, style.BUDGET
"""The ministry's own money, and money of which the sheets do not say whether it is."""


@style.drawn
def largest_payees(table: pd.DataFrame, source: str, ax: Axes | None = None) -> Axes | None:
    """A bar a payee of `every_payee.largest`: dark what ministries paid, light what the sheets do
    not tell; nothing is drawn of none."""
    if table.empty:
        return None
    axes = style.canvas(ax, height=1.2 + 0.31 * len(table))
    parts = table[["direct", "untold"]].astype(float).fillna(0.0)
    # Most payees have a small part of what the first has: in its unit they would all be 0.1.
    unit = money.unit(table["amount"], MOST * 100)
    number = words.column(table["amount"] / unit.million)
    texts = [number(value / unit.million) for value in table["amount"]]
    names = [style.fitted(name, NAME, SIZE) for name in table["payee"]]
    _bars(axes, names, [(parts[name] / unit.million).to_numpy() for name in parts], texts)
    first = table.iloc[0]
    name, paid = style.fitted(first["payee"], 2.6, 12), money.yen(first["amount"])
    rows = [f"{row.payee} {money.yen(row.amount)}" for row in table.itertuples()]
    style.finish(
        axes,
        words.say(f"最も多いのは{name}({paid})", f"Most: {name} ({paid})"),
        source,
        words.say("支出先と金額: ", "Payees and amounts: ") + "; ".join(rows),
        words.say(f"支出先別、{unit.name}{_told(parts)}", f"By payee, {unit.name}{_told(parts)}"),
        table[["payee", "direct", "untold"]],
    )
    return axes


def _told(parts: pd.DataFrame) -> str:
    """What the two colours mean, where there are two."""
    if not (parts > 0).any().all():
        return ""
    return words.say(
        "。濃い青は府省庁の直接の支出、薄い青は直接か再委託かの記載がない支出",
        ". Dark: paid by ministries themselves; light: the sheets do not say whether it was",
    )


def _bars(axes: Axes, names: list[str], parts: list[np.ndarray], texts: list[str]) -> None:
    """Bars of parts one after the other, with a text at the end of each."""
    place, left = np.arange(len(names)), np.zeros(len(names))
    colours = [DIRECT, UNTOLD][: len(parts)]
    for values, colour in zip(parts, colours, strict=True):
        axes.barh(place, values, left=left, color=colour, height=0.62)
        left = left + values
    inches = style.WIDTH - 0.5 - max(style.measured(name, SIZE) for name in names)
    end = max(style.measured(text, SIZE) for text in texts) + 0.15
    for at, text in enumerate(texts):
        look = {"va": "center", "size": SIZE, "in_layout": False}
        style.label(axes, (max(left[at], 0.0), at), text, 0, 4, **look)
    axes.set_xlim(0, (left.max() or 1) * inches / (inches - end))
    axes.set_yticks(place, names, fontsize=SIZE)
    axes.invert_yaxis()
    _plain(axes)


@style.drawn
def payee_years(
    direct: pd.DataFrame,
    untold: pd.DataFrame,
    years: pd.DataFrame,
    source: str,
    ax: Axes | None = None,
) -> Axes | None:
    """The tables of `story.payees.years`: a row a fiscal year with how many sheets print payments,
    a bar a ministry in a column of its own, dark and light as in `largest_payees`; nothing is drawn
    without money."""
    own = direct.add(untold, fill_value=0.0)[list(direct.columns)]
    if own.empty or not (own > 0).any(axis=None):
        return None
    unit = money.unit(np.ravel(own), MOST)
    number = words.column(np.ravel(own) / unit.million)
    texts = (own / unit.million).map(lambda value: "" if pd.isna(value) else number(value))
    axes = style.canvas(ax, height=1.8 + 0.3 * len(own))
    alone = years["first_only"] > 0
    labels = [
        f"{year}{'*' if first else ''} ({words.number(sheets)})"
        for year, sheets, first in zip(own.index, years["sheets"], alone, strict=True)
    ]
    slot = style.WIDTH - 0.5 - max(style.measured(text, SIZE) for text in labels)
    slot /= len(own.columns)
    room = max(style.measured(text, SIZE) for text in np.ravel(texts)) + 0.14
    scale = max(slot - room, 0.1) / slot / np.nanmax(own.to_numpy(float))
    heads = {name: _head(name, slot - 0.12) for name in own.columns}
    lines = max(text.count("\n") for text in heads.values()) + 1
    rows = np.arange(len(own))
    for at, name in enumerate(own.columns):
        left = np.full(len(own), float(at))
        for part, colour in ((direct, DIRECT), (untold, UNTOLD)):
            widths = part[name].fillna(0.0).to_numpy(float).clip(min=0) * scale
            axes.barh(rows, widths, left=left, color=colour, height=0.62, linewidth=0)
            left = left + widths
        for row, text in enumerate(texts[name]):
            if text:
                look = {"va": "center", "size": SIZE, "in_layout": False}
                style.label(axes, (left[row], row), text, 0, 3, **look)
        axes.text(at, -0.65, heads[name], size=9, va="bottom", color=style.INK)
    axes.set_xlim(0, len(own.columns))
    axes.set_ylim(len(own) - 0.5, -0.6 - 0.55 * lines)
    axes.set_yticks(rows, labels, fontsize=SIZE)
    _plain(axes)
    sums = own.sum(axis=1, min_count=1).dropna()
    best = int(digits.highest(sums))
    told = [
        f"{words.year(year)}: {money.yen(value)} ({words.number(years.loc[year, 'sheets'])})"
        for year, value in sums.items()
    ]
    notes = words.say(
        "年度の横は支払いを載せるシートの数", "beside the year: sheets that print payments"
    )
    if alone.any():
        notes += words.say(
            "、*は筆頭の支出先だけのシートがある年度", "; *: some of them first payees only"
        )
    parts = pd.DataFrame({"direct": direct.sum(), "untold": untold.sum()})
    style.finish(
        axes,
        words.say(
            f"記載が最も多いのは{words.year(best)}({money.yen(sums[best])})",
            f"Most is printed for {words.year(best)} ({money.yen(sums[best])})",
        ),
        source,
        words.say(
            "年度別の金額(支払いを載せるシートの数): ",
            "Amount by fiscal year (sheets that print payments): ",
        )
        + "; ".join(told),
        words.say(
            f"府省庁別、{unit.name}({notes}){_told(parts)}",
            f"By ministry, {unit.name} ({notes}){_told(parts)}",
        ),
        own.rename(columns=words.ministry).assign(sheets=years["sheets"]).reset_index(),
    )
    return axes


@style.drawn
def concentration(table: pd.DataFrame, source: str, ax: Axes | None = None) -> Axes | None:
    """The table of `story.payees.concentrated`: by ministry the share of the largest payee (dark)
    and of the first ten; nothing is drawn of fewer than two ministries."""
    if len(table) < 2:
        return None
    axes = style.canvas(ax, height=1.35 + 0.31 * len(table))
    names = [style.fitted(words.ministry(name), NAME, SIZE) for name in table["ministry"]]
    top, ten = (table[name].to_numpy(float) for name in ("top_share", "ten_share"))
    texts = [words.percent(share, 0) for share in ten]
    _bars(axes, names, [top, ten - top], texts)
    row = table.loc[digits.highest(table["ten_share"])]
    name, share = words.ministry(row["ministry"]), words.percent(row["ten_share"], 0)
    year = words.year(int(table["fiscal_year"].iloc[0]))
    rows = [
        f"{words.ministry(each.ministry)} {words.percent(each.top_share, 0)}, "
        f"{words.percent(each.ten_share, 0)}"
        for each in table.itertuples()
    ]
    style.finish(
        axes,
        words.say(
            f"上位10者の割合が最も高いのは{name}({share})",
            f"The first ten hold most at {name} ({share})",
        ),
        source,
        words.say(
            f"{year}、最大の支出先と上位10者の割合: ",
            f"{year}, share of the largest payee and of the first ten: ",
        )
        + "; ".join(rows),
        words.say(
            f"名前のある支出に占める上位10者の割合(濃い青は最大の1者)、{year}、"
            "名前のある支出の多い府省庁の順",
            f"Share of the first ten payees in named money (dark: of the largest), {year}; "
            "ministries by named money",
        ),
        table,
    )
    return axes


@style.drawn
def unnamed(
    table: pd.DataFrame, source: str, ax: Axes | None = None, most: int = 12
) -> Axes | None:
    """The table of `story.payees.unnamed`: by ministry the share of its money that is printed as
    "others" (dark) and as a class (light), and how much both are; nothing is drawn of fewer than
    two ministries."""
    table = table.head(most)
    if len(table) < 2:
        return None
    axes = style.canvas(ax, height=1.35 + 0.31 * len(table))
    names = [style.fitted(words.ministry(name), NAME, SIZE) for name in table["ministry"]]
    shares = [table[name].to_numpy(float) for name in ("bundled_share", "classes_share")]
    amounts = digits.significant((table["bundled"] + table["classes"]).to_numpy(float), 4)
    texts = [
        f"{words.percent(share, 0)} ({money.yen(amount)})"
        for share, amount in zip(sum(shares), amounts, strict=True)
    ]
    _bars(axes, names, shares, texts)
    first, year = table.iloc[0], words.year(int(table["fiscal_year"].iloc[0]))
    name, paid = words.ministry(first["ministry"]), money.yen(amounts[0])
    rows = [
        f"{words.ministry(row.ministry)} {text}"
        for row, text in zip(table.itertuples(), texts, strict=True)
    ]
    style.finish(
        axes,
        words.say(
            f"支出先の名前がない額が最も多いのは{name}({paid})",
            f"Most money without a named recipient: {name} ({paid})",
        ),
        source,
        words.say(
            "「その他」とまとめ書きの割合と額: ",
            "Share and amount of “others” and of several payees together: ",
        )
        + "; ".join(rows),
        words.say(
            "支出に占める割合(濃い青は「その他」、薄い青は年金受給者などのまとめ書き、括弧は両方の額)、"
            f"{year}、額の多い府省庁の順",
            "Share in each ministry's money (dark: “others”; light: several payees together, such "
            f"as recipients of pensions; in brackets: how much both are), {year}; most first",
        ),
        table,
    )
    return axes


def _head(ministry: str, inches: float) -> str:
    """A ministry's name above its column, four lines at most."""
    name = (
        words.say("その他の府省庁", "others") if ministry == "others" else words.ministry(ministry)
    )
    lines = style.wrapped(name, inches, 9).split("\n")
    return "\n".join([*lines[:3], lines[3] + "…"] if len(lines) > 4 else lines)


def _plain(axes: Axes) -> None:
    """Bars without an axis: their numbers are written at their ends."""
    axes.set_xticks([])
    axes.grid(False)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)
