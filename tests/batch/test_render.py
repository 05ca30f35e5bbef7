"""A run from its plan to its index. What a task's reports go through is in test_make."""

import errno
import os
import signal
import tempfile
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import psutil
import pytest

import forked_kernel
import tiny_tasks
from helpers import files
from helpers.batch import make, pdf
from helpers.batch import render as room
from helpers.batch.render import run
from helpers.batch.results import Options, Outcome, Result
from helpers.batch.workers import Processes
from helpers.processes import WorkerDied


@pytest.fixture
def log(options):
    return lambda: Path(options.out, "render.log").read_text(encoding="utf-8").splitlines()


def failing(notebooks, error, sheet_id="s2"):
    return tiny_tasks.task(notebooks, sheet_id, fail=error)


@pytest.mark.usefixtures("executed")
def test_every_task_is_made_and_listed(notebooks, options, log):
    tasks = [tiny_tasks.task(notebooks, sheet_id) for sheet_id in ("s1", "s2", "s3")]
    seen, steps = [], []
    outcome = run(
        tiny_tasks.plan(*tasks), options, 0, on_result=seen.append, on_progress=steps.append
    )
    assert (outcome.made, outcome.unchanged, outcome.failed, outcome.status) == (12, 0, 0, 0)
    assert str(outcome) == "12 made, 0 unchanged, 0 failed"
    assert [result.folder for result in seen] == ["s1"] * 4 + ["s2"] * 4 + ["s3"] * 4
    assert steps == [4, 4, 4]
    assert outcome.index == Path(options.out, "index.html")
    assert "s2/02_b.en.html" in outcome.index.read_text(encoding="utf-8")
    assert tiny_tasks.broken(Path(options.out)) == []
    head, *lines, last = log()
    assert "render  sheets: 3, reports: 12  workers: 1" in head
    assert [line.split()[2] for line in lines] == ["made"] * 12
    assert lines[0].endswith("s1  source#s1  01_a.ipynb  ja")
    assert last.endswith("12 made, 0 unchanged, 0 failed")


@pytest.mark.usefixtures("executed")
def test_a_second_run_makes_nothing_and_logs_two_lines(notebooks, options, log):
    plan = tiny_tasks.plan(tiny_tasks.task(notebooks))
    run(plan, options, 0)
    before = len(log())
    outcome = run(plan, options, 0, title="once more")
    assert (outcome.made, outcome.unchanged, outcome.failed, outcome.status) == (0, 4, 0, 0)
    assert len(log()) == before + 2
    assert "once more  sheets: 1, reports: 4" in log()[-2]


@pytest.mark.usefixtures("executed")
def test_a_failure_does_not_stop_the_others(notebooks, options, log):
    plan = tiny_tasks.plan(
        tiny_tasks.task(notebooks, "s1"),
        failing(notebooks, make.ExecutionError("cell\x1b[31m [3]\nraised")),
        tiny_tasks.task(notebooks, "s3"),
    )
    plan.refused.append(("broken.txt", "broken.txt: found nothing"))
    seen = []
    outcome = run(plan, options, 0, on_result=seen.append)
    assert (outcome.made, outcome.failed, outcome.status) == (8, 5, 1)
    assert seen[0] == Result("broken.txt", error="broken.txt: found nothing")
    assert len(seen) == 13
    assert "failed" in log()[1]
    assert "broken.txt: found nothing" in log()[1]
    # A sheet's text does nothing to the terminal that shows the log.
    assert [line for line in log() if "cell [31m [3] raised" in line]


@pytest.mark.usefixtures("executed")
def test_a_sheet_that_cannot_be_read_counts_with_all_its_reports(notebooks, options):
    (Path(options.out) / "s1").mkdir(parents=True)
    (Path(options.out) / "s2").touch()
    tasks = [tiny_tasks.task(notebooks, sheet_id) for sheet_id in ("s1", "s2")]
    outcome = run(tiny_tasks.plan(*tasks), options, 0)
    assert (outcome.made, outcome.failed, outcome.reached) == (4, 4, 8)


@pytest.mark.usefixtures("executed")
def test_a_full_disk_ends_the_run(notebooks, options, log):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    plan = tiny_tasks.plan(
        tiny_tasks.task(notebooks, "s1"),
        failing(notebooks, full),
        tiny_tasks.task(notebooks, "s3"),
    )
    outcome = run(plan, options, 0)
    assert (outcome.made, outcome.status) == (4, 1)
    assert not Path(options.out, "s3").exists()
    assert "No space left on device" in outcome.stopped
    assert str(outcome) == "4 made, 0 unchanged, 4 failed, 4 not reached"
    assert "stopped" in log()[-1]
    assert "s1/01_a.ja.html" in outcome.index.read_text(encoding="utf-8")
    assert tiny_tasks.broken(Path(options.out)) == []


