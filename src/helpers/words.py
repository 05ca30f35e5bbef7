"""Words and numbers in Japanese and English."""

import csv
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from importlib.resources import files
from typing import Any, TypeVar

from helpers import digits

LANGUAGES = ("ja", "en")

T = TypeVar("T")

with (files(__package__) / "terms.csv").open(encoding="utf-8") as _file:
    MEANINGS = {row.pop("name"): row for row in csv.DictReader(_file)}
"""Column or table -> ja and en, its heading; unit; meaning_ja and meaning_en where the heading does
not say it all. TABLE.COLUMN is a column that a table has its own word for."""

TERMS = {name: (row["ja"], row["en"]) for name, row in MEANINGS.items()}
"""Column or table -> its heading in Japanese and English."""

with (files(__package__) / "ministries.csv").open(encoding="utf-8") as _file:
    MINISTRIES = {row["ja"]: row["en"] for row in csv.DictReader(_file)}
"""A ministry, agency or commission as sheets name it -> what it calls itself in English."""

ENTRIES: dict[str, dict[str, tuple[str, str]]] = {}
"""Column -> of the list that its entries are chosen from: entry -> how it reads in ja and en."""

with (files(__package__) / "entries.csv").open(encoding="utf-8") as _file:
    for _row in csv.DictReader(_file):
        _said = (_row["ja"] or _row["value"], _row["en"])
        ENTRIES.setdefault(_row["column"], {})[_row["value"]] = _said

_LIKE = dict.fromkeys(("account", "sub_account", "reflected_account"), "accounts") | dict.fromkeys(
    ("reaction", "past_kind"), "opinion"
)
"""Columns whose entries are those of another."""

with (files(__package__) / "units.csv").open(encoding="utf-8") as _file:
    UNITS = {row["ja"]: (row["one"], row["en"]) for row in csv.DictReader(_file)}
"""A unit of indicators as most sheets print it -> what one and several are called in English, where
its meaning is certain."""

STATED = {
    "up": ("上がると良い", "up is better"),
    "down": ("下がると良い", "down is better"),
    "quantitative": ("定量的", "quantitative"),
    "qualitative": ("定性的", "qualitative"),
    "short": ("短期", "short term"),
    "middle": ("中期", "middle term"),
    "long": ("長期", "long term"),
}
"""Value of an outcome's direction, kind or term -> how a reader sees it."""

SEVERITIES = {"error": ("誤り", "error"), "warning": ("警告", "warning"), "note": ("注記", "note")}

MODELS = {
    "pooled": ("プール予測", "pooled"),
    "drift": ("ドリフト", "drift"),
    "ols": ("直線(OLS)", "line (OLS)"),
    "logit": ("ロジット", "logit"),
    "probit": ("プロビット", "probit"),
    "cloglog": ("補対数対数", "cloglog"),
    "loglog": ("ゴンペルツ", "Gompertz"),
    "bass": ("バス", "Bass"),
}
"""Adoption model -> its name in Japanese and English."""

QUANTITIES = {
    "outcome": ("成果", "outcomes"),
    "rate": ("執行率", "execution rates"),
    "outturn": ("執行額", "outturns"),
}
"""What the track record has forecasts of -> its name in Japanese and English."""

KINDS = {
    "towards": ("目標へ向かう", "moving towards the target"),
    "trending": ("一方向に動く", "moving one way"),
    "wavering": ("上下する", "going up and down"),
    "steady": ("変わらない", "not changing"),
}
"""Kind of an indicator's series (`outcome_pool.KINDS`) -> its name in Japanese and English."""


METHODS = {
    "tender": ("競争入札", "tender"),
    "proposals": ("企画競争・公募", "proposals, open call"),
    "small": ("少額随意契約", "negotiated, small"),
    "sole": ("その他の随意契約", "negotiated, other"),
    "multi_year": ("国庫債務負担行為等", "multi-year commitment"),
    "grant": ("補助金・交付金", "grant"),
    "other": ("「その他」", '"other"'),
    "": ("方式が資料にない", "not in what was read"),
}
"""Group of contract methods (`contracts.GROUPS`) -> its name in Japanese and English."""

