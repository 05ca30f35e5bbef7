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
CONTRACT = "（国庫債務負担行為等による契約）"
HEADERS = {
    "1-1": (
        *("その他担当組織_作成責任者_no", "府省庁（その他担当組織）", "局・庁（その他担当組織）"),
        *("部（その他担当組織）", "課（その他担当組織）", "室（その他担当組織）"),
        *("班（その他担当組織）", "係（その他担当組織）", "作成責任者"),
    ),
    "1-2": (
        *("事業の目的", "現状・課題", "事業の概要", "事業概要URL", "事業区分", "事業開始年度"),
        *("開始年度不明", "事業終了（予定）年度", "終了予定なし", "主要経費", "備考"),
        *("実施方法ー直接実施", "実施方法ー補助", "実施方法ー負担", "実施方法ー交付"),
        *("実施方法ー分担金・拠出金", "実施方法ーその他", "旧事業番号", "整理表表示順"),
    ),
    "1-3": (
        *("番号（政策・施策）", "政策所管府省庁_P", "政策", "施策", "政策・施策URL"),
        *("番号（根拠法令）", "法令名", "法令番号", "法令ID", "条", "項", "号・号の細分"),
        *("番号（関係する計画・通知等）", "計画通知名", "計画通知等URL"),
    ),
    "1-4": ("番号（補助率等）", "補助対象", "補助率", "補助上限等", "補助率URL"),
    "1-5": ("番号（関連事業）", "関連事業の事業ID", "関連事業の事業名", "関連性"),
    "2-1": ("予算年度", *TOTALS, *ACCOUNTS),
    "2-2": (
        *("予算年度", "会計区分", "会計", "勘定", "予算種別", "所管", "組織・勘定", "項", "目"),
        *("歳出予算項目の補足情報", "予算額（歳出予算項目ごと）"),
        *("翌年度要求額（歳出予算項目ごと）", "備考（歳出予算項目ごと）"),
    ),
    "3-1": (
        *(
            f"事業に関連するKPIが定められている閣議決定等の{of}"
            for of in ("名称", "該当箇所", "URL")
        ),
        "成果実績及び目標値の根拠として用いた統計・データ名（出典）",
        "定性的なアウトカム目標を設定している理由",
        *("アクティビティ・アウトプット・アウトカムの番号", "アウトカムの期間"),
        *("種別（アクティビティ・アウトプット・アウトカム）", "成果目標の種類"),
        *("アクティビティ／活動目標／成果目標", "活動指標／成果指標", "単位"),
        *("改善の上向き／下向き", "定性的なアウトカムに関する成果実績"),
        "目標年度／目標値／実績値／達成率",
        *map(str, range(2007, 2061)),
    ),
    "3-2": (
        "派生元ーアクティビティ・アウトプット・アウトカムの番号",
        "派生元ー種別（アクティビティ・アウトプット・アウトカム）",
        "派生元ーアウトカムの期間",
        "派生元ーアクティビティの内容/ 活動目標／成果目標",
        "派生元ー活動指標／成果指標",
        "派生先ーアクティビティ・アウトプット・アウトカムの番号",
        "派生先ー種別（アクティビティ・アウトプット・アウトカム）",
        "派生先ーアウトカムの期間",
        "派生先ー 活動目標／成果目標",
        "派生先ー活動指標／成果指標",
        "後続アウトカムへのつながり",
        "アウトカムを複数段階で設定できない理由",
    ),
    "4-1": (
        "事業所管部局による点検・改善ー点検結果",
        "事業所管部局による点検・改善ー改善の方向性",
        "事業所管部局による点検・改善－目標年度における効果測定に関する評価",
        *(
            f"外部有識者による点検ー{of}"
            for of in ("最終実施年度", "点検対象", "対象の理由", "所見")
        ),
        *("公開プロセス結果概要", "行政事業レビュー推進チームの所見"),
        *(
            "行政事業レビュー推進チームの所見の詳細",
            "所見を踏まえた改善点／概算要求における反映状況",
        ),
        *("所見を踏まえた改善点／概算要求における反映状況の詳細", "反映額（一般会計）"),
        *(f"反映額（特別会計）－{of}" for of in ("会計", "勘定", "反映額")),
        *(f"過去に受けた指摘事項－{of}" for of in ("区分", "取りまとめ年度")),
        *(f"過去に受けた指摘事項－{of}" for of in ("取りまとめ内容", "対応状況")),
        *(f"その他の指摘事項－{of}" for of in ("調査等の名称", "指摘年度", "指摘内容")),
        "その他の指摘事項－対応状況",
    ),
    "5-1": (
        *("支出先ブロック番号", "支出先ブロック名", "支出先の数", "事業を行う上での役割"),
        *("ブロックの合計支出額", "支出先名", "法人番号", "所在地", "法人種別", "その他支出先"),
        *("支出先の合計支出額", "契約概要", "金額", "契約方式等", "具体的な契約方式等"),
        *("入札者数", "落札率", "その他の契約"),
        "一者応札・一者応募又は競争性のない随意契約となった理由及び改善策（支出額10億円以上）",
    ),
    "5-2": (
        *("支出元の支出先ブロック", "支出元の支出先ブロック名", "担当組織からの支出"),
        *("支出先の支出先ブロック", "支出先の支出先ブロック名", "資金の流れの補足情報"),
        *(f"国自らが支出する間接経費{of}" for of in ("", "の項目", "の金額")),
    ),
    "5-3": ("支出先ブロック番号", "支出先名", "法人番号", "契約概要", "費目", "使途", "金額"),
    "5-4": (
        *(f"支出先ブロック{CONTRACT}", f"契約先名{CONTRACT}", f"契約先の法人番号{CONTRACT}"),
        *(f"契約先の所在地{CONTRACT}", f"契約先の法人種別{CONTRACT}"),
        *(f"契約概要（契約名）{CONTRACT}", "その他の契約", f"契約額{CONTRACT}"),
        *(f"契約方式等{CONTRACT}", f"具体的な契約方式等{CONTRACT}"),
        *(f"入札者数（応募者数）{CONTRACT}", f"落札率（％）{CONTRACT}"),
        "一者応札・一者応募又は競争性のない随意契約となった理由及び改善策（契約額10億円以上）"
        f"{CONTRACT}",
        f"その他の契約{CONTRACT}",
    ),
    "6-1": ("備考",),
}
IN_1_1 = {"府省庁の建制順": "建制順", "政策所管府省庁": "所管府省庁"}
"""What 1-1 calls two of the columns that all files have."""
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


