"""Rules about payments: named against executed, one payee's spellings, corporate numbers, what is
paid to bundles of payees, and the sums of blocks and of what payees used the money for."""

import re
from collections import Counter
from collections.abc import Iterator
from operator import itemgetter

from helpers.checks.finding import Finding, fact, percent
from helpers.payee_names import legal_form, payee_key, plain_name
from helpers.precision import half_unit, to_yen
from helpers.sheet import Located

WELL_OVER = 1.10
# 個人A, 研究代表者bほか: labels that stand for a name, and 個人B is not 個人b.
_LABEL = re.compile(r"個人|^[A-Z]社|(?<![A-Z])[A-Z]\)?(?:ほか|他)?$")
NO_NUMBER = "-‐―－ー"
# Several payees in one row bear no number: 甲ほか3件, 甲外6件, 甲・乙共同研究体.
_SEVERAL = re.compile(r"ほか|他[0-9]|外[0-9]|等$|共同|JV|コンソーシアム")
FOREIGN = "401"
"""The kind of body that is registered abroad: it has no corporate number."""
MOSTLY = 0.5
"""The share of the direct money in bundles from which on most of it cannot be followed."""
MATERIAL = 0.1
"""The share of the direct money below which missing numbers are slips that hide little."""
ROUNDED = 0.001
"""Million yen: what a payee used the money for is often printed in thousands of yen."""


def named_against_executed(sheet: Located) -> Iterator[Finding]:
    """The payments named for a year, against what was executed in it.

    Blocks may be the tiers of one chain, so that all of them together name money twice: too little
    is said of their sum, too much only of the largest block. Without a printed block the tiers
    cannot be told apart, and only a single payee well above the whole is an error.
    """
    paid: dict[int, list[dict]] = {}
    for row in sheet["payment"]:
        if row["amount"] is not None:
            paid.setdefault(row["fiscal_year"], []).append(row)
    spent = {
        row["fiscal_year"]: row["executed"]
        for row in sheet["budget"]
        if row["fiscal_year"] is not None and (row["executed"] or 0) > 0
    }
    for year in sorted(spent.keys() & paid.keys()):
        yield from _judge(year, paid[year], spent[year])
    # A sheet names payees for one year only, the latest: it leaves out nothing in earlier years.
    alone = len(paid) == 1 or fact(sheet, "source_format") in ("judgit json", "rs csv", "rs api")
    named = set(paid or spent) - {None}
    begun = max(named, default=0) if alone else min(spent, default=0)
    missing = sorted(year for year in spent.keys() - paid.keys() if year >= begun)
    if missing and (joined := _sheet_years(sheet)):
        # A year's payees are named in the sheet after it: one that is not here proves nothing.
        missing = [year for year in missing if year + 1 in joined]
    if missing:
        yield Finding(
            "payments_missing", "payment", tuple(missing), "amount", None, facts={"years": missing}
        )


def duplicate_payee(sheet: Located) -> Iterator[Finding]:
    """One payee under several spellings: width, case, blanks or the legal form differ.

    Spellings under which the sheet prints different corporate numbers are different payees;
    those with different legal forms may be, so none of them is proposed. Labels of persons who
    are not named, such as 個人A, are no names.
    """
    spelt = set(map(itemgetter("payee_key", "payee"), sheet["payment"]))
    if len(spelt) == len(dict(spelt)):
        return
    groups: dict[str, list[dict]] = {}
    for row in sheet["payment"]:
        if row["payee"]:
            groups.setdefault(row["payee_key"], []).append(row)
    for key, rows in groups.items():
        if len(rows) < 2:
            continue
        spellings = Counter(row["payee"] for row in rows)
        if len(spellings) < 2 or is_label(key):
            continue
        numbers = {row["corporate_number"] for row in rows if is_valid(row["corporate_number"])}
        if len(numbers) > 1:
            continue
        most = max(spellings, key=spellings.get)
        forms = sorted({legal_form(name) for name in spellings} - {""})
        if len({plain_name(name) for name in spellings}) == 1:
            rule = "duplicate_payee"
        else:
            rule = "duplicate_payee.form" if len(forms) < 2 else "duplicate_payee.forms"
        yield Finding(
            rule,
            "payment",
            (most,),
            "payee",
            list(spellings),
            most if len(forms) < 2 else None,
            at=tuple(row["at"] for row in rows if row["payee"] != most),
            facts={"names": list(spellings), "forms": forms, "count": len(spellings)},
        )


