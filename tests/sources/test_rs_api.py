"""The answers of the RS system's API: what they say, and what they leave open."""

import copy
import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rs_api_writer as api
from helpers import sources
from helpers.checks import findings
from helpers.sheet import COLUMNS, ReviewSheet, SheetError
from helpers.sources import rs_api
from helpers.sources.json_fields import VALUES, Crosswalk
from helpers.sources.unmapped import unmapped

UNKNOWN = object()


def read(folder) -> dict:
    """The rows of the one sheet in a folder."""
    (rows,) = sources.stream(folder)
    assert not isinstance(rows, SheetError), rows
    return rows


def one(tmp_path, groups=None, edges=None, details=None, number=7, **listed) -> dict:
    """The rows of a sheet whose row of the list is changed, and of the answers given."""
    given = {"groups": groups, "edges": edges, "details": details}
    answers = {name: {f"{number:06}": of} for name, of in given.items() if of is not None}
    return read(api.write(tmp_path / "api", api.row(number, **listed), **answers))


def broken(folder) -> SheetError:
    (error,) = sources.stream(folder)
    assert isinstance(error, SheetError)
    return error


def said(rows, rule) -> list[dict]:
    return [
        {name: row[name] for name in ("table", "row", "column", "observed", "proposed")}
        for row in rows["remark"]
        if row["rule"] == rule
    ]


def remark(table, row="", column="", observed="", proposed="") -> dict:
    named = {"table": table, "row": row, "column": column}
    return named | {"observed": observed, "proposed": proposed}


def amounts(rows, table) -> list:
    return [row["amount"] for row in rows[table]]


# The whole of it


def test_a_project_with_all_its_answers(tmp_path):
    sheet = sources.read(api.whole(tmp_path / "api"))
    facts = sheet.facts.dropna().to_dict()
    assert facts.pop("source_path").endswith("api#2026-総務省-7")
    assert facts == {
        "sheet_id": "2026-総務省-7",
        "sheet_year": 2026,
        "ministry": "総務省",
        "project_number": "7",
        "name": "試験事業7",
        "bureau": "試験局",
        "start_year": 2020,
        "official_id": "rs:7",
        "past_ids": "",
        "parent_number": "",
        "sheet_type": "review",
        "url": f"https://rssystem.go.jp/project/{api.uuid(7)}",
        "source_format": "rs api",
    }
    budget = sheet.budget[["fiscal_year", "initial", "executed", "status"]]
    assert budget.astype(object).where(budget.notna(), None).values.tolist() == [
        [2024, 35.0, None, "closed"],
        [2025, 40.0, 30.0, "closed"],
        [2026, 50.0, None, "current"],
    ]
    assert sheet.budget[["budget_net", "budget_gross"]].isna().all(axis=None)
    paid = sheet.payment[["fiscal_year", "block", "tier", "rank", "payee", "work", "amount"]]
    assert paid.values.tolist() == [
        [2025, "A", "first", 1, "試験会社", "調査", 15.0],
        [2025, "A", "first", 1, "試験会社", "印刷", 5.0],
        [2025, "A", "first", 2, "その他", "", 10.0],
        [2025, "B", "sub", 1, "下請", "調査", 4.0],
    ]
    assert sheet.payment["bundled_payee"].tolist() == [False, False, True, False]
    assert sheet.payment["corporate_number"].notna().tolist() == [True, True, False, True]
    assert sheet.payment["address"].unique().tolist() == ["東京都千代田区"]
    blocks = sheet.block[["fiscal_year", "block", "block_name", "role", "payees", "amount"]]
    assert blocks.values.tolist() == [
        [2025, "A", "A社ほか", "調査する", 2, 30.0],
        [2025, "B", "B社ほか", "調査する", 1, 4.0],
    ]
    made = sheet.contract[["contract_method", "contract_group", "bidders", "winning_rate"]]
    assert made.values.tolist() == [
        ["一般競争契約（最低価格）", "tender", 1, 99.5],
        ["一般競争契約（最低価格）", "tender", 1, 99.5],
        ["その他", "other", 1, 99.5],
    ]
    assert sheet.contract["contract_detail"].tolist() == ["", "", ""]
    flow = sheet.flow.astype(object).where(sheet.flow.notna(), None)
    assert flow.values.tolist() == [
        [2025, None, None, True, "A", "A社ほか", None],
        [2025, "A", "A社ほか", False, "B", "B社ほか", "再委託"],
    ]
    assert sheet.related.values.tolist() == [
        [1, "11", "親の事業", "その他関連元"],
        [2, "12", "基金", "ks-link-base"],
    ]
    assert sheet.note[["about", "text"]].values.tolist() == [
        ["purpose", "試す。"],
        ["outline", "試験を行う。\n毎年行う。"],
    ]
    # What names the detail has for them, nobody knows yet: they are not missing in the sheet.
    found = findings(sheet)
    assert set(found["rule"]) == {"unmapped", "unknown_code"}
    assert found.loc[found["rule"] == "unmapped", "table"].tolist() == ["outcome", "output"]
    # made_up, its outcomes, goal, values, and persons.
    assert found.loc[found["rule"] == "unmapped", "reason"].str.contains("5種類").all()


