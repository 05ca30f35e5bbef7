"""Rules about target years: before the start, already past, misread from an era year."""

import re
from collections.abc import Iterator

from helpers import eras
from helpers.checks.finding import Finding, elsewhere, fact, first, indicators
from helpers.sheet import Located

FIRST_REIWA_SHEETS = 2019
LATE, FAR = 5, 20
MOVES = 5
IMPOSSIBLE = 4000
# What an era adds to its year number, for a western year taken for one: 平成2022年, 令和2022年.
ERA_OFFSETS = (1988, 2018)
# 平成12年度比 is what a target is compared with, not when it is due.
_NO_BASE = r"(?!度?\s*比)"
_WESTERN = re.compile(rf"(?<!\d)[12１２]\d{{3}}\s*年度?{_NO_BASE}")
_BASE = re.compile(r"\s*比")
_DECADES_LATER = re.compile(r"[2-9２-９]\d\s*年(?:間|後(?![半期]))")


def target_year(sheet: Located) -> Iterator[Finding]:
    """At most one finding for each outcome indicator that has a target year.

    令和 read as 平成 moves a year back by 30, 平成 read as 令和 forth by 30, and a western year
    taken for an era year lands beyond 4000. A rereading is proved where the goal or the indicator
    names the year meant and not the year printed. Where the text does not name it, a year since
    the start and from 5 before to 20 after the sheet year is proposed if the printed year is
    before the start, before the first measured year, or more than 20 years after the sheet. A text
    that names the printed year, or a time as far away, confirms it.

    What is so proposed is proved by another sheet of the project that prints it for the indicator,
    or a year at most 5 away (targets are put off by some years, not brought forward by thirty),
    if none prints the same year as this one. Or by the project's dates: the printed year is before
    its start and the other is not, or after its end and the other is within.
    """
    published, start = fact(sheet, "sheet_year"), fact(sheet, "start_year")
    end = fact(sheet, "end_year")
    for one in indicators(sheet, "outcome"):
        rows, found = one.rows, one.years
        printed = first(rows, "target_year")
        if printed is None:
            continue
        early = (start is not None and printed < start) or (bool(found) and printed < found[0])
        past = published is not None and printed < published
        far = published is not None and printed > published + FAR
        if not (early or past or far or printed >= IMPOSSIBLE):
            continue
        text = f"{first(rows, 'goal') or ''}\n{first(rows, 'indicator') or ''}"
        meant, proof = _reread(printed, published, start or 0, (early, past, far), text)
        number = rows[0]["number"]
        others = elsewhere(sheet, "outcome", "target_year", number) if meant else {}
        said = [year for year, other in others.items() if other == meant]
        near = [year for year, other in others.items() if abs(other - meant) <= MOVES]
        # A target may be put far off; one never moves thirty years back.
        near = near if meant and (printed < meant or printed >= IMPOSSIBLE) else []
        by = "proved" if proof else ""
        if meant and not proof:
            if said and printed not in others.values():
                by = "vintage"
            elif near and printed not in others.values():
                by = "near"
            elif _proved_by_dates(printed, meant, start, end):
                by = "dates"
        key = _key(printed, meant, by, published, start)
        if key:
            yield Finding(
                key,
                "outcome",
                (one.label,),
                "target_year",
                printed,
                meant,
                proof,
                at=tuple(row["at"] for row in rows if row["target_year"] == printed),
                proved=bool(by),
                facts={"printed": printed, "meant": meant, "proof": proof}
                | {"published": published, "start": start, "end": end}
                | {"other": (said or near or [None])[-1]}
                | {"other_year": others[near[-1]] if near else None},
            )


def _proved_by_dates(printed: int, meant: int, start: int | None, end: int | None) -> bool:
    if start is None or meant < start:
        return False
    return printed < start or (end is not None and meant <= end < printed)


def _key(printed, meant, by: str, published, start) -> str:
    if printed >= IMPOSSIBLE:
        return "target_year_impossible" + (f".{by}" if by else ".meant" if meant else "")
    if meant:
        return f"target_year_era.{by}" if by else "target_year_era"
    if start is not None and printed < start:
        return "target_year_before_start"
    return "target_year_past" if published is not None and printed < published else ""


def _reread(
    printed: int, published: int | None, start: int, odd: tuple[bool, bool, bool], text: str
) -> tuple[int | None, str]:
    """The year meant instead of `printed` and the words that prove it; None and "" without one."""
    early, past, far = odd
    # No sheet of before 令和 takes its years for another era's.
    if printed < IMPOSSIBLE and (published or FIRST_REIWA_SHEETS) < FIRST_REIWA_SHEETS:
        return None, ""
    by_era = {
        found.year: found.text for found in eras.find(text) if not _BASE.match(text, found.end)
    }
    western = {int(re.match(r"\d+", name)[0]): name for name in _WESTERN.findall(text)}
    named = western | by_era
    candidates = {}
    if printed >= IMPOSSIBLE:
        candidates = {year: named.get(year, "") for year in (printed - o for o in ERA_OFFSETS)}
    elif printed not in named:
        for year in eras.reread(printed).values():
            # A western year may be named for many reasons: it proves only what else is absurd.
            if year > printed and (early or past):
                candidates[year] = (named if early else by_era).get(year, "")
            elif year < printed and far:
                candidates[year] = by_era.get(year, "")
    proved = [(year, proof) for year, proof in candidates.items() if proof]
    if len(proved) == 1:
        return proved[0]
    first_year = max(start, (published or 0) - LATE)
    near = [year for year in candidates if published and first_year <= year <= published + FAR]
    distant = _DECADES_LATER.search(text) or any(year > (published or 0) + FAR for year in named)
    beyond = early or printed >= IMPOSSIBLE or (far and not distant)
    return (near[0], "") if beyond and len(near) == 1 else (None, "")


RULES = (target_year,)
