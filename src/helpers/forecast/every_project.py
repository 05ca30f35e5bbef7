"""Forecasts for all projects of a sheet year, from what the sheets up to it print."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis.series import QUALITATIVE
from helpers.corpus import Corpus
from helpers.fitted import Fitted
from helpers.forecast import execution_features, execution_pool, outcome_pool, quantiles
from helpers.forecast.outcome_points import points

DIGITS = 6
"""Significant digits of a forecast amount or value: all that is said in them, and more."""

INTERVALS = {
    name: outcome_pool.QUANTILES[quantiles.LEVELS.index(level)]
    for name, level in execution_pool.LIMITS.items()
}

SHEET = ["project_id", "sheet_id", "ministry", "name"]
LEFT_OUT = ["forecast", *SHEET, "number", "indicator", "reason"]


class Forecasts(NamedTuple):
    """One table of forecasts, and what got none: `SHEET`, number, indicator (of an outcome) and
    reason."""

    table: pd.DataFrame
    left_out: pd.DataFrame


def sheets(corpus: Corpus, as_of: int) -> pd.DataFrame:
    """The sheets of `as_of`: `SHEET`, and is_branch."""
    sheet = corpus.table("sheet", [as_of], ["sheet_id", "ministry", "name", "parent_number"])
    sheet["is_branch"] = sheet.pop("parent_number").fillna("").ne("")
    project = corpus.table("project", [as_of], ["sheet_id", "project_id"])
    return project.merge(sheet, on="sheet_id")[[*SHEET, "is_branch"]]


def execution(corpus: Corpus, fitted: dict, as_of: int) -> Forecasts:
    """The execution of fiscal year `as_of`, one row a project with a sheet of that year: `SHEET`,
    last_rate, mean_rate (of up to three closed years) and what `execution_pool.forecast` gives.

    reason: "branch sheet", or "no budget" for the year.
    """
    of = sheets(corpus, as_of)
    means = execution_pool.cohorts(fitted)
    known = execution_features.features(corpus.spending(as_of), means, as_of)
    made = execution_pool.forecast(fitted, known)
    made = made.assign(last_rate=known["last_rate"], mean_rate=known["mean_rate"])
    table = of[SHEET].merge(made.drop(columns=["sheet_id", "ministry"]), on="project_id")
    first = [*SHEET, "size", "fiscal_year", "budget", "last_rate", "mean_rate"]
    table = table[[*first, *table.columns.drop(first)]].sort_values("sheet_id", ignore_index=True)
    amounts = [name for name in table if name.startswith("executed_")]
    rates = table.columns[table.dtypes.eq(float)].drop(["budget", *amounts])
    table = table.assign(
        **digits.rounded(table[rates], 4), **digits.significant(table[amounts], DIGITS)
    )
    rest = of[~of["project_id"].isin(table["project_id"])]
    reason = np.where(rest["is_branch"], "branch sheet", "no budget")
    return Forecasts(table, rest[SHEET].assign(reason=reason))


def outcomes(corpus: Corpus, fitted: dict, as_of: int) -> Forecasts:
    """The outcomes, one row an indicator of a sheet of `as_of` x year from its last value on.

    Columns: `SHEET`; number (on the sheet), indicator, unit, last_year, last_value, target,
    target_year; fiscal_year, h (years from the last value); mean; `INTERVALS`: median, lower80 ...
    upper95; p_target, due, kind, outside and the quantiles, as `outcome_pool.forecast` gives them.
    reason: "branch sheet", "no indicator", "qualitative", "no value" or "single value".
    """
    of, known = sheets(corpus, as_of), corpus.outcomes(as_of)
    rows = outcome_pool.ahead(points(known, as_of))
    made = outcome_pool.forecast(fitted, rows)
    facts = rows[["unit", "target", "target_year"]].assign(last_value=rows["value0"])
    made = pd.concat([made, facts], axis=1).astype({"last_year": int, "target_year": "Int64"})
    made = made.assign(
        h=made["h"].astype(int), **made[[*INTERVALS.values()]].set_axis([*INTERVALS], axis=1)
    )
    numbers = [*INTERVALS, "mean", *outcome_pool.QUANTILES]
    made = made.assign(
        p_target=digits.rounded(made["p_target"], 4), **digits.significant(made[numbers], DIGITS)
    )
    listed = _indicators(corpus, as_of).merge(of, on="sheet_id", how="right")
    table = listed.drop(columns=["is_branch", "kind"]).merge(
        made.drop(columns="project_id"), on="indicator_id"
    )
    first = [*SHEET, "number", "indicator", "unit", "last_year", "last_value", "target"]
    first += ["target_year", "fiscal_year", "h", "mean", *INTERVALS, "p_target", "due", "kind"]
    first += ["outside", *outcome_pool.QUANTILES, "indicator_id"]
    table = table[first].sort_values(["sheet_id", "number", "h"], ignore_index=True)
    rest = listed[~listed["indicator_id"].isin(table["indicator_id"])]
    reasons = {
        "branch sheet": rest["is_branch"],
        "no indicator": rest["indicator_id"].isna(),
        "qualitative": rest["kind"].eq(QUALITATIVE),
        "no value": ~rest["indicator_id"].isin(known["indicator_id"]),
    }
    reason = np.select([*reasons.values()], [*reasons], "single value")
    return Forecasts(table, rest[[*SHEET, "number", "indicator"]].assign(reason=reason))


def all_of(corpus: Corpus, fitted: Fitted, as_of: int) -> dict[str, Forecasts]:
    """The `execution` and the `outcomes` of every project with a sheet of `as_of`."""
    return {
        "execution": execution(corpus, fitted.execution, as_of),
        "outcomes": outcomes(corpus, fitted.outcomes, as_of),
    }


def left_out(**made: Forecasts) -> pd.DataFrame:
    """What got no forecast, of all kinds of forecasts by their names: `LEFT_OUT`."""
    parts = [part.left_out.assign(forecast=name) for name, part in made.items()]
    table = pd.concat(parts, ignore_index=True).reindex(columns=LEFT_OUT)
    return table.sort_values(["forecast", "sheet_id", "number"], ignore_index=True)


def _indicators(corpus: Corpus, as_of: int) -> pd.DataFrame:
    """The outcome indicators of the sheets of `as_of`: number on the sheet, indicator_id, kind."""
    key = ["sheet_id", "number"]
    linked = corpus.table("indicator", [as_of], ["table", *key, "indicator_id"])
    linked = linked[linked["table"] == "outcome"].drop(columns="table")
    printed = corpus.table("outcome", [as_of], [*key, "indicator", "kind"])
    printed = printed.drop_duplicates(key)
    return printed.merge(linked, on=key)
