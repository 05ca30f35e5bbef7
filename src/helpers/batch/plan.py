"""Plan a run: which notebooks, with what, for which sheets, into which folders."""

import hashlib
import keyword
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from helpers import files, paths, words
from helpers.batch.notebook import Declared, all_notebooks, converted, declared, read
from helpers.batch.selection import Selection
from helpers.batch.sheets import RUN_FILES, FoundSheet, scan
from helpers.corpus import Corpus
from helpers.parameters import ParameterError
from helpers.sheet import Rows, SheetError
from helpers.sources import stream

RESERVED = ("sheet", "lang")
"""Parameters that a run gives to each report."""

OF_A_CORPUS = {"corpus", "ministry"}
"""What a notebook declares that speaks of all projects of a corpus: it is given the run's."""

OF_PAYEES = "payee"
"""What such a notebook declares that has no report of its own for each ministry."""


@dataclass(frozen=True)
class Report:
    """A report to make: `lang` is "" for a notebook that declares none; `parameters` are of the
    declared types, without sheet and lang."""

    notebook: Path
    lang: str
    parameters: dict

    @property
    def name(self) -> str:
        """What its files are called: "01_sheet_quality.ja"."""
        return f"{self.notebook.stem}.{self.lang}" if self.lang else self.notebook.stem


@dataclass(frozen=True, slots=True)
class Task:
    """The reports of one sheet, for one folder below the run's.

    `sheet` is the reference that the notebooks get, "" for notebooks that take none; `as_of` the
    parameter of that name. `source` gives the sheet `sheet_id` to `Plan.tasks`, which hands it on
    as `rows`; without them `corpus.load(sheet, as_of)` reads it. `of_tables`: its reports are of a
    whole corpus, and the tables of its portfolio will do for their `corpus`.
    """

    sheet: str
    folder: str
    reports: tuple[Report, ...]
    as_of: int | None = None
    source: str = ""
    sheet_id: str = ""
    rows: Rows | None = None
    of_tables: bool = False

    def of(self, corpus: str) -> "Task":
        """The same with another `corpus`."""
        given = {"corpus": corpus}
        return replace(
            self, reports=tuple(replace(r, parameters=r.parameters | given) for r in self.reports)
        )


@dataclass(frozen=True)
class Whole:
    """A corpus that a run is of, and the last sheet year of it that was asked for."""

    corpus: str
    year: int


