"""Peers: hand calculations on tiny panels, planted futures, and the exact shares of real sheets."""

import gzip

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import corpus_sheets
import judgit
from helpers import paths, sources
from helpers.analysis import execution, measures, payees, peers, persistence
from helpers.corpus import Corpus
from panels import panel

NO_OUTCOME = pd.DataFrame(
    columns=["sheet_id", "number", "indicator", "unit", "fiscal_year", "actual", "expected"]
).astype({"sheet_id": str, "fiscal_year": "Int64", "actual": float, "expected": float})
NO_PAYMENT = pd.DataFrame(
    columns=["sheet_id", "fiscal_year", "tier", "payee", "payee_key", "amount"]
).astype({"sheet_id": str, "tier": str, "payee": str, "payee_key": str, "amount": float})


def linked(spending: pd.DataFrame) -> pd.DataFrame:
    """The table project of a corpus with one sheet a project."""
    ids = pd.Series(spending["project_id"].unique())
    return pd.DataFrame({"sheet_id": "s" + ids, "sheet_year": 2019, "project_id": ids})


def table(spending, outcome=NO_OUTCOME, payment=NO_PAYMENT, **options) -> pd.DataFrame:
    return peers.table(spending, outcome, payment, linked(spending), **options)


def cell(found: pd.DataFrame, measure: str, unit: str = "year", **dimensions) -> pd.Series:
    wanted = {"unit": unit, "measure": measure, **dict.fromkeys(peers.DIMENSIONS, "all")}
    match = np.logical_and.reduce(
        [found[name] == value for name, value in (wanted | dimensions).items()]
    )
    assert match.sum() == 1
    return found[match].iloc[0]


@pytest.fixture(scope="module")
def twenty():
    """Twenty projects of three years: project k executes k of 20 in the first two, all in the last
    if k is even, none if it is odd."""
    return panel(
        *({2015: (20, k), 2016: (20, k), 2017: (20, 20 * (k % 2 == 0))} for k in range(1, 21))
    )


@pytest.fixture(scope="module")
def of_twenty(twenty):
    return table(twenty)


def test_size_classes_take_in_their_upper_limit():
    sizes = peers.size_class([10, 10.1, 100, 1000, 100_000, 100_001, 0, -5, np.nan])
    assert (
        list(sizes)
        == ["<= 10", "10-100", "10-100", "100-1000", "10000-100000", "> 100000"] + [None] * 3
    )


def test_a_project_year_counts_by_hand(of_twenty):
    row = cell(of_twenty, "execution_rate")
    assert (row["count"], row["projects"]) == (60, 20)
    # Two years of k = 1 ... 20 and ten of all: 420 + 200 of 1,200 million yen.
    assert (row["part"], row["whole"]) == (620, 1200)
    assert row["upto_zero"] == pytest.approx(10 / 60, abs=1e-5)
    assert row["below_70"] == pytest.approx((10 + 2 * 13) / 60, abs=1e-5)  # 14/20 is not under .7
    assert row["below_one"] == pytest.approx(48 / 60, abs=1e-5)
    assert row["upto_one"] == 1
    values = np.concatenate([np.repeat(np.arange(1, 21) / 20, 2), np.zeros(10), np.ones(10)])
    assert row[peers.QUANTILES].to_numpy(float) == pytest.approx(
        np.quantile(values, peers.LEVELS), rel=1e-3
    )


def test_a_project_is_pooled_over_its_years_money_by_money():
    years = {2015: (10, 10), 2016: (100, 30), 2017: (90, 60)}
    over_years = measures.over_years(measures.yearly(budget(panel(years)), NO_KEYED, NO_PAID))
    assert over_years.set_index("measure")["value"].to_dict() == {
        "execution_rate": 100 / 200,  # not the mean of 1, .3 and .67
        "rate_gross": 100 / 200,
        "unspent": 100 / 3,
    }
    assert set(over_years["years"]) == {3}


