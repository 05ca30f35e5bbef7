"""The RS system's files: small ones written here, and the official ones of 2024."""

import csv
import io
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import pytest

import rs_writer
from helpers import checks
from helpers.sheet import COLUMNS as COLUMNS_OF_TABLES
from helpers.sheet import ReviewSheet, SheetError
from helpers.sources import rs_csv
from rs_writer import account, total, write

RS2024 = Path(__file__).parents[3] / "shared" / "rs2024"


def sheets(folder: Path) -> list[dict]:
    """All sheets of a folder in which nothing is rejected, each of which makes a ReviewSheet."""
    found = list(rs_csv.stream(folder))
    assert not [sheet for sheet in found if isinstance(sheet, SheetError)]
    for sheet in found:
        ReviewSheet.build(**sheet)
    return found


def only(folder: Path) -> dict:
    """The only sheet of a folder."""
    (sheet,) = sheets(folder)
    return sheet


def remarks(sheet: dict, *rules: str) -> list[tuple]:
    """(row, column, observed, proposed) of the remarks of these rules."""
    said = ("row", "column", "observed", "proposed")
    return [tuple(r[key] for key in said) for r in sheet["remark"] if r["rule"] in rules]


def rules(sheet: dict) -> set[tuple[str, str]]:
    """(rule, table) of the remarks, but for the files that only few sheets here have."""
    return {(r["rule"], r["table"]) for r in sheet["remark"] if r["rule"] != "files_missing"}


# The table sheet


@pytest.mark.parametrize("zipped", [False, True])
def test_a_project_becomes_a_sheet(tmp_path, zipped):
    row = {
        "予算事業ID": "42",
        "事業開始年度": "2014",
        "実施方法ー補助": "1",
        "実施方法ーその他": "1",
    }
    write(tmp_path, zipped, t12=[row], t21=[{"予算事業ID": "42"} | total(2023)])
    (facts,) = only(tmp_path)["sheet"]
    assert facts == {
        "sheet_id": "2024-総務省-42",
        "sheet_year": 2024,
        "ministry": "総務省",
        "project_number": "42",
        "name": "試験の事業",
        "bureau": "自治行政局",
        "division": "試験課",
        "start_year": 2014,
        "end_year": None,
        "accounts": "",
        "methods": "補助、その他",
        "official_id": "rs:42",
        "past_ids": "",
        "parent_number": "",
        "sheet_type": "review",
        "stage": "",
        "main_expenses": "",
        "url": "",
        "source_format": "rs csv",
        "source_path": f"{tmp_path.as_posix()}#2024-総務省-42",
    }


@pytest.mark.parametrize(
    ("row", "bureau", "division"),
    [
        ({"府省庁": "消防庁", "局・庁": "消防庁", "部": "防災部"}, "消防庁 防災部", "試験課"),
        ({"府省庁": "総務省　統計局", "局・庁": ""}, "統計局", "試験課"),
        ({"課": "試験課", "室": "企画室", "係": "一係"}, "自治行政局", "試験課 企画室"),
        ({"課": "", "班": "企画班"}, "自治行政局", "企画班"),
    ],
)
def test_an_agency_stands_before_the_bureau(tmp_path, row, bureau, division):
    (facts,) = only(write(tmp_path, t12=[row]))["sheet"]
    assert (facts["ministry"], facts["bureau"], facts["division"]) == ("総務省", bureau, division)


def test_a_project_repeated_for_its_expense_kinds_is_one_sheet(tmp_path):
    first, again = {"主要経費": "防衛関係費"}, {"主要経費": "科学技術振興費"}
    sheet = only(write(tmp_path, t12=[first, again]))
    assert sheet["sheet"][0]["main_expenses"] == "防衛関係費、科学技術振興費"
    assert "repeated_key" not in {rule for rule, _ in rules(sheet)}


def test_a_repeated_project_that_differs_is_remarked(tmp_path):
    sheet = only(write(tmp_path, t12=[{}, {"事業開始年度": "2020"}]))
    assert sheet["sheet"][0]["start_year"] is None
    assert remarks(sheet, "repeated_key") == [("1-2 L3", "start_year", "2020", "")]


@pytest.mark.parametrize(
    ("printed", "past"),
    [
        ("2023-デジ-22-0001", "2023-デジ-22-0001"),
        ("2023－復興－新23－0005", "2023-復興-新23-0005"),
        ("2023ｰ経産ｰ22ｰ0252", "2023-経産-22-0252"),
        ("2023 - 文科 - 22 - 0130", "2023-文科-22-0130"),
        ("2023こども新230067", "2023-こども-新23-0067"),
        ("2023農水22-0204、2022農水21-0206", "2023-農水-22-0204; 2022-農水-21-0206"),
        ("令和５年度　2023環境22 0150", "2023-環境-22-0150"),
        ("2023年度：2023-経産-新23--0008", "2023-経産-新23-0008"),
        ("2023-デジ-22-0001-27", "2023-デジ-22-0001-27"),
        *((junk, "") for junk in ("政策: 15　施策: 21", "0333", "2023国交22017200", "経産20-0435")),
        *((junk, "") for junk in ("1000", "2021-官房-新21", "新23-0002")),
    ],
)
def test_a_past_number_passes_only_in_its_shape(tmp_path, printed, past):
    sheet = only(write(tmp_path, t12=[{"旧事業番号": printed}]))
    assert sheet["sheet"][0]["past_ids"] == past
    assert [said for _, _, said, _ in remarks(sheet, "past_unread")] == [printed] * (past == "")


