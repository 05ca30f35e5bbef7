import json
import os
import pty
import subprocess
import sys
import termios
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest

import corpus_sheets
import rs_api_writer
import rs_writer
import tiny_tasks
from helpers import cli, paths
from helpers.batch.results import Options

DEFAULT = str(paths.DEFAULT_SHEET)


@pytest.fixture
def notebook(tmp_path):
    """A notebook of the smallest kind that can be rendered."""
    code = "print('number is', repr(number))\nassert not fail"
    declares = f'{tiny_tasks.PARAMETERS}\nnumber: str = "1"'
    return tiny_tasks.notebook(tmp_path, "small.ipynb", code, declares)


def run(capsys, *arguments):
    status = cli.main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def lines(text):
    return text.strip().splitlines()


def test_help_loads_nothing_heavy():
    script = (
        "import sys; from helpers import cli\n"
        "heavy = ('pandas', 'papermill', 'nbformat', 'nbconvert', 'pydantic')\n"
        "for command in ('render', 'fit', 'backtest', 'forecast'):\n"
        "    assert cli.main([command, '--help']) == 0\n"
        "    loaded = [name for name in heavy if name in sys.modules]\n"
        "    print('after', command, loaded)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    told = [line for line in lines(done.stdout) if line.startswith("after ")]
    assert told == [f"after {command} []" for command in ("render", "fit", "backtest", "forecast")]


def test_a_sheet_of_ones_own_is_checked_by_its_reader_alone_and_without_tables():
    script = (
        "import sys; from helpers import cli, paths\n"
        "assert cli.main(['check', str(paths.DEFAULT_SHEET)]) == 0\n"
        "readers = ('page_text', 'judgit_json', 'rs_csv', 'rs_api')\n"
        "print([name for name in readers if f'helpers.sources.{name}' in sys.modules])\n"
        "print([name for name in ('pandas', 'pyarrow') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert lines(done.stdout)[-2:] == ["['page_text']", "[]"]


def test_render_makes_reports_of_the_default_sheet(capsys, notebook, tmp_path):
    out = tmp_path / "out"
    command = ["render", "--notebook", notebook, "--lang", "en", "--out", out]
    status, told, wrong = run(capsys, *command, "-p", "number", "0042")
    report = out / "2019-総務省-0042" / "small.en.html"
    assert (status, wrong) == (0, "")
    assert lines(told) == ["1 made, 0 unchanged, 0 failed", str(out / "index.html")]
    assert "number is '0042'" in report.read_text(encoding="utf-8")
    status, told, _ = run(capsys, *command, "-p", "number", "0042", "--resume")
    assert (status, lines(told)[0]) == (0, "0 made, 1 unchanged, 0 failed")


def test_render_says_what_failed_and_goes_on(capsys, notebook, tmp_path):
    out = tmp_path / "out"
    (tmp_path / "\x1b[31mempty.txt").touch()
    command = ["render", tmp_path / "\x1b[31mempty.txt", DEFAULT, "--notebook", notebook]
    command += ["--lang", "ja", "--out", out]
    status, told, wrong = run(capsys, *command, "-p", "fail", "true")
    assert status == 1
    assert lines(told) == ["0 made, 0 unchanged, 2 failed", str(out / "index.html")]
    first, second = lines(wrong)
    assert first.startswith("review-sheets: ")
    # What a name does to a terminal is taken out of it.
    assert "/ [31mempty.txt" in first
    assert "AssertionError" in second
    assert "small.ja.failed.ipynb" in second
    assert not (out / "2019-総務省-0042" / "small.ja.ipynb").exists()
    assert "AssertionError" in (out / "render.log").read_text(encoding="utf-8")


def test_render_says_what_a_notebook_warned_of(capsys, notebook, tmp_path):
    cells = nbformat.read(notebook, 4)
    cells.cells[2].source = r"import sys; print('mind\x1b[31m', file=sys.stderr)"
    nbformat.write(cells, notebook)
    command = ["render", "--notebook", notebook, "--lang", "ja", "--out", tmp_path / "out"]
    status, _, wrong = run(capsys, *command)
    assert status == 0
    assert lines(wrong) == [
        "review-sheets: data/sheets/2019-総務省-0042.txt small.ipynb ja warned: mind [31m"
    ]


@pytest.fixture
def asked(monkeypatch):
    """What a run was asked for, which is not made."""
    from helpers.batch import plan as planning
    from helpers.batch import render as rendering
    from helpers.batch import reports_file

    told = {}

    def plan(*given, **filters):
        told["plan"] = given, filters
        return planning.Plan()

    def run(_plan, options, workers, scheduler, **_more):
        told["run"] = options, workers, scheduler
        return rendering.Outcome(0)

    monkeypatch.setattr(planning, "plan", plan)
    monkeypatch.setattr(reports_file, "from_file", lambda path: told.setdefault("listed", path))
    monkeypatch.setattr(rendering, "run", run)
    return told


def test_render_asks_for_what_the_command_says(capsys, asked, notebook):
    given = "a.txt corpus --lang en -p number 1 --ministry 総務省 --ministry 財務省 --year 2019"
    more = "--out s3://x --workers 3 --force --timeout 1.5 --engine papermill --pdf"
    words = ["render", *given.split(), *more.split(), "--where", "initial > 1000"]
    status, told, _ = run(capsys, *words, "--notebook", notebook)
    assert (status, told) == (0, "0 made, 0 unchanged, 0 failed\n")
    assert asked["plan"] == (
        (["a.txt", "corpus"], [notebook], ["en"], {"number": "1"}),
        {"ministry": ["総務省", "財務省"], "years": [2019], "where": "initial > 1000"},
    )
    options, *rest = asked["run"]
    assert options == Options("s3://x", force=True, timeout=1.5, engine="papermill", pdf=True)
    assert rest == [3, None]


def test_render_asks_for_little_without_being_told(capsys, asked):
    run(capsys, "render")
    sources, notebooks, languages, given = asked["plan"][0]
    assert (sources, list(languages), given) == ([], ["ja", "en"], {})
    assert [path.name[:2] for path in notebooks][:3] == ["01", "02", "03"]
    assert asked["run"] == (Options("reports"), None, None)


def test_a_list_of_reports_says_all_there_is_to_render(capsys, monkeypatch, asked, tmp_path):
    listed = tmp_path / "reports.yml"
    monkeypatch.setattr("tqdm.tqdm", lambda **_: pytest.fail("a list that was not planned"))
    for more in (["a.txt"], ["--lang", "en"], ["-p", "number", "1"], ["--year", "2019"]):
        status, _, wrong = run(capsys, "render", "--from", listed, *more)
        assert status == 2
        assert "--from lists all there is to render: leave out" in wrong
    assert "run" not in asked


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-p", "populaton", "1"], "no notebook has a parameter 'populaton'; declared are: sheet"),
        (["-p", "fail", "maybe"], "'maybe' is no bool"),
        (["-p", "number", "1", "-p", "number", "2"], "-p number is given twice"),
        (["--notebook", "99_missing"], "notebook 99_missing means none of"),
        (["--where", "oh("], "where 'oh('"),
        (["--from", "missing.yml"], "missing.yml"),
        (["--scheduler", "nowhere"], "no scheduler answers at nowhere"),
        (["--pdf"], "PDF needs a browser"),
        (["--out", "oh://x"], "nothing here can write in oh://x"),
        (["--out", "s3://x"], "--out s3://... needs what is not installed (import of boto3"),
        (["--out", "s3://x"], f"-e '{paths.ROOT}[s3]'"),
        (["--out", "gs://x"], f"-e '{paths.ROOT}[gcs]'"),
        (["--out", "abs://x"], f"-e '{paths.ROOT}[azure]'"),
    ],
)
def test_render_refuses_what_it_cannot_start(
    capsys, notebook, tmp_path, monkeypatch, arguments, message
):
    for module in ("boto3", "gcsfs", "azure"):
        monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / "01_a.ipynb").touch()
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr("helpers.batch.pdf.browser", lambda: None)
    chosen = [] if "--from" in arguments else ["--notebook", notebook]
    status, told, wrong = run(capsys, "render", *chosen, "--out", tmp_path / "out", *arguments)
    assert (status, told) == (2, "")
    assert message in wrong
    assert len(lines(wrong)) == 1
    assert list(tmp_path.rglob("out/*")) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["--resume", "--force"],
        ["--workers", "2", "--scheduler", "tcp://a:1"],
        ["--workers", "0"],
        ["--timeout", "0"],
        ["--timeout", "nan"],
        ["--engine", "steam"],
        ["--year", "Reiwa"],
    ],
)
def test_render_refuses_what_makes_no_sense(capsys, arguments):
    status, told, wrong = run(capsys, "render", *arguments)
    assert (status, told) == (2, "")
    assert "Usage: review-sheets render" in wrong
    assert arguments[0] in lines(wrong)[-1]


