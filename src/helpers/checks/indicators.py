"""Rules about outcome and output indicators: what is missing, what measures nothing."""

import re
from collections.abc import Iterator

from helpers.checks.finding import (
    Finding,
    fact,
    first,
    gaps,
    indicators,
    rounding,
    years,
)
from helpers.sheet import MILLION_YEN, Rows
from helpers.sources.cells import narrow

SAME = 0.05
MIN_YEARS = 2


def money_unit(unit: str | None) -> float | None:
    """What one of `unit` is in million yen; None where the unit is not money."""
    value = MILLION_YEN.get(_plain(unit))
    return None if value is None else float(value)


def year_gap(sheet: Rows) -> Iterator[Finding]:
    """The fiscal years of an indicator follow each other, but for the year its target is due."""
    for table, label, rows in _both(sheet):
        found = years(rows)
        last = [row for row in rows if row["fiscal_year"] == found[-1]] if found else []
        if all(row["actual"] is None and row.get("target_year") == found[-1] for row in last):
            found = found[:-1]
        missing = gaps(found)
        if missing:
            facts = {"first": found[0], "last": found[-1], "missing": missing}
            yield Finding("indicator_year_gap", table, (label,), "fiscal_year", found, facts=facts)


def output_in_money(sheet: Rows) -> Iterator[Finding]:
    """An output in money that equals what was executed restates spending.

    Equal is within 5 % of the amount executed or within the rounding of both numbers, in at least
    two years and half of those in which both are known and something was executed.
    """
    executed = {row["fiscal_year"]: row["executed"] for row in sheet["budget"]}
    for label, rows in indicators(sheet, "output"):
        pairs = {
            row["fiscal_year"]: (row["actual"] * scale, executed[row["fiscal_year"]])
            for row in rows
            if (scale := money_unit(row["unit"])) is not None
            and row["actual"] is not None
            and executed.get(row["fiscal_year"])
        }
        equal = {
            year: (actual, spent)
            for year, (actual, spent) in pairs.items()
            if abs(actual - spent) <= max(SAME * spent, rounding(actual) + rounding(spent))
        }
        if len(equal) >= MIN_YEARS and 2 * len(equal) >= len(pairs):
            facts = {"unit": first(rows, "unit"), "pairs": pairs}
            facts |= {"equal": len(equal), "compared": len(pairs)}
            yield Finding("output_in_money", "output", (label,), "unit", facts["unit"], facts=facts)


def actual_missing(sheet: Rows) -> Iterator[Finding]:
    """Every closed year since the start has its actual; the latest is often filled in later."""
    published, start = fact(sheet, "sheet_year"), fact(sheet, "start_year")
    if published is None:
        return
    for table, label, rows in _both(sheet):
        closed = [
            row
            for row in rows
            if row["fiscal_year"] is not None and (start or 0) <= row["fiscal_year"] < published
        ]
        missing = years([row for row in closed if row["actual"] is None])
        if not missing:
            continue
        if missing == [published - 1]:
            key = "actual_missing"
        else:
            never = missing == years(closed)
            key = "actual_missing.never" if never else "actual_missing.earlier"
        yield Finding(key, table, (label,), "actual", None, facts={"years": missing})


def outcome_missing(sheet: Rows) -> Iterator[Finding]:
    """A sheet says what its project is to achieve."""
    if not sheet["outcome"]:
        yield Finding("outcome_missing", "outcome", (), "indicator", None)


def targets_missing(sheet: Rows) -> Iterator[Finding]:
    """An outcome has a target, and interim values on the way to it; a qualitative one has words."""
    for label, rows in indicators(sheet, "outcome"):
        if first(rows, "kind") == "qualitative":
            continue
        if first(rows, "target") is None:
            planned = years([row for row in rows if row["expected"] is not None])
            key = "outcome_without_target" + (".yearly" if planned else "")
            facts = {"years": planned}
            yield Finding(key, "outcome", (label,), "target", None, facts=facts)
        if first(rows, "expected") is None:
            yield Finding("expected_missing", "outcome", (label,), "expected", None)


def percent_over_100(sheet: Rows) -> Iterator[Finding]:
    """A share above 100 % may be meant (a rate of achievement) or a slip."""
    for table, label, rows in _both(sheet):
        shares = [row for row in rows if _plain(row["unit"]) == "%"]
        for column in ("expected", "actual", "target"):
            over = [row for row in shares if (row.get(column) or 0) > 100]
            values = sorted({row[column] for row in over})
            if values:
                facts = {"years": years(over), "value": values[-1]}
                yield Finding("percent_over_100", table, (label,), column, values, facts=facts)


def goal_numbers(sheet: Rows) -> Iterator[Finding]:
    """The goal's words name the target, and no further number that no indicator follows.

    A number counts where the indicator's unit stands right behind it. Values, expected values and
    targets of any outcome of the sheet are followed.
    """
    columns = ["actual", "expected", "target"]
    followed = {row[column] for row in sheet["outcome"] for column in columns}
    for label, rows in indicators(sheet, "outcome"):
        unit, goal, target = (first(rows, column) for column in ("unit", "goal", "target"))
        if not unit or not goal or target is None:
            continue
        named = re.findall(rf"(約?)(\d[\d,]*(?:\.\d+)?){re.escape(_plain(unit))}", _plain(goal))
        numbers = {float(digits.replace(",", "")): bool(about) for about, digits in named}
        if numbers.get(target):
            yield Finding("target_approximate", "outcome", (label,), "target", target)
        more = sorted(set(numbers) - followed)
        if _plain(unit) in ("年", "年度"):
            more = [int(number) for number in more]
        if more:
            facts = {"numbers": more, "unit": unit}
            yield Finding("goal_names_more", "outcome", (label,), "goal", more, facts=facts)


def _both(sheet: Rows) -> Iterator[tuple[str, str, list[dict]]]:
    for table in ("outcome", "output"):
        for label, rows in indicators(sheet, table):
            yield table, label, rows


def _plain(unit: str | None) -> str:
    return narrow(unit or "")


RULES = (
    year_gap,
    output_in_money,
    actual_missing,
    outcome_missing,
    targets_missing,
    percent_over_100,
    goal_numbers,
)
