import errno
import json
import logging
import os
import pickle
import stat
from dataclasses import replace
from pathlib import Path

import pytest

import tiny_tasks
from helpers import corpus, files
from helpers.batch import make as room
from helpers.batch import manifest, pdf
from helpers.batch.execute import ExecutionError
from helpers.batch.make import make
from helpers.batch.notebook import read
from helpers.batch.plan import Report, Task
from helpers.sheet import SheetError


def states(results):
    return [(Path(result.notebook).stem, result.lang, result.state) for result in results]


def known(options, folder="s1"):
    return json.loads(Path(options.out, folder, "manifest.json").read_text(encoding="utf-8"))


def with_titles(task, title):
    return replace(
        task, reports=tuple(replace(one, parameters={"title": title}) for one in task.reports)
    )


ALL = ["01_a.ja", "01_a.en", "02_b.ja", "02_b.en"]


def test_makes_each_report_with_its_page_and_a_manifest(notebooks, options, executed):
    results = make(tiny_tasks.task(notebooks), options)
    assert executed == ALL
    assert states(results) == [
        (stem, lang, "made") for stem in ("01_a", "02_b") for lang in ("ja", "en")
    ]
    folder = Path(options.out, "s1")
    assert [result.path for result in results] == [str(folder / f"{name}.html") for name in ALL]
    assert [result.error for result in results] == [""] * 4
    assert tiny_tasks.names(folder) == sorted(
        ["manifest.json", *(f"{name}.{end}" for name in ALL for end in ("html", "ipynb"))]
    )
    assert tiny_tasks.broken(Path(options.out)) == []
    assert known(options)["sheet"] == "source#s1"
    assert sorted(known(options)["reports"]) == sorted(ALL)
    text = (folder / "01_a.en.html").read_text(encoding="utf-8")
    for linked in ("01_a.ja.html", "02_b.en.html", "02_b en"):
        assert linked in text


@pytest.mark.usefixtures("executed")
def test_what_is_there_is_not_made_again(notebooks, options, executed):
    task = tiny_tasks.task(notebooks)
    make(task, options)
    before = {path: path.stat().st_mtime_ns for path in Path(options.out).rglob("*.*")}
    executed.clear()
    results = make(task, options)
    assert executed == []
    assert {result.state for result in results} == {"unchanged"}
    assert all(Path(result.path).exists() for result in results)
    assert {path: path.stat().st_mtime_ns for path in Path(options.out).rglob("*.*")} == before
    make(task, replace(options, force=True))
    assert executed == ALL


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (lambda task, _: replace(task, rows=tiny_tasks.rows("s1", name="another")), ALL),
        (lambda task, _: replace(task, sheet="elsewhere#s1"), ALL),
        (lambda task, _: with_titles(task, "other"), ALL),
        (lambda task, path: tiny_tasks.notebook(path, "02_b.ipynb", "2") and task, ALL[2:]),
    ],
    ids=["sheet", "reference", "parameters", "notebook"],
)
def test_what_has_changed_is_made_again(notebooks, options, executed, tmp_path, change, again):
    task = tiny_tasks.task(notebooks)
    make(task, options)
    executed.clear()
    os.utime(notebooks[1], ns=(0, 0))
    results = make(change(task, tmp_path), options)
    assert executed == again
    assert [name for *name, state in states(results) if state == "made"] == [
        name.split(".") for name in again
    ]


@pytest.mark.parametrize("lost", ["02_b.ja.html", "02_b.ja.ipynb", "manifest.json"])
def test_what_is_gone_is_made_again(notebooks, options, executed, lost):
    task = tiny_tasks.task(notebooks)
    make(task, options)
    whole = tiny_tasks.names(Path(options.out))
    executed.clear()
    Path(options.out, "s1", lost).unlink()
    results = make(task, options)
    assert executed == {"02_b.ja.html": [], "02_b.ja.ipynb": ["02_b.ja"]}.get(lost, ALL)
    made = [f"{stem}.{lang}" for stem, lang, state in states(results) if state == "made"]
    assert made == (ALL if lost == "manifest.json" else ["02_b.ja"])
    assert tiny_tasks.names(Path(options.out)) == whole


