"""Payees of all projects: joined by number, and by a name that is one number's; nothing mixed."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis import every_payee
from helpers.payee_names import payee_key
from helpers.sheet import COLUMNS, TEXT, typed

NEC, HITACHI, MLIT, TOKYO, NOBODY = (
    *("7010401022916", "7010001008844", "2000012100001", "8000020130001"),
    "9999999999999",
)


def _columns(name: str) -> dict:
    return {"sheet_id": TEXT} | COLUMNS[name]


def pay(sheet_id: str, payee: str | None, amount: float | None, number=None, tier="", **more):
    year = int(sheet_id[:4]) - 1
    key = None if payee is None else payee_key(payee)
    row = {"sheet_id": sheet_id, "fiscal_year": year, "payee": payee, "payee_key": key}
    return row | {"amount": amount, "corporate_number": number, "tier": tier, "block": "A"} | more


def rows(*payments: dict, executed: dict[str, float] | None = None, first_only=(), **facts):
    ids = list(dict.fromkeys(row["sheet_id"] for row in payments))
    sheets = []
    for name in ids:
        year, ministry, number = name.split("-")
        of = {"sheet_id": name, "sheet_year": int(year), "ministry": ministry, "name": name}
        sheets.append(of | {"project_number": number} | facts)
    spent = [
        {"sheet_id": name, "fiscal_year": int(name[:4]) - 1, "executed": value}
        for name, value in (executed or {}).items()
    ]
    project = pd.DataFrame({"sheet_id": ids, "project_id": [name[5:] for name in ids]})
    remark = pd.DataFrame({"sheet_id": list(first_only), "rule": "payments_from_items"})
    return every_payee.rows(
        typed(list(payments), _columns("payment")),
        typed(sheets, _columns("sheet")),
        typed(spent, _columns("budget")),
        project,
        remark,
    )


def payees(*payments: dict, **more) -> pd.DataFrame:
    return every_payee.payees(rows(*payments, **more)).set_index("payee_id")


def test_a_name_that_is_one_numbers_joins_what_has_no_number():
    table = rows(
        pay("2019-甲省-1", "日本電気株式会社", 10.0, NEC),
        pay("2015-乙省-1", "日本電気（株）", 5.0),
        pay("2019-甲省-2", "日本電気", 2.0, "1234567890123"),
        pay("2019-甲省-2", "ニホン電気", 1.0, NEC),
    )
    assert table["payee_id"].tolist() == [NEC] * 4
    assert table["joined"].tolist() == ["number", "name", "name", "number"]
    row = every_payee.payees(table).set_index("payee_id").loc[NEC]
    assert row[["amount", "ministries", "projects"]].tolist() == [18, 2, 3]
    assert row[["first_year", "last_year", "kind"]].tolist() == [2014, 2018, "company"]
    evidence = every_payee.evidence(table)
    assert evidence[["payee", "joined", "untold"]].values.tolist() == [
        ["ニホン電気", "number", 1],
        ["日本電気", "name", 2],
        ["日本電気株式会社", "number", 10],
        ["日本電気（株）", "name", 5],
    ]
    assert evidence["corporate_number"].fillna("").tolist() == [NEC, "", NEC, ""]


def test_a_name_of_several_numbers_stays_apart():
    table = rows(
        pay("2019-甲省-1", "佐藤建設株式会社", 10.0, NEC),
        pay("2019-甲省-1", "佐藤建設(有)", 7.0, HITACHI),
        pay("2015-甲省-1", "佐藤建設", 5.0),
    )
    assert table["payee_id"].tolist() == [NEC, HITACHI, "佐藤建設"]
    assert table["joined"].tolist() == ["number", "number", "several numbers"]
    # Whose it is nobody knows: no list names it beside the two.
    assert table["kind"].tolist() == ["company", "company", "shared"]


def test_labels_and_the_number_of_nobody_join_nothing():
    table = rows(
        pay("2019-甲省-1", "個人A", 10.0, NEC),
        pay("2015-甲省-1", "個人Ａ", 5.0),
        pay("2019-甲省-1", "甲野太郎", 3.0, NOBODY),
        pay("2019-甲省-2", "乙野花子", 3.0, NOBODY),
        pay("2019-甲省-2", "その他", 3.0, HITACHI),
        pay("2015-甲省-2", "その他", 4.0),
        pay("2015-甲省-2", None, 4.0),
    )
    others = "その他"
    assert table["payee_id"].tolist() == [NEC, "個人A", "甲野太郎", "乙野花子", others, others, ""]
    assert table["kind"].tolist()[1:4] == ["unnamed"] * 3
    assert table["kind"].tolist()[4:] == ["bundled", "bundled", "unnamed"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("甲野太郎", "unknown"),
        ("個人A", "unnamed"),
        ("A社", "unnamed"),
        ("年金受給者等", "several"),
        ("広島大学ほか", "several"),
        ("都道府県労働局に対する示達", "several"),
        ("東京労働局", "public"),
        ("関東地方整備局", "public"),
        ("甲市", "public"),
        ("甲土地改良区", "body"),
        ("甲事務局", "body"),
        ("甲薬局", "body"),
        ("(公財)都道府県会館", "body"),
        ("日本リート投資法人", "body"),
        ("市町村", "several"),
        ("国選弁護人契約弁護士", "several"),
        ("米空軍省", "body"),
        ("甲株式会社", "body"),
        ("UNDP", "body"),
        ("国連開発計画", "body"),
        ("清水・竹中土木特定建設工事共同企業体", "body"),
        ("その他の市町村", "bundled"),
    ],
)
def test_what_has_no_number_is_told_by_its_name_alone(name, kind):
    assert rows(pay("2019-甲省-1", name, 1.0))["kind"].tolist() == [kind]


def test_a_number_tells_bodies_of_the_state_and_local_governments():
    table = rows(
        pay("2019-甲省-1", "国土交通省", 1.0, MLIT),
        pay("2019-甲省-1", "東京都", 1.0, TOKYO),
        pay("2019-甲省-1", "日立製作所", 1.0, HITACHI),
    )
    assert table["kind"].tolist() == ["state", "local", "company"]


def test_lists_name_no_person_and_no_bundle():
    table = every_payee.payees(
        rows(
            pay("2019-甲省-1", "その他", 100.0),
            pay("2019-甲省-1", "甲野太郎", 90.0),
            pay("2019-甲省-1", "個人B", 80.0),
            pay("2019-甲省-1", "年金受給者", 70.0),
            pay("2019-甲省-1", "乙株式会社", 60.0),
            pay("2019-甲省-1", "丙株式会社", 61.0, tier="sub"),
            pay("2019-甲省-1", "日本電気", 50.0, NEC),
        )
    )
    assert every_payee.largest(table, 10)["payee"].tolist() == ["乙株式会社", "日本電気"]
    assert every_payee.largest(table, 1)["payee"].tolist() == ["乙株式会社"]
    assert every_payee.largest(table, 9, ("company",))["payee"].tolist() == ["日本電気"]
    assert len(table) == 7


def test_direct_untold_and_handed_on_money_are_never_one_sum():
    table = rows(
        pay("2025-甲省-1", "甲株式会社", 10.0, tier="first"),
        pay("2025-甲省-1", "甲株式会社", 4.0, tier="sub"),
        pay("2025-甲省-2", "甲株式会社", 1.5, tier=None),
        pay("2019-甲省-1", "甲株式会社", 2.0, tier=None),
    )
    (payee,) = every_payee.payees(table).to_dict("records")
    money = ["direct", "untold", "handed_on", "amount"]
    assert [payee[name] for name in money] == [10, 3.5, 4, 13.5]
    years = every_payee.by_year(table).set_index("fiscal_year")
    assert years.loc[2024, ["direct", "untold", "handed_on"]].tolist() == [10, 1.5, 4]
    assert years.loc[2018, ["untold", "projects", "share"]].tolist() == [2, 1, 1]
    assert years.loc[2018, ["direct", "handed_on"]].isna().all()
    each = every_payee.projects(table)
    assert each["sheet_id"].tolist() == ["2025-甲省-1", "2025-甲省-2", "2019-甲省-1"]


def test_fractions_of_a_yen_are_rounded_where_they_are_printed():
    third = 1 / 3
    (payee,) = every_payee.payees(
        rows(*(pay("2019-甲省-1", "甲株式会社", third) for _ in range(3)))
    ).to_dict("records")
    assert payee["untold"] == 0.999999


def test_only_what_was_paid_on_has_no_amount():
    table = payees(pay("2025-甲省-1", "甲株式会社", 4.0, tier="sub"))
    assert table["amount"].isna().all()
    assert table["handed_on"].tolist() == [4]


def test_a_payment_well_above_its_projects_outturn_is_in_no_sum():
    table = rows(
        pay("2021-甲省-1", "甲株式会社", 5_000_000.0),
        pay("2021-甲省-1", "乙株式会社", 5.4),
        pay("2021-甲省-2", "丙株式会社", 1.0),
        pay("2021-甲省-3", "丁株式会社", None),
        executed={"2021-甲省-1": 5.0, "2021-甲省-2": 0.6},
    )
    assert table["left_out"].tolist() == ["over the outturn", "", "", "no amount"]
    assert table["untold"].fillna(0).tolist() == [0, 5.4, 1, 0]
    out = every_payee.left_out(table)
    assert out["printed"].tolist()[0] == 5_000_000


def test_large_payments_that_sheets_print_alike_are_told():
    work = {"work": "令和3年度以前の契約"}
    table = rows(
        pay("2023-甲省-1", "甲株式会社", 5000.0, **work),
        pay("2023-甲省-2", "甲(株)", 5000.0, **work),
        pay("2023-甲省-3", "甲株式会社", 5000.0, **work),
        pay("2023-甲省-3", "甲株式会社", 5000.0, work="別の契約"),
        pay("2023-乙省-1", "甲株式会社", 5000.0, **work),
        pay("2023-甲省-1", "乙株式会社", 9.0, **work),
        pay("2023-甲省-2", "乙株式会社", 9.0, **work),
    )
    (row,) = every_payee.again(table).to_dict("records")
    assert (row["payee_id"], row["ministry"], row["sheets"], row["extra"]) == (
        "甲",
        "甲省",
        3,
        10000,
    )


def test_concentration_is_that_of_what_is_named():
    table = rows(
        pay("2025-甲省-1", "甲株式会社", 60.0, tier="first"),
        pay("2025-甲省-1", "乙株式会社", 20.0, tier="first"),
        pay("2025-甲省-1", "その他", 20.0, tier="first"),
        pay("2025-甲省-1", "丙株式会社", 50.0, tier="sub"),
        executed={"2025-甲省-1": 160.0},
    )
    (row,) = concentration(table, {"2025-甲省-1": 160.0})
    assert (row["money"], row["bundled"], row["named"], row["bundled_share"]) == (100, 20, 80, 0.2)
    assert (row["payees"], row["top"], row["top_share"], row["ten_share"]) == (2, "甲", 0.75, 1)
    assert row["hhi"] == 0.75**2 + 0.25**2
    assert (row["executed"], row["named_share"]) == (160, 0.5)


def test_classes_and_labels_are_not_named_money():
    table = rows(
        pay("2023-甲省-1", "日本電気", 60.0, NEC),
        pay("2023-甲省-1", "佐藤建設株式会社", 10.0, HITACHI),
        pay("2023-甲省-1", "佐藤建設", 1.0),
        pay("2023-甲省-1", "佐藤建設(有)", 4.0, TOKYO),
        pay("2023-甲省-1", "年金受給者等", 600.0),
        pay("2023-甲省-1", "個人A", 3.0),
        pay("2023-甲省-1", "甲野太郎", 2.0),
        pay("2023-甲省-1", "その他", 20.0),
        executed={"2023-甲省-1": 1000.0},
    )
    (row,) = concentration(table, {"2023-甲省-1": 1000.0})
    parts = ["bundled", "classes", "unsure", "named"]
    assert [row[name] for name in parts] == [20, 600, 5, 75]
    assert row["money"] == sum(row[name] for name in parts)
    assert (row["top"], row["top_share"], row["named_share"]) == (NEC, 0.8, 0.075)
    assert row["classes_share"] == pytest.approx(600 / 700, abs=1e-6)
    shares = every_payee.by_year(table).set_index("payee_id")["share"]
    assert shares[NEC] == 0.8
    assert shares[["年金受給者等", "個人A", "甲野太郎", "その他"]].isna().all()


def test_an_outturn_that_sheets_print_twice_counts_once_in_the_named_share():
    paid = [
        pay("2023-甲省-1", "日本電気", 6_000.0, NEC),
        pay("2023-甲省-2", "日本電気", 6_000.0, NEC),
        pay("2023-甲省-3", "日本電気", 1_000.0, NEC),
    ]
    budget = [
        {"sheet_id": f"2023-甲省-{sheet}", "fiscal_year": year, "initial": budget}
        | {"budget_net": budget, "budget_gross": budget, "executed": spent}
        for sheet, budget, spent in ((1, 13e3, 12e3), (2, 2e3, 12e3), (3, 3e3, 3e3))
        for year in (2021, 2022)
    ]
    given = typed(budget, _columns("budget"))
    (row,) = concentration(rows(*paid), given)
    assert (row["executed"], row["outturns"], row["named_share"]) == (15_000, 2, 0.466667)


def concentration(table: pd.DataFrame, executed) -> list[dict]:
    """Of the executed amount of each sheet, or a table of budgets."""
    of = table[["sheet_id", "sheet_year", "ministry", "name"]].drop_duplicates("sheet_id")
    sheet = typed(of.to_dict("records"), _columns("sheet"))
    budget = _spent(executed) if isinstance(executed, dict) else executed
    return every_payee.concentration(table, budget, sheet).to_dict("records")


def _spent(executed: dict[str, float]) -> pd.DataFrame:
    spent = [
        {"sheet_id": name, "fiscal_year": int(name[:4]) - 1, "executed": value}
        for name, value in executed.items()
    ]
    return typed(spent, _columns("budget"))


def test_where_only_first_payees_are_known_no_part_of_the_outturn_is_said():
    given = {"2024-甲省-1": 100.0}
    table = rows(
        pay("2024-甲省-1", "甲株式会社", 60.0, tier="first"),
        executed=given,
        first_only=["2024-甲省-1"],
    )
    (row,) = concentration(table, given)
    assert row["first_only"]
    assert pd.isna(row["named_share"])


CONTRACTS = [
    {"payee": "日本電気", "corporate_number": NEC, "contract_group": "tender", "bidders": 1},
    {"payee": "日本電気(株)", "contract_group": "proposals", "bidders": 1},
    {"payee": "日本電気", "corporate_number": NEC, "contract_group": "tender", "bidders": 3},
    {"payee": "日本電気", "corporate_number": NEC, "contract_group": "tender", "bidders": None},
    {"payee": "日本電気", "corporate_number": NEC, "contract_group": "sole", "bidders": 1},
    {"payee": "日本電気", "corporate_number": NEC, "contract_group": "grant", "bidders": 1},
    {"payee": "日立", "corporate_number": HITACHI, "contract_group": "tender", "bidders": 1},
    {"payee": "日立", "contract_group": "tender", "bidders": 1, "block": "B"},
    {"payee": "日立", "contract_group": "tender", "bidders": 1, "contract_detail": "再委託"},
    {"payee": "日立", "contract_group": "tender", "bidders": 1, "bundled": True},
]


def test_repeat_single_bidders_are_those_of_the_ministrys_own_competitions():
    table = rows(
        pay("2024-甲省-1", "日本電気", 1.0, NEC, tier="first"),
        pay("2024-甲省-1", "日立", 1.0, HITACHI, tier="sub", block="B"),
    )
    sub = typed(
        [pay("2024-甲省-1", "日立", 1.0, HITACHI, tier="sub", block="B")], _columns("payment")
    )
    given = [
        {"sheet_id": "2024-甲省-1", "block": "A", "contract_amount": 10.0 + at} | row
        for at, row in enumerate(CONTRACTS)
    ]
    given[0]["single_bid_reason"] = "特許"
    none = typed([], _columns("contract"))
    every = every_payee.contracts(none, typed(given, _columns("commitment")), sub, table)
    assert len(every) == 6
    assert set(every["contracts_of"]) == {"commitment"}
    (row,) = every_payee.sole_bidders(every).to_dict("records")
    assert (row["payee_id"], row["contracts"], row["single"]) == (NEC, 3, 2)
    assert (row["single_amount"], row["negotiated"], row["negotiated_amount"]) == (21, 1, 14)
    # What sheets call negotiated (proposals, open calls) stands apart from tenders.
    assert (row["tender"], row["single_tender"]) == (2, 1)
    assert (row["proposals"], row["single_proposals"]) == (1, 1)
    assert (row["reasons"], row["reason"], row["first_year"]) == (1, "特許", 2023)
    kinds = every_payee.purchases(every).set_index("contract_group")
    assert kinds.loc["tender", ["contracts", "known", "single"]].tolist() == [4, 3, 2]
    assert kinds.loc["tender", "amount"] == 10 + 12 + 13 + 16
    assert kinds.loc["tender", "top_share"] == pytest.approx(35 / 51, abs=1e-6)
    assert every_payee.sole_bidders(every, 3).empty


NAMES = st.sampled_from(["甲(株)", "甲", "乙株式会社", "乙", "丙", "その他", "個人A", "日本電気"])
PAID = st.tuples(
    NAMES,
    st.integers(-5, 10**9),
    st.sampled_from([NEC, HITACHI, None, None, "123", NOBODY]),
    st.sampled_from(["first", "sub", None]),
    st.sampled_from(["2019-甲省-1", "2019-甲省-2", "2020-乙省-1"]),
)


@settings(max_examples=25)
@given(st.lists(PAID, min_size=1, max_size=12))
def test_however_payees_are_joined_no_yen_is_lost_or_counted_twice(paid):
    table = rows(*(pay(at, name, yen / 1e6, number, tier) for name, yen, number, tier, at in paid))
    parts = (every_payee.payees, every_payee.evidence, every_payee.by_year, every_payee.projects)
    for made in (part(table) for part in parts):
        for tier, column in (("first", "direct"), (None, "untold"), ("sub", "handed_on")):
            yen = sum(row[1] for row in paid if row[3] == tier)
            assert round(made[column].sum() * 1e6) == yen
    # One payee's numbers are one, and a payment with a number is that number's.
    numbered = table.dropna(subset="corporate_number")
    named = numbered[numbered["kind"] != "bundled"]
    assert (named["payee_id"] == named["corporate_number"]).all()
    assert table.groupby("payee_id")["kind"].nunique().eq(1).all()
