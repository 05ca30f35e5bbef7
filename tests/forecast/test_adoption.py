from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers import fitted
from helpers.analysis.series import indicators, pick
from helpers.forecast import adoption, models
from helpers.parameters import ParameterError
from helpers.sheet import ReviewSheet
from simulate import (
    FACTS,
    assert_share,
    beta_shares,
    default_sheet,
    history,
    outcome_sheet,
)


@pytest.fixture(scope="module")
def default():
    return pick(default_sheet(), population=1741)


@pytest.fixture(scope="module")
def fits(default):
    return adoption.fit_all(default)


class TestDefaultSheet:
    def test_series(self, default):
        assert default.years.tolist() == [2016, 2017, 2018]
        assert default.values.tolist() == [842, 950, 1067]
        assert (default.target, default.target_year, default.ceiling) == (1600, 2023, 1741)
        assert default.rising
        assert default.target_open

    def test_paths_at_the_target_column(self, default, fits):
        path = adoption.p_target(fits, default).set_index("model")["path"].round()
        assert path[["drift", "ols", "logit", "loglog"]].to_list() == [1630, 1628, 1487, 1448]

    def test_no_model_is_certain_and_they_disagree(self, default, fits):
        odds = adoption.p_target(fits, default).set_index("model")["p"]
        assert odds.dropna().between(0, 1, inclusive="neither").all()
        assert odds.max() - odds.min() > 0.5
        assert odds["drift"] > 0.6
        assert odds["loglog"] < 0.1

    def test_bass_is_not_identified(self, default, fits):
        bass = adoption.fits_table(fits).set_index("model").loc["bass"]
        assert (bass["observations"], bass["df"]) == (2, 0)
        assert bass["note"] == "few"
        assert np.isnan(adoption.p_target(fits, default).set_index("model").loc["bass", "p"])
        limits = adoption.forecasts(fits, [2023]).set_index("model").loc["bass"]
        assert limits[["lower80", "upper80", "lower95", "upper95"]].isna().all()
        assert np.isfinite(limits["path"])

    def test_counts_of_1_april_give_one_more_year(self, default, fits):
        early = replace(default, observed_at="start")
        table = adoption.p_target(fits, early)
        assert (table["column"] == 2024).all()
        later = table.set_index("model")["p"].dropna()
        assert (later > adoption.p_target(fits, default).set_index("model")["p"].dropna()).all()
        assert table.set_index("model").loc["drift", "path"] == 1741  # 1742, but for the ceiling

    def test_year_of_reaching_the_target(self, default, fits):
        reaches = adoption.p_target(fits, default).set_index("model")["reaches"]
        assert reaches[["drift", "logit", "loglog"]].to_list() == [2023, 2026, 2027]

    def test_pace(self, default):
        end, start = adoption.pace(default).itertuples()
        assert (end.observed_at, end.column, end.years_left) == ("end", 2023, 5)
        assert (start.observed_at, start.column, start.years_left) == ("start", 2024, 6)
        assert end.observed == start.observed == 112.5
        assert end.needed == pytest.approx(106.6)
        assert start.needed == pytest.approx(533 / 6)
        assert end.ratio == pytest.approx(106.6 / 112.5)

    def test_columns_ahead(self, default):
        assert adoption.ahead(default) == [2019, 2020, 2021, 2022, 2023, 2024]