@pytest.mark.usefixtures("executed")
def test_a_damaged_manifest_counts_as_none_and_is_said(notebooks, options):
    task = tiny_tasks.task(notebooks[:1])
    make(task, options)
    Path(options.out, "s1", "manifest.json").write_text("{")
    first, second = make(task, options)
    assert (first.state, second.state) == ("made", "made")
    assert "manifest.json is damaged" in first.warnings[0]
    assert second.warnings == []


@pytest.mark.usefixtures("executed")
def test_pages_of_earlier_runs_link_to_what_has_come(notebooks, options, executed):
    make(tiny_tasks.task(notebooks[:1]), options)
    page = Path(options.out, "s1", "01_a.ja.html")
    assert "02_b" not in page.read_text(encoding="utf-8")
    results = make(tiny_tasks.task(notebooks[1:]), options)
    assert states(results) == [("02_b", "ja", "made"), ("02_b", "en", "made")]
    assert "02_b.ja.html" in page.read_text(encoding="utf-8")
    executed.clear()
    results = make(tiny_tasks.task(notebooks), options)
    assert (executed, {result.state for result in results}) == ([], {"unchanged"})


@pytest.mark.usefixtures("executed")
def test_a_page_says_the_titles_of_now(notebooks, options):
    task = tiny_tasks.task(notebooks, languages=["ja"])
    make(with_titles(task, "first"), options)
    make(with_titles(replace(task, reports=task.reports[1:]), "second"), options)
    text = Path(options.out, "s1", "01_a.ja.html").read_text(encoding="utf-8")
    assert "second" in text


@pytest.mark.usefixtures("executed")
def test_a_failure_leaves_what_was_there(notebooks, options):
    task = tiny_tasks.task(notebooks, languages=["ja"])
    make(task, options)
    before = Path(options.out, "s1", "02_b.ja.ipynb").read_bytes()
    failing = replace(task.reports[1], parameters={"fail": ExecutionError("cell [3] raised")})
    results = make(replace(task, reports=(task.reports[0], failing)), options)
    assert states(results) == [("01_a", "ja", "unchanged"), ("02_b", "ja", "failed")]
    assert (results[1].error, results[1].path) == ("cell [3] raised", None)
    assert Path(options.out, "s1", "02_b.ja.ipynb").read_bytes() == before
    assert sorted(known(options)["reports"]) == ["01_a.ja", "02_b.ja"]
    assert states(make(task, options))[1] == ("02_b", "ja", "unchanged")


@pytest.mark.usefixtures("executed")
def test_what_was_not_made_is_linked_to_by_none(notebooks, options):
    task = tiny_tasks.task(notebooks, languages=["ja"])
    failing = replace(task.reports[1], parameters={"fail": ExecutionError("on purpose")})
    make(replace(task, reports=(task.reports[0], failing)), options)
    text = Path(options.out, "s1", "01_a.ja.html").read_text(encoding="utf-8")
    assert "02_b" not in text


@pytest.mark.usefixtures("executed")
def test_a_page_that_cannot_be_made_is_an_error_of_its_report(notebooks, options, monkeypatch):
    true = room.to_html

    def refuse(done, lang, stem, siblings, site):
        if stem == "02_b":
            raise ValueError("a figure has no alt text")
        return true(done, lang, stem, siblings, site)

    monkeypatch.setattr(room, "to_html", refuse)
    task = tiny_tasks.task(notebooks, languages=["ja"])
    first, second = make(task, options)
    assert (first.error, second.path) == ("", None)
    assert "02_b.ja.html (a figure has no alt text)" in second.error
    text = Path(options.out, "s1", "01_a.ja.html").read_text(encoding="utf-8")
    assert "02_b" not in text
    monkeypatch.setattr(room, "to_html", true)
    monkeypatch.setattr(room, "execute", None)
    assert states(make(task, options)) == [("01_a", "ja", "unchanged"), ("02_b", "ja", "made")]


def test_a_kill_loses_one_report_and_leaves_nothing(notebooks, options, executed, monkeypatch):
    class Killed(BaseException):
        """What no handler of ours may stop."""

    task = tiny_tasks.task(notebooks)
    copy = room.execute

    def dying(notebook, output, *rest):
        if output.stem == "02_b.ja":
            # What a killed process leaves; its number is nobody's now.
            (output.parent / ".02_b.ja.partial-4194304.ipynb").write_text("{")
            raise Killed
        return copy(notebook, output, *rest)

    monkeypatch.setattr(room, "execute", dying)
    with pytest.raises(Killed):
        make(task, options)
    assert sorted(known(options)["executed"]) == ["01_a.en", "01_a.ja"]
    executed.clear()
    monkeypatch.setattr(room, "execute", copy)
    results = make(task, options)
    assert executed == ["02_b.ja", "02_b.en"]
    assert [state for *_, state in states(results)] == ["made"] * 4
    assert tiny_tasks.broken(Path(options.out)) == []


