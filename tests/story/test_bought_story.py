"""How it was bought, how far money can be followed, and what reviews said: in both languages."""

import re

import matplotlib.pyplot as plt
import pytest

from bought import ABROAD, NAMED, STATE, block, contract, links, paid, sheet
from helpers import Spending
from helpers.front import spending as front
from speaking import told


def said(page, lang: str, section: str, monkeypatch) -> str:
    """What a section shows, but for its figure."""
    shown: list[str] = []
    monkeypatch.setattr(front, "show", lambda *parts: shown.extend(map(repr, parts)))
    told(lang, lambda: getattr(Spending(page), f"show_{section}")())
    plt.close("all")
    text = "\n".join(filter(None, shown))
    assert not re.search(r"\b(nan|inf|None)\b|<NA>", text), text
    assert lang == "ja" or not re.search("[ぁ-ん]", text), text
    return text


@pytest.fixture
def both(monkeypatch):
    """Page and section -> what it says in Japanese and in English."""
    return lambda page, section: [said(page, lang, section, monkeypatch) for lang in ("ja", "en")]


@pytest.mark.parametrize("section", ["contracts", "flows", "reviews"])
def test_a_fund_sheet_has_no_money_of_the_state(both, section):
    page = sheet(contract=[contract("tender", 5)], flow=links("-A"), block=[block("A", 5)])
    page = page.with_table("sheet", page.sheet.assign(sheet_type="fund"))
    ja, en = both(page, section)
    assert "国が直接" not in ja
    assert "the state itself paid" not in en or "sheets of projects" in en


@pytest.mark.parametrize("section", ["contracts", "flows", "reviews"])
def test_a_sheet_without_the_tables_says_so_in_a_line(both, section):
    ja, en = both(sheet(), section)
    assert ja.count("\n") == en.count("\n") == 0
    assert "読んだ資料にありません(RSシステムの2024年以降" in ja
    assert "from 2024 on" in en


BOUGHT = [
    contract("tender", 60, 1, winning_rate=99.5),
    contract("tender", 20, 3, winning_rate=80),
    contract("tender", 10),
    contract("proposals", 10),
    contract("sole", 100),
    contract("grant", 300),
]


def test_purchases_competition_and_single_bids(both):
    ja, en = both(sheet(contract=BOUGHT), "contracts")
    assert ja.startswith(
        "どのように調達したか\n2024年度に国が直接支払った先の契約の欄6件、5億円のうち、"
    )
    assert (
        "購入は2億円で、競争(競争入札、企画競争、公募)によるものはその50.0 %、"
        "1億円(全体の20.0 %)です。" in ja
    )
    assert "方式が読んだ資料にない" not in ja
    assert "ほかに補助金と交付金が3億円あり、これは購入ではありません。" in ja
    assert "競争入札3件のうち入札者数がわかるのは2件で、一者だけだったのは1件です。" in ja
    assert "それだけで問題とは言えません" in ja
    assert (
        "¥200 million were purchases whose method is known, 50.0 % of that"
        " (¥100 million, 20.0 % of all)" in en
    )
    assert "The number of bidders is known of 2 of 3 tenders; 1 had a single one." in en
    assert re.search(r"競争入札 +3 +90 +18\.0 % +2 +1 +89\.8", ja)


def test_bidders_that_are_not_printed_are_no_single_bids(both):
    ja, en = both(sheet(contract=[contract("tender", 5), contract("small", 1)]), "contracts")
    assert "競争入札1件の入札者数は、読んだ資料にありません。" in ja
    assert "The number of bidders of 1 tender is not in what was read." in en
    assert "全体の" not in ja
    assert "うち一者" not in ja
    assert "Winning rate" not in en


def test_grants_alone_are_no_purchase(both):
    ja, en = both(sheet(contract=[contract("grant", 5)]), "contracts")
    assert "補助金と交付金が500万円で、方式がわかる購入はありません。" in ja
    assert "Of ¥5 million in 1 row of contracts for FY2024, ¥5 million were grants; no" in en
    assert "問題とは" not in ja
    assert ja.count("\n") == 1


