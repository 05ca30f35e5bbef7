"""The pages of a folder's reports: written where one is missing, and where its links changed."""

import time
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from helpers import files, words
from helpers.batch import manifest
from helpers.batch.manifest import Manifest
from helpers.batch.notebook import read
from helpers.batch.pages import pdf
from helpers.batch.pages.html import to_html

Written = tuple[str, Exception | None, float]
"""Report name, what kept its page from being written, seconds."""


def write(folder: Path, known: Manifest, fresh: dict[str, NotebookNode]) -> Iterator[Written]:
    """Write the pages of `folder` that are missing or link to other titles than now.

    Each is noted in `known`, and comes back. `fresh` are executed notebooks at hand; others are
    read. A page that cannot be written is linked to by no other, unless an earlier one is there.
    """
    broken: set[str] = set()
    while True:
        siblings = _siblings(known, broken)
        failed = set()
        for name, entry in known.entries().items():
            key = manifest.page_key(entry["key"], siblings)
            if name in broken or (name not in known.executed and entry["page"] == key):
                continue
            started, error = time.monotonic(), None
            try:
                _write(folder, name, fresh.get(name), siblings)
                printed = _still_printed(folder, name, entry, known)
            except (ValueError, OSError) as reason:
                error = reason
                failed.add(name)
            else:
                known.executed.pop(name, None)
                known.reports[name] = {**entry, "page": key, "pdf": printed}
            yield name, error, time.monotonic() - started
        if not failed:
            return
        broken |= failed


def print_all(folder: Path, known: Manifest, names: list[str]) -> Iterator[Written]:
    """Print those of the reports `names` whose PDF is missing or is of another page."""
    for name in names:
        entry = known.reports[name]
        path = folder / f"{name}.pdf"
        if entry.get("pdf") == entry["page"] and path.exists():
            continue
        started, error = time.monotonic(), None
        try:
            pdf.to_pdf(folder / f"{name}.html", path)
        except (pdf.PdfError, OSError) as reason:
            error = reason
        else:
            entry["pdf"] = entry["page"]
        yield name, error, time.monotonic() - started


def _siblings(known: Manifest, broken: set[str]) -> dict[str, dict[str, str]]:
    siblings: dict[str, dict[str, str]] = {}
    for name, entry in known.entries().items():
        stem, lang = manifest.parts(name)
        if lang and (name not in broken or name in known.reports):
            siblings.setdefault(stem, {})[lang] = entry["title"]
    return siblings


def _write(folder: Path, name: str, done: NotebookNode | None, siblings: dict) -> None:
    stem, lang = manifest.parts(name)
    done = done or read(folder / f"{name}.ipynb")
    # A report without a language is linked to by none, and links to none.
    text = to_html(done, lang, stem, siblings) if lang else to_html(done, words.LANGUAGES[0])
    files.write(folder / f"{name}.html", text)


def _still_printed(folder: Path, name: str, entry: dict, known: Manifest) -> str | None:
    """The page that the PDF is of, where it only lacks new links; that of other contents goes."""
    before = known.reports.get(name, {})
    if before.get("key") == entry["key"]:
        return before.get("pdf")
    if before.get("pdf"):
        (folder / f"{name}.pdf").unlink(missing_ok=True)
    return None
