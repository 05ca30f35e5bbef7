import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from scipy.special import expit, logit
from statsmodels.tools.sm_exceptions import DomainWarning

from helpers import precision
from helpers.analysis import execution, measures
from helpers.forecast import outlook, predictive
from helpers.sheet import ReviewSheet
from simulate import BUDGET, EXECUTED, assert_share, beta_shares, budget_sheet, default_sheet, rates

NAN = np.nan


@pytest.fixture(scope="module")
def default():
    return execution.rates(default_sheet())


def simulated(rng, n, budget, rate, relative_variance):
    """`n` tables of rates with shares of the given mean and relative variance."""
    budget = np.asarray(budget, float)
    table = rates(budget, budget)
    for _ in range(n):
        share = beta_shares(rng, rate, relative_variance)
        # Building each from a sheet would take most of the tests' time.
        yield table.assign(executed=budget * share, execution_rate=share, share=share)


class TestRates:
    def test_net_gross_initial_and_unspent(self):
        table = rates([60], [100], budget_gross=[150], initial=[80], carried_out=[-50]).iloc[0]
        assert table["execution_rate"] == 0.6
        assert table["rate_gross"] == 0.4
        assert table["rate_initial"] == 0.75
        assert table["unspent"] == 40

    def test_default_sheet(self, default):
        assert default["fiscal_year"].to_list() == list(range(2012, 2021))
        assert default["modelled"].to_list() == [True] * 7 + [False] * 2
        np.testing.assert_array_equal(default["unspent"][:7], [12, 1, 7, 3, 14, 17, 28])

    def test_unknown_outturn_is_never_zero(self, default):
        unknown = default[default["fiscal_year"] >= 2019]
        columns = ["executed", "unspent", "execution_rate", "rate_gross", "rate_initial", "share"]
        assert unknown[columns].isna().all(axis=None)

    def test_zero_budget_has_no_rate(self):
        table = rates([0, 5], [0, 0])
        assert table[["execution_rate", "rate_gross", "rate_initial"]].isna().all(axis=None)
        assert not table["modelled"].any()
        assert table["unspent"].isna().all()

    def test_a_row_of_nothing_but_0_is_no_year(self):
        table = rates([5, 0], [10, 0])
        assert table["executed"].isna().to_list() == [False, True]
        assert execution.cascade(table)["fiscal_year"].to_list() == [2012]

    def test_of_a_year_printed_twice_the_last_row_counts(self):
        sheet = budget_sheet([5, 8], [10, 10])
        twice = sheet.with_table("budget", sheet.budget.assign(fiscal_year=2012))
        assert execution.rates(twice)["executed"].to_list() == [8]

    def test_a_branch_is_not_measured_by_its_scrap_of_a_budget(self):
        sheet = budget_sheet([1482, 90], [116, 100])
        branch = sheet.with_table("sheet", sheet.sheet.assign(parent_number="0884"))
        table = execution.rates(branch)
        assert table["modelled"].to_list() == [False, True]
        assert execution.without_budget(table)["executed"].to_list() == [1482]
        assert execution.rates(sheet)["modelled"].all()

    def test_share_is_cut_and_rate_is_not(self):
        table = rates([12, -1], [10, 10])
        assert table["execution_rate"].to_list() == [1.2, -0.1]
        assert table["share"].to_list() == [1, 0]

    def test_years_are_sorted_and_cut(self):
        sheet = default_sheet()
        shuffled = sheet.with_table("budget", sheet.budget.sample(frac=1, random_state=1))
        table = execution.rates(shuffled, first_year=2014, last_year=2016)
        assert table["fiscal_year"].to_list() == [2014, 2015, 2016]
        assert execution.rates(shuffled, last_year=2013)["fiscal_year"].to_list() == [2012, 2013]

    def test_no_year_in_the_span(self):
        with pytest.raises(
            ValueError,
            match="found 2030; expected years of which some are the sheet's",
        ):
            execution.rates(default_sheet(), first_year=2030)

    def test_sheet_is_left_alone(self):
        sheet = default_sheet()
        before = sheet.budget.copy()
        execution.rates(sheet)
        pd.testing.assert_frame_equal(sheet.budget, before)


