"""A sheet with the tables of the RS system's other files, of a few words a row."""

from helpers.sheet import ReviewSheet

NAMED, ABROAD = "6010601062093", "9999999999999"
"""A valid corporate number, and what stands where there can be none."""
STATE = "7000012050002"
"""A corporate number of a body of the state."""


def sheet(year: int = 2024, **tables: list[dict]) -> ReviewSheet:
    """A sheet of the year after `year`, in which a row without a fiscal year is of `year`."""
    head = {"sheet_id": f"{year + 1}-省-1", "sheet_year": year + 1, "ministry": "省"}
    rows = {
        name: [row if name == "commitment" else {"fiscal_year": year} | row for row in given]
        for name, given in tables.items()
    }
    return ReviewSheet.build(sheet=[head | {"project_number": "1", "name": "事業"}], **rows)


def link(source: str, block: str, **more) -> dict:
    """A row of `flow`; from the state where `source` is ""."""
    names = {"source_name": f"{source}商店" if source else "省", "block_name": f"{block}商店"}
    paid = {"source_block": source or None, "from_ministry": source == "", "block": block}
    return paid | names | more


def links(text: str) -> list[dict]:
    """Links as in "-A A-B"."""
    return [link(*each.split("-")) for each in text.split()]


def block(letter: str, amount: float | None, payees: int | None = None) -> dict:
    """A row of `block`."""
    name = f"{letter}商店"
    return {"block": letter, "block_name": name, "amount": amount, "payees": payees}


def paid(letter: str, payee: str, amount: float | None, **more) -> dict:
    """A row of `payment`."""
    return {"block": letter, "payee": payee, "amount": amount} | more


def contract(group: str | None, amount: float | None, bidders: int | None = None, **more) -> dict:
    """A row of `contract` in block A."""
    made = {"block": "A", "payee": "甲", "amount": amount, "bidders": bidders}
    return made | {"contract_group": group, "contract_method": group} | more
