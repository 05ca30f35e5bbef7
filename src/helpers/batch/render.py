"""Render notebooks x sheets x languages into a folder of reports, and the page that lists them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from helpers import corpus, files, paths, words
from helpers.batch import index
from helpers.batch.execute import ExecutionError, execute, read, warnings
from helpers.batch.html import to_html
from helpers.batch.parameters import ParameterError, declared
from helpers.corpus.sheets import PROJECT
from helpers.sheet import ReviewSheet, SheetError


@dataclass
class Result:
    """What became of one report: `path` of its HTML, or the `error` that kept it from being made.

    `notebook` and `lang` are "" where the sheet itself could not be read. `warnings` is what the
    notebook wrote to stderr; the report shows it too.
    """

    sheet: str
    notebook: str = ""
    lang: str = ""
    path: Path | None = None
    error: str = ""
    warnings: list[str] = field(default_factory=list)


def render(
    sheets: Iterable[str | Path],
    notebooks: Iterable[Path] | None = None,
    languages: Iterable[str] = words.LANGUAGES,
    out: Path = Path("reports"),
    parameters: dict | None = None,
    on_result: Callable[[Result], None] | None = None,
) -> list[Result]:
    """Reports `out/<sheet_id>/<notebook>.<lang>.ipynb` and `.html`, and `out/index.html`.

    Those of a corpus's project lie in `out/<project_id>`.

    `sheets` are what `corpus.load` takes: files, `SOURCE#sheet_id`, `CORPUS#project_id`.
    `notebooks` None is all of `paths.NOTEBOOKS`. `parameters` go to the notebooks that declare
    them. One failure, of a sheet or of a report, does not stop the others: it is a `Result` with
    its error, handed to `on_result` like every other as soon as it is known. Raises before any
    work: ParameterError for a parameter that no notebook declares or a value that does not fit;
    OSError for a folder that cannot be written or a missing notebook.
    """
    plan = _plan(list(notebooks or all_notebooks()), parameters or {})
    as_of = next((given["as_of"] for given in plan.values() if "as_of" in given), None)
    languages = list(languages)
    files.writable(out)
    results, rendered = [], {}

    def keep(result: Result) -> None:
        results.append(result)
        if on_result:
            on_result(result)

    for sheet in dict.fromkeys(map(_portable, sheets)):
        try:
            name = _name(corpus.load(sheet, as_of))
        except SheetError as error:
            keep(Result(sheet, error=str(error)))
            continue
        if name in rendered:
            reason = f"{sheet}: sheet {name} was rendered from {rendered[name]} already"
            keep(Result(sheet, error=reason))
            continue
        rendered[name] = sheet
        for result in _of_sheet(sheet, out / files.safe_name(name), plan, languages):
            keep(result)
    index.write(out)
    return results


def all_notebooks() -> list[Path]:
    """The project's notebooks (01_..., 02_...) in order, without what a run left beside them.
    OSError if none."""
    numbered = sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    found = [path for path in numbered if "." not in path.stem]
    if not found:
        raise FileNotFoundError(f"no notebooks in {paths.NOTEBOOKS}: name some")
    return found


def _plan(notebooks: list[Path], given: dict) -> dict[Path, dict]:
    """Notebook -> the parameters that go to it, converted."""
    known = {path: declared(read(path)) for path in notebooks}
    if reserved := {"sheet", "lang"} & set(given):
        raise ParameterError(f"{', '.join(sorted(reserved))}: each report is given its own already")
    declared_anywhere = {name: p for names in known.values() for name, p in names.items()}
    unknown = [name for name in given if name not in declared_anywhere]
    if unknown:
        listed = "; ".join(map(str, declared_anywhere.values())) or "none"
        raise ParameterError(
            f"no notebook has a parameter {', '.join(map(repr, unknown))}; declared are: {listed}"
        )
    return {
        path: {name: names[name].value(value) for name, value in given.items() if name in names}
        for path, names in known.items()
    }


def _of_sheet(
    sheet: str, folder: Path, plan: dict[Path, dict], languages: list[str]
) -> Iterator[Result]:
    """The reports of one sheet; pages come last, when it is known which others to link to."""
    executed = []
    for notebook, given in plan.items():
        for lang in languages:
            result = Result(sheet, notebook.name, lang)
            output = folder / f"{notebook.stem}.{lang}.ipynb"
            try:
                folder.mkdir(exist_ok=True)
                own = {"sheet": sheet, "lang": lang}
                done = execute(notebook, output, {**own, **given})
                result.warnings = warnings(done)
                executed.append((result, done))
            except (ExecutionError, ParameterError, OSError) as error:
                result.error = str(error)
                yield result
    siblings: dict[str, dict[str, str]] = {}
    for report in index.reports(folder)[0] if executed else []:
        siblings.setdefault(report.stem, {})[report.lang] = report.title
    for result, done in executed:
        stem = Path(result.notebook).stem
        page = folder / f"{stem}.{result.lang}.html"
        try:
            result.path = files.write(page, to_html(done, result.lang, stem, siblings))
        except (ValueError, OSError) as error:
            result.error = f"{page}: {error}"
        yield result


def _name(sheet: ReviewSheet) -> str:
    """What a report's folder is named after: the sheet, or the project that it joins."""
    joined = sheet.facts["source_format"] == PROJECT
    return sheet.facts["source_path"].rpartition("#")[2] if joined else sheet.id


def _portable(sheet: str | Path) -> str:
    """The sheet as a report names it: its path from the repository's root where it is in there."""
    place, mark, name = str(sheet), "", ""
    try:
        if "#" in place and not paths.find(place).exists():
            place, mark, name = place.rpartition("#")
        found = paths.find(place).resolve()
        if found.is_relative_to(paths.ROOT):
            from_root = found.relative_to(paths.ROOT)
            place = from_root.as_posix() if paths.find(from_root).resolve() == found else place
    except (OSError, RuntimeError, ValueError):
        # No usable path: reading it says so.
        return str(sheet)
    return f"{place}{mark}{name}"
