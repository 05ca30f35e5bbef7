"""The answer that opens notebook 02: how much of the budget was not spent."""

import numpy as np
import pandas as pd

from helpers import digits, precision
from helpers.analysis import execution
from helpers.analysis.execution import LOW, Overall
from helpers.analysis.peers import ENOUGH
from helpers.sentences import Sentences
from helpers.sheet import ReviewSheet, records
from helpers.show import Answer
from helpers.story import common
from helpers.story.spending.budget import direction
from helpers.story.spending.forecast import movement, outturn

say = Sentences("spending/answer")

LEAST = 5e-7
"""Million yen that are less than one yen."""

OVER = 1.2
"""Executed so far above the budget, the money came from elsewhere."""

NEAR = 0.01
"""A share so close to some tenths is told as tenths."""

FEW = 0.25
"""Fewer projects than these with more left are few."""

LIKELY = {"likely": 0.65, "even": 0.35, "unlikely": 0.1, "hardly": 0}
"""What is said of a chance -> from where on."""

MOVES = 0.4
"""From this chance on that the budget itself moves, it is told beside the forecast."""

COMING = ("coming", "how_coming")
"""What is said of the next year in view, and below the fold."""


TERMS = ("unspent", "budget_net", "execution_rate")


def answer(
    sheet: ReviewSheet,
    rates: pd.DataFrame,
    pool: Overall,
    forecast: pd.DataFrame,
    places: pd.DataFrame,
    trend: pd.DataFrame,
    obstacle: str,
    came: pd.DataFrame,
) -> Answer:
    """The opening answer: how much of the budget was not spent, its place among all projects
    (`peers.standing`), whether that lasts (`execution.trend`), next year's forecast with what
    `came` of it (`forecast.came`) or the `obstacle` to it (`outlook.obstacle`), and the years that
    the rate cannot speak of."""
    project, title = common.project(sheet), say("title")
    if len(forecast):
        next_year = _coming(forecast, came)
        coming = [say(name, **next_year) for name in COMING]
    else:
        coming = [say("no_forecast", obstacle=obstacle), ""]
    left_out = _left_out(sheet, rates)
    flags = [*say.paragraphs("left_out", **left_out), *common.doubts(sheet)]
    if not pool.years:
        names = ("executed", "budget_net", "unspent", "execution_rate", "rate_low", "rate_high")
        names += ("rate_decimals", "first_year", "last_year")
        empty = {**dict.fromkeys(names), "rates": []}
        headline = common.headline(sheet, title, **empty)
        known = _without_rate(sheet, rates)
        sentence, number = say("no_rate", **known), None
        if known["amount"] is not None:
            number = (say("amount", **known), say("amount_of", **known))
        facts, more = [coming[0], *flags], [say("no_rate_project", project=project), coming[1]]
        return Answer(sentence, number, facts, more, TERMS, headline=headline)
    first, last = pool.years[0], pool.years[-1]
    left = digits.difference(pool.budget, pool.executed)
    spent = {
        "pool": pool,
        "gaps": last - first >= len(pool.years),
        "left": left,
        "nothing_left": abs(left) < LEAST,
        "unspent": left / pool.budget,
    }
    among = _among(places)
    facts = [
        say("among", **among),
        say("by_year", direction=direction(trend), **_by_year(rates)),
        coming[0],
        *flags,
    ]
    more = [
        say("executed", project=project, amounts=[pool.budget, pool.executed, left], **spent),
        say("how_sure", pool=pool, **_how_sure(pool, rates)),
        say("compared", enough=ENOUGH, **among),
        coming[1],
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
    number = (say("part", **spent), say("part_of", **spent))
    sentence = say("not_spent", **_portion(left / pool.budget), **spent)
    return Answer(sentence, number, facts, more, TERMS, headline=headline)


def _portion(share: float) -> dict:
    """A share as people say it: tenths, where it is so many within a hundredth, else 0, and whether
    it is just that."""
    tenths = int(digits.rounded(10 * share))
    near = digits.less(abs(share - tenths / 10), NEAR) and 0 < tenths < 10
    just = bool(digits.equal(share, tenths / 10))
    return {"tenths": tenths if near else 0, "just": just}


def _without_rate(sheet: ReviewSheet, rates: pd.DataFrame) -> dict:
    """What a sheet without a rate has instead, and of which years: money spent without a budget
    ("unbudgeted"), budgets without an outturn, of closed years ("unknown") or of those that have
    not ended ("new"), the latest one's; or neither, only zeros ("zero") or "nothing"."""
    unbudgeted, unknown = execution.without_budget(rates), execution.unknown(rates)
    new = rates[rates["budget_net"] > 0]
    for kind, rows, column in (
        ("unbudgeted", unbudgeted, "executed"),
        ("unknown", unknown, "budget_net"),
        ("new", new.tail(1), "budget_net"),
    ):
        if len(rows):
            years = [int(year) for year in rows["fiscal_year"]]
            return {"kind": kind, "years": years, "amount": rows[column].sum()}
    # Years of nothing but 0 have no rates.
    zero = sheet.budget[["budget_net", "executed"]].max(axis=None) == 0
    return {"kind": "zero" if zero else "nothing", "years": [], "amount": None}


def _by_year(rates: pd.DataFrame) -> dict:
    """How many years there are, in how many more than 30 % were left, and when most was."""
    known = rates[rates["modelled"]]
    places, lowest = precision.of_rates(known), known["execution_rate"].min()
    at = known.loc[digits.equal(known["execution_rate"], lowest), "fiscal_year"]
    return {
        "years": len(known),
        "low": int(digits.less(known["execution_rate"], LOW).sum()),
        "most": 1 - lowest,
        "at": list(at),
        "alike": len(at) == len(known),
        "decimals": places,
    }


def _how_sure(pool: Overall, rates: pd.DataFrame) -> dict:
    """Why there is no interval for the mean rate, "" where there is one; the rates' extremes."""
    known = rates[rates["modelled"]]
    without = ""
    # The model counts what is above the budget as full: rates that differ are alike to it.
    if len(pool.years) == 1:
        without = "one_year"
    elif np.isnan(pool.t[0]) and not execution.constant(known["execution_rate"]):
        without = "outside"
    elif np.isnan(pool.t[0]):
        without = "equal"
    return {
        "without": without,
        "lowest": known["execution_rate"].min(),
        "highest": known["execution_rate"].max(),
        "decimals": precision.of_rates(known),
    }


def _among(places: pd.DataFrame) -> dict:
    """The rate's place in each group of projects, or of their single years; none where it has none
    among them all."""
    rates = [row for row in records(places) if row["measure"] == "execution_rate" and row["count"]]
    below = {row["group"]: row["below"] for row in rates if row["below"] is not None}
    groups = [name for name in ("all", "ministry", "size") if name in below]
    if "all" not in groups:
        return {"lower": [], "of_projects": False, "kind": ""}
    kinds = {"much": max(below.values()) < FEW, "little": min(below.values()) > 1 - FEW}
    of_projects = rates[0]["unit"] == "project"
    lower = [
        say("lower", group=name, below=below[name], of_projects=of_projects) for name in groups
    ]
    return {
        "lower": lower,
        "of_projects": of_projects,
        "kind": next((kind for kind, is_so in kinds.items() if is_so), "usual"),
    }


def _coming(forecast: pd.DataFrame, came: pd.DataFrame) -> dict:
    row = forecast.iloc[0]
    outside = [say(f"outside_{name}") for name in str(row["outside"] or "").split()]
    chance = row["p_below_70"]
    likely = next((name for name, least in LIKELY.items() if digits.at_least(chance, least)), "")
    facts = outturn(row) | movement(row) | {"outside": outside, "likely": likely}
    moved = {name: row[f"p_{name}"] for name in ("fall", "rise")}
    way = "rise" if digits.less(moved["fall"], moved["rise"]) else "fall"
    facts |= {"way": way if digits.at_least(moved[way], MOVES) else "", "moved": moved[way]}
    facts["surely"] = bool(digits.at_least(moved[way], LIKELY["likely"]))
    since = came[came["quantity"].eq("outturn") & came["fiscal_year"].eq(row["fiscal_year"])]
    value = since["value"].iloc[-1] if len(since) else None
    facts["since"] = value
    # Of the range as it is told, so that a reader can see it.
    facts["inside"] = value is not None and bool(
        digits.at_least(value, facts["low"]) and digits.at_least(facts["high"], value)
    )
    return {"forecast": row.to_dict(), **facts}


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
        "rated": len(known) > 0,
    }
