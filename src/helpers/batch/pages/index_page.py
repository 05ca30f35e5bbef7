"""The index as a page: a table that is read without its script, and sorted and filtered with it."""

import os
from urllib.parse import quote

from markupsafe import Markup

from helpers import words
from helpers.batch.pages import headlines
from helpers.batch.pages.headlines import Kind
from helpers.batch.pages.page import TEMPLATE, page

MINISTRY_WIDTH, YEAR_WIDTH, LINKS_WIDTH, LONE_WIDTH = 7.5, 5.2, 4.8, 9
"""Widths of columns, rem. The column of names takes what is left of the page; links that stand
alone have the notebook's question over them."""

IDENTITY = ("sheet_id", "name", "ministry", "project_number", "sheet_year")
"""What a headline says about the sheet rather than about the question."""

PLAIN = frozenset("-._~()/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
"""ASCII that an address holds as it is."""


def html(sheets: list[dict], unreadable: list[str]) -> str:
    """The page of `sheets`, as `index.json` has them; the files that are `unreadable` at its end.

    A notebook whose headline has a kind has columns of numbers; each has a column of links.
    Reports that speak of no sheet, such as those of a whole portfolio, stand above the table.
    """
    rows = [sheet for sheet in sheets if _speaks_of_one(sheet)]
    others = [sheet for sheet in sheets if not _speaks_of_one(sheet)]
    kinds = _kinds(rows)
    groups = [
        {
            "titles": titles,
            "columns": kind.columns if kind else [],
            "widths": [*(c.width for c in kind.columns), LINKS_WIDTH] if kind else [LONE_WIDTH],
        }
        for kind, titles in ((kinds[stem], _titles(rows, stem)) for stem in kinds)
    ]
    return page(
        "list.html.j2",
        words.LANGUAGES[0],
        "行政事業レビュー — Project reviews",
        _file("index.js"),
        style=Markup(_file("index.css")),
        others=[
            {"title": report["title"], "folder": sheet["folder"], **_link(report)}
            for sheet in others
            for report in sheet["reports"]
        ],
        identity=[words.TERMS[key] for key in ("name", "ministry", "sheet_year")],
        groups=groups,
        widths=[MINISTRY_WIDTH, YEAR_WIDTH, *(w for group in groups for w in group["widths"])],
        rows=[_row(sheet, kinds) for sheet in rows],
        unreadable=unreadable,
    )


def _speaks_of_one(sheet: dict) -> bool:
    return any(sheet[key] is not None for key in IDENTITY)


def _kinds(sheets: list[dict]) -> dict[str, Kind | None]:
    """Notebook -> what its headlines are about, in the order of the columns."""
    found: dict[str, Kind | None] = {}
    for sheet in sheets:
        for report in sheet["reports"]:
            stem = report["notebook"]
            found[stem] = found.get(stem) or headlines.kind(report["headline"])
    return dict(sorted(found.items()))


def _titles(sheets: list[dict], stem: str) -> list[str]:
    """A notebook's title in each language, one title if they are the same."""
    told = {
        report["lang"]: report["title"]
        for sheet in reversed(sheets)
        for report in sheet["reports"]
        if report["notebook"] == stem
    }
    return list(dict.fromkeys(told.get(lang) or told.get("", stem) for lang in words.LANGUAGES))


def _row(sheet: dict, kinds: dict[str, Kind | None]) -> dict:
    text = {key: str(sheet[key] or "") for key in ("ministry", "project_number", "sheet_year")}
    groups = []
    for stem, kind in kinds.items():
        own = [report for report in sheet["reports"] if report["notebook"] == stem]
        numbers = own[0]["headline"] if own else {}
        cells = kind.cells(numbers) if kind else []
        groups.append({"cells": cells, "links": [_link(report) for report in own]})
    return {**text, "name": str(sheet["name"] or sheet["folder"]), "groups": groups}


def _link(report: dict) -> dict:
    lang = report["lang"]
    text = {"ja": "日本語", "en": "English", "": "開く"}[lang]
    return {"href": _address(report["page"]), "lang": lang, "text": text}


def _address(path: str) -> str:
    """A path as a link. Letters of all scripts stay as they are: escaped they take thrice the
    bytes, in half of the page."""
    return "".join(
        letter
        if letter in PLAIN or (letter > "\x7f" and letter.isprintable())
        else quote(os.fsencode(letter))
        for letter in path
    )


def _file(name: str) -> str:
    return (TEMPLATE / name).read_text(encoding="utf-8")
