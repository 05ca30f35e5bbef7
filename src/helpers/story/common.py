"""What every notebook's answer carries."""

import pandas as pd

from helpers import words
from helpers.analysis.series import Series
from helpers.analysis.years import published
from helpers.sheet import ReviewSheet

LONG = 120
"""Characters of a sheet's text that a cell of a table has room for."""


def headline(sheet: ReviewSheet, title: str, **numbers) -> dict:
    """The headline of an Answer: which sheet, which question, and the notebook's numbers."""
    facts = sheet.facts
    names = ("sheet_id", "name", "ministry", "project_number", "sheet_year")
    return {
        **{name: facts[name] for name in names},
        "lang": words.language(),
        "title": title,
        **numbers,
    }


def project(sheet: ReviewSheet) -> str:
    """The sheet named in a sentence."""
    facts, years = sheet.facts, published(sheet)
    when = words.say(f"{years[-1]}年公表", f"published {years[-1]}")
    if len(years) > 1:
        when = words.say(
            f"{years[0]}〜{years[-1]}年公表の{len(years)}枚をつないだもの",
            f"{len(years)} sheets published {years[0]}–{years[-1]} joined",
        )
    parent = facts["parent_number"]
    branch = ""
    if pd.notna(parent) and parent:
        branch = words.say(f"、{parent}の枝番", f", a branch of {parent}")
    return words.say(
        f"{facts['ministry']}「{facts['name']}」({when}、事業番号{facts['project_number']}{branch})",
        f"{facts['name']} ({facts['ministry']} {facts['project_number']}{branch}, {when})",
    )


def cut(text: str, most: int = LONG) -> str:
    """A sheet's text on one line, cut where it is too long for a table's cell."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def amount(value: float, unit: str) -> str:
    """A printed value, or the difference of two, with its unit where it has one."""
    return f"{words.printed(value)} {unit}".rstrip()


def pace(value: float, unit: str) -> str:
    """A mean change a year with its unit."""
    return f"{words.number(value)} {unit}".rstrip()


def joined(sentences: list[str]) -> str:
    """Sentences as one paragraph; empty ones are left out."""
    return words.say("", " ").join(filter(None, (each.strip() for each in sentences)))


def span(low: str, high: str) -> str:
    """Two numbers as a range, or as one where they are printed alike."""
    return low if low == high else f"{low}–{high}"


def chances(low: float, high: float) -> str:
    """Two probabilities as a range in a sentence: 3–96 %, 99 % to more than 99 %."""
    ends = [words.probability(low), words.probability(high)]
    if ends[0] == ends[1]:
        return ends[0]
    if all(end[0].isdigit() for end in ends):
        return words.probabilities(low, high)
    spoken = {"< 1 %": ("1 %未満", "less than 1 %"), "> 99 %": ("99 %超", "more than 99 %")}
    ends = [words.say(*spoken.get(end, (end, end))) for end in ends]
    return words.say("〜", " to ").join(ends)


def difference_unit(series: Series) -> str:
    """The unit of a difference of two values: percentages differ by points."""
    points = words.say("ポイント", "percentage points")
    return points if series.is_percent else series.unit


def doubts(sheet: ReviewSheet) -> list[str]:
    """A sentence where the sheets that were joined may be those of different projects."""
    if not sheet.remark["rule"].eq("link_contradicted").any():
        return []
    return [
        words.say(
            "注意: 同じ事業としてつないだシートの中に、重なる年度の予算が一つも一致しないものがあります。別の"
            "事業の数字が混じっているかもしれません。",
            "Mind: among the sheets taken for one project some agree in no budget year that they "
            "share. Numbers of another project may be mixed in.",
        )
    ]
