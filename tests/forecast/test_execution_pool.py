import json

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from scipy.special import expit

from corpus_sheets import MINISTRY, made, sheet, sheet_id
from helpers import sources
from helpers.analysis import execution
from helpers.corpus import Corpus, build
from helpers.forecast import execution_pool
from helpers.forecast.execution_pool import (
    FEATURES,
    METHODS,
    MOVES,
    RATES,
    USUAL,
    alone,
    features,
    training,
)
from helpers.paths import DEFAULT_SHEET
from simulate import assert_share

NAN = np.nan
YEAR = 2018
COHORTS = pd.DataFrame(
    {
        "ministry": ["", "", MINISTRY],
        "size": ["10-100", "100-1000", "100-1000"],
        "mean": [0.8, 0.7, 0.9],
        "years": [50, 50, 30],
    }
).assign(**dict.fromkeys(USUAL, 0.5))
FACTS = {"methods": "補助", "start_year": 2016, "end_year": np.nan}


def panel(*rows: dict) -> pd.DataFrame:
    """Rows as `Corpus.spending(2018)` gives them: of project "P", printed in 2018, no revisions."""
    plain = {"supplementary": 0.0, "carried_in": 0.0, "carried_out": 0.0, "reserve": 0.0}
    facts = {"project_id": "P", "sheet_id": "S", "ministry": MINISTRY, "is_branch": False}
    facts |= FACTS
    given = [
        {"sheet_year": YEAR, "executed": NAN, "requested": NAN, **facts, **row} for row in rows
    ]
    table = pd.DataFrame([plain | row for row in given])
    table["initial"] = table["initial"].fillna(table["budget_net"])
    table["budget_gross"] = table["budget_net"]
    return table.assign(closed=table["fiscal_year"] < table["sheet_year"])


def year(fiscal_year: int, budget: float, executed: float = NAN, **more) -> dict:
    return {"fiscal_year": fiscal_year, "budget_net": budget, "initial": NAN} | (
        {"executed": executed} | more
    )


HISTORY = [
    year(2015, 100, 50),
    year(2016, 125, 125, initial=100, supplementary=25),
    year(2017, 160, 120, initial=150, carried_in=50, carried_out=-40),
]
NOW = year(2018, 240, carried_in=60, initial=180)
COMING = year(2019, NAN, initial=0, requested=90)


