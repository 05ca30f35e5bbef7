"""What of the answers of the RS system's API `rs_api_keys.csv` does not know yet."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.sheet import SheetError
from helpers.sources import rs_api
from helpers.words import cut

EXAMPLE = 40
"""Letters of an example."""

COLUMNS = ("path", "list", "key", "value", "files", "times", "example")

# Names of officials stand in the answers and must not be printed anywhere.
_PERSONAL = re.compile(
    "name|person|charge|responsib|offic|staff|author|creat|updated_by|user|contact|manager|leader"
    "|member|expert|reviewer|prepar|drafte|writer|editor|head|chief|director|represent"
    "|signature|mail|phone|(?:^|[._])tel|fax|担当|責任者|氏名|作成者",
    re.IGNORECASE,
)
_LIKE_A_NAME = re.compile(
    r"[一-龥々ヶ]{2,6}|[一-龥々ヶ]{1,4}[ 　][一-龥々ヶぁ-んァ-ヴ]{1,6}"
    r"|.*(?:[課室局部班係]長|参事官|企画官|調整官|補佐|大臣|[^@ ]@[^@ ]).*",
    re.DOTALL,
)


@dataclass
class _Found:
    files: set[Path] = field(default_factory=set)
    times: int = 0
    kinds: set[str] = field(default_factory=set)
    example: str = ""
    personal: bool = False


def unmapped(folder: str | Path) -> tuple[list[dict], list[SheetError]]:
    """The paths in a folder's answers that the crosswalk does not know, and what cannot be read.

    Rows of `COLUMNS`: path (the answer's name first, [] for each place in a list); list, key and
    value as a line of the crosswalk has them; files it stands in, how many times, and an example of
    at most `EXAMPLE` letters: none where the key or a value may be the name of a person.
    """
    found: dict[str, _Found] = {}
    errors = []
    for path, document in rs_api.documents(Path(folder)):
        if isinstance(document, SheetError):
            errors.append(document)
            continue
        for place, value in rs_api.KEYS.unmapped(document):
            _note(found.setdefault(place, _Found()), path, place, value)
    return [_row(place, one) for place, one in sorted(found.items())], errors


def _note(one: _Found, path: Path, place: str, value: Any) -> None:
    one.files.add(path)
    one.times += 1
    one.kinds.add(_kind(value))
    like_a_name = isinstance(value, str) and _LIKE_A_NAME.fullmatch(value.strip())
    one.personal |= bool(like_a_name or _PERSONAL.search(place))
    if not one.example and value is not None and not isinstance(value, dict | list):
        one.example = cut(str(value), EXAMPLE)


def _kind(value: Any) -> str:
    """What the crosswalk calls such a value; "" for null."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        inner = {"a list" if isinstance(one, list) else _kind(one) for one in value} - {""}
        named = " or ".join(sorted(inner))
        return f"list of {'objects' if named == 'object' else named}" if named else "list"
    return {bool: "flag", str: "text"}.get(type(value), "number")


def _row(place: str, one: _Found) -> dict:
    outer, _, key = place.replace("[]", "").rpartition(".")
    kinds = " or ".join(sorted(one.kinds - {""}))
    numbers = (place, outer, key, kinds, len(one.files), one.times)
    return dict(zip(COLUMNS, (*numbers, "" if one.personal else one.example), strict=True))
