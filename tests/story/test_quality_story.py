"""Notebook 01: the verdict and the list below it say the same, of made and of real sheets."""

import itertools
import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import judgit
from helpers import charts, checks, paths, sources, words
from helpers.analysis import presence
from helpers.checks.reasons import RULES, TODOS, todo
from helpers.sheet import ReviewSheet
from helpers.show import Fold, Heading, Outline, Table
from helpers.story import quality
from speaking import told

HEAD = {"sheet_id": "2019-省-1", "sheet_year": 2019, "ministry": "省", "name": "事業"}
EMPTY = ReviewSheet.build(sheet=[{**HEAD, "project_number": "1"}])
SPENT = [{"fiscal_year": 2018, "initial": 10, "budget_net": 10, "executed": 9}]
MORE = r"\(ほかに同じ種類が(\d+)件\)|\((\d+) more of this kind\)"
REAL = pytest.mark.skipif(not judgit.CORPUS.exists(), reason=f"no shared corpus at {judgit.CORPUS}")


@pytest.fixture(scope="module")
def sheet():
    return sources.read(paths.DEFAULT_SHEET)


@pytest.fixture(scope="module")
def real():
    """Sheets of every year with a file of their own."""
    return [each for year in judgit.YEARS for each in judgit.sheets(year, 40, seed=15)]


def checked(lang: str, sheet: ReviewSheet, repair: str = "proved") -> list[dict]:
    return told(lang, checks.judged, sheet, repair)[1]


def groups(parts: list) -> dict[str, tuple[int, int]]:
    """Heading -> how many findings it says it has, and how many its tables have."""
    found, name = {}, ""
    for part in parts:
        if isinstance(part, Heading):
            name, many = re.fullmatch(r"(.+?) ?\((\d+)件?\)", part.paragraphs[0]).groups()
            found[name] = (int(many), 0)
        for outline in [part] if isinstance(part, Outline) else getattr(part, "parts", []):
            more = [re.search(MORE, text) for _, _, text in outline.lines]
            many = len(more) + sum(int(each[1] or each[2]) for each in more if each)
            found[name] = (found[name][0], found[name][1] + many)
    return found


def made(*kinds: tuple[str, str, bool]) -> list[dict]:
    """Findings of these rules, severities and whether they were repaired."""
    return [
        dict(zip(("rule", "severity", "applied"), kind, strict=True))
        | {"table": "budget", "row": "2018年度", "column": "executed", "reason": "理由。"}
        | {"observed": "1", "proposed": "2", "proof": ""}
        for kind in kinds
    ]


KINDS = {
    "error": ("budget_identity", "error", False),
    "repaired": ("target_year_era", "error", True),
    "asked": ("executed_missing", "warning", False),
    "mind": ("actual_missing", "warning", False),
    "look": ("single_bid", "note", False),
    "info": ("zero_year", "note", False),
}


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_combination_of_findings_has_the_verdict_of_its_list(lang):
    usable, told_apart = {"ja": "使えます。", "en": "Usable"}[lang], set()
    sheet = ReviewSheet.build(sheet=EMPTY.sheet, budget=SPENT)
    for many in range(len(KINDS) + 1):
        for names in itertools.combinations(KINDS, many):
            findings = made(*(KINDS[name] for name in names))
            answer = told(lang, quality.answer, sheet, findings)
            said, number = answer.sentence, answer.number[0]
            assert (usable in said) == ("error" not in names), said
            assert int(re.match(r"\d+", number)[0]) == len({"error", "asked"} & set(names))
            heads = groups(told(lang, quality.found, findings))
            assert len(heads) == len(names) - ({"error", "asked"} <= set(names))
            told_apart.add(said)
    # An error, or which of the two others there are.
    assert len(told_apart) == 5


def test_every_rule_says_what_to_do_and_errors_are_asked_about():
    assert {rule["todo"] for rule in RULES.values()} == set(TODOS)
    assert {rule["todo"] for rule in RULES.values() if rule["severity"] == "error"} == {"ask"}
    # `todo` knows a rule and its severity, not its variant.
    pairs = {(key.partition(".")[0], rule["severity"], rule["todo"]) for key, rule in RULES.items()}
    assert len({pair[:2] for pair in pairs}) == len(pairs)
    assert list(map(todo, made(KINDS["repaired"], KINDS["info"]))) == ["done", "info"]


