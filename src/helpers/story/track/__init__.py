"""Notebook 05: how good were past forecasts?"""

from helpers.story.track.answer import answer
from helpers.story.track.design import counts_table, read_tested, source
from helpers.story.track.errors import errors, errors_table, read_errors
from helpers.story.track.intervals import (
    coverage,
    failures_table,
    ministries,
    read_coverage,
    read_ministries,
    read_pit,
)
from helpers.story.track.odds import odds_table, read_odds

__all__ = [
    "answer",
    "counts_table",
    "coverage",
    "errors",
    "errors_table",
    "failures_table",
    "ministries",
    "odds_table",
    "read_coverage",
    "read_errors",
    "read_ministries",
    "read_odds",
    "read_pit",
    "read_tested",
    "source",
]
