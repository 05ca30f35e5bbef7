"""Plan the reports that a reports.yml lists."""

from dataclasses import dataclass, field
from pathlib import Path

from helpers.batch.parameters import Parameter, ParameterError
from helpers.batch.plan import reports_file
from helpers.batch.plan.notebooks import (
    Declared,
    check_names,
    declarations,
    notebook_named,
    reports,
    sheet_year,
    stem_key,
)
from helpers.batch.plan.reports_file import Row
from helpers.batch.plan.scanner import Found, scan
from helpers.batch.plan.selection import Selection
from helpers.batch.plan.tasks import Folders, Plan, Report, Task
from helpers.parameters import check_order
from helpers.sheet import SheetError


@dataclass
class _Group:
    """The rows of one folder: of one sheet (or, without one, one notebook) and one name."""

    row: Row
    found: Found | None
    reports: list[Report] = field(default_factory=list)
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    as_of: tuple[int | None, Row] | None = None

    def add(self, row: Row, own: tuple[Report, ...], declares_as_of: bool) -> None:
        for report in own:
            other = self.rows.setdefault((stem_key(report.notebook), report.lang), row)
            if other is not row:
                raise row.error(
                    "name",
                    f"{report.notebook.stem}.{report.lang} of this sheet is row {other.number}'s "
                    "already; give one of them a name, the folder it goes to",
                )
        if declares_as_of:
            as_of = own[0].parameters.get("as_of")
            before, other = self.as_of = self.as_of or (as_of, row)
            if before != as_of:
                raise row.error(
                    "parameters",
                    f"as_of is not that of row {other.number}, of the same sheet; give one of them "
                    "a name, the folder it goes to",
                )
        self.reports += own

    def plan(self, made: Plan, folders: Folders) -> None:
        as_of = self.as_of[0] if self.as_of else None
        notebook = self.reports[0].notebook
        name, reference, source = notebook.stem, str(notebook), ""
        if self.found:
            name, reference, source = self.found.name, self.found.reference, self.found.source
            if late := self.found.later_than(as_of):
                made.refuse(late)
                return
        if self.row.name is not None and not folders.free(self.row.name):
            raise self.row.error("name", f"{self.row.name!r} is a folder's already; give another")
        folder = folders.name(self.row.name or name, reference)
        sheet = reference if self.found else ""
        made.add(Task(sheet, folder, tuple(self.reports), as_of), source, name)


def from_file(path: str | Path) -> Plan:
    """The reports that the file lists: `reports_file` says what stands in a row.

    Paths are meant as on the command line, notebooks too; `sheet` is one sheet, or missing for a
    notebook that takes none. The rows of a sheet go to one folder, called after it or by the rows'
    `name`. A sheet that cannot be read is refused. Raises ParameterError that names file, row and
    key.
    """
    rows = reports_file.read(path)
    known: dict[str, tuple[Path, Declared]] = {}
    listed = [(row, *_reports(row, known)) for row in rows]
    answers: dict[str, list[Found | SheetError]] = {row.sheet: [] for row in rows if row.sheet}
    for texts, answer in scan(answers, Selection()):
        for text in texts:
            answers[text].append(answer)
    made, folders = Plan(), Folders()
    groups: dict[tuple, _Group] = {}
    refused: dict[SheetError, None] = {}
    for row, own, declares_as_of in listed:
        found = _only(row, answers[row.sheet]) if row.sheet else None
        if isinstance(found, SheetError):
            refused[found] = None
            continue
        which = found.reference if found else own[0].notebook.resolve()
        group = groups.setdefault((which, row.name), _Group(row, found))
        group.add(row, own, declares_as_of)
    for error in refused:
        made.refuse(error)
    # Those with a name first: they are called so whatever the sheets of the others are called.
    for group in sorted(groups.values(), key=lambda group: group.row.name is None):
        group.plan(made, folders)
    return made


def _only(row: Row, answers: list[Found | SheetError]) -> Found | SheetError:
    """The sheet that a row means, or why it cannot be had."""
    sheets = [one.reference for one in answers if isinstance(one, Found)]
    if sheets and len(set(answers)) > 1:
        raise row.error(
            "sheet", f"{row.sheet} stands for {len(answers):,}; name one, such as {sheets[0]}"
        )
    return answers[0]


def _reports(row: Row, known: dict[str, tuple[Path, Declared]]) -> tuple[tuple[Report, ...], bool]:
    """The reports of a row, and whether the notebook declares `as_of`."""
    try:
        if row.notebook not in known:
            (declared,) = declarations([notebook_named(row.notebook)]).items()
            known[row.notebook] = declared
    except (ParameterError, OSError) as error:
        raise row.error("notebook", error) from error
    notebook, names = known[row.notebook]
    if row.sheet and "sheet" not in names:
        raise row.error("sheet", f"{notebook.name} declares none; leave it out")
    if not row.sheet and "sheet" in names:
        raise row.error("sheet", f"is missing; {notebook.name} needs one")
    if row.lang and "lang" not in names:
        raise row.error("lang", f"{notebook.name} declares none; leave it out")
    try:
        check_names(row.parameters, names, f"{notebook.name} has no parameter")
        given = {name: _value(names[name], value) for name, value in row.parameters.items()}
        sheet_year(given)
        check_order(given)
    except ParameterError as error:
        raise row.error("parameters", error) from error
    return reports(notebook, names, row.languages, given), "as_of" in names


def _value(parameter: Parameter, given):
    """What the file has, text or a list of texts, as the parameter takes it."""
    if given is None or isinstance(given, str):
        return parameter.value(given)
    if not isinstance(given, list) or "list" not in parameter.type.lower():
        raise ParameterError(f"{parameter}: takes no {type(given).__name__}; write one value")
    if not all(isinstance(item, str) and item.strip() and "," not in item for item in given):
        raise ParameterError(f"{parameter}: write a list of values without commas")
    return parameter.value(",".join(given))