def test_the_kind_of_a_folder_and_its_names(tmp_path):
    folder = api.write(tmp_path / "api", api.row(7), api.row(12), api.fund(8))
    assert sources.kind(folder) == "rs api"
    ids = ["2026-総務省-7", "2026-総務省-12", "2026-総務省-8"]
    assert [rows["sheet"][0]["sheet_id"] for rows in sources.stream(folder)] == ids
    for name in (ids[1], "12", "rs:12"):
        assert sources.read(f"{folder}#{name}").id == ids[1]
    with pytest.raises(SheetError, match="no sheet 13 among 3"):
        sources.read(f"{folder}#13")
    with pytest.raises(SheetError, match="the folder that holds it"):
        sources.read(folder / "list.json")
    # So is one that holds such folders, of two years say, and nothing else.
    api.write(tmp_path / "next", api.row(7, fiscal_year=2027), fiscal_year=2027)
    assert sources.kind(tmp_path) == "rs api"
    both = [rows["sheet"][0]["sheet_id"] for rows in sources.stream(tmp_path)]
    assert both == [*ids, "2027-総務省-7"]
    api.put(tmp_path / "2019" / "a.json", {})
    with pytest.raises(SheetError, match="rs api and judgit json"):
        sources.kind(tmp_path)
    (folder / "1-2_RS_2026.csv").write_text("シート種別,事業年度,予算事業ID,事業名\r\n", "utf-8")
    with pytest.raises(SheetError, match="rs csv and rs api"):
        sources.kind(folder)


def test_an_agency_stands_in_the_bureau(tmp_path):
    rows = one(tmp_path, ministry_name="国土交通省　試験庁")
    facts = rows["sheet"][0]
    assert (facts["ministry"], facts["bureau"]) == ("国土交通省", "試験庁 試験局")
    assert facts["sheet_id"] == "2026-国土交通省-7"


# What is not there, and what is not public


@pytest.mark.parametrize(
    ("answer", "tables"),
    [
        ("detail", ["outcome", "output", "related"]),
        ("payment-groups", ["payment", "block", "contract", "use"]),
        ("payment-edges", ["flow"]),
    ],
)
def test_an_answer_that_is_missing_leaves_its_tables_unknown(tmp_path, answer, tables):
    folder = api.whole(tmp_path / "api")
    (folder / "000007" / f"{answer}.json").unlink()
    rows = read(folder)
    assert said(rows, "file_missing") == [remark(table, f"{answer}.json") for table in tables]
    for table in tables:
        assert not rows.get(table)
    # It is not said that nobody was paid, or that there are no outcomes.
    rules = set(findings(ReviewSheet.build(**rows))["rule"])
    assert not rules & {"payments_missing", "outcome_missing"}


def test_without_edges_no_tier_is_known(tmp_path):
    rows = one(tmp_path, groups=api.GROUPS)
    assert [row["tier"] for row in rows["payment"]] == ["", "", "", ""]
    assert said(rows, "tier_unknown") == [remark("payment", "payment-edges.json", "tier", "A, B")]


def test_a_list_of_payees_that_is_null_is_told(tmp_path):
    groups = [api.group("A", 5_000_000, payments=None)]
    rows = one(tmp_path, groups=groups)
    assert rows["payment"] == []
    assert amounts(rows, "block") == [5.0]
    assert said(rows, "not_public") == [remark("payment", "payment-groups.json A", "payee", "1")]


def withheld(amount=5_000_000, count=0) -> list[dict]:
    contract = api.contract(amount, negative_amount_count=count)
    return [api.group("A", 30_000_000, api.payee("試験会社", None, contract))]


@pytest.mark.parametrize(("amount", "count"), [(None, 0), (-1, 0), (5_000_000, 1), (None, 2)])
def test_an_amount_that_is_not_public_is_missing_and_told(tmp_path, amount, count):
    rows = one(tmp_path, groups=withheld(amount, count), edges=api.EDGES[:1])
    assert amounts(rows, "payment") == amounts(rows, "contract") == [None]
    assert said(rows, "not_public") == [
        remark("payment", "payment-groups.json A-1", "amount", "1"),
        remark("contract", "payment-groups.json A-1-1", "amount", "1"),
    ]
    # Nor does what is known of a block differ from it.
    assert said(rows, "block_differs") == []


