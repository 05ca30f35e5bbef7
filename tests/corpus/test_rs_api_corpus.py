"""Sheets of 2026 from the API beside those of 2025 from the CSV files."""

import pandas as pd
import pytest

import rs_api_writer as api
import rs_writer
from helpers import Spending, checks
from helpers.analysis import execution
from helpers.batch.sheets import expanded
from helpers.corpus import Corpus, build
from helpers.corpus.links import link
from helpers.forecast import every_project

PROJECT = "P2025-総務省-7"
FUND = "試験事業7"


def csv_of_2025(folder):
    """Project 7: 24 of 34 million yen spent in 2024, 42 in force in 2025, 55 asked for 2026."""
    facts = {"予算事業ID": "7", "事業年度": "2025", "事業名": FUND}
    totals = [
        rs_writer.total(
            2024, initial="35000000", gross="36000000", carried_out="2000000", executed="24000000"
        ),
        rs_writer.total(2025, initial="40000000", gross="42000000", requested="55000000"),
    ]
    folder.mkdir()
    return rs_writer.write(folder, t12=[facts], t21=[facts | total for total in totals])


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Corpus:
    folder = tmp_path_factory.mktemp("both")
    answers = {"000007": api.GROUPS, "000008": [api.group("A", 9_000_000, number=8)]}
    api.write(
        folder / "api",
        api.row(7),
        # A fund of the project's name, with no budget that could tell the two apart.
        api.fund(8, name=FUND),
        api.row(9, sheet_type="SS", name="区分"),
        groups=answers,
        edges={"000007": api.EDGES, "000008": []},
    )
    result = build.build([csv_of_2025(folder / "csv"), folder / "api"], folder / "corpus", 1)
    assert (result.sheets, result.rejected) == (4, [])
    return Corpus(folder / "corpus")


def test_the_number_of_the_project_links_the_years(corpus):
    project = corpus.table("project").set_index("sheet_id")
    sheet = project.loc["2026-総務省-7"]
    assert (sheet["project_id"], sheet["evidence"]) == (PROJECT, "official_id")
    # 35.0 and 40.0 were granted in both.
    assert (sheet["verified"], sheet["years_compared"]) == ("agrees", 2)
    assert project.loc["2026-総務省-8", "project_id"] == "P2026-総務省-8"


def test_a_fund_does_not_go_on_from_a_project_of_its_name():
    facts = {"ministry": "総務省", "name": FUND, "bureau": "", "start_year": 2020, "past_ids": ""}
    facts |= {"sheet_id": "a", "project_number": "7", "official_id": "rs:7", "sheet_year": 2026}
    nothing = pd.DataFrame(columns=["sheet_id", "fiscal_year", "initial", "budget_net", "executed"])

    def linked(*types):
        earlier, later = (pd.DataFrame([facts | {"sheet_type": one}]) for one in types)
        return len(link(earlier, nothing, later.assign(sheet_id="b", sheet_year=2027), nothing))

    assert linked("fund", "fund") == linked("review", "review") == linked(None, "review") == 1
    assert linked("review", "fund") == linked("fund", "segment") == linked(None, "segment") == 0


def test_what_the_api_leaves_out_does_not_undo_what_was_printed(corpus):
    spent = corpus.spending().set_index("fiscal_year")
    assert spent["project_id"].unique().tolist() == [PROJECT]
    numbers = spent[["sheet_year", "initial", "budget_net", "executed", "requested"]]
    assert numbers.astype(object).where(numbers.notna(), None).T.to_dict("list") == {
        # The API repeats the initial budget alone.
        2024: [2025, 35.0, 34.0, 24.0, None],
        # It has the outturn, and no total to go with it: that of 2025 was printed in the year.
        2025: [2026, 40.0, None, 30.0, None],
        2026: [2026, 50.0, None, None, 55.0],
    }
    rates = execution.measured(corpus.spending(), False).set_index("fiscal_year")
    assert rates["modelled"].to_dict() == {2024: True, 2025: False, 2026: False}
    assert rates["rate_initial"].dropna().to_dict() == {2024: 0.6857143, 2025: 0.75}


def test_a_project_of_both_is_one(corpus):
    sheet = corpus.project(PROJECT)
    numbers = sheet.budget.set_index("fiscal_year")[["initial", "budget_net", "executed"]]
    assert numbers.astype(object).where(numbers.notna(), None).T.to_dict("list") == {
        2024: [35.0, 34.0, 24.0],
        2025: [40.0, None, 30.0],
        2026: [50.0, None, None],
    }
    assert sheet.payment["amount"].tolist() == [15.0, 5.0, 10.0, 4.0]
    assert corpus.table("revision").empty


def test_funds_and_segments_are_no_projects(corpus):
    info = corpus.info().set_index("sheet_year")
    assert info["sheets"].to_dict() == {2025: 1, 2026: 3}
    assert info["funds"].to_dict() == {2025: 0, 2026: 2}
    sheets = every_project.sheets(corpus, 2026)
    assert sheets["sheet_id"].tolist() == ["2026-総務省-7"]
    assert corpus.table("fund")["sheet_id"].tolist() == ["2026-総務省-8"]
    assert corpus.table("block")["amount"].tolist() == [30.0, 4.0, 9.0]


def test_a_sheet_of_the_api_can_be_looked_at(corpus):
    sheet = corpus.sheet("2026-総務省-7")
    assert checks.findings(sheet)["severity"].ne("error").all()
    budget = Spending(sheet)
    assert budget.rates["executed"].dropna().tolist() == [30.0]


def test_a_folder_of_answers_is_one_source_beside_others(corpus):
    folder = corpus.folder.parent
    assert [path for path, _ in expanded(str(folder))] == [
        str(folder / "api"),
        str(corpus.folder),
        str(folder / "csv"),
    ]
