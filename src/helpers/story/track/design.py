"""How was it tested? What was held out, which groups are scored, how many forecasts there are."""

import itertools

import pandas as pd

from helpers import words
from helpers.analysis.peers import SIZES
from helpers.forecast.track_scores import FEWEST
from helpers.sentences import Sentences
from helpers.show import Table, Text

say = Sentences("track/design")

HELD_OUT = "held out"
ORDER = [*words.QUANTITIES, HELD_OUT, "chosen", *words.KINDS, *SIZES]


def read_tested(about: dict, scores: pd.DataFrame) -> Text:
    """The origins, what was chosen on, what was held out, and which groups are too small."""
    return Text(
        *say.paragraphs(
            "tested",
            origins=about["origins"],
            first=about["sheets"][0],
            held_out=about["held_out"],
            any_held_out=max(about["origins"]) >= about["held_out"],
            years=held_out_years(about),
            fewest=FEWEST,
            too_few=_too_few(about, scores),
        )
    )


def _too_few(about: dict, scores: pd.DataFrame) -> list[str]:
    """The sizes and years ahead that have forecasts, but fewer than a group needs."""
    counts = {
        row["quantity"]: row["forecasts"] for row in about["counts"] if row["part"] == HELD_OUT
    }
    parts = []
    for name in quantities(scores):
        groups = scores[scores["quantity"] == name].drop_duplicates(["by", "group"])
        for by in ("kind", "h"):
            scored = groups[groups["by"] == by]
            left = counts.get(name, 0) - int(scored["forecasts"].sum())
            if left > 0 and len(scored):
                absent = _absent(name, by, set(scored["group"].astype(str)))
                parts.append(say("too_few", name=name, groups=absent, forecasts=left))
    return parts


def _absent(name: str, by: str, scored: set[str]) -> str:
    if by == "h":
        ahead = {int(float(group)) for group in scored}
        most = next(years for years in itertools.count(1) if years + 1 not in ahead)
        return say("further_ahead", years=most)
    every = words.KINDS if name == "outcome" else SIZES
    return words.listed(group_label("kind", group) for group in every if group not in scored)


def counts_table(about: dict) -> Table:
    """Forecasts and projects by quantity and part."""
    counts = pd.DataFrame(about["counts"], columns=["quantity", "part", "forecasts", "projects"])
    counts = counts.sort_values("quantity", key=lambda names: names.map(_rank), kind="stable")
    frame = pd.DataFrame(
        {
            "heading": counts["quantity"].map(heading),
            "label": [group_label("part", part) for part in counts["part"]],
            "forecasts": counts["forecasts"],
            "projects": counts["projects"],
        }
    )
    return Table(frame, say("counts"), headings=headings())


def headings() -> dict[str, str]:
    """The headings of columns that several tables have."""
    return {name: say(name) for name in ("heading", "label", "forecasts", "projects")}


def source(about: dict, corpus: str | None) -> str:
    """The source note of the figures: the sheets that the record was computed from."""
    first, last = about["sheets"]
    return say("source", first=first, last=last, own_corpus=corpus is not None)


def in_groups(scores: pd.DataFrame, bys: list[str], measures: list[str]) -> pd.DataFrame:
    """The rows of `track_scores.table` of these groupings and measures, in a reader's order.

    Adds heading (the quantity) and label (the group). Years ahead are left out where there is but
    one.
    """
    asked = scores["by"].isin(bys) & scores["measure"].isin(measures)
    table = scores[asked & scores["value"].notna()]
    ahead = table[table["by"] == "h"].groupby("quantity")["group"].nunique()
    lone = table["by"].isin(["h", "kind and h"]) & ~(table["quantity"].map(ahead).fillna(2) > 1)
    table = table[~lone]
    group = table["group"].astype(str)
    keys = pd.DataFrame(
        {
            "quantity": table["quantity"].map(_rank),
            "by": table["by"].map(bys.index),
            "group": group.map(lambda name: _rank(name.split(" ")[0], name)),
            "h": pd.to_numeric(group.str.split(" ").str[-1], errors="coerce"),
            "measure": table["measure"].map(measures.index),
        }
    )
    table = table.loc[keys.sort_values(list(keys), kind="stable").index].reset_index(drop=True)
    labels = map(group_label, table["by"], table["group"].astype(str))
    return table.assign(heading=table["quantity"].map(heading), label=list(labels))


def by_measure(
    table: pd.DataFrame, keys: list[str], measures: list[str], values: str
) -> pd.DataFrame:
    """Rows of `in_groups` with a column for each of the measures that has `values`, in the order of
    the rows."""
    rows = pd.MultiIndex.from_frame(table[keys].drop_duplicates())
    wide = table.pivot_table(index=keys, columns="measure", values=values, aggfunc="first")
    frame = wide.reindex(index=rows, columns=measures)
    return frame.dropna(axis="columns", how="all").reset_index()


def _rank(*names: str) -> int:
    return min((ORDER.index(name) for name in names if name in ORDER), default=len(ORDER))


def heading(quantity: str) -> str:
    """A quantity as a heading."""
    return words.quantity(quantity).capitalize()


def group_label(by: str, group: str) -> str:
    """A group for a reader."""
    if by == "part":
        return say("held_out" if group == HELD_OUT else "chosen")
    if by == "h":
        return say("ahead", years=int(float(group)))
    if by == "kind and h":
        kind, years = group.rsplit(" ", 1)
        return say("kind_ahead", kind=group_label("kind", kind), ahead=group_label("h", years))
    if by == "kind":
        return words.kind(group) if group in words.KINDS else words.size(group)
    return group


def held_out(scores: pd.DataFrame) -> dict[tuple[str, str], dict]:
    """The scores of all held-out forecasts that are known, by measure and quantity."""
    rows = scores[(scores["by"] == "part") & (scores["group"] == HELD_OUT)]
    rows = rows[rows["value"].notna()].to_dict("records")
    return {(row["measure"], row["quantity"]): row for row in rows}


def held_out_years(about: dict) -> str:
    """The held-out fiscal years for a reader."""
    return words.span(about["held_out"], max(about["held_out"], *about["origins"]))


def quantities(scores: pd.DataFrame) -> list[str]:
    """The quantities of a record, in a reader's order."""
    return [name for name in words.QUANTITIES if name in set(scores["quantity"])]
