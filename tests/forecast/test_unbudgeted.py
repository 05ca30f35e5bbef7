import numpy as np
import pytest
from test_execution_pool import NAN, panel, year

from helpers.forecast import unbudgeted
from simulate import assert_share

MOVED = {"initial": 0.0, "carried_in": 0.0}


def spent(fiscal_year: int, amount: float, **more) -> dict:
    """A year that was spent without an initial budget."""
    return year(fiscal_year, NAN, amount, **(MOVED | more))


def test_who_is_forecast_by_hand():
    rows = panel(
        spent(2017, 400.0),
        spent(2016, 10.0),
        spent(2017, 30.0, project_id="budgeted"),
        year(2018, 50.0, project_id="budgeted"),
        year(2017, 30.0, 30.0, project_id="planned"),
        spent(2017, 30.0, project_id="branch", is_branch=True),
        spent(2016, 30.0, project_id="long ago"),
        spent(2017, 30.0, project_id="old", sheet_year=2017),
        spent(2017, 0.2, project_id="Q", end_year=2017.0),
        year(2019, NAN, project_id="Q", requested=5.0),
    )
    found = unbudgeted.features(rows, 2018).set_index("project_id")
    assert found.index.to_list() == ["P", "Q"]
    assert found.loc["P", ["last", "ended", "asked", "before"]].to_list() == [400, 0, 0, 0.5]
    assert found.loc["P", "amount"] == pytest.approx((np.log(400) - 5) / 3)
    assert found.loc["Q", ["last", "ended", "asked", "before"]].to_list() == [0.2, 1, 1, 0]


@pytest.fixture(scope="module")
def world():
    """Projects of which half of those asked for, and a tenth of the others, spend again: between
    nothing and twice the year before."""
    rng = np.random.default_rng(4)
    rows, later = [], []
    for at in range(1500):
        name, asked = {"project_id": f"P{at:04}"}, at % 2
        rows.append(spent(2017, 100.0, **name))
        rows += [year(2019, NAN, requested=5.0, **name)] * asked
        again = rng.uniform() < (0.5 if asked else 0.1)
        later += [spent(2018, 200.0 * rng.uniform(), sheet_year=2019, **name)] * again
    first, last = panel(*rows), panel(*later)
    table = unbudgeted.training({2018: first, 2019: last})
    return table, unbudgeted.forecast(unbudgeted.fit(table), unbudgeted.features(first, 2018))


def test_simulated_truth_is_recovered(world):
    table, found = world
    asked = table["asked"] == 1
    assert found.loc[asked, "p_none"].mean() == pytest.approx(0.5, abs=0.05)
    assert found.loc[~asked, "p_none"].mean() == pytest.approx(0.9, abs=0.03)
    executed = table["ratio"] * table["last"]
    assert_share(executed[asked] > found.loc[asked, "executed_upper80"], 0.07, 0.13)
    assert found["executed_mean"].mean() == pytest.approx(executed.mean(), rel=0.1)
    # Nine of ten spend nothing: no limit of 80 % lies above it.
    assert found.loc[~asked, ["executed_lower80", "executed_median"]].eq(0).all(axis=None)


def test_none_to_learn_from_and_none_to_forecast(world):
    table, _ = world
    fitted = unbudgeted.fit(table.head(0))
    assert fitted["rows"] == 0
    found = unbudgeted.forecast(fitted, table.head(2))
    assert found["p_none"].between(0, 1).all()
    assert unbudgeted.forecast(fitted, table.head(0)).empty
