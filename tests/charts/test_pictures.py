"""What a notebook shows of a figure: one picture, drawn once, with everything in it."""

import base64
import io

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.ticker import NullLocator
from PIL import Image

from figures import draw
from helpers import words
from helpers.charts import font, png, style, ticks
from helpers.show import DATA
from speaking import told


def figures(sheet, lang: str, *names: str) -> list:
    draw(sheet, lang, [1741, 1718], *names)
    return [plt.figure(number) for number in plt.get_fignums()]


def shown(figure, monkeypatch) -> dict:
    """What a figure hands to the notebook."""
    handed = []
    monkeypatch.setattr(style, "display", lambda *given, **named: handed.append((given, named)))
    figure._ipython_display_()
    [((content,), named)] = handed
    width = style.SHOWN * figure.get_figwidth() / style.WIDTH
    assert named == {"metadata": {"image/png": {"width": int(width)}}, "raw": True}
    return content


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_nothing_is_cut_off_and_no_room_is_wasted(sheet, lang, monkeypatch):
    for figure in figures(sheet, lang):
        content = shown(figure, monkeypatch)
        picture = Image.open(io.BytesIO(base64.b64decode(content["image/png"])))
        ink = np.asarray(picture.convert("L")) < 250
        left, right = np.flatnonzero(ink.any(axis=0))[[0, -1]]
        top, bottom = np.flatnonzero(ink.any(axis=1))[[0, -1]]
        margins = [left, picture.width - 1 - right, top, picture.height - 1 - bottom]
        pad = 0.1 * figure.dpi
        # Bars and letters begin a few pixels within their boxes.
        assert min(margins) > 0.5 * pad, (repr(figure), margins)
        assert max(margins) < 2.5 * pad, (repr(figure), margins)


def test_the_picture_and_its_text_are_handed_over(sheet, monkeypatch):
    figure = figures(sheet, "en", "cascade")[0]
    with words.speaking("ja"):
        content = shown(figure, monkeypatch)
    assert content["text/plain"] == repr(figure)
    assert set(content) == {"image/png", "text/plain", DATA}
    assert content[DATA].splitlines()[0] == "年度,要求額,当初予算,予算計,執行額"
    picture = Image.open(io.BytesIO(base64.b64decode(content["image/png"])))
    width, height = figure.get_size_inches() * figure.dpi
    assert picture.size == (int(width), int(height))
    assert picture.info["dpi"] == pytest.approx((figure.dpi, figure.dpi), abs=0.1)
    drawn = np.asarray(figure.canvas.buffer_rgba())[:, :, :3]
    seen = np.asarray(picture.convert("RGB")).astype(int)
    assert abs(seen - drawn).max() <= 60, "the nearest of 256 colours"


def test_a_figure_is_drawn_once(sheet, monkeypatch):
    figure, drawn = figures(sheet, "ja", "presence")[0], []
    draw = type(figure.axes[0]).draw
    monkeypatch.setattr(type(figure.axes[0]), "draw", lambda *args: (drawn.append(1), draw(*args)))
    shown(figure, monkeypatch)
    assert drawn == [1]


@pytest.mark.parametrize("name", ["figure.pdf", "figure.svg", "figure.png"])
def test_figures_can_be_saved_otherwise(sheet, name, tmp_path):
    figures(sheet, "ja", "unspent")[0].savefig(tmp_path / name)
    assert (tmp_path / name).stat().st_size > 1000


def test_axes_keep_some_room_however_long_their_labels(monkeypatch):
    axes = style.canvas(None)
    axes.set_yticks([0, 1], ["長い名前" * 40, "x"])
    style.finish(axes, "題", "出典", "alt")
    shown(axes.figure, monkeypatch)
    assert axes.get_position().width == pytest.approx(0.1)


