"""Read administrative project review sheets (行政事業レビューシート), check, analyse, draw, render.

>>> from helpers import Spending, load
>>> sheet = load("data/sheets/2019-総務省-0042.txt")
>>> round(Spending(sheet).overall.rate, 3)
0.704

The rooms behind this front door, in the order data flows: `sources` -> `sheet` -> `checks` ->
`corpus` -> `analysis` -> `forecast` -> `charts` and `story` -> `front` -> the notebooks -> `batch`.
"""

from importlib import import_module

_HOMES = {
    "Adoption": "helpers.front.adoption",
    "Corpus": "helpers.front.corpus",
    "Payees": "helpers.front.payees",
    "Portfolio": "helpers.front.portfolio",
    "Quality": "helpers.front.quality",
    "ReviewSheetError": "helpers.errors",
    "Spending": "helpers.front.spending",
    "TrackRecord": "helpers.front.track_record",
    "check": "helpers.front.of_a_sheet",
    "choose": "helpers.front.corpus",
    "language": "helpers.front.of_a_sheet",
    "load": "helpers.front.of_a_sheet",
}
"""What the front door offers -> the module it lives in, which is loaded when it is asked for."""

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return list(_HOMES)
