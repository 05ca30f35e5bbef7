"""Read the values of a parsed JSON document by their type, naming the key of what does not fit."""

import json
import math
from collections.abc import Callable

from helpers.errors import ReviewSheetError
from helpers.sources.cells import BEYOND
from helpers.sources.cells import words as said

Reader = Callable[[object], object]
Fields = dict[str, tuple[str, Reader]]
"""Key -> the column it goes to, and what reads its value."""


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


def number(value: object) -> float | None:
    """A finite number as float, null as None."""
    if type(value) is float or type(value) is int:
        if -BEYOND < value < BEYOND:
            return float(value)
    elif value is None:
        return None
    raise Misfit(_shown(value), "a number below 10^18, or null")


def whole(first: int, last: int, name: str) -> Reader:
    """A reader of whole numbers between `first` and `last`, and of null as None."""

    def read(value: object) -> int | None:
        if value is None or (type(value) is int and first <= value <= last):
            return value
        raise Misfit(_shown(value), f"{name} between {first} and {last}, or null")

    return read


def required(read: Reader) -> Reader:
    """A reader that takes no null and no empty text."""

    def read_some(value: object):
        result = read(value)
        if result is None or result == "":
            raise Misfit(_shown(value), "a value")
        return result

    return read_some


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


def words(value: object) -> str | None:
    """A text; "" where only dashes stand, null as None."""
    value = text(value)
    return said(value) if value else value


def each(read: Reader) -> Reader:
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


def object_of(fields: Fields, *needed: str) -> Reader:
    """A reader of objects: column -> value for the keys of `fields` that are there.

    Only the keys `needed` may not be absent; keys beyond `fields` are passed over.
    """
    known = tuple((key, column, read) for key, (column, read) in fields.items())

    def read_object(value: object) -> dict:
        if type(value) is not dict:
            raise Misfit(_shown(value), "an object {...}")
        for key in needed:
            if key not in value:
                raise Misfit(f"no key {key}", "an object that has it")
        row = {}
        for key, column, read in known:
            if key in value:
                try:
                    row[column] = read(value[key])
                except Misfit as error:
                    raise error.inside(key) from None
        return row

    return read_object


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
    if type(value) is int and abs(value) >= BEYOND:
        return f"a number of about {math.floor(value.bit_length() * math.log10(2)) + 1} digits"
    return json.dumps(value, default=repr)
