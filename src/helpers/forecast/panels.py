"""The panels of a corpus as each sheet year showed them, without the project of the examples."""

from collections.abc import Callable

import pandas as pd

from helpers.corpus import Corpus
from helpers.paths import DEFAULT_SHEET

EXAMPLE = DEFAULT_SHEET.stem
"""The default sheet: its project is in no fit and no count, so that its report is a real test."""


def spending(corpus: Corpus, as_of: int | None = None) -> dict[int, pd.DataFrame]:
    """Sheet year -> `Corpus.spending` as of it, for every sheet year up to `as_of`."""
    return _each(corpus, corpus.spending, as_of)


def outcomes(corpus: Corpus, as_of: int | None = None) -> dict[int, pd.DataFrame]:
    """Sheet year -> `Corpus.outcomes` as of it, for every sheet year up to `as_of`."""
    return _each(corpus, corpus.outcomes, as_of)


def years(corpus: Corpus, as_of: int | None = None) -> list[int]:
    """The sheet years of a corpus, up to `as_of`."""
    return [year for year in corpus.years if as_of is None or year <= as_of]


def example(corpus: Corpus) -> set[str]:
    """The project_id of the default sheet, where the corpus has it."""
    project = corpus.table("project", columns=["sheet_id", "project_id"])
    return set(project.loc[project["sheet_id"] == EXAMPLE, "project_id"])


def _each(
    corpus: Corpus, panel: Callable[[int], pd.DataFrame], as_of: int | None
) -> dict[int, pd.DataFrame]:
    left_out = example(corpus)
    found = {year: panel(year) for year in years(corpus, as_of)}
    return {year: part[~part["project_id"].isin(left_out)] for year, part in found.items()}