def is_label(payee_key: str) -> bool:
    """Whether a payee's key is one that stands for a name: 個人A, A社, B."""
    return bool(_LABEL.search(payee_key))


def corporate_number_invalid(sheet: Located) -> Iterator[Finding]:
    """A corporate number has 13 digits, the first of which checks the others.

    The tables `contract` and `use` name the payees of `payment` once more.
    """
    wrong: dict[tuple[str, str], str] = {}
    for table in ("payment", "commitment"):
        for row in sheet[table]:
            number = row["corporate_number"]
            if not number or is_valid(number):
                continue
            number = number.strip().strip(NO_NUMBER)
            if number and not is_valid(number):
                wrong.setdefault((row["payee"] or "", number), table)
    for (payee, number), table in wrong.items():
        digits = len(number) == 13 and number.isdecimal()
        yield Finding(
            "corporate_number_invalid.check" if digits else "corporate_number_invalid",
            table,
            (payee,),
            "corporate_number",
            number,
            facts={"payee": payee, "number": number, "length": len(number)}
            | {"digit": check_digit(number[1:]) if digits else None},
        )


def corporate_number_missing(sheet: Located) -> Iterator[Finding]:
    """A company or corporation that is paid directly has a corporate number, by law.

    Told by the legal form in its name, as bureaus of the state and persons have none. Only where
    the sheet prints the number of another payee.
    """
    direct = sheet.once(_direct)
    if not direct or not any(row["corporate_number"] for row in sheet["payment"]):
        return
    lacking: dict[str, float] = {}
    for row in direct:
        name = plain_name(row["payee"] or "")
        if (
            not row["corporate_number"]
            and not row["bundled_payee"]
            and row["corporate_kind"] != FOREIGN
            and legal_form(name)
            and not _SEVERAL.search(name)
        ):
            lacking[row["payee"]] = lacking.get(row["payee"], 0.0) + row["amount"]
    amount, total = to_yen(sum(lacking.values())), sum(row["amount"] for row in direct)
    if lacking and amount >= MATERIAL * total:
        most = max(lacking, key=lambda name: lacking[name])
        facts = {"count": len(lacking), "most": most, "amount": amount}
        facts["share"] = percent(amount, total)
        yield Finding(
            "corporate_number_missing", "payment", (most,), "corporate_number", None, facts=facts
        )


def bundled(sheet: Located) -> Iterator[Finding]:
    """Most of the money paid directly goes to payees that the sheet bundles without a name."""
    direct = sheet.once(_direct)
    if not direct:
        return
    total = sum(row["amount"] for row in direct)
    of_block: Counter = Counter()
    for row in direct:
        if row["bundled_payee"]:
            of_block[row["block"] or ""] += row["amount"]
    amount = to_yen(sum(of_block.values()))
    if total and amount > MOSTLY * total:
        facts = {"amount": amount, "total": to_yen(total), "share": percent(amount, total)}
        facts["block"] = max(of_block, key=lambda block: of_block[block])
        yield Finding("payees_bundled", "payment", (), "bundled_payee", amount, facts=facts)


def payees_declared(sheet: Located) -> Iterator[Finding]:
    """The number of payees that a block prints is no smaller than that of those it names."""
    named: dict[tuple, set] = {}
    for row in sheet["payment"]:
        named.setdefault((row["fiscal_year"], row["block"]), set()).add(row["payee_key"])
    for row in sheet["block"]:
        count, declared = len(named.get((row["fiscal_year"], row["block"]), ())), row["payees"]
        if declared and declared < count:
            facts = {"block": row["block"] or "", "declared": declared, "count": count}
            where = (row["block"] or None,)
            yield Finding("payees_declared", "block", where, "payees", declared, facts=facts)


