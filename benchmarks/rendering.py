"""Ways to execute a notebook many times, paired in one run, on 01-03 and on an empty notebook.

    python benchmarks/rendering.py [COUNT [WAY...]]

COUNT reports are timed for each way and round, default 8; a WAY is part of a way's name, without
any all of them.

Every way runs the default sheet in a process of its own, one worker at a time but for the last, by
turns over three rounds; a round counts the reports after the first one, which pays for the start.
Prints the tables of benchmarks/README.md: seconds a report, how many times faster than a loop over
papermill's command, and the share of the limit: the same cells as a plain function in a forked
child of a process that has everything imported.
"""

import ast
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import nbformat

ROUNDS = 3
ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = {path.stem[:2]: path for path in sorted(ROOT.glob("notebooks/[0-9]*.ipynb"))}
COMMAND = "papermill, command in a loop"
LIMIT = "limit: cells as a function in a forked child"
TWO = "review-sheets, 2 workers"
PRIVATE = """
with open("/proc/self/smaps_rollup") as file:
    print("private", sum(int(line.split()[1]) for line in file if line.startswith("Private")))
"""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    chosen = [way for way in ALL if any(part in way for part in sys.argv[2:] or [""])]
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as scratch:
        empty = Path(scratch) / "empty.ipynb"
        cell = nbformat.v4.new_code_cell("pass", id="only")
        kernel = {"kernelspec": {"name": "python3", "display_name": "-", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), empty)
        notebooks = {"empty": empty, **NOTEBOOKS}
        each = {name: defaultdict(list) for name in notebooks}
        first = {name: defaultdict(list) for name in notebooks}
        for _ in range(ROUNDS):
            for name, path in notebooks.items():
                for way in chosen:
                    start, seconds = timed(way, path, count)
                    first[name][way].append(start)
                    each[name][way].append(seconds)
        print_table("seconds a report", each, lambda times, way: f"{median(times[way]):.3f}")
        if COMMAND in chosen:
            print_table("times the command loop", each, lambda t, way: ratio(t, COMMAND, way))
        if LIMIT in chosen:
            print_table("share of the limit", each, lambda t, way: ratio(t, LIMIT, way))
        print_table("seconds to the first report", first, lambda t, way: f"{median(t[way]):.2f}")
        print("\n| private memory of a kernel at its end, MB | " + " | ".join(notebooks) + " |")
        print("|---" + "|--:" * len(notebooks) + "|")
        for engine in ("papermill", "forked"):
            cells = [f"{memory(path, engine):.0f}" for path in notebooks.values()]
            print(f"| {engine} | " + " | ".join(cells) + " |")
        print("\n| HTML of a report, seconds | " + " | ".join(NOTEBOOKS) + " |")
        print("|---" + "|--:" * len(NOTEBOOKS) + "|")
        print("| | " + " | ".join(f"{html(path):.3f}" for path in NOTEBOOKS.values()) + " |")


def timed(way: str, notebook: Path, count: int) -> tuple[float, float]:
    """Seconds to the first report, and for each of the `count` after it."""
    workers = 2 if way == TWO else 1
    with ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(lambda _: _in_process(way, notebook, count), range(workers)))
    return max(start for start, _ in found), max(each for _, each in found) / workers


def _in_process(way: str, notebook: Path, count: int) -> tuple[float, float]:
    given = [sys.executable, __file__, "--way", way, str(notebook), str(count)]
    # One of the ways would otherwise report its use to its makers.
    quiet = {"OPENBLAS_NUM_THREADS": "1", "PLOOMBER_STATS_ENABLED": "false"}
    done = subprocess.run(
        given, capture_output=True, text=True, env={**os.environ, **quiet}, check=False
    )
    if done.returncode:
        sys.exit(f"{way}, {notebook.name}: {done.stderr}")
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def work(way: str, notebook: Path, count: int) -> None:
    """In the process of a way: run the notebook, then `count` times more; print what it took."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        once = (WAYS.get(way) or forked)(notebook, Path(scratch) / "out.ipynb")
        once()
        start = time.perf_counter() - began
        began = time.perf_counter()
        for _ in range(count):
            once()
        print(json.dumps([start, (time.perf_counter() - began) / count]))


def command(notebook: Path, output: Path):
    program = str(Path(sys.executable).with_name("papermill"))
    given = [program, str(notebook), str(output), "--no-progress-bar"]
    return lambda: subprocess.run(given, check=True, capture_output=True)


def interface(notebook: Path, output: Path):
    import papermill

    return lambda: papermill.execute_notebook(str(notebook), str(output), progress_bar=False)


def ploomber(notebook: Path, output: Path):
    from ploomber_engine import execute_notebook

    return lambda: execute_notebook(str(notebook), str(output), progress_bar=False)


def forked(notebook: Path, output: Path):
    from helpers.batch.execute import execute

    return lambda: execute(notebook, output, {}, "forked")


def function(notebook: Path, _output: Path):
    """The cells as one function: their values formatted and figures drawn as a kernel does."""
    import importlib

    from IPython.core.formatters import DisplayFormatter
    from IPython.core.pylabtools import print_figure

    from forked_kernel.client import imports

    given = nbformat.read(notebook, as_version=4)
    sources = [cell.source for cell in given.cells if cell.cell_type == "code"]
    os.environ["MPLBACKEND"] = "agg"
    for name in imports(given):
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    formatter = DisplayFormatter()
    if style := sys.modules.get("helpers.charts.style"):
        style.display = lambda *_, **__: None

    def show(figure) -> None:
        if hasattr(figure, "_ipython_display_"):
            figure._ipython_display_()
        else:
            print_figure(figure, "png", base64=True)

    def display(*values) -> None:
        for value in values:
            formatter.format(value)

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
        finally:
            os._exit(1)

    return once


WAYS = {
    COMMAND: command,
    "papermill, Python interface": interface,
    "ploomber-engine, in process": ploomber,
    LIMIT: function,
    "review-sheets, 1 worker": forked,
}
ALL = [*WAYS, TWO]


def memory(notebook: Path, engine: str) -> float:
    """Private memory in MB of a kernel that has run the notebook."""
    from helpers.batch.execute import execute

    with tempfile.TemporaryDirectory() as scratch:
        given = nbformat.read(notebook, as_version=4)
        given.cells.append(nbformat.v4.new_code_cell(PRIVATE, id="last"))
        path = Path(scratch) / "measured.ipynb"
        nbformat.write(given, path)
        executed = execute(path, Path(scratch) / "out.ipynb", {}, engine)
        return int(executed.cells[-1].outputs[0].text.split()[1]) / 1024


def html(notebook: Path) -> float:
    """Seconds for the HTML of a report, once the exporter is made."""
    from helpers.batch.report_page import to_html

    given = nbformat.read(notebook, as_version=4)
    to_html(given, "ja")
    began = time.perf_counter()
    for _ in range(5):
        to_html(given, "ja")
    return (time.perf_counter() - began) / 5


def ratio(times: dict[str, list[float]], base: str, way: str) -> str:
    """How many times faster than `base`, from the rounds' medians."""
    return f"{median(times[base]) / median(times[way]):.2f}"


def print_table(title: str, measured: dict, shown) -> None:
    print(f"\n| {title} | " + " | ".join(measured) + " |")
    print("|---" + "|--:" * len(measured) + "|")
    for way in next(iter(measured.values())):
        print(f"| {way} | " + " | ".join(shown(times, way) for times in measured.values()) + " |")


if __name__ == "__main__":
    if "--way" in sys.argv:
        work(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
