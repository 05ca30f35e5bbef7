"""How fast an outcome is being adopted, and how likely its target is to be met.

`series.pick` picks the history of one indicator, `models.fit` fits, and the functions here turn the
fits into tables: forecasts, P(target), the year each model reaches the target, the pace.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis.series import HORIZON, MOST_AHEAD, IndicatorSeries
from helpers.forecast.fits import ENDS
from helpers.forecast.models import POOLED, Fit, fit, names
from helpers.sheet import typed, with_columns

FITS = ["model", "observations", "df", "dispersion", "floor", "estimate", "note"]


NEARLY_ALL = 0.9
"""Part of the way from 0 to the ceiling."""

AHEAD = 7
"""Years that are forecast without an open target: as far as forecasts were tried on past sheets."""

MANY = 10
"""Times the range of the history beyond which an interval says nothing."""


ODDS = {"model": str, "column": int, "path": float, "p": float, "reaches": "Int64"}


def fit_all(
    series: IndicatorSeries, models: list[str] | str | None = None, pool: dict | None = None
) -> list[Fit]:
    """Fit the named models (a list, or names joined by commas), or all that `series` allows: those
    with a ceiling need one, "pooled" the `pool`. The first leads the report.

    Nothing for an empty series. Raises ValueError for a model that does not exist.
    """
    if not len(series.values):
        return []
    if isinstance(models, str):
        models = [name.strip() for name in models.split(",")]
    return [fit(name, series, pool) for name in dict.fromkeys(models or names(series, pool))]


def ahead(series: IndicatorSeries) -> list[int]:
    """The fiscal-year columns worth forecasting: to the year after the target year, so that both
    measurement dates are in, or AHEAD years on without an open target; at most MOST_AHEAD."""
    if not len(series.years):
        return []
    last = int(series.years[-1])
    end = series.target_year + 1 if series.target_open else last + AHEAD
    return list(range(last + 1, min(end, last + MOST_AHEAD) + 1))


def fits_table(fits: list[Fit]) -> pd.DataFrame:
    """The fits to this series alone side by side: model, observations, df (residual degrees of
    freedom), dispersion, floor, estimate (the coefficients as text), note (why nothing is said of
    its uncertainty; "" where something is); see `models.Fit`."""
    rows = [
        {
            "model": fit.model,
            "observations": fit.observations,
            "df": fit.df,
            "dispersion": digits.significant(fit.dispersion, 6),
            "floor": digits.significant(fit.floor, 6),
            "estimate": ", ".join(map(_coefficient, fit.estimate)),
            "note": fit.note,
        }
        for fit in fits
        if fit.model != POOLED
    ]
    return pd.DataFrame(rows, columns=FITS)


def forecasts(fits: list[Fit], years: list[int]) -> pd.DataFrame:
    """Every model's path and forecast intervals, one row a model x fiscal-year column.

    Columns: model, fiscal_year, path (the curve itself; of the pooled the median), lower80,
    upper80, lower95, upper95: limits for the *value that will be observed* (`Fit.limits`). NaN
    limits where the model is not identified.
    """
    rows = []
    for each in fits:
        limits = each.limits(years)
        for at, (year, value) in enumerate(zip(years, each.path(years), strict=True)):
            rows.append((each.model, year, value, *limits[:, at]))
    names = ["model", "fiscal_year", "path", *ENDS]
    return pd.DataFrame(rows, columns=names)


def vague(low: float, high: float, series: IndicatorSeries) -> bool:
    """Whether the 80 % interval of a forecast says nothing: it spans nearly all that is possible;
    or reaches from half of the lowest value to double the highest; or is many times as wide as the
    range of the history, and wider than its largest value."""
    values = series.values
    if series.ceiling:
        return bool(high - low > NEARLY_ALL * series.ceiling)
    if values.min() > 0 and low <= values.min() / 2 and high >= 2 * values.max():
        return True
    return bool(high - low > max(MANY * np.ptp(values), np.abs(values).max(), 1))


def telling(series: IndicatorSeries, forecasts: pd.DataFrame) -> pd.DataFrame:
    """`forecasts` with the column vague: whether the 80 % limits say nothing of the value."""
    limits = zip(forecasts["lower80"], forecasts["upper80"], strict=True)
    said = [vague(low, high, series) for low, high in limits]
    return with_columns(forecasts, {"vague": np.array(said, bool)})


def p_target(fits: list[Fit], series: IndicatorSeries) -> pd.DataFrame:
    """P(target met when due) by each model, and the year its path gets there.

    Columns: model, column (the fiscal-year column measured when the target is due), path (value
    there), p (`Fit.chance`; NaN where not identified),
    reaches (first column at which the path meets it; <NA> if not within HORIZON years).
    Empty unless `series.target_open`: without a target, or after its date, there is no forecast.
    """
    return typed(_odds(fits, series), ODDS)


def _odds(fits: list[Fit], series: IndicatorSeries) -> list[dict]:
    if not series.target_open:
        return []
    last, due = int(series.years[-1]), series.target_column
    ahead = np.arange(last + 1, last + HORIZON + 1)
    rows = []
    for each in fits:
        row = {"model": each.model, "column": due, "p": each.chance(series)}
        reached = ahead[series.met(each.path(ahead))].tolist()
        row |= {"path": each.path([due])[0], "reaches": reached[0] if reached else None}
        rows.append(row)
    return rows


def sensitivity(
    base: IndicatorSeries,
    populations: list[float | None],
    models: list[str] | None = None,
    pool: dict | None = None,
    fits: list[Fit] | None = None,
) -> pd.DataFrame:
    """P(target) under every reading of the two things a sheet leaves open.

    One row a measurement date ("end", "start") x population x model: observed_at, population and
    the columns of `p_target`. Empty unless `base.target_open`; a date under which the target has
    fallen due already is left out. `fits` are those of `base` itself, where they are made.
    """
    rows = []
    # When values were measured moves the date of the target, not the course of the values, but for
    # the pooled forecast, which looks at the years that are left.
    fitted = []
    for population in populations if base.target_open else ():
        own = fits is not None and population == base.ceiling
        series = base if own else base.with_ceiling(population)
        fitted.append((series, fits if own else fit_all(series, models, pool)))
    for observed_at in ("end", "start"):
        for series, every in fitted:
            variant, those = series, every
            if observed_at != series.observed_at:
                variant = replace(series, observed_at=observed_at)
                those = [fit(POOLED, variant, pool) if it.model == POOLED else it for it in every]
            facts = {"observed_at": observed_at, "population": series.ceiling or np.nan}
            rows += [row | facts for row in _odds(those, variant)]
    return typed(rows, ODDS | {"observed_at": str, "population": float})


def changes(series: IndicatorSeries) -> pd.DataFrame:
    """Change a year from one actual value to the next: fiscal_year (of the later one), change."""
    change = digits.difference(series.values[1:], series.values[:-1]) / np.diff(series.years)
    return pd.DataFrame({"fiscal_year": series.years[1:], "change": change})


def pace(series: IndicatorSeries) -> pd.DataFrame:
    """Needed against observed pace, in units a year, for each measurement date not yet past.

    Columns: observed_at, column, years_left, observed (mean yearly change over the history),
    needed (change a year to meet the target when due), ratio = needed / observed. Empty unless
    `series.target_open`, there are two values, and the last does not meet the target yet.
    """
    columns = ["observed_at", "column", "years_left", "observed", "needed", "ratio"]
    if not series.target_open or len(series.values) < 2 or series.met(series.values[-1]):
        return pd.DataFrame(columns=columns)
    observed = digits.difference(series.values[-1], series.values[0])
    observed /= series.years[-1] - series.years[0]
    rows = []
    for observed_at in ("end", "start"):
        column = replace(series, observed_at=observed_at).target_column
        left = column - int(series.years[-1])
        if left <= 0:
            continue
        needed = (series.target - series.values[-1]) / left
        ratio = needed / observed if observed else np.nan
        rows.append((observed_at, column, left, observed, needed, ratio))
    return pd.DataFrame(rows, columns=columns)


def _coefficient(value: float) -> str:
    return f"{digits.significant(value, 4):.4g}"
