"""Where tasks are made on this computer: in processes of their own, or in this one."""

from concurrent.futures import Future
from pathlib import Path

from helpers import files
from helpers.batch.plan.tasks import Task
from helpers.batch.run.result import Options, Result
from helpers.processes import Pool


class Processes(Pool):
    """Processes, of which one that dies leaves nothing behind of the report it was making."""

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


def _make(task: Task, options: Options) -> list[Result]:
    # Loads what runs notebooks, which the process that only plans and waits does without.
    from helpers.batch.run.make import make

    return make(task, options)
