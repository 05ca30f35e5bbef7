from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers import fitted
from helpers.analysis.series import pick
from helpers.forecast import adoption, models, outcome_pool
from helpers.forecast.models import pooled
from outcome_world import of_series
from simulate import default_sheet, history

POOL = fitted.SHIPPED.outcomes
READINGS = {"end": 2023, "start": 2024}


@pytest.fixture(scope="module")
def default():
    return pick(default_sheet(), population=1741)


@pytest.fixture(scope="module")
def fit(default):
    return pooled("pooled", default, POOL)


class TestDefaultSheet:
    def test_chance_lies_between_the_single_models_extremes(self, default):
        table = adoption.sensitivity(default, [None, 1741], None, POOL)
        for reading, column in READINGS.items():
            of = table[table["observed_at"] == reading]
            assert set(of["column"]) == {column}
            leads = of["model"] == "pooled"
            single = of.loc[~leads, "p"].dropna()
            assert leads.sum() == 2
            assert of.loc[leads, "p"].between(single.min() + 0.05, single.max() - 0.05).all()

    def test_the_series_is_one_that_moves_towards_its_target(self, fit):
        assert fit.kind == "towards"
        assert fit.observations == POOL["kinds"]["towards"]["cases"] > 1000
        assert fit.identified

    def test_the_80_percent_interval_of_the_next_year(self, fit):
        low, high = fit.limits([2019])[:2, 0]
        # 1,067 and 112.5 a year, steadily: 1,182 is what a later sheet printed.
        assert 1067 < low < 1150 < 1182 < 1250 < high < 1350


class TestFit:
    YEARS = (2019, 2021, 2023)

    def test_limits_and_path_are_quantiles_of_the_forecast(self, fit):
        table = fit.forecast(self.YEARS)
        wanted = [table[name] for name in ("q100", "q900", "q025", "q975")]
        assert np.array_equal(fit.limits(self.YEARS), wanted)
        assert np.array_equal(fit.path(self.YEARS), table["q500"])

    def test_it_is_the_forecast_of_the_pool(self, fit, default):
        rows = outcome_pool.ahead(of_series(default))
        wanted = outcome_pool.forecast(POOL, rows)
        got = fit.forecast(wanted["fiscal_year"].tolist())
        assert pd.DataFrame(got).equals(wanted[[*got]])

    def test_chance_is_that_of_the_target_when_due(self, fit, default):
        table = fit.forecast([2023])
        assert table["due"].all()
        assert fit.chance(default) == table["p_target"][0]
        later = replace(default, observed_at="start")
        assert fit.chance(later) == pooled("pooled", later, POOL).chance(later)
        chances = [fit.chance(replace(default, target=t)) for t in (1100.0, 1300.0, 1600.0, 1741.0)]
        assert chances[0] > 0.6 > 0.4 > chances[-1]
        assert (np.diff(chances) < 0).all()

    def test_of_the_tables_of_all_models(self, default, fit):
        fits = adoption.fit_all(default, None, POOL)
        assert [one.model for one in fits][:2] == ["pooled", "drift"]
        row = adoption.forecasts(fits, list(self.YEARS)).query("model == 'pooled'")
        names = ["path", "lower80", "upper80", "lower95", "upper95"]
        wanted = np.vstack([fit.path(self.YEARS), fit.limits(self.YEARS)]).T
        assert np.array_equal(row[names].to_numpy(), wanted)
        odds = adoption.p_target(fits, default).set_index("model").loc["pooled"]
        assert (odds["p"], odds["path"]) == (fit.chance(default), fit.path([2023])[0])
        first = next(y for y in range(2019, 2060) if fit.path([y])[0] >= 1600)
        assert odds["reaches"] == first

    @pytest.mark.parametrize("year", [2018, 2010])
    def test_of_a_year_that_is_over(self, fit, year):
        with pytest.raises(ValueError, match="forecasts are of years after 2018"):
            fit.limits([2020, year])

    def test_one_value_is_too_few(self):
        series = history([10], target=40, target_year=2023)
        fit = models.fit("pooled", series, POOL)
        assert (fit.note, fit.identified) == ("few", False)
        assert np.isnan(fit.chance(series))
        assert np.isnan(fit.limits([2019, 2020])).all()
        assert np.isnan(fit.path([2019])).all()

    def test_two_values_are_enough(self):
        fit = models.fit("pooled", history([10, 14]), POOL)
        assert (fit.kind, fit.note) == ("trending", "")
        assert np.isfinite(fit.limits([2019])).all()

    @pytest.mark.parametrize(
        ("values", "kind"),
        [([10, 14, 12], "wavering"), ([7, 7, 7], "steady"), ([10, 14, 22], "trending")],
    )
    def test_kinds(self, values, kind):
        assert models.fit("pooled", history(values), POOL).kind == kind

    def test_the_ceiling_holds(self):
        series = history([80, 90, 99], 100.0, "%")
        assert models.fit("pooled", series, POOL).limits([2019, 2022]).max() == 100

    def test_without_a_target_there_is_no_chance(self):
        series = history([10, 14, 22])
        fits = adoption.fit_all(series, ["pooled"], POOL)
        assert adoption.p_target(fits, series).empty
        assert fits[0].forecast([2020])["p_target"].tolist() == [pytest.approx(np.nan, nan_ok=True)]

    def test_a_target_met_by_falling(self):
        series = history([50, 46, 38], target=30, target_year=2020)
        fit = models.fit("pooled", series, POOL)
        assert fit.kind == "towards"
        assert fit.path([2019])[0] < 38
        easy, hard = (fit.chance(replace(series, target=float(t))) for t in (37, 10))
        assert easy > 0.6 > 0.35 > hard
