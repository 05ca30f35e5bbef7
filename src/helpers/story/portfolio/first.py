"""Where should one look first? The order, and each reason by itself."""

import pandas as pd

from helpers import money, words
from helpers.analysis.leads import REASONS
from helpers.sentences import Sentences
from helpers.show import Fold, OfSheet, Outline, Table, Text

say = Sentences("portfolio/first")

EACH = 10
"""Projects that a table by one reason has."""

DRAWN = 30
"""Projects that the figure has at most."""

QUOTED = 200
"""Characters of a sheet's own explanation that are quoted."""


def needs_corpus() -> Text:
    """Why there is no list without a corpus, and how to make one."""
    return Text(*say.paragraphs("needs_corpus"))


def top(leads: pd.DataFrame, most: int) -> pd.DataFrame:
    """The first so many of the order."""
    return leads[leads["order"].notna()].head(most)


def seen(rows: pd.DataFrame) -> str:
    """The title of the figure."""
    return say("seen", first=rows.iloc[0]["name"], shown=min(len(rows), DRAWN))


def read_first(
    leads: pd.DataFrame,
    coverage: pd.DataFrame,
    weights: dict[str, float],
    most: int,
    part: bool,
) -> Text:
    """How the order is made: weights, of how many projects each reason is known, who has none;
    `leads` may be a `part` of those ranked."""
    known = coverage.set_index("reason")["known"].to_dict()
    facts = {
        "weights": weights,
        "equal": len(set(weights.values())) == 1,
        "known": known,
        "part": part,
        "projects": len(leads),
        "ordered": int(leads["order"].notna().sum()),
        "shown": len(top(leads, most)),
    }
    return Text(*say.paragraphs("first", **facts))


def first_table(rows: pd.DataFrame) -> Table:
    """The first projects, what they weigh, and their percentile by each reason."""
    places = [f"{reason}_percentile" for reason in REASONS]
    frame = rows[["order", "name", "score", *places, "budget_current", "ministry"]].assign(
        name=OfSheet.column(rows)
    )
    frame = several(frame)
    shares = dict.fromkeys(["score", *places], _percentile)
    heads = {f"{reason}_percentile": say("short", reason=reason) for reason in REASONS}
    heads |= {"score": say("score"), "budget_current": say("budget")}
    formats = {"name": OfSheet.itself, "order": words.number, "budget_current": money.yen}
    return Table(frame, say("table", shown=len(rows)), formats | shares, heads)


def told(rows: pd.DataFrame, reasons: pd.DataFrame) -> Outline | Text:
    """What speaks for a look at each of the projects, with the explanation of its own sheet."""
    if rows.empty:
        return Text(say("none"))
    said = dict(list(reasons.groupby("project_id", sort=False)))
    lines: list[tuple[int, str, str]] = []
    named = "ministry" in several(rows)
    for row in rows.itertuples():
        head = OfSheet(f"{int(row.order)}. {row.name}", row.sheet_id)
        lines.append((0, head, words.ministry(row.ministry) if named else ""))
        own = said.get(row.project_id, reasons[:0])
        lines += [(1, "", say("nothing_far"))] if own.empty else []
        quoted: set[str] = set()
        for reason in own.itertuples():
            lines.append((1, say("reason", reason=reason.reason), reason.told))
            if pd.notna(reason.explanation) and reason.explanation not in quoted:
                quoted.add(reason.explanation)
                text = words.cut(reason.explanation, QUOTED)
                lines.append((2, say("in_sheet", place=reason.place), words.quoted(text)))
    return Outline(lines, say("quoted_as_printed"))


def by_reason(leads: pd.DataFrame, reasons: pd.DataFrame) -> list[Fold | Text]:
    """For each reason the first of those it is told of, folded."""
    if leads.empty:
        return [Text(say("none"))]
    parts: list[Fold | Text] = []
    facts = leads[["project_id", "name", "ministry"]]
    for reason in REASONS:
        rows = reasons[reasons["reason"] == reason].merge(facts, on="project_id")
        rows = rows.sort_values(["reason_rank", "project_id"]).head(EACH)
        head = say("by_reason", reason=reason, known=int(leads[f"{reason}_rank"].notna().sum()))
        if rows.empty:
            parts.append(Fold(head, Text(say("nobody"))))
            continue
        frame = rows[["reason_rank", "name", "ministry", "percentile", "told"]]
        frame = several(frame.assign(name=OfSheet.column(rows)))
        formats = {"name": OfSheet.itself, "percentile": _percentile, "reason_rank": words.number}
        heads = {"reason_rank": say("rank"), "percentile": say("percentile")}
        parts.append(Fold(head, Table(frame, "", formats, heads)))
    return parts


def several(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` without its ministry where it is the same in all of several rows."""
    one = len(frame) > 1 and frame["ministry"].nunique() == 1
    return frame.drop(columns="ministry") if one else frame


def _percentile(value: float) -> str:
    return "–" if pd.isna(value) else words.whole_percent(value)
