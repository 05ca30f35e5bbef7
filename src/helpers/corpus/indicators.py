"""Link the indicators of a project's sheets over the years, and name each series of them."""

import numpy as np
import pandas as pd

from helpers.precision import restated
from helpers.sheet import among
from helpers.sources.cells import narrow

ENOUGH = 2
"""Equal actuals, none of them trivial, that link two indicators whose texts differ."""
TRIVIAL = (0, 1, 100)
"""Actuals that so many indicators print that two equal ones show nothing."""
CROWD = 20
"""Indicators of a sheet that print one actual for one year: more tell none of them apart."""

_KEYS = ["sheet_id", "table", "number"]
_LEVELS = [
    ("text", ["indicator", "goal", "unit", "term"]),
    ("text", ["indicator", "goal", "unit"]),
    ("nfkc", ["narrow indicator", "narrow goal", "narrow unit"]),
    ("text", ["indicator", "unit"]),
    ("nfkc", ["narrow indicator", "narrow unit"]),
]
_NONE_KNOWN = pd.DataFrame(columns=[*_KEYS, "previous_id", "previous_number"])
_NO_LINKS = pd.DataFrame({"later": [], "earlier": []}, dtype=int).assign(evidence="")


def link(
    indicators: pd.DataFrame,
    pairs: pd.DataFrame,
    values: pd.DataFrame,
    known: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row a linked indicator: which one of an earlier sheet of the project it continues.

    `indicators` (sheet_id, table, number, indicator, goal, unit, term), one row each; `pairs`
    (sheet_id, previous_id), each sheet at most once on either side; `values` (sheet_id, table,
    number, fiscal_year, actual). Gives sheet_id, table, number, previous_id, previous_number,
    evidence, years_compared, years_agreeing, verified.

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
    near = _reached(pairs, indicators)
    before = near.rename(columns={"sheet_id": "previous_id", "previous_id": "before"})
    known = known if known is not None else _NONE_KNOWN
    near = near[~among(near["sheet_id"], known["sheet_id"].tolist())]
    far = near.merge(before, on=["table", "previous_id"]).drop(columns="previous_id")
    met = {*near["sheet_id"].tolist(), *near["previous_id"].tolist(), *far["before"].tolist()}
    named = _named(indicators[among(indicators["sheet_id"], met)])
    taken = _taken(named, known)
    cells = values.dropna(subset=["fiscal_year", "actual"])
    cells = cells.drop_duplicates([*_KEYS, "fiscal_year"])
    cells = cells.merge(named[_KEYS].reset_index(names="place"), on=_KEYS)
    links = _NO_LINKS.assign(years_compared=0, years_agreeing=0)
    for reached in (near, far.rename(columns={"before": "previous_id"})):
        if reached.empty:
            continue
        later = _side(named.drop(links["later"]), reached[["table", "sheet_id"]])
        left = named.drop(links["earlier"].tolist() + taken)
        earlier = _side(left, reached[["table", "previous_id"]])
        links = pd.concat([links, _linked(later, earlier, cells)], ignore_index=True)
    return _described(links, named)


def series(indicators: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """sheet_id, table, number, indicator_id of every indicator.

    An indicator_id names the first sheet of its chain of `links`, "sheet_id/table/number": sheets
    that come later never change it.
    """
    frame = indicators[_KEYS].drop_duplicates().reset_index(drop=True)
    places = pd.MultiIndex.from_frame(frame)
    previous = pd.MultiIndex.from_frame(links[["previous_id", "table", "previous_number"]])
    first = np.arange(len(frame))
    first[places.get_indexer(pd.MultiIndex.from_frame(links[_KEYS]))] = places.get_indexer(previous)
    for _ in range(len(frame).bit_length()):
        first = first[first]
    origin = frame.iloc[first].reset_index(drop=True)
    name = origin["sheet_id"] + "/" + origin["table"] + "/" + origin["number"].astype("str")
    return frame.assign(indicator_id=name)


def _taken(named: pd.DataFrame, known: pd.DataFrame) -> list[int]:
    """The places of the indicators that known links go on from."""
    linked = known.dropna(subset="previous_id")
    ends = pd.MultiIndex.from_frame(linked[["previous_id", "table", "previous_number"]])
    places = pd.MultiIndex.from_frame(named[_KEYS]).get_indexer(ends)
    return places[places >= 0].tolist()


def _reached(pairs: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """table, sheet_id, previous_id: the nearest earlier sheet with indicators in that table."""
    back = dict(zip(pairs["sheet_id"].tolist(), pairs["previous_id"].tolist(), strict=True))
    reached = []
    for table, some in named.groupby("table"):
        have = dict.fromkeys(some["sheet_id"].unique().tolist())
        for sheet_id in have:
            previous = back.get(sheet_id)
            while previous is not None and previous not in have:
                previous = back.get(previous)
            if previous is not None:
                reached.append((table, sheet_id, previous))
    return pd.DataFrame(reached, columns=["table", "sheet_id", "previous_id"], dtype="str")


def _side(free: pd.DataFrame, sheets: pd.DataFrame) -> pd.DataFrame:
    """The indicators of one side's sheets, with the number of their sheets' `pair`."""
    here = pd.MultiIndex.from_frame(free[["table", "sheet_id"]])
    side = free.assign(pair=pd.MultiIndex.from_frame(sheets).get_indexer(here))
    return side[side["pair"] >= 0]


def _linked(later: pd.DataFrame, earlier: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """The links between two sides: later, earlier (both places), evidence, and what agrees."""
    actuals = [
        cells.join(side["pair"], on="place", how="inner").drop(columns=["sheet_id", "number"])
        for side in (later, earlier)
    ]
    alike = _compared(_sharing(*actuals), *actuals)
    links = _NO_LINKS
    for evidence, level in _LEVELS:
        free = later.drop(links["later"]), earlier.drop(links["earlier"])
        left, right = _grouped(*free, level)
        links = pd.concat([links, _same(left, right, alike).assign(evidence=evidence)])
    enough = alike[(alike["telling"] >= ENOUGH) & ~alike["later"].isin(links["later"])]
    enough = enough[2 * enough["years_agreeing"] > enough["years_compared"]]
    enough = enough[~enough["earlier"].isin(links["earlier"])]
    return _compared(pd.concat([links, _alone(enough).assign(evidence="actuals")]), *actuals)


def _named(indicators: pd.DataFrame) -> pd.DataFrame:
    """The indicators in their printed order, every text as a code; -1 is a text without letters."""
    named = indicators.sort_values("number", kind="stable").reset_index(drop=True)
    codes = named[_KEYS].copy()
    for column in ("indicator", "goal", "unit"):
        code, texts = pd.factorize(named[column].fillna(""))
        plain = list(map(narrow, texts.tolist()))
        narrow_code = pd.factorize(pd.array([text or None for text in plain], dtype="str"))[0]
        codes[f"narrow {column}"] = narrow_code[code]
        codes[column] = np.where(codes[f"narrow {column}"] < 0, -1, code)
    codes["term"] = pd.factorize(named["term"])[0]
    return codes


def _grouped(later: pd.DataFrame, earlier: pd.DataFrame, level: list[str]) -> list[pd.Series]:
    """For each side, indicator's place -> number of its group: one pair of sheets, one text."""
    both = pd.concat([later, earlier], keys=["later", "earlier"])
    texts = [column for column in level if column.endswith(("indicator", "goal"))]
    both = both[(both[texts] >= 0).any(axis=1)]
    group = both.groupby(["pair", *level]).ngroup()
    return [group[group.index.get_level_values(0) == s].droplevel(0) for s in ("later", "earlier")]


def _same(left: pd.Series, right: pd.Series, alike: pd.DataFrame) -> pd.DataFrame:
    """Link within groups: first those whose actuals agree best, the others in their order."""
    near = alike[alike["later"].isin(left.index) & alike["earlier"].isin(right.index)]
    near = near[left[near["later"]].to_numpy() == right[near["earlier"]].to_numpy()]
    score = near["years_agreeing"] + near["telling"]
    best = near[
        (score == score.groupby(near["later"]).transform("max"))
        & (score == score.groupby(near["earlier"]).transform("max"))
    ]
    sure = _alone(best)
    rest = []
    for side, end in ((left, "later"), (right, "earlier")):
        side = side[~side.index.isin(sure[end])]
        groups = side.groupby(side)
        rest.append(
            pd.DataFrame(
                {
                    end: side.index,
                    "group": side.to_numpy(),
                    "nth": groups.cumcount().to_numpy(),
                    "of": groups.transform("size").to_numpy(),
                }
            )
        )
    ordered = rest[0].merge(rest[1], on=["group", "nth", "of"])
    return pd.concat([sure, ordered[["later", "earlier"]]])


def _described(links: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """The links as `link` gives them."""
    made = named.loc[links["later"], _KEYS].reset_index(drop=True)
    previous = named.loc[links["earlier"]].reset_index(drop=True)
    made["previous_id"], made["previous_number"] = previous["sheet_id"], previous["number"]
    columns = ["evidence", "years_compared", "years_agreeing"]
    made[columns] = links[columns].astype({"years_compared": "Int64", "years_agreeing": "Int64"})
    agrees = 2 * made["years_agreeing"] >= made["years_compared"]
    made["verified"] = np.where(agrees, "agrees", "contradicts")
    made.loc[made["years_compared"] == 0, "verified"] = "no overlap"
    return made.sort_values(_KEYS, ignore_index=True)


def _sharing(later: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """The indicators of a pair of sheets that share an actual: later, earlier.

    A side's actuals have a row each: place (of the indicator), pair (of sheets), fiscal_year,
    actual.
    """
    cell = ["pair", "fiscal_year", "actual"]
    few = [
        side[side.groupby(cell)["place"].transform("size") <= CROWD] for side in (later, earlier)
    ]
    merged = few[0].merge(few[1], on=cell, suffixes=("_later", "_earlier"))
    merged = merged.rename(columns={"place_later": "later", "place_earlier": "earlier"})
    return merged[["later", "earlier"]].drop_duplicates()


def _compared(candidates: pd.DataFrame, later: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """The candidates with years_compared, years_agreeing, and of these the `telling` ones."""
    ends, counts = ["later", "earlier"], ["years_compared", "years_agreeing", "telling"]
    cells = [
        side[["place", "fiscal_year", "actual"]].rename(
            columns={"place": end, "actual": f"{end} a"}
        )
        for side, end in ((later, "later"), (earlier, "earlier"))
    ]
    both = (
        candidates[ends].merge(cells[0], on="later").merge(cells[1], on=["earlier", "fiscal_year"])
    )
    both["years_compared"] = 1
    both["years_agreeing"] = restated(both["later a"], both["earlier a"]).astype(int)
    both["telling"] = both["years_agreeing"].mask(both["later a"].isin(TRIVIAL), 0)
    counted = candidates.merge(both.groupby(ends)[counts].sum(), how="left", on=ends)
    return counted.fillna(dict.fromkeys(counts, 0)).astype(dict.fromkeys(counts, int))


def _alone(candidates: pd.DataFrame) -> pd.DataFrame:
    """The candidates of which each end stands in no other: later, earlier."""
    twice = [candidates[end].duplicated(keep=False) for end in ("later", "earlier")]
    return candidates.loc[~(twice[0] | twice[1]), ["later", "earlier"]]
