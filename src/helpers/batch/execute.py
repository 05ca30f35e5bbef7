"""Run a notebook through papermill: at its path stands a complete report, or what stood before.

`python -m helpers.batch.execute NOTEBOOK...` runs notebooks in place.
"""

import contextlib
import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillException, PapermillExecutionError
from papermill.execute import (
    prepare_notebook_metadata,
    raise_for_execution_errors,
    remove_error_markers,
)
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

import forked_kernel
from forked_kernel import ZygoteError
from helpers import files
from helpers.batch import CELL_SECONDS, FORKED, forks
from helpers.batch.notebook import as_bytes, checked, normalise, read, warnings
from helpers.errors import ReviewSheetError

DIED = (DeadKernelError, ZygoteError, RuntimeError)
"""A kernel that was killed: while it ran, while it was to be stopped, before it answered."""


class ExecutionError(ReviewSheetError):
    """A notebook that did not run to its end: names the cell, the exception, what was kept."""


def execute(
    notebook: Path,
    output: Path,
    parameters: dict,
    engine: str | None = None,
    timeout: float = CELL_SECONDS,
) -> NotebookNode:
    """Run `notebook` with `parameters`, write the executed notebook to `output`, return it.

    Runs in the working directory of the caller, with one of `ENGINES` (None: forked where the
    system can fork); their outputs are equal. `timeout` is for a cell, in seconds. A kernel that
    dies is given a second chance. Text is converted to the declared types first (see `checked`).
    The same inputs give the same bytes. Raises ParameterError before anything runs; ExecutionError
    when a cell fails or a figure lacks a glyph: `output` then stays as it was and the failed
    notebook is kept as `<stem>.failed.ipynb` beside it; OSError when `notebook` cannot be read or
    `output` not written.
    """
    values = checked(parameters, read_once(notebook), notebook.name)
    failed = output.with_name(f"{output.stem}.failed.ipynb")
    with files.replacing(output) as partial:
        try:
            try:
                executed = _run(notebook, partial, values, engine, timeout)
            except DIED:
                executed = _run(notebook, partial, values, engine, timeout)
            _refuse_missing_glyphs(executed)
        except (
            PapermillException,
            *DIED,
            CellTimeoutError,
            NoSuchKernel,
            ExecutionError,
        ) as error:
            kept = f"; the notebook as far as it ran is {failed}" if partial.exists() else ""
            if partial.exists():
                partial.replace(failed)
            raise ExecutionError(f"{notebook.name}: {_reason(error)}{kept}") from error
        normalise(executed)
        partial.write_bytes(as_bytes(executed))
    failed.unlink(missing_ok=True)
    return executed


def read_once(notebook: Path) -> NotebookNode:
    """A notebook to be run, as papermill loads it but without outputs, kept until its file changes:
    thousands of reports are made from a few. To be left as it is. Raises as `read` does."""
    return _loaded(notebook, notebook.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _loaded(notebook: Path, _changed: int) -> NotebookNode:
    # Says of what is no notebook what is wrong.
    read(notebook)
    loaded = load_notebook_node(str(notebook))
    for cell in loaded.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    return loaded


def prepare(notebooks: Iterable[NotebookNode], engine: str | None = None, runs: int = 1) -> None:
    """Have what these notebooks import imported once, before each is run about so many times."""
    if forks(engine):
        # Where no kernel can be forked, the run of each says so and goes on without.
        with contextlib.suppress(ZygoteError):
            forked_kernel.prepare(notebooks, runs)


def _run(
    notebook: Path, output: Path, parameters: dict, engine: str | None, timeout: float
) -> NotebookNode:
    """What `papermill.execute_notebook` does, but for writing what `execute` writes."""
    chosen, kernel = FORKED if forks(engine) else None, "python3"
    given, to = nbformat.from_dict(read_once(notebook)), str(output.absolute())
    if parameters:
        given = parameterize_notebook(
            given, parameters, kernel_name=kernel, language="python", engine_name=chosen
        )
    given = remove_error_markers(prepare_notebook_metadata(given, str(notebook), to))
    executed = papermill_engines.execute_notebook_with_engine(
        chosen,
        given,
        kernel,
        output_path=to,
        progress_bar=False,
        execution_timeout=timeout,
        coalesce_streams=True,
        # Every kernel would print on our terminal that it does not encrypt public data, and some
        # that they were asked to stop.
        extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
    )
    raise_for_execution_errors(executed, to)
    return executed


def _refuse_missing_glyphs(notebook: NotebookNode) -> None:
    for text in warnings(notebook):
        if re.search(r"missing from (current )?font|does not have a glyph", text):
            raise ExecutionError(f"a figure lacks a glyph, and shows a box for it: {text}")


def _reason(error: Exception) -> str:
    if not isinstance(error, PapermillExecutionError):
        return str(error) or type(error).__name__
    first_line = error.source.strip().split("\n")[0]
    return f"cell [{error.exec_count}] `{first_line}` raised {error.ename}: {error.evalue}"


if __name__ == "__main__":
    try:
        for argument in sys.argv[1:]:
            execute(Path(argument), Path(argument), {})
    except (ReviewSheetError, OSError) as error:
        sys.exit(f"{error}")
