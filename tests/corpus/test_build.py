"""Corpora built of small sources of every kind, and added to."""

import json
import os
import shutil
import subprocess
import sys

import pandas as pd
import pytest

import rs_writer
from corpus_sheets import (
    amounts,
    assert_same_corpus,
    assert_same_sheet,
    files_of,
    lines,
    outcome,
    output,
    payment,
    sheet,
    sheet_id,
)
from helpers import paths, sources
from helpers.corpus import Corpus, build
from helpers.corpus.store import BY_YEAR, OF_A_SHEET, TABLES
from helpers.sheet import SheetError
from judgit_records import later

RS = [{"予算事業ID": "7", "事業名": "7号橋の点検"}, {"予算事業ID": "8", "事業名": "別の事業"}]
ADDED_2016 = [
    sheet(2016, 1, {2015: {"carried_out": 0.0, "budget_net": amounts(1, 2015)["initial"] - 50}}),
    sheet(2016, 2, outcome=[outcome({2014: 5.0, 2015: 6.0})]),
    sheet(2016, 3, 事業名="二〇一六年だけの事業"),
]
ADDED_2017 = [
    sheet(2017, 1, {2015: {"carried_out": -50.0, "budget_net": amounts(1, 2015)["initial"] - 50}}),
    sheet(2017, 2, outcome=[outcome({2014: 5.0, 2015: 8.0})]),
]
ADDED_2018 = [
    sheet(2018, 1, {2015: {"carried_out": -50.0, "budget_net": amounts(1, 2015)["initial"] - 50}}),
    sheet(2018, 2, outcome=[outcome({2015: 8.0, 2016: 9.0}, 目標最終年度=4010)]),
    sheet(2018, 4, 事業名="二〇一八年からの事業"),
]
ADDED = {2016: ADDED_2016, 2017: ADDED_2017, 2018: ADDED_2018}


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """Sources of every kind: sheets line by line, a folder of JSON, a page, the RS system's CSV."""
    folder = tmp_path_factory.mktemp("sources")
    zipped = lines(
        folder / "2018.ndjson.gz",
        sheet(2018, 1, outcome=[outcome({2016: 5.0, 2017: 6.0})], 支出先=[payment(2017, "甲", 9)]),
        sheet(2018, 2, 事業番号="0002-15", 事業番号3="15"),
        '{"公開年度": 2018, oh}',
        sheet(2018, 1),
    )
    for number in (1, 3):
        place = folder / "2019" / "国土交通省" / f"{number}.json"
        lines(place, sheet(2019, number, output=[output({2018: 3.0})]))
    lines(folder / "2019" / "later.json", later())
    shutil.copy(paths.DEFAULT_SHEET, folder)
    (folder / "rs").mkdir()
    amounts_2024 = rs_writer.total(2023, initial="5000000", gross="5000000", executed="4000000")
    rs_writer.write(folder / "rs", t12=RS, t21=[RS[0] | amounts_2024])
    return [
        zipped,
        folder / "2019",
        folder / paths.DEFAULT_SHEET.name,
        folder / "rs",
        folder / "nothing.json",
    ]


IDS = [
    sheet_id(2018, 1),
    f"{sheet_id(2018, 2)}-15",
    "2022-国土交通省-2022-国交-新22-0037-1",
    sheet_id(2019, 1),
    sheet_id(2019, 3),
    "2019-総務省-0042",
    "2024-総務省-7",
    "2024-総務省-8",
]


@pytest.fixture(scope="module")
def progress():
    return []


@pytest.fixture(scope="module")
def result(given, progress, tmp_path_factory):
    out = tmp_path_factory.mktemp("built") / "corpus"
    return build.build(given, out, 1, progress.append), Corpus(out)


def test_every_sheet_of_every_source_comes_in(result, progress):
    done, corpus = result
    assert (done.sheets, sum(progress)) == (len(IDS), len(IDS))
    assert corpus.years == [2018, 2019, 2022, 2024]
    assert sorted(corpus.table("sheet")["sheet_id"]) == sorted(IDS)
    formats = corpus.table("sheet").groupby("source_format").size().to_dict()
    assert formats == {"judgit json": 5, "page text": 1, "rs csv": 2}