def test_an_amount_of_0_is_0(tmp_path):
    rows = one(tmp_path, groups=withheld(0))
    assert amounts(rows, "payment") == amounts(rows, "contract") == [0.0]


def test_many_values_that_are_not_public_are_one_remark(tmp_path):
    contracts = [api.contract(None) for _ in range(5)]
    rows = one(tmp_path, groups=[api.group("A", None, api.payee("甲", 9_000_000, *contracts))])
    first = ", ".join(f"payment-groups.json A-1-{at}" for at in (1, 2, 3))
    assert said(rows, "not_public") == [
        remark("block", "payment-groups.json A", "amount", "1"),
        remark("contract", f"{first}…", "amount", "5"),
    ]
    assert amounts(rows, "payment") == [9.0]


def test_counts_and_rates_that_are_negative_are_not_public(tmp_path):
    contract = api.contract(5_000_000, number_of_applicants=-1, bid_rate=-1)
    groups = [api.group("A", 5_000_000, api.payee("甲", 5_000_000, contract), payment_count=-1)]
    rows = one(tmp_path, groups=groups)
    assert rows["block"][0]["payees"] is None
    assert not rows["contract"][0].keys() & {"bidders", "winning_rate"}
    columns = [(row["table"], row["column"]) for row in said(rows, "not_public")]
    assert columns == [("block", "payees"), ("contract", "bidders"), ("contract", "winning_rate")]


# Whether the payees were paid


@pytest.mark.parametrize(
    ("executed", "count", "known"), [(None, 0, ""), (-1, 0, ""), (30_000_000, 1, ""), (0, 0, "0")]
)
def test_payees_without_an_outturn_are_only_expected(tmp_path, executed, count, known):
    rows = one(
        tmp_path,
        groups=api.GROUPS,
        edges=api.EDGES,
        previous_year_execution_amount=executed,
        negative_previous_year_execution_amount_count=count,
    )
    for table in ("payment", "block", "contract", "use"):
        assert rows[table] == []
    assert said(rows, "expected_payees") == [
        remark("payment", "payment-groups.json", "", "3", known)
    ]
    (spent,) = (row.get("executed") for row in rows["budget"] if row["fiscal_year"] == 2025)
    assert spent == (None if known == "" else 0.0)
    told = [row["column"] for row in said(rows, "not_public")]
    assert told == ([] if known else ["executed"])
    rules = set(findings(ReviewSheet.build(**rows))["rule"])
    assert not rules & {"payments_missing", "executed_missing"}


@pytest.mark.parametrize("sheet_type", ["KS", "SS"])
def test_blocks_of_fund_and_segment_sheets_are_no_payments(tmp_path, sheet_type):
    rows = one(
        tmp_path,
        groups=api.GROUPS,
        edges=[],
        sheet_type=sheet_type,
        previous_year_execution_amount=None,
    )
    assert rows["sheet"][0]["sheet_type"] == {"KS": "fund", "SS": "segment"}[sheet_type]
    assert amounts(rows, "block") == [30.0, 4.0]
    assert amounts(rows, "contract") == [15.0, 5.0, 4.0]
    assert rows["payment"] == rows["flow"] == []
    assert "budget" not in rows
    assert ("fund" in rows) == (sheet_type == "KS")
    assert said(rows, "expected_payees") == said(rows, "tier_unknown") == []


def test_a_fund_sheet(tmp_path):
    rows = read(api.write(tmp_path / "api", api.fund()))
    assert rows["fund"] == [
        {
            "fund_owner": "試験機構",
            "operation_forms": "取崩し型、revolve",
            "business_forms": "subsidy",
            "created_year": 2019,
            "fund_end": "2030-03-31",
            "applications_end": None,
            "balance": 7000.0,
            "income": 0.5,
            "expense": None,
            "administrative_expense": 12.0,
            "returned": 0.0,
            "ownership_ratio": 1.25,
        }
    ]
    assert said(rows, "not_public") == [remark("fund", "list.json", "expense", "1")]
    assert said(rows, "unknown_code") == [
        remark("fund", "list.json", "operation_forms", "revolve"),
        remark("fund", "list.json", "business_forms", "subsidy"),
    ]


# Payees, contracts and what they are used for


def payments(tmp_path, *payees, total=None, **changes) -> dict:
    block = api.group("A", total, *payees, **changes)
    return one(tmp_path, groups=[block], edges=[api.edge("A")])


