"""The crosswalk of the RS system's CSV files: which file holds what, header -> column."""

import re
from typing import NamedTuple

from helpers.sources.cells import DASHES, narrow

_DASH_TO_HYPHEN = str.maketrans(dict.fromkeys(DASHES, "-"))


def plain(header: str) -> str:
    """A header in one width, without blanks, every dash a hyphen: the file mixes all of these."""
    return narrow(header).translate(_DASH_TO_HYPHEN)


class Kind(NamedTuple):
    """One of the files: `needed` headers must be there, `ignored` ones are known and not read.

    `series` are patterns of headers that come numbered, with the prefix of their columns.
    """

    title: str
    needed: dict[str, str]
    optional: dict[str, str]
    ignored: frozenset[str]
    series: tuple[tuple[re.Pattern, str], ...] = ()


def _kind(title: str, needed: dict, optional: dict, ignored: str = "", series=()) -> Kind:
    return Kind(
        title,
        {plain(header): column for header, column in (_KEY | needed).items()},
        {plain(header): column for header, column in (_ORGANISATION | optional).items()},
        frozenset(map(plain, ("シート種別", "府省庁の建制順", *ignored.split()))),
        tuple((re.compile(pattern), prefix) for pattern, prefix in series),
    )


_KEY = {"事業年度": "sheet_year", "予算事業ID": "project"}
_ORGANISATION = {
    "事業名": "name",
    "政策所管府省庁": "ministry",
    "府省庁": "agency",
    "局・庁": "bureau",
    "部": "department",
    "課": "section",
    "室": "office",
    "班": "group",
    "係": "unit_of_office",
}

METHODS = ("直接実施", "補助", "負担", "交付", "分担金・拠出金", "その他")
ACCOUNT = "account."

KINDS = {
    "1-2": _kind(
        "基本情報_事業概要等",
        {"事業名": "name", "政策所管府省庁": "ministry", "府省庁": "agency"},
        {
            "事業開始年度": "start_year",
            "事業終了（予定）年度": "end_year",
            "旧事業番号": "past_number",
            **{f"実施方法ー{method}": f"method.{method}" for method in METHODS},
        },
        "事業の目的 現状・課題 事業の概要 事業概要URL 事業区分 開始年度不明 終了予定なし 主要経費 "
        "備考 整理表表示順",
    ),
    "2-1": _kind(
        "予算・執行_サマリ",
        {
            "事業名": "name",
            "政策所管府省庁": "ministry",
            "府省庁": "agency",
            "予算年度": "fiscal_year",
            "当初予算（合計）": "initial",
            "補正予算（合計）": "supplementary",
            "前年度からの繰越し（合計）": "carried_in",
            "予備費等（合計）": "reserve",
            "計（歳出予算現額合計）": "budget_gross",
            "執行額（合計）": "executed",
            "翌年度への繰越し（合計）": "carried_out",
            "翌年度要求額（合計）": "requested",
        },
        {
            "会計区分": "account_kind",
            "会計": "account",
            "勘定": "sub_account",
            "当初予算": ACCOUNT + "initial",
            "前年度から繰越し": ACCOUNT + "carried_in",
            "歳出予算現額": ACCOUNT + "budget_gross",
            "執行額": ACCOUNT + "executed",
            "翌年度要求額": ACCOUNT + "requested",
        },
        "執行率 主な増減理由 その他特記事項 要望額 備考",
        (
            (r"第([0-9]+)次補正予算", ACCOUNT + "supplementary."),
            (r"予備費等([0-9]+)", ACCOUNT + "reserve."),
        ),
    ),
    "3-1": _kind(
        "効果発現経路_目標・実績",
        {
            "アクティビティ・アウトプット・アウトカムの番号": "number",
            "種別（アクティビティ・アウトプット・アウトカム）": "kind",
            "アクティビティ／活動目標／成果目標": "goal",
            "活動指標／成果指標": "indicator",
            "単位": "unit",
            "目標年度／目標値／実績値／達成率": "series",
        },
        {
            "アウトカムの期間": "term",
            "成果目標の種類": "goal_kind",
            "改善の上向き／下向き": "direction",
            "定性的なアウトカムに関する成果実績": "result",
        },
        "事業に関連するKPIが定められている閣議決定等の名称 "
        "事業に関連するKPIが定められている閣議決定等の該当箇所 "
        "事業に関連するKPIが定められている閣議決定等のURL "
        "成果実績及び目標値の根拠として用いた統計・データ名（出典） "
        "定性的なアウトカム目標を設定している理由",
        ((r"((?:19|20)[0-9]{2})(?:年度?)?", "year."),),
    ),
    "5-1": _kind(
        "支出先_支出情報",
        {
            "支出先ブロック番号": "block",
            "ブロックの合計支出額": "block_total",
            "支出先名": "payee",
            "法人番号": "corporate_number",
            "支出先の合計支出額": "payee_total",
            "契約概要": "work",
            "金額": "amount",
        },
        {},
        "支出先ブロック名 支出先の数 事業を行う上での役割 所在地 法人種別 その他支出先 契約方式等 "
        "具体的な契約方式等 入札者数 落札率 "
        "一者応札・一者応募又は競争性のない随意契約となった理由及び改善策（支出額10億円以上） "
        "その他の契約",
    ),
    "5-2": _kind(
        "支出先_支出ブロックのつながり",
        {"担当組織からの支出": "from_ministry", "支出先の支出先ブロック": "block"},
        {},
        "支出元の支出先ブロック 支出元の支出先ブロック名 支出先の支出先ブロック名 "
        "資金の流れの補足情報 国自らが支出する間接経費 国自らが支出する間接経費の項目 "
        "国自らが支出する間接経費の金額",
    ),
    "5-3": _kind(
        "支出先_費目・使途",
        {
            "支出先ブロック番号": "block",
            "支出先名": "payee",
            "法人番号": "corporate_number",
            "契約概要": "work",
            "費目": "item",
            "金額": "amount",
        },
        {},
        "使途",
    ),
}
"""Number of a file -> what it holds; the other files of the system (1-1, 4-1, ...) are not read."""


def title(kind: str) -> str:
    """A file as its name says it: 2-1 予算・執行_サマリ."""
    return f"{kind} {KINDS[kind].title}"


def printed(kind: str, column: str) -> str:
    """The header of a column, for a message."""
    known = KINDS[kind].needed | KINDS[kind].optional
    found = next((header for header, name in known.items() if name == column), "")
    return found or column.rpartition(".")[2]


def column_of(kind: str, header: str) -> str | None:
    """The column of a header; "" for one that is known and not read, None for an unknown one."""
    known, name = KINDS[kind], plain(header)
    if name in known.ignored:
        return ""
    for pattern, prefix in known.series:
        if match := pattern.fullmatch(name):
            return prefix + match[1]
    return known.needed.get(name) or known.optional.get(name)


def kind_of(header: list[str]) -> str | None:
    """The kind whose needed headers all stand in `header`, None if none or several do."""
    names = set(map(plain, header))
    found = [kind for kind, known in KINDS.items() if known.needed.keys() <= names]
    return found[0] if len(found) == 1 else None
