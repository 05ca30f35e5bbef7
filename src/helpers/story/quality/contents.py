"""What stands in the sheet: its head, what is there for which year, its numbers."""

import pandas as pd

from helpers import words
from helpers.analysis.presence import INDICATORS
from helpers.checks.budget import PARTS
from helpers.sheet import STATED, ReviewSheet
from helpers.show import Table, Text
from helpers.story import common
from helpers.story.quality.found import ROWS, of_rows

FROM_DATABASES = ("official_id", "past_ids", "parent_number")
"""Facts that a page does not have."""


def facts(sheet: ReviewSheet) -> Table:
    """What the sheet says of itself, a line each."""
    columns = [
        name
        for name in sheet.sheet.columns
        if not name.startswith("source_")
        and (name not in FROM_DATABASES or (pd.notna(sheet.facts[name]) and sheet.facts[name]))
    ]
    values = [sheet.facts[name] for name in columns]
    frame = pd.DataFrame(
        {
            "column": [words.term(name) for name in columns],
            "observed": [
                "–" if pd.isna(value) or value == "" else common.cut(str(value)) for value in values
            ],
        }
    )
    headings = {
        "column": words.say("項目", "Item"),
        "observed": words.say("シートの記載", "As the sheet says"),
    }
    return Table(frame, headings=headings)


def read_presence(table: pd.DataFrame, left: int, sheet: ReviewSheet) -> Text:
    """How to read the presence map, the history of each table on it, and the indicators `left` out
    of it."""
    how = words.say(
        "横に年度、縦に項目。「-」は値がないことで、0ではありません。",
        'Fiscal years across, items down. "-" means no value, which is not 0.',
    )
    if sheet.facts["source_format"] != "page text" and (table["state"] == "zero").any():
        how += words.say(
            "ただし元のデータベースは「-」も0と記録することがあり、「0」は値がないことかもしれません。",
            ' The database writes 0 for many a "-", so a "0" may be no value.',
        )
    if left:
        how += words.say(
            f"指標は成果・活動とも最初の{INDICATORS}つまでを描き、残りの{left}は省いています。",
            f" The first {INDICATORS} outcomes and outputs are drawn; {left} more are left out.",
        )
    # A budget's 0 may stand for a year that the project did not have.
    printed = table[
        (table["state"] == "value") | (table["state"] == "zero") & (table["table"] != "budget")
    ]
    if printed.empty:
        return Text(how, words.say("値は一つもありません。", "No value is printed at all."))
    spans = printed.groupby("table")["fiscal_year"].agg(["min", "max"])
    lines = [
        f"{words.term(name)} {words.span(row['min'], row['max'])}" for name, row in spans.iterrows()
    ]
    missing = [
        words.term(name)
        for name in ("budget", "outcome", "output", "payment")
        if name not in spans.index
    ]
    end = (
        words.say(
            f"値が一つもない表: {words.listed(missing)}。",
            f"Tables without any value: {words.listed(missing)}.",
        )
        if missing
        else ""
    )
    ranges = words.say(
        f"値がある年度: {'、'.join(lines)}。{end}",
        f"Years with values: {', '.join(lines)}. {end}".strip(),
    )
    return Text(how, ranges)


def identity(sheet: ReviewSheet) -> Table | Text:
    """The parts of each year's budget beside the printed total, million yen."""
    table = sheet.budget.dropna(subset=["budget_net"])
    table = table[table[[*PARTS, "budget_net"]].fillna(0).ne(0).any(axis=1)]
    if table.empty:
        return Text(
            words.say(
                "予算計のある年度がありません(値のない年度と、すべて0の年度は除きます)。",
                "No year has a budget total (years without a value, or with nothing but 0, aside).",
            )
        )
    frame = table[["fiscal_year", *PARTS, "budget_net"]].copy()
    frame["difference"] = table["budget_net"] - table[PARTS].sum(axis=1)
    headings = {"difference": words.say("差", "Difference")}
    caption = words.say("百万円", "million yen")
    caption += words.rounded(frame.drop(columns="fiscal_year").to_numpy(float).ravel())
    return Table(frame, caption, {"fiscal_year": str}, headings)


def stated(sheet: ReviewSheet) -> Table | Text:
    """What the sheet says of each outcome besides its numbers; the result of a qualitative one."""
    said = sheet.outcome.dropna(subset=[*STATED, "result"], how="all")
    if said.empty:
        return Text(
            words.say(
                "改善の向き(上がると良いか、下がると良いか)も、目標の種類も、目標の期間(短期・中期・長期)も書かれていません。これらの欄が"
                "あるのは、2024年からのRSシステムのシートだけです。",
                "Neither a direction (whether more or less is better) nor a kind of goal nor a term "
                "is stated. Only the sheets of the RS system, from 2024 on, have these entries.",
            )
        )
    rows = [
        {"indicator": common.cut(f"{row.number}. {row.indicator or row.goal}", 60)}
        | {name: words.stated(getattr(row, name)) for name in STATED}
        | {"result": "–" if pd.isna(row.result) else common.cut(row.result, 300)}
        for row in said.drop_duplicates("number").itertuples()
    ]
    frame = pd.DataFrame(rows)
    return Table(frame.head(ROWS), of_rows(frame))


def indicators(sheet: ReviewSheet) -> Table | Text:
    """The outcome and output values as they enter the analysis, after the repairs."""
    frame = pd.concat(
        [sheet.outcome.assign(table="outcome"), sheet.output.assign(table="output")]
    ).dropna(subset=["fiscal_year"])
    if frame.empty:
        return Text(
            words.say("数値のある指標がありません。", "There is no indicator with numbers.")
        )
    frame["table"] = [words.term(name) for name in frame["table"]]
    columns = ["table", "indicator", "unit", "fiscal_year", "expected", "actual", "target"]
    # A year without a value tells nothing here: the map above shows it.
    frame = frame.dropna(subset=["expected", "actual"], how="all")
    if frame["achievement"].notna().any():
        columns.insert(columns.index("target"), "achievement")
    years = dict.fromkeys(("fiscal_year", "target_year"), words.bare_year)
    values = dict.fromkeys(("expected", "actual", "achievement", "target"), words.printed)
    return Table(
        frame[[*columns, "target_year"]].head(ROWS),
        of_rows(frame),
        {**years, **values, "indicator": lambda name: common.cut(name, 60)},
    )
