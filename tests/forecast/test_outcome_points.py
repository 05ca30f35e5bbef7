import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.analysis.series import HORIZON
from helpers.forecast.outcome_pool import points, shaped
from outcome_world import of_series
from panels import outcome_panel as panel
from simulate import history

INF, NAN = np.inf, np.nan


def point(values: dict[int, float], **facts) -> pd.Series:
    return points(panel(values, **facts)).iloc[0]


def shape(values: dict[int, float], **facts) -> pd.Series:
    return shaped(points(panel(values, **facts))).iloc[0]


TOWARDS = {2015: 10.0, 2016: 14.0, 2017: 22.0}
DUE = {"target": 40.0, "target_year": 2020}


class TestPoints:
    def test_the_latest_three_values(self):
        row = point({2011: 1.0, 2014: 3.0, 2015: 10.0, 2017: 22.0})
        assert row[["last_year", "year1", "year2"]].tolist() == [2017, 2015, 2014]
        assert row[["value0", "value1", "value2"]].tolist() == [22, 10, 3]

    def test_two_values(self):
        row = point({2015: 10.0, 2017: 22.0})
        assert row[["value0", "value1"]].tolist() == [22, 10]
        assert row[["value2", "year2"]].isna().all()

    def test_left_out(self):
        rows = pd.concat(
            [
                panel({2017: 1.0}, "single"),
                panel(TOWARDS, "branch", is_branch=True),
                panel(TOWARDS, "ended", last_sheet=2017, stated=2017),
                panel(TOWARDS, "dropped", stated=2017),
                panel(TOWARDS, "kept"),
            ]
        )
        assert points(rows, 2018)["indicator_id"].tolist() == ["kept"]
        assert points(rows)["indicator_id"].tolist() == ["dropped", "ended", "kept"]

    def test_rows_in_any_order(self):
        rows = pd.concat([panel(TOWARDS, "a"), panel({2016: 5.0, 2017: 4.0}, "b")])
        mixed = rows.sample(frac=1, random_state=1)
        assert_frame_equal(points(mixed), points(rows))

    @pytest.mark.parametrize(
        ("unit", "values", "target", "ceiling"),
        [
            ("%", [50, 60, 100], 100, 100),
            ("％", [50, 60, 70], None, 100),
            (" パーセント ", [50, 60, 70], 80, 100),
            ("%", [50, 60, 101], 100, INF),
            ("%", [50, 60, 70], 110, INF),
            ("団体", [50, 60, 70], 80, INF),
            (None, [50, 60, 70], 80, INF),
        ],
    )
    def test_ceiling(self, unit, values, target, ceiling):
        row = point(dict(zip((2015, 2016, 2017), values, strict=True)), unit=unit, target=target)
        assert row["ceiling"] == ceiling

    def test_floor(self):
        assert point({2016: 0.0, 2017: 3.0})["floor"] == 0
        assert point({2016: -1.0, 2017: 3.0})["floor"] == -INF

    @pytest.mark.parametrize(
        ("values", "target", "rising"),
        [
            ([10, 12, 15], 20, True),
            ([20, 15, 12], 10, False),
            ([20, 25, 30], 10, True),  # a floor that is held
            ([20, 18, 19], 15, True),
            ([20, 16, 14], 15, True),  # through a floor
            ([10, 9, 8], 20, True),  # more is better, and it falls
            ([10, 9, 8], None, False),
            ([8, 9, 10], None, True),
        ],
    )
    def test_rising(self, values, target, rising):
        row = point(dict(zip((2015, 2016, 2017), values, strict=True)), target=target or NAN)
        assert row["rising"] == rising

    def test_rising_looks_at_the_first_value_of_all(self):
        values = {2012: 22.0, 2015: 25.0, 2016: 24.0, 2017: 23.0}
        assert point(values, target=20.0)["rising"]
        late = {year: values[year] for year in (2015, 2016, 2017)}
        assert not point(late, target=20.0)["rising"], "it falls every year"

    @pytest.mark.parametrize(
        ("expected", "kept"),
        [
            ({}, 0),
            ({2017: 22.0}, 0.5),
            ({2017: 23.0}, -0.5),
            ({2015: 9.0, 2016: 14.0, 2017: 30.0}, 0.5),
            ({2015: 9.0, 2016: 9.0, 2017: 9.0}, 1.5),
            ({2011: 0.0}, 0),
        ],
    )
    def test_kept(self, expected, kept):
        assert point({2011: 5.0} | TOWARDS, expected=expected)["kept"] == kept

    def test_kept_of_what_is_to_fall(self):
        plans = {"expected": {2015: 31.0, 2016: 24.0, 2017: 19.0}, "target": 10.0}
        assert point({2015: 30.0, 2016: 25.0, 2017: 19.0}, **plans)["kept"] == 0.5


