"""Which sheet of an earlier year a sheet goes on from, and the projects these links make up."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

import pandas as pd

from helpers.corpus.likeness import (
    Overlap,
    Pairs,
    overlap,
    resembling,
    sharing_a_value,
    similarity,
)
from helpers.corpus.traits import Traits, traits

COLUMNS = ["sheet_id", "previous_id", "evidence", "verified", "years_compared", "years_agreeing"]
EVIDENCE = ("name", "fingerprint", "past_id", "official_id", "similar name", "name elsewhere")

ALIKE, MUCH_ALIKE = 0.3, 0.6
"""Similarities of names: enough beside agreeing budgets; enough beside the same start year."""


class Candidate(NamedTuple):
    """A pair that may be linked; of two candidates the one of greater `weight` is the better."""

    weight: tuple
    evidence: str
    earlier: Traits
    later: Traits
    overlap: Overlap

    def ends(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The two sheets, each told from one of the same id on the other side."""
        return ("earlier", self.earlier.sheet_id), ("later", self.later.sheet_id)


def link(
    earlier_sheet: pd.DataFrame,
    earlier_budget: pd.DataFrame,
    later_sheet: pd.DataFrame,
    later_budget: pd.DataFrame,
    evidence: Collection[str] = EVIDENCE,
) -> pd.DataFrame:
    """Link the sheets of one sheet year to those of a later one: each has at most one link.

    Takes the tables `sheet` and `budget` (with `sheet_id`) of the two years. One row a link:
    sheet_id, previous_id, evidence, verified (agrees / contradicts / no overlap), years_compared
    and years_agreeing: the fiscal years of which both print a budget. The evidence, of which the
    stronger goes first, and `evidence` says what to go by:

    - official_id of the RS system: its key
    - name: same ministry and name, and a budget year agrees
    - fingerprint: all budget years agree, and the names are alike or three distinct values agree
      (in another ministry both); or two years and four values do
    - name: same ministry and name, no budget year to compare
    - past_id: the later sheet names the earlier one; official_id of JUDGIT. Not followed where
      neither the budgets nor the name bear it out: 2 % of the printed numbers are wrong
    - similar name: same ministry, and a budget year agrees or, with none to compare, the start year
    - name elsewhere: same name in another ministry, and a budget year agrees or none is to compare
    - name: same ministry and name, though all budget years disagree

    Sheets whose best candidates tie stay unlinked. To bridge a year in which a project has no
    sheet, link the sheets that the nearer years have left over.
    """
    if earlier_sheet.empty or later_sheet.empty:
        return _table([])
    current = int(earlier_sheet["sheet_year"].iloc[0])
    old = traits(earlier_sheet, earlier_budget, current)
    new = traits(later_sheet, later_budget, current)
    links: list[Candidate] = []
    for propose in (_sure, _alike):
        proposed = propose(list(old.values()), list(new.values()))
        for chosen in _one_to_one(one for one in proposed if one.evidence in evidence):
            links.append(chosen)
            del old[chosen.earlier.sheet_id], new[chosen.later.sheet_id]
    return _table(links)


