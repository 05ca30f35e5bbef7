"""What the review said, and what followed."""

from functools import partial

import pandas as pd

from helpers import digits, words
from helpers.checks.reviews import REDUCED
from helpers.sentences import Sentences
from helpers.sheet import records
from helpers.show import Heading, Table, Text
from helpers.story import common

say = Sentences("spending/reviews")

QUOTED = 400
"""Characters of a text of a review."""


def heading(followed: pd.DataFrame) -> Heading:
    """The question, where a sheet prints a review."""
    return Heading(*([say("question")] if len(followed) else []))


def read_reviews(followed: pd.DataFrame) -> Text:
    """What the latest review said, and the budgets before and after: of `reviews.followed`."""
    if followed.empty:
        return Text(say("none"))
    row = records(followed)[-1]
    asked, before = row["requested_next"], row["initial"]
    change = None if None in (asked, before) else digits.difference(asked, before)
    not_less = row["reaction"] in REDUCED and change is not None and change >= 0
    return Text(*say.paragraphs("answer", row=row, change=change, not_less=not_less))


def followed_table(followed: pd.DataFrame) -> Table | Text:
    """Opinion, reaction and budgets by review."""
    if followed.empty:
        return Text()
    amounts = ["reflected", "initial", "requested_next", "initial_next"]
    headings = {name: say(name) for name in ("fiscal_year", *amounts)}
    caption, formats = common.in_units(followed[amounts])
    formats |= dict.fromkeys(("opinion", "reaction"), words.of_review)
    shown = followed.drop(columns=["expert_year", "opinion_text"])
    return Table(shown, caption, formats, headings)


def said_table(said: pd.Series, followed: pd.DataFrame) -> Table | Text:
    """What the latest review says in words: of `reviews.said`, and the year of the experts' opinion
    (of `reviews.followed`) where it is another."""
    if said.empty:
        return Text()
    years = followed.set_index("fiscal_year")["expert_year"].dropna()
    experts = years.get(said.name, said.name)
    facts = {"year": experts if experts != said.name else None}
    items = [say(name, **(facts if name == "expert_opinion" else {})) for name in said.index]
    frame = pd.DataFrame({"item": items, "text": list(said)})
    caption = say("said", year=said.name, most=QUOTED, all=said.str.len().max())
    formats = {"text": partial(words.cut, most=QUOTED)}
    return Table(frame, caption, formats, headings={"item": say("item")})


def remarks_table(remarks: pd.DataFrame) -> Table | Text:
    """Earlier remarks and the responses to them: of `reviews.remarks`."""
    if remarks.empty:
        return Text()
    quoted = {
        name: lambda text: "–" if pd.isna(text) else words.cut(text)
        for name in ("remark", "response")
    }
    formats = {"by": words.of_review, "year": words.bare_year} | quoted
    headings = {name: say(name) for name in ("by", "year", "remark", "response")}
    columns = ["by", "year", "remark", "response"]
    return Table(remarks[columns], say("remarks"), formats, headings)
