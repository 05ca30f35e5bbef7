"""What a worker does: a sheet's reports, their pages, and the manifest that remembers them."""

import copy
import logging
import time
import traceback
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode

from helpers import corpus, files
from helpers.batch import manifest
from helpers.batch.execute import ExecutionError, execute, prepare
from helpers.batch.manifest import Manifest
from helpers.batch.notebook import given, headline, warnings
from helpers.batch.pages import sheet_folder
from helpers.batch.parameters import ParameterError
from helpers.batch.run import elsewhere
from helpers.batch.run.result import MADE, UNCHANGED, Options, Result
from helpers.sheet import ReviewSheet, SheetError

if TYPE_CHECKING:
    from helpers.batch.plan import Report, Task


def make(task: "Task", options: Options) -> list[Result]:
    """The reports of a task that are not there already, in their folder below `options.out`.

    Whatever goes wrong is a Result that says what, where, and what to do; what stood there before
    stays then. A kill loses the report in the making and no other.
    """
    try:
        return _pushed(task, options) if options.remote else _Making(task, options).results()
    except MemoryError:
        whole = Result(task.sheet, task.folder)
        return [whole.fail(f"{task.sheet}: there is not enough memory: take fewer workers")]
    except Exception as error:
        # A mistake of ours, met by one sheet, must not stop the thousands of others.
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if "helpers" in Path(frame.filename).parts][-1]
        told = f"{type(error).__name__}: {error} ({Path(own.filename).name}:{own.lineno})"
        whole = Result(task.sheet, task.folder)
        return [whole.fail(f"{task.sheet}: a mistake of review-sheets, please report it: {told}")]


