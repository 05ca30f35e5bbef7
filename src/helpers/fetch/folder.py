"""The folder that is filled, and its manifest: where each file is from, when, what it was.

    fetched.json     {"format": 1, "sources": {source: licence, attribution, ...}, "files": {path:
                     source, address, fetched (day), bytes, sha256, etag, last_modified, ...}}
    .fetched.jsonl   what came in since, a line each: a run that is killed leaves it to the next

A path is a file, a project's folder (api/2026/000014, with `files` in it and `updated_at`), or
judgit as a whole. `by_hand` marks what nobody fetched, but put there.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from itertools import count
from pathlib import Path

from helpers import files
from helpers.errors import ReviewSheetError
from helpers.fetch import SOURCES, Tally
from helpers.fetch.web import digest
from helpers.sheet import SheetError
from helpers.sources.collection import EARLIER, MANIFEST

FORMAT = 1
JOURNAL = ".fetched.jsonl"


State = Callable[[Path], dict]
"""What tells a file or folder from others at its place; stands in its entry."""


def digests(path: Path) -> dict:
    """Sizes and checksums of a file, or of the files in a folder."""
    if path.is_dir():
        return {"files": {file.name: digest(file) for file in sorted(path.iterdir())}}
    return digest(path)


class Folder:
    """A folder to fetch into, for who has the lock on it: `opened`.

    `entries` is the manifest: path in the folder -> its facts. What is not complete lies in
    `staging`, hidden.
    """

    def __init__(self, path: Path):
        self.path, self.staging = path, files.staging(path)
        self.entries = _loaded(path / MANIFEST)
        for line in _lines(path / JOURNAL):
            self.entries |= line

    def kept(self, name: str, state: State = digests) -> dict | None:
        """The entry of what is there as it came in; None of what is not there, or not so."""
        entry, path = self.entries.get(name), self.path / name
        if entry is None or not path.exists():
            return None
        return entry if entry.items() >= state(path).items() else None

    def take(self, name: str, staged: Path, of: State = digests, **facts: object) -> str:
        """Bring a checked file or folder in: "new", "replaced" where there was one of another
        state, which is kept in `EARLIER`, or "unchanged"."""
        target, outcome = self.path / name, "new"
        state = of(staged)
        if target.exists():
            outcome = "unchanged" if of(target) == state else "replaced"
        if outcome == "replaced":
            self.retire(name)
        # First, for what has no entry counts as put there by hand.
        self.record(name, fetched=_today(), **facts, **state)
        if outcome != "unchanged":
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(target)
        return outcome

    def adopt(self, name: str, of: State = digests, **facts: object) -> None:
        """Take what was put there by hand, and checked, into the manifest."""
        path = self.path / name
        self.record(name, fetched=_day(path), by_hand=True, **facts, **of(path))

    def retire(self, name: str) -> Path:
        """Move what was replaced to where earlier releases are kept."""
        path = self.path / name
        day = self.entries.get(name, {}).get("fetched") or _day(path)
        for number in count(1):
            kept = Path(EARLIER, day if number == 1 else f"{day}-{number}", name)
            if not (self.path / kept).exists():
                break
        for inner in [one for one in self.entries if one == name or one.startswith(f"{name}/")]:
            self.record(f"{kept.as_posix()}{inner.removeprefix(name)}", **self.entries[inner])
        (self.path / kept).parent.mkdir(parents=True, exist_ok=True)
        path.rename(self.path / kept)
        return kept

    def supersede(self, name: str, tally: Tally) -> None:
        """Retire a year's sheets that have all come in another form: no corpus takes both."""
        if not tally.counts["failed"] and (self.path / name).exists():
            tally.superseded = self.retire(name).as_posix()

    def record(self, name: str, **facts: object) -> None:
        """Note the facts of a path, so that they outlive this process."""
        self.entries[name] = facts
        with (self.path / JOURNAL).open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps({name: facts}, ensure_ascii=False)}\n")

    def save(self) -> None:
        """Write the manifest, of what is still there."""
        there = [name for name in sorted(self.entries) if (self.path / name).exists()]
        entries = {name: self.entries[name] for name in there}
        text = {"format": FORMAT, "sources": SOURCES, "files": entries}
        files.write(self.path / MANIFEST, f"{json.dumps(text, ensure_ascii=False, indent=1)}\n")
        (self.path / JOURNAL).unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[Folder]:
    """A folder to fetch into, made where it is missing. Raises ReviewSheetError where another
    process fetches into it or its manifest is damaged, OSError where it cannot be written."""
    with ExitStack() as stack:
        try:
            lock = files.locked(files.writable(path) / MANIFEST, wait=False)
            stack.enter_context(lock)
        except BlockingIOError as error:
            raise ReviewSheetError(
                f"{path}: another `review-sheets fetch` is fetching into it: run again when that "
                "has ended"
            ) from error
        # What one that was killed has left.
        files.sweep(path)
        files.clear(path)
        folder = Folder(path)
        # No line is to follow one that was cut off.
        folder.save()
        folder.staging.mkdir()
        try:
            with files.naming(path, folder.staging):
                yield folder
        finally:
            shutil.rmtree(folder.staging, ignore_errors=True)
            folder.save()


def _loaded(manifest: Path) -> dict[str, dict]:
    if not manifest.exists():
        return {}
    try:
        entries = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        if all(isinstance(entry, dict) for entry in entries.values()):
            return entries
        reason = "an entry that is no object"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = repr(error)
    expected = (
        "the manifest as it was written: remove it, and the next fetch checks what is there, and "
        "fetches what it cannot know"
    )
    raise SheetError(manifest, f"a damaged manifest ({reason[:200]})", expected)


def _lines(journal: Path) -> Iterator[dict]:
    if journal.exists():
        for line in journal.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                yield dict(json.loads(line))
            except (ValueError, TypeError):
                # Cut off when the process was killed: that file counts as not there.
                continue


def _day(path: Path) -> str:
    return date.fromtimestamp(path.stat().st_mtime).isoformat()


def _today() -> str:
    return date.today().isoformat()
