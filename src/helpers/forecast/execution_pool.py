"""Next year's execution rate and outturn, forecast from many projects: the pooled model.

One joint distribution answers every question: how the net budget will still move until the year is
closed (by supplements and reserves, and by what is carried out), and which share of what it then is
will be executed, given how it moved. The outturn is budget x movement x rate. Both parts are
distribution regressions (`thresholds`).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtr

from helpers import digits
from helpers.analysis.execution import LOW, measured, shares
from helpers.analysis.peers import SIZES, size_class
from helpers.analysis.years import within
from helpers.forecast import quantiles, thresholds
from helpers.sheet import with_columns

HISTORY = 3
"""The closed years that a sheet prints with their outturns."""

DECAY, PSEUDO_YEARS = 0.7, 0.8
"""A year weighs DECAY ** lag, and what is usual in the cohort as much as this many years."""

SHRINK = 20
"""Project-years that the mean of a cohort's size class weighs in the cohort's own mean."""

FULL = 0.995
"""From this rate on a year counts as spent in full."""

ALL = 0.9995
"""From this rate on all was executed, and this near to it a budget stays as it is: in whole
millions, in which the sheets up to 2023 are printed."""

RATES = (1e-6, 0.2, 0.4, 0.5, 0.6, LOW, 0.8, 0.9, 0.95, 0.98, ALL)
"""The cuts of the rate: below the first nothing is executed, from the last on all."""

MOVES = (0.05, 0.3, 0.5, 0.65, 0.8, 0.9, 0.96, ALL, 2 - ALL, 1.04, 1.15, 1.5, 2.5, 6.0)
"""The cuts of the movement, final / provisional net budget: it stays between two of them."""

MOST = 3.0
"""Times the provisional budget: in the record outturns of more count as this much, for every
forecast alike. They are under 1 %, some are a thousand times the budget."""

METHODS = ("直接実施", "委託・請負", "補助", "交付", "負担", "分担金・拠出金", "貸付", "その他")

PANDEMIC = 2020
"""The fiscal year that no fit learns from. Of the ways tried, fitting on the years before each, it
forecasts FY2021 to FY2023 best: interval scores of the rate .487 with it, .484 with a weight of .3,
.483 without it, while weights that fall with a year's age lose (.490)."""

SUPPLEMENTED = 2024
"""From this sheet year on the database prints the year's supplements: a third of its projects have
one. Sheets were printed in summer before, before nearly all supplements."""

LAGS = range(1, HISTORY + 1)
PAST = [f"{name}{lag}" for name in ("rate", "level", "move") for lag in LAGS]
"""Of the year `lag` before: its rate; its outturn / this year's budget; its movement, as far as the
sheet tells it: final net budget / (initial + carried in)."""

USUAL = [f"rate<{cut:g}" for cut in RATES] + [f"move<{cut:g}" for cut in MOVES]
"""Shares of the cohort's years with a rate or a movement below each cut."""

SPAN = ["start_year", "end_year"]

FEATURES = (
    *("const", "weighted", "weighted_logit", "weighted_spread", "last", "lowest", "full"),
    *("years", "no_history", "cohort", "log_budget", "need", "growth", "asked", "carried"),
    *("revised_up", "revised_down", "over_plan", "over_plan_sd"),
    *("logit1", "logit2", "logit3", "highest", "trend", "spent1", "spent2", "spent3", "spent_most"),
    *("out1", "out2", "out3", "out_most", "out_years", "added1", "added2", "added3", "added_years"),
    *("reserve", "reserve_years", "carried_any", "added", "added_any", "no_initial"),
    *("growth_up", "initial_growth", "initial_up", "age_unknown", "first", "second", "third"),
    *("log_age", "ending", "ends_next", "size2", "size_spread", "size_new", "weighted_years"),
    "cohort_new",
)
FACTS = ["project_id", "sheet_id", "ministry", "methods"]
TRUTH = ["share", "ratio", "final_budget", "executed"]
COHORTS = ["ministry", "size", "mean", "years", *USUAL]


