"""What report 03 says of direction, standing, printed rates, words for numbers, the choice."""

import re

import pandas as pd
import pytest
from test_story import EMPTY, of, outcome

from helpers import words
from helpers.analysis.series import indicators, pick
from helpers.forecast.adoption import vague
from helpers.forecast.models import Backing
from helpers.forecast.track_scores import Applying
from helpers.sheet import ReviewSheet, records
from helpers.show import Text
from helpers.story import common
from helpers.story.adoption.answer import in_words
from helpers.story.adoption.answer import say as say_answer
from helpers.story.adoption.chances import beyond, chances, held, sure, verdict
from helpers.story.adoption.curve import fits_table
from helpers.story.adoption.odds import read_odds, read_when
from helpers.story.came import read_came
from simulate import history
from speaking import told

METI = {2022: 100, 2023: 83, 2024: 72}
DUE = {"target": 80, "target_year": 2029, "unit": "％"}


def said(values: dict, lang: str, given: str | None = None, **facts) -> str:
    return of(outcome(values, **facts), lang, direction=given)["adoption"]


class TestDirection:
    def test_the_sheet_states_it(self):
        text = said(METI, "ja", **DUE, direction="up")
        assert "シートはこれを上がると良い指標としています" in text
        assert "2023年度には目標を満たしていましたが、" in text
        assert "最新の実績は目標を8ポイント下回り、目標に届いていません" in text
        assert "既に" not in text
        text = said(METI, "en", **DUE, direction="up")
        assert "The sheet states that more is better. In FY2023 the target was met." in text
        assert "8 percentage points below the target: it does not meet the target" in text
        assert "set the parameter direction" not in text

    def test_the_parameter_replaces_it_and_says_so(self):
        text = said(METI, "en", "down", **DUE, direction="up")
        assert "as the parameter direction says. The sheet states the opposite." in text
        assert "it meets the target already" in text
        assert "The sheet states" not in said(METI, "en", "up", **DUE, direction="up")

    @pytest.mark.parametrize(
        ("values", "facts", "ja", "en"),
        [
            (METI, {}, "目標を割り込み", "fell through the target"),
            ({2017: 9, 2018: 12}, {"target": 20}, "最初の実績より大きい", "above the first value"),
            ({2017: 9, 2018: 12}, {"target": 9}, "最初の実績と同じ", "equals the first value"),
            ({2017: 95, 2018: 90}, {}, "最新の実績も目標を下回らず", "nor the latest is below"),
            ({2017: 0, 2018: 1}, {"target": 0}, "目標が0である", "the target is 0"),
            (METI, {"goal": "80%以上を保つ"}, "「80%以上」とある", "have “80%以上”"),
            (METI, {"goal": "苦情を減らす"}, "「減ら」とある", "have “減ら”"),
            (METI, {"indicator": "目標達成率"}, "達成率の指標", "rate of achievement"),
            ({2017: 30, 2018: 33}, {"target": 10}, "実績が増えたこと", "the values rose though"),
            (
                {2016: 900, 2017: 800, 2018: 700},
                {"target": 50, "unit": "トン"},
                "実績が毎年、下にある目標の方へ減っている",
                "the values fall every year towards",
            ),
        ],
    )
    def test_what_was_assumed_and_from_what(self, values, facts, ja, en):
        facts = DUE | facts
        text = said(values, "ja", **facts)
        assert "どちらが良いかはシートに記載がなく" in text
        assert ja in text
        text = said(values, "en", **facts)
        assert "The sheet does not state what is better." in text
        assert en in text

    def test_without_a_target_nothing_is_assumed(self):
        for values in ({2017: 5, 2018: 5}, {2017: 5, 2018: 8}, {2017: 8, 2018: 5}):
            assert "better" not in said(values, "en")
        assert "less is better" in said({2017: 8, 2018: 5}, "en", direction="down")


