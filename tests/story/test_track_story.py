"""The sentences and tables on past forecasts: right for one quantity or three, with gaps."""

import re

import numpy as np
import pytest

from helpers import fitted
from helpers.show import Answer
from helpers.story.track import answer as story
from helpers.story.track import design, errors, intervals, probabilities
from speaking import told
from track_tables import record, score

ALL = ("outcome", "rate", "outturn")
RECORDS = [(), *((name,) for name in ALL), ("outcome", "rate"), ALL]


class Parts(list):
    """What stands below a figure."""

    def __repr__(self) -> str:
        return "\n".join(map(repr, self))

    def _repr_html_(self) -> str:
        return "".join(part._repr_html_() for part in self)


def _how(record: dict) -> Parts:
    parts = [intervals.how_coverage(), intervals.how_pit(), intervals.how_ministries()]
    parts.append(errors.how())
    if len(record["scores"]):
        parts.append(probabilities.how(record["reliability"]))
    return Parts(parts)


SHOWN = {
    "answer": lambda of: story.answer(of),
    "origins": lambda of: story.read_origins(of, intervals.origins(of["scores"])),
    "tested": lambda of: design.read_tested(of["about"], of["scores"]),
    "counts": lambda of: design.counts_table(of["about"], of["scores"]),
    "below origins": lambda of: Parts(story.below_origins(intervals.origins(of["scores"]))),
    "how": _how,
    "coverage": lambda of: intervals.read_coverage(intervals.coverage(of["scores"])),
    "money": lambda of: intervals.read_coverage(intervals.money(of["scores"])),
    "money table": lambda of: intervals.money_table(of["scores"]),
    "errors": lambda of: errors.read_errors(errors.ratios(of["scores"]), of["scores"]),
    "years table": lambda of: errors.years_table(of["scores"]),
    "errors table": lambda of: errors.errors_table(of["scores"]),
    "probabilities": lambda of: probabilities.read_probabilities(of["reliability"]),
    "probabilities table": lambda of: probabilities.probabilities_table(of["scores"]),
    "pit": lambda of: intervals.read_pit(of["pit"]),
    "ministries": lambda of: intervals.read_ministries(intervals.ministries(of["scores"])),
    "failures": lambda of: intervals.failures_table(of["scores"]),
}
"""All that the notebook shows of a record."""


class Said(dict):
    """What the notebook shows of a record, as plain text: a part of it once it is asked for, since
    all of them take seconds where a test is about one."""

    def __init__(self, record: dict, lang: str):
        super().__init__()
        self.record, self.lang = record, lang

    def __missing__(self, name: str) -> str:
        shown = told(self.lang, SHOWN[name], self.record)
        text = self[name] = repr(shown)
        assert shown._repr_html_().startswith(("<div", "<details")) or not text
        assert not re.search(r"\b(nan|inf|None)\b|<NA>", text), text
        assert self.lang == "ja" or not re.search("[ぁ-ん一-龠]", text), text
        return text


def said(record: dict, lang: str) -> dict[str, str]:
    """Everything that the notebook shows of a record, as plain text."""
    texts = Said(record, lang)
    return {name: texts[name] for name in SHOWN}


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
    held = design.whole(shipped["scores"])["in80", "outcome"]
    assert f"{100 * held['value']:.0f}" in said(shipped, lang)["answer"]


def test_the_answer_is_a_sentence_a_number_and_what_follows():
    made = record(*ALL)
    score(made, 0.834, (0.82, 0.85), by="all", measure="in80", quantity="rate")
    ja, en = (told(lang, story.answer, made) for lang in ("ja", "en"))
    assert ja.sentence == (
        "「80 %の確率でこの範囲に入る」とした予測のうち、実際に入ったのは81〜84 %でした。"
    )
    assert "gave an 80 % chance, 81–84 % held what came." in en.sentence
    assert ja.number == ("10回に8回ほど", "その範囲に入った実績(10回に8回なら言ったとおり)")
    assert en.facts[0].startswith("Inside were 81 % of outcomes, 83 % of execution rates, 84 % of")
    assert "はっきり狭すぎる範囲はありませんでした" in ja.facts[1]
    # 1 - 0.95, and 1 - 0.9 of rates and outturns.
    assert "成果で5 %、執行率で10 %、執行額で10 %小さくなります" in ja.facts[2]
    assert "ちょうど100 %の年度が多く" in " ".join(ja.more)
    where = {"by": "budget", "group": "rose", "measure": "in80", "quantity": "outturn"}
    score(made, 0.41, (0.37, 0.44), **where)
    score(made, 1.2, (1.1, 1.3), by="all", measure="mean_error", quantity="rate")
    score(made, 0.6, (0.5, 0.7), by="all", measure="in80", quantity="outcome")
    ja = told("ja", story.answer, made)
    assert "「予算計が20 %を超えて増えた」の場合の執行額は41 %しか入りませんでした" in ja.facts[1]
    assert "(執行率)。一つの数字としては、直近の値で足ります" in ja.facts[2]
    assert "成果では範囲が狭すぎ" in ja.facts[0]
    assert ja.number[0] == "10回に6回ほど"
    assert "成果(最も少ないもの" in ja.number[1]


