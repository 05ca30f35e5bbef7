"""The crosswalk of the RS system's CSV files: which file holds what, header -> column."""

import re
from typing import NamedTuple

from helpers.sources.cells import DASHES, narrow

_DASH_TO_HYPHEN = str.maketrans(dict.fromkeys(DASHES, "-"))


def plain(header: str) -> str:
    """A header in one width, without blanks, every dash a hyphen: the file mixes all of these."""
    return narrow(header).translate(_DASH_TO_HYPHEN)


class Kind(NamedTuple):
    """One of the files: `needed` headers must be there, `ignored` ones are known and not read; a
    file of which none is needed is not read at all.

    `series` are patterns of headers that come numbered, with the prefix of their columns.
    """

    title: str
    needed: dict[str, str]
    optional: dict[str, str]
    ignored: frozenset[str]
    series: tuple[tuple[re.Pattern, str], ...] = ()

    @property
    def read(self) -> bool:
        """Whether the file goes into tables."""
        return bool(self.needed)

    @property
    def own(self) -> frozenset[str]:
        """The headers that tell the file from the others."""
        return (self.needed.keys() | self.optional.keys() | self.ignored) - _SHARED

    def likeness(self, names: set[str]) -> float:
        """How much of the own headers of the file and of one with `names` they have in common."""
        others = {
            name
            for name in names - _SHARED
            if not any(pattern.fullmatch(name) for pattern, _ in self.series)
        }
        return len(self.own & others) / len(self.own | others)


def _kind(title: str, needed: dict, optional: dict, ignored: str = "", series=()) -> Kind:
    return Kind(
        title,
        {plain(header): column for header, column in (_KEY | needed).items()},
        {plain(header): column for header, column in (_ORGANISATION | optional).items()},
        frozenset(map(plain, (*_UNREAD, *ignored.split()))),
        tuple((re.compile(pattern), prefix) for pattern, prefix in series),
    )


def _unread(title: str, headers: str) -> Kind:
    known = (*_KEY, *_ORGANISATION, *_UNREAD, *headers.split())
    return Kind(title, {}, {}, frozenset(map(plain, known)))


_KEY = {"事業年度": "sheet_year", "予算事業ID": "project"}
_ORGANISATION = {
    "事業名": "name",
    "政策所管府省庁": "ministry",
    # As 1-1 calls it.
    "所管府省庁": "ministry",
    "府省庁": "agency",
    "局・庁": "bureau",
    "部": "department",
    "課": "section",
    "室": "office",
    "班": "group",
    "係": "unit_of_office",
}
_UNREAD = ("シート種別", "府省庁の建制順", "建制順")
_SHARED = frozenset(map(plain, (*_KEY, *_ORGANISATION, *_UNREAD)))

METHODS = ("直接実施", "補助", "負担", "交付", "分担金・拠出金", "その他")
ACCOUNT = "account."

