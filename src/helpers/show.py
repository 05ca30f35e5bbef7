"""What a notebook cell shows besides figures: sentences, answers, tables. All text is escaped."""

import json
from html import escape

import pandas as pd

from helpers import digits, words
from helpers.sheet import COLUMNS, YEAR

WHOLE = {name for columns in COLUMNS.values() for name, kind in columns.items() if kind == YEAR}
"""Columns of years and of numbers of rows, which are no amounts."""

HEADLINE = "application/vnd.review-sheets.headline+json"
"""MIME type under which an `Answer` leaves its numbers in the notebook for the reports' index."""

_AS_WRITTEN = "mathjax_ignore"
"""Class of what MathJax leaves alone: JupyterLab (4.6) typesets all HTML, and would make a formula
of a sheet's "$1,000 ... $2"."""


class Text:
    """Paragraphs. `role` is their CSS class: "reading" below a figure, "answer" on top."""

    def __init__(self, *paragraphs: str, role: str = "reading"):
        self.paragraphs, self.role = paragraphs, role

    def __repr__(self) -> str:
        return "\n".join(self.paragraphs)

    def _repr_html_(self) -> str:
        body = "".join(f'<p class="{_AS_WRITTEN}">{escape(text)}</p>' for text in self.paragraphs)
        return f'<div class="{self.role}">{body}</div>'


class Heading(Text):
    """The question of a section that not every sheet has an answer to."""

    def _repr_html_(self) -> str:
        return "".join(f'<h3 class="{_AS_WRITTEN}">{escape(text)}</h3>' for text in self.paragraphs)


class Answer(Text):
    """The computed answer that opens a notebook, with its headline numbers for the index.

    `headline` maps names to str, int, float or None, or to a list of these; floats are kept to 6
    significant digits so that a notebook's stored output does not change with the last bit of an
    optimiser.
    """

    def __init__(self, *paragraphs: str, headline: dict):
        super().__init__(*paragraphs, role="answer")
        self.headline = {name: _plain(value) for name, value in headline.items()}

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:  # noqa: ARG002 (IPython's call)
        return {
            "text/plain": repr(self),
            "text/html": self._repr_html_(),
            HEADLINE: json.loads(json.dumps(self.headline, ensure_ascii=False, allow_nan=False)),
        }


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
            body += f"<li><b>{escape(head)}</b> {escape(text)}"
            open_lists = depth + 1
        body += "</li></ul>" * open_lists
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        return f'<div class="outline {_AS_WRITTEN}">{body}{note}</div>'


class Table:
    """A data frame as a small table: headings in the language of now, numbers rounded by their
    column's kind.

    `formats` maps a column to a function value -> text (see `words`); of the others, years and the
    numbers of rows (`WHOLE`) are written as they are, and quantities by `words.number`. `headings`
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
                formats.get(column, _whole if column in WHOLE else _cell)(value)
                for column, value in zip(frame, row, strict=True)
            ]
            for row in frame.itertuples(index=False)
        ]
        self.classes = [
            "n" if pd.api.types.is_numeric_dtype(frame[column]) else _width(cells)
            for column, cells in zip(frame, zip(*self.rows, strict=True), strict=False)
        ] or ["t"] * len(self.headings)

    def __repr__(self) -> str:
        rows = [[cell.replace("\n", " ") for cell in row] for row in self.rows]
        body = pd.DataFrame(rows, columns=self.headings).to_string(index=False)
        return f"{self.caption}\n{body}" if self.caption else body

    def _repr_html_(self) -> str:
        caption = f"<caption>{escape(self.caption)}</caption>" if self.caption else ""
        head = self._line("th", self.headings)
        body = "".join(self._line("td", row) for row in self.rows)
        return (
            f'<div class="table"><table class="{_AS_WRITTEN}">{caption}<thead>{head}</thead>'
            f"<tbody>{body}</tbody></table></div>"
        )

    def _line(self, tag: str, cells: list[str]) -> str:
        parts = [
            f'<{tag} class="{look}">{escape(cell)}</{tag}>'
            for cell, look in zip(cells, self.classes, strict=True)
        ]
        return f"<tr>{''.join(parts)}</tr>"


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
    if pd.isna(value):
        return None
    return int(value) if pd.api.types.is_integer(value) else digits.significant(float(value), 6)