@style.drawn
def two_panels():
    above, below = style.canvas(None, rows=2)
    above.plot([2017, 2018], [1, 2])
    below.plot([2017, 2018], [1000, 20000])
    above.set_ylabel("件")
    below.set_ylabel("百万円")
    style.finish(above, "題", "出典", "alt")
    return above.figure


def test_axes_below_each_other_are_as_high_and_their_labels_in_line(monkeypatch):
    figure = told("ja", two_panels)
    shown(figure, monkeypatch)
    above, below = (axes.get_position() for axes in figure.axes)
    assert (above.height, above.x0) == pytest.approx((below.height, below.x0))
    assert above.y0 > below.y1
    ends = [axes.yaxis.label.get_window_extent() for axes in figure.axes]
    assert ends[0].x1 == pytest.approx(ends[1].x1)


def opaque(pixels):
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


@pytest.mark.parametrize("colour", [255, 0])
def test_a_picture_may_be_of_one_colour(colour):
    pixels = np.full((20, 30, 3), colour, np.uint8)
    picture = Image.open(io.BytesIO(png.encoded(opaque(pixels), 130)))
    np.testing.assert_array_equal(np.asarray(picture.convert("RGB")), pixels)


def test_a_picture_keeps_its_size_and_its_plain_colours():
    colours = np.array([[255, 255, 255], [0, 0, 0], [231, 240, 250], [11, 60, 93]], np.uint8)
    pixels = colours[np.random.default_rng(1).integers(0, 4, (500, 401))]
    picture = Image.open(io.BytesIO(png.encoded(opaque(pixels), 130)))
    assert (picture.mode, picture.format, picture.size) == ("P", "PNG", (401, 500))
    np.testing.assert_array_equal(np.asarray(picture.convert("RGB")), pixels)


def test_of_more_colours_than_a_palette_holds_the_frequent_stay_and_the_others_are_near():
    rare = np.random.default_rng(1).integers(0, 256, (2000, 3), dtype=np.uint8)
    pixels = np.full((100, 100, 3), 255, np.uint8)
    pixels[:20] = rare.reshape(20, 100, 3)
    picture = Image.open(io.BytesIO(png.encoded(opaque(pixels), 130)))
    shown = np.asarray(picture.convert("RGB"))
    assert (shown[20:] == 255).all()
    assert np.abs(shown.astype(int) - pixels).mean() < 5


def test_a_long_text_is_broken_between_words_and_between_japanese_letters():
    english = "Three in ten yen of the FY2012–2018 budget were not spent, 12,345.6 million yen"
    lines = style.wrapped(english, 2, 9.5).split("\n")
    assert len(lines) > 1
    assert " ".join(lines) == english
    japanese = "予算の3割が使われず、(2012〜2018年度)12,345百万円が残った。"
    lines = style.wrapped(japanese, 1, 9.5).split("\n")
    assert "".join(lines) == japanese
    assert not [line for line in lines if line[0] in "、。)〜"]
    assert all(style.measured(line.rstrip("、。)〜"), 9.5) <= 1 for line in lines)
    assert any("12,345百" in line for line in lines)
    assert style.wrapped("短い\n二行", 9, 9.5) == "短い\n二行"


@pytest.mark.parametrize(
    "text",
    [
        "¥8.93 trillion unspent in all; most was left in FY2023 (¥3.68 trillion)",
        "最も多く支払われたのは株式会社日立コンサルティング(4,200万円)",
        "A" * 90,
        "短い、、、、、。" * 20,
    ],
)
def test_a_line_holds_and_parts_no_amount_and_no_word(text):
    lines = style.wrapped(text, 4.7, 12).split("\n")
    assert len(lines) > 1
    assert all(style.measured(line, 12) <= 4.7 for line in lines)
    assert not any(line.startswith(("n)", "円", ")", "、")) for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


SIGNS = sorted(font.ALONE)


def by_matplotlib(text, size, dpi):
    ruler = FT2Font(font.FONT)
    ruler.set_size(size, dpi)
    ruler.set_text(text, 0, flags=LoadFlags.NO_HINTING)
    return *ruler.get_width_height(), ruler.get_descent()


@settings(max_examples=100, deadline=None)
@given(
    st.text(
        st.one_of(st.sampled_from(SIGNS), st.sampled_from("0123,. %か\u3099がAVfi")), max_size=12
    ),
    st.sampled_from([(9, 72), (9.5, 150)]),
)
def test_a_text_is_as_large_as_matplotlib_finds_it(text, looked_at):
    size, dpi = looked_at
    assert font.extent(text, size, dpi) == by_matplotlib(text, size, dpi)


def pixels_of(figure, canvas):
    canvas(figure)
    with ticks.together():
        figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba()).copy()


