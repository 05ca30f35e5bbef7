import gzip
import json
import os

import pytest

import rs_writer
from corpus_sheets import lines, made, sheet, sheet_id
from helpers import corpus, paths
from helpers.batch import sheets as room
from helpers.batch.selection import Selection
from helpers.batch.sheets import FoundSheet, located, scan
from helpers.sheet import SheetError
from tiny_tasks import page


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def found(*given, **filters):
    """The references of the sheets, and the messages of the errors."""
    answers = [answer for _, answer in scan(given, Selection(**filters))]
    sheets = [one.reference for one in answers if isinstance(one, FoundSheet)]
    return sheets, [str(one) for one in answers if isinstance(one, SheetError)]


def many(path, *numbers, year=2019):
    return lines(path, *(sheet(year, number) for number in numbers))


def test_a_file_of_one_sheet_is_named_by_its_path(tmp_path):
    one = tmp_path / "one.json"
    one.write_text(json.dumps(sheet(2019)), "utf-8")
    many(tmp_path / "line.ndjson", 2)
    page(tmp_path)
    answers = list(scan(["one.json", "line.ndjson", "2019-0042.txt"], Selection()))
    assert answers == [
        (["one.json"], FoundSheet("one.json", sheet_id(2019, 1), 2019, True, "one.json")),
        (["line.ndjson"], FoundSheet("line.ndjson", sheet_id(2019, 2), 2019, True, "line.ndjson")),
        (
            ["2019-0042.txt"],
            FoundSheet("2019-0042.txt", "2019-総務省-0042", 2019, True, "2019-0042.txt"),
        ),
    ]


def test_a_source_of_many_is_named_with_each_id(tmp_path):
    source = many(tmp_path / "all.ndjson.gz", *range(250))
    sheets, errors = found(source)
    assert sheets == [f"{source}#{sheet_id(2019, number)}" for number in range(250)]
    assert errors == []
    assert [corpus.load(one).id for one in sheets[::100]] == [
        sheet_id(2019, number) for number in (0, 100, 200)
    ]


def test_one_of_many_is_picked_by_any_of_its_names_and_read_once(tmp_path, monkeypatch):
    many(tmp_path / "all.ndjson", 1, 2, 3, 4)
    opened, stream = [], room.sources.stream
    monkeypatch.setattr(room.sources, "stream", lambda path: opened.append(path) or stream(path))
    given = [f"all.ndjson#{sheet_id(2019, 3)}", f"all.ndjson#{sheet_id(2019, 1)}"]
    assert found(*given) == ([f"all.ndjson#{sheet_id(2019, n)}" for n in (1, 3)], [])
    assert opened == ["all.ndjson"]
    assert found("all.ndjson#0002")[0] == [f"all.ndjson#{sheet_id(2019, 2)}"]
    sheets, (error,) = found("all.ndjson#9999", given[0])
    assert sheets == [given[0]]
    assert "no sheet 9999 among 4" in error


def test_a_name_asked_for_beside_the_whole_is_answered_for_both(tmp_path):
    many(tmp_path / "all.ndjson", 1, 2)
    named = f"all.ndjson#{sheet_id(2019, 2)}"
    answers = list(scan(["all.ndjson", named, "./all.ndjson"], Selection()))
    assert [(texts, one.named) for texts, one in answers] == [
        (["all.ndjson", "./all.ndjson"], False),
        (["all.ndjson", "./all.ndjson", named], True),
    ]


def test_broken_sheets_are_told_and_the_rest_goes_on(tmp_path):
    lines(tmp_path / "x.ndjson", sheet(2019, 1), "{", sheet(2019, 2), sheet(2019, 1))
    sheets, (broken, twice, missing, alien) = found("x.ndjson", "gone.json", "x.pdf")
    assert sheets == [f"x.ndjson#{sheet_id(2019, number)}" for number in (1, 2)]
    assert "x.ndjson, line 2: found broken JSON" in broken
    assert f"x.ndjson: found sheet {sheet_id(2019, 1)} again; expected each sheet once" in twice
    assert "gone.json: found no readable file" in missing
    assert "x.pdf: found no readable file" in alien


