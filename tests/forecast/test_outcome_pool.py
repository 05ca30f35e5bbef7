import json

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from scipy.special import expit

import outcome_world
from helpers.forecast import outcome_pool, quantiles
from helpers.forecast.outcome_pool import (
    KINDS,
    QUANTILES,
    ahead,
    cases,
    fit,
    forecast,
    shaped,
)
from simulate import assert_share, history

NAN = np.nan
COUNT = 1500


@pytest.fixture(scope="module")
def learned() -> pd.DataFrame:
    rng = np.random.default_rng(71)
    return outcome_world.followed(rng, outcome_world.points(rng, COUNT))


@pytest.fixture(scope="module")
def some(learned) -> pd.DataFrame:
    """A sixth of them, for what takes no number from a fit."""
    return learned[learned["project_id"].str[1:].astype(int) % 6 == 0].reset_index(drop=True)


@pytest.fixture(scope="module")
def pool(learned) -> dict:
    return fit(learned)


@pytest.fixture(scope="module")
def fresh() -> pd.DataFrame:
    """Other indicators of the same world: a single year ahead of each, so that all are apart."""
    rng = np.random.default_rng(72)
    rows = outcome_world.followed(rng, outcome_world.points(rng, COUNT))
    return rows.groupby("indicator_id").sample(1, random_state=1).reset_index(drop=True)


@pytest.fixture(scope="module")
def made(pool, fresh) -> pd.DataFrame:
    return forecast(pool, fresh)


def panel(*rows: tuple) -> pd.DataFrame:
    """Rows (indicator, fiscal year, actual, sheet year) as `Corpus.outcomes` gives them."""
    names = ["indicator_id", "fiscal_year", "actual", "sheet_year"]
    last = max(row[-1] for row in rows)
    facts = {"indicator": "", "goal": "", "direction": None}
    facts |= {"project_id": "p", "ministry": "省", "unit": "団体", "target": 9.0}
    facts |= {"target_year": 2019, "expected": NAN, "is_branch": False}
    return pd.DataFrame(rows, columns=names).assign(last_sheet=last, stated=last, **facts)


PANELS = {
    2016: panel(("a", 2014, 1.0, 2016), ("a", 2015, 2.0, 2016), ("b", 2015, 5.0, 2016)),
    2017: panel(
        *(("a", 2014, 1.0, 2016), ("a", 2015, 2.5, 2017), ("a", 2016, 4.0, 2017)),
        *(("b", 2015, 5.0, 2017), ("b", 2016, 5.0, 2017)),
    ),
    2018: panel(
        *(("a", 2014, 1.0, 2016), ("a", 2015, 2.5, 2017)),
        *(("a", 2016, 3.5, 2018), ("a", 2017, 6.0, 2018)),
        *(("b", 2015, 5.0, 2017), ("b", 2016, 5.0, 2017), ("b", 2017, 7.0, 2018)),
    ),
}
COLUMNS = ["indicator_id", "origin", "last_year", "value0", "h", "fiscal_year", "truth"]


class TestCases:
    def test_by_hand(self):
        got = cases(PANELS)[COLUMNS].values.tolist()
        assert got == [
            # What was known of 2015 in 2016, and what the last sheets say of 2016 and 2017.
            ["a", 2016, 2015, 2, 1, 2016, 3.5],
            ["a", 2016, 2015, 2, 2, 2017, 6],
            ["a", 2017, 2016, 4, 1, 2017, 6],
            ["b", 2017, 2016, 5, 1, 2017, 7],
        ]

    def test_nothing_of_a_later_sheet(self):
        until = {year: PANELS[year] for year in (2016, 2017)}
        got = cases(until)[COLUMNS].values.tolist()
        assert got == [["a", 2016, 2015, 2, 1, 2016, 4]]

    def test_a_value_that_the_origin_had_is_no_truth(self):
        late = PANELS[2018].copy()
        late.loc[late["fiscal_year"] == 2017, "sheet_year"] = 2017
        assert cases({2017: PANELS[2017], 2018: late}).empty

    def test_an_indicator_that_ended_before_the_origin_is_none(self):
        gone = PANELS[2017].assign(stated=2016)
        assert cases({2017: gone, 2018: PANELS[2018]}).empty


