import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from helpers.forecast import adoption, models, predictive
from simulate import assert_coverage, beta_shares, history, quantile_tolerance

POPULATION = 1741.0
DEFAULT = [842.0, 950, 1067]
INVERSE = {
    "logit": stats.logistic.cdf,
    "probit": stats.norm.cdf,
    "cloglog": lambda z: 1 - np.exp(-np.exp(z)),
    "loglog": lambda z: np.exp(-np.exp(-z)),
}
LEVELS = [0.025, 0.1, 0.5, 0.9, 0.975]


def nature(name, rng, points, dispersion, population=POPULATION, start=-0.8, slope=0.2):
    """A history of `points` years that follows the model `name`."""
    t = np.arange(points)
    if name == "drift":
        return 800 + np.cumsum(60 + np.sqrt(dispersion) * rng.standard_normal(points))
    if name == "ols":
        return 800 + 60 * t + np.sqrt(dispersion) * rng.standard_normal(points)
    if name == "bass":
        values = [0.1 * population]
        for _ in t[1:]:
            left = population - values[-1]
            hazard = 0.02 + 0.35 * values[-1] / population
            values.append(values[-1] + left * beta_shares(rng, hazard, dispersion / left))
        return np.array(values)
    return population * beta_shares(rng, INVERSE[name](start + slope * t), dispersion / population)


def ceiling(name):
    return POPULATION if models.MODELS[name].ceiling else None


def assert_quantiles(drawn, distribution):
    for level in LEVELS:
        allowed = quantile_tolerance(distribution, level, len(drawn))
        assert np.quantile(drawn, level) == pytest.approx(distribution.ppf(level), abs=allowed)


class TestDrift:
    values = np.array([10.13, 12.71, 13.02, 16.44, 16.9, 19.27, 20.01])

    def test_interval_of_a_random_walk_with_drift(self):
        # Hyndman and Athanasopoulos, Forecasting: Principles and Practice, the drift
        # method, with Student's t for the estimated variance; the slope from the last two changes.
        change = np.diff(self.values)
        n, drift, s = len(change), change[-2:].mean(), change.std(ddof=1)
        fit = models.fit("drift", history(self.values))
        assert fit.estimate == pytest.approx([drift])
        for h, drawn in zip((1, 4, 9), fit.draws([2019, 2022, 2027]).T, strict=True):
            center, error = self.values[-1] + h * drift, s * np.sqrt(h + h**2 / 2)
            assert_quantiles(drawn, stats.t(n - 1, center, error))

    def test_gaps_count_by_their_length(self):
        years = np.array([2009, 2011, 2012, 2015, 2018])
        values = np.array([10.13, 13.02, 14.44, 16.9, 22.07])
        steps, change = np.diff(years), np.diff(values)
        mean, drift = change.sum() / steps.sum(), change[-2:].sum() / steps[-2:].sum()
        s2 = np.sum((change - steps * mean) ** 2 / steps) / 3
        fit = models.fit("drift", history(values, years=years))
        assert fit.estimate == pytest.approx([drift])
        assert fit.dispersion == pytest.approx(s2)
        error = np.sqrt(s2 * (5 + 25 / 6))
        assert_quantiles(fit.draws([2023])[:, 0], stats.t(3, 22.07 + 5 * drift, error))

    def test_path(self):
        fit = models.fit("drift", history(DEFAULT))
        assert fit.path([2019, 2023]) == pytest.approx([1179.5, 1629.5])


class TestOls:
    def test_interval_equals_statsmodels(self):
        # Far above 0, where the draws of one degree of freedom would be cut.
        values = 1000 + np.array([10.13, 12.71, 13.02, 16.44, 16.9, 19.27, 20.01])
        # The line goes through the latest three points.
        design = sm.add_constant(np.arange(4.0, 7))
        result = sm.OLS(values[-3:], design).fit()
        future = result.get_prediction(np.array([[1, 7.0], [1, 12.0]]))
        fit = models.fit("ols", history(values))
        assert fit.path([2019, 2024]) == pytest.approx(future.predicted_mean)
        assert fit.dispersion == pytest.approx(result.scale)
        for at, drawn in enumerate(fit.draws([2019, 2024]).T):
            error = np.sqrt(future.var_pred_mean[at] + result.scale)
            distribution = stats.t(1, future.predicted_mean[at], error)
            low, high = future.conf_int(obs=True, alpha=0.05)[at]
            assert distribution.ppf([0.025, 0.975]) == pytest.approx([low, high])
            assert_quantiles(drawn, distribution)


