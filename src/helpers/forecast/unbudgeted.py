"""The outturn of projects that spend without a budget of their own: a forecast of money alone.

Entrusted money, a supplement, or money that another office's budget moves to them within the year:
the sheet prints no budget for the coming year, and for the last nothing initial or carried in, and
an outturn all the same. Four in ten of these spend again; of other projects without a budget, one
in fifty does, and they get no forecast. What comes / the last outturn is a distribution regression
(`thresholds`).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers import digits
from helpers.forecast import quantiles, thresholds

RATIOS = (1e-6, 0.25, 0.5, 0.8, 1.0, 1.25, 2.0, 5.0)
"""The cuts of outturn / last outturn: below the first nothing is spent."""

MOST = 10.0
"""Times the last outturn: more is taken for this much."""

FEATURES = ["const", "ended", "asked", "before", "amount"]
PENALTY = 0.05


def features(spending: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """One row a project whose sheet of `as_of` prints no budget for that fiscal year, and for the
    year before an outturn, but nothing initial or carried in.

    `spending` is `Corpus.spending(as_of)` or `execution_pool.alone`. Branch sheets are left out.
    Columns: project_id, sheet_id, ministry, fiscal_year (`as_of`); last, that outturn, million yen;
    `FEATURES`: ended, whether the project's last year is over; asked, whether money is requested
    for the next year; before, the share of the two years before that spent in the same way; amount,
    (log of the last outturn - 5) / 3.
    """
    rows = spending[~spending["is_branch"] & (spending["sheet_year"] == as_of)]
    budgeted = rows.loc[(rows["fiscal_year"] == as_of) & (rows["budget_net"] > 0), "project_id"]
    planned = rows[["initial", "carried_in"]].fillna(0).sum(axis=1) > 0
    moved = rows[~planned & (rows["executed"] > 0) & ~rows["project_id"].isin(budgeted)]
    now = moved[moved["fiscal_year"] == as_of - 1].set_index("project_id").sort_index()
    earlier = moved[moved["fiscal_year"].between(as_of - 3, as_of - 2)].groupby("project_id").size()
    coming = rows[(rows["fiscal_year"] == as_of + 1) & (rows["requested"] > 0)]
    table = now[["sheet_id", "ministry"]].assign(
        fiscal_year=as_of,
        last=now["executed"].astype(float),
        const=1.0,
        ended=(now["end_year"].to_numpy(float, na_value=np.nan) < as_of).astype(float),
        asked=now.index.isin(coming["project_id"]).astype(float),
        before=earlier.reindex(now.index).fillna(0) / 2,
        amount=(np.log(now["executed"].astype(float).clip(lower=0.5)) - 5) / 3,
    )
    return table.reset_index()


def training(panels: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """The `features` as they were at each origin, and `ratio`: the outturn that came / the last
    one, as printed up to the last panel; 0 where none was printed. `panels`: sheet year ->
    `Corpus.spending(year)`."""
    *origins, last = sorted(panels)
    closed = panels[last]["closed"].fillna(False).astype(bool)
    came = panels[last].loc[closed, ["project_id", "fiscal_year", "executed"]]
    parts = [features(panels[origin], origin) for origin in origins]
    table = pd.concat(parts).merge(came, on=["project_id", "fiscal_year"], how="left")
    return table.assign(ratio=table["executed"].fillna(0) / table["last"])


def fit(training: pd.DataFrame) -> dict:
    """ratio (a list of coefficients of `FEATURES` a cut) and rows: what JSON can hold."""
    x = training[FEATURES].to_numpy(float)
    penalty = np.array([0.0, *[PENALTY] * (len(FEATURES) - 1)])
    # Were all outturns on one side of a cut, its constant would have no end.
    penalty[0] = PENALTY / 10
    found = thresholds.fit(training["ratio"].to_numpy(float), lambda _: x, RATIOS, 0, penalty)
    return {"ratio": digits.stored(found), "rows": len(x)}


def forecast(fitted: dict, features: pd.DataFrame) -> pd.DataFrame:
    """One row a row of `features`, named as by `execution_pool.forecast`: p_none, executed_mean,
    executed_median ... executed_upper95 and executed_q025 ... executed_q975 (million yen)."""
    x, n = features[FEATURES].to_numpy(float), len(features)
    below = thresholds.below(np.array(fitted["ratio"]), lambda _: x, n)
    grid, chances = np.array([0.0, *RATIOS[1:], MOST]), np.column_stack([below, np.ones(n)])
    last = features[["last"]].to_numpy(float)
    amounts = last * thresholds.inverse(quantiles.LEVELS, grid, chances)
    mean = last[:, 0] * (MOST - np.trapezoid(chances, grid, axis=1))
    facts = ("project_id", "sheet_id", "ministry", "fiscal_year")
    found = {name: features[name].array for name in facts}
    found |= {"p_none": below[:, 0], "executed_mean": mean}
    found |= quantiles.limits(amounts, "executed_") | quantiles.named(amounts, "executed_")
    return pd.DataFrame(found)
