"""Turn the RS system's amounts into rows: budget from 2-1, payment from 5-1, 5-2 and 5-3."""

from dataclasses import dataclass, field

from helpers.sheet import Remarks
from helpers.sources.cells import nfkc, status
from helpers.sources.rs_tables import Record, Records, title

YEN = 10**6
TOTALS = ("initial", "supplementary", "carried_in", "reserve", "budget_gross", "executed")
TOTALS += ("carried_out", "requested")

NO_NUMBER = "9999999999999"
"""What the system enters for a payee that can have no corporate number, such as a person."""


def budget(records: Records, sheet_year: int, remarks: Remarks) -> dict[str, list[dict]]:
    """The table budget from the rows of totals in 2-1; account rows only check them.

    budget_net = budget_gross - carry-out, and carried_out is the negative of what is printed. The
    request in the row of a year is for the year after. The outturn and the carry-out of a year that
    was not closed are printed as 0: they are missing here, and its budget_net is its budget_gross.
    Raises SheetError.
    """
    totals, by_account = {}, {}
    for record in records.get("2-1", []):
        year = record.year("fiscal_year")
        amounts = {column: record.yen(column) for column in TOTALS}
        if any(value is not None for value in amounts.values()):
            if year in totals:
                raise record.error("fiscal_year", "one row of totals for each budget year")
            totals[year] = record, amounts
        for column in record.cells:
            if column.startswith("account."):
                sums = by_account.setdefault(year, (record, {}))[1]
                measure = column.split(".")[1]
                sums[measure] = sums.get(measure, 0) + (record.yen(column) or 0)
    for year, (record, sums) in by_account.items():
        if year not in totals:
            remarks.add("total_missing", "budget", record.row, observed=str(year))
            continue
        total, amounts = totals[year]
        for column, value in sums.items():
            if value != (amounts[column] or 0):
                observed = "" if amounts[column] is None else f"{amounts[column]:,}"
                remarks.add("accounts_differ", "budget", total.row, column, observed, f"{value:,}")
    rows: dict[int, dict] = {}
    for year, (record, amounts) in totals.items():
        rows.setdefault(year, {}).update(_of_year(record, amounts, year >= sheet_year, remarks))
        if amounts["requested"] is not None:
            rows.setdefault(year + 1, {})["requested"] = amounts["requested"] / YEN
    for year, row in rows.items():
        row |= {"fiscal_year": year, "status": status(year, sheet_year)}
    return {"budget": [rows[year] for year in sorted(rows)]}


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
    contracts: list[tuple[str, int | float | None]] = field(default_factory=list)

    @property
    def amount(self) -> int | float:
        """Its total, or without one its contracts together."""
        known = (amount for _, amount in self.contracts if amount is not None)
        return sum(known) if self.total is None else self.total


def payment(records: Records, sheet_year: int, remarks: Remarks) -> dict[str, list[dict]]:
    """The table payment: those of the last closed year, from 5-1, or without it from 5-3.

    `tier` is by 5-2 "first" for a block that the ministry pays, also if others pay it too, "sub"
    for one that only other blocks pay, "" for one that 5-2 does not name. Raises SheetError.
    """
    if "5-1" in records:
        rows = _payees(records["5-1"], remarks)
    else:
        rows = _first_payees(records.get("5-3", []))
        if rows:
            remarks.add("payments_from_items", "payment", title("5-3"))
    tiers: dict[str, str] = {}
    for record in records.get("5-2", []):
        block = _block(record)
        if block and record.text("from_ministry").upper() == "TRUE":
            tiers[block] = "first"
        elif block:
            tiers.setdefault(block, "sub")
    unknown = sorted({row["block"] for row in rows} - tiers.keys())
    if unknown:
        remarks.add("tier_unknown", "payment", title("5-2"), "tier", ", ".join(unknown))
    for row in rows:
        row |= {"fiscal_year": sheet_year - 1, "tier": tiers.get(row["block"], "")}
    return {"payment": rows}


def _payees(records: list[Record], remarks: Remarks) -> list[dict]:
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
