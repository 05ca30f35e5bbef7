"""How much of the budget was executed, how sure that is, and what follows for the next year.

Rates are executed / budget. A quasi-binomial model treats the rate of all years as the mean share
spent of a year's budget and estimates from the years themselves how much one year differs from
another (the dispersion). Taking each yen as an independent trial instead gives false precision.
"""

import warnings
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtri, stdtr, stdtrit

from helpers import digits, precision
from helpers.analysis.years import published, within_span
from helpers.checks.budget import WELL_OVER, not_given
from helpers.sheet import BUDGET_MONEY, COLUMNS, TEXT, YEAR, ReviewSheet, dtype, with_columns

PEFA_BANDS = {"A": (0.95, 1.05), "B": (0.90, 1.10), "C": (0.85, 1.15)}
"""PEFA (2016), PI-1: outturn / originally approved budget, two of the last three years."""

LOW = 0.7
"""Under this rate execution counts as low."""

WIDE = 0.8
"""An interval of rates as wide as this holds nearly everything: it says nothing."""

EQUAL = digits.NOISE
"""Rates closer than this are equal: those of different budgets differ in the last bit."""

YEN = 6
"""Decimals of million yen."""

RATE_DECIMALS = 7
"""Of a rate: two of different budgets that are one number, or 70 %, are that to the last bit."""

TREND = [
    "fiscal_year",
    "fitted",
    "lower",
    "upper",
    "odds_ratio",
    "odds_low",
    "odds_high",
    "p_value",
]


def rates(
    sheet: ReviewSheet, first_year: int | None = None, last_year: int | None = None
) -> pd.DataFrame:
    """Budget rows with their rates, one a fiscal year in order, optionally cut to a span of years.

    Columns of `budget` in million yen, and: unspent = budget_net - executed; execution_rate =
    executed / budget_net; rate_gross = executed / budget_gross; rate_initial = executed / initial
    (PEFA); share = execution_rate cut to [0, 1] for the models; modelled = whether executed is
    known and the net budget positive; half_unit = half a unit of the last digit that the year's
    amounts are printed with (0.5 in sheets of whole millions). Unknown values are NaN, and so are
    those of a row of nothing but 0, which databases write for a year that the project did not have,
    and a request of 0 that is not given (`outturn.not_given`). Of a year that is there twice the
    last row counts. Raises ValueError for a span without a year of the sheet.
    """
    last = {row["fiscal_year"]: row for row in sheet.rows("budget")}
    years = within_span({*last} - {None}, first_year, last_year)
    columns = {name: [last[year][name] for year in years] for name in COLUMNS["budget"]}
    money = np.column_stack([np.array(columns[name], float) for name in BUDGET_MONEY])
    money[(np.nan_to_num(money) == 0).all(axis=1)] = np.nan
    # All of an RS sheet is in yen. Elsewhere single rows may have decimals, and sheets that were
    # joined may be printed in other units each.
    in_yen = sheet.facts["source_format"] in ("rs csv", "rs api") and len(published(sheet)) == 1
    amounts = dict(zip(BUDGET_MONEY, money.T, strict=True))
    amounts["half_unit"] = precision.finest_half_units(money, by_row=not in_yen)
    columns["fiscal_year"] = pd.array(years, dtype(YEAR))
    columns["status"] = pd.array(columns["status"], dtype(TEXT))
    amounts |= shares(amounts, bool(sheet.rows("sheet")[0]["parent_number"]))
    return pd.DataFrame(columns | amounts)


def measured(budget: pd.DataFrame, is_branch: bool | pd.Series) -> pd.DataFrame:
    """Rows of `budget` with the columns that `rates` adds, of one project or of many: unspent,
    execution_rate, rate_gross, rate_initial, share, modelled; `requested` is NaN where it is not
    given (`outturn.not_given`). `is_branch` says of all rows or of each whether it is a branch
    sheet's."""
    return with_columns(budget, shares(budget, is_branch))


def shares(
    budget: pd.DataFrame | dict[str, np.ndarray], is_branch: bool | pd.Series
) -> dict[str, np.ndarray]:
    """The columns that `measured` adds, and `requested`."""
    names = ("requested", "initial", "budget_net", "budget_gross", "executed")
    requested, initial, net, gross, executed = (np.asarray(budget[n], float) for n in names)
    with np.errstate(invalid="ignore", over="ignore"):
        # A branch sheet's spending is budgeted in its parent: its own little budget measures
        # nothing.
        elsewhere = (executed > WELL_OVER * np.fmax(net, gross)) & np.asarray(is_branch, bool)
        budgeted = (net > 0) & ~elsewhere
        left = np.where(budgeted, digits.difference(net, executed), np.nan)
        found = {
            "requested": np.where(not_given(requested, initial), np.nan, requested),
            "unspent": digits.rounded(left, YEN),
        }
        # The RS system's API gives an initial budget and an outturn, and no total between them.
        planned = budgeted | np.isnan(net) & ~elsewhere
        for rate, base, known in (
            ("execution_rate", net, budgeted),
            ("rate_gross", gross, budgeted),
            ("rate_initial", initial, planned),
        ):
            of = np.where(known & (base > 0), base, np.nan)
            found[rate] = digits.rounded(executed / of, RATE_DECIMALS)
    share = np.clip(found["execution_rate"], 0, 1)
    return found | {"share": share, "modelled": ~np.isnan(share)}