@pytest.mark.parametrize("printed", ["", "--", "－"])
def test_no_past_number_is_no_remark(tmp_path, printed):
    sheet = only(write(tmp_path, t12=[{"旧事業番号": printed}]))
    assert sheet["sheet"][0]["past_ids"] == ""
    assert not remarks(sheet, "past_unread")


def test_a_year_that_cannot_be_read_is_remarked(tmp_path):
    sheet = only(
        write(tmp_path, t12=[{"事業開始年度": "大正", "事業終了（予定）年度": "令和8年度"}])
    )
    assert [sheet["sheet"][0][end] for end in ("start_year", "end_year")] == [None, 2026]
    assert remarks(sheet, "period_unread") == [("1-2 L2", "start_year", "大正", "")]


def test_sheets_come_in_the_order_of_the_first_file(tmp_path):
    ids = ["9", "10", "1"]
    budgets = [{"予算事業ID": number} | total(2023) for number in sorted(ids)]
    write(tmp_path, t12=[{"予算事業ID": number} for number in ids], t21=budgets)
    assert [sheet["sheet"][0]["project_number"] for sheet in sheets(tmp_path)] == ids


def test_without_the_first_file_the_budgets_name_the_projects(tmp_path):
    sheet = only(write(tmp_path, t12=None, t21=[total(2023)]))
    assert sheet["sheet"][0]["sheet_id"] == "2024-総務省-1"
    assert ("file_missing", "sheet") in rules(sheet)


def test_a_missing_file_leaves_its_table_empty_and_says_so(tmp_path):
    sheet = only(write(tmp_path))
    tables = ("budget", "outcome", "output", "payment")
    assert sheet.keys() == COLUMNS_OF_TABLES.keys() - {"vintage", "fund"}
    assert not any(sheet[table] for table in sheet.keys() - {"sheet", "remark"})
    assert rules(sheet) == {("file_missing", table) for table in tables}


def test_a_project_without_rows_in_a_file_says_so(tmp_path):
    other = {"予算事業ID": "2"}
    write(tmp_path, t12=[{}, other], t21=[other | total(2023)], t31=[other], t51=[other])
    first = sheets(tmp_path)[0]
    tables = ("budget", "outcome", "output", "payment")
    assert rules(first) == {("empty_section", table) for table in tables}


# The table budget


def test_gross_and_net_are_both_kept(tmp_path):
    row = total(
        2022,
        initial="3000000",
        supplementary="-500000",
        carried_in="200000",
        reserve="1",
        gross="2700001",
        executed="2000000",
        carried_out="600000",
        requested="4000000.0",
    )
    sheet = only(write(tmp_path, t21=[row]))
    assert sheet["budget"] == [
        {
            "fiscal_year": 2022,
            "initial": 3.0,
            "supplementary": -0.5,
            "carried_in": 0.2,
            "reserve": 0.000001,
            "budget_gross": 2.700001,
            "executed": 2.0,
            "carried_out": -0.6,
            "budget_net": 2.100001,
            "status": "closed",
        },
        {"fiscal_year": 2023, "requested": 4.0, "status": "closed"},
    ]


def test_a_request_belongs_to_the_year_after(tmp_path):
    rows = [total(2024, requested="7000000.0"), total(2023, requested="5000000.0")]
    budget = only(write(tmp_path, t21=rows))["budget"]
    assert [row["fiscal_year"] for row in budget] == [2023, 2024, 2025]
    assert [row.get("requested") for row in budget] == [None, 5.0, 7.0]
    assert [row["status"] for row in budget] == ["closed", "current", "requested"]


def test_the_outturn_of_a_year_still_open_is_unknown(tmp_path):
    rows = [total(year, initial="9", gross="9") for year in (2023, 2024)]
    sheet = only(write(tmp_path, t21=rows))
    closed, current, _ = sheet["budget"]
    assert (closed["executed"], closed["carried_out"]) == (0.0, 0.0)
    assert "executed" not in current
    assert "carried_out" not in current
    assert current["budget_net"] == current["budget_gross"] == 9e-6
    assert remarks(sheet, "outturn_unknown") == [("2-1 L3", "executed", "0", "")]


def test_a_known_outturn_of_the_current_year_is_kept(tmp_path):
    sheet = only(write(tmp_path, t21=[total(2024, gross="9", executed="4")]))
    assert (sheet["budget"][0]["executed"], sheet["budget"][0]["carried_out"]) == (4e-6, 0.0)
    assert not remarks(sheet, "outturn_unknown")


def test_empty_is_not_zero(tmp_path):
    row = {
        "予算年度": "2023",
        "当初予算（合計）": "0",
        "執行額（合計）": "",
        "補正予算（合計）": "-",
    }
    (budget,) = only(write(tmp_path, t21=[row]))["budget"]
    assert budget == {"fiscal_year": 2023, "initial": 0.0, "status": "closed"}


def test_account_rows_are_never_added_to_the_totals(tmp_path):
    rows = [
        total(2023, initial="30", supplementary="5", reserve="2", gross="37", requested="40"),
        account(2023, 当初予算="10", 第1次補正予算="2", 予備費等1="2", 歳出予算現額="14"),
        account(2023, 会計区分="特別会計", 会計="年金", 勘定="業務勘定", 当初予算="20")
        | {"第1次補正予算": "1", "第5次補正予算": "2", "歳出予算現額": "23", "翌年度要求額": "40"},
    ]
    sheet = only(write(tmp_path, t21=rows))
    assert sheet["budget"][0]["budget_gross"] == 37e-6
    assert sheet["sheet"][0]["accounts"] == "一般会計、年金特別会計業務勘定"
    assert not remarks(sheet, "accounts_differ")


