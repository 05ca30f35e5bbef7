"""How it was bought: contracts by method, how many bid, and who is paid year after year."""

from statistics import median

import pandas as pd

from helpers import digits
from helpers.analysis import flows
from helpers.analysis.payees import commonest, is_number, total
from helpers.analysis.years import rows_within
from helpers.checks.contracts import COMPETED
from helpers.checks.payments import is_label
from helpers.sheet import COLUMNS, FLAG, NUMBER, TEXT, YEAR, ReviewSheet, records, typed

BOUGHT = (*COMPETED, "small", "sole")
GROUPS = (*BOUGHT, "multi_year", "grant", "other", "")
"""Of `contract_group`: with competition, a purchase at all, and every one, "" for no method."""

METHODS = {
    **{"contract_group": TEXT, "contracts": YEAR, "amount": NUMBER, "share": NUMBER},
    **{"known": YEAR, "single": YEAR, "single_amount": NUMBER, "winning_rate": NUMBER},
}
LABELLED = {"fiscal_year": YEAR, "contracts": YEAR, "blank": YEAR, "other": YEAR}
CONTRACTS = COLUMNS["contract"] | {"handed_on": FLAG, "by_state": FLAG}
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
    links = flows.edges(sheet, first_year, last_year)
    bodies = {
        (row["fiscal_year"], row["block"])
        for row in sheet.rows("payment")
        if flows.is_state_body(row["corporate_number"])
    }
    from_bodies = {(year, block) for year, source, block in links if (year, source) in bodies}
    tier, rows = flows.tiers(links), []
    for row in rows_within(sheet.rows("contract"), first_year, last_year):
        group, block = _group(row), (row["fiscal_year"], row["block"])
        sub = tier.get(block) == "sub"
        named = group == "other" and "再委託" in (row["contract_detail"] or "")
        said = {"handed_on": sub or named, "by_state": sub and block in from_bodies}
        rows.append(row | {"contract_group": group} | said)
    return typed(rows, CONTRACTS)


def commitments(sheet: ReviewSheet) -> pd.DataFrame:
    """The contracts of several years (国庫債務負担行為等) by method, as in `methods`; their amounts
    are of all their years, not what is spent in one."""
    return _by_method(
        [
            row | {"contract_group": _group(row), "amount": row["contract_amount"]}
            for row in sheet.rows("commitment")
        ]
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


def _group(row: dict) -> str:
    """One of `GROUPS` for a row of contracts."""
    unknown = "" if row["contract_method"] is None else "other"
    return unknown if row["contract_group"] is None else row["contract_group"]


def methods(contracts: pd.DataFrame) -> pd.DataFrame:
    """The contracts of the state itself by method, a row a group: the columns of `METHODS`.

    `contracts` is the result of the function of that name: those handed on are left out. `share` is
    that of the amounts; `known` counts contracts that print how many bid, `single` those of them
    with one bidder, `single_amount` what these cost; `winning_rate` is the median in per cent.
    """
    return _by_method(records(contracts[~contracts["handed_on"]]))


def _by_method(own: list[dict]) -> pd.DataFrame:
    everything = total(own, "amount") or 0.0
    rows = []
    for group in GROUPS:
        each = [row for row in own if row["contract_group"] == group]
        if not each:
            continue
        single = [row for row in each if row["bidders"] == 1]
        rates = [row["winning_rate"] for row in each if row["winning_rate"] is not None]
        amount = total(each, "amount")
        share = None if amount is None or everything <= 0 else amount / everything
        rows.append(
            {"contract_group": group, "contracts": len(each), "amount": amount, "share": share}
            | {"known": sum(row["bidders"] is not None for row in each), "single": len(single)}
            | {"single_amount": total(single, "amount") or 0.0}
            | {"winning_rate": median(rates) if rates else None}
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
    paid = [
        row
        for row in rows_within(sheet.rows("payment"), first_year, last_year)
        if row["payee_key"] is not None and row["tier"] != "sub" and (row["amount"] or 0) > 0
    ]
    years = {row["fiscal_year"] for row in paid}
    first_only = sorted(flows.first_payees(sheet) & years)
    paid = [
        row
        for row in paid
        if not (row["bundled_payee"] or row["payee_key"] == "その他" or is_label(row["payee_key"]))
    ]
    # Sheets of some years give no numbers: a name that has just one elsewhere is that payee's.
    numbers: dict[str, set[str]] = {}
    for row in paid:
        if is_number(row["corporate_number"]):
            numbers.setdefault(row["payee_key"], set()).add(row["corporate_number"])
    payees: dict[str, list[dict]] = {}
    for row in paid:
        key, number = row["payee_key"], row["corporate_number"]
        alone = key if len(numbers.get(key, ())) != 1 else next(iter(numbers[key]))
        payees.setdefault(number if is_number(number) else alone, []).append(row)
    rows = []
    for _, each in sorted(payees.items()):
        paid_in = sorted({row["fiscal_year"] for row in each})
        payee = commonest(row["payee"] for row in each)
        rows.append(
            {"payee": payee, "years": len(paid_in), "of": len(years), "paid_in": paid_in}
            | {"amount": total(each, "amount"), "first_only": first_only}
        )
    rows.sort(key=lambda row: (row["years"], digits.settled(row["amount"])), reverse=True)
    return typed(rows, REPEATS)
