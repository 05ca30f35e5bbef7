"""What all commands share: exit statuses, numbers on the command line, complaints."""

import argparse
import sys
import unicodedata

DONE, FAILED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


class UsageError(Exception):
    """A command that cannot start as it was given."""


def one_line(text: object) -> str:
    """A text, which may be a sheet's, as one line that does nothing to a terminal or to a log."""
    line = " ".join(str(text).split())
    return "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in line)


def complain(problem: object) -> None:
    """Say on stderr what went wrong."""
    print(f"review-sheets: {one_line(problem)}", file=sys.stderr)


def positive(text: str) -> int:
    """A number of processes."""
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes: give 1 or more")
    return int(text)


def seconds(text: str) -> float:
    """A time."""
    try:
        time = float(text)
    except ValueError:
        time = 0
    if not 0 < time < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no time: give seconds above 0")
    return time