def test_accounts_that_do_not_add_up_are_remarked(tmp_path):
    rows = [total(2023, executed="5000"), account(2023, 執行額="4000")]
    sheet = only(write(tmp_path, t21=rows))
    assert sheet["budget"][0]["executed"] == 0.005
    assert remarks(sheet, "accounts_differ") == [("2-1 L2", "executed", "5,000", "4,000")]


def test_a_year_with_account_rows_only_is_remarked(tmp_path):
    sheet = only(write(tmp_path, t21=[account(2022, 執行額="4000"), total(2023)]))
    assert [row["fiscal_year"] for row in sheet["budget"]] == [2023, 2024]
    assert remarks(sheet, "total_missing") == [("2-1 L2", "", "2022", "")]


@pytest.mark.parametrize(
    ("names", "joined"),
    [
        (
            ("特別会計", "エネルギー対策", "エネルギー需給勘定"),
            "エネルギー対策特別会計エネルギー需給勘定",
        ),
        (("特別会計", "特許特別会計", ""), "特許特別会計"),
        (
            ("特別会計", "一般会計、労働保険特別会計雇用勘定", ""),
            "一般会計、労働保険特別会計雇用勘定",
        ),
        (("特別会計", "", ""), "特別会計"),
        (("", "", ""), ""),
    ],
)
def test_accounts_are_named_as_older_sheets_do(tmp_path, names, joined):
    named = dict(zip(("会計区分", "会計", "勘定"), names, strict=True))
    sheet = only(write(tmp_path, t21=[total(2023), account(2023, **named)]))
    assert sheet["sheet"][0]["accounts"] == joined


# The table payment

FLOW = [
    {"担当組織からの支出": "TRUE", "支出先の支出先ブロック": "A"},
    {"担当組織からの支出": "FALSE", "支出先の支出先ブロック": "B"},
    {"担当組織からの支出": "FALSE", "支出先の支出先ブロック": "A"},
    {"支出先の支出先ブロック": ""},
]


def block(letter: str, amount: str) -> dict:
    return {"支出先ブロック番号": letter, "支出先ブロック名": "者", "ブロックの合計支出額": amount}


def payee(letter: str, name: str, amount: str, number: str = "") -> dict:
    cells = {"支出先ブロック番号": letter, "支出先名": name, "支出先の合計支出額": amount}
    return cells | {"法人番号": number}


def contract(letter: str, name: str, work: str, amount: str, number: str = "") -> dict:
    cells = {"支出先ブロック番号": letter, "支出先名": name, "契約概要": work, "金額": amount}
    return cells | {"法人番号": number}


def paid(sheet: dict) -> list[tuple]:
    said = ("block", "tier", "rank", "payee", "work", "amount")
    return [tuple(row.get(column) for column in said) for row in sheet["payment"]]


@pytest.mark.parametrize("repeats_name", [True, False])
def test_blocks_payees_and_contracts_are_never_added_up(tmp_path, repeats_name):
    def again(name: str) -> str:
        return name if repeats_name else ""

    rows = [
        block("A", "9000000"),
        payee("A", "甲社", "7000000", "1020001120059"),
        contract("A", again("甲社"), "運営", "4000000"),
        contract("A", again("甲社"), "印刷", "3000000"),
        payee("A", "乙社", "2000000", "9999999999999"),
        contract("A", again("乙社"), "調査", "2000000"),
        block("B", "1000000"),
        payee("B", "丙社", "1000000"),
    ]
    sheet = only(write(tmp_path, t51=rows, t52=FLOW))
    assert paid(sheet) == [
        ("A", "first", 1, "甲社", "運営", 4.0),
        ("A", "first", 1, "甲社", "印刷", 3.0),
        ("A", "first", 2, "乙社", "調査", 2.0),
        ("B", "sub", 1, "丙社", "", 1.0),
    ]
    numbers = [row.get("corporate_number") for row in sheet["payment"]]
    assert numbers == ["1020001120059", "1020001120059", None, None]
    assert {row["fiscal_year"] for row in sheet["payment"]} == {2023}
    assert not remarks(sheet, "block_differs", "contracts_differ", "tier_unknown")


def test_contracts_that_do_not_add_up_give_way_to_the_total(tmp_path):
    rows = [
        payee("A", "甲社", "7000000"),
        contract("A", "甲社", "運営", "4000000"),
        contract("A", "甲社", "印刷", "1000000"),
    ]
    sheet = only(write(tmp_path, t51=rows, t52=FLOW))
    assert paid(sheet) == [("A", "first", 1, "甲社", "運営; 印刷", 7.0)]
    assert remarks(sheet, "contracts_differ") == [("5-1 L2", "amount", "7,000,000", "5,000,000")]


def test_payees_that_do_not_add_up_to_their_block_are_remarked(tmp_path):
    rows = [block("A", "9"), payee("A", "甲社", "7")]
    sheet = only(write(tmp_path, t51=rows, t52=FLOW))
    assert remarks(sheet, "block_differs") == [("5-1 L2", "amount", "9", "7")]


def test_two_payees_of_one_name_are_two(tmp_path):
    rows = [
        payee("A", "個人", "2000000"),
        contract("A", "個人", "講演", "2000000"),
        payee("A", "個人", "1000000"),
        contract("A", "個人", "執筆", "1000000"),
    ]
    sheet = only(write(tmp_path, t51=rows, t52=FLOW))
    assert [row[2:] for row in paid(sheet)] == [(1, "個人", "講演", 2.0), (2, "個人", "執筆", 1.0)]