def test_render_shows_its_progress_to_who_watches(notebook, tmp_path):
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    command = ["render", DEFAULT, "--notebook", notebook, "--out", tmp_path / "out"]
    with os.fdopen(ours, "rb") as screen:
        done = subprocess.run(
            [Path(sys.executable).with_name("review-sheets"), *command, "-p", "fail", "true"],
            stdout=subprocess.PIPE,
            stderr=theirs,
            text=True,
        )
        os.close(theirs)
        seen = os.read(screen.fileno(), 100_000).decode()
    assert done.returncode == 1
    assert "2/2" in seen
    assert "failed=2" in seen
    assert "review-sheets: small.ipynb: cell" in seen


@pytest.mark.parametrize("command", ["render", "json", "csv"])
def test_a_folder_that_cannot_be_written_is_one_line(capsys, notebook, tmp_path, command):
    (tmp_path / "file").touch()
    arguments = {
        "render": ["render", "--notebook", notebook],
        "json": ["tables", DEFAULT],
        "csv": ["tables", DEFAULT, "--format", "csv"],
    }[command]
    status, told, wrong = run(capsys, *arguments, "--out", tmp_path / "file")
    assert (status, told) == (2, "")
    assert "cannot write in" in wrong
    assert len(lines(wrong)) == 1


