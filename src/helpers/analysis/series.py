"""The history of one outcome indicator, and what of it the sheet leaves open."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis import direction as directions
from helpers.analysis.direction import Assumed
from helpers.analysis.worded_target import Proposal, proposal
from helpers.analysis.years import within_span
from helpers.parameters import ParameterError
from helpers.sheet import ReviewSheet, first_of
from helpers.words import exact

HORIZON = 50
"""Years ahead in which a model's path is followed to find where it meets the target."""

MOST_AHEAD = 15
"""Years ahead for which values are forecast, and drawn, at most."""

FARTHEST_TARGET = 30
"""Times the largest value beyond which a target in words is of something else: 1,000 of the United
Nations' staff, where the indicator counts those of one office."""

QUALITATIVE = "qualitative"
"""The `kind` of an outcome that is told in words: its numbers, if any, are placeholders."""


@dataclass(frozen=True)
class IndicatorSeries:
    """The history of one indicator.

    years are fiscal-year columns, values in `unit` (both empty where the sheet prints no actual
    value, and then every table made of the series is empty); ceiling the population (or 100 for a
    percentage), None if there is none; target to be reached by the end of fiscal year
    `target_year`; `observed_at` says whether a column's value was measured at the "start" (1 April)
    or the "end" (31 March) of its fiscal year. `number` is the indicator's on the sheet;
    `expected` what the sheet expected of each of the years (NaN where it says nothing),
    `achievement` the rate of achievement that it prints (per cent, NaN likewise).

    Whether more ("up") or less ("down") is better: `direction` as it is given, else `stated` by the
    sheet, else `rising` has to assume it. `goal` is the goal's text. Of a `qualitative` outcome
    only `result`, the sheet's text, is there. `asked`: whether the indicator was asked for and not
    chosen by `pick`; `proposed`: a target that the sheet has in its words alone.
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
    number: int | None = None
    expected: np.ndarray | None = None
    stated: str | None = None
    achievement: np.ndarray | None = None
    goal: str = ""
    qualitative: bool = False
    result: str = ""
    asked: bool = False
    proposed: Proposal | None = None

    def __post_init__(self):
        if self.direction not in (None, "up", "down"):
            raise ValueError(f'direction is {self.direction!r}: use "up", "down" or None')
        if self.observed_at not in ("start", "end"):
            raise ValueError(f'observed_at is {self.observed_at!r}: use "start" or "end"')
        highest = self.values.max(initial=-np.inf)
        if self.ceiling is not None and digits.less(self.ceiling, highest):
            raise ParameterError(
                f"population {exact(self.ceiling)} is below the {exact(highest)} {self.unit} "
                "already observed: give a population of at least that, or 0 for none"
            )
        highest = -np.inf if self.target is None else self.target
        if self.ceiling is not None and digits.less(self.ceiling, highest):
            raise ParameterError(
                f"population {exact(self.ceiling)} is below the target of {exact(self.target)} "
                f"{self.unit}, which could never be met: give a larger population, 0 for none, "
                "or another target"
            )

    def with_ceiling(self, ceiling: float | None) -> "IndicatorSeries":
        """The same history with another ceiling; raises ParameterError where a value exceeds it."""
        return replace(self, ceiling=ceiling)

    @property
    def is_percent(self) -> bool:
        """Whether the unit is a percentage."""
        return directions.in_percent(self.unit)

    @property
    def difference_unit(self) -> str:
        """The unit of a difference of two values: percentages differ by points."""
        return "%ポイント" if self.is_percent else self.unit

    @property
    def is_count(self) -> bool:
        """Whether the values count things. The noise of counting depends on the unit: of tonnes or
        indices it says nothing."""
        return not self.is_percent and bool(
            np.all(digits.equal(self.values, np.round(self.values)))
        )

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
        """Whether more is better: as given, else as the sheet states, else as assumed."""
        known = self.direction or self.stated
        return known == "up" if known else self.assumed.up

    @cached_property
    def assumed(self) -> Assumed:
        """The direction to assume where none is given or stated, and from what."""
        return directions.assumed(self.values, self.target, self.unit, self.indicator, self.goal)

    def met(self, values):
        """Whether each of `values` meets the target."""
        one, other = (values, self.target) if self.rising else (self.target, values)
        return digits.at_least(one, other)


def indicators(sheet: ReviewSheet) -> pd.DataFrame:
    """The outcome indicators of a sheet, one row each, in its order: number, indicator, unit, kind,
    direction, actuals (years with an actual value, 0 of a qualitative one), target, target_year,
    result."""
    missing = {"target": np.nan, "target_year": pd.NA}
    rows = [
        row | {name: blank for name, blank in missing.items() if row[name] is None}
        for row in listed(sheet)
    ]
    columns = ["number", "indicator", "unit", "kind", "direction"]
    columns += ["actuals", "target", "target_year", "result"]
    return pd.DataFrame(rows, columns=columns)


def listed(sheet: ReviewSheet) -> list[dict]:
    """The rows of `indicators`, None where a value is missing."""
    years: dict[int, set[int]] = {}
    numbered = [row for row in sheet.rows("outcome") if row["number"] is not None]
    for row in numbered:
        known = years.setdefault(row["number"], set())
        if row["fiscal_year"] is not None and row["actual"] is not None:
            known.add(row["fiscal_year"])
    rows = []
    for number, row in sorted(first_of(numbered, "number").items()):
        names = ("number", "indicator", "unit", "kind", "direction", "result")
        numbers = row["kind"] != QUALITATIVE
        facts = {name: row[name] if numbers else None for name in ("target", "target_year")}
        facts["actuals"] = len(years[number]) if numbers else 0
        # An outcome in words may have a goal alone.
        named = row["indicator"] if numbers else row["indicator"] or row["goal"]
        rows.append({name: row[name] for name in names} | {"indicator": named} | facts)
    return rows


def aimed(row: dict) -> bool:
    """Whether an indicator of `listed` has a target and its year."""
    return None not in (row["target"], row["target_year"])


def pick(
    sheet: ReviewSheet,
    indicator: str | int | None = None,
    population: float | None = None,
    target: float | None = None,
    target_year: int | None = None,
    observed_at: str = "end",
    direction: str | None = None,
    first_year: int | None = None,
    last_year: int | None = None,
) -> IndicatorSeries:
    """The history of one outcome indicator, with what the sheet does not say filled in.

    `indicator` is its name or its number on the sheet; by default, of those with an actual value,
    one with a target and its year and of these the one with the most values (the first of equals);
    where no outcome is measured, the first that is told in words. `population` is the number of
    possible adopters (None or 0: none known; a percentage then has the ceiling 100). `target`,
    `target_year` and `direction` replace the sheet's. A sheet without outcomes, or without an
    actual value, gives an empty series. Raises ParameterError for an indicator that the sheet does
    not have, an impossible population, and a span without an actual value.
    """
    available = listed(sheet)
    asked = indicator not in (None, "", 0)
    if asked:
        meant = (
            row
            for row in available
            if row["indicator"] == indicator or str(row["number"]) == str(indicator)
        )
        row = next(meant, None)
        if row is None:
            names = "; ".join(f"{row['number']}: {row['indicator']}" for row in available)
            raise ParameterError(
                f"indicator: found {indicator!r}; expected one of those of {sheet.id}: "
                f"{names or 'none'}"
            )
    else:
        row = _by_default(available)
    if row is None:
        return IndicatorSeries("", "", np.array([], int), np.array([]), None, None, None)
    rows = [of for of in sheet.rows("outcome") if of["number"] == row["number"]]
    common = {"number": row["number"], "asked": asked, "goal": rows[0]["goal"] or ""}
    if row["kind"] == QUALITATIVE:
        return IndicatorSeries(
            *(row["indicator"], "", np.array([], int), np.array([]), None, None, None),
            qualitative=True,
            result=row["result"] or "",
            **common,
        )
    # Of a year that is there twice, the last.
    known = {of["fiscal_year"]: of for of in rows if None not in (of["fiscal_year"], of["actual"])}
    years = within_span(known, first_year, last_year)
    values, expected, achievement = (
        np.array([known[year][name] for year in years], float)
        for name in ("actual", "expected", "achievement")
    )
    found = IndicatorSeries(
        indicator=row["indicator"],
        unit=" ".join((row["unit"] or "").split()),
        years=np.array(years, int),
        values=values,
        ceiling=float(population) if population else None,
        target=_first(target, row["target"], float),
        target_year=_first(target_year, row["target_year"], int),
        observed_at=observed_at,
        direction=direction,
        expected=expected,
        stated=row["direction"] or None,
        achievement=achievement,
        **common,
    )
    if found.target is None or found.target_year is None:
        found = replace(found, proposed=_proposed(found, sheet.facts["sheet_year"]))
    every = [*values, found.target or 0]
    if (
        found.is_percent
        and found.ceiling is None
        and min(every) >= 0
        and digits.at_least(100, max(every))
    ):
        return found.with_ceiling(100.0)
    return found


def _by_default(available: list[dict]) -> dict | None:
    """The row of the indicator to analyse; None without any."""
    measured = [row for row in available if row["actuals"]]
    if not measured:
        in_words = [row for row in available if row["kind"] == QUALITATIVE]
        return next(iter(in_words or available), None)
    return max([*filter(aimed, measured)] or measured, key=lambda row: row["actuals"])


def _proposed(series: IndicatorSeries, sheet_year) -> Proposal | None:
    """The target and year that the sheet has in words, where they agree with what its table has."""
    if not len(series.values):
        return None
    since = int(series.years[-1])
    if pd.notna(sheet_year):
        since = max(since, int(sheet_year) - 1)
    found = proposal(series.indicator, series.goal, series.unit, since)
    if found is None or series.target not in (None, found.target):
        return None
    if not series.is_percent and found.target > FARTHEST_TARGET * series.values.max():
        return None
    return found if series.target_year in (None, found.target_year) else None


def _first(given, printed, kind):
    first = printed if given is None else given
    return None if first is None else kind(first)
