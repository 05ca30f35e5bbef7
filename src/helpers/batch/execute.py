"""Run a notebook through papermill: at its path stands a complete report, or what stood before.

`python -m helpers.batch.execute NOTEBOOK...` runs notebooks in place.
"""

import copy
import os
import re
import sys
from pathlib import Path

import nbformat
import papermill
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillException, PapermillExecutionError

from helpers import files
from helpers.batch.parameters import ParameterError, checked
from helpers.show import HEADLINE

CELL_SECONDS = 600
"""No cell of a report works this long: one that does is stuck, and would hold up the batch."""

ENGINES = ("forked", "papermill")
"""How a kernel comes about: forked from a process that has imported everything, or started."""


class ExecutionError(Exception):
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
    dies is given a second chance. Text is converted to the declared types first (see
    `parameters`). The same inputs give the same bytes. Raises ParameterError before anything runs;
    ExecutionError when a cell fails or a figure lacks a glyph: `output` then stays as it was and
    the failed notebook is kept as `<stem>.failed.ipynb` beside it; OSError when `notebook` cannot
    be read or `output` not written.
    """
    given = checked(parameters, read(notebook), notebook.name)
    engine = engine or ENGINES[0 if hasattr(os, "fork") else 1]
    failed = output.with_name(f"{output.stem}.failed.ipynb")
    with files.replacing(output) as partial:
        try:
            try:
                executed = _run(notebook, partial, given, engine, timeout)
            except DeadKernelError:
                executed = _run(notebook, partial, given, engine, timeout)
            _refuse_missing_glyphs(executed)
        except (
            PapermillException,
            DeadKernelError,
            CellTimeoutError,
            NoSuchKernel,
            ExecutionError,
        ) as error:
            kept = f"; the notebook as far as it ran is {failed}" if partial.exists() else ""
            if partial.exists():
                partial.replace(failed)
            raise ExecutionError(f"{notebook.name}: {_reason(error)}{kept}") from error
        executed = normalise(executed)
        partial.write_bytes(f"{nbformat.writes(executed)}\n".encode())
    failed.unlink(missing_ok=True)
    return executed


def _run(
    notebook: Path, output: Path, parameters: dict, engine: str, timeout: float
) -> NotebookNode:
    return papermill.execute_notebook(
        _literal(notebook),
        _literal(output.absolute()),
        parameters,
        engine_name="forked" if engine == "forked" else None,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        execution_timeout=timeout,
        coalesce_streams=True,
        # Every kernel would print on our terminal that it does not encrypt public data, and some
        # that they were asked to stop.
        extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
    )


def read(notebook: Path) -> NotebookNode:
    """A notebook file. Raises ParameterError for a file that is none, OSError for a missing one."""
    try:
        content = nbformat.read(notebook, as_version=4)
        nbformat.validate(content)
    except (ValueError, TypeError, AttributeError, nbformat.ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise ParameterError(
            f"{notebook} is no notebook ({reason}): give an .ipynb file"
        ) from error
    return content


def normalise(notebook: NotebookNode) -> NotebookNode:
    """A copy without what changes from run to run: times, versions, widget state, random ids."""
    notebook = copy.deepcopy(notebook)
    used = notebook.metadata.pop("papermill", {}).get("parameters")
    notebook.metadata.pop("widgets", None)
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    if used:
        notebook.metadata["papermill"] = {"parameters": used}
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
    return notebook


def headline(notebook: dict) -> dict:
    """The numbers that the notebook's `show.Answer` left in its outputs; {} without one."""
    for output in _outputs(notebook):
        if HEADLINE in output.get("data", {}):
            return output["data"][HEADLINE]
    return {}


def warnings(notebook: dict) -> list[str]:
    """What the cells wrote to stderr."""
    return [
        output["text"]
        for output in _outputs(notebook)
        if output["output_type"] == "stream" and output["name"] == "stderr"
    ]


def _outputs(notebook: dict) -> list[dict]:
    return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]


def _refuse_missing_glyphs(notebook: NotebookNode) -> None:
    for text in warnings(notebook):
        if re.search(r"missing from (current )?font|does not have a glyph", text):
            raise ExecutionError(f"a figure lacks a glyph, and shows a box for it: {text}")


def _literal(path: Path) -> str:
    """A path as papermill wants it: it fills in {} in paths, and ours may hold them."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _reason(error: Exception) -> str:
    if not isinstance(error, PapermillExecutionError):
        return str(error) or type(error).__name__
    first_line = error.source.strip().split("\n")[0]
    return f"cell [{error.exec_count}] `{first_line}` raised {error.ename}: {error.evalue}"


if __name__ == "__main__":
    try:
        for argument in sys.argv[1:]:
            execute(Path(argument), Path(argument), {})
    except (ParameterError, ExecutionError, OSError) as error:
        sys.exit(f"{error}")
