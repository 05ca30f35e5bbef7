"""`review-sheets backtest` on simulated projects."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from forecasting_commands import folder_of, run
from pandas.testing import assert_frame_equal

from helpers import fitted
from helpers.fitted import Fitted
from helpers.forecast import track, track_scores
from helpers.forecast.outcome_pool import QUANTILES


@pytest.fixture(scope="module")
def before(corpus):
    """The record of the sheets up to 2018."""
    return track.record(corpus)


def test_backtest_writes_the_record_and_its_scores(capsys, later, before, tmp_path, monkeypatch):
    monkeypatch.setattr(track_scores, "table", partial(track_scores.table, draws=3))
    every = tmp_path / "every" / "record.parquet"
    command = ["backtest", "--corpus", folder_of(later), "--out", tmp_path, "--record", every]
    status, told, wrong = run(capsys, *command, "--lang", "en")
    assert (status, wrong) == (0, "")
    record, read = pd.read_parquet(every), Fitted(tmp_path).track_record
    about = read["about"]
    assert (about["sheets"], about["origins"]) == ([2015, 2019], [2016, 2017, 2018])
    counted = {(one["quantity"], one["part"]): one["forecasts"] for one in about["counts"]}
    assert counted == record.groupby(["quantity", "part"]).size().to_dict()
    scores = read["scores"].set_index(["quantity", "group", "measure"])["value"]
    part = record[(record["quantity"] == "rate") & (record["part"] == "held out")]
    for name, value in track_scores.measures(part).dropna().items():
        assert scores["rate", "held out", name] == pytest.approx(value, abs=1e-4)
    row = next(line for line in told.splitlines() if "execution rates  held out" in line)
    printed = [f"{100 * scores['rate', 'held out', name]:.1f} %" for name in ("in80", "in95")]
    printed += [f"{scores['rate', 'held out', name]:.2f}" for name in ("mean_error", "pinball")]
    assert all(text in row for text in printed)
    text = (tmp_path / fitted.TRACK_RECORD).read_text("utf-8")
    assert sum('"measure"' in line for line in text.splitlines()) == len(read["scores"])
    assert read["pit"].groupby("quantity")["share"].sum().to_numpy() == pytest.approx(1, abs=1e-3)
    # The same forecasts were made from the earlier origins before those of 2019 were printed.
    first, same = (
        found[(found["origin"] == 2016) & (found["fiscal_year"] <= 2017)].sort_values(
            ["quantity", "project_id", "fiscal_year", *QUANTILES], ignore_index=True
        )
        for found in (before, record)
    )
    assert len(first) > 200
    assert_frame_equal(first, same, check_dtype=False)


def test_without_a_year_held_out_there_is_no_bin(before, corpus):
    summed = track.summed(before[before["quantity"] == "rate"], corpus.years)
    assert summed["reliability"].empty
    assert summed["pit"].empty
    assert set(summed["scores"]["group"]) == {"chosen"}
    assert np.isfinite(summed["scores"]["value"]).all()
