"""A notebook file: read it, take out what changes from run to run, find what its cells left."""

import copy
from functools import lru_cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.batch.parameters import ParameterError
from helpers.show import HEADLINE


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


def given(notebook: Path) -> NotebookNode:
    """A notebook to be run, as `read` reads it, kept until its file changes: thousands of reports
    are made from a few. To be left as it is."""
    return _as_it_was(notebook, notebook.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _as_it_was(notebook: Path, _changed: int) -> NotebookNode:
    return read(notebook)


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
