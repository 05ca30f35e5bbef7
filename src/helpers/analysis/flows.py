"""How far money can be followed: who pays whom, in how many steps, and what is left unnamed."""

import re
from collections import Counter, deque
from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis.payees import is_number, total
from helpers.analysis.years import rows_within, within
from helpers.checks.payments import is_label
from helpers.sheet import MAYBE, NUMBER, TEXT, YEAR, ReviewSheet, records, typed

STATE, UNLINKED, REST, INDIRECT = "state", "unlinked", "rest", "indirect"
"""What a row of `tree` is, other than a block: who pays first, the head of the blocks that no path
leads to, blocks taken together, and what the state itself spends beside the blocks."""

STATE_BODY = "000012"
"""What follows the check digit in the corporate numbers of bodies of the state."""

_GENERIC = re.compile(r"その他|民間(企業|事業者)|.*(職員|利用者|受給者)([0-9]+|\(複数名\))?")
"""Payee keys that say what a payee is, not who."""

_OF_PAID = ("bundled_amount", "unnumbered", "state_amount")

_FOR_REFERENCE = "参考"
"""In the comment of a link: no money of this project."""

BLOCKS = {
    **{"fiscal_year": YEAR, "block": TEXT, "block_name": TEXT, "amount": NUMBER, "tier": TEXT},
    **{"depth": YEAR, "payees": YEAR, "named": YEAR},
    **{"paid": NUMBER, "bundled_amount": NUMBER, "unnumbered": NUMBER},
    **{"state_amount": NUMBER, "state_bodies": YEAR, "first_payee": TEXT},
}
FOLLOWED = {
    **{"fiscal_year": YEAR, "blocks": YEAR, "depth": YEAR, "unlinked": YEAR},
    **{"direct": NUMBER, "handed_on": NUMBER, "indirect": NUMBER},
    **{"paid": NUMBER, "bundled_amount": NUMBER, "unnumbered": NUMBER},
    **{"payees": YEAR, "named": YEAR, "state_amount": NUMBER, "state_bodies": YEAR},
    **{"first_only": MAYBE},
}
TREE = {
    "fiscal_year": YEAR,
    **{"kind": TEXT, "level": YEAR, "parent": YEAR, "block": TEXT, "name": TEXT},
    **{"first_payee": TEXT},
    **{"amount": NUMBER, "also": object, "blocks": YEAR},
}

Edge = tuple[int, str, str]
"""Fiscal year, source and block."""

Links = dict[str, list[str]]
"""Block -> the blocks that pay it, "" for the state, each once."""


def edges(
    sheet: ReviewSheet, first_year: int | None = None, last_year: int | None = None
) -> list[Edge]:
    """Who pays whom, each once a fiscal year: the source is "" for the state.

    Left out are links of a block to itself and those that are printed for reference only.
    """
    found: dict[Edge, None] = {}
    for row in rows_within(sheet.rows("flow"), first_year, last_year):
        source, block = "" if row["from_ministry"] else row["source_block"], row["block"]
        known = None not in (source, block) and source != block
        if known and _FOR_REFERENCE not in (row["comment"] or ""):
            found[row["fiscal_year"], source, block] = None
    return [*found]


def tiers(edges: list[Edge]) -> dict[tuple[int, str], str]:
    """Fiscal year and block -> "first" where the state pays it, also if others do; else "sub"."""
    found: dict[tuple[int, str], str] = {}
    for year, source, block in edges:
        if source == "" or (year, block) not in found:
            found[year, block] = "sub" if source else "first"
    return found


def first_payees(sheet: ReviewSheet) -> set[int]:
    """The fiscal years of which only the first payee of each block is known: their payments come
    from what the money was used for, where no payees are listed."""
    places = Counter((row["fiscal_year"], row["block"]) for row in sheet.rows("payment"))
    known = {place: many for place, many in places.items() if None not in place}
    several = {year for (year, _), many in known.items() if many > 1}
    used, printed = ({row["fiscal_year"] for row in sheet.rows(name)} for name in ("use", "block"))
    # By the tables, not by the reader's remark: a project joined over years may not have it.
    return ({year for year, _ in known} - several) & used - printed


