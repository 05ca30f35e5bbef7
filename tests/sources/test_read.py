"""Which source a path is, and which of its sheets is meant."""

import gzip
import json

import pytest

from helpers import paths, sources
from helpers.sheet import ReviewSheet, SheetError
from judgit_records import later, record
from rs_writer import packed

PAGE = paths.DEFAULT_SHEET.read_text(encoding="utf-8")
SHEETS = [
    record(),
    record(事業番号="0043", 事業ID=42),
    record(公開年度=2019, 事業ID=126),
    later(),
]
IDS = [
    "2018-国土交通省-0042",
    "2018-国土交通省-0043",
    "2019-国土交通省-0042",
    "2022-国土交通省-2022-国交-新22-0037-1",
]
LINES = "\n".join(json.dumps(sheet) for sheet in SHEETS)


def zipped(*names: str) -> bytes:
    return packed(dict.fromkeys(names, "予算事業ID,事業名\r\n".encode()))


def written(path, content: str | bytes):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refused(path) -> SheetError:
    with pytest.raises(SheetError) as caught:
        sources.read(path)
    (error,) = sources.stream(path)
    assert str(error) == str(caught.value)
    return error


def ids(path) -> list[str]:
    return [sheet["sheet"][0]["sheet_id"] for sheet in sources.stream(path)]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", PAGE, "page text"),
        ("a", PAGE, "page text"),
        ("a.json", PAGE, "page text"),
        ("a.html", PAGE.encode("cp932"), "page text"),
        ("a.txt", "", "page text"),
        ("a.json", json.dumps(SHEETS[0]), "judgit json"),
        ("a.json", json.dumps(SHEETS, indent=2), "judgit json"),
        ("a.txt", LINES, "judgit json"),
        ("a", gzip.compress(LINES.encode(), mtime=0), "judgit json"),
        ("a.json", "\ufeff \n" + LINES, "judgit json"),
        ("a.ndjson", "oh", "judgit json"),
        ("a.json.gz", gzip.compress(LINES.encode(), mtime=0)[:12], "judgit json"),
    ],
)
def test_a_file_is_known_by_its_content_then_its_ending(tmp_path, name, content, kind):
    assert sources.kind(written(tmp_path / name, content)) == kind


