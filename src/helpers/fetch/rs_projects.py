"""Fetch the sheets of a year from the RS system's API: the list of projects, then each of them.

The API is open, but nowhere described: what is not as its readers know it is refused with its
address. Bodies are kept as they came.
"""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from helpers import files, words
from helpers.fetch import Tally, site
from helpers.fetch.folder import Folder
from helpers.fetch.web import OutOfReach, Web
from helpers.sheet import SheetError

LIST = "list.json"
TYPES = ("RS", "KS", "SS")
"""Review sheets, and those of funds (基金シート) and of segments (セグメントシート)."""

PAGE_SIZE, MOST_PAGES = 100, 1000
ROUNDS = 3
"""Times that something is read which changes while it is read."""

GIVEN_UP = 20
"""Projects in a row without one of their answers, after which nobody asks for that one any more."""

_ID, _NUMBER = re.compile(r"[0-9A-Za-z-]{1,64}"), re.compile(r"[0-9]{1,9}")
_A_PAGE = "a page of projects: count, next, results"
_A_ROW = {
    "id": ("an id of letters, digits and hyphens", lambda it: _fits(_ID, it)),
    "project_number": ("a number of at most nine digits", lambda it: _fits(_NUMBER, it)),
    "sheet_type": ("a type such as RS", lambda it: isinstance(it, str)),
    "updated_at": ("a time, or null", lambda it: it is None or isinstance(it, str)),
}
"""What every row of the list has, and when it can be used."""

Row = dict[str, Any]


def place(year: int) -> str:
    """The folder of a year's answers."""
    return f"api/{year}"


def fetch(folder: Folder, web: Web, year: int, tally: Tally) -> None:
    """Fetch each project that is new, or changed by its `updated_at`.

    The list is read again at the end: what has changed meanwhile is fetched again. A project that
    fails is told, and stops no other. Raises SheetError where there is no list to begin with.
    """
    known = (folder.path / place(year) / LIST).exists()
    rows, asked = _listed(folder, web, year, None if known else tally), set()
    if not known:
        _take_list(folder, year, rows)
    try:
        for _ in range(ROUNDS):
            tally.on_total(len(rows))
            if not _projects(folder, web, year, rows, asked, tally):
                break
            rows = _listed(folder, web, year, None if known else tally)
            if asked.issuperset(map(_stamp, rows)):
                break
        _say_what_is_left(rows, asked, year, tally)
    except SheetError as error:
        tally.fail(error)
    _take_list(folder, year, rows)
    listed = {row["project_number"] for row in _usable(rows)}
    for path in sorted((folder.path / place(year)).glob("[0-9]*")):
        if path.name not in listed:
            folder.retire(f"{place(year)}/{path.name}")
            tally.counts["withdrawn"] += 1
    folder.supersede(f"rs/{year}", tally)


# The list


def _listed(folder: Folder, web: Web, year: int, tally: Tally | None) -> list[Row]:
    """The rows of all types. Raises SheetError; with a `tally`, for a type of its own not: else an
    earlier list may have had it."""
    rows = _rows(folder, web, year)
    for kind in TYPES:
        # Should the list without a type be one of review sheets alone.
        if all(row["sheet_type"] != kind for row in rows):
            try:
                rows += _rows(folder, web, year, kind)
            except SheetError as error:
                if tally is None:
                    raise
                tally.fail(error)
    if not rows:
        found, expected = f"no project of {year}", "its projects: are they published yet?"
        raise SheetError(_list_address(year), found, expected)
    return rows


def _rows(folder: Folder, web: Web, year: int, kind: str = "") -> list[Row]:
    problem = ""
    for _ in range(ROUNDS):
        rows, problem = _pages(folder, web, year, kind)
        if not problem:
            return rows
    expected = "the same on all pages: it changes while it is read, run the same command later"
    raise SheetError(_list_address(year, kind), f"{problem}, {ROUNDS} times", expected)


