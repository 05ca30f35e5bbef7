"""A corpus's Parquet files: what of a file is read, and every table as other programs read it, by
the lines that docs/ gives."""

import json
import random
import re
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus_sheets import lines, made, outcome, payment, sheet
from helpers import paths
from helpers.corpus import Corpus, build, store
from helpers.corpus.store import BY_YEAR, TABLES

PAGES = [(paths.ROOT / "docs" / lang / "corpus.md").read_text("utf-8") for lang in ("ja", "en")]
BLOCKS = [
    re.findall(r"^```python\n(import duckdb.*?)^```$", page, re.MULTILINE | re.DOTALL)[0]
    for page in PAGES
]
SHOWN = [block.partition("\n\n")[2].splitlines() for block in BLOCKS]
COUNT = """
found[{program!r}] = {{}}
for table in sys.argv[1:]:
    frame = {line}
    years = frame{years}
    found[{program!r}][table] = {{
        "columns": list(getattr(frame, "column_names", None) or frame.columns),
        "kind": str(years{kind}),
        "later": int((years > 2018).sum()),
        "rows": len(frame),
    }}
"""
OF = {
    "pandas": {"years": '["sheet_year"]', "kind": ".dtype"},
    "duckdb": {"years": '.df()["sheet_year"]', "kind": ".dtype"},
    "polars": {"years": '["sheet_year"]', "kind": ".dtype"},
    "pyarrow.dataset": {"years": '.to_pandas()["sheet_year"]', "kind": ".dtype"},
}
SCHEMA = pa.schema([("sheet_id", pa.string()), ("number", pa.int64()), ("text", pa.string())])


def written(path, ids, text="x"):
    rows = [{"sheet_id": one, "number": at, "text": text} for at, one in enumerate(ids)]
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), path, row_group_size=10)
    return path


def numbers(path, *ids):
    among = {"sheet_id": pa.array(sorted(ids), pa.string())}
    return store.read(path, pa.schema([SCHEMA.field("number")]), among)["number"].to_pylist()


@pytest.mark.parametrize("small", [0, 10**6])
@pytest.mark.parametrize("order", ["sorted", "shuffled"])
def test_all_rows_of_the_ids_are_found_in_their_order(tmp_path, monkeypatch, small, order):
    monkeypatch.setattr(store, "SMALL", small)
    ids = [f"2018-省-{at // 3:04d}" for at in range(100)] + [None, "", "省" * 3000]
    if order == "shuffled":
        random.Random(1).shuffle(ids)
    path = written(tmp_path / "a.parquet", ids)
    for sought in (
        ["2018-省-0004"],
        ["2018-省-0032", "2018-省-0001"],
        ["", "none such"],
        [],
        ["省" * 3000],
    ):
        assert numbers(path, *sought) == [at for at, one in enumerate(ids) if one in sought]


def test_groups_that_cannot_hold_a_sheet_are_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "SMALL", 0)
    path = written(tmp_path / "a.parquet", [f"2018-省-{at:04d}" for at in range(100)])
    footer, content = pq.read_metadata(path), bytearray(path.read_bytes())
    for group in {*range(10)} - {4}:
        for at in range(len(SCHEMA)):
            column = footer.row_group(group).column(at)
            start, size = column.dictionary_page_offset, column.total_compressed_size
            content[start : start + size] = b"\xff" * size
    path.write_bytes(content)
    assert numbers(path, "2018-省-0042") == [42]
    assert numbers(path, "2019-省-0042", "2017-省-0042") == []
    with pytest.raises((OSError, pa.ArrowException)):
        numbers(path, "2018-省-0052")