def test_check_prints_the_findings_of_each_sheet_it_can_read(capsys, tmp_path):
    status, told, wrong = run(
        capsys, "check", DEFAULT, tmp_path / "none.txt", DEFAULT, "--lang", "en"
    )
    assert status == 1
    assert "none.txt" in wrong
    assert len(lines(wrong)) == 1
    assert told.count("2019-総務省-0042") == 2
    assert "1993 -> 2023 (applied)" in told
    assert told.count("repaired 1") == 2


def test_check_without_repair_applies_nothing(capsys):
    status, told, _ = run(capsys, "check", DEFAULT, "--repair", "none")
    assert status == 0
    assert "1993 -> 2023 (未適用)" in told
    assert lines(told)[-1].endswith("修正 0")


def test_tables_prints_the_repaired_tables(capsys):
    status, told, wrong = run(capsys, "tables", DEFAULT)
    found = json.loads(told)
    assert (status, wrong) == (0, "")
    assert {name: len(rows) for name, rows in found.items() if name != "finding"} == {
        "sheet": 1,
        "budget": 9,
        "outcome": 3,
        "output": 3,
        "payment": 12,
        "vintage": 0,
    }
    assert {(row["target_year"], row["target_year_printed"]) for row in found["outcome"]} == {
        (2023, 1993)
    }
    assert found["budget"][0]["requested"] is None
    assert found["budget"][-1]["executed"] is None