def test_what_cannot_be_read_is_listed_with_file_line_and_reason(result, given):
    done, corpus = result
    listed = corpus.rejected()
    assert listed.columns.tolist() == ["source_path", "line", "sheet_id", "reason"]
    found = listed.astype(object).where(listed.notna(), None).to_dict("records")
    assert found == done.rejected
    broken, again, missing = found
    assert (broken["source_path"], broken["line"]) == (str(given[0]), 3)
    assert "broken JSON" in broken["reason"]
    assert (again["source_path"], again["line"]) == (f"{given[0]}#{IDS[0]}", 4)
    assert again["sheet_id"] == IDS[0]
    assert "the first one counts" in again["reason"]
    assert (missing["source_path"], missing["line"]) == (str(given[4]), None)
    assert "No such file" in missing["reason"]


def test_tables_have_their_columns_and_kinds_and_can_be_cut(result):
    _, corpus = result
    for name, columns in TABLES.items():
        if name != "rejected":
            frame = corpus.table(name)
            assert frame.dtypes.astype(str).to_dict() == columns, name
            parts = [corpus.table(name, [year]) for year in corpus.years]
            pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), frame)
    cut = corpus.table("payment", [2018], ["sheet_id", "payee", "amount"])
    assert cut.to_dict("records") == [{"sheet_id": IDS[0], "payee": "甲", "amount": 9.0}]
    assert corpus.table("payment", [2018], ["payee_key"])["payee_key"].tolist() == ["甲"]
    assert corpus.table("budget", [1999]).empty
    with pytest.raises(KeyError):
        corpus.table("budgets")
    with pytest.raises(KeyError):
        corpus.table("budget", columns=["nothing"])


def test_a_sheet_comes_back_as_its_source_gives_it(result):
    _, corpus = result
    each = corpus.table("sheet").drop_duplicates(["sheet_year", "source_format"])
    for facts in each.itertuples():
        reference = facts.source_path
        if facts.source_format == "rs csv":
            reference = f"{reference.partition('#')[0]}#{facts.sheet_id}"
        wanted = sources.read(reference)
        assert wanted.id == facts.sheet_id
        assert_same_sheet(corpus.sheet(facts.sheet_id), wanted)


def test_info_sums_up_each_year(result):
    _, corpus = result
    info = corpus.info().set_index("sheet_year")
    assert info["sheets"].to_dict() == {2018: 2, 2019: 3, 2022: 1, 2024: 2}
    assert info["branches"].to_dict() == {2018: 1, 2019: 0, 2022: 1, 2024: 0}
    assert info["ministries"].to_dict() == {2018: 1, 2019: 2, 2022: 1, 2024: 1}
    assert info["linked"].to_dict() == {2018: 0, 2019: 1, 2022: 0, 2024: 0}
    assert info["agrees"].to_dict() == info["linked"].to_dict()
    assert info["contradicts"].sum() == 0
    # of 2018 one outcome; of 2019 two outputs and those of the page
    assert info["indicators"].to_dict()[2018] == 1
    assert info["indicators"].to_dict()[2019] == 4


@pytest.mark.parametrize("by", ["sheet_year", "ministry"])
def test_counts_add_up(result, by):
    _, corpus = result
    counts, found = corpus.counts(by), corpus.table("finding")
    assert counts["findings"].sum() == len(found)
    assert counts["proved"].sum() == found["proved"].sum() > 0
    split = counts.drop(columns=["severity", "rule", "findings", "sheets", "proved"])
    assert split.sum(axis=1).tolist() == counts["findings"].tolist()
    assert set(split) == set(corpus.table("sheet")[by])
    severities = counts["severity"].drop_duplicates().tolist()
    assert severities == [one for one in ("error", "warning", "note") if one in severities]
    rule = counts.set_index(["severity", "rule"]).loc[("error", "target_year_era")]
    assert (rule["findings"], rule["proved"]) == (1, 1)