@REAL
@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_verdict_agrees_with_the_list_of_real_sheets(real, lang):
    seen = set()
    for each in real[words.LANGUAGES.index(lang) :: len(words.LANGUAGES)]:
        findings = checked(lang, each)
        answer = told(lang, quality.answer, each, findings)
        heads = groups(told(lang, quality.found, findings))
        assert sum(many for many, _ in heads.values()) == len(findings)
        ask, done = ({"ja": a, "en": b}[lang] for a, b in NAMES)
        for name, (many, listed) in heads.items():
            assert listed == (0 if name == done else many), each.id
        assert [*heads][:1] == [ask] if ask in heads else True
        errors = sum(row["severity"] == "error" and not row["applied"] for row in findings)
        assert ({"ja": "使えません", "en": "Not usable"}[lang] in answer.sentence) == (errors > 0)
        if answer.number:
            places = int(re.match(r"\d+", answer.number[0])[0])
            assert places == heads.get(ask, (0,))[0], each.id
            assert places >= errors
        seen.add(re.sub(r"\d+", "n", answer.sentence))
    assert len(seen) >= 5


NAMES = (("使う前に確かめる", "Check before use"), ("直してある", "Repaired"))


@REAL
def test_the_numbers_of_the_answer_are_those_of_the_tables(real):
    """By hand: years whose parts were added up, and miss; repairs; what is to be kept in mind."""
    counted = 0
    for each in real[::20]:
        findings = checked("ja", each)
        said = repr(told("ja", quality.answer, each, findings))
        (_, shown) = told("ja", quality.identity, each, findings)
        table = shown.parts[0] if isinstance(shown, Fold) else shown
        sums = [row for row in table.rows if row[1] != "–"]
        assert re.search(f"比べられる{len(sums)}年", said) or len(sums) == 0, each.id
        misses = re.search(r"うち(\d+)年で合計", said)
        assert isinstance(shown, Table) == bool(misses)
        heads = groups(told("ja", quality.found, findings))
        for name, wording in (("直してある", "直しました"), ("読むときに頭に置く", "頭に置く")):
            assert (wording in said) == (name in heads)
        many = re.search(r"頭に置くことが(\d+)件", said)
        assert not many or int(many[1]) == heads["読むときに頭に置く"][0]
        repairs = told("ja", quality.repairs, findings)
        made = [row for row in getattr(repairs, "rows", []) if row[-1] == "直した"]
        assert len(made) == heads.get("直してある", (0,))[0]
        counted += 1
    assert counted == 10


def test_the_map_says_for_which_years_there_is_money_and_outcome(sheet):
    table = presence.presence(sheet)
    assert presence.shared(table) == [2016, 2017, 2018]
    for lang, title in (
        ("ja", "執行額と成果の実績がそろうのは3年(2016〜2018年度)"),
        ("en", "3 years with both an outturn and an outcome: FY2016–2018"),
    ):
        figure = told(lang, charts.presence, table, sheet).figure
        assert figure._suptitle.get_text().replace("\n", "") == title
        assert len(figure.data) == len(table)
        plt.close(figure)
    alone = table[table["table"] != "outcome"]
    assert presence.shared(alone) == []


def test_a_broken_identity_is_counted(sheet):
    budget = sheet.budget.copy()
    budget.loc[budget["fiscal_year"] == 2016, "budget_net"] = 97.0
    broken = sheet.with_table("budget", budget)
    findings = checked("en", broken)
    said = repr(told("en", quality.answer, broken, findings))
    assert "miss its total (the net budget) in 1 of 8 years" in said
    assert "cannot be used before they are checked" in said
    assert said.startswith("Not usable as it stands: 1 error is not repaired.\n")
    text, table = told("en", quality.identity, broken, findings)
    assert "do not add up in FY2016" in repr(text)
    assert isinstance(table, Table)


def test_proposals_that_were_not_applied_are_told_apart(sheet):
    findings = checked("en", sheet, "none")
    assert "only proposed" in repr(told("en", quality.repairs, findings))
    assert "Not usable" in told("en", quality.answer, sheet, findings).sentence


def test_lost_negatives_are_no_totals_that_hold_but_can_be_used():
    lost = {"fiscal_year": 2014, "initial": 10, "supplementary": 5, "budget_net": 8, "executed": 8}
    fine = {"fiscal_year": 2013, "initial": 10, "supplementary": 0, "budget_net": 10, "executed": 9}
    made = ReviewSheet.build(sheet=EMPTY.sheet.assign(sheet_year=2016), budget=[fine, lost])
    said = repr(told("en", quality.answer, made, checked("en", made)))
    assert "in 1 of 2 years, but the total can be relied on" in said


