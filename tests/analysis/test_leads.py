"""Reasons to look at a project: each by hand, and what is unknown stays unknown."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.analysis import explanations, leads
from helpers.corpus.store import TABLES
from helpers.sheet import typed

NAN = float("nan")


def panel(**projects: dict[int, tuple]) -> pd.DataFrame:
    """As `Corpus.spending(2019)`: project -> fiscal year -> (initial, executed, requested)."""
    rows = [
        {"project_id": name, "fiscal_year": year, "initial": initial, "executed": executed}
        | {"requested": requested, "budget_net": initial, "budget_gross": initial}
        | {"is_branch": False, "closed": year < 2019}
        for name, years in projects.items()
        for year, (initial, executed, requested) in years.items()
    ]
    return pd.DataFrame(rows)


class TestPersistence:
    def of(self, years: dict[int, tuple]) -> dict:
        return leads.persistence(panel(a=years), 2019).iloc[0].to_dict()

    def test_low_years_back_from_the_last_with_a_request_that_is_not_cut(self):
        found = self.of(
            {
                2015: (100.0, 10.0, NAN),
                2016: (100.0, 70.0, NAN),
                2017: (100.0, 40.0, NAN),
                2018: (100.0, 69.9, NAN),
                2019: (80.0, NAN, NAN),
                2020: (NAN, NAN, 110.0),
            }
        )
        # 70 % is not under 70 %: 2015 is no longer in the row.
        assert (found["low_years"], found["low_again"], found["asked"]) == (2, 2, 1.1)
        assert found["low_unspent"] == pytest.approx(90.1)

    @pytest.mark.parametrize(
        ("executed", "asked", "again"),
        [(40.0, 90.0, 0), (40.0, 100.0, 1), (90.0, 99.0, 0), (40.0, NAN, NAN), (90.0, NAN, 0)],
    )
    def test_a_cut_request_is_none_and_an_unknown_one_unknown(self, executed, asked, again):
        # The budget of 2019 was cut already: that the request keeps to it is no habit.
        found = self.of(
            {2018: (100.0, executed, NAN), 2019: (80.0, NAN, NAN), 2020: (NAN, NAN, asked)}
        )
        assert found["low_again"] == pytest.approx(again, nan_ok=True)
        left = NAN if math.isnan(again) else 60.0 * again
        assert found["low_unspent"] == pytest.approx(left, nan_ok=True)

    def test_a_request_that_repeats_a_budget_with_more_digits_is_no_cut(self):
        found = self.of(
            {2018: (95.0, 36.4, NAN), 2019: (94.786, NAN, NAN), 2020: (NAN, NAN, 94.786)}
        )
        assert (found["low_again"], found["asked"]) == (1, pytest.approx(0.99775, abs=1e-5))

    def test_a_gap_ends_the_row_and_an_unknown_last_year_makes_none(self):
        low = (100.0, 10.0, NAN)
        found = self.of({2016: low, 2018: low, 2019: (80.0, NAN, NAN), 2020: (NAN, NAN, 80.0)})
        assert found["low_years"] == 1
        assert leads.persistence(panel(a={2017: low, 2016: low}), 2019).empty


def table(name: str, *rows: dict) -> pd.DataFrame:
    return typed(list(rows), TABLES[name])


class TestCompetition:
    def contract(self, group: str | None, amount: float, bidders=None, **more) -> dict:
        known = {"sheet_id": "s", "fiscal_year": 2024, "block": "A", "contract_group": group}
        return known | {"amount": amount, "bidders": bidders} | more

    def found(self, *rows, commitment=(), payment=()) -> dict | None:
        made = leads.competition(
            table("contract", *rows),
            table("commitment", *commitment),
            table("payment", *payment),
        )
        return made.iloc[0].to_dict() if len(made) else None

    def test_by_hand(self):
        found = self.found(
            self.contract("tender", 10.0, 1),
            self.contract("tender", 20.0, 3),
            self.contract("proposals", 5.0),
            self.contract("sole", 30.0),
            self.contract("small", 15.0),
            self.contract("grant", 1000.0),
            self.contract(None, 1000.0),
            self.contract("sole", 500.0, contract_detail="再委託"),
            self.contract("sole", 500.0, block="B"),
            payment=[{"sheet_id": "s", "fiscal_year": 2024, "block": "B", "tier": "sub"}],
        )
        assert (found["purchases"], found["uncompeted_amount"]) == (80, 40)
        assert (found["uncompeted"], found["bidders_unknown"]) == (0.5, 5)
        assert found["contracts_of"] == "contract"

    def test_contracts_of_several_years_tell_only_where_the_year_s_are_not_there(self):
        several = {"sheet_id": "s", "block": "A", "contract_group": "sole", "contract_amount": 7.0}
        payment = [{"sheet_id": "s", "fiscal_year": 2023, "block": "A", "tier": "first"}]
        alone = self.found(commitment=[several], payment=payment)
        assert (alone["contracts_of"], alone["uncompeted"]) == ("commitment", 1)
        both = self.found(self.contract("tender", 10.0, 2), commitment=[several])
        assert (both["contracts_of"], both["uncompeted"]) == ("contract", 0)

    def test_without_a_purchase_nothing_is_known(self):
        assert self.found(self.contract("grant", 10.0)) is None


@pytest.mark.parametrize(
    ("opinion", "reaction", "requested", "held", "raised", "reflected"),
    [
        ("事業内容の一部改善", "縮減", 101.0, 1, 1, None),
        ("現状通り", "縮減", 100.0, 1, 0, None),
        ("現状通り", "縮減", 99.0, 0, 0, None),
        ("事業全体の抜本的な改善", "執行等改善", 120.0, 1, 20, None),
        ("事業内容の一部改善", "執行等改善", 120.0, 0, 0, None),
        ("現状通り", "縮減", None, None, None, None),
        (None, None, 120.0, None, None, None),
        # What the sheet says of its own request holds: the amount may be printed with either sign.
        ("現状通り", "縮減", 120.0, 0, 0, -0.6),
        ("現状通り", "縮減", 120.0, 0, 0, 7.2),
    ],
)
def test_opinions_by_hand(opinion, reaction, requested, held, raised, reflected):
    said = {"opinion": opinion, "reaction": reaction, "reflected": reflected}
    review = table("review", {"sheet_id": "s", "fiscal_year": 2024} | said)
    budget = table(
        "budget",
        {"sheet_id": "s", "fiscal_year": 2024, "initial": 100.0},
        {"sheet_id": "s", "fiscal_year": 2025, "requested": requested},
    )
    found = leads.opinions(review, budget, 2024)
    rows = found[["not_followed", "raised"]].to_numpy().tolist()
    assert rows == ([] if held is None else [[held, raised]])


def test_contradictions_are_those_of_the_numbers_that_are_not_explained():
    def finding(rule, severity, proved=False, where="budget"):
        return {"sheet_id": "s", "rule": rule, "severity": severity, "table": where} | {
            **{"proved": proved, "reason": f"{rule}です。", "reason_en": f"It is {rule}."}
        }

    found = leads.contradictions(
        table(
            "finding",
            finding("executed_over_budget", "error"),
            finding("actual_missing", "warning", where="outcome"),
            finding("target_year_era", "error", proved=True, where="outcome"),
            finding("file_missing", "warning"),
            finding("not_reduced", "warning", where="review"),
            finding("single_bid_reason", "warning", where="contract"),
            finding("zero_year", "note"),
        ),
        pd.Series(["s", "t"]),
    ).set_index("sheet_id")
    assert found.loc["s"].tolist() == [
        *(1, 1, "executed_over_budget, actual_missing"),
        *("executed_over_budgetです。", "It is executed_over_budget."),
    ]
    assert found.loc["t", ["errors", "warnings"]].tolist() == [0, 0]


def projects(**columns) -> pd.DataFrame:
    """Projects a, b, ... of one size, of which nothing is known but `columns`."""
    many = len(next(iter(columns.values())))
    every = dict.fromkeys([name for names in leads.REASONS.values() for name in names], NAN)
    names = [*"abcdefgh"[:many]]
    return pd.DataFrame(every, range(many)).assign(
        project_id=names, sheet_id=names, size="<= 10", **columns
    )


@pytest.fixture
def few(monkeypatch):
    """Percentiles among however few peers."""
    monkeypatch.setattr(leads, "FEWEST", 1)


@pytest.mark.usefixtures("few")
class TestRanked:
    def test_ranks_and_percentiles_by_hand(self):
        found = leads.ranked(projects(expected_unspent=[5.0, 9.0, NAN, 5.0]))
        found = found.set_index("project_id")
        assert found["unspent_rank"].reindex([*"abd"]).tolist() == [2, 1, 2]
        # Below b lie two of three, and half of itself.
        assert found["unspent_percentile"].reindex([*"abd"]).tolist() == [0.3333, 0.8333, 0.3333]
        assert found.loc["c", ["unspent_rank", "unspent_percentile", "score", "order"]].isna().all()
        assert found.loc["c", "known"] == 0

    def test_the_second_column_parts_equals_alone(self):
        found = leads.ranked(projects(errors=[0.0, 1.0, 1.0], warnings=[9.0, 0.0, 2.0])).set_index(
            "project_id"
        )
        assert found["contradictions_rank"].reindex([*"abc"]).tolist() == [3, 2, 1]

    def test_peers_are_the_projects_of_a_size(self):
        table = projects(expected_unspent=[1.0, 2.0, 30.0, 40.0])
        table["size"] = ["<= 10", "<= 10", "10-100", None]
        found = leads.ranked(table).set_index("project_id")
        assert found["unspent_rank"].reindex([*"abcd"]).tolist() == [4, 3, 2, 1]
        assert found["unspent_percentile"].reindex([*"abcd"]).tolist() == [0.25, 0.75, 0.5, 0.5]

    def test_the_order_is_the_mean_of_percentiles_that_are_known(self):
        table = projects(
            expected_unspent=[1.0, 2.0, NAN],
            missing_target=[0.2, 0.9, 0.5],
            errors=[2.0, NAN, NAN],
            warnings=[0.0, NAN, NAN],
        )
        found = leads.ranked(table).set_index("project_id")
        assert found.loc["a", "score"] == pytest.approx((0.25 + 1 / 6 + 0.5) / 3, abs=1e-4)
        assert found.loc["b", "score"] == pytest.approx((0.75 + 5 / 6) / 2, abs=1e-4)
        # Of c one reason of three is known: not enough for a place.
        assert found.loc["c", "score"] == 0.5
        assert found["order"].reindex([*"abc"]).tolist()[:2] == [2, 1]
        assert math.isnan(found.loc["c", "order"])

    def test_weights_move_the_order_and_no_rank(self):
        table = projects(expected_unspent=[1.0, 2.0], missing_target=[0.9, 0.2])
        for first, weights in (("a", {"target": 2.0}), ("b", {"target": 0.5})):
            found = leads.ranked(table, leads.WEIGHTS | weights)
            assert found["project_id"].iloc[0] == first
            assert found.set_index("project_id").loc["b", "unspent_rank"] == 1
        # One that weighs nothing is not missed.
        table.loc[0, "missing_target"] = NAN
        found = leads.ranked(table, dict.fromkeys(leads.REASONS, 0.0) | {"unspent": 1.0})
        assert found["order"].notna().all()


def test_among_few_peers_there_is_a_rank_and_no_percentile():
    found = leads.ranked(projects(expected_unspent=[1.0, 2.0]))
    assert found["unspent_rank"].tolist() == [2, 1]
    assert found[["unspent_percentile", "score", "order"]].isna().all(axis=None)


@pytest.mark.usefixtures("few")
def test_a_reason_that_hardly_any_project_has_is_missed_by_none(monkeypatch):
    table = projects(expected_unspent=[1.0, 2.0, 3.0], missing_target=[0.5, NAN, NAN])
    monkeypatch.setattr(leads, "ENOUGH", 1.0)
    assert leads.ranked(table)["order"].notna().sum() == 1
    monkeypatch.setattr(leads, "COMMON", 0.5)
    assert leads.ranked(table)["order"].notna().all()


@pytest.mark.usefixtures("few")
def test_told_are_the_first_and_the_highest_among_their_peers(monkeypatch):
    monkeypatch.setattr(leads, "FIRST", 1)
    monkeypatch.setattr(leads, "NOTABLE", 0.8)
    many = [0.0, 1.0, 2.0, 3.0, 4.0]
    table = projects(
        expected_unspent=many,
        low_again=[0.0, 0.0, 0.0, 0.0, 1.0],
        low_unspent=[0.0, 0.0, 0.0, 0.0, 5.0],
        not_followed=[0.0] * 5,
        raised=[0.0] * 5,
    )
    found = leads.notable(leads.ranked(table))
    # One low year is no habit, and of what there is nothing, nobody is first.
    assert found[["project_id", "reason", "reason_rank"]].to_numpy().tolist() == [
        ["e", "unspent", 1]
    ]


def test_sizes_are_those_of_the_year_or_of_the_one_before():
    years = {2018: (5.0, 5.0, NAN)}
    spending = panel(a=years | {2019: (50.0, NAN, NAN)}, b=years, c={2017: (5.0, 5.0, NAN)})
    assert leads.sized(spending, 2019).to_dict() == {"a": "10-100", "b": "<= 10"}


def test_an_explanation_is_a_sentence_of_the_sheet_that_speaks_of_it():
    review = table(
        "review",
        {"sheet_id": "s", "fiscal_year": 2024, "own_check": "順調である。執行率は低い。反省する。"}
        | {"improvement": "執行率を上げる。", "reaction_detail": "見直した。"},
    )
    note = table(
        "note",
        {"sheet_id": "t", "about": "special", "text": "一者応札が続く／他の話"},
        {"sheet_id": "t", "about": "purpose", "text": "執行率"},
    )
    found = explanations.explained(note, review)
    told = {(row.sheet_id, row.reason): (row.place, row.explanation) for row in found.itertuples()}
    assert told == {
        ("s", "unspent"): ("own_check", "執行率は低い。"),
        ("s", "persistence"): ("own_check", "執行率は低い。"),
        ("s", "opinion"): ("reaction_detail", "見直した。"),
        ("t", "competition"): ("special", "一者応札が続く"),
    }
    assert explanations.explained(note.head(0), review.head(0)).empty
    # Why there was one bidder is printed beside the contract: that of the largest.
    contracts = pd.DataFrame(
        {"sheet_id": ["t", "t", "u"], "amount": [1.0, 2.0, 3.0]}
        | {"single_bid_reason": ["小", "同一の機器", None]}
    )
    found = explanations.explained(note, review, contracts).set_index(["sheet_id", "reason"])
    assert found.loc[("t", "competition"), "explanation"] == "同一の機器"
    assert len(found) == len(told)


@pytest.mark.parametrize(
    ("reason", "text", "quoted"),
    [
        # The word of a good execution is no explanation of a low one.
        ("unspent", "適切な執行が可能となっている。", None),
        (
            "unspent",
            "全額を翌年度に繰り越した。不用額は入札の差額による。",
            "不用額は入札の差額による。",
        ),
        ("unspent", "全額を翌年度に繰り越した。", "全額を翌年度に繰り越した。"),
        ("unspent", "執行が遅れた。", "執行が遅れた。"),
        ("competition", "入札参加資格を統一した。", None),
        ("competition", "競争性を確保した。一社応札は専門性による。", "一社応札は専門性による。"),
        ("competition", "競争性を確保した。", "競争性を確保した。"),
    ],
)
def test_the_sentence_that_says_most_of_it_is_quoted(reason, text, quoted):
    review = table("review", {"sheet_id": "s", "fiscal_year": 2024, "own_check": text})
    found = explanations.explained(table("note"), review).set_index("reason")["explanation"]
    assert found.get(reason) == quoted


@pytest.mark.usefixtures("few")
def test_the_ranks_are_those_of_any_order_of_the_projects():
    rng = np.random.default_rng(1)
    table = projects(expected_unspent=rng.integers(0, 4, 8).astype(float), errors=[1.0] * 8)
    table["warnings"] = rng.integers(0, 3, 8).astype(float)
    shuffled = table.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(leads.ranked(table), leads.ranked(shuffled))
