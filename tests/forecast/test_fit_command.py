"""`review-sheets fit`, and what none of the commands can make."""

import gzip
import io
import os
import signal
import subprocess
import sys

import pandas as pd
import pytest
from forecasting_commands import folder_of, run
from pandas.testing import assert_frame_equal

from corpus_sheets import files_of, made, sheet
from helpers import fitted
from helpers.fitted import Fitted
from helpers.forecast import fit, write

FITTED = {
    *(fitted.OUTCOMES, fitted.EXECUTION, fitted.ABOUT_PEERS),
    *(fitted.PEERS, fitted.PERSISTENCE, fitted.MONEY),
}


def test_fit_writes_what_the_reports_read(corpus, fits):
    assert files_of(fits).keys() == FITTED
    read = Fitted(fits)
    assert read.outcomes == fit.outcomes(corpus)
    assert read.execution == fit.execution(corpus)
    peers = fit.peers(corpus)
    for name in ("table", "persistence", "money"):
        assert_frame_equal(getattr(read.peers, name), getattr(peers, name), check_exact=True)
    assert read.peers.about == peers.about
    assert read.outcomes["sheets"] == [2015, 2018]


def test_fit_of_the_same_sheets_gives_the_same_bytes(capsys, later, fits, tmp_path):
    """Those of a later year, which are there, are not seen."""
    status, told, wrong = run(
        capsys, "fit", "--corpus", folder_of(later), "--as-of", "2018", "--out", tmp_path
    )
    assert (status, wrong) == (0, "")
    assert files_of(tmp_path) == files_of(fits)
    assert told.splitlines()[0] == f"{tmp_path}: from 480 sheets of 2015-2018"
    assert [line.split(":")[0] for line in told.splitlines()[1:]] == [
        "outcomes",
        "execution",
        "peers",
    ]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A corpus of one project in three years."""
    return made(tmp_path_factory.mktemp("small"), *(sheet(year) for year in (2016, 2017, 2018)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fit"], "0 cases of towards outcomes: give a corpus with more sheets"),
        (["fit", "--as-of", "2016"], "has sheets of 1 year up to 2016, and 2 are needed"),
        (["fit", "--as-of", "2019"], "no sheets of 2019: --as-of is one of 2016, 2017, 2018"),
        (["backtest"], "0 cases of towards outcomes"),
        (["backtest", "--as-of", "2017"], "and 3 are needed"),
        (["backtest", "--record", "record.csv"], "a name that ends in .parquet"),
        (["forecast", "--as-of", "2019"], "no sheets of 2019"),
        (["forecast", "--as-of", "2018", "--fitted", "{nothing}"], "outcomes.json"),
    ],
)
def test_what_cannot_be_made_is_one_line(capsys, small, tmp_path, arguments, message):
    (tmp_path / fitted.OUTCOMES).write_text("before")
    given = [text.format(nothing=tmp_path / "nothing") for text in arguments]
    status, told, wrong = run(capsys, *given, "--corpus", folder_of(small), "--out", tmp_path)
    assert (status, told) == (2, "")
    assert len(wrong.splitlines()) == 1
    assert message in wrong or "execution.json" in wrong
    assert files_of(tmp_path) == {fitted.OUTCOMES: b"before"}


def test_a_corpus_that_is_none_is_one_line(capsys, tmp_path):
    status, _, wrong = run(
        capsys, "forecast", "--corpus", tmp_path, "--as-of", "2018", "--out", tmp_path / "out"
    )
    assert status == 2
    assert "review-sheets corpus build" in wrong


def test_files_come_together_or_not_at_all(tmp_path, monkeypatch):
    names = ["a", "b", "last"]

    def written(content):
        with write.together(tmp_path, names) as staging:
            for name in names:
                (staging / name).write_text(content)
                if content == "full":
                    raise OSError("no space")

    written("1")
    before = files_of(tmp_path)
    with pytest.raises(OSError, match="no space"):
        written("full")
    assert files_of(tmp_path) == before
    # Stopped between two moves, the folder does not pass for complete.
    move = type(tmp_path).replace
    monkeypatch.setattr(
        type(tmp_path), "replace", lambda path, to: 1 / 0 if path.name == "b" else move(path, to)
    )
    with pytest.raises(ZeroDivisionError):
        written("2")
    assert files_of(tmp_path) == {"a": b"2", "b": b"1"}


ENDING = """\
import os, signal, sys
from helpers import cli
from helpers.forecast import write
number = int(sys.argv.pop())
write.gzip.compress = lambda *_, **__: os.kill(os.getpid(), number)
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name != "posix", reason="other systems have other signals")
def test_a_fit_that_is_ended_leaves_what_was_there_and_runs_again(capsys, corpus, fits, tmp_path):
    for name in FITTED:
        (tmp_path / name).write_text("before")
    before = files_of(tmp_path)
    command = ["fit", "--corpus", str(folder_of(corpus)), "--out", str(tmp_path)]

    def ended(number):
        """The status and what was said of a fit to which the signal came as it wrote."""
        script = [sys.executable, "-c", ENDING, *command, str(int(number))]
        done = subprocess.run(script, capture_output=True, text=True)
        return done.returncode, done.stderr

    assert ended(signal.SIGKILL) == (-signal.SIGKILL, "")
    left = files_of(tmp_path)
    assert {name: left[name] for name in before} == before
    assert left.keys() != before.keys()
    status, said = ended(signal.SIGTERM)
    assert (status, len(said.splitlines())) == (128 + signal.SIGTERM, 1)
    assert "stopped: SIGTERM" in said
    assert files_of(tmp_path) == before
    assert run(capsys, *command)[0] == 0
    assert files_of(tmp_path) == files_of(fits)


def test_what_killed_commands_have_left_goes(capsys, small, tmp_path):
    dead, record = 99999999, tmp_path / "every"

    def left(folder, *names):
        folder.mkdir(exist_ok=True)
        for name in names:
            (folder / name).touch()

    left(tmp_path, f".track_record.partial-{dead}.json", f".probe.partial-{dead}")
    left(record, f".record.partial-{dead}.parquet")
    command = ["backtest", "--corpus", folder_of(small), "--out", tmp_path]
    assert run(capsys, *command, "--record", record / "record.parquet")[0] == 2
    assert files_of(tmp_path) == {}
    left(tmp_path, f".probe.partial-{dead}")
    with write.together(tmp_path, ["last"]):
        pass
    assert files_of(tmp_path) == {}


def test_no_text_of_the_tables_is_taken_for_a_formula(tmp_path):
    known = fitted.SHIPPED.peers
    names = ["=1+1", "-1", "\t+2", "総務省"]
    table = known.table.head(len(names)).assign(ministry=names, method=names[::-1])
    write.fitted(tmp_path, {}, {}, known._replace(table=table))
    text = gzip.decompress((tmp_path / fitted.PEERS).read_bytes()).decode()
    shown = pd.read_csv(io.StringIO(text), dtype=str)
    assert [*shown["ministry"]] == ["'=1+1", "'-1", "'\t+2", "総務省"]
    assert [*shown["method"]] == ["総務省", "'\t+2", "'-1", "'=1+1"]
    assert_frame_equal(Fitted(tmp_path).peers.table, table, check_exact=True)
