"""Link the indicators of a project's sheets over the years, and name each series of them."""

import numpy as np
import pandas as pd

from helpers.corpus.vintages import NONE, places, ranges, texts, whole
from helpers.precision import restated
from helpers.sources.cells import narrow

ENOUGH = 2
"""Equal actuals, none of them trivial, that link two indicators whose texts differ."""
TRIVIAL = (0, 1, 100)
"""Actuals that so many indicators print that two equal ones show nothing."""
CROWD = 20
"""Indicators of a sheet that print one actual for one year: more tell none of them apart."""

_KEYS = ["sheet_id", "table", "number"]
_ENDS = ["later", "earlier"]
_COUNTS = ["years_compared", "years_agreeing", "telling"]
_LEVELS = [
    ("text", ["indicator", "goal", "unit", "term"]),
    ("text", ["indicator", "goal", "unit"]),
    ("nfkc", ["narrow indicator", "narrow goal", "narrow unit"]),
    ("text", ["indicator", "unit"]),
    ("nfkc", ["narrow indicator", "narrow unit"]),
]
_NONE_KNOWN = pd.DataFrame(columns=[*_KEYS, "previous_id", "previous_number"])


class _Numbers:
    """Numbers in place of texts: for a sheet, a section (a table of a sheet), and an indicator, in
    the order of sheet_id, table and number; NONE for one of another sheet or table."""

    def __init__(self, sheet_id: pd.Series, table: pd.Series):
        self._ids, self._tables = (texts(column).unique().sort() for column in (sheet_id, table))
        self.shape = len(self._ids), len(self._tables)

    def sheets(self, sheet_id: pd.Series) -> np.ndarray:
        return places(texts(sheet_id), self._ids)

    def sections(self, rows: pd.DataFrame, sheet_id: str = "sheet_id") -> np.ndarray:
        sheet, table = self.sheets(rows[sheet_id]), places(texts(rows["table"]), self._tables)
        return np.where((sheet < 0) | (table < 0), NONE, sheet * len(self._tables) + table)

    def indicators(
        self, rows: pd.DataFrame, sheet_id: str = "sheet_id", number: str = "number"
    ) -> np.ndarray:
        section = self.sections(rows, sheet_id)
        return np.where(section < 0, NONE, section * 2**32 + whole(rows[number]))


