"""The notebooks' cells over real sheets: no crash, no warning, no nonsense in either language."""

import ast
import re

import matplotlib.pyplot as plt
import nbformat
import pytest

import judgit
from helpers import corpus
from helpers.batch.render import all_notebooks

NONSENSE = re.compile(r"\b(nan|inf|None)\b|<NA>")


SPEAK_OF_A_SHEET = [path for path in all_notebooks() if '"sheet: str' in path.read_text("utf-8")]


def cells(path) -> list[str]:
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


@pytest.mark.slow
@pytest.mark.skipif(not judgit.CORPUS.is_dir(), reason="../shared/corpus is not there")
@pytest.mark.parametrize("year", judgit.YEARS)
@pytest.mark.parametrize("path", SPEAK_OF_A_SHEET, ids=lambda path: path.stem)
def test_real_sheets_give_readable_stories(path, year, monkeypatch):
    plt.switch_backend("agg")
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))
    for sheet in judgit.sheets(year, sample=8, seed=year):
        monkeypatch.setattr(corpus, "load", lambda *_, sheet=sheet: sheet)
        for lang in ("ja", "en"):
            displayed = []
            names = {"display": lambda *things, to=displayed: to.extend(things)}
            for at, cell in enumerate(cells(path)):
                exec(cell, names)
                if at == 0:
                    names["lang"] = lang
                if "shown" in names:
                    displayed.append(names.pop("shown"))
            said = [repr(thing) for thing in displayed if thing is not None]
            assert len(said) >= 5
            for text in said:
                assert not NONSENSE.search(text), f"{sheet.id}: {text}"
