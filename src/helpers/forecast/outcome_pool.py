"""Forecasts of an outcome from how the outcomes of all projects went on.

A series of three points does not tell its own uncertainty; thousands of such series, followed to
what came after, do. For each kind of series (`outcome_pool.KINDS`) a quantile regression of
(future value - latest value) / pace on the years ahead, how the series moved lately and what its
target needs gives the quantiles. P(target) comes from a logistic regression of whether targets were
met on the P that those quantiles give and on whether the project kept its plans before.
"""

import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning, SingularMatrixWarning

from helpers import digits
from helpers import regression as sm
from helpers.analysis.direction import assumed, in_percent
from helpers.analysis.series import HORIZON, IndicatorSeries
from helpers.forecast import quantiles

POINTS = 3
"""The latest values that a forecast uses: older ones made it worse, uptake slows."""

KINDS = ("towards", "trending", "wavering", "steady")
"""Three values that move one way, to a target that lies ahead; that move one way (or two values
alone); that do neither, going up and down or moving and resting; that do not change."""


def points(outcomes: pd.DataFrame, as_of: int | None = None) -> pd.DataFrame:
    """The latest points of every indicator of a panel (`Corpus.outcomes`): one row an indicator.

    Columns: indicator_id, project_id, ministry, unit, target, target_year (NaN: none); last_year,
    value0 (the latest), value1, value2 and year1, year2 (NaN with fewer values); ceiling (100 for a
    percentage, else infinite), floor (0 where no value is below, else -infinite); rising (whether
    more is better: what the sheet states, else what `direction.assumed` takes), kept (years that
    reached the value expected of them, less those that did not, halved). With `as_of` only
    indicators that a sheet of that year has; indicators with a single value are left out.
    """
    rows = outcomes[~outcomes["is_branch"]]
    if as_of is not None:
        rows = rows[(rows["last_sheet"] == as_of) & (rows["stated"] == as_of)]
    rows = rows.sort_values(["indicator_id", "fiscal_year"], kind="stable")
    grouped = rows.groupby("indicator_id", sort=False)
    back = grouped.cumcount(ascending=False).to_numpy()
    facts = ["project_id", "ministry", "unit", "target", "target_year"]
    facts += ["indicator", "goal", "direction"]
    table = rows[back == 0].set_index("indicator_id")[facts]
    for at in range(POINTS):
        part = rows[back == at].set_index("indicator_id")
        for name, column in (("year", "fiscal_year"), ("value", "actual"), ("plan", "expected")):
            table[f"{name}{at}"] = part[column].astype(float)
    table["history"] = grouped["actual"].agg(list)
    return _known(table.reset_index().astype({"target_year": float}))


def of_series(series: IndicatorSeries) -> pd.DataFrame:
    """The same row for one series of two or more values: the target is due in its `target_column`,
    the ceiling and the direction are its own."""
    plans = np.full(len(series.values), np.nan) if series.expected is None else series.expected
    last = list(zip(series.years, series.values, plans, strict=True))[::-1][:POINTS]
    row = {"indicator_id": series.indicator, "project_id": "", "ministry": ""}
    row |= {"unit": series.unit, "target": series.target, "target_year": series.target_column}
    for at in range(POINTS):
        year, value, plan = last[at] if at < len(last) else (np.nan,) * 3
        row |= {f"year{at}": float(year), f"value{at}": float(value), f"plan{at}": plan}
    row |= {"direction": "up" if series.rising else "down"}
    table = _known(pd.DataFrame([row]).astype({"target": float, "target_year": float}))
    return table.assign(ceiling=np.inf if series.ceiling is None else series.ceiling)


def _known(table: pd.DataFrame) -> pd.DataFrame:
    table = table[table["value1"].notna()].reset_index(drop=True).astype({"target": float})
    values = table[[f"value{at}" for at in range(POINTS)]]
    table["rising"] = [_rising(row) for row in table.to_dict("records")]
    signs = np.where(table["rising"], 1, -1)
    plans = [
        np.sign(signs * digits.difference(table[f"value{at}"], table[f"plan{at}"]))
        for at in range(POINTS)
    ]
    table["kept"] = sum(np.where(side.isna(), 0, np.where(side >= 0, 0.5, -0.5)) for side in plans)
    known = values.assign(target=table["target"])
    percent = table["unit"].fillna("").map(in_percent).astype(bool)
    within = percent & digits.at_least(100, known.max(axis=1)) & (known.min(axis=1) >= 0)
    table["ceiling"] = np.where(within, 100.0, np.inf)
    table["floor"] = np.where(values.min(axis=1) >= 0, 0.0, -np.inf)
    table = table.rename(columns={"year0": "last_year"})
    used = ["history", "indicator", "goal", "direction"]
    return table.drop(columns=[*used, *(f"plan{at}" for at in range(POINTS))], errors="ignore")


