"""Plan the reports that a reports.yml lists; every value in it stays the text it is."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from helpers import words
from helpers.batch.notebook import Declared, Parameter, notebook_named
from helpers.batch.plan import (
    Plan,
    Report,
    check_names,
    declarations,
    reports,
    sheet_year,
    stem_key,
)
from helpers.batch.selection import Selection
from helpers.batch.sheets import FoundSheet, scan
from helpers.parameters import ParameterError, check_order
from helpers.sheet import SheetError

KEYS = ("notebook", "sheet", "lang", "parameters", "name")
MOST_BYTES = 5_000_000
"""Some 50,000 rows, which already take half a minute to read."""

EXAMPLE = "write a list of rows such as: - {notebook: 02, sheet: data/sheets/2019-総務省-0042.txt}"


@dataclass(frozen=True)
class Row:
    """A row of the file; what it does not have is None."""

    file: str
    number: int
    notebook: str
    sheet: str | None = None
    lang: str | None = None
    parameters: dict[str, str | list | None] = field(default_factory=dict)
    name: str | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages to make the report in."""
        return words.LANGUAGES if self.lang in (None, "both") else (self.lang,)

    def error(self, key: str, problem: object) -> ParameterError:
        """The error that says where in the file the problem is."""
        return ParameterError(f"{self.file}, row {self.number}, {key}: {problem}")


def from_file(path: str | Path) -> Plan:
    """The reports that the file lists, as `read` says.

    Paths are meant as on the command line, notebooks too; `sheet` is one sheet, or missing for a
    notebook that takes none. The rows of a sheet go to one folder, called after it or by the rows'
    `name`. A sheet that cannot be read is refused. Raises ParameterError that names file, row and
    key.
    """
    rows = read(path)
    known: dict[str, tuple[Path, Declared]] = {}
    of_rows = [_reports(row, known) for row in rows]
    answers: dict[str, list[FoundSheet | SheetError]] = {row.sheet: [] for row in rows if row.sheet}
    for texts, answer in scan(answers, Selection()):
        for text in texts:
            answers[text].append(answer)
    groups: dict[tuple, _Group] = {}
    refused: dict[SheetError, None] = {}
    for row, (own, declares_as_of) in zip(rows, of_rows, strict=True):
        found = _only(row, answers[row.sheet]) if row.sheet else None
        if isinstance(found, SheetError):
            refused[found] = None
            continue
        which = found.reference if found else own[0].notebook.resolve()
        group = groups.setdefault((which, row.name), _Group(row, found))
        group.add(row, own, declares_as_of)
    made = Plan()
    for error in refused:
        made.refuse(error)
    # Those with a name first: they are called so whatever the sheets of the others are called.
    for group in sorted(groups.values(), key=lambda group: group.row.name is None):
        row, as_of = group.row, group.as_of[0] if group.as_of else None
        if group.found and (late := group.found.later_than(as_of)):
            made.refuse(late)
        elif row.name is not None and not made.is_free(row.name):
            raise row.error("name", f"{row.name!r} is a folder's already; give another")
        else:
            made.add(tuple(group.reports), group.found, as_of, row.name)
    return made


@dataclass
class _Group:
    """The rows of one folder: of one sheet (or, without one, one notebook) and one name; `row` is
    the first."""

    row: Row
    found: FoundSheet | None
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


def _only(row: Row, answers: list[FoundSheet | SheetError]) -> FoundSheet | SheetError:
    """The sheet that a row means, or why it cannot be had."""
    sheets = [one.reference for one in answers if isinstance(one, FoundSheet)]
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


def read(path: str | Path) -> list[Row]:
    """The rows of the file. Raises ParameterError that names file, row and key.

    A value is the text as written, 0042 too; one left out, null or ~ is None. Every value stands
    where it is used: aliases (*) and merged keys (<<) are refused, by which a short file can say
    more than could be read in an hour.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ParameterError(
                f"{path}: is larger than {MOST_BYTES // 10**6} MB; make several files of it, and "
                "one run of each into the same folder"
            )
        entries = yaml.load(content.decode("utf-8-sig"), _Texts)
    except ParameterError:
        raise
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        problem = " ".join(str(error).split()).replace('in "<unicode string>", ', "")
        raise ParameterError(f"{path}: cannot be read as YAML ({problem}); {EXAMPLE}") from error
    if not isinstance(entries, list) or not entries:
        raise ParameterError(f"{path}: holds no list; {EXAMPLE}")
    return [_row(str(path), number, entry) for number, entry in enumerate(entries, start=1)]


_RESOLVERS = {
    first: [one for one in resolvers if one[0].endswith((":null", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Texts(yaml.SafeLoader):
    """Scalars are texts, but null; a key that stands twice is an error, and so is what stands for
    another part of the file."""

    yaml_implicit_resolvers = _RESOLVERS

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise _refused(f"the alias *{event.anchor}", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if key.tag.endswith(":merge"):
                raise _refused("the key <<", key.start_mark)
            if key.tag.endswith(":str"):
                if key.value in seen:
                    problem = f"the key {key.value!r} stands twice"
                    raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def _refused(what: str, where: yaml.Mark) -> yaml.MarkedYAMLError:
    problem = f"{what} stands for another part of the file: write that part out"
    return yaml.MarkedYAMLError(None, None, problem, where)


def _row(file: str, number: int, entry) -> Row:
    row = Row(file, number, "")
    if not isinstance(entry, dict):
        raise ParameterError(f"{file}, row {number}: is no mapping; {EXAMPLE}")
    for key, value in entry.items():
        if key not in KEYS:
            raise row.error(str(key), f"is no key; write {', '.join(KEYS)}")
        if key == "parameters":
            if not isinstance(value, dict | None) or None in (value or ()):
                raise row.error(key, "is no mapping of names; write name: value, one a line")
        elif not isinstance(value, str | None):
            raise row.error(key, "is no text; write one value")
        elif value is not None and not value.strip():
            raise row.error(key, "is empty; write a value, or leave the key out")
    given = {key: value for key, value in entry.items() if value is not None}
    if "notebook" not in given:
        raise row.error("notebook", "is missing; write a notebook's number, name or path")
    if given.get("lang", "both") not in (*words.LANGUAGES, "both"):
        raise row.error("lang", f"{given['lang']!r} is no language; write ja, en or both")
    return Row(file, number, **given)
