"""How every figure looks, and how it says in words what it shows."""

import csv
import re
import unicodedata
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Callable
from functools import wraps
from io import StringIO

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_rgb, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FixedLocator, Formatter, FuncFormatter
from matplotlib.transforms import offset_copy

from helpers import digits, words
from helpers.analysis.years import published
from helpers.charts import png
from helpers.charts.font import FAMILY, FONT, GLYPHS, Canvas, measured
from helpers.charts.layout import PAD, Stacked
from helpers.charts.ticks import Plain, together
from helpers.export import guarded
from helpers.sheet import ReviewSheet
from helpers.show import DATA

BLUE, ORANGE, GREEN, RED = map(to_rgb, ("#0173b2", "#de8f05", "#029e73", "#d55e00"))
"""seaborn's palette "colorblind"."""
INK, GREY, FAINT = "#333333", "#6b6b6b", "#b8b8b8"

# What a colour means, in all notebooks.
REQUESTED, INITIAL, BUDGET, EXECUTED = GREY, "#cfe3ef", "#8fc1de", "#0b3c5d"
UNSPENT, FORECAST, TARGET, OBSERVED, PEERS = RED, BLUE, GREEN, INK, FAINT

LOOK = {
    # seaborn's style "ticks" in notebooks, as a test holds: to import seaborn takes longer than a
    # figure, and what most of them need of it are these numbers.
    "axes.linewidth": 1.25,
    "grid.linewidth": 1,
    "lines.linewidth": 1.5,
    "lines.markersize": 6,
    "patch.linewidth": 1,
    "xtick.major.width": 1.25,
    "ytick.major.width": 1.25,
    "xtick.minor.width": 1,
    "ytick.minor.width": 1,
    "xtick.major.size": 6,
    "ytick.major.size": 6,
    "xtick.minor.size": 4,
    "ytick.minor.size": 4,
    "axes.titlesize": 12,
    "legend.title_fontsize": 12,
    "figure.facecolor": "white",
    "xtick.direction": "out",
    "ytick.direction": "out",
    "grid.linestyle": "-",
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "xtick.top": False,
    "ytick.right": False,
    "axes.facecolor": "white",
    "axes.spines.left": True,
    "axes.spines.bottom": True,
    "xtick.bottom": True,
    "ytick.left": True,
    "font.family": FAMILY,
    "figure.dpi": 150,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#e6e6e6",
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 9.5,
    "axes.labelsize": 9.5,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "legend.fontsize": 9,
    # A $ in a name is a $.
    "text.parse_math": False,
    "text.hinting": "none",
}
"""matplotlib's settings while a figure is drawn, and only then."""

WIDTH = 5.2
"""Inches of a figure: so narrow that its text (9 points and more, a source 8) can still be read
where a phone is 350 pixels wide."""

SHOWN = 600
"""Pixels that a figure is wide on a page that has room for it."""


def drawn(draw: Callable) -> Callable:
    """A function that draws, made to draw in `LOOK`."""

    @wraps(draw)
    def in_our_look(*given, **named):
        with_japanese()
        with plt.rc_context(LOOK):
            return draw(*given, **named)

    return in_our_look


def with_japanese() -> None:
    """Let matplotlib find signs in `FONT` that the font it is set to lacks: a title or label of a
    reader's own figure then is no row of boxes. Called before anything is drawn, never at import.
    """
    if not any(font.name == FAMILY for font in fontManager.ttflist):
        fontManager.addfont(FONT)
    families = plt.rcParams["font.family"]
    if FAMILY not in families:
        plt.rcParams["font.family"] = [*families, FAMILY]


class Described(Figure):
    """A figure whose repr is its text alternative: the notebook stores it beside the picture, nbval
    compares it, and the report uses it as alt text. `data` is what it was drawn from."""

    alt = ""
    data: pd.DataFrame | None = None

    def __repr__(self) -> str:
        return self.alt or super().__repr__()

    def _ipython_display_(self) -> None:
        # What a notebook does on its own draws twice, to cut off margins that there are none of.
        canvas = Canvas(self)
        for axes in self.axes:
            _settle(axes)
        with plt.rc_context(LOOK), together():
            canvas.draw()
        picture = png.encoded(np.asarray(canvas.buffer_rgba()), self.dpi)
        content = {"image/png": b64encode(picture).decode("ascii"), "text/plain": repr(self)}
        if self.data is not None:
            content[DATA] = as_csv(self.data)
        width = SHOWN * self.get_figwidth() / WIDTH
        display(content, metadata={"image/png": {"width": int(width)}}, raw=True)