class TestCascade:
    def test_steps_add_up(self, default):
        table = execution.cascade(default).set_index("fiscal_year")
        assert table.loc[2017, ["cut", "adjusted", "unspent"]].to_list() == [6, 0, 17]
        assert table.loc[2018, ["cut", "adjusted", "unspent"]].to_list() == [50, 0, 28]
        steps = table["executed"] + table[["cut", "adjusted", "unspent"]].sum(axis=1)
        known = table["requested"].notna() & table["executed"].notna()
        pd.testing.assert_series_equal(
            steps[known], table.loc[known, "requested"], check_names=False
        )

    def test_request_stands_beside_the_outturn_known_then(self, default):
        table = execution.cascade(default).set_index("fiscal_year")
        assert table.loc[2019, ["requested", "known_outturn"]].to_list() == [106, 7]
        assert table.loc[2020, ["requested", "known_outturn"]].to_list() == [95, 43]
        assert np.isnan(table.loc[2013, "known_outturn"])

    def test_budget_grown_in_the_year_is_a_negative_adjustment(self):
        assert execution.cascade(rates([90], [120], initial=[100]))["adjusted"].to_list() == [-20]


def test_unspent_is_cumulated(default):
    table = execution.unspent(default)
    assert table["unspent"].to_list() == [12, 1, 7, 3, 14, 17, 28]
    assert table["cumulated"].to_list() == [12, 13, 20, 23, 37, 54, 82]


class TestRequestsNotGiven:
    """RS sheets write 0 for a request that is not given: デジタル庁 4 of 2024."""

    def table(self):
        return rates(
            [58221, 112919, 140392, NAN],
            [300722, 117238, 142364, 779123],
            initial=[269944, 460052, 481188, 0],
            requested=[NAN, 0, 555606, 0],
        )

    def test_a_request_of_0_with_a_budget_granted_is_unknown(self):
        assert self.table()["requested"].isna().to_list() == [True, True, False, False]

    def test_cascade_and_peers_know_the_same_requests(self):
        table = self.table()
        steps = execution.cascade(table).dropna(subset=["requested", "initial"])
        own = measures.own(default_sheet(), table.assign(status="closed"))
        granted = own.set_index("measure").loc["granted"]
        assert (granted["part"], granted["whole"]) == (481188, 555606)
        assert steps["initial"].sum() == granted["part"]
        assert steps["requested"].sum() == granted["whole"]

    def test_the_table_of_the_sheet_keeps_what_is_printed(self):
        sheet = budget_sheet([5], [10], requested=[0])
        execution.rates(sheet)
        assert sheet.budget["requested"].to_list() == [0]


class TestDigits:
    def test_the_default_sheet_is_in_whole_millions(self, default):
        assert set(default["half_unit"]) == {0.5}
        assert precision.of_rates(default) == 0
        # 195 of 277: three digits each, and the errors of seven years partly cancel.
        assert execution.overall(default).decimals == 1

    @pytest.mark.parametrize(("form", "half"), [("rs csv", 5e-7), ("judgit json", 0.5)])
    def test_a_round_year_of_a_sheet_in_yen_is_in_yen(self, form, half):
        sheet = budget_sheet([7, 8.123456], [24, 20])
        sheet = sheet.with_table("sheet", sheet.sheet.assign(source_format=form))
        assert execution.rates(sheet)["half_unit"].iloc[0] == pytest.approx(half)

    def test_sheets_joined_keep_the_digits_of_each(self):
        sheet = budget_sheet([7, 8.123456], [24, 20])
        remark = [{"rule": "stitched", "table": "sheet", "observed": "2023, 2024"}]
        joined = ReviewSheet.build(
            sheet=sheet.sheet.assign(source_format="rs csv"), budget=sheet.budget, remark=remark
        )
        assert execution.rates(joined)["half_unit"].to_list() == pytest.approx([0.5, 5e-7])

    def test_an_interval_of_nearly_everything_tells_nothing(self, default):
        assert execution.overall(default).tells
        assert not execution.overall(rates([58221, 112919, 140392], [300722, 117238, 142364])).tells
        assert not execution.overall(rates([9], [10])).tells


