"""Read JUDGIT's JSON sheets of 2015-2023 (LOD, CC BY 4.0, github judgit/data) into plain rows."""

import re
from collections.abc import Iterator
from pathlib import Path

import orjson

from helpers import paths
from helpers.sheet import BLANK, Remarks, Rows, SheetError
from helpers.sources import json_files
from helpers.sources.cells import ID_PART, Unreadable, nfkc, number_of, parent_number, status
from helpers.sources.json_fields import Misfit, crosswalk
from helpers.words import exact

MAX_ROWS = 100_000
"""Rows of one sheet; the longest of 2015-2019 has about a thousand."""

MAX_WORDS = 200
"""Characters of a sheet's reasons that a remark quotes."""

LISTS = {"outcome": "アウトカム", "output": "アウトプット", "budget": "予算", "payment": "支出先"}
"""Table -> the key of its list."""

NOT_GIVEN = {"outcome": (2016, 2023), "output": (2021, 2022, 2023)}
"""Table -> the sheet years of which JUDGIT has no rows (2016: of two sheets in three)."""

PARTS = tuple(f"事業番号{part}" for part in range(1, 6))
"""The parts of a project number: 新30, 0002 and a branch until 2020, then 2021, 総務, 20, 0037
and a branch."""

_KEYS = crosswalk("judgit_keys.csv", BLANK)
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,20})?")


def stream(path: str | Path) -> Iterator[Rows | SheetError]:
    """Every sheet in a file or folder (`json_files.pieces`), a SheetError for each that is none."""
    for piece in lines(path):
        try:
            yield piece if isinstance(piece, SheetError) else parse(piece[2], *piece[:2])
        except SheetError as error:
            yield error


def lines(path: str | Path) -> Iterator[json_files.Piece | SheetError]:
    """(file, line or None, bytes) of every sheet, for `parse` in another process."""
    return json_files.pieces(path)


def parse(content: bytes, path: str | Path, line: int | None = None) -> Rows:
    """The tables of the JSON of one sheet, which starts in `line` of `path`. Raises SheetError."""
    try:
        return rows(orjson.loads(content), path, line)
    except (ValueError, SheetError):
        # What orjson refuses the standard library may read, and else it says where it ends.
        record = json_files.parsed(content, path, "a JUDGIT sheet, {...}", line)
        return rows(record, path, line)


def rows(record: dict, path: str | Path, line: int | None = None) -> Rows:
    """The tables of one parsed sheet; what is null or absent is None, or missing in `sheet`.

    Numbers stay as JUDGIT has them, which made 0 of a printed "-" and, in 2015-16, of a negative;
    texts lose the blanks around them, and those of dashes alone are "". `budget_gross` is
    budget_net - carried_out; `target_year_printed` is 目標最終年度. `source_path` can be read
    again: it names the sheet behind a "#" where `line` says that its file holds more.
    `remark` says what was decided; its `row` is a place in the JSON, lists counted from 0
    (アウトカム[0]), its `rule` one of unknown_key, duplicate_year (the fullest row is kept),
    target_unread, unnamed_indicator, table_without_rows, past_unread (a past sheet named too
    vaguely for `past_ids`), not_in_source, goal_not_quantified (no outcome, but the sheet says why
    none can be set in numbers). JUDGIT has neither a direction nor a rate of achievement. Raises
    SheetError that names the key of the first value that does not fit.
    """
    try:
        read = _KEYS.read(record)
        facts = _facts(read)
    except Misfit as error:
        found = f"{error.place}: {error.found}" if error.place else error.found
        raise SheetError(path, found, error.expected, line) from error
    remarks = Remarks()
    for place, key in _KEYS.unknown():
        # Escaped, for a key is no text that was checked.
        remarks.add("unknown_key", "sheet", place, observed=repr(key)[1:-1][:80])
    facts["past_ids"] = _past_ids(read.get("past_ids", ()), remarks)
    place = paths.shown(path)
    facts["source_path"] = place if line is None else f"{place}#{facts['sheet_id']}"
    tables = {"sheet": [facts], "budget": _budget(read, remarks)}
    for table in ("outcome", "output"):
        tables[table] = _indicators(read.get(table, ()), table, remarks)
        if not tables[table] and facts["sheet_year"] in NOT_GIVEN[table]:
            remarks.add("not_in_source", table, LISTS[table])
    why = read.get("not_quantified") or ""
    if not tables["outcome"] and re.search(r"\w", why):
        remarks.add("goal_not_quantified", "outcome", LISTS["outcome"], "kind", why[:MAX_WORDS])
    tables |= {"payment": read.get("payment", []), "remark": remarks}
    if (size := sum(map(len, tables.values()))) > MAX_ROWS:
        expected = f"at most {MAX_ROWS:,} in one sheet: check what was joined to it"
        raise SheetError(path, f"{size:,} rows", expected, line)
    return tables


