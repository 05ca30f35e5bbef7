import hashlib
import math
import re

import pandas as pd
import pytest

from helpers import paths
from helpers.sheet import ReviewSheet, SheetError
from helpers.sources import page_text, read
from page_writer import assert_same_tables

DEFAULT = paths.DEFAULT_SHEET.read_text(encoding="utf-8")


def read_text(folder, text: str, encoding: str = "utf-8", name: str = paths.DEFAULT_SHEET.name):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return ReviewSheet.build(**page_text.rows(path))


def remarks(sheet: ReviewSheet) -> list[tuple]:
    columns = ["rule", "table", "row", "column", "observed", "proposed"]
    return list(sheet.remark[columns].itertuples(index=False, name=None))


@pytest.fixture(scope="module")
def default() -> ReviewSheet:
    return read("data/sheets/2019-総務省-0042.txt")


def test_the_default_sheet_has_the_checksum_that_data_readme_gives():
    listed = dict(
        reversed(line.split("  "))
        for line in (paths.ROOT / "data/README.md").read_text(encoding="utf-8").splitlines()
        if re.match(r"[0-9a-f]{64}  sheets/", line)
    )
    data = paths.ROOT / "data"
    assert listed == {
        f"sheets/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (data / "sheets").iterdir()
    }


def test_only_the_free_text_of_the_default_sheet_differs_from_the_seed():
    seeds = list((paths.ROOT.parent / "shared" / "seed").glob("*.txt"))
    if not seeds:
        pytest.skip("the seed is not beside the repository, in ../shared/seed")
    ours, seed = DEFAULT.split("\n"), seeds[0].read_text(encoding="utf-8").split("\n")
    assert len(ours) == len(seed)
    differing = [
        place for place, pair in enumerate(zip(ours, seed, strict=True)) if len({*pair}) > 1
    ]
    assert [ours[place - 1] for place in differing] == ["事業の目的", "事業概要"]


def test_default_sheet_facts(default):
    facts = default.facts.drop("end_year").dropna().to_dict()
    assert facts == {
        "sheet_id": "2019-総務省-0042",
        "sheet_year": 2019,
        "ministry": "総務省",
        "project_number": "0042",
        "name": "自治体クラウドの取組の加速に向けた調査研究等",
        "bureau": "自治行政局",
        "division": "地域情報政策室",
        "start_year": 2011,
        "accounts": "一般会計",
        "methods": "委託・請負",
        "official_id": "",
        "past_ids": "",
        "parent_number": "",
        "source_format": "page text",
        "source_path": "data/sheets/2019-総務省-0042.txt",
    }
    assert pd.isna(default.facts["end_year"])
    assert remarks(default) == []


def test_default_budget_is_that_of_findings(default):
    budget = default.budget.set_index("fiscal_year")
    assert list(budget.index) == list(range(2012, 2021))
    closed = budget[budget["status"] == "closed"]
    assert list(zip(closed["executed"], closed["budget_net"], strict=True)) == [
        (8, 20),
        (19, 20),
        (27, 34),
        (38, 41),
        (53, 67),
        (7, 24),
        (43, 71),
    ]
    assert (closed["executed"].sum(), closed["budget_net"].sum()) == (195, 277)
    assert budget["status"].tolist()[-2:] == ["current", "requested"]
    assert budget["requested"].isna().tolist() == [True] * 4 + [False] * 5
    assert budget.index[budget["executed"].isna()].tolist() == [2019, 2020]
    assert budget.loc[2020].drop(["requested", "status"]).isna().all()
    assert budget.loc[2019, "requested"] == 106
    assert (budget["budget_gross"].dropna() == budget["budget_net"].dropna()).all()


