"""The command `review-sheets`: a function a command, its options above it.

Imports stand inside the commands: `review-sheets --help` answers before pandas would have loaded.
"""

import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import click
from click import Choice, IntRange, argument, option

from helpers.batch import CELL_SECONDS, ENGINES, start
from helpers.errors import ReviewSheetError
from helpers.forecast import FORMATS
from helpers.terminal import (
    DONE,
    FAILED,
    INTERRUPTED,
    UNUSABLE,
    OutputError,
    Stopped,
    complain,
    encodable,
    loading,
    prepare,
    printable,
    reason,
    say,
    stoppable,
)

if TYPE_CHECKING:
    from tqdm import tqdm

    from helpers.batch.plan import Plan
    from helpers.batch.results import Result
    from helpers.corpus import Corpus


def main(argv: list[str] | None = None) -> int:
    """Run the command line. Returns 0 all done, 1 some of it failed, 2 it could not start, 128 and
    a signal's number where that ended it."""
    prepare()
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        # Not `commands.main`, which has ways of its own with interrupts and closed outputs.
        with stoppable(), commands.make_context("review-sheets", words) as context:
            return commands.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except OutputError as error:
        if str(error):
            complain(error)
        return FAILED
    except (OSError, ReviewSheetError) as error:
        complain(reason(error))
        return UNUSABLE
    except UnicodeEncodeError as error:
        # A path as Python has it where the system's settings do not know its signs.
        complain(f"{error.object!r} has signs that this system's settings lack: set PYTHONUTF8=1")
        return UNUSABLE
    except (MemoryError, ImportError, SystemError) as error:
        # What it says when a library, or one of our modules, cannot be loaded for want of it.
        said = ("failed to map", "without setting an exception", "without exception set")
        if not isinstance(error, MemoryError) and not any(part in str(error) for part in said):
            raise
        complain("there is not enough memory for this; what was finished stays")
        return FAILED
    except Stopped as stop:
        complain(f"stopped: {stop}; what was finished stays, and the same command makes the rest")
        return 128 + stop.number
    except KeyboardInterrupt:
        # Where the signals are another's: in a thread, say.
        complain("interrupted; what was finished stays")
        return INTERRUPTED


def _seconds(text: str) -> float:
    try:
        time = float(text)
    except ValueError:
        time = 0
    if not 0 < time < float("inf"):
        raise click.BadParameter(f"{text!r} is no time: give seconds above 0")
    return time


def _pause(text: str) -> float:
    # A mirror of one's own needs none.
    return 0.0 if text == "0" else _seconds(text)


def _formats(text: str) -> list[str]:
    chosen = text.split(",")
    if unknown := set(chosen) - set(FORMATS):
        raise click.BadParameter(f"no format {', '.join(sorted(unknown))}: {', '.join(FORMATS)}")
    return chosen


def _speaking(context: click.Context, _: click.Parameter, lang: str) -> None:
    from helpers import words

    context.with_resource(words.speaking(lang))


LANG = option("--lang", type=Choice(["ja", "en"]), default="ja", help="default: ja",
              expose_value=False, callback=_speaking)  # fmt: skip
REPAIR = option(
    "--repair",
    type=Choice(["none", "proved", "all"]),
    default="proved",
    help="which repairs to apply: none, those that the sheet itself or its project's other sheets "
    "prove (default), or all that are proposed",
)
WORKERS = option("--workers", type=IntRange(1), metavar="N", help="processes; default: one a core")
CORPUS = option(
    "--corpus", "folder", type=Path, required=True, metavar="DIR", help="made by `corpus build`"
)


def _out(help: str | None = None, **more: Any) -> Callable:
    return option("--out", type=Path, metavar="DIR", help=help, **more)


def _as_of(help: str, **more: Any) -> Callable:
    return option("--as-of", type=int, metavar="YEAR", help=help, **more)


OF_CORPUS = _as_of("of a corpus: nothing published after YEAR")
PUBLISHED = _as_of("nothing published after YEAR")
FORMAT = option("--format", type=_formats, default=",".join(FORMATS), metavar="F[,F]",
                help="parquet, csv or both (default)")  # fmt: skip
OWN = _out("default: the corpus's folder fitted, which reports on its sheets use")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="review-sheets", message="%(version)s")
def commands() -> None:
    """Reports, findings and tables of Japanese project review sheets (行政事業レビューシート)."""
    try:
        os.getcwd()
    except FileNotFoundError as error:
        gone = "the working directory has been removed: change to another"
        raise ReviewSheetError(gone) from error


