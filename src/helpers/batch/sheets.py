"""Find the sheets in what a command names: paths, globs, folders, sources of many, corpora."""

import glob
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from helpers import paths, sources
from helpers.batch.selection import Selection
from helpers.corpus import Corpus, is_corpus
from helpers.corpus.store import MANIFEST
from helpers.sheet import Rows, SheetError
from helpers.sources import collection, json_files, rs_files
from helpers.sources.cells import nfkc

RUN_FILES = ("index.html", "index.json", "index.csv", "render.log", "manifest.json")
RUN_FILES += ("search.html", "site.json", "about.json", "portfolio", "payees")
"""What a run writes beside its reports: no folder of a sheet is called so, and none is a source."""

CHUNK = 100
"""Sheets of files held at a time, to be filtered together."""


@dataclass(frozen=True, slots=True)
class FoundSheet:
    """A sheet, or a project of a corpus.

    `reference` is what `corpus.load` takes, `name` the sheet_id or project_id, `year` the sheet
    year, of a project its first; `named` whether it was asked for by itself and not as one of many;
    `source` what `sources.stream` takes to give its rows again, "" of a corpus.
    """

    reference: str
    name: str
    year: int
    named: bool
    source: str = ""

    def later_than(self, as_of: int | None) -> SheetError | None:
        """The error of a sheet published after `as_of`."""
        if as_of is None or self.year <= as_of:
            return None
        found = f"a sheet of {self.year}, later than as_of {as_of}"
        expected = "an older sheet, or a project of a corpus: DIR#project_id"
        return SheetError(self.reference, found, expected)


Texts = list[str]
Answer = tuple[Texts, FoundSheet | SheetError]
Candidate = tuple[Texts, FoundSheet | SheetError, Rows | None]


def scan(given: Iterable[str | Path], selection: Selection) -> Iterator[Answer]:
    """The sheets of `given` that fit, each with the given texts that ask for it; those of corpora
    come last.

    A source is gone through once, whatever the number of its sheets that are named by their ids;
    a sheet named in two ways comes twice. A SheetError stands for whatever cannot be read, for a
    sheet_id that a source has again too, and for one later than the selection's `as_of` unless it
    is one of many. A project is judged by its last sheet. Raises ParameterError, see
    `Selection.keep`.
    """
    asked: dict[Path, tuple[str, dict[str, Texts]]] = {}
    for text in dict.fromkeys(map(str, given)):
        for source in expanded(text):
            if isinstance(source, SheetError):
                yield [text], source
                continue
            path, name = source
            file, shown = located(path)
            _, names = asked.setdefault(file, (shown, defaultdict(list)))
            names[name].append(text)
    streamed = (_of_source(*one) for one in asked.values() if not is_corpus(one[0]))
    corpora = (_of_corpus(*one, selection) for one in asked.values() if is_corpus(one[0]))
    for texts, found in chain(_kept(chain.from_iterable(streamed), selection), *corpora):
        late = isinstance(found, FoundSheet) and found.later_than(selection.as_of)
        if not late or found.named:
            yield texts, late or found


def _kept(candidates: Iterator[Candidate], selection: Selection) -> Iterator[Answer]:
    while chunk := list(islice(candidates, CHUNK)):
        sheets = {at: rows for at, (_, _, rows) in enumerate(chunk) if rows is not None}
        frame = selection.of_rows(list(sheets.values())).set_axis(list(sheets))
        kept = set(selection.keep(frame).index)
        for at, (texts, found, _) in enumerate(chunk):
            if at in kept or at not in sheets:
                yield texts, found