def test_default_indicators_and_payments(default):
    outcome, output, payment = default.outcome, default.output, default.payment
    assert outcome["actual"].tolist() == [842, 950, 1067]
    assert outcome["expected"].isna().all()
    assert outcome["goal"].str.contains("令和5年度末").all()
    for column, value in {
        "number": 1,
        "indicator": "クラウド導入市区町村数",
        "unit": "団体",
        "target": 1600,
        "target_year": 1993,
        "target_year_printed": 1993,
    }.items():
        assert outcome[column].eq(value).all(), column
    assert output["unit"].eq("百万円").all()
    assert output[["expected", "actual"]].to_numpy().tolist() == [[66, 51], [23, 7], [71, 43]]
    assert payment.groupby("fiscal_year")["amount"].sum().to_dict() == {
        2014: 27,
        2015: 20,
        2016: 50,
        2017: 7,
        2018: 43,
    }
    assert len(payment) == 12
    assert payment[["rank", "corporate_number"]].isna().all(axis=None)


WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in b"0123456789|:(),"})
HEADINGS = "(?:事業の目的|事業概要|予算額・執行額|成果目標及び|活動指標及び|主要な支出先)"


def aligned(rule: re.Match) -> str:
    """A rule of Markdown in its other forms."""
    return "|" + "|".join([":---", "---:", " :-: ", *["--"] * 9][: rule[0].count("|")])


def tabbed(text: str) -> str:
    """The page with its tables as a browser hands them on."""
    return re.sub(r"(?m)^.*\|$", lambda row: re.sub(r" *\| *", "\t", row[0])[:-1], text)


AS_PRINTED_ELSEWHERE = {
    "BOM": lambda text: "\ufeff" + text,
    "cp932": lambda text: text.replace("〜", "～"),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "trailing blanks": lambda text: text.replace("\n", " \t\u3000\n"),
    "blank lines": lambda text: text.replace("\n", "\n\n") + "\n\n",
    "1,067": lambda text: text.replace("1067 団体", "1,067 団体"),
    "other dashes": lambda text: text.replace(" - |", " ― |").replace("- 団体", "－ 団体"),
    "no dashes": lambda text: text.replace(" - |", "  |").replace("- 団体", ""),
    "no blanks at pipes": lambda text: text.replace(" | ", "|").replace(" |", "|"),
    "full-width blanks": lambda text: text.replace("自治行政局 ", "自治行政局\u3000"),
    "era years": lambda text: text.replace("\n2012 |", "\n平成24年度 |").replace(
        ": 2011年", ": 平成二十三年"
    ),
    "western years with 年度": lambda text: text.replace("\n2018 |", "\n2018年度 |"),
    "glued units": lambda text: text.replace("842 団体", "842団体"),
    "leading pipes": lambda text: re.sub(r"(?m)^(.*\|)$", r"| \1", text),
    "Markdown without a trailing pipe": lambda text: re.sub(r"(?m)^(.*?) ?\|$", r"| \1", text),
    "no outer pipes": lambda text: re.sub(r"(?m)^(.*?) ?\|$", r"\1", text),
    "aligned rules": lambda text: re.sub(r"(?m)^---.*", aligned, text),
    "short rules": lambda text: text.replace("---|", "-|"),
    "tabs": tabbed,
    "tabs without rules": lambda text: re.sub(r"(?m)^-+\t.*\n", "", tabbed(text)),
    "empty cells at the end of tabs": lambda text: tabbed(
        re.sub(r"(?m)( - \|)+$", lambda m: m[0].replace("-", ""), text)
    ),
    "## headings": lambda text: "# " + re.sub(f"(?m)^(?={HEADINGS})", "## ", text),
    "## headings ##": lambda text: re.sub(f"(?m)^({HEADINGS}.*)", r"## \1 ##", text),
    "bold headings": lambda text: re.sub(f"(?m)^({HEADINGS}.*)", r"**\1**", text).replace(
        "年度 |", "**年度** |"
    ),
    **{
        f"U+{ord(mark):04X}": lambda text, mark=mark: re.sub(
            f"(?m)^(?={HEADINGS}|府省庁|年度|[0-9])|^{HEADINGS}.|(?<=[0-9])(?= )",
            lambda found: found[0] + mark,
            mark + text,
        )
        for mark in "\ufeff\u200b\u200e\xad\u2060"
    },
    "million": lambda text: text.replace("※単位は100万円", "(単位：百万円)"),
}