def test_a_sheet_without_numbers_says_so():
    answer = told("ja", quality.answer, EMPTY, checked("ja", EMPTY))
    assert answer.sentence == "確かめられる数字が、まだ書かれていません。"
    assert answer.number is None
    unbudgeted = ReviewSheet.build(sheet=EMPTY.sheet, payment=[{"payee": "甲", "amount": 3.0}])
    said = repr(told("en", quality.answer, unbudgeted, checked("en", unbudgeted)))
    assert "whether they add up cannot be told" in said


def test_facts_that_are_missing_are_named_and_no_rows(sheet):
    shown = told("ja", quality.facts, sheet)
    table, missing, source = shown
    assert ["府省庁", "総務省"] in table.rows
    assert not [row for row in table.rows if row[1] in ("–", "")]
    assert repr(missing).startswith("書かれていない項目: 終了年度。")
    assert isinstance(source, Fold)
    rows = dict(told("en", quality.facts, sheet)[0].rows)
    assert rows["Ministry"] == "Ministry of Internal Affairs and Communications"
    assert (rows["Account"], rows["Method"]) == ("General account", "Commission or contract")


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_reader_decision_is_told_and_is_no_repair(sheet, lang):
    remark = {"table": "budget", "row": "予算額・執行額", "column": "", "observed": ""}
    remark |= {"rule": "money_unit_missing", "proposed": "百万円"}
    findings = checked(lang, sheet.with_table("remark", pd.DataFrame([remark])))
    listed = "".join(map(repr, told(lang, quality.found, findings)))
    assert ("百万円" if lang == "ja" else "million yen") in listed
    assert "予算額・執行額" not in repr(told(lang, quality.repairs, findings))


def test_long_lists_are_folded_and_lose_nothing():
    many = made(*[KINDS["mind"]] * 4, *[("not_in_source", "note", False)] * 5)
    many = [row | {"table": table} for row, table in zip(many, "abcdefghi", strict=True)]
    (_, _, first, fold) = told("ja", quality.found, many)
    assert (len(first.lines), len(fold.parts[0].lines)) == (5, 4)
    assert fold.heading == "残り(4項目)"
    alike = made(*[KINDS["mind"]] * 9)
    (_, _, outline) = told("ja", quality.found, alike)
    assert len(outline.lines) == 3
    assert outline.lines[-1] == (
        0,
        "予算・執行 2018年度: 執行額",
        "警告、印字の値は1、提案は2。理由。(ほかに同じ種類が6件)",
    )


def test_indicator_values_are_shown_as_printed():
    row = {"number": 1, "indicator": "率", "fiscal_year": 2021, "actual": 99.99, "expected": 99.98}
    values = ReviewSheet.build(sheet=EMPTY.sheet, outcome=[row])
    assert {"99.99", "99.98"} <= set(told("en", quality.indicators, values).parts[0].rows[0])


def test_parts_that_do_not_add_up_as_shown_are_said_to_be_rounded():
    parts = {"initial": 3803.9, "supplementary": 2033.4, "carried_in": 2065.6}
    for known, said in ((parts, "million yen (rounded)"), ({"initial": 3000.0}, "million yen")):
        row = {"fiscal_year": 2024, **known, "budget_net": sum(known.values())}
        summed = ReviewSheet.build(sheet=EMPTY.sheet, budget=[row])
        (_, fold) = told("en", quality.identity, summed, checked("en", summed))
        assert fold.parts[0].caption == said


def test_a_finding_that_repeats_is_shown_three_times():
    rows = [
        {"number": at, "indicator": f"数{at}", "fiscal_year": 2018, "actual": 1.0}
        for at in range(1, 12)
    ]
    many = ReviewSheet.build(sheet=EMPTY.sheet, outcome=rows)
    listed = "".join(map(repr, told("en", quality.found, checked("en", many))))
    assert "(8 more of this kind)" in listed
    assert "数11" not in listed
    marks, left = presence.leading(presence.presence(many))
    said = repr(told("en", quality.read_presence, marks, left, many))
    assert "The first 8 outcomes and outputs are drawn; 3 more are left out" in said


def test_a_request_that_is_not_given_is_said_to_be_unknown():
    row = {"fiscal_year": 2022, "requested": 0.0, "initial": 102.0, "budget_net": 102.0}
    made = ReviewSheet.build(sheet=EMPTY.sheet, budget=[row])
    for lang, said in (("ja", "0円の要求ではなく不明"), ("en", "taken as unknown")):
        assert said in "".join(map(repr, told(lang, quality.found, checked(lang, made))))
