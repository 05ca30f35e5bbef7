"""Cells of any reader: a number as a whole, or none."""

import pytest

from helpers.sources.cells import Unreadable, nfkc, number_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,600", 1600),
        ("1,600団体", 1600),
        ("10 000 団体", 10000),
        ("1万2千", 12000),
        ("△3.5", -3.5),
        ("１．５", 1.5),
        ("1\u200b600", 1600),
        ("-", None),
        ("団体", None),
        (" ", None),
    ],
)
def test_a_number_with_the_unit_known_for_it(text, value):
    assert number_of(text, "団体") == value


@pytest.mark.parametrize(
    "text",
    [
        *("1000～1067", "10³", "½", "3/5", "12:30", "2018年3月", "1.067,5", "1.6 千団体", "5％"),
        *("約1,600", "1,600団体以上", "前年度以上", "5①", "2E3", "1e30", "1" * 19),
    ],
)
def test_what_is_more_or_less_than_one_number_is_refused(text):
    with pytest.raises(Unreadable):
        number_of(text, "団体")


@pytest.mark.parametrize("unit", ["円/60kg", "10^-14", "5～1"])
def test_a_known_unit_may_hold_digits(unit):
    assert number_of(f"5 {unit}", unit) == 5


def test_marks_of_no_width_make_no_other_word():
    assert nfkc("\ufeff主要な\u200b支出先\xad") == "主要な支出先"
