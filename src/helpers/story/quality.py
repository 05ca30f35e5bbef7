"""Notebook 01, can this sheet be trusted: what it states, what was found, what was repaired."""

from collections import Counter
from typing import NamedTuple

import pandas as pd

from helpers import words
from helpers.analysis import revisions
from helpers.analysis.presence import INDICATORS
from helpers.checks.budget import PARTS
from helpers.checks.reasons import TODOS, printed, todo
from helpers.sentences import Sentences
from helpers.sheet import COLUMNS, STATED, TEXT, ReviewSheet, first_of, records, typed
from helpers.show import Answer, Fold, Heading, Outline, Table, Text
from helpers.story import common

say = Sentences("quality")

BROKEN_TOTALS = ("budget_identity", "negative_lost", "carry_out_sign")
NAMED = 2
"""Repairs and places that the answer names."""

REPEATED = 3
"""Findings of one rule in one table that are shown one by one."""

OPEN = {"ask": 10, "look": 5, "mind": 5, "info": 0}
"""What to do about findings -> how many of them stand open; the others are folded."""

REVISED = 12
"""Cells that other sheets print otherwise that a table has room for."""

ROWS = 60
"""Rows that any other table has room for."""

HEAD = (
    *("ministry", "name", "bureau", "division", "start_year", "end_year", "accounts", "methods"),
    *("parent_number", "stage", "main_expenses"),
)
SOURCE = (
    "project_number",
    "sheet_id",
    "sheet_year",
    "sheet_type",
    "official_id",
    "past_ids",
    "url",
)
NOT_ALL_HAVE = ("parent_number", "stage", "main_expenses")
"""Facts that not every sheet could have: they are not missed."""


class Verdict(NamedTuple):
    """Whether a sheet can be used, by its findings alone: `errors` that are not repaired (then it
    cannot), places that are to be `asked` about first (those errors among them), `repairs` made."""

    errors: int
    asked: int
    repairs: int


def verdict(findings: list[dict]) -> Verdict:
    """What the findings, rows of the findings table, say of the sheet."""
    of = Counter(map(todo, findings))
    errors = sum(todo(row) == "ask" and row["severity"] == "error" for row in findings)
    return Verdict(errors, of["ask"], of["done"])


def answer(sheet: ReviewSheet, findings: list[dict]) -> Answer:
    """The opening answer: whether it can be used, after what; whether the totals hold."""
    severities = Counter(row["severity"] for row in findings)
    counts, said = {name: severities[name] for name in words.SEVERITIES}, verdict(findings)
    nothing = not said.errors and not _has_numbers(sheet)
    asked = [_named(row) for row in findings if todo(row) == "ask"][:NAMED]
    minded = [row["table"] for row in findings if todo(row) == "mind"]
    broken = _broken(findings)
    parts = {
        "totals": {
            "nothing": nothing,
            "checked": _checked(_totals(sheet)),
            "broken": len({row["row"] for row in broken}),
            "doubtful": any(todo(row) == "ask" for row in broken),
        },
        "repairs_made": {
            "repaired": [row for row in findings if row["applied"]][:NAMED],
            "repairs": said.repairs,
        },
        "asked": {"asked": asked, "more": said.asked - len(asked)},
        "minded": {
            "minded": len(minded),
            # The most frequent first; of ties in the order of findings.
            "tables": [
                say("in_table", table=name, many=many)
                for name, many in Counter(minded).most_common()
            ],
        },
    }
    numbers = {f"{name}s": count for name, count in counts.items()}
    headline = common.headline(sheet, say("title"), **numbers, repaired=said.repairs)
    return Answer(
        say("verdict", nothing=nothing, **said._asdict()),
        None if nothing else (say("places", many=said.asked), say("to_ask")),
        [say(block, **facts) for block, facts in parts.items()],
        say.paragraphs(
            "method", tally=[say("tally", name=name, many=many) for name, many in counts.items()]
        ),
        ["budget_net"] if parts["totals"]["checked"] else [],
        headline=headline,
    )


