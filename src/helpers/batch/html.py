"""An executed notebook as one HTML file that opens offline, prints on A4, and runs no script."""

import copy
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from bs4 import BeautifulSoup
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from helpers import words
from helpers.batch import clean
from helpers.batch.execute import headline

TEMPLATE = Path(__file__).parent / "template"
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
    resources = {"warning_heading": words.say(lang, "実行中に出た警告", "Warnings while it ran")}
    cells, _ = _exporter().from_notebook_node(_kept(notebook, lang), resources)
    body = clean.cleaned(cells)
    clean.require_alt_text(body)
    contents = clean.anchor_headings(body)
    facts = headline(notebook)
    heading = body.h1.get_text(" ", strip=True) if body.h1 else stem
    top, rest = _parted(body, _sheet_line(facts, lang))
    siblings = siblings or {}
    translations = [code for code in siblings.get(stem, {}) if code != lang]
    given = notebook.metadata.get("papermill", {}).get("parameters", {})
    return page(
        "report.html.j2",
        lang,
        _title(facts, heading),
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


def page(template: str, lang: str, title: str, **values: Any) -> str:
    """A page from one of our templates; every value is escaped unless it is Markup."""
    css = Markup((TEMPLATE / "report.css").read_text(encoding="utf-8"))
    say = partial(words.say, lang)
    return (
        _pages().get_template(template).render(lang=lang, title=title, css=css, say=say, **values)
    )


@cache
def _pages() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


@cache
def _exporter() -> HTMLExporter:
    exporter = HTMLExporter(
        extra_template_basedirs=[str(TEMPLATE.parent)],
        template_name=TEMPLATE.name,
        exclude_input=True,
        exclude_anchor_links=True,
    )
    exporter.config.NbConvertBase.display_data_priority = [
        "text/html",
        "image/svg+xml",
        "image/png",
        "image/jpeg",
        "text/plain",
    ]
    return exporter


def _kept(notebook: NotebookNode, lang: str) -> NotebookNode:
    """A copy with the prose of one language, and without what is only for the notebook."""
    dropped = {f"lang-{other}" for other in words.LANGUAGES if other != lang} | {"notebook-only"}
    kept = copy.copy(notebook)
    kept["cells"] = [c for c in notebook.cells if not dropped & set(c.metadata.get("tags", []))]
    return kept


def _title(facts: dict, heading: str) -> str:
    if not facts:
        return heading
    sheet = f"{facts['ministry']} {facts['project_number']}, {facts['sheet_year']}"
    return f"{facts['title']} — {facts['name']} ({sheet})"


def _sheet_line(facts: dict, lang: str) -> str:
    """Which sheet the report speaks of; "" for a notebook that does not say."""
    if not facts:
        return ""
    sheet = f"{facts['ministry']} {facts['project_number']}"
    published = words.say(lang, f"{facts['sheet_year']}年公表", f"published {facts['sheet_year']}")
    return f"{sheet} · {published} · {facts['name']}"


def _parted(body: BeautifulSoup, sheet_line: str) -> tuple[Markup, Markup]:
    """The report up to its answer (else its heading), with the sheet named there, and the rest."""
    heading = body.h1
    if heading and sheet_line:
        line = body.new_tag("p", attrs={"class": "subtitle"})
        line.string = sheet_line
        heading.insert_after(line)
    last = body.find(class_="answer") or heading
    rest = body.new_tag("div")
    if last:
        while last.parent is not body:
            last = last.parent
        for part in list(last.next_siblings):
            rest.append(part)
    return Markup(body.decode_contents()), Markup(rest.decode_contents())
