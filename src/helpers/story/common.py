"""What every notebook's answer carries."""

import re
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from helpers import money, precision, words
from helpers.analysis.years import published
from helpers.sentences import Sentences
from helpers.sheet import ReviewSheet

say = Sentences("common")


def headline(sheet: ReviewSheet, title: str, **numbers) -> dict:
    """The headline of an Answer: which sheet, from where, which question, and the notebook's
    numbers."""
    facts = sheet.facts
    names = ("sheet_id", "name", "ministry", "project_number", "sheet_year")
    return {
        **{name: facts[name] for name in (*names, "official_id", "url", "source_format")},
        # Where its folder is says nothing to those who get the report.
        "source_file": re.split(r"[/\\\\]", str(facts["source_path"]).partition("#")[0])[-1],
        "lang": words.language(),
        "title": title,
        **numbers,
    }


def project(sheet: ReviewSheet) -> str:
    """The sheet named in a sentence."""
    facts = sheet.facts.to_dict()
    return say("project", facts=facts, years=published(sheet), parent=parent(sheet))


def parent(sheet: ReviewSheet) -> str:
    """The number of the sheet that this one is a branch of, "" where it is none."""
    number = sheet.facts["parent_number"]
    return number if pd.notna(number) else ""


def not_held(sheet: ReviewSheet, table: str = "outcome") -> bool:
    """Whether a table of the sheet is empty because what was read does not have it, has no row of
    it, or has it under names that are not known."""
    missing = ("not_in_source", "file_missing", "empty_section")
    return not sheet.rows(table) and any(
        row["rule"] in missing or (row["rule"] == "unmapped" and row["observed"] != "0")
        for row in sheet.rows("remark")
        if row["table"] == table
    )


def missing_file(sheet: ReviewSheet, table: str = "outcome") -> str:
    """The file, "3-1", for want of which a table is not held; "" where that is not why."""
    of = (row for row in sheet.rows("remark") if row["table"] == table and row["row"])
    files = (row["row"].split()[0] for row in of if row["rule"] == "file_missing")
    return next(files, "") if not_held(sheet, table) else ""


LARGEST = 1_000_000
"""From so many on in its unit, a table's amounts are in the next one."""


def in_units(amounts: pd.DataFrame) -> tuple[str, dict[str, Callable[[float], str]]]:
    """The caption of a table of amounts (million yen), and how each of its columns is shown: all in
    one unit, and that they are rounded where they are."""
    largest = money.unit(np.ravel(amounts.to_numpy(float)), LARGEST)
    # In trillions a table would lack digits that sentences have.
    unit = min(largest, money.UNITS[words.language()][1])
    scaled = {name: (amounts[name].to_numpy(float) / unit.million).tolist() for name in amounts}
    numbers = {name: words.column(values) for name, values in scaled.items()}
    cut = [words.rounded(values, numbers[name]) for name, values in scaled.items()]
    shown = {name: partial(_in_unit, unit=unit, number=number) for name, number in numbers.items()}
    return say("in_units", unit=unit.name, rounded=any(cut)), shown


def _in_unit(value: float, unit: money.Unit, number: Callable[[float], str]) -> str:
    return number(value / unit.million)


def part(amount: float, of: float) -> str:
    """A part of an amount in per cent, with the digits that the two can carry."""
    share = amount / of if of > 0 else np.nan
    return words.percent(share, precision.of_amounts([amount], [of]))


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
    return say("chances", low=low, high=high)


def doubts(sheet: ReviewSheet) -> list[str]:
    """A sentence where the sheets that were joined may be those of different projects."""
    rules = {row["rule"] for row in sheet.rows("remark")}
    return say.paragraphs("doubts") if "link_contradicted" in rules else []
