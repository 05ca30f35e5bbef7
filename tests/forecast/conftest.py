"""A corpus with enough simulated projects to be fitted, and the same one a year later."""

import numpy as np
import pytest
from forecasting_commands import folder_of

from corpus_sheets import amounts, made, outcome, sheet
from helpers import cli
from helpers.forecast import track

PROJECTS = 120
YEARS = range(2015, 2019)
LATER = 2019
ABSURD = 9e6
"""What the later sheets print for every indicator: a forecast that saw it would show."""


def histories(number: int) -> dict[str, dict[int, float]]:
    """The true outcomes of a project, one of each kind, in every fiscal year."""
    rng = np.random.default_rng(number)
    years = np.arange(2012, LATER)
    values = {
        "towards": 100 + np.cumsum(rng.integers(5, 15, len(years))),
        "trending": 300 + np.cumsum(rng.integers(5, 15, len(years))),
        "wavering": 100 + (-1) ** years * rng.integers(5, 20, len(years)),
        "steady": np.where(rng.random(len(years)) < 0.02, 60, 50),
    }
    return {
        kind: dict(zip(map(int, years), map(float, series), strict=True))
        for kind, series in values.items()
    }


def outcomes(number: int, year: int) -> list[dict]:
    """The outcomes that its sheet of a year prints; 3 has none, those of 4 are without a value,
    those of 5 have a single one."""
    listed = []
    for kind, truth in histories(number).items():
        goal = {"成果指標": f"橋の{kind}", "成果目標": f"{kind}を見る", "目標値": None}
        if kind in ("towards", "wavering"):
            goal |= {"目標値": "150", "目標最終年度": 2015 + number % 4}
        if year == LATER:
            truth[LATER - 1] = ABSURD
        shown = {fiscal_year: truth[fiscal_year] for fiscal_year in range(year - 3, year)}
        if number in (4, 5):
            shown = dict.fromkeys(shown) | ({2014: 7.0} if number == 5 else {})
        listed.append(outcome(shown, **goal))
        for row in listed[-1]["成果実績"]:
            row["目標値"] = 100.0 + number
    return [] if number == 3 else listed


def of_project(number: int, year: int) -> dict:
    """Its sheet of a year; project 1 is a branch sheet, 2 has no budget left, 6 has a name like a
    formula."""
    rng = np.random.default_rng(1000 + number)
    budget = {}
    for fiscal_year in range(2012, year):
        whole = amounts(number, fiscal_year)["initial"]
        budget[fiscal_year] = {"executed": round(whole * rng.beta(8, 2))}
    if year == LATER:
        budget[LATER - 1] = {"executed": 0.0}
    if number == 2:
        budget[year] = dict.fromkeys(("initial", "budget_net"), 0.0)
    facts = {"事業名": f"=1+{number}" if number == 6 else f"{number}号橋の点検"}
    if number == 1:
        facts |= {"事業番号": "0001-01", "事業番号3": "1"}
    return sheet(year, number, budget, outcomes(number, year), **facts)


def sheets(years) -> list[dict]:
    return [of_project(number, year) for year in years for number in range(1, PROJECTS + 1)]


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    """The sheets of 2015-2018."""
    return made(tmp_path_factory.mktemp("before"), *sheets(YEARS))


@pytest.fixture(scope="session")
def later(tmp_path_factory):
    """The same, and those of 2019 with what nobody could foresee."""
    return made(tmp_path_factory.mktemp("after"), *sheets([*YEARS, LATER]))


@pytest.fixture(scope="session")
def fitted_once(corpus, tmp_path_factory):
    """The folder that `fit` writes of the corpus, and the `track.Made` that it wrote: what takes it
    its time, for tests of the writing alone."""
    out, kept, make = tmp_path_factory.mktemp("fits"), [], track.made

    def made(*given):
        kept.append(make(*given))
        return kept[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(track, "made", made)
        assert cli.main(["fit", "--corpus", str(folder_of(corpus)), "--out", str(out)]) == 0
    return out, *kept


@pytest.fixture(scope="session")
def fits(fitted_once):
    """What `fit` writes of the corpus."""
    return fitted_once[0]
