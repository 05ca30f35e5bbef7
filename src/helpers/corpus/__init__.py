"""Many sheets: linked over the years, every vintage kept, in Parquet files on disk."""

import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import files, paths, sources
from helpers.sheet import ReviewSheet, SheetError

if TYPE_CHECKING:
    from helpers.corpus.opened import Corpus

__all__ = ["Corpus", "handed_over", "handing_over", "is_corpus", "load"]

MANIFEST = "corpus.json"

FITTED = "fitted"
"""The folder in a corpus's own that holds what `review-sheets fit` made of it."""

HANDED_OVER = "REVIEW_SHEETS_HANDED"
"""The environment variable that names the file of a sheet handed over to other processes:
{(reference, as_of): sheet}, pickled."""


def __getattr__(name: str) -> object:
    # It loads pandas and pyarrow, which a sheet of one's own is read and checked without.
    if name == "Corpus":
        from helpers.corpus.opened import Corpus

        return Corpus
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def is_corpus(path: str | Path) -> bool:
    """Whether `path` is the folder of a corpus."""
    try:
        return (paths.find(path) / MANIFEST).is_file()
    except (OSError, RuntimeError, ValueError):
        return False


def load(reference: str | Path, as_of: int | None = None) -> ReviewSheet:
    """The sheet that a notebook is to speak of: what `sources.read` reads, or `DIR#id` of a corpus.

    The id is a sheet_id, or a project_id ("P..."), for which `as_of` is the last sheet year to
    look at. Raises SheetError for whatever cannot be read, and for `as_of` without a corpus.
    """
    if (sheet := handed_over(reference, as_of)) is not None:
        return sheet
    folder, mark, name = str(reference).rpartition("#")
    if mark and is_corpus(folder):
        from helpers.corpus.opened import Corpus

        corpus = Corpus(folder)
        return corpus.project(name, as_of) if name.startswith("P") else corpus.sheet(name, as_of)
    sheet = sources.read(reference)
    if as_of is not None and sheet.year > as_of:
        raise SheetError(
            reference,
            f"a sheet of {sheet.year}, later than as_of {as_of}",
            "an older sheet, or a project of a corpus: DIR#project_id",
        )
    return sheet


@contextmanager
def handing_over(reference: str, as_of: int | None, sheet: ReviewSheet) -> Iterator[None]:
    """Let what is started within the block find `sheet`, which no other user can read or replace:
    a pickle runs what stands in it.

    Raises OSError where it cannot be written.
    """
    with files.private() as folder:
        path = folder / "sheet.pickle"
        with files.replacing(path) as partial:
            partial.write_bytes(pickle.dumps({(reference, as_of): sheet}))
        os.environ[HANDED_OVER] = str(path)
        try:
            yield
        finally:
            os.environ.pop(HANDED_OVER, None)


def handed_over(reference: str | Path, as_of: int | None) -> ReviewSheet | None:
    """The sheet that was handed over for `reference`; None where it has to be read."""
    if not (path := os.environ.get(HANDED_OVER)):
        return None
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        # A process that outlived the report it was started for.
        return None
    return pickle.loads(content).get((str(reference), as_of))
