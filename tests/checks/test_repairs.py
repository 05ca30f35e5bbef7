"""Repairs: applied where proved or declared, always shown, never on the sheet that was given."""

import pandas as pd
import pytest
import yaml
from sheet_examples import TRIGGERS, budget, payments, sheet, target

from helpers import paths
from helpers.checks import findings, repaired
from helpers.errors import ReviewSheetError
from speaking import told

ERA = TRIGGERS["target_year_era.proved"]
ENTRY = {
    "sheet": "2019-総務省-0001",
    "table": "outcome",
    "where": {"number": 1},
    "column": "target_year",
    "expect": 1993,
    "value": 2024,
    "reason": "The ministry says so.",
    "status": "active",
}


@pytest.fixture
def declared(tmp_path):
    """A function that writes entries to a corrections file and returns its path."""

    def write(*entries):
        path = tmp_path / "corrections.yml"
        path.write_text(yaml.safe_dump(list(entries), allow_unicode=True), encoding="utf-8")
        return path

    return write


def applied(table: pd.DataFrame) -> list[tuple]:
    return [(row.rule, row.observed, row.proposed) for row in table.itertuples() if row.applied]


@pytest.mark.parametrize(("repair", "year"), [("none", 1993), ("proved", 2023), ("all", 2023)])
def test_proved_repair_keeps_the_printed_year(repair, year):
    fixed, table = repaired(ERA, repair)
    assert fixed.outcome["target_year"].tolist() == [year] * 3
    assert fixed.outcome["target_year_printed"].tolist() == [1993] * 3
    assert applied(table) == ([] if repair == "none" else [("target_year_era", "1993", "2023")])


@pytest.mark.parametrize(
    ("key", "table", "column", "value"),
    [
        ("target_year_era.vintage", "outcome", "target_year", 2023),
        ("target_year_era.dates", "outcome", "target_year", 2023),
        ("target_year_impossible.vintage", "outcome", "target_year", 2022),
        ("negative_lost.carried", "budget", "carried_out", -20.0),
        ("negative_lost.vintage", "budget", "carried_out", -20.0),
    ],
)
def test_repair_proved_by_other_numbers_is_made(key, table, column, value):
    fixed, found = repaired(TRIGGERS[key])
    assert getattr(fixed, table)[column].iloc[0] == value
    assert found.loc[found["applied"], "rule"].tolist() == [key.partition(".")[0]]


@pytest.mark.parametrize("repair", ["none", "proved", "all"])
def test_findings_speak_of_the_sheet_as_printed_and_leave_it_alone(repair):
    before = ERA.outcome.copy()
    _, table = repaired(ERA, repair)
    pd.testing.assert_frame_equal(ERA.outcome, before)
    pd.testing.assert_frame_equal(table.assign(applied=False), findings(ERA))


@pytest.mark.parametrize(
    ("key", "table", "column", "value"),
    [
        ("target_year_era", "outcome", "target_year", 2023),
        ("budget_identity", "budget", "budget_net", 20.0),
        ("carry_out_sign", "budget", "carried_out", -5.0),
        ("carry_out_sign.added", "budget", "budget_net", 15.0),
        ("duplicate_payee.form", "payment", "payee", "甲株式会社"),
    ],
)
def test_merely_proposed_repair_is_made_only_when_all_are_asked_for(key, table, column, value):
    made = TRIGGERS[key]
    for repair in ("none", "proved"):
        fixed, _ = repaired(made, repair)
        pd.testing.assert_frame_equal(getattr(fixed, table), getattr(made, table))
    fixed, found = repaired(made, "all")
    after, before = getattr(fixed, table)[column], getattr(made, table)[column]
    assert set(after[after.ne(before).fillna(False) & after.notna()]) == {value}
    assert key.partition(".")[0] in [rule for rule, *_ in applied(found)]


def test_repaired_carry_out_satisfies_the_identity():
    fixed, _ = repaired(TRIGGERS["carry_out_sign.added"], "all")
    rules = set(findings(fixed)["rule"])
    assert not rules & {"carry_out_sign", "budget_identity"}


@pytest.mark.parametrize(
    ("row", "gross"),
    [
        ({"carried_out": -5.0, "budget_net": 25.0, "budget_gross": 30.0}, 20.0),
        ({"carried_out": -5.0, "budget_net": 25.0, "budget_gross": 31.0}, 31.0),
        ({"carried_out": 0.0, "budget_net": 25.0, "budget_gross": None}, None),
    ],
)
def test_gross_budget_follows_only_where_it_restates_the_net_one(row, gross):
    fixed, _ = repaired(budget({"initial": 20.0} | row), "all")
    result = fixed.budget["budget_gross"].item()
    assert pd.isna(result) if gross is None else result == gross