def test_purchases_without_competition(both):
    ja, en = both(sheet(contract=[contract("sole", 5)]), "contracts")
    assert "購入は500万円で、競争(競争入札、企画競争、公募)によるものはありません。" in ja
    assert "none of it with competition" in en


def test_an_amount_that_is_not_known_is_not_0(both):
    ja, en = both(sheet(contract=[contract("tender", None), contract("tender", 5)]), "contracts")
    assert "契約の欄2件のうち1件の金額は、読んだ資料にありません。" in ja
    assert "Of 1 of the 2 rows the amount is not in what was read." in en
    ja, en = both(sheet(contract=[contract("tender", None)]), "contracts")
    assert "契約の欄1件のうちに、" in ja
    assert "百万円" not in ja.partition("金額は百万円")[0]
    assert "(– million" not in en
    assert "0 million" not in en


def test_methods_that_are_blank(both):
    ja, en = both(sheet(contract=[contract(None, 5), contract("other", 4)]), "contracts")
    assert "契約の欄2件、900万円のうちに、購入とわかる方式のものは、読んだ資料にありません。" in ja
    assert "no method of a purchase is in what was read" in en
    assert "方式が資料にない" in ja


def test_competition_on_a_sliver_is_told_as_one(both):
    ja, en = both(sheet(contract=[contract("tender", 8), contract(None, 992)]), "contracts")
    assert "その100 %、800万円(全体の0.8 %)です。方式が読んだ資料にない契約が、全体の99" in ja
    assert (
        "¥8 million, 0.8 % of all) with competition: by tender, proposals or open call. For 99"
        in en
    )


def test_what_payees_bought_is_left_out(both):
    page = sheet(
        flow=links("-A A-B"), contract=[contract("tender", 9, 1, block="B"), contract("small", 9)]
    )
    ja, en = both(page, "contracts")
    assert "支出先がさらに支払った1件(900万円)は同じお金なので" in ja
    assert "1 row of what payees paid on (¥9 million) is of the same money" in en
    assert "tenders" not in en
    ja, en = both(sheet(contract=[contract("other", 9, contract_detail="再委託")]), "contracts")
    assert "国が直接支払った先の契約は、読んだ資料にありません" in ja
    assert "What was read has no contract of those that the state itself paid in FY2024." in en


def test_what_is_below_another_body_of_the_state_is_not_called_a_payees(both):
    page = sheet(
        flow=links("-A A-B"),
        payment=[paid("A", "乙省", 9, corporate_number=STATE)],
        contract=[contract("tender", 9, 1, block="B"), contract("small", 9)],
    )
    ja, en = both(page, "contracts")
    assert "国のほかの機関が支払ったとみられる1件(900万円)も" in ja
    assert "支出先がさらに" not in ja
    assert "1 row that other bodies of the state seem to have paid (¥9 million) is left" in en
    assert "payees paid on" not in en
    ja, en = both(page, "flows")
    assert "全体のうち国のほかの機関1者に渡ったのは900万円(100 %)です" in ja
    assert "Of the whole, ¥9 million (100 %) went to 1 other body of the state" in en


def test_another_way_to_fill_the_form_in_is_no_change_in_buying(both):
    early = [contract(None, 1, fiscal_year=2023), contract("tender", 1, fiscal_year=2023)]
    late = [contract("other", 1), contract("tender", 1)]
    ja, en = both(sheet(contract=early + late), "contracts")
    assert "方式が読んだ資料にない契約は2023年度の2件中1件から2024年度の2件中0件に減り" in ja
    assert "買い方が変わったとは読めません" in ja
    assert 'while "other" went from 0 to 1' in en
    ja, en = both(sheet(contract=late), "contracts")
    assert "買い方が" not in ja


