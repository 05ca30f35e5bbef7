"""From a finding to words: its severity, its values as printed, the reason that its reader sees."""

import csv
from importlib.resources import files

from helpers import words
from helpers.checks.finding import Finding
from helpers.sentences import Sentences
from helpers.sheet import COLUMNS, YEAR

say = Sentences("checks")
"""A block for each rule, that of a variant named rule__variant."""

with (files(__package__) / "rules.csv").open(encoding="utf-8") as _file:
    RULES = {row.pop("rule"): row for row in csv.DictReader(_file)}
"""Rule, or rule and variant joined by a dot -> its `severity`; `todo`, what a reader should do;
and `made_by`: a check, a reader or a correction makes such a finding. What readers remark comes
first, and then the rules in the order of `checks.RULES`."""

TODOS = ("ask", "look", "mind", "info")
"""What to do: look at the original, or ask, before the value is used; look into the project; keep
it in mind when reading; nothing. In the order in which a reader needs them."""

_TODO = {(key.partition(".")[0], rule["severity"]): rule["todo"] for key, rule in RULES.items()}


def todo(finding: dict) -> str:
    """What a reader should do about a finding, a row of the findings table: one of `TODOS`; "done"
    where it is repaired."""
    return "done" if finding["applied"] else _TODO[finding["rule"], finding["severity"]]


def spoken(finding: Finding) -> dict:
    """A finding as a row of the findings table, in the language of now."""
    return placed(finding) | {"reason": reason(finding), "applied": False}


def placed(finding: Finding) -> dict:
    """A finding as `spoken` gives it, but for its reason."""
    return {
        "table": finding.table,
        "row": " ".join([_part(part) for part in finding.row if part]),
        "column": finding.column,
        "rule": finding.key.partition(".")[0],
        "severity": RULES[finding.key]["severity"],
        "observed": printed(finding.observed, finding.table, finding.column),
        "proposed": printed(finding.proposed, finding.table, finding.column),
        "proof": finding.proof,
    }


def reason(finding: Finding) -> str:
    """Why a finding was made, as a sentence."""
    facts = finding.facts
    if isinstance(facts.get("row"), str):
        facts = facts | {"row": _part(facts["row"])}
    return say(finding.key.replace(".", "__"), **facts)


def printed(value: object, table: str, column: str) -> str:
    """A value of a table's column as a sheet prints it: years and numbers of rows without
    separators, whatever they are held as, amounts to one yen at most; "" where there is none."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(printed(each, table, column) for each in value)
    if not isinstance(value, float):
        return str(value)
    whole = COLUMNS.get(table, {}).get(column) == YEAR and value.is_integer()
    return str(int(value)) if whole else words.exact(value)


def _part(part: int | str) -> str:
    """A part of a row's label: a fiscal year, or a name; of sections and files in English, too."""
    if isinstance(part, int):
        return words.year(part)
    section, at, number = part.partition("[")
    return words.entry("section", section) + at + number if section else part