class TestPooled:
    def test_default_sheet_by_hand(self, default):
        pool = execution.overall(default)
        rate = 195 / 277
        share = EXECUTED / BUDGET
        chi2 = np.sum(BUDGET * (share - rate) ** 2 / (rate * (1 - rate)))
        error = np.sqrt(chi2 / 6 / (277 * rate * (1 - rate)))
        assert (pool.executed, pool.budget, pool.df) == (195, 277, 6)
        assert pool.years == tuple(range(2012, 2019))
        assert pool.rate == pytest.approx(rate)
        assert pool.dispersion == pytest.approx(chi2 / 6)
        for limits, factor in (
            (pool.normal, stats.norm.ppf(0.975)),
            (pool.t, stats.t.ppf(0.975, 6)),
        ):
            by_hand = expit(logit(rate) + np.array([-1, 1]) * factor * error)
            assert limits == pytest.approx(by_hand, abs=1e-6)

    def test_default_sheet_as_published(self, default):
        pool = execution.overall(default)
        assert round(100 * pool.rate, 1) == 70.4
        assert pool.dispersion == pytest.approx(8.51, abs=0.01)
        assert pool.normal == pytest.approx((0.528, 0.835), abs=5e-4)
        assert pool.t == pytest.approx((0.482, 0.859), abs=5e-4)

    def test_a_rate_beyond_its_interval_has_none(self):
        # The model takes 30 of 20 as full, so that its mean is .7 where the rate is .87.
        pool = execution.overall(rates([30, 10, 12], [20, 20, 20]))
        assert pool.t[0] < pool.rate < pool.t[1]
        pool = execution.overall(rates([300, 10, 12], [20, 20, 20]))
        assert pool.rate > 1
        assert np.isnan([*pool.normal, *pool.t]).all()

    def test_level(self, default):
        wide, narrow = execution.overall(default), execution.overall(default, level=0.5)
        assert wide.t[0] < narrow.t[0] < wide.rate < narrow.t[1] < wide.t[1]

    def test_scale_of_money_does_not_matter(self, default):
        thousandfold = execution.overall(rates(EXECUTED * 1000, BUDGET * 1000))
        assert thousandfold.t == pytest.approx(execution.overall(default).t)

    @pytest.mark.parametrize(
        ("executed", "budget"),
        [([8], [20]), ([0, 0, 0], [5, 6, 7]), ([5, 6], [5, 6]), ([12, 13], [10, 10]),
         ([7, 14, 2.1], [10, 20, 3]), ([0.1, 0.3, 0.7], [0.2, 0.6, 1.4])],
    )  # fmt: skip
    def test_no_spread_no_interval(self, executed, budget):
        pool = execution.overall(rates(executed, budget))
        assert pool.rate == pytest.approx(sum(executed) / sum(budget))
        assert np.isnan([*pool.normal, *pool.t]).all()
        assert outlook.alone(rates(executed, budget), 10).empty

    @pytest.mark.parametrize("seed", range(5))
    def test_the_mean_share_is_that_of_the_glm(self, seed):
        rng = np.random.default_rng(seed)
        share, weight = rng.beta(3, 1, 6), rng.uniform(0.1, 1e4, 6)
        family = sm.families.Binomial()
        model = sm.GLM(share, np.ones((6, 1)), family=family, var_weights=weight)
        with warnings.catch_warnings():
            # Shares of money are no counts.
            warnings.simplefilter("ignore", DomainWarning)
            fit = model.fit(scale="X2")
        mean = execution.mean_share(share, weight)
        assert (mean.logit, mean.df) == (pytest.approx(fit.params[0]), fit.df_resid)
        assert mean.dispersion == pytest.approx(fit.scale)
        assert np.sqrt(mean.dispersion * mean.unscaled) == pytest.approx(fit.bse[0])

    def test_more_than_the_budget_shows_in_the_rate(self):
        assert execution.overall(rates([30, 10, 12], [20, 20, 20])).rate == pytest.approx(52 / 60)

    def test_nothing_known(self):
        pool = execution.overall(rates([NAN, NAN], [10, 20]))
        assert (pool.years, pool.df) == ((), 0)
        assert np.isnan(pool.rate)

    def test_recovers_the_truth(self):
        rng = np.random.default_rng(1)
        budget = np.full(3000, 50)
        pool = execution.overall(next(simulated(rng, 1, budget, 0.7, 8.5 / budget)))
        assert pool.rate == pytest.approx(0.7, abs=4 * np.sqrt(8.5 * 0.21 / 50 / 3000))
        assert pool.dispersion == pytest.approx(8.5, rel=0.15)
        assert pool.normal == pytest.approx(pool.t, abs=1e-4)

    @pytest.mark.parametrize(
        ("rate", "years", "normal", "t"),
        [(0.7, 7, (0.89, 0.92), (0.94, 0.96)), (0.7, 3, (0.81, 0.85), (0.94, 0.97)),
         (0.9, 7, (0.82, 0.86), (0.88, 0.91))],
    )  # fmt: skip
    def test_coverage(self, rate, years, normal, t):
        # Near a rate of 1 the logit scale is too curved for either interval at this dispersion.
        rng = np.random.default_rng(2)
        budget = BUDGET[-years:]
        tables = simulated(rng, 700, budget, rate, 8.5 / budget)
        pools = [execution.overall(table) for table in tables]
        assert_share([pool.normal[0] < rate < pool.normal[1] for pool in pools], *normal)
        assert_share([pool.t[0] < rate < pool.t[1] for pool in pools], *t)