def is_state_body(number: str | None) -> bool:
    """Whether a corporate number is that of a body of the state."""
    return number is not None and number[1:7] == STATE_BODY


def is_state(numbers: pd.Series) -> pd.Series:
    """Which corporate numbers are those of bodies of the state."""
    return numbers.map(is_state_body, na_action="ignore").eq(True)


def blocks(
    sheet: ReviewSheet, first_year: int | None = None, last_year: int | None = None
) -> pd.DataFrame:
    """A row a fiscal year and block of the tables `flow` and `block`: the columns of `BLOCKS`.

    `amount` is the block's printed total, else what its payees got; `tier` as in `tiers`, "" for a
    block that no link leads to; `depth` the fewest steps from the state to it, missing where none
    lead there; `payees` their printed number, `named` how many have a name. Of its payments
    (`paid`), `bundled_amount` went to payees that are taken together, `unnumbered` to others
    without a valid corporate number, and `state_amount` to so many `state_bodies`. `first_payee` is
    known in the years of `first_payees`, when all of this is of that payee alone. Million yen;
    blocks of one year hold the same money where one pays another.
    """
    links = edges(sheet, first_year, last_year)
    flow, printed = (
        rows_within(sheet.rows(name), first_year, last_year) for name in ("flow", "block")
    )
    printed = [row for row in printed if row["block"] is not None]
    totals = {(row["fiscal_year"], row["block"]): row for row in reversed(printed)}
    paid, tier, names = _paid(sheet.rows("payment")), tiers(links), _names(flow)
    years = {row["fiscal_year"] for row in [*flow, *printed]}
    ends = [(row["fiscal_year"], row[end]) for row in flow for end in ("source_block", "block")]
    ends += [*totals, *paid]
    alone = first_payees(sheet)
    rows = []
    for year in sorted(years):
        depth = _depths(_sources(link for link in links if link[0] == year))
        every = {block for at, block in ends if at == year and block is not None}
        for block in sorted(every, key=_in_order):
            place = (year, block)
            given, got = totals.get(place, {}), paid.get(place, {})
            amount, name = given.get("amount"), given.get("block_name")
            rows.append(
                {"fiscal_year": year, "block": block, "payees": given.get("payees")}
                | {"block_name": names.get(place) if name is None else name}
                | {"amount": got.get("paid") if amount is None else amount}
                | {"tier": tier.get(place, ""), "depth": depth.get(block)}
                | (got if year in alone else got | {"first_payee": None})
            )
    return typed(rows, BLOCKS)


def followed(
    blocks: pd.DataFrame,
    sheet: ReviewSheet,
    first_year: int | None = None,
    last_year: int | None = None,
) -> pd.DataFrame:
    """How far the money of a year can be followed, a row a fiscal year of `blocks`, its result: the
    columns of `FOLLOWED`.

    `direct` is what the state paid to blocks, `handed_on` what these paid on to blocks of their own
    out of it: never added to it, nor what goes a step further; `indirect` what the state spent
    beside them; `unlinked` counts the blocks that no path from the state leads to. Of the direct
    blocks alone: what was `paid`, `bundled_amount`, `unnumbered` and `state_amount` of it (to so
    many `state_bodies`), and of those that print their number of `payees`, that and how many of
    them are `named`. Where only the first payees of blocks are known (`first_only`), sums of them
    would not be those of the blocks, and all these are missing.
    """
    costs = rows_within(sheet.rows("indirect_cost"), first_year, last_year)
    alone, by_year = first_payees(sheet), dict[int, list[dict]]()
    for row in records(blocks):
        if row["fiscal_year"] in alone:
            row |= dict.fromkeys(["amount", "paid", *_OF_PAID])
        by_year.setdefault(row["fiscal_year"], []).append(row)
    rows = []
    for year, each in by_year.items():
        direct = [row for row in each if row["tier"] == "first"]
        next_step = [row for row in each if row["depth"] == 2]
        depths = [row["depth"] for row in each if row["depth"] is not None]
        counted = [row for row in direct if None not in (row["payees"], row["paid"])]
        rows.append(
            {"fiscal_year": year, "blocks": len(each), "depth": max(depths, default=None)}
            | {"unlinked": len(each) - len(depths)}
            | {"direct": total(direct, "amount"), "handed_on": total(next_step, "amount")}
            | {"indirect": total((row for row in costs if row["fiscal_year"] == year), "amount")}
            | {name: total(direct, name) for name in ("paid", *_OF_PAID)}
            | {"state_bodies": sum(row["state_bodies"] or 0 for row in direct)}
            | {"first_only": year in alone}
            | {"payees": sum(row["payees"] for row in counted)}
            # The names of a block may be more than it says to have: no more than that counts.
            | {"named": sum(min(row["payees"], row["named"]) for row in counted)}
        )
    return typed(rows, FOLLOWED)


