"""The history of one outcome indicator, and what of it the sheet leaves open."""

import unicodedata
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis.years import between
from helpers.checks.finding import records
from helpers.sheet import ReviewSheet

HORIZON = 50
"""Years ahead in which a model's path is followed to find where it meets the target."""


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
    or the "end" (31 March) of its fiscal year. `number` is the indicator's on the sheet;
    `expected` what the sheet expected of each of the years (NaN where it says nothing).
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

    def __post_init__(self):
        if self.direction not in (None, "up", "down"):
            raise ValueError(f'direction is {self.direction!r}: use "up", "down" or None')
        if self.observed_at not in ("start", "end"):
            raise ValueError(f'observed_at is {self.observed_at!r}: use "start" or "end"')
        highest = self.values.max(initial=-np.inf)
        if self.ceiling is not None and digits.less(self.ceiling, highest):
            raise ValueError(
                f"population {self.ceiling:g} is below the {highest:g} {self.unit} "
                "already observed: give a population of at least that, or 0 for none"
            )
        highest = -np.inf if self.target is None else self.target
        if self.ceiling is not None and digits.less(self.ceiling, highest):
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
        """Whether more is better: as `direction` says; else where the target lies above the first
        value, or below it and the history rose all the same (a floor that is already held)."""
        if self.direction:
            return self.direction == "up"
        rose = bool(digits.less(self.values[0], self.values[-1]))
        if self.target is None:
            return rose
        return bool(digits.at_least(self.target, self.values[0])) or rose

    @property
    def direction_guessed(self) -> bool:
        """Whether `rising` had to take a side: the target lies below the first value, and the
        history, which did not fall, may hold a floor or fail to come down."""
        if self.direction or self.target is None or not len(self.values):
            return False
        first, last = self.values[0], self.values[-1]
        return bool(digits.less(self.target, first) and digits.at_least(last, first))

    def met(self, values):
        """Whether each of `values` meets the target."""
        one, other = (values, self.target) if self.rising else (self.target, values)
        return digits.at_least(one, other)


def indicators(sheet: ReviewSheet) -> pd.DataFrame:
    """The outcome indicators that have a history: number, indicator, unit, actuals, target,
    target_year; one row each, in the sheet's order."""
    first: dict[int, dict] = {}
    years: dict[int, set[int]] = {}
    for row in records(sheet.outcome):
        if row["number"] is not None:
            first.setdefault(row["number"], row)
            known = years.setdefault(row["number"], set())
            if row["fiscal_year"] is not None and row["actual"] is not None:
                known.add(row["fiscal_year"])
    rows = [
        {
            **{name: row[name] for name in ("number", "indicator", "unit")},
            "actuals": len(years[number]),
            "target": np.nan if row["target"] is None else row["target"],
            "target_year": pd.NA if row["target_year"] is None else row["target_year"],
        }
        for number, row in sorted(first.items())
    ]
    columns = ["number", "indicator", "unit", "actuals", "target", "target_year"]
    return pd.DataFrame(rows, columns=columns)


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
) -> Series:
    """The history of one outcome indicator, with what the sheet does not say filled in.

    `indicator` is its name or its number on the sheet; by default the first with the longest
    history. `population` is the number of possible adopters (None or 0: none known; a percentage
    then has the ceiling 100). `target` and `target_year` replace the sheet's. A sheet without
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
    history = _history(sheet.outcome[sheet.outcome["number"] == row["number"]])
    history = between(history, first_year, last_year)
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
        number=int(row["number"]),
        expected=history["expected"].to_numpy(float),
    )
    known = [*found.values, found.target or 0]
    if (
        found.is_percent
        and found.ceiling is None
        and min(known) >= 0
        and digits.at_least(100, max(known))
    ):
        return found.with_ceiling(100.0)
    return found


def _history(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with an actual value, by year; of a year that is there twice, the last."""
    known = rows.dropna(subset=["fiscal_year", "actual"])
    known = known.sort_values("fiscal_year", kind="stable")
    return known.drop_duplicates("fiscal_year", keep="last")


def _first(given, printed, kind):
    if given is not None:
        return kind(given)
    return None if pd.isna(printed) else kind(printed)
