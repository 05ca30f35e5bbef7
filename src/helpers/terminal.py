"""What all commands share: exit statuses, what they print, and the signals that end them."""

import errno
import gc
import os
import signal
import sys
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

from helpers.errors import ReviewSheetError

DONE, FAILED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


class OutputError(ReviewSheetError):
    """What was to be printed cannot be; "" where its reader has seen enough."""


def prepare() -> None:
    """Make the standard streams fit for any text of a sheet, whatever the terminal can show."""
    # Else the first file opened would get the number of a stream that is closed, and its prints;
    # and a kernel does not start without.
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (it is open as long as the process)
    with suppress(AttributeError):
        sys.stdout.reconfigure(errors="backslashreplace")


def printable(text: str) -> bool:
    """Whether the standard output has all signs of a text."""
    return encodable(text, getattr(sys.stdout, "encoding", None) or "utf-8")


def encodable(text: str, encoding: str = "utf-8") -> bool:
    """Whether an encoding has all signs of a text; what a sheet prints may be half of a sign."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def say(text: object) -> None:
    """Print a line, or several, on the standard output, at once. Raises OutputError."""
    if sys.stdout is None:
        raise OutputError("the standard output is closed")
    if not printable(text := str(text)):
        _say_that_signs_are_missing(sys.stdout.encoding)
    try:
        print(text, flush=True)
    except OSError as error:
        # What is left in the buffer must not be tried again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise OutputError from error
        raise OutputError(f"cannot write the standard output ({error.strerror})") from error


@cache
def _say_that_signs_are_missing(encoding: str) -> None:
    complain(
        f"the standard output ({encoding}) lacks signs of this text, and shows their codes: "
        "set PYTHONIOENCODING=utf-8"
    )


def reason(error: Exception) -> str:
    """An error in words: what, and of which file; what to do, where that is known."""
    if not isinstance(error, OSError) or error.strerror is None:
        return str(error)
    problem = error.strerror if error.filename is None else f"{error.filename}: {error.strerror}"
    return f"{problem}{ADVICE.get(error.errno, '')}"


ROOM = "; free space or choose another folder, and run again"
ADVICE = {
    errno.ENOSPC: ROOM,
    errno.EDQUOT: ROOM,
    errno.EROFS: "; choose another folder",
    errno.EMFILE: "; allow more open files, as by `ulimit -n 1024`, or take fewer workers",
    errno.ENOMEM: "; allow more memory, or take fewer workers",
}


def one_line(text: object) -> str:
    """A text, which may be a sheet's, as one line that does nothing to a terminal or to a log."""
    line = " ".join(str(text).split())
    return "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in line)


def complain(problem: object) -> None:
    """Say on stderr what went wrong."""
    # There is nowhere left to say that it cannot be said.
    with suppress(OSError):
        print(f"review-sheets: {one_line(problem)}", file=sys.stderr)


class Stopped(KeyboardInterrupt):
    """A signal that asks for the end of the command."""

    def __init__(self, number: int):
        self.number = number
        super().__init__(signal.Signals(number).name)


@contextmanager
def loading() -> Iterator[None]:
    """Import in the block what stays as long as the process: to look for garbage in it, at its end
    too, takes a short command a fifth of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def stoppable() -> Iterator[list[int]]:
    """Raise Stopped in the block for the signals that ask a process to end; they are listed."""
    signals: list[int] = []

    def stop(number: int, _frame) -> None:
        signals.append(number)
        raise Stopped(number)

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    # What is ignored was meant to be: nohup does so. Handlers belong to the main thread.
    taken = [number for number in numbers if before[number] not in (signal.SIG_IGN, None)]
    if threading.current_thread() is not threading.main_thread():
        taken = []
    try:
        for number in taken:
            signal.signal(number, stop)
        yield signals
    finally:
        for number in taken:
            signal.signal(number, before[number])
