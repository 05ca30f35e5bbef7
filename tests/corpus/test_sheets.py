"""The views of a corpus: a sheet beside its project's others, a project stitched, both as of."""

import shutil

import numpy as np
import pandas as pd
import pytest

import rs_writer
from corpus_sheets import KEYS, MINISTRY, amounts, made, outcome, output, payment, sheet, sheet_id
from helpers import checks, corpus, paths, sources
from helpers.corpus import Corpus, build
from helpers.corpus.sheets import PROJECT
from helpers.sheet import ReviewSheet, SheetError
from speaking import told

P = [None, *(f"P{sheet_id(2015, number)}" for number in range(1, 10))]


def dashes(year: int, number: int) -> dict:
    """A budget of all years with nothing but 0, as JUDGIT gives a printed "-"."""
    zeros = dict.fromkeys(amounts(number, 2015), 0.0)
    return dict.fromkeys(range(year - 3, year + 1), zeros)


HISTORY = [
    # 1: what 2018 prints differs in everything from what the sheets before it print
    sheet(2015, 1, outcome=[outcome({2013: 10.0, 2014: 20.0})]),
    sheet(
        2016,
        1,
        {2014: {"carried_out": 0.0, "budget_net": amounts(1, 2014)["initial"] - 50}},
        outcome=[outcome({2014: 20.0, 2015: 31.0}, 目標最終年度=1993)],
        支出先=[payment(2015, "甲", 9.0), payment(2015, "乙", 1.0)],
    ),
    sheet(
        2018,
        1,
        {
            2015: {"carried_out": -30.0},
            2016: {"executed": 77.0},
            2017: {"initial": 5.0, "budget_net": 5.0},
        },
        outcome=[outcome({2015: 45.0, 2016: 50.0}, 目標値="900", 目標最終年度=2030)],
        支出先=[payment(2017, "丙", 5.0), payment(2015, "丁", 3.0)],
        担当部局庁="新しい局",
        終了年度=2025,
    ),
    # 2: one sheet alone
    sheet(2015, 2, outcome=[outcome({2013: 1.5, 2014: 2.5})], output=[output({2014: 3.0})]),
    # 3: the last sheet has no outcomes and nothing but dashes in its budget
    sheet(2015, 3, outcome=[outcome({2014: 4.0})]),
    sheet(2016, 3, outcome=[outcome({2014: 4.0, 2015: 5.0})], output=[output({2015: 6.0})]),
    sheet(2017, 3, dashes(2017, 3)),
    # 4: an indicator is dropped, one is new
    sheet(2015, 4, outcome=[outcome({2014: 4.5}), outcome({2014: 9.5}, 成果指標="やめた指標")]),
    sheet(2016, 4, outcome=[outcome({2014: 4.5}), outcome({2015: 7.5}, 成果指標="新しい指標")]),
    # 5: a branch of 6
    sheet(2015, 5, 事業番号="0006-01", 事業番号2="0006", 事業番号3="01", 事業名="枝の事業"),
    sheet(2016, 5, 事業番号="0006-01", 事業番号2="0006", 事業番号3="01", 事業名="枝の事業"),
    sheet(2015, 6),
    # 7: 2016 prints thousands of yen for millions
    sheet(2015, 7),
    sheet(
        2016,
        7,
        {
            2013: {
                name: amounts(7, 2013)[name] * 1000
                for name in ("initial", "budget_net", "executed")
            }
        },
    ),
    # 8: the same name and another budget in every year
    sheet(2015, 8),
    sheet(2016, 18, 事業名="8号橋の点検", 事業番号="0008"),
]


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    return made(tmp_path_factory.mktemp("history"), *HISTORY)


@pytest.fixture(scope="module")
def before_2018(tmp_path_factory):
    """The same corpus, had the sheet of 2018 not been published."""
    sheets = [one for one in HISTORY if one["公開年度"] < 2018]
    return made(tmp_path_factory.mktemp("before"), *sheets)


def other(vintage, **where):
    """Sheet year -> what the others print for a cell."""
    hit = pd.Series(True, index=vintage.index)
    for name, value in where.items():
        hit &= vintage[name].eq(value).fillna(False)
    found = vintage[hit]
    return dict(zip(found["sheet_year"].tolist(), found["value"].tolist(), strict=True))


