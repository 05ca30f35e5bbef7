"""What report 03 says of the logic model and of all indicators, in both languages."""

import pytest

from helpers import Adoption
from helpers.analysis.every_indicator import every_indicator, leading
from helpers.analysis.logic import model
from helpers.front import of_a_sheet
from helpers.sheet import ReviewSheet
from helpers.story.adoption import every_evidence, logic_outline, read_every, read_logic
from helpers.words import LANGUAGES
from logic_sheets import HEAD, VALUES, rows, sheet
from speaking import told


def said(lang: str, page: ReviewSheet, analysed: int | None = None) -> str:
    return repr(told(lang, read_logic, page, model(page), analysed))


def drawn(lang: str, page: ReviewSheet, analysed: int | None = None) -> str:
    return repr(told(lang, logic_outline, model(page), analysed))


class TestLogic:
    @pytest.mark.parametrize(
        ("year", "observed", "ja", "en"),
        [
            (
                2019,
                None,
                "表があるのは2024年からのシートだけです",
                "only sheets from 2024 on have one",
            ),
            (2025, "1-1, 3-2", "読み取ったファイルに、", "The files read lack the table"),
            (2025, "1-1", "は書かれていません", "does not say how its activities lead"),
        ],
    )
    def test_a_sheet_without_one_says_so_in_a_line(self, year, observed, ja, en):
        remark = [{"table": "sheet", "rule": "files_missing", "observed": observed}]
        page = ReviewSheet.build(
            sheet=[HEAD | {"sheet_year": year}], remark=remark if observed else []
        )
        assert ja in said("ja", page)
        assert en in said("en", page)
        for lang in LANGUAGES:
            assert "\n" not in said(lang, page)
            assert drawn(lang, page) == ""

    @pytest.mark.parametrize(
        ("observed", "ja", "en"),
        [
            (
                "3-2",
                "読み取ったファイルに、最新のシート(2025年)の活動から成果への道筋の表(3-2",
                "For the newest sheet (2025) the files read lack the table",
            ),
            (
                "1-1",
                "読み取った資料に、最新のシート(2025年)の活動から",
                "What was read of the newest sheet (2025) does not say",
            ),
        ],
    )
    def test_of_joined_sheets_the_newest_is_said_to_lack_one(self, observed, ja, en):
        remark = [
            {"table": "sheet", "rule": "files_missing", "observed": observed},
            {"table": "sheet", "rule": "stitched", "observed": "2024, 2025"},
        ]
        page = ReviewSheet.build(sheet=[HEAD | {"sheet_year": 2025}], remark=remark)
        assert ja in said("ja", page)
        assert en in said("en", page)

    def test_how_many_there_are(self):
        page = sheet("a1 p1", "p1 s1", "p1 s2", "s1 l1", "s2 l1")
        text = said("ja", page)
        assert "アクティビティ1、アウトプット1、アウトカム3(短期2、長期1)からなります" in text
        assert "複数の要素からつながる要素が1個あります" in text
        text = said("en", page)
        assert "1 activity, 1 output, 3 outcomes (short term 2, long term 1)." in text
        assert "1 element is reached from several others." in text
        assert "from the nearest less-indented line above it" in text

    def test_what_no_activity_leads_to(self):
        page = sheet("a1 p1", "p1 s1", "p2 s2", "s2 l2")
        assert "ないアウトカムがあります(短期アウトカム 2、長期アウトカム 2)" in said("ja", page)
        assert "No activity leads to Short-term outcome 2 and Long-term" in said("en", page)
        page = sheet("p1 s1")
        assert "起点になるアクティビティは書かれていません" in said("ja", page)
        assert "No activity is stated for it to begin with." in said("en", page)

    def test_what_has_no_values_and_what_no_link_names(self):
        rows = [{"number": n, "goal": "s", "element_number": n, "term": "short"} for n in (2, 9)]
        page = sheet("a1 p1", "p1 s1", "p1 s2:s", outcome=[row | VALUES for row in rows])
        text = said("ja", page, 2)
        assert "表(目標・実績)にないものがあります(アウトプット 1、短期アウトカム 1)" in text
        assert "どのつながりにも現れないものがあります(短期アウトカム 9)" in text
        text = said("en", page, 2)
        assert "not in the table of values and targets: Output 1 and Short-term outcome 1." in text
        assert "In no link: Short-term outcome 9." in text

    def test_values_that_were_not_at_hand_are_not_missed_one_by_one(self):
        remark = [{"table": "outcome", "rule": "file_missing"}]
        text = said("en", sheet("a1 p1", "p1 s1", remark=remark))
        assert "The files read have no table of values and targets." in text
        assert "Output 1" not in text

    def test_the_reason_for_one_stage_is_quoted(self):
        page = sheet("a1 p1", "p1 l1")
        assert "一段階だけですが、複数の段階にできない理由は書かれていません" in said("ja", page)
        assert "one stage of outcomes only. No reason is stated." in said("en", page)
        page = page.with_table("logic", page.logic.assign(single_stage_reason="直ちに表れるため。"))
        text = said("ja", page)
        assert text.endswith(
            "アウトカムは一段階だけです。複数の段階にできない理由: 直ちに表れるため。"
        )
        assert "The reason stated: “直ちに表れるため。”" in said("en", page)

    def test_circles_and_repeats_are_said(self):
        page = sheet("a1 p1", "a1 p1", "p1 s1", "s1 s1")
        text = said("ja", page)
        assert "たどると元に戻るつながりが1個あり" in text
        assert "1個のつながりは二度以上印字されており" in text
        text = said("en", page)
        assert "1 link leads back to where one came from" in text
        assert "1 link printed more than once is shown once" in text

    def test_the_indicator_analysed_is_marked(self):
        values = {"number": 1, "goal": "s1", "element_number": 1, "term": "short"} | VALUES
        page = sheet("a1 p1", "p1 s1", outcome=[values | {"indicator": "出席率"}])
        line = "    - ● 短期アウトカム 1(分析する指標): s1〔指標: 出席率〕"
        assert line in drawn("ja", page, 1).splitlines()
        line = "    - ● Short-term outcome 1 (the indicator analysed): s1 [indicator: 出席率]"
        assert line in drawn("en", page, 1).splitlines()
        assert "●" not in drawn("ja", page)
        other = values | {"element_number": 8, "term": "long", "goal": "別"}
        assert "見つかりません" in said("ja", sheet("a1 p1", "p1 s1", outcome=[other]), 2)

    def test_what_stands_above_is_named_again(self):
        page = sheet("a1 p1", "p1 s1", "p1 s2", "s1 l1:根付く", "s2 l1:根付く")
        assert "      - 長期アウトカム 1: 「根付く」(上に記載したものにつながる)" in drawn(
            "ja", page
        )
        assert "- Long-term outcome 1: “根付く” (leads to what stands above)" in drawn("en", page)

    def test_many_elements_are_counted(self):
        links = [f"a{n} p{n}" for n in range(1, 41)] + [f"p{n} l{n}" for n in range(1, 41)]
        text = drawn("ja", sheet(*links))
        assert "- アクティビティ 1: a1→ この先にアウトプット1、長期アウトカム1" in text
        assert text.endswith("ほかに45個の要素があります。")
        text = drawn("en", sheet(*links))
        assert "Activity 1: a1 → further on: output × 1, long-term outcome × 1" in text
        assert text.endswith("45 more elements not shown.")


