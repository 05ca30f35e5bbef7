"""The sentences and tables on past forecasts: right for one quantity or three, with gaps."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers import fitted
from helpers.show import Answer
from helpers.story import track
from helpers.story.track import groups
from track_tables import record, score

ALL = ("outcome", "rate", "outturn")
RECORDS = [(), *((name,) for name in ALL), ("outcome", "rate"), ALL]


def said(record: dict, lang: str) -> dict[str, str]:
    """Everything that the notebook shows of a record, as plain text."""
    about, scores = record["about"], record["scores"]
    shown = {
        "answer": track.answer(record, lang),
        "tested": track.read_tested(about, lang),
        "counts": track.counts_table(about, lang),
        "coverage": track.read_coverage(track.coverage(scores, lang), lang),
        "errors": track.read_errors(track.errors(scores, lang), lang),
        "errors table": track.errors_table(scores, lang),
        "odds": track.read_odds(record["reliability"], lang),
        "odds table": track.odds_table(scores, lang),
        "pit": track.read_pit(record["pit"], lang),
        "ministries": track.read_ministries(track.ministries(scores, lang), lang),
        "failures": track.failures_table(scores, lang),
    }
    texts = {name: repr(thing) for name, thing in shown.items()}
    for name, text in texts.items():
        assert shown[name]._repr_html_().startswith("<div")
        assert not re.search(r"\b(nan|inf|None)\b|<NA>", text), text
        assert lang == "ja" or not re.search("[ぁ-ん]", text), text
    return texts


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("quantities", RECORDS)
def test_any_quantities_and_none_are_told(quantities, lang):
    made = record(*quantities)
    texts = said(made, lang)
    names = {name: groups.quantity(name, lang) for name in ALL}
    for name in ALL:
        assert (names[name] in texts["errors table"]) == (name in quantities)
        assert (names[name] in texts["counts"]) == (name in quantities)
    none = {"ja": "当たったかどうかは言えません", "en": "cannot be said"}
    assert (none[lang] in texts["answer"]) == (not quantities)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_record_that_ships_is_told(lang):
    shipped = fitted.SHIPPED.track_record
    held = groups.held(shipped["scores"], "outcome", "in80")
    assert f"{100 * held['value']:.0f}" in said(shipped, lang)["answer"]


def test_the_answer_counts_intervals_errors_and_probabilities():
    made = record(*ALL)
    score(made, 0.52, (0.43, 0.57), by="kind", group="towards", measure="median_error")
    score(made, 0.834, (0.82, 0.85), by="part", group="held out", measure="in80", quantity="rate")
    made["reliability"].loc[3, ["low", "high"]] = (0.355, 0.6)  # given .35, came true .36
    assert "those of FY2018, first printed" in said(made, "en")["tested"]
    ja, en = (said(made, lang)["answer"] for lang in ("ja", "en"))
    assert "2018年度の実績は、80 %予測区間100個のうち、成果で81個、執行率で83個、執行額で84個" in ja
    assert "for FY2018, on which no choice was made, 81 for outcomes, 83 for execution rates" in en
    assert "区間は、成果ではほぼ言葉どおり、執行率、執行額では広すぎでした。" in ja
    assert "Intervals were about right for outcomes and too wide for execution rates" in en
    assert "成果の誤差の中央値は0.80倍(95 %区間0.78–0.82)" in ja
    assert "the mean absolute error of outturns was 0.90 times as large" in en
    assert "目標へ向かう指標では0.52倍(95 %区間0.43–0.57)" in ja
    assert "P(target met) agreed with what happened, within sampling error, in 9 of 10 bins" in en
    assert "P(execution rate < 70 %) agreed with what happened, within sampling error, in 10" in en
    assert "Brierスキルは0.44(95 %区間0.42–0.46)" in ja


def test_the_headline_has_a_number_for_what_there_is_and_none_for_what_there_is_not():
    full, one, none = (track.answer(record(*names), "en") for names in (ALL, ("outcome",), ()))
    assert isinstance(full, Answer)
    assert full.headline.keys() == one.headline.keys() == none.headline.keys()
    assert not {"sheet_id", "name", "ministry"} & set(full.headline)
    assert (full.headline["lang"], full.headline["held_out"]) == ("en", 2018)
    assert full.headline["quantities"] == list(ALL)
    assert full.headline["in80_rate"] == pytest.approx(0.84)
    assert full.headline["mean_error_outturn"] == pytest.approx(0.9)
    assert one.headline["median_error_outcome"] == pytest.approx(0.8)
    assert one.headline["in80_rate"] is None
    assert none.headline["in80_outcome"] is None


def test_nothing_held_out_is_said_to_be_so():
    made = record(*ALL)
    made["about"] |= {"origins": [2016, 2017]}
    scores = made["scores"]
    made["scores"] = scores[scores["group"] == "chosen"]
    made["reliability"] = made["pit"] = pd.DataFrame()
    ja, en = (said(made, lang) for lang in ("ja", "en"))
    assert "2018年度の予測が足りず" in ja["answer"]
    assert "The held-out years lie outside this corpus" in en["tested"]
    assert "Too few held-out forecasts to compare" in en["errors"]
    assert "Too few held-out forecasts to show" in en["failures"]
    assert "Too few held-out forecasts to show" in en["coverage"]
    assert "surely below" not in en["coverage"]
    assert "No held-out probability has a known result" in en["odds"]


def test_years_of_the_record_are_computed():
    about = {"origins": [2017, 2018, 2019, 2020], "held_out": 2018, "counts": []}
    assert "2016〜2021年公表(JUDGIT!)" in track.source(about, None, "ja")
    assert "2016–2021 (corpus)" in track.source(about, "folder", "en")
    tested = repr(track.read_tested(about, "en"))
    assert "published in 2017, 2018, 2019 and 2020" in tested
    assert "those of FY2018–2020, first printed in sheets published from 2019 on" in tested


def test_groups_stand_in_a_readers_order_and_one_year_ahead_alone_is_no_group():
    table = track.coverage(record(*ALL)["scores"], "en")
    of = {name: list(dict.fromkeys(part["label"])) for name, part in table.groupby("quantity")}
    ahead = ["1 year ahead", "2 years ahead", "3 years ahead"]
    kinds = ["moving towards the target", "moving one way", "going up and down", "not changing"]
    assert of["outcome"] == ["held-out years", "years chosen on", *ahead, *kinds]
    assert of["rate"][2:4] == ["up to 10 million yen", "10–100 million yen"]
    assert of["rate"][-1] == "over 100,000 million yen"
    assert not set(ahead) & set(of["rate"])
    assert list(dict.fromkeys(table["heading"])) == ["Outcomes", "Execution rates", "Outturns"]


@pytest.mark.parametrize(
    ("ends", "apart"), [((0.7, 0.79), -1), ((0.79, 0.81), 0), ((0.8, 0.9), 0), ((0.81, 0.9), 1)]
)
def test_a_share_is_apart_where_its_interval_misses_the_nominal(ends, apart):
    made = record("outcome")
    score(made, np.mean(ends), ends, by="kind", group="wavering", measure="in80")
    table = track.coverage(made["scores"], "en")
    row = table[(table["group"] == "wavering") & (table["measure"] == "in80")]
    assert list(row["apart"]) == [apart]


def test_shares_below_the_nominal_are_named_first_those_above_cut_short():
    made = record(*ALL)
    score(made, 0.6, (0.55, 0.65), by="ministry", group="財務省", measure="in80", quantity="rate")
    score(made, 0.89, (0.87, 0.91), by="kind", group="towards", measure="in95")
    lines = said(made, "en")["failures"].splitlines()
    # Misses of .11 where .05 are promised are more than .4 where .2 are.
    assert lines[2].split()[:2] == ["Outcomes", "moving"]
    assert lines[3].split()[:4] == ["Execution", "rates", "財務省", "80"]
    assert (lines[2].split()[-3], lines[3].split()[-3]) == ("2.2", "2.0")
    assert "2 too narrow" in lines[0]
    assert "are left out" in lines[0]
    assert len(lines) == 2 + 2 + 10
    reading = repr(track.read_coverage(track.coverage(made["scores"], "ja"), "ja"))
    assert "名目より低いと言えるのは成果の「目標へ向かう」(95 %区間に89.0 %)" in reading


def test_no_share_off_its_nominal_is_said_to_be_so():
    made = record("outcome")
    score(made, 0.8, (0.78, 0.82), measure="in80")
    texts = said(made, "en")
    assert "none is surely off its nominal level" in texts["failures"]
    assert "no share is surely below its nominal level" in texts["coverage"]
    assert "surely above" not in texts["coverage"]


def test_ministries_apart_from_the_nominal_come_first():
    made = record("outcome", "rate")
    score(made, 0.7, (0.6, 0.85), by="ministry", group="総務省", measure="in80", quantity="outcome")
    score(made, 0.83, (0.79, 0.85), by="ministry", group="総務省", measure="in80", quantity="rate")
    score(made, 0.9, (0.88, 0.92), by="ministry", group="財務省", measure="in80", quantity="rate")
    for name in ("農林水産省", "国土交通省", "厚生労働省"):
        score(made, 0.81, (0.79, 0.85), by="ministry", group=name, measure="in80")
    order = list(dict.fromkeys(track.ministries(made["scores"], "ja")["label"]))
    assert order[:2] == ["財務省", "総務省"]
    assert len(order) == 5


def test_a_simple_rule_that_did_better_is_named():
    made = record("outcome", "rate")
    assert "as small as the simple rules, or smaller" in said(made, "en")["errors"]
    where = {"by": "part", "group": "held out", "quantity": "rate"}
    score(made, 1.04, (0.99, 1.1), measure="median_error", **where)
    score(made, 0.7, (0.6, 0.8), measure="mean3_squared_error", **where)
    ja, en = (said(made, lang)["errors"] for lang in ("ja", "en"))
    assert "Execution rates, median error: the last value (1.00, these forecasts 1.04)" in en
    assert "執行率の平均二乗誤差の平方根では直近3年の平均(比0.70、この予測は0.85)" in ja
    assert "Outcomes" not in en


def test_an_error_of_nothing_is_not_drawn():
    made = record("outcome")
    score(made, 0.0, (0.0, 0.0), by="part", group="held out", measure="median_error")
    score(made, 0.3, (0.0, 0.5), by="part", group="held out", measure="crps")
    table = track.errors(made["scores"], "en")
    assert "own" not in set(table.loc[table["label"] == "median error", "rule"])
    assert (table["low"] > 0).all()


def test_bins_that_are_off_are_told():
    made = record("outcome", "rate")
    made["reliability"].loc[9, ["happened", "low", "high"]] = (0.8, 0.75, 0.85)
    ja, en = (said(made, lang)["odds"] for lang in ("ja", "en"))
    assert "成果(12,000件): 区間から外れるのは95 % → 80 %" in ja
    assert "Execution rates (12,000): every bin agrees" in en


def test_the_histogram_is_told_by_its_middle_and_its_ends():
    made = record("outcome")
    made["pit"]["share"] = [0.2, *[0.1] * 4, *[0.08] * 5]
    assert "60.0 % below the median, 28.0 % in the two outer bars" in said(made, "en")["pit"]


def test_tables_leave_out_what_no_quantity_has():
    table = said(record("outturn"), "en")
    assert "Brier" not in table["odds table"]
    assert table["odds table"] == ""
    rates = said(record("rate"), "en")["odds table"]
    assert "Brier skill of drift" not in rates
    assert "AUC" in rates


@pytest.mark.parametrize("absent", [True, False])
def test_a_score_that_is_missing_leaves_a_gap(absent):
    made = record(*ALL)
    scores = made["scores"]
    gone = (scores["group"] == "steady") & (scores["measure"] == "median_error")
    made["scores"] = scores[~gone] if absent else scores.assign(value=scores["value"].mask(gone))
    (line,) = [row for row in said(made, "en")["errors table"].splitlines() if "not chang" in row]
    assert line.split()[4] == "–"