class TestFit:
    def test_what_it_says_of_itself(self, pool, learned):
        assert pool["levels"] == list(quantiles.LEVELS)
        assert pool["last_year"] == 2022
        assert pool["projects"] == learned["project_id"].nunique()
        for kind in KINDS:
            part = learned[learned["kind"] == kind]
            assert pool["kinds"][kind] == {
                "cases": len(part),
                "indicators": part["indicator_id"].nunique(),
                "horizon": 5,
            }
            shape = np.shape(pool["limits"][kind])
            assert shape == (len(quantiles.LEVELS), len(outcome_pool.FEATURES[kind]))

    def test_finds_the_coefficients_of_the_world(self, pool):
        rows = dict(zip(quantiles.LEVELS, pool["limits"]["towards"], strict=True))
        # How rough and whether to the better: nothing hangs on them there.
        assert rows[0.5] == pytest.approx([0.3, 0.3, 0.2, 0, 0], abs=0.12)
        # z of the 80 % limits: 1.2816
        wide = np.subtract(rows[0.9], rows[0.1]) / (2 * 1.2816)
        assert wide == pytest.approx([0.2, 0.2, 0, 0, 0], abs=0.12)

    def test_half_of_the_steady_stay_in_that_world(self, learned, pool):
        rows = learned[learned["kind"] == "steady"].assign(gap=0.0)
        design = outcome_pool._design(outcome_pool._columns(rows), outcome_pool.STAYS)
        stays = expit(design @ np.array(pool["stays"]))
        assert stays.mean() == pytest.approx(0.5, abs=0.02)
        # What no case of that world tells apart: percentages.
        assert np.abs(pool["stays"]).max() < 1

    def test_json_keeps_it(self, pool, fresh, made):
        again = json.loads(json.dumps(pool))
        assert again == pool
        assert_frame_equal(forecast(again, fresh), made)

    def test_too_few_cases(self, some):
        few = some[some["kind"] == "steady"].index[99:]
        with pytest.raises(ValueError, match="99 cases of steady outcomes: give a corpus"):
            fit(some.drop(few))

    def test_of_few_steady_that_moved_it_takes_what_these_did(self, some):
        steady = some["kind"] == "steady"
        moved = some.index[steady & (some["truth"] != some["value0"])]
        few, none = (fit(some.drop(moved[count:])) for count in (20, 0))
        rows = some.loc[moved[:20]]
        change = rows["sign"] * (rows["truth"] - rows["value0"]) / rows["pace"]
        limits = np.array(few["limits"]["steady"])
        assert limits[:, 0] == pytest.approx(np.quantile(change, quantiles.LEVELS), abs=1e-6)
        assert (limits[:, 1:] == 0).all()
        made = forecast(none, ahead(outcome_world.of_series(history([500, 500, 500])), 2))
        assert (made[QUANTILES] == 500).all(axis=None)

    def test_horizon_is_what_30_cases_reach(self, some):
        far = some.index[(some["kind"] == "wavering") & (some["h"] == 5)]
        assert fit(some.drop(far[29:]))["kinds"]["wavering"]["horizon"] == 4

    def test_a_slip_of_the_unit_is_cut(self, some):
        wild = some.copy()
        rows = wild.index[wild["kind"] == "towards"][::500]
        wild.loc[rows, "truth"] *= 1000
        usual, cut = (np.array(fit(one)["limits"]["towards"]) for one in (some, wild))
        assert cut == pytest.approx(usual, abs=0.1)


class TestCalibration:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize(
        ("low", "high", "level"), [("q100", "q900", 0.8), ("q025", "q975", 0.95)]
    )
    def test_coverage(self, made, fresh, kind, low, high, level):
        of = (made["kind"] == kind).to_numpy()
        slack = 1e-6 * fresh["pace"]
        truth = fresh["truth"]
        inside = (truth >= made[low] - slack) & (truth <= made[high] + slack)
        # Below 10,000 cases the fitted limits themselves are a per cent or so off.
        assert_share(inside[of], level - 0.015, level + 0.015)

    @pytest.mark.parametrize("kind", KINDS[:3])
    def test_every_level(self, made, fresh, kind):
        of = (made["kind"] == kind).to_numpy()
        for level, name in zip(quantiles.LEVELS, QUANTILES, strict=True):
            assert_share((fresh["truth"] < made[name])[of], level - 0.025, level + 0.025)

    def test_chances_of_the_target_come_true(self, pool):
        rng = np.random.default_rng(73)
        rows = outcome_world.followed(rng, outcome_world.points(rng, 2 * COUNT))
        rows = rows[rows["h"] == rows["steps"]].reset_index(drop=True)
        p = forecast(pool, rows)["p_target"]
        happened = outcome_pool.met(rows, rows["truth"].to_numpy())
        for low, high in ((0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1)):
            inside = (p >= low) & (p <= high)
            assert inside.sum() > 200
            mean = p[inside].mean()
            assert_share(happened[inside], mean - 0.03, mean + 0.03)

    def test_a_kept_plan_counts_where_it_counted(self, some):
        rng = np.random.default_rng(74)
        told = some.copy()
        # Targets come true for those that kept their plans, whatever their numbers said before.
        keeps = (told["kept"] > 0) | ((told["kept"] == 0) & (rng.random(len(told)) < 0.5))
        side = np.where(told["rising"] == keeps, 1, -1) * 0.5 * told["target"].abs()
        told["truth"] = (told["target"] + side).where(told["has_target"] > 0, told["truth"])
        rows = shaped(outcome_world.points(rng, 200)).assign(h=1.0, fiscal_year=2018)
        rows = rows[rows["has_target"] > 0].reset_index(drop=True)
        pool = fit(told)
        good, bad = (forecast(pool, rows.assign(kept=kept))["p_target"] for kept in (1.0, -1.0))
        assert (good > bad + 0.5).all()