class TestSeries:
    sheet = ReviewSheet.build(
        sheet=[FACTS],
        outcome=[
            {"number": n, "indicator": name, "unit": unit, "fiscal_year": year, "actual": value}
            for n, name, unit, values in (
                (1, "短い", "件", {2017: 5, 2018: None}),
                (2, "長い", "％", {2018: 70, 2016: 50, 2017: None}),
                (3, "同長", None, {2016: 1, 2018: 2}),
            )
            for year, value in values.items()
        ],
    )

    def test_longest_history_by_default(self):
        found = pick(self.sheet)
        assert (found.indicator, found.unit) == ("長い", "％")
        assert found.years.tolist() == [2016, 2018]
        assert found.values.tolist() == [50, 70]
        assert found.target is None
        assert not found.target_open

    @pytest.mark.parametrize("indicator", [3, "3", "同長"])
    def test_by_number_or_name(self, indicator):
        found = pick(self.sheet, indicator)
        assert (found.indicator, found.unit) == ("同長", "")

    def test_unknown_indicator_names_what_there_is(self):
        with pytest.raises(
            ParameterError, match=r"found '無い'; expected one of those of .*: 1: 短い; 2: 長い"
        ):
            pick(self.sheet, "無い")

    def test_years_are_cut(self):
        assert pick(self.sheet, 2, first_year=2017).years.tolist() == [2018]
        assert pick(self.sheet, 2, last_year=2017).years.tolist() == [2016]
        with pytest.raises(
            ValueError,
            match="found 2019; expected years of which some are the sheet's",
        ):
            pick(self.sheet, 2, first_year=2019)

    def test_what_is_given_replaces_the_sheets(self):
        given = pick(
            default_sheet(), target=1500, target_year=2021, population=1718, observed_at="start"
        )
        assert (given.target, given.target_year, given.target_column) == (1500, 2021, 2022)
        assert given.ceiling == 1718
        assert pick(default_sheet(), population=0).ceiling is None

    @pytest.mark.parametrize("unit", ["%", "％", " % ", "パーセント"])
    def test_percentages_have_the_ceiling_100(self, unit):
        found = pick(outcome_sheet({2016: 50, 2017: 100}, unit))
        assert found.is_percent
        assert found.ceiling == 100

    @pytest.mark.parametrize(("values", "target"), [((90, 103), None), ((90, 99), 110)])
    def test_percentages_beyond_100_have_none(self, values, target):
        actual = dict(zip((2016, 2017), values, strict=True))
        assert pick(outcome_sheet(actual, "%", target=target)).ceiling is None

    @pytest.mark.parametrize("unit", ["団体", "%ポイント", "", None])
    def test_other_units_have_no_ceiling(self, unit):
        assert pick(outcome_sheet({2016: 50}, unit)).ceiling is None

    def test_population_below_what_was_observed(self):
        with pytest.raises(ValueError, match="population 1,000 is below the 1,067 団体 already"):
            pick(default_sheet(), population=1000)

    def test_population_below_the_target(self, default):
        with pytest.raises(ValueError, match="population 1,200 is below the target of 1,600"):
            default.with_ceiling(1200)

    def test_measurement_date_is_one_of_two(self):
        with pytest.raises(ValueError, match='use "start" or "end"'):
            pick(default_sheet(), observed_at="middle")

    def test_indicators(self):
        table = indicators(self.sheet)
        assert table["indicator"].to_list() == ["短い", "長い", "同長"]
        assert table["actuals"].to_list() == [1, 2, 2]


@pytest.mark.parametrize(
    "sheet",
    [ReviewSheet.build(sheet=[FACTS]), outcome_sheet({2017: None, 2018: None}, target=5)],
    ids=["no outcome", "no actual"],
)
def test_nothing_to_analyse(sheet):
    series = pick(sheet)
    fits = adoption.fit_all(series)
    assert fits == []
    assert adoption.ahead(series) == []
    for table in (
        adoption.fits_table(fits),
        adoption.forecasts(fits, []),
        adoption.p_target(fits, series),
        adoption.sensitivity(series, [None]),
        adoption.pace(series),
    ):
        assert table.empty


class TestFitAll:
    def test_ceiling_models_need_a_ceiling(self):
        names = [fit.model for fit in adoption.fit_all(history([1, 2, 3]))]
        assert names == ["drift", "ols"]
        assert len(adoption.fit_all(history([1, 2, 3], 10.0))) == len(models.MODELS)

    @pytest.mark.parametrize("chosen", [["logit", "drift"], "logit, drift"])
    def test_chosen_models_keep_their_order(self, default, chosen):
        assert [fit.model for fit in adoption.fit_all(default, chosen)] == ["logit", "drift"]

    def test_a_model_named_twice_is_fitted_once(self, default):
        assert len(adoption.fit_all(default, ["ols", "ols"])) == 1

    def test_unknown_model(self, default):
        with pytest.raises(ValueError, match="no model 'spline': choose from drift"):
            adoption.fit_all(default, ["spline"])


