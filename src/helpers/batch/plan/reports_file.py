"""Read reports.yml, the list of the reports of a run; every value stays the text it is."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from helpers import words
from helpers.batch.parameters import ParameterError

KEYS = ("notebook", "sheet", "lang", "parameters", "name")
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


def read(path: str | Path) -> list[Row]:
    """The rows of the file. Raises ParameterError that names file, row and key.

    A value is the text as written, 0042 too; one left out, null or ~ is None.
    """
    try:
        entries = yaml.load(Path(path).read_text("utf-8-sig"), _Texts)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        problem = " ".join(str(error).split())
        raise ParameterError(f"{path}: cannot be read as YAML ({problem}); {EXAMPLE}") from error
    if not isinstance(entries, list) or not entries:
        raise ParameterError(f"{path}: holds no list; {EXAMPLE}")
    return [_row(str(path), number, entry) for number, entry in enumerate(entries, start=1)]


_RESOLVERS = {
    first: [one for one in resolvers if one[0].endswith((":null", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Texts(yaml.SafeLoader):
    """Scalars are texts, but null; a key that stands twice is an error."""

    yaml_implicit_resolvers = _RESOLVERS

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value if key.tag.endswith(":str")]
        if twice := [key for key in keys if keys.count(key) > 1]:
            problem = f"the key {twice[0]!r} stands twice"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return super().construct_mapping(node, deep)


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
