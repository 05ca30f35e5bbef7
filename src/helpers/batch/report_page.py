"""An executed notebook as one HTML file that opens offline, prints on A4, and runs no script."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from functools import cache
from html import escape, unescape
from importlib.metadata import version
from itertools import chain, count, pairwise
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup
from nbconvert.filters import strip_ansi, text_base64
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from helpers import words
from helpers.batch import clean
from helpers.batch.notebook import headline
from helpers.batch.page import page
from helpers.show import DATA, marked

NAMED = {"title", "name", "ministry", "project_number", "sheet_year"}
"""What a headline has that speaks of a sheet."""

SHOWN_ELSEWHERE = ("sheet", "lang")
"""Parameters that a report need not list: its subtitle and its language show them."""

BILINGUAL = re.compile(r"^(#{1,6} +)(.+?) · (.+)$", re.MULTILINE)
"""A heading in a cell tagged `bilingual`: Japanese first, as `words.LANGUAGES` are."""

PICTURES = ("image/svg+xml", "image/png", "image/jpeg")

_GOVERNMENT = re.compile(r"https?://(?:[a-z0-9-]+\.)+go\.jp(?:/[!-~]*)?", re.IGNORECASE)
"""An address of the Japanese government, which alone may have names that end so."""

_PROSE, _TABLE = '<div class="prose">', '<div class="table">'
_TEXTS = re.compile(r"(<(?:code|pre)\b.*?</(?:code|pre)>|<[^>]*>)|[^<]+", re.DOTALL)
"""Of clean markup: what is to stay as it is, else text."""

_ABOUT_MORE = re.compile('<details>.*?</details>|<div class="lead">.*?</div>', re.DOTALL)
"""What a section says of a figure or a table: it says nothing without one."""

_EVIDENCE = re.compile('<(?:table|figure|pre|h3|ul|dl)|class="warning"')
"""What a section shows that is more than a text."""

_PARTS = re.compile(f"{_TABLE}|<figure.*?</figure>", re.DOTALL)


def to_html(
    notebook: NotebookNode,
    lang: str,
    stem: str = "",
    siblings: dict[str, dict[str, str]] | None = None,
    site: Iterable[tuple[str, str]] = (),
) -> str:
    """The report of an executed notebook: its prose in `lang`, its outputs, its code left out.

    `stem` names the notebook file `<stem>.<lang>.ipynb` beside the report; `siblings` the reports
    in the same folder, this one among them: stem -> language -> title. Without them the report
    has no links; `site` are title and address, from the folder above, of further ones. Markup
    beyond a short list is dropped (`clean`). Raises ValueError for another language, and for a
    figure without alt text.
    """
    siblings = siblings or {}
    given = notebook.metadata.get("papermill", {}).get("parameters", {})
    facts = headline(notebook)
    with words.speaking(lang):
        blocks, contents = clean.anchored(_condensed(_shown(notebook)))
        heading = clean.heading(blocks) or stem
        top, rest = _parted(_numbered(blocks, f"{stem}.{lang}"), _sheet_line(facts))
        title, about = _title(facts, heading), _about(facts)
    return page(
        "report.html.j2",
        lang,
        title,
        top=top,
        rest=rest,
        description=_description(top),
        about=about,
        contents=contents,
        links=[
            {"title": titles[lang], "href": quote(f"{name}.{lang}.html"), "here": name == stem}
            for name, titles in siblings.items()
            if lang in titles
        ],
        site=list(site),
        translations=[
            (code, quote(f"{stem}.{code}.html")) for code in siblings.get(stem, {}) if code != lang
        ],
        notebook=f"{stem}.{lang}.ipynb" if stem else "",
        parameters=[
            f"{k} = {_shown_value(v)}" for k, v in given.items() if k not in SHOWN_ELSEWHERE
        ],
    )


def _shown_value(value: object) -> object:
    """A parameter's value as a report says it: where on a computer a folder is, is nobody's."""
    folder = isinstance(value, str) and "\n" not in value and Path(value).is_absolute()
    return Path(value).name if folder else value


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
    """Markup: which sheet the report speaks of; "" for a notebook that does not say."""
    if not (number := _number(facts)):
        return ""
    published = words.say(f"{facts['sheet_year']}年公表", f"published {facts['sheet_year']}")
    told = escape(f"{number} · {published}")
    return f'<p class="subtitle">{told} · <span lang="ja">{escape(str(facts["name"]))}</span></p>'


def _about(facts: dict) -> dict:
    """What is to be known of the sheet by who checks or uses the report; {} for a notebook of
    none. `url` is what the sheet gives as its page, "" where that is not the government's: anybody
    may have written it. `in_rs`: it is one of those that the RS system has."""
    if not (number := _number(facts)):
        return {}
    year = facts["sheet_year"]
    known = ("title", "name", "sheet_year", "source_format", "source_file", "official_id")
    return {
        "number": number,
        "url": of_government(facts.get("url")),
        "in_rs": isinstance(year, int) and year >= 2024,
        "version": version("review-sheets"),
        **{name: facts.get(name) or "" for name in known},
    }


def of_government(address: object) -> str:
    """An address of the Japanese government as it is; "" for any other, which anybody may have
    written."""
    address = str(address or "")
    return address if _GOVERNMENT.fullmatch(address) else ""


def _description(top: str) -> str:
    """The answer's first paragraph, for who gets the address from somebody; "" without one."""
    _, found, answer = top.partition('<div class="answer">')
    return clean.text_of(answer.partition("</p>")[0]) if found else ""


