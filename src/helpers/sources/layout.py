"""Take a page of text apart: its bytes into lines, its lines into sections."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from helpers.sources import units
from helpers.sources.cells import MARKS, Unreadable, nfkc

SECTIONS = {
    "事業の目的": "",
    "事業概要": "",
    "予算額・執行額": "budget",
    "成果目標及び成果実績(アウトカム)": "outcome",
    "活動指標及び活動実績(アウトプット)": "output",
    "主要な支出先": "payment",
}
"""Section heading (after NFKC, in the page's order) -> table; free text goes into no table."""

MONEY = ("budget", "payment")
"""Tables of money, whose sections and headers may name its unit."""

_AROUND = re.compile(rf"^[\s{MARKS}]*(?:#{{1,6}}\s[\s{MARKS}]*)?|[\s{MARKS}]+$")
_HEADING = re.compile(
    rf"(?:\*\*)?({'|'.join(map(re.escape, SECTIONS))}|.*?)(?:\*\*)?[\s#]*([(\[【〔※].*|)", re.DOTALL
)


@dataclass(frozen=True)
class Line:
    """A line that is not blank; `number` counts from 1.

    `text` is without what no one sees around it and without Markdown's # of a heading; `printed` is
    the whole line, whose tabs at the end are empty cells.
    """

    number: int
    text: str
    printed: str


class Remarks(list):
    """Rows of the table remark: what the reader had to decide on its own."""

    def add(
        self,
        rule: str,
        table: str,
        place: Line | str = "",
        column: str = "",
        observed: str = "",
        proposed: str = "",
    ) -> None:
        """Note a decision; `place` is a line, or the heading of a section."""
        row = f"L{place.number}" if isinstance(place, Line) else place
        self.append(
            {"table": table, "row": row, "column": column}
            | {"rule": rule, "observed": observed, "proposed": proposed}
        )


@contextmanager
def at(line: Line) -> Iterator[None]:
    """Name the line in an Unreadable that knows none."""
    try:
        yield
    except Unreadable as error:
        raise Unreadable(error.found, error.expected, line.number) from error


def lines(content: bytes) -> tuple[list[Line], str]:
    """The lines of a file, stripped, blank ones left out, and its encoding: UTF-8 or cp932.

    Raises Unreadable.
    """
    expected = "text in UTF-8 (or cp932)"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("UTF-16 text", expected)
    if b"\0" in content:
        raise Unreadable(f"a binary file (NUL at byte offset {content.index(0)})", expected)
    failed = {}
    for encoding in ("UTF-8", "cp932"):
        try:
            text = content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            failed[encoding] = error.start
            continue
        numbered = enumerate(re.split(r"\r\n?|\n", text), 1)
        found = [Line(number, _AROUND.sub("", line), line) for number, line in numbered]
        return [line for line in found if line.text], encoding
    tried = " nor ".join(f"{encoding} (byte offset {at})" for encoding, at in failed.items())
    line = content.count(b"\n", 0, max(failed.values())) + 1
    raise Unreadable(f"bytes that are neither {tried}", expected, line)


def sections(page: list[Line]) -> tuple[list[Line], dict[str, list[Line]]]:
    """The lines before the first section, and those of each section by its heading.

    A heading counts as a whole line, and only after the headings that the page has before it. The
    unit of money that stands behind a heading or above it is the first line of its section.
    """
    head, found, awaited = [], {}, list(SECTIONS)
    current = head
    for line in page:
        heading, unit = _HEADING.fullmatch(nfkc(line.text)).groups()
        if heading in awaited and (not unit or "単位" in unit or units.stated(unit)):
            del awaited[: awaited.index(heading) + 1]
            above, current = current, []
            found[heading] = current
            if unit:
                current.append(Line(line.number, unit, unit))
            elif SECTIONS[heading] in MONEY and above and units.stated(above[-1].text):
                current.append(above.pop())
        else:
            current.append(line)
    return head, found
