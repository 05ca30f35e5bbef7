#!/usr/bin/env bash
# A table with the two columns a and ａ (full width, as in Japanese spreadsheets) is read by
# pandas' query and eval and by statsmodels' formulas as if it had the first one only: Python's own
# parser folds names by NFKC, and what is looked up is the folded name.
#
# Seen with pandas 3.1.1 and statsmodels 0.15.0: query("ａ > 4") keeps the rows in which a is above 4,
# eval("ａ") is a; "y ~ a + ａ" fits a twice and shares its slope, 1.1, evenly between the two names
# (with a warning that the design is rank-deficient), "y ~ ａ" fits a under the other name and warns of nothing.
# Q('ａ') in a formula and df["ａ"] take the right one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  pandas==3.1.1 statsmodels==0.15.0
cd "$folder"
venv/bin/python - <<'PY'
import warnings

import pandas
import statsmodels.formula.api as smf

table = pandas.DataFrame(
    {"y": [1.0, 2, 4, 3, 6], "a": [1.0, 2, 3, 4, 5], "ａ": [5.0, 1, 4, 2, 9]}
)
assert table.query("ａ > 4").index.tolist() == [4]  # where ａ is above 4: [0, 4]
assert table.eval("ａ").tolist() == table["a"].tolist()
with warnings.catch_warnings():
    warnings.simplefilter("error")
    alone = smf.ols("y ~ ａ", table).fit().params.round(3).to_dict()
    quoted = smf.ols("y ~ Q('ａ')", table).fit().params.round(3).to_dict()
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    both = smf.ols("y ~ a + ａ", table).fit().params.round(3).to_dict()
print(alone, quoted, both, sep="\n")
assert alone == {"Intercept": -0.1, "ａ": 1.1}
assert both == {"Intercept": -0.1, "a": 0.55, "ａ": 0.55}
assert quoted == {"Intercept": 1.49, "Q('ａ')": 0.407}
PY
