"""All figures of the three notebooks for a sheet."""

from helpers import charts
from helpers.analysis import adoption, execution, outlook, payees, presence, revisions
from helpers.analysis.series import pick
from helpers.sheet import ReviewSheet


def draw(sheet: ReviewSheet, lang: str, ceilings: list) -> None:
    """Draw them as pyplot's figures."""
    rates = execution.rates(sheet)
    charts.presence(presence.presence(sheet), sheet, lang)
    charts.cascade(execution.cascade(rates), sheet, lang)
    pool, coming = execution.pooled(rates), outlook.forecast(rates)
    charts.execution_rate(rates, pool, coming, revisions.rates(sheet, rates), sheet, lang)
    charts.unspent(execution.unspent(rates), sheet, lang)
    paid = payees.totals(sheet)
    charts.payments(payees.by_year(paid, payees.concentration(paid, rates)), sheet, lang)
    history = pick(sheet, population=ceilings[0])
    fits = adoption.fit_all(history)
    futures = adoption.forecasts(fits, adoption.ahead(history))
    charts.curve(history, futures, "drift", revisions.actuals(sheet, history), sheet, lang)
    charts.target_odds(adoption.sensitivity(history, ceilings), sheet, lang)
    charts.pace(adoption.changes(history), adoption.pace(history), history, sheet, lang)
