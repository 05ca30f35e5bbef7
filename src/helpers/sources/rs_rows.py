"""Turn what the RS system's other files print into rows, one of ours for each of theirs.

The crosswalk says which column of a table a header is; the column says how a cell is read: a text
as it stands, an amount from yen into million yen, a count, a rate, or whether something holds. A
cell that cannot be read is missing and remarked on.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from helpers.sheet import COLUMNS, MAYBE, NUMBER, YEAR, Remarks, SheetError
from helpers.sources import cells
from helpers.sources.cells import DASHES, Unreadable, narrow, nfkc
from helpers.sources.contracts import bids, group
from helpers.sources.rs_tables import Record, Records
from helpers.words import MEANINGS

YEN = 10**6

MONEY = {column for column, of in MEANINGS.items() if of["unit"] == "million yen"}
"""The columns of amounts, which the system gives in yen."""

NO_NUMBER = "9999999999999"
"""What the system enters for a payee that can have no corporate number, such as a person."""

INVISIBLE = "\u00ad \u3000"
"""A soft hyphen, or blanks, are how some leave a text empty."""

_MAY_BE_EMPTY = frozenset(DASHES + INVISIBLE)

ELEMENTS = {"アクティビティ": "activity", "アウトプット": "output", "アウトカム": "outcome"}
"""Kind of an element of the logic model as the files print it -> as the tables do, and the table of
its indicators; an activity is described and not measured."""

TERMS = {"短期": "short", "中期": "middle", "長期": "long"}

FLAGS = {"TRUE": True, "T": True, "1": True, "FALSE": False, "F": False, "0": False}

_OTHER_OFFICES = {
    "other_agency": "agency",
    "other_bureau": "office_bureau",
    "other_department": "department",
    "other_section": "section",
    "other_office": "office",
    "other_group": "group",
    "other_unit": "unit_of_office",
    "number": "number",
}
"""Column of 1-1 -> ours: the office in charge stands in each row of it, others beside."""

_LISTS = {
    "policy": {
        "policy_number": "number",
        "policy_ministry": "policy_ministry",
        "policy": "title",
        "measure": "measure",
        "policy_url": "url",
    },
    "law": {
        "law_entry": "number",
        "law": "title",
        "law_number": "law_number",
        "law_id": "law_id",
        "article": "article",
        "paragraph": "paragraph",
        "subparagraph": "subparagraph",
    },
    "plan": {"plan_number": "number", "plan": "title", "plan_url": "url"},
}
"""The three lists that 1-3 prints side by side: entry -> column of the file -> ours."""

_REMARKS_OF_REVIEW = ("past_", "survey")


def others(records: Records, sheet_year: int, remarks: Remarks) -> dict[str, list[dict]]:
    """The tables of the files that are read as they stand: item (2-2), subsidy (1-4), related
    (1-5), policy (1-3), organisation (1-1), review (4-1), logic (3-2), flow and indirect_cost
    (5-2), use (5-3), commitment (5-4) and note (1-2, 2-1, 6-1)."""
    links, costs = _flows(records.get("5-2", []))
    paid = {"fiscal_year": sheet_year - 1}
    made = {
        "item": read(records.get("2-2", []), "item", remarks),
        "subsidy": read(records.get("1-4", []), "subsidy", remarks),
        "related": read(records.get("1-5", []), "related", remarks),
        "policy": _policies(records.get("1-3", []), remarks),
        "organisation": _offices(records.get("1-1", []), remarks),
        "review": _reviews(records.get("4-1", []), sheet_year, remarks),
        "logic": read(records.get("3-2", []), "logic", remarks),
        "flow": [paid | row for row in read(links, "flow", remarks)],
        "indirect_cost": [paid | row for row in read(costs, "indirect_cost", remarks)],
        "use": [paid | row for row in read(records.get("5-3", []), "use", remarks)],
        "commitment": read(records.get("5-4", []), "commitment", remarks),
        "note": _notes(records),
    }
    for row in made["subsidy"]:
        # A guard against spreadsheets, which would take 1/2 for a day.
        for column in ("subsidy_rate", "ceiling"):
            if row.get(column):
                row[column] = row[column].removeprefix("'").strip()
    return made


def read(records: Iterable[Record], table: str, remarks: Remarks) -> list[dict]:
    """A row of `table` for each record that prints any of its columns."""
    converters = _converters(table)
    rows = []
    for record in records:
        row, held = {}, record.cells
        for column, convert in converters.items():
            if column in held:
                value = convert(record, column, table, remarks)
                if value is not None:
                    row[column] = value
        if "bidders" in converters:
            bidders, rate = row.pop("bidders", None), row.pop("winning_rate", None)
            row |= bids(bidders, rate, record.row, remarks, table)
            if method := group(row.get("contract_method", "")):
                row["contract_group"] = method
        if row:
            rows.append(row)
    return rows


@cache
def _converters(table: str) -> dict[str, Callable]:
    return {column: _converter(column, kind) for column, kind in COLUMNS[table].items()}


def _converter(column: str, kind: Any) -> Callable:
    if column in _SPECIAL:
        return _SPECIAL[column]
    if kind == MAYBE:
        return _flag
    if kind == YEAR:
        return _year if column.endswith("_year") else _whole
    if kind == NUMBER:
        return _amount if column in MONEY else _number
    return _text


def _text(record: Record, column: str, *_: object) -> str | None:
    text = record.cells[column]
    # Most begin with a letter: there are a million of them.
    if text[0] in _MAY_BE_EMPTY and not text.strip(DASHES + INVISIBLE):
        return None
    return text


def _unread(record: Record, column: str, table: str, remarks: Remarks) -> None:
    # A cell of 1-1 may be the name of an official: its columns are next to each other.
    observed = "" if record.kind == "1-1" else record.cells[column][:80]
    remarks.add("unread_cell", table, record.row, column, observed)


def _number(record: Record, column: str, table: str, remarks: Remarks) -> float | None:
    text = record.cells[column]
    try:
        value = cells.money(text, 1)
    except Unreadable:
        return _unread(record, column, table, remarks)
    return None if value != value else value


def _amount(record: Record, column: str, table: str, remarks: Remarks) -> float | None:
    text = record.cells[column]
    if len(text) < 16 and text.isascii() and text.isdigit():
        return int(text) / YEN
    value = _number(record, column, table, remarks)
    return None if value is None else value / YEN


def _whole(record: Record, column: str, table: str, remarks: Remarks) -> int | None:
    text = record.cells[column]
    if len(text) < 16 and text.isascii() and text.isdigit():
        return int(text)
    value = _number(record, column, table, remarks)
    if value is None or value.is_integer():
        return None if value is None else int(value)
    return _unread(record, column, table, remarks)


def _year(record: Record, column: str, table: str, remarks: Remarks) -> int | None:
    try:
        return record.year(column)
    except SheetError:
        return _unread(record, column, table, remarks) if record.text(column) else None


def _flag(record: Record, column: str, table: str, remarks: Remarks) -> bool | None:
    text = record.text(column)
    known = FLAGS.get(nfkc(text).upper())
    return _unread(record, column, table, remarks) if known is None and text else known


def _letter(record: Record, column: str, *_: object) -> str | None:
    text = record.text(column)
    return (text if text.isascii() else nfkc(text)) or None


def _corporate_number(record: Record, column: str, *_: object) -> str | None:
    number = _letter(record, column)
    return None if number == NO_NUMBER else number


def _word(words: dict[str, str]) -> Callable:
    def of(record: Record, column: str, table: str, remarks: Remarks) -> str | None:
        text = narrow(record.text(column))
        known = words.get(text.lstrip("0123456789."))
        return _unread(record, column, table, remarks) if known is None and text else known

    return of


_SPECIAL = {
    "corporate_number": _corporate_number,
    "block": _letter,
    "source_block": _letter,
    "source_element": _word(ELEMENTS),
    "element": _word(ELEMENTS),
    "source_term": _word(TERMS),
    "term": _word(TERMS),
}


def _flows(records: list[Record]) -> tuple[list[Record], list[Record]]:
    """The links between blocks, and the state's own indirect costs: 5-2 has a row for each."""
    costs = [record for record in records if record.cells.keys() & {"indirect", "indirect_item"}]
    links = [record for record in records if record not in costs]
    return links, costs


