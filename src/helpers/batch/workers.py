"""Where tasks are made: in processes of this computer, in this one, or on a cluster."""

import logging
import os
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, chdir, contextmanager, suppress
from importlib import import_module
from pathlib import Path

import forked_kernel
from helpers import files
from helpers.batch import MAKING, forks, manifest, start_zygote
from helpers.batch.plan import Task
from helpers.batch.results import Options, Result
from helpers.errors import ReviewSheetError, need
from helpers.processes import FORK, Pool, WorkerDied

SECONDS = 10
"""How long a scheduler may take to answer, and to have its first worker."""

AHEAD = 2
"""Tasks sent for each worker: one is made while the next is on its way."""


class Processes(Pool):
    """Processes, of which one that dies leaves nothing behind of the report it was making. Their
    kernels are forked by the same processes, which load and find out everything once."""

    def __init__(self, size: int, engine: str | None):
        super().__init__(size, FORK)
        self.engine = engine

    @contextmanager
    def beginning(self) -> Iterator[tuple]:
        """Have a process share the zygotes of this one."""
        with ExitStack() as opened:
            call: tuple = ()
            if forks(self.engine):
                with suppress(OSError, forked_kernel.ZygoteError):
                    call = forked_kernel.join, opened.enter_context(forked_kernel.share())
            yield call

    def submit(self, task: Task, options: Options) -> Future:
        """Have a task made."""
        return super().submit(_make, task, options)

    def results(self, future: Future) -> list[Result]:
        """The results of a task that is done. Raises WorkerDied."""
        return future.result()

    def lost(self, task: Task, options: Options) -> None:
        """Clear away what a killed worker left of a task."""
        files.discard()
        if not options.remote:
            files.clear(Path(options.out, task.folder))

    def end(self) -> None:
        """End the processes at once, whatever they are doing."""
        super().end()
        forked_kernel.close()
        files.discard()


class Here:
    """This process, which makes a task when it gets it: for tests and debuggers."""

    size = 1

    def submit(self, task: Task, options: Options) -> Future:
        """Make a task."""
        future: Future = Future()
        future.set_result(_make(task, options))
        return future

    def results(self, future: Future) -> list[Result]:
        """The results of a task."""
        return future.result()

    def end(self) -> None:
        """Nothing to end."""


class SchedulerError(ReviewSheetError):
    """A cluster that cannot be used, or no longer."""


class Cluster:
    """The workers of the scheduler at `address`, each of which makes one task at a time.

    A dead worker's task is given to another by the scheduler. Raises SchedulerError where no task
    can be sent: no scheduler, no worker, workers with threads, with another version of this
    package or without our folders.
    """

    def __init__(self, address: str, options: Options):
        need("distributed", "cluster", "--scheduler")
        from distributed import Client
        from distributed.comm import get_address_host_port

        # It would print what the errors here say in a line, with all the frames of its own.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        self.address = address
        try:
            # A client of an address that is none would hang when this process ends.
            get_address_host_port(address, strict=True)
            self._client = Client(address, timeout=SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise SchedulerError(
                f"no scheduler answers at {address} ({error}): start one with `dask scheduler`"
            ) from error
        try:
            self.size = AHEAD * self._check(options)
        except BaseException:
            self._client.close()
            raise
        self._executor = self._client.get_executor(pure=False)

    def submit(self, task: Task, options: Options) -> Future:
        """Send a task."""
        return self._executor.submit(_make_from, os.getcwd(), task, options)

    def results(self, future: Future) -> list[Result]:
        """The results of a task. Raises WorkerDied where several workers died of it, or it did not
        get to one; SchedulerError where the cluster is gone."""
        try:
            return future.result()
        except CancelledError as error:
            raise SchedulerError(f"the scheduler at {self.address} is gone") from error
        except Exception as error:
            raise WorkerDied(f"{type(error).__name__}: {error}") from error

    def end(self) -> None:
        """Take back what no worker has begun, and leave the cluster."""
        self._executor.shutdown(wait=False)
        self._client.close()

    def _check(self, options: Options) -> int:
        """How many workers there are, all of them fit."""
        try:
            self._client.wait_for_workers(1, timeout=SECONDS)
        except TimeoutError as error:
            raise SchedulerError(
                f"{self.address} has no workers: `dask worker {self.address} --nthreads 1`"
            ) from error
        if many := [at for at, threads in self._client.nthreads().items() if threads > 1]:
            raise SchedulerError(
                f"{many[0]} of {self.address} has threads, and a report needs a process: start "
                "workers with `--nthreads 1`"
            )
        probe = None if options.remote else files.partial(Path(options.out).absolute() / "cluster")
        try:
            if probe:
                probe.touch()
            answers = self._client.run(_look, os.getcwd(), probe, on_error="return")
        finally:
            if probe:
                probe.unlink(missing_ok=True)
        for at, found in answers.items():
            if isinstance(found, Exception):
                raise SchedulerError(f"worker {at} cannot be used: {found}")
            if found != manifest.code():
                raise SchedulerError(
                    f"worker {at} has another version of review-sheets: install this one there"
                )
        return len(answers)


def _make(task: Task, options: Options) -> list[Result]:
    # The process that forks kernels takes as long to start as this one to load what it needs.
    start_zygote(options.engine)
    return import_module(MAKING).make(task, options)


def _make_from(folder: str, task: Task, options: Options) -> list[Result]:
    """Make a task on a worker, from the folder that the command was given in."""
    with chdir(folder):
        return _make(task, options)


def _look(folder: str, probe: Path | None) -> str:
    """What a worker has of this package. Raises OSError where it lacks our folders."""
    os.stat(folder)
    if probe:
        probe.stat()
    return manifest.code()
