"""Repair a copy of a sheet: declared corrections first, then what the findings propose."""

from pathlib import Path

from helpers.checks.catalogue import printed
from helpers.checks.corrections import Correction, read
from helpers.checks.finding import Finding, first, records
from helpers.sheet import ReviewSheet

REPAIRS = ("none", "proved", "all")


def apply(
    sheet: ReviewSheet, found: list[Finding], repair: str, corrections: str | Path
) -> tuple[ReviewSheet, list[tuple[Finding, bool]]]:
    """The repaired sheet, and each finding with whether it was applied.

    A declared correction is a finding of its own and takes the place of those about its cells.
    Raises ValueError for an unknown `repair`, ReviewSheetError for an unusable file.
    """
    if repair not in REPAIRS:
        raise ValueError(f"repair is {repair!r}: use one of {', '.join(REPAIRS)}")
    if repair == "none":
        return sheet, [(finding, False) for finding in found]
    result, done, cells = sheet, [], set()
    for correction in read(corrections, first(records(sheet.sheet), "sheet_id")):
        finding, applies = _declared(sheet, correction)
        done.append((finding, applies))
        if applies:
            result = _set(result, finding, correction.column, correction.value)
            cells |= _cells(finding)
    for finding in found:
        if _cells(finding) & cells:
            continue
        repairable = bool(finding.at) and finding.proposed is not None
        applies = repairable and (finding.proved or repair == "all")
        if applies:
            for column, value in ((finding.column, finding.proposed), *finding.also):
                result = _set(result, finding, column, value)
        done.append((finding, applies))
    return result, done


def _declared(sheet: ReviewSheet, correction: Correction) -> tuple[Finding, bool]:
    at = correction.rows(sheet)
    rows = records(getattr(sheet, correction.table))
    found = [rows[position][correction.column] for position in at]
    applies = bool(at) and all(value == correction.expect for value in found)
    stale = "correction_stale" if at else "correction_stale.nowhere"
    others = [value for value in found if value != correction.expect]
    observed = (others or found or [None])[0]

    def shown(value) -> str:
        return printed(value, correction.table, correction.column) or "-"

    finding = Finding(
        "correction" if applies else stale,
        correction.table,
        tuple(
            value if column == "fiscal_year" else printed(value, correction.table, column)
            for column, value in correction.where.items()
        ),
        correction.column,
        observed,
        correction.value if applies else None,
        at=at,
        facts={"file": correction.file, "entry": correction.entry, "reason": correction.reason}
        | {"expect": shown(correction.expect), "observed": shown(observed)}
        | {"proposed": shown(correction.value)},
    )
    return finding, applies


def _cells(finding: Finding) -> set[tuple[str, str, int]]:
    return {(finding.table, finding.column, position) for position in finding.at}


def _set(sheet: ReviewSheet, finding: Finding, column: str, value) -> ReviewSheet:
    frame = getattr(sheet, finding.table).copy()
    frame.iloc[list(finding.at), frame.columns.get_loc(column)] = value
    return sheet.with_table(finding.table, frame)
