"""Fit the pooled forecasts, and count the peers, on the sheets of a corpus."""

from helpers.analysis import peers as distributions
from helpers.analysis import persistence
from helpers.corpus import Corpus
from helpers.fitted import FORMAT, Peers
from helpers.forecast import execution_pool, outcome_pool, panels, unbudgeted


def outcomes(corpus: Corpus, as_of: int | None = None) -> dict:
    """What `outcome_pool.fit` gives for the sheets up to `as_of`, with their years."""
    known = panels.outcomes(corpus, as_of)
    return {"format": FORMAT, "sheets": _span(known)} | outcome_pool.fit(outcome_pool.cases(known))


def execution(corpus: Corpus, as_of: int | None = None) -> dict:
    """What `execution_pool.fit` gives for the sheets up to `as_of`, with their years, and with
    "unbudgeted" what `unbudgeted.fit` gives."""
    known = panels.spending(corpus, as_of)
    last = max(known)
    means = execution_pool.cohorts(known[last], last)
    return {
        "format": FORMAT,
        "sheets": _span(known),
        **execution_pool.fit(execution_pool.learned(known), means),
        "unbudgeted": unbudgeted.fit(unbudgeted.training(known)),
    }


def peers(corpus: Corpus, as_of: int | None = None) -> Peers:
    """The company of every project, of the sheets up to `as_of`."""
    years = panels.years(corpus, as_of)
    spending, without = corpus.spending(years[-1]), panels.example(corpus)
    outcome, payment, project = (
        corpus.table(name, years) for name in ("outcome", "payment", "project")
    )
    return Peers(
        distributions.table(spending, outcome, payment, project, without),
        persistence.table(spending, without),
        persistence.money(spending, without),
        {"format": FORMAT} | distributions.about(spending, project, without),
    )


def _span(known: dict) -> list[int]:
    return [min(known), max(known)]