def test_two_years_make_no_project(twenty, of_twenty):
    short = twenty[twenty["fiscal_year"] > 2015]
    assert set(of_twenty["unit"]) == {"project", "year"}
    assert set(table(short)["unit"]) == {"year"}


def test_a_grant_is_the_initial_budget_of_the_year_asked_for():
    years = {2016: (50, 50, 80.0, 40.0), 2017: (60, np.nan, 60.0, 60.0), 2018: (9, 9, 0.0, 9.0)}
    values = measures.yearly(budget(panel(years)), NO_KEYED, NO_PAID)
    granted = values[values["measure"] == "granted"].set_index("fiscal_year")["value"]
    assert granted.to_dict() == {2016: 0.5, 2017: 1.0}  # 2017 is running: its grant is known


def test_attainment_is_of_the_last_print_and_the_median_of_a_project():
    spending = panel(*[{2015: (10, 10), 2016: (10, 10), 2017: (10, 10)}] * 20)
    project = linked(spending)
    later = project.assign(sheet_id="t" + project["project_id"])
    years = pd.DataFrame({"fiscal_year": [2015, 2016, 2017], "actual": [5.0, 8, 30]})
    said = years.assign(expected=10.0, number=1, indicator="件数", unit="件")
    first = project[["sheet_id"]].assign(sheet_id="s" + project["project_id"])
    printed = first.merge(said, how="cross")
    again = later[["sheet_id"]].merge(said.assign(actual=[6.0, 8, 30]), how="cross")
    projects = pd.concat([project, later.assign(sheet_year=2020)])
    outcome = pd.concat([again, printed])
    found = peers.table(spending, outcome, NO_PAYMENT, projects)
    row = cell(found, "attainment")
    assert (row["count"], row["q0"], row["q100"]) == (60, 0.6, 3)
    assert cell(found, "attainment", unit="project")["q50"] == 0.8


def test_concentration_is_that_of_the_report():
    sheet = sources.read(paths.DEFAULT_SHEET)
    rates = execution.rates(sheet)
    named = payees.concentration(payees.totals(sheet), rates).dropna(subset="hhi")
    values = measures.yearly(
        rates.assign(project_id="p"), NO_KEYED, sheet.payment.assign(project_id="p")
    )
    hhi = values[values["measure"] == "hhi"].set_index("fiscal_year")["value"]
    assert hhi.to_dict() == pytest.approx(named.set_index("fiscal_year")["hhi"].to_dict())


def test_the_default_sheet_has_its_own_measures():
    sheet = sources.read(paths.DEFAULT_SHEET)
    rates = execution.rates(sheet)
    own = measures.own(sheet, rates).set_index("measure")
    assert own.loc["execution_rate", ["part", "whole", "years"]].tolist() == [195, 277, 7]
    assert own.loc["granted", "value"] == pytest.approx(256 / 324)
    assert own.loc["unspent", "value"] == pytest.approx(82 / 7)
    assert peers.mean_size(rates) == "10-100"


def test_a_sheet_is_measured_as_a_corpus_is():
    sheet = sources.read(paths.DEFAULT_SHEET)
    rates = execution.rates(sheet)
    outcome = sheet.outcome.assign(expected=0.8 * sheet.outcome["actual"])
    outcome = outcome[outcome["fiscal_year"].isin(rates["fiscal_year"])]
    rows = (each.assign(project_id="p") for each in (rates, outcome, sheet.payment))
    expected = measures.over_years(measures.yearly(*rows)).set_index("measure")
    found = measures.own(sheet.with_table("outcome", outcome), rates).set_index("measure")
    assert {*found.index} == {*measures.MEASURES}
    for name in ("part", "whole", "years", "value"):
        assert found[name].to_dict() == pytest.approx(expected[name].to_dict(), nan_ok=True)


