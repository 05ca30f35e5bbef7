#!/usr/bin/env bash
# Japanese between two dollar signs of a matplotlib label, such as two prices in one title, is drawn as
# ¤ in another font, and no Python warning says so: what is known as "Glyph missing" is a UserWarning
# for plain text, but a line of the logger matplotlib.mathtext here, so that a check of warnings (or
# filterwarnings = error) passes the picture. Only the font that a label asks for is tried: the text
# before the first dollar sign is drawn well.
#
# Seen with matplotlib 3.11.2 and matplotlib-fontja 1.1.0. text.parse_math = False draws all of it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  matplotlib==3.11.2 matplotlib-fontja==1.1.0
cd "$folder"
venv/bin/python - <<'PY'
import logging
import warnings

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
import matplotlib_fontja

matplotlib_fontja.japanize()
plt.rcParams["svg.fonttype"] = "none"
logging.disable(logging.CRITICAL)

def drawn(math):
    with plt.rc_context({"text.parse_math": math}), warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = plt.figure()
        figure.suptitle("単価 $5 と団体 $7")
        figure.savefig("title.svg")
        plt.close(figure)
    return open("title.svg", encoding="utf-8").read()

with_math, without = drawn(True), drawn(False)
print(with_math.count("¤"), "signs ¤ with mathtext,", without.count("¤"), "without")
assert with_math.count("¤") == 3 and ">団<" not in with_math
assert "¤" not in without and "団" in without
PY
