"""What a run is asked for, what became of each report, and the log of it for people to read."""

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from helpers import files
from helpers.batch import CELL_SECONDS
from helpers.terminal import one_line

LOG = "render.log"

MADE, UNCHANGED, FAILED = "made", "unchanged", "failed"


@dataclass(frozen=True)
class Options:
    """How reports are made: `out` a folder, or whatever else papermill can write ("s3://...");
    `force` makes what is unchanged, too; `timeout` seconds for a cell; `engine` see `execute`;
    `links` are those of `site.links`; `sheets` how many the run may make reports of."""

    out: str
    force: bool = False
    timeout: float = CELL_SECONDS
    engine: str | None = None
    pdf: bool = False
    links: tuple[dict[str, tuple[str, str]], ...] = ()
    sheets: int = 1

    @property
    def remote(self) -> bool:
        """Whether `out` is no folder of this computer."""
        return "://" in self.out


@dataclass
class Result:
    """What became of one report: `path` of its HTML, or the `error` that kept it from being made.

    `notebook` and `lang` are "" where it was the sheet itself, or its folder: then none of its
    other reports was made. `warnings` is what the notebook wrote to stderr; the report shows it
    too. `hopeless`: no other report can be written either.
    """

    sheet: str
    folder: str = ""
    notebook: str = ""
    lang: str = ""
    path: str | None = None
    error: str = ""
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0
    state: str = FAILED
    hopeless: bool = False

    def fail(self, error: object) -> "Result":
        """Itself, failed for this reason."""
        self.state, self.path = FAILED, None
        self.error = str(error) or type(error).__name__
        return self

    def cannot_write(self, path: Path, error: Exception) -> "Result":
        """Itself, failed since `path` could not be written."""
        self.hopeless = getattr(error, "errno", None) in files.FULL
        advice = "; free space or choose another folder, and run again" if self.hopeless else ""
        of_path = getattr(error, "filename", None) == str(path)
        return self.fail(f"cannot write {path} ({error.strerror if of_path else error}){advice}")


@dataclass
class Outcome:
    """What became of a run's reports, and its index page.

    `reached` of `reports` were `made`, `unchanged` or `failed`, and what could not be planned
    failed, too. `stopped` is why it ended before all were reached, "" otherwise; `signal` the
    number of the signal that did it. `warning` is what else went wrong.
    """

    reports: int
    reached: int = 0
    made: int = 0
    unchanged: int = 0
    failed: int = 0
    index: Path | str | None = None
    stopped: str = ""
    signal: int = 0
    warning: str = ""

    @property
    def status(self) -> int:
        """The exit status of the command."""
        return 128 + self.signal if self.signal else int(bool(self.failed or self.stopped))

    def count(self, reports: int, results: list[Result]) -> None:
        """Take in the results of a task of so many reports."""
        states = Counter(result.state for result in results)
        self.reached += reports
        self.made += states[MADE]
        self.unchanged += states[UNCHANGED]
        self.failed += max(states[FAILED], reports - states[MADE] - states[UNCHANGED])

    def __str__(self) -> str:
        left = self.reports - self.reached
        counts = f"{self.made:,} made, {self.unchanged:,} unchanged, {self.failed:,} failed"
        return f"{counts}, {left:,} not reached" if left else counts


class Log:
    """Lines at the end of a file. What cannot be written is left out: `problem` says why."""

    def __init__(self, path: Path | None):
        self.path, self.problem = path, ""

    def write(self, *parts: object) -> None:
        """A line: the time, and the parts."""
        if self.path is None or self.problem:
            return
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        line = "  ".join([now, *filter(None, map(one_line, parts))])
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
        except OSError as error:
            self.problem = f"cannot write {self.path} ({error.strerror or error})"

    def result(self, result: Result) -> None:
        """What became of a report; nothing of one that is unchanged."""
        named = (result.sheet, result.notebook, result.lang)
        if result.state != UNCHANGED:
            seconds = f"{result.seconds:6.1f} s"
            self.write(f"{result.state:6}", seconds, result.folder, *named, result.error)
        for warning in result.warnings:
            self.write("warned", *named, warning)
