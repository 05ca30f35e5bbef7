"""The answer that opens notebook 02: how much of the budget was not spent."""

import numpy as np
import pandas as pd

from helpers import digits, precision
from helpers.analysis import execution
from helpers.analysis.execution import Overall
from helpers.analysis.peers import ENOUGH
from helpers.sentences import Sentences
from helpers.sheet import ReviewSheet
from helpers.show import Answer
from helpers.story import common
from helpers.story.spending.forecast import movement, outturn

say = Sentences("spending/answer")

LEAST = 5e-7
"""Million yen that are less than one yen."""

OVER = 1.2
"""Executed so far above the budget, the money came from elsewhere."""


def answer(
    sheet: ReviewSheet,
    rates: pd.DataFrame,
    pool: Overall,
    forecast: pd.DataFrame,
    places: pd.DataFrame,
) -> Answer:
    """The opening answer: executed of the budget, its interval and its place among all projects
    (`peers.standing`), next year's forecast, and the years that the rate cannot speak of."""
    project, title = common.project(sheet), say("title")
    coming = [_coming(forecast)] if len(forecast) else []
    left_out = [*say.paragraphs("left_out", **_left_out(sheet, rates)), *common.doubts(sheet)]
    if not pool.years:
        names = ("executed", "budget_net", "unspent", "execution_rate", "rate_low", "rate_high")
        names += ("rate_decimals", "first_year", "last_year")
        empty = {**dict.fromkeys(names), "rates": []}
        headline = common.headline(sheet, title, **empty)
        return Answer(say("no_rate", project=project), more=[*coming, *left_out], headline=headline)
    first, last = pool.years[0], pool.years[-1]
    left = digits.difference(pool.budget, pool.executed)
    paragraphs = [
        say(
            "executed",
            project=project,
            pool=pool,
            gaps=last - first >= len(pool.years),
            left=left,
            nothing_left=abs(left) < LEAST,
            amounts=[pool.budget, pool.executed, left],
        ),
        say("how_sure", pool=pool, **_how_sure(pool, rates)),
        *say.paragraphs("among", **_among(places), enough=ENOUGH),
    ]
    low, high = pool.t
    by_year = rates[rates["modelled"]].set_index("fiscal_year")["execution_rate"]
    headline = common.headline(
        sheet,
        title,
        executed=pool.executed,
        budget_net=pool.budget,
        unspent=left,
        execution_rate=pool.rate,
        rate_low=low if pool.tells else None,
        rate_high=high if pool.tells else None,
        rate_decimals=pool.decimals,
        first_year=first,
        last_year=last,
        rates=[by_year.get(year) for year in range(first, last + 1)],
    )
    return Answer(paragraphs[0], more=[*paragraphs[1:], *coming, *left_out], headline=headline)


def _how_sure(pool: Overall, rates: pd.DataFrame) -> dict:
    """Why there is no interval for the mean rate, "" where there is one; the rates' extremes."""
    known = rates[rates["modelled"]]
    without = ""
    if np.isnan(pool.t[0]) and pool.dispersion > 0:
        without = "outside"
    elif len(pool.years) == 1:
        without = "one_year"
    elif np.isnan(pool.t[0]):
        without = "equal"
    return {
        "without": without,
        "lowest": known["execution_rate"].min(),
        "highest": known["execution_rate"].max(),
        "decimals": precision.of_rates(known),
    }


def _among(places: pd.DataFrame) -> dict:
    """The rate's place in each group of projects; none where it has none among them all."""
    rate = places[places["measure"].eq("execution_rate") & (places["count"] > 0)]
    below = rate.set_index("group")["below"].dropna()
    groups = [name for name in ("all", "ministry", "size") if name in below.index]
    if "all" not in groups:
        return {"lower": [], "of_projects": False}
    return {
        "lower": [say("lower", group=name, below=below[name]) for name in groups],
        "of_projects": rate["unit"].iloc[0] == "project",
    }


def _coming(forecast: pd.DataFrame) -> str:
    row = forecast.iloc[0]
    outside = [say(f"outside_{name}") for name in str(row["outside"] or "").split()]
    facts = outturn(row) | movement(row) | {"outside": outside}
    return say("coming", forecast=row.to_dict(), **facts)


def _left_out(sheet: ReviewSheet, rates: pd.DataFrame) -> dict:
    """Closed years whose outturn is unknown or doubtful, and outturns without a budget."""
    known = rates[rates["modelled"]]
    from_page = sheet.facts["source_format"] == "page text"
    unbudgeted = execution.without_budget(rates)
    return {
        "unknown": list(execution.unknown(rates)["fiscal_year"]),
        "far_over": digits.less(OVER * known["budget_net"].sum(), known["executed"].sum()),
        "zero": [] if from_page else list(known.loc[known["executed"] == 0, "fiscal_year"]),
        "unbudgeted": list(unbudgeted["fiscal_year"]),
        "amount": unbudgeted["executed"].sum(),
        "parent": common.parent(sheet),
    }
