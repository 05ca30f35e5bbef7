"""All sheets as one: the corpus as an explorer sees it."""

from os import PathLike
from pathlib import Path
from typing import NamedTuple, cast

import pandas as pd

from helpers import corpus as stored
from helpers import fitted, parameters, words
from helpers.analysis import execution
from helpers.charts import style
from helpers.corpus.store import TABLES
from helpers.forecast import every_project
from helpers.parameters import ParameterError
from helpers.sheet import NO_PROJECT, ReviewSheet
from helpers.sources.cells import narrow

RATES = ["unspent", "execution_rate", "rate_gross", "rate_initial", "modelled"]


class Forecasts(NamedTuple):
    """What is forecast for every project, and what could not be."""

    execution: pd.DataFrame
    outcomes: pd.DataFrame
    left_out: pd.DataFrame

    def __repr__(self) -> str:
        parts = [f"{name} {len(getattr(self, name)):,}" for name in self._fields]
        return f"<Forecasts, rows: {', '.join(parts)}>"


class Corpus:
    """A folder made by `review-sheets corpus build`, as it was when it was opened.

    `corpus["2019-総務省-0042"]` is a sheet as it was printed, `corpus["P2018-総務省-0041"]` all
    sheets of a project as one. Money is million yen. Raises SheetError where there is no corpus.

    >>> corpus = Corpus("corpus")  # doctest: +SKIP
    >>> spent = corpus.spending()  # doctest: +SKIP
    >>> spent.query("closed and ministry == '総務省' and execution_rate < .7")  # doctest: +SKIP
    """

    def __init__(self, folder: str | PathLike):
        style.with_japanese()
        self.folder = Path(folder)
        self._stored = stored.Corpus(self.folder)

    @property
    def years(self) -> list[int]:
        """The sheet years in it, in order."""
        return self._stored.years

    @property
    def tables(self) -> Path:
        """The folder of its tables, for other programs: TABLE/SHEET_YEAR/*.parquet."""
        return self._stored.tables

    def __getitem__(self, name: str) -> ReviewSheet:
        """A sheet by its sheet_id, or a project by its project_id ("P..."). Raises SheetError.

        With `load("DIR#id", as_of)` as it was known in a year.
        """
        # Of the version that was opened: `load` would look for one built since.
        of = self._stored.project if name.startswith("P") else self._stored.sheet
        return of(name)

    def __len__(self) -> int:
        """How many sheets are in it."""
        return len(self.table("project", columns=["sheet_id"]))

    def _ipython_key_completions_(self) -> list[str]:
        return self.table("project", columns=["project_id"])["project_id"].unique().tolist()

    def table(
        self, name: str, years: list[int] | None = None, columns: list[str] | None = None
    ) -> pd.DataFrame:
        """A table as it is stored, of the sheet years given or of all; `describe` lists them.

        Raises ParameterError for a table, year or column that is not there.
        """
        _known("table", [name], [table for table in TABLES if table != "rejected"])
        _known("years", years or [], self.years)
        _known("columns", columns or [], [*TABLES[name], "sheet_year"])
        return self._stored.table(name, years, columns)

    def projects(
        self, name: str | None = None, ministry: str | None = None, as_of: int | None = None
    ) -> pd.DataFrame:
        """One row a project, in the order of project_id, as the sheets up to `as_of` show it.

        project_id; name, ministry, project_number and sheet_id of its last sheet; first_sheet,
        last_sheet (years) and sheets (how many were linked), contradicted (whether the budgets of
        two of them contradict the link); and of the last closed year with a rate fiscal_year,
        budget_net, executed, unspent (million yen), execution_rate. Of projects whose name holds
        `name`, in any width, and of this ministry alone, where given. Fund and segment sheets are
        none.
        """
        as_of = _year(as_of)
        years = [year for year in self.years if as_of is None or year <= as_of]
        facts = ["sheet_id", "sheet_year", "name", "ministry", "project_number", "sheet_type"]
        sheets = self.table("sheet", years, facts).sort_values("sheet_year", kind="stable")
        sheets = sheets[~sheets["sheet_type"].isin(NO_PROJECT)]
        link = self.table("project", years, ["sheet_id", "project_id", "verified"])
        sheets = sheets.merge(link, on="sheet_id")
        sheets["contradicted"] = sheets["verified"].eq("contradicts")
        found = sheets.groupby("project_id").agg(
            name=("name", "last"),
            ministry=("ministry", "last"),
            project_number=("project_number", "last"),
            sheet_id=("sheet_id", "last"),
            first_sheet=("sheet_year", "min"),
            last_sheet=("sheet_year", "max"),
            sheets=("sheet_id", "size"),
            contradicted=("contradicted", "any"),
        )
        spent = self.spending(as_of).query("closed and modelled")
        last = spent.drop_duplicates("project_id", keep="last").set_index("project_id")
        money = ["fiscal_year", "budget_net", "executed", "unspent", "execution_rate"]
        found = found.join(last[money]).reset_index()
        found["name"] = found["name"].map(_in_a_line)
        if ministry is not None:
            _known("ministry", [ministry], sorted(found["ministry"].unique()))
            found = found[found["ministry"] == ministry]
        if name is not None:
            found = found[found["name"].map(narrow).str.contains(narrow(name), regex=False)]
        return found.reset_index(drop=True)

    def spending(self, as_of: int | None = None) -> pd.DataFrame:
        """One row a project x fiscal year, as the sheets up to `as_of` show it.

        project_id; name, ministry, methods, start_year, end_year, is_branch, sheet_id of the
        project's last sheet, and last_sheet, its year; the columns of `budget` and those of
        `Spending.rates`: unspent, execution_rate, rate_gross, rate_initial, modelled; sheet_year of
        the sheet that the numbers are from, and closed, whether the year was over by then.

        Mind `is_branch`: a branch sheet (枝番) prints its parent's budget, or none, beside an
        outturn of its own. Leave branch sheets out of what is added up or ranked.
        """
        rows = self._stored.spending(_year(as_of))
        rows = execution.measured(rows, rows["is_branch"]).drop(columns="share")
        names = self.table("sheet", sorted(rows["last_sheet"].unique()), ["sheet_id", "name"])
        rows = rows.merge(names, on="sheet_id", how="left")
        rows["name"] = rows["name"].map(_in_a_line)
        first = ["project_id", "name", "ministry", "fiscal_year", "budget_net", "executed", *RATES]
        return rows[[*first, *rows.columns.drop(first)]]

    def outcomes(self, as_of: int | None = None) -> pd.DataFrame:
        """One row an outcome indicator x fiscal year: `corpus.panel.outcomes`."""
        return self._stored.outcomes(_year(as_of))

    def forecast(self, as_of: int) -> Forecasts:
        """Execution and outcomes of every project with a sheet of `as_of`, from nothing published
        after it; the columns are those of `review-sheets forecast`."""
        _known("as_of", [as_of := int(_year(as_of) or 0)], self.years)
        fit = fitted.of(f"{self.folder}#", as_of)
        made = every_project.all_of(self._stored, fit, as_of)
        rest = every_project.left_out(**made)
        return Forecasts(made["execution"].table, made["outcomes"].table, rest)

    def describe(self) -> pd.DataFrame:
        """The data dictionary: table, column, dtype, heading, unit and meaning of all that `table`
        reads, and of what `projects` and `spending` give, in the language of now."""
        kinds = {name: dict(columns) for name, columns in TABLES.items()}
        first = self.years[0]
        kinds["projects()"] = self.projects(as_of=first).dtypes.to_dict()
        kinds["spending()"] = self.spending(first).dtypes.to_dict()
        heading, meaning = words.language(), f"meaning_{words.language()}"
        rows = [
            {
                "table": table,
                "column": column,
                "dtype": str(kind),
                "heading": words.MEANINGS[column][heading],
                "unit": words.MEANINGS[column]["unit"],
                "meaning": words.MEANINGS[column][meaning],
            }
            for table, columns in kinds.items()
            for column, kind in columns.items()
        ]
        return pd.DataFrame(rows)

    def findings(self, by: str = "sheet_year") -> pd.DataFrame:
        """How often each rule of the checks fires, by "sheet_year" or "ministry"."""
        _known("by", [by], ["sheet_year", "ministry"])
        return self._stored.counts(by)

    def info(self) -> pd.DataFrame:
        """One row a sheet year: sheets, branches, funds, ministries, links, indicators,
        revisions."""
        return self._stored.info()

    def rejected(self) -> pd.DataFrame:
        """The sheets that could not be read: source_path, line, sheet_id, reason."""
        return self._stored.rejected()

    def __repr__(self) -> str:
        project = self.table("project", columns=["project_id"])
        sheets, projects = len(project), project["project_id"].nunique()
        first, last = self.years[0], self.years[-1]
        told = words.say(
            f"{first}〜{last}年公表のシート{sheets:,}枚、{projects:,}事業",
            f"{sheets:,} sheets of {first}–{last}, {projects:,} projects",
        )
        return f"<Corpus {self.folder}: {told}>"


def _year(as_of: int | None) -> int | None:
    return cast("int | None", parameters.RULES["as_of"].value("as_of", as_of))


def _known(name: str, asked: list, known: list) -> None:
    """Raises ParameterError for what is asked and not there, saying what is."""
    if isinstance(asked, str | int):
        asked = [asked]
    if unknown := [one for one in asked if one not in known]:
        raise ParameterError(
            f"{name}: found {', '.join(map(repr, unknown))}; expected some of "
            f"{', '.join(map(str, known))}"
        )


def _in_a_line(name: str) -> str:
    return " ".join(str(name).split())