class TestStanding:
    @pytest.mark.parametrize(
        ("values", "target", "direction", "en"),
        [
            ([10, 14], 20, "up", "6 cases below the target: it does not meet the target"),
            ([30, 25], 20, "up", "5 cases above the target: it meets the target already"),
            ([30, 25], 20, "down", "5 cases above the target: it does not meet the target"),
            ([30, 15], 20, "down", "5 cases below the target: it meets the target already"),
            ([20, 20], 20, "up", "equals the target: it meets the target already"),
            ([0, 0], 0, "down", "equals the target: it meets the target already"),
            ([0, 1], 0, "down", "1 case above the target: it does not meet the target"),
            ([3, 1], 0, "up", "a target of 0 is always met: 0 may stand for no target"),
        ],
    )
    def test_against_the_target(self, values, target, direction, en):
        values = dict(zip((2017, 2018), values, strict=True))
        facts = {"target": target, "target_year": 2022, "direction": direction}
        assert en in said(values, "en", **facts)

    def test_what_is_to_be_held(self):
        facts = {"target": 20, "target_year": 2022}
        assert "期限まで目標を下回らないか" in said(
            {2017: 30, 2018: 25}, "ja", **facts, direction="up"
        )
        assert "期限まで目標を上回らないか" in said(
            {2017: 9, 2018: 8}, "ja", **facts, direction="down"
        )
        assert "目標と同じで、既に" in said({2017: 20, 2018: 20}, "ja", **facts, direction="up")


RATED = {"target": 15.0, "target_year": 2026, "expected": 15.0}


class TestPrintedRate:
    def test_it_stands_beside_ours_and_is_not_turned_round(self):
        facts = RATED | {"achievement": 106.7, "direction": "down"}
        text = said({2022: 17, 2023: 16}, "en", **facts)
        assert "prints for FY2023 (actual / that year's target) is 106.7 %, as computed." in text
        assert "more than 100 % is a miss (the printed rate is not inverted)" in text
        assert "計算とも合います" in said({2022: 17, 2023: 16}, "ja", **facts)

    def test_one_that_differs_is_told(self):
        facts = RATED | {"achievement": 93.8, "direction": "down"}
        assert "93.8 %, where 106.7 % is computed." in said({2022: 17, 2023: 16}, "en", **facts)
        assert "93.8 %ですが、計算では106.7 %です。" in said({2022: 17, 2023: 16}, "ja", **facts)

    def test_without_that_years_target_there_is_nothing_to_compare(self):
        facts = RATED | {"achievement": 80.0, "direction": "up", "expected": None}
        text = said({2022: 12, 2023: 12}, "en", **facts)
        assert "is 80 %." in text
        assert "is a miss" not in text


def rows(**of_number: dict) -> ReviewSheet:
    """A sheet of indicators: n1 = {"values": {...}, facts}."""
    table = []
    for name, facts in of_number.items():
        facts = {"number": int(name[1:]), "indicator": name, "unit": "件"} | facts
        values = facts.pop("values", {None: None})
        table += [facts | {"fiscal_year": y, "actual": v} for y, v in values.items()]
    return ReviewSheet.build(sheet=EMPTY.sheet, outcome=table)


THREE = {"values": {2016: 1.0, 2017: 2.0, 2018: 3.0}}
TWO = {"values": {2017: 2.0, 2018: 3.0}}
AIM = {"target": 9.0, "target_year": 2022}
IN_WORDS = {
    **{"kind": "qualitative", "unit": None, "goal": "<b>周知</b>が進む"},
    "result": "窓口での理解が<script>広がった</script>",
}


