"""The figures of past forecasts: drawn for any quantities, told in words, nothing cut off."""

import base64
import io
import itertools

import matplotlib

matplotlib.use("agg")

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from PIL import Image

from helpers import charts, fitted
from helpers.charts import style
from helpers.story.track import errors, intervals, probabilities
from overlaps import faults
from speaking import told
from track_tables import record, score

ALL = ("outcome", "rate", "outturn")
SOURCE = "出典: 行政事業レビューシート"


def draw(made: dict, lang: str, *names: str) -> dict:
    """All figures of the notebook that there is anything to draw for, or those of some names, by
    name."""
    scores, drawn = made["scores"], {}
    for name, tabled, seen, *more in (
        ("origins", intervals.origins, intervals.seen_origins, intervals.NEAR),
        ("coverage", intervals.coverage, intervals.seen_inside),
        ("money", intervals.money, intervals.seen_inside),
        ("errors", errors.ratios, errors.seen),
        ("reliability", None, probabilities.seen),
        ("pit", None, intervals.seen_pit),
        ("ministries", intervals.ministries, intervals.seen_ministries),
    ):
        if names and name not in names:
            continue
        table = told(lang, tabled, scores) if tabled else made[name]
        title = told(lang, seen, table)
        axes = told(lang, getattr(charts, name), table, title, SOURCE, *more)
        if axes is not None:
            drawn[name] = axes.figure
    return drawn


def words_of(axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    ("quantities", "panels"),
    [
        (("outcome",), [1, 1, 1, 1, 1, 1]),
        (("rate", "outturn"), [1, 1, 1, 1, 2, 1]),
        (ALL, [1, 1, 1, 1, 2, 3, 1]),
    ],
)
def test_a_panel_for_every_quantity_that_there_is(quantities, panels, lang):
    figures = list(draw(record(*quantities), lang).values())
    assert [len(figure.axes) for figure in figures] == panels
    assert len({repr(figure) for figure in figures}) == len(panels)
    for figure in figures:
        assert figure.get_suptitle()
        assert figure.get_supxlabel() == SOURCE
        assert len(figure.data)
        questions = [text.get_text() for text in figure.texts]
        assert any(each.endswith(("%", "%)", ")")) for each in questions)


def test_nothing_is_drawn_of_nothing():
    assert draw(record(), "ja") == {}


