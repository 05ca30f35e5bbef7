"""How alike two sheets of different years are: by the budgets both print, and by their names."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from helpers.corpus.traits import Traits

Pairs = Iterator[tuple[Traits, Traits]]
"""An earlier and a later sheet each; no pair comes twice."""

RESTATED = 1e-3
"""The share of a value by which a later sheet may print it otherwise and yet mean it."""


class Overlap(NamedTuple):
    """The fiscal years both sheets print: how many, how many agree, how many distinct values do."""

    years: int
    agreeing: int
    values: int

    @property
    def verified(self) -> str:
        """agrees (at least half of the years do), contradicts, or no overlap."""
        if not self.years:
            return "no overlap"
        return "agrees" if 2 * self.agreeing >= self.years else "contradicts"


def overlap(earlier: Traits, later: Traits) -> Overlap:
    """Compare the budgets; a year agrees where at least half of the cells that both print do.

    Two values agree within the rounding of the coarser one, up or down (1 million where one is
    whole, else 0.1), or within `RESTATED`.
    """
    years = agreeing = 0
    values: set[int] = set()
    for year in earlier.budget.keys() & later.budget.keys():
        old, new = earlier.budget[year], later.budget[year]
        both = old.keys() & new.keys()
        same = [name for name in both if _agree(old[name], new[name])]
        years += bool(both)
        agreeing += bool(both) and 2 * len(same) >= len(both)
        values.update(round(old[name]) for name in same)
    return Overlap(years, agreeing, len(values))


def _agree(old: float, new: float) -> bool:
    unit = 1 if old.is_integer() or new.is_integer() else 0.1
    return abs(old - new) < unit or abs(old - new) <= RESTATED * old


def similarity(earlier: Traits, later: Traits) -> float:
    """0 to 1: the letter pairs two names share (Dice), at best over the names that one contains.

    0 where each holds a number that the other has not: the 8th summit is not the 9th.
    """
    if earlier.numbers - later.numbers and later.numbers - earlier.numbers:
        return 0.0
    # Not over those of both: what stands in brackets may be all that tells two sheets apart.
    pairs = [(old, new) for old in earlier.letters for new in later.letters[:1]]
    pairs += [(old, new) for old in earlier.letters[:1] for new in later.letters[1:]]
    return max((2 * len(old & new) / (len(old) + len(new)) for old, new in pairs), default=0.0)


def sharing_a_value(earlier: Iterable[Traits], later: Iterable[Traits]) -> Pairs:
    """The pairs of which a budget cell agrees, give or take the rounding to whole millions."""
    holders = defaultdict(list)
    for old in earlier:
        for year, cells in old.budget.items():
            for name, value in cells.items():
                holders[year, name, round(value)].append(old)
    for new in later:
        found = {
            old.sheet_id: old
            for year, cells in new.budget.items()
            for name, value in cells.items()
            for whole in {math.floor(value), math.ceil(value)}
            for old in holders.get((year, name, whole), ())
        }
        yield from ((old, new) for old in found.values())


def resembling(earlier: list[Traits], later: list[Traits], at_least: float) -> Pairs:
    """The pairs within a ministry whose names may reach that similarity, for comparison in full.

    Of two names as similar as that, each has at_least / (2 - at_least) of its letter pairs in
    common with the other, so that the rarer ones of both already meet (prefix filtering: Chaudhuri,
    Ganti and Kaushik, ICDE 2006).
    """
    common = Counter(pair for one in [*earlier, *later] for name in one.letters for pair in name)
    holders = defaultdict(list)
    for old in earlier:
        for pair in _rarer(old, common, at_least):
            holders[old.ministry, pair].append(old)
    for new in later:
        found = {
            old.sheet_id: old
            for pair in _rarer(new, common, at_least)
            for old in holders.get((new.ministry, pair), ())
        }
        yield from ((old, new) for old in found.values())


def _rarer(one: Traits, common: Counter[str], at_least: float) -> set[str]:
    rarer = set()
    for name in one.letters:
        ranked = sorted(name, key=lambda pair: (common[pair], pair))
        in_common = math.ceil(len(ranked) * at_least / (2 - at_least))
        rarer.update(ranked[: len(ranked) - in_common + 1])
    return rarer
