"""What follows from all the sheets of a corpus: projects, indicators, revisions, findings by them.

Projects are linked from one sheet year to the next. All else is worked out project by project, a
shard of them at a time: of all years together only links and revisions are held.
"""

from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import pandas as pd

from helpers import checks
from helpers.corpus import findings, indicators, links, traits, vintages
from helpers.corpus.draft import Draft
from helpers.corpus.sheets import rows_of
from helpers.corpus.store import Store
from helpers.processes import Map
from helpers.sheet import located

SHARD = 4000
"""Sheets that are worked on together."""
REACH = 5
"""A project is looked for so many sheet years back."""

FACTS = [*traits.TEXTS, "sheet_year", "start_year"]
TEXTS = ["sheet_id", "table", "number", "indicator", "goal", "unit"]
VALUES = ["sheet_id", "table", "number", "fiscal_year", "actual"]
BY_OTHERS = ["negative_lost", "target_year_era", "target_year_impossible"]
BY_OTHERS += ["unit_slip", "link_contradicted"]
"""Rules whose finding other sheets of the project may settle or have made."""


@dataclass(frozen=True)
class _Shard:
    """What was worked out for some projects, and which sheets were checked again."""

    indicator: pd.DataFrame
    revision: pd.DataFrame
    finding: pd.DataFrame
    again: list[str]


def all_years(draft: Draft, over: Map) -> None:
    """Write the tables `project`, `indicator` and `revision` of every sheet year, and check those
    sheets again of which another sheet of their project says more."""
    project = _projects(draft, over)
    by_year = dict(zip(project["sheet_id"], project["sheet_year"], strict=True))
    place = dict(zip(project["sheet_id"], range(len(project)), strict=True))
    for year, rows in project.groupby("sheet_year"):
        draft.replace("project", year, rows)
    shards = list(over(partial(_shard, draft.reader()), _shares(project)))
    for name in ("indicator", "revision"):
        table = _in_order([getattr(shard, name) for shard in shards], place)
        of_year = table["sheet_id"].map(by_year)
        for year in draft.years:
            draft.replace(name, year, table[of_year == year])
    again = {sheet_id for shard in shards for sheet_id in shard.again}
    found = pd.concat([shard.finding for shard in shards], ignore_index=True)
    of_year = found["sheet_id"].map(by_year)
    for year in sorted({by_year[sheet_id] for sheet_id in again}):
        before = draft.read("finding", [year])
        kept = before[~before["sheet_id"].isin(again)]
        draft.replace("finding", year, _in_order([kept, found[of_year == year]], place))


def _in_order(parts: list[pd.DataFrame], place: dict[str, int]) -> pd.DataFrame:
    """The rows of all parts in the order of the sheets: a sheet's lie together in the file."""
    rows = pd.concat(parts, ignore_index=True)
    return rows.sort_values("sheet_id", key=lambda ids: ids.map(place), kind="stable")


def _shares(project: pd.DataFrame) -> list[pd.DataFrame]:
    """The table `project` in parts of whole projects."""
    of = project["project_id"].astype("category").cat.codes.to_numpy()
    many = -(-len(project) // SHARD)
    return [project[of % many == number] for number in range(many)]


def _projects(draft: Draft, over: Map) -> pd.DataFrame:
    """The table `project`: each sheet year linked to the one before, what is left to older ones."""
    years, reader = draft.years, draft.reader()
    made = [pd.DataFrame(columns=links.COLUMNS), *over(partial(_link, reader), pairwise(years))]
    linked = {sheet_id for part in made for sheet_id in part["sheet_id"]}
    continued = {sheet_id for part in made for sheet_id in part["previous_id"]}
    sheets = reader.read("sheet", columns=FACTS)
    for at, year in enumerate(years):
        for before in reversed(years[max(0, at - REACH) : max(0, at - 1)]):
            later = sheets[(sheets["sheet_year"] == year) & ~sheets["sheet_id"].isin(linked)]
            earlier = sheets[(sheets["sheet_year"] == before) & ~sheets["sheet_id"].isin(continued)]
            part = _linked(reader, earlier, later)
            linked.update(part["sheet_id"])
            continued.update(part["previous_id"])
            made.append(part)
    found = pd.concat(made, ignore_index=True).astype({"sheet_id": "str", "previous_id": "str"})
    named = links.projects(sheets, found)
    return sheets[["sheet_id", "sheet_year"]].merge(named).merge(found, "left", on="sheet_id")


def _link(reader: Store, years: tuple[int, int]) -> pd.DataFrame:
    return _linked(reader, *(reader.read("sheet", [year], FACTS) for year in years))


def _linked(reader: Store, earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    earlier_budget, later_budget = (
        reader.read("budget", side["sheet_year"].unique().tolist(), sheet_id=side["sheet_id"])
        for side in (earlier, later)
    )
    return links.link(earlier, earlier_budget, later, later_budget)


def _shard(reader: Store, project: pd.DataFrame) -> _Shard:
    ids = project["sheet_id"]
    tables = {name: reader.read(name, sheet_id=ids) for name in ("budget", "outcome", "output")}
    tables["sheet"] = project[["sheet_id", "sheet_year"]]
    indicator = _indicators(tables, project)
    values = vintages.values(tables, project, indicator)
    revision = vintages.revisions(values)
    again = _unsettled(reader, project, revision)
    rows = rows_of(reader, again, project, values)
    found = [
        findings.row(finding, sheet_id)
        for sheet_id in again
        for finding in checks.found(located(rows[sheet_id]))
    ]
    return _Shard(indicator, revision, pd.DataFrame(found, columns=findings.COLUMNS), again)


def _indicators(tables: dict, project: pd.DataFrame) -> pd.DataFrame:
    """The table `indicator` of some projects."""
    rows = pd.concat(
        [tables[name].assign(table=name) for name in ("outcome", "output")], ignore_index=True
    )
    texts = rows[TEXTS].drop_duplicates(["sheet_id", "table", "number"])
    pairs = project[["sheet_id", "previous_id"]].dropna()
    found = indicators.link(texts, pairs, rows[VALUES])
    named = indicators.series(texts, found)
    return named.merge(found, "left", on=["sheet_id", "table", "number"])


def _unsettled(reader: Store, project: pd.DataFrame, revision: pd.DataFrame) -> list[str]:
    """The sheets on which the other sheets of their project may throw light, or have thrown it."""
    found = reader.read("finding", columns=["sheet_id", "rule"], sheet_id=project["sheet_id"])
    said = found.loc[found["rule"].isin(BY_OTHERS), "sheet_id"]
    slips = revision[revision["kind"] == "rescaled"]
    contradicted = project.loc[project["verified"] == "contradicts", "sheet_id"]
    parts = [said, slips["sheet_id"], slips["previous_id"], contradicted]
    return sorted({str(one) for part in parts for one in part})
