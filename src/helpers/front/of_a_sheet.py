"""What the objects of the notebooks share: a sheet that was read and checked, and how they show."""

from collections.abc import Callable
from functools import cached_property, wraps
from html import escape
from os import PathLike
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display

from helpers import checks, corpus, fitted, parameters, paths, words
from helpers.analysis.years import published
from helpers.charts import style
from helpers.corpus import Corpus  # noqa: F401 (of one most sheets are: kernels have it loaded)
from helpers.fitted import Fitted
from helpers.front import later
from helpers.sentences import Sentences
from helpers.sheet import ReviewSheet, SheetError, typed
from helpers.show import Fold, Points, Table, Text
from helpers.story.common import project

MANY = 30
"""Kernels from which on it takes less to compile all sentences once than in each its own: 20 of a
report's are not those of the default sheet."""


class Shown:
    """An object whose tables, figures (`plot_`) and sections (`show_`) are listed by its repr."""

    _prose: Sentences
    """What its sections say of themselves whatever the sheet: a block each, and `limits`."""

    def __init__(self) -> None:
        style.with_japanese()

    @classmethod
    def _default(cls) -> "Shown":
        """That of the default parameters."""
        return cls()

    @classmethod
    def _warm_up_(cls, kernels: int) -> None:
        """Show the default one to nobody, for what is loaded and found out but once: files that
        ship, templates, fonts, compiled expressions (`forked_kernel.zygote` calls it)."""
        if kernels >= MANY:
            Sentences.compile_all()
        with plt.rc_context():
            fitted.warm()
            own = cls._default()
            for name in dir(cls):
                if name == "answer" or name.startswith("show_"):
                    getattr(own, name)()

    def _title(self) -> str:
        """What it speaks of."""
        raise NotImplementedError

    def _contents(self) -> dict[str, list[str]]:
        every = [name for kind in reversed(type(self).__mro__) for name in vars(kind)]
        names = [name for name in dict.fromkeys(every) if not name.startswith("_")]
        tables = [name for name in names if not callable(getattr(type(self), name))]
        drawn = [name for name in names if name.startswith("plot_")]
        rest = [name for name in names if name not in {*tables, *drawn, "show_limits"}]
        heads = [
            words.say("データ", "data"),
            words.say("図(元の表は .figure.data)", "figures (drawn from .figure.data)"),
            words.say("節", "sections"),
        ]
        if "show_limits" in names:
            rest.append("show_limits")
        called = [[f"{name}()" for name in those] for those in (drawn, rest)]
        return {head: of for head, of in zip(heads, (tables, *called), strict=True) if of}

    def __repr__(self) -> str:
        lines = [f"{head}: {', '.join(names)}" for head, names in self._contents().items()]
        return "\n".join([f"<{type(self).__name__}: {self._title()}>", *lines])

    def _repr_html_(self) -> str:
        items = "".join(
            f"<li>{escape(head)}: {', '.join(f'<code>{name}</code>' for name in names)}</li>"
            for head, names in self._contents().items()
        )
        title = f"<b>{type(self).__name__}</b>: {escape(self._title())}"
        return f'<div class="mathjax_ignore">{title}<ul>{items}</ul></div>'

    def show_limits(self) -> None:
        """What it cannot tell."""
        show(Points(*self._prose.paragraphs("limits")))


Section = Callable[[Any], None]


def section(method: Section) -> Section:
    """A section of a `Shown`. Above it stands the first paragraph of the block of its name, which
    says what is to be seen; below it, folded, the others, which say how that was made."""

    @wraps(method)
    def shown(self: Shown) -> None:
        lead, *rest = self._prose.paragraphs(method.__name__.removeprefix("show_"))
        display(Text(lead, role="lead"))
        method(self)
        if rest:
            heading = words.say("読み方と方法", "How to read it, and the method")
            display(Fold(heading, Text(*rest)))

    return shown


