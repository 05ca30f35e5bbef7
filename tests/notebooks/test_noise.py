"""Noise such as another processor's linear algebra adds changes no text of a notebook.

`SHEETS=40 pytest tests/notebooks/test_noise.py` tries all the real sheets of its sample.
"""

import os
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pytest

import judgit
from helpers import paths, sources
from helpers.sheet import ReviewSheet
from notebook_cells import NONSENSE, SPEAK_OF_A_SHEET, cells, told

SAMPLE = 40
"""Real sheets of a year; four in a row are both notebooks in both languages."""
SHEETS = int(os.environ.get("SHEETS", "4"))
"""Of these, in fours from other places of the sample each year, each in the notebook and language
that it has among all of them."""
APART = -(-SAMPLE // SHEETS)
NOISE, YEN = 1e-9, 1e-6
ANALYSING = [path for path in SPEAK_OF_A_SHEET if not path.stem.startswith("01")]
"""The first compares what is printed, digit by digit: with noise it is another sheet's."""


def noisy(sheet: ReviewSheet, seed: int) -> ReviewSheet:
    """A sheet whose numbers are off by a relative 1e-9, but by no more than a yen: else the
    difference of two large ones would be another."""
    rng, tables = np.random.default_rng(seed), {}
    for name in ("budget", "outcome", "output", "payment"):
        frame = tables[name] = getattr(sheet, name).copy()
        for column in frame.columns[frame.dtypes.eq(float)]:
            size = np.minimum(NOISE * frame[column].abs(), YEN)
            frame[column] += rng.uniform(-1, 1, len(frame)) * size
    return ReviewSheet.build(**sheet.tables() | tables)


@cache
def sample(year: int) -> list[ReviewSheet]:
    return list(judgit.sheets(year, SAMPLE, seed=year))


@pytest.fixture(autouse=True)
def _no_window():
    plt.switch_backend("agg")


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("path", ANALYSING, ids=lambda path: path.stem)
def test_the_default_sheet(path, lang, monkeypatch):
    code, sheet = cells(path), sources.read(paths.DEFAULT_SHEET)
    plain = told(code, lang, monkeypatch, sheet)
    for seed in range(2):
        noise = told(code, lang, monkeypatch, sheet, lambda page, seed=seed: noisy(page, seed))
        assert noise == plain


@pytest.mark.skipif(not judgit.CORPUS.is_dir(), reason="../shared/corpus is not there")
@pytest.mark.parametrize(
    ("year", "at"),
    [(y, at) for y in judgit.YEARS for at in range(SAMPLE) if at // 4 % APART == y % APART],
)
def test_real_sheets(year, at, monkeypatch):
    code, lang = cells(ANALYSING[at % len(ANALYSING)]), "ja" if at % 4 < 2 else "en"
    sheet = sample(year)[at]
    plain = told(code, lang, monkeypatch, sheet)
    assert not [text for text in plain if NONSENSE.search(text)], sheet.id
    assert told(code, lang, monkeypatch, sheet, lambda page: noisy(page, year)) == plain, sheet.id
