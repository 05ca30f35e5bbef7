"""Several runs write into one folder at the same time; some of them are killed.

`KILLS=20 pytest tests/batch/test_runs_at_once.py` kills more of them.
"""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import corpus_sheets
import tiny_tasks

KILLS = int(os.environ.get("KILLS", "2"))
NAMES = ("01_a", "02_b", "03_c")
SHEETS, SECONDS = 3, 120


@pytest.fixture
def start(tmp_path):
    """start(name): a run of one notebook in both languages for the same sheets, into one folder."""
    sheets = (corpus_sheets.sheet(2019, number) for number in range(1, SHEETS + 1))
    source = corpus_sheets.lines(tmp_path / "sheets.ndjson", *sheets)
    for name in NAMES:
        tiny_tasks.notebook(tmp_path, f"{name}.ipynb")

    def start(name):
        command = Path(sys.executable).with_name("review-sheets")
        given = ["render", source, "--notebook", tmp_path / f"{name}.ipynb", "--workers", "1"]
        return subprocess.Popen(
            [command, *given, "--out", tmp_path / "out"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    return start


def finished(*runs):
    """The first line that each printed."""
    told = [run.communicate(timeout=SECONDS) for run in runs]
    assert [(run.returncode, wrong) for run, (_, wrong) in zip(runs, told, strict=True)] == [
        (0, "") for _ in runs
    ]
    return [printed.splitlines()[0] for printed, _ in told]


def check_everything_is_listed(out):
    """Manifests, index.json, index.csv and index.html know each report; each links to all."""
    ids = [corpus_sheets.sheet_id(2019, number) for number in range(1, SHEETS + 1)]
    names = sorted(f"{name}.{lang}" for name in NAMES for lang in ("ja", "en"))
    pages = sorted(f"{folder}/{name}.html" for folder in ids for name in names)
    assert tiny_tasks.broken(out) == []
    known = {path.parent.name: json.loads(path.read_text()) for path in out.glob("*/manifest.json")}
    assert sorted(known) == ids
    for manifest in known.values():
        assert (sorted(manifest["reports"]), manifest["executed"]) == (names, {})
    listed = json.loads((out / "index.json").read_text(encoding="utf-8"))["sheets"]
    assert sorted(report["page"] for sheet in listed for report in sheet["reports"]) == pages
    with (out / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row[name] for row in rows for name in names) == pages
    index = (out / "index.html").read_text(encoding="utf-8")
    assert [page for page in pages if page not in index] == []
    for page in pages:
        text, others = (out / page).read_text(encoding="utf-8"), set(NAMES) - {Path(page).name[:4]}
        assert [name for name in others if f"{name}.{page[-7:]}" not in text] == []


def test_runs_of_several_notebooks_lose_no_report_and_the_same_run_makes_none_twice(
    start, tmp_path
):
    one, again, *others = finished(*map(start, (NAMES[0], *NAMES)))
    assert others == [f"{2 * SHEETS} made, 0 unchanged, 0 failed"] * len(NAMES[1:])
    made = [int(line.split()[0]) for line in (one, again)]
    assert sum(made) == 2 * SHEETS
    assert all(line.endswith(" 0 failed") for line in (one, again))
    check_everything_is_listed(tmp_path / "out")


def test_killed_runs_hold_up_no_other_and_lose_nothing(start, tmp_path):
    moments, out = random.Random(20240608), tmp_path / "out"
    runs = [start(name) for name in NAMES]
    for _ in range(KILLS):
        wanted = len(list(out.glob("*/*.ipynb"))) + moments.randrange(4)
        limit = time.monotonic() + SECONDS
        while len(list(out.glob("*/*.ipynb"))) < wanted and time.monotonic() < limit:
            if all(run.poll() is not None for run in runs):
                break
            time.sleep(0.005)
        one = moments.randrange(len(runs))
        # The whole group, its worker in the middle of whatever it does.
        if runs[one].poll() is None:
            os.killpg(runs[one].pid, signal.SIGKILL)
        runs[one].communicate(timeout=SECONDS)
        runs[one] = start(NAMES[one])
    finished(*runs)
    check_everything_is_listed(out)
