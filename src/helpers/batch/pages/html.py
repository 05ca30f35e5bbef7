"""An executed notebook as one HTML file that opens offline, prints on A4, and runs no script."""

from urllib.parse import quote

from markupsafe import Markup, escape
from nbformat import NotebookNode

from helpers import words
from helpers.batch.notebook import headline
from helpers.batch.pages import cells, clean
from helpers.batch.pages.page import page

NAMED = {"title", "name", "ministry", "project_number", "sheet_year"}
"""What a headline has that speaks of a sheet."""
SHOWN_ELSEWHERE = ("sheet", "lang")
"""Parameters that a report need not list: its subtitle and its language show them."""


def to_html(
    notebook: NotebookNode,
    lang: str,
    stem: str = "",
    siblings: dict[str, dict[str, str]] | None = None,
) -> str:
    """The report of an executed notebook: its prose in `lang`, its outputs, its code left out.

    `stem` names the notebook file `<stem>.<lang>.ipynb` beside the report; `siblings` the reports
    in the same folder, this one among them: stem -> language -> title. Without them the report
    has no links. Markup beyond a short list is dropped (`clean`). Raises ValueError for another
    language, and for a figure without alt text.
    """
    with words.speaking(lang):
        return _html(notebook, lang, stem, siblings or {})


def _html(notebook: NotebookNode, lang: str, stem: str, siblings: dict[str, dict[str, str]]) -> str:
    blocks, contents = clean.anchored(cells.shown(notebook))
    facts = headline(notebook)
    top, rest = _parted(blocks, _sheet_line(facts))
    translations = [code for code in siblings.get(stem, {}) if code != lang]
    given = notebook.metadata.get("papermill", {}).get("parameters", {})
    return page(
        "report.html.j2",
        lang,
        _title(facts, clean.heading(blocks) or stem),
        top=top,
        rest=rest,
        contents=contents,
        links=[
            {"title": titles[lang], "href": quote(f"{name}.{lang}.html"), "here": name == stem}
            for name, titles in siblings.items()
            if lang in titles
        ],
        translations=[(code, quote(f"{stem}.{code}.html")) for code in translations],
        notebook=f"{stem}.{lang}.ipynb" if stem else "",
        parameters=[f"{k} = {v}" for k, v in given.items() if k not in SHOWN_ELSEWHERE],
    )


def _title(facts: dict, heading: str) -> str:
    if not facts.keys() >= NAMED:
        return heading
    sheet = f"{facts['ministry']} {facts['project_number']}, {facts['sheet_year']}"
    return f"{facts['title']} — {facts['name']} ({sheet})"


def _sheet_line(facts: dict) -> str:
    """Which sheet the report speaks of; "" for a notebook that does not say."""
    if not facts.keys() >= NAMED:
        return ""
    sheet = f"{facts['ministry']} {facts['project_number']}"
    published = words.say(f"{facts['sheet_year']}年公表", f"published {facts['sheet_year']}")
    return f"{sheet} · {published} · {facts['name']}"


def _parted(blocks: list[str], sheet_line: str) -> tuple[Markup, Markup]:
    """The report up to its answer (else its heading), with the sheet named there, and the rest."""
    headed = _up_to(blocks, "</h1>")
    if headed and sheet_line:
        line = f'</h1><p class="subtitle">{escape(sheet_line)}</p>'
        blocks[headed - 1] = blocks[headed - 1].replace("</h1>", line, 1)
    parting = _up_to(blocks, '<div class="answer">') or headed or len(blocks)
    return Markup("\n".join(blocks[:parting])), Markup("\n".join(blocks[parting:]))


def _up_to(blocks: list[str], mark: str) -> int:
    """How many blocks there are up to the first that holds `mark`, that one counted; 0 for none."""
    return next((count for count, block in enumerate(blocks, 1) if mark in block), 0)