def test_of_a_file_in_no_order_the_groups_that_hold_a_sheet_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "SMALL", 0)
    ids = [f"2018-省-{at:04d}" for at in range(100)]
    random.Random(1).shuffle(ids)
    path = written(tmp_path / "a.parquet", ids)
    footer, content = pq.read_metadata(path), bytearray(path.read_bytes())
    for group in {*range(10)} - {4}:
        column = footer.row_group(group).column(2)
        start, size = column.dictionary_page_offset, column.total_compressed_size
        content[start : start + size] = b"\xff" * size
    path.write_bytes(content)
    among = {"sheet_id": pa.array([ids[42]])}
    assert store.read(path, SCHEMA, among)["number"].to_pylist() == [42]
    with pytest.raises((OSError, pa.ArrowException)):
        store.read(path, SCHEMA, {"sheet_id": pa.array([ids[52]])})


@pytest.mark.parametrize("small", [0, 10**6])
def test_a_file_that_was_replaced_is_read_anew(tmp_path, monkeypatch, small):
    monkeypatch.setattr(store, "SMALL", small)
    path = written(tmp_path / "a.parquet", ["a", "b"])
    assert numbers(path, "b") == [1]
    written(path, ["b", "a", "b"], "another")
    assert numbers(path, "b") == [0, 2]


def test_a_small_file_is_read_once(tmp_path, monkeypatch):
    path = written(tmp_path / "a.parquet", ["a", "b"])
    assert numbers(path, "a") == [0]
    monkeypatch.setattr(pq, "ParquetFile", None)
    assert numbers(path, "b") == [1]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Of 2018 and, added, 2019; the first year's outcomes have no unit in any row, and no table
    `output` has a row."""
    folder = tmp_path_factory.mktemp("readers")
    facts = {"支出先": [payment(2016, "甲", 9)], "事業番号2": "0001"}
    first = sheet(2018, 1, outcome=[outcome({2016: 5.0, 2017: None}, 単位=None)], **facts)
    made(folder, first, sheet(2018, 2))
    later = sheet(2019, 1, {2016: {"executed": 3.5}}, [outcome({2016: 5.5, 2017: 6.25})], **facts)
    build.add([lines(folder / "later.ndjson", later)], folder / "corpus", 1)
    return Corpus(folder / "corpus")


def test_readme_gives_the_same_lines_in_both_languages():
    japanese, english = SHOWN
    assert japanese == english
    readers = [line.partition(".")[0] for line in english]
    assert readers == ["pandas", "duckdb", "polars"]
    for block, page in zip(BLOCKS, PAGES, strict=True):
        # What it needs is imported in it, and what does not come with a corpus can be installed.
        imported = block.partition("\n\n")[0].splitlines()
        assert sorted(imported) == [f"import {reader}" for reader in sorted(readers)]
        assert "pip install duckdb polars" in page


@pytest.fixture(scope="module")
def found(corpus) -> dict:
    """What the lines read, by program, and how many rows a line with a condition does, "where".

    In a process of its own: polars and forks do not go together.
    """
    given = {line.partition(".")[0]: line for line in SHOWN[0]}
    given["pyarrow.dataset"] = 'pyarrow.dataset.dataset("corpus/sheet").to_table()'
    script = f"import json, sys, {', '.join(OF)}\nfound = {{'where': len({SHOWN[1][1]})}}\n"
    for program in OF:
        line = re.sub(r"corpus/\w+", "corpus/{table}", given[program].partition(" where")[0])
        if line.count('"') % 2:
            line += '")'
        line = re.sub(r'"([^"]*\{table\}[^"]*)"', r'f"\1"', line)
        script += COUNT.format(program=program, line=line, **OF[program])
    script += "print(json.dumps(found))"
    done = subprocess.run(
        [sys.executable, "-c", script, *BY_YEAR],
        cwd=corpus.folder.parent,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("program", OF)
def test_every_table_is_read_with_integer_years(corpus, found, program):
    found = found[program]
    assert corpus.table("output").empty
    for name in BY_YEAR:
        assert found[name]["kind"].lower() == "int64", name
        assert found[name]["rows"] == len(corpus.table(name)), name
        assert found[name]["later"] == len(corpus.table(name, [2019])), name
        assert set(found[name]["columns"]) == {"sheet_year", *TABLES[name]}, name


def test_a_line_with_a_condition_as_the_readme_has_it(corpus, found):
    assert found["where"] == len(corpus.table("budget", [2019]))
