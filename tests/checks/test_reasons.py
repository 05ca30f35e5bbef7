"""Every rule speaks both languages, in whole sentences without holes."""

import pytest
from sheet_examples import TRIGGERS, found, remark

from helpers.checks import findings
from helpers.checks.catalogue import RULES
from helpers.checks.finding import SEVERITIES
from helpers.checks.reasons_reader import OTHER, REMARKS

REPAIRS = {"correction", "correction_stale", "correction_stale.nowhere"}
CASES = TRIGGERS | {rule: remark(rule) for rule in REMARKS} | {OTHER: remark("a rule to come")}


def test_every_rule_has_a_sheet_that_triggers_it():
    assert set(CASES) | REPAIRS == set(RULES)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("key", CASES)
def test_reason_is_a_sentence_in_the_language(key, lang):
    rows = found(CASES[key], key.partition(".")[0], lang)
    assert [row.severity for row in rows] == [RULES[key].severity]
    (row,) = rows
    assert row.reason.endswith("。" if lang == "ja" else ".")
    assert not any(hole in row.reason for hole in ("{", "}", "None", "nan", "<NA>"))
    assert any("぀" <= letter <= "ヿ" for letter in row.reason) == (lang == "ja")
    assert row.applied is False


@pytest.mark.parametrize("key", RULES)
def test_severity_is_known(key):
    assert RULES[key].severity in SEVERITIES


def test_errors_stand_first_and_notes_last():
    both = TRIGGERS["target_year_era.proved"].with_table("budget", TRIGGERS["zero_year"].budget)
    severities = list(findings(both)["severity"])
    assert set(severities) == {"error", "note"}
    assert severities == sorted(severities, key=SEVERITIES.index)


def test_language_that_is_not_spoken():
    with pytest.raises(ValueError, match="lang is 'fr'"):
        found(TRIGGERS["zero_year"], "zero_year", "fr")
