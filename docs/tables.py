"""Write tables.md, the page of all tables: `.venv/bin/python docs/tables.py`.

Columns are those of `helpers.sheet.COLUMNS` and of what a corpus adds, their headings, units and
meanings those of terms.csv; what a row is, where it is from and what not to add up stands in
tables.csv.
"""

import csv
from pathlib import Path

from helpers.corpus.store import TABLES as STORED
from helpers.sheet import COLUMNS, FLAG, MAYBE, NUMBER, TEXT, YEAR
from helpers.sources.rs_tables import title
from helpers.words import MEANINGS, of_table

HERE = Path(__file__).parent
PAGE = HERE / "tables.md"

TABLES = COLUMNS | {name: kinds for name, kinds in STORED.items() if name not in COLUMNS}

DTYPES = {
    TEXT: "文 / text",
    YEAR: "整数 / whole number",
    NUMBER: "数値 / number",
    FLAG: "真偽 / true or false",
    MAYBE: "真偽・不明 / true, false or missing",
}
UNITS = {
    "million yen": "百万円 / million yen",
    "share": "割合 / share",
    "unit": "指標の単位 / the indicator's",
}
OTHERS = {
    "JUDGIT": "JUDGIT! (2015–2023)",
    "page": "ページの文章 / text of a page",
    "corpus": "コーパスだけ / made in a corpus",
    "API": "見える化サイトのAPI / the review system's API (2026–)",
}
HEAD = """\
# 表の一覧 — The tables

シートから読み取る表と、その列です。どのシートにもすべての表があり、元の資料にないものは空です。
終わりの6つはコーパスだけにある表で、検査の結果と、年度をまたぐつながりから作られます。
金額は百万円で、「-」は欠測であって0ではありません。コーパスの表には、このほかに列 `sheet_id` と
`sheet_year` があります。見出しと意味は `corpus.describe()` でも見られます。

The tables that are read from sheets, and their columns. Every sheet has all of them; what its
source does not have is empty. The last six are made in a corpus alone: findings, links over the
years and what follows from them. Money is million yen, and "-" is missing, never 0. In a corpus
each table also has the columns `sheet_id` and `sheet_year`. `corpus.describe()` shows headings and
meanings, too.

同じお金が、いくつもの表に別の切り口で印字されています。2つの表の金額を足さないでください。
The same money is printed in several tables, cut in other ways: never add the amounts of two tables.
"""


def page() -> str:
    """The whole page."""
    with (HERE / "tables.csv").open(encoding="utf-8") as file:
        tables = {row.pop("table"): row for row in csv.DictReader(file)}
    parts = [HEAD, _contents(tables)]
    parts += [_section(table, tables[table]) for table in TABLES]
    return "\n".join(parts)


def _contents(tables: dict[str, dict]) -> str:
    lines = ["| 表 table | 1行 / one row is | 元のファイル / from |", "|---|---|---|"]
    for table in TABLES:
        told = tables[table]
        link = f"[`{table}`](#{_anchor(table)})"
        lines.append(f"| {link} | {_both(told, 'row')} | {_from(told)} |")
    return "\n".join(lines) + "\n"


def _section(table: str, told: dict) -> str:
    lines = [f'<a id="{_anchor(table)}"></a>', "", f"## {table}: {_both(MEANINGS[table])}", ""]
    lines.append(f"- 1行 / one row: {_both(told, 'row')}")
    if told["files"]:
        lines.append(f"- 元のファイル / from: {_from(told)}")
    if told["never_ja"]:
        lines.append(f"- 注意 / mind: {_both(told, 'never')}")
    lines += ["", "| 列 column | 見出し heading | 型 type | 単位 unit | 意味 meaning |"]
    lines.append("|---|---|---|---|---|")
    for column, kind in TABLES[table].items():
        known = MEANINGS[of_table(column, table)]
        cells = (f"`{column}`", _both(known), DTYPES[kind], UNITS.get(known["unit"], known["unit"]))
        lines.append(f"| {' | '.join(cells)} | {_both(known, 'meaning')} |".replace("  ", " "))
    return "\n".join(lines) + "\n"


def _both(row: dict, name: str = "") -> str:
    names = [f"{name}_{lang}".lstrip("_") for lang in ("ja", "en")]
    texts = dict.fromkeys(row[name].replace("|", "\\|") for name in names if row[name])
    return " / ".join(texts)


def _from(row: dict) -> str:
    return "、".join(OTHERS.get(name) or title(name) for name in row["files"].split())


def _anchor(table: str) -> str:
    return f"table-{table}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
