"""Read the sheets of 2026 on, which the RS system gives out through its JSON API alone.

`rs_api_keys.csv` is the crosswalk of all that the API answers for a project, as one document whose
keys are the files' names. A column TABLE.COLUMN is a value of the project, a TABLE a list whose
objects are its rows. `rs_api_codes.csv` has the words for codes.
"""

import csv
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from helpers import paths
from helpers.sheet import COLUMNS, NUMBER, Remarks, Rows, SheetError
from helpers.sources import json_files
from helpers.sources.cells import ID_PART, nfkc, status
from helpers.sources.json_fields import Misfit, crosswalk
from helpers.sources.json_files import LIST
from helpers.sources.rs_api_payees import payees
from helpers.sources.rs_api_public import Withheld
from helpers.sources.rs_rows import MONEY, YEN

LIST_BYTES = 2**28
"""All 6,423 sheets of 2026 take some 30 million bytes in the list."""

TABLES = {
    "detail": ("outcome", "output", "related"),
    "payment-groups": ("payment", "block", "contract", "use"),
    "payment-edges": ("flow",),
}
"""The answers of a project, each a file in its folder -> the tables that are from it alone."""

MAX_ROWS = 100_000
"""Rows of one sheet: more of them are no project's."""

KEYS = crosswalk("rs_api_keys.csv")

PAGE = "https://rssystem.go.jp/project/"

with (files(__package__) / "rs_api_codes.csv").open(encoding="utf-8") as _file:
    CODES = {(row["column"], row["code"]): row["label"] for row in csv.DictReader(_file)}
"""Column and code -> the word of the tables or of the CSV files for it."""

_PLAIN = re.compile("[0-9]{1,9}")
_ANSWERED = "what the API answers: fetch it again"


def stream(folder: str | Path) -> Iterator[Rows | SheetError]:
    """The sheets of a folder with `list.json` and a folder for each project, in the list's order.

    `list.json` is {"fiscal_year", "count", "results": [...]} with the rows of projects/ of one
    year, of every sheet type; the project's folder has its project_number for a name and in it what
    the API answers: detail.json, payment-groups.json, payment-edges.json. Yen become million yen,
    `sheet_type` is "review", "fund" or "segment". `ministry` is ministry_name, of which the API
    does not say whether it is the ministry or its agency. Of the budget there is no more than the
    initial budgets and the outturn of the year before. Payees are payments of the year before where
    that year's outturn is known and above 0; else they are those expected, and in no table. Those
    of fund and segment sheets are blocks and contracts, but no payments.

    `remark` has a row for each decision: `row` is the project's file, a fiscal year, or in a file a
    block, payee and contract ("payment-groups.json A-1-2"), `rule` one of file_missing, unmapped
    (what is not in the crosswalk), not_public (null, negative or marked as withheld: missing, never
    0), expected_payees, not_a_payee, unknown_code, duplicate_year, initial_differs, unread_line,
    tier_unknown, block_differs, contracts_differ, rate_above_100.

    What does not fit gives the SheetError of its project in place of the sheet. Raises SheetError
    for a list that cannot be read.
    """
    folder = Path(folder)
    year, rows, count = _listed(folder)
    times = Counter(map(_number, rows))
    for at, row in enumerate(rows):
        yield _sheet(folder, year, at, row, times)
    if count != len(rows):
        found = f"{len(rows):,} rows of {count!r}"
        yield SheetError(folder / LIST, found, "as many as its count: fetch it again")
    for place in _projects(folder):
        if int(place.name) not in times:
            yield SheetError(place, "a project that is not in the list", "one of the list's year")


def documents(folder: Path) -> Iterator[tuple[Path, dict | SheetError]]:
    """File and content of each answer, and of each row of the list, under the answer's name.

    A SheetError stands for a file that cannot be read. Raises one for the list."""
    _, rows, _ = _listed(folder)
    yield from ((folder / LIST, {"list": row}) for row in rows)
    for place in _projects(folder):
        for answer in TABLES:
            path = place / f"{answer}.json"
            try:
                if (body := _body(path, json_files.DOCUMENT_BYTES)) is not None:
                    yield path, {answer: body}
            except SheetError as error:
                yield path, error


def _listed(folder: Path) -> tuple[int, list, Any]:
    """The year, the rows and the count of the list."""
    body = _body(folder / LIST, LIST_BYTES)
    keys = ("fiscal_year", "results", "count")
    year, rows, count = map(body.get, keys) if type(body) is dict else (None, None, None)
    if type(year) is not int or type(rows) is not list:
        expected = '{"fiscal_year": 2026, "count": ..., "results": [...]}'
        found = "no file" if body is None else "another document"
        raise SheetError(folder / LIST, found, expected)
    return year, rows, count


def _projects(folder: Path) -> list[Path]:
    """The folders of projects, by their numbers."""
    found = (path for path in folder.iterdir() if _PLAIN.fullmatch(path.name) and path.is_dir())
    return sorted(found, key=lambda path: (int(path.name), path.name))