@commands.command()
@argument("sources", nargs=-1, metavar="[SOURCE]...")
@option("--from", "listed", type=Path, metavar="FILE", help="a reports.yml that lists notebook, "
        "sheet and parameters of each report; in place of sources, notebooks, parameters and "
        "filters")  # fmt: skip
@option("--notebook", multiple=True, metavar="N", help="a notebook's number (03), name or path; "
        "may be repeated; without it, all")  # fmt: skip
@option("--lang", type=Choice(["ja", "en", "both"]), help="default: both")
@option("-p", "parameters", nargs=2, multiple=True, metavar="NAME VALUE",
        help="a parameter for the notebooks that declare it; may be repeated")  # fmt: skip
@option("--ministry", multiple=True, metavar="M", help="sheets of this ministry; may be repeated")
@option("--year", type=int, multiple=True, metavar="Y", help="sheets of this year; may be repeated")
@option("--where", metavar="EXPR", help="sheets that fit, by their facts and last closed budget "
        "year: 'initial > 1000'")  # fmt: skip
@option("--out", default="reports", metavar="DIR", help="folder, or another place that papermill "
        "can write in (s3://...); default: reports")  # fmt: skip
@WORKERS
@option("--scheduler", metavar="ADDRESS", help="of a dask.distributed cluster to render on, in "
        "place of --workers")  # fmt: skip
@option("--resume", is_flag=True, help="make what is missing or changed (default)")
@option("--force", is_flag=True, help="make what is unchanged again, too")
@option("--timeout", type=_seconds, default=str(CELL_SECONDS), metavar="S",
        help=f"seconds that a cell may take; default: {CELL_SECONDS}")  # fmt: skip
@option("--engine", type=Choice(ENGINES), help="how a notebook gets its kernel; default: forked "
        "where the system can")  # fmt: skip
@option("--pdf", is_flag=True, help="print each report to PDF, too")
def render(
    workers: int | None, scheduler: str | None, resume: bool, force: bool, **asked: Any
) -> int:
    """Render executed reports and their index page.

    SOURCE is a sheet, a pattern ('*.txt'), a folder, a source of many sheets, or a corpus; without
    one, the default sheet.
    """
    if workers and scheduler:
        raise click.UsageError("--workers is for this computer, --scheduler for a cluster: one")
    if resume and force:
        raise click.UsageError("--resume keeps what --force makes again: give one of them")
    if not scheduler:
        start(asked["engine"])
    with loading():
        from helpers.batch.render import run
        from helpers.batch.results import Options

    options = Options(
        force=force, **{name: asked.pop(name) for name in ("out", "timeout", "engine", "pdf")}
    )
    made = _plan(**asked)
    with _progress("reports", made.reports) as bar:
        outcome = run(
            made,
            options,
            workers,
            scheduler,
            on_result=_Watch(bar).result,
            on_progress=bar.update,
            title=shlex.join(sys.argv[1:]),
        )
    if outcome.warning:
        complain(outcome.warning)
    if outcome.stopped:
        complain(
            f"stopped: {outcome.stopped}; what was made stays, and the same command makes the rest"
        )
    say(outcome)
    if outcome.index:
        say(outcome.index)
    return outcome.status


def _plan(listed: Path | None, **asked: Any) -> "Plan":
    """What the command line asks for."""
    from helpers import words
    from helpers.batch.notebook import all_notebooks, notebook_named
    from helpers.batch.plan import plan
    from helpers.batch.reports_file import from_file

    if listed:
        if given := [name for name, value in asked.items() if value]:
            raise ReviewSheetError(
                f"--from lists all there is to render: leave out {', '.join(given)}"
            )
        return from_file(listed)
    names = [name for name, _ in asked["parameters"]]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ReviewSheetError(f"-p {', '.join(sorted(twice))} is given twice: give each name once")
    return plan(
        list(asked["sources"]),
        [notebook_named(name) for name in asked["notebook"]] or all_notebooks(),
        words.LANGUAGES if asked["lang"] in (None, "both") else [asked["lang"]],
        dict(asked["parameters"]),
        ministry=list(asked["ministry"]),
        years=list(asked["year"]),
        where=asked["where"],
    )


