"""The sentences on a project's peers: right for any project, in both languages."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers import paths, sources
from helpers.analysis import execution, measures, peers, persistence
from helpers.charts import spending as peers_chart
from helpers.charts import style
from helpers.sheet import ReviewSheet
from helpers.story.spending import peers as story
from speaking import told

ABOUT = {
    "as_of": 2019,
    "sheet_years": [2015, 2016, 2017, 2018, 2019],
    "fiscal_years": list(range(2012, 2019)),
    "sheets": 26000,
    "projects": 6000,
    "project_years": 30000,
    "left_out": [],
}


HEAD = {"sheet_id": "2019-省-1", "sheet_year": 2019, "ministry": "総務省", "name": "事業"}
EMPTY = ReviewSheet.build(sheet=[HEAD | {"project_number": "1"}])


def corpus() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The tables of a hundred made-up projects of 総務省: the first of them at 1 %, the last at
    100 % in every year."""
    rows = [
        {"project_id": f"p{rate}", "fiscal_year": year, "budget_net": 50.0, "executed": rate / 2}
        for rate in range(1, 101)
        for year in range(2012, 2019)
    ]
    money = pd.DataFrame(rows).eval("initial = budget_net").eval("budget_gross = budget_net")
    facts = {"ministry": "総務省", "methods": "補助", "is_branch": False, "status": "closed"}
    spending = money.assign(requested=60.0, **facts)
    ids = spending["project_id"].unique()
    project = pd.DataFrame({"sheet_id": ids, "sheet_year": 2019, "project_id": ids})
    outcome, payment = (
        table.assign(sheet_id=pd.Series(dtype=str)) for table in (EMPTY.outcome, EMPTY.payment)
    )
    table = peers.table(spending, outcome, payment, project)
    return table, persistence.table(spending, draws=50), persistence.money(spending)


@pytest.fixture(scope="module")
def tables():
    return corpus()


def sheet(budget: dict[int, tuple], **facts) -> ReviewSheet:
    """A sheet whose years have a net budget and an outturn."""
    rows = [
        {"fiscal_year": year, "initial": net, "budget_net": net, "budget_gross": net}
        | {"executed": executed, "status": "closed", "requested": np.nan}
        for year, (net, executed) in budget.items()
    ]
    return ReviewSheet.build(sheet=[HEAD | {"project_number": "1"} | facts], budget=rows)


def said(page: ReviewSheet, tables, lang: str) -> dict[str, str]:
    table, after, money = tables
    rates = execution.rates(page)
    size = peers.mean_size(rates)
    own = measures.own(page, rates)
    facts = page.facts
    places = peers.standing(table, own, facts["ministry"], size)
    years = [int(year) for year in rates.loc[rates["modelled"], "fiscal_year"]]
    band = peers.band(table, years, facts["ministry"], size)
    shown = {
        "peers": repr(told(lang, story.read_peers, places, money, rates, ABOUT)),
        "table": repr(told(lang, story.peers_table, places)),
        "band": told(lang, story.read_band, band),
        "alt": told(lang, peers_chart.behind_alt, band),
        "followed": repr(told(lang, story.read_followed, after, rates, ABOUT)),
    }
    for text in shown.values():
        assert not re.search(r"\b(nan|inf|None)\b|<NA>", text), text
        assert lang == "ja" or not re.search("[ぁ-ん]", text), text
    return shown


STEADY = dict.fromkeys(range(2014, 2019), (50.0, 14.25))


def test_the_place_among_all_the_ministry_and_the_size(tables):
    ja, en = (said(sheet(STEADY), tables, lang) for lang in ("ja", "en"))
    assert "執行率(純額)28.5 %は、全事業(3年以上の執行率が分かる100事業)の下から28 %" in ja["peers"]
    assert "総務省(100事業)の下から28 %" in ja["peers"]
    assert (
        "同じ規模(予算計の年平均1,000万〜1億円、100事業)の下から28 %の位置にあります" in ja["peers"]
    )
    assert "中央値は全体50.5 %" in ja["peers"]
    assert "シート26,000枚のうち執行率の分かる6,000事業(2012〜2018年度)" in ja["peers"]
    assert "28 % of all 100 projects with 3 or more years known" in en["peers"]
    assert "have a lower net execution rate than this project's 28.5 %" in en["peers"]
    assert re.search(r"28\.5 % +5 +50\.5 %", en["table"])


def test_a_high_rate_is_counted_from_above(tables):
    high = sheet(dict.fromkeys(range(2014, 2019), (50.0, 48.75)))  # 97.5 %
    assert "上から3 %" in said(high, tables, "ja")["peers"]
    assert "97 % of all 100 projects" in said(high, tables, "en")["peers"]


def test_a_full_rate_is_told_with_those_that_are_full_too(tables):
    full = sheet(dict.fromkeys(range(2014, 2019), (50.0, 50.0)))
    ja, en = (said(full, tables, lang)["peers"] for lang in ("ja", "en"))
    assert "より低いのは全事業(3年以上の執行率が分かる100事業)の99 %" in ja
    assert "同じ値が1 %、1 %、1 %あります" in ja
    assert "1 %, 1 % and 1 % have the same one" in en
    assert "百万円で、これより少ないのは" not in ja  # nothing unspent to speak of


def test_above_the_budget_all_are_lower(tables):
    over = sheet(dict.fromkeys(range(2014, 2019), (50.0, 60.0)))
    assert "上から1 %未満" in said(over, tables, "ja")["peers"]
    assert "more than 99 % of all 100 projects" in said(over, tables, "en")["peers"]