class TestFeatures:
    def test_by_hand(self):
        row = features(panel(*HISTORY, NOW, COMING), COHORTS, YEAR).iloc[0]
        weight = 0.49 + 0.7 + 1 + 0.8
        weighted = (0.49 * 0.5 + 0.7 * 1 + 1 * 0.75 + 0.8 * 0.9) / weight
        plans = [0.5, 1.25, 0.6]
        over = (0.49 * 0.5 + 0.7 * 1.25 + 1 * 0.6 + 0.8 * 0.9) / weight
        expected = {
            "const": 1,
            "weighted": weighted,
            "weighted_logit": np.log(weighted / (1 - weighted)),
            "weighted_spread": weighted * (1 - weighted),
            "last": 0.75,
            "lowest": 0.5,
            "full": 1 / 3,
            "years": 3,
            "no_history": 0,
            "cohort": 0.9,
            "log_budget": np.log(240),
            "need": 0.5,
            "growth": np.log(240 / 160),
            "asked": np.log(90 / 180),
            "carried": 0.25,
            "revised_up": np.log(1.25) / 3,
            "revised_down": np.log(200 / 160) / 3,
            "over_plan": over,
            "over_plan_sd": np.std(plans),
            "logit1": np.log(0.75 / 0.25) / 3,
            "logit2": np.log(0.9985 / 0.0015) / 3,
            "logit3": 0,
            "highest": 1,
            "trend": 0.25,
            "spent1": 0.5,
            "spent2": 125 / 240,
            "spent3": 50 / 240,
            "spent_most": 125 / 240,
            "out1": 40 / 200,
            "out_most": 40 / 200,
            "out_years": 1 / 3,
            "added2": 25 / 125,
            "added_years": 1 / 3,
            "carried_any": 1,
            "initial_growth": np.log(180 / 150),
            "initial_up": np.log(180 / 150),
            "growth_up": np.log(240 / 160),
            "third": 1,
            "log_age": np.log(3),
            "size2": (np.log(240) - 5) ** 2 / 10,
            "size_spread": np.log(240) * (1 - weighted),
            "weighted_years": weighted,
        }
        expected = dict.fromkeys(FEATURES, 0) | expected
        assert set(expected) == set(FEATURES)
        for name, value in expected.items():
            assert row[name] == pytest.approx(value), name
        assert (row["budget"], row["size"], row["fiscal_year"]) == (240, "100-1000", YEAR)
        assert row["mean_rate"] == pytest.approx(0.75)

    def test_without_history_the_cohort_speaks(self):
        row = features(panel(year(2014, 100, 90), NOW), COHORTS, YEAR).iloc[0]
        assert (row["no_history"], row["years"]) == (1, 0)
        assert [row[name] for name in ("weighted", "last", "lowest", "over_plan")] == [0.9] * 4
        assert row[["need", "growth", "full"]].eq(0).all()
        assert np.isnan(row["last_rate"])

    def test_an_unknown_ministry_has_the_mean_of_its_size(self):
        rows = panel(NOW).assign(ministry="新しい庁")
        assert features(rows, COHORTS, YEAR)["cohort"].item() == 0.7

    def test_only_sheets_of_the_year_with_a_budget_are_forecast(self):
        rows = panel(
            NOW,
            NOW | {"project_id": "old", "sheet_year": 2017},
            NOW | {"project_id": "branch", "is_branch": True},
            year(2018, 0, project_id="none"),
        )
        assert features(rows, COHORTS, YEAR)["project_id"].to_list() == ["P"]

    def test_what_is_printed_later_is_not_seen(self):
        rows = panel(*HISTORY, NOW, COMING)
        planted = rows.assign(executed=rows["executed"].mask(rows["fiscal_year"] >= YEAR, 1.0))
        later = panel(year(2019, 500, 20), year(2020, 500, 20)).assign(sheet_year=2021)
        planted = pd.concat([planted, later], ignore_index=True)
        known = features(rows, COHORTS, YEAR)
        assert_frame_equal(features(planted, COHORTS, YEAR), known)
        assert_frame_equal(
            execution_pool.cohorts(planted, YEAR), execution_pool.cohorts(rows, YEAR)
        )
        past = planted["fiscal_year"] == 2016
        seen = features(planted.assign(executed=planted["executed"].mask(past, 1)), COHORTS, YEAR)
        assert not seen.equals(known)


def test_cohorts_by_hand():
    rows = panel(
        year(2017, 200, 200),
        year(2016, 200, 100),
        year(2017, 50, 20, ministry="総務省", project_id="Q"),
        year(2014, 200, 0),
        year(2018, 200, 0),
    )
    table = execution_pool.cohorts(rows, YEAR).set_index(["ministry", "size"])
    overall = (1 + 0.5 + 0.4) / 3
    middle, small = (1.5 + 20 * overall) / 22, (0.4 + 20 * overall) / 21
    assert table.loc[("", "100-1000"), "mean"] == pytest.approx(middle)
    assert table.loc[("", "10-100"), "mean"] == pytest.approx(small)
    assert table.loc[("", "> 100000"), "mean"] == pytest.approx(overall)
    assert table.loc[(MINISTRY, "100-1000"), "mean"] == pytest.approx((1.5 + 20 * middle) / 22)
    assert table.loc[(MINISTRY, "100-1000"), "years"] == 2
    assert ("総務省", "100-1000") not in table.index


