"""How it was bought: contracts by method, how many bid, and who is paid year after year."""

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis import flows
from helpers.analysis.payees import most_frequent, numbered
from helpers.analysis.years import within
from helpers.checks.contracts import COMPETED
from helpers.checks.payments import is_label
from helpers.sheet import NUMBER, TEXT, YEAR, ReviewSheet, typed

BOUGHT = (*COMPETED, "small", "sole")
GROUPS = (*BOUGHT, "multi_year", "grant", "other", "")
"""Of `contract_group`: with competition, a purchase at all, and every one, "" for no method."""

METHODS = {
    **{"contract_group": TEXT, "contracts": YEAR, "amount": NUMBER, "share": NUMBER},
    **{"known": YEAR, "single": YEAR, "single_amount": NUMBER, "winning_rate": NUMBER},
}
LABELLED = {"fiscal_year": YEAR, "contracts": YEAR, "blank": YEAR, "other": YEAR}
REPEATS = {
    **{"payee": TEXT, "years": YEAR, "of": YEAR, "paid_in": object, "amount": NUMBER},
    **{"first_only": object},
}


def contracts(
    sheet: ReviewSheet, first_year: int | None = None, last_year: int | None = None
) -> pd.DataFrame:
    """The rows of the table `contract`, their `contract_group` one of `GROUPS`, and `handed_on`:
    whether the contract is of a block that only blocks pay or called 再委託.

    A method that has no group is "other". A payee made a contract that is handed on, but for those
    `by_state`: a block with another body of the state pays for them, which may have made them.
    """
    rows = within(sheet.contract, first_year, last_year).reset_index(drop=True)
    links = flows.edges(sheet, first_year, last_year)
    tier, paid = (
        flows.tiers(links),
        sheet.payment[flows.is_state(sheet.payment["corporate_number"])],
    )
    bodies = {*zip(paid["fiscal_year"], paid["block"], strict=True)}
    from_bodies = {
        (year, block)
        for year, source, block in links[["fiscal_year", "source", "block"]].itertuples(index=False)
        if (year, source) in bodies
    }
    group = _group(rows)
    blocks = [*zip(rows["fiscal_year"], rows["block"], strict=True)]
    sub = pd.Series([tier.get(block) == "sub" for block in blocks], index=rows.index, dtype=bool)
    named = group.eq("other") & rows["contract_detail"].str.contains("再委託", na=False)
    by_state = sub & pd.Series([block in from_bodies for block in blocks], rows.index, dtype=bool)
    return rows.assign(contract_group=group, handed_on=sub | named, by_state=by_state)


def commitments(sheet: ReviewSheet) -> pd.DataFrame:
    """The contracts of several years (国庫債務負担行為等) by method, as in `methods`; their amounts
    are of all their years, not what is spent in one."""
    rows = sheet.commitment
    return methods(
        rows.assign(contract_group=_group(rows), amount=rows["contract_amount"], handed_on=False)
    )


def purchases(
    contract: pd.DataFrame, commitment: pd.DataFrame, payment: pd.DataFrame
) -> pd.DataFrame:
    """The purchases (`BOUGHT`) that ministries made themselves, of a corpus's tables.

    Columns: those of `contract` and of `commitment`, whose contract_amount is amount, too; and
    contracts_of ("contract", whose amounts are of the year; "commitment", of contracts over several
    years, all their years together: not to be added). Left out are those of blocks that payees pay
    (a sheet's payments are of one year) and those that say 再委託.
    """
    paid_on = payment.loc[payment["tier"] == "sub", ["sheet_id", "block"]]
    sub = pd.MultiIndex.from_frame(paid_on)
    parts = []
    for name, table in (("contract", contract), ("commitment", commitment)):
        bought = table[table["contract_group"].isin(BOUGHT)]
        block = pd.MultiIndex.from_frame(bought[["sheet_id", "block"]])
        said = bought["contract_detail"].str.contains("再委託", na=False)
        own = bought[~block.isin(sub) & ~said].assign(contracts_of=name)
        parts.append(own.rename(columns={"contract_amount": "amount"}))
    return pd.concat([part for part in parts if len(part)] or parts)


