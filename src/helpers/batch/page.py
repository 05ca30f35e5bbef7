"""A page of ours: a template, the style, and a policy that lets nothing else in."""

import os
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from helpers import words
from helpers.show import marked

TEMPLATE = Path(__file__).parent / "template"


PLAIN = frozenset("-._~()/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
"""ASCII that an address holds as it is."""


def page(template: str, lang: str, title: str, script: str = "", **values: Any) -> str:
    """A page from one of our templates; every value is escaped unless it is Markup.

    Its Content-Security-Policy allows no script but `script`, JavaScript of ours that a template
    may put last into the page. What would act unseen is shown as � (`words.visible`).
    """
    values |= {"lang": lang, "title": title, "css": _css(), "say": words.say}
    values |= {"script": Markup(script)}
    values["script_digest"] = b64encode(sha256(script.encode()).digest()).decode()
    with words.speaking(lang):
        return words.visible(_pages().get_template(template).render(**values))


def address(path: str) -> str:
    """A path as a link. Letters of all scripts stay as they are: escaped they take thrice the
    bytes, in half of the page."""
    return "".join(
        letter
        if letter in PLAIN or (letter > "\x7f" and letter.isprintable())
        else quote(os.fsencode(letter))
        for letter in path
    )


@cache
def _css() -> Markup:
    return Markup((TEMPLATE / "report.css").read_text(encoding="utf-8"))


@cache
def _pages() -> jinja2.Environment:
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    pages.filters["marked"] = lambda text: Markup(marked(text))
    return pages
