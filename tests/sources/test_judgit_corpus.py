"""The real JUDGIT sheets of 2015-2019 and the samples of 2020-2023, read and counted."""

import itertools
from collections import Counter

import pytest

import judgit
from helpers.sheet import ReviewSheet, SheetError
from helpers.sources import judgit_json, stream

pytestmark = pytest.mark.skipif(
    not judgit.CORPUS.exists(), reason=f"no shared corpus at {judgit.CORPUS}"
)

# year -> sheets, remarks by rule
COUNTS = {
    2015: (5365, {"unnamed_indicator": 39, "target_unread": 3, "goal_not_quantified": 643}),
    2016: (5218, {"unnamed_indicator": 120, "not_in_source": 3579, "goal_not_quantified": 674}),
    2017: (5165, {"unnamed_indicator": 21, "target_unread": 3, "goal_not_quantified": 639}),
    2018: (5145, {"unnamed_indicator": 25, "past_unread": 113, "goal_not_quantified": 638}),
    2019: (5198, {"unnamed_indicator": 25, "past_unread": 3, "goal_not_quantified": 687}),
}


@pytest.mark.slow
@pytest.mark.parametrize("year", judgit.YEARS)
def test_every_sheet_is_read(year):
    ids, rules = set(), Counter()
    for sheet in judgit_json.stream(judgit.CORPUS / f"judgit-{year}.ndjson.gz"):
        assert not isinstance(sheet, SheetError), sheet
        ids.add(sheet["sheet"][0]["sheet_id"])
        rules.update(remark["rule"] for remark in sheet["remark"])
        assert [row["status"] for row in sheet["budget"]] == [
            *3 * ["closed"],
            "current",
            "requested",
        ]
    assert (len(ids), dict(rules)) == COUNTS[year]


def test_every_sample_is_read_and_becomes_tables():
    years = Counter()
    for rows in stream(judgit.SAMPLES):
        assert not isinstance(rows, SheetError), rows
        sheet = ReviewSheet.build(**rows)
        years[sheet.year] += 1
        assert len(sheet.budget) == 5
        assert {*sheet.remark["rule"]} <= {"not_in_source", "goal_not_quantified"}
        assert sheet.facts["official_id"].startswith("judgit:") == (sheet.year == 2020)
    assert dict(years) == dict.fromkeys(range(2020, 2024), 60)


def test_a_sheet_is_picked_from_the_compressed_file():
    path = judgit.CORPUS / "judgit-2019.ndjson.gz"
    (rows,) = stream(f"{path}#2019-総務省-0042")
    assert rows["sheet"][0]["source_path"] == f"{path}#2019-総務省-0042"
    assert [row["executed"] for row in rows["budget"][:3]] == [53.0, 7.0, 43.0]


def test_a_file_cut_off_gives_the_sheets_before_the_cut(tmp_path):
    whole = (judgit.CORPUS / "judgit-2017.ndjson.gz").read_bytes()
    path = tmp_path / "cut.ndjson.gz"
    path.write_bytes(whole[:200_000])
    *sheets, error = judgit_json.stream(path)
    expected = judgit_json.stream(judgit.CORPUS / "judgit-2017.ndjson.gz")
    for sheet, other in zip(sheets, itertools.islice(expected, len(sheets)), strict=True):
        assert sheet["payment"] == other["payment"]
    assert len(sheets) > 50
    assert f"ends early, after line {len(sheets)}" in error.found