class TestTarget:
    def test_p_against_the_exact_distribution(self):
        values = np.array([10.13, 12.71, 13.02, 16.44, 16.9, 19.27, 20.01])
        change = np.diff(values)
        # The slope comes from the last two changes, the dispersion from all six.
        error = change.std(ddof=1) * np.sqrt(4 + 16 / 2)
        for target in (24, 27, 30):
            series = history(values, target=target, target_year=2022)
            p = adoption.p_target(adoption.fit_all(series, ["drift"]), series)["p"][0]
            exact = stats.t(5, values[-1] + 4 * change[-2:].mean(), error).sf(target)
            assert p == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 10_000))

    def test_falling_indicator(self):
        series = history([900, 820, 730], target=500, target_year=2021)
        assert not series.rising
        table = adoption.p_target(adoption.fit_all(series), series).set_index("model")
        assert table.loc["drift", "reaches"] == 2021
        assert 0.4 < table.loc["drift", "p"] < 0.8
        rising = history([100, 180, 270], target=500, target_year=2021)
        mirrored = adoption.p_target(adoption.fit_all(rising), rising).set_index("model")
        assert table["p"].to_numpy() == pytest.approx(mirrored["p"].to_numpy(), abs=0.02)

    def test_target_already_met_may_be_lost_again(self):
        series = history([1500, 1650, 1610], target=1600, target_year=2020)
        table = adoption.p_target(adoption.fit_all(series, ["drift"]), series)
        assert table["reaches"][0] == 2019
        assert 0.5 < table["p"][0] < 1

    def test_never_within_the_horizon(self):
        series = history([100, 100, 101], target=1000, target_year=2020)
        assert adoption.p_target(adoption.fit_all(series), series)["reaches"].isna().all()

    @pytest.mark.parametrize(
        "missing",
        [
            {"target": None},
            {"target_year": None},
            {"target_year": 2018},
            {"target_year": 2010},
            {"target_year": 2069},
        ],
    )
    def test_no_open_target_no_odds(self, default, missing):
        series = replace(default, **missing)
        assert not series.target_open
        assert adoption.p_target(adoption.fit_all(series), series).empty
        assert adoption.pace(series).empty
        assert adoption.sensitivity(series, [1741.0]).empty
        assert adoption.ahead(series) == list(range(2019, 2026))

    def test_due_in_the_last_column_is_open_for_counts_of_1_april(self, default):
        series = replace(default, target_year=2018, observed_at="start")
        assert series.target_open
        table = adoption.sensitivity(series, [1741.0])
        assert set(table["observed_at"]) == {"start"}
        assert set(table["column"]) == {2019}
        (start,) = adoption.pace(series).itertuples()
        assert (start.observed_at, start.years_left, start.needed) == ("start", 1, 533)

    @pytest.mark.parametrize("values", [[842], [842, 950]])
    def test_few_points_have_no_odds(self, values):
        series = history(values, 1741.0, target=1600, target_year=2023)
        table = adoption.p_target(adoption.fit_all(series), series)
        assert len(table) == len(models.MODELS)
        assert table["p"].isna().all()

    def test_at_the_ceiling(self):
        series = history([100, 100, 100], 100.0, "%", target=100, target_year=2023)
        table = adoption.p_target(adoption.fit_all(series), series).set_index("model")
        assert (table.loc[["logit", "probit", "cloglog", "loglog", "bass"], "p"].isna()).all()
        assert table.loc["drift", "path"] == 100

    def test_far_targets_are_followed_for_a_while_only(self, default):
        assert adoption.ahead(replace(default, target_year=2060)) == list(range(2019, 2034))


