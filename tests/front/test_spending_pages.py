"""Notebook 02 over real sheets of different kinds: its answer can be recomputed from the tables on
the page, and in its figures no text lies upon another."""

import re
import shutil
from functools import cache
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import pytest

from helpers import Spending, money, paths, sources, words
from helpers.front import of_a_sheet
from helpers.sheet import ReviewSheet
from helpers.show import Answer, Fold, Table
from helpers.sources import judgit_json
from judgit import CORPUS, file
from overlaps import faults
from speaking import told

RS = CORPUS.parent / "rs-fixtures" / "csv2024"
SECTIONS = ("cascade", "rates", "peers", "unspent", "forecast")
FIGURES = ("cascade", "rates", "unspent", "payments", "contracts", "flows")

KINDS = {
    "the default sheet": "default",
    "610 trillion yen": (2015, "国債整理基金の経理"),
    "over budget": (2015, "航空一般部品"),
    "over budget and small": (2016, "鳥獣保護基盤整備費"),
    "nothing left": (2018, "電力系統の出力変動に対応するための技術研究開発事業"),
    "hardly executed": (2016, "国産農林水産物・食品への理解増進事業"),
    "a branch without a budget": (2019, "救急患者の受入体制の充実（統合補助金分）"),
    "nothing executed": (2017, "自衛隊指揮通信システム隊の射撃用弾薬"),
    "equal every year": (2016, "港湾・空港関連施設整備費"),
    "RS 2024": "rs",
}


YEARS = (2017, 2018)


@cache
def spending(kind: str) -> Spending:
    """The sheet of a kind; the test is skipped where the shared data are not there."""
    of = KINDS[kind]
    if of == "default":
        return Spending(paths.DEFAULT_SHEET)
    if of == "rs":
        if not RS.is_dir():
            pytest.skip(f"no RS files at {RS}")
        with TemporaryDirectory() as folder:
            for table in RS.glob("*_RS_*.csv"):
                shutil.copy(table, folder)
            return Spending(ReviewSheet.build(**next(sources.stream(folder))))
    if not CORPUS.exists():
        pytest.skip(f"no shared corpus at {CORPUS}")
    year, name = of
    for path, line, content in judgit_json.lines(file(year)):
        if f'"{name}"'.encode() in content:
            return Spending(ReviewSheet.build(**judgit_json.parse(content, path, line)))
    raise AssertionError(f"no {name} in {year}")


def tables(page: Spending, lang: str, monkeypatch) -> list[Table]:
    """The tables that the page shows, also those that are folded."""
    shown: list = []
    monkeypatch.setattr(of_a_sheet, "display", shown.append)
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))
    for name in SECTIONS:
        told(lang, getattr(page, f"show_{name}"))
    parts = [part for one in shown for part in (one.parts if isinstance(one, Fold) else [one])]
    return [part for part in parts if isinstance(part, Table)]


def column(table: Table, heading: str) -> list[str]:
    return [row[table.headings.index(heading)] for row in table.rows]


def value(cell: str) -> float:
    return float("nan") if cell == "–" else float(cell.replace(",", "").removesuffix(" %"))


def unit(table: Table, lang: str) -> money.Unit:
    """The unit that a caption names."""
    return next(each for each in money.UNITS[lang] if each.name in table.caption)


def share(text: str) -> float:
    """The share in a large number; nothing of those that are only said to be small."""
    return float(re.search(r"[-+−]?[\d.]+", text)[0].replace("−", "-")) / 100


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_answer_can_be_recomputed_from_the_tables_of_the_page(kind, lang, monkeypatch):
    page = spending(kind)
    answer = told(lang, page.answer)
    assert isinstance(answer, Answer)
    found = tables(page, lang, monkeypatch)
    facts, cells = " ".join(answer.facts), [c for t in found for row in t.rows for c in row]
    if page.overall.years:
        _of_rates(answer, found, lang)
    else:
        assert any(str(int(year)) in answer.sentence for year in page.rates["fiscal_year"])
    compared = [text for text in answer.facts if re.search(r"多く残した|larger (share|one)", text)]
    for part in re.findall(r"(?:less than |more than )?\d+ %(?:未満|超)?", " ".join(compared)):
        assert part in cells
    if len(page.forecast) and page.forecast["model"].iloc[0] != "unbudgeted":
        chance = page.forecast["p_below_70"].iloc[0]
        assert told(lang, words.chance, chance) in facts
        assert any(told(lang, words.chance, chance) in cell for cell in cells)
        ranges = re.findall(r"¥[\d.,]+–[\d.,]+ \w+|[\d億万兆,]+〜[\d億万兆,]+円", facts)
        assert all(text in cells for text in ranges), (ranges, cells)


