"""Tasks made by a dask.distributed cluster: a scheduler and two workers of this computer."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import tiny_tasks
from helpers.batch import manifest, workers
from helpers.batch.render import run
from helpers.batch.results import Options
from helpers.errors import ReviewSheetError

START = """\
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    clusters = [
        LocalCluster(
            n_workers=int(workers), threads_per_worker=int(threads), processes=threads == "1",
            dashboard_address=":0", protocol="tcp://",
        )
        for workers, threads in (words.split("x") for words in sys.argv[1:])
    ]
    print(*(cluster.scheduler_address for cluster in clusters), flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """start("2x1", ...): clusters of so many workers, of so many threads each, apart from this
    process: the process that has them, and their addresses."""
    script = tmp_path_factory.mktemp("cluster") / "start.py"
    script.write_text(START)
    started = []

    def start(*clusters):
        command = [sys.executable, script, *clusters]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, start_new_session=True
        )
        started.append(process)
        return process, process.stdout.readline().split()

    yield start
    for process in started:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture(scope="module")
def shared():
    """The cluster that tests share, once there is one: the test that ends it takes it away."""
    return []


@pytest.fixture
def address(start, shared):
    if not shared:
        shared.append(start("2x1"))
    _, (address,) = shared[0]
    return address


@pytest.fixture
def notebook(tmp_path):
    return tiny_tasks.notebook(tmp_path)


def test_gives_the_same_reports_as_this_process(address, notebook, options, tmp_path):
    plan = tiny_tasks.plan(*(tiny_tasks.task([notebook], f"s{n}") for n in range(3)))
    seen = []
    outcome = run(plan, options, scheduler=address, on_result=seen.append)
    assert (str(outcome), outcome.stopped) == ("6 made, 0 unchanged, 0 failed", "")
    assert {Path(result.path).parent.parent for result in seen} == {Path(options.out)}
    local = replace(options, out=str(tmp_path / "local"))
    run(plan, local, 0)
    assert tiny_tasks.names(Path(options.out)) == tiny_tasks.names(Path(local.out))
    for name in tiny_tasks.names(Path(local.out)):
        if name != "render.log":
            here, there = (Path(one.out, name).read_bytes() for one in (local, options))
            assert here == there, name
    assert run(plan, options, 0).unchanged == 6
    assert run(plan, options, scheduler=address).unchanged == 6


def test_relative_paths_are_from_where_the_command_was_given(
    address, notebook, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    plan = tiny_tasks.plan(tiny_tasks.task([Path(notebook.name)]))
    assert run(plan, Options("out"), scheduler=address).made == 2
    assert (tmp_path / "out" / "s1" / "01_a.ja.html").exists()


def test_a_killed_worker_loses_no_report(address, options, tmp_path):
    path = tiny_tasks.killing_its_worker(tmp_path)
    plan = tiny_tasks.plan(*(tiny_tasks.task([path], f"s{n}") for n in range(4)))
    outcome = run(plan, options, scheduler=address)
    assert (tmp_path / "been").exists()
    assert (str(outcome), outcome.stopped) == ("8 made, 0 unchanged, 0 failed", "")
    assert tiny_tasks.broken(Path(options.out), hidden=True) == []


def refused(plan, options, address, match):
    with pytest.raises(ReviewSheetError, match=match):
        run(plan, options, scheduler=address)
    assert [name for name in tiny_tasks.names(Path(options.out)) if name != "render.log"] == []


def test_what_cannot_be_used_is_refused(start, address, notebook, options, monkeypatch):
    plan = tiny_tasks.plan(tiny_tasks.task([notebook]))
    _, (threads, none) = start("1x2", "0x2")
    refused(plan, options, threads, "has threads.*--nthreads 1")
    with monkeypatch.context() as patch:
        patch.setattr(workers, "SECONDS", 0.5)
        refused(plan, options, none, "has no workers")
        refused(plan, options, "tcp://127.0.0.1:1", "no scheduler answers at tcp://127.0.0.1:1")
        refused(plan, options, "localhost:8786", "Must include protocol like tcp://")
        refused(plan, options, "tcp://localhost", "missing port number")
    with monkeypatch.context() as patch:
        patch.setattr(manifest, "code", lambda: "another")
        refused(plan, options, address, "another version of review-sheets")
    with monkeypatch.context() as patch:
        patch.setattr(workers.os, "getcwd", lambda: "/only/here")
        refused(plan, options, address, "cannot be used: .*/only/here")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "distributed", None)
        refused(plan, options, address, r"--scheduler needs .*pip install .*\[cluster\]'")


def test_a_scheduler_that_goes_ends_the_run(start, shared, options, tmp_path):
    process, (address,) = shared.pop() if shared else start("2x1")
    path = tiny_tasks.notebook(tmp_path, code="import time; time.sleep(0.2)")
    plan = tiny_tasks.plan(*(tiny_tasks.task([path], f"s{n}", ["ja"]) for n in range(8)))

    def end(_result):
        os.killpg(process.pid, signal.SIGKILL)

    outcome = run(plan, options, scheduler=address, on_result=end)
    assert outcome.stopped == f"the scheduler at {address} is gone"
    assert outcome.status == 1
    assert 1 <= outcome.made < 8
    assert outcome.index.exists()
