"""Japanese era years in text: 令和5年度, 平成元年, Ｒ５, H30 -> western years, never guessed."""

import re
import unicodedata
from dataclasses import dataclass

from helpers.errors import ReviewSheetError

FIRST_YEARS = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}
LAST_NUMBERS = {"明治": 45, "大正": 15, "昭和": 64, "平成": 31}
SHORT = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"} | {
    "昭": "昭和",
    "平": "平成",
    "令": "令和",
}
DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0}

_KANJI = "[一二三四五六七八九]?十[一二三四五六七八九]?|[〇零一二三四五六七八九]{1,4}"
_YEAR = r"\s*年度?"
_NO_COUNTER = r"(?![0-9A-Za-z]|\s*[一-鿿々%])"
_PATTERN = re.compile(
    "|".join(
        [
            # Without 年 a kanji after the number counts something else: 昭和3丁目.
            rf"(?P<name>{'|'.join(FIRST_YEARS)})\s*"
            rf"(?:(?P<name_n>[0-9]{{1,4}})(?:{_YEAR}|{_NO_COUNTER})"
            rf"|(?P<name_k>元|{_KANJI}){_YEAR}|(?P<name_g>元){_NO_COUNTER})",
            # 公平5年, 3年生: one kanji names an era only at the start of a word, and before 年.
            rf"(?<![一-鿿々])(?P<kanji>[昭平令])\s*(?P<kanji_n>[0-9]{{1,4}}|元|{_KANJI}){_YEAR}(?!生)",
            rf"(?<![0-9A-Za-z_])(?<![A-Za-z]-)(?P<letter>[MTSHR])\.?\s*"
            rf"(?P<letter_n>[0-9]{{1,4}}|元){_YEAR}",
            # Without 年: M7 is an earthquake, S3 a service, R2ロケット a rocket, H30予算 a year.
            r"(?<![0-9A-Za-z_])(?<![A-Za-z]-)(?P<bare>[HR](?=[0-9元])|S(?=[0-9]{2}))\.?"
            r"(?P<bare_n>[0-9]{1,4}|元)(?![0-9A-Za-z_%ァ-ヺー])",
        ]
    )
)


class EraError(ReviewSheetError, ValueError):
    """A text that does not say exactly one year: the message says what to write instead."""


@dataclass(frozen=True)
class EraYear:
    """One era year in a text: `text` is `source[start:end]` as it stands there, `year` western."""

    text: str
    era: str
    number: int
    year: int
    start: int
    end: int

    @property
    def beyond_era(self) -> bool:
        """Whether the era ended before this year: 平成32年度, printed before 2019 for 2020."""
        return self.number > LAST_NUMBERS.get(self.era, self.number)


def find(text: str) -> list[EraYear]:
    """Every era year in `text`, in order; positions are those of `text` as given.

    Full-width letters and digits, kanji numerals (before 年), 元年 and ㍻ are read. A letter counts
    only at the edge of a word: CH30 and R5xx are none. Without 年, H and R need a number, S two
    digits, and no katakana may follow (H2ロケット); M, T and 令/平/昭 always need 年. A kanji after
    a number without 年 is a counter (昭和3丁目). Years past the end of their era are given with
    `beyond_era`; the number 0 and numbers above 99 are no era years and left out.
    """
    return [found for found in _matches(text) if 1 <= found.number <= 99]


def to_western(text: str) -> int:
    """The western year of the one era year in `text`.

    平成32 and later is 2020 and later, as sheets printed it before 2019. Raises EraError where the
    text holds none or several, where a number stands without its era ("5年度"), where the number
    is 0 or beyond the other eras' end.
    """
    found = _matches(text)
    if len(found) != 1:
        reason = "no era year" if not found else f"{len(found)} era years"
        raise EraError(f"{reason} in {text!r}: write one year with its era, such as 令和5年度")
    (only,) = found
    if not 1 <= only.number <= 99 or (only.beyond_era and only.era != "平成"):
        last = LAST_NUMBERS.get(only.era, "...")
        raise EraError(f"{only.text!r} is no year: {only.era} has the years 1 (元年) to {last}")
    return only.year


def reread(year: int) -> dict[str, int]:
    """The years a printed western year may stand for if 令和 was read as 平成, or 平成 as 令和.

    Era year meant -> its western year: 1993 gives {"令和5年": 2023}; from 2019 on both ways are
    given, 2050 as 令和62年 and 平成32年 (2020); years before 1989 give nothing.
    """
    read_as = {"平成": "令和", "令和": "平成"}
    numbers = {era: year - FIRST_YEARS[era] + 1 for era in read_as}
    return {
        f"{meant}{numbers[era]}年": FIRST_YEARS[meant] + numbers[era] - 1
        for era, meant in read_as.items()
        if numbers[era] >= 1
    }


def _matches(text: str) -> list[EraYear]:
    pieces = [unicodedata.normalize("NFKC", letter) for letter in text]
    # ㍻ becomes two letters: remember which letter of the text each one came from.
    origin = [index for index, piece in enumerate(pieces) for _ in piece]
    found = []
    for match in _PATTERN.finditer("".join(pieces)):
        named = {key: value for key, value in match.groupdict().items() if value}
        era, printed = named.values()
        era, number = SHORT.get(era, era), _number(printed)
        start, end = origin[match.start()], origin[match.end() - 1] + 1
        year = FIRST_YEARS[era] + number - 1
        found.append(EraYear(text[start:end], era, number, year, start, end))
    return found


def _number(printed: str) -> int:
    if printed == "元":
        return 1
    if "十" in printed:
        tens, ones = printed.split("十")
        return 10 * DIGITS.get(tens, 1) + DIGITS.get(ones, 0)
    return int("".join(str(DIGITS.get(digit, digit)) for digit in printed))
