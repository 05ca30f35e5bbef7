"""The notebooks' code cells, run in this process over a sheet: what they say, in words."""

import ast
import re
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from helpers import checks, corpus
from helpers.batch.notebook import all_notebooks
from helpers.front import of_a_sheet
from helpers.sheet import ReviewSheet

SPEAK_OF_A_SHEET = [path for path in all_notebooks() if '"sheet: str' in path.read_text("utf-8")]

NONSENSE = re.compile(r"\b(nan|inf|None)\b|<NA>")
"""What no reader of a notebook is to see."""


def cells(path: Path) -> list:
    """The code cells; a last expression is kept as `shown`."""
    found = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            tree = ast.parse(cell.source)
            if isinstance(tree.body[-1], ast.Expr):
                shown = ast.Name("shown", ast.Store())
                tree.body[-1] = ast.Assign([shown], tree.body[-1].value)
            found.append(compile(ast.fix_missing_locations(tree), path.name, "exec"))
    return found


def told(
    code: list,
    lang: str,
    monkeypatch: pytest.MonkeyPatch,
    load: ReviewSheet | None = None,
    analysed=lambda page: page,
) -> list[str]:
    """What `cells` show, as text: sentences, tables, the words in and about figures.

    `load` is the sheet that is loaded, without one the notebook's own; `analysed` is made of it
    after its repairs.
    """
    said, judged = [], checks.judged

    def page(*arguments):
        found, findings = judged(*arguments)
        return analysed(found), findings

    def show():
        for number in plt.get_fignums():
            said.append(_words(plt.figure(number)))
        plt.close("all")

    names: dict = {}
    with monkeypatch.context() as patch:
        patch.setattr(of_a_sheet, "display", lambda thing: said.append(repr(thing)))
        patch.setattr(plt, "show", show)
        patch.setattr(checks, "judged", page)
        if load is not None:
            patch.setattr(corpus, "load", lambda *_: load)
        for at, cell in enumerate(code):
            exec(cell, names)
            if at == 0:
                names["lang"] = lang
            shown = names.pop("shown", None)
            if shown is not None:
                said.append(repr(shown))
    return said


def _words(figure: Figure) -> str:
    """What is written in and about a figure, without the labels of ticks that lie outside."""
    said = [repr(figure)]
    for axes in figure.axes:
        labels = {text for axis in (axes.xaxis, axes.yaxis) for text in axis.findobj(Text)}
        # matplotlib keeps as many empty ones as it once had ticks.
        shown = (text.get_text() for text in axes.findobj(Text) if text not in labels)
        said += [text for text in shown if text]
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            slack = 1e-6 * (high - low)
            pairs = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False)
            said += [tick.get_text() for at, tick in pairs if low - slack <= at <= high + slack]
    return "\n".join(said)
