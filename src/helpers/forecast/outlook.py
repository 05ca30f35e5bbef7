"""The next year's outturn, and which years stand out.

The next year is forecast from how all projects went on (`execution_pool`), or from the project's
own years alone: drawn from the quasi-binomial model of `execution.overall`, parameters and noise.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit

from helpers.analysis.execution import EQUAL, LOW, constant, mean_share, overall
from helpers.forecast import execution_pool, predictive, unbudgeted
from helpers.forecast.track_scores import Applying, applying
from helpers.sheet import ReviewSheet

RATES = ["median", "lower80", "upper80", "lower95", "upper95"]
AMOUNTS = [f"executed_{name}" for name in RATES]
BUDGETS = [f"budget_{name}" for name in RATES]
MOVES = ["p_none", *BUDGETS, "p_fall", "p_rise"]
FORECAST = [
    "fiscal_year",
    "budget",
    "mean",
    *RATES,
    "p_below_70",
    *AMOUNTS,
    *MOVES,
    "outside",
    "model",
]
"""Columns of a forecast of execution, named as `execution_pool.forecast` names them; `MOVES` are
NaN where a project's own years alone are asked, and all but p_none and the amounts where it has no
budget (model "unbudgeted"); outside is "" in both."""


class Backing(NamedTuple):
    """What stands behind a pooled forecast: of which sheets and how many projects (unbudgeted:
    cases) it was learned, the fiscal years whose outturns were left out, and the record of such
    forecasts of the rate and of the outturn (None without one)."""

    sheets: list[int]
    projects: int
    left_out: list[int]
    rate: Applying | None
    outturn: Applying | None


def learned(
    sheet: ReviewSheet,
    rates: pd.DataFrame,
    fitted: dict,
    scores: pd.DataFrame,
    budget: float | None = None,
) -> tuple[pd.DataFrame, Backing | None]:
    """The next year's execution from all projects' (`execution_pool.fit`), and what stands behind
    it, by the record's `scores`.

    The columns `FORECAST`, model "pooled": rate, final budget and outturn are of one distribution,
    in which the provisional budget still moves. Without a closed year the year is the sheet's own.
    Where it has no budget and the last year spent without one, model "unbudgeted": the outturn
    alone. Else empty and None without a budget, and for a branch sheet.
    """
    year = coming(rates) or sheet.year
    panel = execution_pool.alone(rates, sheet.facts, year, budget)
    rows = execution_pool.features(panel, execution_pool.cohorts_of(fitted), year)
    if rows.empty:
        return _unbudgeted(panel, fitted, year)
    table = execution_pool.forecast(fitted, rows).assign(model="pooled")
    found = table.iloc[0]
    held = (applying(scores, quantity, found["size"], 1) for quantity in ("rate", "outturn"))
    backing = Backing(fitted["sheets"], fitted["projects"], fitted["left_out"], *held)
    return table[FORECAST], backing


def _unbudgeted(
    panel: pd.DataFrame, fitted: dict, year: int
) -> tuple[pd.DataFrame, Backing | None]:
    rows = unbudgeted.features(panel, year)
    if rows.empty:
        return pd.DataFrame(columns=FORECAST, dtype=float), None
    made = unbudgeted.forecast(fitted["unbudgeted"], rows)
    table = made.assign(outside="", model="unbudgeted")
    backing = Backing(fitted["sheets"], fitted["unbudgeted"]["rows"], [], None, None)
    return table.reindex(columns=FORECAST), backing


def alone(rates: pd.DataFrame, budget: float | None = None) -> pd.DataFrame:
    """The next year's execution from the project's own years: forecast intervals for the outturn
    itself, noise included.

    The year is `coming`'s; `budget` is its net budget in million yen, by default the sheet's, and
    taken as certain. One row: fiscal_year, budget, mean, median, lower80 ... upper95 (rates, with
    the limits of the 80 and the 95 % interval), p_below_70 (chance that less than 70 % is
    executed), executed_median ... executed_upper95 (million yen), model ("alone"). The year is
    drawn from the same quasi-binomial model as `execution.overall`: no trend. Empty where there is
    an `obstacle`.
    """
    if obstacle(rates, budget):
        return pd.DataFrame(columns=FORECAST, dtype=float)
    known, year = rates[rates["modelled"]], coming(rates)
    budget = _planned(rates) if budget is None else float(budget)
    rng = np.random.default_rng(predictive.SEED)
    drawn = _next_shares(*_columns(known), budget, rng)
    limits = np.quantile(drawn, [0.5, 0.1, 0.9, 0.025, 0.975])
    row = {
        "fiscal_year": year,
        "budget": budget,
        "mean": np.mean(drawn),
        "outside": "",
        "model": "alone",
    }
    row |= dict(zip(RATES, limits, strict=True)) | dict(zip(AMOUNTS, budget * limits, strict=True))
    row["p_below_70"] = np.mean(drawn < LOW)
    return pd.DataFrame([row]).reindex(columns=FORECAST)


def coming(rates: pd.DataFrame) -> int | None:
    """The first year after the last closed one of `rates`, whether its outturn is known or not;
    None without a closed year."""
    is_closed = (rates["status"].to_numpy() == "closed") | rates["modelled"].to_numpy()
    closed = rates["fiscal_year"].array[is_closed]
    return int(closed.max()) + 1 if len(closed) else None


def obstacle(rates: pd.DataFrame, budget: float | None = None) -> str:
    """Why the project's own years give no forecast, "" where they do: "budget" (none is known for
    the coming year), "few" (fewer than three years with a rate), "equal" (the years do not differ),
    "over" (executed so much above the budget that a share does not fit)."""
    if coming(rates) and not (_planned(rates) if budget is None else budget) > 0:
        return "budget"
    if rates["modelled"].sum() < 3:
        return "few"
    pool = overall(rates)
    if np.isnan(pool.t[0]):
        return "over" if pool.dispersion > 0 else "equal"
    return ""


def _planned(rates: pd.DataFrame) -> float:
    return float(rates.loc[rates["fiscal_year"] == coming(rates), "budget_net"].sum())


def standing_out(rates: pd.DataFrame, level: float = 0.9) -> pd.DataFrame:
    """Each modelled year against an interval forecast from all the *other* years.

    Columns: fiscal_year, execution_rate, lower, upper (the `level` forecast interval), level,
    outside.
    Of years that vary only as the model says, up to 1 - level fall outside by chance (.06 to .09
    for a level of .9 in simulations). Empty with fewer than four modelled years.
    """
    known = rates[rates["modelled"]]
    columns = _columns(known)
    budget, limits = columns[1], []
    for at in range(len(known)) if len(known) >= 4 else []:
        share, *others = (np.delete(column, at) for column in columns)
        rng = np.random.default_rng(predictive.SEED)
        if constant(share):
            limits.append([share[0], share[0]])
        else:
            drawn = _next_shares(share, *others, budget[at], rng)
            limits.append(np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]))
    table = known[["fiscal_year", "execution_rate"]].head(len(limits)).reset_index(drop=True)
    table[["lower", "upper"]] = np.reshape(limits, (-1, 2))
    table["level"] = level
    share = table["execution_rate"].clip(0, 1)
    table["outside"] = (share < table["lower"] - EQUAL) | (share > table["upper"] + EQUAL)
    return table


def _columns(known: pd.DataFrame) -> list[np.ndarray]:
    return [known[name].to_numpy(float) for name in ("share", "budget_net", "executed")]


def _next_shares(
    share: np.ndarray,
    weight: np.ndarray,
    executed: np.ndarray,
    budget: float,
    rng: np.random.Generator,
) -> np.ndarray:
    fit = mean_share(share, weight)
    # Rates of amounts printed in whole millions agree more closely than they can be known.
    mean = expit(fit.logit)
    rounding = predictive.rounding(executed) * np.mean(1 / weight)
    phi = predictive.dispersions(fit.dispersion, fit.df, rng, floor=rounding / (mean * (1 - mean)))
    logits = predictive.coefficients([fit.logit], [[fit.unscaled]], phi, rng)[:, 0]
    return predictive.shares(expit(logits), phi / budget, rng)