class _Making:
    """A task under way: what is known of its folder, and what becomes of each report."""

    def __init__(self, task: "Task", options: Options):
        self.task, self.options = task, options
        self.folder = Path(options.out) / task.folder
        self.reports = {_name(report): report for report in task.reports}
        self.result = {
            name: Result(task.sheet, task.folder, report.notebook.name, report.lang)
            for name, report in self.reports.items()
        }
        self.known = Manifest()
        self.fresh: dict[str, NotebookNode] = {}

    def results(self) -> list[Result]:
        """Make what has to be made."""
        whole = Result(self.task.sheet, self.task.folder)
        try:
            # Another run may be at this folder: what it makes comes in between and not into this.
            with files.locked(self.folder):
                self._make_or(whole)
        except OSError as error:
            whole.cannot_write(self.folder, error)
        done = [result for result in self.result.values() if result.error or result.path]
        return [*done, whole] if whole.error else done

    def _make_or(self, whole: Result) -> None:
        try:
            self._make()
        except SheetError as error:
            whole.fail(error)
        except OSError as error:
            whole.cannot_write(self.folder, error)
        if whole.error:
            with suppress(OSError):
                # Goes only if it is empty.
                self.folder.rmdir()

    def _make(self) -> None:
        self.folder.mkdir(exist_ok=True)
        files.clear(self.folder)
        try:
            self.known = manifest.read(self.folder)
        except ValueError as error:
            next(iter(self.result.values())).warnings.append(str(error))
        before = copy.deepcopy(self.known)
        sheet = self._look_at_sheet()
        if stale := self._stale():
            prepare([given(self.reports[name].notebook) for name in stale], self.options.engine)
            with self._handing(sheet):
                if not all(self._execute(name, key) for name, key in stale.items()):
                    return
        self._write_pages()
        if self.known != before and self.known.entries():
            self.known.write(self.folder)

    def _look_at_sheet(self) -> ReviewSheet | None:
        """Know the sheet's digest; the sheet, where it had to be read for that."""
        task, known = self.task, self.known
        stamp = manifest.stamp(task.sheet, task.as_of)
        if stamp is not None and (known.sheet, known.stamp) == (task.sheet, stamp):
            return None
        sheet = _sheet(task)
        known.sheet, known.stamp = task.sheet, stamp
        known.digest = manifest.digest(sheet) if sheet else ""
        return sheet

    def _handing(self, sheet: ReviewSheet | None) -> AbstractContextManager:
        if not self.task.sheet:
            return nullcontext()
        sheet = sheet or _sheet(self.task)
        return corpus.handing_over(self.task.sheet, self.task.as_of, sheet)

    def _stale(self) -> dict[str, str]:
        """Name -> key of the reports to execute."""
        stale, entries = {}, self.known.entries()
        for name, report in self.reports.items():
            try:
                notebook = given(report.notebook)
            except (ParameterError, OSError) as error:
                self.result[name].fail(error)
                continue
            about = (report.lang, report.parameters, self.known.sheet, self.known.digest)
            key = manifest.report_key(notebook, *about)
            if self.options.force or entries.get(name, {}).get("key") != key:
                stale[name] = key
        return stale

    def _execute(self, name: str, key: str) -> bool:
        """Execute a report's notebook. False where no other could be written either."""
        report, result, started = self.reports[name], self.result[name], time.monotonic()
        own = {"sheet": self.task.sheet, "lang": report.lang}
        values = {**{key: value for key, value in own.items() if value}, **report.parameters}
        output, options = self.folder / f"{name}.ipynb", self.options
        try:
            with _heard(result.warnings):
                done = execute(report.notebook, output, values, options.engine, options.timeout)
        except (ExecutionError, ValueError) as error:
            result.fail(error)
        except OSError as error:
            result.cannot_write(output, error)
        else:
            self.fresh[name] = done
            result.warnings += warnings(done)
            facts = headline(done)
            title = str(facts.get("title", report.notebook.stem))
            self.known.executed[name] = {"key": key, "headline": facts, "title": title}
            self.known.write(self.folder)
        result.seconds = time.monotonic() - started
        return not result.hopeless

    def _write_pages(self) -> None:
        new = set(self.known.executed)
        for name, error, seconds in sheet_folder.write(self.folder, self.known, self.fresh):
            self._note(name, self.folder / f"{name}.html", error, seconds)
        kept = [n for n in self.reports if n in self.known.reports and not self.result[n].error]
        if self.options.pdf:
            for name, error, seconds in sheet_folder.print_all(self.folder, self.known, kept):
                self._note(name, self.folder / f"{name}.pdf", error, seconds)
                new.add(name)
        for name in kept:
            result = self.result[name]
            if not result.error:
                result.path = str(self.folder / f"{name}.html")
                result.state = MADE if name in new else UNCHANGED

    def _note(self, name: str, path: Path, error: Exception | None, seconds: float) -> None:
        """What became of a page, which may be one of an earlier run's."""
        stem, lang = manifest.parts(name)
        other = Result(self.task.sheet, self.task.folder, f"{stem}.ipynb", lang)
        result = self.result.setdefault(name, other)
        result.seconds += seconds
        if error:
            result.cannot_write(path, error)


def _name(report: "Report") -> str:
    return f"{report.notebook.stem}.{report.lang}" if report.lang else report.notebook.stem


def _sheet(task: "Task") -> ReviewSheet | None:
    if task.rows is not None:
        return ReviewSheet.build(**task.rows)
    return corpus.load(task.sheet, task.as_of) if task.sheet else None


@contextmanager
def _heard(warnings: list[str]) -> Iterator[None]:
    """Keep what we log in the block: the terminal is another process's."""

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            warnings.append(record.getMessage())

    logs, kept = [logging.getLogger(name) for name in ("helpers", "forked_kernel")], Kept()
    for log in logs:
        log.addHandler(kept)
    try:
        yield
    finally:
        for log in logs:
            log.removeHandler(kept)


def _pushed(task: "Task", options: Options) -> list[Result]:
    """Make a task in a folder of this computer, and write what came of it where `out` is.

    Nothing of an earlier run is known there: everything is made.
    """
    there = f"{options.out.rstrip('/')}/{task.folder}"
    with files.private() as temporary:
        results = _Making(task, replace(options, out=str(temporary), pdf=False)).results()
        here = temporary / task.folder
        for result in results:
            result.error = result.error.replace(str(here), there)
            result.path = result.path and result.path.replace(str(here), there)
        try:
            elsewhere.push(here, there)
        except OSError as error:
            for result in results:
                if result.path:
                    result.fail(error)
    return results
