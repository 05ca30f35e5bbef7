"""Rules about the budget table: the identity of each row, execution, requests, gaps."""

from collections.abc import Iterator

from helpers.checks.finding import Finding, fact, gaps, rounding, years
from helpers.sheet import Rows

PARTS = ["initial", "supplementary", "carried_in", "carried_out", "reserve"]
MONEY = [*PARTS, "requested", "budget_net", "budget_gross", "executed"]
WELL_OVER = 1.05
LITTLE_EXECUTED = 0.30
CUT = 0.80


def identity(sheet: Rows) -> Iterator[Finding]:
    """budget_net is the signed sum of its parts, up to the rounding of every printed number.

    A total below its parts in a sheet of 2015-16 without any negative number is told apart: the
    database lost those numbers, and the total is right. A carry-out with the wrong sign is left to
    `carry_out_sign`.
    """
    rows = sheet["budget"]
    by_year = {row["fiscal_year"]: row for row in rows}
    lost_negatives = (fact(sheet, "sheet_year") or 9999) <= 2016 and not any(
        (row[part] or 0) < 0 for row in rows for part in PARTS
    )
    for row in rows:
        gap, tolerance = _gap(row)
        out = row["carried_out"] or 0.0
        if gap is None or abs(gap) <= tolerance or (out > 0 and abs(gap + 2 * out) <= tolerance):
            continue
        year, total = row["fiscal_year"], row["budget_net"]
        facts = {"year": year, "total": total, "sum": _clean(total - gap), "gap": _clean(gap)}
        following = by_year.get((year or 0) + 1, {}).get("carried_in") or 0.0
        if not (lost_negatives and gap < 0):
            also = _gross(row, facts["sum"], out)
            yield _on(row, "budget_identity", "budget_net", facts["sum"], also, **facts)
        elif not out and following and abs(following + gap) <= tolerance + rounding(following):
            facts |= {"following": following, "next_year": year + 1}
            also = _gross(row, total, facts["gap"])
            yield _on(row, "negative_lost.carried", "carried_out", facts["gap"], also, **facts)
        else:
            yield _on(row, "negative_lost", "budget_net", **facts)


def carry_out_sign(sheet: Rows) -> Iterator[Finding]:
    """Money carried out of a year leaves it, so it is printed negative.

    Where the printed total added it, the repair takes it off the total as well; where more would
    be taken off than there is, the number belongs elsewhere and nothing is proposed.
    """
    for row in sheet["budget"]:
        out, (gap, tolerance) = row["carried_out"] or 0.0, _gap(row)
        if out <= 0:
            continue
        facts = {"year": row["fiscal_year"], "value": out}
        if gap is None or abs(gap) > tolerance:
            yield _on(row, "carry_out_sign", "carried_out", -out, **facts)
            continue
        facts |= {"total": row["budget_net"], "net": _clean(row["budget_net"] - 2 * out)}
        if facts["net"] < 0:
            yield _on(row, "carry_out_sign.misplaced", "carried_out", **facts)
        else:
            also = (("budget_net", facts["net"]),)
            yield _on(row, "carry_out_sign.added", "carried_out", -out, also, **facts)


def executed_over_budget(sheet: Rows) -> Iterator[Finding]:
    """No more can be spent than the budget in force; above the net budget is odd already."""
    for row in sheet["budget"]:
        executed, net = row["executed"], row["budget_net"]
        if executed is None or net is None or executed - net <= _tolerance(executed, net):
            continue
        carried_out = min(row["carried_out"] or 0.0, 0.0)
        gross = net - carried_out if row["budget_gross"] is None else row["budget_gross"]
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


def requests(sheet: Rows) -> Iterator[Finding]:
    """What was asked for against what was granted, and against what had been spent."""
    rows = sheet["budget"]
    by_year = {row["fiscal_year"]: row for row in rows if row["fiscal_year"] is not None}
    for row in rows:
        year, requested, initial = row["fiscal_year"], row["requested"], row["initial"]
        if not requested:
            continue
        if initial is not None:
            facts = {"year": year, "requested": requested, "initial": initial}
            facts["share"] = initial / requested
            if facts["share"] < CUT:
                yield _on(row, "request_cut", "initial", **facts)
            elif initial - requested > _tolerance(initial, requested):
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
                share=executed / net,
                ratio=requested / granted,
            )


def zero_year(sheet: Rows) -> Iterator[Finding]:
    """A year whose every amount is 0 is mostly a year in which the project did not exist."""
    start = fact(sheet, "start_year")
    for row in sheet["budget"]:
        printed = [row[column] for column in MONEY if row[column] is not None]
        if row["initial"] is None or any(printed):
            continue
        year = row["fiscal_year"]
        before = None not in (start, year) and year < start
        key = "zero_year.before_start" if before else "zero_year"
        yield _on(row, key, "initial", year=year, start=start)


def year_gap(sheet: Rows) -> Iterator[Finding]:
    """The fiscal years of the table follow each other."""
    found = years(sheet["budget"])
    missing = gaps(found)
    if missing:
        facts = {"first": found[0], "last": found[-1], "missing": missing}
        yield Finding(
            "budget_year_gap", "budget", (found[0], found[-1]), "fiscal_year", found, facts=facts
        )


def _on(
    row: dict,
    key: str,
    column: str,
    proposed: float | None = None,
    also: tuple = (),
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
        facts=facts,
    )


def _gross(row: dict, net: float, carried_out: float) -> tuple:
    """What follows for a budget_gross that only restates budget_net and carried_out."""
    gross, restated = row["budget_gross"], row["budget_net"] - (row["carried_out"] or 0.0)
    if gross is None or abs(gross - restated) > 1e-6:
        return ()
    return (("budget_gross", _clean(net - carried_out)),)


def _gap(row: dict) -> tuple[float | None, float]:
    total, parts = row["budget_net"], [row[part] or 0.0 for part in PARTS]
    if total is None or row["initial"] is None:
        return None, 0.0
    return total - sum(parts), _tolerance(total, *parts)


def _tolerance(*values: float) -> float:
    # The last term takes up the error of adding floats that are no binary fractions.
    return sum(map(rounding, values)) + 1e-9 * max(1.0, *map(abs, values))


def _clean(value: float) -> float:
    return round(value, 6)


RULES = (identity, carry_out_sign, executed_over_budget, requests, zero_year, year_gap)