def test_the_numbers_of_the_answer_stand_in_the_tables():
    """Of the record that ships: shares, the worst group and year, and by how much errors differ."""
    shipped = fitted.SHIPPED.track_record
    answer, texts = told("en", story.answer, shipped), Said(shipped, "en")
    shares = re.findall(r"(\d+) % of", answer.facts[0])
    held = re.findall(r"(\d+\.\d) %$", texts["counts"], re.MULTILINE)
    assert shares == [f"{float(each):.0f}" for each in held]
    group, year = re.findall(r"(\d+) % of", answer.facts[1])
    assert re.search(rf"Outturns +budget rose.+? {group}\.\d %", texts["money table"])
    (line,) = [each for each in texts["below origins"].splitlines() if each.split()[:1] == ["2020"]]
    assert f"{float(line.split()[-2]):.0f}" == year
    gains = re.findall(r"(\d+) % for", answer.facts[2])
    lines = [each.split() for each in texts["errors table"].splitlines() if " all " in each]
    errors = [line[line.index("all") + 3] for line in lines]
    assert gains == [f"{100 - 100 * float(error):.0f}" for error in errors]


def test_a_year_that_was_covered_badly_is_named():
    made = record(*ALL)
    where = {"by": "origin", "group": "2017", "measure": "in80", "quantity": "outturn"}
    assert "Clearly too narrow" not in Said(made, "en")["origins"]
    score(made, 0.7, (0.68, 0.78), **where)
    ja, en = (Said(made, lang)["origins"] for lang in ("ja", "en"))
    assert "Clearly too narrow: outturns from the sheets of 2017 (70.0 %)." in en
    assert "はっきり狭すぎたのは、2017年のシートからの執行額(70.0 %)です。" in ja
    # Low, but perhaps by chance.
    score(made, 0.7, (0.6, 0.81), **where)
    assert "Clearly too narrow" not in Said(made, "en")["origins"]


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
    score(made, share, (share - 0.01, share + 0.01), by="all", measure="in80")
    made["pit"].loc[0, "share"] = place
    made["pit"] = made["pit"].dropna() if place else made["pit"].iloc[:0]
    told = {lang: Said(made, lang)["origins"] + "\n" for lang in ("ja", "en")}
    assert ja in told["ja"]
    assert en in told["en"]
    assert "広め" not in told["ja"]
    assert "wider" not in told["en"]


def test_kinds_for_which_the_last_value_is_better_are_named():
    made = record("outcome", "rate")
    assert "By kind and size" not in Said(made, "en")["errors"]
    where = {"by": "kind", "measure": "mean_error"}
    score(made, 1.2, (1.1, 1.3), group="steady", **where)
    score(made, 1.2, (0.9, 1.5), group="<= 10", **where)
    ja, en = (Said(made, lang)["errors"] for lang in ("ja", "en"))
    assert "significantly smaller mean error for: outcomes, not changing (1.20)." in en
    assert "直近の値のほうが有意に良いのは、成果の「変わらない」(1.20倍)です。" in ja
    assert "Execution rates were 10.0 points off in the mean." in en


def test_a_table_has_a_row_a_year():
    table = Said(record(*ALL), "en")["years table"].splitlines()
    assert [line.split() for line in table[3:]] == [
        ["2016", "0.70", "0.70", "0.70"],
        ["2017", "0.70", "0.70", "0.70"],
    ]


def test_rates_and_money_stand_side_by_side():
    made = record(*ALL)
    where = {"by": "budget", "group": "fell", "quantity": "outturn"}
    score(made, 0.36, (0.33, 0.39), measure="in80", **where)
    table = Said(made, "en")["money table"].splitlines()
    row = next(line for line in table if "Outturns" in line and "budget fell" in line)
    assert row.split()[-6:] == ["36.0", "%", "93.0", "%", "0.50"][-6:] or "36.0 %" in row
    text = Said(made, "ja")["money"]
    assert "低いのは1です(執行額の「予算計が20 %を超えて減った」(80 %区間に36.0 %))" in text


