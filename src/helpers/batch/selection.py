"""Which of many sheets to make reports of: by ministry, by sheet year, by what they print."""

import ast
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pandas as pd

from helpers.corpus import Corpus
from helpers.parameters import ParameterError
from helpers.sheet import COLUMNS, NUMBER, TEXT, YEAR, Rows, table
from helpers.sources.cells import nfkc

LAST_CLOSED = [name for name in COLUMNS["budget"] if name != "fiscal_year"]
"""What an expression can use besides the columns of the table `sheet`: the budget row of the last
closed year, as the sheet prints it."""

USABLE = [*COLUMNS["sheet"], *LAST_CLOSED]
METHODS = ("between", "contains", "endswith", "isin", "isna", "notna", "startswith", "str")
_PLAIN = (
    *(ast.Expression, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Constant, ast.Load),
    *(ast.List, ast.Tuple, ast.keyword, ast.And, ast.Or, ast.BitAnd, ast.BitOr, ast.cmpop),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Not, ast.Invert, ast.USub),
)


class Selection:
    """Filters, and a memory of what they met, to say why they left nothing.

    `ministries` and sheet `years` are lists of which one has to fit; `where` is an expression in
    pandas over `USABLE`; `as_of` is the last sheet year to look at, for sources of many sheets.
    Raises ParameterError for an expression that cannot be used.
    """

    def __init__(
        self,
        ministries: Iterable[str] | None = None,
        years: Iterable[int] | None = None,
        where: str | None = None,
        as_of: int | None = None,
    ):
        self.ministries, self.years = set(map(nfkc, ministries or ())), set(years or ())
        self.where, self.as_of = where, as_of
        if where is not None:
            _check(where)
            # What does not fit the columns' types shows before any work.
            _fits(self.of_rows([_made_up()]), where)
        self._seen, self._ministries, self._years = 0, set(), set()

    @property
    def narrows(self) -> bool:
        """Whether a filter was asked for."""
        return bool(self.ministries or self.years or self.where is not None)

    def of_rows(self, sheets: list[Rows]) -> pd.DataFrame:
        """One row a sheet, in order: its facts and, for `where`, its last closed year."""
        facts = table("sheet", [sheet["sheet"][0] for sheet in sheets])
        if self.where is None:
            return facts
        closed = [_last_closed(sheet) for sheet in sheets]
        return pd.concat([facts, table("budget", closed)[LAST_CLOSED]], axis="columns")

    def of_corpus(self, corpus: Corpus, year: int) -> pd.DataFrame:
        """The same for the sheets of a year of a corpus. Raises SheetError."""
        if self.where is None:
            return corpus.table("sheet", [year], ["sheet_id", "sheet_year", "ministry"])
        budget = corpus.table("budget", [year])
        closed = budget[budget["fiscal_year"] == year - 1].drop_duplicates("sheet_id")
        sheet = corpus.table("sheet", [year])
        return sheet.merge(closed[["sheet_id", *LAST_CLOSED]], how="left", on="sheet_id")

    def of_years(self, years: list[int]) -> list[int]:
        """Those of a corpus's sheet years that need to be looked at."""
        self._years.update(years)
        return [year for year in years if not self.years or year in self.years]

    def keep(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows that fit. Raises ParameterError where the expression says neither yes nor no."""
        self._seen += len(frame)
        self._ministries.update(frame["ministry"].dropna())
        self._years.update(frame["sheet_year"].dropna())
        if self.years:
            frame = frame[frame["sheet_year"].isin(self.years)]
        if self.ministries:
            frame = frame[frame["ministry"].isin(self.ministries)]
        return frame if self.where is None else frame[_fits(frame, self.where)]

    def check_left(self, left: int, refused: list[tuple[str, str]]) -> None:
        """Raises ParameterError for a ministry or a sheet year that no sheet has, and where nothing
        is left; `refused` is what could not be read, with its reason."""
        problem = _unmet("sheet year", self.years, self._years)
        problem = problem or _unmet("ministry", self.ministries, self._ministries)
        if not problem and not left and (self.narrows or not refused):
            up_to = "" if self.as_of is None else f" up to sheet year {self.as_of}"
            problem = f"none of {self._seen:,} sheets{up_to} fits {self._said() or 'the sources'}"
        if problem and refused:
            problem += f" ({len(refused):,} could not be read, the first: {refused[0][1]})"
        if problem:
            raise ParameterError(problem)

    def _said(self) -> str:
        lists = [", ".join(map(str, sorted(one))) for one in (self.years, self.ministries) if one]
        return "; ".join([*lists, *([] if self.where is None else [self.where])])


def _unmet(what: str, asked: set, seen: set) -> str:
    missing, there = (", ".join(map(str, sorted(one))) for one in (asked - seen, seen))
    return f"no sheet of the {what} {missing}; there are: {there or 'none'}" if missing else ""


def _last_closed(sheet: Rows) -> dict:
    closed = sheet["sheet"][0]["sheet_year"] - 1
    return next((row for row in sheet.get("budget", ()) if row["fiscal_year"] == closed), {})


def _made_up() -> Rows:
    """A sheet with a value in every column."""
    values = {TEXT: "", YEAR: 2019, NUMBER: 1.0}
    facts, closed = (
        {column: values[kind] for column, kind in COLUMNS[name].items()}
        for name in ("sheet", "budget")
    )
    return {"sheet": [facts], "budget": [closed | {"fiscal_year": 2018}]}


def _check(where: str) -> None:
    """Refuse what is more than a comparison of columns: an expression is no program."""
    try:
        with _quiet():
            nodes = list(ast.walk(ast.parse(where.strip(), mode="eval")))
    except (SyntaxError, ValueError, RecursionError) as error:
        reason = getattr(error, "msg", None) or str(error)
        raise _unusable(where, f"cannot be read ({reason})") from error
    for node in nodes:
        match node:
            case ast.Name(id=name) if name not in USABLE:
                raise _unusable(where, f"{name} is no column")
            case ast.Attribute(attr=name) if name not in METHODS:
                raise _unusable(where, f".{name} cannot be used")
            case ast.Call(func=ast.Attribute()) | ast.Attribute() | ast.Name():
                pass
            case _ if not isinstance(node, _PLAIN):
                raise _unusable(where, f"{type(node).__name__} cannot be used")


def _fits(frame: pd.DataFrame, where: str) -> pd.Series:
    try:
        with _quiet():
            fits = frame.eval(where.strip(), engine="python")
    except Exception as error:
        # Whatever pandas makes of what a user typed.
        raise _unusable(where, f"{type(error).__name__}: {error}") from error
    if not (isinstance(fits, pd.Series) and pd.api.types.is_bool_dtype(fits)):
        raise _unusable(where, "says neither yes nor no of a sheet")
    return fits.fillna(False).astype(bool)


@contextmanager
def _quiet() -> Iterator[None]:
    """A group in a pattern is nothing to warn of, nor is its \\d: only what fits is asked."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _unusable(where: str, reason: str) -> ParameterError:
    return ParameterError(
        f"where {where!r}: {reason}; compare columns, as in initial > 1000 or "
        "executed / budget_net < 0.7 and ministry == '総務省'; "
        f"the columns are {', '.join(USABLE)}; the methods {', '.join(METHODS)}"
    )
