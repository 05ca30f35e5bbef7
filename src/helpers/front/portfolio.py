"""Where should one look first? The object of notebook 04: all projects of a sheet year."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cached_property
from os import PathLike
from typing import Any

import pandas as pd

from helpers import parameters, words
from helpers.analysis import leads
from helpers.analysis import portfolio as sums
from helpers.analysis.leads import REASONS, WEIGHTS
from helpers.forecast.portfolio import FORMAT, Government, OfCorpus, OfFolder, is_written
from helpers.front.of_a_sheet import Shown
from helpers.parameters import ParameterError
from helpers.story import portfolio as story

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
        if self._ministry is not None and self._ministry not in known:
            raise ParameterError(
                f"ministry: found {ministry!r}; expected one of {', '.join(known)}"
            )
        self._sheets = None if self._area is None else _stating(self._area, self._of)
        self._weights = WEIGHTS | self._of.about.get("weights", {}) | given["weights"]
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
        return story.summary(money, self.leads, self.reasons, self._year, self._ministry)

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
            **self._of.about,
            "ministry": self._ministry,
            "policy_area": self._area,
            "weights": self._weights,
            "coverage": self.coverage.to_dict("records"),
            "columns": columns,
        }

    @cached_property
    def _ranked(self) -> pd.DataFrame:
        """`leads` without words: ranked among all of the government, then of the ministry."""
        ranked = leads.ordered(self._of.projects, self._weights)
        return self._own(ranked).reset_index(drop=True)

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
    assert folder is not None
    of = OfFolder(folder) if is_written(folder) else OfCorpus(folder, year)
    if year is not None and year not in of.years:
        there = ", ".join(map(str, of.years))
        raise ParameterError(f"year: found {year}; expected one of the sheet years {there}")
    return of


def _stating(area: str, of: Government) -> set[str]:
    """The sheets that state the policy area. Raises ParameterError where none does."""
    known = of.areas["area"].value_counts()
    if area in known:
        return {*of.areas.loc[of.areas["area"] == area, "sheet_id"]}
    if known.empty:
        there = f"None: the sheets of {of.about['year']} state none, those from 2024 on do"
    else:
        near = get_close_matches(area, known.index, cutoff=0.4) or known.index[:NAMED]
        there = f"one of the {len(known)} that the sheets state, such as {', '.join(near)}"
    raise ParameterError(f"policy_area: found {area!r}; expected {there}")