def link(
    indicators: pd.DataFrame,
    pairs: pd.DataFrame,
    values: pd.DataFrame,
    known: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row a linked indicator: which one of an earlier sheet of the project it continues.

    `indicators` (sheet_id, table, number, indicator, goal, unit, term), of whose rows the first of
    each counts; `pairs` (sheet_id, previous_id), each sheet at most once on either side; `values`
    (sheet_id, table, number, fiscal_year, actual). Gives sheet_id, table, number, previous_id,
    previous_number, evidence, years_compared, years_agreeing, verified.

    evidence: "text" (same indicator and unit), "nfkc" (the same but for width and blanks),
    "actuals" (most are equal, `ENOUGH` or more of them not `TRIVIAL`, and no third indicator left
    that prints them too). Indicators of one text are told apart by their goal and term, by equal
    actuals, then by their order where both sheets have as many of them: the numbers that the RS
    system gives them change from year to year. The previous sheet is the last one that has
    indicators in that table (JUDGIT gives no outcomes of 2021-23, and of 2016 few); what it leaves
    out is looked for in the one before it. verified: "agrees" where at least half of the
    years with an actual in both sheets have the same, "contradicts", or "no overlap".

    `known` (sheet_id, table, number, previous_id, previous_number) has all indicators of sheets
    that were linked before, with no previous_id where one goes on from none. Their links stand, and
    only the other sheets are linked, all of which are later.

    Raises ValueError for a sheet that stands twice on one side of `pairs`.
    """
    for side in ("sheet_id", "previous_id"):
        again = pairs.loc[pairs[side].duplicated(), side]
        if len(again):
            raise ValueError(f"{side} {again.iloc[0]} stands in two pairs: keep one of them")
    known = known if known is not None else _NONE_KNOWN
    sheet_ids = [indicators["sheet_id"], pairs["sheet_id"], pairs["previous_id"]]
    numbers = _Numbers(pd.concat(sheet_ids), indicators["table"])
    section, number = numbers.sections(indicators), numbers.indicators(indicators)
    back = np.full(numbers.shape[0], NONE)
    back[numbers.sheets(pairs["sheet_id"])] = numbers.sheets(pairs["previous_id"])
    before = _reached(section, back, numbers.shape)
    old = numbers.sheets(known["sheet_id"])
    near = before.copy()
    near[old[old >= 0]] = NONE
    before, near = before.ravel(), near.ravel()
    far = np.where(near < 0, NONE, before[near])
    met = [np.flatnonzero(near >= 0), near, far]
    wanted = np.isin(section, np.concatenate(met)) & ~pd.Index(number).duplicated()
    # In their printed order.
    order = np.argsort(whole(indicators["number"]), kind="stable")
    order = order[wanted[order]]
    named, section, number = indicators.iloc[order], section[order], pd.Index(number[order])
    linked = known.dropna(subset="previous_id")
    taken = number.get_indexer(numbers.indicators(linked, "previous_id", "previous_number"))
    free = np.ones((2, len(order)), bool)
    free[1, taken[taken >= 0]] = False
    cells = _cells(values, number.get_indexer(numbers.indicators(values)))
    levels, made = _levels(named), []
    for reached in (near, far):
        later = np.flatnonzero(reached >= 0)
        after = np.full(len(reached), NONE)
        after[reached[later]] = later
        pairs_of = (np.where(reached[section] < 0, NONE, section), after[section])
        links = _linked(*np.where(free, pairs_of, NONE), levels, cells)
        free[0, links["later"]] = free[1, links["earlier"]] = False
        made.append(links)
    links = pd.concat(made)
    return _described(links.iloc[np.argsort(number[links["later"]])], named)


def series(indicators: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """sheet_id, table, number, indicator_id of every indicator, and what else `links` has of it.

    An indicator_id names the first sheet of its chain of `links`, "sheet_id/table/number": sheets
    that come later never change it.
    """
    numbers = _Numbers(indicators["sheet_id"], indicators["table"])
    number = pd.Index(numbers.indicators(indicators))
    once = ~number.duplicated()
    frame, number = indicators.loc[once, _KEYS].reset_index(drop=True), number[once]
    linked = number.get_indexer(numbers.indicators(links))
    first = np.arange(len(frame))
    first[linked] = number.get_indexer(numbers.indicators(links, "previous_id", "previous_number"))
    for _ in range(len(frame).bit_length()):
        first = first[first]
    firsts, of = np.unique(first, return_inverse=True)
    origin = frame.iloc[firsts]
    name = origin["sheet_id"] + "/" + origin["table"] + "/" + origin["number"].astype("str")
    frame = frame.assign(indicator_id=name.array.take(of))
    return frame.join(links.drop(columns=_KEYS).set_axis(linked))


def _reached(section: np.ndarray, back: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Sheet, table -> the section of the nearest earlier sheet that has indicators in that table,
    as the sheet itself has."""
    have = np.zeros(shape, bool)
    have.flat[section] = True
    reached = np.full(shape, NONE)
    for table, there in enumerate(have.T):
        previous = back.copy()
        while (over := (previous >= 0) & ~there[previous]).any():
            previous[over] = back[previous[over]]
        found = there & (previous >= 0)
        reached[found, table] = previous[found] * shape[1] + table
    return reached


def _cells(values: pd.DataFrame, place: np.ndarray) -> pd.DataFrame:
    """The actuals of the indicators that have a place, in their order and that of the years: place,
    year, actual, cell (a number for the place and year), fact (one for the year and actual)."""
    year = whole(values["fiscal_year"])
    actual = values["actual"].to_numpy(float, na_value=np.nan)
    known = np.flatnonzero((place >= 0) & (year != NONE) & ~np.isnan(actual))
    cell, first = np.unique(place[known] * 2**32 + year[known], return_index=True)
    at = known[first]
    years, amounts = (pd.factorize(column[at])[0] for column in (year, actual))
    fact = amounts * (years.max(initial=0) + 1) + years
    cells = {"place": place[at], "year": year[at], "actual": actual[at], "cell": cell, "fact": fact}
    return pd.DataFrame(cells)


def _linked(
    later: np.ndarray, earlier: np.ndarray, levels: list[np.ndarray], cells: pd.DataFrame
) -> pd.DataFrame:
    """The links between two sides, of which each indicator has its number of a pair of sections or
    NONE: later, earlier (both places), evidence, and what agrees."""
    alike = _compared(_sharing(later, earlier, cells), cells)
    made = []
    for (evidence, _), level in zip(_LEVELS, levels, strict=True):
        pair = np.stack([later, earlier])
        group = np.where((pair < 0) | (level < 0), NONE, pair * len(level) + level)
        found = _same(*group, alike)
        later[found["later"]] = earlier[found["earlier"]] = NONE
        made.append(found.assign(evidence=evidence))
    free = (later[alike["later"]] >= 0) & (earlier[alike["earlier"]] >= 0)
    enough = alike[free & (alike["telling"] >= ENOUGH)]
    enough = enough[2 * enough["years_agreeing"] > enough["years_compared"]]
    made.append(_alone(enough).assign(evidence="actuals"))
    return _compared(pd.concat(made), cells)


def _levels(named: pd.DataFrame) -> list[np.ndarray]:
    """For each of `_LEVELS` a number for what an indicator has in its columns, NONE for one without
    letters."""
    codes = {"term": pd.factorize(named["term"])[0]}
    for column in ("indicator", "goal", "unit"):
        code, printed = pd.factorize(named[column].fillna(""))
        plain = [narrow(text) or None for text in printed.tolist()]
        codes[f"narrow {column}"] = pd.factorize(pd.array(plain, dtype="str"))[0][code]
        codes[column] = np.where(codes[f"narrow {column}"] < 0, NONE, code)
    levels = []
    for _, columns in _LEVELS:
        level, lettered = np.zeros(len(named), int), np.zeros(len(named), bool)
        for column in columns:
            level = pd.factorize(level * (len(named) + 1) + codes[column])[0]
            if column.endswith(("indicator", "goal")):
                lettered |= codes[column] >= 0
        levels.append(np.where(lettered, level, NONE))
    return levels


def _same(left: np.ndarray, right: np.ndarray, alike: pd.DataFrame) -> pd.DataFrame:
    """Link those of one group: first those whose actuals agree best, the others in their order.
    Each side has the group of each indicator, NONE for none."""
    near = alike[(left[alike["later"]] >= 0) & (left[alike["later"]] == right[alike["earlier"]])]
    score = near["years_agreeing"] + near["telling"]
    best = near[
        (score == score.groupby(near["later"]).transform("max"))
        & (score == score.groupby(near["earlier"]).transform("max"))
    ]
    sure = _alone(best)
    left[sure["later"]] = right[sure["earlier"]] = NONE
    rest = [np.flatnonzero(side >= 0) for side in (left, right)]
    group = pd.factorize(np.concatenate([left[rest[0]], right[rest[1]]]))[0]
    groups = np.split(group, [len(rest[0])])
    many = [np.bincount(side, minlength=len(group)) for side in groups]
    as_many = many[0] == many[1]
    ordered = [
        places[as_many[side]][np.argsort(side[as_many[side]], kind="stable")]
        for places, side in zip(rest, groups, strict=True)
    ]
    return pd.concat([sure, pd.DataFrame(dict(zip(_ENDS, ordered, strict=True)))])


def _described(links: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """The links as `link` gives them."""
    made = named[_KEYS].iloc[links["later"]].reset_index(drop=True)
    previous = named[_KEYS].iloc[links["earlier"]].reset_index(drop=True)
    made["previous_id"], made["previous_number"] = previous["sheet_id"], previous["number"]
    made["evidence"] = links["evidence"].array
    for column in ("years_compared", "years_agreeing"):
        made[column] = links[column].astype("Int64").array
    agrees = 2 * made["years_agreeing"] >= made["years_compared"]
    made["verified"] = np.where(agrees, "agrees", "contradicts")
    made.loc[made["years_compared"] == 0, "verified"] = "no overlap"
    return made


def _sharing(later: np.ndarray, earlier: np.ndarray, cells: pd.DataFrame) -> pd.DataFrame:
    """The indicators of a pair of sections that share an actual: later, earlier."""
    place, fact = cells["place"].to_numpy(), cells["fact"].to_numpy()
    sides = []
    for pair in (later, earlier):
        at = np.flatnonzero(pair[place] >= 0)
        shared = pair[place[at]] * (fact.max(initial=0) + 1) + fact[at]
        number = pd.factorize(shared)[0]
        few = np.bincount(number)[number] <= CROWD
        order = np.argsort(shared[few])
        sides.append((shared[few][order], place[at][few][order]))
    (one, places_of_one), (other, places_of_other) = sides
    of, at = ranges(*(np.searchsorted(other, one, side) for side in ("left", "right")))
    found = {"later": places_of_one[of], "earlier": places_of_other[at]}
    return pd.DataFrame(found).drop_duplicates()


def _compared(candidates: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """The candidates with years_compared, years_agreeing, and of these the `telling` ones."""
    place, year, actual = (cells[name].to_numpy() for name in ("place", "year", "actual"))
    later, earlier = (candidates[end].to_numpy() for end in _ENDS)
    of, at = ranges(*(np.searchsorted(place, later, side) for side in ("left", "right")))
    other = pd.Index(cells["cell"]).get_indexer(earlier[of] * 2**32 + year[at])
    of, now, before = of[other >= 0], actual[at[other >= 0]], actual[other[other >= 0]]
    agreeing = restated(now, before)
    telling = agreeing & ~np.isin(now, TRIVIAL)
    counts = [
        np.bincount(of[which], minlength=len(candidates))
        for which in (slice(None), agreeing, telling)
    ]
    return candidates.assign(**dict(zip(_COUNTS, counts, strict=True)))


def _alone(candidates: pd.DataFrame) -> pd.DataFrame:
    """The candidates of which each end stands in no other: later, earlier."""
    twice = [candidates[end].duplicated(keep=False) for end in _ENDS]
    return candidates.loc[~(twice[0] | twice[1]), _ENDS]
