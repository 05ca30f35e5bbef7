"""Who received the money of all projects: payees joined over spellings, ministries and years.

Money is in three columns that are never added up unseen: `direct`, which a ministry paid itself;
`untold`, of sheets that do not say whether it did (those before 2024), which may hold money that
payees paid on; `handed_on`, which payees paid out of the direct money.
"""

import re
from collections.abc import Collection

import numpy as np
import pandas as pd

from helpers import digits
from helpers.analysis import portfolio
from helpers.analysis.contracts import purchases as own_purchases
from helpers.analysis.execution import YEN
from helpers.analysis.flows import is_state
from helpers.analysis.payees import OTHERS, bundled, most_frequent, numbered
from helpers.checks.contracts import COMPETED
from helpers.checks.payments import WELL_OVER, is_label
from helpers.payee_names import legal_form, payee_key
from helpers.precision import half_units
from helpers.sheet import NO_PROJECT, TEXT
from helpers.sources.rs_rows import NO_NUMBER

MONEY = ["direct", "untold", "handed_on"]
OWN = ["direct", "untold"]
"""What is not said to be paid on: the sum `amount` is of these, payees are ranked by it."""

OVER = "over the outturn"
LEFT_OUT = (OVER, "no amount")
"""Why a payment is in no sum: it alone is well above all that its project spent that year, mostly
an amount in yen; or it prints none."""

JOINED = ("number", "name", "several numbers", "name alone")
"""How a payment was joined to its payee: by its own number; without one by its name, which the
corpus prints with exactly one number; not, as it prints the name with several; by its name, which
it prints with none."""

KINDS = (
    *("company", "local", "state", "public", "body"),
    *("shared", "several", "unnamed", "unknown", "bundled"),
)
"""What a payee is, as far as its number or name tells: with a number another body, a local
government, a body of the state; without one a body of either ("public") or another by its name, a
name that several numbers share, several payees or a class of them, a label such as 個人A, what may
be a person's name or no payee at all; "others"."""

PRIVATE, PUBLIC = ("company", "body"), ("state", "local", "public")
"""Kinds that are listed apart: the state's own bodies and local governments pass money on."""

LISTED = (*PRIVATE, *PUBLIC)
"""The kinds that stand in lists of payees: the others are counted, never named there."""

NAMED = (*LISTED, "shared")
"""The kinds whose names are each one payee's. Money under the others is not named: a class such as
recipients of pensions is many, and a label or what may be no payee at all tells nobody."""

UNSURE = ("unnamed", "unknown")
"""The kinds of which nobody can tell whether they are one payee."""

NOBODY = ("bundled", "unnamed")
"""The kinds of which equal names are not one payee."""

LOCAL_BODY = "000020"
"""What follows the check digit in the corporate numbers of local governments."""

_BODY = re.compile(
    r"(?:省|庁|府|県|市|区|局|署|所|院|館|校|園|会|団|機構|機関|基金|公庫|銀行|金庫|組合|連合|連盟|センター|大学"
    r"|社|本部|政府|企業体|共同体|団体|計画|公社|法人)(?:\([^()]*\))?$|^国連|^国際|^米国\("
)
_PUBLIC = re.compile(
    r"^(?!米).*(?:省|庁|(?<!薬)(?<!事務)局|県|市|(?<!改良)(?<!地)区|(?<!政)府|広域連合|裁判所|刑務所|税関|警察|税務署|総領事館|大使館|国立公園事務所"
    r"|国道事務所|河川事務所|港湾事務所|地方環境事務所)$"
)
_SEVERAL = re.compile(
    r"等(?:\(.*\))?$|(?:ほか|他|外)[0-9]*(?:者|社|件|名|団体|機関)?$|その他|示達|繰入"
    r"|^(?:地方公共団体|市町村|都道府県)(?:\(.*\))?$"
)
_CLASS = re.compile(r"(?:者|員|(?<!法)人|農家|弁護士|遺族)(?:\(.*\))?$")
"""What a payee is, not who: recipients, staff."""

LARGE = 1_000.0
"""Million yen from which on payments that are alike are no chance."""

_PARTS = {"bundled": ("bundled",), "classes": ("several",), "unsure": UNSURE, "named": NAMED}
"""What the money of `concentration` consists of, each of `KINDS` in one part."""

