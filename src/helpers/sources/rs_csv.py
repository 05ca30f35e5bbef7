"""Read a year of the RS system's official CSV files (rssystem.go.jp, 2024 on), sheet by sheet."""

import re
from collections.abc import Iterator
from pathlib import Path

from helpers import paths
from helpers.sheet import Rows, SheetError
from helpers.sources import rs_files, rs_headers
from helpers.sources.cells import DASH, ID_PART, nfkc
from helpers.sources.layout import Remarks
from helpers.sources.rs_budget import accounts, budget
from helpers.sources.rs_headers import METHODS, title
from helpers.sources.rs_indicators import indicators
from helpers.sources.rs_payments import payment
from helpers.sources.rs_records import Record, Table, load

MAX_ROWS = 100_000
"""Rows of one sheet: more of them are many projects under one number."""

# 2023-デジ-22-0001, also without hyphens; a number without its year could be any year's.
_PAST = re.compile(
    r"(?<![0-9])(20[0-9]{2}) ?-? ?([ぁ-んァ-ヶ一-龥]{1,6}?) ?-? ?(新?[0-9]{2}) ?-{0,2} ?([0-9]{4})"
    r"(-[0-9]{2})?(?![0-9])"
)


def stream(folder: str | Path) -> Iterator[Rows | SheetError]:
    """The sheets of a folder of zips or CSV files, in the order of 1-2, or of 2-1 without it.

    One Rows per project (予算事業ID), amounts turned from yen into million yen. `source_path` is
    the folder, "#" and the sheet. `ministry` is 政策所管府省庁, as in earlier years; its agency
    stands in `bureau`. `past_ids` are the printed 旧事業番号 alone, such as 2023-デジ-22-0001: they
    do not say the ministry. A file that is missing leaves its table empty; without 5-1, `payment`
    has what 5-3 itemises, the first payee of each block. Payments are those of the year before.
    `remark` has a row for each decision: `row` is the row of the file ("2-1 L57") or the file,
    `rule` one of file_missing, empty_section, repeated_key, period_unread, past_unread,
    total_missing, accounts_differ, outturn_unknown, payments_from_items, tier_unknown,
    block_differs, contracts_differ, unread_line, unnamed_indicator, table_without_rows,
    cells_differ and cells_partly (an indicator's rows disagree, the first one counts),
    cells_contradict (so do they on its direction, kind or term: none counts), qualitative_number
    (a number of a qualitative outcome, left out).

    A row that cannot be read gives the SheetError of its project in place of the sheet, a project
    that the first file does not list one at the end. Raises SheetError, before the first sheet,
    for what concerns a whole file: one that is missing, damaged, unsafe, not UTF-8, no CSV, twice
    there, of another year, without a header that is needed.
    """
    folder = Path(folder)
    sources, _ = rs_files.find(folder)
    base = "1-2" if "1-2" in sources else "2-1"
    if base not in sources:
        found = f"neither {title('1-2')} nor {title('2-1')}"
        raise SheetError(folder, found, rs_files.A_FOLDER)
    tables = {kind: load(source, kind) for kind, source in sorted(sources.items())}
    year = _year(tables, tables[base].place)
    for project in tables[base].records:
        yield _sheet(folder, project, year, tables)
    seen = set(tables[base].records)
    for table in tables.values():
        for project in (project for project in table.records if project not in seen):
            rows, broken = table.records[project], table.broken.get(project)
            line = broken.line if broken else rows[0].line
            expected = f"a project that {title(base)} lists: take all files from one download"
            yield SheetError(table.place, f"予算事業ID {project[:40]!r}", expected, line)
        seen |= table.records.keys()


def unread(folder: str | Path) -> list[tuple[str, str]]:
    """What of a folder goes into no table and should be looked at: (file, header).

    A header that is not known stands beside its file; a CSV file that is none of the RS system's
    stands alone, with "". Raises SheetError.
    """
    sources, alien = rs_files.find(Path(folder))
    unknown = [
        (source.place, header)
        for kind, source in sorted(sources.items())
        for header in rs_files.header(source)
        if rs_headers.column_of(kind, header) is None
    ]
    return unknown + [(source.place, "") for source in alien]


def _year(tables: dict[str, Table], place: str) -> int:
    years = {table.year: table.place for table in tables.values() if table.year is not None}
    if not years:
        raise SheetError(place, "no row under the header", "a row for each project")
    if len(years) > 1:
        (first, _), (other, at) = list(years.items())[:2]
        expected = f"files of {first}, as in the others: one folder a year"
        raise SheetError(at, f"the 事業年度 {other}", expected)
    return next(iter(years))


