"""Read reports.yml, the list of the reports of a run; every value stays the text it is."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from helpers import words
from helpers.batch.parameters import ParameterError

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
