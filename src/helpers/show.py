"""What a notebook cell shows besides figures: sentences, answers, tables. All text is escaped."""

import json
import re
from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from typing import Any

import pandas as pd

from helpers import digits, words
from helpers.sheet import COLUMNS, YEAR

WHOLE = {name for columns in COLUMNS.values() for name, kind in columns.items() if kind == YEAR}
"""Columns of years and of numbers of rows, which are no amounts."""

HEADLINE = "application/vnd.review-sheets.headline+json"
"""MIME type under which an `Answer` leaves its numbers in the notebook for the reports' index."""

DATA = "application/vnd.review-sheets.data+csv"
"""MIME type under which a figure leaves its data in the notebook for the report, as CSV."""

_AS_WRITTEN = "mathjax_ignore"
"""Class of what MathJax leaves alone: JupyterLab (4.6) typesets all HTML, and would make a formula
of a sheet's "$1,000 ... $2"."""


_CJK = "[\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uffef]"
_JAPANESE = re.compile(f"{_CJK}+(?:[0-9A-Za-z&;.-]*{_CJK}+)*")
_MINUS = re.compile(r"(?<![^\s(、→:〜–])-(?=¥|[1-9]|0(?!\d))")
_BEFORE_A_UNIT = re.compile(f"(?<=\\d) (?=%|(?:m|b|tr)illion|yen|percentage|{_CJK})")
_COUNTED = {"円", "年度", "年間", "年", "者", *(unit for unit in words.UNITS if not unit.isascii())}
_QUANTITY = re.compile(
    r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[兆億万][\d,]+)*(?:[兆億万]|百万)?"
    rf"(?:{'|'.join(map(re.escape, sorted(_COUNTED, key=len, reverse=True)))})"
)


class OfSheet(str):
    """A text that stands for a sheet, such as its project's name: the site makes a link to the
    sheet's reports of it. Python's own methods give plain texts of it."""

    kind = "sheet"
    of: str

    def __new__(cls, text: str, of: str):
        made = super().__new__(cls, text)
        made.of = of
        return made

    @classmethod
    def column(cls, rows: pd.DataFrame, name: str = "name", of: str = "sheet_id") -> pd.Series:
        """The column `name` of rows that have the id `of`, for a table with `itself` as its
        format."""
        # Left to itself, pandas makes plain texts of it.
        return pd.Series(list(map(cls, rows[name], rows[of])), rows.index, object)

    def itself(self) -> "OfSheet":
        """As a table's cell."""
        return self


class OfPayee(OfSheet):
    """The same of a payee, by its payee_id."""

    kind = "payee"


def marked(text: str) -> str:
    """A text as HTML in which no line breaks between a number and its unit, a minus is no hyphen,
    and what is Japanese in an English text says so.

    >>> words.speaking("en").__enter__(); marked("-5 % of 甲事業")
    '−5\xa0% of <span lang="ja">甲事業</span>'
    """
    if isinstance(text, OfSheet):
        return f'<span data-{text.kind}="{escape(text.of)}">{marked(str(text))}</span>'
    text = _BEFORE_A_UNIT.sub("\xa0", _MINUS.sub("−", escape(text)))
    if words.language() == "en":
        return _JAPANESE.sub(r'<span lang="ja">\g<0></span>', text)
    return _QUANTITY.sub(r'<span class="quantity">\g<0></span>', text)


_LEFT = ' style="text-align: left"'


class Text:
    """Paragraphs. `role` is their CSS class: "reading" below a figure."""

    def __init__(self, *paragraphs: str, role: str = "reading"):
        self.paragraphs, self.role = paragraphs, role

    def __repr__(self) -> str:
        return "\n".join(self.paragraphs)

    def _repr_html_(self) -> str:
        return f'<div class="{self.role}">{_paragraphs(self.paragraphs)}</div>'


class Heading(Text):
    """The question of a section that not every sheet has an answer to."""

    def _repr_html_(self) -> str:
        return "".join(f'<h3 class="{_AS_WRITTEN}">{marked(text)}</h3>' for text in self.paragraphs)


class Points(Text):
    """Paragraphs that stand for themselves, a point each."""

    def __repr__(self) -> str:
        return "\n".join(f"- {text}" for text in self.paragraphs)

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{marked(text)}</li>" for text in self.paragraphs)
        return f'<ul class="{_AS_WRITTEN}">{items}</ul>'


