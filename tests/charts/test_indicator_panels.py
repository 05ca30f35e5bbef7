"""The figure of all indicators: lines that are legible, whatever stands in them."""

import random
from dataclasses import replace

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers import charts
from helpers.analysis.every_indicator import every_indicator, leading
from helpers.charts import style
from helpers.charts.adoption import _curve_alt
from helpers.sheet import ReviewSheet
from helpers.words import LANGUAGES
from logic_sheets import HEAD, rows
from overlaps import faults
from simulate import history
from speaking import told

SIGNS = "あア漢字率数の・（）%ABCabc㏊😀"


def page(rng: random.Random) -> ReviewSheet:
    """A sheet with up to twelve indicators, their words and numbers long and odd."""
    tables: dict[str, list] = {"outcome": [], "output": []}
    for number in range(1, rng.choice([1, 2, 3, 3, 4, 5, 12]) + 1):
        name = "".join(rng.choices(SIGNS, k=rng.choice([0, 5, 80])))
        years = rng.sample(range(2010, 2050), rng.choice([1, 2, 5]))
        scale = 10 ** rng.uniform(-3, 12)
        values = {}
        for year in sorted(years):
            pair = [rng.choice([None, 0, scale, rng.uniform(-1, 1) * scale]) for _ in range(2)]
            values[year] = pair
        table = rng.choice(["outcome", "output"])
        facts = {"indicator": name, "unit": "".join(rng.choices(SIGNS, k=rng.choice([0, 2, 30])))}
        if table == "outcome":
            facts |= {"term": rng.choice([None, "long"]), "direction": rng.choice([None, "down"])}
            facts |= {"target": rng.choice([None, scale * 40]), "target_year": 2060}
        tables[table] += rows(number, values, **facts)
    return ReviewSheet.build(sheet=[HEAD], **tables)


