"""Rules about outcome and output indicators: what is missing, what measures nothing, what stands
twice, whether what is stated (direction, rate of achievement, result) agrees with numbers and
words."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from helpers import words
from helpers.checks.finding import Finding, Indicator, fact, first, gaps, indicators, percent, years
from helpers.precision import half_unit
from helpers.sheet import MILLION_YEN, Located
from helpers.sources.cells import narrow

SAME = 0.05
MIN_YEARS = 2
MIN_TARGETS = 3
MIN_HITS = 3
"""Closed years, and different values in them, from which on it is no chance that every target is
hit exactly: 3 % of the sheets of 2015-2019 have such an outcome, 4 % such an output."""
FEW = 10
"""Values all below it, a handful of meetings or reports, are often carried out as planned."""
PRINTED = {"up": "上がると良い指標", "down": "下がると良い指標"}
FLOORS = ("以上", "超え", "上回")
_CEILINGS = ("以下", "未満", "以内", "下回")


def year_gap(sheet: Located) -> Iterator[Finding]:
    """The fiscal years of an indicator follow each other, but for the year its target is due."""
    for one in indicators(sheet):
        found = one.years
        if not gaps(found):
            continue
        last = [row for row in one.rows if row["fiscal_year"] == found[-1]]
        if all(row["actual"] is None and row.get("target_year") == found[-1] for row in last):
            found = found[:-1]
        missing = gaps(found)
        if missing:
            facts = {"first": found[0], "last": found[-1], "missing": missing}
            yield _of(one, "indicator_year_gap", "fiscal_year", found, facts)


def output_in_money(sheet: Located) -> Iterator[Finding]:
    """An output in money that equals what was executed restates spending.

    Equal is within 5 % of the amount executed or within the rounding of both numbers, in at least
    two years and half of those in which both are known and something was executed.
    """
    every = indicators(sheet, "output")
    of_money = [one for one in every if not MILLION_YEN.keys().isdisjoint(one.units)]
    if not of_money:
        return
    executed = {row["fiscal_year"]: row["executed"] for row in sheet["budget"]}
    for one in of_money:
        pairs = {
            row["fiscal_year"]: (row["actual"] * scale, executed[row["fiscal_year"]])
            for row in one.rows
            if (scale := money_unit(row["unit"])) is not None
            and row["actual"] is not None
            and executed.get(row["fiscal_year"])
        }
        equal = {
            year: (actual, spent)
            for year, (actual, spent) in pairs.items()
            if abs(actual - spent) <= max(SAME * spent, half_unit(actual) + half_unit(spent))
        }
        if len(equal) >= MIN_YEARS and 2 * len(equal) >= len(pairs):
            facts = {"unit": first(one.rows, "unit"), "pairs": pairs}
            facts |= {"equal": len(equal), "compared": len(pairs)}
            yield _of(one, "output_in_money", "unit", facts["unit"], facts)


def targets_hit(sheet: Located) -> Iterator[Finding]:
    """Targets that are hit exactly in every closed year were likely written after the fact.

    Not where they stay the same, as 100 % does, nor where all are below `FEW`.
    """
    published = fact(sheet, "sheet_year")
    if published is None:
        return
    for one in indicators(sheet):
        if len(one.years) < MIN_HITS:
            continue
        if len({actual for _, expected, actual in one.values if actual == expected}) < MIN_HITS:
            continue
        closed = {
            year: (expected, actual)
            for year, expected, actual in one.values
            if None not in (year, expected, actual) and year < published
        }
        values = {actual for expected, actual in closed.values() if expected == actual}
        hit = all(expected == actual for expected, actual in closed.values())
        if hit and len(values) >= MIN_HITS and max(map(abs, values)) >= FEW:
            facts = {"actuals": {year: closed[year][1] for year in sorted(closed)}}
            observed = list(facts["actuals"].values())
            yield _of(one, "targets_hit", "expected", observed, facts)


def repeated(sheet: Located) -> Iterator[Finding]:
    """One indicator, of the same text, unit and numbers, under two goals or terms."""
    groups: dict[tuple, list[str]] = {}
    several = [
        one
        for table in ("outcome", "output")
        if len(every := indicators(sheet, table)) > 1
        for one in every
    ]
    printed = [(one.table, frozenset(one.values)) for one in several]
    if len(set(printed)) == len(printed):
        return
    times = Counter(printed)
    for one, (table, numbers) in zip(several, printed, strict=True):
        if times[table, numbers] < 2 or not any(set(pair) != {None} for _, *pair in numbers):
            continue
        name, unit = (narrow(first(one.rows, column) or "") for column in ("indicator", "unit"))
        if name:
            groups.setdefault((table, name, unit, numbers), []).append(one.label)
    for (table, *_), labels in groups.items():
        if len(labels) > 1:
            facts = {"labels": labels, "count": len(labels)}
            where = tuple(labels[:1])
            yield Finding("indicator_repeated", table, where, "indicator", labels, facts=facts)


def actual_missing(sheet: Located) -> Iterator[Finding]:
    """Every closed year since the start has its actual; the latest is often filled in later."""
    published, start = fact(sheet, "sheet_year"), fact(sheet, "start_year")
    if published is None:
        return
    for one in indicators(sheet):
        silent = {year for year, _, actual in one.values if actual is None}
        closed = [year for year in one.years if (start or 0) <= year < published]
        missing = [year for year in closed if year in silent]
        if not missing:
            continue
        if missing == [published - 1]:
            key = "actual_missing"
        else:
            key = "actual_missing.never" if missing == closed else "actual_missing.earlier"
        yield _of(one, key, "actual", None, {"years": missing})


def outcome_missing(sheet: Located) -> Iterator[Finding]:
    """A sheet says what its project is to achieve."""
    if not sheet["outcome"]:
        yield Finding("outcome_missing", "outcome", (), "indicator", None)


def targets_missing(sheet: Located) -> Iterator[Finding]:
    """An outcome has a target, and interim values on the way to it; a qualitative one has words.

    That one has no value of any year at all its reader says.
    """
    for one in indicators(sheet, "outcome"):
        if not one.years or first(one.rows, "kind") == "qualitative":
            continue
        expected = [year for year, value, _ in one.values if value is not None]
        if first(one.rows, "target") is None:
            planned = [year for year in one.years if year in expected]
            key = "outcome_without_target" + (".yearly" if planned else "")
            yield _of(one, key, "target", None, {"years": planned})
        if not expected:
            yield _of(one, "expected_missing", "expected", None, {})


def percent_over_100(sheet: Located) -> Iterator[Finding]:
    """A share above 100 % may be meant (a rate of achievement) or a slip."""
    for one in indicators(sheet):
        if "%" not in one.units:
            continue
        for column in ("expected", "actual", "target"):
            over = [row for row in one.rows if (row.get(column) or 0) > 100]
            over = [row for row in over if narrow(row["unit"] or "") == "%"]
            if over:
                values = sorted({row[column] for row in over})
                facts = {"years": years(over), "value": values[-1]}
                yield _of(one, "percent_over_100", column, values, facts)


def goal_numbers(sheet: Located) -> Iterator[Finding]:
    """The goal's words name the target, and no further number that no indicator follows.

    A number counts where the indicator's unit stands right behind it. Values, expected values and
    targets of any outcome of the sheet are followed.
    """
    for one in indicators(sheet, "outcome"):
        target, goal = first(one.rows, "target"), first(one.rows, "goal")
        if target is None or not goal or not (unit := first(one.rows, "unit")):
            continue
        counted, text = narrow(unit), narrow(goal)
        if counted not in text:
            continue
        named = _counted(counted).findall(text)
        numbers = {float(digits.replace(",", "")): bool(about) for about, digits in named}
        if numbers.get(target):
            yield _of(one, "target_approximate", "target", target, {})
        if not numbers.keys() - {target}:
            continue
        more = sorted(numbers.keys() - sheet.once(_followed))
        if counted in ("年", "年度"):
            more = [int(number) for number in more]
        if more:
            printed = [str(n) if isinstance(n, int) else words.exact(n) for n in more]
            yield _of(one, "goal_names_more", "goal", more, {"numbers": printed, "unit": unit})


def achievement(sheet: Located) -> Iterator[Finding]:
    """A printed 達成率 is actual / target of the year x 100, also where less is better.

    One unit of the rate's last printed digit is rounding. A finding for each indicator and way in
    which its rates differ: the other way round, as a share of 1, or in no way that shows.
    """
    for one in indicators(sheet, "outcome"):
        odd: dict[str, list[dict]] = {}
        for row in one.rows:
            if (rate := row["achievement"]) is None:
                continue
            actual, target = row["actual"], row["expected"]
            if actual is not None and target and (how := _odd(rate, actual, target)):
                odd.setdefault(how, []).append(row)
        for how, found in odd.items():
            facts = {name: found[0][name] for name in ("actual", "expected", "achievement")}
            rate = percent(facts["actual"], facts["expected"])
            facts |= {"year": found[0]["fiscal_year"], "rate": rate}
            facts |= {"years": [row["fiscal_year"] for row in found]}
            yield _of(one, how, "achievement", [row["achievement"] for row in found], facts)


def direction(sheet: Located) -> Iterator[Finding]:
    """The stated direction agrees with the sheet's own targets, words and like indicators.

    The targets of the years contradict it where those of three years or more move the other way
    without a halt: amounts of work that runs out do so too. The words do where they name the target
    as an upper bound of what should rise, or a lower one of what should fall.
    """
    stated: dict[tuple[str, str], tuple[str, str]] = {}
    for one in indicators(sheet, "outcome"):
        rows = one.rows
        said = first(rows, "direction")
        if said not in PRINTED:
            continue
        facts = {"direction": said}
        dated = [row for row in rows if None not in (row["fiscal_year"], row["expected"])]
        dated.sort(key=lambda row: row["fiscal_year"])
        targets = [row["expected"] for row in dated]
        steps = [after - before for before, after in pairwise(targets)]
        against = all(step < 0 for step in steps) if said == "up" else all(s > 0 for s in steps)
        if len(targets) >= MIN_TARGETS and against:
            yield _against("direction_against_targets", one, facts | {"targets": targets})
        if words := _bound(rows, said):
            yield _against("direction_against_goal", one, facts | {"words": words})
        # Under one name and unit the same is counted, whatever activity it is listed under.
        name = narrow(first(rows, "indicator") or ""), narrow(first(rows, "unit") or "")
        before = stated.setdefault(name, (one.label, said))
        if name[0] and before[1] != said:
            yield _against("direction_differs", one, facts | {"other": before[0]})


def result(sheet: Located) -> Iterator[Finding]:
    """A qualitative outcome reports in words what came of it."""
    for one in indicators(sheet, "outcome"):
        if first(one.rows, "kind") == "qualitative" and not first(one.rows, "result"):
            yield _of(one, "result_missing", "result", None, {})


class Bound(NamedTuple):
    """A number that words make a floor (`up`) or a ceiling; `unit` stands between the two."""

    value: float
    unit: str
    up: bool
    words: str


def bounds(text: str, unit: str = "") -> Iterator[Bound]:
    """The bounds that a text names, in its order; it is in one width, as NFKC makes it.

    What stands between the number and the word is short, or it is `unit`, of any length.
    """
    for found in _pattern(unit).finditer(text):
        number, between, word = found.groups()
        yield Bound(float(number.replace(",", "")), between, word.endswith(FLOORS), found[0])


@lru_cache(maxsize=2**12)
def _pattern(unit: str) -> re.Pattern:
    own = f"{re.escape(unit)}|" if unit else ""
    words = "|".join(f"を?{word}" for word in FLOORS + _CEILINGS)
    number = r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?)"
    return re.compile(rf"{number}\s?({own}[^\d\s、。,.()「」]{{0,5}}?)({words})")


@lru_cache(maxsize=2**12)
def _counted(unit: str) -> re.Pattern:
    """約, if it stands there, and the number right before a unit."""
    return re.compile(rf"(約?)(\d[\d,]*(?:\.\d+)?){re.escape(unit)}")


@lru_cache(maxsize=2**12)
def money_unit(unit: str | None) -> float | None:
    """What one of `unit` is in million yen; None where the unit is not money."""
    value = MILLION_YEN.get(narrow(unit or ""))
    return None if value is None else float(value)


def _followed(sheet: Located) -> set[float | None]:
    columns = ("actual", "expected", "target")
    return {row[column] for row in sheet["outcome"] for column in columns}


def _odd(rate: float, actual: float, target: float) -> str:
    """The rule that a printed rate breaks, "" for none."""
    meant = 100 * actual / target
    slack = (2 * half_unit(rate) if rate else 1.0) + 1e-6 * max(1.0, abs(meant))
    if abs(rate - meant) <= slack:
        return ""
    turned = [200 - meant] + ([100 * target / actual] if actual else [])
    if any(abs(rate - other) <= slack for other in turned):
        return "achievement_differs.inverted"
    if abs(100 * rate - meant) <= min(100 * slack, 1.0):
        return "achievement_differs.share"
    return "achievement_differs"


def _bound(rows: list[dict], said: str) -> str:
    """The words of the goal or the indicator that bound the target on the wrong side."""
    target, unit = first(rows, "target"), narrow(first(rows, "unit") or "")
    if target is None or not unit:
        return ""
    text = narrow(f"{first(rows, 'goal') or ''} {first(rows, 'indicator') or ''}")
    for bound in bounds(text, unit):
        if bound.unit == unit and bound.value == target and bound.up != (said == "up"):
            return bound.words
    return ""


def _against(key: str, one: Indicator, facts: dict) -> Finding:
    return _of(one, key, "direction", PRINTED[facts["direction"]], facts)


def _of(one: Indicator, key: str, column: str, observed: object, facts: dict) -> Finding:
    return Finding(key, one.table, (one.label,), column, observed, facts=facts)


RULES = (
    year_gap,
    output_in_money,
    targets_hit,
    repeated,
    actual_missing,
    outcome_missing,
    targets_missing,
    percent_over_100,
    goal_numbers,
    achievement,
    direction,
    result,
)
