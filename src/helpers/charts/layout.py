"""Where the axes of a figure lie: as large as what stands around them leaves room for."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine
from matplotlib.text import Text
from matplotlib.transforms import Bbox, ScaledTranslation

PAD = 0.1
"""Inches around the figure and between its parts."""
TIMES = 4
"""Placed at most: ticks may go to and fro between two sizes."""
LEAST = 0.1
"""Of the figure that axes have at least, however long their labels."""


class Stacked(LayoutEngine):
    """Axes one below the other, between the figure's title with the question below it and its note,
    their labels in line.

    What matplotlib's constrained layout makes of such a figure, for a fraction of its time: labels
    are measured once, and again only where axes of another size have other ticks.
    """

    _adjust_compatible = True
    _colorbar_gridspec = False

    def __init__(self, title: Text, question: Text, note: Text):
        super().__init__()
        self._title, self._question, self._note = title, question, note
        self._is_placed = False

    def execute(self, fig: Figure) -> None:
        """Place everything. matplotlib calls it before it draws."""
        if not self._is_placed:
            for _ in range(TIMES):
                ticks = _ticks(fig)
                gaps = self._place(fig)
                if _ticks(fig) == ticks:
                    break
            for axes in fig.axes:
                _pin(axes, *gaps)
            self._is_placed = True

    def _place(self, fig: Figure) -> tuple[float, float]:
        """Place the axes; gives the inches from them to their labels, to the left and down."""
        renderer, pad = fig._get_renderer(), PAD * fig.dpi
        width, height = fig.bbox.size
        boxes = [axes.get_tightbbox(renderer, for_layout_only=True) for axes in fig.axes]
        pairs = [(box, axes.bbox) for box, axes in zip(boxes, fig.axes, strict=True)]
        gaps = (
            max(axes.bbox.x0 - axes.yaxis.label.get_position()[0] for axes in fig.axes) / fig.dpi,
            max(axes.bbox.y0 - axes.xaxis.label.get_position()[1] for axes in fig.axes) / fig.dpi,
        )
        left = pad + max(place.x0 - box.x0 for box, place in pairs)
        right = width - pad - max(box.x1 - place.x1 for box, place in pairs)
        above = [box.y1 - place.y1 for box, place in pairs]
        below = [place.y0 - box.y0 for box, place in pairs]
        head = self._title.get_window_extent(renderer).height
        asked = self._question.get_window_extent(renderer).height
        below_head = height - pad - head - (pad / 2 if asked else 0)
        top = below_head - asked - pad
        bottom = 2 * pad + self._note.get_window_extent(renderer).height
        free = top - bottom - sum(above) - sum(below) - pad * (len(pairs) - 1)
        each, right = max(free / len(pairs), LEAST * height), max(right, left + LEAST * width)
        for axes, over, under in zip(fig.axes, above, below, strict=True):
            top -= over
            corners = [[left / width, (top - each) / height], [right / width, top / height]]
            axes.set_position(Bbox(corners))
            top -= each + under + pad
        self._title.set_position((pad / width, 1 - pad / height))
        self._question.set_position((pad / width, below_head / height))
        self._note.set_position((pad / width, pad / height))
        return gaps


def _pin(axes: Axes, left: float, below: float) -> None:
    """Keep the labels where they are: else matplotlib measures all ticks for each of them again."""
    for axis, place, shift in (
        (axes.xaxis, (0.5, 0), (0, -below)),
        (axes.yaxis, (0, 0.5), (-left, 0)),
    ):
        moved = ScaledTranslation(*shift, axes.figure.dpi_scale_trans)
        axis.set_label_coords(*place, axes.transAxes + moved)


def _ticks(fig: Figure) -> list[list[float]]:
    return [
        list(axis.get_majorticklocs()) for axes in fig.axes for axis in (axes.xaxis, axes.yaxis)
    ]
