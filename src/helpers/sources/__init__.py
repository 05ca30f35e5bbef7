"""Read sheets, whatever they came as, into plain rows or a ReviewSheet.

What a file or folder is, its content says first, its ending second. A kind's reader is loaded when
there is a source of that kind.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from helpers import paths
from helpers.sheet import ReviewSheet, Rows, SheetError
from helpers.sources import collection, rs_files
from helpers.sources.cells import nfkc
from helpers.sources.json_files import ENDINGS, LIST, ending, is_list, opened, walk

PAGE, JUDGIT, RS, API = "page text", "judgit json", "rs csv", "rs api"
COLLECTION = "collection"

EXPECTED = (
    f"a page text (.txt), JUDGIT sheets ({', '.join(ENDINGS)}, also .gz) or a folder of these, or "
    "the folder of the RS system's CSV files or zips, or of its API's answers"
)
INSTEAD = "the page's text saved as .txt, JUDGIT's JSON or the RS system's CSV"

_HEAD = 2**16
_ALIEN = {
    "a PDF": rb"%PDF",
    "an Excel or Word file": rb"\xd0\xcf\x11\xe0|PK\x03\x04.*(\[Content_Types\]|opendocument)",
    "a web page": rb"\s*<(!|\?xml|html|head|body|script)",
    "a Parquet file": rb"PAR1",
}
_JSON = re.compile(r"\s*(\{|\[\s*[\[{\]])")
_PAGE = re.compile(r"^\s*府省庁\s*[:：]", re.MULTILINE)
_RS_HEADER = re.compile(r".*予算事業ID")
_RS_FOLDER = "the folder that holds it and the other tables, such as 1-2 and 2-1"


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
            yield from _STREAMS[_kind(source)](source)
    except SheetError as error:
        yield error


def kind(path: str | Path) -> str:
    """ "page text", "judgit json", "rs csv", "rs api" or, of what `review-sheets fetch` has filled,
    "collection".

    Raises SheetError for a source of another kind, which says what it is and what to do.
    """
    return _kind(_located(path)[0])


def is_api(folder: Path) -> bool:
    """Whether a folder holds the answers of the RS system's API."""
    try:
        return is_list(_head(folder / LIST))
    except OSError:
        return False


def _of_answers(folder: Path) -> Iterator[Path]:
    """The folders of answers in a folder, itself included."""
    for file in walk(folder, ENDINGS):
        if isinstance(file, Path) and file.name == LIST and is_api(file.parent):
            yield file.parent


def pages(folder: Path) -> Iterator[Path | SheetError]:
    """The page texts in a folder and the folders in it, other .txt files left out."""
    for file in walk(folder, (".txt",)):
        try:
            if isinstance(file, SheetError) or _is_page(file, _head(file)):
                yield file
        except OSError as error:
            yield SheetError(file, f"no readable file ({error.strerror})", EXPECTED)


def _located(path: str | Path) -> tuple[Path, str]:
    """The source's file or folder, and the name behind a # that is no part of its path."""
    base, mark, name = str(path).rpartition("#")
    try:
        if mark and not paths.exists(path) and paths.exists(base):
            return paths.find(base), nfkc(name)
        found = paths.find(path)
    except (OSError, RuntimeError, ValueError) as error:
        raise SheetError(path, f"no usable path ({error})", EXPECTED) from error
    return found, ""


def _pages(source: Path) -> Iterator[Rows | SheetError]:
    from helpers.sources import page_text

    for page in pages(source) if source.is_dir() else [source]:
        try:
            yield page if isinstance(page, SheetError) else page_text.rows(page)
        except SheetError as error:
            yield error


def _judgit(source: Path) -> Iterator[Rows | SheetError]:
    from helpers.sources import judgit_json

    return judgit_json.stream(source)


def _tables(source: Path) -> Iterator[Rows | SheetError]:
    from helpers.sources import rs_csv

    return rs_csv.stream(source)


def _parts(folder: Path) -> Iterator[Rows | SheetError]:
    for part in collection.parts(folder):
        yield from stream(part)


def _answers(source: Path) -> Iterator[Rows | SheetError]:
    from helpers.sources import rs_api

    for folder in _of_answers(source):
        try:
            yield from rs_api.stream(folder)
        except SheetError as error:
            yield error


