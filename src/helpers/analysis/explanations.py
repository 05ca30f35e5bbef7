"""What a project itself says of what its numbers show: sentences of its sheet, as they are printed.

Only sheets from 2024 on have such texts in what is read. A sentence is taken for an explanation
because it speaks of the matter; whether it explains is the reader's to say.
"""

import re

import pandas as pd

ABOUT = {
    "unspent": "不用|執行率|執行残|未執行|執行が|執行額が|繰越|繰り越",
    "target": "未達|目標を下回|目標値を下回|目標に届|達成でき(?:な|て|ず)|達成に至",
    "persistence": "不用|執行率|執行残|未執行|執行が|執行額が|繰越|繰り越",
    "competition": "一者|１者|1者|随意契約|競争性|応札|入札者",
}
"""Reason of `leads.REASONS` -> the words by which a sentence speaks of it."""

PLACES = ("special", "own_check", "improvement", "reaction_detail", "general")
"""Where they are looked for, in order: columns of `review`, and what notes are `about`."""

WHOLE = {"opinion": "reaction_detail"}
"""Reason -> the text that is the answer to it, whatever its words."""

EXPLAINED = ["sheet_id", "reason", "place", "explanation"]


def explained(note: pd.DataFrame, review: pd.DataFrame) -> pd.DataFrame:
    """The explanations of sheets, one row a sheet x reason that has one: sheet_id; reason, of
    `leads.REASONS`; place, of `PLACES`; explanation, the first sentence of the first of these that
    speaks of it, or the whole of a text that answers it. The tables are a corpus's."""
    latest = review.sort_values("fiscal_year", kind="stable").groupby("sheet_id").last()
    noted = note.sort_values("fiscal_year", kind="stable", na_position="first")
    noted = noted.groupby(["sheet_id", "about"])["text"].last().unstack()  # noqa: PD010
    texts = latest.reindex(columns=PLACES).combine_first(noted.reindex(columns=PLACES))
    rows = []
    for place in PLACES:
        for sheet_id, text in texts[place].dropna().items():
            parts = [part.strip() for part in re.split(r"(?<=。)|[／\n]", text)]
            for reason, words in ABOUT.items():
                said = next((part for part in parts if re.search(words, part)), None)
                rows += [(sheet_id, reason, place, said)] if said else []
            for reason, answer in WHOLE.items():
                rows += [(sheet_id, reason, place, text.strip())] if place == answer else []
    table = pd.DataFrame(rows, columns=EXPLAINED)
    return table.drop_duplicates(["sheet_id", "reason"], ignore_index=True)
