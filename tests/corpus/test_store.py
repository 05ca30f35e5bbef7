"""A corpus on disk changes in one step or not at all, and says what is wrong with it."""

import errno
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pandas as pd
import pyarrow.parquet as pq
import pytest

from corpus_sheets import files_of, lines, sheet, sheet_id
from helpers.corpus import Corpus, build, is_corpus, store
from helpers.corpus.draft import Draft, changing
from helpers.corpus.store import BY_YEAR, MANIFEST, REJECTED, TABLES, arrow, as_table
from helpers.sheet import SheetError

V = b'{"format": 3, "version": "0123456789abcdef", '
NO_LIST = "no list of the corpus's files"
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
def out(tmp_path, folder, bytes_of_first):  # noqa: ARG001 (makes what is copied)
    """A corpus of the first source."""
    return shutil.copytree(folder / "first", tmp_path / "corpus", symlinks=True)


def test_rows_appended_in_parts_are_read_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.corpus.draft.BUFFERED_ROWS", 3)
    rows = [{"sheet_id": f"s{number}", "fiscal_year": number} for number in range(10)]
    with changing(tmp_path / "c", anew=True) as draft:
        for start in range(0, 10, 2):
            draft.append("budget", 2018, arrow("budget", rows[start : start + 2]))
        draft.append("budget", 2017, arrow("budget", [{"sheet_id": "s", "unknown": 1}]))
        draft.finish()
        assert draft.table("budget", [2018])["fiscal_year"].tolist() == list(range(10))
        assert not (tmp_path / "c" / MANIFEST).exists()
        draft.reject([])
    made = Corpus(tmp_path / "c")
    assert made.table("budget")["sheet_id"].tolist() == ["s", *(row["sheet_id"] for row in rows)]
    found = made.table("budget", [2018], ["fiscal_year"], sheet_id=["s3", "s8"])
    assert found["fiscal_year"].tolist() == [3, 8]
    assert made.table("budget", sheet_id=[]).empty
    assert made.table("budget").dtypes.astype(str).to_dict() == TABLES["budget"]


def test_a_year_replaced_by_nothing_has_no_file(tmp_path):
    frame = pd.DataFrame({"sheet_id": ["a"], "sheet_year": [2018], "project_id": ["Pa"]})
    with changing(tmp_path / "c", anew=True) as draft:
        draft.replace("project", 2018, as_table("project", frame))
        draft.reject([])
    with changing(tmp_path / "c", anew=False) as draft:
        draft.replace("project", 2018, as_table("project", frame[:0]))
        assert Corpus(tmp_path / "c").table("project")["project_id"].tolist() == ["Pa"]
        draft.reject([])
    assert Corpus(tmp_path / "c").table("project").empty
    assert [*(tmp_path / "c").glob("versions/*/*")] == [*(tmp_path / "c").glob("versions/*/rej*")]


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

    monkeypatch.setattr(build, "_shard", broken)
    with pytest.raises(type(error)):
        change([second], out, 1)
    assert files_of(out) == bytes_of_first


def test_a_second_change_is_refused_and_the_first_goes_on(out, first, second, tmp_path):
    """Also where both are first builds: neither takes the other's folder away."""
    for place, change in ((out, build.add), (tmp_path / "new", build.build)):
        refused = []

        def meanwhile(_, place=place, refused=refused):
            with pytest.raises(SheetError, match=r"is changing; expected one change at a time"):
                build.build([first], place, 1)
            refused.append(place)

        assert change([second], place, 1, meanwhile).sheets == 2
        assert refused
        assert Corpus(place).years == [2018, 2019]
        assert not [path for path in place.iterdir() if path.name.startswith(".")]


def test_where_there_are_no_locks_a_change_that_came_meanwhile_is_noticed(
    out, first, second, monkeypatch
):
    monkeypatch.setattr(store, "fcntl", None)
    before = Corpus(out)

    def meanwhile(_):
        if len(Corpus(out).years) == 1:
            build.add([second], out, 1)

    with pytest.raises(SheetError, match=r"one change at a time.*run again"):
        build.build([first], out, 1, meanwhile)
    assert Corpus(out).years == [2018, 2019]
    # The version replaced stays until the next change, and no longer.
    assert len(before.table("budget")) == 10
    build.build([second], out, 1)
    assert len([*(out / "versions").iterdir()]) == 2
    with pytest.raises(SheetError, match="open the corpus again"):
        before.table("budget")


