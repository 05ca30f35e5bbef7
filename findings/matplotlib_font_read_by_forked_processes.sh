#!/usr/bin/env bash
# A matplotlib FT2Font that was opened by its path reads each glyph from the file when it is needed, by
# a seek and a read of a Python file. Processes forked from one that has the font open share the place in
# that file: of two that draw at once, one reads what stands where the other has looked. Most of the
# glyphs that go wrong raise "failed to load glyph"; some are other shapes, without a word. A font read
# from io.BytesIO has a place for each process. pyplot is not affected: matplotlib empties its own cache
# of fonts in the child (font_manager registers it), so only fonts that a program holds itself are.
#
# Seen with matplotlib 3.11.2 and its own DejaVu Sans: four children drawing 2,000 glyphs each at once,
# repeated until a glyph goes wrong (mostly in the first round): some raise, some are another picture;
# with BytesIO none in the same number of rounds.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check matplotlib==3.11.2
cd "$folder"
venv/bin/python - <<'PY'
import os
from io import BytesIO
from pathlib import Path

import matplotlib
from matplotlib.ft2font import FT2Font

path = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
signs = [chr(code) for code in sorted(FT2Font(path).get_charmap()) if code > 32][:2000]


def drawn(font):
    """A picture of each sign, or what was raised."""
    pictures = []
    for sign in signs:
        try:
            font.set_size(20, 72)
            font.set_text(sign)
            font.draw_glyphs_to_bitmap()
            pictures.append(bytes(font.get_image()))
        except RuntimeError as error:
            pictures.append(str(error))
    return pictures


right = drawn(FT2Font(path))


def wrong(font):
    """How many signs raise, and how many look otherwise, in four children that draw at once."""
    raised = other = 0
    inside, outside = os.pipe()
    for _ in range(4):
        if not os.fork():
            bad = [got for got, want in zip(drawn(font), right) if got != want]
            texts = sum(isinstance(got, str) for got in bad)
            os.write(outside, f"{texts} {len(bad) - texts}\n".encode())
            os._exit(0)
    for _ in range(4):
        os.wait()
    os.close(outside)
    for line in os.read(inside, 10_000).decode().splitlines():
        one, two = map(int, line.split())
        raised, other = raised + one, other + two
    return raised, other


rounds, raised, other = 0, 0, 0
while rounds < 200 and not (raised and other):
    found = wrong(FT2Font(path))
    rounds, raised, other = rounds + 1, raised + found[0], other + found[1]
from_memory = [wrong(FT2Font(BytesIO(path.read_bytes()))) for _ in range(max(rounds, 5))]
print(f"by path: {raised} raised, {other} other pictures in {rounds} rounds; from memory:", from_memory)
assert raised and other
assert set(from_memory) == {(0, 0)}
PY
