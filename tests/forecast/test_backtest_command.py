"""`review-sheets backtest` on simulated projects."""

from functools import partial

import pandas as pd
import pytest
from forecasting_commands import folder_of, run
from pandas.testing import assert_frame_equal

from corpus_sheets import files_of
from helpers import fitted, processes, words
from helpers.fitted import Fitted
from helpers.forecast import every_project, track, track_scores
from helpers.forecast.outcome_pool import QUANTILES


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch):
    monkeypatch.setattr(processes, "usable_cores", lambda: 1)


def test_backtest_writes_the_record_its_scores_and_the_fits_it_tested(
    capsys, later, corpus, fits, tmp_path, monkeypatch
):
    monkeypatch.setattr(track_scores, "table", partial(track_scores.table, draws=3))
    every = tmp_path / "every" / "record.parquet"
    command = ["backtest", "--corpus", folder_of(later), "--out", tmp_path, "--record", every]
    status, told, wrong = run(capsys, *command, "--lang", "en")
    assert (status, wrong) == (0, "")
    record, read = pd.read_parquet(every), Fitted(tmp_path).track_record
    about = read["about"]
    assert about["sheets"] == [2015, 2019]
    assert about["origins"] == {of: [2016, 2017, 2018] for of in ("outcome", "rate", "outturn")}
    counted = {one["quantity"]: one["forecasts"] for one in about["counts"]}
    assert counted == record.groupby("quantity").size().to_dict()
    scores = read["scores"].set_index(["quantity", "by", "group", "measure"])["value"]
    part = record[(record["quantity"] == "rate") & (record["origin"] == 2017)]
    for name, value in track_scores.measures(part).dropna().items():
        assert scores["rate", "origin", "2017", name] == pytest.approx(value, abs=1e-4)
    row = next(line for line in told.splitlines() if line.startswith("execution rates"))
    printed = [words.percent(scores["rate", "all", "all", name]) for name in ("in80", "in95")]
    for name in ("mean_error", "pinball"):
        printed.append(words.ratio(scores["rate", "all", "all", name]))
    assert all(text in row for text in printed)
    assert read["pit"].groupby("quantity")["share"].sum().to_numpy() == pytest.approx(1, abs=1e-3)
    # By hand: the 50 of 2017 of whom most was expected, and what they left.
    ranked = read["ranking"].set_index(["question", "origin", "top", "by"])
    expected = every_project.execution(later, Fitted(tmp_path, 2017).execution, 2017).table
    panel = later.spending(2019)
    came = panel[panel["fiscal_year"] == 2017].set_index("project_id")
    left = (came["budget_net"] - came["executed"]).clip(lower=0)
    order = (expected["executed_mean"] - expected["budget_mean"]).argsort(kind="stable")
    share = left[expected["project_id"].iloc[order[:50]]].sum() / left[expected["project_id"]].sum()
    row = ranked.loc[("unspent", "2017", 50, "expected")]
    assert row["value"] == pytest.approx(share, abs=1e-4)
    assert row[["projects", "known"]].tolist() == [len(expected)] * 2
    # The fits as of the years before are those of a corpus that ends there, byte for byte.
    made, before = files_of(tmp_path), files_of(fits)
    names = [form.format(year) for form in ("outcomes-{}.json", "execution-{}.json")
             for year in (2016, 2017, 2018)]  # fmt: skip
    assert {name: made[name] for name in names} == {name: before[name] for name in names}
    assert Fitted(tmp_path).years == {
        "outcomes": [2016, 2017, 2018, 2019],
        "execution": [2016, 2017, 2018, 2019],
        "peers": [],
    }
    # So are the forecasts.
    first, same = (
        found[(found["origin"] == 2016) & (found["fiscal_year"] <= 2017)].sort_values(
            ["quantity", "project_id", "fiscal_year", *QUANTILES], ignore_index=True
        )
        for found in (track.made(corpus).record, record)
    )
    assert len(first) > 200
    # What became of the budget is a truth, like the outturn.
    assert_frame_equal(first, same, check_dtype=False)


def test_the_record_a_folder_has_stays_when_it_is_fitted_again(capsys, corpus, tmp_path):
    (tmp_path / fitted.TRACK_RECORD).write_text("before")
    command = ["fit", "--corpus", folder_of(corpus), "--as-of", "2016", "--out", tmp_path]
    assert run(capsys, *command)[0] == 0
    assert files_of(tmp_path)[fitted.TRACK_RECORD] == b"before"
