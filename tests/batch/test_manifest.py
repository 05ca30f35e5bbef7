import json
import pickle
import subprocess
import sys

import nbformat
import pytest

import corpus_sheets
import tiny_tasks
from helpers import corpus, paths
from helpers.batch import manifest
from helpers.batch.manifest import Manifest
from helpers.batch.notebook import read
from helpers.sheet import ReviewSheet

ENTRY = {"key": "k", "page": "p", "pdf": None, "title": "t", "headline": {}}


@pytest.fixture
def notebook(tmp_path):
    return read(tiny_tasks.notebook(tmp_path))


def key(notebook, lang="ja", parameters=None, reference="a#b", sheet="digest"):
    return manifest.report_key(notebook, lang, parameters or {}, reference, sheet)


def test_a_key_depends_on_everything_that_a_report_is_made_from(notebook):
    more, tagged = nbformat.from_dict(notebook), nbformat.from_dict(notebook)
    more.cells[2].source += "\n1"
    tagged.cells[2].metadata["tags"] = ["lang-ja"]
    keys = [
        key(notebook),
        key(more),
        key(tagged),
        key(notebook, lang="en"),
        key(notebook, parameters={"fail": True}),
        key(notebook, reference="a#c"),
        key(notebook, sheet="another"),
    ]
    assert len(set(keys)) == len(keys)


def test_a_key_does_not_depend_on_stored_outputs_and_the_process(notebook, tmp_path):
    again = nbformat.from_dict(notebook)
    again.cells[2].outputs = [nbformat.v4.new_output("stream", text="stored")]
    again.cells[2].execution_count = 7
    again.metadata["language_info"] = {"version": "3.11.1"}
    assert key(again) == key(notebook)
    script = (
        "import sys; from pathlib import Path\n"
        "from helpers.batch import manifest, notebook\n"
        "read = notebook.read(Path(sys.argv[1]))\n"
        "print(manifest.report_key(read, 'ja', {}, 'a#b', 'digest'))"
    )
    command = [sys.executable, "-c", script, tmp_path / "01_a.ipynb"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == key(notebook)


def test_a_key_depends_on_the_files_that_parameters_name(notebook, tmp_path):
    named = tmp_path / "rates.csv"
    named.write_text("1")
    before = key(notebook, parameters={"fail": str(named)})
    named.write_text("2")
    assert key(notebook, parameters={"fail": str(named)}) != before
    notebook.cells[1].source += f"\nrates: str = {str(named)!r}"
    default = key(notebook)
    named.write_text("3")
    assert key(notebook) != default


def test_a_key_depends_on_the_package_and_its_data(tmp_path, monkeypatch):
    package, data = tmp_path / "src" / "helpers", tmp_path / "data"
    (package / "batch").mkdir(parents=True)
    data.mkdir()
    monkeypatch.setattr(manifest, "__file__", str(package / "batch" / "manifest.py"))
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    found = []
    for path, text in (
        (package / "a.py", "1"),
        (package / "a.py", "2"),
        (package / "report.css", "1"),
        (data / "corrections.yml", "- 1"),
    ):
        path.write_text(text)
        manifest.code.cache_clear()
        found.append(manifest.code())
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "a.cpython-311.pyc").touch()
    (package / ".a.py.swp").touch()
    manifest.code.cache_clear()
    assert manifest.code() == found[-1]
    assert len(set(found)) == 4
    manifest.code.cache_clear()


def test_a_digest_tells_sheets_apart_by_every_value():
    values = [
        {"budget": [{"fiscal_year": 2018, "executed": value}]}
        for value in (None, 0.0, 0.1 + 0.2, 0.3)
    ]
    values.append({"vintage": [{"table": "budget", "column": "executed", "value": 1.0}]})
    sheets = [ReviewSheet.build(**tiny_tasks.rows(), **more) for more in values]
    digests = [manifest.digest(sheet) for sheet in sheets]
    assert len(set(digests)) == len(values)
    assert [manifest.digest(pickle.loads(pickle.dumps(sheet))) for sheet in sheets] == digests


def test_a_digest_takes_any_text():
    hostile = ReviewSheet.build(**tiny_tasks.rows(name="\0<script>\N{PILE OF POO}"))
    assert len(manifest.digest(hostile)) == 64


def test_a_stamp_changes_with_the_corpus(tmp_path):
    sheets = [corpus_sheets.sheet(2018), corpus_sheets.sheet(2019)]
    folder = corpus_sheets.made(tmp_path, *sheets).folder
    reference = f"{folder}#{corpus_sheets.sheet_id(2018)}"
    first = manifest.stamp(reference, None)
    assert manifest.stamp(reference, None) == first != manifest.stamp(reference, 2018)
    digest = manifest.digest(corpus.load(reference))
    later = corpus_sheets.lines(tmp_path / "later.ndjson", corpus_sheets.sheet(2017))
    corpus.build.add([later], folder, 1)
    assert manifest.stamp(reference, None) != first
    # The sheet of 2017 prints some of the same years: the sheet itself is another now, too.
    assert manifest.digest(corpus.load(reference)) != digest
    assert manifest.stamp(str(paths.DEFAULT_SHEET), None) is None


def test_what_is_written_is_read_again(tmp_path):
    known = Manifest("a#b", None, "digest", {"01_a.ja": ENTRY}, {"01_a.en": ENTRY})
    known.write(tmp_path)
    for name in ("01_a.ja.ipynb", "01_a.ja.html", "01_a.en.ipynb"):
        (tmp_path / name).touch()
    assert manifest.read(tmp_path) == known
    assert list(known.entries()) == ["01_a.en", "01_a.ja"]


def test_what_is_gone_is_not_known(tmp_path):
    assert manifest.read(tmp_path) == Manifest()
    names = ("no_page", "no_notebook", "both")
    Manifest("a", None, "d", dict.fromkeys(names, ENTRY), {"gone": ENTRY}).write(tmp_path)
    for name in ("no_page.ipynb", "no_notebook.html", "both.ipynb", "both.html"):
        (tmp_path / name).touch()
    known = manifest.read(tmp_path)
    assert (list(known.reports), list(known.executed)) == (["both"], ["no_page"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"unknown": 1}',
        '{"reports": []}',
        '{"reports": {"a": 1}}',
        '{"reports": {"a": {}}}',
        json.dumps({"reports": {"a": {**ENTRY, "title": None}}}),
        json.dumps({"reports": {"a": {k: v for k, v in ENTRY.items() if k != "page"}}}),
        "[" * 100_000,
        "\x00\xff",
    ],
)
def test_a_damaged_manifest_is_named(tmp_path, text):
    (tmp_path / manifest.NAME).write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match=r"manifest\.json is damaged"):
        manifest.read(tmp_path)
