"""One key for one payee's spellings, and never an empty one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.payee_names import FORM_OF, legal_form, payee_key, plain_name


@pytest.mark.parametrize(
    ("spellings", "key"),
    [
        (
            [
                "ITbook株式会社",
                "ＩＴｂｏｏｋ（株）",
                "㈱ ITBook",
                "株式会社　ｉｔｂｏｏｋ",
                "ＩＴbook㍿",
            ],
            "ITBOOK",
        ),
        (["日本電気株式会社", "（株）日本電気", "日本電気㈱", "日本 電気 (株)"], "日本電気"),
        (["有限会社アイ", "(有)アイ", "㈲アイ", "（有）ｱｲ"], "アイ"),
        (["一般社団法人甲", "（一社）甲", "社団法人甲", "(公社)甲"], "甲"),
        (["公益財団法人 乙", "(公財)乙", "㈶乙"], "乙"),
        (["独立行政法人国立病院機構", "（独）国立病院機構", "国立病院機構"], "国立病院機構"),
        (["国立研究開発法人丙", "(国研)丙"], "丙"),
        (["国立大学法人東京大学", "東京大学", "(国大)東京大学"], "東京大学"),
        (["学校法人 丁", "(学)丁"], "丁"),
        (["特定非営利活動法人戊", "ＮＰＯ法人戊", "認定NPO法人戊", "(特非)戊"], "戊"),
        (["有限責任監査法人トーマツ", "監査法人トーマツ"], "トーマツ"),
        (["日立製作所株式会社関西支社"], "日立製作所関西支社"),
    ],
)
def test_spellings_share_a_key(spellings, key):
    assert {payee_key(name) for name in spellings} == {key}


@pytest.mark.parametrize("name", ["個人", "A", "株主", "協同組合甲", "有限甲", "大学", "財団"])
def test_name_without_a_legal_form_is_kept(name):
    assert payee_key(name) == name
    assert legal_form(name) == ""


@pytest.mark.parametrize("name", ["株式会社", "㈱", "(有)", "社団法人財団法人"])
def test_key_of_a_bare_legal_form_is_not_empty(name):
    assert payee_key(name) == plain_name(name) != ""


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("㈱甲", "株式会社"),
        ("甲(有)", "有限会社"),
        ("（一財）甲", "一般財団法人"),
        ("NPO法人甲", "特定非営利活動法人"),
        ("認定ＮＰＯ法人甲", "認定特定非営利活動法人"),
        ("医療法人社団甲", "医療法人社団"),
        ("国立研究開発法人 甲", "国立研究開発法人"),
    ],
)
def test_legal_form_is_spelled_out(name, form):
    assert legal_form(name) == form


@given(name=st.text(min_size=1), form=st.sampled_from(sorted({*FORM_OF.values()})))
def test_key_is_stable_and_never_empty(name, form):
    key = payee_key(name)
    assert bool(key) == bool(plain_name(name))
    assert payee_key(f"  {name.upper()}") == payee_key(name.upper())
    assert payee_key(form + "　甲") == "甲"
