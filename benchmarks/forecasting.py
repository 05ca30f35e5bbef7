"""Forecasting all projects of a sheet year at once, beside a loop of single statsmodels fits.

    python benchmarks/forecasting.py CORPUS [YEAR]      (default: the corpus's last year)

Both run in this one process, one after the other, on tables that are already read. The loop fits
"drift", the model that leads without a pool, to each indicator, with its limits and P(target) for
the years that the pool forecasts, and the one-project model of execution to each project. It is
timed on a seeded sample: a whole year would take it long. Prints the table of
benchmarks/README.md.
"""

import sys
import time

import numpy as np

from helpers.analysis.execution import measured
from helpers.analysis.series import IndicatorSeries
from helpers.corpus import Corpus
from helpers.fitted import SHIPPED
from helpers.forecast import adoption, execution_pool, models, outcome_pool, outlook
from helpers.forecast.outcome_pool import points

SAMPLE, SEED = 200, 0


def main() -> None:
    corpus = Corpus(sys.argv[1])
    year = int(sys.argv[2]) if len(sys.argv) > 2 else corpus.years[-1]
    panels = corpus.outcomes(year), corpus.spending(year)
    rows = {}
    for name, panel, pooled, single in (
        ("outcome series", panels[0], pooled_outcomes, single_outcomes),
        ("projects' execution", panels[1], pooled_execution, single_execution),
    ):
        start = time.perf_counter()
        ids = pooled(panel, year)
        all_at_once = (time.perf_counter() - start) / len(ids)
        chosen = np.random.default_rng(SEED).choice(ids, min(SAMPLE, len(ids)), replace=False)
        rows[name] = len(ids), all_at_once, single(panel, chosen)
    print("| | number | pooled, ms each | loop, ms each | x | pooled, all, s |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, (count, pooled, single) in rows.items():
        times = f"{1000 * pooled:.3f} | {1000 * single:.1f} | {single / pooled:,.0f}"
        print(f"| {name} | {count:,} | {times} | {pooled * count:.2f} |")


def pooled_outcomes(panel, year: int) -> np.ndarray:
    """Forecast every indicator; their ids."""
    known = points(panel, year)
    outcome_pool.forecast(SHIPPED.outcomes, outcome_pool.ahead(known))
    return known["indicator_id"].to_numpy()


def pooled_execution(panel, year: int) -> np.ndarray:
    """Forecast every project; their ids."""
    means = execution_pool.cohorts_of(SHIPPED.execution)
    known = execution_pool.features(panel, means, year)
    execution_pool.forecast(SHIPPED.execution, known)
    return known["project_id"].to_numpy()


def single_outcomes(panel, chosen: np.ndarray) -> float:
    """Seconds a series of a loop of single fits."""
    rows = panel[panel["indicator_id"].isin(chosen)]
    series = [_series(one) for _, one in rows.groupby("indicator_id")]
    start = time.perf_counter()
    for one in series:
        fit = models.fit("drift", one)
        fit.limits(adoption.ahead(one))
        if one.target_open:
            fit.chance(one)
    return (time.perf_counter() - start) / len(series)


def single_execution(panel, chosen: np.ndarray) -> float:
    """Seconds a project of a loop of single fits; those that a model of their own cannot be
    fitted to are left out."""
    rates = measured(panel, panel["is_branch"]).assign(half_unit=0.5)
    each = [rows for _, rows in rates[rates["project_id"].isin(chosen)].groupby("project_id")]
    each = [rows for rows in each if not outlook.obstacle(rows)]
    start = time.perf_counter()
    for rows in each:
        outlook.alone(rows)
    return (time.perf_counter() - start) / len(each)


def _series(rows) -> IndicatorSeries:
    last = rows.iloc[-1]
    target = last[["target", "target_year"]]
    due = None if target.isna().any() else int(last["target_year"])
    return IndicatorSeries(
        indicator=last["indicator"],
        unit=last["unit"],
        years=rows["fiscal_year"].to_numpy(int),
        values=rows["actual"].to_numpy(float),
        ceiling=None,
        target=None if due is None else float(last["target"]),
        target_year=due,
    )


if __name__ == "__main__":
    main()