def assert_same_view(seen, wanted):
    """All tables are equal but for the place of the corpus, and so are the findings."""
    for name, frame in wanted.tables().items():
        if name == "sheet":
            frame = frame.assign(source_path=seen.facts["source_path"])
        pd.testing.assert_frame_equal(seen.tables()[name], frame, obj=name)
    pd.testing.assert_frame_equal(checks.findings(seen), checks.findings(wanted))


def by_year(frame, column):
    return dict(zip(frame["fiscal_year"].tolist(), frame[column].tolist(), strict=True))


@pytest.fixture(scope="module")
def latest(history) -> ReviewSheet:
    """The first project as its last sheets have it."""
    return history.project(P[1])


def test_the_latest_view_of_a_project_takes_each_number_from_its_last_sheet(latest):
    project = latest
    facts = project.facts
    assert (facts["sheet_id"], facts["sheet_year"], facts["bureau"]) == (
        sheet_id(2018, 1),
        2018,
        "新しい局",
    )
    assert facts["end_year"] == 2025
    assert facts["source_format"] == PROJECT
    assert facts["source_path"].endswith(f"corpus#{P[1]}")
    budget = project.budget
    assert budget["fiscal_year"].tolist() == [*range(2012, 2020)]
    assert budget["status"].tolist() == ["closed"] * 6 + ["current", "requested"]
    assert by_year(budget, "executed")[2016] == 77.0
    assert by_year(budget, "executed")[2012] == amounts(1, 2012)["executed"]
    assert by_year(budget, "initial")[2017] == 5.0
    assert by_year(budget, "carried_out")[2014] == 0.0
    assert by_year(budget, "budget_gross")[2015] == amounts(1, 2015)["initial"] + 30
    # 2017's request stands in the sheet of 2016 alone, 2019's in the last one
    assert by_year(budget, "requested") == pytest.approx(
        dict.fromkeys(range(2012, 2020), np.nan)
        | {year: amounts(1, year)["initial"] for year in (2016, 2017, 2019)},
        nan_ok=True,
    )
    assert by_year(project.outcome, "actual") == {2013: 10.0, 2014: 20.0, 2015: 45.0, 2016: 50.0}
    assert set(project.outcome["target"]) == {900.0}
    assert set(project.outcome["target_year"]) == {2030}


def test_payments_of_a_year_are_those_of_the_last_sheet_that_names_any(history, latest):
    assert latest.payment[["fiscal_year", "payee", "amount"]].values.tolist() == [
        [2015, "丁", 3.0],
        [2017, "丙", 5.0],
    ]
    assert history.project(P[1], as_of=2017).payment["payee"].tolist() == ["甲", "乙"]


def test_what_other_sheets_print_is_the_vintage(history, latest):
    vintage = latest.vintage
    assert other(vintage, fiscal_year=2015, column="actual") == {2016: 31.0}
    assert other(vintage, column="target_year") == {2015: 2023.0, 2016: 1993.0}
    assert vintage.loc[vintage["column"] == "target_year", "fiscal_year"].isna().all()
    assert vintage["sheet_id"].unique().tolist() == [sheet_id(2015, 1), sheet_id(2016, 1)]
    assert set(vintage.loc[vintage["table"] == "outcome", "number"]) == {1}
    assert vintage.loc[vintage["table"] == "budget", "number"].isna().all()
    own = history.sheet(sheet_id(2016, 1)).vintage
    assert set(own["sheet_year"]) == {2015, 2018}
    assert other(own, fiscal_year=2015, column="actual") == {2018: 45.0}
    # of the years that the sheet itself prints
    assert set(own["fiscal_year"].dropna()) <= {*range(2013, 2018)}


def test_a_target_that_the_last_sheet_leaves_out_is_still_a_vintage(tmp_path):
    first = sheet(2015, 1, outcome=[outcome({2014: 20.0})])
    last = sheet(2016, 1, outcome=[outcome({2014: 20.0}, 目標値=None, 目標最終年度=None)])
    project = made(tmp_path, first, last).project(P[1])
    assert project.outcome["target"].isna().all()
    assert other(project.vintage, column="target") == {2015: 700.0}
    assert other(project.vintage, column="target_year") == {2015: 2023.0}


@pytest.mark.parametrize("as_of", [2016, 2017])
def test_as_of_sees_nothing_that_was_printed_later(history, before_2018, as_of):
    for number in (1, 7):
        seen, wanted = (one.project(P[number], as_of) for one in (history, before_2018))
        assert_same_view(seen, wanted)
    seen, wanted = (one.sheet(sheet_id(2016, 1), as_of) for one in (history, before_2018))
    assert_same_view(seen, wanted)


