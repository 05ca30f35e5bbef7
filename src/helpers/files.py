"""Write files that appear at their path complete or not at all, under names that are safe."""

import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

NAME_BYTES = 120
"""Longest folder name made from a sheet's text: file systems allow 255 bytes, paths not many."""

STAGING = ".writing."

WINDOWS_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A hidden file beside `path` to write into; it becomes `path` only if the block succeeds.

    Whatever ends the block early, an interrupt included, leaves `path` as it was. Raises OSError
    when the folder cannot be written.
    """
    hidden = partial(path)
    try:
        yield hidden
        hidden.replace(path)
    finally:
        hidden.unlink(missing_ok=True)


def partial(path: Path) -> Path:
    """The hidden name beside `path` under which this process writes what is not complete."""
    return path.with_name(f".{path.stem}.partial-{os.getpid()}{path.suffix}")


def clear(folder: Path) -> None:
    """Remove the hidden files that processes which were killed have left in `folder`.

    To be called by a process that is writing none there itself: in a container the next process has
    the number of the last.
    """
    for path in folder.glob(".*.partial-*"):
        owner = re.search(r"\.partial-(\d+)(\.\w+)?$", path.name)
        if owner and (int(owner[1]) == os.getpid() or not runs(int(owner[1]))):
            path.unlink(missing_ok=True)


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