@pytest.mark.parametrize("variant", AS_PRINTED_ELSEWHERE)
def test_the_same_page_in_another_dress_gives_the_same_tables(tmp_path, default, variant):
    text = AS_PRINTED_ELSEWHERE[variant](DEFAULT)
    assert text != DEFAULT
    sheet = read_text(tmp_path, text, "cp932" if variant == "cp932" else "utf-8")
    assert_same_tables(sheet, default)
    expected = [("encoding", "sheet", "", "", "cp932", "UTF-8")] if variant == "cp932" else []
    assert remarks(sheet) == expected


def test_full_width_digits_and_separators_are_read(tmp_path, default):
    head, tables = DEFAULT.split("予算額・執行額", 1)
    body, payments = tables.split("主要な支出先", 1)
    # Names, goals and payees stay as printed: the tables must differ in nothing else.
    payments = re.sub(r"[0-9]+ \|", lambda match: match[0].translate(WIDE), payments)
    text = f"{head}予算額・執行額{body.translate(WIDE)}主要な支出先{payments}"
    sheet = read_text(tmp_path, text)
    goal = default.outcome["goal"].str.translate(WIDE)
    assert_same_tables(sheet, default.with_table("outcome", default.outcome.assign(goal=goal)))


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("円", 1e-6), ("千円", 1e-3), ("万円", 0.01), ("百万円", 1), ("億円", 100), ("兆円", 1e6)],
)
def test_money_is_turned_into_million_yen(tmp_path, unit, factor):
    text = DEFAULT.replace("※単位は100万円", f"※単位は{unit}").replace("支出額(百万円)", "支出額")
    sheet = read_text(tmp_path, text)
    assert sheet.budget["executed"].tolist()[:3] == pytest.approx(
        [8 * factor, 19 * factor, 27 * factor]
    )
    assert sheet.payment["amount"].sum() == pytest.approx(147 * factor)
    assert sheet.output["actual"].tolist() == [51, 7, 43]


BRACKETED = [
    "(単位：千円)",
    "（千円）",
    "[単位:千円]",
    "【単位：千円】",
    "〔千円〕",
    "※単位 ： 千 円",
]
SHORT = [
    *BRACKETED,
    "金額の単位は千円",
    "単位 千円",
    "※金額は千円単位",
    "単位は千円です。",
    "千円単位で記載",
]
LONG = ["(単位：千円、千円未満切捨て)", "本表の単位は、断りのない限り千円である"]
NAMED = {"section": SHORT + LONG, "top": SHORT + LONG, "after": SHORT + LONG}
NAMED |= {"heading": [*BRACKETED, LONG[0]], "above": SHORT}


@pytest.mark.parametrize(
    ("place", "line"), [(place, line) for place, lines in NAMED.items() for line in lines]
)
def test_a_line_that_names_a_unit_is_honoured_wherever_it_stands(tmp_path, place, line):
    text = DEFAULT.replace("※単位は100万円\n", "").replace("支出額(百万円)", "支出額")
    old, new = {
        "section": ("執行額\n年度", f"執行額\n{line}\n年度"),
        "heading": ("予算額・執行額\n", f"予算額・執行額 {line}\n"),
        "above": ("予算額・執行額\n", f"{line}\n予算額・執行額\n"),
        "top": ("会計区分", f"{line}\n会計区分"),
        "after": ("成果目標及び", f"{line}\n成果目標及び"),
    }[place]
    assert text.count(old) == 1
    sheet = read_text(tmp_path, text.replace(old, new))
    assert sheet.budget["executed"].sum() == pytest.approx(0.195)
    assert sheet.payment["amount"].sum() == pytest.approx(0.147)
    assert remarks(sheet) == []


@pytest.mark.parametrize(
    "line",
    [
        "※税込",
        "※百万円未満四捨五入",
        "※単位未満四捨五入",
        "※補助上限は100万円",
        "円滑な執行に努めた",
    ],
)
def test_a_line_that_names_no_unit_is_none(tmp_path, default, line):
    sheet = read_text(tmp_path, DEFAULT.replace("※単位は100万円", f"{line}\n※単位は100万円"))
    assert_same_tables(sheet, default)
    assert remarks(sheet) == [("unread_line", "budget", "L13", "", line, "")]


