"""The track record: nothing of the future is seen, and its scores are what they say."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from corpus_sheets import made, outcome, sheet
from helpers import fitted
from helpers.analysis.direction import assumed
from helpers.forecast import adoption, panels, quantiles, scores, track, track_scores
from helpers.forecast.outcome_pool import QUANTILES
from helpers.forecast.track_scores import FEWEST, measures, table
from simulate import history

LEVELS = np.array(quantiles.LEVELS)
FORECAST = ["drift", "mean3", "mean", *QUANTILES, "p", "drift_p", "base_p", "outside"]
YEARS = range(2015, 2020)
COUNT = 220
"""Indicators of each course: enough for every kind to be fitted from the sheets of two years."""


def world(seed: int = 81) -> pd.DataFrame:
    """The outcomes of FY2012 to 2018: some rise to a target, some without one, some go up and down,
    some rest; indicators of one project are neighbours."""
    rng = np.random.default_rng(seed)
    parts = []
    years = np.arange(2012, 2019)
    for course in ("towards", "trending", "wavering", "steady"):
        steps = {
            "towards": rng.gamma(4, 10, (COUNT, 7)),
            "trending": -rng.gamma(4, 10, (COUNT, 7)),
            "wavering": rng.gamma(4, 10, (COUNT, 7)) * (-1.0) ** np.arange(7),
            "steady": rng.normal(0, 40, (COUNT, 7)) * (rng.random((COUNT, 7)) < 0.1),
        }[course]
        values = 2000 + np.round(steps.cumsum(axis=1))
        last = rng.integers(2015, 2020, COUNT)
        starts = np.where(np.arange(COUNT) % 3 == 0, 2012, rng.integers(2012, 2015, COUNT))
        for at in range(COUNT):
            target = values[at, 2] + 40.0 * (last[at] - 2014) * rng.uniform(0.5, 1.5)
            parts.append(
                {
                    "indicator_id": f"{course}{at}",
                    "project_id": f"{course}{at // 3}",
                    "ministry": "甲省" if at % 2 else "乙省",
                    "target": np.nan if course == "trending" and at % 2 else target,
                    "target_year": last[at],
                    "fiscal_year": years[years >= starts[at]],
                    "actual": values[at, years >= starts[at]],
                }
            )
    rows = pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)
    plans = (rows["actual"] + rng.normal(0, 30, len(rows))).where(rng.random(len(rows)) < 0.6)
    texts = {"unit": "件", "indicator": "", "goal": "", "direction": None}
    return rows.assign(**texts, expected=plans, is_branch=False)


def printed(rows: pd.DataFrame) -> dict[int, pd.DataFrame]:
    """Sheet year -> the panel as of it: a sheet prints the three years before its own."""
    found = {}
    for year in YEARS:
        known = rows[rows["fiscal_year"] < year].copy()
        known["sheet_year"] = np.minimum(known["fiscal_year"] + 3, year)
        found[year] = known.assign(last_sheet=year, stated=year)
    return found


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return world()


@pytest.fixture(scope="module")
def record(rows) -> pd.DataFrame:
    return track.outcomes(printed(rows)).record


class TestOutcomes:
    def test_every_origin_but_the_first_and_every_year_that_came(self, record):
        counts = record.groupby(["origin", "fiscal_year"]).size()
        pairs = [(2016, 2016), (2016, 2017), (2016, 2018), (2017, 2017), (2017, 2018), (2018, 2018)]
        assert list(counts.index) == pairs
        # All have two values by 2016.
        assert set(counts) == {4 * COUNT}
        assert (record["h"] == record["fiscal_year"] - record["origin"] + 1).all()

    @pytest.mark.parametrize("planted", [2019])
    def test_absurd_values_printed_after_an_origin_are_not_seen(self, record, rows, planted):
        """The sheets from `planted` on print nonsense, also of years that were printed before."""
        absurd = printed(rows)
        for year in YEARS:
            if year >= planted:
                wild = absurd[year]
                late = wild["fiscal_year"] >= 2014
                wild.loc[late, "actual"] *= 1e6
                wild["target"] = -1.0
                wild.loc[late, "sheet_year"] = year
        got = track.outcomes(absurd).record
        key = ["origin", "kind", "project_id", "fiscal_year"]
        before = [
            frame[frame["origin"] < planted].reset_index(drop=True) for frame in (got, record)
        ]
        assert_frame_equal(before[0][[*key, *FORECAST]], before[1][[*key, *FORECAST]])
        if planted <= 2018:
            after = [frame.loc[frame["origin"] == 2018, QUANTILES] for frame in (got, record)]
            assert not np.array_equal(*after)
        # The truth is what the last sheets print, and it is absurd indeed.
        assert (before[0]["truth"].abs() == 30).mean() > 0.8

    def test_an_origin_does_not_need_what_comes_later(self, record, rows):
        until = {year: panel for year, panel in printed(rows).items() if year <= 2017}
        fits, got, _ = track.outcomes(until)
        assert sorted(fits) == [2016, 2017]
        assert fits[2016]["sheets"] == [2015, 2016]
        wanted = record[(record["origin"] == 2016) & (record["fiscal_year"] == 2016)]
        names = ["truth", *FORECAST, "happened"]
        assert_frame_equal(got[names], wanted[names].reset_index(drop=True))

    def test_baselines_by_hand(self, record, rows):
        values = rows[rows["indicator_id"] == "towards0"].set_index("fiscal_year")["actual"]
        pace = (values[2017] - values[2015]) / 2
        row = record[(record["origin"] == 2018) & (record["project_id"] == "towards0")].iloc[0]
        assert row["kind"] in ("towards", "trending")
        assert row["last"] == 0
        assert row["drift"] == pytest.approx(1)
        assert row["truth"] == pytest.approx((values[2018] - values[2017]) / pace)
        mean = values[[2015, 2016, 2017]].mean()
        assert row["mean3"] == pytest.approx((mean - values[2017]) / pace)

    def test_base_rate_is_that_of_the_targets_due_before(self, record, rows):
        of_year = rows.pivot_table(index="indicator_id", columns="fiscal_year", values="actual")
        facts = rows.drop_duplicates("indicator_id").set_index("indicator_id")
        # Origin 2016 has seen one forecast of each that was due in 2015, from two values on.
        known = (facts["fiscal_year"] < 2014) & facts["target"].notna()
        due = facts[known & (facts["target_year"] == 2015)]
        values = of_year.loc[due.index]
        rising = [
            assumed(values.loc[of, :2014].dropna().to_list(), row["target"], "件", "", "").up
            for of, row in due.iterrows()
        ]
        met = np.where(rising, values[2015] >= due["target"], values[2015] <= due["target"])
        base = record.loc[record["origin"] == 2016, "base_p"].dropna().unique()
        assert base == pytest.approx([met.mean()])

    def test_chances_only_where_a_target_is_due(self, record):
        aimed = record["p"].notna()
        assert aimed.equals(record["happened"].notna())
        assert 0 < aimed.sum() < len(record) / 2
        assert set(record.loc[aimed, "happened"]) == {0, 1}

    def test_two_runs_are_equal(self, record, rows):
        assert_frame_equal(track.outcomes(printed(rows)).record, record)

    def test_a_drift_chance_is_near_that_of_the_drift_model(self):
        """Which draws its dispersion, never below the noise of counting; here it is the larger."""
        values, target = [1000.0, 1400.0, 1500.0], 2100.0
        row = {"value0": values[2], "value1": values[1], "value2": values[0], "target": target}
        row |= {"last_year": 2018.0, "year1": 2017.0, "year2": 2016.0}
        row |= {"h": 2.0, "rising": True, "ceiling": np.inf}
        rows = pd.DataFrame([row])
        series = history(values, target=target, target_year=2020)
        model = adoption.p_target(adoption.fit_all(series, ["drift"]), series)["p"][0]
        slope = pd.Series([(values[2] - values[0]) / 2])
        assert track._drift_p(rows, slope)[0] == pytest.approx(model, abs=0.03)


def scored(count: int, **columns) -> pd.DataFrame:
    """A record of forecasts whose quantiles are those of a uniform on 0 to 10, last value 4."""
    given = {"quantity": "outcome", "project_id": [f"p{n // 2}" for n in range(count)]}
    given |= {"ministry": "省", "kind": "towards", "h": 1.0, "origin": 2018}
    given |= {
        "truth": 6.0,
        "last": 4.0,
        "drift": 5.0,
        "mean3": 3.0,
        "peers": np.nan,
        "mean": 5.5,
        "budget": None,
    }
    given |= {"p": np.nan, "base_p": np.nan, "drift_p": np.nan, "happened": np.nan}
    frame = pd.DataFrame(given | columns)
    return frame.assign(**dict(zip(QUANTILES, 10 * LEVELS, strict=True)))


class TestMeasures:
    def test_by_hand(self):
        # Errors of 5, the median: 1, 4.3 and 3; of 4, the last: 2, 5.3 and 2; one of 3 is out.
        got = measures(scored(3, truth=[6.0, 9.3, 2.0]))
        assert got["median_error"] == pytest.approx(3 / 2)
        assert got["mean_error"] == pytest.approx((1 + 4.3 + 3) / (2 + 5.3 + 2))
        naive = np.sqrt((4 + 5.3**2 + 4) / 3)
        assert got["squared_error"] == pytest.approx(np.sqrt((0.25 + 3.8**2 + 3.5**2) / 3) / naive)
        assert got["drift_mean_error"] == got["mean_error"]
        assert got["mean3_mean_error"] == pytest.approx((3 + 6.3 + 1) / 9.3)
        assert np.isnan(got["peers_mean_error"])
        assert (got["in80"], got["in95"]) == (pytest.approx(2 / 3), 1)
        # Widths 8 and 9.5, and 10 for each unit out of 1 to 9
        assert got["interval80"] == pytest.approx((8 + 10 * 0.3 / 3) / (10 * 9.3 / 3))
        assert got["interval95"] == pytest.approx(9.5 / (40 * 9.3 / 3))

    def test_pinball_by_hand(self):
        loss = [max(level * (6 - 10 * level), (level - 1) * (6 - 10 * level)) for level in LEVELS]
        assert measures(scored(1))["pinball"] == pytest.approx(np.mean(loss) / (2 / 2))

    def test_chances_by_hand(self):
        got = measures(scored(4, p=[0.9, 0.2, 0.4, np.nan], happened=[1, 0, 1, np.nan], base_p=0.5))
        assert got["brier_skill"] == pytest.approx(1 - (0.01 + 0.04 + 0.36) / 0.75)
        assert got["auc"] == 1
        assert np.isnan(got["drift_brier_skill"])

    def test_drift_is_scored_where_it_gives_a_chance(self):
        chances = {"p": 0.5, "happened": [1.0, 0, 1], "base_p": [0.5, 0.5, 0.9]}
        got = measures(scored(3, drift_p=[0.8, 0.4, np.nan], **chances))
        assert got["drift_brier_skill"] == pytest.approx(1 - (0.04 + 0.16) / 0.5)

    def test_as_they_are_by_hand(self):
        chances = {"p": [0.9, 0.2, np.nan], "happened": [1, 0, np.nan], "base_p": 0.5}
        got = measures(scored(3, truth=[6.0, 9.3, 2.0], **chances))
        assert got["mae"] == pytest.approx((1 + 4.3 + 3) / 3)
        assert got["rmse"] == pytest.approx(np.sqrt((0.25 + 3.8**2 + 3.5**2) / 3))
        assert got["is80"] == pytest.approx(8 + 10 * 0.3 / 3)
        assert got["brier"] == pytest.approx((0.01 + 0.04) / 2)

    @pytest.mark.parametrize(
        "measure",
        ["median_error", "mean_error", "squared_error", "pinball", "interval80", "interval95"],
    )
    def test_the_last_value_taken_as_certain_has_1(self, measure):
        record = scored(3, truth=[6.0, 9.3, 2.0], mean=4.0)
        record[QUANTILES] = 4.0
        assert measures(record)[measure] == pytest.approx(1)


class TestTable:
    @pytest.fixture(scope="class")
    @staticmethod
    def chosen():
        rng = np.random.default_rng(82)
        n = 4 * FEWEST
        return scored(
            n,
            truth=rng.uniform(0, 10, n),
            origin=np.where(np.arange(n) < FEWEST, 2016, 2017),
            h=np.where(np.arange(n) < 2 * FEWEST, 2.0, 5.0),
            kind=np.where(np.arange(n) < 2 * FEWEST + 50, "towards", "steady"),
            ministry=np.where(np.arange(n) % 400 < FEWEST - 1, "小省", "大省"),
            budget=np.where(np.arange(n) % 2, "fell", "stayed"),
        )

    def test_groups(self, chosen):
        got = table(chosen, 2)
        sizes = got.groupby(["by", "group"])["forecasts"].first()
        assert sizes["all"].to_dict() == {"all": 400}
        assert sizes["origin"].to_dict() == {"2016": 100, "2017": 300}
        assert sizes["span"].to_dict() == {"1-3": 200, "4-7": 200}
        assert sizes["h"].to_dict() == {"2": 200, "5": 200}
        assert sizes["kind and h"].to_dict() == {"towards 2": 200, "steady 5": 150}
        assert sizes["budget"].to_dict() == {"fell": 200, "stayed": 200}

    def test_years_ahead_that_are_all_alike_are_no_group(self, chosen):
        assert not {"h", "span", "kind and h"} & set(table(chosen.assign(h=1.0), 2)["by"])

    def test_small_groups_are_left_out(self, chosen):
        assert (chosen["ministry"] == "小省").sum() == FEWEST - 1
        assert set(table(chosen, 5).query("by == 'ministry'")["group"]) == {"大省"}
        assert table(chosen.iloc[: FEWEST - 1], 5).empty

    def test_values_are_those_of_measures(self, chosen):
        got = table(chosen, 20)
        for by, of in (("all", chosen), ("kind", chosen[chosen["kind"] == "towards"])):
            part = got[(got["by"] == by) & (got["group"].isin(["all", "towards"]))]
            part = part.set_index("measure")
            wanted = measures(of).dropna().rename_axis("measure")
            assert_series_equal(part["value"], wanted.rename("value"))
            assert (part["projects"] == of["project_id"].nunique()).all()
            assert (part["low"] <= part["high"]).all()
            inside = part.loc["in80", ["low", "value", "high"]].tolist()
            assert inside == sorted(inside)
            assert 0.02 < inside[2] - inside[0] < 0.15

    def test_draws_are_those_of_rows_drawn_with_their_projects(self, chosen):
        """Sums a project, weighted, give what drawing the projects' rows again gives."""
        part = chosen.reset_index(drop=True)
        projects, names = pd.factorize(part["project_id"])
        weights = scores.redrawn(len(names), np.random.default_rng(84), 3)
        losses = track_scores._losses(part)
        got = track_scores._measures(losses, part, projects, weights)
        for at, row in enumerate(weights):
            drawn = part.loc[np.repeat(part.index, row[projects].astype(int))]
            wanted = measures(drawn)
            for name, value in wanted.dropna().items():
                assert got[name][at] == pytest.approx(value), name

    def test_two_runs_are_equal(self, chosen):
        assert_frame_equal(table(chosen, 5), table(chosen, 5))