class TestChoice:
    @pytest.mark.parametrize(
        ("sheet", "number"),
        [
            ({"n1": THREE, "n2": TWO | AIM}, 2),
            ({"n1": TWO | AIM, "n2": THREE | AIM, "n3": THREE | AIM}, 2),
            ({"n1": TWO, "n2": THREE, "n3": THREE | {"target": 9.0}}, 2),
            ({"n1": {"values": {2018: None}} | AIM, "n2": TWO}, 2),
            ({"n1": IN_WORDS, "n2": TWO}, 2),
            ({"n1": {"values": {2018: None}} | AIM, "n2": IN_WORDS}, 2),
            # Placeholders of a goal in words are no numbers.
            ({"n1": IN_WORDS | THREE | AIM, "n2": TWO}, 2),
        ],
    )
    def test_a_target_a_year_and_the_most_values(self, sheet, number):
        assert pick(rows(**sheet)).number == number

    def test_the_report_says_which_and_why(self):
        sheet = rows(n1=THREE, n2=TWO | AIM)
        text = of(sheet, "en")["adoption"]
        assert "Of 2 outcome indicators number 2 is analysed (of those with a target" in text
        assert "chooses the other." in text
        assert "2件の成果指標のうち2番です(目標値と目標年度がある" in of(sheet, "ja")["adoption"]
        assert "asked for" in of(sheet, "en", indicator=1)["adoption"]
        assert "none has a target and its year" in of(rows(n1=TWO, n2=THREE), "en")["adoption"]
        assert "is analysed" not in of(rows(n1=TWO | AIM), "en")["adoption"]

    @pytest.mark.parametrize(
        ("sheet", "number"),
        [
            ({"n1": THREE, "n2": TWO | AIM, "n3": TWO}, 2),
            ({"n1": {"values": {2018: None}} | AIM, "n2": {"values": {2018: None}}}, 1),
            ({"n1": {"values": {2018: None}}, "n2": IN_WORDS}, 2),
            ({"n1": TWO, "n2": THREE}, 2),
        ],
    )
    def test_the_answer_in_view_says_that_it_is_of_one_of_several(self, sheet, number):
        sheet = rows(**sheet)
        other = "another" if len(indicators(sheet)) > 2 else "the other"
        said = f"of one of {len(indicators(sheet))} outcome indicators (number {number}); "
        # In the facts, and not in the fold below them.
        points = [line for line in of(sheet, "en")["adoption"].splitlines() if line[:2] == "- "]
        assert f"- This is {said}the parameter indicator chooses {other}." == points[0]
        ja = f"{len(indicators(sheet))}件のうちの1件({number}番)についての答え"
        assert ja in of(sheet, "ja")["adoption"]

    def test_of_the_only_one_nothing_is_said(self):
        assert "This is of one" not in of(rows(n1=TWO | AIM), "en")["adoption"]
        assert "についての答え" not in of(EMPTY, "ja")["adoption"]


WHY_NOT = {"table": "outcome", "rule": "goal_not_quantified", "observed": "調査の\n事業なので。"}


class TestNoOutcome:
    """A sheet that sets no goal in numbers has to say why: JUDGIT! has it for one in eight."""

    def test_the_reason_that_the_sheet_gives_stands_in_the_answer(self):
        sheet = ReviewSheet.build(sheet=EMPTY.sheet, remark=[WHY_NOT])
        ja, en = (of(sheet, lang)["adoption"] for lang in ("ja", "en"))
        assert ja.startswith("シートに成果指標がなく、目標が達成されるかは言えない")
        assert "- 定量的な目標を設定できない理由(シートの記載): 「調査の 事業なので。」" in ja
        assert en.startswith("Whether the target will be met cannot be told: the sheet has no out")
        assert "- Why no goal is set in numbers, as the sheet says: “調査の 事業なので。”" in en

    def test_without_one_nothing_is_said(self):
        assert "理由" not in of(EMPTY, "ja")["adoption"]
        # The reason of an earlier year's sheet, where the sheets joined have outcomes.
        row = {"number": 1, "indicator": "数", "fiscal_year": 2018}
        sheet = ReviewSheet.build(sheet=EMPTY.sheet, outcome=[row], remark=[WHY_NOT])
        assert "as the sheet says" not in of(sheet, "en")["adoption"]
        assert "no outcome has an actual value" in of(sheet, "en")["adoption"]