@pytest.mark.parametrize(
    "unit", ["(千円)", "（千円）", "[千円]", "【千円】", "(単位：千円)", " 千円"]
)
def test_a_unit_in_a_header_is_honoured(tmp_path, unit):
    text = DEFAULT.replace("支出額(百万円)", f"支出額{unit}")
    assert read_text(tmp_path, text).payment["amount"].sum() == pytest.approx(0.147)


def test_units_in_every_header_of_the_budget_are_those_of_the_payments_too(tmp_path):
    head, tables = DEFAULT.replace("※単位は100万円\n", "").split("予算額・執行額\n")
    header, rest = tables.replace("支出額(百万円)", "支出額").split("\n", 1)
    header = (
        header.replace("年度 |", "年度|", 1).replace(" |", "(千円) |").replace("年度|", "年度 |")
    )
    sheet = read_text(tmp_path, f"{head}予算額・執行額\n{header}\n{rest}")
    assert sheet.budget["executed"].sum() == pytest.approx(0.195)
    assert sheet.payment["amount"].sum() == pytest.approx(0.147)
    assert remarks(sheet) == []


def test_payments_keep_the_unit_of_their_own_header(tmp_path, default):
    sheet = read_text(tmp_path, DEFAULT.replace("※単位は100万円", "※単位は千円"))
    assert sheet.budget["executed"].sum() == pytest.approx(0.195)
    pd.testing.assert_frame_equal(sheet.payment, default.payment)


def test_without_a_unit_money_is_taken_as_million_yen_and_said(tmp_path, default):
    sheet = read_text(tmp_path, DEFAULT.replace("※単位は100万円\n", ""))
    assert_same_tables(sheet, default)
    assert remarks(sheet) == [("money_unit_missing", "budget", "予算額・執行額", "", "", "百万円")]


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("△5", -5),
        ("▲ 1,234", -1234),
        ("-5", -5),
        ("−5", -5),
        ("－５", -5),
        ("+5", 5),
        ("1,234,567.5", 1234567.5),
        ("１，２３４", 1234),
        ("0", 0),
        ("-0", 0),
        ("-", math.nan),
        ("−", math.nan),
        ("ー", math.nan),
        ("―", math.nan),
        ("‐", math.nan),
        ("–", math.nan),
        ("", math.nan),
    ],
)
def test_numbers(tmp_path, printed, value):
    text = DEFAULT.replace("| 71 | 0 |", f"| 71 | {printed} |")
    sheet = read_text(tmp_path, text)
    got = sheet.budget.set_index("fiscal_year").loc[2018, "supplementary"]
    assert got == value or (math.isnan(got) and math.isnan(value))
    assert math.copysign(1, got) == 1 or value < 0 or math.isnan(value)


def test_the_gross_budget_has_the_carry_out_back(tmp_path):
    row = "2018 | 121 | 71 | 0 | 0 | -30 | 0 | 41 | 41 |"
    text = DEFAULT.replace("2018 | 121 | 71 | 0 | 0 | 0 | 0 | 71 | 43 |", row)
    budget = read_text(tmp_path, text).budget.set_index("fiscal_year")
    assert budget.loc[2018, ["carried_out", "budget_net", "budget_gross"]].tolist() == [-30, 41, 71]
    assert math.isnan(budget.loc[2020, "budget_gross"])


HEADING = "クラウド導入市区町村数 (目標:1993年度に1600 団体)"


