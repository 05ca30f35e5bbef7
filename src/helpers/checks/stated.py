"""Rules about what a sheet states of its outcomes: direction, rate of achievement, result."""

from collections.abc import Iterator
from itertools import pairwise

from helpers.checks.bounds import bounds
from helpers.checks.finding import Finding, first, indicators, rounding
from helpers.sheet import Rows
from helpers.sources.cells import narrow

MIN_TARGETS = 3
PRINTED = {"up": "上がると良い指標", "down": "下がると良い指標"}


def achievement(sheet: Rows) -> Iterator[Finding]:
    """A printed 達成率 is actual / target of the year x 100, also where less is better.

    One unit of the rate's last printed digit is rounding. A finding for each indicator and way in
    which its rates differ: the other way round, as a share of 1, or in no way that shows.
    """
    for label, rows in indicators(sheet, "outcome"):
        odd: dict[str, list[dict]] = {}
        for row in rows:
            rate, actual, target = row["achievement"], row["actual"], row["expected"]
            if (
                None not in (rate, actual, target)
                and target
                and (how := _odd(rate, actual, target))
            ):
                odd.setdefault(how, []).append(row)
        for how, found in odd.items():
            facts = {name: found[0][name] for name in ("actual", "expected", "achievement")}
            facts |= {"year": found[0]["fiscal_year"], "rate": (facts["actual"], facts["expected"])}
            facts |= {"years": [row["fiscal_year"] for row in found]}
            rates = [row["achievement"] for row in found]
            yield Finding(how, "outcome", (label,), "achievement", rates, facts=facts)


def direction(sheet: Rows) -> Iterator[Finding]:
    """The stated direction agrees with the sheet's own targets, words and like indicators.

    The targets of the years contradict it where those of three years or more move the other way
    without a halt: amounts of work that runs out do so too. The words do where they name the target
    as an upper bound of what should rise, or a lower one of what should fall.
    """
    stated: dict[tuple[str, str], tuple[str, str]] = {}
    for label, rows in indicators(sheet, "outcome"):
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
            yield _against("direction_against_targets", label, facts | {"targets": targets})
        if words := _bound(rows, said):
            yield _against("direction_against_goal", label, facts | {"words": words})
        # Under one name and unit the same is counted, whatever activity it is listed under.
        name = narrow(first(rows, "indicator") or ""), narrow(first(rows, "unit") or "")
        before = stated.setdefault(name, (label, said))
        if name[0] and before[1] != said:
            yield _against("direction_differs", label, facts | {"other": before[0]})


def result(sheet: Rows) -> Iterator[Finding]:
    """A qualitative outcome reports in words what came of it."""
    for label, rows in indicators(sheet, "outcome"):
        if first(rows, "kind") == "qualitative" and not first(rows, "result"):
            yield Finding("result_missing", "outcome", (label,), "result", None)


def _odd(rate: float, actual: float, target: float) -> str:
    """The rule that a printed rate breaks, "" for none."""
    meant = 100 * actual / target
    slack = (2 * rounding(rate) if rate else 1.0) + 1e-6 * max(1.0, abs(meant))
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


def _against(key: str, label: str, facts: dict) -> Finding:
    return Finding(key, "outcome", (label,), "direction", PRINTED[facts["direction"]], facts=facts)


RULES = (achievement, direction, result)