@pytest.mark.parametrize(
    "text", ["執行率 70.4 %", "が", "か\u3099 AV fi", "$x$ ~^ (1,234)\n二行目"]
)
def test_what_is_written_looks_as_matplotlib_writes_it(text):
    with plt.rc_context(style.LOOK):
        figure = plt.figure(figsize=(3, 2))
        figure.text(0.1, 0.5, text)
        figure.text(0.9, 0.5, text, rotation=90, size=8, ha="right")
        figure.text(0.1, 0.1, "serif", family="serif")
        ours, theirs = (pixels_of(figure, kind) for kind in (font.Canvas, FigureCanvasAgg))
    np.testing.assert_array_equal(ours, theirs)
    assert (ours < 255).any()


@pytest.mark.parametrize("ends", [(0, 4000), (4000, 0), (0.1, 0.2), (-3, 3)])
def test_ticks_look_as_matplotlib_draws_them(ends):
    pictures = []
    for kind in (Axes, ticks.Plain):
        with plt.rc_context(style.LOOK):
            figure = plt.figure(figsize=(3, 2))
            axes = figure.add_subplot(axes_class=kind)
            axes.set_ylim(*ends)
            style.quantity_axis(axes)
            style.year_axis(axes, [2014, 2019])
            pictures.append(pixels_of(figure, font.Canvas))
    np.testing.assert_array_equal(*pictures)


def test_ticks_without_labels_on_a_log_scale_and_none_look_as_matplotlib_draws_them():
    pictures = []
    for kind in (Axes, ticks.Plain):
        with plt.rc_context(style.LOOK):
            figure = plt.figure(figsize=(3, 2))
            left, right = (figure.add_subplot(1, 2, at, axes_class=kind) for at in (1, 2))
            left.set(yscale="log", ylim=(0.5, 8))
            style.named(left.yaxis, [1, 2, 4], ["1", "2", "4"])
            left.yaxis.set_minor_locator(NullLocator())
            left.tick_params(labelbottom=False)
            right.set_xticks([])
            pictures.append(pixels_of(figure, font.Canvas))
    np.testing.assert_array_equal(*pictures)


def test_ticks_that_are_asked_for_are_all_there_and_may_be_changed():
    with plt.rc_context(style.LOOK):
        axes = style.canvas(None)
        style.year_axis(axes, [2014, 2016])
        before = pixels_of(axes.figure, font.Canvas)
        labels = axes.get_xticklabels()
        assert [label.get_text() for label in labels] == ["2014", "2015", "2016"]
        np.testing.assert_array_equal(pixels_of(axes.figure, font.Canvas), before)
        labels[1].set_color("red")
        assert (pixels_of(axes.figure, font.Canvas) != before).any()


