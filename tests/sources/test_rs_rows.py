"""The RS system's other files: by hand, and counted and added up in the official ones."""

import csv
from importlib.resources import files
from pathlib import Path

import pytest

from helpers.sheet import COLUMNS, ReviewSheet
from helpers.sources import rs_csv, rs_tables
from rs_writer import CONTRACT, HEADERS, IN_1_1, SHARED, account, content, total, write


def read(folder: Path, **rows: list[dict]) -> dict:
    """The only sheet of a folder with the files given: f14 for 1-4."""
    write(folder, t12=rows.pop("f12", [{}]))
    for name, listed in rows.items():
        kind = f"{name[1]}-{name[2]}"
        (folder / f"{kind}.csv").write_bytes(content(kind, listed))
    (sheet,) = rs_csv.stream(folder)
    for table, part in ReviewSheet.build(**sheet).tables().items():
        assert list(part.columns) == list(COLUMNS[table])
    return sheet


def found(sheet: dict, *rules: str) -> list[tuple]:
    """(table, row, column, observed) of the remarks of these rules."""
    told = ("table", "row", "column", "observed")
    return [tuple(r[key] for key in told) for r in sheet["remark"] if r["rule"] in rules]


def test_every_header_is_read_or_has_a_reason_why_not():
    with (files("helpers.sources") / "rs_headers.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["use"] for row in rows} == {"needed", "optional", "known", "numbered", "title"}
    for row in rows:
        left = row["use"] == "known"
        assert bool(row["why"]) == left, row
        assert bool(row["column"]) == (row["use"] not in ("known", "title")), row


@pytest.mark.parametrize("kind", HEADERS)
def test_every_column_of_the_official_files_is_known(kind):
    header = [IN_1_1.get(name, name) if kind == "1-1" else name for name in SHARED]
    for name in [*header, *HEADERS[kind]]:
        assert rs_tables.KINDS[kind].column(name) is not None


def test_facts_and_texts_of_a_project(tmp_path):
    given = {"事業の目的": "広げる。", "現状・課題": "－", "事業の概要": "試す。", "備考": "見直し"}
    given |= {"事業区分": "新規開始事業", "事業概要URL": "https://example.jp/a"}
    sheet = read(
        tmp_path,
        f12=[given],
        f21=[
            total(2023, initial="1") | {"主な増減理由": "増"},
            total(2024) | {"その他特記事項": "-"},
        ],
        f61=[{"備考": "付記"}],
    )
    assert sheet["note"] == [
        {"about": "purpose", "text": "広げる。"},
        {"about": "outline", "text": "試す。"},
        {"about": "general", "text": "付記"},
        {"about": "change", "fiscal_year": 2023, "text": "増"},
    ]
    facts = sheet["sheet"][0]
    assert (facts["stage"], facts["url"]) == ("新規開始事業", "https://example.jp/a")


def test_the_names_of_officials_come_into_no_table(tmp_path):
    sheet = read(
        tmp_path,
        f12=[{"備考": "作成責任者 試験太郎"}],
        f11=[{"その他担当組織_作成責任者_no": "1", "作成責任者": "試験太郎"}],
    )
    assert "試験太郎" not in str(sheet)


def test_further_offices(tmp_path):
    other = {
        "その他担当組織_作成責任者_no": "2",
        "府省庁（その他担当組織）": "消防庁",
        "課（その他担当組織）": "企画課",
    }
    sheet = read(tmp_path, f11=[{"その他担当組織_作成責任者_no": "1"}, other])
    assert sheet["organisation"] == [{"number": 2, "agency": "消防庁", "section": "企画課"}]


def test_policies_laws_and_plans_are_three_lists(tmp_path):
    both = {
        "番号（政策・施策）": "1",
        "政策": "情報化",
        "施策": "ー",
        "番号（根拠法令）": "1",
        "法令名": "試験法",
        "法令ID": "419AC0000000023",
        "項": "3",
    }
    plan = {"番号（関係する計画・通知等）": "2", "計画通知名": "試験計画"}
    assert read(tmp_path, f13=[both, plan])["policy"] == [
        {"entry": "policy", "number": 1, "title": "情報化"},
        {
            "entry": "law",
            "number": 1,
            "title": "試験法",
            "law_id": "419AC0000000023",
            "paragraph": "3",
        },
        {"entry": "plan", "number": 2, "title": "試験計画"},
    ]


def test_a_rate_loses_the_guard_of_spreadsheets(tmp_path):
    row = {"番号（補助率等）": "1", "補助対象": "市町村", "補助率": "' 1/2", "補助上限等": "'定額"}
    assert read(tmp_path, f14=[row, {}])["subsidy"] == [
        {"number": 1, "recipient": "市町村", "subsidy_rate": "1/2", "ceiling": "定額"}
    ]


def test_related_projects(tmp_path):
    row = {"番号（関連事業）": "1", "関連事業の事業ID": "884", "関連性": "統合先"}
    assert read(tmp_path, f15=[row])["related"] == [
        {"number": 1, "related_id": "884", "relation": "統合先"}
    ]


def test_account_rows(tmp_path):
    closed = account(2023, 会計区分="特別会計", 会計="労働保険", 勘定="雇用勘定", 備考="内数")
    closed |= {"当初予算": "5000000", "第1次補正予算": "1000000", "第2次補正予算": "-500000"}
    closed |= {
        "予備費等1": "0",
        "執行額": "4000000",
        "翌年度要求額": "7000000",
        "要望額": "2000000",
    }
    still_open = account(2024, 当初予算="6000000", 執行額="0")
    sheet = read(
        tmp_path, f21=[total(2023, initial="5000000", executed="4000000"), closed, still_open]
    )
    assert sheet["account"] == [
        {
            "fiscal_year": 2023,
            "account_kind": "特別会計",
            "account": "労働保険",
            "sub_account": "雇用勘定",
            "comment": "内数",
            "initial": 5.0,
            "supplementary": 0.5,
            "carried_in": 0.0,
            "reserve": 0.0,
            "budget_gross": 0.0,
            "executed": 4.0,
            "requested_next": 7.0,
            "demanded": 2.0,
        },
        {
            "fiscal_year": 2024,
            "account_kind": "一般会計",
            "account": "一般会計",
            "initial": 6.0,
            **dict.fromkeys(("supplementary", "carried_in", "reserve", "budget_gross"), 0.0),
            **dict.fromkeys(("requested_next", "demanded"), 0.0),
        },
    ]
    # What was asked for beside the request has no total to be compared with.
    differing = {column for _, _, column, _ in found(sheet, "accounts_differ")}
    assert differing == {"supplementary", "requested"}


def test_budget_items(tmp_path):
    row = {"予算年度": "2023", "会計区分": "一般会計", "会計": "一般会計", "予算種別": "当初予算"}
    row |= {"所管": "総務省", "組織・勘定": "総務本省", "項": "電子政府費", "目": "庁費"}
    row |= {"予算額（歳出予算項目ごと）": "-1500000", "翌年度要求額（歳出予算項目ごと）": "千"}
    sheet = read(tmp_path, f22=[row])
    assert sheet["item"] == [
        {
            "fiscal_year": 2023,
            "account_kind": "一般会計",
            "account": "一般会計",
            "budget_kind": "当初予算",
            "jurisdiction": "総務省",
            "organization": "総務本省",
            "item": "電子政府費",
            "object": "庁費",
            "budgeted": -1.5,
        }
    ]
    assert found(sheet, "unread_cell") == [("item", "2-2 L2", "requested_next", "千")]


def test_the_logic_model_in_both_layouts(tmp_path):
    row = {
        "派生元ーアクティビティ・アウトプット・アウトカムの番号": "10",
        "派生元ー種別（アクティビティ・アウトプット・アウトカム）": "アウトプット",
        "派生元ーアクティビティの内容/ 活動目標／成果目標": "開く",
        "派生先ーアクティビティ・アウトプット・アウトカムの番号": "301",
        "派生先ー種別（アクティビティ・アウトプット・アウトカム）": "アウトカム",
        "派生先ーアウトカムの期間": "短期",
        "派生先ー 活動目標／成果目標": "使われる",
    }
    known = {name: text for name, text in row.items() if name in HEADERS["3-2"]}
    assert known == row
    later = {"派生先ー活動指標／成果指標": "利用者数"}
    expected = {
        "source_number": 10,
        "source_element": "output",
        "source_goal": "開く",
        "element_number": 301,
        "element": "outcome",
        "term": "short",
        "goal": "使われる",
    }
    sheet = read(tmp_path, f32=[row, row | later, row | {"派生先ーアウトカムの期間": "将来"}, {}])
    without_term = {name: value for name, value in expected.items() if name != "term"}
    assert sheet["logic"] == [expected, expected | {"indicator": "利用者数"}, without_term]
    assert found(sheet, "unread_cell") == [("logic", "3-2 L4", "term", "将来")]


def test_an_activity_and_what_outcomes_rest_on(tmp_path):
    number = "アクティビティ・アウトプット・アウトカムの番号"
    kind, goal = (
        "種別（アクティビティ・アウトプット・アウトカム）",
        "アクティビティ／活動目標／成果目標",
    )
    kpi = "事業に関連するKPIが定められている閣議決定等の名称"
    rows = [{number: "1", kind: "アクティビティ", goal: "開く", kpi: "試験計画"}]
    rows += [
        {
            number: "301",
            kind: "アウトカム",
            goal: "使われる",
            "活動指標／成果指標": "利用者数",
            "目標年度／目標値／実績値／達成率": series,
            "成果実績及び目標値の根拠として用いた統計・データ名（出典）": "利用調査",
            "2023": value,
        }
        for series, value in (("2.目標値", "10"), ("3.実績値", "9"))
    ]
    sheet = read(tmp_path, f31=rows)
    assert sheet["activity"] == [
        {"element_number": 1, "activity": "開く", "kpi_document": "試験計画"}
    ]
    (outcome,) = sheet["outcome"]
    assert (outcome["element_number"], outcome["statistics"]) == (301, "利用調査")


def test_a_further_row_of_a_review_has_what_it_adds(tmp_path):
    first = {
        "行政事業レビュー推進チームの所見": "事業内容の一部改善",
        "所見を踏まえた改善点／概算要求における反映状況": "縮減",
        "反映額（一般会計）": "-569000",
        "外部有識者による点検ー最終実施年度": "2022",
        "過去に受けた指摘事項－区分": "公開プロセス",
        "過去に受けた指摘事項－取りまとめ年度": "2019",
    }
    again = first | {"過去に受けた指摘事項－取りまとめ年度": "2021"}
    assert read(tmp_path, f41=[first, again, {}])["review"] == [
        {
            "fiscal_year": 2024,
            "opinion": "事業内容の一部改善",
            "reaction": "縮減",
            "reflected": -0.569,
            "expert_year": 2022,
            "past_kind": "公開プロセス",
            "past_year": 2019,
        },
        {"fiscal_year": 2024, "past_kind": "公開プロセス", "past_year": 2021},
    ]


def test_blocks_payees_and_contracts_are_three_layers(tmp_path):
    block = {"支出先ブロック番号": "Ａ", "支出先ブロック名": "甲社ほか", "支出先の数": "12"}
    block |= {"事業を行う上での役割": "調査", "ブロックの合計支出額": "3000000 "}
    payee = {"支出先ブロック番号": "A", "支出先名": "甲社", "法人番号": "1234567890123 "}
    payee |= {"所在地": "東京都", "法人種別": "301", "その他支出先": "FALSE"}
    signed = payee | {
        "契約概要": "調査業務",
        "金額": "2000000 ",
        "契約方式等": "一般競争契約（最低価格）",
    }
    signed |= {"入札者数": "1", "落札率": "99.8", "その他の契約": "FALSE"}
    unnamed = {"支出先ブロック番号": "A", "支出先名": "その他", "その他支出先": "TRUE"}
    bundle = unnamed | {"金額": "1000000", "入札者数": "0", "落札率": "0", "その他の契約": "TRUE"}
    bundle |= {"契約方式等": "随意契約（その他）"}
    rows = [block, payee | {"支出先の合計支出額": "2000000"}, signed]
    rows += [unnamed | {"支出先の合計支出額": "1000000"}, bundle]
    sheet = read(tmp_path, f51=rows)
    assert sheet["block"] == [
        {
            "fiscal_year": 2023,
            "block": "A",
            "block_name": "甲社ほか",
            "role": "調査",
            "payees": 12,
            "amount": 3.0,
        }
    ]
    assert [(row["payee"], row["amount"], row["bundled_payee"]) for row in sheet["payment"]] == [
        ("甲社", 2.0, False),
        ("その他", 1.0, True),
    ]
    assert sheet["payment"][0]["address"] == "東京都"
    assert sheet["contract"] == [
        {
            "fiscal_year": 2023,
            "block": "A",
            "rank": 1,
            "payee": "甲社",
            "corporate_number": "1234567890123",
            "bundled_payee": False,
            "work": "調査業務",
            "amount": 2.0,
            "contract_method": "一般競争契約（最低価格）",
            "contract_group": "tender",
            "bidders": 1,
            "winning_rate": 99.8,
            "bundled": False,
        },
        {
            "fiscal_year": 2023,
            "block": "A",
            "rank": 2,
            "payee": "その他",
            "work": "",
            "bundled_payee": True,
            "amount": 1.0,
            "contract_method": "随意契約（その他）",
            "contract_group": "sole",
            "bundled": True,
        },
    ]


def test_a_rate_above_100_is_none(tmp_path):
    row = {"支出先ブロック番号": "A", "支出先名": "甲社", "金額": "1", "落札率": "999"}
    sheet = read(tmp_path, f51=[row])
    assert "winning_rate" not in sheet["contract"][0]
    assert found(sheet, "rate_above_100") == [("contract", "5-1 L2", "winning_rate", "999")]


def test_links_between_blocks_and_the_states_own_costs(tmp_path):
    link = {
        "担当組織からの支出": "FALSE",
        "支出元の支出先ブロック": "A",
        "支出先の支出先ブロック": "B",
    }
    link |= {"資金の流れの補足情報": "再委託"}
    cost = {"国自らが支出する間接経費": "事務費", "国自らが支出する間接経費の項目": "旅費"}
    cost |= {"国自らが支出する間接経費の金額": "-2500"}
    sheet = read(tmp_path, f52=[link, cost, {}])
    paid = {"fiscal_year": 2023}
    assert sheet["flow"] == [
        paid | {"source_block": "A", "from_ministry": False, "block": "B", "comment": "再委託"}
    ]
    assert sheet["indirect_cost"] == [
        paid | {"indirect": "事務費", "indirect_item": "旅費", "amount": -0.0025}
    ]


def test_uses_and_commitments(tmp_path):
    use = {"支出先ブロック番号": "A", "支出先名": "甲社", "費目": "人件費", "使途": "調査員"}
    use |= {"金額": "-1000000", "法人番号": "9999999999999"}
    signed = {
        "支出先ブロック": "A",
        "契約先名": "甲社",
        "契約額": "5000000",
        "契約方式等": "補助金等交付",
        "入札者数（応募者数）": "0",
        "落札率（％）": "97.5",
    }
    signed = {f"{name}{CONTRACT}": text for name, text in signed.items()} | {"その他の契約": "t"}
    sheet = read(tmp_path, f53=[use, {}], f54=[signed])
    assert sheet["use"] == [
        {
            "fiscal_year": 2023,
            "block": "A",
            "payee": "甲社",
            "cost_item": "人件費",
            "used_for": "調査員",
            "amount": -1.0,
        }
    ]
    assert sheet["commitment"] == [
        {
            "block": "A",
            "payee": "甲社",
            "contract_amount": 5.0,
            "contract_method": "補助金等交付",
            "contract_group": "grant",
            "winning_rate": 97.5,
            "bundled": True,
        }
    ]


def test_what_a_file_prints_that_is_no_count_is_remarked(tmp_path):
    row = {"番号（関連事業）": "1.5", "関連事業の事業ID": "7", "関連性": "子事業"}
    sheet = read(tmp_path, f15=[row])
    assert sheet["related"] == [{"related_id": "7", "relation": "子事業"}]
    assert found(sheet, "unread_cell") == [("related", "1-5 L2", "number", "1.5")]
