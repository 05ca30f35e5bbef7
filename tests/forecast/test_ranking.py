"""What a ranking turned out to hold: by hand, and where the truth is known."""

import numpy as np
import pandas as pd
import pytest

from helpers.forecast import ranking

NAN = float("nan")


def candidates(question: str = "unspent", origin: int = 2016, **columns) -> pd.DataFrame:
    many = len(columns["truth"])
    table = pd.DataFrame({"project_id": [f"P{at:04}" for at in range(many)]}).assign(
        question=question, origin=origin, **columns
    )
    return table.reindex(columns=ranking.CANDIDATES)


def values(record: pd.DataFrame, origin: str, top: int) -> dict[str, float]:
    part = record[(record["origin"] == origin) & (record["top"] == top)]
    return part.set_index("by")["value"].to_dict()


@pytest.fixture
def tops(monkeypatch):
    monkeypatch.setattr(ranking, "TOP", (2, 3))


@pytest.mark.usefixtures("tops")
def test_unspent_money_by_hand():
    table = candidates(
        expected=[9.0, 8.0, 7.0, NAN, 1.0, 0.0],
        last=[NAN, 0.0, 5.0, 9.0, 9.0, 0.0],
        size=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        truth=[50.0, NAN, 10.0, 30.0, 10.0, 0.0],
        **{"last share": [6.0, 5.0, 4.0, 3.0, 2.0, 1.0]},
    )
    record = ranking.record(table, draws=2)
    # Of the second it never became known; 100 were left by the others.
    assert values(record, "2016", 2) == {
        "expected": 0.5,
        "last": 0.4,
        "size": 0.1,
        "last share": 0.5,
        "best": 0.8,
        "gain": 0.0,
        "random": pytest.approx(2 / 6, abs=1e-4),
    }
    row = record[(record["by"] == "expected") & (record["top"] == 3)].iloc[0]
    assert row[["value", "projects", "known", "known_in_top", "total"]].tolist() == [
        *(0.6, 6, 5, 2, 100)
    ]


@pytest.mark.usefixtures("tops")
def test_how_many_of_the_first_missed_by_hand():
    table = candidates(
        "missed",
        chance=[0.9, 0.8, 0.8, 0.1, 0.1, 0.1],
        size=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        truth=[1.0, 0.0, NAN, 1.0, 0.0, 0.0],
    )
    record = ranking.record(table, draws=2)
    # Of two of equal chance the one that stands first.
    assert values(record, "2016", 2) == {"chance": 0.5, "size": 0, "gain": 0.5, "random": 0.4}
    assert values(record, "2016", 3) == {
        **{"chance": 0.5, "size": pytest.approx(1 / 3, abs=1e-4), "random": 0.4},
        "gain": pytest.approx(1 / 6, abs=1e-4),
    }
    assert record.loc[record["by"] == "chance", "known_in_top"].tolist()[:2] == [2, 2]


@pytest.mark.usefixtures("tops")
def test_origins_are_told_apart_and_taken_together():
    one = candidates(chance=NAN, expected=[2.0, 1.0, 0.0, 0.0], truth=[1.0, 1.0, 1.0, 1.0])
    two = one.assign(origin=2017, truth=[4.0, 0.0, 0.0, 0.0])
    none = one.assign(origin=2018, truth=NAN)
    record = ranking.record(pd.concat([one, two, none], ignore_index=True), draws=2)
    shares = [values(record, origin, 2)["expected"] for origin in ("2016", "2017", "all")]
    assert shares == [0.5, 1.0, 0.75]
    assert set(record["origin"]) == {"2016", "2017", "all"}
    # Of four projects the first three are most of them.
    assert set(record["top"]) == {2}


def world(seed: int, known: float = 1.0) -> pd.DataFrame:
    """Projects whose unspent money is known beforehand but for a factor; size tells something."""
    rng = np.random.default_rng(seed)
    many = 2000
    size = np.exp(rng.normal(5, 2, many))
    share = rng.beta(1, 6, many)
    truth = size * share * np.exp(rng.normal(0, 0.3, many))
    seen = rng.random(many) < known
    return candidates(
        expected=size * share,
        last=rng.permutation(truth),
        size=size,
        truth=np.where(seen, truth, NAN),
        **{"last share": rng.random(many)},
    )


def of_origin(table: pd.DataFrame, draws: int) -> pd.DataFrame:
    record = ranking.record(table, draws)
    return record[record["origin"] == "2016"].set_index(["by", "top"])


