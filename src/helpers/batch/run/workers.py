"""Where tasks are made on this computer: in processes of their own, or in this one."""

import logging
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

from helpers import files
from helpers.batch.plan.tasks import Task
from helpers.batch.run.result import Options, Result
from helpers.corpus.pool import attend_to_parent
from helpers.errors import ReviewSheetError

# A forked worker would share the locks of whatever threads run here.
SPAWN = multiprocessing.get_context("spawn")


class WorkerDied(ReviewSheetError):
    """A worker ended in the middle of a task."""


class Processes:
    """`size` processes, each of which makes one task at a time. One that dies is replaced; only the
    report it was making is lost, and its task may be tried up to `tries` times in all."""

    tries = 3

    def __init__(self, size: int):
        self.size = size
        self._ended, self._changing = False, Lock()
        self._workers = [_Worker() for _ in range(size)]
        self._idle: SimpleQueue[_Worker | None] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(size)

    def submit(self, task: Task, options: Options) -> Future:
        """Have a task made."""
        return self._threads.submit(self._make, task, options)

    def results(self, future: Future) -> list[Result]:
        """The results of a task that is done. Raises WorkerDied."""
        return future.result()

    def end(self) -> None:
        """End the processes at once, whatever they are doing."""
        with self._changing:
            self._ended = True
            for worker in self._workers:
                worker.process.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.process.join()
        files.discard()

    def _make(self, task: Task, options: Options) -> list[Result]:
        worker = self._idle.get() or self._another()
        try:
            return worker.make(task, options)
        except WorkerDied:
            self._bury(worker)
            worker = None
            files.discard()
            if not options.remote:
                files.clear(Path(options.out, task.folder))
            raise
        finally:
            self._idle.put(worker)

    def _another(self) -> "_Worker":
        with self._changing:
            if self._ended:
                raise WorkerDied("the run has ended")
            self._workers.append(_Worker())
            return self._workers[-1]

    def _bury(self, worker: "_Worker") -> None:
        with self._changing:
            self._workers.remove(worker)


class Here:
    """This process, which makes a task when it gets it: for tests and debuggers."""

    size = tries = 1

    def submit(self, task: Task, options: Options) -> Future:
        """Make a task."""
        from helpers.batch.run.make import make

        future: Future = Future()
        future.set_result(make(task, options))
        return future

    def results(self, future: Future) -> list[Result]:
        """The results of a task."""
        return future.result()

    def end(self) -> None:
        """Nothing to end."""


class _Worker:
    def __init__(self):
        self._connection, theirs = SPAWN.Pipe()
        self.process = SPAWN.Process(target=_serve, args=[theirs], daemon=True)
        with _without_interrupts():
            self.process.start()
        theirs.close()

    def make(self, task: Task, options: Options) -> list[Result]:
        try:
            self._connection.send((task, options))
            return self._connection.recv()
        except (EOFError, OSError) as error:
            self.process.join()
            raise WorkerDied(_how(self.process.exitcode)) from error


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


def _serve(connection: Connection) -> None:
    """A worker's work. It ends with the process that started it."""
    attend_to_parent()
    if hasattr(os, "setpgrp"):
        # An interrupt from the terminal is for who started us, who then ends us, kernels and all.
        os.setpgrp()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # What libraries would say on the terminal, the errors of the reports say, too.
    logging.getLogger().addHandler(logging.NullHandler())
    from helpers.batch.run.make import make

    while True:
        try:
            task, options = connection.recv()
        except EOFError:
            return
        connection.send(make(task, options))


def _how(status: int) -> str:
    if status < 0:
        return f"it was killed by {signal.Signals(-status).name}, perhaps for want of memory"
    return f"it ended with status {status}"
