"""A tiny notebook with everything a report has to cope with, and sheets that need no reader."""

import nbformat
import pytest

import tiny_tasks
from helpers import files, processes
from helpers.batch import MAKING, make
from helpers.batch.notebook import read
from helpers.batch.results import Options
from helpers.show import HEADLINE

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> & \"quoted\" 'too'"

PARAMETERS = """\
sheet: str = "sheet.txt"  # the sheet
lang: str = "ja"  # language
number: str = "0001"  # a number that is text
population: "float" = None  # None: unknown
years: list[int] = [2018]  # fiscal years
fail: bool = False  # whether a cell fails
"""

ANSWER = """\
import warnings
from helpers import show
hostile = HOSTILE
show.Answer(f"{hostile} {number!r} {population!r} {years!r}", headline=dict(
    sheet_id="2019-省-0042", name=hostile, ministry="総務省", project_number="0042",
    sheet_year=2019, lang=lang, title="予算は余ったか?" if lang == "ja" else "Was money left?",
    executed=195.0, budget_net=277.0, execution_rate=0.704, rate_low=0.53, rate_high=0.83,
    first_year=2012, last_year=2018,
))
"""

FIGURE = """\
import matplotlib.pyplot as plt
from matplotlib.figure import Figure
class Told(Figure):
    def __repr__(self): return f'195 of 277 "million" yen {hostile}'
figure = plt.figure(FigureClass=Told, figsize=(6, 3))
figure.add_subplot().plot([2016, 2017, 2018], [842, 950, 1067], marker="o")
plt.show()
"""

TABLE = """\
import pandas as pd
rows = pd.DataFrame({"fiscal_year": [2017, 2018], "payee": [hostile, "ＩＴｂｏｏｋ"]})
show.Table(rows, caption=hostile)
"""


def markdown(text, *tags):
    return nbformat.v4.new_markdown_cell(text, metadata={"tags": [*tags]})


def code(text, *tags):
    return nbformat.v4.new_code_cell(text, metadata={"tags": [*tags]})


def tiny_notebook(*more):
    cells = [
        markdown("# 余ったお金はあるか\n\n問いの**前書き**。", "lang-ja"),
        markdown("# Is money left?\n\nA *preface*.", "lang-en"),
        code(PARAMETERS, "parameters"),
        markdown("Open this in JupyterLab only.", "notebook-only"),
        code(ANSWER.replace("HOSTILE", repr(HOSTILE))),
        markdown("## 図\n\n[出典](https://example.org/a) [跡](javascript:alert(3))", "lang-ja"),
        markdown("## Figure\n\n[source](https://example.org/a)", "lang-en"),
        code(FIGURE),
        code("show.Text(f'{hostile} 読み方')"),
        markdown("## 図\n\n### 表の見方\n\n<script>alert(4)</script>", "lang-ja"),
        markdown("## Table\n\n<iframe src='https://example.org'></iframe>", "lang-en"),
        code(TABLE),
        code("print('printed', hostile)\nrows"),
        *more,
        code("if fail: raise ValueError('not this sheet')"),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return nbformat.v4.new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )


@pytest.fixture(scope="session")
def save(tmp_path_factory):
    """save(*more cells, name="tiny.ipynb"): the path of a tiny notebook."""

    def save(*more, name="tiny.ipynb"):
        path = tmp_path_factory.mktemp("notebooks") / name
        nbformat.write(tiny_notebook(*more), path)
        return path

    return save


@pytest.fixture(scope="session")
def tiny(save):
    return save()


@pytest.fixture(scope="session")
def preloaded():
    """Workers are forked from a process that has loaded what they need, as the command has it: each
    would take two seconds for that."""
    processes.load(MAKING)


@pytest.fixture
def notebooks(tmp_path):
    """Two that a kernel need not run."""
    return [tiny_tasks.notebook(tmp_path, name) for name in ("01_a.ipynb", "02_b.ipynb")]


@pytest.fixture
def options(tmp_path):
    """For a run into a folder."""
    (tmp_path / "out").mkdir()
    return Options(str(tmp_path / "out"))


@pytest.fixture
def executed(monkeypatch):
    """The outputs' names, in order: instead of being run, a notebook is copied, unless a parameter
    `fail` says what to raise."""
    names = []

    def copy(notebook, output, parameters, engine, timeout):
        names.append(output.stem)
        assert (engine, timeout) == (None, 600)
        if error := parameters.get("fail"):
            raise error
        done = read(notebook)
        title = parameters.get("title", f"{notebook.stem} {parameters.get('lang')}")
        facts = {"name": "n", "ministry": "省", "project_number": "1", "sheet_year": 2019}
        data = {HEADLINE: {**facts, "title": title}}
        done.cells[2].outputs = [nbformat.v4.new_output("display_data", data)]
        files.write(output, nbformat.writes(done))
        return done

    monkeypatch.setattr(make, "execute", copy)
    return names
