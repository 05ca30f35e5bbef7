"""Runs that are stopped, at once with another, or where nothing can be written."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading

import pytest

import fetch_site
from fetch_site import held, project, sheet
from helpers.fetch import folder as folders
from helpers.fetch.rs_zips import KINDS

COMMAND = [sys.executable, "-c", "import sys; from helpers.cli import main; sys.exit(main())"]


def start(site, out, *arguments: object) -> subprocess.Popen:
    return subprocess.Popen(
        [*COMMAND, "fetch", *map(str, arguments), "--out", str(out), "--lang", "en"],
        env={**os.environ, **fetch_site.environment(site.address)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def give(site) -> None:
    site.give_year(2024)
    site.give_projects(2026, 12)
    site.give_judgit(sheet(2018, "0041"), sheet(2019, "0042"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What a run that nobody stops leaves."""
    out = tmp_path_factory.mktemp("whole") / "fetched"
    site = fetch_site.Site()
    give(site)
    with fetch_site.serving(site):
        for arguments in (["judgit"], ["rs", 2024, 2026]):
            process = start(site, out, *arguments)
            process.communicate()
            assert process.returncode == 0
    return sheets(out)


def sheets(out) -> dict[str, bytes]:
    return {name: data for name, data in held(out).items() if name != "fetched.json"}


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("call", "number"),
    [
        *((call, signal.SIGKILL) for call in (0, 15, 30, 52)),
        *((call, signal.SIGTERM) for call in (9, 17)),
    ],
)
def test_a_run_that_is_stopped_leaves_whole_files_and_the_next_completes(
    call, number, site, fetch, out, whole
):
    """Of the 15 + 1 + 36 + 1 calls of a run, one is not answered before it is stopped."""
    give(site)
    started = threading.Event()

    def stop(_):
        if len(site.calls) == call and not site.stopped:
            site.stopped = True
            started.wait()
            process.send_signal(number)
            process.wait()

    site.stopped, site.before = False, stop
    process = start(site, out, "rs", 2024, 2026)
    started.set()
    _, complaints = process.communicate()
    assert site.stopped
    assert process.returncode != 0
    assert "Traceback" not in complaints
    if number != signal.SIGKILL:
        assert "what was finished stays" in complaints
        assert json.loads((out / "fetched.json").read_text("utf-8"))["format"] == 1
    assert {name: whole[name] for name in sheets(out)} == sheets(out)
    assert fetch("rs", 2024, 2026)[0] == 0
    assert fetch("judgit")[0] == 0
    assert sheets(out) == whole
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []
    entries = json.loads((out / "fetched.json").read_text("utf-8"))["files"]
    assert len(entries) == len(KINDS) + 12 + 1 + 1
    assert not any("by_hand" in entry for entry in entries.values())


def test_a_second_run_at_the_same_time_is_refused(site, fetch, out):
    give(site)
    asked, ended = threading.Event(), threading.Event()

    def hold(_):
        asked.set()
        ended.wait()

    site.before = hold
    process = start(site, out, "rs", 2024)
    asked.wait()
    status, _, complaints = fetch("judgit")
    assert status == 2
    assert "another `review-sheets fetch` is fetching into it" in complaints
    ended.set()
    process.communicate()
    assert process.returncode == 0
    assert fetch("judgit")[0] == 0


def test_a_run_that_was_killed_leaves_its_manifest_in_lines(out):
    with folders.opened(out) as folder:
        for name in ("a", "b"):
            staged = folder.staging / name
            staged.write_text(name)
            folder.take(name, staged, source="rs")
        lines = (out / folders.JOURNAL).read_text("utf-8")
        saved = folder.entries
    (out / folders.MANIFEST).unlink()
    # The last line is cut off where the process was in the middle of it.
    (out / folders.JOURNAL).write_text(lines + '{"c": {"bytes": 1', "utf-8")
    with folders.opened(out) as folder:
        assert folder.entries == saved
        assert not (out / folders.JOURNAL).exists()
        folder.record("a", bytes=7)
        (line,) = (out / folders.JOURNAL).read_text("utf-8").splitlines()
        assert json.loads(line) == {"a": {"bytes": 7}}
        folder.record("a", **saved["a"])
    assert json.loads((out / folders.MANIFEST).read_text("utf-8"))["files"] == saved
    assert not (out / folders.JOURNAL).exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"files": []}', '{"files": {"a": 1}}', "\ud800", "[" * 10**5]
)
def test_a_damaged_manifest_is_refused_and_stays(text, site, fetch, out):
    give(site)
    out.mkdir()
    content = text.encode(errors="surrogatepass")
    (out / "fetched.json").write_bytes(content)
    status, _, complaints = fetch("rs", 2024)
    assert (status, complaints.count("\n")) == (2, 1)
    assert "a damaged manifest" in complaints
    assert "remove it, and the next fetch checks what is there" in complaints
    assert (out / "fetched.json").read_bytes() == content
    assert site.calls == []
    assert [path.name for path in out.iterdir()] == ["fetched.json"]


def test_a_manifest_that_was_removed_is_made_again(site, fetch, out, whole):
    give(site)
    assert fetch("rs", 2024, 2026)[0] == 0
    (out / "fetched.json").unlink()
    status, said, _ = fetch("rs", 2024, 2026)
    assert status == 0
    assert "15 unchanged" in said
    assert "12 unchanged" in said
    assert {name: whole[name] for name in sheets(out)} == sheets(out)


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_told_before_any_call(site, fetch, out):
    out.mkdir(mode=0o500)
    assert fetch("rs", 2024)[0] == 2
    assert site.calls == []


def test_a_file_in_the_place_of_the_folder_is_told(fetch, out):
    out.write_text("")
    status, _, complaints = fetch("rs", 2024)
    assert status == 2
    assert "choose another folder" in complaints


def test_a_full_disk_ends_it_and_the_rest_stays(site, fetch, out, monkeypatch):
    """Whatever can be written no more is a reason to stop, not a file that failed."""
    give(site)
    room = iter(range(4))

    def write(response, into, *_):
        if next(room, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        into.write_bytes(b"".join(response.iter_content(1000)))

    monkeypatch.setattr("helpers.fetch.web._write", write)
    status, _, complaints = fetch("rs", 2024)
    assert status == 2
    assert complaints == (
        f"review-sheets: {out}: No space left on device; free space or choose another folder, and "
        "run again\n"
    )
    assert len(sheets(out)) == 4


def test_entries_of_what_is_there_no_more_go(site, fetch, manifest):
    site.give_projects(2026, 4)
    fetch("rs", 2026)
    del site.projects[project(2026, 2)["id"]]
    fetch("rs", 2026)
    names = sorted(manifest())
    (day,) = {name.split("/")[1] for name in names if name.startswith("earlier/")}
    numbers = (1, 3, 4)
    assert names == sorted(
        [
            *(f"api/2026/{number:06}" for number in numbers),
            "api/2026/list.json",
            f"earlier/{day}/api/2026/000002",
            f"earlier/{day}/api/2026/list.json",
        ]
    )
