import math

import pytest

from helpers import words
from speaking import told


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1067, "1,067"),
        (1629.5, "1,630"),
        (112.5, "112.5"),
        (0.35, "0.35"),
        (12.04, "12"),
        (-17, "-17"),
        (0, "0"),
        (-1e-14, "0"),
        (0.004, "0.004"),
        (math.nan, "–"),
        (math.inf, "∞"),
    ],
)
def test_number(value, text):
    assert words.number(value) == text


def test_estimates_have_about_three_digits():
    shown = [words.estimate(value) for value in (1629.5, 422.7, 42.45, 0.4449, math.nan)]
    assert shown == ["1,630", "423", "42.5", "0.44", "–"]
    shown = [words.estimate(value) for value in (7309899.0, -12995.4, 9999.6, 5.4e-8, math.inf)]
    assert shown == ["7,310,000", "-13,000", "10,000", "0", "∞"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (99.99, "99.99"),
        (1234.5, "1,234.5"),
        (1.067, "1.067"),
        (1067.000001, "1,067"),
        (1234567.801, "1,234,567.8"),
        (12345678.5, "12,345,678.5"),
        (100.0, "100"),
        (100 / 3, "33.3"),
        (0.1 + 0.2, "0.3"),
        (0.0012, "0.0012"),
        (math.nan, "–"),
        (-math.inf, "−∞"),
    ],
)
def test_a_printed_value_keeps_its_few_decimals(value, text):
    assert words.printed(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "< 1 %"), (0.004, "< 1 %"), (0.41, "41 %"), (0.996, "> 99 %"), (1.0, "> 99 %")],
)
def test_probability_is_never_shown_as_certain(value, text):
    assert words.probability(value) == text


def test_a_range_of_probabilities():
    assert words.probabilities(0.03, 0.96) == "3–96 %"
    assert words.probabilities(0.001, 0.5) == "< 1 %–50 %"


def test_percent_and_interval():
    assert words.percent(195 / 277) == "70.4 %"
    assert words.percent(math.nan) == "–"
    assert words.interval(0.4816, 0.8589) == "48.2–85.9 %"
    assert words.level(0.8) == "80 %"


def test_years_and_lists_in_both_languages():
    assert told("ja", words.year, 2018) == "2018年度"
    assert told("en", words.year, None) == "?"
    assert [told(lang, words.quoted, "甲") for lang in words.LANGUAGES] == ["「甲」", "“甲”"]
    assert told("en", words.span, 2012, 2018) == "FY2012–2018"
    assert told("ja", words.span, 2012, 2012) == "2012年度"
    assert told("en", words.listed, ["a", "b", "c"]) == "a, b and c"
    assert told("ja", words.listed, ["甲", "乙"]) == "甲、乙"
    assert told("en", words.listed, []) == ""


def test_an_unknown_language_says_what_to_use():
    with pytest.raises(ValueError, match='use "ja" or "en"'):
        words.speak("fr")


def test_every_table_and_column_has_a_heading():
    from helpers.checks import FINDING
    from helpers.sheet import COLUMNS

    shown = {name for table, names in COLUMNS.items() if table != "remark" for name in names}
    internal = {"source_format", "source_path", "payee_key", "number", "block", "rank"}
    assert {*shown, *FINDING, *COLUMNS} - internal <= set(words.TERMS)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([679.0, 0.16, 12.25], ["679.0", "0.2", "12.3"]),
        ([679.0, 12.0, 0.0, None], ["679", "12", "0", "–"]),
        ([9.24, 1.1, 0.001], ["9.24", "1.10", "0.001"]),
        ([12345.6, 1234.5], ["12,346", "1,235"]),
        ([12345.6, 99.5], ["12,345.6", "99.5"]),
        ([], []),
    ],
)
def test_a_column_has_one_number_of_decimals(values, shown):
    shape = words.column(values)
    assert [shape(value) for value in values] == shown


def test_a_column_says_that_it_is_rounded_by_what_it_shows():
    assert words.rounded([9.24]) == ""
    assert words.rounded([9.24, 679.0], words.column([9.24, 679.0])) != ""
    assert words.rounded([12345.6, 99.5], words.column([12345.6, 99.5])) == ""


def test_a_tiny_amount_is_written_out():
    assert words.number(0.00001) == "0.00001"
    assert words.significant(-1234567, 2) == "-1,200,000"


def test_a_ministry_has_its_english_name_in_english_alone():
    assert words.ministry("環境省") == "環境省"
    with words.speaking("en"):
        assert words.ministry("環境省") == "Ministry of the Environment"
        assert words.ministry("新設庁") == "新設庁"


@pytest.mark.parametrize(
    ("value", "ja", "en"),
    [
        (0, "100回に1回未満", "less than 1 in 100"),
        (0.004, "100回に1回未満", "less than 1 in 100"),
        (0.094, "100回に9回ほど", "about 9 in 100"),
        (0.095, "10回に1回ほど", "about 1 in 10"),
        (0.5, "10回に5回ほど", "about 5 in 10"),
        (0.65, "10回に7回ほど", "about 7 in 10"),
        (0.65 - 1e-12, "10回に7回ほど", "about 7 in 10"),
        (0.9, "10回に9回ほど", "about 9 in 10"),
        (0.905, "100回に91回ほど", "about 91 in 100"),
        (0.996, "100回に99回超", "more than 99 in 100"),
        (1, "100回に99回超", "more than 99 in 100"),
        (math.nan, "–", "–"),
    ],
)
def test_a_chance_is_so_many_of_ten_and_never_certain(value, ja, en):
    assert (told("ja", words.chance, value), told("en", words.chance, value)) == (ja, en)


@pytest.mark.parametrize(
    ("column", "value", "en"),
    [
        ("methods", "委託・請負、補助、その他", "Commission or contract, subsidy, other"),
        ("accounts", "一般会計", "General account"),
        ("account", "労働保険", "Special account for labour insurance"),
        (
            "accounts",
            "一般会計、エネルギー対策特別会計電源開発促進勘定",
            "General account, special account for energy policy"
            " (electric power development promotion)",
        ),
        ("accounts", "一般予算", "一般予算"),
        ("contract_method", "随意契約（少額）", "Negotiated (small amount)"),
        ("ministry", "環境省", "Ministry of the Environment"),
        ("reaction", "縮減", "reduced"),
        ("stage", math.nan, "–"),
        ("stage", "", "–"),
    ],
)
def test_entries_of_lists_are_read_in_english_and_stay_in_japanese(column, value, en):
    assert words.is_listed(column)
    assert told("en", words.entry, column, value) == en
    assert told("ja", words.entry, column, value) == ("–" if en == "–" else value)


def test_codes_are_words_in_both_languages():
    assert [told(lang, words.entry, "sheet_type", "review") for lang in words.LANGUAGES] == [
        "レビューシート",
        "review sheet",
    ]


def test_the_lists_hold_all_methods_of_contracts():
    from helpers.sources.contracts import LABELS

    assert set(words.ENTRIES["contract_method"]) == set(LABELS.values())
