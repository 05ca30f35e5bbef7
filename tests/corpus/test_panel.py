"""The panels of a corpus: what the sheets up to a year show, and nothing that came later."""

import orjson
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

import judgit
from corpus_sheets import KEYS, MINISTRY, amounts, lines, made, outcome, sheet, sheet_id
from helpers.analysis import execution
from helpers.corpus import Corpus, build
from helpers.paths import DEFAULT_SHEET
from helpers.sheet import SheetError
from helpers.sources import judgit_json

NAN = float("nan")
ZEROS = dict.fromkeys(KEYS, 0.0)
OTHER = {"成果指標": "通行の数", "成果目標": "通す", "単位": "台"}


def absurd(actuals, **facts) -> dict:
    """The outcome as a sheet prints it that no forecast before it may have seen."""
    return outcome(dict.fromkeys(actuals, 9e6), **facts)


def branch(year: int) -> dict:
    number = {"事業番号": "0005-01", "事業番号3": "1"}
    return sheet(year, 5, outcome=[outcome({year - 1: 3.0})], **number)


SHEETS = [
    sheet(
        2015,
        1,
        budget={2016: {"requested": 77.0}},
        outcome=[
            outcome({2012: 9.0, 2013: 10.0, 2014: 20.0}),
            outcome({2014: 5.0}, **OTHER),
            # 令和 read as 平成; the sheet's own text proves the year.
            outcome({2014: 1.0}, 成果指標="橋(2022年度まで)", 目標最終年度=4010),
        ],
    ),
    sheet(
        2016,
        1,
        budget={
            **{2014: {"executed": 500.0}, 2015: {"initial": 900.0}, 2017: {"requested": 88.0}},
            # A budget was granted: the request of 77 is not given here.
            2016: {"requested": 0.0},
        },
        outcome=[
            outcome({2013: 10.0, 2014: 21.0, 2015: None}, 目標値="800", 目標最終年度=2024),
            outcome({2014: 5.0, 2015: 6.0}, **OTHER),
        ],
    ),
    # 2: no budget in 2013 and, as the later sheet has it, none in 2014.
    sheet(2015, 2, budget={2013: ZEROS}, 開始年度=2012, 終了年度=2019, 実施方法=["補助"]),
    sheet(2016, 2, budget={2013: ZEROS, 2014: ZEROS, 2015: ZEROS}, 開始年度=2013),
    # 3: in 2016 the indicator of the same words has other numbers.
    sheet(2015, 3, outcome=[outcome({2012: 1.0, 2013: 2.0, 2014: 3.0})]),
    sheet(2016, 3, outcome=[outcome({2013: 70.0, 2014: 80.0, 2015: 90.0})]),
    # 4: only another sheet shows what year is meant.
    sheet(2015, 4, 終了年度=None, outcome=[outcome({2014: 4.0}, 目標最終年度=4010)]),
    sheet(2016, 4, 終了年度=None, outcome=[outcome({2014: 4.0, 2015: 5.0}, 目標最終年度=2022)]),
    branch(2015),
    branch(2016),
]
FUTURE = [
    sheet(
        2017,
        number,
        budget={year: {"initial": 7e6, "executed": 8e6} for year in range(2014, 2018)},
        outcome=[absurd((2014, 2015, 2016), 目標値="1", 目標最終年度=2030)],
        開始年度=1900,
        終了年度=2100,
        実施方法=["その他"],
    )
    for number in range(1, 5)
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Corpus:
    return made(tmp_path_factory.mktemp("panel"), *SHEETS)


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Corpus:
    """The same corpus, and sheets of 2017 with absurd numbers for years printed before."""
    return made(tmp_path_factory.mktemp("planted"), *SHEETS, *FUTURE)


def of(panel: pd.DataFrame, number: int) -> pd.DataFrame:
    return panel[panel["project_id"] == f"P{sheet_id(2015, number)}"]


def budget(corpus: Corpus, number: int, as_of: int) -> pd.DataFrame:
    return of(corpus.spending(as_of), number).set_index("fiscal_year")


def indicator(corpus: Corpus, number: int, as_of: int, nth: int = 1) -> pd.DataFrame:
    panel = of(corpus.outcomes(as_of), number)
    return panel[panel["indicator_id"] == f"{sheet_id(2015, number)}/outcome/{nth}"]


class TestSpending:
    def test_a_later_sheet_revises_what_was_known_before(self, corpus):
        before, after = (budget(corpus, 1, year) for year in (2015, 2016))
        assert before["executed"][2014] == amounts(1, 2014)["executed"]
        assert (after["executed"][2014], after["sheet_year"][2014]) == (500, 2016)
        assert (before["initial"][2015], after["initial"][2015]) == (
            amounts(1, 2015)["initial"],
            900,
        )
        # 2012 stands in the sheet of 2015 alone
        assert (after["executed"][2012], after["sheet_year"][2012]) == (
            amounts(1, 2012)["executed"],
            2015,
        )

    def test_one_row_a_project_and_year(self, corpus):
        for year in corpus.years:
            panel = corpus.spending(year)
            assert not panel.duplicated(["project_id", "fiscal_year"]).any()
            keys = panel[["project_id", "fiscal_year"]]
            assert keys.equals(keys.sort_values(list(keys)))

    def test_a_request_printed_once_stays_with_its_year(self, corpus):
        before, after = (budget(corpus, 1, year) for year in (2015, 2016))
        assert (before["requested"][2016], before["status"][2016]) == (77, "requested")
        assert (after["requested"][2016], after["status"][2016]) == (77, "current")
        assert after["initial"][2016] == amounts(1, 2016)["initial"]
        assert after["requested"][2017] == 88
        assert pd.isna(after["requested"][2015])

    def test_what_is_over_is_closed(self, corpus):
        closed = budget(corpus, 1, 2016)["closed"]
        assert closed.to_dict() == {y: y < 2016 for y in range(2012, 2018)}
        assert budget(corpus, 1, 2015)["executed"].isna()[[2015, 2016]].all()

    def test_years_of_nothing_but_zero_are_left_out(self, corpus):
        assert list(budget(corpus, 2, 2015).index) == [2012, 2014, 2015, 2016]
        # 2014 and 2015 keep the last row that is more than zero
        after = budget(corpus, 2, 2016)
        assert list(after.index) == [2012, 2014, 2015, 2016, 2017]
        assert after["sheet_year"][[2014, 2015]].tolist() == [2015, 2015]
        assert not after["closed"][2015]

    def test_facts_are_those_of_the_last_sheet_by_then(self, corpus):
        facts = ["sheet_id", "last_sheet", "methods", "start_year", "end_year", "is_branch"]
        before, after = (budget(corpus, 2, year)[facts].drop_duplicates() for year in (2015, 2016))
        assert before.values.tolist() == [[sheet_id(2015, 2), 2015, "補助", 2012, 2019, False]]
        ((sheet_2016, last, methods, start, end, is_branch),) = after.values.tolist()
        assert (sheet_2016, last, start, is_branch) == (sheet_id(2016, 2), 2016, 2013, False)
        assert methods != "補助"
        assert pd.isna(end)

    def test_branch_sheets_are_told(self, corpus):
        panel = corpus.spending(2016)
        branches = panel.loc[panel["is_branch"], "project_id"].unique()
        assert list(branches) == [f"P2015-{MINISTRY}-0005-01"]

    def test_the_last_year_is_the_default(self, corpus):
        assert_frame_equal(corpus.spending(), corpus.spending(2016))
        assert_frame_equal(corpus.outcomes(), corpus.outcomes(2016))
        assert_frame_equal(corpus.spending(2099), corpus.spending(2016))

    def test_before_the_first_sheet_there_is_nothing(self, corpus):
        for panel in (corpus.spending, corpus.outcomes):
            with pytest.raises(SheetError, match="no sheet up to 2014"):
                panel(2014)


class TestOutcomes:
    def test_a_later_sheet_revises_what_was_known_before(self, corpus):
        before, after = (indicator(corpus, 1, year) for year in (2015, 2016))
        columns = ["fiscal_year", "actual", "sheet_year", "target", "target_year", "stated"]
        assert before[columns].values.tolist() == [
            [2012, 9, 2015, 700, 2023, 2015],
            [2013, 10, 2015, 700, 2023, 2015],
            [2014, 20, 2015, 700, 2023, 2015],
        ]
        # 2015 is printed without a value
        assert after[columns].values.tolist() == [
            [2012, 9, 2015, 800, 2024, 2016],
            [2013, 10, 2016, 800, 2024, 2016],
            [2014, 21, 2016, 800, 2024, 2016],
        ]

    def test_what_was_expected_stands_beside_its_actual(self, tmp_path):
        one = outcome({2014: 20.0})
        one["成果実績"][0]["目標値"] = 25.0
        panel = made(tmp_path, sheet(2015, 1, outcome=[one])).outcomes()
        assert panel[["actual", "expected"]].values.tolist() == [[20, 25]]

    def test_an_indicator_that_is_dropped_keeps_its_year(self, corpus):
        dropped = indicator(corpus, 1, 2016, nth=3)
        assert dropped[["stated", "last_sheet"]].values.tolist() == [[2015, 2016]]

    def test_each_indicator_has_its_own_rows(self, corpus):
        other = indicator(corpus, 1, 2016, nth=2)
        assert other[["fiscal_year", "actual", "unit"]].values.tolist() == [
            [2014, 5, "台"],
            [2015, 6, "台"],
        ]

    def test_a_contradicting_link_cuts_what_was_before_it(self, corpus):
        link = corpus.table("indicator", [2016]).query("sheet_id.str.endswith('0003')")
        assert link["verified"].tolist() == ["contradicts"]
        before, after = (indicator(corpus, 3, year) for year in (2015, 2016))
        assert before["actual"].tolist() == [1, 2, 3]
        assert after[["fiscal_year", "actual"]].values.tolist() == [
            [2013, 70],
            [2014, 80],
            [2015, 90],
        ]

    def test_a_target_year_is_repaired_by_the_words_of_its_sheet(self, corpus):
        assert set(indicator(corpus, 1, 2015, nth=3)["target_year"]) == {2022}

    def test_what_only_another_sheet_proves_is_not_repaired(self, corpus):
        found = corpus.table("finding", [2015]).query("column == 'target_year' and proved")
        by_another = found[found["sheet_id"] == sheet_id(2015, 4)]
        assert by_another["proposed"].tolist() == ["2022"]
        assert set(indicator(corpus, 4, 2015)["target_year"]) == {4010}
        assert set(indicator(corpus, 4, 2016)["target_year"]) == {2022}

    def test_branch_sheets_are_told(self, corpus):
        panel = corpus.outcomes(2016)
        assert panel.groupby("is_branch")["project_id"].unique()[True].tolist() == [
            f"P2015-{MINISTRY}-0005-01"
        ]


@pytest.mark.parametrize("as_of", [2015, 2016])
def test_what_is_printed_later_changes_nothing(corpus, planted, as_of):
    assert_frame_equal(planted.spending(as_of), corpus.spending(as_of))
    assert_frame_equal(planted.outcomes(as_of), corpus.outcomes(as_of))


def test_what_is_printed_later_is_there_later(planted):
    assert budget(planted, 1, 2017)["executed"][2014] == 8e6
    assert indicator(planted, 4, 2017)["target"].tolist()[0] == 1
    assert (planted.outcomes(2017)["actual"] == 9e6).any()


# Small ministries, but with the default sheet's project, branches and money carried over.
KEPT, YEARS = ("総務省", "法務省", "外務省"), (2016, 2017, 2018)


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Corpus:
    """All sheets of some ministries in three years: whole projects, as they were printed."""
    folder = tmp_path_factory.mktemp("ministries")
    texts = [
        content.decode()
        for year in YEARS
        for _, _, content in judgit_json.lines(judgit.CORPUS / f"judgit-{year}.ndjson.gz")
        if orjson.loads(content)["府省庁"] in KEPT
    ]
    build.build([lines(folder / "some.ndjson", *texts)], folder / "corpus", workers=1)
    return Corpus(folder / "corpus")


@pytest.mark.skipif(not judgit.CORPUS.exists(), reason=f"no shared corpus at {judgit.CORPUS}")
class TestRealSheets:
    def test_the_example_as_its_sheets_print_it(self, real):
        ids = real.table("project", [2018]).set_index("sheet_id")["project_id"]
        panel = real.spending(2018)
        panel = panel[panel["project_id"] == ids["2018-総務省-0041"]].set_index("fiscal_year")
        # As read off the pages of 2016 to 2018 (number 0041, then 0044, then 0041).
        assert panel["executed"].dropna().to_dict() == {
            2013: 19,
            2014: 27,
            2015: 38,
            2016: 53,
            2017: 7,
        }
        assert panel["budget_net"].dropna().to_dict() == {
            2013: 20,
            2014: 34,
            2015: 41,
            2016: 67,
            2017: 24,
            2018: 71,
        }
        assert panel["requested"].dropna().to_dict() == {2017: 30, 2018: 121, 2019: 106}
        assert panel.loc[[2017, 2018, 2019], "status"].tolist() == [
            "closed",
            "current",
            "requested",
        ]
        assert DEFAULT_SHEET.stem not in set(real.table("sheet")["sheet_id"])

    def test_budgets_are_those_of_the_stitched_project(self, real):
        """But for years that a later sheet prints as nothing but 0: there the stitched project has
        the 0, the panel what was printed before."""
        panel = real.spending(2018)
        measured = execution.measured(panel, panel["is_branch"]).set_index("project_id")
        compared = 0
        for project in measured.index.unique().sort_values()[::40]:
            stitched = execution.rates(real.project(project, as_of=2018))
            both = stitched.merge(
                measured.loc[[project]], on="fiscal_year", suffixes=("", "_panel"), how="right"
            )
            emptied = both[["budget_net", "executed", "requested"]].fillna(0).eq(0).all(axis=1)
            both = both[~emptied]
            for name in ("budget_net", "budget_gross", "executed", "execution_rate", "unspent"):
                got = both[f"{name}_panel"].rename(name)
                assert_series_equal(got, both[name], obj=f"{project}: {name}")
                compared += int(got.notna().sum())
        assert compared > 250