@pytest.mark.parametrize(
    ("heading", "indicator", "year", "target", "said"),
    [
        ("数 (目標:2023年度に1,600 団体)", "数", 2023, 1600, []),
        ("数　（目標：令和５年度に１６００　団体）", "数", 2023, 1600, []),
        ("数 (目標:R5年度に1600 団体)", "数", 2023, 1600, []),
        ("数 (目標:令和五年度に△3 団体)", "数", 2023, -3, []),
        ("数 (目標:2023年度に- 団体)", "数", 2023, None, []),
        ("数 (目標:-年度に1600 団体)", "数", None, 1600, []),
        ("数 (目標:年度に1600 団体)", "数", None, 1600, []),
        ("数 (目標:1600 団体)", "数", None, 1600, []),
        ("数 (目標:-年度に- 団体)", "数", None, None, []),
        ("数", "数", None, None, []),
        ("(目標:2023年度に1600 団体)", "", 2023, 1600, ["unnamed_indicator"]),
        (
            "数(うち(延べ)) (目標:1 (再)) (目標:2023年度に5 団体)",
            "数(うち(延べ)) (目標:1 (再))",
            2023,
            5,
            [],
        ),
        ("数 (目標:5年度に1600 団体)", "数", None, 1600, [("target_year", "5年度")]),
        ("数 (目標:2023年度に前年度以上 団体)", "数", 2023, None, [("target", "前年度以上 団体")]),
        ("数 (目標:2023年度末までに1,600団体)", "数", 2023, 1600, []),
        ("数 (目標:令和5年度末時点で1600 団体)", "数", 2023, 1600, []),
        ("数 (目標:令和5年度 1600団体)", "数", 2023, 1600, []),
        ("数 (目標:1600団体(2023年度末))", "数", 2023, 1600, []),
        ("数 (目標:1600団体を2023年度までに)", "数", 2023, 1600, []),
        ("数（目標値：2023年度に1600団体）", "数", 2023, 1600, []),
        ("数【目標：2023年度末1600団体】", "数", 2023, 1600, []),
        ("数 (目標:2023年度)", "数", 2023, None, []),
        ("数 (目標:2023年)", "数", 2023, None, []),
        ("数 (目標:2023年度に約1,600団体)", "数", 2023, 1600, ["number_qualified"]),
        ("数 (目標:2023年度に1,600団体以上)", "数", 2023, 1600, ["number_qualified"]),
        ("数 (目標:2023年3月に1600 団体)", "数", 2022, 1600, ["target_dated"]),
        ("数 (目標:2023年4月までに1600 団体)", "数", 2023, 1600, ["target_dated"]),
        ("数 (目標:令和5年3月31日までに1600団体)", "数", 2022, 1600, ["target_dated"]),
        ("数 (目標:R5.3.31までに1600団体)", "数", 2022, 1600, ["target_dated"]),
        ("数 (目標:2023/3/31までに1600団体)", "数", 2022, 1600, ["target_dated"]),
        ("数 (目標:2023年12月末時点で1600団体)", "数", 2023, 1600, ["target_dated"]),
        ("数 (目標:2023年頃)", "数", None, None, [("target", "2023年頃")]),
        ("数 (目標:3年以内に達成)", "数", None, None, [("target", "3年以内に達成")]),
        ("数 (目標:3月末までに1600)", "数", None, None, [("target", "3月末までに1600")]),
        ("数 (目標:2023に1600団体)", "数", None, None, [("target", "2023に1600団体")]),
        ("数 (目標:2013年度比26％減)", "数", None, None, [("target", "2013年度比26％減")]),
        (
            "数 (目標:2023～2025年度に1600 団体)",
            "数",
            None,
            1600,
            [("target_year", "2023~2025年度")],
        ),
        (
            "数 (目標:2023年度に1600～1700 団体)",
            "数",
            2023,
            None,
            [("target", "1600～1700 団体")],
        ),
        (
            "数 (目標:2020年度に900団体、2023年度に1600団体)",
            "数",
            None,
            None,
            [("target", "2020年度に900団体、2023年度に1600団体")],
        ),
        (
            "数 (目標:2023年度に",
            "数 (目標:2023年度に",
            None,
            None,
            [("target", "数 (目標:2023年度に")],
        ),
    ],
)
def test_outcome_headings(tmp_path, heading, indicator, year, target, said):
    sheet = read_text(tmp_path, DEFAULT.replace(HEADING, heading))
    first = sheet.outcome.iloc[0]
    assert (first["indicator"], first["unit"]) == (indicator, "団体")
    assert first["target"] == target or (target is None and math.isnan(first["target"]))
    for column in ("target_year", "target_year_printed"):
        assert first[column] == year if year else pd.isna(first[column])
    assert [
        (column, observed) if rule == "target_unread" else rule
        for rule, _, _, column, observed, _ in remarks(sheet)
    ] == said


