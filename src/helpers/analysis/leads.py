"""Where to look first: for each project the reasons to look at it, each with a number of its own.

No reason is a fault, and none stands for another: each has its own rank and percentile. What a
project's sheets do not tell is unknown, and the project is then not ranked by it. The one order
made of all is an aid to sort by, with weights that can be seen and changed.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis.contracts import purchases
from helpers.analysis.execution import LOW, YEN, measured
from helpers.analysis.peers import FEWEST, size_class
from helpers.checks.contracts import COMPETED
from helpers.checks.reasons import RULES
from helpers.checks.reviews import REDUCED, REFORM
from helpers.precision import restated

REASONS = {
    "unspent": ["expected_unspent"],
    "target": ["missing_target"],
    "persistence": ["low_again", "low_unspent"],
    "competition": ["uncompeted", "uncompeted_amount"],
    "opinion": ["not_followed", "raised"],
    "contradictions": ["errors", "warnings"],
}
"""Reason to look -> what projects are ranked by for it, most first, and among equals what then."""

WEIGHTS = dict.fromkeys(REASONS, 1.0)

NOTABLE, FIRST = 0.9, 100
"""A reason is told from this percentile among the project's peers on, and of the first so many of
all."""

LEAST = {"persistence": 2}
"""Reason -> what there has to be of it to be told; else anything: one low year is no habit."""

ENOUGH, COMMON = 0.5, 0.1
"""The part of the weights that has to be known of a project for a place in the order, of the
reasons that are known of this part of the projects."""

NO_SIZE = "unknown"
"""The size class of a project without a known budget."""

REASONS_OF_THEIR_OWN = ("contract", "commitment", "review")
"""Tables about whose findings another reason speaks."""


def persistence(spending: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Low execution year after year, and what was asked for after it: one row a project.

    `spending` is `Corpus.spending(as_of)`. Columns: project_id; low_years, how many years on end,
    back from the last, under 70 % of the net budget was executed; asked, the request for the year
    after `as_of` / the initial budget of the last of them (the year of `as_of` may have cut it
    already); low_again, low_years where the request is no lower than that budget, or is it
    printed with other digits, else 0; low_unspent, million yen left in the years that low_again
    counts. NaN where the last year's rate is unknown; low_again also where a request or a budget to
    compare is.
    """
    panel = measured(spending, spending["is_branch"])
    rows = panel[panel["modelled"] & (panel["fiscal_year"] < as_of)]
    rows = rows.sort_values(["project_id", "fiscal_year"], ascending=[True, False])
    back = (as_of - 1 - rows["fiscal_year"]).astype(int)
    project = rows["project_id"]
    low = digits.less(rows["execution_rate"], LOW) & (back == rows.groupby("project_id").cumcount())
    low = low.groupby(project).cummin()
    table = pd.DataFrame(
        {
            "low_years": low.groupby(project).sum().astype(float),
            "low_unspent": digits.rounded(
                rows["unspent"].where(low, 0.0).groupby(project).sum(), YEN
            ),
            "last": back.groupby(project).min(),
        }
    )
    table = table[table.pop("last") == 0]
    year = panel.set_index("project_id")
    granted = year.loc[year["fiscal_year"] == as_of - 1, "initial"].reindex(table.index)
    asked = year.loc[year["fiscal_year"] == as_of + 1, "requested"].reindex(table.index)
    asked, granted = asked.astype(float), granted.astype(float)
    table["asked"] = asked / granted.where(granted > 0)
    held = digits.at_least(asked, granted) | restated(asked, granted)
    again = table["low_years"].where(held, 0.0)
    unknown = (table["low_years"] > 0) & (asked.isna() | granted.isna())
    left = table["low_unspent"].where(again > 0, 0.0)
    return table.assign(low_again=again.mask(unknown), low_unspent=left.mask(unknown)).reset_index()