def _pages(folder: Folder, web: Web, year: int, kind: str) -> tuple[list[Row], str]:
    """The rows of all pages, and what says that they have shifted meanwhile."""
    rows: list[Row] = []
    counts: dict[int, None] = {}
    for page in range(1, MOST_PAGES + 1):
        address = f"{_list_address(year, kind)}&page={page}"
        answer = web.json(address, folder.staging / "page.json")
        _check_page(answer, address, year, kind)
        counts[answer["count"]] = None
        rows += answer["results"]
        if answer["next"] is None:
            break
    else:
        raise SheetError(_list_address(year, kind), f"more than {MOST_PAGES} pages", "an end")
    twice = [one for one, many in Counter(row["id"] for row in rows).items() if many > 1]
    if len(counts) > 1:
        return rows, f"a count that goes from {' to '.join(map(str, counts))}"
    if twice:
        return rows, f"{len(twice)} projects twice, such as {twice[0]}"
    (count,) = counts
    return rows, "" if count == len(rows) else f"{len(rows)} projects of {count}"


def _list_address(year: int, kind: str = "") -> str:
    of = f"&sheet_type={kind}" if kind else ""
    return f"{site('rs')}/api/projects/?fiscal_year={year}&page_size={PAGE_SIZE}{of}"


def _check_page(answer: Any, address: str, year: int, kind: str) -> None:
    known = isinstance(answer, dict) and {"count", "next", "results"} <= answer.keys()
    if not known or type(answer["count"]) is not int or not isinstance(answer["results"], list):
        raise SheetError(address, _shown(answer), _A_PAGE)
    for at, row in enumerate(answer["results"]):
        if not isinstance(row, dict):
            raise SheetError(address, f"results[{at}] {_shown(row)}", "an object")
        fits = {**_A_ROW, "fiscal_year": (str(year), lambda it: it == year)}
        if kind:
            fits["sheet_type"] = (kind, lambda it: it == kind)
        for name, (expected, fit) in fits.items():
            if name not in row or not fit(row[name]):
                found = _shown(row[name]) if name in row else "nothing"
                raise SheetError(address, f"results[{at}].{name} {found}", expected)


def _fits(pattern: re.Pattern, value: object) -> bool:
    return isinstance(value, str) and bool(pattern.fullmatch(value))


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:200]


def _stamp(row: Row) -> tuple[str, str | None]:
    return row["id"], row["updated_at"]


def _usable(rows: list[Row]) -> Iterator[Row]:
    """The rows that are published, of each number the first one."""
    numbers = set()
    for row in rows:
        if row.get("is_published") is True and row["project_number"] not in numbers:
            numbers.add(row["project_number"])
            yield row


def _say_what_is_left(rows: list[Row], asked: set, year: int, tally: Tally) -> None:
    used = {row["id"] for row in _usable(rows)}
    left = {
        "published projects, each number once: left out": [
            row for row in rows if row["id"] not in used
        ],
        "what does not change while it is read: run the same command again": [
            row for row in rows if row["id"] in used and _stamp(row) not in asked
        ],
    }
    for expected, some in left.items():
        if some:
            facts = ("id", "project_number", "is_published", "updated_at")
            first = _shown({name: some[0].get(name) for name in facts})
            found = f"{words.count(len(some), 'project')}, the first {first}"
            tally.fail(SheetError(_list_address(year), found, expected))


def _take_list(folder: Folder, year: int, rows: list[Row]) -> None:
    results = list(_usable(rows))
    content = {"fiscal_year": year, "count": len(results), "results": results}
    staged = folder.staging / LIST
    files.write(staged, json.dumps(content, ensure_ascii=False, indent=0))
    folder.take(f"{place(year)}/{LIST}", staged, source="rs", address=_list_address(year))


# A project


Problem = tuple[str, str] | None
"""What was found and what was expected."""


