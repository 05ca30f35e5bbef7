"""Bring the files of a command into a folder together: complete or not at all."""

import gzip
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from helpers import files
from helpers.export import as_csv, plain
from helpers.fitted import FORMAT, INDEX, KINDS, MINISTRIES, TRACK_RECORD, Fitted, Peers
from helpers.forecast import ABOUT, FORMATS
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


def as_json(content: object, indent: str = "") -> str:
    """JSON to be read and compared in a diff: a line a key, and a line a list of plain values."""
    if isinstance(content, dict):
        parts = [f"{_line(name)}: {as_json(part, indent + ' ')}" for name, part in content.items()]
        ends = "{}"
    elif isinstance(content, list) and any(isinstance(part, list | dict) for part in content):
        parts, ends = [as_json(part, indent + " ") for part in content], "[]"
    else:
        return _line(content)
    inside = ",".join(f"\n{indent} {part}" for part in parts)
    return f"{ends[0]}{inside}\n{indent}{ends[1]}" + ("" if indent else "\n")


def by_row(record: dict) -> str:
    """JSON of a track record, as `track.summed` gives it: a line a row, the measures of a group in
    one."""
    scores = record["scores"]
    facts = ["quantity", "by", "group", "forecasts", "projects"]
    rows = [
        dict(zip(facts, group, strict=True))
        | {"measures": dict(zip(part["measure"], _rows(part[ENDS]), strict=True))}
        for group, part in scores.groupby(facts, sort=False)
    ]
    parts = [f'"format": {FORMAT}', f'"about": {_line(record["about"])}']
    of = {"scores": rows}
    of |= {name: record[name].to_dict("records") for name in ("reliability", "pit", "ranking")}
    for name, lines in of.items():
        parts.append(f"{_line(name)}: [\n" + ",\n".join(map(_line, lines)) + "\n]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


ENDS = ["value", "low", "high"]


def _rows(table: pd.DataFrame) -> list[list]:
    return table.astype(object).where(table.notna(), None).to_numpy().tolist()


def fitted(
    folder: Path,
    fits: Mapping[str, Mapping[int, dict]],
    peers: Mapping[int, Peers] | None = None,
    record: dict | None = None,
    ministries: pd.DataFrame | None = None,
) -> None:
    """The files of `helpers.fitted`: kind ("outcomes", "execution") -> sheet year -> fit; sheet
    year -> peers, the track record, and the money of ministries, where they are given: else those
    that are there stay. The same content gives the same bytes."""
    texts, made = {}, {kind: sorted(of) for kind, of in fits.items()}
    for kind, of in fits.items():
        texts |= {KINDS[kind][0].format(year): as_json(fit) for year, fit in of.items()}
    for year, (*counted, about) in (peers or {}).items():
        *names, last = (name.format(year) for name in KINDS["peers"])
        for name, table in zip(names, counted, strict=True):
            texts[name] = plain(table).to_csv(index=False, lineterminator="\n")
        texts[last] = as_json(about)
    if record:
        texts[TRACK_RECORD] = by_row(record)
    if ministries is not None:
        texts[MINISTRIES] = plain(ministries).to_csv(index=False, lineterminator="\n")
    there = _there(folder)
    made["peers"] = there["peers"] if peers is None else sorted(peers)
    before = [
        name.format(year)
        for kind, names in KINDS.items()
        if kind in fits or peers is not None
        for name in names
        for year in there[kind]
    ]
    texts[INDEX] = as_json({"format": FORMAT} | {kind: made[kind] for kind in KINDS})
    with together(folder, [*dict.fromkeys([*before, *texts])]) as staging:
        for name, text in texts.items():
            content = text.encode()
            packed = gzip.compress(content, mtime=0) if name.endswith(".gz") else content
            (staging / name).write_bytes(packed)


def _there(folder: Path) -> dict[str, list[int]]:
    """The years of what a folder has, nothing where it has no index that can be read."""
    try:
        return Fitted(folder).years
    except (OSError, ValueError):
        return {kind: [] for kind in KINDS}


def tables(
    folder: Path,
    formats: Iterable[str],
    made: Mapping[str, pd.DataFrame],
    about: dict,
    plain: Mapping[str, pd.DataFrame],
) -> None:
    """The tables `made` in the `formats` (of `FORMATS`), those of `plain` as CSV, about.json."""
    names = [f"{name}.{ending}" for name in made for ending in FORMATS]
    names += [f"{name}.csv" for name in plain]
    with together(folder, [*names, ABOUT]) as staging:
        for name, table in made.items():
            if "parquet" in formats:
                table.to_parquet(staging / f"{name}.parquet", index=False)
            if "csv" in formats:
                _csv(table, staging / f"{name}.csv")
        for name, table in plain.items():
            _csv(table, staging / f"{name}.csv")
        (staging / ABOUT).write_text(as_json(about), "utf-8")


def forecasts(
    folder: Path, formats: Iterable[str], made: dict[str, Forecasts], about: dict
) -> None:
    """`execution` and `outcomes` in the `formats` (of `FORMATS`), left_out.csv, about.json."""
    forecast = {name: part.table for name, part in made.items()}
    tables(folder, formats, forecast, about, {"left_out": left_out(**made)})


def _csv(table: pd.DataFrame, path: Path) -> None:
    # A text of a sheet may hold what is no Unicode.
    path.write_bytes(as_csv(table).encode(errors="replace"))


def _line(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False)
