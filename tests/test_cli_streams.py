"""The commands beside terminals, disks and limits that take less than they have to say."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import nbformat
import pytest

import corpus_sheets
from helpers import cli, paths

COMMAND = Path(sys.executable).with_name("review-sheets")
DEFAULT = paths.DEFAULT_SHEET
NAME = "自治体クラウドの取組の加速に向けた調査研究等"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the shells of other systems differ")


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    """Name -> the arguments of a command that prints something."""
    folder = tmp_path_factory.mktemp("commands")
    corpus = corpus_sheets.made(folder, corpus_sheets.sheet(2018), corpus_sheets.sheet(2019))
    cell = nbformat.v4.new_code_cell('sheet: str = ""', metadata={"tags": ["parameters"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / "small.ipynb")
    render = ["render", DEFAULT, "--notebook", folder / "small.ipynb", "--workers", "1"]
    forecast = ["forecast", "--corpus", corpus.folder, "--as-of", "2019"]
    return {
        "check": ["check", DEFAULT],
        "check corpus": ["check", corpus.folder],
        "tables": ["tables", DEFAULT],
        "csv": ["tables", DEFAULT, "--format", "csv", "--out", folder / "tables"],
        "info": ["corpus", "info", corpus.folder],
        "render": [*render, "--out", folder / "out"],
        "forecast": [*forecast, "--out", folder / "forecasts"],
    }


EACH = ["check", "check corpus", "tables", "csv", "info"]


def run(arguments, wrapped='"$@"', **environment):
    """The command in a shell's line `wrapped`: its status, what it printed, what was wrong."""
    given = ["sh", "-c", wrapped, "sh", COMMAND, *map(str, arguments)]
    done = subprocess.run(given, capture_output=True, env={**os.environ, **environment})
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    return done.returncode, done.stdout, done.stderr.decode().splitlines()


def here(arguments, stdout, capsys):
    """The command in this process, which has loaded it: its status, and what was wrong."""
    with redirect_stdout(stdout):
        status = cli.main([*map(str, arguments)])
    return status, capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("name", [*EACH, "render", "forecast"])
def test_an_output_that_cannot_be_written_is_one_line(commands, name, capsys):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    if name in ("check", "render"):
        status, _, wrong = run(commands[name], '"$@" > /dev/full')
    else:
        with open("/dev/full", "w", encoding="utf-8") as full:
            # Nothing is left to be written when it is closed: that would raise.
            status, wrong = here(commands[name], full, capsys)
    assert status == 1
    assert wrong[-1:] == [
        "review-sheets: cannot write the standard output (No space left on device)"
    ]


@pytest.mark.parametrize("name", ["tables", "render"])
def test_an_output_that_is_closed_is_one_line_and_complaints_need_none(commands, name, tmp_path):
    arguments = commands[name]
    if name == "render":
        arguments = [*arguments[:-1], tmp_path]
    status, _, wrong = run(arguments, '"$@" >&-')
    assert (status, wrong) == (1, ["review-sheets: the standard output is closed"])
    # What was made is there although nobody reads its name.
    assert (tmp_path / "2019-総務省-0042" / "small.ipynb").exists() == (name == "render")
    status, told, _ = run(arguments, '"$@" 2>&-')
    assert (status, bool(told)) == (0, True)


def test_what_was_made_is_there_although_nobody_reads_its_names(commands, tmp_path):
    run([*commands["csv"][:-1], tmp_path], '"$@" | true')
    assert len(list((tmp_path / "2019-総務省-0042").glob("*.csv"))) == 7


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_a_terminal_of_other_signs_gets_codes_and_is_told_once(commands, encoding):
    # Two sheets: two texts.
    status, told, wrong = run([*commands["check"], DEFAULT], PYTHONIOENCODING=encoding)
    assert status == 0
    assert told.decode(encoding).count(NAME.encode("ascii", "backslashreplace").decode()) == 2
    assert len(wrong) == 1
    assert "lacks signs of this text, and shows their codes: set PYTHONIOENCODING" in wrong[0]


def test_a_terminal_without_settings_is_no_error(commands):
    assert run(commands["check"], LC_ALL="C")[0] == 0


def test_settings_that_lack_the_signs_of_a_path_are_one_line(commands):
    status, _, wrong = run(commands["csv"], LC_ALL="C", PYTHONUTF8="0")
    assert (status, len(wrong)) == (2, 1)
    assert wrong[0].endswith("has signs that this system's settings lack: set PYTHONUTF8=1")


def test_json_keeps_its_meaning_whatever_the_terminal(commands, capsys):
    def check(told, encoding, wrong):
        assert json.loads(told.decode(encoding))["sheet"][0]["name"] == NAME
        assert wrong == []

    _, told, wrong = run(commands["tables"], PYTHONIOENCODING="ascii")
    check(told, "ascii", wrong)
    for encoding in ("utf-8", "latin-1", "cp932"):
        terminal = io.TextIOWrapper(io.BytesIO(), encoding)
        _, wrong = here(commands["tables"], terminal, capsys)
        check(terminal.buffer.getvalue(), encoding, wrong)


def test_help_fits_any_terminal():
    for encoding in ("latin-1", "ascii"):
        assert run(["--help"], PYTHONIOENCODING=encoding)[0] == 0


@pytest.mark.parametrize("name", ["check", "tables", "info", "render"])
def test_a_working_directory_that_is_gone_is_one_line(commands, name, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    status, told, wrong = run(commands[name], f'cd "{gone}" && rmdir "{gone}" && "$@"')
    assert (status, told) == (2, b"")
    assert wrong == ["review-sheets: the working directory has been removed: change to another"]


@pytest.fixture
def full_disk(tmp_path):
    """A file system of its own without room."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small file system cannot be mounted here: that needs root")
    (place / "rest").write_bytes(b"\0" * 64 * 1024)
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.parametrize("name", ["tables", "csv", "render", "forecast"])
def test_a_full_disk_is_named_with_the_file(commands, name, full_disk, capsys):
    arguments = [one for one in commands[name] if one != "--out"]
    arguments = arguments if name == "tables" else arguments[:-1]
    arguments = [*arguments, "--out", full_disk / "out"]
    if name == "csv":
        status, _, wrong = run(arguments)
    else:
        status, wrong = here(arguments, io.StringIO(), capsys)
    assert status == (1 if name == "render" else 2)
    assert f"{full_disk}/out" in wrong[0]
    assert "No space left on device" in wrong[0]
    assert "free space or choose another folder, and run again" in wrong[0]
    left = [path.name for path in (full_disk / "out").rglob("*") if path.is_file()]
    assert left in ([], ["render.log"])


@pytest.mark.parametrize("name", ["tables", "render"])
def test_few_descriptors_and_little_memory_are_enough(commands, name):
    status, told, wrong = run(commands[name], 'ulimit -n 64; ulimit -v 1500000; "$@"')
    assert (status, bool(told), wrong) == (0, True, [])


def test_fewer_descriptors_and_less_memory_are_said(commands, tmp_path):
    arguments = [*commands["render"][:-1], tmp_path / "out"]
    status, _, wrong = run(arguments, 'ulimit -n 8; "$@"')
    assert (status, len(wrong)) == (2, 1)
    assert "Too many open files; allow more open files, as by `ulimit -n 1024`" in wrong[0]
    # So little that Python itself cannot load more: with some more it hangs on the processor which
    # of the libraries is the first without, and some of them end the process.
    status, _, wrong = run(commands["tables"], 'ulimit -v 60000; "$@"')
    assert (status, len(wrong)) == (1, 1)
    assert "there is not enough memory for this" in wrong[0]
