"""What later sheets print, where they are not at hand: declared in data/later.csv."""

from pathlib import Path

import pandas as pd

from helpers import corpus, paths, sheet
from helpers.sheet import ReviewSheet


def printed_since(
    reference: str, printed: ReviewSheet, as_of: int | None, declared: Path = paths.LATER
) -> pd.DataFrame:
    """What sheets published after this one, up to `as_of`, print of its project: the table
    `vintage`, of the corpus that it is from, else what is `declared` for it."""
    if corpus.is_corpus(reference.rpartition("#")[0] or reference):
        return corpus.printed_since(reference, as_of)
    found = sheet.table("vintage", [])
    if declared.is_file():
        rows = pd.read_csv(declared)
        rows = rows[rows["of"].eq(printed.id) & (rows["sheet_year"] <= (as_of or 9999))]
        found = sheet.table("vintage", rows.drop(columns="of"))
    return found
