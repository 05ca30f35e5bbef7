"""The findings of a whole corpus: a row for each on disk, counts for the reader."""

import pandas as pd

from helpers import words
from helpers.checks.finding import SEVERITIES, Finding
from helpers.checks.reasons import reason, spoken
from helpers.corpus.store import TABLES, Store

COLUMNS = list(TABLES["finding"])
"""Columns of the table `finding` of a corpus."""


def row(finding: Finding, sheet_id: str) -> dict:
    """A finding as the corpus's table `finding` holds it: its reason in both languages."""
    with words.speaking("en"):
        english = reason(finding)
    with words.speaking("ja"):
        japanese = spoken(finding)
    return japanese | {"sheet_id": sheet_id, "proved": finding.proved, "reason_en": english}


def counts(store: Store, by: str) -> pd.DataFrame:
    """How often each rule fires: severity, rule, findings, sheets, proved, and findings by `by`.

    `by` is "sheet_year" or "ministry"; its values are the further columns. Gravest first, then the
    most frequent.
    """
    found = store.read("finding", columns=["sheet_id", "rule", "severity", "proved"])
    sheets = store.read("sheet", columns=["sheet_id", by])
    found = found.merge(sheets, on="sheet_id")
    keys = ["severity", "rule"]
    total = found.groupby(keys).agg(
        findings=("rule", "size"), sheets=("sheet_id", "nunique"), proved=("proved", "sum")
    )
    split = found.pivot_table(
        index=keys, columns=by, values="sheet_id", aggfunc="size", fill_value=0
    )
    table = total.join(split).reset_index()
    order = table["severity"].map(SEVERITIES.index)
    ranked = table.assign(order=order).sort_values(["order", "findings"], ascending=[True, False])
    return ranked.drop(columns="order").reset_index(drop=True)
