"""A corpus as it is read: its sheets, projects and tables."""

from pathlib import Path

import pandas as pd

from helpers import paths
from helpers.checks.finding import SEVERITIES
from helpers.corpus import panel, sheets
from helpers.corpus.store import Store, lock, manifest_of, while_used
from helpers.sheet import NO_PROJECT, YEAR, ReviewSheet, SheetError
from helpers.sources.rs_tables import KINDS

FILE = ["sheet_year", "file"]
FILES = [*FILE, "rows", "columns_read", "columns_known", "columns_unknown"]


class Corpus(Store):
    """A corpus in a folder, made by `review-sheets corpus build`.

    It stays as it was when it was opened, whatever is built or added meanwhile. Raises SheetError
    where there is none, and for a file of it that is gone or damaged.
    """

    def __init__(self, folder: str | Path):
        place = paths.find(folder)
        manifest = manifest_of(place)
        while True:
            super().__init__(place, manifest)
            try:
                while_used(self, lock(self.tables, alone=False))
            except (BlockingIOError, FileNotFoundError) as error:
                # Was it replaced, and removed, since the manifest was read?
                manifest, before = manifest_of(place), manifest
                if manifest == before:
                    expected = "the corpus's tables: build the corpus again"
                    raise SheetError(self.tables, "no such folder", expected) from error
            else:
                return

    def sheet(self, sheet_id: str, as_of: int | None = None) -> ReviewSheet:
        """A sheet as it was printed; `vintage` and `later` hold what the other sheets of its
        project print, up to the sheet year `as_of`. Raises SheetError where it is not there."""
        return sheets.one_sheet(self, sheet_id, as_of)

    def project(self, project_id: str, as_of: int | None = None) -> ReviewSheet:
        """A project's sheets as one, from those up to the sheet year `as_of`; see
        `sheets.stitched`. Raises SheetError where there is no such project."""
        return sheets.stitched(self, project_id, as_of)

    def spending(self, as_of: int | None = None) -> pd.DataFrame:
        """The budgets of all projects as the sheets up to `as_of` show them: `panel.spending`."""
        return panel.spending(self, self._until(as_of))

    def outcomes(self, as_of: int | None = None) -> pd.DataFrame:
        """The outcomes of all projects as the sheets up to `as_of` show them: `panel.outcomes`."""
        return panel.outcomes(self, self._until(as_of))

    def _until(self, as_of: int | None) -> int:
        """The last sheet year to look at. Raises SheetError where no sheet is as early as that."""
        last = self.years[-1] if as_of is None else as_of
        if last < self.years[0]:
            raise SheetError(
                self.folder, f"no sheet up to {last}", f"a sheet year from {self.years[0]} on"
            )
        return last

    def counts(self, by: str = "sheet_year") -> pd.DataFrame:
        """How often each rule of the checks fires: severity, rule, findings, sheets, proved, and
        findings by `by`.

        `by` is "sheet_year" or "ministry"; its values are the further columns. Gravest first, then
        the most frequent.
        """
        found = self.table("finding", columns=["sheet_id", "rule", "severity", "proved"])
        found = found.merge(self.table("sheet", columns=["sheet_id", by]), on="sheet_id")
        keys = ["severity", "rule"]
        total = found.groupby(keys).agg(
            findings=("rule", "size"), sheets=("sheet_id", "nunique"), proved=("proved", "sum")
        )
        split = found.pivot_table(
            index=keys, columns=by, values="sheet_id", aggfunc="size", fill_value=0
        )
        table = total.join(split).reset_index()
        order = table["severity"].map(SEVERITIES.index)
        ranked = table.assign(order=order).sort_values(
            ["order", "findings"], ascending=[True, False]
        )
        return ranked.drop(columns="order").reset_index(drop=True)

    def info(self) -> pd.DataFrame:
        """One row a sheet year: sheets, branches and funds (sheets of funds and segments) among
        them, ministries, those linked to an earlier sheet and how many of the links the budgets
        bear out, indicators linked, revisions."""
        rows = []
        for year in self.years:
            facts = ["sheet_id", "ministry", "parent_number", "sheet_type"]
            sheet = self.table("sheet", [year], facts)
            project = self.table("project", [year], ["previous_id", "verified"])
            indicator = self.table("indicator", [year], ["previous_id"])
            rows.append(
                {
                    "sheet_year": year,
                    "sheets": len(sheet),
                    "branches": int(sheet["parent_number"].fillna("").ne("").sum()),
                    "funds": int(sheet["sheet_type"].isin(NO_PROJECT).sum()),
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

    def files(self) -> pd.DataFrame:
        """One row a file of the RS system and sheet year: rows, columns read, those known and not
        read, and those not known by name. No number for a file that was not there."""
        table = self.table("file")
        held = set(zip(table["sheet_year"], table["file"], strict=True))
        every = pd.MultiIndex.from_product([sorted(set(table["sheet_year"])), KINDS])
        missing = pd.DataFrame([pair for pair in every if pair not in held], columns=FILE)
        known = table["columns_known"].str.count("; ") + table["columns_known"].ne("")
        table = pd.concat([table.assign(columns_known=known), missing])
        table["columns_known"] = table["columns_known"].astype(YEAR)
        return table.sort_values([*FILE, "source_path"], ignore_index=True)[FILES]
