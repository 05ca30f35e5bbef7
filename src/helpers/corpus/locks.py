"""Who uses a folder: locks that the system takes back when their process ends, were it killed."""

import os
import weakref
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


def lock(folder: Path, alone: bool) -> int | None:
    """Lock a folder, for this process `alone` or beside others that do not ask for it alone.

    Returns the number of an open file, whose closing gives the lock back; None where the system or
    the file system has no such locks. Raises BlockingIOError where another process's lock is in the
    way, FileNotFoundError where there is no such folder (any more).
    """
    if fcntl is None:
        if not folder.is_dir():
            raise FileNotFoundError(folder)
        return None
    number = None
    try:
        number = os.open(folder, os.O_RDONLY)
        fcntl.flock(number, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        # Another folder may have come in its place before the lock was there.
        if not os.path.samestat(os.fstat(number), folder.stat()):
            raise FileNotFoundError(folder)
    except OSError as error:
        if number is not None:
            os.close(number)
        if isinstance(error, BlockingIOError | FileNotFoundError):
            raise
        return None
    return number


def unlock(number: int | None) -> None:
    """Give back what `lock` returned."""
    if number is not None:
        os.close(number)


def while_used(user: object, number: int | None) -> None:
    """Give back what `lock` returned once nothing refers to `user` any more."""
    if number is not None:
        weakref.finalize(user, _close, number, os.getpid()).atexit = False


def _close(number: int, owner: int) -> None:
    # In a forked child the number may by now be another file's.
    if os.getpid() == owner:
        with suppress(OSError):
            os.close(number)
