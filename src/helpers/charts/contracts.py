"""The figure of how it was bought."""

import pandas as pd
from matplotlib.axes import Axes

from helpers import digits, money, words
from helpers.charts import style
from helpers.sheet import ReviewSheet

SIZE = 9.5
"""Points of the figure's text."""


@style.drawn
def contracts(methods: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """The table of `contracts.methods` as a bar a group, the contracts with one bidder hatched;
    nothing is drawn of a single group, or where no amount is known."""
    if len(methods) < 2 or not (methods["amount"] > 0).any():
        return None
    axes = style.canvas(ax, height=1.4 + 0.36 * len(methods))
    unit = money.unit(methods["amount"])
    amounts = methods["amount"] / unit.million
    place, number = range(len(methods)), words.column(amounts)
    axes.barh(place, amounts, color=style.BUDGET, height=0.6)
    single = methods["single_amount"].where(methods["single_amount"] > 0) / unit.million
    axes.barh(place, single, color=style.ORANGE, hatch="///", edgecolor="white", height=0.6)
    names = [words.method(name) for name in methods["contract_group"]]
    # Inches along which the bars lie, so that there is room for what is written at their ends.
    room = style.WIDTH - 0.5 - max(style.measured(name, SIZE) for name in names)
    longest = 0.0
    for at, row in enumerate(methods.itertuples()):
        text = number(amounts.iloc[at]) + words.say(f"({row.contracts}件)", f" ({row.contracts})")
        end = max(0, amounts.iloc[at]) if pd.notna(row.amount) else 0
        style.label(axes, (end, at), text, 0, 4, va="center", size=SIZE, in_layout=False)
        longest = max(longest, end / (1 - (style.measured(text, SIZE) + 0.15) / room))
    axes.set_xlim(min(0, amounts.min()), longest)
    style.item_axis(axes.yaxis, place, names, SIZE)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    style.quantity_axis(axes, name="x")
    axes.locator_params(axis="x", nbins=5)
    rows = [
        f"{words.method(row.contract_group)} {money.yen(row.amount)} ({row.contracts})"
        + (
            words.say("、うち一者応札 ", ", one bidder ") + money.yen(row.single_amount)
            if row.single_amount > 0
            else ""
        )
        for row in methods.itertuples()
    ]
    most = methods.loc[digits.highest(methods["amount"])]
    name, share = words.method(most["contract_group"]), words.percent(most["share"], 0)
    marks = words.say("、斜線は一者応札の契約", "; hatched: one bidder") if single.any() else ""
    style.finish(
        axes,
        words.say(f"金額が最も多い方式は{name}({share})", f"Most by amount: {name} ({share})"),
        style.source(sheet),
        words.say(
            "契約の方式別の金額(括弧は件数): ",
            "Amount by method of contract (contracts): ",
        )
        + "; ".join(rows),
        words.say(
            f"契約の方式別の金額({unit.name}、括弧は件数{marks})",
            f"By method of contract, {unit.name} (in brackets: contracts{marks})",
        ),
        methods[["contract_group", "contracts", "amount", "share", "single", "single_amount"]],
    )
    return axes
