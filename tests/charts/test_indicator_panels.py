"""The figure of all indicators: panels that are legible, whatever stands in them."""

import random
from itertools import combinations

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text

from helpers import charts
from helpers.analysis.every_indicator import every_indicator, leading
from helpers.sheet import ReviewSheet
from helpers.words import LANGUAGES
from logic_sheets import HEAD, rows
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


def texts(figure) -> list[Text]:
    """The figure's texts that can be seen; ticks have empty ones besides."""
    host = figure.axes[0]
    found = [text for text in figure.findobj(Text) if text.get_text().strip()]
    hidden = {id(text) for axis in (host.xaxis, host.yaxis) for text in axis.get_ticklabels()}
    return [text for text in found if text.get_visible() and id(text) not in hidden]


@pytest.mark.parametrize("seed", range(20))
def test_no_text_covers_another_or_leaves_the_figure(seed):
    sheet = page(random.Random(seed))
    shown, _ = leading(every_indicator(sheet, 1), 12)
    axes = told(LANGUAGES[seed % 2], charts.every_indicator, shown, sheet)
    if axes is None:
        assert shown.history.empty
        return
    figure = axes.figure
    figure.canvas.draw()
    boxes = {text: text.get_window_extent() for text in texts(figure)}
    assert len(boxes) > 3
    for text, box in boxes.items():
        assert box.x0 >= -1, text
        assert box.x1 <= figure.bbox.x1 + 1, text
        assert box.y0 >= -1, text
        assert box.y1 <= figure.bbox.y1 + 1, text
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        down = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert min(across, down) <= 2, f"{one.get_text()!r} covers {other.get_text()!r}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_panel_is_described_with_what_is_stated(lang):
    facts = {"direction": "down", "term": "long", "target": 3.0, "target_year": 2030}
    outcome = rows(1, {2022: (5, 6), 2023: (4, 5, 125.0)}, **facts)
    sheet = ReviewSheet.build(
        sheet=[HEAD],
        outcome=outcome,
        output=rows(1, {2023: (9, None)}),
    )
    every = every_indicator(sheet, 1)
    alt = repr(told(lang, charts.every_indicator, every, sheet).figure)
    first, second = alt.split(" / ")
    if lang == "ja":
        assert first.startswith(
            "成果1(分析する指標) 指標1; 2022年度 6, 2023年度 5; 単位 件、長期、"
        )
        assert first.endswith(
            "下がると良い; 目標 3(2030年度); 達成率 125 %(2023年度の目標4に対して)"
        )
        assert second == "活動1 指標1; 見込み・目標 2023年度 9; 単位 件; 実績なし"
    else:
        assert first.startswith(
            "Outcome 1 (analysed) 指標1; FY2022 6, FY2023 5; unit 件, long term"
        )
        assert first.endswith(
            "down is better; target 3 (FY2030); 125 % of the 4 expected in FY2023"
        )
        assert second == "Output 1 指標1; expected FY2023 9; unit 件; no actual value"


def test_the_last_value_is_beside_its_point_and_away_from_what_was_expected():
    sheet = ReviewSheet.build(
        sheet=[HEAD],
        outcome=rows(1, {2022: (50, 60), 2023: (90, 80)}),
    )
    axes = told("en", charts.every_indicator, every_indicator(sheet), sheet)
    (panel,) = axes.child_axes
    look = {text.get_text(): (text.get_ha(), text.get_va()) for text in panel.texts}
    assert look["60"] == ("right", "bottom")
    assert look["80"] == ("left", "top")
    assert plt.get_fignums()


def test_a_rate_printed_without_an_expected_value_names_its_year_alone():
    sheet = ReviewSheet.build(sheet=[HEAD], output=rows(1, {2023: (None, 5, 125.0)}))
    alt = repr(told("ja", charts.every_indicator, every_indicator(sheet), sheet).figure)
    assert alt.endswith("達成率 125 %(2023年度)")
    sheet = ReviewSheet.build(sheet=[HEAD], output=rows(1, {2023: (4, 5)}))
    alt = repr(told("ja", charts.every_indicator, every_indicator(sheet), sheet).figure)
    assert alt.endswith("達成率 125 %(2023年度の見込み4に対して)")


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ({2024: (16, None), 2025: (16.5, None), 2026: (17, None)}, ["16", "17"]),
        ({2024: (25, None)}, ["25"]),
        ({2024: (16, 3), 2025: (17, 5)}, ["3", "5"]),
    ],
)
def test_without_actual_values_the_expected_ones_are_labelled(values, labels):
    sheet = ReviewSheet.build(sheet=[HEAD], output=rows(1, values))
    axes = told("en", charts.every_indicator, every_indicator(sheet), sheet)
    (panel,) = axes.child_axes
    found = [text.get_text() for text in panel.texts]
    assert [text for text in found if text.replace(".", "").isdigit()] == labels
