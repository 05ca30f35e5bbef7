"""Who received the money: the facts and tables of notebook 06."""

from functools import partial

import numpy as np
import pandas as pd

from helpers import digits, money, words
from helpers.analysis import every_payee
from helpers.analysis.contracts import BOUGHT, GROUPS
from helpers.analysis.every_payee import KINDS, MONEY, NAMED, OWN, PRIVATE
from helpers.checks.contracts import COMPETED
from helpers.sentences import Sentences
from helpers.show import Answer, Fold, OfPayee, OfSheet, Table, Text
from helpers.story import common

say = Sentences("payees")

DRAWN, LISTED, MOST, COLUMNS = 12, 20, 200, 3
"""Payees in a figure; rows of a table, and of one that is folded at most; ministries that have a
column of their own."""

TOLD_FROM = 2023
"""The first fiscal year whose payments the RS system's sheets print, and JUDGIT's no more."""

MINISTRIES = 16
"""Ministries in a figure."""

RECENT = 3
"""Years of a table by ministry and year: with all, a page would be as large again."""

UNNAMED = ["bundled", "bundled_share", "classes", "classes_share"]
"""What is printed under no payee's name: "others", and classes such as recipients of pensions."""

REST = "others"
"""The column of all other ministries."""


def title(facts: dict) -> str:
    """What is spoken of, in a line."""
    return say("title_of", **facts)


def source(facts: dict) -> str:
    """The source note of a figure."""
    return say("source", **facts)


def _headline(facts: dict, **numbers) -> dict:
    names = ("ministry", "first", "last")
    return {
        "lang": words.language(),
        "title": say("title"),
        **{name: facts[name] for name in names},
        "payee": facts["one"] and facts["one"]["payee"],
        **numbers,
    }


def answer(
    facts: dict,
    payees: pd.DataFrame,
    concentration: pd.DataFrame,
    sole: pd.DataFrame,
    contracts: pd.DataFrame,
) -> Answer:
    """The opening answer for all payees."""
    table = every_payee.largest(payees, 1, PRIVATE)
    first = None if table.empty else table.iloc[0].to_dict()
    whole = last_whole(concentration)
    sums = _sums(whole)
    headline = _headline(
        facts,
        largest=first and first["payee"],
        direct=payees["direct"].sum(min_count=1),
        untold=payees["untold"].sum(min_count=1),
        bundled_share=sums["bundled_share"],
        sole_bidders=len(sole),
    )
    told = [
        say("alone") if facts["alone"] else "",
        say("first_ten", **_ten(payees)),
        say("others_share", **sums),
        say("sole", **_repeated(sole, contracts)),
    ]
    return Answer(
        say("answer", first=first is not None, name=first and first["payee"], **_place(facts)),
        first and (money.yen(first["amount"]), say("answer_of", **_paid(first))),
        told,
        say.paragraphs("method", **facts),
        headline=headline,
    )


def answer_of(
    facts: dict,
    by_year: pd.DataFrame,
    projects: pd.DataFrame,
    evidence: pd.DataFrame,
    apart: pd.DataFrame,
    sole: pd.DataFrame,
    contracts: pd.DataFrame,
) -> Answer:
    """The opening answer for one payee."""
    one = facts["one"]
    paid = _paid(one)
    own = projects[projects[OWN].notna().any(axis=1)]
    sub = projects[projects["handed_on"].notna()]
    where = by_year.assign(own=by_year[OWN].sum(axis=1, min_count=1)).dropna(subset="own")
    most = where.groupby("ministry")["own"].sum()
    leading = digits.highest(most) if len(most) else None
    headline = _headline(facts, **{name: paid[name] for name in MONEY}, projects=len(own))
    spelled = evidence.groupby("joined")["payments"].sum()
    number = next((name for name in ("direct", "untold", "handed_on") if paid[name]), None)
    counted = {
        "ministries": own["ministry"].nunique(),
        "projects": own["project_id"].nunique(),
        "years": sorted(map(int, own["fiscal_year"].unique())),
    }
    told = [
        say("alone") if facts["alone"] else "",
        say("leading", leading=leading, amount=most.max() if len(most) else 0.0, many=len(most)),
        say("handed_on", amount=paid["handed_on"], projects=sub["project_id"].nunique())
        if len(own)
        else "",
        say(
            "joined",
            spellings=evidence["payee"].nunique(),
            by_name=int(spelled.get("name", 0)),
            apart=len(apart),
        ),
        say("sole_of", **_repeated(sole, contracts)),
    ]
    return Answer(
        say("answer_of_one", paid=paid, name=one["payee"], **counted),
        number and (money.yen(paid[number]), say(f"number_{number}")),
        told,
        say.paragraphs("method", **facts),
        headline=headline,
    )