class TestShaped:
    def test_towards(self):
        row = shape(TOWARDS, **DUE)
        # 12 in two years; the last 8 of them; 18 more in three years
        assert (row["kind"], row["sign"], row["pace"], row["steps"]) == ("towards", 1, 6, 3)
        assert row["lately"] == pytest.approx(8 / 6)
        assert (row["gap"], row["need"], row["ahead"]) == (3, 1, 1)
        assert row[["has_target", "behind", "overshoot", "two", "falls"]].tolist() == [
            1,
            0,
            0,
            0,
            0,
        ]
        assert row["noise"] == pytest.approx(np.log(6 / 22))

    def test_towards_by_falling(self):
        row = shape({2015: 50.0, 2016: 46.0, 2017: 38.0}, target=20.0, target_year=2020)
        assert (row["kind"], row["sign"], row["pace"]) == ("towards", -1, 6)
        assert row["lately"] == pytest.approx(8 / 6)
        assert (row["gap"], row["need"], row["falls"]) == (3, 1, 1)

    @pytest.mark.parametrize(
        ("due", "gap", "behind"),
        [
            ({}, 0, 0),
            ({"target": 40.0}, 0, 0),
            ({"target": 40.0, "target_year": 2017}, 0, 0),  # past
            ({"target": 40.0, "target_year": 2017 + HORIZON + 1}, 0, 0),  # too far
            ({"target": 16.0, "target_year": 2020}, -1, 1),  # behind: it was met
            ({"target": 22.0, "target_year": 2020}, 0, 1),  # met exactly
        ],
    )
    def test_trending(self, due, gap, behind):
        row = shape(TOWARDS, **due)
        assert (row["kind"], row["gap"], row["behind"]) == ("trending", gap, behind)
        assert row["overshoot"] == gap
        assert row["has_target"] == behind

    def test_a_target_at_the_farthest(self):
        row = shape(TOWARDS, target=40.0, target_year=2017 + HORIZON)
        assert (row["kind"], row["steps"], row["need"]) == ("towards", HORIZON, 3 / HORIZON)

    def test_two_values_are_never_towards(self):
        row = shape({2016: 14.0, 2017: 22.0}, **DUE)
        assert (row["kind"], row["two"], row["pace"], row["lately"]) == ("trending", 1, 8, 1)
        assert row["gap"] == 18 / 8

    def test_gaps_in_years(self):
        row = shape({2011: 10.0, 2013: 14.0, 2017: 22.0}, **DUE)
        # 2 a year before and 2 a year lately
        assert (row["kind"], row["pace"], row["lately"], row["steps"]) == ("towards", 2, 1, 3)
        row = shape({2011: 10.0, 2016: 14.0, 2017: 22.0})
        assert (row["pace"], row["lately"]) == (2, 2)  # 8 / 2, cut at 2

    def test_wavering(self):
        row = shape({2015: 10.0, 2016: 16.0, 2017: 14.0}, **DUE)
        assert (row["kind"], row["sign"], row["pace"]) == ("wavering", 1, 4)
        assert row["lately"] == -0.5
        assert (row["gap"], row["need"]) == (6, pytest.approx(6.5 / 3))  # the gap is cut at 6
        down = shape({2015: 20.0, 2016: 14.0, 2017: 16.0}, target=18.0, target_year=2018)
        assert (down["sign"], down["lately"], down["gap"], down["ahead"]) == (-1, -0.5, -0.5, -1)
        assert (down["behind"], down["overshoot"]) == (1, -0.5)

    def test_stopping_is_wavering(self):
        row = shape({2015: 10.0, 2016: 16.0, 2017: 16.0})
        assert (row["kind"], row["pace"], row["lately"]) == ("wavering", 3, 0)

    def test_up_and_down_to_where_it_was(self):
        row = shape({2015: 10.0, 2016: 16.0, 2017: 10.0})
        assert (row["kind"], row["sign"], row["pace"], row["lately"]) == ("wavering", 1, 6, -1)

    def test_steady_after_changes(self):
        """Its pace is what it used to change, of all years: 10 and 40 in four of them."""
        row = shape({2011: 0.0, 2012: 10.0, 2013: 50.0, 2016: 50.0, 2017: 50.0, 2018: 50.0}, **DUE)
        assert (row["kind"], row["usual"], row["pace"]) == ("steady", 10, 10)
        assert (row["flat"], row["gap"]) == (0, -1)
        assert row["rough"] == pytest.approx((30 + 40 + 0 + 0) / 4 / 10)

    @pytest.mark.parametrize(("value", "pace"), [(50.0, 50), (0.5, 1), (0.0, 1), (-7.0, 7)])
    def test_steady(self, value, pace):
        for years in ((2016, 2017), (2015, 2016, 2017)):
            row = shape(dict.fromkeys(years, value), target=value + pace, target_year=2018)
            assert (row["kind"], row["pace"], row["ahead"]) == ("steady", pace, 1)
            assert (row["gap"], row["two"], row["lately"]) == (1, len(years) == 2, 0)
            assert (row["flat"], row["none"]) == (1, value == 0)

    def test_how_far_the_target_is(self):
        # 9 of 22 are missing; the value is 10 % better than it must be; what falls is to fall.
        short = shape(TOWARDS, target=31.0, target_year=2020)
        assert (short["met"], short["short"]) == (0, pytest.approx(np.log1p(20 * 9 / 31)))
        over = shape(TOWARDS, target=20.0, target_year=2020)
        assert (over["met"], over["short"]) == (1, pytest.approx(-np.log1p(20 * 0.1)))
        down = {2015: 31.0, 2016: 25.0, 2017: 22.0}
        less = shape(down, target=20.0, target_year=2020)
        assert (less["met"], less["short"]) == (0, pytest.approx(np.log1p(20 * 0.1)))
        assert (less["better"], less["rising"]) == (1, False)
        worse = shape(down, target=40.0, target_year=2020)
        assert (worse["better"], worse["rising"], worse["short"] > 0) == (-1, True, True)
        assert shape(TOWARDS)[["met", "short"]].tolist() == [0, 0]

    def test_what_the_value_is(self):
        names = ["percent", "full", "none"]
        whole = shape({2016: 100.0, 2017: 100.0}, unit="%")
        assert whole[names].tolist() == [1, 1, 0]
        assert shape({2016: 0.0, 2017: 0.0}, unit="%")[names].tolist() == [1, 0, 1]
        # A rate that may lie above 100 has no ceiling; nor have what are no percentages.
        assert shape({2016: 120.0, 2017: 100.0}, unit="%")[names].tolist() == [0, 0, 0]
        assert shape({2016: 100.0, 2017: 100.0})[names].tolist() == [0, 0, 0]

    def test_cuts(self):
        row = shape({2015: 0.0, 2016: 1e-6, 2017: 1.0}, target=9e9, target_year=2018)
        assert (row["lately"], row["need"], row["gap"]) == (pytest.approx(2, abs=1e-5), 4, 6)
        row = shape({2015: 2.0, 2016: 1.0, 2017: 0.0})
        assert row["noise"] == 1

    def test_nothing_is_changed_of_the_points(self):
        known = points(panel(TOWARDS, **DUE))
        assert_frame_equal(shaped(known)[known.columns], known)


