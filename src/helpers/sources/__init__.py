"""Read a sheet, whatever it came as, into a ReviewSheet."""

from pathlib import Path

from helpers import paths
from helpers.sheet import ReviewSheet, SheetError
from helpers.sources.page_text import read_page

READERS = {".txt": read_page}


def read(path: str | Path) -> ReviewSheet:
    """The sheet at `path`, from the working directory or the repository root.

    Raises SheetError for whatever cannot be read: a missing file, another format, a broken page.
    """
    try:
        found = paths.find(path)
        is_file = found.is_file()
    except (OSError, RuntimeError, ValueError) as error:
        raise SheetError(path, f"no usable path ({error})", "the path of a page text") from error
    reader = READERS.get(found.suffix.lower())
    if reader is None and is_file:
        accepted = ", ".join(READERS)
        raise SheetError(
            path,
            f"a {found.suffix} file" if found.suffix else "a file without ending",
            f"a page text ({accepted})",
        )
    return (reader or read_page)(found)
