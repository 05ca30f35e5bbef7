"""What the RS system's API does not make public: an amount that is null, negative, or marked."""

from helpers.sheet import Remarks
from helpers.sources.rs_rows import MONEY

MOST_PLACES = 3
"""Places that a remark names; further ones are counted."""


class Withheld:
    """The values that are missing because they are not public, as one remark for each column."""

    def __init__(self, remarks: Remarks):
        self._remarks = remarks
        self._places: dict[tuple[str, str], list[str]] = {}

    def shown(self, found: dict, column: str, table: str, row: str) -> int | float | None:
        """A number as the API gives it; None, and noted, where it is not public: where it is
        negative, marked in COLUMN.hidden, or an amount that is null."""
        value, marked = found.get(column), found.get(f"{column}.hidden") or 0
        unknown = value is None and column in found and column in MONEY
        if unknown or marked or (value is not None and value < 0):
            self._places.setdefault((table, column), []).append(row)
            return None
        return value

    def told(self) -> None:
        """Make the remarks."""
        for (table, column), places in self._places.items():
            named = ", ".join(places[:MOST_PLACES]) + ("…" if len(places) > MOST_PLACES else "")
            self._remarks.add("not_public", table, named, column, str(len(places)))
