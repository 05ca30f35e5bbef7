"""The checks over real sheets of the shared corpus, which is read in place and never copied.

The shares asserted are wide bounds around those counted once over all 26,091 sheets.
"""

import pandas as pd
import pytest

import judgit
from helpers.checks import found
from helpers.checks.reasons import spoken
from helpers.sheet import located
from speaking import told

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not judgit.CORPUS.exists(), reason=f"no shared corpus at {judgit.CORPUS}"),
]
SAMPLE = 400
LAST = judgit.YEARS[-1]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """The findings about 400 sampled sheets of each year, with `sheet_id` and `sheet_year`."""
    return pd.DataFrame(
        told("en", spoken, finding)
        | {"sheet_id": sheet["sheet"][0]["sheet_id"], "sheet_year": year}
        for year in judgit.YEARS
        for sheet in map(located, judgit.rows(judgit.file(year), SAMPLE))
        for finding in found(sheet)
    )


def share(table: pd.DataFrame, year: int, *rules: str) -> float:
    """The share of the sampled sheets of a year with a finding of one of the rules."""
    chosen = table[(table["sheet_year"] == year) & table["rule"].isin(rules)]
    return chosen["sheet_id"].nunique() / SAMPLE


def test_reasons_have_no_holes(table):
    holes = table["reason"].str.contains(r"\bNone\b|\bnan\b|<NA>", regex=True)
    assert table[holes]["reason"].tolist() == []


@pytest.mark.parametrize("year", judgit.YEARS)
def test_identity_fails_nowhere_but_by_the_negatives_lost_until_2016(table, year):
    assert share(table, year, "budget_identity") < 0.01
    lost = share(table, year, "negative_lost")
    assert 0.2 < lost < 0.6 if year <= 2016 else lost == 0


@pytest.mark.parametrize("year", judgit.YEARS)
def test_some_sheets_execute_more_than_their_budget(table, year):
    assert 0.02 < share(table, year, "executed_over_budget") < 0.12


@pytest.mark.parametrize("year", judgit.YEARS)
def test_eras_are_misread_only_once_reiwa_had_begun(table, year):
    misread = share(table, year, "target_year_era")
    assert 0.01 < misread < 0.06 if year == LAST else misread == 0


def test_every_rereading_is_thirty_years_off(table):
    rows = table[table["rule"] == "target_year_era"]
    assert len(rows) > 5
    assert set((rows["proposed"].astype(int) - rows["observed"].astype(int)).abs()) == {30}
    assert (rows.loc[rows["proof"] != "", "severity"] == "error").all()
