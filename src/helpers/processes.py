"""Calls made in processes of their own, of which one may be killed at any moment."""

import logging
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from queue import LifoQueue
from threading import Lock, Thread

from helpers.errors import ReviewSheetError

# A worker forked from this process would share the locks of whatever threads run here.
SPAWN = multiprocessing.get_context("spawn")
FORK = multiprocessing.get_context("forkserver") if hasattr(os, "fork") else SPAWN
"""Workers are forked from a process that has imported what `load` names, and has no threads."""

THREADS = "OPENBLAS_NUM_THREADS"

Map = Callable[[Callable, Iterable], Iterator]

AHEAD = 3
"""Items a worker of a `mapping` has waiting: more would only fill the memory."""
TRIES = 3
"""How often a call is made whose workers die."""


class WorkerDied(ReviewSheetError):
    """A worker ended in the middle of a call."""


def usable_cores() -> int:
    """How many processes can run at the same time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load(module: str) -> None:
    """Have the process that workers are forked from import a module, while this one does other
    things. Where the system cannot fork, or it was started before, each worker does so itself."""
    if FORK is not SPAWN:
        from multiprocessing import forkserver

        FORK.set_forkserver_preload([module])
        # Threads do not survive a fork. Its workers have our environment (see `_serve`).
        with one_thread(), _without_interrupts():
            forkserver.ensure_running()


@contextmanager
def one_thread() -> Iterator[None]:
    """Linear algebra that is loaded in the block, or by a process that is started there, runs in
    one thread."""
    before = os.environ.get(THREADS)
    os.environ[THREADS] = "1"
    try:
        yield
    finally:
        del os.environ[THREADS]
        if before is not None:
            os.environ[THREADS] = before


class Pool:
    """Up to `size` processes, started when they are needed, each of which makes one call at a time.

    One that dies is replaced: only the call it was making is lost, and made again up to `TRIES`
    times in all, before it raises WorkerDied. Each has a pipe of its own: in one that all share,
    half an answer of a killed one would hold up the rest.
    """

    def __init__(self, size: int, context: multiprocessing.context.BaseContext = SPAWN):
        self._context = context
        self.size, self._ended, self._changing = size, False, Lock()
        self._workers: list[_Worker] = []
        self._idle: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(size):
            self._idle.put(None)
        self._threads = ThreadPoolExecutor(size)

    def submit(self, function: Callable, *arguments) -> Future:
        """Have a call made. `function` is one that another process can import; what it raises, the
        future raises."""
        return self._threads.submit(self._call, function, arguments)

    @contextmanager
    def beginning(self) -> Iterator[tuple]:
        """What a new process calls first: a function and its arguments, or nothing. It is started
        in the block."""
        yield ()

    def lost(self, *arguments) -> None:
        """Clear away what a killed worker may have left of a call."""

    def end(self) -> None:
        """End the processes at once, whatever they are doing."""
        with self._changing:
            self._ended = True
            for worker in self._workers:
                worker.process.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.process.join()

    def _call(self, function: Callable, arguments: tuple, tries: int = TRIES) -> object:
        worker = self._idle.get()
        try:
            worker = worker or self._another()
            return worker.call(function, arguments)
        except WorkerDied:
            with self._changing:
                self._workers = [one for one in self._workers if one is not worker]
            worker = None
            self.lost(*arguments)
            if tries == 1 or self._ended:
                raise
        finally:
            self._idle.put(worker)
        return self._call(function, arguments, tries - 1)

    def _another(self) -> "_Worker":
        with self._changing:
            if self._ended:
                raise WorkerDied("the run has ended")
            with self.beginning() as call:
                self._workers.append(_Worker(self._context, call))
            return self._workers[-1]


@contextmanager
def mapping(workers: int) -> Iterator[Map]:
    """A `map` over `workers` processes that takes its items as it goes and gives the results in
    their order; the plain one for 1. Raises WorkerDied for what no worker survives."""
    if workers == 1:
        yield map
        return
    pool = Pool(workers, FORK)

    def over_processes(function: Callable, items: Iterable) -> Iterator:
        waiting: deque[Future] = deque()
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    try:
        yield over_processes
    except WorkerDied as error:
        raise WorkerDied(f"no worker survived a task ({error}): try --workers 1") from error
    finally:
        pool.end()


class _Worker:
    def __init__(self, context: multiprocessing.context.BaseContext, call: tuple):
        self._connection, theirs = context.Pipe()
        given = [theirs, {**os.environ}, *call]
        self.process = context.Process(target=_serve, args=given, daemon=True)
        with _without_interrupts():
            self.process.start()
        theirs.close()

    def call(self, function: Callable, arguments: tuple) -> object:
        try:
            self._connection.send((function, arguments))
            answer, error = self._connection.recv()
        except (EOFError, OSError) as end:
            self.process.join()
            raise WorkerDied(_how(self.process.exitcode)) from end
        if error:
            raise error
        return answer


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """What is started in the block gets no interrupt from the terminal until it can take it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Else it would be started in the block, and would let the interrupts in.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(
    connection: Connection, environment: dict, first: Callable = lambda: None, *arguments: object
) -> None:
    """A worker's work. It ends with the process that started it."""
    # It may have been forked from one that was started long ago.
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_follow_parent, daemon=True).start()
    if hasattr(os, "setpgrp"):
        # An interrupt from the terminal is for who started us, who then ends us, kernels and all.
        os.setpgrp()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # What libraries would say on the terminal, the errors of the reports say, too.
    logging.getLogger().addHandler(logging.NullHandler())
    first(*arguments)
    while True:
        try:
            function, arguments = connection.recv()
        except EOFError:
            return
        try:
            answer = function(*arguments), None
            message = ForkingPickler.dumps(answer)
        except Exception as error:
            message = _pickled(error)
        connection.send_bytes(message)


def _pickled(error: Exception) -> bytes:
    try:
        return ForkingPickler.dumps((None, error))
    except Exception:
        # An error, or an answer, that cannot be handed over as it is.
        plain = ReviewSheetError(f"{type(error).__name__}: {error}")
        return ForkingPickler.dumps((None, plain))


def _follow_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)


def _how(status: int) -> str:
    if status < 0:
        names = {known.value: known.name for known in signal.Signals}
        name = names.get(-status, f"signal {-status}")
        return f"it was killed by {name}, perhaps for want of memory"
    return f"it ended with status {status}"
