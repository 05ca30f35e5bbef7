"""Rendering reports: this build, an earlier one, and the limit, by turns in one run.

    python benchmarks/rendering.py [CORPUS [SHEETS [COMMIT]]]

Prints the tables of benchmarks/README.md. Of the default sheet, for each notebook: what a report
takes after the first, the share of the limit (the same cells as a plain function in a forked child
of a process that has everything imported), private memory, and a cold run. Of SHEETS sheets of
CORPUS, others in each round, whole runs with 1, 2 and 4 workers and on a dask cluster of two
processes, and from those with two workers a whole year. COMMIT, an earlier build, is checked out
into a temporary folder and paired with this one: medians of the pairs.

CPU seconds are those of all processes that a command has started.
"""

import ast
import ctypes
import gc
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import mean, median, stdev

import nbformat

ROUNDS = 3
COUNT = 8
ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = {
    name: next(ROOT.glob(f"notebooks/{name}_*.ipynb")) for name in ("01", "02", "03", "05")
}
OF_A_PROJECT = ["01", "02", "03"]
PROJECTS = 5664
"""Of the sheets of 2024."""
THIS, EARLIER = "review-sheets", "review-sheets, earlier"
LIMIT = "limit: cells as a function in a forked child"
PAPERMILL = "papermill, Python interface"
WORKERS = [1, 2, 4]
CLUSTER = "cluster of 2"
CLUSTERS = [CLUSTER]
COMMAND = [sys.executable, "-c", "import sys; from helpers.cli import main; sys.exit(main())"]
PRIVATE = """
with open("/proc/self/smaps_rollup") as file:
    print("private", sum(int(line.split()[1]) for line in file if line.startswith("Private")))
"""
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
SUBREAPER = 36


def main() -> None:
    corpus, sheets, commit = [*sys.argv[1:], *[None] * 3][:3]
    # What a killed process leaves behind becomes our child: its CPU seconds are counted, too.
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    print(f"load before: {load()}")
    with tempfile.TemporaryDirectory() as scratch, builds(commit, Path(scratch)) as trees:
        of_default_sheet(trees, Path(scratch))
        cold_runs(trees, Path(scratch))
        if corpus:
            of_corpus(trees, Path(scratch), str(Path(corpus).resolve()), int(sheets or 20))
    print(f"\nload after: {load()}")


def load() -> str:
    return ", ".join(f"{each:.1f}" for each in os.getloadavg())


@contextmanager
def builds(commit: str | None, scratch: Path) -> Iterator[dict[str, Path]]:
    """The folder of each build."""
    if commit is None:
        yield {THIS: ROOT}
        return
    earlier, git = scratch / "earlier", ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--detach", earlier, commit], check=True, capture_output=True)
    try:
        yield {EARLIER: earlier, THIS: ROOT}
    finally:
        subprocess.run([*git, "remove", "--force", earlier], check=True)


def of_default_sheet(trees: dict[str, Path], scratch: Path) -> None:
    # The papermill way is the same in all builds.
    ways = {(name, name): tree for name, tree in trees.items()}
    ways |= {(LIMIT, LIMIT): ROOT, (PAPERMILL, PAPERMILL): ROOT}
    taken: dict[str, dict[str, list]] = {way: {n: [] for n in NOTEBOOKS} for way, _ in ways}
    for _ in range(ROUNDS):
        for name, path in NOTEBOOKS.items():
            for (way, _), tree in ways.items():
                given = [sys.executable, __file__, "--way", way, path, scratch, COUNT]
                (once, many), _, _ = measured(tree, given, "in parts")
                taken[way][name].append((many - once) / COUNT)
    rows = {way: [median(each) for each in of.values()] for way, of in taken.items()}
    head = list(NOTEBOOKS)
    table("CPU seconds a report", head, rows, "{:.3f}")
    shares = {
        way: [median(b / a for a, b in zip(of[n], taken[LIMIT][n], strict=True)) for n in NOTEBOOKS]
        for way, of in taken.items()
    }
    table("share of the limit", head, shares, "{:.2f}")
    held = {engine: [memory(path, engine) for path in NOTEBOOKS.values()]
            for engine in ("papermill", "forked")}  # fmt: skip
    table("private memory of a kernel at its end, MB", head, held, "{:.0f}")


