"""Sentences in Japanese and English: Jinja2 templates that facts fill.

`LANGUAGE/NAME.j2` holds blocks, each a text of one or more paragraphs with blank lines between
them. The lines of a paragraph are joined, so that a template may break them wherever it reads well:
in English by a blank, in Japanese by one after a half-width colon alone. Every function of
`helpers.words` is a filter, and `yen`, `yens` and `size` of `helpers.money`: `{{ budget|yen }}`,
`{{ rate|percent(1) }}`.
"""

import inspect
import re
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.runtime import Context

from helpers import money, words

_WITHIN = "\x1e"
"""A line end within a fact, while the template's own line ends are joined."""

_BETWEEN = re.compile(r"\n[ \t]*\n")

_BLOCK = re.compile(r"{%-? block (\w+) -?%}.*?{%-? endblock -?%}", re.DOTALL)


class Sentences:
    """The blocks of the templates of one name, spoken in the language of now.

    >>> Sentences("quality")("title")
    'このシートは信頼できるか'
    """

    _names: ClassVar[set[str]] = set()

    def __init__(self, name: str):
        self.name = name
        self._names.add(name)

    def __call__(self, block: str, /, **facts: Any) -> str:
        """The one paragraph that a block says of `facts`, "" where it says nothing. Raises
        jinja2's UndefinedError for a fact that is missing, ValueError for more paragraphs."""
        found = self.paragraphs(block, **facts)
        if len(found) > 1:
            raise ValueError(f"{self.name}, {block}: {len(found)} paragraphs where one is meant")
        return "".join(found)

    def paragraphs(self, block: str, /, **facts: Any) -> list[str]:
        """The paragraphs that a block says of `facts`; [] where it says nothing."""
        blocks = _blocks(f"{words.language()}/{self.name}.j2")
        # Not `Template.new_context`, which copies all blocks: that takes longer than to fill one.
        context = Context(ENVIRONMENT, {**ENVIRONMENT.globals, **facts}, self.name, {})
        context.blocks = blocks
        text = "".join(blocks[block][0](context))
        joined = map(_joined, _BETWEEN.split(text))
        return [paragraph.replace(_WITHIN, "\n") for paragraph in joined if paragraph]

    @classmethod
    def compile_all(cls) -> None:
        """Compile every block of what this process can say, in each language: for one that many
        others are forked from, each of which says of its sheet what no other has said yet."""
        for name in cls._names:
            for lang in words.LANGUAGES:
                blocks = _blocks(f"{lang}/{name}.j2")
                for block in blocks.sources:
                    blocks[block]


def _joined(lines: str) -> str:
    kept = filter(None, map(str.strip, lines.split("\n")))
    if words.language() == "en":
        return " ".join(kept)
    return "\n".join(kept).replace(":\n", ": ").replace("\n", "")


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
ENVIRONMENT.filters.update(yen=money.yen, yens=money.yens, size=money.size)


class _Blocks(dict):
    """Block -> the function that fills it (in a list, as Jinja2 has it), compiled when first asked
    for: to compile a whole file takes longer than all that a report says of it."""

    def __init__(self, source: str):
        super().__init__()
        self.sources = {found[1]: found[0] for found in _BLOCK.finditer(source)}

    def __missing__(self, name: str) -> list[Callable]:
        self[name] = [ENVIRONMENT.from_string(self.sources[name]).blocks[name]]
        return self[name]


@cache
def _blocks(file: str) -> _Blocks:
    return _Blocks(ENVIRONMENT.loader.get_source(ENVIRONMENT, file)[0])
