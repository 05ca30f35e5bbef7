"""How fast an outcome is being adopted, and how likely its target is to be met.

`series` picks the history of one indicator, `models.fit` (next door) fits, and the functions here
turn the fits into tables: forecasts, P(target), the year each model reaches the target, the pace.
"""

import unicodedata
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from helpers.analysis.models import MODELS, Fit, fit
from helpers.analysis.years import between
from helpers.sheet import ReviewSheet

HORIZON = 50
"""Years ahead in which a model's path is followed to find where it meets the target."""

FITS = ["model", "observations", "df", "dispersion", "floor", "estimate", "note"]
ODDS = {"model": str, "column": int, "path": float, "p": float, "reaches": "Int64"}
PERCENT_UNITS = ("%", "パーセント")
"""After NFKC, which makes the full-width sign a plain one."""


@dataclass(frozen=True)
class Series:
    """The history of one indicator.

    years are fiscal-year columns, values in `unit` (both empty where the sheet prints no actual
    value, and then every table made of the series is empty); ceiling the population (or 100 for a
    percentage), None if there is none; target to be reached by the end of fiscal year
    `target_year`; `direction` "up" or "down" says whether more or less is better, None lets
    `rising` tell; `observed_at` says whether a column's value was measured at the "start" (1 April)
    or the "end" (31 March) of its fiscal year.
    """

    indicator: str
    unit: str
    years: np.ndarray
    values: np.ndarray
    ceiling: float | None
    target: float | None
    target_year: int | None
    observed_at: str = "end"
    direction: str | None = None

    def __post_init__(self):
        if self.direction not in (None, "up", "down"):
            raise ValueError(f'direction is {self.direction!r}: use "up", "down" or None')
        if self.observed_at not in ("start", "end"):
            raise ValueError(f'observed_at is {self.observed_at!r}: use "start" or "end"')
        if self.ceiling is not None and len(self.values) and self.values.max() > self.ceiling:
            raise ValueError(
                f"population {self.ceiling:g} is below the {self.values.max():g} {self.unit} "
                "already observed: give a population of at least that, or 0 for none"
            )
        if self.ceiling is not None and self.target is not None and self.target > self.ceiling:
            raise ValueError(
                f"population {self.ceiling:g} is below the target of {self.target:g} {self.unit}, "
                "which could never be met: give a larger population, 0 for none, or another target"
            )

    def with_ceiling(self, ceiling: float | None) -> "Series":
        """The same history with another ceiling; raises ValueError where a value exceeds it."""
        return replace(self, ceiling=ceiling)

    @property
    def is_percent(self) -> bool:
        """Whether the unit is a percentage."""
        return unicodedata.normalize("NFKC", self.unit).strip() in PERCENT_UNITS

    @property
    def target_column(self) -> int | None:
        """The fiscal-year column that is measured when the target falls due.

        The target is due on 31 March that ends `target_year`; counts of 1 April stand in the next
        fiscal year's column.
        """
        if self.target_year is None:
            return None
        return self.target_year + (self.observed_at == "start")

    @property
    def target_open(self) -> bool:
        """Whether there is a target that falls due after the last value, within HORIZON years."""
        known = self.target is not None and self.target_year is not None and len(self.years) > 0
        return bool(known and 0 < self.target_column - self.years[-1] <= HORIZON)

    @property
    def rising(self) -> bool:
        """Whether more is better: as `direction` says; else where the target lies above the first
        value, or below it and the history rose all the same (a floor that is already held)."""
        if self.direction:
            return self.direction == "up"
        rose = bool(self.values[-1] > self.values[0])
        if self.target is None:
            return rose
        return bool(self.target >= self.values[0]) or rose

    def met(self, values):
        """Whether each of `values` meets the target."""
        return values >= self.target if self.rising else values <= self.target


