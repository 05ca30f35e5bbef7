"""Read sheets, whatever they came as, into plain rows or a ReviewSheet."""

from collections.abc import Iterator
from pathlib import Path

from helpers import paths
from helpers.sheet import ReviewSheet, Rows, SheetError
from helpers.sources import judgit_json, kinds, page_text, rs_csv
from helpers.sources.cells import nfkc

__all__ = ["kind", "read", "stream"]


def read(path: str | Path) -> ReviewSheet:
    """The sheet at `path`, from the working directory or the repository root.

    `PATH#NAME` picks one of a source that holds more, by its `sheet_id` or, where only one sheet
    bears it, its `project_number`, its `official_id` or the number in that. Raises SheetError for
    whatever cannot be read: a missing file, another format, a broken page, no such sheet.
    """
    source, name = _located(path)
    return ReviewSheet.build(**_pick(path, source, name))


def stream(path: str | Path) -> Iterator[Rows | SheetError]:
    """Every sheet of a source, in its order, as rows; `PATH#NAME` gives the one that `read` picks.

    A SheetError stands for whatever cannot be read, the source itself included.
    """
    try:
        source, name = _located(path)
        if name:
            yield _pick(path, source, name)
        else:
            yield from _STREAMS[kinds.kind(source)](source)
    except SheetError as error:
        yield error


def kind(path: str | Path) -> str:
    """ "page text", "judgit json" or "rs csv". Raises SheetError for a source of another kind."""
    return kinds.kind(_located(path)[0])


def _located(path: str | Path) -> tuple[Path, str]:
    """The source's file or folder, and the name behind a # that is no part of its path."""
    base, mark, name = str(path).rpartition("#")
    try:
        if mark and not paths.exists(path) and paths.exists(base):
            return paths.find(base), nfkc(name)
        found = paths.find(path)
    except (OSError, RuntimeError, ValueError) as error:
        raise SheetError(path, f"no usable path ({error})", kinds.SOURCES) from error
    return found, ""


def _pages(source: Path) -> Iterator[Rows | SheetError]:
    for page in kinds.pages(source) if source.is_dir() else [source]:
        try:
            yield page if isinstance(page, SheetError) else page_text.rows(page)
        except SheetError as error:
            yield error


_STREAMS = {kinds.PAGE: _pages, kinds.JUDGIT: judgit_json.stream, kinds.RS: rs_csv.stream}


def _pick(path: str | Path, source: Path, name: str) -> Rows:
    first, fitting, count, broken = None, [], 0, []
    for sheet in _STREAMS[kinds.kind(source)](source):
        if isinstance(sheet, SheetError):
            broken.append(sheet)
            continue
        facts = sheet["sheet"][0]
        if name and name == facts["sheet_id"]:
            return sheet
        first, count = first or sheet, count + 1
        official = facts.get("official_id") or ""
        if name and name in (facts["project_number"], official, official.rpartition(":")[2]):
            fitting.append(sheet)
    if broken and count <= 1 and not fitting:
        # A source of one sheet, which is broken or cut off.
        raise broken[0]
    if not count:
        raise SheetError(path, "no sheet", kinds.SOURCES)
    if len(fitting) == 1 or (count == 1 and not name):
        return (fitting or [first])[0]
    example = (fitting or [first])[0]["sheet"][0]["sheet_id"]
    found = f"{len(fitting) if fitting else count:,} sheets"
    if name:
        found = f"{found} named {name}" if fitting else f"no sheet {name} among {count:,}"
    if broken:
        found += f" ({len(broken):,} could not be read, the first: {broken[0]})"
    raise SheetError(path, found, f"the id of one of them behind a #, such as {source}#{example}")
