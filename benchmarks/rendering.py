"""Rendering reports: this build, an earlier one, papermill and the limit, by turns in one run.

    python benchmarks/rendering.py [COMMIT]

Prints the tables of benchmarks/README.md, medians of the turns. COMMIT is an earlier build: it is
checked out into a temporary folder and takes its turns beside this one.

- Of each notebook with the default sheet, once warm: CPU seconds of a report without its page, the
  share of the limit, private memory of the kernel. The limit is the same cells as a plain function
  in forked children of a process that has everything imported and is as warm as the processes that
  fork kernels: what they show in advance has been shown in it, too.
- Cold commands: what makes one report of the default sheet, what checks it, what prints the help.

CPU seconds are those of all processes that a command has started.
"""

import ast
import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

import nbformat

ROUNDS = 3
COUNT = 8
WARM = 5
"""Reports before those that are measured: kernels are warm from the fourth on."""
ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = {
    path.name[:2]: path.relative_to(ROOT) for path in sorted(ROOT.glob("notebooks/0[1235]_*.ipynb"))
}
DEFAULT_SHEET = "data/sheets/2019-総務省-0042.txt"
THIS, EARLIER, PAPERMILL, LIMIT = "this build", "earlier build", "papermill", "limit"
PEERS = [PAPERMILL, LIMIT]
COMMAND = [sys.executable, "-c", "import sys; from helpers.cli import main; sys.exit(main())"]
PRIVATE = """
with open("/proc/self/smaps_rollup") as file:
    print(sum(int(line.split()[1]) for line in file if line.startswith("Private")))
"""


class Spent(NamedTuple):
    """CPU time of a command and all it has started, and time by the clock, in seconds."""

    cpu: float
    clock: float


def main() -> None:
    commit = sys.argv[1] if sys.argv[1:] else None
    adopt_orphans()
    with tempfile.TemporaryDirectory() as place, builds(commit, Path(place)) as trees:
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
        warm_reports(trees)
        cold_runs(trees, Path(place))


@contextmanager
def builds(commit: str | None, place: Path) -> Iterator[dict[str, Path]]:
    """Name of a build -> its folder: an earlier one, if a commit is given, and this one."""
    if commit is None:
        yield {THIS: ROOT}
        return
    earlier, git = place / "earlier", ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", earlier, commit], check=True)
    try:
        yield {EARLIER: earlier, THIS: ROOT}
    finally:
        subprocess.run([*git, "remove", "--force", earlier], check=True)


def warm_reports(trees: dict[str, Path]) -> None:
    ways = dict.fromkeys(PEERS, ROOT) | trees
    cpu: dict[str, dict[str, list]] = {way: {name: [] for name in NOTEBOOKS} for way in ways}
    memory: dict[str, dict[str, float]] = {way: {} for way in ways if way != LIMIT}
    for _ in range(ROUNDS):
        for name, path in NOTEBOOKS.items():
            for way, tree in ways.items():
                warm = 1 if way == PAPERMILL else WARM
                command = [sys.executable, __file__, "--work", way, tree / path, warm, COUNT]
                done = json.loads(run(tree, command).splitlines()[-1])
                cpu[way][name].append(done["cpu"])
                if way in memory:
                    memory[way][name] = done["memory"]

    def shares(base: str) -> dict[str, list[str]]:
        return {
            way: [f"{ratio(taken[name], cpu[base][name]):.2f}" for name in NOTEBOOKS]
            for way, taken in cpu.items()
        }

    seconds = {way: [f"{median(each):.3f}" for each in of.values()] for way, of in cpu.items()}
    held = {way: [f"{each:.0f}" for each in of.values()] for way, of in memory.items()}
    show("CPU seconds of a warm report, without its page", list(NOTEBOOKS), seconds)
    show("times the limit", list(NOTEBOOKS), shares(LIMIT))
    if EARLIER in trees:
        show("times the earlier build", list(NOTEBOOKS), shares(EARLIER))
    show("private memory of a kernel at its end, MB", list(NOTEBOOKS), held)


def cold_runs(trees: dict[str, Path], place: Path) -> None:
    first, path = next(iter(NOTEBOOKS.items()))
    commands = {
        f"render: one report of {first}": ["render", "--notebook", path, "--lang", "ja"],
        "check: the default sheet": ["check", DEFAULT_SHEET],
        "--help": ["--help"],
    }
    spent: dict[tuple[str, str], list[Spent]] = {}
    for number in range(ROUNDS):
        for title, given in commands.items():
            for build, tree in trees.items():
                out = place / f"{number} {build}"
                where = ["--out", out, "--workers", 1] if given[0] == "render" else []
                taken = timed(tree, [*COMMAND, *given, *where])
                spent.setdefault((title, build), []).append(taken)
    show_runs("a command, cold", spent)


def timed(tree: Path, command: list) -> Spent:
    before, began = used(), time.perf_counter()
    run(tree, command)
    clock = time.perf_counter() - began
    return Spent(used() - before, clock)