class TestForecasts:
    def test_one_row_a_model_and_year(self, fits):
        table = adoption.forecasts(fits, [2019, 2023])
        assert len(table) == 2 * len(fits)
        limits = table.dropna()[["lower95", "lower80", "path", "upper80", "upper95"]].to_numpy()
        assert len(limits) == 12
        assert (np.diff(limits, axis=1) > 0).all()

    def test_further_means_wider(self, fits):
        width = {
            year: adoption.forecasts(fits, [year]).eval("upper80 - lower80").dropna()
            for year in (2019, 2021)
        }
        assert len(width[2019]) == 6
        assert (width[2021] > width[2019]).all()

    def test_same_in_same_out(self, default):
        first, again = (
            adoption.forecasts(adoption.fit_all(default), [2019, 2023]) for _ in range(2)
        )
        pd.testing.assert_frame_equal(first, again, check_exact=True)
        first, again = (adoption.sensitivity(default, [1741.0, 1718.0]) for _ in range(2))
        pd.testing.assert_frame_equal(first, again, check_exact=True)


class TestSensitivity:
    def test_every_reading(self, default):
        table = adoption.sensitivity(default, [1741.0, 1718.0, None])
        counts = table.groupby(["observed_at", "population"], dropna=False).size()
        assert counts.to_dict().keys() >= {("end", 1741.0), ("start", 1718.0)}
        assert sorted(counts) == [2, 2, 7, 7, 7, 7]

    def test_agrees_with_p_target(self, default, fits):
        table = adoption.sensitivity(default, [1741.0])
        end = table[table["observed_at"] == "end"].reset_index(drop=True)
        expected = adoption.p_target(fits, default)
        assert expected["p"].dtype == end["p"].dtype == float
        pd.testing.assert_frame_equal(end[expected.columns.to_list()], expected)


def test_changes_are_a_year():
    table = adoption.changes(history([10, 30, 25], years=[2014, 2018, 2019]))
    assert table["fiscal_year"].to_list() == [2018, 2019]
    assert table["change"].to_list() == [5, -5]


class TestDirection:
    @pytest.mark.parametrize(
        ("values", "target", "direction", "rising"),
        [
            ([10, 20], 30, None, True),
            ([30, 20], 10, None, True),
            ([30, 25, 20], 10, None, False),
            ([50, 60], 40, None, True),
            ([50, 40], 60, None, True),
            ([10, 20], 30, "down", False),
            ([30, 20], 10, "up", True),
            ([10, 20], None, None, True),
            ([20, 10], None, None, False),
        ],
    )
    def test_rising(self, values, target, direction, rising):
        assert history(values, target=target, direction=direction).rising == rising

    def test_met(self):
        up, down = (history([1, 2], target=3, direction=way) for way in ("up", "down"))
        values = np.array([2, 3, 4])
        assert up.met(values).tolist() == [False, True, True]
        assert down.met(values).tolist() == [True, True, False]

    def test_unknown_direction(self):
        with pytest.raises(ValueError, match='use "up", "down" or None'):
            history([1, 2], direction="left")


class TestPace:
    def test_standing_still_has_no_ratio(self):
        series = history([5, 5], target=10, target_year=2020)
        table = adoption.pace(series)
        assert table["needed"].to_list() == [2.5, 5 / 3]
        assert table["ratio"].isna().all()

    def test_target_already_met_needs_no_pace(self):
        assert adoption.pace(history([5, 12], target=10, target_year=2020)).empty

    def test_gaps_count_as_years(self):
        series = history([10, 30], years=[2014, 2018], target=50, target_year=2020)
        assert adoption.pace(series)["observed"].to_list() == [5, 5]


