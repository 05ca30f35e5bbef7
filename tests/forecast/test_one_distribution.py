"""What a forecast of an outcome says, in several numbers, is one distribution: of every project."""

import numpy as np
import pandas as pd
import pytest

import judgit
import judgit_tables
import outcome_world
from helpers import fitted
from helpers.forecast import outcome_pool, quantiles
from helpers.forecast.outcome_pool import QUANTILES, ahead, met

POOL = fitted.SHIPPED.outcomes
LEVELS = np.array(quantiles.LEVELS)


def contradictions(rows: pd.DataFrame) -> pd.DataFrame:
    """The `rows` whose forecast says two things, with what they are."""
    made = outcome_pool.forecast(POOL, rows)
    found, rising = made[QUANTILES].to_numpy(), rows["rising"].to_numpy(bool)
    p, aimed = made["p_target"].to_numpy(), made["p_target"].notna().to_numpy()
    wrong = {"disorder": (np.diff(found) < 0).any(axis=1)}
    wrong["outside of what can be"] = (found < rows[["floor"]].to_numpy()).any(axis=1) | (
        found > rows[["ceiling"]].to_numpy()
    ).any(axis=1)
    wrong["the mean beyond the limits"] = (made["mean"] < found[:, 0]) | (
        made["mean"] > found[:, -1]
    )
    # P(a value that misses, by the side of the target); each quantile lies on the side it says.
    below = np.where(rising, 1 - p, p)[:, None]
    slack = 4e-9 * np.abs(rows["target"].fillna(0).to_numpy()[:, None]) + 1e-11
    target = rows["target"].to_numpy()[:, None]
    low = (below - 1e-9 >= LEVELS) & (found > target + slack)
    high = (below + 1e-9 < LEVELS) & (found < target - slack)
    wrong["a limit on the other side of the target"] = aimed & (low | high).any(axis=1)
    # At ties: a target at the very end of what can be.
    meets = met(rows, made["median"].to_numpy())
    inner = target[:, 0] != made["median"].to_numpy()
    wrong["the median against P"] = aimed & inner & (np.abs(p - 0.5) > 1e-9) & (meets != (p > 0.5))
    # P by straight lines through the printed quantiles, where these lie around the target: at most
    # as far off as the levels are apart.
    by_lines = quantiles.below(np.nan_to_num(target[:, 0]), found, LEVELS)
    at = np.clip((found < target).sum(axis=1), 1, len(LEVELS) - 1)
    apart = np.r_[LEVELS, 1][at] - LEVELS[at - 1]
    smooth = aimed & ~(np.abs(found - target) <= slack).any(axis=1)
    wrong["P against the quantiles"] = smooth & (np.abs(by_lines - below[:, 0]) > apart + 1e-9)
    return pd.concat([made.assign(why=why)[holds] for why, holds in wrong.items()])


def panel(outcome: pd.DataFrame) -> pd.DataFrame:
    """The outcomes that the sheets of one year print, as `Corpus.outcomes` gives them."""
    rows = outcome.dropna(subset=["number", "fiscal_year", "actual"])
    rows = rows.drop_duplicates(["sheet_id", "number", "fiscal_year"], keep="last")
    name = rows["sheet_id"] + "/" + rows["number"].astype(str)
    facts = {"project_id": rows["sheet_id"], "ministry": "", "is_branch": False}
    return rows.assign(indicator_id=name, **facts)


@pytest.mark.skipif(not judgit.CORPUS.exists(), reason=f"no shared corpus at {judgit.CORPUS}")
def test_of_every_project_of_2019():
    known = judgit_tables.tables(2019, 2019)["outcome"]
    rows = ahead(outcome_pool.points(panel(known)))
    assert rows["indicator_id"].nunique() > 2000
    assert (rows["h"] <= rows["steps"]).sum() > 3000
    assert contradictions(rows).empty


def test_of_a_made_up_world():
    points = outcome_world.points(np.random.default_rng(81), 300)
    assert contradictions(ahead(points)).empty
