"""Axes whose ticks are drawn together where a notebook shows them: matplotlib makes a tick for each
place, of three lines and two texts, which takes longer than to draw it.

Who draws a figure in another way, or changes its ticks, has matplotlib's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, XTick, YAxis, YTick
from matplotlib.ticker import NullLocator
from matplotlib.transforms import Bbox

_drawing: object = None
"""The drawing of one figure that is under way: what is found for it may be another in the next."""


@contextmanager
def together() -> Iterator[None]:
    """Draw ticks together in the block, in which nothing of a figure is changed."""
    global _drawing
    _drawing = object()
    try:
        yield
    finally:
        _drawing = None


class _Several:
    """A tick that may stand for all of its axis: its lines are drawn at all places at once, its
    label is moved from one to the next."""

    places: np.ndarray | None = None
    texts: list[str]
    of: tuple = ()
    """What its places and texts were found for."""

    def draw(self, renderer) -> None:
        """As a tick at each of the places would be."""
        if self.places is None:
            super().draw(renderer)
            return
        for line, ends in ((self.gridline, [0, 1, np.nan]), (self.tick1line, [0])):
            if line.get_visible():
                own = line.get_data()
                data = np.repeat(self.places, len(ends)), np.tile(ends, len(self.places))
                line.set_data(*(data if self.__name__ == "xtick" else data[::-1]))
                line.draw(renderer)
                line.set_data(*own)
        for label in self.labels():
            label.draw(renderer)

    def labels(self) -> Iterator:
        """The label, there and with the text of each place."""
        label = self.label1
        if label.get_visible():
            move = label.set_x if self.__name__ == "xtick" else label.set_y
            for place, text in zip(self.places, self.texts, strict=True):
                move(place)
                label.set_text(text)
                yield label


class _XTick(_Several, XTick):
    pass


class _YTick(_Several, YTick):
    pass


class _NoTicks:
    """matplotlib makes a first minor tick, of axes that have none."""

    def __get__(self, axis, _):
        axis.minorTicks = []
        return axis.minorTicks


class _OneTick:
    """Of an axis, until someone asks for its ticks, who may change each of them."""

    minorTicks = _NoTicks()
    _is_asked = False

    def get_major_ticks(self, numticks=None):
        """A tick for each place."""
        ticks = super().get_major_ticks(numticks)
        if not self._is_asked:
            self._is_asked = True
            self.majorTicks[0].places = None
            super()._update_ticks()
        return ticks

    def _update_ticks(self):
        if self._is_asked or not self._is_simple():
            return super()._update_ticks()
        first, ticker = self.majorTicks[0], self.major
        of = (_drawing, *self.get_view_interval(), *self.axes.bbox.size)
        if first.of != of:
            first.of = of
            places = np.asarray(self.get_majorticklocs(), float)
            texts = ticker.formatter.format_ticks(places)
            low, high = sorted(self.get_transform().transform(self.get_view_interval()))
            slack, at = 1e-10 * (high - low), self.get_transform().transform(places)
            inside = (low - slack <= at) & (at <= high + slack)
            first.places = places[inside]
            first.texts = [text for text, is_in in zip(texts, inside, strict=True) if is_in]
        return [first] if len(first.places) else []

    def _is_simple(self) -> bool:
        first = self.majorTicks[0]
        on_other_side = first.tick2line.get_visible() or first.label2.get_visible()
        no_minor = isinstance(self.get_minor_locator(), NullLocator)
        return _drawing is not None and no_minor and not on_other_side

    def _get_ticklabel_bboxes(self, ticks, renderer) -> tuple[list[Bbox], list[Bbox]]:
        if self._is_asked or not ticks or ticks[0].places is None:
            return super()._get_ticklabel_bboxes(ticks, renderer)
        return [label.get_window_extent(renderer) for label in ticks[0].labels()], []


class _X(_OneTick, XAxis):
    _tick_class = _XTick


class _Y(_OneTick, YAxis):
    _tick_class = _YTick


class Plain(Axes):
    """Axes of two such axis, and as matplotlib's in all else."""

    def _init_axis(self):
        self.xaxis, self.yaxis = _X(self, clear=False), _Y(self, clear=False)
        for place in ("bottom", "top", "left", "right"):
            axis = self.xaxis if place in ("bottom", "top") else self.yaxis
            self.spines[place].register_axis(axis)
