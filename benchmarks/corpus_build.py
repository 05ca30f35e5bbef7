"""`corpus build` of the sheets of 2015-2019 beside DuckDB's bare reading of the same files.

    python benchmarks/corpus_build.py [FOLDER]      (default: ../shared/corpus)

Without DuckDB, `corpus build` alone is timed.

Both run in this one run, by turns, each in a process of its own. DuckDB reads the JSON and unnests
its four lists into tables in memory, and does nothing else; `corpus build` also checks every sheet,
writes Parquet, links projects and indicators over the years and lists the revisions. Prints the
table of benchmarks/README.md: wall time, the ratio, and the peak resident memory of the process
with its children.
"""

import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psutil

ROUNDS = 3
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


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "corpus"
    sources = [str(folder / f"judgit-{year}.ndjson.gz") for year in range(2015, 2020)]
    if missing := [source for source in sources if not Path(source).is_file()]:
        sys.exit(f"{missing[0]} is not there: name the folder that holds the years 2015-2019")
    with tempfile.TemporaryDirectory() as scratch:
        program = str(Path(sys.executable).with_name("review-sheets"))
        build = [program, "corpus", "build", *sources, "--out", f"{scratch}/corpus"]
        ways = {
            DUCKDB: [sys.executable, "-c", BARE, *sources],
            "corpus build, 1 worker": [*build, "--workers", "1"],
            "corpus build, 2 workers": [*build, "--workers", "2"],
        }
        if find_spec("duckdb") is None:
            ways.pop(DUCKDB)
        best: dict[str, tuple[float, float]] = {}
        for _ in range(ROUNDS):
            for name, arguments in ways.items():
                measured = run(arguments)
                best[name] = min(best.get(name, measured), measured)
    name, (base, _) = next(iter(best.items()))
    print(f"| | seconds | x {name.partition(',')[0]} | peak memory, GB |\n|---|--:|--:|--:|")
    for name, (seconds, memory) in best.items():
        print(f"| {name} | {seconds:.1f} | {seconds / base:.1f} | {memory / 1e9:.2f} |")


def run(command: list[str]) -> tuple[float, float]:
    """Wall time in seconds and peak resident memory in bytes, that of child processes included."""
    start, peak = time.perf_counter(), 0
    process = psutil.Popen(command, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        peak = max(peak, _memory(process))
        time.sleep(0.05)
    if process.returncode:
        sys.exit(f"{' '.join(command[:4])} failed with exit status {process.returncode}")
    return time.perf_counter() - start, peak


def _memory(process: psutil.Process) -> int:
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


if __name__ == "__main__":
    main()