def test_a_corpus_stays_as_it_was_opened_for_as_long_as_it_is_used(out, first, second):
    opened, wanted = Corpus(out), {name: Corpus(out).table(name) for name in BY_YEAR}
    build.add([second], out, 1)
    build.build([second], out, 1)
    build.build([first, second], out, 1)
    for name, table in wanted.items():
        pd.testing.assert_frame_equal(opened.table(name), table)
    assert opened.sheet(sheet_id(2018, 1)).year == 2018
    assert len(pd.read_parquet(opened.tables / "sheet")) == 2
    assert len([*(out / "versions").iterdir()]) == 2
    del opened
    build.build([second], out, 1)
    assert [path.name for path in (out / "versions").iterdir()] == [Corpus(out).tables.name]


def test_a_version_of_the_same_content_is_kept_and_a_damaged_one_made_anew(out, first):
    before = files_of(out)
    build.build([first], out, 1)
    assert files_of(out) == before
    version = Corpus(out).tables.name
    (path,) = out.glob("budget/*/*.parquet")
    path.write_bytes(b"PAR1")
    build.build([first], out, 1)
    assert len(Corpus(out).table("budget")) == 10
    assert Corpus(out).tables.name == f"{version}-2"


def test_a_corpus_of_the_layout_before_is_refused_in_a_line_and_built_over(tmp_path, first, second):
    out = tmp_path / "corpus"
    old = lines(out / "sheet" / "sheet_year=2018" / "0123.parquet", "old")
    (out / MANIFEST).write_text('{"format": 1, "tables": {"sheet": {"2018": []}}}')
    (out / REJECTED).write_text("old")
    for call in (lambda: Corpus(out), lambda: build.add([second], out, 1)):
        with pytest.raises(SheetError, match=r"another version's corpus; .*build it again"):
            call()
    assert old.exists()
    assert build.build([first], out, 1).sheets == 2
    assert not old.exists()
    assert len(pd.read_parquet(out / "sheet")) == 2
    assert len(pd.read_parquet(out / REJECTED)) == 1


def test_a_copy_that_followed_the_links_is_a_corpus_too(out, tmp_path, second):
    copy = shutil.copytree(out, tmp_path / "copy")
    assert not (copy / "sheet").is_symlink()
    build.add([second], copy, 1)
    assert len(Corpus(copy).table("sheet")) == len(pd.read_parquet(copy / "sheet")) == 4


def test_without_links_or_second_names_of_files_a_corpus_is_whole(
    tmp_path, first, second, monkeypatch
):
    def none(*_, **__):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("pathlib.Path.symlink_to", none)
    monkeypatch.setattr("helpers.corpus.draft.os.link", none)
    build.build([first], tmp_path / "corpus", 1)
    build.add([second], tmp_path / "corpus", 1)
    corpus = Corpus(tmp_path / "corpus")
    assert len(corpus.table("sheet")) == len(pd.read_parquet(corpus.tables / "sheet")) == 4
    assert {path.name for path in (tmp_path / "corpus").iterdir()} == {MANIFEST, "versions"}


CHANGES = {"os.rename", "os.link", "os.symlink", "os.remove", "os.mkdir", "os.rmdir", "open"}


def killed_at(step: int, folder, change) -> bool:
    """Let a forked child make the change, killed before its step of this number to the files in
    `folder` since the commit began; whether it came so far."""
    if pid := os.fork():
        return os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    try:
        steps, commit = itertools.count(), Draft.commit

        def hook(event, arguments):
            paths = [str(one) for one in arguments[:2]]
            written = event != "open" or "w" in str(arguments[1]) or "x" in str(arguments[1])
            within = any(path.startswith(str(folder)) for path in paths)
            if event in CHANGES and written and within and next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        def counted(draft):
            sys.addaudithook(hook)
            commit(draft)

        Draft.commit = counted
        change()
    finally:
        os._exit(0)


def put(folder, anew, *years):
    """A change without a build: a sheet of each year, and a budget of one."""
    with changing(folder, anew) as draft:
        for year in years:
            draft.append(
                "sheet", year, arrow("sheet", [{"sheet_id": f"{year}", "sheet_year": year}])
            )
        draft.append("budget", years[0], arrow("budget", [{"sheet_id": f"{years}"}]))
        draft.finish()
        draft.reject([])


def seen(folder) -> list[list[str]]:
    """What a reader finds in two tables, if there is a corpus."""
    if not is_corpus(folder):
        return []
    opened = Corpus(folder)
    return [opened.table(name)["sheet_id"].tolist() for name in ("sheet", "budget")]


def seen_by_others(folder) -> list[list[str]]:
    """The same for another program."""
    if not (folder / "current").exists():
        return []
    return [pd.read_parquet(folder / name)["sheet_id"].tolist() for name in ("sheet", "budget")]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks as POSIX systems have them")
