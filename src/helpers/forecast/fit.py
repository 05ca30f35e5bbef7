"""Fit the pooled forecasts, and count the peers, on a corpus: as of each of its sheet years."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from helpers.analysis import peers as distributions
from helpers.analysis import persistence
from helpers.corpus import Corpus
from helpers.fitted import FORMAT, Peers
from helpers.forecast import execution_pool, outcome_pool, panels, unbudgeted

PEERS_EVERY = 3
"""Sheet years from one count of the peers to the next, back from the last: their files are large,
and what they say changes slowly."""

PEERS_FEWEST = 3
"""Sheet years that peers are counted in; fewer only where a corpus has no more."""

Panels = Mapping[int, pd.DataFrame]


class Fit(NamedTuple):
    """What was learned from the sheets up to `year`: `seen`, the cases, and `fitted`, what a pool's
    `fit` gives, with format and sheets (the first and the last year)."""

    year: int
    seen: pd.DataFrame
    fitted: dict


def outcomes(panels: Panels) -> Iterator[Fit]:
    """The fits of `outcome_pool`, as of every sheet year that can be fitted on."""
    kept: dict[int, pd.DataFrame] = {}
    return _each(
        panels,
        lambda known: outcome_pool.cases(known, kept),
        lambda seen, _: outcome_pool.fit(seen),
    )


def execution(panels: Panels) -> Iterator[Fit]:
    """The fits of `execution_pool`, and under "unbudgeted" those of `unbudgeted`, as of every
    sheet year that can be fitted on."""
    kept: dict[int, pd.DataFrame] = {}

    def fitted(_: pd.DataFrame, known: Panels) -> dict:
        year = max(known)
        means = execution_pool.cohorts(known[year], year)
        made = execution_pool.fit(execution_pool.learned(known, kept), means)
        return made | {"unbudgeted": unbudgeted.fit(unbudgeted.training(known))}

    return _each(panels, lambda known: execution_pool.training(known, kept), fitted)


def _each(
    panels: Panels,
    followed: Callable[[Panels], pd.DataFrame],
    fit: Callable[[pd.DataFrame, Panels], dict],
) -> Iterator[Fit]:
    """A year without a case that the one before had not got is left out: its fit is that one.

    Raises ValueError, as `fit` does, where no year can be fitted on.
    """
    cases: int | None = None
    error: ValueError | None = None
    for year in sorted(panels)[1:]:
        known = {at: panels[at] for at in panels if at <= year}
        seen = followed(known)
        if len(seen) == cases:
            continue
        try:
            made = fit(seen, known)
        except ValueError as problem:
            # Of the first years a corpus has too few cases; those of later ones may do.
            error = problem
            continue
        cases = len(seen)
        yield Fit(year, seen, {"format": FORMAT, "sheets": [min(panels), year]} | made)
    if cases is None:
        raise error or ValueError("give a corpus with sheets of two years or more")


def peers(corpus: Corpus, as_of: int | None = None) -> dict[int, Peers]:
    """The company of every project, of the sheets up to `as_of` and up to every third year before
    it: sheet year -> its tables."""
    years = panels.years(corpus, as_of)
    of = years[PEERS_FEWEST - 1 :] or years[-1:]
    return {year: _peers(corpus, year) for year in sorted(of[::-PEERS_EVERY])}


def _peers(corpus: Corpus, as_of: int) -> Peers:
    years = panels.years(corpus, as_of)
    spending, without = corpus.spending(as_of), panels.example(corpus)
    outcome, payment, project = (
        corpus.table(name, years) for name in ("outcome", "payment", "project")
    )
    return Peers(
        distributions.table(spending, outcome, payment, project, without),
        persistence.table(spending, without),
        persistence.money(spending, without),
        {"format": FORMAT} | distributions.about(spending, project, without),
    )