def test_one_good_sheet_beside_a_broken_one_is_not_the_file(tmp_path):
    lines(tmp_path / "x.ndjson", sheet(2019, 1), "{")
    assert found("x.ndjson")[0] == [f"x.ndjson#{sheet_id(2019, 1)}"]


def test_a_folder_is_each_file_in_it(tmp_path):
    folder = tmp_path / "mixed"
    page(folder / "pages", "0001")
    (folder / "pages" / "README.txt").write_text("nothing of a sheet", "utf-8")
    many(folder / "b.ndjson", 2, 3)
    many(folder / "one.json", 4)
    (folder / "broken.json").write_text("{", "utf-8")
    (folder / "notes.md").write_text("府省庁: 総務省", "utf-8")
    (folder / ".hidden.json").write_text("{", "utf-8")
    rs_writer.write(_made(folder / "rs"), t21=[rs_writer.total(2023)])
    made(_made(folder / "built"), sheet(2018, 5))
    (folder / "built" / "sheets.ndjson").unlink()
    (folder / "old").mkdir()
    for name in ("manifest.json", "index.json"):
        (folder / "old" / name).write_text("{}", "utf-8")
    sheets, (error,) = found(folder)
    assert sheets == [
        f"{folder}/pages/2019-0001.txt",
        *(f"{folder}/b.ndjson#{sheet_id(2019, number)}" for number in (2, 3)),
        f"{folder}/one.json",
        f"{folder}/rs#2024-総務省-1",
        f"{folder}/built/corpus#{sheet_id(2018, 5)}",
    ]
    assert "broken.json, line 1: found broken JSON" in error
    assert [corpus.load(one).year for one in sheets] == [2019, 2019, 2019, 2019, 2024, 2018]


@pytest.mark.parametrize("beside", [False, True])
def test_tables_in_folders_of_their_own_are_one_source(tmp_path, beside):
    folder = tmp_path / "all"
    for year in ("2024", "2025"):
        for kind in ("1-2", "5-2"):
            data = rs_writer.content(kind, [{"事業年度": year}])
            (_made(folder / "rs" / f"{kind}_{year}") / "a.csv").write_bytes(data)
    if beside:
        page(folder / "pages", "0001")
        (_made(folder / "notes") / "n.csv").write_text("a\n1\n")
    sheets, errors = found(folder)
    source = f"{folder}/rs" if beside else str(folder)
    ids = [f"{source}#{year}-総務省-1" for year in (2024, 2025)]
    assert sheets == ([f"{folder}/pages/2019-0001.txt"] if beside else []) + ids
    assert errors == []


def _made(folder):
    folder.mkdir(parents=True)
    return folder


def test_what_a_folder_cannot_give_is_said(tmp_path):
    rs_writer.write(_made(tmp_path / "rs"), t21=[rs_writer.total(2023)])
    page(tmp_path / "rs")
    sheets, (error,) = found("rs")
    assert sheets == ["rs/2019-0042.txt"]
    assert "rs: found a folder of rs csv and page text; expected one of them" in error
    _made(tmp_path / "bad")
    (tmp_path / "bad" / "2-1_RS_2024.zip").write_bytes(b"PK\x03\x04 not really")
    sheets, (error,) = found("bad")
    assert sheets == []
    assert "2-1_RS_2024.zip" in error
    _made(tmp_path / "none")
    sheets, (error,) = found("none")
    assert sheets == []
    assert "none: found a folder of no files; expected a page text" in error


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_cannot_be_read_is_told_once(tmp_path):
    page(tmp_path / "all")
    _made(tmp_path / "all" / "locked").chmod(0)
    sheets, errors = found("all")
    (tmp_path / "all" / "locked").chmod(0o700)
    assert sheets == ["all/2019-0042.txt"]
    assert len(errors) == 1


