"""Rules about how contracts were made: one bidder, no competition, the reasons for both, and prices
near the ceiling. None of them is a fault by itself: they say where to look."""

from collections.abc import Iterator

from helpers.checks.finding import Finding, percent
from helpers.precision import to_yen
from helpers.sheet import Located
from helpers.sources.cells import blank_if_dash

REASON_FROM = 1000.0
"""Million yen from which on a sheet has to say why there was one bidder or no competition."""

MATERIAL = 100.0
"""Million yen in question below which one finding for a sheet would be about small contracts."""

MOSTLY = 0.5
"""The share of the money in competition from which on it is the rule in a sheet, not an instance:
of the tenders in 5-4 of 2024 whose bidders are printed, 857 of 1,532 had one."""

NEAR_CEILING = 99.0
"""Per cent of the price ceiling."""

COMPETED = ("tender", "proposals")

AMOUNTS = {"contract": "amount", "commitment": "contract_amount"}
"""Table of contracts -> its amounts: what was paid in a year, or a contract of several years."""


def single_bid(sheet: Located) -> Iterator[Finding]:
    """Most of the money of contracts in competition, of known bidders, had a single bidder."""
    for table, rows in sheet.once(_contracts):
        bid = [row for row in rows if row["contract_group"] in COMPETED and row["bidders"]]
        single = [row for row in bid if row["bidders"] == 1]
        yield from _mostly("single_bid", table, "bidders", single, bid)


def winning_rate(sheet: Located) -> Iterator[Finding]:
    """Most of the money of tenders, of known rates, was won at 99 % of the price ceiling and more.

    Of tenders alone: a price that is negotiated comes near its ceiling in any case.
    """
    for table, rows in sheet.once(_contracts):
        rated = [row for row in rows if row["contract_group"] == "tender" and row["winning_rate"]]
        near = [row for row in rated if row["winning_rate"] >= NEAR_CEILING]
        yield from _mostly("winning_rate", table, "winning_rate", near, rated)


def no_competition(sheet: Located) -> Iterator[Finding]:
    """Large contracts without competition, and those whose sheet owes a reason for it or for a
    single bidder and prints none: each of them once."""
    for table, rows in sheet.once(_contracts):
        large = [row for row in rows if row["amount"] >= REASON_FROM]
        sole = [row for row in large if row["contract_group"] == "sole"]
        single = [row for row in large if row["contract_group"] in COMPETED]
        single = [row for row in single if row["bidders"] == 1]
        silent = [row for row in [*sole, *single] if not _reason(row)]
        yield from _found("no_competition", table, "contract_method", list(filter(_reason, sole)))
        yield from _found("single_bid_reason", table, "single_bid_reason", silent)


def _reason(row: dict) -> str:
    return blank_if_dash(row["single_bid_reason"] or "")


def _contracts(sheet: Located) -> list[tuple[str, list[dict]]]:
    """Each table of contracts, with `amount`: those of the ministry itself, each by itself.

    What a payee passes on is not let by the state, and a bundle has no bidders of its own. The
    letters of blocks are those of a year, of commitments the latest.
    """
    paid = [row for row in sheet["payment"] if row["fiscal_year"] is not None]
    latest = max((row["fiscal_year"] for row in paid), default=None)
    passed_on = {(row["fiscal_year"], row["block"]) for row in paid if row["tier"] == "sub"}
    return [
        (
            table,
            [
                {**row, "amount": row[amount]}
                for row in sheet[table]
                if (row[amount] or 0) > 0
                and (row.get("fiscal_year", latest), row["block"]) not in passed_on
                and not row["bundled"]
                and not row.get("bundled_payee")
            ],
        )
        for table, amount in AMOUNTS.items()
    ]


def _mostly(
    rule: str, table: str, column: str, some: list[dict], every: list[dict]
) -> Iterator[Finding]:
    amount, total = (sum(row["amount"] for row in rows) for rows in (some, every))
    if amount >= MATERIAL and amount >= MOSTLY * total:
        facts = {"every": len(every), "share": percent(amount, total)}
        yield from _found(rule, table, column, some, **facts)


def _found(rule: str, table: str, column: str, rows: list[dict], **facts) -> Iterator[Finding]:
    """One finding for all contracts of a table, with the largest of them."""
    if rows:
        most = max(rows, key=lambda row: row["amount"])
        facts |= {"count": len(rows), "amount": to_yen(sum(row["amount"] for row in rows))}
        facts |= {"payee": most["payee"] or "", "most": most["amount"], "table": table}
        yield Finding(rule, table, (most["payee"],), column, most[column], facts=facts)


RULES = (single_bid, winning_rate, no_competition)
