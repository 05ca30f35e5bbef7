import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import files, paths


@given(st.text(max_size=300))
def test_any_text_gives_one_name_inside_the_folder(tmp_path_factory, text):
    out = tmp_path_factory.getbasetemp()
    name = files.safe_name(text)
    assert name
    assert (out / name).resolve().parent == out.resolve()
    assert len(name.encode()) <= 255
    assert name.isprintable()
    assert not set(name) & set('<>:"/\\|?*')


@given(st.sets(st.text(alphabet="a/._\\新\0", max_size=5), min_size=2, max_size=2))
def test_different_texts_never_share_a_name(texts):
    assert len({files.safe_name(text) for text in texts}) == 2


@pytest.mark.parametrize("text", ["2019-総務省-0042", "2021-新30-0002"])
def test_an_ordinary_sheet_id_stays_as_it_is(text):
    assert files.safe_name(text) == text


@pytest.mark.parametrize("text", ["../../etc", "..", "", "CON", "a\nb", "省" * 300, "\ud800", ".x"])
def test_a_dangerous_name_is_replaced(text):
    name = files.safe_name(text)
    assert name != text
    assert not name.startswith((".", "/"))
    assert len(name.encode()) <= 140


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "x.txt"
    files.write(path, "earlier\r\n")

    def stop_half_way():
        with files.replacing(path) as partial:
            partial.write_text("half", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_half_way()
    assert path.read_bytes() == b"earlier\r\n"
    assert list(tmp_path.iterdir()) == [path]


def test_what_killed_processes_left_is_removed(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    running = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    while psutil.Process(zombie.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    kept = ["x.html", f".x.partial-{running.pid}.html", ".notes.2019.txt", ".partial-x.html"]
    gone = [f".x.y.partial-{p}.ipynb" for p in (ended.pid, zombie.pid, os.getpid())]
    gone += [f".probe.partial-{ended.pid}"]
    for name in (*kept, *gone):
        (tmp_path / name).touch()
    files.clear(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)
    files.clear(tmp_path / "missing")
    running.communicate()
    zombie.wait()


def test_a_partial_file_is_one_that_can_be_cleared(tmp_path):
    for name in ("a.ja.ipynb", "manifest.json", "probe"):
        with files.replacing(tmp_path / name) as partial:
            partial.touch()
            assert list(tmp_path.glob(".*")) == [partial]
            files.clear(tmp_path)
            assert list(tmp_path.glob(".*")) == []
            partial.touch()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    for impossible in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OSError, match=r"cannot write in .*file.* choose another folder"):
            files.writable(impossible)
    assert files.writable(tmp_path / "a" / "b").is_dir()
    assert list((tmp_path / "a" / "b").iterdir()) == []


ADDING = """\
import sys
from pathlib import Path
from helpers import files
counter = Path(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with files.locked(counter) as known:
        assert known
        counter.write_text(str(int(counter.read_text()) + 1))
        if sys.argv[3:]:
            print("held", flush=True)
            input()
"""


def adding(counter, *given):
    command = [sys.executable, "-c", ADDING, str(counter), *map(str, given)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)


def test_a_lock_lets_one_process_in_at_a_time_and_leaves_no_file(tmp_path):
    counter = tmp_path / "counter"
    counter.write_text("0")
    processes = [adding(counter, 300) for _ in range(4)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert counter.read_text() == "1200"
    assert list(tmp_path.iterdir()) == [counter]


def test_a_killed_process_holds_no_lock(tmp_path):
    counter = tmp_path / "counter"
    counter.write_text("0")
    killed = adding(counter, 1, "stay")
    assert killed.stdout.readline() == "held\n"
    waiting = adding(counter, 1)
    # What is in use stays: only what the killed one has left goes.
    files.clear(tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    killed.kill()
    killed.communicate()
    waiting.communicate()
    assert (waiting.returncode, counter.read_text()) == (0, "2")
    killed = adding(counter, 1, "stay")
    assert killed.stdout.readline() == "held\n"
    killed.kill()
    killed.communicate()
    files.clear(tmp_path)
    assert list(tmp_path.iterdir()) == [counter]


def test_a_file_system_without_locks_keeps_nobody_out_and_says_so(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(files.fcntl, "flock", refuse)
    with files.locked(tmp_path / "a") as outer, files.locked(tmp_path / "a") as inner:
        assert (outer, inner) == (False, False)
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_names_the_file_that_was_meant(tmp_path):
    wanted = r"No space left on device: '.*/x\.txt'$"
    with pytest.raises(OSError, match=wanted), files.replacing(tmp_path / "x.txt"):
        raise OSError(errno.ENOSPC, "what a library says that nobody asked for")
    with pytest.raises(OSError, match=r"gone: 'another'$"), files.replacing(tmp_path / "x.txt"):
        raise FileNotFoundError(errno.ENOENT, "gone", "another")
    with pytest.raises(OSError, match=r"missing/x\.txt'$"):
        files.write(tmp_path / "missing" / "x.txt", "text")


def test_a_private_folder_is_gone_with_its_process(tmp_path, monkeypatch):
    monkeypatch.setattr(files.tempfile, "tempdir", str(tmp_path))
    script = (
        "from helpers import files\n"
        "with files.private() as folder: print(folder, flush=True); input()"
    )
    pipe = subprocess.PIPE
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", script]
    killed, other = (
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment)
        for _ in range(2)
    )
    left, kept = (Path(process.stdout.readline().strip()) for process in (killed, other))
    killed.kill()
    killed.communicate()
    stranger = tmp_path / f"{files.PRIVATE}mine"
    stranger.mkdir()
    with files.private() as own:
        assert own.stat().st_mode & 0o777 == 0o700
        assert {*tmp_path.iterdir()} == {own, kept, stranger}
    other.communicate("\n")
    assert (other.returncode, [*tmp_path.iterdir()]) == (0, [stranger])
    assert not left.exists()


def test_a_path_inside_the_repository_is_shown_from_its_root_wherever_one_stands(
    tmp_path, monkeypatch
):
    for folder, path, shown in [
        (paths.ROOT, "data/a.json", "data/a.json"),
        (paths.ROOT / "src", "../data/a.json", "data/a.json"),
        (tmp_path, "../data/a.json", "../data/a.json"),
        (tmp_path, paths.ROOT / "data" / "a.json", "data/a.json"),
        (paths.ROOT, tmp_path / "a.json", (tmp_path / "a.json").as_posix()),
    ]:
        monkeypatch.chdir(folder)
        assert paths.shown(path) == shown