class TestTrend:
    def test_against_an_independent_optimum(self, default):
        year = np.arange(7) - 3.0
        share = EXECUTED / BUDGET

        def minus_quasi_likelihood(b):
            predictor = b[0] + b[1] * year
            return np.sum(np.logaddexp(0, predictor) - share * predictor)

        best = optimize.minimize(minus_quasi_likelihood, [0, 0], method="BFGS", tol=1e-10).x
        design = np.column_stack([np.ones(7), year])
        mean = expit(design @ best)
        weight = mean * (1 - mean)
        scale = np.sum((share - mean) ** 2 / weight) / 5
        covariance = scale * np.linalg.inv(design.T @ (weight[:, None] * design))
        factor = stats.t.ppf(0.975, 5)
        center, error = design @ best, np.sqrt(np.diag(design @ covariance @ design.T))
        table = execution.trend(default)
        assert table["fitted"].to_numpy() == pytest.approx(mean, abs=1e-5)
        assert table["lower"].to_numpy() == pytest.approx(expit(center - factor * error), abs=1e-5)
        assert table["upper"].to_numpy() == pytest.approx(expit(center + factor * error), abs=1e-5)
        first, slope_error = table.iloc[0], np.sqrt(covariance[1, 1])
        assert first["odds_ratio"] == pytest.approx(np.exp(best[1]), rel=1e-5)
        limits = np.exp(best[1] + np.array([-1, 1]) * factor * slope_error)
        assert first[["odds_low", "odds_high"]].to_numpy(float) == pytest.approx(limits, rel=1e-4)
        p_value = 2 * stats.t.sf(abs(best[1] / slope_error), 5)
        assert first["p_value"] == pytest.approx(p_value, abs=1e-5)

    @pytest.mark.parametrize(
        "executed",
        [[3, 5, 4], [5, 5, 5, 5], [0, 0, 0, 0], [10, 10, 10, 10], [0, 0, 10, 10],
         [0, 0, 4, 10, 10], [10, 0, 0, 0]],
    )  # fmt: skip
    def test_no_trend_can_be_told(self, executed):
        table = execution.trend(rates(executed, [10] * len(executed)))
        assert table.empty
        assert list(table.columns) == execution.TREND

    def test_nearly_a_jump_says_that_nothing_is_known(self):
        table = execution.trend(
            rates([0, 0, 0, 594, 207, 802, 25], [458, 83, 14, 594, 207.1, 802, 25])
        )
        assert table.empty or (table["odds_low"][0] < 1 < table["odds_high"][0])

    def test_recovers_the_truth(self):
        rng = np.random.default_rng(3)
        year = np.arange(400)
        mean = expit(0.5 + 0.01 * (year - 199.5))
        found = execution.trend(rates(100 * beta_shares(rng, mean, 0.05), np.full(400, 100)))
        assert np.log(found["odds_ratio"][0]) == pytest.approx(0.01, abs=0.001)
        assert found["fitted"].to_numpy() == pytest.approx(mean, abs=0.05)
        assert found["p_value"][0] < 1e-6

    def test_pearson_with_t_covers_where_robust_errors_do_not(self):
        rng = np.random.default_rng(4)
        year = np.arange(7)
        design = sm.add_constant(year - 3.0)
        mean = expit(0.8 + 0.15 * (year - 3))
        ours, fitted, robust = [], [], []
        for table in simulated(rng, 500, np.full(7, 100), mean, np.full(7, 0.1)):
            first, *_ = execution.trend(table).itertuples()
            ours.append(first.odds_low < np.exp(0.15) < first.odds_high)
            fitted.append(first.lower < mean[0] < first.upper)
            family = sm.families.Binomial()
            hc0 = sm.GLM(table["share"].to_numpy(), design, family=family).fit(cov_type="HC0")
            robust.append(abs(hc0.params[1] - 0.15) < stats.t.ppf(0.975, 5) * hc0.bse[1])
        assert_share(ours, 0.94, 0.96)
        assert_share(fitted, 0.93, 0.97)
        assert np.mean(robust) < np.mean(ours) - 0.03