def measured(tree: Path, given: list, parts: str = "") -> tuple:
    """CPU and wall seconds of a command and all it starts, in the folder of a build; in `parts`
    those that it prints on its last line."""
    before, began = used(), time.perf_counter()
    done = subprocess.run(
        list(map(str, given)), capture_output=True, text=True, check=False, cwd=tree, env=of(tree)
    )
    wall = time.perf_counter() - began
    orphans()
    if done.returncode:
        sys.exit(f"{given}: {done.stderr[-2000:]}{done.stdout[-500:]}")
    found = tuple(json.loads(done.stdout.splitlines()[-1])) if parts else ()
    return found, used() - before, wall


def of(tree: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(tree / "src"), "OPENBLAS_NUM_THREADS": "1"}


def used() -> float:
    """CPU seconds of our children that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def orphans() -> None:
    """Wait for what ended commands have left to end."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def cold_runs(trees: dict[str, Path], scratch: Path) -> None:
    """A command that makes one report: seconds until it is there, and CPU seconds of the whole."""
    name, path = next(iter(NOTEBOOKS.items()))
    found: dict[str, list] = {build: [] for build in trees}
    for number in range(ROUNDS):
        for build, tree in trees.items():
            out = scratch / f"cold-{number}-{len(build)}"
            notebook = tree / path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
            given = [*COMMAND, "render", "--notebook", notebook, "--lang", "ja", "--workers", "1"]
            before, began = used(), time.perf_counter()
            with subprocess.Popen(
                list(map(str, [*given, "--out", out])),
                stdout=subprocess.DEVNULL,
                cwd=tree,
                env=of(tree),
            ) as run:
                while run.poll() is None and not any(out.glob("*/*.html")):
                    time.sleep(0.01)
                first = time.perf_counter() - began
            orphans()
            found[build].append((first, used() - before))
    rows = {build: [median(each) for each in zip(*of, strict=True)] for build, of in found.items()}
    table(f"a cold run, {name}", ["seconds to the report", "CPU seconds"], rows, "{:.2f}")
    paired("a cold run", ["seconds", "CPU"], found)


def of_corpus(trees: dict[str, Path], scratch: Path, corpus: str, sheets: int) -> None:
    from helpers.corpus import Corpus

    every = sorted(Corpus(corpus).table("sheet", columns=["sheet_id"])["sheet_id"])
    random.Random(1).shuffle(every)
    kinds = [f"{n} worker{'s' * (n > 1)}" for n in WORKERS] + CLUSTERS
    taken = {kind: {build: [] for build in trees} for kind in kinds}
    for number in range(ROUNDS):
        chosen = [f"{corpus}#{one}" for one in every[number * sheets : (number + 1) * sheets]]
        for kind in kinds:
            for build, tree in trees.items():
                out = scratch / f"{number}-{kinds.index(kind)}-{len(build)}"
                cpu, wall = whole_run(tree, kind, chosen, out)
                taken[kind][build].append((cpu / sheets, wall / sheets))
    rows = {
        f"{build}, {kind}": [median(each) for each in zip(*found, strict=True)]
        for kind, of_kind in taken.items()
        for build, found in of_kind.items()
    }
    head = ["CPU seconds", "seconds"]
    table(f"a project ({len(OF_A_PROJECT)} reports), {sheets} sheets a run", head, rows, "{:.2f}")
    for kind, of_kind in taken.items():
        paired(kind, head, of_kind)
    one, two = (taken[f"{n} worker{'s' * (n > 1)}"][THIS] for n in (1, 2))
    for n in WORKERS[1:]:
        faster = median(a[1] / b[1] for a, b in zip(one, taken[f"{n} workers"][THIS], strict=True))
        print(f"\n{n} workers: {faster:.2f} times one")
    print(f"\nA whole year, {PROJECTS:,} projects x {len(OF_A_PROJECT)}, 2 workers:")
    for what, each in zip(("CPU", "clock"), zip(*two, strict=True), strict=True):
        error = stdev(each) / len(each) ** 0.5 if len(each) > 1 else float("nan")
        hours, margin = (value * PROJECTS / 3600 for value in (mean(each), error))
        print(f"- {hours:.2f} hours by the {what}, standard error {margin:.2f}")


