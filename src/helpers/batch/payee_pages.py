"""The largest payees of a year, a light page each, and the list of them: `payees/` of a run."""

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import digits, files, money, words
from helpers.analysis import every_payee
from helpers.batch.page import address, page
from helpers.batch.site import PAYEES
from helpers.sheet import records

MOST = 500
"""Payees that have a page."""

MOST_PROJECTS, MOST_NAMES = 60, 30
"""Rows of a page's tables: what is beyond is added up, and counted."""

SUMS = [*every_payee.MONEY, "own"]

Target = Callable[[str, str], str]
"""sheet_id, language -> address of what the run's folder has of a project, "" for nothing."""


def names(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    """The payees that have a page, of all payments `rows` (`every_payee.rows`): those paid most in
    the last closed year by the sheets of `year`, as `every_payee.largest` gives them."""
    return every_payee.largest(every_payee.payees(_last_closed(rows, year)), MOST)


def _last_closed(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    """The payments of the last closed year by the sheets of `year`."""
    return rows[(rows["sheet_year"] == year) & (rows["fiscal_year"] == year - 1)]


def addresses(listed: pd.DataFrame) -> dict[str, str]:
    """payee_id -> address of its page from the run's folder, LANG in the place of the language."""
    return {of: address(f"{PAYEES}/{files.safe_name(of)}.LANG.html") for of in listed["payee_id"]}


def write(
    out: Path,
    rows: pd.DataFrame,
    listed: pd.DataFrame,
    year: int,
    links: Iterable[dict],
    target: Target,
) -> None:
    """Write the pages of the payees `listed` (see `names`), and their index; those of payees that
    are none of these go. Raises OSError."""
    folder = files.writable(out / PAYEES)
    with files.locked(folder / "files"):
        files.clear(folder)
        kept = set()
        for path, text in _pages(rows, listed, year, list(links), target):
            files.write(folder / path, text)
            kept.add(path)
        for path in folder.glob("*.html"):
            if path.name not in kept:
                path.unlink()


def _pages(
    rows: pd.DataFrame, listed: pd.DataFrame, year: int, links: list[dict], target: Target
) -> Iterable[tuple[str, str]]:
    own = rows[rows["payee_id"].isin(listed["payee_id"])]
    own = own.assign(own=own[every_payee.OWN].sum(axis=1, min_count=1))
    by_payee = dict(list(own.groupby("payee_id", sort=False)))
    first_only = bool(_last_closed(rows, year)["first_only"].any())
    facts = [_facts(payee, by_payee[payee["payee_id"]], year) for payee in records(listed)]
    for lang in words.LANGUAGES:
        shared = {"links": links, "here": f"{PAYEES}/index.{lang}.html", "year": year}
        shared |= {"first_only": first_only}
        with words.speaking(lang):
            for fact in facts:
                name = files.safe_name(fact["payee_id"])
                said = _said(fact, lang, target)
                others = [(code, f"{name}.{code}.html") for code in words.LANGUAGES if code != lang]
                said |= {"translations": [(code, address(href)) for code, href in others]}
                text = page("payee.html.j2", lang, fact["payee"], **shared, **said)
                yield f"{name}.{lang}.html", text
            of = f"{len(facts)}"
            title = words.say(
                f"{year - 1}年度の支出先 上位{of}", f"The {of} largest payees, FY{year - 1}"
            )
            public = listed["kind"].isin(every_payee.PUBLIC)
            said = {
                "translations": [(c, f"index.{c}.html") for c in words.LANGUAGES if c != lang],
                "payees": [_line(fact, lang, rank) for rank, fact in enumerate(facts, 1)],
                "total": money.yen(listed["amount"].sum()),
                "public": money.yen(listed.loc[public, "amount"].sum()),
                "told": bool(listed["direct"].notna().any()),
            }
            yield f"index.{lang}.html", page("payees.html.j2", lang, title, **shared, **said)


def _facts(payee: dict, rows: pd.DataFrame, year: int) -> dict[str, Any]:
    """What a page says of a payee, whatever the language; `rows` are its payments."""
    now = _last_closed(rows, year)
    by_year = rows[rows["sheet_year"] == rows["fiscal_year"] + 1].groupby("fiscal_year")
    years = by_year[SUMS].sum(min_count=1).reset_index()
    years["projects"] = by_year["project_id"].nunique().to_numpy()
    by_ministry = now.groupby("ministry")["own"].sum(min_count=1).dropna()
    first = digits.settled(by_ministry.astype(float)).idxmax()
    projects = every_payee.projects(now)
    projects["own"] = projects[every_payee.OWN].sum(axis=1, min_count=1)
    printed = every_payee.evidence(rows)
    printed = printed.sort_values(["payments", "payee"], ascending=[False, True], kind="stable")
    return payee | {
        "years": records(years),
        "first": first,
        "first_share": by_ministry[first] / payee["amount"],
        "list": records(projects),
        "printed": records(printed),
        "paid": sum(pd.notna(one) for one in projects["own"]),
        "of": len(by_ministry),
    }


def _said(fact: dict, lang: str, target: Target) -> dict[str, Any]:
    """The same in the language of now."""
    top = max((one["own"] or 0.0 for one in fact["years"]), default=0.0)
    listed, rest = fact["list"][:MOST_PROJECTS], fact["list"][MOST_PROJECTS:]
    beyond = {name: _sum(one[name] for one in rest) for name in ("own", "handed_on")}
    return {
        "payee": fact["payee"],
        "number": fact["corporate_number"],
        "amount": _yen(fact["amount"]),
        "told": fact["direct"] is not None,
        "handed_on": _yen(fact["handed_on"]) if fact["handed_on"] else "",
        "ministries": fact["of"],
        "paid": fact["paid"],
        "first": words.ministry(fact["first"]),
        "first_share": words.percent(fact["first_share"]),
        "years": [
            {
                "year": words.year(one["fiscal_year"]),
                "own": _yen(one["own"]),
                "handed_on": _yen(one["handed_on"]),
                "projects": f"{one['projects']:,}",
                "told": one["direct"] is not None,
                "width": words.fixed(100 * (one["own"] or 0.0) / top, 1) if top > 0 else "0",
            }
            for one in fact["years"]
        ],
        "projects": [
            {
                "name": one["name"],
                "href": target(one["sheet_id"], lang),
                "ministry": words.ministry(one["ministry"]),
                "own": _yen(one["own"]),
                "handed_on": _yen(one["handed_on"]),
                "work": words.cut(one["work"] or "", 80),
            }
            for one in listed
        ],
        "rest": len(rest),
        "beyond": {name: _yen(amount) for name, amount in beyond.items()},
        "printed": fact["printed"][:MOST_NAMES],
        "more_printed": len(fact["printed"][MOST_NAMES:]),
    }


def _line(fact: dict, lang: str, rank: int) -> dict[str, Any]:
    return {
        "rank": rank,
        "payee": fact["payee"],
        "public": fact["kind"] in every_payee.PUBLIC,
        "href": address(f"{files.safe_name(fact['payee_id'])}.{lang}.html"),
        "amount": _yen(fact["amount"]),
        "first": words.ministry(fact["first"]),
        "ministries": fact["of"],
        "projects": fact["paid"],
    }


def _sum(amounts: Iterable[float | None]) -> float | None:
    known = [amount for amount in amounts if amount is not None]
    return math.fsum(known) if known else None


def _yen(amount: float | None) -> str:
    return "" if amount is None else money.yen(amount)