def projects(sheet: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """sheet_id, project_id of every sheet: "P" and the id of its project's first sheet.

    `links` may hold those of many years. Nothing later than a sheet changes its project_id.
    """
    previous = dict(zip(links["sheet_id"], links["previous_id"], strict=True))

    def first(sheet_id: str) -> str:
        while sheet_id in previous:
            sheet_id = previous[sheet_id]
        return sheet_id

    project_ids = ["P" + first(sheet_id) for sheet_id in sheet["sheet_id"]]
    return pd.DataFrame({"sheet_id": sheet["sheet_id"].to_numpy(), "project_id": project_ids})


def _table(links: list[Candidate]) -> pd.DataFrame:
    rows = [
        (later.sheet_id, earlier.sheet_id, evidence, both.verified, both.years, both.agreeing)
        for _, evidence, earlier, later, both in links
    ]
    types = dict.fromkeys(COLUMNS[:4], "str") | dict.fromkeys(COLUMNS[4:], "int64")
    return pd.DataFrame(rows, columns=COLUMNS).astype(types)


def _one_to_one(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    taken: set[tuple[str, str]] = set()
    ranked = sorted(candidates, key=lambda one: one.weight, reverse=True)
    for _, equals in groupby(ranked, key=lambda one: one.weight):
        free = [one for one in equals if taken.isdisjoint(one.ends())]
        times = Counter(end for one in free for end in one.ends())
        taken.update(times)
        yield from (one for one in free if all(times[end] == 1 for end in one.ends()))


def _sure(earlier: list[Traits], later: list[Traits]) -> Iterator[Candidate]:
    for old, new in _equal(_rs_id, earlier, later):
        yield Candidate((2,), "official_id", old, new, overlap(old, new))
    for old, new in _equal(lambda one: one.key and (one.ministry, one.key), earlier, later):
        both = overlap(old, new)
        if both.agreeing:
            weight = (1, both.agreeing, both.values, *_tie_break(old, new))
            yield Candidate(weight, "name", old, new, both)


def _alike(earlier: list[Traits], later: list[Traits]) -> Iterator[Candidate]:
    proposals = [
        sharing_a_value(earlier, later),
        _named(earlier, later),
        _equal(lambda one: one.official_id, earlier, later),
        _equal(lambda one: one.key, earlier, later),
        resembling(earlier, later, MUCH_ALIKE),
    ]
    seen = {(old.sheet_id, new.sheet_id): (old, new) for pairs in proposals for old, new in pairs}
    for old, new in seen.values():
        both, alike = overlap(old, new), similarity(old, new)
        # A value that agrees weighs as much as a fifth of the name.
        likeness = (both.agreeing, alike + both.values / 5, *_tie_break(old, new))
        for strength, evidence in _reasons(old, new, both, alike):
            yield Candidate((strength, *likeness), evidence, old, new, both)


def _reasons(old: Traits, new: Traits, both: Overlap, alike: float) -> Iterator[tuple[int, str]]:
    """What speaks for the pair, each with its strength."""
    at_home = old.ministry == new.ministry
    same_name = old.key == new.key != ""
    silent = both.years == 0
    all_agree = both.agreeing == both.years > 0
    telling = both.values >= 3
    if at_home:
        many_agree = both.agreeing >= 2 and both.values >= 4
        if many_agree or (all_agree and (alike >= ALIKE or telling)):
            yield 7, "fingerprint"
        if same_name:
            yield (6 if silent else 1), "name"
        elif alike >= MUCH_ALIKE and (both.agreeing or (silent and _started_together(old, new))):
            yield 3, "similar name"
    else:
        if all_agree and alike >= ALIKE and telling:
            yield 7, "fingerprint"
        if same_name and (both.agreeing or silent):
            yield 2, "name elsewhere"
    if both.agreeing or silent or alike >= ALIKE:
        if new.names(old):
            yield 5, "past_id"
        if old.official_id == new.official_id != "":
            yield 4, "official_id"


def _tie_break(old: Traits, new: Traits) -> tuple[bool, bool, bool]:
    return _started_together(old, new), old.bureau == new.bureau, old.number == new.number


def _started_together(old: Traits, new: Traits) -> bool:
    return old.start_year is not None and old.start_year == new.start_year


def _rs_id(one: Traits) -> str:
    return one.official_id if one.official_id.startswith("rs:") else ""


def _equal(key: Callable[[Traits], object], earlier: list[Traits], later: list[Traits]) -> Pairs:
    holders = defaultdict(list)
    for old in earlier:
        holders[key(old)].append(old)
    for new in later:
        if key(new):
            yield from ((old, new) for old in holders.get(key(new), ()))


def _named(earlier: list[Traits], later: list[Traits]) -> Pairs:
    known = {name: old for old in earlier for name in (old.number, old.sheet_id)}
    for new in later:
        yield from ((known[past], new) for past in new.past_ids if past in known)