def test_tables_without_repair_keeps_what_is_printed(capsys):
    _, told, _ = run(capsys, "tables", DEFAULT, "--repair", "none")
    assert {row["target_year"] for row in json.loads(told)["outcome"]} == {1993}


def test_tables_writes_one_json_or_a_csv_each(capsys, tmp_path):
    status, told, _ = run(capsys, "tables", DEFAULT, "--out", tmp_path)
    assert (status, told.strip()) == (0, str(tmp_path / "2019-総務省-0042.json"))
    status, told, _ = run(capsys, "tables", DEFAULT, "--format", "csv", "--out", tmp_path)
    folder = tmp_path / "2019-総務省-0042"
    assert lines(told) == [
        str(folder / f"{table}.csv")
        for table in ("sheet", "budget", "outcome", "output", "payment", "vintage", "finding")
    ]
    assert (folder / "budget.csv").read_bytes().startswith(b"\xef\xbb\xbffiscal_year,requested")


def test_tables_removes_what_one_that_was_killed_has_left(capsys, tmp_path):
    left = tmp_path / ".2019.partial-99999999.json"
    left.touch()
    assert run(capsys, "tables", DEFAULT, "--out", tmp_path)[0] == 0
    assert not left.exists()


def test_csv_needs_a_folder(capsys):
    status, _, wrong = run(capsys, "tables", DEFAULT, "--format", "csv")
    assert status == 2
    assert "--out" in wrong


def test_a_sheet_that_cannot_be_read_is_one_line(capsys, tmp_path):
    (tmp_path / "x.txt").write_bytes(bytes(range(256)))
    status, told, wrong = run(capsys, "tables", tmp_path / "x.txt")
    assert (status, told) == (1, "")
    assert len(lines(wrong)) == 1
    assert "x.txt" in wrong


def test_broken_corrections_are_one_line(capsys, tmp_path, monkeypatch):
    (tmp_path / "corrections.yml").write_text("no list", encoding="utf-8")
    from helpers import checks

    true = checks.judged
    broken = tmp_path / "corrections.yml"
    monkeypatch.setattr(checks, "judged", lambda *a: true(*a, corrections=broken))
    status, _, wrong = run(capsys, "check", DEFAULT)
    assert status == 2
    assert "corrections.yml" in wrong
    assert len(lines(wrong)) == 1


