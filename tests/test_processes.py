"""Calls in processes of their own, some of which are killed."""

import os
import signal
import time
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from pickle import PicklingError

import psutil
import pytest

from helpers.errors import ReviewSheetError
from helpers.processes import AHEAD, THREADS, TRIES, Pool, WorkerDied, mapping, one_thread
from helpers.sheet import SheetError

SECONDS = 60


def double(number):
    return 2 * number


def refuse(number):
    raise SheetError("a.txt", number, "another")


def die(place: Path, times: int):
    """Be killed the first `times`, then say who made it."""
    with place.open("a") as file:
        file.write(f"{os.getpid()}\n")
    if len(place.read_text().split()) <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def answer_half(place: Path):
    """Be killed in the middle of the answer, the first time."""
    if not place.exists():
        place.touch()

        def half(connection, content):
            os.write(connection.fileno(), bytes(content[: len(content) // 2]))
            os.kill(os.getpid(), signal.SIGKILL)

        Connection._send = half
    return "x" * 30_000


def unpicklable():
    return lambda: None


def refuse_unpicklably():
    raise ValueError("the reason", lambda: None)


@pytest.fixture
def pool():
    made = Pool(2)
    yield made
    made.end()


@pytest.mark.parametrize(
    ("call", "said"), [(unpicklable, "pickle"), (refuse_unpicklably, "the reason")]
)
def test_what_cannot_be_handed_over_is_said_and_kills_no_worker(pool, call, said):
    first = pool.submit(os.getpid).result(SECONDS)
    with pytest.raises((ReviewSheetError, AttributeError, PicklingError), match=said) as caught:
        pool.submit(call).result(SECONDS)
    assert not isinstance(caught.value, WorkerDied)
    assert pool.submit(os.getpid).result(SECONDS) == first


def test_what_a_call_raises_comes_whole_and_its_worker_stays(pool):
    with pytest.raises(SheetError, match="found 3; expected another") as caught:
        pool.submit(refuse, 3).result(SECONDS)
    assert caught.value.path == "a.txt"
    assert pool.submit(double, 4).result(SECONDS) == 8
    assert len(pool._workers) == 1


def test_a_killed_worker_loses_its_own_call_only_and_that_is_made_again(pool, tmp_path):
    others = [pool.submit(double, number) for number in range(20)]
    again, never = (pool.submit(die, tmp_path / f"{times}", times) for times in (TRIES - 1, TRIES))
    maker = again.result(SECONDS)
    with pytest.raises(WorkerDied, match="killed by SIGKILL, perhaps for want of memory"):
        never.result(SECONDS)
    for times in (TRIES - 1, TRIES):
        made = (tmp_path / f"{times}").read_text().split()
        assert len({*made}) == len(made) == TRIES
    assert (tmp_path / f"{TRIES - 1}").read_text().split()[-1] == str(maker)
    assert [other.result(SECONDS) for other in others] == [*range(0, 40, 2)]


def test_half_an_answer_holds_up_no_other(pool, tmp_path):
    half = pool.submit(answer_half, tmp_path / "been")
    assert [pool.submit(double, number).result(SECONDS) for number in range(10)] == [
        *range(0, 20, 2)
    ]
    assert len(half.result(SECONDS)) == 30_000


def test_an_end_leaves_no_process_and_starts_none(pool):
    stuck = [pool.submit(time.sleep, 600) for _ in range(3)]
    while len(pool._workers) < 2:
        time.sleep(0.01)
    started = [psutil.Process(worker.process.pid) for worker in pool._workers]
    pool.end()
    assert psutil.wait_procs(started, 10)[1] == []
    for future in stuck[:2]:
        with pytest.raises(WorkerDied):
            future.result(SECONDS)
    assert stuck[2].cancelled() or isinstance(stuck[2].exception(SECONDS), WorkerDied)


def test_results_come_in_order_and_items_are_taken_as_they_go():
    taken = count()
    with mapping(2) as over:
        results = over(double, (number for number, _ in zip(range(100), taken, strict=False)))
        assert next(results) == 0
        # One more stands for the number that `next` counts up to.
        assert next(taken) <= AHEAD * 2 + 1
        assert [*results][:3] == [2, 4, 6]


def test_what_no_worker_survives_says_what_to_try(tmp_path):
    said = r"no worker survived a task \(it was killed by SIGKILL.*\): try --workers 1"
    with pytest.raises(WorkerDied, match=said), mapping(2) as over:
        list(over(_die, [tmp_path / "a"]))


def _die(place):
    return die(place, TRIES)


def test_one_worker_is_this_process():
    with mapping(1) as over:
        assert set(over(lambda _: os.getpid(), range(3))) == {os.getpid()}


@pytest.mark.parametrize("before", [None, "4"])
def test_one_thread_is_for_what_is_started_in_the_block_alone(monkeypatch, before):
    if before is None:
        monkeypatch.delenv(THREADS, raising=False)
    else:
        monkeypatch.setenv(THREADS, before)
    with suppress(ValueError), one_thread():
        assert os.environ[THREADS] == "1"
        raise ValueError
    assert os.environ.get(THREADS) == before
