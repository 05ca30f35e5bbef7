#!/usr/bin/env bash
# Two normalisers of Japanese text change what a range of years says.
#
# neologdn 0.5.6, as it is called by default: 2019〜2021 becomes 20192021 and 令和2〜5年 becomes 令和25年,
# a year like any other. (tilde="ignore" keeps the sign.)
# jaconv 0.5.0: normalize makes the range sign 〜 and the full-width hyphen － the long vowel mark
# ー, so that 2019〜2021 is 2019ー2021, which no pattern for a range or a minus expects.
# Unicode's own NFKC does neither.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  neologdn==0.5.6 jaconv==0.5.0
cd "$folder"
venv/bin/python - <<'PY'
import unicodedata

import jaconv
import neologdn

seen = [neologdn.normalize(text) for text in ("2019〜2021", "令和2〜5年")]
print(*seen)
assert seen == ["20192021", "令和25年"], seen
assert neologdn.normalize("2019〜2021", tilde="ignore") == "2019〜2021"
seen = [jaconv.normalize(text) for text in ("2019〜2021", "－5")]
print(*seen)
assert seen == ["2019ー2021", "ー5"], seen
assert unicodedata.normalize("NFKC", "2019〜2021") == "2019〜2021"
assert unicodedata.normalize("NFKC", "－5") == "-5"
PY
