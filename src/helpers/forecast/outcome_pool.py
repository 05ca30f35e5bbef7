"""Forecasts of an outcome from how the outcomes of all projects went on.

A series of three points does not tell its own uncertainty; thousands of such series, followed to
what came after, do. For each kind of series (`outcome_pool.KINDS`) a quantile regression of
(future value - latest value) / pace on the years ahead, how the series moved and what its target
needs gives the quantiles; of a steady series a logistic regression gives the chance that it stays
where it is, and the quantiles are of those that moved.

Up to the year in which a target is due, a logistic regression of whether targets were met, on the
chance of it by those quantiles and on whether the project kept its plans before, gives P(target).
The distribution is then revised to that chance: on either side of the target all levels in
proportion (Jeffrey 1965, "The Logic of Decision"). Limits, median, mean and P(target) of a forecast
are all of this one distribution.
"""

from collections.abc import Mapping
from functools import reduce

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers import digits
from helpers import regression as sm
from helpers.analysis.direction import assumed, in_percent
from helpers.analysis.series import HORIZON, MOST_AHEAD, IndicatorSeries
from helpers.forecast import quantiles
from helpers.sheet import with_columns

POINTS = 3
"""The latest values, which tell the pace: older ones made it worse, uptake slows. The whole history
tells how much the values vary."""

KINDS = ("towards", "trending", "wavering", "steady")
"""Three values that move one way, to a target that lies ahead; that move one way (or two values
alone); that do neither, going up and down or moving and resting; that do not change."""

STEADY = KINDS[3]

Columns = Mapping[str, np.ndarray]

TEXTS = ("indicator_id", "project_id", "ministry", "unit", "direction", "indicator", "goal")
NUMBERS = ("fiscal_year", "actual", "expected", "target", "target_year")
"""The columns of a panel that `points` rests on."""


def points(outcomes: pd.DataFrame, as_of: int | None = None) -> pd.DataFrame:
    """The latest points of every indicator of a panel (`Corpus.outcomes`): one row an indicator.

    Columns: indicator_id, project_id, ministry, unit, target, target_year (NaN: none); last_year,
    value0 (the latest), value1, value2 and year1, year2 (NaN with fewer values); usual (mean size
    of a yearly change) and unrest (of the change of one to the next; `usual` of two values) over
    the whole history; ceiling (100 for a percentage, else infinite), floor (0 where no value is
    below, else -infinite); rising (whether more is better: what the sheet states, else what
    `direction.assumed` takes), kept (years that reached the value expected of them, less those that
    did not, halved). With `as_of` only indicators that a sheet of that year has; indicators with a
    single value are left out.
    """
    rows = outcomes[~outcomes["is_branch"]]
    if as_of is not None:
        rows = rows[(rows["last_sheet"] == as_of) & (rows["stated"] == as_of)]
    rows = rows.sort_values(["indicator_id", "fiscal_year"], kind="stable")
    columns = {name: rows[name].array for name in TEXTS}
    numbers = {name: rows[name].to_numpy(float, na_value=np.nan) for name in NUMBERS}
    return pd.DataFrame(_points(columns | numbers))


def of_series(series: IndicatorSeries) -> Columns:
    """The columns of `points` for one series of two or more values: the target is due in its
    `target_column`, the ceiling and the direction are its own."""
    texts = dict.fromkeys(TEXTS, "") | {"indicator_id": series.indicator, "unit": series.unit}
    texts["direction"] = "up" if series.rising else "down"
    aim = {"target": series.target, "target_year": series.target_column}
    numbers = aim | {"fiscal_year": series.years, "actual": series.values}
    numbers["expected"] = series.expected
    blank = np.empty(len(series.values), object)
    columns = {name: np.full_like(blank, text) for name, text in texts.items()}
    for name, value in numbers.items():
        columns[name] = np.full(len(blank), np.nan if value is None else value, float)
    ceiling = np.inf if series.ceiling is None else series.ceiling
    return _points(columns) | {"ceiling": np.array([ceiling], float)}