def _sheet(folder: Path, project: str, year: int, tables: dict[str, Table]) -> Rows | SheetError:
    for table in tables.values():
        if project in table.broken:
            return table.broken[project]
    records = {kind: table.records.get(project, []) for kind, table in tables.items()}
    remarks = Remarks()
    try:
        facts = _facts(records, year, remarks)
        rows = {
            "budget": budget(records.get("2-1", []), year, remarks),
            **indicators(records.get("3-1", []), remarks),
            # The payments of the last closed year.
            "payment": payment(records, year - 1, remarks),
        }
    except SheetError as error:
        return error
    for table, kind in (("budget", "2-1"), ("outcome", "3-1"), ("output", "3-1")):
        _remark_empty(rows[table], table, kind, tables, remarks)
    if not rows["payment"]:
        _remark_empty([], "payment", "5-1", tables, remarks)
    if (size := sum(map(len, rows.values()))) > MAX_ROWS:
        return SheetError(folder, f"{size:,} rows of 予算事業ID {project}", f"at most {MAX_ROWS:,}")
    facts["source_path"] = f"{paths.shown(folder)}#{facts['sheet_id']}"
    return {"sheet": [facts], **rows, "remark": remarks}


def _remark_empty(rows: list, table: str, kind: str, tables: dict, remarks: Remarks) -> None:
    if kind not in tables:
        remarks.add("file_missing", table, title(kind))
    elif not rows:
        remarks.add("empty_section", table, title(kind))


def _facts(records: dict[str, list[Record]], year: int, remarks: Remarks) -> dict:
    base = records.get("1-2") or records["2-1"]
    first = base[0]
    project, ministry = first.text("project"), nfkc(first.text("ministry") or first.text("agency"))
    if not re.fullmatch("[0-9]{1,9}", project):
        raise first.error("project", "a number of at most nine digits")
    if not ID_PART.fullmatch(ministry):
        raise first.error("ministry", "the name of a ministry")
    if "1-2" in records:
        _remark_repeated(base, remarks)
    else:
        remarks.add("file_missing", "sheet", title("1-2"))
    # 国土交通省 観光庁 is an agency of 国土交通省.
    agency = nfkc(first.text("agency")).removeprefix(ministry).strip()
    bureau = dict.fromkeys((agency, first.text("bureau"), first.text("department")))
    within = [first.text("section"), first.text("office")]
    if not any(within):
        within = [first.text("group"), first.text("unit_of_office")]
    start, end = (_period(first, column, remarks) for column in ("start_year", "end_year"))
    return {
        "sheet_id": f"{year}-{ministry}-{project}",
        "sheet_year": year,
        "ministry": ministry,
        "project_number": project,
        "name": first.text("name"),
        "bureau": " ".join(filter(None, bureau)),
        "division": " ".join(filter(None, within)),
        "start_year": start,
        "end_year": end,
        "accounts": accounts(records.get("2-1", [])),
        "methods": "、".join(
            method
            for method in METHODS
            if nfkc(first.text(f"method.{method}")).upper() in ("1", "TRUE")
        ),
        "official_id": f"rs:{project}",
        "past_ids": _past(first, remarks),
        "parent_number": "",
        "source_format": "rs csv",
    }


def _remark_repeated(rows: list[Record], remarks: Remarks) -> None:
    for other in rows[1:]:
        for column in sorted(rows[0].cells.keys() | other.cells.keys()):
            if other.cells.get(column) != rows[0].cells.get(column):
                observed = other.cells.get(column, "")
                remarks.add("repeated_key", "sheet", other.row, column, observed)


def _period(record: Record, column: str, remarks: Remarks) -> int | None:
    if not record.text(column):
        return None
    try:
        return record.year(column)
    except SheetError:
        remarks.add("period_unread", "sheet", record.row, column, record.text(column))
        return None


def _past(record: Record, remarks: Remarks) -> str:
    printed = record.text("past_number")
    plain = re.sub(r"\s+", " ", re.sub(DASH, "-", nfkc(printed)))
    found = dict.fromkeys(
        "-".join(match.groups()[:4]) + (match[5] or "") for match in _PAST.finditer(plain)
    )
    if printed and not found:
        remarks.add("past_unread", "sheet", record.row, "past_ids", printed)
    return "; ".join(found)
