"""The ways of contracting: every label has a code and a group, and 0 and 999 are no bids."""

import pytest

from helpers.sheet import Remarks
from helpers.sources import contracts

GROUPS = {
    "tender": 4,
    "proposals": 2,
    "small": 1,
    "sole": 2,
    "grant": 2,
    "multi_year": 1,
    "other": 1,
}


def test_the_thirteen_labels_are_in_seven_groups():
    groups = [contracts.group(label) for label in contracts.LABELS.values()]
    assert len(set(contracts.LABELS.values())) == 13
    assert {group: groups.count(group) for group in groups} == GROUPS


@pytest.mark.parametrize(
    ("label", "group"),
    [
        ("一般競争契約（最低価格）", "tender"),
        ("一般競争契約(最低価格) ", "tender"),
        ("随意契約（不落・不調）", "sole"),
        ("その他", "other"),
        ("", ""),
        ("交付", ""),
    ],
)
def test_a_label_has_a_group_in_any_width(label, group):
    assert contracts.group(label) == group


@pytest.mark.parametrize(
    ("bidders", "rate", "known"),
    [
        (1, 99.8, {"bidders": 1, "winning_rate": 99.8}),
        (3, 100, {"bidders": 3, "winning_rate": 100}),
        (0, 0, {}),
        (None, None, {}),
        (2, 0.0, {"bidders": 2}),
    ],
)
def test_what_is_not_given_of_the_bids_is_missing(bidders, rate, known):
    remarks = Remarks()
    assert contracts.bids(bidders, rate, "5-1 L2", remarks) == known
    assert not remarks


@pytest.mark.parametrize(("rate", "said"), [(999, "999"), (100.1, "100.1"), (919.0, "919")])
def test_a_rate_above_100_is_none_and_is_told(rate, said):
    remarks = Remarks()
    assert contracts.bids(2, rate, "5-1 L2", remarks) == {"bidders": 2}
    assert remarks == [
        {"table": "contract", "row": "5-1 L2", "column": "winning_rate"}
        | {"rule": "rate_above_100", "observed": said, "proposed": ""}
    ]
