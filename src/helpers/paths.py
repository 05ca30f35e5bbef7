"""Find files from the repository root and from the notebooks' folder alike."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_SHEET = ROOT / "data" / "sheets" / "2019-総務省-0042.txt"
CORRECTIONS = ROOT / "data" / "corrections.yml"
ASSUMPTIONS = ROOT / "data" / "assumptions.yml"
NOTEBOOKS = ROOT / "notebooks"


def find(path: str | Path) -> Path:
    """The file meant by `path`: as given from the working directory, else from the repository root.

    A path that exists in neither place comes back as given, for the reader to complain about.
    """
    given = Path(path).expanduser()
    from_root = ROOT / given
    return from_root if not given.exists() and from_root.exists() else given