def test_several_indicators_have_their_own_goal_unit_target_and_years(tmp_path):
    more = """二つ目の目標 | その1
二つ目の目標の続き
満足度 (目標:平成32年度に90.5 ％)
年度 | 当初見込み | 成果実績 |
---|---|---|
2015 | 80 ％ | 81.5 ％ |
満足度 (目標:-年度に- 点)
年度 | 成果実績 |
---|---|
2017 | 3 点 |
活動指標及び活動実績(アウトプット)"""
    sheet = read_text(tmp_path, DEFAULT.replace("活動指標及び活動実績(アウトプット)", more))
    later = sheet.outcome[sheet.outcome["number"] > 1]
    assert later["goal"].tolist() == ["二つ目の目標 | その1\n二つ目の目標の続き", ""]
    assert later["indicator"].tolist() == ["満足度", "満足度"]
    assert later["unit"].tolist() == ["％", "点"]
    assert later["target_year"].tolist() == [2020, pd.NA]
    assert later["fiscal_year"].tolist() == [2015, 2017]
    assert later["actual"].tolist() == [81.5, 3]
    assert remarks(sheet) == [
        ("missing_column", "outcome", "成果目標及び成果実績(アウトカム)", "expected", "", "")
    ]


def outcome_of(folder, cell: str, old: str = "1067 団体"):
    """The default sheet's outcome of 2018 with another actual value, and what was remarked."""
    sheet = read_text(folder, DEFAULT.replace(old, cell))
    value = sheet.outcome["actual"].tolist()[-1]
    assert sheet.outcome["unit"].tolist() == ["団体"] * 3
    assert sheet.outcome["actual"].tolist()[:2] == [842, 950]
    assert sheet.outcome["target"].tolist() == [1600] * 3
    return None if math.isnan(value) else value, [
        remark[:1] + remark[3:] for remark in remarks(sheet)
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,067.5 団体", 1067.5),
        ("10 000 団体", 10000),
        ("1 067団体", 1067),
        ("1\xa0067\u2009団体", 1067),
        ("10 500", 10500),
        ("1万2千団体", 12000),
        ("1万2,345 団体", 12345),
        ("１，０６７団体", 1067),
        ("△5 団体", -5),
        ("▲ 1,234団体", -1234),
        ("1\u200b067\ufeff 団体", 1067),
        ("- 団体", None),
        ("-", None),
        ("", None),
    ],
)
def test_a_cell_is_read_as_a_whole(tmp_path, cell, value):
    assert outcome_of(tmp_path, cell) == (value, [])


@pytest.mark.parametrize(
    "cell",
    [
        *("1000～1067 団体", "1000〜1067団体", "1000-1067 団体", "1000 - 1067 団体", "1000ー1067"),
        *("1000～ 団体", "10³ 団体", "10³", "5①", "①", "½ 団体", "3½ 団体", "3/5", "3 / 5 団体"),
        *("3分の1 団体", "5人中3人", "1.067,5 団体", "1.067.000", "1,06 団体", "1'067 団体"),
        *(
            "1、067団体",
            "1_067",
            "1.2E3 団体",
            "5×3 団体",
            "±5 団体",
            "12:30",
            "2018年3月",
            "2018/3/31",
        ),
        *("2018-03-31", "2時間30分", "842団体/1741団体", "1067団体(61.3％)", "1067※1", "1067*"),
        *("集計中 団体", "三千 団体", "1千5百万 団体", "5%～10%", "-団体", "1067 団体 950 団体"),
    ],
)
def test_a_cell_that_is_not_one_number_is_unknown_and_said(tmp_path, cell):
    assert outcome_of(tmp_path, cell) == (None, [("unread_cell", "actual", cell, "")])


