#!/usr/bin/env bash
# matplotlib draws a straight path through several points to other pixels when the last bits of these
# points change: a line fitted by least squares, say, after linear algebra on another processor. A path
# that bends at its points stays the same to the pixel. path.simplify and the kind of join change nothing
# of it; points rounded to ten significant digits do.
#
# Seen with matplotlib 3.11.2 and numpy 2.4.6 (Agg): of 20 straight paths through seven points, each moved
# by two units of the last place at most, 17 change pixels, with any join, simplified or not; of 20 bent
# ones, none. Rounded to ten digits, none of either does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  matplotlib==3.11.2 numpy==2.4.6
cd "$folder"
MPLCONFIGDIR="$folder" venv/bin/python - <<'PY'
import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import numpy as np


def pixels(values, **settings):
    with plt.rc_context(settings):
        figure, axes = plt.subplots(figsize=(5.2, 4.1), dpi=100)
        axes.set_xlim(2015, 2026)
        axes.set_ylim(0, 2000)
        axes.plot(range(2018, 2025), values, lw=1)
        figure.canvas.draw()
        seen = np.asarray(figure.canvas.buffer_rgba()).copy()
        plt.close(figure)
        return seen


def ten_digits(values):
    return np.array([float(f"{value:.10g}") for value in values])


def changed(paths, prepared=lambda values: values, **settings):
    """How many paths look otherwise once their last bits have changed."""
    bits = np.random.default_rng(0).choice([-1, 0, 1], (len(paths), 7)) * 4e-16
    return sum(
        (pixels(prepared(path), **settings) != pixels(prepared(path * (1 + bit)), **settings)).any()
        for path, bit in zip(paths, bits)
    )


random = np.random.default_rng(1)
straight = [
    random.integers(100, 1000) + random.integers(20, 110) * 1.1 * np.arange(7) for _ in range(20)
]
bent = [np.sort(random.integers(100, 1900, 7)) * 1.0 for _ in range(20)]
for settings in (
    {},
    {"path.simplify": False},
    {"lines.solid_joinstyle": "miter"},
    {"lines.solid_joinstyle": "bevel"},
):
    print(settings, changed(straight, **settings), changed(bent, **settings))
    assert changed(straight, **settings) >= 15
    assert changed(bent, **settings) == 0
print("ten digits", changed(straight, ten_digits), changed(bent, ten_digits))
assert changed(straight, ten_digits) == changed(bent, ten_digits) == 0
PY