@dataclass
class Plan:
    """What is to be made, a task a folder, and what was `refused`: (sheet or source, reason).
    `whole` is the corpus that is a source as a whole, `of_all` whether notebooks of all its
    projects are among those to run.

    Folder names are safe, and differ also where a file system ignores case or normalises Unicode.
    """

    planned: list[Task] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    whole: Whole | None = None
    of_all: bool = False
    _taken: set[str] = field(init=False, repr=False)

    def __post_init__(self):
        self._taken = {_folded(name) for name in (*RUN_FILES, *(t.folder for t in self.planned))}

    @property
    def total(self) -> int:
        """How many tasks there are."""
        return len(self.planned)

    @property
    def reports(self) -> int:
        """How many reports there are in all tasks."""
        return sum(len(task.reports) for task in self.planned)

    def add(
        self,
        reports: tuple[Report, ...],
        found: FoundSheet | None = None,
        as_of: int | None = None,
        name: str | None = None,
        of_tables: bool = False,
    ) -> None:
        """One more task: of a sheet, or of a notebook that takes none, into the folder called
        `name`, else after the sheet or the notebook."""
        if found:
            folder = self.folder(name or found.name, found.reference)
            known = (found.reference, folder, reports, as_of, found.source, found.name)
            self.planned.append(Task(*known))
        else:
            notebook = reports[0].notebook
            folder = self.folder(name or notebook.stem, str(notebook))
            self.planned.append(Task("", folder, reports, as_of, of_tables=of_tables))

    def refuse(self, error: SheetError) -> None:
        """One more sheet or source that cannot be read."""
        self.refused.append((error.path, str(error)))

    def tasks(self) -> Iterator[Task]:
        """The tasks, source by source; a source is streamed again and one sheet held at a time.

        A sheet that is gone from its source since comes at the end of it, without rows and as
        `SOURCE#sheet_id`: loading it says what is wrong.
        """
        by_source: dict[str, dict[str, list[Task]]] = {}
        for task in self.planned:
            by_source.setdefault(task.source, {}).setdefault(task.sheet_id, []).append(task)
        for source, left in by_source.items():
            for rows in stream(source) if source else ():
                if not isinstance(rows, SheetError):
                    for task in left.pop(rows["sheet"][0]["sheet_id"], ()):
                        yield replace(task, rows=rows)
                if not left:
                    break
            for sheet_id, tasks in left.items():
                for task in tasks:
                    yield replace(task, sheet=f"{source}#{sheet_id}") if source else task

    def is_free(self, text: str) -> bool:
        """Whether `folder` would give the folder of this text without a mark."""
        return _folded(files.safe_name(text)) not in self._taken

    def folder(self, text: str, reference: str) -> str:
        """The folder for `text`, from now on taken: what comes later is marked by a digest of its
        `reference`."""
        name = plain = files.safe_name(text)
        for attempt in count():
            if _folded(name) not in self._taken:
                break
            marked = reference + "\0" * attempt
            digest = hashlib.sha256(marked.encode(errors="surrogatepass")).hexdigest()[:8]
            name = f"{plain}-{digest}"
        self._taken.add(_folded(name))
        return name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def plan(
    sources: Iterable[str | Path] = (),
    notebooks: Iterable[Path] | None = None,
    languages: Iterable[str] = words.LANGUAGES,
    parameters: dict | None = None,
    *,
    ministry: Iterable[str] | None = None,
    years: Iterable[int] | None = None,
    where: str | None = None,
) -> Plan:
    """Each of `notebooks` in each of `languages` for each sheet of `sources` that fits the filters.

    `sources` are what `scan` takes, without any the default sheet; a notebook that declares no
    `sheet` is run once. One that speaks of all projects (`OF_A_CORPUS`) is given the first corpus
    among the sources and its last sheet year that fits, and is run for each ministry, too; where
    sheets alone are asked for it is left out. `notebooks` None is all of `paths.NOTEBOOKS`.
    `parameters` go to those that declare them; `as_of` also leaves out the later sheets of a source
    of many. The filters (`Selection`) hold for every source. Raises ParameterError for what cannot
    be meant: a parameter or an expression that does not fit, a filter that leaves nothing, sources
    that no notebook takes; OSError for a missing notebook.
    """
    known = declarations(notebooks or all_notebooks())
    values = _shared(known, parameters or {})
    as_of = next((sheet_year(own) for own in values.values() if "as_of" in own), None)
    selection = Selection(ministry, years, where, as_of)
    sources, languages, made = list(sources), list(languages), Plan()
    of_sheet: tuple[Report, ...] = ()
    of_all = []
    for path, names in known.items():
        own = reports(path, names, languages, values[path])
        if "sheet" in names:
            of_sheet += own
        elif names.keys() >= OF_A_CORPUS:
            of_all.append(path)
        else:
            made.add(own)
    found = []
    if of_sheet or (of_all and sources):
        found = _found(made, sources or [paths.DEFAULT_SHEET], selection)
        made.whole, made.of_all = _whole(found), bool(of_all)
    if not (of_sheet or made.whole) and (sources or selection.narrows):
        named = ", ".join(path.name for path in known)
        raise ParameterError(f"{named}: takes no sheet; leave the sheets and the filters out")
    for path in of_all:
        if sources and of_sheet and not (made.whole or "corpus" in values[path]):
            # Of single sheets they would have nothing to say.
            continue
        for ministry, given in _of_all(made.whole, known[path], values[path], selection):
            own = reports(path, known[path], languages, given)
            by_hand = {"corpus", "year"} & values[path].keys() or OF_PAYEES in known[path]
            made.add(own, name=ministry, of_tables=bool(made.whole) and not by_hand)
    if of_sheet:
        for one in found:
            made.add(of_sheet, one, as_of)
    return made