class Fold:
    """What only some readers want to see: `parts` (texts, tables) under a heading that opens them.
    On paper it stands open."""

    def __init__(self, heading: str, *parts):
        self.heading, self.parts = heading, parts

    def __repr__(self) -> str:
        return "\n".join([self.heading, *map(repr, self.parts)])

    def _repr_html_(self) -> str:
        return _folded(self.heading, "".join(part._repr_html_() for part in self.parts))


class Answer:
    """The computed answer that opens a notebook, with its headline numbers for the index.

    `sentence` is the answer, such as a newspaper could print; `number` the one number a reader is
    to keep and what it is of; `facts` two or three sentences that say what follows from it. How it
    was found and what is uncertain, `more`, stands folded below, with the meanings of `terms`
    (names in `words.MEANINGS`).

    `headline` maps names to str, int, float or None, or to a list of these; floats are kept to 6
    significant digits, large ones whole, so that a notebook's stored output does not change with
    the last bit of an optimiser.
    """

    def __init__(
        self,
        sentence: str,
        number: tuple[str, str] | None = None,
        facts: Iterable[str] = (),
        more: Iterable[str] = (),
        terms: Iterable[str] = (),
        *,
        headline: dict,
    ):
        self.sentence, self.number = sentence, number
        self.facts, self.more = list(filter(None, facts)), list(filter(None, more))
        self.terms = [(words.term(name), words.meaning(name)) for name in terms]
        self.headline = {name: _plain(value) for name, value in headline.items()}

    def __repr__(self) -> str:
        number = [": ".join(reversed(self.number))] if self.number else []
        facts, terms = [f"- {fact}" for fact in self.facts], map(": ".join, self.terms)
        return "\n".join([self.sentence, *number, *facts, *self.more, *terms])

    def _repr_html_(self) -> str:
        body = f'<p class="sentence {_AS_WRITTEN}">{marked(self.sentence)}</p>'
        if self.number:
            large, of = map(marked, self.number)
            # The size stands here, too, for JupyterLab, which has no style sheet of ours.
            body += f'<p class="number"><b style="font-size: 2.4em">{large}</b> {of}</p>'
        if self.facts:
            items = "".join(f"<li>{marked(fact)}</li>" for fact in self.facts)
            body += f'<ul class="facts {_AS_WRITTEN}">{items}</ul>'
        if self.more or self.terms:
            terms = "".join(f"<dt>{marked(a)}</dt><dd>{marked(b)}</dd>" for a, b in self.terms)
            below = _paragraphs(self.more) + (f"<dl>{terms}</dl>" if terms else "")
            body += _folded(words.say("計算の方法と注意", "Method and caveats"), below)
        return f'<div class="answer">{body}</div>'

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:  # noqa: ARG002 (IPython's call)
        return {
            "text/plain": repr(self),
            "text/html": self._repr_html_(),
            HEADLINE: json.loads(json.dumps(self.headline, ensure_ascii=False, allow_nan=False)),
        }


def _paragraphs(paragraphs: Iterable[str]) -> str:
    return "".join(f'<p class="{_AS_WRITTEN}">{marked(text)}</p>' for text in paragraphs)


def _folded(heading: str, body: str) -> str:
    return f"<details><summary>{marked(heading)}</summary>{body}</details>"


class Outline:
    """Lines below each other, each a step further in than what it belongs to: `lines` holds depth,
    head and text of each, the first of depth 0, none more than a step further than the one before;
    `note` stands below."""

    def __init__(self, lines: list[tuple[int, str, str]], note: str = ""):
        self.lines, self.note = lines, note

    def __repr__(self) -> str:
        lines = [f"{'  ' * depth}- {head}: {text}" for depth, head, text in self.lines]
        return "\n".join(filter(None, [*lines, self.note]))

    def _repr_html_(self) -> str:
        body, open_lists = "", 0
        for depth, head, text in self.lines:
            # An item stays open for what belongs to it.
            body += "</li></ul>" * (open_lists - depth - 1)
            body += "</li>" if open_lists > depth else "<ul>"
            body += f"<li><b>{marked(head)}</b> {marked(text)}"
            open_lists = depth + 1
        body += "</li></ul>" * open_lists
        note = f"<p>{marked(self.note)}</p>" if self.note else ""
        return f'<div class="outline {_AS_WRITTEN}">{body}{note}</div>'