def test_a_total_on_every_contract_row_counts_once(tmp_path):
    rows = [
        payee("A", "甲社", "7000000") | {"契約概要": work, "金額": amount}
        for work, amount in (("運営", "4000000"), ("印刷", "3000000"))
    ]
    sheet = only(write(tmp_path, t51=rows, t52=FLOW))
    assert [row[2:] for row in paid(sheet)] == [(1, "甲社", "運営", 4.0), (1, "甲社", "印刷", 3.0)]


def test_a_contract_without_a_payee_rejects_the_project(tmp_path):
    write(tmp_path, t51=[contract("A", "", "運営", "4000000")])
    (error,) = rs_csv.stream(tmp_path)
    assert isinstance(error, SheetError)
    assert error.line == 2
    assert "金額" in str(error)


def test_blocks_without_a_flow_have_no_tier(tmp_path):
    rows = [payee("A", "甲社", "7"), payee("C", "乙社", "7")]
    sheet = only(write(tmp_path, t51=rows, t52=FLOW))
    assert [row[1] for row in paid(sheet)] == ["first", ""]
    assert [said for _, _, said, _ in remarks(sheet, "tier_unknown")] == ["C"]


def test_without_5_1_the_items_name_the_first_payee_of_each_block(tmp_path):
    item = {"支出先ブロック番号": "A", "支出先名": "甲社", "契約概要": "運営"}
    rows = [
        item | {"費目": "人件費", "金額": "4000000"},
        item | {"費目": "旅費", "金額": "500000"},
        item | {"費目": "調整", "金額": "-100000"},
        item | {"支出先ブロック番号": "B", "費目": "人件費"},
        {"支出先ブロック番号": ""},
    ]
    sheet = only(write(tmp_path, t52=FLOW, t53=rows))
    assert paid(sheet) == [
        ("A", "first", 1, "甲社", "運営", 4.4),
        ("B", "sub", 1, "甲社", "運営", None),
    ]
    assert ("payments_from_items", "payment") in rules(sheet)
    assert ("file_missing", "payment") not in rules(sheet)


def test_with_5_1_the_items_are_not_read_as_payments(tmp_path):
    item = {"支出先ブロック番号": "A", "支出先名": "甲社", "費目": "人件費", "金額": "4"}
    sheet = only(write(tmp_path, t51=[payee("A", "乙社", "7")], t52=FLOW, t53=[item]))
    assert [row["payee"] for row in sheet["payment"]] == ["乙社"]


# The tables outcome and output


def indicator(kind: str, series: str, number: str = "1", **cells: str) -> dict:
    given = {
        "アクティビティ・アウトプット・アウトカムの番号": number,
        "種別（アクティビティ・アウトプット・アウトカム）": kind,
        "アクティビティ／活動目標／成果目標": "広げる",
        "活動指標／成果指標": "導入団体数",
        "単位": "団体",
        "目標年度／目標値／実績値／達成率": series,
    }
    return given | cells


def test_year_columns_become_rows(tmp_path):
    rows = [
        indicator("アウトカム", "1.目標年度", **{"2026": "1"}),
        indicator("アウトカム", "2.目標値", **{"2023": "1,000", "2026": "1600.5"}),
        indicator("アウトカム", "3.実績値", **{"2022": "842", "2023": "9.5E+2", "2024": "-"}),
        indicator("アウトカム", "4.達成率", **{"2023": "95"}),
        indicator("アウトプット", "2.目標値", "2", **{"2023": "3"}),
        indicator("アウトプット", "3.実績値", "2", **{"2023": "2 団体"}),
        indicator("アウトプット", "4.達成率", "2", **{"2023": "66.7"}),
        indicator("アクティビティ", "2.目標値", "3", **{"2023": "8"}),
    ]
    sheet = only(write(tmp_path, t31=rows))
    common = {"number": 1, "indicator": "導入団体数", "unit": "団体", "goal": "広げる"}
    outcome = common | {"target": 1600.5, "element_number": 1}
    outcome |= {"target_year": 2026, "target_year_printed": 2026}
    assert sheet["outcome"] == [
        outcome | {"fiscal_year": 2022, "actual": 842.0},
        outcome | {"fiscal_year": 2023, "expected": 1000.0, "actual": 950.0, "achievement": 95.0},
        outcome | {"fiscal_year": 2026, "expected": 1600.5},
    ]
    common["element_number"] = 2
    output = common | {"fiscal_year": 2023, "expected": 3.0, "actual": 2.0, "achievement": 66.7}
    assert sheet["output"] == [output]
    assert sheet["activity"] == [{"element_number": 3, "activity": "広げる"}]
    assert rules(sheet) == {("file_missing", "budget"), ("file_missing", "payment")}


def test_indicators_are_counted_in_their_order(tmp_path):
    rows = [
        indicator("アウトカム", "3.実績値", number, **{"2023": number, "活動指標／成果指標": name})
        for number, name in (("5", "導入率"), ("6", "満足度"), ("6", "再訪率"))
    ]
    sheet = only(write(tmp_path, t31=rows))
    found = [(row["number"], row["indicator"], row["actual"]) for row in sheet["outcome"]]
    assert found == [(1, "導入率", 5.0), (2, "満足度", 6.0), (3, "再訪率", 6.0)]


def test_without_a_target_year_there_is_no_target(tmp_path):
    sheet = only(write(tmp_path, t31=[indicator("アウトカム", "2.目標値", **{"2026": "5"})]))
    assert not {"target", "target_year"} & sheet["outcome"][0].keys()
    assert sheet["outcome"][0]["expected"] == 5.0


