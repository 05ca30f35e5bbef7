"""The tidy tables as JSON and as CSV, the findings as text for a terminal."""

import json

import pandas as pd

from helpers import words
from helpers.sheet import ReviewSheet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def tables(sheet: ReviewSheet, findings: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Name -> table as exported: `finding` stands in the place of the readers' `remark`.

    `checks` turns every remark into a finding, so nothing is lost.
    """
    kept = {name: frame for name, frame in sheet.tables().items() if name != "remark"}
    return {**kept, "finding": findings}


def as_json(frames: dict[str, pd.DataFrame]) -> str:
    """One object: table name -> list of records. Missing values are null, years integers."""
    records = {
        name: frame.astype(object).where(frame.notna(), None).to_dict("records")
        for name, frame in frames.items()
    }
    return json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def as_csv(frame: pd.DataFrame) -> str:
    """A table that is safe to open in a spreadsheet: with a BOM, and no text taken for a formula.

    A text cell that begins like a formula gets an apostrophe in front; number columns stay as
    they are, missing values are empty.
    """
    text = {
        column: frame[column].map(_plain, na_action="ignore")
        for column in frame
        if not pd.api.types.is_numeric_dtype(frame[column])
    }
    return "\ufeff" + frame.assign(**text).to_csv(index=False, lineterminator="\r\n")


def as_text(sheet: ReviewSheet, findings: pd.DataFrame, lang: str) -> str:
    """The findings of a sheet, one after the other, and their counts at the end."""
    lines = [f"{sheet.id} {sheet.facts['name']}", ""]
    severities = {key: words.say(lang, *pair) for key, pair in words.SEVERITIES.items()}
    for finding in findings.itertuples():
        place = (
            words.heading(finding.table, lang),
            finding.row,
            words.heading(finding.column, lang),
        )
        where = " / ".join(part for part in place if part)
        lines += [
            f"{severities[finding.severity]}  {where}  [{finding.rule}]",
            *(f"    {line}" for line in (_change(finding, lang), finding.reason) if line),
            "",
        ]
    counts = [f"{word} {(findings['severity'] == key).sum()}" for key, word in severities.items()]
    counts.append(f"{words.say(lang, '修正', 'repaired')} {findings['applied'].sum()}")
    total = words.say(lang, f"所見 {len(findings)} 件", f"findings {len(findings)}")
    return "\n".join([*lines, f"{total}: {', '.join(counts)}", ""])


def aligned(frame: pd.DataFrame, lang: str) -> str:
    """A table for a terminal: headings in `lang`, columns aligned for characters of both widths."""
    named = frame.rename(columns=lambda column: words.heading(str(column), lang))
    with pd.option_context("display.unicode.east_asian_width", True):
        return named.to_string(index=False)


def _change(finding, lang: str) -> str:
    if not finding.observed and not finding.proposed:
        return ""
    printed = f"{words.term('observed', lang)}: {finding.observed or '–'}"
    if not finding.proposed:
        return printed
    applied = words.say(lang, "適用済み", "applied")
    state = applied if finding.applied else words.say(lang, "未適用", "not applied")
    return f"{printed} -> {finding.proposed} ({state})"


def _plain(value: object) -> object:
    return f"'{value}" if str(value).startswith(FORMULA_STARTS) else value