class TestForecast:
    def test_columns(self, made, fresh):
        assert [name for name in made if name not in QUANTILES] == [
            *("indicator_id", "project_id", "kind", "last_year", "fiscal_year", "h"),
            *("median", "lower80", "upper80", "lower95", "upper95", "mean"),
            *("p_target", "due", "outside"),
        ]
        ends = ["lower95", "lower80", "median", "upper80", "upper95"]
        wanted = made[["q025", "q100", "q500", "q900", "q975"]].set_axis(ends, axis=1)
        assert made[ends].equals(wanted)
        assert made["indicator_id"].equals(fresh["indicator_id"])
        assert (np.diff(made[QUANTILES], axis=1) >= 0).all()
        assert made["p_target"].notna().equals(fresh["has_target"] > 0)
        assert made["due"].equals(fresh["h"] == fresh["steps"])

    def test_order_and_company_do_not_matter(self, pool, fresh, made):
        some = fresh.sample(200, random_state=2)
        assert_frame_equal(forecast(pool, some), made.loc[some.index].reset_index(drop=True))

    def test_upside_down(self, pool, fresh):
        """But for the kinds that take falling for something else than rising."""
        rows = fresh[fresh["kind"].isin(["towards", "wavering"])].reset_index(drop=True)
        names = ["value0", "value1", "value2", "target"]
        turned = rows[rows.columns[: rows.columns.get_loc("floor") + 1]].copy()
        turned[names] = -turned[names]
        turned = turned.assign(rising=~turned["rising"].astype(bool), floor=-np.inf)
        turned = shaped(turned).assign(h=rows["h"], fiscal_year=rows["fiscal_year"])
        one, other = forecast(pool, rows), forecast(pool, turned)
        assert other["kind"].equals(one["kind"])
        assert other[QUANTILES].to_numpy() == pytest.approx(-one[QUANTILES].to_numpy()[:, ::-1])
        assert other["mean"].to_numpy() == pytest.approx(-one["mean"].to_numpy())
        assert other["p_target"].to_numpy() == pytest.approx(
            one["p_target"].to_numpy(), abs=1e-6, nan_ok=True
        )

    def test_another_unit(self, pool, fresh, made):
        names = ["value0", "value1", "value2", "target", "usual", "unrest"]
        scaled = fresh[fresh.columns[: fresh.columns.get_loc("floor") + 1]].copy()
        scaled[names] *= 1000
        scaled = shaped(scaled).assign(h=fresh["h"], fiscal_year=fresh["fiscal_year"])
        other = forecast(pool, scaled)
        for name in [*QUANTILES, "mean"]:
            assert other[name].to_numpy() == pytest.approx(1000 * made[name].to_numpy())
        assert other["p_target"].to_numpy() == pytest.approx(
            made["p_target"].to_numpy(), abs=1e-6, nan_ok=True
        )

    def test_within_floor_and_ceiling(self, pool):
        high = ahead(
            outcome_world.of_series(history([80, 90, 99], 100, "%", target=100, target_year=2021))
        )
        low = ahead(outcome_world.of_series(history([9, 5, 1], target=0, target_year=2021)))
        for rows, name, end in ((high, "q975", 100), (low, "q025", 0)):
            got = forecast(pool, rows)
            assert (got[name] == end).all()
            assert got[QUANTILES].min().min() >= 0
            assert got[QUANTILES].max().max() <= (100 if end else np.inf)
            assert got["p_target"].dropna().between(0.02, 0.98).all()

    def test_a_value_at_rest_may_stay_exactly(self, pool):
        got = forecast(pool, ahead(outcome_world.of_series(history([500, 500, 500])), 2))
        assert (got[["q300", "q400", "q500", "q600", "q700"]] == 500).all(axis=None)
        assert (got["q025"] < 500).all()
        assert (got["q975"] > 500).all()

    def test_the_target_takes_what_the_chance_gives_it(self, pool, fresh):
        """By hand, of one row: P(miss) .7 where it was .4; the levels below the target are those
        of the quantiles times 4 / 7, and above it a like part of the rest."""
        row = outcome_pool._columns(fresh[fresh["kind"] == "towards"].iloc[[0]])
        plain = outcome_pool._plain(pool, row)
        target = plain.at(np.array([0.4]))[0]
        row |= {"target": target, "rising": np.array([True]), "has_target": np.array([1.0])}
        assert outcome_pool._chance(row, plain) == pytest.approx([0.6])
        found = outcome_pool._revised(row, plain, np.array([0.6]), np.array([0.3]))[0]
        levels = np.array(quantiles.LEVELS)
        level = np.where(levels <= 0.7, levels * 4 / 7, 1 - (1 - levels) * 6 / 3)
        wanted = plain.at(np.clip(level, 1e-9, 1))[0]
        assert found == pytest.approx(wanted, rel=1e-8)
        assert (found[levels <= 0.7] <= target).all()
        assert (found[levels > 0.7] >= target).all()

    def test_a_target_that_every_value_meets(self, pool):
        rows = ahead(
            outcome_world.of_series(history([3, 4, 7], target=0, target_year=2021, direction="up"))
        )
        assert (forecast(pool, rows)["p_target"].dropna() == 1).all()

    def test_outside(self, pool):
        towards = {"target": 1300.0, "target_year": 2021}
        usual = outcome_world.of_series(history([1000, 1050, 1100], **towards))
        assert set(forecast(pool, ahead(usual, 3))["outside"]) == {""}
        late = usual.assign(**{name: usual[name] + 7 for name in ("last_year", "year1", "year2")})
        assert set(forecast(pool, ahead(late.assign(target_year=2028.0), 5))["outside"]) == {"year"}
        near = usual.assign(**{name: usual[name] + 6 for name in ("last_year", "year1", "year2")})
        assert set(forecast(pool, ahead(near.assign(target_year=2027.0), 5))["outside"]) == {""}
        far = forecast(pool, ahead(usual, 7)).set_index("h")["outside"]
        assert far.to_dict() == {h: "horizon" if h > 5 else "" for h in range(1, 8)}
        needy = outcome_world.of_series(
            history([1000, 1050, 1100], target=1100 + 3 * 200, target_year=2021)
        )
        assert set(forecast(pool, ahead(needy, 3))["outside"]) == {"need"}

    def test_no_indicator_gives_no_forecast(self, pool):
        usual = outcome_world.of_series(history([1000, 1050, 1100]))
        assert forecast(pool, ahead(usual.iloc[:0])).empty


