"""What a run of a whole corpus makes beside reports: the portfolio's tables, which its reports are
made from, and afterwards the search, and the links between all pages of the folder."""

import json
import re
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import files, words
from helpers.batch import index, index_page, manifest
from helpers.batch.page import address
from helpers.forecast import ABOUT
from helpers.sheet import SheetError

if TYPE_CHECKING:
    import pandas as pd

    from helpers.batch.plan import Plan, Task, Whole
    from helpers.corpus import Corpus

TABLES = "portfolio"
"""The folder of the portfolio's tables."""

SEARCH, PAYEES, LINKS = "search.html", "payees", "site.json"

Link = dict[str, tuple[str, str]]
"""Language -> title of a page, and its address from the run's folder."""

TITLES = ("Portfolio", "Search", "Payees")
"""What the pages are called that all lead to, in order."""

INDEX: Link = {"ja": ("一覧", "index.html"), "en": ("All reports", "index.html#lang=en")}

_SPOKEN_OF = re.compile(
    r'<(span|a)((?: [^<>]*)?) data-(sheet|payee)="([^"]*)"([^<>]*)>'
    r"((?:[^<]|<span[^<>]*>[^<]*</span>)*)</\1>"
)
"""What names a project or a payee, and its text, of which parts may say that they are Japanese."""

_HREF = re.compile(' href="[^"]*"')


def is_in(out: Path) -> bool:
    """Whether an earlier run made a search here, which a later one then keeps up to date."""
    return (out / SEARCH).exists()


def links(out: Path, plan: "Plan", whole: "Whole | None") -> tuple[Link, ...]:
    """The pages that all pages of the folder lead to, beside the index: those of this run, and of
    earlier ones; none in a folder without a search."""
    known = _left(out).get("links", [])
    if whole:
        portfolio = next((task for task in plan.planned if task.of_tables), None)
        made = [_link(("全体", "Portfolio"), portfolio)] if portfolio else []
        made.append({"ja": ("検索", SEARCH), "en": ("Search", f"{SEARCH}#lang=en")})
        pages = [f"{PAYEES}/index.{lang}.html" for lang in words.LANGUAGES]
        made.append({"ja": ("支出先", pages[0]), "en": ("Payees", pages[1])})
        # The same order whichever of them a run makes: it is on every page.
        of = {link["en"][0]: link for link in (*known, *made)}
        known = [of[title] for title in TITLES if title in of]
    return tuple(known)


def _left(out: Path) -> dict:
    """What an earlier run left to be known: `links`, and what its pages were `made_from`."""
    try:
        left = json.loads((out / LINKS).read_text("utf-8"))
        # What another version wrote, or nobody of ours, is as good as nothing.
        links = [{lang: tuple(link[lang]) for lang in words.LANGUAGES} for link in left["links"]]
        if not all(len(one) == 2 for link in links for one in link.values()):
            return {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}
    return left | {"links": links}


def _link(titles: tuple[str, str], task: "Task") -> Link:
    """A link to the first notebook's report of a task, in each language or in the one there is."""
    made = {r.lang: r.name for r in task.reports if r.notebook == task.reports[0].notebook}
    names = [made.get(lang) or next(iter(made.values())) for lang in words.LANGUAGES]
    pages = [address(f"{task.folder}/{name}.html") for name in names]
    return dict(zip(words.LANGUAGES, zip(titles, pages, strict=True), strict=True))


def prepare(out: Path, whole: "Whole") -> Path:
    """Write the portfolio's tables, where those that are there are of something else; their folder.
    Raises whatever keeps the corpus from having any."""
    from helpers.forecast import write
    from helpers.front.portfolio import Portfolio

    folder = out / TABLES
    mark = folder / "made_from"
    key = manifest.site_key(whole.corpus, whole.year)
    if not (mark.exists() and mark.read_text("utf-8") == key and _holds(folder, whole.year)):
        mark.unlink(missing_ok=True)
        made = Portfolio(whole.corpus, whole.year)
        write.tables(folder, ["parquet"], made.tables, made.about, {})
        files.write(mark, key)
    return folder


def _holds(folder: Path, year: int) -> bool:
    """Whether the folder still has the tables of all the government, of that year."""
    from helpers.forecast.portfolio import OfFolder

    try:
        return OfFolder(folder).about["year"] == year
    except SheetError:
        return False