def _check_detail(answer: Any, row: Row) -> Problem:
    if not isinstance(answer, dict):
        return _shown(answer), "an object"
    expected = {"id": row["id"], "fiscal_year": row["fiscal_year"], "is_published": True}
    # Only the id is sure to be there.
    found = {name: answer.get(name) for name in expected if name == "id" or name in answer}
    return None if found.items() <= expected.items() else (_shown(found), _shown(expected))


def _check_edges(answer: Any, _: Row) -> Problem:
    known = isinstance(answer, list) and all(isinstance(one, dict) for one in answer)
    return None if known else (_shown(answer), "a list of objects")


def _check_groups(answer: Any, row: Row) -> Problem:
    if problem := _check_edges(answer, row):
        return problem
    for group in answer:
        if group.get("project_id", row["id"]) != row["id"]:
            return f"project_id {_shown(group['project_id'])}", _shown(row["id"])
    return None


ANSWERS: dict[str, tuple[str, Callable[[Any, Row], Problem]]] = {
    "detail.json": ("", _check_detail),
    "payment-groups.json": ("payment-groups/", _check_groups),
    "payment-edges.json": ("payment-edges/", _check_edges),
}
"""File of a project -> the end of its address, and what says what is wrong with it."""


def _projects(
    folder: Folder, web: Web, year: int, rows: list[Row], asked: set, tally: Tally
) -> bool:
    """Fetch the projects that were not asked for yet and are not there; whether there were any."""
    called, in_a_row = False, dict.fromkeys(ANSWERS, 0)
    for row in _usable(rows):
        if _stamp(row) in asked:
            continue
        asked.add(_stamp(row))
        if _is_there(folder, year, row):
            tally.add("unchanged")
            continue
        called = True
        outcome, errors = _project(folder, web, year, row, in_a_row)
        for error in errors[1:]:
            tally.on_problem(error)
        if errors:
            tally.fail(errors[0])
        elif outcome:
            tally.add(outcome)
        if min(in_a_row.values()) >= GIVEN_UP:
            found = f"no answer that could be used of {GIVEN_UP} projects in a row"
            raise SheetError(f"{site('rs')}/api/projects/", found, "projects: given up")
    return called


def _is_there(folder: Folder, year: int, row: Row) -> bool:
    entry = folder.kept(f"{place(year)}/{row['project_number']}")
    whole = entry is not None and entry["files"].keys() == ANSWERS.keys()
    # Without a time nobody knows.
    known = whole and row["updated_at"] is not None
    return known and (entry["id"], entry["updated_at"]) == _stamp(row)


def _address(row: Row) -> str:
    return f"{site('rs')}/api/projects/{row['id']}/"


def _project(
    folder: Folder, web: Web, year: int, row: Row, in_a_row: dict[str, int]
) -> tuple[str, list[SheetError]]:
    """Fetch a project's answers. One that fails leaves no file; nor does the project take the place
    of an earlier state that is whole."""
    name, staged = f"{place(year)}/{row['project_number']}", folder.staging / "project"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir()
    errors = []
    for file, (ending, check) in ANSWERS.items():
        address = f"{_address(row)}{ending}"
        if in_a_row[file] >= GIVEN_UP:
            errors.append(SheetError(address, "not asked for", f"{file}: {GIVEN_UP} before failed"))
            continue
        try:
            if problem := check(web.json(address, staged / file), row):
                raise SheetError(address, *problem)
            in_a_row[file] = 0
        except SheetError as error:
            if isinstance(error, OutOfReach) and not error.alone:
                raise
            (staged / file).unlink(missing_ok=True)
            in_a_row[file] += 1
            errors.append(error)
    there = folder.path / name
    whole_before = all((there / file).exists() for file in ANSWERS)
    if len(errors) == len(ANSWERS) or (errors and whole_before):
        return "", errors
    stamp = None if errors else row["updated_at"]
    facts = {"source": "rs", "address": _address(row), "id": row["id"], "updated_at": stamp}
    return folder.take(name, staged, **facts), errors
