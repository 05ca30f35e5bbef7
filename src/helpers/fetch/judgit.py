"""Fetch JUDGIT!'s sheets of 2015-2023: one archive of a fixed state of its repository."""

import gzip
import re
import tarfile
import zlib
from pathlib import Path

from helpers import files
from helpers.fetch import Tally, site
from helpers.fetch.folder import Folder
from helpers.fetch.web import Web, digest
from helpers.sheet import SheetError

COMMIT = "73e78f5989f52c5fe67079628ddf6cde7cee8239"
"""The newest state of the repository, of 2023-11-14: it has all its sheet years."""

NAME = "judgit"
LARGEST_SHEET, LARGEST = 2**24, 2**32
"""Bytes of a sheet, and of all unpacked; the longest of 2015-2023 has 0.2 million, all 415."""

_SHEET = re.compile(r"[^/]+/data/([0-9]{4}/[^/.][^/]*/[^/.][^/]*\.json)")
_UNSAFE = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:|[\x00-\x1f]")
_AS_GIVEN = "the archive as the site gives it out"


def address() -> str:
    """Where the archive is."""
    return f"{site('judgit')}/archive/{COMMIT}.tar.gz"


def fetch(folder: Folder, web: Web, tally: Tally) -> None:
    """Fetch and unpack the sheets, if they are not there; a failure is told.

    Sheets that were put there by hand stay, and are taken into the manifest.
    """
    tally.on_total(1)
    source = {"source": "judgit", "address": address(), "commit": COMMIT}
    there = folder.path / NAME
    if NAME not in folder.entries and there.is_dir() and _count(there)["sheets"]:
        folder.adopt(NAME, _count, **source)
    if entry := folder.kept(NAME, _count):
        tally.add("unchanged", entry["sheets"])
        return
    archive, unpacked = folder.staging / "archive.tar.gz", folder.staging / NAME
    try:
        web.get(address(), archive)
        _unpack(archive, unpacked)
    except SheetError as error:
        tally.fail(error)
        return
    many = _count(unpacked)["sheets"]
    tally.add(folder.take(NAME, unpacked, _count, **source, archive=digest(archive)), many)


def _count(folder: Path) -> dict:
    sizes = [file.stat().st_size for file in folder.rglob("*.json")]
    return {"sheets": len(sizes), "bytes": sum(sizes)}


def _unpack(archive: Path, into: Path) -> None:
    """The sheets of the archive, `into`/YEAR/MINISTRY/*.json. Raises SheetError for an archive that
    is damaged or hostile, and for that of another commit."""
    try:
        with gzip.open(archive) as packed:
            with tarfile.open(fileobj=packed, mode="r|") as tar:
                size = 0
                for member in tar:
                    size += _unpack_one(tar, member, into)
                    if size > LARGEST:
                        raise SheetError(address(), f"more than {LARGEST:,} bytes", "fewer")
                commit = tar.pax_headers.get("comment", COMMIT)
            # Only at its end does gzip compare its checksum.
            while packed.read(2**20):
                pass
    except (EOFError, zlib.error, tarfile.TarError, gzip.BadGzipFile, UnicodeError) as error:
        found = f"no whole .tar.gz ({error})"
        raise SheetError(address(), found, f"{_AS_GIVEN}: run the same command again") from error
    if commit != COMMIT:
        raise SheetError(address(), f"the commit {commit}", COMMIT)
    if not size:
        raise SheetError(address(), "an archive without data/YEAR/MINISTRY/….json", _AS_GIVEN)


def _unpack_one(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> int:
    """Unpack a member that is a sheet; its bytes, 0 for any other."""
    if _UNSAFE.search(member.name):
        found = f"{member.name!r}, an absolute path or one with .."
        raise SheetError(address(), found, "names inside the archive: do not use it")
    match = _SHEET.fullmatch(member.name)
    if not match or not member.isreg():
        return 0
    if member.size > LARGEST_SHEET:
        raise SheetError(address(), f"{member.name} of {member.size:,} bytes", "a sheet")
    target = into / match[1]
    target.parent.mkdir(parents=True, exist_ok=True)
    with files.naming(into, into):
        target.write_bytes(tar.extractfile(member).read())
    return member.size