def _points(rows: Columns) -> dict[str, np.ndarray]:
    """`points` of the rows of indicators, those of one together and in the order of the years."""
    ids = np.asarray(rows["indicator_id"])
    new = np.append(True, ids[1:] != ids[:-1])[: len(ids)]
    number, start = np.cumsum(new) - 1, np.flatnonzero(new)
    end = np.append(start[1:], len(ids))[: len(start)]
    year, value, plan = (rows[name] for name in ("fiscal_year", "actual", "expected"))

    def since(values: np.ndarray) -> np.ndarray:
        """Less those of the row before, NaN in an indicator's first."""
        before = np.where(new, np.nan, np.roll(values, 1))
        return digits.difference(values, before)

    last = {}
    for name, column in (("year", year), ("value", value), ("plan", plan)):
        for at in range(POINTS):
            row = end - 1 - at
            last[f"{name}{at}"] = np.where(row >= start, column[np.maximum(row, 0)], np.nan)
    change = since(value) / since(year)
    usual, unrest = (
        pd.Series(np.abs(each)).groupby(number).mean().to_numpy()
        for each in (change, since(change))
    )
    # One value tells nothing.
    known = np.flatnonzero(~np.isnan(last["value1"]))
    last = {name: column[known] for name, column in last.items()}
    usual, unrest = usual[known], unrest[known]
    first = {name: column.take(end[known] - 1) for name, column in rows.items()}
    target = first["target"]
    histories = (value[start[at] : end[at]] for at in known)
    names = ("direction", "unit", "indicator", "goal")
    texts = zip(*(first[name] for name in names), strict=True)
    rising = [
        _rising(history, aim, *(text if isinstance(text, str) else "" for text in of))
        for history, aim, of in zip(histories, target, texts, strict=True)
    ]
    signs, kept = np.where(rising, 1, -1), np.zeros(len(known))
    for at in range(POINTS):
        side = np.sign(signs * digits.difference(last[f"value{at}"], last[f"plan{at}"]))
        kept += np.where(np.isnan(side), 0, np.where(side >= 0, 0.5, -0.5))
    seen = [last[f"value{at}"] for at in range(POINTS)] + [target]
    highest, lowest = np.fmax.reduce(seen, axis=0), np.fmin.reduce(seen, axis=0)
    percent = np.array([isinstance(unit, str) and in_percent(unit) for unit in first["unit"]], bool)
    within = percent & digits.at_least(100, highest) & (lowest >= 0)
    facts = {name: first[name] for name in ("indicator_id", "project_id", "ministry", "unit")}
    facts |= {
        "target": target,
        "target_year": first["target_year"],
        "last_year": last["year0"],
        "value0": last["value0"],
    }
    facts |= {f"{name}{at}": last[f"{name}{at}"] for at in (1, 2) for name in ("year", "value")}
    facts |= {
        "usual": usual,
        "unrest": np.where(np.isnan(unrest), usual, unrest),
        "rising": np.array(rising, bool),
        "kept": kept,
        "ceiling": np.where(within, 100.0, np.inf),
        "floor": np.where(lowest >= 0, 0.0, -np.inf),
    }
    return facts


def _rising(
    history: np.ndarray, target: float, direction: str, unit: str, indicator: str, goal: str
) -> bool:
    """Whether more is better, as `IndicatorSeries.rising` tells it."""
    if direction:
        return direction == "up"
    aim = None if np.isnan(target) else target
    return assumed(history, aim, unit, indicator, goal).up


def shaped(points: pd.DataFrame) -> pd.DataFrame:
    """`points` with what the regressions need, in each indicator's own pace and direction.

    Columns added: sign (-1: turned round, because it falls), pace (the unit of its changes: mean
    yearly change of those that move one way, mean size of a change of the wavering; of the steady
    `usual`, or where they never changed, flat, their value, at least 1), kind (of `KINDS`), steps
    (years to the target, NaN: none ahead), has_target, lately (latest yearly change / pace), need
    (change a year to the target / pace), gap (to the target / pace), overshoot (gap where
    negative), ahead (side of the target: -1, 0, 1), behind (the target is on the other side),
    usually and rough (`usual` and `unrest` / pace), two (two values alone), falls, noise (log of
    pace / value), percent, full (100 %), none (0), better (1, it moves to the better; -1); met (the
    target is met now, as `met` tells), short (by what part of the target it falls short of it, or
    negative, is better than it, as a logarithm).
    """
    of = _columns(points)
    made = {name: column for name, column in shape(of).items() if column is not of.get(name)}
    return with_columns(points, made)


