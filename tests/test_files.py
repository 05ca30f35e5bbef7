import os
import subprocess
import sys
import time

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import files


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
