"""Who received the money? Payees of all sheets of a corpus, or one of them: notebook 06."""

import re
from difflib import get_close_matches
from functools import cached_property
from os import PathLike
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from helpers import charts, parameters, paths
from helpers.analysis import every_payee, years
from helpers.checks.payments import is_valid
from helpers.corpus import Corpus
from helpers.front.of_a_sheet import Shown, load, section, show
from helpers.parameters import ParameterError
from helpers.payee_names import payee_key
from helpers.sentences import Sentences
from helpers.sheet import SheetError
from helpers.show import Answer, Fold
from helpers.story import payees as story

TABLES = ("payment", "sheet", "budget", "project", "remark", "contract", "commitment")

NEAR = 5
"""Names that an error shows at most."""


class Payees(Shown):
    """Who was paid by the projects of a corpus, in these fiscal years and by this ministry, where
    given; or one `payee` (a name in any spelling, or a corporate number).

    Money is million yen, `direct`, `untold` and `handed_on` apart, as `analysis.every_payee` says.
    Without a corpus only the default sheet is read. `of` gives one payee of the same tables, which
    are made once. Raises SheetError, ParameterError: for a name that is not there, with the
    nearest, and for one that is several corporate numbers', with these.

    >>> payees = Payees("corpus", first_year=2018, last_year=2018)  # doctest: +SKIP
    >>> payees.largest(10)[["payee", "amount", "ministries"]]  # doctest: +SKIP
    >>> payees.of("8010401024011").by_year  # doctest: +SKIP
    """

    _prose = Sentences("notebooks/payees")

    def __init__(
        self,
        corpus: str | PathLike | None = None,
        payee: str | int | None = None,
        ministry: str | None = None,
        first_year: int | None = None,
        last_year: int | None = None,
    ):
        super().__init__()
        given: dict[str, Any] = {"corpus": corpus, "payee": payee, "ministry": ministry}
        given |= {"first_year": first_year, "last_year": last_year}
        parameters.check(given)
        self._every = _Every(given)
        self._id = None if given["payee"] is None else self._every.named(given["payee"])

    def of(self, payee: str | int) -> "Payees":
        """One payee, by its corporate number or name, of the tables of this one. Raises
        ParameterError as for `payee`."""
        given: dict[str, Any] = {"payee": payee}
        parameters.check(given)
        one = Payees.__new__(Payees)
        Shown.__init__(one)
        one._every, one._id = self._every, self._every.named(given["payee"])
        return one

    @property
    def payments(self) -> pd.DataFrame:
        """Every payment, with its payee: `every_payee.rows`."""
        return self._part("rows")

    @property
    def payees(self) -> pd.DataFrame:
        """One row a payee, most money first: `every_payee.payees`."""
        return self._part("payees")

    def largest(self, most: int, kinds: tuple[str, ...] = every_payee.LISTED) -> pd.DataFrame:
        """The first `most` payees, of these kinds (`every_payee.KINDS`): neither bundles nor what
        may be a person; the columns of `payees`."""
        return every_payee.largest(self._every.payees, most, kinds)

    @property
    def by_year(self) -> pd.DataFrame:
        """What payees got by ministry and fiscal year: `every_payee.by_year`."""
        return self._part("by_year")

    @property
    def projects(self) -> pd.DataFrame:
        """For which projects: `every_payee.projects`."""
        return self._part("projects")

    @property
    def evidence(self) -> pd.DataFrame:
        """Under which spellings and numbers, and how they were joined: `every_payee.evidence`."""
        return self._part("evidence")

    @property
    def apart(self) -> pd.DataFrame:
        """Of one payee: the others that the sheets print under one of its names, too, in none of
        its sums: the columns of `payees`, all that these got, and `shared`, how many of their
        payments are under such a name."""
        keys = set(self.evidence["payee"].map(payee_key)) - {""}
        shared = self._every.shared.reindex(sorted(keys), level="payee_key")
        shared = shared.groupby("payee_id").sum().drop(self._id, errors="ignore").rename("shared")
        return self._every.payees.merge(shared.reset_index(), on="payee_id")

    @property
    def concentration(self) -> pd.DataFrame:
        """How concentrated named money is, by ministry and year: `every_payee.concentration`."""
        return self._every.concentration

    @property
    def contracts(self) -> pd.DataFrame:
        """Purchases with their method, where it is printed: `every_payee.contracts`."""
        return self._part("contracts")

    @property
    def purchases(self) -> pd.DataFrame:
        """Purchases by ministry and kind: `every_payee.purchases`."""
        return every_payee.purchases(self.contracts)

    @property
    def sole_bidders(self) -> pd.DataFrame:
        """Who was a ministry's single bidder several times: `every_payee.sole_bidders`."""
        return self._part("sole_bidders")

    @property
    def left_out(self) -> pd.DataFrame:
        """The payments in no sum, and why: `every_payee.left_out`."""
        return self._part("left_out")

    @property
    def again(self) -> pd.DataFrame:
        """Large payments that several sheets print alike: `every_payee.again`."""
        return self._part("again")

    @property
    def coverage(self) -> pd.DataFrame:
        """What is known of each fiscal year: `every_payee.coverage`."""
        return self._every.coverage

    def _part(self, name: str) -> pd.DataFrame:
        table = getattr(self._every, name)
        return table if self._id is None else self._every.of(name, self._id)

    @property
    def _facts(self) -> dict:
        """What sentences say of the choice."""
        one = None if self._id is None else self.payees.iloc[0].to_dict()
        return self._every.facts | {"one": one}

    def _title(self) -> str:
        return story.title(self._facts)

    @property
    def _source(self) -> str:
        return story.source(self._facts)

    def answer(self) -> Answer:
        """Who received how much?"""
        if self._id is None:
            whole = self.payees, self.concentration, self.sole_bidders, self.contracts
            return story.answer(self._facts, *whole)
        paid, names = (self.by_year, self.projects), (self.evidence, self.apart)
        bought = self.sole_bidders, self.contracts
        return story.answer_of(self._facts, *paid, *names, *bought)

    def plot_largest(self, ax: Axes | None = None) -> Axes | None:
        """The payees with the most money."""
        table = self.largest(story.DRAWN, every_payee.PRIVATE)
        return charts.largest_payees(table, self._source, ax)

    def plot_years(self, ax: Axes | None = None) -> Axes | None:
        """One payee's money by fiscal year and ministry."""
        table = story.years(self.by_year, self.coverage)
        return charts.payee_years(**table, source=self._source, ax=ax)

    @section
    def show_years(self) -> None:
        """Who received how much, in which years?"""
        if self._id is None:
            show(story.read_largest(self._facts, self.coverage))
            self.plot_largest()
            private, public = (
                self.largest(story.LISTED, kinds)
                for kinds in (every_payee.PRIVATE, every_payee.PUBLIC)
            )
            show(*story.largest_tables(private, public), story.coverage_table(self.coverage))
            return
        show(story.read_years(self.by_year, self.coverage))
        self.plot_years()
        show(story.years_table(self.by_year, self.coverage))

    @section
    def show_projects(self) -> None:
        """For which projects?"""
        if self._id is None:
            kept = self.largest(story.LISTED, every_payee.PRIVATE)
            show(story.read_first_projects(kept, self.projects))
            show(story.first_projects_table(kept, self.projects))
            return
        show(story.read_projects(self.projects), *story.projects_tables(self.projects))

    def plot_concentration(self, ax: Axes | None = None) -> Axes | None:
        """The share of the first ten payees, by ministry."""
        table = story.concentrated(self.concentration)
        return charts.concentration(table, self._source, ax)

    @section
    def show_concentration(self) -> None:
        """How concentrated is it?"""
        if self._id is None:
            show(story.read_concentration(self.concentration))
            self.plot_concentration()
            show(story.concentration_table(self.concentration, self._every.names))
            return
        show(story.read_shares(self._facts, self.by_year), story.shares_table(self.by_year))

    @section
    def show_contracts(self) -> None:
        """How was it contracted?"""
        if self._id is None:
            show(story.read_purchases(self.contracts, self.coverage))
            show(*story.purchases_tables(self.purchases, self.contracts, self._every.names))
            return
        show(story.read_purchases(self.contracts, self.coverage))
        show(*story.contracts_tables(self.contracts))

    @section
    def show_sole_bidders(self) -> None:
        """Who bid alone, again and again?"""
        show(story.read_sole(self.sole_bidders, self.contracts, self._id is not None))
        show(story.sole_table(self.sole_bidders))

    @section
    def show_names(self) -> None:
        """Which names were taken together?"""
        if self._id is None:
            show(story.read_joined(self.payments), story.joined_table(self.payments))
            show(story.apart_table(self.evidence))
            return
        show(story.read_evidence(self.evidence, self.apart), story.evidence_table(self.evidence))
        show(story.same_name_table(self.apart))

    def plot_unnamed(self, ax: Axes | None = None) -> Axes | None:
        """What has no named recipient, by ministry."""
        return charts.unnamed(story.unnamed(self.concentration), self._source, ax)

    @section
    def show_unnamed(self) -> None:
        """How much has no named recipient, or is in no sum?"""
        if self._id is None:
            show(story.read_unnamed(self.concentration, self._every.payees))
            self.plot_unnamed()
            show(story.unnamed_table(self.concentration), story.kinds_table(self._every.payees))
        show(story.read_left_out(self.left_out, self.again))
        show(Fold(story.say("left_out"), story.left_out_table(self.left_out)))