def test_as_of_the_last_year_is_the_latest_view(history, latest):
    for seen in (history.project(P[1], 2018), history.project(P[1], 2999)):
        for name, frame in latest.tables().items():
            pd.testing.assert_frame_equal(seen.tables()[name], frame, obj=name)


def test_as_of_a_year_before_the_first_sheet_is_refused(history):
    with pytest.raises(SheetError, match=r"no project P.*0001 with a sheet up to 2014"):
        history.project(P[1], as_of=2014)
    with pytest.raises(SheetError, match=r"no sheet 2016-.*0001 up to sheet year 2015"):
        history.sheet(sheet_id(2016, 1), as_of=2015)
    # what it offers instead is there
    with pytest.raises(SheetError, match=rf"such as P{sheet_id(2015, 1)}$"):
        history.project("P2018", as_of=2018)
    with pytest.raises(SheetError, match=r"no sheet 2016.* up to sheet year 1900"):
        history.sheet(sheet_id(2016, 1), as_of=1900)


def test_a_project_of_one_sheet_is_that_sheet(history):
    project, alone = history.project(P[2]), history.sheet(sheet_id(2015, 2))
    assert project.vintage.empty
    assert alone.vintage.empty
    for name in ("budget", "outcome", "output", "payment"):
        pd.testing.assert_frame_equal(project.tables()[name], alone.tables()[name], obj=name)
    assert project.remark.tail(1)[["rule", "observed"]].values.tolist() == [["stitched", "2015"]]


def test_a_last_sheet_without_outcomes_or_numbers_leaves_those_before_in_force(history):
    project = history.project(P[3])
    assert project.year == 2017
    assert by_year(project.outcome, "actual") == {2014: 4.0, 2015: 5.0}
    assert by_year(project.output, "actual") == {2015: 6.0}
    executed = by_year(project.budget, "executed")
    assert executed[2015] == amounts(3, 2015)["executed"]
    # 2016 was current when a number was printed last
    assert by_year(project.budget, "initial")[2016] == amounts(3, 2016)["initial"]


def test_an_indicator_that_is_dropped_is_a_remark_and_leaves_no_rows(history):
    project = history.project(P[4])
    rows = project.outcome[["number", "indicator", "fiscal_year", "actual"]]
    assert rows.values.tolist() == [[1, "点検した橋", 2014, 4.5], [2, "新しい指標", 2015, 7.5]]
    dropped = project.remark[project.remark["rule"] == "indicator_dropped"]
    assert dropped[["table", "row", "column", "observed"]].values.tolist() == [
        ["outcome", "2015", "indicator", "やめた指標"]
    ]
    assert "やめた指標" in " ".join(checks.findings(project)["reason"])


def test_a_branch_is_a_project_of_its_own(history):
    project = history.table("project").set_index("sheet_id")["project_id"]
    branch = project[f"2016-{MINISTRY}-0006-01"]
    assert branch == project[f"2015-{MINISTRY}-0006-01"] != project[sheet_id(2015, 6)]
    assert history.project(branch).facts["parent_number"] == "0006"
    assert history.project(branch).facts["project_number"] == "0006-01"


def test_a_negative_that_was_lost_is_proved_by_the_sheet_that_restores_it(tmp_path):
    lost = {2015: {"carried_out": 0.0, "budget_net": amounts(1, 2015)["initial"] - 50}}
    kept = {2015: {"carried_out": -50.0, "budget_net": amounts(1, 2015)["initial"] - 50}}
    both = made(tmp_path, sheet(2016, 1, lost), sheet(2017, 1, kept))
    found = both.table("finding")
    found = found[found["rule"] == "negative_lost"]
    assert found[
        ["sheet_id", "row", "column", "observed", "proposed", "proved"]
    ].values.tolist() == [[sheet_id(2016, 1), "2015年度", "carried_out", "0", "-50", True]]
    assert "2017" in found["reason_en"].iloc[0]
    repaired, _ = checks.repaired(both.sheet(sheet_id(2016, 1)))
    assert by_year(repaired.budget, "carried_out")[2015] == -50.0
    repaired, _ = checks.repaired(both.sheet(sheet_id(2016, 1), as_of=2016))
    assert by_year(repaired.budget, "carried_out")[2015] == 0.0