def _repeated(sole: pd.DataFrame, contracts: pd.DataFrame) -> dict:
    """Repeated single bids, among the competitions that print how many bid."""
    return {
        "known": len(_bid(contracts)),
        "pairs": len(sole),
        "payees": sole["payee_id"].nunique(),
        "contracts": int(sole["single"].sum()),
        **{name: int(sole[f"single_{name}"].sum()) for name in COMPETED},
    }


def _paid(payee: dict) -> dict:
    return {name: None if pd.isna(payee[name]) else payee[name] for name in MONEY}


def _place(facts: dict) -> dict:
    names = {"ministry": "ministry", "first": "first_year", "last": "last_year"}
    return {to: facts[name] for name, to in names.items()}


def _ten(payees: pd.DataFrame) -> dict:
    """The first ten private payees in all that is named."""
    named = payees.loc[payees["kind"].isin(NAMED), "amount"].sum()
    ten = every_payee.largest(payees, 10, PRIVATE)["amount"]
    return {"many": len(ten), "amount": ten.sum(), "named": named, "part": ten.sum() / named}


def last_whole(concentration: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last fiscal year of which more than first payees are known, else of the
    last."""
    alone = concentration.groupby("fiscal_year")["first_only"].any()
    years = alone.index[~alone] if (~alone).any() else alone.index
    return concentration[concentration["fiscal_year"] == years.max()]


def _sums(whole: pd.DataFrame) -> dict:
    """What of a year's money has no named recipient, and what part of its outturns is named at
    most."""
    total, others, classes = (whole[name].sum() for name in ("money", "bundled", "classes"))
    known = whole.dropna(subset="named_share")
    spent = known["executed"].sum()
    return {
        "year": int(whole["fiscal_year"].max()) if len(whole) else None,
        "money": total,
        "bundled": others,
        "bundled_share": others / total if total > 0 else np.nan,
        "classes": classes,
        "classes_share": classes / total if total > 0 else np.nan,
        "executed": spent,
        "alone": bool(whole["first_only"].any()),
        "named_share": (known["named_share"] * known["executed"]).sum() / spent if spent else None,
    }


def read_largest(facts: dict, coverage: pd.DataFrame) -> Text:
    """What to mind in the figure of the largest."""
    untold = bool(coverage["untold"].gt(0).any())
    return Text(*say.paragraphs("read_largest", untold=untold, **_counted(coverage), **facts))


def _counted(coverage: pd.DataFrame) -> dict:
    """How unlike the years are."""
    few = coverage[coverage["first_only"] > 0]["fiscal_year"]
    sheets = coverage.set_index("fiscal_year")["sheets"]
    return {
        "years": len(coverage),
        **{"fewest": int(sheets.min()), "fewest_year": int(digits.lowest(sheets))},
        **{"most": int(sheets.max()), "most_year": int(digits.highest(sheets))},
        "first_only": [int(year) for year in few],
    }


def largest_tables(private: pd.DataFrame, public: pd.DataFrame) -> list[Table | Fold]:
    """The largest payees; the state's bodies and local governments folded."""
    made = [_largest_table(table) for table in (private, public) if len(table)]
    folds = [Fold(say("public"), table) for table in made[1:]]
    return [*made[:1], *folds] if len(private) else [*folds, *made]


def _largest_table(table: pd.DataFrame) -> Table:
    columns = ["payee", "corporate_number", *MONEY, "ministries", "projects", "first_year"]
    frame = table[columns].rename(columns={"first_year": "paid_in"})
    frame["payee"] = OfPayee.column(table, "payee", "payee_id")
    frame["paid_in"] = [
        words.span(int(row.first_year), int(row.last_year)) for row in table.itertuples()
    ]
    return _table(_known(frame), "largest", MONEY)


def coverage_table(coverage: pd.DataFrame) -> Fold:
    """What is known of each year."""
    columns = ["fiscal_year", "sheets", "projects", "payments", "first_only", *MONEY]
    return Fold(say("coverage"), _table(coverage[columns], "coverage_note", MONEY))


def years(by_year: pd.DataFrame, coverage: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """One payee's money: `direct` and `untold`, each a row a fiscal year of `coverage` (index),
    latest first, and a column a ministry, those that paid most and `REST`; `years`, of the same
    index, with the sheets that print payments and how many are first_only."""
    own = by_year.assign(own=by_year[OWN].sum(axis=1, min_count=1)).dropna(subset="own")
    order = digits.settled(own.groupby("ministry")["own"].sum())
    order = order.sort_values(ascending=False, kind="stable").index
    first = list(order[:COLUMNS] if len(order) > COLUMNS + 1 else order)
    own = own.assign(column=own["ministry"].where(own["ministry"].isin(first), REST))
    columns = [*first, *([REST] if len(order) > len(first) else [])]
    index = coverage["fiscal_year"].sort_values(ascending=False)
    made = {}
    for name in OWN:
        sums = own.dropna(subset=name)
        wide = sums.pivot_table(index="fiscal_year", columns="column", values=name, aggfunc="sum")
        made[name] = wide.reindex(index=index, columns=columns).astype(float)
    return made | {"years": coverage.set_index("fiscal_year").reindex(index)}


def read_years(by_year: pd.DataFrame, coverage: pd.DataFrame) -> Text:
    """How far the years can be compared."""
    paid = by_year[by_year[OWN].notna().any(axis=1)]["fiscal_year"].unique()
    return Text(*say.paragraphs("read_years", paid=len(paid), **_counted(coverage)))


def years_table(by_year: pd.DataFrame, coverage: pd.DataFrame) -> Fold:
    """All ministries and years."""
    columns = ["fiscal_year", "ministry", "projects", "payments", *MONEY]
    table = by_year.sort_values(["fiscal_year", "ministry"], ascending=[False, True])
    frame = _known(table[columns])
    frame.insert(1, "sheets", frame["fiscal_year"].map(coverage.set_index("fiscal_year")["sheets"]))
    return Fold(say("by_year"), _table(frame, "by_year_note", MONEY))


def read_projects(projects: pd.DataFrame) -> Text:
    """How many projects there are."""
    return Text(
        say(
            "read_projects",
            projects=projects["project_id"].nunique(),
            rows=len(projects),
            sub=bool(projects.loc[projects[OWN].isna().all(axis=1), "handed_on"].notna().any()),
        )
    )


def projects_tables(projects: pd.DataFrame) -> list[Table | Fold]:
    """The projects that paid a payee, the latest year and most money first; more of them folded."""
    columns = ["fiscal_year", "ministry", "name", *MONEY, "work", "sheet_id"]
    frame = _known(projects[columns])
    frame["name"] = _named(frame)
    frame = frame.drop(columns="sheet_id")
    first, more = frame[:LISTED], frame[LISTED:MOST].drop(columns="work")
    every = {"all": len(frame)}
    made: list[Table | Fold] = [_table(first, "projects", MONEY, shown=len(first), **every)]
    if len(more):
        rest = _table(more, "projects", MONEY, shown=len(more), **every)
        made.append(Fold(say("more_projects"), rest))
    return made


def _named(rows: pd.DataFrame) -> pd.Series:
    return OfSheet.column(rows.assign(name=[words.cut(name, 60) for name in rows["name"]]))


def first_projects_table(largest: pd.DataFrame, projects: pd.DataFrame) -> Table:
    """For each of the largest payees the project and year that paid it most."""
    own = projects[projects["payee_id"].isin(largest["payee_id"])]
    own = own.assign(own=digits.settled(own[OWN].sum(axis=1, min_count=1)))
    own = own.sort_values(["own", "sheet_id"], ascending=[False, True])
    first = own.drop_duplicates("payee_id").set_index("payee_id").reindex(largest["payee_id"])
    frame = first.reset_index()
    frame.insert(0, "payee", OfPayee.column(largest, "payee", "payee_id").to_numpy())
    columns = ["payee", "fiscal_year", "ministry", "name", *OWN, "work", "sheet_id"]
    frame = _known(frame[columns])
    frame["name"] = _named(frame)
    return _table(frame.drop(columns="sheet_id"), "first_projects", OWN)


def read_first_projects(largest: pd.DataFrame, projects: pd.DataFrame) -> Text:
    """How many projects the largest payees were paid by."""
    own = projects[projects["payee_id"].isin(largest["payee_id"])]
    return Text(
        say(
            "read_first_projects",
            payees=len(largest),
            projects=own.loc[own[OWN].notna().any(axis=1), "project_id"].nunique(),
        )
    )


def concentrated(concentration: pd.DataFrame) -> pd.DataFrame:
    """The ministries of `last_whole` with most named money, `MINISTRIES` at most, that have more
    than ten payees: ministry, fiscal_year, named, payees, top_share, ten_share."""
    whole = last_whole(concentration)
    whole = whole[whole["payees"] > 10]
    order = digits.settled(whole["named"]).sort_values(ascending=False, kind="stable").index
    columns = ["ministry", "fiscal_year", "named", "payees", "top_share", "ten_share"]
    return whole.loc[order[:MINISTRIES], columns].reset_index(drop=True)


def read_concentration(concentration: pd.DataFrame) -> Text:
    """Where the first ten hold most."""
    table, whole = concentrated(concentration), last_whole(concentration)
    most = table.loc[digits.highest(table["ten_share"])].to_dict() if len(table) else None
    year = int(whole["fiscal_year"].max()) if len(whole) else None
    many = len(table) or int((whole["payees"] > 0).sum())
    return Text(*say.paragraphs("read_concentration", most=most, year=year, many=many))


def concentration_table(concentration: pd.DataFrame, names: pd.Series) -> Fold:
    """Concentration by ministry, of the latest `RECENT` years."""
    columns = ["fiscal_year", "ministry", "sheets", "named", "payees", "top"]
    columns += ["top_share", "ten_share", "hhi", "bundled_share", "classes_share", "named_share"]
    table = concentration.sort_values(["fiscal_year", "ministry"], ascending=[False, True])
    table = table[table["fiscal_year"].isin(sorted(table["fiscal_year"].unique())[-RECENT:])]
    frame = _known(table[columns])
    frame["top"] = _top(frame["top"], names)
    shown = min(RECENT, concentration["fiscal_year"].nunique())
    return Fold(say("concentration", years=shown), _table(frame, "concentration_note", ["named"]))


def _top(ids: pd.Series, names: pd.Series) -> pd.Series:
    """The names of payees; missing where there is none."""
    there = ids.dropna()
    known = pd.DataFrame({"payee": there.map(names), "payee_id": there})
    return OfPayee.column(known, "payee", "payee_id").reindex(ids.index)


def read_shares(facts: dict, by_year: pd.DataFrame) -> Text:
    """Where the payee's share is largest."""
    table = by_year.dropna(subset="share")
    most = None
    if len(table):
        most = table.loc[digits.highest(table["share"])].to_dict()
    named = facts["one"]["kind"] in NAMED
    return Text(*say.paragraphs("read_shares", most=most, named=named))


def shares_table(by_year: pd.DataFrame) -> Table | Text:
    """A payee's shares in its ministries' named money, the largest first."""
    table = by_year.dropna(subset="share")
    if table.empty:
        return Text()
    order = digits.settled(table["share"]).sort_values(ascending=False, kind="stable").index
    columns = ["fiscal_year", "ministry", "projects", *OWN, "share"]
    frame = _known(table.loc[order, columns].head(LISTED))
    return _table(frame, "shares", OWN, shown=len(frame), all=len(table))


def read_purchases(contracts: pd.DataFrame, coverage: pd.DataFrame) -> Text:
    """For which years methods are printed, and how many say who bid."""
    return Text(*say.paragraphs("read_purchases", **_contracted(contracts, coverage)))


def _contracted(contracts: pd.DataFrame, coverage: pd.DataFrame) -> dict:
    bid = _bid(contracts)
    alone = bid.loc[bid["single"], "contract_group"]
    return {
        "contracts": len(contracts),
        **{name: int(contracts["contract_group"].eq(name).sum()) for name in BOUGHT},
        "years": sorted(map(int, contracts["fiscal_year"].unique())),
        "of": sorted(map(int, coverage["fiscal_year"])),
        "competed": int(contracts["contract_group"].isin(COMPETED).sum()),
        "known": len(bid),
        "single": len(alone),
        **{f"single_{name}": int(alone.eq(name).sum()) for name in COMPETED},
        "several_years": int(contracts["contracts_of"].eq("commitment").sum()),
    }


def _bid(contracts: pd.DataFrame) -> pd.DataFrame:
    """The contracts in competition that print how many bid."""
    return contracts[contracts["contract_group"].isin(COMPETED) & contracts["bidders"].notna()]


def purchases_tables(
    purchases: pd.DataFrame, contracts: pd.DataFrame, names: pd.Series
) -> list[Table | Fold]:
    """Purchases by kind, of all ministries together, and by ministry, folded."""
    if purchases.empty:
        return []
    sums = ["contracts", "known", "single", "amount", "single_amount"]
    keys = ["contracts_of", "contract_group"]
    whole = purchases.groupby(keys)[sums].sum().reset_index()
    order = whole["contract_group"].map({name: at for at, name in enumerate(GROUPS)})
    whole = whole.loc[order.sort_values(kind="stable").index].sort_values(
        "contracts_of", kind="stable"
    )
    each = purchases[[*keys[:1], "ministry", *keys[1:], *sums, "payees", "top", "top_share"]]
    each = _known(each)
    # Some payees stand in the lists of contracts alone.
    spelled = contracts.drop_duplicates("payee_id").set_index("payee_id")["payee"]
    each["top"] = _top(each["top"], names.combine_first(spelled))
    for table in (whole, each):
        # Where nobody says how many bid, nobody says that one did; without competition nobody bids.
        told = table["known"].gt(0) & table["contract_group"].isin(COMPETED)
        table.loc[~told, ["single", "single_amount"]] = pd.NA
    if not whole["known"].any():
        bid = ["known", "single", "single_amount"]
        whole, each = whole.drop(columns=bid), each.drop(columns=bid)
    amounts = ["amount", "single_amount"]
    return [
        _table(whole, "purchases", amounts),
        Fold(say("by_ministry"), _table(each, "purchases", amounts)),
    ]


def contracts_tables(contracts: pd.DataFrame) -> list[Table]:
    """A payee's contracts, the largest first."""
    if contracts.empty:
        return []
    order = digits.settled(contracts["amount"].fillna(0.0))
    rows = contracts.loc[order.sort_values(ascending=False, kind="stable").index].head(LISTED)
    columns = ["ministry", "name", "work", "contract_group", "bidders", "winning_rate", "amount"]
    frame = rows[[*columns, "single_bid_reason", "sheet_id"]]
    made = zip(rows["contracts_of"], rows["fiscal_year"], strict=True)
    frame = frame.assign(
        made_in=[str(year) if of == "contract" else _said("contracts_of", of) for of, year in made]
    )
    frame = _known(frame[["made_in", *frame.columns.drop("made_in")]])
    frame["name"] = _named(frame)
    frame = frame.drop(columns="sheet_id")
    return [_table(frame, "contracts", ["amount"], shown=len(rows), all=len(contracts))]


def read_sole(sole: pd.DataFrame, contracts: pd.DataFrame, one: bool) -> Text:
    """Who bid alone several times, as far as bidders are printed."""
    return Text(
        *say.paragraphs(
            "read_sole",
            one=one,
            years=sorted(map(int, _bid(contracts)["fiscal_year"].unique())),
            **_repeated(sole, contracts),
            first=sole.iloc[0].to_dict() if len(sole) else None,
        )
    )


def sole_table(sole: pd.DataFrame) -> Table | Text:
    """Payees that bid alone several times for a ministry, most often first."""
    if sole.empty:
        return Text()
    columns = ["payee", "ministry", "contracts_of", "tender", "single_tender", "proposals"]
    columns += ["single_proposals", "single_amount", "negotiated", "negotiated_amount"]
    columns += ["projects", "reasons", "reason"]
    rows = sole.head(LISTED)
    amounts = ["single_amount", "negotiated_amount"]
    rows = rows.assign(payee=OfPayee.column(rows, "payee", "payee_id"))
    return _table(_known(rows[columns]), "sole_table", amounts, shown=len(rows), all=len(sole))


def read_joined(payments: pd.DataFrame) -> Text:
    """How payments were joined to payees."""
    counts = payments["joined"].value_counts()
    named = {name: int(counts.get(name, 0)) for name in every_payee.JOINED}
    return Text(*say.paragraphs("read_joined", counts=named, payments=len(payments)))


def joined_table(payments: pd.DataFrame) -> Table:
    """Payments by how they were joined."""
    grouped = payments.groupby("joined")
    table = grouped[MONEY].sum(min_count=1).reindex(every_payee.JOINED)
    table.insert(0, "payments", grouped.size().reindex(every_payee.JOINED, fill_value=0))
    return _table(_known(table.reset_index()), "joined_table", MONEY)


def apart_table(evidence: pd.DataFrame) -> Table | Text:
    """The largest names that are several numbers', whose payments without one stay apart."""
    table = evidence[evidence["joined"] == "several numbers"]
    if table.empty:
        return Text()
    grouped = table.groupby("payee_id")
    sums = grouped[OWN].sum(min_count=1)
    sums.insert(0, "payments", grouped["payments"].sum())
    order = digits.settled(sums[OWN].sum(axis=1)).sort_values(ascending=False, kind="stable")
    frame = sums.loc[order.index].head(10).reset_index().rename(columns={"payee_id": "payee"})
    return _table(_known(frame), "apart_table", OWN, all=len(sums), shown=len(frame))


def read_evidence(evidence: pd.DataFrame, apart: pd.DataFrame) -> Text:
    """Under how many spellings, and what stays apart."""
    number = evidence["corporate_number"].dropna()
    return Text(
        *say.paragraphs(
            "read_evidence",
            spellings=evidence["payee"].nunique(),
            number=None if number.empty else number.iloc[0],
            several=bool((evidence["joined"] == "several numbers").any()),
            by_name=int(evidence.loc[evidence["joined"] == "name", "payments"].sum()),
            apart=len(apart),
        )
    )


def evidence_table(evidence: pd.DataFrame) -> Table:
    """The spellings, those with most payments first."""
    rows = evidence.sort_values("payments", ascending=False, kind="stable")
    columns = ["payee", "corporate_number", "joined", "payments", *MONEY]
    frame = _known(rows[columns].head(LISTED))
    frame["paid_in"] = _spans(rows.head(LISTED))
    return _table(frame, "evidence", MONEY, shown=len(frame), all=len(rows))


def same_name_table(apart: pd.DataFrame) -> Table | Text:
    """Other payees that are printed under the payee's names."""
    if apart.empty:
        return Text()
    rows = apart.sort_values("shared", ascending=False, kind="stable").head(LISTED)
    rows = rows.assign(payee=OfPayee.column(rows, "payee", "payee_id"))
    frame = _known(rows[["payee", "corporate_number", "shared", *MONEY]])
    frame["paid_in"] = _spans(rows)
    return _table(frame, "same_name", MONEY, shown=len(frame), all=len(apart))


def _spans(rows: pd.DataFrame) -> list[str]:
    return [words.span(int(row.first_year), int(row.last_year)) for row in rows.itertuples()]


def unnamed(concentration: pd.DataFrame) -> pd.DataFrame:
    """What is printed as "others" or as a class at the ministries of `last_whole`, most of it
    first: ministry, fiscal_year, money, bundled, bundled_share, classes, classes_share."""
    whole = last_whole(concentration)
    amount = digits.settled(whole["bundled"] + whole["classes"])
    order = amount[amount > 0].sort_values(ascending=False, kind="stable").index
    columns = ["ministry", "fiscal_year", "money", *UNNAMED]
    return whole.loc[order, columns].reset_index(drop=True)


def read_unnamed(concentration: pd.DataFrame, payees: pd.DataFrame) -> Text:
    """How much ends in "others" or a class, and what kinds of names are no payee's."""
    sums = _sums(last_whole(concentration))
    kinds = payees.groupby("kind")["amount"].sum()
    rest = {name: float(kinds.get(name, 0.0)) for name in every_payee.UNSURE}
    judgit = sums["year"] is not None and sums["year"] < TOLD_FROM
    return Text(*say.paragraphs("read_unnamed", rest=rest, judgit=judgit, **sums))


def unnamed_table(concentration: pd.DataFrame) -> Fold:
    """The last whole year by ministry, the largest share first."""
    whole = last_whole(concentration)
    shares = (whole["bundled_share"] + whole["classes_share"]).fillna(0)
    order = digits.settled(shares).sort_values(ascending=False, kind="stable")
    columns = ["fiscal_year", "ministry", "money", *UNNAMED, "unsure", "named", "named_share"]
    frame = _known(whole.loc[order.index, columns])
    amounts = ["money", "bundled", "classes", "unsure", "named"]
    return Fold(say("unnamed"), _table(frame, "unnamed_note", amounts))


def kinds_table(payees: pd.DataFrame) -> Table:
    """The money by what its payee is."""
    grouped = payees.groupby("kind")
    table = grouped[MONEY].sum(min_count=1)
    table.insert(0, "payees", grouped.size())
    table = table.reindex([name for name in KINDS if name in table.index]).reset_index()
    # "Others" are several, of which nobody knows how many.
    table.loc[table["kind"] == "bundled", "payees"] = pd.NA
    return _table(_known(table), "kinds", MONEY)


def read_left_out(left_out: pd.DataFrame, again: pd.DataFrame) -> Text:
    """What is in no sum, and what may be in it twice."""
    over = left_out[left_out["left_out"] == every_payee.OVER]
    return Text(
        *say.paragraphs(
            "read_left_out",
            over=len(over),
            sheets=over["sheet_id"].nunique(),
            amount=over["printed"].sum(),
            missing=len(left_out) - len(over),
        ),
        say(
            "again",
            payments=len(again),
            amount=again["extra"].sum(),
            least=every_payee.LARGE,
        ),
    )


def left_out_table(left_out: pd.DataFrame) -> Table | Text:
    """The payments well above their project's outturn, the largest first."""
    over = left_out[left_out["left_out"] == every_payee.OVER]
    if over.empty:
        return Text(say("none_over"))
    order = digits.settled(over["printed"]).sort_values(ascending=False, kind="stable").index
    rows = over.loc[order].head(LISTED)
    frame = rows[["fiscal_year", "ministry", "name", "payee", "printed", "executed", "sheet_id"]]
    frame = _known(frame)
    frame["name"] = _named(frame)
    frame = frame.drop(columns="sheet_id")
    amounts = ["printed", "executed"]
    return _table(frame, "left_out_note", amounts, shown=len(rows), all=len(over))


def _known(table: pd.DataFrame) -> pd.DataFrame:
    """A copy without the columns in which nothing is known."""
    unknown = (*MONEY, "named_share", "executed", "winning_rate", "bidders", "single_bid_reason")
    empty = [name for name in unknown if name in table and table[name].isna().all()]
    return table.drop(columns=empty).reset_index(drop=True).copy()


def _table(frame: pd.DataFrame, caption: str, amounts: list[str], **facts) -> Table:
    """A table with its money in one unit."""
    there = [name for name in amounts if name in frame]
    unit, formats = common.in_units(frame[there])
    shares = dict.fromkeys(_SHARES, words.percent)
    formats |= shares | {
        "hhi": words.ratio,
        "ministry": words.ministry,
        "contract_group": words.method,
        **{name: partial(_said, name) for name in ("contracts_of", "joined", "kind")},
        "name": OfSheet.itself,
        "work": partial(_cut, most=50),
        "reason": partial(_cut, most=60),
        "single_bid_reason": partial(_cut, most=40),
        "payee": partial(_cut, most=40),
        "top": partial(_cut, most=40),
    }
    headings = {name: say(f"head_{name}") for name in frame if name in _HEADINGS}
    used = {name: shape for name, shape in formats.items() if name in frame}
    return Table(frame, say(caption, unit=unit, **facts), used, headings)


_SHARES = ("top_share", "ten_share", "share", "bundled_share", "classes_share", "named_share")

_HEADINGS = {
    *(*MONEY, "sheets", "projects", "payments", "shared", "paid_in", "made_in", "first_only"),
    *("named", "payees", "top", "top_share", "ten_share", "hhi", "bundled_share", "named_share"),
    *("classes", "classes_share", "unsure"),
    *("share", "contracts", "known", "single", "single_amount", "negotiated", "reasons", "reason"),
    *COMPETED,
    *(f"single_{name}" for name in COMPETED),
    *("negotiated_amount", "joined", "kind", "money", "bundled", "printed", "executed", "amount"),
    "contracts_of",
}


def _said(column: str, value: str) -> str:
    return say(f"{column}_{value.replace(' ', '_')}")


def _cut(text: object, most: int) -> str:
    if isinstance(text, OfSheet):
        return type(text)(words.cut(text, most), text.of)
    return "–" if pd.isna(text) or text == "" else words.cut(str(text), most)
