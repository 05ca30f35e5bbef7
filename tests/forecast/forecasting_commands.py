"""Run a command of `review-sheets` as the tests of forecasting do."""

from pathlib import Path

from helpers import cli
from helpers.corpus import Corpus


def run(capsys, *arguments) -> tuple[int, str, str]:
    """Exit status, what was printed, what was complained of."""
    status = cli.main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def folder_of(corpus: Corpus) -> Path:
    return corpus.folder