_STREAMS = {
    PAGE: _pages,
    JUDGIT: _judgit,
    RS: _tables,
    API: _answers,
    COLLECTION: _parts,
}


def _pick(path: str | Path, source: Path, name: str) -> Rows:
    first, fitting, count, broken = None, [], 0, []
    for sheet in _STREAMS[_kind(source)](source):
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
        raise SheetError(path, "no sheet", EXPECTED)
    if len(fitting) == 1 or (count == 1 and not name):
        return (fitting or [first])[0]
    example = (fitting or [first])[0]["sheet"][0]["sheet_id"]
    found = f"{len(fitting) if fitting else count:,} sheets"
    if name:
        found = f"{found} named {name}" if fitting else f"no sheet {name} among {count:,}"
    if broken:
        found += f" ({len(broken):,} could not be read, the first: {broken[0]})"
    raise SheetError(path, found, f"the id of one of them behind a #, such as {source}#{example}")


def _kind(path: Path) -> str:
    try:
        if path.is_dir():
            return _of_folder(path)
        head = _head(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SheetError(path, f"no readable file ({reason})", EXPECTED) from error
    for name, signature in _ALIEN.items():
        if re.match(signature, head, re.DOTALL | re.IGNORECASE):
            raise SheetError(path, name, INSTEAD)
    if head.startswith(b"PK\x03\x04"):
        if b".json" in head:
            raise SheetError(path, "a zip of JSON files", "the folder it unpacks to")
        raise SheetError(path, "a zip file", _RS_FOLDER if b".csv" in head else EXPECTED)
    if is_list(head):
        raise SheetError(path, "the list of the RS system's API", "the folder that holds it")
    text = head.decode("utf-8-sig", errors="replace")
    if _JSON.match(text):
        return JUDGIT
    if _RS_HEADER.match(text):
        raise SheetError(path, "one table of the RS system", _RS_FOLDER)
    return PAGE if _is_page(path, head) else _by_ending(path, head)


def _is_page(path: Path, head: bytes) -> bool:
    texts = (head.decode(encoding, errors="replace") for encoding in ("utf-8-sig", "cp932"))
    return path.suffix.lower() != ".gz" and any(map(_PAGE.search, texts))


def _head(path: Path) -> bytes:
    with opened(path) as file:
        try:
            return file.read(_HEAD)
        except (EOFError, zlib.error):
            # A gzip that is broken this early: the reader that its ending chooses says so.
            return b""


def _by_ending(path: Path, head: bytes) -> str:
    if path.suffix.lower() == ".txt":
        return PAGE
    if ending(path.name) in ENDINGS:
        return JUDGIT
    if not head.strip():
        raise SheetError(path, "an empty file", EXPECTED)
    named = f"a {path.suffix} file" if path.suffix else "a file without ending"
    raise SheetError(path, f"{named} of something else", EXPECTED)


def _of_folder(path: Path) -> str:
    names = Counter(ending(entry.name) for entry in path.iterdir() if entry.is_file())
    if collection.is_collection(path):
        return COLLECTION
    if (path / "corpus.json").is_file():
        raise SheetError(path, "a built corpus", "one of its sheets or projects, as DIR#sheet_id")
    found = []
    if _holds_tables(path):
        found.append(RS)
    if answers := set(_of_answers(path)):
        found.append(API)
    documents = walk(path, ENDINGS)
    if any(isinstance(file, SheetError) or answers.isdisjoint(file.parents) for file in documents):
        found.append(JUDGIT)
    if next(pages(path), None):
        found.append(PAGE)
    if len(found) == 1:
        return found[0]
    if not found and any(isinstance(file, Path) for file in walk(path, (".csv", ".zip"))):
        # Reading it says what its files are.
        return RS
    if found:
        both = " and ".join(found)
        raise SheetError(path, f"a folder of {both}", "one of them: name its files or its folder")
    held = ", ".join(
        f"{number} {name or 'without ending'}" for name, number in names.most_common(5)
    )
    raise SheetError(path, f"a folder of {held or 'no files'}", EXPECTED)


def _holds_tables(folder: Path) -> bool:
    try:
        return bool(rs_files.find(folder).tables)
    except SheetError:
        # A file that may be one of them: reading it says what is wrong.
        return True