def _progress(unit: str, total: int | None = None) -> "tqdm":
    from tqdm import tqdm

    # Quiet where nobody watches: a log wants the result alone.
    return tqdm(total=total, unit=f" {unit}", disable=not sys.stderr.isatty())


class _Watch:
    """Says what is wrong with a report, above the progress bar."""

    def __init__(self, bar: "tqdm"):
        self.bar, self.failed = bar, 0

    def result(self, result: "Result") -> None:
        """Take note of a report."""
        name = " ".join(filter(None, (result.sheet, result.notebook, result.lang)))
        for warning in result.warnings:
            self.problem(f"{name} warned: {warning}")
        if result.error:
            self.problem(result.error)
            self.failed += 1
            self.bar.set_postfix(failed=self.failed)

    def problem(self, text: object) -> None:
        """Say it."""
        with self.bar.external_write_mode(sys.stderr):
            complain(text)


@commands.group()
def fetch() -> None:
    """Fetch all sheets into a folder that `corpus build` takes.

    Stopped whenever, a command goes on where it was. DIR/fetched.json says where each file is from;
    what was replaced since is kept in DIR/earlier. REVIEW_SHEETS_RS_SITE and REVIEW_SHEETS_JUDGIT
    may name mirrors.
    """


def _fetching(command: Callable) -> Callable:
    out = option("--out", type=Path, default="fetched", metavar="DIR",
                 help="folder to fetch into; default: fetched")  # fmt: skip
    pause = option("--pause", type=_pause, default="0.5", metavar="S",
                   envvar="REVIEW_SHEETS_PAUSE",
                   help="seconds between two calls; default: 0.5")  # fmt: skip
    return LANG(out(pause(command)))


@fetch.command()
@argument("years", nargs=-1, required=True, type=IntRange(2024, 2100), metavar="YEAR...")
@option("--as", "form", type=Choice(["csv", "api"]), help="default: csv, the official files, up "
        "to 2025, and api, project by project, for the years after it")  # fmt: skip
@_fetching
def rs(years: tuple[int, ...], form: str | None, out: Path, pause: float) -> int:
    """Sheets of 2024 and later, from the RS system (rssystem.go.jp)."""
    from helpers.fetch import rs_projects, rs_zips, site

    status = DONE
    for year in dict.fromkeys(years):
        by_csv = form == "csv" or (form is None and year <= rs_zips.LAST_YEAR)
        module, way = (rs_zips, "by_hand_csv") if by_csv else (rs_projects, "by_hand_api")
        facts = {"page": f"{site('rs')}/download-csv/{year}", "target": out / "rs" / str(year)}
        job = partial(module.fetch, year=year)
        status = max(status, _fetch(job, module.place(year), out, pause, way, **facts))
    return status


@fetch.command()
@_fetching
def judgit(out: Path, pause: float) -> int:
    """Sheets of 2015 to 2023, from JUDGIT! (github.com/judgit/data)."""
    from helpers.fetch import judgit

    target = {"target": out / judgit.NAME}
    return _fetch(judgit.fetch, judgit.NAME, out, pause, "by_hand_judgit", **target)


def _fetch(
    job: Callable, place: str, out: Path, pause: float, by_hand: str, **facts: object
) -> int:
    """Fetch one source, and say what became of it and what to do about what cannot be had."""
    from helpers.fetch import Tally
    from helpers.fetch.folder import opened
    from helpers.fetch.web import Web
    from helpers.sentences import Sentences
    from helpers.sheet import SheetError

    sentence = Sentences("fetch")
    with opened(out) as folder, Web(pause) as web, _progress("files") as bar:
        tally = Tally(_Watch(bar).problem, bar.update, partial(setattr, bar, "total"))
        try:
            job(folder=folder, web=web, tally=tally)
        except SheetError as error:
            tally.fail(error)
    if tally.out_of_reach:
        complain(sentence(by_hand, folder=out, **facts))
        for address in tally.out_of_reach if by_hand != "by_hand_api" else ():
            complain(f"{unquote(address).rpartition('/')[2]}: {address}")
    if tally.superseded:
        say(sentence("superseded", kept=out / tally.superseded))
    say(sentence("result", place=out / place, earlier=out / "earlier", **tally.counts))
    return FAILED if tally.counts["failed"] else DONE


