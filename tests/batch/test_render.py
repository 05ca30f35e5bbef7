import json

import pytest

from helpers import corpus, paths, sources
from helpers.batch import render as room
from helpers.batch.execute import ExecutionError
from helpers.batch.parameters import ParameterError
from helpers.batch.render import render
from helpers.corpus.sheets import PROJECT
from helpers.sheet import ReviewSheet


@pytest.fixture
def stored(save):
    """Two notebooks that are not run: `execute` copies them (see `without_kernel`)."""
    return [save(name="01_a.ipynb"), save(name="02_b.ipynb")]


@pytest.fixture
def without_kernel(monkeypatch):
    """Instead of running it, copy the notebook and note its parameters; 02 fails in English."""
    given = []

    def copy(notebook, output, parameters):
        given.append((notebook.stem, parameters))
        if notebook.stem == "02_b" and parameters["lang"] == "en":
            raise ExecutionError("02_b.ipynb: cell [3] raised ValueError: on purpose")
        output.write_bytes(notebook.read_bytes())
        return room.read(notebook)

    monkeypatch.setattr(room, "execute", copy)
    return given


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


@pytest.mark.usefixtures("sheets")
def test_a_notebook_becomes_a_report_and_a_line_of_the_index(tiny, tmp_path):
    seen = []
    (result,) = render(["s1"], [tiny], ["en"], tmp_path / "out", {"number": "7"}, seen.append)
    assert (result.error, result.warnings) == ("", [])
    assert seen == [result]
    assert names(tmp_path / "out") == ["index.html", "s1/tiny.en.html", "s1/tiny.en.ipynb"]
    assert result.path == tmp_path / "out" / "s1" / "tiny.en.html"
    assert "Was money left?" in result.path.read_text(encoding="utf-8")
    executed = json.loads((tmp_path / "out/s1/tiny.en.ipynb").read_text(encoding="utf-8"))
    assert executed["metadata"]["papermill"]["parameters"] == {
        "sheet": "s1",
        "lang": "en",
        "number": "7",
    }
    assert "s1/tiny.en.html" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("sheets", "without_kernel")
def test_failures_do_not_stop_the_others(stored, tmp_path):
    results = render(["broken", "s1", "./s1", "s2"], stored, out=tmp_path)
    failed = [(r.sheet, r.notebook, r.lang) for r in results if r.error]
    assert failed == [
        ("broken", "", ""),
        ("s1", "02_b.ipynb", "en"),
        ("s2", "02_b.ipynb", "en"),
    ]
    made = [
        f"{s}/{n}.{k}"
        for s in ("s1", "s2")
        for n in ("01_a.en", "01_a.ja", "02_b.ja")
        for k in ("html", "ipynb")
    ]
    assert names(tmp_path) == ["index.html", *made]


