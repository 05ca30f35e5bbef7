"""The notebooks' cells over real sheets, by turns in the languages: they run, warn of nothing and
say no nonsense.

`SHEETS=8 pytest tests/notebooks/test_notebooks_corpus.py` tries more sheets of each year;
test_noise.py looks at others, which the first notebook has none of: it tries twice as many.
"""

import os
from functools import cache

import matplotlib.pyplot as plt
import pytest

import judgit
from helpers.sheet import ReviewSheet
from notebook_cells import NONSENSE, SPEAK_OF_A_SHEET, cells, told

SHEETS = int(os.environ.get("SHEETS", "4"))


@cache
def sample(year: int) -> list[ReviewSheet]:
    return list(judgit.sheets(year, SHEETS, seed=year))


@pytest.mark.slow
@pytest.mark.skipif(not judgit.CORPUS.is_dir(), reason="../shared/corpus is not there")
@pytest.mark.parametrize("year", judgit.YEARS)
@pytest.mark.parametrize("path", SPEAK_OF_A_SHEET, ids=lambda path: path.stem)
def test_real_sheets_give_readable_stories(path, year, monkeypatch):
    plt.switch_backend("agg")
    code, step = cells(path), 1 if path.stem.startswith("01") else 2
    for at, sheet in enumerate(sample(year)[::step]):
        said = told(code, ("ja", "en")[at % 2], monkeypatch, sheet)
        assert len(said) >= 5
        for text in said:
            assert not NONSENSE.search(text), f"{sheet.id}: {text}"