class TestInWords:
    @pytest.mark.parametrize("lang", ["ja", "en"])
    def test_a_clear_short_report(self, lang):
        sheet = rows(n1=TWO | AIM, n2=IN_WORDS | THREE | AIM)
        text = of(sheet, lang, indicator=2)
        result = ("シートに書かれた実績: ", "Result as the sheet tells it: ")[lang == "en"]
        assert f"{result}窓口での理解が" in text["adoption"]
        nothing = ("ここに示すものはありません", "nothing to show here")[lang == "en"]
        for name in ("curve", "read_fits", "odds", "pace"):
            assert nothing in text[name]
        assert "2022" not in text["adoption"], "the placeholder of a target"
        assert "広がった" in text["chosen"]
        assert ("定性的", "qualitative")[lang == "en"] in text["chosen"]

    def test_its_text_is_escaped(self):
        sheet = rows(n2=IN_WORDS)
        series = pick(sheet)
        assert series.qualitative
        assert len(series.values) == 0
        assert "<script>" in of(sheet, "en")["adoption"], "the plain text as it is"
        html = Text(*told("en", in_words, sheet, series))._repr_html_()
        assert "&lt;script&gt;" in html
        assert "<script>" not in html

    def test_without_a_result_it_says_so(self):
        text = of(rows(n1={"kind": "qualitative", "goal": "周知が進む"}), "en")["adoption"]
        assert "The sheet tells no result of it." in text
        assert "周知が進む" in text

    def test_the_list_has_no_numbers_of_it(self):
        table = indicators(rows(n1=IN_WORDS | THREE | AIM)).iloc[0]
        assert table["actuals"] == 0
        assert table[["target", "target_year"]].isna().all()


def test_a_target_in_words_is_proposed():
    goal = "登録の割合\n20.0％(2016年)→40％(2025年)"
    facts = {"indicator": "登録の割合", "goal": goal, "unit": "％", "target_year": 2025}
    values = {2016: 20.0, 2017: 21.3, 2018: 24.1}
    text = said(values, "en", **facts)
    assert "the sheet states no target" not in text
    assert "the table of the sheet has no target" in text
    assert "-p target 40 -p target_year 2025" in text
    assert "no probability is computed" in text
    assert "「40%(2025年」とあります" in said(values, "ja", **facts)
    assert "-p target" not in said(values, "en", **facts | {"goal": "登録の割合を高める"})


@pytest.mark.parametrize(
    ("lang", "heading"), [("ja", "年度の目標値"), ("en", "Target of the year")]
)
def test_what_a_sheet_expects_of_an_outcome_is_called_a_target(lang, heading):
    text = of(outcome({2017: 8.0, 2018: 13.0}, expected=16.0), lang)
    assert heading in text["curve"]
    assert ("当初見込み" in text["curve"]) is ("Expected" in text["curve"]) is False


class TestVague:
    @pytest.mark.parametrize(
        ("values", "ceiling", "limits", "nothing"),
        [
            ([100, 83, 72], 100.0, (0, 100), True),
            ([100, 83, 72], 100.0, (40, 95), False),
            ([26000, 12000, 9900], None, (0, 56000), True),
            ([26000, 12000, 9900], None, (0, 30000), False),
            ([842, 950, 1067], None, (1250, 2900), False),
            ([100, 200, 400], None, (300, 2000), False),
            ([7, 7, 7], None, (0, 20), True),
            ([1000, 1001, 1002], None, (950, 1050), False),
            ([0, 0, 0], None, (0, 0.5), False),
        ],
    )
    def test_what_says_nothing(self, values, ceiling, limits, nothing):
        assert vague(*limits, history(values, ceiling)) == nothing

    def test_the_unit_does_not_matter(self):
        for times in (1, 1000):
            values = history([10 * times, 20 * times, 30 * times])
            assert not vague(30 * times, 50 * times, values)

    def test_the_report_says_that_it_says_nothing(self):
        leap = {2017: 90.0, 2018: 10.0}
        facts = {"target": 80, "target_year": 2025, "unit": "％"}
        text = said(leap, "en", **facts)
        assert re.search(r"\(0–100\) spans nearly every possible value: of the value itself", text)
        assert "its median" not in text
        assert "値そのものについては何も言えません" in said(leap, "ja", **facts)

    def test_a_value_that_stays_is_no_span(self):
        full = dict.fromkeys(range(2012, 2019), 100.0)
        facts = {"target": 100, "target_year": 2019, "unit": "％"}
        assert "column 2019 does not move from 100 %." in said(full, "en", **facts)
        assert "80 %予測区間は100 %のまま動きません。" in said(full, "ja", **facts)


