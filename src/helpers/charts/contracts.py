"""The figure of how it was bought."""

import pandas as pd
from matplotlib.axes import Axes

from helpers import digits, money, words
from helpers.charts import style
from helpers.sheet import ReviewSheet


@style.drawn
def contracts(methods: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """The table of `contracts.methods` as a bar a group, the contracts with one bidder hatched;
    nothing is drawn of a single group, or where no amount is known."""
    if len(methods) < 2 or not (methods["amount"] > 0).any():
        return None
    axes = style.canvas(ax, height=1.4 + 0.38 * len(methods))
    amounts, place = methods["amount"], range(len(methods))
    axes.barh(place, amounts, color=style.EXECUTED, height=0.6)
    single = methods["single_amount"].where(methods["single_amount"] > 0)
    axes.barh(place, single, color=style.ORANGE, hatch="///", edgecolor="white", height=0.6)
    names = [words.method(name) for name in methods["contract_group"]]
    # Inches along which the bars lie, so that there is room for what is written at their ends.
    room = style.WIDTH - 0.5 - max(style.measured(name, 9.5) for name in names)
    longest = 0.0
    for at, (amount, many) in enumerate(zip(amounts, methods["contracts"], strict=True)):
        text = money.yen(amount) + words.say(f"({many}件)", f" ({many})")
        end = max(0, amount) if pd.notna(amount) else 0
        style.label(axes, (end, at), text, 0, 4, va="center", size=9.5, in_layout=False)
        longest = max(longest, end / (1 - (style.measured(text, 9.5) + 0.15) / room))
    axes.set_xlim(min(0, amounts.min()), longest)
    axes.set_yticks(place, names, fontsize=9.5)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    said = words.column(methods["amount"])
    rows = [
        f"{words.method(row.contract_group)} {said(row.amount)} ({row.contracts})"
        + (
            words.say("、うち一者応札 ", ", one bidder ") + words.number(row.single_amount)
            if row.single_amount > 0
            else ""
        )
        for row in methods.itertuples()
    ]
    style.finish(
        axes,
        _largest(methods),
        style.source(sheet),
        words.say(
            "契約の方式別の金額(百万円、括弧は件数): ",
            "Amount by method of contract, million yen (contracts): ",
        )
        + "; ".join(rows)
        + words.rounded(methods["amount"], said),
        question=words.say(
            "契約の方式別の金額(括弧は件数)",
            "Amounts by method of contract (number of contracts)",
        )
        + (words.say("、斜線は一者応札", "; hatched: one bidder") if single.any() else ""),
        data=methods,
    )
    return axes


def _largest(methods: pd.DataFrame) -> str:
    most = methods.loc[digits.highest(methods["amount"])]
    name, amount = words.method(most["contract_group"]), money.yen(most["amount"])
    return words.say(
        f"金額が最も大きいのは{name}({amount})", f"Largest by amount: {name} ({amount})"
    )