def shape(of: Columns) -> Columns:
    """The columns of `shaped`, of those of `points`."""
    value, target, usual = of["value0"], of["target"], of["usual"]
    two = np.isnan(of["value2"])
    oldest = [np.where(two, of[f"{name}1"], of[f"{name}2"]) for name in ("value", "year")]
    with np.errstate(divide="ignore", invalid="ignore"):
        late = digits.difference(value, of["value1"]) / (of["last_year"] - of["year1"])
        early = digits.difference(of["value1"], of["value2"]) / (of["year1"] - of["year2"])
        early = np.where(np.isnan(early), late, early)
        mean = digits.difference(value, oldest[0]) / (of["last_year"] - oldest[1])
        sign = np.where(mean < 0, -1.0, 1.0)
        one_way, still = late * early > 0, (late == 0) & (early == 0)
        flat = still & (usual == 0)
        pace = np.where(one_way, np.abs(mean), (np.abs(late) + np.abs(early)) / 2)
        pace = np.where(still, usual, pace)
        pace = np.where(flat, np.maximum(np.abs(value), 1), pace)
        steps = of["target_year"] - of["last_year"]
        has_target = ~np.isnan(target) & (steps > 0) & (steps <= HORIZON)
        steps = np.where(has_target, steps, np.nan)
        gap = np.where(has_target, sign * digits.difference(target, value) / pace, 0.0)
        towards = one_way & ~two & has_target & (gap > 0)
        upwards = np.where(of["rising"], 1, -1)
        shortfall = upwards * digits.difference(target, value) / np.maximum(np.abs(target), 1e-9)
        shortfall = np.clip(np.where(has_target, shortfall, 0.0), -1, 1)
        percent = of["ceiling"] == 100
        found = {
            "sign": sign,
            "pace": pace,
            "kind": np.select([towards, one_way, still], [KINDS[0], KINDS[1], KINDS[3]], KINDS[2]),
            "steps": steps,
            "lately": np.clip(sign * late / pace, -2, 2),
            "need": np.clip(np.where(has_target, gap / steps, 0.0), -2, 4),
            "gap": np.clip(gap, -6, 6),
            "ahead": np.sign(gap),
            "overshoot": np.clip(gap, -6, 0),
            "usually": np.clip(usual / pace, 0, 4),
            "rough": np.clip(of["unrest"] / pace, 0, 4),
            "noise": np.clip(np.log(pace / np.maximum(np.abs(value), 1e-9)), -6, 1),
            "better": sign * upwards,
            "short": np.sign(shortfall) * np.log1p(20 * np.abs(shortfall)),
        }
        numbers = {
            "has_target": has_target,
            "behind": has_target & (gap <= 0),
            "two": two,
            "falls": sign < 0,
            "flat": flat,
            "percent": percent,
            "full": percent & digits.at_least(value, 100),
            "none": value == 0,
            "met": has_target & met(of, value),
        }
    return {**of, **found} | {name: holds.astype(float) for name, holds in numbers.items()}


def _columns(table: pd.DataFrame) -> dict[str, np.ndarray]:
    return {name: column.to_numpy() for name, column in table.items()}


def _only(rows: Columns, which: np.ndarray) -> Columns:
    return {name: column[which] for name, column in rows.items()}


FEATURES = {
    "towards": ["h", "h lately", "h need", "√h rough", "√h better"],
    "trending": [
        *("√h", "h lately", "h need", "√h has_target", "√h behind", "√h two", "√h falls"),
        *("√h noise", "1 percent", "√h rough"),
    ],
    "wavering": [
        *("√h", "1 lately", "√h gap", "√h overshoot", "√h has_target", "√h noise"),
        *("√h usually", "√h percent"),
    ],
    "steady": ["1", "√h", "√h flat", "1 ahead", "1 gap"],
}
"""Kind -> its regressors: a power of the years ahead (1, h, √h, log h), times columns of `shaped`.
No two powers of one column but where both pay: from years ahead that are all alike they could not
be told apart."""

STAYS = ["1", "log h", "1 full", "1 unmet", "1 flat", "1 percent", "1 two"]
"""The regressors of the chance that a steady series stays where it is."""

ODDS = ["1", "1 pooled", "1 kept", "1 due", "1 short", "1 kept met", "1 none", "1 pooled met"]
ODDS += ["log h met", "1 due flat unmet"]
"""The regressors of P(target): pooled is the logit of the quantiles' P, due whether it is the
target's year or later; others as in `shaped`. The last: what has never changed often does so when
its target is due, and to just the target."""

SPREAD = 0.95
"""The fitted quantiles are those of levels nearer to the middle, by so much on the logit scale: the
years to come differ more than those learned from do among themselves. Of 1, .95, .9 and .85 this
held best, and had the least loss, from sheets of 2016-2021."""