def _of_source(place: str, names: dict[str, Texts]) -> Iterator[Candidate]:
    whole, by_id = names.pop("", []), defaultdict(list)
    for name, texts in names.items():
        by_id[nfkc(name)] += texts
    stream, seen = sources.stream(place), set()
    start = list(islice(stream, 2))
    one = len(start) == 1 and not isinstance(start[0], SheetError)
    alone = one and not paths.find(place).is_dir()

    def found(rows: Rows, named: bool) -> FoundSheet:
        sheet_id, year = (rows["sheet"][0][name] for name in ("sheet_id", "sheet_year"))
        reference = place if alone else f"{place}#{sheet_id}"
        return FoundSheet(reference, sheet_id, year, alone or named, place)

    for sheet in chain(start, stream):
        if not isinstance(sheet, SheetError):
            sheet_id = sheet["sheet"][0]["sheet_id"]
            if sheet_id in seen:
                expected = "each sheet once: the first one counts"
                sheet = SheetError(place, f"sheet {sheet_id} again", expected)
        if isinstance(sheet, SheetError):
            if whole:
                yield whole, sheet, None
            continue
        seen.add(sheet_id)
        texts = whole + by_id.get(sheet_id, [])
        if texts:
            yield texts, found(sheet, sheet_id in by_id), sheet
        if not whole and by_id.keys() <= seen:
            return
    # What is no sheet_id may be one of the other names that a sheet has, or is missing.
    for name, texts in names.items():
        if nfkc(name) not in seen:
            (sheet,) = sources.stream(f"{place}#{name}")
            missing = isinstance(sheet, SheetError)
            yield (texts, sheet, None) if missing else (texts, found(sheet, True), sheet)


def _of_corpus(place: str, names: dict[str, Texts], selection: Selection) -> Iterator[Answer]:
    everyone = [text for texts in names.values() for text in texts]
    whole = names.pop("", [])
    try:
        corpus = Corpus(place)
        by_year, missing = _by_year(corpus, place, names, selection.as_of)
    except SheetError as error:
        yield everyone, error
        return
    yield from missing
    for year in selection.of_years(corpus.years):
        wanted = by_year.get(year, {})
        if not whole and not wanted:
            continue
        try:
            frame = selection.of_corpus(corpus, year)
        except SheetError as error:
            named = [text for one in wanted.values() for name, _ in one for text in names[name]]
            yield whole + named, error
            continue
        if not whole:
            frame = frame[frame["sheet_id"].isin(list(wanted))]
        for sheet_id in selection.keep(frame)["sheet_id"]:
            if whole:
                yield whole, FoundSheet(f"{place}#{sheet_id}", sheet_id, year, named=False)
            for name, first in wanted.get(sheet_id, ()):
                yield names[name], FoundSheet(f"{place}#{name}", name, first, named=True)


Wanted = dict[int, dict[str, list[tuple[str, int]]]]


def _by_year(
    corpus: Corpus, place: str, names: dict[str, Texts], as_of: int | None
) -> tuple[Wanted, list[Answer]]:
    """Sheet year -> sheet_id -> (name, first sheet year) of what was asked for by its id, or as the
    project of which it is the last sheet up to `as_of`; an answer for each name that is missing."""
    if not names:
        return {}, []
    project = corpus.table("project", columns=["sheet_id", "sheet_year", "project_id"])
    years = dict(zip(project["sheet_id"], map(int, project["sheet_year"]), strict=True))
    if as_of is not None:
        project = project[project["sheet_year"] <= as_of]
    sheets = project.sort_values("sheet_year").groupby("project_id")["sheet_id"]
    first, last = sheets.first().to_dict(), sheets.last().to_dict()
    wanted, missing = defaultdict(lambda: defaultdict(list)), []
    for name, texts in names.items():
        sheet_id = last.get(name, name)
        if sheet_id in years:
            entry = name, years[first.get(name, name)]
            wanted[years[sheet_id]][sheet_id].append(entry)
        else:
            seen = "" if as_of is None else f" up to sheet year {as_of}"
            expected = "the id of one of its sheets or projects"
            missing.append((texts, SheetError(place, f"no {name}{seen}", expected)))
    return wanted, missing


# Paths, globs and folders, taken apart into sources

Source = tuple[str, str]
"""A source's path, and the name of the sheet behind its #; "" stands for all of its sheets."""


