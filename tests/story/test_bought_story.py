"""How it was bought, how far money can be followed, and what reviews said: in both languages."""

import re

import matplotlib.pyplot as plt
import pytest

from bought import ABROAD, NAMED, block, contract, links, paid, sheet
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
    assert ja.startswith("どのように調達したか\n2024年度に国が直接結んだ契約6件、500百万円のうち、")
    assert (
        "購入は200百万円で、競争(競争入札、企画競争、公募)によるものはその50.0 %、100百万円" in ja
    )
    assert "ほかに補助金と交付金が300百万円あり、これは購入ではありません。" in ja
    assert "競争入札3件のうち入札者数が書かれているのは2件で、一者だけだったのは1件です。" in ja
    assert "それだけで問題とは言えません" in ja
    assert "200 million were purchases with a method given, 50.0 % of that (100)" in en
    assert "Of 3 tenders, 2 give the number of bidders; 1 of these had a single one." in en
    assert re.search(r"競争入札 +3 +90 +18\.0 % +2 +1 +89\.8", ja)


def test_bidders_that_are_not_printed_are_no_single_bids(both):
    ja, en = both(sheet(contract=[contract("tender", 5), contract("small", 1)]), "contracts")
    assert "競争入札1件の入札者数は書かれていません。" in ja
    assert "1 tender does not give the number of bidders." in en
    assert "うち一者" not in ja
    assert "Winning rate" not in en


def test_grants_alone_are_no_purchase(both):
    ja, en = both(sheet(contract=[contract("grant", 5)]), "contracts")
    assert "補助金と交付金が5百万円で、方式が書かれた購入はありません。" in ja
    assert "Of 5 million yen in 1 row for FY2024, 5 million were grants; no purchase" in en
    assert "問題とは" not in ja
    assert ja.count("\n") == 1


def test_purchases_without_competition(both):
    ja, en = both(sheet(contract=[contract("sole", 5)]), "contracts")
    assert "購入は5百万円で、競争(競争入札、企画競争、公募)によるものはありません。" in ja
    assert "nothing of that with competition" in en


def test_methods_that_are_blank(both):
    ja, en = both(sheet(contract=[contract(None, 5), contract("other", 4)]), "contracts")
    assert "契約2件、9百万円には、購入とわかる方式が書かれていません。" in ja
    assert "give no method that is a purchase" in en
    assert "方式の記載なし" in ja


def test_what_payees_bought_is_left_out(both):
    page = sheet(
        flow=links("-A A-B"), contract=[contract("tender", 9, 1, block="B"), contract("small", 9)]
    )
    ja, en = both(page, "contracts")
    assert "支出先がさらに委託した1件(9百万円)は同じお金なので" in ja
    assert "1 contract that payees made (9 million yen)" in en
    assert "tenders" not in en
    ja, en = both(sheet(contract=[contract("other", 9, contract_detail="再委託")]), "contracts")
    assert "国が直接結んだ契約は書かれていません" in ja
    assert "No contract that the state itself made in FY2024 is printed." in en


def test_another_way_to_fill_the_form_in_is_no_change_in_buying(both):
    early = [contract(None, 1, fiscal_year=2023), contract("tender", 1, fiscal_year=2023)]
    late = [contract("other", 1), contract("tender", 1)]
    ja, en = both(sheet(contract=early + late), "contracts")
    assert "方式の記載がない契約は2023年度の2件中1件から2024年度の2件中0件に減り" in ja
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
    assert (
        "複数年の契約が2件、契約額100百万円あります。年々の支出ではないので、足していません" in ja
    )
    assert "競争入札で入札者数が書かれた1件のうち、一者だけだったのは1件です。" in ja
    assert "Besides there are 2 contracts of several years, 100 million yen in all" in en


def test_payees_of_several_years(both):
    payments = [
        paid("A", "甲", 30, fiscal_year=2023, corporate_number=NAMED),
        paid("A", "甲商事", 45, corporate_number=NAMED),
        paid("A", "乙", 25),
    ]
    ja, en = both(sheet(payment=payments), "contracts")
    assert (
        "2年に名前のある2者のうち、2年以上支払われたのは1者で、支払われた額の75.0 %、75百万円" in ja
    )
    assert re.search(r"甲 +2 +2023–2024 +75", ja)
    assert "Of the 2 payees named in the 2 years with payees, 1 was paid in two years or more" in en
    ja, en = both(sheet(payment=[payments[0], payments[2]]), "contracts")
    assert "2年以上支払われた者はありません。" in ja
    assert "none was paid in more than one year" in en
    ja, _ = both(sheet(payment=payments[1:]), "contracts")
    assert "2年以上" not in ja


def test_years_in_a_row_are_a_run(both):
    years = (2014, 2015, 2016, 2019, 2021, 2022)
    ja, en = both(sheet(payment=[paid("A", "甲", 1, fiscal_year=at) for at in years]), "contracts")
    assert "2014–2016, 2019, 2021–2022" in ja
    assert "1 was paid in two years or more (1 in every year)" in en


