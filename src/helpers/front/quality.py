"""Can this sheet be trusted? The object of notebook 01."""

from functools import cached_property
from os import PathLike

import pandas as pd
from matplotlib.axes import Axes

from helpers import charts
from helpers.analysis import presence, revisions
from helpers.front.of_a_sheet import OfASheet, section, show
from helpers.sentences import Sentences
from helpers.sheet import ReviewSheet
from helpers.show import Answer
from helpers.story import quality


class Quality(OfASheet):
    """What a sheet states, what is wrong with it, what was repaired, what other sheets print.

    `sheet` is a file, `DIR#id` of a corpus (`as_of`: nothing published after that year), or a
    ReviewSheet; `repair` "proved", "all" or "none". Raises SheetError, ParameterError.

    >>> quality = Quality("data/sheets/2019-総務省-0042.txt")
    >>> quality.findings.loc[0, ["rule", "observed", "proposed"]].tolist()
    ['target_year_era', '1993', '2023']
    """

    _prose = Sentences("notebooks/quality")

    def __init__(
        self,
        sheet: str | PathLike | ReviewSheet,
        as_of: int | None = None,
        repair: str = "proved",
    ):
        super().__init__(sheet, as_of, repair)

    @cached_property
    def presence(self) -> pd.DataFrame:
        """Which item is stated for which fiscal year: the table of `analysis.presence.presence`."""
        return presence.presence(self.printed)

    @cached_property
    def revisions(self) -> pd.DataFrame:
        """What other sheets of the project print for the same cells: `analysis.revisions.cells`."""
        return revisions.cells(self.printed)

    def answer(self) -> Answer:
        """Can it be trusted?"""
        return quality.answer(self.printed, self._found)

    @section
    def show_facts(self) -> None:
        """Which project is this?"""
        show(*quality.facts(self.printed))

    def plot_presence(self, ax: Axes | None = None) -> Axes | None:
        """The map of what is stated for which year; None where there is nothing to draw."""
        marks, _ = presence.leading(self.presence)
        return charts.presence(marks, self.printed, ax)

    @section
    def show_presence(self) -> None:
        """What is stated for which year?"""
        self.plot_presence()
        marks, left = presence.leading(self.presence)
        show(quality.read_presence(marks, left, self.printed))

    @section
    def show_identity(self) -> None:
        """Do the parts of the budget add up?"""
        show(*quality.identity(self.printed, self._found))

    @section
    def show_findings(self) -> None:
        """What was found?"""
        show(*quality.found(self._found))

    @section
    def show_repairs(self) -> None:
        """What was repaired?"""
        show(quality.repairs(self._found))

    @section
    def show_revisions(self) -> None:
        """What did the sheets of other years print?"""
        show(quality.revised(self.revisions, self.printed))

    @section
    def show_stated(self) -> None:
        """What is stated of the outcomes?"""
        show(quality.stated(self.sheet))

    @section
    def show_indicators(self) -> None:
        """The indicator values that enter the analysis."""
        show(quality.indicators(self.sheet))
