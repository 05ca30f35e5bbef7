"""Write small files of the RS system as the official ones are: UTF-8 with BOM, CRLF, in zips."""

import csv
import io
import zipfile
from pathlib import Path

KEY = ("シート種別", "事業年度", "予算事業ID", "事業名")
ORGANISATION = (
    "府省庁の建制順",
    "政策所管府省庁",
    "府省庁",
    "局・庁",
    "部",
    "課",
    "室",
    "班",
    "係",
)
SHARED = KEY + ORGANISATION
TOTALS = (
    *("当初予算（合計）", "補正予算（合計）", "前年度からの繰越し（合計）", "予備費等（合計）"),
    *("計（歳出予算現額合計）", "執行額（合計）", "執行率", "翌年度への繰越し(合計）"),
    *("翌年度要求額（合計）", "主な増減理由", "その他特記事項"),
)
ACCOUNTS = (
    *("会計区分", "会計", "勘定", "当初予算"),
    *(f"第{number}次補正予算" for number in range(1, 6)),
    "前年度から繰越し",
    *(f"予備費等{number}" for number in range(1, 5)),
    *("歳出予算現額", "執行額", "翌年度要求額", "要望額", "備考"),
)
HEADERS = {
    "1-2": (
        *("事業の目的", "現状・課題", "事業の概要", "事業概要URL", "事業区分", "事業開始年度"),
        *("開始年度不明", "事業終了（予定）年度", "終了予定なし", "主要経費", "備考"),
        *("実施方法ー直接実施", "実施方法ー補助", "実施方法ー負担", "実施方法ー交付"),
        *("実施方法ー分担金・拠出金", "実施方法ーその他", "旧事業番号", "整理表表示順"),
    ),
    "2-1": ("予算年度", *TOTALS, *ACCOUNTS),
    "3-1": (
        *("アクティビティ・アウトプット・アウトカムの番号", "アウトカムの期間"),
        *("種別（アクティビティ・アウトプット・アウトカム）", "成果目標の種類"),
        *("アクティビティ／活動目標／成果目標", "活動指標／成果指標", "単位"),
        *("改善の上向き／下向き", "定性的なアウトカムに関する成果実績"),
        "目標年度／目標値／実績値／達成率",
        *map(str, range(2007, 2061)),
    ),
    "5-1": (
        *("支出先ブロック番号", "支出先ブロック名", "支出先の数", "事業を行う上での役割"),
        *("ブロックの合計支出額", "支出先名", "法人番号", "所在地", "法人種別", "その他支出先"),
        *("支出先の合計支出額", "契約概要", "金額", "契約方式等", "具体的な契約方式等"),
        *("入札者数", "落札率"),
    ),
    "5-2": (
        *("支出元の支出先ブロック", "支出元の支出先ブロック名", "担当組織からの支出"),
        *("支出先の支出先ブロック", "支出先の支出先ブロック名", "資金の流れの補足情報"),
    ),
    "5-3": ("支出先ブロック番号", "支出先名", "法人番号", "契約概要", "費目", "使途", "金額"),
}
DEFAULTS = {
    "シート種別": "レビューシート",
    "事業年度": "2024",
    "予算事業ID": "1",
    "事業名": "試験の事業",
    "府省庁の建制順": "5",
    "政策所管府省庁": "総務省",
    "府省庁": "総務省",
    "局・庁": "自治行政局",
    "課": "試験課",
}


def name(kind: str) -> str:
    """The name of a file without its ending."""
    return f"{kind}_RS_2024_試験"


def content(kind: str, rows: list[dict], drop: tuple = (), add: tuple = ()) -> bytes:
    """The bytes of a file: `rows` give what differs from an empty cell and from DEFAULTS."""
    header = [column for column in (*SHARED, *HEADERS[kind], *add) if column not in drop]
    unknown = {column for row in rows for column in row} - {*SHARED, *HEADERS[kind], *add}
    assert not unknown, unknown
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(DEFAULTS | row for row in rows)
    return text.getvalue().encode("utf-8-sig")


def write(folder: Path, zipped: bool = False, **tables: list[dict]) -> Path:
    """A folder of files; `t21=[...]` are the rows of 2-1. Without `t12` one project is listed."""
    tables = {"t12": [{}]} | tables
    for table, rows in tables.items():
        if rows is None:
            continue
        kind = f"{table[1]}-{table[2]}"
        data = content(kind, rows)
        if zipped:
            put(folder / f"{name(kind)}.zip", {f"{name(kind)}.csv": data})
        else:
            (folder / f"{name(kind)}.csv").write_bytes(data)
    return folder


def put(path: Path, members: dict[str, bytes]) -> Path:
    """A zip with these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return path


def total(year: int, **amounts: str) -> dict:
    """A row of totals in 2-1, zeros like the official file's where nothing is given."""
    short = {
        "initial": "当初予算（合計）",
        "supplementary": "補正予算（合計）",
        "carried_in": "前年度からの繰越し（合計）",
        "reserve": "予備費等（合計）",
        "gross": "計（歳出予算現額合計）",
        "executed": "執行額（合計）",
        "carried_out": "翌年度への繰越し(合計）",
        "requested": "翌年度要求額（合計）",
    }
    zeros = dict.fromkeys(short.values(), "0")
    given = {short[column]: amount for column, amount in amounts.items()}
    return {"予算年度": str(year), **zeros, **given}


def account(year: int, **cells: str) -> dict:
    """A row of one account in 2-1."""
    named = {"予算年度": str(year), "会計区分": "一般会計", "会計": "一般会計"}
    zeros = dict.fromkeys(ACCOUNTS[3:-1], "0")
    return named | zeros | cells
