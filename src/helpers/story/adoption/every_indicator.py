"""All indicators of a sheet in words: what the figure of them shows, and what it cannot show."""

import pandas as pd

from helpers import words
from helpers.analysis.every_indicator import KINDS, EveryIndicator
from helpers.sentences import Sentences
from helpers.sheet import ReviewSheet
from helpers.show import Fold, Text
from helpers.story import common

say = Sentences("adoption/every_indicator")

NAME, RESULT = 40, 160
"""Signs of a sheet's text that a sentence has room for."""
LISTED = 12
"""Indicators that a sentence names."""


def read_every(sheet: ReviewSheet, every: EveryIndicator) -> Text:
    """How many indicators there are."""
    table = every.indicators
    lacking = {kind: common.not_held(sheet, kind) for kind in KINDS}
    lacks = say("lacks", file=common.missing_file(sheet), **lacking)
    if every.printed < 2:
        return Text(say("one", many=every.printed, lacks=lacks))
    kinds = table.assign(all=1 + table["repeats"]).groupby("table")["all"].sum()
    return Text(
        say(
            "read",
            outcomes=int(kinds.get("outcome", 0)),
            outputs=int(kinds.get("output", 0)),
            lacking=lacking,
            lacks=lacks,
            valued=bool((table["values"] > 0).any()),
        )
    )


def every_evidence(every: EveryIndicator, shown: EveryIndicator, rest: pd.DataFrame) -> Fold | Text:
    """How to read the lines `shown`, and the indicators that have none: `rest` are those beyond
    what a figure has room for."""
    table = every.indicators
    if every.printed < 2:
        return Text()
    in_words = table[table["qualitative"]]
    empty = table[~table["qualitative"] & (table["values"] == 0)]
    repeated = table[table["repeats"] > 0]
    rated = shown.indicators.dropna(subset=["rate"])
    paragraphs = [
        *say.paragraphs(
            "reading",
            panels=len(shown.indicators),
            marked=bool(shown.indicators["analysed"].any()),
            own_rates=bool((~rated["rate_printed"]).any()),
            rates=len(rated),
            less=bool(rated["direction"].eq("down").any()),
            repeated=[
                {"name": name, "times": 1 + again}
                for name, again in zip(_names(repeated), repeated["repeats"], strict=False)
            ],
            rest=_names(rest),
            rest_many=len(rest),
            empty=_names(empty),
            empty_many=len(empty),
            in_words=[
                {"name": name, "result": words.cut(_text(result), RESULT)}
                for name, result in zip(_names(in_words), in_words["result"], strict=False)
            ],
            in_words_many=len(in_words),
        )
    ]
    return Fold(say("reading_heading"), Text(*paragraphs)) if paragraphs else Text()


def _names(table: pd.DataFrame) -> list[str]:
    """The first indicators by number and name."""
    return [
        say(
            "name",
            outcome=row.table == "outcome",
            number=row.number,
            name=words.cut(row.name, NAME),
        )
        for row in table.head(LISTED).itertuples()
    ]


def _text(value) -> str:
    return "" if pd.isna(value) else value
