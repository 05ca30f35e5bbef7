"""Sheets written as pages and read back: generated ones, and real ones of 2015-2019; whatever else
is thrown at the reader is a SheetError."""

import math
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import judgit
from helpers import paths
from helpers.sheet import ReviewSheet, Rows, SheetError
from helpers.sources import page_text
from helpers.sources.cells import MARKS, parent_number
from page_writer import assert_same_tables, page, write_page

MINISTRIES = ["総務省", "内閣府", "個人情報保護委員会"]
UNITS = ["", "団体", "％", "人(延べ)", "100万円", "t-CO2／年", "年度に", "△", "- 件", "a b"]
NASTY = [
    *(
        "|",
        "｜",
        " | ",
        " ｜ ",
        "---|",
        "-",
        "△",
        "0",
        "１",
        ":",
        "：",
        "(",
        "）",
        "\u3000",
        "\u2028",
    ),
    *(
        "年度",
        "令和5年度",
        "目標",
        " (目標:2020年度に5 件)",
        "（目標：1）",
        "主要な支出先",
        "※単位は円",
    ),
]

# A text is a line of its own or a cell: it holds no line break and nothing unseen at its ends, and
# dashes alone mean nothing.
letters = st.characters(codec="utf-8", exclude_characters="\0\r\n\ufeff")
texts = st.lists(st.sampled_from(NASTY) | letters, max_size=8).map(
    lambda some: re.sub(rf"^[\s{MARKS}]+|[\s{MARKS}]+$", "", "".join(some))
)
texts = texts.filter(lambda text: not text or re.search(r"[^-‐‑‒–—―−－ーｰ─]", text))
# Nothing on a page tells a line that begins with a year or ends with a pipe from a table's row.
lines = texts.map(lambda text: f"約{text}値")
# Nothing on a page tells where a payee with " | " ends (the work may hold as many as it likes), or
# where a bureau with a blank does.
payees = lines.map(lambda text: re.sub(r"\s*([|｜])\s*", r"\1", text))
bureaus = lines.map(lambda text: "".join(text.split()))

values = st.just(math.nan) | st.integers(-(10**12), 10**12).map(lambda value: value / 1000)
years = st.integers(1990, 2040)
maybe_years = st.none() | years


@st.composite
def review_sheets(draw) -> ReviewSheet:
    year = draw(st.integers(2011, 2030))
    ministry = draw(st.sampled_from(MINISTRIES))
    number = draw(st.from_regex(r"(新[0-9]{2}-)?[0-9]{4}(-[0-9]{1,2})?", fullmatch=True))
    facts = {
        "sheet_id": f"{year}-{ministry}-{number}",
        "sheet_year": year,
        "ministry": ministry,
        "project_number": number,
        "name": draw(lines),
        "bureau": draw(bureaus),
        "division": draw(texts),
        "start_year": draw(maybe_years),
        "end_year": draw(maybe_years),
        "accounts": draw(texts),
        "methods": draw(texts),
        "official_id": "",
        "past_ids": "",
        "parent_number": parent_number(number),
        "source_format": "page text",
    }
    return ReviewSheet.build(
        sheet=[facts],
        budget=[
            draw(budget_rows(one, year)) for one in draw(st.lists(years, unique=True, max_size=4))
        ],
        outcome=draw(indicators(["goal", "target", "target_year"])),
        output=draw(indicators([])),
        payment=draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "fiscal_year": years,
                        "block": st.just(""),
                        "payee": payees,
                        "work": texts,
                        "amount": values,
                    }
                ),
                max_size=4,
            )
        ),
    )


@st.composite
def budget_rows(draw, fiscal_year: int, sheet_year: int) -> dict:
    money = ("requested", "initial", "supplementary", "carried_in", "carried_out", "reserve")
    row = {column: draw(values) for column in (*money, "budget_net", "executed")}
    ahead = fiscal_year - sheet_year
    return row | {
        "fiscal_year": fiscal_year,
        "budget_gross": row["budget_net"] - row["carried_out"],
        "status": "closed" if ahead < 0 else "requested" if ahead else "current",
    }


@st.composite
def indicators(draw, of_outcome: list[str]) -> list[dict]:
    rows = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        common = {"number": number, "indicator": draw(lines), "unit": draw(st.sampled_from(UNITS))}
        if of_outcome:
            year = draw(maybe_years)
            common |= {"target": draw(values), "target_year": year, "target_year_printed": year}
            common["goal"] = "\n".join(draw(st.lists(lines, max_size=3)))
        for fiscal_year in draw(st.lists(years, min_size=1, max_size=3, unique=True)):
            row = {"fiscal_year": fiscal_year, "expected": draw(values), "actual": draw(values)}
            rows.append(common | row)
    return rows


def read(path: Path) -> ReviewSheet:
    return ReviewSheet.build(**page_text.rows(path))


@settings(max_examples=50)
@given(review_sheets())
def test_generated_sheets_read_back_as_they_were(sheet):
    # A page without a row is refused.
    assume(any(len(table) for name, table in sheet.tables().items() if name != "sheet"))
    with tempfile.TemporaryDirectory() as folder:
        assert_same_tables(read(write_page(sheet, Path(folder))), sheet)


DEFAULT = paths.DEFAULT_SHEET.read_bytes()
pieces = st.sampled_from(
    [piece.encode() for piece in (*NASTY, "\n", "\r\n", "年度 | 支出先 |", "2018 | ")]
)


@st.composite
def mutated_pages(draw) -> bytes:
    """The default page, or a generated one, with a few stretches cut, repeated or overwritten."""
    content = draw(st.just(DEFAULT) | review_sheets().map(lambda sheet: page(sheet).encode()))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from([0, 1, 3, 30, 300])))
        put = draw(st.binary(max_size=4) | pieces | st.just(content[start:end] * 2))
        content = content[:start] + put + content[end:]
    return content


@settings(max_examples=60)
@given(mutated_pages(), st.sampled_from(["2019-総務省-0042.txt", "page.txt"]))
def test_a_damaged_page_is_read_or_refused(content, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        refusal = None
        try:
            assert read(path).id
        except SheetError as error:
            refusal = error
        if refusal:
            assert refusal.path == str(path)
            assert refusal.found
            assert refusal.expected


# Real sheets

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
    facts = facts.assign(source_format="page text", url=None)
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
    seen: set[tuple] = set()
    for sheet in [longest, *rows]:
        found = traits(sheet)
        if found - seen:
            seen |= found
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
    chosen = [
        ReviewSheet.build(**rows) for rows in telling(judgit.rows(judgit.file(year), sample=300))
    ]
    assert len(chosen) > 20
    for sheet in chosen:
        printed = as_a_page_carries(sheet)
        assert_same_tables(read(write_page(printed, tmp_path)), printed)
