"""Errors as a notebook shows them: short, in the language asked for, part by part."""

import ast
import csv
import errno
import os
import re

import pytest

from helpers import Adoption, Spending, load, paths, words
from helpers.errors import ReviewSheetError
from helpers.parameters import RULES, ParameterError
from helpers.sheet import SheetError

SHEET = str(paths.DEFAULT_SHEET)
KANA = re.compile("[\u3041-\u30ff]")
TEXT = (paths.ROOT / "src/helpers/messages.csv").read_text("utf-8")
ROWS = list(csv.DictReader(TEXT.splitlines()))


def rendered(call, *given, **named) -> list[str]:
    with pytest.raises(ReviewSheetError) as caught:
        call(*given, **named)
    return caught.value._render_traceback_()


def test_it_says_where_what_and_what_to_do():
    first, found, expected = rendered(load, "no.txt")
    assert first == "SheetError: no.txt"
    assert found == "見つかったもの: 読めるファイルがない(この名前のものはない)"
    assert expected.startswith("必要なもの: ページの文章(.txt)、JUDGIT!のシート")
    error = SheetError("a.txt", "'x'", "a sheet year from 2015 on", line=12)
    assert error._render_traceback_() == [
        "SheetError: a.txt、12行目",
        "見つかったもの: 'x'",
        "必要なもの: 2015年以降の公表年度",
    ]
    with words.speaking("en"):
        first, *rest = error._render_traceback_()
    assert first == "SheetError: a.txt, line 12"
    assert rest == ["found: 'x'", "expected: a sheet year from 2015 on"]


@pytest.mark.parametrize("call", [Spending, Adoption])
def test_years_that_a_sheet_has_not_are_told(call):
    lines = rendered(call, SHEET, first_year=2050)
    assert lines[0] == "ParameterError: first_year"
    assert lines[2].startswith("必要なもの: シートにある年度を含むこと(20")


def test_a_message_of_another_form_is_whole():
    message = "population 10 is below the 1,067 団体 already observed"
    with words.speaking("en"):
        (line,) = rendered(Adoption, SHEET, population=10)
    assert line.startswith(f"ParameterError: {message}: give a population")
    (line,) = rendered(Adoption, SHEET, population=10)
    assert "すでに印字されている実績1,067 団体より小さい" in line


@pytest.mark.parametrize("name", RULES)
def test_every_parameter_says_in_japanese_what_it_takes(name):
    with pytest.raises(ParameterError) as caught:
        RULES[name].value(name, [[]])
    assert KANA.search(caught.value._render_traceback_()[-1])


def test_the_traceback_can_be_had(monkeypatch):
    monkeypatch.setenv("REVIEW_SHEETS_TRACEBACK", "1")
    *frames, last = rendered(load, "no.txt")
    assert any("sources/__init__.py" in frame for frame in frames)
    assert last.startswith("helpers.sheet.SheetError: no.txt: found no readable file")


def test_every_line_of_the_catalogue_is_of_a_message():
    texts = "\n".join(
        node.value
        for path in (paths.ROOT / "src/helpers").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    texts += os.strerror(errno.ENOENT)
    for row in ROWS:
        parts = [part for part in row["en"].split("{}") if len(part) > 3]
        assert [part for part in parts if part not in texts] == [], row["en"]
        assert row["en"].count("{}") == row["ja"].count("{}"), row["en"]


def test_no_line_of_the_catalogue_has_a_comma_too_many():
    assert [row for row in ROWS if None in row] == []
