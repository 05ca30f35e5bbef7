"""Who was paid."""

from functools import partial

import numpy as np
import pandas as pd

from helpers import digits, precision, words
from helpers.sheet import ReviewSheet
from helpers.show import Table, Text
from helpers.story import common
from helpers.story.spending import amounts

OVER = 1.05
"""Payments so far above the outturn hold more than the ministry's own."""

LISTED = 30
"""Payments shown in the report; the table export has them all."""


TIERS = {"first": ("直接", "direct"), "sub": ("再委託等", "by a payee")}
"""A payment's `tier` -> what a reader sees."""


def read_payments(totals: pd.DataFrame, concentration: pd.DataFrame, sheet: ReviewSheet) -> Text:
    """Who received most, how concentrated it is, how much is named."""
    if totals.empty:
        return Text(
            words.say(
                "金額のある支出先の記載がないため、誰に支払われたかはこのシートからは分かりません。",
                "No payee is named with an amount: the sheet does not tell who was paid.",
            ),
            *_caveats(sheet),
        )
    sums = totals.groupby("payee", sort=False)["amount"].sum()
    top = sums.index[0]
    top_share = _part(sums.iloc[0], sums.sum())
    both = concentration[(concentration["named"] > 0) & concentration["named_share"].notna()]
    named, spent = both["named"].sum(), both["executed"].sum()
    only_last = set(totals["fiscal_year"]) == {sheet.year - 1}
    silent = concentration[(concentration["payees"] == 0) & (concentration["executed"] > 0)]
    paragraphs = [
        words.say(
            "濃い青ほど支出が多く、灰色は執行額のうち支出先の記載がない分です。",
            "The darker the blue the larger the payment; grey is what was executed without a named "
            "payee.",
        ),
        words.say(
            f"最も多いのは{top}の{words.number(sums.iloc[0])}百万円で、名前のある支出の"
            f"{top_share}です。",
            f"The largest is {top} with {words.number(sums.iloc[0])} million yen, "
            f"{top_share} of what is named.",
        ),
        *_caveats(sheet),
    ]
    if sums.sum() <= 0:
        paragraphs[1] = words.say("金額はいずれも0です。", "All amounts given are 0.")
    if spent > 0 and digits.less(OVER * spent, named):
        paragraphs.append(
            words.say(
                f"支出先が書かれた年度の支出の合計{words.number(named)}百万円は、執行額"
                f"{words.number(spent)}百万円を上回ります。支出先からの再委託や、ほかの事業の分が含まれる"
                "ためとみられ、割合と集中度は目安にとどまります。",
                f"In the years with payees the payments add up to {words.number(named)} million "
                f"yen, more than the {words.number(spent)} executed: subcontracts or other "
                "projects' money are probably among them, so shares and concentration are rough.",
            )
        )
    elif spent > 0 and digits.less(spent, named):
        paragraphs.append(
            words.say(
                f"支出先が書かれた年度の支出の合計{words.number(named)}百万円は、執行額"
                f"{words.number(spent)}百万円とほぼ同じです。",
                f"In the years with payees the payments add up to {words.number(named)} million "
                f"yen, about the {words.number(spent)} executed.",
            )
        )
    elif spent > 0:
        paragraphs.append(
            words.say(
                f"支出先が書かれた年度では、執行額{words.number(spent)}百万円のうち"
                f"{words.number(named)}百万円({_part(named, spent)})に名前があります。",
                f"In the years with payees, {words.number(named)} of {words.number(spent)} million "
                f"yen executed ({_part(named, spent)}) are named.",
            )
        )
    total = concentration["executed"].sum()
    if only_last:
        year = words.year(totals["fiscal_year"].iloc[0])
        paragraphs.append(
            words.say(
                f"シートに載る支出先は{year}の分だけです。ほかの年度の分は、それぞれの翌年のシートにあります。",
                f"The sheet names the payees of {year} only; those of other years stand in the sheets "
                "published the year after each.",
            )
        )
        return Text(*paragraphs)
    if len(silent) and total > 0 and sums.sum() <= total:
        paragraphs.append(
            words.say(
                f"全期間では、執行額{words.number(total)}百万円のうち{words.number(sums.sum())}百万円"
                f"({_part(sums.sum(), total)})です。",
                f"Over all years {words.number(sums.sum())} of {words.number(total)} million yen "
                f"({_part(sums.sum(), total)}) are named.",
            )
        )
    if len(silent):
        years = words.listed([words.year(year) for year in silent["fiscal_year"]])
        paragraphs.append(
            words.say(f"支出先の記載がない年度: {years}。", f"No payee is named for {years}.")
        )
    return Text(*paragraphs)