@pytest.mark.parametrize(
    ("cell", "value", "remark"),
    [
        ("1.067 千団体", 1067, ("unit_converted", "1067 団体")),
        ("0.1067万団体", 1067, ("unit_converted", "1067 団体")),
        ("1.067千", 1067, ("unit_converted", "1067 団体")),
        ("約1,067団体", 1067, ("number_qualified", "1067 団体")),
        ("1,067 団体程度", 1067, ("number_qualified", "1067 団体")),
        ("1,067団体以上", None, ("bound_unread", "団体")),
        ("1,067 団体（見込み）", 1067, ("unit_alike", "1067 団体")),
        ("1,067 団体数", 1067, ("unit_alike", "1067 団体")),
        ("61.3 ％", None, ("unit_differs", "団体")),
        ("1,067 市町村", None, ("unit_differs", "団体")),
    ],
)
def test_a_number_in_another_unit_is_converted_or_left_out(tmp_path, cell, value, remark):
    rule, proposed = remark
    assert outcome_of(tmp_path, cell) == (value, [(rule, "actual", cell, proposed)])


def test_amounts_of_a_series_in_yen_of_several_sizes_are_converted(tmp_path):
    text = DEFAULT.replace("71 百万円 | 43 百万円", "0.71 億円 | 43,000千円")
    sheet = read_text(tmp_path, text)
    assert sheet.output["unit"].eq("百万円").all()
    assert sheet.output[["expected", "actual"]].to_numpy().tolist()[-1] == [71, 43]
    assert [remark[0] for remark in remarks(sheet)] == ["unit_converted"] * 2


def test_the_unit_of_a_series_is_the_one_that_most_of_its_numbers_have(tmp_path):
    sheet = read_text(tmp_path, DEFAULT.replace("に1600 団体", "に0.16 万団体以上"))
    assert sheet.outcome["unit"].eq("団体").all()
    assert sheet.outcome["target"].eq(1600).all()
    assert [remark[0] for remark in remarks(sheet)] == ["unit_converted"]


@pytest.mark.parametrize(
    "unit", ["万人", "百万円", "5～1", "10^-14", "円/60kg", "年以上", "※1", "約○％"]
)
def test_a_unit_that_all_numbers_have_is_kept_as_printed(tmp_path, unit):
    sheet = read_text(tmp_path, DEFAULT.replace(" 団体", f" {unit}"))
    assert sheet.outcome["unit"].eq(unit).all()
    assert sheet.outcome["actual"].tolist() == [842, 950, 1067]
    assert remarks(sheet) == []


def test_pipes_in_a_payment_are_joined_and_said(tmp_path):
    text = DEFAULT.replace("富士電機株式会社 | 自治体", "富士電機株式会社 | A｜B | 自治体")
    sheet = read_text(tmp_path, text)
    row = sheet.payment.iloc[4]
    assert (row["payee"], row["amount"], row["fiscal_year"]) == ("富士電機株式会社", 10, 2015)
    assert row["work"] == "A｜B | 自治体情報セキュリティ支援プラットフォームの機能追加"
    ((rule, table, _, _, observed, proposed),) = remarks(sheet)
    assert (rule, table) == ("cells_joined", "payment")
    assert observed.startswith("2015 | 富士電機株式会社 | A｜B |")
    assert proposed.split(" / ")[1].startswith("富士電機株式会社 | A｜B ‖ 自治体")


def without(heading: str) -> str:
    """The default page without one section."""
    headings = [
        "事業の目的",
        "事業概要",
        "予算額・執行額",
        "成果目標",
        "活動指標",
        "主要な支出先",
        "\\Z",
    ]
    following = headings[headings.index(heading) + 1]
    return re.sub(rf"(?ms)^{heading}.*?(?=^{following}|\Z)", "", DEFAULT)


@pytest.mark.parametrize(
    ("heading", "table"),
    [
        ("事業の目的", "sheet"),
        ("事業概要", "sheet"),
        ("予算額・執行額", "budget"),
        ("成果目標", "outcome"),
        ("活動指標", "output"),
        ("主要な支出先", "payment"),
    ],
)
def test_a_missing_section_is_said_and_leaves_the_others_alone(tmp_path, default, heading, table):
    sheet = read_text(tmp_path, without(heading))
    empty = default if table == "sheet" else default.with_table(table, [])
    assert_same_tables(sheet, empty)
    ((rule, of, row, *_),) = remarks(sheet)
    assert (rule, of) == ("missing_section", table)
    assert row.startswith(heading)


