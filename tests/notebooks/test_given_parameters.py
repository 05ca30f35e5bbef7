"""What plain papermill makes of parameters; tests/test_parameter_values.py has all values."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from papermill.cli import papermill
from papermill.exceptions import PapermillExecutionError

from helpers.batch.notebook import all_notebooks, headline


def plainly(arguments: list[str]) -> str:
    """What the plain command says on a terminal when it fails; "" when it does not."""
    command = [sys.executable, "-m", "papermill", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode in (0, 1), done.stderr
    return done.stderr if done.returncode else ""


def quickly(arguments: list[str]) -> str:
    """The same of its function, with a kernel that need not be started."""
    try:
        papermill.main([*arguments, "--engine", "forked"], standalone_mode=False)
    except PapermillExecutionError as error:
        return str(error)
    return ""


def run(how, notebook: str, out: Path, *options: str) -> str:
    (path,) = [path for path in all_notebooks() if path.stem.startswith(notebook)]
    return how([str(path), str(out), "--no-progress-bar", *options])


@pytest.mark.parametrize(
    ("how", "notebook", "options", "message"),
    [
        (
            plainly,
            "01",
            ["-p", "sheet", "0042"],
            ["sheet", "見つかったもの: 42", "必要なもの: ファイル名"],
        ),
        (
            quickly,
            "01",
            ["-p", "sheet", "no.txt", "-p", "lang", "en"],
            ["no.txt", "found: no readable file", "expected: a page text (.txt)"],
        ),
        (
            quickly,
            "03",
            ["-y", "{models: [logit, gauss]}", "-p", "lang", "en"],
            ["models", "found: ['logit', 'gauss']", "expected: some of pooled,"],
        ),
    ],
)
def test_papermill_ends_in_a_clear_message(tmp_path, how, notebook, options, message):
    """In the language asked for, and in place of a traceback: in the notebook and on a terminal."""
    last = run(how, notebook, tmp_path / "out.ipynb", *options).strip().splitlines()[-3:]
    kind = "SheetError" if "no.txt" in options else "ParameterError"
    for line, start in zip(last, [f"{kind}: {message[0]}", *message[1:]], strict=True):
        assert line.startswith(start)
    failed = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    (scroll, error), *others = [
        cell.outputs for cell in failed.cells if "language(lang)" in cell.source
    ]
    assert error["traceback"] == last
    assert list(scroll["data"]) == ["application/javascript"], "JupyterLab is to show the error"
    assert others == []


@pytest.mark.parametrize(
    ("notebook", "options", "found"),
    [
        (
            "02",
            [
                "-p",
                "first_year",
                "平成25年度",
                "-p",
                "last_year",
                "2018年",
                "-p",
                "budget",
                "1,000",
            ],
            {"first_year": 2013, "last_year": 2018},
        ),
        (
            "03",
            ["-p", "target_year", "令和4年度", "-p", "models", "drift、ols", "-p", "lang", "EN"],
            {"target_year": 2022, "lead_model": "drift", "lang": "en"},
        ),
    ],
)
def test_papermill_takes_what_is_clear(tmp_path, notebook, options, found):
    """As the plain command does, of which tests/test_readme.py starts one that ends well."""
    assert run(quickly, notebook, tmp_path / "out.ipynb", *options) == ""
    said = headline(nbformat.read(tmp_path / "out.ipynb", as_version=4))
    assert {name: said[name] for name in found} == found