def _of_rates(answer: Answer, found: list[Table], lang: str) -> None:
    """Budget and unspent of the years with a rate, as the table of the rates has them."""
    heading = {"ja": "執行率(純額)", "en": "Net rate"}[lang]
    [table] = [one for one in found if heading in one.headings and one.headings[0] != heading]
    names = [told(lang, words.term, name) for name in ("budget_net", "executed", "unspent")]
    net, spent, left = (list(map(value, column(table, name))) for name in names)
    rates = list(map(value, column(table, heading)))
    years = [at for at, row in enumerate(table.rows) if row[0].isdigit() and rates[at] == rates[at]]
    budget, unspent = (sum(values[at] for at in years) for values in (net, left))
    if len(table.rows) > 1 and not table.rows[-1][0].isdigit():
        assert net[-1] == pytest.approx(budget, rel=1e-3, abs=0.6 * len(years)), table.caption
        assert left[-1] == pytest.approx(unspent, rel=1e-3, abs=0.6 * len(years))
        assert spent[-1] == pytest.approx(net[-1] - left[-1], rel=1e-3, abs=1.1)
        budget, unspent = net[-1], left[-1]
    number, of = answer.number
    if "未満" not in number and "less" not in number:
        assert abs(share(number)) == pytest.approx(abs(unspent / budget), abs=0.006)
        assert number.startswith("+") == (unspent < 0)
    million = unit(table, lang).million
    said = told(lang, money.yen, budget * million)
    assert said in answer.sentence
    assert said in of
    low = sum(rates[at] < 70 for at in years)
    told_low = re.search(
        r"(\d+)年のうち(\d+)年で3割|left in (\d+) of (\d+) years", " ".join(answer.facts)
    )
    if told_low:
        many = sorted(int(part) for part in told_low.groups() if part)
        assert many == sorted((low, len(years)))


def test_payments_of_one_year_are_bars_and_of_several_cells():
    rows = [(2018, "甲", 30.0), (2018, "乙", 10.0), (2017, "甲", 5.0)]
    for paid, bars in ((rows[:2], 3), (rows, 0)):
        table = [dict(zip(("fiscal_year", "payee", "amount"), row, strict=True)) for row in paid]
        money_of = [{"fiscal_year": year, "budget_net": 50.0, "executed": 50.0} for year in YEARS]
        head = [{"sheet_year": 2019, "name": "事業", "ministry": "総務省", "project_number": "1"}]
        page = Spending(ReviewSheet.build(sheet=head, budget=money_of, payment=table))
        axes = told("en", page.plot_payments)
        assert len(axes.patches) == bars
        if bars:
            assert [bar.get_width() for bar in axes.patches] == [30, 10, 10]
            assert {"30", "10"} <= {text.get_text() for text in axes.texts}
        plt.close("all")


def test_the_rest_of_the_payees_is_not_others():
    names = ["その他", *"甲乙丙丁戊己庚辛壬癸子丑寅卯"]
    paid = [
        {"fiscal_year": 2018, "payee": name, "amount": 20.0 - at} for at, name in enumerate(names)
    ]
    head = [{"sheet_year": 2019, "name": "事業", "ministry": "総務省", "project_number": "1"}]
    page = Spending(ReviewSheet.build(sheet=head, payment=paid))
    for lang, rest in (("ja", "上記以外"), ("en", "all others")):
        axes = told(lang, page.plot_payments)
        shown = [label.get_text() for label in axes.get_yticklabels()]
        assert rest in shown
        assert not {"その他", "others"} & set(shown)
        assert "甲" in axes.figure.data["payee"].iloc[0]
        plt.close("all")


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_text_of_a_figure_lies_upon_another(kind, lang):
    page = spending(kind)
    for name in FIGURES:
        axes = told(lang, getattr(page, f"plot_{name}"))
        if axes is not None:
            assert faults(axes.figure) == [], name
            assert all(isinstance(heading, str) for heading in axes.figure.data), name
        plt.close("all")