class TestPefa:
    @pytest.mark.parametrize(
        ("rate", "band"),
        [(95, "A"), (100, "A"), (105, "A"), (94.9, "B"), (105.1, "B"), (90, "B"), (110, "B"),
         (89.9, "C"), (110.1, "C"), (85, "C"), (115, "C"), (84.9, "D"), (115.1, "D"), (0, "D")],
    )  # fmt: skip
    def test_bands_include_their_limits(self, rate, band):
        _, table = execution.pefa(rates([rate], [100]))
        assert table["band"].to_list() == [band]

    @pytest.mark.parametrize(
        ("executed", "grade"),
        [([100, 100, 0], "A"), ([0, 100, 100], "A"), ([100, 92, 0], "B"), ([100, 0, 0], "D"),
         ([92, 87, 87], "C"), ([100, 92, 87], "B"), ([92, 92, 100], "B"), ([50, 60, 40], "D")],
    )  # fmt: skip
    def test_two_of_three_years(self, executed, grade):
        assert execution.pefa(rates(executed, [100] * 3))[0] == grade

    def test_last_three_closed_years(self, default):
        grade, table = execution.pefa(default)
        assert table["fiscal_year"].to_list() == [2016, 2017, 2018]
        assert grade == "D"

    def test_base_is_the_original_budget(self):
        _, table = execution.pefa(rates([100], [200], initial=[100]))
        assert table["band"].to_list() == ["A"]

    def test_fewer_than_three_years_have_no_grade(self):
        grade, table = execution.pefa(rates([100, 100, NAN], [100] * 3))
        assert grade is None
        assert len(table) == 2


