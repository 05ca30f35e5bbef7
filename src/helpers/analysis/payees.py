"""Who received the money: totals per payee, concentration, and how much of it is named at all."""

import math
from collections import Counter
from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis.years import rows_within
from helpers.checks.payments import is_valid
from helpers.sheet import COLUMNS, NUMBER, TEXT, YEAR, ReviewSheet, typed
from helpers.sources.rs_rows import NO_NUMBER

TOTALS = {"payee_key": TEXT, "payee": TEXT, "fiscal_year": YEAR, "amount": NUMBER}
CONCENTRATION = [
    *("fiscal_year", "executed", "named", "named_share"),
    *("payees", "top_payee", "top_share", "hhi"),
]

OTHERS = "その他"
"""With this begins what sheets print for several payees without their names."""


def is_others(payee_key: str | None) -> bool:
    """Whether a payee's key names nobody, but only "others"."""
    return payee_key is not None and payee_key.startswith(OTHERS)


def bundled(payment: pd.DataFrame) -> pd.Series:
    """Which payments name nobody: `is_others`."""
    return payment["payee_key"].map(is_others, na_action="ignore").eq(True)


def totals(
    sheet: ReviewSheet, first_year: int | None = None, last_year: int | None = None
) -> pd.DataFrame:
    """Named payments per payee and fiscal year, million yen, largest payee first.

    Columns: payee_key, payee (its most frequent spelling), fiscal_year, amount. Spellings of one
    payee are joined by `payee_key`. Left out are payments without a year or amount, those that a
    payee made (tier "sub"), which are paid out of the same money, and those to nobody named
    (`bundled`).
    """
    # By row: for the few of one sheet a frame's groups take many times as long.
    paid: dict[str, list[dict]] = {}
    for row in rows_within(sheet.rows("payment"), first_year, last_year):
        known = row["payee"] is not None and row["amount"] is not None
        if known and row["tier"] != "sub" and not is_others(row["payee_key"]):
            paid.setdefault(row["payee_key"], []).append(row)
    order = {key: total(rows, "amount") for key, rows in paid.items()}
    rows = []
    for key in sorted(paid, key=lambda key: (-digits.settled(order[key]), key)):
        payee = commonest(row["payee"] for row in paid[key])
        for year in sorted({row["fiscal_year"] for row in paid[key]}):
            amount = total((row for row in paid[key] if row["fiscal_year"] == year), "amount")
            rows.append({"payee_key": key, "payee": payee, "fiscal_year": year, "amount": amount})
    return typed(rows, TOTALS)


def listed(
    sheet: ReviewSheet, first_year: int | None = None, last_year: int | None = None
) -> pd.DataFrame:
    """The payments one by one, those made by payees included, latest year, the ministry's own and
    largest first: the columns of the table `payment`."""
    paid = rows_within(sheet.rows("payment"), first_year, last_year)
    sizes = digits.settled(np.array([row["amount"] for row in paid], float))
    year, sub = [-row["fiscal_year"] for row in paid], [row["tier"] == "sub" for row in paid]
    order = np.lexsort([-sizes, sub, year])
    return typed([paid[at] for at in order], COLUMNS["payment"])


def concentration(totals: pd.DataFrame, budget: pd.DataFrame) -> pd.DataFrame:
    """How concentrated the named payments are and what part of the spending they name.

    `budget` has fiscal_year and executed, for the same years as `totals`. One row a fiscal year
    with an outturn or a payment (of payments of one year only, that year): fiscal_year,
    executed, named (million yen),
    named_share = named / executed, payees, top_payee, top_share, hhi. HHI is the sum of squared
    shares among the *named* payments (0 to 1; 1 = one payee): with a partial list it is no measure
    of the whole spending.
    """
    executed = budget.groupby("fiscal_year")["executed"].sum(min_count=1).dropna()
    named = set(totals["fiscal_year"])
    # Sheets of the database name one year's payees: of the other years they say nothing.
    years = sorted(named if len(named) == 1 else named | set(executed.index[executed > 0]))
    of, payee, amount = (totals[name].to_numpy() for name in ("fiscal_year", "payee", "amount"))
    rows = []
    for year in years:
        paid = amount[of == year]
        named, spent = float(paid.sum()), float(executed.get(year, np.nan))
        share = paid / named if named > 0 else np.array([])
        top = digits.settled(share).argmax() if named > 0 else None
        rows.append(
            {
                "fiscal_year": year,
                "executed": spent,
                "named": named,
                "named_share": named / spent if spent > 0 else np.nan,
                "payees": len(paid),
                "top_payee": payee[of == year][top] if named > 0 else None,
                "top_share": share.max() if named > 0 else np.nan,
                "hhi": float((share**2).sum()) if named > 0 else np.nan,
            }
        )
    return pd.DataFrame(rows, columns=CONCENTRATION)


def by_year(totals: pd.DataFrame, concentration: pd.DataFrame, top: int = 12) -> pd.DataFrame:
    """Payees (index, largest first) x fiscal years (columns), million yen.

    Beyond the `top` largest, payees are summed in the row "others"; the row "unnamed" is executed
    less named, where that is positive. Years with an outturn but no payment are kept.
    """
    names = list(dict.fromkeys(totals["payee"]))
    rows = [*names[:top], *(["others"] if len(names) > top else [])]
    years = concentration["fiscal_year"].to_list()
    sums: dict[tuple, float] = {}
    columns = (totals[name] for name in ("payee", "fiscal_year", "amount"))
    for payee, year, amount in zip(*columns, strict=True):
        row = payee if payee in names[:top] else "others"
        sums[row, year] = sums.get((row, year), 0) + amount
    cells = [[sums.get((row, year), np.nan) for year in years] for row in rows]
    wide = pd.DataFrame(cells, index=rows, columns=years, dtype=float)
    named = concentration.set_index("fiscal_year")
    unnamed = digits.difference(named["executed"], named["named"])
    wide.loc["unnamed"] = unnamed.where(unnamed > 0)
    return wide


def numbered(numbers: pd.Series) -> pd.Series:
    """Which of the corporate numbers are one: `is_number`."""
    return numbers.map(is_number, na_action="ignore").eq(True)


def is_number(number: str | None) -> bool:
    """Whether a corporate number is one: valid, and not what stands for none, whose check digit
    agrees too."""
    return is_valid(number) and number != NO_NUMBER


def total(rows: Iterable[dict], name: str) -> float | None:
    """The sum of what the rows have in a column; None where none has anything."""
    known = [row[name] for row in rows if row[name] is not None]
    return math.fsum(known) if known else None


def commonest(spellings: Iterable[str]) -> str:
    """The most frequent of the spellings, of several the first in the alphabet: `most_frequent` of
    one key."""
    counted = Counter(spellings)
    return min(counted, key=lambda spelling: (-counted[spelling], spelling))


def most_frequent(key: pd.Series, spelling: pd.Series) -> pd.Series:
    """Key -> its most frequent spelling, of several the first in the alphabet."""
    pairs = pd.DataFrame({"key": key, "spelling": spelling})
    counted = pairs.groupby(["key", "spelling"], sort=True).size().rename("rows").reset_index()
    order = counted.sort_values(["key", "rows"], ascending=[True, False], kind="stable")
    return order.drop_duplicates("key").set_index("key")["spelling"]
