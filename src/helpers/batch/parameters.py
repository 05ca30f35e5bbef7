"""What parameters a notebook declares, and the values given for them.

The declarations are read as Python: papermill's own inspection goes line by line and misses
`float | None`.
"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

from nbformat import NotebookNode

from helpers import parameters
from helpers.parameters import ParameterError


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


def declared(notebook: NotebookNode) -> dict[str, Parameter]:
    """Name -> parameter, in order, from the first cell tagged `parameters`; {} without such a cell.

    Raises ParameterError for a cell that is not plain Python, and for a parameter without type
    whose default does not show one.
    """
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    try:
        statements = ast.parse(cells[0].source).body if cells else []
        return {
            parameter.name: parameter
            for statement in statements
            for parameter in _parameters(statement)
        }
    except (SyntaxError, ValueError) as error:
        raise ParameterError(
            f"the parameters cell cannot be read ({error}): write one `name: type = value` a line"
        ) from error


def checked(given: dict, notebook: NotebookNode, name: str) -> dict:
    """`given` converted to the declared types. Raises ParameterError, listing what is declared."""
    known = declared(notebook)
    unknown = [key for key in given if key not in known]
    if unknown:
        listed = "; ".join(map(str, known.values())) or "none"
        raise ParameterError(
            f"{name} has no parameter {', '.join(map(repr, unknown))}; it declares: {listed}"
        )
    return converted(given, known)


def converted(given: dict, known: dict[str, Parameter]) -> dict:
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
