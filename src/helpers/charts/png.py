"""Pictures as PNG."""

import struct
import zlib

import numpy as np

STEPS = 16
"""Levels of red, green and blue: colours of the same three are drawn as one, their mean."""

PALETTE = 256
"""Colours that a byte can name."""

_LEVELS = ((np.arange(256) * (STEPS - 1) + 127) // 255).astype(np.uint16)

LEVEL = 5
"""Of zlib: it takes twice the time of 3 for an eighth less, a few milliseconds a figure."""


def encoded(pixels: np.ndarray, dpi: float) -> bytes:
    """Pixels (height, width, 4) of red, green and blue, 0 to 255, and 255 as a PNG file.

    Rows are not filtered: a picture of few flat colours is smaller so than with the filters that
    encoders choose, and is written in half the time. Colours next to each other are drawn as one,
    which is not seen: with a palette the file is half as large. Of more colours than one holds the
    rarest are drawn in the nearest of the others.
    """
    height, width, _ = pixels.shape
    # Nine pixels in ten are white: these are counted, and no more.
    whole = np.ascontiguousarray(pixels).view(np.uint32).reshape(-1)
    inked = np.flatnonzero(whole != 0xFFFFFFFF)
    parts = whole[inked].view(np.uint8).reshape(-1, 4)
    names, paper, colours = _few(parts, height * width - len(inked))
    rows = np.full((height, 1 + width), paper, np.uint8)
    # Every row begins with the number of its filter, 0 for none.
    rows[:, 0] = 0
    rows.reshape(-1)[inked + inked // width + 1] = names
    per_metre = int(dpi / 0.0254 + 0.5)
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0),
        b"PLTE": colours.tobytes(),
        b"pHYs": struct.pack(">IIB", per_metre, per_metre, 1),
        b"IDAT": zlib.compress(rows, LEVEL),
        b"IEND": b"",
    }
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks.items())


def _few(inked: np.ndarray, blank: int) -> tuple[np.ndarray, int, np.ndarray]:
    """For each pixel that is not white the number of its colour, the number of white, of which
    there are `blank`, and the colours, as many as a palette holds."""
    parts = [inked[:, at] for at in range(3)]
    red, green, blue = (_LEVELS[part] for part in parts)
    codes = (red * STEPS + green) * STEPS + blue
    counts = np.bincount(codes, minlength=STEPS**3)
    counts[-1] += blank
    used = np.flatnonzero(counts)
    sums = np.stack([np.bincount(codes, part, STEPS**3) for part in parts], axis=1)
    sums[-1] += 255 * blank
    means = (sums[used] / counts[used, None] + 0.5).astype(np.uint8)
    order = np.argsort(-counts[used], kind="stable")
    kept, rest = means[order[:PALETTE]], order[PALETTE:]
    numbers = np.zeros(STEPS**3, np.uint8)
    numbers[used[order[:PALETTE]]] = range(len(kept))
    apart = ((means[rest, None].astype(int) - kept) ** 2).sum(axis=2)
    numbers[used[rest]] = apart.argmin(axis=1)
    return numbers[codes], numbers[-1], kept


def _chunk(name: bytes, content: bytes) -> bytes:
    checked = name + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
