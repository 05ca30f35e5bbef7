"""Tables to figures: every function draws one figure and computes nothing."""

from helpers.charts.adoption import curve, pace, target_odds
from helpers.charts.contracts import contracts
from helpers.charts.flows import flows
from helpers.charts.indicators import every_indicator
from helpers.charts.payees import concentration, largest_payees, payee_years, unnamed
from helpers.charts.portfolio import RULES, money_ministries, money_years, rankings, reasons
from helpers.charts.quality import presence
from helpers.charts.spending import cascade, execution_rate, payments, unspent
from helpers.charts.track import coverage, errors, ministries, money, origins, pit, reliability

__all__ = [
    "RULES",
    "cascade",
    "concentration",
    "contracts",
    "coverage",
    "curve",
    "errors",
    "every_indicator",
    "execution_rate",
    "flows",
    "largest_payees",
    "ministries",
    "money",
    "money_ministries",
    "money_years",
    "origins",
    "pace",
    "payee_years",
    "payments",
    "pit",
    "presence",
    "rankings",
    "reasons",
    "reliability",
    "target_odds",
    "unnamed",
    "unspent",
]