@pytest.mark.parametrize(
    ("name", "content", "found", "expected"),
    [
        ("a.txt", b"%PDF-1.7 ...", "a PDF", "the page's text saved as .txt"),
        ("a.xlsx", zipped("[Content_Types].xml", "xl/a.xml"), "an Excel", "the page's text"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "an Excel", "JUDGIT's JSON"),
        ("a.txt", "\n<!DOCTYPE html><html>", "a web page", "the page's text"),
        ("a.json", "<HTML><body>404", "a web page", "the page's text"),
        ("a.parquet", b"PAR1\x15", "a Parquet file", "the RS system's CSV"),
        ("a.zip", zipped("2-1_RS_2024.csv"), "a zip file", "the folder that holds it"),
        ("a.zip", zipped("a/0001.json"), "a zip of JSON", "the folder it unpacks to"),
        ("a.zip", zipped("a.doc"), "a zip file", "a page text (.txt), JUDGIT sheets"),
        ("2-1.csv", "\ufeff事業年度,予算事業ID\r\n", "one table of the RS", "the folder that"),
        ("a.csv", "a,b\r\n", "a .csv file of something else", "a page text"),
        ("a", "昨日の天気", "a file without ending", "a page text"),
        ("a.txt.gz", gzip.compress(PAGE.encode(), mtime=0), "a .gz file", "a page text"),
        ("a.gz", gzip.compress(LINES.encode(), mtime=0)[:12], "an empty file", "a page text"),
        ("a.dat", "", "an empty file", "a page text"),
        ("a.json", "", "an empty file", "JSON sheets"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_advice(tmp_path, name, content, found, expected):
    path = written(tmp_path / name, content)
    error = refused(path)
    assert found in error.found
    assert expected in error.expected
    assert str(error).startswith(str(path))


def test_folders_are_known_by_what_they_hold(tmp_path):
    written(tmp_path / "json" / "2022" / "a.json", json.dumps(SHEETS[3]))
    written(tmp_path / "json" / "LICENSE.txt", "CC BY")
    written(tmp_path / "pages" / "2019-総務省-0042.txt", PAGE)
    written(tmp_path / "pages" / "README.txt", "pages")
    written(tmp_path / "rs" / "2-1_RS_2024.zip", zipped("2-1_RS_2024.csv"))
    assert ids(tmp_path / "json") == IDS[3:]
    assert ids(tmp_path / "pages") == ["2019-総務省-0042"]
    assert sources.kind(tmp_path / "rs") == "rs csv"


@pytest.mark.parametrize(
    ("names", "found", "expected"),
    [
        ((), "no files", "a page text"),
        (("a.md", "b.xlsx", "c.xlsx"), "a folder of 2 .xlsx, 1 .md", "a page text"),
        (("a.json", "2-1_RS.csv"), "rs csv and judgit json", "one of them"),
        (("corpus.json", "sheet/x.parquet"), "a built corpus", "DIR#sheet_id"),
    ],
)
def test_a_folder_of_something_else_is_refused(tmp_path, names, found, expected):
    for name in names:
        written(tmp_path / name, "{}")
    error = refused(tmp_path)
    assert found in error.found
    assert expected in error.expected


def test_a_page_is_a_stream_of_one():
    (rows,) = sources.stream("data/sheets/2019-総務省-0042.txt")
    read, streamed = sources.read(paths.DEFAULT_SHEET), ReviewSheet.build(**rows)
    for name, table in read.tables().items():
        assert table.equals(streamed.tables()[name])
    assert rows["budget"][0]["requested"] is None


@pytest.mark.parametrize(
    ("name", "sheet_id"),
    [
        (IDS[0], IDS[0]),
        (IDS[3], IDS[3]),
        ("0043", IDS[1]),
        ("００４３", IDS[1]),
        ("2022-国交-新22-0037-1", IDS[3]),
        ("judgit:126", IDS[2]),
        ("126", IDS[2]),
    ],
)
def test_one_sheet_of_many_is_picked_by_its_name(tmp_path, name, sheet_id):
    path = written(tmp_path / "all.ndjson", LINES)
    assert sources.read(f"{path}#{name}").id == sheet_id
    assert ids(f"{path}#{name}") == [sheet_id]


def test_the_source_path_of_a_sheet_reads_it_again(tmp_path):
    for name, content in (("all.ndjson", LINES), ("one.json", json.dumps(SHEETS[0], indent=1))):
        for rows in sources.stream(written(tmp_path / name, content)):
            facts = rows["sheet"][0]
            assert sources.read(facts["source_path"]).id == facts["sheet_id"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("", "4 sheets"),
        ("#", "4 sheets"),
        ("#0042", "2 sheets named 0042"),
        ("#0099", "no sheet 0099 among 4"),
        (f"#{'9' * 300}", "no sheet 999"),
    ],
)
def test_many_sheets_without_a_name_of_one_are_refused_with_an_example(tmp_path, name, found):
    path = written(tmp_path / "all.ndjson", LINES)
    with pytest.raises(SheetError) as caught:
        sources.read(f"{path}{name}")
    assert caught.value.found.startswith(found)
    assert f"such as {path}#{IDS[0]}" in caught.value.expected


def test_broken_sheets_are_counted_where_one_is_looked_for(tmp_path):
    path = written(tmp_path / "all.ndjson", f"{{oh\n{LINES}\nno")
    assert sources.read(f"{path}#0043").id == IDS[1]
    assert "4 sheets (2 could not be read, the first: " in refused_many(path).found
    path = written(tmp_path / "one.ndjson", f"{json.dumps(SHEETS[0])}\nno")
    assert refused_many(path).line == 2


def refused_many(path) -> SheetError:
    with pytest.raises(SheetError) as caught:
        sources.read(path)
    return caught.value


def test_a_number_sign_in_a_path_that_exists_is_part_of_it(tmp_path):
    path = written(tmp_path / "c#" / "2019-総務省#0042.txt", PAGE)
    assert sources.read(path).year == 2019
    many = written(tmp_path / "c#" / "all.ndjson", LINES)
    assert sources.read(f"{many}#0043").id == IDS[1]
    assert "No such file" in refused(tmp_path / "c#" / "no.txt#0042").found