def _broken(findings: list[dict]) -> list[dict]:
    return [row for row in findings if row["rule"] in BROKEN_TOTALS]


def _has_numbers(sheet: ReviewSheet) -> bool:
    """Whether anything is printed that can be used: money of a year, an actual of an indicator."""
    money = [
        row[name] for row in sheet.rows("budget") for name in (*PARTS, "budget_net", "executed")
    ]
    actuals = [row["actual"] for name in ("outcome", "output") for row in sheet.rows(name)]
    actuals += [row["amount"] for row in sheet.rows("payment")]
    return any(money) or any(value is not None for value in actuals)


def facts(sheet: ReviewSheet) -> list[Table | Text | Fold]:
    """What the sheet says of itself, a line each; what it does not say; where it comes from."""
    known = {
        name: words.cut(words.entry(name, value) if words.is_listed(name) else str(value))
        for name, value in sheet.rows("sheet")[0].items()
        if value is not None and value != ""
    }
    absent = [name for name in HEAD if name not in known and name not in NOT_ALL_HAVE]
    parts: list[Table | Text | Fold] = [_lines(known, HEAD)]
    if absent:
        parts.append(Text(say("not_said", names=absent)))
    return [*parts, Fold(say("origin"), _lines(known, SOURCE))]


def _lines(known: dict[str, str], names: tuple[str, ...]) -> Table:
    shown = [(words.term(name), known[name]) for name in names if name in known]
    frame = pd.DataFrame(shown, columns=["column", "observed"], dtype=object)
    return Table(frame, headings={"column": say("item"), "observed": say("as_stated")})


def read_presence(table: pd.DataFrame, left: int, sheet: ReviewSheet) -> Text:
    """How to read the presence map, the history of each table on it, and the indicators `left` out
    of it."""
    marks = list(zip(table["table"], table["state"], table["fiscal_year"].tolist(), strict=True))
    # A budget's 0 may stand for a year that the project did not have.
    stated = [
        (name, year)
        for name, state, year in marks
        if state == "value" or (state == "zero" and name != "budget")
    ]
    years = {name: [year for of, year in stated if of == name] for name, _ in sorted(stated)}
    from_page = sheet.facts["source_format"] == "page text"
    return Text(
        *say.paragraphs(
            "presence",
            zeros_recorded=not from_page and any(state == "zero" for _, state, _ in marks),
            drawn=INDICATORS,
            left=left,
            spans={name: (min(of), max(of)) for name, of in years.items()},
            missing=[
                name for name in ("budget", "outcome", "output", "payment") if name not in years
            ],
        )
    )


def identity(sheet: ReviewSheet, findings: list[dict]) -> list[Table | Text | Fold]:
    """Whether the parts of each year's budget make up the printed total, and both, million yen;
    open where they do not."""
    rows = _totals(sheet)
    if not rows:
        return [Text(say("no_totals"))]
    broken = dict.fromkeys(row["row"] for row in _broken(findings))
    columns = ("fiscal_year", *PARTS, "budget_net")
    frame = typed(rows, {name: COLUMNS["budget"][name] for name in columns})
    frame["difference"] = frame["budget_net"] - frame[PARTS].sum(axis=1)
    rounded = words.rounded(frame.drop(columns="fiscal_year").to_numpy(float).ravel())
    headings = {"difference": say("difference")}
    shown = Table(frame, say("million_yen") + rounded, {"fiscal_year": str}, headings)
    text = Text(say("identity", checked=_checked(rows), broken=list(broken)))
    return [text, shown if broken else Fold(say("identity_table"), shown)]