REASONS = {
    "unspent": ("残る見込みの額", "money expected to be left"),
    "target": ("目標に届かない見込み", "chance of missing a target"),
    "persistence": ("続く低い執行と下がらない要求", "low execution, request not cut"),
    "competition": ("競争のない契約", "contracts without competition"),
    "opinion": ("見直しの所見と減らない要求", "reform or cut advised, request not lower"),
    "contradictions": ("数字の検査の指摘", "findings in its numbers"),
}
"""Reason to look at a project (`leads.REASONS`) -> its name in Japanese and English."""

_spoken = LANGUAGES[0]


def language() -> str:
    """The language in which sentences, tables and figures speak now."""
    return _spoken


def speak(lang: str) -> None:
    """Speak this language from now on, in the whole process, as a locale would; a variable of the
    context is lost after a notebook cell that awaits. Raises ValueError for another one."""
    global _spoken
    if lang not in LANGUAGES:
        raise ValueError(f'lang is {lang!r}: use "ja" or "en"')
    _spoken = lang


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak this language in a `with` block."""
    before = language()
    speak(lang)
    try:
        yield
    finally:
        speak(before)


def in_each(said: Callable[..., T], *given: Any) -> list[T]:
    """What a function says of what it is given in each of `LANGUAGES`.

    >>> in_each(ministry, "財務省")
    ['財務省', 'Ministry of Finance']
    """
    made = []
    for lang in LANGUAGES:
        with speaking(lang):
            made.append(said(*given))
    return made


def say(ja: str, en: str) -> str:
    """The one of two wordings that the language of now asks for."""
    return ja if _spoken == "ja" else en


def term(column: str, table: str = "") -> str:
    """The heading of a column, in the words of its `table` where that is given, or of a table.

    >>> term("expected", "outcome"), term("expected", "output")
    ('年度の目標値', '当初見込み')
    """
    return say(*TERMS[of_table(column, table)])


def of_table(column: str, table: str) -> str:
    """Under which name `TERMS` and `MEANINGS` have a column of a table."""
    own = f"{table}.{column}"
    return own if own in TERMS else column


def meaning(name: str) -> str:
    """What a column or table means; "" where its heading says it all."""
    return MEANINGS[name][f"meaning_{_spoken}"]


def described(column: str) -> list[str]:
    """A column for a file that describes a table: its heading in Japanese and English, each with
    what it means where the heading does not say it all, and its unit."""
    row = MEANINGS[column]
    both = (f"{row[lang]}: {row[f'meaning_{lang}']}".rstrip(": ") for lang in LANGUAGES)
    return [*both, row["unit"]]


def missing(value: Any) -> bool:
    """Whether a cell of a table is none: None, NaN or pandas' NA, which is not equal to itself and
    not unequal."""
    try:
        return value is None or bool(value != value)
    except TypeError:
        return True


def heading(name: str, table: str = "") -> str:
    """The heading of a column (of a `table`) or table, or the name itself where it has none."""
    return term(name, table) if name in TERMS else name


def stated(value: Any) -> str:
    """An outcome's direction, kind or term for a reader; – where the sheet does not say."""
    return "–" if missing(value) else say(*STATED.get(value, (value, value)))


def model(name: str) -> str:
    """An adoption model's name for a reader."""
    return say(*MODELS[name])


def severity(name: str) -> str:
    """A finding's severity for a reader."""
    return say(*SEVERITIES[name])


def quantity(name: str) -> str:
    """What the track record has forecasts of, for a reader."""
    return say(*QUANTITIES[name])


def kind(name: str) -> str:
    """A kind of indicator's series for a reader."""
    return say(*KINDS[name])