CHANGES = {
    "labels on the right": lambda axes: axes.yaxis.tick_right(),
    "ticks on both sides": lambda axes: axes.xaxis.set_ticks_position("both"),
    "labels above, too": lambda axes: axes.tick_params(top=True, labeltop=True),
    "large labels": lambda axes: axes.tick_params(labelsize=20),
    "a locator changed": lambda axes: axes.yaxis.get_major_locator().set_params(nbins=3),
    "a formatter changed": lambda axes: axes.yaxis.get_major_formatter().set_powerlimits((0, 0)),
    "asked for": lambda axes: axes.get_yticklabels()[2].set_color("red"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("drawn", [True, False], ids=["drawn before", "not drawn"])
def test_ticks_that_are_changed_look_as_matplotlib_draws_them(change, drawn):
    pictures = []
    for kind in (Axes, ticks.Plain):
        with plt.rc_context(style.LOOK):
            figure = plt.figure(figsize=(3, 2))
            axes = figure.add_subplot(axes_class=kind)
            axes.plot([2014, 2019], [0, 4000])
            if drawn:
                before = pixels_of(figure, font.Canvas)
            change(axes)
            pictures.append(pixels_of(figure, font.Canvas))
            assert not drawn or (pictures[-1] != before).any()
    np.testing.assert_array_equal(*pictures)


def picture_of(noise, monkeypatch):
    """Of straight lines, which matplotlib draws to other pixels by their last bits (3.11), and of
    what else is drawn of computed numbers."""
    axes = style.canvas(None)
    axes.set_ylim(0, 2000 * noise[0])
    for slope in range(22, 110, 8):
        axes.plot(np.arange(7), (300 + 1.1 * slope * np.arange(7)) * noise, lw=1)
    axes.fill_between(np.arange(7), 7 * np.arange(7) * noise, 500 / 3 * noise, alpha=0.2)
    style.bars(axes, np.arange(7), 0, 400 / 7 * np.arange(7) * noise, 0.5)
    axes.scatter(np.arange(7), (5.5 * np.arange(7) + 1 / 3) * noise)
    axes.hlines([1000 / 3] * noise[:1], 0, 6)
    style.finish(axes, "title", "source", "alt")
    return shown(axes.figure, monkeypatch)["image/png"]


@pytest.mark.parametrize("seed", range(3))
def test_a_last_bit_changes_no_pixel(seed, monkeypatch):
    bits = np.random.default_rng(seed).choice([-1, 0, 1], 7) * np.finfo(float).eps
    assert picture_of(1 + bits, monkeypatch) == picture_of(np.ones(7), monkeypatch)


def test_figures_of_a_sheet_are_drawn_with_their_ticks_together(sheet, monkeypatch):
    apart = []
    for figure in figures(sheet, "en"):
        shown(figure, monkeypatch)
        apart += [
            axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) if axis._is_asked
        ]
    assert not apart


def test_bars_look_as_matplotlib_draws_them():
    heights, pictures = [3.0, np.nan, -1.5, 0.0, 7.25], []
    for bars in (
        lambda axes, **look: axes.bar(range(5), heights, **look),
        lambda axes, **look: style.bars(axes, range(5), 0, heights, **look),
    ):
        with plt.rc_context(style.LOOK):
            axes = style.canvas(None)
            bars(axes, width=0.8, facecolor="none", edgecolor="grey", ls="--", label="a")
            bars(axes, width=0.5, facecolor="blue", label="b")
            axes.set_xlim(-1, 5)
            axes.margins(y=0.15)
            style.legend(axes, 2)
            pictures.append(pixels_of(axes.figure, font.Canvas))
    np.testing.assert_array_equal(*pictures)


def test_data_are_written_as_pandas_writes_them():
    data = pd.DataFrame(
        {
            "fiscal_year": pd.array([2018, None], "Int64"),
            "executed": [1234567.891, np.nan],
            "text": ['a,"b"\nc', None],
            "flag": [True, False],
            "mixed": pd.Series([1, "x"], dtype=object),
            "ends": [np.inf, -0.5],
        }
    )
    shown = data.assign(executed=[1234570.0, np.nan]).rename(columns=words.heading)
    assert style.as_csv(data) == shown.to_csv(index=False, lineterminator="\n")
    assert style.as_csv(pd.DataFrame({"=1": ["=2"]})) == "'=1\n'=2\n"
