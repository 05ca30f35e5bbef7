"""Notebook 02: how much of the budget was not spent, is that unusual, what follows?"""

from helpers.story.spending.answer import answer
from helpers.story.spending.cascade import cascade_table, read_cascade, read_unspent
from helpers.story.spending.compared import peers_table
from helpers.story.spending.followed import read_followed
from helpers.story.spending.forecast import forecast_table, read_forecast
from helpers.story.spending.payments import concentration_table, payments_table, read_payments
from helpers.story.spending.peers import read_peers
from helpers.story.spending.rates import pefa_table, rates_table, read_rate, read_variation

__all__ = [
    "answer",
    "cascade_table",
    "concentration_table",
    "forecast_table",
    "payments_table",
    "peers_table",
    "pefa_table",
    "rates_table",
    "read_cascade",
    "read_followed",
    "read_forecast",
    "read_payments",
    "read_peers",
    "read_rate",
    "read_unspent",
    "read_variation",
]