@pytest.mark.usefixtures("sheets", "without_kernel")
def test_links_only_to_reports_that_were_made(stored, tmp_path):
    render(["s1"], stored, out=tmp_path)
    text = (tmp_path / "s1" / "01_a.en.html").read_text(encoding="utf-8")
    assert "01_a.ja.html" in text
    assert "02_b.en.html" not in text
    assert "02_b.ja.html" in (tmp_path / "s1" / "01_a.ja.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("without_kernel")
def test_two_sheets_of_one_id_do_not_overwrite_each_other(stored, tmp_path, monkeypatch):
    original, copy = tmp_path / "a.txt", tmp_path / "b.txt"

    same = ReviewSheet.build(sheet=[{"sheet_id": "2019-省-1"}])
    monkeypatch.setattr(sources, "read", lambda _: same)
    results = render([original, copy], stored[:1], ["ja"], tmp_path / "out")
    assert [bool(r.error) for r in results] == [False, True]
    assert f"rendered from {original} already" in results[1].error


@pytest.mark.usefixtures("without_kernel")
def test_a_project_does_not_overwrite_its_last_sheet(stored, tmp_path, monkeypatch):
    facts = {"sheet_id": "2019-省-1", "source_path": "c#P2018-省-1", "source_format": PROJECT}
    made = {"c#P2018-省-1": facts, "c#2019-省-1": {"sheet_id": "2019-省-1"}}
    monkeypatch.setattr(corpus, "load", lambda one, _: ReviewSheet.build(sheet=[made[one]]))
    results = render(made, stored[:1], ["ja"], tmp_path / "out")
    assert [result.path.parent.name for result in results] == ["P2018-省-1", "2019-省-1"]


@pytest.mark.usefixtures("without_kernel")
def test_a_hostile_sheet_id_stays_inside_the_folder(stored, tmp_path, monkeypatch):
    hostile = ReviewSheet.build(sheet=[{"sheet_id": "../../etc/\0" + "省" * 300}])
    monkeypatch.setattr(sources, "read", lambda _: hostile)
    (result,) = render(["x"], stored[:1], ["ja"], tmp_path / "out")
    assert result.error == ""
    assert result.path.resolve().parent.parent == (tmp_path / "out").resolve()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.usefixtures("sheets")
def test_a_parameter_goes_to_the_notebooks_that_declare_it(stored, without_kernel, tmp_path):
    text = stored[1].read_text(encoding="utf-8").replace("number: str", "other: str")
    stored[1].write_text(text, encoding="utf-8")
    render(["s1"], stored, ["ja"], tmp_path, {"number": "0042", "population": "1741"})
    assert [(stem, g.get("number"), g.get("population")) for stem, g in without_kernel] == [
        ("01_a", "0042", 1741.0),
        ("02_b", None, 1741.0),
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"populaton": "1"}, "no notebook has a parameter 'populaton'; declared are: sheet: str"),
        ({"population": "many"}, "population: float = None: 'many' is no float"),
        ({"lang": "fr"}, "lang: each report is given its own already"),
    ],
)
@pytest.mark.usefixtures("sheets")
def test_a_wrong_parameter_stops_before_any_work(stored, tmp_path, given, message):
    with pytest.raises(ParameterError, match=message):
        render(["s1"], stored, out=tmp_path / "out", parameters=given)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("sheets", "without_kernel")
def test_an_impossible_folder_stops_before_any_work(stored, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="cannot write in"):
        render(["s1"], stored, out=tmp_path / "file")


@pytest.mark.usefixtures("sheets", "without_kernel")
def test_a_sheet_whose_folder_is_taken_fails_alone(stored, tmp_path):
    (tmp_path / "s1").touch()
    results = render(["s1", "s2"], stored[:1], ["ja"], tmp_path)
    assert [bool(r.error) for r in results] == [True, False]


@pytest.mark.usefixtures("sheets", "without_kernel")
def test_a_broken_notebook_in_the_folder_is_passed_over(stored, tmp_path):
    (tmp_path / "s1").mkdir()
    (tmp_path / "s1" / "09.ja.ipynb").write_text("broken", encoding="utf-8")
    (result,) = render(["s1"], stored[:1], ["ja"], tmp_path)
    assert result.error == ""


@pytest.mark.usefixtures("sheets", "without_kernel")
def test_a_page_that_cannot_be_made_is_an_error_of_its_report(stored, tmp_path, monkeypatch):
    def refuse(*_):
        raise ValueError("a figure has no alt text")

    monkeypatch.setattr(room, "to_html", refuse)
    (result,) = render(["s1"], stored[:1], ["ja"], tmp_path)
    assert "01_a.ja.html: a figure has no alt text" in result.error
    assert result.path is None
    assert "01_a.ja.html" not in (tmp_path / "index.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("sheets")
def test_a_sheet_of_the_repository_is_named_from_its_root(
    stored, without_kernel, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    render([paths.DEFAULT_SHEET, tmp_path / "own.txt"], stored[:1], ["ja"], tmp_path / "out")
    assert [given["sheet"] for _, given in without_kernel] == [
        "data/sheets/2019-総務省-0042.txt",
        str(tmp_path / "own.txt"),
    ]


def test_failed_notebooks_are_none_of_the_projects(tmp_path, monkeypatch):
    for name in ("02_b.ipynb", "01_a.ipynb", "01_a.failed.ipynb"):
        (tmp_path / name).touch()
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    assert [path.name for path in room.all_notebooks()] == ["01_a.ipynb", "02_b.ipynb"]
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "empty")
    with pytest.raises(FileNotFoundError, match="no notebooks in"):
        room.all_notebooks()
