#!/usr/bin/env bash
# 9999999999999 is what the review system prints in place of a corporate number for an individual.
# python-stdnum 2.2 finds it valid (stdnum.jp.cn): its check digit happens to be right. So "has a valid
# corporate number" does not mean that there is a corporation, and all individuals become one payee.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  python-stdnum==2.2
cd "$folder"
venv/bin/python - <<'PY'
from stdnum.jp import cn

seen = [cn.is_valid(text) for text in ("9999999999999", "7000012050002", "7000012050003")]
print(seen)
assert seen == [True, True, False], seen
PY