def finish(out: Path, whole: "Whole", links: tuple[Link, ...]) -> None:
    """Write the pages of a corpus's largest payees and the search of its projects, where those that
    are there are of something else, and link what the folder's reports say of a project or a payee
    to its report, its page, or to what the search knows of it. Raises whatever keeps it from that.
    """
    from helpers.corpus import Corpus

    corpus, year = Corpus(whole.corpus), whole.year
    with files.locked(out / "index"):
        sheets, _ = index.folders(out)
    target = _Target(out, sheets, set(corpus.table("sheet", [year], ["sheet_id"])["sheet_id"]))
    pages = [[(one["page"], one["title"]) for one in sheet["reports"]] for sheet in sheets]
    there = (out / TABLES / ABOUT).exists()
    key = manifest.site_key(whole.corpus, year, [links, pages, there])
    if _left(out).get("made_from") != key or not (out / SEARCH).exists():
        (out / LINKS).unlink(missing_ok=True)
        _write(out, corpus, year, [INDEX, *links], sheets, target)
        text = json.dumps({"made_from": key, "links": links}, ensure_ascii=False)
        files.write(out / LINKS, f"{text}\n")
    for sheet in sheets:
        if not index_page.speaks_of_one(sheet):
            for report in sheet["reports"]:
                with files.locked(out / sheet["folder"]):
                    _link_names(out / report["page"], report["lang"] or "ja", target)


def _write(
    out: Path,
    corpus: "Corpus",
    year: int,
    links: list[Link],
    sheets: list[dict],
    target: "_Target",
) -> None:
    from helpers.batch import payee_pages, search_page

    payments = _payments(corpus, year)
    payees = payee_pages.names(payments, year)
    payee_pages.write(out, payments, payees, year, links, target.of_sheet)
    links_to = (_reports(sheets), _reasons(out), payee_pages.addresses(payees), _ministries(sheets))
    known = search_page.found(corpus, year, payments, *links_to)
    files.write(out / SEARCH, search_page.html(known, links))


class _Target:
    """The address, from the run's folder, of what it has of a project or a payee; "" for
    nothing."""

    def __init__(self, out: Path, sheets: list[dict], ids: set[str]):
        self._made = {one["sheet_id"]: one for one in sheets if index_page.speaks_of_one(one)}
        self._out, self._ids = out, ids

    def of_sheet(self, sheet_id: str, lang: str) -> str:
        """The report of a sheet in a language, else what the search has of it."""
        if sheet := self._made.get(sheet_id):
            own = [report for report in sheet["reports"] if report["lang"] in (lang, "")]
            return address(index_page.lead(own or sheet["reports"])["page"])
        return f"{SEARCH}#{address(sheet_id)}&lang={lang}" if sheet_id in self._ids else ""

    def of_payee(self, payee_id: str, lang: str) -> str:
        """The page of a payee."""
        page = f"{PAYEES}/{files.safe_name(payee_id)}.{lang}.html"
        return address(page) if (self._out / page).exists() else ""


def _payments(corpus: "Corpus", year: int) -> "pd.DataFrame":
    """All payments of the corpus's sheets up to a year, with their payees."""
    from helpers.analysis import every_payee

    years = [one for one in corpus.years if one <= year]
    tables = ("payment", "sheet", "budget", "project", "remark")
    return every_payee.rows(*(corpus.table(name, years) for name in tables))


def _reports(sheets: list[dict]) -> dict[str, tuple[str, list[dict]]]:
    """sheet_id -> address of its folder, and its reports."""
    found = {}
    for sheet in sheets:
        if index_page.speaks_of_one(sheet):
            made = [
                {"name": address(Path(r["page"]).stem), "lang": r["lang"], "title": r["title"]}
                for r in sheet["reports"]
            ]
            found[sheet["sheet_id"]] = (address(sheet["folder"]), made)
    return found


def _ministries(sheets: list[dict]) -> dict[str, list[str]]:
    """Ministry -> address of its page in each language."""
    found = {}
    for sheet in sheets:
        if sheet["ministry"] and not index_page.speaks_of_one(sheet):
            link = index_page.of_ministry(sheet)
            found[sheet["ministry"]] = [link[lang][1] for lang in words.LANGUAGES]
    return found


def _reasons(out: Path) -> dict[str, list[list[str]]]:
    """sheet_id -> the reasons to look at it, in each language; none without the tables."""
    from helpers.forecast.portfolio import is_written
    from helpers.front.portfolio import Portfolio

    if not is_written(out / TABLES):
        return {}
    portfolio = Portfolio(out / TABLES)
    told = words.in_each(lambda: portfolio.reasons)
    found: dict[str, list[list[str]]] = {}
    for sheet_id, *texts in zip(told[0]["sheet_id"], *(t["told"] for t in told), strict=True):
        found.setdefault(sheet_id, []).append(texts)
    return found


def _link_names(path: Path, lang: str, target: _Target) -> None:
    """Link the names of projects and payees on a page, which `data-sheet` and `data-payee` tell."""

    def linked(match: re.Match) -> str:
        _, before, kind, of, after, text = match.groups()
        rest = f'{_HREF.sub("", before)} data-{kind}="{of}"{_HREF.sub("", after)}'
        find = target.of_sheet if kind == "sheet" else target.of_payee
        if href := find(unescape(of), lang):
            return f'<a{rest} href="../{escape(href)}">{text}</a>'
        return f"<span{rest}>{text}</span>"

    text = path.read_text("utf-8")
    if (now := _SPOKEN_OF.sub(linked, text)) != text:
        files.write(path, now)
