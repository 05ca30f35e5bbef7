"""Read the values of a JSON document by a crosswalk: a CSV of its keys, where they go, and what
their values must be. What does not fit is named by its key.

A row of a crosswalk is a key: `list` says in which list of objects it stands (アウトカム.成果実績;
"" for the document itself), `column` where it goes ("" for a key that is known and not read),
`value` what it is (a name in `VALUES`, "list of" these, or a "list of objects"), and `use` is
"needed" where neither the key nor a value may be missing.
"""

import csv
import json
import math
from collections.abc import Callable, Iterator
from importlib.resources import files

from helpers.errors import ReviewSheetError
from helpers.sources.cells import DASHES, LARGEST

Reader = Callable[[object], object]


class Misfit(ReviewSheetError):
    """A value that is not what its key asks for: `place` is its path, as in `予算[2].当初予算`."""

    def __init__(self, found: str, expected: str):
        self.found, self.expected, self.place = found, expected, ""
        super().__init__(found)

    def inside(self, outer: str) -> "Misfit":
        """The same, one level further out: a key, or a position counted from 0 in brackets."""
        dot = "." if self.place[:1] not in ("", "[") else ""
        self.place = f"{outer}{dot}{self.place}"
        return self


class Crosswalk:
    """The keys of a kind of document, from a CSV beside this module."""

    def __init__(self, name: str):
        self._keys: dict[str, dict[str, dict]] = {}
        with (files(__package__) / name).open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                self._keys.setdefault(row["list"], {})[row["key"]] = row
        self._lists = {
            place: [(key, _joined(place, key)) for key in keys if _joined(place, key) in self._keys]
            for place, keys in self._keys.items()
        }
        self.read = self._of_object("")
        """Column -> value for the keys of a document that are there. Raises Misfit."""

    def unknown(self, items: list[dict], place: str = "") -> Iterator[tuple[str, str]]:
        """(list, key) of each key of documents that fit which the crosswalk does not know."""
        keys = self._keys[place]
        for key in {key for item in items for key in item} - keys.keys():
            yield place, key
        for key, inner in self._lists[place]:
            found = [one for item in items for one in item.get(key) or ()]
            yield from self.unknown(found, inner)

    def _of_object(self, place: str) -> Reader:
        rows = [row for row in self._keys[place].values() if row["column"]]
        needed = [row["key"] for row in rows if row["use"] == "needed"]
        known = [(row["key"], row["column"], self._of_value(row)) for row in rows]

        def read(value: object) -> dict:
            if type(value) is not dict:
                raise Misfit(_shown(value), "an object {...}")
            for key in needed:
                if key not in value:
                    raise Misfit(f"no key {key}", "an object that has it")
            found = {}
            for key, column, read_value in known:
                if key in value:
                    try:
                        found[column] = read_value(value[key])
                    except Misfit as error:
                        raise error.inside(key) from None
            return found

        return read

    def _of_value(self, row: dict) -> Reader:
        if row["value"] == "list of objects":
            return _each(self._of_object(_joined(row["list"], row["key"])))
        if row["value"].startswith("list of "):
            return _each(VALUES[row["value"].removeprefix("list of ")])
        read = VALUES[row["value"]]
        return _required(read) if row["use"] == "needed" else read


def number(value: object) -> float | None:
    """A finite number as float, null as None."""
    if type(value) is float or type(value) is int:
        if -LARGEST < value < LARGEST:
            return float(value)
    elif value is None:
        return None
    raise Misfit(_shown(value), "a number below 10^18, or null")


def text(value: object) -> str | None:
    """A text without the blanks around it, null as None."""
    if type(value) is str:
        # What no UTF-8 file, and so no table on disk, can hold; NUL ends a text in many programs.
        if "\0" not in value and (value.isascii() or _is_unicode(value)):
            return value.strip()
    elif value is None:
        return None
    raise Misfit(_shown(value), "a text of Unicode letters, or null")


def number_or_text(value: object) -> float | str | None:
    """A number, or a text that may say one."""
    return number(value) if type(value) is float or type(value) is int else text(value)


def text_or_dash(value: object) -> str | None:
    """A text; "" where only dashes stand, null as None."""
    value = text(value)
    return value if not value or value.strip(DASHES) else ""


def whole(first: int, last: int, name: str) -> Reader:
    """A reader of whole numbers between `first` and `last`, and of null as None."""

    def read(value: object) -> int | None:
        if value is None or (type(value) is int and first <= value <= last):
            return value
        raise Misfit(_shown(value), f"{name} between {first} and {last}, or null")

    return read


VALUES: dict[str, Reader] = {
    "number": number,
    "text": text,
    "text or dash": text_or_dash,
    "number or text": number_or_text,
    "fiscal year": whole(1868, 2100, "a fiscal year"),
    "sheet year": whole(2001, 2100, "a year"),
    "year": whole(0, 9999, "a year"),
    "rank": whole(0, 10**9, "a rank"),
    "id": whole(0, LARGEST, "an id"),
}
"""What a value can be -> what reads it."""


def _required(read: Reader) -> Reader:
    def read_some(value: object) -> object:
        result = read(value)
        if result is None or result == "":
            raise Misfit(_shown(value), "a value")
        return result

    return read_some


def _each(read: Reader) -> Reader:
    """A reader of lists, null as an empty one."""

    def read_each(value: object) -> list:
        if value is None:
            return []
        if type(value) is not list:
            raise Misfit(_shown(value), "a list")
        found = []
        try:
            for item in value:
                found.append(read(item))
        except Misfit as error:
            raise error.inside(f"[{len(found)}]") from None
        return found

    return read_each


def _joined(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return f"an object of {len(value)} keys"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else f"{value[:39]}…")
    if type(value) is int and abs(value) >= LARGEST:
        return f"a number of about {math.floor(value.bit_length() * math.log10(2)) + 1} digits"
    return json.dumps(value, default=repr)