def test_a_payee_whose_contracts_differ_is_given_by_its_total(tmp_path):
    contracts = api.contract(3_000_000), api.contract(4_000_000, overview="印刷")
    rows = payments(tmp_path, api.payee("甲", 8_000_001, *contracts), total=9_000_000)
    (paid,) = rows["payment"]
    assert (paid["amount"], paid["work"]) == (8.000001, "調査; 印刷")
    assert amounts(rows, "contract") == [3.0, 4.0]
    where = "payment-groups.json A"
    assert said(rows, "contracts_differ") == [
        remark("payment", f"{where}-1", "amount", "8,000,001", "7,000,000")
    ]
    assert said(rows, "block_differs") == [
        remark("block", where, "amount", "9,000,000", "8,000,001")
    ]


def test_a_payee_without_a_total_is_given_by_its_contracts(tmp_path):
    payee = api.payee("甲", None, api.contract(3_000_000), api.contract(None))
    rows = payments(tmp_path, payee, total=9_000_000)
    assert amounts(rows, "payment") == [3.0, None]
    assert said(rows, "block_differs") == said(rows, "contracts_differ") == []


def test_a_negative_contract_that_the_total_has_too_is_a_cut(tmp_path):
    contracts = api.contract(3_000_000), api.contract(-500_000, negative_amount_count=1)
    rows = payments(tmp_path, api.payee("甲", 2_500_000, *contracts))
    assert amounts(rows, "payment") == amounts(rows, "contract") == [3.0, -0.5]
    assert said(rows, "not_public") == [remark("block", "payment-groups.json A", "amount", "1")]
    # What is marked and positive has a part that is not told, whatever the total.
    marked = api.contract(3_000_000, negative_amount_count=1)
    rows = payments(tmp_path, api.payee("甲", 3_000_000, marked))
    assert (amounts(rows, "payment"), amounts(rows, "contract")) == ([3.0], [None])
    rows = payments(tmp_path, api.payee("甲", 2_500_001, *contracts))
    assert (amounts(rows, "payment"), amounts(rows, "contract")) == ([2.500001], [3.0, None])


def test_another_entry_than_a_payee_is_told_and_left_out(tmp_path):
    entries = api.payee("甲", 3_000_000), api.payee("乙", 1_000_000, type="cost")
    rows = payments(tmp_path, *entries, api.payee("丙", 2_000_000), total=5_000_000)
    assert [(row["payee"], row["rank"]) for row in rows["payment"]] == [("甲", 1), ("丙", 2)]
    assert said(rows, "not_a_payee") == [remark("payment", "payment-groups.json A, 2", "", "cost")]


def test_what_a_contract_was_used_for(tmp_path):
    uses = [
        {"name": "人件費", "purpose": "研究員", "amount": 2_500_000},
        {"name": "その他", "purpose": None, "amount": None},
    ]
    contract = api.contract(3_000_000, amount_breakdown=uses)
    rows = payments(tmp_path, api.payee("甲", 3_000_000, contract))
    facts = {"fiscal_year": 2025, "block": "A", "payee": "甲", "work": "調査"}
    facts |= {"corporate_number": "8000000000018"}
    assert rows["use"] == [
        facts | {"cost_item": "人件費", "used_for": "研究員", "amount": 2.5},
        facts | {"cost_item": "その他", "used_for": None, "amount": None},
    ]


@pytest.mark.parametrize(
    ("code", "label", "group"),
    [
        ("negotiated-contract-unsuccessful", "随意契約（不落・不調）", "sole"),
        ("subsidy", "補助金等交付", "grant"),
        (None, "", ""),
        ("a-new-way", "a-new-way", ""),
    ],
)
def test_how_a_contract_was_made(tmp_path, code, label, group):
    contract = api.contract(3_000_000, contract_method=code, bid_rate=999, number_of_applicants=0)
    rows = payments(tmp_path, api.payee("甲", 3_000_000, contract))
    (made,) = rows["contract"]
    assert (made["contract_method"], made["contract_group"]) == (label, group)
    assert not made.keys() & {"bidders", "winning_rate"}
    where = "payment-groups.json A-1-1"
    assert said(rows, "rate_above_100") == [remark("contract", where, "winning_rate", "999")]
    unknown = [remark("contract", where, "contract_method", code)] if label and not group else []
    assert said(rows, "unknown_code") == unknown


def test_who_can_have_no_corporate_number_has_none(tmp_path):
    payee = api.payee("個人A", 3_000_000, corporate_number="9999999999999")
    (paid,) = payments(tmp_path, payee)["payment"]
    assert "corporate_number" not in paid


