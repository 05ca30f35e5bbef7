"""The page that lists the reports of a folder with their headline numbers, in both languages.

`index.json` and `index.csv` beside it hold the same for machines.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers import files, words
from helpers.batch import manifest
from helpers.batch.notebook import headline, read
from helpers.batch.pages import index_page
from helpers.batch.pages.index_page import IDENTITY
from helpers.batch.parameters import ParameterError
from helpers.export import as_csv


@dataclass(frozen=True)
class Report:
    """A report that has a page: its folder's name, notebook, language ("" for a notebook that has
    none), title, the numbers its answer left, and whether it was printed to PDF."""

    folder: str
    stem: str
    lang: str
    title: str
    headline: dict
    printed: bool = False

    def path(self, ending: str) -> str:
        """One of its files, from the folder of the index."""
        return "/".join((self.folder, ".".join(filter(None, (self.stem, self.lang, ending)))))


def write(out: Path) -> Path:
    """Write `out/index.html`, `.json` and `.csv`: a row per folder of `out` that holds reports.

    Titles and numbers are those of the folders' manifests, without one those of the executed
    notebooks. What cannot be read is listed as such. Returns the path of the page. Raises OSError
    where it cannot be written.
    """
    # Another run's index may otherwise be made before ours, and come after it.
    with files.locked(out / "index"):
        return _of_folders(out)


def _of_folders(out: Path) -> Path:
    found: list[list[Report]] = []
    unreadable: list[str] = []
    for folder in sorted(path for path in out.iterdir() if path.is_dir()):
        if not folder.name.startswith("."):
            of_sheet, broken = _reports(folder)
            found += [of_sheet] if of_sheet else []
            unreadable += [f"{folder.name}/{name}" for name in broken]
    sheets = [_sheet(of_sheet) for of_sheet in found]
    _write(out / "index.json", _as_json(sheets, unreadable))
    _write(out / "index.csv", _as_csv(sheets))
    return _write(out / "index.html", index_page.html(sheets, unreadable))


def _write(path: Path, text: str) -> Path:
    # A text of a sheet, or the name of a folder, may hold what is no Unicode.
    return files.write(path, text.encode(errors="replace").decode())


def _reports(folder: Path) -> tuple[list[Report], list[str]]:
    """The reports of a folder, Japanese first, and the names of the files that cannot be read."""
    found, unreadable = [], []
    try:
        entries = manifest.read(folder).reports
    except (ValueError, OSError):
        entries = {}
        unreadable.append(manifest.NAME)
    for name, entry in entries.items():
        facts, printed = _plain(entry["headline"]), bool(entry.get("pdf"))
        found.append(Report(folder.name, *manifest.parts(name), entry["title"], facts, printed))
    if not found:
        found, broken = _executed(folder)
        unreadable += broken
    return sorted(found, key=lambda report: (report.stem, _rank(report.lang))), unreadable


def _executed(folder: Path) -> tuple[list[Report], list[str]]:
    found, unreadable = [], []
    for path in sorted(folder.glob("*.ipynb")):
        stem, lang = manifest.parts(path.stem)
        if not lang or not path.with_suffix(".html").exists():
            continue
        try:
            facts = _plain(headline(read(path)))
            found.append(Report(folder.name, stem, lang, str(facts.get("title", stem)), facts))
        except (ParameterError, AttributeError, OSError):
            unreadable.append(path.name)
    return found, unreadable


def _rank(lang: str) -> int:
    return words.LANGUAGES.index(lang) if lang else len(words.LANGUAGES)


def _plain(value):
    """A value of a headline without numbers that JSON does not have."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _sheet(of_sheet: list[Report]) -> dict:
    """What is known of a sheet: the same for each of the three files."""
    known = next((report.headline for report in of_sheet if "name" in report.headline), {})
    return {
        "folder": of_sheet[0].folder,
        **{key: known.get(key) for key in IDENTITY},
        "reports": [
            {
                "notebook": report.stem,
                "lang": report.lang,
                "title": report.title,
                "page": report.path("html"),
                "executed": report.path("ipynb"),
                "pdf": report.path("pdf") if report.printed else None,
                "headline": {
                    key: value
                    for key, value in report.headline.items()
                    if key not in (*IDENTITY, "lang", "title")
                },
            }
            for report in of_sheet
        ],
    }


def _as_json(sheets: list[dict], unreadable: list[str]) -> str:
    """A line per sheet."""
    lines = ",\n".join(json.dumps(sheet, ensure_ascii=False) for sheet in sheets)
    broken = json.dumps(unreadable, ensure_ascii=False)
    return f'{{"sheets": [\n{lines}\n],\n"unreadable": {broken}}}\n'


def _as_csv(sheets: list[dict]) -> str:
    """A row per sheet: `<notebook>.<number>` of the first language there is, and
    `<notebook>.<lang>` with the path of the page."""
    rows = []
    for sheet in sheets:
        row = {key: sheet[key] for key in ("folder", *IDENTITY)}
        for report in sheet["reports"]:
            stem = report["notebook"]
            for key, value in report["headline"].items():
                listed = isinstance(value, list | dict)
                row.setdefault(f"{stem}.{key}", json.dumps(value) if listed else value)
            row[f"{stem}.{report['lang'] or 'page'}"] = report["page"]
        rows.append(row)
    fixed = ["folder", *IDENTITY]
    columns = [*fixed, *sorted({key for row in rows for key in row} - set(fixed))]
    return as_csv(pd.DataFrame(rows, columns=columns, dtype=object))
