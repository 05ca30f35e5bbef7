"""The answer that opens notebook 04: how much was left, where, and where to look first."""

import pandas as pd

from helpers import digits, words
from helpers.sentences import Sentences
from helpers.sheet import records
from helpers.show import Answer
from helpers.story.portfolio import first, record, sums

say = Sentences("portfolio/answer")

NAMED = 3
"""Ministries and projects that a fact names."""

TERMS = ("unspent", "budget_net")


def answer(
    about: dict,
    money: pd.DataFrame,
    ministries: pd.DataFrame,
    leads: pd.DataFrame,
    rankings: pd.DataFrame,
    left_out: pd.DataFrame,
) -> Answer:
    """The opening answer: of the last closed year in `money`, what part was left; which
    `ministries` (`sums.ministries`, of all the government) hold it, or the place of the one asked
    for; the first of `leads`; what such `rankings` held. `about`: of `Portfolio.about`."""
    last = sums.last(money)
    own = about["ministry"]
    headline = {
        "lang": words.language(),
        "title": say("title", ministry=own, area=about["policy_area"]),
        "year": about["year"],
        "ministry": own,
        "policy_area": about["policy_area"],
        **{name: (last or {}).get(name) for name in KEPT},
        "projects_ranked": int(leads["order"].notna().sum()),
    }
    if last is None:
        return Answer(say("no_outturn", **about), headline=headline)
    facts = [
        _ministries(ministries, own) if about["policy_area"] is None else "",
        _largest(leads, last),
        _first(leads),
        say("record", at=record.AT, of=record.facts(rankings, "unspent")),
    ]
    more = say.paragraphs(
        "method",
        about=about,
        last=last,
        left_out=int((left_out["fiscal_year"] == last["fiscal_year"]).sum()),
        shipped=leads.empty,
    )
    of = say("of", ministry=own, area=about["policy_area"])
    sentence = say("left", of=of, **last)
    return Answer(sentence, (say("part", **last), say("part_of", **last)), facts, more, TERMS,
                  headline=headline)  # fmt: skip


KEPT = ("fiscal_year", "budget_known", "executed", "unspent", "rate", "outturns")
"""The sums of the last closed year that are headline numbers."""


def _ministries(table: pd.DataFrame, own: str | None) -> str:
    """Who holds most of it, or the place of the one asked for."""
    if own is not None:
        row = records(table[table["ministry"] == own])
        return say("own", count=len(table), row=row[0]) if row else ""
    rows = records(table.head(NAMED))
    return say("most", rows=rows, together=table["share"].head(NAMED).sum(), count=len(table))


def _largest(leads: pd.DataFrame, last: dict) -> str:
    """The share that the few projects with most money left have of all."""
    rows = sums.largest(leads).head(NAMED)
    if len(rows) < NAMED or not digits.less(0, last["unspent"]):
        return ""
    names = [words.cut(name, 30) for name in rows["name"]]
    return say("largest", names=names, share=rows["unspent"].sum() / last["unspent"])


def _first(leads: pd.DataFrame) -> str:
    if leads.empty:
        return say("no_list")
    rows = first.top(leads, NAMED)
    names = [words.cut(name, 30) for name in rows["name"]]
    return say("first", names=names, projects=len(leads)) if names else ""
