"""Fetch the RS system's official CSV files of a sheet year: 15 zips."""

from pathlib import Path
from urllib.parse import quote

from helpers.fetch import Tally, site
from helpers.fetch.folder import Folder
from helpers.fetch.web import Answer, OutOfReach, Web
from helpers.sheet import SheetError
from helpers.sources import cells, rs_files
from helpers.sources.rs_tables import KINDS, Source, kind_of, plain, title

LAST_YEAR = 2025
"""The last sheet year of which the CSV was seen; the API has those after it."""

_AS_DOWNLOADED = "as the site gives it out"


def place(year: int) -> str:
    """The folder of a year's files."""
    return f"rs/{year}"


def file_name(kind: str, year: int) -> str:
    """What the site calls a file."""
    return f"{kind}_RS_{year}_{KINDS[kind].title}.zip"


def address(kind: str, year: int) -> str:
    """Where the site gives a file out."""
    return f"{site('rs')}/files/{year}/rs/{quote(file_name(kind, year))}"


def fetch(folder: Folder, web: Web, year: int, tally: Tally) -> None:
    """Fetch each file that is new or changed; a failure of one is told, and stops no other.

    What was put there by hand is checked and taken into the manifest first, and makes way for the
    file that comes in.
    """
    tally.on_total(len(KINDS))
    there = _by_hand(folder, year, tally)
    closed = ""
    for kind in KINDS:
        if closed:
            tally.lack(OutOfReach(address(kind, year), closed))
            continue
        official = f"{place(year)}/{file_name(kind, year)}"
        try:
            outcome = _one(folder, web, official, kind, year)
        except SheetError as error:
            tally.fail(error)
            if isinstance(error, OutOfReach) and not error.alone:
                closed = error.found
            continue
        for name in there.get(kind, []):
            # Some file systems have names of their own, of other code points.
            if not (folder.path / name).samefile(folder.path / official):
                folder.retire(name)
        tally.add(outcome)
    held = {address(kind, year) for kind in there}
    tally.out_of_reach = [one for one in tally.out_of_reach if one not in held]
    folder.supersede(f"api/{year}", tally)


def _one(folder: Folder, web: Web, name: str, kind: str, year: int) -> str:
    source, known = address(kind, year), folder.kept(name) or {}
    validators = {key: known[key] for key in ("etag", "last_modified") if known.get(key)}
    staged = folder.staging / file_name(kind, year)
    answer = web.get(source, staged, validators)
    if answer is None:
        return "unchanged"
    _check_zip(staged, answer)
    try:
        found = _checked(staged, year)
    except SheetError as error:
        raise SheetError(source, error.found, error.expected, error.line) from error
    if found != kind:
        raise SheetError(source, f"the table {title(found)}", title(kind))
    return folder.take(name, staged, source="rs", kind=kind, address=source, **answer.validators)


def _check_zip(staged: Path, answer: Answer) -> None:
    # A name that the site does not have gives 200 and the page of its app.
    with staged.open("rb") as file:
        head = file.read(60)
    if not head.startswith(b"PK\x03\x04") or "html" in answer.content_type.lower():
        found = f"{answer.content_type or 'no Content-Type'} that begins {head!r}"
        raise SheetError(answer.address, found, "a zip: the site has no file of this name (yet)")


def _checked(path: Path, year: int) -> str:
    """The kind of the one table of a year that a zip, or CSV file, holds, read to its end.

    Raises SheetError.
    """
    zipped = path.suffix.lower() == ".zip"
    sources = list(rs_files.zipped(path)) if zipped else [rs_files.bare(path)]
    if len(sources) != 1 or not isinstance(sources[0], Source):
        found = f"a zip of {sum(isinstance(one, Source) for one in sources)} CSV files"
        raise SheetError(path, found, f"one CSV file, {_AS_DOWNLOADED}")
    rows = sources[0].rows()
    header = next(rows, (0, []))[1]
    kind = kind_of(header)
    if kind is None:
        found = f"the header {', '.join(header)[:80]!r}"
        raise SheetError(path, found, f"that of a table of the RS system, {_AS_DOWNLOADED}")
    at, years = list(map(plain, header)).index("事業年度"), set()
    for _, row in rows:
        years.update(row[at : at + 1])
    if {_year(text) for text in years} != {year}:
        found = f"事業年度 {', '.join(sorted(years))[:80] or 'of no row'}"
        raise SheetError(path, found, f"rows of {year}")
    return kind


def _year(text: str) -> int | None:
    try:
        return cells.fiscal_year(text)
    except cells.Unreadable:
        return None


def _by_hand(folder: Folder, year: int, tally: Tally) -> dict[str, list[str]]:
    """Names of the files that are there, by their kind; what nobody fetched is checked first."""
    there: dict[str, list[str]] = {}
    for path in sorted((folder.path / place(year)).glob("*")):
        name = f"{place(year)}/{path.name}"
        if path.name.startswith(".") or path.suffix.lower() not in (".zip", ".csv"):
            continue
        entry = folder.kept(name)
        try:
            kind = (entry or {}).get("kind") or _checked(path, year)
        except SheetError as error:
            tally.fail(error)
            continue
        if not entry:
            folder.adopt(name, source="rs", kind=kind, address=address(kind, year))
        there.setdefault(kind, []).append(name)
    return there
