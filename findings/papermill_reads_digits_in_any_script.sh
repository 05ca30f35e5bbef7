#!/usr/bin/env bash
# papermill 2.7.0 (with ipykernel 7.4.0): `-p name value` makes a number of whatever Python's int() or float()
# takes, also where the notebook declares `name: str`. Sheet number 0042 arrives as 42, the year ２０２４ in
# full-width digits as 2024, a count "1_000" as 1000, and a payee called Infinity as a float. `-r name value`
# hands on the text. So an identifier given by -p has lost its zeros before the notebook sees it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  papermill==2.7.0 ipykernel==7.4.0
cd "$folder"
venv/bin/python - <<'PY'
import nbformat.v4 as v4, nbformat
cells = [v4.new_code_cell('text: str = "x"', metadata={"tags": ["parameters"]}), v4.new_code_cell("print(repr(text))")]
nbformat.write(v4.new_notebook(cells=cells), "asks.ipynb")
PY
seen=""
for option in "-p 0042" "-p ２０２４" "-p 1_000" "-p Infinity" "-r 0042"; do
  read -r how value <<<"$option"
  venv/bin/python -m papermill --kernel python3 --language python --no-progress-bar asks.ipynb out.ipynb "$how" text "$value" 2>/dev/null
  seen+=$(venv/bin/python -c 'import nbformat; print(nbformat.read("out.ipynb", 4).cells[-1].outputs[0].text.strip())')" "
done
echo "$seen"
test "$seen" = "42 2024 1000 inf '0042' "
