"""Every rule speaks both languages, in whole sentences without holes."""

import pytest
from sheet_examples import TRIGGERS, found, remark, sheet

from helpers import checks, words
from helpers.checks import findings
from helpers.checks.finding import SEVERITIES
from helpers.checks.reasons import RULES, placed
from helpers.sentences import ENVIRONMENT
from helpers.sheet import COLUMNS, located

MADE_BY = {
    maker: {rule for rule, known in RULES.items() if known["made_by"] == maker}
    for maker in ("check", "reader", "correction")
}
OTHER = {"reader_remark": remark("a rule to come")}
CASES = TRIGGERS | {rule: remark(rule) for rule in sorted(MADE_BY["reader"])} | OTHER


def test_every_rule_has_a_sheet_that_triggers_it():
    assert set(TRIGGERS) == MADE_BY["check"]
    assert sum(map(len, MADE_BY.values())) == len(RULES)
    # Those of corrections: test_repairs.


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_rule_has_a_severity_and_a_block(lang):
    blocks = set(ENVIRONMENT.get_template(f"{lang}/checks.j2").blocks)
    assert blocks == {rule.replace(".", "__") for rule in RULES}
    assert {rule["severity"] for rule in RULES.values()} == set(SEVERITIES)


# A block that asks for a fact which its rule does not give is an error.
@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("key", CASES)
def test_reason_is_a_sentence_in_the_language(key, lang):
    rows = found(CASES[key], key.partition(".")[0], lang)
    assert [row.severity for row in rows] == [RULES[key]["severity"]]
    (row,) = rows
    assert row.reason.endswith("。" if lang == "ja" else ".")
    assert not any(hole in row.reason for hole in ("{", "}", "None", "nan", "<NA>"))
    assert any("぀" <= letter <= "ヿ" for letter in row.reason) == (lang == "ja")
    assert row.applied is False


@pytest.mark.parametrize(
    ("table", "executed", "many"),
    [
        ("payment", 0.0, 0),
        ("outcome", 0.0, 0),
        ("budget", 0.0, 1),
        ("payment", 5.0, 1),
        ("payment", None, 1),
    ],
)
def test_an_empty_section_is_a_finding_where_money_was_spent_or_nothing_is_known(
    table, executed, many
):
    empty = [{"table": table, "rule": "empty_section", "row": "5-1"}]
    made = sheet(remark=empty, budget=[{"fiscal_year": 2018, "executed": executed}])
    assert len(found(made, "empty_section")) == many
    assert len(found(sheet(remark=empty), "empty_section")) == 1


def test_errors_stand_first_and_notes_last():
    both = TRIGGERS["target_year_era.proved"].with_table("budget", TRIGGERS["zero_year"].budget)
    severities = list(findings(both)["severity"])
    assert set(severities) == {"error", "note"}
    assert severities == sorted(severities, key=SEVERITIES.index)


def test_language_that_is_not_spoken():
    with pytest.raises(ValueError, match="lang is 'fr'"):
        found(TRIGGERS["zero_year"], "zero_year", "fr")


@pytest.mark.parametrize("key", TRIGGERS)
def test_findings_that_other_sheets_bear_on_take_their_places_among_the_others(key):
    made = located({name: list(map(dict, TRIGGERS[key].rows(name))) for name in COLUMNS})
    every = list(map(placed, checks.found(made)))
    anew = list(map(placed, checks.found(made, checks.BY_OTHERS)))
    assert checks.merged(every, anew) == every
    names = {name for known in checks.BY_OTHERS.values() for name in known}
    assert {row["rule"] for row in anew} == names & {row["rule"] for row in every}


@pytest.mark.parametrize("key", TRIGGERS)
def test_rules_find_nothing_without_the_tables_that_they_need(key):
    rows = {name: list(map(dict, TRIGGERS[key].rows(name))) for name in COLUMNS}
    for rule, tables in checks.NEEDED.items():
        assert list(rule(located(rows | {table: [] for table in tables}))) == []
