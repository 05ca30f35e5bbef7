"""An executed notebook as one HTML file that opens offline, prints on A4, and runs no script."""

import re
from base64 import b64decode, b64encode
from functools import cache
from html import escape
from importlib.metadata import version
from urllib.parse import quote

from markupsafe import Markup
from nbconvert.filters import strip_ansi, text_base64
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from helpers import words
from helpers.batch import clean
from helpers.batch.notebook import headline
from helpers.batch.page import page
from helpers.show import DATA

NAMED = {"title", "name", "ministry", "project_number", "sheet_year"}
"""What a headline has that speaks of a sheet."""

SHOWN_ELSEWHERE = ("sheet", "lang")
"""Parameters that a report need not list: its subtitle and its language show them."""

BILINGUAL = re.compile(r"^(#{1,6} +)(.+?) · (.+)$", re.MULTILINE)
"""A heading in a cell tagged `bilingual`: Japanese first, as `words.LANGUAGES` are."""

PICTURES = ("image/svg+xml", "image/png", "image/jpeg")


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
    siblings = siblings or {}
    given = notebook.metadata.get("papermill", {}).get("parameters", {})
    facts = headline(notebook)
    with words.speaking(lang):
        blocks, contents = clean.anchored(_shown(notebook))
        top, rest = _parted(blocks, _sheet_line(facts))
        title, cited = _title(facts, clean.heading(blocks) or stem), _cited(facts)
    return page(
        "report.html.j2",
        lang,
        title,
        top=top,
        rest=rest,
        description=_description(top),
        cited=cited,
        contents=contents,
        links=[
            {"title": titles[lang], "href": quote(f"{name}.{lang}.html"), "here": name == stem}
            for name, titles in siblings.items()
            if lang in titles
        ],
        translations=[
            (code, quote(f"{stem}.{code}.html")) for code in siblings.get(stem, {}) if code != lang
        ],
        notebook=f"{stem}.{lang}.ipynb" if stem else "",
        parameters=[f"{k} = {v}" for k, v in given.items() if k not in SHOWN_ELSEWHERE],
    )


def _number(facts: dict) -> str:
    """The sheet that the report speaks of, by ministry and number; "" where it does not say."""
    if not facts.keys() >= NAMED:
        return ""
    return f"{words.ministry(facts['ministry'])} {facts['project_number']}"


def _title(facts: dict, heading: str) -> str:
    if not (number := _number(facts)):
        return heading
    return f"{facts['title']} — {facts['name']} ({number}, {facts['sheet_year']})"


def _sheet_line(facts: dict) -> str:
    """Which sheet the report speaks of; "" for a notebook that does not say."""
    if not (number := _number(facts)):
        return ""
    published = words.say(f"{facts['sheet_year']}年公表", f"published {facts['sheet_year']}")
    return f"{number} · {published} · {facts['name']}"


def _cited(facts: dict) -> str:
    """How the report is named by who uses its numbers; "" for a notebook of no sheet."""
    if not (number := _number(facts)):
        return ""
    return words.say(
        f"「{facts['title']}」行政事業レビューシート({number}、{facts['sheet_year']}年公表)"
        f"「{facts['name']}」より。review-sheets {version('review-sheets')} で作成",
        f"“{facts['title']}”, from the project review sheet of {facts['name']} ({number}, "
        f"published {facts['sheet_year']}); made with review-sheets {version('review-sheets')}",
    )


def _description(top: str) -> str:
    """The answer's first paragraph, for who gets the address from somebody; "" without one."""
    _, found, answer = top.partition('<div class="answer">')
    return clean.text_of(answer.partition("</p>")[0]) if found else ""


def _parted(blocks: list[str], sheet_line: str) -> tuple[Markup, Markup]:
    """The report up to its answer (else its heading), with the sheet named there, and the rest."""
    headed = _up_to(blocks, "</h1>")
    if headed and sheet_line:
        line = f'</h1><p class="subtitle">{Markup.escape(sheet_line)}</p>'
        blocks[headed - 1] = blocks[headed - 1].replace("</h1>", line, 1)
    parting = _up_to(blocks, '<div class="answer">') or headed or len(blocks)
    return Markup("\n".join(blocks[:parting])), Markup("\n".join(blocks[parting:]))