def test_the_last_of_several_target_years_is_the_target(tmp_path):
    rows = [
        indicator("アウトカム", "1.目標年度", **{"2024": "1", "2025": "0", "2026": "1"}),
        indicator("アウトカム", "2.目標値", **{"2024": "5", "2026": "7"}),
    ]
    sheet = only(write(tmp_path, t31=rows))
    assert {(row["target"], row["target_year"]) for row in sheet["outcome"]} == {(7.0, 2026)}


@pytest.mark.parametrize("cell", ["前年度以上", "696～890", "3便、維持", "12 校"])
def test_a_value_that_is_no_number_is_remarked(tmp_path, cell):
    rows = [indicator("アウトカム", "2.目標値", **{"2023": cell, "2024": "5"})]
    sheet = only(write(tmp_path, t31=rows))
    assert [row["fiscal_year"] for row in sheet["outcome"]] == [2024]
    assert remarks(sheet, "unread_line") == [("3-1 L2", "expected", cell, "")]


def test_an_indicator_without_values_or_of_unknown_kind_is_remarked(tmp_path):
    rows = [
        indicator("アウトカム", "2.目標値"),
        indicator("インパクト", "2.目標値", **{"2023": "1"}),
        indicator("アウトプット", "5.見込み", **{"2023": "1"}),
    ]
    sheet = only(write(tmp_path, t31=rows))
    row = {"number": 1, "indicator": "導入団体数", "unit": "団体", "goal": "広げる"}
    row |= {"element_number": 1}
    assert sheet["outcome"] == sheet["output"] == [row]
    found = [said for _, _, said, _ in remarks(sheet, "table_without_rows", "unread_line")]
    assert found == ["導入団体数", "インパクト", "5.見込み", "導入団体数"]
    found = checks.findings(ReviewSheet.build(**sheet))
    assert "outcome_without_target" not in found["rule"].tolist(), "said already"


UP, DOWN = "上がると良い指標", "下がると良い指標"
ROWS = ("1.目標年度", "2.目標値", "3.実績値", "4.達成率")


def outcome(series: dict[int, dict[str, str]] | None = None, number: str = "1", **cells) -> list:
    """The four rows of an outcome; `series` has the years of the 1st to the 4th."""
    said = {
        "direction": "改善の上向き／下向き",
        "kind": "成果目標の種類",
        "term": "アウトカムの期間",
        "result": "定性的なアウトカムに関する成果実績",
    }
    given = {said.get(name, name): cell for name, cell in cells.items()}
    return [
        indicator("アウトカム", row, number, **given, **(series or {}).get(at, {}))
        for at, row in enumerate(ROWS, 1)
    ]


def stated(sheet: dict, *columns: str) -> list[tuple]:
    """The columns of each outcome row, None where the source does not say."""
    return [tuple(row.get(column) for column in columns) for row in sheet["outcome"]]


@pytest.mark.parametrize(
    ("cells", "direction", "kind", "term"),
    [
        ({"direction": UP, "kind": "定量的", "term": "1.短期"}, "up", "quantitative", "short"),
        (
            {"direction": DOWN, "kind": "定量的", "term": "２．中期"},
            "down",
            "quantitative",
            "middle",
        ),
        ({"direction": f"　{DOWN} ", "term": "長期"}, "down", None, "long"),
        ({"direction": "", "kind": "－", "term": ""}, None, None, None),
    ],
)
def test_what_an_outcome_states_is_read(tmp_path, cells, direction, kind, term):
    sheet = only(write(tmp_path, t31=outcome({3: {"2023": "7"}}, **cells)))
    assert stated(sheet, "direction", "kind", "term") == [(direction, kind, term)]
    assert rules(sheet) & {("unread_line", "outcome"), ("cells_partly", "outcome")} == set()


@pytest.mark.parametrize(
    ("column", "name", "text"),
    [
        ("direction", "direction", "上向き"),
        ("direction", "direction", "下がると良い指標ではない"),
        ("kind", "kind", "定量的・定性的"),
        ("term", "term", "1.長期"),
    ],
)
def test_other_words_are_no_statement(tmp_path, column, name, text):
    sheet = only(write(tmp_path, t31=outcome({3: {"2023": "7"}}, **{column: text})))
    assert stated(sheet, name) == [(None,)]
    assert remarks(sheet, "unread_line") == [("3-1 L2", name, text, "")]


def test_an_output_has_no_direction(tmp_path):
    rows = [indicator("アウトプット", "3.実績値", **{"2023": "7", "改善の上向き／下向き": UP})]
    sheet = only(write(tmp_path, t31=rows))
    assert remarks(sheet, "unread_line") == [("3-1 L2", "direction", UP, "")]


def test_the_rate_of_achievement_is_kept_as_printed_and_never_turned_round(tmp_path):
    series = {
        2: {"2021": "15.5", "2022": "15"},
        3: {"2021": "16.5", "2022": "17.4"},
        4: {"2021": "106.45161", "2022": "116 %", "2023": "-", "2024": "98.5"},
    }
    sheet = only(write(tmp_path, t31=outcome(series, direction=DOWN, 単位="人")))
    assert stated(sheet, "fiscal_year", "actual", "achievement") == [
        (2021, 16.5, 106.45161),
        (2022, 17.4, 116.0),
        (2024, None, 98.5),
    ]


def test_a_rate_that_is_the_indicator_itself_is_no_printed_rate(tmp_path):
    series = {2: {"2023": "80"}, 3: {"2023": "60"}, 4: {"2023": "75"}}
    sheet = only(
        write(tmp_path, t31=outcome(series, 単位="％", **{"活動指標／成果指標": "達成率"}))
    )
    assert stated(sheet, "expected", "actual", "achievement") == [(80.0, 60.0, 75.0)]


