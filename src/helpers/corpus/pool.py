"""Work spread over processes, its results in order."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

Map = Callable[[Callable, Iterable], Iterator]

AHEAD = 3
"""Items a worker has waiting: more would only fill the memory."""


@contextmanager
def mapping(workers: int) -> Iterator[Map]:
    """A `map` over `workers` processes that takes its items as it goes; the plain one for 1."""
    if workers == 1:
        yield map
        return
    # A forked child would share the locks of whatever threads run here.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:

        def over_processes(function: Callable, items: Iterable) -> Iterator:
            waiting: deque = deque()
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > AHEAD * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

        yield over_processes
