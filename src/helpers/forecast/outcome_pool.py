"""Forecasts of an outcome from how the outcomes of all projects went on.

A series of three points does not tell its own uncertainty; thousands of such series, followed to
what came after, do. For each kind of series (`outcome_points.KINDS`) a quantile regression of
(future value - latest value) / pace on the years ahead, how the series moved lately and what its
target needs gives the quantiles. P(target) comes from a logistic regression of whether targets were
met on the P that those quantiles give and on whether the project kept its plans before.
"""

import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.special import expit, logit
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning, SingularMatrixWarning

from helpers.forecast import quantiles
from helpers.forecast.outcome_points import KINDS, points, shaped

FEATURES = {
    "towards": ["h", "h lately", "h need"],
    "trending": ["√h", "h lately", "h need", "√h has_target", "√h met", "√h two", "√h falls"],
    "wavering": ["√h", "1 lately", "√h gap", "√h overshoot", "√h has_target", "√h noise"],
    "steady": ["√h", "√h two", "√h ahead"],
}
"""Kind -> its regressors: a power of the years ahead (1, h, √h), times a column of `shaped`. No two
powers of one column: from years ahead that are all alike they could not be told apart."""

ODDS = ["1", "pooled", "kept"]
"""The regressors of P(target): the logit of the quantiles' P, and `kept` of `outcome_points`."""

CERTAIN = 0.01
"""The quantiles' own P is cut to what is this far from 0 and 1."""

FARTHEST_CHANGE = 30
"""Changes beyond so many times the pace are unit slips and new definitions: cut for the fit."""

FEWEST, REACHED = 100, 30
"""Cases that a kind of series needs to be fitted, and a year ahead to count as reached."""

QUANTILES = quantiles.NAMES
UNCHANGED = 0.01
"""Part of its value by which a steady series does not change: the regression leaves last digits."""

MOST_NEEDED = 4
MOST_AHEAD = 15
LASTS = 2
"""Years after the last truth that was learned from for which the coefficients are taken to hold."""


