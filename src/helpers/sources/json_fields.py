"""Read the values of a JSON document by a crosswalk: a CSV of its keys, where they go, and what
their values must be. What does not fit is named by its key.

A row of a crosswalk is a key: `list` says in which object or list of objects it stands
(アウトカム.成果実績; "" for the document itself), `column` where it goes ("" for a key that is
known and not read; `reason` may say why), `value` what it is (a name in `VALUES`, "list of" these,
an "object" or a "list of objects"), and `use` is "needed" where neither the key nor a value may be
missing.
"""

import csv
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources import files

from helpers.errors import ReviewSheetError
from helpers.sources.cells import DASHES, LARGEST

SHAPES = 256
"""Combinations of keys that are kept for each place; the sheets of a year have few."""

Reader = Callable[[object], object]


def crosswalk(name: str, blank: Mapping[str, dict] | None = None) -> "Crosswalk":
    """The crosswalk in a CSV file beside this module."""
    with (files(__package__) / name).open(encoding="utf-8") as file:
        return Crosswalk(csv.DictReader(file), blank)


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
    """The keys of a kind of document: the rows of a crosswalk, as `keys` has them by their `list`
    and `key`. What is read of an object begins as a copy of what stands in `blank` under the column
    that its list goes into."""

    def __init__(self, rows: Iterable[dict[str, str]], blank: Mapping[str, dict] | None = None):
        self._blank = blank or {}
        self.keys: dict[str, dict[str, dict[str, str]]] = {}
        for row in rows:
            self.keys.setdefault(row["list"], {})[row["key"]] = row
        self._unknown: set[tuple[str, str]] = set()
        self._document = self._of_object("", {})

    def read(self, document: object) -> dict:
        """Column -> value for the keys of a document that are there. Raises Misfit."""
        self._unknown.clear()
        return self._document(document)

    def unknown(self) -> list[tuple[str, str]]:
        """(list, key) of each key in the document read last that the crosswalk does not know."""
        places = list(self.keys)
        return sorted(self._unknown, key=lambda one: (places.index(one[0]), one[1]))

    def key(self, place: str, column: str) -> str:
        """The key that goes into a column."""
        return next(key for key, row in self.keys[place].items() if row["column"] == column)

    def unmapped(self, document: object) -> Iterator[tuple[str, object]]:
        """(path, value) of everything in a document of whatever shape that the crosswalk does not
        know, as a.b[].c, and of all that stands in it; in no order."""
        waiting: list[tuple[str, str | None, object]] = [("", "", document)]
        # Not by recursion: a document may be nested deeper than Python can follow.
        while waiting:
            path, place, value = waiting.pop()
            if isinstance(value, list):
                waiting += [(f"{path}[]", place, one) for one in value]
            elif isinstance(value, dict):
                keys = {} if place is None else self.keys[place]
                for key, inner in value.items():
                    below = _joined(place or "", key)
                    if key not in keys:
                        yield _joined(path, key), inner
                        waiting.append((_joined(path, key), None, inner))
                    elif below in self.keys:
                        waiting.append((_joined(path, key), below, inner))

    def _of_object(self, place: str, blank: dict) -> Reader:
        rows = [row for row in self.keys[place].values() if row["column"]]
        needed = [row["key"] for row in rows if row["use"] == "needed"]
        optional = {row["key"] for row in rows if row["value"] in VALUES}.difference(needed)
        known = [
            (row["key"], row["column"], *RANGES.get(row["value"], _NONE), self._of_value(row))
            for row in rows
        ]
        shapes: dict[tuple, list[tuple]] = {}

        def of_shape(keys: tuple) -> list[tuple]:
            """What is read of an object with these keys; most others have the same."""
            for key in needed:
                if key not in keys:
                    raise Misfit(f"no key {key}", "an object that has it")
            there = [one for one in known if one[0] in keys]
            if unknown := set(keys).difference(self.keys[place]):
                self._unknown.update((place, key) for key in unknown)
            elif len(shapes) < SHAPES:
                shapes[keys] = there
            return there

        def read(value: object) -> dict:
            if type(value) is not dict:
                raise Misfit(_shown(value), "an object {...}")
            keys, found, key = tuple(value), blank.copy(), ""
            there = shapes.get(keys) or of_shape(keys)
            try:
                for key, column, kind, least, greatest, read_value in there:
                    one = value[key]
                    # Most values are numbers that fit, or null: a call for each takes longer than
                    # all.
                    if type(one) is kind and least <= one <= greatest:
                        found[column] = one
                    elif one is None and key in optional:
                        found[column] = None
                    else:
                        found[column] = read_value(one)
            except Misfit as error:
                raise error.inside(key) from None
            return found

        return read

    def _of_value(self, row: dict) -> Reader:
        if row["value"] == "object":
            inside = self._of_object(_joined(row["list"], row["key"]), {})
            needed = row["use"] == "needed"
            return lambda value: {} if value is None and not needed else inside(value)
        if row["value"] == "list of objects":
            blank = self._blank.get(row["column"], {})
            return _each(self._of_object(_joined(row["list"], row["key"]), blank))
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


def yen(value: object) -> int | float | None:
    """An amount to the yen, null as None: whole where it is, so that sums are exact."""
    amount = number(value)
    if type(value) is int:
        return value
    return amount if amount is None or not amount.is_integer() else int(amount)


def flag(value: object) -> bool | None:
    """True, False, or null as None."""
    if value is None or type(value) is bool:
        return value
    raise Misfit(_shown(value), "true, false or null")


def text(value: object) -> str | None:
    """A text without the blanks around it, null as None."""
    if type(value) is str:
        # What no UTF-8 file, and so no table on disk, can hold; NUL ends a text in many programs.
        if "\0" not in value:
            try:
                value.encode()
                return value.strip()
            except UnicodeEncodeError:
                pass
    elif value is None:
        return None
    raise Misfit(_shown(value), "a text of Unicode letters, or null")


def number_or_text(value: object) -> float | str | None:
    """A number, or a text that may say one."""
    return number(value) if type(value) is float or type(value) is int else text(value)


def text_or_dash(value: object) -> str | None:
    """A text; "" where only dashes stand, null as None."""
    value = text(value)
    return value if value is None or value.strip(DASHES) else ""


RANGES: dict[str, tuple[type, int, int]] = {
    "fiscal year": (int, 1868, 2100),
    "sheet year": (int, 2001, 2100),
    "year": (int, 0, 9999),
    "rank": (int, 0, 10**9),
    "id": (int, 0, LARGEST),
    "count": (int, -LARGEST, LARGEST),
    # As `number` reads it, which also makes a float of what is whole.
    "number": (float, 1 - LARGEST, LARGEST - 1),
}
"""What a number can be -> of which type and from what to what it stays as it stands."""

_NONE = (None, 0, 0)


def whole(value: str, name: str) -> Reader:
    """A reader of a whole number of `RANGES`, and of null as None."""
    _, least, greatest = RANGES[value]

    def read(value: object) -> int | None:
        if value is None or (type(value) is int and least <= value <= greatest):
            return value
        raise Misfit(_shown(value), f"{name} between {least} and {greatest}, or null")

    return read


VALUES: dict[str, Reader] = {
    "number": number,
    "text": text,
    "text or dash": text_or_dash,
    "number or text": number_or_text,
    "fiscal year": whole("fiscal year", "a fiscal year"),
    "sheet year": whole("sheet year", "a year"),
    "year": whole("year", "a year"),
    "rank": whole("rank", "a rank"),
    "id": whole("id", "an id"),
    "count": whole("count", "a whole number"),
    "yen": yen,
    "flag": flag,
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