def test_commitments_are_no_spending(both):
    commitment = [
        {"contract_group": "tender", "contract_amount": 70, "bidders": 1},
        {"contract_group": "sole", "contract_amount": 30, "bidders": 1},
    ]
    ja, en = both(sheet(contract=BOUGHT, commitment=commitment), "contracts")
    assert "複数年の契約が2件、契約額1億円あります。年々の支出ではないので、足していません" in ja
    assert (
        "方式は、競争入札1件、その他の随意契約1件です。競争入札1件のうち入札者数がわかるのは1件で"
        in ja
    )
    assert "Besides there are 2 contracts of several years, ¥100 million over all of them" in en
    assert "By method: tender 1, negotiated, other 1." in en
    ja, en = both(sheet(commitment=commitment), "contracts")
    assert ja.startswith("どのように調達したか\n年度ごとの契約の方式と入札者数は、読んだ資料に")
    assert "契約額1億円あります。契約額は複数年の合計で、ある年度の支出ではありません。" in ja
    assert "方式は、競争入札1件、その他の随意契約1件です。" in ja
    assert "¥100 million over all their years, which is not the spending of one: tender 1" in en


def test_payees_of_several_years(both):
    payments = [
        paid("A", "甲", 30, fiscal_year=2023, corporate_number=NAMED),
        paid("A", "甲商事", 45, corporate_number=NAMED),
        paid("A", "乙", 25),
    ]
    ja, en = both(sheet(payment=payments), "contracts")
    assert (
        "2年度に名前のある2者のうち、2年度以上支払われたのは1者で、支払われた額の75.0 %、7,500万円"
        in ja
    )
    assert re.search(r"甲 +2 +2023–2024 +75", ja)
    assert "Of the 2 payees named in the 2 years with payees, 1 was paid in two years or more" in en
    ja, en = both(sheet(payment=[payments[0], payments[2]]), "contracts")
    assert "2年度以上支払われた者はありません。" in ja
    assert "none was paid in more than one year" in en
    ja, _ = both(sheet(payment=payments[1:]), "contracts")
    assert "2年度以上" not in ja


def test_years_in_a_row_are_a_run(both):
    years = (2014, 2015, 2016, 2019, 2021, 2022)
    ja, en = both(sheet(payment=[paid("A", "甲", 1, fiscal_year=at) for at in years]), "contracts")
    assert "2014–2016, 2019, 2021–2022" in ja
    assert "1 was paid in two years or more (1 in every year)" in en


def test_a_year_of_first_payees_alone_leaves_open_who_was_paid_every_year(both):
    page = sheet(
        payment=[paid("A", "甲", 1, fiscal_year=at) for at in (2022, 2023, 2024)],
        use=[{"block": "A", "fiscal_year": 2023}],
    )
    ja, en = both(page, "contracts")
    assert "1者(2023年度は各ブロックの筆頭の支出先だけ)のうち、2年度以上支払われたのは1者で" in ja
    assert "(of FY2023 only the first payee of each block is known)" in en
    assert "in every year" not in en


def test_one_block_is_followed_one_step(both):
    page = sheet(
        flow=links("-A"),
        block=[block("A", 100, 1)],
        payment=[paid("A", "甲", 100, corporate_number=NAMED)],
    )
    ja, en = both(page, "flows")
    assert "国が直接支払った先までが書かれ(ブロックは1つ)" in ja
    assert "1億円は、すべて名前と正しい法人番号のある支出先が受け取っています" in ja
    assert "in 1 block, as far as the state itself paid it" in en
    assert "All of the ¥100 million" in en
    assert "同じお金" not in ja