def test_a_reader_that_closes_early_is_no_error():
    script = "import sys; from helpers import cli; sys.exit(cli.main(sys.argv[1:]))"
    command = [sys.executable, "-c", script, "tables", DEFAULT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        wrong = process.stderr.read()
    assert wrong == b""
    assert process.returncode == 1


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A corpus of two years, and the JSON that it was built of."""
    folder = tmp_path_factory.mktemp("corpus")
    made = corpus_sheets.made(folder, corpus_sheets.sheet(2018), corpus_sheets.sheet(2019))
    return made, folder / "sheets.ndjson"


def test_corpus_build_and_add_say_what_came_in_and_what_did_not(capsys, tmp_path):
    out = tmp_path / "made"
    good = corpus_sheets.lines(tmp_path / "good.ndjson", corpus_sheets.sheet(2018))
    bad = corpus_sheets.lines(tmp_path / "bad.ndjson", "{oh", corpus_sheets.sheet(2019))
    status, told, wrong = run(capsys, "corpus", "build", good, "--out", out, "--workers", "1")
    assert (status, told, wrong) == (0, f"{out}: 1 sheets taken in, 0 rejected\n", "")
    status, told, wrong = run(capsys, "corpus", "add", bad, "--out", out, "--workers", "1")
    assert (status, told) == (1, f"{out}: 1 sheets taken in, 1 rejected\n")
    assert wrong.startswith(f"review-sheets: {bad}, line 1: found broken JSON")
    assert len(lines(wrong)) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "{missing}"], "no sheet that could be taken in"),
        (["add", "{sheets}"], "again; expected each sheet once"),
        (["build", "{sheets}"], "a folder that holds something else"),
    ],
)
def test_corpus_that_cannot_be_made_is_one_line(capsys, tmp_path, corpus, arguments, message):
    made, sheets = corpus
    step, source = arguments[0], arguments[1].format(missing=tmp_path / "none", sheets=sheets)
    (tmp_path / "letters.txt").touch()
    out = made.folder if step == "add" else tmp_path
    status, told, wrong = run(capsys, "corpus", step, source, "--out", out, "--workers", "1")
    assert (status, told) == (2, "")
    assert len(lines(wrong)) == 1
    assert message in wrong or "something else" in wrong
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_corpus_build_names_what_it_does_not_read_and_info_lists_all(capsys, tmp_path):
    write = rs_writer.content
    (tmp_path / "rs").mkdir()
    (tmp_path / "rs" / "1-2.csv").write_bytes(write("1-2", [{}, {"予算事業ID": "2"}]))
    (tmp_path / "rs" / "1-3.csv").write_bytes(write("1-3", [{}], add=("新しい列",)))
    (tmp_path / "rs" / "memo.csv").write_text("a,b\n")
    out = tmp_path / "corpus"
    status, told, wrong = run(capsys, "corpus", "build", tmp_path / "rs", "--out", out)
    assert (status, told) == (0, f"{out}: 2 sheets taken in, 0 rejected\n")
    assert f"{tmp_path}/rs/memo.csv: no table of the RS system: left out" in wrong
    assert f"{tmp_path}/rs/1-3.csv: the column '新しい列' is not known: left out" in wrong
    assert "RS 2024: no file 1-1, 1-4, " in wrong
    status, told, _ = run(capsys, "corpus", "info", out, "--lang", "en")
    assert [line.split() for line in lines(told) if line.split()[1:2] in (["1-2"], ["1-3"])] == [
        ["2024", "1-2", "2", "27", "5"],
        ["2024", "1-3", "1", "27", "1", "新しい列"],
    ]


def test_corpus_build_names_both_versions_of_a_table(capsys, tmp_path):
    for name, office in (("a.csv", ""), ("b.csv", "別の室")):
        (tmp_path / name).write_bytes(rs_writer.content("1-2", [{"室": office}]))
    status, told, wrong = run(capsys, "corpus", "build", tmp_path, "--out", tmp_path / "corpus")
    assert (status, told) == (2, "")
    assert f"{tmp_path}/b.csv: found the same table, 1-2 " in wrong
    assert f" of 2024, as {tmp_path}/a.csv; expected each table of a year once" in wrong


def test_corpus_needs_a_place_to_write(capsys, corpus):
    for step in ("build", "add"):
        status, _, wrong = run(capsys, "corpus", step, corpus[1])
        assert status == 2
        assert "--out" in wrong


def test_corpus_info_prints_a_row_a_year(capsys, corpus, tmp_path):
    folder = corpus[0].folder
    status, told, wrong = run(capsys, "corpus", "info", folder, "--lang", "en")
    assert (status, wrong) == (0, "")
    assert [line.split()[:2] for line in lines(told)[1:3]] == [["2018", "1"], ["2019", "1"]]
    assert lines(told)[-1] == "rejected: 0"
    status, told, wrong = run(capsys, "corpus", "info", tmp_path)
    assert (status, told) == (2, "")
    assert len(lines(wrong)) == 1
    assert "review-sheets corpus build" in wrong


def test_check_of_a_corpus_counts_its_findings(capsys, corpus):
    folder = corpus[0].folder
    status, told, wrong = run(capsys, "check", folder, "--lang", "en")
    assert (status, wrong) == (0, "")
    assert lines(told)[0].split()[-2:] == ["2018", "2019"]
    (missing,) = [line.split() for line in lines(told) if "outcome_missing" in line]
    assert missing[2:] == ["2", "2", "0", "1", "1"]
    _, told, _ = run(capsys, "check", folder, "--by", "ministry")
    assert lines(told)[0].split()[-1] == corpus_sheets.MINISTRY
    status, told, wrong = run(capsys, "check", folder, folder / "none", DEFAULT)
    assert status == 1
    assert "2019-総務省-0042" in told
    assert len(lines(wrong)) == 1


def test_check_and_tables_take_a_sheet_or_a_project_of_a_corpus(capsys, corpus):
    folder, sheet_id = corpus[0].folder, corpus_sheets.sheet_id(2019)
    project_id = f"P{corpus_sheets.sheet_id(2018)}"
    status, told, _ = run(capsys, "tables", f"{folder}#{project_id}")
    found = json.loads(told)
    assert status == 0
    assert [row["fiscal_year"] for row in found["budget"]] == [*range(2015, 2021)]
    assert {row["sheet_year"] for row in found["vintage"]} == {2018}
    status, told, _ = run(capsys, "tables", f"{folder}#{project_id}", "--as-of", "2018")
    found = json.loads(told)
    assert [row["fiscal_year"] for row in found["budget"]] == [*range(2015, 2020)]
    assert found["vintage"] == []
    status, told, _ = run(capsys, "check", f"{folder}#{sheet_id}")
    assert status == 0
    assert lines(told)[0].startswith(sheet_id)


def test_ending_a_build_of_many_workers_is_one_line(tmp_path, corpus):
    """In each way it can be ended: one after the other, in one process that has loaded it all."""
    script = (
        "import os, signal, sys; from helpers import cli; from helpers.corpus import build\n"
        "def interrupt(*_): raise KeyboardInterrupt\n"
        "def hang_up(*_): os.kill(os.getpid(), signal.SIGHUP)\n"
        "def end(*_): os.kill(os.getpid(), signal.SIGTERM)\n"
        "if __name__ == '__main__':\n"
        "    for stop in (interrupt, hang_up, end):\n"
        "        build._without_known = stop\n"
        "        status = cli.main(sys.argv[1:])\n"
        "        print(status, os.path.exists(sys.argv[-1]), file=sys.stderr)\n"
        "    sys.exit(status)"
    )
    (tmp_path / "stopped.py").write_text(script)
    arguments = ["corpus", "build", corpus[1], "--workers", "2", "--out", tmp_path / "made"]
    command = [sys.executable, tmp_path / "stopped.py", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    interrupted, one, hung_up, two, ended, three = lines(done.stderr)
    assert (one, two, three) == ("130 False", "129 False", "143 False")
    assert "interrupted; what was finished stays" in interrupted
    assert "stopped: SIGHUP; what was finished stays" in hung_up
    assert "stopped: SIGTERM; what was finished stays" in ended
    assert done.returncode == 143


@pytest.mark.parametrize(
    "arguments", [[], ["render", "--lang", "fr"], ["tables"], ["forecast"], ["explode"]]
)
def test_wrong_usage_ends_with_2(capsys, arguments):
    status, told, wrong = run(capsys, *arguments)
    assert (status, told) == (2, "")
    assert "Usage: review-sheets" in wrong


def test_version_is_the_packages(capsys):
    status, told, _ = run(capsys, "--version")
    assert (status, told.strip()) == (0, version("review-sheets"))


def test_unmapped_prints_csv_of_what_the_crosswalk_lacks(capsys, tmp_path):
    folder = rs_api_writer.whole(tmp_path / "api")
    status, told, wrong = run(capsys, "unmapped", folder)
    assert (status, wrong) == (0, "")
    header, *rows = lines(told)
    assert header == "path,list,key,value,files,times,example"
    assert rows[0] == "detail.made_up,detail,made_up,object,1,1,"
    assert len(rows) == 5
    (folder / "000007" / "detail.json").write_text("oh")
    status, told, wrong = run(capsys, "unmapped", folder)
    assert (status, lines(told)) == (1, [header])
    assert "detail.json, line 1" in wrong
    status, told, wrong = run(capsys, "unmapped", tmp_path)
    assert (status, told) == (2, "")
    assert "list.json: found no file" in wrong