def _number(row: Any) -> int | None:
    """The number of a project in a row of the list, None where there is none."""
    printed = row.get("project_number") if type(row) is dict else None
    plain = type(printed) is str and _PLAIN.fullmatch(printed)
    return int(printed) if plain else None


def _sheet(folder: Path, year: int, at: int, row: Any, times: Counter) -> Rows | SheetError:
    number, place = _number(row), folder / LIST
    try:
        document = {"list": row}
        if number is not None:
            place = folder / row["project_number"]
            document |= _answers(place)
        read = KEYS.read(document)
        if number is None:
            raise _misfit("list", "project_number", "a number of at most nine digits", read)
        if times[number] > 1:
            found = f"{read['list']['project_number']} {times[number]} times"
            raise Misfit(found, "each project once").inside("list")
        tables = _tables(read, year, Remarks())
        _remark_unread(tables["remark"], document, read)
    except SheetError as error:
        return error
    except Misfit as error:
        answer, _, rest = error.place.partition(".")
        answer, position = re.fullmatch(r"([a-z-]*)(.*)", answer, re.DOTALL).groups()
        rest = ".".join(filter(None, (position, rest)))
        if answer in TABLES:
            path = place / f"{answer}.json"
        else:
            path, rest = folder / LIST, ".".join(filter(None, (f"results[{at}]", rest)))
        return SheetError(path, f"{rest}: {error.found}" if rest else error.found, error.expected)
    if (size := sum(map(len, tables.values()))) > MAX_ROWS:
        return SheetError(place, f"{size:,} rows", f"at most {MAX_ROWS:,} of one project")
    facts = tables["sheet"][0]
    facts["source_path"] = f"{paths.shown(folder)}#{facts['sheet_id']}"
    return tables


def _answers(place: Path) -> dict[str, Any]:
    """What there is of a project's answers."""
    bodies = {name: _body(place / f"{name}.json", json_files.DOCUMENT_BYTES) for name in TABLES}
    return {name: body for name, body in bodies.items() if body is not None}


def _body(path: Path, most: int) -> Any:
    """What an answer says, None where there is no such file: null is none that can be used."""
    try:
        with json_files.opened(path) as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        return None
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SheetError(path, f"no readable file ({reason})", _ANSWERED) from error
    if len(content) > most:
        raise SheetError(path, f"more than {most // 2**20} MB", _ANSWERED)
    body = json_files.parsed(content, path, _ANSWERED)
    if body is None:
        raise SheetError(path, "null", _ANSWERED)
    return body


def _misfit(answer: str, column: str, expected: str, read: dict) -> Misfit:
    """What a value is that fits its key, but not what is known from elsewhere."""
    error = Misfit(repr(read[answer].get(column))[:80], expected)
    return error.inside(KEYS.key(answer, column)).inside(answer)


def _tables(read: dict, year: int, remarks: Remarks) -> Rows:
    facts, withheld = _facts(read, year), Withheld(remarks)
    tables: Rows = {"sheet": [facts], "remark": remarks, **_details(read, remarks)}
    notes = _columns(read, "note").items()
    tables["note"] = [{"about": about, "text": text} for about, text in notes if text]
    spent = None
    if facts["sheet_type"] == "review":
        tables["budget"] = _budget(read["list"], year, withheld, remarks)
        executed = {row["fiscal_year"]: row.get("executed") for row in tables["budget"]}
        spent = executed.get(year - 1)
    elif facts["sheet_type"] == "fund":
        tables["fund"] = [_fund(_columns(read, "fund"), withheld, remarks)]
    tables |= payees(read, year - 1, facts["sheet_type"], spent, withheld, remarks)
    withheld.told()
    return tables


def _facts(read: dict, year: int) -> dict:
    listed, detail = read["list"], read.get("detail", {})
    if listed["sheet_year"] != year:
        raise _misfit("list", "sheet_year", f"{year}, as in all of the list", read)
    if listed.get("is_published") is False:
        raise _misfit("list", "is_published", "a sheet that is published", read)
    if ("sheet_type", listed["sheet_type"]) not in CODES:
        raise _misfit("list", "sheet_type", "RS, KS or SS", read)
    if not re.fullmatch("[0-9A-Za-z-]{1,64}", listed["id"]):
        raise _misfit("list", "id", "letters, digits and hyphens", read)
    for column in ("id", "sheet_year"):
        if detail.get(column) not in (None, listed[column]):
            raise _misfit("detail", column, f"{listed[column]}, as in the list", read)
    # 国土交通省 観光庁 is an agency of 国土交通省.
    ministry, _, agency = nfkc(listed["ministry"]).partition(" ")
    if not ID_PART.fullmatch(ministry):
        raise _misfit("list", "ministry", "the name of a ministry", read)
    number = str(int(listed["project_number"]))
    given = _columns(read, "sheet")
    return given | {
        "sheet_id": f"{year}-{ministry}-{number}",
        "sheet_year": year,
        "ministry": ministry,
        "project_number": number,
        "name": given.get("name") or "",
        "bureau": " ".join(filter(None, (agency.strip(), given.get("bureau")))),
        "official_id": f"rs:{number}",
        "past_ids": "",
        "parent_number": "",
        "sheet_type": CODES["sheet_type", listed["sheet_type"]],
        "url": f"{PAGE}{listed['id']}",
        "source_format": "rs api",
    }


