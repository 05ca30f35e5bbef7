"""What later sheets print, where they are not at hand: declared in data/later.csv."""

from pathlib import Path

import pandas as pd

from helpers import paths, sheet
from helpers.sheet import ReviewSheet


def printed_since(
    printed: ReviewSheet, as_of: int | None, declared: Path = paths.LATER
) -> pd.DataFrame:
    """What sheets published after this one, up to `as_of`, print of its project, as the table
    `vintage`: that of the corpus which it is from, else what is `declared` for it."""
    if printed.later is not None:
        return printed.later
    found = sheet.table("vintage", [])
    if declared.is_file():
        rows = pd.read_csv(declared)
        rows = rows[rows["of"].eq(printed.id) & (rows["sheet_year"] <= (as_of or 9999))]
        found = sheet.table("vintage", rows.drop(columns="of"))
    return found