def read(lang: str, outcome=(), output=(), analysed=None, most=12, remark=()) -> str:
    tables = {"outcome": [*outcome], "output": [*output], "remark": [*remark]}
    page = ReviewSheet.build(sheet=[HEAD], **tables)
    every = every_indicator(page, analysed)
    said = [told(lang, read_every, page, every)]
    said.append(told(lang, every_evidence, every, *leading(every, most)))
    return "\n".join(filter(None, map(repr, said)))


class TestEveryIndicator:
    def test_one_or_none_is_a_line(self):
        one = rows(1, {2023: (1, 1)})
        assert read("ja", one) == "このシートの指標は1つだけです。"
        assert read("en", one) == "This is the sheet's only indicator."
        # One output is no outcome.
        ja, en = (read(lang, output=one) for lang in ("ja", "en"))
        assert ja == (
            "このシートの指標は活動(アウトプット)の1つだけで、成果(アウトカム)の指標はありません。"
        )
        assert en == "The sheet has one indicator only, an output, and no outcome."
        remark = [{"rule": "not_in_source", "row": "アウトカム", "table": "outcome"}]
        ja, en = (read(lang, output=one, remark=remark) for lang in ("ja", "en"))
        assert ja.startswith("読んだ資料にある指標は活動(アウトプット)の1つだけです。成果(アウト")
        assert en.startswith("What was read has one indicator only, an output. What was read")
        assert read("ja") == "このシートに載せる指標はありません。"
        assert read("en") == "The sheet has no indicator to show."

    def test_what_was_not_read_is_not_said_to_be_missing_in_the_sheet(self):
        common = {"rule": "file_missing", "row": "3-1 効果発現経路_目標・実績"}
        remark = [common | {"table": table} for table in ("outcome", "output")]
        assert read("ja", remark=remark) == "指標の表(3-1)は読んだ資料にありません。"
        text = "The table of indicators (3-1) was not among the files read."
        assert read("en", remark=remark) == text
        remark = [{"rule": "not_in_source", "row": "アウトプット", "table": "output"}]
        one, two = rows(1, {2023: (1, 1)}), rows(2, {2023: (1, 2)})
        nothing = "活動(アウトプット)の指標は、読んだ資料に収録されていないか、読み取れていません。"
        assert read("ja", one, remark=remark) == f"読んだ資料にある指標は1つだけです。{nothing}"
        text = read("ja", [*one, *two], remark=remark)
        assert text.startswith(f"シートには成果(アウトカム)の指標が2個あります。{nothing}\n図の")
        text = read("en", [*one, *two], remark=remark)
        lacks = "What was read holds no outputs, or none that could be read."
        assert text.startswith(f"The sheet has 2 outcome indicators. {lacks}\nHow to read")
        assert read("en", one, remark=remark) == f"What was read has one indicator only. {lacks}"
        remark += [{"rule": "not_in_source", "row": "アウトカム", "table": "outcome"}]
        text = f"成果(アウトカム)と{nothing}"
        assert read("ja", remark=remark) == text
        assert "holds no outcomes and no outputs, or none that" in read("en", remark=remark)
        remark = [{"rule": "unmapped", "row": "detail.json", "table": "outcome", "observed": "3"}]
        assert read("en", remark=remark).startswith("What was read holds no outcomes, or none")
        remark = [{"rule": "empty_section", "row": "3-1 効果", "table": "outcome"}]
        assert read("en", remark=remark).startswith("What was read holds no outcomes, or none")
        remark = [{"rule": "unmapped", "row": "detail.json", "table": "outcome", "observed": "0"}]
        assert read("en", remark=remark) == "The sheet has no indicator to show."

    def test_the_answer_agrees_where_the_table_was_not_read(self):
        remark = [{"rule": "file_missing", "row": "3-1 効果", "table": "outcome"}]
        page = ReviewSheet.build(sheet=[HEAD], remark=remark)
        text = repr(told("ja", Adoption(page).answer))
        assert "成果指標の表(3-1)が読んだ資料になく、目標が達成されるかは言えない" in text
        text = repr(told("en", Adoption(page).answer))
        assert "cannot be told: the table of outcomes (3-1) was not among the files read" in text

    def test_a_file_without_a_row_of_the_sheet_says_nothing_of_the_sheet(self):
        remark = [{"rule": "empty_section", "row": "3-1 効果", "table": "outcome"}]
        page = ReviewSheet.build(sheet=[HEAD], remark=remark)
        text = repr(told("ja", Adoption(page).answer))
        assert text.startswith("読んだ資料に成果指標がなく、目標が達成されるかは言えない")
        assert "シート自体にないとは限りません" in text
        text = repr(told("en", Adoption(page).answer))
        assert "no outcome has" not in text
        assert "what was read holds no outcomes" in text

    def test_how_many_and_whose_rates(self):
        printed = rows(1, {2023: (2, 1, 50.0)}, direction="down")
        text = read("ja", printed, rows(1, {2023: (2, None)}), 1)
        assert "指標が1個、活動(アウトプット)の指標が1個" in text
        assert "●の付いたもの" in text
        assert "印字された値です(下がると良い指標では100 %を超えると未達)" in text
        text = read("en", rows(1, {2023: (2, 1)}), rows(1, {2023: (2, 1)}))
        assert "1 outcome indicator and 1 output indicator." in text
        assert "computed where no printed rate was read." in text
        assert "●" not in text
        assert "less is better" not in text

    def test_repeats_and_what_has_no_panel(self):
        values = {2023: (1, 1)}
        outcomes = [*rows(1, values, indicator="甲"), *rows(2, values, indicator="甲")]
        outcomes += [*rows(3, values), {"number": 4, "indicator": "未定", "unit": ""}]
        text = read("ja", outcomes, most=1)
        assert "成果1「甲」は同じ名前と数値で2回印字されており、一度だけ示します" in text
        assert "図に入らない指標: 成果3「指標3」。" in text
        assert "数値のない指標: 成果4「未定」。" in text
        text = read("en", outcomes, most=1)
        assert "Outcome 1 “甲” is printed 2 times with the same name and numbers" in text
        assert "Beyond the figure: outcome 3 “指標3”." in text
        assert "Without numbers: outcome 4 “未定”." in text

    def test_what_is_told_in_words_keeps_its_result(self):
        facts = {"kind": "qualitative", "unit": ""}
        outcomes = [
            {"number": 1, "indicator": "定着", "result": "研修で使われた", **facts},
            {"number": 2, "indicator": "理解", **facts},
        ]
        text = read("ja", outcomes)
        assert "数値のある指標はありません" in text
        assert "定性的な指標 成果1「定着」: 研修で使われた" in text
        assert "定性的な指標 成果2「理解」: 実績の記載はありません。" in text
        text = read("en", outcomes)
        assert "No indicator has numbers." in text
        assert "In words, outcome 2 “理解”: no result is stated." in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sections_of_the_notebook(lang, monkeypatch):
    parts = []
    monkeypatch.setattr(of_a_sheet, "display", parts.append)
    values = {"number": 1, "goal": "s1", "element_number": 1, "term": "short", "unit": "件"}
    outcome = [values | {"indicator": "出席率", "fiscal_year": y, "actual": y} for y in (1, 2)]
    page = sheet("a1 p1", "p1 s1", outcome=outcome)
    object_of_the_notebook = Adoption(page)
    told(lang, object_of_the_notebook.show_logic)
    told(lang, object_of_the_notebook.show_every_indicator)
    _lead, _read, outline, *_ = parts
    assert "●" in repr(outline)
    assert object_of_the_notebook.plot_every_indicator() is None, "one alone is analysed below"