def test_an_empty_section_is_said(tmp_path, default):
    text = without("主要な支出先").rstrip() + "\n主要な支出先\n"
    sheet = read_text(tmp_path, text)
    assert_same_tables(sheet, default.with_table("payment", []))
    assert remarks(sheet) == [("empty_section", "payment", "主要な支出先", "", "", "")]


@pytest.mark.parametrize(
    ("old", "new", "remark"),
    [
        ("会計区分", "会計の区分", ("missing_key", "sheet", "会計区分", "", "", "")),
        ("府省庁:", "分類: 新規\n府省庁:", ("unknown_key", "sheet", "L2", "", "分類: 新規", "")),
        ("府省庁:", "(続き)\n府省庁:", ("unread_line", "sheet", "L2", "", "(続き)", "")),
        (
            "実施方法:",
            "府省庁: 財務省\n実施方法:",
            ("repeated_key", "sheet", "L7", "", "府省庁: 財務省", ""),
        ),
        ("2011年〜", "昔〜", ("period_unread", "sheet", "L5", "start_year", "昔", "")),
        ("終了予定なし", "5年度", ("period_unread", "sheet", "L5", "end_year", "5年度", "")),
        ("\n2020 |", "\n※端数\n2020 |", None),
        (
            "主要な支出先",
            "※参考\n主要な支出先",
            ("text_without_table", "output", "L40", "", "※参考", ""),
        ),
        ("※単位", "※税込\n※単位", ("unread_line", "budget", "L13", "", "※税込", "")),
    ],
)
def test_what_the_reader_cannot_place_is_said(tmp_path, old, new, remark):
    if remark is None:
        with pytest.raises(SheetError, match="header line"):
            read_text(tmp_path, DEFAULT.replace(old, new))
        return
    assert remark in remarks(read_text(tmp_path, DEFAULT.replace(old, new)))


@pytest.mark.parametrize(
    ("printed", "start", "end"),
    [
        ("2011年〜終了予定なし", 2011, None),
        ("2011年度～2020年度", 2011, 2020),
        ("平成23年度〜令和2年度", 2011, 2020),
        ("H23年 - R2年", 2011, 2020),
        ("2011~2020", 2011, 2020),
        ("開始年度不明〜2020年", None, 2020),
        ("2011年", 2011, None),
        ("2309年〜", 2309, None),
        ("-", None, None),
    ],
)
def test_periods(tmp_path, printed, start, end):
    sheet = read_text(tmp_path, DEFAULT.replace("2011年〜終了予定なし", printed))
    got = sheet.facts[["start_year", "end_year"]].tolist()
    assert [None if pd.isna(year) else year for year in got] == [start, end]
    assert remarks(sheet) == []


EXECUTED = "2018 | 121 | 71 | 0 | 0 | 0 | 0 | 71 | 43 |\n"
CURRENT = "2019 | 106 | 94 | 0 | 0 | 0 | 0 | 94 | - |\n"
REQUESTED = "2020 | 95 | - | - | - | - | - | - | - |\n"


@pytest.mark.parametrize("left_out", ["", CURRENT, REQUESTED, CURRENT + REQUESTED])
def test_the_sheet_year_is_inferred_from_the_budget_and_said(tmp_path, left_out):
    sheet = read_text(
        tmp_path, DEFAULT.replace(left_out, "") if left_out else DEFAULT, name="a.txt"
    )
    assert (sheet.year, sheet.id) == (2019, "2019-総務省-0042")
    assert remarks(sheet) == [("sheet_year_inferred", "sheet", "", "sheet_year", "", "2019")]


def test_a_file_name_that_contradicts_the_budget_is_said(tmp_path):
    sheet = read_text(tmp_path, DEFAULT, name="2018-総務省-0042.txt")
    assert sheet.year == 2018
    assert sheet.budget["status"].tolist()[-3:] == ["current", "requested", "requested"]
    assert remarks(sheet) == [("sheet_year_differs", "sheet", "", "sheet_year", "2018", "2019")]


def test_text_that_holds_a_headings_words_is_text(tmp_path, default):
    text = DEFAULT.replace(
        "事業概要\n", "事業概要\n主要な支出先 | について\n2018 | 予算額・執行額 |\n"
    )
    assert_same_tables(read_text(tmp_path, text), default)
