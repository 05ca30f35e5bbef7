"""What a run is to make: tasks of reports, each with a folder of its own."""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from helpers import files, sources
from helpers.batch.plan.places import RUN_FILES
from helpers.sheet import Rows, SheetError


@dataclass(frozen=True)
class Report:
    """A report to make: `lang` is "" for a notebook that declares none; `parameters` are of the
    declared types, without sheet and lang."""

    notebook: Path
    lang: str
    parameters: dict


@dataclass(frozen=True, slots=True)
class Task:
    """The reports of one sheet, for one folder below the run's.

    `sheet` is the reference that the notebooks get, "" for notebooks that take none; `as_of` the
    parameter of that name. `rows` is the sheet where its source was streamed; without them
    `corpus.load(sheet, as_of)` reads it.
    """

    sheet: str
    folder: str
    reports: tuple[Report, ...]
    as_of: int | None = None
    rows: Rows | None = None


@dataclass
class Plan:
    """`total` tasks of `reports` in all, and what was `refused`: (sheet or source, reason)."""

    total: int = 0
    reports: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    _tasks: dict[str, dict[str, list[Task]]] = field(default_factory=dict, repr=False)

    def add(self, task: Task, source: str = "", sheet_id: str = "") -> None:
        """One more task; its rows come from `source`, where there is one, as `sheet_id`."""
        self.total += 1
        self.reports += len(task.reports)
        self._tasks.setdefault(source, {}).setdefault(sheet_id, []).append(task)

    def refuse(self, error: SheetError) -> None:
        """One more sheet or source that cannot be read."""
        self.refused.append((error.path, str(error)))

    def tasks(self) -> Iterator[Task]:
        """The tasks, source by source; a source is streamed again and one sheet held at a time.

        A sheet that is gone from its source since comes at the end of it, without rows and as
        `SOURCE#sheet_id`: loading it says what is wrong.
        """
        for source, by_id in self._tasks.items():
            left = dict(by_id)
            for rows in sources.stream(source) if source else ():
                if not isinstance(rows, SheetError):
                    for task in left.pop(rows["sheet"][0]["sheet_id"], ()):
                        yield replace(task, rows=rows)
                if not left:
                    break
            for sheet_id, tasks in left.items():
                for task in tasks:
                    yield replace(task, sheet=f"{source}#{sheet_id}") if source else task


class Folders:
    """Folder names that are safe, and differ also where a file system ignores case or
    normalises Unicode."""

    def __init__(self):
        self._taken = set(map(_folded, RUN_FILES))

    def free(self, text: str) -> bool:
        """Whether `name` would give the folder of this text without a mark."""
        return _folded(files.safe_name(text)) not in self._taken

    def name(self, text: str, reference: str) -> str:
        """The folder for `text`, from now on taken: what comes later is marked by a digest of its
        `reference`."""
        name = plain = files.safe_name(text)
        for attempt in count():
            if _folded(name) not in self._taken:
                break
            marked = reference + "\0" * attempt
            digest = hashlib.sha256(marked.encode(errors="surrogatepass")).hexdigest()[:8]
            name = f"{plain}-{digest}"
        self._taken.add(_folded(name))
        return name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
