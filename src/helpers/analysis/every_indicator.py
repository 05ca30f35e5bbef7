"""All indicators of a sheet, outcomes and outputs: what is known of each."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from helpers.analysis.series import QUALITATIVE
from helpers.sheet import FLAG, NUMBER, TEXT, YEAR, ReviewSheet, typed
from helpers.sources.cells import narrow
from helpers.words import printed

KINDS = ("outcome", "output")

INDICATORS = {
    "table": TEXT,
    "number": YEAR,
    "name": TEXT,
    "unit": TEXT,
    "term": TEXT,
    "direction": TEXT,
    "qualitative": FLAG,
    "result": TEXT,
    "values": np.dtype("int64"),
    "actuals": np.dtype("int64"),
    "target": NUMBER,
    "target_year": YEAR,
    "rate": NUMBER,
    "rate_year": YEAR,
    "rate_of": NUMBER,
    "rate_printed": FLAG,
    "repeats": np.dtype("int64"),
    "analysed": FLAG,
}
VALUES = {
    "table": TEXT,
    "number": YEAR,
    "fiscal_year": YEAR,
    "expected": NUMBER,
    "actual": NUMBER,
}


@dataclass(frozen=True)
class EveryIndicator:
    """All indicators of a sheet.

    `indicators` has a row an indicator, the outcomes first: table, number, name (of one without a
    name its goal), unit, term, direction, qualitative, result; values and actuals (how many years
    have an expected or an actual value, and an actual one), target, target_year; rate, the rate of
    achievement in per cent of the last year that has one (rate_year), of what was expected in it
    (rate_of), as printed (rate_printed) or actual / expected x 100, not turned round where less is
    better; repeats, how many more
    indicators of the table have the same name and numbers and no row of their own; analysed.
    `history` has their values: table, number, fiscal_year, expected, actual. `rows` are those of
    `indicators`, None where a value is missing, and with `years`, which are of `history`.
    """

    rows: list[dict]

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """See above."""
        return typed(self.rows, INDICATORS)

    @cached_property
    def history(self) -> pd.DataFrame:
        """See above."""
        return typed([row | year for row in self.rows for year in row["years"]], VALUES)

    @property
    def printed(self) -> int:
        """How many indicators the sheet prints, those that repeat others among them."""
        return len(self.rows) + sum(row["repeats"] for row in self.rows)


def every_indicator(sheet: ReviewSheet, analysed: int | None = None) -> EveryIndicator:
    """All indicators of a sheet; `analysed` is the number of the outcome that is looked at."""
    found: dict[tuple, dict] = {}
    for table in KINDS:
        grouped: dict[int, list[dict]] = {}
        for row in sheet.rows(table):
            if row["number"] is not None:
                grouped.setdefault(row["number"], []).append(row)
        for number, rows in sorted(grouped.items()):
            facts = _indicator(table, rows)
            same = (table, narrow(facts["name"]), narrow(facts["unit"]), facts["target_year"])
            numbers = [facts["target"]]
            numbers += [value for year in facts["years"] for value in year.values()]
            same += tuple(None if value is None else printed(value) for value in numbers)
            # Nothing printed is no evidence of one indicator.
            first = found.setdefault(same if facts["years"] else (table, number), facts)
            first["repeats"] += first is not facts
            first["analysed"] |= table == "outcome" and number == analysed
    return EveryIndicator([*found.values()])


def leading(every: EveryIndicator, most: int) -> tuple[EveryIndicator, list[dict]]:
    """Those of the first `most` indicators that have values, and the rows of the others that have;
    the analysed one is among the first."""
    valued = [row for row in every.rows if row["years"]]
    others = [row for row in valued if not row["analysed"]]
    behind = others[max(most - len(valued) + len(others), 0) :]
    return EveryIndicator([row for row in valued if row not in behind]), behind


def _indicator(table: str, rows: list[dict]) -> dict:
    first = rows[0]
    qualitative = first.get("kind") == QUALITATIVE
    facts = {name: first.get(name) for name in ("number", "term", "direction", "result")}
    facts |= {"table": table, "name": first["indicator"] or first.get("goal") or ""}
    facts |= {"unit": first["unit"] or "", "qualitative": qualitative, "rate_printed": False}
    facts |= dict.fromkeys(("target", "target_year", "rate", "rate_year", "rate_of"))
    facts |= {"repeats": 0, "analysed": False}
    by_year: dict[int, dict] = {}
    for row in [] if qualitative else rows:
        if row["fiscal_year"] is not None and (row["expected"], row["actual"]) != (None, None):
            by_year[row["fiscal_year"]] = row
    if not qualitative:
        facts |= {name: first.get(name) for name in ("target", "target_year")}
    names = ("fiscal_year", "expected", "actual")
    values = [{name: by_year[year][name] for name in names} for year in sorted(by_year)]
    for year in sorted(by_year, reverse=True):
        row = by_year[year]
        if (rate := row.get("achievement")) is not None:
            facts |= {"rate": rate, "rate_year": year, "rate_of": row["expected"]}
            facts["rate_printed"] = True
            break
        if row["actual"] is not None and (row["expected"] or 0) > 0:
            facts |= {"rate": 100 * row["actual"] / row["expected"], "rate_year": year}
            facts["rate_of"] = row["expected"]
            break
    actuals = sum(row["actual"] is not None for row in values)
    return facts | {"values": len(values), "actuals": actuals, "years": values}
