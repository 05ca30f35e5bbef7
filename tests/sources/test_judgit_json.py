"""JUDGIT's JSON sheets: made up ones, one at a time, and the real ones, counted."""

import copy
import itertools
import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import judgit
from helpers.sheet import ReviewSheet, SheetError
from helpers.sources import judgit_json, stream
from judgit_records import RECORD, later, record


def rows(**changes):
    return judgit_json.rows(record(**changes), "judgit.json")


def remarks(tables) -> list[tuple]:
    keys = ("rule", "table", "row", "observed")
    return [tuple(remark[key] for key in keys) for remark in tables["remark"]]


def test_the_facts_of_a_sheet():
    assert rows()["sheet"] == [
        {
            "sheet_id": "2018-国土交通省-0042",
            "sheet_year": 2018,
            "ministry": "国土交通省",
            "project_number": "0042",
            "name": "橋の点検",
            "bureau": "道路局",
            "division": None,
            "start_year": 1949,
            "end_year": None,
            "url": "https://www.mlit.go.jp/common/0042.pdf",
            "accounts": "一般会計、特許特別会計",
            "methods": "直接実施、委託・請負",
            "official_id": "judgit:125",
            "past_ids": "2011-国土交通省-新29-0041; 24-総務省-0003-2",
            "parent_number": "",
            "source_format": "judgit json",
            "source_path": "judgit.json",
        }
    ]


def test_the_rows_of_a_sheet():
    made = ReviewSheet.build(**rows())
    budget = made.budget.set_index("fiscal_year")
    assert budget["status"].to_dict() == {2016: "closed", 2018: "current", 2019: "requested"}
    assert budget.loc[2016, ["carried_out", "budget_gross", "executed"]].to_list() == [-5, 505, 428]
    assert budget.loc[2019, "requested"] == 706
    assert budget.loc[2019].isna().sum() == 8
    outcome = made.outcome.to_dict("list")
    assert outcome["number"] == [1, 1]
    assert outcome["fiscal_year"] == [2016, 2017]
    assert outcome["target"] == [700, 700]
    assert outcome["target_year"] == outcome["target_year_printed"] == [2023, 2023]
    assert made.outcome["actual"].to_list()[0] == 77.6
    assert made.outcome["expected"].isna().to_list() == [True, False]
    assert made.output.loc[0, ["unit", "expected", "actual"]].to_list() == ["", 4, 3]
    payment = made.payment
    assert payment["payee"].to_list() == ["株式会社橋守", "個人a"]
    assert payment["work"].to_list() == ["点検\n報告", ""]
    assert payment["corporate_number"].isna().to_list() == [False, True]
    assert payment[["block", "rank", "amount"]].values.tolist() == [["A", 1, 97], ["b", 2, 1]]
    assert made.remark.empty


@pytest.mark.parametrize(
    ("number", "parts", "parent"),
    [
        ("0042", (None, "0042"), ""),
        ("新30-0002", ("新30", "0002"), ""),
        ("0003-15", (None, "0003", "15"), "0003"),
        ("新29-0001-2", ("新29", "0001", "2"), "新29-0001"),
        ("2021-総務-20-0037", ("2021", "総務", "20", "0037"), ""),
        ("2023-デジ-22-0001-27", ("2023", "デジ", "22", "0001", "27"), "2023-デジ-22-0001"),
    ],
)
def test_project_numbers_and_their_parents(number, parts, parent):
    named = dict.fromkeys((f"事業番号{part}" for part in range(1, 6)), None)
    named |= {f"事業番号{part}": text for part, text in enumerate(parts, 1)}
    for whole in (number, None):
        (facts,) = rows(**named, 事業番号=whole)["sheet"]
        assert (facts["project_number"], facts["parent_number"]) == (number, parent)


def test_a_wide_number_becomes_the_narrow_one():
    assert rows(事業番号="新３０-0024")["sheet"][0]["sheet_id"] == "2018-国土交通省-新30-0024"


def test_a_sheet_of_2022_has_no_ids_and_says_what_judgit_lacks():
    tables = judgit_json.rows(later(), "a.ndjson", 7)
    (facts,) = tables["sheet"]
    assert facts["official_id"] == facts["past_ids"] == ""
    assert facts["parent_number"] == "2022-国交-新22-0037"
    assert facts["source_path"] == "a.ndjson#2022-国土交通省-2022-国交-新22-0037-1"
    assert remarks(tables) == [("not_in_source", "output", "アウトプット", "")]


