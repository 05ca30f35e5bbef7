"""The figure of all indicators: lines that are legible, whatever stands in them."""

import random

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pytest

from helpers import charts
from helpers.analysis.every_indicator import every_indicator, leading
from helpers.charts import style
from helpers.sheet import ReviewSheet
from helpers.words import LANGUAGES
from logic_sheets import HEAD, rows
from overlaps import faults
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
        assert first.endswith(
            "下がると良い; 目標 3 (2030); 達成率 125 %(2023年度の見込み4に対して)"
        )
        assert second == "活動1 指標1; 見込み・目標 2023年度 9; 単位 件; 実績なし"
        assert figure.get_suptitle() == "達成率の分かる1指標のうち、100 %以上は1"
    else:
        assert first.startswith(
            "Outcome 1 (analysed) 指標1; FY2022 6, FY2023 5; unit: cases, long term"
        )
        assert first.endswith(
            "down is better; target 3 (2030); achieved 125 % of the 4 expected in FY2023"
        )
        assert second == "Output 1 指標1; expected FY2023 9; unit: cases; no actual value"
        assert "1 of 1 indicator" in figure.get_suptitle().replace("\n", " ")
    assert len(figure.data) == 3, "the values drawn are handed over"


def test_the_latest_numbers_stand_beside_the_curve():
    facts = {"target": 90.0, "target_year": 2025}
    outcome = rows(1, {2022: (50, 60), 2023: (90, 80)}, **facts)
    sheet = ReviewSheet.build(sheet=[HEAD], outcome=outcome)
    axes = told("en", charts.every_indicator, every_indicator(sheet), sheet)
    shown = written(axes)
    assert {"80 (2023)", "target 90 (2025)", "achieved 88.9 %"} <= set(shown)


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