def test_groups_too_small_are_named():
    made = record("outcome", "rate")
    for of, forecasts in zip(made["about"]["counts"], (4818, 6082), strict=True):
        of["forecasts"] = forecasts
    scores = made["scores"]
    big = scores["group"].isin(["> 100000", "steady"]) & scores["by"].eq("kind")
    made["scores"] = scores[~big]
    ja, en = (Said(made, lang)["tested"] for lang in ("ja", "en"))
    # Three kinds and three years ahead of 1,200 each, five sizes, and one year ahead.
    assert "成果の「変わらない」(1,218件)、成果の「3年より先」(1,218件)" in ja
    assert "執行率の「1,000億円超」(82件)" in ja
    assert "outcomes, more than 3 years ahead (1,218)" in en
    assert "at least 100 forecasts" in en
    assert "Left out" not in Said(record(*ALL), "en")["tested"]


def test_the_headline_has_a_number_for_what_there_is_and_none_for_what_there_is_not():
    full, one, none = (
        told("en", story.answer, record(*names)) for names in (ALL, ("outcome",), ())
    )
    assert isinstance(full, Answer)
    assert full.headline.keys() == one.headline.keys() == none.headline.keys()
    assert not {"sheet_id", "name", "ministry"} & set(full.headline)
    assert (full.headline["lang"], full.headline["origins"]) == ("en", [2016, 2017, 2018])
    assert full.headline["quantities"] == list(ALL)
    assert full.headline["in80_rate"] == pytest.approx(0.84)
    assert full.headline["mean_error_outturn"] == pytest.approx(0.9)
    assert one.headline["interval80_outcome"] == pytest.approx(0.6)
    assert one.headline["in80_rate"] is None
    assert none.headline["in80_outcome"] is None


def test_what_choices_have_seen_is_said():
    made = record(*ALL)
    made["about"] |= {"sheets": [2016, 2021]}
    assert "2016〜2021年公表(JUDGIT!、RSシステム)" in told("ja", design.source, made["about"], None)
    assert "2016–2021 (corpus)" in told("en", design.source, made["about"], "folder")
    tested = Said(made, "en")["tested"]
    assert "published in 2016, 2017 and 2018." in tested
    assert "up to that of 2023, never on one alone" in tested
    assert "What they have not seen: a quarter of the projects" in tested
    made["about"]["origins"]["rate"] = [2022, 2023, 2024]
    assert "The choices have not seen 2024." in Said(made, "en")["tested"]
    assert "選択が見ていないのは、2024年です。" in Said(made, "ja")["tested"]


def test_groups_stand_in_a_readers_order():
    table = told("en", intervals.coverage, record(*ALL)["scores"])
    of = {name: list(dict.fromkeys(part["label"])) for name, part in table.groupby("quantity")}
    ahead = ["1 year ahead", "2 years ahead", "3 years ahead"]
    kinds = ["moving towards the target", "moving one way", "going up and down", "not changing"]
    assert of == {"outcome": ["all", "1–3 years ahead", *ahead, *kinds]}
    table = told("en", intervals.money, record(*ALL)["scores"])
    assert list(dict.fromkeys(table["heading"])) == ["Execution rates", "Outturns"]
    labels = list(dict.fromkeys(table["label"]))
    assert labels[:2] == ["all", "up to ¥10 million"]
    assert labels[-4:] == [
        "over ¥100 billion",
        "budget fell by more than 20 %",
        "budget changed by 20 % at most",
        "budget rose by more than 20 %",
    ]


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
    lines = Said(made, "en")["failures"].splitlines()[1:]
    # Misses of .11 where .05 are promised are more than .4 where .2 are.
    assert lines[2].split()[:2] == ["Outcomes", "moving"]
    assert lines[3].split()[:4] == ["Execution", "rates", "Ministry", "of"]
    assert (lines[2].split()[-3], lines[3].split()[-3]) == ("2.2", "2.0")
    assert "2 below and" in lines[0]
    assert "are left out" in lines[0]
    assert len(lines) == 2 + 2 + 10
    ja, en = (Said(made, lang)["coverage"] for lang in ("ja", "en"))
    assert "図の18の割合のうち、名目より有意に(95 %)低いのは1です(成果の「目標へ向かう」" in ja
    assert "level: Outcomes, moving towards the target (95 %, 89.0 % inside)." in en