@pytest.mark.parametrize(
    ("edges", "tiers"),
    [
        ([api.edge("A"), api.edge("B", "A")], ["first", "sub"]),
        ([api.edge("A"), api.edge("B", "A"), api.edge("B", label="（参考）")], ["first", "sub"]),
        ([api.edge("A"), api.edge("B", "A"), api.edge("B")], ["first", "first"]),
        ([api.edge("B", label="参考"), api.edge("A")], ["first", "sub"]),
        ([api.edge("A")], ["first", ""]),
        ([], ["", ""]),
    ],
)
def test_the_tier_of_a_block_is_by_the_links(tmp_path, edges, tiers):
    groups = [api.group(block, 1, api.payee("甲", 1)) for block in "AB"]
    rows = one(tmp_path, groups=groups, edges=edges)
    assert [row["tier"] for row in rows["payment"]] == tiers
    assert len(rows["flow"]) == len(edges)
    assert len(said(rows, "tier_unknown")) == ("" in tiers)


def test_a_link_to_or_from_no_block_is_told(tmp_path):
    edges = [api.edge("A"), api.edge("C", "A"), api.edge("B", "D")]
    groups = [api.group(block, 1, api.payee("甲", 1)) for block in "AB"]
    rows = one(tmp_path, groups=groups, edges=edges)
    assert [(row["block"], row.get("source_block")) for row in rows["flow"]] == [
        ("A", None),
        ("B", None),
    ]
    assert [row["tier"] for row in rows["payment"]] == ["first", "sub"]
    assert said(rows, "unread_line") == [
        remark("flow", "payment-edges.json [1]", "", "g-C"),
        remark("flow", "payment-edges.json [2]", "", "g-D"),
    ]


# The budget


def years(*rows) -> list[dict]:
    return [{"fiscal_year": year, "initial_budgets_total_amount": of} for year, of in rows]


@pytest.mark.parametrize(
    ("listed", "finalized", "initial", "rule"),
    [
        (years((2026, 5_000_000)), 5_000_000, {2026: 5.0}, None),
        (years((2026, 0)), 0, {2026: 0.0}, None),
        (years((2026, 5_000_000)), None, {2026: 5.0}, None),
        (years((2026, None)), 5_000_000, {2026: 5.0}, "not_public"),
        ([], 5_000_000, {2026: 5.0}, None),
        ([], None, {2026: None}, "not_public"),
        (years((2026, 5_000_000)), 6_000_000, {2026: 5.0}, "initial_differs"),
        (years((2024, 1), (2024, 1)), 3, {2024: 1e-6, 2026: 3e-6}, None),
        (years((2024, 1), (2024, 2)), 3, {2024: 1e-6, 2026: 3e-6}, "duplicate_year"),
    ],
)
def test_the_initial_budgets(tmp_path, listed, finalized, initial, rule):
    changes = {"budget_data": listed, "finalized_amount_for_initial_budget": finalized}
    rows = one(tmp_path, **changes)
    found = {row["fiscal_year"]: row.get("initial") for row in rows["budget"]}
    assert found.pop(2025) is None
    assert found == initial
    rules = {row["rule"] for row in rows["remark"]} - {"file_missing"}
    assert rules == ({rule} if rule else set())


def test_a_year_of_which_nothing_is_known_but_0_is_not_called_a_year_without_the_project(tmp_path):
    rows = one(tmp_path, budget_data=years((2023, 0)))
    assert "zero_year" not in set(findings(ReviewSheet.build(**rows))["rule"])


# What does not fit


def changed(document, place, value):
    """A copy in which one value is another, or is gone."""
    made = json.loads(json.dumps(document))
    *outer, last = place
    inner = made
    for key in outer:
        inner = inner[key]
    if value is UNKNOWN:
        del inner[last]
    else:
        inner[last] = value
    return made


