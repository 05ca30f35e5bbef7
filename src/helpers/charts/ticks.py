"""Axes with one tick an axis, which is drawn at each place: matplotlib makes a tick for each, of
three lines and two texts, which takes longer than to draw it."""

from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.axis import Axis, Tick, XAxis, YAxis
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator


def named(axis: Axis, places, names: list[str]) -> None:
    """Ticks at these places with these names, as `Axis.set_ticks`, which makes each of them."""
    axis.set_view_interval(min(places), max(places))
    axis.set_major_locator(FixedLocator(places))
    axis.set_major_formatter(FixedFormatter(names))


class _Placed(NamedTuple):
    """What is drawn of a tick, at a place."""

    tick: Tick
    at: float
    text: str

    def there(self) -> Tick:
        """The one tick, moved to this place."""
        self.tick.update_position(self.at)
        self.tick.label1.set_text(self.text)
        return self.tick

    def draw(self, renderer) -> None:
        """As the tick of this place would be."""
        self.there().draw(renderer)


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
        has_minor = not isinstance(self.get_minor_locator(), NullLocator)
        # Where there are no labels, matplotlib leaves room for the lines of its ticks.
        if self._is_asked or has_minor or not first.label1.get_visible():
            return super()._update_ticks()
        places = self.get_majorticklocs()
        texts = self.major.formatter.format_ticks(places)
        low, high = sorted(self.get_transform().transform(self.get_view_interval()))
        slack = 1e-10 * (high - low)
        return [
            _Placed(first, place, text)
            for place, text, at in zip(
                places, texts, self.get_transform().transform(places), strict=True
            )
            if low - slack <= at <= high + slack
        ]

    def _get_ticklabel_bboxes(self, ticks, renderer):
        if ticks and not isinstance(ticks[0], _Placed):
            return super()._get_ticklabel_bboxes(ticks, renderer)
        return [tick.there().label1.get_window_extent(renderer) for tick in ticks], []


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
