"""The notebooks' cells over real sheets: no crash, no warning, no nonsense in either language.

`SHEETS=8 pytest tests/notebooks/test_notebooks_corpus.py` tries more sheets of each year;
test_noise.py looks at others.
"""

import os

import matplotlib.pyplot as plt
import pytest

import judgit
from helpers import corpus
from notebook_cells import NONSENSE, SPEAK_OF_A_SHEET, cells

SHEETS = int(os.environ.get("SHEETS", "4"))


@pytest.mark.slow
@pytest.mark.skipif(not judgit.CORPUS.is_dir(), reason="../shared/corpus is not there")
@pytest.mark.parametrize("year", judgit.YEARS)
@pytest.mark.parametrize("path", SPEAK_OF_A_SHEET, ids=lambda path: path.stem)
def test_real_sheets_give_readable_stories(path, year, monkeypatch):
    plt.switch_backend("agg")
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))
    code = cells(path)
    for sheet in judgit.sheets(year, sample=SHEETS, seed=year):
        monkeypatch.setattr(corpus, "load", lambda *_, sheet=sheet: sheet)
        for lang in ("ja", "en"):
            displayed = []
            names = {"display": lambda *things, to=displayed: to.extend(things)}
            for at, cell in enumerate(code):
                exec(cell, names)
                if at == 0:
                    names["lang"] = lang
                if "shown" in names:
                    displayed.append(names.pop("shown"))
            said = [repr(thing) for thing in displayed if thing is not None]
            assert len(said) >= 5
            for text in said:
                assert not NONSENSE.search(text), f"{sheet.id}: {text}"