class TestAhead:
    @pytest.mark.parametrize(
        ("target_year", "years"), [(None, 7), (2019, 7), (2026, 8), (2033, 15), (2040, 15)]
    )
    def test_years(self, target_year, years):
        rows = ahead(
            outcome_world.of_series(history([1, 2, 4], target=30, target_year=target_year))
        )
        assert rows["h"].tolist() == list(range(1, years + 1))
        assert rows["fiscal_year"].tolist() == list(range(2019, 2019 + years))

    def test_of_many(self):
        two = (
            outcome_world.of_series(history([1, 2, 4])),
            outcome_world.of_series(history([7, 3], target=1, target_year=2021)),
        )
        rows = ahead(pd.concat(two, ignore_index=True).assign(indicator_id=["a", "b"]), 2)
        assert rows["indicator_id"].tolist() == ["a", "a", "b", "b", "b"]
        assert rows["h"].tolist() == [1, 2, 1, 2, 3]


@pytest.mark.parametrize(
    ("rising", "values", "met"),
    [
        (True, [9, 10 - 2e-8, 11], [False, True, True]),
        (False, [9, 10 + 2e-8, 11], [True, True, False]),
    ],
)
def test_what_lies_below_a_target_by_noise_alone_meets_it(rising, values, met):
    rows = pd.DataFrame({"target": [10.0] * 3, "rising": rising})
    assert outcome_pool.met(rows, np.array(values)).tolist() == met
