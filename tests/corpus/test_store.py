"""A corpus on disk changes in one step or not at all, and says what is wrong with it."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pandas as pd
import pyarrow.parquet as pq
import pytest

from corpus_sheets import files_of, lines, sheet, sheet_id
from helpers.corpus import Corpus, build, derive, is_corpus
from helpers.corpus.draft import Draft, changing
from helpers.corpus.store import MANIFEST, REJECTED, TABLES, Store, arrow
from helpers.sheet import SheetError

BUILD = (
    "import sys; from helpers import cli\n"
    "if __name__ == '__main__': sys.exit(cli.main(['corpus', *sys.argv[1:]]))"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def first(folder):
    return lines(folder / "first.ndjson", sheet(2018, 1), sheet(2018, 2), "{no")


@pytest.fixture(scope="module")
def second(folder):
    return lines(folder / "second.ndjson", sheet(2019, 1), sheet(2018, 3))


@pytest.fixture(scope="module")
def bytes_of_first(folder, first):
    build.build([first], folder / "first", 1)
    return files_of(folder / "first")


@pytest.fixture
def out(tmp_path, bytes_of_first):
    """A corpus of the first source."""
    for name, content in bytes_of_first.items():
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "corpus"


def test_rows_appended_in_parts_are_read_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.corpus.draft.BUFFERED_ROWS", 3)
    rows = [{"sheet_id": f"s{number}", "fiscal_year": number} for number in range(10)]
    with changing(tmp_path / "c", anew=True) as draft:
        for start in range(0, 10, 2):
            draft.append("budget", 2018, arrow("budget", rows[start : start + 2]))
        draft.append("budget", 2017, arrow("budget", [{"sheet_id": "s", "unknown": 1}]))
        draft.finish()
        assert draft.read("budget", [2018])["fiscal_year"].tolist() == list(range(10))
        assert not (tmp_path / "c" / MANIFEST).exists()
        draft.reject([])
    store = Store.open(tmp_path / "c")
    assert store.read("budget")["sheet_id"].tolist() == ["s", *(row["sheet_id"] for row in rows)]
    found = store.read("budget", [2018], ["fiscal_year"], sheet_id=["s3", "s8"])
    assert found["fiscal_year"].tolist() == [3, 8]
    assert store.read("budget", sheet_id=[]).empty
    assert store.read("budget").dtypes.astype(str).to_dict() == TABLES["budget"]


def test_a_year_replaced_by_nothing_has_no_file(tmp_path):
    frame = pd.DataFrame({"sheet_id": ["a"], "sheet_year": [2018], "project_id": ["Pa"]})
    with changing(tmp_path / "c", anew=True) as draft:
        draft.replace("project", 2018, frame)
        draft.reject([])
    with changing(tmp_path / "c", anew=False) as draft:
        draft.replace("project", 2018, frame[:0])
        assert Store.open(tmp_path / "c").read("project")["project_id"].tolist() == ["Pa"]
        draft.reject([])
    assert Store.open(tmp_path / "c").read("project").empty
    assert set(files_of(tmp_path / "c")) == {MANIFEST, REJECTED}


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, first):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("dear")
    with pytest.raises(SheetError, match="letters: found a folder that holds something else"):
        build.build([first], tmp_path / "letters", 1)
    assert files_of(tmp_path / "letters") == {"dear.txt": b"dear"}
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"cannot write in .*file"):
        build.build([first], tmp_path / "file", 1)
    (tmp_path / "empty").mkdir()
    assert build.build([first], tmp_path / "empty", 1).sheets == 2


def test_adding_needs_a_corpus(tmp_path, second):
    with pytest.raises(SheetError, match=r"corpus.json: found No such file"):
        build.add([second], tmp_path / "corpus", 1)
    assert not (tmp_path / "corpus").exists()


def test_sources_without_a_sheet_change_nothing(out, bytes_of_first, tmp_path):
    known = lines(tmp_path / "known.ndjson", sheet(2018, 1))
    empty = lines(tmp_path / "empty.ndjson")
    with pytest.raises(SheetError, match=r"no sheet that could be taken in .*found an empty file"):
        build.build([empty], out, 1)
    with pytest.raises(SheetError, match=r"no sheet that could be taken in .* again"):
        build.add([known], out, 1)
    with pytest.raises(SheetError, match="no sheet that could be taken in"):
        build.build([empty], tmp_path / "new", 1)
    assert files_of(out) == bytes_of_first
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("change", [build.build, build.add])
@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt(), MemoryError()])
def test_an_error_in_the_middle_leaves_the_old_corpus(
    out, bytes_of_first, second, monkeypatch, change, error
):
    def broken(*_):
        raise error

    monkeypatch.setattr(derive, "_shard", broken)
    with pytest.raises(type(error)):
        change([second], out, 1)
    assert files_of(out) == bytes_of_first


@pytest.mark.parametrize("at", [0, 2, 4])
def test_an_error_while_files_move_leaves_the_old_corpus_readable(
    out, bytes_of_first, second, monkeypatch, at
):
    """Whatever the moment: what the manifest names is there, and nothing of it is half-written."""
    true, moves = os.replace, []

    def replace(source, target):
        moves.append(target)
        if (
            len(moves) > 3 * at
            and str(target).startswith(str(out))
            and ".writing" not in str(target)
        ):
            raise OSError(28, "No space left on device")
        return true(source, target)

    monkeypatch.setattr("pathlib.os.replace", replace)
    with pytest.raises(OSError, match=r"No space left on device.: what was there is unchanged"):
        build.add([second], out, 1)
    monkeypatch.undo()
    assert moves
    now = files_of(out)
    assert {name: now[name] for name in bytes_of_first} == bytes_of_first
    assert Corpus(out).table("sheet")["sheet_id"].tolist() == [sheet_id(2018, 1), sheet_id(2018, 2)]
    assert build.add([second], out, 1).sheets == 2
    named = json.loads(files_of(out)[MANIFEST])["tables"].values()
    listed = {name for years in named for names in years.values() for name in names}
    assert set(files_of(out)) == listed | {MANIFEST, REJECTED}


def test_a_change_that_came_meanwhile_is_noticed(out, first, second):
    def meanwhile(_):
        if len(Corpus(out).years) == 1:
            build.add([second], out, 1)

    with pytest.raises(SheetError, match=r"a corpus changed meanwhile.*run again"):
        build.build([first], out, 1, meanwhile)
    assert Corpus(out).years == [2018, 2019]
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
@pytest.mark.slow
def test_a_build_that_is_killed_leaves_the_old_corpus(out, bytes_of_first, tmp_path):
    many = lines(tmp_path / "many.ndjson", *[sheet(2019, number) for number in range(1, 2500)])
    command = [sys.executable, "-c", BUILD, "add", many, "--out", out, "--workers", "1"]
    rng, staged = random.Random(7), 0
    for _ in range(8):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            deadline = time.monotonic() + 60
            while not [*out.glob(".writing.*")] and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(rng.uniform(0, 1.0))
            process.send_signal(signal.SIGKILL)
        staged += bool([*out.glob(".writing.*")])
        now = files_of(out)
        assert {name: now[name] for name in bytes_of_first} == bytes_of_first
        assert len(Corpus(out).table("budget")) == 10
    assert staged > 3
    (out / ".writing.here").mkdir()
    assert build.add([many], out, 1).sheets == 2499
    left = {path.name for path in out.iterdir() if path.name.startswith(".")}
    assert left == {".writing.here"}


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_what_a_killed_first_build_leaves_is_no_obstacle(tmp_path, first):
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    left = tmp_path / "corpus" / f".writing.{gone.pid}" / "sheet"
    left.mkdir(parents=True)
    assert build.build([first], tmp_path / "corpus", 1).sheets == 2
    assert not left.exists()


LIMITED = (
    "import resource, signal, sys; from helpers import cli\n"
    "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))\n"
    "sys.exit(cli.main(['corpus', *sys.argv[2:]]))"
)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of file sizes as Linux has them")
@pytest.mark.parametrize("limit", [0, 4000])
def test_a_disk_without_room_is_one_line_and_leaves_the_old_corpus(
    out, bytes_of_first, second, limit
):
    command = [sys.executable, "-c", LIMITED, str(limit), "add", second, "--out", out]
    done = subprocess.run([*command, "--workers", "1"], capture_output=True, text=True)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "cannot write the corpus in" in line
    assert "what was there is unchanged" in line
    assert "free space" in line
    assert done.stdout == ""
    assert files_of(out) == bytes_of_first


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own with little room."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", place]
    if os.name != "posix" or os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small file system cannot be mounted here: that needs root")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_disk_that_is_full_leaves_the_old_corpus(small_disk, first, second):
    build.build([first], small_disk / "corpus", 1)
    before = files_of(small_disk / "corpus")
    (small_disk / "ballast").write_bytes(b"\0" * 4096)
    with (small_disk / "rest").open("wb", buffering=0) as rest, suppress(OSError):
        while True:
            rest.write(b"\0" * 4096)
    (small_disk / "ballast").unlink()
    with pytest.raises(OSError, match=r"cannot write .* unchanged; free space or choose another"):
        build.add([second], small_disk / "corpus", 1)
    assert files_of(small_disk / "corpus") == before
    (small_disk / "rest").unlink()
    assert build.add([second], small_disk / "corpus", 1).sheets == 2


def test_a_folder_that_cannot_be_written_is_said_so(out, bytes_of_first, second):
    if os.name != "posix" or not os.geteuid():
        pytest.skip("root may write everywhere")
    out.chmod(0o500)
    try:
        with pytest.raises(OSError, match="cannot write in"):
            build.add([second], out, 1)
    finally:
        out.chmod(0o700)
    assert files_of(out) == bytes_of_first


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "another version's corpus"),
        (b'{"format": 2, "tables": {"sheet": {}}}', "another version's corpus"),
        (b'{"format": 1}', "no list of the corpus's files"),
        (b'{"format": 1, "tables": 5}', "no list of the corpus's files"),
        (b'{"format": 1, "tables": {"sheet": []}}', "no list of the corpus's files"),
        (b'{"format": 1, "tables": {"sheet": {"x": []}}}', "no list of the corpus's files"),
        (b'{"format": 1, "tables": {"sheet": {"2018": 7}}}', "no list of the corpus's files"),
        (
            b'{"format": 1, "tables": {"sheet": {"2018": ["../../x.parquet"]}}}',
            "no list of the corpus's files",
        ),
    ],
)
def test_a_manifest_that_is_damaged_names_itself(out, second, content, found):
    (out / MANIFEST).write_bytes(content)
    assert is_corpus(out)
    for call in (lambda: Corpus(out), lambda: build.add([second], out, 1)):
        with pytest.raises(SheetError, match=found) as caught:
            call()
        assert caught.value.path == str(out / MANIFEST)
        assert "build" in caught.value.expected


@pytest.mark.parametrize("damage", ["gone", "cut", "flipped", "empty", "other columns"])
def test_a_file_that_is_damaged_names_itself(out, second, damage):
    (path,) = out.glob("budget/*/*.parquet")
    content = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "flipped":
        # inside the first page: what is packed no longer unpacks
        content[20:200] = bytes(byte ^ 0x5A for byte in content[20:200])
        path.write_bytes(content)
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        pq.write_table(pq.read_table(path).drop_columns(["initial", "executed"]), path)
    corpus = Corpus(out)
    calls = [
        lambda: corpus.table("budget"),
        lambda: corpus.sheet(sheet_id(2018, 1)),
        lambda: corpus.project(f"P{sheet_id(2018, 1)}"),
        lambda: build.add([second], out, 1),
    ]
    for call in calls:
        with pytest.raises(SheetError, match="no readable table") as caught:
            call()
        assert caught.value.path == str(path)
        assert "build the corpus again" in caught.value.expected
    assert len(corpus.table("sheet")) == 2


def test_the_list_of_rejects_that_is_gone_names_itself(out):
    (out / REJECTED).unlink()
    with pytest.raises(SheetError, match=r"rejected\.parquet: found no readable table"):
        Corpus(out).rejected()


def test_a_draft_reads_what_is_staged_before_what_is_in_force(out):
    manifest = json.loads((out / MANIFEST).read_text("utf-8"))
    draft = Draft(out, manifest)
    draft.append("sheet", 2020, arrow("sheet", [{"sheet_id": "x", "sheet_year": 2020}]))
    draft.finish()
    assert draft.years == draft.reader().years == [2018, 2020]
    assert draft.reader().read("sheet", [2020])["sheet_id"].tolist() == ["x"]
    assert Store.open(out).years == [2018]
