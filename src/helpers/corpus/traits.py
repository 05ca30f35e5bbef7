"""What of a sheet tells which project it is of: its name, place, ids and budgets."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import pandas as pd

TEXTS = ["sheet_id", "ministry", "project_number", "name", "bureau", "official_id", "past_ids"]
CLOSED = ("initial", "budget_net", "executed")
CURRENT = ("initial",)
"""What a later sheet repeats: of closed years nearly all, of the current one its initial budget."""

WRONG_PAST_YEARS = 2018
"""The sheet year whose past numbers bear a wrong year: they are those of the year before."""

_FORMER = re.compile(r"\((?:旧|前年度|(?:平成|令和)(?:元|[0-9]+)年度(?:までは)?)[\s:・]*([^()]+)")
_NUMBER = re.compile(r"\d+")


def name_key(name: str) -> str:
    """A project's name as its years spell it: in NFKC and lower case, letters and digits only."""
    return "".join(filter(str.isalnum, _plain(name)))


@dataclass(frozen=True)
class Traits:
    """What of a sheet is compared; `budget` is fiscal year -> column -> a value that is not 0."""

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
        """`name_key` of the name."""
        return name_key(self.name)

    @cached_property
    def letters(self) -> list[frozenset[str]]:
        """The pairs of neighbouring letters: of the name, then of the names that it contains.

        Those are what stands before the first bracket, and the former names in brackets.
        """
        plain = _plain(self.name)
        contained = [plain.split("(", 1)[0], *_FORMER.findall(plain)]
        keys = dict.fromkeys([self.key, *map(name_key, contained)])
        return [frozenset(map("".join, pairwise(key))) or frozenset([key]) for key in keys if key]

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers in the name: of a round, a year, a law."""
        return frozenset(_NUMBER.findall(_plain(self.name)))

    def names(self, earlier: "Traits") -> bool:
        """Whether it has that sheet among its past ones: in the RS system by the number alone."""
        return not self.past_ids.isdisjoint((earlier.sheet_id, earlier.number))


def traits(sheet: pd.DataFrame, budget: pd.DataFrame, current: int) -> dict[str, Traits]:
    """sheet_id -> Traits of all sheets, with the budgets up to the fiscal year `current`.

    Takes the tables `sheet` and `budget`, this with `sheet_id`. A budget value of 0 is left out:
    most all-zero years of a sheet mean "no such year".
    """
    texts = sheet.reindex(columns=TEXTS).astype("str").fillna("")
    found = {}
    for text, published, started in zip(
        texts.itertuples(index=False), sheet["sheet_year"], sheet["start_year"], strict=True
    ):
        start_year = None if pd.isna(started) else int(started)
        past_ids = _past_ids(text.past_ids, int(published))
        found[text.sheet_id] = Traits(*text[:5], start_year, text.official_id, past_ids)
    rows = budget[budget["sheet_id"].isin(found) & (budget["fiscal_year"] <= current)]
    cells = rows[["sheet_id", "fiscal_year", *CLOSED]].astype(dict.fromkeys(CLOSED, float))
    for sheet_id, year, *values in cells.itertuples(index=False):
        repeated = CLOSED if year < current else CURRENT
        known = {name: value for name, value in zip(repeated, values, strict=False) if value > 0}
        if known:
            found[sheet_id].budget[int(year)] = known
    return found


def _past_ids(printed: str, sheet_year: int) -> frozenset[str]:
    ids = set()
    for past in filter(None, printed.split("; ")):
        if sheet_year == WRONG_PAST_YEARS:
            past = f"{sheet_year - 1}-{past.split('-', 1)[1]}"
        # The Ministry of Defence ends its numbers of 2018 in a -0 that the sheets do not bear.
        ids |= {past, past.removesuffix("-0")}
    return frozenset(ids)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
