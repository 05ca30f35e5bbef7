"""Who was paid."""

import numpy as np
import pandas as pd

from helpers import words
from helpers.sheet import ReviewSheet
from helpers.show import Table, Text

LISTED = 40
"""Payments shown in the report; the table export has them all."""


def read_payments(totals: pd.DataFrame, concentration: pd.DataFrame, lang: str) -> Text:
    """Who received most, how concentrated it is, how much is named."""
    if totals.empty:
        return Text(
            words.say(
                lang,
                "支出先の記載がないため、誰に支払われたかはこのシートからは分かりません。",
                "No payee is named: the sheet does not tell who was paid.",
            )
        )
    sums = totals.groupby("payee", sort=False)["amount"].sum()
    top, share = sums.index[0], sums.iloc[0] / sums.sum() if sums.sum() > 0 else np.nan
    both = concentration[(concentration["named"] > 0) & concentration["named_share"].notna()]
    named, spent = both["named"].sum(), both["executed"].sum()
    silent = concentration[(concentration["payees"] == 0) & (concentration["executed"] > 0)]
    paragraphs = [
        words.say(
            lang,
            "濃い青ほど支出が多く、灰色は執行額のうち支出先の記載がない分です。",
            "The darker the blue the larger the payment; grey is what was executed without a named "
            "payee.",
        ),
        words.say(
            lang,
            f"最も多いのは{top}の{words.number(sums.iloc[0])}百万円で、名前のある支出の"
            f"{words.percent(share)}です。",
            f"The largest is {top} with {words.number(sums.iloc[0])} million yen, "
            f"{words.percent(share)} of what is named.",
        ),
    ]
    if spent > 0:
        paragraphs.append(
            words.say(
                lang,
                f"支出先が書かれた年度では、執行額{words.number(spent)}百万円のうち"
                f"{words.number(named)}百万円({words.percent(named / spent)})に名前があります。",
                f"In the years with payees, {words.number(named)} of {words.number(spent)} million "
                f"yen executed ({words.percent(named / spent)}) are named.",
            )
        )
    total = concentration["executed"].sum()
    if len(silent) and total > 0:
        paragraphs.append(
            words.say(
                lang,
                f"全期間では、執行額{words.number(total)}百万円のうち{words.number(sums.sum())}百万円"
                f"({words.percent(sums.sum() / total)})です。",
                f"Over all years {words.number(sums.sum())} of {words.number(total)} million yen "
                f"({words.percent(sums.sum() / total)}) are named.",
            )
        )
    if len(silent):
        years = words.listed([words.year(year, lang) for year in silent["fiscal_year"]], lang)
        paragraphs.append(
            words.say(lang, f"支出先の記載がない年度: {years}。", f"No payee is named for {years}.")
        )
    return Text(*paragraphs)


def concentration_table(concentration: pd.DataFrame, lang: str) -> Table:
    """Named payments and their concentration by year."""
    columns = ["fiscal_year", "executed", "named", "named_share", "payees", "top_share", "hhi"]
    headings = {
        "named": words.say(lang, "支出先の記載がある額", "Named"),
        "named_share": words.say(lang, "執行額に占める割合", "Share of executed"),
        "payees": words.say(lang, "支出先の数", "Payees"),
        "top_share": words.say(lang, "最大の支出先の割合", "Top payee's share"),
        "hhi": words.say(lang, "集中度(HHI)", "HHI"),
    }
    formats = {
        "fiscal_year": str,
        "named_share": words.percent,
        "top_share": words.percent,
        "hhi": lambda value: "–" if pd.isna(value) else f"{value:.2f}",
    }
    caption = words.say(
        lang,
        "金額は百万円。HHIは名前のある支出の割合の二乗和(1なら1者のみ)",
        "amounts in million yen; HHI: sum of squared shares of what is named (1: a single payee)",
    )
    return Table(concentration[columns], lang, caption, formats, headings)


def payments_table(sheet: ReviewSheet, totals: pd.DataFrame, lang: str) -> Table:
    """The payments with the work they were for, latest year and largest amount first, for the
    years of `totals`."""
    paid = sheet.payment[sheet.payment["fiscal_year"].isin(totals["fiscal_year"])]
    paid = paid.sort_values(["fiscal_year", "amount"], ascending=False, kind="stable").head(LISTED)
    caption = words.say(lang, "金額は百万円", "amounts in million yen")
    if len(paid) == LISTED:
        caption += words.say(lang, f"、{LISTED}件まで", f"; the first {LISTED}")
    columns = ["fiscal_year", "payee", "work", "amount"]
    return Table(paid[columns], lang, caption, {"fiscal_year": str})
