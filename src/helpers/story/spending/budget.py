"""The budget by year: from request to outturn, the execution rate, and what was left."""

import math
from functools import partial

import numpy as np
import pandas as pd

from helpers import digits, precision, words
from helpers.analysis.execution import WIDE, Overall
from helpers.precision import decimals, error
from helpers.sentences import Sentences
from helpers.show import Table, Text
from helpers.story import common
from helpers.story.spending.peers import read_band

say = Sentences("spending/budget")

SURELY = 4
"""Times its rounding that an amount must be for a multiple of it to be told."""

VAGUE = 0.1
"""A rate that rounding leaves open by more than this is said to be uncertain."""

FAR = 100
"""An odds ratio whose limits are so many times apart can be anything."""


def read_cascade(cascade: pd.DataFrame) -> Text:
    """How to read the cascade, what went at which step, and the boldest request."""
    if cascade.empty:
        return Text(say("no_budget"))
    asked = cascade.dropna(subset=["requested", "initial"])
    paragraphs = say.paragraphs(
        "cascade",
        years=len(asked),
        requested=asked["requested"].sum(),
        granted=asked["initial"].sum(),
        decimals=precision.of_pooled(asked, "initial", "requested"),
    )
    known = cascade["known_outturn"].where(cascade["known_outturn"] > 0)
    bold = cascade[digits.less(2 * known, cascade["requested"])]
    if len(bold):
        row = bold.loc[digits.highest(bold["requested"] / bold["known_outturn"])]
        times = multiple(row["requested"], row["known_outturn"], row["half_unit"])
        paragraphs.append(say("boldest", row=row.to_dict(), times=times))
    return Text(*paragraphs)


def multiple(part: float, whole: float, half: float) -> str:
    """How many times `whole` makes `part`, both printed to +- `half`: 9.5, about 15, and the least
    that it can be where `whole` is little more than its own rounding."""
    if digits.less(whole / SURELY, half):
        least = math.floor((part - half) / (whole + half) * (1 + digits.NOISE))
        return say("times", value=least, kind="at least")
    places = decimals(error(part, whole, half, half))
    value = digits.rounded(part / whole, places)
    return say("times", value=value, kind="" if places else "about")


def cascade_table(cascade: pd.DataFrame) -> Table | Text:
    """What each step took off or added, by year, and what was left unspent (positive)."""
    if cascade.empty:
        return Text()
    columns = ["requested", "cut", "initial", "adjusted", "budget_net", "executed", "unspent"]
    unit, formats = common.in_units(cascade[columns])
    if cascade["requested"].isna().all():
        columns = [name for name in columns if name not in ("requested", "cut")]
    headings = {name: say(name) for name in ("cut", "adjusted")}
    signed = cascade.assign(cut=-cascade["cut"], adjusted=-cascade["adjusted"])
    caption = say("cascade_caption", unit=unit)
    return Table(signed[["fiscal_year", *columns]], caption, formats, headings)


def read_unspent(unspent: pd.DataFrame) -> Text:
    """Where the unspent money lies."""
    if unspent.empty:
        return Text(say("unspent_unknown"))
    amounts = unspent["unspent"]
    if not amounts.any():
        return Text(say("nothing_unspent"))
    total, most = amounts.sum(), amounts.max()
    share = most / total if total > 0 else np.nan
    paragraphs = say.paragraphs(
        "unspent",
        total=total,
        most=most,
        share=share,
        of_the_total=total > 0 and share <= 1,
        years=list(unspent.loc[digits.equal(amounts, most), "fiscal_year"]),
        less=amounts.min() < 0,
    )
    return Text(*paragraphs)


def read_rate(
    rates: pd.DataFrame,
    forecast: pd.DataFrame,
    band: pd.DataFrame,
    earlier: pd.DataFrame,
) -> Text:
    """How to read the rates: what is drawn, peers (`peers.band`) behind it, the lowest year, what
    other sheets gave (`earlier`)."""
    known = rates[rates["modelled"]]
    if known.empty:
        return Text(say("no_rate"))
    places = precision.of_rates(known)
    lowest = known["execution_rate"].min()
    shown = known["execution_rate"].map(partial(words.percent, decimals=places))
    at = known.loc[shown == words.percent(lowest, places), "fiscal_year"]
    paragraphs = say.paragraphs(
        "rate",
        forecast=(forecast["upper80"] - forecast["lower80"] < WIDE).any(),
        band=read_band(band),
        lowest=lowest,
        decimals=places,
        at=list(at),
        years=len(known),
        vague=_vague(known),
        carried_out=(known["execution_rate"] - known["rate_gross"]).max() > 0.0005,
        earlier=_earlier(earlier, places),
    )
    return Text(*paragraphs)