class TestCurves:
    @pytest.mark.parametrize("name", INVERSE)
    def test_coefficients_against_an_independent_optimum(self, name):
        values = np.array([310, 402, 555, 610, 842, 950, 1067.0])
        share, t = values / POPULATION, np.arange(-6, 1)

        def minus_quasi_likelihood(b):
            mean = INVERSE[name](b[0] + b[1] * t)
            return -np.sum(share * np.log(mean) + (1 - share) * np.log1p(-mean))

        best = optimize.minimize(minus_quasi_likelihood, [0, 0.1], method="BFGS", tol=1e-9).x
        fit = models.fit(name, history(values, POPULATION))
        assert fit.estimate == pytest.approx(best, abs=2e-4)
        mean = INVERSE[name](best[0] + best[1] * t)
        pearson = np.sum(POPULATION * (share - mean) ** 2 / (mean * (1 - mean))) / 5
        assert fit.dispersion == pytest.approx(pearson, rel=1e-3)

    @pytest.mark.parametrize("name", INVERSE)
    def test_data_on_the_curve_give_the_curve_back(self, name):
        def curve(t):
            return POPULATION * INVERSE[name](0.3 + 0.17 * t)

        fit = models.fit(name, history(curve(np.arange(-5, 1)), POPULATION))
        assert fit.estimate == pytest.approx([0.3, 0.17], abs=1e-6)
        assert fit.dispersion == pytest.approx(0, abs=1e-9)
        assert fit.path([2015, 2018, 2030]) == pytest.approx(curve(np.array([-3, 0, 12])))

    def test_loglog_is_the_gompertz_curve(self):
        fit = models.fit("loglog", history(DEFAULT, POPULATION))
        a, b = fit.estimate
        t = np.arange(1, 9)
        assert fit.path(2018 + t) == pytest.approx(POPULATION * np.exp(-np.exp(-(a + b * t))))

    def test_steep_curves_do_not_overflow(self):
        fit = models.fit("loglog", history([1740, 500, 3], POPULATION))
        assert np.isfinite(fit.path(np.arange(2019, 2119))).all()


class TestBass:
    def test_recursion_by_hand(self):
        values = [100.0]
        for _ in range(14):
            left = POPULATION - values[-1]
            values.append(values[-1] + left * (0.03 + 0.38 * values[-1] / POPULATION))
        fit = models.fit("bass", history(values[:6], POPULATION))
        assert fit.estimate == pytest.approx([0.03, 0.38])
        assert fit.path(np.arange(2013, 2028)) == pytest.approx(values)

    def test_tends_to_the_closed_form(self):
        # Bass (1969): F(t) = (1 - exp(-(p + q) t)) / (1 + q / p exp(-(p + q) t)), in small steps.
        p, q, t = 0.002, 0.02, np.arange(60)
        share = (1 - np.exp(-(p + q) * t)) / (1 + q / p * np.exp(-(p + q) * t))
        fit = models.fit("bass", history(1e6 * share, 1e6))
        assert fit.estimate == pytest.approx([p, q], rel=0.03)

    def test_three_points_are_not_identified(self):
        fit = models.fit("bass", history(DEFAULT, POPULATION))
        assert (fit.identified, fit.note, fit.df) == (False, "few", 0)
        assert fit.draws([2023]) is None
        assert np.isnan(fit.dispersion)

    @pytest.mark.parametrize(
        ("values", "years", "note"),
        [([100, 200, 300, 450], [2010, 2011, 2013, 2014], "gap"),
         ([400, 300, 200, 100], None, "falls"), ([400, 400, 400, 400], None, "flat"),
         ([0, 0, 0, 100], None, "flat"), ([100, 1741, 1741, 1741], None, "full"),
         ([122, 128, 226, 367, 1512], None, "outside")],
    )  # fmt: skip
    def test_says_why_not(self, values, years, note):
        fit = models.fit("bass", history(values, POPULATION, years=years))
        assert fit.note == note
        assert fit.draws([2019]) is None


class TestRecovery:
    """Mean estimates of many long histories lie near the truth."""

    @pytest.mark.parametrize(
        ("name", "truth"),
        [("drift", [60]), ("ols", [800 + 60 * 39, 60])]
        + [(name, [-3 + 0.1 * 39, 0.1]) for name in INVERSE],
    )
    def test_parameters_and_dispersion(self, name, truth):
        rng = np.random.default_rng(21)
        size = 1e6 if name in INVERSE else None
        fits = [
            models.fit(name, history(nature(name, rng, 40, 25.0, 1e6, -3, 0.1), size))
            for _ in range(60)
        ]
        self.check(fits, truth, 25)

    def test_bass(self):
        rng = np.random.default_rng(22)
        fits = [
            models.fit("bass", history(nature("bass", rng, 12, 25.0, 1e6), 1e6)) for _ in range(60)
        ]
        self.check(fits, [0.02, 0.35], 25)

    @staticmethod
    def check(fits, truth, dispersion):
        estimates = np.array([[*fit.estimate, fit.dispersion] for fit in fits])
        error = estimates.std(axis=0) / np.sqrt(len(fits))
        assert (np.abs(estimates.mean(axis=0) - [*truth, dispersion]) < 4 * error).all()
        assert (error[:-1] < 0.02 * np.abs(truth)).all()


