"""Who was paid."""

from functools import partial

import pandas as pd

from helpers import digits, precision, words
from helpers.analysis import payees
from helpers.sentences import Sentences
from helpers.sheet import ReviewSheet
from helpers.show import Table, Text
from helpers.story import common

say = Sentences("spending/payments")

OVER = 1.05
"""Payments so far above the outturn hold more than the ministry's own."""

LISTED = 30
"""Payments shown in the report; the table export has them all."""


def read_payments(totals: pd.DataFrame, concentration: pd.DataFrame, sheet: ReviewSheet) -> Text:
    """Who received most, how concentrated it is, how much is named."""
    sub, first = [], []
    for row in sheet.rows("payment"):
        (sub if row["tier"] == "sub" else first).append(row)
    others = [row for row in first if payees.is_others(row["payee_key"])]
    # What the payments of this sheet leave out or hold apart.
    caveats = say.paragraphs(
        "caveats",
        first_only=any(row["rule"] == "payments_from_items" for row in sheet.rows("remark")),
        subcontracts=len(sub),
        amount=payees.total(sub, "amount") or 0.0,
        bundled=payees.total(others, "amount") or 0.0,
    )
    if totals.empty:
        missing = common.missing_file(sheet, "payment")
        return Text(say("no_payee", missing=missing), *caveats)
    sums = totals.groupby("payee", sort=False)["amount"].sum()
    both = concentration[(concentration["named"] > 0) & concentration["named_share"].notna()]
    named, spent = both["named"].sum(), both["executed"].sum()
    # What is named of a year whose outturn is unknown is no part of the sum of the known ones.
    known = concentration[concentration["executed"].notna()]
    total, all_named = known["executed"].sum(), known["named"].sum()
    silent = concentration[(concentration["payees"] == 0) & (concentration["executed"] > 0)]
    return Text(
        *say.paragraphs(
            "largest",
            years=len(concentration),
            payee=sums.index[0],
            amount=sums.iloc[0],
            part=common.part(sums.iloc[0], sums.sum()),
            all_zero=sums.sum() <= 0,
        ),
        *caveats,
        *say.paragraphs(
            "how_much_named",
            named=named,
            spent=spent,
            part=common.part(named, spent),
            more=digits.less(spent, named),
            far_more=digits.less(OVER * spent, named),
            only=int(totals["fiscal_year"].iloc[0])
            if set(totals["fiscal_year"]) == {sheet.year - 1}
            else None,
            total=total,
            all_named=all_named,
            all_part=common.part(all_named, total),
            silent=list(silent["fiscal_year"]),
        ),
    )


def concentration_table(concentration: pd.DataFrame) -> Table | Text:
    """Named payments and their concentration by year."""
    if not (concentration["payees"] > 0).any():
        return Text()
    columns = ["named", "named_share", "payees", "top_share", "hhi"]
    named, spent = concentration["named"], concentration["executed"]
    decimals = {
        "named_share": precision.of_amounts(named, spent),
        "top_share": precision.of_amounts(concentration["top_share"] * named, named),
    }
    formats = {name: partial(words.percent, decimals=many) for name, many in decimals.items()} | {
        "hhi": words.ratio
    }
    unit, amounts = common.in_units(concentration[["executed", "named"]])
    return Table(
        concentration[["fiscal_year", "executed", *columns]],
        say("concentration", unit=unit),
        formats | amounts,
        headings={name: say(name) for name in columns},
    )


def payments_table(listed: pd.DataFrame) -> Table | Text:
    """The payments of `payees.listed` with the work they were for, as many as a report has room
    for."""
    if listed.empty:
        return Text()
    paid = listed.head(LISTED)
    unit, formats = common.in_units(paid[["amount"]])
    caption = say("payments", unit=unit, all=len(listed), shown=LISTED)
    columns = ["fiscal_year", "payee", "work", "amount"]
    if (listed["tier"] == "sub").any():
        columns.insert(1, "tier")
    formats |= {
        "tier": lambda tier: say(tier) if tier in ("first", "sub") else "–",
        "work": lambda work: "–" if pd.isna(work) else words.cut(work),
    }
    return Table(paid[columns], caption, formats)