@commands.command()
@argument("sheets", nargs=-1, required=True, metavar="SHEET...")
@LANG
@option("--by", type=Choice(["sheet_year", "ministry"]), default="sheet_year",
        help="of a corpus: what the findings of each rule are counted by")  # fmt: skip
@REPAIR
@OF_CORPUS
def check(sheets: tuple[str, ...], by: str, repair: str, as_of: int | None) -> int:
    """Print what is wrong or odd in sheets.

    SHEET is a sheet, or a corpus: its findings counted.
    """
    with loading():
        from helpers import checks, corpus, export
        from helpers.sheet import SheetError

    status = DONE
    for path in sheets:
        try:
            if not corpus.is_corpus(path):
                say(export.as_text(*checks.judged(corpus.load(path, as_of), repair)))
            elif as_of is None:
                say(export.aligned(corpus.Corpus(path).counts(by)))
            else:
                complain(f"{path}: --as-of is for one sheet or project of it, {path}#id")
                status = FAILED
        except SheetError as error:
            complain(error)
            status = FAILED
    return status


@commands.command()
@argument("sheet", metavar="SHEET")
@option("--format", type=Choice(["json", "csv"]), default="json", help="default: json")
@_out("folder to write in: <sheet_id>.json, or <sheet_id>/<table>.csv; JSON without it goes to the "
      "standard output")  # fmt: skip
@LANG
@REPAIR
@OF_CORPUS
def tables(sheet: str, format: str, out: Path | None, repair: str, as_of: int | None) -> int:
    """Export a sheet's tidy tables.

    The reasons of the findings are in the language --lang.
    """
    with loading():
        from helpers import checks, corpus, export, files
        from helpers.sheet import SheetError

    if format == "csv" and out is None:
        raise ReviewSheetError("CSV is a file for each table: name a folder with --out")
    try:
        read, findings = checks.repaired(corpus.load(sheet, as_of), repair)
    except SheetError as error:
        complain(error)
        return FAILED
    found, name = export.tables(read, findings), files.safe_name(read.id)
    # Half a sign, and what a terminal does not have, JSON can write as a code.
    text = export.as_json(found)
    if format == "json" and not (encodable if out else printable)(text):
        text = export.as_json(found, ascii_only=True)
    if out is None:
        say(text.rstrip("\n"))
        return DONE
    texts = {out / f"{name}.json": text}
    if format == "csv":
        texts = {out / name / f"{table}.csv": export.as_csv(t) for table, t in found.items()}
    written = []
    try:
        for path, content in texts.items():
            files.clear(files.writable(path.parent))
            written.append(str(files.write(path, content.encode(errors="replace").decode())))
    finally:
        # Whoever reads the names may leave before all is written, and a disk be full.
        if written:
            say("\n".join(written))
    return DONE


@commands.group()
def corpus() -> None:
    """Many sheets, linked over the years."""


def _taking_in(command: Callable) -> Callable:
    sources = argument("sources", nargs=-1, required=True, metavar="SOURCE...")
    return sources(_out("the corpus", required=True)(WORKERS(command)))


@corpus.command()
@_taking_in
def build(sources: tuple[str, ...], out: Path, workers: int | None) -> int:
    """Make a corpus of all sheets in the sources.

    SOURCE is what `fetch` filled, JUDGIT's JSON (files, folders, .ndjson.gz), a folder of the RS
    system's CSV or of its API's answers, page texts.
    """
    _start_workers(workers)
    from helpers.corpus.build import build

    return _take_in(build, sources, out, workers)


@corpus.command()
@_taking_in
def add(sources: tuple[str, ...], out: Path, workers: int | None) -> int:
    """Bring further sheets into a corpus.

    SOURCE is what `corpus build` takes.
    """
    _start_workers(workers)
    from helpers.corpus.build import add

    return _take_in(add, sources, out, workers)


def _start_workers(workers: int | None) -> None:
    """Have what workers need be imported, once for all of them, while this process does so."""
    from helpers import processes

    if (workers or processes.usable_cores()) > 1:
        processes.load("helpers.corpus.build")


