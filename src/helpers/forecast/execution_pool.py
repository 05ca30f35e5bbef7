"""Next year's execution rate and outturn, forecast from many projects: the pooled model.

The mean is a fractional logit (Papke and Wooldridge 1996), the limits are quantile regressions, and
the chance that all is executed, a logit again, says from which level on a quantile is the whole
budget. The outturn in money is a forecast of its own, of outturn / provisional budget: nearly one
budget in four is still changed, and more is known of that than that it is independent of the rate.
"""

import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from statsmodels.tools.sm_exceptions import (
    DomainWarning,
    PerfectSeparationWarning,
    SingularMatrixWarning,
)

from helpers import regression as sm
from helpers.analysis.execution import LOW, measured
from helpers.analysis.peers import SIZES, size_class
from helpers.forecast import quantiles

HISTORY = 3
"""The closed years that a sheet prints with their outturns."""

DECAY, PSEUDO_YEARS = 0.7, 0.8
"""A year weighs DECAY ** lag, and the mean of the cohort as much as this many years."""

SHRINK = 20
"""Project-years that the mean of a cohort's size class weighs in the cohort's own mean."""

FULL = 0.995
"""From this rate on a year counts as spent in full."""

FEATURES = (
    *("const", "weighted", "weighted_logit", "weighted_spread", "last", "lowest", "full"),
    *("years", "no_history", "cohort", "log_budget", "need", "growth", "asked", "carried"),
    *("revised_up", "revised_down", "over_plan", "over_plan_sd"),
)
FACTS = ["project_id", "sheet_id", "ministry"]
TRUTH = ["share", "ratio", "final_budget", "executed"]


