"""All indicators of a sheet in words: what the figure of them shows, and what it cannot show."""

from collections import Counter

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
    lacking = {kind: common.not_held(sheet, kind) for kind in KINDS}
    lacks = say("lacks", file=common.missing_file(sheet), **lacking)
    if every.printed < 2:
        output = any(row["table"] == "output" for row in every.rows)
        return Text(say("one", many=every.printed, output=output, lacks=lacks))
    kinds = Counter(row["table"] for row in every.rows for _ in range(1 + row["repeats"]))
    return Text(
        say(
            "read",
            outcomes=kinds["outcome"],
            outputs=kinds["output"],
            lacking=lacking,
            lacks=lacks,
            valued=any(row["years"] for row in every.rows),
        )
    )


def every_evidence(every: EveryIndicator, shown: EveryIndicator, rest: list[dict]) -> Fold | Text:
    """How to read the lines `shown`, and the indicators that have none: `rest` are those beyond
    what a figure has room for."""
    if every.printed < 2:
        return Text()
    in_words = [row for row in every.rows if row["qualitative"]]
    empty = [row for row in every.rows if not row["qualitative"] and not row["years"]]
    repeated = [row for row in every.rows if row["repeats"]]
    rated = [row for row in shown.rows if row["rate"] is not None]
    paragraphs = [
        *say.paragraphs(
            "reading",
            panels=len(shown.rows),
            marked=any(row["analysed"] for row in shown.rows),
            own_rates=not all(row["rate_printed"] for row in rated),
            rates=len(rated),
            less=any(row["direction"] == "down" for row in rated),
            repeated=[
                {"name": name, "times": 1 + row["repeats"]}
                for name, row in zip(_names(repeated), repeated, strict=False)
            ],
            rest=_names(rest),
            rest_many=len(rest),
            empty=_names(empty),
            empty_many=len(empty),
            in_words=[
                {"name": name, "result": words.cut(row["result"] or "", RESULT)}
                for name, row in zip(_names(in_words), in_words, strict=False)
            ],
            in_words_many=len(in_words),
        )
    ]
    return Fold(say("reading_heading"), Text(*paragraphs)) if paragraphs else Text()


def _names(rows: list[dict]) -> list[str]:
    """The first indicators by number and name."""
    return [
        say(
            "name",
            outcome=row["table"] == "outcome",
            number=row["number"],
            name=words.cut(row["name"], NAME),
        )
        for row in rows[:LISTED]
    ]