def unspent(rates: pd.DataFrame) -> pd.DataFrame:
    """Unspent money of the modelled years, million yen: fiscal_year, unspent, cumulated."""
    table = rates.loc[rates["modelled"], ["fiscal_year", "unspent"]].reset_index(drop=True)
    table["cumulated"] = digits.rounded(table["unspent"].cumsum(), YEN)
    return table


def cascade(rates: pd.DataFrame) -> pd.DataFrame:
    """What was lost at each step from the request to the spending, million yen, one row a year.

    Columns: fiscal_year, requested, initial, budget_net, executed; cut = requested - initial;
    adjusted = initial - budget_net (negative where the budget grew in the year); unspent =
    budget_net - executed; known_outturn = executed two years earlier, the last outturn known
    when the request was made in the summer before the year; half_unit as in `rates`. Years without
    any of these numbers are left out.
    """
    steps = ["requested", "initial", "budget_net", "executed"]
    year = rates["fiscal_year"].array
    amounts = {name: rates[name].to_numpy(float) for name in (*steps, "unspent", "half_unit")}
    outturn = dict(zip(year, amounts["executed"], strict=True))
    columns = {
        **{"fiscal_year": year, **amounts},
        "cut": digits.difference(amounts["requested"], amounts["initial"]),
        "adjusted": digits.difference(amounts["initial"], amounts["budget_net"]),
        "known_outturn": np.array([outturn.get(at - 2, np.nan) for at in year], float),
    }
    known = ~np.isnan([amounts[name] for name in steps]).all(axis=0)
    return pd.DataFrame({name: column[known] for name, column in columns.items()})


def unknown(rates: pd.DataFrame) -> pd.DataFrame:
    """The rows of closed years that had a budget and whose outturn is not known."""
    closed = rates["status"] == "closed"
    return rates[closed & rates["executed"].isna() & (rates["budget_net"] > 0)]


def without_budget(rates: pd.DataFrame) -> pd.DataFrame:
    """The rows of years with an outturn and no net budget to measure it by: those of branch sheets,
    or of money granted to another body's budget."""
    return rates[(rates["executed"] > 0) & ~rates["modelled"]]


@dataclass(frozen=True)
class Overall:
    """The execution rate of several years, with two 95 % intervals for the mean rate.

    executed, budget in million yen; rate = executed / budget, shown in per cent with `decimals`
    (`precision`). `normal` uses the normal
    distribution, `t` the t distribution on `df` degrees of freedom. With seven years that differ as
    much as the default sheet's, `t` covers the true rate .95 of the time at a rate of .7 and .90
    at .9; `normal` .90 and .85 (simulated). Both are NaN where the years do not differ, or are only
    one: no spread; and where so much was executed above (or below nothing) that the rate lies
    outside, because the model knows shares from 0 to 1 only.
    """

    years: tuple[int, ...]
    executed: float
    budget: float
    rate: float
    dispersion: float
    df: int
    normal: tuple[float, float]
    t: tuple[float, float]
    decimals: int = 1

    @property
    def tells(self) -> bool:
        """Whether there is an interval `t`, and one that does not hold nearly everything."""
        return self.t[1] - self.t[0] < WIDE


def overall(rates: pd.DataFrame, level: float = 0.95) -> Overall:
    """Pool the modelled years of `rates`: the quasi-binomial GLM of `mean_share`.

    Dispersion is Pearson's chi-square / df (McCullagh and Nelder 1989, section 4.5.2), with a
    year's net budget in million yen as its weight. Without a modelled year: no years, NaN rate.
    """
    known = rates[rates["modelled"]]
    years = tuple(int(year) for year in known["fiscal_year"])
    executed, budget = float(known["executed"].sum()), float(known["budget_net"].sum())
    blank = (np.nan, np.nan)
    if known.empty:
        return Overall((), 0.0, 0.0, np.nan, np.nan, 0, blank, blank)
    digits = precision.of_pooled(known)
    if len(known) < 2 or constant(known["share"]):
        spread = 0.0 if len(known) > 1 else np.nan
        rate = executed / budget
        return Overall(years, executed, budget, rate, spread, len(known) - 1, blank, blank, digits)
    fit, quantile = mean_share(known["share"], known["budget_net"]), (1 + level) / 2
    error = np.sqrt(fit.dispersion * fit.unscaled)
    limits = [
        tuple(expit(fit.logit + sign * factor * error) for sign in (-1, 1))
        for factor in (ndtri(quantile), stdtrit(fit.df, quantile))
    ]
    rate = executed / budget
    if not limits[0][0] <= rate <= limits[0][1]:
        # Years executed above their budget count as full in the model: it does not fit this rate.
        limits = [blank, blank]
    return Overall(years, executed, budget, rate, fit.dispersion, fit.df, *limits, digits)