def test_what_a_corpus_lacks_is_said_with_an_example(result):
    _, corpus = result
    for call in (corpus.sheet, corpus.project):
        with pytest.raises(SheetError, match=r"an id such as P?2024-総務省-7") as caught:
            call("2018-国土交通省-9999")
        assert type(caught.value).__name__ == "SheetError"


@pytest.mark.slow
def test_the_same_sources_give_the_same_bytes_whatever_the_workers(given, result, tmp_path):
    _, corpus = result
    script = (
        "import sys; from pathlib import Path; from helpers.corpus import build\n"
        "if __name__ == '__main__':\n"
        "    build.CHUNK = 2\n"
        "    build.build(sys.argv[2:], Path(sys.argv[1]), workers=2)"
    )
    (tmp_path / "two.py").write_text(script)
    command = [sys.executable, tmp_path / "two.py", tmp_path / "corpus", *given]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": "7"})
    first, second = files_of(corpus.folder), files_of(tmp_path / "corpus")
    assert list(first) == list(second)
    differing = [name for name in first if first[name] != second[name]]
    # Within a chunk and across chunks a sheet that comes again is found by different hands.
    assert differing == []


def in_force(folder) -> list[str]:
    """The names of the Parquet files by table and sheet year."""
    listed = json.loads((folder / "corpus.json").read_text("utf-8"))["tables"]
    return sorted(name for years in listed.values() for one in years.values() for name in one)


def test_ids_that_come_again_are_rejected_wherever_they_come(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "CHUNK", 2)
    twice = lines(tmp_path / "a.ndjson", *[sheet(2018, 1), sheet(2018, 1, 事業名="後の版")])
    across = lines(tmp_path / "b.ndjson", sheet(2018, 2), sheet(2018, 3), sheet(2018, 2))
    done = build.build([twice, across, across], tmp_path / "corpus", 1)
    corpus = Corpus(tmp_path / "corpus")
    assert done.sheets == 3
    assert [(row["sheet_id"][-1], row["line"]) for row in done.rejected] == [
        ("1", 2),
        ("2", 3),
        ("2", 1),
        ("3", 2),
        ("2", 3),
    ]
    assert corpus.table("sheet")["name"].tolist() == ["1号橋の点検", "2号橋の点検", "3号橋の点検"]
    assert len(corpus.table("budget")) == 3 * 5

    before = in_force(tmp_path / "corpus")
    done = build.add([twice, lines(tmp_path / "c.ndjson", sheet(2019, 1))], tmp_path / "corpus", 1)
    assert done.sheets == 1
    assert [row["sheet_id"] for row in done.rejected] == [sheet_id(2018, 1)] * 2
    assert len(Corpus(tmp_path / "corpus").rejected()) == 5 + 2
    added = in_force(tmp_path / "corpus")
    assert [name for name in added if "budget/2018" in name] == [
        name for name in before if "budget/2018" in name
    ]


@pytest.fixture(scope="module")
def at_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("years")
    given = {year: lines(folder / f"{year}.ndjson", *made) for year, made in ADDED.items()}
    build.build(given.values(), folder / "corpus", 1)
    return given, Corpus(folder / "corpus")


@pytest.mark.parametrize(
    "order", [(2018, 2016, 2017), pytest.param((2016, 2017, 2018), marks=pytest.mark.slow)]
)
def test_years_that_are_added_give_the_corpus_of_all_at_once(at_once, tmp_path, order):
    given, wanted = at_once
    out = tmp_path / "corpus"
    build.build([given[order[0]]], out, 1)
    for year in order[1:]:
        before = {name: (out / "current" / name).stat() for name in in_force(out)}
        kept = [name for name in before if name.split("/")[0] in OF_A_SHEET]
        build.add([given[year]], out, 1)
        assert len(kept) >= 3
        # The change itself does not count as a reader of what it replaces.
        assert [path.name for path in (out / "versions").iterdir()] == [Corpus(out).tables.name]
        for name in kept:
            after = (out / "current" / name).stat()
            assert (after.st_ino, after.st_mtime_ns) == (
                before[name].st_ino,
                before[name].st_mtime_ns,
            )
    assert_same_corpus(Corpus(out), wanted)


