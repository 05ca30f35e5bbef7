"""The scripts of benchmarks/ run: one round of each, as small as it can be."""

import importlib
import os
import subprocess
import sys

import pytest

import corpus_sheets
import rs_writer
import tiny_tasks
from helpers import paths
from helpers.corpus import Corpus

pytestmark = pytest.mark.slow


@pytest.fixture
def script():
    """script(name, *arguments, **constants): what it prints, as rows of cells.

    In a process of its own: one waits for all children, of which other tests have left some.
    """

    def script(name, *arguments, **constants):
        code = [
            f"import {name} as script",
            *(f"script.{key} = {constants[key]!r}" for key in constants),
        ]
        done = subprocess.run(
            [sys.executable, "-c", "\n".join([*code, "script.main()"]), *map(str, arguments)],
            cwd=paths.ROOT,
            env=os.environ | {"PYTHONPATH": str(paths.ROOT / "benchmarks")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line]

    return script


linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="it counts CPU seconds as Linux does"
)


@linux
def test_rendering(script, tmp_path):
    notebook = tiny_tasks.notebook(tmp_path, code="sum(range(3_000_000))")
    small = {"ROUNDS": 1, "COUNT": 1, "WARM": 1, "PEERS": ["limit"]}
    rows = script("rendering", **small, NOTEBOOKS={"02": str(notebook)})
    assert ["times the limit", "02"] in rows
    assert ["limit", "1.00"] in rows
    cold = [row for row in rows if len(row) == 5 and row[0].endswith(", this build")]
    assert [row[0].split(",")[0] for row in cold] == [
        "render: one report of 02",
        "check: the default sheet",
        "--help",
    ]
    assert all(float(cell) > 0 for row in cold for cell in row[1:])


@linux
def test_whole_year(script, tmp_path):
    notebook = tiny_tasks.notebook(tmp_path, code="sum(range(3_000_000))")
    sheets = [corpus_sheets.sheet(2019, number) for number in range(1, 13)]
    corpus = corpus_sheets.made(tmp_path, *sheets)
    small = {"YEAR": 2019, "WAYS": ["cluster of 2"], "NOTEBOOKS": [str(notebook)]}
    rows = script("whole_year", corpus.folder, 10, **small)
    assert rows[-3][0] == "10 of 12 projects of 2019, 1 reports each"
    assert rows[-1][0] == "cluster of 2, this build"
    assert len(rows[-1]) == 9


def test_a_year_is_projected_from_the_tenths_after_the_first(monkeypatch):
    monkeypatch.syspath_prepend(paths.ROOT / "benchmarks")
    whole_year = importlib.import_module("whole_year")
    # Of 20 projects two are a tenth: 1 and 3 seconds by turns, five times and four times.
    clock = [12, 13, 16, 17, 20, 21, 24, 25, 28, 29]
    read = [whole_year.Moment(2 * at, at, 100 + at) for at in clock]
    error = (0.5**2 * 80 / 81 * 9 / 8 / 9) ** 0.5
    assert whole_year.told(read, ["a"] * 20, ["a"] * 200) == [
        f"{2 * (12 - 17 / 9):.1f}",
        f"{12 - 17 / 9:.1f}",
        f"{2 * 17 / 18:.3f} ± {2 * error:.3f}",
        f"{17 / 18:.3f} ± {error:.3f}",
        f"{2 * (12 - 17 / 9 + 200 * 17 / 18) / 3600:.2f} ± 0.02",
        f"{(12 - 17 / 9 + 200 * 17 / 18) / 3600:.2f} ± 0.01",
        "113",
        "128",
    ]


def test_corpus_build(script, tmp_path):
    folder = tmp_path / "judgit"
    folder.mkdir()
    (tmp_path / "rs2024").mkdir()
    for year in range(2015, 2024):
        sheets = [corpus_sheets.sheet(year, number) for number in range(1, 3)]
        corpus_sheets.lines(folder / f"judgit-{year}.ndjson.gz", *sheets)
    rs_writer.write(tmp_path / "rs2024", t12=[{}])
    rows = script("corpus_build", folder, ROUNDS=1)
    rows = [row for row in rows if row and not set(row[0]) <= set("-")]
    titles = [place for place, row in enumerate(rows) if row[1] == "build"]
    assert [rows[place][0] for place in titles] == ["2015-2019", "2015-2023", "RS 2024"]
    ways = [row[0] for row in rows[: titles[1]]][-2:]
    assert ways == ["corpus build, 1 worker", "corpus build, 2 workers"]
    assert rows[-1][0] == "added to nine years, 1 worker"
    measured = [row for row in rows if row[1] == "now"]
    assert len(measured) == 6
    assert all(float(cell) > 0 for row in measured for cell in row[2:])


