"""The logic model of a sheet in words: what leads to what."""

from collections import Counter
from collections.abc import Iterable

import pandas as pd

from helpers import words
from helpers.analysis.logic import STAGES, LogicModel, outline
from helpers.sentences import Sentences
from helpers.sheet import ReviewSheet
from helpers.show import Outline, Text
from helpers.story import common

say = Sentences("adoption/logic")

SINCE = 2024
"""The first year whose sheets state a logic model."""

NAMED = 3
"""Elements that a sentence names; of more it tells how many."""

GOAL, INDICATOR, AGAIN, REASON = 80, 60, 30, 200
"""Signs of a sheet's text that a line has room for."""


def read_logic(sheet: ReviewSheet, model: LogicModel, analysed: int | None) -> Text:
    """What there is of the logic model, and what is missing in it; `analysed` is the number of the
    outcome that is analysed."""
    elements = model.elements
    if elements.empty:
        remarks = sheet.rows("remark")
        missing = [row["observed"] for row in remarks if row["rule"] == "files_missing"]
        file_missing = any("3-2" in files.split(", ") for files in missing)
        year = sheet.facts["sheet_year"]
        stated = pd.notna(year) and year >= SINCE
        # The logic model of joined sheets is that of the newest: what has no year is its alone.
        newest = year if any(row["rule"] == "stitched" for row in remarks) else None
        return Text(say("no_logic", file_missing=file_missing, stated=stated, newest=newest))
    outcomes = elements["element"] == "outcome"
    activities = elements["element"] == "activity"
    in_values = elements["numbers"].map(len) > 0
    links = model.links[~model.links["circular"]]
    return Text(
        *say.paragraphs(
            "logic",
            activities=int(activities.sum()),
            outputs=int((elements["element"] == "output").sum()),
            terms=[
                (words.stated(term), many)
                for term in STAGES
                if (many := int((elements["term"] == term).sum()))
            ],
            outcomes=int(outcomes.sum()),
            merged=int((links["target"].value_counts() > 1).sum()),
            loose=_some(model, outcomes & ~elements["chained"]) if activities.any() else "",
            no_activity=not activities.any(),
            not_held=common.not_held(sheet),
            without_values=_some(model, elements["named"] & ~activities & ~in_values),
            not_linked=_some(model, ~elements["named"]),
            single=int((outcomes & ~elements["staged"]).sum()),
            reasons=[words.cut(reason, REASON) for reason in model.reasons],
            circles=int(model.links["circular"].sum()),
            repeated=int((model.links["printed"] > 1).sum()),
            analysed=analysed is not None,
            placed=model.of(analysed) is not None,
        )
    )


def logic_outline(model: LogicModel, analysed: int | None) -> Outline | Text:
    """The logic model, a line an element below what it follows from."""
    if model.elements.empty:
        return Text()
    marked = model.of(analysed)
    lines = outline(model, marked)
    told = {place for line in lines for place in (line.element, *line.below)}
    shown = [
        (
            line.depth,
            say("head", name=_name(model, line.element), here=line.element == marked),
            say(
                "again" if line.again else "text",
                goal=words.cut(model.elements["goal"][line.element], AGAIN if line.again else GOAL),
                indicator=words.cut(model.elements["indicator"][line.element], INDICATOR),
                below=_counted(model, line.below),
            ),
        )
        for line in lines
    ]
    return Outline(shown, say("left", many=len(model.elements) - len(told)))


def _name(model: LogicModel, place: int) -> str:
    number = model.elements["element_number"][place]
    stage = say(model.stages[place])
    return say("label", stage=stage, number="" if pd.isna(number) else str(number))


def _some(model: LogicModel, which: pd.Series) -> str:
    """Elements by name, of many the first; "" for none."""
    places = which[which].index.tolist()
    names = [_name(model, place) for place in places[:NAMED]]
    return say("some", many=len(places), names=names) if places else ""


def _counted(model: LogicModel, places: Iterable[int]) -> list[tuple[str, int]]:
    """The stages of elements, and how many there are of each."""
    counts = Counter(model.stages[place] for place in places)
    return [(say(stage), counts[stage]) for stage in STAGES if counts[stage]]
