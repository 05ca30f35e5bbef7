"""The font of all figures: what it can draw, how wide that is, and drawing it."""

from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from unicodedata import category

from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags

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
    return _extent(text, size, 72)[0] / 64 / 72


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
        return _ASCENT * scale, -_DESCENT * scale, _GAP * scale

    def get_text_width_height_descent(self, s, prop, ismath):
        if ismath or not _is_ours(prop):
            return super().get_text_width_height_descent(s, prop, ismath)
        width, height, descent = _extent(s, prop.get_size_in_points(), self.dpi)
        return width / 64, height / 64, descent / 64

    def _prepare_font(self, font_prop):
        if not _is_ours(font_prop):
            return super()._prepare_font(font_prop)
        _FONT.set_size(font_prop.get_size_in_points(), self.dpi)
        return _FONT


def _is_ours(prop: FontProperties) -> bool:
    return prop.get_family() == [FAMILY]


_HEAD, _OS2 = _FONT.get_sfnt_table("head"), _FONT.get_sfnt_table("OS/2")
_PER_EM = _HEAD["unitsPerEm"]
_ASCENT, _DESCENT = _OS2["sTypoAscender"], _OS2["sTypoDescender"]
_GAP = _OS2["sTypoLineGap"]


def _extent(text: str, size: float, dpi: float) -> tuple[int, int, int]:
    """Width, height and depth below the baseline of a text, in 64ths of a pixel."""
    if not text or not ALONE.issuperset(text):
        return _shaped(text, size, dpi)
    signs = [_sign(sign, size, dpi) for sign in text]
    depth = max(sign[2] for sign in signs)
    above = max(sign[1] - sign[2] for sign in signs)
    return sum(sign[0] for sign in signs), above + depth, depth


def _shaped(text: str, size: float, dpi: float) -> tuple[int, int, int]:
    _FONT.set_size(size, dpi)
    _FONT.set_text(text, 0, flags=UNHINTED)
    return *_FONT.get_width_height(), _FONT.get_descent()


_sign = lru_cache(2**15)(_shaped)
