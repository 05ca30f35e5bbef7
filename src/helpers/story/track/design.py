"""How was it tested? At which origins, which groups are scored, how many forecasts there are."""

import itertools
import math
import re
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from helpers import money, words
from helpers.analysis.peers import SIZES
from helpers.forecast.track_scores import ALL, FEWEST, SPANS
from helpers.sentences import Sentences
from helpers.show import Fold, Table, Text

say = Sentences("track/design")

BUDGETS = ("fell", "stayed", "rose")
ORDER = {
    name: at
    for at, name in enumerate((*words.QUANTITIES, ALL, *SPANS, *words.KINDS, *SIZES, *BUDGETS))
}


def read_tested(about: dict, scores: pd.DataFrame) -> Text:
    """The origins, what the choices have seen of them, and which groups are too small."""
    origins = origins_of(about)
    return Text(
        *say.paragraphs(
            "tested",
            origins=origins,
            first=about["sheets"][0],
            chosen=about["chosen"],
            later=[year for year in origins if year > about["chosen"]],
            fewest=FEWEST,
            too_few=_too_few(about, scores),
        )
    )


def _too_few(about: dict, scores: pd.DataFrame) -> list[str]:
    """The sizes and years ahead that have forecasts, but fewer than a group needs."""
    counts = {row["quantity"]: row["forecasts"] for row in about["counts"]}
    parts = []
    for name in quantities(scores):
        rows = scores[scores["quantity"] == name]
        for by in ("kind", "h"):
            of = rows[rows["by"] == by]
            scored = dict(zip(of["group"].astype(str), of["forecasts"], strict=True))
            left = counts.get(name, 0) - sum(scored.values())
            if left > 0 and scored:
                absent = _absent(name, by, set(scored))
                parts.append(say("too_few", name=name, groups=absent, forecasts=left))
    return parts


def _absent(name: str, by: str, scored: set[str]) -> str:
    if by == "h":
        ahead = {int(float(group)) for group in scored}
        most = next(years for years in itertools.count(1) if years + 1 not in ahead)
        return say("further_ahead", years=most)
    every = words.KINDS if name == "outcome" else SIZES
    return words.listed(group_label("kind", group) for group in every if group not in scored)


def counts_table(about: dict, scores: pd.DataFrame) -> Table:
    """Forecasts and projects by quantity, with the origins and the years that came, and how many
    came to lie in the 80 % intervals."""
    known = whole(scores)
    counts = sorted(about["counts"], key=lambda row: _rank(row["quantity"]))
    frame = pd.DataFrame(
        {
            "heading": [heading(row["quantity"]) for row in counts],
            "origins": [_run(about["origins"][row["quantity"]]) for row in counts],
            "years": [words.span(row["first"], row["last"]) for row in counts],
            "forecasts": [row["forecasts"] for row in counts],
            "projects": [row["projects"] for row in counts],
            "held": [known.get(("in80", row["quantity"]), {}).get("value") for row in counts],
        }
    )
    named = headings() | {name: say(name) for name in ("origins", "years", "held")}
    return Table(frame, say("counts"), {"held": words.percent}, named)


def _run(years: list[int]) -> str:
    return "–".join(map(str, dict.fromkeys([years[0], years[-1]])))


def how(*paragraphs: str) -> Fold:
    """How to read a figure, folded."""
    return Fold(say("how"), Text(*paragraphs))


def folded(table: Table) -> Fold:
    """A table, folded."""
    return Fold(say("numbers"), table)


def headings() -> dict[str, str]:
    """The headings of columns that several tables have."""
    return {name: say(name) for name in ("heading", "label", "forecasts", "projects")}


def source(about: dict, corpus: str | None) -> str:
    """The source note of the figures: the sheets that the record was computed from."""
    first, last = about["sheets"]
    return say("source", first=first, last=last, own_corpus=corpus is not None)