def _numbered(blocks: list[str], name: str) -> list[str]:
    """`blocks` with a number for each table and figure: in the name of what holds a table, which
    can be scrolled by keyboard, and of the file of a figure's data."""
    tables, figures = count(1), count(1)

    def named(match: re.Match) -> str:
        if match[0] == _TABLE:
            number = next(tables)
            label = words.say(f"表{number}", f"Table {number}")
            return f'<div aria-label="{label}" class="table" role="group" tabindex="0">'
        number = next(figures)
        text = words.say(f"図{number}のデータ(CSV)", f"Data of figure {number} (CSV)")
        link = f'<figcaption><a download="{escape(name)}-{number}.csv" href'
        shown = match[0].replace("<figcaption><a href", link)
        return shown.replace("></a></figcaption>", f">{text}</a></figcaption>")

    return [_PARTS.sub(named, block) for block in blocks]


def _parted(blocks: list[str], sheet_line: str) -> tuple[Markup, Markup]:
    """What is seen first, and the rest: the heading, the sheet named below it, and the answer, even
    where the notebook has prose between them."""
    rest = list(blocks)
    answer = _taken(rest, '<div class="answer">')
    head, end, prose = _taken(rest, "</h1>").partition("</h1>")
    end += sheet_line if end else ""
    if head.startswith(_PROSE):
        end, prose = f"{end}</div>", f"{_PROSE}{prose}"
    else:
        # Markup of other makers may have its heading anywhere.
        end, prose = end + prose, ""
    return Markup("\n".join([head + end, answer])), Markup("\n".join([prose, *rest]))


def _taken(blocks: list[str], mark: str) -> str:
    """The first of the blocks that holds `mark`, which then is none of them; "" without one."""
    place = next((place for place, block in enumerate(blocks) if mark in block), None)
    return "" if place is None else blocks.pop(place)


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


def _condensed(blocks: list[str]) -> list[str]:
    """`blocks` in which the sections that show nothing but a text, such as that the sheet has no
    data for them, stand together in front of the last: their headings and those texts, once each.
    One alone stays where it is."""
    starts = [place for place, block in enumerate(blocks) if block.startswith(f"{_PROSE}<h2")]
    sections = [blocks[a:b] for a, b in pairwise([*starts, len(blocks)])]
    said = {place: text for place, each in enumerate(sections) if (text := _only_text(each))}
    if len(said) < 2:
        return blocks
    rows = ""
    for text in dict.fromkeys(said.values()):
        heads = [sections[place][0] for place, own in said.items() if own == text]
        heads = [clean.HEADING.search(head)[3] for head in heads]
        rows += "".join(f"<dt>{head}</dt>" for head in heads) + f"<dd>{text}</dd>"
    heading = words.say("図や表のない問い", "Questions without a figure or table")
    *shown, last = [each for place, each in enumerate(sections) if place not in said] or [[]]
    short = f"{_PROSE}<h2>{heading}</h2><dl>{rows}</dl></div>"
    return [*blocks[: starts[0]], *chain(*shown), short, *last]


def _only_text(section: list[str]) -> str:
    """What a section shows, if that is no more than texts; else ""."""
    outputs = "\n".join(block for block in section if not block.startswith(_PROSE))
    lines = _ABOUT_MORE.sub("", outputs).splitlines()
    return "" if _EVIDENCE.search(outputs) else "\n".join(filter(None, lines))


def _block(cell: NotebookNode) -> str:
    if cell.cell_type == "markdown":
        given, source = cell.get("attachments"), cell.source
        if "bilingual" in cell.metadata.get("tags", []):
            source = BILINGUAL.sub(words.say(r"\1\2", r"\1\3"), source)
        prose = _markdown(source, given) if given else _prose(source, words.language())
        return f"{_PROSE}{prose}</div>"
    return "\n".join(map(_output, cell.get("outputs", [])))


@cache
def _prose(source: str, lang: str) -> str:
    """Kept: thousands of reports are made from a few notebooks."""
    with words.speaking(lang):
        return _markdown(source, {})


def _markdown(source: str, attachments: dict) -> str:
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True, attachments=attachments)
    markup = clean.cleaned(MarkdownWithMath(renderer).render(source))
    return _TEXTS.sub(lambda found: found[1] or marked(unescape(found[0])), markup)


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
    """A link to a figure's data; "" without any. Excel reads UTF-8 by its mark alone."""
    if table is None:
        return ""
    encoded = b64encode(f"\ufeff{table}".encode()).decode("ascii")
    address = f"data:text/csv;charset=utf-8;base64,{encoded}"
    return f'<figcaption><a href="{address}"></a></figcaption>'


def _tall(encoded: str) -> bool:
    """Whether a PNG is so tall that on paper it needs more than its share of a page."""
    try:
        size = b64decode(encoded[:32])[16:24]
    except ValueError:
        return False
    return int.from_bytes(size[4:]) > 0.7 * int.from_bytes(size[:4])
