"""The log of a folder's runs, for people to read."""

import time
from pathlib import Path

from helpers.batch.run.result import UNCHANGED, Result
from helpers.terminal import one_line

NAME = "render.log"


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
        if result.state != UNCHANGED:
            about = (result.folder, result.sheet, result.notebook, result.lang)
            self.write(f"{result.state:6}", f"{result.seconds:6.1f} s", *about, result.error)
        for warning in result.warnings:
            self.write("warned", result.sheet, result.notebook, result.lang, warning)
