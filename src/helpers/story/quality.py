"""Notebook 01, can this sheet be trusted: what it states, what was found, what was repaired."""

from collections import Counter

import pandas as pd

from helpers import words
from helpers.analysis.presence import INDICATORS
from helpers.checks.budget import PARTS
from helpers.checks.reasons import printed
from helpers.sentences import Sentences
from helpers.sheet import STATED, ReviewSheet
from helpers.show import Answer, Table, Text
from helpers.story import common

say = Sentences("quality")

BROKEN_TOTALS = ("budget_identity", "negative_lost", "carry_out_sign")
SHOWN = 3
"""Repairs and warnings that the answer names."""

REPEATED = 3
"""Findings of one rule in one table that are shown one by one."""

REVISED = 12
"""Cells that other sheets print otherwise that a table has room for."""

ROWS = 60
"""Rows that any other table has room for."""

FROM_DATABASES = ("official_id", "past_ids", "parent_number")
"""Facts that a page does not have."""


def answer(sheet: ReviewSheet, findings: pd.DataFrame) -> Answer:
    """The opening answer: the counts by severity, what was repaired, whether the totals hold."""
    counts = {name: int((findings["severity"] == name).sum()) for name in words.SEVERITIES}
    repaired = findings[findings["applied"]]
    warned = findings[findings["severity"] == "warning"]
    paragraphs = say.paragraphs(
        "answer",
        project=common.project(sheet),
        counts=counts,
        errors_left=counts["error"] > (repaired["severity"] == "error").sum(),
        tally=[say("tally", name=name, many=many) for name, many in counts.items()],
        checked=len(_totals(sheet).dropna(subset=["initial"])),
        broken=findings.loc[findings["rule"].isin(BROKEN_TOTALS), "row"].nunique(),
        repaired=list(repaired.head(SHOWN).itertuples()),
        repairs=len(repaired),
        warned=[_place(row) for row in warned.head(SHOWN).itertuples()],
        more_warned=len(warned) > SHOWN,
    )
    numbers = {f"{name}s": count for name, count in counts.items()}
    headline = common.headline(sheet, say("title"), **numbers, repaired=len(repaired))
    return Answer(paragraphs[0], more=paragraphs[1:], headline=headline)


def facts(sheet: ReviewSheet) -> Table:
    """What the sheet says of itself, a line each."""
    shown = {
        words.term(name): "–" if pd.isna(value) or value == "" else words.cut(str(value))
        for name, value in ((name, sheet.facts[name]) for name in sheet.sheet.columns)
        if not name.startswith("source_")
        and (name not in FROM_DATABASES or (pd.notna(value) and value))
    }
    frame = pd.DataFrame({"column": list(shown), "observed": list(shown.values())})
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


def identity(sheet: ReviewSheet) -> Table | Text:
    """The parts of each year's budget beside the printed total, million yen."""
    table = _totals(sheet)
    if table.empty:
        return Text(say("no_totals"))
    frame = table[["fiscal_year", *PARTS, "budget_net"]].copy()
    frame["difference"] = table["budget_net"] - table[PARTS].sum(axis=1)
    rounded = words.rounded(frame.drop(columns="fiscal_year").to_numpy(float).ravel())
    headings = {"difference": say("difference")}
    return Table(frame, say("million_yen") + rounded, {"fiscal_year": str}, headings)


def found(findings: pd.DataFrame) -> Table | Text:
    """The findings, errors first; of one rule in one table the first few, and how many more."""
    if findings.empty:
        return Text(say("nothing_found"))
    kinds = list(zip(*(findings[name] for name in ("table", "rule", "severity")), strict=True))
    sizes, seen, shown, reasons = Counter(kinds), Counter(), [], []
    for kind, reason in zip(kinds, findings["reason"], strict=True):
        seen[kind] += 1
        # One row more than are shown would only tell of that row.
        many = sizes[kind] - REPEATED if sizes[kind] > REPEATED + 1 else 0
        shown.append(seen[kind] <= REPEATED or not many)
        if shown[-1]:
            last = many and seen[kind] == REPEATED
            more = [say("more_alike", many=many)] if last else []
            reasons.append(common.joined([reason, *more]))
    frame = findings[shown].copy()
    frame["reason"] = [words.cut(text, 300) for text in reasons]
    frame["severity"] = frame["severity"].map(words.severity)
    frame["table"] = frame["table"].map(words.heading)
    for column in ("row", "observed", "proposed"):
        frame[column] = frame[column].map(words.cut)
    return Table(frame[["severity", "table", "row", "observed", "proposed", "reason"]])


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


def indicators(sheet: ReviewSheet) -> Table | Text:
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
    return Table(
        frame[[*columns, "target_year"]].head(ROWS),
        _of_rows(frame),
        {**years, **values, "indicator": lambda name: words.cut(name, 60)},
    )


def _totals(sheet: ReviewSheet) -> pd.DataFrame:
    """The budget rows with a total; a row of nothing but 0 is no row."""
    table = sheet.budget.dropna(subset=["budget_net"])
    return table[table[[*PARTS, "budget_net"]].fillna(0).ne(0).any(axis=1)]


def _of_rows(frame: pd.DataFrame) -> str:
    """The caption of a table that is cut to `ROWS`."""
    return say("rows", all=len(frame), shown=ROWS) if len(frame) > ROWS else ""


def _place(finding) -> str:
    if finding.rule == "indicator_dropped":
        return say("dropped", row=finding.row, indicator=words.cut(finding.observed, 40))
    parts = [words.heading(finding.table), finding.row, words.heading(finding.column)]
    return " ".join(part for part in parts if part)


def _cell(row) -> str:
    if row.table == "budget":
        return words.term(row.column)
    name = words.cut(row.indicator or say("no_name"), 40)
    return f"{say(row.table)} {row.number}. {name}: {words.term(row.column)}"


def _value(row, value: float) -> str:
    return "–" if pd.isna(value) else printed(float(value), row.table, row.column)
