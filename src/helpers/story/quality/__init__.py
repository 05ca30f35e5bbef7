"""Notebook 01: can this sheet be trusted?"""

from helpers.story.quality.answer import answer
from helpers.story.quality.contents import (
    facts,
    identity,
    indicators,
    read_presence,
    stated,
)
from helpers.story.quality.found import found, repairs
from helpers.story.quality.revised import revised

__all__ = [
    "answer",
    "facts",
    "found",
    "identity",
    "indicators",
    "read_presence",
    "repairs",
    "revised",
    "stated",
]
