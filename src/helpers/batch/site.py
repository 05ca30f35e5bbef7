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

if TYPE_CHECKING:
    import pandas as pd

    from helpers.batch.payee_pages import Target
    from helpers.batch.plan import Plan, Task, Whole
    from helpers.corpus import Corpus

TABLES = "portfolio"
"""The folder of the portfolio's tables."""

SEARCH, PAYEES, LINKS = "search.html", "payees", "site.json"

Link = dict[str, tuple[str, str]]
"""Language -> title of a page, and its address from the run's folder."""

INDEX: Link = {"ja": ("一覧", "index.html"), "en": ("All reports", "index.html#lang=en")}

_SPOKEN_OF = re.compile(
    r'<(span|a)((?: [^<>]*)?) data-(sheet|payee)="([^"]*)"([^<>]*)>'
    r"((?:[^<]|<span[^<>]*>[^<]*</span>)*)</\1>"
)
"""What names a project or a payee, and its text, of which parts may say that they are Japanese."""

_HREF = re.compile(' href="[^"]*"')


def links(out: Path, plan: "Plan") -> tuple[Link, ...]:
    """The pages that all pages of the folder lead to, beside the index: those of this run, and of
    earlier ones; none in a folder without a search."""
    known = _known(out)
    if plan.whole:
        portfolio = next((task for task in plan.planned if task.of_tables), None)
        made = [_link(("全体", "Portfolio"), portfolio)] if portfolio else []
        made.append({"ja": ("検索", SEARCH), "en": ("Search", f"{SEARCH}#lang=en")})
        pages = [f"{PAYEES}/index.{lang}.html" for lang in words.LANGUAGES]
        made.append({"ja": ("支出先", pages[0]), "en": ("Payees", pages[1])})
        known = [
            *made,
            *(link for link in known if link["en"][0] not in {m["en"][0] for m in made}),
        ]
    return tuple(known)


def _known(out: Path) -> list[Link]:
    """The links that an earlier run left."""
    try:
        return json.loads((out / LINKS).read_text("utf-8"))
    except (OSError, ValueError):
        return []


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
    key = manifest.corpus_key(whole.corpus, whole.year)
    if not (mark.exists() and mark.read_text("utf-8") == key):
        mark.unlink(missing_ok=True)
        made = Portfolio(whole.corpus, whole.year)
        write.tables(folder, ["parquet"], made.tables, made.about, {})
        files.write(mark, key)
    return folder


def finish(out: Path, whole: "Whole", links: tuple[Link, ...]) -> None:
    """Write the pages of a corpus's largest payees and the search of its projects, and link what
    the folder's reports say of a project to its report, or to what the search knows of it. Raises
    whatever keeps it from that."""
    from helpers.batch import payee_pages, search_page
    from helpers.corpus import Corpus

    corpus, year = Corpus(whole.corpus), whole.year
    with files.locked(out / "index"):
        sheets, _ = index.folders(out)
    target = _Target(sheets, set(corpus.table("sheet", [year], ["sheet_id"])["sheet_id"]))
    payments = _payments(corpus, year)
    payees, every = payee_pages.names(payments, year), [INDEX, *links]
    payee_pages.write(out, payments, payees, year, every, target)
    pages = payee_pages.addresses(payees)

    def payee(payee_id: str, lang: str) -> str:
        return pages.get(payee_id, "").replace("LANG", lang)

    links_to = (_reports(sheets), _reasons(out), pages, _ministries(sheets))
    known = search_page.found(corpus, year, payments, *links_to)
    files.write(out / SEARCH, search_page.html(known, every))
    files.write(out / LINKS, f"{json.dumps(links, ensure_ascii=False)}\n")
    for sheet in sheets:
        if not index_page.speaks_of_one(sheet):
            for report in sheet["reports"]:
                with files.locked(out / sheet["folder"]):
                    _link_names(out / report["page"], report["lang"] or "ja", target, payee)


class _Target:
    """The address, from the run's folder, of what it has of a project; "" for nothing."""

    def __init__(self, sheets: list[dict], ids: set[str]):
        self._made = {one["sheet_id"]: one for one in sheets if index_page.speaks_of_one(one)}
        self._ids = ids

    def __call__(self, sheet_id: str, lang: str) -> str:
        if sheet := self._made.get(sheet_id):
            own = [report for report in sheet["reports"] if report["lang"] in (lang, "")]
            return address(index_page.lead(own or sheet["reports"])["page"])
        return f"{SEARCH}#{address(sheet_id)}&lang={lang}" if sheet_id in self._ids else ""


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
    portfolio, told = Portfolio(out / TABLES), []
    for lang in words.LANGUAGES:
        with words.speaking(lang):
            told.append(portfolio.reasons)
    found: dict[str, list[list[str]]] = {}
    for sheet_id, *texts in zip(told[0]["sheet_id"], *(t["told"] for t in told), strict=True):
        found.setdefault(sheet_id, []).append(texts)
    return found


def _link_names(path: Path, lang: str, target: "Target", payees: "Target") -> None:
    """Link the names of projects and payees on a page, which `data-sheet` and `data-payee` tell."""

    def linked(match: re.Match) -> str:
        _, before, kind, of, after, text = match.groups()
        rest = f'{_HREF.sub("", before)} data-{kind}="{of}"{_HREF.sub("", after)}'
        if href := target(unescape(of), lang) if kind == "sheet" else payees(unescape(of), lang):
            return f'<a{rest} href="../{escape(href)}">{text}</a>'
        return f"<span{rest}>{text}</span>"

    text = path.read_text("utf-8")
    if (now := _SPOKEN_OF.sub(linked, text)) != text:
        files.write(path, now)
