"""Find files from the repository root and from the notebooks' folder alike."""

import os
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_SHEET = ROOT / "data" / "sheets" / "2019-総務省-0042.txt"
CORRECTIONS = ROOT / "data" / "corrections.yml"
ASSUMPTIONS = ROOT / "data" / "assumptions.yml"
LATER = ROOT / "data" / "later.csv"
NOTEBOOKS = ROOT / "notebooks"


def find(path: str | Path) -> Path:
    """The file meant by `path`: as given from the working directory, else from the repository root.

    A path that exists in neither place comes back as given, for the reader to complain about.
    """
    given = Path(path).expanduser()
    from_root = ROOT / given
    return from_root if not given.exists() and from_root.exists() else given


def exists(path: str | Path) -> bool:
    """Whether `find` finds something; what cannot be a path is nothing."""
    try:
        return find(path).exists()
    except (OSError, RuntimeError, ValueError):
        return False


def shown(path: str | Path) -> str:
    """A path as a sheet names its source: from the repository root if inside it, else as given."""
    path = str(path)
    # Where the process stands takes a call of the system.
    return _shown(path, "" if os.path.isabs(path) else os.getcwd())


@cache
def _shown(path: str, folder: str) -> str:
    # A file of thousands of sheets asks for its own name with each of them.
    resolved = Path(folder, path).resolve()
    return (resolved.relative_to(ROOT) if resolved.is_relative_to(ROOT) else Path(path)).as_posix()
