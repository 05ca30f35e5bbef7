"""What was fitted to and counted in all sheets: the package's own, or that of a corpus at hand.

A file for each sheet year, of the sheets up to it, so that an old sheet is met by what was known in
its time. `review-sheets fit` and `review-sheets backtest` make the files; data/README.md says what
those that ship with the package were made from.
"""

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from helpers import paths
from helpers.analysis.peers import DIMENSIONS
from helpers.analysis.portfolio import COUNTS
from helpers.corpus import FITTED as OF_CORPUS
from helpers.corpus import is_corpus

PACKAGE = Path(__file__).parent
OUTCOMES, EXECUTION, ABOUT_PEERS = "outcomes-{}.json", "execution-{}.json", "peers-{}.json"
PEERS, PERSISTENCE, MONEY = "peers-{}.csv.gz", "persistence-{}.csv", "money-{}.csv"
KINDS = {
    "outcomes": [OUTCOMES],
    "execution": [EXECUTION],
    "peers": [PEERS, PERSISTENCE, MONEY, ABOUT_PEERS],
}
"""What is made as of several sheet years -> the names of its files, of which each year has one."""
INDEX = "fitted.json"
"""Which years there are of each of `KINDS`. Written last: what it names is complete."""
TRACK_RECORD = "track_record.json"
MINISTRIES = "ministries.csv"
MAKES = {TRACK_RECORD: "review-sheets backtest"}
TEXTS = ["unit", "measure", "after", "fact", *DIMENSIONS]
"""Columns of the tables that are texts, whatever stands in them."""
WHOLE = ["fiscal_year", "sheet_year", *COUNTS]
"""Columns of `MINISTRIES` that are no amounts."""
FORMAT = 2
"""Of the JSON files: what another version wrote is not read."""


class Peers(NamedTuple):
    """The tables of `peers.table`, `persistence.table` and `persistence.money`; `peers.about`."""

    table: pd.DataFrame
    persistence: pd.DataFrame
    money: pd.DataFrame
    about: dict


@dataclass(frozen=True)
class Fitted:
    """The files of a folder, read when they are asked for: of each kind those of the latest sheet
    year that is no later than `year`, else the first; the last without a `year`.

    Each raises OSError where its file is not there, ValueError naming one that is no such file.
    """

    folder: Path
    year: int | None = None

    @cached_property
    def outcomes(self) -> dict:
        """The pooled regressions of outcomes, as `outcome_pool.fit` gives them."""
        return self._json(OUTCOMES.format(self._year("outcomes")))

    @cached_property
    def execution(self) -> dict:
        """The pooled regressions of execution, as `execution_pool.fit` gives them, `cohorts` as the
        table that forecasts take."""
        return _read(_execution, self.folder / EXECUTION.format(self._year("execution")))

    @cached_property
    def peers(self) -> Peers:
        """How all projects are distributed, and what followed low execution."""
        *tables, about = (name.format(self._year("peers")) for name in KINDS["peers"])
        return Peers(*(self._csv(name) for name in tables), self._json(about))

    @cached_property
    def years(self) -> dict[str, list[int]]:
        """Of each of `KINDS` the sheet years that there are."""
        found = self._json(INDEX)
        return {kind: found[kind] for kind in KINDS}

    @cached_property
    def track_record(self) -> dict:
        """How the forecasts did on past sheets: about, and the tables of `track_scores` (scores,
        reliability, pit) and of `forecast.ranking` (ranking). That which ships where the folder has
        none."""
        if self.folder != PACKAGE and not (self.folder / TRACK_RECORD).is_file():
            return SHIPPED.track_record
        return _read(_track_record, self.folder / TRACK_RECORD)

    @cached_property
    def ministries(self) -> pd.DataFrame:
        """The money of all projects by ministry and fiscal year, as the last whole year of sheets
        shows it: `analysis.portfolio.money`."""
        return self._csv(MINISTRIES).astype(dict.fromkeys(WHOLE, "Int64"))

    def _year(self, kind: str) -> int:
        """The sheet year whose files to use."""
        years = self.years[kind]
        early = [year for year in years if self.year is None or year <= self.year]
        return early[-1] if early else years[0]

    def _json(self, name: str) -> dict:
        return _read(_json, self.folder / name)

    def _csv(self, name: str) -> pd.DataFrame:
        return _read(_csv, self.folder / name)


def _read(how: Callable[[Path], Any], path: Path) -> Any:
    """What is in a file, read once as long as it stays as it is."""
    known = path.stat()
    return _kept(how, path, known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=128)
def _kept(how: Callable[[Path], Any], path: Path, *_: int) -> Any:
    return how(path)


def _json(path: Path) -> dict:
    command = MAKES.get(path.name, "review-sheets fit")
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}: make it again, `{command}`") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(f"{path}: of another version: make it again, `{command}`")
    return found


def _execution(path: Path) -> dict:
    found = _json(path)
    return found | {"cohorts": pd.DataFrame(found["cohorts"])}


def _csv(path: Path) -> pd.DataFrame:
    texts = dict.fromkeys(TEXTS, "str")
    try:
        read = pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=[""])
    except FileNotFoundError:
        raise
    except (ValueError, EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{path}: {error}: make it again, `review-sheets fit`") from error
    # Put before what a spreadsheet would take for a formula.
    given = {name: read[name].str.removeprefix("'") for name in texts if name in read}
    return read.assign(**given)


def _track_record(path: Path) -> dict:
    stored = _json(path)
    if "ranking" not in stored:
        raise ValueError(f"{path}: of another version: make it again, `{MAKES[path.name]}`")
    rows = [
        {**facts, "measure": name, "value": value, "low": low, "high": high}
        for facts in stored["scores"]
        for name, (value, low, high) in facts.pop("measures").items()
    ]
    tables = {name: pd.DataFrame(stored[name]) for name in ("reliability", "pit", "ranking")}
    return {"about": stored["about"], "scores": pd.DataFrame(rows), **tables}


SHIPPED = Fitted(PACKAGE)


@cache
def shipped(year: int | None) -> Fitted:
    """What ships with the package, for a sheet of `year`."""
    return Fitted(PACKAGE, year)


def warm() -> None:
    """Read what ships with the package: processes forked from this one have it."""
    every = {year for years in SHIPPED.years.values() for year in years}
    for year in every:
        known = shipped(year)
        _ = known.outcomes, known.execution, known.peers
    _ = SHIPPED.track_record


def of(reference: str | Path, year: int | None = None) -> Fitted:
    """What to use for a sheet of `year`: that of its corpus (`DIR#id`) where `review-sheets fit`
    made all of it from sheets up to then, else what ships with the package."""
    folder, mark, _ = str(reference).rpartition("#")
    if mark and is_corpus(folder):
        own = Fitted(paths.find(folder) / OF_CORPUS, year)
        if (own.folder / INDEX).is_file() and all(own.years.values()):
            first = max(years[0] for years in own.years.values())
            return own if year is None or first <= year else shipped(year)
    return shipped(year)
