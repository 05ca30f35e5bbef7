"""Where should one look first? All projects of a sheet year, of the government or a ministry."""

from collections.abc import Mapping
from functools import cached_property
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd

from helpers import corpus, fitted, parameters, words
from helpers.analysis import execution, explanations, leads
from helpers.analysis import portfolio as sums
from helpers.analysis.leads import REASONS, WEIGHTS
from helpers.fitted import Fitted
from helpers.forecast import every_project, ranking
from helpers.front.of_a_sheet import Shown
from helpers.parameters import ParameterError
from helpers.story import portfolio as story

LAST = ["budget_net", "executed", "unspent", "execution_rate"]


class Portfolio(Shown):
    """All projects with a sheet of `year` in a corpus: their money by ministry and fiscal year, and
    where to look first, as the sheets up to `year` tell it. Money is million yen.

    With `ministry` the tables are of its projects alone; ranks and percentiles stay those among all
    of the government. `weights` (reason -> number, of `leads.REASONS`; those not named weigh 1)
    make the one order. Raises SheetError, ParameterError.

    >>> portfolio = Portfolio("corpus", 2024, "環境省", {"unspent": 3})  # doctest: +SKIP
    >>> portfolio.leads.head(10)[["name", "expected_unspent", "reasons"]]  # doctest: +SKIP
    """

    def __init__(
        self,
        corpus: str | PathLike,
        year: int,
        ministry: str | None = None,
        weights: Mapping[str, Any] | None = None,
    ):
        super().__init__()
        given: dict[str, Any] = {"corpus": corpus, "as_of": year}
        parameters.check(given)
        self._folder = given["corpus"]
        self._corpus = _corpus(self._folder)
        self._year = given["as_of"]
        if self._year not in self._corpus.years:
            raise ParameterError(
                f"year: found {year}; expected one of the sheet years "
                f"{', '.join(map(str, self._corpus.years))}"
            )
        self._ministry = ministry
        known = sorted(self._sheets["ministry"].unique())
        if ministry is not None and ministry not in known:
            raise ParameterError(
                f"ministry: found {ministry!r}; expected one of {', '.join(known)}"
            )
        self._weights = _weights(weights or {})

    @property
    def weights(self) -> dict[str, float]:
        """Reason -> what it weighs in the order."""
        return dict(self._weights)

    @cached_property
    def money(self) -> pd.DataFrame:
        """Asked, granted, spent, carried out and unspent by ministry and fiscal year:
        `analysis.portfolio.money`."""
        table = sums.money(self._rows, self._every("sheet"), self._year)
        return self._own(table).reset_index(drop=True)

    @property
    def years(self) -> pd.DataFrame:
        """The sums of `money` by fiscal year: its columns without the ministry."""
        return sums.years(self.money)

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """The sheets' years that are in no sum, and why: sheet_id, ministry, name, fiscal_year,
        left_out (of `analysis.portfolio.LEFT_OUT`), budget_net, executed."""
        columns = ["sheet_id", "ministry", "name", "fiscal_year", "left_out"]
        rows = self._rows[self._rows["left_out"] != ""]
        rows = rows[rows["fiscal_year"] == rows["sheet_year"] - 1]
        return self._own(rows)[[*columns, "budget_net", "executed"]].reset_index(drop=True)

    @cached_property
    def leads(self) -> pd.DataFrame:
        """One row a project with a sheet of the year, first those to look at.

        project_id, sheet_id, ministry, name, size (class of the net budget); of the year before
        budget_net, executed, unspent and execution_rate; of the year itself budget_current (net,
        provisional), and forecast expected_budget (net, final), expected_unspent (means) and
        p_below_70; missing_target, the highest chance that one of its outcomes misses its target
        when it is due, and of that one number, indicator, target, target_year and target_outside
        (why it is beyond what was learned from, as in `outcome_pool.forecast`); the columns of
        `leads.persistence`, `leads.competition`, `leads.opinions` and `leads.contradictions`, and
        those that `leads.ranked` adds; reasons, in words. What the sheets do not tell is NaN.
        """
        table = self._ranked
        told = self.reasons.groupby("project_id")["told"].agg(" ".join)
        return table.assign(reasons=table["project_id"].map(told))

    @cached_property
    def reasons(self) -> pd.DataFrame:
        """One row a project x reason that is notable: `story.portfolio.reasons`, in the language of
        now when first asked for."""
        note, review = (self._of_year(name) for name in ("note", "review"))
        explained = explanations.explained(note, review)
        return story.reasons(self._ranked, explained, self._year)

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """Of how many projects each reason is known: reason, known, projects."""
        rows = [
            {"reason": reason, "known": int(self._ranked[f"{reason}_rank"].notna().sum())}
            for reason in REASONS
        ]
        return pd.DataFrame(rows).assign(projects=len(self._ranked))

    @property
    def record(self) -> pd.DataFrame:
        """What such rankings turned out to hold in past years: `forecast.ranking.record`, of the
        corpus's own fits, or as it ships."""
        return self._fitted.track_record["ranking"]

    def summary(self) -> str:
        """The last year's money and the first projects, for a terminal."""
        last = self.years.query("fiscal_year == @self._year - 1 and outturns > 0")
        money = last.iloc[0].to_dict() if len(last) else None
        return story.summary(money, self.leads, self.reasons, self._year, self._ministry)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """What `review-sheets portfolio` writes: name -> table."""
        names = ("money", "leads", "reasons", "left_out", "record")
        return {name: getattr(self, name) for name in names}

    @property
    def about(self) -> dict:
        """year, ministry, weights, sheet_years, coverage, and the columns of `tables`: heading and
        meaning in both languages, and unit."""
        columns = {
            name: {column: words.described(str(column)) for column in table}
            for name, table in self.tables.items()
        }
        return {
            "year": self._year,
            "ministry": self._ministry,
            "weights": self._weights,
            "sheet_years": [year for year in self._corpus.years if year <= self._year],
            "seen": max(
                part["sheets"][-1] for part in (self._fitted.execution, self._fitted.outcomes)
            ),
            "coverage": self.coverage.to_dict("records"),
            "columns": columns,
        }

    @cached_property
    def _fitted(self) -> Fitted:
        return fitted.of(f"{self._folder}#", self._year)

    @cached_property
    def _sheets(self) -> pd.DataFrame:
        of = every_project.sheets(self._corpus, self._year)
        of["name"] = of["name"].map(lambda name: " ".join(str(name).split()))
        return of[~of["is_branch"]].drop(columns="is_branch")

    @cached_property
    def _rows(self) -> pd.DataFrame:
        return sums.rows(self._every("budget"), self._every("sheet"))

    @cached_property
    def _ranked(self) -> pd.DataFrame:
        """`leads` without words: ranked among all of the government, then of the ministry."""
        corpus, year = self._corpus, self._year
        spending, finding = corpus.spending(year), self._of_year("finding")
        budget, payment = self._of_year("budget"), self._of_year("payment")
        by_sheet = [
            leads.competition(self._of_year("contract"), self._of_year("commitment"), payment),
            leads.opinions(self._of_year("review"), budget, year),
            leads.contradictions(finding, self._sheets["sheet_id"]),
        ]
        table = self._sheets.assign(
            size=self._sheets["project_id"].map(leads.sized(spending, year)).astype("str")
        )
        for part in (self._last(spending), *self._forecast, leads.persistence(spending, year)):
            table = table.merge(part, "left", on="project_id", validate="one_to_one")
        for part in by_sheet:
            table = table.merge(part, "left", on="sheet_id", validate="one_to_one")
        return self._own(leads.ranked(table, self._weights)).reset_index(drop=True)

    @cached_property
    def _forecast(self) -> list[pd.DataFrame]:
        made = every_project.all_of(self._corpus, self._fitted, self._year)
        spent, outcomes = made["execution"].table, made["outcomes"].table
        money = spent[["project_id", "p_below_70"]].assign(
            budget_current=spent["budget"],
            expected_budget=spent["budget_mean"],
            expected_unspent=ranking.unspent(spent),
        )
        facts = ["project_id", "number", "indicator", "target", "target_year"]
        target = ranking.missing(outcomes)[[*facts, "chance", "outside"]]
        named = {"chance": "missing_target", "outside": "target_outside"}
        return [money, target.rename(columns=named)]

    def _last(self, spending: pd.DataFrame) -> pd.DataFrame:
        """The money of the year before, by project."""
        rows = execution.measured(spending, spending["is_branch"])
        rows = rows[(rows["fiscal_year"] == self._year - 1) & rows["closed"].astype(bool)]
        return rows[["project_id", *LAST]]

    def _own(self, table: pd.DataFrame) -> pd.DataFrame:
        return table if self._ministry is None else table[table["ministry"] == self._ministry]

    def _every(self, name: str) -> pd.DataFrame:
        years = [year for year in self._corpus.years if year <= self._year]
        return self._corpus.table(name, years)

    def _of_year(self, name: str) -> pd.DataFrame:
        return self._corpus.table(name, [self._year])

    def _title(self) -> str:
        whole = words.say("全府省庁", "the whole government")
        of = whole if self._ministry is None else words.ministry(self._ministry)
        return words.say(f"{self._year}年公表、{of}", f"sheets of {self._year}, {of}")


def _corpus(folder: str) -> corpus.Corpus:
    return corpus.Corpus(folder)


def _weights(given: Mapping[str, Any]) -> dict[str, float]:
    """All weights. Raises ParameterError for another reason, and for what is no weight."""
    if unknown := set(given) - set(REASONS):
        raise ParameterError(
            f"weights: found {', '.join(map(repr, sorted(unknown)))}; expected some of "
            f"{', '.join(REASONS)}"
        )
    weights = dict(WEIGHTS)
    for name, value in given.items():
        try:
            weights[name] = parameters.number(value)
        except ValueError:
            weights[name] = np.nan
        if not weights[name] >= 0:
            raise ParameterError(f"weights: found {name} {value!r}; expected a number from 0 on")
    if not any(weights.values()):
        raise ParameterError("weights: found 0 for every reason; expected one above 0 at least")
    return weights