class TestPooled:
    """The forecast from how all projects went on, beside the single models."""

    POOL = fitted.SHIPPED.outcomes

    def test_it_leads_where_there_is_a_pool(self, default, fits):
        single = [fit.model for fit in fits]
        assert [fit.model for fit in adoption.fit_all(default, None, self.POOL)] == [
            "pooled",
            *single,
        ]
        assert "pooled" not in single

    def test_by_name(self, default):
        found = adoption.fit_all(default, "logit, pooled", self.POOL)
        assert [fit.model for fit in found] == ["logit", "pooled"]

    def test_by_name_without_a_pool(self, default):
        with pytest.raises(ValueError, match="no model 'pooled': choose from drift"):
            adoption.fit_all(default, ["pooled"])
        with pytest.raises(ValueError, match="no model 'x': choose from pooled, drift"):
            adoption.fit_all(default, ["x"], self.POOL)

    def test_it_is_no_fit_to_the_series(self, default):
        table = adoption.fits_table(adoption.fit_all(default, None, self.POOL))
        assert "pooled" not in set(table["model"])

    def test_sensitivity_takes_the_date_of_the_reading(self, default):
        """The years left are among its regressors: each reading has its own."""
        table = adoption.sensitivity(default, [1741], ["pooled"], self.POOL)
        made = adoption.fit_all(default.with_ceiling(1741.0), ["pooled"], self.POOL)
        again = default.with_ceiling(1741.0), [1741.0], ["pooled"], self.POOL, made
        pd.testing.assert_frame_equal(adoption.sensitivity(*again), table)
        for reading in ("end", "start"):
            variant = replace(default, observed_at=reading)
            wanted = models.fit("pooled", variant, self.POOL)
            row = table.set_index("observed_at").loc[reading]
            assert row["p"] == wanted.chance(variant)
            assert row["path"] == wanted.path([variant.target_column])[0]
            assert row["column"] == variant.target_column
        assert table["p"].nunique() == 2

    def test_sensitivity_without_a_pool_has_none(self, default):
        assert "pooled" not in set(adoption.sensitivity(default, [1741])["model"])


class TestCalibration:
    """Of the futures given a chance of p, a share p comes true."""

    def test_chances_of_the_drift_come_true(self):
        rng = np.random.default_rng(41)
        chances, met = [], []
        for _ in range(800):
            values = 500 + np.cumsum(rng.normal(30, 12, 9))
            # A target set by looking at the past, as they are: ambitious or not.
            change = np.diff(values[:6])
            target = values[5] + 3 * change.mean() + rng.uniform(-6, 6) * change.std(ddof=1)
            series = history(values[:6], target=target, target_year=2021)
            up = series.rising
            odds = adoption.p_target(adoption.fit_all(series, ["drift"]), series)
            chances.append(odds["p"][0])
            met.append((values[8] >= target) == up)
        self.assert_calibrated(np.array(chances), np.array(met))

    def test_chances_of_the_logit_curve_come_true(self):
        rng = np.random.default_rng(42)
        chances, met = [], []
        mean = stats.logistic.cdf(-1 + 0.2 * np.arange(9))
        for _ in range(400):
            values = 1741 * beta_shares(rng, mean, 8 / 1741)
            series = history(values[:6], 1741.0)
            fit = models.fit("logit", series)
            drawn = fit.draws([2021])[:, 0]
            target = np.quantile(drawn, rng.uniform())
            asked = replace(series, target=target, target_year=2021)
            odds = adoption.p_target([fit], asked)["p"][0]
            chances.append(odds)
            met.append((values[8] >= target) == asked.rising)
        self.assert_calibrated(np.array(chances), np.array(met))

    @staticmethod
    def assert_calibrated(chances, met):
        for low, high in ((0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1)):
            inside = (chances >= low) & (chances <= high)
            assert inside.sum() > 50
            mean = chances[inside].mean()
            assert_share(met[inside], mean - 0.01, mean + 0.01)


def test_of_a_year_printed_twice_the_last_value_counts():
    rows = [
        {"number": 1, "indicator": "数", "fiscal_year": year, "actual": value}
        for year, value in [(2018, 8.0), (2017, 5.0), (2018, 9.0), (2018, None), (None, 7.0)]
    ]
    found = pick(ReviewSheet.build(sheet=[{"sheet_id": "x"}], outcome=rows))
    assert (found.years.tolist(), found.values.tolist()) == ([2017, 2018], [5, 9])
    assert found.number == 1
