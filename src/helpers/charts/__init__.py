"""Tables to figures: every function draws one figure and computes nothing."""

from helpers.charts.curve import curve
from helpers.charts.odds import pace, target_odds
from helpers.charts.quality import presence
from helpers.charts.spending import cascade, execution_rate, payments, unspent

__all__ = [
    "cascade",
    "curve",
    "execution_rate",
    "pace",
    "payments",
    "presence",
    "target_odds",
    "unspent",
]