def _part(amount: float, of: float) -> str:
    """A part of an amount in per cent, with the digits that the two can carry."""
    share = amount / of if of > 0 else np.nan
    return words.percent(share, precision.of_amounts(pd.Series([amount]), pd.Series([of])))


def _caveats(sheet: ReviewSheet) -> list[str]:
    """What the payments of this sheet leave out or hold apart."""
    sentences = []
    if sheet.remark["rule"].eq("payments_from_items").any():
        sentences.append(
            words.say(
                "この資料で分かるのは各ブロックの筆頭の支出先だけです。ほかにもあれば、その分は灰色に含まれます。",
                "This source names only the first payee of each block; what any others received is "
                "part of the grey.",
            )
        )
    sub = sheet.payment[sheet.payment["tier"] == "sub"]
    if len(sub):
        amount = words.number(sub["amount"].sum())
        sentences.append(
            words.say(
                f"支出先がさらに支払った{len(sub)}件(再委託等、{amount}百万円)は同じお金なので足さず、"
                "最後の表にだけ載せます。",
                f"{words.count(len(sub), 'payment')} made by payees ({amount} million yen) are "
                "paid out of the same money: they are not added, and stand in the last table only.",
            )
        )
    return sentences


def concentration_table(concentration: pd.DataFrame) -> Table | Text:
    """Named payments and their concentration by year."""
    if not (concentration["payees"] > 0).any():
        return Text()
    columns = ["fiscal_year", "executed", "named", "named_share", "payees", "top_share", "hhi"]
    headings = {
        "named": words.say("支出先の記載がある額", "Named"),
        "named_share": words.say("執行額に占める割合", "Share of executed"),
        "payees": words.say("支出先の数", "Payees"),
        "top_share": words.say("最大の支出先の割合", "Top payee's share"),
        "hhi": words.say("集中度(HHI)", "HHI"),
    }
    named, spent = concentration["named"], concentration["executed"]
    decimals = {
        "named_share": precision.of_amounts(named, spent),
        "top_share": precision.of_amounts(concentration["top_share"] * named, named),
    }
    formats = {name: partial(words.percent, decimals=many) for name, many in decimals.items()} | {
        "hhi": words.ratio
    }
    caption = amounts.in_millions(concentration[["executed", "named"]]) + words.say(
        "。HHIは名前のある支出の割合の二乗和(1なら1者のみ)",
        "; HHI: sum of squared shares of what is named (1: a single payee)",
    )
    return Table(concentration[columns], caption, formats, headings)


def payments_table(listed: pd.DataFrame) -> Table | Text:
    """The payments of `payees.listed` with the work they were for, as many as a report has room
    for."""
    if listed.empty:
        return Text()
    paid = listed.head(LISTED)
    caption = amounts.in_millions(paid["amount"])
    if len(listed) > LISTED:
        caption += words.say(
            f"、全{len(listed)}件のうち{LISTED}件",
            f"; {LISTED} of {len(listed)}",
        )
    columns = ["fiscal_year", "payee", "work", "amount"]
    if (listed["tier"] == "sub").any():
        columns.insert(1, "tier")
    formats = {
        "tier": lambda tier: words.say(*TIERS.get(tier, ("–", "–"))),
        "work": lambda work: "–" if pd.isna(work) else common.cut(work),
    }
    return Table(paid[columns], caption, formats)
