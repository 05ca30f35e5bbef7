"""What stands beside the forecasts of a year: what they rest on, and what their columns say."""

from helpers.corpus import Corpus
from helpers.fitted import SHIPPED, Fitted
from helpers.forecast import panels, quantiles
from helpers.forecast.every_project import Forecasts
from helpers.forecast.outcome_pool import QUANTILES
from helpers.words import number

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
    "number": ("シートでの指標の番号", "number of the indicator on the sheet"),
    "indicator": ("成果指標", "outcome indicator"),
    "unit": ("単位", "unit"),
    "last_year": ("直近の実績の年度", "fiscal year of the last value"),
    "last_value": ("直近の実績", "last value"),
    "target": ("目標値", "target"),
    "target_year": ("目標年度", "fiscal year in which the target is due"),
    "h": ("直近の実績からの年数", "years from the last value"),
    "p_target": (
        "その年度の値が目標に届く確率(空欄は、この先に期限のある目標がない)",
        "chance that the year's value meets the target; empty: no target ahead",
    ),
    "due": ("目標年度かどうか", "whether it is the target's year"),
    "kind": (
        "これまでの動き: towards 目標へ、trending 一方向、wavering 上下、steady 不変",
        "how it moved: towards the target, trending one way, wavering, steady",
    ),
    "outside": (
        "推定に使ったデータの範囲を外れる点(空欄は範囲内): year 年度、ministry 府省庁、"
        "budget 予算額、no_history 実績なし、horizon 先の年数、need 目標までの距離、"
        "ceiling 100 %以外の上限(複数なら空白で区切る)",
        "what lies beyond the data of the fit, empty: nothing; year, ministry, budget, no_history "
        "(no year known), horizon (years ahead), need (distance to the target), "
        "ceiling (other than 100 %); several with a space between",
    ),
    "indicator_id": ("指標のID", "id of the indicator"),
    "forecast": ("予測の種類: execution、outcomes", "of what: execution, outcomes"),
    "reason": (
        "予測のない理由: branch sheet 枝番のシート、no budget その年度の予算計がない、"
        "no indicator 成果指標がない、qualitative 定性的な成果、no value 実績がない、"
        "single value 実績が1つだけ",
        "why there is none: branch sheet, no budget for the year, no indicator, qualitative (told "
        "in words), no value, a single value",
    ),
}
"""Column -> what it says, in Japanese and English."""

LIMITS = {
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

EXECUTED = ("執行額、百万円: ", "outturn, million yen: ")


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
            "outturn in million yen",
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
        "from": "package" if fit == SHIPPED else "folder",
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
    if column.startswith("executed_"):
        of = LIMITS[column.removeprefix("executed_")]
        return [start + end for start, end in zip(EXECUTED, of, strict=True)]
    return [*(MEANINGS | LIMITS)[column]]