EXACT = ("drift", "ols")


class TestCoverage:
    """How often the value that comes lies within the intervals drawn for it."""

    @staticmethod
    def pit(name, points, dispersion, n, horizon=5, whole=False):
        rng = np.random.default_rng(100 * points + list(models.MODELS).index(name))
        found = []
        while len(found) < n:
            values = nature(name, rng, points + horizon, dispersion)
            values = np.round(values) if whole else values
            fit = models.fit(name, history(values[:points], ceiling(name)))
            if fit.identified:
                drawn = fit.draws([2019, 2018 + horizon])
                found.append((drawn <= values[[points, -1]]).mean(axis=0))
        return np.array(found)

    @pytest.mark.parametrize("points", [3, 5, 8])
    @pytest.mark.parametrize("name", models.MODELS)
    def test_with_dispersion_as_estimated(self, name, points):
        if name == "bass" and points == 3:
            assert models.fit(name, history(DEFAULT, POPULATION)).draws([2019]) is None
            return
        tolerance = (0, 0) if name in EXACT else (0.01, 0.04)
        for ahead in self.pit(name, points, 8.0, 200).T:
            assert_coverage(ahead, 0.8, tolerance)
            assert_coverage(ahead, 0.95, tolerance)

    @pytest.mark.parametrize("name", EXACT)
    def test_exact_models_are_calibrated_throughout(self, name):
        for ahead in self.pit(name, 4, 8.0, 500).T:
            assert stats.kstest(ahead, "uniform").pvalue > 0.001

    @pytest.mark.parametrize("name", models.MODELS)
    def test_at_the_floor_of_counting_it_is_cautious(self, name):
        # Less dispersion than counting makes: wider than needed, but not so wide as to say nothing.
        dispersion = 60.0 if name in EXACT else 1.0
        for ahead in self.pit(name, 5, dispersion, 100, whole=True).T:
            assert_coverage(ahead, 0.8, (0, 0.17))
            assert_coverage(ahead, 0.95, (0, 0.05))


class TestFloor:
    def test_points_on_a_line_are_not_certain(self):
        fit = models.fit("drift", history([100, 200, 300]))
        assert fit.dispersion == pytest.approx(0)
        assert fit.floor == pytest.approx(100)
        assert np.std(fit.draws([2019])) > 10

    def test_counting_noise_is_the_binomials(self):
        share = stats.logistic.cdf(0.3 + 0.2 * np.arange(-60, 1) / 10)
        fit = models.fit("logit", history(np.round(1e5 * share), 1e5))
        assert fit.dispersion < 0.1
        mean = fit.path([2019])[0] / 1e5
        binomial = np.sqrt(1e5 * mean * (1 - mean))
        assert binomial < np.std(fit.draws([2019])) < 1.4 * binomial

    @pytest.mark.parametrize("name", ["drift", "ols"])
    def test_decimals_carry_only_rounding(self, name):
        # Of an index or of tonnes, counting noise would depend on the unit chosen.
        values = np.array([1.02, 1.05, 1.09, 1.12, 1.14])
        small = models.fit(name, history(values)).draws([2019])
        large = models.fit(name, history(1000 * values + 0.0625 * np.arange(5) % 2)).draws([2019])
        assert 1000 * np.std(small) == pytest.approx(np.std(large), rel=0.05)

    @pytest.mark.parametrize("name", ["drift", "ols", "logit", "bass"])
    def test_percentages_carry_their_rounding(self, name):
        exact = nature(name, np.random.default_rng(31), 5, 1e-4, population=100.0) + 0.3
        size = 100.0 if ceiling(name) else None
        fits = [models.fit(name, history(np.round(exact, d), size, "%")) for d in (0, 1)]
        coarse, fine = (np.std(fit.draws([2019])) for fit in fits)
        assert coarse > fine > 0.1 / np.sqrt(12)
        assert coarse > 1 / np.sqrt(12)


