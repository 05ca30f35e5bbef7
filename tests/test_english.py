"""English texts of 01 hold no Japanese but what a sheet calls by a name."""

import itertools
import re

import pytest

import judgit
from helpers import checks, words
from helpers.analysis import presence
from helpers.sheet import ReviewSheet
from helpers.story import quality
from speaking import told

JAPANESE = re.compile("[\u3005-\u30ff\u3400-\u9fff]+")
FREE = ("name", "bureau", "division", "indicator", "goal", "unit", "payee", "work", "result")
"""Columns whose texts every office writes as it likes."""


def texts(sheet: ReviewSheet) -> list[str]:
    """Everything that 01 says of a sheet in English, headings of tables and folds among it."""
    repaired, findings = told("en", checks.judged, sheet, "proved")
    marks, left = presence.leading(presence.presence(sheet))
    shown = [
        told("en", quality.answer, sheet, findings),
        *told("en", quality.facts, sheet),
        told("en", quality.read_presence, marks, left, sheet),
        *told("en", quality.identity, sheet, findings),
        *told("en", quality.found, findings),
        told("en", quality.repairs, findings),
        told("en", quality.stated, repaired),
        told("en", quality.indicators, repaired),
    ]
    return [repr(part) for part in shown]


def names(sheet: ReviewSheet) -> str:
    """What the sheet calls by names of its own, and its number."""
    free = [
        frame[column].dropna()
        for frame in sheet.tables().values()
        for column in FREE
        if column in frame
    ]
    return "\n".join(map(str, [*itertools.chain(*free), *sheet.facts, *sheet.remark["observed"]]))


@pytest.mark.skipif(not judgit.CORPUS.exists(), reason=f"no shared corpus at {judgit.CORPUS}")
@pytest.mark.parametrize("year", [2015, 2019])
def test_no_japanese_is_left_but_names(year):
    for sheet in judgit.sheets(year, 25, seed=4):
        own = names(sheet)
        left = [part for text in texts(sheet) for part in JAPANESE.findall(text)]
        assert [part for part in left if part not in own] == [], sheet.id
        head = repr(told("en", quality.facts, sheet)[0]).splitlines()
        shown = {line.split()[0]: line for line in head}
        for item in ("Ministry", "Account", "Method"):
            assert not JAPANESE.search(shown.get(item, "")), shown[item]


def test_the_lists_are_english_and_each_entry_stands_once():
    for entries in words.ENTRIES.values():
        for _, english in entries.values():
            assert english
            assert not JAPANESE.search(english)
