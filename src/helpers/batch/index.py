"""The page that lists the reports of a folder with their headline numbers, in both languages."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from helpers import files, words
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
    if facts["executed"] is None:
        return words.say(lang, "執行率は計算できない", "no execution rate can be computed")
    executed, budget = words.number(facts["executed"]), words.number(facts["budget_net"])
    rate = words.percent(facts["execution_rate"])
    years = words.span(facts["first_year"], facts["last_year"], lang)
    text = words.say(
        lang,
        f"{years} 予算{budget}百万円のうち{executed}百万円を執行、{rate}",
        f"{years}: {executed} of {budget} million yen executed, {rate}",
    )
    if facts["rate_low"] is None:
        return text
    limits = words.interval(facts["rate_low"], facts["rate_high"])
    return text + words.say(
        lang, f"(平均の95 %区間 {limits})", f" (95 % interval for the mean: {limits})"
    )


def _adoption(facts: dict, lang: str) -> str:
    if facts["last_actual"] is None:
        return words.say(lang, "成果の実績がない", "no outcome with an actual value")
    actual, target = words.number(facts["last_actual"]), facts["target"]
    text = words.say(
        lang,
        f"{words.year(facts['last_year'], lang)} {actual}",
        f"{actual} in {words.year(facts['last_year'], lang)}",
    )
    if target is not None:
        year = facts["target_year"]
        due = "" if year is None else words.year(year, lang)
        due = due and words.say(lang, f"({due})", f" ({due})")
        text += words.say(
            lang,
            f" → 目標{words.number(target)}{due}",
            f" → target {words.number(target)}{due}",
        )
    if facts["p_low"] is None:
        return text
    chance = words.probabilities(facts["p_low"], facts["p_high"])
    return text + words.say(
        lang,
        f"、達成確率はモデルと前提により{chance}",
        f"; probability {chance} by model and assumption",
    )


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