def tree(blocks: pd.DataFrame, sheet: ReviewSheet, most: int = 14) -> pd.DataFrame:
    """The blocks of the latest fiscal year, each under one that pays it, from the state on: rows in
    the order in which a tree is read, the columns of `TREE`.

    A block stands once, under the one of its sources that is the fewest steps from the state;
    `also` lists its other sources ("" the state). Of more than `most` blocks the largest are shown
    with those that lead to them; the others of one source are a row `REST` that counts them, with
    those beyond them, and has what that source paid them. `parent` is the row above in the tree.
    The state's amount is that of the rows below it, indirect costs too. With the `first_payee` of
    blocks only that one's money is known: blocks have it, and nothing is summed.
    """
    if blocks.empty:
        return typed([], TREE)
    year = int(blocks["fiscal_year"].max())
    of_year = blocks[blocks["fiscal_year"] == year].set_index("block")
    links = edges(sheet, year, year)
    sources = _sources(links)
    parents = _parents(sources, list(of_year.index))
    amount = of_year["amount"].to_dict()
    shown = _largest(parents, amount, most)
    children: dict[str, list[str]] = {}
    for block, parent in parents.items():
        children.setdefault(parent, []).append(block)
    costs = within(sheet.indirect_cost, year, year)["amount"]
    state = of_year.loc[of_year["tier"] == "first", "amount"].sum(min_count=1)
    state = pd.Series([state, costs.sum(min_count=1)]).sum(min_count=1)
    alone = year in first_payees(sheet)
    if alone:
        state = np.nan
    rows: list[dict] = []

    def grow(node: str, row: dict, level: int) -> None:
        at = len(rows)
        rows.append(row | {"fiscal_year": year, "level": level})
        under = sorted(children.get(node, []), key=lambda name: (-_size(amount[name]), name))
        rest = [name for name in under if name not in shown]
        many = sum(map(len, (_beyond(name, children) for name in rest)))
        if many == 1:
            # A row that says so would take as much room.
            rest = []
        for block in (name for name in under if name not in rest):
            also = [one for one in sources.get(block, []) if one != node]
            name = of_year.loc[block, "block_name"]
            known = {"kind": "block", "parent": at, "block": block, "amount": amount[block]}
            first = of_year.loc[block, "first_payee"]
            grow(block, known | {"name": name, "also": also, "first_payee": first}, level + 1)
        if rest:
            sums = pd.Series([amount[name] for name in rest], dtype=float).sum(min_count=1)
            sums = np.nan if alone else sums
            row = {"kind": REST, "parent": at, "amount": sums, "blocks": many}
            rows.append(row | {"fiscal_year": year, "level": level + 1})
        if node == "" and costs.notna().any():
            row = {"kind": INDIRECT, "parent": at, "amount": costs.sum()}
            rows.append(row | {"fiscal_year": year, "level": level + 1})

    payer = within(sheet.flow, year, year).query("from_ministry")["source_name"].dropna()
    name = payer.iloc[0] if len(payer) else sheet.facts["ministry"]
    if children.get("") or costs.notna().any():
        grow("", {"kind": STATE, "name": name, "amount": state}, 0)
    if UNLINKED in children:
        grow(UNLINKED, {"kind": UNLINKED}, 0)
    return typed(rows, TREE)


