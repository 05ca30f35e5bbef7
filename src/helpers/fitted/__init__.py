"""What was fitted to and counted in all sheets: the package's own, or that of a corpus at hand.

`review-sheets fit` and `review-sheets backtest` make the files; data/README.md says what those that
ship with the package were made from.
"""

import json
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from helpers import paths
from helpers.analysis.peers import DIMENSIONS
from helpers.corpus import FITTED as OF_CORPUS
from helpers.corpus import is_corpus

PACKAGE = Path(__file__).parent
OUTCOMES, EXECUTION, ABOUT_PEERS = "outcomes.json", "execution.json", "peers.json"
PEERS, PERSISTENCE, MONEY = "peers.csv.gz", "persistence.csv", "money.csv"
TRACK_RECORD = "track_record.json"
MAKES = {TRACK_RECORD: "review-sheets backtest"}
FORMAT = 1
"""Of the JSON files: what another version wrote is not read."""


class Peers(NamedTuple):
    """The tables of `peers.table`, `persistence.table` and `persistence.money`; `peers.about`."""

    table: pd.DataFrame
    persistence: pd.DataFrame
    money: pd.DataFrame
    about: dict


@dataclass(frozen=True)
class Fitted:
    """The files of a folder, read when they are asked for.

    Each raises OSError where its file is not there, ValueError naming one that is no such file.
    """

    folder: Path

    @cached_property
    def outcomes(self) -> dict:
        """The pooled regressions of outcomes, as `outcome_pool.fit` gives them."""
        return self._json(OUTCOMES)

    @cached_property
    def execution(self) -> dict:
        """The pooled regressions of execution, as `execution_pool.fit` gives them."""
        return self._json(EXECUTION)

    @cached_property
    def peers(self) -> Peers:
        """How all projects are distributed, and what followed low execution."""
        texts = dict.fromkeys(["unit", "measure", "after", "fact", *DIMENSIONS], "str")
        tables = [self._csv(name, texts) for name in (PEERS, PERSISTENCE, MONEY)]
        return Peers(*tables, self._json(ABOUT_PEERS))

    @cached_property
    def track_record(self) -> dict:
        """How the forecasts did on past sheets: about, and the tables of `track_scores`: scores,
        reliability, pit. That which ships where the folder has none."""
        if self != SHIPPED and not (self.folder / TRACK_RECORD).is_file():
            return SHIPPED.track_record
        stored = self._json(TRACK_RECORD)
        tables = {name: pd.DataFrame(stored[name]) for name in ("scores", "reliability", "pit")}
        return {"about": stored["about"], **tables}

    @cached_property
    def as_of(self) -> int:
        """The last sheet year that the peers, and with them all of the folder, were made from."""
        return self._json(ABOUT_PEERS)["as_of"]

    def _json(self, name: str) -> dict:
        path, command = self.folder / name, MAKES.get(name, "review-sheets fit")
        try:
            found = json.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise ValueError(f"{path}: {error}: make it again, `{command}`") from error
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise ValueError(f"{path}: of another version: make it again, `{command}`")
        return found

    def _csv(self, name: str, texts: dict[str, str]) -> pd.DataFrame:
        path = self.folder / name
        try:
            read = pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=[""])
        except FileNotFoundError:
            raise
        except (ValueError, EOFError, OSError, zlib.error) as error:
            raise ValueError(f"{path}: {error}: make it again, `review-sheets fit`") from error
        # Put before what a spreadsheet would take for a formula.
        given = {name: read[name].str.removeprefix("'") for name in texts if name in read}
        return read.assign(**given)


FITTED = (OUTCOMES, EXECUTION, PEERS, PERSISTENCE, MONEY, ABOUT_PEERS)
SHIPPED = Fitted(PACKAGE)


def of(reference: str | Path, as_of: int | None = None) -> Fitted:
    """What to use for a sheet: that of its corpus (`DIR#id`) where `review-sheets fit` made it from
    sheets up to `as_of`, else what ships with the package."""
    folder, mark, _ = str(reference).rpartition("#")
    if mark and is_corpus(folder):
        own = Fitted(paths.find(folder) / OF_CORPUS)
        complete = all((own.folder / name).is_file() for name in FITTED)
        if complete and (as_of is None or own.as_of <= as_of):
            return own
    return SHIPPED
