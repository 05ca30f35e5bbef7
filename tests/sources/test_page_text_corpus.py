"""Real sheets of 2015-2019, written as pages and read back."""

import pandas as pd
import pytest

import judgit
from helpers.sheet import ReviewSheet
from helpers.sources import read
from page_writer import assert_same_tables, write_page

TEXTS = ("indicator", "goal", "unit", "payee", "work")
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


@pytest.mark.slow
@pytest.mark.skipif(not judgit.CORPUS.exists(), reason="no ../shared/corpus beside the repository")
@pytest.mark.parametrize("year", judgit.YEARS)
def test_sampled_sheets_read_back_as_they_were(year, tmp_path):
    for sheet in judgit.sheets(year, sample=300):
        printed = as_a_page_carries(sheet)
        assert_same_tables(read(write_page(printed, tmp_path)), printed)
