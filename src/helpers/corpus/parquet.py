"""Rows out of Parquet files, reading no more of a file than may hold them."""

from bisect import bisect_left
from functools import cached_property, lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROW_GROUP = 2000
"""Rows that are read together: those of some hundred sheets."""
LEVEL = 5
"""Of zstd: it wins back most of what small groups cost in size."""
SMALL = 100_000
"""Bytes of a file whose rows are kept, about a megabyte of them: every look-up of a sheet reads
those of the table `project`."""
FILES = 512
"""Files of which something is kept."""

Values = dict[str, pa.Array]
"""Column -> the values of which a row is to have one, sorted."""


def writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """A new file at `path`; rows are added with `write`."""
    return pq.ParquetWriter(path, schema, compression="zstd", compression_level=LEVEL)


def write(opened: pq.ParquetWriter, rows: pa.Table) -> None:
    """Add rows in groups so small that a reader can leave out most of what it does not need."""
    opened.write_table(rows, ROW_GROUP)


def read(path: Path, schema: pa.Schema, among: Values) -> pa.Table:
    """The columns of `schema` in a file, of all rows or of those `among` the values given.

    Raises OSError, KeyError or pyarrow's exceptions for a file that is gone or damaged.
    """
    stat = path.stat()
    if not among:
        with pq.ParquetFile(path) as opened:
            return opened.read(schema.names).select(schema.names)
    known = _File.of(path, stat.st_mtime_ns, stat.st_size)
    rows = known.rows if stat.st_size <= SMALL else known.near(among, schema.names)
    return rows.select(schema.names).filter(_wanted(rows, among))


def _wanted(rows: pa.Table, among: Values) -> pa.ChunkedArray:
    of_each = [pc.is_in(rows[name], values) for name, values in among.items()]
    return of_each[0] if len(of_each) == 1 else pc.and_(*of_each)


class _File:
    """What is kept of a file that was read once."""

    def __init__(self, path: Path):
        self._path, self._footer = path, pq.read_metadata(path)
        self._ranges: dict[str, list[tuple | None]] = {}

    @classmethod
    @lru_cache(FILES)
    def of(cls, path: Path, changed: int, size: int) -> "_File":  # noqa: ARG003 (another file else)
        return cls(path)

    @cached_property
    def rows(self) -> pa.Table:
        """All of the file."""
        with self._opened() as opened:
            return opened.read(use_threads=False)

    def near(self, among: Values, names: list[str]) -> pa.Table:
        """The columns named, and those of `among`, of the groups of rows that hold some wanted."""
        with self._opened() as opened:

            def read(groups: list[int], columns: list[str]) -> pa.Table:
                return opened.read_row_groups(groups, columns, use_threads=False)

            groups = self._groups(among)
            if len(groups) > 1:
                keys = [read([group], list(among)) for group in groups]
                hold = [pc.any(_wanted(part, among)).as_py() for part in keys]
                groups = [group for group, holds in zip(groups, hold, strict=True) if holds]
            return read(groups, [*dict.fromkeys([*names, *among])])

    def _opened(self) -> pq.ParquetFile:
        # Without threads, here and in reading: for so few rows they cost more than they save.
        return pq.ParquetFile(self._path, metadata=self._footer, pre_buffer=False)

    def _groups(self, among: Values) -> list[int]:
        """The groups of rows of which none can be told from the footer to hold none wanted."""
        kept = list(range(self._footer.num_row_groups))
        for name, values in among.items():
            ranges, sought = self._ranges_of(name), values.to_pylist()
            kept = [group for group in kept if _meet(ranges[group], sought)]
        return kept

    def _ranges_of(self, name: str) -> list[tuple | None]:
        """The least and the greatest value of a column in each group, None where not said."""
        if name not in self._ranges:
            at = self._footer.schema.to_arrow_schema().get_field_index(name)
            groups = range(self._footer.num_row_groups)
            said = [self._footer.row_group(group).column(at).statistics for group in groups]
            self._ranges[name] = [(s.min, s.max) if s and s.has_min_max else None for s in said]
        return self._ranges[name]


def _meet(ends: tuple | None, values: list) -> bool:
    if ends is None:
        return True
    at = bisect_left(values, ends[0])
    return at < len(values) and values[at] <= ends[1]
