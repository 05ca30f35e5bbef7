import json
import subprocess
import sys

import nbformat
import pytest

from helpers import cli, paths

DEFAULT = str(paths.DEFAULT_SHEET)


@pytest.fixture
def notebook(tmp_path):
    """A notebook of the smallest kind that can be rendered."""
    cells = [
        nbformat.v4.new_markdown_cell("# Small"),
        nbformat.v4.new_code_cell(
            'sheet: str = ""\nlang: str = "ja"\nnumber: str = "1"\nfail: bool = False',
            metadata={"tags": ["parameters"]},
        ),
        nbformat.v4.new_code_cell("print('number is', repr(number))\nassert not fail"),
    ]
    path = tmp_path / "small.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def run(capsys, *arguments):
    status = cli.main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def lines(text):
    return text.strip().splitlines()


def test_help_loads_nothing_heavy():
    script = (
        "import sys; from helpers import cli\n"
        "try: cli.main(['render', '--help'])\n"
        "except SystemExit as stop: assert stop.code == 0\n"
        "print([m for m in ('pandas', 'papermill', 'nbformat', 'nbconvert') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert lines(done.stdout)[-1] == "[]"


def test_render_makes_reports_of_the_default_sheet(capsys, notebook, tmp_path):
    out = tmp_path / "out"
    status, told, wrong = run(
        capsys,
        "render",
        "--notebook",
        notebook,
        "--lang",
        "en",
        "--out",
        out,
        "-p",
        "number",
        "0042",
    )
    report = out / "2019-総務省-0042" / "small.en.html"
    assert (status, wrong) == (0, "")
    assert lines(told) == [str(report), str(out / "index.html")]
    assert "number is '0042'" in report.read_text(encoding="utf-8")


def test_render_says_what_failed_and_goes_on(capsys, notebook, tmp_path):
    out = tmp_path / "out"
    (tmp_path / "empty.txt").touch()
    status, _, wrong = run(
        capsys,
        "render",
        tmp_path / "empty.txt",
        DEFAULT,
        "--notebook",
        notebook,
        "--lang",
        "ja",
        "--out",
        out,
        "-p",
        "fail",
        "true",
    )
    assert status == 1
    first, second = lines(wrong)
    assert first.startswith("review-sheets: ")
    assert "empty.txt" in first
    assert "AssertionError" in second
    assert "small.ja.failed.ipynb" in second
    assert not (out / "2019-総務省-0042" / "small.ja.ipynb").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-p", "populaton", "1"], "no notebook has a parameter 'populaton'; declared are: sheet"),
        (["-p", "fail", "maybe"], "'maybe' is no bool"),
        (["-p", "number", "1", "-p", "number", "2"], "-p number is given twice"),
        (["--notebook", "99_missing"], "--notebook 99_missing means none of"),
    ],
)
def test_render_refuses_what_it_cannot_start(
    capsys, notebook, tmp_path, monkeypatch, arguments, message
):
    (tmp_path / "01_a.ipynb").touch()
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    status, told, wrong = run(
        capsys, "render", "--notebook", notebook, "--out", tmp_path / "out", *arguments
    )
    assert (status, told) == (2, "")
    assert message in wrong
    assert len(lines(wrong)) == 1
    assert not (tmp_path / "out").exists()


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


@pytest.mark.parametrize("name", ["01", "01_a", "01_a.ipynb"])
def test_a_notebook_is_known_by_its_number_or_name(tmp_path, monkeypatch, name):
    for stem in ("01_a", "02_b", "02_c"):
        (tmp_path / f"{stem}.ipynb").touch()
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    monkeypatch.chdir(tmp_path.parent)
    assert cli._notebook(name) == tmp_path / "01_a.ipynb"
    with pytest.raises(cli.UsageError, match="02 means several of 02_b, 02_c"):
        cli._notebook("02")


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

    true = checks.repaired
    broken = tmp_path / "corrections.yml"
    monkeypatch.setattr(checks, "repaired", lambda *a: true(*a, corrections=broken))
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


@pytest.mark.parametrize("arguments", [[], ["render", "--lang", "fr"], ["tables"], ["explode"]])
def test_wrong_usage_ends_with_2(capsys, arguments):
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2
    assert "usage: review-sheets" in capsys.readouterr().err


def test_version_is_the_packages(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.strip().count(".") == 2