def test_one_block_is_followed_one_step(both):
    page = sheet(
        flow=links("-A"),
        block=[block("A", 100, 1)],
        payment=[paid("A", "甲", 100, corporate_number=NAMED)],
    )
    ja, en = both(page, "flows")
    assert "国が直接支払った先までが書かれ(ブロックは1)" in ja
    assert "100百万円は、すべて名前と法人番号のある支出先が受け取っています" in ja
    assert "in 1 block, as far as the state itself paid it" in en
    assert "All of the 100 million yen" in en
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
    assert "2024年度のお金は4のブロックに分けて書かれ、国から2段先まで追えます。" in ja
    assert "どこから支払われたか書かれていないブロックが2あります。" in ja
    assert "「その他」で終わるのは25百万円(25.0 %)" in ja
    assert "受け取ったのは10百万円(10.0 %)" in ja
    assert "支出先の数は12と書かれ、そのうち名前があるのは2(17 %)です" in ja
    assert "さらに支払った40百万円は同じお金なので" in ja
    assert "間接経費は3百万円です" in ja
    assert "For 2 blocks it is not told who paid." in en
    assert "25 (25.0 %) end with payees taken together" in en
    assert "2 of 12 payees (17 %)" in en


def test_all_money_ends_without_a_name(both):
    page = sheet(
        flow=links("-A"),
        block=[block("A", 9, 30)],
        payment=[paid("A", "その他", 9, bundled_payee=True)],
    )
    ja, en = both(page, "flows")
    assert "「その他」で終わるのは9百万円(100 %)です。" in ja
    assert "9 (100 %) end with payees taken together and not named. 0 of 30" in en
    assert "0 of 30 payees" in en


def test_links_without_amounts_and_circles_without_a_state(both):
    ja, en = both(sheet(flow=links("-A A-B B-A")), "flows")
    assert "2段先まで追えます" in ja
    assert "金額は、読んだ資料にはありません。" in ja
    assert "What was read has no amounts." in en
    ja, en = both(sheet(flow=links("A-B B-A")), "flows")
    assert "国が支払ったと書かれたものがありません" in ja
    assert "the state is not said to pay any" in en


def test_first_payees_alone_do_not_tell_what_ends_without_a_name(both):
    page = sheet(flow=links("-A"), payment=[paid("A", "甲", 9)])
    page = page.with_table("remark", [{"rule": "payments_from_items", "table": "payment"}])
    ja, en = both(page, "flows")
    assert "筆頭の支出先だけです。「その他」で終わる割合は分かりません。" in ja
    assert "first payee of each block alone" in en


def test_years_stand_below_each_other(both):
    flow = [link | {"fiscal_year": 2023} for link in links("-A")] + links("-A A-B")
    ja, en = both(sheet(flow=flow, block=[block("A", 9)]), "flows")
    assert re.search(r"2023 +1 +1 +– +0\n2024 +2 +2 +9 +0", ja)
    assert "By the state" in en


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
        "所見は「事業内容の一部改善」でした。概算要求への反映は「縮減」で、反映額は7百万円です。"
        in ja
    )
    assert "要求額は93百万円で、2025年度の当初予算100百万円より7百万円少ない額です。" in ja
    assert "2026年度の当初予算は90百万円になりました。" in ja
    assert "外部有識者による点検は、2024年度が最後です。" in ja
    assert "下回っていません" not in ja
    assert (
        "opinion was “improve in part”. The budget request made of it: “reduced”, 7 million" in en
    )
    assert "93 million yen, 7 less than the initial budget of FY2025 (100)" in en


def test_a_reduction_printed_as_positive_is_one_all_the_same(both):
    review = CUT | {"reflected": 7.2}
    ja, en = both(sheet(review=[review], budget=budgets(100.0, 110.0)), "reviews")
    assert "「縮減」で、反映額は7.2百万円です。" in ja
    assert "10百万円多い額です。その当初予算は、後の年のシートに載ります。" in ja
    assert "反映は「縮減」ですが、要求額は当初予算を下回っていません。" in ja
    assert "The request is not below the initial budget although it says “reduced”" in en


def test_an_opinion_without_amount_or_budget(both):
    review = {"fiscal_year": 2025, "opinion": "現状通り", "reaction": "現状通り"}
    ja, en = both(sheet(review=[review]), "reviews")
    assert "反映は「現状通り」です。" in ja
    assert "反映額は" not in ja
    assert "要求額は" not in ja.split("\n")[1]
    assert "“as it is”" in en
    ja, en = both(sheet(review=[review], budget=budgets(5.0, 5.0)), "reviews")
    assert "当初予算5百万円と同じです。" in ja
    assert "the same as the initial budget of FY2025" in en


def test_a_new_project_has_no_opinion(both):
    ja, en = both(sheet(review=[{"fiscal_year": 2025, "own_check": "新規"}]), "reviews")
    assert "推進チームの所見はありません" in ja
    assert "gives no opinion" in en


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