@pytest.mark.parametrize("absent", [None, "absent"])
def test_null_and_absent_keys_leave_their_columns_empty(absent):
    kept = ("公開年度", "府省庁", "事業番号", "事業名")
    made = {key: RECORD[key] for key in kept}
    if absent is None:
        made = dict.fromkeys(RECORD) | made
    tables = judgit_json.rows(made, "judgit.json")
    assert {name for name, table in tables.items() if table} == {"sheet"}
    sheet = ReviewSheet.build(**tables)
    assert sheet.id == "2018-国土交通省-0042"
    assert sheet.facts["accounts"] == sheet.facts["past_ids"] == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("700", 700.0),
        ("-0.5", -0.5),
        (" 1,600 ", 1600.0),
        ("１，６００", 1600.0),
        ("△3", -3.0),
        ("32橋", 32.0),
        ("－", None),
        ("", None),
        (None, None),
        (12.5, 12.5),
        (3, 3.0),
    ],
)
def test_targets_are_read_as_numbers(text, value):
    tables = rows(アウトカム=[RECORD["アウトカム"][0] | {"目標値": text}])
    made = ReviewSheet.build(**tables)
    assert made.outcome["target"].isna().all() if value is None else True
    assert value is None or made.outcome["target"].to_list() == [value, value]
    assert not tables["remark"]


@pytest.mark.parametrize(
    "text", ["696～890", "前年度以上", "国際3.8\n地域3.8", "32%", "1e3", "nan"]
)
def test_a_target_in_words_is_said_to_be_unread(text):
    tables = rows(アウトカム=[RECORD["アウトカム"][0] | {"目標値": text}])
    assert [row["target"] for row in tables["outcome"]] == [None, None]
    assert remarks(tables) == [("target_unread", "outcome", "アウトカム[0]", text)]


def test_what_is_odd_is_remarked():
    outcome = RECORD["アウトカム"][0]
    tables = rows(
        関連する過去のレビューシート=[
            {"府省庁": "総務省", "事業番号1": "新30", "事業番号2": None, "年度": 2017}
        ],
        アウトカム=[
            outcome | {"成果指標": "－"},
            outcome | {"成果実績": []},
            outcome | {"難易度": {"高": 1}},
        ],
        評価="A",
    )
    assert sorted(remarks(tables)) == [
        ("past_unread", "sheet", "関連する過去のレビューシート[0]", "2017-総務省-新30"),
        ("table_without_rows", "outcome", "アウトカム[1]", "点検した橋"),
        ("unknown_key", "sheet", "", "評価"),
        ("unknown_key", "sheet", "アウトカム", "難易度"),
        ("unnamed_indicator", "outcome", "アウトカム[0]", ""),
    ]
    assert {row["number"] for row in tables["outcome"]} == {1, 3}
    assert tables["sheet"][0]["past_ids"] == ""


def test_each_sheet_names_its_own_unknown_keys_in_the_order_of_the_crosswalk():
    budget = [RECORD["予算"][0] | {"乙": 1}]
    said = [("unknown_key", "sheet", "", "丙"), ("unknown_key", "sheet", "予算", "乙")]
    for _ in range(2):
        assert remarks(rows(予算=budget, 丙=2)) == said
        assert remarks(rows()) == []
        assert remarks(rows(予算=budget)) == said[1:]


@pytest.mark.parametrize(
    ("why", "outcomes", "said"),
    [
        ("成果は施策に生かされることで、数では\n測れない。", [], True),
        ("成果は施策に生かされることで、数では測れない。", RECORD["アウトカム"], False),
        ("　－", [], False),
        (None, [], False),
    ],
)
def test_a_goal_that_is_said_to_have_no_numbers_is_remarked(why, outcomes, said):
    sheet = rows(定量的な目標が設定できない理由=why, アウトカム=outcomes)
    found = [row for row in sheet["remark"] if row["rule"] == "goal_not_quantified"]
    assert [row["observed"] for row in found] == ([why] if said else [])