def _settle(axes: Axes) -> None:
    """Have numbers that are the same but for a last bit drawn as the same picture: matplotlib draws
    a straight path through several points to other pixels by these bits."""
    for line in axes.lines:
        line.set_data(*_placed(np.array(line.get_data(orig=False))))
    for marks in axes.collections:
        marks.set_offsets(_placed(marks.get_offsets()))
    shapes = [path for one in axes.collections for path in one.get_paths()]
    shapes += [one.get_path() for one in axes.patches]
    # What matplotlib shares among figures, a rectangle or a marker, is no number of ours.
    shapes = [path for path in shapes if not path.readonly]
    # All at once: a figure may have a hundred small ones.
    points = _placed(np.concatenate([np.empty((0, 2)), *(path.vertices for path in shapes)]))
    ends = np.cumsum([len(path.vertices) for path in shapes])[:-1]
    for path, vertices in zip(shapes, np.split(points, ends), strict=False):
        path.vertices = vertices
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_view_interval(*_placed(np.array(axis.get_view_interval())), ignore=True)


def _placed(values: np.ndarray) -> np.ndarray:
    """So many digits that nothing moves by what can be seen, however far from 0 an axis begins."""
    return digits.significant(values, 10)


def luminance(colour) -> np.ndarray:
    """How light a colour, or each of several, is to the eye, 0 to 1 (W3C's relative luminance)."""
    rgb = to_rgba_array(colour)[:, :3]
    linear = np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear.dot([0.2126, 0.7152, 0.0722])


def canvas(ax: Axes | None, height: float = 4.1, rows: int = 1):
    """The Axes to draw on (one, or an array of `rows` that share their x axis): of a described
    figure of so many inches, or in the place of a reader's own `ax`."""
    if ax is not None:
        # A text keeps the fonts of when it was made: labels and titles, those before our first.
        for text in ax.findobj(Text):
            if FAMILY not in text.get_fontfamily():
                text.set_fontfamily([*text.get_fontfamily(), FAMILY])
    if ax is not None and rows == 1:
        return ax
    if ax is not None:
        ax.set_axis_off()
        gap = 0.12
        each = (1 + gap) / rows
        places = [(0, 1 - (row + 1) * each + gap, 1, each - gap) for row in range(rows)]
        panels = np.array([ax.inset_axes(place) for place in places])
        for panel in panels[:-1]:
            panel.sharex(panels[-1])
            panel.tick_params(labelbottom=False)
        return panels
    # About where `finish` will have them: what is measured there is then as it will be.
    about = {"left": 0.1, "right": 0.97, "bottom": 0.7 / height, "top": 1 - 0.5 / height}
    _, axes = plt.subplots(
        rows,
        figsize=(WIDTH, height),
        FigureClass=Described,
        gridspec_kw=about,
        subplot_kw={"axes_class": Plain},
        sharex=rows > 1,
    )
    return axes


def finish(
    axes: Axes,
    title: str,
    source: str,
    alt: str,
    question: str = "",
    data: pd.DataFrame | None = None,
) -> None:
    """Put what is seen (`title`) and what was asked, with its unit (`question`), at the left above,
    the source below, `alt` and the `data` drawn on the figure of `axes`; of a reader's own figure
    the first two alone, above the axes. Data columns are named as in `words.TERMS` where they are
    there."""
    figure = axes.figure
    if not isinstance(figure, Described):
        beside = axes.get_legend() is not None
        text = "\n".join(filter(None, (title, question, axes.get_title(loc="left"))))
        axes.set_title(text, loc="left", y=1.1 if beside else 1, fontsize=9, color=INK)
        return
    room = figure.get_figwidth() - 3 * PAD
    head = figure.suptitle(wrapped(title, room, 12), ha="left", fontsize=12)
    asked = figure.text(0, 0, wrapped(question, room, 9.5), va="top", fontsize=9.5, color=GREY)
    foot = figure.supxlabel(wrapped(source, room, 8), ha="left", fontsize=8, color="#555555")
    figure.set_layout_engine(Stacked(head, asked, foot))
    figure.alt, figure.data = alt, data


