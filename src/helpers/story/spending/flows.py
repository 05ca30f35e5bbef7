"""How far the money can be followed."""

import pandas as pd

from helpers import words
from helpers.analysis.flows import REST
from helpers.sentences import Sentences
from helpers.sheet import records
from helpers.show import Heading, Table, Text
from helpers.story import common

say = Sentences("spending/flows")


def heading(blocks: pd.DataFrame) -> Heading:
    """The question, where a sheet prints blocks or the links between them."""
    return Heading(*([say("question")] if len(blocks) else []))


def read_flows(followed: pd.DataFrame, tree: pd.DataFrame) -> Text:
    """How to read the figure, how far the money of the latest year can be followed and where it
    ends: the tables of `flows`."""
    if followed.empty:
        return Text(say("none"))
    row = records(followed)[-1]
    paid = row["paid"] or 0
    parts = {
        name: common.part(row[name], paid) if paid > 0 else ""
        for name in ("bundled_amount", "unnumbered", "state_amount")
    }
    return Text(
        *say.paragraphs("figure", rows=len(tree), rest=(tree["kind"] == REST).any()),
        *say.paragraphs(
            "answer",
            row=row,
            known=row["direct"] is not None,
            paid=paid > 0,
            parts=parts,
            named_part=words.percent(row["named"] / max(row["payees"], 1), 0),
        ),
    )


def followed_table(followed: pd.DataFrame) -> Table | Text:
    """The same by year, where there are several."""
    if len(followed) < 2:
        return Text()
    amounts = ["direct", "bundled_amount", "unnumbered", "handed_on", "indirect"]
    # Of what no year has, no column.
    amounts = [name for name in amounts if followed[name].notna().any()]
    columns = ["blocks", "depth", *amounts, "unlinked"]
    headings = {name: say(name) for name in columns}
    unit, formats = common.in_units(followed[amounts])
    first_only = followed.loc[followed["first_only"], "fiscal_year"].tolist()
    caption = say("by_year", unit=unit, first_only=first_only)
    formats |= dict.fromkeys(("blocks", "depth", "unlinked"), words.bare_year)
    return Table(followed[["fiscal_year", *columns]], caption, formats, headings)
