"""Rules about what became of a project: what must be found, and what nearly is and must not."""

import pytest
from sheet_examples import TRIGGERS, elsewhere, found, reviewed, sheet


@pytest.mark.parametrize("reflected", [5.0, -5.0])
def test_the_reaction_says_the_direction_and_the_amount_its_size(reflected):
    made = reviewed(110.0, reaction="縮減", reflected=reflected)
    (row,) = found(made, "not_reduced", "en")
    assert (row.severity, row.observed, row.row) == ("warning", "縮減", "FY2019")
    assert "led to “reduced” (5 million yen), but 110 million yen" in row.reason


@pytest.mark.parametrize(
    ("review", "budget", "says"),
    [
        ({"reaction": "縮減"}, (100.0, None), "2020年度の要求額100百万円"),
        ({"reaction": "廃止"}, (None, 100.0), "2020年度の当初予算100百万円"),
        ({"reaction": "縮減"}, (99.0, None), ""),
        ({"reaction": "縮減"}, (99.0, 99.0), ""),
        ({"reaction": "縮減"}, (None, None), ""),
        ({"opinion": "事業内容の一部改善", "reaction": "執行等改善"}, (110.0, 110.0), ""),
        ({"opinion": "現状通り", "reaction": "現状通り"}, (110.0, None), ""),
        ({"opinion": "廃止"}, (110.0, None), "所見は「廃止」"),
        ({}, (110.0, None), ""),
    ],
)
def test_reduction_is_followed_by_less(review, budget, says):
    rows = found(reviewed(*budget, **review), "not_reduced")
    assert [says in row.reason for row in rows] == [True] * bool(says)


def test_a_review_of_a_project_without_a_budget_reduces_nothing():
    assert found(reviewed(110.0, initial=0.0, reaction="縮減"), "not_reduced") == []
    assert found(reviewed(110.0, year=2018, reaction="縮減"), "not_reduced") == []


def test_a_later_sheet_prints_what_was_granted():
    budget = [{"fiscal_year": 2019, "initial": 100.0}, {"fiscal_year": 2020, "requested": 90.0}]
    review = [{"fiscal_year": 2019, "reaction": "縮減"}]
    later = [elsewhere("budget", "initial", 120.0, 2020)]
    (row,) = found(sheet(budget=budget, review=review, vintage=later), "not_reduced", "en")
    assert "the initial budget of FY2020, 120 million yen" in row.reason
    assert found(sheet(budget=budget, review=review), "not_reduced") == []


def test_further_rows_of_a_review_say_nothing_again():
    made = TRIGGERS["not_reduced"]
    rows = [{"fiscal_year": 2019, "reaction": "縮減"}, {"fiscal_year": 2019, "survey": "調査"}]
    assert len(found(made.with_table("review", sheet(review=rows).review), "not_reduced")) == 1


def test_successors_and_origins_are_named():
    rows = [
        {"related_id": "12", "related_name": "甲", "relation": "統合先"},
        {"related_id": "12", "related_name": "甲", "relation": "統合先"},
        {"related_id": "13", "related_name": "乙", "relation": "分割先"},
        {"related_id": "14", "related_name": "丙", "relation": "統合元"},
        {"related_id": "15", "related_name": "丁", "relation": "親事業"},
    ]
    to, origin = found(sheet(related=rows), "merged", "en")
    assert "“12 甲” and “13 乙”" in to.reason
    assert "“14 丙”" in origin.reason
    assert found(sheet(related=rows[-1:]), "merged") == []
