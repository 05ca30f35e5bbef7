"""Bring the files of a command into a folder together: complete or not at all."""

import gzip
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from helpers import files
from helpers.export import as_csv, plain
from helpers.fitted import (
    ABOUT_PEERS,
    EXECUTION,
    FORMAT,
    MONEY,
    OUTCOMES,
    PEERS,
    PERSISTENCE,
    Peers,
)
from helpers.forecast import FORMATS
from helpers.forecast.every_project import Forecasts, left_out


@contextmanager
def together(folder: Path, names: list[str]) -> Iterator[Path]:
    """A hidden folder to write the files `names` into; they come into `folder` if the block ends.

    All are written before the first is moved. The last of `names` says that the others belong
    together: it goes first and comes last, so that a folder that has it is never a mix of two runs.
    Those of `names` that are not written are removed. Raises OSError where nothing can be written.
    """
    staging = files.staging(files.writable(folder))
    # Two commands at once would mix their files.
    with files.locked(folder / "files"), files.naming(folder, staging):
        files.sweep(folder)
        files.clear(folder)
        staging.mkdir()
        try:
            yield staging
            (folder / names[-1]).unlink(missing_ok=True)
            for name in names:
                if (staging / name).exists():
                    (staging / name).replace(folder / name)
                else:
                    (folder / name).unlink(missing_ok=True)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def as_json(content: dict) -> str:
    """JSON to be read and compared in a diff."""
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def by_row(content: dict[str, dict | pd.DataFrame]) -> str:
    """JSON of tables, a line a row, and of what else there is."""
    parts = [f'"format": {FORMAT}']
    for name, part in content.items():
        if isinstance(part, pd.DataFrame):
            rows = part.astype(object).where(part.notna(), None).to_dict("records")
            text = "[\n" + ",\n".join(map(_line, rows)) + "\n]"
        else:
            text = _line(part)
        parts.append(f"{_line(name)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def fitted(folder: Path, outcomes: dict, execution: dict, peers: Peers) -> None:
    """The files of `helpers.fitted` but the track record; the same content gives the same bytes."""
    tables = {PEERS: peers.table, PERSISTENCE: peers.persistence, MONEY: peers.money}
    texts = {OUTCOMES: as_json(outcomes), EXECUTION: as_json(execution)}
    texts |= {
        name: plain(frame).to_csv(index=False, lineterminator="\n")
        for name, frame in tables.items()
    }
    texts[ABOUT_PEERS] = as_json(peers.about)
    with together(folder, [*texts]) as staging:
        for name, text in texts.items():
            content = text.encode()
            packed = gzip.compress(content, mtime=0) if name.endswith(".gz") else content
            (staging / name).write_bytes(packed)


def forecasts(
    folder: Path, formats: Iterable[str], made: dict[str, Forecasts], about: dict
) -> None:
    """`execution` and `outcomes` in the `formats` (of `FORMATS`), left_out.csv, about.json."""
    names = [f"{name}.{ending}" for name in made for ending in FORMATS]
    with together(folder, [*names, "left_out.csv", "about.json"]) as staging:
        for name, (table, _) in made.items():
            if "parquet" in formats:
                table.to_parquet(staging / f"{name}.parquet", index=False)
            if "csv" in formats:
                _csv(table, staging / f"{name}.csv")
        _csv(left_out(**made), staging / "left_out.csv")
        (staging / "about.json").write_text(as_json(about), "utf-8")


def _csv(table: pd.DataFrame, path: Path) -> None:
    # A text of a sheet may hold what is no Unicode.
    path.write_bytes(as_csv(table).encode(errors="replace"))


def _line(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False)