def subtitle(axes: Axes, text: str, colour: str = INK) -> None:
    """A small line above the axes, from their left end."""
    # Where `y` is not given, matplotlib measures all labels for it, and finds the same.
    axes.set_title(text, loc="left", y=1, fontsize=8.5, color=colour)


def label(axes: Axes, place: tuple, text: str, up: float, right: float = 0, **look) -> None:
    """A text so many points above and right of a place, given in the units of the axes."""
    # An annotation looks the same, for twice the time.
    shifted = offset_copy(axes.transData, axes.figure, right, up, units="points")
    axes.text(*place, text, transform=shifted, **look)


def source(sheet: ReviewSheet) -> str:
    """The source note: which sheet, of which year or years."""
    name, number = (str(sheet.facts[fact]) for fact in ("ministry", "project_number"))
    ministry = words.ministry(name) if name in words.MINISTRIES else shorten(name, 20)
    number = shorten(number, 20)
    years = published(sheet)
    year = f"{years[0]}" if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return words.say(
        f"出典: {ministry} 行政事業レビューシート {year}年 事業番号{number}",
        f"Source: administrative project review sheet {year}, {ministry} {number}",
    )


def quantity_axis(*several: Axes, name: str = "y") -> None:
    """Numbers with thousands separators along the axis `name`, never as 1e6 at its end."""
    for axes in several:
        getattr(axes, f"{name}axis").set_major_formatter(FuncFormatter(_tick))