RECORD = Applying("kind", {"in80": 0.75}, {"in80": (0.7, 0.81)}, 1234)
BACKING = Backing("towards", 10, 5, [2015, 2019], 7, [], None)
SERIES = history([10, 14, 22])
TOWARDS = "of series moving towards the target, "


class TestFarAhead:
    """A forecast of 18 years ahead is no forecast of three."""

    @staticmethod
    def when(reaches: list[int | None], backing: Backing | None, lang: str = "en") -> str:
        """What is said of models that reach the target then, after a last value in 2018."""
        rows = [
            {"observed_at": "end", "model": model, "path": 12.0, "column": 2022, "reaches": year}
            for model, year in zip(("drift", "ols"), reaches, strict=True)
        ]
        odds = pd.DataFrame(rows).astype({"reaches": "Int64"})
        return repr(told(lang, read_when, SERIES, odds, backing))

    def test_a_year_that_lies_beyond_what_was_learned_from_is_called_a_guess(self):
        said = self.when([2036, 2024], BACKING)
        assert "18 years after the latest value are farther than the 5 years ahead that" in said
        assert "learned from: such a year is a rough guess." in said
        assert "学んだ先(5年先まで)より遠く" in self.when([2036, 2024], BACKING, "ja")

    def test_so_is_one_of_a_model_that_learned_from_nothing(self):
        said = self.when([None, 2026], None)
        assert "8 years after the latest value are farther than the 7 years ahead that" in said
        assert "tried on: such a year" in said
        assert "過去のシートで試した先(7年先まで)" in self.when([None, 2026], None, "ja")

    @pytest.mark.parametrize(
        ("reaches", "backing"),
        [([2023, 2022], BACKING), ([2025, 2024], None), ([None, None], BACKING)],
    )
    def test_a_near_year_and_none_have_no_caveat(self, reaches, backing):
        assert "Note" not in self.when(reaches, backing)

    def test_a_target_due_after_the_years_that_are_forecast_has_no_range(self):
        facts = {"target": 80.0, "target_year": 2036, "unit": "件"}
        text = said({2016: 10.0, 2017: 14.0, 2018: 22.0}, "en", **facts)
        assert "No range is given for FY2036: values are forecast for 15 years at most." in text
        assert "2036年度の値の幅は示さない" in said({2017: 14.0, 2018: 22.0}, "ja", **facts)
        near = facts | {"target_year": 2033}
        assert "No range" not in said({2016: 10.0, 2017: 14.0, 2018: 22.0}, "en", **near)