@pytest.mark.usefixtures("executed")
def test_an_index_or_a_log_that_cannot_be_written_is_said(notebooks, options):
    Path(options.out, "index.html", "x").mkdir(parents=True)
    Path(options.out, "render.log").mkdir()
    outcome = run(tiny_tasks.plan(tiny_tasks.task(notebooks)), options, 0)
    assert (outcome.made, outcome.index, outcome.status) == (4, None, 1)
    assert "cannot write the index" in outcome.stopped
    assert "render.log (Is a directory)" in outcome.warning


def test_what_cannot_start_raises_before_any_work(notebooks, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    plan = tiny_tasks.plan(tiny_tasks.task(notebooks))
    with pytest.raises(OSError, match="cannot write in"):
        run(plan, Options(str(tmp_path / "file")), 0)
    with pytest.raises(OSError, match="nothing here can write in oh://reports"):
        run(plan, Options("oh://reports"), 0)
    monkeypatch.setattr(pdf, "browser", lambda: None)
    for out, message in ((str(tmp_path / "out"), "needs a browser"), ("s3://a", "into a folder")):
        with pytest.raises(pdf.PdfError, match=message):
            run(plan, Options(out, pdf=True), 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "01_a.ipynb",
        "02_b.ipynb",
        "file",
    ]


@pytest.mark.usefixtures("executed")
def test_what_killed_runs_left_is_removed(notebooks, options):
    for left in (".index.partial-4194304.html", "s1/.01_a.ja.partial-4194304.ipynb"):
        path = Path(options.out, left)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    run(tiny_tasks.plan(tiny_tasks.task(notebooks)), options, 0)
    assert tiny_tasks.broken(Path(options.out)) == []


@pytest.mark.usefixtures("executed")
def test_tasks_are_read_as_they_are_needed(notebooks, options):
    plan = tiny_tasks.plan(
        *(tiny_tasks.task(notebooks, f"s{n}", languages=["ja"]) for n in range(20))
    )
    alive, every = [], plan.tasks()

    def tasks():
        for task in every:
            alive.append(task)
            yield task

    plan.tasks = tasks
    ahead = []

    def look(result):
        ahead.append(len(alive) - int(result.folder[1:]))

    assert run(plan, options, 0, on_result=look).made == 40
    assert max(ahead) <= 3


@pytest.mark.usefixtures("executed")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_run_with_an_index(notebooks, options, log, number):
    plan = tiny_tasks.plan(*(tiny_tasks.task(notebooks, f"s{n}") for n in range(3)))

    def press(result):
        if result.folder == "s1":
            os.kill(os.getpid(), number)

    # Started in the background, this process may have been told to ignore it.
    inherited = signal.signal(number, signal.default_int_handler)
    try:
        outcome = run(plan, options, 0, on_result=press)
        assert signal.getsignal(number) == signal.default_int_handler
    finally:
        signal.signal(number, inherited)
    assert (outcome.signal, outcome.status) == (number, 128 + number)
    assert outcome.stopped == number.name
    assert "4 not reached" in str(outcome)
    assert number.name in log()[-1]
    assert "s1/01_a.ja.html" in outcome.index.read_text(encoding="utf-8")
    assert "s2/" not in outcome.index.read_text(encoding="utf-8")
    assert run(plan, options, 0).unchanged == 8


@pytest.mark.usefixtures("executed")
def test_an_ignored_signal_stays_ignored(notebooks, options):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        plan = tiny_tasks.plan(tiny_tasks.task(notebooks))
        outcome = run(plan, options, 0, on_result=lambda _: os.kill(os.getpid(), signal.SIGHUP))
    finally:
        signal.signal(signal.SIGHUP, before)
    assert (outcome.made, outcome.status) == (4, 0)


@pytest.mark.usefixtures("executed")
def test_runs_outside_of_the_main_thread(notebooks, options):
    outcomes = []
    plan = tiny_tasks.plan(tiny_tasks.task(notebooks))
    thread = threading.Thread(target=lambda: outcomes.append(run(plan, options, 0)))
    thread.start()
    thread.join()
    assert outcomes[0].made == 4


def test_the_default_number_of_workers(options, monkeypatch):
    sizes = []

    class Pool(room.Here):
        def __init__(self, size, _engine):
            sizes.append(size)

    monkeypatch.setattr(room, "Processes", Pool)
    monkeypatch.setattr(room, "usable_cores", lambda: 3)
    for total, workers in ((2, None), (5, None), (2, 8), (5, 1)):
        plan = tiny_tasks.plan(*(tiny_tasks.task([], f"s{n}") for n in range(total)))
        run(plan, options, workers)
    assert sizes == [2, 3, 2, 1]
    assert run(tiny_tasks.plan(), options).status == 0


def test_a_plan_of_nothing_writes_an_index(options):
    outcome = run(tiny_tasks.plan(), options)
    assert (str(outcome), outcome.status) == ("0 made, 0 unchanged, 0 failed", 0)
    assert outcome.index.exists()


class Deadly:
    """Workers that die of some sheets."""

    size = 2

    def __init__(self, *deadly):
        self.deadly, self.seen = deadly, []

    def submit(self, task, _options):
        self.seen.append(task.folder)
        future = Future()
        if task.folder in self.deadly:
            future.set_exception(WorkerDied("killed by SIGKILL"))
        else:
            future.set_result([Result(task.sheet, task.folder, state="made")] * len(task.reports))
        return future

    def results(self, future):
        return future.result()

    def end(self):
        self.seen.append("ended")


def test_a_task_that_no_worker_survives_has_failed(notebooks, options, monkeypatch):
    pool = Deadly("s2")
    monkeypatch.setattr(room, "_pool", lambda *_: pool)
    seen = []
    tasks = [tiny_tasks.task(notebooks, f"s{n}") for n in range(4)]
    outcome = run(tiny_tasks.plan(*tasks), options, on_result=seen.append)
    assert (outcome.made, outcome.failed, outcome.stopped) == (12, 4, "")
    (failed,) = [result for result in seen if result.error]
    assert failed.error == "source#s2: no worker survived it (killed by SIGKILL)"
    assert pool.seen == ["s0", "s1", "s2", "s3", "ended"]


def test_workers_that_die_of_everything_end_the_run(notebooks, options, monkeypatch):
    pool = Deadly(*(f"s{n}" for n in range(20)))
    monkeypatch.setattr(room, "_pool", lambda *_: pool)
    tasks = [tiny_tasks.task(notebooks, f"s{n}") for n in range(20)]
    outcome = run(tiny_tasks.plan(*tasks), options)
    assert "no worker survived it" in outcome.stopped
    assert (outcome.reached, outcome.status) == (20, 1)


# What follows has real workers, and real kernels.


@pytest.mark.usefixtures("preloaded")
def test_a_killed_worker_loses_no_report(tmp_path):
    """A notebook kills the worker that runs it, the first time, for one sheet."""
    path = tiny_tasks.killing_its_worker(tmp_path)
    tasks = [tiny_tasks.task([path], f"s{n}") for n in range(3)]
    outcome = run(tiny_tasks.plan(*tasks), Options(str(tmp_path / "out")), 1)
    assert (tmp_path / "been").exists()
    assert (str(outcome), outcome.status) == ("6 made, 0 unchanged, 0 failed", 0)
    assert tiny_tasks.broken(tmp_path / "out") == []


@pytest.mark.usefixtures("preloaded")
def test_notebooks_run_where_the_command_was_given_with_the_sheet_at_hand(tmp_path, monkeypatch):
    code = "import os; from helpers import corpus; print(os.getcwd(), corpus.load(sheet).id)"
    path = tiny_tasks.notebook(tmp_path, code=code)
    monkeypatch.chdir(tmp_path)
    outcome = run(tiny_tasks.plan(tiny_tasks.task([Path(path.name)])), Options("out"), 1)
    assert outcome.made == 2
    assert f"{tmp_path} s1" in (tmp_path / "out/s1/01_a.ja.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("preloaded")
def test_an_ended_pool_leaves_no_process(notebooks, options, tmp_path, monkeypatch):
    # The workers' temporary folder, too.
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    forked_kernel.close()
    before = set(psutil.Process().children(recursive=True))
    pool = Processes(1, None)
    future = pool.submit(tiny_tasks.task(notebooks), options)
    assert len(pool.results(future)) == 4
    slow = tiny_tasks.notebook(notebooks[0].parent, "03_slow.ipynb", "import time; time.sleep(60)")
    stuck = pool.submit(tiny_tasks.task([slow], "s2"), options)
    while not list(Path(tempfile.gettempdir()).glob(f"{files.PRIVATE}*/sheet.pickle")):
        time.sleep(0.05)
    started = [p for p in psutil.Process().children(recursive=True) if p not in before]
    pool.end()
    with pytest.raises(WorkerDied, match="SIGKILL"):
        stuck.result()
    gone, alive = psutil.wait_procs(started, 10)
    assert gone
    # multiprocessing keeps these for further pools.
    kept = ("resource_tracker", "multiprocessing.forkserver")
    assert not [p for p in alive if not any(name in " ".join(p.cmdline()) for name in kept)]
    # Nor a sheet, which nobody else is to see.
    assert list(Path(tempfile.gettempdir()).glob(f"{files.PRIVATE}*")) == []


def test_outcomes_count():
    outcome = Outcome(10)
    outcome.count(4, [Result("a", state="made"), Result("a", state="unchanged"), Result("a")])
    assert (outcome.made, outcome.unchanged, outcome.failed) == (1, 1, 2)
    outcome.count(2, [Result("b")])
    outcome.count(0, [Result("c")])
    assert (outcome.failed, outcome.reached) == (5, 6)
    assert str(outcome) == "1 made, 1 unchanged, 5 failed, 4 not reached"
