"""The company a project is in: how its measures are distributed among the projects of a corpus."""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis import execution
from helpers.analysis.execution import EQUAL, LOW
from helpers.analysis.measures import MEASURES, over_years, yearly
from helpers.sheet import records

SIZES = {
    "<= 10": 10,
    "10-100": 100,
    "100-1000": 1_000,
    "1000-10000": 10_000,
    "10000-100000": 100_000,
    "> 100000": np.inf,
}
"""Class of net budget a year -> its upper limit (which is in it), million yen."""

LEVELS = np.sort([*np.linspace(0, 1, 41), 0.005, 0.01, 0.99, 0.995])
QUANTILES = [f"q{100 * level:g}" for level in LEVELS]

DIMENSIONS = ["ministry", "size", "fiscal_year"]
CELLS = [
    (),
    ("ministry",),
    ("size",),
    ("fiscal_year",),
    ("ministry", "size"),
    ("size", "fiscal_year"),
]
"""The combinations that are told apart; in the others a dimension is "all"."""

NARROW = [("ministry", "fiscal_year"), ("ministry", "size", "fiscal_year")]
"""Told apart as well for the execution rate, where there are `NARROW_FEWEST` project-years."""

NARROW_FEWEST = 50

SHARES = ["below_70", "below_zero", "upto_zero", "below_one", "upto_one"]
TOTALS = ["count", "projects", "part", "whole"]
COLUMNS = ["unit", "measure", *DIMENSIONS, *TOTALS, *SHARES, *QUANTILES]

DIGITS = 4
"""Significant digits of a quantile: more of them say nothing and fill a file."""

FEWEST = 20
"""Values that a cell needs: with fewer its quantiles mislead."""

ENOUGH = 3
"""Years that a project's figure over the years needs: one or two years vary more than many do."""


def size_class(budget: Iterable[float]) -> np.ndarray:
    """The class of `SIZES` of net budgets in million yen; None where unknown or not positive."""
    budget = digits.settled(np.asarray(budget, float))
    names = np.array([*SIZES, None], dtype=object)
    return names[np.where(budget > 0, np.searchsorted([*SIZES.values()], budget), len(SIZES))]


def table(
    spending: pd.DataFrame,
    outcome: pd.DataFrame,
    payment: pd.DataFrame,
    project: pd.DataFrame,
    without: Iterable[str] = (),
) -> pd.DataFrame:
    """The distributions of `MEASURES` among project-years, and among projects, a row a cell.

    `spending` is `Corpus.spending(as_of)`; outcome, payment, project are those tables of the
    corpus, of the sheet years up to the same `as_of`; `without` are project_ids to leave out.

    Columns: unit ("year": a value a project-year, of attainment an indicator's year; "project": a
    value a project with `ENOUGH` years: `measures.over_years`); measure; ministry, size (class of
    the net budget of the year, or of the mean year), fiscal_year, each "all" where not told apart;
    count of values and of projects; part and whole, million yen, summed over them (executed of net
    or gross budget, unspent of net budget, initial of requested); shares of values: below_70 (under
    .7), below_zero, upto_zero, below_one, upto_one (under, and up to, exactly 0 and 1); q0 ...
    q100, the quantiles (linear between order statistics). Cells of fewer than `FEWEST` values are
    left out. The same tables give the same result, whatever their order.
    """
    spending = spending[~spending["project_id"].isin(list(without))]
    linked = project[["sheet_id", "sheet_year", "project_id"]]
    linked = linked[linked["project_id"].isin(spending["project_id"])]
    budget = execution.measured(spending, spending["is_branch"])
    last = outcome.merge(linked, on="sheet_id").sort_values(["sheet_year", "sheet_id", "number"])
    same = ["project_id", "indicator", "unit", "fiscal_year"]
    last = last.dropna(subset=["actual", "expected"]).drop_duplicates(same, keep="last")
    values = yearly(budget, last, payment.merge(linked, on="sheet_id"))
    facts = spending.drop_duplicates("project_id").set_index("project_id")
    net = budget.set_index(["project_id", "fiscal_year"])["budget_net"]
    cells = []
    for unit, rows in (("year", values), ("project", over_years(values))):
        rows = rows[rows["years"] >= ENOUGH] if unit == "project" else rows
        rows = rows.assign(ministry=rows["project_id"].map(facts["ministry"]))
        if unit == "project":
            mean = net[net > 0].groupby(level="project_id").mean()
            rows["size"] = size_class(rows["project_id"].map(mean))
        else:
            key = pd.MultiIndex.from_frame(rows[["project_id", "fiscal_year"]])
            rows["size"] = size_class(net.reindex(key))
        told = [cell for cell in CELLS if unit == "year" or "fiscal_year" not in cell]
        cells += [_cells(rows, unit, list(cell), FEWEST) for cell in told]
        if unit == "year":
            rate = rows[rows["measure"].eq("execution_rate")]
            cells += [_cells(rate, unit, list(cell), NARROW_FEWEST) for cell in NARROW]
    found = pd.concat([cell for cell in cells if len(cell)] or cells[:1], ignore_index=True)
    found["measure"] = pd.Categorical(found["measure"], MEASURES)
    order = ["unit", "measure", *DIMENSIONS]
    found = found.sort_values(order, kind="stable", ignore_index=True)
    return found.astype({"measure": "str"})


