#!/usr/bin/env bash
# matplotlib breaks a label with wrap=True at blanks only: a Japanese title, which has none, stays in one
# line and is cut at the figure's edge; an English one of the same width is broken. There is no
# warning. Seen with matplotlib 3.11.2: no line feed in the Japanese title, one in the English one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  matplotlib==3.11.2 matplotlib-fontja==1.1.0
cd "$folder"
venv/bin/python - <<'PY'
import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import matplotlib_fontja

matplotlib_fontja.japanize()
figure, axes = plt.subplots(figsize=(3, 2))
title = axes.set_title("", wrap=True)
breaks = []
for text in (
    "自治体クラウドの取組の加速に向けた調査研究等の執行率と成果目標と実績の推移",
    "Outturn, targets and results of research on speeding up the municipal cloud",
):
    title.set_text(text)
    figure.canvas.draw()
    wide = title.get_window_extent().width > figure.bbox.width
    breaks.append((title._get_wrapped_text().count("\n"), wide))
print(breaks)
assert breaks[0] == (0, True), breaks
assert breaks[1][0] >= 1 and not breaks[1][1], breaks
PY