def cases(panels: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """What followed: one row an indicator x origin x year ahead that is known by now.

    `panels` is sheet year -> what `Corpus.outcomes` shows as of it. Every year but the last is an
    origin; truths are those of the last, so that nothing printed later is used. Columns of
    `shaped`; origin, fiscal_year, h (years ahead), truth.
    """
    last = max(panels)
    later = panels[last][["indicator_id", "fiscal_year", "actual", "sheet_year"]]
    later = later.rename(columns={"actual": "truth"})
    parts = []
    for origin in sorted(panels):
        if origin == last:
            continue
        known = shaped(points(panels[origin], origin)).assign(origin=origin)
        both = known.merge(later, on="indicator_id")
        both["h"] = (both["fiscal_year"] - both["last_year"]).astype(float)
        parts.append(both[(both["h"] > 0) & (both["sheet_year"] > origin)])
    return pd.concat(parts, ignore_index=True).drop(columns="sheet_year")


def fit(cases: pd.DataFrame) -> dict:
    """The pooled regressions fitted to what `cases` gives, of numbers, strings and lists only: what
    JSON can hold.

    Keys: levels; features (`FEATURES`); limits (kind -> a list of their coefficients a level); odds
    ("due" and "before" the target's year -> coefficients of `ODDS`); kinds (kind -> cases,
    indicators, horizon: the most years ahead that 30 cases reach); last_year (fiscal year of the
    last truth); projects. Raises ValueError for a kind of series with fewer than 100 cases, and for
    fewer than 30 targets.
    """
    made = {"features": FEATURES, "limits": {}}
    kinds = {}
    for kind in KINDS:
        part = cases[cases["kind"] == kind]
        if len(part) < FEWEST:
            raise ValueError(
                f"{len(part)} cases of {kind} outcomes: give a corpus with more sheets, of three "
                "years or more"
            )
        change = part["sign"] * (part["truth"] - part["value0"]) / part["pace"]
        change = change.clip(-FARTHEST_CHANGE, FARTHEST_CHANGE)
        made["limits"][kind] = _short(quantiles.fit(change, _regressors(part, FEATURES[kind])))
        often = part["h"].value_counts()
        kinds[kind] = {
            "cases": len(part),
            "indicators": int(part["indicator_id"].nunique()),
            "horizon": int(often[often >= REACHED].index.max()),
        }
    aimed = cases[(cases["has_target"] > 0) & (cases["h"] <= cases["steps"])]
    happened = met(aimed, aimed["truth"].to_numpy()).astype(float)
    design = _odds_regressors(aimed, _chance(aimed, _quantiles(made, aimed)))
    odds, due = {}, (aimed["h"] == aimed["steps"]).to_numpy()
    for when, now in (("due", due), ("before", ~due)):
        if now.sum() < REACHED:
            raise ValueError(
                f"{now.sum()} targets to compare with what came: give a corpus with more sheets"
            )
        odds[when] = _short(_logit(happened[now], design[now]))
    return {
        "levels": list(quantiles.LEVELS),
        **made,
        "odds": odds,
        "kinds": kinds,
        "last_year": int(cases["fiscal_year"].max()),
        "projects": int(cases["project_id"].nunique()),
    }


def ahead(points: pd.DataFrame, horizon: int = 5) -> pd.DataFrame:
    """The rows to forecast: each of `points`, shaped, for h = 1 ... `horizon` years, or on to its
    target's year where that is later (at most 15)."""
    table = shaped(points).reset_index(drop=True)
    most = table["steps"].fillna(0).clip(horizon, MOST_AHEAD).astype(int)
    rows = table.loc[table.index.repeat(most)].reset_index(drop=True)
    rows["h"] = rows.groupby("indicator_id", sort=False).cumcount() + 1.0
    rows["fiscal_year"] = (rows["last_year"] + rows["h"]).astype(int)
    return rows


def forecast(fitted: dict, rows: pd.DataFrame) -> pd.DataFrame:
    """Forecast what `ahead` (or `cases`) lists: quantiles, mean and P(target) of the value that
    will be observed, one row each.

    Columns: indicator_id, project_id, kind, last_year, fiscal_year, h, q025 ... q975 (the limits of
    the 80 % interval are q100 and q900, those of the 95 % q025 and q975), mean, p_target (NaN
    without a target ahead), uncorrected (the P(target) of the quantiles themselves, which p_target
    corrects by how often such targets were met), due (the target's year), outside: why it is beyond
    what the pool was fitted on, words with a space between ("" where it is not): "year" (its last
    value is more than two years later than the last that was learned from), "horizon" (more years
    ahead than the cases reach), "need" (a target that needs four times the pace or more), "ceiling"
    (other than 100 %: none was learned from).
    """
    found = _quantiles(fitted, rows)
    table = rows[["indicator_id", "project_id", "kind", "last_year", "fiscal_year", "h"]].copy()
    table[QUANTILES] = found
    table["mean"] = quantiles.mean(found, quantiles.LEVELS)
    late = (rows["h"] >= rows["steps"]).to_numpy()[:, None]
    odds = np.where(late, fitted["odds"]["due"], fitted["odds"]["before"])
    plain = _chance(rows, found)
    p = expit((_odds_regressors(rows, plain) * odds).sum(axis=1))
    table["p_target"] = np.where(rows["has_target"] > 0, p, np.nan)
    table["uncorrected"] = np.where(rows["has_target"] > 0, plain, np.nan)
    table["due"] = rows["h"] == rows["steps"]
    reach = {kind: facts["horizon"] for kind, facts in fitted["kinds"].items()}
    beyond = {
        "year": rows["last_year"] > fitted["last_year"] + LASTS,
        "horizon": rows["h"] > rows["kind"].map(reach).astype(float),
        "need": rows["need"] >= MOST_NEEDED,
        "ceiling": np.isfinite(rows["ceiling"]) & (rows["ceiling"] != 100),
    }
    return table.assign(outside=quantiles.reasons(beyond)).reset_index(drop=True)


def met(rows: pd.DataFrame, values: np.ndarray) -> np.ndarray:
    """Whether each value meets the target of its row."""
    slack = 1e-9 * rows["target"].abs()
    return np.where(
        rows["rising"], values >= rows["target"] - slack, values <= rows["target"] + slack
    )


def _regressors(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    years = {"1": 1.0, "h": rows["h"], "√h": np.sqrt(rows["h"])}
    columns = {}
    for name in names:
        power, _, column = name.partition(" ")
        columns[name] = years[power] * (rows[column] if column else 1.0)
    return pd.DataFrame(columns, index=rows.index)


def _quantiles(fitted: dict, rows: pd.DataFrame) -> np.ndarray:
    """The quantiles of the value itself (rows, levels), within floor and ceiling."""
    found = np.empty((len(rows), len(quantiles.LEVELS)))
    for kind in KINDS:
        of = (rows["kind"] == kind).to_numpy()
        names = fitted["features"][kind]
        coefficients = pd.DataFrame(fitted["limits"][kind], columns=names)
        change = quantiles.predict(coefficients, _regressors(rows[of], names))
        if kind == "steady":
            change[np.abs(change) < UNCHANGED] = 0.0
        found[of] = change
    sign, pace, value = (rows[[name]].to_numpy() for name in ("sign", "pace", "value0"))
    found = np.sort(value + sign * pace * found, axis=1)
    return np.clip(found, rows[["floor"]].to_numpy(), rows[["ceiling"]].to_numpy())


def _chance(rows: pd.DataFrame, found: np.ndarray) -> np.ndarray:
    """P(target met) by the quantiles."""
    slack = 1e-9 * rows["target"].abs().fillna(0).to_numpy() + 1e-12
    target = rows["target"].fillna(0).to_numpy()
    over = 1 - quantiles.below(target - slack, found, quantiles.LEVELS)
    under = quantiles.below(target + slack, found, quantiles.LEVELS)
    return np.where(rows["rising"], over, under)


def _odds_regressors(rows: pd.DataFrame, chance: np.ndarray) -> np.ndarray:
    pooled = logit(np.clip(chance, CERTAIN, 1 - CERTAIN))
    return np.column_stack([np.ones(len(rows)), pooled, rows["kept"]])


def _logit(happened: np.ndarray, design: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        # Where no sheet prints what was expected, `kept` is 0 throughout and its coefficient, too.
        warnings.simplefilter("ignore", SingularMatrixWarning)
        # A small corpus may have every target met: its odds then run towards certainty.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        return sm.GLM(happened, design, family=sm.families.Binomial()).fit().params


def _short(coefficients: np.ndarray | pd.DataFrame) -> list:
    """Numbers of six decimals: a file that is read and compared in a diff."""
    return np.round(np.asarray(coefficients, float), 6).tolist()
