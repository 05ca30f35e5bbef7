"""Rules about what became of a project: the review's opinion against the next budget, and the
projects it was merged with or split into."""

from collections.abc import Iterator

from helpers.checks.finding import Finding, elsewhere
from helpers.precision import to_yen
from helpers.sheet import Located

REDUCED = ("縮減", "廃止")
"""Reactions that say that the request was reduced; the sign of the amount does not, as it may be
printed either way."""

REFORM = ("事業全体の抜本的な改善", "廃止")
"""Opinions that ask for more than improvements here and there: those do not speak of money, and
three in four are followed by a request that is no lower."""

SUCCESSORS = ("統合先", "分割先")
ORIGINS = ("統合元", "分割元")
"""What 関連性 says of the other project: money went there with the undertaking, or came from it."""


def not_reduced(sheet: Located) -> Iterator[Finding]:
    """A review that reduces is followed by a lower request, and by a lower initial budget.

    Compared with the initial budget of the year of the review are the request for the year after
    and, where a later sheet prints it, its initial budget.
    """
    budget = {row["fiscal_year"]: row for row in sheet["budget"]}
    for row in sheet["review"]:
        year, opinion, reaction = row["fiscal_year"], row["opinion"], row["reaction"]
        if year is None or not (reaction in REDUCED or opinion in REFORM):
            continue
        initial, following = budget.get(year, {}).get("initial"), budget.get(year + 1, {})
        if not initial:
            continue
        requested, granted = following.get("requested"), following.get("initial")
        if granted is None:
            later = elsewhere(sheet, "budget", "initial", year=year + 1)
            granted = list(later.values())[-1] if later else None
        facts = {"year": year, "next_year": year + 1, "opinion": opinion, "reaction": reaction}
        facts |= {"initial": initial, "requested": requested, "granted": granted}
        known = [row[name] for name in ("reflected", "reflected_special") if row[name] is not None]
        facts["reflected"] = to_yen(sum(map(abs, known))) if known else None
        column = "reaction" if reaction in REDUCED else "opinion"
        facts["said"] = row[column]
        if requested is not None and requested >= initial:
            key = "not_reduced" if column == "reaction" else "not_reduced.reform"
        elif granted is not None and granted >= initial:
            key = "not_reduced.granted"
        else:
            continue
        yield Finding(key, "review", (year,), column, row[column], facts=facts)


def merged(sheet: Located) -> Iterator[Finding]:
    """The sheet names the projects that this one went over into, or came from: their amounts are
    those of other projects, and links join no two of them."""
    for key, relations in (("merged", SUCCESSORS), ("merged.origin", ORIGINS)):
        others = [row for row in sheet["related"] if row["relation"] in relations]
        if others:
            named = list(dict.fromkeys((row["related_id"], row["related_name"]) for row in others))
            facts = {"others": [" ".join(filter(None, pair)) for pair in named]}
            yield Finding(key, "related", (), "relation", facts["others"], facts=facts)


RULES = (not_reduced, merged)