@pytest.mark.parametrize(
    ("place", "value", "found", "expected"),
    [
        (["id"], UNKNOWN, "results[0]: no key id", "an object that has it"),
        (["id"], "../x", "results[0].id: '../x'", "letters, digits and hyphens"),
        (["project_number"], 7, "results[0].project_number: 7", "a text"),
        (["project_number"], "7-1", "results[0].project_number: '7-1'", "at most nine digits"),
        (["project_number"], "../7", "results[0].project_number: '../7'", "at most nine digits"),
        (["fiscal_year"], 2025, "results[0].fiscal_year: 2025", "2026, as in all of the list"),
        (["sheet_type"], "XS", "results[0].sheet_type: 'XS'", "RS, KS or SS"),
        (["is_published"], False, "results[0].is_published: False", "published"),
        (["ministry_name"], None, "results[0].ministry_name: null", "a value"),
        (["ministry_name"], "a/b", "results[0].ministry_name: 'a/b'", "a ministry"),
        (["budget_data"], {}, "results[0].budget_data: an object of 0 keys", "a list"),
        (["budget_data", 1, "fiscal_year"], "2025", "budget_data[1].fiscal_year: '2025'", "year"),
        (["previous_year_execution_amount"], "3", "_amount: '3'", "a number"),
        (["previous_year_execution_amount"], True, "_amount: true", "a number"),
        (["start_year"], 20260, "results[0].start_year: 20260", "a year"),
    ],
)
def test_a_row_of_the_list_that_does_not_fit(tmp_path, place, value, found, expected):
    rows = [changed(api.row(7), place, value), api.row(12)]
    error, other = sources.stream(api.write(tmp_path / "api", *rows))
    assert found in error.found
    assert expected in error.expected
    assert error.path == str(tmp_path / "api" / "list.json")
    assert other["sheet"][0]["sheet_id"] == "2026-総務省-12"


@pytest.mark.parametrize(
    ("answer", "body", "found", "expected"),
    [
        ("detail", None, "null", "fetch it again"),
        ("detail", [], "a list of 0", "an object {...}"),
        ("detail", api.detail(12), f"id: '{api.uuid(12)}'", api.uuid(7)),
        ("detail", api.detail(fiscal_year=2025), "fiscal_year: 2025", "2026"),
        ("detail", api.detail(related_projects={}), "related_projects: an object", "a list"),
        ("payment-groups", None, "null", "fetch it again"),
        ("payment-groups", {"count": 0, "results": []}, "an object of 2 keys", "a list"),
        ("payment-groups", [1], "[0]: 1", "an object {...}"),
        ("payment-groups", [api.group("A", 1, number=12)], "[0]: a block of", api.uuid(7)),
        ("payment-groups", [api.group("A", 1)] * 2, "[1]: block A again", "each block once"),
        (
            "payment-groups",
            [api.group("A", 1, api.payee("甲", 1, api.contract("1")))],
            "[0].payments[0].contracts[0].amount: '1'",
            "a number",
        ),
        ("payment-edges", "no", "'no'", "a list"),
        ("payment-edges", [{}], "[0]: no key target_node_id", "an object that has it"),
    ],
)
def test_an_answer_that_does_not_fit(tmp_path, answer, body, found, expected):
    folder = api.whole(tmp_path / "api")
    path = api.put(folder / "000007" / f"{answer}.json", body)
    error = broken(folder)
    assert error.path == str(path)
    assert found in error.found
    assert expected in error.expected


@pytest.mark.parametrize(
    ("content", "found", "line"),
    [
        (b"<!doctype html>", "broken JSON", 1),
        (b'[\n{"id": oh}', "broken JSON", 2),
        (b"", "broken JSON", 1),
        (b"\xff", "not UTF-8", None),
        (b"[" * 5000, "cannot be read", None),
    ],
)
def test_an_answer_that_is_no_json(tmp_path, content, found, line):
    folder = api.whole(tmp_path / "api")
    (folder / "000007" / "payment-groups.json").write_bytes(content)
    error = broken(folder)
    assert found in error.found
    assert error.line == line
    assert error.path.endswith("payment-groups.json")


def test_projects_of_one_number_are_refused_each(tmp_path):
    rows = [api.row(7), api.row(12), api.row(7, id=api.uuid(9), project_number="7")]
    first, good, last = sources.stream(api.write(tmp_path / "api", *rows))
    assert (first.found, last.found) == ("results[0]: 000007 2 times", "results[2]: 7 2 times")
    assert good["sheet"][0]["project_number"] == "12"


def test_answers_of_a_project_that_is_not_listed_are_told(tmp_path):
    folder = api.whole(tmp_path / "api")
    shutil.copytree(folder / "000007", folder / "000099")
    _, error = sources.stream(folder)
    assert (error.path, error.found) == (
        str(folder / "000099"),
        "a project that is not in the list",
    )


def test_a_list_that_lacks_rows_is_told_beside_its_sheets(tmp_path):
    rows, error = sources.stream(api.write(tmp_path / "api", api.row(7), count=3))
    assert rows["sheet"]
    assert (error.found, error.path) == ("1 rows of 3", str(tmp_path / "api" / "list.json"))


@pytest.mark.parametrize("listed", [{"fiscal_year": None}, {"fiscal_year": "2026"}])
def test_a_list_of_no_year_cannot_be_read(tmp_path, listed):
    assert "another document" in broken(api.write(tmp_path / "api", **listed)).found


