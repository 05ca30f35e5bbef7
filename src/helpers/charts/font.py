"""The font of all figures: what it can draw, how wide that is, and drawing it."""

from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from unicodedata import category

from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags, RenderMode

FONT = Path(find_spec("matplotlib_fontja").origin).parent / "fonts" / "ipaexg.ttf"
"""The font that figures are written in. Its package is not imported: that would set it for all."""
FAMILY = "IPAexGothic"

# Of an open file matplotlib reads every glyph anew, by way of Python, and processes that are forked
# share the place in it.
_FONT = FT2Font(BytesIO(FONT.read_bytes()))
_INDEX = _FONT.get_charmap()

GLYPHS = frozenset(_INDEX)
"""What the font can draw."""

ALONE = frozenset(chr(code) for code in GLYPHS if category(chr(code)) not in ("Mn", "Sk", "Cf"))
"""Signs that look the same whatever stands beside them: the font has no kerning, and joins nothing
but marks to letters."""

UNHINTED = LoadFlags.NO_HINTING


def measured(text: str, size: float) -> float:
    """The inches that a text is wide at a size in points."""
    return extent(text, size, 72)[0] / 64 / 72


class Canvas(FigureCanvasAgg):
    """matplotlib's, but for what is written in the font of figures."""

    def get_renderer(self) -> RendererAgg:
        """One for each size of the figure, as matplotlib's."""
        width, height = self.get_width_height(physical=True)
        key = width, height, self.figure.dpi
        if self._lastKey != key:
            self.renderer, self._lastKey = _Renderer(*key), key
        return self.renderer


class _Renderer(RendererAgg):
    """Writes the same as matplotlib's, which looks up the font, its height and the shape of every
    sign for each text anew."""

    def _get_font_height_metrics(self, prop: FontProperties):
        if not _is_ours(prop):
            return None, None, None
        scale = 1 / _PER_EM * prop.get_size_in_points() * self.dpi / 72
        return _ABOVE * scale, _BELOW * scale, _GAP * scale

    def get_text_width_height_descent(self, s, prop, ismath):
        if ismath or not _is_ours(prop):
            return super().get_text_width_height_descent(s, prop, ismath)
        width, height, descent = extent(s, prop.get_size_in_points(), self.dpi)
        return width / 64, height / 64, descent / 64

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        if ismath or angle or not _is_ours(prop) or not ALONE.issuperset(s):
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        size = prop.get_size_in_points()
        along, up, bottom = 0, round(64 * (self.height - y)), int(self.height)
        for sign in s:
            width = _sign(sign, size, self.dpi)[0]
            _FONT.set_size(size, self.dpi)
            _FONT._set_transform(_UPRIGHT, (round(64 * (x + along / 64)), up))
            glyph = _FONT._render_glyph(_INDEX[ord(sign)], UNHINTED, RenderMode.NORMAL)
            ink, below = glyph.buffer, bottom - glyph.top
            self._renderer.draw_text_image(ink, glyph.left, below + ink.shape[0], 0, gc)
            along += width

    def _prepare_font(self, font_prop):
        if not _is_ours(font_prop):
            return super()._prepare_font(font_prop)
        _FONT.set_size(font_prop.get_size_in_points(), self.dpi)
        return _FONT


_UPRIGHT = [[0x10000, 0], [0, 0x10000]]
"""A turn by nothing, in 65536ths."""

_PER_EM = _FONT.get_sfnt_table("head")["unitsPerEm"]
_ABOVE, _BELOW, _GAP = (
    sign * _FONT.get_sfnt_table("OS/2")[name]
    for sign, name in ((1, "sTypoAscender"), (-1, "sTypoDescender"), (1, "sTypoLineGap"))
)


def _is_ours(prop: FontProperties) -> bool:
    return prop.get_family() == [FAMILY]


def extent(text: str, size: float, dpi: float) -> tuple[int, int, int]:
    """Width, height and depth below the baseline of a text, in 64ths of a pixel."""
    if not text or not ALONE.issuperset(text):
        return _shaped(text, size, dpi)
    widths, heights, depths = zip(*[_sign(sign, size, dpi) for sign in text], strict=True)
    depth = max(depths)
    above = max(map(int.__sub__, heights, depths))
    return sum(widths), above + depth, depth


def _shaped(text: str, size: float, dpi: float) -> tuple[int, int, int]:
    _FONT.set_size(size, dpi)
    _FONT.set_text(text, 0, flags=UNHINTED)
    return *_FONT.get_width_height(), _FONT.get_descent()


@lru_cache(2**15)
def _sign(sign: str, size: float, dpi: float) -> tuple[int, int, int]:
    """As `_shaped`, in a third of the time."""
    _FONT.set_size(size, dpi)
    glyph = _FONT.load_char(ord(sign), flags=UNHINTED)
    _, bottom, _, top = glyph.bbox
    return glyph.horiAdvance, top - bottom, -bottom
