"""The index as a page: a table that is read without its script, and sorted and filtered with it.

Its cells are the headline numbers of the reports: what is shown, and what sorts it.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup

from helpers import money, words
from helpers.batch.page import TEMPLATE, address, page

MINISTRY_WIDTH, YEAR_WIDTH, LINKS_WIDTH, LONE_WIDTH = 8.6, 5.3, 4.6, 9
"""Widths of columns, rem. The column of names takes what is left of the page; links that stand
alone have the notebook's question over them."""

IDENTITY = ("sheet_id", "name", "ministry", "project_number", "sheet_year")
"""What a headline says about the sheet rather than about the question."""

MOST = 1e15
"""A number beyond is none that a project can have, and would burst its cell."""

SPARK_WIDTH, SPARK_FULL, SPARK_EMPTY = 60, 3.5, 18.5
"""A spark line's width, and the heights of 100 % and 0 % below its upper edge."""


@dataclass(frozen=True)
class Column:
    """Headings in both languages; `first` is how it is sorted when asked for the first time: 1
    from the least, -1 from the most, 0 not at all; `width` is in rem."""

    ja: str
    en: str
    note_ja: str
    note_en: str
    first: int
    width: float


@dataclass(frozen=True)
class Cell:
    """Two lines: `text` and `below`, in English other ones where there are some; or a line drawn by
    `path` that `text` tells. `value` sorts it, None comes last."""

    value: float | None = None
    text: str = "–"
    below: str = ""
    path: str = ""
    english: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Kind:
    """What a notebook's headline is about, and how it is shown; `mark` is the number that tells."""

    mark: str
    columns: list[Column]
    cells: Callable[[dict], list[Cell]]


def html(sheets: list[dict], unreadable: list[str], links: Iterable[dict] = ()) -> str:
    """The page of `sheets`, as `index.json` has them; the files that are `unreadable` at its end;
    `links` lead to the other pages of the folder (`site.links`).

    A notebook whose headline has a kind has columns of numbers; each has a column of links.
    Reports that speak of no sheet, such as those of a whole portfolio, stand above the table, and
    those of a ministry together.
    """
    rows = [sheet for sheet in sheets if speaks_of_one(sheet)]
    others = [sheet for sheet in sheets if not speaks_of_one(sheet)]
    ministries = [sheet for sheet in others if sheet["ministry"]]
    kinds = _kinds(rows)
    groups = [
        {
            "titles": (titles := _titles(rows, stem)),
            "labels": [_css_text(titles[0]), _css_text(titles[-1])],
            "columns": kind.columns if kind else [],
            "widths": [*(c.width for c in kind.columns), LINKS_WIDTH] if kind else [LONE_WIDTH],
        }
        for stem, kind in kinds.items()
    ]
    return page(
        "list.html.j2",
        words.LANGUAGES[0],
        "行政事業レビュー — Project reviews",
        _file("index.js"),
        style=Markup(_file("index.css")),
        others=[e for sheet in others if not sheet["ministry"] for e in _entries(sheet)],
        ministries=[of_ministry(sheet) for sheet in ministries],
        links=list(links),
        here="",
        identity=[words.TERMS[key] for key in ("name", "ministry", "sheet_year")],
        groups=groups,
        widths=[MINISTRY_WIDTH, YEAR_WIDTH, *(w for group in groups for w in group["widths"])],
        rows=[_row(sheet, kinds) for sheet in rows],
        choices=[_choices(rows, "ministry"), _choices(rows, "sheet_year")[::-1]],
        unreadable=unreadable,
    )


def _css_text(text: str) -> Markup:
    """A text as a string of CSS: what may mean something there is escaped."""
    signs = (sign if sign.isalnum() or sign == " " else f"\\{ord(sign):x} " for sign in text)
    return Markup(f'"{"".join(signs)}"')


def _choices(sheets: list[dict], key: str) -> list[tuple[str, str, str]]:
    """What of the column `key` can be chosen, in order: its value, what that is in English, and
    how many there are."""
    counts = Counter(str(sheet[key]) for sheet in sheets if sheet[key] is not None)
    counts.pop("", None)
    return [
        (value, words.MINISTRIES.get(value, value), f"{many:,}")
        for value, many in sorted(counts.items())
    ]


def speaks_of_one(sheet: dict) -> bool:
    """Whether the reports of a folder speak of a sheet."""
    return any(sheet[key] is not None for key in IDENTITY if key != "ministry")


def lead(reports: list[dict]) -> dict:
    """The report of a sheet that its name leads to."""
    return max(reports, key=lambda report: "executed" in report["headline"])


def of_ministry(sheet: dict) -> dict:
    """A ministry with its page in each language, or in the one there is."""
    pages = {report["lang"]: address(report["page"]) for report in reversed(sheet["reports"])}
    first = pages.get("ja") or next(iter(pages.values()))
    ja, en = words.in_each(words.ministry, sheet["ministry"])
    return {"ja": (ja, first), "en": (en, pages.get("en", first))}


def _entries(sheet: dict) -> list[dict]:
    """The reports of a folder that speaks of no sheet; translated: whether one is there in both
    languages, and a reader of either needs no other."""
    stems = [report["notebook"] for report in sheet["reports"] if report["lang"]]
    return [
        {
            "title": report["title"],
            "folder": sheet["folder"],
            "translated": stems.count(report["notebook"]) > 1,
            **_link(report),
        }
        for report in sheet["reports"]
    ]


def _kinds(sheets: list[dict]) -> dict[str, Kind | None]:
    """Notebook -> what its headlines are about, in the order of the columns."""
    found: dict[str, Kind | None] = {}
    for sheet in sheets:
        for report in sheet["reports"]:
            stem = report["notebook"]
            found[stem] = found.get(stem) or kind_of(report["headline"])
    return dict(sorted(found.items()))


