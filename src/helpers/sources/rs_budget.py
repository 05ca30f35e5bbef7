"""Turn the records of 2-1 予算・執行_サマリ into the rows of the table budget."""

from helpers.sources.cells import status
from helpers.sources.layout import Remarks
from helpers.sources.rs_headers import ACCOUNT
from helpers.sources.rs_records import Record

YEN = 10**6
TOTALS = ("initial", "supplementary", "carried_in", "reserve", "budget_gross", "executed")
TOTALS += ("carried_out", "requested")


def budget(records: list[Record], sheet_year: int, remarks: Remarks) -> list[dict]:
    """Rows of the table budget from the rows of totals; account rows only check them.

    budget_net = budget_gross - carry-out, and carried_out is the negative of what is printed. The
    request in the row of a year is for the year after. The outturn and the carry-out of a year that
    was not closed are printed as 0: they are missing here, and its budget_net is its budget_gross.
    Raises SheetError.
    """
    totals, accounts = {}, {}
    for record in records:
        year = record.year("fiscal_year")
        amounts = {column: record.yen(column) for column in TOTALS}
        if any(value is not None for value in amounts.values()):
            if year in totals:
                raise record.error("fiscal_year", "one row of totals for each budget year")
            totals[year] = record, amounts
        for column in record.cells:
            if column.startswith(ACCOUNT):
                sums = accounts.setdefault(year, (record, {}))[1]
                measure = column.split(".")[1]
                sums[measure] = sums.get(measure, 0) + (record.yen(column) or 0)
    for year, (record, sums) in accounts.items():
        if year not in totals:
            remarks.add("total_missing", "budget", record.row, observed=str(year))
            continue
        total, amounts = totals[year]
        for column, value in sums.items():
            if value != (amounts[column] or 0):
                observed = "" if amounts[column] is None else f"{amounts[column]:,}"
                remarks.add("accounts_differ", "budget", total.row, column, observed, f"{value:,}")
    rows = {}
    for year, (record, amounts) in totals.items():
        rows.setdefault(year, {}).update(_row(record, amounts, year >= sheet_year, remarks))
        if amounts["requested"] is not None:
            rows.setdefault(year + 1, {})["requested"] = amounts["requested"] / YEN
    for year, row in rows.items():
        row["fiscal_year"] = year
        row["status"] = status(year, sheet_year)
    return [rows[year] for year in sorted(rows)]


def accounts(records: list[Record]) -> str:
    """The accounts of the account rows, each once, as older sheets print them."""
    found = {}
    for record in records:
        name, part = record.text("account"), record.text("sub_account")
        if record.text("account_kind") == "特別会計" and name and "会計" not in name:
            name += "特別会計"
        for account in (name if part in name else name + part).split("、"):
            found[account or record.text("account_kind")] = None
    return "、".join(filter(None, found))


def _row(record: Record, amounts: dict, still_open: bool, remarks: Remarks) -> dict:
    gross, out, executed = (amounts[c] for c in ("budget_gross", "carried_out", "executed"))
    if still_open and not executed:
        if 0 in (executed, out):
            remarks.add("outturn_unknown", "budget", record.row, "executed", "0")
        executed, out = None, out or None
    known = {column: amounts[column] for column in TOTALS[:5]} | {"executed": executed}
    if out is not None:
        known["carried_out"] = -out
    if gross is not None and (out is not None or still_open):
        known["budget_net"] = gross - (out or 0)
    return {column: value / YEN for column, value in known.items() if value is not None}