def _found(made: Plan, sources: list, selection: Selection) -> list[FoundSheet]:
    """The sheets that fit, each once; what cannot be read is refused."""
    references: dict[str, FoundSheet] = {}
    for _, found in scan(sources, selection):
        if isinstance(found, SheetError):
            made.refuse(found)
        else:
            references.setdefault(found.reference, found)
    selection.check_left(len(references), made.refused)
    return list(references.values())


def _whole(found: list[FoundSheet]) -> Whole | None:
    """The first corpus of which more was asked for than sheets by their names."""
    years: dict[str, int] = {}
    for one in found:
        if not (one.named or one.source):
            corpus = one.reference.rpartition("#")[0]
            years[corpus] = max(one.year, years.get(corpus, one.year))
    return next((Whole(*one) for one in years.items()), None)


def _of_all(
    whole: Whole | None, names: Declared, given: dict, selection: Selection
) -> Iterator[tuple[str | None, dict]]:
    """What a notebook of a corpus is run with: once for the government, which has no name, and for
    each ministry of the corpus. What was `given` stays; without a corpus that is all there is."""
    if whole is None:
        yield None, given
        return
    own = {"corpus": whole.corpus, "year": whole.year, "last_year": whole.year - 1}
    values = {name: value for name, value in own.items() if name in names} | given
    yield None, values
    if OF_PAYEES not in names and "ministry" not in given:
        year = given.get("year", whole.year)
        sheet = Corpus(whole.corpus).table("sheet", [year], ["ministry"])
        for ministry in sorted(sheet["ministry"].dropna().unique()):
            if ministry in (selection.ministries or {ministry}):
                yield ministry, values | {"ministry": ministry}


def declarations(notebooks: Iterable[Path]) -> dict[Path, Declared]:
    """Notebook -> what it declares; one that is named twice stands once.

    Raises ParameterError for a file that is no notebook and for two of one name, OSError for a
    missing one.
    """
    found = {path.resolve(): path for path in reversed(list(map(Path, notebooks)))}
    stems: dict[str, Path] = {}
    for path in reversed(found.values()):
        other = stems.setdefault(stem_key(path), path)
        if other != path:
            raise ParameterError(f"{path}: its reports would be those of {other}; rename one")
    return {path: declared(read(path)) for path in reversed(found.values())}


def stem_key(notebook: Path) -> str:
    """What two notebooks share whose reports would be one file, be it only on some systems."""
    return unicodedata.normalize("NFC", notebook.stem).casefold()


def _shared(known: dict[Path, Declared], given: dict) -> dict[Path, dict]:
    """Notebook -> the values for it, converted, in the order given: each goes to the notebooks that
    declare it. Raises ParameterError for a name that none declares."""
    anywhere = {name: one for names in known.values() for name, one in names.items()}
    check_names(given, anywhere, "no notebook has a parameter")
    return {
        path: converted({name: value for name, value in given.items() if name in names}, names)
        for path, names in known.items()
    }


def check_names(given: Iterable[str], known: Declared, unknown: str) -> None:
    """Raises ParameterError for a name that is a report's own, none of Python's, or not declared;
    the last begins with `unknown`."""
    for name in given:
        if name in RESERVED:
            raise ParameterError(f"{name}: each report is given its own already")
        if not name.isidentifier() or keyword.iskeyword(name):
            raise ParameterError(f"{name!r} cannot be a parameter's name: use letters, digits, _")
    if missing := [name for name in given if name not in known]:
        listed = "; ".join(map(str, known.values())) or "none"
        raise ParameterError(f"{unknown} {', '.join(map(repr, missing))}; declared are: {listed}")


def sheet_year(given: dict) -> int | None:
    """The parameter `as_of` of a report. Raises ParameterError for what is no year."""
    if not isinstance(as_of := given.get("as_of"), int | None):
        raise ParameterError(f"as_of: {as_of!r} is no sheet year; declare as_of: int")
    return as_of


def reports(
    notebook: Path, names: Declared, languages: Iterable[str], given: dict
) -> tuple[Report, ...]:
    """The reports of a notebook: one in each language, or one where it declares no `lang`."""
    spoken = languages if "lang" in names else ("",)
    return tuple(Report(notebook, lang, given) for lang in spoken)
