"""Plan a run: which notebooks, with what, for which sheets, into which folders."""

from collections.abc import Iterable
from pathlib import Path

from helpers import paths, words
from helpers.batch.parameters import ParameterError
from helpers.batch.plan.listed import from_file
from helpers.batch.plan.notebooks import (
    all_notebooks,
    declarations,
    notebook_named,
    reports,
    shared,
    sheet_year,
)
from helpers.batch.plan.scanner import scan
from helpers.batch.plan.selection import Selection
from helpers.batch.plan.tasks import Folders, Plan, Report, Task
from helpers.sheet import SheetError

__all__ = ["Plan", "Report", "Task", "all_notebooks", "from_file", "notebook_named", "plan"]


def plan(
    sources: Iterable[str | Path] = (),
    notebooks: Iterable[Path] | None = None,
    languages: Iterable[str] = words.LANGUAGES,
    parameters: dict | None = None,
    *,
    ministry: Iterable[str] | None = None,
    years: Iterable[int] | None = None,
    where: str | None = None,
) -> Plan:
    """Each of `notebooks` in each of `languages` for each sheet of `sources` that fits the filters.

    `sources` are what `scan` takes, without any the default sheet; a notebook that declares no
    `sheet` is run once. `notebooks` None is all of `paths.NOTEBOOKS`. `parameters` go to those that
    declare them; `as_of` also leaves out the later sheets of a source of many. The filters
    (`Selection`) hold for every source. Raises ParameterError for what cannot be meant: a parameter
    or an expression that does not fit, a filter that leaves nothing, sources that no notebook
    takes; OSError for a missing notebook.
    """
    known = declarations(notebooks or all_notebooks())
    given = shared(known, parameters or {})
    as_of = next((sheet_year(values) for values in given.values() if "as_of" in values), None)
    selection = Selection(ministry, years, where, as_of)
    languages, sources = list(languages), list(sources)
    made, folders, of_sheet = Plan(), Folders(), []
    for path, names in known.items():
        own = reports(path, names, languages, given[path])
        if "sheet" in names:
            of_sheet += own
        else:
            made.add(Task("", folders.name(path.stem, str(path)), own))
    if of_sheet:
        _add_sheets(made, folders, sources or [paths.DEFAULT_SHEET], tuple(of_sheet), selection)
    elif sources or selection.narrows:
        named = ", ".join(path.name for path in known)
        raise ParameterError(f"{named}: takes no sheet; leave the sheets and the filters out")
    return made


def _add_sheets(
    made: Plan,
    folders: Folders,
    sources: list[str | Path],
    of_sheet: tuple[Report, ...],
    selection: Selection,
) -> None:
    references: set[str] = set()
    for _, found in scan(sources, selection):
        if isinstance(found, SheetError):
            made.refuse(found)
        elif found.reference not in references:
            references.add(found.reference)
            folder = folders.name(found.name, found.reference)
            task = Task(found.reference, folder, of_sheet, selection.as_of)
            made.add(task, found.source, found.name)
    selection.check_left(len(references), made.refused)
