"""The payees in the RS system's API: blocks, payments, contracts, uses, and how money flows."""

from helpers.sheet import Remarks, Rows
from helpers.sources import contracts
from helpers.sources.cells import nfkc
from helpers.sources.json_fields import Misfit
from helpers.sources.rs_api_public import Withheld
from helpers.sources.rs_rows import NO_NUMBER, YEN

GROUPS, EDGES = "payment-groups", "payment-edges"
PAYEE = "payee"
"""The `type` of an entry that is one."""

REFERENCE = "参考"
"""In the label of a link: the money is shown for reference and spent elsewhere."""


def payees(
    read: dict,
    fiscal_year: int,
    sheet_type: str,
    spent: float | None,
    withheld: Withheld,
    remarks: Remarks,
) -> Rows:
    """The tables block, contract, use, flow and payment: what the project paid in a fiscal year.

    `spent` is the year's outturn. Of a review sheet without one, or with 0, the payees are those
    expected: a remark says how many were left out. Blocks of fund and segment sheets stand side by
    side and are no payments. A payment is a contract where a payee's contracts add up to its total,
    else the payee's total. Raises Misfit for blocks of another project or of one name.
    """
    groups, tables = _groups(read), {"block": [], "payment": [], "contract": [], "use": []}
    if sheet_type == "review" and not spent:
        if count := sum(len(group.get("payment", ())) for group in groups):
            known = "" if spent is None else "0"
            remarks.add("expected_payees", "payment", f"{GROUPS}.json", "", str(count), known)
        return tables
    dated = {"fiscal_year": fiscal_year}
    tables["flow"] = [dated | row for row in _flow(read, groups, remarks)]
    tiers = _tiers(tables["flow"])
    for group in groups:
        place = f"{GROUPS}.json {group['block']}"
        total = withheld.shown(group, "amount", "block", place)
        row = {name: group.get(name) for name in ("block", "block_name", "role")}
        count = withheld.shown(group, "payees", "block", place)
        tables["block"].append(dated | row | {"payees": count, "amount": _million(total)})
        paid = []
        for rank, payee in enumerate(_of_type(group, place, remarks), start=1):
            of = dated | {"block": group["block"], "rank": rank}
            paid.append(_payee(payee, of, f"{place}-{rank}", tables, withheld, remarks))
        if paid and total is not None and None not in paid and sum(paid) != total:
            printed, summed = f"{total:,}", f"{sum(paid):,}"
            remarks.add("block_differs", "block", place, "amount", printed, summed)
    if sheet_type != "review":
        tables["payment"] = []
    for row in tables["payment"]:
        row["tier"] = tiers.get(row["block"], "")
    unknown = sorted({row["block"] for row in tables["payment"]} - tiers.keys())
    if unknown:
        remarks.add("tier_unknown", "payment", f"{EDGES}.json", "tier", ", ".join(unknown))
    return tables


def _groups(read: dict) -> list[dict]:
    """The blocks, if they are of this project and each of another name."""
    seen: dict[str, int] = {}
    for at, group in enumerate(read.get("block", ())):
        group["block"] = nfkc(group["block"])
        wrong = None
        if group["project_id"] != read["list"]["id"]:
            wrong = Misfit(
                f"a block of the project {group['project_id'][:64]!r}", read["list"]["id"]
            )
        for name in (f"id {group['id']}", f"block {group['block']}"):
            if seen.setdefault(name, at) != at:
                wrong = Misfit(f"{name[:80]} again", "each block once")
        if wrong:
            raise wrong.inside(f"[{at}]").inside(GROUPS)
    return read.get("block", [])


def _of_type(group: dict, place: str, remarks: Remarks) -> list[dict]:
    """The entries that are payees."""
    for at, entry in enumerate(group.get("payment", ()), start=1):
        if entry.get("type") != PAYEE:
            observed = entry.get("type") or "null"
            remarks.add("not_a_payee", "payment", f"{place}, {at}", "", observed[:80])
    return [entry for entry in group.get("payment", ()) if entry.get("type") == PAYEE]