# The crosswalk


NO_COLUMNS = {"id", "project_id", "source", "target", "type", "years"}
"""What is read to tell blocks and rows apart."""


def test_the_crosswalk_leads_to_columns_that_there_are():
    place = rs_api.KEYS
    inside = {
        f"{row['list']}.{row['key']}".lstrip("."): row["column"]
        for rows in place.keys.values()
        for row in rows.values()
        if row["column"] in COLUMNS
    }
    assert {"block", "payment", "contract", "use", "flow", "related", "budget"} <= {
        *inside.values()
    }
    for rows in place.keys.values():
        for row in rows.values():
            table, _, column = row["column"].removesuffix(".hidden").partition(".")
            if column and table != "note":
                assert column in COLUMNS[table], row
            if row["list"] in inside and row["column"] and table not in NO_COLUMNS:
                assert table in COLUMNS[inside[row["list"]]] or table in inside.values(), row
            kind = row["value"].removeprefix("list of ")
            assert kind in {*VALUES, "object", "objects", ""}, row
            # What is known and goes nowhere has a reason, or is looked into.
            below = f"{row['list']}.{row['key']}" in place.keys
            assert row["column"] or row["reason"] or below, row


def test_lines_of_the_crosswalk_are_enough_for_a_table_of_the_detail(tmp_path, monkeypatch):
    lines = [
        ("detail", "division", "sheet.division", "text"),
        ("detail", "unit", "sheet.bureau", "text"),
        ("detail", "title", "sheet.name", "text"),
        ("detail", "goals", "outcome", "list of objects"),
        ("detail.goals", "goal", "goal", "text"),
        ("detail.goals", "values", "years", "list of objects"),
        ("detail.goals.values", "year", "fiscal_year", "fiscal year"),
        ("detail.goals.values", "actual", "actual", "number"),
        ("detail", "check", "review", "object"),
        ("detail.check", "cut", "reflected", "yen"),
    ]
    more = [dict(zip(("list", "key", "column", "value"), line, strict=True)) for line in lines]
    more = [row | {"use": "", "reason": ""} for row in more]
    known = [row for rows in rs_api.KEYS.keys.values() for row in rows.values()]
    monkeypatch.setattr(rs_api, "KEYS", Crosswalk([*known, *more]))
    values = [{"year": 2024, "actual": -3}, {"year": 2025, "actual": None}]
    goals = [{"goal": "増やす", "values": values}, {"goal": "減らす", "values": []}]
    body = api.detail(division="試験課", goals=goals, check={"cut": -2_000_000})
    body |= {"unit": "別の局", "title": "別の名"}
    rows = one(tmp_path, details=body, organization_name=None)
    facts = rows["sheet"][0]
    # The list goes first, where it says something.
    assert [facts[name] for name in ("division", "bureau", "name")] == [
        "試験課",
        "別の局",
        "試験事業7",
    ]
    assert rows["outcome"] == [
        {"number": 1, "goal": "増やす", "fiscal_year": 2024, "actual": -3.0},
        {"number": 1, "goal": "増やす", "fiscal_year": 2025, "actual": None},
        {"number": 2, "goal": "減らす"},
    ]
    assert rows["review"] == [{"reflected": -2.0}]
    assert [row["table"] for row in said(rows, "unmapped")] == ["output"]


def listing(folder) -> dict[str, dict]:
    rows, errors = unmapped(folder)
    assert errors == []
    return {row.pop("path"): row for row in rows}


def test_what_the_crosswalk_does_not_know_is_listed(tmp_path):
    bodies = {
        "000007": api.detail(
            made_up=None,
            outcomes=[
                {"goal": "増やす。" * 20, "values": [{"year": 2024, "actual": 3.5}]},
                {"goal": None, "values": []},
            ],
            related_projects=[{"name": "11:甲", "relation_type": "others-base", "more": True}],
            inspection_evaluation={"ownership_ratio": {"basis": {"new": 5}}},
        ),
        "000012": api.detail(12, made_up=None, outcomes=[]),
    }
    rows = [api.row(7, top_amount=1), api.row(12, top_amount=2)]
    found = listing(api.write(tmp_path / "api", *rows, details=bodies))
    columns = ("list", "key", "value", "files", "times", "example")
    assert {path: tuple(row[name] for name in columns) for path, row in found.items()} == {
        "list.top_amount": ("list", "top_amount", "number", 1, 2, "1"),
        "detail.made_up": ("detail", "made_up", "", 2, 2, ""),
        "detail.outcomes": ("detail", "outcomes", "list or list of objects", 2, 2, ""),
        "detail.outcomes[].goal": ("detail.outcomes", "goal", "text", 1, 2, ""),
        "detail.outcomes[].values": (
            *("detail.outcomes", "values", "list or list of objects"),
            *(1, 2, ""),
        ),
        "detail.outcomes[].values[].year": (
            "detail.outcomes.values",
            "year",
            "number",
            1,
            1,
            "2024",
        ),
        "detail.outcomes[].values[].actual": (
            *("detail.outcomes.values", "actual", "number"),
            *(1, 1, "3.5"),
        ),
        "detail.related_projects[].more": ("detail.related_projects", "more", "flag", 1, 1, "True"),
        "detail.inspection_evaluation.ownership_ratio.basis.new": (
            *("detail.inspection_evaluation.ownership_ratio.basis", "new", "number"),
            *(1, 1, "5"),
        ),
    }