class TestOneSheet:
    def test_equals_the_corpus(self, tmp_path):
        revised = {"carried_in": 300.0, "budget_net": 1500.0, "executed": 700.0}
        sheets = [
            sheet(2018, 1, {2016: {"executed": 40.0}, 2017: revised, 2019: {"requested": 900.0}}),
            sheet(2018, 2, {2015: {"executed": None}, 2018: {"initial": 800, "budget_net": 950}}),
            sheet(2018, 3, {year: dict.fromkeys(("executed",), 0.0) for year in (2015, 2016)}),
        ]
        corpus = made(tmp_path, *sheets)
        spending = corpus.spending(YEAR)
        means = execution_pool.cohorts(spending, YEAR)
        many = features(spending, means, YEAR).set_index("sheet_id")
        assert len(many) == 3
        for number in (1, 2, 3):
            one = corpus.sheet(sheet_id(2018, number))
            rows = alone(execution.rates(one), one.facts, YEAR)
            row = features(rows, means, YEAR).set_index("sheet_id")
            wanted = many.loc[row.index, [*FEATURES, "budget", "size", "last_rate"]]
            assert_frame_equal(row[wanted.columns], wanted, check_index_type=False)

    def test_the_default_sheet(self, tmp_path):
        build.build([DEFAULT_SHEET], tmp_path / "corpus", workers=1)
        spending = Corpus(tmp_path / "corpus").spending(2019)
        one = sources.read(DEFAULT_SHEET)
        row = features(alone(execution.rates(one), one.facts, 2019), COHORTS, 2019)
        many = features(spending, COHORTS, 2019)
        assert_frame_equal(row[[*FEATURES]], many[[*FEATURES]])
        assert row["last"].item() == pytest.approx(43 / 71)
        assert row["budget"].item() == 94

    def test_another_budget(self):
        rates = execution.measured(panel(*HISTORY, NOW), False)
        facts = pd.Series({"sheet_id": "S", "ministry": MINISTRY, "parent_number": ""} | FACTS)
        row = features(alone(rates, facts, YEAR, budget=600), COHORTS, YEAR).iloc[0]
        assert (row["budget"], row["need"], row["carried"]) == (600, 0.2, 0.1)
        unplanned = alone(rates.iloc[:3], facts, YEAR, budget=600)
        row = features(unplanned, COHORTS, YEAR).iloc[0]
        assert (row["budget"], row["need"], row["carried"]) == (600, 0.2, 0)
        assert features(alone(rates.iloc[:3], facts, YEAR), COHORTS, YEAR).empty

    def test_a_branch_sheet_is_not_forecast(self):
        rates = execution.measured(panel(*HISTORY, NOW), True)
        facts = pd.Series({"sheet_id": "S", "ministry": MINISTRY, "parent_number": "1"} | FACTS)
        assert features(alone(rates, facts, YEAR), COHORTS, YEAR).empty


class TestTraining:
    def test_truth_is_the_latest_print_and_the_budget_the_first(self, tmp_path):
        sheets = [
            sheet(2016),
            sheet(2017, budget={2016: {"executed": 900.0}, 2017: {"budget_net": 1500.0}}),
            sheet(2018, budget={2016: {"executed": 700.0}, 2017: {"executed": 1300.0}}),
        ]
        corpus = made(tmp_path, *sheets)
        panels = {year: corpus.spending(year) for year in (2016, 2017, 2018)}
        table = training(panels).set_index("fiscal_year")
        assert table.index.to_list() == [2016, 2017]
        assert table.loc[2016, "executed"] == 700
        assert table.loc[2016, "share"] == pytest.approx(700 / 1212)
        assert table.loc[2017, "budget"] == 1500
        assert table.loc[2017, "final_budget"] == 1219
        assert table.loc[2017, "ratio"] == pytest.approx(1300 / 1500)
        assert table.loc[2017, "share"] == 1
        # As of 2017 the outturn of 2016 was another.
        del panels[2018]
        assert training(panels)["executed"].item() == 900

    def test_an_unknown_outturn_is_no_truth(self, tmp_path):
        sheets = [sheet(2016, 1), sheet(2016, 2), sheet(2017, 1)]
        unknown = sheet(2017, 2, budget={2016: {"executed": None}})
        corpus = made(tmp_path, *sheets, unknown)
        table = training({year: corpus.spending(year) for year in (2016, 2017)})
        assert table["sheet_id"].to_list() == [sheet_id(2016, 1)]

    def test_the_pandemic_is_not_learned_from(self, world):
        assert world[0]["left_out"] == []
        rows = simulated(np.random.default_rng(5), 200, range(2013, 2019))
        rows["fiscal_year"] += 3
        panels = {year: as_of(rows, year) for year in (2019, 2020, 2021)}
        table = training(panels)
        means = execution_pool.cohorts(panels[2021], 2021)
        fitted = execution_pool.fit(table, means)
        assert (fitted["origins"], fitted["left_out"]) == ([2019], [2020])
        assert fitted["rows"] == (table["fiscal_year"] == 2019).sum()
        # Where there is nothing else it is what there is.
        only = execution_pool.fit(table[table["fiscal_year"] == 2020], means)
        assert (only["origins"], only["left_out"]) == ([2020], [])

    def test_sheets_that_print_supplements_are_learned_from_such_budgets(self):
        first = panel(*HISTORY, NOW).assign(status="closed")
        came = NOW | {"supplementary": 100.0, "carried_out": -90.0, "budget_net": 250}
        for last, budget in ((2023, 240), (2024, 340)):
            later = panel(came | {"executed": 200.0, "sheet_year": last})
            table = execution_pool.learned({YEAR: first, last: later})
            assert table["budget"].item() == budget
            assert table["final_budget"].item() == 250
            assert table["added"].item() == pytest.approx(100 / 340 if last == 2024 else 0)

    def test_one_year_gives_no_truth(self):
        with pytest.raises(ValueError, match="two years or more"):
            training({2018: panel(NOW)})


