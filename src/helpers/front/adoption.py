"""Will the target be met? The object of notebook 03."""

from functools import cached_property
from os import PathLike
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from helpers import charts
from helpers.analysis import every_indicator, logic, revisions
from helpers.analysis import series as outcomes
from helpers.analysis.every_indicator import EveryIndicator
from helpers.analysis.logic import LogicModel
from helpers.analysis.series import IndicatorSeries
from helpers.forecast import adoption, came, models
from helpers.forecast.fits import Fit
from helpers.forecast.models import Backing
from helpers.front import assumptions
from helpers.front.of_a_sheet import OfASheet, section, show
from helpers.sentences import Sentences
from helpers.sheet import ReviewSheet
from helpers.show import Answer
from helpers.story import adoption as story
from helpers.story import came as since

PANELS = 12
"""Indicators that the figure of all of them has room for."""


class Adoption(OfASheet):
    """An outcome indicator: how far it has come, where it is heading, whether it meets its target.

    `sheet` is a file, `DIR#id` of a corpus (`as_of`: nothing published after that year), or a
    ReviewSheet; `repair` "proved", "all" or "none". `indicator` is a name or a number (None: of
    those with a target the one with most values), `population` the ceiling (0: none), `target` and
    `target_year` what to use in place of the sheet's, `observed_at` when in its fiscal year a value
    is measured ("end" or "start"), `direction` which way is better ("up", "down"; None: as stated,
    else assumed), `models` which to fit, the first leads, `first_year` and `last_year` the values
    to look at. Raises SheetError, ParameterError.

    >>> adoption = Adoption("data/sheets/2019-総務省-0042.txt")
    >>> adoption.series.target, adoption.series.target_year
    (1600.0, 2023)
    """

    _prose = Sentences("notebooks/adoption")

    def __init__(
        self,
        sheet: str | PathLike | ReviewSheet,
        as_of: int | None = None,
        repair: str = "proved",
        indicator: str | int | None = None,
        population: float | None = None,
        target: float | None = None,
        target_year: int | None = None,
        observed_at: str = "end",
        direction: str | None = None,
        models: list[str] | None = None,
        first_year: int | None = None,
        last_year: int | None = None,
    ):
        chosen: dict[str, Any] = {
            "target": target,
            "target_year": target_year,
            "observed_at": observed_at,
        }
        chosen |= {"direction": direction, "first_year": first_year, "last_year": last_year}
        others = {"indicator": indicator, "population": population, "models": models}
        super().__init__(sheet, as_of, repair, **chosen, **others)
        given = {name: self._given[name] for name in chosen}
        self._history = outcomes.pick(self.sheet, self._given["indicator"], None, **given)
        # A ceiling below the values is told here.
        _ = self.series

    @cached_property
    def logic(self) -> LogicModel:
        """The activities, outputs and outcomes of the sheet and the links between them, as tables:
        `analysis.logic.LogicModel`."""
        return logic.model(self.sheet)

    @cached_property
    def every_indicator(self) -> EveryIndicator:
        """All outcomes and outputs of the sheet and their values, as tables:
        `analysis.every_indicator.EveryIndicator`."""
        return every_indicator.every_indicator(self.sheet, self._history.number)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """The outcome indicators of the sheet, one row each: `analysis.series.indicators`."""
        return outcomes.indicators(self.sheet)

    @cached_property
    def series(self) -> IndicatorSeries:
        """The indicator that is looked at: years, values, target, direction, ceiling."""
        return self._history.with_ceiling(self._populations[0])

    @cached_property
    def fits(self) -> list[Fit]:
        """The models fitted, the leading one first."""
        return adoption.fit_all(self.series, self._given["models"], self._known.outcomes)

    @cached_property
    def forecasts(self) -> pd.DataFrame:
        """Every model's path and its limits, a row a model x fiscal year:
        `forecast.adoption.forecasts`."""
        return adoption.forecasts(self.fits, adoption.ahead(self.series))

    @cached_property
    def odds(self) -> pd.DataFrame:
        """P(target met), a row a model x assumption: `forecast.adoption.sensitivity`."""
        models, learned = self._given["models"], self._known.outcomes
        return adoption.sensitivity(self.series, self._populations, models, learned, self.fits)

    @cached_property
    def pace(self) -> pd.DataFrame:
        """The pace needed and that observed, a row a date of measurement:
        `forecast.adoption.pace`."""
        return adoption.pace(self.series)

    @cached_property
    def _populations(self) -> list[float | None]:
        return self._assumed()[0]

    def _assumed(self) -> tuple[list[float | None], str]:
        given = self._given["population"]
        return assumptions.populations(self.sheet.id, self._history, given)

    @property
    def _lead(self) -> str:
        return self.fits[0].model if self.fits else ""

    @cached_property
    def _backing(self) -> Backing | None:
        scores, years = self._known.track_record["scores"], adoption.ahead(self.series)
        return models.backing(self.fits[0], years, scores) if self.fits else None

    @cached_property
    def _earlier(self) -> pd.DataFrame:
        return revisions.actuals(self.sheet, self.series)

    def answer(self) -> Answer:
        """Will the target be met?"""
        said = (self.sheet, self.series, self.forecasts, self.odds, self.pace, self._lead)
        return story.answer(*said, self._backing)

    @section
    def show_logic(self) -> None:
        """What leads to what?"""
        number = self._history.number
        show(
            story.read_logic(self.sheet, self.logic, number),
            story.logic_outline(self.logic, number),
        )

    def plot_every_indicator(self, ax: Axes | None = None) -> Axes | None:
        """A line for each outcome and output that has values; None for fewer than two."""
        if self.every_indicator.printed < 2:
            return None
        shown, _ = every_indicator.leading(self.every_indicator, PANELS)
        return charts.every_indicator(shown, self.sheet, ax)

    @section
    def show_every_indicator(self) -> None:
        """All of the sheet's indicators."""
        every = self.every_indicator
        show(story.read_every(self.sheet, every))
        self.plot_every_indicator()
        show(story.every_evidence(every, *every_indicator.leading(every, PANELS)))

    @section
    def show_indicators(self) -> None:
        """Which indicator is this?"""
        show(
            story.read_indicators(self.sheet, self.indicators, self.series),
            story.indicators(self.indicators, self.series),
        )

    def plot_curve(self, ax: Axes | None = None) -> Axes | None:
        """The values, the target, the leading forecast with its 80 % band where that says
        something, the other models; None without a value."""
        futures = adoption.telling(self.series, self.forecasts)
        drawn = (self.series, futures, self._lead, self._earlier, self.sheet)
        return charts.curve(*drawn, ax)

    @section
    def show_curve(self) -> None:
        """How far has it come, and where is it heading?"""
        show(story.found_curve(self.series))
        self.plot_curve()
        said = (self.series, self.forecasts, self._lead, self._backing)
        others = self._earlier, revisions.gone(self.sheet)
        show(story.curve_evidence(*said, self._assumed()[1], *others))

    @section
    def show_fits(self) -> None:
        """Does this outcome alone decide between the models?"""
        table = adoption.fits_table(self.fits)
        show(
            story.read_fits(self.series, table, self.forecasts),
            story.fits_evidence(self.series, table),
        )

    @cached_property
    def came(self) -> pd.DataFrame:
        """Forecasts as they could be made at this sheet and a year before, and what was printed
        since: `forecast.came.outcome`."""
        printed = outcomes.pick(self.sheet, self._history.number)
        printed = printed.with_ceiling(self.series.ceiling)
        return came.outcome(self.sheet, printed, self._later, self._fits)

    def show_came(self) -> None:
        """What came of earlier forecasts?"""
        show(*since.section(self.came, self.sheet.year, self._history.unit))

    def plot_odds(self, ax: Axes | None = None) -> Axes | None:
        """P(target met) by model and assumption; None where none is known."""
        return charts.target_odds(self.odds, self.sheet, ax)

    @section
    def show_odds(self) -> None:
        """How much does the probability depend on assumptions?"""
        show(story.read_odds(self.series, self.odds))
        self.plot_odds()
        show(story.odds_evidence(self.series, self.odds))

    @section
    def show_when(self) -> None:
        """When is it reached?"""
        said = story.read_when(self.series, self.odds, self._backing)
        show(said, story.odds_table(self.odds))

    def plot_pace(self, ax: Axes | None = None) -> Axes | None:
        """The yearly changes, their mean, the pace needed; None without an open target."""
        drawn = (adoption.changes(self.series), self.pace, self.series, self.sheet)
        return charts.pace(*drawn, ax)

    @section
    def show_pace(self) -> None:
        """How does the needed pace compare with the observed one?"""
        show(story.read_pace(self.series, self.pace))
        self.plot_pace()
        show(story.pace_table(self.series, self.pace))