def competition(
    contract: pd.DataFrame, commitment: pd.DataFrame, payment: pd.DataFrame
) -> pd.DataFrame:
    """What was bought without competition: one row a sheet that prints a purchase's method.

    The tables are a corpus's, of one sheet year; of a sheet without rows in `contract`, which are
    the year's, the contracts of several years in `commitment` tell. Contracts that a payee made are
    left out. Columns: sheet_id; contracts_of (the table); purchases, million yen;
    uncompeted_amount, of it what was negotiated without competition (but for small contracts) or
    had a single bidder; uncompeted, the share: no less than that, as bidders_unknown, million yen,
    is of competitions whose bidders are not printed.
    """
    every = purchases(contract, commitment, payment)
    every = every[every["amount"] > 0]
    of_year = every["contracts_of"] == "contract"
    every = every[of_year | ~every["sheet_id"].isin(every.loc[of_year, "sheet_id"])]
    bid = every["contract_group"].isin(COMPETED)
    single = bid & every["bidders"].eq(1).fillna(False)
    sums = every.assign(
        purchases=every["amount"],
        uncompeted_amount=every["amount"].where(single | every["contract_group"].eq("sole"), 0.0),
        bidders_unknown=every["amount"].where(bid & every["bidders"].isna(), 0.0),
    )
    amounts = ["purchases", "uncompeted_amount", "bidders_unknown"]
    table = sums.groupby("sheet_id").agg(
        contracts_of=("contracts_of", "first"), **{name: (name, "sum") for name in amounts}
    )
    table[amounts] = digits.rounded(table[amounts], YEN)
    share = digits.rounded(table["uncompeted_amount"] / table["purchases"], 6)
    return table.assign(uncompeted=share).reset_index()


def opinions(review: pd.DataFrame, budget: pd.DataFrame, sheet_year: int) -> pd.DataFrame:
    """Whether the review's opinion to reduce or to reform was followed by a lower request: one row
    a sheet whose review has an opinion or a reaction, and budgets to compare.

    The tables are a corpus's, of the sheets of `sheet_year`. Columns: sheet_id; opinion, reaction;
    reflected, million yen by which the sheet says that its request was reduced; not_followed, 1.0
    where the reaction is a reduction, or the opinion asks for a fundamental improvement or the end,
    the sheet states no such amount, and the request for the next year is no lower than the initial
    budget; else 0.0; raised, by how much it is then higher, million yen.
    """
    of = review[review["fiscal_year"] == sheet_year].drop_duplicates("sheet_id")
    of = of[of["opinion"].notna() | of["reaction"].notna()].set_index("sheet_id")
    rows = budget.drop_duplicates(["sheet_id", "fiscal_year"], keep="last").set_index("sheet_id")
    now = rows.loc[rows["fiscal_year"] == sheet_year, "initial"].reindex(of.index)
    then = rows.loc[rows["fiscal_year"] == sheet_year + 1, "requested"].reindex(of.index)
    # The amount has either sign, and stands in one account or in both.
    reflected = of[["reflected", "reflected_special"]].astype(float).abs().sum(axis=1, min_count=1)
    meant = (of["reaction"].isin(REDUCED) | of["opinion"].isin(REFORM)) & ~(reflected > 0)
    known = ~meant | ((now > 0) & then.notna())
    held = meant & digits.at_least(then, now)
    table = of[["opinion", "reaction"]].assign(
        reflected=digits.rounded(reflected, YEN),
        not_followed=held.astype(float),
        raised=digits.rounded(digits.difference(then, now).where(held, 0.0), YEN),
    )
    return table[known].reset_index()


def contradictions(finding: pd.DataFrame, sheets: pd.Series) -> pd.DataFrame:
    """How many errors and warnings the checks find in the numbers of `sheets` (their sheet_id):
    sheet_id, errors, warnings, and rules, the names of the rules, gravest first; gravest and
    gravest_en, what the first of them says.

    `finding` is the corpus's. What is proved to be a slip of the source, and repaired, what a
    reader says of the file, and what another reason here speaks of, does not count.
    """
    checked = finding["rule"].map(lambda rule: RULES.get(rule, {}).get("made_by") == "check")
    own = ~finding["table"].isin(REASONS_OF_THEIR_OWN) & ~finding["proved"]
    rows = finding[checked & own & finding["severity"].isin(["error", "warning"])]
    table = pd.DataFrame({"sheet_id": sheets.unique()}).set_index("sheet_id")
    for severity in ("error", "warning"):
        count = rows[rows["severity"] == severity].groupby("sheet_id").size()
        table[f"{severity}s"] = count.reindex(table.index, fill_value=0).astype(float)
    by_sheet = rows.sort_values("severity", kind="stable").groupby("sheet_id")
    table["rules"] = by_sheet["rule"].unique().map(", ".join).reindex(table.index)
    says = by_sheet[["reason", "reason_en"]].first().reindex(table.index)
    return table.assign(gravest=says["reason"], gravest_en=says["reason_en"]).reset_index()


