"""ReviewSheet: the tidy tables of one sheet, the one object handed through every room."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.errors import ReviewSheetError
from helpers.payee_names import payee_key

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from typing_extensions import TypeIs

# Names of pandas' dtypes. It is imported where a table is made: a sheet of one's own is read and
# checked as rows, in half the time.
TEXT, NUMBER, YEAR, FLAG, MAYBE = "str", "float64", "Int64", "bool", "boolean"

MILLION_YEN = {
    "円": Fraction(1, 10**6),
    "千円": Fraction(1, 1000),
    "万円": Fraction(1, 100),
    "百万円": Fraction(1),
    "100万円": Fraction(1),
    "億円": Fraction(100),
    "十億円": Fraction(1000),
    "10億円": Fraction(1000),
    "兆円": Fraction(10**6),
}
"""A printed unit of money, after NFKC -> what one of it is in million yen."""

COLUMNS: dict[str, dict[str, Any]] = {
    "sheet": {
        "sheet_id": TEXT,
        "sheet_year": YEAR,
        "ministry": TEXT,
        "project_number": TEXT,
        "name": TEXT,
        "bureau": TEXT,
        "division": TEXT,
        "start_year": YEAR,
        "end_year": YEAR,
        "accounts": TEXT,
        "methods": TEXT,
        "official_id": TEXT,
        "past_ids": TEXT,
        "parent_number": TEXT,
        "sheet_type": TEXT,
        "stage": TEXT,
        "main_expenses": TEXT,
        "url": TEXT,
        "source_format": TEXT,
        "source_path": TEXT,
    },
    "budget": {
        "fiscal_year": YEAR,
        "requested": NUMBER,
        "initial": NUMBER,
        "supplementary": NUMBER,
        "carried_in": NUMBER,
        "carried_out": NUMBER,
        "reserve": NUMBER,
        "budget_net": NUMBER,
        "budget_gross": NUMBER,
        "executed": NUMBER,
        "status": TEXT,
    },
    "outcome": {
        "number": YEAR,
        "indicator": TEXT,
        "goal": TEXT,
        "unit": TEXT,
        "fiscal_year": YEAR,
        "expected": NUMBER,
        "actual": NUMBER,
        "target": NUMBER,
        "target_year": YEAR,
        "target_year_printed": YEAR,
        "achievement": NUMBER,
        "direction": TEXT,
        "kind": TEXT,
        "term": TEXT,
        "result": TEXT,
        "qualitative_reason": TEXT,
        "statistics": TEXT,
        "element_number": YEAR,
    },
    "output": {
        "number": YEAR,
        "indicator": TEXT,
        "goal": TEXT,
        "unit": TEXT,
        "fiscal_year": YEAR,
        "expected": NUMBER,
        "actual": NUMBER,
        "achievement": NUMBER,
        "statistics": TEXT,
        "element_number": YEAR,
    },
    "payment": {
        "fiscal_year": YEAR,
        "block": TEXT,
        "tier": TEXT,
        "rank": YEAR,
        "payee": TEXT,
        "payee_key": TEXT,
        "corporate_number": TEXT,
        "work": TEXT,
        "amount": NUMBER,
        "address": TEXT,
        "corporate_kind": TEXT,
        "bundled_payee": MAYBE,
    },
    "account": {
        "fiscal_year": YEAR,
        "account_kind": TEXT,
        "account": TEXT,
        "sub_account": TEXT,
        "initial": NUMBER,
        "supplementary": NUMBER,
        "carried_in": NUMBER,
        "reserve": NUMBER,
        "budget_gross": NUMBER,
        "executed": NUMBER,
        "requested_next": NUMBER,
        "demanded": NUMBER,
        "comment": TEXT,
    },
    "item": {
        "fiscal_year": YEAR,
        "account_kind": TEXT,
        "account": TEXT,
        "sub_account": TEXT,
        "budget_kind": TEXT,
        "jurisdiction": TEXT,
        "organization": TEXT,
        "item": TEXT,
        "object": TEXT,
        "item_text": TEXT,
        "budgeted": NUMBER,
        "requested_next": NUMBER,
        "comment": TEXT,
    },
    "block": {
        "fiscal_year": YEAR,
        "block": TEXT,
        "block_name": TEXT,
        "role": TEXT,
        "payees": YEAR,
        "amount": NUMBER,
    },
    "contract": {
        "fiscal_year": YEAR,
        "block": TEXT,
        "rank": YEAR,
        "payee": TEXT,
        "corporate_number": TEXT,
        "bundled_payee": MAYBE,
        "work": TEXT,
        "amount": NUMBER,
        "contract_method": TEXT,
        "contract_group": TEXT,
        "contract_detail": TEXT,
        "bidders": YEAR,
        "winning_rate": NUMBER,
        "single_bid_reason": TEXT,
        "bundled": MAYBE,
    },
    "flow": {
        "fiscal_year": YEAR,
        "source_block": TEXT,
        "source_name": TEXT,
        "from_ministry": MAYBE,
        "block": TEXT,
        "block_name": TEXT,
        "comment": TEXT,
    },
    "indirect_cost": {
        "fiscal_year": YEAR,
        "indirect": TEXT,
        "indirect_item": TEXT,
        "amount": NUMBER,
    },
    "use": {
        "fiscal_year": YEAR,
        "block": TEXT,
        "payee": TEXT,
        "corporate_number": TEXT,
        "work": TEXT,
        "cost_item": TEXT,
        "used_for": TEXT,
        "amount": NUMBER,
    },
    "commitment": {
        "block": TEXT,
        "payee": TEXT,
        "corporate_number": TEXT,
        "address": TEXT,
        "corporate_kind": TEXT,
        "work": TEXT,
        "contract_amount": NUMBER,
        "contract_method": TEXT,
        "contract_group": TEXT,
        "contract_detail": TEXT,
        "bidders": YEAR,
        "winning_rate": NUMBER,
        "single_bid_reason": TEXT,
        "bundled": MAYBE,
    },
    "review": {
        "fiscal_year": YEAR,
        "own_check": TEXT,
        "improvement": TEXT,
        "target_assessment": TEXT,
        "expert_year": YEAR,
        "expert_scope": TEXT,
        "expert_grounds": TEXT,
        "expert_opinion": TEXT,
        "public_process": TEXT,
        "opinion": TEXT,
        "opinion_detail": TEXT,
        "reaction": TEXT,
        "reaction_detail": TEXT,
        "reflected": NUMBER,
        "reflected_account": TEXT,
        "reflected_sub_account": TEXT,
        "reflected_special": NUMBER,
        "past_kind": TEXT,
        "past_year": YEAR,
        "past_remark": TEXT,
        "past_response": TEXT,
        "survey": TEXT,
        "survey_year": YEAR,
        "survey_remark": TEXT,
        "survey_response": TEXT,
    },
    "policy": {
        "entry": TEXT,
        "number": YEAR,
        "policy_ministry": TEXT,
        "title": TEXT,
        "measure": TEXT,
        "law_number": TEXT,
        "law_id": TEXT,
        "article": TEXT,
        "paragraph": TEXT,
        "subparagraph": TEXT,
        "url": TEXT,
    },
    "subsidy": {
        "number": YEAR,
        "recipient": TEXT,
        "subsidy_rate": TEXT,
        "ceiling": TEXT,
        "url": TEXT,
    },
    "related": {
        "number": YEAR,
        "related_id": TEXT,
        "related_name": TEXT,
        "relation": TEXT,
    },
    "activity": {
        "element_number": YEAR,
        "activity": TEXT,
        "kpi_document": TEXT,
        "kpi_place": TEXT,
        "kpi_url": TEXT,
    },
    "logic": {
        "source_number": YEAR,
        "source_element": TEXT,
        "source_term": TEXT,
        "source_goal": TEXT,
        "source_indicator": TEXT,
        "element_number": YEAR,
        "element": TEXT,
        "term": TEXT,
        "goal": TEXT,
        "indicator": TEXT,
        "link_reason": TEXT,
        "single_stage_reason": TEXT,
    },
    "organisation": {
        "number": YEAR,
        "agency": TEXT,
        "office_bureau": TEXT,
        "department": TEXT,
        "section": TEXT,
        "office": TEXT,
        "group": TEXT,
        "unit_of_office": TEXT,
    },
    "note": {
        "about": TEXT,
        "fiscal_year": YEAR,
        "text": TEXT,
    },
    "fund": {
        "fund_owner": TEXT,
        "operation_forms": TEXT,
        "business_forms": TEXT,
        "created_year": YEAR,
        "fund_end": TEXT,
        "applications_end": TEXT,
        "balance": NUMBER,
        "income": NUMBER,
        "expense": NUMBER,
        "administrative_expense": NUMBER,
        "returned": NUMBER,
        "ownership_ratio": NUMBER,
    },
    "remark": {
        "table": TEXT,
        "row": TEXT,
        "column": TEXT,
        "rule": TEXT,
        "observed": TEXT,
        "proposed": TEXT,
    },
    "vintage": {
        "table": TEXT,
        "number": YEAR,
        "fiscal_year": YEAR,
        "column": TEXT,
        "sheet_year": YEAR,
        "sheet_id": TEXT,
        "value": NUMBER,
    },
}
"""Columns of every table and their dtypes.

