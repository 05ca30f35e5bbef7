"""`review-sheets forecast` on simulated projects."""

import json
import shutil

import pandas as pd
import pytest
from forecasting_commands import folder_of, run

from corpus_sheets import files_of
from helpers import cli, fitted
from helpers.analysis.series import pick
from helpers.fitted import Fitted
from helpers.forecast import outcome_pool
from outcome_world import of_series

FORECASTS = {
    *("execution.csv", "execution.parquet", "outcomes.csv", "outcomes.parquet"),
    *("left_out.csv", "about.json"),
}


@pytest.fixture(scope="module")
def forecasts(corpus, fits, tmp_path_factory):
    """What `forecast` writes of its last year."""
    out = tmp_path_factory.mktemp("forecasts")
    command = ["forecast", "--corpus", folder_of(corpus), "--as-of", "2018", "--out", out]
    assert cli.main([*map(str, command), "--fitted", str(fits)]) == 0
    return out


def test_the_corpus_s_own_fit_is_used_when_it_is_not_later(capsys, corpus, fits, tmp_path):
    own = tmp_path / "corpus"
    shutil.copytree(folder_of(corpus), own)
    shutil.copytree(fits, own / fitted.OF_CORPUS)
    used = {}
    for year in ("2018", "2015"):
        out = tmp_path / year
        status, _, wrong = run(
            capsys, "forecast", "--corpus", own, "--as-of", year, "--out", out, "--format", "csv"
        )
        assert status == 0
        used[year] = json.loads((out / "about.json").read_text("utf-8"))["fit"], wrong
    facts, wrong = used["2018"]
    assert (facts["from"], facts["outcomes"]["sheets"], wrong) == ("folder", [2015, 2018], "")
    facts, wrong = used["2015"]
    assert facts["from"] == "package"
    assert "the first fit has seen sheets up to 2016" in wrong
    assert len(wrong.splitlines()) == 1


def test_forecasts_see_nothing_that_was_published_later(capsys, corpus, later, tmp_path):
    outs = {}
    for name, one in (("before", corpus), ("after", later)):
        outs[name] = tmp_path / name
        status, _, wrong = run(
            capsys, "forecast", "--corpus", folder_of(one), "--as-of", "2018", "--out", outs[name]
        )
        assert (status, wrong) == (0, "")
    assert files_of(outs["before"]).keys() == FORECASTS
    assert files_of(outs["before"]) == files_of(outs["after"])
    run(capsys, "forecast", "--corpus", folder_of(later), "--as-of", "2019", "--out", tmp_path)
    shown = pd.read_parquet(tmp_path / "outcomes.parquet")
    assert (shown["last_value"] == 9e6).any()


def test_every_sheet_is_forecast_or_left_out_with_the_reason(corpus, forecasts):
    ids = set(corpus.table("sheet", [2018])["sheet_id"])
    left = pd.read_csv(forecasts / "left_out.csv")
    for name, reasons in {
        "execution": {"branch sheet": 1, "no budget": 1},
        "outcomes": {"branch sheet": 4, "no indicator": 1, "no value": 4, "single value": 4},
    }.items():
        of = left[left["forecast"] == name]
        table = pd.read_parquet(forecasts / f"{name}.parquet")
        assert of["reason"].value_counts().to_dict() == reasons
        assert {*of["sheet_id"], *table["sheet_id"]} == ids
        assert not {*of["sheet_id"]} & {*table["sheet_id"]}
        about = json.loads((forecasts / "about.json").read_text("utf-8"))
        assert about["forecasts"][name]["left_out"] == reasons
        assert about["forecasts"][name]["rows"] == len(table)
        assert [*about["columns"][name]] == [*table]


def test_an_outcome_is_forecast_as_its_report_does(corpus, fits, forecasts):
    """By the way of report 03, of the project's sheets as one: a sheet alone has fewer years."""
    table = pd.read_parquet(forecasts / "outcomes.parquet")
    of = table[(table["sheet_id"] == "2018-国土交通省-0010") & (table["number"] == 1)]
    series = pick(corpus.project(of["project_id"].iloc[0], 2018), 1)
    rows = outcome_pool.ahead(of_series(series))
    alone = outcome_pool.forecast(Fitted(fits, 2018).outcomes, rows)
    assert [*of["fiscal_year"]] == [*alone["fiscal_year"]] == [*range(2018, 2025)]
    assert of["lower80"].to_numpy() == pytest.approx(alone["q100"], rel=1e-5)
    assert of["p_target"].to_numpy() == pytest.approx(alone["p_target"], abs=1e-4, nan_ok=True)
    assert set(of["last_value"]) == {series.values[-1]}


def test_execution_is_in_order_and_within_the_budget_s_reach(forecasts):
    table = pd.read_parquet(forecasts / "execution.parquet")
    assert (table["fiscal_year"] == 2018).all()
    for start in ("", "executed_"):
        limits = table[[f"{start}{name}" for name in ("lower95", "lower80", "median")]]
        assert (limits.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    # Simulated rates are beta(8, 2): mean .8, a standard deviation of .12.
    assert table["mean"].mean() == pytest.approx(0.8, abs=0.03)
    assert table["p_below_70"].mean() == pytest.approx(0.2, abs=0.08)


def test_csv_opens_safely(forecasts):
    text = (forecasts / "execution.csv").read_bytes().decode()
    assert text.startswith("\ufeffproject_id,sheet_id,ministry,name,")
    assert ",'=1+6," in text
    assert pd.read_csv(forecasts / "execution.csv")["mean"].between(0, 1).all()


def test_another_format_leaves_no_older_table(capsys, corpus, fits, tmp_path):
    command = ["forecast", "--corpus", folder_of(corpus), "--as-of", "2018", "--fitted", fits]
    run(capsys, *command, "--out", tmp_path)
    (tmp_path / "notes.txt").touch()
    run(capsys, *command, "--out", tmp_path, "--format", "csv")
    kept = {name for name in FORECASTS if not name.endswith(".parquet")}
    assert files_of(tmp_path).keys() == kept | {"notes.txt"}


def test_an_unknown_format_is_wrong_usage(capsys):
    given = ["--corpus", "c", "--as-of", "2018", "--out", "o", "--format", "csv,x"]
    status, told, wrong = run(capsys, "forecast", *given)
    assert (status, told) == (2, "")
    assert "no format x" in wrong
