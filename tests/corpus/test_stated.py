"""What outcomes state, through a corpus: kept, and joined over the years."""

import pytest

import rs_writer
from helpers import checks
from helpers.corpus import Corpus, build
from helpers.sheet import STATED
from speaking import told

UP, DOWN = "上がると良い指標", "下がると良い指標"
PROJECT = "P2024-総務省-1"


def outcome(name: str, expected: dict, actual: dict, rates: dict, **cells) -> list[dict]:
    """The rows of an outcome in 3-1, `cells` by the headers of its texts."""
    common = {
        "種別（アクティビティ・アウトプット・アウトカム）": "アウトカム",
        "アクティビティ・アウトプット・アウトカムの番号": "1",
        "アクティビティ／活動目標／成果目標": "減らす",
        "活動指標／成果指標": name,
        "単位": "分",
    } | cells
    series = {"2.目標値": expected, "3.実績値": actual, "4.達成率": rates}
    return [
        common
        | {"目標年度／目標値／実績値／達成率": row}
        | {str(year): str(value) for year, value in values.items()}
        for row, values in series.items()
    ]


def in_words(result: str) -> list[dict]:
    """The rows of a qualitative outcome."""
    said = {"成果目標の種類": "定性的", "定性的なアウトカムに関する成果実績": result}
    return outcome("理解の深まり", {}, {}, {}, **said)


def made(folder, **years) -> Corpus:
    """A corpus of one project's sheets; `y2024=[...]` are the rows of 3-1 in a sheet year."""
    sources = []
    for name, rows in years.items():
        sources.append(folder / name)
        sources[-1].mkdir()
        year = {"事業年度": name[1:]}
        total = rs_writer.total(2022, initial="5000000", gross="5000000", executed="4000000")
        rows = [row | year for row in rows]
        rs_writer.write(sources[-1], t12=[year], t21=[total | year], t31=rows)
    build.build(sources, folder / "corpus", 1)
    return Corpus(folder / "corpus")


@pytest.fixture
def corpus(tmp_path):
    """The direction only in 2024, the kind only in 2025; 2022 printed by one, 2023 by both."""
    waiting = {
        "y2024": outcome(
            "待ち時間",
            {2022: 10, 2023: 9},
            {2021: 13, 2022: 12, 2023: 9},
            {2022: 120, 2023: 100},
            **{"改善の上向き／下向き": DOWN, "アウトカムの期間": "1.短期"},
        ),
        "y2025": outcome(
            "待ち時間",
            {2023: 9, 2024: 8},
            {2021: 13, 2023: 10, 2024: 8},
            {2023: 111.11111, 2024: 100},
            **{"成果目標の種類": "定量的", "アウトカムの期間": "3.長期"},
        ),
    }
    said = {"y2024": "説明会で意見を聞いた。", "y2025": ""}
    return made(tmp_path, **{year: rows + in_words(said[year]) for year, rows in waiting.items()})


def test_a_sheet_of_a_corpus_states_what_it_printed(corpus):
    first = corpus.sheet("2024-総務省-1").outcome
    assert first["direction"].dropna().tolist() == ["down", "down", "down"]
    assert first["achievement"].dropna().tolist() == [120.0, 100.0]
    assert first["result"].dropna().tolist() == ["説明会で意見を聞いた。"]
    assert first["kind"].dropna().tolist() == ["qualitative"]


def test_a_joined_project_takes_each_statement_from_the_last_sheet_that_makes_it(corpus):
    table = corpus.project(PROJECT).outcome
    waiting, words = (rows for _, rows in table.groupby("number"))
    assert {column: set(waiting[column]) for column in STATED} == {
        "direction": {"down"},
        "kind": {"quantitative"},
        "term": {"long"},
    }
    # The rate of 2022 with the numbers of 2022; that of 2023 as the sheet of 2025 revised it.
    rates = dict(zip(waiting["fiscal_year"], waiting["achievement"], strict=True))
    assert {year: rates[year] for year in (2022, 2023, 2024)} == {
        2022: 120.0,
        2023: 111.11111,
        2024: 100.0,
    }
    assert rates[2021] != rates[2021]
    assert len(words) == 1
    assert words["fiscal_year"].isna().all()
    # Words have no year: the last sheet reports none.
    assert words["result"].isna().all()
    rules = set(checks.findings(corpus.project(PROJECT))["rule"])
    assert "result_missing" in rules
    assert "achievement_differs" not in rules


def test_a_rate_whose_numbers_another_sheet_revised_is_left_out(tmp_path):
    built = made(
        tmp_path,
        y2024=outcome("待ち時間", {2023: 9}, {2023: 9}, {2023: 100}),
        y2025=outcome("待ち時間", {}, {2023: 10}, {}),
    )
    (row,) = built.project(PROJECT).outcome.itertuples()
    assert (row.expected, row.actual) == (9.0, 10.0)
    assert row.achievement != row.achievement
    assert built.project(PROJECT, 2024).outcome["achievement"].tolist() == [100.0]


def test_numbers_from_before_a_goal_was_put_into_words_are_none_of_it(tmp_path):
    built = made(
        tmp_path,
        y2024=outcome("理解の深まり", {2023: 9}, {2023: 9}, {2023: 100}),
        y2025=in_words("試した。"),
    )
    (row,) = built.project(PROJECT).outcome.itertuples()
    assert row.kind == "qualitative"
    assert row.actual != row.actual
    assert row.result == "試した。"
    assert built.outcomes().empty
    assert built.outcomes(2024)["actual"].tolist() == [9.0]


def test_a_direction_that_turns_round_is_told(tmp_path):
    turned = {
        year: outcome("待ち時間", {}, {2023: 9}, {}, **{"改善の上向き／下向き": way})
        for year, way in (("y2024", UP), ("y2025", DOWN))
    }
    project = made(tmp_path, **turned).project(PROJECT)
    assert set(project.outcome["direction"]) == {"down"}
    found = told("en", checks.findings, project)
    (reason,) = found.loc[found["rule"] == "direction_changed", "reason"]
    assert "2024 states “待ち時間” as “上がると良い指標”" in reason


def test_the_panel_has_what_was_stated_by_then(corpus):
    (now,) = corpus.outcomes()[[*STATED]].drop_duplicates().itertuples(index=False)
    assert tuple(now) == ("down", "quantitative", "long")
    then = corpus.outcomes(2024)
    assert then["kind"].isna().all()
    assert set(then["term"]) == {"short"}


def test_an_output_keeps_the_rate_printed_with_the_numbers_in_force(tmp_path):
    of = {"種別（アクティビティ・アウトプット・アウトカム）": "アウトプット"}
    built = made(
        tmp_path,
        y2024=outcome(
            "開催数", {2022: 8, 2023: 9}, {2022: 4, 2023: 9}, {2022: 50, 2023: 100}, **of
        ),
        y2025=outcome("開催数", {2023: 9}, {2023: 18}, {2023: 200}, **of),
    )
    assert built.sheet("2024-総務省-1").output["achievement"].tolist() == [50.0, 100.0]
    assert built.project(PROJECT).output["achievement"].tolist() == [50.0, 200.0]


def test_an_indicator_without_any_value_passes_through(tmp_path):
    rows = [*outcome("待ち時間", {2023: 9}, {2023: 9}, {}), *outcome("満足度", {}, {}, {})]
    built = made(tmp_path, y2024=rows, y2025=rows)
    for table in (built.sheet("2025-総務省-1").outcome, built.project(PROJECT).outcome):
        assert table["indicator"].tolist() == ["待ち時間", "満足度"]
        assert table["fiscal_year"].isna().tolist() == [False, True]
