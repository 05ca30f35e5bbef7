"""Next year's execution rate and outturn, forecast from many projects: the pooled model.

The mean is a fractional logit (Papke and Wooldridge 1996), the limits are quantile regressions, and
the chance that all is executed, a logit again, says from which level on a quantile is the whole
budget. The outturn in money is a forecast of its own, of outturn / provisional budget: nearly one
budget in four is still changed, and more is known of that than that it is independent of the rate.
"""

import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.special import expit
from statsmodels.tools.sm_exceptions import (
    DomainWarning,
    PerfectSeparationWarning,
    SingularMatrixWarning,
)

from helpers.analysis.execution import LOW
from helpers.forecast import quantiles
from helpers.forecast.execution_features import FEATURES

ALL = 0.9995
"""From this rate on all was executed, in whole millions."""

WHOLE = 0.01
"""Outturns forecast this near to the whole provisional budget are it: so many are."""

MOST = 3.0
"""Times the provisional budget: outturns of more count as this much. They are under 1 %, some are
a thousand times the budget, and the iterations of a quantile regression do not get over them."""

LIMITS = {
    "median": 0.5,
    "lower80": 0.1,
    "upper80": 0.9,
    "lower95": 0.025,
    "upper95": 0.975,
}

COHORTS = ["ministry", "size", "mean", "years"]


def fit(training: pd.DataFrame, cohorts: pd.DataFrame) -> dict:
    """The pooled model, of numbers, strings and lists only: what JSON can hold.

    `training` is `execution_features.training`, `cohorts` the means that a forecast from here on
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


def cohorts(fitted: dict) -> pd.DataFrame:
    """The means that `fitted` holds, as `execution_features.features` takes them."""
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
    at = [int(np.argmin(abs(levels - level))) for level in LIMITS.values()]
    names = quantiles.NAMES
    parts = [
        table.assign(mean=expit(x.to_numpy(float) @ fitted["mean"])),
        pd.DataFrame(rate[:, at], columns=[*LIMITS]),
        pd.DataFrame(
            {
                "p_below_70": quantiles.below(np.full(len(x), LOW), rate, levels),
                "p_full": full,
                "executed_mean": quantiles.mean(amount, levels),
            }
        ),
        pd.DataFrame(amount[:, at], columns=[f"executed_{name}" for name in LIMITS]),
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