def _policies(records: list[Record], remarks: Remarks) -> list[dict]:
    return [
        {"entry": entry} | row
        for entry, columns in _LISTS.items()
        for row in read(renamed(records, columns), "policy", remarks)
        if row.keys() - {"number"}
    ]


def _offices(records: list[Record], remarks: Remarks) -> list[dict]:
    rows = read(renamed(records, _OTHER_OFFICES), "organisation", remarks)
    return [row for row in rows if row.keys() - {"number"}]


def renamed(records: Iterable[Record], columns: dict[str, str]) -> Iterator[Record]:
    """The records with these columns alone, under other names."""
    for record in records:
        held = record.cells
        yield record._replace(
            cells={ours: held[name] for name, ours in columns.items() if name in held}
        )


def _reviews(records: list[Record], sheet_year: int, remarks: Remarks) -> list[dict]:
    """A row for each record; a further one of a project repeats its first but for the remarks that
    it adds, and has those alone."""
    rows = read(records, "review", remarks)
    first = rows[0] if rows else {}
    for row in rows[1:]:
        for column in [name for name in row if not name.startswith(_REMARKS_OF_REVIEW)]:
            if row[column] == first.get(column):
                del row[column]
    return [{"fiscal_year": sheet_year} | row for row in rows if row]


def _notes(records: Records) -> list[dict]:
    found = [
        {"about": about, "text": text}
        for kind, abouts in (("1-2", ("purpose", "issues", "outline")), ("6-1", ("general",)))
        for record in records.get(kind, [])[:1]
        for about in abouts
        if (text := record.text(about))
    ]
    return found + [
        {"about": about, "fiscal_year": record.year("fiscal_year"), "text": text}
        for record in records.get("2-1", [])
        for about in ("change", "special")
        if (text := record.text(about))
    ]
