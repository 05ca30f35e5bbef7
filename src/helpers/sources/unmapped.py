"""What of the answers of the RS system's API `rs_api_keys.csv` does not know yet."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.sheet import SheetError
from helpers.sources import rs_api

COLUMNS = ("path", "list", "key", "value", "files", "times", "example")


@dataclass
class _Found:
    files: set[Path] = field(default_factory=set)
    times: int = 0
    kinds: set[str] = field(default_factory=set)
    example: str = ""


def unmapped(folder: str | Path) -> tuple[list[dict], list[SheetError]]:
    """The paths in a folder's answers that the crosswalk does not know, and what cannot be read.

    Rows of `COLUMNS`: path (the answer's name first, [] for each place in a list); list, key and
    value as a line of the crosswalk has them; files it stands in, how many times, and an example of
    a number or flag. A text has none: names of officials stand in the answers, under keys that
    nobody knows yet.
    """
    found: dict[str, _Found] = {}
    errors = []
    for path, document in rs_api.documents(Path(folder)):
        if isinstance(document, SheetError):
            errors.append(document)
            continue
        for place, value in rs_api.KEYS.unmapped(document):
            _note(found.setdefault(place, _Found()), path, value)
    return [_row(place, one) for place, one in sorted(found.items())], errors


def _note(one: _Found, path: Path, value: Any) -> None:
    one.files.add(path)
    one.times += 1
    one.kinds.add(_kind(value))
    if not one.example and isinstance(value, int | float):
        one.example = str(value)


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
    return dict(zip(COLUMNS, (*numbers, one.example), strict=True))
