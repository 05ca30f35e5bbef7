"""Render notebooks x sheets x languages into a folder of reports, and the page that lists them."""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from pathlib import Path

from helpers import files
from helpers.batch import index, pdf, remote, site
from helpers.batch.plan import Plan, Task, Whole
from helpers.batch.results import LOG, Log, Options, Outcome, Result
from helpers.batch.workers import Cluster, Here, Processes, SchedulerError
from helpers.processes import WorkerDied, usable_cores
from helpers.terminal import Stopped, stoppable

MOST_LOST = 5
"""Sheets in a row that no worker survives: then it is not the sheets that kill the workers."""

POLL_SECONDS = 1
"""How often a run looks up from waiting."""


def run(
    plan: Plan,
    options: Options,
    workers: int | None = None,
    scheduler: str | None = None,
    on_result: Callable[[Result], None] = lambda _: None,
    on_progress: Callable[[int], None] = lambda _: None,
    title: str = "",
) -> Outcome:
    """Make the reports of a plan with `workers` processes (None: one a usable core; 0: here), or by
    the dask.distributed cluster at `scheduler`; then the index.

    A report that is there, and whose inputs did not change, is not made again. A failure does not
    stop the others; a full disk or a signal does, and what was made stays. `on_result` gets each
    Result once its sheet is done, `on_progress` how many reports that were; `title` is how the log
    calls the run. Raises OSError where nothing can be written, SchedulerError where the cluster
    cannot be used, PdfError where PDF cannot be printed.
    """
    out = _place(options, scheduler)
    amiss = [] if out is None else _tidied(out)
    whole = plan.whole if out and (plan.of_all or site.is_in(out)) else None
    links = site.links(out, plan, whole) if out else ()
    options = replace(options, links=links, sheets=plan.total)
    pool = _pool(plan, options, workers, scheduler)
    outcome, log = Outcome(plan.reports), Log(out and out / LOG)
    numbers = f"sheets: {plan.total:,}, reports: {plan.reports:,}"
    log.write(title or "render", numbers, scheduler or f"workers: {pool.size}")

    def take(results: list[Result]) -> None:
        for result in results:
            log.result(result)
            on_result(result)

    made: list[str] = []
    try:
        with stoppable() as signals:
            tables = _prepared(out, whole, amiss)
            refused = [Result(sheet).fail(reason) for sheet, reason in plan.refused]
            outcome.count(0, refused)
            take(refused)
            for task, results in _made(_given(plan.tasks(), tables), pool, options, signals):
                outcome.count(len(task.reports), results)
                made += [task.folder] if any(result.path for result in results) else []
                take(results)
                on_progress(len(task.reports))
                if hopeless := [result.error for result in results if result.hopeless]:
                    outcome.stopped = hopeless[0]
                    break
    except Stopped as stop:
        outcome.stopped, outcome.signal = str(stop), stop.number
    except SchedulerError as error:
        outcome.stopped = str(error)
    finally:
        pool.end()
    try:
        if out:
            _tidied(out)
            # Who stops a run does not wait for a thousand pages of payees: the next run makes them.
            if whole and not outcome.stopped:
                _finished(out, whole, options, amiss)
        outcome.index = (
            index.write(out, options.links) if out else remote.write_index(options.out, made)
        )
    except OSError as error:
        outcome.stopped = outcome.stopped or f"cannot write the index: {error}"
    log.write(f"stopped: {outcome.stopped}" if outcome.stopped else "", outcome)
    outcome.warning = "; ".join(filter(None, [log.problem, *amiss]))
    return outcome


def _place(options: Options, scheduler: str | None) -> Path | None:
    """The folder to render into, fit to be written in; None where the place is no folder."""
    if options.pdf and options.remote:
        raise pdf.PdfError(f"PDF is printed into a folder, not {options.out}: render there first")
    if options.pdf and not scheduler and pdf.browser() is None:
        raise pdf.PdfError("PDF needs a browser to print with: install Chromium or Chrome")
    if options.remote:
        remote.check(options.out)
        return None
    return files.writable(Path(options.out))


def _tidied(out: Path) -> list[str]:
    """Remove what killed runs left in the folder; what is to be known of runs at the same time."""
    with files.locked(out / "index") as known:
        files.clear(out)
    alone = f"{out}: its file system knows no locks: no other run beside this one"
    return [] if known else [alone]


def _prepared(out: Path | None, whole: Whole | None, amiss: list[str]) -> Path | None:
    """The folder of the portfolio's tables; None where there are none, which is `amiss`."""
    try:
        return site.prepare(out, whole) if out and whole else None
    except Exception as error:
        # Whatever it is, the reports can be made without.
        amiss.append(f"no portfolio of {whole.corpus}, {whole.year}: {error}")
        return None


def _finished(out: Path, whole: Whole, options: Options, amiss: list[str]) -> None:
    """What a run of a whole corpus makes after its reports; what keeps it from that is `amiss`."""
    try:
        site.finish(out, whole, options.links)
    except Exception as error:
        amiss.append(f"no search of {whole.corpus}, {whole.year}: {error}")


def _given(tasks: Iterator[Task], tables: Path | None) -> Iterator[Task]:
    """`tasks`, of which those of a whole corpus read its portfolio from the `tables`."""
    for task in tasks:
        yield task.of(str(tables)) if tables and task.of_tables else task


def _pool(
    plan: Plan, options: Options, workers: int | None, scheduler: str | None
) -> Processes | Here | Cluster:
    if scheduler:
        return Cluster(scheduler, options)
    count = min(usable_cores() if workers is None else workers, plan.total)
    return Processes(count, options.engine) if count else Here()


def _made(
    tasks: Iterator[Task],
    pool: Processes | Here | Cluster,
    options: Options,
    signals: list[int],
) -> Iterator[tuple[Task, list[Result]]]:
    """Each task with its results, as it is done."""
    running: dict[Future, Task] = {}
    lost = 0
    # Read while the workers are busy, and no more than one: a source of thousands stays on disk.
    following = next(tasks, None)
    while running or following:
        while len(running) < pool.size and following:
            running[pool.submit(following, options)] = following
            following = next(tasks, None)
        for future in wait(running, POLL_SECONDS, FIRST_COMPLETED).done:
            task = running.pop(future)
            try:
                results = pool.results(future)
            except WorkerDied as death:
                lost += 1
                reason = f"{task.sheet}: no worker survived it ({death})"
                result = Result(task.sheet, task.folder, hopeless=lost == MOST_LOST)
                results = [result.fail(reason)]
            else:
                lost = 0
            yield task, results
        if signals:
            # It came where Python cannot raise.
            raise Stopped(signals[0])
