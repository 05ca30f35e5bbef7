"""Reports of a whole year's projects, projected from a random sample rendered by one command.

    python benchmarks/whole_year.py CORPUS [PROJECTS [COMMIT]]     (PROJECTS: 500)

Prints the table of benchmarks/README.md. One command makes notebooks 01-03 and their pages, in
Japanese, of PROJECTS projects of the year, with 1, 2 and 4 workers and on a dask cluster of two
processes; COMMIT is an earlier build that does it, too. The clock, the CPU seconds of all processes
and the memory they hold are read whenever another tenth of the reports is there: nine tenths say
what a project takes, with a standard error, and the first one what the start took beside it.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import pairwise
from pathlib import Path
from statistics import mean, stdev
from typing import NamedTuple

import psutil
import rendering

YEAR = 2024
TENTHS = 10
CLUSTER = "cluster of 2"
WAYS = ["1 worker", "2 workers", "4 workers", CLUSTER]
NOTEBOOKS = [rendering.NOTEBOOKS[name] for name in ("01", "02", "03")]
HEAD = [
    "start, CPU s",
    "start, s",
    "a project, CPU s",
    "a project, s",
    "the year, CPU hours",
    "the year, hours",
    "memory, MB: at two tenths",
    "at nine",
]

START_CLUSTER = """
from distributed import LocalCluster
with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
    print(cluster.scheduler_address, flush=True)
    input()
"""


class Moment(NamedTuple):
    """CPU seconds of all processes, seconds since the start, megabytes all processes hold."""

    cpu: float
    clock: float
    memory: float


def main() -> None:
    corpus, projects, commit = [*sys.argv[1:], *[None] * 2][:3]
    rendering.adopt_orphans()
    every = sheets_of_the_year(str(Path(str(corpus)).resolve()))
    sheets = random.Random(1).sample(every, min(int(projects or 500), len(every)))
    with tempfile.TemporaryDirectory() as place, rendering.builds(commit, Path(place)) as trees:
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
        title = f"{len(sheets)} of {len(every):,} projects of {YEAR}, {len(NOTEBOOKS)} reports each"
        rendering.show(title, HEAD, {})
        for way in WAYS:
            for build, tree in trees.items():
                cells = told(moments(tree, way, sheets, Path(place)), sheets, every)
                print(f"| {' | '.join([f'{way}, {build}', *cells])} |", flush=True)


def sheets_of_the_year(corpus: str) -> list[str]:
    from helpers.corpus import Corpus

    sheets = Corpus(corpus).table("sheet", columns=["sheet_id", "sheet_year"])
    return [f"{corpus}#{one}" for one in sorted(sheets.sheet_id[sheets.sheet_year == YEAR])]


def moments(tree: Path, way: str, sheets: list[str], place: Path) -> list[Moment]:
    """What was spent and held when each tenth of the reports was there."""
    out = Path(tempfile.mkdtemp(dir=place))
    named = [part for path in NOTEBOOKS for part in ("--notebook", path)]
    given = [*rendering.COMMAND, "render", *sheets, *named, "--lang", "ja", "--out", out]
    local = nullcontext(["--workers", way.split()[0]])
    with (
        cluster(tree) if way == CLUSTER else local as where,
        tempfile.TemporaryFile() as said,
    ):
        before, began = rendering.everything(), time.perf_counter()
        command = [*map(str, given), *where]
        read: list[Moment] = []
        with subprocess.Popen(
            command, cwd=tree, env=rendering.of(tree), stdout=said, stderr=said
        ) as process:
            ended = False
            while len(read) < TENTHS and not ended:
                time.sleep(0.2)
                ended = process.poll() is not None
                made = sum(1 for _ in out.glob("*/*.ipynb"))
                clock = time.perf_counter() - began
                while made * TENTHS >= (len(read) + 1) * len(sheets) * len(NOTEBOOKS):
                    read.append(Moment(rendering.everything() - before, clock, held()))
        if process.returncode or len(read) < TENTHS:
            said.seek(0)
            sys.exit(f"status {process.returncode}\n{said.read().decode()[-3000:]}")
    return read


@contextmanager
def cluster(tree: Path) -> Iterator[list[str]]:
    """The options for a scheduler with two workers. A report needs a process: none has threads."""
    command, pipe = [sys.executable, "-c", START_CLUSTER], subprocess.PIPE
    with subprocess.Popen(
        command, cwd=tree, env=rendering.of(tree), stdin=pipe, stdout=pipe
    ) as process:
        try:
            yield ["--scheduler", process.stdout.readline().decode().strip()]
        finally:
            process.communicate(b"\n")


def held() -> float:
    """Megabytes of all processes below this one; what several share is shared out among them."""
    return sum(map(proportional, psutil.Process().children(recursive=True))) / 2**20


def proportional(process: psutil.Process) -> float:
    try:
        return process.memory_full_info().pss
    except psutil.Error:
        return 0  # It has ended meanwhile.


def told(read: list[Moment], sheets: list[str], every: list[str]) -> list[str]:
    """The cells of a row."""
    of_a_tenth = len(sheets) / TENTHS
    start, project, year = [], [], []
    for first, steps in (
        (read[0].cpu, differences(one.cpu for one in read)),
        (read[0].clock, differences(one.clock for one in read)),
    ):
        each = [step / of_a_tenth for step in steps]
        error = stdev(each) / len(each) ** 0.5
        start.append(first - mean(each) * of_a_tenth)
        project.append(f"{mean(each):.3f} ± {error:.3f}")
        whole = start[-1] + mean(each) * len(every)
        year.append(f"{whole / 3600:.2f} ± {error * len(every) / 3600:.2f}")
    memory = [f"{read[place].memory:.0f}" for place in (1, -2)]
    return [*(f"{one:.1f}" for one in start), *project, *year, *memory]


def differences(values: Iterable[float]) -> list[float]:
    return [after - before for before, after in pairwise(values)]


if __name__ == "__main__":
    main()