def _vague(known: pd.DataFrame) -> dict | None:
    """The year whose rate the rounding of the amounts leaves most open, where that is much."""
    half, spent, net = (known[name] for name in ("half_unit", "executed", "budget_net"))
    low = ((spent - half) / (net + half)).clip(lower=0)
    high = (spent + half) / (net - half).where(net > half)
    high = high.clip(upper=known["execution_rate"].clip(lower=1)).fillna(1)
    width = (high - low).where(half > 0.4)
    if not width.max() > VAGUE:
        return None
    most = digits.highest(width)
    return {"year": known.loc[most, "fiscal_year"], "low": low[most], "high": high[most]}


def _earlier(earlier: pd.DataFrame, places: int) -> dict | None:
    """The year whose rate differs most by the numbers of another sheet, and in how many it does."""
    if earlier.empty:
        return None
    row = earlier.loc[digits.highest((earlier["execution_rate"] - earlier["present"]).abs())]
    pair = row["execution_rate"], row["present"]
    if words.percent(pair[0], places) == words.percent(pair[1], places):
        places = 1
    # Of the rates as they are shown, so that a reader can take one from the other.
    ends = [digits.rounded(100 * rate, places) for rate in pair]
    return {
        "years": earlier["fiscal_year"].nunique(),
        "year": row["fiscal_year"],
        "published": int(row["sheet_year"]),
        "there": pair[0],
        "here": pair[1],
        "decimals": places,
        "points": digits.rounded(abs(ends[0] - ends[1]), 1),
    }


def read_variation(rates: pd.DataFrame, trend: pd.DataFrame, out: pd.DataFrame) -> Text:
    """Whether the rate has a trend (`execution.trend`), and which years stand out of the others
    (`outlook.standing_out`)."""
    if rates["modelled"].sum() < 4:
        return Text(say("few_years"))
    row = {} if trend.empty else trend.iloc[0].to_dict()
    width = (out["upper"] - out["lower"]).median()
    return Text(
        say("trend", odds=row, direction=direction(trend)),
        say(
            "standing_out",
            level=out["level"].iloc[0],
            years=list(out.loc[out["outside"], "fiscal_year"]),
            compared=len(out),
            by_chance=(1 - out["level"]).sum(),
            width=width,
            too_wide=width > WIDE,
        ),
    )


def direction(trend: pd.DataFrame) -> str:
    """Of a trend of rates (`execution.trend`): "up", "down", "none" where that is open, "any" where
    it can be anything; "" without one."""
    if trend.empty:
        return ""
    odds = trend.iloc[0]
    if odds["odds_high"] > FAR * odds["odds_low"]:
        return "any"
    if odds["odds_low"] <= 1 <= odds["odds_high"]:
        return "none"
    return "up" if odds["odds_ratio"] > 1 else "down"


def rates_table(rates: pd.DataFrame, pool: Overall) -> Table | Text:
    """The rates by year, net, gross and against the initial budget, and below them what the years
    with a rate add up to (`pool`)."""
    rates = rates.dropna(subset=["initial", "budget_net", "executed"], how="all")
    if rates.empty:
        return Text()
    amounts = ["initial", "budget_net", "budget_gross", "executed", "unspent"]
    shares = {
        "execution_rate": "budget_net",
        "rate_gross": "budget_gross",
        "rate_initial": "initial",
    }
    unit, formats = common.in_units(rates[amounts])
    formats |= {
        rate: partial(words.percent, decimals=precision.of_rates(rates, whole=base))
        for rate, base in shares.items()
    }
    columns = {name: rates[name].tolist() for name in ("fiscal_year", *amounts, *shares)}
    if len(pool.years) > 1:
        left = digits.difference(pool.budget, pool.executed)
        total = {"fiscal_year": say("total"), "budget_net": pool.budget, "executed": pool.executed}
        total |= {"unspent": left, "execution_rate": pool.rate}
        for name, values in columns.items():
            values.append(total.get(name, np.nan))
    shown = pd.DataFrame(columns | {"fiscal_year": pd.Series(columns["fiscal_year"], dtype=object)})
    headings = {rate: say(rate) for rate in shares}
    caption = say("rates_caption", unit=unit, total=len(pool.years) > 1)
    return Table(shown, caption, formats, headings)


def pefa_table(graded: tuple[str | None, pd.DataFrame]) -> Table | Text:
    """The last three years on the scale of PEFA PI-1."""
    grade, years = graded
    if grade is None:
        return Text(say("no_pefa"))
    headings = {name: say(name) for name in ("rate_initial", "band")}
    places = precision.of_rates(years, whole="initial")
    unit, formats = common.in_units(years[["initial", "executed"]])
    formats |= {"rate_initial": partial(words.percent, decimals=places)}
    caption = say("pefa", grade=grade, unit=unit)
    return Table(years.drop(columns="half_unit"), caption, formats, headings)
