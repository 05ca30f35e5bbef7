"""The sentences and tables on past forecasts: right for one quantity or three, with gaps."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers import fitted
from helpers.show import Answer
from helpers.story.track import answer as story
from helpers.story.track import design, errors, intervals, probabilities
from speaking import told
from track_tables import record, score

ALL = ("outcome", "rate", "outturn")
RECORDS = [(), *((name,) for name in ALL), ("outcome", "rate"), ALL]


def said(record: dict, lang: str) -> dict[str, str]:
    """Everything that the notebook shows of a record, as plain text."""
    about, scores = record["about"], record["scores"]
    shown = {
        "answer": told(lang, story.answer, record),
        "tested": told(lang, design.read_tested, about, scores),
        "counts": told(lang, design.counts_table, about),
        "coverage": told(
            lang, intervals.read_coverage, told(lang, intervals.coverage, scores), scores
        ),
        "errors": told(lang, errors.read_errors, told(lang, errors.ratios, scores)),
        "errors table": told(lang, errors.errors_table, scores),
        "probabilities": told(lang, probabilities.read_probabilities, record["reliability"]),
        "probabilities table": told(lang, probabilities.probabilities_table, scores),
        "pit": told(lang, intervals.read_pit, record["pit"]),
        "ministries": told(
            lang, intervals.read_ministries, told(lang, intervals.ministries, scores)
        ),
        "failures": told(lang, intervals.failures_table, scores),
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
    names = {name: told(lang, design.heading, name) for name in ALL}
    for name in ALL:
        assert (names[name] in texts["errors table"]) == (name in quantities)
        assert (names[name] in texts["counts"]) == (name in quantities)
    none = {"ja": "当たったかどうかは言えません", "en": "cannot be said"}
    assert (none[lang] in texts["answer"]) == (not quantities)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_record_that_ships_is_told(lang):
    shipped = fitted.SHIPPED.track_record
    held = design.held_out(shipped["scores"])["in80", "outcome"]
    assert f"{100 * held['value']:.0f}" in said(shipped, lang)["answer"]


def test_the_answer_counts_intervals_errors_and_probabilities():
    made = record(*ALL)
    score(made, 0.834, (0.82, 0.85), by="part", group="held out", measure="in80", quantity="rate")
    made["reliability"].loc[3, ["low", "high"]] = (0.355, 0.6)  # given .35, came true .36
    assert "those of FY2018, first printed" in said(made, "en")["tested"]
    ja, en = (said(made, lang)["answer"] for lang in ("ja", "en"))
    assert "2018年度の実績は、80 %予測区間100個のうち、成果で81個、執行率で83個、執行額で84個" in ja
    assert "81 for outcomes, 83 for execution rates and 84 for outturns contained the actual" in en
    assert "区間は、成果ではほぼ名目どおり、執行額では必要以上に広めでした。" in ja
    assert "about right for outcomes and wider than needed for outturns" in en
    assert "平均絶対誤差は、成果で0.95倍(95 %区間0.93–0.97)、執行率で0.90倍" in ja
    assert "median error was 0.80 (95 % interval 0.78–0.82) for outcomes, 0.80" in en
    assert "agreed with what happened, within sampling error, in 9 of 10 bins" in en
    assert (
        "P(execution rate < 70 %) agreed with what happened, within sampling error, in all 10" in en
    )
    assert "執行率が70 %を下回る確率は、10段階のすべてで" in ja
    assert "Brierスキルは0.44(95 %区間0.42–0.46)" in ja
    assert "検証に残した2018年度の中で事業を引き直して" in ja


@pytest.mark.parametrize(
    ("share", "place", "ja", "en"),
    [
        (0.88, 0.112, "(PIT)はほぼ均等です(10等分の10 %からの差は最大1.2ポイント)", "nearly even"),
        (0.88, 0.15, "それだけでは説明できません", "points off 10 %): this is not all"),
        (0.88, None, "その全部を含むことを映しています。\n", "contains them all.\n"),
        (0.82, 0.1, "執行率ではほぼ名目どおり", "about right for execution rates"),
        (0.7, 0.1, "執行率では狭すぎ", "too narrow for execution rates"),
    ],
)
def test_rates_above_the_nominal_are_not_called_wide_for_their_ties(share, place, ja, en):
    made = record("rate")
    where = {"by": "part", "group": "held out", "measure": "in80"}
    score(made, share, (share - 0.01, share + 0.01), **where)
    made["pit"].loc[0, "share"] = place
    made["pit"] = made["pit"].dropna() if place else made["pit"].iloc[:0]
    told = {lang: said(made, lang)["answer"] + "\n" for lang in ("ja", "en")}
    assert ja in told["ja"]
    assert en in told["en"]
    assert "広" not in told["ja"]
    assert "wide" not in told["en"]


@pytest.mark.parametrize(
    ("ends", "ja", "en"),
    [
        (
            (0.98, 1.1),
            "執行率では95 %区間が1倍を含み、直近の値より良いとは言えません",
            "includes 1",
        ),
        ((1.01, 1.1), "執行率では直近の値のほうが小さい誤差です", "the last value has the smaller"),
        ((0.9, 0.99), None, None),
    ],
)
def test_an_error_as_large_as_the_last_values_is_said_to_be_so(ends, ja, en):
    made = record("outcome", "rate")
    where = {"by": "part", "group": "held out", "measure": "median_error", "quantity": "rate"}
    score(made, np.mean(ends), ends, **where)
    told = {lang: said(made, lang)["answer"] for lang in ("ja", "en")}
    for lang, text, all_of in (
        ("ja", ja, ("直近の値より良い", "直近の値のほう")),
        ("en", en, ("includes 1", "the last value has")),
    ):
        assert [some in told[lang] for some in all_of] == [some in (text or "") for some in all_of]
        assert text is None or text in told[lang]


def test_errors_in_doubt_and_larger_ones_are_told_in_one_sentence():
    made = record(*ALL)
    where = {"by": "part", "group": "held out", "measure": "mean_error"}
    score(made, 1, (0.98, 1.02), quantity="rate", **where)
    score(made, 1.2, (1.1, 1.3), quantity="outturn", **where)
    ja, en = (said(made, lang)["answer"] for lang in ("ja", "en"))
    assert "直近の値より良いとは言えません。執行額では直近の値のほうが小さい誤差です。" in ja
    last = "no better than the last value can be told; for outturns the last value has the smaller"
    assert f"; for execution rates the 95 % interval includes 1: {last} error." in en


def test_the_best_and_the_worst_kind_are_both_named():
    made = record("outcome", "rate")
    for kind, value, half in (("towards", 0.7, 0.05), ("steady", 1.0, 0.01)):
        ends = (value - half, value + half)
        score(made, value, ends, by="kind", group=kind, measure="mean_error")
    score(made, 2.0, (1.1, 13), by="kind", group="<= 10", measure="median_error")
    ja, en = (said(made, lang)["answer"] for lang in ("ja", "en"))
    assert "成果では「目標へ向かう」の0.70倍(95 %区間0.65–0.75)が最小、「変わらない」の1.00倍" in ja
    assert "直近の値より良いとは言えない)が最大" in ja
    assert 'largest for "not changing", 1.00 (95 % interval 0.99–1.01, no better' in en
    assert "執行率では「" not in ja  # sizes do not differ
    assert "執行率の「10百万円以下」の誤差の中央値2.00倍(95 %区間1.10–13.00)" in ja
    assert "execution rates, up to 10 million yen, median error 2.00" in en


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_scores_that_are_not_known_are_left_out_of_the_answer(lang):
    made = record(*ALL)
    scores = made["scores"]
    gone = scores["measure"].eq("mean_error") & scores["quantity"].eq("rate")
    ends = scores["measure"].eq("median_error")
    made["scores"] = scores.assign(value=scores["value"].mask(gone)).assign(
        low=scores["low"].mask(ends), high=scores["high"].mask(ends)
    )
    answer = said(made, lang)["answer"]
    assert {"ja": "執行額で0.90倍", "en": "and 0.90 (95 %"}[lang] in answer
    assert {"ja": "執行率で0.80倍、", "en": "0.80 for execution rates"}[lang] in answer


def test_groups_too_small_are_named():
    made = record("outcome", "rate")
    made["about"]["counts"] = [
        {"quantity": "outcome", "part": "held out", "forecasts": 4818, "projects": 700},
        {"quantity": "rate", "part": "held out", "forecasts": 6082, "projects": 700},
    ]
    scores = made["scores"]
    big = scores["group"].isin(["> 100000", "steady"]) & scores["by"].eq("kind")
    made["scores"] = scores[~big]
    ja, en = (said(made, lang)["tested"] for lang in ("ja", "en"))
    # Three kinds and three years ahead of 1,200 each, five sizes, and one year ahead.
    assert "成果の「変わらない」(1,218件)、成果の「3年より先」(1,218件)" in ja
    assert "執行率の「100,000百万円超」(82件)" in ja
    assert "outcomes, more than 3 years ahead (1,218)" in en
    assert "at least 100 held-out forecasts" in en
    assert "Left out" not in said(record(*ALL), "en")["tested"]


def test_the_headline_has_a_number_for_what_there_is_and_none_for_what_there_is_not():
    full, one, none = (
        told("en", story.answer, record(*names)) for names in (ALL, ("outcome",), ())
    )
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
    made["about"] |= {"sheets": [2015, 2018], "origins": [2016, 2017]}
    scores = made["scores"]
    made["scores"] = scores[scores["group"] == "chosen"]
    made["reliability"] = made["pit"] = pd.DataFrame()
    ja, en = (said(made, lang) for lang in ("ja", "en"))
    assert "2018年度の予測が足りず" in ja["answer"]
    assert "The held-out years lie outside this corpus" in en["tested"]
    assert "Too few held-out forecasts to compare" in en["errors"]
    assert "Too few held-out forecasts to show" in en["failures"]
    assert "Too few held-out forecasts to show" in en["coverage"]
    assert "significantly" not in en["coverage"]
    assert "No held-out probability has a known result" in en["probabilities"]


def test_years_of_the_record_are_computed():
    about = {
        "sheets": [2016, 2021],
        "origins": [2017, 2018, 2019, 2020],
        "held_out": 2018,
        "counts": [],
    }
    assert "2016〜2021年公表(JUDGIT!)" in told("ja", design.source, about, None)
    assert "2016–2021 (corpus)" in told("en", design.source, about, "folder")
    tested = repr(told("en", design.read_tested, about, record()["scores"]))
    assert "published in 2017, 2018, 2019 and 2020" in tested
    assert "those of FY2018–2020, first printed in sheets published from 2019 on" in tested


def test_groups_stand_in_a_readers_order_and_one_year_ahead_alone_is_no_group():
    table = told("en", intervals.coverage, record(*ALL)["scores"])
    of = {name: list(dict.fromkeys(part["label"])) for name, part in table.groupby("quantity")}
    ahead = ["1 year ahead", "2 years ahead", "3 years ahead"]
    kinds = ["moving towards the target", "moving one way", "going up and down", "not changing"]
    assert of["outcome"] == ["held-out years", "years used for selection", *ahead, *kinds]
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
    table = told("en", intervals.coverage, made["scores"])
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
    assert "2 below and" in lines[0]
    assert "are left out" in lines[0]
    assert len(lines) == 2 + 2 + 10
    ja, en = (said(made, lang)["coverage"] for lang in ("ja", "en"))
    assert (
        "この図の検証に残した年度の44の割合では、名目より有意に(95 %)低いのは成果の「目標へ向かう」"
        in ja
    )
    assert "「目標へ向かう」(95 %区間に89.0 %)です。" in ja
    assert "or by kind and years ahead, significantly below: 1 (see the last table)" in en
    assert "38のうち低いのは1です(最後の表)" in ja
    assert "で、うち7は執行率です。執行率では、ちょうど100 %の年度が多いことが" in ja


@pytest.mark.parametrize(
    ("quantity", "ja", "en"),
    [
        (
            "rate",
            "すべて執行率です。執行率では、ちょうど100 %の年度が多いことが割合を押し上げています。",
            ": 7, all of execution rates, where the many years at exactly 100 % raise the share.",
        ),
        (
            "outturn",
            "高いのは7で、最も離れているのは執行額の「検証に残した年度」(80 %区間に84.0 %)です。",
            "above: 7; the farthest: Outturns, held-out years (80 %, 84.0 % inside).",
        ),
    ],
)
def test_shares_above_the_nominal_are_those_of_rates_or_the_farthest_is_named(quantity, ja, en):
    assert said(record(quantity), "ja")["coverage"].endswith(ja)
    assert said(record(quantity), "en")["coverage"].endswith(en)


def test_no_share_off_its_nominal_is_said_to_be_so():
    made = record("outcome")
    score(made, 0.8, (0.78, 0.82), measure="in80")
    texts = said(made, "en")
    assert "none is significantly (95 %) off its nominal level" in texts["failures"]
    assert "none is significantly (95 %) below the nominal level" in texts["coverage"]
    assert "above" not in texts["coverage"]


def test_ministries_below_the_nominal_come_first():
    made = record("outcome", "rate")
    score(made, 0.7, (0.6, 0.85), by="ministry", group="総務省", measure="in80", quantity="outcome")
    score(made, 0.76, (0.73, 0.79), by="ministry", group="財務省", measure="in80", quantity="rate")
    table = told("ja", intervals.ministries, made["scores"])
    order = list(dict.fromkeys(table["label"]))
    assert order[:2] == ["財務省", "総務省"]
    assert len(order) == 5
    ja, en = (said(made, lang)["ministries"] for lang in ("ja", "en"))
    assert (
        "10の割合のうち、有意に低いのは財務省の執行率(76.0 %)で、高いのは4です(すべて執行率" in ja
    )
    assert "Of the 10 shares drawn, significantly low: 財務省, execution rates (76.0 %)" in en
    plain = record("outcome")
    score(plain, 0.8, (0.78, 0.82), measure="in80")
    assert "none is significantly low; significantly high: 0." in said(plain, "en")["ministries"]


def test_a_simple_rule_that_did_better_is_named():
    made = record("outcome", "rate")
    assert "as small as the simple rules, or smaller" in said(made, "en")["errors"]
    where = {"by": "part", "group": "held out", "quantity": "rate"}
    score(made, 1.04, (0.99, 1.1), measure="median_error", **where)
    score(made, 0.7, (0.6, 0.8), measure="mean3_squared_error", **where)
    ja, en = (said(made, lang)["errors"] for lang in ("ja", "en"))
    doubt = "no significant difference: Execution rates, median error: the last value"
    assert f"{doubt} (1.00, these forecasts 1.04)." in en
    sure = "単純な規則のほうが誤差の小さいもの: 執行率の平均二乗誤差の平方根では直近3年の平均"
    assert f"{sure}(比0.70、この予測は0.85)。" in ja
    assert "Outcomes" not in en


def test_an_error_of_nothing_is_not_drawn():
    made = record("outcome")
    score(made, 0.0, (0.0, 0.0), by="part", group="held out", measure="median_error")
    score(made, 0.3, (0.0, 0.5), by="part", group="held out", measure="crps")
    table = told("en", errors.ratios, made["scores"])
    assert "own" not in set(table.loc[table["label"] == "median error", "rule"])
    assert (table["low"] > 0).all()


def test_bins_that_are_off_are_told():
    made = record("outcome", "rate")
    made["reliability"].loc[9, ["happened", "low", "high"]] = (0.8, 0.75, 0.85)
    ja, en = (said(made, lang)["probabilities"] for lang in ("ja", "en"))
    assert "成果(12,000件): 区間から外れる段階は95 % → 80 %" in ja
    assert "Execution rates (12,000): in every bin the probability lies" in en


def test_one_bin_alone_is_said_to_be_one():
    made = record("outcome")
    made["reliability"] = made["reliability"].iloc[:1]
    assert "目標達成の確率は、1段階のすべてで実際の割合と" in said(made, "ja")["answer"]
    assert "within sampling error, in its one bin" in said(made, "en")["answer"]


def test_bins_are_taken_together():
    made = record("rate")
    bins = made["reliability"]
    bins["forecasts"] = 100
    bins["happened"] = bins["p"]
    bins.loc[[5, 6], "forecasts"] = (124, 78)
    bins.loc[[5, 6], "p"] = (0.5553, 0.6542)
    bins.loc[[5, 6], "happened"] = (0.4919, 0.5256)  # 61 and 41: 102 of 202, against .5935 given
    bins.loc[[5, 6], ["low", "high"]] = (0.4, 0.7)
    joined = probabilities.together(bins)
    assert list(joined["below"]) == [0.3, 0.5, 0.7, 1]
    assert list(joined["forecasts"]) == [300, 200, 202, 300]
    assert list(joined["apart"]) == [0, 0, 1, 0]
    ja, en = (said(made, lang) for lang in ("ja", "en"))
    assert (
        "50〜70 %では、予測の平均59.3 %に対して実際は202件中102件(50.5 %、" in ja["probabilities"]
    )
    assert "で、確率は高すぎました" in ja["probabilities"]
    assert (
        "of 202 forecasts of 50–70 %, 59.3 % on average, 102 came true (50.5 %"
        in en["probabilities"]
    )
    assert "but with bins taken together those of 50–70 % were too high" in en["answer"]
    bins.loc[[0, 1, 2], "happened"] += 0.1
    assert (
        "forecasts below 30 %, 15.0 % on average, 75 came true" in said(made, "en")["probabilities"]
    )
    assert "30 %未満は低すぎ(平均15.0 %、実際は25.0 %)" in said(made, "ja")["answer"]


def test_the_histogram_is_told_by_its_middle_and_its_ends():
    made = record("outcome")
    made["pit"]["share"] = [0.2, *[0.1] * 4, *[0.08] * 5]
    told = "60.0 % below the median, 28.0 % in the two outer bars, the farthest bar 10.0 points off"
    assert told in said(made, "en")["pit"]


def test_tables_leave_out_what_no_quantity_has():
    table = said(record("outturn"), "en")
    assert "Brier" not in table["probabilities table"]
    assert table["probabilities table"] == ""
    rates = said(record("rate"), "en")["probabilities table"]
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
