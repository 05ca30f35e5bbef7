"""What is compared of a project with its peers: its measures by year, and over its years.

The same code works them out for all projects of a corpus and for one sheet.
"""

import pandas as pd

from helpers import precision
from helpers.analysis.execution import EQUAL
from helpers.sheet import ReviewSheet

RATES = ["execution_rate", "rate_gross"]
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
        _ratio(closed, "execution_rate", "executed", "budget_net", closed["execution_rate"]),
        _ratio(closed, "rate_gross", "executed", "budget_gross", closed["rate_gross"]),
        _ratio(closed, "unspent", "unspent", "budget_net", closed["unspent"]),
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
    """The measures of one sheet, as in `over_years`, of the years of its `execution.rates`, and the
    `decimals` in per cent that the rates and grants can be shown with (`precision`)."""
    of = {"project_id": sheet.facts["sheet_id"]}
    outcome, payment = (
        rows[rows["fiscal_year"].isin(rates["fiscal_year"])].assign(**of)
        for rows in (sheet.outcome.dropna(subset=["actual", "expected"]), sheet.payment)
    )
    values = yearly(rates.assign(**of), outcome, payment)
    table = over_years(values).drop(columns="project_id")
    halves = rates.set_index("fiscal_year")["half_unit"]
    halves = values["fiscal_year"].map(halves).groupby(values["measure"]).agg(precision.of_sum)
    half = table["measure"].map(halves).astype(float)
    errors = precision.error(table["part"], table["whole"], half, half)
    # What has no amounts in it, an outcome's attainment, keeps to whole per cent.
    table["decimals"] = [0 if pd.isna(it) else precision.decimals_in_percent(it) for it in errors]
    return table


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
