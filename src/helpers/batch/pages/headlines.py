"""The headline numbers of reports as the cells of the index: what is shown, and what sorts it."""

from collections.abc import Callable
from dataclasses import dataclass

from helpers import words

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
    """Two lines: `text` and `below`; or a line drawn by `path` that `text` tells. `value` sorts it,
    None comes last."""

    value: float | None = None
    text: str = "–"
    below: str = ""
    path: str = ""


@dataclass(frozen=True)
class Kind:
    """What a notebook's headline is about, and how it is shown; `mark` is the number that tells."""

    mark: str
    columns: list[Column]
    cells: Callable[[dict], list[Cell]]


def kind(headline: dict) -> Kind | None:
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
    of = "" if left is None or budget is None else f"/ {words.number(budget)}"
    shown = Cell() if rate is None else Cell(rate, words.percent(rate, decimals), between)
    return [shown, _spark(facts), Cell() if left is None else Cell(left, words.number(left), of)]


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
    if not known:
        return Cell()
    first = int(first)
    step = (SPARK_WIDTH - 4) / max(len(rates) - 1, 1)
    path = ""
    for place, rate in known.items():
        height = SPARK_EMPTY - (SPARK_EMPTY - SPARK_FULL) * min(max(rate, 0), 1.2)
        # A line of no length shows a year that has no neighbour as a dot.
        start, end = ("L", "") if place - 1 in known else ("M", "h0")
        path += f"{start}{words.fixed(2 + step * place, 0)} {words.significant(height, 3)}{end}"
    told = ", ".join(f"{first + place} {words.level(rate)}" for place, rate in known.items())
    last = first + len(rates) - 1
    return Cell(None, told, str(first) if first == last else f"{first}–{last}", path)


def _number(facts: dict, name: str) -> float | None:
    return _sound(facts.get(name))


def _sound(value: object) -> float | None:
    """A number of a headline; None for what is missing or no number that can be shown."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if number and abs(value) < MOST else None


KINDS = [
    Kind(
        "errors",
        [Column("所見", "Findings", "誤り / 警告 / 注記", "errors / warnings / notes", -1, 7.4)],
        _quality,
    ),
    Kind(
        "executed",
        [
            Column("執行率", "Execution rate", "平均の95 %区間", "95 % interval", 1, 7),
            Column("年度別", "By year", "執行率", "rate", 0, 6),
            Column("不用額", "Unspent", "/ 予算計 百万円", "/ net budget, million yen", -1, 7),
        ],
        _spending,
    ),
    Kind(
        "lead_model",
        [
            Column(
                "達成確率",
                "P(target)",
                "主(全モデルの幅)、実績 → 目標",
                "lead (all models), actual → target",
                1,
                9.5,
            )
        ],
        _adoption,
    ),
]
"""What the index has columns for."""
