"""The command `review-sheets`: render reports, print findings, export tables.

Imports stand inside the commands: `review-sheets --help` answers before pandas would have loaded.
"""

import argparse
import os
import sys
from importlib.metadata import version
from pathlib import Path

from helpers.batch.run.command import add_arguments
from helpers.errors import ReviewSheetError
from helpers.forecasting.command import add_commands
from helpers.terminal import (
    DONE,
    FAILED,
    INTERRUPTED,
    UNUSABLE,
    OutputError,
    complain,
    encodable,
    positive,
    prepare,
    printable,
    reason,
    say,
)


def main(argv: list[str] | None = None) -> int:
    """Run the command line. Returns 0 all done, 1 some of it failed, 2 it could not start, 128 and
    a signal's number where that ended it."""
    prepare()
    arguments = _parser().parse_args(argv)
    try:
        _check_place()
        return arguments.command(arguments)
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
    except (MemoryError, ImportError) as error:
        # What it says when a library cannot be loaded for want of it.
        if isinstance(error, ImportError) and "failed to map" not in str(error):
            raise
        complain("there is not enough memory for this; what was finished stays")
        return FAILED
    except KeyboardInterrupt:
        complain("interrupted; what was finished stays")
        return INTERRUPTED


def _check_place() -> None:
    try:
        os.getcwd()
    except FileNotFoundError as error:
        raise ReviewSheetError(
            "the working directory has been removed: change to another"
        ) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="review-sheets",
        description="Reports, findings and tables of Japanese project review sheets "
        "(行政事業レビューシート).",
    )
    parser.add_argument("--version", action="version", version=version("review-sheets"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    render = commands.add_parser("render", help="render executed reports and their index page")
    add_arguments(render)

    check = commands.add_parser("check", help="print what is wrong or odd in sheets")
    check.set_defaults(command=_check)
    check.add_argument(
        "sheets", nargs="+", metavar="SHEET", help="a sheet, or a corpus: its findings counted"
    )
    check.add_argument("--lang", choices=("ja", "en"), default="ja")
    check.add_argument(
        "--by",
        choices=("sheet_year", "ministry"),
        default="sheet_year",
        help="of a corpus: what the findings of each rule are counted by",
    )
    _add_repair(check)
    _add_as_of(check)

    tables = commands.add_parser("tables", help="export a sheet's tidy tables")
    tables.set_defaults(command=_tables)
    tables.add_argument("sheet", metavar="SHEET")
    tables.add_argument("--format", choices=("json", "csv"), default="json")
    tables.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder to write in: <sheet_id>.json, or <sheet_id>/<table>.csv; "
        "JSON without it goes to the standard output",
    )
    tables.add_argument("--lang", choices=("ja", "en"), default="ja", help="of the reasons")
    _add_repair(tables)
    _add_as_of(tables)

    corpus = commands.add_parser("corpus", help="many sheets, linked over the years")
    steps = corpus.add_subparsers(required=True, metavar="STEP")
    for name, words in (
        ("build", "make a corpus of all sheets in the sources"),
        ("add", "bring further sheets into a corpus"),
    ):
        step = steps.add_parser(name, help=words)
        step.set_defaults(command=_corpus, step=name)
        step.add_argument(
            "sources",
            nargs="+",
            metavar="SOURCE",
            help="JUDGIT's JSON (files, folders, .ndjson.gz), a folder of the RS system's CSV, "
            "page texts",
        )
        step.add_argument("--out", type=Path, required=True, metavar="DIR", help="the corpus")
        step.add_argument("--workers", type=positive, metavar="N", help="default: one a core")
    info = steps.add_parser("info", help="what is in a corpus")
    info.set_defaults(command=_info)
    info.add_argument("folder", type=Path, metavar="DIR")
    info.add_argument("--lang", choices=("ja", "en"), default="ja")

    add_commands(commands)
    return parser


def _add_as_of(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--as-of", type=int, metavar="YEAR", help="of a corpus: nothing published after YEAR"
    )


def _add_repair(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--repair",
        choices=("none", "proved", "all"),
        default="proved",
        help="which repairs to apply: none, those that the sheet itself or its "
        "project's other sheets prove (default), or all that are proposed",
    )


def _check(arguments: argparse.Namespace) -> int:
    from helpers import corpus
    from helpers.batch import export
    from helpers.sheet import SheetError

    status = DONE
    for path in arguments.sheets:
        try:
            if corpus.is_corpus(path):
                if arguments.as_of is not None:
                    complain(f"{path}: --as-of is for one sheet or project of it, {path}#id")
                    status = FAILED
                    continue
                say(_counts(path, arguments.by, arguments.lang))
                continue
            sheet, findings = _repaired(path, arguments)
        except SheetError as error:
            complain(error)
            status = FAILED
        else:
            say(export.as_text(sheet, findings, arguments.lang))
    return status


def _counts(folder: str, by: str, lang: str) -> str:
    """The findings of a corpus by rule and sheet year or ministry."""
    from helpers.batch import export
    from helpers.corpus import Corpus

    return export.aligned(Corpus(folder).counts(by), lang)


def _corpus(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from helpers.corpus import build

    change = {"build": build.build, "add": build.add}[arguments.step]
    # Quiet where nobody watches: a log wants the result alone.
    with tqdm(unit=" sheets", disable=not sys.stderr.isatty()) as bar:
        result = change(arguments.sources, arguments.out, arguments.workers, bar.update)
    for row in result.rejected:
        line = "" if row["line"] is None else f", line {row['line']}"
        complain(f"{row['source_path']}{line}: {row['reason']}")
    for place, what in result.unread:
        complain(f"{place}: {what}: left out")
    rejected = len(result.rejected)
    say(f"{arguments.out}: {result.sheets:,} sheets taken in, {rejected:,} rejected")
    return FAILED if rejected else DONE


def _info(arguments: argparse.Namespace) -> int:
    from helpers.batch import export
    from helpers.corpus import Corpus

    corpus = Corpus(arguments.folder)
    table, rejected = corpus.info(), len(corpus.rejected())
    say(export.aligned(table, arguments.lang))
    say(f"rejected: {rejected:,}")
    return DONE


def _tables(arguments: argparse.Namespace) -> int:
    from helpers import files
    from helpers.batch import export
    from helpers.sheet import SheetError

    if arguments.format == "csv" and arguments.out is None:
        raise ReviewSheetError("CSV is a file for each table: name a folder with --out")
    try:
        sheet, findings = _repaired(arguments.sheet, arguments)
    except SheetError as error:
        complain(error)
        return FAILED
    tables = export.tables(sheet, findings)
    # Half a sign, and what a terminal does not have, JSON can write as a code.
    text = export.as_json(tables)
    if arguments.format == "json" and not (encodable if arguments.out else printable)(text):
        text = export.as_json(tables, ascii_only=True)
    if arguments.out is None:
        say(text.rstrip("\n"))
        return DONE
    name = files.safe_name(sheet.id)
    texts = {arguments.out / f"{name}.json": text}
    if arguments.format == "csv":
        folder = arguments.out / name
        texts = {folder / f"{table}.csv": export.as_csv(t) for table, t in tables.items()}
    written = []
    try:
        for path, content in texts.items():
            files.writable(path.parent)
            written.append(str(files.write(path, content.encode(errors="replace").decode())))
    finally:
        # Whoever reads the names may leave before all is written, and a disk be full.
        if written:
            say("\n".join(written))
    return DONE


def _repaired(path: str, arguments: argparse.Namespace) -> tuple:
    """Sheet, with the repairs asked for, and findings."""
    from helpers import checks, corpus

    sheet = corpus.load(path, arguments.as_of)
    return checks.repaired(sheet, arguments.repair, arguments.lang)
