"""Rules about the budget: the identity of each row, signs, units, years; requests and outturn; its
accounts and items."""

from collections.abc import Iterator, Mapping
from operator import itemgetter

import numpy as np

from helpers.checks.finding import Finding, elsewhere, fact, gaps, percent, times, years
from helpers.precision import half_unit, to_yen
from helpers.sheet import BUDGET_MONEY, Located

PARTS = ["initial", "supplementary", "carried_in", "carried_out", "reserve"]
WELL_OVER = 1.05
LITTLE_EXECUTED = 0.30
CUT = 0.80
FLOAT_ERROR = 1e-9
"""What adding floats that are no binary fractions leaves behind, relative to the greatest."""
SMALLEST = 0.1
"""Million yen below which two amounts are too small to tell a slip of units."""
INITIAL = "当初予算"
"""The kind of the budget items that make up the initial budget."""
LOST_UNTIL = 2016
"""The last sheet year whose negative numbers JUDGIT has lost."""
FIRST_WITH_NEGATIVES = 2014
"""The first fiscal year that sheets of later years print."""


def identity(sheet: Located) -> Iterator[Finding]:
    """budget_net is the signed sum of its parts, up to the rounding of every printed number.

    A total below its parts in a sheet of 2015-16 without any negative number is told apart: the
    database lost those numbers, and the total is right. So it did in the oldest years of pages that
    join the sheets of several years. What was lost is proved where another sheet of the project
    prints the one part that closes the gap, or where the next year carried in just as much and no
    later sheet prints another carry-out. One with the wrong sign is left to `carry_out_sign`.
    """
    rows = sheet["budget"]
    found = list(map(_gap, rows))
    if all(gap is None or abs(gap) <= tolerance for gap, tolerance in found):
        return
    by_year = {row["fiscal_year"]: row for row in rows}
    all_old = (fact(sheet, "sheet_year") or 9999) <= LOST_UNTIL
    old = [row for row in rows if all_old or (row["fiscal_year"] or 9999) < FIRST_WITH_NEGATIVES]
    kept = any((row[part] or 0) < 0 for row in old for part in PARTS)
    for row, (gap, tolerance) in zip(rows, found, strict=True):
        out = row["carried_out"] or 0.0
        if gap is None or abs(gap) <= tolerance or (out > 0 and abs(gap + 2 * out) <= tolerance):
            continue
        year, total = row["fiscal_year"], row["budget_net"]
        facts = {"year": year, "total": total, "sum": to_yen(total - gap), "gap": to_yen(gap)}
        lost_negatives = row in old and not kept
        following = by_year.get((year or 0) + 1, {}).get("carried_in") or 0.0
        if not (lost_negatives and gap < 0):
            also = _gross(row, facts["sum"], out)
            yield _on(row, "budget_identity", "budget_net", facts["sum"], also, **facts)
        elif lost := _printed_elsewhere(sheet, row, gap, tolerance):
            part, other, value = lost
            facts |= {"other": other, "part": part}
            also = _gross(row, total, value) if part == "carried_out" else ()
            yield _on(row, "negative_lost.vintage", part, value, also, proved=True, **facts)
        elif not out and following and abs(following + gap) <= tolerance + half_unit(following):
            facts |= {"following": following, "next_year": year + 1}
            also = _gross(row, total, facts["gap"])
            yield _on(
                row,
                "negative_lost.carried",
                "carried_out",
                facts["gap"],
                also,
                proved=not any(other > LOST_UNTIL for other in _carried_out(sheet, year)),
                **facts,
            )
        else:
            yield _on(row, "negative_lost", "budget_net", **facts)