def test_a_pattern_is_expanded_where_the_shell_did_not(tmp_path):
    for number in ("0001", "0002"):
        page(tmp_path / "a" / "deep", number)
    many(tmp_path / "a" / "b.ndjson.gz", 1, 2)
    assert found("a/deep/*.txt")[0] == ["a/deep/2019-0001.txt", "a/deep/2019-0002.txt"]
    assert len(found("a/**/*.*")[0]) == 4
    assert len(found("a/**", "a", "a/deep/*")[0]) == 4
    assert len(found("[a-b]/*.gz")[0]) == 2
    assert found(str(tmp_path / "*" / "*" / "*1.txt"))[0] == [f"{tmp_path}/a/deep/2019-0001.txt"]
    sheets, (error,) = found("a/*.csv")
    assert sheets == []
    assert "a/*.csv: found no file of such a name; expected a page text" in error
    assert found("data/sheets/2019-*.txt")[0] == ["data/sheets/2019-総務省-0042.txt"]


def test_a_name_with_signs_of_a_pattern_or_a_hash_is_a_name_first(tmp_path):
    page(tmp_path, name="2019-[a]*#1.txt")
    page(tmp_path, "0001", name="2019-a.txt")
    assert found("2019-[a]*#1.txt")[0] == ["2019-[a]*#1.txt"]
    many(tmp_path / "a#b.ndjson", 1, 2)
    assert found(f"a#b.ndjson#{sheet_id(2019, 2)}")[0] == [f"a#b.ndjson#{sheet_id(2019, 2)}"]


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "\0", "\0*", "a" * 5000, "*" + "a" * 5000, "~nobody-here/x", "~nobody-here/*"),
        *("#", "x#y", "gone#*", "\ud800", "\ud800*", "[", "[!", "**" * 50 + "x"),
    ],
)
def test_what_is_no_path_is_an_error_with_a_reason(text):
    sheets, errors = found(text)
    assert sheets == []
    assert len(errors) == 1
    assert "; expected " in errors[0]


def test_two_ways_to_a_file_lead_to_one_sheet(tmp_path):
    path = page(tmp_path)
    (tmp_path / "link.txt").symlink_to(path)
    assert found(path.name, path, f"./{path.name}", "link.txt")[0] == [path.name]


def test_a_sheet_of_the_repository_is_named_from_its_root():
    from_root = paths.DEFAULT_SHEET.relative_to(paths.ROOT).as_posix()
    assert found(paths.DEFAULT_SHEET, from_root) == ([from_root], [])
    assert located(str(paths.DEFAULT_SHEET)) == (paths.DEFAULT_SHEET, from_root)


def test_a_path_that_means_another_file_here_is_not_shortened(tmp_path):
    own = tmp_path / paths.DEFAULT_SHEET.relative_to(paths.ROOT)
    page(own.parent, "0001", name=own.name)
    assert found(paths.DEFAULT_SHEET)[0] == [str(paths.DEFAULT_SHEET)]


# Corpora


def test_a_corpus_gives_all_of_its_sheets_or_those_that_are_named(tmp_path):
    made(tmp_path, *(sheet(year, number) for year in (2017, 2018, 2019) for number in (1, 2)))
    every = [f"corpus#{sheet_id(year, n)}" for year in (2017, 2018, 2019) for n in (1, 2)]
    assert found("corpus") == (every, [])
    assert found(every[3]) == ([every[3]], [])
    project = f"corpus#P{sheet_id(2017, 1)}"
    answers = list(scan([project, "corpus#2030-x", "corpus#P1"], Selection()))
    (_, gone), (_, gone_too), (texts, one) = answers
    assert (texts, one) == ([project], FoundSheet(project, f"P{sheet_id(2017, 1)}", 2017, True))
    assert corpus.load(project).year == 2019
    assert str(gone).startswith("corpus: found no 2030-x; expected the id of one of its sheets")
    assert "no P1;" in str(gone_too)


