"""Notebook files: which are meant, what their cells declare as parameters and left as outputs.

The declarations are read as Python: papermill's own inspection goes line by line and misses
`float | None`.
"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nbformat
import orjson
from nbformat import NotebookNode
from nbformat.v4.rwbase import rejoin_lines, split_lines

from helpers import parameters, paths
from helpers.parameters import ParameterError
from helpers.show import HEADLINE


def all_notebooks() -> list[Path]:
    """The project's notebooks (01_..., 02_...) in order, without what a run left beside them.
    OSError if none."""
    numbered = sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    found = [path for path in numbered if "." not in path.stem]
    if not found:
        raise FileNotFoundError(f"no notebooks in {paths.NOTEBOOKS}: name some")
    return found


def notebook_named(name: str) -> Path:
    """The notebook meant by a path, or by the start of a name in the notebooks' folder. Raises
    ParameterError that lists them."""
    if Path(name).is_file():
        return Path(name)
    known = all_notebooks()
    found = [path for path in known if path.name == name or path.stem.startswith(name)]
    if len(found) != 1:
        choice = ", ".join(path.stem for path in found or known)
        raise ParameterError(
            f"notebook {name} means {'several of' if found else 'none of'} {choice}: name one"
        )
    return found[0]


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


def normalise(notebook: NotebookNode) -> None:
    """Take out what changes from run to run: times, versions, widget state, random ids."""
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


def as_bytes(notebook: NotebookNode) -> bytes:
    """What `nbformat.write` puts into a file, in a fifth of the time: it indents in Python."""
    split_lines(notebook)
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    text = orjson.dumps(notebook, option=options)
    rejoin_lines(notebook)
    # nbformat indents by one.
    return re.sub(rb"\n( +)\1", lambda found: b"\n" + found[1], text)


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


@dataclass(frozen=True)
class Parameter:
    """A parameter as the cell tagged `parameters` declares it: its name, type and default."""

    name: str
    type: str
    default: str

    @property
    def optional(self) -> bool:
        """Whether the parameter may be None."""
        return self.default == "None" or "None" in self.type or self.type.startswith("Optional")

    @property
    def kind(self) -> str:
        """The type of what is not None."""
        return re.sub(r"\s*\|\s*None|None\s*\|\s*|^Optional\[(.*)\]$", r"\1", self.type)

    def value(self, given):
        """`given` as this parameter takes it: by the rule for its name, else by its type.

        Of the others a `str` stays as it is ("0042"); a list is text with commas; "none" is None
        where the parameter may be None. Raises ParameterError for what does not fit.
        """
        rule = parameters.RULES.get(self.name)
        if rule and rule.type == self.kind:
            return rule.value(self.name, given, self.optional)
        if isinstance(given, str):
            return self._read(given)
        if given is None and not self.optional:
            raise ParameterError(f"{self}: cannot be None")
        plain = isinstance(given, bool | int | float | list | dict | None)
        if not plain or (isinstance(given, bool) and self.kind in ("int", "float")):
            raise ParameterError(f"{self}: give a plain value, not {type(given).__name__}")
        return given

    def _read(self, text: str):
        if self.optional and parameters.is_none(text):
            return None
        items = re.fullmatch(r"(?:list|List)\[(\w+)\]", self.kind)
        read = READERS.get(items[1] if items else self.kind)
        if read is None:
            raise ParameterError(
                f"{self}: cannot be given as text; its type must be one of "
                f"{', '.join(READERS)} or a list of these, as in list[int]"
            )
        try:
            return [read(item) for item in parameters.split(text)] if items else read(text)
        except ValueError as error:
            raise ParameterError(f"{self}: {text!r} is no {self.kind}") from error

    def __str__(self) -> str:
        return f"{self.name}: {self.type} = {self.default}"


Declared = dict[str, Parameter]


def declared(notebook: NotebookNode) -> Declared:
    """Name -> parameter, in order, from the first cell tagged `parameters`; {} without such a cell.

    Raises ParameterError for a cell that is not plain Python, and for a parameter without type
    whose default does not show one.
    """
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    return dict(_declared(cells[0].source)) if cells else {}


@lru_cache(64)
def _declared(source: str) -> Declared:
    try:
        statements = ast.parse(source).body
        return {one.name: one for statement in statements for one in _parameters(statement)}
    except (SyntaxError, ValueError) as error:
        raise ParameterError(
            f"the parameters cell cannot be read ({error}): write one `name: type = value` a line"
        ) from error


def checked(given: dict, notebook: NotebookNode, name: str) -> dict:
    """`given` converted to the declared types. Raises ParameterError, listing what is declared."""
    known = declared(notebook)
    if unknown := [key for key in given if key not in known]:
        listed = "; ".join(map(str, known.values())) or "none"
        raise ParameterError(
            f"{name} has no parameter {', '.join(map(repr, unknown))}; it declares: {listed}"
        )
    return converted(given, known)


def converted(given: dict, known: Declared) -> dict:
    """`given`, of which all are `known`, as their parameters take them. Raises ParameterError."""
    values = {key: known[key].value(value) for key, value in given.items()}
    parameters.check_order(values)
    return values


def _parameters(statement: ast.stmt) -> list[Parameter]:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Constant(value=kind)):
            pass
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
            kind = ast.unparse(annotation)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            kind = type(ast.literal_eval(value)).__name__
        case _:
            return []
    return [Parameter(name, kind, ast.unparse(statement.value) if statement.value else "")]


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


READERS: dict[str, Callable] = {
    "str": str,
    "int": parameters.whole,
    "float": parameters.number,
    "bool": _truth,
}