def test_unknown_repair():
    with pytest.raises(ValueError, match="repair is 'some': use one of none, proved, all"):
        repaired(ERA, "some")


def test_declared_correction_takes_the_place_of_the_finding_about_its_cells(declared):
    fixed, table = repaired(ERA, "all", corrections=declared(ENTRY))
    assert fixed.outcome["target_year"].tolist() == [2024] * 3
    assert applied(table) == [("correction", "1993", "2024")]
    assert "target_year_era" not in set(table["rule"])
    assert "The ministry says so." in table[table["applied"]]["reason"].item()


@pytest.mark.parametrize(
    "entry", [ENTRY | {"status": "withdrawn"}, ENTRY | {"sheet": "2019-総務省-0002"}]
)
def test_correction_withdrawn_or_of_another_sheet(declared, entry):
    _, table = repaired(ERA, corrections=declared(entry))
    assert applied(table) == [("target_year_era", "1993", "2023")]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    "change",
    [{"expect": 1994}, {"expect": None}, {"where": {"number": 7}}, {"where": {"unit": "件"}}],
)
def test_stale_correction_is_an_error_and_not_applied(declared, change, lang):
    other = ENTRY | {"table": "sheet", "where": {}, "column": "name", "expect": None, "value": "甲"}
    fixed, table = told(lang, repaired, ERA, corrections=declared(other, ENTRY | change))
    assert fixed.outcome["target_year"].tolist() == [2023] * 3
    (row,) = table[table["rule"] == "correction_stale"].itertuples()
    assert (row.severity, row.applied) == ("error", False)
    assert "corrections.yml" in row.reason
    assert "2" in row.reason
    assert "{" not in row.reason
    assert fixed.facts["name"] == "甲"


@pytest.mark.parametrize(
    ("made", "table", "where", "column", "expect", "value"),
    [
        (budget({"executed": 0.0}), "budget", {"fiscal_year": 2018}, "executed", 0, None),
        (budget({"executed": None}), "budget", {"executed": None}, "executed", None, 4.5),
        (payments({"payee": "甲"}), "payment", {"amount": 100}, "payee", "甲", "乙"),
    ],
)
def test_correction_of_any_kind_of_value(declared, made, table, where, column, expect, value):
    entry = ENTRY | {"table": table, "where": where, "column": column, "expect": expect}
    fixed, _ = repaired(made, corrections=declared(entry | {"value": value}))
    result = getattr(fixed, table)[column].item()
    assert pd.isna(result) if value is None else result == value


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"table": "budgets"}, "table 'budgets' does not exist"),
        ({"table": ["budget"]}, "does not exist"),
        ({"column": "year"}, "has no column 'year'"),
        ({"where": {"year": 1}}, "has no column 'year'"),
        ({"where": "number 1"}, "where is no mapping"),
        ({"value": "2024"}, "'2024' cannot stand in column target_year"),
        ({"expect": True}, "True cannot stand in column target_year"),
        ({"reason": ""}, "reason is missing"),
        ({"status": "open"}, "status is 'open'"),
        ({"sheet": 42}, "sheet is no text"),
        ({"note": "more"}, "has the keys"),
    ],
)
def test_unusable_entry_names_file_entry_and_what_to_do(declared, change, says):
    with pytest.raises(ReviewSheetError, match=r"corrections\.yml, entry 2: ") as error:
        repaired(ERA, corrections=declared(ENTRY, ENTRY | change))
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- sheet: [", "cannot be read as YAML"),
        ("", "holds no list"),
        ("sheet: x", "holds no list"),
        ("- just a text", "entry 1: is no mapping"),
    ],
)
def test_file_that_holds_no_entries(tmp_path, text, says):
    path = tmp_path / "corrections.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReviewSheetError, match=says):
        repaired(ERA, corrections=path)


def test_missing_or_binary_file(tmp_path):
    with pytest.raises(ReviewSheetError, match="cannot be read"):
        repaired(ERA, corrections=tmp_path / "none.yml")
    (tmp_path / "binary.yml").write_bytes(b"\xff\xfe\x00\x93")
    with pytest.raises(ReviewSheetError, match="cannot be read"):
        repaired(ERA, corrections=tmp_path / "binary.yml")


def test_no_file_is_read_when_nothing_is_repaired(tmp_path):
    _, table = repaired(ERA, "none", corrections=tmp_path / "none.yml")
    assert applied(table) == []


def test_committed_file_is_usable():
    assert isinstance(yaml.safe_load(paths.CORRECTIONS.read_text(encoding="utf-8")), list)
    for made in (ERA, sheet(), target(2030)):
        repaired(made)
