"""All projects of a sheet year on one page that finds them: by name, payee, indicator, purpose.

What it searches is in the page itself, packed: no browser reads another file beside a page that is
opened from a disk, and nothing in it can act as markup.
"""

import gzip
import json
from base64 import b64encode
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import money, words
from helpers.analysis import every_payee, portfolio
from helpers.analysis.payees import most_frequent
from helpers.batch.page import TEMPLATE, page
from helpers.batch.report_page import of_government
from helpers.batch.site import SEARCH
from helpers.corpus import Corpus
from helpers.sheet import records

NAMED = (*every_payee.LISTED, "several")
"""Kinds of payees that are searched."""

ABOUT = ("purpose", "outline")
"""What notes say of a project that can be searched."""

MOST = 400
"""Characters of a name."""

Both = list[str]
"""A text in each of `words.LANGUAGES`."""


class _Shared:
    """Values that many projects have, each once: its place stands for it."""

    def __init__(self) -> None:
        self.places: dict[Hashable, int] = {}

    def place(self, value: Hashable) -> int:
        """The place of a value, from now on in the list."""
        return self.places.setdefault(value, len(self.places))

    def listed(self) -> list:
        """The values in the order of their places."""
        return list(self.places)


def found(
    corpus: Corpus,
    year: int,
    payments: pd.DataFrame,
    reports: Mapping[str, tuple[str, list[dict]]],
    reasons: Mapping[str, list[Both]],
    pages: Mapping[str, str],
    ministries: Mapping[str, Both],
) -> dict[str, Any]:
    """What the page knows of the projects with a sheet of `year`, the largest net budget first: a
    list a column, and what several share, once.

    `payments`: those of the year at least (`every_payee.rows`); `reports`: sheet_id -> address of
    its folder, and its reports (`name`, `title`, `lang`); `reasons`: sheet_id -> sentences, why to
    look at it; `pages`: payee_id -> address of a page on it, LANG in the place of the language;
    `ministries`: ministry -> address of its page in each language.
    """
    sheet = corpus.table("sheet", [year])
    sheet = sheet.merge(_last_closed(corpus, sheet, year), "left", on="sheet_id")
    order = sheet["budget_net"].fillna(-1.0)
    sheet = sheet.loc[order.sort_values(ascending=False, kind="stable").index]
    named, amounts, paid_to, titles = _Shared(), _Shared(), _Shared(), _Shared()
    texts, indicators, paid = _texts(corpus, year), _indicators(corpus, year), _paid(payments, year)
    rows = []
    for row in records(sheet):
        sheet_id = row["sheet_id"]
        folder, made = reports.get(sheet_id, ("", []))
        rows.append(
            {
                "id": sheet_id,
                "number": row["project_number"] or "",
                "name": words.cut(row["name"] or "", MOST),
                "ministry": named.place(row["ministry"] or ""),
                "budget": amounts.place(_yen(row["budget_net"])),
                "executed": amounts.place(_yen(row["executed"])),
                "rate": _rate(row["execution_rate"]),
                "purpose": texts["purpose"].get(sheet_id, ""),
                "outline": texts["outline"].get(sheet_id, ""),
                "indicators": indicators.get(sheet_id, []),
                "payees_of": [paid_to.place(payee) for payee, _ in paid.get(sheet_id, [])],
                "paid": [amounts.place(_yen(amount)) for _, amount in paid.get(sheet_id, [])],
                "url": of_government(row["url"]),
                "folder": folder,
                "reports": [titles.place((one["name"], one["lang"], one["title"])) for one in made],
                "reasons": reasons.get(sheet_id, []),
            }
        )
    of_year = payments[payments["sheet_year"] == year]
    spelling = most_frequent(of_year["payee_id"], of_year["payee"])
    return _visible(
        {
            "year": year,
            "ministries": [words.in_each(words.ministry, name) for name in named.listed()],
            "ministry_pages": [ministries.get(name) for name in named.listed()],
            "amounts": amounts.listed(),
            "payees": [spelling[payee] for payee in paid_to.listed()],
            "pages": [pages.get(payee, "") for payee in paid_to.listed()],
            "titles": titles.listed(),
            **{column: [row[column] for row in rows] for column in (rows[0] if rows else ())},
        }
    )