def test_money_without_a_name_or_number_and_money_paid_on(both):
    page = sheet(
        flow=links("-A A-B C-D D-C"),
        block=[block("A", 100, 12), block("B", 40, 1)],
        payment=[
            paid("A", "その他", 25, bundled_payee=True),
            paid("A", "甲", 65, corporate_number=NAMED),
            paid("A", "乙", 10, corporate_number=ABROAD),
        ],
        indirect_cost=[{"indirect": "旅費", "amount": 3}],
    )
    ja, en = both(page, "flows")
    assert "2024年度のお金は4つのブロックに分けて書かれ、国から2段先まで追えます。" in ja
    assert "書かれた支払いを国からたどっても行き着かないブロックが2つあります。" in ja
    assert "「その他」で終わるのは2,500万円(25.0 %)" in ja
    assert "受け取ったのは1,000万円(10.0 %)" in ja
    assert "支出先の数は12と書かれ、そのうち名前があるのは2(17 %)です" in ja
    assert "さらに支払った4,000万円は同じお金なので" in ja
    assert "間接経費は300万円です" in ja
    assert "2 blocks cannot be reached from the state by the payments told." in en
    assert "¥25 million (25.0 %) ended with payees taken together" in en
    assert "The sheet counts 12 payees and names 2 (17 %)." in en


def test_all_money_ends_without_a_name(both):
    page = sheet(
        flow=links("-A"),
        block=[block("A", 9, 30)],
        payment=[paid("A", "その他", 9, bundled_payee=True)],
    )
    ja, en = both(page, "flows")
    assert "「その他」で終わるのは900万円(100 %)です。" in ja
    assert (
        "¥9 million (100 %) ended with payees taken together and not named. The sheet counts 30"
        in en
    )


def test_links_without_amounts_and_circles_without_a_state(both):
    ja, en = both(sheet(flow=links("-A A-B B-A")), "flows")
    assert "2段先まで追えます" in ja
    assert "金額は、読んだ資料にはありません。" in ja
    assert "What was read has no amounts." in en
    ja, en = both(sheet(flow=links("A-B B-A")), "flows")
    assert "国が支払ったと書かれたものがありません" in ja
    assert "the state is not said to pay any" in en


def test_first_payees_alone_do_not_tell_what_ends_without_a_name(both):
    payments = [paid("A", "甲", 9), paid("B", "乙", 8)]
    page = sheet(flow=links("-A A-B"), payment=payments, use=[{"block": "A"}])
    ja, en = both(page, "flows")
    assert "2024年度に金額が読めたのは各ブロックの筆頭の支出先だけです。" in ja
    assert "さらに支払った" not in ja
    assert "only the amount of the first payee of each block was read" in en
    assert "paid on is the same" not in en


def test_years_stand_below_each_other(both):
    flow = [link | {"fiscal_year": 2023} for link in links("-A")] + links("-A A-B")
    ja, en = both(sheet(flow=flow, block=[block("A", 9)]), "flows")
    assert re.search(r"2023 +1 +1 +– +0\n2024 +2 +2 +9 +0", ja)
    assert "By the state" in en
    assert "筆頭" not in ja
    early = [paid("A", "甲", 5, fiscal_year=2023)]
    page = sheet(
        flow=flow, block=[block("A", 9)], payment=early, use=[{"block": "A", "fiscal_year": 2023}]
    )
    ja, en = both(page, "flows")
    assert "金額は百万円。2023年度は各ブロックの筆頭の支出先だけなので、合計なし" in ja
    assert re.search(r"2023 +1 +1 +– +", ja)
    assert "no sums for FY2023 (first payees only)" in en


CUT = {"fiscal_year": 2025, "opinion": "事業内容の一部改善", "reaction": "縮減"}


def budgets(initial, requested, granted=None) -> list[dict]:
    return [
        {"fiscal_year": 2025, "initial": initial},
        {"fiscal_year": 2026, "requested": requested, "initial": granted},
    ]


