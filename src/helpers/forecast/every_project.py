"""Forecasts for all projects of a sheet year, from what the sheets up to it print."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis.series import QUALITATIVE
from helpers.corpus import Corpus
from helpers.fitted import PACKAGE, Fitted
from helpers.forecast import execution_pool, outcome_pool, panels, quantiles, unbudgeted
from helpers.forecast.outcome_pool import QUANTILES, points
from helpers.sheet import NO_PROJECT
from helpers.words import number

DIGITS = 6
"""Significant digits of a forecast amount or value: all that is said in them, and more."""

SHEET = ["project_id", "sheet_id", "ministry", "name"]
NO_BUDGET = "no_budget"
"""`outside` of an outturn that is forecast without a budget."""

LEFT_OUT = ["forecast", *SHEET, "number", "indicator", "reason"]


class Forecasts(NamedTuple):
    """One table of forecasts, and what got none: `SHEET`, number, indicator (of an outcome) and
    reason."""

    table: pd.DataFrame
    left_out: pd.DataFrame


def sheets(corpus: Corpus, as_of: int) -> pd.DataFrame:
    """The sheets of projects of `as_of`: `SHEET`, and is_branch."""
    columns = ["sheet_id", "ministry", "name", "parent_number", "sheet_type"]
    sheet = corpus.table("sheet", [as_of], columns)
    sheet = sheet[~sheet["sheet_type"].isin(NO_PROJECT)]
    sheet["is_branch"] = sheet.pop("parent_number").fillna("").ne("")
    project = corpus.table("project", [as_of], ["sheet_id", "project_id"])
    return project.merge(sheet, on="sheet_id")[[*SHEET, "is_branch"]]


def execution(corpus: Corpus, fitted: dict, as_of: int) -> Forecasts:
    """The execution of fiscal year `as_of`, one row a project with a sheet of that year: `SHEET`,
    last_rate, mean_rate (of up to three closed years) and what `execution_pool.forecast` gives; of
    projects that spend without a budget the outturn alone, as `unbudgeted.forecast` gives it.

    reason: "branch sheet", or "no budget" for the year.
    """
    of, spending = sheets(corpus, as_of), corpus.spending(as_of)
    known = execution_pool.features(spending, execution_pool.cohorts_of(fitted), as_of)
    made = execution_pool.forecast(fitted, known)
    made = made.assign(last_rate=known["last_rate"], mean_rate=known["mean_rate"])
    without = unbudgeted.forecast(fitted["unbudgeted"], unbudgeted.features(spending, as_of))
    without = without.assign(outside=NO_BUDGET).reindex(columns=made.columns).astype(made.dtypes)
    made = pd.concat([made, without], ignore_index=True)
    table = of[SHEET].merge(made.drop(columns=["sheet_id", "ministry"]), on="project_id")
    first = [*SHEET, "size", "fiscal_year", "budget", "last_rate", "mean_rate"]
    table = table[[*first, *table.columns.drop(first)]].sort_values("sheet_id", ignore_index=True)
    amounts = [name for name in table if name.startswith(("executed_", "budget_"))]
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
    target_year; fiscal_year, h (years from the last value); mean, median, lower80 ... upper95,
    p_target, due, kind, outside and the quantiles, as `outcome_pool.forecast` gives them.
    reason: "branch sheet", "none read" (no sheet of the year has an outcome: its file was not
    there), "no indicator", "qualitative", "no value" or "single value".
    """
    of, known = sheets(corpus, as_of), corpus.outcomes(as_of)
    rows = outcome_pool.ahead(points(known, as_of))
    made = outcome_pool.forecast(fitted, rows)
    facts = rows[["unit", "target", "target_year"]].assign(last_value=rows["value0"])
    made = pd.concat([made, facts], axis=1).astype({"last_year": int, "target_year": "Int64"})
    made = made.assign(h=made["h"].astype(int))
    numbers = [*quantiles.LIMITS, "mean", *outcome_pool.QUANTILES]
    made = made.assign(
        p_target=digits.rounded(made["p_target"], 4), **digits.significant(made[numbers], DIGITS)
    )
    listed = _indicators(corpus, as_of).merge(of, on="sheet_id", how="right")
    table = listed.drop(columns=["is_branch", "kind"]).merge(
        made.drop(columns="project_id"), on="indicator_id"
    )
    first = [*SHEET, "number", "indicator", "unit", "last_year", "last_value", "target"]
    first += [
        "target_year",
        "fiscal_year",
        "h",
        "mean",
        *quantiles.LIMITS,
        "p_target",
        "due",
        "kind",
    ]
    first += ["outside", *outcome_pool.QUANTILES, "indicator_id"]
    table = table[first].sort_values(["sheet_id", "number", "h"], ignore_index=True)
    rest = listed[~listed["indicator_id"].isin(table["indicator_id"])]
    reasons = {
        "branch sheet": rest["is_branch"],
        "none read": np.full(len(rest), listed["indicator_id"].isna().all()),
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


MEANINGS = {
    "project_id": ("事業のID", "id of the project"),
    "sheet_id": ("シートのID", "id of the sheet"),
    "ministry": ("府省庁", "ministry"),
    "name": ("事業名", "name of the project"),
    "size": ("予算計の階級、百万円", "class of the net budget, million yen"),
    "fiscal_year": ("予測する年度", "fiscal year that is forecast"),
    "budget": ("その年度の予算計(途中のもの)、百万円", "its provisional net budget, million yen"),
    "last_rate": ("直近の執行率(0〜1)", "last execution rate, cut to 0-1"),
    "mean_rate": ("直近3年までの執行率の平均", "mean rate of up to three closed years"),
    "p_below_70": ("執行率が70%未満となる確率", "chance that under 70 % is executed"),
    "p_full": ("全額が執行される確率", "chance that all is executed"),
    "p_none": ("まったく執行されない確率", "chance that nothing is executed"),
    "p_fall": ("予算計が年度末までに減る確率", "chance that the net budget ends lower"),
    "p_rise": ("予算計が年度末までに増える確率", "chance that the net budget ends higher"),
    "number": ("シートでの指標の番号", "number of the indicator on the sheet"),
    "indicator": ("成果指標", "outcome indicator"),
    "unit": ("単位", "unit"),
    "last_year": ("直近の実績の年度", "fiscal year of the last value"),
    "last_value": ("直近の実績", "last value"),
    "target": ("目標値", "target"),
    "target_year": ("目標年度", "fiscal year in which the target is due"),
    "h": ("直近の実績からの年数", "years from the last value"),
    "p_target": (
        "その年度の値が目標に届く確率(空欄は、直近の実績より先に期限のある目標がない)",
        "chance that the year's value meets the target; empty: no target that was ahead of the "
        "last value",
    ),
    "due": ("目標年度かどうか", "whether it is the target's year"),
    "kind": (
        "これまでの動き: towards 目標へ、trending 一方向、wavering 上下、steady 不変",
        "how it moved: towards the target, trending one way, wavering, steady",
    ),
    "outside": (
        "推定に使ったデータの範囲を外れる点(空欄は範囲内): year 年度、ministry 府省庁、"
        "budget 予算額、no_history 実績なし、no_budget 予算なし(執行額のみの予測)、"
        "horizon 先の年数、need 目標までの距離、"
        "ceiling 100 %以外の上限(複数なら空白で区切る)",
        "what lies beyond the data of the fit, empty: nothing; year, ministry, budget, no_history "
        "(no year known), no_budget (the outturn alone), horizon (years ahead), "
        "need (distance to the target), ceiling (other than 100 %); several with a space between",
    ),
    "indicator_id": ("指標のID", "id of the indicator"),
    "forecast": ("予測の種類: execution、outcomes", "of what: execution, outcomes"),
    "reason": (
        "予測のない理由: branch sheet 枝番のシート、no budget その年度の予算計がない"
        "(前年度に当初予算も繰越しもないまま執行した事業は除く)、"
        "none read その年のどのシートにも成果がない(資料が読まれていない)、"
        "no indicator 成果指標がない、"
        "qualitative 定性的な成果、no value 実績がない、"
        "single value 実績が1つだけ",
        "why there is none: branch sheet, no budget (for the year, nor spending without one in the "
        "last), none read (no sheet of that year has an outcome: the file was not there), no "
        "indicator, qualitative (told in words), no value, a single value",
    ),
}
"""Column -> what it says, in Japanese and English."""

OF_LIMITS = {
    "mean": ("平均", "mean"),
    "median": ("中央値", "median"),
    "lower80": ("80%区間の下限", "lower limit of the 80 % interval"),
    "upper80": ("80%区間の上限", "upper limit of the 80 % interval"),
    "lower95": ("95%区間の下限", "lower limit of the 95 % interval"),
    "upper95": ("95%区間の上限", "upper limit of the 95 % interval"),
} | {
    name: (f"{number(100 * level)}%点", f"quantile at {number(100 * level)} %")
    for name, level in zip(QUANTILES, quantiles.LEVELS, strict=True)
}
"""Columns of a forecast distribution, of what "of" says in `about`."""

MONEY = {
    "executed_": ("執行額、百万円: ", "outturn, million yen: "),
    "budget_": ("最終の予算計、百万円: ", "final net budget, million yen: "),
}
"""Prefix of columns of a forecast distribution of money -> what of."""


def about(corpus: Corpus, fit: Fitted, as_of: int, made: dict[str, Forecasts]) -> dict:
    """as_of, sheets (of that year), corpus (sheet years looked at), fit, forecasts (rows,
    projects, left_out by reason) and columns, by table, with their meaning in both languages."""
    counts = {
        name: {
            "rows": len(table),
            "projects": int(table["project_id"].nunique()),
            "left_out": {str(key): int(n) for key, n in rest["reason"].value_counts().items()},
        }
        for name, (table, rest) in made.items()
    }
    return {
        "as_of": as_of,
        "sheets": len(corpus.table("sheet", [as_of], ["sheet_id"])),
        "sheet_years": panels.years(corpus, as_of),
        "fit": _of(fit),
        "of": {
            "execution": "net execution rate, executed / final net budget, 0-1; executed_...: the "
            "outturn, budget_...: the final net budget, in million yen; of one joint distribution",
            "outcomes": "the value of the indicator that will be reported, in its unit",
        },
        "forecasts": counts,
        "columns": {
            name: {column: _meaning(column) for column in table}
            for name, (table, _) in made.items()
        },
    }


def _of(fit: Fitted) -> dict:
    """Which fit, from sheets of which years, to truths of which fiscal years."""
    outcomes, execution = fit.outcomes, fit.execution
    return {
        "from": "package" if fit.folder == PACKAGE else "folder",
        "outcomes": {
            "sheets": outcomes["sheets"],
            "last_fiscal_year": outcomes["last_year"],
            "projects": outcomes["projects"],
        },
        "execution": {
            "sheets": execution["sheets"],
            "fiscal_years": execution["origins"],
            "projects": execution["projects"],
        },
    }


def _meaning(column: str) -> list[str]:
    for prefix, names in MONEY.items():
        if column.startswith(prefix):
            of = OF_LIMITS[column.removeprefix(prefix)]
            return [start + end for start, end in zip(names, of, strict=True)]
    return [*(MEANINGS | OF_LIMITS)[column]]
