"""The scores of a track record: by part, years ahead, kind, ministry; with intervals."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from helpers import export, words
from helpers.forecast import quantiles, scores
from helpers.forecast.outcome_pool import QUANTILES

GROUPS = {
    "part": ["part"],
    "h": ["h"],
    "kind": ["kind"],
    "kind and h": ["kind", "h"],
    "ministry": ["ministry"],
}
"""What forecasts are grouped by; a group of two is named by both, with a space."""

FEWEST = 100
"""Forecasts that a group needs to be scored."""

DRAWS, SEED = 200, 20190402
SCORES = ["quantity", "by", "group", "measure", "value", "low", "high", "forecasts", "projects"]
"""Columns of `table`. low, high: 95 % interval of the score itself, for other projects of the kind:
projects are drawn again. by "part" has both parts, all other groups the held-out part alone."""


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
        held = part[part["part"] == "held out"]
        for by, columns in GROUPS.items():
            of = part if by == "part" else held
            for group, chosen in of.groupby(columns):
                if len(chosen) >= FEWEST:
                    name = " ".join(map(_plain, group))
                    rows += _rows(chosen, quantity, by, name, rng, draws)
    return pd.DataFrame(rows, columns=SCORES)


def measures(record: pd.DataFrame) -> pd.Series:
    """The scores of some forecasts of one quantity.

    median_error, mean_error, squared_error: median and mean absolute error of the median forecast
    and root mean squared error of the mean, over those of the last value, and the same of each
    baseline (drift_..., mean3_..., peers_...); pinball, crps, interval80, interval95 (interval
    score): over that of the last value taken as certain; in80, in95: share of truths in the
    interval; brier_skill against the base rate known at the origin, drift_brier_skill, auc.
    """
    truth, levels = record["truth"].to_numpy(), np.array(quantiles.LEVELS)
    limits = record[QUANTILES].to_numpy()
    naive = np.abs(truth - record["last"].to_numpy())
    found = {}
    points = {"": limits[:, quantiles.LEVELS.index(0.5)]}
    points |= {f"{name}_": record[name].to_numpy() for name in ("drift", "mean3", "peers")}
    for name, point in points.items():
        square = record["mean"].to_numpy() if not name else point
        found[f"{name}median_error"] = _ratio(np.median(np.abs(truth - point)), np.median(naive))
        found[f"{name}mean_error"] = _ratio(np.mean(np.abs(truth - point)), naive.mean())
        found[f"{name}squared_error"] = _ratio(
            np.sqrt(np.mean((truth - square) ** 2)), np.sqrt(np.mean(naive**2))
        )
    # Of a forecast that is one value the pinball loss is half of its error in the mean over levels,
    # the interval score 2 / (1 - level) times it.
    found["pinball"] = _ratio(scores.pinball(truth, limits, levels).mean(), naive.mean() / 2)
    certain = np.broadcast_to(record[["last"]].to_numpy(), limits.shape)
    found["crps"] = _ratio(*(scores.crps(truth, q, levels).mean() for q in (limits, certain)))
    for level, low, high in ((0.8, "q100", "q900"), (0.95, "q025", "q975")):
        ends = record[low].to_numpy(), record[high].to_numpy()
        found[f"in{100 * level:.0f}"] = scores.covered(truth, *ends).mean()
        score = scores.interval_score(truth, *ends, level).mean()
        found[f"interval{100 * level:.0f}"] = _ratio(score, 2 / (1 - level) * naive.mean())
    odds = record.dropna(subset=["p", "happened"])
    happened = odds["happened"].to_numpy()
    base = scores.brier(odds["base_p"], happened)
    found["brier_skill"] = scores.skill(scores.brier(odds["p"], happened), base)
    drift = odds.dropna(subset="drift_p")
    found["drift_brier_skill"] = scores.skill(
        scores.brier(drift["drift_p"], drift["happened"]),
        scores.brier(drift["base_p"], drift["happened"]),
    )
    found["auc"] = scores.auc(odds["p"], happened)
    return pd.Series(found)


def applying(scores: pd.DataFrame, quantity: str, kind: str, h: int) -> Applying | None:
    """The scores of the forecasts most like one: of its kind and years ahead, else of its kind,
    else of all held out. None where there are none."""
    of = scores[scores["quantity"] == quantity]
    for by, group in (("kind and h", f"{kind} {h}"), ("kind", kind), ("part", "held out")):
        found = of[(of["by"] == by) & (of["group"] == group)]
        if len(found):
            value = found.set_index("measure")["value"].to_dict()
            ends = zip(found["low"], found["high"], strict=True)
            limits = dict(zip(found["measure"], ends, strict=True))
            return Applying(by, value, limits, int(found["forecasts"].iloc[0]))
    return None


def reliability(record: pd.DataFrame) -> pd.DataFrame:
    """Of the held-out probabilities in ten bins: quantity, p (mean given), happened (share), low,
    high (95 % Wilson interval of that share), forecasts."""
    held = record[(record["part"] == "held out") & record["p"].notna()]
    parts = []
    for quantity, part in held.groupby("quantity", sort=False):
        bins = scores.reliability(part["p"], part["happened"])
        count = (bins["happened"] * bins["forecasts"]).round()
        low, high = proportion_confint(count, bins["forecasts"], method="wilson")
        parts.append(bins.assign(quantity=quantity, low=low, high=high))
    return pd.concat(parts, ignore_index=True)


def pit(record: pd.DataFrame) -> pd.DataFrame:
    """Where the held-out truths fell in their forecast distributions: quantity, from, to (of the
    level, in tenths), share; .1 each where forecasts are right."""
    held, rng = record[record["part"] == "held out"], np.random.default_rng(SEED)
    edges, parts = np.linspace(0, 1, 11), []
    for quantity, part in held.groupby("quantity", sort=False):
        limits = part[QUANTILES].to_numpy()
        place = scores.pit(part["truth"].to_numpy(), limits, np.array(quantiles.LEVELS), rng)
        share = np.histogram(place, edges)[0] / len(part)
        parts.append(pd.DataFrame({"from": edges[:-1], "to": edges[1:], "share": share}))
        parts[-1].insert(0, "quantity", quantity)
    return pd.concat(parts, ignore_index=True)


def _rows(record, quantity, by, group, rng, draws) -> list[tuple]:
    value = measures(record)
    drawn = scores.bootstrap(record, "project_id", measures, rng, draws)
    size, projects = len(record), record["project_id"].nunique()
    return [
        (quantity, by, group, name, value[name], *drawn[name], size, projects)
        for name in value.index
        if np.isfinite(value[name])
    ]


def _plain(value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _ratio(value: float, base: float) -> float:
    return value / base if base > 0 else np.nan


HEADINGS = {
    "quantity": ("予測", "Forecast"),
    "part": ("区分", "Part"),
    "forecasts": ("予測の数", "Forecasts"),
    "in80": ("80%区間内", "In 80 %"),
    "in95": ("95%区間内", "In 95 %"),
    "mean_error": ("誤差の比", "Error ratio"),
    "pinball": ("分位点損失の比", "Pinball ratio"),
    "brier_skill": ("ブライアスキル", "Brier skill"),
}
PARTS = {"chosen": ("選定に使用", "chosen on"), "held out": ("検証用", "held out")}


def text(table: pd.DataFrame) -> str:
    """The scores that say most, a line a quantity and part; `table` is `table`."""
    of = table[table["by"] == "part"].rename(columns={"group": "part"})
    key = ["quantity", "part", "forecasts"]
    wide = of.set_index([*key, "measure"])["value"].unstack().reset_index()  # noqa: PD010
    wide = wide.reindex(columns=[*HEADINGS])
    shown = wide.assign(
        quantity=wide["quantity"].map(words.quantity),
        part=[words.say(*PARTS[name]) for name in wide["part"]],
        forecasts=wide["forecasts"].map("{:,}".format),
        **{name: wide[name].map(words.percent) for name in ("in80", "in95")},
        **{name: wide[name].map(words.ratio) for name in ("mean_error", "pinball", "brier_skill")},
    )
    named = shown.rename(columns={name: words.say(*pair) for name, pair in HEADINGS.items()})
    note = words.say(
        "比は、直近の値をそのまま予測とした場合に対するもの(小さいほどよい)。ブライアスキルは、起点までの頻度を確率とした場合に"
        "対するもの(1が完全、0が改善なし)。",
        "Ratios are to taking the last value as the forecast: less is better. Brier skill is over "
        "taking how often it happened before as the chance: 1 is perfect, 0 no better.",
    )
    return f"{export.aligned(named)}\n{note}"