def test_a_ranking_that_knows_holds_more_and_one_that_does_not_as_much_as_chance():
    record = of_origin(world(1), 50)
    found = record["value"].xs(500, level="top")
    assert found["best"] > found["expected"] > found["size"] > found["last"]
    assert found["expected"] > 0.95 * found["best"]
    assert found["last share"] == pytest.approx(found["random"], abs=0.12)
    assert record.loc[("gain", 500), "low"] > 0
    low, high = record.loc[("last share", 500), ["low", "high"]]
    assert low < 0.25 < high


def test_what_never_becomes_known_moves_no_share():
    """A quarter is not known, whatever it is: the shares are those of all, but for chance."""
    of = [of_origin(world(2, known), 100) for known in (1.0, 0.75)]
    for top in (100, 500):
        place = ("expected", top)
        assert of[1].loc[place, "known_in_top"] < 0.85 * top
        assert of[1].loc[place, "low"] < of[0].loc[place, "value"] < of[1].loc[place, "high"]


def test_the_interval_holds_the_share_of_other_projects_of_the_kind():
    """Of 60 worlds, as often as it says."""
    shares, ends = [], []
    for seed in range(60):
        row = of_origin(world(100 + seed), 60).loc[("expected", 500)]
        shares.append(row["value"])
        ends.append((row["low"], row["high"]))
    held = np.mean([low <= np.mean(shares) <= high for low, high in ends])
    assert held > 0.8


def test_the_missing_target_is_the_one_of_the_highest_chance():
    made = pd.DataFrame(
        {
            "project_id": ["a", "a", "a", "b", "c"],
            "number": [1, 2, 3, 1, 1],
            "due": [True, True, False, True, True],
            "p_target": [0.4, 0.1, 0.0, 0.9, NAN],
        }
    )
    found = ranking.missing(made)
    assert found[["project_id", "number", "chance"]].to_numpy().tolist() == [
        ["a", 2, 0.9],
        ["b", 1, 0.1],
    ]


def test_sizes_are_those_of_the_project_among_the_money():
    money = candidates(size=[5.0, 6.0], truth=[1.0, 1.0])
    targets = candidates("missed", chance=[0.5, 0.5, 0.5], truth=[1.0, 0.0, 1.0])
    found = ranking.with_sizes(pd.concat([money, targets], ignore_index=True))
    assert found.loc[found["question"] == "missed", "size"].tolist() == [5, 6]


def spending(year: int, rows: dict[str, dict[int, tuple]]) -> pd.DataFrame:
    """A panel as of `year`: project -> fiscal year -> (initial, executed)."""
    table = [
        {"project_id": name, "fiscal_year": at, "initial": initial, "budget_net": initial}
        | {"budget_gross": initial, "requested": NAN, "executed": executed, "sheet_year": year}
        | {"is_branch": False, "last_sheet": year}
        for name, years in rows.items()
        for at, (initial, executed) in years.items()
    ]
    return pd.DataFrame(table)


def test_projects_of_an_origin_and_what_came_of_them():
    now = {name: {2015: (100.0, 60.0), 2016: (100.0, NAN)} for name in "abcd"}
    panels = {2016: spending(2016, now)}
    after = {"a": {2017: (80.0, NAN)}, "b": {2017: (79.0, NAN)}, "c": {2016: (100.0, 50.0)}}
    panels[2017] = spending(2017, after)
    made = pd.DataFrame(
        {"project_id": [*"abcd"], "budget_mean": 110.0, "executed_mean": [90.0, 80.0, 70.0, 60.0]}
    ).assign(p_below_70=0.2, budget=100.0)
    features = made[["project_id"]].assign(last_rate=[0.6, 0.6, 0.6, NAN])
    came = pd.DataFrame({"project_id": ["a", "c"], "final_budget": [110.0, 90.0]}).assign(
        executed=[95.0, 91.0]
    )
    found = ranking.of_spending(panels, 2016, made, features, came)
    money = found[found["question"] == "unspent"]
    assert money["expected"].tolist() == [20, 30, 40, 50]
    assert money["last"].tolist() == [40] * 4
    assert money["last share"].tolist() == pytest.approx([40, 40, 40, NAN], nan_ok=True)
    assert money["truth"].tolist() == pytest.approx([15, NAN, 0, NAN], nan_ok=True)
    # c's sheet of 2017 prints no budget for its year any more, d has none.
    cut = found[found["question"] == "ended or cut"]["truth"]
    assert cut.tolist() == pytest.approx([0, 1, 1, NAN], nan_ok=True)
