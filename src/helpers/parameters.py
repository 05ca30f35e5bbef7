"""The notebooks' parameters: what is read from a value given for one, and what is refused.

The one check of the command line, of reports.yml, of papermill, and of a notebook's first cell.
"""

import math
import numbers
import os
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType

from helpers import eras, words
from helpers.errors import ReviewSheetError

FIRST, LAST = 1868, 2100
"""The fiscal years that a parameter may be."""

MODELS = ("pooled", "drift", "ols", "logit", "probit", "cloglog", "loglog", "bass")
"""The adoption models, as `forecast.models` has them: that takes a second to import."""

_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
_NUMBER = re.compile(rf"[+-]?(?:{_DIGITS}(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]{{1,3}})?")


class ParameterError(ReviewSheetError, ValueError):
    """A parameter that is not declared, or a value that does not fit it: says which, and what
    does."""


def check(given: dict) -> None:
    """Replace the parameters in `given`, such as a notebook's `globals()`, by what they say.

    A year may be given as 2018, "2018年度" or "平成30年度", a number as 1000 or "1,000", models as
    a list or as "logit, bass". Raises ParameterError, naming the parameter, for what is no such
    thing and for years in the wrong order; names that are no parameters are left alone.
    """
    for name, rule in RULES.items():
        # Notebooks that have no parameter `corpus` import the module.
        if name in given and not isinstance(given[name], ModuleType):
            given[name] = rule.value(name, given[name])
    check_order(given)


def check_order(given: dict) -> None:
    """Raises ParameterError where `first_year` is after `last_year`."""
    first, last = given.get("first_year"), given.get("last_year")
    if isinstance(first, int) and isinstance(last, int) and first > last:
        raise ParameterError(
            f"first_year: found {first}, later than last_year {last}; expected the same year or an "
            "earlier one"
        )


def is_none(given: object) -> bool:
    """Whether a parameter that may be None is to be so; on a command line that is a word."""
    return given is None or (isinstance(given, str) and given.strip().lower() == "none")


def number(given: object) -> float:
    """A finite number, text in any width and with thousands separators too. Raises ValueError."""
    if isinstance(given, str):
        text = _plain(given).lower().replace("\N{MINUS SIGN}", "-")
        if not _NUMBER.fullmatch(text):
            raise ValueError(given)
        given = text.replace(",", "")
    elif isinstance(given, bool) or not isinstance(given, numbers.Real):
        raise ValueError(given)
    try:
        value = float(given)
    except OverflowError as error:
        raise ValueError(given) from error
    if not math.isfinite(value):
        raise ValueError(given)
    return value


def whole(given: object) -> int:
    """A whole number; see `number`."""
    if isinstance(given, numbers.Integral) and not isinstance(given, bool):
        return int(given)
    value = number(given)
    if not value.is_integer():
        raise ValueError(given)
    return int(value)


def split(text: str) -> list[str]:
    """The items of a list written as text, also with Python's brackets and quotes."""
    plain = text.strip().strip("[]").replace("、", ",").replace("，", ",")
    items = [item.strip(" \t'\"") for item in plain.split(",")]
    return [item for item in items if item]


def _year(given: object) -> int:
    value = _printed_year(given) if isinstance(given, str) else whole(given)
    if not FIRST <= value <= LAST:
        raise ValueError(given)
    return value


def _printed_year(text: str) -> int:
    plain = _plain(text).upper()
    if match := re.fullmatch(r"(?:FY ?)?([0-9]{4}) ?(?:年度?)?", plain):
        return int(match[1])
    if [found.text for found in eras.find(plain)] != [plain]:
        raise ValueError(text)
    return eras.to_western(plain)


def _positive(given: object) -> float:
    if (value := number(given)) <= 0:
        raise ValueError(given)
    return value


def _not_negative(given: object) -> float:
    if (value := number(given)) < 0:
        raise ValueError(given)
    return value


def _text(given: object) -> str:
    text = os.fspath(given) if isinstance(given, os.PathLike) else given
    if not isinstance(text, str) or not text.strip():
        raise ValueError(given)
    return text


def _counted(given: object) -> int:
    if (value := whole(given)) < 1:
        raise ValueError(given)
    return value


HEAVIEST = 1e6
"""A weight beyond leaves the others none."""


def weights(given: object) -> dict[str, float]:
    """Reason -> weight, of a mapping or of text. Raises ValueError.

    >>> weights("unspent=3, opinion: 0")
    {'unspent': 3.0, 'opinion': 0.0}
    """
    if isinstance(given, str):
        pairs = [re.split("[=:]", item, maxsplit=1) for item in split(_plain(given))]
        given = {name.strip(): "".join(value) for name, *value in pairs}
        if len(given) < len(pairs):
            raise ValueError(pairs)
    if not isinstance(given, Mapping) or not given.keys() <= words.REASONS.keys():
        raise ValueError(given)
    made = {name: _not_negative(value) for name, value in given.items()}
    # Beyond, sums of products are no longer numbers.
    if any(value > HEAVIEST for value in made.values()):
        raise ValueError(given)
    return made


