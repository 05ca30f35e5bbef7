"""Many sheets: linked over the years, every vintage kept, in Parquet files on disk."""

from pathlib import Path

import pandas as pd

from helpers import paths, sources
from helpers.corpus import findings, handed, panel, sheets
from helpers.corpus.store import MANIFEST, Store
from helpers.sheet import ReviewSheet, SheetError

FITTED = "fitted"
"""The folder in a corpus's own that holds what `review-sheets fit` made of it."""


class Corpus:
    """A corpus in a folder, made by `review-sheets corpus build`.

    It stays as it was when it was opened, whatever is built or added meanwhile. Raises SheetError
    where there is none, and for a file of it that is gone or damaged.
    """

    def __init__(self, folder: str | Path):
        self._store = Store.open(paths.find(folder))

    @property
    def years(self) -> list[int]:
        """The sheet years in it, in order."""
        return self._store.years

    @property
    def tables(self) -> Path:
        """The folder of these tables, for other programs: TABLE/SHEET_YEAR/*.parquet, unchanged for
        as long as this object is kept."""
        return self._store.tables

    def table(
        self, name: str, years: list[int] | None = None, columns: list[str] | None = None
    ) -> pd.DataFrame:
        """A table of the sheet years given, or of all: those of a sheet (with its `sheet_id`), and
        finding, project, indicator, revision, as `store.TABLES` lists their columns."""
        return self._store.read(name, years, columns)

    def rejected(self) -> pd.DataFrame:
        """The sheets that could not be read: source_path, line, sheet_id, reason."""
        return self._store.rejected()

    def sheet(self, sheet_id: str, as_of: int | None = None) -> ReviewSheet:
        """A sheet as it was printed; `vintage` holds what the other sheets of its project print, up
        to the sheet year `as_of`. Raises SheetError where it is not there."""
        return sheets.one_sheet(self._store, sheet_id, as_of)

    def project(self, project_id: str, as_of: int | None = None) -> ReviewSheet:
        """A project's sheets as one, from those up to the sheet year `as_of`; see
        `sheets.stitched`. Raises SheetError where there is no such project."""
        return sheets.stitched(self._store, project_id, as_of)

    def spending(self, as_of: int | None = None) -> pd.DataFrame:
        """The budgets of all projects as the sheets up to `as_of` show them: `panel.spending`."""
        return panel.spending(self._store, self._until(as_of))

    def outcomes(self, as_of: int | None = None) -> pd.DataFrame:
        """The outcomes of all projects as the sheets up to `as_of` show them: `panel.outcomes`."""
        return panel.outcomes(self._store, self._until(as_of))

    def _until(self, as_of: int | None) -> int:
        """The last sheet year to look at. Raises SheetError where no sheet is as early as that."""
        last = self.years[-1] if as_of is None else as_of
        if last < self.years[0]:
            raise SheetError(
                self._store.folder,
                f"no sheet up to {last}",
                f"a sheet year from {self.years[0]} on",
            )
        return last

    def counts(self, by: str = "sheet_year") -> pd.DataFrame:
        """How often each rule of the checks fires, by sheet_year or ministry."""
        return findings.counts(self._store, by)

    def info(self) -> pd.DataFrame:
        """One row a sheet year: sheets, branches, ministries, those linked to an earlier sheet and
        how many of the links the budgets bear out, indicators linked, revisions."""
        rows = []
        for year in self.years:
            sheet = self.table("sheet", [year], ["sheet_id", "ministry", "parent_number"])
            project = self.table("project", [year], ["previous_id", "verified"])
            indicator = self.table("indicator", [year], ["previous_id"])
            rows.append(
                {
                    "sheet_year": year,
                    "sheets": len(sheet),
                    "branches": int(sheet["parent_number"].fillna("").ne("").sum()),
                    "ministries": sheet["ministry"].nunique(),
                    "linked": int(project["previous_id"].notna().sum()),
                    "agrees": int(project["verified"].eq("agrees").sum()),
                    "contradicts": int(project["verified"].eq("contradicts").sum()),
                    "indicators": len(indicator),
                    "indicators_linked": int(indicator["previous_id"].notna().sum()),
                    "revisions": len(self.table("revision", [year], ["kind"])),
                }
            )
        return pd.DataFrame(rows)


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
    if (sheet := handed.find(reference, as_of)) is not None:
        return sheet
    folder, mark, name = str(reference).rpartition("#")
    if mark and is_corpus(folder):
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
