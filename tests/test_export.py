import csv
import io
import json
import string
from itertools import chain

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import export
from helpers.sheet import ReviewSheet, records
from speaking import told

FINDINGS = pd.DataFrame(
    [
        ("outcome", "1. 導入数", "target_year", "era", "error", "1993", "2023", "", "令和5", True),
        ("budget", "2019年度", "", "jump", "note", "94", "", "", "=cmd|' /C calc'!A0", False),
    ],
    columns=[
        *("table", "row", "column", "rule", "severity"),
        *("observed", "proposed", "proof", "reason", "applied"),
    ],
)


@pytest.fixture
def sheet():
    return ReviewSheet.build(
        sheet=[{"sheet_id": "2019-省-0042", "sheet_year": 2019, "name": "-名", "bureau": "＋局"}],
        budget=[
            {"fiscal_year": 2018, "carried_out": -3.25, "executed": 0.1 + 0.2},
            {"fiscal_year": None, "executed": None},
        ],
        payment=[{"fiscal_year": 2018, "payee": '@株式会社, "x"\n改行', "corporate_number": "001"}],
        remark=[{"table": "budget", "rule": "joined"}],
    )


@pytest.fixture
def tables(sheet):
    return export.tables(sheet, FINDINGS)


def rows(frame):
    text = export.as_csv(frame)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_exports_the_tables_of_the_design(tables):
    assert list(tables) == [
        *("sheet", "budget", "outcome", "output", "payment", "vintage", "finding")
    ]


def test_json_holds_years_as_integers_and_unknown_as_null(tables):
    found = json.loads(export.as_json(tables), parse_constant=pytest.fail)
    assert found["sheet"][0]["sheet_year"] == 2019
    assert isinstance(found["budget"][0]["fiscal_year"], int)
    assert found["budget"][0]["executed"] == 0.1 + 0.2
    assert found["budget"][0]["requested"] is None
    assert found["budget"][1]["fiscal_year"] is None
    assert found["outcome"] == []
    assert found["payment"][0]["corporate_number"] == "001"
    assert found["finding"][0]["applied"] is True
    assert found["sheet"][0]["division"] is None


def test_json_is_readable_japanese(tables):
    assert "2019-省-0042" in export.as_json(tables)


UNSEEN = "\0\t\n\r \x1f\x7f\x9f\u00a0\u200b\u200e\u202e\u2060\u3000\ufeff"
SIGNS = "=+-@＝＋－＠"


@pytest.mark.parametrize(
    "start", [*SIGNS, "\t", "\r", "\n", " =", "\u3000＝", "\ufeff@", "\u200b+"]
)
def test_csv_text_is_never_a_formula(start):
    frame = pd.DataFrame({f"{start}head": [f"{start}1+1", f"a{start}1"], "amount": [-1.5, 2.0]})
    first, second = rows(frame)
    assert first[f"'{start}head"] == f"'{start}1+1"
    assert second[f"'{start}head"] == f"a{start}1"
    assert first["amount"] == "-1.5"


@pytest.mark.parametrize("text", ["a=1", "1-1", "株式会社=", "令和元年", "'=1", " a", '"=1"', ""])
def test_csv_text_that_is_no_formula_stays(text):
    assert rows(pd.DataFrame({"text": [text], "n": [1]}))[0]["text"] == text


TEXT = st.text(st.sampled_from(SIGNS + UNSEEN + "\"',;|a1あ") | st.characters(codec="utf-8"))


@given(st.lists(st.lists(TEXT | st.integers(-9, 9) | st.none(), min_size=2, max_size=2)), TEXT)
def test_whatever_stands_in_a_table_its_csv_holds_no_formula(records, heading):
    frame = pd.DataFrame(records, columns=[f"{heading}1", "b"], dtype=object)
    text = export.as_csv(frame)
    back = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [len(line) for line in back] == [2] * (1 + len(records))
    values = [f"{heading}1", "b", *chain.from_iterable(records)]
    for cell, value in zip(chain.from_iterable(back), values, strict=True):
        printed = "" if value is None else str(value)
        if isinstance(value, str):
            assert not cell.lstrip(UNSEEN + string.whitespace).startswith(tuple(SIGNS))
            assert not cell.startswith(("\0", "\t", "\r", "\n"))
        assert cell in (printed, f"'{printed}")


def test_csv_keeps_numbers_and_leaves_unknown_empty(tables):
    first, second = rows(tables["budget"])
    assert (first["fiscal_year"], first["carried_out"], first["requested"]) == ("2018", "-3.25", "")
    assert second["fiscal_year"] == ""
    assert rows(tables["payment"])[0]["payee"] == '\'@株式会社, "x"\n改行'
    assert rows(tables["finding"])[1]["reason"].startswith("'=cmd")
    assert rows(tables["finding"])[0]["applied"] == "True"


def test_findings_read_as_text(sheet):
    assert told("ja", export.as_text, sheet, records(FINDINGS)).splitlines() == [
        "2019-省-0042 -名",
        "",
        "誤り  成果(アウトカム) / 1. 導入数 / 目標年度  [era]",
        "    印字の値: 1993 -> 2023 (適用済み)",
        "    令和5",
        "",
        "注記  予算・執行 / 2019年度  [jump]",
        "    印字の値: 94",
        "    =cmd|' /C calc'!A0",
        "",
        "所見 2 件: 誤り 1, 警告 0, 注記 1, 修正 1",
    ]


def test_findings_read_in_english(sheet):
    unapplied = FINDINGS.assign(applied=False)
    text = told("en", export.as_text, sheet, records(unapplied))
    assert "error  Outcome / 1. 導入数 / Target year  [era]" in text
    assert "As printed: 1993 -> 2023 (not applied)" in text
    assert text.endswith("findings 2: error 1, warning 0, note 1, repaired 0\n")


def test_a_sheet_without_findings_counts_none(sheet):
    assert "findings 0: error 0" in told("en", export.as_text, sheet, [])


def test_a_terminal_shows_what_would_act_unseen(sheet):
    facts = sheet.sheet.assign(name="橋\x1b[2J\x1b]0;x\x07\r\u202e")
    text = told("ja", export.as_text, sheet.with_table("sheet", facts), records(FINDINGS))
    assert text.startswith("2019-省-0042 橋�[2J�]0;x���\n")
    assert "\x1b" not in told("ja", export.aligned, facts)
