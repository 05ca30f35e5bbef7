import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import eras

ONE = {
    "令和5年度": 2023,
    "令和5年": 2023,
    "令和５年度末までに約1,600団体": 2023,
    "令和元年度": 2019,
    "平成元年": 1989,
    "平成31年度": 2019,
    "平成 30 年度": 2018,
    "昭和64年": 1989,
    "昭和六十三年": 1988,
    "昭和二十年度": 1945,
    "昭和十年": 1935,
    "昭和二〇年": 1945,
    "令和五年度": 2023,
    "大正15年": 1926,
    "明治元年": 1868,
    "明治45年": 1912,
    "㍻30年": 2018,
    "㋿5年度": 2023,
    "Ｒ５": 2023,
    "R5年度": 2023,
    "R 5 年度": 2023,
    "R.5年度": 2023,
    "R元年度": 2019,
    "R元": 2019,
    "H30": 2018,
    "Ｈ３０年度": 2018,
    "H30.4.1": 2018,
    "H30予算": 2018,
    "(H30)": 2018,
    "年度別R5予算": 2023,
    "S63": 1988,
    "S3年度": 1928,
    "T10年": 1921,
    "M30年": 1897,
    "令5年度": 2023,
    "平30年": 2018,
    "昭63年度": 1988,
    "平元年": 1989,
    "令和5": 2023,
    "(平成30)": 2018,
    "平成30までに": 2018,
    "平成32年度": 2020,
    "平成28～30年度": 2016,
}

NONE = [
    "",
    "5年度",
    "2023年度",
    "令和",
    "CH30",
    "R5xx",
    "HR5",
    "COVID-R5",
    "S3バケット",
    "H2ロケット",
    "H1N1型",
    "H2O",
    "M7の地震",
    "M7級",
    "T4",
    "S3",
    "r5",
    "公平5年",
    "平5丁目",
    "令5",
    "昭3年生",
    "昭和3丁目",
    "平成三丁目",
    "昭和町",
    "平成5%",
    "R5%",
    "令和5000人",
    "3R50年度",
]


@pytest.mark.parametrize(("text", "year"), ONE.items(), ids=list(ONE))
def test_one_era_year_is_found_and_converted(text, year):
    (found,) = eras.find(text)
    assert found.year == year == eras.to_western(text)
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("text", NONE)
def test_nothing_is_guessed(text):
    assert eras.find(text) == []
    with pytest.raises(eras.EraError, match="write one year with its era"):
        eras.to_western(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("令和0年度", "1 \\(元年\\)"),
        ("令和〇年", "1 \\(元年\\)"),
        ("昭和65年", "to 64"),
        ("大正16年", "to 15"),
        ("平成2018年度", "to 31"),
        ("令和2023年度", "令和2023年度"),
        ("令和5年度から令和7年度", "2 era years"),
    ],
)
def test_what_is_no_single_year_is_refused(text, said):
    with pytest.raises(eras.EraError, match=said):
        eras.to_western(text)


def test_find_leaves_out_impossible_numbers_and_keeps_the_order():
    found = eras.find("令和0年、Ｈ３０年度から令和５年度、平成2018年度")
    assert [(year.text, year.year) for year in found] == [
        ("Ｈ３０年度", 2018),
        ("令和５年度", 2023),
    ]


def test_a_year_after_the_end_of_its_era_is_marked():
    assert [year.beyond_era for year in eras.find("平成31年 平成32年 昭和65年 令和40年")] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        (1993, {"令和5年": 2023}),
        (1989, {"令和1年": 2019}),
        (1988, {}),
        (2018, {"令和30年": 2048}),
        (2019, {"令和31年": 2049, "平成1年": 1989}),
        (2020, {"令和32年": 2050, "平成2年": 1990}),
        (2023, {"令和35年": 2053, "平成5年": 1993}),
        (2050, {"令和62年": 2080, "平成32年": 2020}),
    ],
)
def test_reread_gives_the_years_of_the_other_era(printed, meant):
    assert eras.reread(printed) == meant


ERAS = st.sampled_from(list(eras.FIRST_YEARS)).flatmap(
    lambda era: st.tuples(st.just(era), st.integers(1, eras.LAST_NUMBERS.get(era, 99)))
)


@given(ERAS, st.sampled_from(["", "年", "年度", " 年度"]), st.booleans())
def test_every_era_year_is_read_back_in_either_width(era_year, suffix, wide):
    era, number = era_year
    digits = str(number)
    if wide:
        digits = digits.translate({ord("0") + i: ord("０") + i for i in range(10)})
    (found,) = eras.find(f"本文、{era}{digits}{suffix}。")
    assert (found.era, found.number) == (era, number)
    assert found.year == eras.FIRST_YEARS[era] + number - 1
    assert not found.beyond_era


@given(st.integers(1989, 2100))
def test_a_reread_year_can_be_read_back(year):
    assert all(year in eras.reread(meant).values() for meant in eras.reread(year).values())


@given(st.text())
def test_any_text_is_searched_and_every_hit_stands_in_it(text):
    for found in eras.find(text):
        assert text[found.start : found.end] == found.text