def simulated(rng, n: int, years: range) -> pd.DataFrame:
    """`n` projects' budgets as they came out: rates around a project's own, in part exactly 1, and
    a budget cut to .8 of the plan in a tenth of the years. Ministries and sizes differ."""
    number = np.arange(n)
    size, ministry = number % 4, number // 4 % 9
    own = rng.normal(0.3 + 0.4 * size + 0.2 * ministry, 1)
    frames = []
    for fiscal_year in years:
        share = np.where(
            rng.uniform(size=n) < expit(own - 2),
            1.0,
            expit(own + rng.normal(0, 0.7, n)),
        )
        plan = 5 * 10.0**size
        net = plan * np.where(rng.uniform(size=n) < 0.1, 0.8, 1)
        frames.append(
            pd.DataFrame(
                {
                    "project_id": [f"P{at:05}" for at in range(n)],
                    "ministry": [f"{at}省" for at in ministry],
                    "fiscal_year": fiscal_year,
                    "initial": plan,
                    "budget_net": net,
                    "executed": net * share,
                }
            )
        )
    table = pd.concat(frames, ignore_index=True)
    # Of ten projects one each begins in 2014 ... 2018, the others before.
    begun = 2014 + table["project_id"].str[-1].astype(int)
    return table[(begun > 2018) | (table["fiscal_year"] >= begun)]


def as_of(rows: pd.DataFrame, sheet_year: int) -> pd.DataFrame:
    """The panel that shows of `rows` what sheets up to `sheet_year` do."""
    seen = rows[rows["fiscal_year"] <= sheet_year]
    now = seen["fiscal_year"] == sheet_year
    seen = seen.assign(
        budget_net=seen["budget_net"].mask(now, seen["initial"]),
        executed=seen["executed"].mask(now),
        sheet_year=sheet_year,
        sheet_id=seen["project_id"],
        is_branch=False,
        closed=~now,
        requested=NAN,
        **dict.fromkeys(("supplementary", "carried_in", "carried_out", "reserve"), 0.0),
        **FACTS,
    )
    return seen.assign(budget_gross=seen["budget_net"])


@pytest.fixture(scope="module")
def world():
    """Simulated projects: the model fitted on what is known in 2018, its forecasts of that year,
    and what came."""
    rows = simulated(np.random.default_rng(5), 2500, range(2013, 2019))
    panels = {year: as_of(rows, year) for year in (2016, 2017, 2018)}
    means = execution_pool.cohorts(panels[2018], 2018)
    fitted = execution_pool.fit(training(panels), means)
    known = features(panels[2018], means, 2018)
    came = rows[rows["fiscal_year"] == 2018].sort_values("project_id", ignore_index=True)
    came["share"] = came["executed"] / came["budget_net"]
    return fitted, known, execution_pool.forecast(fitted, known), came