def _group(rows: pd.DataFrame) -> pd.Series:
    """One of `GROUPS` for each row of contracts."""
    unknown = rows["contract_method"].notna().map({True: "other", False: ""}).astype(TEXT)
    return rows["contract_group"].fillna(unknown)


def methods(contracts: pd.DataFrame) -> pd.DataFrame:
    """The contracts of the state itself by method, a row a group: the columns of `METHODS`.

    `contracts` is the result of the function of that name: those handed on are left out. `share` is
    that of the amounts; `known` counts contracts that print how many bid, `single` those of them
    with one bidder, `single_amount` what these cost; `winning_rate` is the median in per cent.
    """
    own = contracts[~contracts["handed_on"]]
    total = own["amount"].sum()
    rows = []
    for group in GROUPS:
        each = own[own["contract_group"] == group]
        if each.empty:
            continue
        single = each["bidders"].eq(1).fillna(False)
        amount = each["amount"].sum(min_count=1)
        rows.append(
            {"contract_group": group, "contracts": len(each), "amount": amount}
            | {"share": amount / total if total > 0 else np.nan}
            | {"known": int(each["bidders"].notna().sum()), "single": int(single.sum())}
            | {"single_amount": each.loc[single, "amount"].sum()}
            | {"winning_rate": each["winning_rate"].median()}
        )
    return typed(rows, METHODS)


def labelled(contracts: pd.DataFrame) -> pd.DataFrame:
    """How many contracts of a fiscal year have no method (`blank`) or その他 (`other`): the columns
    of `LABELLED`."""
    rows = [
        {"fiscal_year": year, "contracts": len(group)}
        | {"blank": group.eq("").sum(), "other": group.eq("other").sum()}
        for year, group in contracts.groupby("fiscal_year")["contract_group"]
    ]
    return typed(rows, LABELLED)


def repeats(
    sheet: ReviewSheet, first_year: int | None = None, last_year: int | None = None
) -> pd.DataFrame:
    """The payees of the state in how many of the years that name any, those paid in most first: the
    columns of `REPEATS`, `of` these years and `paid_in` a list of its own; million yen. Of the
    years `first_only` no more than the first payee of each block is known.

    A payee is one by its corporate number where any of its payments has a valid one, else by its
    name. Left out are payees taken together, labels such as 個人A, and what payees paid on.
    """
    paid = sheet.payment.dropna(subset=["payee_key", "fiscal_year", "amount"])
    paid = within(paid[(paid["tier"] != "sub") & (paid["amount"] > 0)], first_year, last_year)
    of = paid["fiscal_year"].nunique()
    first_only = sorted(flows.first_payees(sheet) & {*paid["fiscal_year"]})
    bundled = paid["bundled_payee"].fillna(False) | paid["payee_key"].eq("その他")
    paid = paid[~bundled.astype(bool) & ~paid["payee_key"].map(is_label).astype(bool)]
    number = paid["corporate_number"].where(numbered(paid["corporate_number"]))
    # Sheets of some years give no numbers: a name that has just one elsewhere is that payee's.
    numbers = number.groupby(paid["payee_key"]).agg(["first", "nunique"])
    alone = numbers.loc[numbers["nunique"] == 1, "first"]
    who = number.fillna(paid["payee_key"].map(alone).astype(TEXT)).fillna(paid["payee_key"])
    spelling = most_frequent(who, paid["payee"])
    rows = [
        {"payee": spelling[key], "years": each["fiscal_year"].nunique(), "of": of}
        | {"paid_in": sorted(map(int, each["fiscal_year"].unique()))}
        | {"amount": each["amount"].sum(), "first_only": first_only}
        for key, each in paid.groupby(who, sort=True)
    ]
    frame = typed(rows, REPEATS)
    order = frame.assign(amount=digits.settled(frame["amount"]))
    order = order.sort_values(["years", "amount"], ascending=False, kind="stable")
    return frame.loc[order.index].reset_index(drop=True)