def _up_to(blocks: list[str], mark: str) -> int:
    """How many blocks there are up to the first that holds `mark`, that one counted; 0 for none."""
    return next((count for count, block in enumerate(blocks, 1) if mark in block), 0)


def _shown(notebook: NotebookNode) -> list[str]:
    """Clean markup, a block for each cell that shows something: prose in the language
    of now, outputs, no code.

    Of a cell tagged `bilingual` that is one part of each heading, of cells tagged `lang-ja` and
    `lang-en` those of one; a cell with none of these tags is in every report as it is. Raises
    ValueError for a picture without alt text.
    """
    dropped = {f"lang-{other}" for other in words.LANGUAGES if other != words.language()} | {
        "notebook-only"
    }
    kept = (c for c in notebook.cells if not dropped & set(c.metadata.get("tags", [])))
    return [block for block in map(_block, kept) if block]


def _block(cell: NotebookNode) -> str:
    if cell.cell_type == "markdown":
        given, source = cell.get("attachments"), cell.source
        if "bilingual" in cell.metadata.get("tags", []):
            source = BILINGUAL.sub(words.say(r"\1\2", r"\1\3"), source)
        prose = _markdown(source, given) if given else _prose(source)
        return f'<div class="prose">{prose}</div>'
    return "\n".join(map(_output, cell.get("outputs", [])))


@cache
def _prose(source: str) -> str:
    """Kept: thousands of reports are made from a few notebooks."""
    return _markdown(source, {})


def _markdown(source: str, attachments: dict) -> str:
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True, attachments=attachments)
    return clean.cleaned(MarkdownWithMath(renderer).render(source))


def _output(output: NotebookNode) -> str:
    if output.output_type == "stream" and output.name == "stdout":
        return _printed(output.text)
    if output.output_type in ("stream", "error"):
        text = output.get("text") or "\n".join(output.get("traceback", []))
        heading = words.say("実行中に出た警告", "Warnings while it ran")
        return f'<div class="warning"><p>{heading}</p>{_printed(text)}</div>'
    data = output.data
    if "text/html" in data:
        return clean.cleaned(data["text/html"])
    for kind in PICTURES:
        if kind in data:
            return _figure(kind, output)
    return _printed(data["text/plain"]) if "text/plain" in data else ""


def _printed(text: str) -> str:
    return f"<pre>{escape(strip_ansi(text), quote=False)}</pre>"


def _figure(kind: str, output: NotebookNode) -> str:
    picture = output.data[kind]
    encoded = text_base64(picture) if kind == "image/svg+xml" else picture.replace("\n", "")
    alt = clean.alt_text(output.data.get("text/plain"))
    width = output.metadata.get(kind, {}).get("width")
    size = f' width="{escape(str(width))}"' if width else ""
    source = escape(f"data:{kind};base64,{encoded}")
    tall = ' class="tall"' if kind == "image/png" and _tall(encoded) else ""
    shown = f'<img alt="{escape(alt)}" src="{source}"{size}/>'
    return f"<figure{tall}>{shown}{_download(output.data.get(DATA))}</figure>"


def _download(table: str | None) -> str:
    """A link that saves a figure's data; "" without any. Excel reads UTF-8 by its mark alone."""
    if table is None:
        return ""
    encoded = b64encode(f"\ufeff{table}".encode()).decode("ascii")
    text = words.say("図のデータ(CSV)", "Data of the figure (CSV)")
    address = f"data:text/csv;charset=utf-8;base64,{encoded}"
    return f'<figcaption><a download="data.csv" href="{address}">{text}</a></figcaption>'


def _tall(encoded: str) -> bool:
    """Whether a PNG is so tall that on paper it needs more than its share of a page."""
    try:
        size = b64decode(encoded[:32])[16:24]
    except ValueError:
        return False
    return int.from_bytes(size[4:]) > 0.7 * int.from_bytes(size[:4])
