"""Notebook 03: how fast is the outcome being adopted, will the target be met?"""

from helpers.story.adoption.answer import answer
from helpers.story.adoption.curve import (
    fits_table,
    forecasts_table,
    indicators,
    read_curve,
    read_fits,
)
from helpers.story.adoption.every_indicator import read_every
from helpers.story.adoption.logic import logic_outline, read_logic
from helpers.story.adoption.odds import odds_table, read_odds, read_pace

__all__ = [
    "answer",
    "fits_table",
    "forecasts_table",
    "indicators",
    "logic_outline",
    "odds_table",
    "read_curve",
    "read_every",
    "read_fits",
    "read_logic",
    "read_odds",
    "read_pace",
]