class _Every:
    """The tables of what was chosen, made once for all its payees."""

    def __init__(self, given: dict):
        self._given = given
        folder = given["corpus"]
        self._tables = _of_default() if folder is None else _of_corpus(folder)
        wanted = ("payment", "sheet", "budget", "project", "remark")
        every = every_payee.rows(*(self._tables[name] for name in wanted))
        if every.empty:
            raise SheetError(folder, "no payments", "a corpus whose sheets print payments")
        ministry = given["ministry"]
        if ministry is not None:
            ministry = parameters.ministry(ministry, sorted(every["ministry"].unique()))
        self._every = every
        rows = every if ministry is None else every[every["ministry"] == ministry]
        self.rows = years.between(rows, given["first_year"], given["last_year"])
        self._ministry = ministry
        self._places: dict[str, dict] = {}

    @cached_property
    def ids(self) -> set[str]:
        return set(self.rows["payee_id"])

    @cached_property
    def payees(self) -> pd.DataFrame:
        return every_payee.payees(self.rows)

    @cached_property
    def names(self) -> pd.Series:
        """payee_id -> name."""
        return self.payees.set_index("payee_id")["payee"]

    @cached_property
    def by_year(self) -> pd.DataFrame:
        return every_payee.by_year(self.rows)

    @cached_property
    def projects(self) -> pd.DataFrame:
        return every_payee.projects(self.rows)

    @cached_property
    def evidence(self) -> pd.DataFrame:
        return every_payee.evidence(self.rows)

    @cached_property
    def shared(self) -> pd.Series:
        """(payee_key, payee_id) -> payments."""
        return self.rows.groupby(["payee_key", "payee_id"]).size()

    @cached_property
    def concentration(self) -> pd.DataFrame:
        return every_payee.concentration(self.rows, self._tables["budget"], self._tables["sheet"])

    @cached_property
    def contracts(self) -> pd.DataFrame:
        own, several, paid = (self._tables[name] for name in ("contract", "commitment", "payment"))
        sheets = set(self.rows["sheet_id"])
        return every_payee.contracts(own, several, paid, self._every, sheets)

    @cached_property
    def sole_bidders(self) -> pd.DataFrame:
        return every_payee.sole_bidders(self.contracts)

    @cached_property
    def left_out(self) -> pd.DataFrame:
        return every_payee.left_out(self.rows)

    @cached_property
    def again(self) -> pd.DataFrame:
        return every_payee.again(self.rows)

    @cached_property
    def coverage(self) -> pd.DataFrame:
        return every_payee.coverage(self.rows)

    @property
    def facts(self) -> dict:
        sheet_years = self.rows["sheet_year"]
        year = self.rows["fiscal_year"]
        return {
            "ministry": self._ministry,
            "first": int(year.min()),
            "last": int(year.max()),
            "sheet_years": (int(sheet_years.min()), int(sheet_years.max())),
            "sheets": int(self.rows["sheet_id"].nunique()),
            "alone": self._given["corpus"] is None,
        }

    def of(self, name: str, payee_id: str) -> pd.DataFrame:
        """A payee's rows of a table."""
        table = getattr(self, name)
        if name not in self._places:
            self._places[name] = table.groupby("payee_id").indices
        return table.iloc[self._places[name].get(payee_id, [])].reset_index(drop=True)

    def named(self, given: str) -> str:
        """The payee_id meant. Raises ParameterError."""
        every, key = self._every, payee_key(given)
        found = every[(every["payee_id"] == key) | (every["payee_key"] == key)]
        numbers = found.loc[found["payee_id"] != key, "payee_id"].value_counts()
        if set(found["kind"]) & set(every_payee.NOBODY):
            raise ParameterError(
                f"payee: found {given!r}, a label of nobody in particular; expected another payee"
            )
        if len(numbers) > 1:
            names = every_payee.payees(every[every["payee_id"].isin(numbers.index)])
            name = names.set_index("payee_id")["payee"]
            each = [f"{one} ({name[str(one)]}, {many:,})" for one, many in numbers.items()]
            raise ParameterError(
                f"payee: found {given!r}, a name of several payees; expected the corporate number "
                f"of one of them: {'; '.join(each)}"
            )
        if found.empty:
            keys = every["payee_key"].drop_duplicates().tolist()
            if re.fullmatch("[0-9]{12,14}", key) and not is_valid(key):
                raise ParameterError(
                    f"payee: found {given!r}, no corporate number (its length or its check digit "
                    "is not that of one); expected a number as sheets print it, or a name"
                )
            within = sorted((one for one in keys if key in one), key=lambda one: (len(one), one))
            near = within[:NEAR] or get_close_matches(key, keys, NEAR, 0.4)
            spelled = every.drop_duplicates("payee_key").set_index("payee_key")["payee"]
            such = "; ".join(spelled[one] for one in near)
            wanted = f"another payee, such as {such}" if near else "another payee"
            raise ParameterError(f"payee: found {given!r}; expected {wanted}")
        one = str(numbers.index[0]) if len(numbers) else key
        if one not in self.ids:
            paid = every[every["payee_id"] == one]
            span = f"{paid['fiscal_year'].min()}–{paid['fiscal_year'].max()}"
            raise ParameterError(
                f"payee: found {given!r}, not paid in what was chosen; expected years and a "
                f"ministry that paid it: {span}; {', '.join(sorted(paid['ministry'].unique()))}"
            )
        return one


def _of_corpus(folder: str) -> dict[str, pd.DataFrame]:
    corpus = Corpus(folder)
    return {name: corpus.table(name) for name in TABLES}


def _of_default() -> dict[str, pd.DataFrame]:
    """The tables of the default sheet, as of a corpus of it alone."""
    sheet = load(paths.DEFAULT_SHEET)
    tables = {name: frame for name, frame in sheet.tables().items() if name in TABLES}
    tables = {name: frame.assign(sheet_id=sheet.id) for name, frame in tables.items()}
    return tables | {"project": pd.DataFrame({"sheet_id": [sheet.id], "project_id": [sheet.id]})}
