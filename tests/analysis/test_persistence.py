"""What followed: hand calculations, and intervals that know that a project's years are alike."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.analysis import persistence
from panels import panel


def fact(found: pd.DataFrame, name: str, size: str = "all", after: str = "all") -> pd.Series:
    rows = found[found["fact"].eq(name) & found["size"].eq(size) & found["after"].eq(after)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_what_followed_one_project_by_hand():
    spending = panel(
        {
            2015: (100, 60),
            2016: (80, 56),
            2017: (90, 108, 85.0, 90.0),
            2018: (50, np.nan, 79.0, 50.0),
        }
    )
    steps = persistence.follow(spending).set_index("fiscal_year")
    assert steps["rate"].tolist() == [0.6, 0.7, 1.0]  # 108 of 90 counts as full
    assert steps["rate_next"].tolist()[:2] == [0.7, 1.0]
    assert steps["low_next"].tolist()[:2] == [0, 0]  # .7 is not under .7
    assert np.isnan(steps.loc[2017, "rate_next"])
    # FY2017 was asked for when 2016's 80 was the budget running and 2015's outturn known.
    assert steps.loc[2015, "asked_as_much"] == 1
    assert steps.loc[2016, "asked_as_much"] == 0  # 79 after 90
    assert steps.loc[2015, "budget_change"] == pytest.approx(0.9)
    assert steps.loc[2016, "budget_change"] == pytest.approx(50 / 80)
    assert steps.loc[2015, "kept"] == 0
    assert np.isnan(steps.loc[2017, "kept"])


def test_a_year_between_is_not_the_next_year():
    steps = persistence.follow(panel({2015: (10, 5), 2017: (10, 9)}))
    assert steps["rate_next"].isna().all()


def test_nothing_asked_and_nothing_granted_are_not_counted():
    spending = panel({2015: (10, 5), 2016: (10, 9), 2017: (0, 0, 0.0, 0.0)})
    first = persistence.follow(spending).iloc[0]
    assert np.isnan([first["asked_as_much"], first["budget_change"], first["kept"]]).all()


def test_shares_after_low_and_other_years():
    low = [{2015: (10, 5), 2016: (10, 5 if k < 12 else 9)} for k in range(20)]
    other = [{2015: (10, 9), 2016: (10, 5 if k < 2 else 9)} for k in range(40)]
    found = persistence.table(panel(*low, *other))
    assert fact(found, "low_next", after="< 70")["value"] == 12 / 20
    assert fact(found, "low_next", after=">= 70")["value"] == 2 / 40
    after = fact(found, "low_next", "<= 10", "50-70")
    assert (after["count"], after["projects"]) == (20, 20)
    x = np.repeat([0.5, 0.5, 0.9, 0.9], [12, 8, 2, 38])
    y = np.repeat([0.5, 0.9, 0.5, 0.9], [12, 8, 2, 38])
    assert fact(found, "correlation")["value"] == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-4)


def test_the_median_of_budgets_two_years_later():
    rows = [{2015: (10, 9), 2017: (10 * change, 9)} for change in np.linspace(0.5, 1.5, 21)]
    found = fact(persistence.table(panel(*rows)), "budget_change")
    assert found["value"] == pytest.approx(1)
    assert 0.7 < found["low"] < 1 < found["high"] < 1.3


def test_the_interval_counts_projects_and_not_their_years():
    """Two hundred pairs of years of forty projects that never change know no more than forty."""
    alike = panel(*[dict.fromkeys(range(2012, 2018), (10, 5 if k < 20 else 9)) for k in range(40)])
    found = fact(persistence.table(alike, draws=2000), "low_next")
    assert (found["count"], found["projects"], found["value"]) == (200, 40, 0.5)
    error = np.sqrt(0.25 / 40)
    assert found["low"] == pytest.approx(0.5 - 1.96 * error, abs=0.03)
    assert found["high"] == pytest.approx(0.5 + 1.96 * error, abs=0.03)


def test_same_numbers_every_time_in_any_order():
    spending = panel(*[{2015: (10, k % 11), 2016: (10, k * 3 % 11)} for k in range(40)])
    shuffled = spending.sample(frac=1, random_state=2)
    assert_frame_equal(persistence.table(spending), persistence.table(shuffled))


def test_rates_that_never_differ_have_no_correlation():
    spending = panel(*[{2015: (10, 10), 2016: (10, 10)}] * 25)
    found = persistence.table(spending)
    assert "correlation" not in set(found["fact"])
    assert fact(found, "low_next", after=">= 90")["value"] == 0


def test_too_few_are_not_counted():
    spending = panel(*[{2015: (10, 10), 2016: (10, 9)}] * 19)
    assert persistence.table(spending).empty


def test_counted_by_years_and_by_money():
    one_big = [{2015: (10_000, 9000)}, *[{2015: (10, 9)}] * 99]
    money = persistence.money(panel(*one_big)).set_index("size")
    assert list(money.index) == ["all", "<= 10", "1000-10000"]
    assert money.loc["all", "unspent"] == 1099
    assert money.loc["all", "top_share"] == pytest.approx(1000 / 1099, abs=1e-4)
    assert money.loc["<= 10", "share_of_years"] == 0.99
    assert money.loc["<= 10", "share_of_unspent"] == pytest.approx(99 / 1099, abs=1e-4)


def test_nothing_left_has_no_share():
    money = persistence.money(panel(*[{2015: (10, 10)}] * 3))
    assert money["top_share"].isna().all()
    assert money["share_of_unspent"].isna().all()