class TestCurves:
    def test_reliability(self):
        record = scored(5, p=[0.05, 0.05, 0.95, 0.95, 0.5], happened=[0.0, 1, 1, 1, 1], base_p=0.5)
        record.loc[4, "p"] = np.nan
        got = track_scores.reliability(record)
        assert got[["p", "happened", "forecasts"]].values.tolist() == [[0.05, 0.5, 2], [0.95, 1, 2]]
        # Wilson (1927), 1 of 2 and 2 of 2
        assert got["low"].tolist() == pytest.approx([0.0945, 0.3424], abs=1e-4)
        assert got["high"].tolist() == pytest.approx([0.9055, 1], abs=1e-4)

    def test_pit(self):
        rng = np.random.default_rng(83)
        got = track_scores.pit(scored(5000, truth=rng.uniform(0, 10, 5000)))
        assert got["from"].tolist() == pytest.approx(np.arange(10) / 10)
        assert got["share"].sum() == pytest.approx(1)
        assert got["share"].to_numpy() == pytest.approx(0.1, abs=0.018)


class TestExample:
    """The project of the default sheet is in no panel that is fitted on or counted."""

    @pytest.fixture(scope="class")
    @staticmethod
    def corpus(tmp_path_factory):
        facts = {"府省庁": "総務省", "事業名": "自治体の調査"}
        ids = {"事業番号": "0042", "事業番号2": "0042"}
        before = {"事業番号": "0041", "事業番号2": "0041"}
        values = outcome({2016: 842.0, 2017: 950.0})
        return made(
            tmp_path_factory.mktemp("example"),
            sheet(2018, 41, outcome=[values], **facts, **before),
            sheet(2019, 41, outcome=[values], **facts, **ids),
            sheet(2018, 7, outcome=[outcome({2016: 1.0, 2017: 2.0})]),
            sheet(2019, 7, outcome=[outcome({2017: 2.0, 2018: 3.0})]),
        )

    def test_it_is_there(self, corpus):
        assert panels.example(corpus) == {"P2018-総務省-0041"}
        assert "P2018-総務省-0041" in set(corpus.outcomes(2018)["project_id"])

    @pytest.mark.parametrize("name", ["spending", "outcomes"])
    def test_it_is_left_out_of_every_year(self, corpus, name):
        found = getattr(panels, name)(corpus)
        assert sorted(found) == [2018, 2019]
        for year, panel in found.items():
            whole = getattr(corpus, name)(year)
            assert set(panel["project_id"]) == {"P2018-国土交通省-0007"}
            assert len(panel) == (whole["project_id"] == "P2018-国土交通省-0007").sum()

    def test_up_to_a_year(self, corpus):
        assert list(panels.outcomes(corpus, 2018)) == [2018]


