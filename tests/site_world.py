"""A corpus of a few projects, and the notebooks of a whole corpus, for pages of a run's folder."""

from pathlib import Path

import corpus_sheets
import rs_writer
import tiny_tasks
from helpers.corpus import build

MINISTRIES = ["総務省", "厚生労働省", "環境省"]
NUMBER = "1020001120059"
"""A corporate number whose check digit is right."""

HOSTILE = "</script><script>x()</script><img src=x onerror=x()>'\"&amp;{{7*7}}\u202e"

PROJECTS = {
    1: ("自治体クラウドの推進", "ＣＬＯＵＤで業務を効率化する。", "導入した団体"),
    2: ("医療情報の基盤", "クラウドを用いて医療の質を上げる。", "参加した病院"),
    3: ("気候変動の観測", "観測する。予測する。", "クラウドに載せた記録"),
    4: ("道路の補修", "補修する。", "補修した延長"),
    5: (f"敵対的な名 {HOSTILE}", f"目的 {HOSTILE}", f"指標 {HOSTILE}"),
    6: ("ﾊﾝｶｸの ABC 事業", "İstanbul ſ ﬁ Σας", "ｶﾞｷﾞ"),
}
"""Project -> name, purpose, indicator."""

PAYEES = {
    1: [("株式会社クラウド屋", NUMBER, 9_000_000), ("一般社団法人道の会", "", 1_000_000)],
    2: [("㈱クラウド屋", "", 5_000_000)],
    4: [("一般社団法人道の会", "", 8_000_000), ("山田太郎", "", 7_000_000)],
    5: [(f"株式会社{HOSTILE}", "", 3_000_000)],
}
"""Project -> name, number and yen of those paid directly."""


def ministry(number: int) -> str:
    return MINISTRIES[number % 3]


def corpus(folder: Path) -> Path:
    """A corpus of RS 2024, and of the sheets of 2019 of some other projects."""
    (folder / "rs").mkdir(parents=True)
    keys = {
        number: {
            "予算事業ID": f"{number}",
            "事業名": name,
            "府省庁": ministry(number),
            "政策所管府省庁": ministry(number),
        }
        for number, (name, _, _) in PROJECTS.items()
    }
    facts = [
        keys[number] | {"事業の目的": purpose, "事業の概要": "概要。", "事業概要URL": _url(number)}
        for number, (_, purpose, _) in PROJECTS.items()
    ]
    budget = [
        keys[number] | rs_writer.total(year, **_amounts(number, year))
        for number in PROJECTS
        for year in range(2021, 2026)
    ]
    outcomes = [
        keys[number]
        | {
            "アクティビティ・アウトプット・アウトカムの番号": "1",
            "種別（アクティビティ・アウトプット・アウトカム）": "アウトカム",
            "アウトカムの期間": "短期アウトカム",
            "活動指標／成果指標": indicator,
            "単位": "件",
            "目標年度／目標値／実績値／達成率": "実績値",
            "2023": "5",
        }
        for number, (_, _, indicator) in PROJECTS.items()
    ]
    paid = [keys[number] | row for number, payees in PAYEES.items() for row in _payments(payees)]
    flow = [
        keys[number] | {"担当組織からの支出": "TRUE", "支出先の支出先ブロック": "A"}
        for number in PAYEES
    ]
    rs_writer.write(folder / "rs", t12=facts, t21=budget, t31=outcomes, t51=paid, t52=flow)
    old = corpus_sheets.lines(
        folder / "sheets.ndjson", *(corpus_sheets.sheet(2019, number) for number in (8, 9))
    )
    build.build([folder / "rs", old], folder / "corpus", workers=1)
    return folder / "corpus"


def _url(number: int) -> str:
    return {1: "https://www.soumu.go.jp/cloud", 2: "https://attacker.example/"}.get(number, "")


def _amounts(number: int, year: int) -> dict[str, str]:
    granted = f"{number}00000000"
    if year == 2025:
        return {"requested": granted}
    spent = {"executed": f"{number}0000000"} if year < 2024 else {}
    return {"initial": granted, "gross": granted, **spent}


def _payments(payees: list[tuple[str, str, int]]) -> list[dict]:
    block = {"支出先ブロック番号": "A", "支出先ブロック名": "甲", "支出先の数": f"{len(payees)}"}
    total = sum(amount for *_, amount in payees)
    return [
        block | {"ブロックの合計支出額": f"{total}"},
        *(
            block | {"支出先名": name, "法人番号": number, "支出先の合計支出額": f"{amount}"}
            for name, number, amount in payees
        ),
    ]


OF_ALL = 'corpus: str = None\nyear: int = None\nministry: str = None\nlang: str = "ja"'

PORTFOLIO = """\
from IPython.display import HTML, display
from helpers import Portfolio, language, show
language(lang)
made = Portfolio(corpus, year, ministry)
told = {"title": f"{year} {lang}", "lang": lang, "ministry": ministry}
display(show.Answer("a", headline=told))
names = [show.marked(show.OfSheet(row.name, row.sheet_id)) for row in made.leads.itertuples()]
names.append('<span data-sheet="1999-x">無い</span>')
names += [show.marked(show.OfPayee("甲社", of)) for of in ("1020001120059", "x")]
HTML("".join(f"<ul><li>{name}</li></ul>" for name in names))
"""


def notebooks(folder: Path) -> list[Path]:
    """One of a portfolio, one of payees, and one that means another corpus."""
    of_payees = OF_ALL.replace("year", "last_year") + "\npayee: str = None"
    as_shipped = 'corpus: str = None\nlang: str = "ja"'
    return [
        tiny_tasks.notebook(folder, "04_portfolio.ipynb", PORTFOLIO, OF_ALL),
        tiny_tasks.notebook(folder, "06_payees.ipynb", "print(corpus, ministry)", of_payees),
        tiny_tasks.notebook(folder, "05_record.ipynb", "print(corpus)", as_shipped),
    ]