def found(findings: list[dict]) -> list[Heading | Text | Outline | Fold]:
    """The findings by what a reader should do: how many, what it is, and which. Of one rule in one
    table the first few, and how many more."""
    if not findings:
        return [Text(say("nothing_found"))]
    parts: list[Heading | Text | Outline | Fold] = []
    for name in ("ask", "done", *TODOS[1:]):
        group = [row for row in findings if todo(row) == name]
        if group:
            parts += [
                Heading(say("group", name=say(name), many=len(group))),
                Text(say(f"do_{name}")),
            ]
            parts += _listed(_condensed(group), OPEN[name]) if name in OPEN else []
    return parts


def _condensed(findings: list[dict]) -> list[tuple[int, str, str]]:
    """Findings as lines of an outline; of one rule in one table the first few, the rest counted."""
    kinds = [(row["table"], row["rule"], row["severity"]) for row in findings]
    sizes, seen, lines = Counter(kinds), Counter(), []
    for kind, row in zip(kinds, findings, strict=True):
        seen[kind] += 1
        # One line more than are shown would only tell of that line.
        many = sizes[kind] - REPEATED if sizes[kind] > REPEATED + 1 else 0
        if seen[kind] > REPEATED and many:
            continue
        more = say("more_alike", many=many) if many and seen[kind] == REPEATED else ""
        values = {name: _shown(row["column"], row[name]) for name in ("observed", "proposed")}
        said = say("finding", severity=row["severity"], **values)
        text = common.joined([said, words.cut(row["reason"], 300), more])
        lines.append((0, words.cut(_place(row)), text))
    return lines


def _shown(column: str, value: str) -> str:
    """A value of a finding for a reader."""
    return words.cut(words.entry(column, value) if value and words.is_listed(column) else value)


def _listed(lines: list[tuple[int, str, str]], most: int) -> list[Outline | Fold]:
    """The first lines open, the others folded."""
    parts: list[Outline | Fold] = [Outline(lines[:most])] if most else []
    many = len(lines) - most
    fold = [Fold(say("others", many=many, every=not most), Outline(lines[most:]))]
    return parts + (fold if many > 0 else [])


def repairs(findings: list[dict]) -> Table | Text:
    """What was changed and what was only proposed, the printed value beside the new one."""
    rows = [
        {name: row[name] for name in ("row", "column", "observed", "proposed", "proof")}
        | {"applied": say("repaired" if row["applied"] else "only_proposed")}
        for row in findings
        if row["proposed"]
    ]
    if not rows:
        return Text(say("nothing_proposed"))
    return Table(pd.DataFrame(rows[:ROWS]), _of_rows(rows), {"column": words.heading})


def revised(table: pd.DataFrame, sheet: ReviewSheet) -> Table | Text:
    """The cells of `revisions.cells`: the number here and those of the project's other sheets."""
    cells = records(table)
    told = [cell for cell in cells if cell["kind"] != "lost"]
    text = say(
        "revised",
        published=sorted({row["sheet_year"] for row in sheet.rows("vintage")} - {None}),
        cells=len(told),
        shown=min(len(told), REVISED),
        closed=sum(cell["kind"] == "closed" for cell in told),
        lost=len(cells) - len(told),
        gone=_gone(sheet),
    )
    if not told:
        return Text(text)
    rows = [
        {
            "item": _cell(cell),
            "fiscal_year": pd.NA if cell["fiscal_year"] is None else cell["fiscal_year"],
            "here": _value(cell, cell["value"]),
            "elsewhere": "\n".join(
                f"{_value(cell, value)} ({', '.join(map(str, published))})"
                for value, published in cell["elsewhere"].items()
            ),
            "kind": say(cell["kind"]),
        }
        for cell in told[:REVISED]
    ]
    headings = {name: say(name) for name in ("item", "here", "elsewhere", "kind")}
    return Table(pd.DataFrame(rows), text, {"fiscal_year": words.bare_year}, headings)