def test_of_a_year_printed_twice_the_fullest_row_is_kept():
    outcome, budget = RECORD["アウトカム"][0], RECORD["予算"][0]
    years = [
        {"年度": 2017, "成果実績": None, "目標値": 4.0},
        {"年度": 2017, "成果実績": 3.0, "目標値": 5.0},
        {"年度": 2017, "成果実績": 3.5, "目標値": 1234567.0},
    ]
    tables = rows(予算=[budget, {"年度": 2016}], アウトカム=[outcome | {"成果実績": years}])
    assert [(row["expected"], row["actual"]) for row in tables["outcome"]] == [(5.0, 3.0)]
    assert [row["executed"] for row in tables["budget"]] == [428.0]
    said = remarks(tables)
    assert [remark[:3] for remark in said] == [
        ("duplicate_year", "budget", "予算"),
        ("duplicate_year", "outcome", "アウトカム[0]"),
        ("duplicate_year", "outcome", "アウトカム[0]"),
    ]
    assert (
        said[1][3] == "2017: fiscal_year 2017, expected 4 / fiscal_year 2017, expected 5, actual 3"
    )
    assert said[2][3].endswith("expected 1,234,567, actual 3.5"), "no digit is lost"


HUGE = 10**400
NESTED = "予算[0].当初予算"
# path to the value -> what stands there instead, the key named, what is said to be expected
BAD = [
    (("予算", 0, "当初予算"), "505", NESTED, "a number"),
    (("予算", 0, "当初予算"), True, f"{NESTED}: true", "a number"),
    (("予算", 0, "当初予算"), float("nan"), f"{NESTED}: NaN", "a number"),
    (("予算", 0, "当初予算"), float("-inf"), NESTED, "a number"),
    (("予算", 0, "当初予算"), HUGE, f"{NESTED}: a number of about 401 digits", "10^18"),
    (("予算", 0, "当初予算"), {"a": 1}, f"{NESTED}: an object of 1 keys", "a number"),
    (("予算", 1), None, "予算[1]: null", "an object"),
    (("予算", 1, "年度"), None, "予算[1].年度", "a value"),
    (("予算", 1, "年度"), 20188, "予算[1].年度: 20188", "between 1868 and 2100"),
    (("予算", 1, "年度"), 2018.0, "予算[1].年度", "a fiscal year"),
    (("予算",), {}, "予算: an object", "a list"),
    (("支出先", 1, "支出先名"), ["a", "b"], "支出先[1].支出先名: a list of 2", "a text"),
    (("支出先", 1, "支出先名"), "\ud800", "支出先[1].支出先名", "Unicode"),
    (("支出先", 1, "支出先名"), "a\0b", "支出先[1].支出先名", "Unicode"),
    (("支出先", 1, "番号"), "1", "支出先[1].番号", "a rank"),
    (("アウトカム", 0, "目標値"), [], "アウトカム[0].目標値", "a text"),
    (
        ("アウトカム", 0, "成果実績", 1, "目標値"),
        "9",
        "アウトカム[0].成果実績[1].目標値",
        "a number",
    ),
    (("アウトカム", 0, "成果実績", 1), [[]], "アウトカム[0].成果実績[1]", "an object"),
    (("アウトプット", 0, "単位"), 5, "アウトプット[0].単位: 5", "a text"),
    (("会計区分",), "一般会計", "会計区分: '一般会計'", "a list"),
    (("会計区分", 1), 3, "会計区分[1]: 3", "a text"),
    (("公開年度",), None, "公開年度", "a value"),
    (("公開年度",), "2018", "公開年度", "a year"),
    (("事業名",), " ", "事業名", "a value"),
    (("府省庁",), "../省", "府省庁: '../省'", "letters, digits"),
    (("事業番号",), "a" * 61, "事業番号", "1 to 60"),
    (("事業ID",), "4367", "事業ID", "an id"),
    (("終了年度",), 10**30, "終了年度: a number of about", "a year"),
    (("関連する過去のレビューシート", 1, "年度"), "24", "レビューシート[1].年度", "a year"),
]


@pytest.mark.parametrize(("place", "value", "found", "expected"), BAD)
def test_a_value_that_does_not_fit_is_refused_with_its_key(place, value, found, expected):
    made = copy.deepcopy(RECORD)
    *outer, last = place
    inner = made
    for key in outer:
        inner = inner[key]
    inner[last] = value
    with pytest.raises(SheetError) as caught:
        judgit_json.rows(made, "some.ndjson", 5)
    error = caught.value
    assert str(error).startswith("some.ndjson, line 5: found ")
    assert found in error.found
    assert len(error.found) < 120
    assert expected in error.expected


