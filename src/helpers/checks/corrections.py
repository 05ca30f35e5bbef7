"""Read data/corrections.yml: the declared corrections of what sheets print."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from helpers.errors import ReviewSheetError
from helpers.sheet import COLUMNS, NUMBER, YEAR, ReviewSheet

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
        frame = getattr(sheet, self.table)
        hits = pd.Series(True, index=frame.index)
        for column, value in self.where.items():
            hits &= frame[column].isna() if value is None else frame[column].eq(value).fillna(False)
        return tuple(int(position) for position in hits.to_numpy().nonzero()[0])


def read(path: str | Path, sheet_id: str) -> list[Correction]:
    """The active corrections of one sheet, in the order of the file.

    Every entry of the file is checked, whatever its sheet. Raises ReviewSheetError that
    names the file, the entry and what to do.
    """
    path = Path(path)
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ReviewSheetError(
            f"{path}: cannot be read as YAML ({error}); restore it, or write [] into it"
        ) from error
    if not isinstance(entries, list):
        raise ReviewSheetError(f"{path}: holds no list; write entries with '- sheet: ...', or []")
    checked = [_checked(path, number, entry) for number, entry in enumerate(entries, start=1)]
    return [entry for entry in checked if (entry.sheet, entry.status) == (sheet_id, STATUSES[0])]


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
