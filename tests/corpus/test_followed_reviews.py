"""What a later sheet says came of a review, through a corpus."""

import pytest

import rs_writer
from helpers import checks
from helpers.corpus import Corpus, build

SHEET = "2024-総務省-1"
REACTION = "所見を踏まえた改善点／概算要求における反映状況"


def made(folder, granted: int) -> Corpus:
    """A project whose review of 2024 reduces 100 million yen to a request of 90; what the sheet of
    2025 says was granted."""
    budget = {
        "2024": rs_writer.total(2024, initial="100000000", gross="100000000", requested="90000000"),
        "2025": rs_writer.total(2025, initial=f"{granted}000000", gross=f"{granted}000000"),
    }
    for year, total in budget.items():
        tables = {"t41": [{"事業年度": "2024", REACTION: "縮減"}]} if year == "2024" else {}
        (folder / year).mkdir()
        rs_writer.write(
            folder / year, t12=[{"事業年度": year}], t21=[total | {"事業年度": year}], **tables
        )
    build.build([folder / year for year in budget], folder / "corpus", 1)
    return Corpus(folder / "corpus")


@pytest.mark.parametrize(("granted", "many"), [(100, 1), (95, 0)])
def test_a_reduction_is_held_against_the_budget_that_a_later_sheet_prints(tmp_path, granted, many):
    corpus = made(tmp_path, granted)
    kept = corpus.table("finding", rule=["not_reduced"])
    assert kept["sheet_id"].tolist() == [SHEET] * many
    # Up to 2024 no sheet says what was granted.
    for as_of, seen in ((None, many), (2024, 0)):
        found = checks.findings(corpus.sheet(SHEET, as_of))
        assert (found["rule"] == "not_reduced").sum() == seen