def test_the_years_are_linked_and_prove_each_other(at_once):
    _, corpus = at_once
    project = corpus.table("project").set_index("sheet_id")
    assert project.loc[sheet_id(2018, 1), "project_id"] == f"P{sheet_id(2016, 1)}"
    assert project.loc[sheet_id(2018, 4), "project_id"] == f"P{sheet_id(2018, 4)}"
    assert project["verified"].dropna().tolist() == ["agrees"] * 4
    found = corpus.table("finding")
    lost = found[found["rule"] == "negative_lost"].iloc[0]
    assert (lost["sheet_id"], lost["column"], bool(lost["proved"])) == (
        sheet_id(2016, 1),
        "carried_out",
        True,
    )
    revision = corpus.table("revision").set_index(["sheet_id", "table", "fiscal_year"])["kind"]
    assert revision.to_dict() == {
        (sheet_id(2017, 1), "budget", 2015): "negative restored",
        (sheet_id(2017, 2), "outcome", 2015): "changed",
        (sheet_id(2018, 2), "outcome", pd.NA): "changed",
    }


def test_the_folder_holds_what_is_in_force_and_nothing_else(at_once):
    _, corpus = at_once
    folder = corpus.folder
    manifest = json.loads((folder / "corpus.json").read_text("utf-8"))
    version = f"versions/{manifest['version']}"
    assert corpus.tables == folder / version
    assert files_of(folder) == {
        "corpus.json": (folder / "corpus.json").read_bytes(),
        "current": version.encode(),
        **{name: f"current/{name}".encode() for name in [*BY_YEAR, "rejected.parquet"]},
        **{
            f"{version}/{name}": (folder / version / name).read_bytes()
            for name in [*in_force(folder), "rejected.parquet"]
        },
    }


def test_a_year_that_parts_two_sheets_takes_their_link_back(tmp_path):
    """2018 goes on from 2016 until 2017 is there, whose sheet restates nothing of 2018's."""
    out = tmp_path / "corpus"
    changed = sheet(2018, 1, {2015: {"initial": 1.0}})
    both = lines(tmp_path / "both.ndjson", sheet(2016, 1), changed)
    build.build([both], out, 1)
    assert Corpus(out).table("revision", [2018])["previous_id"].tolist() == [sheet_id(2016, 1)]
    between = lines(tmp_path / "2017.ndjson", sheet(2017, 1, {2015: {"initial": 1.0}}))
    build.add([between], out, 1)
    assert Corpus(out).table("revision", [2018]).empty
    assert Corpus(out).table("revision", [2017])["previous_id"].tolist() == [sheet_id(2016, 1)]


def test_sheets_without_any_table_are_a_corpus(tmp_path):
    bare = sheet(2019, 1, 予算=[])
    build.build([lines(tmp_path / "a.ndjson", bare)], tmp_path / "corpus", 1)
    corpus = Corpus(tmp_path / "corpus")
    assert corpus.table("budget").empty
    assert corpus.info()["sheets"].tolist() == [1]
    project = corpus.project(f"P{sheet_id(2019, 1)}")
    assert {name: len(frame) for name, frame in project.tables().items() if len(frame)} == {
        "sheet": 1,
        "remark": 1,
    }


def test_only_projects_that_get_a_sheet_are_worked_out_anew(tmp_path, monkeypatch):
    old = lines(tmp_path / "old.ndjson", *(sheet(year, 1) for year in (2016, 2017)))
    build.build([old], tmp_path / "c", 1)
    shard, seen = build._shard, []

    def recorded(*arguments):
        seen.extend(arguments[-1]["sheet_id"])
        return shard(*arguments)

    monkeypatch.setattr(build, "_shard", recorded)
    build.add([lines(tmp_path / "new.ndjson", sheet(2018, 2))], tmp_path / "c", 1)
    assert seen == [sheet_id(2018, 2)]
    build.add([lines(tmp_path / "next.ndjson", sheet(2018, 1))], tmp_path / "c", 1)
    assert {sheet_id(2016), sheet_id(2017), sheet_id(2018)} <= set(seen)
