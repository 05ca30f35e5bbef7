"""Which sheet of an earlier year a sheet goes on from, and the projects these links make up."""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from itertools import chain, groupby
from operator import add, attrgetter
from typing import NamedTuple

import pandas as pd

from helpers.sheet import NO_PROJECT
from helpers.sources.cells import narrow

COLUMNS = ["sheet_id", "previous_id", "evidence", "verified", "years_compared", "years_agreeing"]
EVIDENCE = ("name", "fingerprint", "past_id", "official_id", "similar name", "name elsewhere")

ALIKE, MUCH_ALIKE = 0.3, 0.6
"""Similarities of names: enough beside agreeing budgets; enough beside the same start year."""

RENAMED = 0.9
"""Similarity of names from which on a sheet of a ministry that is new goes on from another's: as
many were renamed on the way by a bracket or a word, and no two others are as alike."""

RESTATED = 1e-3
"""The share of a value by which a later sheet may print it otherwise and yet mean it."""

TEXTS = ["sheet_id", "ministry", "project_number", "name", "bureau", "official_id", "past_ids"]
FACTS = [*TEXTS, "sheet_year", "start_year", "sheet_type"]
"""The columns of `sheet` that links are made by."""
CLOSED = ("initial", "budget_net", "executed")
BUDGET = ["sheet_id", "fiscal_year", *CLOSED]
"""The columns of `budget` that they are made by."""
CURRENT = CLOSED[:1]
"""What a later sheet repeats: of closed years nearly all, of the current one its initial budget."""

WRONG_PAST_YEARS = 2018
"""The sheet year whose past numbers bear a wrong year: they are those of the year before."""

NAMES = 20_000
"""Names whose keys are kept: most projects bear one name for years."""

_FORMER = re.compile(r"\((?:旧|前年度|(?:平成|令和)(?:元|[0-9]+)年度(?:までは)?)[\s:・]*([^()]+)")
_NUMBER = re.compile(r"\d+")


@dataclass  # Frozen ones take twice as long to make.
class Traits:
    """What of a sheet is compared; `kind` is its `sheet_type` if that is one of `NO_PROJECT`, else
    "", and `budget` is fiscal year -> column -> a value that is not 0."""

    kind: str
    sheet_id: str
    ministry: str
    number: str
    name: str
    bureau: str
    start_year: int | None
    official_id: str
    past_ids: frozenset[str]
    budget: dict[int, dict[str, float]] = field(default_factory=dict)

    @cached_property
    def key(self) -> str:
        """`_name_key` of the name."""
        return _name_key(self.name)

    @cached_property
    def letters(self) -> list[frozenset[str]]:
        """The pairs of neighbouring letters: of the name, then of the names that it contains.

        Those are what stands before the first bracket, and the former names in brackets.
        """
        plain = _plain(self.name)
        contained = [plain.split("(", 1)[0], *_FORMER.findall(plain)]
        keys = dict.fromkeys([self.key, *map(_name_key, contained)])
        return [frozenset(map(add, key, key[1:])) or frozenset([key]) for key in keys if key]

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers in the name: of a round, a year, a law."""
        return frozenset(_NUMBER.findall(_plain(self.name)))

    def names(self, earlier: "Traits") -> bool:
        """Whether it has that sheet among its past ones: in the RS system by the number alone."""
        return not self.past_ids.isdisjoint((earlier.sheet_id, earlier.number))


Pairs = Iterator[tuple[Traits, Traits]]
"""An earlier and a later sheet each; no pair comes twice."""


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
    - name elsewhere: same name in another ministry, or nearly so in one that had no sheets before,
      and a budget year agrees or none is to compare
    - name: same ministry and name, though all budget years disagree

    Two numbers of the RS system that differ are two projects, whatever they are called, but for one
    of the same name that prints the other's budgets: it was given a new number. A ministry is the
    same with its agency or its parent before it (国土交通省観光庁).

    Sheets whose best candidates tie stay unlinked, and so does a fund or segment sheet and a
    project's of its name. To bridge a year in which a project has no sheet, link the sheets that
    the nearer years have left over.
    """
    sides = traits(earlier_sheet, earlier_budget), traits(later_sheet, later_budget)
    return table(between(*sides, evidence))


