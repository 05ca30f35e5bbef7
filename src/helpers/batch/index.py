"""The page that lists the reports of a folder with their headline numbers, in both languages."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from helpers import words
from helpers.batch import files
from helpers.batch.execute import headline, read
from helpers.batch.html import page
from helpers.batch.parameters import ParameterError


@dataclass(frozen=True)
class Report:
    """A report in its folder: notebook stem, language, and the numbers its answer left."""

    folder: Path
    stem: str
    lang: str
    headline: dict

    @property
    def title(self) -> str:
        """The question it answers; the notebook's name where it states none."""
        return self.headline.get("title", self.stem)

    @property
    def page(self) -> Path:
        """Its HTML."""
        return self.folder / f"{self.stem}.{self.lang}.html"


def write(out: Path) -> Path:
    """Write `out/index.html`: a row per sheet, a column per notebook, both languages in a cell.

    Returns the path written. A notebook that cannot be read is listed as such. Raises OSError
    where the page cannot be written.
    """
    found, unreadable = [], []
    for folder in sorted(path for path in out.iterdir() if path.is_dir()):
        of_sheet, broken = reports(folder)
        found += [report for report in of_sheet if report.page.exists()]
        unreadable += [path.relative_to(out).as_posix() for path in broken]
    stems = sorted({report.stem for report in found})
    folders = sorted({report.folder for report in found})
    text = page(
        "list.html.j2",
        "ja",
        "行政事業レビュー — Project reviews",
        headings=[[_title(found, stem, lang) for lang in words.LANGUAGES] for stem in stems],
        rows=[_row([r for r in found if r.folder == folder], stems) for folder in folders],
        unreadable=unreadable,
    )
    return files.write(out / "index.html", text)


def reports(folder: Path) -> tuple[list[Report], list[Path]]:
    """The executed notebooks of one sheet's folder, and the files that cannot be read as such."""
    found, unreadable = [], []
    for path in sorted(folder.glob("*.ipynb")):
        stem, _, lang = path.stem.rpartition(".")
        if lang not in words.LANGUAGES:
            continue
        try:
            found.append(Report(folder, stem, lang, headline(read(path))))
        except ParameterError:
            unreadable.append(path)
    return found, unreadable


def summary(facts: dict, lang: str) -> str:
    """The headline numbers of a report as a phrase; "" for a notebook that leaves none we know."""
    for key, phrase in (("errors", _quality), ("executed", _execution), ("lead_model", _adoption)):
        if key in facts:
            return phrase(facts, lang)
    return ""


def _quality(facts: dict, lang: str) -> str:
    errors, warnings, notes, repaired = (
        facts[key] for key in ("errors", "warnings", "notes", "repaired")
    )
    return words.say(
        lang,
        f"誤り{errors}、警告{warnings}、注記{notes}(うち修正{repaired})",
        f"errors {errors}, warnings {warnings}, notes {notes} (repaired {repaired})",
    )


def _execution(facts: dict, lang: str) -> str:
    executed, budget = words.number(facts["executed"]), words.number(facts["budget_net"])
    rate, low, high = (
        words.percent(facts[key]) for key in ("execution_rate", "rate_low", "rate_high")
    )
    years = f"{_year(facts['first_year'])}–{_year(facts['last_year'])}"
    return words.say(
        lang,
        f"{years}年度 予算{budget}百万円のうち{executed}百万円を執行、{rate}({low}〜{high})",
        f"FY{years}: {executed} of {budget} million yen executed, {rate} ({low} to {high})",
    )


def _adoption(facts: dict, lang: str) -> str:
    actual, target = words.number(facts["last_actual"]), words.number(facts["target"])
    low, high = words.probability(facts["p_low"]), words.probability(facts["p_high"])
    last, due = _year(facts["last_year"]), _year(facts["target_year"])
    return words.say(
        lang,
        f"{last}年度{actual} → {due}年度目標{target}、達成確率はモデルにより{low}〜{high}",
        f"{actual} in FY{last} → target {target} in FY{due}; probability {low} to {high} by model",
    )


def _year(value: int | None) -> str:
    return "–" if value is None else str(value)


def _title(found: list[Report], stem: str, lang: str) -> str:
    return next((r.title for r in found if (r.stem, r.lang) == (stem, lang)), stem)


def _row(of_sheet: list[Report], stems: list[str]) -> dict:
    facts = next((report.headline for report in of_sheet if report.headline), {})
    keys = ("name", "ministry", "project_number", "sheet_year")
    return {
        **{key: facts.get(key, "") for key in keys},
        "folder": of_sheet[0].folder.name,
        "cells": [
            [
                _link(r)
                for lang in words.LANGUAGES
                for r in of_sheet
                if (r.stem, r.lang) == (stem, lang)
            ]
            for stem in stems
        ],
    }


def _link(report: Report) -> dict:
    return {
        "href": quote(f"{report.folder.name}/{report.page.name}"),
        "lang": report.lang,
        "language": words.say(report.lang, "日本語", "English"),
        "summary": summary(report.headline, report.lang),
    }
