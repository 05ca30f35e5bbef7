"""What an error says to a reader in the language of now.

Errors themselves speak English, as logs and the command line do. messages.csv has the Japanese
for their parts, in which {} stands for any; what is not there stays as it is.
"""

import csv
import re
from functools import cache
from importlib.resources import files

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from helpers import words

_PARTS = re.compile(r"(.+?): found (.+); expected (.+)", re.DOTALL)
_OR_NONE = ", or None"

_IN_VIEW = "setTimeout(() => element.scrollIntoView({block: 'center'}), 300)"
"""JupyterLab (4.6) leaves whoever runs all cells at the last one, and the error of the first out of
sight above."""


def bring_into_view() -> None:
    """Scroll the notebook, where there is one on a screen, to the cell that runs."""
    if InteractiveShell.initialized():
        display({"application/javascript": _IN_VIEW}, raw=True)


def told(message: str) -> list[str]:
    """The lines of an error's message: where it is, what was found there, what was expected."""
    if (parts := _PARTS.fullmatch(message)) is None:
        return [_spoken(message)]
    place, found, expected = parts.groups()
    none = words.say("、またはNone", _OR_NONE) if expected.endswith(_OR_NONE) else ""
    expected = _spoken(expected.removesuffix(_OR_NONE)) + none
    heads = words.say("見つかったもの", "found"), words.say("必要なもの", "expected")
    return [_spoken(place), f"{heads[0]}: {_spoken(found)}", f"{heads[1]}: {expected}"]


def _spoken(text: str) -> str:
    if words.language() == "ja":
        for pattern, japanese in _catalog():
            if found := pattern.fullmatch(text):
                return japanese.format(*map(_spoken, found.groups()))
    return text


@cache
def _catalog() -> list[tuple[re.Pattern, str]]:
    with (files(__package__) / "messages.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    # What says more stands first: "one of {}" fits nearly all that begins so.
    rows.sort(key=lambda row: -len(row["en"].replace("{}", "")))
    patterns = ["(.+?)".join(map(re.escape, row["en"].split("{}"))) for row in rows]
    return [(re.compile(p, re.DOTALL), row["ja"]) for p, row in zip(patterns, rows, strict=True)]