def _facts(read: dict) -> dict:
    joined = "-".join(filter(None, map(read.get, PARTS)))
    ministry = _id_part(read["ministry"], "府省庁")
    number = _id_part(read.get("project_number") or joined, "事業番号")
    kept = ("sheet_year", "name", "bureau", "division", "start_year", "end_year", "url")
    return {
        "sheet_id": f"{read['sheet_year']}-{ministry}-{number}",
        "ministry": ministry,
        "project_number": number,
        **{column: read.get(column) for column in kept},
        "accounts": "、".join(filter(None, read.get("accounts", ()))),
        "methods": "、".join(filter(None, read.get("methods", ()))),
        "official_id": f"judgit:{read['official_id']}" if read.get("official_id") else "",
        "parent_number": parent_number(number),
        "source_format": "judgit json",
    }


def _id_part(text: str, key: str) -> str:
    if not ID_PART.fullmatch(plain := nfkc(text)):
        raise Misfit(repr(text[:80]), "1 to 60 letters, digits, hyphens").inside(key)
    return plain


def _past_ids(past: list[dict], remarks: Remarks) -> str:
    named = []
    for position, sheet in enumerate(past):
        parts = [sheet.get("year"), sheet.get("ministry"), *(sheet.get(part) for part in PARTS)]
        said = nfkc("-".join(str(part) for part in parts if part))
        # Without its second part a number names no sheet: 新30, or nothing at all.
        if all(parts[:2]) and parts[3] and ID_PART.fullmatch(said):
            named.append(said)
        else:
            place = f"関連する過去のレビューシート[{position}]"
            remarks.add("past_unread", "sheet", place, "past_ids", said)
    return "; ".join(named)


def _budget(read: dict, remarks: Remarks) -> list[dict]:
    rows = _each_year_once(read.get("budget", []), "budget", "予算", remarks)
    for row in rows:
        net, carried_out = row.get("budget_net"), row.get("carried_out")
        if net is not None and carried_out is not None:
            row["budget_gross"] = net - carried_out
        row["status"] = status(row["fiscal_year"], read["sheet_year"])
    return rows


def _indicators(found: list[dict], table: str, remarks: Remarks) -> list[dict]:
    rows = []
    for position, common in enumerate(found):
        place, years = f"{LISTS[table]}[{position}]", common.pop("years", ())
        if not common.get("indicator"):
            remarks.add("unnamed_indicator", table, place)
        if not years:
            remarks.add("table_without_rows", table, place, observed=common.get("indicator") or "")
        if table == "outcome":
            _read_target(common, place, remarks)
        common["number"] = position + 1
        years = _each_year_once(years, table, place, remarks)
        rows += [common | row for row in years]
    return rows


def _read_target(outcome: dict, place: str, remarks: Remarks) -> None:
    outcome["target_year_printed"] = outcome.get("target_year")
    text = outcome.get("target")
    if not isinstance(text, str):
        return
    if _PLAIN_NUMBER.fullmatch(text):
        outcome["target"] = float(text)
        return
    try:
        outcome["target"] = number_of(text, outcome.get("unit") or "")
    except Unreadable:
        remarks.add("target_unread", "outcome", place, "target", text)
        outcome["target"] = None


def _each_year_once(rows: list[dict], table: str, place: str, remarks: Remarks) -> list[dict]:
    years = [row["fiscal_year"] for row in rows]
    if len(set(years)) == len(years):
        return rows
    fullest = {}
    for row in rows:
        year, kept = row["fiscal_year"], fullest.get(row["fiscal_year"], {})
        if kept:
            said = " / ".join(_values(one) for one in (kept, row))
            remarks.add("duplicate_year", table, place, "fiscal_year", f"{year}: {said}")
        fullest[year] = max(kept, row, key=_known)
    return list(fullest.values())


def _known(row: dict) -> int:
    return sum(value is not None for value in row.values())


def _values(row: dict) -> str:
    return ", ".join(
        f"{column} {value if column == 'fiscal_year' else exact(value)}"
        for column, value in row.items()
        if value is not None
    )
