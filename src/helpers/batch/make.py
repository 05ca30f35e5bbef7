"""What a worker does: a sheet's reports, their pages, and the manifest that remembers them."""

import copy
import logging
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode

from helpers import corpus, files, words
from helpers.batch import manifest, pdf, remote
from helpers.batch.execute import ExecutionError, execute, prepare, read_once
from helpers.batch.manifest import Manifest
from helpers.batch.notebook import headline, read, warnings
from helpers.batch.page import address
from helpers.batch.plan import Task
from helpers.batch.report_page import to_html
from helpers.batch.results import MADE, UNCHANGED, Options, Result
from helpers.parameters import ParameterError
from helpers.sheet import ReviewSheet, SheetError


def make(task: Task, options: Options) -> list[Result]:
    """The reports of a task that are not there already, in their folder below `options.out`.

    Whatever goes wrong is a Result that says what, where, and what to do; what stood there before
    stays then. A kill loses the report in the making and no other.
    """
    whole = Result(task.sheet, task.folder)
    try:
        return _pushed(task, options) if options.remote else _Making(task, options).results()
    except MemoryError:
        return [whole.fail(f"{task.sheet}: there is not enough memory: take fewer workers")]
    except Exception as error:
        # A mistake of ours, met by one sheet, must not stop the thousands of others.
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if "helpers" in Path(frame.filename).parts][-1]
        mistake = f"{type(error).__name__}: {error} ({Path(own.filename).name}:{own.lineno})"
        whole.fail(f"{task.sheet}: a mistake of review-sheets, please report it: {mistake}")
        return [whole]