def _take_in(change: Callable, sources: tuple[str, ...], out: Path, workers: int | None) -> int:
    from helpers.corpus import Corpus

    with _progress("sheets") as bar:
        result = change(sources, out, workers, bar.update)
    for row in result.rejected:
        line = "" if row["line"] is None else f", line {row['line']}"
        complain(f"{row['source_path']}{line}: {row['reason']}")
    for place, what in result.unread:
        complain(f"{place}: {what}: left out")
    files = Corpus(out).files()
    for year, missing in files[files["rows"].isna()].groupby("sheet_year")["file"]:
        complain(f"RS {year}: no file {', '.join(missing)}: their tables stay empty")
    rejected = len(result.rejected)
    say(f"{out}: {result.sheets:,} sheets taken in, {rejected:,} rejected")
    return FAILED if rejected else DONE


@corpus.command()
@argument("folder", type=Path, metavar="DIR")
@LANG
def info(folder: Path) -> int:
    """What is in a corpus: its sheet years, and the files of the RS system with their columns."""
    from helpers import export
    from helpers.corpus import Corpus

    corpus = Corpus(folder)
    table, files, rejected = corpus.info(), corpus.files(), len(corpus.rejected())
    say(export.aligned(table))
    if len(files):
        say(export.aligned(files))
    say(f"rejected: {rejected:,}")
    return DONE


@commands.command()
@argument("folder", type=Path, metavar="DIR")
def unmapped(folder: Path) -> int:
    """What of the RS system's API is not read yet, as CSV.

    DIR is a folder of its answers. A line is a path that rs_api_keys.csv does not know, with an
    example where that cannot be the name of a person.
    """
    import pandas as pd

    from helpers import export, paths, words
    from helpers.sources.unmapped import COLUMNS, unmapped

    rows, errors = unmapped(paths.find(folder))
    for error in errors:
        complain(error)
    table = export.plain(pd.DataFrame(rows, columns=COLUMNS))
    say(words.visible(table.to_csv(index=False)).rstrip("\n"))
    return FAILED if errors else DONE


@commands.command()
@CORPUS
@PUBLISHED
@OWN
@option("--tested", is_flag=True, help="and their track record, as `backtest` makes it")
@LANG
def fit(folder: Path, as_of: int | None, out: Path | None, tested: bool) -> int:
    """Fit the forecasts, and count the peers, on a corpus: as of each of its years."""
    return _fitted(folder, as_of, out, tested, counted=True)


@commands.command()
@CORPUS
@PUBLISHED
@OWN
@option("--record", type=Path, metavar="FILE", help="every forecast with what came, as .parquet")
@LANG
def backtest(folder: Path, as_of: int | None, out: Path | None, record: Path | None) -> int:
    """Fit the forecasts as of each year of a corpus, and test them on what came: their track
    record."""
    if record and record.suffix != ".parquet":
        raise ReviewSheetError(f"--record {record}: a name that ends in .parquet, please")
    return _fitted(folder, as_of, out, tested=True, record=record)


def _fitted(
    folder: Path,
    as_of: int | None,
    out: Path | None,
    tested: bool,
    counted: bool = False,
    record: Path | None = None,
) -> int:
    from helpers import processes

    # As `track.made` has it of its workers; with one worker it fits in this process.
    with processes.one_thread():
        from helpers import files, fitted, paths, words
        from helpers.forecast import panels, track, track_scores, write
        from helpers.forecast.portfolio import OfCorpus

    with _opened(folder, as_of, track.FEWEST_YEARS if tested else 2) as corpus:
        # It takes a minute: a place that cannot be written in is told before.
        out = files.writable(out or paths.find(folder) / fitted.OF_CORPUS)
        for place in {out, record.parent} if record else {out}:
            with files.locked(files.writable(place) / "files"):
                # What one that was killed has left.
                files.clear(place)
        made = track.made(corpus, as_of, tested, counted)
    summed = track.summed(made, panels.years(corpus, as_of)) if tested else None
    if record:
        with files.replacing(record) as partial:
            made.record.to_parquet(partial, index=False)
    ministries = OfCorpus(folder, as_of).money if counted else None
    write.fitted(out, made.fits, made.peers, summed, ministries)
    say(out)
    for kind, fits in made.fits.items():
        last = fits[max(fits)]
        sheets = "sheets {}-{}".format(*last["sheets"])
        known = f"the last of {sheets}, {last['projects']:,} projects"
        say(f"{kind}: {words.count(len(fits), 'fit')}, as of {min(fits)}-{max(fits)}; {known}")
    if made.peers:
        about = made.peers[max(made.peers)].about
        years = ", ".join(map(str, made.peers))
        say(f"peers: as of {years}; the last of {about['projects']:,} projects")
    if summed:
        say(track_scores.text(summed["scores"]))
    return DONE


