"""The JUDGIT sheets of the shared corpus as ReviewSheets, for tests over many real sheets."""

import csv
import hashlib
import io
import json
import random
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from helpers import paths
from helpers.sheet import ReviewSheet, Rows
from helpers.sources import judgit_json

CORPUS = paths.ROOT.parent / "shared" / "corpus"
SAMPLES = CORPUS / "samples"
YEARS = range(2015, 2020)
"""Of which tests read all sheets; of 2020-2023 they read `SAMPLES`, which other files hold too."""

RS = CORPUS.parent / "rs2024"
"""The RS system's files of 2024."""

_NAME = re.compile(r'"事業名": ?("(?:[^"\\]|\\.)*")'.encode())
_SALT = b"1042"
"""One that keeps the projects that tests name."""


def file(year: int) -> Path:
    """The file of all sheets published in `year`."""
    return CORPUS / f"judgit-{year}.ndjson.gz"


def sheets(year: int, sample: int | None = None, seed: int = 0) -> Iterator[ReviewSheet]:
    """All sheets published in `year`, or a seeded random sample of them in the file's order."""
    for sheet in rows(file(year), sample, seed):
        yield ReviewSheet.build(**sheet)


def rows(path: Path, sample: int | None = None, seed: int = 0) -> Iterator[Rows]:
    """Those in a file as plain rows."""
    chosen = list(judgit_json.lines(path))
    if sample is not None:
        picked = sorted(random.Random(seed).sample(range(len(chosen)), min(sample, len(chosen))))
        chosen = [chosen[position] for position in picked]
    for path, line, content in chosen:
        yield judgit_json.parse(content, path, line)


def sheet(record: dict) -> ReviewSheet:
    """One JSON sheet as a ReviewSheet."""
    return ReviewSheet.build(**judgit_json.rows(record, "judgit"))


@cache
def in_half(name: str) -> bool:
    """Whether a project of this name is in the half of all projects that `half` and `rs_half` give:
    so all sheets of one name are, in whatever year and system."""
    plain = "".join(unicodedata.normalize("NFKC", name).split()).encode()
    return hashlib.blake2b(plain, digest_size=1, salt=_SALT).digest()[0] % 2 == 0


def half(year: int) -> list[bytes]:
    """The lines of the file of `year` that are sheets of half the projects."""
    lines = (line for _, _, line in judgit_json.lines(file(year)))
    return [line for line in lines if in_half(json.loads(_NAME.search(line)[1]))]


def rs_half(folder: Path) -> Path:
    """The RS system's files of 2024 in `folder`, with the rows of half the projects."""
    folder.mkdir()
    for path in RS.glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            text = archive.read(archive.namelist()[0]).decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text, newline=""))
        name = header.index("事業名")
        with (folder / f"{path.stem}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([header, *(row for row in rows if in_half(row[name]))])
    return folder
