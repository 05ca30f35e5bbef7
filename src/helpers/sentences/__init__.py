"""Sentences in Japanese and English: Jinja2 templates that facts fill.

`LANGUAGE/NAME.j2` holds blocks, each a text of one or more paragraphs with blank lines between
them. The lines of a paragraph are joined, so that a template may break them wherever it reads well:
in English by a blank, in Japanese by one after a half-width colon alone. Every function of
`helpers.words` is a filter: `{{ budget|number }}`, `{{ rate|percent(1) }}`.
"""

import inspect
import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from helpers import words

_WITHIN = "\x1e"
"""A line end within a fact, while the template's own line ends are joined."""


class Sentences:
    """The blocks of the templates of one name, spoken in the language of now.

    >>> Sentences("quality")("title")
    'このシートは信頼できるか'
    """

    def __init__(self, name: str):
        self.name = name

    def __call__(self, block: str, /, **facts: Any) -> str:
        """The one paragraph that a block says of `facts`, "" where it says nothing. Raises
        jinja2's UndefinedError for a fact that is missing, ValueError for more paragraphs."""
        found = self.paragraphs(block, **facts)
        if len(found) > 1:
            raise ValueError(f"{self.name}, {block}: {len(found)} paragraphs where one is meant")
        return "".join(found)

    def paragraphs(self, block: str, /, **facts: Any) -> list[str]:
        """The paragraphs that a block says of `facts`; [] where it says nothing."""
        template = _template(f"{words.language()}/{self.name}.j2")
        text = "".join(template.blocks[block](template.new_context(facts)))
        joined = map(_joined, re.split(r"\n[ \t]*\n", text))
        return [paragraph.replace(_WITHIN, "\n") for paragraph in joined if paragraph]


def _joined(lines: str) -> str:
    text = "\n".join(filter(None, map(str.strip, lines.split("\n"))))
    return re.sub(words.say("(?<=:)\n", "\n"), " ", text).replace("\n", "")


def _kept(value: Any) -> Any:
    return value.replace("\n", _WITHIN) if isinstance(value, str) else value


ENVIRONMENT = Environment(
    loader=PackageLoader("helpers", "sentences"),
    undefined=StrictUndefined,
    finalize=_kept,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,
)
"""Texts, not markup: what shows them escapes them."""

ENVIRONMENT.filters.update(inspect.getmembers(words, inspect.isfunction))


@cache
def _template(file: str) -> Template:
    return ENVIRONMENT.get_template(file)
