"""Repair a copy of a sheet: declared corrections first, then what the findings propose."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from helpers.checks.finding import Finding, first
from helpers.checks.reasons import printed
from helpers.errors import ReviewSheetError
from helpers.sheet import COLUMNS, NUMBER, YEAR, ReviewSheet

REPAIRS = ("none", "proved", "all")
KEYS = {"sheet", "table", "where", "column", "expect", "value", "reason", "status"}
STATUSES = ("active", "withdrawn")


@dataclass(frozen=True)
class Correction:
    """One entry of the file: in the rows `where`, `column` is `value` and not `expect`."""

    file: str
    entry: int
    sheet: str
    table: str
    where: dict
    column: str
    expect: object
    value: object
    reason: str
    status: str

    def rows(self, sheet: ReviewSheet) -> tuple[int, ...]:
        """The positions in `table` that `where` matches; all of them where it is empty."""
        return tuple(
            at
            for at, row in enumerate(sheet.rows(self.table))
            if all(row[column] == value for column, value in self.where.items())
        )


def apply(
    sheet: ReviewSheet, found: list[Finding], repair: str, corrections: str | Path
) -> tuple[ReviewSheet, list[tuple[Finding, bool]]]:
    """The repaired sheet, and each finding with whether it was applied.

    A declared correction is a finding of its own and takes the place of those about its cells.
    Raises ValueError for an unknown `repair`, ReviewSheetError for an unusable file.
    """
    if repair not in REPAIRS:
        raise ValueError(f"repair is {repair!r}: use one of {', '.join(REPAIRS)}")
    if repair == "none":
        return sheet, [(finding, False) for finding in found]
    result, done, cells = sheet, [], set()
    for correction in read(corrections, first(sheet.rows("sheet"), "sheet_id")):
        finding, applies = _declared(sheet, correction)
        done.append((finding, applies))
        if applies:
            result = _set(result, finding, correction.column, correction.value)
            cells |= _cells(finding)
    for finding in found:
        if _cells(finding) & cells:
            continue
        repairable = bool(finding.at) and finding.proposed is not None
        applies = repairable and (finding.proved or repair == "all")
        if applies:
            for column, value in ((finding.column, finding.proposed), *finding.also):
                result = _set(result, finding, column, value)
        done.append((finding, applies))
    return result, done


def read(path: str | Path, sheet_id: str) -> list[Correction]:
    """The active corrections of one sheet, in the order of the file.

    Every entry of the file is checked, whatever its sheet. Raises ReviewSheetError that
    names the file, the entry and what to do.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    own = (sheet_id, STATUSES[0])
    return [entry for entry in _entries(path, text) if (entry.sheet, entry.status) == own]


@lru_cache(1)
def _entries(path: Path, text: str) -> list[Correction]:
    try:
        entries = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise _unreadable(path, error) from error
    if not isinstance(entries, list):
        raise ReviewSheetError(f"{path}: holds no list; write entries with '- sheet: ...', or []")
    return [_checked(path, number, entry) for number, entry in enumerate(entries, start=1)]


def _unreadable(path: Path, error: Exception) -> ReviewSheetError:
    return ReviewSheetError(
        f"{path}: cannot be read as YAML ({error}); restore it, or write [] into it"
    )


def _checked(path: Path, number: int, entry) -> Correction:
    def need(condition: bool, what: str) -> None:
        if not condition:
            raise ReviewSheetError(f"{path}, entry {number}: {what}")

    need(isinstance(entry, dict), "is no mapping; write the keys " + ", ".join(sorted(KEYS)))
    need(set(entry) == KEYS, f"has the keys {sorted(map(str, entry))}; write {sorted(KEYS)}")
    table, where = entry["table"], entry["where"]
    tables = [name for name in COLUMNS if name not in ("remark", "vintage")]
    need(table in tables, f"table {table!r} does not exist; write one of {tables}")
    need(isinstance(where, dict), "where is no mapping; write column: value, or {} for every row")
    for column in [*where, entry["column"]]:
        need(column in list(COLUMNS[table]), f"table {table} has no column {column!r}")
    for column, value in [
        *where.items(),
        (entry["column"], entry["expect"]),
        (entry["column"], entry["value"]),
    ]:
        need(_fits(COLUMNS[table][column], value), f"{value!r} cannot stand in column {column}")
    need(isinstance(entry["sheet"], str), "sheet is no text; write the sheet_id in quotes")
    need(bool(entry["reason"]) and isinstance(entry["reason"], str), "reason is missing; say why")
    need(entry["status"] in STATUSES, f"status is {entry['status']!r}; write one of {STATUSES}")
    return Correction(path.name, number, **entry)


def _fits(kind: str, value) -> bool:
    kinds = {NUMBER: (int, float), YEAR: int}.get(kind, str)
    return value is None or (isinstance(value, kinds) and not isinstance(value, bool))


def _declared(sheet: ReviewSheet, correction: Correction) -> tuple[Finding, bool]:
    at = correction.rows(sheet)
    rows = sheet.rows(correction.table)
    found = [rows[position][correction.column] for position in at]
    applies = bool(at) and all(value == correction.expect for value in found)
    stale = "correction_stale" if at else "correction_stale.nowhere"
    others = [value for value in found if value != correction.expect]
    observed = (others or found or [None])[0]

    def shown(value) -> str:
        return printed(value, correction.table, correction.column) or "-"

    finding = Finding(
        "correction" if applies else stale,
        correction.table,
        tuple(
            value if column == "fiscal_year" else printed(value, correction.table, column)
            for column, value in correction.where.items()
        ),
        correction.column,
        observed,
        correction.value if applies else None,
        at=at,
        facts={"file": correction.file, "entry": correction.entry, "reason": correction.reason}
        | {"expect": shown(correction.expect), "observed": shown(observed)}
        | {"proposed": shown(correction.value)},
    )
    return finding, applies


def _cells(finding: Finding) -> set[tuple[str, str, int]]:
    return {(finding.table, finding.column, position) for position in finding.at}


def _set(sheet: ReviewSheet, finding: Finding, column: str, value) -> ReviewSheet:
    rows = [
        row | {column: value} if at in finding.at else row
        for at, row in enumerate(sheet.rows(finding.table))
    ]
    return sheet.with_table(finding.table, rows)