def html(known: Mapping[str, Any], links: Iterable[Mapping[str, Any]]) -> str:
    """The page of what is `known` (see `found`); `links` lead to the other pages of the folder."""
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(text.encode(), mtime=0)
    counted = ("purpose", "indicators", "payees_of")
    many = {column: sum(map(bool, known.get(column, ()))) for column in counted}
    return page(
        "search.html.j2",
        words.LANGUAGES[0],
        "事業の検索 — Project search",
        _file("search.js"),
        style=Markup(_file("index.css") + _file("search.css")),
        data=Markup(b64encode(packed).decode("ascii")),
        links=list(links),
        here=SEARCH,
        year=known["year"],
        projects=len(known.get("id", ())),
        many=many,
    )


def _file(name: str) -> str:
    return (TEMPLATE / name).read_text(encoding="utf-8")


def _last_closed(corpus: Corpus, sheet: pd.DataFrame, year: int) -> pd.DataFrame:
    """The money of the year before, as its sheet prints it."""
    rows = portfolio.rows(corpus.table("budget", [year]), sheet)
    rows = rows[rows["fiscal_year"] == year - 1]
    return rows[["sheet_id", "budget_net", "executed", "execution_rate"]]


def _texts(corpus: Corpus, year: int) -> dict[str, dict[str, str]]:
    note = corpus.table("note", [year], ["sheet_id", "about", "text"]).dropna(subset="text")
    note = note.drop_duplicates(["sheet_id", "about"])
    return {
        about: dict(zip(part["sheet_id"], part["text"].str.strip(), strict=True))
        for about in ABOUT
        for part in [note[note["about"] == about]]
    }


def _indicators(corpus: Corpus, year: int) -> dict[str, list[str]]:
    """sheet_id -> its outcomes and outputs, each once."""
    columns = ["sheet_id", "indicator"]
    every = pd.concat([corpus.table(name, [year], columns) for name in ("outcome", "output")])
    every = every[every["indicator"].fillna("").str.strip() != ""].drop_duplicates()
    return every.groupby("sheet_id", sort=False)["indicator"].agg(list).to_dict()


def _paid(rows: pd.DataFrame, year: int) -> dict[str, list[tuple[str, float]]]:
    """sheet_id -> payee_id and amount of those paid, largest first, also where no amount is
    printed; without those that payees paid, and what may be a person's name."""
    own = rows["handed_on"].isna() & rows["kind"].isin(NAMED)
    paid = rows[(rows["sheet_year"] == year) & own]
    paid = paid.assign(amount=paid[every_payee.OWN].sum(axis=1, min_count=1))
    sums = paid.groupby(["sheet_id", "payee_id"])["amount"].sum(min_count=1).reset_index()
    sums = sums.sort_values("amount", ascending=False, kind="stable")
    found: dict[str, list[tuple[str, float]]] = {}
    for of, payee, amount in sums.itertuples(index=False):
        found.setdefault(of, []).append((payee, amount))
    return found


def _yen(amount: float | None) -> tuple[str, ...]:
    """An amount in each language; "" where unknown."""
    known = amount is not None and pd.notna(amount)
    return tuple(words.in_each(money.yen, amount)) if known else ("", "")


def _rate(rate: float | None) -> str:
    return "" if rate is None or pd.isna(rate) else words.percent(rate)


def _visible(value: Any) -> Any:
    """`value` with its texts as `words.visible` shows them: packed, they pass no page."""
    if isinstance(value, dict):
        return {key: _visible(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_visible(item) for item in value]
    return words.visible(value) if isinstance(value, str) else value