def indicators(sheet: ReviewSheet) -> pd.DataFrame:
    """The outcome indicators that have a history: number, indicator, unit, actuals, target,
    target_year; one row each, in the sheet's order."""
    rows = []
    for number, group in sheet.outcome.groupby("number", sort=True):
        first = group.iloc[0]
        row = {column: first[column] for column in ("indicator", "unit", "target", "target_year")}
        rows.append({"number": number, **row, "actuals": int(group["actual"].notna().sum())})
    columns = ["number", "indicator", "unit", "actuals", "target", "target_year"]
    return pd.DataFrame(rows, columns=columns)


def series(
    sheet: ReviewSheet,
    indicator: str | int | None = None,
    population: float | None = None,
    target: float | None = None,
    target_year: int | None = None,
    observed_at: str = "end",
    direction: str | None = None,
    first_year: int | None = None,
    last_year: int | None = None,
) -> Series:
    """The history of one outcome indicator, with what the sheet does not say filled in.

    `indicator` is its name or its number on the sheet; by default the first with the longest
    history. `population` is the number of possible adopters (None or 0: none known; a percentage
    has the ceiling 100 anyway). `target` and `target_year` replace the sheet's. A sheet without
    outcomes, or without an actual value, gives an empty series. Raises ValueError for an indicator
    that the sheet does not have, an impossible population, and a span without an actual value.
    """
    available = indicators(sheet)
    chosen = available[available["actuals"] == available["actuals"].max()].iloc[:1]
    if indicator not in (None, "", 0):
        chosen = available[
            (available["indicator"] == indicator)
            | (available["number"].astype(str) == str(indicator))
        ]
        if chosen.empty:
            names = "; ".join(f"{row.number}: {row.indicator}" for row in available.itertuples())
            raise ValueError(
                f"{sheet.id}: no outcome indicator {indicator!r}; it has {names or 'none'}"
            )
    if chosen.empty:
        return Series("", "", np.array([], int), np.array([]), None, None, None)
    row = chosen.iloc[0]
    history = sheet.outcome[sheet.outcome["number"] == row["number"]].dropna(subset=["actual"])
    history = between(history.sort_values("fiscal_year"), first_year, last_year)
    found = Series(
        indicator=row["indicator"],
        unit="" if pd.isna(row["unit"]) else row["unit"],
        years=history["fiscal_year"].to_numpy(int),
        values=history["actual"].to_numpy(float),
        ceiling=float(population) if population else None,
        target=_first(target, row["target"], float),
        target_year=_first(target_year, row["target_year"], int),
        observed_at=observed_at,
        direction=direction,
    )
    highest = max(found.values.max(initial=0), found.target or 0)
    if found.is_percent and found.ceiling is None and highest <= 100:
        return found.with_ceiling(100.0)
    return found


def fit_all(series: Series, models: list[str] | str | None = None) -> list[Fit]:
    """Fit the named models (a list, or names joined by commas), or all that `series` allows: those
    with a ceiling need one. The first leads the report.

    Nothing for an empty series. Raises ValueError for a model that does not exist.
    """
    if not len(series.values):
        return []
    if isinstance(models, str):
        models = [name.strip() for name in models.split(",")]
    if not models:
        models = [name for name, model in MODELS.items() if series.ceiling or not model.ceiling]
    return [fit(name, series) for name in dict.fromkeys(models)]


def ahead(series: Series) -> list[int]:
    """The fiscal-year columns worth forecasting: to the year after the target year, so that both
    measurement dates are in, or five years on without an open target; at most 15."""
    if not len(series.years):
        return []
    last = int(series.years[-1])
    end = series.target_year + 1 if series.target_open else last + 5
    return list(range(last + 1, min(end, last + 15) + 1))


def fits_table(fits: list[Fit]) -> pd.DataFrame:
    """The fits side by side: model, observations, df (residual degrees of freedom), dispersion,
    floor, estimate (the coefficients as text), note (why nothing is said of its uncertainty; ""
    where something is); see `models.Fit`."""
    rows = [
        {
            "model": fit.model,
            "observations": fit.observations,
            "df": fit.df,
            "dispersion": fit.dispersion,
            "floor": fit.floor,
            "estimate": ", ".join(f"{value:.4g}" for value in fit.estimate),
            "note": fit.note,
        }
        for fit in fits
    ]
    return pd.DataFrame(rows, columns=FITS)