class TestShipped:
    """The numbers that reports quote."""

    @pytest.fixture(scope="class")
    @staticmethod
    def score():
        """score(quantity, by, group): measure -> value."""
        of_all = fitted.SHIPPED.track_record["scores"].set_index(["quantity", "by", "group"])
        return lambda *of: of_all.loc[[of]].set_index("measure")["value"]

    def test_aims(self, score):
        value = score("outcome", "kind", "towards")
        assert value["pinball"] <= 0.62
        assert 0.76 <= value["in80"] <= 0.85
        assert value["in95"] >= 0.92
        assert value["brier_skill"] > 0.3
        for name in ("mean_error", "squared_error", "brier_skill"):
            better = value[name] - value[f"drift_{name}"]
            assert better > 0 if name == "brier_skill" else better < 0

    def test_aims_of_execution(self, score):
        value = score("rate", "all", "all")
        assert value["mae"] <= 0.105
        assert value["rmse"] <= 0.184
        assert value["is80"] <= 0.527
        assert 0.93 <= value["in95"] <= 0.98
        assert value["auc"] >= 0.85
        assert value["brier"] <= 0.1105

    def test_intervals_are_about_the_values(self):
        of = fitted.SHIPPED.track_record["scores"]
        assert (of["low"] <= of["high"]).all()
        assert ((of["value"] >= of["low"]) & (of["value"] <= of["high"])).mean() > 0.95

    def test_what_it_says_of_itself(self):
        about = fitted.SHIPPED.track_record["about"]
        assert about["origins"]["rate"] == list(range(2016, 2024))
        assert about["chosen"] == track.CHOSEN
        first, last = (fitted.SHIPPED.years["execution"][at] for at in (0, -1))
        assert (first, last) == (about["origins"]["rate"][0], about["sheets"][-1])
