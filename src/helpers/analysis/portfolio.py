"""The money of all projects by ministry and fiscal year, nothing of it counted twice.

A project's year is read off one sheet: for a year that is over the one published the year after,
which first prints its outturn. Nothing is filled in for sheets that are not there: what the sheets
of the year itself printed stands beside it, and shows what part of the money is seen.
"""

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis.execution import YEN, measured
from helpers.checks.budget import WELL_OVER
from helpers.sheet import BUDGET_MONEY, NO_PROJECT

LEFT_OUT = ("branch sheet", "shared outturn", "carry-out sign")
"""Why a sheet's year is in no sum: its budget is its parent's; it prints the outturn that another
sheet of the ministry prints as well; a carry-out is added to the budget that should be taken off.
"""

NEGATIVES_FROM = 2017
"""The first sheets that print a carry-out as the negative number it is: those before show 0."""

SHARED_FROM, SHARED_ONCE_FROM = 2_000.0, 10_000.0
"""Million yen from which on sheets' outturns that are equal in two years, and in one, are looked
at: smaller ones, in whole millions, are often equal by chance."""

MATERIAL = 0.01
"""Part of the net budget up to which a carry-out of the wrong sign is let pass."""

SUMS = ["requested", "initial", "budget_net", "carried_out", "budget_known", "executed"]
SUMS += ["unspent", "over", "without_budget", "initial_before"]
COUNTS = ["projects", "outturns", "projects_before"]
MONEY = ["ministry", "fiscal_year", "sheet_year", *COUNTS, *SUMS]


def rows(budget: pd.DataFrame, sheet: pd.DataFrame) -> pd.DataFrame:
    """The years of projects as their sheets print them: one row a sheet x fiscal year.

    `budget` and `sheet` are those tables of a corpus. Columns: sheet_id, sheet_year, ministry, name
    of the sheet; the columns of `budget` and of `execution.measured`; left_out, one of `LEFT_OUT`
    or "". Years of nothing but 0, funds and segments are no rows.
    """
    facts = ["sheet_id", "sheet_year", "ministry", "name", "parent_number"]
    of = sheet.loc[~sheet["sheet_type"].isin(NO_PROJECT), facts]
    printed = budget[budget[BUDGET_MONEY].fillna(0).ne(0).any(axis=1)]
    printed = printed.drop(columns="sheet_year", errors="ignore").dropna(subset="fiscal_year")
    printed = printed.drop_duplicates(["sheet_id", "fiscal_year"], keep="last")
    table = printed.merge(of, on="sheet_id", validate="many_to_one")
    branch = table.pop("parent_number").fillna("").ne("")
    table = measured(table, branch)
    reasons = [branch, _shared(table[~branch]).reindex(table.index, fill_value=False)]
    reasons.append(table["carried_out"] > MATERIAL * table["budget_net"].abs())
    return table.assign(left_out=np.select(reasons, LEFT_OUT, ""))


