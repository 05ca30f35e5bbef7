"""`corpus build` and `corpus add` beside DuckDB's bare reading of the same files, and beside an
earlier build.

    python benchmarks/corpus_build.py [FOLDER [COMMIT]]     (default: ../shared/corpus)

FOLDER holds JUDGIT's files judgit-2015.ndjson.gz ...: the five years to 2019 are built and, where
they are there, all nine; beside FOLDER may lie rs2024, a year of the RS system, which is then added
to the nine. Without DuckDB the builds alone are timed.

All run by turns, each in a process of its own. DuckDB reads the JSON and unnests its four lists
into tables in memory, and does nothing else; `corpus build` also checks every sheet, writes
Parquet, links projects and indicators over the years and lists the revisions. With a COMMIT its
source is checked out into a temporary folder, and its builds take their turns beside today's.
Prints the tables of benchmarks/README.md, medians of the turns: wall time and its ratio, CPU time
and its ratio to that of the commit's build in the same turn; and, of a last turn, as looking at
memory takes time itself, the peak memory of the process with its children, of which pages that they
share count once (on Linux).
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import NamedTuple

import psutil

ROUNDS = 4
"""The last is of memory alone, unless it is the only one."""
NOW = "now"
DUCKDB = "DuckDB, bare read_json + unnest"
ROOT = Path(__file__).resolve().parents[1]
BARE = """
import sys, duckdb
connection = duckdb.connect()
connection.execute(
    f"create table sheet as from read_json({sys.argv[1:]!r}, format='newline_delimited')"
)
for column in ("予算", "支出先", "アウトカム", "アウトプット"):
    rows = f'select 公開年度, 府省庁, 事業番号, unnest("{column}") from sheet'
    connection.execute(f'create table "{column}" as {rows}')
"""
PROGRAM = [sys.executable, "-c", "from helpers.cli import main; main()", "corpus"]


class Measured(NamedTuple):
    """A run: wall and CPU time in seconds, peak memory in bytes (0 where it is not looked at)."""

    wall: float
    cpu: float
    memory: int


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "corpus"
    files = {year: folder / f"judgit-{year}.ndjson.gz" for year in range(2015, 2024)}
    five, nine = [files[year] for year in range(2015, 2020)], list(files.values())
    if missing := [file for file in five if not file.is_file()]:
        sys.exit(f"{missing[0]} is not there: name the folder that holds the years 2015-2019")
    all_there, year = all(file.is_file() for file in nine), folder.parent / "rs2024"
    with tempfile.TemporaryDirectory() as place, sources(Path(place), sys.argv[2:3]) as roots:
        load = os.getloadavg() if hasattr(os, "getloadavg") else (0.0,)
        print(f"{os.cpu_count()} cores, load {load[0]:.1f} at the start, {ROUNDS} rounds\n")
        compare("2015-2019", five, roots, Path(place))
        if all_there:
            compare("2015-2023", nine, roots, Path(place))
        if all_there and year.is_dir():
            add(year, roots, Path(place))


@contextmanager
def sources(place: Path, commits: list[str]) -> Iterator[dict[str, Path]]:
    """Name of a build -> its source: that of a commit, if one is given, and today's."""
    git, then = ["git", "-C", str(ROOT), "worktree"], place / "then"
    for commit in commits:
        subprocess.run([*git, "add", "--quiet", "--detach", then, commit], check=True)
    try:
        yield dict.fromkeys(commits, then / "src") | {NOW: ROOT / "src"}
    finally:
        if commits:
            subprocess.run([*git, "remove", "--force", then], check=True)


