"""From a Finding to words: the label, the values and the reason that its reader sees."""

import string

from helpers import words
from helpers.checks import reasons_money, reasons_reader, reasons_results
from helpers.checks.finding import Finding

RULES = (
    reasons_money.BUDGET
    | reasons_results.TARGETS
    | reasons_results.INDICATORS
    | reasons_money.PAYMENTS
    | reasons_reader.REASONS
)
"""Rule, or rule and variant joined by a dot -> its severity and its reason in both languages."""


def spoken(finding: Finding, lang: str) -> dict:
    """A finding as a row of the findings table, in Japanese or English."""
    rule = RULES[finding.key]
    return {
        "table": finding.table,
        "row": " ".join(_part(part, lang) for part in finding.row if part is not None),
        "column": finding.column,
        "rule": finding.key.partition(".")[0],
        "severity": rule.severity,
        "observed": exact(finding.observed),
        "proposed": exact(finding.proposed),
        "proof": finding.proof,
        "reason": reason(finding, lang),
        "applied": False,
    }


def reason(finding: Finding, lang: str) -> str:
    """Why a finding was made, as a sentence."""
    rule = RULES[finding.key]
    return _Sentence(lang).vformat(words.say(lang, rule.ja, rule.en), (), finding.facts)


def exact(value) -> str:
    """A value as a sheet prints it, rounded to one yen at most; "" where there is none."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(exact, value))
    return words.exact(value) if isinstance(value, float) else str(value)


class _Sentence(string.Formatter):
    """Fills `{fact:kind}`; without a kind the fact is written as the sheet prints it."""

    def __init__(self, lang: str):
        self.lang = lang

    def format_field(self, value, kind: str) -> str:
        return getattr(self, f"_{kind}")(value) if kind else exact(value)

    def _year(self, value: int) -> str:
        return "?" if value is None else words.year(value, self.lang)

    def _years(self, value: list[int]) -> str:
        return words.listed([self._year(year) for year in value], self.lang)

    def _million(self, value: float) -> str:
        return words.say(self.lang, f"{exact(value)}百万円", f"{exact(value)} million yen")

    def _term(self, value: str) -> str:
        return words.heading(value, self.lang)

    def _times(self, value: float) -> str:
        return words.fixed(value, 1)

    def _values(self, values: list[float]) -> str:
        return words.listed([exact(value) for value in values], self.lang)

    def _percent(self, value: float) -> str:
        return words.percent(value)

    def _listed(self, value: list[str]) -> str:
        return words.listed([words.say(self.lang, f"「{v}」", f"“{v}”") for v in value], self.lang)

    def _pairs(self, value: dict[int, tuple[float, float]]) -> str:
        return words.listed(
            [f"{self._year(year)} {exact(a)} / {exact(b)}" for year, (a, b) in value.items()],
            self.lang,
        )


def _part(part: int | str, lang: str) -> str:
    return words.year(part, lang) if isinstance(part, int) else part
