"""What came: forecasts as they could be made at a sheet and a year before it, beside the numbers
that were printed since.

A sheet prints the outturn and the values of the year before its own: the forecast of a year earlier
can be held against them even where there is no other sheet. What later sheets print, where they are
at hand, shows what came of the forecasts of the sheet itself.
"""

from collections.abc import Callable
from dataclasses import replace
from operator import itemgetter

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis.execution import rates
from helpers.analysis.series import MOST_AHEAD, IndicatorSeries
from helpers.fitted import Fitted
from helpers.forecast import execution_pool, models
from helpers.sheet import NO_PROJECT, ReviewSheet, records

CAME = [
    *("as_of", "sheets", "fiscal_year", "quantity", "lower80", "median", "upper80", "value"),
    *("printed", "inside"),
]
"""Columns of what came, one row a forecast.

as_of: the sheet year whose knowledge it is from; sheets: the last sheet year that its fit has seen
(later than `as_of` for a sheet from before the first fit); quantity: "rate", "outturn" (million
yen) or "outcome"; lower80 ... upper80: the forecast; value: what came, as it was printed last, in a
sheet of the year `printed`; inside: whether it lies in the 80 % interval.
"""

Fits = Callable[[int], Fitted]
"""A sheet year -> the fits of its time."""


def execution(sheet: ReviewSheet, later: pd.DataFrame, fits: Fits) -> pd.DataFrame:
    """The rate and the outturn of the year before the sheet's, and of its own: `CAME`.

    `later` is what later sheets print, as the table `vintage`. Empty for fund and segment sheets.
    """
    found = []
    if sheet.facts["sheet_type"] in NO_PROJECT:
        return pd.DataFrame(found, columns=CAME)
    own, told = rates(sheet), records(later[later["table"].eq("budget")])
    for as_of in (sheet.year - 1, sheet.year):
        came = _outturn(own, sheet.year, told, as_of)
        if came is None:
            continue
        budget, executed, printed = came
        fitted = fits(as_of).execution
        known = own if as_of == sheet.year else rates(before(sheet))
        panel = execution_pool.alone(known, sheet.facts, as_of)
        rows = execution_pool.features(panel, execution_pool.cohorts_of(fitted), as_of)
        if rows.empty:
            continue
        made = execution_pool.forecast(fitted, rows).iloc[0]
        share = min(max(executed / budget, 0.0), 1.0)
        for quantity, start, value in (("rate", "", share), ("outturn", "executed_", executed)):
            limits = [made[f"{start}{name}"] for name in ("lower80", "median", "upper80")]
            facts = (as_of, fitted["sheets"][-1], as_of, quantity)
            found.append((*facts, *limits, value, printed, _inside(value, limits)))
    return pd.DataFrame(found, columns=CAME)


def outcome(
    sheet: ReviewSheet, series: IndicatorSeries, later: pd.DataFrame, fits: Fits
) -> pd.DataFrame:
    """The value of the year before the sheet's, forecast a year earlier, and all values that came
    after the sheet: `CAME`; `series` is that of an indicator as the sheet prints it."""
    own = zip(series.years.tolist(), series.values.tolist(), strict=True)
    came = {year: (value, sheet.year) for year, value in own}
    for row in records(later):
        if (row["table"], row["column"], row["number"]) == ("outcome", "actual", series.number):
            came[row["fiscal_year"]] = row["value"], row["sheet_year"]
    found = []
    for as_of, known in ((sheet.year - 1, _shorter(sheet, series)), (sheet.year, series)):
        if len(known.values) < 2:
            continue
        after = int(known.years[-1])
        until = after + MOST_AHEAD
        until = min(sheet.year - 1, until) if as_of < sheet.year else until
        years = [year for year in sorted(came) if after < year <= until]
        if not years:
            continue
        fitted = fits(as_of).outcomes
        made = models.pooled(models.POOLED, known, fitted).forecast(years)
        for at, year in enumerate(years):
            value, printed = came[year]
            limits = [made[name][at] for name in ("lower80", "median", "upper80")]
            facts = (as_of, fitted["sheets"][-1], year, "outcome")
            found.append((*facts, *limits, value, printed, _inside(value, limits)))
    return pd.DataFrame(found, columns=CAME)


def before(sheet: ReviewSheet) -> ReviewSheet:
    """The budget as it was known a year before the sheet: of that year, which then ran, what a
    sheet of it prints, else the initial budget and what was carried in."""
    year = sheet.year - 1
    told: dict[int, dict] = {}
    for cell in sheet.rows("vintage"):
        of_budget = cell["table"] == "budget" and cell["sheet_year"] == year
        if of_budget and cell["column"] != "executed":
            told.setdefault(cell["fiscal_year"], {})[cell["column"]] = cell["value"]
    budget = [row for row in sheet.rows("budget") if row["fiscal_year"] is not None]
    rows = [row for row in budget if row["fiscal_year"] < year]
    for of, status in ((year, "current"), (year + 1, "requested")):
        own = next((row for row in budget if row["fiscal_year"] == of), None)
        if of in told:
            found = told[of]
        elif own is None:
            continue
        elif of > year:
            found = {"requested": own["requested"]}
        else:
            found = {name: own[name] for name in ("initial", "carried_in")}
            if own["initial"] is not None:
                found["budget_net"] = own["initial"] + (own["carried_in"] or 0)
        rows.append({"fiscal_year": of, "status": status, **found})
    return sheet.with_table("budget", rows)


def _shorter(sheet: ReviewSheet, series: IndicatorSeries) -> IndicatorSeries:
    """The series as it was known a year before the sheet: without the value of that year, and with
    the target that a sheet of then prints, else with none: it may have been set since."""
    kept = series.years < sheet.year - 1
    earlier = (row for row in sheet.rows("vintage") if row["sheet_year"] < sheet.year)
    aims = {
        row["column"]: row["value"]
        for row in sorted(earlier, key=itemgetter("sheet_year"))
        if (row["table"], row["number"], row["fiscal_year"]) == ("outcome", series.number, None)
    }
    target, due = (aims.get(name) for name in ("target", "target_year"))
    if target is None or due is None or (series.ceiling or np.inf) < target:
        target = due = None
    return replace(
        series,
        years=series.years[kept],
        values=series.values[kept],
        expected=None if series.expected is None else series.expected[kept],
        achievement=None if series.achievement is None else series.achievement[kept],
        target=target,
        target_year=None if due is None else int(due),
    )


def _outturn(
    rates: pd.DataFrame, sheet_year: int, later: list[dict], year: int
) -> tuple[float, float, int] | None:
    """The net budget and the outturn of a fiscal year and the sheet year that prints it last; None
    where no sheet does, or nothing was budgeted."""
    since = {
        cell["column"]: (cell["value"], cell["sheet_year"])
        for cell in later
        if cell["fiscal_year"] == year
    }
    amounts = ["budget_net", "executed"]
    of_year = (rates["fiscal_year"].to_numpy() == year) & rates["modelled"].to_numpy()
    own = rates[amounts].to_numpy()[of_year]
    # While its year runs a sheet may print an outturn of 0, which is none yet.
    if {*amounts} <= {*since} and since["executed"][1] > year:
        (budget, _), (executed, printed) = (since[name] for name in amounts)
    elif len(own) and sheet_year > year:
        (budget, executed), printed = own[0], sheet_year
    else:
        return None
    return (float(budget), float(executed), int(printed)) if budget > 0 else None


def _inside(value: float, limits: list[float]) -> bool:
    return bool(digits.at_least(value, limits[0]) and digits.at_least(limits[-1], value))
