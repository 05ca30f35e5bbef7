import doctest
import math

import pytest

from helpers import money, words
from helpers.sentences import ENVIRONMENT
from speaking import told

YEN = [
    (0, "0円", "¥0"),
    (195, "1億9,500万円", "¥195 million"),
    (-195, "−1億9,500万円", "−¥195 million"),
    (8.5, "850万円", "¥8.5 million"),
    (0.084, "8万4,000円", "¥84,000"),
    (0.0005, "500円", "¥500"),
    (4e-7, "0円", "¥0"),
    (-4e-7, "0円", "¥0"),
    # What rounds up to the next step is named by it.
    (99.999, "1億円", "¥100 million"),
    (999.96, "9億9,996万円", "¥1 billion"),
    (9999.999, "100億円", "¥10 billion"),
    (999_960, "9,999億6,000万円", "¥1 trillion"),
    (999_999.996, "1兆円", "¥1 trillion"),
    # Whole millions from ten billion on, hundreds of millions from a trillion on.
    (12_345.678, "123億4,600万円", "¥12.3 billion"),
    (276_543.21, "2,765億4,300万円", "¥277 billion"),
    (1e6, "1兆円", "¥1 trillion"),
    (72_638_512.3, "72兆6,385億円", "¥72.6 trillion"),
    # Ties fall away from 0, also those that noise has moved.
    (1234.565, "12億3,457万円", "¥1.23 billion"),
    (1234.565 - 1e-10, "12億3,457万円", "¥1.23 billion"),
    (-1_000_050, "−1兆1億円", "−¥1 trillion"),
    (124.5, "1億2,450万円", "¥125 million"),
    (math.nan, "–", "–"),
    (math.inf, "∞", "∞"),
    (-math.inf, "−∞", "−∞"),
]


@pytest.mark.parametrize(("value", "ja", "en"), YEN)
def test_an_amount_is_read_as_people_say_it(value, ja, en):
    assert (told("ja", money.yen, value), told("en", money.yen, value)) == (ja, en)


@pytest.mark.parametrize(
    ("low", "high", "ja", "en"),
    [
        (29, 85, "2,900万〜8,500万円", "¥29–85 million"),
        (900, 1200, "9億〜12億円", "¥900 million to ¥1.2 billion"),
        (0, 85, "0〜8,500万円", "¥0 to ¥85 million"),
        (0.5, 0.9, "50万〜90万円", "¥500,000–900,000"),
        (-5, 2, "−500万〜200万円", "−¥5 million to ¥2 million"),
        (-5, -2, "−500万〜−200万円", "−¥5 million to −¥2 million"),
        (24e6, 25e6, "24兆〜25兆円", "¥24–25 trillion"),
        (195, 195, "1億9,500万円", "¥195 million"),
        (math.nan, 195, "–", "–"),
        (195, math.nan, "–", "–"),
        (math.nan, math.nan, "–", "–"),
    ],
)
def test_a_range_names_its_unit_once(low, high, ja, en):
    assert (told("ja", money.yens, low, high), told("en", money.yens, low, high)) == (ja, en)


@pytest.mark.parametrize(
    ("amounts", "most", "ja", "en"),
    [
        ([], 1e5, "百万円", "million yen"),
        ([math.nan, math.inf], 1e5, "百万円", "million yen"),
        ([0.2, -99_999], 1e5, "百万円", "million yen"),
        ([0.2, -100_000], 1e5, "億円", "billion yen"),
        ([9_000_000], 1e5, "億円", "billion yen"),
        ([24e6], 1e5, "兆円", "billion yen"),
        ([24e6], 1e6, "億円", "billion yen"),
        ([24e6], 1e3, "兆円", "trillion yen"),
        ([24e12], 1e3, "兆円", "trillion yen"),
    ],
)
def test_a_unit_is_chosen_by_the_largest_amount(amounts, most, ja, en):
    names = [told(lang, money.unit, amounts, most).name for lang in words.LANGUAGES]
    assert names == [ja, en]


def test_a_unit_counts_in_itself():
    japanese, english = (
        told(lang, money.unit, [amount]) for lang, amount in (("ja", 24_000_000), ("en", 250_000))
    )
    assert words.number(24_500_000 / japanese.million) == "24.5"
    assert words.number(250_000 / english.million) == "250"


@pytest.mark.parametrize("value", [row[0] for row in YEN if math.isfinite(row[0])])
def test_what_is_shown_is_shown_again(value):
    for lang in words.LANGUAGES:
        seen = told(lang, money.shown, value)
        assert told(lang, money.shown, seen) == seen
        assert told(lang, money.yen, seen) == told(lang, money.yen, value)


@pytest.mark.parametrize(
    ("name", "ja", "en"),
    [
        ("<= 10", "1,000万円以下", "up to ¥10 million"),
        ("100-1000", "1億〜10億円", "¥100 million to ¥1 billion"),
        ("> 100000", "1,000億円超", "over ¥100 billion"),
    ],
)
def test_a_class_of_sizes_is_in_yen(name, ja, en):
    assert (told("ja", money.size, name), told("en", money.size, name)) == (ja, en)


def test_amounts_are_filters_of_sentences():
    text = ENVIRONMENT.from_string("{{ all|yen }}, {{ low|yens(85) }}")
    assert told("en", text.render, all=195, low=29) == "¥195 million, ¥29–85 million"


def test_the_examples_hold():
    assert told("ja", doctest.testmod, money).failed == 0
