"""What a project itself says of what its numbers show: sentences of its sheet, as they are printed.

Only sheets from 2024 on have such texts in what is read. A sentence is taken for an explanation
because it speaks of the matter; whether it explains is the reader's to say.
"""

import re

import pandas as pd

LEFT = (
    "不用(?:額|率)|執行率|執行残|未執行|執行額?が(?:低|少|伸び|遅|減|進ま|でき(?:な|ず)|なかった)",
    "繰越|繰り越",
)
ABOUT = {
    "unspent": LEFT,
    "target": ("未達|目標を下回|目標値を下回|目標に届|達成でき(?:な|て|ず)|達成に至",),
    "persistence": LEFT,
    "competition": ("[一１1][者社](?:応札|入札)|一者|１者|随意契約|随契", "競争性|応札"),
}
"""Reason of `leads.REASONS` -> the words by which a sentence speaks of it: where the first are in
no sentence of a sheet, the next."""

PLACES = ("special", "own_check", "improvement", "reaction_detail", "general")
"""Where they are looked for, in order: columns of `review`, and what notes are `about`."""

WHOLE = {"opinion": "reaction_detail"}
"""Reason -> the text that is the answer to it, whatever its words."""

EXPLAINED = ["sheet_id", "reason", "place", "explanation"]


def explained(
    note: pd.DataFrame, review: pd.DataFrame, contracts: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The explanations of sheets, one row a sheet x reason that has one: sheet_id; reason, of
    `leads.REASONS`; place, of `PLACES`; explanation, the first sentence of the first of these that
    speaks of it, or the whole of a text that answers it. For competition first of all it is what is
    printed as the reason for one bidder or a negotiated contract, of the largest of `contracts`
    (sheet_id, amount, single_bid_reason). The tables are a corpus's."""
    latest = review.sort_values("fiscal_year", kind="stable").groupby("sheet_id").last()
    noted = note.sort_values("fiscal_year", kind="stable", na_position="first")
    noted = noted.groupby(["sheet_id", "about"])["text"].last().unstack()  # noqa: PD010
    # A table without a text is one of numbers, which take none.
    of_review, of_note = (of.reindex(columns=PLACES).astype(object) for of in (latest, noted))
    texts = of_review.combine_first(of_note)
    said = {
        place: [
            (sheet_id, [part.strip() for part in re.split(r"(?<=。)|[／\n]", text)])
            for sheet_id, text in texts[place].dropna().items()
        ]
        for place in PLACES
    }
    rows = [
        (sheet_id, reason, place, part)
        for reason, patterns in ABOUT.items()
        for pattern in map(re.compile, patterns)
        for place in PLACES
        for sheet_id, parts in said[place]
        for part in filter(pattern.search, parts)
    ]
    for reason, answer in WHOLE.items():
        whole = texts[answer].dropna().str.strip()
        rows += [(sheet_id, reason, answer, text) for sheet_id, text in whole.items()]
    if contracts is not None:
        why = contracts.dropna(subset="single_bid_reason")
        why = why.sort_values(["amount", "single_bid_reason"], ascending=[False, True])
        why = why.drop_duplicates("sheet_id").sort_values("sheet_id")
        printed = zip(why["sheet_id"], why["single_bid_reason"].str.strip(), strict=True)
        of = [(sheet_id, "competition", "single_bid_reason", text) for sheet_id, text in printed]
        rows = of + rows
    table = pd.DataFrame(rows, columns=EXPLAINED)
    return table.drop_duplicates(["sheet_id", "reason"], ignore_index=True)
