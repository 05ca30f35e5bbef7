"""The crosswalk of the RS system's CSV files: which file holds what, header -> column."""

import csv
import re
from importlib.resources import files
from typing import NamedTuple

from helpers.sources.cells import DASHES, narrow

_DASH_TO_HYPHEN = str.maketrans(dict.fromkeys(DASHES, "-"))


def plain(header: str) -> str:
    """A header in one width, without blanks, every dash a hyphen: the file mixes all of these."""
    return narrow(header).translate(_DASH_TO_HYPHEN)


class Kind(NamedTuple):
    """One of the files: `needed` headers must be there, `ignored` ones are known and not read; a
    file of which none is needed is not read at all.

    `series` are patterns of headers that come numbered, with the prefix of their columns.
    """

    title: str
    needed: dict[str, str]
    optional: dict[str, str]
    ignored: frozenset[str]
    series: tuple[tuple[re.Pattern, str], ...] = ()

    @property
    def read(self) -> bool:
        """Whether the file goes into tables."""
        return bool(self.needed)

    @property
    def own(self) -> frozenset[str]:
        """The headers that tell the file from the others."""
        return (self.needed.keys() | self.optional.keys() | self.ignored) - _SHARED

    def likeness(self, names: set[str]) -> float:
        """How much of the own headers of the file and of one with `names` they have in common."""
        others = {
            name
            for name in names - _SHARED
            if not any(pattern.fullmatch(name) for pattern, _ in self.series)
        }
        return len(self.own & others) / len(self.own | others)


with (files(__package__) / "rs_headers.csv").open(encoding="utf-8") as _file:
    _ROWS = list(csv.DictReader(_file))
"""A row a header: file ("" for all), header, column, use: needed, optional, known (and not read),
or numbered, where the header is a pattern and the column a prefix."""


def _of(file: str, use: str) -> dict[str, str]:
    return {
        plain(row["header"]): row["column"]
        for row in _ROWS
        if row["use"] == use and row["file"] in ("", file)
    }


def _kind(file: str, title: str) -> Kind:
    needed, known = _of(file, "needed"), _of(file, "known")
    series = [row for row in _ROWS if row["use"] == "numbered" and row["file"] == file]
    patterns = tuple((re.compile(row["header"]), row["column"]) for row in series)
    if needed.keys() == _KEY.keys():
        return Kind(title, {}, {}, frozenset((*needed, *_of(file, "optional"), *known)))
    return Kind(title, needed, _of(file, "optional"), frozenset(known), patterns)


_KEY = _of("", "needed")
"""What every file has."""
_SHARED = frozenset(name for use in ("needed", "optional", "known") for name in _of("", use))

METHODS = ("直接実施", "補助", "負担", "交付", "分担金・拠出金", "その他")
ACCOUNT = "account."

KINDS = {
    number: _kind(number, title)
    for number, title in {
        "1-1": "基本情報_組織情報",
        "1-2": "基本情報_事業概要等",
        "1-3": "基本情報_政策・施策、法令等",
        "1-4": "基本情報_補助率等",
        "1-5": "基本情報_関連事業",
        "2-1": "予算・執行_サマリ",
        "2-2": "予算・執行_予算種別・歳出予算項目",
        "3-1": "効果発現経路_目標・実績",
        "3-2": "効果発現経路_目標のつながり",
        "4-1": "点検・評価",
        "5-1": "支出先_支出情報",
        "5-2": "支出先_支出ブロックのつながり",
        "5-3": "支出先_費目・使途",
        "5-4": "支出先_国庫債務負担行為等による契約",
        "6-1": "その他備考",
    }.items()
}
"""Number of a file -> what it holds; all files that the system gives out."""

ALIKE = 0.5
"""From this likeness on a header is that of a file; the headers of different files of 2024 and 2025
have at most a quarter in common, those of one file at least four fifths."""


def title(kind: str) -> str:
    """A file as its name says it: 2-1 予算・執行_サマリ."""
    return f"{kind} {KINDS[kind].title}"


def printed(kind: str, column: str) -> str:
    """The header of a column, for a message."""
    known = KINDS[kind].needed | KINDS[kind].optional
    found = next((header for header, name in known.items() if name == column), "")
    return found or column.rpartition(".")[2]


def column_of(kind: str, header: str) -> str | None:
    """The column of a header; "" for one that is known and not read, None for an unknown one."""
    known, name = KINDS[kind], plain(header)
    if name in known.ignored:
        return ""
    for pattern, prefix in known.series:
        if match := pattern.fullmatch(name):
            return prefix + match[1]
    return known.needed.get(name) or known.optional.get(name)


def kind_of(header: list[str]) -> str | None:
    """The kind that a whole header is of; None for that of no kind.

    It is the likest of those whose own needed headers all stand there, and else of all that are
    `ALIKE`: what such a one lacks shows when it is read.
    """
    names = set(map(plain, header))
    if not _KEY.keys() <= names:
        return None
    whole = [
        kind
        for kind, known in KINDS.items()
        if known.needed.keys() - _SHARED and known.needed.keys() <= names
    ]
    likeness = {kind: KINDS[kind].likeness(names) for kind in whole or KINDS}
    likest = max(likeness, key=likeness.get)
    return likest if whole or likeness[likest] >= ALIKE else None


def is_keyed(header: list[str]) -> bool:
    """Whether the rows under a header are of projects of the system, be it of another table."""
    return plain("予算事業ID") in map(plain, header)