KINDS = {
    "1-1": _unread(
        "基本情報_組織情報",
        "その他担当組織_作成責任者_no 府省庁（その他担当組織） 局・庁（その他担当組織） "
        "部（その他担当組織） 課（その他担当組織） 室（その他担当組織） 班（その他担当組織） "
        "係（その他担当組織） 作成責任者",
    ),
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
    "1-3": _unread(
        "基本情報_政策・施策、法令等",
        "番号（政策・施策） 政策所管府省庁_P 政策 施策 政策・施策URL 番号（根拠法令） 法令名 "
        "法令番号 法令ID 条 項 号・号の細分 番号（関係する計画・通知等） 計画通知名 計画通知等URL",
    ),
    "1-4": _unread("基本情報_補助率等", "番号（補助率等） 補助対象 補助率 補助上限等 補助率URL"),
    "1-5": _unread(
        "基本情報_関連事業", "番号（関連事業） 関連事業の事業ID 関連事業の事業名 関連性"
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
    "2-2": _unread(
        "予算・執行_予算種別・歳出予算項目",
        "予算年度 会計区分 会計 勘定 予算種別 所管 組織・勘定 項 目 歳出予算項目の補足情報 "
        "予算額（歳出予算項目ごと） 翌年度要求額（歳出予算項目ごと） 備考（歳出予算項目ごと）",
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
    # The two 指標 came with the files published again since; those of February 2025 lack them.
    "3-2": _unread(
        "効果発現経路_目標のつながり",
        "派生元ーアクティビティ・アウトプット・アウトカムの番号 "
        "派生元ー種別（アクティビティ・アウトプット・アウトカム） 派生元ーアウトカムの期間 "
        "派生元ーアクティビティの内容/活動目標／成果目標 派生元ー活動指標／成果指標 "
        "派生先ーアクティビティ・アウトプット・アウトカムの番号 "
        "派生先ー種別（アクティビティ・アウトプット・アウトカム） 派生先ーアウトカムの期間 "
        "派生先ー活動目標／成果目標 派生先ー活動指標／成果指標 後続アウトカムへのつながり "
        "アウトカムを複数段階で設定できない理由",
    ),
    "4-1": _unread(
        "点検・評価",
        "事業所管部局による点検・改善ー点検結果 事業所管部局による点検・改善ー改善の方向性 "
        "事業所管部局による点検・改善－目標年度における効果測定に関する評価 "
        "外部有識者による点検ー最終実施年度 外部有識者による点検ー点検対象 "
        "外部有識者による点検ー対象の理由 外部有識者による点検ー所見 公開プロセス結果概要 "
        "行政事業レビュー推進チームの所見 行政事業レビュー推進チームの所見の詳細 "
        "所見を踏まえた改善点／概算要求における反映状況 "
        "所見を踏まえた改善点／概算要求における反映状況の詳細 反映額（一般会計） "
        "反映額（特別会計）－会計 反映額（特別会計）－勘定 反映額（特別会計）－反映額 "
        "過去に受けた指摘事項－区分 過去に受けた指摘事項－取りまとめ年度 "
        "過去に受けた指摘事項－取りまとめ内容 過去に受けた指摘事項－対応状況 "
        "その他の指摘事項－調査等の名称 その他の指摘事項－指摘年度 その他の指摘事項－指摘内容 "
        "その他の指摘事項－対応状況",
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
    "5-4": _unread(
        "支出先_国庫債務負担行為等による契約",
        "支出先ブロック（国庫債務負担行為等による契約） 契約先名（国庫債務負担行為等による契約） "
        "契約先の法人番号（国庫債務負担行為等による契約） "
        "契約先の所在地（国庫債務負担行為等による契約） "
        "契約先の法人種別（国庫債務負担行為等による契約） "
        "契約概要（契約名）（国庫債務負担行為等による契約） その他の契約 "
        "契約額（国庫債務負担行為等による契約） 契約方式等（国庫債務負担行為等による契約） "
        "具体的な契約方式等（国庫債務負担行為等による契約） "
        "入札者数（応募者数）（国庫債務負担行為等による契約） "
        "落札率（％）（国庫債務負担行為等による契約） "
        "一者応札・一者応募又は競争性のない随意契約となった理由及び改善策（契約額10億円以上）"
        "（国庫債務負担行為等による契約） その他の契約（国庫債務負担行為等による契約）",
    ),
    "6-1": _unread("その他備考", "備考"),
}
"""Number of a file -> what it holds; all files that the system gives out."""

ALIKE = 0.5
"""From this likeness on a header is that of a file; the headers of different files of 2024 and 2025
have at most a quarter in common, those of one file at least four fifths."""


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
    """The kind that a whole header is of; None for that of no kind.

    It is the likest of those whose own needed headers all stand there, and else of all that are
    `ALIKE`: what such a one lacks shows when it is read.
    """
    names = set(map(plain, header))
    if not {plain(name) for name in _KEY} <= names:
        return None
    whole = [
        kind
        for kind, known in KINDS.items()
        if known.needed.keys() - _SHARED and known.needed.keys() <= names
    ]
    likeness = {kind: KINDS[kind].likeness(names) for kind in whole or KINDS}
    likest = max(likeness, key=likeness.get)
    return likest if whole or likeness[likest] >= ALIKE else None


def is_keyed(header: list[str]) -> bool:
    """Whether the rows under a header are of projects of the system, be it of another table."""
    return plain("予算事業ID") in map(plain, header)
