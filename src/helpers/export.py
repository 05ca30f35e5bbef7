"""The tidy tables as JSON and as CSV, the findings as text for a terminal."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from helpers import words
from helpers.sheet import CORE, ReviewSheet
from helpers.words import visible

if TYPE_CHECKING:
    import pandas as pd

FORMULA = re.compile(
    r"[\0\t\r\n]"
    r"|[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*[=+@＝＋＠－-]"
)
"""What a spreadsheet may take for a formula's beginning: some read over blanks and what is not
seen in front of it, and Japanese ones take signs of full width."""


def tables(sheet: ReviewSheet, findings: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Name -> table as exported: `finding` stands in the place of the readers' `remark`.

    `checks` turns every remark into a finding, so nothing is lost. Of the tables that only some
    sources have, those with rows.
    """
    kept = {
        name: frame
        for name, frame in sheet.tables().items()
        if name != "remark" and (name in ("sheet", *CORE) or len(frame))
    }
    return {**kept, "finding": findings}


def as_json(frames: dict[str, pd.DataFrame], ascii_only: bool = False) -> str:
    """One object: table name -> list of records. Missing values are null, years integers; text is
    Japanese, or escapes of the same meaning."""
    records = {
        name: frame.astype(object).where(frame.notna(), None).to_dict("records")
        for name, frame in frames.items()
    }
    return json.dumps(records, ensure_ascii=ascii_only, indent=1, allow_nan=False) + "\n"


def as_csv(frame: pd.DataFrame) -> str:
    """A table that is safe to open in a spreadsheet: with a BOM, and no text taken for a formula.

    Numbers stay as they are, missing values are empty.
    """
    return "\ufeff" + plain(frame).to_csv(index=False, lineterminator="\r\n")


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with an apostrophe in front of texts, headings too, that begin like a formula."""
    import pandas as pd

    text = {
        # Series.map would make 1 and None 1.0 and NaN.
        column: pd.Series([guarded(value) for value in frame[column]], frame.index, object)
        for column in frame
        if not pd.api.types.is_numeric_dtype(frame[column])
    }
    return frame.assign(**text).rename(columns=guarded)


def guarded(value: object) -> object:
    """A text that begins like a formula with an apostrophe in front of it, all else as it is."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def as_text(sheet: ReviewSheet, findings: list[dict]) -> str:
    """The findings of a sheet (rows of `checks.judged`), one after the other, and their counts at
    the end."""
    facts = sheet.rows("sheet")[0]
    lines = [f"{facts['sheet_id']} {facts['name'] or ''}", ""]
    severities = {key: words.say(*pair) for key, pair in words.SEVERITIES.items()}
    for finding in findings:
        place = (
            words.heading(finding["table"]),
            finding["row"],
            words.heading(finding["column"], finding["table"]),
        )
        where = " / ".join(part for part in place if part)
        lines += [
            f"{severities[finding['severity']]}  {where}  [{finding['rule']}]",
            *(f"    {line}" for line in (_change(finding), finding["reason"]) if line),
            "",
        ]
    found = [finding["severity"] for finding in findings]
    counts = [f"{word} {found.count(key)}" for key, word in severities.items()]
    applied = sum(finding["applied"] for finding in findings)
    counts.append(f"{words.say('修正', 'repaired')} {applied}")
    total = words.say(f"所見 {len(findings)} 件", f"findings {len(findings)}")
    return visible("\n".join([*lines, f"{total}: {', '.join(counts)}", ""]))


def aligned(frame: pd.DataFrame) -> str:
    """A table for a terminal: headings in `lang`, columns aligned for characters of both widths, a
    dash for what is missing."""
    import pandas as pd

    shown = frame.astype(object).where(frame.notna(), "–")
    named = shown.rename(columns=lambda column: words.heading(str(column)))
    with pd.option_context("display.unicode.east_asian_width", True):
        return visible(named.to_string(index=False))


def _change(finding: dict) -> str:
    observed, proposed = finding["observed"], finding["proposed"]
    if not observed and not proposed:
        return ""
    printed = f"{words.term('observed')}: {observed or '–'}"
    if not proposed:
        return printed
    applied = words.say("適用済み", "applied")
    state = applied if finding["applied"] else words.say("未適用", "not applied")
    return f"{printed} -> {proposed} ({state})"