def test_outturns_alone_have_no_probabilities():
    assert set(draw(record("outturn"), "en")) == {"origins", "money", "errors", "pit", "ministries"}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_nothing_is_cut_off_and_no_labels_overlap(lang, monkeypatch):
    for figure in draw(record(*ALL), lang).values():
        handed = []
        monkeypatch.setattr(style, "display", lambda content, **_: handed.append(content))  # noqa: B023
        figure._ipython_display_()
        picture = Image.open(io.BytesIO(base64.b64decode(handed[0]["image/png"])))
        ink = np.asarray(picture.convert("L")) < 250
        rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
        ends = [rows[0], picture.height - 1 - rows[-1], columns[0], picture.width - 1 - columns[-1]]
        assert min(ends) > 0.05 * figure.dpi, (repr(figure), ends)
        for axes in figure.axes:
            boxes = [label.get_window_extent() for label in axes.get_yticklabels()]
            boxes.sort(key=lambda box: box.y0)
            gaps = [upper.y0 - lower.y1 for lower, upper in itertools.pairwise(boxes)]
            assert min(gaps) > 0
        assert faults(figure) == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_texts_collide_on_the_figures_of_the_record_that_ships(lang):
    drawn = draw(fitted.SHIPPED.track_record, lang)
    assert len(drawn) == 7
    found = {name: faults(figure) for name, figure in drawn.items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_titles_say_what_is_seen():
    made = record(*ALL)
    titles = {name: figure.get_suptitle() for name, figure in draw(made, "ja").items()}
    assert titles["origins"] == "どの年のシートからの予測も、ほぼ言ったとおりに当たった"
    assert "どの区分でも" in titles["coverage"].replace("\n", "")
    assert titles["reliability"] == "予測した確率と実際の割合の差は、最大1ポイント"
    assert titles["ministries"] == "80 %区間が狭すぎた府省庁はない"
    score(made, 0.6, (0.58, 0.62), by="budget", group="rose", measure="in80", quantity="outturn")
    score(made, 0.7, (0.68, 0.72), by="origin", group="2017", measure="in80", quantity="rate")
    for ministry in ("総務省", "財務省", "厚生労働省"):
        where = {"by": "ministry", "group": ministry, "measure": "in80", "quantity": "rate"}
        score(made, 0.6, (0.5, 0.7), **where)
    made["pit"].loc[0, "share"] = 0.2
    titles = {
        name: figure.get_suptitle().replace("\n", "") for name, figure in draw(made, "ja").items()
    }
    assert titles["origins"] == "2017年のシートからの予測は、言ったほど当たらなかった"
    assert "執行額の80 %区間は、「予算計が20 %を超えて増えた」では60 %しか" in titles["money"]
    assert titles["ministries"].endswith("など3府省庁で狭すぎた")
    assert "偏って落ちた(10 %からの差は最大10.0ポイント)" in titles["pit"]


def test_the_words_have_the_numbers():
    made = record(*ALL)
    score(made, 0.777, (0.75, 0.79), by="h", group="3.0", measure="in80")
    drawn = {name: repr(figure) for name, figure in draw(made, "en").items()}
    coverage, errors, odds = (drawn[name] for name in ("coverage", "errors", "reliability"))
    pit, ministries = drawn["pit"], drawn["ministries"]
    assert "from the sheets of 2017: outcomes 81.0 %, execution rates 84.0 %" in drawn["origins"]
    assert "budget fell by more than 20 %: execution rates 84.0 %" in drawn["money"]
    assert "Outcomes 3 years ahead: 80 % intervals 77.7 %, 95 % intervals 95.0 %" in coverage
    assert "Execution rates mean absolute error: these forecasts 0.9, drift 1.1" in errors
    assert "mean of ministry and size 5.5" in errors
    assert "5.0 % → 6.0 % (1,200)" in odds
    assert "outturns: 10.0 %, 10.0 %" in pit
    assert "Ministry of Finance: outcomes 81.0 %, execution rates 84.0 %" in ministries


def marks_of(axes: Axes) -> list[PathCollection]:
    return [marks for marks in axes.collections if isinstance(marks, PathCollection)]


def test_a_dot_is_filled_where_its_interval_misses_the_nominal():
    made = record("outcome")
    score(made, 0.81, (0.79, 0.83), measure="in80")
    score(made, 0.7, (0.65, 0.75), by="kind", group="steady", measure="in80")
    (axes,) = draw(made, "en", "coverage")["coverage"].axes
    (dots,) = marks_of(axes)
    filled = [tuple(face[:3]) != (1, 1, 1) for face in dots.get_facecolor()]
    values = [round(float(x)) for x, _ in dots.get_offsets()]
    assert len(values) == 2 * 9
    assert [value for value, full in zip(values, filled, strict=True) if full] == [70]


def test_rows_are_named_and_quantities_head_them():
    drawn = draw(record(*ALL), "ja")
    ministries = drawn["ministries"]
    labels = words_of(drawn["coverage"].axes[0])
    assert labels[:3] == ["全体", "1〜3年先", "1年先"]
    assert "目標へ向かう" in labels
    heads = [text.get_text() for text in drawn["errors"].axes[0].texts]
    assert heads == ["成果", "執行率", "執行額"]
    assert [text.get_text() for text in drawn["origins"].axes[0].get_xticklabels()] == [
        "2016",
        "2017",
    ]
    assert list(ministries.axes[0].texts) == []
    legend = [text.get_text() for text in ministries.axes[0].get_legend().get_texts()]
    assert legend == ["成果", "執行率", "執行額"]


def test_lone_marks_stand_in_the_middle_of_their_row():
    (axes,) = draw(record("outcome"), "en", "errors")["errors"].axes
    rows = dict(zip(words_of(axes), axes.get_yticks(), strict=True))
    (dots,) = marks_of(axes)
    heights = {round(float(x), 2): float(y) for x, y in dots.get_offsets()}
    assert heights[0.7] == pytest.approx(rows["pinball loss"])
    assert heights[0.95] < rows["mean absolute error"]  # three marks, the axis points down


def test_a_tenth_without_truths_keeps_its_number():
    made = record("outcome")
    made["pit"]["share"] = [0.0, 0.2, *[0.1] * 8]
    axes = draw(made, "en", "pit")["pit"].axes[0]
    colours = [text.get_color() for text in axes.texts]
    assert colours[:2] == [style.INK, "white"]
    assert [text.get_text() for text in axes.texts][:2] == ["0.0", "20.0"]


def test_counts_keep_clear_of_the_dashed_line():
    made = record("rate")
    bins = made["reliability"].loc[[0, 6]].assign(forecasts=[2743, 78])
    bins[["p", "happened", "low", "high"]] = [
        [0.0295, 0.035, 0.0287, 0.0426],
        [0.6542, 0.5256, 0.4162, 0.6326],
    ]
    made["reliability"] = bins
    figure = draw(made, "en", "reliability")["reliability"]
    figure.canvas.draw()
    axes = figure.axes[0]
    first, second = (axes.transData.inverted().transform(t.get_window_extent()) for t in axes.texts)
    assert first[0, 1] > first[1, 0]  # its foot above the line at its right end
    assert second[1, 1] < 41.62
