"""Where should one look first? The object of notebook 04: all projects of a sheet year."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cached_property
from os import PathLike
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from helpers import charts, parameters, words
from helpers.analysis import leads
from helpers.analysis import portfolio as sums
from helpers.analysis.leads import REASONS, WEIGHTS
from helpers.forecast.portfolio import FORMAT, Government, OfCorpus, OfFolder, Shipped, is_written
from helpers.front.of_a_sheet import Shown, section, show
from helpers.parameters import ParameterError
from helpers.sentences import Sentences
from helpers.show import Answer
from helpers.story.portfolio import first
from helpers.story.portfolio import reasons as story
from helpers.story.portfolio import record as rankings
from helpers.story.portfolio import sums as sums_of
from helpers.story.portfolio.answer import answer

NAMED = 10
"""Policy areas that an error names."""


class Portfolio(Shown):
    """All projects with a sheet of `year` in a corpus: their money by ministry and fiscal year, and
    where to look first, as the sheets up to `year` tell it. Money is million yen.

    `corpus` is a corpus, or a folder that `review-sheets portfolio` wrote of one, which is read at
    once; without a `year` the last is taken in which the sheets are whole. With `ministry`, or
    `policy_area` (one of the main expenses, or a policy, as the sheets of 2024 on state them), the
    tables are of those projects alone; ranks and percentiles stay those among all of the
    government. `weights` (reason -> number, of `leads.REASONS`, or text such as "unspent=3,
    opinion=0"; those not named weigh 1) make the one order, of which `top` are shown. Raises
    SheetError, ParameterError.

    >>> portfolio = Portfolio("corpus", 2024, "環境省", weights="unspent=3")  # doctest: +SKIP
    >>> portfolio.leads.head(10)[["name", "expected_unspent", "reasons"]]  # doctest: +SKIP
    """

    _prose = Sentences("notebooks/portfolio")

    def __init__(
        self,
        corpus: str | PathLike | None = None,
        year: int | None = None,
        ministry: str | None = None,
        policy_area: str | None = None,
        top: int = 20,
        weights: str | Mapping[str, Any] = "",
    ):
        super().__init__()
        given: dict[str, Any] = {"corpus": corpus, "year": year, "ministry": ministry}
        given |= {"policy_area": policy_area, "top": top, "weights": weights}
        parameters.check(given)
        self._told: dict[str, pd.DataFrame] = {}
        self._of = _government(given["corpus"], given["year"])
        self._year, self._top = self._of.about["year"], given["top"]
        self._ministry, self._area = given["ministry"], given["policy_area"]
        known = sorted(self._of.money["ministry"].unique())
        if self._ministry is not None:
            self._ministry = parameters.ministry(self._ministry, known)
        self._sheets = None if self._area is None else _stating(self._area, self._of)
        self._weights = (
            WEIGHTS | self._of.about.get("weights", {}) | parameters.weights(given["weights"])
        )
        if not any(self._weights.values()):
            raise ParameterError("weights: found 0 for every reason; expected one above 0 at least")

    @property
    def weights(self) -> dict[str, float]:
        """Reason -> what it weighs in the order."""
        return dict(self._weights)

    @cached_property
    def money(self) -> pd.DataFrame:
        """Asked, granted, spent, carried out and unspent by ministry and fiscal year:
        `analysis.portfolio.money`. Of a policy area the years about the sheets' own alone, as only
        they state it."""
        table = self._of.money
        if self._sheets is not None:
            rows = self._of.printed[self._of.printed["sheet_id"].isin(self._sheets)]
            sheets = rows.drop_duplicates("sheet_id").assign(sheet_type=None)
            table = sums.money(rows, sheets, self._year)
        return self._own(table, by_sheet=False).reset_index(drop=True)

    @property
    def years(self) -> pd.DataFrame:
        """The sums of `money` by fiscal year: its columns without the ministry."""
        return sums.years(self.money)

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """The sheets' years that are in no sum, and why: sheet_id, ministry, name, fiscal_year,
        left_out (of `analysis.portfolio.LEFT_OUT`), budget_net, executed."""
        return self._own(self._of.left_out).reset_index(drop=True)

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
        told = self.reasons.groupby("project_id")["told"].agg(" ".join)
        return self._ranked.assign(reasons=self._ranked["project_id"].map(told))

    @property
    def reasons(self) -> pd.DataFrame:
        """One row a project x reason that is notable: `story.portfolio.reasons`, in the language of
        now."""
        if words.language() not in self._told:
            self._told[words.language()] = story.reasons(
                self._ranked, self._of.explained, self._year
            )
        return self._told[words.language()]

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
        return self._of.record

    def summary(self) -> str:
        """The last year's money and the first projects, for a terminal."""
        last = self.years.query("fiscal_year == @self._year - 1 and outturns > 0")
        money = last.iloc[0].to_dict() if len(last) else None
        of = "" if self._ministry is None else words.ministry(self._ministry)
        of = words.listed(filter(None, [of, self._area]))
        return story.summary(money, self.leads, self.reasons, self._year, of)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """What `review-sheets portfolio` writes: name -> table."""
        own = ("money", "leads", "reasons", "left_out", "record")
        made, ids = {name: getattr(self, name) for name in own}, self.leads["sheet_id"]
        for name in ("explained", "areas", "printed"):
            table = getattr(self._of, name)
            made[name] = table[table["sheet_id"].isin(ids)].reset_index(drop=True)
        return made

    @property
    def about(self) -> dict:
        """What `review-sheets portfolio` says of its tables: format, year, ministry, policy_area,
        weights, sheet_years, seen, unfinished (`forecast.portfolio`), coverage, and the columns:
        heading and meaning in both languages, and unit."""
        columns = {
            name: {column: words.described(str(column)) for column in table}
            for name, table in self.tables.items()
        }
        return {
            "format": FORMAT,
            **self._facts,
            "weights": self._weights,
            "coverage": self.coverage.to_dict("records"),
            "columns": columns,
        }

    @property
    def _facts(self) -> dict:
        of = {"ministry": self._ministry, "policy_area": self._area}
        return self._of.about | of

    @cached_property
    def _ranked(self) -> pd.DataFrame:
        """`leads` without words: ranked among all of the government, then of the ministry."""
        ranked = leads.ordered(self._of.projects, self._weights)
        return self._own(ranked).reset_index(drop=True)

    @cached_property
    def _sums(self) -> pd.DataFrame:
        return sums_of.with_rate(self.years)

    @cached_property
    def _ministries(self) -> pd.DataFrame:
        """The ministries in the last closed year: all, or those with a part in the policy area."""
        last = sums_of.last(self.money)
        money = self._of.money if self._area is None else self.money
        year = 0 if last is None else int(last["fiscal_year"])
        return sums_of.ministries(money, year)

    @property
    def _source(self) -> str:
        years = self._of.about["sheet_years"]
        return sums_of.say("source", first=years[0], last=years[-1])

    def answer(self) -> Answer:
        """How much was left, and where to look first?"""
        said = (self._facts, self.money, self._ministries, self.leads, self.record, self.left_out)
        return answer(*said)

    def plot_years(self, ax: Axes | None = None) -> Axes | None:
        """From request to outturn by fiscal year, and the shares left and carried out."""
        names = {"rate": sums_of.say("rate"), "carried": sums_of.say("carried")}
        drawn = (self._sums, sums_of.seen_years(self._sums), self._source, names)
        return charts.money_years(*drawn, ax)

    @section
    def show_years(self) -> None:
        """How did the money change over the years?"""
        self.plot_years()
        show(
            sums_of.read_years(self._sums, self.money, self._own(self._of.printed), self._year),
            sums_of.years_table(self._sums),
        )

    def plot_ministries(self, ax: Axes | None = None) -> Axes | None:
        """The money left of the last closed year by ministry; None where none is known."""
        if self._ministries.empty:
            return None
        title = sums_of.seen_ministries(self._ministries)
        return charts.money_ministries(self._ministries, self._ministry, title, self._source, ax)

    @section
    def show_ministries(self) -> None:
        """Which ministries hold it?"""
        self.plot_ministries()
        show(*sums_of.ministries_parts(self._ministries, self._ministry, self.leads))

    def plot_first(self, ax: Axes | None = None) -> Axes | None:
        """The first projects with their percentile by each reason; None without any."""
        rows = self._first.head(first.DRAWN)
        if rows.empty:
            return None
        names = {reason: first.say("short", reason=reason) for reason in REASONS}
        return charts.reasons(rows, names, first.seen(self._first), self._source, ax)

    @property
    def _first(self) -> pd.DataFrame:
        return first.top(self.leads, self._top)

    @section
    def show_first(self) -> None:
        """Where to look first?"""
        if self._of.projects.empty:
            show(first.needs_corpus())
            return
        part = len(self.leads) < len(self._of.projects)
        show(first.read_first(self.leads, self.coverage, self._weights, self._top, part))
        self.plot_first()
        show(first.first_table(self._first))

    @section
    def show_reasons(self) -> None:
        """What speaks for a look at each, and what does its sheet say?"""
        show(first.told(self._first, self.reasons))

    @section
    def show_each(self) -> None:
        """Which are first by each reason?"""
        show(*first.by_reason(self.leads, self.reasons))

    def plot_record(self, ax: Axes | None = None) -> Axes | None:
        """What the first of past rankings turned out to hold."""
        table = rankings.drawn(self.record)
        names = {rule: rankings.say("by", by=rule) for rule in charts.RULES}
        return charts.rankings(table, names, rankings.seen(self.record), self._source, ax)

    @section
    def show_record(self) -> None:
        """What did such rankings hold in past years?"""
        self.plot_record()
        show(rankings.read_record(self.record), rankings.record_table(self.record))

    @section
    def show_left_out(self) -> None:
        """What is in no sum, and why?"""
        show(*sums_of.left_out(self.left_out, self.money))

    def _own(self, table: pd.DataFrame, by_sheet: bool = True) -> pd.DataFrame:
        """The rows of the ministry and of the policy area."""
        if self._ministry is not None and "ministry" in table:
            table = table[table["ministry"] == self._ministry]
        if self._sheets is not None and by_sheet:
            table = table[table["sheet_id"].isin(self._sheets)]
        return table

    def _title(self) -> str:
        whole = words.say("全府省庁", "the whole government")
        of = whole if self._ministry is None else words.ministry(self._ministry)
        of += "" if self._area is None else f" {words.quoted(self._area)}"
        return words.say(f"{self._year}年公表、{of}", f"sheets of {self._year}, {of}")


def _government(folder: str | None, year: int | None) -> Government:
    """All projects of the year. Raises SheetError, and ParameterError for a year there is not."""
    of: Government
    if folder is None:
        of = Shipped()
    else:
        of = OfFolder(folder) if is_written(folder) else OfCorpus(folder, year)
    if year is not None and year not in of.years:
        there = ", ".join(map(str, of.years))
        none = ", as there is no corpus" if folder is None else ""
        raise ParameterError(f"year: found {year}; expected one of the sheet years {there}{none}")
    return of


def _stating(area: str, of: Government) -> set[str]:
    """The sheets that state the policy area. Raises ParameterError where none does."""
    known = of.areas["area"].value_counts()
    if area in known:
        return {*of.areas.loc[of.areas["area"] == area, "sheet_id"]}
    if of.projects.empty:
        there = "None without a corpus"
    elif known.empty:
        there = f"None: the sheets of {of.about['year']} state none, those from 2024 on do"
    else:
        near = get_close_matches(area, known.index, cutoff=0.4) or known.index[:NAMED]
        there = f"one of the {len(known)} that the sheets state, such as {', '.join(near)}"
    raise ParameterError(f"policy_area: found {area!r}; expected {there}")
