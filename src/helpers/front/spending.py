"""How much of the budget was not spent? The object of notebook 02."""

from functools import cached_property
from os import PathLike

import pandas as pd
from matplotlib.axes import Axes

from helpers import charts
from helpers.analysis import contracts, execution, flows, measures, payees, reviews, revisions
from helpers.analysis.execution import Overall
from helpers.analysis.peers import band, mean_size, standing
from helpers.forecast import came, outlook
from helpers.front.of_a_sheet import OfASheet, folded, section, show
from helpers.sentences import Sentences
from helpers.sheet import NO_PROJECT, ReviewSheet
from helpers.show import Answer
from helpers.story import came as since
from helpers.story.spending import budget, forecast, payments, peers
from helpers.story.spending import contracts as bought
from helpers.story.spending import flows as followed
from helpers.story.spending import reviews as reviewed
from helpers.story.spending.answer import answer


class Spending(OfASheet):
    """A project's budget: from the request to what was paid, and what comes next.

    `sheet` is a file, `DIR#id` of a corpus (`as_of`: nothing published after that year), or a
    ReviewSheet; `repair` "proved", "all" or "none"; `first_year` and `last_year` fiscal years to
    look at; `budget` the net budget of the year that is forecast, million yen, where the sheet's is
    not to be used. Money is million yen, rates are shares. Raises SheetError, ParameterError.

    >>> budget = Spending("data/sheets/2019-総務省-0042.txt")
    >>> budget.rates.query("modelled")[["fiscal_year", "budget_net", "executed"]].tail(2)
       fiscal_year  budget_net  executed
    5         2017        24.0       7.0
    6         2018        71.0      43.0
    """

    _prose = Sentences("notebooks/spending")

    def __init__(
        self,
        sheet: str | PathLike | ReviewSheet,
        as_of: int | None = None,
        repair: str = "proved",
        first_year: int | None = None,
        last_year: int | None = None,
        budget: float | None = None,
    ):
        years = {"first_year": first_year, "last_year": last_year}
        super().__init__(sheet, as_of, repair, **years, budget=budget)
        # A span without a year is told here, and not where its first table is asked for.
        _ = self.rates

    @property
    def _years(self) -> tuple[int | None, int | None]:
        return self._given["first_year"], self._given["last_year"]

    @cached_property
    def rates(self) -> pd.DataFrame:
        """One row a fiscal year: the budget's columns, `execution_rate` (executed / net budget),
        `unspent`, and what speaks against a year: `analysis.execution.rates`."""
        return execution.rates(self.sheet, *self._years)

    @cached_property
    def overall(self) -> Overall:
        """The rate of all years together, with its 95 % limits."""
        return execution.overall(self.rates)

    @cached_property
    def steps(self) -> pd.DataFrame:
        """From the request to the outturn, a row a fiscal year: `analysis.execution.cascade`."""
        return execution.cascade(self.rates)

    @cached_property
    def unspent(self) -> pd.DataFrame:
        """Unspent money by fiscal year, and added up: `analysis.execution.unspent`."""
        return execution.unspent(self.rates)

    @cached_property
    def peers(self) -> pd.DataFrame:
        """Its place among all projects, its ministry's, and those of its size, a row a measure x
        group: `analysis.peers.standing`."""
        own = measures.own(self.sheet, self.rates)
        ministry, size = self.sheet.facts["ministry"], mean_size(self.rates)
        return standing(self._known.peers.table, own, ministry, size)

    @cached_property
    def forecast(self) -> pd.DataFrame:
        """Rate and outturn of the next year, a row a level of the interval: learned from all
        projects, or where that cannot be, from this one alone (`model`); empty where neither
        can."""
        learned, _ = self._learned
        return self._alone if learned.empty else learned

    @cached_property
    def payments(self) -> pd.DataFrame:
        """What each named payee was paid in a fiscal year: `analysis.payees.totals`."""
        return payees.totals(self.sheet, *self._years)

    @cached_property
    def concentration(self) -> pd.DataFrame:
        """How far the named payments go to few, a row a fiscal year:
        `analysis.payees.concentration`."""
        return payees.concentration(self.payments, self.rates)

    @cached_property
    def contracts(self) -> pd.DataFrame:
        """Contracts with their methods and bidders: `analysis.contracts.contracts`; empty where a
        sheet prints none."""
        return contracts.contracts(self.sheet, *self._years)

    @cached_property
    def methods(self) -> pd.DataFrame:
        """The contracts of the state itself by method, with single bids:
        `analysis.contracts.methods`."""
        return contracts.methods(self.contracts)

    @cached_property
    def repeats(self) -> pd.DataFrame:
        """Payees and the years they were paid in: `analysis.contracts.repeats`."""
        return contracts.repeats(self.sheet, *self._years)

    @cached_property
    def blocks(self) -> pd.DataFrame:
        """Blocks of payees and how far each is from the state, by fiscal year:
        `analysis.flows.blocks`; empty where a sheet prints none."""
        return flows.blocks(self.sheet, *self._years)

    @cached_property
    def followed(self) -> pd.DataFrame:
        """How far the money can be followed, a row a fiscal year: `analysis.flows.followed`."""
        return flows.followed(self.blocks, self.sheet, *self._years)

    @cached_property
    def reviews(self) -> pd.DataFrame:
        """What each review said, and the budgets that followed: `analysis.reviews.followed`; empty
        where a sheet prints none."""
        return reviews.followed(self.sheet)

    @cached_property
    def _trend(self) -> pd.DataFrame:
        return execution.trend(self.rates)

    @cached_property
    def _tree(self) -> pd.DataFrame:
        return flows.tree(self.blocks, self.sheet)

    @cached_property
    def _learned(self) -> tuple:
        scores = self._known.track_record["scores"]
        return outlook.learned(
            self.sheet, self.rates, self._known.execution, scores, self._given["budget"]
        )

    @cached_property
    def _alone(self) -> pd.DataFrame:
        return outlook.alone(self.rates, self._given["budget"])

    @property
    def _obstacle(self) -> str:
        (_, backing) = self._learned
        return "" if backing else outlook.obstacle(self.rates, self._given["budget"])

    @cached_property
    def _earlier(self) -> pd.DataFrame:
        return revisions.rates(self.sheet, self.rates)

    @cached_property
    def _band(self) -> pd.DataFrame:
        modelled = self.rates.loc[self.rates["modelled"], "fiscal_year"]
        ahead = self.forecast.dropna(subset="median")["fiscal_year"]
        years = [int(year) for year in [*modelled, *ahead]]
        ministry, size = self.sheet.facts["ministry"], mean_size(self.rates)
        return band(self._known.peers.table, years, ministry, size)

    def answer(self) -> Answer:
        """How much was not spent, is that unusual, what comes next?"""
        said = (self.sheet, self.rates, self.overall, self.forecast, self.peers, self._trend)
        return answer(*said, self._obstacle, self.came)

    def plot_cascade(self, ax: Axes | None = None) -> Axes | None:
        """From request to outturn, by year; None where there is nothing to draw."""
        return charts.cascade(self.steps, self.sheet, ax)

    @section
    def show_cascade(self) -> None:
        """From request to outturn: where did it shrink?"""
        self.plot_cascade()
        show(budget.read_cascade(self.steps), folded(budget.cascade_table(self.steps)))

    def plot_rates(self, ax: Axes | None = None) -> Axes | None:
        """The execution rate by year, before its peers' and with the next year's forecast; None
        where there is nothing to draw."""
        drawn = (self.rates, self.overall, self.forecast, self._band, self._earlier, self.sheet)
        return charts.execution_rate(*drawn, ax)

    @section
    def show_rates(self) -> None:
        """How much does the execution rate vary?"""
        rates = self.rates
        self.plot_rates()
        apart = outlook.standing_out(rates)
        said = (rates, self.forecast, self._band, self._earlier)
        show(
            budget.read_rate(*said),
            budget.read_variation(rates, self._trend, apart),
            budget.rates_table(rates, self.overall),
        )

    @section
    def show_peers(self) -> None:
        """Is it low among other projects, and what followed for projects like it?"""
        known = self._known.peers
        show(
            peers.read_peers(self.peers, known.money, self.rates, known.about),
            peers.peers_table(self.peers),
            peers.read_followed(known.persistence, self.rates, known.about),
        )

    def plot_unspent(self, ax: Axes | None = None) -> Axes | None:
        """Unspent money by year and added up; None where there is nothing to draw."""
        return charts.unspent(self.unspent, self.sheet, ax)

    @section
    def show_unspent(self) -> None:
        """How much money was not spent?"""
        self.plot_unspent()
        show(budget.read_unspent(self.unspent))

    @section
    def show_pefa(self) -> None:
        """How does it look on an international scale?"""
        show(budget.pefa_table(execution.pefa(self.rates)))

    @section
    def show_forecast(self) -> None:
        """How much will be executed next year?"""
        (_, backing) = self._learned
        show(
            forecast.forecast_table(self.forecast, self._obstacle),
            forecast.chances_table(self.forecast),
            forecast.read_forecast(self.forecast, self._alone, backing),
        )

    @cached_property
    def came(self) -> pd.DataFrame:
        """Forecasts as they could be made at this sheet and a year before, and what was printed
        since: `forecast.came.execution`."""
        return came.execution(self.sheet, self._later, self._fits)

    def show_came(self) -> None:
        """What came of earlier forecasts?"""
        show(*since.section(self.came, self.sheet.year))

    def plot_payments(self, ax: Axes | None = None) -> Axes | None:
        """Payments by payee and year; None where no payee is named."""
        by_year = payees.by_year(self.payments, self.concentration)
        return charts.payments(by_year, self.sheet, ax)

    @section
    def show_payments(self) -> None:
        """Who was paid?"""
        self.plot_payments()
        show(
            payments.read_payments(self.payments, self.concentration, self.sheet),
            payments.concentration_table(self.concentration),
            folded(payments.payments_table(payees.listed(self.sheet, *self._years))),
        )

    def plot_contracts(self, ax: Axes | None = None) -> Axes | None:
        """Amounts by method of contract, single bids marked; None with fewer than two."""
        return charts.contracts(self.methods, self.sheet, ax)

    @section
    def show_contracts(self) -> None:
        """How was it bought?"""
        if self.sheet.facts["sheet_type"] in NO_PROJECT:
            show(bought.side_by_side())
            return
        several = contracts.commitments(self.sheet)
        show(bought.heading(self.contracts, several))
        self.plot_contracts()
        labelled = contracts.labelled(self.contracts)
        show(
            bought.read_contracts(self.contracts, self.methods, labelled, several),
            bought.methods_table(self.methods),
            bought.read_repeats(self.repeats),
            bought.repeats_table(self.repeats),
        )

    def plot_flows(self, ax: Axes | None = None) -> Axes | None:
        """From the state to the blocks of payees and on, in the latest year; None where no block is
        printed."""
        return charts.flows(self._tree, self.sheet, ax)

    def show_flows(self) -> None:
        """How far can the money be followed?"""
        if self.sheet.facts["sheet_type"] in NO_PROJECT:
            return
        show(followed.heading(self.blocks))
        self.plot_flows()
        show(
            followed.read_flows(self.followed, self._tree),
            followed.followed_table(self.followed),
        )

    def show_reviews(self) -> None:
        """What did the review say, and what followed?"""
        show(
            reviewed.heading(self.reviews),
            reviewed.read_reviews(self.reviews),
            reviewed.followed_table(self.reviews),
            reviewed.said_table(reviews.said(self.sheet), self.reviews),
            reviewed.remarks_table(reviews.remarks(self.sheet)),
        )