class _Making:
    """A task under way: what is known of its folder, and what becomes of each report."""

    def __init__(self, task: Task, options: Options):
        self.task, self.options = task, options
        self.folder = Path(options.out) / task.folder
        self.reports = {report.name: report for report in task.reports}
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
                try:
                    self._make()
                finally:
                    # Goes only if it is empty.
                    with suppress(OSError):
                        self.folder.rmdir()
        except SheetError as error:
            whole.fail(error)
        except OSError as error:
            whole.cannot_write(self.folder, error)
        done = [result for result in self.result.values() if result.error or result.path]
        return [*done, whole] if whole.error else done

    def _make(self) -> None:
        self.folder.mkdir(exist_ok=True)
        files.clear(self.folder)
        try:
            self.known = manifest.read(self.folder)
        except ValueError as error:
            next(iter(self.result.values())).warnings.append(str(error))
        before = copy.deepcopy(self.known)
        if not self.known.entries():
            # All is to be made: what it imports is, while the sheet is read.
            self._prepare(self.reports)
        sheet = self._look_at_sheet()
        if stale := self._stale():
            self._prepare(stale)
            with self._handing(sheet):
                if not all(self._execute(name, key) for name, key in stale.items()):
                    return
        new = set(self.known.executed)
        self._write_pages()
        self._finish(new)
        # What was made again may be what it was, and the manifest in between was written.
        if (stale or self.known != before) and self.known.entries():
            self.known.write(self.folder)

    def _prepare(self, names: Iterable[str]) -> None:
        notebooks = dict.fromkeys(self.reports[name].notebook for name in names)
        runs = self.options.sheets * -(-len(self.reports) // len(notebooks))
        with suppress(ParameterError, OSError):
            prepare([read_once(notebook) for notebook in notebooks], self.options.engine, runs)

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
                notebook = read_once(report.notebook)
            except (ParameterError, OSError) as error:
                self.result[name].fail(error)
                continue
            made_from = (report.lang, report.parameters, self.known.sheet, self.known.digest)
            key = manifest.report_key(notebook, *made_from)
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
            with _logging_to(result.warnings):
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
        """Write the pages of the folder that are missing or link to other titles than now.

        A page that cannot be written is linked to by no other, unless an earlier one is there.
        """
        broken: set[str] = set()
        while True:
            siblings = self._siblings(broken)
            failed = {
                name
                for name, entry in self.known.entries().items()
                if name not in broken and not self._write_page(name, entry, siblings)
            }
            if not failed:
                return
            broken |= failed

    def _siblings(self, broken: set[str]) -> dict[str, dict[str, str]]:
        """Stem -> language -> title of the reports that a page links to."""
        siblings: dict[str, dict[str, str]] = {}
        for name, entry in self.known.entries().items():
            stem, lang = manifest.parts(name)
            if lang and (name not in broken or name in self.known.reports):
                siblings.setdefault(stem, {})[lang] = entry["title"]
        return siblings

    def _write_page(self, name: str, entry: dict, siblings: dict[str, dict[str, str]]) -> bool:
        """Write a page that is not as it should be. False where it cannot be written."""
        known, path = self.known, self.folder / f"{name}.html"
        site = self._site(name)
        key = manifest.page_key(entry["key"], siblings, site)
        if name not in known.executed and entry["page"] == key:
            return True
        stem, lang = manifest.parts(name)
        with self._writing(name, path):
            done = self.fresh.get(name) or read(self.folder / f"{name}.ipynb")
            # A report without a language is linked to by none, and links to none.
            linked = (lang, stem, siblings) if lang else (words.LANGUAGES[0],)
            files.write(path, to_html(done, *linked, site=site))
            printed = self._still_printed(name, entry)
            known.executed.pop(name, None)
            known.reports[name] = {**entry, "page": key, "pdf": printed}
            return True
        return False

    def _site(self, name: str) -> list[tuple[str, str]]:
        """Title and address of the pages of the run's folder that a page leads to."""
        lang = manifest.parts(name)[1] or words.LANGUAGES[0]
        here = address(f"{self.task.folder}/{name}.html")
        return [link[lang] for link in self.options.links if link[lang][1] != here]

    def _still_printed(self, name: str, entry: dict) -> str | None:
        """The page that the PDF is of, where it only lacks new links; that of other contents
        goes."""
        before = self.known.reports.get(name, {})
        if before.get("key") == entry["key"]:
            return before.get("pdf")
        if before.get("pdf"):
            (self.folder / f"{name}.pdf").unlink(missing_ok=True)
        return None

    def _finish(self, new: set[str]) -> None:
        """Print what is to be printed, and note what became of each report: the `new` were made."""
        kept = [n for n in self.reports if n in self.known.reports and not self.result[n].error]
        for name in kept if self.options.pdf else ():
            entry, path = self.known.reports[name], self.folder / f"{name}.pdf"
            if entry.get("pdf") != entry["page"] or not path.exists():
                new.add(name)
                with self._writing(name, path):
                    pdf.to_pdf(self.folder / f"{name}.html", path)
                    entry["pdf"] = entry["page"]
        for name in kept:
            result = self.result[name]
            if not result.error:
                result.path = str(self.folder / f"{name}.html")
                result.state = MADE if name in new else UNCHANGED

    @contextmanager
    def _writing(self, name: str, path: Path) -> Iterator[None]:
        """Note how long the block takes, and what keeps it from writing a file of a report, which
        may be one of an earlier run's."""
        stem, lang = manifest.parts(name)
        other = Result(self.task.sheet, self.task.folder, f"{stem}.ipynb", lang)
        result, started = self.result.setdefault(name, other), time.monotonic()
        try:
            yield
        except (pdf.PdfError, ValueError, OSError) as error:
            result.cannot_write(path, error)
        result.seconds += time.monotonic() - started


def _sheet(task: Task) -> ReviewSheet | None:
    if task.rows is not None:
        return ReviewSheet.build(**task.rows)
    return corpus.load(task.sheet, task.as_of) if task.sheet else None


@contextmanager
def _logging_to(warnings: list[str]) -> Iterator[None]:
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


def _pushed(task: Task, options: Options) -> list[Result]:
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
            remote.push(here, there)
        except OSError as error:
            for result in results:
                if result.path:
                    result.fail(error)
    return results