def test_an_era_misread_is_proved_by_another_sheet(tmp_path):
    """Neither text nor dates decide: the start is not known."""
    facts = {"開始年度": None, "終了年度": None}
    indicators = [[outcome({2017: 4.5}, 目標最終年度=year)] for year in (2023, 1993)]
    both = made(
        tmp_path,
        sheet(2018, 1, outcome=indicators[0], **facts),
        sheet(2019, 1, outcome=indicators[1], **facts),
    )
    found = both.table("finding").set_index(["sheet_id", "rule"]).sort_index()
    era = found.loc[(sheet_id(2019, 1), "target_year_era")]
    assert (era["observed"], era["proposed"], era["proved"]) == ("1993", "2023", True)
    assert "2018" in era["reason_en"]
    repaired, _ = checks.repaired(both.sheet(sheet_id(2019, 1)))
    assert set(repaired.outcome["target_year"]) == {2023}
    assert set(repaired.outcome["target_year_printed"]) == {1993}


def test_a_slip_of_units_is_a_finding_of_both_sheets(history):
    found = history.table("finding")
    slips = found[found["rule"] == "unit_slip"]
    assert slips[["sheet_id", "row"]].values.tolist() == [
        [sheet_id(2015, 7), "2013年度"],
        [sheet_id(2016, 7), "2013年度"],
    ]
    assert not slips["proved"].any()
    revision = history.table("revision")
    assert set(revision.loc[revision["sheet_id"] == sheet_id(2016, 7), "kind"]) == {"rescaled"}
    assert "unit_slip" in set(checks.findings(history.sheet(sheet_id(2016, 7)))["rule"])
    assert "unit_slip" not in set(checks.findings(history.sheet(sheet_id(2015, 7), 2015))["rule"])


def test_a_link_that_the_budgets_contradict_is_a_finding(history):
    later, earlier = f"2016-{MINISTRY}-0008", sheet_id(2015, 8)
    project = history.table("project").set_index("sheet_id").loc[later]
    assert (project["previous_id"], project["verified"]) == (earlier, "contradicts")
    found = history.table("finding")
    found = found[found["rule"] == "link_contradicted"]
    assert found["sheet_id"].tolist() == [later]
    for view in (history.sheet(later), history.project(P[8])):
        remark = view.remark[view.remark["rule"] == "link_contradicted"]
        assert remark[["row", "observed"]].values.tolist() == [[later, earlier]]
        reasons = told("en", checks.findings, view).set_index("rule")["reason"]
        assert earlier in reasons["link_contradicted"]
    assert "link_contradicted" not in set(history.project(P[8], as_of=2015).remark["rule"])


def test_findings_on_disk_are_those_of_the_sheets_read_back(history):
    on_disk = history.table("finding").set_index("sheet_id")
    columns = ["table", "row", "column", "rule", "severity", "observed", "proposed", "reason"]
    for one in (sheet_id(2016, 1), sheet_id(2015, 7), f"2016-{MINISTRY}-0008"):
        found = checks.findings(history.sheet(one))[columns].values.tolist()
        kept = on_disk.loc[[one], columns].values.tolist() if one in on_disk.index else []
        assert sorted(map(str, found)) == sorted(map(str, kept)), one


def test_references_load_sheets_and_projects(history, tmp_path, monkeypatch):
    folder = history.folder
    # "#" speaks of the working directory: one without sheets.
    monkeypatch.chdir(tmp_path)
    assert corpus.load(f"{folder}#{sheet_id(2016, 1)}").id == sheet_id(2016, 1)
    assert corpus.load(f"{folder}#{P[1]}").year == 2018
    assert corpus.load(f"{folder}#{P[1]}", as_of=2017).year == 2016
    assert corpus.load(paths.DEFAULT_SHEET, as_of=2019).year == 2019
    source = folder.parent / "sheets.ndjson"
    assert corpus.load(f"{source}#{sheet_id(2015, 2)}").id == sheet_id(2015, 2)
    for reference, as_of, message in (
        (f"{folder}#", None, "no sheet "),
        (f"{folder}#P", None, "no project P"),
        (f"{folder}#{P[1]}#", None, "No such file"),
        (folder, None, "a built corpus"),
        (f"{folder}#{sheet_id(2016, 1)}", 2015, "up to sheet year 2015"),
        (paths.DEFAULT_SHEET, 2018, "later than as_of 2018"),
        ("#", None, "found"),
        (f"{tmp_path}#x", None, "found"),
    ):
        with pytest.raises(SheetError, match=message):
            corpus.load(reference, as_of)


