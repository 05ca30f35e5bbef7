"""The logic model: merging, circles, repeated links, numbers that are not unique."""

import random
from itertools import pairwise

import pytest

from helpers.analysis.logic import STAGES, model, outline
from helpers.sheet import ReviewSheet
from logic_sheets import HEAD, VALUES, end, sheet


def told(found, marked=None, most=25) -> list[str]:
    """The outline as ". . s1" for a line two steps in, "s1 again" and "a1 (4)" for four below."""
    goals = found.elements["goal"]
    return [
        "  " * line.depth
        + goals[line.element]
        + (" again" if line.again else "")
        + (f" ({len(line.below)})" if line.below else "")
        for line in outline(found, marked, most)
    ]


def test_a_chain_is_told_step_by_step():
    found = model(sheet("p1 s1", "s1 l1", "a1 p1"))
    assert told(found) == ["a1", "  p1", "    s1", "      l1"]
    assert found.stages == ["activity", "output", "short", "long"]
    assert found.elements["chained"].all()
    assert found.elements["staged"].tolist() == [False, False, True, True]


def test_what_several_lead_to_stands_once_and_is_named_below_the_others():
    found = model(sheet("a1 p1", "p1 s7", "p1 s10", "p1 s13", "s7 l4", "s10 l4", "s13 l4"))
    assert told(found)[2:] == [
        *("    s7", "      l4", "    s10", "      l4 again", "    s13", "      l4 again"),
    ]
    assert len(found.elements) == 6


def test_a_circle_is_opened_and_said():
    found = model(sheet("a1 p1", "p1 s1", "s1 l1", "l1 s1", "s1 s1"))
    assert told(found) == ["a1", "  p1", "    s1", "      l1"]
    closing = found.links[found.links["circular"]]
    goals = found.elements["goal"]
    pairs = {
        (goals[a], goals[b]) for a, b in zip(closing["source"], closing["target"], strict=True)
    }
    assert pairs == {("l1", "s1"), ("s1", "s1")}


def test_a_circle_that_nothing_leads_to_is_told_all_the_same():
    found = model(sheet("s1 s2", "s2 s1"))
    assert told(found) == ["s1", "  s2"]
    assert not found.elements["chained"].any()


def test_a_link_printed_twice_is_one_link():
    found = model(sheet("a1 p1", "p1 l1", "p1 l1"))
    assert found.links["printed"].tolist() == [1, 2]
    assert told(found) == ["a1", "  p1", "    l1"]


def test_a_number_may_stand_for_elements_of_several_kinds_terms_and_goals():
    found = model(sheet("a1 p1", "p1 s1:甲", "p1 s1:乙", "s1:甲 l1", "s1:乙 m1"))
    assert told(found) == ["a1", "  p1", "    甲", "      l1", "    乙", "      m1"]


def test_width_and_line_ends_do_not_part_an_element():
    found = model(sheet("a1 p1:ＡＢ", "p1:AB s1"))
    assert told(found) == ["a1", "  ＡＢ", "    s1"]


def test_the_tables_of_values_are_joined_by_number_kind_and_term():
    facts = {"indicator": "件数", "element_number": 1} | VALUES
    found = model(
        sheet(
            *("a1 p1", "p1 s1", "s1 l1"),
            activity=[{"element_number": 1, "activity": "別の言葉"}],
            output=[{"number": 1, **facts}],
            outcome=[
                {"number": 1, "term": "long", "goal": "別の言葉", **facts},
                {"number": 2, "term": "short", "goal": "s1", **facts},
            ],
        )
    )
    assert found.elements["numbers"].tolist() == [(), (1,), (2,), (1,)]
    assert found.elements["indicator"].tolist() == ["", "件数", "件数", "件数"]
    assert found.of(1) == 3
    assert found.of(2) == 2
    assert found.of(3) is None
    assert found.of(None) is None


def test_every_element_may_be_measured():
    given = {"number": 1, "element_number": 1} | VALUES
    outcome = [given | {"goal": "s1", "term": "short"}]
    found = model(sheet("p1 s1", output=[given], outcome=outcome))
    assert found.elements["numbers"].tolist() == [(1,), (1,)]
    assert found.of(1) == 1, "not the output of the same number"