def about(spending: pd.DataFrame, project: pd.DataFrame, without: Iterable[str] = ()) -> dict:
    """What a `table` rests on: as_of, sheet_years, fiscal_years (with an outturn), sheets,
    projects (with a rate), project_years, left_out."""
    spending = spending[~spending["project_id"].isin(list(without))]
    known = execution.measured(spending, spending["is_branch"])
    known = known[known["modelled"] & known["status"].eq("closed")]
    return {
        "as_of": int(project["sheet_year"].max()),
        "sheet_years": sorted(int(year) for year in project["sheet_year"].unique()),
        "fiscal_years": sorted(int(year) for year in known["fiscal_year"].unique()),
        "sheets": int((~project["project_id"].isin(list(without))).sum()),
        "projects": int(known["project_id"].nunique()),
        "project_years": len(known),
        "left_out": sorted(without),
    }


def _cells(rows: pd.DataFrame, unit: str, told: list[str], fewest: int) -> pd.DataFrame:
    """The rows of `table` that tell these dimensions apart."""
    rows = rows.dropna(subset=told)
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    groups = rows.groupby(["measure", *told])
    value = rows["value"]
    shares = {  # of `SHARES`
        "below_70": value < LOW - EQUAL,
        "below_zero": value < -EQUAL,
        "upto_zero": value <= EQUAL,
        "below_one": value < 1 - EQUAL,
        "upto_one": value <= 1 + EQUAL,
    }
    keys = [rows[name] for name in ("measure", *told)]
    quantiles = groups["value"].quantile(LEVELS).unstack()  # noqa: PD010 (a Series has no pivot)
    parts = [
        groups["project_id"].agg(["size", "nunique"]).set_axis(TOTALS[:2], axis=1),
        groups[["part", "whole"]].sum(min_count=1).round(1),
        pd.DataFrame(shares).groupby(keys).mean().round(5),
        digits.significant(quantiles.set_axis(QUANTILES, axis=1), DIGITS),
    ]
    found = pd.concat(parts, axis=1)
    found = found[found["count"] >= fewest].reset_index()
    untold = {name: "all" for name in DIMENSIONS if name not in told}
    found = found.assign(unit=unit, **untold).astype(dict.fromkeys(DIMENSIONS, "str"))
    return found[COLUMNS]


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
    """Where `value` stands in the `cell` (ministry, size, fiscal_year; "all" if not given).

    The share strictly below: exact at 0 and 1, else between the quantiles by straight lines. In
    cells of 300 values or more 99 in 100 such shares are within a point of the exact one (never
    more than a step of the quantiles off: values that many share, say); in smaller ones within the
    share of some few values. NaN and count 0 for a cell that is not there.
    """
    return _place(_cell(table, measure, unit, cell), value)


