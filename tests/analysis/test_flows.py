"""Who pays whom: a graph with circles, several sources and blocks that nobody pays."""

import random

import numpy as np
import pytest

from bought import ABROAD, NAMED, STATE, block, link, links, paid, sheet
from helpers.analysis import flows
from helpers.sheet import records


def depths(page) -> dict:
    return {row["block"]: row["depth"] for row in records(flows.blocks(page))}


def tree(page, most: int = 14) -> list[tuple]:
    """Level, kind or letter, amount."""
    rows = flows.tree(flows.blocks(page), page, most).itertuples()
    return [(row.level, row.block if row.kind == "block" else row.kind, row.amount) for row in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-A A-B B-C", {"A": 1, "B": 2, "C": 3}),
        ("-A A-B -B", {"A": 1, "B": 1}),
        ("-A A-B A-C B-D C-D", {"A": 1, "B": 2, "C": 2, "D": 3}),
        ("-A -A A-B A-B B-A", {"A": 1, "B": 2}),
        ("-A A-A B-B", {"A": 1, "B": None}),
        ("-A B-C C-B", {"A": 1, "B": None, "C": None}),
        ("A-B", {"A": None, "B": None}),
    ],
)
def test_depth_is_the_fewest_steps_from_the_state(text, expected):
    assert depths(sheet(flow=links(text))) == expected


def test_a_block_that_the_state_pays_is_first_whoever_else_pays_it():
    page = sheet(flow=links("-A A-B -B B-C"), block=[block("D", 1)])
    found = flows.blocks(page).set_index("block")["tier"]
    assert found.to_dict() == {"A": "first", "B": "first", "C": "sub", "D": ""}


def test_a_link_for_reference_is_none():
    page = sheet(flow=[link("", "A"), link("", "B", comment="参考")])
    assert flows.blocks(page)["tier"].tolist() == ["first", ""]
    assert flows.tree(flows.blocks(page), page)["kind"].tolist() == [
        *("state", "block", "unlinked", "block")
    ]


def followed(page):
    (row,) = flows.followed(flows.blocks(page), page).to_dict("records")
    return row


def test_what_is_handed_on_is_in_no_sum():
    page = sheet(
        flow=links("-A -B A-C C-D"),
        block=[block("A", 70, 11), block("B", 30, 2), block("C", 20), block("D", 15)],
        payment=[
            paid("A", "甲", 40, corporate_number=NAMED),
            paid("A", "甲", 5, corporate_number=NAMED),
            paid("A", "その他", 25, bundled_payee=True),
            paid("B", "乙", 20, corporate_number=ABROAD, bundled_payee=False),
            paid("B", "丙", 10),
            paid("C", "その他", 20, bundled_payee=True),
        ],
        indirect_cost=[{"indirect": "事務費", "amount": 3}, {"indirect": "旅費", "amount": 1}],
    )
    row = followed(page)
    assert (row["direct"], row["handed_on"], row["indirect"]) == (100, 20, 4)
    assert (row["paid"], row["bundled_amount"], row["unnumbered"]) == (100, 25, 30)
    assert (row["payees"], row["named"]) == (13, 3)
    assert (row["blocks"], row["depth"], row["unlinked"]) == (4, 3, 0)


def test_labels_are_no_names():
    names = ("個人A", "職員B", "その他", "利用者", "非常勤職員(複数名)", "甲", "乙職員共済組合")
    page = sheet(
        flow=links("-A"), block=[block("A", 7, 7)], payment=[paid("A", name, 1) for name in names]
    )
    row = followed(page)
    assert (row["payees"], row["named"], row["unnumbered"]) == (7, 2, 7)


def test_money_for_other_bodies_of_the_state_is_told():
    page = sheet(
        flow=links("-A A-B"),
        payment=[
            *(paid("A", "乙省", 5, corporate_number=STATE), paid("A", "甲", 2)),
            paid("B", "丙省", 1, corporate_number=STATE),
        ],
    )
    row = followed(page)
    assert (row["state_amount"], row["state_bodies"]) == (5, 1)


