"""Turn the RS system's amounts into rows: budget and account from 2-1; block, payment and contract
from 5-1, with 5-2 and 5-3."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from helpers.sheet import Remarks
from helpers.sources.cells import nfkc, status
from helpers.sources.rs_rows import NO_NUMBER, YEN, read, renamed
from helpers.sources.rs_tables import Record, Records, title

TOTALS = ("initial", "supplementary", "carried_in", "reserve", "budget_gross", "executed")
TOTALS += ("carried_out", "requested")

OF_BLOCK = {
    "block": "block",
    "block_name": "block_name",
    "role": "role",
    "payees": "payees",
    "block_total": "amount",
}
"""Column of 5-1 -> that of the table block."""

BLOCK = {"block_name", "role", "payees", "block_total"}
"""What the row of a block prints, and no other."""

OF_PAYEE = ("address", "corporate_kind", "bundled_payee")


def budget(records: Records, sheet_year: int, remarks: Remarks) -> dict[str, list[dict]]:
    """The tables budget, from the rows of totals in 2-1, and account, from the others, which only
    check the totals.

    budget_net = budget_gross - carry-out, and carried_out is the negative of what is printed. The
    request in the row of a year is for the year after. The outturn and the carry-out of a year that
    was not closed are printed as 0: they are missing here, and its budget_net is its budget_gross.
    Of an account the supplementary budgets, and the reserves, are added up. Raises SheetError.
    """
    totals: dict[int, tuple[Record, dict]] = {}
    by_account: dict[int, tuple[Record, dict]] = {}
    account = []
    for record in records.get("2-1", []):
        year = record.year("fiscal_year")
        if not record.cells.keys().isdisjoint(TOTALS):
            amounts = {column: record.yen(column) for column in TOTALS}
            if any(value is not None for value in amounts.values()):
                if year in totals:
                    raise record.error("fiscal_year", "one row of totals for each budget year")
                totals[year] = record, amounts
        if of_account := _of_account(record):
            sums = by_account.setdefault(year, (record, {}))[1]
            for measure in of_account.keys() & TOTALS:
                sums[measure] = sums.get(measure, 0) + of_account[measure]
            if year >= sheet_year and not of_account.get("executed"):
                of_account.pop("executed", None)
            if "requested" in of_account:
                of_account["requested_next"] = of_account.pop("requested")
            known = {measure: amount / YEN for measure, amount in of_account.items()}
            account += [row | known for row in read([record], "account", remarks)]
    for year, (record, sums) in by_account.items():
        if year not in totals:
            remarks.add("total_missing", "budget", record.row, observed=str(year))
            continue
        total, amounts = totals[year]
        for column in (column for column in TOTALS if column in sums):
            if sums[column] != (amounts[column] or 0):
                observed = "" if amounts[column] is None else f"{amounts[column]:,}"
                printed = f"{sums[column]:,}"
                remarks.add("accounts_differ", "budget", total.row, column, observed, printed)
    rows: dict[int, dict] = {}
    for year, (record, amounts) in totals.items():
        rows.setdefault(year, {}).update(_of_year(record, amounts, year >= sheet_year, remarks))
        if amounts["requested"] is not None:
            rows.setdefault(year + 1, {})["requested"] = amounts["requested"] / YEN
    for year, row in rows.items():
        row |= {"fiscal_year": year, "status": status(year, sheet_year)}
    return {"budget": [rows[year] for year in sorted(rows)], "account": account}


def _of_account(record: Record) -> dict[str, int | float]:
    """What a row of 2-1 prints of one account, in yen; {} for a row of totals."""
    sums: dict[str, int | float] = {}
    for column in record.cells:
        if measure := _measure(column):
            amount = record.yen(column)
            if amount is not None:
                sums[measure] = sums.get(measure, 0) + amount
    return sums


@cache
def _measure(column: str) -> str:
    """What a column of 2-1 has of an account: supplementary for account.supplementary.2."""
    return column.split(".")[1] if column.startswith("account.") else ""


def accounts(records: list[Record]) -> str:
    """The accounts of the account rows, each once, as older sheets print them."""
    found = {}
    for record in records:
        name, part = record.text("account"), record.text("sub_account")
        if record.text("account_kind") == "特別会計" and name and "会計" not in name:
            name += "特別会計"
        for account in (name if part in name else name + part).split("、"):
            found[account or record.text("account_kind")] = None
    return "、".join(filter(None, found))


def _of_year(record: Record, amounts: dict, still_open: bool, remarks: Remarks) -> dict:
    gross, out, executed = (amounts[c] for c in ("budget_gross", "carried_out", "executed"))
    if still_open and not executed:
        if 0 in (executed, out):
            remarks.add("outturn_unknown", "budget", record.row, "executed", "0")
        executed, out = None, out or None
    known = {column: amounts[column] for column in TOTALS[:5]} | {"executed": executed}
    if out is not None:
        known["carried_out"] = -out
    if gross is not None and (out is not None or still_open):
        known["budget_net"] = gross - (out or 0)
    return {column: value / YEN for column, value in known.items() if value is not None}


@dataclass
class _Payee:
    record: Record
    total: int | float | None
    contracts: list[tuple[Record, int | float | None]] = field(default_factory=list)

    @property
    def amount(self) -> int | float:
        """Its total, or without one its contracts together."""
        known = (amount for _, amount in self.contracts if amount is not None)
        return sum(known) if self.total is None else self.total


def payment(records: Records, sheet_year: int, remarks: Remarks) -> dict[str, list[dict]]:
    """The tables block, payment and contract: those of the last closed year, from 5-1; without it
    payment alone, from 5-3.

    `tier` is by 5-2 "first" for a block that the ministry pays, also if others pay it too, "sub"
    for one that only other blocks pay, "" for one that 5-2 does not name. Raises SheetError.
    """
    made: dict[str, list[dict]] = {"block": [], "payment": [], "contract": []}
    if "5-1" in records:
        blocks = (record for record in records["5-1"] if record.cells.keys() & BLOCK)
        made["block"] = read(renamed(blocks, OF_BLOCK), "block", remarks)
        for place, payee in _payees(records["5-1"], remarks):
            made["payment"] += _entries(payee, place, remarks)
            made["contract"] += _contracts(payee, place, remarks)
    elif rows := _first_payees(records.get("5-3", [])):
        made["payment"] = rows
        remarks.add("payments_from_items", "payment", title("5-3"))
    tiers: dict[str, str] = {}
    for record in records.get("5-2", []):
        block = _block(record)
        if block and record.text("from_ministry").upper() == "TRUE":
            tiers[block] = "first"
        elif block:
            tiers.setdefault(block, "sub")
    unknown = sorted({row["block"] for row in made["payment"]} - tiers.keys())
    if unknown:
        remarks.add("tier_unknown", "payment", title("5-2"), "tier", ", ".join(unknown))
    for row in made["payment"]:
        row["tier"] = tiers.get(row["block"], "")
    paid = {"fiscal_year": sheet_year - 1}
    return {table: [paid | row for row in rows] for table, rows in made.items()}


def _payees(records: list[Record], remarks: Remarks) -> Iterator[tuple[dict, _Payee]]:
    """The payees of 5-1, each with its block and rank, its place in the block.

    The file has a row for each block with its total, for each payee with its total, and for each
    contract. Raises SheetError for a contract without a payee.
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
            owner.contracts.append((record, amount))
    for block, (record, printed) in totals.items():
        paid = sum(payee.amount for payee in blocks[block])
        if blocks[block] and paid != printed:
            remarks.add(
                "block_differs", "payment", record.row, "amount", f"{printed:,}", f"{paid:,}"
            )
    for block, named in blocks.items():
        for rank, payee in enumerate(named, start=1):
            yield {"block": block, "rank": rank}, payee


def _first_payees(records: list[Record]) -> list[dict]:
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
    """A payee's rows of the table payment, without fiscal_year and tier: its contracts where they
    add up to its total, else the total."""
    record, total = payee.record, payee.total
    [more] = read([record], "payment", remarks) or [{}]
    place = place | {name: more[name] for name in OF_PAYEE if name in more}
    amounts = [amount for _, amount in payee.contracts if amount is not None]
    works = [contract.text("work") for contract, _ in payee.contracts]
    if amounts and (total is None or sum(amounts) == total):
        return [
            place | _facts(record, work, amount)
            for work, (_, amount) in zip(works, payee.contracts, strict=True)
        ]
    if amounts:
        remarks.add(
            "contracts_differ", "payment", record.row, "amount", f"{total:,}", f"{sum(amounts):,}"
        )
    work = "; ".join(dict.fromkeys(filter(None, works)))
    return [place | _facts(record, work or record.text("work"), total)]


def _contracts(payee: _Payee, place: dict, remarks: Remarks) -> list[dict]:
    """A payee's rows of the table contract, without fiscal_year."""
    printed = _facts(payee.record, "", None)
    rows = read((record for record, _ in payee.contracts), "contract", remarks)
    return [printed | row | place for row in rows]


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
