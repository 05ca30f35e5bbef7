"""The track record: forecasts made as if in past years, beside what came.

At every origin, a sheet year, coefficients are fitted to what was printed by then, and forecasts
made from what was known by then; the truths come from the sheets printed later. These fits are
those that a report on a sheet of that year uses.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtr

from helpers import processes
from helpers.analysis.execution import LOW
from helpers.corpus import Corpus
from helpers.fitted import Peers
from helpers.forecast import execution_pool, fit, outcome_pool, panels, ranking, track_scores
from helpers.forecast.outcome_pool import FARTHEST_CHANGE, QUANTILES

FORECASTS = [
    *("quantity", "project_id", "ministry", "kind", "origin", "fiscal_year", "h", "budget"),
    *("truth", "last", "drift", "mean3", "peers", *QUANTILES, "mean"),
    *("drift_p", "p", "base_p", "happened", "outside"),
]
"""Columns of a track record, one row a forecast.

quantity: "outcome" (values as changes from the latest, in paces), "rate" (execution rate) or
"outturn" (executed / the budget known at the origin, cut at 3); kind: of series, or size class;
budget: whether the net budget "fell" by more than `MOVED` after the origin, "rose" by more or
"stayed" (missing for outcomes);
truth; the point forecasts of the baselines: last, drift, mean3 (of
three years), peers (mean of ministry x size), NaN where there is none; quantiles and mean of the
pooled forecast;
p: P(target met) when due, or P(rate < 70 %), NaN where none is made; base_p: how often it happened
before the origin; drift_p: the same by drift and t distribution; happened; outside: what of the
forecast is beyond the calibration.
"""

CHOSEN = 2023
"""The last origin whose forecasts were seen when features and rules were chosen: on all of them
together, never on one. What was not at hand then has not been seen: a quarter of the projects of
the sheets of 2020 to 2023, and outturns after FY2023."""

MOST = 3.0
"""Times the budget known at the origin: outturns of more count as this much, in every forecast
alike. They are under 1 %, and some are a thousand times the budget."""

MOVED = 0.2
"""Part of the budget known at the origin beyond which its change is told apart."""


class Tested(NamedTuple):
    """Sheet year -> its fit, and the record of the forecasts by the fits of all years but the last:
    `FORECASTS`, and falls and in_percent of outcomes; empty where no later year shows what came.
    ranked: the projects of each origin as `ranking.record` takes them."""

    fits: dict[int, dict]
    record: pd.DataFrame
    ranked: pd.DataFrame


def outcomes(panels: Mapping[int, pd.DataFrame], tested: bool = True) -> Tested:
    """The pooled outcome forecasts, `panels` as for `outcome_pool.cases`; not `tested`, the fits
    alone.

    A change beyond 30 paces (a slip of the unit, a new definition) counts as one of 30, for every
    forecast alike.
    """
    last, fits, parts, ranked = max(panels), {}, [], []
    for year, seen, fitted in fit.outcomes(panels):
        fits[year] = fitted
        if tested and year < last:
            rows = outcome_pool.cases({year: panels[year], last: panels[last]})
            parts.append(_outcomes_from(fitted, seen, rows))
            ranked.append(ranking.of_outcomes(panels, year, fitted, rows))
    return Tested(fits, _joined(parts), _joined(ranked, ranking.CANDIDATES))


def spending(panels: Mapping[int, pd.DataFrame], tested: bool = True) -> Tested:
    """The pooled execution forecasts, "rate" and "outturn", `panels` as for
    `execution_pool.training`; not `tested`, the fits alone.

    Projects without a known year before have no `last`, `drift` and `mean3`: the mean of their
    ministry and size stands there, so that every forecast is compared.
    """
    last, fits, parts, ranked = max(panels), {}, [], []
    for year, seen, fitted in fit.execution(panels):
        fits[year] = fitted
        if tested and year < last:
            means = execution_pool.cohorts(panels[year], year)
            every = execution_pool.features(panels[year], means, year)
            rows = execution_pool.training(
                {year: panels[year], last: panels[last]}, kept={year: every}
            )
            made = execution_pool.forecast(fitted, rows)
            parts += _spending_from(made, seen, rows)
            rest = every[~every["project_id"].isin(rows["project_id"])]
            whole = pd.concat([made, execution_pool.forecast(fitted, rest)], ignore_index=True)
            ranked.append(ranking.of_spending(panels, year, whole, every, rows))
    return Tested(fits, _joined(parts), _joined(ranked, ranking.CANDIDATES))


def _joined(parts: list[pd.DataFrame], columns: list[str] = FORECASTS) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _spending_from(
    made: pd.DataFrame, seen: pd.DataFrame, rows: pd.DataFrame
) -> list[pd.DataFrame]:
    last = rows["last_rate"].fillna(rows["cohort"])
    moved = rows["final_budget"] / rows["budget"] - 1
    common = pd.DataFrame(
        {
            "project_id": rows["project_id"],
            "ministry": rows["ministry"],
            "kind": rows["size"],
            "origin": rows["fiscal_year"],
            "fiscal_year": rows["fiscal_year"],
            "h": 1.0,
            "budget": np.select([moved < -MOVED, moved > MOVED], ["fell", "rose"], "stayed"),
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
        budget=None,
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
    over = stdtr(1, (rows["value0"] + slope * rows["h"] - rows["target"]) / error)
    return np.where(rows["rising"], over, 1 - over)


FEWEST_YEARS = 3
"""Sheet years: to fit on the first, forecast from the second, and see in the third what came."""

DECIMALS = 4
"""Of the scores, ratios and shares all: their intervals are wider than that."""


class Made(NamedTuple):
    """What is made of a corpus's sheets; no peers (`fit.peers`) where none were counted."""

    execution: Tested
    outcomes: Tested
    peers: dict[int, Peers] | None = None

    @property
    def fits(self) -> dict[str, dict[int, dict]]:
        """Kind -> sheet year -> fit."""
        return {"execution": self.execution.fits, "outcomes": self.outcomes.fits}

    @property
    def record(self) -> pd.DataFrame:
        """All forecasts and what came of them: `FORECASTS`, falls and in_percent."""
        both = pd.concat([self.outcomes.record, self.execution.record], ignore_index=True)
        made = both.reindex(columns=[*FORECASTS, "falls", "in_percent"])
        return made.astype({"in_percent": "boolean", "budget": "str"})

    @property
    def ranking(self) -> pd.DataFrame:
        """What rankings of projects turned out to hold: `ranking.record`."""
        parts = [self.execution.ranked, self.outcomes.ranked]
        return ranking.record(ranking.with_sizes(_joined(parts)))