def carry_out_sign(sheet: Located) -> Iterator[Finding]:
    """Money carried out of a year leaves it, so it is printed negative.

    Where the printed total added it, the repair takes it off the total as well; where more would
    be taken off than there is, the number belongs elsewhere and nothing is proposed.
    """
    for row in sheet["budget"]:
        out = row["carried_out"] or 0.0
        if out <= 0:
            continue
        gap, tolerance = _gap(row)
        facts = {"year": row["fiscal_year"], "value": out}
        if gap is None or abs(gap) > tolerance:
            yield _on(row, "carry_out_sign", "carried_out", -out, **facts)
            continue
        facts |= {"total": row["budget_net"], "net": to_yen(row["budget_net"] - 2 * out)}
        if facts["net"] < 0:
            yield _on(row, "carry_out_sign.misplaced", "carried_out", **facts)
        else:
            also = (("budget_net", facts["net"]),)
            yield _on(row, "carry_out_sign.added", "carried_out", -out, also, **facts)


def unit_slip(sheet: Located) -> Iterator[Finding]:
    """A year's amounts a thousand or a million times what another sheet of the project prints.

    A slip shows in the whole row: two or more amounts that differ, all by the same factor to within
    1 %. Which of the two sheets is wrong, they do not say.
    """
    for row in sheet["budget"]:
        factors = {}
        for column in ("initial", "budget_net", "executed"):
            value = row[column]
            if not value:
                continue
            others = elsewhere(sheet, "budget", column, year=row["fiscal_year"])
            for year, other in others.items():
                factors.setdefault(year, {})[value] = _factor(value, other)
        for year, found in factors.items():
            factor = next(iter(found.values()))
            if len(found) > 1 and len(set(found.values())) == 1 and factor:
                facts = {"year": row["fiscal_year"], "other": year, "factor": factor}
                facts["net"] = row["budget_net"]
                yield _on(row, "unit_slip", "budget_net", **facts)
                break


def zero_year(sheet: Located) -> Iterator[Finding]:
    """A year whose every amount is 0 is mostly a year in which the project did not exist; what the
    RS system's API has of a year, an initial budget without the total, does not show that."""
    start = fact(sheet, "start_year")
    for row in sheet["budget"]:
        if not row["initial"] == row["budget_net"] == 0 or any(map(row.get, BUDGET_MONEY)):
            continue
        year = row["fiscal_year"]
        before = None not in (start, year) and year < start
        key = "zero_year.before_start" if before else "zero_year"
        yield _on(row, key, "initial", year=year, start=start)


def year_gap(sheet: Located) -> Iterator[Finding]:
    """The fiscal years of the table follow each other."""
    found = years(sheet["budget"])
    missing = gaps(found)
    if missing:
        facts = {"first": found[0], "last": found[-1], "missing": missing}
        yield Finding(
            "budget_year_gap", "budget", (found[0], found[-1]), "fiscal_year", found, facts=facts
        )


def executed_over_budget(sheet: Located) -> Iterator[Finding]:
    """No more can be spent than the budget in force; above the net budget is odd already.

    The budget of a branch sheet (枝番) stands in its parent's, that of other sheets without any may
    stand with another ministry.
    """
    branch = fact(sheet, "parent_number")
    for row in sheet["budget"]:
        executed, net = row["executed"], row["budget_net"]
        if executed is None or net is None or executed <= net:
            continue
        if executed - net <= _tolerance(executed, net):
            continue
        if branch and net == 0:
            facts = {"year": row["fiscal_year"], "executed": executed, "parent": branch}
            yield _on(row, "executed_over_budget.branch", "executed", **facts)
            continue
        carried_out = min(row["carried_out"] or 0.0, 0.0)
        gross = net - carried_out if row["budget_gross"] is None else row["budget_gross"]
        if not gross and not any(row[part] for part in PARTS):
            facts = {"year": row["fiscal_year"], "executed": executed}
            yield _on(row, "executed_over_budget.no_budget", "executed", **facts)
            continue
        error = executed > WELL_OVER * net and executed - gross > _tolerance(executed, gross)
        yield _on(
            row,
            "executed_over_budget" if error else "executed_over_budget.slightly",
            "executed",
            year=row["fiscal_year"],
            executed=executed,
            net=net,
            gross=gross,
        )


