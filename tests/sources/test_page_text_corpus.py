"""Real sheets of 2015-2019, written as pages and read back."""

import re
from collections.abc import Iterable, Iterator

import pandas as pd
import pytest

import judgit
from helpers.sheet import ReviewSheet, Rows
from helpers.sources import read
from page_writer import assert_same_tables, write_page

TEXTS = ("indicator", "goal", "unit", "payee", "work")
TEXT = {
    "empty": r"^\s*$",
    "dash": r"^\s*[-‐‑‒–—―−－ーｰ─]+\s*$",
    "lines": r"\S\s*\n\s*\S",
    "blanks": r"^\s|\s$|\s\s",
    "digits first": r"^\s*[0-9０-９]",
    "digits of full width": r"[０-９]",
    "heading's word": r"年度|単位|計画|実績|目標|合計",
    "mark": r"[|#*<>\t]",
    "bracket": r"[（(［\[【「]",
    "long": r"(?s).{200}",
}
"""Kinds of text: name -> pattern."""

UNPRINTED = {"block": "", "rank": pd.NA, "payee_key": None, "corporate_number": None}


def as_a_page_carries(sheet: ReviewSheet) -> ReviewSheet:
    """A JUDGIT sheet with what a page has room for: a line a text, "" for a dash, no block."""
    bureau, division = map(_line, sheet.facts[["bureau", "division"]])
    # The page prints both as one text, which is cut at its first blank.
    bureau, division = [*f"{bureau.replace(' ', '')} {division}".split(maxsplit=1), "", ""][:2]
    facts = sheet.sheet.assign(name=_line(sheet.facts["name"]), bureau=bureau, division=division)
    facts = facts.assign(accounts="一般会計", methods="", official_id="", past_ids="")
    facts = facts.assign(source_format="page text")
    tables = {}
    for name in ("outcome", "output", "payment"):
        frame = tables[name] = getattr(sheet, name).copy()
        for column in frame.columns.intersection(TEXTS):
            frame[column] = frame[column].map(_lines if column == "goal" else _line)
    tables["payment"] = tables["payment"].assign(**UNPRINTED)
    return ReviewSheet.build(sheet=facts, budget=sheet.budget, **tables)


def _line(text: str) -> str:
    return _text("" if pd.isna(text) else " ".join(text.split()))


def _lines(text: str) -> str:
    return _text("\n".join(line.strip() for line in text.split("\n") if line.strip()))


def _text(text: str) -> str:
    return text if text.strip("-‐‑‒–—―−－ーｰ─") else ""


def telling(rows: Iterable[Rows]) -> Iterator[Rows]:
    """Of sheets as plain rows: the longest, and each that has a trait which none before it has."""
    rows = list(rows)
    longest = max(rows, key=lambda sheet: sum(map(len, sheet.values())))
    seen = set()
    for sheet in [longest, *rows]:
        if traits(sheet) - seen:
            seen |= traits(sheet)
            yield sheet


def traits(sheet: Rows) -> set[tuple]:
    """What a page may be read wrongly for: how many rows, what kinds of text and number where."""
    found = {("remark", row["rule"]) for row in sheet["remark"]}
    for table in ("budget", "outcome", "output", "payment"):
        found.add((table, min(len(sheet[table]), 2)))
        for row in sheet[table]:
            found |= {(table, column, kind) for column in row for kind in kinds(row[column])}
    return found


def kinds(value) -> list[str]:
    if isinstance(value, str):
        return [name for name, pattern in TEXT.items() if re.search(pattern, value)]
    if isinstance(value, float):
        size = "0" if value == 0 else "small" if abs(value) < 1 else "large"
        return [f"{'-' if value < 0 else ''}{size}{'.' if value % 1 else ''}"]
    return ["none"] if value is None else []


@pytest.mark.skipif(not judgit.CORPUS.exists(), reason="no ../shared/corpus beside the repository")
@pytest.mark.parametrize("year", judgit.YEARS)
def test_telling_sheets_read_back_as_they_were(year, tmp_path):
    chosen = [ReviewSheet.build(**rows) for rows in telling(judgit.rows(year, sample=300))]
    assert len(chosen) > 20
    for sheet in chosen:
        printed = as_a_page_carries(sheet)
        assert_same_tables(read(write_page(printed, tmp_path)), printed)