HELD = expit(SPREAD * logit(np.array(quantiles.LEVELS)))
"""The levels that fitted quantiles are taken to have."""

CERTAIN = 0.01
"""The quantiles' own P, and that of staying, is cut to what is this far from 0 and 1."""

NEVER = 0.001
"""The least chance that what can be comes: the quantiles leave less on a side of a far target."""

PRIOR = 2
"""So many cases a regressor, half of which happened, are added for a logistic regression (Greenland
and Mansournia 2015): what no case tells apart stays near 0, and few cases all alike do not run to
certainty."""

FARTHEST_CHANGE = 30
"""Changes beyond so many times the pace are unit slips and new definitions: cut for the fit."""

FEWEST, REACHED = 100, 30
"""Cases that a kind of series needs to be fitted, and a year ahead to count as reached."""

QUANTILES = quantiles.NAMES
MOST_NEEDED = 4
LASTS = 2
"""Years after the last truth that was learned from for which the coefficients are taken to hold."""


def cases(
    panels: Mapping[int, pd.DataFrame], kept: dict[int, pd.DataFrame] | None = None
) -> pd.DataFrame:
    """What followed: one row an indicator x origin x year ahead that is known by now.

    `panels` is sheet year -> what `Corpus.outcomes` shows as of it. Every year but the last is an
    origin; truths are those of the last, so that nothing printed later is used. Columns of
    `shaped`; origin, fiscal_year, h (years ahead), truth. `kept` keeps what was known at each
    origin from one call to the next with the same panels and others.
    """
    last, kept = max(panels), {} if kept is None else kept
    later = panels[last][["indicator_id", "fiscal_year", "actual", "sheet_year"]]
    later = later.rename(columns={"actual": "truth"})
    parts = []
    for origin in sorted(panels):
        if origin == last:
            continue
        if origin not in kept:
            kept[origin] = shaped(points(panels[origin], origin)).assign(origin=origin)
        both = kept[origin].merge(later, on="indicator_id")
        both["h"] = (both["fiscal_year"] - both["last_year"]).astype(float)
        parts.append(both[(both["h"] > 0) & (both["sheet_year"] > origin)])
    return pd.concat(parts, ignore_index=True).drop(columns="sheet_year")


def fit(cases: pd.DataFrame) -> dict:
    """The pooled regressions fitted to what `cases` gives, of numbers, strings and lists only: what
    JSON can hold.

    Keys: levels; features (`FEATURES`); limits (kind -> a list of their coefficients a level; of
    the steady for those that moved); stays and odds (coefficients of `STAYS` and `ODDS`); kinds
    (kind -> cases, indicators, horizon: the most years ahead that 30 cases reach); last_year
    (fiscal year of the last truth); projects. Raises ValueError for a kind of series with fewer
    than 100 cases, and for fewer than 30 targets.
    """
    made = {"features": FEATURES, "limits": {}}
    kinds = {}
    for kind in KINDS:
        _enough((cases["kind"] == kind).sum(), FEWEST, f"cases of {kind} outcomes")
    for kind in KINDS:
        part = cases[cases["kind"] == kind]
        often = part["h"].value_counts()
        kinds[kind] = {
            "cases": len(part),
            "indicators": int(part["indicator_id"].nunique()),
            "horizon": int(often[often >= REACHED].index.max()),
        }
        if kind == STEADY:
            stays = digits.equal(part["truth"], part["value0"])
            made["stays"] = _short(_logit(stays.astype(float), _design(_columns(part), STAYS)))
            part = part[~stays]
        change = part["sign"] * (part["truth"] - part["value0"]) / part["pace"]
        change = change.clip(-FARTHEST_CHANGE, FARTHEST_CHANGE)
        design = _design(_columns(part), FEATURES[kind])
        design = pd.DataFrame(design, columns=FEATURES[kind])
        made["limits"][kind] = _short(_limits(change.to_numpy(), design))
    aimed = _columns(cases)
    aimed = _only(aimed, _revisable(aimed))
    _enough(len(aimed["truth"]), REACHED, "targets to compare with what came")
    happened = met(aimed, aimed["truth"]).astype(float)
    design = _odds_design(aimed, _chance(aimed, _plain(made, aimed)))
    return {
        "levels": list(quantiles.LEVELS),
        **made,
        "odds": _short(_logit(happened, design)),
        "kinds": kinds,
        "last_year": int(cases["fiscal_year"].max()),
        "projects": int(cases["project_id"].nunique()),
    }