def money(rows: pd.DataFrame, sheet: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """The sums of `rows` by ministry and fiscal year, up to the request for the year after `as_of`;
    `sheet` is the table of a corpus. Amounts are million yen.

    Columns: ministry (as the sheets of `sheet_year` name it), fiscal_year; sheet_year, of the
    sheets that the year is read off: those of the year after, or where these are not there, or
    fewer than half of them print the year, those of the year itself; projects, how many of them
    print it; requested, asked for in the sheets of the year before; initial, budget_net,
    carried_out (negative; missing from sheets before 2017, which do not tell it); outturns, the
    projects whose outturn is known beside a net budget; budget_known, their net budget, executed,
    and unspent = budget_known - executed, from which `over`, what some executed above their budget,
    is taken off; without_budget, outturns of projects without a net budget of their own, which are
    in no other column; projects_before and initial_before, the projects and initial budgets of the
    year in the sheets of that year itself. NaN where nothing of the kind is printed.
    """
    kept = rows[(rows["left_out"] == "") & (rows["sheet_year"] <= as_of)]
    lag = (kept["sheet_year"] - kept["fiscal_year"]).astype(int)
    after, now, before = (kept[lag == years] for years in (1, 0, -1))
    sheets = sheet[~sheet["sheet_type"].isin(NO_PROJECT)].groupby("sheet_year").size()
    often = after.groupby("sheet_year").size()
    closed = after[after["sheet_year"].isin(often.index[often >= sheets.reindex(often.index) / 2])]
    current = now[~now["fiscal_year"].isin(closed["fiscal_year"].unique())]
    read = pd.concat([closed, current])
    key = ["ministry", "fiscal_year"]
    known = read["modelled"] & (read["sheet_year"] > read["fiscal_year"])
    shown = read["sheet_year"] >= NEGATIVES_FROM
    amounts = read[[*key, "sheet_year", "initial", "budget_net"]].assign(
        carried_out=read["carried_out"].where(shown & (read["sheet_year"] > read["fiscal_year"])),
        budget_known=read["budget_net"].where(known),
        executed=read["executed"].where(known),
        over=(-read["unspent"].where(known)).clip(lower=0),
        without_budget=read["executed"].where(~read["modelled"] & (read["executed"] > 0)),
        projects=1,
        outturns=known.astype(int),
    )
    groups = [
        amounts.groupby([*key, "sheet_year"]).sum(min_count=1).reset_index("sheet_year"),
        before.groupby(key)[["requested"]].sum(min_count=1),
        now.groupby(key)["initial"].agg(["size", lambda part: part.sum(min_count=1)]),
    ]
    groups[2].columns = ["projects_before", "initial_before"]
    table = pd.concat(groups, axis=1).sort_index().reset_index()
    table["unspent"] = table["budget_known"] - table["executed"]
    table[SUMS] = digits.rounded(table[SUMS].astype(float), YEN)
    counts = dict.fromkeys(["fiscal_year", "sheet_year", *COUNTS], "Int64")
    return table.fillna(dict.fromkeys(COUNTS, 0)).astype(counts)[MONEY]


def years(money: pd.DataFrame) -> pd.DataFrame:
    """The sums of all ministries in `money`: its columns without ministry, one row a year."""
    sums = money.groupby("fiscal_year")[[*COUNTS, *SUMS]].sum(min_count=1)
    sums[SUMS] = digits.rounded(sums[SUMS], YEN)
    sheet_year = money.groupby("fiscal_year")["sheet_year"].max()
    return sums.assign(sheet_year=sheet_year).reset_index()[MONEY[1:]]


def _shared(rows: pd.DataFrame) -> pd.Series:
    """Whether the outturn is one that several sheets print (`_pairs`), and this is not
    the sheet of the largest budget among them."""
    pairs = _pairs(rows)
    order = pairs[["budget_net", "budget_net_other"]].fillna(0)
    less = digits.less(order["budget_net"], order["budget_net_other"])
    tie = digits.equal(order["budget_net"], order["budget_net_other"])
    second = less | (tie & (pairs["sheet_id"] > pairs["sheet_id_other"]))
    cells = pd.MultiIndex.from_frame(pairs.loc[second, ["sheet_id", "fiscal_year"]])
    return pd.MultiIndex.from_frame(rows[["sheet_id", "fiscal_year"]]).isin(cells) & pd.Series(
        True, rows.index
    )


def sharing(rows: pd.DataFrame) -> set[str]:
    """The sheets, of `rows`, that print an outturn together with another in some year: that of
    another year may then stand on one of them for all, and 0 on the others."""
    return {*_pairs(rows[rows["left_out"] != "branch sheet"])["sheet_id"]}


def _pairs(rows: pd.DataFrame) -> pd.DataFrame:
    """The sheets of a ministry that print one outturn, each as if it were its own: a row for each
    of two and fiscal year, with the columns of `rows` of the one, and of the other as NAME_other.

    Such are sheets that one budget item was split into: equal to the last digit in two closed
    years, or in one in which it is far above the budget of one of the two.
    """
    known = rows[rows["executed"].ge(SHARED_FROM) & (rows["fiscal_year"] < rows["sheet_year"])]
    gross = known[["budget_net", "budget_gross"]].max(axis=1)
    far = known["executed"].gt(WELL_OVER * gross) & known["executed"].ge(SHARED_ONCE_FROM)
    known = known.assign(far=far)
    same = ["sheet_year", "ministry", "fiscal_year", "executed"]
    known = known[known.duplicated(same, keep=False)]
    pairs = known.merge(known, on=same, suffixes=("", "_other"))
    pairs = pairs[pairs["sheet_id"] != pairs["sheet_id_other"]]
    both = ["sheet_id", "sheet_id_other"]
    often = pairs.groupby(both)["fiscal_year"].transform("nunique") > 1
    return pairs[often | pairs["far"] | pairs["far_other"]]