def test_a_rate_without_number_is_remarked(tmp_path):
    series = {3: {"2023": "7"}, 4: {"2023": "達成"}}
    sheet = only(write(tmp_path, t31=outcome(series)))
    assert remarks(sheet, "unread_line") == [("3-1 L5", "achievement", "達成", "")]


def test_a_qualitative_outcome_is_a_row_of_words(tmp_path):
    said = {"kind": "定性的", "term": "3.長期", "result": "手引きを 3 県で試した。", "単位": ""}
    sheet = only(write(tmp_path, t31=outcome(**said, **{"活動指標／成果指標": "-"})))
    assert sheet["outcome"] == [
        {
            "number": 1,
            "indicator": "",
            "unit": "",
            "goal": "広げる",
            "kind": "qualitative",
            "term": "long",
            "result": "手引きを 3 県で試した。",
            "element_number": 1,
        }
    ]
    assert not {rule for rule, table in rules(sheet) if table == "outcome"}


def test_the_placeholders_of_a_qualitative_outcome_are_no_numbers(tmp_path):
    series = {1: {"2026": "1"}, 2: {"2026": "1"}, 3: {"2023": "0.5"}, 4: {"2023": "50"}}
    sheet = only(write(tmp_path, t31=outcome(series, kind="定性的", result="試した。")))
    assert stated(sheet, "fiscal_year", "target", "target_year") == [(None, None, 2026)]
    assert not {"expected", "actual", "achievement"} & sheet["outcome"][0].keys()
    said = "目標値 2026: 1, 実績値 2023: 0.5, 達成率 2023: 50"
    assert remarks(sheet, "qualitative_number") == [("3-1 L2", "", said, "導入団体数")]


def test_what_stands_in_some_rows_of_an_indicator_holds_for_it(tmp_path):
    rows = outcome({3: {"2023": "7"}})
    rows[2] |= {"改善の上向き／下向き": DOWN}
    sheet = only(write(tmp_path, t31=rows))
    assert stated(sheet, "direction") == [("down",)]
    assert remarks(sheet, "cells_partly") == [("3-1 L2", "direction", "", DOWN)]


def test_a_term_in_some_rows_makes_no_second_indicator(tmp_path):
    rows = outcome({2: {"2023": "9"}, 3: {"2023": "7"}}, term="1.短期")
    rows[1] |= {"アウトカムの期間": ""}
    rows[3] |= {"アウトカムの期間": "短期"}
    sheet = only(write(tmp_path, t31=rows))
    assert stated(sheet, "number", "expected", "actual", "term") == [(1, 9.0, 7.0, "short")]
    assert {rule for rule, _ in rules(sheet)} >= {"cells_partly"}


def test_one_indicator_of_two_terms_is_two(tmp_path):
    rows = outcome({3: {"2023": "7"}}, term="1.短期") + outcome({3: {"2023": "8"}}, term="3.長期")
    sheet = only(write(tmp_path, t31=rows))
    assert stated(sheet, "number", "actual", "term") == [(1, 7.0, "short"), (2, 8.0, "long")]


def test_rows_that_contradict_each_other_are_remarked(tmp_path):
    rows = outcome({3: {"2023": "1234567"}}, direction=UP, 単位="件")
    rows[3] |= {"改善の上向き／下向き": DOWN, "単位": "％"}
    rows += [
        indicator(
            "アウトカム",
            "3.実績値",
            **{"2023": "1234568", "改善の上向き／下向き": UP, "単位": "件"},
        )
    ]
    sheet = only(write(tmp_path, t31=rows))
    assert stated(sheet, "direction", "actual", "unit") == [(None, 1234567.0, "件")]
    assert remarks(sheet, "cells_differ") == [
        ("3-1 L5", "unit", "％", "件"),
        ("3-1 L6", "actual", "2023: 1,234,568", "2023: 1,234,567"),
    ]
    assert remarks(sheet, "cells_contradict") == [("3-1 L5", "direction", DOWN, UP)]


def test_a_blank_row_hides_no_contradiction(tmp_path):
    rows = outcome({3: {"2023": "7"}})
    rows[1] |= {"改善の上向き／下向き": UP}
    rows[3] |= {"改善の上向き／下向き": DOWN}
    sheet = only(write(tmp_path, t31=rows))
    assert stated(sheet, "direction") == [(None,)]
    assert remarks(sheet, "cells_contradict") == [("3-1 L5", "direction", DOWN, UP)]
    assert remarks(sheet, "cells_partly") == [("3-1 L2", "direction", "", UP)]


# Real rows of 3-1

SHARED = RS2024.parent
REAL = [
    ("rs2025", "3-1_RS_2025_*.zip"),
    ("rs-fixtures/csv2024", "3-1_RS_2024_*.csv"),
    ("rs-fixtures/csv2024", "3-1_down_*.csv"),
]
COLUMNS = {
    "kind": "成果目標の種類",
    "term": "アウトカムの期間",
    "direction": "改善の上向き／下向き",
    "result": "定性的なアウトカムに関する成果実績",
}
WHICH = (
    "アクティビティ・アウトプット・アウトカムの番号",
    "アウトカムの期間",
    "アクティビティ／活動目標／成果目標",
    "活動指標／成果指標",
)
MEANT = {
    **{"上がると良い指標": "up", "下がると良い指標": "down"},
    **{"定量的": "quantitative", "定性的": "qualitative"},
    **{"1.短期": "short", "2.中期": "middle", "3.長期": "long"},
}


