#!/usr/bin/env bash
# papermill 2.7.0: `papermill --help-notebook` and inspect_notebook() leave out a parameter whose comment has
# an equals sign, as in `weights: str = ""  # such as "unspent=3"`; the same line with a colon in the comment is
# listed. Running the notebook with `-p weights ...` sets it all the same, after the warning "Passed
# unknown parameter: weights".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  papermill==2.7.0 ipykernel==7.4.0
cd "$folder"
venv/bin/python - <<'PY'
import nbformat
import papermill
from nbformat import v4

source = 'year: int = 2024  # sheet year\nweights: str = ""  # such as "unspent=3"\nlevels: str = ""  # such as "unspent: 3"'
cell = v4.new_code_cell(source, metadata={"tags": ["parameters"]})
kernel = {"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}}
nbformat.write(v4.new_notebook(cells=[cell], metadata=kernel), "asks.ipynb")
seen = list(papermill.inspect_notebook("asks.ipynb"))
print(seen)
assert seen == ["year", "levels"], seen
PY
venv/bin/python -m papermill --no-progress-bar asks.ipynb out.ipynb -p weights unspent=4 2>told
grep -i "unknown parameter" told
