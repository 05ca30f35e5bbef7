"""The notebooks of a run: which are meant, what they declare, the reports they make."""

import keyword
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from helpers import paths
from helpers.batch.notebook import read
from helpers.batch.parameters import Parameter, ParameterError, converted, declared
from helpers.batch.plan.tasks import Report

RESERVED = ("sheet", "lang")
"""Parameters that a run gives to each report."""

Declared = dict[str, Parameter]


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


def declarations(notebooks: Iterable[Path]) -> dict[Path, Declared]:
    """Notebook -> what it declares; one that is named twice stands once.

    Raises ParameterError for a file that is no notebook and for two of one name, OSError for a
    missing one.
    """
    found = {path.resolve(): path for path in reversed(list(map(Path, notebooks)))}
    stems: dict[str, Path] = {}
    for path in reversed(found.values()):
        other = stems.setdefault(stem_key(path), path)
        if other != path:
            raise ParameterError(f"{path}: its reports would be those of {other}; rename one")
    return {path: declared(read(path)) for path in reversed(found.values())}


def stem_key(notebook: Path) -> str:
    """What two notebooks share whose reports would be one file, be it only on some systems."""
    return unicodedata.normalize("NFC", notebook.stem).casefold()


def shared(known: dict[Path, Declared], given: dict) -> dict[Path, dict]:
    """Notebook -> the values for it, converted, in the order given: each goes to the notebooks that
    declare it. Raises ParameterError for a name that none declares."""
    anywhere = {name: one for names in known.values() for name, one in names.items()}
    check_names(given, anywhere, "no notebook has a parameter")
    return {
        path: converted({name: value for name, value in given.items() if name in names}, names)
        for path, names in known.items()
    }


def check_names(given: Iterable[str], known: Declared, unknown: str) -> None:
    """Raises ParameterError for a name that is a report's own, none of Python's, or not declared;
    the last begins with `unknown`."""
    for name in given:
        if name in RESERVED:
            raise ParameterError(f"{name}: each report is given its own already")
        if not name.isidentifier() or keyword.iskeyword(name):
            raise ParameterError(f"{name!r} cannot be a parameter's name: use letters, digits, _")
    if missing := [name for name in given if name not in known]:
        listed = "; ".join(map(str, known.values())) or "none"
        raise ParameterError(f"{unknown} {', '.join(map(repr, missing))}; declared are: {listed}")


def sheet_year(given: dict) -> int | None:
    """The parameter `as_of` of a report. Raises ParameterError for what is no year."""
    if not isinstance(as_of := given.get("as_of"), int | None):
        raise ParameterError(f"as_of: {as_of!r} is no sheet year; declare as_of: int")
    return as_of


def reports(
    notebook: Path, names: Declared, languages: Iterable[str], given: dict
) -> tuple[Report, ...]:
    """The reports of a notebook: one in each language, or one where it declares no `lang`."""
    spoken = languages if "lang" in names else ("",)
    return tuple(Report(notebook, lang, given) for lang in spoken)
