"""Sheets are found by what a reader knows of them; where none is, what is near is told."""

import pytest

import corpus_sheets
from helpers import Corpus, choose, load, words
from helpers.front import corpus as front
from helpers.parameters import ParameterError
from helpers.sheet import SheetError

CLOUD, ROADS = "自治体 ＩＣＴクラウド\n推進費", "道路の整備"
SHEETS = [
    corpus_sheets.sheet(2018, 41, 事業名=CLOUD, 府省庁="総務省"),
    corpus_sheets.sheet(2019, 42, 事業名=CLOUD, 府省庁="総務省"),
    corpus_sheets.sheet(2019, 142, 事業名=ROADS, 府省庁="国土交通省"),
    corpus_sheets.sheet(
        2019, 0, 事業名="新しい道", 府省庁="国土交通省", 事業番号="2019-国交-新31-0007"
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("choose")
    corpus_sheets.made(place, *SHEETS)
    return place / "corpus"


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"ministry": "総務省"}, ["0042", "0041"]),
        ({"ministry": "総務"}, ["0042", "0041"]),
        ({"ministry": "internal AFFAIRS"}, ["0042", "0041"]),
        ({"name": "ict ｸﾗｳﾄﾞ"}, ["0042", "0041"]),
        ({"name": "推進　自治体クラウド"}, []),
        ({"name": "クラウド推進"}, ["0042", "0041"]),
        ({"name": "クラウド", "year": 2018}, ["0041"]),
        ({"name": "道", "year": "令和元年度"}, ["0142", "2019-国交-新31-0007"]),
        ({"number": 42}, ["0042"]),
        ({"number": "００４２"}, ["0042"]),
        ({"number": "7"}, ["2019-国交-新31-0007"]),
        ({"number": "新31-0007"}, ["2019-国交-新31-0007"]),
        ({"number": "2019-国交-新31-0007"}, ["2019-国交-新31-0007"]),
        ({}, ["0142", "0042", "2019-国交-新31-0007", "0041"]),
    ],
)
def test_what_fits_is_found(folder, asked, numbers):
    if not numbers:
        with pytest.raises(ParameterError, match="choose: found no sheet that fits"):
            choose(folder, **asked)
        return
    found = choose(folder, **asked)
    assert sorted(found["project_number"]) == sorted(numbers)
    assert found["sheet_year"].is_monotonic_decreasing
    assert list(found) == ["sheet", "sheet_year", "ministry", "project_number", "name"]
    for reference, number in zip(found["sheet"], found["project_number"], strict=True):
        assert load(reference).facts["project_number"] == number


def test_a_name_is_shown_as_printed_in_a_line(folder):
    assert Corpus(folder).choose(number=42)["name"].tolist() == ["自治体 ＩＣＴクラウド 推進費"]


def test_a_condition_that_nothing_fits_names_what_is_near(folder):
    with pytest.raises(
        ParameterError, match=r"ministry '総合省' \(0\).* another ministry, such as 総務省"
    ):
        choose(folder, ministry="総合省", year=2019)
    with pytest.raises(ParameterError, match=r"name '道路の整美' \(0\).*, such as 道路の整備$"):
        choose(folder, name="道路の整美")
    with pytest.raises(ParameterError, match=r"number 9 \(0\); expected another number$"):
        choose(folder, number=9)
    with pytest.raises(ParameterError, match="year: found 2015; expected some of 2018, 2019"):
        choose(folder, year=2015)


def test_conditions_that_nothing_fits_together_say_which_to_leave_out(folder):
    left = r"ministry '総務省' \(2\), name '道' \(2\); .*: without ministry 2, without name 2$"
    with pytest.raises(ParameterError, match=left):
        choose(folder, ministry="総務省", name="道")


def test_more_than_a_reader_looks_through_are_counted(folder, monkeypatch):
    monkeypatch.setattr(front, "CHOICE", 2)
    with pytest.raises(
        ParameterError, match="found 4 sheets; expected at most 2, so give ministry, "
    ):
        choose(folder)
    with pytest.raises(
        ParameterError, match=r"found 3 sheets; .* give ministry, name, number, too"
    ):
        choose(folder, year=2019)
    assert len(choose(folder, year=2019, name="道")) == 2


def test_without_a_corpus_it_says_how_to_build_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SheetError, match=r"none: found no corpus; .* `make corpus` builds it"):
        choose("none", ministry="総務省")
    corpus_sheets.made(tmp_path, *SHEETS)
    assert choose(number=42)["sheet"].tolist() == ["corpus#2019-総務省-0042"]


def test_a_notebook_tells_it_in_japanese(folder):
    with pytest.raises(ParameterError) as caught:
        choose(folder, number=9)
    _, found, expected = caught.value._render_traceback_()
    assert "number 9 (0)のすべてに合うシートはない" in found
    assert expected == "必要なもの: 別のnumber"
    with words.speaking("en"):
        assert caught.value._render_traceback_()[2] == "expected: another number"


@pytest.mark.parametrize(
    "asked",
    [{"number": ""}, {"name": " "}, {"ministry": 5}, {"name": ["甲"]}, {"number": True}],
)
def test_what_is_no_text_to_look_for_is_refused(folder, asked):
    with pytest.raises(ParameterError, match="expected text to look for"):
        choose(folder, **asked)
    with pytest.raises(ParameterError, match="expected a folder"):
        choose(5)