def test_one_payee_a_block_is_not_the_block():
    page = sheet(
        flow=links("-A A-B -C"),
        payment=[paid("A", "甲", 9), paid("B", "乙", 8), paid("C", "丙", 2)],
        use=[{"block": "A", "payee": "甲", "amount": 9}],
        indirect_cost=[{"indirect": "旅費", "amount": 2}],
    )
    assert flows.first_payees(page) == {2024}
    row = followed(page)
    assert row["first_only"]
    assert np.isnan([row["direct"], row["paid"], row["handed_on"], row["unnumbered"]]).all()
    assert (row["indirect"], row["payees"], row["depth"]) == (2, 0, 2)
    found = flows.tree(flows.blocks(page), page)
    assert np.isnan(found["amount"][0])
    assert found.set_index("block")["first_payee"].dropna().to_dict() == {
        **{"A": "甲", "B": "乙", "C": "丙"}
    }
    # Totals of blocks, payees beside the first, or no table of what money was used for: no such
    # year, and nothing is labelled so.
    others = [
        page.with_table("block", [{"fiscal_year": 2024, "block": "A", "amount": 9}]),
        page.with_table("use", []),
        sheet(payment=[paid("A", "甲", 9), paid("A", "乙", 8)], use=[{"block": "A"}]),
    ]
    for other in others:
        assert flows.first_payees(other) == set()
        assert flows.blocks(other)["first_payee"].isna().all()


def test_a_block_without_a_total_has_what_its_payees_got():
    page = sheet(flow=links("-A -B"), payment=[paid("A", "甲", 4), paid("A", "乙", 5)])
    found = flows.blocks(page).set_index("block")["amount"]
    assert found["A"] == 9
    assert found.isna()["B"]
    assert followed(page)["direct"] == 9


def test_years_are_apart():
    flow = [link("", "A", fiscal_year=2023), link("", "B"), link("B", "A")]
    found = flows.blocks(sheet(flow=flow))
    assert found[["fiscal_year", "block", "depth"]].values.tolist() == [
        [2023, "A", 1],
        [2024, "A", 2],
        [2024, "B", 1],
    ]
    assert len(flows.blocks(sheet(flow=flow), last_year=2023)) == 1


def test_a_tree_has_the_larger_first_and_each_block_once():
    page = sheet(
        flow=links("-A -B B-C A-C C-D D-C"),
        block=[block("A", 1), block("B", 9), block("C", 5), block("D", None)],
        indirect_cost=[{"indirect": "旅費", "amount": 2}],
    )
    rows = tree(page)
    assert [row[:2] for row in rows] == [
        *((0, "state"), (1, "B"), (1, "A"), (2, "C"), (3, "D"), (1, "indirect"))
    ]
    # The state's amount is all that stands below it.
    assert rows[0][2] == 12
    found = flows.tree(flows.blocks(page), page).set_index("block")
    assert found.loc["C", "also"] == ["B", "D"]
    assert found.loc["D", "also"] == []


def test_small_blocks_are_one_row_and_keep_those_above_the_large_ones():
    page = sheet(
        flow=links("-A -B -C -D -E B-F"),
        block=[block(name, 10.0 - at) for at, name in enumerate("ACDE")]
        + [block("B", 0.5), block("F", 20)],
    )
    rows = tree(page, most=3)
    assert rows == [
        *((0, "state", 34.5), (1, "A", 10), (1, "B", 0.5), (2, "F", 20), (1, "rest", 24))
    ]
    # A row for a single block would take its room.
    assert [row[1] for row in tree(page, most=5)] == ["state", "A", "C", "D", "E", "B", "F"]


def test_a_tree_of_nothing():
    page = sheet()
    assert flows.tree(flows.blocks(page), page).empty
    assert flows.followed(flows.blocks(page), page).empty


def some(seed: int):
    """A page of random links, circles and all."""
    rng = random.Random(seed)
    letters = [chr(65 + at) for at in range(rng.randint(1, 26))]
    flow = [
        link(rng.choice(["", *letters]), rng.choice(letters))
        for _ in range(rng.randint(0, 2 * len(letters)))
    ]
    totals = [block(name, rng.choice([None, rng.uniform(0, 99)])) for name in letters]
    return sheet(flow=flow, block=totals), len(letters)


@pytest.mark.parametrize("seed", range(40))
def test_every_block_stands_once_in_any_tree(seed):
    page, many = some(seed)
    found = flows.blocks(page)
    for most in (1, 5, 14):
        rows = flows.tree(found, page, most)
        shown = rows.loc[rows["kind"] == "block", "block"]
        assert shown.is_unique
        assert len(shown) + rows["blocks"].sum() == many
        for row in rows[rows["parent"].notna()].itertuples():
            assert row.parent < row.Index
            assert rows.loc[row.parent, "level"] == row.level - 1
