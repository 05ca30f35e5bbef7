"""Axes whose ticks are drawn together: matplotlib makes a tick for each place, of three lines and
two texts, which takes longer than to draw it."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis, Tick, XAxis, YAxis
from matplotlib.ticker import NullLocator
from matplotlib.transforms import Bbox


class _Together:
    """All ticks of an axis: the first, whose lines are drawn at all places at once, and whose label
    is moved from one to the next."""

    def __init__(self, axis: Axis, first: Tick, places: np.ndarray, texts: list[str]):
        self._first, self._places, self._texts = first, places, texts
        self._along = "xy".index(axis.axis_name)

    def draw(self, renderer) -> None:
        """As each of them would be."""
        tick, places = self._first, self._places
        for line, ends in ((tick.gridline, [0, 1, np.nan]), (tick.tick1line, [0])):
            if line.get_visible():
                own = line.get_data()
                data = np.repeat(places, len(ends)), np.tile(ends, len(places))
                line.set_data(*data[:: 1 - 2 * self._along])
                line.draw(renderer)
                line.set_data(*own)
        for label in self._labels():
            label.draw(renderer)

    def boxes(self, renderer) -> list[Bbox]:
        """Where the labels are."""
        return [label.get_window_extent(renderer) for label in self._labels()]

    def _labels(self):
        label = self._first.label1
        move = label.set_y if self._along else label.set_x
        for place, text in zip(self._places, self._texts, strict=True):
            move(place)
            label.set_text(text)
            yield label


class _NoTicks:
    """matplotlib makes a first minor tick, of axes that have none."""

    def __get__(self, axis, _):
        axis.minorTicks = []
        return axis.minorTicks


class _OneTick:
    """Of an axis, until someone asks for its ticks: who does may change each of them."""

    minorTicks = _NoTicks()
    _is_asked = False

    def get_major_ticks(self, numticks=None):
        """A tick for each place."""
        ticks = super().get_major_ticks(numticks)
        if not self._is_asked:
            self._is_asked = True
            super()._update_ticks()
        return ticks

    def _update_ticks(self):
        first = self.majorTicks[0]
        plain = self.get_scale() == "linear" and isinstance(self.get_minor_locator(), NullLocator)
        # Where there are no labels, matplotlib leaves room for the lines of its ticks.
        if self._is_asked or not plain or not first.label1.get_visible():
            return super()._update_ticks()
        places = np.asarray(self.get_majorticklocs(), float)
        texts = self.major.formatter.format_ticks(places)
        low, high = sorted(self.get_view_interval())
        slack = 1e-10 * (high - low)
        seen = (low - slack <= places) & (places <= high + slack)
        texts = [text for text, is_seen in zip(texts, seen, strict=True) if is_seen]
        return [_Together(self, first, places[seen], texts)] if texts else []

    def _get_ticklabel_bboxes(self, ticks, renderer):
        if ticks and isinstance(ticks[0], _Together):
            return ticks[0].boxes(renderer), []
        return super()._get_ticklabel_bboxes(ticks, renderer)


class _X(_OneTick, XAxis):
    pass


class _Y(_OneTick, YAxis):
    pass


class Plain(Axes):
    """Axes of two such axis, and as matplotlib's in all else."""

    def _init_axis(self):
        self.xaxis, self.yaxis = _X(self, clear=False), _Y(self, clear=False)
        for place in ("bottom", "top", "left", "right"):
            axis = self.xaxis if place in ("bottom", "top") else self.yaxis
            self.spines[place].register_axis(axis)