class Table:
    """A data frame as a small table: headings in the language of now, numbers rounded by their
    column's kind.

    `formats` maps a column to a function value -> text (see `words`); of the others, entries chosen
    from a list are written by `words.entry`, years and the numbers of rows (`WHOLE`) as they are,
    and quantities by `words.number`. `headings`
    overrides or adds to `words.TERMS`. The index is not shown.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        caption: str = "",
        formats: dict | None = None,
        headings: dict[str, str] | None = None,
    ):
        formats, headings = formats or {}, headings or {}
        self.caption = caption
        self.headings = [
            headings[column] if column in headings else words.term(column)
            for column in frame.columns
        ]
        self.rows = [
            [
                formats.get(column, _shape(column))(value)
                for column, value in zip(frame, row, strict=True)
            ]
            for row in zip(*(column.tolist() for _, column in frame.items()), strict=True)
        ]
        self.classes = [
            "n" if pd.api.types.is_numeric_dtype(kind) else _width(cells)
            for kind, cells in zip(frame.dtypes, zip(*self.rows, strict=True), strict=False)
        ] or ["t"] * len(self.headings)

    def __repr__(self) -> str:
        rows = [[cell.replace("\n", " ") for cell in row] for row in self.rows]
        body = _in_columns(self.headings, rows)
        return f"{self.caption}\n{body}" if self.caption else body

    def _repr_html_(self) -> str:
        caption = f"<caption>{marked(self.caption)}</caption>" if self.caption else ""
        head = self._line("th", self.headings)
        body = "".join(self._line("td", row) for row in self.rows)
        return (
            f'<div class="table"><table class="{_AS_WRITTEN}">{caption}<thead>{head}</thead>'
            f"<tbody>{body}</tbody></table></div>"
        )

    def _line(self, tag: str, cells: list[str]) -> str:
        parts = [_placed(tag, *cell) for cell in zip(cells, self.classes, strict=True)]
        return f"<tr>{''.join(parts)}</tr>"


_CONTROL = str.maketrans({"\t": r"\t", "\r": r"\r", "\n": r"\n"})


def _in_columns(headings: list[str], rows: list[list[str]]) -> str:
    """As `DataFrame.to_string` writes texts, for a tenth of the time."""
    if not rows:
        return pd.DataFrame(rows, columns=headings).to_string(index=False)
    lines = [[cell.translate(_CONTROL) for cell in row] for row in (headings, *rows)]
    wide = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(" ".join(map(str.rjust, line, wide)) for line in lines)


def _placed(tag: str, cell: str, look: str) -> str:
    """A cell as HTML. A heading without words heads nothing."""
    tag = tag if cell else "td"
    scope = ' scope="col"' if tag == "th" else ""
    # The side stands here, too, for JupyterLab, which has all cells of a table at the right.
    side = "" if look == "n" else _LEFT
    return f'<{tag} class="{look}"{scope}{side}>{marked(cell)}</{tag}>'


def _shape(column: str) -> Callable[[Any], str]:
    """How a column is written where its table does not say."""
    if words.is_listed(column):
        return partial(words.entry, column)
    return _whole if column in WHOLE else _cell


def _cell(value) -> str:
    if pd.api.types.is_number(value) and not isinstance(value, bool):
        return words.number(value)
    return "–" if pd.isna(value) else str(value)


def _whole(value) -> str:
    if pd.api.types.is_float(value) and value == value and value.is_integer():
        return str(int(value))
    return "–" if pd.isna(value) else str(value)


def _width(cells: tuple[str, ...]) -> str:
    """The class of a column of text: "s" where every line is too short to be broken, else "t"."""
    return "s" if max(len(line) for cell in cells for line in cell.split("\n")) <= 14 else "t"


def _plain(value):
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str) or value is None:
        return value
    if pd.isna(value) or value in (float("inf"), -float("inf")):
        return None
    if pd.api.types.is_integer(value):
        return int(value)
    # Large amounts are sums of what is printed, which `money.yen` shows with more digits.
    return digits.rounded(float(value)) if value >= 1e5 else digits.significant(float(value), 6)