@pytest.fixture
def corpus_build(monkeypatch):
    monkeypatch.syspath_prepend(paths.ROOT / "benchmarks")
    return importlib.import_module("corpus_build")


@pytest.mark.skipif(not (paths.ROOT / ".git").exists(), reason="no commit to compare with")
def test_a_commit_s_build_runs(corpus_build, tmp_path):
    sheets = corpus_sheets.lines(tmp_path / "sheets.ndjson", corpus_sheets.sheet(2019))
    command = [*corpus_build.PROGRAM, "build", sheets, "--out", tmp_path / "built", "--workers", 1]
    with corpus_build.sources(tmp_path, ["HEAD"]) as roots:
        assert [*roots] == ["HEAD", "now"]
        assert roots["now"] == paths.ROOT / "src"
        assert roots["HEAD"].is_relative_to(tmp_path)
        assert all(corpus_build.run(command, roots["HEAD"], memory=True))
    assert not roots["HEAD"].exists()
    assert Corpus(tmp_path / "built").years == [2019]


def test_a_commit_s_builds_take_turns_with_todays(corpus_build, monkeypatch, capsys, tmp_path):
    """The tables by hand, of runs that say at once what they took."""
    roots = {"HEAD": tmp_path / "then", "now": tmp_path / "src"}
    turns = []

    def run(command, source, memory):
        build = "HEAD" if source == roots["HEAD"] else "now"
        action, workers = command[len(corpus_build.PROGRAM)], command[-1]
        turns.append((action, workers, build, memory))
        times = {"build": 1, "add": 3}[action] * {"HEAD": 2, "now": 1}[build] * (not memory)
        return corpus_build.Measured(8.0 / workers * times, 5.0 * workers * times, 10**9 * workers)

    monkeypatch.setattr(corpus_build, "find_spec", lambda _: None)
    monkeypatch.setattr(corpus_build, "run", run)
    monkeypatch.setattr(corpus_build, "ROUNDS", 2)
    corpus_build.compare("one year", [tmp_path / "sheets"], roots, tmp_path)
    for build in roots:
        (tmp_path / f"corpus {build}").mkdir()
    corpus_build.add(tmp_path / "rs2024", roots, tmp_path)
    each = [(way, build) for way in (("build", 1), ("build", 2)) for build in roots]
    added = [((action, 1), build) for build in roots for action in ("build", "add")]
    assert turns == [
        (*way, build, memory)
        for of in (each, added)
        for memory in (False, True)
        for way, build in of
    ]
    assert [line for line in capsys.readouterr().out.splitlines() if "worker" in line] == [
        "| corpus build, 1 worker | HEAD | 16.0 | 1.0 | 10.0 | 1.00 | 1.00 |",
        "| corpus build, 1 worker | now | 8.0 | 0.5 | 5.0 | 0.50 | 1.00 |",
        "| corpus build, 2 workers | HEAD | 8.0 | 0.5 | 20.0 | 1.00 | 2.00 |",
        "| corpus build, 2 workers | now | 4.0 | 0.2 | 10.0 | 0.50 | 2.00 |",
        "| the year alone, 1 worker | HEAD | 16.0 | 2.0 | 10.0 | 1.00 | 1.00 |",
        "| added to nine years, 1 worker | HEAD | 48.0 | 6.0 | 30.0 | 1.00 | 1.00 |",
        "| the year alone, 1 worker | now | 8.0 | 1.0 | 5.0 | 0.50 | 1.00 |",
        "| added to nine years, 1 worker | now | 24.0 | 3.0 | 15.0 | 0.50 | 1.00 |",
    ]


def test_forecasting(script, tmp_path):
    sheets = []
    for year in range(2016, 2020):
        actuals = {past: 10.0 * (past - 2010) + past % 3 for past in range(year - 3, year)}
        outcomes = [corpus_sheets.outcome(actuals)]
        sheets += [corpus_sheets.sheet(year, number, {}, outcomes) for number in range(1, 6)]
    corpus = corpus_sheets.made(tmp_path, *sheets)
    rows = script("forecasting", corpus.folder, SAMPLE=2)
    assert [row[:2] for row in rows[2:]] == [["outcome series", "5"], ["projects' execution", "5"]]