def cohorts(spending: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """What is usual in the last three closed years of a ministry x size.

    `spending` is `Corpus.spending(as_of)`. Columns: ministry ("" for all), size (class of the
    year's net budget, `peers.SIZES`), mean (of the rates, cut to [0, 1]), years (project-years in
    it), and `USUAL`. A ministry's means are drawn to those of the size class as if by `SHRINK`
    project-years of it, the class's to those of all.
    """
    past = _past(spending, as_of)
    plan, net = past["initial"] + past["carried_in"], past["budget_net"]
    move = np.divide(net, plan, out=np.ones(len(net)), where=plan > 0)
    under = [_under(past["share"], RATES), _under(move, MOVES)]
    values = pd.DataFrame(np.column_stack([past["share"], *under]), columns=["mean", *USUAL])
    size = size_class(net)
    classes, cells = values.groupby(size), values.groupby([past["ministry"], size])
    of_size = _drawn(classes.sum().reindex([*SIZES], fill_value=0), classes.size(), values.mean())
    in_size = of_size.loc[cells.sum().index.get_level_values(1), values.columns].to_numpy()
    of_cell = _drawn(cells.sum(), cells.size(), in_size)
    of_size.index = pd.MultiIndex.from_product([[""], of_size.index])
    table = pd.concat([of_size, of_cell]).rename_axis(["ministry", "size"]).reset_index()
    return table[COHORTS]


def features(spending: pd.DataFrame, cohorts: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """One row a project whose sheet of `as_of` prints a budget for that fiscal year, in order.

    `spending` is `Corpus.spending(as_of)` or `alone`, `cohorts` as of `as_of` or earlier. Branch
    sheets are left out. Columns: project_id, sheet_id, ministry, methods; fiscal_year (`as_of`);
    budget, million yen, the provisional net budget; size; last_rate and mean_rate (of up to three
    closed years; NaN without one); `PAST`, `USUAL`, and `FEATURES`, of rates cut to [0, 1]:

    weighted: mean rate, weights DECAY ** lag, and the cohort's mean as PSEUDO_YEARS; its logit, and
    weighted_spread = weighted * (1 - weighted); last; lowest; full: share of years >= `FULL`;
    years known; no_history; cohort: its mean; log_budget; need: last outturn / the budget; growth:
    log of budget / last net budget; asked: log of next year's request / initial; carried: share of
    the budget carried in; revised_up, revised_down: mean rise and fall of past final budgets
    against initial + carried_in (the plan), in logs; over_plan, over_plan_sd: mean of outturn /
    plan, weighted as the rates are, and its standard deviation.

    A year each (`LAGS`; unknown years like the weighted rate, or as 0): logit, of its rate / 3;
    spent: outturn / the budget; out: carried out of the gross budget; added: supplements in it;
    the highest rate, and the trend from lag 3 to 1; spent_most, out_most; out_years, added_years,
    reserve_years: the share of years with such; reserve: its mean. Of the year itself: carried_any;
    added, added_any: supplements already in the budget; no_initial: all is carried in or added;
    initial_growth, as growth, of initial budgets; growth_up, initial_up: of these what is above 0.
    Of the project: age_unknown; first, second, third year; log_age; ending: this year is the last
    (or was it), ends_next. Products: size2, of log_budget with itself, size_spread and size_new,
    with 1 - weighted and no_history; weighted_years; cohort_new.
    """
    year = spending["fiscal_year"].to_numpy(float, na_value=np.nan)
    printed = ~spending["is_branch"].to_numpy(bool) & (spending["sheet_year"].to_numpy() == as_of)
    at = np.flatnonzero(printed & (year == as_of) & (spending["budget_net"].to_numpy() > 0))
    now = spending.take(at[np.argsort(spending["project_id"].to_numpy()[at], kind="stable")])
    place = {project: row for row, project in enumerate(now["project_id"])}
    budget = now["budget_net"].to_numpy(float)
    sizes = size_class(budget)
    usual = _of_cohort(cohorts, now["ministry"], sizes)
    past = _lags(_past(spending, as_of), as_of, place)
    money = ["initial", "supplementary", "carried_in", "reserve"]
    given = {name: np.nan_to_num(now[name].to_numpy(float)) for name in money}
    asked = np.full(len(now), np.nan)
    coming = spending.take(np.flatnonzero(printed & (year == as_of + 1)))
    for project, amount in zip(coming["project_id"], coming["requested"], strict=True):
        if project in place:
            asked[place[project]] = amount
    found = _of_rates(past, usual[:, 0]) | _of_moves(past)
    weighted, known = found["weighted"], ~np.isnan(past["share"])
    level = past["executed"] / budget[:, None]
    last = {name: _last(past[name]) for name in ("share", "budget_net", "executed", "initial")}
    size = np.log(np.maximum(budget, 0.5))
    age = as_of - now["start_year"].to_numpy(float, na_value=np.nan)
    age = np.where((age >= 0) & (age <= 80), age, np.nan)
    left = now["end_year"].to_numpy(float, na_value=np.nan) - as_of
    new = (~known.any(axis=1)).astype(float)
    spent = np.minimum(level, 1.2)
    found |= {
        "const": np.ones(len(now)),
        "no_history": new,
        "cohort": usual[:, 0],
        "log_budget": size,
        "need": _last(spent),
        "growth": _growth(budget, last["budget_net"]),
        "asked": _growth(asked, given["initial"]),
        "carried": np.clip(given["carried_in"] / budget, 0, 1),
        **{f"spent{lag}": spent[:, lag - 1] for lag in LAGS},
        "spent_most": np.fmax.reduce(np.minimum(level, 1.5), axis=1),
        "carried_any": given["carried_in"] > 0,
        "added": np.clip(given["supplementary"] / budget, -1, 1),
        "added_any": given["supplementary"] != 0,
        "no_initial": given["initial"] <= 0,
        "initial_growth": _growth(given["initial"], past["initial"][:, 0]),
        "age_unknown": np.isnan(age),
        **{name: age == at for at, name in enumerate(("first", "second", "third"))},
        "log_age": np.log1p(np.nan_to_num(age, nan=10.0)),
        "ending": left <= 0,
        "ends_next": left == 1,
        "size2": (size - 5) ** 2 / 10,
        "size_spread": size * (1 - weighted),
        "size_new": size * new,
        "weighted_years": weighted * found["years"] / HISTORY,
        "cohort_new": usual[:, 0] * new,
    }
    found["growth_up"] = np.fmax(found["growth"], 0)
    found["initial_up"] = np.fmax(found["initial_growth"], 0)
    facts = {name: now[name].array for name in FACTS}
    facts |= {"fiscal_year": as_of, "budget": budget, "size": sizes}
    facts |= {"last_rate": last["share"], "mean_rate": _mean(past["share"])}
    lags = [past["share"], np.minimum(level, 1.0), past["move"]]
    linear = np.nan_to_num(np.column_stack([found[name] for name in FEATURES]).astype(float))
    numbers = np.column_stack([*lags, usual[:, 1:], linear])
    names = [*PAST, *USUAL, *FEATURES]
    index = pd.RangeIndex(len(now))
    parts = [pd.DataFrame(facts, index), pd.DataFrame(numbers, index, names)]
    return pd.concat(parts, axis=1)


def alone(
    rates: pd.DataFrame, facts: pd.Series, as_of: int, budget: float | None = None
) -> pd.DataFrame:
    """The `execution.rates` of one sheet as `features` takes them: `facts` are the sheet's, `as_of`
    the year to be forecast. `budget`, million yen, takes the place of that year's printed one."""
    rows = within(rates, None, as_of + 1)
    if budget is not None:
        now = rows["fiscal_year"] == as_of
        planned = pd.DataFrame({"fiscal_year": [as_of], "initial": budget}, dtype=float)
        rows = rows if now.any() else pd.concat([rows, planned], ignore_index=True)
        rows = rows.assign(budget_net=rows["budget_net"].mask(rows["fiscal_year"] == as_of, budget))
    parent = facts["parent_number"]
    same = {name: facts[name] for name in ("sheet_id", "ministry", "methods")}
    same |= {name: float(facts[name]) if pd.notna(facts[name]) else np.nan for name in SPAN}
    same |= {"project_id": facts["sheet_id"], "sheet_year": as_of}
    return with_columns(rows, same | {"is_branch": bool(pd.notna(parent) and parent != "")})


def training(
    panels: Mapping[int, pd.DataFrame],
    kept: dict[int, pd.DataFrame] | None = None,
    supplemented: bool = False,
) -> pd.DataFrame:
    """The features as they were at each origin, and what came, as printed up to the last one.

    `panels`: sheet year -> `Corpus.spending(year)`. `kept` keeps the features of each origin from
    one call to the next with the same panels and others. With `supplemented` the budgets are not
    those of the origin but those with the year's supplements, as `SUPPLEMENTED` sheets print them.
    Columns of `features`, and `TRUTH`: share (executed / final net budget, cut to [0, 1]), ratio
    (executed / budget), final_budget, executed (million yen). Rows without a known outturn are left
    out; the last year gives none. Raises ValueError for fewer than two years.
    """
    if len(panels) < 2:
        raise ValueError("outturns are printed a year later: give the panels of two years or more")
    (*origins, last), kept = sorted(panels), {} if kept is None else kept
    latest = measured(panels[last], panels[last]["is_branch"])
    latest = latest[latest["modelled"] & ~latest["is_branch"] & latest["closed"]]
    latest = latest.rename(columns={"budget_net": "final_budget"})
    came = latest[["project_id", "fiscal_year", "share", "final_budget", "executed"]]
    parts = []
    for origin in origins:
        panel = panels[origin]
        if supplemented:
            after = _supplemented(panel, latest[latest["fiscal_year"] == origin], origin)
            known = features(after, cohorts(panel, origin), origin)
        else:
            if origin not in kept:
                kept[origin] = features(panel, cohorts(panel, origin), origin)
            known = kept[origin]
        parts.append(known.merge(came, on=["project_id", "fiscal_year"]))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(ratio=table["executed"] / table["budget"])


def learned(
    panels: Mapping[int, pd.DataFrame], kept: dict[int, pd.DataFrame] | None = None
) -> pd.DataFrame:
    """What `fit` takes: the `training` of `panels`, with budgets as the last sheets print them."""
    return training(panels, kept, supplemented=max(panels) >= SUPPLEMENTED)


def _supplemented(panel: pd.DataFrame, came: pd.DataFrame, year: int) -> pd.DataFrame:
    """The panel with the budgets of `year` as they were after the supplements that `came`."""
    came = came[came["supplementary"].fillna(0) != 0].set_index("project_id")
    before = (panel["fiscal_year"] == year) & (panel["sheet_year"] == year)
    before &= panel["project_id"].isin(came.index) & (panel["supplementary"].fillna(0) == 0)
    made = ["initial", "supplementary", "carried_in"]
    after = came.loc[panel.loc[before, "project_id"], made].set_axis(panel.index[before])
    panel = panel.copy()
    panel.loc[before, made] = after
    panel.loc[before, "reserve"] = 0.0
    panel.loc[before, "budget_net"] = after.fillna(0).sum(axis=1)
    return panel


def _past(spending: pd.DataFrame, as_of: int) -> dict[str, np.ndarray]:
    """The closed years in sight that have a rate, oldest first: name -> an array of them, unknown
    amounts beside the rate's as 0."""
    year = spending["fiscal_year"].to_numpy(float, na_value=np.nan)
    closed = (year >= as_of - HISTORY) & (year < as_of) & ~spending["is_branch"].to_numpy(bool)
    rows = spending.take(np.flatnonzero(closed))
    share = shares(rows, False)["share"]
    order = np.argsort(year[closed], kind="stable")
    order = order[~np.isnan(share[order])]
    names = ["initial", "supplementary", "carried_in", "carried_out", "reserve"]
    found = {name: np.nan_to_num(rows[name].to_numpy(float)) for name in names}
    names = ["project_id", "ministry", "executed", "budget_net"]
    found |= {name: rows[name].to_numpy() for name in names}
    found |= {"fiscal_year": year[closed], "share": share}
    return {name: values[order] for name, values in found.items()}


def _lags(past: dict[str, np.ndarray], as_of: int, place: dict[str, int]) -> dict[str, np.ndarray]:
    """Column -> an array (projects, `LAGS`), NaN where the year is not known; `place` has the row
    of each project."""
    row = np.array([place.get(project, -1) for project in past["project_id"]], int)
    lag = (as_of - 1 - past["fiscal_year"]).astype(int)
    names = ["share", "executed", "budget_net"]
    names += ["initial", "supplementary", "carried_in", "carried_out", "reserve"]
    found = {}
    for name in names:
        found[name] = np.full((len(place), HISTORY), np.nan)
        found[name][row[row >= 0], lag[row >= 0]] = past[name][row >= 0]
    plan = found["initial"] + found["carried_in"]
    found["plan"] = np.where(plan > 0, plan, np.nan)
    found["move"] = found["budget_net"] / found["plan"]
    return found


def _of_rates(past: dict[str, np.ndarray], cohort: np.ndarray) -> dict[str, np.ndarray]:
    """The features of a project's past rates, by name."""
    share, known = past["share"], ~np.isnan(past["share"])
    weight = np.where(known, DECAY ** np.arange(HISTORY), 0.0)
    over = np.where(known, np.nan_to_num(np.clip(past["executed"] / past["plan"], 0, 2), nan=1), 0)
    total = weight.sum(axis=1) + PSEUDO_YEARS
    weighted = ((weight * np.nan_to_num(share)).sum(axis=1) + PSEUDO_YEARS * cohort) / total
    filled = np.where(known, share, weighted[:, None])
    spread = _mean(
        np.where(known, (over - _mean(np.where(known, over, np.nan))[:, None]) ** 2, np.nan)
    )
    return {
        "weighted": weighted,
        "weighted_logit": logit(np.clip(weighted, 0.02, 0.98)),
        "weighted_spread": weighted * (1 - weighted),
        "last": np.where(known.any(axis=1), _last(share), cohort),
        "lowest": np.where(known.any(axis=1), np.fmin.reduce(share, axis=1), cohort),
        "full": _mean(np.where(known, share >= FULL, np.nan)),
        "years": known.sum(axis=1),
        "over_plan": ((weight * over).sum(axis=1) + PSEUDO_YEARS * cohort) / total,
        "over_plan_sd": np.sqrt(spread),
        **{f"logit{lag}": _of_rate(filled[:, lag - 1]) / 3 for lag in LAGS},
        "highest": filled.max(axis=1),
        "trend": filled[:, 0] - filled[:, -1],
    }


def _of_moves(past: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The features of how a project's budgets moved, by name."""
    known = ~np.isnan(past["share"])
    revised = np.where(known, np.nan_to_num(np.clip(np.log(past["move"]), -2, 2)), np.nan)
    gross = np.maximum(np.abs(past["budget_net"] - past["carried_out"]), 1e-9)
    out = np.clip(-past["carried_out"] / gross, 0, 1)
    added = np.clip(past["supplementary"] / gross, -1, 1)
    reserve = np.clip(past["reserve"] / gross, -1, 1)

    def years(part: np.ndarray) -> np.ndarray:
        return (np.abs(np.nan_to_num(part)) > 0.001).sum(axis=1) / HISTORY

    return {
        "revised_up": _mean(np.fmax(revised, 0) + 0 * revised),
        "revised_down": -_mean(np.fmin(revised, 0) + 0 * revised),
        **{f"out{lag}": out[:, lag - 1] for lag in LAGS},
        "out_most": np.fmax.reduce(out, axis=1),
        "out_years": years(out),
        **{f"added{lag}": added[:, lag - 1] for lag in LAGS},
        "added_years": years(added),
        "reserve": np.nan_to_num(reserve).mean(axis=1),
        "reserve_years": years(reserve),
    }


def _mean(values: np.ndarray) -> np.ndarray:
    """Of each row's known values; NaN without one."""
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _last(values: np.ndarray) -> np.ndarray:
    """The value of each row's last known year; NaN without one."""
    first = (~np.isnan(values)).argmax(axis=1)
    return np.take_along_axis(values, first[:, None], 1)[:, 0]


def _growth(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((now > 0) & (before > 0), now / before, np.nan)
    return np.clip(np.log(ratio), -1.5, 1.5)


def _under(values: pd.Series | np.ndarray, cuts: Sequence[float]) -> np.ndarray:
    return (np.asarray(values, float)[:, None] < np.array(cuts)).astype(float)


def _drawn(sums: pd.DataFrame, years: pd.Series, towards: np.ndarray | pd.Series) -> pd.DataFrame:
    years = years.reindex(sums.index, fill_value=0)
    means = (sums + SHRINK * np.asarray(towards)).div(years + SHRINK, axis=0)
    return means.assign(years=years)


def _of_cohort(cohorts: pd.DataFrame, ministries: Iterable[str], sizes: np.ndarray) -> np.ndarray:
    """The mean and `USUAL` of each project's ministry x size, or of its size."""
    means = cohorts[["mean", *USUAL]].to_numpy(float)
    row = {
        cell: at for at, cell in enumerate(zip(cohorts["ministry"], cohorts["size"], strict=True))
    }
    own = zip(ministries, sizes, strict=True)
    return means[[row.get((ministry, size), row["", size]) for ministry, size in own]]


def _of_rate(rate: np.ndarray) -> np.ndarray:
    return logit(np.clip(rate, 0.003, 0.9985))


def _of_move(move: np.ndarray) -> np.ndarray:
    """Nearly a straight line close to 1, logs far from it."""
    return np.arcsinh(np.log(np.clip(move, 0.02, 30)) / 0.03)


SMOOTH = 0.5
"""Standard deviation, on the scales of `_of_rate` and `_of_move`, with which a past year tells of
a cut near to it."""


def _told(past: np.ndarray, usual: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Logits (projects, cuts) of the chance to be below a cut as a project's own years `past`,
    (projects, lags) on the cuts' scale, and what is `usual` in its cohort tell it."""
    known = ~np.isnan(past)
    weight = np.where(known, DECAY ** np.arange(past.shape[1]), 0.0)
    own = ndtr((cuts - np.nan_to_num(past)[:, :, None]) / SMOOTH)
    total = np.einsum("nl,nlc->nc", weight, own) + PSEUDO_YEARS * usual
    return _clipped(total / (weight.sum(axis=1)[:, None] + PSEUDO_YEARS))


def _clipped(chance: np.ndarray) -> np.ndarray:
    return logit(np.clip(chance, 0.003, 0.997))


class _Designs:
    """The features as each cut's logit takes them: `FEATURES`, ministry and method, and what the
    project's own past and its cohort tell of that very cut."""

    def __init__(self, features: pd.DataFrame, ministries: Sequence[str]):
        named = [features["ministry"].to_numpy() == name for name in ministries]
        methods = [text if isinstance(text, str) else "" for text in features["methods"]]
        named += [np.array([name in text for text in methods], bool) for name in METHODS]
        linear = features[list(FEATURES)].to_numpy(float)
        self.common = np.column_stack([linear, *named])
        self.of = dict(zip(FEATURES, linear.T, strict=True))
        past = features[PAST].to_numpy(float).reshape(-1, 3, HISTORY)
        usual_rate, usual_move = np.split(features[USUAL].to_numpy(float), [len(RATES)], axis=1)
        self.usual_rate, self.usual_move = _clipped(usual_rate), _clipped(usual_move)
        rates, moves = _of_rate(np.array(RATES)), _of_move(np.array(MOVES))
        self.rate = _told(_of_rate(past[:, 0]), usual_rate, rates)
        self.last = _told(_of_rate(past[:, 0, :1]), usual_rate, rates)
        self.spent = _told(_of_rate(past[:, 1]), usual_rate, rates)
        self.past_move = _told(_of_move(past[:, 2]), usual_move, moves)

    def moves(self, at: int) -> np.ndarray:
        own, usual, of = self.past_move[:, at], self.usual_move[:, at], self.of
        size, years = (of["log_budget"] - 5) / 3, of["years"] / HISTORY
        told = [own, usual, own**2 / 4, own * usual / 4, own * years, own * size, usual * size]
        told += [own * of["carried"], usual * of["carried"]]
        return np.column_stack([self.common, *told])

    def rates(self, at: int) -> np.ndarray:
        own, spent, last, usual = (
            part[:, at] for part in (self.rate, self.spent, self.last, self.usual_rate)
        )
        of, size, years = self.of, (self.of["log_budget"] - 5) / 3, self.of["years"] / HISTORY
        told = [own, usual, spent, last, own**2 / 4, spent**2 / 4, own * spent / 4, own * last / 4]
        told += [np.maximum(own, 0), np.maximum(spent - own, 0), usual * of["no_history"]]
        told += [own * of["carried"], spent * of["revised_up"]]
        for part in (own, spent):
            told += [part * years, part * size]
            told += [part * of[name] for name in ("growth", "asked", "over_plan_sd")]
        return np.column_stack([self.common, *told])

    def rates_given(self, move: np.ndarray, at: int) -> np.ndarray:
        own = self.rate[:, at, None] / 4
        moved = _moved(move)
        return np.column_stack([self.rates(at), moved, moved[:, :3] * own])


def _moved(move: np.ndarray) -> np.ndarray:
    """What a budget's movement says of the rate: that it fell, that it rose, how far down, up."""
    far = np.log(np.clip(move, 0.1, 5))
    return np.column_stack([move < ALL, move >= 2 - ALL, np.fmin(far, 0), np.fmax(far, 0)]).astype(
        float
    )


OWN = 4 + 3
"""The coefficients of `_moved` and of its products: the last ones of a logit of the rate."""


def fit(training: pd.DataFrame, cohorts: pd.DataFrame) -> dict:
    """The pooled model, of numbers, strings and lists only: what JSON can hold.

    `training` is `training`, `cohorts` what is usual as a forecast from here on takes it, as of the
    last sheets. Keys: features, ministries; move, rate (logits of `MOVES` and `RATES`: a list of
    coefficients a cut, in the order of `_Designs`); largest (what a movement beyond the last cut is
    taken for); cohorts; budgets (million yen, between which all but 2 in 1,000 lie: the outer ones
    are slips of units), origins (fiscal years of the outturns), left_out (`PANDEMIC`, where the
    outturns have it and others), projects, rows.
    """
    pandemic = training["fiscal_year"] == PANDEMIC
    learned = training if pandemic.all() else training[~pandemic]
    ministries = sorted(learned["ministry"].unique())
    designs = _Designs(learned, ministries)
    budget, move = learned["budget"], (learned["final_budget"] / learned["budget"]).to_numpy(float)
    given = partial(designs.rates_given, move)
    far = np.log(np.clip(move[move >= MOVES[-1]], 0, 50))
    return {
        "features": list(FEATURES),
        "ministries": ministries,
        "move": digits.stored(
            _fitted(move, designs.moves, MOVES, MOVES.index(0.96), len(ministries))
        ),
        "rate": digits.stored(
            _fitted(learned["share"], given, RATES, RATES.index(0.9), len(ministries))
        ),
        "largest": digits.stored(np.exp(far.mean()) if len(far) else 1.5 * MOVES[-1]),
        "cohorts": cohorts[COHORTS].round(4).to_dict("list"),
        "budgets": digits.stored(budget.quantile([0.001, 0.999])),
        "origins": sorted({int(year) for year in learned["fiscal_year"]}),
        "left_out": [PANDEMIC] if pandemic.any() and not pandemic.all() else [],
        "projects": int(learned["project_id"].nunique()),
        "rows": len(learned),
    }


PENALTY, GROUPS, TOLD = 0.5, 5.0, 0.3
"""Of squared coefficients: of features of a standard deviation of 1; of ministries and methods,
which are few each; of what own years and cohort tell of a cut (logits)."""

LEAST = 1e-3
"""The variance that a feature has at least: without a penalty the coefficient of one that does not
vary would be what rounding makes it."""


def _fitted(
    y: np.ndarray | pd.Series,
    design: thresholds.Design,
    cuts: Sequence[float],
    first: int,
    ministries: int,
) -> np.ndarray:
    x, named = design(first), len(FEATURES)
    common = named + ministries + len(METHODS)
    penalty = np.full(x.shape[1], TOLD)
    varies = np.maximum(x[:, :common].var(axis=0), LEAST)
    penalty[:named], penalty[named:common] = PENALTY * varies[:named], GROUPS * varies[named:]
    penalty[0] = 0
    return thresholds.fit(np.asarray(y, float), design, cuts, first, penalty)


def cohorts_of(fitted: dict) -> pd.DataFrame:
    """What is usual as `fitted` holds it and `features` takes it."""
    return pd.DataFrame(fitted["cohorts"], columns=COHORTS)


def forecast(fitted: dict, features: pd.DataFrame) -> pd.DataFrame:
    """One row a row of `features`, in its order: how much of the year's budget is executed.

    Columns: project_id, sheet_id, ministry, size, fiscal_year, budget (provisional, million yen);
    mean, median, lower80, upper80, lower95, upper95 (rates of the final net budget, cut to [0, 1]);
    p_below_70, p_full, p_none (chances that under 70 %, all, and nothing is executed);
    executed_mean and executed_median ... executed_upper95 (million yen); budget_mean and
    budget_median ... budget_upper95, of the final net budget (million yen); p_fall and p_rise, the
    chances that it ends below and above the provisional one; outside, see `outside`; q025 ... q975
    and executed_q025 ... executed_q975, the quantiles at `quantiles.LEVELS`. All are of one joint
    distribution.
    """
    facts = ["project_id", "sheet_id", "ministry", "size", "fiscal_year", "budget"]
    parts = [
        _joint(fitted, features.iloc[at : at + CHUNK])
        for at in range(0, max(len(features), 1), CHUNK)
    ]
    rate, executed, budget, chances = (
        np.concatenate([part[at] for part in parts]) for at in range(4)
    )
    money = features[["budget"]].to_numpy(float)
    executed, budget = money * executed, money * budget
    found = {name: features[name].array for name in facts}
    found |= {"mean": rate[:, -1], **quantiles.limits(rate)}
    found |= dict(zip(("p_below_70", "p_full", "p_none"), chances.T, strict=False))
    found |= {"executed_mean": executed[:, -1], **quantiles.limits(executed, "executed_")}
    found |= {"budget_mean": budget[:, -1], **quantiles.limits(budget, "budget_")}
    found |= {"p_fall": chances[:, 3], "p_rise": chances[:, 4]}
    found |= {"outside": outside(fitted, features), **quantiles.named(rate)}
    return pd.DataFrame(found | quantiles.named(executed, "executed_"))


CHUNK = 500
"""Projects whose joint distributions are held at a time."""

POINTS = 3
"""Movements that stand for all between two cuts."""


def _joint(fitted: dict, features: pd.DataFrame) -> tuple[np.ndarray, ...]:
    """Rate, outturn / budget and final / provisional budget (projects, `quantiles.LEVELS` and the
    mean), and P(rate < `LOW`), P(all executed), P(nothing), P(the budget falls), P(it rises)."""
    n, designs = len(features), _Designs(features, fitted["ministries"])
    below = thresholds.below(np.array(fitted["move"]), designs.moves, n)
    moves, cell = _points(fitted["largest"])
    edges = np.concatenate([np.zeros((n, 1)), below, np.ones((n, 1))], axis=1)
    weight = (np.diff(edges, axis=1) / np.bincount(cell))[:, cell]
    given = _rates_at(np.array(fitted["rate"]), designs, moves)
    knots = np.array([0.0, *RATES[1:-1], 1.0, 1.0])
    certain = np.ones((n, 1))
    marginal = np.concatenate([np.einsum("nm,nmc->nc", weight, given), certain], axis=1)
    rate = thresholds.inverse(quantiles.LEVELS, knots, marginal)
    rate[rate >= ALL] = 1
    mean = 1 - np.trapezoid(marginal, knots, axis=1)
    grid, outturn = _outturns(moves, weight, given, knots)
    executed = thresholds.inverse(quantiles.LEVELS, grid, outturn)
    expected = grid[-1] - np.trapezoid(outturn, grid, axis=1)
    steps = np.repeat(np.cumsum(weight, axis=1), 2, axis=1)
    steps[:, ::2] -= weight
    budget = thresholds.inverse(quantiles.LEVELS, np.repeat(moves, 2), steps)
    whole = MOVES.index(ALL)
    chances = [marginal[:, RATES.index(LOW)], 1 - marginal[:, -2], marginal[:, 0]]
    chances += [below[:, whole], 1 - below[:, whole + 1]]
    return (
        np.column_stack([rate, mean]),
        np.column_stack([executed, expected]),
        np.column_stack([budget, weight @ moves]),
        np.column_stack(chances),
    )


def _points(largest: float) -> tuple[np.ndarray, np.ndarray]:
    """The movements that stand for all, in order, and between which cuts each lies."""
    stays = MOVES.index(ALL) + 1
    moves, cell = [MOVES[0] / 2], [0]
    for at, (low, high) in enumerate(pairwise(MOVES), start=1):
        parts = (np.arange(POINTS) + 0.5) / POINTS
        inside = [1.0] if at == stays else low * (high / low) ** parts
        moves += [*inside]
        cell += [at] * len(inside)
    return np.array([*moves, largest]), np.array([*cell, len(MOVES)])


def _rates_at(coefficients: np.ndarray, designs: "_Designs", moves: np.ndarray) -> np.ndarray:
    """P(rate < cut), (projects, movements, `RATES`), where the budget moved so."""
    moved = _moved(moves)
    found = np.empty((len(designs.common), len(moves), len(RATES)))
    for at, each in enumerate(coefficients):
        common = designs.rates(at) @ each[:-OWN]
        level, slope = moved @ each[-OWN : -OWN + 4], moved[:, :3] @ each[-3:]
        found[:, :, at] = common[:, None] + level + designs.rate[:, at, None] / 4 * slope
    return np.sort(expit(found), axis=2)


def _outturns(
    moves: np.ndarray, weight: np.ndarray, given: np.ndarray, knots: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """A grid of outturns / budget, and P(outturn <= each), (projects, grid): of each movement times
    the rate given it, which lies evenly between its cuts."""
    inner = knots[:-1]
    grid = np.sort(np.append(np.unique(np.outer(moves, inner)), moves))
    after = np.append(grid[1:] == grid[:-1], False)
    after = np.roll(after, 1)
    share = np.zeros((len(moves), len(knots), len(grid)))
    for at, move in enumerate(moves):
        past = (grid > move) | ((grid == move) & after)
        place = np.clip(np.searchsorted(inner, grid / move, side="right"), 1, len(inner) - 1)
        part = np.clip((grid / move - inner[place - 1]) / (inner[place] - inner[place - 1]), 0, 1)
        column = np.arange(len(grid))
        share[at, place, column] = np.where(past, 0, part)
        share[at, place - 1, column] = np.where(past, 0, 1 - part)
        share[at, -1, past] = 1
    of = weight[:, :, None] * np.concatenate([given, np.ones((*weight.shape, 1))], axis=2)
    return grid, np.einsum("nmk,mkg->ng", of, share, optimize=True)


def outside(fitted: dict, features: pd.DataFrame) -> np.ndarray:
    """What of a project the model was not calibrated on, words with a space between, "" for
    nothing: "year" (it is forecast for more than two years after the last outturn that was learned
    from), "ministry" (unknown), "budget" (smaller or larger than nearly all), "no_history" (none of
    its years is known: what is said is of its ministry and size; such projects were calibrated
    on)."""
    known = set(fitted["cohorts"]["ministry"])
    least, most = fitted["budgets"]
    budget = features["budget"].to_numpy()
    beyond = {
        "year": features["fiscal_year"].to_numpy() > fitted["origins"][-1] + 2,
        "ministry": [ministry not in known for ministry in features["ministry"]],
        "budget": ~((budget >= least) & (budget <= most)),
        "no_history": features["no_history"].to_numpy() > 0,
    }
    return quantiles.reasons(beyond)
