"""What leads to what: the activities, outputs and outcomes of a sheet, and what links them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.sheet import FLAG, TEXT, YEAR, ReviewSheet, first_of, records, typed
from helpers.sources.cells import narrow

KINDS = ("activity", "output", "outcome")
STAGES = ("activity", "output", "short", "middle", "long", "outcome")
"""Where an element stands: an outcome by its term, where it has one; from cause to effect."""

ELEMENTS = {
    "element": TEXT,
    "element_number": YEAR,
    "term": TEXT,
    "goal": TEXT,
    "indicator": TEXT,
    "numbers": np.dtype("object"),
    "named": FLAG,
    "chained": FLAG,
    "staged": FLAG,
}
LINKS = {
    "source": np.dtype("int64"),
    "target": np.dtype("int64"),
    "link_reason": TEXT,
    "printed": np.dtype("int64"),
    "circular": FLAG,
}


@dataclass(frozen=True)
class Line:
    """A line of the outline of a logic model, `depth` steps from its beginning: an element (its
    place in `elements`); `again` where what follows from it stands above; `below` the elements that
    follow from it, where they have no lines of their own."""

    depth: int
    element: int
    again: bool = False
    below: tuple[int, ...] = ()


@dataclass(frozen=True)
class LogicModel:
    """The logic model of a sheet, from the tables logic, activity, output and outcome.

    `elements` has a row an activity, output or outcome: element, element_number, term, goal,
    indicator (several are joined by " / "), numbers (those of its indicators in the table output or
    outcome, a tuple), named (whether it is in the table logic), chained (whether an activity leads
    to it), staged (of an outcome: whether it follows from another or leads to one). `links` has a
    row a link: source and target (places in `elements`), link_reason, printed (how often it is),
    circular (whether it leads back to where it comes from). `reasons`: why there is one stage only.
    Of a sheet without a table logic all are empty.
    """

    elements: pd.DataFrame
    links: pd.DataFrame
    reasons: tuple[str, ...]

    @cached_property
    def stages(self) -> list[str]:
        """The stage of each element, of `STAGES`."""
        return [_stage(row) for row in records(self.elements)]

    @cached_property
    def following(self) -> dict[int, list[int]]:
        """Element -> those that follow from it, circles left open."""
        kept = self.links[~self.links["circular"]]
        return _following(zip(kept["source"], kept["target"], strict=True), len(self.elements))

    def of(self, number: int | None) -> int | None:
        """The element of the outcome with this number on the sheet; None where there is none."""
        each = zip(self.elements["element"], self.elements["numbers"], strict=True)
        for place, (element, numbers) in enumerate(each):
            if element == "outcome" and number in numbers:
                return place
        return None


def model(sheet: ReviewSheet) -> LogicModel:
    """The logic model of a sheet.

    The table logic prints the ends of every link. An element is what has one number, kind and term,
    and where these are not unique one goal; spaces and line ends in a goal do not matter. The
    tables of values add what they have of an element, and elements that no link names.
    """
    found, rows = _Elements(), sheet.rows("logic")
    printed: dict[tuple[int, int], list[dict]] = {}
    for row in rows:
        for pair in pairwise([found.end(end) for end in _ends(row)]):
            printed.setdefault(pair, []).append(row)
    if found.rows:
        found.join(_described(sheet))
    elements, places = found.in_order()
    pairs = {(places[a], places[b]): those for (a, b), those in printed.items()}
    following = _following(pairs, len(elements))
    circular = _circular(following)
    chained = _reached(
        following, [at for at, row in enumerate(elements) if row["element"] == "activity"]
    )
    staged = {
        place
        for pair in pairs
        for place in pair
        if pair[0] != pair[1] and all(elements[end]["element"] == "outcome" for end in pair)
    }
    for place, row in enumerate(elements):
        row |= {"chained": place in chained, "staged": place in staged}
    links = [
        {"source": a, "target": b, "printed": len(those), "circular": (a, b) in circular}
        | {"link_reason": next(filter(None, (row["link_reason"] for row in those)), "")}
        for (a, b), those in pairs.items()
    ]
    reasons = (row["single_stage_reason"] for row in rows)
    return LogicModel(
        typed(elements, ELEMENTS), typed(links, LINKS), tuple(dict.fromkeys(filter(None, reasons)))
    )


def outline(model: LogicModel, marked: int | None = None, most: int = 25) -> list[Line]:
    """The elements in lines, each below what it follows from, in the order of their numbers.

    What follows from several stands below the first and is named below the others. Of more than
    `most` elements only those have lines of their own whose beginning leads to `marked`; below
    other beginnings they are counted, and what is beyond `most` lines is left out.
    """
    following = model.following
    all_of_them = len(model.elements) <= most
    reached = {after for many in following.values() for after in many}
    beginnings = [place for place in range(len(model.elements)) if place not in reached]
    below = {place: _reached(following, [place]) for place in beginnings}
    wanted = [place for place in beginnings if marked in below[place]]
    lines: list[Line] = []
    seen: set[int] = set()
    for place in beginnings if all_of_them else [*wanted, *beginnings]:
        if place in seen:
            continue
        if all_of_them or place in wanted:
            lines += _lines(following, place, seen)
        else:
            lines.append(Line(0, place, below=tuple(below[place])[1:]))
    return lines if all_of_them else lines[:most]


class _Elements:
    """Elements as they are met: `rows`, and where each stands among them."""

    def __init__(self) -> None:
        self.rows: list[dict] = []
        self._places: dict[tuple, dict[str, int]] = {}
        self._joined: set[int] = set()

    def end(self, row: dict) -> int:
        """The place of an end of a link."""
        places = self._places.setdefault(_number(row), {})
        place = places.setdefault(_key(row["goal"]), len(self.rows))
        if place == len(self.rows):
            self._add(row, named=True)
        self._more(place, row)
        return place

    def join(self, described: list[dict]) -> None:
        """Add what the tables of values have of the elements, and the elements that they add.

        Where a number is one element's alone its goal may be worded otherwise there.
        """
        rest = []
        for row in described:
            place = self._of(row)
            if place is None:
                rest.append(row)
            else:
                self._more(place, row)
        for row in rest:
            places = self._places.setdefault(_number(row), {})
            open_ones = [place for place in places.values() if place not in self._joined]
            if len(places) == len(open_ones) == 1:
                place = open_ones[0]
            else:
                place = places.setdefault(_key(row["goal"]), len(self.rows))
            if place == len(self.rows):
                self._add(row, named=False)
            self._more(place, row)

    def _of(self, row: dict) -> int | None:
        """The place of the element that bears a row's number and words."""
        words = [_key(row["goal"]), _key(row["indicator"])]
        places = [self._places.get(_number(row), {})]
        if row["element_number"] is None:
            # A corpus built before these numbers were read: the words alone join them.
            words = list(filter(None, words))
            places = [of for key, of in self._places.items() if key[0] == row["element"]]
        return next((of[key] for of in places for key in words if key in of), None)

    def in_order(self) -> tuple[list[dict], dict[int, int]]:
        """The elements by stage and number, and where each one went."""

        def rank(place: int) -> tuple:
            row = self.rows[place]
            number = row["element_number"]
            return STAGES.index(_stage(row)), number is None, number or 0, place

        order = sorted(range(len(self.rows)), key=rank)
        return [self.rows[place] for place in order], {old: new for new, old in enumerate(order)}

    def _add(self, row: dict, named: bool) -> None:
        known = {name: row[name] for name in ("element", "element_number", "term")}
        known |= {"goal": row["goal"] or "", "indicator": "", "numbers": (), "named": named}
        self.rows.append(known)

    def _more(self, place: int, row: dict) -> None:
        element = self.rows[place]
        known = [_key(element["goal"]), *map(_key, element["indicator"].split(" / "))]
        if row["indicator"] and _key(row["indicator"]) not in known:
            element["indicator"] = " / ".join(
                filter(None, (element["indicator"], row["indicator"]))
            )
        if "number" in row:
            element["numbers"] += (row["number"],) if row["number"] else ()
            self._joined.add(place)


