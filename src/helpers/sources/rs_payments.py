"""Turn the records of 5-1, 5-2 and 5-3 into the rows of the table payment."""

from dataclasses import dataclass, field

from helpers.sources.cells import nfkc
from helpers.sources.layout import Remarks
from helpers.sources.rs_budget import YEN
from helpers.sources.rs_headers import title
from helpers.sources.rs_records import Record

NO_NUMBER = "9999999999999"
"""What the system enters for a payee that can have no corporate number, such as a person."""


@dataclass
class _Payee:
    record: Record
    total: int | float | None
    contracts: list[tuple[str, int | float | None]] = field(default_factory=list)

    @property
    def amount(self) -> int | float:
        """Its total, or without one its contracts together."""
        known = (amount for _, amount in self.contracts if amount is not None)
        return sum(known) if self.total is None else self.total


def payment(records: dict[str, list[Record]], year: int, remarks: Remarks) -> list[dict]:
    """Rows of the table payment: the payments of `year`, from 5-1, or without it from 5-3.

    `tier` is by 5-2 "first" for a block that the ministry pays, also if others pay it too, "sub"
    for one that only other blocks pay, "" for one that 5-2 does not name. Raises SheetError.
    """
    if "5-1" in records:
        rows = payees(records["5-1"], remarks)
    else:
        rows = first_payees(records.get("5-3", []))
        if rows:
            remarks.add("payments_from_items", "payment", title("5-3"))
    known = tiers(records.get("5-2", []))
    unknown = sorted({row["block"] for row in rows} - known.keys())
    if unknown:
        remarks.add("tier_unknown", "payment", title("5-2"), "tier", ", ".join(unknown))
    return [row | {"fiscal_year": year, "tier": known.get(row["block"], "")} for row in rows]


def tiers(records: list[Record]) -> dict[str, str]:
    """Block -> "first" where the ministry itself pays it, "sub" where only other blocks do."""
    found: dict[str, str] = {}
    for record in records:
        block = _block(record)
        if block and record.text("from_ministry").upper() == "TRUE":
            found[block] = "first"
        elif block:
            found.setdefault(block, "sub")
    return found


def payees(records: list[Record], remarks: Remarks) -> list[dict]:
    """Rows of the table payment from 5-1, without fiscal_year and tier.

    The file has a row for each block with its total, for each payee with its total, and for each
    contract. A payee is given by its contracts where they add up to its total, else by the total;
    rank is the payee's place in its block. Raises SheetError for a contract without a payee.
    """
    blocks: dict[str, list[_Payee]] = {}
    totals: dict[str, tuple[Record, int | float]] = {}
    latest: dict[tuple, _Payee] = {}
    for record in records:
        block, total, amount = _block(record), record.yen("payee_total"), record.yen("amount")
        named = blocks.setdefault(block, [])
        if (block_total := record.yen("block_total")) is not None:
            totals[block] = record, block_total
        name, number = _who(record)
        # A row that gives a contract need not repeat the payee's number, nor its name.
        same = latest.get((block, name, number)) or latest.get((block, name, ""))
        contract = amount is not None or (total is None and record.text("work") != "")
        repeated = contract and same is not None and total in (None, same.total)
        if (name or total is not None) and not repeated:
            same = latest[block, name, number] = latest[block, name, ""] = _Payee(record, total)
            named.append(same)
        if contract:
            if not named:
                raise record.error("amount", "the row of its payee above it")
            owner = same if name and same else named[-1]
            owner.contracts.append((record.text("work"), amount))
    for block, (record, printed) in totals.items():
        paid = sum(payee.amount for payee in blocks[block])
        if blocks[block] and paid != printed:
            remarks.add(
                "block_differs", "payment", record.row, "amount", f"{printed:,}", f"{paid:,}"
            )
    return [
        row
        for block, named in blocks.items()
        for rank, payee in enumerate(named, start=1)
        for row in _entries(payee, {"block": block, "rank": rank}, remarks)
    ]


def first_payees(records: list[Record]) -> list[dict]:
    """Rows of the table payment from 5-3, which itemises the payments to the first payee of each
    block: the items of a contract added up. Without fiscal_year and tier."""
    sums: dict[tuple, tuple[Record, list]] = {}
    for record in records:
        if record.text("payee"):
            key = (_block(record), *_who(record), record.text("work"))
            sums.setdefault(key, (record, []))[1].append(record.yen("amount"))
    ranks: dict[str, dict[tuple, int]] = {}
    rows = []
    for (block, *who, work), (record, amounts) in sums.items():
        ranked = ranks.setdefault(block, {})
        rank = ranked.setdefault(tuple(who), len(ranked) + 1)
        known = [amount for amount in amounts if amount is not None]
        amount = sum(known) if known else None
        rows.append({"block": block, "rank": rank} | _facts(record, work, amount))
    return rows


def _entries(payee: _Payee, place: dict, remarks: Remarks) -> list[dict]:
    record, total = payee.record, payee.total
    amounts = [amount for _, amount in payee.contracts if amount is not None]
    if amounts and (total is None or sum(amounts) == total):
        return [place | _facts(record, work, amount) for work, amount in payee.contracts]
    if amounts:
        remarks.add(
            "contracts_differ", "payment", record.row, "amount", f"{total:,}", f"{sum(amounts):,}"
        )
    work = "; ".join(dict.fromkeys(filter(None, (work for work, _ in payee.contracts))))
    return [place | _facts(record, work or record.text("work"), total)]


def _facts(record: Record, work: str, amount: int | float | None) -> dict:
    number = nfkc(record.text("corporate_number"))
    known = {"payee": record.text("payee"), "work": work}
    if number and number != NO_NUMBER:
        known["corporate_number"] = number
    if amount is not None:
        known["amount"] = amount / YEN
    return known


def _block(record: Record) -> str:
    return nfkc(record.text("block"))


def _who(record: Record) -> tuple[str, str]:
    return record.text("payee"), record.text("corporate_number")