Money is million yen; `fiscal_year` is what a row speaks of, `sheet_year` when the sheet was
published. `number` counts the indicators in the order the sheet prints them, because two of them
may bear one name. `remark` is what the reader had to decide on its own (a year inferred, cells
joined): `checks` turns each into a finding, so that nothing is decided in silence. `vintage` is
what other sheets of the same project print for a cell of this one (`table`, `number`,
`fiscal_year`, `column`; no `fiscal_year` for an indicator's target and target year).

`official_id` is the number a database gives the project ("judgit:4367", "rs:1"), `past_ids` the
earlier sheets that the sheet names, joined by "; ", `parent_number` the project number of the
sheet that a branch sheet (枝番) belongs to, `tier` whether a payment is the ministry's own
("first") or one made by a payee ("sub"); missing or "" where the source does not say.

What the sheet itself states of an outcome, on each of its rows: `direction`, whether more ("up")
or less ("down") is better, `kind` ("quantitative", "qualitative"), `term` ("short", "middle",
"long") and `result`, the text that reports a qualitative outcome. `achievement`, of outputs too, is
the printed 達成率 of a year in per cent, actual / target x 100 and never inverted where less is
better. All of them are missing where the source does not say. A qualitative outcome has one row,
without a fiscal year and without numbers; so has, of the RS system, an indicator without any value.

The tables from `account` to `fund` hold what the other files of the RS system and its API print,
one row one printed row of one layer; terms.csv says what each column means. Never add up two
layers: `block`, `payment` and `contract` print the same money, as do `budget` and `account`, and
money that a block hands on stands in the next block again (`flow`). `commitment` is of contracts
of several years, `fund` of funds: neither is spending. `review` has the year of the review as its
`fiscal_year`; further rows of a review hold only what differs from its first. A `sheet_type` other
than "review" ("fund", "segment") is no project of its own: its money stays out of sums.
"""

CORE = ("budget", "outcome", "output", "payment", "remark", "vintage")
"""The tables that sheets of every year and format have."""

NO_PROJECT = ("fund", "segment")
"""A `sheet_type` of sheets beside those of projects: out of every sum, comparison and forecast."""

STATED = ["direction", "kind", "term"]
"""The columns of `outcome` in which a sheet says what an indicator is, whatever the year."""

BUDGET_MONEY = [name for name, kind in COLUMNS["budget"].items() if kind == NUMBER]
"""The columns of `budget` that hold amounts."""

BY_YEAR = {
    "budget": [
        *("initial", "supplementary", "carried_in", "carried_out", "reserve"),
        *("budget_net", "executed", "requested"),
    ],
    "outcome": ["expected", "actual"],
    "output": ["expected", "actual"],
}
"""Table -> columns with a number for each fiscal year."""

TARGETS = {"outcome": ["target", "target_year"]}
"""Table -> columns with one number for an indicator, whatever the year."""

Rows = dict[str, list[dict]]
"""Table -> plain rows: what readers yield. A key that is absent is a missing value."""


class SheetError(ReviewSheetError):
    """A sheet that cannot be read: names the file, the place, what stands there, what was expected.

    The one error type that the readers raise.
    """

    def __init__(
        self,
        path: str | Path,
        found: str,
        expected: str,
        line: int | None = None,
    ):
        self.path, self.line, self.found, self.expected = str(path), line, found, expected
        place = f"{path}" if line is None else f"{path}, line {line}"
        super().__init__(f"{place}: found {found}; expected {expected}")

    def __reduce__(self) -> tuple:
        # Workers hand it on to another process: an exception's own way knows only its message.
        return type(self), (self.path, self.found, self.expected, self.line)


class Remarks(list):
    """Rows of the table remark: what a reader had to decide on its own."""

    def add(
        self,
        rule: str,
        table: str,
        row: str = "",
        column: str = "",
        observed: str = "",
        proposed: str = "",
    ) -> None:
        """Note a decision; `row` says where, in the words of the source."""
        self.append(
            {"table": table, "row": row, "column": column}
            | {"rule": rule, "observed": observed, "proposed": proposed}
        )


def table(name: str, rows: list[dict] | pd.DataFrame) -> pd.DataFrame:
    """Rows as the table `name` of `COLUMNS`: all its columns, in order, with their dtypes.

    Missing columns become NaN / <NA>; a missing `payee_key` is made from the payee's name, and
    the texts of an indicator that are missing are "". Raises KeyError for a column the table does
    not have.
    """
    return typed(_completed(name, rows), COLUMNS[name])


def _completed(name: str, rows: list[dict] | pd.DataFrame) -> list[dict]:
    """The rows of what `table` gives: `records` of it."""
    if _is_table(rows):
        rows = records(rows)
    blank, kinds = BLANK[name], _PLAIN[name]
    full = [blank | row for row in rows]
    if unknown := {column for row in full if len(row) > len(blank) for column in row} - set(blank):
        raise KeyError(f"table {name} has no column {sorted(unknown)}")
    if not all(
        value is None or (type(value) is kind and value == value)
        for row in full
        for value, kind in zip(row.values(), kinds, strict=True)
    ):
        # Of other kinds, which are made what the columns hold, or refused.
        full = records(typed(full, COLUMNS[name]))
    if name == "payment":
        for row in full:
            if row["payee_key"] is None and row["payee"] is not None:
                row["payee_key"] = payee_key(row["payee"])
    if name in ("outcome", "output"):
        for row in full:
            row |= {column: "" for column in ("indicator", "goal", "unit") if row[column] is None}
    return full


def _is_table(held: object) -> TypeIs[pd.DataFrame]:
    """Whether it is a table: before pandas is loaded there is none."""
    return "pandas" in sys.modules and isinstance(held, sys.modules["pandas"].DataFrame)


def typed(rows: list[dict], kinds: dict) -> pd.DataFrame:
    """Rows as a frame with the columns and dtypes `kinds`; a key that is absent is missing."""
    return _typed(rows, kinds) if rows else _empty(*kinds.items()).copy(deep=False)


@cache
def _empty(*kinds: tuple) -> pd.DataFrame:
    return _typed([], dict(kinds))


def _typed(rows: list[dict], kinds: dict) -> pd.DataFrame:
    import pandas as pd

    columns = {name: [row.get(name) for row in rows] for name in kinds}
    return pd.DataFrame({name: pd.array(columns[name], dtype(kinds[name])) for name in kinds})


@cache
def dtype(kind: str) -> Any:
    """The dtype of a name, which pandas takes longer to read than to convert a small table."""
    from pandas.api.types import pandas_dtype

    return pandas_dtype(kind)


def with_columns(frame: pd.DataFrame, columns: dict[str, Any]) -> pd.DataFrame:
    """What `frame.assign(**columns)` gives of arrays, which takes an insertion for each."""
    import pandas as pd

    made = {name: column.array for name, column in frame.items()} | columns
    return pd.DataFrame(made, index=frame.index)


BLANK: dict[str, dict] = {name: dict.fromkeys(columns) for name, columns in COLUMNS.items()}
"""Table -> a row of it without any value."""
_KINDS: dict[Any, type] = {TEXT: str, NUMBER: float, YEAR: int, MAYBE: bool}
_PLAIN = {name: [_KINDS[kind] for kind in columns.values()] for name, columns in COLUMNS.items()}


def records(frame: pd.DataFrame) -> list[dict]:
    """The rows of a table as dicts, None where a value is missing."""
    import pandas as pd

    if frame.empty:
        return []
    columns = {
        name: [None if value is pd.NA or value != value else value for value in column.tolist()]
        for name, column in frame.items()
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def among(texts: pd.Series, wanted: Iterable[str]) -> np.ndarray:
    """Which texts are wanted; pandas' `isin` looks at each wanted one by itself."""
    import numpy as np

    known = set(wanted)
    return np.fromiter((text in known for text in texts.tolist()), bool, len(texts))


def first_of(rows: Iterable[dict], key: str) -> dict[Any, dict]:
    """What stands in a column -> the first row that has it, in their order."""
    first: dict[Any, dict] = {}
    for row in rows:
        first.setdefault(row[key], row)
    return first


class Located(dict[str, list[dict]]):
    """The rows of a sheet as `located` gives them, none of a table that is not in it, and what
    several rules make of them."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[Callable, Any] = {}

    def __missing__(self, table: str) -> list[dict]:
        return []

    def once(self, make: Callable[[Located], Any]) -> Any:
        """What `make` returns for the sheet; it is called the first time only."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]


def located(sheet: Rows) -> Located:
    """Every table of a sheet that has rows, every row with all its columns and `at`, its position:
    what the rules of `checks` read. Rows that have all columns become part of it, the others are
    copied."""
    full = Located()
    for table, rows in sheet.items():
        if not rows:
            continue
        blank = BLANK[table]
        if set(map(len, rows)) != {len(blank)}:
            rows = [blank | row for row in rows]
        for at, row in enumerate(rows):
            row["at"] = at
        full[table] = rows
    for row in full["payment"]:
        if row["payee_key"] is None and row["payee"] is not None:
            row["payee_key"] = payee_key(row["payee"])
    return full


class ReviewSheet:
    """The tables of one sheet; `COLUMNS` says what stands in each.

    `later` is what sheets of the same project that were published after it print, each number the
    last time it is printed, as the table `vintage`, though this one has no such cell; None where
    they are not at hand.
    """

    sheet: pd.DataFrame
    budget: pd.DataFrame
    outcome: pd.DataFrame
    output: pd.DataFrame
    payment: pd.DataFrame
    account: pd.DataFrame
    item: pd.DataFrame
    block: pd.DataFrame
    contract: pd.DataFrame
    flow: pd.DataFrame
    indirect_cost: pd.DataFrame
    use: pd.DataFrame
    commitment: pd.DataFrame
    review: pd.DataFrame
    policy: pd.DataFrame
    subsidy: pd.DataFrame
    related: pd.DataFrame
    activity: pd.DataFrame
    logic: pd.DataFrame
    organisation: pd.DataFrame
    note: pd.DataFrame
    fund: pd.DataFrame
    remark: pd.DataFrame
    vintage: pd.DataFrame

    def __init__(
        self,
        held: Mapping[str, list[dict] | pd.DataFrame],
        later: list[dict] | pd.DataFrame | None = None,
    ):
        # Of each table its complete rows, or once it was asked for the table itself.
        self._held, self._later = dict(held), later

    @classmethod
    def build(cls, **rows: list[dict] | pd.DataFrame) -> ReviewSheet:
        """A ReviewSheet from lists of records; a table that is not given is empty."""
        return cls({name: _completed(name, rows.get(name, [])) for name in COLUMNS})

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name not in COLUMNS:
            raise AttributeError(f"{type(self).__name__} has no table {name}")
        held = self._held[name]
        if not _is_table(held):
            held = self._held[name] = typed(held, COLUMNS[name])
        return held

    @property
    def later(self) -> pd.DataFrame | None:
        """What later sheets print; see above."""
        if isinstance(self._later, list):
            self._later = typed(self._later, COLUMNS["vintage"])
        return self._later

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *COLUMNS]

    def __getstate__(self) -> tuple:
        return {name: rows for name in COLUMNS if (rows := self.rows(name))}, self.later_rows()

    def __setstate__(self, state: tuple) -> None:
        rows, self._later = state
        self._held = {name: rows.get(name, []) for name in COLUMNS}

    def __repr__(self) -> str:
        facts, tables = self.facts, self.tables()
        rows = ", ".join(
            f"{name} {len(frame)}" for name, frame in tables.items() if name in CORE or len(frame)
        )
        years = self.budget["fiscal_year"].dropna()
        span = f", FY{years.min()}-{years.max()}" if len(years) else ""
        return f"<ReviewSheet {self.id} {facts['ministry']}「{facts['name']}」{span}; rows: {rows}>"

    def tables(self) -> dict[str, pd.DataFrame]:
        """Name -> table, in the order of `COLUMNS`."""
        return {name: getattr(self, name) for name in COLUMNS}

    def rows(self, name: str) -> list[dict]:
        """The rows of a table as `records` gives them; not to be changed."""
        held = self._held[name]
        return records(held) if _is_table(held) else held

    def later_rows(self) -> list[dict] | None:
        """The rows of `later`, as `rows`."""
        return records(self._later) if _is_table(self._later) else self._later

    def with_table(self, name: str, frame: list[dict] | pd.DataFrame) -> ReviewSheet:
        """A copy in which the table `name` is `frame`, or has these rows."""
        return type(self)({**self._held, name: _completed(name, frame)}, self._later)

    def with_later(self, later: pd.DataFrame) -> ReviewSheet:
        """A copy with what later sheets print."""
        return type(self)(self._held, later)

    @cached_property
    def facts(self) -> pd.Series:
        """The one row of the table `sheet`."""
        return self.sheet.iloc[0]

    @property
    def id(self) -> str:
        """`sheet_id`: sheet year, ministry and project number joined by hyphens."""
        return self.facts["sheet_id"]

    @property
    def year(self) -> int:
        """The sheet year: when the sheet was published, its vintage."""
        return int(self.facts["sheet_year"])