def _weights(given: object) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in weights(given).items())


def _payee(given: object) -> str:
    # Plain papermill makes a number of a corporate number.
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else _text(given)


def ministry(given: str, known: list[str]) -> str:
    """The ministry meant, as sheets name it, by its name in either language. Raises ParameterError.

    >>> ministry("ministry of finance", ["財務省"])
    '財務省'
    """
    names = {name: name for name in known} | {
        words.MINISTRIES[name].casefold(): name for name in known if name in words.MINISTRIES
    }
    found = names.get(given.strip(), names.get(given.strip().casefold()))
    if found is None:
        raise ParameterError(f"ministry: found {given!r}; expected one of {', '.join(known)}")
    return found


def _indicator(given: object) -> str | int:
    if not isinstance(given, str):
        return _counted(given)
    text = _text(given).strip()
    return _plain(text) if text.isdecimal() else text


def _one_of(*known: str) -> Callable[[object], str]:
    def read(given: object) -> str:
        if (text := _plain(_text(given)).lower()) not in known:
            raise ValueError(given)
        return text

    return read


def _models(given: object) -> list[str]:
    names = split(given) if isinstance(given, str) else given
    if not isinstance(names, list | tuple) or not names:
        raise ValueError(given)
    return [_one_of(*MODELS)(name) for name in names]


def _plain(text: str) -> str:
    """The text in one width. Raises ValueError for a digit that is none there: 10³ is not 103."""
    marks = ("<super>", "<sub>", "<circle>", "<fraction>")
    if any(unicodedata.decomposition(letter).startswith(marks) for letter in text):
        raise ValueError(text)
    return unicodedata.normalize("NFKC", text).strip()


@dataclass(frozen=True)
class Rule:
    """How a parameter of this name is read: the `type` that notebooks declare for it, whether it
    may be None, and in words what is `accepted`."""

    type: str
    optional: bool
    read: Callable
    accepted: str

    def value(self, name: str, given: object, optional: bool | None = None) -> object:
        """What is meant by `given`. Raises ParameterError."""
        optional = self.optional if optional is None else optional
        if optional and is_none(given):
            return None
        try:
            return self.read(given)
        except ValueError as error:
            found = repr(given) if isinstance(given, str) else given
            none = ", or None" if optional else ""
            raise ParameterError(
                f"{name}: found {found}; expected {self.accepted}{none}"
            ) from error


def _choice(*known: str, optional: bool = False) -> Rule:
    listed = " or ".join(f'"{one}"' for one in known)
    return Rule("str", optional, _one_of(*known), listed)


_YEAR = Rule(
    "int",
    True,
    _year,
    f"a fiscal year from {FIRST} to {LAST} with all its digits or its era, such as 2018 or "
    "平成30年度",
)

RULES = {
    "sheet": Rule(
        "str",
        False,
        _text,
        "a file, or DIR#id of a corpus, as text (papermill's -p makes a number of 0042, -r does "
        "not)",
    ),
    "corpus": Rule("str", True, _text, "the folder of a corpus, as text"),
    "as_of": _YEAR,
    "year": _YEAR,
    "ministry": Rule("str", True, _text, "a ministry as sheets name it, such as 総務省"),
    "policy_area": Rule(
        "str", True, _text, "a policy area as sheets state it, such as 科学技術振興費"
    ),
    "top": Rule("int", False, _counted, "a whole number from 1 on"),
    "weights": Rule(
        "str",
        False,
        _weights,
        f'some of {", ".join(words.REASONS)}, each = a number from 0 on, such as "unspent=3, '
        'opinion=0"',
    ),
    "payee": Rule("str", True, _payee, "a payee's name, or its corporate number of 13 digits"),
    "lang": _choice("ja", "en"),
    "repair": _choice("proved", "all", "none"),
    "first_year": _YEAR,
    "last_year": _YEAR,
    "budget": Rule("float", True, _positive, "a number of million yen above 0, such as 1,000.5"),
    "indicator": Rule("str", True, _indicator, "the name of an outcome indicator, or its number"),
    "population": Rule("float", True, _not_negative, "a number, 0 for no ceiling, such as 1,741"),
    "target": Rule("float", True, number, "a number in the indicator's unit, such as 1,600"),
    "target_year": _YEAR,
    "observed_at": _choice("end", "start"),
    "direction": _choice("up", "down", optional=True),
    "models": Rule("list[str]", True, _models, f"some of {', '.join(MODELS)}, by commas"),
}
"""Name -> rule; a notebook that declares another type for a name means another thing by it."""