class TestBounds:
    @pytest.mark.parametrize("name", models.MODELS)
    def test_within_nothing_and_everybody(self, name):
        fit = models.fit(name, history([20, 55, 61, 80, 97], 100.0))
        years = np.arange(2019, 2049)
        for values in (fit.draws(years), fit.path(years)):
            assert values.min() >= 0
            assert values.max() <= 100

    def test_negative_values_have_no_lower_bound(self):
        assert models.fit("drift", history([-2.5, -4, -5.1])).draws([2023]).min() < -20


class TestTooLittle:
    @pytest.mark.parametrize("name", models.MODELS)
    def test_one_point(self, name):
        fit = models.fit(name, history([842], POPULATION))
        assert (fit.note, fit.identified) == ("few", False)
        assert np.isnan(fit.path([2019, 2020])).all()
        assert fit.draws([2019]) is None

    @pytest.mark.parametrize("name", [name for name in models.MODELS if name != "bass"])
    def test_two_points_have_a_path_and_no_interval(self, name):
        fit = models.fit(name, history([842, 950], POPULATION))
        assert fit.note == "few"
        assert fit.path([2019])[0] > 950
        assert fit.draws([2019]) is None

    @pytest.mark.parametrize("name", INVERSE)
    @pytest.mark.parametrize(
        "values", [[0] * 4, [100] * 4, [0, 0, 100, 100], [0, 0, 30, 100], [50, 0, 0, 0]]
    )
    def test_nothing_everything_or_a_jump(self, name, values):
        assert models.fit(name, history(values, 100.0)).note == "inside"

    @pytest.mark.parametrize("name", [name for name in models.MODELS if name != "bass"])
    def test_constant_share_is_no_error(self, name):
        fit = models.fit(name, history([50, 50, 50], 100.0))
        assert fit.path([2025]) == pytest.approx([50])
        assert fit.dispersion == pytest.approx(0, abs=1e-9)
        assert np.isfinite(fit.draws([2025])).all()


def test_unknown_model():
    with pytest.raises(ValueError, match="no model 'spline': choose from drift, ols, logit"):
        models.fit("spline", history(DEFAULT))


@pytest.mark.parametrize("name", [*INVERSE, "bass"])
def test_ceiling_models_need_a_population(name):
    with pytest.raises(ValueError, match="needs a population: give one, or choose drift or ols"):
        models.fit(name, history(DEFAULT))


@pytest.mark.parametrize("name", models.MODELS)
def test_draws_look_ahead_only(name):
    fit = models.fit(name, history([400, 500, 620, 730, 850], POPULATION))
    with pytest.raises(ValueError, match="years after 2018, asked for 2018"):
        fit.draws([2018, 2019])


@pytest.mark.parametrize("name", models.MODELS)
def test_same_in_same_out(name):
    values = [400, 500, 620, 730, 850]
    first, again = (models.fit(name, history(values, POPULATION)) for _ in range(2))
    np.testing.assert_array_equal(first.draws([2019, 2025]), again.draws([2019, 2025]))
    np.testing.assert_array_equal(first.draws([2019]), first.draws([2019]))
    assert len(first.draws([2019])) == predictive.DRAWS


number = st.one_of(
    st.integers(0, 2000),
    st.sampled_from([0.0, 50.0, 100.0]),
    st.floats(0, 1e7, allow_subnormal=False),
)


@settings(max_examples=60, derandomize=True)
@given(
    history_of=st.dictionaries(st.integers(2008, 2018), number, min_size=1, max_size=6),
    size=st.sampled_from([None, 1.0, 1.5, 1e4]),
    unit=st.sampled_from(["団体", "%"]),
    target=number,
)
def test_arbitrary_histories(history_of, size, unit, target):
    years = np.array(sorted(history_of))
    values = np.array([history_of[year] for year in years], float)
    population = None if size is None else size * max(values.max(), target)
    assume(population is None or population > 0)
    series = history(values, population, unit, years, target=float(target), target_year=2021)
    fits = adoption.fit_all(series)
    table = adoption.forecasts(fits, [2019, 2023]).dropna(subset=["lower95"])
    limits = table[["lower95", "lower80", "upper80", "upper95"]].to_numpy()
    assert np.isfinite(limits).all()
    assert (np.diff(limits, axis=1) >= 0).all()
    odds = adoption.p_target(fits, series).set_index("model")["p"]
    assert odds.dropna().between(0, 1).all()
    assert {fit.model for fit in fits if fit.identified} == set(odds.dropna().index)
    assert len(adoption.fits_table(fits)) == len(fits)
    assert len(adoption.pace(series)) in (0, 2)
