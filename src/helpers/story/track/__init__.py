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
from helpers.story.track.probabilities import probabilities_table, read_probabilities

__all__ = [
    "answer",
    "counts_table",
    "coverage",
    "errors",
    "errors_table",
    "failures_table",
    "ministries",
    "probabilities_table",
    "read_coverage",
    "read_errors",
    "read_ministries",
    "read_pit",
    "read_probabilities",
    "read_tested",
    "source",
]
