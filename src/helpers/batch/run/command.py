"""The command `review-sheets render`.

Imports stand inside: `review-sheets --help` answers before papermill would have loaded.
"""

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.batch import CELL_SECONDS, ENGINES
from helpers.errors import ReviewSheetError
from helpers.terminal import complain, positive, say, seconds

if TYPE_CHECKING:
    from tqdm import tqdm

    from helpers.batch.plan import Plan
    from helpers.batch.run.result import Result


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.set_defaults(command=_run)
    _add_selection(parser)
    _add_running(parser)


def _add_selection(parser: argparse.ArgumentParser) -> None:
    """What to render."""
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="a sheet, a pattern ('*.txt'), a folder, a source of many sheets, a corpus; without "
        "one, the default sheet",
    )
    parser.add_argument(
        "--from",
        dest="listed",
        type=Path,
        metavar="FILE",
        help="a reports.yml that lists notebook, sheet and parameters of each report; in place of "
        "sources, notebooks, parameters and filters",
    )
    parser.add_argument(
        "--notebook",
        action="append",
        metavar="N",
        help="a notebook's number (03), name or path; may be repeated; without it, all",
    )
    parser.add_argument("--lang", choices=("ja", "en", "both"), help="default: both")
    parser.add_argument(
        "-p",
        dest="parameters",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        help="a parameter for the notebooks that declare it; may be repeated",
    )
    parser.add_argument(
        "--ministry", action="append", metavar="M", help="sheets of this ministry; may be repeated"
    )
    parser.add_argument(
        "--year",
        action="append",
        type=int,
        metavar="Y",
        help="sheets of this year; may be repeated",
    )
    parser.add_argument(
        "--where",
        metavar="EXPR",
        help="sheets that fit, by their facts and last closed budget year: 'initial > 1000'",
    )


def _add_running(parser: argparse.ArgumentParser) -> None:
    """How to render."""
    parser.add_argument(
        "--out",
        default="reports",
        metavar="DIR",
        help="folder, or another place that papermill can write in (s3://...); default: reports",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", type=positive, metavar="N", help="processes; default: one a core"
    )
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a dask.distributed cluster to render on"
    )
    again = parser.add_mutually_exclusive_group()
    again.add_argument(
        "--resume", action="store_true", help="make what is missing or changed (default)"
    )
    again.add_argument("--force", action="store_true", help="make what is unchanged again, too")
    parser.add_argument(
        "--timeout",
        type=seconds,
        default=CELL_SECONDS,
        metavar="S",
        help=f"seconds that a cell may take; default: {CELL_SECONDS}",
    )
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        help="how a notebook gets its kernel; default: forked where the system can",
    )
    parser.add_argument("--pdf", action="store_true", help="print each report to PDF, too")


def _run(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from helpers.batch.render import Options, run

    made = _plan(arguments)
    names = ("out", "force", "timeout", "engine", "pdf")
    options = Options(**{name: getattr(arguments, name) for name in names})
    # Quiet where nobody watches: a log wants the result alone.
    with tqdm(total=made.reports, unit=" reports", disable=not sys.stderr.isatty()) as bar:
        outcome = run(
            made,
            options,
            arguments.workers,
            arguments.scheduler,
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


def _plan(arguments: argparse.Namespace) -> "Plan":
    """What the command line asks for."""
    from helpers import words
    from helpers.batch.plan import all_notebooks, from_file, notebook_named, plan

    if arguments.listed:
        others = ("sources", "notebook", "lang", "parameters", "ministry", "year", "where")
        if given := [name for name in others if getattr(arguments, name)]:
            raise ReviewSheetError(
                f"--from lists all there is to render: leave out {', '.join(given)}"
            )
        return from_file(arguments.listed)
    return plan(
        arguments.sources,
        [notebook_named(name) for name in arguments.notebook or []] or all_notebooks(),
        words.LANGUAGES if arguments.lang in (None, "both") else [arguments.lang],
        _given(arguments.parameters),
        ministry=arguments.ministry,
        years=arguments.year,
        where=arguments.where,
    )


class _Watch:
    """Says what is wrong with a report, above the progress bar."""

    def __init__(self, bar: "tqdm"):
        self.bar, self.failed = bar, 0

    def result(self, result: "Result") -> None:
        """Take note of a report."""
        name = " ".join(filter(None, (result.sheet, result.notebook, result.lang)))
        for warning in result.warnings:
            self._say(f"{name} warned: {warning}")
        if result.error:
            self._say(result.error)
            self.failed += 1
            self.bar.set_postfix(failed=self.failed)

    def _say(self, text: str) -> None:
        with self.bar.external_write_mode(sys.stderr):
            complain(text)


def _given(pairs: list[list[str]]) -> dict[str, str]:
    names = [name for name, _ in pairs]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ReviewSheetError(f"-p {', '.join(sorted(twice))} is given twice: give each name once")
    return dict(pairs)