@pytest.mark.parametrize(("letter", "found"), [("\0", "broken JSON"), ("\ud800", "not UTF-8")])
def test_what_no_text_may_hold_stands_in_no_document_but_as_an_escape(letter, found):
    made = copy.deepcopy(RECORD)
    made["支出先"][1]["支出先名"] = letter
    written = json.dumps(made)
    with pytest.raises(SheetError, match=r"支出先\[1\].支出先名: .* Unicode"):
        judgit_json.parse(written.encode(), "some.ndjson", 5)
    bare = written.replace(json.dumps(letter)[1:-1], letter).encode(errors="surrogatepass")
    with pytest.raises(SheetError, match=found):
        judgit_json.parse(bare, "some.ndjson", 5)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from(" -－\n")))
def test_a_text_is_the_same_with_and_without_escapes(text):
    made = record(担当部局庁=text)
    read = judgit_json.rows(made, "some.ndjson", 5)
    for escaped in (True, False):
        content = json.dumps(made, ensure_ascii=escaped).encode()
        assert judgit_json.parse(content, "some.ndjson", 5) == read


@pytest.mark.parametrize("key", ["公開年度", "府省庁", "事業名"])
def test_a_sheet_without_its_name_is_refused(key):
    made = record()
    del made[key]
    with pytest.raises(SheetError, match=f"no key {key}"):
        judgit_json.rows(made, "judgit.json")


def test_a_sheet_without_any_number_is_refused():
    with pytest.raises(SheetError, match="事業番号: ''"):
        rows(事業番号=None, 事業番号2=None)


def test_a_row_without_its_year_is_refused():
    with pytest.raises(SheetError, match=r"予算\[0\]: no key 年度"):
        rows(予算=[{"当初予算": 1.0}])


@pytest.mark.parametrize("whole", [None, [], "text", 3, True])
def test_what_is_no_object_is_refused(whole):
    with pytest.raises(SheetError, match="an object"):
        judgit_json.rows(whole, "judgit.json")


def test_a_sheet_of_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(judgit_json, "MAX_ROWS", 50)
    many = [RECORD["支出先"][0]] * 60
    with pytest.raises(SheetError, match=r"\d\d rows; expected at most 50 in one sheet"):
        rows(支出先=many)


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        (b'{"a": 1', 3, "broken JSON (column 8"),
        (b'{"a":\n\n x}', 5, "broken JSON (column 2"),
        (b"", 3, "broken JSON (column 1"),
        (b"[" * 100_000, 3, "JSON that cannot be read"),
        (b'{"a": ' + b"9" * 5000 + b"}", 3, "JSON that cannot be read"),
        (b'{"a": "\xff"}', 3, "not UTF-8 (byte offset 7 of the line)"),
        (json.dumps(RECORD).encode("utf-16"), 3, "not UTF-8 (byte offset 0 of the line)"),
        (json.dumps(RECORD).encode("utf-16-be"), 3, "broken JSON"),
    ],
)
def test_bytes_that_are_no_sheet_are_refused_with_their_place(content, line, found):
    with pytest.raises(SheetError) as caught:
        judgit_json.parse(content, "a.ndjson", 3)
    assert caught.value.line == line
    assert found in caught.value.found


def test_a_byte_order_mark_is_no_fault():
    content = b"\xef\xbb\xbf" + json.dumps(RECORD).encode()
    assert judgit_json.parse(content, "judgit.json") == rows()


# The real sheets of 2015-2019 and the samples of 2020-2023

real = pytest.mark.skipif(not judgit.CORPUS.exists(), reason=f"no shared corpus at {judgit.CORPUS}")

# Year -> sheets, remarks by rule: the others are read in parts elsewhere (test_corpus_real).
COUNTS = {
    2016: (5218, {"unnamed_indicator": 120, "not_in_source": 3579, "goal_not_quantified": 674}),
    2019: (5198, {"unnamed_indicator": 25, "past_unread": 3, "goal_not_quantified": 687}),
}


@real
@pytest.mark.slow
@pytest.mark.parametrize("year", COUNTS)
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


@real
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


@real
def test_a_sheet_is_picked_from_the_compressed_file():
    path = judgit.CORPUS / "judgit-2019.ndjson.gz"
    (rows,) = stream(f"{path}#2019-総務省-0042")
    assert rows["sheet"][0]["source_path"] == f"{path}#2019-総務省-0042"
    assert [row["executed"] for row in rows["budget"][:3]] == [53.0, 7.0, 43.0]


@real
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
