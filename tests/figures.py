"""The figures of the first three notebooks for a sheet."""

from helpers import charts, fitted
from helpers.analysis import execution, payees, peers, presence, revisions
from helpers.analysis.every_indicator import every_indicator
from helpers.analysis.series import pick
from helpers.forecast import adoption, outlook
from helpers.sheet import ReviewSheet
from speaking import told


def draw(sheet: ReviewSheet, lang: str, ceilings: list, *names: str) -> None:
    """Draw all nine, or those that are named, as pyplot's figures."""
    rates, history = execution.rates(sheet), pick(sheet, population=ceilings[0])
    shown = {
        "presence": lambda: (presence.presence(sheet),),
        "cascade": lambda: (execution.cascade(rates),),
        "execution_rate": lambda: _rates(sheet, rates),
        "unspent": lambda: (execution.unspent(rates),),
        "payments": lambda: (_payments(sheet, rates),),
        "curve": lambda: _curve(sheet, history),
        "target_odds": lambda: (
            adoption.sensitivity(history, ceilings, None, fitted.shipped(2019).outcomes),
        ),
        "every_indicator": lambda: (every_indicator(sheet, history.number),),
        "pace": lambda: (adoption.changes(history), adoption.pace(history), history),
    }
    for name in names or shown:
        told(lang, getattr(charts, name), *shown[name](), sheet)


def _rates(sheet, rates) -> tuple:
    known = fitted.shipped(2019)
    scores = known.track_record["scores"]
    coming, _ = outlook.learned(sheet, rates, known.execution, scores)
    years = rates.loc[rates["modelled"], "fiscal_year"].astype(int).tolist()
    size = peers.mean_size(rates)
    band = peers.band(known.peers.table, years, sheet.facts["ministry"], size)
    return rates, execution.overall(rates), coming, band, revisions.rates(sheet, rates)


def _payments(sheet, rates):
    paid = payees.totals(sheet)
    return payees.by_year(paid, payees.concentration(paid, rates))


def _curve(sheet, history) -> tuple:
    fits = adoption.fit_all(history, None, fitted.shipped(2019).outcomes)
    futures = adoption.forecasts(fits, adoption.ahead(history))
    return history, adoption.telling(history, futures), "pooled", revisions.actuals(sheet, history)