def real_rows(place: str, pattern: str) -> tuple[Path, list[dict]]:
    """The file and its rows, read plainly; skips where it is not at hand."""
    found = list((SHARED / place).glob(pattern))
    if not found:
        pytest.skip(f"no {place}/{pattern} beside the repository")
    data = found[0].read_bytes()
    if found[0].suffix == ".zip":
        with zipfile.ZipFile(found[0]) as archive:
            data = archive.read(archive.namelist()[0])
    return found[0], list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize(("place", "pattern"), REAL)
def test_real_outcomes_are_read_as_printed(tmp_path, place, pattern):
    path, rows = real_rows(place, pattern)
    projects = [
        {"予算事業ID": number, "事業年度": rows[0]["事業年度"]}
        for number in dict.fromkeys(row["予算事業ID"] for row in rows)
    ]
    write(tmp_path, t12=projects)
    name = f"3-1_RS_{rows[0]['事業年度']}_効果発現経路_目標・実績{path.suffix}"
    (tmp_path / name).write_bytes(path.read_bytes())
    read = {
        (sheet["sheet"][0]["project_number"], row["number"], row.get("fiscal_year")): row
        for sheet in sheets(tmp_path)
        for row in sheet["outcome"]
    }
    numbers: dict[str, list] = {}
    expected, targets, words = {}, {}, {}
    for row in rows:
        if row["種別（アクティビティ・アウトプット・アウトカム）"] != "アウトカム":
            continue
        of = tuple(row[header] for header in WHICH)
        listed = numbers.setdefault(row["予算事業ID"], [])
        listed += [of] if of not in listed else []
        of = (row["予算事業ID"], listed.index(of) + 1)
        said = {ours: MEANT.get(row[header], row[header]) for ours, header in COLUMNS.items()}
        said = {ours: text for ours, text in said.items() if text}
        words[of] = said
        series = row["目標年度／目標値／実績値／達成率"][2:]
        years = {int(header): row[header] for header in row if header.isdigit() and row[header]}
        if series == "目標年度":
            targets[of] = max(years, default=None)
        elif said["kind"] == "qualitative":
            assert not years
            expected[*of, None] = said
        else:
            column = {"目標値": "expected", "実績値": "actual", "達成率": "achievement"}[series]
            for year, text in years.items():
                expected.setdefault((*of, year), dict(said))[column] = float(text)
    assert len(expected) > 2
    # One that prints nothing for any year is there all the same.
    valued = {key[:2] for key in expected}
    expected |= {(*of, None): said for of, said in words.items() if of not in valued}
    told = ("expected", "actual", "achievement", *COLUMNS)
    assert {key: {c: row[c] for c in told if c in row} for key, row in read.items()} == expected
    assert {key: row.get("target_year") for key, row in read.items()} == {
        key: targets.get(key[:2]) for key in expected
    }


def test_the_indicators_that_were_told_the_wrong_way_round_are_read_by_hand(tmp_path):
    path, _ = real_rows("rs2025", "3-1_RS_2025_*.zip")
    write(tmp_path, t12=[{"予算事業ID": n, "事業年度": "2025"} for n in ("11", "884", "3522")])
    (tmp_path / "3-1_RS_2025.zip").write_bytes(path.read_bytes())
    found = {sheet["sheet"][0]["project_number"]: sheet for sheet in sheets(tmp_path)}
    columns = ("fiscal_year", "expected", "actual", "achievement", "target", "direction", "term")
    themes = [row for row in stated(found["3522"], "number", *columns) if row[0] == 1]
    assert themes == [
        (1, 2022, 80.0, 100.0, 125.0, 80.0, "up", "short"),
        (1, 2023, 80.0, 83.0, 103.75, 80.0, "up", "short"),
        (1, 2024, 80.0, 72.0, 90.0, 80.0, "up", "short"),
        (1, 2025, 80.0, None, None, 80.0, "up", "short"),
        (1, 2029, 80.0, None, None, 80.0, "up", "short"),
    ]
    repeat = [row for row in stated(found["3522"], "number", *columns) if row[0] == 4]
    assert repeat == [(4, None, None, None, None, None, "up", "short")]
    sent = [row for row in stated(found["884"], "number", *columns) if row[0] == 4]
    assert sent == [
        (4, 2022, 20000.0, 26071.0, 130.355, 20000.0, "up", "long"),
        (4, 2023, 20000.0, 13865.0, 69.325, 20000.0, "up", "long"),
        (4, 2024, 20000.0, 9941.0, 49.705, 20000.0, "up", "long"),
        (4, 2028, 20000.0, None, None, 20000.0, "up", "long"),
    ]
    assert {(row[0], row[2]) for row in stated(found["11"], "direction", "term", "kind")} == {
        ("up", "quantitative")
    }
    rules_found = {
        row.rule
        for sheet in found.values()
        for row in checks.findings(ReviewSheet.build(**sheet)).itertuples()
    }
    contradicted = ("achievement_", "direction_", "cells_", "qualitative_", "outcome_")
    assert not [rule for rule in rules_found if rule.startswith(contradicted)]


# The official files

corpus = pytest.mark.skipif(not RS2024.exists(), reason="no ../shared/rs2024 beside the repository")


@pytest.fixture(scope="module")
def official() -> list[dict]:
    return list(rs_csv.stream(RS2024))


@corpus
def test_every_project_of_2024_is_read(official):
    assert not [sheet for sheet in official if isinstance(sheet, SheetError)]
    assert len({sheet["sheet"][0]["sheet_id"] for sheet in official}) == len(official) == 5664
    for sheet in official[::50]:
        ReviewSheet.build(**sheet)


