"""What a forecast of an outcome looks at: the latest points of every indicator, made comparable.

An indicator's changes are measured in its own pace, and one that falls is turned round, so that
municipalities, per cent and tonnes can be pooled.
"""

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis.direction import assumed, in_percent
from helpers.analysis.series import HORIZON, Series

POINTS = 3
"""The latest values that a forecast uses: older ones made it worse, uptake slows."""

KINDS = ("towards", "trending", "wavering", "steady")
"""Three values that move one way, to a target that lies ahead; that move one way (or two values
alone); that do neither, going up and down or moving and resting; that do not change."""


def points(outcomes: pd.DataFrame, as_of: int | None = None) -> pd.DataFrame:
    """The latest points of every indicator of a panel (`Corpus.outcomes`): one row an indicator.

    Columns: indicator_id, project_id, ministry, unit, target, target_year (NaN: none); last_year,
    value0 (the latest), value1, value2 and year1, year2 (NaN with fewer values); ceiling (100 for a
    percentage, else infinite), floor (0 where no value is below, else -infinite); rising (whether
    more is better: what the sheet states, else what `direction.assumed` takes), kept (years that
    reached the value expected of them, less those that did not, halved). With `as_of` only
    indicators that a sheet of that year has; indicators with a single value are left out.
    """
    rows = outcomes[~outcomes["is_branch"]]
    if as_of is not None:
        rows = rows[(rows["last_sheet"] == as_of) & (rows["stated"] == as_of)]
    rows = rows.sort_values(["indicator_id", "fiscal_year"], kind="stable")
    grouped = rows.groupby("indicator_id", sort=False)
    back = grouped.cumcount(ascending=False).to_numpy()
    facts = ["project_id", "ministry", "unit", "target", "target_year"]
    facts += ["indicator", "goal", "direction"]
    table = rows[back == 0].set_index("indicator_id")[facts]
    for at in range(POINTS):
        part = rows[back == at].set_index("indicator_id")
        for name, column in (("year", "fiscal_year"), ("value", "actual"), ("plan", "expected")):
            table[f"{name}{at}"] = part[column].astype(float)
    table["history"] = grouped["actual"].agg(list)
    return _known(table.reset_index().astype({"target_year": float}))


def of_series(series: Series) -> pd.DataFrame:
    """The same row for one series of two or more values: the target is due in its `target_column`,
    the ceiling and the direction are its own."""
    plans = np.full(len(series.values), np.nan) if series.expected is None else series.expected
    last = list(zip(series.years, series.values, plans, strict=True))[::-1][:POINTS]
    row = {"indicator_id": series.indicator, "project_id": "", "ministry": ""}
    row |= {"unit": series.unit, "target": series.target, "target_year": series.target_column}
    for at in range(POINTS):
        year, value, plan = last[at] if at < len(last) else (np.nan,) * 3
        row |= {f"year{at}": float(year), f"value{at}": float(value), f"plan{at}": plan}
    row |= {"direction": "up" if series.rising else "down"}
    table = _known(pd.DataFrame([row]).astype({"target": float, "target_year": float}))
    return table.assign(ceiling=np.inf if series.ceiling is None else series.ceiling)


def _known(table: pd.DataFrame) -> pd.DataFrame:
    table = table[table["value1"].notna()].reset_index(drop=True).astype({"target": float})
    values = table[[f"value{at}" for at in range(POINTS)]]
    table["rising"] = [_rising(row) for row in table.to_dict("records")]
    signs = np.where(table["rising"], 1, -1)
    plans = [
        np.sign(signs * digits.difference(table[f"value{at}"], table[f"plan{at}"]))
        for at in range(POINTS)
    ]
    table["kept"] = sum(np.where(side.isna(), 0, np.where(side >= 0, 0.5, -0.5)) for side in plans)
    known = values.assign(target=table["target"])
    percent = table["unit"].fillna("").map(in_percent).astype(bool)
    within = percent & digits.at_least(100, known.max(axis=1)) & (known.min(axis=1) >= 0)
    table["ceiling"] = np.where(within, 100.0, np.inf)
    table["floor"] = np.where(values.min(axis=1) >= 0, 0.0, -np.inf)
    table = table.rename(columns={"year0": "last_year"})
    used = ["history", "indicator", "goal", "direction"]
    return table.drop(columns=[*used, *(f"plan{at}" for at in range(POINTS))], errors="ignore")


def _rising(row: dict) -> bool:
    """Whether more is better, as `Series.rising` tells it."""
    if isinstance(row["direction"], str) and row["direction"]:
        return row["direction"] == "up"
    texts = ("" if pd.isna(row[name]) else row[name] for name in ("unit", "indicator", "goal"))
    target = None if pd.isna(row["target"]) else row["target"]
    return assumed(row["history"], target, *texts).up


def shaped(points: pd.DataFrame) -> pd.DataFrame:
    """`points` with what the regressions need, in each indicator's own pace and direction.

    Columns added: sign (-1: turned round, because it falls), pace (the unit of its changes: mean
    yearly change of those that move one way, mean size of a change of the wavering, its value (at
    least 1) of the steady), kind (of `KINDS`), steps (years to the target, NaN: none ahead), lately
    (latest yearly change / pace), need (change a year to the target / pace), gap (to the target /
    pace), has_target, met (the target is behind), ahead (side of the target: -1, 0, 1), overshoot
    (gap where negative), two (two values alone), falls, noise (log of pace / value).
    """
    table = points.copy()
    late = digits.difference(table["value0"], table["value1"]) / (
        table["last_year"] - table["year1"]
    )
    early = digits.difference(table["value1"], table["value2"])
    early = (early / (table["year1"] - table["year2"])).fillna(late)
    two = table["value2"].isna()
    span = table["last_year"] - table["year2"].fillna(table["year1"])
    mean = digits.difference(table["value0"], table["value2"].fillna(table["value1"])) / span
    sign = np.where(mean < 0, -1.0, 1.0)
    one_way, still = late * early > 0, (late == 0) & (early == 0)
    pace = np.where(one_way, mean.abs(), (late.abs() + early.abs()) / 2)
    pace = np.where(still, np.maximum(table["value0"].abs(), 1), pace)
    steps = table["target_year"] - table["last_year"]
    steps = steps.where(table["target"].notna() & (steps > 0) & (steps <= HORIZON))
    has_target = steps.notna()
    gap = (sign * digits.difference(table["target"], table["value0"]) / pace).where(has_target, 0.0)
    towards = one_way & ~two & has_target & (gap > 0)
    return table.assign(
        sign=sign,
        pace=pace,
        kind=np.select([towards, one_way, still], [KINDS[0], KINDS[1], KINDS[3]], KINDS[2]),
        steps=steps,
        lately=np.clip(sign * late / pace, -2, 2),
        need=np.clip((gap / steps).fillna(0.0), -2, 4),
        gap=np.clip(gap, -6, 6),
        has_target=has_target.astype(float),
        met=(has_target & (gap <= 0)).astype(float),
        ahead=np.sign(gap),
        overshoot=np.clip(gap, -6, 0),
        two=two.astype(float),
        falls=(sign < 0).astype(float),
        noise=np.clip(np.log(pace / np.maximum(table["value0"].abs(), 1e-9)), -6, 1),
    )