def made(
    corpus: Corpus, as_of: int | None = None, tested: bool = True, counted: bool = False
) -> Made:
    """What the sheets of a corpus up to `as_of` give, in two processes where two can run.
    Raises ValueError for a corpus of too few
    sheets."""
    years = panels.years(corpus, as_of)
    if tested and len(years) < FEWEST_YEARS:
        raise ValueError(
            f"sheets of {len(years)} years, and {FEWEST_YEARS} are needed: add more with "
            "`review-sheets corpus add`"
        )
    # The longest first.
    names = ["execution", "outcomes", *(["peers"] if counted else [])]
    # The last digits of a regression hang on the number of threads, a file should not.
    with processes.one_thread(), processes.mapping(min(processes.usable_cores(), 2)) as over:
        found = over(_made, [(name, corpus.folder, as_of, tested) for name in names])
        return Made(*found)


def _made(asked: tuple) -> Tested | dict[int, Peers]:
    name, folder, as_of, tested = asked
    corpus = Corpus(folder)
    if name == "peers":
        return fit.peers(corpus, as_of)
    if name == "outcomes":
        return outcomes(panels.outcomes(corpus, as_of), tested)
    return spending(panels.spending(corpus, as_of), tested)


def summed(made: Made, years: list[int]) -> dict:
    """What `fitted.track_record` gives, of what was made of the sheets of `years`: about, and the
    tables scores, reliability, pit and ranking."""
    record = made.record
    groups = record.groupby("quantity", sort=False)
    counts = groups.agg(
        forecasts=("h", "size"),
        projects=("project_id", "nunique"),
        first=("fiscal_year", "min"),
        last=("fiscal_year", "max"),
    )
    return {
        "about": {
            "sheets": [years[0], years[-1]],
            "origins": {
                name: sorted(int(year) for year in part["origin"].unique()) for name, part in groups
            },
            "chosen": CHOSEN,
            "counts": counts.reset_index().to_dict("records"),
        },
        "scores": track_scores.table(record).round(DECIMALS),
        "reliability": track_scores.reliability(record).round(DECIMALS),
        "pit": track_scores.pit(record).round(DECIMALS),
        "ranking": made.ranking,
    }