def _place(row: Mapping | None, value: float) -> Place:
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
    groups = {"all": ("all", "all"), "ministry": (ministry, "all"), "size": ("all", size)}
    # The few cells that are asked for: to look for each among all takes most of the time.
    near = table["ministry"].isin(["all", ministry]) & table["size"].isin(["all", size])
    table = table[near & table["fiscal_year"].eq("all")]
    key = itemgetter("unit", "measure", "ministry", "size")
    cells = {key(row): row for row in records(table)}
    rows = []
    for found in own.itertuples():
        unit = "project" if found.years >= ENOUGH else "year"
        for group, (of, sized) in groups.items():
            level = sized if of == "all" else of
            facts = (found.measure, group, level, unit, found.value, int(found.years))
            facts = (*facts, getattr(found, "decimals", 1))
            row = cells.get((unit, found.measure, of, sized))
            rows.append((*facts, *_place(row, found.value)))
    return pd.DataFrame(rows, columns=STANDING)


def band(table: pd.DataFrame, years: list[int], ministry: str, size: str | None) -> pd.DataFrame:
    """The peers' execution rates to draw behind a project's: fiscal_year, p10, p25, p50, p75, p90,
    count, ministry, size ("all": not told apart), all_years.

    Peers are the projects of the same size class; those of the ministry alone where every year of
    the table has `NARROW_FEWEST` of them. A year that the table does not have takes its years
    together (`all_years` true). Empty where the table has none of the measure.
    """
    of_rates = (table["unit"].to_numpy() == "year") & (
        table["measure"].to_numpy() == "execution_rate"
    )
    names = ["fiscal_year", *BAND.values(), "count", "ministry", "size"]
    shown = table.loc[of_rates, names]
    known = {*shown["fiscal_year"]} - {"all"}
    rows: dict[str, dict] = {}
    for of, sized in ((ministry, size), ("all", size), ("all", "all")):
        here = (shown["ministry"].to_numpy() == of) & (shown["size"].to_numpy() == sized)
        rows = {row["fiscal_year"]: row for row in records(shown[here])}
        if of == "all" and rows:
            break
        if (
            rows
            and {*rows} >= known
            and min(row["count"] for row in rows.values()) >= NARROW_FEWEST
        ):
            break
    found = []
    for year in years if "all" in rows else []:
        at = str(year) if str(year) in rows else "all"
        row = {"fiscal_year": year} | {name: rows[at][of] for name, of in BAND.items()}
        row |= {name: rows[at][name] for name in ("count", "ministry", "size")}
        found.append(row | {"all_years": at == "all"})
    columns = ["fiscal_year", *BAND, "count", "ministry", "size", "all_years"]
    return pd.DataFrame(found, columns=columns)


def mean_size(rates: pd.DataFrame) -> str | None:
    """The size class of a project's mean net budget a year, as in the table's unit "project"."""
    budget = rates.loc[rates["budget_net"] > 0, "budget_net"]
    return size_class([budget.mean()])[0]


def _cell(table: pd.DataFrame, measure: str, unit: str, cell: dict) -> pd.Series | None:
    wanted = {"unit": unit, "measure": measure, **dict.fromkeys(DIMENSIONS, "all"), **cell}
    match = [table[name].to_numpy() == value for name, value in wanted.items()]
    match = np.logical_and.reduce(match)
    return table.iloc[int(match.argmax())] if match.any() else None


def _below(value: float, row: Mapping) -> float:
    points, levels = np.array([row[name] for name in QUANTILES], float), LEVELS
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