def _titles(sheets: list[dict], stem: str) -> list[str]:
    """A notebook's title in each language, one title if they are the same."""
    titles = {
        report["lang"]: report["title"]
        for sheet in reversed(sheets)
        for report in sheet["reports"]
        if report["notebook"] == stem
    }
    return list(dict.fromkeys(titles.get(lang) or titles.get("", stem) for lang in words.LANGUAGES))


def _row(sheet: dict, kinds: dict[str, Kind | None]) -> dict:
    text = {key: str(sheet[key] or "") for key in ("ministry", "project_number", "sheet_year")}
    groups = []
    for stem, kind in kinds.items():
        own = [report for report in sheet["reports"] if report["notebook"] == stem]
        numbers = own[0]["headline"] if own else {}
        cells = kind.cells(numbers) if kind else []
        groups.append({"cells": cells, "links": [_link(report) for report in own]})
    name = str(sheet["name"] or sheet["folder"])
    return {**text, "name": name, "href": _link(lead(sheet["reports"]))["href"], "groups": groups}


def _link(report: dict) -> dict:
    lang = report["lang"]
    text = {"ja": "日本語", "en": "English", "": "開く"}[lang]
    return {"href": address(report["page"]), "lang": lang, "text": text}


def _file(name: str) -> str:
    return (TEMPLATE / name).read_text(encoding="utf-8")


def kind_of(headline: dict) -> Kind | None:
    """The kind of a report; None for one whose numbers have no column."""
    return next((kind for kind in KINDS if kind.mark in headline), None)


def _quality(facts: dict) -> list[Cell]:
    counts = [_number(facts, name) for name in ("errors", "warnings", "notes")]
    if None in counts:
        return [Cell()]
    errors, warnings, notes = counts
    # One number that sorts by errors, then warnings, then notes.
    return [Cell((errors * 10_000 + warnings) * 10_000 + notes, " / ".join(map(str, counts)))]


def _spending(facts: dict) -> list[Cell]:
    rate, low, high = (_number(facts, name) for name in ("execution_rate", "rate_low", "rate_high"))
    left, budget = _number(facts, "unspent"), _number(facts, "budget_net")
    decimals = 0 if _number(facts, "rate_decimals") == 0 else 1
    between = "" if low is None or high is None else words.limits(low, high, decimals)
    shown = Cell() if rate is None else Cell(rate, words.percent(rate, decimals), between)
    if left is None:
        return [shown, _spark(facts), Cell()]
    ja, en = words.in_each(
        lambda: (money.yen(left), "" if budget is None else f"/ {money.yen(budget)}")
    )
    return [shown, _spark(facts), Cell(left, *ja, english=en)]


def _adoption(facts: dict) -> list[Cell]:
    low, lead, high = (_number(facts, name) for name in ("p_low", "p_lead", "p_high"))
    last, target, due = (_number(facts, name) for name in ("last_actual", "target", "target_year"))
    stands = "" if last is None else words.number(last)
    if stands and target is not None:
        stands += f" → {words.number(target)}" + ("" if due is None else f" ({int(due)})")
    if low is None or high is None:
        return [Cell(below=stands)]
    alike = words.probability(low) == words.probability(high)
    chance = words.probability(low) if alike else words.probabilities(low, high)
    if lead is None:
        return [Cell((low + high) / 2, chance, stands)]
    return [Cell(lead, words.probability(lead) + ("" if alike else f" ({chance})"), stands)]


def _spark(facts: dict) -> Cell:
    """The execution rates from `first_year` on; what lies outside 0-120 % is drawn at the edge."""
    rates, first = facts.get("rates"), _number(facts, "first_year")
    if not isinstance(rates, list) or first is None:
        return Cell()
    known = {place: _sound(rate) for place, rate in enumerate(rates) if _sound(rate) is not None}
    # One year is no course; its rate stands beside.
    if len(known) < 2:
        return Cell()
    first = int(first)
    step = (SPARK_WIDTH - 4) / max(len(rates) - 1, 1)
    path = ""
    for place, rate in known.items():
        height = SPARK_EMPTY - (SPARK_EMPTY - SPARK_FULL) * min(max(rate, 0), 1.2)
        # A line of no length shows a year without the one before it as a dot.
        start, end = ("L", "") if place - 1 in known else ("M", "h0")
        path += f"{start}{words.fixed(2 + step * place, 0)} {words.significant(height, 3)}{end}"
    text = ", ".join(f"{first + place} {words.level(rate)}" for place, rate in known.items())
    return Cell(None, text, f"{first}–{first + len(rates) - 1}", path)


def _number(facts: dict, name: str) -> float | None:
    return _sound(facts.get(name))


def _sound(value: object) -> float | None:
    """A number of a headline; None for what is missing or no number that can be shown."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if number and abs(value) < MOST else None


KINDS = [
    Kind(
        "errors",
        [Column("所見", "Findings", "誤り / 警告 / 注記", "errors / warnings / notes", -1, 6.6)],
        _quality,
    ),
    Kind(
        "executed",
        [
            Column("執行率", "Execution rate", "平均の95 %区間", "95 % interval", 1, 6.6),
            Column("年度別", "By year", "執行率", "rate", 0, 5.6),
            Column("不用額", "Unspent", "/ 予算計", "/ net budget", -1, 8),
        ],
        _spending,
    ),
    Kind(
        "lead_model",
        [
            Column(
                "達成確率",
                "Chance of target",
                "主(全モデルの幅)、実績 → 目標",
                "lead (all models), actual → target",
                1,
                9.2,
            )
        ],
        _adoption,
    ),
]
"""What the index has columns for."""
