"""JUDGIT sheets of the shared corpus as tables over many sheets, for tests of `corpus`."""

import unicodedata
from functools import cache

import pandas as pd

import judgit
from helpers.sheet import table
from helpers.sources import judgit_json

TABLES = ("sheet", "budget", "outcome", "output")


@cache
def tables(first: int, last: int) -> dict[str, pd.DataFrame]:
    """`TABLES` of half the projects in these sheet years, each with the `sheet_id` of its rows."""
    rows: dict[str, list[dict]] = {name: [] for name in TABLES}
    ids: dict[str, list[str]] = {name: [] for name in TABLES}
    for year in range(first, last + 1):
        for line in judgit.half(year):
            sheet = judgit_json.parse(line, judgit.file(year))
            for name in TABLES:
                rows[name] += sheet[name]
                ids[name] += [sheet["sheet"][0]["sheet_id"]] * len(sheet[name])
    return {name: table(name, rows[name]).assign(sheet_id=ids[name]) for name in TABLES}


def pairs(sheet: pd.DataFrame) -> pd.DataFrame:
    """sheet_id, previous_id of the sheets that alone bear their name and ministry in their year."""
    named = sheet[["sheet_id", "sheet_year", "ministry"]].copy()
    named["name"] = ["".join(unicodedata.normalize("NFKC", name).split()) for name in sheet["name"]]
    key = ["sheet_year", "ministry", "name"]
    later = named.drop_duplicates(key, keep=False)
    earlier = later.rename(columns={"sheet_id": "previous_id"})
    earlier["sheet_year"] += 1
    return later.merge(earlier, on=key)[["sheet_id", "previous_id"]]


def indicators(made: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The rows of outcome and output below each other, with the `table` they are from."""
    named = [made[name].assign(table=name) for name in ("outcome", "output")]
    return pd.concat(named, ignore_index=True)
