"""The track record: forecasts made as if in past years, beside what came.

At every origin, a sheet year, coefficients are fitted to what was printed by then, and forecasts
made from what was known by then; the truths come from the sheets printed later. Choices (features,
rules) were made on truths up to FY2017, printed by 2018: those of `HELD_OUT` came after.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd
from scipy import stats

from helpers.analysis.execution import LOW
from helpers.corpus import Corpus
from helpers.forecast import execution_pool, outcome_pool, panels, track_scores
from helpers.forecast.execution_pool import MOST, cohorts, training
from helpers.forecast.outcome_pool import FARTHEST_CHANGE, QUANTILES

HELD_OUT = 2018
"""The last sheet year that choices have seen, and the first fiscal year whose truths they have not:
the sheets of the next year print them."""

FORECASTS = [
    *("quantity", "project_id", "ministry", "kind", "origin", "fiscal_year", "h", "part"),
    *("truth", "last", "drift", "mean3", "peers", *QUANTILES, "mean"),
    *("drift_p", "p", "base_p", "happened", "outside"),
]
"""Columns of a track record, one row a forecast.

quantity: "outcome" (values as changes from the latest, in paces), "rate" (execution rate) or
"outturn" (executed / the budget known at the origin, cut at 3); kind: of series, or size class;
part: "chosen" or "held out"; truth; the point forecasts of the baselines: last, drift, mean3 (of
three years), peers (mean of ministry x size), NaN where there is none; quantiles and mean of the
pooled forecast;
p: P(target met) when due, or P(rate < 70 %), NaN where none is made; base_p: how often it happened
before the origin; drift_p: the same by drift and t distribution; happened; outside: what of the
forecast is beyond the calibration.
"""


def outcomes(panels: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """The record of the pooled outcome forecasts: `FORECASTS`, and falls, in_percent.

    `panels` as for `outcome_pool.cases`; the first year can only be fitted on. A change beyond 30
    paces (a slip of the unit, a new definition) counts as one of 30, for every forecast alike.
    """
    _, *origins, _ = sorted(panels)
    parts = []
    for origin in origins:
        seen = outcome_pool.cases({year: panels[year] for year in panels if year <= origin})
        pool = outcome_pool.fit(seen)
        for rows in _what_came(outcome_pool.cases, panels, origin):
            parts.append(_outcomes_from(pool, seen, rows))
    return pd.concat(parts, ignore_index=True)


def spending(panels: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """The record of the pooled execution forecasts, "rate" and "outturn": `FORECASTS`.

    `panels` as for `execution_pool.training`; the first year can only be fitted on. Projects
    without a known year before have no `last`, `drift` and `mean3`: the mean of their ministry and
    size stands there, so that every forecast is compared.
    """
    _, *origins, _ = sorted(panels)
    parts = []
    for origin in origins:
        seen = training({year: panels[year] for year in panels if year <= origin})
        fitted = execution_pool.fit(seen, cohorts(panels[origin], origin))
        for rows in _what_came(training, panels, origin):
            parts += _spending_from(fitted, seen, rows)
    return pd.concat(parts, ignore_index=True)


def _spending_from(fitted: dict, seen: pd.DataFrame, rows: pd.DataFrame) -> list[pd.DataFrame]:
    made = execution_pool.forecast(fitted, rows)
    last = rows["last_rate"].fillna(rows["cohort"])
    common = pd.DataFrame(
        {
            "project_id": rows["project_id"],
            "ministry": rows["ministry"],
            "kind": rows["size"],
            "origin": rows["fiscal_year"],
            "fiscal_year": rows["fiscal_year"],
            "h": 1.0,
            "part": rows["part"],
            "last": last,
            "drift": np.nan,
            "mean3": rows["mean_rate"].fillna(rows["cohort"]),
            "peers": rows["cohort"],
            "drift_p": np.nan,
            "outside": made["outside"],
        }
    )
    rate = common.assign(
        quantity="rate",
        truth=rows["share"],
        mean=made["mean"],
        p=made["p_below_70"],
        base_p=float((seen["share"] < LOW).mean()),
        happened=(rows["share"] < LOW).astype(float),
    )
    rate[QUANTILES] = made[QUANTILES]
    budget = rows["budget"]
    outturn = common.assign(
        quantity="outturn",
        truth=rows["ratio"].clip(upper=MOST),
        mean=(made["executed_mean"] / budget).clip(upper=MOST),
        p=np.nan,
        base_p=np.nan,
        happened=np.nan,
    )
    amounts = made[[f"executed_{name}" for name in QUANTILES]].to_numpy()
    outturn[QUANTILES] = (amounts / budget.to_numpy()[:, None]).clip(max=MOST)
    return [rate, outturn]


def _what_came(
    followed: Callable, panels: Mapping[int, pd.DataFrame], origin: int
) -> Iterator[pd.DataFrame]:
    """The forecasts to be made at an origin with their truths: what was known when choices were
    made, as it was known then, and the years that came after."""
    last = max(panels)
    chosen = max((year for year in panels if year <= HELD_OUT), default=origin)
    if origin < chosen:
        rows = followed({origin: panels[origin], chosen: panels[chosen]})
        yield rows[rows["fiscal_year"] < HELD_OUT].assign(part="chosen").reset_index(drop=True)
    if last > HELD_OUT:
        rows = followed({origin: panels[origin], last: panels[last]})
        yield rows[rows["fiscal_year"] >= HELD_OUT].assign(part="held out").reset_index(drop=True)


def _outcomes_from(pool, seen: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    made = outcome_pool.forecast(pool, rows)
    value, pace = rows["value0"].to_numpy(), rows["pace"].to_numpy()

    def scaled(values):
        change = np.asarray(values, float) - value.reshape(-1, *[1] * (np.ndim(values) - 1))
        change = change / pace.reshape(-1, *[1] * (np.ndim(values) - 1))
        return np.clip(change, -FARTHEST_CHANGE, FARTHEST_CHANGE)

    span = rows["last_year"] - rows["year2"].fillna(rows["year1"])
    slope = (value - rows["value2"].fillna(rows["value1"])) / span
    drift = np.clip(value + slope * rows["h"], rows["floor"], rows["ceiling"])
    happened = outcome_pool.met(rows, rows["truth"].to_numpy())
    before = seen[(seen["has_target"] > 0) & (seen["h"] == seen["steps"])]
    base = outcome_pool.met(before, before["truth"].to_numpy()).mean() if len(before) else np.nan
    aimed = made["due"].to_numpy()
    table = rows[["project_id", "ministry", "kind", "origin", "fiscal_year", "h", "falls"]].assign(
        quantity="outcome",
        part=rows["part"],
        in_percent=np.isfinite(rows["ceiling"]),
        truth=scaled(rows["truth"]),
        last=0.0,
        drift=scaled(drift),
        mean3=scaled(rows[["value0", "value1", "value2"]].mean(axis=1)),
        peers=np.nan,
        mean=scaled(made["mean"]),
        p=np.where(aimed, made["p_target"], np.nan),
        drift_p=np.where(aimed, _drift_p(rows, slope), np.nan),
        base_p=np.where(aimed, base, np.nan),
        happened=np.where(aimed, happened, np.nan),
        outside=made["outside"],
    )
    table[QUANTILES] = scaled(made[QUANTILES].to_numpy())
    return table


def _drift_p(rows: pd.DataFrame, slope: pd.Series) -> np.ndarray:
    """P(target met) by a random walk with drift and t distribution, as `fits.drift` gives it
    from three points; NaN from two."""
    early = (rows["value1"] - rows["value2"]) / (rows["year1"] - rows["year2"])
    late = (rows["value0"] - rows["value1"]) / (rows["last_year"] - rows["year1"])
    whole = rows["value0"] == rows["value0"].round()
    least = np.where(whole & np.isinf(rows["ceiling"]), slope.abs(), 1e-4)
    spread = np.sqrt(np.maximum((late - early) ** 2 / 2, least))
    error = spread * np.sqrt(rows["h"] + rows["h"] ** 2 / 2)
    over = stats.t.cdf((rows["value0"] + slope * rows["h"] - rows["target"]) / error, 1)
    return np.where(rows["rising"], over, 1 - over)


FEWEST_YEARS = 3
"""Sheet years: to fit on the first, forecast from the second, and see in the third what came."""

DECIMALS = 4
"""Of the scores, ratios and shares all: their intervals are wider than that."""


def record(corpus: Corpus, as_of: int | None = None) -> pd.DataFrame:
    """Every forecast and what came of it, from sheets up to `as_of`: `FORECASTS`, and falls
    and in_percent of outcomes. Raises ValueError for a corpus of too few sheets."""
    years = panels.years(corpus, as_of)
    if len(years) < FEWEST_YEARS:
        raise ValueError(
            f"sheets of {len(years)} years, and {FEWEST_YEARS} are needed: add more with "
            "`review-sheets corpus add`"
        )
    spent = spending(panels.spending(corpus, as_of))
    made = pd.concat([outcomes(panels.outcomes(corpus, as_of)), spent], ignore_index=True)
    return made[[*FORECASTS, "falls", "in_percent"]].astype({"in_percent": "boolean"})


def summed(record: pd.DataFrame, years: list[int]) -> dict:
    """What `fitted.track_record` gives, of a record from the sheets of `years`: about, and the
    tables scores, reliability, pit (the last two without a row where nothing was held out)."""
    origins = sorted(int(year) for year in record["origin"].unique())
    counts = record.groupby(["quantity", "part"]).agg(
        forecasts=("h", "size"), projects=("project_id", "nunique")
    )
    held = record["part"].eq("held out").any()
    return {
        "about": {
            "sheets": [years[0], years[-1]],
            "origins": origins,
            "held_out": HELD_OUT,
            "counts": counts.reset_index().to_dict("records"),
        },
        "scores": track_scores.table(record).round(DECIMALS),
        "reliability": track_scores.reliability(record).round(DECIMALS) if held else pd.DataFrame(),
        "pit": track_scores.pit(record).round(DECIMALS) if held else pd.DataFrame(),
    }