@pytest.mark.parametrize("kind", ["first", "again", "add"])
def test_a_change_killed_at_any_step_of_its_commit_is_whole_or_not_there(
    tmp_path, kind, monkeypatch
):
    """A reader finds the old state or the new one, and the same command makes the same bytes."""
    # Every table is one more of the same steps: a few stand for all of them.
    few = ["sheet", "budget", "finding", "project"]
    monkeypatch.setattr("helpers.corpus.draft.BY_YEAR", few)
    links = {name: f"current/{name}" for name in [*few, REJECTED]}
    monkeypatch.setattr("helpers.corpus.draft.LINKS", links)
    if kind != "first":
        put(tmp_path / "before", True, 2018, 2019)

    def start(place):
        shutil.rmtree(place, ignore_errors=True)
        if kind != "first":
            shutil.copytree(tmp_path / "before", place, symlinks=True)
        return place

    def change(place):
        put(place, kind != "add", 2019, 2020)

    wanted = tmp_path / "wanted"
    change(start(wanted))
    states = [seen(tmp_path / "before"), seen(wanted)]
    assert [seen_by_others(tmp_path / "before"), seen_by_others(wanted)] == states
    met, others = [], []
    for step in itertools.count():
        place = start(tmp_path / "killed")
        if not killed_at(step, place, lambda place=place: change(place)):
            break
        met.append(states.index(seen(place)))
        others.append(states.index(seen_by_others(place)))
        if kind != "add" or not met[-1]:
            change(place)
            assert files_of(place) == files_of(wanted), step
    assert files_of(place) == files_of(wanted)
    assert step > 15
    for each in (met, others):
        assert each == sorted(each)
        assert set(each) == {0, 1}


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
@pytest.mark.slow
def test_a_build_that_is_killed_leaves_the_old_corpus(out, bytes_of_first, tmp_path):
    many = lines(tmp_path / "many.ndjson", *[sheet(2019, number) for number in range(1, 600)])
    command = [sys.executable, "-c", BUILD, "add", many, "--out", out, "--workers", "1"]
    for wait in (0, 0.05, 0.2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            while process.poll() is None and not [*out.glob(".writing.*")]:
                time.sleep(0.01)
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
        if len(Corpus(out).years) == 1:
            now = files_of(out)
            assert {name: now[name] for name in bytes_of_first} == bytes_of_first
    (out / ".writing.here").mkdir()
    if len(Corpus(out).years) == 1:
        assert build.add([many], out, 1).sheets == 599
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
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", place]
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
        *((text, "no JSON") for text in (b"", b"{", b"\xff\xfe", b"[" * 100_000)),
        (b"[]", "another version's corpus"),
        (b'{"format": 1, "tables": {"sheet": {}}}', "another version's corpus"),
        (b'{"format": 2, "tables": {"sheet": {}}}', "another version's corpus"),
        (b'{"format": 3}', NO_LIST),
        (b'{"format": 3, "tables": {"sheet": {}}}', NO_LIST),
        (b'{"format": 3, "version": "../x", "tables": {"sheet": {}}}', NO_LIST),
        (V + b'"tables": 5}', NO_LIST),
        (V + b'"tables": {"sheet": []}}', NO_LIST),
        (V + b'"tables": {"sheet": {"x": []}}}', NO_LIST),
        (V + b'"tables": {"sheet": {"2018": 7}}}', NO_LIST),
        (V + b'"tables": {"sheet": {"2018": ["../../x.parquet"]}}}', NO_LIST),
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
    (path,) = (one.resolve() for one in out.glob("budget/*/*.parquet"))
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
        assert caught.value.path == str(path.resolve())
        assert "build the corpus again" in caught.value.expected
    assert len(corpus.table("sheet")) == 2


def test_the_list_of_rejects_that_is_gone_names_itself(out):
    (out / REJECTED).resolve().unlink()
    with pytest.raises(SheetError, match=r"rejected\.parquet: found no readable table"):
        Corpus(out).rejected()


def test_a_draft_reads_what_is_staged_before_what_is_in_force(out):
    manifest = json.loads((out / MANIFEST).read_text("utf-8"))
    draft = Draft(out, manifest)
    draft.append("sheet", 2020, arrow("sheet", [{"sheet_id": "x", "sheet_year": 2020}]))
    draft.finish()
    assert draft.years == draft.reader().years == [2018, 2020]
    assert draft.reader().table("sheet", [2020])["sheet_id"].tolist() == ["x"]
    assert Corpus(out).years == [2018]
