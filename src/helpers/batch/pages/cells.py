"""The cells of an executed notebook as markup: its prose, and what its code showed."""

from functools import cache
from html import escape

from nbconvert.filters import strip_ansi, text_base64
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from helpers import words
from helpers.batch.pages import clean

PICTURES = ("image/svg+xml", "image/png", "image/jpeg")


def shown(notebook: NotebookNode) -> list[str]:
    """Clean markup, a block for each cell that shows something: prose in the language
    of now, outputs, no code.

    Raises ValueError for a picture without alt text.
    """
    dropped = {f"lang-{other}" for other in words.LANGUAGES if other != words.language()} | {
        "notebook-only"
    }
    kept = (c for c in notebook.cells if not dropped & set(c.metadata.get("tags", [])))
    return [block for block in map(_block, kept) if block]


def _block(cell: NotebookNode) -> str:
    if cell.cell_type == "markdown":
        given = cell.get("attachments")
        prose = _markdown(cell.source, given) if given else _prose(cell.source)
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
    return f'<figure><img alt="{escape(alt)}" src="{source}"{size}/></figure>'
