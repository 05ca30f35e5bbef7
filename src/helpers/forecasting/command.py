"""The commands `review-sheets fit`, `backtest` and `forecast`.

Imports stand inside: `review-sheets --help` answers before pandas would have loaded.
"""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.errors import ReviewSheetError
from helpers.terminal import DONE, complain, say

if TYPE_CHECKING:
    from helpers.corpus import Corpus
    from helpers.fitted import Fitted

FORMATS = ("parquet", "csv")


def add_commands(commands: "argparse._SubParsersAction") -> None:
    """The three commands and what they take."""
    fit = commands.add_parser("fit", help="fit the forecasts, and count the peers, on a corpus")
    _add_corpus(fit, _fit)
    backtest = commands.add_parser(
        "backtest", help="test the forecasts on a corpus's past: their track record"
    )
    _add_corpus(backtest, _backtest)
    for command in (fit, backtest):
        command.add_argument(
            "--as-of", type=int, metavar="YEAR", help="nothing published after YEAR"
        )
        command.add_argument(
            "--out",
            type=Path,
            metavar="DIR",
            help="default: the corpus's folder fitted, which reports on its sheets use",
        )
    backtest.add_argument(
        "--record", type=Path, metavar="FILE", help="every forecast with what came, as .parquet"
    )
    backtest.add_argument("--lang", choices=("ja", "en"), default="ja")

    forecast = commands.add_parser("forecast", help="forecast every project of a sheet year")
    _add_corpus(forecast, _forecast)
    forecast.add_argument(
        "--as-of",
        type=int,
        required=True,
        metavar="YEAR",
        help="projects with a sheet of YEAR, from nothing published after it",
    )
    forecast.add_argument("--out", type=Path, required=True, metavar="DIR")
    forecast.add_argument(
        "--fitted",
        type=Path,
        metavar="DIR",
        help="what `fit` wrote; default: the corpus's own, if from sheets up to YEAR, else what "
        "ships with the package",
    )
    forecast.add_argument(
        "--format",
        type=_formats,
        default=FORMATS,
        metavar="F[,F]",
        help="parquet, csv or both (default)",
    )


def _add_corpus(parser: argparse.ArgumentParser, command) -> None:
    parser.set_defaults(command=command)
    parser.add_argument(
        "--corpus", type=Path, required=True, metavar="DIR", help="made by `corpus build`"
    )


def _formats(text: str) -> list[str]:
    chosen = text.split(",")
    if unknown := set(chosen) - set(FORMATS):
        raise argparse.ArgumentTypeError(f"no format {', '.join(sorted(unknown))}: parquet, csv")
    return chosen


def _fit(arguments: argparse.Namespace) -> int:
    _one_thread()
    from helpers.forecasting import fit, write

    with _usable(arguments.corpus):
        corpus = _opened(arguments, 2)
        outcomes, execution = (
            step(corpus, arguments.as_of) for step in (fit.outcomes, fit.execution)
        )
        peers = fit.peers(corpus, arguments.as_of)
    out = _out(arguments)
    write.fitted(out, outcomes, execution, peers)
    first, *_, last = peers.about["sheet_years"]
    cases = sum(kind["cases"] for kind in outcomes["kinds"].values())
    say(f"{out}: from {peers.about['sheets']:,} sheets of {first}-{last}")
    say(f"outcomes: {cases:,} cases of {outcomes['projects']:,} projects")
    say(f"execution: {execution['rows']:,} years of {execution['projects']:,} projects")
    say(f"peers: {peers.about['project_years']:,} years of {peers.about['projects']:,} projects")
    return DONE


def _backtest(arguments: argparse.Namespace) -> int:
    _one_thread()
    from helpers import files
    from helpers.fitted import TRACK_RECORD
    from helpers.forecasting import backtest, panels, told, write

    if arguments.record and arguments.record.suffix != ".parquet":
        raise ReviewSheetError(f"--record {arguments.record}: a name that ends in .parquet, please")
    with _usable(arguments.corpus):
        corpus = _opened(arguments, backtest.FEWEST_YEARS)
        # The test takes minutes: a place that cannot be written in is told before.
        out = files.writable(_out(arguments))
        if arguments.record:
            files.writable(arguments.record.parent)
        record = backtest.record(corpus, arguments.as_of)
    tables = backtest.summed(record, panels.years(corpus, arguments.as_of))
    if arguments.record:
        with files.replacing(arguments.record) as partial:
            record.to_parquet(partial, index=False)
    say(files.write(out / TRACK_RECORD, write.by_row(tables)))
    say(told.scores(tables["scores"], arguments.lang))
    return DONE


def _forecast(arguments: argparse.Namespace) -> int:
    from helpers.forecasting import about, forecast, write

    as_of = arguments.as_of
    with _usable(arguments.corpus):
        corpus, fit = _opened(arguments, 1), _chosen(arguments)
        made = {
            "execution": forecast.execution(corpus, fit.execution, as_of),
            "outcomes": forecast.outcomes(corpus, fit.outcomes, as_of),
        }
    seen = max(part["sheets"][-1] for part in (fit.execution, fit.outcomes))
    if seen > as_of:
        complain(
            f"the fit has seen sheets up to {seen}: these are not forecasts as they could have "
            f"been made in {as_of}; for those run `review-sheets fit --as-of {as_of}` first"
        )
    said = about.about(corpus, fit, as_of, made)
    write.forecasts(arguments.out, arguments.format, made, said)
    for name, (table, left_out) in made.items():
        projects = table["project_id"].nunique()
        say(f"{name}: {len(table):,} rows of {projects:,} projects, {len(left_out):,} left out")
    say(arguments.out)
    return DONE


def _one_thread() -> None:
    # The last digits of a regression hang on the number of threads, a file should not.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _chosen(arguments: argparse.Namespace) -> "Fitted":
    from helpers import fitted

    if arguments.fitted:
        return fitted.Fitted(arguments.fitted)
    return fitted.of(f"{arguments.corpus}#", arguments.as_of)


def _opened(arguments: argparse.Namespace, fewest: int) -> "Corpus":
    """The corpus, if it has sheets of --as-of and of enough years up to it."""
    from helpers import words
    from helpers.corpus import Corpus
    from helpers.forecasting import panels

    corpus, as_of = Corpus(arguments.corpus), arguments.as_of
    if as_of is not None and as_of not in corpus.years:
        there = ", ".join(map(str, corpus.years))
        raise ReviewSheetError(
            f"{arguments.corpus} has no sheets of {as_of}: --as-of is one of {there}"
        )
    if (count := len(panels.years(corpus, as_of))) < fewest:
        until = "" if as_of is None else f" up to {as_of}"
        raise ReviewSheetError(
            f"{arguments.corpus} has sheets of {words.count(count, 'year')}{until}, and {fewest} "
            "are needed: add more with `review-sheets corpus add`"
        )
    return corpus


def _out(arguments: argparse.Namespace) -> Path:
    from helpers import fitted, paths

    return arguments.out or paths.find(arguments.corpus) / fitted.OF_CORPUS


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    """What a corpus or a fit cannot be used for, said in a line."""
    try:
        yield
    except ReviewSheetError:
        raise
    except ValueError as error:
        raise ReviewSheetError(f"{folder}: {error}") from error
