"""`review-sheets fit`, and what none of the commands can make."""

import gzip
import io
import os
import pickle
import signal
import subprocess
import sys

import pandas as pd
import pytest
from forecasting_commands import folder_of, run
from pandas.testing import assert_frame_equal

from corpus_sheets import files_of, made, sheet
from helpers import fitted, processes
from helpers.fitted import Fitted
from helpers.forecast import fit, track, write
from helpers.forecast.portfolio import OfCorpus

YEARS = (2016, 2017, 2018)
FITTED = {
    *(fitted.INDEX, fitted.MINISTRIES),
    *(kind.format(year) for kind in ("outcomes-{}.json", "execution-{}.json") for year in YEARS),
    *("peers-2018.csv.gz", "persistence-2018.csv", "money-2018.csv", "peers-2018.json"),
}


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch):
    monkeypatch.setattr(processes, "usable_cores", lambda: 1)


def test_fit_writes_what_the_reports_read(corpus, fitted_once):
    fits, made = fitted_once
    assert files_of(fits).keys() == FITTED
    for year in YEARS:
        read = Fitted(fits, year)
        assert read.outcomes == made.outcomes.fits[year]
        usual = {"cohorts": read.execution["cohorts"].to_dict("list")}
        assert read.execution | usual == made.execution.fits[year]
        assert read.outcomes["sheets"] == read.execution["sheets"] == [2015, year]
        assert max(read.execution["origins"]) < year
        assert read.outcomes["last_year"] < year
    peers = made.peers[2018]
    for name in ("table", "persistence", "money"):
        assert_frame_equal(getattr(read.peers, name), getattr(peers, name), check_exact=True)
    assert read.peers.about == peers.about
    assert_frame_equal(read.ministries, OfCorpus(folder_of(corpus), 2018).money, check_exact=True)


def test_fit_of_the_same_sheets_gives_the_same_bytes(capsys, later, fits, tmp_path):
    """Those of a later year, which are there, are not seen."""
    status, told, wrong = run(
        capsys, "fit", "--corpus", folder_of(later), "--as-of", "2018", "--out", tmp_path
    )
    assert (status, wrong) == (0, "")
    assert files_of(tmp_path) == files_of(fits)
    assert told.splitlines()[0] == f"{tmp_path}"
    lines = dict(line.split(":", 1) for line in told.splitlines()[1:])
    assert [*lines] == ["execution", "outcomes", "peers"]
    assert "3 fits, as of 2016-2018; the last of sheets 2015-2018" in lines["outcomes"]


def test_a_year_that_tells_nothing_new_has_no_fit_of_its_own(later):
    panels = {year: later.spending(year) for year in (2015, 2016, 2017)}
    panels[2018] = panels[2017]
    assert [made.year for made in fit.execution(panels)] == [2016, 2017]


def test_peers_are_counted_every_third_year_back_from_the_last(corpus, monkeypatch):
    monkeypatch.setattr(fit, "_peers", lambda _, as_of: as_of)
    for last, years in {2018: [2018], 2017: [2017], 2016: [2016], 2015: [2015]}.items():
        assert [*fit.peers(corpus, last)] == years
    monkeypatch.setattr(fit, "PEERS_FEWEST", 1)
    assert fit.peers(corpus) == {2015: 2015, 2018: 2018}


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
        (["forecast", "--as-of", "2018", "--fitted", "{nothing}"], "fitted.json"),
    ],
)
def test_what_cannot_be_made_is_one_line(capsys, small, tmp_path, arguments, message):
    (tmp_path / fitted.INDEX).write_text("before")
    given = [text.format(nothing=tmp_path / "nothing") for text in arguments]
    status, told, wrong = run(capsys, *given, "--corpus", folder_of(small), "--out", tmp_path)
    assert (status, told) == (2, "")
    assert len(wrong.splitlines()) == 1
    assert message in wrong
    assert files_of(tmp_path) == {fitted.INDEX: b"before"}


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
import os, pathlib, pickle, sys
from helpers import cli
from helpers.forecast import track, write
made = pickle.loads(pathlib.Path(sys.argv.pop()).read_bytes())
number = int(sys.argv.pop())
track.made = lambda *_: made
write.gzip.compress = lambda *_, **__: os.kill(os.getpid(), number)
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name != "posix", reason="other systems have other signals")
def test_a_fit_that_is_ended_leaves_what_was_there_and_runs_again(
    capsys, corpus, fitted_once, tmp_path_factory, tmp_path, monkeypatch
):
    """What it makes is made already: it is ended as it writes, and that is all it does here."""
    fits, made = fitted_once
    kept = tmp_path_factory.mktemp("kept") / "made"
    kept.write_bytes(pickle.dumps(made))
    monkeypatch.setattr(track, "made", lambda *_: made)
    for name in FITTED:
        (tmp_path / name).write_text("before")
    before = files_of(tmp_path)
    command = ["fit", "--corpus", str(folder_of(corpus)), "--out", str(tmp_path)]

    def ended(number):
        """The status and what was said of a fit to which the signal came as it wrote."""
        script = [sys.executable, "-c", ENDING, *command, str(int(number)), str(kept)]
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
    table = known.table.head(len(names)).assign(ministry=names)
    write.fitted(tmp_path, {"outcomes": {}, "execution": {}}, {2018: known._replace(table=table)})
    text = gzip.decompress((tmp_path / "peers-2018.csv.gz").read_bytes()).decode()
    shown = pd.read_csv(io.StringIO(text), dtype=str)
    assert [*shown["ministry"]] == ["'=1+1", "'-1", "'\t+2", "総務省"]
    assert_frame_equal(Fitted(tmp_path).peers.table, table, check_exact=True)


def test_years_that_are_no_longer_made_go(tmp_path):
    none = {"outcomes": {}, "execution": {}}
    write.fitted(tmp_path, none | {"execution": {2016: {"a": [1.5, 2]}, 2017: {}}})
    write.fitted(tmp_path, none | {"execution": {2017: {}}})
    assert files_of(tmp_path).keys() == {fitted.INDEX, "execution-2017.json"}