def test_a_text_has_no_example_for_it_may_be_a_name(tmp_path):
    made_up = {"by": "Shiken Taro", "names": ["試験 太郎"], "many": 3, "open": True, "rate": 0.5}
    found = listing(api.write(tmp_path / "api", details={"000007": api.detail(made_up=made_up)}))
    examples = {path.rpartition(".")[2]: row["example"] for path, row in found.items()}
    shown = {"many": "3", "open": "True", "rate": "0.5"}
    assert examples == {"made_up": "", "by": "", "names": ""} | shown
    # Nor does it stand in any table.
    (rows,) = sources.stream(tmp_path / "api")
    assert not {"試験 太郎", "Shiken Taro"} & set(repr(rows).split("'"))


def test_an_answer_that_cannot_be_read_is_told_beside_the_list(tmp_path):
    folder = api.whole(tmp_path / "api")
    (folder / "000007" / "payment-groups.json").write_text("no", "utf-8")
    rows, (error,) = unmapped(folder)
    assert {row["path"].split(".")[0] for row in rows} == {"detail"}
    assert error.path.endswith("payment-groups.json")
    with pytest.raises(SheetError, match="no file"):
        unmapped(tmp_path)


def test_answers_of_any_shape_are_listed(tmp_path):
    nested = api.detail(made_up=json.loads("[" * 900 + "]" * 900))
    answers = {"groups": {"000007": {"x": {"y": 1}}}, "details": {"000007": nested}}
    found = listing(api.write(tmp_path / "api", 5, [], {}, **answers))
    assert set(found) == {"detail.made_up", "payment-groups.x", "payment-groups.x.y"}
    assert found["detail.made_up"]["value"] == "list of a list"


# Whatever the answers are


def places(node, place=()):
    for key in node if isinstance(node, dict) else range(len(node)):
        yield (*place, key)
        if isinstance(node[key], dict | list):
            yield from places(node[key], (*place, key))


USE = {"name": "人件費", "purpose": "研究員", "amount": 1_000_000}
WHOLE = {
    "list": [api.row(7), api.fund(8), api.row(12)],
    "detail": api.detail(),
    "payment-groups": [
        *api.GROUPS,
        api.group("C", 1, api.payee("甲", 1, api.contract(1, amount_breakdown=[USE]))),
    ],
    "payment-edges": api.EDGES,
}
PLACES = list(places(WHOLE))
ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-2, 3000)
    | st.floats()
    | st.sampled_from(["", "-", "A", "7", "000007", "RS", "\ud800", "\0", "../x", "参考", "payee"])
    | st.sampled_from([10**18, -(10**400), 1e300, api.uuid(7), api.uuid(8)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@settings(suppress_health_check=list(HealthCheck), max_examples=25, deadline=None)
@given(data=st.data())
def test_any_value_in_the_answers_is_read_or_refused(data):
    made = copy.deepcopy(WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        *outer, last = data.draw(st.sampled_from(PLACES))
        inner = made
        try:
            for key in outer:
                inner = inner[key]
            if data.draw(st.booleans()):
                del inner[last]
            else:
                inner[last] = data.draw(ANY)
        except (LookupError, TypeError):
            # What an earlier change has taken away.
            continue
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = made.pop("list", [])
        rows = list(rows) if isinstance(rows, list) else [rows]
        api.put(folder / "list.json", {"fiscal_year": 2026, "count": 3, "results": rows})
        for answer, body in made.items():
            path = folder / "000007" / f"{answer}.json"
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(body), "utf-8")
        sheets = list(sources.stream(folder))
        assert len(sheets) >= len(rows)
        for sheet in sheets:
            if isinstance(sheet, SheetError):
                assert len(sheet.found) < 250
                continue
            read = ReviewSheet.build(**sheet)
            assert findings(read) is not None
        assert unmapped(folder) is not None
