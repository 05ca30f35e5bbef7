"""The company a project is in: how its measures are distributed among the projects of a corpus."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis import execution
from helpers.analysis.execution import EQUAL, LOW
from helpers.analysis.measures import MEASURES, over_years, yearly

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

DIMENSIONS = ["ministry", "size", "method", "fiscal_year"]
CELLS = [
    (),
    ("ministry",),
    ("size",),
    ("method",),
    ("fiscal_year",),
    ("ministry", "size"),
    ("size", "method"),
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
    the net budget of the year, or of the mean year), method (as printed), fiscal_year, each "all"
    where not told apart; count of values and of projects; part and whole, million yen, summed over
    them (executed of net or gross budget, unspent of net budget, initial of requested); shares of
    values: below_70 (under .7), below_zero, upto_zero, below_one, upto_one (under, and up to,
    exactly 0 and 1); q0 ... q100, the quantiles (linear between order statistics). Cells of fewer
    than `FEWEST` values are left out. The same tables give the same result, whatever their order.
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
        rows = rows.assign(
            ministry=rows["project_id"].map(facts["ministry"]),
            method=rows["project_id"].map(facts["methods"].where(facts["methods"].ne(""))),
        )
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