def whole_run(tree: Path, kind: str, chosen: list[str], out: Path) -> tuple[float, float]:
    """CPU and wall seconds of a command that makes the reports of the sheets."""
    notebooks = [part for name in OF_A_PROJECT for part in ("--notebook", name)]
    given = [*COMMAND, "render", *chosen, *notebooks, "--lang", "ja", "--out", out]
    if kind != CLUSTER:
        return measured(tree, [*given, "--workers", kind.split()[0]])[1:]
    before = used()
    with cluster(tree) as address:
        wall = measured_wall(tree, [*given, "--scheduler", address])
    orphans()
    return used() - before, wall


def measured_wall(tree: Path, given: list) -> float:
    began = time.perf_counter()
    subprocess.run(list(map(str, given)), check=True, capture_output=True, cwd=tree, env=of(tree))
    return time.perf_counter() - began


@contextmanager
def cluster(tree: Path) -> Iterator[str]:
    """The address of a scheduler with two workers."""
    start = partial(
        subprocess.Popen,
        cwd=tree,
        env=of(tree),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "scheduler.json"
        dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0"]
        running = [start([*dask, "--no-dashboard", "--scheduler-file", str(found)])]
        worker = [
            sys.executable,
            "-m",
            "distributed.cli.dask_worker",
            "--scheduler-file",
            str(found),
        ]
        for _ in range(2):
            running.append(start(worker))
        try:
            while not found.exists() or not found.read_text("utf-8").rstrip().endswith("}"):
                time.sleep(0.1)
            # Both, before the run counts them.
            from distributed import Client

            address = json.loads(found.read_text("utf-8"))["address"]
            with Client(address, set_as_default=False) as client:
                client.wait_for_workers(2, timeout=120)
            yield address
        finally:
            for process in reversed(running):
                process.terminate()
            for process in running:
                process.wait()


def table(title: str, head: list[str], rows: dict[str, list[float]], form: str) -> None:
    print(f"\n| {title} | " + " | ".join(head) + " |")
    print("|---" + "|--:" * len(head) + "|")
    for name, values in rows.items():
        print(f"| {name} | " + " | ".join(map(form.format, values)) + " |")


def paired(title: str, head: list[str], found: dict[str, list]) -> None:
    """This build's share of the earlier one's time: the medians of the pairs."""
    if EARLIER in found:
        pairs = zip(found[EARLIER], found[THIS], strict=True)
        shares = [[new / old for old, new in zip(*pair, strict=True)] for pair in pairs]
        each = " ".join(
            f"{name} {median(of):.2f}"
            for name, of in zip(head, zip(*shares, strict=True), strict=True)
        )
        print(f"\n{title}, this build's share of the earlier one's: {each}")


def work(way: str, notebook: Path, scratch: Path, count: int) -> None:
    """In the process of a way: CPU seconds of one warm report and of `count` more, printed."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    # An earlier build has notebooks of its own.
    own = Path.cwd() / "notebooks" / notebook.name
    once = WAYS[way](own if own.exists() else notebook, scratch / "out.ipynb")
    for _ in range(WARM.get(way, 1)):
        once()
    before = everything()
    for _ in range(count):
        once()
    print(json.dumps([before, everything()]))


def everything() -> float:
    """CPU seconds of this process, of the processes it has, and of all that have ended."""
    import psutil

    total = 0.0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        total += sum(process.cpu_times()[:4])
    return total


def interface(notebook: Path, output: Path) -> Callable:
    import papermill

    kernel = {"kernel_name": "python3", "language": "python", "progress_bar": False}
    return lambda: papermill.execute_notebook(str(notebook), str(output), **kernel)


def forked(notebook: Path, output: Path) -> Callable:
    from helpers.batch.execute import execute
    from helpers.batch.report_page import to_html

    return lambda: to_html(execute(notebook, output, {}, "forked"), "ja")


def function(notebook: Path, _output: Path) -> Callable:
    """The cells as one function: their values formatted and figures drawn as a kernel does."""
    import importlib

    import IPython.display
    from IPython.core.formatters import DisplayFormatter
    from IPython.core.pylabtools import print_figure

    from forked_kernel.client import imports

    given = nbformat.read(notebook, as_version=4)
    sources = [cell.source for cell in given.cells if cell.cell_type == "code"]
    os.environ["MPLBACKEND"] = "agg"
    formatter = DisplayFormatter()

    def display(*values, raw: bool = False, **_options) -> None:
        for value in () if raw else values:
            formatter.format(value)

    # In place of what would print outside of a kernel, before others take it from there.
    IPython.display.display = display
    for name in imports(given):
        try:
            importlib.import_module(name)
        except ImportError:
            package, _, offered = name.rpartition(".")
            getattr(importlib.import_module(package), offered)

    def show(figure) -> None:
        if hasattr(figure, "_ipython_display_"):
            figure._ipython_display_()
        else:
            print_figure(figure, "png", base64=True)

    def run_cells() -> None:
        # As a kernel does, this gives the cells a `display` that they need not import.
        space = {"__name__": "__main__", "display": display}
        for source in sources:
            *body, last = ast.parse(source).body
            value = None
            if isinstance(last, ast.Expr):
                exec(compile(ast.Module(body, []), "cell", "exec"), space)
                value = eval(compile(ast.Expression(last.value), "cell", "eval"), space)
            else:
                exec(compile(ast.Module([*body, last], []), "cell", "exec"), space)
            if value is not None:
                formatter.format(value)
            if pyplot := sys.modules.get("matplotlib.pyplot"):
                for number in pyplot.get_fignums():
                    show(pyplot.figure(number))
                pyplot.close("all")

    gc.collect()
    gc.freeze()

    def once() -> None:
        if pid := os.fork():
            if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
                sys.exit("the cells failed")
            return
        try:
            run_cells()
            os._exit(0)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)

    return once


WARM = {EARLIER: 5, THIS: 5}
"""Reports before those that are measured: kernels are warm from the fourth on."""
WAYS = {PAPERMILL: interface, LIMIT: function, EARLIER: forked, THIS: forked}


def memory(notebook: Path, engine: str) -> float:
    """Private memory in MB of a kernel that has run the notebook, where kernels are warm."""
    import forked_kernel
    from helpers.batch.execute import execute

    with tempfile.TemporaryDirectory() as scratch:
        given = nbformat.read(notebook, as_version=4)
        given.cells.append(nbformat.v4.new_code_cell(PRIVATE, id="last"))
        path = Path(scratch) / "measured.ipynb"
        nbformat.write(given, path)
        for _ in range(5 if engine == "forked" else 1):
            executed = execute(path, Path(scratch) / "out.ipynb", {}, engine)
        # `orphans` would wait for it.
        forked_kernel.close()
        return int(executed.cells[-1].outputs[0].text.split()[1]) / 1024


if __name__ == "__main__":
    if "--way" in sys.argv:
        work(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5]))
    else:
        main()
