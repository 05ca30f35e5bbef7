"""The name under which one payee's spellings meet: width, case, blanks and legal form aside."""

import csv
import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

with (files(__package__) / "legal_forms.csv").open(encoding="utf-8") as _file:
    FORM_OF = {row["spelling"]: row["form"] for row in csv.DictReader(_file)}
"""Spelling of a legal form, after NFKC and in upper case (㈱ becomes (株)) -> the form in full."""

_FORM = re.compile("|".join(map(re.escape, sorted(FORM_OF, key=len, reverse=True))))


# A payee is named in many sheets, and those of a year have 23,000 names.
@lru_cache(2**15)
def payee_key(name: str) -> str:
    """The payee's name in NFKC and upper case, without blanks and without legal forms.

    A name that consists of a legal form alone keeps it: the key of a name with at least one
    visible character is never empty.
    """
    plain = plain_name(name)
    return _FORM.sub("", plain) or plain


def legal_form(name: str) -> str:
    """The first legal form in a payee's name, spelled out (㈱ gives 株式会社); "" without one."""
    found = _FORM.search(plain_name(name))
    return FORM_OF[found.group()] if found else ""


def plain_name(name: str) -> str:
    """The payee's name in NFKC and upper case, without blanks, with its legal form."""
    return "".join(unicodedata.normalize("NFKC", name).upper().split())
