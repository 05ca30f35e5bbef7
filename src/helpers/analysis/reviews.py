"""What the review said of a project, what was answered, and what the next budgets were."""

import re

import pandas as pd

from helpers.sheet import MAYBE, NUMBER, TEXT, YEAR, ReviewSheet, first_of, typed

FOLLOWED = {
    **{"fiscal_year": YEAR, "opinion": TEXT, "reaction": TEXT, "reflected": NUMBER},
    **{"initial": NUMBER, "requested_next": NUMBER, "initial_next": NUMBER, "expert_year": YEAR},
    **{"opinion_text": MAYBE},
}
REMARKS = {"fiscal_year": YEAR, "by": TEXT, "year": YEAR, "remark": TEXT, "response": TEXT}
SAID = ("expert_opinion", "public_process", "opinion_detail", "reaction_detail")
"""Texts of a review that say what was found, and what is made of it."""

_SAYS = r"\w"
"""What a text has that is no filler, such as -."""

_NAME = r"(?=[ぁ-ん]?[一-鿿々ァ-ヶー])(?:[ぁ-ん]{0,3}[一-鿿々ァ-ヶー]){1,8}[ぁ-ん]{0,3}"
_SIGNED = rf"(?<=。)\s*[（(]\s*{_NAME}(?:[\s、,，・]+{_NAME})*\s*[）)]\s*$"
"""Names in brackets behind the last sentence of a text: no digits, hardly any hiragana."""


def followed(sheet: ReviewSheet) -> pd.DataFrame:
    """What each review said, and the budgets before and after: the columns of `FOLLOWED`.

    `fiscal_year` is that of the review, `initial` its budget, and `requested_next` and
    `initial_next` those of the year after, the first that can follow it. `reflected` is the size of
    what the request reflects, general and special accounts together, whatever the printed sign: it
    is `reaction` that says the direction. `expert_year` is when outside experts last looked at the
    project, `opinion_text` whether the opinion has a text, also without its category. Million yen.
    """
    initial, requested = (
        {row["fiscal_year"]: row[name] for row in sheet.rows("budget")}
        for name in ("initial", "requested")
    )
    rows = []
    for year, review in _first(sheet.rows("review")).items():
        amounts = (review[name] for name in ("reflected", "reflected_special"))
        known = [abs(amount) for amount in amounts if amount is not None]
        rows.append(
            {"fiscal_year": year, "opinion": review["opinion"], "reaction": review["reaction"]}
            | {"reflected": sum(known) if known else None, "initial": initial.get(year)}
            | {"requested_next": requested.get(year + 1), "initial_next": initial.get(year + 1)}
            | {"expert_year": review["expert_year"]}
            | {"opinion_text": bool(re.search(_SAYS, review["opinion_detail"] or ""))}
        )
    return typed(rows, FOLLOWED)


def said(sheet: ReviewSheet) -> pd.Series:
    """The texts `SAID` of the latest review that has any, those that it has; `name` is its year.

    Experts often sign their opinion: the names at its end, in brackets, are left out, because what
    is told is what was said of the project, not who did.
    """
    for year, review in reversed(_first(sheet.rows("review")).items()):
        texts = {name: review[name] or "" for name in SAID}
        texts["expert_opinion"] = re.sub(_SIGNED, "", texts["expert_opinion"])
        if said := {name: text for name, text in texts.items() if re.search(_SAYS, text)}:
            return pd.Series(said, dtype=TEXT, name=year)
    return pd.Series(dtype=TEXT)


def remarks(sheet: ReviewSheet) -> pd.DataFrame:
    """Earlier remarks on the project and the responses to them: the columns of `REMARKS`.

    `fiscal_year` is that of the latest review that prints the remark, `by` and `year` say whose it
    was and when; latest first, each once.
    """
    rows = [
        {"fiscal_year": row["fiscal_year"], "by": row[by], "year": row[year]}
        | {"remark": row[f"{kind}_remark"], "response": row[f"{kind}_response"]}
        for row in sheet.rows("review")
        for kind, by, year in (
            ("past", "past_kind", "past_year"),
            ("survey", "survey", "survey_year"),
        )
        if re.search(_SAYS, row[f"{kind}_remark"] or "")
    ]
    frame = typed(rows, REMARKS).sort_values(["fiscal_year", "year"], kind="stable")
    frame = frame.drop_duplicates(["by", "year", "remark"], keep="last")
    return frame.sort_values("year", ascending=False, kind="stable").reset_index(drop=True)


def _first(review: list[dict]) -> dict[int, dict]:
    """By fiscal year the first row: further ones hold remarks alone."""
    dated = (row for row in review if row["fiscal_year"] is not None)
    return dict(sorted(first_of(dated, "fiscal_year").items()))
