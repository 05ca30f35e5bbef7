"""Fetch all sheets from where they are given out, into a folder that `corpus build` takes.

    rs/2024/1-1_RS_2024_….zip   the RS system's CSV, as downloaded (`rs_zips`)
    api/2026/list.json          a year of which there is no CSV yet, from its API (`rs_projects`)
    api/2026/NUMBER/            detail.json, payment-groups.json, payment-edges.json of a project
    judgit/2019/総務省/….json   the sheets of 2015-2023 at JUDGIT! (`judgit`)
    earlier/DAY/…               what was replaced since: the same path, by the day it was fetched
    fetched.json                where each is from, its licence, size and SHA-256 (`folder`)

What is there is whole: a file, or a project's folder, comes in only when it has been checked.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from helpers.fetch.web import OutOfReach
from helpers.sheet import SheetError

SOURCES = {
    "rs": {
        "name": "行政事業レビュー見える化サイト",
        "site": "https://rssystem.go.jp",
        "licence": "公共データ利用規約(第1.0版) (PDL1.0)",
        "attribution": "出典：行政事業レビュー見える化サイト (https://rssystem.go.jp/)。"
        "加工して利用する場合は、加工した旨を記載する",
    },
    "judgit": {
        "name": "JUDGIT!",
        "site": "https://github.com/judgit/data",
        "licence": "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)",
        "attribution": "JUDGIT! (https://judgit.net/)、内閣官房「行政事業レビュー」",
    },
}
"""What the manifest says of each source."""

_SITES = {"rs": "REVIEW_SHEETS_RS_SITE", "judgit": "REVIEW_SHEETS_JUDGIT"}


def site(source: str) -> str:
    """The base of a source's addresses: its own, or the mirror that the environment names."""
    return (os.environ.get(_SITES[source]) or SOURCES[source]["site"]).rstrip("/")


OUTCOMES = ("new", "replaced", "unchanged", "withdrawn", "failed")


@dataclass
class Tally:
    """What became of a source's files, or projects: how many there are of each of `OUTCOMES`.

    `out_of_reach` are the addresses that a browser may still get, `superseded` is where the same
    sheets in another form are kept now. The callbacks are told at once: a problem, one more that is
    done, how many there are.
    """

    on_problem: Callable[[object], None] = lambda _: None
    on_progress: Callable[[int], None] = lambda _: None
    on_total: Callable[[int], None] = lambda _: None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    out_of_reach: list[str] = field(default_factory=list)
    superseded: str = ""

    def add(self, outcome: str, many: int = 1) -> None:
        """Count what came in together and is new, replaced or unchanged."""
        self.counts[outcome] += many
        self.on_progress(1)

    def fail(self, error: SheetError) -> None:
        """Count one that failed, and say why."""
        self.on_problem(error)
        self.lack(error)

    def lack(self, error: SheetError) -> None:
        """Count one that failed for what was said before."""
        self.counts["failed"] += 1
        if isinstance(error, OutOfReach):
            self.out_of_reach.append(error.path)
        self.on_progress(1)