@corpus
def test_the_gross_identity_holds_in_every_row_of_2024(official):
    rows = [r for sheet in official for r in sheet["budget"] if "budget_gross" in r]
    assert len(rows) == 18_524
    parts = ("initial", "supplementary", "carried_in", "reserve")
    for row in rows:
        parts_sum = sum(row[part] for part in parts)
        assert row["budget_gross"] == pytest.approx(parts_sum, abs=1e-6)
        net = row["budget_gross"] + row.get("carried_out", 0.0)
        assert row["budget_net"] == pytest.approx(net, abs=1e-6)


@corpus
def test_carried_out_is_carried_in_the_year_after(official):
    for sheet in official:
        by_year = {row["fiscal_year"]: row for row in sheet["budget"]}
        for year, row in by_year.items():
            following = by_year.get(year + 1, {}).get("carried_in")
            if "carried_out" in row and following is not None:
                assert following == pytest.approx(-row["carried_out"], abs=1e-6)


@corpus
def test_what_2024_leaves_open_is_remarked(official):
    counts = Counter(pair for sheet in official for pair in rules(sheet))
    assert counts == {
        ("outturn_unknown", "budget"): 5664,
        ("file_missing", "outcome"): 5664,
        ("file_missing", "output"): 5664,
        ("payments_from_items", "payment"): 4358,
        ("file_missing", "payment"): 1306,
        ("past_unread", "sheet"): 14,
        ("tier_unknown", "payment"): 10,
        ("rate_above_100", "commitment"): 3,
    }
    assert sum(bool(sheet["sheet"][0]["past_ids"]) for sheet in official) == 101
    assert rs_csv.unread(RS2024) == []


@corpus
def test_current_outturn_is_unknown_in_2024(official):
    current = [r for sheet in official for r in sheet["budget"] if r["status"] == "current"]
    assert len(current) == 5664
    assert not [row for row in current if "executed" in row or "carried_out" in row]
    tiers = Counter(row["tier"] for sheet in official for row in sheet["payment"])
    assert tiers == {"first": 10_231, "sub": 5_288, "": 44}


TABLE_OF = {
    **{"1-4": "subsidy", "1-5": "related", "2-2": "item", "3-2": "logic", "4-1": "review"},
    **{"5-3": "use", "5-4": "commitment"},
}
DASHES = set("-ー－―ｰ‐−–—")


@pytest.fixture(scope="module")
def cells() -> dict[str, list[dict]]:
    """File -> its rows, read plainly."""
    found = {}
    for path in sorted((RS2024).glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            text = archive.read(archive.namelist()[0]).decode("utf-8-sig")
        found[path.name[:3]] = list(csv.DictReader(io.StringIO(text, newline="")))
    return found


@corpus
def test_no_row_of_2024_is_lost(cells, official):
    rows = Counter()
    for sheet in official:
        rows.update({table: len(part) for table, part in sheet.items()})
    for kind, table in TABLE_OF.items():
        own = list(cells[kind][0])[13:]
        said = sum(any(set(row[name].strip()) - DASHES for name in own) for row in cells[kind])
        assert rows[table] == said, kind
    links = [row["担当組織からの支出"] for row in cells["5-2"]]
    assert rows["flow"] == sum(link in ("TRUE", "FALSE") for link in links)
    costs = "国自らが支出する間接経費の項目"
    assert rows["indirect_cost"] == sum(bool(row[costs]) for row in cells["5-2"])
    lists = ("政策", "法令名", "計画通知名")
    assert rows["policy"] >= sum(
        bool(set(row[name]) - DASHES) for row in cells["1-3"] for name in lists
    )
    assert len(official) == 5664


@corpus
def test_amounts_of_2024_add_up_to_the_yen(cells, official):
    exact: dict[tuple, int] = defaultdict(int)
    for row in cells["2-1"]:
        if row["当初予算（合計）"]:
            exact[row["予算事業ID"], int(row["予算年度"])] = int(row["当初予算（合計）"])
    assert len(exact) == 18_524
    made = {name: defaultdict(float) for name in ("item", "account", "budget")}
    gross = 0
    for sheet in official:
        project = sheet["sheet"][0]["project_number"]
        for row in sheet["item"]:
            if row.get("budget_kind") == "当初予算":
                made["item"][project, row["fiscal_year"]] += row.get("budgeted", 0)
        for table in ("account", "budget"):
            for row in sheet[table]:
                made[table][project, row["fiscal_year"]] += row.get("initial", 0)
        for row in sheet["budget"]:
            if "budget_gross" in row:
                terms = ("initial", "supplementary", "carried_in", "reserve")
                parts = sum(round(row[name] * 1e6) for name in terms)
                gross += parts == round(row["budget_gross"] * 1e6)
    for amounts in made.values():
        assert all(round(amounts[key] * 1e6) == value for key, value in exact.items())
    assert gross == 18_524


@corpus
def test_payments_of_2025_add_up_to_the_yen():
    payments = [
        row for sheet in rs_csv.stream(RS2024.with_name("rs2025")) for row in sheet["payment"]
    ]
    assert len(payments) == 99_666
    assert f"{sum(row.get('amount', 0) for row in payments) / 1e6:.3f}" == "156.776"


def test_headers_are_found_wherever_and_however_they_stand(tmp_path):
    text = rs_writer.content("2-1", [total(2023, gross="7")]).decode("utf-8-sig")
    header, row = (line.split(",") for line in text.splitlines())
    wide = str.maketrans({"（": "( ", "）": " )"})
    lines = [",".join(reversed(header)).translate(wide), ",".join(reversed(row))]
    write(tmp_path)
    (tmp_path / "2-1.csv").write_text("\n".join(lines), encoding="utf-8")
    assert only(tmp_path)["budget"][0]["budget_gross"] == 7e-6
