"""How good were past forecasts? The object of notebook 05."""

from functools import cached_property
from os import PathLike
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from helpers import charts, fitted, parameters
from helpers.corpus import Corpus
from helpers.forecast import panels
from helpers.forecast.track import made, summed
from helpers.front.of_a_sheet import Shown, section, show
from helpers.parameters import ParameterError
from helpers.sentences import Sentences
from helpers.show import Answer
from helpers.story.track import design, errors, intervals, probabilities
from helpers.story.track.answer import answer, below_origins, read_origins


class TrackRecord(Shown):
    """Forecasts made as if in past years, and what came: intervals, errors, probabilities.

    As it ships, or worked out anew (some minutes) from the sheets of a `corpus` folder up to
    `as_of`. Raises SheetError, ParameterError.

    >>> record = TrackRecord()
    >>> sorted(record.scores["quantity"].unique())
    ['outcome', 'outturn', 'rate']
    """

    _prose = Sentences("notebooks/track_record")

    def __init__(self, corpus: str | PathLike | None = None, as_of: int | None = None):
        super().__init__()
        self._given: dict[str, Any] = {"corpus": corpus, "as_of": as_of}
        parameters.check(self._given)
        if self._given["as_of"] is not None and self._given["corpus"] is None:
            raise ParameterError(
                f"as_of: found {self._given['as_of']} without a corpus; expected the corpus whose "
                "sheets up to then are to be tested, or None for the record that ships"
            )

    @cached_property
    def _record(self) -> dict:
        corpus, as_of = self._given["corpus"], self._given["as_of"]
        if corpus is None:
            return fitted.SHIPPED.track_record
        own = Corpus(corpus)
        return summed(made(own, as_of), panels.years(own, as_of))

    @property
    def about(self) -> dict:
        """What was tested: years, numbers of forecasts, what was left out."""
        return self._record["about"]

    @property
    def scores(self) -> pd.DataFrame:
        """Every measure by quantity and group, with its 95 % limits: `track_scores.table`."""
        return self._record["scores"]

    @property
    def reliability(self) -> pd.DataFrame:
        """How often it happened where a probability was given: `track_scores.reliability`."""
        return self._record["reliability"]

    @property
    def pit(self) -> pd.DataFrame:
        """Where in their forecasts truths fell, in tenths: `track_scores.pit`."""
        return self._record["pit"]

    @property
    def ranking(self) -> pd.DataFrame:
        """What the first projects of a ranking turned out to hold: `forecast.ranking.record`."""
        return self._record["ranking"]

    def _title(self) -> str:
        return self._source

    @property
    def _source(self) -> str:
        return design.source(self.about, self._given["corpus"])

    def answer(self) -> Answer:
        """How good were past forecasts?"""
        return answer(self._record)

    def plot_origins(self, ax: Axes | None = None) -> Axes | None:
        """How often 80 % intervals held what came, by the year of the forecast."""
        return self._origins(intervals.origins(self.scores), ax)

    def _origins(self, table: pd.DataFrame, ax: Axes | None = None) -> Axes | None:
        seen = intervals.seen_origins(table)
        return charts.origins(table, seen, self._source, intervals.NEAR, ax)

    def show_origins(self) -> None:
        """And year by year?"""
        table = intervals.origins(self.scores)
        show(read_origins(self._record, table))
        self._origins(table)
        show(*below_origins(table))

    @section
    def show_tested(self) -> None:
        """How was it tested?"""
        show(
            design.read_tested(self.about, self.scores),
            design.counts_table(self.about, self.scores),
        )

    def plot_coverage(self, ax: Axes | None = None) -> Axes | None:
        """How often intervals of outcomes held the truth, by group."""
        return self._coverage(intervals.coverage(self.scores), ax)

    def _coverage(self, table: pd.DataFrame, ax: Axes | None = None) -> Axes | None:
        return charts.coverage(table, intervals.seen_inside(table), self._source, ax)

    @section
    def show_coverage(self) -> None:
        """Do the intervals of outcomes hold?"""
        table = intervals.coverage(self.scores)
        show(intervals.read_coverage(table))
        self._coverage(table)
        show(intervals.how_coverage())

    def plot_money(self, ax: Axes | None = None) -> Axes | None:
        """How often intervals of rates and outturns held the truth, by budget."""
        return self._money(intervals.money(self.scores), ax)

    def _money(self, table: pd.DataFrame, ax: Axes | None = None) -> Axes | None:
        return charts.money(table, intervals.seen_inside(table), self._source, ax)

    @section
    def show_money(self) -> None:
        """Do those of rates and of money hold?"""
        table = intervals.money(self.scores)
        show(intervals.read_coverage(table))
        self._money(table)
        show(intervals.how_coverage(), intervals.money_table(self.scores))

    def plot_errors(self, ax: Axes | None = None) -> Axes | None:
        """Errors beside those of simple rules."""
        return self._errors(errors.ratios(self.scores), ax)

    def _errors(self, table: pd.DataFrame, ax: Axes | None = None) -> Axes | None:
        return charts.errors(table, errors.seen(table), self._source, ax)

    @section
    def show_errors(self) -> None:
        """Are they better than simple rules?"""
        table = errors.ratios(self.scores)
        show(errors.read_errors(table, self.scores))
        self._errors(table)
        show(errors.how(), errors.errors_table(self.scores), errors.years_table(self.scores))

    def plot_reliability(self, ax: Axes | None = None) -> Axes | None:
        """Probabilities given, and how often it happened."""
        seen = probabilities.seen(self.reliability)
        return charts.reliability(self.reliability, seen, self._source, ax)

    @section
    def show_reliability(self) -> None:
        """Do probabilities come true?"""
        show(probabilities.read_probabilities(self.reliability))
        self.plot_reliability()
        show(
            probabilities.how(self.reliability),
            probabilities.probabilities_table(self.scores),
        )

    def plot_pit(self, ax: Axes | None = None) -> Axes | None:
        """The place of the truth in its forecast, in tenths."""
        return charts.pit(self.pit, intervals.seen_pit(self.pit), self._source, ax)

    @section
    def show_pit(self) -> None:
        """Where in its forecast does the truth fall?"""
        show(intervals.read_pit(self.pit))
        self.plot_pit()
        show(intervals.how_pit())

    def plot_ministries(self, ax: Axes | None = None) -> Axes | None:
        """How often 80 % intervals held the truth, by ministry."""
        return self._ministries(intervals.ministries(self.scores), ax)

    def _ministries(self, table: pd.DataFrame, ax: Axes | None = None) -> Axes | None:
        return charts.ministries(table, intervals.seen_ministries(table), self._source, ax)

    @section
    def show_failures(self) -> None:
        """Where do they fail?"""
        table = intervals.ministries(self.scores)
        show(intervals.read_ministries(table))
        self._ministries(table)
        show(intervals.how_ministries(), intervals.failures_table(self.scores))
