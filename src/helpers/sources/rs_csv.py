"""Read the RS system's official CSV files (rssystem.go.jp, 2024 on), sheet by sheet."""

import re
from collections.abc import Iterator
from pathlib import Path

from helpers import paths
from helpers.sheet import Remarks, Rows, SheetError
from helpers.sources import rs_files
from helpers.sources.cells import DASH, ID_PART, nfkc
from helpers.sources.rs_amounts import accounts, budget, payment
from helpers.sources.rs_files import LeftOut
from helpers.sources.rs_indicators import indicators
from helpers.sources.rs_rows import others
from helpers.sources.rs_tables import (
    BASES,
    KINDS,
    Record,
    Records,
    Source,
    Table,
    load,
    title,
    years,
)

MAX_ROWS = 100_000
"""Rows of one sheet: more of them are many projects under one number."""

TABLES = {"budget": "2-1", "outcome": "3-1", "output": "3-1", "payment": "5-1"}
"""Table that sheets of every year have -> the file that it is from."""

READERS = (budget, indicators, payment, others)
"""What makes the tables of a project: the records of each file, the sheet year and the remarks ->
rows of each table."""

SHEET_TYPES = {
    "": "review",
    "レビューシート": "review",
    "基金シート": "fund",
    "セグメントシート": "segment",
}
"""シート種別 as the files print it -> ours."""

# 2023-デジ-22-0001, also without hyphens; a number without its year could be any year's.
_PAST = re.compile(
    r"(?<![0-9])(20[0-9]{2}) ?-? ?([ぁ-んァ-ヶ一-龥]{1,6}?) ?-? ?(新?[0-9]{2}) ?-{0,2} ?([0-9]{4})"
    r"(-[0-9]{2})?(?![0-9])"
)


def stream(folder: str | Path) -> Iterator[Rows | SheetError]:
    """The sheets of a folder of zips or CSV files, year by year, in the order of 1-2, or of 2-1
    without it.

    The files may lie in folders in it and be called anything: their headers say what they are, the
    column 事業年度 of which year. One Rows per project (予算事業ID), amounts turned from yen into
    million yen. `source_path` is the folder, "#" and the sheet. `ministry` is 政策所管府省庁, as in
    earlier years; its agency stands in `bureau`. `past_ids` are the printed 旧事業番号 alone, such
    as 2023-デジ-22-0001: they do not say the ministry. A file that is missing leaves its table
    empty; without 5-1, `payment` has what 5-3 itemises, the first payee of each block. Payments are
    those of the year before.
    `remark` has a row for each decision: `row` is the row of the file ("2-1 L57") or the file,
    `rule` one of file_missing, empty_section, repeated_key, period_unread, past_unread,
    total_missing, accounts_differ, outturn_unknown, payments_from_items, tier_unknown,
    block_differs, contracts_differ, unread_line, unnamed_indicator, table_without_rows,
    cells_differ and cells_partly (an indicator's rows disagree, the first one counts),
    cells_contradict (so do they on its direction, kind or term: none counts), qualitative_number
    (a number of a qualitative outcome, left out).

    A row that cannot be read gives the SheetError of its project in place of the sheet, a project
    that the first file does not list one at the end of its year. Raises SheetError, before the
    first sheet, for what concerns a whole file: one that is missing, damaged, unsafe, not UTF-8, no
    CSV, there in two versions, without a header that is needed.
    """
    folder = Path(folder)
    found, left_out = rs_files.find(folder)
    if not found.keys() & BASES:
        missing = f"neither {title('1-2')} nor {title('2-1')}"
        if left_out:
            missing += f" among {len(left_out):,} files ({left_out[0].place}: {left_out[0].why})"
        raise SheetError(folder, missing, rs_files.A_FOLDER)
    by_year = _by_year(found)
    for year in sorted(by_year):
        yield from _of_year(folder, year, by_year[year])


def unread(folder: str | Path) -> list[LeftOut]:
    """What of a folder goes into no table: a column that is not known, a CSV file that is none of
    the system's. Raises SheetError."""
    found = rs_files.find(Path(folder))
    return found.left_out + [
        LeftOut(source.place, f"the column {header!r} is not known")
        for kind, sources in found.tables.items()
        for source in sources
        for header in source.header()
        if KINDS[kind].column(header) is None
    ]


def inventory(folder: str | Path) -> Iterator[dict]:
    """A row for each file and sheet year of a folder: sheet_year, file ("2-1"), source_path, rows,
    columns_read, and the names of the columns known and not read and of those not known, joined by
    "; ". Raises SheetError."""
    for kind, sources in rs_files.find(Path(folder)).tables.items():
        for source in sources:
            header = source.header()
            columns = [KINDS[kind].column(name) for name in header]
            left = {
                wanted: "; ".join(
                    name for name, column in zip(header, columns, strict=True) if column == wanted
                )
                for wanted in ("", None)
            }
            for year, (_, rows) in years(source, kind).items():
                yield {
                    "sheet_year": year,
                    "file": kind,
                    "source_path": paths.shown(source.place),
                    "rows": rows,
                    "columns_read": sum(map(bool, columns)),
                    "columns_known": left[""],
                    "columns_unknown": left[None],
                }