class TestOfSeries:
    @pytest.mark.parametrize(
        ("values", "unit", "due"),
        [
            ([10, 14, 22], "団体", (40.0, 2023)),
            ([9, 10, 14, 22], "団体", (12.0, 2023)),
            ([50, 46, 38, 20], "%", (10.0, 2019)),
            ([14, 22], "団体", (40.0, 2017)),
            ([3, 3, 3], "％", None),
            ([-4, 3, 1], "度", (0.0, 2060)),
        ],
    )
    def test_the_panels_row(self, values, unit, due):
        values = [float(value) for value in values]
        target, year = due or (None, None)
        years = range(2019 - len(values), 2019)
        plans = dict(zip(years, [v + (-1) ** i for i, v in enumerate(values)], strict=True))
        series = history(
            values,
            100.0 if unit in "%％" else None,
            unit,
            target=target,
            target_year=year,
            expected=np.array(list(plans.values())),
        )
        facts = {"target": NAN if target is None else target, "target_year": year or pd.NA}
        given = panel(dict(zip(years, values, strict=True)), expected=plans, unit=unit, **facts)
        wanted = points(given)
        got = of_series(series)
        same = [name for name in wanted if name not in ("indicator_id", "project_id", "ministry")]
        assert_frame_equal(got[same], wanted[same], check_dtype=False)
        assert_frame_equal(
            shaped(got)[shaped(wanted).columns[3:]], shaped(wanted).iloc[:, 3:], check_dtype=False
        )

    def test_the_date_the_ceiling_and_the_direction_are_its_own(self):
        series = history(
            [10, 14, 22], 90.0, target=40, target_year=2023, observed_at="start", direction="down"
        )
        row = of_series(series).iloc[0]
        assert (row["ceiling"], row["rising"], row["target_year"]) == (90, False, 2024)

    def test_without_plans(self):
        assert of_series(history([10, 14, 22])).iloc[0]["kept"] == 0