DOUBLE = portfolio.LEFT_OUT[:2]
"""Of the reasons for which notebook 04 leaves out a sheet, those whose outturn is counted twice."""

PAYEES = ["payee_id", "payee", "corporate_number", "kind", *MONEY, "amount"]
PAYEES += ["ministries", "projects", "first_year", "last_year"]


def rows(
    payment: pd.DataFrame,
    sheet: pd.DataFrame,
    budget: pd.DataFrame,
    project: pd.DataFrame,
    remark: pd.DataFrame,
) -> pd.DataFrame:
    """Every payment with its payee: one row each, those of `left_out` too. Million yen.

    The tables are a corpus's. Columns: sheet_id, sheet_year, ministry, name (of the project),
    project_id (the sheet_id of what is linked to none), fiscal_year, block, payee, payee_key, work;
    corporate_number, where it is a valid one; payee_id, the number the payment was joined to, else
    the payee_key; joined, one of `JOINED`; kind, of its payee, one of `KINDS`; `MONEY`, one of
    which holds the amount, the others NaN; left_out, one of `LEFT_OUT` or "", whose money is NaN
    and stands in `printed` beside executed, the outturn of its sheet and year; first_only,
    whether the sheet tells no more than the first payee of each block.
    """
    facts = ["sheet_id", "sheet_year", "ministry", "name", "source_format"]
    of = sheet.loc[~sheet["sheet_type"].isin(NO_PROJECT), facts]
    table = payment.drop(columns="sheet_year", errors="ignore").dropna(subset="fiscal_year")
    table = table.merge(of, on="sheet_id", validate="many_to_one")
    table["name"] = table["name"].map(lambda name: " ".join(str(name).split()))
    link = project.set_index("sheet_id")["project_id"]
    table["project_id"] = table["sheet_id"].map(link).fillna(table["sheet_id"])
    table["payee"] = table["payee"].astype(object).fillna("").astype(str)
    table["payee_key"] = table["payee_key"].astype(object).fillna("").astype(str)
    nobody = table["corporate_number"].eq(NO_NUMBER).fillna(False).astype(bool)
    number = table["corporate_number"] = _valid(table["corporate_number"])
    others = bundled(table) | table["bundled_payee"].fillna(False).astype(bool)
    table = table.assign(**identified(table["payee_key"], number, nobody))
    table.loc[others, ["payee_id", "joined"]] = OTHERS, JOINED[3]
    table["kind"] = _kinds(table, nobody, others)
    table["printed"] = table.pop("amount")
    place = pd.MultiIndex.from_frame(table[["sheet_id", "fiscal_year"]])
    table["executed"] = _outturns(budget).reindex(place).to_numpy()
    table["left_out"] = _left_out(table["printed"].to_numpy(), table["executed"].to_numpy())
    told = table["tier"].astype(object).fillna("").map({"first": "direct", "sub": "handed_on"})
    route = told.fillna("untold")
    # Some print fractions of a yen: sums are of what is left of each.
    paid = digits.rounded(table["printed"], YEN)
    for name in MONEY:
        kept = route.eq(name) & table["left_out"].eq("")
        table[name] = paid.where(kept)
    alone = remark.loc[remark["rule"] == "payments_from_items", "sheet_id"]
    table["first_only"] = table["sheet_id"].isin(alone.unique())
    columns = ["sheet_id", "sheet_year", "ministry", "name", "project_id", "fiscal_year", "block"]
    columns += ["payee", "payee_key", "work", "corporate_number", "payee_id", "joined", "kind"]
    return table[[*columns, *MONEY, "printed", "executed", "left_out", "first_only"]]


def numbers(key: pd.Series, number: pd.Series) -> tuple[pd.Series, pd.Series]:
    """By payee_key how many valid numbers are printed with it, and the one where it is one."""
    known = pd.DataFrame({"key": key, "number": number}).dropna().drop_duplicates()
    many = known.groupby("key").size()
    one = known[known["key"].map(many).eq(1)].set_index("key")["number"]
    return many, one