def test_an_unknown_ministry_is_said_to_have_no_peers(tables):
    new = sheet(STEADY, ministry="デジタル庁")
    ja, en = (said(new, tables, lang) for lang in ("ja", "en"))
    assert "デジタル庁には比べられるものが20以上ないため" in ja["peers"]
    assert "Fewer than 20 of the Digital Agency can be compared" in en["peers"]
    assert "デジタル庁" not in ja["band"]


def test_a_size_without_peers(tables):
    large = sheet(dict.fromkeys(range(2014, 2019), (500000.0, 400000.0)))
    ja, en = (said(large, tables, lang) for lang in ("ja", "en"))
    assert "1,000億円超には比べられるものが20以上ないため" in ja["peers"]
    assert "of the size over ¥100 billion can be compared" in en["peers"]
    assert "全事業" in ja["band"]
    assert "all sizes" in en["followed"]


def test_few_years_are_compared_with_single_years(tables):
    short = sheet({2017: (50.0, 14.25), 2018: (50.0, 14.25)})
    ja, en = (said(short, tables, lang)["peers"] for lang in ("ja", "en"))
    assert "3年に満たないため、各事業の1年ごとの執行率と比べます" in ja
    assert "全事業(700事業年度)の下から28 %" in ja
    assert "28 % of all 700 project-years" in en
    # Unspent money has a place among single years, too.
    assert "これより少ないのは全事業年度の72 %、同じ規模では72 %です" in ja
    assert "72 % of all project-years and 72 % of those of the same size left less." in en
    ja, en = (said(sheet(STEADY), tables, lang)["peers"] for lang in ("ja", "en"))
    assert "これより少ないのは全事業の72 %" in ja
    assert "72 % of all projects and 72 %" in en


def test_years_after_the_table_are_named(tables):
    late = sheet(dict.fromkeys(range(2017, 2022), (50.0, 14.25)))
    ja, en = (said(late, tables, lang) for lang in ("ja", "en"))
    assert "この事業の2019年度、2020年度、2021年度はこの範囲の外で" in ja["peers"]
    assert "FY2019, FY2020 and FY2021 of this project lie outside that span" in en["peers"]
    assert "2019年度、2020年度、2021年度は比べる表にないため" in ja["band"]
    assert "those of all its years together" in en["band"]
    inside = said(sheet(STEADY), tables, "en")
    assert "outside" not in inside["peers"]
    assert "together" not in inside["band"]


def test_without_a_rate_nothing_is_compared(tables):
    for page in (EMPTY, sheet({2018: (50.0, np.nan)})):
        ja, en = (said(page, tables, lang) for lang in ("ja", "en"))
        assert ja["peers"] == "執行率が分からないため、ほかの事業とは比べません。"
        assert "Without a known rate" in en["followed"]
        assert ja["band"] == ja["alt"] == ""


def test_an_empty_corpus_gives_no_place(tables):
    none = tuple(table.head(0) for table in tables)
    shown = said(sheet(STEADY), none, "en")
    assert "no place among them can be given" in shown["peers"]
    assert "Fewer than 20 project-years are like this one" in shown["followed"]
    assert shown["table"] == ""


def test_what_followed_those_like_it(tables):
    ja, en = (said(sheet(STEADY), tables, lang)["followed"] for lang in ("ja", "en"))
    # Every one of the 29 projects under 30 % stays there: six pairs of years each.
    assert "執行率が30 %未満だった同じ規模(1,000万〜1億円)の174事業年度(29事業)" in ja
    assert "翌年度も70 %を下回ったのは99 %超" in ja
    assert "70 %以上だった事業年度のあとでは1 %未満でした" in ja
    assert "it was again under 70 % in the next year in more than 99 %" in en
    # 60 asked for after 50.
    assert "要求を出した年度の当初予算以上だったのは99 %超" in ja
    assert "1.00 times that of the year itself in the median" in en
    assert "no forecast for this project" in en


def test_after_a_good_year_the_fall_is_told(tables):
    good = sheet(dict.fromkeys(range(2014, 2019), (50.0, 40.0)))
    ja, en = (said(good, tables, lang)["followed"] for lang in ("ja", "en"))
    assert "70〜90 %だった" in ja
    assert "翌年度に70 %を下回ったのは1 %未満" in ja
    assert "of 70–90 %" in en
    assert "again" not in en


def test_the_default_sheet_reads_well(tables):
    page = sources.read(paths.DEFAULT_SHEET)
    assert "70.4 %" in said(page, tables, "ja")["peers"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_band_is_drawn_behind(tables, lang):
    band = peers.band(tables[0], [2017, 2018, 2019], "総務省", "10-100")
    axes = style.canvas(None)
    figure = axes.figure
    peers_chart.behind(axes, band)
    plt.close(figure)
    together = band["all_years"].to_numpy(bool)
    columns = [bars.get_path().vertices[:, 1].reshape(-1, 5) for bars in axes.patches]
    assert sum(map(len, columns)) == 6
    for outer, inner, years in ((*columns[:2], band[~together]), (*columns[2:], band[together])):
        for column, low, high in ((outer, "p10", "p90"), (inner, "p25", "p75")):
            np.testing.assert_allclose(column.min(axis=1), 100 * years[low])
            np.testing.assert_allclose(column.max(axis=1), 100 * years[high])
    assert "50.5 %" in told(lang, peers_chart.behind_alt, band)
