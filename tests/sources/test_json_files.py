"""Files and folders of JSON sheets, whole and broken."""

import gzip
import json
import os
import tracemalloc

import pytest

from helpers.sheet import SheetError
from helpers.sources import json_files, judgit_json
from judgit_records import record

IDS = [f"{number:04}" for number in range(1, 5)]
SHEETS = [record(事業番号=number) for number in IDS]
LINES = [json.dumps(sheet, ensure_ascii=False).encode() + b"\n" for sheet in SHEETS]
WHOLE = b"".join(LINES)


def streamed(path) -> list:
    """The project numbers of the sheets, the errors as they are."""
    return [
        sheet if isinstance(sheet, SheetError) else sheet["sheet"][0]["project_number"]
        for sheet in judgit_json.stream(path)
    ]


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.lower().endswith(".gz") else content)
    return path


PER_LINE = [WHOLE, WHOLE.rstrip(), b"\xef\xbb\xbf\n\n" + b"\r\n\r\n".join(LINES)]
LISTS = [json.dumps(SHEETS).encode(), json.dumps(SHEETS, ensure_ascii=False, indent=1).encode()]


@pytest.mark.parametrize(
    ("name", "contents"),
    [
        ("a.ndjson", PER_LINE),
        ("A.JSONL.GZ", PER_LINE),
        ("a.json", PER_LINE + LISTS),
        ("a.json.gz", PER_LINE + LISTS),
        ("a", PER_LINE + LISTS),
    ],
)
def test_sheets_in_one_file(tmp_path, name, contents):
    for content in contents:
        assert streamed(written(tmp_path, name, content)) == IDS


def test_one_sheet_in_a_file(tmp_path):
    for indent in (None, 1):
        path = written(tmp_path, "a.json", json.dumps(SHEETS[0], indent=indent).encode())
        assert streamed(path) == IDS[:1]


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path):
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    names = ["b/c/x.json", "b/2.json", "a.ndjson.gz", "z.jsonl"]
    for name, line in zip(names, LINES, strict=True):
        written(tmp_path, name, line)
    for name in ("README.md", ".hidden.json", ".git/config.json", "b/x.txt"):
        written(tmp_path, name, b"{")
    assert streamed(tmp_path) == [IDS[2], IDS[3], IDS[1], IDS[0]]


def test_the_list_is_split_wherever_its_chunks_end(tmp_path, monkeypatch):
    path = written(tmp_path, "a.json", json.dumps(SHEETS, ensure_ascii=False, indent=2).encode())
    lines = [piece[1] for piece in json_files.pieces(path)]
    text = path.read_text(encoding="utf-8").split("\n")
    assert [text[line - 1] for line in lines] == ["  {"] * 4
    for size in (1, 7, 1000):
        monkeypatch.setattr(json_files, "_CHUNK", size)
        assert [piece[1] for piece in json_files.pieces(path)] == lines


def test_a_broken_line_does_not_stop_the_others(tmp_path):
    path = written(tmp_path, "a.ndjson", b"".join([LINES[0], b"{oh\n", b"\n", *LINES[1:]]))
    first, error, *rest = streamed(path)
    assert [first, *rest] == IDS
    assert (error.path, error.line) == (str(path), 2)
    assert "broken JSON" in error.found


def test_bytes_of_another_encoding_are_named(tmp_path):
    path = written(tmp_path, "a.ndjson", LINES[0] + WHOLE.decode().encode("cp932"))
    first, *errors = streamed(path)
    assert first == IDS[0]
    assert [error.line for error in errors] == [2, 3, 4, 5]
    offset = LINES[0].decode().encode("cp932").index("事業".encode("cp932"))
    assert f"not UTF-8 (byte offset {offset} of the line)" in errors[0].found
    path = written(tmp_path, "a.json", json.dumps(SHEETS, ensure_ascii=False).encode("cp932"))
    (error,) = streamed(path)
    assert f"not UTF-8 at byte offset {offset + 1}" in error.found