class TestBacking:
    @pytest.mark.parametrize(
        ("reason", "ja", "en"),
        [
            ("year", "学んだ年度より2年を超えて後", "more than two years later than"),
            ("horizon", "7年先(測定の時点", "7 years ahead (a year more or less"),
            ("need", "4倍以上のペース", "four times the pace or more"),
            ("ceiling", "100 %以外の上限がある", "a ceiling other than 100 %"),
        ],
    )
    def test_what_lies_outside_of_what_was_learned_from(self, reason, ja, en):
        one, two = (BACKING._replace(outside=each) for each in ([reason], [reason, "need"]))
        said = told("ja", beyond, SERIES, one)
        assert said.startswith("この予測は学んだ範囲の外にあります: ")
        assert ja in said
        assert said.endswith("こと。")
        assert "こと、これまでの4倍" in told("ja", beyond, SERIES, two)
        said = told("en", beyond, SERIES, one)
        assert said.startswith("This forecast lies outside of what it was learned from: ")
        assert en in said
        assert said.endswith(" learned from.")
        assert " learned from; hardly any" in told("en", beyond, SERIES, two)

    def test_a_forecast_that_only_the_figure_shows(self):
        far = BACKING._replace(outside=["horizon"])
        said = told("ja", beyond, SERIES, far, below=True)
        assert said.startswith(
            "下の図の予測は学んだ範囲の外にあります: 7年先の予測で、学んだ先(5年"
        )
        said = told("en", beyond, SERIES, far, below=True)
        assert said.startswith("The forecast in the figure below lies outside")
        assert "it is 7 years ahead, farther than the 5 years" in said

    def test_two_values_are_said_to_be_few(self):
        assert told("en", beyond, SERIES, BACKING) == ""
        assert "2年分だけ" in told("ja", beyond, history([14, 22]), BACKING)
        assert "has 2 values alone" in told("en", beyond, history([14, 22]), BACKING)

    @pytest.mark.parametrize(
        ("by", "ja", "en"),
        [
            ("kind and h", "目標へ向かう指標の7年先の", TOWARDS + "7 years ahead,"),
            ("kind", "目標へ向かう指標の", "of series moving towards the target,"),
            ("all", "確かめると、指標の", "of all series,"),
        ],
    )
    def test_how_forecasts_alike_did(self, by, ja, en):
        backing = BACKING._replace(record=RECORD._replace(by=by))
        said = told("ja", held, backing)
        assert f"{ja}予測1,234件の80 %予測区間は75.0 %(95 %区間70.0–81.0 %)が" in said
        assert said.endswith("実績を含みました。")
        said = told("en", held, backing)
        assert f"of 1,234 80 % intervals {en} 75.0 % (95 % interval 70.0–81.0 %) contained" in said
        assert said.endswith("the actual value.")

    def test_a_forecast_outside_is_not_taken_at_its_word(self):
        known = pd.DataFrame({"model": ["pooled"], "p": [0.5]})
        record = RECORD._replace(scores={"in80": 0.8}, limits={"in80": (0.7, 0.9)})
        within = BACKING._replace(record=record)
        assert "at its word" in told("en", sure, known, "pooled", within)
        assert "額面どおり" in told("ja", sure, known, "pooled", within)
        outside = within._replace(outside=["need"], record=record._replace(by="kind and h"))
        assert told("en", sure, known, "pooled", outside) == (
            "Of 1,234 forecasts 7 years ahead 80 % held the value in their 80 % range, but this"
            " one lies outside of what it was learned from (a steep target): the chance is a rough"
            " one."
        )
        assert told("ja", sure, known, "pooled", outside) == (
            "7年先の予測は過去1,234件の80 %で実績が80 %区間に入ったが、"
            "この予測は学んだ範囲の外(急な目標)にあり、確率は目安にとどまる。"
        )

    def test_nothing_is_said_without_either(self):
        assert told("en", held, BACKING) == ""


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_reason_of_a_fit_that_tells_nothing_has_its_note(lang):
    notes = ["", "few", "gap", "flat", "inside", "falls", "full", "outside"]
    table = pd.DataFrame({"model": "drift", "note": notes})
    shown = [note for _, note in told(lang, fits_table, table).rows]
    assert shown[0] == ""
    assert len(set(shown)) == len(notes)