def test_where_a_number_is_not_one_element_the_goal_joins_them():
    rows = [
        {"number": 1, "goal": "丙", "term": "short", "element_number": 1},
        {"number": 2, "goal": "乙", "term": "short", "element_number": 1},
        {"number": 3, "goal": "甲", "term": "short", "element_number": 1},
    ]
    found = model(sheet("a1 p1", "p1 s1:甲", "p1 s1:乙", outcome=[row | VALUES for row in rows]))
    of = dict(zip(found.elements["goal"], found.elements["numbers"], strict=True))
    assert of == {"a1": (), "p1": (), "甲": (3,), "乙": (2,), "丙": (1,)}
    assert not found.elements.set_index("goal")["named"]["丙"]


def test_an_indicator_under_another_goal_than_the_only_one_left_is_its_own():
    rows = [{"number": 1, "goal": "s1"}, {"number": 2, "goal": "別"}]
    rows = [row | {"term": "short", "element_number": 1} | VALUES for row in rows]
    found = model(sheet("a1 p1", "p1 s1", outcome=rows))
    assert found.elements["numbers"].tolist() == [(), (), (1,), (2,)]


def test_without_numbers_the_words_join_them():
    rows = [{"number": 1, "goal": "s1"}, {"number": 2, "goal": "", "indicator": "どこにもない"}]
    found = model(sheet("a1 p1", "p1 s1", outcome=[row | VALUES for row in rows]))
    assert found.of(1) == 2
    assert not found.elements["named"][found.of(2)]


def test_what_no_activity_leads_to_and_no_link_names():
    given = {"number": 1, "goal": "孤立", "term": "long", "element_number": 9} | VALUES
    found = model(sheet("a1 p1", "p2 s2", outcome=[given]))
    loose = found.elements[~found.elements["chained"]]
    assert loose["goal"].tolist() == ["p2", "s2", "孤立"]
    assert found.elements.loc[~found.elements["named"], "goal"].tolist() == ["孤立"]


def test_a_sheet_without_links_has_no_model_whatever_it_measures():
    found = model(sheet(outcome=[{"number": 1, "goal": "目標", **VALUES}]))
    assert found.elements.empty
    assert found.links.empty
    assert outline(found) == []


def test_an_end_that_is_missing_leaves_an_element_without_a_link():
    rows = [end("a1", "source_"), {"link_reason": "理由だけ"}, {"element": "別の種類"}]
    found = model(ReviewSheet.build(sheet=[HEAD], logic=rows))
    assert told(found) == ["a1"]
    assert found.links.empty


def test_of_many_the_chain_of_the_indicator_is_told_and_the_others_are_counted():
    links = [f"a{n} p{n}" for n in range(1, 11)] + [f"p{n} s{n}" for n in range(1, 11)]
    values = {"term": "short", "element_number": 7, "goal": "s7"} | VALUES
    found = model(sheet(*links, outcome=[{"number": 1, **values}]))
    shown = told(found, found.of(1))
    assert shown[:4] == ["a7", "  p7", "    s7", "a1 (2)"]
    assert len(shown) == 12
    assert told(found, found.of(1), most=4) == shown[:4]


def test_what_two_lead_to_is_counted_below_both():
    links = [f"a{n} p1" for n in range(1, 30)] + ["p1 l1"]
    assert told(model(sheet(*links)), most=3) == ["a1 (2)", "a2 (2)", "a3 (2)"]


@pytest.mark.parametrize("seed", range(100))
def test_any_graph_is_told_once_and_ends(seed):
    """Every element has one line of its own, however the links run."""
    rng = random.Random(seed)
    names = [f"{kind}{n}" for kind in "apsml" for n in range(1, rng.randint(2, 6))]
    links = [" ".join(rng.choices(names, k=2)) for _ in range(rng.randint(1, 40))]
    found = model(sheet(*links))
    lines = outline(found, most=len(names))
    assert sorted(line.element for line in lines if not line.again) == [*range(len(found.elements))]
    assert {line.depth for line in lines[:1]} == {0}
    assert all(after.depth <= before.depth + 1 for before, after in pairwise(lines))
    assert len({*links}) == len(found.links)
    order = [STAGES.index(stage) for stage in found.stages]
    assert order == sorted(order)
    assert len(outline(found, most=3)) <= 3 or len(found.elements) <= 3