def test_an_opinion_what_it_led_to_and_the_budgets(both):
    review = CUT | {"reflected": -7.0, "expert_year": 2024}
    ja, en = both(sheet(review=[review], budget=budgets(100.0, 93.0, 90.0)), "reviews")
    assert (
        "所見は「事業内容の一部改善」です。概算要求への反映は「縮減」で、反映額は700万円です。"
        in ja
    )
    assert "要求額は9,300万円で、2025年度の当初予算1億円より700万円少ない額です。" in ja
    assert "2026年度の当初予算は9,000万円になりました。" in ja
    assert "外部有識者による点検は、2024年度が最後です。" in ja
    assert "下回っていません" not in ja
    assert "opinion was “improve in part”. How the request reflects it: “reduced”, ¥7 million" in en
    assert "¥93 million, ¥7 million less than the initial budget of FY2025 (¥100 million)" in en


def test_a_reduction_printed_as_positive_is_one_all_the_same(both):
    review = CUT | {"reflected": 7.2}
    ja, en = both(sheet(review=[review], budget=budgets(100.0, 110.0)), "reviews")
    assert "「縮減」で、反映額は720万円です。" in ja
    assert "1,000万円多い額です。2026年度の当初予算は、読んだ資料にありません。" in ja
    assert "反映は「縮減」ですが、要求額は当初予算を下回っていません。" in ja
    assert "The request is not below the initial budget although it says “reduced”" in en


def test_an_opinion_without_amount_or_budget(both):
    review = {"fiscal_year": 2025, "opinion": "現状通り", "reaction": "現状通り"}
    ja, en = both(sheet(review=[review]), "reviews")
    assert "反映は「現状通り」です。" in ja
    assert "反映額は" not in ja
    assert "要求額は" not in ja.split("\n")[1]
    assert "“no change”" in en
    ja, en = both(sheet(review=[review], budget=budgets(5.0, 5.0)), "reviews")
    assert "当初予算500万円と同じです。" in ja
    assert "the same as the initial budget of FY2025" in en
    ja, en = both(sheet(review=[review], budget=budgets(0.0, 0.0)), "reviews")
    assert "2025年度の当初予算と次の2026年度の要求額はどちらも0円です。" in ja
    assert "the request for FY2026 are both zero" in en


def test_a_new_project_has_no_opinion(both):
    ja, en = both(sheet(review=[{"fiscal_year": 2025, "own_check": "新規"}]), "reviews")
    assert "推進チームの所見はありません" in ja
    assert "gives no opinion" in en
    text_alone = {"fiscal_year": 2025, "opinion_detail": "廃止"}
    ja, en = both(sheet(review=[text_alone]), "reviews")
    assert "所見の区分は空欄で、文章だけがあります。" in ja
    assert "gives no category, only a text" in en


def test_texts_are_quoted_and_remarks_listed(monkeypatch):
    review = CUT | {"expert_opinion": "長い所見。" * 100, "opinion_detail": "－"}
    more = {"fiscal_year": 2025, "past_kind": "公開プロセス", "past_year": 2015}
    more |= {"past_remark": "見直す", "past_response": None}
    page = sheet(review=[review, more, {"fiscal_year": 2025, "survey_remark": "\u00ad"}])
    # English quotes them in Japanese.
    ja = said(page, "ja", "reviews", monkeypatch)
    assert "外部有識者の所見 長い所見。" in ja
    assert "(400字まで)" in ja
    assert "推進チームの所見 －" not in ja
    assert re.search(r"公開プロセス +2015 +見直す +–", ja)
    assert ja.count("\n", ja.index("これまでの指摘")) == 2


def test_an_opinion_of_experts_of_another_year_has_that_year(both):
    review = CUT | {"expert_opinion": "所見。"}
    ja, en = both(sheet(review=[review | {"expert_year": 2021}]), "reviews")
    assert "外部有識者の所見(2021年度)" in ja
    assert "Outside experts (FY2021)" in en
    ja, en = both(sheet(review=[review | {"expert_year": 2025}]), "reviews")
    assert "外部有識者の所見(" not in ja
    assert "Outside experts (" not in en
