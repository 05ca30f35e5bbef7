"""What the checks say about the default sheet, read from its page."""

import pytest

from helpers import paths, sources
from helpers.checks import findings, repaired
from speaking import told


@pytest.fixture(scope="module")
def default():
    return sources.read(paths.DEFAULT_SHEET)


def test_errors_and_warnings(default):
    table = findings(default)
    serious = table[table["severity"] != "note"]
    assert list(serious["rule"]) == ["target_year_era", "output_in_money"]


def test_notes(default):
    table = told("en", findings, default)
    notes = table[table["severity"] == "note"]
    rows = list(zip(notes["rule"], notes["row"], strict=True))
    assert rows == [
        ("request_cut", "FY2018"),
        ("request_ignores_outturn", "FY2019"),
        ("expected_missing", "1. クラウド導入市区町村数"),
        ("target_approximate", "1. クラウド導入市区町村数"),
        ("goal_names_more", "1. クラウド導入市区町村数"),
        ("payments_partly_named", "FY2015"),
        ("payments_partly_named", "FY2016"),
        ("payments_missing", "FY2012 FY2013"),
    ]


@pytest.mark.parametrize(("repair", "year"), [("none", 1993), ("proved", 2023), ("all", 2023)])
def test_era_misreading_is_proved_by_the_goal(default, repair, year):
    fixed, table = repaired(default, repair)
    (row,) = table[table["rule"] == "target_year_era"].itertuples()
    assert (row.observed, row.proposed, row.proof) == ("1993", "2023", "令和5年度")
    assert row.applied == (repair != "none")
    assert set(fixed.outcome["target_year"]) == {year}
    assert set(fixed.outcome["target_year_printed"]) == {1993}


def test_output_restates_spending_in_all_three_years(default):
    table = told("en", findings, default)
    (row,) = table[table["rule"] == "output_in_money"].itertuples()
    assert "3 of 3" in row.reason
    assert "FY2016 51 / 53, FY2017 7 / 7 and FY2018 43 / 43" in row.reason
