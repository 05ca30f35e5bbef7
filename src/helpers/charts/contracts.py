"""The figure of how it was bought."""

import pandas as pd
from matplotlib.axes import Axes

from helpers import words
from helpers.charts import style
from helpers.sheet import ReviewSheet

WIDTH, SIZE = 6.0, 9.5
"""Inches of the figure, less than of others, so that its text is larger on a narrow screen; points
of its text."""


@style.drawn
def contracts(methods: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """The table of `contracts.methods` as a bar a group, the contracts with one bidder hatched;
    nothing is drawn of a single group, or where no amount is known."""
    if len(methods) < 2 or not (methods["amount"] > 0).any():
        return None
    axes = style.canvas(ax, height=1.5 + 0.42 * len(methods), width=WIDTH)
    place, number = range(len(methods)), words.column(methods["amount"])
    axes.barh(place, methods["amount"], color=style.BLUE, height=0.6)
    single = methods["single_amount"].where(methods["single_amount"] > 0)
    axes.barh(place, single, color=style.ORANGE, hatch="///", edgecolor="white", height=0.6)
    names = [words.method(name) for name in methods["contract_group"]]
    # Inches along which the bars lie, so that there is room for what is written at their ends.
    room = WIDTH - 0.5 - max(style.measured(name, SIZE) for name in names)
    longest = 0.0
    for at, row in enumerate(methods.itertuples()):
        text = number(row.amount) + words.say(f"({row.contracts}件)", f" ({row.contracts})")
        end = max(0, row.amount) if pd.notna(row.amount) else 0
        style.label(axes, (end, at), text, 0, 4, va="center", size=SIZE, in_layout=False)
        longest = max(longest, end / (1 - (style.measured(text, SIZE) + 0.15) / room))
    axes.set_xlim(min(0, methods["amount"].min()), longest)
    axes.set_yticks(place, names, fontsize=SIZE)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(words.say("百万円", "million yen"))
    style.quantity_axis(axes, name="x")
    axes.locator_params(axis="x", nbins=5)
    style.subtitle(
        axes,
        words.say("括弧は契約の件数", "in brackets: contracts")
        + (words.say("、斜線は一者応札の契約", "; hatched: one bidder") if single.any() else ""),
    )
    rows = [
        f"{words.method(row.contract_group)} {number(row.amount)} ({row.contracts})"
        + (
            words.say("、うち一者応札 ", ", one bidder ") + words.number(row.single_amount)
            if row.single_amount > 0
            else ""
        )
        for row in methods.itertuples()
    ]
    style.finish(
        axes,
        words.say("契約の方式別の金額", "Amounts by method of contract"),
        style.source(sheet),
        words.say(
            "契約の方式別の金額(百万円、括弧は件数): ",
            "Amount by method of contract, million yen (contracts): ",
        )
        + "; ".join(rows)
        + words.rounded(methods["amount"], number),
    )
    return axes
