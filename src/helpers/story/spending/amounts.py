"""Amounts and rates as they are shown: with the digits that they can carry, and what was rounded."""

import math

import numpy as np
import pandas as pd

from helpers import digits, precision, words

STEPS = 20
"""Steps of its last digit that an interval's ends are apart at least."""

SURELY = 4
"""Times its rounding that an amount must be for a multiple of it to be told."""


def in_millions(amounts: pd.Series | pd.DataFrame) -> str:
    """The caption of a table of amounts: their unit, and that they are rounded where they are."""
    text = words.say("金額は百万円", "amounts in million yen")
    if words.rounded(np.ravel(amounts)):
        text += words.say(
            "(四捨五入のため、差や合計が合わないことがある)",
            ", rounded: differences and sums may not add up",
        )
    return text


def times(part: float, whole: float, half: float) -> str:
    """How many times `whole` makes `part`, both printed to +- `half`: 9.5, about 15, and the least
    that it can be where `whole` is little more than its own rounding."""
    if digits.less(whole / SURELY, half):
        least = words.number(math.floor((part - half) / (whole + half) * (1 + digits.NOISE)))
        return words.say(f"{least}倍以上", f"at least {least} times")
    decimals = precision.decimals(precision.error(part, whole, half, half))
    value = words.number(digits.rounded(part / whole, decimals))
    if decimals:
        return words.say(f"{value}倍", f"{value} times")
    return words.say(f"約{value}倍", f"about {value} times")


def coarse(value: float, low: float, high: float) -> float:
    """A forecast amount, million yen, with the digits that its interval `low` to `high` calls for:
    an interval of 24.6 to 90.4 is one of 25 to 90."""
    width = high - low
    if not width > 0:
        return value
    step = math.floor(math.log10(width / STEPS * (1 + digits.NOISE)))
    return digits.rounded(value, min(-step, 1))