def identified(key: pd.Series, number: pd.Series, nobody: pd.Series) -> dict[str, pd.Series]:
    """payee_id and joined, as in `rows`, of payments by their payee_key and valid number; the names
    of those that are `nobody` are not looked up, as they are an individual's."""
    many, one = numbers(key, number)
    # A blank, "others" and 個人A are no names: they are nobody's, whatever is printed beside them.
    label = key.map({text: _is_no_name(text) for text in key.unique()}).astype(bool) | nobody
    by_name = key.map(one).where(~label).astype(object)
    joined = np.select(
        [number.notna(), by_name.notna(), key.map(many).gt(1) & ~label], JOINED[:3], JOINED[3]
    )
    found = number.astype(object).where(number.notna(), by_name)
    found = found.where(found.notna(), key)
    return {"payee_id": found.astype(str), "joined": pd.Series(joined, key.index)}


def payees(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a payee, most money first: the columns of `PAYEES`, million yen.

    payee is its most frequent spelling; amount is direct + untold, NaN of one with neither;
    ministries, projects, first_year and last_year are of all its payments, those paid on too.
    All that is "others" is one row, of the payee_id `payees.OTHERS` and kind "bundled".
    """
    spelling = most_frequent(rows["payee_id"], rows["payee"])
    grouped = rows.groupby("payee_id", sort=True)
    table = grouped[MONEY].sum(min_count=1).reset_index()
    table["amount"] = table[OWN].sum(axis=1, min_count=1)
    ids = table["payee_id"]
    table["payee"] = ids.map(spelling)
    table["kind"] = ids.map(grouped["kind"].first())
    table["corporate_number"] = ids.where(ids.isin(set(rows["corporate_number"].dropna())))
    table["ministries"] = ids.map(grouped["ministry"].nunique())
    table["projects"] = ids.map(grouped["project_id"].nunique())
    table["first_year"] = ids.map(grouped["fiscal_year"].min())
    table["last_year"] = ids.map(grouped["fiscal_year"].max())
    return _ordered(table, ["payee_id"])[PAYEES]


def largest(payees: pd.DataFrame, most: int, kinds: tuple[str, ...] = LISTED) -> pd.DataFrame:
    """The first `most` of `payees` that are of these kinds and have an amount above 0: none that
    is "others", a label, several together, or may be a person."""
    kept = payees[payees["kind"].isin(kinds) & (payees["amount"] > 0)]
    return kept.head(most).reset_index(drop=True)


def evidence(rows: pd.DataFrame) -> pd.DataFrame:
    """Under which spellings and numbers payees are printed, and how these were joined: one row a
    payee_id, payee (spelling), corporate_number (as printed with it, valid) and joined, with
    payments (how many), direct, untold, handed_on, first_year, last_year."""
    keys = ["payee_id", "payee", "corporate_number", "joined"]
    return _summed(rows, keys, dropna=False)


def by_year(rows: pd.DataFrame) -> pd.DataFrame:
    """What payees got by ministry and fiscal year: payee_id, ministry, fiscal_year, payments,
    projects, direct, untold, handed_on, and share, of direct + untold in what the ministry's sheets
    name that year: NaN for the payees whose kind is none of `NAMED`."""
    keys = ["payee_id", "ministry", "fiscal_year"]
    table = _summed(rows, keys).drop(columns=["first_year", "last_year"])
    place = [table["ministry"], table["fiscal_year"]]
    own = table[OWN].sum(axis=1, min_count=1)
    named = own.where(table["payee_id"].map(_kind_of(rows)).isin(NAMED))
    total = named.groupby(place).transform("sum")
    table["share"] = digits.rounded((named / total.where(total > 0)).astype(float), 6)
    return table


def projects(rows: pd.DataFrame) -> pd.DataFrame:
    """For which projects payees were paid: payee_id, project_id, sheet_id, name, ministry,
    fiscal_year, payments, direct, untold, handed_on, work (the first printed), last year and most
    money first."""
    keys = ["payee_id", "project_id", "sheet_id", "name", "ministry", "fiscal_year"]
    table = _summed(rows, keys).drop(columns=["first_year", "last_year"])
    work = rows.dropna(subset="work").drop_duplicates(["payee_id", "sheet_id"])
    table = table.merge(work[["payee_id", "sheet_id", "work"]], "left", ["payee_id", "sheet_id"])
    order = table.assign(most=digits.settled(table[MONEY].sum(axis=1)))
    order = order.sort_values(
        ["payee_id", "fiscal_year", "most", "sheet_id"], ascending=[True, False, False, True]
    )
    return table.loc[order.index].reset_index(drop=True)


def concentration(rows: pd.DataFrame, budget: pd.DataFrame, sheet: pd.DataFrame) -> pd.DataFrame:
    """How concentrated named money is, by ministry and fiscal year. Million yen, shares 0 to 1.

    Of direct + untold money: ministry, fiscal_year, sheets (with a payment), first_only; money (all
    of it) = bundled ("others") + classes (the kind "several") + unsure (`UNSURE`) + named
    (`NAMED`); bundled_share and classes_share, of money; payees, top (payee_id of the largest),
    top_share, ten_share (of the first ten), hhi, sums of squared shares of `named`: all of these
    are of payees of the kinds `LISTED` against all that is named. outturns, how many of the sheets
    print what was executed, executed, that, and named_share, at most which part of it is named, no
    project's money counted above its outturn (`untold` may count money on its way twice): NaN where
    fewer than half of them print it, or only first payees are known. Sheets whose outturn is
    another's as well (`DOUBLE`) are in none of the three.
    """
    key = ["ministry", "fiscal_year"]
    table = rows.assign(own=rows[OWN].sum(axis=1, min_count=1)).dropna(subset="own")
    sums = table.groupby(key).agg(
        sheets=("sheet_id", "nunique"), first_only=("first_only", "max"), money=("own", "sum")
    )
    for name, kinds in _PARTS.items():
        part = table[table["kind"].isin(kinds)].groupby(key)["own"].sum()
        sums[name] = part.reindex(sums.index, fill_value=0.0)
    for name in ("bundled", "classes"):
        sums[f"{name}_share"] = sums[name] / sums["money"].where(sums["money"] > 0)
    listed = table[table["kind"].isin(LISTED)].groupby([*key, "payee_id"])["own"].sum()
    sums = sums.join(_shares(listed, key, sums["named"]))
    sums["payees"] = sums["payees"].fillna(0).astype("Int64")
    sums = sums.join(_named_of_executed(table, budget, sheet, key)).reset_index()
    amounts = ["money", *_PARTS, "executed"]
    sums[amounts] = digits.rounded(sums[amounts].astype(float), YEN)
    sums["outturns"] = sums["outturns"].fillna(0).astype("Int64")
    few = sums["outturns"] < sums["sheets"] / 2
    sums.loc[sums["first_only"] | few, "named_share"] = np.nan
    return sums


def contracts(
    contract: pd.DataFrame,
    commitment: pd.DataFrame,
    payment: pd.DataFrame,
    rows: pd.DataFrame,
    sheets: Collection[str] | None = None,
) -> pd.DataFrame:
    """Every purchase that a ministry made itself and whose method is printed: one row a contract.

    The tables are a corpus's, `rows` is the result of the function of that name, by which payees
    are known; of the sheets given, or all. Columns: sheet_id,
    ministry, name, project_id, fiscal_year, contracts_of ("contract", whose amounts are of the
    year; "commitment", of contracts over several years, all their years together: not to be added),
    payee, payee_id, kind, work, amount, contract_group (of `contracts.BOUGHT`), bidders, single
    (one bidder in a competition), winning_rate, single_bid_reason. Left out are bundles of small
    contracts, and those of blocks that payees pay or that say 再委託.
    """
    table = own_purchases(contract, commitment, payment)
    table = table[~table["bundled"].fillna(False).astype(bool)]
    of = rows.drop_duplicates("sheet_id").set_index("sheet_id")
    of = of if sheets is None else of[of.index.isin(sheets)]
    table = table[table["sheet_id"].isin(of.index)].reset_index(drop=True)
    for name in ("ministry", "name", "project_id"):
        table[name] = table["sheet_id"].map(of[name])
    # The contracts of several years are those of the sheet: they have no fiscal year.
    table["fiscal_year"] = table["sheet_id"].map(of["fiscal_year"]).astype("Int64")
    table["payee"] = table["payee"].astype(object).fillna("").astype(str)
    key = table["payee"].map({name: payee_key(name) for name in table["payee"].unique()})
    number = _valid(table["corporate_number"]).astype(object)
    _, one = numbers(rows["payee_key"], rows["corporate_number"])
    no_name = key.map({text: _is_no_name(text) for text in key.unique()}).astype(bool)
    found = number.where(number.notna(), key.map(one).where(~no_name).astype(object))
    table["payee_id"] = found.where(found.notna(), key).astype(str)
    table["kind"] = table["payee_id"].map(_kind_of(rows)).fillna("unknown")
    table["single"] = table["contract_group"].isin(COMPETED) & table["bidders"].eq(1).fillna(False)
    columns = ["sheet_id", "ministry", "name", "project_id", "fiscal_year", "contracts_of"]
    columns += ["payee", "payee_id", "kind", "work", "amount", "contract_group", "bidders"]
    return table[[*columns, "single", "winning_rate", "single_bid_reason"]]


def purchases(contracts: pd.DataFrame) -> pd.DataFrame:
    """How concentrated purchases are by ministry and kind: contracts_of, ministry, contract_group,
    contracts, known (how many print their bidders), single, amount, single_amount, payees,
    top (payee_id of the largest), top_share, ten_share, hhi. Shares are of `amount`."""
    key = ["contracts_of", "ministry", "contract_group"]
    sums = contracts.assign(
        known=contracts["bidders"].notna(),
        single_amount=contracts["amount"].where(contracts["single"], 0.0),
    )
    grouped = sums.groupby(key)
    table = grouped.agg(
        contracts=("sheet_id", "size"),
        known=("known", "sum"),
        single=("single", "sum"),
        amount=("amount", "sum"),
        single_amount=("single_amount", "sum"),
    )
    listed = contracts[contracts["kind"].isin(LISTED)].groupby([*key, "payee_id"])["amount"].sum()
    table = table.join(_shares(listed, key, table["amount"]))
    table["payees"] = table["payees"].fillna(0).astype("Int64")
    table[["amount", "single_amount"]] = digits.rounded(table[["amount", "single_amount"]], YEN)
    return table.reset_index()


def sole_bidders(contracts: pd.DataFrame, least: int = 2) -> pd.DataFrame:
    """Payees that were a ministry's single bidder `least` times or more, most often first.

    One row a payee x ministry x contracts_of: payee_id, payee, ministry, contracts_of, contracts
    (in competition, whose bidders are printed), single, how many of them with one bidder;
    tender, single_tender, proposals and single_proposals, which these are (proposals and open calls
    are what sheets call negotiated); single_amount; negotiated, contracts without competition
    beside these, and negotiated_amount; projects, first_year and last_year of the single bids,
    reasons, how many of them print why, and reason, the first. Million yen.
    """
    key = ["payee_id", "ministry", "contracts_of"]
    often = contracts.groupby(key)["single"].transform("sum") >= least
    listed = contracts[contracts["kind"].isin(LISTED) & often]
    competed = listed["contract_group"].isin(COMPETED) & listed["bidders"].notna()
    sole = listed["contract_group"].eq("sole")
    single = listed["single"].astype(bool)
    kinds = {name: listed["contract_group"].eq(name) for name in COMPETED}
    table = listed.assign(
        **{name: competed & of for name, of in kinds.items()},
        **{f"single_{name}": single & of for name, of in kinds.items()},
        contracts=competed,
        single_amount=listed["amount"].where(single, 0.0),
        negotiated=sole,
        negotiated_amount=listed["amount"].where(sole, 0.0),
        project=listed["project_id"].where(single),
        year=listed["fiscal_year"].where(single),
        reason=listed["single_bid_reason"].where(single),
    )
    found = table.groupby(key).agg(
        contracts=("contracts", "sum"),
        single=("single", "sum"),
        **{name: (name, "sum") for kind in COMPETED for name in (kind, f"single_{kind}")},
        single_amount=("single_amount", "sum"),
        negotiated=("negotiated", "sum"),
        negotiated_amount=("negotiated_amount", "sum"),
        projects=("project", "nunique"),
        first_year=("year", "min"),
        last_year=("year", "max"),
        reasons=("reason", "count"),
        reason=("reason", "first"),
    )
    found = found.reset_index()
    spelling = most_frequent(listed["payee_id"], listed["payee"])
    found.insert(1, "payee", found["payee_id"].map(spelling))
    amounts = ["single_amount", "negotiated_amount"]
    found[amounts] = digits.rounded(found[amounts], YEN)
    order = found.assign(most=digits.settled(found["single_amount"]))
    order = order.sort_values(
        ["single", "most", "payee_id", "ministry"], ascending=[False, False, True, True]
    )
    return found.loc[order.index].reset_index(drop=True)


def coverage(rows: pd.DataFrame) -> pd.DataFrame:
    """What is known of the payments of each fiscal year: fiscal_year, sheets and projects that
    print some, payments, first_only (sheets that print no more than first payees), direct, untold,
    handed_on. Years whose sheets differ in number are not to be compared by their sums."""
    table = _summed(rows, ["fiscal_year"]).drop(columns=["first_year", "last_year"])
    sheets = rows.groupby("fiscal_year")["sheet_id"].nunique()
    alone = rows[rows["first_only"]].groupby("fiscal_year")["sheet_id"].nunique()
    table.insert(1, "sheets", table["fiscal_year"].map(sheets))
    table["first_only"] = table["fiscal_year"].map(alone).fillna(0).astype(int)
    return table


def again(rows: pd.DataFrame) -> pd.DataFrame:
    """The payments of `LARGE` and more that several sheets print alike, with the same ministry,
    fiscal year, payee, work and amount: payee_id, ministry, fiscal_year, payee, work, amount,
    sheets, and extra, amount for each sheet but one, which is counted twice if they are one."""
    table = rows.assign(amount=rows[OWN].sum(axis=1, min_count=1)).dropna(subset="work")
    keys = ["payee_id", "ministry", "fiscal_year", "work", "amount"]
    table = table[digits.at_least(table["amount"], LARGE)].drop_duplicates([*keys, "sheet_id"])
    found = table.groupby(keys).agg(payee=("payee", "first"), sheets=("sheet_id", "size"))
    found = found[found["sheets"] > 1].reset_index()
    return found.assign(extra=found["amount"] * (found["sheets"] - 1))


def left_out(rows: pd.DataFrame) -> pd.DataFrame:
    """The payments in no sum: sheet_id, ministry, name, fiscal_year, payee, payee_id, printed,
    executed, left_out."""
    columns = ["sheet_id", "ministry", "name", "fiscal_year", "payee", "payee_id"]
    kept = rows.loc[rows["left_out"] != "", [*columns, "printed", "executed", "left_out"]]
    return kept.reset_index(drop=True)


def _summed(rows: pd.DataFrame, keys: list[str], dropna: bool = True) -> pd.DataFrame:
    grouped = rows.groupby(keys, dropna=dropna, sort=True)
    table = grouped[MONEY].sum(min_count=1)
    table[MONEY] = digits.rounded(table[MONEY].astype(float), YEN)
    table.insert(0, "payments", grouped.size())
    if "project_id" not in keys:
        table.insert(1, "projects", grouped["project_id"].nunique())
    years = grouped["fiscal_year"].agg(["min", "max"])
    table["first_year"], table["last_year"] = years["min"], years["max"]
    return table.reset_index()


def _kind_of(rows: pd.DataFrame) -> pd.Series:
    return rows.drop_duplicates("payee_id").set_index("payee_id")["kind"]


def _ordered(table: pd.DataFrame, last: list[str]) -> pd.DataFrame:
    order = table[last].assign(most=digits.settled(table["amount"].astype(float).fillna(0.0)))
    order = order.sort_values(["most", *last], ascending=[False, *[True] * len(last)])
    table[[*MONEY, "amount"]] = digits.rounded(table[[*MONEY, "amount"]].astype(float), YEN)
    return table.loc[order.index].reset_index(drop=True)


def _shares(sums: pd.Series, key: list[str], total: pd.Series) -> pd.DataFrame:
    """payees, top, top_share, ten_share and hhi of `sums` (by key and payee_id) in `total`."""
    table = sums[sums > 0].rename("own").reset_index()
    table = table.merge(total.rename("total").reset_index(), on=key)
    table["part"] = table["own"] / table["total"].where(table["total"] > 0)
    table["order"] = digits.settled(table["part"])
    table = table.sort_values(
        [*key, "order", "payee_id"], ascending=[*[True] * len(key), False, True]
    )
    table["square"] = table["part"] ** 2
    table["ten"] = table["part"].where(table.groupby(key).cumcount() < 10, 0.0)
    found = table.groupby(key).agg(
        payees=("payee_id", "size"),
        top=("payee_id", "first"),
        top_share=("part", "first"),
        ten_share=("ten", "sum"),
        hhi=("square", "sum"),
    )
    shares = ["top_share", "ten_share", "hhi"]
    found[shares] = digits.rounded(found[shares].astype(float), 6)
    return found


def _named_of_executed(
    table: pd.DataFrame, budget: pd.DataFrame, sheet: pd.DataFrame, key: list[str]
) -> pd.DataFrame:
    """executed, outturns and named_share of `concentration`."""
    place = ["sheet_id", "fiscal_year"]
    named = table[table["kind"].isin(NAMED)].groupby(place)["own"].sum()
    found = table.drop_duplicates(place).set_index(place)[["ministry"]]
    printed = portfolio.rows(budget, sheet)
    double = printed[printed["left_out"].isin(DOUBLE)]
    found = found[~found.index.isin(pd.MultiIndex.from_frame(double[place]))]
    found["executed"] = _outturns(budget).reindex(found.index)
    found = found[found["executed"] > 0]
    found["covered"] = named.reindex(found.index).fillna(0.0).clip(upper=found["executed"])
    grouped = found.reset_index().groupby(key)
    sums = grouped[["executed", "covered"]].sum()
    share = digits.rounded(sums["covered"] / sums["executed"], 6)
    return sums[["executed"]].assign(outturns=grouped.size(), named_share=share)


def _outturns(budget: pd.DataFrame) -> pd.Series:
    """(sheet_id, fiscal_year) -> outturn."""
    known = budget.dropna(subset=["fiscal_year", "executed"])
    known = known.drop_duplicates(["sheet_id", "fiscal_year"], keep="last")
    return known.set_index(["sheet_id", "fiscal_year"])["executed"]


def _left_out(amount: np.ndarray, spent: np.ndarray) -> np.ndarray:
    # What is printed in whole millions is known to half of one: 1 may be all of 0.6.
    rounding = half_units(amount) + half_units(spent)
    over = (spent > 0) & digits.less(WELL_OVER * spent, amount) & (amount - spent > rounding)
    return np.select([over, np.isnan(amount)], LEFT_OUT, "")


def _valid(number: pd.Series) -> pd.Series:
    """Corporate numbers, those that are none missing; each is checked once."""
    every = pd.Series(number.dropna().unique(), dtype=object)
    return number.where(number.isin(every[numbered(every)])).astype(TEXT)


def _is_no_name(key: str) -> bool:
    return not key or key.startswith(OTHERS) or is_label(key)


def _kinds(table: pd.DataFrame, nobody: pd.Series, others: pd.Series) -> pd.Series:
    """One of `KINDS` for each payment, the same of all of a payee."""
    each = table.drop_duplicates("payee_id").set_index("payee_id")["payee"]
    registered = each.index.isin(table.loc[~others, "corporate_number"].dropna().unique())
    number = pd.Series(each.index.where(registered), each.index, dtype=TEXT)
    local = number.str.slice(1, 7).eq(LOCAL_BODY).fillna(False).astype(bool)
    private = each.index.isin(table.loc[nobody, "payee_id"].unique())
    shared = each.index.isin(table.loc[table["joined"] == JOINED[2], "payee_id"].unique())
    conditions = [each.index == OTHERS, is_state(number), local, registered, private, shared]
    names = ["bundled", "state", "local", "company", "unnamed", "shared"]
    kind = np.select(conditions, names, "")
    found = pd.Series(kind, each.index)
    rest = found[found == ""].index
    found[rest] = [_without_number(key, each[key]) for key in rest]
    return table["payee_id"].map(found)


def _without_number(key: str, spelling: str) -> str:
    if not key or is_label(key):
        return "unnamed"
    if _SEVERAL.search(key):
        return "several"
    if legal_form(spelling):
        return "body"
    if _PUBLIC.search(key):
        return "public"
    if _CLASS.search(key):
        return "several"
    acronym = re.fullmatch(r"[A-Z]{3,8}", spelling) is not None
    return "body" if acronym or _BODY.search(key) else "unknown"
