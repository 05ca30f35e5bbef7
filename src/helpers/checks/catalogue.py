"""From a Finding to words: the label, the values and the reason that its reader sees."""

import string

from helpers import precision, words
from helpers.checks import reasons_money, reasons_reader, reasons_results
from helpers.checks.finding import Finding, rounding
from helpers.sheet import COLUMNS, YEAR

RULES = (
    reasons_money.BUDGET
    | reasons_results.TARGETS
    | reasons_results.INDICATORS
    | reasons_results.STATED
    | reasons_money.PAYMENTS
    | reasons_reader.REASONS
)
"""Rule, or rule and variant joined by a dot -> its severity and its reason in both languages."""


def spoken(finding: Finding) -> dict:
    """A finding as a row of the findings table, in the language of now."""
    rule = RULES[finding.key]
    return {
        "table": finding.table,
        "row": " ".join(_part(part) for part in finding.row if part is not None),
        "column": finding.column,
        "rule": finding.key.partition(".")[0],
        "severity": rule.severity,
        "observed": printed(finding.observed, finding.table, finding.column),
        "proposed": printed(finding.proposed, finding.table, finding.column),
        "proof": finding.proof,
        "reason": reason(finding),
        "applied": False,
    }


def reason(finding: Finding) -> str:
    """Why a finding was made, as a sentence."""
    rule = RULES[finding.key]
    return _Sentence().vformat(words.say(rule.ja, rule.en), (), finding.facts)


def printed(value, table: str, column: str) -> str:
    """A value of a table's column as a sheet prints it: years and numbers of rows without
    separators, whatever they are held as."""
    if isinstance(value, list):
        return ", ".join(printed(each, table, column) for each in value)
    whole = COLUMNS.get(table, {}).get(column) == YEAR and isinstance(value, float)
    return str(int(value)) if whole and value.is_integer() else exact(value)


def exact(value) -> str:
    """A value as a sheet prints it, rounded to one yen at most; "" where there is none."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(exact, value))
    return words.exact(value) if isinstance(value, float) else str(value)


class _Sentence(string.Formatter):
    """Fills `{fact:kind}`; without a kind the fact is written as the sheet prints it. A ratio is a
    pair of amounts, which say how many digits it can have."""

    def format_field(self, value, kind: str) -> str:
        return getattr(self, f"_{kind}")(value) if kind else exact(value)

    def _year(self, value: int) -> str:
        return "?" if value is None else words.year(value)

    def _years(self, value: list[int]) -> str:
        return words.listed([self._year(year) for year in value])

    def _million(self, value: float) -> str:
        return words.say(f"{exact(value)}百万円", f"{exact(value)} million yen")

    def _term(self, value: str) -> str:
        return words.heading(value)

    def _stated(self, value: str) -> str:
        return words.stated(value)

    def _times(self, value: tuple[float, float]) -> str:
        return words.fixed(value[0] / value[1], precision.decimals(_error(*value)))

    def _values(self, values: list[float]) -> str:
        return words.listed([exact(value) for value in values])

    def _percent(self, value: tuple[float, float]) -> str:
        return words.percent(value[0] / value[1], precision.decimals(100 * _error(*value)))

    def _listed(self, value: list[str]) -> str:
        return words.listed([words.say(f"「{v}」", f"“{v}”") for v in value])

    def _pairs(self, value: dict[int, tuple[float, float]]) -> str:
        return words.listed(
            [f"{self._year(year)} {exact(a)} / {exact(b)}" for year, (a, b) in value.items()],
        )


def _error(part: float, whole: float) -> float:
    return precision.error(part, whole, rounding(part), rounding(whole))


def _part(part: int | str) -> str:
    return words.year(part) if isinstance(part, int) else part
