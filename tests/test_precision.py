"""Digits of ratios: as many as the printed amounts can carry."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers import precision, words
from helpers.story import common
from helpers.story.spending.budget import multiple
from helpers.story.spending.forecast import coarse
from speaking import told


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (7, 24, "29 %"),
        (8, 20, "40 %"),
        (43, 71, "61 %"),
        (95, 100, "95.0 %"),
        (4310, 7140, "60.4 %"),
        (7, 2068, "0.3 %"),
        (20, 20, "100 %"),
        (0, 8, "0 %"),
    ],
)
def test_a_rate_of_whole_millions(part, whole, text):
    error = precision.error(part, whole, 0.5, 0.5)
    assert words.percent(part / whole, precision.decimals_in_percent(error)) == text


def test_what_is_not_known_at_all_has_no_decimals():
    for error in (math.inf, np.float64(1e308)):
        assert precision.decimals(error) == precision.decimals_in_percent(error) == 0


def test_the_same_rate_of_amounts_in_yen_has_its_decimals():
    error = precision.error(7, 24, 5e-7, 5e-7)
    assert words.percent(7 / 24, precision.decimals_in_percent(error)) == "29.2 %"


@pytest.mark.parametrize(("part", "whole"), [(7.0, 24.0), (0.0, 8.0), (-3.5, 0.1)])
def test_one_number_has_the_error_that_it_has_in_a_column(part, whole):
    column = precision.error(np.array([part]), np.array([whole]), 0.5, 0.05)
    assert [precision.error(part, whole, 0.5, 0.05)] == pytest.approx(column.tolist(), rel=1e-15)


def test_the_errors_of_a_sum_are_independent():
    assert precision.of_sum([0.5] * 4) == pytest.approx(1)
    assert precision.error(1, 1, 3, 4) == pytest.approx(5 / math.sqrt(3))


@pytest.mark.parametrize(
    ("part", "whole", "ja", "en"),
    [
        (106, 7, "約15倍", "about 15 times"),
        (106, 53, "2倍", "2 times"),
        (30, 7, "4.3倍", "4.3 times"),
        (13, 1, "8倍以上", "at least 8 times"),
        (555606, 58221, "9.5倍", "9.5 times"),
    ],
)
def test_a_multiple_of_whole_millions(part, whole, ja, en):
    assert told("ja", multiple, part, whole, 0.5) == ja
    assert told("en", multiple, part, whole, 0.5) == en


def test_the_finest_digits_of_a_row_or_of_the_table():
    amounts = pd.DataFrame({"initial": [20.0, 4.25, None, 0.0], "executed": [8.0, 4, None, 3]})
    by_row = precision.finest_half_units(amounts, by_row=True)
    assert by_row[[0, 1, 3]] == pytest.approx([0.5, 0.005, 0.5])
    assert math.isnan(by_row[2])
    assert precision.finest_half_units(amounts, by_row=False) == pytest.approx([0.005] * 4)


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (24.6, 24.6, 90.4, "25"),
        (57.3, 4.21, 119, "57"),
        (251_141, 251_141, 608_432, "250,000"),
        (41_371, 41_361, 41_721, "41,370"),
        (0.92, 0.92, 1.4, "0.9"),
        (7, 7, 7, "7"),
    ],
)
def test_a_forecast_amount_has_the_digits_of_its_interval(value, low, high, text):
    assert words.number(coarse(value, low, high)) == text


def test_a_hair_does_not_move_a_forecast_off_a_tie():
    for hair in (-1e-10, 0, 1e-10):
        assert coarse(25.5 * (1 + hair), 5, 90) == 26


def amounts(values: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"executed": values})


def test_a_table_of_amounts_is_in_one_unit():
    caption, shown = told("ja", common.in_units, amounts([24_500_000, 195.4]))
    assert caption.startswith("金額は億円(四捨五入")
    assert [shown["executed"](value) for value in (24_500_000, 195.4)] == ["245,000.0", "2.0"]
    _, shown = told("ja", common.in_units, amounts([610_696_412.0]))
    assert shown["executed"](610_696_412) == "6,106,964"
    caption, _ = told("en", common.in_units, amounts([999_999.0]))
    assert caption == "amounts in million yen"


def test_what_is_rounded_says_so():
    assert told("ja", words.rounded, [560324, 7, 3.5, math.nan]) == ""
    assert told("ja", words.rounded, [560323.6, 7]) == "(四捨五入)"
    assert told("en", words.rounded, [0.0014159]) == " (rounded)"
    assert "差や合計が合わない" in told("ja", common.in_units, amounts([560323.6]))[0]
    assert told("en", common.in_units, amounts([20.0, 8.0]))[0] == "amounts in million yen"


def test_the_error_of_a_ratio_to_next_to_nothing_is_beyond_all_numbers():
    beyond = precision.error(1.0, -8.034664e-261, 0.5, 0.5)
    assert beyond == math.inf
    assert precision.decimals(beyond) == 0
    by_hand = math.sqrt((0.5**2 + (7 / 24) ** 2 * 0.5**2) / 3) / 24
    assert precision.error(7, 24, 0.5, 0.5) == pytest.approx(by_hand)
