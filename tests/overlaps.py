"""Texts of a figure that lie upon each other, or outside of it."""

from itertools import combinations

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from helpers.charts.style import LOOK

INSIDE = 1.5
"""Pixels by which boxes may meet: a box is a little larger than its ink."""


def faults(figure: Figure) -> list[str]:
    """What a reader could not read: pairs of texts whose boxes overlap, texts beyond the edge; of
    the figure as a notebook draws it."""
    with plt.rc_context(LOOK):
        return _faults(figure)


def _faults(figure: Figure) -> list[str]:
    # Everything is put in its place, and no picture made that nobody looks at.
    figure.draw_without_rendering()
    texts = [text for text in _texts(figure) if text.get_visible() and text.get_text().strip()]
    renderer = figure.canvas.get_renderer()
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts]
    found = [
        f"{one!r} upon {other!r}"
        for (one, a), (other, b) in combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > INSIDE and min(a.y1, b.y1) - max(a.y0, b.y0) > INSIDE
    ]
    width, height = figure.bbox.size
    return found + [
        f"{text!r} beyond the edge"
        for text, box in boxes
        if box.x0 < -INSIDE
        or box.y0 < -INSIDE
        or box.x1 > width + INSIDE
        or box.y1 > height + INSIDE
    ]


def _texts(figure: Figure) -> list:
    found = [*figure.texts, figure._suptitle, figure._supxlabel, figure._supylabel]
    for axes in figure.axes:
        if not axes.axison:
            found += axes.texts
            continue
        found += [*axes.texts, axes.title, axes._left_title, axes._right_title]
        found += [axes.xaxis.label, axes.yaxis.label]
        for axis in (axes.xaxis, axes.yaxis):
            axis.get_major_ticks()  # Of our own axes there are none until someone asks for them.
            found += [tick.label1 for tick in axis._update_ticks()]
        legends = [axes.get_legend(), *filter(lambda a: hasattr(a, "get_texts"), axes.artists)]
        found += [text for legend in legends if legend for text in legend.get_texts()]
    return list(dict.fromkeys(filter(None, found)))
