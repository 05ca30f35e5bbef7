"""Forecasting all projects of a sheet year at once, beside a loop of single statsmodels fits, and
beside an earlier build.

    python benchmarks/forecasting.py CORPUS [YEAR [COMMIT]]     (default: the corpus's last year)

Pooled and loop run in this one process, one after the other, on tables that are already read. The
loop fits "drift", the model that leads without a pool, to each indicator, with its limits and
P(target) for the years that the pool forecasts, and the one-project model of execution to each
project. It is timed on a seeded sample: a whole year would take it long.

With a COMMIT its source is checked out into a temporary folder, and both builds forecast the same
year by turns, each time in a process of its own, in CPU time; the median of the turns counts.
Prints the tables of benchmarks/README.md.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from helpers import fitted
from helpers.analysis.execution import measured
from helpers.analysis.series import IndicatorSeries
from helpers.corpus import Corpus
from helpers.forecast import adoption, execution_pool, models, outcome_pool, outlook
from helpers.forecast.outcome_pool import points

SAMPLE, SEED = 200, 0
TURNS, PASSES = 5, 5
ROOT = Path(__file__).resolve().parents[1]
TIMED = "--timed"


def main() -> None:
    given = [argument for argument in sys.argv[1:] if argument != TIMED]
    corpus = Corpus(given[0])
    year = int(given[1]) if len(given) > 1 else corpus.years[-1]
    if TIMED in sys.argv:
        print(json.dumps(timed(corpus, year)))
        return
    panels = corpus.outcomes(year), corpus.spending(year)
    rows = {}
    for name, panel, pooled, single in (
        ("outcome series", panels[0], pooled_outcomes, single_outcomes),
        ("projects' execution", panels[1], pooled_execution, single_execution),
    ):
        start = time.perf_counter()
        ids, _ = pooled(panel, year)
        all_at_once = (time.perf_counter() - start) / len(ids)
        chosen = np.random.default_rng(SEED).choice(ids, min(SAMPLE, len(ids)), replace=False)
        rows[name] = len(ids), all_at_once, single(panel, chosen)
    print("| | number | pooled, ms each | loop, ms each | x | pooled, all, s |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, (count, pooled, single) in rows.items():
        times = f"{1000 * pooled:.3f} | {1000 * single:.1f} | {single / pooled:,.0f}"
        print(f"| {name} | {count:,} | {times} | {pooled * count:.2f} |")
    if len(given) > 2:
        against(*given[:1], year, given[2])


def against(folder: str, year: int, commit: str) -> None:
    """Time this build and that of a commit by turns."""
    turns: dict[str, list[dict]] = {commit: [], "now": []}
    with tempfile.TemporaryDirectory() as place:
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", f"{place}/then", commit], check=True)
        try:
            for _ in range(TURNS):
                for name, root in ((commit, Path(place, "then")), ("now", ROOT)):
                    command = [sys.executable, __file__, folder, str(year), TIMED]
                    surroundings = os.environ | {"PYTHONPATH": str(root / "src")}
                    surroundings |= {"OPENBLAS_NUM_THREADS": "1"}
                    done = subprocess.run(
                        command, env=surroundings, check=True, capture_output=True, text=True
                    )
                    turns[name].append(json.loads(done.stdout))
                    assert turns[name][-1]["source"].startswith(str(root)), "another build"
        finally:
            subprocess.run([*git, "remove", "--force", f"{place}/then"], check=True)
    print("| CPU seconds | outcome rows | outcomes | projects | execution | both |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, found in turns.items():
        spent = [statistics.median(turn[of] for turn in found) for of in ("outcomes", "execution")]
        one = found[0]
        cells = [f"{one['rows']:,}", f"{spent[0]:.3f}", f"{one['projects']:,}"]
        print(f"| {name} | {' | '.join(cells)} | {spent[1]:.3f} | {sum(spent):.3f} |")


def timed(corpus: Corpus, year: int) -> dict:
    """CPU seconds of forecasting everything of a year, the least of some passes, and how much it
    is. Calls nothing that a build before the fits of each year has not got."""
    panels = {"outcomes": corpus.outcomes(year), "execution": corpus.spending(year)}
    found = {"source": fitted.__file__}
    for name, forecast in (("outcomes", pooled_outcomes), ("execution", pooled_execution)):
        spent = []
        for _ in range(PASSES):
            start = time.process_time()
            _, rows = forecast(panels[name], year)
            spent.append(time.process_time() - start)
        found[name] = min(spent)
        found["rows" if name == "outcomes" else "projects"] = rows
    return found


def pooled_outcomes(panel, year: int) -> tuple[np.ndarray, int]:
    """Forecast every indicator; their ids, and how many forecasts that are."""
    known = points(panel, year)
    made = outcome_pool.forecast(fitted.of("", year).outcomes, outcome_pool.ahead(known))
    return known["indicator_id"].to_numpy(), len(made)


def pooled_execution(panel, year: int) -> tuple[np.ndarray, int]:
    """Forecast every project; their ids, and how many forecasts that are."""
    fit = fitted.of("", year).execution
    known = execution_pool.features(panel, execution_pool.cohorts_of(fit), year)
    made = execution_pool.forecast(fit, known)
    return known["project_id"].to_numpy(), len(made)


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