class TestForecast:
    def test_simulated_truth_is_recovered(self, world):
        _, _, found, came = world
        assert found["project_id"].to_list() == came["project_id"].to_list()
        share = came["share"]
        # The mass at 1 is in the upper limits: an interval with it covers more than it says.
        assert_share(share < found["lower80"], 0.08, 0.12)
        assert_share(share < found["lower95"], 0.015, 0.035)
        assert_share(share > found["upper95"] + 1e-9, 0, 0.035)
        assert_share(share.between(found["lower80"], found["upper80"]), 0.78, 0.92)
        below = share < 0.7
        assert found["p_below_70"].mean() == pytest.approx(below.mean(), abs=0.03)
        high = found["p_below_70"] > 0.4
        assert high.sum() > 200
        assert_share(below[high], found["p_below_70"][high].mean() - 0.05, 1)
        assert found["p_full"].mean() == pytest.approx((share == 1).mean(), abs=0.03)
        assert found["mean"].mean() == pytest.approx(share.mean(), abs=0.01)
        error = (found["mean"] - share).std()
        assert error < 0.93 * (known_last(world) - share).std()

    def test_money_carries_the_budgets_changes(self, world):
        _, _, found, came = world
        executed = came["executed"]
        assert_share(
            executed.between(found["executed_lower80"], found["executed_upper80"]), 0.77, 0.92
        )
        assert_share(executed < found["executed_lower95"], 0.01, 0.04)
        naive = found["budget"] * found["lower80"]
        assert (executed < naive).mean() > (executed < found["executed_lower80"]).mean() + 0.02
        assert found["executed_mean"].sum() == pytest.approx(executed.sum(), rel=0.02)

    def test_quantiles_and_limits(self, world):
        found = world[2]
        names = [name for name in found if name.startswith("q")]
        assert names[0] == "q025"
        assert names[-1] == "q975"
        for prefix in ("", "executed_"):
            matrix = found[[prefix + name for name in names]].to_numpy()
            assert (np.diff(matrix) >= 0).all()
            assert (found[prefix + "lower80"] == found[prefix + "q100"]).all()
            assert (found[prefix + "upper95"] == found[prefix + "q975"]).all()
            assert (found[prefix + "median"] == found[prefix + "q500"]).all()
        rates = found[[*names, "mean", "p_below_70", "p_full"]]
        assert rates.ge(0).all(axis=None)
        assert rates.le(1).all(axis=None)

    def test_the_point_mass_is_whole(self, world):
        _, _, found, came = world
        sure = found["p_full"] > 0.15
        assert sure.sum() > 500
        assert found.loc[sure, ["q900", "q950", "q975"]].eq(1).all(axis=None)
        # Where all is rarely executed the limits below lie inside.
        rare = found["p_full"] < 0.15
        assert rare.sum() > 100
        assert found.loc[rare, "q800"].lt(1).mean() > 0.95
        matrix = found[[name for name in found if name.startswith("q")]]
        assert not ((matrix > 0.9995) & (matrix < 1)).any(axis=None)
        assert (came["share"] == 1).sum() > 500

    def test_json_there_and_back(self, world):
        fitted, known, found, _ = world
        text = json.dumps(fitted, ensure_ascii=False)
        assert len(text.encode()) < 100_000
        again = execution_pool.forecast(json.loads(text), known)
        assert_frame_equal(again, found)
        means = execution_pool.cohorts_of(json.loads(text))
        assert means.columns.to_list() == COHORTS.columns.to_list()
        assert len(means) == 6 + 9 * 4

    def test_says_what_it_was_fitted_on(self, world):
        fitted = world[0]
        assert fitted["origins"] == [2016, 2017]
        # One project in ten began in 2017, and one in 2018: of that no outturn is known.
        assert (fitted["projects"], fitted["rows"]) == (2250, 2000 + 2250)
        assert fitted["budgets"] == [5, 5000]
        assert (len(fitted["rate"]), len(fitted["move"])) == (len(RATES), len(MOVES))
        assert len(fitted["move"][0]) > len(FEATURES) + len(fitted["ministries"]) + len(METHODS)

    def test_outside(self, world):
        fitted, known, found, _ = world
        new = known["project_id"].str[-1] == "4"
        assert new.sum() == 250
        assert (found["outside"] == np.where(new, "no_history", "")).all()
        row = known[~new].head(1)
        for key, change in {
            "ministry": {"ministry": "新しい庁"},
            "budget": {"budget": 5001.0},
            "no_history": {"no_history": 1.0},
            "year budget": {"fiscal_year": 2020, "budget": 5001.0},
            "": {"fiscal_year": 2019},
        }.items():
            assert execution_pool.outside(fitted, row.assign(**change)).tolist() == [key]

    def test_of_no_project(self, world):
        fitted, known, found, _ = world
        empty = execution_pool.forecast(fitted, known.head(0))
        assert empty.columns.to_list() == found.columns.to_list()
        assert empty.empty


def known_last(world) -> pd.Series:
    known = world[1]
    return known["last_rate"].fillna(known["cohort"])
