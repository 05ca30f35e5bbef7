"""Work spread over processes, its results in order."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from threading import Thread

Map = Callable[[Callable, Iterable], Iterator]

AHEAD = 3
"""Items a worker has waiting: more would only fill the memory."""


def usable_cores() -> int:
    """How many processes can run at the same time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def mapping(workers: int) -> Iterator[Map]:
    """A `map` over `workers` processes that takes its items as it goes; the plain one for 1.

    Raises ChildProcessError where a process dies.
    """
    if workers == 1:
        yield map
        return
    # A forked child would share the locks of whatever threads run here.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=attend_to_parent)

    def over_processes(function: Callable, items: Iterable) -> Iterator:
        waiting: deque = deque()
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    try:
        yield over_processes
    except BrokenProcessPool as error:
        raise ChildProcessError(
            "a worker process died, perhaps for want of memory: try again with --workers 1"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def attend_to_parent() -> None:
    """Leave an interrupt to the parent, and end when it does, were it killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        parent.join()
        os._exit(1)

    Thread(target=follow, daemon=True).start()