def expanded(text: str) -> Iterator[Source | SheetError]:
    """The sources meant by a path, `PATH#name` or a glob, from the working directory or the
    repository root.

    A folder stands for each file in it, and for the corpora, the RS system's folders (of CSV files
    or of answers) and what `review-sheets fetch` filled in it; hidden files and what a run wrote
    are left out. A SheetError stands for what cannot be had.
    """
    if not text.strip():
        yield SheetError(repr(text), "no name", sources.EXPECTED)
        return
    base, mark, name = text.rpartition("#")
    if not paths.exists(text):
        if mark and name and paths.exists(base):
            yield base, name
            return
        if glob.has_magic(text):
            yield from _of_pattern(text)
            return
    elif paths.find(text).is_dir() and not is_corpus(text):
        yield from _of_folder(paths.find(text))
        return
    yield text, ""


def located(path: str) -> tuple[Path, str]:
    """The file itself, whatever way leads to it, and its path as a report names it: from the
    repository's root where it is in there. A path that cannot be used stays: reading it says so."""
    try:
        found = paths.find(path).resolve()
        if found.is_relative_to(paths.ROOT):
            from_root = found.relative_to(paths.ROOT)
            if paths.find(from_root).resolve() == found:
                return found, from_root.as_posix()
        return found, path
    except (OSError, RuntimeError, ValueError):
        return Path(path), path


def _of_pattern(pattern: str) -> Iterator[Source | SheetError]:
    found = []
    try:
        given = str(Path(pattern).expanduser())
        for root in (Path(), paths.ROOT):
            found = found or sorted(glob.glob(given, root_dir=root, recursive=True))
    except (OSError, RuntimeError, ValueError) as error:
        yield SheetError(pattern, f"no usable path ({error})", sources.EXPECTED)
        return
    if not found:
        yield SheetError(pattern, "no file of such a name", sources.EXPECTED)
    for path in found:
        yield from expanded(path)


def _of_folder(folder: Path) -> Iterator[Source | SheetError]:
    if collection.is_collection(folder):
        yield from _of_collection(folder)
        return
    found: dict[str, Source | SheetError] = {}
    files = [*sources.pages(folder), *json_files.walk(folder, json_files.ENDINGS)]
    named = (file for file in files if isinstance(file, Path) and file.name == collection.MANIFEST)
    collections = {file.parent for file in named}
    answers: set[Path] = set()
    for file in files:
        if isinstance(file, Path) and not collections.isdisjoint(file.parents):
            continue
        if isinstance(file, SheetError):
            found[file.path] = file
        elif file.name == MANIFEST and is_corpus(file.parent):
            found[str(file.parent)] = str(file.parent), ""
        elif file.name == json_files.LIST and sources.is_api(file.parent):
            answers.add(file.parent)
            found[str(file.parent)] = str(file.parent), ""
        elif file.name not in RUN_FILES and answers.isdisjoint(file.parents):
            found[str(file)] = str(file), ""
    for root in _of_tables(folder, [*found, *map(str, collections)]):
        if not collections.isdisjoint((root, *root.parents)):
            continue
        try:
            if rs_files.find(root).tables:
                found[str(root)] = str(root), ""
        except SheetError as error:
            found[str(root)] = error
    # Reading a folder of nothing says what it holds instead.
    yield from found.values() or ([] if collections else [(str(folder), "")])
    for one in sorted(collections):
        yield from _of_collection(one)


def _of_collection(folder: Path) -> Iterator[Source | SheetError]:
    try:
        for part in map(Path, collection.parts(folder)):
            of_files = sources.kind(part) == sources.JUDGIT
            yield from _of_folder(part) if of_files else [(str(part), "")]
    except SheetError as error:
        yield error


def _of_tables(folder: Path, others: Iterable[str]) -> Iterable[Path]:
    """The folders of CSV and zip files: those above them too, as long as they hold nothing else."""
    taken = {place for other in others for place in (Path(other), *Path(other).parents)}
    roots: dict[Path, None] = {}
    for file in json_files.walk(folder, (".csv", ".zip")):
        if isinstance(file, Path):
            root = file.parent
            while root != folder and root.parent not in taken:
                root = root.parent
            roots[root] = None
    return roots