@pytest.mark.parametrize(
    ("blank", "ja", "en"),
    [
        (["bass"], "2つのモデルのうち、確率を出せる1つでは、", "1 of 2 models that look at"),
        ([], "3点だけを見る2つのモデルでは、", "2 models that look at these 3"),
    ],
)
def test_models_that_tell_no_chance_are_counted(blank, ja, en):
    odds = pd.DataFrame({"model": ["pooled", "drift", "bass"], "p": 0.5, "path": 14.0})
    odds["observed_at"] = "end"
    odds.loc[odds["model"].isin(blank), "p"] = float("nan")
    futures = pd.DataFrame({"model": [], "fiscal_year": []})
    given = SERIES, futures, records(odds), "pooled", BACKING
    assert ja in "".join(told("ja", chances, *given))
    assert en in "".join(told("en", chances, *given))


class TestVerdict:
    @pytest.mark.parametrize(
        ("p", "called"),
        [
            *((0.65, "rather likely"), (0.6, "rather likely"), (0.59, "even"), (0.4, "even")),
            *((0.35, "rather unlikely"), (0.3, "rather unlikely"), (0.29, "unlikely")),
        ],
    )
    def test_only_what_is_close_to_a_half_is_even(self, p, called):
        assert verdict(p) == called

    @pytest.mark.parametrize(
        ("called", "slows", "opposed", "ja", "en"),
        [
            (
                *("rather unlikely", True, False),
                "達成はやや難しい: 年107団体の上積みが必要で、これまでは年113団体だが、"
                "同じペースは続きにくい",
                "More likely missed than met: it has to rise by 107団体 a year and has been rising"
                " by 113団体, but such a pace usually slows",
            ),
            (
                *("rather likely", False, True),
                "どちらかといえば達成しそうだ。ただし年107団体の上積みが必要で、これまでは年113団体",
                "More likely met than missed, though it has to rise by 107団体 a year and has been"
                " rising by 113団体",
            ),
            (
                *("even", False, False),
                "五分五分に近い: 年107団体の上積みが必要で、これまでは年113団体",
                "Roughly even: it has to rise by 107団体 a year and has been rising by 113団体",
            ),
        ],
    )
    def test_the_pace_does_not_suggest_the_opposite(self, called, slows, opposed, ja, en):
        facts = {"needed": "107団体", "observed": "113団体", "up": True, "towards": 1}
        facts |= {"verdict": called, "slows": slows, "opposed": opposed, "met": False}
        assert told("ja", say_answer, "foreseen", **facts) == ja
        assert told("en", say_answer, "foreseen", **facts) == en


@pytest.mark.parametrize(
    ("inside", "ja", "en"),
    [
        ([True], "1件だけの予測では、その後の値が80 %予測区間に入りました", "came lay in the 80"),
        ([False], "80 %予測区間に入りませんでした", "In the one forecast there is, the value that"),
        ([False], "80 %予測区間に入りませんでした", "came lay outside of the 80 % interval."),
        ([True, False], "予測2件のうち1件で、", "In 1 of 2 forecasts the value that came lay in"),
    ],
)
def test_one_forecast_is_not_counted(inside, ja, en):
    table = pd.DataFrame({"inside": inside, "quantity": "outcome"})
    assert ja in repr(told("ja", read_came, table))
    assert en in repr(told("en", read_came, table))


@pytest.mark.parametrize(("last", "stale"), [(2022, True), (2020, False)])
def test_values_that_end_long_before_the_last_sheet_are_said_to(last, stale):
    single = outcome({2016: 10, 2017: 12, 2018: 14}, **AIM)
    joined = {"table": "sheet", "rule": "stitched", "observed": f"2018, 2019, {last}"}
    sheet = ReviewSheet.build(
        sheet=single.sheet, outcome=single.outcome.to_dict("records"), remark=[joined]
    )
    assert ("実績は2018年度までで、この事業の最後のシート" in of(sheet, "ja")["adoption"]) == stale
    assert ("the project’s last sheet is of 2022" in of(sheet, "en")["adoption"]) == stale
    assert "last sheet is of" not in of(single, "en")["adoption"]