def content(
    kind: str,
    rows: list[dict],
    drop: tuple = (),
    add: tuple = (),
    rename: dict[str, str] | None = None,
) -> bytes:
    """The bytes of a file: `rows` give what differs from an empty cell and from DEFAULTS; `rename`
    gives other names to headers."""
    if rename is None:
        rename = IN_1_1 if kind == "1-1" else {}
    header = [column for column in (*SHARED, *HEADERS[kind], *add) if column not in drop]
    unknown = {column for row in rows for column in row} - {*SHARED, *HEADERS[kind], *add}
    assert not unknown, unknown
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="", extrasaction="ignore")
    writer.writerow({column: rename.get(column, column) for column in header})
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
    path.write_bytes(packed(members))
    return path


def packed(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The bytes of a zip with these members, the same at any time: none bears the time of now."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for member, data in members.items():
            info = zipfile.ZipInfo(member, (2025, 2, 17, 0, 0, 0))
            archive.writestr(info, data, compression)
    return content.getvalue()


def put_shift_jis(path: Path, members: dict[str, bytes], encoding: str = "cp932") -> Path:
    """A zip whose members' names are in Shift_JIS, as Windows wrote them, or in another encoding
    that it does not tell."""
    names = [member.encode(encoding) for member in members]
    plain = [f"{number:03}".ljust(len(name), "x") for number, name in enumerate(names)]
    data = packed(dict(zip(plain, members.values(), strict=True)))
    for name, stand_in in zip(names, plain, strict=True):
        data = data.replace(stand_in.encode(), name)
    path.write_bytes(data)
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