class MeanShare(NamedTuple):
    """A mean share on the scale of logits, its variance there at a dispersion of 1 (`unscaled`),
    and the dispersion on `df` degrees of freedom."""

    logit: float
    unscaled: float
    dispersion: float
    df: int


def mean_share(share: np.ndarray, weight: np.ndarray) -> MeanShare:
    """The mean share of two or more years that differ; their budgets are the weights.

    What a quasi-binomial GLM with an intercept only gives, which needs no iterations.
    """
    mean = np.average(share, weights=weight)
    variance, df = mean * (1 - mean), len(share) - 1
    dispersion = float(np.sum(weight * (share - mean) ** 2) / variance / df)
    return MeanShare(logit(mean), 1 / (np.sum(weight) * variance), dispersion, df)


def trend(rates: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """The rate's trend over the years: a fractional logit, every year weighing the same.

    One row a modelled year: fiscal_year, fitted, lower, upper (interval for the mean rate), and in
    every row the slope's odds_ratio per year, odds_low, odds_high, p_value. Limits use the t
    distribution and the Pearson scale on n - 2 degrees of freedom: with few years they hold their
    level better than the robust errors usual for this model (Papke and Wooldridge 1996), which the
    tests measure. Empty with fewer than four modelled years, no variation, or nothing but a jump
    between nothing and all: no trend can be told.
    """
    known = rates[rates["modelled"]]
    if len(known) < 4 or constant(known["share"]) or _jump(known["share"]):
        return pd.DataFrame(columns=TREND, dtype=float)
    year = known["fiscal_year"].to_numpy(float)
    design = np.column_stack([np.ones(len(year)), year - year.mean()])
    fit = _binomial(known["share"], design)
    factor = stdtrit(fit.df_resid, (1 + level) / 2)
    center = design @ fit.params
    error = np.sqrt(np.einsum("ij,jk,ik->i", design, fit.cov_params(), design))
    slope, slope_error = fit.params[1], fit.bse[1]
    # Years near all or nothing leave limits whose exponential overflows.
    odds = np.exp(np.clip(slope + np.array([0, -1, 1]) * factor * slope_error, -700, 700))
    return pd.DataFrame(
        {
            "fiscal_year": known["fiscal_year"].to_numpy(),
            "fitted": expit(center),
            "lower": expit(center - factor * error),
            "upper": expit(center + factor * error),
            "odds_ratio": odds[0],
            "odds_low": odds[1],
            "odds_high": odds[2],
            "p_value": 2 * stdtr(fit.df_resid, -abs(slope / slope_error)),
        }
    )


def pefa(rates: pd.DataFrame) -> tuple[str | None, pd.DataFrame]:
    """PEFA PI-1 grade of the last three closed years, and those years with their own band.

    The rows: fiscal_year, initial, executed, rate_initial, half_unit, band ("A" ... "D"). A grade
    needs two of the three years in its band or a better one; None with fewer than three years. PI-1
    is meant for a government's whole budget: for one project it is a yardstick, not an assessment.
    """
    last = rates[rates["rate_initial"].notna()].tail(3)
    table = last[["fiscal_year", "initial", "executed", "rate_initial", "half_unit"]]
    table = table.reset_index(drop=True)
    table["band"] = [_band(rate) for rate in table["rate_initial"]]
    if len(table) < 3:
        return None, table
    return sorted(table["band"])[1], table


def _binomial(share: pd.Series, design: np.ndarray):
    """A quasi-binomial GLM of shares with Pearson's scale."""
    # Much to load, and what only draws rates fits no trend.
    from statsmodels.tools.sm_exceptions import DomainWarning, PerfectSeparationWarning

    from helpers import regression as sm

    with warnings.catch_warnings():
        # Shares of money are no counts: the family's domain and separation checks do not apply.
        warnings.simplefilter("ignore", DomainWarning)
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        model = sm.GLM(np.asarray(share, float), design, family=sm.families.Binomial())
        return model.fit(scale="X2")


def constant(share: pd.Series) -> bool:
    """Whether the rates do not differ: there is no spread to draw from."""
    return bool(share.max() - share.min() < EQUAL)


def _jump(share: pd.Series) -> bool:
    # 0, 0, .4, 1, 1: the slope is infinite.
    inside = int(share.between(0, 1, inclusive="neither").sum())
    return inside < 2 and (share.is_monotonic_increasing or share.is_monotonic_decreasing)


def _band(rate: float) -> str:
    return next((band for band, (low, high) in PEFA_BANDS.items() if low <= rate <= high), "D")