def _names(flow: list[dict]) -> dict[tuple[int, str], str]:
    """Fiscal year and block -> its name as the links print it."""
    found: dict[tuple[int, str], str] = {}
    for block, name in (("block", "block_name"), ("source_block", "source_name")):
        for row in flow:
            if None not in (row[block], row[name]):
                found.setdefault((row["fiscal_year"], row[block]), row[name])
    return found


def _sources(links: Iterable[Edge]) -> Links:
    found: Links = {}
    for _, source, block in links:
        found.setdefault(block, []).append(source)
    return found


def _steps(sources: Links, begin: Iterable[str], taken: dict[str, str]) -> None:
    """Go from `begin` on along the links, the nearest blocks first, and note in `taken` from where
    each was reached. A block is reached once: circles end."""
    after: Links = {}
    for block in sorted(sources, key=_in_order):
        for source in sources[block]:
            after.setdefault(source, []).append(block)
    queue = deque(begin)
    while queue:
        source = queue.popleft()
        for block in after.get(source, []):
            if block not in taken:
                taken[block] = source
                queue.append(block)


def _depths(sources: Links) -> dict[str, int]:
    """Block -> the fewest steps from the state to it."""
    reached: dict[str, str] = {}
    _steps(sources, [""], reached)
    depths = {"": 0}
    # In the order in which they were reached, so that each source is known before its blocks.
    for block, source in reached.items():
        depths[block] = depths[source] + 1
    return depths


def _parents(sources: Links, every: list[str]) -> dict[str, str]:
    """Block -> the node that it stands under: of those that no path from the state leads to, the
    ones that nobody pays stand under `UNLINKED`, and where only circles are left, one of each."""
    reached: dict[str, str] = {}
    _steps(sources, [""], reached)
    for begins in (lambda block: not sources.get(block), lambda _: True):
        for block in every:
            if block not in reached and begins(block):
                reached[block] = UNLINKED
                _steps(sources, [block], reached)
    return reached


def _largest(parents: dict[str, str], amount: dict[str, float], most: int) -> set[str]:
    """The largest blocks with all above them, as many as `most` leaves room for."""
    shown: set[str] = set()
    for block in sorted(parents, key=lambda name: (-_size(amount[name]), _in_order(name))):
        line = []
        while block in parents and block not in shown:
            line.append(block)
            block = parents[block]
        if len(shown) + len(line) <= most:
            shown.update(line)
    return shown


def _beyond(block: str, children: Links) -> list[str]:
    """A block and all that stand under it."""
    found = [block]
    for name in found:
        found += children.get(name, [])
    return found


def _paid(payments: list[dict]) -> dict[tuple[int, str], dict]:
    """Fiscal year and block -> what its payees got, how many of them have a name, and the first."""
    places: dict[tuple[int, str], list[dict]] = {}
    for row in payments:
        if None not in (place := (row["fiscal_year"], row["block"])):
            places.setdefault(place, []).append(row)
    return {place: _of_payees(rows) for place, rows in places.items()}


def _of_payees(rows: list[dict]) -> dict:
    paid = total(rows, "amount")
    apart = [row for row in rows if not row["bundled_payee"]]
    state = [row for row in rows if is_state_body(row["corporate_number"])]
    parts = {
        "bundled_amount": [row for row in rows if row["bundled_payee"]],
        "unnumbered": [row for row in apart if not is_number(row["corporate_number"])],
        "state_amount": state,
    }
    keys = [{row["payee_key"] for row in some} - {None} for some in (apart, state)]
    return {
        "paid": paid,
        # 0 where none of the known amounts is of that part.
        **{
            name: None if paid is None else total(of, "amount") or 0.0 for name, of in parts.items()
        },
        "named": sum(map(_is_name, keys[0])),
        "state_bodies": len(keys[1]),
        "first_payee": next((row["payee"] for row in rows if row["payee"] is not None), None),
    }


def _is_name(payee_key: str) -> bool:
    return not (is_label(payee_key) or _GENERIC.fullmatch(payee_key))


def _in_order(block: str) -> tuple[int, str]:
    """A to Z come before AA."""
    return len(block), block


def _size(amount: float) -> float:
    return -np.inf if pd.isna(amount) else float(digits.settled(amount))
