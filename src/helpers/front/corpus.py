"""All sheets as one: the corpus as an explorer sees it."""

from collections.abc import Callable
from difflib import get_close_matches
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, cast

import pandas as pd

from helpers import corpus as stored
from helpers import fitted, parameters, words
from helpers.analysis import execution
from helpers.charts import style
from helpers.corpus.store import TABLES
from helpers.forecast import every_project
from helpers.parameters import ParameterError
from helpers.sheet import NO_PROJECT, ReviewSheet, SheetError
from helpers.sources.cells import narrow

CHOICE = 200
"""Sheets that `choose` shows at most."""

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

    def choose(
        self,
        ministry: str | None = None,
        name: str | None = None,
        number: str | int | None = None,
        year: int | str | None = None,
    ) -> pd.DataFrame:
        """The sheets of a ministry (a part of its name, in Japanese or English), whose project's
        name holds all words of `name`, of a project number and of a sheet year, the newest first.

        Columns: sheet, what to give as `sheet`; sheet_year, ministry, project_number, name. Width,
        case and blanks do not matter, nor do zeros before a number, nor what stands before its last
        part. Raises ParameterError where there is no such sheet, naming the nearest, and for more
        than 200.
        """
        columns = ["sheet_id", "sheet_year", "ministry", "project_number", "name"]
        sheets = self.table("sheet", columns=columns)
        sheets = sheets.sort_values("sheet_year", ascending=False, kind="stable")
        year = cast("int | None", parameters.RULES["as_of"].value("year", year))
        if year is not None:
            _known("year", [year], self.years)
        given = {"ministry": ministry, "name": name, "number": number, "year": year}
        given = {key: _asked(key, value) for key, value in given.items() if value is not None}
        fits = pd.DataFrame(
            {key: _FITS[key](sheets, value) for key, value in given.items()}, index=sheets.index
        )
        found = sheets[fits.all(axis=1)]
        if found.empty:
            _none_fits(sheets, given, fits)
        if len(found) > CHOICE:
            others = ", ".join(key for key in _FITS if key not in given) or "more of the name"
            many = f"choose: found {len(found):,} sheets"
            raise ParameterError(f"{many}; expected at most {CHOICE}, so give {others}, too")
        found.insert(0, "sheet", f"{self.folder}#" + found.pop("sheet_id"))
        return found.assign(name=found["name"].map(_in_a_line)).reset_index(drop=True)

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
                "heading": known[heading],
                "unit": known["unit"],
                "meaning": known[meaning],
            }
            for table, columns in kinds.items()
            for column, kind in columns.items()
            for known in [words.MEANINGS[words.of_table(column, table)]]
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


def choose(
    corpus: str | Path | None = None,
    ministry: str | None = None,
    name: str | None = None,
    number: str | int | None = None,
    year: int | str | None = None,
) -> pd.DataFrame:
    """The sheets of a corpus (None: the folder "corpus") that `Corpus.choose` finds: the first
    column is what to give as `sheet`. Raises SheetError where there is no corpus, ParameterError.

    >>> choose(ministry="総務省", name="クラウド 調査", year=2019)  # doctest: +SKIP
    """
    folder = "corpus" if corpus is None else corpus
    if not isinstance(folder, str | PathLike):
        raise ParameterError(f"choose: found corpus {folder!r}; expected a folder, or None")
    if not stored.is_corpus(folder):
        raise SheetError(
            folder,
            "no corpus",
            "the folder of one: `make corpus` builds it from the published sheets, "
            "`review-sheets corpus build` from files at hand",
        )
    return Corpus(folder).choose(ministry, name, number, year)


def _asked(key: str, value: Any) -> Any:
    """A value to look for. Raises ParameterError where it is none."""
    if key == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if value == value // 1 else value
    if key != "year" and not (isinstance(value, str) and value.strip()):
        raise ParameterError(f"choose: found {key} {value!r}; expected text to look for, or None")
    return value


def _of_ministry(sheets: pd.DataFrame, given: str) -> pd.Series:
    known = {one: f"{one} {words.MINISTRIES.get(one, '')}" for one in sheets["ministry"].unique()}
    asked = _plain(given)
    return sheets["ministry"].isin([one for one, text in known.items() if asked in _plain(text)])


def _of_name(sheets: pd.DataFrame, given: str) -> pd.Series:
    asked = [_plain(word) for word in given.split()]
    return sheets["name"].map(_plain).map(lambda name: all(word in name for word in asked))


def _of_number(sheets: pd.DataFrame, given: str | float) -> pd.Series:
    numbers, asked = sheets["project_number"].map(_plain), _plain(str(given))
    last = numbers.str.endswith(f"-{asked.zfill(4)}")
    return numbers.str.lstrip("0").eq(asked.lstrip("0")) | last


def _of_year(sheets: pd.DataFrame, given: int) -> pd.Series:
    return sheets["sheet_year"].eq(given)


_FITS: dict[str, Callable[[pd.DataFrame, Any], pd.Series]] = {
    "ministry": _of_ministry,
    "name": _of_name,
    "number": _of_number,
    "year": _of_year,
}
"""What `choose` takes -> which sheets fit a value."""


def _none_fits(sheets: pd.DataFrame, given: dict, fits: pd.DataFrame) -> NoReturn:
    """Raises ParameterError: how many sheets each of `given` fits, and what is near or left."""
    counts = {key: int(many) for key, many in fits.sum().items()}
    told = ", ".join(f"{key} {given[key]!r} ({many:,})" for key, many in counts.items())
    found = f"choose: found no sheet that fits {told}"
    if 0 in counts.values():
        worst = next(key for key, many in counts.items() if not many)
        known = {_plain(one): one for one in sheets[worst]} if worst in sheets else {}
        near = get_close_matches(_plain(str(given[worst])), known, cutoff=0.4)
        near = [known[one] for one in near]
        such = f", such as {'; '.join(map(_in_a_line, near))}" if near else ""
        raise ParameterError(f"{found}; expected another {worst}{such}")
    left = {key: fits.drop(columns=key).all(axis=1).sum() for key in counts}
    rest = ", ".join(f"without {key} {many:,}" for key, many in left.items())
    raise ParameterError(f"{found}; expected fewer conditions: {rest}")


def _plain(text: str) -> str:
    return narrow(text).casefold()


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
