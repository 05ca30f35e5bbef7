"""What is wrong or odd in a sheet, where, and what repair is proposed."""

from pathlib import Path

import pandas as pd

from helpers import paths
from helpers.checks import budget, indicators, outturn, payments, remarks, repairs, stated, targets
from helpers.checks.catalogue import spoken
from helpers.checks.finding import SEVERITIES, Finding, located, records
from helpers.sheet import COLUMNS, FLAG, TEXT, ReviewSheet, Rows, typed

__all__ = ["FINDING", "findings", "repaired"]

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

_RULES = (
    *remarks.RULES,
    *budget.RULES,
    *outturn.RULES,
    *targets.RULES,
    *indicators.RULES,
    *stated.RULES,
    *payments.RULES,
)
_SECTION_MISSING = ("outcome_missing", "payments_missing")


def findings(sheet: ReviewSheet) -> pd.DataFrame:
    """Everything the rules find about a sheet as printed; the sheet stays as it is.

    Columns as in `FINDING`: `table`, `row` (a label) and `column` say where, `rule` and `severity`
    ("error", "warning" or "note") what, `observed` is printed, `proposed` should stand there, and
    `proof` is the sheet's own text that proves it; these are "" where there is none. `reason` is a
    sentence in the language of now, `applied` is False. Errors come first, then warnings.
    """
    return _table([(finding, False) for finding in found(_rows(sheet))])


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
    result, judged = repairs.apply(sheet, found(_rows(sheet)), repair, corrections)
    return result, _table(judged)


def found(sheet: Rows) -> list[Finding]:
    """What the rules find in a sheet's rows, as `finding.located` gives them, still without words:
    for thousands of sheets, which never become tables."""
    said = remarks.without_section(sheet)
    return [
        finding
        for rule in _RULES
        for finding in rule(sheet)
        if not (finding.key in _SECTION_MISSING and finding.table in said)
    ]


def _rows(sheet: ReviewSheet) -> Rows:
    return located({name: records(frame) for name, frame in sheet.tables().items()})


def _table(judged: list[tuple[Finding, bool]]) -> pd.DataFrame:
    rows = [spoken(finding) | {"applied": applied} for finding, applied in judged]
    order = {name: position for position, name in enumerate(COLUMNS)}
    rows.sort(key=lambda row: (SEVERITIES.index(row["severity"]), order.get(row["table"], 99)))
    return typed(rows, FINDING)
