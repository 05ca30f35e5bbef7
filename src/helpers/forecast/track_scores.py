"""The scores of a track record: in all, by origin, years ahead, kind, ministry; with intervals."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from helpers import export, words
from helpers.forecast import quantiles, scores
from helpers.forecast.outcome_pool import QUANTILES

ALL = "all"
GROUPS = {
    ALL: [ALL],
    "origin": ["origin"],
    "span": ["span"],
    "h": ["h"],
    "kind": ["kind"],
    "kind and h": ["kind", "h"],
    "budget": ["budget"],
    "ministry": ["ministry"],
}
"""What forecasts are grouped by; a group of two is named by both, with a space."""

SPANS = {"1-3": 3, "4-7": 7, "> 7": np.inf}
"""Years ahead taken together -> the last of them."""

AHEAD = ("span", "h", "kind and h")
"""Groupings that tell years ahead apart: left out where all forecasts are as far ahead."""

FEWEST = 100
"""Forecasts that a group needs to be scored."""

DRAWS, SEED = 200, 20190402
SCORES = ["quantity", "by", "group", "measure", "value", "low", "high", "forecasts", "projects"]
"""Columns of `table`. low, high: 95 % interval of the score itself, for other projects of the kind:
projects are drawn again, the same ones for all scores of a quantity."""

POINTS = ("drift", "mean3", "peers")
INTERVALS = {80: ("q100", "q900"), 95: ("q025", "q975")}


class Applying(NamedTuple):
    """Scores that tell of a forecast: by what they are grouped, measure -> value and its 95 %
    interval, how many."""

    by: str
    scores: dict[str, float]
    limits: dict[str, tuple[float, float]]
    forecasts: int


def table(record: pd.DataFrame, draws: int = DRAWS) -> pd.DataFrame:
    """Every measure of `measures` by quantity and group: the columns of `SCORES`.

    Seeded: two runs give the same. Groups of fewer than `FEWEST` forecasts are left out.
    """
    rng, rows = np.random.default_rng(SEED), []
    for quantity, part in record.groupby("quantity", sort=False):
        part = part.assign(**{ALL: ALL, "span": _spans(part["h"])}).reset_index(drop=True)
        projects, names = pd.factorize(part["project_id"])
        drawn = scores.redrawn(len(names), rng, draws)
        weights = np.vstack([np.ones(len(names), np.float32), drawn])
        losses, told = _losses(part), part["h"].nunique() > 1
        for by, columns in GROUPS.items():
            if by in AHEAD and not told:
                continue
            for group, chosen in part.groupby(columns):
                if len(chosen) >= FEWEST:
                    at = chosen.index.to_numpy()
                    found = _measures(losses.loc[at], chosen, projects[at], weights)
                    size = len(chosen), len(np.unique(projects[at]))
                    name = " ".join(map(_plain, group))
                    rows += [
                        (quantity, by, name, measure, values[0], *_limits(values[1:]), *size)
                        for measure, values in found.items()
                        if np.isfinite(values[0])
                    ]
    return pd.DataFrame(rows, columns=SCORES)


def measures(record: pd.DataFrame) -> pd.Series:
    """The scores of some forecasts of one quantity.

    median_error, mean_error, squared_error: median and mean absolute error of the median forecast
    and root mean squared error of the mean, over those of the last value, and the last two of each
    baseline (drift_..., mean3_..., peers_...); pinball, interval80, interval95 (interval score):
    over that of the last value taken as certain; in80, in95: share of truths in the interval;
    brier_skill against the base rate known at the origin, drift_brier_skill, auc. And as they are,
    in the truth's own unit: mae, rmse, is80 (80 % interval score), brier. NaN where one is unknown.
    """
    one = np.ones((1, 1), np.float32)
    found = _measures(_losses(record), record, np.zeros(len(record), int), one)
    return pd.Series({name: values[0] for name, values in found.items()})


def _losses(record: pd.DataFrame) -> pd.DataFrame:
    """What the scores are sums of, a row a forecast."""
    truth, levels = record["truth"].to_numpy(), np.array(quantiles.LEVELS)
    limits = record[QUANTILES].to_numpy()
    found = {"count": np.ones(len(record)), "last": np.abs(truth - record["last"].to_numpy())}
    found["error"] = np.abs(truth - limits[:, quantiles.LEVELS.index(0.5)])
    found["square"] = (truth - record["mean"].to_numpy()) ** 2
    found["last_square"] = found["last"] ** 2
    for name in POINTS:
        found[f"{name}_error"] = np.abs(truth - record[name].to_numpy())
        found[f"{name}_square"] = found[f"{name}_error"] ** 2
    found["pinball"] = scores.pinball(truth, limits, levels)
    for level, ends in INTERVALS.items():
        low, high = (record[name].to_numpy() for name in ends)
        found[f"in{level}"] = scores.covered(truth, low, high).astype(float)
        found[f"interval{level}"] = scores.interval_score(truth, low, high, level / 100)
    happened = record["happened"].to_numpy()
    found["chances"] = (record["p"].notna() & record["happened"].notna()).to_numpy(float)
    found["brier"] = scores.brier(record["p"], happened)
    found["base"] = scores.brier(record["base_p"], happened)
    found["drift_brier"] = scores.brier(record["drift_p"], happened)
    found["drift_base"] = np.where(record["drift_p"].notna(), found["base"], np.nan)
    odds = ["brier", "base", "drift_brier", "drift_base"]
    return pd.DataFrame(found).fillna(dict.fromkeys(odds, 0.0)).set_axis(record.index)


def _measures(
    losses: pd.DataFrame, record: pd.DataFrame, projects: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    """Measure -> its value for each row of `weights`, which has a column a project; `projects` says
    whose the forecasts are."""
    order = np.argsort(projects, kind="stable")
    starts = np.flatnonzero(np.diff(projects[order], prepend=-1))
    each = np.add.reduceat(losses.to_numpy()[order], starts, axis=0)
    summed = weights[:, projects[order][starts]].astype(float) @ each
    of = dict(zip(losses, summed.T, strict=True))
    own, truth = weights[:, projects], record["truth"].to_numpy()
    middle, last = (
        scores.weighted_median(np.abs(truth - record[name].to_numpy()), own)
        for name in ("q500", "last")
    )
    found = {"median_error": _ratio(middle, last), "mean_error": _ratio(of["error"], of["last"])}
    found["squared_error"] = np.sqrt(_ratio(of["square"], of["last_square"]))
    for name in POINTS:
        found[f"{name}_mean_error"] = _ratio(of[f"{name}_error"], of["last"])
        ratio = _ratio(of[f"{name}_square"], of["last_square"])
        found[f"{name}_squared_error"] = np.sqrt(ratio)
    # Of a forecast that is one value the pinball loss is half of its error in the mean over levels,
    # the interval score 2 / (1 - level) times it.
    found["pinball"] = _ratio(of["pinball"], of["last"] / 2)
    for level in INTERVALS:
        found[f"in{level}"] = of[f"in{level}"] / of["count"]
        found[f"interval{level}"] = _ratio(of[f"interval{level}"], 200 / (100 - level) * of["last"])
    found["brier_skill"] = 1 - _ratio(of["brier"], of["base"])
    found["drift_brier_skill"] = 1 - _ratio(of["drift_brier"], of["drift_base"])
    odds = losses["chances"].to_numpy() > 0
    asked = record[odds]
    found["auc"] = scores.auc(asked["p"].to_numpy(), asked["happened"].to_numpy(), own[:, odds])
    found["mae"], found["is80"] = of["error"] / of["count"], of["interval80"] / of["count"]
    found["rmse"] = np.sqrt(of["square"] / of["count"])
    return found | {"brier": _ratio(of["brier"], of["chances"])}


def applying(scores: pd.DataFrame, quantity: str, kind: str, h: int) -> Applying | None:
    """The scores of the forecasts most like one: of its kind and years ahead, else of its kind,
    else of all. None where there are none."""
    of = scores["quantity"].to_numpy() == quantity
    by_what, groups = (scores[name].to_numpy() for name in ("by", "group"))
    for by, group in (("kind and h", f"{kind} {h}"), ("kind", kind), (ALL, ALL)):
        at = of & (by_what == by) & (groups == group)
        if at.any():
            names = ("measure", "value", "low", "high", "forecasts")
            measures, value, low, high, many = (scores[name][at].tolist() for name in names)
            limits = dict(zip(measures, zip(low, high, strict=True), strict=True))
            return Applying(by, dict(zip(measures, value, strict=True)), limits, int(many[0]))
    return None


def reliability(record: pd.DataFrame) -> pd.DataFrame:
    """Of the probabilities in ten bins: quantity, p (mean given), happened (share), low, high (95 %
    Wilson interval of that share), forecasts."""
    parts = []
    for quantity, part in record[record["p"].notna()].groupby("quantity", sort=False):
        bins = scores.reliability(part["p"], part["happened"])
        count = (bins["happened"] * bins["forecasts"]).round()
        low, high = proportion_confint(count, bins["forecasts"], method="wilson")
        parts.append(bins.assign(quantity=quantity, low=low, high=high))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def pit(record: pd.DataFrame) -> pd.DataFrame:
    """Where the truths fell in their forecast distributions: quantity, from, to (of the level, in
    tenths), share; .1 each where forecasts are right."""
    rng, edges, parts = np.random.default_rng(SEED), np.linspace(0, 1, 11), []
    for quantity, part in record.groupby("quantity", sort=False):
        limits = part[QUANTILES].to_numpy()
        place = scores.pit(part["truth"].to_numpy(), limits, np.array(quantiles.LEVELS), rng)
        share = np.histogram(place, edges)[0] / len(part)
        parts.append(pd.DataFrame({"from": edges[:-1], "to": edges[1:], "share": share}))
        parts[-1].insert(0, "quantity", quantity)
    return pd.concat(parts, ignore_index=True)


def _spans(h: pd.Series) -> np.ndarray:
    return np.array([*SPANS])[np.searchsorted([*SPANS.values()], h)]


def _limits(values: np.ndarray) -> tuple[float, float]:
    """The middle 95 % of the draws; NaN where none tells."""
    known = values[np.isfinite(values)]
    return tuple(np.quantile(known, [0.025, 0.975])) if len(known) else (np.nan, np.nan)


def _plain(value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _ratio(value: np.ndarray, base: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(base > 0, value / base, np.nan)


HEADINGS = {
    "quantity": ("予測", "Forecast"),
    "forecasts": ("予測の数", "Forecasts"),
    "in80": ("80%区間内", "In 80 %"),
    "in95": ("95%区間内", "In 95 %"),
    "mean_error": ("誤差の比", "Error ratio"),
    "pinball": ("分位点損失の比", "Pinball ratio"),
    "interval80": ("80%区間スコアの比", "Interval ratio"),
    "brier_skill": ("ブライアスキル", "Brier skill"),
}
PERCENT = ("in80", "in95")


def text(table: pd.DataFrame) -> str:
    """The scores that say most, a line a quantity; `table` is `table`."""
    of = table[table["by"] == ALL]
    wide = of.set_index(["quantity", "forecasts", "measure"])["value"]
    wide = wide.unstack().reset_index().reindex(columns=[*HEADINGS])  # noqa: PD010 (a Series)
    ratios = [name for name in HEADINGS if name not in ("quantity", "forecasts", *PERCENT)]
    shown = wide.assign(
        quantity=wide["quantity"].map(words.quantity),
        forecasts=wide["forecasts"].map("{:,}".format),
        **{name: wide[name].map(words.percent) for name in PERCENT},
        **{name: wide[name].map(words.ratio) for name in ratios},
    )
    named = shown.rename(columns={name: words.say(*pair) for name, pair in HEADINGS.items()})
    note = words.say(
        "比は、直近の値をそのまま予測とした場合に対するもの(小さいほどよい)。ブライアスキルは、起点までの頻度を確率とした場合に"
        "対するもの(1が完全、0が改善なし)。",
        "Ratios are to taking the last value as the forecast: less is better. Brier skill is over "
        "taking how often it happened before as the chance: 1 is perfect, 0 no better.",
    )
    return f"{export.aligned(named)}\n{note}"