def stated(sheet: ReviewSheet) -> Table | Text:
    """What the sheet says of each outcome besides its numbers; the result of a qualitative one."""
    said = [
        row
        for row in sheet.rows("outcome")
        if any(row[name] is not None for name in (*STATED, "result"))
    ]
    if not said:
        return Text(say("nothing_stated"))
    rows = [
        {"indicator": words.cut(f"{row['number']}. {row['indicator'] or row['goal']}", 60)}
        | {name: words.stated(row[name]) for name in STATED}
        | {"result": "–" if row["result"] is None else words.cut(row["result"], 300)}
        for row in first_of(said, "number").values()
    ]
    return Table(pd.DataFrame(rows[:ROWS]), _of_rows(rows))


def _gone(sheet: ReviewSheet) -> dict:
    """How many values and targets of outcomes and outputs later sheets print no more, and which
    sheets these are."""
    rows = revisions.gone(sheet)
    targets = sum(row["column"] == "target" for row in rows)
    years = sorted({row["sheet_year"] for row in rows})
    return {"all": len(rows), "targets": targets, "published": years}


def indicators(sheet: ReviewSheet) -> Fold | Text:
    """The outcome and output values as they enter the analysis, after the repairs."""
    rows = [
        row | {"table": words.term(name)}
        for name in ("outcome", "output")
        for row in sheet.rows(name)
        if row["fiscal_year"] is not None
    ]
    if not rows:
        return Text(say("no_indicators"))
    columns = ["table", "indicator", "unit", "fiscal_year", "expected", "actual", "target"]
    # A year without a value tells nothing here: the map above shows it.
    rows = [row for row in rows if not row["expected"] is row["actual"] is None]
    if any(row.get("achievement") is not None for row in rows):
        columns.insert(columns.index("target"), "achievement")
    years = dict.fromkeys(("fiscal_year", "target_year"), words.bare_year)
    values = dict.fromkeys(("expected", "actual", "achievement", "target"), words.printed)
    kinds = COLUMNS["outcome"] | {"table": TEXT}
    table = Table(
        typed(rows[:ROWS], {name: kinds[name] for name in (*columns, "target_year")}),
        _of_rows(rows),
        {**years, **values, "indicator": lambda name: words.cut(name, 60)},
    )
    return Fold(say("indicator_values", many=len(rows)), table)


def _totals(sheet: ReviewSheet) -> list[dict]:
    """The budget rows with a total; a row of nothing but 0 is no row."""
    return [
        row
        for row in sheet.rows("budget")
        if row["budget_net"] is not None and any(row[name] for name in (*PARTS, "budget_net"))
    ]


def _checked(totals: list[dict]) -> int:
    """How many of the totals can be compared with their parts."""
    return sum(row["initial"] is not None for row in totals)


def _of_rows(rows: list[dict]) -> str:
    """The caption of a table that is cut to `ROWS`."""
    return say("rows", all=len(rows), shown=ROWS) if len(rows) > ROWS else ""


def _place(finding: dict) -> str:
    """Where something was found, in a few words."""
    parts = [words.heading(finding["table"]), words.cut(finding["row"], 60)]
    column = [words.heading(finding["column"], finding["table"])] if finding["column"] else []
    return say("at", place=" ".join(filter(None, parts)), column=column)


def _named(finding: dict) -> str:
    """Where something was found, within a sentence: of a cell its row and column."""
    row = words.cut(finding["row"], 40)
    column = words.heading(finding["column"], finding["table"])
    return say("cell", row=row, column=column) if row and column else _place(finding)


def _cell(cell: dict) -> str:
    if cell["table"] == "budget":
        return words.term(cell["column"])
    name = words.cut(cell["indicator"] or say("no_name"), 40)
    column = words.term(cell["column"], cell["table"])
    return f"{say(cell['table'])} {cell['number']}. {name}: {column}"


def _value(cell: dict, value: float | None) -> str:
    return "–" if value is None else printed(float(value), cell["table"], cell["column"])
