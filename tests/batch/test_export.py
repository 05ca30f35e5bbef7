import csv
import io
import json

import pandas as pd
import pytest

from helpers.batch import export
from helpers.sheet import ReviewSheet

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


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_text_is_never_a_formula(start):
    frame = pd.DataFrame({"text": [f"{start}1+1", f"a{start}1"], "amount": [-1.5, 2.0]})
    first, second = rows(frame)
    assert first["text"] == f"'{start}1+1"
    assert second["text"] == f"a{start}1"
    assert first["amount"] == "-1.5"


def test_csv_keeps_numbers_and_leaves_unknown_empty(tables):
    first, second = rows(tables["budget"])
    assert (first["fiscal_year"], first["carried_out"], first["requested"]) == ("2018", "-3.25", "")
    assert second["fiscal_year"] == ""
    assert rows(tables["payment"])[0]["payee"] == '\'@株式会社, "x"\n改行'
    assert rows(tables["finding"])[1]["reason"].startswith("'=cmd")
    assert rows(tables["finding"])[0]["applied"] == "True"


def test_findings_read_as_text(sheet):
    assert export.as_text(sheet, FINDINGS, "ja").splitlines() == [
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
    text = export.as_text(sheet, unapplied, "en")
    assert "error  Outcome / 1. 導入数 / Target year  [era]" in text
    assert "As printed: 1993 -> 2023 (not applied)" in text
    assert text.endswith("findings 2: error 1, warning 0, note 1, repaired 0\n")


def test_a_sheet_without_findings_counts_none(sheet):
    assert "findings 0: error 0" in export.as_text(sheet, FINDINGS.iloc[:0], "en")