def cohorts(spending: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Mean execution rates (`share`) of the last three closed years by ministry x size.

    `spending` is `Corpus.spending(as_of)`. Columns: ministry ("" for all), size (class of the
    year's net budget, `peers.SIZES`), mean, years (project-years in it). A ministry's mean is drawn
    to that of the size class as if by `SHRINK` project-years of it, the class's to that of all.
    """
    past = _past(spending, as_of).assign(size=lambda rows: size_class(rows["budget_net"]))
    classes = past.groupby("size")["share"].agg(["sum", "size"]).reindex([*SIZES], fill_value=0)
    cells = past.groupby(["ministry", "size"])["share"].agg(["sum", "size"])
    of_size = _drawn(classes, past["share"].mean())
    of_cell = _drawn(cells, of_size.reindex(cells.index.get_level_values("size")).to_numpy())
    table = pd.concat([of_size.reset_index().assign(ministry=""), of_cell.reset_index()])
    table["years"] = np.concatenate([classes["size"], cells["size"]])
    return table[["ministry", "size", "mean", "years"]].reset_index(drop=True)


def features(spending: pd.DataFrame, cohorts: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """One row a project whose sheet of `as_of` prints a budget for that fiscal year, in order.

    `spending` is `Corpus.spending(as_of)` or `alone`, `cohorts` as of `as_of` or earlier. Branch
    sheets are left out. Columns: project_id, sheet_id, ministry; fiscal_year (`as_of`); budget,
    million yen, the provisional net budget; size; last_rate and mean_rate (of up to three closed
    years; NaN without one); and `FEATURES`, of rates cut to [0, 1]:

    weighted: mean rate, weights DECAY ** lag, and the cohort's mean as PSEUDO_YEARS; its logit, and
    weighted_spread = weighted * (1 - weighted); last; lowest; full: share of years >= `FULL`;
    years known; no_history; cohort: its mean; log_budget; need: last outturn / the budget; growth:
    log of budget / last net budget; asked: log of next year's request / initial; carried: share of
    the budget carried in; revised_up, revised_down: mean rise and fall of past final budgets
    against initial + carried_in (the plan), in logs; over_plan, over_plan_sd: mean of outturn /
    plan, weighted as the rates are, and its standard deviation.
    """
    rows = spending[~spending["is_branch"] & (spending["sheet_year"] == as_of)]
    now = rows[(rows["fiscal_year"] == as_of) & (rows["budget_net"] > 0)].set_index("project_id")
    budget = now["budget_net"]
    table = now[["sheet_id", "ministry"]].assign(fiscal_year=as_of, budget=budget, const=1.0)
    table["size"] = size_class(budget)
    table["cohort"] = _of_cohort(cohorts, table)
    table = table.join(_history(_past(spending, as_of), as_of))
    known = table["years"].notna()
    table["years"] = table["years"].fillna(0.0)
    table["no_history"] = 1.0 - known
    table["last"] = table["last_rate"].fillna(table["cohort"])
    table["lowest"] = table["lowest"].fillna(table["cohort"])
    weight = table.pop("weight").fillna(0) + PSEUDO_YEARS
    for name, total in (("weighted", "shares"), ("over_plan", "plans")):
        table[name] = (table.pop(total).fillna(0) + PSEUDO_YEARS * table["cohort"]) / weight
    table["weighted_logit"] = logit(table["weighted"].clip(0.02, 0.98))
    table["weighted_spread"] = table["weighted"] * (1 - table["weighted"])
    table["log_budget"] = np.log(budget.clip(lower=0.5))
    table["need"] = (table.pop("last_executed") / budget).clip(0, 1.2)
    table["growth"] = np.log(budget / table.pop("last_budget")).clip(-1.5, 1.5)
    coming = rows[rows["fiscal_year"] == as_of + 1].set_index("project_id")["requested"]
    coming, initial = coming.reindex(table.index), now["initial"]
    table["asked"] = np.log(coming.where(coming > 0) / initial.where(initial > 0)).clip(-1.5, 1.5)
    table["carried"] = (now["carried_in"] / budget).clip(0, 1)
    table = table.fillna(dict.fromkeys(FEATURES, 0.0)).sort_index().reset_index()
    facts = [*FACTS, "fiscal_year", "budget", "size", "last_rate", "mean_rate"]
    return table[[*facts, *FEATURES]]


def alone(
    rates: pd.DataFrame, facts: pd.Series, as_of: int, budget: float | None = None
) -> pd.DataFrame:
    """The `execution.rates` of one sheet as `features` takes them: `facts` are the sheet's, `as_of`
    the year to be forecast. `budget`, million yen, takes the place of that year's printed one."""
    rows = rates[rates["fiscal_year"] <= as_of + 1]
    if budget is not None:
        now = rows["fiscal_year"] == as_of
        planned = pd.DataFrame({"fiscal_year": [as_of], "initial": budget}, dtype=float)
        rows = rows if now.any() else pd.concat([rows, planned], ignore_index=True)
        rows = rows.assign(budget_net=rows["budget_net"].mask(rows["fiscal_year"] == as_of, budget))
    parent = facts["parent_number"]
    return rows.assign(
        project_id=facts["sheet_id"],
        sheet_id=facts["sheet_id"],
        ministry=facts["ministry"],
        sheet_year=as_of,
        is_branch=bool(pd.notna(parent) and parent != ""),
    )


def training(panels: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """The features as they were at each origin, and what came, as printed up to the last one.

    `panels`: sheet year -> `Corpus.spending(year)`. Columns of `features`, and `TRUTH`: share
    (executed / final net budget, cut to [0, 1]), ratio (executed / the budget known at the origin),
    final_budget, executed (million yen). Rows without a known outturn are left out; the last year
    gives none. Raises ValueError for fewer than two years.
    """
    if len(panels) < 2:
        raise ValueError("outturns are printed a year later: give the panels of two years or more")
    *origins, last = sorted(panels)
    latest = measured(panels[last], panels[last]["is_branch"])
    latest = latest[latest["modelled"] & ~latest["is_branch"] & latest["closed"]]
    latest = latest.rename(columns={"budget_net": "final_budget"})
    came = latest[["project_id", "fiscal_year", "share", "final_budget", "executed"]]
    parts = []
    for origin in origins:
        known = features(panels[origin], cohorts(panels[origin], origin), origin)
        parts.append(known.merge(came, on=["project_id", "fiscal_year"]))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(ratio=table["executed"] / table["budget"])


def _past(spending: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """The measured closed years in sight, oldest first."""
    year = spending["fiscal_year"]
    rows = spending[~spending["is_branch"] & year.between(as_of - HISTORY, as_of - 1)]
    rows = measured(rows, rows["is_branch"])
    return rows[rows["modelled"]].sort_values("fiscal_year", kind="stable")


def _history(past: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Sums and means of each project's past, index project_id."""
    share = past["share"]
    plan = past[["initial", "carried_in"]].fillna(0).sum(axis=1)
    plan = plan.where(plan > 0)
    revised = np.log(past["budget_net"] / plan).clip(-2, 2).fillna(0)
    over = (past["executed"] / plan).clip(0, 2).fillna(1)
    weight = DECAY ** (as_of - 1 - past["fiscal_year"]).astype(float)
    columns = pd.DataFrame(
        {
            "project_id": past["project_id"],
            "weight": weight,
            "shares": weight * share,
            "plans": weight * over,
            "share": share,
            "over": over,
            "full": (share >= FULL).astype(float),
            "up": revised.clip(lower=0),
            "down": -revised.clip(upper=0),
            "budget_net": past["budget_net"],
            "executed": past["executed"],
        }
    )
    groups = columns.groupby("project_id")
    table = groups[["weight", "shares", "plans"]].sum()
    table["years"] = groups.size().astype(float)
    table["mean_rate"], table["lowest"] = groups["share"].mean(), groups["share"].min()
    means = groups[["full", "up", "down"]].mean()
    table[["full", "revised_up", "revised_down"]] = means
    table["over_plan_sd"] = groups["over"].std(ddof=0)
    last = groups[["share", "budget_net", "executed"]].last()
    table[["last_rate", "last_budget", "last_executed"]] = last
    return table


def _drawn(groups: pd.DataFrame, towards: np.ndarray | float) -> pd.Series:
    mean = (groups["sum"] + SHRINK * towards) / (groups["size"] + SHRINK)
    return mean.rename("mean")


def _of_cohort(cohorts: pd.DataFrame, projects: pd.DataFrame) -> np.ndarray:
    mean = cohorts.set_index(["ministry", "size"])["mean"]
    own = mean.reindex(pd.MultiIndex.from_frame(projects[["ministry", "size"]])).to_numpy()
    return np.where(np.isnan(own), mean[""].reindex(projects["size"]).to_numpy(), own)


ALL = 0.9995
"""From this rate on all was executed, in whole millions."""

WHOLE = 0.01
"""Outturns forecast this near to the whole provisional budget are it: so many are."""

MOST = 3.0
"""Times the provisional budget: outturns of more count as this much. They are under 1 %, some are
a thousand times the budget, and the iterations of a quantile regression do not get over them."""


COHORTS = ["ministry", "size", "mean", "years"]


def fit(training: pd.DataFrame, cohorts: pd.DataFrame) -> dict:
    """The pooled model, of numbers, strings and lists only: what JSON can hold.

    `training` is `training`, `cohorts` the means that a forecast from here on
    uses, those as of the last sheets. Keys: features, levels; mean, full (a coefficient a feature);
    rate, amount (a list of them a level); cohorts; budgets (million yen, between which all but 2 in
    1,000 lie: the outer ones are slips of units), origins (fiscal years of the outturns), projects,
    rows.
    """
    x = training[list(FEATURES)]
    share, budget = training["share"].to_numpy(), training["budget"]
    return {
        "features": list(FEATURES),
        "levels": list(quantiles.LEVELS),
        "mean": _short(_logit(share, x)),
        "full": _short(_logit((share >= ALL).astype(float), x)),
        "rate": _short(quantiles.fit(share, x)),
        "amount": _short(quantiles.fit(training["ratio"].clip(upper=MOST), x)),
        "cohorts": cohorts[COHORTS].round(6).to_dict("list"),
        "budgets": _short(budget.quantile([0.001, 0.999])),
        "origins": sorted({int(year) for year in training["fiscal_year"]}),
        "projects": int(training["project_id"].nunique()),
        "rows": len(training),
    }


def cohorts_of(fitted: dict) -> pd.DataFrame:
    """The means that `fitted` holds, as `features` takes them."""
    return pd.DataFrame(fitted["cohorts"], columns=COHORTS)


def forecast(fitted: dict, features: pd.DataFrame) -> pd.DataFrame:
    """The net execution rate and the outturn of the features' fiscal year, a row a project.

    Columns: project_id, sheet_id, ministry, size, fiscal_year, budget (provisional, million yen);
    mean, median, lower80, upper80, lower95, upper95 (rates of the final net budget, cut to [0, 1]);
    p_below_70, p_full (chance that all is executed); executed_mean and executed_median ...
    executed_upper95 (million yen), in which the budget's own changes are; outside, see `outside`;
    q025 ... q975 and executed_q025 ... executed_q975, the quantiles at `quantiles.LEVELS`.
    """
    x = features[fitted["features"]]
    levels = np.array(fitted["levels"])
    facts = ["project_id", "sheet_id", "ministry", "size", "fiscal_year", "budget"]
    table = features[facts].reset_index(drop=True)
    full = expit(x.to_numpy(float) @ fitted["full"])
    rate = _quantiles(fitted, "rate", x).clip(0, 1)
    rate[(levels > 1 - full[:, None]) | (rate >= ALL)] = 1
    ratio = _quantiles(fitted, "amount", x).clip(0)
    ratio[abs(ratio - 1) < WHOLE] = 1
    amount = ratio * table[["budget"]].to_numpy(float)
    names = quantiles.NAMES
    parts = [
        table.assign(mean=expit(x.to_numpy(float) @ fitted["mean"])),
        quantiles.limits(rate),
        pd.DataFrame(
            {
                "p_below_70": quantiles.below(np.full(len(x), LOW), rate, levels),
                "p_full": full,
                "executed_mean": quantiles.mean(amount, levels),
            }
        ),
        quantiles.limits(amount).add_prefix("executed_"),
        pd.DataFrame({"outside": outside(fitted, features)}),
        pd.DataFrame(rate, columns=names),
        pd.DataFrame(amount, columns=[f"executed_{name}" for name in names]),
    ]
    return pd.concat(parts, axis=1)


def outside(fitted: dict, features: pd.DataFrame) -> np.ndarray:
    """What of a project the model was not calibrated on, words with a space between, "" for
    nothing: "year" (it is forecast for
    more than two years after the last outturn that was learned from), "ministry" (unknown),
    "budget" (smaller or larger than nearly all), "no_history" (none of its years is known: what is
    said is of its ministry and size; such projects were calibrated on)."""
    known = set(fitted["cohorts"]["ministry"])
    least, most = fitted["budgets"]
    beyond = {
        "year": features["fiscal_year"] > fitted["origins"][-1] + 2,
        "ministry": ~features["ministry"].isin(known),
        "budget": ~features["budget"].between(least, most),
        "no_history": features["no_history"] > 0,
    }
    return quantiles.reasons(beyond)


def _logit(y: np.ndarray, x: pd.DataFrame) -> np.ndarray:
    with warnings.catch_warnings():
        # Shares are no counts: the family's domain and separation checks do not apply.
        warnings.simplefilter("ignore", DomainWarning)
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        # A feature that does not vary in a small corpus gets the coefficient 0 or the constant's.
        warnings.simplefilter("ignore", SingularMatrixWarning)
        return sm.GLM(y, x.to_numpy(float), family=sm.families.Binomial()).fit().params


def _short(coefficients: np.ndarray | pd.Series | pd.DataFrame) -> list:
    """Numbers of eight digits: a file that is read and compared in a diff."""
    values = np.asarray(coefficients, float)
    return np.vectorize(lambda value: float(f"{value:.8g}"))(values).tolist()


def _quantiles(fitted: dict, name: str, x: pd.DataFrame) -> np.ndarray:
    return quantiles.predict(pd.DataFrame(fitted[name], columns=fitted["features"]), x)
