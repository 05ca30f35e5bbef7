"""The figure of how far the money can be followed."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from helpers import money, words
from helpers.analysis.flows import INDIRECT, REST, STATE, UNLINKED
from helpers.charts import style
from helpers.charts.layout import PAD
from helpers.sheet import ReviewSheet

ROW, STEP, BOX = 0.4, 0.34, 0.28
"""Inches from row to row, from level to level, and of the box of a block's letter."""
INDENTED = 1.8
"""Inches to the deepest row, where the steps would take it further."""
SIZE = 9.5


@style.drawn
def flows(tree: pd.DataFrame, sheet: ReviewSheet, ax: Axes | None = None) -> Axes | None:
    """The table of `flows.tree`, a row below the other: a box with a block's
    letter, its name and amount, and a bar as long as the amount; nothing is drawn without rows."""
    if tree.empty:
        return None
    year, high = words.year(tree["fiscal_year"].iloc[0]), ROW * len(tree)
    axes = style.canvas(ax, height=high + 1.1)
    width = style.WIDTH - 2 * PAD if ax is None else axes.bbox.width / axes.figure.dpi
    axes.set(xlim=(0, width), ylim=(-high + ROW / 2, ROW / 2))
    axes.set_axis_off()
    step = min(STEP, INDENTED / max(1, tree["level"].max()))
    left = [step * level for level in tree["level"]]
    colours = _colours(tree)
    unit = money.unit(tree["amount"])
    most, number = tree["amount"].max(), words.column(tree["amount"] / unit.million)
    # One line for all bars to begin at, so that their lengths compare.
    zero = max(left) + BOX + 0.08
    for at, row in enumerate(tree.itertuples()):
        start, y, colour = left[at], -ROW * at, colours[at]
        if pd.notna(row.parent):
            _link(axes, left[row.parent] + min(BOX, step) / 2, -ROW * row.parent, start, y)
        if row.kind in ("block", REST):
            _box(axes, start, y, row.block if row.kind == "block" else "…", colour)
        begin = start + {STATE: 0, UNLINKED: 0, INDIRECT: 0.06}.get(row.kind, BOX + 0.08)
        _texts(axes, row, number(row.amount / unit.million), (begin, y), width)
        if row.amount > 0 and most > 0:
            size = ((width - zero) * row.amount / most, 0.07)
            axes.add_patch(Rectangle((zero, y - 0.21), *size, facecolor=colour, lw=0))
    first_only = tree["first_payee"].notna().any()
    question = (
        words.say(
            "各ブロックの筆頭の支出先だけの金額。青は国の支出先、橙はその先",
            "The first payee of each block only; blue: paid by the state, orange: paid on",
        )
        if first_only
        else words.say(
            "青は国の支出、橙は支出先がさらに支払った同じお金",
            "Blue: paid by the state; orange: the same money paid on",
        )
    )
    columns = ["level", "block", "name", "first_payee", "amount"]
    style.finish(
        axes,
        _seen(tree, year),
        style.source(sheet),
        _alt(tree, year),
        question
        + (words.say(f"({unit.name})", f" ({unit.name})") if tree["amount"].notna().any() else ""),
        tree[["fiscal_year", *columns]].dropna(axis="columns", how="all"),
    )
    return axes


def _seen(tree: pd.DataFrame, year: str) -> str:
    """What the tree shows: how much went to how many blocks, in how many steps."""
    state = tree.loc[tree["kind"].eq(STATE), "amount"].sum(min_count=1)
    many = int(tree["kind"].eq("block").sum() + tree.loc[tree["kind"].eq(REST), "blocks"].sum())
    steps = int(tree["level"].max())
    blocks = words.say(f"{many}ブロック", words.count(many, "block"))
    if pd.isna(state):
        return words.say(
            f"{year}のお金は{blocks}、{steps}段に渡った",
            f"{year}: money went to {blocks} in {words.count(steps, 'step')}",
        )
    return words.say(
        f"{year}の{money.yen(state)}は{blocks}、{steps}段に渡った",
        f"{year}: {money.yen(state)} went to {blocks} in {words.count(steps, 'step')}",
    )


