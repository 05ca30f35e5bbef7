"""A target and its year in the words of a goal, for sheets whose table has none: to be proposed."""

import re
import unicodedata
from typing import NamedTuple

from helpers import eras

FARTHEST = 50
"""Years after the sheet in which a year may be meant as a target's."""

_NUMBER = r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?)"
_YEAR = re.compile(r"(?<![\d.,])((?:19|20)\d{2})\s*(?:年度?|\(\s*年度?\s*\))")
# 2013年比, 2018年度実績: what a target is compared with; 2015年から: where it sets out.
_BASE = re.compile(
    r"\s*\)?\s*(?:度?比|から|より|以降|以前|時点の|の?実績|対比|を基準|基準|に比べ|と比べ)"
)
_BASED = re.compile(r"(?:基準|現状|対|前回|実績|参考)[^\n。]{0,6}$")
# 20%増, 5ポイント向上, 3割削減: a change and no level; a level may follow まで or に.
_CHANGE = re.compile(
    r"\s*(?:程度|以上|以下|ポイント|に相当)*\s*(?:の|を|ずつ)?\s*"
    r"(?:増|減|削減|向上|改善|低減|上昇|低下|短縮|縮減|拡大|抑制|引き?[上下]げ|上回|アップ|ダウン|ポイント)"
)
# A pace, a part of the whole, or a step on the way is no target of the indicator.
_OTHER = re.compile(r"毎年|年間|年平均|ずつ|当たり|あたり|累計|うち|中間目標")
_INEXACT = re.compile(r"\s*[万億兆千百台]|[^。]{0,8}(?:に向け|に貢献)")
# Between a year and its value: another number, or what was done (31年度に実施した調査5件).
_APART = re.compile(r"\d|した")
_GENERAL = re.compile(r"年度|まで|目標|割合|件数|事業|実施|する|して|[0-9()%,.\s]|(?:19|20)\d\d年")
_BRACKET = re.compile(r"\s*\(\s*")
_CLAUSE = re.compile(r"[。\n;]|(?<=\))\s")


class Proposal(NamedTuple):
    """A target, the fiscal year it is due in and the words that say so."""

    target: float
    target_year: int
    words: str


def proposal(indicator: str, goal: str, unit: str, since: int) -> Proposal | None:
    """The one target with a year after `since` that the goal's (else the indicator's) words state.

    A target is a number in the indicator's own unit, in one clause with one year after `since`:
    "2025年度までに40%", "40%(2025年)". None where there is no such pair, or more than one; changes
    (20 %増) and years to compare with (2013年比) are none.
    """
    own = unicodedata.normalize("NFKC", unit).strip()
    own = "%" if own == "パーセント" else own
    if not own or re.search(r"[\d\n]|^年度?$", own) or len(own) > 8:
        return None
    found = []
    for text in (goal, indicator):
        for clause in _CLAUSE.split(unicodedata.normalize("NFKC", text).replace("パーセント", "%")):
            if _same_thing(clause, indicator):
                found += _pairs(clause, own, since)
    pairs = {each and each[:2] for each in found}
    return found[0] if len(pairs) == 1 else None


def _pairs(clause: str, unit: str, since: int) -> list[Proposal | None]:
    """What a clause says of each year after `since`: None where it is not clear."""
    years = [(match.start(), match.end(), int(match[1])) for match in _YEAR.finditer(clause)]
    years += [(each.start, each.end, each.year) for each in eras.find(clause)]
    ahead = [
        year
        for year in sorted(years)
        if since < year[2] <= since + FARTHEST and not _is_base(clause, year)
    ]
    values = list(re.finditer(_NUMBER + r"\s*" + re.escape(unit), clause))
    if not values or _OTHER.search(clause):
        return []
    return [_pair(clause, year, values, len(ahead)) for year in ahead]


def _pair(
    clause: str, year: tuple[int, int, int], values: list[re.Match], years: int
) -> Proposal | None:
    """The value that belongs to a year: right before it (40%(2025年)), else the one after it."""
    start, end, due = year
    before = [each for each in values if _BRACKET.fullmatch(clause, each.end(), start)]
    after = [each for each in values if each.start() >= end]
    if not before and (not after or (len(after) > 1 and years == 1)):
        return None
    value = before[-1] if before else after[0]
    if not before and _APART.search(clause, end, value.start()):
        return None
    if _CHANGE.match(clause, value.end()) or _INEXACT.match(clause, value.end()):
        return None
    words = clause[min(start, value.start()) : max(end, value.end())]
    return Proposal(float(value[1].replace(",", "")), due, words)


def _same_thing(clause: str, indicator: str) -> bool:
    """Whether a clause may speak of the indicator: it is short, or they share some words."""
    said, named = (
        _GENERAL.sub(" ", unicodedata.normalize("NFKC", text)) for text in (clause, indicator)
    )
    pieces = [{text[at : at + 2] for at in range(len(text) - 1)} for text in (said, named)]
    shared = [piece for piece in pieces[0] & pieces[1] if " " not in piece]
    return len(shared) >= 3 or len(said.replace(" ", "")) <= 12


def _is_base(clause: str, year: tuple[int, int, int]) -> bool:
    return bool(_BASE.match(clause, year[1]) or _BASED.search(clause[: year[0]]))