def _ends(row: dict) -> list[dict]:
    """The elements at the ends of a row of the table logic: both, as a rule."""
    names = ("term", "goal", "indicator")
    source = {"element": row["source_element"], "element_number": row["source_number"]}
    source |= {name: row[f"source_{name}"] for name in names}
    return [end for end in (source, row) if end["element"] in KINDS]


def _described(sheet: ReviewSheet) -> list[dict]:
    """The elements that have rows in the tables activity, output and outcome."""
    found = [
        row | {"element": "activity", "goal": row["activity"], "number": None}
        for row in sheet.rows("activity")
    ]
    for kind in ("output", "outcome"):
        first = first_of(sheet.rows(kind), "number").values()
        found += [row | {"element": kind} for row in first]
    return [{"term": None, "indicator": None} | row for row in found]


def _number(row: dict) -> tuple:
    return row["element"], row["element_number"], row["term"]


def _key(text: str | None) -> str:
    return narrow(text or "")


def _stage(row: dict) -> str:
    return row["term"] if row["term"] in STAGES else row["element"]


def _following(pairs: Iterable[tuple[int, int]], elements: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {place: [] for place in range(elements)}
    for source, target in sorted(pairs):
        found[source].append(target)
    return found


def _circular(following: dict[int, list[int]]) -> set[tuple[int, int]]:
    """The links that close a circle, as one comes to them from the first elements on."""
    closing: set[tuple[int, int]] = set()
    done: set[int] = set()
    for first in following:
        path: list[int] = []
        todo = [(first, False)]
        while todo:
            place, left = todo.pop()
            if left:
                done.add(path.pop())
            elif place not in done and place not in path:
                path.append(place)
                closing |= {(place, after) for after in following[place] if after in path}
                todo.append((place, True))
                todo += [(after, False) for after in reversed(following[place])]
    return closing


def _reached(following: dict[int, list[int]], beginnings: Iterable[int]) -> dict[int, None]:
    """What one comes to from the beginnings, these included, in order."""
    reached: dict[int, None] = {}
    todo = list(reversed([*beginnings]))
    while todo:
        place = todo.pop()
        if place not in reached:
            reached[place] = None
            todo += reversed(following[place])
    return reached


def _lines(following: dict[int, list[int]], first: int, seen: set[int]) -> list[Line]:
    lines = []
    todo = [(0, first)]
    while todo:
        depth, place = todo.pop()
        again = place in seen
        lines.append(Line(depth, place, again))
        if not again:
            seen.add(place)
            todo += [(depth + 1, after) for after in reversed(following[place])]
    return lines
