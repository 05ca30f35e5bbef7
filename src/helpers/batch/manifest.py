"""What the reports of a folder were made from, in its `manifest.json`: what is unchanged is not
made again."""

import ast
import hashlib
import json
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from nbformat import NotebookNode

from helpers import files, paths, words
from helpers.batch.notebook import Parameter, declared
from helpers.corpus import FITTED, is_corpus
from helpers.corpus.store import MANIFEST as CORPUS
from helpers.forecast import ABOUT
from helpers.sheet import COLUMNS, ReviewSheet

NAME = "manifest.json"


@dataclass
class Manifest:
    """The manifest of a sheet's folder.

    `reports` are complete: report name ("02_budget_underspending.ja") -> `key` of what it was made
    from, `page` that of its HTML, `pdf` that of its PDF or None, `headline` and `title`. `executed`
    are those whose notebook is there and whose page is still to be written: the same without pages.
    """

    sheet: str = ""
    stamp: str | None = None
    digest: str = ""
    reports: dict[str, dict] = field(default_factory=dict)
    executed: dict[str, dict] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write it, complete or not at all. Raises OSError."""
        # Escapes, since a sheet's text may hold what is no UTF-8.
        files.write(folder / NAME, f"{json.dumps(asdict(self), indent=1)}\n")

    def entries(self) -> dict[str, dict]:
        """Name -> entry of each report whose notebook is there, the newest, in order."""
        return dict(sorted((self.reports | self.executed).items()))


def read(folder: Path) -> Manifest:
    """The manifest of a folder, as far as the files it speaks of are there; an empty one without.

    Raises ValueError where it is damaged, OSError where it cannot be read.
    """
    path = folder / NAME
    if not path.exists():
        return Manifest()
    try:
        known = Manifest(**json.loads(path.read_text("utf-8")))
        for entry in known.entries().values():
            _check(entry, ("key", "title"))
        for entry in known.reports.values():
            _check(entry, ("page",))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path} is damaged ({error}): its reports are made again") from error
    for name, entry in list(known.reports.items()):
        if not (folder / f"{name}.html").exists():
            del known.reports[name]
            known.executed.setdefault(name, entry)
    for entries in (known.reports, known.executed):
        for name in [name for name in entries if not (folder / f"{name}.ipynb").exists()]:
            del entries[name]
    return known


def _check(entry: dict, texts: Iterable[str]) -> None:
    if not all(isinstance(entry[name], str) for name in texts) or entry["headline"] is None:
        raise ValueError("an entry without what it needs")


def parts(name: str) -> tuple[str, str]:
    """Notebook stem and language of a report; "" for one without a language."""
    stem, _, lang = name.rpartition(".")
    return (stem, lang) if lang in words.LANGUAGES else (name, "")


def stamp(reference: str, as_of: int | None) -> str | None:
    """What changes whenever a sheet of a corpus may have; None for any other source."""
    if not (corpus := _corpus(reference)):
        return None
    return _hash((corpus / CORPUS).read_bytes(), as_of, _fitted(reference))


def _corpus(reference: str) -> Path | None:
    """The folder of the corpus that a sheet is of; None for any other source."""
    folder, mark, _ = reference.rpartition("#")
    return paths.find(folder) if mark and is_corpus(folder) else None


def digest(sheet: ReviewSheet) -> str:
    """The hash of a sheet's tables, and of what later sheets print."""
    return _hash({name: sheet.rows(name) for name in COLUMNS}, sheet.later_rows())


def report_key(
    notebook: NotebookNode, lang: str, parameters: dict, reference: str, sheet: str
) -> str:
    """The hash of all that a report depends on; `sheet` is the `digest` of the one it speaks of."""
    cells = [[c.cell_type, c.source, c.metadata.get("tags", [])] for c in notebook.cells]
    read = [_content(value) for value in _values(notebook, parameters)]
    fitted = _fitted(reference)
    return _hash(cells, lang, parameters, read, reference, sheet, fitted, code(), environment())


def page_key(report: str, siblings: dict[str, dict[str, str]], site: Iterable) -> str:
    """The hash of what a page depends on: the key of its report, and the titles it links to."""
    return _hash(report, siblings, *site)


def site_key(corpus: str, year: int, more: object = None) -> str:
    """The hash of all that a page of a whole corpus, up to a sheet year, depends on, and `more`."""
    return _hash(stamp(f"{corpus}#", year), code(), environment(), more)


@cache
def code() -> str:
    """The hash of the package and of the data it reads: what workers of one run must share."""
    package = Path(__file__).parents[1]
    found = {path: path.relative_to(package) for path in package.rglob("*") if path.is_file()}
    found |= {path: path.relative_to(paths.ROOT) for path in paths.ROOT.glob("data/*.yml")}
    return _hash(
        *(
            [name.as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()]
            for path, name in sorted(found.items(), key=lambda one: one[1])
            if "__pycache__" not in name.parts and not name.name.startswith(".")
        )
    )


@cache
def environment() -> str:
    """The hash of Python's version and those of the packages installed."""
    installed = sorted({f"{found.name}=={found.version}" for found in distributions()})
    return _hash(platform.python_version(), installed)


def _fitted(reference: str) -> list[list[str]]:
    """Sizes and times of the files that were fitted to a sheet's corpus: its reports use them."""
    if not (corpus := _corpus(reference)):
        return []
    found = (corpus / FITTED).glob("[!.]*")
    stats = sorted((path.name, path.stat()) for path in found if path.is_file())
    return [[name, f"{stat.st_size} {stat.st_mtime_ns}"] for name, stat in stats]


def _values(notebook: NotebookNode, given: dict) -> list[str]:
    """The texts that a notebook's parameters have, but for the sheet that it is given."""
    values = {**{name: _default(one) for name, one in declared(notebook).items()}, **given}
    return [text for name, text in values.items() if name != "sheet" and isinstance(text, str)]


def _default(parameter: Parameter) -> object:
    try:
        return ast.literal_eval(parameter.default)
    except (ValueError, SyntaxError):
        return None


def _content(value: str) -> str | None:
    """The hash of the file, the corpus or the portfolio's tables that a parameter names; None where
    it names none."""
    try:
        path = paths.find(value) / CORPUS if is_corpus(value) else paths.find(value)
        parts = sorted(path.glob("*.parquet")) if (path / ABOUT).is_file() else [path]
        found = [hashlib.sha256(part.read_bytes()).hexdigest() for part in parts if part.is_file()]
        return "".join(found) or None
    except (OSError, RuntimeError, ValueError):
        return None


def _hash(*parts) -> str:
    text = json.dumps(parts, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()