class TestForecast:
    def test_default_sheet(self, default):
        table = outlook.alone(default)
        assert (table["fiscal_year"] == 2019).all()
        assert (table["budget"] == 94).all()
        (row,) = table.itertuples()
        for column in outlook.RATES:
            assert getattr(row, f"executed_{column}") == pytest.approx(94 * getattr(row, column))
        assert row.lower95 < row.lower80 < row.median < row.upper80 < row.upper95
        assert 0.3 < row.p_below_70 < 0.6

    def test_without_noise_it_is_the_interval_of_the_mean(self, default):
        # A huge budget varies by the parameters alone, and then the draws are Student's t.
        forecast = outlook.alone(default, 1e12).iloc[0]
        assert [forecast["lower95"], forecast["upper95"]] == pytest.approx(
            execution.overall(default).t, abs=0.012
        )

    def test_small_budgets_vary_more(self, default):
        small, large = (outlook.alone(default, budget).iloc[0] for budget in (20, 500))
        assert small["lower80"] < large["lower80"]
        assert small["upper80"] > large["upper80"]

    def test_equal_rates_of_rounded_amounts_are_not_certain(self):
        # 9 of 10 million may be 8.5 or 9.5: seven such years cannot promise 8.9 to 9.1.
        table = rates([18, 19, 27, 18, 45, 9, 9], [20, 21, 30, 20, 50, 10, 10])
        forecast = outlook.alone(table, 10).iloc[0]
        assert forecast["executed_upper95"] - forecast["executed_lower95"] > 0.6

    @pytest.mark.parametrize(
        ("executed", "budget", "next_budget"),
        [([5, 8], [10, 10], 10), ([10, 10, 10], [10, 10, 10], 10), ([0, 0, 0], [10, 10, 10], 10),
         ([5, 8, 9], [10, 10, 10], 0), ([5, 8, 9], [10, 10, 10], NAN), ([5, 8, 9], [10] * 3, None)],
    )  # fmt: skip
    def test_nothing_to_draw_from(self, executed, budget, next_budget):
        table = outlook.alone(rates(executed, budget), next_budget)
        assert table.empty
        assert list(table.columns) == outlook.FORECAST

    def test_what_stands_in_the_way_is_named(self):
        assert outlook.obstacle(rates([5, 8], [10, 10]), 10) == "few"
        assert outlook.obstacle(rates([10] * 3, [10] * 3), 10) == "equal"
        assert outlook.obstacle(rates([13, 9, 14, 13.5, 12], [10] * 5), 10) == "over"
        assert outlook.obstacle(rates([5, 8, 9], [10] * 3)) == "budget"
        assert outlook.obstacle(rates([5, 8, 9, NAN], [10] * 4)) == ""

    def test_a_closed_year_without_an_outturn_is_not_the_next_one(self):
        status = ["closed"] * 4 + ["current"]
        sheet = budget_sheet([5, 8, 9, NAN, NAN], [10, 10, 10, 10, 30])
        table = execution.rates(sheet.with_table("budget", sheet.budget.assign(status=status)))
        assert outlook.coming(table) == 2016
        assert outlook.alone(table)[["fiscal_year", "budget"]].iloc[0].to_list() == [2016, 30]
        assert execution.unknown(table)["fiscal_year"].to_list() == [2015]

    def test_same_in_same_out(self, default):
        first = outlook.alone(default)
        np.random.default_rng().random(3)
        pd.testing.assert_frame_equal(first, outlook.alone(default), check_exact=True)

    @pytest.mark.parametrize(
        ("rate", "dispersion", "years", "at80", "at95"),
        [(0.7, 4, 7, (0.79, 0.85), (0.94, 0.97)), (0.7, 4, 3, (0.79, 0.86), (0.94, 0.97)),
         (0.9, 8.5, 7, (0.75, 0.81), (0.92, 0.95))],
    )  # fmt: skip
    def test_coverage(self, rate, dispersion, years, at80, at95):
        rng = np.random.default_rng(5)
        hits = []
        budget = BUDGET[-years:]
        for table in simulated(rng, 250, budget, rate, dispersion / budget):
            truth = beta_shares(rng, rate, dispersion / 50)
            (row,) = outlook.alone(table, 50).itertuples()
            hits.append([row.lower80 <= truth <= row.upper80, row.lower95 <= truth <= row.upper95])
        narrow, wide = zip(*hits, strict=True)
        assert_share(narrow, *at80)
        assert_share(wide, *at95)


