"""How it was bought: methods, competition, and who is paid year after year."""

from functools import partial

import numpy as np
import pandas as pd

from helpers import precision, words
from helpers.analysis.contracts import BOUGHT
from helpers.checks.contracts import COMPETED
from helpers.sentences import Sentences
from helpers.show import Heading, Table, Text
from helpers.story import common

say = Sentences("spending/contracts")

LISTED = 10
"""Payees of several years shown in the report."""


def heading(contracts: pd.DataFrame, commitments: pd.DataFrame) -> Heading:
    """The question, where a sheet prints contracts or commitments of several years."""
    return Heading(*([say("question")] if len(contracts) or len(commitments) else []))


def side_by_side() -> Text:
    """Why fund and segment sheets have no more here."""
    return Text(say("side_by_side"))


def read_contracts(
    contracts: pd.DataFrame,
    methods: pd.DataFrame,
    labelled: pd.DataFrame,
    commitments: pd.DataFrame,
) -> Text:
    """How much was bought with competition, how often one bid; and what to mind: the tables of
    `contracts`."""
    if contracts.empty:
        several = _commitments(commitments, alone=True)
        return Text(*(several or [say("none")]))
    amounts = methods.set_index("contract_group")["amount"]
    bought, competed = (amounts.reindex(names).sum() for names in (BOUGHT, COMPETED))
    everything = methods["amount"].sum(min_count=1)
    unpriced = contracts.loc[~contracts["handed_on"], "amount"].isna()
    tender = methods[methods["contract_group"] == "tender"]
    handed_on = contracts[contracts["handed_on"] & ~contracts["by_state"]]
    by_state = contracts[contracts["by_state"]]
    unknown = amounts.reindex([""]).sum()
    return Text(
        *say.paragraphs(
            "answer",
            span=words.span(contracts["fiscal_year"].min(), contracts["fiscal_year"].max()),
            contracts=int(methods["contracts"].sum()),
            amount=None if pd.isna(everything) else everything,
            unpriced=int(unpriced.sum()),
            bought=bought,
            competed=competed,
            part=common.part(competed, bought),
            of_all=common.part(competed, everything) if everything > bought else "",
            unknown=common.part(unknown, everything) if unknown > 0 else "",
            granted=amounts.reindex(["grant"]).sum(),
            tenders=int(tender["contracts"].sum()),
            known=int(tender["known"].sum()),
            single=int(tender["single"].sum()),
        ),
        *say.paragraphs(
            "caveats",
            bought=bought > 0,
            handed_on=len(handed_on),
            amount=handed_on["amount"].sum(),
            by_state=len(by_state),
            by_state_amount=by_state["amount"].sum(),
            relabelled=_relabelled(labelled),
            bundled=contracts["bundled"].fillna(False).sum()
            + contracts["bundled_payee"].fillna(False).sum(),
        ),
        *_commitments(commitments, alone=False),
    )


def _commitments(commitments: pd.DataFrame, alone: bool) -> list[str]:
    """What is said of contracts of several years, `alone` where a sheet has no others."""
    if commitments.empty:
        return []
    tender = commitments[commitments["contract_group"] == "tender"]
    kinds = zip(commitments["contract_group"], commitments["contracts"], strict=True)
    return say.paragraphs(
        "commitments",
        alone=alone,
        contracts=int(commitments["contracts"].sum()),
        amount=commitments["amount"].sum(),
        kinds=[(words.method(group), int(many)) for group, many in kinds],
        tenders=int(tender["contracts"].sum()),
        known=int(tender["known"].sum()),
        single=int(tender["single"].sum()),
    )


def _relabelled(labelled: pd.DataFrame) -> dict | None:
    """Where contracts without a method became fewer and those of "other" more: the first and the
    last year of `labelled`."""
    if len(labelled) < 2:
        return None
    first, last = (labelled.iloc[at].to_dict() for at in (0, -1))
    less, more = (
        last[name] / last["contracts"] - first[name] / first["contracts"]
        for name in ("blank", "other")
    )
    return {"first": first, "last": last} if less < 0 < more else None


def methods_table(methods: pd.DataFrame) -> Table | Text:
    """Contracts, money, bidders and winning rate by method; of a single one without bidders the
    sentences say it all."""
    if methods.empty or (len(methods) == 1 and not methods["known"].any()):
        return Text()
    amount = methods["amount"]
    unit, amounts = common.in_units(methods[["amount"]])
    places = precision.of_amounts(amount, np.full(len(amount), amount.sum()))
    columns = ["contracts", "share", "known", "single"]
    headings = {name: say(name) for name in columns}
    formats = {
        "contract_group": words.method,
        "share": partial(words.percent, decimals=places),
        "winning_rate": words.column(methods["winning_rate"]),
        **amounts,
    }
    rated = methods["winning_rate"].notna().any()
    # Of what no contract prints, no column.
    left_out = ["single_amount", *([] if rated else ["winning_rate"])]
    left_out += [] if methods["known"].any() else ["known", "single"]
    shown = methods.drop(columns=left_out)
    caption = say("methods", unit=unit, rated=rated)
    return Table(shown, caption, formats, headings)


def read_repeats(repeats: pd.DataFrame) -> Text:
    """How many payees were paid in two years and more, and how much."""
    if repeats.empty or repeats["of"].iloc[0] < 2:
        return Text()
    again = repeats[repeats["years"] > 1]
    first_only = repeats["first_only"].iloc[0]
    return Text(
        say(
            "repeats",
            of=repeats["of"].iloc[0],
            payees=len(repeats),
            again=len(again),
            first_only=first_only,
            # A payee that is not the first of its block may have been paid in such a year too.
            every=0 if first_only else (again["years"] == again["of"]).sum(),
            amount=again["amount"].sum(),
            part=common.part(again["amount"].sum(), repeats["amount"].sum()),
        )
    )


def repeats_table(repeats: pd.DataFrame) -> Table | Text:
    """The payees of two years and more."""
    again = repeats[repeats["years"] > 1]
    if again.empty:
        return Text()
    shown = again.head(LISTED)
    unit, formats = common.in_units(shown[["amount"]])
    caption = say(
        "repeats_caption",
        unit=unit,
        all=len(again),
        shown=LISTED,
        of=again["of"].iloc[0],
    )
    headings = {name: say(name) for name in ("years", "paid_in")}
    return Table(
        shown[["payee", "years", "paid_in", "amount"]],
        caption,
        formats | {"paid_in": _runs},
        headings,
    )


def _runs(years: list[int]) -> str:
    """Years as runs: 2014–2018, 2024."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(common.span(str(run[0]), str(run[-1])) for run in runs)
