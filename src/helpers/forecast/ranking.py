"""What a ranking of projects is worth: made as if in past years, and held against what came.

Three questions, each of all projects that were there: which will leave most money unspent, which
miss their targets, which are ended or cut. Projects are ranked by what was forecast from their
sheets of then, and by what anybody could have ranked them by: last year's unspent money, the size
of the budget, and the budget times the share that was left of the last one. Who is in the first so
many is settled before anything is known of what came; of some it never becomes known, as of 2020 to
2023 a quarter of the projects have no sheet.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis import execution
from helpers.forecast import outcome_pool, scores

TOP = (50, 100, 500)
"""How many projects one looks at."""

CUT = 0.2
"""By more than this part a budget is cut."""

SIMPLE = ("last", "size", "last share")
"""What projects can be ranked by without a forecast: last year's unspent money; the budget; the
budget times the unspent share of the last year known."""

RANKINGS = {
    "unspent": ("expected", *SIMPLE),
    "missed": ("chance", "size"),
    "ended or cut": ("low", "expected", *SIMPLE),
}
"""Question -> what projects are ranked by for it: expected unspent money; the highest chance of
missing a target; the chance that under 70 % is executed; and `SIMPLE`."""

DRAWS, SEED = 200, 20190402
ALL = "all"
CANDIDATES = ["question", "origin", "project_id", "expected", "low", "chance", *SIMPLE, "truth"]
RECORD = ["question", "origin", "top", "by", "value", "low", "high"]
RECORD += ["projects", "known", "known_in_top", "total"]
DECIMALS = 4


def unspent(made: pd.DataFrame) -> pd.Series:
    """The unspent money to be expected, million yen, of forecasts as `execution_pool.forecast`
    makes them: the mean final net budget less the mean outturn. NaN without a budget."""
    return digits.difference(made["budget_mean"], made["executed_mean"])


def missing(made: pd.DataFrame) -> pd.DataFrame:
    """Of forecasts as `outcome_pool.forecast` makes them one a project: the one of the target that
    is missed most likely in its year, with that chance as `chance`; of equal ones the first."""
    due = made[made["due"] & made["p_target"].notna()]
    due = due.assign(chance=digits.rounded(1 - due["p_target"], DECIMALS))
    first = due.sort_values("chance", ascending=False, kind="stable")
    return first.drop_duplicates("project_id").sort_index()


def of_spending(
    panels: Mapping[int, pd.DataFrame],
    origin: int,
    made: pd.DataFrame,
    features: pd.DataFrame,
    came: pd.DataFrame,
) -> pd.DataFrame:
    """The projects of an origin that can be ranked for unspent money and for cuts: `CANDIDATES`.

    `panels` as for `execution_pool.training`; `made` what `execution_pool.forecast` gives for all
    `features` of the origin, `came` the rows of that training. truth: of "unspent" what was left of
    the final net budget, million yen (0 where all of it or more was spent), as last printed; of
    "ended or cut" whether the initial budget of the year after, in the sheets of that year, is
    lower by more than `CUT` than the origin's, or 0. NaN where no sheet tells it.
    """
    panel = panels[origin]
    past = execution.measured(panel, panel["is_branch"])
    before = past[past["fiscal_year"] == origin - 1].set_index("project_id")["unspent"]
    rate = made["project_id"].map(features.set_index("project_id")["last_rate"])
    table = made[["project_id"]].assign(
        origin=origin,
        expected=unspent(made),
        low=made["p_below_70"],
        chance=np.nan,
        last=made["project_id"].map(before),
        size=made["budget"],
    )
    table["last share"] = made["budget"] * (1 - rate)
    ended = came.set_index("project_id")
    left = digits.difference(ended["final_budget"], ended["executed"]).clip(lower=0)
    parts = [table.assign(question="unspent", truth=table["project_id"].map(left))]
    if (after := panels.get(origin + 1)) is not None:
        parts.append(table.assign(question="ended or cut", truth=_cut(panel, after, table)))
    return pd.concat(parts, ignore_index=True)[CANDIDATES]


def _cut(panel: pd.DataFrame, after: pd.DataFrame, table: pd.DataFrame) -> np.ndarray:
    """1.0 where the year after the origin has an initial budget lower by more than `CUT`, 0.0 where
    it has not, NaN where there is none to compare."""
    origin = int(table["origin"].iloc[0])
    now, then = (
        part[(part["fiscal_year"] == year) & (part["sheet_year"] == year)]
        .set_index("project_id")["initial"]
        .reindex(table["project_id"])
        .to_numpy(float)
        for part, year in ((panel, origin), (after, origin + 1))
    )
    seen = table["project_id"].isin(after.loc[after["last_sheet"] == origin + 1, "project_id"])
    # A sheet without a row for its own year prints nothing but 0 there.
    then = np.where(seen, np.nan_to_num(then), np.nan)
    fell = digits.less(then, (1 - CUT) * now).astype(float)
    return np.where((now > 0) & ~np.isnan(then), fell, np.nan)


def of_outcomes(
    panels: Mapping[int, pd.DataFrame], origin: int, fitted: dict, came: pd.DataFrame
) -> pd.DataFrame:
    """The projects of an origin with a target that is due by the last year that can be known:
    `CANDIDATES`. `panels` and `came` as `outcome_pool.cases` takes and gives them, of the origin
    and the last year; truth: whether the target was missed. Size is not known here.
    """
    rows = outcome_pool.ahead(outcome_pool.points(panels[origin], origin))
    rows = rows[(rows["h"] == rows["steps"]) & (rows["fiscal_year"] < max(panels))]
    rows = rows.reset_index(drop=True)
    made = missing(outcome_pool.forecast(fitted, rows))
    missed = 1.0 - outcome_pool.met(came, came["truth"].to_numpy())
    truth = pd.Series(missed, pd.MultiIndex.from_frame(came[["indicator_id", "fiscal_year"]]))
    key = pd.MultiIndex.from_frame(made[["indicator_id", "fiscal_year"]])
    table = made[["project_id", "chance"]].assign(
        question="missed", origin=origin, truth=truth.reindex(key).to_numpy()
    )
    return table.reindex(columns=CANDIDATES).astype(dict.fromkeys(CANDIDATES[3:], float))


def with_sizes(candidates: pd.DataFrame) -> pd.DataFrame:
    """`candidates` of both kinds, where those of outcomes have the size that the same project has
    among those of spending; without one they are left out."""
    key = ["origin", "project_id"]
    sizes = candidates[candidates["question"] == "unspent"].set_index(key)["size"]
    found = sizes.reindex(pd.MultiIndex.from_frame(candidates[key])).to_numpy()
    table = candidates.assign(size=candidates["size"].fillna(pd.Series(found, candidates.index)))
    return table.dropna(subset="size").reset_index(drop=True)


def record(candidates: pd.DataFrame, draws: int = DRAWS) -> pd.DataFrame:
    """What the first of each ranking turned out to hold: one row a question x origin x `TOP` x
    ranking.

    `candidates` are `CANDIDATES` as `with_sizes` gives them. by: one of `RANKINGS`, "random" (what
    any so many hold), "best" (of "unspent": those that turned out to hold most) or "gain" (the
    first ranking less the best of the simple ones, that of the highest value). value: of "unspent"
    the share that the first so many hold of the unspent money of all; else the share of them that
    missed, or were ended or cut. Both of those of whom it became known: projects (ranked), known,
    known_in_top (of this ranking), total (their unspent money, million yen, or how many missed).
    low, high: the 95 % percentile interval of a bootstrap over projects, all origins together, in
    which the first so many are picked anew: for other projects of the kind, not for other years.
    origin "all": the mean of the origins. Projects of equal rank are in the order of project_id,
    those of unknown rank come last. Left out are rankings of fewer than twice so many projects, and
    origins of which nothing is known. Seeded: two runs give the same.
    """
    rows = []
    for question, every in candidates.groupby("question", sort=False):
        projects, names = pd.factorize(every["project_id"], sort=True)
        drawn = scores.redrawn(len(names), np.random.default_rng(SEED), draws)
        weights = np.vstack([np.ones(len(names), np.float32), drawn])
        found: dict[tuple, list] = {}
        known = every["truth"].notna().groupby(every["origin"]).transform("any")
        for origin, part in every.assign(at=projects)[known].groupby("origin"):
            ordered = part.sort_values("project_id", kind="stable")
            own = weights[:, ordered["at"]].astype(float)
            for (top, by), (values, *counts) in _held(question, ordered, own).items():
                rows.append((question, str(origin), top, by, *_limits(values), *counts))
                found.setdefault((top, by), []).append((values, counts))
        for (top, by), parts in found.items():
            values = np.mean([values for values, _ in parts], axis=0)
            counts = np.sum([counts for _, counts in parts], axis=0)
            rows.append((question, ALL, top, by, *_limits(values), *counts))
    table = pd.DataFrame(rows, columns=RECORD)
    table["total"] = digits.significant(table["total"], 6)
    shares = ["value", "low", "high"]
    counts = dict.fromkeys(["projects", "known", "known_in_top"], int)
    return table.assign(**digits.rounded(table[shares], DECIMALS)).astype(counts)


def _held(question: str, part: pd.DataFrame, weights: np.ndarray) -> dict[tuple, tuple]:
    """(top, by) -> its value for each row of `weights`, projects, known, known_in_top, total."""
    truth, known = part["truth"].fillna(0).to_numpy(), part["truth"].notna().to_numpy(float)
    money = question == "unspent"
    total = weights @ truth
    counts = (len(part), known.sum())
    found = {}

    def share(inside: np.ndarray) -> np.ndarray:
        held, of = inside @ truth, total if money else inside @ known
        return np.divide(held, of, out=np.zeros_like(held), where=of > 0)

    for top in TOP:
        if len(part) < 2 * top:
            continue
        simple = {}
        for by in (*RANKINGS[question], *(["best"] if money else [])):
            of = truth if by == "best" else part[by].to_numpy(float)
            inside = _first(np.where(np.isnan(of), -np.inf, of), weights, top)
            values, told = share(inside), inside[0] @ known
            found[top, by] = (values, *counts, told, total[0])
            if by in SIMPLE:
                simple[by] = values
        best = max(simple, key=lambda by: simple[by][0])
        first, *_ = RANKINGS[question]
        gain = found[top, first][0] - simple[best]
        found[top, "gain"] = (gain, *found[top, first][1:])
        chance = top / weights.sum(axis=1) if money else total / (weights @ known)
        found[top, "random"] = (chance, *counts, counts[1] * top / len(part), total[0])
    return found


def _first(values: np.ndarray, weights: np.ndarray, top: int) -> np.ndarray:
    """How often each project is among the first `top` of each draw: `weights` says how often it is
    in the draw at all."""
    order = np.argsort(-digits.settled(values), kind="stable")
    drawn = weights[:, order]
    left = top - (np.cumsum(drawn, axis=1) - drawn)
    inside = np.empty_like(drawn)
    inside[:, order] = np.clip(left, 0, drawn)
    return inside


def _limits(values: np.ndarray) -> tuple[float, float, float]:
    return (values[0], *np.quantile(values[1:], [0.025, 0.975]))