def in_groups(scores: pd.DataFrame, bys: list[str], measures: list[str]) -> pd.DataFrame:
    """The rows of `track_scores.table` of these groupings and measures, in a reader's order.

    Adds heading (the quantity) and label (the group).
    """
    asked = scores["by"].isin(bys) & scores["measure"].isin(measures) & scores["value"].notna()
    kept = np.flatnonzero(asked)
    rows = list(_rows(scores.iloc[kept], "quantity", "by", "group", "measure"))
    places = [
        (_rank(quantity), bys.index(by), *_place(group), measures.index(measure))
        for quantity, by, group, measure in rows
    ]
    order = sorted(range(len(rows)), key=places.__getitem__)
    groups = [rows[at][1:3] for at in order]
    labels = {group: group_label(*group) for group in dict.fromkeys(groups)}
    headings = {name: heading(name) for name in words.QUANTITIES}
    table = scores.iloc[kept[order]].reset_index(drop=True)
    return table.assign(
        heading=[headings[rows[at][0]] for at in order], label=[labels[group] for group in groups]
    )


def _rows(table: pd.DataFrame, *columns: str) -> Iterator[tuple]:
    # Much faster than over the columns themselves, of which pandas makes a value after the other.
    return zip(*(table[name].to_numpy(object) for name in columns), strict=True)


def _place(group: str) -> tuple[int, float]:
    """Where a group stands among others: by its kind, and then by its years ahead."""
    kind, _, last = group.rpartition(" ")
    years = float(last) if re.fullmatch(r"\d+(\.\d+)?", last) else math.inf
    return _rank(group, kind or group), years


def by_measure(
    table: pd.DataFrame, keys: list[str], measures: list[str], values: str
) -> pd.DataFrame:
    """Rows of `in_groups` with a column for each of the measures that has `values`, in the order of
    the rows."""
    rows: dict[tuple, dict] = {}
    for *key, measure, value in _rows(table, *keys, "measure", values):
        rows.setdefault(tuple(key), {}).setdefault(measure, value)
    known = [name for name in measures if any(name in row for row in rows.values())]
    found = [(*key, *(row.get(name) for name in known)) for key, row in rows.items()]
    return pd.DataFrame(found, columns=[*keys, *known])


def by_origin(
    table: pd.DataFrame, caption: str, origin: str, shape: Callable[[float], str]
) -> Table:
    """The values of `in_groups` by origin, a row an origin, which is headed so, a column a
    quantity."""
    names = quantities(table)
    found: dict[str, dict] = {}
    for year, name, value in _rows(table, "group", "quantity", "value"):
        found.setdefault(year, {})[name] = value
    rows = [(year, *map(found[year].get, names)) for year in sorted(found)]
    headings = {name: heading(name) for name in names} | {"origin": origin}
    frame = pd.DataFrame(rows, columns=["origin", *names])
    return Table(frame, caption, dict.fromkeys(names, shape), headings)


def _rank(*names: str) -> int:
    return min(ORDER.get(name, len(ORDER)) for name in names)


def heading(quantity: str) -> str:
    """A quantity as a heading."""
    return words.quantity(quantity).capitalize()


def group_label(by: str, group: str) -> str:
    """A group for a reader."""
    if by == ALL:
        return say("all")
    if by == "origin":
        return say("origin", year=group)
    if by == "span":
        return say("further_than" if group.startswith(">") else "span", years=group.strip("> "))
    if by == "h":
        return say("ahead", years=int(float(group)))
    if by == "kind and h":
        kind, years = group.rsplit(" ", 1)
        return say("kind_ahead", kind=group_label("kind", kind), ahead=group_label("h", years))
    if by == "kind":
        return words.kind(group) if group in words.KINDS else money.size(group)
    return say(group) if by == "budget" else words.ministry(group)


def whole(scores: pd.DataFrame) -> dict[tuple[str, str], dict]:
    """The scores of all forecasts that are known, by measure and quantity."""
    rows = scores.iloc[(scores["by"].to_numpy(object) == ALL).nonzero()].to_dict("records")
    return {(row["measure"], row["quantity"]): row for row in rows if pd.notna(row["value"])}


def origins_of(about: dict) -> list[int]:
    """The sheet years that any forecast was made from."""
    return sorted(set().union(*about["origins"].values()))


def quantities(scores: pd.DataFrame) -> list[str]:
    """The quantities of a record, in a reader's order."""
    known = set(scores["quantity"])
    return [name for name in words.QUANTITIES if name in known]