def _colours(tree: pd.DataFrame) -> list[str]:
    """By row: grey under what no path leads to and beside the blocks, blue one step from the state,
    orange beyond."""
    found: list[str] = []
    for row in tree.itertuples():
        above = None if pd.isna(row.parent) else found[row.parent]
        if above is None:
            found.append(style.INK if row.kind == STATE else style.GREY)
        elif row.kind == INDIRECT or above == style.GREY:
            found.append(style.GREY)
        else:
            found.append(style.BLUE if row.level == 1 else style.ORANGE)
    return found


def _link(axes: Axes, x: float, above: float, start: float, y: float) -> None:
    look = {"color": style.FAINT, "lw": 1.1, "zorder": 0.5}
    axes.plot([x, x, start], [above - BOX / 2, y, y], solid_joinstyle="miter", **look)


def _box(axes: Axes, start: float, y: float, letter: str, colour: str) -> None:
    filled = colour != style.ORANGE
    face = colour if filled else "white"
    corner = (start, y - BOX / 2)
    axes.add_patch(Rectangle(corner, BOX, BOX, facecolor=face, edgecolor=colour, lw=1.4))
    look = {"ha": "center", "va": "center_baseline", "size": 10}
    axes.text(start + BOX / 2, y, letter, color="white" if filled else style.INK, **look)


def _texts(axes: Axes, row, amount: str, at: tuple[float, float], width: float) -> None:
    """The name, cut to what the amount at the right end leaves, and the amount."""
    amount, (begin, y) = "" if row.kind == UNLINKED else amount, at
    after = _also(row)
    room = width - begin - style.measured(amount, SIZE) - style.measured(after, SIZE) - 0.15
    name = style.fitted(_name(row), room, SIZE) + after
    # Cut for axes as wide as they will be: their layout is not to make room for it.
    look = {"va": "center_baseline", "size": SIZE, "color": style.INK, "in_layout": False}
    axes.text(begin, y, name, **look)
    axes.text(width, y, amount, ha="right", **look)


def _name(row) -> str:
    if row.kind == UNLINKED:
        return words.say("どこから支払われたか書かれていないもの", "Blocks that no link leads to")
    if row.kind == REST:
        return words.say(f"ほか{row.blocks}ブロック", f"{words.count(row.blocks, 'more block')}")
    if row.kind == INDIRECT:
        return words.say("国が自ら支出する間接経費", "indirect costs of the state")
    if pd.notna(row.first_payee):
        return words.say(f"筆頭: {row.first_payee}", f"first payee: {row.first_payee}")
    return "" if pd.isna(row.name) else row.name


def _also(row) -> str:
    if row.kind != "block" or not row.also:
        return ""
    sources = words.say("・", ", ").join(row.also[:3]) + ("…" if len(row.also) > 3 else "")
    return words.say(f"({sources}からも)", f" (also from {sources})")


def _alt(tree: pd.DataFrame, year: str) -> str:
    """Who pays whom how much, a payer after the other."""
    said = [
        " ".join(
            filter(None, (row.block if row.kind == "block" else "", _name(row), _also(row).strip()))
        )
        + ("" if row.kind == UNLINKED else f" {money.yen(row.amount)}")
        for row in tree.itertuples()
    ]
    paid: dict[int, list[str]] = {}
    for at, parent in enumerate(tree["parent"]):
        if pd.notna(parent):
            paid.setdefault(parent, []).append(said[at])
    parts = [f"{said[at]} → {', '.join(those)}" for at, those in paid.items()] or said
    head = words.say(
        f"{year}のお金の流れ: ",
        f"Flow of money in {year}: ",
    )
    return head + "; ".join(parts)