def _payee(
    payee: dict, of: dict, place: str, tables: Rows, withheld: Withheld, remarks: Remarks
) -> int | float | None:
    """Add the rows of a payee; its amount in yen, None where that is not known."""
    number = nfkc(payee.get("corporate_number") or "")
    who = {"payee": payee.get("payee") or ""}
    if number and number != NO_NUMBER:
        who["corporate_number"] = number
    body = {name: payee.get(name) for name in ("address", "corporate_kind", "bundled_payee")}
    total = withheld.shown(payee, "amount", "payment", place)
    works, amounts = [], []
    raw = [contract.get("amount") for contract in payee.get("contract", ())]
    # A contract that was cut is printed negative: no mark, where the total has taken it off too.
    cut = total is not None and None not in raw and sum(raw) == total
    for at, contract in enumerate(payee.get("contract", ()), start=1):
        where = f"{place}-{at}"
        works.append(contract.get("work") or "")
        if cut and contract["amount"] < 0:
            amounts.append(contract["amount"])
        else:
            amounts.append(withheld.shown(contract, "amount", "contract", where))
        row = of | who | {"bundled_payee": body["bundled_payee"], "work": works[-1]}
        row |= {"amount": _million(amounts[-1]), "bundled": contract.get("bundled")}
        tables["contract"].append(row | _method(contract, where, withheld, remarks))
        use = {name: of[name] for name in ("fiscal_year", "block")} | who | {"work": works[-1]}
        for item in contract.get("use", ()):
            amount = _million(withheld.shown(item, "amount", "use", where))
            kept = {name: item.get(name) for name in ("cost_item", "used_for")}
            tables["use"].append(use | kept | {"amount": amount})
    known = [amount for amount in amounts if amount is not None]
    if known and total in (None, sum(known)):
        entries = list(zip(works, amounts, strict=True))
    else:
        entries = [("; ".join(dict.fromkeys(filter(None, works))), total)]
        if known:
            printed, summed = f"{total:,}", f"{sum(known):,}"
            remarks.add("contracts_differ", "payment", place, "amount", printed, summed)
    tables["payment"] += [
        of | who | body | {"work": work, "amount": _million(amount)} for work, amount in entries
    ]
    return sum(known) if total is None and known and len(known) == len(amounts) else total


def _method(contract: dict, place: str, withheld: Withheld, remarks: Remarks) -> dict:
    """How a contract was made, in the words of the CSV files."""
    code = contract.get("contract_method") or ""
    label = contracts.LABELS.get(code, code)
    if code and code not in contracts.LABELS:
        remarks.add("unknown_code", "contract", place, "contract_method", code[:80])
    return {
        "contract_method": label,
        "contract_group": contracts.group(label),
        "contract_detail": contract.get("contract_detail"),
        **contracts.bids(
            withheld.shown(contract, "bidders", "contract", place),
            withheld.shown(contract, "winning_rate", "contract", place),
            place,
            remarks,
        ),
    }


def _flow(read: dict, groups: list[dict], remarks: Remarks) -> list[dict]:
    """The links between the blocks, by their codes; one from a block that is not there still says
    that the other is not paid by the ministry."""
    blocks = {group["id"]: group for group in groups}
    rows = []
    for at, edge in enumerate(read.get("flow", ()) if groups else ()):
        ends = edge.get("source") or "", edge["target"]
        source, target = map(blocks.get, ends)
        for lost in (end for end in ends if end and end not in blocks):
            remarks.add("unread_line", "flow", f"{EDGES}.json [{at}]", "", lost[:80])
        if target is None:
            continue
        row = {"block": target["block"], "block_name": target.get("block_name")}
        if source:
            row |= {"source_block": source["block"], "source_name": source.get("block_name")}
        rows.append(row | {name: edge.get(name) for name in ("from_ministry", "comment")})
    return rows


def _tiers(flow: list[dict]) -> dict[str, str]:
    """Block -> "first" where the ministry itself pays it, but for reference, else "sub"."""
    tiers: dict[str, str] = {}
    for row in flow:
        if row["from_ministry"] and REFERENCE not in (row["comment"] or ""):
            tiers[row["block"]] = "first"
        else:
            tiers.setdefault(row["block"], "sub")
    return tiers


def _million(amount: int | float | None) -> float | None:
    return None if amount is None else amount / YEN