def _limits(change: np.ndarray, design: pd.DataFrame) -> np.ndarray:
    """Coefficients a level; where too few steady ones moved to tell them apart, the quantiles of
    what these few did, for all alike."""
    if len(change) >= REACHED:
        return quantiles.fit(change, design).to_numpy()
    alike = np.zeros((len(quantiles.LEVELS), design.shape[1]))
    if len(change):
        alike[:, design.columns.get_loc("1")] = np.quantile(change, quantiles.LEVELS)
    return alike


def _enough(found: int, needed: int, what: str) -> None:
    if found < needed:
        raise ValueError(f"{found} {what}: give a corpus with more sheets, of three years or more")


def ahead(points: pd.DataFrame, horizon: int = 7) -> pd.DataFrame:
    """The rows to forecast: each of `points`, shaped, for h = 1 ... `horizon` years, or on to its
    target's year where that is later (at most 15)."""
    table = shaped(points).reset_index(drop=True)
    most = np.clip(np.nan_to_num(table["steps"].to_numpy()), horizon, MOST_AHEAD).astype(int)
    rows = table.take(np.repeat(np.arange(len(table)), most)).reset_index(drop=True)
    h = np.concatenate([np.arange(1.0, 1.0 + count) for count in most] or [np.array([])])
    year = (rows["last_year"].to_numpy() + h).astype(int)
    return with_columns(rows, {"h": h, "fiscal_year": year})


def forecast(fitted: dict, rows: pd.DataFrame) -> pd.DataFrame:
    """Forecast what `ahead` (or `cases`) lists: quantiles, mean and P(target) of the value that
    will be observed, one row each.

    Columns: indicator_id, project_id, kind, last_year, fiscal_year, h, median, lower80, upper80,
    lower95, upper95 (`quantiles.LIMITS`), q025 ... q975 (`QUANTILES`), mean, p_target (that the
    year's value meets the target; NaN without one ahead), due (the target's year), outside: why it
    is beyond what the pool was fitted on, words with a space between ("" where it is not): "year"
    (its last value is more than two years later than the last that was learned from), "horizon"
    (more years ahead than the cases reach), "need" (a target that needs four times the pace or
    more), "ceiling" (other than 100 %: none was learned from).
    """
    names = ("indicator_id", "project_id", "kind", "last_year", "fiscal_year", "h")
    table = {name: rows[name].array for name in names}
    return pd.DataFrame(table | foreseen(fitted, _columns(rows)))


def foreseen(fitted: dict, of: Columns) -> Columns:
    """The columns of `forecast` but for those that `of` has."""
    plain = _plain(fitted, of)
    chance = _chance(of, plain)
    p = expit(_odds_design(of, chance) @ np.array(fitted["odds"]))
    p = np.where(chance == 1, 1.0, p)
    aimed = _revisable(of)
    found = plain.at(np.array(quantiles.LEVELS))
    found[aimed] = _revised(_only(of, aimed), plain.only(aimed), chance[aimed], p[aimed])
    found = np.clip(found, of["floor"][:, None], of["ceiling"][:, None])
    table = quantiles.limits(found) | quantiles.named(found)
    table["mean"] = quantiles.mean(found, quantiles.LEVELS)
    table["p_target"] = np.where(of["has_target"] > 0, np.where(aimed, p, chance), np.nan)
    table["due"] = of["h"] == of["steps"]
    reach = {kind: facts["horizon"] for kind, facts in fitted["kinds"].items()}
    beyond = {
        "year": of["last_year"] > fitted["last_year"] + LASTS,
        "horizon": of["h"] > np.array([reach[kind] for kind in of["kind"]], float),
        "need": of["need"] >= MOST_NEEDED,
        "ceiling": np.isfinite(of["ceiling"]) & (of["ceiling"] != 100),
    }
    return table | {"outside": quantiles.reasons(beyond)}


def met(rows: Columns | pd.DataFrame, values: np.ndarray) -> np.ndarray:
    """Whether each value meets the target of its row."""
    rising, target = (np.asarray(rows[name]) for name in ("rising", "target"))
    return np.where(rising, digits.at_least(values, target), digits.at_least(target, values))