class TestYearlyTargets:
    """Most outcomes without a final target have one for every year."""

    VALUES = tuple({2018: 91.0, 2019: 91.0, 2020: 91.0}.items())

    def test_they_are_told(self):
        text = said(dict(self.VALUES), "ja", expected=100.0, unit="万トン")
        assert "最終的な目標値の記載はありません" in text
        assert "2020年度は目標100万トンに対し実績91万トンです" in text
        text = said(dict(self.VALUES), "en", expected=100.0, unit="万トン")
        assert "the sheet states no target" not in text
        assert (
            "no final target. It has targets for single years: 100 × 10,000 tonnes in FY2020"
            in text
        )
        assert "no probability is computed" in text

    @pytest.mark.parametrize(
        "facts", [{}, {"expected": 100.0, "target": 100.0, "target_year": 2023}]
    )
    def test_where_there_are_none_or_a_final_one_nothing_is_said_of_them(self, facts):
        assert "single years" not in said(dict(self.VALUES), "en", **facts)


def test_a_value_is_compared_as_it_is_printed():
    text = said({2021: 99.97, 2022: 99.98}, "en", target=99.99, target_year=2025, unit="%")
    assert "stood at 99.98 % in FY2022; the target is 99.99 % by" in text
    assert "0.01 percentage points below the target" in text


def test_a_unit_of_two_lines_stays_within_its_sentence():
    text = said({2019: 45.0, 2020: 63.0}, "en", unit="万トン\n(累計)", **AIM)
    assert "63 万トン (累計) in FY2020" in text


def _lines(table: str) -> dict[str, str]:
    return {line.split()[0]: line for line in table.splitlines() if line.strip()}


class TestOdds:
    TEXT = of(outcome(METI, **DUE, direction="up"), "en")

    def test_a_model_without_a_path_is_not_said_never_to_arrive(self):
        lines = _lines(self.TEXT["odds_table"])
        assert "never" in lines["drift"]
        assert "never" not in lines["Bass"]
        due = of(outcome(METI, **DUE, direction="up"), "ja")["odds_table"]
        lines = _lines(due)
        assert "達しない" in lines["ドリフト"]
        assert "達しない" not in lines["バス"]
        assert "never" not in due

    def test_bass_says_why_it_has_none(self):
        assert "the ceiling was reached before the last value" in self.TEXT["fits"]
        text = of(outcome({2022: 90, 2023: 83, 2024: 72}, **DUE, direction="up"), "ja")
        assert "実績が減る年がある" in text["fits"]

    def test_a_difference_that_shows_is_not_called_nothing(self):
        """64 and 65 % printed, 0.4 points apart."""
        rows = [("end", 0.6449), ("start", 0.6451)]
        odds = pd.DataFrame(
            [{"model": "drift", "observed_at": at, "p": p} for at, p in rows],
        )
        series = pick(outcome(METI, **DUE, direction="up"))
        text = repr(told("en", read_odds, series, odds))
        assert "Only drift gives a probability: 64–65 % over the assumptions" in text
        assert "moves it by less than 1 percentage point)" in text
        assert "0 percentage points" in repr(told("en", read_odds, series, odds.assign(p=0.5)))
        far = odds.assign(p=[0.64, 0.65])
        assert "moves it by 1 percentage point)" in repr(told("en", read_odds, series, far))
        both = pd.concat([odds, odds.assign(model="ols", p=[0.7, 0.71])])
        text = repr(told("en", read_odds, series, both))
        assert "Lowest is drift (64–65 %), highest line (OLS) (70–71 %)" in text
        assert "(drift: less than 1 percentage point over" in text


def test_a_range_up_to_certainty_is_spoken():
    assert told("en", common.chances, 0.99, 0.999) == "99 % to more than 99 %"
    assert told("ja", common.chances, 0.99, 0.999) == "99 %〜99 %超"
    assert told("ja", common.chances, 0.001, 0.5) == "1 %未満〜50 %"
    assert told("en", common.chances, 0.03, 0.96) == "3–96 %"
    assert told("en", common.chances, 0.999, 1.0) == "> 99 %"