def _rising(row: dict) -> bool:
    """Whether more is better, as `IndicatorSeries.rising` tells it."""
    if isinstance(row["direction"], str) and row["direction"]:
        return row["direction"] == "up"
    texts = ("" if pd.isna(row[name]) else row[name] for name in ("unit", "indicator", "goal"))
    target = None if pd.isna(row["target"]) else row["target"]
    return assumed(row["history"], target, *texts).up


def shaped(points: pd.DataFrame) -> pd.DataFrame:
    """`points` with what the regressions need, in each indicator's own pace and direction.

    Columns added: sign (-1: turned round, because it falls), pace (the unit of its changes: mean
    yearly change of those that move one way, mean size of a change of the wavering, its value (at
    least 1) of the steady), kind (of `KINDS`), steps (years to the target, NaN: none ahead), lately
    (latest yearly change / pace), need (change a year to the target / pace), gap (to the target /
    pace), has_target, met (the target is behind), ahead (side of the target: -1, 0, 1), overshoot
    (gap where negative), two (two values alone), falls, noise (log of pace / value).
    """
    table = points.copy()
    late = digits.difference(table["value0"], table["value1"]) / (
        table["last_year"] - table["year1"]
    )
    early = digits.difference(table["value1"], table["value2"])
    early = (early / (table["year1"] - table["year2"])).fillna(late)
    two = table["value2"].isna()
    span = table["last_year"] - table["year2"].fillna(table["year1"])
    mean = digits.difference(table["value0"], table["value2"].fillna(table["value1"])) / span
    sign = np.where(mean < 0, -1.0, 1.0)
    one_way, still = late * early > 0, (late == 0) & (early == 0)
    pace = np.where(one_way, mean.abs(), (late.abs() + early.abs()) / 2)
    pace = np.where(still, np.maximum(table["value0"].abs(), 1), pace)
    steps = table["target_year"] - table["last_year"]
    steps = steps.where(table["target"].notna() & (steps > 0) & (steps <= HORIZON))
    has_target = steps.notna()
    gap = (sign * digits.difference(table["target"], table["value0"]) / pace).where(has_target, 0.0)
    towards = one_way & ~two & has_target & (gap > 0)
    return table.assign(
        sign=sign,
        pace=pace,
        kind=np.select([towards, one_way, still], [KINDS[0], KINDS[1], KINDS[3]], KINDS[2]),
        steps=steps,
        lately=np.clip(sign * late / pace, -2, 2),
        need=np.clip((gap / steps).fillna(0.0), -2, 4),
        gap=np.clip(gap, -6, 6),
        has_target=has_target.astype(float),
        met=(has_target & (gap <= 0)).astype(float),
        ahead=np.sign(gap),
        overshoot=np.clip(gap, -6, 0),
        two=two.astype(float),
        falls=(sign < 0).astype(float),
        noise=np.clip(np.log(pace / np.maximum(table["value0"].abs(), 1e-9)), -6, 1),
    )


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

    Columns: indicator_id, project_id, kind, last_year, fiscal_year, h, median, lower80, upper80,
    lower95, upper95 (`quantiles.LIMITS`), q025 ... q975 (`QUANTILES`), mean, p_target (NaN
    without a target ahead), uncorrected (the P(target) of the quantiles themselves, which p_target
    corrects by how often such targets were met), due (the target's year), outside: why it is beyond
    what the pool was fitted on, words with a space between ("" where it is not): "year" (its last
    value is more than two years later than the last that was learned from), "horizon" (more years
    ahead than the cases reach), "need" (a target that needs four times the pace or more), "ceiling"
    (other than 100 %: none was learned from).
    """
    found = _quantiles(fitted, rows)
    table = rows[["indicator_id", "project_id", "kind", "last_year", "fiscal_year", "h"]].copy()
    table[[*quantiles.LIMITS]] = quantiles.limits(found).to_numpy()
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
