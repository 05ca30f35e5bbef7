"""The reports of the default sheet: which there are, and how they are made."""

import itertools
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from helpers.batch.plan import plan
from helpers.batch.render import run
from helpers.batch.results import Options
from helpers.words import LANGUAGES

SHEET_ID = "2019-総務省-0042"
STEMS = ["01_sheet_quality", "02_budget_underspending", "03_adoption_curve"]
FOLDERS = dict.fromkeys(STEMS, SHEET_ID)
FOLDERS |= {name: name for name in ("04_portfolio", "05_forecast_track_record", "06_payees")}
"""Notebook -> the folder of its report: one that speaks of no sheet has its own."""

EACH = list(itertools.product(FOLDERS, LANGUAGES))

each_report = pytest.mark.parametrize(("stem", "lang"), EACH)


def render(out: Path, workers: int | None = None) -> list:
    """Make the reports of the default sheet, as the command does."""
    results = []
    run(plan(), Options(str(out)), workers, on_result=results.append)
    return results


@cache
def parsed(path: Path) -> BeautifulSoup:
    """A page, for many tests that only look at it."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