def between(
    earlier: Collection[Traits], later: Collection[Traits], evidence: Collection[str] = EVIDENCE
) -> list[Candidate]:
    """The links of `link` between sheets of two years, as `traits` gives them."""
    links: list[Candidate] = []
    for kind in ("", *NO_PROJECT):
        sides = [[one for one in side if one.kind == kind] for side in (earlier, later)]
        homes = _homes(one.ministry for side in sides for one in side)
        old, new = ({one.sheet_id: _at_home(one, homes) for one in side} for side in sides)
        for propose in (_sure, _alike):
            proposed = propose(list(old.values()), list(new.values()))
            for chosen in _one_to_one(one for one in proposed if one.evidence in evidence):
                links.append(chosen)
                del old[chosen.earlier.sheet_id], new[chosen.later.sheet_id]
    return links


def projects(sheet: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """sheet_id, project_id of every sheet: "P" and the id of its project's first sheet.

    `links` may hold those of many years. Nothing later than a sheet changes its project_id.
    """
    ends = (links[side].tolist() for side in ("sheet_id", "previous_id"))
    previous = dict(zip(*ends, strict=True))

    def first(sheet_id: str) -> str:
        while sheet_id in previous:
            sheet_id = previous[sheet_id]
        return sheet_id

    project_ids = ["P" + first(sheet_id) for sheet_id in sheet["sheet_id"].tolist()]
    return pd.DataFrame({"sheet_id": sheet["sheet_id"].to_numpy(), "project_id": project_ids})


def _homes(printed: Iterable[str]) -> dict[str, str]:
    """Ministry as printed -> in one width and without blanks, and as the other sheets call it where
    it stands with its agency or behind its parent."""
    plain = {name: narrow(name) for name in set(printed)}
    known = set(plain.values())
    homes = {}
    for name, whole in plain.items():
        within = [one for one in known - {whole} if whole.endswith(one)]
        within = within or [one for one in known - {whole} if whole.startswith(one)]
        homes[name] = max(within, key=len, default=whole)
    return homes


def _at_home(one: Traits, homes: dict[str, str]) -> Traits:
    """The same under the name in `_homes` of its ministry, which two other years may change."""
    home = homes[one.ministry]
    return one if home == one.ministry else replace(one, ministry=home)


def traits(sheet: pd.DataFrame, budget: pd.DataFrame) -> list[Traits]:
    """What is compared of the sheets of one year: of its tables `sheet` and, with `sheet_id`,
    `budget`, of which other sheets' rows may be there, too.

    Fiscal years after the sheet year are left out, which earlier sheets do not print, and so are
    values of 0: most all-zero years of a sheet mean "no such year".
    """
    if sheet.empty:
        return []
    texts = sheet.reindex(columns=["sheet_type", *TEXTS]).astype("str").fillna("")
    texts = [column.tolist() for _, column in texts.items()]
    years = [column.tolist() for _, column in sheet[["sheet_year", "start_year"]].items()]
    found = {}
    for published, started, kind, *plain, official_id, past in zip(*years, *texts, strict=True):
        start_year = None if started is pd.NA else started
        facts = kind if kind in NO_PROJECT else "", *plain, start_year, official_id
        one = Traits(*facts, _past_ids(past, int(published)))
        found[one.sheet_id] = one
    current = int(sheet["sheet_year"].iloc[0])
    year = budget["fiscal_year"].to_numpy(float, na_value=math.nan)
    amounts = budget[list(CLOSED)].to_numpy(float, copy=True, na_value=math.nan)
    amounts[year >= current, len(CURRENT) :] = math.nan
    known = (year <= current) & (amounts > 0).any(axis=1)
    columns = budget["sheet_id"].array[known], year[known].astype(int), amounts[known]
    for sheet_id, of, values in zip(*(column.tolist() for column in columns), strict=True):
        if sheet_id in found:
            cells = zip(CLOSED, values, strict=True)
            found[sheet_id].budget[of] = {name: value for name, value in cells if value > 0}
    return list(found.values())


def table(links: list[Candidate]) -> pd.DataFrame:
    """The links as `link` gives them."""
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
        yield Candidate((2,), "official_id", old, new, _overlap(old, new))
    for old, new in _equal(lambda one: one.key and (one.ministry, one.key), earlier, later):
        both = _overlap(old, new)
        if both.agreeing:
            weight = (1, both.agreeing, both.values, *_tie_break(old, new))
            yield Candidate(weight, "name", old, new, both)


def _alike(earlier: list[Traits], later: list[Traits]) -> Iterator[Candidate]:
    had_sheets = {one.ministry for one in earlier}
    proposals = [
        _sharing_a_value(earlier, later),
        _named(earlier, later),
        _equal(lambda one: one.official_id, earlier, later),
        _equal(lambda one: one.key, earlier, later),
        *(_resembling(*sides, MUCH_ALIKE) for sides in _of_one_ministry(earlier, later)),
        _resembling(earlier, [new for new in later if new.ministry not in had_sheets], RENAMED),
    ]
    seen = {(old.sheet_id, new.sheet_id): (old, new) for pairs in proposals for old, new in pairs}
    for old, new in seen.values():
        both = _overlap(old, new)
        reasons = list(_reasons(old, new, both, new.ministry not in had_sheets))
        if reasons:
            # A value that agrees weighs as much as a fifth of the name.
            alike = _similarity(old, new) + both.values / 5
            likeness = (both.agreeing, alike, *_tie_break(old, new))
            for strength, evidence in reasons:
                yield Candidate((strength, *likeness), evidence, old, new, both)


def _reasons(old: Traits, new: Traits, both: Overlap, is_new: bool) -> Iterator[tuple[int, str]]:
    """What speaks for the pair, each with its strength; `is_new`: the later sheet's ministry had
    none before. Of most pairs the budgets say that nothing does, so that names are compared last.
    """
    at_home = old.ministry == new.ministry
    same_name = old.key == new.key != ""
    silent = both.years == 0
    unrefuted = both.agreeing or silent
    if _rs_id(old) and _rs_id(new) and not (same_name and both.agreeing):
        return
    all_agree = both.agreeing == both.years > 0
    telling = both.values >= 3
    if at_home:
        many_agree = both.agreeing >= 2 and both.values >= 4
        akin = both.agreeing or (silent and _started_together(old, new))
        if many_agree or (all_agree and (telling or _similarity(old, new) >= ALIKE)):
            yield 7, "fingerprint"
        if same_name:
            yield (6 if silent else 1), "name"
        elif akin and _similarity(old, new) >= MUCH_ALIKE:
            yield 3, "similar name"
    else:
        if all_agree and telling and _similarity(old, new) >= ALIKE:
            yield 7, "fingerprint"
        if unrefuted and (same_name or (is_new and _similarity(old, new) >= RENAMED)):
            yield 2, "name elsewhere"
    named, same_id = new.names(old), old.official_id == new.official_id != ""
    if (named or same_id) and (unrefuted or _similarity(old, new) >= ALIKE):
        if named:
            yield 5, "past_id"
        if same_id:
            yield 4, "official_id"


def _tie_break(old: Traits, new: Traits) -> tuple[bool, bool, bool]:
    return _started_together(old, new), old.bureau == new.bureau, old.number == new.number


def _started_together(old: Traits, new: Traits) -> bool:
    return old.start_year is not None and old.start_year == new.start_year


def _rs_id(one: Traits) -> str:
    return one.official_id if one.official_id.startswith("rs:") else ""


def _meeting(
    earlier: list[Traits],
    later: list[Traits],
    held: Callable[[Traits], Iterable],
    sought: Callable[[Traits], Iterable],
) -> Pairs:
    """The pairs of which the later sheet seeks a key that the earlier one holds."""
    holders = defaultdict(list)
    for old in earlier:
        for key in held(old):
            holders[key].append(old)
    for new in later:
        found = {old.sheet_id: old for key in sought(new) for old in holders.get(key, ())}
        yield from ((old, new) for old in found.values())


def _equal(key: Callable[[Traits], object], earlier: list[Traits], later: list[Traits]) -> Pairs:
    held = _grouped(earlier, key)
    for new in later:
        if value := key(new):
            yield from ((old, new) for old in held.get(value, ()))


def _of_one_ministry(
    earlier: list[Traits], later: list[Traits]
) -> Iterator[tuple[list[Traits], list[Traits]]]:
    """The sheets of both sides by their ministry, of those that have some on either."""
    old, new = (_grouped(side, attrgetter("ministry")) for side in (earlier, later))
    return ((old[ministry], new[ministry]) for ministry in old if ministry in new)


def _grouped(sheets: list[Traits], key: Callable[[Traits], object]) -> dict:
    groups = defaultdict(list)
    for one in sheets:
        groups[key(one)].append(one)
    return groups


def _sharing_a_value(earlier: list[Traits], later: list[Traits]) -> Pairs:
    """The pairs of which a budget cell agrees, give or take the rounding to whole millions."""

    def keys(one: Traits, *whole: Callable[[float], int]) -> set[tuple]:
        return {
            (year, name, to_whole(value))
            for year, cells in one.budget.items()
            for name, value in cells.items()
            for to_whole in whole
        }

    return _meeting(
        earlier, later, lambda old: keys(old, round), lambda new: keys(new, math.floor, math.ceil)
    )


def _resembling(earlier: list[Traits], later: list[Traits], at_least: float) -> Pairs:
    """The pairs whose names reach that similarity.

    Of two names as similar as that, each has at_least / (2 - at_least) of its letter pairs in
    common with the other, so that the rarer ones of both already meet (prefix filtering: Chaudhuri,
    Ganti and Kaushik, ICDE 2006).
    """
    if not earlier or not later:
        return iter(())
    names = (name for one in [*earlier, *later] for name in one.letters)
    common = Counter(chain.from_iterable(names))
    rarest = sorted(sorted(common), key=common.__getitem__)
    rank = {pair: place for place, pair in enumerate(rarest)}
    rarer = partial(_rarer, rank=rank, at_least=at_least)
    met = _meeting(earlier, later, rarer, rarer)
    return (pair for pair in met if _similarity(*pair) >= at_least)


def _named(earlier: list[Traits], later: list[Traits]) -> Pairs:
    known = {name: old for old in earlier for name in (old.number, old.sheet_id)}
    for new in later:
        yield from ((known[past], new) for past in new.past_ids if past in known)


def _rarer(one: Traits, rank: dict[str, int], at_least: float) -> set[int]:
    """The ranks of the rarer letter pairs of its names."""
    rarer = set()
    for name in one.letters:
        ranked = sorted(map(rank.__getitem__, name))
        in_common = math.ceil(len(ranked) * at_least / (2 - at_least))
        rarer.update(ranked[: len(ranked) - in_common + 1])
    return rarer


def _overlap(earlier: Traits, later: Traits) -> Overlap:
    """Compare the budgets; a year agrees where at least half of the cells that both print do.

    Two values agree within the rounding of the coarser one, up or down (1 million where one is
    whole, else 0.1), or within `RESTATED`.
    """
    years = agreeing = 0
    values: set[int] = set()
    for year, old in earlier.budget.items():
        new, both, same = later.budget.get(year, {}), 0, 0
        for name, value in old.items():
            other = new.get(name)
            if other is not None:
                both += 1
                if value == other or _agree(value, other):
                    same += 1
                    values.add(round(value))
        years += both > 0
        agreeing += 0 < both <= 2 * same
    return Overlap(years, agreeing, len(values))


def _agree(old: float, new: float) -> bool:
    unit = 1 if old.is_integer() or new.is_integer() else 0.1
    return abs(old - new) < unit or abs(old - new) <= RESTATED * old


def _similarity(earlier: Traits, later: Traits) -> float:
    """0 to 1: the letter pairs two names share (Dice), at best over the names that one contains.

    0 where each holds a number that the other has not: the 8th summit is not the 9th.
    """
    if earlier.numbers - later.numbers and later.numbers - earlier.numbers:
        return 0.0
    # Not over those of both: what stands in brackets may be all that tells two sheets apart.
    pairs = [(old, new) for old in earlier.letters for new in later.letters[:1]]
    pairs += [(old, new) for old in earlier.letters[:1] for new in later.letters[1:]]
    return max((2 * len(old & new) / (len(old) + len(new)) for old, new in pairs), default=0.0)


@lru_cache(NAMES)
def _name_key(name: str) -> str:
    """A project's name as its years spell it: in NFKC and lower case, letters and digits only."""
    return "".join(filter(str.isalnum, _plain(name)))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _past_ids(printed: str, sheet_year: int) -> frozenset[str]:
    ids = set()
    for past in filter(None, printed.split("; ")):
        if sheet_year == WRONG_PAST_YEARS:
            past = f"{sheet_year - 1}-{past.split('-', 1)[1]}"
        # The Ministry of Defence ends its numbers of 2018 in a -0 that the sheets do not bear.
        ids |= {past, past.removesuffix("-0")}
    return frozenset(ids)
