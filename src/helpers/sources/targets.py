"""Read the heading of an outcome's table: the indicator, and the target with its year."""

import re
from dataclasses import dataclass

from helpers.sources import cells
from helpers.sources.cells import DASHES, Unreadable

_TARGET = re.compile(r"(?P<indicator>.*)[(\[【〔]目標値?\s*(?:[:は]|\s)(?P<inside>.*)[)\]】〕]")
_YEAR = (
    r"(?P<year>[0-9]{4}|(?:明治|大正|昭和|平成|令和|[昭平令]|[MTSHR]\.?)\s*"
    r"(?:[0-9]{1,2}|元|[一二三四五六七八九十]{1,3}))"
)
_MONTH, _DAY = "(?:1[0-2]|0?[1-9])", "(?:3[01]|[12][0-9]|0?[1-9])"
# The month of 2023年3月 says which fiscal year it is; that of 2023年度3月 is in that year anyway.
_DATE = (
    rf"(?P<date>{_YEAR}(?:\s*年度(?:\s*{_MONTH}\s*月)?"
    rf"|\s*年(?!度)\s*(?:(?P<month>{_MONTH})\s*月)?(?:\s*{_DAY}\s*日)?"
    rf"|(?P<sign>[./-])(?P<number>{_MONTH})(?:(?P=sign){_DAY}(?![0-9.])|(?=末|まで|に))))"
)
_END = r"\s*(?:末日?|中|内)?\s*(?:時点)?\s*"
_BY = r"(?:までに?は?|に|で)\s*[、,]?\s*"
_DUE = re.compile(
    rf"\s*{_DATE}{_END}(?:{_BY}|[、,:]?\s*(?=$|(?![0-9]+\s*月)[0-9△▲+約]|{cells.DASH}))"
)
_SEVERAL = re.compile(rf".*[、,;].*{_DATE}{_END}{_BY}")
_NO_YEAR = re.compile(rf"[\s{re.escape(DASHES)}]*年度?に")
_DUE_LAST = re.compile(rf"(?P<value>.*?[^\s、,(を])\s*[、,(を]?\s*{_DATE}{_END}(?:{_BY})?\)?\s*")
_UNCLEAR_YEAR = re.compile(r"(?P<year>[^年]*年度?)に")
# 2023年頃 and 3年以内に達成 say when; 14 月 and 3 年 may be a value.
_SAYS_WHEN = re.compile(r"[0-9]+\s*[年月日]\s*\S")


@dataclass(frozen=True)
class Target:
    """An outcome's heading taken apart; `value` is the text that says how much.

    `unread` holds the (column, text) that could not be read, `dated` the date within a year that
    `year` was taken from.
    """

    indicator: str
    year: int | None = None
    value: str = ""
    unread: tuple[tuple[str, str], ...] = ()
    dated: str = ""


def target(heading: str) -> Target:
    """`<indicator> (目標:<year>年度に<value> <unit>)`, of which any part may be missing.

    `year` is the fiscal year at whose end the target is due: 2022 of 2023年3月. The year may stand
    behind the value. A year in other words (前年度, 2023～2025年度) comes back in `unread`.
    """
    plain = cells.half_width(heading)
    match = _TARGET.fullmatch(plain)
    if not match:
        unread = (("target", heading),) if re.search(r"[(\[【〔]目標値?\s*[:は]", plain) else ()
        return Target(heading, unread=unread)
    indicator = heading[: match.end("indicator")].strip()
    start, end = match.span("inside")
    inside = plain[:end]
    if due := _DUE.match(inside, start):
        value = heading[due.end() : end].strip()
        if _SEVERAL.match(value):
            return Target(indicator, unread=(("target", heading[start:end].strip()),))
        return _dated(indicator, due, value)
    if absent := _NO_YEAR.match(inside, start):
        return Target(indicator, None, heading[absent.end() : end].strip())
    if due := _DUE_LAST.fullmatch(inside, start):
        return _dated(indicator, due, heading[start : due.end("value")].strip())
    if unclear := _UNCLEAR_YEAR.match(inside, start):
        value = heading[unclear.end() : end].strip()
        return Target(indicator, None, value, (("target_year", unclear["year"]),))
    value = heading[start:end].strip()
    if _SAYS_WHEN.match(inside[start:].strip()):
        return Target(indicator, unread=(("target", value),))
    return Target(indicator, None, value)


def _dated(indicator: str, due: re.Match, value: str) -> Target:
    try:
        year = cells.year(f"{due['year']}年")
    except Unreadable:
        return Target(indicator, None, value, (("target_year", due["date"]),))
    if not (month := due["month"] or due["number"]):
        return Target(indicator, year, value)
    return Target(indicator, year - (int(month) <= 3), value, dated=due["date"])