def _design(rows: Columns, names: list[str]) -> np.ndarray:
    """A column a regressor: a power of the years ahead, times columns of `rows` or of these."""
    h = rows["h"].astype(float)
    made = {"1": np.ones(len(h)), "h": h, "√h": np.sqrt(h), "log": np.log(h)}
    made["unmet"] = rows["has_target"] * (rows["met"] == 0)
    made["due"] = (h >= rows["steps"]).astype(float)
    parts = [name.replace("log h", "log").split() for name in names]
    columns = [[made[of] if of in made else rows[of] for of in part] for part in parts]
    return np.column_stack([reduce(np.multiply, column) for column in columns])


def _plain(fitted: dict, rows: Columns) -> quantiles.Mixture:
    """The distributions of the value itself, within floor and ceiling, before any target's chance
    is known."""
    count = len(rows["h"])
    found, mass = np.empty((count, len(quantiles.LEVELS))), np.zeros(count)
    for kind in KINDS:
        which = rows["kind"] == kind
        if not which.any():
            continue
        of = _only(rows, which)
        change = _design(of, fitted["features"][kind]) @ np.array(fitted["limits"][kind]).T
        found[which] = np.sort(change * (of["sign"] * of["pace"])[:, None], axis=1)
        if kind == STEADY:
            stays = expit(_design(of, STAYS) @ np.array(fitted["stays"]))
            mass[which] = np.clip(stays, CERTAIN, 1 - CERTAIN)
    found = found + rows["value0"][:, None]
    found = np.clip(found, rows["floor"][:, None], rows["ceiling"][:, None])
    return quantiles.Mixture(rows["value0"], mass, found, HELD)


def _sides(rows: Columns) -> tuple[np.ndarray, np.ndarray]:
    """The last value below, and the first above what divides values that meet the target from those
    that do not: the target itself is one of them."""
    target, rising = np.nan_to_num(rows["target"]), rows["rising"]
    slack = 2 * digits.NOISE * np.abs(target) + 1e-12
    return np.where(rising, target - slack, target), np.where(rising, target, target + slack)


def _chance(rows: Columns, plain: quantiles.Mixture) -> np.ndarray:
    """P(target met): 1 where any value that there can be meets it, and only there."""
    under, over = _sides(rows)
    rising, target = rows["rising"], rows["target"]
    below = np.clip(plain.below((under + over) / 2), NEVER, 1 - NEVER)
    always = np.where(rising, target <= rows["floor"], target >= rows["ceiling"])
    return np.where(always, 1.0, np.where(rising, 1 - below, below))


def _revisable(rows: Columns) -> np.ndarray:
    """Whether a logistic regression gives the chance of the target: up to its year, and of what
    never changed before it met it, after that. What else becomes of a target after its year the
    plain quantiles tell better."""
    moves = (rows["flat"] > 0) & (rows["met"] == 0) & (rows["has_target"] > 0)
    return (rows["h"] <= rows["steps"]) | moves


def _revised(
    rows: Columns, plain: quantiles.Mixture, chance: np.ndarray, p: np.ndarray
) -> np.ndarray:
    """The quantiles at `quantiles.LEVELS` after P(target met), by the distribution itself `chance`,
    is known to be `p`: on either side of the target the levels are stretched."""
    under, over = _sides(rows)
    rising, levels = rows["rising"], np.array(quantiles.LEVELS)
    was, now = (np.where(rising, 1 - each, each)[:, None] for each in (chance, p))
    was = np.clip(was, NEVER, 1 - NEVER)
    low = levels <= now
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.where(low, levels * was / now, 1 - (1 - levels) * (1 - was) / (1 - now))
    new = plain.at(level)
    return np.where(low, np.minimum(new, under[:, None]), np.maximum(new, over[:, None]))


def _odds_design(rows: Columns, chance: np.ndarray) -> np.ndarray:
    pooled = logit(np.clip(chance, CERTAIN, 1 - CERTAIN))
    return _design({**rows, "pooled": pooled}, ODDS)


def _logit(happened: np.ndarray, design: np.ndarray) -> np.ndarray:
    count = design.shape[1]
    happened = np.concatenate([happened, np.full(count, 0.5)])
    weights = np.concatenate([np.ones(len(design)), np.full(count, PRIOR)])
    model = sm.GLM(
        happened,
        np.vstack([design, np.eye(count)]),
        family=sm.families.Binomial(),
        freq_weights=weights,
    )
    return model.fit().params


def _short(coefficients: np.ndarray | pd.DataFrame) -> list:
    """Numbers of six decimals: a file that is read and compared in a diff. Not as `digits.stored`
    rounds ties: where a quantile just meets a target, that moves the fitted odds."""
    return np.round(np.asarray(coefficients, float), 6).tolist()
