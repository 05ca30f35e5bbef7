"""A run is ended at random moments, by signals that ask and by one that does not.

`KILLS=20 pytest tests/batch/test_run_killed.py` tries more of them.
"""

import ast
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

import corpus_sheets
import tiny_tasks

KILLS = int(os.environ.get("KILLS", "2"))
SHEETS = 2 + 2 * KILLS
SECONDS = 60


class Runs:
    """Runs of one command: each sheet of a file, a notebook, both languages."""

    def __init__(self, folder: Path):
        notebook = tiny_tasks.notebook(folder, code="import time; time.sleep(0.1)\nsheet, lang")
        sheets = (corpus_sheets.sheet(2019, number) for number in range(1, SHEETS + 1))
        self.source = corpus_sheets.lines(folder / "sheets.ndjson", *sheets)
        self.out = folder / "out"
        command = Path(sys.executable).with_name("review-sheets")
        self.command = [command, "render", self.source, "--notebook", notebook, "--workers", "2"]
        self.command += ["--out", self.out]

    def start(self) -> subprocess.Popen:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            self.command, stdout=pipe, stderr=pipe, text=True, start_new_session=True
        )

    def finish(self) -> list[int]:
        """Run to the end: how many were made, unchanged, failed."""
        with self.start() as run:
            told, wrong = run.communicate(timeout=SECONDS)
        assert (run.returncode, wrong) == (0, "")
        return [int(number) for number in re.findall(r"\d+", told.splitlines()[0])]

    def reports(self) -> dict[Path, bytes]:
        """The notebooks and pages of all complete reports."""
        known = {path: json.loads(path.read_text()) for path in self.out.glob("*/manifest.json")}
        return {
            path: path.read_bytes()
            for manifest, content in known.items()
            for name in content["reports"]
            for path in manifest.parent.glob(f"{name}.*")
        }

    def count(self) -> int:
        return len(list(self.out.glob("*/*.ipynb")))


def processes(run: subprocess.Popen) -> list[psutil.Process]:
    try:
        main = psutil.Process(run.pid)
        return [main, *main.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def end(runs: Runs, number: signal.Signals, moments: random.Random) -> subprocess.Popen:
    """Start a run and end it after some reports and a little; none of its processes is left."""
    # Before there is a report, there may be nothing yet that says how to go on.
    wanted = runs.count() + moments.randrange(0 if number == signal.SIGKILL else 1, 4)
    run, limit = runs.start(), time.monotonic() + SECONDS
    while runs.count() < wanted and run.poll() is None and time.monotonic() < limit:
        time.sleep(0.005)
    time.sleep(moments.uniform(0, 0.3))
    started = processes(run)
    if number == signal.SIGINT and started:
        # As a terminal does it.
        os.killpg(run.pid, number)
    else:
        run.send_signal(number)
    run.told, run.wrong = run.communicate(timeout=SECONDS)
    _, alive = psutil.wait_procs(started, 10)
    assert alive == []
    return run


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """The runs, after all the kills."""
    runs, moments = Runs(tmp_path_factory.mktemp("killed")), random.Random(20240607)
    numbers = [signal.SIGINT, signal.SIGKILL, signal.SIGTERM, signal.SIGKILL]
    for kill in range(KILLS):
        number = numbers[kill % len(numbers)]
        before = runs.reports()
        run = end(runs, number, moments)
        if run.returncode:
            assert run.returncode == (-number if number == signal.SIGKILL else 128 + number)
        if run.returncode and number != signal.SIGKILL:
            assert "the same command makes the rest" in run.wrong
            assert "Traceback" not in run.wrong
            assert runs.out.joinpath("index.html").exists()
        assert tiny_tasks.broken(runs.out, hidden=number == signal.SIGKILL) == []
        now = runs.reports()
        # What is complete stays as it is: only a page gets the links to what has come beside it.
        assert set(before) <= set(now)
        notebooks = [path for path in before if path.suffix == ".ipynb"]
        assert [path for path in notebooks if before[path] != now[path]] == []
    return runs


def test_running_again_makes_what_is_missing_and_then_nothing(killed):
    complete = killed.reports()
    made, unchanged, failed = killed.finish()
    assert (unchanged, failed) == (len(complete) / 2, 0)
    assert made + unchanged == 2 * SHEETS
    assert tiny_tasks.broken(killed.out) == []
    everything = killed.reports()
    assert len(everything) == 4 * SHEETS
    assert killed.finish() == [0, 2 * SHEETS, 0]
    assert killed.reports() == everything


def test_what_is_made_after_kills_is_right(killed):
    """Each report is of its sheet, in its language, and links to the other language."""
    for path in killed.out.glob("*/*.ipynb"):
        sheet_id, lang = path.parent.name, path.suffixes[0][1:]
        (told,) = nbformat.read(path, 4).cells[-1].outputs
        shown = ast.literal_eval(told["data"]["text/plain"])
        assert shown == (f"{killed.source}#{sheet_id}", lang)
        (other,) = {"ja", "en"} - {lang}
        assert f"01_a.{other}.html" in path.with_suffix(".html").read_text(encoding="utf-8")