class TestStandingOut:
    def test_default_sheet_has_no_year_outside(self, default):
        table = outlook.standing_out(default)
        assert table["fiscal_year"].to_list() == list(range(2012, 2019))
        assert not table["outside"].any()

    def test_an_odd_year_stands_out(self):
        table = outlook.standing_out(rates([90, 92, 94, 91, 93, 89, 20], [100] * 7))
        assert table["outside"].to_list() == [False] * 6 + [True]

    def test_equal_years_do_not_stand_out_by_their_last_bit(self):
        budget = np.array([0.1, 0.3, 0.7, 1.1, 2.3, 5.9])
        assert not outlook.standing_out(rates(0.7 * budget, budget))["outside"].any()

    def test_one_year_against_equal_ones(self):
        table = outlook.standing_out(rates([10, 10, 10, 10, 4], [10] * 5))
        assert table["outside"].to_list() == [False] * 4 + [True]

    def test_three_years_are_too_few(self):
        assert outlook.standing_out(rates([1, 5, 9], [10] * 3)).empty

    def test_false_alarms(self):
        rng = np.random.default_rng(6)
        tables = simulated(rng, 80, np.full(7, 100), 0.7, np.full(7, 0.085))
        alarms = [outlook.standing_out(table)["outside"].mean() for table in tables]
        error = np.std(alarms) / np.sqrt(len(alarms))
        assert 0.06 - 3 * error < np.mean(alarms) < 0.10 + 3 * error


@pytest.mark.parametrize(
    "table",
    [
        execution.rates(ReviewSheet.build(sheet=[{"sheet_id": "x"}])),
        rates([NAN] * 4, [NAN] * 4),
        rates([0] * 4, [0] * 4),
        rates([NAN] * 4, [10] * 4),
    ],
    ids=["empty", "all unknown", "zero budgets", "no outturn"],
)
def test_nothing_to_analyse(table):
    assert execution.overall(table).years == ()
    assert execution.trend(table).empty
    assert outlook.alone(table, 10).empty
    assert outlook.standing_out(table).empty
    assert execution.pefa(table)[0] is None
    assert len(execution.cascade(table)) == table["budget_net"].notna().sum()


money = st.one_of(
    st.none(),
    st.integers(0, 30),
    st.floats(1e-6, 1e5),  # one yen at least
    st.just(10.0),
)


@settings(max_examples=60, derandomize=True)
@given(st.lists(st.tuples(money, money), min_size=1, max_size=7))
def test_arbitrary_sheets(rows):
    executed, budget = zip(*rows, strict=True)
    table = execution.rates(budget_sheet(executed, budget))
    pool = execution.overall(table)
    if not np.isnan(pool.t[0]):
        assert 0 <= pool.t[0] <= pool.normal[0] <= pool.normal[1] <= pool.t[1] <= 1
    trend = execution.trend(table)
    assert (trend["lower"] <= trend["fitted"]).all()
    assert (trend["fitted"] <= trend["upper"]).all()
    assert trend["p_value"].between(0, 1).all()
    for budget_ahead in (0.01, 20):
        forecast = outlook.alone(table, budget_ahead)
        if len(forecast):
            (row,) = forecast.itertuples()
            limits = [0, row.lower95, row.lower80, row.median, row.upper80, row.upper95, 1]
            assert limits == sorted(limits)
            assert 0 <= row.p_below_70 <= 1
    out = outlook.standing_out(table)
    assert (out["lower"] <= out["upper"]).all()
    assert execution.pefa(table)[0] in (None, "A", "B", "C", "D")
    assert len(execution.cascade(table)) <= len(rows)


def test_draws_are_enough_for_the_tails(default, monkeypatch):
    first = outlook.alone(default)
    monkeypatch.setattr(predictive, "SEED", predictive.SEED + 1)
    again = outlook.alone(default)
    for limit in outlook.RATES:
        assert first[limit].to_numpy() == pytest.approx(again[limit].to_numpy(), abs=0.03)


def test_span_that_ends_before_it_begins():
    with pytest.raises(ValueError, match="first_year: found 2018, later than last_year 2014"):
        execution.rates(default_sheet(), first_year=2018, last_year=2014)
