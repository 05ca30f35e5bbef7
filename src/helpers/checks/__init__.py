"""What is wrong or odd in a sheet, where, and what repair is proposed."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import paths
from helpers.checks import budget, contracts, indicators, payments, repairs, reviews, targets
from helpers.checks.finding import SEVERITIES, Finding, fact
from helpers.checks.reasons import RULES as KNOWN
from helpers.checks.reasons import spoken
from helpers.sheet import COLUMNS, FLAG, TEXT, Located, ReviewSheet, located, typed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FINDING", "findings", "judged", "repaired"]

FINDING = {
    "table": TEXT,
    "row": TEXT,
    "column": TEXT,
    "rule": TEXT,
    "severity": TEXT,
    "observed": TEXT,
    "proposed": TEXT,
    "proof": TEXT,
    "reason": TEXT,
    "applied": FLAG,
}
"""Columns of the findings and their dtypes."""

NO_SECTION = (
    *("missing_section", "empty_section", "file_missing", "not_in_source", "unmapped"),
    "goal_not_quantified",
)
"""Remarks of a section that the reader did not find, or found empty, and said so."""

Rule = Callable[[Located], Iterator[Finding]]

OF_SPENDING = ("payment", "outcome", "output")
"""The sections that a project fills once it spends money."""

_SECTION_MISSING = ("outcome_missing", "payments_missing")
_OTHER = "reader_remark"


def findings(sheet: ReviewSheet) -> pd.DataFrame:
    """Everything the rules find about a sheet as printed; the sheet stays as it is.

    Columns as in `FINDING`: `table`, `row` (a label) and `column` say where, `rule` and `severity`
    ("error", "warning" or "note") what, `observed` is printed, `proposed` should stand there, and
    `proof` is the sheet's own text that proves it; these are "" where there is none. `reason` is a
    sentence in the language of now, `applied` is False. Errors come first, then warnings.
    """
    return typed(_spoken([(finding, False) for finding in found(_rows(sheet))]), FINDING)


def repaired(
    sheet: ReviewSheet,
    repair: str = "proved",
    corrections: str | Path = paths.CORRECTIONS,
) -> tuple[ReviewSheet, pd.DataFrame]:
    """The sheet with repairs applied, and its findings with `applied` True where one was made.

    `repair` is "none", "proved" (declared in the file `corrections`, or proved by the sheet itself
    or its project's other sheets) or "all" (what is merely proposed as well). The findings speak of
    the sheet as printed, the given sheet is left alone. Raises ValueError for another `repair` or
    language, ReviewSheetError for a corrections file that cannot be used.
    """
    result, rows = judged(sheet, repair, corrections)
    return result, typed(rows, FINDING)


def judged(
    sheet: ReviewSheet,
    repair: str = "proved",
    corrections: str | Path = paths.CORRECTIONS,
) -> tuple[ReviewSheet, list[dict]]:
    """What `repaired` gives, with the findings as rows: of a sheet that never becomes tables."""
    result, findings = repairs.apply(sheet, found(_rows(sheet)), repair, corrections)
    return result, _spoken(findings)


def found(sheet: Located, rules: Iterable[Rule] | None = None) -> list[Finding]:
    """What the rules, or some of them, find in a sheet's rows, as `located` gives them, still
    without words: for thousands of sheets, which never become tables."""
    said = {row["table"] for row in sheet["remark"] if row["rule"] in NO_SECTION}
    chosen = None if rules is None else tuple(rules)
    return [
        finding
        for rule in _due(chosen, tuple(filter(sheet.get, _TABLES)))
        for finding in rule(sheet)
        if not (finding.key in _SECTION_MISSING and finding.table in said)
    ]


@lru_cache(2**10)
def _due(rules: tuple[Rule, ...] | None, filled: tuple[str, ...]) -> list[Rule]:
    """Those of the rules, or of all, that have anything to do where these of `NEEDED` have rows."""
    return [
        rule
        for rule in (RULES if rules is None else rules)
        if rule not in NEEDED or any(table in filled for table in NEEDED[rule])
    ]


def _remarks(sheet: Located) -> Iterator[Finding]:
    """What the reader had to decide on its own, a finding for each remark; one of a rule that no
    reader had when this was written is kept too. An empty section is no finding where the last
    closed year spent nothing: there is nobody who was paid, and nothing that came of it."""
    for remark in sheet["remark"]:
        empty = remark["rule"] == "empty_section" and remark["table"] in OF_SPENDING
        if empty and _unspent(sheet):
            continue
        facts = {name: remark[name] or "" for name in ("row", "column", "observed", "proposed")}
        name = remark["rule"] or ""
        known = KNOWN.get(name, {}).get("made_by") == "reader"
        yield Finding(
            name if known else _OTHER,
            remark["table"] or "",
            (facts["row"],),
            facts["column"],
            facts["observed"],
            # What the reader went on with stands in the reason: as a proposal it would look open.
            facts={**facts, "name": name},
        )


def _unspent(sheet: Located) -> bool:
    """Whether the sheet says that the last closed year spent nothing."""
    closed = (fact(sheet, "sheet_year") or 0) - 1
    executed = [row["executed"] for row in sheet["budget"] if row["fiscal_year"] == closed]
    return executed == [0]


RULES: tuple[Rule, ...] = (
    _remarks,
    *budget.RULES,
    *targets.RULES,
    *indicators.RULES,
    *payments.RULES,
    *contracts.RULES,
    *reviews.RULES,
)
"""All rules, in the order of their findings."""

NEEDED: dict[Rule, tuple[str, ...]] = {
    _remarks: ("remark",),
    budget.unit_slip: ("vintage",),
    budget.accounts: ("account",),
    budget.items: ("item",),
    payments.payees_declared: ("block",),
    payments.uses: ("use",),
    **dict.fromkeys(contracts.RULES, tuple(contracts.AMOUNTS)),
    reviews.not_reduced: ("review",),
    reviews.merged: ("related",),
}
"""The rules that find nothing in a sheet without a row in one of these tables."""

_TABLES = sorted({table for tables in NEEDED.values() for table in tables})

BY_OTHERS: dict[Rule, tuple[str, ...]] = {
    _remarks: ("link_contradicted",),
    budget.identity: ("budget_identity", "negative_lost"),
    budget.unit_slip: ("unit_slip",),
    targets.target_year: (
        *("target_year_era", "target_year_impossible"),
        *("target_year_before_start", "target_year_past"),
    ),
    reviews.not_reduced: ("not_reduced",),
}
"""The rules that look at what other sheets of the project print (`vintage`), and what they find;
of remarks, what a corpus adds."""

OF_OTHERS = ("sheet", "budget", "outcome", "review")
"""The tables that these rules read beside it."""

_PLACE = {key.partition(".")[0]: place for place, key in reversed(list(enumerate(KNOWN)))}


def merged(before: list[dict], anew: list[dict]) -> list[dict]:
    """A sheet's findings, as rows with their `rule`, with those of the rules `BY_OTHERS` anew."""
    names = {name for found in BY_OTHERS.values() for name in found}
    kept = (row for row in before if row["rule"] not in names)
    return list(heapq.merge(anew, kept, key=lambda row: _PLACE[row["rule"]]))


def _rows(sheet: ReviewSheet) -> Located:
    return located({name: list(map(dict, sheet.rows(name))) for name in COLUMNS})


def _spoken(findings: list[tuple[Finding, bool]]) -> list[dict]:
    rows = [spoken(finding) | {"applied": applied} for finding, applied in findings]
    order = {name: position for position, name in enumerate(COLUMNS)}
    rows.sort(key=lambda row: (SEVERITIES.index(row["severity"]), order.get(row["table"], 99)))
    return rows