def uses(sheet: Located) -> Iterator[Finding]:
    """What a payee used its money for adds up to no more than the payee was paid in the block."""
    used = _by_payee(sheet["use"])
    paid = _by_payee(sheet["payment"]) if used else {}
    for place, rows in used.items():
        known = [row["amount"] for row in rows]
        amounts = [row["amount"] for row in paid.get(place, [])]
        if not amounts or None in amounts or None in known:
            continue
        total, amount = to_yen(sum(known)), to_yen(sum(amounts))
        if total - amount > half_unit(amount) + ROUNDED * len(known):
            payee = rows[0]["payee"] or ""
            facts = {"payee": payee, "block": rows[0]["block"] or "", "used": total, "paid": amount}
            yield Finding("uses_over_payment", "use", (payee,), "amount", total, facts=facts)


def check_digit(twelve: str) -> int:
    """The check digit that stands before the twelve digits of a corporate number.

    9 - (sum of P_n * Q_n mod 9): P_n is the n-th digit from the right, Q_n is 1 for odd and 2 for
    even n. Source: 法人番号の指定等に関する省令 (平成26年財務省令第70号), article 2.
    """
    # A number and the sum of its digits leave the same mod 9: all of them once, the even once more.
    return 9 - (int(twelve) + int(twelve[::2])) % 9


def is_valid(number: str | None) -> bool:
    """Whether a text is a corporate number: 13 digits with a check digit that agrees."""
    return (
        number is not None
        and len(number) == 13
        and number.isdecimal()
        and int(number[0]) == check_digit(number[1:])
    )


def _sheet_years(sheet: Located) -> set[int]:
    """The years of the sheets that a corpus joined; empty for a sheet as it was published."""
    said = (row["observed"] or "" for row in sheet["remark"] if row["rule"] == "stitched")
    return {int(year) for years in said for year in re.findall(r"[0-9]{4}", years)}


def _direct(sheet: Located) -> list[dict]:
    """The payments that the ministry makes itself, as far as the sheet says so."""
    return [row for row in sheet["payment"] if row["tier"] == "first" and (row["amount"] or 0) > 0]


def _by_payee(rows: list[dict]) -> dict[tuple, list[dict]]:
    found: dict[tuple, list[dict]] = {}
    for row in rows:
        if row["payee"]:
            place = row["fiscal_year"], row["block"], payee_key(row["payee"])
            found.setdefault(place, []).append(row)
    return found


def _judge(year: int, rows: list[dict], executed: float) -> Iterator[Finding]:
    amounts = [row["amount"] for row in rows]
    named, highest = sum(amounts), max(amounts)
    blocks: dict[str, float] = {}
    # No block holds more than all together, unless an amount is negative.
    if named > executed or min(amounts) < 0:
        for row, amount in zip(rows, amounts, strict=True):
            block = row["block"] or ""
            blocks[block] = blocks.get(block, 0.0) + amount
    block = max(blocks, key=blocks.__getitem__, default="")
    most = blocks.get(block, 0.0)
    short, over = executed - named, most - executed
    # Half a million of each number at most, half a unit of one at least: where these decide, the
    # digits of the others need not be looked at.
    half, tolerance = half_unit(executed), 0.5 * (len(rows) + 1)
    if half < short <= tolerance or half < over <= tolerance:
        tolerance = half + sum(map(half_unit, amounts))
    facts = {"year": year, "executed": executed}
    if short > tolerance:
        key, observed = "payments_partly_named", round(named, 6)
        facts |= {"named": observed, "share": percent(named, executed)}
    elif highest - executed > half + half_unit(highest):
        well = highest > WELL_OVER * executed
        key, observed = f"payments_over_executed.payee{'' if well else '_slightly'}", highest
        facts |= {"payee": rows[amounts.index(highest)]["payee"] or "", "amount": highest}
    elif over > tolerance:
        well = most > WELL_OVER * executed and block
        key, observed = f"payments_over_executed{'.block' if well else ''}", round(most, 6)
        facts |= {"block": block, "most": observed, "ratio": percent(most, executed)}
    else:
        return
    yield Finding(key, "payment", (year,), "amount", observed, facts=facts)


RULES = (
    named_against_executed,
    duplicate_payee,
    corporate_number_invalid,
    corporate_number_missing,
    bundled,
    payees_declared,
    uses,
)
