"""All figures of the first three notebooks for a sheet."""

from helpers import charts, fitted
from helpers.analysis import adoption, execution, outlook, payees, presence, revisions, standing
from helpers.analysis.series import pick
from helpers.sheet import ReviewSheet


def draw(sheet: ReviewSheet, lang: str, ceilings: list) -> None:
    """Draw them as pyplot's figures."""
    rates = execution.rates(sheet)
    charts.presence(presence.presence(sheet), sheet, lang)
    charts.cascade(execution.cascade(rates), sheet, lang)
    pool, known = execution.pooled(rates), fitted.SHIPPED
    scores = known.track_record["scores"]
    coming, _ = outlook.pooled_forecast(sheet, rates, known.execution, scores)
    years = rates.loc[rates["modelled"], "fiscal_year"].astype(int).tolist()
    size = standing.mean_size(rates)
    band = standing.band(known.peers.table, years, sheet.facts["ministry"], size)
    earlier = revisions.rates(sheet, rates)
    charts.execution_rate(rates, pool, coming, band, earlier, sheet, lang)
    charts.unspent(execution.unspent(rates), sheet, lang)
    paid = payees.totals(sheet)
    charts.payments(payees.by_year(paid, payees.concentration(paid, rates)), sheet, lang)
    history = pick(sheet, population=ceilings[0])
    fits = adoption.fit_all(history, None, known.outcomes)
    futures = adoption.forecasts(fits, adoption.ahead(history))
    charts.curve(history, futures, "pooled", revisions.actuals(sheet, history), sheet, lang)
    odds = adoption.sensitivity(history, ceilings, None, known.outcomes)
    charts.target_odds(odds, sheet, lang)
    charts.pace(adoption.changes(history), adoption.pace(history), history, sheet, lang)
