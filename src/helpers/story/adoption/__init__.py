"""Notebook 03: how fast is the outcome being adopted, will the target be met?"""

from helpers.story.adoption.answer import answer
from helpers.story.adoption.curve import (
    curve_evidence,
    fits_evidence,
    found_curve,
    indicators,
    read_fits,
    read_indicators,
)
from helpers.story.adoption.every_indicator import every_evidence, read_every
from helpers.story.adoption.logic import logic_outline, read_logic
from helpers.story.adoption.odds import (
    odds_evidence,
    odds_table,
    pace_table,
    read_odds,
    read_pace,
    read_when,
)

__all__ = [
    "answer",
    "curve_evidence",
    "every_evidence",
    "fits_evidence",
    "found_curve",
    "indicators",
    "logic_outline",
    "odds_evidence",
    "odds_table",
    "pace_table",
    "read_every",
    "read_fits",
    "read_indicators",
    "read_logic",
    "read_odds",
    "read_pace",
    "read_when",
]