def executed_missing(sheet: Located) -> Iterator[Finding]:
    """A closed year has its outturn; the JUDGIT database writes 0 for an unknown one as well."""
    published = fact(sheet, "sheet_year")
    judgit = (fact(sheet, "source_format") or "").startswith("judgit")
    for row in sheet["budget"]:
        year, net, executed = row["fiscal_year"], row["budget_net"], row["executed"]
        if executed or not net or net < 0 or None in (published, year) or year >= published:
            continue
        # On a joined page a year may have passed since the last sheet that prints it.
        if row["status"] in ("current", "requested"):
            continue
        if executed is None:
            yield _on(row, "executed_missing", "executed", year=year, net=net)
        elif executed == 0 and judgit:
            yield _on(row, "executed_missing.zero", "executed", year=year, net=net)


def requests(sheet: Located) -> Iterator[Finding]:
    """What was asked for against what was granted, and against what had been spent."""
    rows = sheet["budget"]
    asked = [row for row in rows if row["requested"] is not None]
    if not asked:
        return
    by_year = {row["fiscal_year"]: row for row in rows if row["fiscal_year"] is not None}
    for row in asked:
        year, requested, initial = row["fiscal_year"], row["requested"], row["initial"]
        if initial is not None and not_given(requested, initial):
            facts = {"year": year, "initial": initial}
            yield _on(row, "request_not_given", "requested", **facts)
        if not requested:
            continue
        if initial is not None:
            facts = {"year": year, "requested": requested, "initial": initial}
            if initial / requested < CUT:
                facts["share"] = percent(initial, requested)
                yield _on(row, "request_cut", "initial", **facts)
            elif initial > requested and initial - requested > _tolerance(initial, requested):
                yield _on(row, "granted_over_request", "initial", **facts)
        # The request for a year is made in the summer before: the last closed year is two back.
        closed = by_year.get((year or 0) - 2, {})
        net, executed, granted = (closed.get(c) for c in ("budget_net", "executed", "initial"))
        if not net or net < 0 or executed is None or not granted:
            continue
        if executed / net < LITTLE_EXECUTED and requested >= granted:
            yield _on(
                row,
                "request_ignores_outturn",
                "requested",
                year=year,
                requested=requested,
                closed=year - 2,
                executed=executed,
                net=net,
                granted=granted,
                share=percent(executed, net),
                ratio=times(requested, granted),
            )


def accounts(sheet: Located) -> Iterator[Finding]:
    """No account can spend more than its own budget in force, though the totals agree.

    What the totals say themselves is left to `executed_over_budget`.
    """
    totals = {row["fiscal_year"]: row for row in sheet["budget"]}
    for (year, *account), rows in _by_account(sheet["account"]).items():
        gross, executed = (_sum(rows, column) for column in ("budget_gross", "executed"))
        total = totals.get(year, {})
        whole, spent = total.get("budget_gross"), total.get("executed")
        if None in (gross, executed, whole, spent) or spent - whole > _tolerance(spent, whole):
            continue
        if executed > 0 and executed - gross > _tolerance(executed, gross):
            facts = {"year": year, "account": _name(account), "executed": executed, "gross": gross}
            yield Finding(
                "account_over_budget",
                "account",
                (year, facts["account"]),
                "executed",
                executed,
                facts=facts,
            )


def items(sheet: Located) -> Iterator[Finding]:
    """The items of the budget book add up to the initial budget, in all and in each account."""
    initial = [row for row in sheet["item"] if row["budget_kind"] == INITIAL]
    if not initial:
        return
    of_account = _by_account(sheet["account"])
    by_account = _by_account(initial)
    for row in sheet["budget"]:
        year = row["fiscal_year"]
        rows = [item for item in initial if item["fiscal_year"] == year]
        if finding := _items_differ(rows, row["initial"], year):
            yield finding
            continue
        for place in (place for place in by_account if place[0] == year):
            printed = _sum(of_account.get(place, []), "initial")
            if finding := _items_differ(by_account[place], printed, year, _name(place[1:])):
                yield finding


def _items_differ(
    rows: list[dict], initial: float | None, year: int, account: str = ""
) -> Finding | None:
    summed = _sum(rows, "budgeted")
    if summed is None or initial is None or summed == initial:
        return None
    if abs(summed - initial) <= _tolerance(summed, initial):
        return None
    key = "items_differ.account" if account else "items_differ"
    facts = {"year": year, "account": account, "sum": summed, "initial": initial}
    return Finding(key, "item", (year, account or None), "budgeted", summed, facts=facts)