def test_a_corpus_is_found_from_the_repository_root_too(history, monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "ROOT", history.folder.parent)
    monkeypatch.chdir(tmp_path)
    assert corpus.is_corpus("corpus")
    assert corpus.load(f"corpus#{sheet_id(2015, 2)}").id == sheet_id(2015, 2)
    assert not corpus.is_corpus("sheets.ndjson")
    assert not corpus.is_corpus("\0")


def test_a_page_and_sheets_of_the_rs_system_are_stitched_too(tmp_path):
    shutil.copy(paths.DEFAULT_SHEET, tmp_path)
    (tmp_path / "rs").mkdir()
    totals = [
        rs_writer.total(2023, initial="5000000", gross="6000000", executed="4000000")
        | {"前年度からの繰越し（合計）": "1000000", "翌年度への繰越し(合計）": "2000000"},
        rs_writer.total(2024, initial="7000000", gross="7000000"),
    ]
    rs_writer.write(tmp_path / "rs", t21=totals)
    build.build([tmp_path / "rs", tmp_path / paths.DEFAULT_SHEET.name], tmp_path / "corpus", 1)
    made_of = Corpus(tmp_path / "corpus")
    project = made_of.project("P2024-総務省-1")
    wanted = sources.read(f"{tmp_path / 'rs'}#2024-総務省-1")
    for name in ("budget", "outcome", "output", "payment"):
        pd.testing.assert_frame_equal(project.tables()[name], wanted.tables()[name], obj=name)

    page, project = sources.read(paths.DEFAULT_SHEET), made_of.project("P2019-総務省-0042")
    for name in ("outcome", "output"):
        pd.testing.assert_frame_equal(project.tables()[name], page.tables()[name], obj=name)
    payments = page.payment.sort_values("fiscal_year", kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(project.payment, payments)
    for column in page.budget.columns.drop("budget_gross"):
        pd.testing.assert_series_equal(project.budget[column], page.budget[column])
    # A page prints no 現額: it is made of two columns, and of one where nothing was carried out.
    both = page.budget["budget_gross"].notna()
    assert project.budget.loc[both, "budget_gross"].equals(page.budget.loc[both, "budget_gross"])
    assert project.budget.loc[~both, "budget_gross"].equals(page.budget.loc[~both, "budget_net"])


def test_rows_without_any_number_are_still_there(tmp_path):
    nothing = dict.fromkeys(KEYS)
    built = made(
        tmp_path,
        sheet(
            2019,
            1,
            {2019: nothing, 2017: nothing},
            outcome=[
                outcome({2018: None, 2019: None}, 目標値=None),
                outcome({2019: None}, 成果指標="これからの指標", 目標最終年度=None),
            ],
        ),
    )
    alone, project = built.sheet(sheet_id(2019, 1)), built.project(f"P{sheet_id(2019, 1)}")
    assert alone.outcome["fiscal_year"].tolist() == [2018, 2019, 2019]
    for name in ("budget", "outcome"):
        pd.testing.assert_frame_equal(project.tables()[name], alone.tables()[name], obj=name)


def test_a_project_blames_no_sheet_for_years_that_the_corpus_lacks(tmp_path):
    whole = made(tmp_path, sheet(2015, outcome=[outcome({2014: 1.0})]), sheet(2016), sheet(2019))
    project = whole.project(P[1])
    status = project.budget.set_index("fiscal_year")["status"]
    assert set(status[[2014, 2015, 2016, 2017, 2018]]) == {"closed"}
    early = whole.project(P[1], as_of=2016)
    assert early.budget.set_index("fiscal_year")["status"][2016] == "current"
    (remark,) = early.remark[early.remark["rule"] == "from_earlier_sheet"].itertuples()
    assert (remark.table, remark.observed) == ("outcome", "2015")
    found = told("en", checks.findings, project)
    (missing,) = found[found["rule"] == "payments_missing"].itertuples()
    assert missing.row == "FY2014 FY2015 FY2018"


def test_a_year_that_no_later_sheet_closes_stays_open(tmp_path):
    project = made(tmp_path, sheet(2015), sheet(2020)).project(P[1])
    status = project.budget.set_index("fiscal_year")["status"]
    assert (status[2014], status[2015], status[2016]) == ("closed", "current", "requested")
    assert "executed_missing" not in set(checks.findings(project)["rule"])
