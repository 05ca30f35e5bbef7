"""Small notebooks that are only planned, and pages of text, for the tests of planning."""

from pathlib import Path

import nbformat

from helpers import paths

USUAL = 'sheet: str = ""\nlang: str = "ja"\nas_of: int = None\nnumber: str = "1"'


def notebook(folder: Path, name: str = "01_a.ipynb", declares: str = USUAL) -> Path:
    """A notebook of one cell, tagged `parameters`."""
    cell = nbformat.v4.new_code_cell(declares, metadata={"tags": ["parameters"]})
    folder.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / name)
    return folder / name


def page(folder: Path, number: str = "0042", year: int = 2019, name: str = "") -> Path:
    """The default sheet under another number, as the file `<year>-<number>.txt` or `name`."""
    text = paths.DEFAULT_SHEET.read_text("utf-8").replace("事業番号: 0042", f"事業番号: {number}")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or f"{year}-{number}.txt")
    path.write_text(text, "utf-8")
    return path
