"""What followed: whether low execution comes again, and what it does to requests and budgets."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis import execution
from helpers.analysis.execution import LOW
from helpers.analysis.peers import FEWEST, SIZES, size_class

AFTER = {
    "all": (-np.inf, np.inf),
    "< 70": (-np.inf, LOW),
    ">= 70": (LOW, np.inf),
    "< 30": (-np.inf, 0.3),
    "30-50": (0.3, 0.5),
    "50-70": (0.5, LOW),
    "70-90": (LOW, 0.9),
    ">= 90": (0.9, np.inf),
}
"""Class of net execution rate in per cent -> the rates from (included) and to."""

FACTS = ["low_next", "rate_next", "asked_as_much", "kept", "budget_change", "correlation"]
MONEY = ["size", "project_years", "share_of_years", "below_70", "budget", "unspent"]
MONEY += ["unspent_rate", "share_of_unspent", "top_share"]
COLUMNS = ["fact", "size", "after", "count", "projects", "value", "low", "high"]


def follow(spending: pd.DataFrame) -> pd.DataFrame:
    """What followed each closed project-year with a net execution rate; a row each.

    `spending` is `Corpus.spending(as_of)`. Columns: project_id, fiscal_year (t), size, rate (cut
    to [0, 1]), and, NaN where not known by then: rate_next, that of t + 1; low_next, whether it is
    under `LOW` (0, 1); asked_as_much, whether the request for t + 2, the first made with the
    outturn of t known, is at least the initial budget of t + 1 (both positive); budget_change =
    initial budget of t + 2 / of t (both positive); kept, whether that is at least 1.
    """
    budget = execution.measured(spending, spending["is_branch"])
    key = ["project_id", "fiscal_year"]
    # A year still running has no outturn, whatever its row says.
    share = budget["share"].where(budget["modelled"] & budget["status"].eq("closed"))
    money = budget[["requested", "initial"]].where(budget[["requested", "initial"]] > 0)
    known = budget[key].assign(rate=share, **money, size=size_class(budget["budget_net"]))
    ahead = {}
    for years in (1, 2):
        later = known.drop(columns="size").assign(fiscal_year=known["fiscal_year"] - years)
        ahead[years] = known[key].merge(later, on=key, how="left", validate="one_to_one")
    known["rate_next"] = ahead[1]["rate"].to_numpy()
    known["low_next"] = _flag(known["rate_next"], known["rate_next"] < LOW)
    ratio = ahead[2]["requested"].to_numpy() / ahead[1]["initial"].to_numpy()
    known["asked_as_much"] = _flag(pd.Series(ratio, known.index), digits.at_least(ratio, 1))
    known["budget_change"] = ahead[2]["initial"].to_numpy() / known["initial"]
    known["kept"] = _flag(known["budget_change"], digits.at_least(known["budget_change"], 1))
    return known.dropna(subset=["rate"]).drop(columns=["requested", "initial"])


def table(
    spending: pd.DataFrame, without: Iterable[str] = (), draws: int = 400, seed: int = 0
) -> pd.DataFrame:
    """The facts of `follow` by size class and rate of the year before: fact, size, after (a class
    of `AFTER`), count (project-years), projects, value, low, high.

    value is the mean of low_next, rate_next, asked_as_much and kept (a share of project-years), the
    median of budget_change, and Pearson's correlation of rate and rate_next (after "all" only). low
    and high: the 95 % percentile interval of a bootstrap over whole projects, since the years of
    one project are not independent; it is about these shares, not about a single project. Cells of
    fewer than `FEWEST` project-years are left out. A budget that ended, or a project whose sheets
    were not linked, is not among those whose budget changed.
    """
    steps = follow(spending[~spending["project_id"].isin(list(without))])
    steps = steps.sort_values(["project_id", "fiscal_year"], ignore_index=True)
    steps["project"] = pd.factorize(steps["project_id"])[0]
    total = int(steps["project"].max()) + 1
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(total, np.full(total, 1 / total), size=draws).T
    # The first column is the corpus itself.
    weights = np.column_stack([np.ones(total), drawn])
    rows = []
    for fact in FACTS:
        of = "rate_next" if fact == "correlation" else fact
        for size in ("all", *SIZES):
            for after, (low, high) in AFTER.items():
                if fact == "correlation" and after != "all":
                    continue
                inside = steps["rate"].ge(low) & steps["rate"].lt(high) & steps[of].notna()
                cell = steps[inside & (steps["size"].eq(size) | (size == "all"))]
                if len(cell) < FEWEST:
                    continue
                value, *drawn = STATISTICS.get(fact, _mean)(cell, of, weights)
                if np.isfinite(value):
                    limits = np.nanquantile(drawn, [0.025, 0.975])
                    count = (fact, size, after, len(cell), cell["project"].nunique())
                    rows.append((*count, value, *limits))
    return pd.DataFrame(rows, columns=COLUMNS).round(4)


def money(spending: pd.DataFrame, without: Iterable[str] = ()) -> pd.DataFrame:
    """Where the unspent money is: the count view and the money view, a row a size class
    that is there, and "all".

    Columns: size, project_years, share_of_years, below_70 (share of the class's project-years),
    budget, unspent (million yen; net of what was executed above the budget), unspent_rate = unspent
    / budget, share_of_unspent, top_share: the part of the unspent money (of years that left any)
    that the 1 % of project-years with the most of it hold.
    """
    budget = execution.measured(spending, spending["is_branch"])
    kept = budget["modelled"] & budget["status"].eq("closed")
    known = budget[kept & ~budget["project_id"].isin(list(without))]
    known = known.assign(size=size_class(known["budget_net"]))
    total, rows = known["unspent"].sum(), []
    for size in ("all", *SIZES):
        cell = known[known["size"].eq(size) | (size == "all")]
        if cell.empty:
            continue
        unspent, budget = cell["unspent"].sum(), cell["budget_net"].sum()
        left = cell["unspent"].clip(lower=0).sort_values(ascending=False)
        rows.append(
            {
                "size": size,
                "project_years": len(cell),
                "share_of_years": len(cell) / len(known),
                "below_70": cell["execution_rate"].lt(LOW).mean(),
                "budget": budget,
                "unspent": unspent,
                "unspent_rate": unspent / budget,
                "share_of_unspent": unspent / (total or np.nan),
                "top_share": _of_top(left),
            }
        )
    return pd.DataFrame(rows, columns=MONEY).round(4)


def _of_top(left: pd.Series) -> float:
    """The part that the first 1 % have of all that was left; NaN where 1 % are not one."""
    if len(left) < 100 or left.sum() <= 0:
        return np.nan
    return left.head(round(len(left) / 100)).sum() / left.sum()


def _flag(known: pd.Series, true: pd.Series) -> pd.Series:
    """0 and 1 where the value is known, else NaN."""
    return pd.Series(true, known.index).astype(float).where(known.notna())


def _mean(cell: pd.DataFrame, of: str, weights: np.ndarray) -> np.ndarray:
    """A value a column of `weights` (projects x draws); NaN for a draw with none of the cell."""
    total = len(weights)
    count = np.bincount(cell["project"], minlength=total)
    summed = np.bincount(cell["project"], weights=cell[of], minlength=total)
    with np.errstate(invalid="ignore"):
        return (summed @ weights) / (count @ weights)


def _median(cell: pd.DataFrame, of: str, weights: np.ndarray) -> np.ndarray:
    ordered = cell.sort_values(of, kind="stable")
    reached = weights[ordered["project"]].cumsum(axis=0)
    at = (reached < reached[-1] / 2).sum(axis=0)
    return np.where(reached[-1] > 0, ordered[of].to_numpy()[at], np.nan)


def _correlation(cell: pd.DataFrame, of: str, weights: np.ndarray) -> np.ndarray:
    products = {"x": cell["rate"], "y": cell[of]}
    products |= {a + b: products[a] * products[b] for a, b in ("xx", "xy", "yy")}
    means = {
        name: _mean(cell.assign(product=values), "product", weights)
        for name, values in products.items()
    }
    covariance = means["xy"] - means["x"] * means["y"]
    spread = [means[name * 2] - means[name] ** 2 for name in "xy"]
    with np.errstate(invalid="ignore", divide="ignore"):
        return covariance / np.sqrt(spread[0] * spread[1])


STATISTICS = {"budget_change": _median, "correlation": _correlation}
