"""No text of a figure lies upon another or beyond the edge, whatever real sheets print."""

from itertools import cycle

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pytest

import judgit
from helpers import Adoption, Quality, Spending, paths
from helpers.sheet import ReviewSheet
from overlaps import faults
from speaking import told


def _plots(sheet: ReviewSheet, lang: str) -> list[str]:
    """What is wrong with the figures of three notebooks, each after its figure's name."""
    found = []
    for notebook in (Quality, Spending, Adoption):
        shown = told(lang, notebook, sheet)
        for name in [name for name in dir(shown) if name.startswith("plot_")]:
            axes = told(lang, getattr(shown, name))
            found += [f"{name}: {fault}" for fault in faults(axes.figure)] if axes else []
            plt.close("all")
    return found


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_of_the_default_sheet(lang):
    assert _plots(paths.DEFAULT_SHEET, lang) == []


@pytest.mark.skipif(not judgit.CORPUS.exists(), reason=f"no shared corpus at {judgit.CORPUS}")
@pytest.mark.parametrize("year", [2015, 2017, 2019])
def test_of_real_sheets(year):
    languages = cycle(("ja", "en"))
    sheets = judgit.sheets(year, sample=2, seed=15)
    wrong = {sheet.id: _plots(sheet, lang) for sheet, lang in zip(sheets, languages, strict=False)}
    assert {sheet: found for sheet, found in wrong.items() if found} == {}


def test_a_text_upon_another_or_beyond_the_edge_is_seen():
    figure, axes = plt.subplots()
    axes.text(0.5, 0.5, "one")
    assert faults(figure) == []
    axes.text(0.51, 0.5, "other")
    axes.text(3, 0.5, "outside")
    assert faults(figure) == ["'one' upon 'other'", "'outside' beyond the edge"]
