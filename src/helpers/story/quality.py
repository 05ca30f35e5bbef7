"""Notebook 01, can this sheet be trusted: what it states, what was found, what was repaired."""

from collections import Counter
from typing import NamedTuple

import pandas as pd

from helpers import words
from helpers.analysis.presence import INDICATORS
from helpers.checks.budget import PARTS
from helpers.checks.reasons import TODOS, printed, todos
from helpers.sentences import Sentences
from helpers.sheet import COLUMNS, STATED, ReviewSheet, typed
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


def verdict(findings: pd.DataFrame) -> Verdict:
    """What the findings say of the sheet."""
    todo = todos(findings)
    errors = (todo == "ask") & (findings["severity"] == "error")
    return Verdict(int(errors.sum()), int((todo == "ask").sum()), int((todo == "done").sum()))


def answer(sheet: ReviewSheet, findings: pd.DataFrame) -> Answer:
    """The opening answer: whether it can be used, after what; whether the totals hold."""
    counts = {name: int((findings["severity"] == name).sum()) for name in words.SEVERITIES}
    todo, said = todos(findings), verdict(findings)
    nothing = not said.errors and not _has_numbers(sheet)
    asked = [_named(row) for row in findings[todo == "ask"].head(NAMED).itertuples()]
    minded = findings.loc[todo == "mind", "table"]
    broken = findings[findings["rule"].isin(BROKEN_TOTALS)]
    parts = {
        "totals": {
            "nothing": nothing,
            "checked": _checked(_totals(sheet)),
            "broken": broken["row"].nunique(),
            "doubtful": bool((todo[broken.index] == "ask").any()),
        },
        "repairs_made": {
            "repaired": list(findings[findings["applied"]].head(NAMED).itertuples()),
            "repairs": said.repairs,
        },
        "asked": {"asked": asked, "more": said.asked - len(asked)},
        "minded": {
            "minded": len(minded),
            "tables": [say("in_table", table=name, many=many) for name, many in _tally(minded)],
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


def _tally(tables: pd.Series) -> list[tuple[str, int]]:
    """The tables and how often each, the most frequent first; of ties in the order of findings."""
    return Counter(tables).most_common()


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
        for name, value in sheet.facts.items()
        if pd.notna(value) and value != ""
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
    # A budget's 0 may stand for a year that the project did not have.
    values = table[
        (table["state"] == "value") | (table["state"] == "zero") & (table["table"] != "budget")
    ]
    years = values.groupby("table")["fiscal_year"].agg(["min", "max"])
    from_page = sheet.facts["source_format"] == "page text"
    return Text(
        *say.paragraphs(
            "presence",
            zeros_recorded=not from_page and (table["state"] == "zero").any(),
            drawn=INDICATORS,
            left=left,
            spans=dict(zip(years.index, years.itertuples(index=False), strict=True)),
            missing=[
                name
                for name in ("budget", "outcome", "output", "payment")
                if name not in years.index
            ],
        )
    )


def identity(sheet: ReviewSheet, findings: pd.DataFrame) -> list[Table | Text | Fold]:
    """Whether the parts of each year's budget make up the printed total, and both, million yen;
    open where they do not."""
    rows = _totals(sheet)
    if not rows:
        return [Text(say("no_totals"))]
    broken = findings.loc[findings["rule"].isin(BROKEN_TOTALS), "row"].drop_duplicates()
    columns = ("fiscal_year", *PARTS, "budget_net")
    frame = typed(rows, {name: COLUMNS["budget"][name] for name in columns})
    frame["difference"] = frame["budget_net"] - frame[PARTS].sum(axis=1)
    rounded = words.rounded(frame.drop(columns="fiscal_year").to_numpy(float).ravel())
    headings = {"difference": say("difference")}
    shown = Table(frame, say("million_yen") + rounded, {"fiscal_year": str}, headings)
    text = Text(say("identity", checked=_checked(rows), broken=list(broken)))
    return [text, shown if len(broken) else Fold(say("identity_table"), shown)]


def found(findings: pd.DataFrame) -> list[Heading | Text | Outline | Fold]:
    """The findings by what a reader should do: how many, what it is, and which. Of one rule in one
    table the first few, and how many more."""
    if findings.empty:
        return [Text(say("nothing_found"))]
    todo, parts = todos(findings), []
    for name in ("ask", "done", *TODOS[1:]):
        group = findings[todo == name]
        if len(group):
            parts += [
                Heading(say("group", name=say(name), many=len(group))),
                Text(say(f"do_{name}")),
            ]
            parts += _listed(_condensed(group), OPEN[name]) if name in OPEN else []
    return parts


def _condensed(findings: pd.DataFrame) -> list[tuple[int, str, str]]:
    """Findings as lines of an outline; of one rule in one table the first few, the rest counted."""
    kinds = list(zip(*(findings[name] for name in ("table", "rule", "severity")), strict=True))
    sizes, seen, lines = Counter(kinds), Counter(), []
    for kind, row in zip(kinds, findings.itertuples(), strict=True):
        seen[kind] += 1
        # One line more than are shown would only tell of that line.
        many = sizes[kind] - REPEATED if sizes[kind] > REPEATED + 1 else 0
        if seen[kind] > REPEATED and many:
            continue
        more = say("more_alike", many=many) if many and seen[kind] == REPEATED else ""
        values = {name: _shown(row.column, getattr(row, name)) for name in ("observed", "proposed")}
        said = say("finding", severity=row.severity, **values)
        text = common.joined([said, words.cut(row.reason, 300), more])
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


def repairs(findings: pd.DataFrame) -> Table | Text:
    """What was changed and what was only proposed, the printed value beside the new one."""
    frame = findings[findings["proposed"] != ""]
    if frame.empty:
        return Text(say("nothing_proposed"))
    frame = frame[["row", "column", "observed", "proposed", "proof", "applied"]].copy()
    frame["column"] = frame["column"].map(words.heading)
    frame["applied"] = frame["applied"].map({True: say("repaired"), False: say("only_proposed")})
    return Table(frame.head(ROWS), _of_rows(frame))


def revised(table: pd.DataFrame, sheet: ReviewSheet) -> Table | Text:
    """The cells of `revisions.cells`: the number here and those of the project's other sheets."""
    told = table[table["kind"] != "lost"]
    frame = told.head(REVISED)
    text = say(
        "revised",
        published=sorted(sheet.vintage["sheet_year"].dropna().unique()),
        cells=len(told),
        shown=len(frame),
        closed=(told["kind"] == "closed").sum(),
        lost=(table["kind"] == "lost").sum(),
    )
    if frame.empty:
        return Text(text)
    rows = [
        {
            "item": _cell(row),
            "fiscal_year": row.fiscal_year,
            "here": _value(row, row.value),
            "elsewhere": "\n".join(
                f"{_value(row, value)} ({', '.join(map(str, published))})"
                for value, published in row.elsewhere.items()
            ),
            "kind": say(row.kind),
        }
        for row in frame.itertuples()
    ]
    headings = {name: say(name) for name in ("item", "here", "elsewhere", "kind")}
    return Table(pd.DataFrame(rows), text, {"fiscal_year": words.bare_year}, headings)


def stated(sheet: ReviewSheet) -> Table | Text:
    """What the sheet says of each outcome besides its numbers; the result of a qualitative one."""
    said = sheet.outcome.dropna(subset=[*STATED, "result"], how="all")
    if said.empty:
        return Text(say("nothing_stated"))
    rows = [
        {"indicator": words.cut(f"{row.number}. {row.indicator or row.goal}", 60)}
        | {name: words.stated(getattr(row, name)) for name in STATED}
        | {"result": "–" if pd.isna(row.result) else words.cut(row.result, 300)}
        for row in said.drop_duplicates("number").itertuples()
    ]
    frame = pd.DataFrame(rows)
    return Table(frame.head(ROWS), _of_rows(frame))


def indicators(sheet: ReviewSheet) -> Fold | Text:
    """The outcome and output values as they enter the analysis, after the repairs."""
    frame = pd.concat(
        [sheet.outcome.assign(table="outcome"), sheet.output.assign(table="output")]
    ).dropna(subset=["fiscal_year"])
    if frame.empty:
        return Text(say("no_indicators"))
    frame["table"] = frame["table"].map(words.term)
    columns = ["table", "indicator", "unit", "fiscal_year", "expected", "actual", "target"]
    # A year without a value tells nothing here: the map above shows it.
    frame = frame.dropna(subset=["expected", "actual"], how="all")
    if frame["achievement"].notna().any():
        columns.insert(columns.index("target"), "achievement")
    years = dict.fromkeys(("fiscal_year", "target_year"), words.bare_year)
    values = dict.fromkeys(("expected", "actual", "achievement", "target"), words.printed)
    table = Table(
        frame[[*columns, "target_year"]].head(ROWS),
        _of_rows(frame),
        {**years, **values, "indicator": lambda name: words.cut(name, 60)},
    )
    return Fold(say("indicator_values", many=len(frame)), table)


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


def _of_rows(frame: pd.DataFrame) -> str:
    """The caption of a table that is cut to `ROWS`."""
    return say("rows", all=len(frame), shown=ROWS) if len(frame) > ROWS else ""


def _place(finding) -> str:
    """Where something was found, in a few words."""
    parts = [words.heading(finding.table), words.cut(finding.row, 60)]
    column = [words.heading(finding.column)] if finding.column else []
    return say("at", place=" ".join(filter(None, parts)), column=column)


def _named(finding) -> str:
    """Where something was found, within a sentence: of a cell its row and column."""
    row, column = words.cut(finding.row, 40), words.heading(finding.column)
    return say("cell", row=row, column=column) if row and column else _place(finding)


def _cell(row) -> str:
    if row.table == "budget":
        return words.term(row.column)
    name = words.cut(row.indicator or say("no_name"), 40)
    return f"{say(row.table)} {row.number}. {name}: {words.term(row.column)}"


def _value(row, value: float) -> str:
    return "–" if pd.isna(value) else printed(float(value), row.table, row.column)
