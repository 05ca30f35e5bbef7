"""A world of outcomes whose future is drawn from known quantiles, linear in what the pool uses."""

import numpy as np
import pandas as pd

from helpers.forecast import outcome_pool
from helpers.forecast.outcome_pool import shaped

BASE = 10_000.0
"""The values lie around it, so that no floor is near."""


def of_series(series) -> pd.DataFrame:
    """One series as `outcome_pool.points` gives those of a panel."""
    return pd.DataFrame(outcome_pool.of_series(series))


def points(rng: np.random.Generator, count: int, targets: bool = True) -> pd.DataFrame:
    """`count` indicators of each shape, as `outcome_pool.points` gives them: up, down, up and
    down, two values alone, at rest; half of them with a target ahead."""
    n = 5 * count
    form = np.repeat(np.arange(5), count)
    late, early = rng.uniform(20, 80, n), rng.uniform(20, 80, n)
    side = np.where(rng.random(n) < 0.5, 1.0, -1.0)
    late = np.where(form == 4, 0, late * np.where(form == 2, -1, 1)) * side
    early = np.where(form == 4, 0, early) * side
    value0 = BASE + rng.normal(0, 300, n)
    value1 = value0 - late
    value2 = np.where(form == 3, np.nan, value1 - early)
    steps = rng.integers(1, 6, n)
    has = (rng.random(n) < 0.5) & targets
    # Of those at rest the pace is the value, a target a tenth of it away.
    aim = np.where(
        form == 4, rng.choice([-0.1, 0.1], n) * value0, rng.uniform(-1, 2, n) * side * 50
    )
    target = np.where(has, value0 + aim * np.where(form == 4, 1, steps), np.nan)
    return pd.DataFrame(
        {
            "indicator_id": [f"i{number}" for number in range(n)],
            "project_id": [f"p{number // 2}" for number in range(n)],
            "ministry": "省",
            "unit": "団体",
            "target": target,
            "target_year": np.where(has, 2017.0 + steps, np.nan),
            "last_year": 2017.0,
            "value0": value0,
            "value1": value1,
            "value2": value2,
            "year1": 2016.0,
            "year2": np.where(form == 3, np.nan, 2015.0),
            "rising": np.where(has, aim > 0, side > 0),
            "kept": rng.choice([-1.0, 0, 1], n),
            "usual": (np.abs(late) + np.abs(early)) / 2,
            "unrest": np.where(form == 3, np.abs(late), np.abs(late - early)),
            "ceiling": np.inf,
            "floor": 0.0,
        }
    )


def change(rng: np.random.Generator, rows: pd.DataFrame) -> np.ndarray:
    """What each row's indicator changes in h years, in paces."""
    h, z = rows["h"].to_numpy(), rng.standard_normal(len(rows))
    lately, need = rows["lately"].to_numpy(), rows["need"].to_numpy()
    # At rest: half of them stay.
    moved = np.where(np.abs(z) < 0.6745, 0, 0.05 * np.sqrt(h) * z)
    by_kind = {
        "towards": h * (0.3 + 0.3 * lately + 0.2 * need + (0.2 + 0.2 * lately) * z),
        "trending": 0.4 * h * lately + np.sqrt(h) * (0.8 - 0.3 * rows["falls"].to_numpy()) * z,
        "wavering": -0.4 * lately + np.sqrt(h) * (0.1 + 0.9 * z),
        "steady": moved,
    }
    return np.select([rows["kind"] == kind for kind in by_kind], list(by_kind.values()))


def followed(rng: np.random.Generator, points: pd.DataFrame, horizon: int = 5) -> pd.DataFrame:
    """`points` and what came of them, as `outcome_pool.cases` gives it; years are independent."""
    known = shaped(points).assign(origin=2018)
    rows = known.loc[known.index.repeat(horizon)].reset_index(drop=True)
    rows["h"] = np.tile(np.arange(1.0, horizon + 1), len(known))
    rows["fiscal_year"] = (rows["last_year"] + rows["h"]).astype(int)
    rows["truth"] = rows["value0"] + rows["sign"] * rows["pace"] * change(rng, rows)
    return rows
