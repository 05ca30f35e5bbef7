"""Sheets handed to the notebooks of a report, which then need not read them again."""

import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers import files
from helpers.sheet import ReviewSheet

VARIABLE = "REVIEW_SHEETS_HANDED"
"""The environment variable that names the file: {(reference, as_of): sheet}, pickled."""


@contextmanager
def handing(reference: str, as_of: int | None, sheet: ReviewSheet) -> Iterator[None]:
    """Let what is started within the block find `sheet`, which no other user can read or replace:
    a pickle runs what stands in it.

    Raises OSError where it cannot be written.
    """
    with files.private() as folder:
        path = folder / "sheet.pickle"
        with files.replacing(path) as partial:
            partial.write_bytes(pickle.dumps({(reference, as_of): sheet}))
        os.environ[VARIABLE] = str(path)
        try:
            yield
        finally:
            os.environ.pop(VARIABLE, None)


def find(reference: str | Path, as_of: int | None) -> ReviewSheet | None:
    """The sheet that was handed over for `reference`; None where it has to be read."""
    if not (path := os.environ.get(VARIABLE)):
        return None
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        # A process that outlived the report it was started for.
        return None
    return pickle.loads(content).get((str(reference), as_of))