def test_small_cells_are_left_out(twenty):
    odd = twenty.assign(ministry=twenty["project_id"].map(lambda name: f"省{int(name[1:]) < 6}"))
    found = table(odd)
    assert set(found["ministry"]) == {"all", "省False"}
    # Fewer than 50 of a year, a ministry and a size make no cell of their own.
    assert not ((found["ministry"] != "all") & (found["fiscal_year"] != "all")).any()


def test_the_order_of_rows_makes_no_difference(twenty, of_twenty):
    assert_frame_equal(table(twenty.sample(frac=1, random_state=1)), of_twenty)


def test_projects_can_be_left_out(twenty, of_twenty):
    row = cell(
        table(pd.concat([twenty, panel({2015: (1, 1)}).assign(project_id="mine")])), "unspent"
    )
    without = table(
        pd.concat([twenty, panel({2015: (1, 1)}).assign(project_id="mine")]), without=["mine"]
    )
    assert row["count"] == 61
    assert_frame_equal(without, of_twenty)


def test_an_outturn_of_a_year_not_over_is_not_seen(twenty):
    planted = twenty.copy()
    running = planted["fiscal_year"] == 2017
    planted.loc[running, "status"] = "current"
    blank = planted.assign(executed=planted["executed"].where(~running))
    assert cell(table(planted), "execution_rate")["count"] == 40
    assert_frame_equal(table(planted), table(blank))
    options = {"draws": 20}
    assert_frame_equal(persistence.table(planted, **options), persistence.table(blank, **options))


def test_what_a_later_sheet_prints_is_not_seen(tmp_path):
    early = [corpus_sheets.sheet(year, number) for year in (2017, 2018) for number in range(1, 25)]
    # The sheets of 2019 would turn every rate, request and budget round.
    turned = {year: {"executed": 1.0, "initial": 9000.0} for year in (2016, 2017, 2018)}
    late = [corpus_sheets.sheet(2019, number, turned) for number in range(1, 25)]
    asked = ("outcome", "payment", "project")

    def as_of_2018(corpus: Corpus) -> list[pd.DataFrame]:
        spending = corpus.spending(2018)
        years = [year for year in corpus.years if year <= 2018]
        more = [corpus.table(name, years) for name in asked]
        made = peers.table(spending, *more)
        assert peers.about(spending, more[-1])["as_of"] == 2018
        return [made, persistence.table(spending, draws=20), persistence.money(spending)]

    (tmp_path / "with").mkdir()
    before = as_of_2018(corpus_sheets.made(tmp_path, *early))
    after = as_of_2018(corpus_sheets.made(tmp_path / "with", *early, *late))
    assert len(before[0])
    last = before[0].groupby("measure")["fiscal_year"].apply(set)
    assert "2018" not in last["execution_rate"]
    assert "2018" in last["granted"]  # the budget of the year running is known, its outturn is not
    for one, other in zip(before, after, strict=True):
        assert_frame_equal(one, other)


def test_a_percentile_counts_what_is_below_and_the_mass_apart(of_twenty):
    full = peers.percentile(of_twenty, "execution_rate", 1.0, "year")
    assert (full.below, full.equal) == pytest.approx((48 / 60, 12 / 60), abs=1e-5)
    none = peers.percentile(of_twenty, "execution_rate", 0.0, "year")
    assert (none.below, none.equal) == pytest.approx((0, 10 / 60), abs=1e-5)
    # Just beside a mass its two sides differ by all of it.
    low = peers.percentile(of_twenty, "execution_rate", 1e-6, "year")
    assert low.below == pytest.approx(10 / 60, abs=1e-3)
    high = peers.percentile(of_twenty, "execution_rate", 1 - 1e-6, "year")
    assert high.below == pytest.approx(48 / 60, abs=0.001)
    above = peers.percentile(of_twenty, "execution_rate", 1.2, "year")
    assert (above.below, above.equal) == (1, 0)