@pytest.mark.parametrize("name", ["a.ndjson.gz", "a.json.gz"])
def test_half_a_gzip_gives_what_it_holds(tmp_path, name):
    # Random letters pack badly, so that half of the gzip holds whole lines.
    noise = {"事業概要": os.urandom(50_000).hex()}
    sheets = [sheet | noise for sheet in SHEETS]
    per_line = "nd" in name
    content = "\n".join(map(json.dumps, sheets)) if per_line else json.dumps(sheets, indent=0)
    packed = gzip.compress(content.encode())
    path = tmp_path / name
    path.write_bytes(packed[: len(packed) * 7 // 10])
    first, second, error = streamed(path)
    assert [first, second] == IDS[:2]
    assert "a gzip that ends early, after line 2" in error.found or not per_line
    assert "ends early" in error.found
    path.write_bytes(packed[:20])
    (error,) = streamed(path)
    assert "half a gzip" in error.found


@pytest.mark.parametrize(
    ("content", "sheets", "line", "found"),
    [
        (b"[%s, %s" % (LINES[0], LINES[1]), 2, 3, "breaks off"),
        (b"[%s  %s]" % (LINES[0], LINES[1]), 1, 2, "no comma"),
        (b"[%s, oh, %s]" % (LINES[0], LINES[1]), 1, 2, "Expecting value"),
        (b"[%s]]" % LINES[0], 1, 2, "broken here"),
        (b"[\n\n]", 0, None, "an empty list"),
        (b"[", 0, 1, "breaks off"),
        (b"", 0, None, "an empty file"),
        (b"\n \n", 0, None, "an empty file"),
        (b'{\n"a": [1,\n', 0, 2, "broken JSON"),
        (b'{"a": 1}', 0, 1, "no key 公開年度"),
        (b"[1, [], {}]", 0, 1, "1"),
    ],
)
def test_broken_files_are_refused_with_their_place(tmp_path, content, sheets, line, found):
    *read, error = streamed(written(tmp_path, "a.json", content))
    assert [one for one in read if not isinstance(one, SheetError)] == IDS[:sheets]
    error = next(one for one in [*read, error] if isinstance(one, SheetError))
    assert error.line == line
    assert found in error.found


def test_a_file_that_is_not_there_is_refused(tmp_path):
    (error,) = streamed(tmp_path / "missing.json")
    assert "No such file" in error.found
    os.mkfifo(tmp_path / "pipe.json")
    (error,) = streamed(tmp_path / "pipe.json")
    assert "not a regular file" in error.found


def test_bytes_that_are_no_gzip_though_they_begin_like_one(tmp_path):
    path = tmp_path / "a.json.gz"
    path.write_bytes(b"\x1f\x8bthis is none")
    (error,) = streamed(path)
    assert "no readable file" in error.found
    packed = bytearray(gzip.compress(WHOLE))
    packed[-6] ^= 1
    path.write_bytes(packed)
    error = streamed(path)[-1]
    assert "CRC check failed" in error.found


def test_what_is_too_long_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(json_files, "DOCUMENT_BYTES", 5000)
    monkeypatch.setattr(json_files, "_CHUNK", 999)
    long = json.dumps(record(事業概要="あ" * 5000)).encode()
    path = written(tmp_path, "a.ndjson", LINES[0] + long + b"\n" + LINES[1])
    first, error, second = streamed(path)
    assert [first, second] == IDS[:2]
    assert (error.line, "more than" in error.found) == (2, True)
    for name, content in (("b.json", b"{\n" + long[1:]), ("c.json", b"[%s]" % long)):
        (error,) = streamed(written(tmp_path, name, content))
        assert "more than" in error.found
    assert streamed(written(tmp_path, "d.json", b"[" + b",".join(LINES * 9) + b"]")) == IDS * 9


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "opening", "sheets"),
    [("a.ndjson.gz", b"", 1), ("a.json.gz", b'{"a": "', 1), ("a.json.gz", b"[", 0)],
)
def test_a_gzip_bomb_takes_little_memory(tmp_path, name, opening, sheets):
    path, zeros = tmp_path / name, gzip.compress(bytes(2**26))
    # Twice what is allowed below: a reader that held all of it would be found out.
    path.write_bytes(gzip.compress(opening) + 4 * zeros + gzip.compress(b"\n" + LINES[0]))
    assert path.stat().st_size < 2**19
    tracemalloc.start()
    error, *rest = streamed(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "more than 16 MB" in error.found
    assert rest == IDS[:sheets]
    assert peak < 8 * json_files.DOCUMENT_BYTES
