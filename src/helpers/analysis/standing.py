"""Where one project stands among its peers, as a table of `peers.table` has them."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis.execution import EQUAL
from helpers.analysis.peers import (
    DIGITS,
    DIMENSIONS,
    ENOUGH,
    LEVELS,
    NARROW_FEWEST,
    QUANTILES,
    size_class,
)

ATOMS = {"zero": 0.0, "one": 1.0}
"""Values that many projects share exactly."""

BAND = {"p10": "q10", "p25": "q25", "p50": "q50", "p75": "q75", "p90": "q90"}

STANDING = ["measure", "group", "level", "unit", "value", "years"]
STANDING += ["decimals", "below", "equal", "median", "count"]


class Place(NamedTuple):
    """Where a value stands in a cell: the shares of its values that are `below` and `equal` (told
    for 0 and 1 only, which many share), their `median`, their number."""

    below: float
    equal: float
    median: float
    count: int


def percentile(
    table: pd.DataFrame, measure: str, value: float, unit: str = "project", **cell: str
) -> Place:
    """Where `value` stands in the `cell` (ministry, size, method, fiscal_year; "all" if not given).

    The share strictly below: exact at 0 and 1, else between the quantiles by straight lines. In
    cells of 300 values or more 99 in 100 such shares are within a point of the exact one (never
    more than a step of the quantiles off: values that many share, say); in smaller ones within the
    share of some few values. NaN and count 0 for a cell that is not there.
    """
    row = _cell(table, measure, unit, cell)
    if row is None:
        return Place(np.nan, np.nan, np.nan, 0)
    median, count = float(row["q50"]), int(row["count"])
    if pd.isna(value):
        return Place(np.nan, np.nan, median, count)
    for name, atom in ATOMS.items():
        if abs(value - atom) < EQUAL:
            below = float(row[f"below_{name}"])
            return Place(below, float(row[f"upto_{name}"]) - below, median, count)
    return Place(_below(value, row), 0.0, median, count)


def standing(
    table: pd.DataFrame, own: pd.DataFrame, ministry: str, size: str | None
) -> pd.DataFrame:
    """The measures of a project (of `measures.own`) among all and those like it, a row each.

    Columns: measure; group ("all", "ministry", "size"), level (the ministry or size); unit; value,
    years (that it is of), decimals (that a rate is shown with); those of `Place`.

    A project with fewer than `ENOUGH` years is held against single project-years (unit "year").
    Of a group that the table does not have, the count is 0.
    """
    groups = {"all": {}, "ministry": {"ministry": ministry}, "size": {"size": size}}
    rows = []
    for found in own.itertuples():
        unit = "project" if found.years >= ENOUGH else "year"
        for group, cell in groups.items():
            level = [*cell.values(), "all"][0]
            facts = (found.measure, group, level, unit, found.value, int(found.years))
            facts = (*facts, getattr(found, "decimals", 1))
            rows.append((*facts, *percentile(table, found.measure, found.value, unit, **cell)))
    return pd.DataFrame(rows, columns=STANDING)


def band(table: pd.DataFrame, years: list[int], ministry: str, size: str | None) -> pd.DataFrame:
    """The peers' execution rates to draw behind a project's: fiscal_year, p10, p25, p50, p75, p90,
    count, ministry, size ("all": not told apart), all_years.

    Peers are the projects of the same size class; those of the ministry alone where every year of
    the table has `NARROW_FEWEST` of them. A year that the table does not have takes its years
    together (`all_years` true). Empty where the table has none of the measure.
    """
    shown = table[table["unit"].eq("year") & table["measure"].eq("execution_rate")]
    shown = shown[shown["method"].eq("all")]
    known = [year for year in shown["fiscal_year"].unique() if year != "all"]
    rows = pd.DataFrame()
    for of, sized in ((ministry, size), ("all", size), ("all", "all")):
        rows = shown[shown["ministry"].eq(of) & shown["size"].eq(sized)].set_index("fiscal_year")
        if of == "all" and len(rows):
            break
        if set(known) <= set(rows.index) and rows["count"].min() >= NARROW_FEWEST:
            break
    wanted = [str(year) if str(year) in rows.index else "all" for year in years]
    if "all" not in rows.index:
        return pd.DataFrame(
            columns=["fiscal_year", *BAND, "count", "ministry", "size", "all_years"]
        )
    found = rows.loc[wanted, [*BAND.values(), "count", "ministry", "size"]]
    found = found.rename(columns={quantile: name for name, quantile in BAND.items()})
    found.insert(0, "fiscal_year", years)
    found["all_years"] = found.index == "all"
    return found.reset_index(drop=True)


def mean_size(rates: pd.DataFrame) -> str | None:
    """The size class of a project's mean net budget a year, as in the table's unit "project"."""
    budget = rates.loc[rates["budget_net"] > 0, "budget_net"]
    return size_class([budget.mean()])[0]


def _cell(table: pd.DataFrame, measure: str, unit: str, cell: dict) -> pd.Series | None:
    wanted = {"unit": unit, "measure": measure, **dict.fromkeys(DIMENSIONS, "all"), **cell}
    match = np.logical_and.reduce([table[name].eq(value) for name, value in wanted.items()])
    return table[match].iloc[0] if match.any() else None


def _below(value: float, row: pd.Series) -> float:
    points, levels = row[QUANTILES].to_numpy(float), LEVELS
    for name, atom in ATOMS.items():
        low, high = row[f"below_{name}"], row[f"upto_{name}"]
        # The quantiles know the mass only to their step: its two ends take their place.
        kept = ~((levels > low) & (levels < high)) & (points != atom)
        at = int((points[kept] < atom).sum())
        points = np.insert(points[kept], at, [atom, atom])
        levels = np.insert(levels[kept], at, [low, high])
    # As the points of the table are rounded, but never to or from a mass.
    near = digits.significant(value, DIGITS)
    value = value if near in ATOMS.values() else near
    at = int(digits.less(points, value).sum())
    if at in (0, len(points)):
        return float(at > 0)
    share = (value - points[at - 1]) / (points[at] - points[at - 1])
    return float(levels[at - 1] + share * (levels[at] - levels[at - 1]))