@pytest.mark.usefixtures("executed")
def test_a_sheet_that_cannot_be_read_is_one_result(notebooks, options, monkeypatch):
    def refuse(reference, _):
        raise SheetError(reference, "nothing", "a sheet")

    monkeypatch.setattr(corpus, "load", refuse)
    (result,) = make(replace(tiny_tasks.task(notebooks), rows=None), options)
    assert (result.notebook, result.state) == ("", "failed")
    assert "source#s1: found nothing" in result.error
    assert not Path(options.out, "s1").exists()


@pytest.mark.parametrize("place", ["folder", "page", "report"])
@pytest.mark.usefixtures("executed")
def test_something_in_the_way_is_named(notebooks, options, place):
    folder = Path(options.out, "s1")
    if place == "folder":
        folder.touch()
    else:
        (folder / {"page": "01_a.ja.html", "report": "01_a.ja.ipynb"}[place] / "x").mkdir(
            parents=True
        )
    results = make(tiny_tasks.task(notebooks, languages=["ja"]), options)
    failed = [result for result in results if result.state == "failed"]
    assert len(failed) == 1
    assert failed[0].error.startswith(f"cannot write {folder}")
    assert not failed[0].hopeless
    assert len(results) == (1 if place == "folder" else 2)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
@pytest.mark.parametrize("at", ["report", "manifest", "page"])
def test_a_full_disk_ends_a_task_and_leaves_what_was_made(
    notebooks, options, executed, monkeypatch, number, at
):
    full = OSError(number, os.strerror(number))
    task = tiny_tasks.task(notebooks, languages=["ja"])
    make(replace(task, reports=task.reports[:1]), options)
    before = {
        name: Path(options.out, name).read_bytes() for name in tiny_tasks.names(Path(options.out))
    }
    true = files.write

    def write(path, text):
        if path.name == {"manifest": manifest.NAME, "page": "02_b.ja.html"}[at]:
            raise full
        return true(path, text)

    with monkeypatch.context() as patch:
        if at == "report":
            failing = replace(task.reports[1], parameters={"fail": full})
            never = replace(task.reports[0], lang="en")
            results = make(replace(task, reports=(failing, never)), options)
            assert executed == ["01_a.ja", "02_b.ja"]
        else:
            patch.setattr(manifest.files, "write", write)
            patch.setattr(room, "execute", lambda notebook, *_: read(notebook))
            results = make(task, options)
    assert [result.hopeless for result in results if result.state == "failed"] == [True]
    assert os.strerror(number) in results[-1].error
    assert "free space or choose another folder" in results[-1].error
    now = {name: Path(options.out, name).read_bytes() for name in before}
    assert all(now[name] == before[name] for name in before if name.endswith(("html", "ipynb")))


@pytest.mark.usefixtures("executed")
def test_a_mistake_of_ours_is_one_result_and_says_where(notebooks, options, monkeypatch):
    monkeypatch.setattr(manifest, "report_key", lambda *_: {}["oh"])
    (result,) = make(tiny_tasks.task(notebooks), options)
    assert result.state == "failed"
    assert "source#s1: a mistake of review-sheets, please report it: KeyError: 'oh'" in result.error
    assert "(make.py:" in result.error


def test_a_broken_or_missing_notebook_fails_alone(notebooks, options, executed, tmp_path):
    (tmp_path / "03_c.ipynb").write_text("broken")
    many = [*notebooks[:1], tmp_path / "03_c.ipynb", tmp_path / "04_d.ipynb"]
    results = make(tiny_tasks.task(many, languages=["ja"]), options)
    assert states(results) == [
        ("01_a", "ja", "made"),
        ("03_c", "ja", "failed"),
        ("04_d", "ja", "failed"),
    ]
    assert "03_c.ipynb is no notebook" in results[1].error
    assert executed == ["01_a.ja"]


