"""Of a file only what may hold the rows asked for is read, and all of these rows are found."""

import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.corpus import store

SCHEMA = pa.schema([("sheet_id", pa.string()), ("number", pa.int64()), ("text", pa.string())])


@pytest.fixture
def groups_read(monkeypatch) -> list[list[int]]:
    """The groups of rows that were read, call by call."""
    read, calls = pq.ParquetFile.read_row_groups, []

    def watched(self, groups, *args, **options):
        calls.append(list(groups))
        return read(self, groups, *args, **options)

    monkeypatch.setattr(pq.ParquetFile, "read_row_groups", watched)
    return calls


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


def test_groups_that_cannot_hold_a_sheet_are_left_out(tmp_path, monkeypatch, groups_read):
    monkeypatch.setattr(store, "SMALL", 0)
    path = written(tmp_path / "a.parquet", [f"2018-省-{at:04d}" for at in range(100)])
    assert numbers(path, "2018-省-0042") == [42]
    assert groups_read == [[4]]
    groups_read.clear()
    assert numbers(path, "2019-省-0042", "2017-省-0042") == []
    assert groups_read == [[]]


def test_where_any_group_may_hold_a_sheet_the_rest_of_its_columns_is_read_of_those_that_do(
    tmp_path, monkeypatch, groups_read
):
    monkeypatch.setattr(store, "SMALL", 0)
    ids = [f"2018-省-{at % 10}" for at in range(50)]
    ids[25] = "2018-省-5x"
    assert numbers(written(tmp_path / "a.parquet", ids), "2018-省-5x") == [25]
    assert groups_read == [[0], [1], [2], [3], [4], [2]]


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
