"""The folder that `review-sheets fetch` fills: a collection of judgit, rs/YEAR and api/YEAR."""

from pathlib import Path

from helpers import paths
from helpers.sheet import SheetError

MANIFEST = "fetched.json"
"""What makes a folder such a collection."""

EARLIER = "earlier"
"""The folder in it for what was replaced since: no part."""


def is_collection(path: str | Path) -> bool:
    """Whether `path` is a folder that `review-sheets fetch` has filled."""
    return paths.exists(path) and (paths.find(path) / MANIFEST).is_file()


def parts(path: str | Path) -> list[str | Path]:
    """The sources in a collection, by year; of any other path, itself.

    Raises SheetError for a collection with nothing in it.
    """
    if not is_collection(path):
        return [path]
    folder = paths.find(path)
    of_years = [part for form in ("rs", "api") for part in sorted((folder / form).glob("[0-9]*"))]
    found = [part for part in [folder / "judgit", *of_years] if _holds_something(part)]
    if not found:
        expected = "judgit, rs/YEAR or api/YEAR in it: run `review-sheets fetch` again"
        raise SheetError(folder, "a folder into which nothing could be fetched", expected)
    return found


def _holds_something(part: Path) -> bool:
    return part.is_dir() and any(not entry.name.startswith(".") for entry in part.iterdir())
