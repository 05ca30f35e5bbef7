import math

import pytest

from helpers.batch.pages import headlines
from helpers.batch.pages.headlines import Cell
from index_folders import ADOPTION, QUALITY, SPENDING


def cells(facts):
    return headlines.kind(facts).cells(facts)


def test_findings_sort_by_errors_then_warnings_then_notes():
    (shown,) = cells(QUALITY)
    assert shown.text == "1 / 2 / 13"
    counts = [(0, 0, 9), (0, 1, 0), (0, 12, 3), (1, 0, 0), (1, 0, 1), (2, 0, 0)]
    values = [
        cells(dict(zip(("errors", "warnings", "notes"), c, strict=True)))[0].value for c in counts
    ]
    assert values == sorted(set(values))


def test_spending_has_its_rate_its_years_and_what_was_left():
    rate, spark, left = cells(SPENDING)
    assert rate == Cell(0.70397, "70.4 %", "53–83 %")
    assert left == Cell(82.0, "82", "/ 277")
    coarse = cells(SPENDING | {"rate_decimals": 0, "rate_low": None, "rate_high": None})[0]
    assert coarse == Cell(0.70397, "70 %", "")
    assert spark.text == "2014 100 %, 2015 0 %, 2017 170 %, 2018 70 %"
    assert spark.below == "2014–2018"
    assert spark.value is None


def test_the_spark_line_breaks_where_a_year_is_unknown_and_stays_in_its_frame():
    spark = cells(SPENDING)[1]
    assert spark.path == "M2 3.5h0L16 18.5M44 0.5h0L58 7.94"


@pytest.mark.parametrize(
    ("rates", "path"), [([0.5], "M2 11h0"), ([None, 0.5, None], "M30 11h0"), ([-3], "M2 18.5h0")]
)
def test_a_year_alone_is_a_dot(rates, path):
    assert cells({**SPENDING, "rates": rates})[1].path == path


def test_a_chance_is_the_leading_models_with_the_range():
    assert cells(ADOPTION) == [Cell(0.2, "20 % (1 %–> 99 %)", "1,067 → 1,600 (2023)")]
    (without_lead,) = cells({**ADOPTION, "p_lead": None})
    assert without_lead.value == pytest.approx(0.5045)
    assert without_lead.text == "1 %–> 99 %"
    (alike,) = cells({**ADOPTION, "p_low": 0.001, "p_high": 0.002})
    assert alike.text == "20 %"


@pytest.mark.parametrize(
    ("known", "below"),
    [
        ({}, ""),
        ({"target": 3.0}, ""),
        ({"last_actual": 1067.0}, "1,067"),
        ({"last_actual": 0.0, "target": 0.0}, "0 → 0"),
        ({"last_actual": 5.0, "target": 20.0, "target_year": 2023}, "5 → 20 (2023)"),
    ],
)
def test_where_no_chance_is_known_the_values_are_shown(known, below):
    assert cells({**dict.fromkeys(ADOPTION), **known}) == [Cell(None, "–", below)]


@pytest.mark.parametrize("facts", [QUALITY, SPENDING, ADOPTION])
@pytest.mark.parametrize(
    "value", [None, "12", True, math.nan, math.inf, -math.inf, 10**400, 1e300, [1], {"a": 1}]
)
def test_what_is_no_number_is_unknown(facts, value):
    shown = cells(dict.fromkeys(facts, value))
    assert [(cell.value, cell.text, cell.below, cell.path) for cell in shown] == [
        (None, "–", "", "")
    ] * len(shown)


def test_nothing_is_zero():
    rate, _, left = cells({**SPENDING, "execution_rate": 0, "unspent": 0})
    assert (rate.value, rate.text) == (0, "0.0 %")
    assert (left.value, left.text) == (0, "0")
    over = cells({**SPENDING, "unspent": -12.5})[2]
    assert (over.value, over.text) == (-12.5, "-12.5")


def test_other_notebooks_have_no_numbers():
    assert headlines.kind({"other": 1}) is None
    assert headlines.kind({}) is None
