"""The groups that forecasts are scored by: their names and order, and which miss the nominal."""

import numpy as np
import pandas as pd

from helpers import words
from helpers.analysis.peers import SIZES
from helpers.words import size

NOMINAL = {"in80": 0.8, "in95": 0.95}
HELD_OUT = "held out"
TIED = "rate"
"""The quantity with many truths at one value, 100 %: an interval that ends there holds them all."""
ORDER = [*words.QUANTITIES, HELD_OUT, "chosen", *words.KINDS, *SIZES]


def chosen(scores: pd.DataFrame, bys: list[str], measures: list[str]) -> pd.DataFrame:
    """The rows of `track_scores.table` of these groupings and measures, in a reader's order.

    Adds heading (the quantity) and label (the group). Years ahead are left out where there is but
    one.
    """
    asked = scores["by"].isin(bys) & scores["measure"].isin(measures)
    table = scores[asked & scores["value"].notna()]
    ahead = table[table["by"] == "h"].groupby("quantity")["group"].nunique()
    lone = table["by"].isin(["h", "kind and h"]) & ~(table["quantity"].map(ahead).fillna(2) > 1)
    table = table[~lone]
    keys = pd.DataFrame(
        {
            "quantity": table["quantity"].map(_rank),
            "by": table["by"].map(bys.index),
            "group": table["group"].map(lambda group: _rank(str(group).split(" ")[0], str(group))),
            "h": pd.to_numeric(table["group"].astype(str).str.split(" ").str[-1], errors="coerce"),
            "measure": table["measure"].map(measures.index),
        }
    )
    table = table.loc[keys.sort_values(list(keys), kind="stable").index].reset_index(drop=True)
    return table.assign(
        heading=[quantity(name) for name in table["quantity"]],
        label=[
            label(by, str(group)) for by, group in zip(table["by"], table["group"], strict=True)
        ],
    )


def with_apart(table: pd.DataFrame) -> pd.DataFrame:
    """Shares in intervals with their nominal, and `apart`: -1 where the share is significantly below
    it (its 95 % interval lies below), 1 above, else 0."""
    nominal = table["measure"].map(NOMINAL).astype(float)
    below, above = table["high"] < nominal, table["low"] > nominal
    return table.assign(nominal=nominal, apart=np.select([below, above], [-1, 1], 0))


def quantity(name: str) -> str:
    """A quantity as a heading."""
    text = words.say(*words.QUANTITIES[name])
    return text[0].upper() + text[1:]


def label(by: str, group: str) -> str:
    """A group for a reader."""
    if by == "part":
        held = ("検証に残した年度", "held-out years")
        return words.say(
            *(held if group == HELD_OUT else ("選択に使った年度", "years used for selection"))
        )
    if by == "h":
        years = int(float(group))
        return words.say(f"{years}年先", f"{words.count(years, 'year')} ahead")
    if by == "kind and h":
        kind, years = group.rsplit(" ", 1)
        joint = words.say("、", ", ")
        return f"{label('kind', kind)}{joint}{label('h', years)}"
    if by == "kind":
        return words.say(*words.KINDS[group]) if group in words.KINDS else size(group)
    return group


def held(scores: pd.DataFrame, quantity: str, measure: str) -> pd.Series | None:
    """The score of all held-out forecasts of a quantity; None without one, or where it is NaN."""
    row = scores[
        (scores["quantity"] == quantity)
        & (scores["by"] == "part")
        & (scores["group"] == HELD_OUT)
        & (scores["measure"] == measure)
        & scores["value"].notna()
    ]
    return row.iloc[0] if len(row) else None


def quantities(scores: pd.DataFrame) -> list[str]:
    """The quantities of a record, in a reader's order."""
    return [name for name in words.QUANTITIES if name in set(scores["quantity"])]


def years(about: dict) -> str:
    """The held-out fiscal years."""
    return words.span(about["held_out"], max(about["held_out"], *about["origins"]))


def source(about: dict, corpus: str | None) -> str:
    """The source note of the figures: the sheets that the record was computed from."""
    first, last = about["sheets"]
    whose = "JUDGIT!" if corpus is None else "コーパス"
    english = "JUDGIT!" if corpus is None else "corpus"
    return words.say(
        f"出典: 行政事業レビューシート{first}〜{last}年公表({whose})から計算",
        f"Source: computed from administrative project review sheets {first}–{last} ({english})",
    )


def _rank(*names: str) -> int:
    return min((ORDER.index(name) for name in names if name in ORDER), default=len(ORDER))