def compare(title: str, files: list[Path], roots: dict[str, Path], place: Path) -> None:
    """Build one corpus of the files with each build, with one worker and with two."""
    runs: dict[tuple[str, str], list[Measured]] = {}
    for memory in [False] * (ROUNDS - 1) + [True]:
        if find_spec("duckdb"):
            bare = [sys.executable, "-c", BARE, *map(str, files)]
            runs.setdefault((DUCKDB, ""), []).append(run(bare, ROOT, memory))
        for workers in (1, 2):
            for build, source in roots.items():
                out = ["--out", place / f"corpus {build}", "--workers", workers]
                way = f"corpus build, {workers} worker{'s' * (workers > 1)}"
                runs.setdefault((way, build), []).append(
                    run([*PROGRAM, "build", *files, *out], source, memory)
                )
    show(title, runs, next(iter(runs)))


def add(year: Path, roots: dict[str, Path], place: Path) -> None:
    """Add a year to the corpus that `compare` has left, beside building that year alone."""
    runs: dict[tuple[str, str], list[Measured]] = {}
    for memory in [False] * (ROUNDS - 1) + [True]:
        for build, source in roots.items():
            grown, alone = place / f"grown {build}", place / f"alone {build}"
            shutil.copytree(place / f"corpus {build}", grown, symlinks=True)
            for way, command, out in (
                ("the year alone, 1 worker", "build", alone),
                ("added to nine years, 1 worker", "add", grown),
            ):
                timed = run([*PROGRAM, command, year, "--out", out, "--workers", 1], source, memory)
                runs.setdefault((way, build), []).append(timed)
            shutil.rmtree(grown)
    show("RS 2024", runs, ("the year alone, 1 worker", NOW))


def show(title: str, runs: dict[tuple[str, str], list[Measured]], base: tuple[str, str]) -> None:
    """Print a table: a row a way and build."""
    earlier = next(build for _, build in runs if build)
    short = base[0].partition(",")[0]
    print(f"| {title} | build | seconds | x {short} | CPU | of {earlier}'s | peak memory, GB |")
    print("|---|---|--:|--:|--:|--:|--:|")
    timed = {way: measured[:-1] or measured for way, measured in runs.items()}
    for (way, build), measured in timed.items():
        against = timed.get((way, earlier), measured)
        cells = [
            f"{median(one.wall for one in measured):.1f}",
            f"{ratio(measured, timed[base], 'wall'):.1f}",
            f"{median(one.cpu for one in measured):.1f}",
            f"{ratio(measured, against, 'cpu'):.2f}",
            f"{runs[way, build][-1].memory / 1e9:.2f}",
        ]
        print(f"| {way} | {build} | {' | '.join(cells)} |")
    print()


def ratio(runs: list[Measured], others: list[Measured], what: str) -> float:
    """The median of the ratios turn by turn, in which both met the same noise."""
    pairs = zip(runs, others, strict=True)
    return median(getattr(one, what) / getattr(other, what) for one, other in pairs)


def run(command: list, source: Path, memory: bool) -> Measured:
    """A command with a build's source on its path; its `memory` is looked at, or its time."""
    surroundings = os.environ | {"PYTHONPATH": str(source)}
    start, before = time.perf_counter(), os.times()
    cpu = peak = 0
    process = psutil.Popen(
        list(map(str, command)),
        env=surroundings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None:
        spent, held = _of_all(process, memory)
        cpu, peak = max(cpu, spent), max(peak, held)
        time.sleep(0.1)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command[3:6]))} failed with status {process.returncode}")
    # Exact, but for workers: those of a process that is not waited for are none of our children.
    waited = sum(os.times()[2:4]) - sum(before[2:4])
    return Measured(time.perf_counter() - start, max(cpu, waited), peak)


def _of_all(process: psutil.Process, memory: bool) -> tuple[float, int]:
    """CPU time and memory of a process and all below it, those that have ended included."""
    cpu = peak = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            cpu += sum(one.cpu_times()[:4])
            if memory:
                held = one.memory_full_info()
                # Of a page that several processes share each counts its part.
                peak += getattr(held, "pss", held.rss)
        except psutil.Error:
            continue
    return cpu, peak


if __name__ == "__main__":
    main()
