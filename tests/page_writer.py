"""Write a ReviewSheet as a page of text: the inverse of helpers.sources.page_text, for tests."""

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.sheet import ReviewSheet

BUDGET = {
    "年度": "fiscal_year",
    "要求額": "requested",
    "当初予算": "initial",
    "補正予算": "supplementary",
    "前年度から繰越し": "carried_in",
    "翌年度へ繰越し": "carried_out",
    "予備費等": "reserve",
    "予算計": "budget_net",
    "執行額": "executed",
}


def write_page(sheet: ReviewSheet, folder: Path) -> Path:
    """The file `<sheet_id>.txt` in `folder`, which reads back as `sheet`."""
    path = folder / f"{sheet.id}.txt"
    path.write_text(page(sheet), encoding="utf-8", newline="\n")
    return path


def page(sheet: ReviewSheet) -> str:
    """The text of the page. The free text of the two sections that no table keeps is made up."""
    facts = sheet.facts
    start, end = facts["start_year"], facts["end_year"]
    lines = [
        facts["name"],
        f"府省庁: {facts['ministry']}",
        f"事業番号: {facts['project_number']}",
        f"担当部局: {facts['bureau']} {facts['division']}",
        f"事業期間: {'開始年度不明' if pd.isna(start) else f'{start}年'}"
        f"〜{'終了予定なし' if pd.isna(end) else f'{end}年'}",
        f"会計区分: {facts['accounts']}",
        f"実施方法: {facts['methods']}",
        "事業の目的",
        "主要な支出先 | を定める 目標:1 (目標:2020年度に1 件) | ",
        "事業概要",
        "2018 | 予算額・執行額: について |",
        "予算額・執行額",
        "※単位は100万円",
        *_table(BUDGET, sheet.budget),
        "成果目標及び成果実績(アウトカム)",
        *_indicators(sheet.outcome, "成果実績"),
        "活動指標及び活動実績(アウトプット)",
        *_indicators(sheet.output, "活動実績"),
        "主要な支出先",
        *_table(
            {
                "年度": "fiscal_year",
                "支出先": "payee",
                "業務概要": "work",
                "支出額(百万円)": "amount",
            },
            sheet.payment,
        ),
    ]
    return "\n".join(lines)


def assert_same_tables(got: ReviewSheet, wanted: ReviewSheet) -> None:
    """Every table but `remark` is equal, and all of `sheet` but where it was read."""
    for name, frame in wanted.tables().items():
        if name == "sheet":
            frame = frame.assign(source_path=got.facts["source_path"])
        # `equals` is quick, and says nothing of what differs.
        if name != "remark" and not got.tables()[name].equals(frame):
            pd.testing.assert_frame_equal(got.tables()[name], frame, obj=f"{wanted.id}: {name}")


def _indicators(frame: pd.DataFrame, actual: str) -> list[str]:
    lines = []
    for _, rows in frame.groupby("number"):
        first = rows.iloc[0]
        heading, unit = first["indicator"], first["unit"]
        if "target" in frame:
            lines += first["goal"].split("\n")
            year = first["target_year_printed"]
            # A heading that is empty, or itself speaks of a target, needs the page's own behind it.
            known = not (pd.isna(year) and pd.isna(first["target"]))
            if known or not heading or "目標" in heading:
                year = "-" if pd.isna(year) else year
                heading += f" (目標:{year}年度に{_number(first['target'])} {unit})"
        cells = pd.DataFrame({"fiscal_year": rows["fiscal_year"]})
        for column in ("expected", "actual"):
            cells[column] = [f"{_number(value)} {unit}" for value in rows[column]]
        lines += [
            heading,
            *_table({"年度": "fiscal_year", "当初見込み": "expected", actual: "actual"}, cells),
        ]
    return lines


def _table(columns: dict[str, str], frame: pd.DataFrame) -> list[str]:
    rows = [list(columns), *frame[list(columns.values())].itertuples(index=False)]
    header, *body = ["".join(f"{_cell(value)} | " for value in row) for row in rows]
    return [header, "---|" * len(columns), *body]


def _cell(value) -> str:
    return _number(value) if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    return "-" if np.isnan(value) else np.format_float_positional(value, trim="-")