def test_a_notebook_without_sheet_and_language_is_a_report(options, executed, tmp_path):
    path = tiny_tasks.notebook(tmp_path, "04_portfolio.ipynb")
    task = Task("", "04_portfolio", (Report(path, "", {}),))
    (result,) = make(task, options)
    assert result.path == str(Path(options.out, "04_portfolio", "04_portfolio.html"))
    assert states(make(task, options)) == [("04_portfolio", "", "unchanged")]
    assert executed == ["04_portfolio"]


def test_what_is_logged_meanwhile_is_a_warning(options, notebooks, executed, monkeypatch):
    copy = room.execute

    def noisy(*given):
        logging.getLogger("forked_kernel").warning("no kernel for %s", given[1].stem)
        return copy(*given)

    monkeypatch.setattr(room, "execute", noisy)
    results = make(tiny_tasks.task(notebooks[:1]), options)
    assert [result.warnings for result in results] == [[f"no kernel for {n}"] for n in executed]


def test_notebooks_get_the_sheet_that_was_read(options, notebooks, monkeypatch):
    seen, there = [], []

    def look(_notebook, output, parameters, *_):
        there.append(Path(os.environ[corpus.HANDED_OVER]))
        assert stat.S_IMODE(there[0].parent.stat().st_mode) == 0o700
        assert not there[0].is_relative_to(options.out)
        assert list(output.parent.iterdir()) == []
        seen.append(corpus.load(parameters["sheet"], parameters.get("as_of")).id)
        raise ExecutionError("enough")

    monkeypatch.setattr(room, "execute", look)
    task = tiny_tasks.task(notebooks[:1], languages=["ja"], as_of=2019)
    make(replace(task, as_of=2019), options)
    assert seen == ["s1"]
    assert not there[0].parent.exists()
    assert corpus.HANDED_OVER not in os.environ
    assert tiny_tasks.names(Path(options.out)) == []
    with pytest.raises(SheetError):
        corpus.load("source#s1", 2019)


def test_only_the_sheet_that_was_handed_is_found(tmp_path, monkeypatch):
    path = tmp_path / "handed"
    path.write_bytes(pickle.dumps({("a#b", None): "the sheet"}))
    monkeypatch.setenv(corpus.HANDED_OVER, str(path))
    assert corpus.load("a#b") == "the sheet"
    for other in (("a#c", None), ("a#b", 2018)):
        assert corpus.handed_over(*other) is None
    path.unlink()
    assert corpus.handed_over("a#b", None) is None


@pytest.mark.usefixtures("executed")
def test_pdf_is_printed_of_each_page_once(notebooks, options, monkeypatch):
    printed = []

    def to_pdf(html, path, seconds=60):
        assert html.exists()
        assert seconds == 60
        printed.append(path.name)
        path.write_text("%PDF")

    monkeypatch.setattr(pdf, "to_pdf", to_pdf)
    task, wanted = tiny_tasks.task(notebooks[:1]), replace(options, pdf=True)
    make(task, options)
    assert {result.state for result in make(task, wanted)} == {"made"}
    assert printed == ["01_a.ja.pdf", "01_a.en.pdf"]
    assert {result.state for result in make(task, wanted)} == {"unchanged"}
    assert len(printed) == 2
    # Another report beside it only changes the links: what was printed is still true.
    make(tiny_tasks.task(notebooks[1:]), options)
    assert len(list(Path(options.out, "s1").glob("*.pdf"))) == 2
    assert {result.state for result in make(task, wanted)} == {"made"}
    assert len(printed) == 4
    make(with_titles(task, "another"), options)
    assert not list(Path(options.out, "s1").glob("*.pdf"))
    assert known(options)["reports"]["01_a.ja"]["pdf"] is None


@pytest.mark.usefixtures("executed")
def test_a_pdf_that_cannot_be_printed_is_an_error_and_the_page_stays(
    notebooks, options, monkeypatch
):
    def refuse(html, _path):
        raise pdf.PdfError(f"{html} needs a browser")

    monkeypatch.setattr(pdf, "to_pdf", refuse)
    (result,) = make(tiny_tasks.task(notebooks[:1], languages=["ja"]), replace(options, pdf=True))
    assert "needs a browser" in result.error
    assert Path(options.out, "s1", "01_a.ja.html").exists()