def _columns(read: dict, table: str) -> dict:
    """What the list and, where that says nothing, the detail give of a table's columns, which are
    TABLE.COLUMN in the crosswalk."""
    listed = read["list"]
    more = read.get("detail", {}).items()
    both = listed | {name: value for name, value in more if listed.get(name) is None}
    start = f"{table}."
    return {name.removeprefix(start): both[name] for name in both if name.startswith(start)}


def _details(read: dict, remarks: Remarks) -> Rows:
    """The rows of the tables that the crosswalk finds in the detail: a list of objects is the rows
    of its table, each once for each object of `years` in it, if any, and numbered as they come."""
    tables: Rows = {}
    for table, found in read.get("detail", {}).items():
        if table not in COLUMNS:
            continue
        kinds, rows = COLUMNS[table], tables.setdefault(table, [])
        for at, common in enumerate([found] if isinstance(found, dict) else found, start=1):
            years = common.pop("years", ()) or [{}]
            numbered = {"number": at} if "number" in kinds else {}
            rows += [_in_millions(numbered | common | row) for row in years]
    for row in tables.get("related", ()):
        if match := re.match(r"\s*([0-9]{1,9})\s*[:：]\s*", row.get("related_name") or ""):
            row |= {"related_id": str(int(match[1]))}
            row["related_name"] = row["related_name"][match.end() :]
        row["relation"] = _word("related", "relation", row.get("relation"), remarks)
    return tables


def _in_millions(row: dict) -> dict:
    return {
        column: value / YEN if column in MONEY and value is not None else value
        for column, value in row.items()
    }


def _word(table: str, column: str, code: str | None, remarks: Remarks) -> str:
    """The word for a code, the code itself where it is not known."""
    if not code:
        return ""
    if (column, code) not in CODES:
        row = LIST if table == "fund" else "detail.json"
        remarks.add("unknown_code", table, row, column, code[:80])
    return CODES.get((column, code), code)


def _budget(listed: dict, year: int, withheld: Withheld, remarks: Remarks) -> list[dict]:
    """The initial budgets, and the outturn of the year before the sheet's.

    The API gives no supplementary budget and no carry-over, so that no year has a total."""
    printed: dict[int, int | float | None] = {}
    for row in listed.get("budget", ()):
        of = row["fiscal_year"]
        amount = withheld.shown(row, "initial", "budget", str(of))
        if of in printed and amount != printed[of]:
            both = (f"{one:,}" if one is not None else "null" for one in (printed[of], amount))
            remarks.add(
                "duplicate_year", "budget", LIST, "fiscal_year", f"{of}: {' / '.join(both)}"
            )
        if printed.get(of) is None:
            printed[of] = amount
    finalized = listed.get("initial")
    if printed.get(year) is None and "initial" in listed:
        printed[year] = withheld.shown(listed, "initial", "budget", str(year))
    elif finalized is not None and 0 <= finalized != printed[year]:
        observed, kept = f"{finalized:,}", f"{printed[year]:,}"
        remarks.add("initial_differs", "budget", str(year), "initial", observed, kept)
    rows = {of: {"initial": amount} for of, amount in printed.items()}
    executed = withheld.shown(listed, "executed", "budget", str(year - 1))
    if executed is not None:
        rows.setdefault(year - 1, {})["executed"] = executed
    return [
        {column: value / YEN for column, value in rows[of].items() if value is not None}
        | {"fiscal_year": of, "status": status(of, year)}
        for of in sorted(rows)
    ]


def _fund(given: dict, withheld: Withheld, remarks: Remarks) -> dict:
    row: dict[str, Any] = {}
    for column, kind in COLUMNS["fund"].items():
        value = given.get(column)
        if isinstance(value, list):
            words = [_word("fund", column, code, remarks) for code in value]
            row[column] = "、".join(filter(None, words))
        else:
            numeric = kind == NUMBER
            row[column] = withheld.shown(given, column, "fund", LIST) if numeric else value
    return _in_millions(row)


def _remark_unread(remarks: Remarks, document: dict, read: dict) -> None:
    """Say what of the answers is missing or went into no table."""
    for answer, tables in TABLES.items():
        if answer not in document:
            for table in tables:
                remarks.add("file_missing", table, f"{answer}.json")
    payments = KEYS.key("payment-groups", "payment")
    for group, known in zip(document.get("payment-groups", ()), read.get("block", ()), strict=True):
        if group.get(payments) is None:
            row = f"payment-groups.json {known['block']}"
            remarks.add("not_public", "payment", row, "payee", "1")
    if "detail" in document:
        unmapped = {path for path, _ in KEYS.unmapped({"detail": document["detail"]})}
        lacking = [table for table in TABLES["detail"] if table not in read["detail"]]
        for table in lacking or (["sheet"] if unmapped else []):
            remarks.add("unmapped", table, "detail.json", observed=str(len(unmapped)))