def forecasts(fits: list[Fit], years: list[int]) -> pd.DataFrame:
    """Every model's path and forecast intervals, one row a model x fiscal-year column.

    Columns: model, fiscal_year, path (the curve itself), lower80, upper80, lower95, upper95: limits
    for the *value that will be observed*, with dispersion, parameters and noise drawn
    (`predictive`). NaN limits where the model is not identified.
    """
    rows = []
    for each in fits:
        drawn = each.draws(years)
        limits = (
            np.full((4, len(years)), np.nan)
            if drawn is None
            else np.quantile(drawn, [0.1, 0.9, 0.025, 0.975], axis=0)
        )
        for at, (year, value) in enumerate(zip(years, each.path(years), strict=True)):
            rows.append((each.model, year, value, *limits[:, at]))
    names = ["model", "fiscal_year", "path", "lower80", "upper80", "lower95", "upper95"]
    return pd.DataFrame(rows, columns=names)


def p_target(fits: list[Fit], series: Series) -> pd.DataFrame:
    """P(target met when due) by each model, and the year its path gets there.

    Columns: model, column (the fiscal-year column measured when the target is due), path (value
    there), p (share of drawn futures that meet the target; NaN where not identified),
    reaches (first column at which the path meets it; <NA> if not within HORIZON years).
    Empty unless `series.target_open`: without a target, or after its date, there is no forecast.
    """
    if not series.target_open:
        return pd.DataFrame(columns=list(ODDS)).astype(ODDS)
    last, due = int(series.years[-1]), series.target_column
    ahead = np.arange(last + 1, last + HORIZON + 1)
    rows = []
    for each in fits:
        drawn = each.draws([due])
        met = np.nan if drawn is None else float(np.mean(series.met(drawn[:, 0])))
        reached = ahead[series.met(each.path(ahead))]
        first = reached[0] if len(reached) else pd.NA
        rows.append((each.model, due, each.path([due])[0], met, first))
    return pd.DataFrame(rows, columns=list(ODDS)).astype(ODDS)


def sensitivity(
    base: Series, populations: list[float | None], models: list[str] | None = None
) -> pd.DataFrame:
    """P(target) under every reading of the two things a sheet leaves open.

    One row a measurement date ("end", "start") x population x model: observed_at, population and
    the columns of `p_target`. Empty unless `base.target_open`; a date under which the target has
    fallen due already is left out.
    """
    tables = [p_target([], base).assign(observed_at="", population=np.nan)]
    for observed_at in ("end", "start") if base.target_open else ():
        for population in populations:
            variant = replace(base, observed_at=observed_at).with_ceiling(population)
            table = p_target(fit_all(variant, models), variant)
            table.insert(0, "observed_at", observed_at)
            table.insert(1, "population", population if population else np.nan)
            tables.append(table)
    return pd.concat(tables, ignore_index=True)


def changes(series: Series) -> pd.DataFrame:
    """Change a year from one actual value to the next: fiscal_year (of the later one), change."""
    change = np.diff(series.values) / np.diff(series.years)
    return pd.DataFrame({"fiscal_year": series.years[1:], "change": change})


def pace(series: Series) -> pd.DataFrame:
    """Needed against observed pace, in units a year, for each measurement date not yet past.

    Columns: observed_at, column, years_left, observed (mean yearly change over the history),
    needed (change a year to meet the target when due), ratio = needed / observed. Empty unless
    `series.target_open`, there are two values, and the last does not meet the target yet.
    """
    columns = ["observed_at", "column", "years_left", "observed", "needed", "ratio"]
    if not series.target_open or len(series.values) < 2 or series.met(series.values[-1]):
        return pd.DataFrame(columns=columns)
    observed = (series.values[-1] - series.values[0]) / (series.years[-1] - series.years[0])
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


def _first(given, printed, kind):
    if given is not None:
        return kind(given)
    return None if pd.isna(printed) else kind(printed)
