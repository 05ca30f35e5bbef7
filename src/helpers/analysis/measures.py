"""What is compared of a project with its peers: its measures by year, and over its years.

The same code works them out for all projects of a corpus and for one sheet.
"""

import math
from statistics import median

import pandas as pd

from helpers import precision
from helpers.analysis.execution import EQUAL
from helpers.sheet import ReviewSheet, records

RATES = ["execution_rate", "rate_gross"]
_OF_CLOSED = {
    "execution_rate": ("executed", "budget_net"),
    "rate_gross": ("executed", "budget_gross"),
    "unspent": ("unspent", "budget_net"),
}
"""Measure of a closed year -> its part and its whole."""

MEASURES = [*RATES, "unspent", "granted", "attainment", "hhi"]


def yearly(budget: pd.DataFrame, outcome: pd.DataFrame, payment: pd.DataFrame) -> pd.DataFrame:
    """The measures of every project-year: project_id, fiscal_year, measure, value, part, whole.

    `budget` are rows of `execution.measured`. execution_rate, rate_gross and unspent (million yen)
    are those of closed years; granted = initial / requested of the same fiscal year; attainment =
    actual / expected of an indicator's year, as printed (of an indicator meant to fall less is
    more, which a sheet does not say); hhi as in `payees.concentration`.
    """
    key = ["project_id", "fiscal_year"]
    closed = budget[budget["status"].eq("closed")]
    asked = budget[budget["status"].ne("requested") & (budget["requested"] > 0)]
    expected = outcome[outcome["expected"] > 0]
    parts = [
        *(_ratio(closed, name, *amounts, closed[name]) for name, amounts in _OF_CLOSED.items()),
        _ratio(asked, "granted", "initial", "requested", asked["initial"] / asked["requested"]),
        expected[key].assign(measure="attainment", value=expected["actual"] / expected["expected"]),
        _concentration(payment, key),
    ]
    values = pd.concat(parts, ignore_index=True).dropna(subset=["value"])
    values["value"] = values["value"].mask((values["value"] - 1).abs() < EQUAL, 1.0)
    return values.sort_values([*key, "measure", "value"], ignore_index=True)


def over_years(values: pd.DataFrame) -> pd.DataFrame:
    """The measures of every project over its years: project_id, measure, value, years (of them),
    part, whole, of `yearly` values.

    Rates and grants are sum / sum, unspent and hhi are means a year, attainment is the
    median of the indicators' years.
    """
    groups = values.groupby(["project_id", "measure"])
    sums = groups[["part", "whole"]].sum(min_count=1)
    sums["years"] = groups["fiscal_year"].nunique()
    middle, mean = groups["value"].median(), groups["value"].mean()
    measure = sums.index.get_level_values("measure")
    of_sums = sums["part"] / sums["whole"].where(sums["whole"] > 0)
    sums["value"] = of_sums.where(measure.isin([*RATES, "granted"]), mean)
    sums["value"] = sums["value"].mask(measure == "attainment", middle)
    sums["value"] = sums["value"].mask((sums["value"] - 1).abs() < EQUAL, 1.0)
    return sums.dropna(subset=["value"]).reset_index()


def own(sheet: ReviewSheet, rates: pd.DataFrame) -> pd.DataFrame:
    """The measures of one sheet, as in `over_years` of `yearly`, of the years of its
    `execution.rates`, and the `decimals` in per cent that the rates and grants can be shown with
    (`precision`)."""
    years = {row["fiscal_year"]: row for row in records(rates)}
    # By row: for the few of one sheet a frame's groups take a hundred times as long.
    found: dict[str, list[tuple]] = {}

    def add(measure: str, year: int, value: float | None, *amounts: float) -> None:
        if value is not None:
            value = 1.0 if abs(value - 1) < EQUAL else value
            found.setdefault(measure, []).append((year, value, *amounts))

    for year, row in years.items():
        if row["status"] == "closed":
            for measure, (part, whole) in _OF_CLOSED.items():
                add(measure, year, row[measure], row[part], row[whole])
        initial, requested = row["initial"], row["requested"]
        if row["status"] != "requested" and initial is not None and (requested or 0) > 0:
            add("granted", year, initial / requested, initial, requested)
    for row in sheet.rows("outcome"):
        actual, expected = row["actual"], row["expected"]
        if row["fiscal_year"] in years and actual is not None and (expected or 0) > 0:
            add("attainment", row["fiscal_year"], actual / expected)
    paid: dict[int, dict[str, list[float]]] = {}
    for row in sheet.rows("payment"):
        named = row["payee"] is not None and row["amount"] is not None and row["tier"] != "sub"
        if row["fiscal_year"] in years and named and row["payee_key"] is not None:
            of_year = paid.setdefault(row["fiscal_year"], {})
            of_year.setdefault(row["payee_key"], []).append(row["amount"])
    for year, by_payee in paid.items():
        amounts = [*map(math.fsum, by_payee.values())]
        if (total := math.fsum(amounts)) > 0:
            shares = [amount / total for amount in amounts]
            add("hhi", year, math.fsum(share * share for share in shares))
    columns = ["measure", "part", "whole", "years", "value", "decimals"]
    return pd.DataFrame(
        [(measure, *_over_years(measure, found[measure], years)) for measure in sorted(found)],
        columns=columns,
    )


def _over_years(measure: str, rows: list[tuple], years: dict[int, dict]) -> tuple:
    """Part, whole, years, value and decimals of a measure's rows: year, value, part and whole."""
    of, values, *amounts = zip(*rows, strict=True)
    part, whole = map(math.fsum, amounts) if amounts else (math.nan, math.nan)
    if measure in ("unspent", "hhi"):
        value = math.fsum(values) / len(values)
    else:
        value = part / whole if amounts else median(values)
    value = 1.0 if abs(value - 1) < EQUAL else value
    # What has no amounts in it, an outcome's attainment, keeps to whole per cent.
    places = 0
    if amounts:
        half = precision.of_sum([years[year]["half_unit"] for year in of])
        places = precision.decimals_in_percent(precision.error(part, whole, half, half))
    return part, whole, len({*of}), value, places


def _ratio(rows: pd.DataFrame, measure: str, part: str, whole: str, value: pd.Series):
    columns = {"measure": measure, "value": value, "part": rows[part], "whole": rows[whole]}
    return rows[["project_id", "fiscal_year"]].assign(**columns)


def _concentration(payment: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    paid = payment.dropna(subset=["payee", "fiscal_year", "amount"])
    paid = paid[paid["tier"].ne("sub").fillna(True)]
    sums = paid.groupby([*key, "payee_key"])["amount"].sum().reset_index()
    groups = sums.assign(square=sums["amount"] ** 2).groupby(key)
    named = groups["amount"].sum()
    value = groups["square"].sum() / named.where(named > 0) ** 2
    return value.rename("value").reset_index().assign(measure="hhi")
