"""What the checks found, and what was repaired."""

from collections import Counter

import pandas as pd

from helpers import words
from helpers.show import Table, Text
from helpers.story import common

REPEATED = 3
"""Findings of one rule in one table that are shown one by one."""
ROWS = 60
"""Rows that a table has room for."""


def found(findings: pd.DataFrame) -> Table | Text:
    """The findings, errors first; of one rule in one table the first few, and how many more."""
    if findings.empty:
        return Text(words.say("何も見つかりませんでした。", "Nothing was found."))
    kinds = list(zip(*(findings[name] for name in ("table", "rule", "severity")), strict=True))
    sizes, seen, shown, reasons = Counter(kinds), Counter(), [], []
    for kind, reason in zip(kinds, findings["reason"], strict=True):
        seen[kind] += 1
        # One row more than are shown would only tell of that row.
        many = sizes[kind] - REPEATED if sizes[kind] > REPEATED + 1 else 0
        shown.append(seen[kind] <= REPEATED or not many)
        if shown[-1]:
            more = words.say(f"(ほかに同じ種類が{many}件)", f" ({many} more of this kind)")
            reasons.append(reason + more if many and seen[kind] == REPEATED else reason)
    frame = findings[shown].copy()
    frame["reason"] = reasons
    frame["severity"] = [severity(value) for value in frame["severity"]]
    frame["table"] = [words.heading(name) for name in frame["table"]]
    for column in ("row", "observed", "proposed"):
        frame[column] = [common.cut(text) for text in frame[column]]
    frame["reason"] = [common.cut(text, 300) for text in frame["reason"]]
    return Table(frame[["severity", "table", "row", "observed", "proposed", "reason"]])


def repairs(findings: pd.DataFrame) -> Table | Text:
    """What was changed and what was only proposed, the printed value beside the new one."""
    frame = findings[findings["proposed"] != ""]
    if frame.empty:
        return Text(words.say("修正も提案もありません。", "Nothing repaired or proposed."))
    frame = frame[["row", "column", "observed", "proposed", "proof", "applied"]].copy()
    frame["column"] = [words.heading(name) for name in frame["column"]]
    frame["applied"] = [
        words.say("直した", "repaired") if done else words.say("提案のみ", "only proposed")
        for done in frame["applied"]
    ]
    return Table(frame.head(ROWS), of_rows(frame))


def of_rows(frame: pd.DataFrame) -> str:
    """The caption of a table that is cut to `ROWS`."""
    if len(frame) <= ROWS:
        return ""
    return words.say(f"全{len(frame)}行のうち{ROWS}行", f"{ROWS} of {len(frame)} rows")


def severity(value: str) -> str:
    """A severity for a reader."""
    return words.say(*words.SEVERITIES[value])