def test_two_masses_with_nothing_between_them():
    spending = panel(*({2015: (20, 20 * (k > 5))} for k in range(20)))
    found = table(spending)
    half = peers.percentile(found, "execution_rate", 0.5, "year")
    assert (half.below, half.median, half.count) == (0.3, 1, 20)


def test_a_value_that_many_share_is_not_below_itself():
    rates = np.repeat([4, 10, 18], [12, 16, 12])
    found = table(panel(*({2015: (20, int(rate))} for rate in rates)))
    place = peers.percentile(found, "execution_rate", 0.5, "year")
    assert place.below == pytest.approx(0.3, abs=0.026)  # a step of the quantiles


def test_no_cell_no_percentile(of_twenty):
    place = peers.percentile(of_twenty, "execution_rate", 0.5, ministry="デジタル庁")
    assert np.isnan(place.below)
    assert place.count == 0


def test_few_years_are_held_against_single_years(of_twenty):
    own = pd.DataFrame({"measure": "execution_rate", "value": [0.5, 0.5], "years": [2, 3]})
    places = peers.standing(of_twenty, own, "省", "10-100")
    assert places.groupby("years")["unit"].unique().map(list).to_dict() == {
        2: ["year"],
        3: ["project"],
    }
    assert set(places.loc[places["unit"] == "year", "count"]) == {60}


def test_a_band_takes_the_years_together_where_it_has_no_such_year(twenty, of_twenty):
    band = peers.band(of_twenty, [2017, 2024], "省", "10-100")
    assert band["all_years"].tolist() == [False, True]
    assert set(band["ministry"]) == {"all"}  # 20 of the ministry and size are too few
    assert band.loc[0, ["p10", "p50", "p90"]].tolist() == [0, 0.5, 1]
    many = pd.concat([twenty.assign(project_id=twenty["project_id"] + str(n)) for n in range(3)])
    assert set(peers.band(table(many), [2017], "省", "10-100")["ministry"]) == {"省"}
    assert peers.band(of_twenty.head(0), [2017], "省", "10-100").empty
    other = peers.band(of_twenty, [2017], "デジタル庁", "> 100000")
    assert other["size"].tolist() == ["all"]


NO_KEYED = NO_OUTCOME.assign(project_id=pd.Series(dtype=str))
NO_PAID = NO_PAYMENT.assign(project_id=pd.Series(dtype=str))


MINISTRY = '"府省庁":"総務省"'


def budget(spending: pd.DataFrame) -> pd.DataFrame:
    return execution.measured(spending, spending["is_branch"])


@pytest.fixture(scope="module")
def ministry(tmp_path_factory):
    """A corpus of the real sheets of one ministry."""
    if not judgit.CORPUS.exists():
        pytest.skip(f"no shared corpus at {judgit.CORPUS}")
    found = []
    for year in judgit.YEARS:
        path = judgit.CORPUS / f"judgit-{year}.ndjson.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found += [line.rstrip("\n") for line in lines if MINISTRY in line[:600]]
    assert len(found) > 1000
    return corpus_sheets.made(tmp_path_factory.mktemp("peers"), *found)


def test_percentiles_of_real_sheets_are_within_a_point_of_the_exact(ministry):
    spending = ministry.spending(2019)
    more = [ministry.table(name) for name in ("outcome", "payment", "project")]
    found = peers.table(spending, *more)
    known = budget(spending)
    known = known[known["modelled"] & known["status"].eq("closed")]
    rates = known["execution_rate"].to_numpy()
    assert len(rates) > 1000
    errors = [
        peers.percentile(found, "execution_rate", rate, "year").below - np.mean(rates < rate - 1e-9)
        for rate in rates[:: len(rates) // 250]
    ]
    assert np.quantile(np.abs(errors), 0.98) < 0.01
    assert np.max(np.abs(errors)) < 0.02
    assert_frame_equal(peers.table(spending, *more), found)