def year_axis(axes: Axes, years, most: int = 10) -> None:
    """Whole fiscal years along the x axis, so many of them written at most."""
    years = np.arange(min(years), max(years) + 1)
    years = years[:: -(-len(years) // most)]
    # Left to itself, matplotlib writes 2019 and 2020 as -1 and 0 and "+2.02e3" beside them.
    named(axes.xaxis, years, [str(year) for year in years])
    axes.set_xlabel(words.term("fiscal_year"))


def named(axis: Axis, places, names: list[str]) -> None:
    """Ticks at these places with these names, as `Axis.set_ticks`, which makes each of them."""
    axis.set_view_interval(min(places), max(places))
    axis.set_major_locator(FixedLocator(places))
    axis.set_major_formatter(FixedFormatter(names))


def item_axis(axis: Axis, places, names: list[str], size: float) -> None:
    """A name at each of these places along an axis, at a size in points."""
    named(axis, places, names)
    axis.set_tick_params(labelsize=size)


def bars(axes: Axes, at, start, end, width: float, **look) -> None:
    """An upright bar at each place, from `start` to `end`, what is not known left out. They are one
    artist: `Axes.bar` makes one of each, and measures it."""
    places = np.broadcast_arrays(np.asarray(at, float) - width / 2, start, end)
    left, low, high = np.stack(places)[:, np.isfinite(places).all(axis=0)]
    right = left + width
    corners = [(left, low), (right, low), (right, high), (left, high), (left, low)]
    points = np.transpose(corners, (2, 0, 1)).reshape(-1, 2)
    sides = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    patch = PathPatch(Path(points, sides * len(left)), **look)
    patch.sticky_edges.y.append(0)
    axes.add_artist(patch)
    axes.update_datalim(points)


def rings(axes: Axes, years, values) -> None:
    """Grey rings for what other sheets print. A value far off does not flatten the figure: the
    limits move by a quarter at most."""
    low, high = axes.get_ylim()
    room = (high - low) / 4
    axes.scatter(years, values, s=58, facecolor="none", edgecolor=GREY, linewidth=1.3, zorder=6)
    bottom = low if low <= min(values) else max(min(values) - room / 5, low - room)
    top = high if max(values) <= high else min(max(values) + room / 5, high + room)
    axes.set_ylim(bottom, top)


def ring_alt(earlier: pd.DataFrame, column: str, text=words.number) -> str:
    """The rings in words: what other sheets print for which year."""
    if earlier.empty:
        return ""
    each = [
        f"{words.year(year)} {text(value)} ({published})"
        for year, value, published in zip(
            earlier["fiscal_year"], earlier[column], earlier["sheet_year"], strict=True
        )
    ]
    head = words.say("; ほかのシートの値(公表年): ", "; in other sheets (published): ")
    return head + ", ".join(each)


def spread(values: list[float], gap: float) -> np.ndarray:
    """Label positions near `values`, at least `gap` apart, in the same order."""
    order = np.argsort(values, kind="stable")
    placed = np.asarray(values, float)[order]
    for _ in range(200):
        close = np.diff(placed) < gap
        if not close.any():
            break
        push = np.where(close, (gap - np.diff(placed)) / 2 + 1e-9, 0)
        placed[:-1] -= push
        placed[1:] += push
    result = np.empty_like(placed)
    result[order] = placed
    return result


def legible(text: str) -> str:
    """A sheet's text as the font can draw it: a sign it lacks is spelled out (㏊: ha), or 〓."""
    return "".join(mark if ord(mark) in GLYPHS else _spelled(mark) for mark in text)


def shorten(text: str, width: int = 22) -> str:
    """A name as the font can draw it, cut to fit a label."""
    text = legible(text)
    return text if len(text) <= width else text[: width - 1] + "…"


def fitted(text: str, inches: float, size: float) -> str:
    """A name as the font can draw it, cut to fit into so many inches at a size in points."""
    text = legible(text)
    if measured(text, size) <= inches:
        return text
    shorter = range(1, len(text))
    many = bisect_right(shorter, inches, key=lambda many: measured(f"{text[:many]}…", size))
    return f"{text[:many]}…"


_UNBROKEN = re.compile(
    r"[(（]?¥?\d[\d,.]*(?:[〜–][\d,.]+)?(?:[兆億万][\d,]*)*(?:百?万?円|年度|年|件|人| ?%)?|\) ?"
    r"|[!-(*-~–—−“”’¥]+(?: %[!-~]*)? ?|."
)
"""An amount with its unit, a word, or a letter."""
_NOT_FIRST = frozenset("、。,.)）」』】・〜ー…%％:：;?!")


def wrapped(text: str, inches: float, size: float) -> str:
    """A text as the font can draw it, with line ends that keep it within so many inches at a size
    in points: between words, and in Japanese between letters, but for what may not begin a line;
    never before a unit."""
    if "\n" in text:
        return "\n".join(wrapped(line, inches, size) for line in text.split("\n"))
    parts: list[str] = []
    for part in _UNBROKEN.findall(legible(text)):
        parts += [part] if measured(part.rstrip(), size) <= inches else list(part)
    lines, line = [], []
    for part in parts:
        if line and measured("".join([*line, part]).rstrip(), size) > inches:
            # What may not begin a line takes what stands before it along.
            kept = len(line)
            while kept and [*line, part][kept][0] in _NOT_FIRST:
                kept -= 1
            kept = kept or len(line)
            lines.append("".join(line[:kept]).rstrip())
            line = ["".join([*line[kept:], part]).lstrip()]
        else:
            line.append(part)
    return "\n".join([*lines, "".join(line)])


def as_csv(data: pd.DataFrame) -> str:
    """The data of a figure, numbers to six digits, with headings in the language of now."""
    # As `DataFrame.to_csv` writes it, for a tenth of the time: these tables have a few rows.
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([guarded(words.heading(name)) for name in data])
    rows.writerows(zip(*[_cells(data[name]) for name in data], strict=True))
    return text.getvalue()


def _cells(column: pd.Series) -> list:
    if column.dtype.kind == "f":
        values = digits.significant(column.to_numpy(float), 6)
    else:
        values = column.to_numpy(object)
    missing = column.isna().to_numpy()
    return [
        "" if none else guarded(value) for value, none in zip(values.tolist(), missing, strict=True)
    ]


def legend(axes: Axes, columns: int) -> None:
    """What colours and marks mean, above the axes from their left end."""
    place = {"loc": "lower left", "bbox_to_anchor": (0, 1.0), "borderaxespad": 0.2}
    close = {"columnspacing": 1, "handlelength": 1.2, "handletextpad": 0.4}
    axes.legend(ncols=columns, frameon=False, **place, **close)


def signed(number: str) -> str:
    """A number with a minus that is no hyphen."""
    return Formatter.fix_minus(number)


def _tick(value: float, _: int) -> str:
    return signed(words.significant(value, 10))


def _spelled(mark: str) -> str:
    plain = unicodedata.normalize("NFKC", mark)
    return plain if all(ord(part) in GLYPHS for part in plain) else "〓"
