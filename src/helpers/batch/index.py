"""The page that lists the reports of a folder with their headline numbers, in both languages.

`index.json` and `index.csv` beside it hold the same for machines.
"""

import json
import math
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from helpers import files, words
from helpers.batch import index_page, manifest
from helpers.batch.index_page import IDENTITY
from helpers.batch.notebook import headline, read
from helpers.export import as_csv
from helpers.parameters import ParameterError


def write(out: Path, links: Iterable[dict] = ()) -> Path:
    """Write `out/index.html`, `.json` and `.csv`: a row per folder of `out` that holds reports.

    Titles and numbers are those of the folders' manifests, without one those of the executed
    notebooks. What cannot be read is listed as such; `links` lead to the other pages
    of the folder (`site.links`). Returns the path of the page. Raises OSError
    where it cannot be written.
    """
    # Another run's index may otherwise be made before ours, and come after it.
    with files.locked(out / "index"):
        return _of_folders(out, links)


def folders(out: Path) -> tuple[list[dict], list[str]]:
    """What is known of the folders of `out` that hold reports, and the files that cannot be
    read."""
    sheets: list[dict] = []
    unreadable: list[str] = []
    for folder in sorted(path for path in out.iterdir() if path.is_dir()):
        if not folder.name.startswith("."):
            reports, broken = _reports(folder)
            sheets += [_sheet(folder.name, reports)] if reports else []
            unreadable += [f"{folder.name}/{name}" for name in broken]
    return sheets, unreadable


def _of_folders(out: Path, links: Iterable[dict]) -> Path:
    sheets, unreadable = folders(out)
    _write(out / "index.json", _as_json(sheets, unreadable))
    _write(out / "index.csv", _as_csv(sheets))
    return _write(out / "index.html", index_page.html(sheets, unreadable, links))


def _write(path: Path, text: str) -> Path:
    # A text of a sheet, or the name of a folder, may hold what is no Unicode.
    return files.write(path, text.encode(errors="replace").decode())


def _reports(folder: Path) -> tuple[list[dict], list[str]]:
    """The reports of a folder that have a page, Japanese first, and the names of the files that
    cannot be read."""
    unreadable = []
    try:
        entries = manifest.read(folder).reports
    except (ValueError, OSError):
        entries = {}
        unreadable.append(manifest.NAME)
    if not entries:
        entries, broken = _executed(folder)
        unreadable += broken
    found = [_report(folder.name, name, entry) for name, entry in entries.items()]
    return sorted(found, key=lambda one: (one["notebook"], _rank(one["lang"]))), unreadable


def _executed(folder: Path) -> tuple[dict[str, dict], list[str]]:
    """What a manifest would have of the executed notebooks, and the names of those that cannot be
    read."""
    entries, unreadable = {}, []
    for path in sorted(folder.glob("*.ipynb")):
        stem, lang = manifest.parts(path.stem)
        if lang and path.with_suffix(".html").exists():
            try:
                facts = headline(read(path))
                entries[path.stem] = {"title": str(facts.get("title", stem)), "headline": facts}
            except (ParameterError, AttributeError, OSError):
                unreadable.append(path.name)
    return entries, unreadable


def _report(folder: str, name: str, entry: dict) -> dict:
    """What is known of a report, its files named from the folder of the index."""
    stem, lang = manifest.parts(name)
    path = f"{folder}/{name}"
    return {
        "notebook": stem,
        "lang": lang,
        "title": entry["title"],
        "page": f"{path}.html",
        "executed": f"{path}.ipynb",
        "pdf": f"{path}.pdf" if entry.get("pdf") else None,
        "headline": _plain(entry["headline"]),
    }


def _rank(lang: str) -> int:
    return words.LANGUAGES.index(lang) if lang else len(words.LANGUAGES)


def _plain(value):
    """A value of a headline without numbers that JSON does not have."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _sheet(folder: str, reports: list[dict]) -> dict:
    """What is known of a sheet: the same for each of the three files."""
    told = [one["headline"] for one in reports]
    of_all = (facts for facts in told if facts.get("ministry") is not None)
    known = next((facts for facts in told if "name" in facts), next(of_all, {}))
    said_once = (*IDENTITY, "lang", "title")
    for one in reports:
        one["headline"] = {k: v for k, v in one["headline"].items() if k not in said_once}
    return {"folder": folder, **{key: known.get(key) for key in IDENTITY}, "reports": reports}


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