def _by_year(found: dict[str, list[Source]]) -> dict[int, dict[str, Source]]:
    """The files of each sheet year, by their kind."""
    by_year: dict[int, dict[str, tuple[Source, int]]] = {}
    empty = {}
    for kind, sources in found.items():
        for source in sources:
            lines = years(source, kind)
            if not lines:
                empty.setdefault(kind, source)
            for year, (line, _) in lines.items():
                first, _ = by_year.setdefault(year, {}).setdefault(kind, (source, line))
                if first is not source:
                    expected = (
                        "each table of a year once: keep the file of one download (of a file and "
                        "the one published again, the newer) and remove the other"
                    )
                    found_too = f"the same table, {title(kind)} of {year}, as {first.place}"
                    raise SheetError(source.place, found_too, expected)
    if not by_year:
        first = next(empty[base] for base in sorted(BASES) if base in empty)
        raise SheetError(first.place, "no row under the header", "a row for each project")
    for year, tables in by_year.items():
        _check_year(year, tables, empty, len(by_year))
    return {
        year: empty | {kind: source for kind, (source, _) in tables.items()}
        for year, tables in by_year.items()
    }


def _check_year(year: int, tables: dict[str, tuple[Source, int]], empty: dict, years: int) -> None:
    # Of several years one without 1-2 is more likely a file of the wrong year than a whole year.
    if "1-2" not in tables and (years > 1 or not (tables.keys() | empty.keys()) & BASES):
        source, line = next(iter(tables.values()))
        missing = f"the 事業年度 {year}, of which there is no {title('1-2')} here"
        expected = "that too, or another folder for this year"
        raise SheetError(source.place, missing, expected, line)
    size = sum(source.size for source, _ in tables.values())
    if size > rs_files.LARGEST:
        source, _ = next(iter(tables.values()))
        expected = f"at most {rs_files.LARGEST:,} bytes"
        raise SheetError(source.path.parent, f"{size:,} bytes of CSV of {year}", expected)


def _of_year(folder: Path, year: int, sources: dict[str, Source]) -> Iterator[Rows | SheetError]:
    tables = {kind: load(source, kind, year) for kind, source in sorted(sources.items())}
    base = "1-2" if "1-2" in tables else "2-1"
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


def _sheet(folder: Path, project: str, year: int, tables: dict[str, Table]) -> Rows | SheetError:
    for table in tables.values():
        if project in table.broken:
            return table.broken[project]
    records = {kind: table.records.get(project, []) for kind, table in tables.items()}
    remarks, rows = Remarks(), {}
    try:
        facts = _facts(records, year, remarks)
        for read in READERS:
            rows |= read(records, year, remarks)
    except SheetError as error:
        return error
    for table, kind in TABLES.items():
        if not rows[table]:
            rule = "empty_section" if kind in tables else "file_missing"
            remarks.add(rule, table, title(kind))
    others_missing = KINDS.keys() - tables.keys() - set(TABLES.values()) - {"1-2"}
    if others_missing:
        remarks.add("files_missing", "sheet", observed=", ".join(sorted(others_missing)))
    if (size := sum(map(len, rows.values()))) > MAX_ROWS:
        return SheetError(folder, f"{size:,} rows of 予算事業ID {project}", f"at most {MAX_ROWS:,}")
    facts["source_path"] = f"{paths.shown(folder)}#{facts['sheet_id']}"
    return {"sheet": [facts], **rows, "remark": remarks}


def _facts(records: Records, year: int, remarks: Remarks) -> dict:
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
            column.removeprefix("method.")
            for column in KINDS["1-2"].columns.values()
            if column.startswith("method.") and _is_true(first.text(column))
        ),
        "official_id": f"rs:{project}",
        "past_ids": _past(first, remarks),
        "parent_number": "",
        "sheet_type": _sheet_type(first, remarks),
        "stage": first.text("stage"),
        "main_expenses": "、".join(
            dict.fromkeys(filter(None, (row.text("main_expense") for row in base)))
        ),
        "url": first.text("url"),
        "source_format": "rs csv",
    }


def _sheet_type(record: Record, remarks: Remarks) -> str:
    printed = record.text("sheet_type")
    if printed not in SHEET_TYPES:
        remarks.add("unread_cell", "sheet", record.row, "sheet_type", printed)
    return SHEET_TYPES.get(printed, printed)


def _remark_repeated(rows: list[Record], remarks: Remarks) -> None:
    for other in rows[1:]:
        # The rows of a project are those of its main expenses: `_facts` joins them.
        for column in sorted((rows[0].cells.keys() | other.cells.keys()) - {"main_expense"}):
            if other.cells.get(column) != rows[0].cells.get(column):
                observed = other.cells.get(column, "")
                remarks.add("repeated_key", "sheet", other.row, column, observed)


def _is_true(text: str) -> bool:
    return nfkc(text).upper() in ("1", "TRUE")


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
