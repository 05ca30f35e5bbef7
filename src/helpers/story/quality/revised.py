"""What the project's other sheets print."""

import pandas as pd

from helpers import words
from helpers.checks.catalogue import printed
from helpers.sheet import ReviewSheet
from helpers.show import Table, Text
from helpers.story import common

REVISED = 12
KINDS = {
    "closed": ("終わった年度の改訂", "closed year revised"),
    "target": ("目標の違い", "target differs"),
    "open": ("年度途中の更新", "update of an open year"),
    "late": ("ここにはない値", "missing here"),
}
"""A kind of `revisions.cells` -> what a reader sees."""


def revised(table: pd.DataFrame, sheet: ReviewSheet) -> Table | Text:
    """The cells of `revisions.cells`: the number here and those of the project's other sheets."""
    others = sheet.vintage["sheet_year"].dropna().unique()
    if not len(others):
        return Text(
            words.say(
                "同じ事業のほかの年のシートが手元にない(このシートだけを読んだか、コーパスにつながるシートが"
                "ない)ため、比べられません。",
                "No sheet of another year is at hand (this one was read alone, or the corpus links "
                "none to it): nothing to compare.",
            )
        )
    years = words.listed([str(year) for year in sorted(others)])
    lost = (table["kind"] == "lost").sum()
    told = table[table["kind"] != "lost"]
    aside = ""
    if lost:
        aside = words.say(
            f"ほかに{lost}か所で、2016年以前のデータベースが負の額を0としている違いがあります。",
            f" In {lost} more the database of 2016 and before has 0 for a negative amount.",
        )
    if told.empty:
        return Text(
            words.say(
                f"{years}年公表のシートと比べ、丸めを除いて違う値はありません。{aside}",
                f"No number differs, but for rounding, from the sheets published in {years}.{aside}",
            )
        )
    frame = told.head(REVISED)
    rows = pd.DataFrame(
        {
            "item": [_item(row) for row in frame.itertuples()],
            "fiscal_year": list(frame["fiscal_year"]),
            "here": [_value(row, row.value) for row in frame.itertuples()],
            "elsewhere": [
                "\n".join(
                    f"{_value(row, value)} ({', '.join(map(str, published))})"
                    for value, published in row.elsewhere.items()
                )
                for row in frame.itertuples()
            ],
            "kind": [words.say(*KINDS[kind]) for kind in frame["kind"]],
        }
    )
    headings = {
        "item": words.say("項目", "Item"),
        "here": words.say("ここの値", "Here"),
        "elsewhere": words.say("ほかのシートの値(公表年)", "Elsewhere (published)"),
        "kind": words.say("種類", "Kind"),
    }
    more = len(told) - len(frame)
    closed = int((told["kind"] == "closed").sum())
    caption = words.say(
        f"{years}年公表のシートと違う値は{len(told)}か所、うち終わった年度の改訂は{closed}か所です。"
        + (f"表は目立つものから{len(frame)}か所(残り{more}か所)。" if more else "")
        + aside,
        f"{words.count(len(told), 'number')} differ{'s' if len(told) == 1 else ''} from the sheets published in {years}; "
        f"{closed} of them {'is a revision' if closed == 1 else 'are revisions'} of closed years."
        + (f" The table has the {len(frame)} most telling ({more} more)." if more else "")
        + aside,
    )
    return Table(rows, caption, {"fiscal_year": words.bare_year}, headings)


def _item(row) -> str:
    if row.table == "budget":
        return words.term(row.column)
    name = common.cut(row.indicator or words.say("(名前なし)", "(no name)"), 40)
    kind = words.say(*{"outcome": ("成果", "Outcome"), "output": ("活動", "Output")}[row.table])
    return f"{kind} {row.number}. {name}: {words.term(row.column)}"


def _value(row, value: float) -> str:
    return "–" if pd.isna(value) else printed(float(value), row.table, row.column)