def _by_account(rows: list[dict]) -> dict[tuple, list[dict]]:
    """Fiscal year, kind, account, sub-account -> rows."""
    found: dict[tuple, list[dict]] = {}
    for row in rows:
        place = ("fiscal_year", "account_kind", "account", "sub_account")
        found.setdefault(tuple(row[name] for name in place), []).append(row)
    return found


def _name(account: tuple | list) -> str:
    kind, name, sub_account = account
    return " ".join(filter(None, (name or kind, sub_account)))


def _sum(rows: list[dict], column: str) -> float | None:
    known = [row[column] for row in rows if row[column] is not None]
    return to_yen(sum(known)) if known else None


def not_given(requested, initial):
    """Whether a request printed as 0 is none that was made, because a budget was granted: the
    systems write 0 for a request that is not given. Of numbers or of whole columns."""
    return (requested == 0) & (initial > 0)


def without_total(budget: Mapping[str, np.ndarray]) -> np.ndarray:
    """Whether rows give an initial budget or an outturn and no total: what the RS system's API has
    of a year, which says nothing of the columns that it does not give."""
    initial, executed, total = (
        np.isnan(budget[name]) for name in ("initial", "executed", "budget_net")
    )
    return ~(initial & executed) & total


def _on(
    row: dict,
    key: str,
    column: str,
    proposed: float | None = None,
    also: tuple = (),
    proved: bool = False,
    **facts,
) -> Finding:
    return Finding(
        key,
        "budget",
        (row["fiscal_year"],),
        column,
        row[column],
        proposed,
        at=(row["at"],),
        also=also,
        proved=proved,
        facts=facts,
    )


def _carried_out(sheet: Located, year: int) -> dict[int, float]:
    return elsewhere(sheet, "budget", "carried_out", year=year)


def _printed_elsewhere(
    sheet: Located, row: dict, gap: float, tolerance: float
) -> tuple[str, int, float] | None:
    """The one part that another sheet prints lower by the gap: its name, that sheet's year, the
    value."""
    closing = [
        (part, year, value)
        for part in PARTS
        for year, value in elsewhere(sheet, "budget", part, year=row["fiscal_year"]).items()
        if value < 0 and abs(value - (row[part] or 0.0) - gap) <= tolerance + half_unit(value)
    ]
    return closing[-1] if len({part for part, *_ in closing}) == 1 else None


def _factor(value: float, other: float) -> float | None:
    """The power of a thousand by which two amounts differ, up to their rounding; None for none."""
    for factor in (1000.0, 1e6, 1e-3, 1e-6):
        scaled = other * factor
        if (
            abs(other) >= SMALLEST
            and abs(value) >= SMALLEST
            and abs(value - scaled) <= 0.01 * abs(scaled)
        ):
            return factor
    return None


def _gross(row: dict, net: float, carried_out: float) -> tuple:
    """What follows for a budget_gross that only restates budget_net and carried_out."""
    gross, restated = row["budget_gross"], row["budget_net"] - (row["carried_out"] or 0.0)
    if gross is None or abs(gross - restated) > 1e-6:
        return ()
    return (("budget_gross", to_yen(net - carried_out)),)


def _gap(row: dict) -> tuple[float | None, float]:
    total, *parts = _TOTAL_AND_PARTS(row)
    if total is None or row["initial"] is None:
        return None, 0.0
    parts = [part or 0.0 for part in parts]
    gap = total - sum(parts)
    # Mostly there is none: the digits of the numbers need not be looked at then.
    return gap, _tolerance(total, *parts) if gap else FLOAT_ERROR


_TOTAL_AND_PARTS = itemgetter("budget_net", *PARTS)


def _tolerance(*values: float) -> float:
    return sum(map(half_unit, values)) + FLOAT_ERROR * max(1.0, *map(abs, values))


RULES = (identity, carry_out_sign, unit_slip, zero_year, year_gap)
RULES += (executed_over_budget, executed_missing, requests, accounts, items)