def ranked(projects: pd.DataFrame, weights: Mapping[str, float] = WEIGHTS) -> pd.DataFrame:
    """`projects` (one row each, with `size` and the columns of `REASONS`) in order, first those to
    look at: with the columns that `placed` and `ordered` add."""
    return ordered(placed(projects), weights)


def placed(projects: pd.DataFrame) -> pd.DataFrame:
    """`projects` with, for each reason: REASON_rank, 1 for the first of all projects of which it is
    known, equal ones alike; REASON_percentile, the share of its peers that it exceeds, those equal
    to it as half: its peers are the projects of its size class, of all ministries, of which the
    reason is known. NaN where it is not, the percentile also of fewer than `FEWEST` peers. And
    known, how many reasons are.
    """
    table = projects.reset_index(drop=True)
    size = table["size"].fillna(NO_SIZE)
    for reason, columns in REASONS.items():
        place = _place(table[columns])
        table[f"{reason}_rank"] = place.rank(method="min", ascending=False)
        of = place.groupby(size)
        peers = of.transform("count")
        share = ((of.rank(method="average") - 0.5) / peers).where(peers >= FEWEST)
        table[f"{reason}_percentile"] = digits.rounded(share, 4)
    known = table[[f"{reason}_rank" for reason in REASONS]].notna().sum(axis=1)
    return table.assign(known=known)


def ordered(placed: pd.DataFrame, weights: Mapping[str, float] = WEIGHTS) -> pd.DataFrame:
    """All projects of a year, as `placed` gives them, in order, with score, the mean of the
    percentiles known, weighted by `weights`; order, 1 for the highest score, of the projects of
    which `ENOUGH` of the weights is known."""
    total, weight, available = np.zeros(len(placed)), np.zeros(len(placed)), 0.0
    for reason in REASONS:
        share = placed[f"{reason}_percentile"]
        known = share.notna()
        total += weights[reason] * share.fillna(0).to_numpy()
        weight += weights[reason] * known.to_numpy()
        available += weights[reason] * (known.mean() >= COMMON)
    enough = (weight > 0) & (weight >= ENOUGH * available)
    score = np.divide(total, weight, out=np.full(len(placed), np.nan), where=weight > 0)
    table = placed.assign(score=digits.rounded(score, 4))
    table["order"] = table["score"].where(enough).rank(method="min", ascending=False)
    return table.sort_values(["order", "project_id"], kind="stable", ignore_index=True)


def notable(leads: pd.DataFrame) -> pd.DataFrame:
    """The reasons to be told of `leads`, as `ranked` gives them: project_id, sheet_id, reason,
    reason_rank, percentile, in the order of the projects and of `REASONS`. Those from the
    percentile `NOTABLE` on and the `FIRST`, where there is as much of it as `LEAST` says."""
    parts = []
    for reason, columns in REASONS.items():
        there = leads[columns].gt(0).any(axis=1)
        if reason in LEAST:
            there = leads[columns[0]].ge(LEAST[reason])
        far = leads[f"{reason}_percentile"].ge(NOTABLE) | leads[f"{reason}_rank"].le(FIRST)
        part = leads[there & far]
        rank, percentile = part[f"{reason}_rank"].astype("Int64"), part[f"{reason}_percentile"]
        facts = {"reason": reason, "reason_rank": rank, "percentile": percentile}
        parts.append(part[["project_id", "sheet_id"]].assign(**facts))
    return pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)


def sized(spending: pd.DataFrame, as_of: int) -> pd.Series:
    """project_id -> class of `peers.SIZES` of the year's net budget, else of the year before's."""
    rows = spending[spending["fiscal_year"].isin([as_of - 1, as_of]) & (spending["budget_net"] > 0)]
    last = rows.sort_values("fiscal_year", kind="stable").drop_duplicates("project_id", keep="last")
    return pd.Series(size_class(last["budget_net"]), last["project_id"].to_numpy(), dtype="object")


def _place(values: pd.DataFrame) -> pd.Series:
    """A number by which rows are ordered by their columns, the first before the second; NaN where
    the first is."""
    settled = digits.settled(values.astype(float).fillna(0.0))
    place = settled.groupby([*settled], sort=True).ngroup().astype(float)
    return place.where(values.iloc[:, 0].notna())
