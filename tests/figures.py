"""All figures of the first three notebooks for a sheet."""

from helpers import charts, fitted
from helpers.analysis import execution, payees, peers, presence, revisions
from helpers.analysis.every_indicator import every_indicator
from helpers.analysis.series import pick
from helpers.forecast import adoption, outlook
from helpers.sheet import ReviewSheet
from speaking import told


def draw(sheet: ReviewSheet, lang: str, ceilings: list) -> None:
    """Draw them as pyplot's figures."""
    rates = execution.rates(sheet)
    told(lang, charts.presence, presence.presence(sheet), sheet)
    told(lang, charts.cascade, execution.cascade(rates), sheet)
    pool, known = execution.overall(rates), fitted.shipped(2019)
    scores = known.track_record["scores"]
    coming, _ = outlook.learned(sheet, rates, known.execution, scores)
    years = rates.loc[rates["modelled"], "fiscal_year"].astype(int).tolist()
    size = peers.mean_size(rates)
    band = peers.band(known.peers.table, years, sheet.facts["ministry"], size)
    earlier = revisions.rates(sheet, rates)
    told(lang, charts.execution_rate, rates, pool, coming, band, earlier, sheet)
    told(lang, charts.unspent, execution.unspent(rates), sheet)
    paid = payees.totals(sheet)
    told(lang, charts.payments, payees.by_year(paid, payees.concentration(paid, rates)), sheet)
    history = pick(sheet, population=ceilings[0])
    fits = adoption.fit_all(history, None, known.outcomes)
    futures = adoption.forecasts(fits, adoption.ahead(history))
    told(lang, charts.curve, history, futures, "pooled", revisions.actuals(sheet, history), sheet)
    odds = adoption.sensitivity(history, ceilings, None, known.outcomes)
    told(lang, charts.target_odds, odds, sheet)
    told(lang, charts.every_indicator, every_indicator(sheet, history.number), sheet)
    told(lang, charts.pace, adoption.changes(history), adoption.pace(history), history, sheet)
