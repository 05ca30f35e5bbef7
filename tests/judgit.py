"""The JUDGIT sheets of the shared corpus as ReviewSheets, for tests over many real sheets."""

import random
from collections.abc import Iterator

from helpers import paths
from helpers.sheet import ReviewSheet, Rows
from helpers.sources import judgit_json

CORPUS = paths.ROOT.parent / "shared" / "corpus"
SAMPLES = CORPUS / "samples"
YEARS = range(2015, 2020)
FILES = [CORPUS / f"judgit-{year}.ndjson.gz" for year in YEARS]
"""All sheets of `YEARS`; of 2020-2023 tests read `SAMPLES`, which other files there hold too."""


def sheets(year: int, sample: int | None = None, seed: int = 0) -> Iterator[ReviewSheet]:
    """All sheets published in `year`, or a seeded random sample of them in the file's order."""
    for sheet in rows(year, sample, seed):
        yield ReviewSheet.build(**sheet)


def rows(year: int, sample: int | None = None, seed: int = 0) -> Iterator[Rows]:
    """The same as plain rows."""
    chosen = list(judgit_json.lines(CORPUS / f"judgit-{year}.ndjson.gz"))
    if sample is not None:
        picked = sorted(random.Random(seed).sample(range(len(chosen)), min(sample, len(chosen))))
        chosen = [chosen[position] for position in picked]
    for path, line, content in chosen:
        yield judgit_json.parse(content, path, line)


def sheet(record: dict) -> ReviewSheet:
    """One JSON sheet as a ReviewSheet."""
    return ReviewSheet.build(**judgit_json.rows(record, "judgit"))
