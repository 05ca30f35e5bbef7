"""What notebook 04 says of money, of projects and of past rankings, by hand."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers import fitted
from helpers.analysis import leads
from helpers.analysis.portfolio import MONEY
from helpers.show import OfSheet, Table, marked
from helpers.story.portfolio import first, reasons, record, sums
from helpers.story.portfolio.answer import answer
from speaking import told

ABOUT = {"year": 2019, "sheet_years": [2018, 2019], "seen": 2019, "unfinished": []}
ABOUT |= {"ministry": None, "policy_area": None}


def row(ministry: str, year: int, net: float, spent: float | None, many: int = 10, **more) -> dict:
    known = spent is not None
    facts = {"ministry": ministry, "fiscal_year": year, "sheet_year": year + 1, "projects": many}
    facts |= {"outturns": many - 2 if known else 0, "projects_before": many, "budget_net": net}
    facts |= {"budget_known": net if known else None, "executed": spent, "over": 0.0}
    return facts | {"unspent": net - spent if known else None, "initial": net} | more


def money(*rows: dict) -> pd.DataFrame:
    table = pd.DataFrame(rows).reindex(columns=MONEY)
    counts = [name for name in MONEY if name.startswith(("fiscal", "sheet", "proj", "outturns"))]
    return table.astype(dict.fromkeys(MONEY[1:], "float")).astype(dict.fromkeys(counts, "Int64"))


MADE = money(
    row("甲省", 2017, 1000.0, 900.0),
    row("甲省", 2018, 1000.0, 700.0, carried_out=-50.0),
    row("乙省", 2018, 200.0, 100.0),
    row("丙省", 2018, 50.0, 50.0),
    row("甲省", 2019, 1000.0, None, requested=1100.0),
)


def test_the_last_year_that_is_over_and_its_share():
    last = sums.last(MADE)
    assert last["fiscal_year"] == 2018
    assert [last[name] for name in ("budget_known", "executed", "unspent")] == [1250, 850, 400]
    assert last["rate"] == pytest.approx(0.32)
    assert sums.last(MADE[MADE["fiscal_year"] == 2019]) is None


def test_ministries_stand_by_what_they_left_with_their_places():
    table = sums.ministries(MADE, 2018).set_index("ministry")
    assert [*table.index] == ["甲省", "乙省", "丙省"]
    assert table["share"].tolist() == [0.75, 0.25, 0]
    assert table["rate"].tolist() == [0.3, 0.5, 0]
    assert table["rate_place"].tolist() == [2, 1, 3]


def leads_of(*unspent: float) -> pd.DataFrame:
    many = len(unspent)
    names = [f"事業{at}" for at in range(many)]
    every = dict.fromkeys([name for columns in leads.REASONS.values() for name in columns], np.nan)
    table = pd.DataFrame(every, range(many)).assign(
        **{"project_id": names, "name": names, "sheet_id": [f"2019-甲省-{n}" for n in names]},
        **{"ministry": "甲省", "size": "<= 10", "unspent": unspent, "expected_unspent": unspent},
        **{"budget_net": 500.0, "executed": 500.0 - np.array(unspent), "budget_current": 9.0},
    )
    return leads.ranked(table)


def said(lang: str, about: dict = ABOUT, table: pd.DataFrame = MADE):
    own = leads_of(200.0, 60.0, 40.0, 1.0)
    left = pd.DataFrame({"fiscal_year": [2018, 2017]})
    rankings = fitted.SHIPPED.track_record["ranking"]
    given = (about, table, sums.ministries(table, 2018), own, rankings, left)
    return told(lang, answer, *given)


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("ja", "2018年度、国の24事業に付いた予算計12億5,000万円のうち、32.0 %にあたる4億円が"),
        (
            "en",
            "In FY2018, ¥400 million, 32.0 % of the net budget of ¥1.25 billion of 24 projects of ",
        ),
    ],
)
def test_the_answer_is_one_sentence_with_its_share(lang, sentence):
    shown = said(lang)
    assert shown.sentence.startswith(sentence)
    assert shown.number[0] == "32.0 %"
    assert [shown.headline[name] for name in ("fiscal_year", "unspent", "rate")] == [
        2018,
        400,
        0.32,
    ]
    facts = " ".join(shown.facts)
    # Three of 3 ministries have all, three projects have 300 of 400.
    assert {"100 %", "75 %"} <= set(re.findall(r"\d+ %", facts))


def test_a_ministry_is_told_its_places():
    own = MADE[MADE["ministry"] == "乙省"]
    shown = told(
        "ja",
        answer,
        *(ABOUT | {"ministry": "乙省"}, own, sums.ministries(MADE, 2018)),
        *(leads_of(1.0), fitted.SHIPPED.track_record["ranking"], pd.DataFrame({"fiscal_year": []})),
    )
    assert "額では2番目に多く、予算計に対する割合では1番目に高い" in shown.facts[0]
    assert shown.headline["title"].startswith("乙省のお金")


def test_more_than_the_budget_is_no_unspent_money():
    table = money(row("甲省", 2018, 100.0, 130.0))
    assert "執行額は予算計を3,000万円上回った" in said("ja", table=table).sentence
    assert "executed ¥30 million more" in said("en", table=table).sentence


PRINTED = pd.DataFrame(
    [
        (sheet, 2019, year, "", True, 10.0, 10.0 - left)
        for sheet, years in {"a": {2017: 9.0, 2018: 8.0}, "b": {2017: 9.0, 2018: 4.0}}.items()
        for year, left in years.items()
    ]
    # Its first year is not there: it says nothing of a change.
    + [("c", 2019, 2018, "", True, 1000.0, 900.0), ("a", 2019, 2019, "", False, 10.0, None)],
    columns=[
        *("sheet_id", "sheet_year", "fiscal_year", "left_out", "modelled"),
        *("budget_net", "unspent"),
    ],
)


def test_years_are_compared_over_the_same_projects():
    table = money(row("甲省", 2018, 10.0, 9.0))
    shown = told("ja", sums.read_years, sums.with_rate(sums.years(table)), table, PRINTED, 2019)
    assert "同じ2事業だけで比べると、残った割合は2017年度10.0 %、2018年度40.0 %。" in str(shown)


def test_years_that_cannot_be_compared_are_named():
    rows = [row("甲省", year, 10.0, 9.0) for year in range(2012, 2017)]
    odd = [row("甲省", 2017, 500.0, 400.0), row("甲省", 2018, 10.0, 9.0, many=4)]
    table = money(*rows, *odd)
    shown = told("ja", sums.read_years, sums.with_rate(sums.years(table)), table, PRINTED, 2018)
    text = "\n".join(shown.paragraphs)
    assert "2017年度の甲省の予算計5億円は、この府省庁のほかの年度の何倍もある" in text
    assert "2018年度は手元にあるシートが少ない(執行額の分かる事業は最も少ない年度で2" in text


def test_a_request_is_compared_where_as_many_asked():
    few, many = (row("甲省", 2018, 10.0, 9.0, many=n) for n in (3, 10))
    for before, likes in ((many, True), (few, False)):
        table = money(before, row("甲省", 2019, 12.0, None, requested=15.0))
        made = sums.with_rate(sums.years(table))
        shown = told("ja", sums.read_years, made, table, PRINTED, 2019)
        assert ("要求1,500万円に対し当初予算は1,200万円" in str(shown)) == likes


def test_what_is_in_no_sum_is_counted_and_listed():
    columns = ["sheet_id", "ministry", "name", "fiscal_year", "left_out", "budget_net", "executed"]
    rows = [["2019-甲省-1-1", "甲省", "枝", 2018, "branch sheet", 9.0, 8.0]]
    rows += [["2018-甲省-1-1", "甲省", "前", 2017, "branch sheet", 9.0, 8.0]]
    shown, table = told("ja", sums.left_out, pd.DataFrame(rows, columns=columns), MADE)
    assert "30事業のうち" in str(shown)
    assert "6事業は、残ったお金の合計に入っていない" in str(shown)
    assert "枝番のシート1枚" in str(shown)
    assert "枝" in str(table)
    assert "前" not in str(table)


def test_a_name_in_a_table_leads_to_its_sheet():
    table = told("ja", first.first_table, leads_of(30.0, 20.0))
    assert '<span data-sheet="2019-甲省-事業0">事業0</span>' in table._repr_html_()
    rows = pd.DataFrame({"name": ["<b>&"], "sheet_id": ['"><x']})
    hostile = Table(pd.DataFrame({"name": OfSheet.column(rows)}), formats={"name": OfSheet.itself})
    assert '<span data-sheet="&quot;&gt;&lt;x">&lt;b&gt;&amp;</span>' in hostile._repr_html_()
    english = told("en", marked, OfSheet("甲事業", "2019-甲省-1"))
    assert english == '<span data-sheet="2019-甲省-1"><span lang="ja">甲事業</span></span>'


def test_each_reason_stands_with_the_sheets_own_words_once(monkeypatch):
    monkeypatch.setattr(leads, "FEWEST", 2)
    own = leads_of(30.0, 20.0).assign(errors=[2.0, 0.0], warnings=[0.0, 0.0])
    own = own.assign(gravest="合わない。", gravest_en="It does not add up.", low_again=[3.0, 0.0])
    own = leads.ranked(own.assign(low_unspent=[9.0, 0.0], low_years=[3.0, 0.0], asked=[1.5, 1.0]))
    text = "入札の不調で執行率が低い。"
    explained = [["2019-甲省-事業0", name, "special", text] for name in ("unspent", "persistence")]
    explained = pd.DataFrame(explained, columns=["sheet_id", "reason", "place", "explanation"])
    empty = dict.fromkeys(["target_outside", "contracts_of", "reaction", "opinion", "indicator"])
    own = own.assign(**empty, expected_budget=50.0, bidders_unknown=np.nan)
    found = told("ja", reasons.reasons, own, explained, 2019)
    shown = told("ja", lambda: repr(first.told(first.top(own, 1), found)))
    assert shown.count(text) == 1
    assert "執行率70 %未満が直近3年続き、計900万円が残ったが、2020年度の要求額は" in shown
    assert "2018年度の当初予算より50 %多い" in shown
    assert "誤り2件。最も重いもの: 合わない。" in shown
    english = told("en", reasons.reasons, own, explained, 2019)["told"]
    assert english.str.contains("The gravest: It does not add up.").any()
    assert english.str.contains("50 % higher than the initial budget").any()


def test_the_order_says_its_weights_and_what_is_not_known():
    own = leads_of(30.0, 20.0)
    coverage = pd.DataFrame({"reason": [*leads.REASONS], "known": [2, 0, 0, 0, 0, 2]})
    weights = leads.WEIGHTS | {"unspent": 3.0}
    shown = str(told("ja", first.read_first, own, coverage, weights, 20, False))
    assert "重み(残る見込みの額3、目標に届かない見込み1、" in shown
    assert "「競争のない契約」" in shown
    assert "同じ重み" in str(told("ja", first.read_first, own, coverage, leads.WEIGHTS, 20, False))


def ranking(question: str, by: str, origin: str, value: float, low: float, high: float) -> dict:
    facts = {"question": question, "origin": origin, "top": 100, "by": by, "value": value}
    return facts | {
        "low": low,
        "high": high,
        "projects": 9,
        "known": 8,
        "known_in_top": 7,
        "total": 1,
    }


def rankings(*gains: tuple[str, float, float]) -> pd.DataFrame:
    """Rankings of unspent money with the gain and its low end by origin."""
    rows = [ranking("unspent", "gain", *gain, 0.3) for gain in (*gains, ("all", 0.1, 0.05))]
    held = {"expected": 0.8, "last": 0.6, "size": 0.7, "last share": 0.5, "random": 0.02}
    rows += [ranking("unspent", by, "all", value, 0.0, 1.0) for by, value in held.items()]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("gains", "parts"),
    [
        ([("2018", 0.1, 0.01), ("2019", 0.2, 0.1)], ["どの年でも上回った", "すべて0より上にある"]),
        (
            [("2018", 0.1, -0.01), ("2019", 0.2, 0.1)],
            ["どの年でも上回った", "0を含まないのは2019年"],
        ),
        ([("2018", -0.1, -0.2), ("2019", 0.2, -0.1)], ["2回のうち1回", "どの年も0を含み"]),
    ],
)
def test_a_record_says_where_it_is_no_better(gains, parts):
    shown = str(told("ja", record.read_record, rankings(*gains)))
    assert "予測を使わない並べ方で最もよいもの(予算の大きい順)は70.0 %" in shown
    assert "年ごとに最もよかったものとの差は、平均10.0ポイント(95 %区間 5.0〜30.0)" in shown
    assert [part for part in parts if part not in shown] == []


def test_the_shipped_record_is_told_as_it_is():
    shown = str(told("en", record.read_record, fitted.SHIPPED.track_record["ranking"]))
    assert "It was ahead in every year" in shown
    assert "only for rankings from the sheets of 2021 and 2023" in shown
    assert "no better than a random pick" in shown
    empty = fitted.SHIPPED.track_record["ranking"][:0]
    assert told("en", record.read_record, empty).paragraphs[0].startswith("What became of past")