def ministry(name: Any) -> str:
    """A ministry for a reader: in English what it calls itself, as printed where it is none of
    those known."""
    return say(str(name), MINISTRIES.get(name, str(name)))


def unit(text: Any, value: float | None = None) -> str:
    """An indicator's unit, of a `value` if there is one, for a reader: in English as it is called
    there, as printed where it is none of those known, "" without one. Full-width signs are made
    plain (%, ha).

    >>> unit("団体数"), unit("％")
    ('団体数', '%')
    """
    if missing(text):
        return ""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if _spoken == "ja":
        return "ポイント" if plain == "%ポイント" else plain
    if plain not in UNITS:
        return plain
    return UNITS[plain][0 if value is not None and digits.equal(abs(value), 1) else 1]


def method(name: str) -> str:
    """A group of contract methods for a reader."""
    return say(*METHODS[name])


def reason(name: str) -> str:
    """A reason to look at a project for a reader."""
    return say(*REASONS[name])


def of_review(word: Any) -> str:
    """A word that reviews choose from for a reader, as printed where it is none of them; –
    without one."""
    return entry("opinion", word)


def is_listed(column: str) -> bool:
    """Whether `entry` knows what a column's entries are chosen from, or most often are."""
    return column in ("ministry", "unit") or _LIKE.get(column, column) in ENTRIES


def entry(column: str, value: Any) -> str:
    """What stands in a column whose entries are chosen from a list, or several of them, for a
    reader: as printed where it is none of them; – without one.

    >>> with speaking("en"): entry("methods", "委託・請負、補助")
    'Commission or contract, subsidy'
    """
    if missing(value) or value == "":
        return "–"
    if column == "ministry":
        return ministry(value)
    if column == "unit":
        return unit(value)
    kind = _LIKE.get(column, column)
    if value in ENTRIES[kind]:
        return say(*ENTRIES[kind][value])
    if _spoken == "ja":
        return str(value)
    parts = str(value).split("、")
    known = list(filter(None, (_entry(kind, part) for part in parts)))
    if len(known) < len(parts):
        return str(value)
    return ", ".join([known[0], *(text[:1].lower() + text[1:] for text in known[1:])])


def _entry(kind: str, value: str) -> str | None:
    """One entry in English; None where it is not known."""
    known = ENTRIES[kind]
    if value in known:
        return known[value][1]
    # A special account, which some tables name without these words, and a part of it.
    name, _, part = value.partition("特別会計")
    account = f"{name}特別会計"
    if kind != "accounts" or account not in known or (part and part not in known):
        return None
    return known[account][1] + (f" ({known[part][1]})" if part else "")


def year(value: int | None) -> str:
    """A fiscal year: 2018年度, FY2018; ? where it has none."""
    if value is None:
        return "?"
    return say(f"{int(value)}年度", f"FY{int(value)}")


