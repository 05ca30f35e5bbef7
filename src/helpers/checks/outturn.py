"""Rules about what became of the budget: what was asked for, granted and executed."""

from collections.abc import Iterator

from helpers.checks.budget import PARTS, on, tolerance
from helpers.checks.finding import Finding, fact
from helpers.sheet import Rows

WELL_OVER = 1.05
LITTLE_EXECUTED = 0.30
CUT = 0.80


def not_given(requested, initial):
    """Whether a request printed as 0 is none that was made, because a budget was granted: the
    systems write 0 for a request that is not given. Of numbers or of whole columns."""
    return (requested == 0) & (initial > 0)


def executed_over_budget(sheet: Rows) -> Iterator[Finding]:
    """No more can be spent than the budget in force; above the net budget is odd already.

    The budget of a branch sheet (枝番) stands in its parent's, that of other sheets without any may
    stand with another ministry.
    """
    branch = fact(sheet, "parent_number")
    for row in sheet["budget"]:
        executed, net = row["executed"], row["budget_net"]
        if executed is None or net is None or executed - net <= tolerance(executed, net):
            continue
        if branch and net == 0:
            facts = {"year": row["fiscal_year"], "executed": executed, "parent": branch}
            yield on(row, "executed_over_budget.branch", "executed", **facts)
            continue
        carried_out = min(row["carried_out"] or 0.0, 0.0)
        gross = net - carried_out if row["budget_gross"] is None else row["budget_gross"]
        if not gross and not any(row[part] for part in PARTS):
            facts = {"year": row["fiscal_year"], "executed": executed}
            yield on(row, "executed_over_budget.no_budget", "executed", **facts)
            continue
        error = executed > WELL_OVER * net and executed - gross > tolerance(executed, gross)
        yield on(
            row,
            "executed_over_budget" if error else "executed_over_budget.slightly",
            "executed",
            year=row["fiscal_year"],
            executed=executed,
            net=net,
            gross=gross,
        )


def executed_missing(sheet: Rows) -> Iterator[Finding]:
    """A closed year has its outturn; the JUDGIT database writes 0 for an unknown one as well."""
    published = fact(sheet, "sheet_year")
    judgit = (fact(sheet, "source_format") or "").startswith("judgit")
    for row in sheet["budget"]:
        year, net, executed = row["fiscal_year"], row["budget_net"], row["executed"]
        # On a joined page a year may have passed since the last sheet that prints it.
        open_then = row["status"] in ("current", "requested")
        if None in (published, year) or year >= published or open_then or not net or net < 0:
            continue
        if executed is None:
            yield on(row, "executed_missing", "executed", year=year, net=net)
        elif executed == 0 and judgit:
            yield on(row, "executed_missing.zero", "executed", year=year, net=net)


def requests(sheet: Rows) -> Iterator[Finding]:
    """What was asked for against what was granted, and against what had been spent."""
    rows = sheet["budget"]
    by_year = {row["fiscal_year"]: row for row in rows if row["fiscal_year"] is not None}
    for row in rows:
        year, requested, initial = row["fiscal_year"], row["requested"], row["initial"]
        if initial is not None and not_given(requested, initial):
            facts = {"year": year, "initial": initial}
            yield on(row, "request_not_given", "requested", **facts)
        if not requested:
            continue
        if initial is not None:
            facts = {"year": year, "requested": requested, "initial": initial}
            facts["share"] = initial, requested
            if initial / requested < CUT:
                yield on(row, "request_cut", "initial", **facts)
            elif initial - requested > tolerance(initial, requested):
                yield on(row, "granted_over_request", "initial", **facts)
        # The request for a year is made in the summer before: the last closed year is two back.
        closed = by_year.get((year or 0) - 2, {})
        net, executed, granted = (closed.get(c) for c in ("budget_net", "executed", "initial"))
        if not net or net < 0 or executed is None or not granted:
            continue
        if executed / net < LITTLE_EXECUTED and requested >= granted:
            yield on(
                row,
                "request_ignores_outturn",
                "requested",
                year=year,
                requested=requested,
                closed=year - 2,
                executed=executed,
                net=net,
                granted=granted,
                share=(executed, net),
                ratio=(requested, granted),
            )


RULES = (executed_over_budget, executed_missing, requests)