@commands.command()
@CORPUS
@_as_of("projects with a sheet of YEAR, from nothing published after it", required=True)
@_out(required=True)
@option("--fitted", type=Path, metavar="DIR", help="what `fit` wrote; default: the corpus's own, "
        "if from sheets up to YEAR, else what ships with the package")  # fmt: skip
@FORMAT
def forecast(folder: Path, as_of: int, out: Path, fitted: Path | None, format: list[str]) -> int:
    """Forecast every project of a sheet year."""
    from helpers.fitted import Fitted, of
    from helpers.forecast import every_project, write

    with _opened(folder, as_of, 1) as corpus:
        fit = Fitted(fitted, as_of) if fitted else of(f"{folder}#", as_of)
        made = every_project.all_of(corpus, fit, as_of)
    seen = max(part["sheets"][-1] for part in (fit.execution, fit.outcomes))
    if seen > as_of:
        complain(_seen_later(seen, as_of))
    write.forecasts(out, format, made, every_project.about(corpus, fit, as_of, made))
    for name, (table, left_out) in made.items():
        projects = table["project_id"].nunique()
        say(f"{name}: {len(table):,} rows of {projects:,} projects, {len(left_out):,} left out")
    say(out)
    return DONE


@commands.command()
@argument("folder", type=Path, metavar="CORPUS")
@option("--year", type=int, metavar="Y", help="projects with a sheet of Y, from nothing published "
        "after it; default: the last whose sheets are whole")  # fmt: skip
@option("--ministry", metavar="M", help="its projects alone; ranks stay those of all")
@option("--policy-area", metavar="A", help="the projects alone whose sheets (from 2024 on) state "
        "these main expenses, or this policy")  # fmt: skip
@option("--weight", "weights", nargs=2, multiple=True, metavar="REASON N",
        help="of a reason in the order, for the 1 that each has; may be repeated")  # fmt: skip
@_out("folder to write the tables into; without it, the summary alone")
@FORMAT
@LANG
def portfolio(
    folder: Path,
    year: int | None,
    ministry: str | None,
    policy_area: str | None,
    weights: tuple[tuple[str, str], ...],
    out: Path | None,
    format: list[str],
) -> int:
    """Money by ministry and year, and where to look first.

    REASON is unspent, target, persistence, competition, opinion or contradictions: each project is
    ranked by each, and put in one order by the mean of its percentiles, weighted.
    """
    from helpers.forecast import write
    from helpers.front.portfolio import Portfolio

    try:
        made = Portfolio(folder, year, ministry, policy_area, weights=dict(weights))
        about, tables = made.about, made.tables
    except ValueError as error:
        if isinstance(error, ReviewSheetError):
            raise
        raise ReviewSheetError(f"{folder}: {error}") from error
    if about["seen"] > about["year"]:
        complain(_seen_later(about["seen"], about["year"]))
    if out:
        write.tables(out, format, tables, about, {})
    say(made.summary())
    if out:
        for name, table in tables.items():
            say(f"{name}: {len(table):,} rows")
        say(out)
    return DONE


def _seen_later(seen: int, year: int) -> str:
    return (
        f"the first fit has seen sheets up to {seen}: these are not forecasts as they could "
        f"have been made in {year}"
    )


@contextmanager
def _opened(folder: Path, as_of: int | None, fewest: int) -> Iterator["Corpus"]:
    """The corpus, if it has sheets of `as_of` and of enough years up to it; what it, or a fit,
    cannot be used for in the block is said in a line."""
    from helpers import words
    from helpers.corpus import Corpus
    from helpers.forecast import panels

    corpus = Corpus(folder)
    if as_of is not None and as_of not in corpus.years:
        there = ", ".join(map(str, corpus.years))
        raise ReviewSheetError(f"{folder} has no sheets of {as_of}: --as-of is one of {there}")
    if (count := len(panels.years(corpus, as_of))) < fewest:
        until = "" if as_of is None else f" up to {as_of}"
        raise ReviewSheetError(
            f"{folder} has sheets of {words.count(count, 'year')}{until}, and {fewest} are needed: "
            "add more with `review-sheets corpus add`"
        )
    try:
        yield corpus
    except ValueError as error:
        raise ReviewSheetError(f"{folder}: {error}") from error
