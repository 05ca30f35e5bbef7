import numpy as np
import pytest

from helpers.analysis.series import IndicatorSeries
from helpers.front import assumptions
from speaking import told


def series(indicator="クラウド導入市区町村数", ceiling=None) -> IndicatorSeries:
    years, values = np.array([2016, 2017]), np.array([10.0, 20.0])
    return IndicatorSeries(indicator, "団体", years, values, ceiling, 30.0, 2023)


def test_the_default_sheet_has_declared_populations():
    ceilings, reason = told("ja", assumptions.populations, "2019-総務省-0042", series(), None)
    assert ceilings == [1741, 1718]
    assert "特別区" in reason


def test_a_given_population_wins_and_zero_means_none():
    assert told("en", assumptions.populations, "2019-総務省-0042", series(), 1788)[0] == [1788]
    assert told("en", assumptions.populations, "2019-総務省-0042", series(), 0)[0] == [None]


def test_a_population_is_not_used_for_a_percentage():
    years, values = np.array([2016, 2017]), np.array([10.0, 20.0])
    percent = IndicatorSeries("率", "%", years, values, 100.0, 30.0, 2023)
    ceilings, reason = told("en", assumptions.populations, "x", percent, 1741)
    assert ceilings == [100]
    assert "not used" in reason


def test_another_indicator_keeps_its_own_ceiling():
    assert told("en", assumptions.populations, "2019-総務省-0042", series("ほか"), None) == (
        [None],
        "",
    )
    assert told("en", assumptions.populations, "x", series("率", 100.0), None) == ([100], "")


def test_an_incomplete_entry_is_named(tmp_path):
    declared = tmp_path / "assumptions.yml"
    declared.write_text("- sheet: x\n  populations: [3]\n", "utf-8")
    with pytest.raises(ValueError, match="entry 1 lacks indicator, reason"):
        told("ja", assumptions.populations, "x", series(), None, declared)