def test_a_corpus_is_narrowed_by_the_filters(tmp_path):
    made(tmp_path, *(sheet(year, number) for year in (2018, 2019) for number in (1, 9)))
    assert found("corpus", years=[2018])[0] == [f"corpus#{sheet_id(2018, n)}" for n in (1, 9)]
    large = f"corpus#{sheet_id(2019, 9)}"
    assert found("corpus", where="initial > 2020")[0] == [large]
    project = f"corpus#P{sheet_id(2018, 9)}"
    assert found("corpus", project, where="initial > 2020")[0] == [large, project]
    assert found("corpus", project, where="initial > 2020", as_of=2018)[0] == []


def test_what_of_a_corpus_is_later_than_as_of_is_left_out_or_refused(tmp_path):
    made(tmp_path, *(sheet(year) for year in (2017, 2018, 2019)))
    early = [f"corpus#{sheet_id(year)}" for year in (2017, 2018)]
    assert found("corpus", as_of=2018) == (early, [])
    sheets, (error,) = found(f"corpus#{sheet_id(2019)}", as_of=2018)
    assert sheets == []
    assert "found a sheet of 2019, later than as_of 2018" in error
    project = f"corpus#P{sheet_id(2017)}"
    assert found(project, as_of=2017) == ([project], [])
    sheets, (error,) = found(project, as_of=2016)
    assert sheets == []
    assert f"no P{sheet_id(2017)} up to sheet year 2016" in error


def test_a_damaged_file_of_a_corpus_costs_its_year_alone(tmp_path):
    made(tmp_path, sheet(2018), sheet(2019))
    for path in (tmp_path / "corpus" / "sheet" / "2018").iterdir():
        path.write_bytes(b"PAR1")
    sheets, (error,) = found("corpus")
    assert sheets == [f"corpus#{sheet_id(2019)}"]
    assert "sheet/2018/" in error
    (tmp_path / "corpus" / "corpus.json").write_text("{", "utf-8")
    sheets, (error,) = found("corpus")
    assert sheets == []
    assert "no JSON" in error


# Filters on what is streamed


def test_files_are_filtered_too_over_the_bounds_of_a_chunk(tmp_path):
    many(tmp_path / "a.ndjson", *range(150))
    for number in range(5):
        page(tmp_path / "pages", f"{number:04}")
    many(tmp_path / "b.json", 120)
    sheets, errors = found("a.ndjson", "pages", "b.json", "gone", where="initial > 13120")
    assert sheets == [*(f"a.ndjson#{sheet_id(2019, n)}" for n in range(120, 150)), "b.json"]
    assert len(errors) == 1
    assert len(found("a.ndjson", "pages", ministries=["総務省"])[0]) == 5
    assert found("a.ndjson#0149", "b.json#0120", where="initial > 16000") == (
        [f"a.ndjson#{sheet_id(2019, 149)}"],
        [],
    )


def test_as_of_leaves_out_the_later_ones_of_many_and_refuses_what_is_named(tmp_path):
    lines(tmp_path / "a.ndjson", sheet(2018), sheet(2019))
    many(tmp_path / "b.json", 3)
    assert found("a.ndjson", as_of=2018) == ([f"a.ndjson#{sheet_id(2018)}"], [])
    for late in (f"a.ndjson#{sheet_id(2019)}", "b.json"):
        sheets, (error,) = found(late, as_of=2018)
        assert sheets == []
        assert f"{late}: found a sheet of 2019, later than as_of 2018" in error


def test_a_gzip_that_ends_early_keeps_what_was_read(tmp_path):
    content = gzip.compress(
        b"".join(json.dumps(sheet(2019, n)).encode() + b"\n" for n in range(50))
    )
    (tmp_path / "cut.ndjson.gz").write_bytes(content[: len(content) // 2])
    sheets, (error,) = found("cut.ndjson.gz")
    assert len(sheets) > 5
    assert "a gzip that ends early" in error
