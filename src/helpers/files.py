"""Write files that appear at their path complete or not at all, under names that are safe, one
process at a time."""

import errno
import hashlib
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:
    # Windows has other locks: see _lock.
    fcntl = None

NAME_BYTES = 120
"""Longest folder name made from a sheet's text: file systems allow 255 bytes, paths not many."""

STAGING = ".writing."
PRIVATE = "review-sheets-"

NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}
"""What a file system answers that knows no locks."""

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""A disk that is full or read only: nothing else can be written there either."""

WINDOWS_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A hidden file beside `path` to write into; it becomes `path` only if the block succeeds.

    Whatever ends the block early, an interrupt included, leaves `path` as it was. Raises OSError
    when the folder cannot be written.
    """
    hidden = partial(path)
    try:
        with naming(path, hidden):
            yield hidden
            hidden.replace(path)
    finally:
        with suppress(OSError):
            hidden.unlink(missing_ok=True)


@contextmanager
def naming(path: Path, hidden: Path) -> Iterator[None]:
    """Let an OSError in the block name `path`: a write says nothing of its file, and nobody asked
    for what is `hidden`, or in there."""
    try:
        yield
    except OSError as error:
        ours = error.filename is None or Path(str(error.filename)).is_relative_to(hidden)
        if error.errno is None or not ours:
            raise
        raise OSError(error.errno, os.strerror(error.errno), str(path)) from error


def partial(path: Path) -> Path:
    """The hidden name beside `path` under which this process writes what is not complete."""
    return path.with_name(f".{path.stem}.partial-{os.getpid()}{path.suffix}")


def clear(folder: Path) -> None:
    """Remove the hidden files that processes which were killed have left in `folder`.

    To be called by a process that is writing none there itself: in a container the next process has
    the number of the last.
    """
    for path in folder.glob(".*.writing.lock"):
        with suppress(OSError), _taken(path, wait=False):
            # Whoever had it has ended, and so has this.
            pass
    for path in folder.glob(".*.partial-*"):
        owner = re.search(r"\.partial-(\d+)(\.\w+)?$", path.name)
        if owner and (int(owner[1]) == os.getpid() or not runs(int(owner[1]))):
            path.unlink(missing_ok=True)


@contextmanager
def locked(path: Path, wait: bool = True) -> Iterator[bool]:
    """Whatever else locks `path`, on this computer or another, waits until the block has ended.

    The lock is a hidden file beside `path`, gone afterwards. It is the system's: a process that is
    killed holds none, and the file that it leaves is taken over by the next. Gives False where the
    file system knows no locks, and then nobody waits. Raises OSError where nothing can be written,
    BlockingIOError where another has the lock and we do not `wait`.
    """
    with _taken(path.with_name(f".{path.name}.writing.lock"), wait) as known:
        yield known


@contextmanager
def _taken(lock: Path, wait: bool) -> Iterator[bool]:
    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            known = _lock(descriptor, wait)
            # Who had it before us has removed the file that we waited at: another has it by now.
            if not known or _at(lock, descriptor):
                break
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
    try:
        yield known
    finally:
        if fcntl:
            with suppress(OSError):
                lock.unlink()
        os.close(descriptor)
        if not fcntl:
            # Windows removes no file that is open, be it by one who waits: the last one does it.
            with suppress(OSError):
                lock.unlink()


def _lock(descriptor: int, wait: bool) -> bool:
    """Lock a file; False where there are no locks. Raises BlockingIOError."""
    while True:
        try:
            if fcntl:
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            else:
                import msvcrt

                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            return True
        except OSError as error:
            if error.errno in NO_LOCKS:
                return False
            if fcntl or error.errno not in (errno.EACCES, errno.EDEADLK):
                raise
            if not wait:
                raise BlockingIOError from error
            time.sleep(0.05)


def _at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


@contextmanager
def private() -> Iterator[Path]:
    """A folder into which no other user can look, gone after the block.

    What processes of this user which were killed have left goes before. Raises OSError where it
    cannot be made.
    """
    discard()
    with tempfile.TemporaryDirectory(
        prefix=f"{PRIVATE}{os.getpid()}-", ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def discard() -> None:
    """Remove the `private` folders of this user's processes that were killed."""
    for left in Path(tempfile.gettempdir()).glob(f"{PRIVATE}*-*"):
        owner = left.name.removeprefix(PRIVATE).partition("-")[0]
        with suppress(OSError):
            ours = not hasattr(os, "getuid") or left.lstat().st_uid == os.getuid()
            if ours and owner.isdecimal() and not runs(int(owner)):
                shutil.rmtree(left, ignore_errors=True)


def staging(folder: Path) -> Path:
    """The hidden folder in `folder` in which this process gathers files that come in together."""
    return folder / f"{STAGING}{os.getpid()}"


def sweep(folder: Path) -> None:
    """Remove the `staging` folders of processes that were killed, and of this one: only call it
    where this process has none in use."""
    for left in folder.glob(f"{STAGING}*"):
        owner = left.name.removeprefix(STAGING)
        if owner.isdigit() and (int(owner) == os.getpid() or not runs(int(owner))):
            shutil.rmtree(left, ignore_errors=True)


def runs(process: int) -> bool:
    """Whether there is a process of this number that has not ended."""
    import psutil

    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def write(path: Path, text: str) -> Path:
    """`text` as UTF-8 at `path`, complete or not at all; line ends stay as they are."""
    with replacing(path) as partial:
        partial.write_bytes(text.encode())
    return path


def writable(folder: Path) -> Path:
    """`folder`, made where it is missing. Raises OSError where nothing can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = partial(folder / "probe")
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = error.strerror or error
        raise OSError(f"cannot write in {folder} ({reason}): choose another folder") from error
    return folder


def safe_name(text: str) -> str:
    """One folder name for any text of a sheet, Japanese kept; different texts get different names.

    Separators, reserved signs and invisible characters become "_". A name that had to be changed
    ends in a digest of the text, so that two sheets never share a folder.
    """
    visible = "".join("_" if unicodedata.category(letter)[0] == "C" else letter for letter in text)
    name = re.sub(r'[<>:"/\\|?*\s]', "_", visible).strip(".")
    name = name.encode()[:NAME_BYTES].decode(errors="ignore")
    if name == text and name and not WINDOWS_DEVICES.fullmatch(name):
        return name
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{name}-{digest}".lstrip("-")