@pytest.mark.parametrize(
    ("quantity", "ja", "en"),
    [
        (
            "rate",
            "すべて執行率です。執行率では、ちょうど100 %の年度が多いことが割合を押し上げています。",
            ": 10, all of execution rates, where the many years at exactly 100 % raise the share.",
        ),
        (
            "outturn",
            "高いのは10で、最も離れているのは執行額の「全体」(80 %区間に84.0 %)です。",
            "above: 10; the farthest: Outturns, all (80 %, 84.0 % inside).",
        ),
    ],
)
def test_shares_above_the_nominal_are_those_of_rates_or_the_farthest_is_named(quantity, ja, en):
    assert Said(record(quantity), "ja")["money"].endswith(ja)
    assert Said(record(quantity), "en")["money"].endswith(en)


def test_no_share_off_its_nominal_is_said_to_be_so():
    made = record("outcome")
    score(made, 0.8, (0.78, 0.82), measure="in80")
    texts = Said(made, "en")
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
    ja, en = (Said(made, lang)["ministries"] for lang in ("ja", "en"))
    assert (
        "10の割合のうち、有意に低いのは財務省の執行率(76.0 %)で、高いのは4です(すべて執行率" in ja
    )
    assert (
        "Of the 10 shares drawn, significantly low: Ministry of Finance, execution rates (76.0 %)"
        in en
    )
    plain = record("outcome")
    score(plain, 0.8, (0.78, 0.82), measure="in80")
    assert "none is significantly low; significantly high: 0." in Said(plain, "en")["ministries"]


def test_a_simple_rule_that_did_better_is_named():
    made = record("outcome", "rate")
    assert "as small as the simple rules, or smaller" in Said(made, "en")["errors"]
    where = {"by": "all", "quantity": "rate"}
    score(made, 1.04, (0.99, 1.1), measure="median_error", **where)
    score(made, 0.7, (0.6, 0.8), measure="mean3_squared_error", **where)
    ja, en = (Said(made, lang)["errors"] for lang in ("ja", "en"))
    doubt = "no significant difference: Execution rates, median error: the last value"
    assert f"{doubt} (1.00, these forecasts 1.04)." in en
    sure = "単純な規則のほうが誤差の小さいもの: 執行率の平均二乗誤差の平方根では直近3年の平均"
    assert f"{sure}(比0.70、この予測は0.85)。" in ja
    assert "Outcomes" not in en


def test_an_error_of_nothing_is_not_drawn():
    made = record("outcome")
    score(made, 0.0, (0.0, 0.0), by="all", measure="median_error")
    score(made, 0.3, (0.0, 0.5), by="all", measure="interval80")
    table = told("en", errors.ratios, made["scores"])
    assert "own" not in set(table.loc[table["label"] == "median error", "rule"])
    assert (table["low"] > 0).all()


def test_bins_that_are_off_are_told():
    made = record("outcome", "rate")
    made["reliability"].loc[9, ["happened", "low", "high"]] = (0.8, 0.75, 0.85)
    how = {lang: Said(made, lang)["how"] for lang in ("ja", "en")}
    assert "成果で、実際の割合の95 %区間から外れる段階(予測 → 実際): 95 % → 80 %。" in how["ja"]
    assert "Outcomes, bins outside the 95 % interval" in how["en"]
    assert "Execution rates, bins" not in how["en"]
    assert "Execution rates (12,000): none can be told" in Said(made, "en")["probabilities"]


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
    ja, en = (Said(made, lang) for lang in ("ja", "en"))
    assert (
        "50〜70 %では、予測の平均59.3 %に対して実際は202件中102件(50.5 %、" in ja["probabilities"]
    )
    assert "で、確率は高すぎました" in ja["probabilities"]
    assert (
        "of 202 forecasts of 50–70 %, 59.3 % on average, 102 came true (50.5 %"
        in en["probabilities"]
    )
    bins.loc[[0, 1, 2], "happened"] += 0.1
    assert (
        "forecasts below 30 %, 15.0 % on average, 75 came true" in Said(made, "en")["probabilities"]
    )


def test_the_histogram_is_told_by_its_middle_and_its_ends():
    made = record("outcome")
    made["pit"]["share"] = [0.2, *[0.1] * 4, *[0.08] * 5]
    told = "60.0 % below the median, 28.0 % in the two outer bars, the farthest bar 10.0 points off"
    assert told in Said(made, "en")["pit"]


def test_tables_leave_out_what_no_quantity_has():
    table = Said(record("outturn"), "en")
    assert "Brier" not in table["probabilities table"]
    assert table["probabilities table"] == ""
    rates = Said(record("rate"), "en")["probabilities table"]
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