def written(axes) -> list[str]:
    """The texts beside the curves."""
    return [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("seed", range(20))
def test_no_text_covers_another_or_leaves_the_figure(seed):
    sheet = page(random.Random(seed))
    shown, _ = leading(every_indicator(sheet, 1), 12)
    axes = told(LANGUAGES[seed % 2], charts.every_indicator, shown, sheet)
    if axes is None:
        assert shown.history.empty
        return
    assert len(axes.texts) > 1
    with plt.rc_context(style.LOOK):
        assert faults(axes.figure) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_line_is_described_with_what_is_stated(lang):
    facts = {"direction": "down", "term": "long", "target": 3.0, "target_year": 2030}
    outcome = rows(1, {2022: (5, 6), 2023: (4, 5, 125.0)}, **facts)
    sheet = ReviewSheet.build(
        sheet=[HEAD],
        outcome=outcome,
        output=rows(1, {2023: (9, None)}),
    )
    every = every_indicator(sheet, 1)
    figure = told(lang, charts.every_indicator, every, sheet).figure
    first, second = repr(figure).split(" / ")
    if lang == "ja":
        assert first.startswith(
            "成果1(分析する指標) 指標1; 2022年度 6, 2023年度 5; 単位 件、長期、"
        )
        assert first.endswith("下がると良い; 目標 3 (2030); 達成率 125 %(2023年度の目標4に対して)")
        assert second == "活動1 指標1; 見込み 2023年度 9; 単位 件; 実績なし"
        assert figure.get_suptitle() == "達成率の分かる指標は1つで、100 %以上"
    else:
        assert first.startswith(
            "Outcome 1 (analysed) 指標1; FY2022 6, FY2023 5; unit: cases, long term"
        )
        assert first.endswith(
            "down is better; target 3 (2030); achieved 125 % of the target of 4 for FY2023"
        )
        assert second == "Output 1 指標1; expected FY2023 9; unit: cases; no actual value"
        title = figure.get_suptitle().replace("\n", " ")
        assert title == "The one indicator with a rate of achievement is at 100 % or more"
    assert len(figure.data) == 3, "the values drawn are handed over"


@pytest.mark.parametrize(
    ("tables", "ja", "en"),
    [
        (["outcome"], "青: 年度の目標値、", "blue: target of the year; "),
        (["output"], "青: 当初見込み、", "blue: expected; "),
        (
            ["outcome", "output"],
            "青: 成果は年度の目標値、活動は当初見込み、",
            "blue: target of the year (outcomes) or expected (outputs); ",
        ),
    ],
)
def test_what_is_expected_has_the_word_that_the_sheet_has_for_it(tables, ja, en):
    made = {table: rows(1, {2022: (5, 6), 2023: (4, 5)}) for table in tables}
    every = every_indicator(ReviewSheet.build(sheet=[HEAD], **made), 1)
    for lang, said in (("ja", ja), ("en", en)):
        axes = told(lang, charts.every_indicator, every, ReviewSheet.build(sheet=[HEAD]))
        between = {"ja": "", "en": " "}[lang]
        assert said in between.join(
            text.get_text().replace("\n", between) for text in axes.figure.texts
        )


def test_an_outcome_without_an_actual_value_has_the_target_of_its_year():
    sheet = ReviewSheet.build(sheet=[HEAD], outcome=rows(1, {2024: (16, None), 2025: (17, None)}))
    for lang, said in (("ja", "年度の目標 17 (2025)"), ("en", "year's target 17 (2025)")):
        assert said in written(told(lang, charts.every_indicator, every_indicator(sheet), sheet))


def test_the_latest_numbers_stand_beside_the_curve():
    facts = {"target": 90.0, "target_year": 2025}
    outcome = rows(1, {2022: (50, 60), 2023: (90, 80)}, **facts)
    sheet = ReviewSheet.build(sheet=[HEAD], outcome=outcome)
    axes = told("en", charts.every_indicator, every_indicator(sheet), sheet)
    shown = written(axes)
    assert {"80 (2023)", "target 90 (2025)", "achieved 88.9 %"} <= set(shown)


def test_a_rate_of_another_year_has_its_year():
    sheet = ReviewSheet.build(
        sheet=[HEAD], outcome=rows(1, {2021: (50, 25), 2023: (None, 80)}), output=rows(1, {})
    )
    axes = told("en", charts.every_indicator, every_indicator(sheet), sheet)
    assert {"80 (2023)", "achieved 50 % (2021)"} <= set(written(axes))
    title = axes.figure.get_suptitle().replace("\n", " ")
    assert title == "The one indicator with a rate of achievement is below 100 %"


@pytest.mark.parametrize(("actual", "said"), [(5, "0 of 2 indicators"), (10, "1 of 2 indicators")])
def test_how_many_achieved_is_a_sentence(actual, said):
    table = [*rows(1, {2023: (10, actual)}), *rows(2, {2023: (10, 4)})]
    sheet = ReviewSheet.build(sheet=[HEAD], outcome=table)
    axes = told("en", charts.every_indicator, every_indicator(sheet), sheet)
    verb = "is" if actual == 10 else "are"
    title = axes.figure.get_suptitle().replace("\n", " ")
    assert title == f"{said} with a rate of achievement {verb} at 100 % or more"


def test_a_fan_that_ends_before_the_path_has_its_own_year():
    path = pd.DataFrame({"fiscal_year": [2024, 2025], "path": [11.0, 12.0]})
    fan = pd.DataFrame({"fiscal_year": [2024], "lower80": [8.0], "upper80": [14.0]})
    given = history([8, 9, 10]), {"drift": path}, fan, "drift"
    said = told("en", _curve_alt, *given)
    assert "FY2025 12" in said
    assert "forecast interval of drift for FY2024 8–14" in said
    assert "80 %予測区間 2024年度 8–14" in told("ja", _curve_alt, *given)


def far(target_year: int, vague: list[bool], years: list[int]) -> tuple:
    """A series with a far target, and forecasts whose 80 % limits say nothing where `vague`."""
    series = replace(history([8, 9, 10], years=[2021, 2022, 2023]), target=20.0)
    limits = {"path": 12.0, "lower80": 6.0, "upper80": 30.0, "vague": vague}
    futures = pd.DataFrame({"model": "drift", "fiscal_year": years} | limits)
    return replace(series, target_year=target_year), futures


@pytest.mark.parametrize(
    ("vague", "en", "ja"),
    [
        ([False, True, True], "range, for FY2025–2026 too wide", "で、2025〜2026年度は広すぎ"),
        ([True, False, True], "range, for FY2024 and FY2026 too wide", "、2024年度、2026年度は"),
        ([True, True, True], "; 80 % range for FY2024–2026 too wide", "2026年度の80 %区間は広すぎ"),
    ],
)
def test_a_range_that_is_not_drawn_is_named_and_stands_in_the_data(vague, en, ja):
    series, futures = far(2026, vague, [2024, 2025, 2026])
    sheet = ReviewSheet.build(sheet=[HEAD])
    axes = told("en", charts.curve, series, futures, "drift", pd.DataFrame(), sheet)
    assert en in " ".join(beside_axes(axes))
    assert en[-20:] in axes.figure.alt
    assert axes.figure.data["80 % to"].tolist()[-3:] == [30.0] * 3
    axes = told("ja", charts.curve, series, futures, "drift", pd.DataFrame(), sheet)
    assert ja in "".join(beside_axes(axes))


def test_a_target_beyond_the_figure_is_said_to_be():
    years = [*range(2024, 2039)]
    series, futures = far(2040, [False] * len(years), years)
    drawn = series, futures, "drift", pd.DataFrame(), ReviewSheet.build(sheet=[HEAD])
    assert "; due in FY2040, beyond the figure" in " ".join(
        beside_axes(told("en", charts.curve, *drawn))
    )
    nearer = replace(series, target_year=2038), *drawn[1:]
    assert "beyond" not in " ".join(beside_axes(told("en", charts.curve, *nearer)))


def beside_axes(axes) -> list[str]:
    """The texts of a figure outside of its axes, their lines joined."""
    return [text.get_text().replace("\n", " ") for text in axes.figure.texts]


def test_without_an_actual_value_what_is_expected_is_written():
    sheet = ReviewSheet.build(sheet=[HEAD], output=rows(1, {2024: (16, None), 2025: (17, None)}))
    axes = told("en", charts.every_indicator, every_indicator(sheet), sheet)
    assert {"expected 17 (2025)", "no actual value"} <= set(written(axes))


def test_a_rate_printed_without_an_expected_value_has_nothing_it_is_of():
    sheet = ReviewSheet.build(sheet=[HEAD], output=rows(1, {2023: (None, 5, 125.0)}))
    alt = repr(told("ja", charts.every_indicator, every_indicator(sheet), sheet).figure)
    assert alt.endswith("達成率 125 %")
    sheet = ReviewSheet.build(sheet=[HEAD], output=rows(1, {2023: (4, 5)}))
    alt = repr(told("ja", charts.every_indicator, every_indicator(sheet), sheet).figure)
    assert alt.endswith("達成率 125 %(2023年度の見込み4に対して)")