class OfASheet(Shown):
    """A sheet, as it is printed and with the repairs asked for."""

    def __init__(
        self,
        sheet: str | PathLike | ReviewSheet,
        as_of: int | None,
        repair: str,
        **others: Any,
    ):
        super().__init__()
        given: dict[str, Any] = {"as_of": as_of, "repair": repair, **others}
        parameters.check(given)
        self._given = given
        if isinstance(sheet, ReviewSheet):
            self._printed = _until(sheet, given["as_of"])
            self._reference = str(sheet.facts["source_path"])
        else:
            self._printed = load(sheet, given["as_of"])
            self._reference = str(sheet)
        self._findings: dict[str, list[dict]] = {}
        self._tables: dict[str, pd.DataFrame] = {}
        self._sheet = self._repaired()

    @classmethod
    def _default(cls) -> "OfASheet":
        return cls(paths.DEFAULT_SHEET, None, "proved")

    @property
    def printed(self) -> ReviewSheet:
        """The sheet as it is printed."""
        return self._printed

    @property
    def sheet(self) -> ReviewSheet:
        """The sheet with its repairs: what is analysed."""
        return self._sheet

    @property
    def findings(self) -> pd.DataFrame:
        """What is wrong or odd, where, and which repair was made: the columns of `check`."""
        lang = words.language()
        if lang not in self._tables:
            self._tables[lang] = typed(self._found, checks.FINDING)
        return self._tables[lang]

    @property
    def _found(self) -> list[dict]:
        """The rows of `findings`, in the language of now."""
        if words.language() not in self._findings:
            self._repaired()
        return self._findings[words.language()]

    @cached_property
    def _known(self) -> Fitted:
        """What was learned by `as_of`, or by the sheet's own year."""
        return self._fits(self._given["as_of"] or self.printed.year)

    @cached_property
    def _later(self) -> pd.DataFrame:
        return later.printed_since(self.printed, self._given["as_of"])

    def _fits(self, year: int) -> Fitted:
        """What was learned by a year."""
        return fitted.of(self._reference, year)

    def _repaired(self) -> ReviewSheet:
        sheet, found = checks.judged(self.printed, self._given["repair"])
        self._findings[words.language()] = found
        return sheet

    def _title(self) -> str:
        return project(self.printed)


def show(*parts: object) -> None:
    """Show what was drawn, and then sentences and tables."""
    plt.show()
    for part in parts:
        display(part)


def folded(table: Table | Text) -> Fold | Text:
    """A table below the figure that shows most of it, folded."""
    return Fold(words.say("数字の表", "The numbers"), table) if isinstance(table, Table) else table


def load(sheet: str | PathLike, as_of: int | None = None) -> ReviewSheet:
    """A sheet as it is printed: of a file, or `DIR#id` of a corpus, where the id of a project
    ("P...") gives all its sheets as one, from those up to the sheet year `as_of`.

    Raises SheetError for whatever cannot be read, and for a sheet later than `as_of`;
    ParameterError.

    >>> load("data/sheets/2019-総務省-0042.txt").facts["ministry"]
    '総務省'
    """
    given: dict[str, Any] = {"sheet": sheet, "as_of": as_of}
    parameters.check(given)
    return corpus.load(given["sheet"], given["as_of"])


def _until(sheet: ReviewSheet, as_of: int | None) -> ReviewSheet:
    """The sheet itself. Raises SheetError where it holds what was published after `as_of`."""
    years = [*published(sheet), *sheet.vintage["sheet_year"].dropna()]
    if as_of is not None and max(years) > as_of:
        raise SheetError(
            sheet.id,
            f"numbers published in {max(years)}, later than as_of {as_of}",
            f"a sheet loaded as of then: load('DIR#{sheet.id}', {as_of}) of a corpus",
        )
    return sheet


def language(lang: str | None = None) -> str:
    """The language in which sentences, tables and figures speak from now on: set, where `lang` is
    given ("ja" or "en"), and told. Raises ParameterError for another.

    >>> language("en")
    'en'
    >>> language("ja")
    'ja'
    """
    if lang is not None:
        words.speak(str(parameters.RULES["lang"].value("lang", lang)))
    return words.language()


def check(
    sheet: str | PathLike | ReviewSheet, as_of: int | None = None, repair: str = "proved"
) -> pd.DataFrame:
    """Everything that is wrong or odd in a sheet, gravest first.

    Columns: `table`, `row` and `column` say where, `rule` and `severity` ("error", "warning" or
    "note") what; `observed` is printed, `proposed` should stand there, and `proof` is the text that
    proves it; `reason` is a sentence, `applied` whether `repair` ("none", "proved", "all") made it.
    Raises SheetError, ParameterError.

    >>> found = check("data/sheets/2019-総務省-0042.txt")
    >>> found.loc[0, ["column", "observed", "proposed"]].tolist()
    ['target_year', '1993', '2023']
    """
    return OfASheet(sheet, as_of, repair).findings