def run(tree: Path, command: list) -> str:
    """What a command prints, in the folder of a build."""
    given = list(map(str, command))
    done = subprocess.run(
        given, cwd=tree, env=of(tree), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(given)}: status {done.returncode}\n{done.stderr}{done.stdout}")
    return done.stdout


def of(tree: Path) -> dict[str, str]:
    """The environment of a build's commands."""
    return {**os.environ, "PYTHONPATH": str(tree / "src"), "OPENBLAS_NUM_THREADS": "1"}


def adopt_orphans() -> None:
    """Have what ended commands leave running as children: their CPU seconds count, too."""
    set_child_subreaper = 36
    ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def used() -> float:
    """CPU seconds of our children, all of which have ended."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def ratio(ones: list[float], others: list[float]) -> float:
    """The median of the ratios turn by turn, in which both met the same noise."""
    return median(one / other for one, other in zip(ones, others, strict=True))


def show_runs(title: str, runs: dict[tuple[str, str], list[Spent]]) -> None:
    """Medians of the seconds, and each build's share of the earlier one's."""
    rows = {}
    for (kind, build), spent in runs.items():
        columns = list(zip(*spent, strict=True))
        earlier = list(zip(*runs.get((kind, EARLIER), spent), strict=True))
        shares = [ratio(*pair) for pair in zip(columns, earlier, strict=True)]
        rows[f"{kind}, {build}"] = [f"{each:.2f}" for each in [*map(median, columns), *shares]]
    show(title, ["CPU", "clock", "times the earlier CPU", "times the earlier clock"], rows)


def show(title: str, head: list[str], rows: dict[str, list[str]]) -> None:
    print(f"\n| {' | '.join([title, *head])} |\n|---{'|--:' * len(head)}|")
    for name, cells in rows.items():
        print(f"| {' | '.join([name, *cells])} |", flush=True)


def work(way: str, notebook: Path, warm: int, count: int) -> None:
    """In a process of its own: print what a report takes after some, and what its kernel holds."""
    with tempfile.TemporaryDirectory() as place:
        if way == LIMIT:
            once: Callable = limit(notebook)
        else:
            from helpers.batch.execute import execute

            engine = "papermill" if way == PAPERMILL else "forked"
            once = partial(execute, notebook, Path(place, "out.ipynb"), {}, engine)
        for _ in range(warm):
            once()
        before = everything()
        for _ in range(count):
            once()
        done = {"cpu": (everything() - before) / count}
        if way != LIMIT:
            given = nbformat.read(notebook, as_version=4)
            given.cells.append(nbformat.v4.new_code_cell(PRIVATE, id="last"))
            nbformat.write(given, Path(place, "in.ipynb"))
            last = execute(Path(place, "in.ipynb"), *once.args[1:]).cells[-1]
            done["memory"] = int(last.outputs[0].text) / 1024
    print(json.dumps(done))


def everything() -> float:
    """CPU seconds of this process, of those below it, and of those of them that have ended."""
    import psutil

    spent = 0.0
    for one in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        # One that has ended meanwhile is counted by who waits for it, from the next time on.
        with suppress(psutil.NoSuchProcess):
            spent += sum(one.cpu_times()[:4])
    return spent


def limit(notebook: Path) -> Callable[[], None]:
    """Runs the cells in a forked child: values are formatted and figures drawn as in a kernel."""
    import IPython.display
    from IPython.core.formatters import DisplayFormatter
    from IPython.core.pylabtools import print_figure

    from forked_kernel import client, zygote

    given = nbformat.read(notebook, as_version=4)
    sources = [cell.source for cell in given.cells if cell.cell_type == "code"]
    formatter = DisplayFormatter()

    def display(*values, raw: bool = False, **_options) -> None:
        for value in () if raw else values:
            formatter.format(value)

    # In place of what would print outside of a kernel, before others take it from there.
    IPython.display.display = display
    os.environ["MPLBACKEND"] = "agg"
    zygote._warm_up(zygote._imported(client.imports(given)), zygote.WARM_AFTER + 1)
    # Outside of a kernel what was shown stays open, and each child would draw it again.
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")

    def run_cells() -> None:
        space = {"__name__": "__main__", "display": display}
        for source in sources:
            *body, last = ast.parse(source).body
            is_value = isinstance(last, ast.Expr)
            done = ast.Module(body if is_value else [*body, last], [])
            exec(compile(done, "cell", "exec"), space)
            if is_value:
                value = eval(compile(ast.Expression(last.value), "cell", "eval"), space)
                if value is not None:
                    formatter.format(value)
            if pyplot := sys.modules.get("matplotlib.pyplot"):
                for figure in map(pyplot.figure, pyplot.get_fignums()):
                    if hasattr(figure, "_ipython_display_"):
                        figure._ipython_display_()
                    else:
                        print_figure(figure, "png", base64=True)
                pyplot.close("all")

    def once() -> None:
        if pid := os.fork():
            if os.waitpid(pid, 0)[1]:
                sys.exit("the cells failed")
            return
        status = 1
        try:
            run_cells()
            status = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(status)

    return once


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        adopt_orphans()
        work(sys.argv[2], Path(sys.argv[3]), *map(int, sys.argv[4:]))
    else:
        main()
