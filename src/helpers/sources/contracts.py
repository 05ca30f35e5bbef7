"""How contracts were made: the labels of 契約方式等, their groups, and what is said of the bids.

`contract_methods.csv` has the RS system's labels, the codes of its API for them, and their groups.
"""

import csv
from importlib.resources import files

from helpers.sheet import Remarks
from helpers.sources.cells import narrow

HIGHEST_RATE = 100
"""Per cent of the price ceiling: no contract is let above it; 999 stands for what is not told."""

with (files(__package__) / "contract_methods.csv").open(encoding="utf-8") as _file:
    _METHODS = list(csv.DictReader(_file))

LABELS = {row["code"]: row["label"] for row in _METHODS}
"""Code of the API -> the label that the CSV files and the sheet print."""

_GROUPS = {narrow(row["label"]): row["group"] for row in _METHODS}


def group(label: str) -> str:
    """The `contract_group` of a label, in whatever width it is printed; "" for none and for one
    that is not known."""
    return _GROUPS.get(narrow(label), "")


def bids(
    bidders: int | None,
    rate: float | None,
    row: str,
    remarks: Remarks,
    table: str = "contract",
) -> dict[str, int | float]:
    """`bidders` and `winning_rate` (per cent) of a contract, each only where it is given.

    The system enters 0 for what is not given. A rate above 100 is none: a remark `rate_above_100`,
    whose `row` is the contract's, says so.
    """
    known: dict[str, int | float] = {}
    if bidders and bidders > 0:
        known["bidders"] = bidders
    if rate and rate > HIGHEST_RATE:
        remarks.add("rate_above_100", table, row, "winning_rate", f"{rate:g}")
    elif rate and rate > 0:
        known["winning_rate"] = rate
    return known