def number(value: float) -> str:
    """A quantity with thousands separators, no more decimals than it needs; – where unknown."""
    if missing(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if 1e-9 < abs(value) < 0.01:
        return significant(value, 2)
    decimals = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2
    text = fixed(value, decimals)
    return text.rstrip("0").rstrip(".") if decimals else text


def column(values: Iterable[float]) -> Callable[[float], str]:
    """`number` for quantities that stand below each other, with one number of decimals: none where
    all are whole or large, two where all are below 10; what is too small for them keeps two digits.
    """
    sizes = [abs(float(value)) for value in values if not missing(value) and math.isfinite(value)]
    sizes = [size for size in sizes if size > 0]
    # A difference of two large amounts is whole but for more noise than `digits.equal` allows.
    whole = all(abs(size - digits.rounded(size)) < digits.TIE for size in sizes)
    decimals = 0 if whole or min(sizes) >= 1000 else 1 if max(sizes) >= 10 else 2

    def shown(value: float) -> str:
        if missing(value) or math.isinf(value):
            return number(value)
        small = value and not digits.rounded(float(value), decimals)
        return significant(value, 2) if small else fixed(value, decimals)

    return shown


def fixed(value: float, decimals: int) -> str:
    """A number with just so many decimals: 1,290.50, 3, 0.00."""
    return f"{digits.rounded(float(value), decimals):,.{decimals}f}"


def significant(value: float, most: int) -> str:
    """A number to so many significant digits, without zeros at its end: 0.0012, 1.5, 0.00001."""
    rounded = digits.significant(float(value), most)
    text = f"{rounded:,.{most}g}"
    # Written out, and not as 1e-05.
    return exact(rounded) if "e" in text else text


def exact(value: float) -> str:
    """A number as a sheet has it, to the yen: 1,234.567, 8.88889."""
    return _exact(value)


# In every finding's cell and sentences, in both languages, and 0 time and again. Apart from
# `exact`, as the words of sentences have to be plain functions.
@lru_cache(2**12)
def _exact(value: float) -> str:
    return fixed(value, 6).rstrip("0").rstrip(".")


def printed(value: float) -> str:
    """A value as its sheet prints it where that takes few decimals (99.99, 1,234.5: to round them
    would change what is compared), else as `number`."""
    if missing(value) or math.isinf(value):
        return number(value)
    # No more decimals than are needed: they would show the noise of what was computed.
    enough = (d for d in range(4) if digits.equal(value, digits.rounded(float(value), d)))
    decimals = next(enough, None)
    return number(value) if decimals is None else fixed(value, decimals)


def amount(value: float, unit_of: str, shape: Callable[[float], str] = printed) -> str:
    """A value with its indicator's unit: 1,067団体, 72 %; 1,067 organisations, 1 person."""
    name = unit(unit_of, value)
    joined = _spoken == "ja" and name in UNITS and not name[0].isascii()
    return f"{shape(value)}{'' if joined else ' '}{name}".rstrip()


def estimate(value: float) -> str:
    """A modelled quantity to three or four digits: 7,761,000, 1,630, 423, 42.5, 0.44, and 0 for
    what is next to nothing; – where unknown."""
    if abs(value) < 1e-4:
        return "0"
    if abs(value) < 100 or not math.isfinite(value):
        return number(value)
    return number(digits.rounded(value) if abs(value) < 10_000 else digits.significant(value, 4))


def estimated(value: float, unit_of: str) -> str:
    """A modelled quantity with its indicator's unit: 1,630団体, 1,630 organisations."""
    return amount(value, unit_of, estimate)


def count(many: int, thing: str) -> str:
    """An English count: 1 model, 6 models."""
    return f"{many} {thing}{'' if many == 1 else 's'}"


def bare_year(value: float) -> str:
    """A year in a table: 2018; – where unknown."""
    return "–" if missing(value) else str(value)


TEN_YEN = 1e-5
"""In million yen: sums of what is shown are off by more than noise, and by what a reader sees."""


def rounded(amounts: Iterable[float], shape: Callable[[float], str] = number) -> str:
    """ " (rounded)" where `shape` shows one of the amounts with fewer digits than it has, so that
    sums and differences of what is shown may be off; else nothing."""
    known = [float(value) for value in amounts if math.isfinite(value)]
    shown = [float(shape(value).replace(",", "")) for value in known]
    if all(map(partial(math.isclose, rel_tol=digits.NOISE, abs_tol=TEN_YEN), shown, known)):
        return ""
    return say("(四捨五入)", " (rounded)")


def percent(value: float, decimals: int = 1) -> str:
    """A share as a percentage with so many decimals: 70.4 %; – where unknown."""
    return "–" if missing(value) else f"{fixed(100 * value, decimals)} %"


def ratio(value: float) -> str:
    """A ratio or a score with two decimals: 0.52; – where unknown."""
    return "–" if missing(value) else fixed(value, 2)


def ratios(low: float, high: float) -> str:
    """Two ratios as a range: 0.48–0.86."""
    return f"{ratio(low)}–{ratio(high)}"


def whole_percent(value: float) -> str:
    """A share in whole per cent, without the sign: 80."""
    return fixed(100 * value, 0)


def level(value: float) -> str:
    """A confidence or forecast level: 80 %."""
    return f"{whole_percent(value)} %"


def limits(low: float, high: float, decimals: int) -> str:
    """Two shares as a range: in whole per cent, and with `decimals` where they are close."""
    return interval(low, high, decimals if high - low < 0.05 else 0)


def interval(low: float, high: float, decimals: int = 1) -> str:
    """Two shares as a range in per cent: 48.2–85.9 %."""
    return f"{percent(low, decimals).removesuffix(' %')}–{percent(high, decimals)}"


def span(first: int, last: int) -> str:
    """A run of fiscal years: 2012〜2018年度, FY2012–2018; one year alone as itself."""
    if first == last:
        return year(first)
    return say(f"{first}〜{last}年度", f"FY{first}–{last}")


def fiscal_years(years: list[int]) -> str:
    """Fiscal years in their order: as a run, or each of them where the run has gaps.

    >>> fiscal_years([2016, 2017, 2018]), fiscal_years([2016, 2018])
    ('2016〜2018年度', '2016年度、2018年度')
    """
    if years[-1] - years[0] == len(years) - 1:
        return span(years[0], years[-1])
    return listed(map(year, years))


def probability(value: float) -> str:
    """A probability in whole per cent, never rounded to certainty; – where unknown."""
    if missing(value):
        return "–"
    if digits.less(value, 0.005):
        return "< 1 %"
    return level(value) if digits.less(value, 0.995) else "> 99 %"


def probabilities(low: float, high: float) -> str:
    """Two probabilities as a range: 3–96 %."""
    ends = [probability(low), probability(high)]
    plain = all(end[0].isdigit() for end in ends)
    return "–".join([ends[0].removesuffix(" %") if plain else ends[0], ends[1]])


def chance(value: float) -> str:
    """A probability as so many of ten cases, or of a hundred where that says more: 10回に6回ほど,
    about 6 in 10; – where unknown."""
    if missing(value):
        return "–"
    of = 10 if digits.at_least(value, 0.095) and digits.less(value, 0.905) else 100
    many = int(digits.rounded(of * value))
    if many in (0, of):
        return say(
            f"{of}回に{'1回未満' if not many else f'{of - 1}回超'}",
            f"{'less than 1' if not many else f'more than {of - 1}'} in {of}",
        )
    return say(f"{of}回に{many}回ほど", f"about {many} in {of}")


def share(value: float) -> str:
    """A share or probability in whole per cent within a sentence: 14 %, 1 %未満, less than 1 %."""
    text = probability(value)
    if text.startswith("<"):
        return say("1 %未満", "less than 1 %")
    return say("99 %超", "more than 99 %") if text.startswith(">") else text


def listed(items: Iterable) -> str:
    """Items as one phrase: A、B、C / A, B and C."""
    items = list(map(str, items))
    if _spoken == "ja" or len(items) < 2:
        return say("、", ", ").join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def quoted(text: str) -> str:
    """A text between the marks of a quotation: 「甲」, “甲”."""
    return say(f"「{text}」", f"“{text}”")


# Of bidirectional text only the marks that reorder what follows them, a number beside a name.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb"
    "\ud800-\udfff]"
)


def cut(text: str, most: int = 120) -> str:
    """A sheet's text on one line, cut where it is longer than a table's cell has room for."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def visible(text: str) -> str:
    """`text` with � for what would act unseen or cannot be written: control characters, terminal
    codes, marks that turn the direction of the text behind them, halves of a pair of surrogates.
    Tabs and line ends stay, these as \\n."""
    return _UNSEEN.sub("�", text.replace("\r\n", "\n"))
